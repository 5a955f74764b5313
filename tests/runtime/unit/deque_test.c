// deque_test.c — the local queue of a worker: order, overflow, stealing, and one owner against thieves.
#include "sched/deque.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/atomic.h"

enum { MANY = 200000 };

static agi_task tasks[AGI_DEQUE_SIZE * 2];

START_TEST(first_in_first_out) {
  agi_deque q;
  agi_deque_init(&q);
  ck_assert_ptr_null(agi_deque_pop(&q));
  for (int round = 0; round < 5; round++) {
    for (int i = 0; i < 200; i++) ck_assert(agi_deque_push(&q, &tasks[i]));
    ck_assert_uint_eq(agi_deque_size(&q), 200);
    for (int i = 0; i < 200; i++) ck_assert_ptr_eq(agi_deque_pop(&q), &tasks[i]);
  }
  ck_assert_ptr_null(agi_deque_pop(&q));
}
END_TEST

START_TEST(full_gives_up_its_older_half) {
  agi_deque q;
  agi_deque_init(&q);
  uint32_t n = 0;
  for (int i = 0; i < AGI_DEQUE_SIZE; i++) ck_assert(agi_deque_push(&q, &tasks[i]));
  ck_assert(!agi_deque_push(&q, &tasks[AGI_DEQUE_SIZE]));
  agi_task *t = agi_deque_take_half(&q, &n);
  ck_assert_uint_eq(n, AGI_DEQUE_SIZE / 2);
  for (uint32_t i = 0; i < n; i++, t = t->next) ck_assert_ptr_eq(t, &tasks[i]);
  ck_assert_ptr_null(t);
  ck_assert_ptr_eq(agi_deque_pop(&q), &tasks[AGI_DEQUE_SIZE / 2]);
}
END_TEST

START_TEST(a_thief_gets_half) {
  agi_deque q, mine;
  agi_deque_init(&q);
  agi_deque_init(&mine);
  ck_assert_ptr_null(agi_deque_steal(&q, &mine));
  for (int i = 0; i < 101; i++) agi_deque_push(&q, &tasks[i]);
  ck_assert_ptr_eq(agi_deque_steal(&q, &mine), &tasks[50]);
  ck_assert_uint_eq(agi_deque_size(&mine), 50);
  ck_assert_uint_eq(agi_deque_size(&q), 50);
  for (int i = 0; i < 50; i++) ck_assert_ptr_eq(agi_deque_pop(&mine), &tasks[i]);
  for (int i = 51; i < 101; i++) ck_assert_ptr_eq(agi_deque_pop(&q), &tasks[i]);
}
END_TEST

// Another thread has claimed all 256 tasks, and has not read them yet: the owner, who finds its queue empty and steals, must not write over them.
START_TEST(what_a_thief_still_reads_is_not_written_over) {
  agi_deque q, mine;
  agi_deque_init(&q);
  agi_deque_init(&mine);
  for (int i = 0; i < AGI_DEQUE_SIZE; i++) agi_deque_push(&mine, &tasks[i]);
  atomic_store(&mine.head, agi_deque_pack(0, AGI_DEQUE_SIZE));
  for (int i = 0; i < 10; i++) agi_deque_push(&q, &tasks[AGI_DEQUE_SIZE + i]);
  ck_assert_ptr_eq(agi_deque_steal(&q, &mine), &tasks[AGI_DEQUE_SIZE]);
  ck_assert_uint_eq(agi_deque_size(&mine), 0);
  ck_assert_uint_eq(agi_deque_size(&q), 9);
  for (int i = 0; i < AGI_DEQUE_SIZE; i++) ck_assert_ptr_eq(atomic_load(&mine.slots[i]), &tasks[i]);
  atomic_store(&mine.head, agi_deque_pack(AGI_DEQUE_SIZE - 2, AGI_DEQUE_SIZE)); // all but two are read
  ck_assert_ptr_eq(agi_deque_steal(&q, &mine), &tasks[AGI_DEQUE_SIZE + 5]);
  ck_assert_uint_eq(agi_deque_size(&mine), 4);
  ck_assert_uint_eq(agi_deque_size(&q), 4);
}
END_TEST

// One owner, two thieves: each of MANY tasks comes out exactly once.
typedef struct item {
  agi_task task;
  _Atomic int seen;
} item;
static item *items;
static agi_deque shared;
static _Atomic bool done;

static void saw(agi_task *t) { agi_add_relaxed(&((item *)(void *)t)->seen, 1); }

static void *thief(void *arg) {
  agi_deque *mine = arg;
  agi_deque_init(mine);
  for (;;) {
    bool last = agi_load_acquire(&done);
    agi_task *t = agi_deque_steal(&shared, mine);
    if (t) saw(t);
    while ((t = agi_deque_pop(mine))) saw(t);
    if (last) return NULL;
  }
}

START_TEST(nothing_lost_nothing_twice) {
  pthread_t threads[2];
  static agi_deque own[2];
  items = calloc(MANY, sizeof *items);
  agi_deque_init(&shared);
  for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, thief, &own[i]);
  for (int i = 0; i < MANY; i++) {
    while (!agi_deque_push(&shared, &items[i].task)) {
      uint32_t n;
      for (agi_task *t = agi_deque_take_half(&shared, &n), *next; t; t = next) {
        next = t->next;
        saw(t);
      }
    }
    agi_task *t = i % 3 == 0 ? agi_deque_pop(&shared) : NULL;
    if (t) saw(t);
  }
  for (agi_task *t; (t = agi_deque_pop(&shared));) saw(t);
  agi_store_release(&done, true);
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < MANY; i++) ck_assert_int_eq(agi_load_relaxed(&items[i].seen), 1);
  free(items);
}
END_TEST

int main(void) {
  Suite *s = suite_create("deque");
  TCase *c = tcase_create("all");
  tcase_set_timeout(c, 60);
  tcase_add_test(c, first_in_first_out);
  tcase_add_test(c, full_gives_up_its_older_half);
  tcase_add_test(c, a_thief_gets_half);
  tcase_add_test(c, what_a_thief_still_reads_is_not_written_over);
  tcase_add_test(c, nothing_lost_nothing_twice);
  suite_add_tcase(s, c);
  SRunner *r = srunner_create(s);
  srunner_set_fork_status(r, CK_NOFORK);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed != 0;
}
