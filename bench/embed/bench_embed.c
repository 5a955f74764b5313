/* bench_embed.c — what calls from outside cost: a send from a foreign thread while the runtime is busy, waking an idle runtime, a request
 * that a thread waits for. Beside the waking, in turn with it, what the system needs for that alone: a thread asleep on a futex, and one
 * asleep on an eventfd. Run by bench/embed/run. */
#include <linux/futex.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "echo.h"

enum { RUNS = 15, SENDS = 40000, WAKES = 400, ASKS = 5000 };

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

static void show_spread(const char *what, double *v, int n) {
  qsort(v, (size_t)n, sizeof *v, less);
  printf("%-52s least %5.1f us   p50 %5.1f   p90 %5.1f   p99 %5.1f\n", what, v[0] / 1e3, v[n / 2] / 1e3,
         v[n * 9 / 10] / 1e3, v[n * 99 / 100] / 1e3);
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

/* ---- waking: each way of it is asked to write down the time as soon as it is awake ---- */
static uint32_t word;
static int event_fd;

static void *sleeper_futex(void *arg) {
  (void)arg;
  for (;;) {
    while (__atomic_load_n(&word, __ATOMIC_ACQUIRE) == 0)
      syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
    __atomic_store_n(&word, 0, __ATOMIC_RELAXED);
    called_ns = now_ns(CLOCK_MONOTONIC);
  }
  return NULL;
}

static void *sleeper_eventfd(void *arg) {
  uint64_t n;
  (void)arg;
  while (read(event_fd, &n, sizeof n) == sizeof n) called_ns = now_ns(CLOCK_MONOTONIC);
  return NULL;
}

static void wake_futex(void) {
  __atomic_store_n(&word, 1, __ATOMIC_RELEASE);
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void wake_eventfd(void) {
  uint64_t one = 1;
  if (write(event_fd, &one, sizeof one) != sizeof one) exit(1);
}

static void wake_agent(void) {
  if (echo_Echo_ask_async(rt, echo, 1, called, NULL) != AG_OK) exit(1);
}

static double wake(void (*by)(void)) {
  static const struct timespec rest = {0, 3000000}, little = {0, 200000};
  double t;
  nanosleep(&rest, NULL);
  called_ns = 0;
  t = now_ns(CLOCK_MONOTONIC);
  by();
  while (called_ns == 0) nanosleep(&little, NULL);
  return called_ns - t;
}

static void wakes(void) {
  static const struct {
    const char *what;
    void (*by)(void);
  } ways[] = {{"waking: a bare thread, futex", wake_futex},
              {"waking: a bare thread, eventfd", wake_eventfd},
              {"waking: an idle runtime, send to callback", wake_agent}};
  enum { WAYS = sizeof ways / sizeof *ways };
  static double values[WAYS][WAKES];
  pthread_t t;
  int i, k;
  event_fd = eventfd(0, 0);
  if (event_fd < 0 || pthread_create(&t, NULL, sleeper_futex, NULL) || pthread_create(&t, NULL, sleeper_eventfd, NULL))
    exit(1);
  for (i = 0; i < WAKES; i++)
    for (k = 0; k < WAYS; k++) values[k][i] = wake(ways[k].by);
  for (k = 0; k < WAYS; k++) show_spread(ways[k].what, values[k], WAKES);
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
  double values[RUNS];
  int i;
  options.drive = AG_DRIVE_THREADS;
  if (ag_runtime_new(&options, &rt) != AG_OK || echo_Echo_spawn(rt, &echo) != AG_OK) return 1;
  for (i = 0; i < RUNS; i++) values[i] = sends();
  show("send from a foreign thread, busy runtime (cpu)", values, RUNS);
  wakes();
  for (i = 0; i < RUNS; i++) values[i] = round_trip();
  show("request that a thread waits for", values, RUNS);
  echo_Echo_release(rt, echo);
  ag_runtime_free(rt);
  return 0;
}
