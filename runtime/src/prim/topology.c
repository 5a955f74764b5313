// topology.c — making topologies, asking them, changing them.
// Owns:     cores; the lists of members in them.
// Promises: no agent of a topology runs before all are wired, the inner topologies too; one that could not be finished never
//           runs. Whoever changes a group replaces its list, so that a list once read stays as it is. Each change is one step
//           for everybody who asks afterwards.
// Does not: make the tables of neighbours (prim/shape.c); decide what becomes of failures (prim/supervise.c).
// Tested by: tests/runtime/unit/topology_test.c, tests/runtime/stress/topology_test.c
#include "prim/topology.h"

#include <stdio.h>

#include "actor/mailbox.h"
#include "mem/heap.h"
#include "prim/island.h"
#include "prim/supervise.h"

struct agi_growth {
  agi_growth *next;
  uint32_t part;
  int64_t first, count;
  ag_array *members; // agents that have not started; handles are added to it as they are put
};

static const ag_part_type *part_type(const agi_core *core, uint32_t part) { return &core->type->parts[part]; }
static ag_agent *agent_at(const ag_array *list, int64_t i) { return ((ag_agent **)list->data)[i]; }
static ag_topology *topology_at(const ag_array *list, int64_t i) { return ((ag_topology **)list->data)[i]; }

// ---- lists -------------------------------------------------------------------------------------------------------

static ag_array *list_new(ag_cx *cx, const ag_part_type *p, int64_t capacity) {
  ag_array *list = ag_array_new(cx, capacity, p->elem);
  ag_freeze(&list->h);
  return list;
}

// The first n of `a`, then all of `b`.
static ag_array *list_joined(ag_cx *cx, const ag_part_type *p, const ag_array *a, int64_t n, const ag_array *b) {
  ag_array *list = list_new(cx, p, n + (b ? b->size : 0));
  ag_obj **to = list->data;
  for (int64_t i = 0; i < n; i++) ag_retain(to[list->size++] = ((ag_obj **)a->data)[i]);
  for (int64_t i = 0; b && i < b->size; i++) ag_retain(to[list->size++] = ((ag_obj **)b->data)[i]);
  return list;
}

ag_array *agi_part_members(agi_core *core, uint32_t part) {
  agi_spin_lock(&core->lock);
  ag_array *list = core->parts[part].members;
  ag_retain(list);
  agi_spin_unlock(&core->lock);
  return list;
}

// Under the lock; the caller releases what it gets.
static ag_array *list_replace(agi_core *core, uint32_t part, ag_array *list) {
  ag_array *old = core->parts[part].members;
  core->parts[part].members = list;
  agi_store_release(&core->version, agi_load_relaxed(&core->version) + 1);
  return old;
}

// ---- numbers that are wrong --------------------------------------------------------------------------------------

static const char *shape_name(uint32_t kind) {
  static const char *const names[] = {
      [AG_SHAPE_MESH] = "mesh", [AG_SHAPE_RING] = "ring", [AG_SHAPE_STAR] = "star", [AG_SHAPE_TREE] = "tree"};
  return names[kind];
}

// Would `size` members be too few for what the part is in? Raises.
static bool too_few(ag_cx *cx, const agi_core *core, uint32_t part, int64_t size, const char *file, uint32_t line) {
  const ag_topology_type *t = core->type;
  char text[160];
  if (size < 0) {
    snprintf(text, sizeof text, "group `%.60s` of %lld", t->parts[part].name, (long long)size);
    ag_raise(cx, &ag_error_IndexOutOfRange, text, file, line);
    return true;
  }
  for (uint32_t i = 0; size == 0 && i < t->shape_count; i++) {
    if (t->shapes[i].part != part) continue;
    snprintf(text, sizeof text, "group `%.60s` is empty, and a %s needs a member", t->parts[part].name,
             shape_name(t->shapes[i].kind));
    ag_raise(cx, &ag_error_IndexOutOfRange, text, file, line);
    return true;
  }
  return false;
}

static bool too_many(ag_cx *cx, const ag_part_type *p, int64_t n, const char *file, uint32_t line) {
  int64_t size = p->agent ? p->agent->cls.size : (int64_t)sizeof(agi_core);
  if (n <= INT32_MAX && agi_plausible(n, size)) return false;
  ag_raise(cx, &ag_error_OutOfMemory, NULL, file, line);
  return true;
}

// ---- life --------------------------------------------------------------------------------------------------------

void ag_topology_begin(ag_cx *cx, ag_topology *t, const ag_topology_type *type) {
  agi_core *core = agi_alloc_zeroed(sizeof *core + type->part_count * sizeof *core->parts);
  core->type = type;
  core->numbers = agi_alloc_zeroed((type->number_count + 1) * sizeof *core->numbers);
  atomic_init(&core->holders, 1);
  for (uint32_t i = 0; i < type->part_count; i++) core->parts[i].members = list_new(cx, &type->parts[i], 0);
  t->core = core;
}

ag_topology *ag_topology_new(ag_cx *cx, const ag_topology_type *type) {
  ag_topology *t = ag_new(cx, &type->cls, -1);
  ag_topology_begin(cx, t, type);
  return t;
}

static void core_hold(agi_core *core) { agi_add_relaxed(&core->holders, 1); }

agi_core *agi_core_parent(agi_core *core) {
  agi_spin_lock(&core->lock);
  agi_core *parent = core->parent;
  int64_t n = parent ? agi_load_relaxed(&parent->holders) : 0;
  while (n > 0 && !agi_cas_weak_acq_rel(&parent->holders, &n, n + 1)) {}
  agi_spin_unlock(&core->lock);
  return n > 0 ? parent : NULL;
}

static void forget_parent(agi_core *core) {
  agi_spin_lock(&core->lock);
  core->parent = NULL;
  agi_spin_unlock(&core->lock);
}

// Topologies that are part of this one no more, from one on.
static void let_go(const ag_part_type *p, const ag_array *list, int64_t from) {
  for (int64_t i = from; p->topology && i < list->size; i++) forget_parent(agi_core_of(topology_at(list, i)));
}

static void growth_free(agi_worker *w, agi_growth *g) {
  ag_release(&w->cx, g->members);
  agi_free(g);
}

void agi_core_release(agi_worker *w, agi_core *core) {
  if (agi_sub_acq_rel(&core->holders, 1) != 1) return;
  for (uint32_t i = 0; i < core->type->part_count; i++) {
    ag_array *list = core->parts[i].members;
    let_go(part_type(core, i), list, 0);
    ag_release(&w->cx, list);
  }
  for (agi_growth *g = core->growths, *next; g; g = next) {
    next = g->next;
    growth_free(w, g);
  }
  agi_supervisor_drop(core);
  agi_free(core->numbers);
  agi_free(core);
}

// Agents that have never started never will.
static void abandon(agi_worker *w, const ag_part_type *p, ag_array *list) {
  for (int64_t i = 0; p->agent && i < list->size; i++) agi_agent_abandon(w, agi_agent_of(agent_at(list, i)));
  let_go(p, list, 0);
}

void ag_topology_drop(ag_cx *cx, void *t) {
  agi_worker *w = agi_worker_of(cx);
  agi_core *core = agi_core_of(t);
  if (!core) return;
  if (!core->started && !agi_ending(w)) { // it was given up: nobody else knows its agents' core
    for (uint32_t i = 0; i < core->type->part_count; i++) {
      ag_array *list = core->parts[i].members;
      core->parts[i].members = list_new(cx, part_type(core, i), 0);
      abandon(w, part_type(core, i), list);
      ag_release(cx, list);
    }
  }
  if (core->started && !core->gone && !agi_ending(w)) agi_island_loose(w, core);
  else agi_core_release(w, core);
}

void agi_core_clear(agi_worker *w, agi_core *core) {
  core->gone = true;
  for (uint32_t i = 0; i < core->type->part_count; i++) {
    ag_array *empty = list_new(&w->cx, part_type(core, i), 0);
    agi_spin_lock(&core->lock);
    agi_store_relaxed(&core->stopped, true);
    ag_array *list = list_replace(core, i, empty);
    agi_spin_unlock(&core->lock);
    ag_release(&w->cx, list);
  }
}

void agi_place_clear(agi_worker *w, agi_agent *a) {
  agi_place *p = a->place;
  for (uint32_t i = 0; p->tables && i < AG_WORDS; i++) ag_release_opt(&w->cx, p->tables[i]);
  agi_free(p->tables);
  p->tables = NULL;
  agi_ward_release(w, p->ward);
  p->ward = NULL;
}

void agi_place_drop(agi_worker *w, agi_agent *a) {
  agi_place *p = a->place;
  agi_place_clear(w, a);
  a->place = NULL;
  agi_core_release(w, p->core);
  agi_free(p);
}

// ---- making ------------------------------------------------------------------------------------------------------

void ag_topology_number(ag_cx *cx, ag_topology *t, uint32_t number, int64_t value, const char *file, uint32_t line) {
  agi_core_of(t)->numbers[number] = value;
  if (value >= 1) return;
  char text[100];
  snprintf(text, sizeof text, "%lld, where topology `%.40s` wants 1 or more", (long long)value,
           agi_core_of(t)->type->cls.name);
  ag_raise(cx, &ag_error_BadConversion, text, file, line);
}

static agi_agent *member_new(agi_worker *w, agi_core *core, uint32_t part, const ag_mailbox_options *mailbox) {
  const ag_part_type *p = part_type(core, part);
  agi_agent *a = agi_agent_new(w, p->agent, mailbox ? mailbox : p->mailbox);
  a->place = agi_alloc_zeroed(sizeof *a->place);
  a->place->core = core;
  a->place->part = part;
  core_hold(core);
  return a;
}

// Agents that do not run yet, at the end of `list`, which has room for them.
static void make_members(agi_worker *w, agi_core *core, uint32_t part, ag_array *list, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    agi_agent *a = member_new(w, core, part, NULL);
    a->place->index = (uint32_t)list->size;
    ((agi_agent **)list->data)[list->size++] = a;
  }
}

void ag_topology_group(ag_cx *cx, ag_topology *t, uint32_t part, ag_range indices, const char *file, uint32_t line) {
  agi_core *core = agi_core_of(t);
  const ag_part_type *p = part_type(core, part);
  int64_t n;
  if (__builtin_sub_overflow(indices.to, indices.from, &n)) n = indices.to < indices.from ? -1 : INT64_MAX;
  if (too_few(cx, core, part, n, file, line) || too_many(cx, p, n, file, line)) return;
  ag_array *list = list_new(cx, p, n);
  if (p->agent) make_members(agi_worker_of(cx), core, part, list, n);
  core->parts[part].first = indices.from;
  core->parts[part].next = indices.to;
  ag_release(cx, core->parts[part].members);
  core->parts[part].members = list;
}

// The list that takes the member with this index: that of the part, or of what it is to grow by. *first: its first index.
static ag_array *list_of(agi_core *core, uint32_t part, int64_t index, int64_t *first) {
  *first = core->parts[part].first;
  if (!core->started) return core->parts[part].members;
  agi_spin_lock(&core->lock);
  agi_growth *g = core->growths;
  while (g->part != part || index < g->first || index >= g->first + g->count) g = g->next;
  agi_spin_unlock(&core->lock);
  *first = g->first;
  return g->members;
}

void ag_topology_put(ag_cx *cx, ag_topology *t, uint32_t part, int64_t index, ag_topology *inner) {
  agi_core *core = agi_core_of(t), *child = agi_core_of(inner);
  int64_t first;
  ag_array *list = list_of(core, part, index, &first);
  child->parent = core;
  child->part = part;
  child->index = (uint32_t)list->size;
  ag_array_push(cx, list, &inner);
}

void ag_topology_init(ag_cx *cx, ag_topology *t, uint32_t part, int64_t index, ag_msg *init) {
  (void)cx;
  int64_t first;
  ag_array *list = list_of(agi_core_of(t), part, index, &first);
  agi_mailbox_first(agi_agent_of(agent_at(list, index - first)), init);
}

// All of them before any agent runs, or anybody else sees them: an inner topology may be used, and changed, at once.
static void mark_started(agi_core *core) {
  core->started = true;
  agi_supervisor_new(core);
  for (uint32_t i = 0; i < core->type->part_count; i++) {
    ag_array *list = core->parts[i].members;
    ag_retain(list);
    core->parts[i].starting = list;
    for (int64_t k = 0; part_type(core, i)->topology && k < list->size; k++)
      mark_started(agi_core_of(topology_at(list, k)));
  }
}

// Nobody has seen them, and nobody will: they are given up as if they had never been made.
static void unmark(ag_cx *cx, agi_core *core) {
  core->started = false;
  for (uint32_t i = 0; i < core->type->part_count; i++) {
    ag_array *list = core->parts[i].starting;
    core->parts[i].starting = NULL;
    for (int64_t k = 0; part_type(core, i)->topology && k < list->size; k++)
      unmark(cx, agi_core_of(topology_at(list, k)));
    ag_release(cx, list);
  }
}

static void start(agi_worker *w, agi_core *core);

static void start_agent(agi_worker *w, agi_agent *a) {
  agi_ward_new(w, a);
  agi_agent_ready(w, a);
}

static void start_members(agi_worker *w, const ag_part_type *p, const ag_array *list) {
  for (int64_t i = 0; i < list->size; i++) {
    if (p->agent) start_agent(w, agi_agent_of(agent_at(list, i)));
    else start(w, agi_core_of(topology_at(list, i)));
  }
}

static void start(agi_worker *w, agi_core *core) {
  for (uint32_t i = 0; i < core->type->part_count; i++) {
    ag_array *list = core->parts[i].starting;
    core->parts[i].starting = NULL;
    start_members(w, part_type(core, i), list);
    ag_release(&w->cx, list);
  }
}

void ag_topology_start(ag_cx *cx, ag_topology *t) {
  mark_started(agi_core_of(t));
  start(agi_worker_of(cx), agi_core_of(t));
}

// ---- asking ------------------------------------------------------------------------------------------------------

void *ag_topology_node(ag_cx *cx, ag_topology *t, uint32_t part) {
  (void)cx;
  ag_obj *node = ((ag_obj **)agi_core_of(t)->parts[part].members->data)[0]; // this list is never replaced
  ag_retain(node);
  return node;
}

ag_array *ag_topology_members(ag_cx *cx, ag_topology *t, uint32_t part) {
  (void)cx;
  return agi_part_members(agi_core_of(t), part);
}

// ---- growing and shrinking ---------------------------------------------------------------------------------------

static bool is_stopped(ag_cx *cx, const agi_core *core, const char *file, uint32_t line) {
  if (!agi_load_relaxed(&core->stopped)) return false;
  char text[100];
  snprintf(text, sizeof text, "topology `%.60s` has ended", core->type->cls.name);
  ag_raise(cx, &ag_error_AgentStopped, text, file, line);
  return true;
}

ag_range ag_topology_grow(ag_cx *cx, ag_topology *t, uint32_t part, int64_t n, const char *file, uint32_t line) {
  agi_core *core = agi_core_of(t);
  const ag_part_type *p = part_type(core, part);
  if (n < 0) {
    ag_raise_index(cx, n, INT32_MAX, file, line);
    return (ag_range){0, 0};
  }
  if (is_stopped(cx, core, file, line) || too_many(cx, p, n, file, line)) return (ag_range){0, 0};
  agi_growth *g = agi_alloc_zeroed(sizeof *g);
  *g = (agi_growth){.part = part, .count = n, .members = list_new(cx, p, n)};
  if (p->agent) make_members(agi_worker_of(cx), core, part, g->members, n);
  agi_spin_lock(&core->lock);
  g->first = core->parts[part].next;
  core->parts[part].next += n;
  g->next = core->growths;
  core->growths = g;
  agi_spin_unlock(&core->lock);
  return (ag_range){g->first, g->first + n};
}

// Under the lock. Taken out of the list; NULL: there is none.
static agi_growth *growth_take(agi_core *core, uint32_t part, ag_range indices) {
  agi_growth **link = &core->growths;
  int64_t n = indices.to - indices.from;
  while (*link && ((*link)->part != part || (*link)->first != indices.from || (*link)->count != n))
    link = &(*link)->next;
  agi_growth *g = *link;
  if (g) *link = g->next;
  return g;
}

// New members stand behind those that are there. False: the topology has been stopped meanwhile.
static bool add_members(agi_worker *w, agi_core *core, uint32_t part, ag_array *more) {
  const ag_part_type *p = part_type(core, part);
  for (;;) {
    ag_array *now = agi_part_members(core, part);
    ag_array *list = list_joined(&w->cx, p, now, now->size, more), *old = NULL;
    for (int64_t i = 0; i < more->size; i++) {
      uint32_t index = (uint32_t)(now->size + i);
      if (p->agent) agi_agent_of(agent_at(more, i))->place->index = index;
      else agi_core_of(topology_at(more, i))->index = index;
    }
    agi_spin_lock(&core->lock);
    bool stopped = agi_load_relaxed(&core->stopped), same = core->parts[part].members == now;
    if (same && !stopped) old = list_replace(core, part, list);
    agi_spin_unlock(&core->lock);
    ag_release(&w->cx, now);
    if (old) ag_release(&w->cx, old);
    else ag_release(&w->cx, list);
    if (old || stopped) return !stopped;
  }
}

void ag_topology_add(ag_cx *cx, ag_topology *t, uint32_t part, ag_range indices) {
  agi_worker *w = agi_worker_of(cx);
  agi_core *core = agi_core_of(t);
  agi_spin_lock(&core->lock);
  agi_growth *g = growth_take(core, part, indices);
  agi_spin_unlock(&core->lock);
  for (int64_t i = 0; part_type(core, part)->topology && i < g->members->size; i++)
    mark_started(agi_core_of(topology_at(g->members, i)));
  if (add_members(w, core, part, g->members)) {
    start_members(w, part_type(core, part), g->members);
  } else {
    for (int64_t i = 0; part_type(core, part)->topology && i < g->members->size; i++)
      unmark(cx, agi_core_of(topology_at(g->members, i)));
    abandon(w, part_type(core, part), g->members);
  }
  growth_free(w, g);
}

void ag_topology_discard(ag_cx *cx, ag_topology *t, uint32_t part, ag_range indices) {
  agi_worker *w = agi_worker_of(cx);
  agi_core *core = agi_core_of(t);
  agi_spin_lock(&core->lock);
  agi_growth *g = growth_take(core, part, indices);
  if (g && core->parts[part].next == indices.to) core->parts[part].next = indices.from; // nobody has come after
  agi_spin_unlock(&core->lock);
  if (!g) return;
  if (!agi_ending(w)) abandon(w, part_type(core, part), g->members);
  growth_free(w, g);
}

ag_agent *ag_topology_join(ag_cx *cx, ag_topology *t, uint32_t part, ag_msg *init, const ag_mailbox_options *mailbox,
                           const char *file, uint32_t line) {
  agi_worker *w = agi_worker_of(cx);
  agi_core *core = agi_core_of(t);
  bool stopped = is_stopped(cx, core, file, line);
  agi_agent *a = member_new(w, core, part, mailbox);
  agi_mailbox_first(a, init);
  ag_array *one = list_new(cx, part_type(core, part), 1);
  ((agi_agent **)one->data)[one->size++] = a;
  ag_retain(a);
  if (!stopped && add_members(w, core, part, one)) {
    agi_spin_lock(&core->lock);
    core->parts[part].next++;
    agi_spin_unlock(&core->lock);
    start_agent(w, a);
  } else {
    agi_agent_abandon(w, a);
    ag_release(cx, a);
    if (!stopped) (void)is_stopped(cx, core, file, line);
    a = NULL;
  }
  ag_release(cx, one);
  return (ag_agent *)a;
}

static void stop_members(agi_worker *w, const ag_part_type *p, const ag_array *list, int64_t from, bool failed) {
  for (int64_t i = from; i < list->size; i++) {
    if (p->agent) agi_agent_stop(w, agi_agent_of(agent_at(list, i)), failed);
    else agi_core_stop(w, agi_core_of(topology_at(list, i)), failed);
  }
}

// Under the lock. Indices given out are not given out again while somebody makes members for them.
static bool is_growing(const agi_core *core, uint32_t part) {
  const agi_growth *g = core->growths;
  while (g && g->part != part) g = g->next;
  return g != NULL;
}

void ag_topology_shrink(ag_cx *cx, ag_topology *t, uint32_t part, int64_t n, const char *file, uint32_t line) {
  agi_worker *w = agi_worker_of(cx);
  agi_core *core = agi_core_of(t);
  const ag_part_type *p = part_type(core, part);
  for (;;) {
    ag_array *now = agi_part_members(core, part), *old = NULL;
    int64_t left = now->size - n;
    bool wrong = n < 0 || left < 0;
    if (wrong) ag_raise_index(cx, n, now->size, file, line);
    if (wrong || n == 0 || too_few(cx, core, part, left, file, line)) {
      ag_release(cx, now);
      return;
    }
    ag_array *list = list_joined(cx, p, now, left, NULL);
    agi_spin_lock(&core->lock);
    if (core->parts[part].members == now) {
      old = list_replace(core, part, list);
      if (!is_growing(core, part)) core->parts[part].next -= n;
    }
    agi_spin_unlock(&core->lock);
    if (old) {
      stop_members(w, p, now, left, false);
      let_go(p, now, left); // who fails from here on has stopped already: that is nobody else's concern
    }
    ag_release(cx, old ? old : list);
    ag_release(cx, now);
    if (old) return;
  }
}

void agi_core_stop(agi_worker *w, agi_core *core, bool failed) {
  agi_spin_lock(&core->lock);
  bool before = agi_load_relaxed(&core->stopped);
  agi_store_relaxed(&core->stopped, true);
  core->gave_up = failed && (!before || core->gave_up);
  agi_spin_unlock(&core->lock);
  for (uint32_t i = 0; !(before && failed) && i < core->type->part_count; i++) {
    ag_array *list = agi_part_members(core, i);
    stop_members(w, part_type(core, i), list, 0, failed);
    ag_release(&w->cx, list);
  }
}

bool agi_core_reopen(agi_core *core) {
  agi_spin_lock(&core->lock);
  if (core->gave_up) agi_store_relaxed(&core->stopped, false);
  core->gave_up = false;
  bool open = !agi_load_relaxed(&core->stopped);
  agi_spin_unlock(&core->lock);
  return open;
}
