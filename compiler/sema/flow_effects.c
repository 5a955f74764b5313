// flow_effects.c — places, and which calls may take an iso out of the object that keeps it.
// Why:      `self.buf.write(self.refresh())` looks at the iso in `buf`, then calls a function that could swap it away and send it.
//           A receiver is in use for the whole call, so that must be found, in all functions that are called from there.
#include "hir/hir_walk.h"
#include "sema/flow_state.h"

// ---- places ------------------------------------------------------------------------------------------------------------
static const type *part_as_declared(const hir_expr *place) {
  switch ((int)place->kind) {
  case HIR_FIELD: {
    const type *object = place->member.object->type;
    return object->decl->fields[place->member.index].type;
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
  const type *t = part_as_declared(place);
  return t && type_holds_iso(f->types, t);
}

const hir_var *flow_place_root(flow *f, const hir_expr *place, bool *inside) {
  *inside = false;
  for (;;) {
    switch ((int)place->kind) {
    case HIR_LOCAL: return place->local.var;
    case HIR_FIELD:
    case HIR_ELEM:
      // A capture is never taken out of its closure.
      *inside |= !(place->member.object->type->decl && place->member.object->type->decl->is_closure) &&
                 flow_place_holds_iso(f, place);
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
  if (call->call.fn->receiver != CAP_REF) return false;
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
  if (e->kind == HIR_FOR && type_holds_iso(s->f->types, e->for_.pat->type)) s->found = true; // it drains
  if (e->kind == HIR_CALL_VALUE) s->found = true;                                            // whatever it does
  if (e->kind == HIR_CALL) {
    if (e->call.fn->kind == FN_ABSTRACT) s->found = true; // whatever it does
    else if (!e->call.fn->body) {
      s->found |= native_disturbs(s->f, e);
    } else if (!map_has(&s->f->effects, e->call.fn)) {
      map_put(&s->f->effects, e->call.fn, (void *)1);
      VEC_PUSH(s->f->arena, &s->todo, e->call.fn);
    }
  }
  hir_each_child(e, search_expr, s);
}

enum { EFFECT_NONE = 1, EFFECT_DISTURBS = 2 };

bool flow_call_disturbs(flow *f, const hir_expr *call) {
  const hir_fn *fn = call->call.fn;
  if (!fn) return true; // a function value: it may do anything
  if (fn && fn->kind == FN_ABSTRACT) return true;
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
