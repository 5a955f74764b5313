// flow_effects.c — walking over expressions, places, and which calls may take an iso out of the object that keeps it.
// Why:      `self.buf.write(self.refresh())` looks at the iso in `buf`, then calls a function that could swap it away and send it.
//           A receiver is in use for the whole call, so that must be found, in all functions that are called from there.
#include "sema/flow_state.h"

static void each(const hir_list *list, flow_child_fn *visit, void *cx) {
  for (uint32_t i = 0; i < list->count; i++) visit(cx, list->items[i]);
}

static void maybe(const hir_expr *e, flow_child_fn *visit, void *cx) {
  if (e) visit(cx, e);
}

static void each_arm(const hir_expr *e, flow_child_fn *visit, void *cx) {
  visit(cx, e->match.subject);
  for (uint32_t i = 0; i < e->match.count; i++) {
    maybe(e->match.arms[i].guard, visit, cx);
    visit(cx, e->match.arms[i].body);
  }
}

static void each_of_quorum(const hir_expr *e, flow_child_fn *visit, void *cx) {
  maybe(e->quorum.need, visit, cx);
  maybe(e->quorum.group, visit, cx);
  each(&e->quorum.args, visit, cx);
  maybe(e->quorum.where, visit, cx);
  maybe(e->quorum.within, visit, cx);
}

// In order of evaluation.
void flow_each_child(const hir_expr *e, flow_child_fn *visit, void *cx) {
  switch (e->kind) {
  case HIR_ERROR:
  case HIR_INT:
  case HIR_FLOAT:
  case HIR_BOOL:
  case HIR_STR:
  case HIR_NONE:
  case HIR_UNIT:
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
  case HIR_INDEX:
  case HIR_BINARY:
  case HIR_SAME:
  case HIR_ELSE:
  case HIR_SHARD:
    visit(cx, e->binary.a);
    visit(cx, e->binary.b);
    return;
  case HIR_CALL:
    maybe(e->call.receiver, visit, cx);
    each(&e->call.args, visit, cx);
    return;
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
    maybe(e->send.target, visit, cx);
    each(&e->send.args, visit, cx);
    maybe(e->kind == HIR_TIMER ? e->send.delay : NULL, visit, cx);
    return;
  case HIR_AWAIT:
    visit(cx, e->await_.future);
    maybe(e->await_.within, visit, cx);
    return;
  case HIR_QUORUM: each_of_quorum(e, visit, cx); return;
  }
}

// ---- places ------------------------------------------------------------------------------------------------------------

static const type *part_as_declared(flow *f, const hir_expr *place) {
  switch ((int)place->kind) {
  case HIR_FIELD: {
    const type *object = place->member.object->type;
    if (!object->decl || place->member.index >= object->decl->field_count) return NULL;
    return type_field(f->types, object, &object->decl->fields[place->member.index]);
  }
  case HIR_ELEM: {
    const type *tuple = place->member.object->type;
    return tuple->kind == TY_TUPLE && place->member.index < tuple->arg_count ? tuple->args[place->member.index] : NULL;
  }
  case HIR_INDEX: {
    const type *whole = place->binary.a->type;
    return whole->arg_count ? whole->args[whole->arg_count - 1] : NULL;
  }
  default: return NULL;
  }
}

bool flow_place_holds_iso(flow *f, const hir_expr *place) {
  const type *t = part_as_declared(f, place);
  return t && type_holds_iso(f->types, t);
}

const hir_var *flow_place_root(flow *f, const hir_expr *place, bool *inside) {
  *inside = false;
  for (;;) {
    switch ((int)place->kind) {
    case HIR_LOCAL: return place->local.var;
    case HIR_FIELD:
    case HIR_ELEM:
      *inside |= flow_place_holds_iso(f, place);
      place = place->member.object;
      break;
    case HIR_INDEX:
      *inside |= flow_place_holds_iso(f, place);
      place = place->binary.a;
      break;
    default: return NULL;
    }
  }
}

// ---- functions that take isos out of objects -----------------------------------------------------------------------------

typedef struct search {
  flow *f;
  VEC(const hir_fn *) todo;
  bool found;
} search;

static bool native_disturbs(flow *f, const hir_expr *call) {
  if (call->call.fn->receiver != CAP_REF || !call->call.receiver) return false;
  const type *object = call->call.receiver->type;
  for (uint32_t i = 0; i < object->arg_count; i++)
    if (type_holds_iso(f->types, object->args[i])) return true;
  return false;
}

static void search_expr(void *cx, const hir_expr *e) {
  search *s = cx;
  if (s->found) return;
  if ((e->kind == HIR_SWAP || e->kind == HIR_TAKE || e->kind == HIR_ASSIGN) &&
      flow_place_holds_iso(s->f, e->assign.place))
    s->found = true;
  if (e->kind == HIR_FOR && e->for_.kind == FOR_ARRAY_DRAIN && type_holds_iso(s->f->types, e->for_.pat->type))
    s->found = true;
  if (e->kind == HIR_CALL) {
    if (!e->call.fn->body) {
      s->found |= native_disturbs(s->f, e);
    } else if (!map_has(&s->f->effects, e->call.fn)) {
      map_put(&s->f->effects, e->call.fn, (void *)1);
      VEC_PUSH(s->f->arena, &s->todo, e->call.fn);
    }
  }
  flow_each_child(e, search_expr, s);
}

enum { EFFECT_NONE = 1, EFFECT_DISTURBS = 2 };

bool flow_call_disturbs(flow *f, const hir_expr *call) {
  const hir_fn *fn = call->call.fn;
  if (!fn->body) return native_disturbs(f, call);
  uintptr_t known = (uintptr_t)map_get(&f->effects, fn);
  if (known) return known == EFFECT_DISTURBS;
  search s = {.f = f};
  map saved = f->effects;
  map_init(&f->effects, f->arena); // the functions of this search; kept if none of them disturbs
  for (uint32_t i = 0; i < saved.count; i++) {
    if ((uintptr_t)saved.entries[i].value == EFFECT_NONE)
      map_put(&f->effects, saved.entries[i].key, (void *)EFFECT_NONE);
  }
  map_put(&f->effects, fn, (void *)EFFECT_NONE);
  VEC_PUSH(f->arena, &s.todo, fn);
  for (uint32_t i = 0; i < s.todo.count && !s.found; i++) search_expr(&s, s.todo.items[i]->body);
  if (s.found) {
    f->effects = saved;
    map_put(&f->effects, fn, (void *)EFFECT_DISTURBS);
  }
  return s.found;
}
