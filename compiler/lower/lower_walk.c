// lower_walk.c — looking ahead in an expression for what could change a variable.
#include "hir/hir_walk.h"
#include "lower/lower_internal.h"

static void look(void *cx, const hir_expr *e) {
  bool *found = cx;
  if (!*found) *found = hir_assigns(e);
}

// Kinds with statements in them answer yes: it costs a move, and looking closer is not worth its time.
bool hir_assigns(const hir_expr *e) {
  bool found = false;
  if (!e) return false;
  switch ((int)e->kind) {
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
  case HIR_CALL: found = e->call.fn->receiver_by_ref; break; // a function value has its own copies of variables
  }
  if (!found) hir_each_child(e, look, &found);
  return found;
}
