// check_common.c — `hash`, `cmp`, `eq` and `show` called by name on a value whose type declares none: what `==`, `<`, maps and text do anyway.
// Owns:     the table of the four.
// Promises: they look at their operands as operators do, and move nothing. A type with a method of that name uses its own (call_member).
// Does not: offer them where the type lacks the quality: that is an unknown member, with the bound that is missing (member_unknown).
#include "sema/check.h"

static const struct {
  const char *name, *bound;
  type_quality quality;
  hir_op op;
  bool operand;
} rows[] = {{"eq", "Eq", QUALITY_EQ, OP_EQ, true},
            {"cmp", "Ord", QUALITY_ORD, OP_COMPARE, true},
            {"hash", "Hash", QUALITY_HASH, OP_HASH_OF, false},
            {"show", "Show", QUALITY_SHOW, OP_HASH_OF, false}};
enum { ROWS = sizeof rows / sizeof rows[0] };

static size_t row_of(const str *name) {
  size_t i = 0;
  while (i < ROWS && !str_is(name, rows[i].name)) i++;
  return i;
}

const char *common_bound(const str *name) {
  size_t i = row_of(name);
  return i < ROWS ? rows[i].bound : NULL;
}

static hir_expr *with_operand(sema *s, hir_op op, hir_expr *object, const ast_expr *e) {
  hir_expr *other = check_expr(s, e->u.call.args.items[0].value, object->type);
  if (is_error(other)) return other;
  if (!types_alike(object->type, other->type)) {
    diag *d = error_at(s, E0301, other->span, "a `%s` can only be compared with another, and this is `%s`",
                       text_full(s, object->type), text_full(s, other->type));
    diag_note(d, object->span, "this is `%s`", text_full(s, object->type));
    return expr_error(s, e->span);
  }
  hir_expr *r = expr_new(s, HIR_BINARY, op == OP_COMPARE ? s->i64 : s->boolean, e->span);
  r->binary.a = object;
  r->binary.b = other;
  r->binary.op = op;
  return r;
}

hir_expr *call_common(sema *s, hir_expr *object, ast_ident name, const ast_expr *e) {
  size_t i = row_of(name.name);
  const ast_args *args = &e->u.call.args;
  if (i == ROWS || !type_has(s->types, object->type, rows[i].quality, NULL)) return NULL;
  if (args->count != rows[i].operand || (args->count && ast_has(args->items[0].name))) {
    error_at(s, E0304, e->span, rows[i].operand ? "`%s` takes one value: `a.%s(b)`" : "`%s` takes nothing: `a.%s()`",
             rows[i].name, rows[i].name);
    check_surplus(s, args);
    return expr_error(s, e->span);
  }
  if (rows[i].operand) return with_operand(s, rows[i].op, object, e);
  if (rows[i].quality == QUALITY_SHOW) return to_text(s, object);
  hir_expr *r = expr_new(s, HIR_UNARY, type_simple(s->types, TY_U64), e->span);
  r->unary.op = OP_HASH_OF;
  r->unary.e = object;
  return r;
}
