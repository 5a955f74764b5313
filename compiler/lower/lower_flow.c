// lower_flow.c — blocks, conditions, jumps.
#include "lower/lower_internal.h"

static bool has_value(const type *t) { return t->kind != TY_UNIT && t->kind != TY_NEVER; }

// ---- conditions ------------------------------------------------------------------------------------------------------------
static void cond_is(lower *lo, const hir_expr *e, uint32_t yes, uint32_t no) {
  mir_operand s = lower_subject(lo, e->is.e);
  lower_pat_test(lo, s, e->is.pat, no);
  lower_pat_bind(lo, s, e->is.pat, lower_is_moved(e->is.e));
  lower_jump(lo, yes, e->span);
}

// Goes to yes or no; the block afterwards is up to the caller.
void lower_cond(lower *lo, const hir_expr *e, uint32_t yes, uint32_t no) {
  if (e->kind == HIR_BINARY && (e->binary.op == OP_AND || e->binary.op == OP_OR)) {
    uint32_t middle = lower_new_block(lo);
    if (e->binary.op == OP_AND) lower_cond(lo, e->binary.a, middle, no);
    else lower_cond(lo, e->binary.a, yes, middle);
    lo->block = middle;
    lower_cond(lo, e->binary.b, yes, no);
  } else if (e->kind == HIR_UNARY && e->unary.op == OP_NOT) {
    lower_cond(lo, e->unary.e, no, yes);
  } else if (e->kind == HIR_IS) {
    cond_is(lo, e, yes, no);
  } else {
    mir_operand c = lower_expr(lo, e);
    if (e->type->kind != TY_NEVER) lower_branch(lo, c, yes, no, e->span);
    else lower_end(lo, MIR_TERM_UNREACHABLE, lower_unit(lo), e->span);
  }
}

// A branch of a control expression: its value, if any, goes into dst.
static void into(lower *lo, const hir_expr *e, const hir_expr *cond, uint32_t dst, uint32_t end) {
  lower_branch_body(lo, NULL, cond, e, e->type->kind == TY_NEVER ? MIR_NONE : dst);
  lower_jump(lo, end, e->span);
}

static mir_operand result(lower *lo, uint32_t dst) { return dst == MIR_NONE ? lower_unit(lo) : lower_local(lo, dst); }

static mir_operand lower_if(lower *lo, const hir_expr *e, uint32_t want) {
  uint32_t dst = has_value(e->type) ? lower_want(lo, want, e->type) : MIR_NONE;
  uint32_t yes = lower_new_block(lo), no = lower_new_block(lo), end = lower_new_block(lo);
  lower_cond(lo, e->if_.cond, yes, no);
  lo->block = yes;
  into(lo, e->if_.then, e->if_.cond, dst, end);
  lo->block = no;
  if (e->if_.else_) into(lo, e->if_.else_, NULL, dst, end);
  else lower_jump(lo, end, e->span);
  lo->block = end;
  return result(lo, dst);
}

// ---- blocks ----------------------------------------------------------------------------------------------------------------
static void lower_let(lower *lo, const hir_expr *e) {
  const hir_pat *pat = e->let.pat;
  if (!e->let.init) {
    if (pat->kind == PAT_BIND) lower_keep(lo, pat->var, lower_var(lo, pat->var));
    return;
  }
  if (pat->kind == PAT_BIND) {
    uint32_t local = lower_var(lo, pat->var);
    lower_to(lo, e->let.init, local);
    lower_keep(lo, pat->var, local);
    return;
  }
  mir_operand o = lower_subject(lo, e->let.init);
  if (e->let.init->type->kind == TY_NEVER) return;
  lower_pat_bind(lo, o, pat, lower_is_moved(e->let.init));
  lower_keep_pat(lo, pat);
}

static mir_operand lower_block_expr(lower *lo, const hir_expr *e, uint32_t want) {
  lower_scope scope = {.up = lo->scope, .break_block = MIR_NONE, .continue_block = MIR_NONE};
  uint32_t handler = lo->handler;
  lo->scope = &scope;
  for (uint32_t i = 0; i < e->block.count; i++) lower_expr(lo, e->block.stmts[i]);
  mir_operand o = lower_unit(lo);
  bool value = e->block.result && has_value(e->block.result->type);
  if (e->block.result) {
    // With defers to run the value is kept apart from the variables they may change.
    uint32_t dst = value && scope.defers.count && want == MIR_NONE ? lower_temp(lo, e->type) : want;
    o = lower_to(lo, e->block.result, value ? dst : MIR_NONE);
  }
  lower_defers_run(lo, scope.up);
  lo->scope = scope.up;
  lo->handler = handler;
  return value ? o : lower_unit(lo);
}

// ---- jumps -----------------------------------------------------------------------------------------------------------------
static void lower_return_expr(lower *lo, const hir_expr *e) {
  mir_operand v = lower_unit(lo);
  if (e->unary.e) v = lower_expr(lo, e->unary.e);
  bool defers = false;
  for (const lower_scope *s = lo->scope; s; s = s->up) defers = defers || s->defers.count > 0;
  if (defers && mir_is_local(&v)) v = lower_put(lo, v, lower_temp(lo, v.type), e->span);
  lower_defers_run(lo, NULL);
  lower_return(lo, v, e->span);
}

static void lower_leave_loop(lower *lo, const hir_expr *e) {
  lower_scope *s = lo->scope;
  while (s->break_block == MIR_NONE) s = s->up;
  lower_defers_run(lo, s);
  lower_jump(lo, e->kind == HIR_BREAK ? s->break_block : s->continue_block, e->span);
  lo->block = lower_new_block(lo);
}

static void lower_raise(lower *lo, const hir_expr *e) {
  mir_operand v = lower_expr(lo, e->unary.e);
  lower_emit(lo, MIR_RAISE, MIR_NONE, v.type, &v, 1, e->span)->aux.u = 1;
  lower_raise_on(lo, lo->handler, e->span);
}

// ---- optional chains -------------------------------------------------------------------------------------------------------
static mir_operand lower_chain(lower *lo, const hir_expr *e, uint32_t want) {
  bool value = has_value(e->type);
  uint32_t dst = value ? lower_want(lo, want, e->type) : MIR_NONE;
  mir_operand s = lower_in_local(lo, lower_expr(lo, e->chain.subject), e->span);
  mir_operand is = lower_local(lo, lower_temp(lo, lo->boolean));
  lower_emit(lo, MIR_IS_SOME, is.local, lo->boolean, &s, 1, e->span);
  uint32_t yes = lower_new_block(lo), no = lower_new_block(lo), end = lower_new_block(lo);
  lower_branch(lo, is, yes, no, e->span);
  lo->block = yes;
  uint32_t var = lower_var(lo, e->chain.var);
  lower_emit(lo, MIR_UNWRAP, var, e->chain.var->type, &s, 1, e->span);
  into(lo, e->chain.body, NULL, dst, end);
  lo->block = no;
  if (value) lower_put(lo, mir_simple_operand(MIR_OPERAND_NONE, e->type), dst, e->span);
  lower_jump(lo, end, e->span);
  return result(lo, dst);
}

// ---- dispatch --------------------------------------------------------------------------------------------------------------
static mir_operand statement(lower *lo, const hir_expr *e) {
  switch ((int)e->kind) {
  case HIR_LET: lower_let(lo, e); break;
  case HIR_WHILE:
  case HIR_LOOP:
  case HIR_FOR: lower_loop(lo, e); break;
  case HIR_BREAK:
  case HIR_CONTINUE: lower_leave_loop(lo, e); break;
  case HIR_STOP: lower_emit(lo, MIR_STOP, MIR_NONE, lo->unit, NULL, 0, e->span); break;
  case HIR_RETURN: lower_return_expr(lo, e); break;
  case HIR_RAISE: lower_raise(lo, e); break;
  default: lower_defer_push(lo, e); break;
  }
  return lower_unit(lo);
}

mir_operand lower_flow(lower *lo, const hir_expr *e, uint32_t want) {
  mir_operand o;
  switch ((int)e->kind) {
  case HIR_BLOCK: o = lower_block_expr(lo, e, want); break;
  case HIR_IF: o = lower_if(lo, e, want); break;
  case HIR_MATCH: o = lower_match(lo, e, want); break;
  case HIR_ELSE: o = lower_else(lo, e, want); break;
  case HIR_CATCH: o = lower_catch(lo, e, want); break;
  case HIR_OPT_CHAIN: o = lower_chain(lo, e, want); break;
  default: o = statement(lo, e); break;
  }
  return e->type->kind == TY_NEVER ? o : lower_put(lo, o, want, e->span);
}
