// check_ops.c — number literals, operators, interpolation.
// Promises: a literal takes the numeric type that is expected of it, or that of the other operand; operands are looked at, not
//           moved. In a `const` operators are computed (fold.c).
#include <string.h>

#include "diag/edit.h"
#include "sema/check.h"

// ---- literals ----------------------------------------------------------------------------------------------------------
static uint64_t int_max(const type *t, bool negative) {
  static const unsigned bits[] = {[TY_I8] = 7, [TY_I16] = 15, [TY_I32] = 31, [TY_I64] = 63,
                                  [TY_U8] = 8, [TY_U16] = 16, [TY_U32] = 32, [TY_U64] = 64};
  unsigned b = bits[t->kind];
  if (!type_is_signed(t)) return negative ? 0 : b == 64 ? UINT64_MAX : (1ull << b) - 1;
  return (1ull << b) - (negative ? 0 : 1);
}

static void report_range(sema *s, const ast_expr *e, const type *t, bool negative) {
  diag *d = error_at(s, E0302, e->span, "%s%llu does not fit `%s`", negative ? "-" : "",
                     (unsigned long long)e->u.integer.value, text_of(s, t));
  if (!type_is_signed(t)) diag_help(d, "`%s` holds 0 to %llu", text_of(s, t), (unsigned long long)int_max(t, false));
  else
    diag_help(d, "`%s` holds -%llu to %llu", text_of(s, t), (unsigned long long)int_max(t, true),
              (unsigned long long)int_max(t, false));
}

hir_expr *check_int(sema *s, const ast_expr *e, const type *hint, bool negative) {
  const type *t = hint ? type_unwrap(hint) : s->i64;
  if (type_is_float(t)) {
    hir_expr *f = expr_new(s, HIR_FLOAT, t, e->span);
    double value = t->kind == TY_F32 ? (double)(float)e->u.integer.value : (double)e->u.integer.value;
    f->f = negative ? -value : value;
    return f;
  }
  if (!type_is_int(t)) t = s->i64;
  if (e->u.integer.value > int_max(t, negative)) {
    report_range(s, e, t, negative);
    return expr_error(s, e->span);
  }
  return expr_int(s, t, negative ? 0 - e->u.integer.value : e->u.integer.value, e->span);
}

bool is_flexible(const ast_expr *e) {
  switch ((int)e->kind) {
  case AST_EXPR_INT:
  case AST_EXPR_FLOAT: return true;
  case AST_EXPR_UNARY: return e->u.unary.op != AST_NOT && is_flexible(e->u.unary.operand);
  case AST_EXPR_BINARY:
    return e->u.binary.op >= AST_BITOR && is_flexible(e->u.binary.left) && is_flexible(e->u.binary.right);
  default: return false;
  }
}

// ---- operators -----------------------------------------------------------------------------------------------------------
static bool is_number(const type *t) { return type_is_int(t) || type_is_float(t); }

static hir_expr *unary_node(sema *s, hir_op op, const type *t, span at, hir_expr *operand) {
  hir_expr *r = expr_unary(s, HIR_UNARY, t, at, operand);
  r->unary.op = op;
  return fold_constant(s, r);
}

hir_expr *check_unary(sema *s, const ast_expr *e, const type *hint) {
  const ast_expr *inner = e->u.unary.operand;
  if (e->u.unary.op == AST_NEG && inner->kind == AST_EXPR_INT) {
    hir_expr *r = check_int(s, inner, hint, true);
    r->span = e->span;
    return r;
  }
  hir_expr *x = check_expr(s, inner, e->u.unary.op == AST_NOT ? s->boolean : hint);
  if (is_error(x)) return x;
  const type *t = x->type;
  hir_op own = e->u.unary.op == AST_NEG ? OP_NEG : OP_BITNOT;
  hir_expr *call = e->u.unary.op == AST_NOT ? NULL : user_unary(s, e, own, x);
  if (call) return call;
  switch (e->u.unary.op) {
  case AST_NOT:
    if (t == s->boolean) return unary_node(s, OP_NOT, t, e->span, x);
    break;
  case AST_NEG:
    if (is_number(t) || t == s->duration) return unary_node(s, OP_NEG, t, e->span, x);
    break;
  case AST_BITNOT:
    if (type_is_int(t)) return unary_node(s, OP_BITNOT, t, e->span, x);
    break;
  }
  diag *d = error_at(s, E0306, e->span, "`%s` does not work on `%s`", ast_unary_text(e->u.unary.op), text_of(s, t));
  diag_note(d, x->span, "this is `%s`", text_of(s, t));
  if (t->kind == TY_OPTIONAL) diag_help(d, "it may be `none`: test it with `== none`, or say what then with `else`");
  if (e->u.unary.op != AST_NOT) operator_help(s, d, own, ast_unary_text(e->u.unary.op), t);
  return expr_error(s, e->span);
}

static hir_op op_of(ast_binary op) {
  static const hir_op ops[] = {[AST_OR] = OP_OR,
                               [AST_AND] = OP_AND,
                               [AST_EQ] = OP_EQ,
                               [AST_NE] = OP_NE,
                               [AST_LT] = OP_LT,
                               [AST_LE] = OP_LE,
                               [AST_GT] = OP_GT,
                               [AST_GE] = OP_GE,
                               [AST_RANGE] = OP_RANGE,
                               [AST_BITOR] = OP_BITOR,
                               [AST_BITXOR] = OP_BITXOR,
                               [AST_BITAND] = OP_BITAND,
                               [AST_SHL] = OP_SHL,
                               [AST_SHR] = OP_SHR,
                               [AST_ADD] = OP_ADD,
                               [AST_SUB] = OP_SUB,
                               [AST_ADD_WRAP] = OP_ADD_WRAP,
                               [AST_SUB_WRAP] = OP_SUB_WRAP,
                               [AST_MUL] = OP_MUL,
                               [AST_DIV] = OP_DIV,
                               [AST_MOD] = OP_MOD,
                               [AST_MUL_WRAP] = OP_MUL_WRAP};
  return ops[op];
}

static hir_expr *binary_node(sema *s, hir_op op, const type *t, span at, hir_expr *a, hir_expr *b) {
  hir_expr *r = expr_new(s, HIR_BINARY, t, at);
  r->binary.a = a;
  r->binary.b = b;
  r->binary.op = op;
  return fold_constant(s, r);
}

// `"items: " + n` is written `"items: {n}"`.
static void fix_joined(sema *s, diag *d, const ast_expr *e) {
  const ast_expr *left = e->u.binary.left, *right = e->u.binary.right;
  bool literal_left = left->kind == AST_EXPR_STRING && !left->in_parens;
  const ast_expr *text = literal_left ? left : right, *value = literal_left ? right : left;
  const char *written = edit_text(d, text->span), *inner = edit_text(d, value->span);
  diag_fix(d, "put the value into the text: `\"… {value} …\"`");
  size_t size = written ? strlen(written) : 0;
  bool plain = text->kind == AST_EXPR_STRING && !text->in_parens && size >= 2 && written[0] == '"' &&
               written[1] != '"' && inner && value->kind != AST_EXPR_STRING && value->kind != AST_EXPR_MAP &&
               !strchr(inner, '\n');
  const char *joined = !plain         ? ""
                       : literal_left ? arena_printf(s->a, "%.*s{%s}\"", (int)size - 1, written, inner)
                                      : arena_printf(s->a, "\"{%s}%s", inner, written + 1);
  diag_edit(d, plain ? e->span : SPAN_NONE, joined);
}

static bool needs_integers(hir_op op) {
  return op == OP_ADD_WRAP || op == OP_SUB_WRAP || op == OP_MUL_WRAP || op == OP_BITAND || op == OP_BITOR ||
         op == OP_BITXOR;
}

static hir_expr *bad_operands(sema *s, const ast_expr *e, const hir_expr *a, const hir_expr *b) {
  const char *op = ast_binary_text(e->u.binary.op);
  const type *ta = a->type, *tb = b->type;
  bool text = ta == s->string || tb == s->string;
  if (text && e->u.binary.op == AST_ADD) {
    diag *d =
        error_at(s, E0319, e->span, "`+` joins two texts, but this is `%s` and `%s`", text_of(s, ta), text_of(s, tb));
    if (ta->kind == TY_U32 || tb->kind == TY_U32)
      diag_help(d, "a character is a number; as text it is `text_of([c])`, and `\"{c}\"` shows the number");
    else fix_joined(s, d, e);
    return expr_error(s, e->span);
  }
  diag *d = error_at(s, E0306, e->u.binary.op_span, "`%s` does not work on `%s` and `%s`", op, text_of(s, ta),
                     text_of(s, tb));
  diag_note(d, a->span, "this is `%s`", text_of(s, ta));
  diag_note(d, b->span, "this is `%s`", text_of(s, tb));
  if (ta->kind == TY_OPTIONAL || tb->kind == TY_OPTIONAL) {
    diag_help(d, "one of them may be `none`: say what then, `(… else 0)`");
  } else if (needs_integers(op_of(e->u.binary.op)) && (type_is_float(ta) || type_is_float(tb))) {
    diag_help(d, "`%s` works on integers only: `Int(x)` makes one of a float", op);
  } else if (is_number(ta) && is_number(tb)) {
    bool float_a = type_is_float(ta), float_b = type_is_float(tb);
    bool narrow_a = float_a != float_b ? float_b : ta->kind < tb->kind && ta->kind != TY_I64;
    const hir_expr *x = narrow_a ? a : b;
    const type *to = narrow_a ? tb : ta;
    diag_help(d, "numbers of different types are not mixed: convert one, `%s(…)`", text_of(s, to));
    diag_edit(d, span_before(x->span), arena_printf(s->a, "%s(", text_of(s, to)));
    diag_edit(d, span_after(x->span), ")");
  } else if (ta == s->duration || tb == s->duration) {
    diag_help(d, "a length of time has a unit, `5s`; `.as_millis()` or `.as_secs_float()` makes a number of it");
  } else if (ta == s->string && e->u.binary.op == AST_MUL) {
    diag_help(d, "write `text.repeat(n)`");
  } else if (ta->kind == TY_FUTURE || tb->kind == TY_FUTURE) {
    diag_help(d, "wait for the answer first: `(await …)`");
  } else if (operator_method(s, op_of(e->u.binary.op), tb)) {
    diag_help(d, "the left side's type says what `%s` does: write them the other way round, if that means the same",
              op);
  } else {
    operator_help(s, d, op_of(e->u.binary.op), op, ta);
  }
  return expr_error(s, e->span);
}

// A function whose last value is not used, for it declares no result: that is reported there (E0315).
static bool forgot_its_result(const hir_expr *x) {
  if (x->kind != HIR_CALL || !x->call.fn || x->call.fn->kind == FN_NATIVE || !info_of_fn(x->call.fn)->ast) return false;
  const ast_fn *f = info_of_fn(x->call.fn)->ast;
  if (f->result || !f->body || !f->body->stmts.count) return false;
  const ast_stmt *last = f->body->stmts.items[f->body->stmts.count - 1];
  return last->kind == AST_STMT_EXPR && (last->u.expr->kind == AST_EXPR_BINARY || last->u.expr->kind == AST_EXPR_INT ||
                                         last->u.expr->kind == AST_EXPR_STRING);
}

void report_nothing_to_show(sema *s, const hir_expr *x) {
  if (forgot_its_result(x)) return;
  diag *d = error_at(s, E0306, x->span, "this gives no value to show");
  if (x->kind == HIR_LOCAL)
    diag_note(d, x->local.var->span, "`%s` is `()`: what it is made from gives no value", x->local.var->name);
  else if (x->kind == HIR_CALL && x->call.fn->receiver == CAP_REF)
    diag_help(d, "`%s` changes its object: call it first, then show the object", x->call.fn->name);
}

const char *interface_compared(type_quality q) {
  if (q == QUALITY_EQ)
    return "what is seen as an interface may be of any types: ask `same(a, b)` whether it is one object, or compare "
           "what a method gives";
  return q == QUALITY_ORD ? "what is seen as an interface may be of any types: put what a method gives in order, "
                            "`xs.sorted_by(|x| x.name())`"
                          : "what is seen as an interface may be of any types: let the key be what a method gives, a "
                            "name or a number";
}

bool check_operable(sema *s, const type *t, type_quality q, span at, const char *what) {
  type_reason why;
  if (type_has(s->types, t, q, &why)) return true;
  const type *culprit = why.count ? why.steps[why.count - 1].type : t;
  diag *d = error_at(s, E0310, at, "`%s` cannot be %s", text_of(s, t), what);
  if (culprit != t) diag_help(d, "it holds `%s`", text_full(s, culprit));
  if (culprit->cap == CAP_TAG) {
    bool value = culprit->kind == TY_STRUCT || culprit->kind == TY_ENUM;
    diag_help(d, value ? "a `tag` cannot be read: compare it where it can be, and give away the answer"
                       : "a `tag` cannot be read; `same(a, b)` says whether two names mean one object");
  } else if (culprit->kind == TY_INTERFACE) {
    if (q == QUALITY_EQ || q == QUALITY_ORD || q == QUALITY_HASH) diag_help(d, "%s", interface_compared(q));
  } else if (type_is_users(culprit)) {
    if (q == QUALITY_EQ)
      diag_help(d, "give `%s` a method `fn eq(o: %s box) -> Bool`, or ask `same(a, b)`", culprit->decl->name,
                culprit->decl->name);
    if (q == QUALITY_ORD)
      diag_help(d, "give `%s` a method `fn cmp(o: %s box) -> Int`", culprit->decl->name, culprit->decl->name);
  } else if (culprit->kind == TY_OPTIONAL) {
    diag_help(d, "it may be `none`: say what then, `(… else …)`");
  } else if (q == QUALITY_EQ || q == QUALITY_ORD) {
    bound_help(s, d, culprit, q == QUALITY_EQ ? "Eq" : "Ord");
  }
  return false;
}

static hir_expr *check_equality(sema *s, const ast_expr *e, hir_expr *a, hir_expr *b) {
  hir_op op = op_of(e->u.binary.op);
  if (a->type->kind == TY_NONE) b = optional_again(s, b);
  if (b->type->kind == TY_NONE) a = optional_again(s, a);
  const type *ta = a->type, *tb = b->type;
  if (!types_alike(ta, tb)) {
    bool a_opt = ta->kind == TY_OPTIONAL, b_opt = tb->kind == TY_OPTIONAL;
    if (a_opt && (tb->kind == TY_NONE || types_alike(ta->args[0], tb)) && can_coerce(s, b, ta)) {
      b = coerce(s, b, ta, "the right side");
    } else if (b_opt && (ta->kind == TY_NONE || types_alike(tb->args[0], ta)) && can_coerce(s, a, tb)) {
      a = coerce(s, a, tb, "the left side");
    } else if (ta->kind == TY_NONE || tb->kind == TY_NONE) {
      const hir_expr *x = ta->kind == TY_NONE ? b : a;
      diag *d = error_at(s, E0306, x->span, "`%s` is never `none`", text_of(s, x->type));
      diag_help(d, "leave the test out, or make its type `%s?`", text_of(s, x->type));
      return expr_error(s, e->span);
    } else {
      return bad_operands(s, e, a, b);
    }
  }
  bool none_test = a->kind == HIR_NONE || b->kind == HIR_NONE;
  bool equality = op == OP_EQ || op == OP_NE;
  if (a->type->kind == TY_NONE) return bad_operands(s, e, a, b);
  if (!none_test || !equality) {
    type_quality q = equality ? QUALITY_EQ : QUALITY_ORD;
    const char *what = equality ? "compared with `==`" : "put in order";
    if (!check_operable(s, a->type, q, e->span, what) || !check_operable(s, b->type, q, e->span, what))
      return expr_error(s, e->span);
  }
  return binary_node(s, op, s->boolean, e->span, a, b);
}

static hir_expr *check_shift(sema *s, const ast_expr *e, const type *hint) {
  hir_expr *a = check_expr(s, e->u.binary.left, hint);
  hir_expr *call = user_binary(s, e, op_of(e->u.binary.op), a);
  if (call) return call;
  hir_expr *b = check_expr(s, e->u.binary.right, s->i64);
  if (is_error(a) || is_error(b)) return expr_error(s, e->span);
  if (!type_is_int(a->type) || !type_is_int(b->type)) return bad_operands(s, e, a, b);
  if (b->type != s->i64) b = expr_unary(s, HIR_CONVERT, s->i64, b->span, b);
  return binary_node(s, op_of(e->u.binary.op), a->type, e->span, a, b);
}

// Durations and instants: what two operands of different types give. NULL: nothing.
static const type *time_result(sema *s, hir_op op, const type *a, const type *b) {
  bool add = op == OP_ADD, sub = op == OP_SUB;
  if (a == s->duration && b == s->duration) {
    if (op == OP_DIV) return s->i64;
    return add || sub || op == OP_MOD ? s->duration : NULL;
  }
  if (a == s->instant && b == s->instant) return sub ? s->duration : NULL;
  if (a == s->instant && b == s->duration) return add || sub ? s->instant : NULL;
  if (a == s->duration && b == s->instant) return add ? s->instant : NULL;
  if (a == s->duration && b == s->i64) return op == OP_MUL || op == OP_DIV ? s->duration : NULL;
  if (a == s->i64 && b == s->duration) return op == OP_MUL ? s->duration : NULL;
  return NULL;
}

const type *arithmetic_type(sema *s, hir_op op, const type *a, const type *b) {
  const type *t = time_result(s, op, a, b);
  if (t || a != b) return t;
  if (type_is_int(a) || type_is_float(a)) return a;
  return a == s->string && op == OP_ADD ? a : NULL;
}

static hir_expr *arithmetic(sema *s, const ast_expr *e, hir_expr *a, hir_expr *b) {
  hir_op op = op_of(e->u.binary.op);
  const type *ta = a->type, *tb = b->type;
  const type *t = time_result(s, op, ta, tb);
  if (t) return binary_node(s, op, t, e->span, a, b);
  if (ta != tb) return bad_operands(s, e, a, b);
  if (type_is_int(ta) || (type_is_float(ta) && !needs_integers(op))) return binary_node(s, op, ta, e->span, a, b);
  if (ta == s->boolean && (op == OP_BITAND || op == OP_BITOR || op == OP_BITXOR)) {
    diag *d =
        error_at(s, E0306, e->u.binary.op_span, "`%s` works on the bits of integers", ast_binary_text(e->u.binary.op));
    const char *word = op == OP_BITAND ? "and" : op == OP_BITOR ? "or" : "!=";
    diag_help(d, "for Bool write `%s`", word);
    diag_edit(d, e->u.binary.op_span, word);
    return expr_error(s, e->span);
  }
  if (ta == s->string && op == OP_ADD) return binary_node(s, op, ta, e->span, a, b);
  return bad_operands(s, e, a, b);
}

static hir_expr *check_logic(sema *s, const ast_expr *e) {
  hir_expr *a = check_expr(s, e->u.binary.left, s->boolean);
  if (e->u.binary.op == AST_OR && a->type->kind == TY_OPTIONAL && a->type->args[0] != s->boolean) {
    diag *d =
        error_at(s, E0306, e->u.binary.left->span, "`or` joins conditions, and this is `%s`", text_of(s, a->type));
    diag_help(d, "the value for `none` stands after `else`: `x else 0`");
    return expr_error(s, e->span);
  }
  a = coerce(s, a, s->boolean, "the left side");
  uint32_t count, scope = scope_enter(s, &count);
  narrowed lets = {0};
  narrow_tested(s, e->u.binary.left, e->u.binary.op == AST_AND, e->span, &lets);
  hir_expr *b = narrowed_body(s, &lets, check_as(s, e->u.binary.right, s->boolean, "the right side"));
  scope_leave(s, scope, count);
  return binary_node(s, op_of(e->u.binary.op), s->boolean, e->span, a, b);
}

// Both sides; the one that is a mere literal takes the type of the other. A left side whose type has a method for the operator
// makes the call at once: the right side is its argument.
static hir_expr *check_sides(sema *s, const ast_expr *e, const type *hint, hir_expr **a, hir_expr **b) {
  const ast_expr *left = e->u.binary.left, *right = e->u.binary.right;
  bool time = hint && (hint == s->duration || hint == s->instant);
  if (time || (hint && hint->kind == TY_CLASS)) hint = hint == s->string ? hint : NULL;
  if (is_flexible(left) && !is_flexible(right)) {
    *b = check_expr(s, right, hint);
    *a = check_expr(s, left, is_number((*b)->type) || (*b)->type->kind == TY_OPTIONAL ? (*b)->type : NULL);
    return NULL;
  }
  *a = check_expr(s, left, hint);
  hir_expr *call = user_binary(s, e, op_of(e->u.binary.op), *a);
  if (call) return call;
  const type *other = (*a)->type;
  if (other == s->duration || other == s->instant || is_error(*a)) other = NULL;
  *b = check_expr(s, right, other);
  return NULL;
}

hir_expr *check_binary(sema *s, const ast_expr *e, const type *hint) {
  ast_binary op = e->u.binary.op;
  if (op == AST_AND || op == AST_OR) return check_logic(s, e);
  if (op == AST_SHL || op == AST_SHR) return check_shift(s, e, hint);
  hir_expr *a, *b;
  bool compares = op >= AST_EQ && op <= AST_GE;
  if (hint) hint = type_unwrap(hint);
  hir_expr *call = check_sides(s, e, compares ? NULL : op == AST_RANGE ? s->i64 : hint, &a, &b);
  if (call) return call;
  if (is_error(a) || is_error(b)) return expr_error(s, e->span);
  if (a->type->kind == TY_NEVER || b->type->kind == TY_NEVER)
    return binary_node(s, op_of(op), compares ? s->boolean : a->type, e->span, a, b);
  if (compares) return check_equality(s, e, a, b);
  if (op == AST_RANGE) {
    if (a->type != s->i64 || b->type != s->i64) return bad_operands(s, e, a, b);
    return binary_node(s, OP_RANGE, s->range, e->span, a, b);
  }
  return arithmetic(s, e, a, b);
}

// ---- text ----------------------------------------------------------------------------------------------------------------
static bool is_showable(sema *s, const hir_expr *e) {
  const type *t = e->type;
  if (t->kind == TY_ERROR || t->kind == TY_NEVER) return true;
  if (t->kind == TY_FUTURE) {
    diag *d = error_at(s, E0306, e->span, "a future has no text: the answer is not there yet");
    diag_help(d, "wait for it: `await …`");
    diag_edit(d, span_before(e->span), "await ");
    return false;
  }
  if (t->kind == TY_FN || t->kind == TY_NONE) {
    error_at(s, E0306, e->span, "`%s` cannot be shown as text", text_of(s, t));
    return false;
  }
  type_reason why = {.count = 0};
  if (t->cap == CAP_TAG || !type_has(s->types, t, QUALITY_SHOW, &why)) {
    const type *culprit = why.count ? why.steps[why.count - 1].type : t;
    if (culprit->kind == TY_FN) {
      error_at(s, E0306, e->span, "`%s` holds `%s`, which cannot be shown as text", text_of(s, t), text_of(s, culprit));
      return false;
    }
    diag *d = error_at(s, E0410, e->span, "`%s` cannot be read, so it cannot be shown", text_full(s, culprit));
    diag_help(d, "a `tag` is only an identity; show something of it before it becomes one");
    return false;
  }
  return true;
}

static void check_format(sema *s, const hir_expr *e, const ast_format *f) {
  const type *t = type_unwrap(e->type);
  bool integer = type_is_int(t), real = type_is_float(t);
  const char *wrong = NULL;
  if (t->kind == TY_ERROR) return;
  if (f->style && f->style != 'e' && !integer) wrong = "a base (`x`, `X`, `b`, `o`) is for integers";
  else if (f->style == 'e' && !real) wrong = "`e` is for F64 and F32";
  else if (f->precision >= 0 && !real && t != s->string) wrong = "digits after the point are for F64 and F32";
  else if ((f->plus || f->zero) && !integer && !real) wrong = "a sign or leading zeros are for numbers";
  if (!wrong) return;
  diag *d = error_at(s, E0318, f->span, "this format does not fit `%s`", text_of(s, e->type));
  diag_help(d, "%s", wrong);
}

static const char *format_text(sema *s, const ast_format *f) {
  char flags[4];
  int n = 0;
  if (f->align) flags[n++] = f->align;
  if (f->plus) flags[n++] = '+';
  if (f->zero) flags[n++] = '0';
  flags[n] = 0;
  const char *r = f->width ? arena_printf(s->a, "%s%u", flags, f->width) : arena_strdup(s->a, flags);
  if (f->precision >= 0) r = arena_printf(s->a, "%s.%d", r, f->precision);
  return f->style ? arena_printf(s->a, "%s%c", r, f->style) : r;
}

static void fill_format(sema *s, hir_part *part, const ast_format *f) {
  part->width = part->precision = -1;
  if (span_is_none(f->span)) return;
  check_format(s, part->e, f);
  if (f->width) part->width = (int)f->width;
  part->precision = f->precision;
  part->spec = f->style ? f->style : f->precision >= 0 ? '.' : f->zero ? '0' : 'd';
  part->format = format_text(s, f);
}

hir_expr *check_interp(sema *s, const ast_expr *e) {
  uint32_t n = e->u.interp.count;
  hir_part *parts = ARENA_ARRAY(s->a, hir_part, n ? n : 1);
  bool ok = true;
  for (uint32_t i = 0; i < n; i++) {
    const ast_part *p = &e->u.interp.items[i];
    if (!p->expr) {
      parts[i] = (hir_part){.text = p->text->text, .text_size = p->text->size, .width = -1, .precision = -1};
      continue;
    }
    hir_expr *x = check_expr(s, p->expr, NULL);
    if (x->type->kind == TY_UNIT && x->kind != HIR_UNIT) {
      report_nothing_to_show(s, x);
      x = expr_error(s, x->span);
    }
    ok &= is_showable(s, x) && !is_error(x);
    parts[i] = (hir_part){.e = x};
    fill_format(s, &parts[i], &p->format);
  }
  if (!ok) return expr_error(s, e->span);
  hir_expr *r = expr_new(s, HIR_INTERP, s->string, e->span);
  r->interp.parts = parts;
  r->interp.count = n;
  return r;
}

hir_expr *to_text(sema *s, hir_expr *e) {
  if (is_error(e) || e->type == s->string || e->type->kind == TY_NEVER) return e;
  if (!is_showable(s, e)) return expr_error(s, e->span);
  hir_part *part = ARENA_NEW(s->a, hir_part);
  *part = (hir_part){.e = e, .width = -1, .precision = -1};
  hir_expr *r = expr_new(s, HIR_INTERP, s->string, e->span);
  r->interp.parts = part;
  r->interp.count = 1;
  return r;
}
