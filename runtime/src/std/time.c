// time.c — std.time.
// Promises: now() is the wall clock of the program's first call, carried on by the monotonic clock: it never runs backwards.
//           A seeded run begins at 2000-01-01, whenever it is run.
#include <pthread.h>
#include <time.h>

#include "actor/worker.h"
#include "data/data.h"

#define SEEDED_OFFSET_NS (INT64_C(946684799) * 1000000000)
static int64_t offset_ns; // wall clock - monotonic clock; written once
static pthread_once_t offset_once = PTHREAD_ONCE_INIT;

static void measure_offset(void) {
  struct timespec wall;
  clock_gettime(CLOCK_REALTIME, &wall);
  offset_ns = (int64_t)wall.tv_sec * 1000000000 + wall.tv_nsec - agi_now_ns();
}

int64_t ag_time_now(ag_cx *cx) {
  if (agi_worker_of(cx)->rng) return agi_clock_read(cx) + SEEDED_OFFSET_NS;
  pthread_once(&offset_once, measure_offset);
  return agi_clock_read(cx) + offset_ns;
}

int64_t ag_time_at(ag_cx *cx, int64_t unix_nanos) {
  (void)cx;
  return unix_nanos;
}

static int64_t duration(ag_cx *cx, int64_t n, int64_t unit) {
  int64_t ns;
  if (ag_mul_i64(n, unit, &ns)) ag_raise(cx, &ag_error_Overflow, NULL, NULL, 0);
  return ns;
}

int64_t ag_time_nanos(ag_cx *cx, int64_t n) { return duration(cx, n, 1); }
int64_t ag_time_micros(ag_cx *cx, int64_t n) { return duration(cx, n, 1000); }
int64_t ag_time_millis(ag_cx *cx, int64_t n) { return duration(cx, n, 1000000); }
int64_t ag_time_secs(ag_cx *cx, int64_t n) { return duration(cx, n, 1000000000); }
int64_t ag_time_minutes(ag_cx *cx, int64_t n) { return duration(cx, n, 60000000000); }
int64_t ag_time_hours(ag_cx *cx, int64_t n) { return duration(cx, n, 3600000000000); }
