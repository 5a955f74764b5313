// blocking_test.c — tasks that block or run long hold up nobody else: declared, undeclared, many at once, ever again.
#include <sched/sched.h>
#include <time.h>

#include "../kit_check.h"

enum { INIT, GO, HIT };
#define MS INT64_C(1000000)

typedef struct blocker {
  ag_agent h;
  ag_agent *other; // owned, may be NULL
} blocker;
typedef struct frame {
  ag_frame h;
  ag_msg *out;
  ag_agent *a, *other;
  int64_t i;
} frame;

static _Atomic int64_t ended, hits, hits_at_end, inside, most_inside;
static int64_t began_ns, block_ns, repeat;
static int agents;
static bool declared, computes;

static int64_t now(void) {
  struct timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static void pass(int64_t ns) {
  if (computes) {
    for (int64_t until = now() + ns; now() < until;) {}
    return;
  }
  struct timespec ts = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
  nanosleep(&ts, NULL);
}

static void blocker_drop(ag_cx *cx, void *self) {
  ag_release_opt(cx, ((blocker *)self)->other);
  ((blocker *)self)->other = NULL;
}
static int blocker_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)fp;
  ((blocker *)(void *)self)->other = ((kit_agent_msg *)(void *)m)->agent;
  return AG_DONE;
}
static int blocker_go(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m;
  blocker *b = (blocker *)(void *)self;
  KIT_BEGIN(frame)
  for (; f->i < repeat; f->i++) {
    if (declared) ag_blocking_begin(cx);
    int64_t n = ++inside, most = most_inside;
    while (n > most && !atomic_compare_exchange_weak(&most_inside, &most, n)) {}
    if (block_ns) pass(block_ns);
    inside--;
    if (declared) ag_blocking_end(cx);
    if (cx->agent != self) abort();
    f->out = kit_msg_new(cx, HIT); // it can send as before
    KIT_STEP(ag_send(cx, b->other, &f->out, __FILE__, __LINE__));
  }
  hits_at_end = hits;
  ended++;
  KIT_END;
}
static const ag_behaviour blocker_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", blocker_init, kit_agent_msg),
    [GO] = KIT_BEHAVIOUR("go", blocker_go, kit_msg),
};
static const ag_agent_type blocker_type = KIT_TYPE("Blocker", blocker, blocker_drop, blocker_behaviours);

// Counts, and while there are blockers left keeps itself going.
static int counter_hit(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)self, (void)m, (void)fp;
  hits++;
  return AG_DONE;
}
static int counter_go(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m;
  KIT_BEGIN(frame)
  hits++;
  if (ended < agents) {
    f->out = kit_msg_new(cx, GO);
    KIT_STEP(ag_send(cx, self, &f->out, __FILE__, __LINE__));
  }
  KIT_END;
}
static const ag_behaviour counter_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    [GO] = KIT_BEHAVIOUR("go", counter_go, kit_msg),
    [HIT] = KIT_BEHAVIOUR("hit", counter_hit, kit_msg),
};
static const ag_mailbox_options roomy = {.capacity = 60000};
static const ag_agent_type counter_type = KIT_TYPE("Counter", ag_agent, NULL, counter_behaviours);

static bool busy_counter;
static int main_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->other = ag_spawn(cx, &counter_type, kit_msg_new(cx, INIT), &roomy);
  if (busy_counter) {
    f->out = kit_msg_new(cx, GO);
    KIT_STEP(ag_send(cx, f->other, &f->out, __FILE__, __LINE__));
  }
  for (; f->i < agents; f->i++) {
    f->a = ag_spawn(cx, &blocker_type, kit_agent_new(cx, INIT, f->other, 0), NULL);
    f->out = kit_msg_new(cx, GO);
    KIT_STEP(ag_send(cx, f->a, &f->out, __FILE__, __LINE__));
    ag_release(cx, f->a);
  }
  ag_release(cx, f->other);
  KIT_END;
}

static int64_t run(uint32_t workers, ag_metrics *metrics) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", main_init, kit_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  ended = hits = hits_at_end = inside = most_inside = 0;
  began_ns = now();
  ck_assert_int_eq(kit_run(&t, workers, metrics), 0);
  ck_assert_int_eq(ended, agents);
  return now() - began_ns;
}

START_TEST(many_block_at_the_same_time) {
  agents = 100, block_ns = 200 * MS, repeat = 1, declared = true, computes = false, busy_counter = true;
  ag_metrics metrics;
  run(KIT_WORKERS, &metrics);
  ck_assert_int_gt(most_inside, 16); // without hand-over: as many as there are workers
  ck_assert_int_gt(hits_at_end, 10); // the neighbour went on meanwhile
  ck_assert_uint_gt(metrics.handed_over, 16);
  ck_assert_uint_le(metrics.threads, KIT_WORKERS + AGI_MAX_SPARES);
}
END_TEST

START_TEST(more_block_than_threads_may_be_made) {
  agents = 2 * AGI_MAX_SPARES + 60, block_ns = 20 * MS, repeat = 2, declared = true, computes = false,
  busy_counter = false;
  ag_metrics metrics;
  run(KIT_WORKERS, &metrics);
  ck_assert_int_eq(hits, (int64_t)agents * repeat);
  ck_assert_uint_le(metrics.threads, KIT_WORKERS + AGI_MAX_SPARES);
}
END_TEST

START_TEST(short_calls_ever_again) {
  agents = 8, block_ns = 0, repeat = 20000, declared = true, computes = false, busy_counter = true;
  run(KIT_WORKERS, NULL);
  ck_assert_int_ge(hits, (int64_t)agents * repeat);
}
END_TEST

START_TEST(a_lone_call_keeps_its_seat) {
  agents = 1, block_ns = 0, repeat = 100000, declared = true, computes = false, busy_counter = false;
  ag_metrics metrics;
  run(KIT_WORKERS, &metrics);
  ck_assert_int_eq(hits, repeat);
}
END_TEST

// Who sleeps without a word, and who computes, is found by the monitor.
START_TEST(undeclared_sleep_holds_up_nobody) {
  agents = 1, block_ns = 300 * MS, repeat = 1, declared = false, computes = false, busy_counter = true;
  run(KIT_WORKERS, NULL);
  ck_assert_int_gt(hits_at_end, 10);
}
END_TEST

START_TEST(long_computing_holds_up_nobody) {
  agents = 1, block_ns = 300 * MS, repeat = 1, declared = false, computes = true, busy_counter = true;
  run(KIT_WORKERS, NULL);
  ck_assert_int_gt(hits_at_end, 10);
}
END_TEST

// The end of the program waits for who blocks, and for what it sends afterwards.
START_TEST(the_end_waits_for_a_call) {
  agents = 1, block_ns = 150 * MS, repeat = 2, declared = true, computes = false, busy_counter = false;
  int64_t took = run(KIT_WORKERS, NULL);
  ck_assert_int_ge(took, 300 * MS);
  ck_assert_int_eq(hits, 2);
}
END_TEST

int main(void) {
  const TTest *const tests[] = {many_block_at_the_same_time,      more_block_than_threads_may_be_made,
                                short_calls_ever_again,           a_lone_call_keeps_its_seat,
                                undeclared_sleep_holds_up_nobody, long_computing_holds_up_nobody,
                                the_end_waits_for_a_call};
  return kit_check("blocking", tests, (int)KIT_COUNT(tests));
}
