// slab_test.c — blocks cut from slabs: none given twice, threads that give back what others took, memory that returns.
#include "actor/slab.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/atomic.h"

enum { SIZE = 176, MANY = 100000, THREADS = 4, ROUNDS = 2000 };

typedef struct block { // as long as it is out
  ag_block link;
  uint64_t owner, stamp;
} block;

static int64_t resident_kib(void) {
  FILE *f = fopen("/proc/self/statm", "r");
  long all = 0, resident = 0;
  if (!f) return 0;
  int n = fscanf(f, "%ld %ld", &all, &resident);
  fclose(f);
  return n == 2 ? resident * 4 : 0;
}

static ag_block *take(agi_slabs *s, agi_slab_class *c, uint32_t wanted) {
  uint32_t n = wanted;
  ag_block *b = agi_slabs_take(s, c, &n);
  ck_assert_uint_ge(n, 1);
  ck_assert_uint_le(n, wanted);
  uint32_t count = 0;
  for (ag_block *x = b; x; x = x->next) count++;
  ck_assert_uint_eq(n, count);
  return b;
}

START_TEST(blocks_do_not_overlap) {
  for (uint32_t size = 16; size <= 256; size += 48) {
    agi_slabs s = {0};
    agi_slab_class c = {.size = size};
    unsigned char **all = malloc(3000 * sizeof *all);
    for (uint32_t i = 0; i < 3000;) {
      for (ag_block *b = take(&s, &c, 7), *next; b && i < 3000; b = next) {
        next = b->next;
        ck_assert_uint_eq((uintptr_t)b % 16, 0);
        all[i] = (unsigned char *)b;
        memset(b, (int)(i % 251), size);
        i++;
      }
    }
    for (uint32_t i = 0; i < 3000; i++)
      for (uint32_t k = 0; k < size; k++) ck_assert_uint_eq(all[i][k], i % 251);
    free(all);
    agi_slabs_fini(&s);
  }
}
END_TEST

START_TEST(memory_returns_after_a_burst) {
  agi_slabs s = {0};
  agi_slab_class c = {.size = SIZE};
  ag_block *all = NULL;
  int64_t before = resident_kib();
  for (int round = 0; round < 2; round++) {
    for (int i = 0; i < MANY;) {
      for (ag_block *b = take(&s, &c, 32), *next; b; b = next, i++) {
        next = b->next;
        memset(b, 1, SIZE);
        b->next = all;
        all = b;
      }
    }
    int64_t most = resident_kib() - before;
    uint64_t sent_back = agi_load_relaxed(&s.given_back);
    agi_slabs_give(&s, &c, all);
    all = NULL;
    ck_assert_uint_ge(agi_load_relaxed(&s.given_back) - sent_back, (uint64_t)MANY * SIZE - 2 * 1024 * 1024);
    if (AGI_SANITIZED) continue; // they have memory of their own
    ck_assert_int_ge(most, MANY * SIZE / 1024);
    ck_assert_int_le(resident_kib() - before, most / 8);
  }
  agi_slabs_fini(&s);
}
END_TEST

START_TEST(what_comes_and_goes_costs_no_system_calls) {
  agi_slabs s = {0};
  agi_slab_class c = {.size = SIZE};
  for (int i = 0; i < 1000; i++) {
    ag_block *all = NULL;
    for (int k = 0; k < 100; k++) {
      for (ag_block *b = take(&s, &c, 32), *next; b; b = next) {
        next = b->next;
        b->next = all;
        all = b;
      }
    }
    agi_slabs_give(&s, &c, all);
  }
  ck_assert_uint_eq(agi_load_relaxed(&s.given_back), 0);
  agi_slabs_fini(&s);
}
END_TEST

// Threads take blocks, write on them, and leave chains for others to give back.
static agi_slabs shared;
static agi_slab_class shared_classes[2] = {{.size = 48}, {.size = SIZE}};
static _Atomic(ag_block *) left[2];

static void *trade(void *arg) {
  uint64_t me = (uint64_t)(uintptr_t)arg, rng = agi_rng_from(me);
  for (int i = 0; i < ROUNDS; i++) {
    uint64_t bits = agi_rng_next(&rng);
    uint32_t cls = (uint32_t)bits & 1, n = 1 + (uint32_t)(bits >> 8) % 128;
    ag_block *b = agi_slabs_take(&shared, &shared_classes[cls], &n);
    for (ag_block *x = b; x; x = x->next) *(block *)(void *)x = (block){{x->next}, me, (uint64_t)i};
    if (bits & 6) b = agi_swap_acq_rel(&left[cls], b);
    else
      for (ag_block *x = b; x; x = x->next) ck_assert_uint_eq(((block *)(void *)x)->owner, me);
    if (b) agi_slabs_give(&shared, &shared_classes[cls], b);
  }
  return NULL;
}

START_TEST(any_thread_gives_back) {
  pthread_t threads[THREADS];
  for (uintptr_t i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, trade, (void *)(i + 1));
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  for (int c = 0; c < 2; c++) agi_slabs_give(&shared, &shared_classes[c], agi_swap_acq_rel(&left[c], NULL));
  for (int c = 0; c < 2; c++) { // one slab at most is left of each size, with nothing out
    ck_assert_ptr_nonnull(shared_classes[c].first);
    uint32_t n = 1;
    ag_block *b = agi_slabs_take(&shared, &shared_classes[c], &n);
    agi_slabs_give(&shared, &shared_classes[c], b);
  }
  agi_slabs_fini(&shared);
}
END_TEST

int main(void) {
  Suite *s = suite_create("slab");
  TCase *t = tcase_create("slab");
  tcase_set_timeout(t, 120);
  tcase_add_test(t, blocks_do_not_overlap);
  tcase_add_test(t, memory_returns_after_a_burst);
  tcase_add_test(t, what_comes_and_goes_costs_no_system_calls);
  tcase_add_test(t, any_thread_gives_back);
  suite_add_tcase(s, t);
  SRunner *r = srunner_create(s);
  srunner_set_fork_status(r, CK_NOFORK);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? 1 : 0;
}
