// fold.c — operators on constants, computed in the values of `const`.
// Promises: the same results as at run time; what would raise there is an error here. Outside of `const` nothing is folded.
#include <math.h>

#include "sema/check.h"

static unsigned width_of(const type *t) {
  static const unsigned bits[] = {[TY_I8] = 8,   [TY_I16] = 16, [TY_I32] = 32, [TY_I64] = 64,     [TY_U8] = 8,
                                  [TY_U16] = 16, [TY_U32] = 32, [TY_U64] = 64, [TY_DURATION] = 64};
  return bits[t->kind];
}

static bool is_signed(const type *t) { return type_is_signed(t) || t->kind == TY_DURATION; }

uint64_t fold_cut(const type *t, uint64_t v) {
  unsigned w = width_of(t);
  if (w == 64) return v;
  uint64_t mask = (1ull << w) - 1;
  v &= mask;
  if (is_signed(t) && (v >> (w - 1))) v |= ~mask;
  return v;
}

// While it is being checked, nobody knows yet whether it is ever computed: `n != 0 and 10 / n > 1`.
static hir_expr *fails(sema *s, hir_expr *e, const char *what) {
  if (s->cx->constant == CONSTANT_CHECKED) return e;
  error_at(s, E0317, e->span, "this constant cannot be computed: %s", what);
  return expr_error(s, e->span);
}

static hir_expr *boolean_of(sema *s, const hir_expr *e, bool b) {
  hir_expr *r = expr_new(s, HIR_BOOL, s->boolean, e->span);
  r->b = b;
  return r;
}

static bool wide_result(hir_op op, const type *t, uint64_t a, uint64_t b, uint64_t *out) {
  bool overflow;
  if (is_signed(t)) {
    int64_t r = 0;
    overflow = op == OP_ADD   ? __builtin_add_overflow((int64_t)a, (int64_t)b, &r)
               : op == OP_SUB ? __builtin_sub_overflow((int64_t)a, (int64_t)b, &r)
                              : __builtin_mul_overflow((int64_t)a, (int64_t)b, &r);
    *out = (uint64_t)r;
  } else {
    overflow = op == OP_ADD   ? __builtin_add_overflow(a, b, out)
               : op == OP_SUB ? __builtin_sub_overflow(a, b, out)
                              : __builtin_mul_overflow(a, b, out);
  }
  return overflow || fold_cut(t, *out) != *out;
}

static bool compare(hir_op op, int order) {
  switch ((int)op) {
  case OP_EQ: return order == 0;
  case OP_NE: return order != 0;
  case OP_LT: return order < 0;
  case OP_LE: return order <= 0;
  case OP_GT: return order > 0;
  default: return order >= 0;
  }
}

static hir_expr *fold_division(sema *s, hir_expr *e, const type *t, uint64_t a, uint64_t b) {
  if (b == 0) return fails(s, e, "division by zero");
  bool div = e->binary.op == OP_DIV;
  if (!is_signed(t)) return expr_int(s, e->type, div ? a / b : a % b, e->span);
  int64_t x = (int64_t)a, y = (int64_t)b;
  if (y == -1) {
    if (div && a == fold_cut(t, 1ull << (width_of(t) - 1))) return fails(s, e, "integer overflow");
    return expr_int(s, e->type, div ? 0 - a : 0, e->span);
  }
  return expr_int(s, e->type, (uint64_t)(div ? x / y : x % y), e->span);
}

static hir_expr *fold_ints(sema *s, hir_expr *e) {
  const type *t = e->binary.a->type;
  uint64_t a = e->binary.a->u, b = e->binary.b->u, r = 0;
  int order = is_signed(t) ? ((int64_t)a > (int64_t)b) - ((int64_t)a < (int64_t)b) : (a > b) - (a < b);
  switch ((int)e->binary.op) {
  case OP_ADD:
  case OP_SUB:
  case OP_MUL:
    if (wide_result(e->binary.op, t, a, b, &r)) return fails(s, e, "integer overflow");
    break;
  case OP_DIV:
  case OP_MOD: return fold_division(s, e, t, a, b);
  case OP_ADD_WRAP: r = fold_cut(t, a + b); break;
  case OP_SUB_WRAP: r = fold_cut(t, a - b); break;
  case OP_MUL_WRAP: r = fold_cut(t, a * b); break;
  case OP_BITAND: r = a & b; break;
  case OP_BITOR: r = a | b; break;
  case OP_BITXOR: r = a ^ b; break;
  case OP_SHL:
  case OP_SHR:
    if (b >= width_of(t)) return fails(s, e, "a shift by the width or more");
    if (e->binary.op == OP_SHL) r = fold_cut(t, a << b);
    else r = is_signed(t) ? (uint64_t)((int64_t)a >> b) : a >> b;
    break;
  case OP_EQ:
  case OP_NE:
  case OP_LT:
  case OP_LE:
  case OP_GT:
  case OP_GE: return boolean_of(s, e, compare(e->binary.op, order));
  default: return e;
  }
  return expr_int(s, e->type, r, e->span);
}

static hir_expr *fold_floats(sema *s, hir_expr *e) {
  double a = e->binary.a->f, b = e->binary.b->f, r = 0;
  switch ((int)e->binary.op) {
  case OP_ADD: r = a + b; break;
  case OP_SUB: r = a - b; break;
  case OP_MUL: r = a * b; break;
  case OP_DIV: r = a / b; break;
  case OP_MOD: r = fmod(a, b); break;
  case OP_EQ: return boolean_of(s, e, a == b);
  case OP_NE: return boolean_of(s, e, a != b);
  case OP_LT: return boolean_of(s, e, a < b);
  case OP_LE: return boolean_of(s, e, a <= b);
  case OP_GT: return boolean_of(s, e, a > b);
  case OP_GE: return boolean_of(s, e, a >= b);
  default: return e;
  }
  hir_expr *f = expr_new(s, HIR_FLOAT, e->type, e->span);
  f->f = e->type->kind == TY_F32 ? (double)(float)r : r;
  return f;
}

static hir_expr *fold_unary(sema *s, hir_expr *e) {
  const hir_expr *x = e->unary.e;
  if (x->kind == HIR_BOOL && e->unary.op == OP_NOT) return boolean_of(s, e, !x->b);
  if (x->kind == HIR_FLOAT && e->unary.op == OP_NEG) {
    hir_expr *f = expr_new(s, HIR_FLOAT, e->type, e->span);
    f->f = -x->f;
    return f;
  }
  if (x->kind != HIR_INT) return e;
  if (e->unary.op == OP_BITNOT) return expr_int(s, e->type, fold_cut(e->type, ~x->u), e->span);
  uint64_t r;
  if (wide_result(OP_SUB, e->type, 0, x->u, &r)) return fails(s, e, "integer overflow");
  return expr_int(s, e->type, r, e->span);
}

static hir_expr *fold_texts(sema *s, hir_expr *e) {
  if (e->binary.op != OP_ADD) return e;
  const hir_expr *a = e->binary.a, *b = e->binary.b;
  uint32_t size = a->str.size + b->str.size;
  char *bytes = arena_alloc(s->a, size + 1u);
  for (uint32_t i = 0; i < a->str.size; i++) bytes[i] = a->str.bytes[i];
  for (uint32_t i = 0; i < b->str.size; i++) bytes[a->str.size + i] = b->str.bytes[i];
  hir_expr *r = expr_new(s, HIR_STR, e->type, e->span);
  r->str.bytes = bytes;
  r->str.size = size;
  return r;
}

hir_expr *fold_constant(sema *s, hir_expr *e) {
  if (!s->cx || !s->cx->constant) return e;
  if (e->kind == HIR_UNARY) return fold_unary(s, e);
  if (e->kind != HIR_BINARY) return e;
  const hir_expr *a = e->binary.a, *b = e->binary.b;
  if (a->kind == HIR_BOOL && b->kind == HIR_BOOL) {
    if (e->binary.op == OP_AND) return boolean_of(s, e, a->b && b->b);
    if (e->binary.op == OP_OR) return boolean_of(s, e, a->b || b->b);
    return boolean_of(s, e, compare(e->binary.op, (int)a->b - (int)b->b));
  }
  if (a->kind == HIR_STR && b->kind == HIR_STR) return fold_texts(s, e);
  if (a->kind == HIR_INT && b->kind == HIR_INT && e->type->kind != TY_RANGE) return fold_ints(s, e);
  if (a->kind == HIR_FLOAT && b->kind == HIR_FLOAT) return fold_floats(s, e);
  return e;
}
