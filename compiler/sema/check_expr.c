// check_expr.c — expressions: which file checks which kind; literals.
// Promises: every expression gets a type; where there is an error, the poison type, and one message.
#include "sema/check.h"

static hir_expr *check_string(sema *s, const ast_expr *e) {
  hir_expr *x = expr_new(s, HIR_STR, s->string, e->span);
  x->str.bytes = e->u.string->text;
  x->str.size = e->u.string->size;
  return x;
}

static hir_expr *check_float(sema *s, const ast_expr *e, const type *hint) {
  const type *t = hint ? type_unwrap(hint) : s->f64;
  hir_expr *x = expr_new(s, HIR_FLOAT, type_is_float(t) ? t : s->f64, e->span);
  x->f = e->u.real;
  if (x->type->kind == TY_F32 && x->f - x->f == 0 && (x->f > 3.4028234663852886e38 || x->f < -3.4028234663852886e38)) {
    diag_help(error_at(s, E0302, e->span, "this number does not fit `F32`"), "`F64` holds it");
    return expr_error(s, e->span);
  }
  if (x->type->kind == TY_F32) x->f = (double)(float)x->f;
  return x;
}

static hir_expr *check_literal(sema *s, const ast_expr *e, const type *hint) {
  hir_expr *x;
  switch ((int)e->kind) {
  case AST_EXPR_INT: return check_int(s, e, hint, false);
  case AST_EXPR_FLOAT: return check_float(s, e, hint);
  case AST_EXPR_CHAR: return expr_int(s, s->u32, e->u.character, e->span);
  case AST_EXPR_DURATION: return expr_int(s, s->duration, (uint64_t)e->u.duration_ns, e->span);
  case AST_EXPR_STRING: return check_string(s, e);
  case AST_EXPR_BOOL:
    x = expr_new(s, HIR_BOOL, s->boolean, e->span);
    x->b = e->u.boolean;
    return x;
  default: return expr_new(s, HIR_NONE, s->none, e->span);
  }
}

// `is` outside of a condition: its names end with the expression.
static hir_expr *check_test(sema *s, const ast_expr *e) {
  uint32_t count, scope = scope_enter(s, &count);
  hir_expr *x = check_cond(s, e);
  scope_leave(s, scope, count);
  return x;
}

static hir_expr *check_statement_kind(sema *s, const ast_expr *e, const type *hint) {
  switch ((int)e->kind) {
  case AST_EXPR_IF: return check_if(s, e, hint);
  case AST_EXPR_MATCH: return check_match(s, e, hint);
  case AST_EXPR_WHILE:
  case AST_EXPR_LOOP: return check_loop(s, e);
  case AST_EXPR_FOR: return check_for(s, e);
  case AST_EXPR_RETURN:
  case AST_EXPR_BREAK:
  case AST_EXPR_CONTINUE:
  case AST_EXPR_STOP: return check_jump(s, e);
  case AST_EXPR_RAISE: return check_raise(s, e);
  case AST_EXPR_TRY: return check_try(s, e, hint);
  case AST_EXPR_WITHIN: return check_within(s, e, hint);
  case AST_EXPR_ELSE: return check_else(s, e, hint);
  case AST_EXPR_CATCH: return check_catch(s, e, hint);
  case AST_EXPR_AWAIT: return check_await(s, e, NULL, hint);
  case AST_EXPR_SIGNAL: return check_signal(s, e);
  case AST_EXPR_SPAWN: return check_spawn(s, e, hint);
  case AST_EXPR_AFTER:
  case AST_EXPR_EVERY: return check_timer(s, e);
  case AST_EXPR_QUORUM: return check_quorum(s, e, NULL);
  case AST_EXPR_BROADCAST: return check_broadcast(s, e);
  case AST_EXPR_TAKE: return check_take(s, e);
  case AST_EXPR_CHANNEL: return check_channel(s, e, hint);
  case AST_EXPR_LEASE: return check_lease(s, e, NULL);
  case AST_EXPR_CALLBACK: return check_callback(s, e);
  default: return expr_error(s, e->span); // none is left
  }
}

static hir_expr *check_part(sema *s, const ast_expr *e, const type *hint) {
  switch ((int)e->kind) {
  case AST_EXPR_FIELD: return check_field(s, e, hint);
  case AST_EXPR_TUPLE_FIELD: return check_elem(s, e);
  case AST_EXPR_INDEX: return check_index(s, e, hint);
  default: return check_call(s, e, hint);
  }
}

hir_expr *check_expr(sema *s, const ast_expr *e, const type *hint) {
  switch ((int)e->kind) {
  case AST_EXPR_ERROR: return expr_error(s, e->span);
  case AST_EXPR_INT:
  case AST_EXPR_FLOAT:
  case AST_EXPR_BOOL:
  case AST_EXPR_NONE:
  case AST_EXPR_CHAR:
  case AST_EXPR_DURATION:
  case AST_EXPR_STRING: return check_literal(s, e, hint);
  case AST_EXPR_INTERP: return check_interp(s, e);
  case AST_EXPR_NAME:
  case AST_EXPR_TYPE_NAME:
  case AST_EXPR_SELF: return check_name(s, e, hint);
  case AST_EXPR_TYPE: {
    diag *d = error_at(s, E0218, e->span, "a type stands here, and a value is wanted");
    (void)d;
    return expr_error(s, e->span);
  }
  case AST_EXPR_TUPLE: return check_tuple(s, e, hint);
  case AST_EXPR_ARRAY: return check_array(s, e, hint);
  case AST_EXPR_MAP: return check_map(s, e, hint);
  case AST_EXPR_FIELD:
  case AST_EXPR_TUPLE_FIELD:
  case AST_EXPR_INDEX:
  case AST_EXPR_CALL: return check_path(s, e, hint, check_part);
  case AST_EXPR_UNARY: return check_unary(s, e, hint);
  case AST_EXPR_BINARY: return e->u.binary.op == AST_AND ? check_test(s, e) : check_binary(s, e, hint);
  case AST_EXPR_IS:
  case AST_EXPR_LET_COND: return check_test(s, e);
  case AST_EXPR_BUILD: return check_build(s, e, hint);
  case AST_EXPR_CLOSURE: return check_closure(s, e, hint);
  case AST_EXPR_BLOCK: return check_block(s, e->u.block, hint, e->span);
  default: return check_statement_kind(s, e, hint);
  }
}

void check_lost(sema *s, const ast_expr *e) {
  s->poisoned_wants++;
  (void)check_expr(s, e, NULL);
  s->poisoned_wants--;
}

hir_expr *check_value(sema *s, const ast_expr *e, const type *hint) { return take_value(s, check_expr(s, e, hint)); }

hir_expr *check_as(sema *s, const ast_expr *e, const type *want, const char *role) {
  return check_as_for(s, e, want, role, SPAN_NONE);
}

hir_expr *check_as_for(sema *s, const ast_expr *e, const type *want, const char *role, span wanted) {
  bool poisoned = want->kind == TY_ERROR;
  s->poisoned_wants += poisoned;
  hir_expr *x = check_expr(s, e, poisoned ? NULL : want);
  s->poisoned_wants -= poisoned;
  return coerce_for(s, x, want, role, wanted);
}
