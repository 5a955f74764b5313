// data_collection_test.c — Array, Map, Set and Bytes: every operation, ownership included (leaks are found by sanitizers).
#include <math.h>

#include "data_kit.h"

#define AT(a, i) AG_ARRAY_AT(int64_t, a, i)

static ag_array *ints(int64_t n) {
  ag_array *a = ag_array_new(cx, 0, &ag_type_i64);
  for (int64_t i = 0; i < n; i++) AG_ARRAY_PUSH(cx, int64_t, a, i);
  return a;
}

static ag_array *strings(const char *const *all, int64_t n) {
  ag_array *a = ag_array_new(cx, 0, &ag_type_str);
  for (int64_t i = 0; i < n; i++) {
    ag_str *s = text(all[i]);
    ag_array_push(cx, a, &s);
  }
  return a;
}

static void shows(ag_array *a, const char *expected) { is(ag_array_show(cx, a), expected); }

START_TEST(arrays_grow_and_shrink) {
  ag_array *a = ints(5);
  int64_t x = 9;
  ag_array_insert(cx, a, 0, &x);
  ag_array_insert(cx, a, 6, &x);
  shows(a, "[9, 0, 1, 2, 3, 4, 9]");
  ag_array_remove(cx, a, 3, &x);
  ck_assert_int_eq(x, 2);
  ag_array_insert(cx, a, 8, &x);
  raised(&ag_error_IndexOutOfRange, "index out of range: 8 of 6");
  ag_array_remove(cx, a, -1, &x);
  raised(&ag_error_IndexOutOfRange, "index out of range: -1 of 6");
  ag_array_reverse(cx, a);
  ag_array_swap_at(cx, a, 0, 5);
  shows(a, "[9, 4, 3, 1, 0, 9]");
  ag_array_swap_at(cx, a, 0, 6);
  raised(&ag_error_IndexOutOfRange, "index out of range: 6 of 6");
  ck_assert(ag_array_pop(cx, a, &x) && x == 9);
  ck_assert(ag_array_first(cx, a, &x) && x == 9);
  ck_assert(ag_array_last(cx, a, &x) && x == 0);
  ck_assert(!ag_array_get(cx, a, 5, &x) && !ag_array_get(cx, a, -1, &x));
  ag_array_truncate(cx, a, 2);
  ag_array_truncate(cx, a, 3);
  shows(a, "[9, 4]");
  ag_array_clear(cx, a);
  shows(a, "[]");
  ck_assert(!ag_array_pop(cx, a, &x) && !ag_array_first(cx, a, &x) && !ag_array_last(cx, a, &x));
  ag_release(cx, a);
}
END_TEST

START_TEST(arrays_own_their_elements) {
  static const char *const words[] = {"pear", "apple", "fig", "apple"};
  ag_array *a = strings(words, 4);
  ag_str *apple = text("apple"), *got;
  int64_t at;
  ck_assert(ag_array_index_of(cx, a, &apple, &at) && at == 1);
  ag_array_sort(cx, a);
  shows(a, "[\"apple\", \"apple\", \"fig\", \"pear\"]");
  ag_array *part = ag_array_slice(cx, a, 1, 3, &ag_type_str);
  shows(part, "[\"apple\", \"fig\"]");
  ag_array_extend(cx, part, part);
  ck_assert_int_eq(part->size, 4);
  ag_array *copy = ag_array_copy(cx, part, &ag_type_str);
  ck_assert(ag_array_slot_eq(cx, &copy, &part));
  ck_assert(ag_array_slot_hash(cx, &copy) == ag_array_slot_hash(cx, &part));
  ck_assert(ag_array_pop(cx, copy, &got));
  ag_release(cx, got);
  ck_assert(!ag_array_slot_eq(cx, &copy, &part));
  ck_assert_int_lt(ag_array_slot_cmp(cx, &copy, &part), 0);
  ag_array *all = ag_array_drain(cx, a, &ag_type_str);
  ck_assert_int_eq(a->size, 0);
  ck_assert_int_eq(all->size, 4);
  ag_array_push(cx, a, &apple);
  ag_release(cx, ag_array_slice(cx, all, 3, 5, &ag_type_str));
  raised(&ag_error_IndexOutOfRange, "index out of range: 3..5 of 4");
  ag_release(cx, a);
  ag_release(cx, part);
  ag_release(cx, copy);
  ag_release(cx, all);
}
END_TEST

START_TEST(filled_arrays) {
  ag_str *x = text("x");
  ag_array *a = ag_filled(cx, 3, &x, &ag_type_str);
  shows(a, "[\"x\", \"x\", \"x\"]");
  ag_release(cx, a);
  x = text("x");
  ck_assert_ptr_null(ag_filled(cx, -1, &x, &ag_type_str));
  raised(&ag_error_BadConversion, "bad conversion: the size of an Array is negative");
  x = text("x");
  ck_assert_ptr_null(ag_filled(cx, AG_I64_MAX, &x, &ag_type_str));
  raised(&ag_error_OutOfMemory, "out of memory");
  ck_assert_ptr_null(ag_bytes_new(cx, AG_I64_MAX / 8));
  raised(&ag_error_OutOfMemory, "out of memory");
  ck_assert_ptr_null(ag_bytes_new(cx, -1));
  raised(&ag_error_BadConversion, "bad conversion: the size of Bytes is negative");
  ck_assert_ptr_null(ag_array_sized(cx, AG_I64_MAX, &ag_type_str));
  raised(&ag_error_OutOfMemory, "out of memory");
  a = ag_array_sized(cx, -1, &ag_type_i64);
  ag_array_reserve(cx, a, AG_I64_MAX);
  raised(&ag_error_OutOfMemory, "out of memory");
  ag_array_reserve(cx, a, -1);
  ck_assert_int_eq(a->cap, 0);
  ag_release(cx, a);
  x = text("x");
  ag_release(cx, ag_filled(cx, 0, &x, &ag_type_str));
}
END_TEST

typedef struct pair {
  int32_t key, value;
} pair;
static int pair_cmp(ag_cx *c, const void *a, const void *b) {
  (void)c;
  int32_t x = ((const pair *)a)->key, y = ((const pair *)b)->key;
  return (x > y) - (x < y);
}
static const ag_type pair_type = {.name = "Pair", .size = sizeof(pair), .align = 4, .cmp = pair_cmp};

START_TEST(sorting_is_stable_and_complete) {
  for (int64_t n = 0; n < 300; n += n < 20 ? 1 : 37) {
    ag_array *numbers = ag_array_new(cx, n, &ag_type_i64), *pairs = ag_array_new(cx, n, &pair_type);
    for (int64_t i = 0; i < n; i++) {
      AG_ARRAY_PUSH(cx, int64_t, numbers, (i * 7919) % 101 - 50);
      pair p = {(int32_t)((i * 7919) % 13), (int32_t)i};
      ag_array_push(cx, pairs, &p);
    }
    ag_array_sort(cx, numbers);
    ag_array_sort(cx, pairs);
    for (int64_t i = 1; i < n; i++) {
      ck_assert_int_le(AT(numbers, i - 1), AT(numbers, i));
      pair p = AG_ARRAY_AT(pair, pairs, i - 1), q = AG_ARRAY_AT(pair, pairs, i);
      ck_assert(p.key < q.key || (p.key == q.key && p.value < q.value));
    }
    ag_release(cx, numbers);
    ag_release(cx, pairs);
  }
  double items[] = {3, NAN, -1, INFINITY, NAN, 0};
  ag_array *floats = ag_array_from(cx, items, 6, &ag_type_f64);
  ag_array_sort(cx, floats);
  shows(floats, "[-1.0, 0.0, 3.0, inf, nan, nan]");
  ag_release(cx, floats);
}
END_TEST

START_TEST(frozen_collections_are_shared_through_and_through) {
  static const char *const words[] = {"a", "b"};
  ag_array *inner = ints(3), *outer;
  ag_map *m = ag_map_new(cx, &ag_type_str, &ag_type_i64);
  static const ag_type array_type = {.name = "Array[Int]",
                                     .size = 8,
                                     .align = 8,
                                     .retain = ag_ref_retain,
                                     .drop = ag_ref_drop,
                                     .each = ag_ref_each,
                                     .show = ag_array_slot_show};
  outer = ag_array_from(cx, &inner, 1, &array_type);
  ag_freeze(&outer->h);
  ck_assert_int_eq(inner->h.rc, -1);
  shows(outer, "[[0, 1, 2]]");
  ag_array *s = strings(words, 2);
  ag_freeze(&s->h);
  ag_freeze(&m->h);
  ck_assert_int_eq(m->h.rc, -1);
  ag_release(cx, outer);
  ag_release(cx, s);
  ag_release(cx, m);
}
END_TEST

// ---- Map -------------------------------------------------------------------------------------------------------
static void put(ag_map *m, const char *key, int64_t value) {
  ag_str *k = text(key);
  ag_map_set(cx, m, &k, &value);
}
static int64_t *look(ag_map *m, const char *key) {
  ag_str *k = text(key);
  int64_t *v = ag_map_find_str(m, k);
  ck_assert_ptr_eq(v, ag_map_find(cx, m, &k));
  ag_release(cx, k);
  return v;
}

START_TEST(maps_keep_the_order_of_insertion) {
  ag_map *m = ag_map_new(cx, &ag_type_str, &ag_type_i64);
  is(ag_map_show(cx, m), "[:]");
  ck_assert_ptr_null(look(m, "a"));
  put(m, "b", 1);
  put(m, "a", 2);
  put(m, "c", 3);
  put(m, "a", 4);
  is(ag_map_show(cx, m), "[\"b\": 1, \"a\": 4, \"c\": 3]");
  ck_assert_int_eq(*look(m, "a"), 4);
  ag_str *k = text("b");
  int64_t v;
  ck_assert(ag_map_remove(cx, m, &k, &v) && v == 1);
  ck_assert(!ag_map_remove(cx, m, &k, &v) && !ag_map_contains(cx, m, &k) && !ag_map_get(cx, m, &k, &v));
  ag_raise_key(cx, m, &k, "x.agent", 3);
  raised(&ag_error_KeyNotFound, "key not found: \"b\"");
  int64_t seven = 7;
  ck_assert(!ag_map_insert(cx, m, &k, &seven, &v));
  k = text("b");
  ck_assert(ag_map_insert(cx, m, &k, &seven, &v) && v == 7);
  ag_array *keys = ag_map_keys(cx, m, &ag_type_str), *values = ag_map_values(cx, m, &ag_type_i64);
  shows(keys, "[\"a\", \"c\", \"b\"]");
  shows(values, "[4, 3, 7]");
  ag_map *copy = ag_map_copy(cx, m, &ag_type_str, &ag_type_i64);
  ck_assert(ag_map_slot_eq(cx, &m, &copy) && ag_map_slot_hash(cx, &m) == ag_map_slot_hash(cx, &copy));
  put(copy, "b", 8);
  ck_assert(!ag_map_slot_eq(cx, &m, &copy));
  ag_map_clear(cx, m);
  ck_assert_int_eq(m->size, 0);
  ck_assert_ptr_null(look(m, "a"));
  put(m, "z", 1);
  is(ag_map_show(cx, m), "[\"z\": 1]");
  ag_release(cx, m);
  ag_release(cx, copy);
  ag_release(cx, keys);
  ag_release(cx, values);
}
END_TEST

// Random changes against a plain table of the same keys.
static void against_model(const ag_type *key_type, uint64_t state) {
  enum { KEYS = 500 };
  static int64_t model[KEYS], order[KEYS];
  int64_t next = 1, live = 0;
  memset(order, 0, sizeof order);
  ag_map *m = ag_map_new(cx, key_type, &ag_type_i64);
  for (int step = 0; step < 60000; step++) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    int32_t narrow = (int32_t)((state >> 33) % KEYS);
    int64_t key = narrow, value = step, old;
    void *k = key_type->size == 4 ? (void *)&narrow : (void *)&key;
    if ((state >> 20) % 16 < (step % 8192 < 4096 ? 10 : 4)) {
      ag_map_set(cx, m, k, &value);
      if (key_type == &ag_type_i64 && step % 3 == 0) *(int64_t *)ag_map_slot_i64(m, key) = value;
      if (!order[key]) order[key] = next++, live++;
      model[key] = value;
    } else {
      ck_assert_int_eq(ag_map_remove(cx, m, k, &old), order[key] != 0);
      if (order[key]) {
        ck_assert_int_eq(old, model[key]);
        live--;
      }
      order[key] = 0;
    }
    ck_assert_int_eq(m->size, live);
    int64_t *found = ag_map_find(cx, m, k);
    ck_assert_int_eq(found != NULL, order[key] != 0);
    if (step % 1000) continue;
    int64_t last = 0, seen = 0;
    void *at, *v;
    for (int64_t pos = 0; ag_map_next(m, &pos, &at, &v); seen++) {
      int64_t id = key_type->size == 4 ? *(int32_t *)at : *(int64_t *)at;
      ck_assert_int_gt(order[id], last);
      last = order[id];
      ck_assert_int_eq(*(int64_t *)v, model[id]);
      if (key_type == &ag_type_i64) ck_assert_ptr_eq(ag_map_find_i64(m, id), v);
    }
    ck_assert_int_eq(seen, live);
  }
  ag_release(cx, m);
}

START_TEST(maps_agree_with_a_model) {
  against_model(&ag_type_i64, 1);
  against_model(&ag_type_i32, 2);
}
END_TEST

// Keys of every length, as strings and as bytes in the middle of others, against a plain table.
static int64_t key_text(char *bytes, int64_t id) { // returns its size; followed by more bytes
  int64_t size = id % 41;
  for (int64_t i = 0; i < 48; i++) bytes[i] = (char)('a' + (i * 7 + (i == size - 1 ? id / 41 : 0)) % 26);
  return size;
}

START_TEST(maps_of_strings_agree_with_a_model) {
  enum { KEYS = 41 * 12 };
  static int64_t model[KEYS];
  for (int64_t i = 0; i < KEYS; i++) model[i] = -1;
  for (int64_t i = 0; i < 12; i++) model[i * 41] = -2; // the same empty text: only the first counts
  model[0] = -1;
  ag_map *m = ag_map_new(cx, &ag_type_str, &ag_type_i64);
  ag_map *s = ag_set_new(cx, &ag_type_str);
  uint64_t state = 5;
  int64_t live = 0;
  for (int64_t step = 0; step < 60000; step++) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    int64_t id = (int64_t)((state >> 33) % KEYS), old;
    if (model[id] == -2) continue;
    char bytes[48];
    int64_t size = key_text(bytes, id);
    ag_str *key = ag_str_new(cx, bytes, size), *given = key;
    bool known = model[id] >= 0;
    ck_assert_int_eq(ag_map_find_text(m, bytes, size) != NULL, known);
    ck_assert_ptr_eq(ag_map_find_text(m, bytes, size), ag_map_find_str(m, key));
    ck_assert_ptr_eq(ag_map_find(cx, m, &key), ag_map_find_str(m, key));
    switch ((state >> 20) % 8) {
    case 0:
    case 1: *(int64_t *)ag_map_slot_text(cx, m, bytes, size) = step; break;
    case 2: *(int64_t *)ag_map_slot_str(m, key) = step; break;
    case 3: ag_map_set_text(cx, m, bytes, size, &step); break;
    case 4: ag_map_set_str(cx, m, key, &step); break;
    case 5:
      ag_retain(given);
      ag_map_set(cx, m, &given, &step);
      break;
    default:
      ck_assert_int_eq(ag_map_remove(cx, m, &key, &old), known);
      ck_assert_int_eq(ag_set_remove(cx, s, &key), known);
      if (known) ck_assert_int_eq(old, model[id]);
      model[id] = -1;
      live -= known;
      ag_release(cx, key);
      continue;
    }
    if (step % 2) ck_assert_int_eq(ag_set_add_text(cx, s, bytes, size), !known);
    else ck_assert_int_eq(ag_set_add_str(s, key), !known);
    model[id] = step;
    live += !known;
    ag_release(cx, key);
    ck_assert(m->size == live && s->size == live);
    ck_assert_int_eq(*(int64_t *)ag_map_find_text(m, bytes, size), step);
  }
  ag_release(cx, m);
  ag_release(cx, s);
}
END_TEST

START_TEST(iteration_survives_changes) {
  ag_map *m = ag_set_new(cx, &ag_type_i64);
  for (int64_t i = 0; i < 100; i++) {
    int64_t x = i;
    ag_set_add(cx, m, &x);
  }
  // Removes what lies ahead, adds new values, so that the table is compacted and grown on the way.
  int64_t count = 0, last = -1;
  void *key, *value;
  for (int64_t pos = 0; ag_map_next(m, &pos, &key, &value); count++) {
    int64_t x = *(int64_t *)key;
    ck_assert_int_gt(x, last);
    last = x;
    int64_t ahead = x + 1, self = x, more = 1000 + x;
    if (x < 100 && x % 2 == 0) ck_assert(ag_set_remove(cx, m, &ahead));
    if (x % 3 == 0) ag_set_remove(cx, m, &self);
    if (x < 1000) ck_assert(ag_set_add(cx, m, &more));
  }
  ck_assert_int_eq(count, 50 + 50);
  // Emptied on the way: goes on with what comes after.
  count = 0;
  for (int64_t pos = 0; ag_map_next(m, &pos, &key, &value); count++) {
    int64_t x = 5000 + count;
    if (count == 0) ag_set_clear(cx, m);
    if (count < 3) ag_set_add(cx, m, &x);
  }
  ck_assert_int_eq(count, 4);
  ag_release(cx, m);
}
END_TEST

START_TEST(queues_of_keys_stay_small) {
  ag_map *m = ag_map_new(cx, &ag_type_i64, &ag_type_i64);
  for (int64_t i = 0; i < 200000; i++) {
    int64_t key = i, old = i - 10, value;
    ag_map_set(cx, m, &key, &key);
    if (i >= 10) ck_assert(ag_map_remove(cx, m, &old, &value));
  }
  ck_assert_int_eq(m->size, 10);
  ck_assert_int_le(m->cap, 64);
  ag_release(cx, m);
}
END_TEST

START_TEST(sets) {
  static const char *const words[] = {"x", "y", "x"};
  ag_map *set = ag_set_new(cx, &ag_type_str);
  for (int i = 0; i < 3; i++) {
    ag_str *s = text(words[i]);
    ck_assert_int_eq(ag_set_add(cx, set, &s), i < 2);
  }
  is(ag_set_show(cx, set), "{\"x\", \"y\"}");
  ag_str *x = text("x");
  ck_assert(ag_set_contains(cx, set, &x) && ag_set_remove(cx, set, &x) && !ag_set_remove(cx, set, &x));
  ag_map *other = ag_set_new(cx, &ag_type_str);
  ag_set_add(cx, other, &x);
  ag_set_extend(cx, other, set);
  ag_set_extend(cx, other, other);
  is(ag_set_show(cx, other), "{\"x\", \"y\"}");
  ag_map *copy = ag_set_copy(cx, other, &ag_type_str);
  ck_assert(ag_map_slot_eq(cx, &copy, &other) && !ag_map_slot_eq(cx, &set, &other));
  ag_array *values = ag_set_values(cx, copy, &ag_type_str);
  shows(values, "[\"x\", \"y\"]");
  ag_release(cx, values);
  ag_release(cx, copy);
  ag_release(cx, other);
  ag_release(cx, set);
}
END_TEST

START_TEST(bytes) {
  ag_bytes *b = ag_bytes_new(cx, 2);
  uint8_t x;
  ag_bytes_push(cx, b, 255);
  is(ag_bytes_show(cx, b), "b\"0000ff\"");
  ag_bytes_append(cx, b, b);
  ag_str *s = text("hi");
  ag_bytes_append_str(cx, b, s);
  is(ag_bytes_show(cx, b), "b\"0000ff0000ff6869\"");
  ag_release(cx, s);
  ck_assert(ag_bytes_pop(cx, b, &x) && x == 'i' && ag_bytes_get(cx, b, 2, &x) && x == 255 &&
            !ag_bytes_get(cx, b, 7, &x));
  ag_bytes *part = ag_bytes_slice(cx, b, 5, 7);
  is(ag_bytes_show(cx, part), "b\"ff68\"");
  ag_bytes_resize(cx, part, 4);
  ag_bytes_fill(cx, part, 'a');
  is(ag_bytes_to_string(cx, part), "aaaa");
  ag_release(cx, ag_bytes_slice(cx, b, 5, 8));
  raised(&ag_error_IndexOutOfRange, "index out of range: 5..8 of 7");
  ag_bytes_resize(cx, part, -1);
  raised(&ag_error_BadConversion, "bad conversion: the size of Bytes is negative");
  ag_bytes *copy = ag_bytes_copy(cx, part), *empty = ag_bytes_new(cx, 0);
  ck_assert(ag_bytes_eq(copy, part) && ag_bytes_cmp(copy, b) > 0 && ag_bytes_cmp(empty, b) < 0);
  ck_assert(ag_bytes_hash(cx, copy) == ag_hash_bytes("aaaa", 4) && !ag_bytes_pop(cx, empty, &x));
  ag_bytes_clear(cx, copy);
  ck_assert(ag_bytes_eq(copy, empty) && ag_bytes_is_empty(cx, copy));
  ag_release(cx, b);
  ag_release(cx, part);
  ag_release(cx, copy);
  ag_release(cx, empty);
}
END_TEST

START_TEST(errors_keep_their_first_place) {
  ag_raise_index(cx, 5, 3, NULL, 0);
  ag_error_at(cx, "a.agent", 7);
  ag_error_at(cx, "b.agent", 8);
  ck_assert_str_eq(((ag_error *)cx->err)->file, "a.agent");
  ck_assert_int_eq(((ag_error *)cx->err)->line, 7);
  ag_raise(cx, &ag_error_Overflow, NULL, NULL, 0);
  raised(&ag_error_IndexOutOfRange, "index out of range: 5 of 3");
  ag_raise_quorum(cx, 2, 3, "a.agent", 1);
  raised(&ag_error_QuorumNotReached, "quorum not reached: 2 of 3");
  ag_raise_deadlock(cx, text("A waits for B, B waits for A"), "a.agent", 1);
  raised(&ag_error_Deadlock, "deadlock: A waits for B, B waits for A");
  ck_assert(ag_error_Cancelled.flags & AG_CLASS_UNCATCHABLE);
  ck_assert(!(ag_error_Overflow.flags & AG_CLASS_UNCATCHABLE) && ag_error_Overflow.flags & AG_CLASS_FAULT);
  ck_assert(!(ag_error_Timeout.flags & AG_CLASS_FAULT));
}
END_TEST

TESTS("collection", arrays_grow_and_shrink, arrays_own_their_elements, filled_arrays, sorting_is_stable_and_complete,
      frozen_collections_are_shared_through_and_through, maps_keep_the_order_of_insertion, maps_agree_with_a_model,
      maps_of_strings_agree_with_a_model, iteration_survives_changes, queues_of_keys_stay_small, sets, bytes,
      errors_keep_their_first_place)
