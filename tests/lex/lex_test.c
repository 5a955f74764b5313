// lex_test.c — tests/lex: the tokens of a source, and what the lexer has to say.
#include "unit/golden_kit.h"

static void make_tokens(golden_session *s, const source *src, buf *out) {
  parse_context cx = {&s->arena, &s->names, &s->sink};
  parse_dump_tokens(&cx, src, out);
  golden_errors(s, out);
}

START_TEST(tokens_of_every_file) { golden_folder("lex", "tokens", make_tokens); }
END_TEST

int main(void) {
  Suite *suite = suite_create("lex");
  TCase *cases = tcase_create("golden");
  tcase_add_test(cases, tokens_of_every_file);
  suite_add_tcase(suite, cases);
  return golden_run(suite);
}
