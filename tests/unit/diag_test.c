// diag_test.c — order, doubles and both renderings of diagnostics.
#include "unit/golden_kit.h"

static const source *add(golden_session *s, const char *text) {
  return source_add(&s->sources, "f.agent", "f.agent", text, strlen(text));
}

START_TEST(text_shows_place_notes_and_help) {
  golden_session s;
  golden_begin(&s);
  const source *src = add(&s, "let a = 1\n\tsignal b.take(d\xc3\xa9ta)\n");
  diag *d = diag_error(&s.sink, E0101, (span){src->id, 25, 30}, "`%s` was moved", "d\xc3\xa9ta");
  diag_note(d, (span){src->id, 4, 5}, "it moved here");
  diag_note(d, SPAN_NONE, "it is unique");
  diag_help(d, "send a copy");
  buf out = {0};
  diag_render_text(d, &s.sources, false, &out);
  ck_assert_str_eq(buf_text(&out),
                   "f.agent:2:16: error[E0101]: `d\xc3\xa9ta` was moved\n"
                   "    2 |   signal b.take(d\xc3\xa9ta)\n"
                   "      |                 ^~~~\n"
                   "f.agent:1:5: note: it moved here\n"
                   "    1 | let a = 1\n"
                   "      |     ^\n"
                   "      = note: it is unique\n"
                   "      = help: send a copy\n");
  buf_clear(&out);
  diag_render_text(d, &s.sources, true, &out);
  ck_assert(strstr(buf_text(&out), "\033[1;31merror[E0101]\033[0m"));
  buf_fini(&out);
  golden_end(&s);
}
END_TEST

START_TEST(json_is_one_line_with_edits) {
  golden_session s;
  golden_begin(&s);
  const source *src = add(&s, "a \"b\"\n");
  diag *d = diag_warning(&s.sink, E0102, (span){src->id, 2, 5}, "text \"b\"\n\xff");
  diag_fix(d, "h");
  diag_edit(d, (span){src->id, 2, 2}, "x ");
  diag_fix(d, "nowhere");
  diag_edit(d, SPAN_NONE, "x ");
  buf out = {0};
  diag_render_json(d, &s.sources, &out);
  ck_assert_str_eq(buf_text(&out),
                   "{\"severity\":\"warning\",\"code\":\"E0102\",\"message\":\"text \\\"b\\\"\\n\xef\xbf\xbd\","
                   "\"file\":\"f.agent\",\"line\":1,\"column\":3,\"end_line\":1,\"end_column\":6,\"begin\":2,\"end\":5,"
                   "\"notes\":[],\"helps\":[\"h\",\"nowhere\"],\"fixes\":[{\"label\":\"h\",\"edits\":[{\"replacement\":"
                   "\"x \",\"file\":\"f.agent\",\"line\":1,"
                   "\"column\":3,\"end_line\":1,\"end_column\":3,\"begin\":2,\"end\":2}]}]}\n");
  buf_fini(&out);
  golden_end(&s);
}
END_TEST

START_TEST(sorted_without_doubles) {
  golden_session s;
  golden_begin(&s);
  const source *src = add(&s, "0123456789");
  diag_error(&s.sink, E0103, (span){src->id, 5, 6}, "third");
  diag_error(&s.sink, E0102, (span){src->id, 2, 3}, "first");
  diag_error(&s.sink, E0103, (span){src->id, 2, 3}, "second");
  diag_error(&s.sink, E0102, (span){src->id, 2, 9}, "again");
  diag_mark mark = diag_save(&s.sink);
  diag_error(&s.sink, E0104, SPAN_NONE, "forgotten");
  diag_rewind(&s.sink, mark);
  ck_assert_uint_eq(s.sink.error_count, 4);
  diag_sort(&s.sink);
  ck_assert_uint_eq(s.sink.all.count, 3);
  ck_assert_str_eq(s.sink.all.items[0]->text, "first");
  ck_assert_str_eq(s.sink.all.items[1]->text, "second");
  ck_assert_str_eq(s.sink.all.items[2]->text, "third");
  golden_end(&s);
}
END_TEST

START_TEST(at_most_so_many_are_shown) {
  golden_session s;
  golden_begin(&s);
  const source *src = add(&s, "0123456789");
  for (uint32_t i = 0; i < 10; i++) diag_error(&s.sink, E0101, (span){src->id, i, i + 1}, "no %u", i);
  char *text;
  size_t size;
  FILE *out = open_memstream(&text, &size);
  diag_render(&s.sink, &s.sources, (diag_options){.limit = 3}, out);
  fclose(out);
  ck_assert(strstr(text, "no 2") && !strstr(text, "no 3") && strstr(text, "7 more errors"));
  free(text);
  golden_end(&s);
}
END_TEST

START_TEST(long_and_strange_lines_are_shown_in_a_window) {
  golden_session s;
  golden_begin(&s);
  static char text[200001];
  memset(text, '\x01', sizeof text - 1);
  const source *src = add(&s, text);
  static const span places[] = {
      {1, 0, 1}, {1, 100000, 150000}, {1, 199999, 200000}, {1, 200000, 200000}, {1, 0, 200000}};
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    buf out = {0};
    diag_render_text(diag_error(&s.sink, E0101, places[i], "x"), &s.sources, false, &out);
    ck_assert_uint_lt(out.size, 1200);
    ck_assert(strchr(buf_text(&out), '^'));
    buf_fini(&out);
  }
  (void)src;
  golden_end(&s);
}
END_TEST

START_TEST(codes_are_found_by_name) {
  ck_assert_int_eq(diag_code_find("E0101"), E0101);
  ck_assert_int_eq(diag_code_find("e0101"), E0101);
  ck_assert_int_eq(diag_code_find("101"), E0101);
  ck_assert_int_eq(diag_code_find("E9999"), DIAG_NO_CODE);
  ck_assert_int_eq(diag_code_find(""), DIAG_NO_CODE);
  ck_assert_int_eq(diag_code_find("E01x"), DIAG_NO_CODE);
  ck_assert_str_eq(diag_code_name(E0101), "E0101");
  ck_assert_int_eq(strncmp(diag_page("E0101"), "# E0101", 7), 0);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("diag");
  TCase *cases = tcase_create("diag");
  tcase_add_test(cases, text_shows_place_notes_and_help);
  tcase_add_test(cases, json_is_one_line_with_edits);
  tcase_add_test(cases, sorted_without_doubles);
  tcase_add_test(cases, at_most_so_many_are_shown);
  tcase_add_test(cases, long_and_strange_lines_are_shown_in_a_window);
  tcase_add_test(cases, codes_are_found_by_name);
  suite_add_tcase(suite, cases);
  return golden_run(suite);
}
