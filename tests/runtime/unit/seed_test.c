// seed_test.c — seeded runs: the same seed gives the same interleaving, others give others; the clock does not wait.
#include <time.h>

#include "../kit_check.h"

enum { INIT, WORK, TICK };
enum { AGENTS = 6, STEPS = 12, MOST = 4096, RUNS = 40 };
#define MS INT64_C(1000000)

static int64_t trace[MOST];
static int traced;
static void note(int64_t what) {
  if (traced < MOST) trace[traced++] = what;
}

// Each agent sends itself on, and the next one at times; every step leaves its number.
typedef struct walker {
  ag_agent h;
  ag_agent *next; // owned
  int64_t number;
} walker;
typedef struct frame {
  ag_frame h;
  ag_msg *out, *more;
} frame;

static void walker_drop(ag_cx *cx, void *self) {
  ag_release_opt(cx, ((walker *)self)->next);
  ((walker *)self)->next = NULL;
}
static int walker_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)fp;
  walker *w = (walker *)(void *)self;
  w->next = ((kit_agent_msg *)(void *)m)->agent;
  w->number = ((kit_agent_msg *)(void *)m)->value;
  note(w->number);
  return AG_DONE;
}
static int walker_work(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  walker *w = (walker *)(void *)self;
  int64_t left = ((kit_int_msg *)(void *)m)->value;
  KIT_BEGIN(frame)
  note(100 + w->number * 100 + left);
  if (left > 0) {
    f->out = kit_int_new(cx, WORK, left - 1);
    f->more = kit_int_new(cx, WORK, 0);
    KIT_STEP(ag_send(cx, self, &f->out, __FILE__, __LINE__));
    note(50 + w->number);
    KIT_STEP(ag_send(cx, w->next ? w->next : self, &f->more, __FILE__, __LINE__));
  }
  KIT_END;
}
static int walker_tick(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)m, (void)fp;
  note(1000000 + ((walker *)(void *)self)->number);
  return AG_DONE;
}
static const ag_behaviour walker_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", walker_init, kit_agent_msg),
    [WORK] = KIT_BEHAVIOUR("work", walker_work, kit_int_msg),
    [TICK] = KIT_BEHAVIOUR("tick", walker_tick, kit_int_msg),
};
static const ag_agent_type walker_type = KIT_TYPE("Walker", walker, walker_drop, walker_behaviours);

typedef struct main_frame {
  ag_frame h;
  ag_agent *last;
  ag_msg *out;
  int64_t i;
} main_frame;
static int walk_main(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(main_frame)
  for (; f->i < AGENTS; f->i++) {
    kit_agent_msg *init = (kit_agent_msg *)(void *)ag_msg_new(cx, sizeof *init, 0);
    init->agent = f->last; // given to the new one, which keeps it alive
    init->value = f->i;
    f->last = ag_spawn(cx, &walker_type, &init->h, NULL);
    ag_msg *tick = kit_int_new(cx, TICK, 0);
    int64_t hours = (AGENTS - f->i) * 3600 * 1000 * MS;
    ag_release(cx, ag_timer_start(cx, f->last, tick, hours, AG_TIMER_ONCE, __FILE__, __LINE__));
    f->out = kit_int_new(cx, WORK, STEPS);
    KIT_STEP(ag_send(cx, f->last, &f->out, __FILE__, __LINE__));
  }
  ag_release(cx, f->last);
  KIT_END;
}

static void run(int (*body)(ag_cx *, ag_agent *, ag_msg *, ag_frame **), uint64_t seed) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", body, kit_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  ag_options options = {.drive = AG_DRIVE_PROGRAM, .workers = KIT_COUNT(b) + 1, .seed = seed};
  ag_runtime *rt = NULL;
  int status = -1;
  traced = 0;
  ck_assert_int_eq(ag_runtime_new(&options, &rt), AG_OK);
  ck_assert_int_eq(ag_runtime_run(rt, &t, kit_first, NULL, &status), AG_OK);
  ck_assert_int_eq(status, 0);
  ag_runtime_free(rt);
}

START_TEST(the_same_seed_gives_the_same_run) {
  static int64_t before[MOST];
  for (uint64_t seed = 1; seed <= RUNS; seed++) {
    run(walk_main, seed);
    int count = traced;
    memcpy(before, trace, sizeof before);
    ck_assert_int_gt(count, AGENTS * STEPS);
    run(walk_main, seed);
    ck_assert_int_eq(traced, count);
    ck_assert_mem_eq(trace, before, (size_t)count * sizeof *trace);
  }
}
END_TEST

START_TEST(other_seeds_give_other_runs) {
  static int64_t runs[RUNS][MOST];
  static int lengths[RUNS];
  int same = 0;
  for (int i = 0; i < RUNS; i++) {
    run(walk_main, (uint64_t)i + 1);
    memcpy(runs[i], trace, sizeof trace);
    lengths[i] = traced;
    for (int j = 0; j < i; j++)
      same += lengths[i] == lengths[j] && memcmp(runs[i], runs[j], (size_t)traced * sizeof *trace) == 0;
  }
  ck_assert_int_eq(same, 0);
}
END_TEST

// Timers of hours fire in order, at once.
START_TEST(the_clock_jumps_to_the_next_timer) {
  struct timespec began, ended;
  clock_gettime(CLOCK_MONOTONIC, &began);
  run(walk_main, 7);
  clock_gettime(CLOCK_MONOTONIC, &ended);
  ck_assert_int_lt(ended.tv_sec - began.tv_sec, 10);
  int ticks = 0;
  for (int i = 0; i < traced; i++) {
    if (trace[i] < 1000000) continue;
    ck_assert_int_eq(trace[i], 1000000 + AGENTS - 1 - ticks);
    ticks++;
  }
  ck_assert_int_eq(ticks, AGENTS);
}
END_TEST

int main(void) {
  Suite *s = suite_create("seed");
  TCase *c = tcase_create("seed");
  tcase_add_test(c, the_same_seed_gives_the_same_run);
  tcase_add_test(c, other_seeds_give_other_runs);
  tcase_add_test(c, the_clock_jumps_to_the_next_timer);
  suite_add_tcase(s, c);
  SRunner *r = srunner_create(s);
  srunner_set_fork_status(r, CK_NOFORK);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed != 0;
}
