// read_test.c — MIR text: what is dumped reads back as the same; passes on functions written as text.
//   tests/mir/*.mir   `// pass: NAME` (one or more lines), functions, a line `=>`, and what the functions are after the passes.
//                     Known are String, Bytes, Array, Map, Set, and class Node(var name: String, var next: Node?).
#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/os.h"
#include "build.h"
#include "driver/cmd.h"
#include "driver/pipeline.h"
#include "mir/read.h"

// ---- programs ----------------------------------------------------------------------------------------------------------------
// The lines where two texts part.
static void same_text(const char *path, const char *a, const char *b) {
  if (strcmp(a, b) == 0) return;
  size_t i = 0;
  while (a[i] == b[i]) i++;
  while (i > 0 && a[i - 1] != '\n') i--;
  ck_abort_msg("%s: '%.*s' reads back as '%.*s'", path, (int)strcspn(a + i, "\n"), a + i, (int)strcspn(b + i, "\n"),
               b + i);
}

static void round_trip(const char *path) {
  session s;
  session_init(&s);
  const char *files[] = {path};
  s.options.files = files;
  s.options.file_count = 1;
  mir_program *p = NULL;
  int status = pipeline_mir(&s, &p);
  ck_assert_msg(status == STATUS_OK, "%s does not compile", path);
  buf first = {0}, second = {0};
  mir_dump(&first, p);
  const char *error = NULL;
  mir_program *again = mir_read(&s.arena, s.types, p->hir, buf_text(&first), &error);
  ck_assert_msg(again != NULL, "%s: %s", path, error);
  mir_dump(&second, again);
  same_text(path, buf_text(&first), buf_text(&second));
  const char *wrong = mir_verify(again, true);
  ck_assert_msg(!wrong, "%s: %s", path, wrong);
  buf_fini(&first);
  buf_fini(&second);
  session_fini(&s);
}

static bool ends_with(const char *name, const char *end) {
  size_t n = strlen(name), m = strlen(end);
  return n > m && strcmp(name + n - m, end) == 0;
}

static uint32_t each_file(const char *folder, const char *end, void (*test)(const char *)) {
  char path[1024];
  uint32_t n = 0;
  DIR *d = opendir(folder);
  ck_assert_msg(d != NULL, "no folder %s", folder);
  for (struct dirent *e = readdir(d); e; e = readdir(d)) {
    if (!ends_with(e->d_name, end)) continue;
    snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
    test(path);
    n++;
  }
  closedir(d);
  return n;
}

START_TEST(programs_read_back) {
  static const char *const folders[] = {"/tests/lang/agents",       "/tests/lang/control", "/tests/lang/data",
                                        "/tests/lang/capabilities", "/tests/lang/errors",  "/tests/lang/primitives",
                                        "/tests/lang/text",         "/tests/lang/values",  "/tests/lang/closures",
                                        "/tests/lang/generics"};
  char path[1024];
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
    snprintf(path, sizeof path, "%s%s", TEST_SOURCE_DIR, folders[i]);
    ck_assert_uint_gt(each_file(path, ".agent", round_trip), 0);
  }
  round_trip(
      TEST_SOURCE_DIR
      "/tests/lang/interfaces/agents.agent"); // interfaces of agents; those of objects have tables, which text has not
}
END_TEST

// ---- passes ------------------------------------------------------------------------------------------------------------------
typedef struct named_pass {
  const char *name;
  void (*fn)(mir_program *, mir_fn *);
  void (*all)(mir_program *);
} named_pass;
static const named_pass passes[] = {
#define PASS_FN(name, text) {#name, pass_##name, 0},
#define PASS_ALL(name, text) {#name, 0, pass_##name},
#include "pass/passes.def"
};

static void run_pass(mir_program *p, const char *name) {
  for (size_t k = 0; k < sizeof passes / sizeof *passes; k++) {
    if (strcmp(passes[k].name, name) != 0) continue;
    if (passes[k].all) passes[k].all(p);
    for (uint32_t i = 0; passes[k].fn && i < p->fns.count; i++) passes[k].fn(p, p->fns.items[i]);
    return;
  }
  ck_abort_msg("no pass %s", name);
}

static void run_passes(mir_program *p, const char *text) {
  char name[64];
  for (const char *line = text; sscanf(line, "// pass: %63s", name) == 1; line = strchr(line, '\n') + 1)
    run_pass(p, name);
}

static const char *skip_comments(const char *text) {
  while (strncmp(text, "//", 2) == 0) text = strchr(text, '\n') + 1;
  return text;
}

static hir_field fields[2];
static void pass_file(const char *path) {
  build b;
  b_init(&b);
  hir_decl node = {
      .kind = DECL_CLASS, .name = "Node", .module = "", .fields = fields, .field_count = 2, .header_count = 2};
  fields[0] = (hir_field){.name = "name", .type = b.text, .is_var = true};
  fields[1] = (hir_field){.name = "next", .type = b_optional(&b, b_class(&b, &node, CAP_REF)), .is_var = true};
  b_add_decl(&b, &node);
  const char *text = NULL, *error = NULL;
  size_t size = 0;
  const char *unreadable = os_read_file(&b.arena, path, &text, &size);
  ck_assert_msg(!unreadable, "%s: %s", path, unreadable);
  const char *arrow = strstr(text, "\n=>\n");
  ck_assert_msg(arrow != NULL, "%s: no line =>", path);
  const char *before = arena_strndup(&b.arena, text, (size_t)(arrow - text) + 1);
  mir_program *p = mir_read(&b.arena, b.types, &b.hir, skip_comments(before), &error);
  ck_assert_msg(p != NULL, "%s: %s", path, error);
  run_passes(p, before);
  buf out = {0};
  mir_dump(&out, p);
  ck_assert_msg(strcmp(buf_text(&out), arrow + 4) == 0, "%s gives\n%s", path, buf_text(&out));
  buf_fini(&out);
  b_fini(&b);
}

START_TEST(passes_do_what_files_say) {
  ck_assert_uint_gt(each_file(TEST_SOURCE_DIR "/tests/mir", ".mir", pass_file), 0);
}
END_TEST

START_TEST(wrong_text_is_refused) {
  static const char *const texts[] = {
      "fn f -> Int {\n  b0:\n    %0 = add 1, 2\n    return 0\n}\n",
      "fn f -> nowhere {\n  b0:\n    return ()\n}\n",
      "fn f -> () {\n    %0: Int\n  b0:\n    %0 = frobnicate 1\n    return ()\n}\n",
      "fn f -> () {\n    %1: Int\n  b0:\n    return ()\n}\n",
      "fn f -> () {\n  b0:\n    jump\n}\n",
      "fn f -> () {\n  b0:\n",
      "nonsense\n",
      "fn",
  };
  build b;
  b_init(&b);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    const char *error = NULL;
    ck_assert_msg(!mir_read(&b.arena, b.types, &b.hir, texts[i], &error), "text %zu is accepted", i);
    ck_assert_ptr_nonnull(error);
  }
  b_fini(&b);
}
END_TEST

int main(void) {
  Suite *s = suite_create("read");
  TCase *t = tcase_create("read");
  tcase_set_timeout(t, 120);
  tcase_add_test(t, programs_read_back);
  tcase_add_test(t, passes_do_what_files_say);
  tcase_add_test(t, wrong_text_is_refused);
  suite_add_tcase(s, t);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
