// check_lease.c — `await lease name for time within limit`.
// Method: it is `_lease(await _claim(name, time) within limit)`, of the prelude, so nothing below knows of leases.
#include <assert.h>

#include "sema/check.h"

fn_info *prelude_fn(sema *s, const char *name) {
  symbol *sym = map_get(&s->prelude->symbols, str_intern_cstr(s->names, name));
  assert(sym && sym->kind == SYM_FN && !sym->u.fn->poisoned);
  fn_sign(s, sym->u.fn);
  fn_reach(s, sym->u.fn);
  return sym->u.fn;
}

hir_expr *prelude_call(sema *s, const fn_info *f, const hir_expr **args, span at) {
  hir_expr *e = expr_new(s, HIR_CALL, f->hir.result, at);
  e->call.fn = &f->hir;
  e->call.args = (hir_list){args, f->hir.param_count};
  return e;
}

static bool known_not_positive(const hir_expr *e) {
  if (e->kind == HIR_INT) return (int64_t)e->u < 1;
  return e->kind == HIR_UNARY && e->unary.e->kind == HIR_INT; // `-30s`: a time has no other operator
}

hir_expr *check_lease(sema *s, const ast_expr *e, const ast_expr *within) {
  const hir_expr **args = ARENA_ARRAY(s->a, const hir_expr *, 2), **inner = ARENA_ARRAY(s->a, const hir_expr *, 1);
  args[0] = check_as(s, e->u.lease.name, s->string, "the name of a lease");
  args[1] = check_as(s, e->u.lease.duration, s->duration, "the time of a lease");
  hir_expr *limit = within ? check_as(s, within, s->duration, "the time after `within`") : NULL;
  if (known_not_positive(args[1])) {
    diag *d = error_at(s, E0622, e->u.lease.duration->span, "a lease is for longer than no time");
    diag_help(d, "it is renewed while it is held: write for how long its holder may be stuck, `for 30s`");
    return expr_error(s, e->span);
  }
  fn_info *claim = prelude_fn(s, "_claim"), *made = prelude_fn(s, "_lease");
  bool ok = !is_error(args[0]) && !is_error(args[1]) && !(limit && is_error(limit));
  if (!ok) return expr_error(s, e->span);
  inner[0] = await_native(s, prelude_call(s, claim, args, e->span), limit, e->span);
  return is_error(inner[0]) ? expr_error(s, e->span) : prelude_call(s, made, inner, e->span);
}
