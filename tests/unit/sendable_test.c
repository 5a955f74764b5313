// sendable_test.c — what may be sent, shared, copied, read, compared, hashed, ordered, shown: a table of types; and what a second
// name, a kept name, and a part bound by a pattern see of them.
// Does not: test the rules of single capabilities (cap_test.c), nor the messages (tests/errors).
#include "sema/sendable.h"

#include "unit/typed.h"

static const char *const declarations =
    "class Buf() {\n var n: Int = 0\n}\n"
    "class Named() {\n fn show() -> String { \"named\" }\n fn eq(o: Named box) -> Bool { true }\n fn hash() -> U64 { 1 "
    "}\n"
    " fn cmp(o: Named box) -> Int { 0 }\n}\n"
    "class Box[T](x: T) { }\n"
    "struct Plain(n: Int, s: String)\n"
    "struct Real(x: F64)\n"
    "struct Named2(b: Buf) {\n fn show() -> String { \"named\" }\n fn eq(o: Named2 box) -> Bool { true }\n"
    " fn hash() -> U64 { 1 }\n fn cmp(o: Named2 box) -> Int { 0 }\n}\n"
    "struct Named3(b: Named tag) {\n fn show() -> String { \"named\" }\n}\n"
    "struct D1(x: D2)\nstruct D2(x: D3)\nstruct D3(x: D4)\nstruct D4(x: D5)\nstruct D5(x: D6)\nstruct D6(x: D7)\n"
    "struct D7(x: D8)\nstruct D8(x: D9)\nstruct D9(b: Buf)\n"
    "struct Equal(n: Int) {\n fn eq(o: Equal box) -> Bool { true }\n}\n"
    "struct Pack(a: Buf iso, n: Int)\n"
    "struct Mix(a: Buf iso, b: Buf)\n"
    "struct Duo(a: Buf, n: Int)\n"
    "struct Tagged(a: Buf tag)\n"
    "struct Viewed(a: Buf box)\n"
    "struct Frozen(a: Buf val)\n"
    "struct Maybe(x: Int?)\n"
    "struct Ids(xs: Array[Buf tag] val)\n"
    "enum Job { Idle, Busy(b: Buf iso) }\n"
    "enum Tree { Leaf, Fork(l: Tree, r: Tree) }\n"
    "enum Heap { Leaf2, Fork2(l: Heap, b: Buf) }\n"
    "enum Isos { Leaf3, Fork3(l: Isos, b: Buf iso) }\n"
    "interface Sized { fn size() -> Int }\n"
    "interface Pinger { on ping() }\n"
    "agent Sink() { on ping() { } }\n"
    "error Bad(n: Int)\n";

typedef struct row {
  const char *type, *has;
} row;

// "all": everything. Else the words: send share copy read val eq hash ord show.
static const row rows[] = {
    {"Int", "all"},
    {"()", "all"},
    {"Duration", "all"},
    {"F64", "send share copy read val eq ord show"},
    {"F32", "send share copy read val eq ord show"},
    {"Range", "send share copy read val eq show"},
    {"String", "all"},
    {"none", "all"},
    // objects
    {"Buf", "copy read show"},
    {"Buf iso", "send read show"},
    {"Buf val", "send share copy read val show"},
    {"Buf box", "copy read show"},
    {"Buf tag", "send share copy show"},
    {"Named", "copy read eq hash ord show"},
    {"Named iso", "send read eq hash ord show"},
    {"Named val", "all"},
    {"Named tag", "send share copy"},
    {"Bytes", "copy read eq hash show"},
    {"Bytes val", "send share copy read val eq hash show"},
    {"Array[Int]", "copy read eq hash ord show"},
    {"Array[F64]", "copy read eq ord show"},
    {"Array[Int] tag", "send share copy"},
    {"Array[Buf]", "copy read show"},
    {"Array[Named tag]", "copy read"},
    {"Array[Range] val", "send share copy read val eq show"},
    {"Set[Int]", "copy read eq hash show"},
    {"Map[Int, F64]", "copy read eq show"},
    {"Map[Int, Buf] iso", "send read show"},
    {"Sized", "copy read show"},
    {"Sized val", "send share copy read val show"},
    {"Sized tag", "send share copy"},
    {"Sink", "send share copy eq hash"},
    {"Pinger", "send share copy eq hash"},
    {"Bad", "send share copy read val show"},
    {"fn() -> Int", "copy read"},
    {"fn val() -> Int", "send share copy read val"},
    {"fn iso() -> Int", "send read"},
    {"Channel[Int]", "send share copy read val show"},
    {"Channel[Named tag]", "send share copy read val show"},
    // futures: they are awaited where they were asked for, and nowhere else
    {"Future[Int]", "read show"},
    {"(Future[Int], Int)", "read show"},
    {"Future[Int]?", "read show"},
    {"Array[Future[Int]]", "copy read show"},
    {"Array[Future[Int]] iso", "read show"},
    {"Array[Future[Int]] val", "copy read show"},
    {"Array[fn() -> Future[Int]] iso", "send read"},
    // values
    {"Plain", "send share copy read val eq hash show"},
    {"Real", "send share copy read val eq show"},
    {"Named2", "copy read eq hash ord show"},
    {"Named3", "send share copy read show"},
    {"Equal", "send share copy read val eq show"},
    {"Pack", "send read show"},
    {"Pack val", "send share copy read val show"},
    {"Pack box", "copy read show"},
    {"Pack tag", "send share copy"},
    {"Mix", "read show"},
    {"Mix iso", "send read show"},
    {"Mix val", "send share copy read val show"},
    {"Mix box", "copy read show"},
    {"Duo", "copy read show"},
    {"Duo iso", "send read show"},
    {"Duo val", "send share copy read val show"},
    {"Duo box", "copy read show"},
    {"Tagged", "send share copy read show"},
    {"Viewed", "copy read show"},
    {"Frozen", "send share copy read val show"},
    {"Maybe", "send share copy read val eq hash show"},
    {"Ids", "send share copy read val show"},
    {"Job", "send read show"},
    {"Job box", "copy read show"},
    {"Tree", "send share copy read val eq hash show"},
    {"Heap", "copy read show"},
    {"Heap val", "send share copy read val show"},
    {"Isos", "send read show"},
    // tuples and optionals: as their parts
    {"(Int, String)", "all"},
    {"(Int, Buf)", "copy read show"},
    {"(Int, Buf iso)", "send read show"},
    {"(Buf tag, Int)", "send share copy read show"},
    {"(Int, F64)", "send share copy read val eq ord show"},
    {"Int?", "send share copy read val eq hash show"},
    {"Buf iso?", "send read show"},
    {"Named tag?", "send share copy read"},
    // type parameters in patterns: what they are bound to is not known
    {"T", ""},
    {"T iso", "send read"},
    {"T val", "send share copy read val"},
    {"T tag", "send share copy"},
};

static const char *const words[] = {"send", "share", "copy", "read", "val", "eq", "hash", "ord", "show"};

START_TEST(qualities_are_these) {
  static typed t;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) typed_want(&t, rows[i].type);
  typed_init(&t, declarations);
  int wrong = 0;
  // Twice: the second answer comes from what was remembered, which must not depend on what was asked before.
  for (int twice = 0; twice < 2; twice++)
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
      buf got = {0};
      bool all = true;
      for (size_t q = 0; q < sizeof words / sizeof *words; q++) {
        type_reason why;
        bool has = type_has(t.types, typed_of(&t, rows[i].type), (type_quality)q, i % 2 ? &why : NULL);
        all &= has;
        if (has) buf_printf(&got, "%s%s", got.size ? " " : "", words[q]);
        if (!has && i % 2) ck_assert_uint_gt(why.count, 0);
      }
      if (strcmp(all ? "all" : buf_text(&got), rows[i].has) != 0) {
        wrong++;
        fprintf(stderr, "%s: \"%s\", must be \"%s\"\n", rows[i].type, all ? "all" : buf_text(&got), rows[i].has);
      }
      buf_fini(&got);
    }
  ck_assert_int_eq(wrong, 0);
  typed_fini(&t);
}
END_TEST

// Why not: from the outside in; no more than TYPE_STEPS_MAX steps, the innermost.
START_TEST(reasons_are_chains) {
  static typed t;
  typed_want(&t, "(Int, Buf)");
  typed_want(&t, "Buf?");
  typed_want(&t, "D1");
  typed_init(&t, declarations);
  type_reason why;
  ck_assert(!type_has(t.types, typed_of(&t, "(Int, Buf)"), QUALITY_SENDABLE, &why));
  ck_assert_uint_eq(why.count, 2);
  ck_assert(why.steps[0].type == typed_of(&t, "(Int, Buf)") && why.steps[0].element == 1);
  ck_assert(!type_has(t.types, typed_of(&t, "Buf?"), QUALITY_SENDABLE, &why));
  ck_assert_uint_eq(why.count, 1);
  ck_assert(!type_has(t.types, typed_of(&t, "D1"), QUALITY_SENDABLE, &why));
  ck_assert_uint_eq(why.count, TYPE_STEPS_MAX);
  ck_assert_str_eq(why.steps[TYPE_STEPS_MAX - 2].decl->name, "D9");
  typed_fini(&t);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("sendable");
  TCase *tables = tcase_create("tables");
  suite_add_tcase(suite, tables);
  tcase_add_test(tables, qualities_are_these);
  tcase_add_test(tables, reasons_are_chains);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
