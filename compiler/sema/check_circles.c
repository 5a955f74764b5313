// check_circles.c — agents that wait for each other in a circle, as far as a topology's own wiring shows it: a warning.
// Owns:     nothing.
// Method:   a behaviour of an agent awaits another one: one that it was given as an argument, or sees in a shape (asked.c). From
//           there on it is known what that one runs, so what follows is what that awaits. A way back to the first is a circle, whatever
//           is asked of it: while it waits it answers nothing.
//           Of a group it must be certain that the way leads back to the same member: to each of a group that it belongs to (`for`,
//           `quorum all`), from a child to its parent, from the parent to all its children, from a neighbour to all of its neighbours,
//           or on and on to the next one in a ring, which comes round. So a member that is picked by an index, or a quorum that
//           the others may reach, is none.
// Does not: look at agents that are told each other later: these are found when they run (runtime/src/actor/wait_walk.c).
#include <string.h>

#include "agent/abi.h"
#include "hir/hir_walk.h"
#include "sema/asked.h"
#include "sema/check_topology.h"

// Who it is among the members of its part, seen from the first.
typedef enum whereabouts { FIRST, AFTER, CHILD, PARENT, NEAR, ANY } whereabouts;

typedef struct step { // an agent that waits in a behaviour, and why it does that
  const struct step *before;
  uint32_t part;
  whereabouts where;
  const hir_fn *fn;
  bool to_next; // for the next one in its ring
  span at;      // its await
} step;

typedef struct visited {
  uint32_t part;
  whereabouts where;
  const hir_fn *fn;
} visited;

typedef struct search {
  sema *s;
  const decl_info *d;
  uint32_t start;
  VEC(visited) been;
  bool *told; // by part: it is in a circle that has been reported
} search;

typedef struct target {
  uint32_t part;
  whereabouts where;
  bool is_first; // it is the first, or that is among them
} target;
typedef VEC(target) target_list;

static const hir_topology *topology_of(const search *k) { return k->d->hir.topology; }
static bool is_agent(const hir_node *part) { return part->decl && part->decl->kind == DECL_AGENT; }

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

static void add(search *k, target_list *out, uint32_t part, whereabouts where, bool is_first) {
  const hir_topology *t = topology_of(k);
  if (part >= t->part_count || !is_agent(&t->parts[part])) return;
  if (!t->parts[part].is_group) is_first = part == k->start;
  VEC_PUSH(k->s->a, out, (target){.part = part, .where = where, .is_first = is_first});
}

// Members of a part, or the node; the first may be one of them.
static void add_part(search *k, target_list *out, uint32_t part, asked_pick pick) {
  add(k, out, part, ANY, part == k->start && pick == PICK_EACH);
}

// The node or group that `part` was given as its argument `field`.
static void given(search *k, uint32_t part, const asked *a, target_list *out) {
  const hir_topology *t = topology_of(k);
  init_finder f = {.part = part};
  if (t->parts[part].fill && t->parts[part].fill->body) find_init(&f, t->parts[part].fill->body);
  if (!f.init || a->index + 1 >= f.init->topology.args.count) return;
  const hir_expr *e = asked_unwrapped(f.init->topology.args.items[a->index + 1]);
  asked_pick pick = a->pick;
  if (e->kind == HIR_INDEX) {
    pick = PICK_ONE;
    e = asked_unwrapped(e->binary.a);
  }
  if (e->kind == HIR_TOPOLOGY && (e->topology.op == TOPOLOGY_NODE || e->topology.op == TOPOLOGY_MEMBERS))
    add_part(k, out, e->topology.index, pick);
}

// ---- shapes ------------------------------------------------------------------------------------------------------

static void seen_next(search *k, const step *x, target_list *out) {
  const hir_node *p = &topology_of(k)->parts[x->part];
  bool alone = !p->is_group || p->size == 1;
  add(k, out, x->part, x->where == FIRST || x->where == AFTER ? AFTER : ANY, alone && x->where == FIRST);
}

static void seen_children(search *k, const step *x, asked_pick pick, target_list *out) {
  bool each = pick == PICK_EACH;
  add(k, out, x->part, x->where == FIRST ? CHILD : ANY, each && (x->where == PARENT || x->where == NEAR));
}

static void seen_parent(search *k, const step *x, target_list *out) {
  add(k, out, x->part, x->where == FIRST ? PARENT : ANY, x->where == CHILD || x->where == NEAR);
}

// All others, or parent and children.
static void seen_around(search *k, const step *x, asked_pick pick, target_list *out) {
  bool each = pick == PICK_EACH, near = x->where == NEAR || x->where == CHILD || x->where == PARENT;
  add(k, out, x->part, x->where == FIRST && each ? NEAR : ANY, each && near);
}

static void seen_in(search *k, const step *x, const hir_shape *shape, uint32_t word, asked_pick pick,
                    target_list *out) {
  bool any = word == AG_WORD_NEIGHBORS, joined = shape->part == x->part;
  switch (shape->kind) {
  case SHAPE_MESH:
    if (joined && (any || word == AG_WORD_MESH_NEIGHBORS)) seen_around(k, x, pick, out);
    return;
  case SHAPE_RING:
    if (joined && (any || word == AG_WORD_RING_NEIGHBORS || word == AG_WORD_NEXT)) seen_next(k, x, out);
    return;
  case SHAPE_STAR:
    any |= word == AG_WORD_STAR_NEIGHBORS;
    if (joined && (any || word == AG_WORD_HUB)) add_part(k, out, shape->hub, PICK_IT);
    if (shape->hub == x->part && (any || word == AG_WORD_SPOKES)) add_part(k, out, shape->part, pick);
    return;
  case SHAPE_TREE:
    if (!joined) return;
    if (any || word == AG_WORD_TREE_NEIGHBORS) seen_around(k, x, pick, out);
    if (word == AG_WORD_CHILDREN) seen_children(k, x, pick, out);
    if (word == AG_WORD_PARENT) seen_parent(k, x, out);
    return;
  case SHAPE_KINDS: return;
  }
}

static bool asks_next(const asked *a) {
  return a->kind == ASKED_WORD &&
         (a->index == AG_WORD_NEXT || a->index == AG_WORD_RING_NEIGHBORS || a->index == AG_WORD_NEIGHBORS);
}

static void targets_of(search *k, const step *x, const asked *a, target_list *out) {
  const hir_topology *t = topology_of(k);
  if (a->kind == ASKED_FIELD) given(k, x->part, a, out);
  for (uint32_t i = 0; a->kind == ASKED_WORD && i < t->shape_count; i++)
    seen_in(k, x, &t->shapes[i], a->index, a->pick, out);
}

// Asked through an interface, or not.
static const hir_fn *behaviour_of(const hir_decl *agent, const hir_fn *fn) {
  for (uint32_t i = 0; i < agent->behaviour_count; i++)
    if (agent->behaviours[i] == fn || strcmp(agent->behaviours[i]->name, fn->name) == 0) return agent->behaviours[i];
  return NULL;
}

// ---- circles -----------------------------------------------------------------------------------------------------

static const char *called(const search *k, uint32_t part) {
  const hir_node *p = &topology_of(k)->parts[part];
  return arena_printf(k->s->a, p->is_group ? "a member of `%s`" : "`%s`", p->name);
}

// In the order in which they come to wait, but for the first.
static void note_steps(search *k, diag *e, const step *x, uint32_t to) {
  k->told[x->part] = true;
  if (!x->before) return;
  note_steps(k, e, x->before, x->part);
  diag_note(e, x->at, "here %s, in `%s`, waits for %s", called(k, x->part), x->fn->name, called(k, to));
}

static void report(search *k, const step *last) {
  const hir_node *parts = topology_of(k)->parts;
  const step *first = last;
  while (first->before) first = first->before;
  const hir_node *p = &parts[first->part];
  const char *name = called(k, first->part), *topology = k->d->hir.name;
  static const char *const texts[] = {"%s of `%s` waits here for one that waits for it, and would for ever",
                                      "%s of `%s` waits for itself here, and would for ever",
                                      "%s of `%s` waits here for its own group, itself too, and would for ever",
                                      "%s of `%s` waits here for the next one, as that does, round to itself for ever"};
  int text = first != last ? 0 : !p->is_group || p->size == 1 ? 1 : first->to_next ? 3 : 2;
  diag *e = warning_at(k->s, E0611, first->at, texts[text], name, topology);
  note_steps(k, e, last, k->start);
  diag_note(e, p->span, "they are wired here");
  diag_help(e, "let one of them `signal`, and be answered by a `signal`");
}

// A way from a behaviour to itself, always to the next one in the ring, comes round to the first.
static bool comes_round(const step *last, const hir_fn *next) {
  for (const step *x = last; x && x->to_next; x = x->before)
    if (x->fn == next) return true;
  return false;
}

static bool follow(search *k, const target *at, const hir_fn *fn, const step *before);

static bool go_to(search *k, step *here, const asked *a, const target *to) {
  const hir_fn *next = behaviour_of(topology_of(k)->parts[to->part].decl, a->fn);
  here->to_next = asks_next(a) && to->where == AFTER;
  if (to->is_first || (here->to_next && next && comes_round(here, next))) {
    report(k, here);
    return true;
  }
  return next && follow(k, to, next, here);
}

static bool follow(search *k, const target *at, const hir_fn *fn, const step *before) {
  for (uint32_t i = 0; i < k->been.count; i++) {
    const visited *v = &k->been.items[i];
    if (v->part == at->part && v->where == at->where && v->fn == fn) return false;
  }
  VEC_PUSH(k->s->a, &k->been, (visited){.part = at->part, .where = at->where, .fn = fn});
  asked_list all = {0};
  asked_by(k->s, fn, &all);
  for (uint32_t i = 0; i < all.count; i++) {
    step here = {.before = before, .part = at->part, .where = at->where, .fn = fn, .at = all.items[i].at};
    target_list to = {0};
    targets_of(k, &here, &all.items[i], &to);
    for (uint32_t t = 0; t < to.count; t++)
      if (go_to(k, &here, &all.items[i], &to.items[t])) return true;
  }
  return false;
}

void circles_check(sema *s, const decl_info *d) {
  const hir_topology *t = d->hir.topology;
  search k = {.s = s, .d = d, .told = ARENA_ARRAY(s->a, bool, t->part_count + 1)};
  for (uint32_t i = 0; i < t->part_count; i++) k.told[i] = false;
  for (uint32_t i = 0; i < t->part_count; i++) {
    const hir_decl *agent = t->parts[i].decl;
    if (!is_agent(&t->parts[i])) continue;
    k.start = i;
    for (uint32_t b = 0; b < agent->behaviour_count && !k.told[i]; b++) {
      k.been.count = 0;
      (void)follow(&k, &(target){.part = i, .where = FIRST}, agent->behaviours[b], NULL);
    }
  }
}
