/* bench_embed.c — what calls from outside cost: a send from a foreign thread while the runtime is busy, waking an idle runtime, a request
 * that a thread waits for. Prints the least and the median of several runs. Run by bench/embed/run. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "echo.h"

enum { RUNS = 15, SENDS = 40000, WAKES = 200, ASKS = 5000 };

static double now_ns(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int less(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void show(const char *what, double *values, int n) {
  qsort(values, (size_t)n, sizeof *values, less);
  printf("%-52s least %8.0f ns   median %8.0f ns\n", what, values[0], values[n / 2]);
}

static ag_runtime *rt;
static echo_Echo *echo;

/* Processor time of the sending thread: the agent is busy with what came before. */
static double sends(void) {
  int64_t n;
  double t = now_ns(CLOCK_THREAD_CPUTIME_ID);
  int i;
  for (i = 0; i < SENDS; i++)
    if (echo_Echo_tell(rt, echo, i) != AG_OK) exit(1);
  t = now_ns(CLOCK_THREAD_CPUTIME_ID) - t;
  if (echo_Echo_ask_wait(rt, echo, 1, -1, &n) != AG_OK) exit(1);
  return t / SENDS;
}

static volatile double called_ns;
static void called(void *user, ag_status status, int64_t reply) {
  (void)user, (void)status, (void)reply;
  called_ns = now_ns(CLOCK_MONOTONIC);
}

static double wake(void) {
  static const struct timespec rest = {0, 3000000}, little = {0, 200000};
  double t;
  nanosleep(&rest, NULL);
  called_ns = 0;
  t = now_ns(CLOCK_MONOTONIC);
  if (echo_Echo_ask_async(rt, echo, 1, called, NULL) != AG_OK) exit(1);
  while (called_ns == 0) nanosleep(&little, NULL);
  return called_ns - t;
}

static double round_trip(void) {
  int64_t n = 0;
  int i;
  double t = now_ns(CLOCK_MONOTONIC);
  for (i = 0; i < ASKS / RUNS; i++)
    if (echo_Echo_ask_wait(rt, echo, n, -1, &n) != AG_OK) exit(1);
  return (now_ns(CLOCK_MONOTONIC) - t) / (ASKS / RUNS);
}

int main(void) {
  ag_options options = {0};
  double values[WAKES];
  int i;
  options.drive = AG_DRIVE_THREADS;
  if (ag_runtime_new(&options, &rt) != AG_OK || echo_Echo_spawn(rt, &echo) != AG_OK) return 1;
  for (i = 0; i < RUNS; i++) values[i] = sends();
  show("send from a foreign thread, busy runtime (cpu)", values, RUNS);
  for (i = 0; i < WAKES; i++) values[i] = wake();
  show("send to callback, idle runtime", values, WAKES);
  for (i = 0; i < RUNS; i++) values[i] = round_trip();
  show("request that a thread waits for", values, RUNS);
  echo_Echo_release(rt, echo);
  ag_runtime_free(rt);
  return 0;
}
