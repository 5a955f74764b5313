// wheel_test.c — timers fire in order of their ticks, never early, exactly once, near and far.
#include "sched/wheel.h"

#include <check.h>
#include <stdlib.h>

#include "base/base.h"

typedef struct probe {
  agi_wheel_node node;
  int64_t due, fired;
  int count;
} probe;

static int64_t now;

static void fire(agi_wheel_node *n, void *cx) {
  (void)cx;
  probe *p = AGI_CONTAINER_OF(n, probe, node);
  p->fired = now;
  p->count++;
}

static void go(agi_wheel *w, int64_t to) {
  now = to;
  agi_wheel_poll(w, now, NULL);
}

START_TEST(never_early_and_once) {
  static agi_wheel w;
  agi_wheel_init(&w, 0);
  probe p = {.node.fire = fire};
  agi_wheel_add(&w, &p.node, 2500000);
  ck_assert_int_eq(agi_wheel_next_ns(&w), 3000000);
  go(&w, 2999999);
  ck_assert_int_eq(p.count, 0);
  go(&w, 3000000);
  ck_assert_int_eq(p.count, 1);
  go(&w, 100 * AGI_TICK_NS);
  ck_assert_int_eq(p.count, 1);
  ck_assert_int_eq(agi_wheel_next_ns(&w), -1);
}
END_TEST

START_TEST(cancel_is_final) {
  static agi_wheel w;
  agi_wheel_init(&w, 0);
  probe a = {.node.fire = fire}, b = {.node.fire = fire};
  agi_wheel_add(&w, &a.node, 5 * AGI_TICK_NS);
  agi_wheel_add(&w, &b.node, 500 * AGI_TICK_NS);
  ck_assert(agi_wheel_cancel(&a.node));
  ck_assert(!agi_wheel_cancel(&a.node));
  go(&w, 600 * AGI_TICK_NS);
  ck_assert_int_eq(a.count, 0);
  ck_assert_int_eq(b.count, 1);
  ck_assert(!agi_wheel_cancel(&b.node));
}
END_TEST

// Random times from 0 to days, random steps: each fires in the step that reaches its tick.
START_TEST(any_time_any_step) {
  enum { N = 20000 };
  static agi_wheel w;
  agi_wheel_init(&w, 0);
  probe *all = calloc(N, sizeof *all);
  uint64_t rng = 42;
  for (int i = 0; i < N; i++) {
    all[i].node.fire = fire;
    all[i].fired = -1;
    all[i].due = (int64_t)(agi_rng_next(&rng) >> (24 + agi_rng_next(&rng) % 24));
    agi_wheel_add(&w, &all[i].node, all[i].due);
  }
  int64_t before = 0;
  for (int64_t t = 1; agi_wheel_next_ns(&w) >= 0;
       t += 1 + (int64_t)(agi_rng_next(&rng) >> (20 + agi_rng_next(&rng) % 24))) {
    int64_t next = agi_wheel_next_ns(&w);
    if (t < next && agi_rng_next(&rng) % 4) t = next;
    go(&w, t);
    for (int i = 0; i < N; i++) {
      if (all[i].fired != t) continue;
      int64_t tick = all[i].due <= 0 ? 1 : (all[i].due + AGI_TICK_NS - 1) / AGI_TICK_NS;
      if (tick == 0) tick = 1;
      ck_assert_int_ge(t, tick * AGI_TICK_NS);
      ck_assert_int_lt(before / AGI_TICK_NS, tick);
    }
    before = t;
    for (int i = 0; i < N; i++) {
      if (all[i].fired < 0) ck_assert_int_gt(all[i].due, t / AGI_TICK_NS * AGI_TICK_NS - AGI_TICK_NS);
    }
  }
  for (int i = 0; i < N; i++) ck_assert_int_eq(all[i].count, 1);
  free(all);
}
END_TEST

int main(void) {
  Suite *s = suite_create("wheel");
  TCase *c = tcase_create("all");
  tcase_set_timeout(c, 120);
  tcase_add_test(c, never_early_and_once);
  tcase_add_test(c, cancel_is_final);
  tcase_add_test(c, any_time_any_step);
  suite_add_tcase(s, c);
  SRunner *r = srunner_create(s);
  srunner_set_fork_status(r, CK_NOFORK);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed != 0;
}
