// shard_test.c — properties of `shard` over groups of 1 to 1,000 members: who owns what, how evenly, and what moves when one joins.
#include <agent/abi.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prim/shard.h"

// Keys as programs have them: numbers, and texts that differ little.
static uint64_t key_of(int64_t i) {
  char text[32];
  if (i % 2) return ag_hash_u64((uint64_t)i);
  int n = snprintf(text, sizeof text, "user:%lld", (long long)i);
  return ag_hash_bytes(text, n);
}

// Enough keys for the bounds to hold by a wide margin of chance: a member has 3,000 on average (standard deviation 1.8 %), and as many
// move.
enum { EACH = 3000, MOST = 1000 };
static int64_t owned[MOST + 1];

static void check_size(int64_t n) {
  int64_t keys = EACH * (n + 1), moved = 0, astray = 0;
  for (int64_t i = 0; i <= n; i++) owned[i] = 0;
  for (int64_t k = 0; k < keys; k++) {
    uint64_t key = key_of(k);
    int64_t before = agi_shard_index(key, n), after = agi_shard_index(key, n + 1);
    if (before < 0 || before >= n) astray++;
    else owned[before]++;
    moved += before != after;
    astray += before != after && after != n; // none moves between members that were there
  }
  ck_assert_int_eq(astray, 0);
  double expected = (double)keys / (double)(n + 1), even = (double)keys / (double)n;
  ck_assert_msg((double)moved > 0.9 * expected && (double)moved < 1.1 * expected, "%lld members: %lld moved, not %.0f",
                (long long)n, (long long)moved, expected);
  for (int64_t i = 0; i < n; i++) {
    if ((double)owned[i] > 0.85 * even && (double)owned[i] < 1.15 * even) continue;
    ck_abort_msg("member %lld of %lld has %lld keys, not %.0f", (long long)i, (long long)n, (long long)owned[i], even);
  }
}

START_TEST(load_is_even_and_few_keys_move) {
  for (int64_t n = 1; n <= 24; n++) check_size(n);
  for (int64_t n = 29; n < MOST; n += n / 4) check_size(n);
  check_size(MOST);
}
END_TEST

// A key's path through all sizes: it only ever moves to the member that joined, and back when that leaves.
START_TEST(a_key_only_moves_to_who_joins) {
  int64_t moves = 0, astray = 0;
  for (int64_t k = 0; k < 2000; k++) {
    uint64_t key = key_of(k);
    int64_t owner = 0;
    for (int64_t n = 1; n <= MOST; n++) {
      int64_t now = agi_shard_index(key, n);
      astray += now != owner && now != n - 1;
      moves += now != owner;
      owner = now;
    }
  }
  ck_assert_int_eq(astray, 0);
  ck_assert_int_gt(moves, 2000 * 6); // 1/2 + 1/3 + … + 1/1000 is 6.5
  ck_assert_int_lt(moves, 2000 * 7);
}
END_TEST

// The same on every machine and in every version: the owners of some keys.
START_TEST(owners_that_never_change) {
  static const struct {
    const char *key;
    int64_t of10, of1000, of1000000;
  } rows[] = {{"", 0, 241, 52560},
              {"AAPL", 0, 438, 677348},
              {"MSFT", 0, 412, 504265},
              {"a longer key, of more than one block of the hash", 9, 938, 134603}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    uint64_t key = ag_hash_bytes(rows[i].key, (int64_t)strlen(rows[i].key));
    ck_assert_int_eq(agi_shard_index(key, 10), rows[i].of10);
    ck_assert_int_eq(agi_shard_index(key, 1000), rows[i].of1000);
    ck_assert_int_eq(agi_shard_index(key, 1000000), rows[i].of1000000);
  }
  ck_assert_int_eq(agi_shard_index(0, 1), 0);
  ck_assert_int_eq(agi_shard_index(UINT64_MAX, 1), 0);
}
END_TEST

int main(void) {
  Suite *s = suite_create("shard");
  TCase *c = tcase_create("properties");
  tcase_set_timeout(c, 120);
  tcase_add_test(c, load_is_even_and_few_keys_move);
  tcase_add_test(c, a_key_only_moves_to_who_joins);
  tcase_add_test(c, owners_that_never_change);
  suite_add_tcase(s, c);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed != 0;
}
