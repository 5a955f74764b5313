// asked.c — see asked.h.
#include "sema/asked.h"

#include "agent/abi.h"
#include "hir/hir_walk.h"

typedef struct binding { // a name for an agent that was looked at
  const hir_var *var;
  asked who;
} binding;
typedef VEC(binding) binding_list;

typedef struct fn_list {
  const struct fn_list *next;
  const hir_fn *fn;
} fn_list;

typedef struct finder {
  sema *s;
  const hir_fn *fn;
  const fn_list **seen; // `fn`s of the agent
  asked_list *found;
  binding_list *bound;
} finder;

const hir_expr *asked_unwrapped(const hir_expr *e) {
  while (e->kind == HIR_SHARE || e->kind == HIR_FREEZE || e->kind == HIR_SOME) e = e->unary.e;
  return e->kind == HIR_INTERFACE ? asked_unwrapped(e->interface.e) : e;
}

static bool is_self(const hir_expr *e, const hir_fn *fn) { return e->kind == HIR_LOCAL && e->local.var == fn->self; }

static bool seen_before(finder *f, const hir_fn *fn) {
  for (const fn_list *k = *f->seen; k; k = k->next)
    if (k->fn == fn) return true;
  fn_list *k = ARENA_NEW(f->s->a, fn_list);
  *k = (fn_list){.next = *f->seen, .fn = fn};
  *f->seen = k;
  return false;
}

// ---- who it is -----------------------------------------------------------------------------------------------------

// Those of a group, or one.
static asked picked(asked who, asked_pick pick) {
  who.pick = pick;
  return who;
}

static asked who_is(finder *f, const hir_expr *e) {
  e = asked_unwrapped(e);
  if (e->kind == HIR_TOPOLOGY && (e->topology.op == TOPOLOGY_NEIGHBOR || e->topology.op == TOPOLOGY_NEIGHBORS))
    return (asked){.kind = ASKED_WORD,
                   .index = e->topology.index,
                   .pick = e->topology.op == TOPOLOGY_NEIGHBOR ? PICK_IT : PICK_EACH};
  if (e->kind == HIR_FIELD && is_self(e->member.object, f->fn))
    return (asked){
        .kind = ASKED_FIELD, .index = e->member.index, .pick = type_array_elem(e->type) ? PICK_EACH : PICK_IT};
  if (e->kind == HIR_INDEX) return picked(who_is(f, e->binary.a), PICK_ONE);
  if (e->kind != HIR_LOCAL || e->local.var->is_var) return (asked){.kind = ASKED_NOBODY};
  for (uint32_t i = 0; i < f->bound->count; i++)
    if (f->bound->items[i].var == e->local.var) return f->bound->items[i].who;
  return e->local.var->init ? who_is(f, e->local.var->init) : (asked){.kind = ASKED_NOBODY};
}

static void bind_var(finder *f, const hir_var *var, asked who) {
  VEC_PUSH(f->s->a, f->bound, (binding){.var = var, .who = who});
}

// `if let p = parent`, `match parent { … }`, `for c in children`.
static void bind_pattern(finder *f, const hir_pat *p, asked who) {
  while (p->kind == PAT_SOME) p = p->subs[0];
  bind_var(f, p->var, who); // NULL: it binds nothing
}

static void bind_names(finder *f, const hir_expr *e) {
  switch ((int)e->kind) {
  case HIR_FOR: bind_pattern(f, e->for_.pat, who_is(f, e->for_.iter)); return;
  case HIR_IS: bind_pattern(f, e->is.pat, who_is(f, e->is.e)); return;
  case HIR_OPT_CHAIN: bind_var(f, e->chain.var, who_is(f, e->chain.subject)); return;
  case HIR_MATCH:
    for (uint32_t i = 0; i < e->match.count; i++) bind_pattern(f, e->match.arms[i].pat, who_is(f, e->match.subject));
    return;
  default: return;
  }
}

// ---- what is asked -------------------------------------------------------------------------------------------------

static void add(finder *f, asked who, const hir_fn *fn, span at) {
  who.fn = fn;
  who.at = at;
  VEC_PUSH(f->s->a, f->found, who);
}

static void look(void *cx, const hir_expr *e);

static void look_into(finder *f, const hir_expr *call) {
  const hir_fn *fn = call->call.fn;
  if (fn->owner != f->fn->owner || seen_before(f, fn)) return;
  finder inner = {.s = f->s, .fn = fn, .seen = f->seen, .found = f->found, .bound = f->bound};
  look(&inner, fn->body);
}

static void look(void *cx, const hir_expr *e) {
  finder *f = cx;
  bind_names(f, e);
  if (e->kind == HIR_AWAIT) {
    const hir_expr *asks = e->await_.future;
    if (asks->kind == HIR_LOCAL && asks->local.var->init) asks = asks->local.var->init;
    if (asks->kind == HIR_ASK) add(f, who_is(f, asks->send.target), asks->send.fn, e->span);
  }
  if (e->kind == HIR_QUORUM && !e->quorum.within) {
    bool all = e->quorum.need_kind == AG_QUORUM_ALL;
    add(f, picked(who_is(f, e->quorum.group), all ? PICK_EACH : PICK_SOME), e->quorum.fn, e->span);
  }
  if (e->kind == HIR_CALL) look_into(f, e);
  hir_each_child(e, look, cx);
}

void asked_by(sema *s, const hir_fn *fn, asked_list *out) {
  const fn_list *seen = NULL;
  binding_list bound = {0};
  finder f = {.s = s, .fn = fn, .seen = &seen, .found = out, .bound = &bound};
  look(&f, fn->body);
}
