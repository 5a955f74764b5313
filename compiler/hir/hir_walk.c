// hir_walk.c — the children of each kind of expression.
#include "hir/hir_walk.h"

static void each(const hir_list *list, hir_child_fn *visit, void *cx) {
  for (uint32_t i = 0; i < list->count; i++) visit(cx, list->items[i]);
}

static void maybe(const hir_expr *e, hir_child_fn *visit, void *cx) {
  if (e) visit(cx, e);
}

static void each_arm(const hir_expr *e, hir_child_fn *visit, void *cx) {
  visit(cx, e->match.subject);
  for (uint32_t i = 0; i < e->match.count; i++) {
    maybe(e->match.arms[i].guard, visit, cx);
    visit(cx, e->match.arms[i].body);
  }
}

static void each_of_quorum(const hir_expr *e, hir_child_fn *visit, void *cx) {
  maybe(e->quorum.need, visit, cx);
  maybe(e->quorum.group, visit, cx);
  each(&e->quorum.args, visit, cx);
  maybe(e->quorum.where, visit, cx);
  maybe(e->quorum.within, visit, cx);
}

void hir_each_child(const hir_expr *e, hir_child_fn *visit, void *cx) {
  switch (e->kind) {
  case HIR_ERROR:
  case HIR_INT:
  case HIR_FLOAT:
  case HIR_BOOL:
  case HIR_STR:
  case HIR_NONE:
  case HIR_UNIT:
  case HIR_CONST:
  case HIR_LOCAL:
  case HIR_BREAK:
  case HIR_CONTINUE:
  case HIR_STOP: return;
  case HIR_FIELD:
  case HIR_ELEM: visit(cx, e->member.object); return;
  case HIR_UNARY:
  case HIR_SOME:
  case HIR_FREEZE:
  case HIR_SHARE:
  case HIR_CONVERT:
  case HIR_PRINT:
  case HIR_RETURN:
  case HIR_RAISE:
  case HIR_DEFER:
  case HIR_TIMER_CANCEL: maybe(e->unary.e, visit, cx); return;
  case HIR_INTERFACE: visit(cx, e->interface.e); return;
  case HIR_INDEX:
  case HIR_BINARY:
  case HIR_SAME:
  case HIR_ELSE:
  case HIR_SHARD:
    visit(cx, e->binary.a);
    visit(cx, e->binary.b);
    return;
  case HIR_CALL:
  case HIR_CALL_VALUE:
    maybe(e->call.receiver, visit, cx);
    each(&e->call.args, visit, cx);
    return;
  case HIR_CLOSURE: each(&e->closure.captures, visit, cx); return; // the body runs at another time
  case HIR_NEW:
  case HIR_VARIANT: each(&e->make.args, visit, cx); return;
  case HIR_TUPLE:
  case HIR_ARRAY:
  case HIR_MAP: each(&e->list, visit, cx); return;
  case HIR_INTERP:
    for (uint32_t i = 0; i < e->interp.count; i++) maybe(e->interp.parts[i].e, visit, cx);
    return;
  case HIR_ASSIGN:
  case HIR_SWAP:
  case HIR_TAKE:
    visit(cx, e->assign.place);
    maybe(e->kind == HIR_TAKE ? NULL : e->assign.value, visit, cx);
    return;
  case HIR_LET: maybe(e->let.init, visit, cx); return;
  case HIR_BLOCK:
    for (uint32_t i = 0; i < e->block.count; i++) visit(cx, e->block.stmts[i]);
    maybe(e->block.result, visit, cx);
    return;
  case HIR_IF:
    visit(cx, e->if_.cond);
    visit(cx, e->if_.then);
    maybe(e->if_.else_, visit, cx);
    return;
  case HIR_IS: visit(cx, e->is.e); return;
  case HIR_MATCH:
  case HIR_CATCH: each_arm(e, visit, cx); return;
  case HIR_WHILE:
    visit(cx, e->loop.cond);
    visit(cx, e->loop.body);
    return;
  case HIR_LOOP: visit(cx, e->loop.body); return;
  case HIR_FOR:
    visit(cx, e->for_.iter);
    visit(cx, e->for_.body);
    return;
  case HIR_OPT_CHAIN:
    visit(cx, e->chain.subject);
    visit(cx, e->chain.body);
    return;
  case HIR_SPAWN:
  case HIR_SIGNAL:
  case HIR_ASK:
  case HIR_TIMER:
  case HIR_BROADCAST:
    maybe(e->send.target, visit, cx);
    each(&e->send.args, visit, cx);
    maybe(e->kind == HIR_TIMER ? e->send.delay : NULL, visit, cx);
    maybe(e->kind == HIR_BROADCAST ? e->send.fanout : NULL, visit, cx);
    return;
  case HIR_TOPOLOGY:
    maybe(e->topology.object, visit, cx);
    each(&e->topology.args, visit, cx);
    return;
  case HIR_AWAIT:
    visit(cx, e->await_.future);
    maybe(e->await_.within, visit, cx);
    return;
  case HIR_QUORUM: each_of_quorum(e, visit, cx); return;
  }
}

bool hir_is_literal(const hir_expr *e) {
  return e->kind == HIR_INT || e->kind == HIR_FLOAT || e->kind == HIR_BOOL || e->kind == HIR_STR ||
         e->kind == HIR_NONE || e->kind == HIR_UNIT;
}
