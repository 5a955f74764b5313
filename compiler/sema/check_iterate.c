// check_iterate.c — `for` over types of the program: anything with `fn ref next() -> T?`, or with `fn iter()` that gives such.
// Also over channels: there the step is `await it.recv()`.
// Method: for p in e { … }  is  { let it = e; while let p = it.next() { … } }, so nothing below knows of it.
// Promises: an object in a variable that is `iso` or fixed is used where it is; any other is kept by the loop, so that assigning the
//           variable changes nothing. What next() gives is nobody else's: an `iso` item moves into its name.
#include "sema/check.h"
#include "sema/exhaustive.h"

static fn_info *method_without_arguments(sema *s, const type *t, const char *name) {
  decl_info *owner;
  member *m = type_has_methods(t) ? member_lookup(s, t, str_intern_cstr(s->names, name), &owner) : NULL;
  return m && m->kind == MEMBER_FN && m->fn->hir.param_count == 0 ? m->fn : NULL;
}

// What gives one item after the other: `next`, or a channel's `recv`, which is awaited.
static fn_info *next_of(sema *s, const type *t) {
  decl_info *owner;
  if (type_is_builtin(t, BUILTIN_CHANNEL)) return member_lookup(s, t, str_intern_cstr(s->names, "recv"), &owner)->fn;
  fn_info *f = method_without_arguments(s, t, "next");
  return f && (f->poisoned || f->unmet || f->hir.result->kind == TY_OPTIONAL) ? f : NULL;
}

static hir_expr *call_plain(sema *s, fn_info *f, hir_expr *object, span at) {
  return call_fn(s, f, object, &(ast_args){0}, at, at, NULL);
}

// The variable that holds the iterator, declared in `out`; NULL: x is used where it is.
static hir_var *keep_iterator(sema *s, hir_expr *x, const hir_expr **out) {
  bool object = x->type->kind == TY_CLASS || x->type->kind == TY_INTERFACE;
  const hir_var *v = x->kind == HIR_LOCAL && object ? x->local.var : NULL;
  if (v && ((!v->is_var && !v->is_self) || type_holds_iso(s->types, x->type))) return NULL;
  hir_expr *value = take_value(s, x);
  hir_pat *pat = pattern_wild(s, value->type, x->span);
  pat->kind = PAT_BIND;
  pat->var = var_new(s, str_intern_cstr(s->names, "it"), value->type, x->span, !object);
  hir_expr *let = expr_new(s, HIR_LET, s->unit, x->span);
  let->let.pat = pat;
  let->let.init = value;
  *out = let;
  return pat->var;
}

// it.next() is P
static hir_expr *next_fits(sema *s, const ast_expr *e, hir_expr *call) {
  const type *t = call->type;
  hir_pat *inner = check_pattern(s, e->u.for_.pat, t->args[0], true, false);
  check_irrefutable(s, inner, "in `for`");
  const hir_pat **subs = ARENA_ARRAY(s->a, const hir_pat *, 1);
  subs[0] = inner;
  hir_pat *pat = pattern_wild(s, t, e->u.for_.pat->span);
  pat->kind = PAT_SOME;
  pat->subs = subs;
  pat->sub_count = 1;
  hir_expr *r = expr_new(s, HIR_IS, s->boolean, e->u.for_.iter->span);
  r->is.e = call;
  r->is.pat = pat;
  return r;
}

static hir_expr *while_next(sema *s, const ast_expr *e, hir_expr *x, fn_info *next) {
  span at = e->u.for_.iter->span;
  const hir_expr *kept = NULL;
  hir_var *it = keep_iterator(s, x, &kept);
  bool tried = e->u.for_.iter->kind == AST_EXPR_TRY;
  s->cx->tries += tried; // `for x in try it` covers each step
  hir_expr *call = call_plain(s, next, it ? expr_local(s, it, at) : x, at);
  s->cx->tries -= tried;
  if (!is_error(call) && next->hir.waits) call = await_native(s, call, NULL, at);
  if (is_error(call)) return call;
  hir_expr *loop = expr_new(s, HIR_WHILE, s->unit, e->span);
  loop->loop.cond = next_fits(s, e, call);
  bool broke;
  loop->loop.body = check_loop_body(s, e->u.for_.body, &broke);
  if (!kept) return loop;
  hir_expr *block = expr_new(s, HIR_BLOCK, s->unit, e->span);
  const hir_expr **stmts = ARENA_ARRAY(s->a, const hir_expr *, 2);
  stmts[0] = kept, stmts[1] = loop;
  block->block.stmts = stmts;
  block->block.count = 2;
  return block;
}

hir_expr *check_for_iterator(sema *s, const ast_expr *e, hir_expr *x) {
  fn_info *next = next_of(s, x->type), *iter = next ? NULL : method_without_arguments(s, x->type, "iter");
  if (iter) {
    x = call_plain(s, iter, x, x->span);
    if (is_error(x)) return x;
    next = next_of(s, x->type);
  }
  if (!next) return NULL;
  uint32_t count, scope = scope_enter(s, &count);
  hir_expr *r = while_next(s, e, x, next);
  scope_leave(s, scope, count);
  return r;
}
