// lower_closure.c — function values: making them, calling them.
// Promises: the body of a closure is a function of its own, a member of the set of its shape; lowered when the loop over all functions
//           gets to it.
#include "lower/lower_internal.h"

static mir_fn *declare_body(lower *lo, const hir_fn *fn, const type *shape) {
  mir_fn *f = map_get(&lo->p->by_fn, fn);
  if (f) return f; // in what is lowered more than once, as a `defer` is
  f = mir_fn_new(lo->p, MIR_FN_FUNCTION, arena_printf(lo->a, "%s.%s", fn->owner->name, fn->name));
  f->hir = fn;
  f->decl = fn->owner;
  f->span = fn->span;
  map_put(&lo->p->by_fn, fn, f);
  mir_set_add(lo->p, mir_set_of(lo->p, shape), f);
  return f;
}

mir_operand lower_closure(lower *lo, const hir_expr *e, uint32_t want) {
  mir_operand *args = lower_args(lo, e->closure.captures.items, e->closure.captures.count, 0);
  mir_fn *body = declare_body(lo, e->closure.fn, e->type);
  want = lower_want(lo, want, e->type);
  mir_inst *i = lower_emit(lo, MIR_CLOSURE, want, e->type, args, e->closure.captures.count, e->span);
  i->aux.closure.decl = e->closure.decl;
  i->aux.closure.body = body;
  i->atomic = e->type->cap == CAP_VAL;
  return lower_local(lo, want);
}

mir_operand lower_call_value(lower *lo, const hir_expr *e, uint32_t want) {
  const type *fn = e->call.receiver->type;
  uint32_t n = e->call.args.count;
  const hir_expr **items = ARENA_ARRAY(lo->a, const hir_expr *, n + 1);
  items[0] = e->call.receiver;
  for (uint32_t i = 0; i < n; i++) items[i + 1] = e->call.args.items[i];
  mir_operand *args = lower_args(lo, items, n + 1, 0);
  bool nothing = e->type->kind == TY_UNIT || e->type->kind == TY_NEVER;
  uint32_t dst = nothing ? MIR_NONE : lower_want(lo, want, e->type);
  mir_inst *i = lower_emit(lo, MIR_CALL_INDIRECT, dst, e->type, args, n + 1, e->span);
  i->aux.set = mir_set_of(lo->p, fn);
  for (uint32_t k = 0; k < n; k++) i->args[k + 1].mode = mir_type_holds_iso(fn->args[k]) ? MIR_CONSUME : MIR_BORROW;
  if (e->type->kind == TY_NEVER) lower_end(lo, MIR_TERM_UNREACHABLE, lower_unit(lo), e->span);
  return nothing ? lower_put(lo, lower_unit(lo), want, e->span) : lower_local(lo, dst);
}
