// check_test.c — the runtime with checks: who has an object, when it changes hands. (What it says of programs: tests/command/checked.sh.)
#include <agent/abi.h>
#include <check.h>
#include <stddef.h>
#include <stdlib.h>

typedef struct cell {
  ag_obj h;
  struct cell *next;
} cell;
static void cell_each(void *o, void (*visit)(ag_obj *, void *), void *arg) {
  cell *c = o;
  if (c->next) visit(&c->next->h, arg);
}
static const ag_class cell_class = {.name = "Cell", .size = sizeof(cell), .each = cell_each};
static void slot_each(void *slot, void (*visit)(ag_obj *, void *), void *arg) { visit(&(*(cell **)slot)->h, arg); }

// Memory that has held something else: every word behind its class and count is the number of the walk that comes next.
static cell *born_in(uint32_t number, cell *next) {
  cell *old = ag_new_bare(NULL, &cell_class, 1);
  for (size_t i = offsetof(ag_obj, owner) / sizeof number; i < sizeof *old / sizeof number; i++)
    ((uint32_t *)(void *)old)[i] = number;
  ag_free_obj(NULL, &old->h);
  cell *c = ag_new_bare(NULL, &cell_class, 1);
  c->next = next;
  return c;
}

// A walk gives away, or takes, all that can be reached, also what stands where a number like its own has stood.
START_TEST(all_that_is_reached_changes_hands) {
  ag_cx cx = {
      0}; // nobody: who makes, gives and takes is the same, so each object tells what has been done with it last
  for (uint32_t walk = 1; walk < 2000; walk += 2) {
    cell *c = born_in(walk, born_in(walk, NULL));
    ck_assert_uint_eq(c->h.mark, 0);
    c->next->next = c; // a circle is walked once
    ag_check_give(&cx, slot_each, &c, "given", walk);
    ck_assert_str_eq(c->h.at_file, "given");
    ck_assert_str_eq(c->next->h.at_file, "given");
    ag_check_take(&cx, slot_each, &c, "taken", walk);
    ck_assert_str_eq(c->h.at_file, "taken");
    ck_assert_str_eq(c->next->h.at_file, "taken");
    ag_free_obj(&cx, &c->next->h);
    ag_free_obj(&cx, &c->h);
  }
}
END_TEST

int main(void) {
  Suite *s = suite_create("check");
  TCase *t = tcase_create("check");
  tcase_add_test(t, all_that_is_reached_changes_hands);
  suite_add_tcase(s, t);
  SRunner *r = srunner_create(s);
  srunner_set_fork_status(r, CK_NOFORK);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
