// parse_test.c — tests/parse: the trees of sources without errors; tests/parse/errors: the diagnostics of those with.
#include "unit/golden_kit.h"

static void make_tree(golden_session *s, const source *src, buf *out) {
  parse_context cx = {&s->arena, &s->names, &s->sink};
  ast_dump(parse_file(&cx, src), out);
  golden_errors(s, out);
}

static void make_errors(golden_session *s, const source *src, buf *out) {
  parse_context cx = {&s->arena, &s->names, &s->sink};
  const ast_file *file = parse_file(&cx, src);
  golden_errors(s, out);
  ck_assert_msg(file->has_errors, "%s has no errors", src->name);
}

START_TEST(tree_of_every_file) { golden_folder("parse", "ast", make_tree); }
END_TEST

START_TEST(errors_of_every_file) { golden_folder("parse/errors", "err", make_errors); }
END_TEST

int main(void) {
  Suite *suite = suite_create("parse");
  TCase *cases = tcase_create("golden");
  tcase_add_test(cases, tree_of_every_file);
  tcase_add_test(cases, errors_of_every_file);
  suite_add_tcase(suite, cases);
  return golden_run(suite);
}
