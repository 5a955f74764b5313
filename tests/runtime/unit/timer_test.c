// timer_test.c — after, every, cancel, awaits with a deadline; all while the workers are parked.
#include <time.h>

#include "../kit_check.h"

enum { INIT, TICK, STOP, NEVER, LATE };
#define MS INT64_C(1000000)

typedef struct clock_agent {
  ag_agent h;
  ag_timer *timer; // owned
  int64_t ticks;
} clock_agent;
typedef struct frame {
  ag_frame h;
  ag_msg *out;
  ag_future *fut;
  ag_agent *a;
  int64_t value, deadline;
} frame;

static _Atomic int64_t ticks, drops, ended_ns;
static int64_t began_ns, period, after, stop_at;
static bool cancel_at_stop;
static const ag_class *caught;
static const ag_type type_int = {.name = "Int", .size = 8, .align = 8};

static int64_t now(void) {
  struct timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static void clock_drop(ag_cx *cx, void *self) {
  ag_release_opt(cx, ((clock_agent *)self)->timer);
  ((clock_agent *)self)->timer = NULL;
  drops++;
}
static int clock_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m, (void)fp;
  ((clock_agent *)(void *)self)->timer =
      ag_timer_start(cx, self, kit_int_new(cx, TICK, 1), after, period, __FILE__, __LINE__);
  return AG_DONE;
}
static int clock_tick(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m, (void)fp;
  clock_agent *c = (clock_agent *)(void *)self;
  ticks++;
  ended_ns = now();
  if (++c->ticks < stop_at) return AG_DONE;
  if (cancel_at_stop) ag_timer_cancel(cx, c->timer);
  else if (period > 0) ag_stop(cx);
  return AG_DONE;
}
static int clock_stop(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_stop(cx);
  return AG_DONE;
}
static const ag_behaviour clock_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", clock_init, kit_msg),
    [TICK] = KIT_BEHAVIOUR("tick", clock_tick, kit_int_msg),
    [STOP] = KIT_BEHAVIOUR("stop", clock_stop, kit_msg),
};
static const ag_agent_type clock_type = KIT_TYPE("Clock", clock_agent, clock_drop, clock_behaviours);

static int run_main(int (*body)(ag_cx *, ag_agent *, ag_msg *, ag_frame **), uint32_t workers, ag_metrics *metrics) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", body, kit_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  ticks = drops = ended_ns = 0;
  caught = NULL;
  began_ns = now();
  return kit_run(&t, workers, metrics);
}
static int start_clock(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_release(cx, kit_spawn(cx, &clock_type));
  return AG_DONE;
}

START_TEST(after_fires_once_and_keeps_its_agent) {
  after = 30 * MS, period = AG_TIMER_ONCE, stop_at = 1, cancel_at_stop = false;
  ag_metrics metrics;
  ck_assert_int_eq(run_main(start_clock, KIT_WORKERS, &metrics), 0);
  ck_assert_int_eq(ticks, 1);
  ck_assert_int_eq(drops, 1);
  ck_assert_uint_eq(metrics.alive, 1);
  ck_assert_int_ge(ended_ns - began_ns, 30 * MS);
}
END_TEST

START_TEST(every_keeps_its_grid_until_cancelled) {
  after = period = 10 * MS, stop_at = 8, cancel_at_stop = true;
  ck_assert_int_eq(run_main(start_clock, KIT_WORKERS, NULL), 0);
  ck_assert_int_eq(ticks, 8);
  ck_assert_int_ge(ended_ns - began_ns, 80 * MS);
  ck_assert_int_eq(drops, 1);
}
END_TEST

// Thousands of periods: how far off its grid is each tick? `late` is the latest, `sum` of all; in a seeded run the clock is virtual.
typedef struct drift_agent {
  ag_agent h;
  ag_timer *timer; // owned
} drift_agent;
static int64_t periods;
static int64_t grid_ns, late_ns, early_ns, last_off_ns;
static void drift_drop(ag_cx *cx, void *self) { ag_release_opt(cx, ((drift_agent *)self)->timer); }
static int drift_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m, (void)fp;
  grid_ns = ag_time_now(cx);
  ((drift_agent *)(void *)self)->timer =
      ag_timer_start(cx, self, kit_int_new(cx, TICK, 1), period, period, __FILE__, __LINE__);
  return AG_DONE;
}
static int drift_tick(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m, (void)fp;
  int64_t since = ag_time_now(cx) - grid_ns, off = since % period;
  ticks++;
  if (off > late_ns) late_ns = off;
  if (off < early_ns) early_ns = off;
  last_off_ns = off;
  if (since >= periods * period) ag_timer_cancel(cx, ((drift_agent *)(void *)self)->timer);
  return AG_DONE;
}
static int run_drift(uint64_t seed, uint32_t workers, int64_t every, int64_t count) {
  static const ag_behaviour b[] = {KIT_BEHAVIOUR("init", drift_init, kit_msg),
                                   KIT_BEHAVIOUR("tick", drift_tick, kit_int_msg)};
  static const ag_agent_type t = KIT_TYPE("Main", drift_agent, drift_drop, b);
  ag_options options = {.drive = AG_DRIVE_PROGRAM, .workers = workers, .seed = seed};
  ag_runtime *rt = NULL;
  int status = -1;
  ticks = late_ns = last_off_ns = 0;
  early_ns = INT64_MAX;
  period = every;
  periods = count;
  ck_assert_int_eq(ag_runtime_new(&options, &rt), AG_OK);
  ck_assert_int_eq(ag_runtime_run(rt, &t, kit_first, NULL, &status), AG_OK);
  ag_runtime_free(rt);
  return status;
}
START_TEST(every_does_not_drift) {
  // By the virtual clock none is left out, and each comes within one tick of the wheel.
  for (uint64_t seed = 1; seed <= 3; seed++) {
    ck_assert_int_eq(run_drift(seed, 1, 3333333, 5000), 0);
    ck_assert_int_eq(ticks, periods);
    ck_assert_int_lt(late_ns, 2 * MS);
  }
  // On a busy machine some are left out; those that come are as near to the grid at the end as at the beginning.
  ck_assert_int_eq(run_drift(0, KIT_WORKERS, 1300000, 2000), 0);
  ck_assert_int_gt(ticks, periods / 50);
  ck_assert_int_le(ticks, periods);
}
END_TEST

// What only a program can compute.
static int wrong_times(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  static const int64_t wrong[][2] = {{-1, AG_TIMER_ONCE}, {INT64_MIN, 5}, {0, 0}, {7, -5}, {-5, -5}};
  (void)m, (void)fp;
  for (uint32_t i = 0; i < KIT_COUNT(wrong); i++) {
    void *t = ag_timer_start(cx, self, kit_msg_new(cx, INIT), wrong[i][0], wrong[i][1], __FILE__, __LINE__);
    ck_assert_ptr_null(t);
    ck_assert_ptr_eq(kit_catch(cx), &ag_error_BadConversion);
  }
  return AG_DONE;
}
START_TEST(wrong_times_are_refused) {
  ag_metrics metrics;
  ck_assert_int_eq(run_main(wrong_times, KIT_WORKERS, &metrics), 0);
  ck_assert_uint_eq(metrics.dead_letters, 0);
}
END_TEST

START_TEST(a_timer_ends_with_its_agent) {
  after = period = 5 * MS, stop_at = 3, cancel_at_stop = false;
  ck_assert_int_eq(run_main(start_clock, KIT_WORKERS, NULL), 0);
  ck_assert_int_eq(ticks, 3);
}
END_TEST

// The timer is an hour away, its agent stops: the program does not wait for it.
static int stop_clock(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_agent *a = kit_spawn(cx, &clock_type);
  ag_msg *out = kit_msg_new(cx, STOP);
  ag_send(cx, a, &out, __FILE__, __LINE__);
  ag_release(cx, a);
  return AG_DONE;
}
START_TEST(nobody_waits_for_timers_of_stopped_agents) {
  after = 3600 * 1000 * MS, period = AG_TIMER_ONCE, cancel_at_stop = false;
  ck_assert_int_eq(run_main(stop_clock, KIT_WORKERS, NULL), 0);
  ck_assert_int_lt(now() - began_ns, 5000 * MS);
}
END_TEST

// ---- deadlines of awaits -----------------------------------------------------------------------------------------

// Answers after 400 ms, in which it holds its worker.
static int late_reply(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)fp;
  struct timespec ts = {.tv_nsec = 400 * MS};
  int64_t value = 7;
  nanosleep(&ts, NULL);
  ag_reply(cx, m, &value);
  return AG_DONE;
}
static const ag_behaviour late_behaviours[] = {
    KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    KIT_BEHAVIOUR("late", late_reply, kit_msg, .reply = &type_int),
};
static const ag_agent_type late_type = KIT_TYPE("Late", ag_agent, NULL, late_behaviours);
static int64_t within;

static int await_late(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->a = kit_spawn(cx, &late_type);
  f->deadline = ag_deadline(cx, within);
  f->out = kit_msg_new(cx, 1);
  KIT_STEP(ag_ask(cx, f->a, &f->out, &type_int, &f->fut, __FILE__, __LINE__));
  KIT_STEP(ag_await(cx, &f->fut, &f->value, f->deadline, __FILE__, __LINE__));
  ended_ns = now();
  if (r == AG_DONE) ticks = f->value;
  if (r == AG_FAILED) caught = kit_catch(cx), r = AG_DONE;
  ag_release(cx, f->a);
  KIT_END;
}
START_TEST(a_deadline_raises_timeout) {
  within = 10 * MS;
  ck_assert_int_eq(run_main(await_late, KIT_WORKERS, NULL), 0);
  ck_assert_int_ge(ended_ns - began_ns, 10 * MS);
  if (KIT_WORKERS > 1) { // with one worker the reply is there before anybody can look at the clock
    ck_assert_ptr_eq(caught, &ag_error_Timeout);
  }
}
END_TEST
START_TEST(a_reply_in_time_ends_the_deadline) {
  within = 10000 * MS;
  ck_assert_int_eq(run_main(await_late, KIT_WORKERS, NULL), 0);
  ck_assert_int_eq(ticks, 7);
  ck_assert_int_lt(now() - began_ns, 5000 * MS); // the program does not wait for the timer
}
END_TEST

// ---- a busy agent ------------------------------------------------------------------------------------------------

// Waits long while its own timer ticks, then stops: of all those ticks one waits at most.
static int busy_wait(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m;
  KIT_BEGIN(frame)
  ag_release(cx, ag_timer_start(cx, self, kit_int_new(cx, 1, 1), MS, MS, __FILE__, __LINE__));
  f->a = kit_spawn(cx, &late_type);
  f->out = kit_msg_new(cx, 1);
  KIT_STEP(ag_ask(cx, f->a, &f->out, &type_int, &f->fut, __FILE__, __LINE__));
  KIT_STEP(ag_await(cx, &f->fut, &f->value, 0, __FILE__, __LINE__));
  ag_release(cx, f->a);
  if (r == AG_DONE) ag_stop(cx);
  KIT_END;
}
START_TEST(one_tick_waits_at_most) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", busy_wait, kit_msg), KIT_BEHAVIOUR("tick", kit_nothing, kit_int_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  ag_metrics metrics;
  ck_assert_int_eq(kit_run(&t, KIT_WORKERS, &metrics), 0);
  ck_assert_uint_le(metrics.dead_letters, 1);
}
END_TEST

int main(void) {
  const TTest *const tests[] = {after_fires_once_and_keeps_its_agent,
                                every_keeps_its_grid_until_cancelled,
                                every_does_not_drift,
                                wrong_times_are_refused,
                                a_timer_ends_with_its_agent,
                                nobody_waits_for_timers_of_stopped_agents,
                                a_deadline_raises_timeout,
                                a_reply_in_time_ends_the_deadline,
                                one_tick_waits_at_most};
  return kit_check("timer", tests, (int)KIT_COUNT(tests));
}
