// check_circles.c — agents that wait for each other in a circle, as far as a topology's own wiring shows it: a warning.
// Owns:     nothing.
// Method:   node a was given node b as its argument x, and a behaviour of a awaits x.f(…), itself or in a `fn` of its agent: then
//           a may wait for b. From there on it is known what of b runs, so what follows is what f awaits. A way back to a is a circle,
//           whatever is asked of it: while it waits it answers nothing.
// Does not: look at groups, of whose members it is not known which one is meant, nor at agents that are told each other later:
//           these are found when they run (runtime/src/actor/wait_walk.c).
#include <string.h>

#include "hir/hir_walk.h"
#include "sema/check.h"
#include "sema/check_topology.h"

typedef struct asked { // await self.FIELD.FN(…)
  uint32_t field;
  const hir_fn *fn;
  span at;
} asked;
typedef VEC(asked) asked_list;

typedef struct fn_list {
  const struct fn_list *next;
  const hir_fn *fn;
} fn_list;

typedef struct finder { // what a behaviour awaits
  sema *s;
  const hir_fn *fn;
  const fn_list **seen; // `fn`s of the agent
  asked_list *found;
} finder;

typedef struct step { // a node that waits in a behaviour, and why it does that
  const struct step *before;
  uint32_t part;
  const hir_fn *fn;
  span at; // its await
} step;

typedef struct visited {
  uint32_t part;
  const hir_fn *fn;
} visited;

typedef struct search {
  sema *s;
  const decl_info *d;
  uint32_t start;
  VEC(visited) been;
  bool *told; // by part: it is in a circle that has been reported
} search;

static const hir_expr *unwrapped(const hir_expr *e) {
  while (e->kind == HIR_SHARE || e->kind == HIR_FREEZE) e = e->unary.e;
  return e->kind == HIR_INTERFACE ? unwrapped(e->interface.e) : e;
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

static void look(void *cx, const hir_expr *e) {
  finder *f = cx;
  if (e->kind == HIR_AWAIT) {
    const hir_expr *asks = e->await_.future;
    if (asks->kind == HIR_LOCAL && asks->local.var->init) asks = asks->local.var->init;
    const hir_expr *to = asks->kind == HIR_ASK ? unwrapped(asks->send.target) : NULL;
    if (to && to->kind == HIR_FIELD && is_self(to->member.object, f->fn) &&
        to->member.index < f->fn->owner->header_count)
      VEC_PUSH(f->s->a, f->found, (asked){.field = to->member.index, .fn = asks->send.fn, .at = e->span});
  }
  if (e->kind == HIR_CALL && e->call.receiver && e->call.fn->owner == f->fn->owner && e->call.fn->body &&
      is_self(e->call.receiver, f->fn) && !seen_before(f, e->call.fn)) {
    finder inner = {.s = f->s, .fn = e->call.fn, .seen = f->seen, .found = f->found};
    look(&inner, e->call.fn->body);
  }
  hir_each_child(e, look, cx);
}

// ---- wiring ------------------------------------------------------------------------------------------------------

typedef struct init_finder {
  uint32_t part;
  const hir_expr *init;
} init_finder;

static void find_init(void *cx, const hir_expr *e) {
  init_finder *f = cx;
  if (e->kind == HIR_TOPOLOGY && e->topology.op == TOPOLOGY_INIT && e->topology.index == f->part) f->init = e;
  if (!f->init) hir_each_child(e, find_init, cx);
}

// The node that `part` was given as its argument `field`. False: it is something else.
static bool wired(const hir_topology *t, uint32_t part, uint32_t field, uint32_t *out) {
  init_finder f = {.part = part};
  if (t->parts[part].fill && t->parts[part].fill->body) find_init(&f, t->parts[part].fill->body);
  if (!f.init || field + 1 >= f.init->topology.args.count) return false;
  const hir_expr *e = unwrapped(f.init->topology.args.items[field + 1]);
  if (e->kind != HIR_TOPOLOGY || e->topology.op != TOPOLOGY_NODE) return false;
  *out = e->topology.index;
  return *out < t->part_count && t->parts[*out].decl && t->parts[*out].decl->kind == DECL_AGENT;
}

// Asked through an interface, or not.
static const hir_fn *behaviour_of(const hir_decl *agent, const hir_fn *fn) {
  for (uint32_t i = 0; i < agent->behaviour_count; i++)
    if (agent->behaviours[i] == fn || strcmp(agent->behaviours[i]->name, fn->name) == 0) return agent->behaviours[i];
  return NULL;
}

// ---- circles -----------------------------------------------------------------------------------------------------

// In the order in which they come to wait, but for the first.
static void note_steps(search *k, diag *e, const step *x, uint32_t to) {
  const hir_node *parts = k->d->hir.topology->parts;
  k->told[x->part] = true;
  if (!x->before) return;
  note_steps(k, e, x->before, x->part);
  diag_note(e, x->at, "here `%s`, in `%s`, waits for `%s`", parts[x->part].name, x->fn->name, parts[to].name);
}

static void report(search *k, const step *last) {
  const hir_topology *t = k->d->hir.topology;
  const step *first = last;
  while (first->before) first = first->before;
  const char *name = t->parts[first->part].name;
  diag *e;
  if (first == last) {
    e = warning_at(k->s, E0611, first->at, "`%s` of `%s` waits for itself here, and would for ever", name,
                   k->d->hir.name);
  } else {
    e = warning_at(k->s, E0611, first->at, "`%s` of `%s` waits here for one that waits for it, and would for ever",
                   name, k->d->hir.name);
  }
  note_steps(k, e, last, k->start);
  diag_note(e, t->parts[first->part].span, "they are wired here");
  diag_help(e, "let one of them `signal`, and be answered by a `signal`");
}

static bool follow(search *k, uint32_t part, const hir_fn *fn, const step *before) {
  const hir_topology *t = k->d->hir.topology;
  for (uint32_t i = 0; i < k->been.count; i++)
    if (k->been.items[i].part == part && k->been.items[i].fn == fn) return false;
  VEC_PUSH(k->s->a, &k->been, (visited){.part = part, .fn = fn});
  asked_list all = {0};
  const fn_list *seen = NULL;
  finder f = {.s = k->s, .fn = fn, .seen = &seen, .found = &all};
  if (fn->body) look(&f, fn->body);
  for (uint32_t i = 0; i < all.count; i++) {
    uint32_t to;
    if (!wired(t, part, all.items[i].field, &to)) continue;
    step here = {.before = before, .part = part, .fn = fn, .at = all.items[i].at};
    const hir_fn *next = behaviour_of(t->parts[to].decl, all.items[i].fn);
    if (to == k->start) report(k, &here);
    if (to == k->start || (next && follow(k, to, next, &here))) return true;
  }
  return false;
}

void circles_check(sema *s, const decl_info *d) {
  const hir_topology *t = d->hir.topology;
  search k = {.s = s, .d = d, .told = ARENA_ARRAY(s->a, bool, t->part_count + 1)};
  for (uint32_t i = 0; i < t->part_count; i++) k.told[i] = false;
  for (uint32_t i = 0; i < t->part_count; i++) {
    const hir_decl *agent = t->parts[i].decl;
    if (t->parts[i].is_group || !agent || agent->kind != DECL_AGENT) continue;
    k.start = i;
    k.been.count = 0;
    for (uint32_t b = 0; b < agent->behaviour_count && !k.told[i]; b++) (void)follow(&k, i, agent->behaviours[b], NULL);
  }
}
