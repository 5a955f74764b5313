// data_kit.h — what the tests of runtime/src/{mem,data,std} share.
// Owns:     a context without a worker: data needs none. Where more is used (clock, files), main puts a real one into cx.
#ifndef DATA_KIT_H
#define DATA_KIT_H

#include <agent/abi.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>

static ag_cx context;
static ag_cx *cx = &context;

// A new string of a C string.
static inline ag_str *text(const char *s) { return ag_str_new(cx, s, (int64_t)strlen(s)); }

// Is s this text? Releases s.
static inline void is(ag_str *s, const char *expected) {
  ck_assert_ptr_nonnull(s);
  ck_assert_str_eq(s->bytes, expected);
  ck_assert_int_eq(s->size, (int64_t)strlen(expected));
  ag_release(cx, s);
}

// Was this raised? Takes it away.
static inline void raised(const ag_class *cls, const char *shown) {
  ck_assert_ptr_nonnull(cx->err);
  ck_assert_ptr_eq(cx->err->cls, cls);
  ag_sb sb;
  ag_sb_begin(&sb);
  ag_error_show(cx, &sb, cx->err);
  is(ag_sb_take(cx, &sb), shown);
  ag_release(cx, cx->err);
  cx->err = NULL;
}

// Runs the tests of one file and gives main's result. No forks: sanitizers see all.
static inline int run_tests(const char *name, const TTest *const *tests, size_t n) {
  Suite *suite = suite_create(name);
  TCase *cases = tcase_create(name);
  tcase_set_timeout(cases, 200);
  for (size_t i = 0; i < n; i++) tcase_add_test(cases, tests[i]);
  suite_add_tcase(suite, cases);
  SRunner *runner = srunner_create(suite);
  srunner_set_fork_status(runner, CK_NOFORK);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? 1 : 0;
}
#define TESTS(name, ...)                                         \
  int main(void) {                                               \
    const TTest *const tests[] = {__VA_ARGS__};                  \
    return run_tests(name, tests, sizeof tests / sizeof *tests); \
  }

#endif
