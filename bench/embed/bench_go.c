/* bench_go.c — bench_embed.c with Go: a goroutine in an archive for C (go/echo.go). */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "libecho.h"

enum { RUNS = 15, SENDS = 40000, ASKS = 333 };

static double now_ns(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int less(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void show(const char *what, double *values) {
  qsort(values, RUNS, sizeof *values, less);
  printf("%-52s least %8.0f ns   median %8.0f ns\n", what, values[0], values[RUNS / 2]);
}

int main(void) {
  double values[RUNS];
  for (int r = 0; r < RUNS; r++) {
    double t = now_ns(CLOCK_THREAD_CPUTIME_ID);
    for (int i = 0; i < SENDS; i++) Tell(i);
    values[r] = (now_ns(CLOCK_THREAD_CPUTIME_ID) - t) / SENDS;
    Ask();
  }
  show("Go: send from a foreign thread (cpu)", values);
  for (int r = 0; r < RUNS; r++) {
    double t = now_ns(CLOCK_MONOTONIC);
    for (int i = 0; i < ASKS; i++) Ask();
    values[r] = (now_ns(CLOCK_MONOTONIC) - t) / ASKS;
  }
  show("Go: request that waits", values);
  return 0;
}
