// check_user_ops.c — operators and `[ ]` on types of the program: each stands for a method; all but that of `x[i] = v` only read.
// Owns:     the table of operators, their methods and the interfaces that ask for them.
// Promises: the left side is the object, the right side the one argument; both are looked at, never moved. A method of the
//           name that is no operator (it changes its object, gives nothing, takes over its argument) is named in the error.
// Does not: compare structs, enums and classes (the emitter does, by their `eq` and `cmp`), nor check the call (check_call.c).
#include "sema/check.h"

static const struct {
  hir_op op;
  const char *method, *interface;
} rows[] = {{OP_ADD, "add", "Add"},           {OP_SUB, "sub", "Sub"},        {OP_MUL, "mul", "Mul"},
            {OP_DIV, "div", "Div"},           {OP_MOD, "rem", "Rem"},        {OP_NEG, "neg", "Neg"},
            {OP_BITAND, "bit_and", "BitAnd"}, {OP_BITOR, "bit_or", "BitOr"}, {OP_BITXOR, "bit_xor", "BitXor"},
            {OP_SHL, "shl", "Shl"},           {OP_SHR, "shr", "Shr"},        {OP_BITNOT, "bit_not", "BitNot"}};

static bool is_unary(hir_op op) { return op == OP_NEG || op == OP_BITNOT; }

const char *operator_name(hir_op op) {
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    if (rows[i].op == op) return rows[i].method;
  return NULL;
}

static const char *interface_of(const char *method) {
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    if (rows[i].method == method) return rows[i].interface;
  return method;
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
  return m && (m->fn->poisoned || only_reads(s, &m->fn->hir, is_unary(op) ? 0 : 1)) ? m->fn : NULL;
}

void operator_help(sema *s, diag *d, hir_op op, const char *sign, const type *t) {
  const char *name = operator_name(op);
  if (name && t->kind == TY_PARAM) {
    const char *of = t->decl ? t->decl->name : "T";
    const char *bound = arena_printf(s->a, is_unary(op) ? "%s[%s]" : "%s[%s, %s]", interface_of(name), of, of);
    bound_help(s, d, t, bound);
    return;
  }
  if (!name || !type_is_users(t)) return;
  const char *right = is_unary(op) ? "" : arena_printf(s->a, "o: %s box", t->decl->name);
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
    check_lost(s, st->u.assign.value);
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

// ---- x[i] ------------------------------------------------------------------------------------------------------------------
static void index_help(sema *s, diag *d, const type *t, bool stores) {
  const char *wanted = stores ? "fn ref set_at(i: Int, value: T)" : "fn at(i: Int) -> T";
  if (t->kind == TY_PARAM) {
    bound_help(s, d, t, stores ? "IndexSet[Int, V]" : "Index[Int, V]");
    return;
  }
  diag_help(d, "`[ ]` on a type of your own stands for a method: give `%s` a `%s`", t->decl->name, wanted);
}

static hir_expr *user_store(sema *s, const ast_expr *e, hir_expr *object, own_store *store) {
  const ast_stmt *st = store->st;
  const type *t = object->type;
  store->done = true;
  member *m = method_named(s, t, "set_at");
  const hir_fn *f = m ? &m->fn->hir : NULL;
  bool fits = m && (m->fn->poisoned || (f->param_count == 2 && f->result->kind == TY_UNIT));
  if (!fits || st->u.assign.op != AST_SET) {
    diag *d = fits ? error_at(s, E0306, st->span, "`%s` does not work on an element of `%s`",
                              ast_assign_text(st->u.assign.op), text_of(s, t))
                   : error_at(s, E0314, e->span, "an element of `%s` cannot be assigned", text_of(s, t));
    if (fits) diag_help(d, "write `x[i] = x[i] %.1s …`", ast_assign_text(st->u.assign.op));
    else index_help(s, d, t, true);
    if (m && !fits) diag_note(d, m->span, "this `set_at` takes other arguments, or gives a value");
    check_lost(s, st->u.assign.value);
    return expr_error(s, st->span);
  }
  ast_arg args[] = {{.value = e->u.index.args.items[0]}, {.value = st->u.assign.value}};
  return call_fn_of(s, m->fn, object, NULL, &(ast_args){args, 2}, st->span, e->span, NULL);
}

hir_expr *user_index(sema *s, const ast_expr *e, hir_expr *object) {
  if (!type_has_methods(object->type)) return NULL;
  own_store *store = s->cx->store;
  member *m = method_named(s, object->type, "at");
  bool reads = m && (m->fn->poisoned || only_reads(s, &m->fn->hir, 1));
  if (store && store->st->u.assign.target == e && (reads || method_named(s, object->type, "set_at"))) {
    s->cx->store = NULL;
    return user_store(s, e, object, store);
  }
  if (reads) return call_operator(s, m->fn, object, e->u.index.args.items[0], e->span, e->span);
  diag *d = error_at(s, E0308, object->span, "`%s` cannot be indexed", text_of(s, object->type));
  if (m) diag_note(d, m->span, "this `at` is not for `[ ]`: it takes one argument, only reads, and gives a value");
  index_help(s, d, object->type, false);
  check_lost(s, e->u.index.args.items[0]);
  return expr_error(s, e->span);
}
