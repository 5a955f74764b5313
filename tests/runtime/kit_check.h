// kit_check.h — running a check suite whose tests each loop over 1, 2 and 4 workers.
#ifndef TESTS_RUNTIME_KIT_CHECK_H
#define TESTS_RUNTIME_KIT_CHECK_H

#include <check.h>

#include "kit.h"

#define KIT_WORKERS (1U << _i) // in a loop test

static inline int kit_check(const char *name, const TTest *const *tests, int count) {
  Suite *s = suite_create(name);
  TCase *c = tcase_create("1, 2, 4 workers");
  tcase_set_timeout(c, 120);
  for (int i = 0; i < count; i++) tcase_add_loop_test(c, tests[i], 0, 3);
  suite_add_tcase(s, c);
  SRunner *r = srunner_create(s);
  srunner_set_fork_status(r, CK_NOFORK);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed != 0;
}

#endif
