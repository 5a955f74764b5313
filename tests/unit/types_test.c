// types_test.c — the type table, printing, what may be sent, conversions and joins, over a few declarations made by hand.
#include <check.h>
#include <stdlib.h>

#include "base/arena.h"
#include "sema/subtype.h"
#include "types/type_print.h"

static arena mem;
static type_table *table;
static hir_decl bytes = {.kind = DECL_CLASS, .builtin = BUILTIN_BYTES, .name = "Bytes", .default_cap = CAP_REF};
static hir_decl string = {.kind = DECL_CLASS, .builtin = BUILTIN_STRING, .name = "String", .default_cap = CAP_VAL};
static hir_decl array = {.kind = DECL_CLASS, .builtin = BUILTIN_ARRAY, .name = "Array", .default_cap = CAP_REF};
static hir_decl agent = {.kind = DECL_AGENT, .name = "Risk"};
static hir_field order_fields[] = {{.name = "symbol"}, {.name = "buf"}};
static hir_decl order = {.kind = DECL_STRUCT, .name = "Order", .fields = order_fields, .field_count = 2};
static hir_field outer_fields[] = {{.name = "order"}};
static hir_decl outer = {.kind = DECL_STRUCT, .name = "Outer", .fields = outer_fields, .field_count = 1};
static hir_field cons_fields[] = {{.name = "head"}, {.name = "tail"}};
static hir_variant list_variants[] = {{.name = "End"},
                                      {.name = "Cons", .fields = cons_fields, .field_count = 2, .index = 1}};
static hir_decl list = {.kind = DECL_ENUM, .name = "List", .variants = list_variants, .variant_count = 2};

static const type *class_of(const hir_decl *d, cap c) { return type_nominal(table, TY_CLASS, d, NULL, 0, c); }
static const type *array_of(const type *t, cap c) { return type_nominal(table, TY_CLASS, &array, &t, 1, c); }
static const type *maybe(const type *t) { return type_compound(table, TY_OPTIONAL, &t, 1, CAP_NONE); }
static const type *pair(const type *a, const type *b) {
  return type_compound(table, TY_TUPLE, (const type *const[]){a, b}, 2, CAP_NONE);
}
static const type *order_type(cap c) { return type_nominal(table, TY_STRUCT, &order, NULL, 0, c); }
static const type *outer_type(cap c) { return type_nominal(table, TY_STRUCT, &outer, NULL, 0, c); }
static const char *text(const type *t) { return type_text(&mem, t); }

// `buf_cap`: of Order's field; Outer holds an Order, List a buffer and a List.
static void setup_with(cap buf_cap) {
  arena_init(&mem);
  table = type_table_new(&mem);
  order_fields[0].type = class_of(&string, CAP_VAL);
  order_fields[1].type = class_of(&bytes, buf_cap);
  outer_fields[0].type = order_type(CAP_NONE);
  cons_fields[0].type = class_of(&bytes, buf_cap);
  cons_fields[1].type = type_nominal(table, TY_ENUM, &list, NULL, 0, CAP_NONE);
  hir_decl *decls[] = {&outer, &order, &list};
  type_settle_decls(table, decls, 3);
}

static void setup(void) { setup_with(CAP_REF); }
static void teardown(void) { arena_fini(&mem); }

START_TEST(equal_types_are_one) {
  ck_assert_ptr_eq(array_of(class_of(&bytes, CAP_ISO), CAP_VAL), array_of(class_of(&bytes, CAP_ISO), CAP_VAL));
  ck_assert_ptr_ne(array_of(class_of(&bytes, CAP_ISO), CAP_VAL), array_of(class_of(&bytes, CAP_VAL), CAP_VAL));
  for (int i = 0; i < 2000; i++) { // more than the table starts with
    const type *t = type_simple(table, TY_I64);
    for (int k = 0; k < i % 50; k++) t = maybe(t);
    ck_assert_ptr_eq(pair(t, t), pair(t, t));
  }
}
END_TEST

START_TEST(printing) {
  ck_assert_str_eq(text(array_of(class_of(&string, CAP_VAL), CAP_VAL)), "Array[String] val");
  ck_assert_str_eq(text(maybe(pair(type_simple(table, TY_I64), class_of(&bytes, CAP_ISO)))), "(Int, Bytes iso)?");
  ck_assert_str_eq(text(class_of(&bytes, CAP_REF)), "Bytes");
  ck_assert_str_eq(type_text_full(&mem, class_of(&bytes, CAP_REF)), "Bytes ref");
  const type *fn[] = {type_simple(table, TY_I64), type_simple(table, TY_BOOL)};
  ck_assert_str_eq(text(type_fn(table, fn, 2, true, CAP_VAL)), "fn val(Int) -> Bool !");
  ck_assert_str_eq(text(maybe(type_fn(table, fn, 2, false, CAP_REF))), "(fn(Int) -> Bool)?");
  ck_assert_str_eq(text(type_nominal(table, TY_AGENT, &agent, NULL, 0, CAP_NONE)), "Risk");
}
END_TEST

START_TEST(parts_are_seen_through_their_whole) {
  const type *t = pair(class_of(&bytes, CAP_REF), class_of(&bytes, CAP_ISO));
  ck_assert_str_eq(text(type_view(table, t, CAP_VAL)), "(Bytes val, Bytes val)");
  ck_assert_str_eq(text(type_view(table, t, CAP_BOX)), "(Bytes box, Bytes tag)");
  ck_assert_str_eq(text(type_alias(table, t)), "(Bytes, Bytes tag)");
  ck_assert_int_eq(t->cap, CAP_REF);
  ck_assert_int_eq(type_view(table, t, CAP_VAL)->cap, CAP_NONE);
  const type *param = type_param(table, "T", 0, &array, CAP_BOX);
  const type *iso = class_of(&bytes, CAP_ISO);
  ck_assert_str_eq(text(type_subst(table, param, &array, &iso, 1, CAP_NONE)), "Bytes box");
  ck_assert_str_eq(text(type_subst(table, type_param_self(table, "T", 0, &array), &array, &iso, 1, CAP_VAL)),
                   "Bytes val");
}
END_TEST

START_TEST(values_have_a_capability_if_they_need_one) {
  ck_assert_int_eq(order_type(CAP_NONE)->cap, CAP_REF);
  ck_assert_int_eq(outer_fields[0].type->cap, CAP_REF);
  ck_assert_int_eq(outer_type(CAP_NONE)->cap, CAP_REF);
  type_reason why;
  ck_assert(!type_has(table, outer_type(CAP_NONE), QUALITY_SENDABLE, &why));
  ck_assert_int_eq(why.count, 3);
  ck_assert_str_eq(why.steps[0].field->name, "order");
  ck_assert_str_eq(why.steps[1].field->name, "buf");
  ck_assert_ptr_eq(why.steps[2].type, class_of(&bytes, CAP_REF));
  ck_assert(type_is_sendable(table, outer_type(CAP_VAL)));
  ck_assert(!type_is_sendable(table, cons_fields[1].type));
  teardown();

  setup_with(CAP_ISO);
  ck_assert_int_eq(outer_type(CAP_NONE)->cap, CAP_NONE);
  ck_assert(type_is_sendable(table, outer_type(CAP_NONE)) && !type_is_shareable(table, outer_type(CAP_NONE)));
  ck_assert(type_holds_iso(table, outer_type(CAP_NONE)) && type_holds_iso(table, cons_fields[1].type));
  ck_assert_int_eq(outer_type(CAP_VAL)->cap, CAP_VAL);
  ck_assert(!type_holds_iso(table, outer_type(CAP_VAL)));
  teardown();

  setup_with(CAP_VAL);
  ck_assert_int_eq(outer_type(CAP_BOX)->cap, CAP_NONE); // nothing in it that a box would change
  ck_assert(type_is_shareable(table, outer_type(CAP_NONE)) && type_is_shareable(table, cons_fields[1].type));
}
END_TEST

START_TEST(conversions) {
  const type *ref = class_of(&bytes, CAP_REF), *iso = class_of(&bytes, CAP_ISO), *val = class_of(&bytes, CAP_VAL);
  const type *box = class_of(&bytes, CAP_BOX), *tag = class_of(&bytes, CAP_TAG);
  conversion c = subtype_convert(table, ref, val, true);
  ck_assert(c.ok && c.freeze && !c.moves && !c.some);
  c = subtype_convert(table, iso, maybe(val), true);
  ck_assert(c.ok && c.freeze && c.moves && c.some);
  c = subtype_convert(table, iso, tag, true);
  ck_assert(c.ok && c.share && !c.moves);
  ck_assert_int_eq(subtype_convert(table, ref, iso, false).why, CONV_NOT_UNIQUE);
  ck_assert_int_eq(subtype_convert(table, box, val, false).why, CONV_NOT_FROZEN);
  ck_assert_int_eq(subtype_convert(table, val, ref, false).why, CONV_READ_ONLY);
  ck_assert_int_eq(subtype_convert(table, tag, box, false).why, CONV_OPAQUE);
  ck_assert_int_eq(subtype_convert(table, array_of(ref, CAP_REF), array_of(box, CAP_REF), true).why, CONV_INVARIANT);
  ck_assert(subtype_ok(table, array_of(ref, CAP_REF), array_of(val, CAP_VAL), true));
  ck_assert(!subtype_ok(table, array_of(ref, CAP_VAL), array_of(ref, CAP_REF), true));
  ck_assert(subtype_ok(table, type_simple(table, TY_NONE), maybe(ref), false));
  ck_assert(!subtype_ok(table, maybe(ref), ref, false));
  // A unique pair: its parts may know each other, so they become val together, or stay.
  ck_assert(!subtype_ok(table, pair(ref, ref), pair(iso, iso), true));
  ck_assert(!subtype_ok(table, pair(ref, ref), pair(iso, ref), true));
  ck_assert(subtype_ok(table, pair(ref, ref), pair(val, val), true));
  ck_assert(!subtype_ok(table, pair(ref, val), pair(iso, val), true));
}
END_TEST

START_TEST(joins) {
  const type *ref = class_of(&bytes, CAP_REF), *iso = class_of(&bytes, CAP_ISO), *val = class_of(&bytes, CAP_VAL);
  const type *never = type_simple(table, TY_NEVER), *none = type_simple(table, TY_NONE);
  ck_assert_ptr_eq(subtype_join(table, ref, false, val, false), class_of(&bytes, CAP_BOX));
  ck_assert_ptr_eq(subtype_join(table, iso, true, ref, false), ref);
  ck_assert_ptr_eq(subtype_join(table, iso, true, val, false), val);
  ck_assert_ptr_eq(subtype_join(table, never, false, val, false), val);
  ck_assert_ptr_eq(subtype_join(table, val, false, none, false), maybe(val));
  ck_assert_ptr_eq(subtype_join(table, maybe(val), false, ref, false), maybe(class_of(&bytes, CAP_BOX)));
  ck_assert_ptr_null(subtype_join(table, val, false, type_simple(table, TY_I64), false));
}
END_TEST

START_TEST(lending) {
  const type *ref = class_of(&bytes, CAP_REF), *iso = class_of(&bytes, CAP_ISO), *box = class_of(&bytes, CAP_BOX);
  const type *number = type_simple(table, TY_I64);
  uint32_t blame = 0;
  lend_arg one[] = {{.param = ref, .given = iso, .place = true}, {.param = number, .given = number}};
  ck_assert_int_eq(lend_decide(table, number, one, 2, &blame), LEND_OK);
  ck_assert(one[0].lent && !one[1].lent);
  ck_assert_int_eq(lend_decide(table, ref, one, 2, &blame), LEND_RESULT);
  ck_assert_int_eq(lend_decide(table, ref, one + 1, 1, &blame), LEND_NOTHING);
  lend_arg two[] = {{.param = box, .given = iso, .place = true}, {.param = box, .given = iso, .place = true}};
  ck_assert_int_eq(lend_decide(table, number, two, 2, &blame), LEND_OK);
  two[0].param = ref;
  ck_assert_int_eq(lend_decide(table, number, two, 2, &blame), LEND_SEVERAL);
  lend_arg beside[] = {{.param = ref, .given = iso, .place = true}, {.param = ref, .given = ref}};
  ck_assert_int_eq(lend_decide(table, number, beside, 2, &blame), LEND_OTHER);
  ck_assert_uint_eq(blame, 1);
  // A tuple or optional is taken apart by who has it: it is never lent.
  lend_arg parts[] = {{.param = pair(box, number), .given = pair(iso, number), .place = true},
                      {.param = maybe(box), .given = maybe(iso), .place = true}};
  ck_assert(!lend_wanted(table, &parts[0]) && !lend_wanted(table, &parts[1]));
}
END_TEST

int main(void) {
  Suite *suite = suite_create("types");
  TCase *cases = tcase_create("types");
  suite_add_tcase(suite, cases);
  tcase_add_checked_fixture(cases, setup, teardown);
  tcase_add_test(cases, equal_types_are_one);
  tcase_add_test(cases, printing);
  tcase_add_test(cases, parts_are_seen_through_their_whole);
  tcase_add_test(cases, values_have_a_capability_if_they_need_one);
  tcase_add_test(cases, conversions);
  tcase_add_test(cases, joins);
  tcase_add_test(cases, lending);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
