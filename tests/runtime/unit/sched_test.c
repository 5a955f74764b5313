// sched_test.c — the scheduler by itself: tasks that know nothing of agents.
#include "sched/push.h"

#include <check.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/alloc.h"

enum { TASKS = 3000 };

typedef struct job {
  agi_task task;
  _Atomic int runs;
  int again;
} job;

static job jobs[TASKS];
static _Atomic int order;
static int first_after_chain;

static void run_job(agi_proc *p, agi_task *t) {
  job *j = (job *)(void *)t;
  agi_add_relaxed(&j->runs, 1);
  if (j->again-- > 0) agi_sched_push_back(p, t);
}
static void start(agi_proc *p) { (void)p; }
static void poll(agi_proc *p, bool all) { (void)p, (void)all; }
static int64_t next(agi_sched *s) {
  (void)s;
  return -1;
}
static bool quiescent(agi_proc *p) {
  (void)p;
  return true;
}
static const agi_sched_hooks hooks = {.start = start, .poll = poll, .next = next, .quiescent = quiescent};

static bool run(uint32_t workers, agi_task *first) {
  agi_sched sched;
  agi_proc *procs[4];
  agi_sched_init(&sched, &hooks, procs, workers);
  for (uint32_t i = 0; i < workers; i++) {
    procs[i] = agi_alloc_aligned(64, sizeof *procs[i]);
    agi_proc_init(procs[i], &sched, i);
  }
  agi_sched_push_back(procs[0], first);
  bool ok = agi_sched_run(&sched);
  for (uint32_t i = 0; i < workers; i++) agi_free(procs[i]);
  return ok;
}

static void run_all(agi_proc *p, agi_task *t) {
  (void)t;
  for (int i = 0; i < TASKS; i++) { // more than a local queue holds: the rest goes through the global one
    jobs[i] = (job){.task = {.run = run_job}, .again = 10};
    if (i % 2) agi_sched_push(p, &jobs[i].task);
    else agi_sched_push_back(p, &jobs[i].task);
  }
}
START_TEST(each_task_runs_as_often_as_it_was_pushed) {
  agi_task first = {.run = run_all};
  ck_assert(run(1U << _i, &first));
  for (int i = 0; i < TASKS; i++) ck_assert_int_eq(agi_load_relaxed(&jobs[i].runs), 11);
}
END_TEST

// Two tasks that make each other ready through the slot for ever would starve a third one in the queue.
static job ping, pong, third;
static void bounce(agi_proc *p, agi_task *t) {
  int n = agi_add_relaxed(&order, 1);
  if (agi_load_relaxed(&third.runs) || n > 100000) return;
  agi_sched_push(p, t == &ping.task ? &pong.task : &ping.task);
}
static void run_third(agi_proc *p, agi_task *t) {
  (void)p, (void)t;
  first_after_chain = agi_load_relaxed(&order);
  agi_store_relaxed(&third.runs, 1);
}
static void run_chain(agi_proc *p, agi_task *t) {
  (void)t;
  agi_sched_push_back(p, &third.task);
  agi_sched_push(p, &ping.task);
}
START_TEST(the_slot_starves_no_one) {
  agi_task first = {.run = run_chain};
  ping = pong = (job){.task = {.run = bounce}};
  third = (job){.task = {.run = run_third}};
  agi_store_relaxed(&order, 0);
  ck_assert(run(1U << _i, &first));
  if (_i == 0) ck_assert_int_le(first_after_chain, AGI_LIFO_RUN);
  ck_assert_int_lt(first_after_chain, 100000);
}
END_TEST

// A task behind one that runs long is taken by a sleeper; the one in the slot too.
static _Atomic int released;
static void release_it(agi_proc *p, agi_task *t) {
  (void)p, (void)t;
  agi_add_relaxed(&released, 1);
}
static agi_task in_queue = {.run = release_it}, in_slot = {.run = release_it};
static bool fine; // the worker is known for tasks that are better not spread
static void hold(agi_proc *p, agi_task *t) {
  (void)t;
  agi_store_relaxed(&p->fine, fine);
  agi_store_relaxed(&p->turn_ns, fine ? (uint64_t)100 : 0);
  agi_sched_push_back(p, &in_queue);
  agi_sched_push(p, &in_slot);
  for (int ms = 0; ms < 5000 && agi_load_relaxed(&released) < 2; ms++) {
    struct timespec ts = {.tv_nsec = 1000000};
    nanosleep(&ts, NULL);
  }
  first_after_chain = agi_load_relaxed(&released);
}
START_TEST(work_behind_a_long_task_is_taken_over) {
  agi_task first = {.run = hold};
  if (_i == 0) return; // nobody else there
  for (int k = 0; k < 2; k++) {
    fine = k != 0;
    agi_store_relaxed(&released, 0);
    ck_assert(run(1U << _i, &first));
    ck_assert_int_eq(first_after_chain, 2);
  }
}
END_TEST

// As many long tasks as leave one worker free, and a short one behind them: whoever takes a long one off the queue leaves
// someone behind who looks after the rest.
static agi_task long_tasks[2], short_task = {.run = release_it};
static void hold_on(agi_proc *p, agi_task *t) {
  (void)p, (void)t;
  for (int ms = 0; ms < 5000 && agi_load_relaxed(&released) < 1; ms++) {
    struct timespec ts = {.tv_nsec = 1000000};
    nanosleep(&ts, NULL);
  }
}
static void hold_all(agi_proc *p, agi_task *t) {
  for (int i = 0; i < 2; i++) {
    long_tasks[i] = (agi_task){.run = hold_on};
    agi_sched_push_back(p, &long_tasks[i]);
  }
  agi_sched_push_back(p, &short_task);
  hold_on(p, t);
  first_after_chain = agi_load_relaxed(&released);
}
START_TEST(someone_keeps_watch_while_others_work_long) {
  agi_task first = {.run = hold_all};
  agi_store_relaxed(&released, 0);
  if (_i < 2) return; // four workers
  ck_assert(run(1U << _i, &first));
  ck_assert_int_eq(first_after_chain, 1);
}
END_TEST

// Workers that have nothing to do use no processor time while one waits long.
static void wait_long(agi_proc *p, agi_task *t) {
  (void)p, (void)t;
  struct timespec ts = {.tv_nsec = 400000000};
  nanosleep(&ts, NULL);
}
START_TEST(idle_workers_use_no_cpu) {
  agi_task first = {.run = wait_long};
  struct rusage before, after;
  getrusage(RUSAGE_SELF, &before);
  ck_assert(run(1U << _i, &first));
  getrusage(RUSAGE_SELF, &after);
  int64_t us =
      (after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1000000 + after.ru_utime.tv_usec - before.ru_utime.tv_usec;
  ck_assert_int_lt(us, 40000); // of 400,000
}
END_TEST

// A worker whose thread is slow to start has its seat when it comes to its first task: nobody takes it meanwhile.
static void start_late(agi_proc *p) {
  struct timespec ts = {.tv_nsec = 60000000};
  if (p->index == 0) nanosleep(&ts, NULL);
}
static agi_proc *one_more(agi_sched *s) {
  agi_proc *p = agi_alloc_aligned(64, sizeof *p);
  agi_proc_init(p, s, AGI_MAX_PROCS);
  return p;
}
static void added(agi_sched *s, agi_proc *p, uint32_t index) {
  (void)s;
  if (index == AGI_NOT_ADDED) agi_free(p);
}
static void overran(agi_proc *p) { (void)p; }

START_TEST(a_late_start_costs_no_seat) {
  static const agi_sched_hooks watched = {.start = start_late,
                                          .poll = poll,
                                          .next = next,
                                          .quiescent = quiescent,
                                          .more = one_more,
                                          .added = added,
                                          .overran = overran};
  agi_sched sched;
  static agi_proc *procs[4 + AGI_MAX_SPARES];
  agi_sched_init(&sched, &watched, procs, 1U << _i);
  for (uint32_t i = 0; i < 1U << _i; i++) {
    procs[i] = agi_alloc_aligned(64, sizeof *procs[i]);
    agi_proc_init(procs[i], &sched, i);
  }
  agi_store_relaxed(&released, 0);
  agi_sched_push_back(procs[0], &in_queue);
  ck_assert(agi_sched_run(&sched));
  ck_assert_int_eq(agi_load_relaxed(&released), 1);
  for (uint32_t i = 0; i < agi_load_relaxed(&sched.made); i++) agi_free(procs[i]);
}
END_TEST

// After a sleep the turns may take longer than those before: timers are looked at before the second one.
enum { AFTER_SLEEP = 16 };
static agi_task woken[AFTER_SLEEP];
static int turns_run, looks_at[AFTER_SLEEP], looks;
static bool slept;
static void note_looks(agi_proc *p, agi_task *t) {
  (void)p, (void)t;
  looks_at[turns_run++] = looks;
}
static void poll_and_push(agi_proc *p, bool all) {
  looks++;
  if (!all || !slept) return;
  slept = false;
  for (int i = 0; i < AFTER_SLEEP; i++) {
    woken[i] = (agi_task){.run = note_looks};
    agi_sched_push_back(p, &woken[i]);
  }
}
static int64_t next_once(agi_sched *s) { // one sleep of a millisecond, when all has been done
  (void)s;
  if (turns_run != 0) return -1;
  slept = true;
  return 1000000;
}
START_TEST(timers_are_looked_at_soon_after_a_sleep) {
  static const agi_sched_hooks sleepy = {
      .start = start, .poll = poll_and_push, .next = next_once, .quiescent = quiescent};
  agi_sched sched;
  agi_proc *proc = agi_alloc_aligned(64, sizeof *proc);
  agi_sched_init(&sched, &sleepy, &proc, 1);
  agi_proc_init(proc, &sched, 0);
  turns_run = looks = 0;
  agi_store_relaxed(&released, 0);
  agi_sched_push_back(proc, &in_queue);
  ck_assert(agi_sched_run(&sched));
  ck_assert_int_eq(turns_run, AFTER_SLEEP);
  ck_assert_int_gt(looks_at[1], looks_at[0]);
  agi_free(proc);
}
END_TEST

int main(void) {
  const TTest *const tests[] = {
      each_task_runs_as_often_as_it_was_pushed,   the_slot_starves_no_one, work_behind_a_long_task_is_taken_over,
      someone_keeps_watch_while_others_work_long, idle_workers_use_no_cpu, a_late_start_costs_no_seat,
      timers_are_looked_at_soon_after_a_sleep};
  Suite *s = suite_create("sched");
  TCase *c = tcase_create("1, 2, 4 workers");
  tcase_set_timeout(c, 60);
  for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) tcase_add_loop_test(c, tests[i], 0, 3);
  suite_add_tcase(s, c);
  SRunner *r = srunner_create(s);
  srunner_set_fork_status(r, CK_NOFORK);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed != 0;
}
