// lower_walk.c — looking ahead in an expression for what could change a variable.
#include "lower/lower_internal.h"

static bool any(const hir_expr *const *items, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (hir_assigns(items[i])) return true;
  return false;
}

static bool any_list(hir_list l) { return any((const hir_expr *const *)l.items, l.count); }

static bool parts_assign(const hir_expr *e) {
  for (uint32_t i = 0; i < e->interp.count; i++)
    if (e->interp.parts[i].e && hir_assigns(e->interp.parts[i].e)) return true;
  return false;
}

// Kinds with statements in them answer yes: it costs a move, and looking closer is not worth its time.
bool hir_assigns(const hir_expr *e) {
  if (!e) return false;
  switch (e->kind) {
  case HIR_ERROR:
  case HIR_INT:
  case HIR_FLOAT:
  case HIR_BOOL:
  case HIR_STR:
  case HIR_NONE:
  case HIR_UNIT:
  case HIR_LOCAL:
  case HIR_STOP: return false;
  case HIR_FIELD:
  case HIR_ELEM: return hir_assigns(e->member.object);
  case HIR_INDEX:
  case HIR_BINARY:
  case HIR_SAME:
  case HIR_SHARD: return hir_assigns(e->binary.a) || hir_assigns(e->binary.b);
  case HIR_UNARY:
  case HIR_SOME:
  case HIR_FREEZE:
  case HIR_SHARE:
  case HIR_CONVERT:
  case HIR_PRINT:
  case HIR_TIMER_CANCEL: return hir_assigns(e->unary.e);
  case HIR_CALL: return e->call.fn->receiver_by_ref || hir_assigns(e->call.receiver) || any_list(e->call.args);
  case HIR_NEW:
  case HIR_VARIANT: return any_list(e->make.args);
  case HIR_TUPLE:
  case HIR_ARRAY:
  case HIR_MAP: return any_list(e->list);
  case HIR_INTERP: return parts_assign(e);
  case HIR_SPAWN:
  case HIR_SIGNAL:
  case HIR_ASK:
  case HIR_TIMER: return hir_assigns(e->send.target) || hir_assigns(e->send.delay) || any_list(e->send.args);
  case HIR_AWAIT: return hir_assigns(e->await_.future) || hir_assigns(e->await_.within);
  case HIR_ASSIGN:
  case HIR_SWAP:
  case HIR_TAKE:
  case HIR_LET:
  case HIR_BLOCK:
  case HIR_IF:
  case HIR_IS:
  case HIR_MATCH:
  case HIR_WHILE:
  case HIR_LOOP:
  case HIR_FOR:
  case HIR_BREAK:
  case HIR_CONTINUE:
  case HIR_RETURN:
  case HIR_RAISE:
  case HIR_DEFER:
  case HIR_ELSE:
  case HIR_CATCH:
  case HIR_OPT_CHAIN:
  case HIR_QUORUM: return true;
  }
  return true;
}
