// rank_test.c — priorities: higher first, the wait of lower ones has a bound, stealing and hand-over lose nothing.
#include <limits.h>
#include <sched/rank.h>

#include "../kit_check.h"

enum { INIT, GO, LEVELS = 4, MOST_MESSAGES = 512 /* of a turn: profile.c */ };
static const uint8_t priorities[LEVELS] = {AG_PRIORITY_CRITICAL, AG_PRIORITY_HIGH, AG_PRIORITY_NORMAL, AG_PRIORITY_LOW};
static ag_mailbox_options options[LEVELS];

// One agent a level keeps itself ready. Each of its turns, which is one message, is noted.
typedef struct runner {
  ag_agent h;
  int64_t level;
} runner;
typedef struct frame {
  ag_frame h;
  ag_msg *out;
  ag_agent *a;
  int64_t i;
} frame;

static unsigned char trace[LEVELS * 100000];
static _Atomic int64_t turns;
static _Atomic int64_t of_level[LEVELS];
static int64_t most_turns;
static int per_level;

static int runner_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)fp;
  ((runner *)(void *)self)->level = ((kit_int_msg *)(void *)m)->value;
  return AG_DONE;
}
static int runner_go(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m;
  runner *r_ = (runner *)(void *)self;
  KIT_BEGIN(frame)
  f->i = turns++;
  if (f->i < (int64_t)sizeof trace) trace[f->i] = (unsigned char)r_->level;
  of_level[r_->level]++;
  if (f->i < most_turns) {
    f->out = kit_int_new(cx, GO, 0);
    KIT_STEP(ag_send(cx, self, &f->out, __FILE__, __LINE__));
  }
  KIT_END;
}
static const ag_behaviour runner_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", runner_init, kit_int_msg),
    [GO] = KIT_BEHAVIOUR("go", runner_go, kit_int_msg),
};
static const ag_agent_type runner_type = KIT_TYPE("Runner", runner, NULL, runner_behaviours);

static int main_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  for (; f->i < LEVELS * per_level; f->i++) {
    int64_t level = LEVELS - 1 - f->i % LEVELS; // the lowest first: the order of the sends is not what counts
    f->a = ag_spawn(cx, &runner_type, kit_int_new(cx, INIT, level), &options[level]);
    f->out = kit_int_new(cx, GO, 0);
    KIT_STEP(ag_send(cx, f->a, &f->out, __FILE__, __LINE__));
    ag_release(cx, f->a);
  }
  KIT_END;
}

static void run(uint32_t workers) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", main_init, kit_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  for (int i = 0; i < LEVELS; i++) {
    options[i] = (ag_mailbox_options){.priority = priorities[i]};
    of_level[i] = 0;
  }
  turns = 0;
  ck_assert_int_eq(kit_run(&t, workers, NULL), 0);
}

START_TEST(higher_levels_go_first) {
  per_level = 3, most_turns = 0;
  run(1);
  ck_assert_int_eq(turns, LEVELS * per_level);
  for (int i = 1; i < LEVELS * per_level; i++) ck_assert_int_le(trace[i - 1], trace[i]);
}
END_TEST

// At first main has turns of the normal level, too. A batch is up to 512 messages of one agent, and each of these agents always has one: turns of levels come in runs.
START_TEST(lower_levels_wait_for_a_bounded_time) {
  per_level = 2, most_turns = 100000;
  run(1);
  int64_t last[LEVELS] = {0}, most[LEVELS] = {0}, n = most_turns;
  for (int64_t i = 0; i < n; i++) {
    int level = trace[i];
    if (last[level] > 10000 && i - last[level] > most[level]) most[level] = i - last[level];
    last[level] = i;
  }
  for (int l = 0; l < LEVELS; l++) {
    ck_assert_int_gt(of_level[l], n / 100);
    ck_assert_int_le(most[l], (AGI_PATIENCE + 4) * MOST_MESSAGES + 1);
  }
  ck_assert_int_gt(of_level[0], of_level[1]);
  ck_assert_int_gt(of_level[0], n / 2);
}
END_TEST

// More than a queue holds: the lists behind the queues keep the levels apart. The best of some tries: on a busy machine main may run so
// long that another worker takes over what waits behind it, and levels are each worker's.
START_TEST(levels_are_kept_however_many_are_ready) {
  per_level = 300, most_turns = 0;
  int turns_below = 3 * 2 * per_level / AGI_PATIENCE + 2 * per_level / AGI_GLOBAL_EVERY + 8;
  int first = INT_MAX, second = INT_MAX;
  for (int i = 0; i < 20 && (first > per_level + turns_below || second > 2 * (per_level + turns_below)); i++) {
    run(1);
    ck_assert_int_eq(turns, LEVELS * per_level);
    int last[LEVELS] = {0};
    for (int k = 0; k < LEVELS * per_level; k++) last[trace[k]] = k;
    if (last[0] < first) first = last[0];
    if (last[1] < second) second = last[1];
  }
  ck_assert_int_le(first, per_level + turns_below);
  ck_assert_int_le(second, 2 * (per_level + turns_below));
}
END_TEST

START_TEST(none_is_lost) { // more than a queue holds, with thieves
  per_level = 700, most_turns = 20000;
  run(KIT_WORKERS);
  ck_assert_int_ge(turns, most_turns);
  int64_t all = 0;
  for (int l = 0; l < LEVELS; l++) {
    ck_assert_int_ge(of_level[l], per_level);
    all += of_level[l];
  }
  ck_assert_int_eq(all, turns);
}
END_TEST

int main(void) {
  const TTest *const tests[] = {higher_levels_go_first, lower_levels_wait_for_a_bounded_time,
                                levels_are_kept_however_many_are_ready, none_is_lost};
  return kit_check("rank", tests, (int)KIT_COUNT(tests));
}
