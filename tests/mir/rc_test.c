// rc_test.c — counts: every path gives back what it owns, moves are moves, and loads that need no count have none.
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "build.h"

static build b;
static mir_program *program;
static buf text;

static void setup(void) { b_init(&b); }
static void teardown(void) {
  buf_fini(&text);
  text = (buf){0};
  b_fini(&b);
}

static void compile(void) {
  program = lower_program(&b.arena, b.types, &b.hir);
  const char *wrong = pass_run(program, true);
  buf_clear(&text);
  mir_dump(&text, program);
  ck_assert_msg(!wrong, "%s\n%s", wrong, buf_text(&text));
}

static uint32_t count_op(const mir_fn *f, mir_op op, bool cold) {
  uint32_t n = 0;
  for (uint32_t k = 0; k < f->blocks.count; k++)
    for (uint32_t i = 0; i < f->blocks.items[k].insts.count; i++)
      n += f->blocks.items[k].insts.items[i].op == op && (cold || !f->blocks.items[k].is_cold);
  return n;
}

static mir_fn *fn_of(const hir_fn *h) { return map_get(&program->by_fn, h); }
static uint32_t retains(const hir_fn *h) { return count_op(fn_of(h), MIR_RETAIN, true); }
static uint32_t releases(const hir_fn *h) { return count_op(fn_of(h), MIR_RELEASE, true); }

// A class with two fields: a text and another object of the class.
static hir_decl node;
static hir_field node_fields[2];
static const type *node_type;
static void declare_node(void) {
  node = (hir_decl){
      .kind = DECL_CLASS, .name = "Node", .module = "", .fields = node_fields, .field_count = 2, .header_count = 2};
  node_type = b_class(&b, &node, CAP_REF);
  node_fields[0] = (hir_field){.name = "name", .type = b.text, .is_var = true};
  node_fields[1] = (hir_field){.name = "next", .type = node_type, .is_var = true};
  b_add_decl(&b, &node);
}

START_TEST(a_last_use_moves) {
  hir_fn *make = b_native(&b, "make", b.text, 0), *use = b_fn(&b, "id", b.text, 0);
  hir_var *x = b_var(&b, "x", b.text, false);
  use->body = b_block(&b, b_use(&b, x, USE_COPY), 1, b_let(&b, x, b_call(&b, make, NULL, 0)));
  b_add(&b, use);
  compile();
  ck_assert_uint_eq(retains(use), 0);
  ck_assert_uint_eq(releases(use), 0);
}
END_TEST

START_TEST(a_lent_parameter_is_retained_when_returned) {
  hir_var *p = b_var(&b, "p", b.text, false);
  hir_fn *f = b_fn(&b, "f", b.text, 1, p);
  f->body = b_use(&b, p, USE_COPY);
  b_add(&b, f);
  compile();
  ck_assert_uint_eq(retains(f), 1);
  ck_assert_uint_eq(releases(f), 0);
}
END_TEST

START_TEST(an_unused_result_is_dropped) {
  hir_fn *make = b_native(&b, "make", b.text, 0), *f = b_fn(&b, "f", b.unit, 0);
  f->body = b_block(&b, NULL, 1, b_call(&b, make, NULL, 0));
  b_add(&b, f);
  compile();
  ck_assert_uint_eq(releases(f), 1);
}
END_TEST

START_TEST(a_value_used_on_one_branch_dies_on_the_other) {
  hir_fn *make = b_native(&b, "make", b.text, 0), *f = b_fn(&b, "f", b.unit, 1, b_var(&b, "c", b.boolean, false));
  hir_var *x = b_var(&b, "x", b.text, false);
  f->body = b_block(&b, NULL, 2, b_let(&b, x, b_call(&b, make, NULL, 0)),
                    b_if(&b, b_use(&b, f->params[0], USE_LOOK), b_print(&b, b_use(&b, x, USE_LOOK)), NULL));
  b_add(&b, f);
  compile();
  ck_assert_uint_eq(releases(f), 2);
  ck_assert_uint_eq(retains(f), 0);
}
END_TEST

START_TEST(an_error_edge_drops_what_is_live) {
  hir_fn *make = b_native(&b, "make", b.text, 0), *f = b_fn(&b, "f", b.text, 0);
  hir_var *x = b_var(&b, "x", b.text, false), *y = b_var(&b, "y", b.text, false);
  f->body = b_block(&b, b_binary(&b, OP_ADD, b.text, b_use(&b, x, USE_LOOK), b_use(&b, y, USE_LOOK)), 2,
                    b_let(&b, x, b_call(&b, make, NULL, 0)), b_let(&b, y, b_call(&b, make, NULL, 0)));
  b_add(&b, f);
  compile();
  ck_assert_uint_eq(releases(f), 3); // x and y at the end, x alone where the second call raises
  ck_assert_uint_eq(count_op(fn_of(f), MIR_RELEASE, false), 2);
}
END_TEST

START_TEST(a_field_that_is_only_looked_at_is_not_counted) {
  declare_node();
  hir_var *n = b_var(&b, "n", node_type, false);
  hir_fn *f = b_fn(&b, "f", b.unit, 1, n);
  f->body = b_block(&b, NULL, 1, b_print(&b, b_field(&b, b_field(&b, b_use(&b, n, USE_LOOK), 1), 0)));
  b_add(&b, f);
  compile();
  ck_assert_uint_eq(retains(f), 0);
  ck_assert_uint_eq(releases(f), 0);
}
END_TEST

START_TEST(a_field_that_is_overwritten_meanwhile_is_counted) {
  declare_node();
  hir_var *n = b_var(&b, "n", node_type, false), *old = b_var(&b, "old", b.text, false);
  hir_fn *f = b_fn(&b, "f", b.unit, 1, n);
  f->body = b_block(&b, NULL, 3, b_let(&b, old, b_field(&b, b_use(&b, n, USE_LOOK), 0)),
                    b_assign(&b, b_field(&b, b_use(&b, n, USE_LOOK), 0), b_str(&b, "new")),
                    b_print(&b, b_use(&b, old, USE_LOOK)));
  b_add(&b, f);
  compile();
  ck_assert_uint_eq(retains(f), 1);
  ck_assert_uint_eq(releases(f), 1);
}
END_TEST

START_TEST(a_call_that_overwrites_the_field_makes_it_counted) {
  declare_node();
  hir_var *m = b_var(&b, "m", node_type, false);
  hir_fn *change = b_fn(&b, "change", b.unit, 1, m);
  change->body = b_assign(&b, b_field(&b, b_use(&b, m, USE_LOOK), 0), b_str(&b, "new"));
  hir_var *n = b_var(&b, "n", node_type, false), *old = b_var(&b, "old", b.text, false);
  hir_fn *f = b_fn(&b, "f", b.unit, 1, n);
  f->body = b_block(&b, NULL, 3, b_let(&b, old, b_field(&b, b_use(&b, n, USE_LOOK), 0)),
                    b_call(&b, change, NULL, 1, b_use(&b, n, USE_LOOK)), b_print(&b, b_use(&b, old, USE_LOOK)));
  b_add(&b, change);
  b_add(&b, f);
  compile();
  ck_assert_uint_eq(retains(f), 1);
  ck_assert_uint_eq(releases(f), 1);
}
END_TEST

START_TEST(a_loop_moves_round) {
  declare_node();
  hir_fn *make = b_native(&b, "make", node_type, 1, node_type);
  hir_var *p = b_var(&b, "p", node_type, false), *x = b_var(&b, "x", node_type, true);
  hir_fn *f = b_fn(&b, "f", node_type, 2, p, b_var(&b, "c", b.boolean, false));
  hir_expr *loop = b_node(&b, HIR_WHILE, b.unit);
  loop->loop.cond = b_use(&b, f->params[1], USE_LOOK);
  loop->loop.body = b_assign(&b, b_use(&b, x, USE_COPY), b_call(&b, make, NULL, 1, b_use(&b, x, USE_LOOK)));
  f->body = b_block(&b, b_use(&b, x, USE_COPY), 2, b_let(&b, x, b_use(&b, p, USE_COPY)), loop);
  b_add(&b, f);
  compile();
  ck_assert_uint_eq(retains(f), 1); // of the parameter
}
END_TEST

START_TEST(else_and_catch_keep_what_they_need) {
  hir_fn *make = b_native(&b, "make", b.text, 1, b.text);
  hir_var *x = b_var(&b, "x", b.text, false);
  hir_fn *f = b_fn(&b, "f", b.text, 0);
  hir_expr *other = b_node(&b, HIR_ELSE, b.text);
  other->binary.a = b_call(&b, make, NULL, 1, b_use(&b, x, USE_LOOK));
  other->binary.b = b_use(&b, x, USE_COPY);
  other->binary.else_raise = true;
  f->body = b_block(&b, other, 1, b_let(&b, x, b_call(&b, make, NULL, 1, b_str(&b, "a"))));
  b_add(&b, f);
  compile();
  ck_assert_uint_eq(retains(f), 0);
}
END_TEST

START_TEST(defers_run_on_every_way_out) {
  hir_fn *make = b_native(&b, "make", b.text, 0);
  hir_var *x = b_var(&b, "x", b.text, false), *c = b_var(&b, "c", b.boolean, false);
  hir_fn *f = b_fn(&b, "f", b.text, 1, c);
  hir_expr *defer = b_unary(&b, HIR_DEFER, b.unit, b_print(&b, b_use(&b, x, USE_LOOK)));
  hir_expr *leave = b_unary(&b, HIR_RETURN, b.never, b_str(&b, "early"));
  f->body = b_block(&b, b_call(&b, make, NULL, 0), 3, b_let(&b, x, b_call(&b, make, NULL, 0)), defer,
                    b_if(&b, b_use(&b, c, USE_LOOK), leave, NULL));
  b_add(&b, f);
  compile();
  ck_assert_uint_eq(count_op(fn_of(f), MIR_PRINT, true), 3);
  ck_assert_uint_eq(releases(f), 3); // x, once on each way out
}
END_TEST

START_TEST(recursion_checks_the_stack) {
  hir_var *n = b_var(&b, "n", b.integer, false);
  hir_fn *f = b_fn(&b, "f", b.integer, 1, n);
  f->body = b_if(&b, b_binary(&b, OP_LT, b.boolean, b_use(&b, n, USE_LOOK), b_int(&b, 2)), b_int(&b, 1),
                 b_call(&b, f, NULL, 1, b_binary(&b, OP_SUB, b.integer, b_use(&b, n, USE_LOOK), b_int(&b, 1))));
  b_add(&b, f);
  compile();
  ck_assert(fn_of(f)->recursive);
  ck_assert_uint_eq(count_op(fn_of(f), MIR_STACK_CHECK, true), 1);
}
END_TEST

START_TEST(what_cannot_raise_is_not_tested) {
  hir_var *n = b_var(&b, "n", b.integer, false), *m = b_var(&b, "m", b.integer, false);
  hir_fn *f = b_fn(&b, "f", b.boolean, 1, n), *g = b_fn(&b, "g", b.boolean, 1, m);
  f->body = b_binary(&b, OP_LT, b.boolean, b_use(&b, n, USE_LOOK), b_int(&b, 2));
  g->body = b_call(&b, f, NULL, 1, b_use(&b, m, USE_LOOK));
  b_add(&b, f);
  b_add(&b, g);
  compile();
  ck_assert(!fn_of(f)->may_raise);
  ck_assert(!fn_of(g)->may_raise);
  ck_assert(strstr(buf_text(&text), "! leave") == NULL);
}
END_TEST

int main(void) {
  Suite *s = suite_create("rc");
  TCase *t = tcase_create("rc");
  tcase_add_checked_fixture(t, setup, teardown);
  tcase_add_test(t, a_last_use_moves);
  tcase_add_test(t, a_lent_parameter_is_retained_when_returned);
  tcase_add_test(t, an_unused_result_is_dropped);
  tcase_add_test(t, a_value_used_on_one_branch_dies_on_the_other);
  tcase_add_test(t, an_error_edge_drops_what_is_live);
  tcase_add_test(t, a_field_that_is_only_looked_at_is_not_counted);
  tcase_add_test(t, a_field_that_is_overwritten_meanwhile_is_counted);
  tcase_add_test(t, a_call_that_overwrites_the_field_makes_it_counted);
  tcase_add_test(t, a_loop_moves_round);
  tcase_add_test(t, else_and_catch_keep_what_they_need);
  tcase_add_test(t, defers_run_on_every_way_out);
  tcase_add_test(t, recursion_checks_the_stack);
  tcase_add_test(t, what_cannot_raise_is_not_tested);
  suite_add_tcase(s, t);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
