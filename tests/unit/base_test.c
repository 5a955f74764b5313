// base_test.c — arena, vec, intern, map, buf, paths, source positions.
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/intern.h"
#include "base/map.h"
#include "base/os.h"
#include "base/source.h"
#include "base/vec.h"

START_TEST(arena_gives_zeroed_aligned_memory_and_rewinds) {
  arena a;
  arena_init(&a);
  for (size_t size = 0; size < 100000; size = size * 3 + 1) {
    unsigned char *p = arena_alloc(&a, size);
    ck_assert_uint_eq((uintptr_t)p % 16, 0);
    for (size_t i = 0; i < size; i++) ck_assert_uint_eq(p[i], 0);
    memset(p, 0xff, size);
  }
  arena_mark mark = arena_save(&a);
  char *before = arena_strdup(&a, "one");
  arena_rewind(&a, mark);
  char *after = arena_strdup(&a, "two");
  ck_assert_ptr_eq(before, after);
  ck_assert_str_eq(arena_printf(&a, "%d %s", 7, "x"), "7 x");
  arena_fini(&a);
}
END_TEST

START_TEST(vec_keeps_its_items_when_it_grows) {
  arena a;
  arena_init(&a);
  VEC(int) v = {0};
  for (int i = 0; i < 10000; i++) VEC_PUSH(&a, &v, i);
  ck_assert_uint_eq(v.count, 10000);
  for (int i = 0; i < 10000; i++) ck_assert_int_eq(v.items[i], i);
  ck_assert_int_eq(VEC_POP(&v), 9999);
  ck_assert_int_eq(VEC_LAST(&v), 9998);
  arena_fini(&a);
}
END_TEST

START_TEST(interned_strings_are_equal_by_address) {
  arena a;
  arena_init(&a);
  intern table;
  intern_init(&table, &a);
  const str *names[5000];
  for (int i = 0; i < 5000; i++) names[i] = str_internf(&table, "name%d", i);
  for (int i = 0; i < 5000; i++) {
    char text[32];
    int size = snprintf(text, sizeof text, "name%d", i);
    ck_assert_ptr_eq(str_intern(&table, text, (size_t)size), names[i]);
    ck_assert(str_is(names[i], text));
  }
  ck_assert_ptr_ne(str_intern(&table, "a\0b", 3), str_intern(&table, "a\0c", 3));
  ck_assert(!str_is(str_intern(&table, "a\0b", 3), "a"));
  ck_assert_ptr_eq(str_intern(&table, "", 0), str_intern_cstr(&table, ""));
  intern_fini(&table);
  arena_fini(&a);
}
END_TEST

START_TEST(map_iterates_in_order_of_insertion) {
  arena a;
  arena_init(&a);
  map m;
  map_init(&m, &a);
  static int keys[3000];
  ck_assert_ptr_null(map_get(&m, &keys[0]));
  for (int i = 0; i < 3000; i++) ck_assert_ptr_null(map_put(&m, &keys[i], &keys[2999 - i]));
  ck_assert_ptr_eq(map_put(&m, &keys[5], &keys[6]), &keys[2994]);
  ck_assert_uint_eq(m.count, 3000);
  for (int i = 0; i < 3000; i++) {
    ck_assert_ptr_eq(m.entries[i].key, &keys[i]);
    ck_assert_ptr_eq(map_get(&m, &keys[i]), i == 5 ? &keys[6] : &keys[2999 - i]);
  }
  ck_assert(!map_has(&m, &m));
  arena_fini(&a);
}
END_TEST

START_TEST(buf_quotes) {
  buf b = {0};
  ck_assert_str_eq(buf_text(&b), "");
  buf_printf(&b, "%d", 12);
  for (int i = 0; i < 1000; i++) buf_adds(&b, "abc");
  ck_assert_uint_eq(b.size, 3002);
  buf_clear(&b);
  buf_printf(&b, "%s_%u%s is 100%% %u%%, %-4d|%.*s %s", "", 0u, "x", 4294967295u, -7, 2, "abc", "end %s");
  ck_assert_str_eq(buf_text(&b), "_0x is 100% 4294967295%, -7  |ab end %s");
  buf_clear(&b);
  buf_add_quoted(&b, "a\"\\\n\x01", 5);
  ck_assert_str_eq(buf_text(&b), "\"a\\\"\\\\\\n\\u0001\"");
  buf_fini(&b);
}
END_TEST

START_TEST(paths_are_normalised_as_text) {
  static const char *const cases[][2] = {
      {"a/b.c", "a/b.c"},
      {"./a", "a"},
      {"a/./b", "a/b"},
      {"a/../b", "b"},
      {"a/b/../..", "."},
      {"../a", "../a"},
      {"../../a", "../../a"},
      {"a/../../b", "../b"},
      {"/a/../../b", "/b"},
      {"//a//b/", "/a/b"},
      {"", "."},
      {"/", "/"},
      {"a/b/../c/./d", "a/c/d"},
      {"..", ".."},
      {"a/..", "."},
      {"/..", "/"},
  };
  arena a;
  arena_init(&a);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ck_assert_str_eq(path_normal(&a, cases[i][0]), cases[i][1]);
  }
  ck_assert_str_eq(path_join(&a, "x/y", "../z.agent"), "x/z.agent");
  ck_assert_str_eq(path_join(&a, "x", "/z"), "/z");
  ck_assert_str_eq(path_dir(&a, "a/b/c"), "a/b");
  ck_assert_str_eq(path_dir(&a, "c"), ".");
  ck_assert_str_eq(path_stem(&a, "a/b.agent"), "b");
  ck_assert_str_eq(path_stem(&a, "a/.hidden"), ".hidden");
  arena_fini(&a);
}
END_TEST

START_TEST(files_that_cannot_be_read_say_why) {
  arena a;
  arena_init(&a);
  const char *data, *dir;
  size_t size;
  ck_assert_str_eq(os_read_file(&a, "/no/such/file", &data, &size), "no such file or directory");
  ck_assert_str_eq(os_read_file(&a, "/", &data, &size), "it is a directory");
  ck_assert_str_eq(os_read_file(&a, "/dev/zero", &data, &size), "it is a device");
  ck_assert_ptr_null(os_temp_dir(&a, "agentc-test-", &dir));
  const char *path = path_join(&a, dir, "x");
  ck_assert_ptr_null(os_write_file(&a, path, "a\0b", 3));
  ck_assert_ptr_null(os_read_file(&a, path, &data, &size));
  ck_assert_uint_eq(size, 3);
  ck_assert_mem_eq(data, "a\0b", 4);
  ck_assert(os_is_file(path) && !os_is_file(dir));
  os_remove_dir(dir);
  ck_assert(!os_is_file(path));
  ck_assert_ptr_nonnull(os_write_file(&a, path, "", 0));
  arena_fini(&a);
}
END_TEST

START_TEST(columns_count_code_points) {
  arena a;
  arena_init(&a);
  source_set set;
  source_set_init(&set, &a);
  static const char text[] = "ab\nh\xc3\xa9\xf0\x9f\x98\x80x\r\n\nlast";
  const source *src = source_add(&set, "f", "f", text, sizeof text - 1);
  ck_assert_uint_eq(src->id, 1);
  static const uint32_t cases[][3] = {{0, 1, 1},  {2, 1, 3},  {3, 2, 1},  {4, 2, 2},  {6, 2, 3}, {10, 2, 4},
                                      {11, 2, 5}, {13, 3, 1}, {14, 4, 1}, {18, 4, 5}, {99, 4, 5}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    source_pos pos = source_position(src, cases[i][0]);
    ck_assert_uint_eq(pos.line, cases[i][1]);
    ck_assert_uint_eq(pos.column, cases[i][2]);
  }
  uint32_t size;
  ck_assert(memcmp(source_line(src, 2, &size), "h\xc3\xa9", 3) == 0 && size == 8);
  ck_assert(source_line(src, 3, &size) && size == 0);
  ck_assert_str_eq(source_where(&set, (span){1, 4, 5}, &a), "f:2:2");
  ck_assert_ptr_null(source_of(&set, 0));
  ck_assert_ptr_null(source_of(&set, 2));
  arena_fini(&a);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("base");
  TCase *cases = tcase_create("base");
  tcase_add_test(cases, arena_gives_zeroed_aligned_memory_and_rewinds);
  tcase_add_test(cases, vec_keeps_its_items_when_it_grows);
  tcase_add_test(cases, interned_strings_are_equal_by_address);
  tcase_add_test(cases, map_iterates_in_order_of_insertion);
  tcase_add_test(cases, buf_quotes);
  tcase_add_test(cases, paths_are_normalised_as_text);
  tcase_add_test(cases, files_that_cannot_be_read_say_why);
  tcase_add_test(cases, columns_count_code_points);
  suite_add_tcase(suite, cases);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
