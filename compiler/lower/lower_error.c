// lower_error.c — `else`, `catch`, `defer`: what happens on an error edge.
#include <string.h>

#include "lower/lower_internal.h"

// cx->err is set. Goes on in the block it leaves current if it may be handled here, else to the outer handler.
static void catchable(lower *lo, uint64_t kind, span at) {
  mir_operand ok = lower_local(lo, lower_temp(lo, lo->boolean));
  lower_emit(lo, MIR_ERR_CATCHABLE, ok.local, lo->boolean, NULL, 0, at)->aux.u = kind;
  uint32_t yes = lower_new_block(lo), no = lower_new_block(lo);
  lower_branch(lo, ok, yes, no, at);
  lo->block = no;
  lower_raise_on(lo, lo->handler, at);
  lo->block = yes;
}

static mir_operand take(lower *lo, span at) {
  mir_operand e = lower_local(lo, lower_temp(lo, lo->any_error));
  lower_emit(lo, MIR_ERR_TAKE, e.local, lo->any_error, NULL, 0, at);
  return e;
}

static void raise_again(lower *lo, mir_operand error, span at) {
  lower_emit(lo, MIR_RAISE, MIR_NONE, lo->any_error, &error, 1, at)->aux.u = 0;
  lower_raise_on(lo, lo->handler, at);
}

static uint32_t result_local(lower *lo, const hir_expr *e, uint32_t want) {
  if (e->type->kind == TY_UNIT || e->type->kind == TY_NEVER) return MIR_NONE;
  return lower_want(lo, want, e->type);
}

static mir_operand result(lower *lo, uint32_t dst) { return dst == MIR_NONE ? lower_unit(lo) : lower_local(lo, dst); }

static void into(lower *lo, const hir_expr *e, uint32_t dst, uint32_t end) {
  lower_to(lo, e, e->type->kind == TY_NEVER ? MIR_NONE : dst);
  lower_jump(lo, end, e->span);
}

// ---- else ------------------------------------------------------------------------------------------------------------------
// The value of `a` is there: into dst, out of its optional if that is what `else` is for.
static void else_value(lower *lo, const hir_expr *e, mir_operand v, uint32_t dst, uint32_t other) {
  if (!e->binary.else_none || v.type->kind != TY_OPTIONAL) {
    lower_put(lo, v, dst, e->span);
    return;
  }
  v = lower_in_local(lo, v, e->span);
  mir_operand is = lower_local(lo, lower_temp(lo, lo->boolean));
  lower_emit(lo, MIR_IS_SOME, is.local, lo->boolean, &v, 1, e->span);
  uint32_t some = lower_new_block(lo);
  lower_branch(lo, is, some, other, e->span);
  lo->block = some;
  if (dst == MIR_NONE) return;
  if (mir_type_same(v.type, e->type)) lower_put(lo, v, dst, e->span);
  else lower_emit(lo, MIR_UNWRAP, dst, e->type, &v, 1, e->span);
}

mir_operand lower_else(lower *lo, const hir_expr *e, uint32_t want) {
  uint32_t dst = result_local(lo, e, want);
  uint32_t outer = lo->handler, failed = lower_new_block(lo), other = lower_new_block(lo), end = lower_new_block(lo);
  if (e->binary.else_raise) lo->handler = failed;
  mir_operand v = lower_expr(lo, e->binary.a);
  lo->handler = outer;
  if (e->binary.a->type->kind != TY_NEVER) else_value(lo, e, v, dst, other);
  lower_jump(lo, end, e->span);
  if (e->binary.else_raise) {
    lo->block = failed;
    catchable(lo, 1, e->span);
    take(lo, e->span);
    lower_jump(lo, other, e->span);
  }
  lo->block = other;
  into(lo, e->binary.b, dst, end);
  lo->block = end;
  return result(lo, dst);
}

// ---- catch -----------------------------------------------------------------------------------------------------------------
mir_operand lower_catch(lower *lo, const hir_expr *e, uint32_t want) {
  uint32_t dst = result_local(lo, e, want);
  uint32_t outer = lo->handler, failed = lower_new_block(lo), end = lower_new_block(lo);
  lo->handler = failed;
  // Not into dst itself: an arm may look at what dst held before.
  mir_operand v = lower_expr(lo, e->match.subject);
  lo->handler = outer;
  if (e->match.subject->type->kind != TY_NEVER) lower_put(lo, v, dst, e->span);
  lower_jump(lo, end, e->span);
  lo->block = failed;
  catchable(lo, 0, e->span);
  mir_operand error = take(lo, e->span);
  lower_arms(lo, e, error, true, dst, end);
  raise_again(lo, error, e->span); // no arm named it
  lo->block = end;
  return result(lo, dst);
}

// ---- defer -----------------------------------------------------------------------------------------------------------------
static void run_deferred(lower *lo, const lower_defer *d, span at) {
  if (d->body) {
    lower_expr(lo, d->body);
    return;
  }
  mir_operand o = lower_local(lo, d->keep);
  lower_emit(lo, MIR_KEEP, MIR_NONE, o.type, &o, 1, at);
}

// From here to the end of the block, errors pass through a handler that runs the deferred statement and raises again.
static void push(lower *lo, lower_defer d, span at) {
  d.handler = lo->handler;
  VEC_PUSH(lo->a, &lo->scope->defers, d);
  uint32_t here = lo->block, landing = lower_new_block(lo);
  lo->block = landing;
  mir_operand error = take(lo, at);
  run_deferred(lo, &d, at);
  raise_again(lo, error, at);
  lo->block = here;
  lo->handler = landing;
}

void lower_defer_push(lower *lo, const hir_expr *e) { push(lo, (lower_defer){.body = e->unary.e}, e->span); }

static bool drop_is_seen(const type *t, unsigned depth);
static bool any_drop_is_seen(const hir_field *fields, uint32_t n, unsigned depth) {
  for (uint32_t i = 0; i < n; i++)
    if (drop_is_seen(fields[i].type, depth)) return true;
  return false;
}

// Dropping a lease releases it. Whatever else holds nothing but memory and agents goes after its last use.
static bool drop_is_seen(const type *t, unsigned depth) {
  bool holds = t->kind == TY_CLASS || t->kind == TY_OPTIONAL || t->kind == TY_TUPLE || t->kind == TY_STRUCT ||
               t->kind == TY_ENUM;
  if (depth > 8 || !holds || t->cap == CAP_TAG) return false;
  for (uint32_t i = 0; i < t->arg_count; i++)
    if (drop_is_seen(t->args[i], depth + 1)) return true;
  if (!t->decl) return false;
  if (t->decl->is_prelude) return strcmp(t->decl->name, "Lease") == 0;
  for (uint32_t i = 0; t->kind == TY_ENUM && i < t->decl->variant_count; i++)
    if (any_drop_is_seen(t->decl->variants[i].fields, t->decl->variants[i].field_count, depth + 1)) return true;
  return any_drop_is_seen(t->decl->fields, t->decl->field_count, depth + 1);
}

void lower_keep(lower *lo, const hir_var *v, uint32_t local) {
  if (drop_is_seen(v->type, 0)) push(lo, (lower_defer){.keep = local}, v->span);
}

void lower_keep_until(lower *lo, const hir_var *v, uint32_t local, span at) {
  if (drop_is_seen(v->type, 0)) run_deferred(lo, &(lower_defer){.keep = local}, at);
}

// ---- names of patterns -----------------------------------------------------------------------------------------------------
static bool pat_is_kept(const hir_pat *pat) {
  if (pat->kind == PAT_BIND) return pat->var && drop_is_seen(pat->var->type, 0);
  for (uint32_t i = 0; i < pat->sub_count; i++)
    if (pat_is_kept(pat->subs[i])) return true;
  return false;
}

void lower_keep_pat(lower *lo, const hir_pat *pat) {
  if (!pat_is_kept(pat)) return;
  if (pat->kind == PAT_BIND) lower_keep(lo, pat->var, lower_var(lo, pat->var));
  uint32_t n = pat->kind == PAT_OR ? 1 : pat->sub_count; // alternatives give values to the same names
  for (uint32_t i = 0; i < n; i++) lower_keep_pat(lo, pat->subs[i]);
}

// The names that a condition gives a value to where it is true.
static bool cond_is_kept(const hir_expr *e) {
  if (e->kind == HIR_BINARY && e->binary.op == OP_AND) return cond_is_kept(e->binary.a) || cond_is_kept(e->binary.b);
  return e->kind == HIR_IS && pat_is_kept(e->is.pat);
}

static void keep_cond(lower *lo, const hir_expr *e) {
  if (e->kind == HIR_BINARY && e->binary.op == OP_AND) {
    keep_cond(lo, e->binary.a);
    keep_cond(lo, e->binary.b);
  } else if (e->kind == HIR_IS) {
    lower_keep_pat(lo, e->is.pat);
  }
}

mir_operand lower_branch_body(lower *lo, const hir_pat *pat, const hir_expr *cond, const hir_expr *body,
                              uint32_t want) {
  if (!(pat && pat_is_kept(pat)) && !(cond && cond_is_kept(cond))) return lower_to(lo, body, want);
  lower_scope scope = {.up = lo->scope, .break_block = MIR_NONE, .continue_block = MIR_NONE};
  uint32_t handler = lo->handler;
  lo->scope = &scope;
  if (pat) lower_keep_pat(lo, pat);
  if (cond) keep_cond(lo, cond);
  bool value = body->type->kind != TY_UNIT && body->type->kind != TY_NEVER;
  mir_operand o = lower_to(lo, body, value && want == MIR_NONE ? lower_temp(lo, body->type) : want);
  lower_defers_run(lo, scope.up);
  lo->scope = scope.up;
  lo->handler = handler;
  return o;
}

// On a normal way out. Leaves the handlers as they are: what follows on this path is not guarded by them any more,
// what follows in the text still is.
void lower_defers_run(lower *lo, const lower_scope *until) {
  uint32_t handler = lo->handler;
  for (lower_scope *s = lo->scope; s != until; s = s->up) {
    for (uint32_t i = s->defers.count; i-- > 0;) {
      lo->handler = s->defers.items[i].handler;
      run_deferred(lo, &s->defers.items[i], lo->fn->span);
    }
  }
  lo->handler = handler;
}
