// module_test.c — `use`: files in folders, circles of them, what cannot be found; the standard library; hostile sources.
#include "module/module.h"
#include "unit/golden_kit.h"

typedef struct project {
  golden_session s;
  const char *dir;
  module_list list;
} project;

static void project_begin(project *p) {
  golden_begin(&p->s);
  ck_assert_ptr_null(os_temp_dir(&p->s.arena, "agentc-test-", &p->dir));
}

static const char *project_file(project *p, const char *name, const char *text) {
  const char *path = path_join(&p->s.arena, p->dir, name);
  ck_assert_ptr_null(os_write_file(&p->s.arena, path, text, strlen(text)));
  return path;
}

static void project_load(project *p, const char *path) {
  module_context cx = {&p->s.arena, &p->s.names, &p->s.sink, &p->s.sources};
  uint32_t bad;
  ck_assert_ptr_null(module_load(&cx, &path, 1, &p->list, &bad));
}

static void project_end(project *p) {
  os_remove_dir(p->dir);
  golden_end(&p->s);
}

static uint32_t count_code(const project *p, diag_code code) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < p->s.sink.all.count; i++) n += p->s.sink.all.items[i]->code == code;
  return n;
}

START_TEST(each_file_is_loaded_once) {
  project p;
  project_begin(&p);
  project_file(&p, "a.agent", "use \"./b.agent\"\nuse \"./c.agent\"\n");
  project_file(&p, "b.agent", "use \"c.agent\" as c\nfn f() {}\n");
  project_file(&p, "c.agent", "use std.time\nfn g() {}\n");
  project_load(&p, path_join(&p.s.arena, p.dir, "a.agent"));
  ck_assert_uint_eq(p.s.sink.all.count, 0);
  uint32_t own = 0;
  for (uint32_t i = 0; i < p.list.count; i++) own += !p.list.items[i]->is_std;
  ck_assert_uint_eq(own, 3);
  const module *a = p.list.items[0];
  ck_assert(a->is_root && a->name[0] == 0);
  ck_assert_ptr_eq(a->uses[1], a->uses[0]->uses[0]);
  ck_assert_str_eq(a->uses[1]->name, "c");
  ck_assert(a->uses[1]->uses[0]->is_std);
  ck_assert_str_eq(a->uses[1]->uses[0]->name, "time");
  project_end(&p);
}
END_TEST

START_TEST(circles_are_fine) {
  project p;
  project_begin(&p);
  project_file(&p, "a.agent", "use \"b.agent\"\n");
  project_file(&p, "b.agent", "use \"c.agent\"\n");
  project_file(&p, "c.agent", "use \"a.agent\"\nuse \"c.agent\"\n");
  project_load(&p, path_join(&p.s.arena, p.dir, "a.agent"));
  ck_assert_uint_eq(count_code(&p, E0203), 1); // c uses itself
  ck_assert_uint_eq(p.list.count, 4);
  project_end(&p);
}
END_TEST

START_TEST(names_for_mangling_are_unique) {
  project p;
  project_begin(&p);
  project_file(&p, "time.agent", "");
  project_file(&p, "a-b.agent", "");
  project_file(&p, "a_b.agent", "");
  project_file(&p, "1.agent", "");
  project_file(&p, "main.agent",
               "use \"time.agent\"\nuse std.time\nuse \"a-b.agent\"\nuse \"a_b.agent\"\nuse \"1.agent\"\n");
  project_load(&p, path_join(&p.s.arena, p.dir, "main.agent"));
  const module *m = p.list.items[0];
  ck_assert_str_eq(m->uses[0]->name, "time_2");
  ck_assert_str_eq(m->uses[1]->name, "time");
  ck_assert_str_eq(m->uses[2]->name, "a_b");
  ck_assert_str_eq(m->uses[3]->name, "a_b_2");
  ck_assert_str_eq(m->uses[4]->name, "m1");
  project_end(&p);
}
END_TEST

START_TEST(what_is_not_there_is_an_error_at_its_use) {
  project p;
  project_begin(&p);
  const char *main_file = project_file(&p, "m.agent",
                                       "use std.nothing\nuse std\nuse other\nuse std.time.deep\nuse \"no.agent\"\n"
                                       "use \"\"\nuse \"..\"\nfn f() {}\n");
  project_load(&p, main_file);
  ck_assert_uint_eq(count_code(&p, E0201), 4);
  ck_assert_uint_eq(count_code(&p, E0202), 3);
  ck_assert_uint_eq(p.list.items[0]->file->decls.count, 8);
  module_context cx = {&p.s.arena, &p.s.names, &p.s.sink, &p.s.sources};
  const char *files[] = {main_file, "/no/such/file.agent"};
  uint32_t bad = 9;
  module_list list;
  ck_assert_str_eq(module_load(&cx, files, 2, &list, &bad), "no such file or directory");
  ck_assert_uint_eq(bad, 1);
  project_end(&p);
}
END_TEST

START_TEST(a_long_chain_of_files_is_no_recursion) {
  project p;
  project_begin(&p);
  for (int i = 0; i < 2000; i++) {
    char name[32], text[64];
    snprintf(name, sizeof name, "f%d.agent", i);
    snprintf(text, sizeof text, "use \"f%d.agent\"\n", (i + 1) % 2000);
    project_file(&p, name, text);
  }
  project_load(&p, path_join(&p.s.arena, p.dir, "f0.agent"));
  ck_assert_uint_eq(p.list.count, 2001);
  project_end(&p);
}
END_TEST

START_TEST(the_standard_library_parses) {
  project p;
  project_begin(&p);
  project_load(&p,
               project_file(&p, "m.agent", "use std.time\nuse std.io\nuse std.math\nuse std.random\nuse std.env\n"));
  ck_assert_uint_eq(p.s.sink.all.count, 0);
  uint32_t preludes = 0;
  for (uint32_t i = 0; i < p.list.count; i++) preludes += p.list.items[i]->is_prelude;
  ck_assert_uint_eq(preludes, 1);
  project_end(&p);
}
END_TEST

// What stands `count` times between a begin and an end must give an error or a tree, in time and without a crash.
static void hostile(const char *begin, const char *repeated, size_t count, const char *end, diag_code expected) {
  golden_session s;
  golden_begin(&s);
  buf text = {0};
  buf_adds(&text, begin);
  for (size_t i = 0; i < count; i++) buf_adds(&text, repeated);
  buf_adds(&text, end);
  parse_context cx = {&s.arena, &s.names, &s.sink};
  buf out = {0};
  const ast_file *file = parse_file(&cx, source_add(&s.sources, "h", "h", buf_text(&text), text.size));
  ast_dump(file, &out);
  golden_errors(&s, &out);
  ck_assert_uint_eq(file->has_errors, expected != DIAG_NO_CODE);
  bool found = expected == DIAG_NO_CODE;
  for (uint32_t i = 0; i < s.sink.all.count; i++) found |= s.sink.all.items[i]->code == expected;
  ck_assert_msg(found, "`%s` again and again does not give %s", repeated, diag_code_name(expected));
  buf_fini(&out);
  buf_fini(&text);
  golden_end(&s);
}

START_TEST(deep_nesting_is_an_error) {
  static const char *const repeated[] = {"(",         "[",
                                         "{",         "\"{",
                                         "- ",        "not ",
                                         "await ",    "1 + ",
                                         "a.",        "|a| ",
                                         "try ",      "a(",
                                         "match (",   "if a { } else ",
                                         "return ",   "iso { ",
                                         "f() else ", "\"\"\"a\"\"\" + ",
                                         "take ",     "spawn A("};
  for (size_t i = 0; i < sizeof repeated / sizeof *repeated; i++) {
    hostile("main(args) {\n  let x = ", repeated[i], 100000, "b\n}\n", E0110);
  }
  hostile("fn f(a: ", "Array[", 100000, "Int) {}\n", E0110);
  hostile("fn f(a: Int", "?", 100000, ") {}\n", E0110);
  hostile("fn f(a: ", "fn() -> ", 100000, "Int) {}\n", E0110);
  hostile("main() { match x { ", "A(", 100000, "b => 1 } }\n", E0110);
  hostile("main() { ", "defer ", 100000, "f() }\n", E0110);
}
END_TEST

START_TEST(long_lists_take_linear_time) {
  hostile("main() {\n  let x = [", "1, ", 20000, "]\n}\n", DIAG_NO_CODE);
  hostile("main() {\n", "  f(a)\n", 100000, "}\n", DIAG_NO_CODE);
  hostile("main() {\n  ", "f();", 100000, "}\n", DIAG_NO_CODE);
  hostile("main() { match x {\n", "1 => 2\n", 50000, "} }\n", DIAG_NO_CODE);
  hostile("main() { match x { 0", " | 1", 50000, " => 2 } }\n", DIAG_NO_CODE);
  hostile("fn f(", "a: Int, ", 50000, ") {}\n", DIAG_NO_CODE);
  hostile("", "/// doc\n", 100000, "fn f() {}\n", DIAG_NO_CODE);
  hostile("", "fn f() {}\n", 50000, "", DIAG_NO_CODE);
  hostile("main() { print(\"", "{a}", 50000, "\") }\n", DIAG_NO_CODE);
}
END_TEST

START_TEST(many_errors_end) {
  hostile("main() {\n", "  let = 1\n", 50000, "}\n", E0101);
  hostile("", ")", 100000, "", E0109);
  hostile("", "\x01", 100000, "", E0102);
  hostile("", "\xff", 100000, "", E0111);
  hostile("", "\"{a\n", 20000, "", E0110);
  hostile("main() {\n", "  f(a\n", 20000, "}\n", E0110);
  hostile("/*", "/*", 100000, "", E0104);
  hostile("x = \"", "a", 10000000, "\n", E0103);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("module");
  TCase *cases = tcase_create("use");
  tcase_set_timeout(cases, 60);
  tcase_add_test(cases, each_file_is_loaded_once);
  tcase_add_test(cases, circles_are_fine);
  tcase_add_test(cases, names_for_mangling_are_unique);
  tcase_add_test(cases, what_is_not_there_is_an_error_at_its_use);
  tcase_add_test(cases, a_long_chain_of_files_is_no_recursion);
  tcase_add_test(cases, the_standard_library_parses);
  TCase *sources = tcase_create("hostile");
  tcase_set_timeout(sources, 120);
  tcase_add_test(sources, deep_nesting_is_an_error);
  tcase_add_test(sources, long_lists_take_linear_time);
  tcase_add_test(sources, many_errors_end);
  suite_add_tcase(suite, cases);
  suite_add_tcase(suite, sources);
  return golden_run(suite);
}
