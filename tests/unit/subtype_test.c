// subtype_test.c — which type may stand where which is wanted, and what branches join to, as tables.
// Does not: test the rules of single capabilities (cap_test.c), nor which expressions are unique (tests/cap).
#include "sema/subtype.h"

#include "unit/typed.h"

static const char *const declarations =
    "class Buf() {\n var n: Int = 0\n fn size() -> Int { n }\n}\n"
    "class Other() { }\n"
    "class val Quote(n: Int) {\n fn size() -> Int { n }\n}\n"
    "struct Plain(n: Int) {\n fn size() -> Int { n }\n}\n"
    "struct Pack(a: Buf iso, n: Int)\n"
    "struct Mix(a: Buf iso, b: Buf)\n"
    "struct Duo(a: Buf, b: Buf)\n"
    "enum Job { Idle, Busy(b: Buf iso) }\n"
    "interface Sized { fn size() -> Int }\n"
    "interface Wide { fn size() -> Int }\n"
    "interface Pinger { on ping() }\n"
    "agent Sink() { on ping() { } }\n"
    "agent Deaf() { on hear() { } }\n"
    "error Bad(n: Int)\n";

// ---- conversions ----------------------------------------------------------------------------------------------------------
enum { NAME, UNIQUE }; // the value has a name that stays, or nobody else has one
typedef struct row {
  const char *from;
  int unique;
  const char *to, *result; // "no", "no: why", or what is done: some freeze share interface moves
} row;

static const row rows[] = {
    // objects
    {"Buf", NAME, "Buf", ""},
    {"Buf", NAME, "Buf box", ""},
    {"Buf", NAME, "Buf tag", "share"},
    {"Buf", NAME, "Buf val", "no: not frozen"},
    {"Buf", NAME, "Buf iso", "no: not unique"},
    {"Buf", UNIQUE, "Buf iso", ""},
    {"Buf", UNIQUE, "Buf val", "freeze"},
    {"Buf", UNIQUE, "Buf tag", "share"},
    {"Buf iso", NAME, "Buf iso", "no: opaque"},
    {"Buf iso", NAME, "Buf box", "no: opaque"},
    {"Buf iso", NAME, "Buf tag", "share"},
    {"Buf iso", UNIQUE, "Buf iso", "moves"},
    {"Buf iso", UNIQUE, "Buf", "moves"},
    {"Buf iso", UNIQUE, "Buf val", "freeze moves"},
    {"Buf iso", UNIQUE, "Buf tag", "share"},
    {"Buf val", NAME, "Buf", "no: read only"},
    {"Buf val", UNIQUE, "Buf iso", "no: not unique"},
    {"Buf val", NAME, "Buf box", ""},
    {"Buf box", UNIQUE, "Buf", "no: read only"},
    {"Buf box", UNIQUE, "Buf val", "no: not frozen"},
    {"Buf tag", NAME, "Buf tag", ""},
    {"Buf tag", UNIQUE, "Buf box", "no: opaque"},
    {"Buf", NAME, "Other", "no: other type"},
    {"Buf", NAME, "Int", "no: other type"},
    {"Int", NAME, "Int", ""},
    {"Int", NAME, "Bool", "no: other type"},
    // what is in error fits
    {"?", NAME, "Buf iso", ""},
    {"Buf", NAME, "?", ""},
    {"Never", NAME, "Buf iso", ""},
    // collections: what they hold may be seen as something else where nobody can write them, and stay as it is
    {"Array[Buf]", NAME, "Array[Buf] box", ""},
    {"Array[Buf] val", NAME, "Array[Buf val] val", ""},
    {"Array[Buf val] val", NAME, "Array[Buf box] val", ""},
    {"Array[Buf iso] iso", UNIQUE, "Array[Buf val] val", "freeze moves"},
    {"Array[Buf val] val", NAME, "Array[Buf tag] val", "no: other type"},
    {"Array[Buf tag] val", NAME, "Array[Buf val] val", "no: other type"},
    {"Array[Buf val] val", NAME, "Array[Sized val] val", "no: other type"},
    {"Array[Int] val", NAME, "Array[Int?] val", "no: other type"},
    {"Array[Buf val]", NAME, "Array[Buf box] box", "no: invariant"},
    {"Array[Buf box]", NAME, "Array[Buf val]", "no: invariant"},
    {"Array[Buf val]", NAME, "Array[Other val]", "no: other type"},
    {"Array[Int]", NAME, "Set[Int]", "no: other type"},
    {"Map[Int, Buf] val", NAME, "Map[Int, Buf val] val", ""},
    {"Map[Int, Buf] val", NAME, "Map[Bool, Buf val] val", "no: other type"},
    {"Channel[Buf iso]", NAME, "Channel[Buf val]", "no: invariant"}, // one may send into it
    // structs and enums
    {"Plain", NAME, "Plain", ""},
    {"Pack", UNIQUE, "Pack", "moves"},
    {"Pack", UNIQUE, "Pack val", "freeze moves"},
    {"Pack", UNIQUE, "Pack box", "moves"},
    {"Pack", UNIQUE, "Pack tag", "share"},
    {"Pack val", NAME, "Pack", "no: not unique"},
    {"Pack box", NAME, "Pack", "no: not unique"},
    {"Pack tag", NAME, "Pack", "no: opaque"},
    {"Pack val", NAME, "Pack box", ""},
    {"Job", UNIQUE, "Job val", "freeze moves"},
    {"Duo", NAME, "Duo", ""},
    {"Duo", NAME, "Duo val", "no: not frozen"},
    {"Duo", UNIQUE, "Duo val", "freeze"},
    {"Duo", UNIQUE, "Duo iso", ""},
    {"Duo iso", UNIQUE, "Duo iso", "moves"},
    {"Duo iso", UNIQUE, "Duo val", "freeze moves"},
    {"Duo iso", NAME, "Duo", "no: opaque"},
    {"Mix", NAME, "Mix box", "moves"},
    {"Mix", NAME, "Mix iso", "no: not unique"},
    {"Mix", NAME, "Mix val", "no: not frozen"},
    {"Mix", UNIQUE, "Mix val", "freeze moves"},
    {"Pack", UNIQUE, "Mix", "no: other type"},
    {"Pack", UNIQUE, "Job", "no: other type"},
    // tuples: a part that is an iso moves; two others are unique only as a whole
    {"(Buf, Int)", NAME, "(Buf box, Int)", ""},
    {"(Buf, Int)", NAME, "(Buf tag, Int)", "share"},
    {"(Buf iso, Int)", UNIQUE, "(Buf iso, Int)", "moves"},
    {"(Buf iso, Int)", NAME, "(Buf val, Int)", "freeze moves"},
    {"(Buf iso, Buf)", NAME, "(Buf, Buf)", "moves"},
    {"(Buf, Buf)", UNIQUE, "(Buf val, Buf val)", "freeze"},
    {"(Buf, Buf)", UNIQUE, "(Buf iso, Buf iso)", "no: not unique"},
    {"(Buf, Buf)", UNIQUE, "(Buf iso, Buf val)", "no: not unique"},
    {"(Buf, Buf)", NAME, "(Buf val, Buf val)", "no: not frozen"},
    {"(Int, Int)", NAME, "(Int, Int, Int)", "no: other type"},
    {"(Int, Int)", NAME, "(Int?, Int)", "no: other type"},
    {"(Buf, Int)", NAME, "(Sized, Int)", "no: other type"},
    {"(Int, Int)", NAME, "Map[Int, Int]", "no: other type"},
    {"Map[Int, Int]", NAME, "(Int, Int)", "no: other type"},
    // optionals
    {"none", NAME, "Buf iso?", ""},
    {"Buf", NAME, "Buf?", "some"},
    {"Buf", UNIQUE, "Buf val?", "some freeze"},
    {"Buf", NAME, "Buf iso?", "no: not unique"},
    {"Buf?", NAME, "Buf box?", ""},
    {"Buf iso?", UNIQUE, "Buf val?", "freeze moves"},
    {"Buf?", NAME, "Buf val?", "no: not frozen"},
    {"Buf?", NAME, "Buf", "no: other type"},
    {"Buf", NAME, "Sized?", "some interface"},
    {"Buf?", NAME, "Sized?", "no: other type"},
    {"Int?", NAME, "Int??", "some"},
    {"Int", NAME, "Int??", "no: other type"},
    {"Int?", NAME, "Bool??", "no: other type"},
    {"Int??", NAME, "Int?", "no: other type"},
    // interfaces
    {"Buf", NAME, "Sized", "interface"},
    {"Buf", UNIQUE, "Sized iso", "interface"},
    {"Buf", NAME, "Sized iso", "no: not unique"},
    {"Buf iso", UNIQUE, "Sized val", "freeze interface moves"},
    {"Buf", NAME, "Sized tag", "share interface"},
    {"Buf tag", NAME, "Sized tag", "interface"},
    {"Other", NAME, "Sized", "no: no interface"},
    {"Sized iso", UNIQUE, "Sized val", "freeze moves"},
    {"Sized", NAME, "Sized tag", "share"},
    {"Sized", NAME, "Wide", "interface"},
    {"Sized", NAME, "Wide tag", "share interface"},
    {"Sized", NAME, "Wide val", "no: not frozen"},
    {"Plain", NAME, "Sized iso", "interface"},
    {"Plain", NAME, "Sized val", "freeze interface"},
    {"Plain", NAME, "Sized tag", "no: other type"},
    {"Quote", NAME, "Sized val", "interface"},
    {"Quote", NAME, "Sized", "no: read only"},
    // agents
    {"Sink", NAME, "Sink", ""},
    {"Sink", NAME, "Pinger", ""},
    {"Deaf", NAME, "Pinger", "no: no interface"},
    {"Sink", NAME, "Deaf", "no: no interface"},
    {"Buf", NAME, "Pinger", "no: no interface"},
    {"Buf", NAME, "Sink", "no: other type"},
    {"Pinger", NAME, "Sink", "no: no interface"},
    // functions: parameters the other way round; who is handed an iso drops it, who is lent one does not
    {"fn(Buf box) -> Int", NAME, "fn(Buf) -> Int", ""},
    {"fn(Buf) -> Int", NAME, "fn(Buf box) -> Int", "no: other type"},
    {"fn() -> Buf", NAME, "fn() -> Buf box", ""},
    {"fn() -> Buf box", NAME, "fn() -> Buf", "no: other type"},
    {"fn() -> Buf iso", NAME, "fn() -> Buf", ""},
    {"fn() -> Buf iso", NAME, "fn() -> Buf val", "no: other type"},
    {"fn() -> Buf", NAME, "fn() -> Buf tag", "no: other type"},
    {"fn() -> Buf", NAME, "fn() -> Buf?", "no: other type"},
    {"fn() -> Buf", NAME, "fn() -> Sized", "no: other type"},
    {"fn() -> Never", NAME, "fn() -> Int", "no: other type"},
    {"fn(Buf box) -> Int", NAME, "fn(Buf iso) -> Int", "no: other type"},
    {"fn(Int) -> Int", NAME, "fn(Int, Int) -> Int", "no: other type"},
    {"fn() -> Int !", NAME, "fn() -> Int", "no: raises"},
    {"fn() -> Int", NAME, "fn() -> Int !", ""},
    {"fn val() -> Int", NAME, "fn() -> Int", ""},
    {"fn() -> Int", UNIQUE, "fn val() -> Int", "no: not frozen"},
    {"fn iso() -> Int", UNIQUE, "fn val() -> Int", "no: not frozen"},
    {"fn iso() -> Int", UNIQUE, "fn() -> Int", "moves"},
    {"fn val(Buf box) -> Int", NAME, "fn val(Buf) -> Int", ""},
    {"fn iso(Buf box) -> Int", UNIQUE, "fn iso(Buf) -> Int", "moves"},
    {"(fn() -> Int)?", NAME, "(fn() -> Int !)?", ""},
    // type parameters, in patterns
    {"T", NAME, "T", "moves"},
    {"T", NAME, "U", "no: other type"},
    {"T", NAME, "self->T", "no: other type"},
    {"T", NAME, "T tag", "share"},
    {"T box", NAME, "T tag", "share"},
};

static const char *why_text(conv_reason why) {
  static const char *const words[] = {
      [CONV_OTHER_TYPE] = "no: other type", [CONV_NOT_UNIQUE] = "no: not unique",
      [CONV_NOT_FROZEN] = "no: not frozen", [CONV_READ_ONLY] = "no: read only",
      [CONV_OPAQUE] = "no: opaque",         [CONV_INVARIANT] = "no: invariant",
      [CONV_RAISES] = "no: raises",         [CONV_NO_INTERFACE] = "no: no interface",
  };
  return words[why];
}

static void result_text(conversion c, buf *out) {
  if (!c.ok) buf_adds(out, why_text(c.why));
  if (!c.ok) return;
  if (c.some) buf_adds(out, " some");
  if (c.freeze) buf_adds(out, " freeze");
  if (c.share) buf_adds(out, " share");
  if (c.interface) buf_adds(out, " interface");
  if (c.moves) buf_adds(out, " moves");
}

START_TEST(conversions_are_these) {
  static typed t;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    typed_want(&t, rows[i].from);
    typed_want(&t, rows[i].to);
  }
  typed_init(&t, declarations);
  int wrong = 0;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const type *from = typed_of(&t, rows[i].from), *to = typed_of(&t, rows[i].to);
    buf got = {0};
    result_text(subtype_convert(t.types, from, to, rows[i].unique == UNIQUE), &got);
    const char *text = buf_text(&got)[0] == ' ' ? buf_text(&got) + 1 : buf_text(&got);
    if (strcmp(text, rows[i].result) != 0) {
      wrong++;
      fprintf(stderr, "%s %s to %s: \"%s\", must be \"%s\"\n", rows[i].unique ? "unique" : "named", rows[i].from,
              rows[i].to, text, rows[i].result);
    }
    buf_fini(&got);
  }
  ck_assert_int_eq(wrong, 0);
  typed_fini(&t);
}
END_TEST

// ---- joins ----------------------------------------------------------------------------------------------------------------
typedef struct join {
  const char *a;
  int a_unique;
  const char *b;
  int b_unique;
  const char *both; // NULL: nothing
} join;

static const join joins[] = {
    {"Buf", NAME, "Buf", NAME, "Buf"},
    {"Buf", NAME, "Buf val", NAME, "Buf box"},
    {"Buf", UNIQUE, "Buf val", NAME, "Buf val"},
    {"Buf", UNIQUE, "Buf iso", UNIQUE, "Buf iso"},
    {"Buf iso", UNIQUE, "Buf val", NAME, "Buf val"},
    {"Buf iso", UNIQUE, "Buf", NAME, "Buf"},
    {"Buf", NAME, "Buf tag", NAME, "Buf tag"},
    {"Buf", NAME, "Other", NAME, NULL},
    {"Buf", NAME, "Int", NAME, NULL},
    {"Int", NAME, "Bool", NAME, NULL},
    {"Buf", NAME, "Never", NAME, "Buf"},
    {"Never", NAME, "Buf", NAME, "Buf"},
    {"Buf", NAME, "?", NAME, "Buf"},
    {"?", NAME, "Buf", NAME, "Buf"},
    {"Sized", NAME, "Sized val", NAME, "Sized box"},
    {"Sized iso", UNIQUE, "Sized val", NAME, "Sized val"},
    {"Sized", NAME, "Wide", NAME, NULL},
    {"T", NAME, "T tag", NAME, "T tag"},
    {"T box", NAME, "T val", NAME, "T box"},
    {"T iso", UNIQUE, "T val", NAME, "T val"},
    // values
    {"Pack", UNIQUE, "Pack val", NAME, "Pack val"},
    {"Pack val", NAME, "Pack", UNIQUE, "Pack val"},
    {"Pack", UNIQUE, "Pack box", NAME, "Pack box"},
    {"Duo", NAME, "Duo val", NAME, "Duo box"},
    {"Duo", UNIQUE, "Duo val", NAME, "Duo val"},
    {"Duo iso", UNIQUE, "Duo", NAME, "Duo"},
    {"Mix", NAME, "Mix val", NAME, "Mix box"},
    {"(Buf iso, Buf val)", NAME, "(Buf val, Buf iso)", NAME, "(Buf val, Buf val)"},
    {"(Buf, Int)", NAME, "(Buf val, Int)", NAME, "(Buf box, Int)"},
    {"(Int, Int)", NAME, "(Int, Int, Int)", NAME, NULL},
    {"(Int, Int, Int)", NAME, "(Int, Int)", NAME, NULL},
    {"(Int, Int)", NAME, "(Int, Bool)", NAME, NULL},
    {"(Int, Int)", NAME, "(Int?, Int)", NAME, NULL},
    {"(Int, Int)", NAME, "Map[Int, Int]", NAME, NULL},
    // optionals
    {"none", NAME, "Buf iso", UNIQUE, "Buf iso?"},
    {"Buf iso", UNIQUE, "none", NAME, "Buf iso?"},
    {"none", NAME, "Buf?", NAME, "Buf?"},
    {"Buf?", NAME, "none", NAME, "Buf?"},
    {"Buf?", NAME, "Buf val", NAME, "Buf box?"},
    {"Buf val", NAME, "Buf?", NAME, "Buf box?"},
    {"Buf?", NAME, "Buf val?", NAME, "Buf box?"},
    {"Buf?", NAME, "Other?", NAME, NULL},
    // collections
    {"Array[Int]", NAME, "Array[Int] val", NAME, "Array[Int] box"},
    {"Array[Buf] val", NAME, "Array[Buf val] val", NAME, "Array[Buf val] val"},
    {"Array[Buf box] val", NAME, "Array[Buf val] val", NAME, "Array[Buf val] val"},
    {"Array[Buf val]", NAME, "Array[Buf box]", NAME, NULL},
    {"Array[Int]", NAME, "Set[Int]", NAME, NULL},
    // functions
    {"fn() -> Int", NAME, "fn() -> Int !", NAME, "fn() -> Int !"},
    {"fn() -> Int !", NAME, "fn() -> Int", NAME, "fn() -> Int !"},
    {"fn val() -> Int", NAME, "fn() -> Int", NAME, "fn() -> Int"},
    {"fn(Int) -> Int", NAME, "fn() -> Int", NAME, NULL},
    {"fn() -> Int", NAME, "fn(Int) -> Int", NAME, NULL},
    {"Sink", NAME, "Deaf", NAME, NULL},
    {"Future[Int]", NAME, "Int", NAME, NULL},
};

START_TEST(joins_are_these) {
  static typed t;
  for (size_t i = 0; i < sizeof joins / sizeof *joins; i++) {
    typed_want(&t, joins[i].a);
    typed_want(&t, joins[i].b);
    if (joins[i].both) typed_want(&t, joins[i].both);
  }
  typed_init(&t, declarations);
  int wrong = 0;
  for (size_t i = 0; i < sizeof joins / sizeof *joins; i++) {
    const join *j = &joins[i];
    const type *both =
        subtype_join(t.types, typed_of(&t, j->a), j->a_unique == UNIQUE, typed_of(&t, j->b), j->b_unique == UNIQUE);
    const type *right = j->both ? typed_of(&t, j->both) : NULL;
    if (both == right) continue;
    wrong++;
    fprintf(stderr, "%s and %s: %s, must be %s\n", j->a, j->b,
            both ? type_text_full(&t.session.arena, both) : "nothing", j->both ? j->both : "nothing");
  }
  ck_assert_int_eq(wrong, 0);
  typed_fini(&t);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("subtype");
  TCase *tables = tcase_create("tables");
  suite_add_tcase(suite, tables);
  tcase_add_test(tables, conversions_are_these);
  tcase_add_test(tables, joins_are_these);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
