// sema_test.c — what sema makes of programs: the nodes that stand for moves, conversions, defaults, constants and loops.
// Does not: test messages (tests/check, compiler/diag/explain) or capability rules (tests/cap, cap_test.c).
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "driver/session.h"
#include "hir/hir_dump.h"
#include "module/module.h"
#include "sema/sema.h"

typedef struct checked {
  session session;
  hir_program *program;
  buf text;
} checked;

static void check_text(checked *c, const char *text) {
  memset(c, 0, sizeof *c);
  session_init(&c->session);
  session *s = &c->session;
  module_context cx = {.arena = &s->arena, .names = &s->names, .sink = &s->diags, .sources = &s->sources};
  module_list modules = {0};
  module_load_text(&cx, "test.agent", text, strlen(text), &modules);
  const sema_module **list = ARENA_ARRAY(&s->arena, const sema_module *, modules.count);
  for (uint32_t i = 0; i < modules.count; i++) {
    sema_module *m = ARENA_NEW(&s->arena, sema_module);
    *m = (sema_module){.name = modules.items[i]->name,
                       .file = modules.items[i]->file,
                       .is_std = modules.items[i]->is_std,
                       .is_prelude = modules.items[i]->is_prelude};
    list[i] = m;
  }
  sema_input in = {.arena = &s->arena,
                   .types = s->types,
                   .names = &s->names,
                   .diag = &s->diags,
                   .modules = list,
                   .module_count = modules.count,
                   .main_file = "test.agent"};
  c->program = sema_check(&in);
  if (c->program->main) hir_dump_fn(&c->text, c->program->main);
}

static void done(checked *c) {
  buf_fini(&c->text);
  session_fini(&c->session);
}

// Checks `text` without errors; the dump of main must hold each of the strings, in this order.
static void holds(const char *text, ...) {
  checked c;
  check_text(&c, text);
  for (uint32_t i = 0; i < c.session.diags.all.count; i++)
    if (c.session.diags.all.items[i]->severity == DIAG_ERROR) ck_abort_msg("%s", c.session.diags.all.items[i]->text);
  va_list args;
  va_start(args, text);
  const char *at = buf_text(&c.text);
  for (const char *want; (want = va_arg(args, const char *));) {
    const char *found = strstr(at, want);
    ck_assert_msg(found, "`%s` is not in\n%s", want, buf_text(&c.text));
    at = found + strlen(want);
  }
  va_end(args);
  done(&c);
}

static uint32_t errors_of(const char *text) {
  checked c;
  check_text(&c, text);
  uint32_t n = c.session.diags.error_count;
  done(&c);
  return n;
}

START_TEST(locals_move_copy_or_are_looked_at) {
  holds(
      "class D(n: Int)\nagent S() { on put(d: D iso) { } on see(d: D tag) { } }\nmain() {\n let s = spawn S()\n"
      " let d = iso D(1)\n print(d.n)\n signal s.see(d)\n signal s.put(d)\n let x = 3\n let y = x\n print(y)\n}",
      "let d#", "&d#", ".n", "share(d#", "signal &s#", "move d#", "let y#", "= x#", (char *)NULL);
}
END_TEST

START_TEST(conversions_are_nodes) {
  holds("fn f(a: Int?, b: Array[Int] val, c: Array[Array[Int]] val) { }\nmain() { f(1, [2], [[3]]) }",
        "f(some(1: Int), ", "array(2: Int): Array[Int] val", "freeze(array(", (char *)NULL);
}
END_TEST

// Only what is reached through nothing but `val` and plain values is born `val`; all else is frozen when it is made.
START_TEST(what_is_born_val) {
  const char *classes =
      "class Wide(n: Int) { var xs: Array[Int] = [] }\nclass Flat(n: Int) { var t: String = \"a\" }\n"
      "class Part(b: Flat)\nclass Held(b: Flat val)\nstruct S(b: Flat)\nmain() {\n";
  static const struct {
    const char *line, *made;
  } rows[] = {{"let x = val Wide(1)", "freeze(new Wide(1: Int): Wide iso): Wide val"},
              {"let x = val Flat(1)", "= new Flat(1: Int): Flat val"},
              {"let x = val Part(Flat(1))", "freeze(new Part("},
              {"let x = val Held(val Flat(1))", "= new Held(new Flat(1: Int): Flat val): Held val"},
              {"let x: Array[Flat] val = [Flat(1)]", "freeze(array("},
              {"let x: Array[Int] val = [1]", "= array(1: Int): Array[Int] val"},
              {"let x: Map[String, Int] val = [\"a\": 1]", "= map("},
              {"let x: Map[String, Flat] val = [\"a\": Flat(1)]", "freeze(map("},
              {"let x = val Bytes(3)", "freeze(new Bytes("},
              {"let x: S val = S(Flat(1))", "freeze(new S("},
              {"let y = iso Flat(1)\n let x: Flat val = y", "freeze(move y#"},
              {"let x: Flat iso = Flat(1)", "= new Flat(1: Int): Flat iso"}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char text[1000];
    snprintf(text, sizeof text, "%s%s\n}", classes, rows[i].line);
    holds(text, rows[i].made, (char *)NULL);
  }
}
END_TEST

// An object seen as an interface of another capability is counted as that from then on; a value is put into an object of its own.
START_TEST(what_is_seen_as_an_interface) {
  const char *before =
      "interface Sized { fn size() -> Int }\nclass Flat(n: Int) { fn size() -> Int { n } }\n"
      "struct Value(n: Int) { fn size() -> Int { n } }\nmain() {\n let f = Flat(1)\n let v = val Flat(2)\n let t: Flat "
      "tag = f\n";
  static const struct {
    const char *line, *made;
  } rows[] = {{"let x: Sized = f", "interface(f#"},
              {"let x: Sized tag = f", "share(interface(f#"},
              {"let x: Sized tag = v", "): Sized val): Sized tag"},
              {"let x: Sized tag = t", "Sized tag = interface(t#"},
              {"let s: String tag = \"abc\"\n let x: Sized tag = s", "share(interface(s#"},
              {"let x: Sized tag = \"abc\"", "share(interface(\"abc\"): Sized val): Sized tag"},
              {"let x: Sized val = v", "= interface(v#"},
              {"let x: Sized val = Flat(3)", "interface(new Flat(3: Int): Flat val): Sized val"},
              {"let x: Sized iso = Flat(3)", "interface(new Flat(3: Int): Flat iso): Sized iso"},
              {"let x: Sized val = Value(3)", ": Boxed val): Sized val"},
              {"let x: Sized = Value(3)", ": Boxed): Sized"},
              {"let x: Sized iso = [1: 2]", ": Map[Int, Int] iso): Sized iso"},
              {"let x: Sized iso = [1, 2]", ": Array[Int] iso): Sized iso"}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char text[1000];
    snprintf(text, sizeof text, "%s %s\n}", before, rows[i].line);
    holds(text, "let x#", rows[i].made, (char *)NULL);
  }
}
END_TEST

START_TEST(arguments_are_in_order_and_complete) {
  holds("fn f(a: Int, b: Int = 7, c: String = \"x\") -> Int { a }\nmain() { print(f(c: \"y\", a: 2)) }",
        "f(2: Int, 7: Int, \"y\")", (char *)NULL);
}
END_TEST

START_TEST(constants_are_values) {
  holds("const a = 6 * 7\nconst b: U8 = 255 - 5\nmain() {\n const c = a + 1\n print(c)\n print(b)\n}", "43: Int",
        "250: U8", (char *)NULL);
  holds("struct P(x: Int, y: Int?)\nconst p = P(1, 2)\nconst q = (p, 1..2)\nmain() {\n print(p)\n print(q)\n}",
        "new P(1: Int", "new P(1: Int", ".. 2: Int", (char *)NULL);
  holds(
      "enum T { A, B(t: T) }\nenum E { A, B(n: Int) }\nconst t = T.B(T.A)\nconst e = E.B(1)\nconst o: Int? = 2\nmain() "
      "{\n print(t)\n print(e)\n print(o)\n}",
      "const t", "B(1: Int", "2: Int", (char *)NULL);
  holds("const xs = [1]\nconst ys = xs\nconst z = (xs, 1)\nmain() {\n print(ys)\n print(z)\n}", "const xs", "const z",
        (char *)NULL);
}
END_TEST

START_TEST(loops_have_their_kind) {
  holds(
      "main() {\n let xs = [1]\n for x in xs { print(x) }\n for x in xs.drain() { print(x) }\n for c in \"ab\".chars() "
      "{ print(c) }\n"
      " for (k, v) in [\"a\": 1] { print(v) }\n for i in 0..3 { print(i) }\n}",
      "for array", "for drain", "for chars", "for map", "for range", (char *)NULL);
}
END_TEST

START_TEST(literals_take_the_wanted_type) {
  holds("main() {\n let a: U8 = 200\n let b = a + 1\n let c: F64 = 3\n let d = 1 + 2.5 * c\n print(b)\n print(d)\n}",
        "200: U8", "1: U8", "3: F64", "1: F64", (char *)NULL);
}
END_TEST

START_TEST(patterns_unwrap_optionals) {
  holds(
      "fn f() -> Int? { 1 }\nmain() {\n if let x = f() { print(x) }\n match f() { none => print(0), n => print(n) }\n}",
      "some(x#", "none =>", "some(n#", (char *)NULL);
}
END_TEST

START_TEST(one_cause_is_one_error) {
  ck_assert_uint_eq(errors_of("main() { let x = nothing_here\n print(x.size() + x)\n for y in x { y.z() } }"), 1);
  ck_assert_uint_eq(errors_of("class P[T](a: T)\nfn f(p: P[Int]) -> Int { p.b }\nmain() { print(f(P(1))) }"), 1);
  ck_assert_uint_eq(errors_of("fn f(x: Foo) -> Foo { x.y }\nmain() { f(3).z() }"), 1);
  ck_assert_uint_eq(errors_of("main() { let a: Int = \"x\"\n let b: Int = \"y\"\n print(a + b) }"), 2);
}
END_TEST

static double seconds_to_check(const char *text) {
  struct timespec a, b;
  clock_gettime(CLOCK_MONOTONIC, &a);
  ck_assert_uint_eq(errors_of(text), 0);
  clock_gettime(CLOCK_MONOTONIC, &b);
  return (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) * 1e-9;
}

static char *long_literal(int n) {
  buf b = {0};
  buf_adds(&b, "main() { let xs = [0");
  for (int i = 1; i < n; i++) buf_printf(&b, ", [%d].size()", i);
  buf_adds(&b, "]\n print(xs.size()) }");
  return b.data;
}

// Ten times the text in far less than a hundred times the time.
START_TEST(long_literals_are_linear) {
  char *small = long_literal(2000), *large = long_literal(20000);
  double a = seconds_to_check(small), c = seconds_to_check(large);
  ck_assert_msg(c < 40 * a + 0.2, "%f s for 2,000 elements, %f s for 20,000", a, c);
  free(small);
  free(large);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("sema");
  TCase *t = tcase_create("sema");
  tcase_set_timeout(t, 60);
  tcase_add_test(t, what_is_seen_as_an_interface);
  tcase_add_test(t, what_is_born_val);
  tcase_add_test(t, locals_move_copy_or_are_looked_at);
  tcase_add_test(t, conversions_are_nodes);
  tcase_add_test(t, arguments_are_in_order_and_complete);
  tcase_add_test(t, constants_are_values);
  tcase_add_test(t, loops_have_their_kind);
  tcase_add_test(t, literals_take_the_wanted_type);
  tcase_add_test(t, patterns_unwrap_optionals);
  tcase_add_test(t, one_cause_is_one_error);
  tcase_add_test(t, long_literals_are_linear);
  suite_add_tcase(suite, t);
  SRunner *r = srunner_create(suite);
  srunner_run_all(r, CK_NORMAL);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? 1 : 0;
}
