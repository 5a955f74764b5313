// data_abi_test.c — the ABI as a program compiled in memory sees it: abi.def lists what the headers declare, and the
// headers do under TinyCC, whose branches the other tests never see, what they do here.
#include <ctype.h>
#include <libtcc.h>
#include <stdio.h>

#include "data_abi_ops.h"
#include "data_kit.h"

static const struct {
  const char *name;
  uintptr_t address;
} symbols[] = {
#define AG_SYM(name) {#name, (uintptr_t)&name},
#include <agent/abi.def>
#undef AG_SYM
};
enum { SYMBOLS = sizeof symbols / sizeof *symbols };

static void report(void *unused, const char *message) {
  (void)unused;
  fprintf(stderr, "%s\n", message);
}

// Compiles `source` against the headers and abi.def alone, and runs its function `check`.
static int run_in_memory(const char *source, uint64_t *sums) {
  TCCState *state = tcc_new();
  tcc_set_error_func(state, NULL, report);
  tcc_set_options(state, "-nostdlib -nostdinc");
  tcc_define_symbol(state, "AG_JIT", "1");
  tcc_set_output_type(state, TCC_OUTPUT_MEMORY);
  tcc_add_include_path(state, TEST_SOURCE_DIR "/runtime/include");
  tcc_add_include_path(state, TEST_SOURCE_DIR "/tests/runtime/unit");
  for (int i = 0; i < SYMBOLS; i++) tcc_add_symbol(state, symbols[i].name, (const void *)symbols[i].address);
  ck_assert_int_eq(tcc_compile_string(state, source), 0);
  ck_assert_int_eq(tcc_relocate(state, TCC_RELOCATE_AUTO), 0);
  void *found = tcc_get_symbol(state, "check");
  ck_assert_ptr_nonnull(found);
  int (*check)(ag_cx *, uint64_t *);
  memcpy(&check, &found, sizeof check);
  int answer = check(cx, sums);
  tcc_delete(state);
  return answer;
}

START_TEST(arithmetic_is_the_same_under_tinycc) {
  uint64_t here[8], there[8];
  tally_all(cx, here);
  ck_assert_int_eq(run_in_memory("#include <data_abi_ops.h>\n"
                                 "int check(ag_cx *cx, uint64_t *sums) { tally_all(cx, sums); return 0; }\n",
                                 there),
                   0);
  for (int i = 0; i < 8; i++) ck_assert(here[i] == there[i]);
}
END_TEST

START_TEST(literals_collections_and_text_work_under_tinycc) {
  static const char source[] =
      "#include <agent/abi.h>\n"
      "AG_STR_LITERAL(lit_1, \"n = \", 4);\n"
      "AG_STR_LITERAL(lit_2, \"n = [0, 1, 2] true 0.5\", 22);\n"
      "int check(ag_cx *cx, uint64_t *sums) {\n"
      "  (void)sums;\n"
      "  ag_array *a = ag_array_new(cx, 0, &ag_type_i64);\n"
      "  for (int64_t i = 0; i < 3; i++) AG_ARRAY_PUSH(cx, int64_t, a, i);\n"
      "  ag_sb sb;\n"
      "  ag_sb_begin(&sb);\n"
      "  ag_sb_str(&sb, AG_STR(lit_1));\n"
      "  ag_sb_value(cx, &sb, &(ag_type){.name = \"Array[Int]\", .show = ag_array_slot_show}, &a);\n"
      "  AG_SB_TEXT(&sb, \" \");\n"
      "  ag_sb_bool(&sb, true);\n"
      "  ag_sb_char(&sb, ' ');\n"
      "  ag_sb_f64(&sb, 0.5);\n"
      "  ag_str *s = ag_sb_take(cx, &sb);\n"
      "  bool same = ag_str_eq(s, AG_STR(lit_2)) && ag_str_hash(cx, s) == ag_str_hash(cx, AG_STR(lit_2));\n"
      "  ag_retain(AG_STR(lit_1)); ag_release(cx, AG_STR(lit_1)); ag_retain(a); ag_release(cx, a);\n"
      "  ag_release(cx, s);\n"
      "  ag_release(cx, a);\n"
      "  return same ? 0 : 1;\n"
      "}\n";
  ck_assert_int_eq(run_in_memory(source, NULL), 0);
}
END_TEST

// ---- abi.def against the headers -------------------------------------------------------------------------------
static bool listed(const char *name, size_t n) {
  for (int i = 0; i < SYMBOLS; i++) {
    if (strlen(symbols[i].name) == n && memcmp(symbols[i].name, name, n) == 0) return true;
  }
  return false;
}

// The name before the first `(` of a line that declares a function: a word in column 1, then `ag_…(`, not inline.
static const char *declared(const char *line, size_t *n) {
  if (!(islower((unsigned char)line[0])) || strncmp(line, "static", 6) == 0 || strncmp(line, "typedef", 7) == 0)
    return NULL;
  const char *end = strchr(line, '(');
  if (!end || !strchr(end, ';')) return NULL;
  const char *start = end;
  while (start > line && (isalnum((unsigned char)start[-1]) || start[-1] == '_')) start--;
  *n = (size_t)(end - start);
  return *n > 3 && memcmp(start, "ag_", 3) == 0 ? start : NULL;
}

static int unlisted_in(const char *header) {
  char path[1000], line[2000];
  snprintf(path, sizeof path, "%s/runtime/include/agent/%s", TEST_SOURCE_DIR, header);
  FILE *f = fopen(path, "r");
  ck_assert_ptr_nonnull(f);
  int missing = 0, seen = 0;
  while (fgets(line, sizeof line, f)) {
    size_t n;
    const char *name = declared(line, &n);
    seen += name != NULL;
    if (name && !listed(name, n)) {
      fprintf(stderr, "%s declares %.*s, which abi.def does not list\n", header, (int)n, name);
      missing++;
    }
  }
  fclose(f);
  ck_assert_int_gt(seen, 0);
  return missing;
}

START_TEST(every_declared_symbol_is_listed) {
  ck_assert_int_eq(unlisted_in("abi.h") + unlisted_in("abi_data.h") + unlisted_in("abi_std.h") +
                       unlisted_in("abi_channel.h") + unlisted_in("abi_lease.h"),
                   0);
  for (int i = 0; i < SYMBOLS; i++) ck_assert(symbols[i].address != 0);
}
END_TEST

TESTS("abi", arithmetic_is_the_same_under_tinycc, literals_collections_and_text_work_under_tinycc,
      every_declared_symbol_is_listed)
