// check_user_ops.c — operators on types of the program: each stands for a method that only reads.
// Owns:     the table of operators and their methods.
// Promises: the left side is the object, the right side the one argument; both are looked at, never moved. A method of the
//           name that is no operator (it changes its object, gives nothing, takes over its argument) is named in the error.
// Does not: compare structs, enums and classes (the emitter does, by their `eq` and `cmp`), nor check the call (check_call.c).
#include "sema/check.h"

static const struct {
  hir_op op;
  const char *method;
} rows[] = {{OP_ADD, "add"}, {OP_SUB, "sub"}, {OP_MUL, "mul"}, {OP_DIV, "div"}, {OP_MOD, "rem"}, {OP_NEG, "neg"}};

const char *operator_name(hir_op op) {
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    if (rows[i].op == op) return rows[i].method;
  return NULL;
}

static member *method_named(sema *s, const type *t, const char *name) {
  if (!name || !type_has_methods(t)) return NULL;
  decl_info *owner;
  member *m = member_lookup(s, t, str_intern_cstr(s->names, name), &owner);
  return m && m->kind == MEMBER_FN ? m : NULL;
}

static bool only_reads(sema *s, const hir_fn *f, uint32_t operands) {
  bool reads = f->receiver == CAP_BOX || f->receiver == CAP_VAL || f->receiver == CAP_TAG;
  if (!reads || f->param_count != operands || f->result->kind == TY_UNIT) return false;
  return !operands || !type_holds_iso(s->types, f->params[0]->type);
}

fn_info *operator_method(sema *s, hir_op op, const type *t) {
  member *m = method_named(s, t, operator_name(op));
  return m && (m->fn->poisoned || only_reads(s, &m->fn->hir, op == OP_NEG ? 0 : 1)) ? m->fn : NULL;
}

void operator_help(sema *s, diag *d, hir_op op, const char *sign, const type *t) {
  const char *name = operator_name(op);
  if (name && t->kind == TY_PARAM) {
    const char *of = t->decl ? t->decl->name : "T";
    const char *bound =
        arena_printf(s->a, op == OP_NEG ? "%c%s[%s]" : "%c%s[%s, %s]", name[0] - 'a' + 'A', name + 1, of, of);
    bound_help(s, d, t, bound);
    return;
  }
  if (!name || !type_is_users(t)) return;
  const char *right = op == OP_NEG ? "" : arena_printf(s->a, "o: %s box", t->decl->name);
  const char *wanted = arena_printf(s->a, "fn %s(%s) -> %s", name, right, t->decl->name);
  member *m = method_named(s, t, name);
  if (m) {
    diag_note(d, m->span, "this `%s` is no operator: one only reads its object and what it is given, and gives a value",
              name);
    diag_help(d, "`%s` stands for a method such as `%s`", sign, wanted);
  } else {
    diag_help(d, "give `%s` a method `%s`", t->decl->name, wanted);
    if (t->decl->span.end) diag_note(d, t->decl->span, "`%s` is declared here", t->decl->name);
  }
}

hir_expr *user_binary(sema *s, const ast_expr *e, hir_op op, hir_expr *left) {
  if (is_error(left)) return NULL;
  fn_info *f = operator_method(s, op, left->type);
  return f ? call_operator(s, f, left, e->u.binary.right, e->span, e->u.binary.op_span) : NULL;
}

hir_expr *user_unary(sema *s, const ast_expr *e, hir_op op, hir_expr *operand) {
  fn_info *f = operator_method(s, op, operand->type);
  return f ? call_operator(s, f, operand, NULL, e->span, e->span) : NULL;
}

hir_expr *user_assign(sema *s, const ast_stmt *st, hir_op op, hir_expr *place, const type *stored) {
  fn_info *f = operator_method(s, op, stored);
  if (!f) return NULL;
  const fn_cx *cx = s->cx;
  if (f->hir.raises && !cx->free_raise && !cx->guard && !cx->tries && cx->fn && cx->fn->hir.raises) {
    const char *sign = ast_assign_text(st->u.assign.op);
    diag *d = error_at(s, E0511, st->span, "`%s` calls `%s`, which may raise an error, and nothing here passes it on",
                       sign, f->hir.name);
    diag_help(d, "`try` stands before an expression: write `x = try (x %.1s …)`", sign);
    (void)check_expr(s, st->u.assign.value, NULL);
    return expr_error(s, st->span);
  }
  hir_expr *call = call_operator(s, f, place, st->u.assign.value, st->span, st->u.assign.target->span);
  if (is_error(call) || call->kind != HIR_CALL) return expr_error(s, st->span);
  conversion c = subtype_convert(s->types, call->type, stored, is_unique(s, call));
  if (c.ok && !c.freeze && !c.share && !c.some) return call;
  diag *d = error_at(s, E0306, st->span, "`%s` would store the `%s` that `%s` gives in a place of `%s`",
                     ast_assign_text(st->u.assign.op), text_full(s, call->type), f->hir.name, text_full(s, stored));
  diag_note(d, f->hir.span, "`%s` is declared here", f->hir.name);
  if (c.ok) diag_help(d, "write it in two parts: `x = x %.1s …`", ast_assign_text(st->u.assign.op));
  return expr_error(s, st->span);
}
