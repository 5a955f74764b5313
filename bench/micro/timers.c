// timers.c — a million timers at once: starting, cancelling, firing one, and its memory.
#include <malloc.h>
#include <unistd.h>

#include "bench.h"

enum { INIT, TICK };
typedef struct alarm_agent {
  ag_agent h;
  int64_t left;
} alarm_agent;

static int64_t count, started_ns, cancelled_ns, fired_ns, began_fire, bytes;
static bool cancels;

static int64_t resident(void) {
  long pages = 0, skip;
  FILE *f = fopen("/proc/self/statm", "r");
  if (!f || fscanf(f, "%ld %ld", &skip, &pages) != 2) abort();
  fclose(f);
  return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

static int alarm_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m, (void)fp;
  alarm_agent *a = (alarm_agent *)(void *)self;
  ag_timer **all = calloc((size_t)count, sizeof(void *));
  if (!all) abort();
  int64_t before = resident(), began = bench_now();
  for (int64_t i = 0; i < count; i++) {
    int64_t after = cancels ? 3600000000000 + i * 1000 : 1;
    all[i] = ag_timer_start(cx, self, kit_msg_new(cx, TICK), after, AG_TIMER_ONCE, NULL, 0);
  }
  started_ns = bench_now() - began;
  bytes = resident() - before;
  began = bench_now();
  for (int64_t i = 0; cancels && i < count; i++) ag_timer_cancel(cx, all[i]);
  cancelled_ns = bench_now() - began;
  for (int64_t i = 0; i < count; i++) ag_release(cx, all[i]);
  free(all);
  a->left = count;
  began_fire = bench_now();
  return AG_DONE;
}
static int alarm_tick(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)m, (void)fp;
  alarm_agent *a = (alarm_agent *)(void *)self;
  if (--a->left == 0) fired_ns = bench_now() - began_fire;
  return AG_DONE;
}
static const ag_behaviour behaviours[] = {KIT_BEHAVIOUR("init", alarm_init, kit_msg),
                                          KIT_BEHAVIOUR("tick", alarm_tick, kit_msg)};
static const ag_agent_type type = KIT_TYPE("Alarm", alarm_agent, NULL, behaviours);

static void run(uint32_t workers, int64_t n, bool cancel) {
  count = n;
  cancels = cancel;
  fired_ns = 0;
  if (kit_run(&type, workers, NULL) != 0 || (!cancel && fired_ns == 0)) abort();
}

double bench_timer_start(uint32_t workers, int64_t n) {
  run(workers, n, true);
  return (double)started_ns / (double)n;
}
double bench_timer_cancel(uint32_t workers, int64_t n) {
  run(workers, n, true);
  return (double)cancelled_ns / (double)n;
}
double bench_timer_fire(uint32_t workers, int64_t n) {
  run(workers, n, false);
  return (double)fired_ns / (double)n;
}
double bench_timer_bytes(uint32_t workers, int64_t n) {
  run(workers, n, true);
  return (double)bytes / (double)n;
}
