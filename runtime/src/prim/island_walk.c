// island_walk.c — see island_walk.h, and island.h for why this is sound.
#include "prim/island_walk.h"

#include "mem/heap.h"
#include "prim/supervise.h"

enum { NEW, OPEN, DONE, LIVE };
enum { OBJECTS = 100000, OBJECTS_PER_AGENT = 16 }; // a walk's share
#define EXIT_BIT 0x80000000u

// ---- growing arrays ----------------------------------------------------------------------------------------------

static void *grown(void *items, int64_t *room, int64_t size, size_t unit) {
  if (size < *room) return items;
  *room = *room ? *room * 2 : 64;
  return agi_realloc(items, *room * (int64_t)unit);
}

static void push(agi_nodes32 *v, uint32_t i) {
  v->items = grown(v->items, &v->room, v->size, sizeof *v->items);
  v->items[v->size++] = i;
}

// ---- nodes by address ----------------------------------------------------------------------------------------------

static uint64_t slot_of(const agi_walk *k, const void *p) {
  return ((uint64_t)(uintptr_t)p >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 20 & (uint64_t)(k->table_size - 1);
}

static int64_t find(const agi_walk *k, const void *p) {
  if (!k->table_size) return -1;
  for (uint64_t s = slot_of(k, p); k->table[s]; s = (s + 1) & (uint64_t)(k->table_size - 1)) {
    if (k->nodes[k->table[s] - 1].p == p) return k->table[s] - 1;
  }
  return -1;
}

static void enter(agi_walk *k, uint32_t i) {
  uint64_t s = slot_of(k, k->nodes[i].p);
  while (k->table[s]) s = (s + 1) & (uint64_t)(k->table_size - 1);
  k->table[s] = i + 1;
}

static void widen(agi_walk *k) {
  agi_free(k->table);
  k->table_size = k->table_size ? k->table_size * 2 : 256;
  k->table = agi_alloc_zeroed((size_t)k->table_size * sizeof *k->table);
  for (int64_t i = 0; i < k->node_count; i++) enter(k, (uint32_t)i);
}

static agi_node *add(agi_walk *k, void *p, agi_node_kind kind, uint32_t root) {
  k->nodes = grown(k->nodes, &k->node_room, k->node_count, sizeof *k->nodes);
  agi_node *n = &k->nodes[k->node_count++];
  *n = (agi_node){.p = p, .kind = (uint8_t)kind, .root = root};
  if (k->node_count * 2 > k->table_size) widen(k);
  else enter(k, (uint32_t)(k->node_count - 1));
  if (k->node_count > OBJECTS + k->agent_count * OBJECTS_PER_AGENT) k->failed = true;
  return n;
}

// ---- claiming ------------------------------------------------------------------------------------------------------

static bool rests(agi_agent *a) { return (agi_load_relaxed(&a->word) & ~AGI_WORD_COUNT) == 0; }

// Acquires what the agent has done.
static bool claim(agi_agent *a) {
  uint64_t word = agi_load_acquire(&a->word);
  while ((word & ~AGI_WORD_COUNT) == 0) {
    if (agi_cas_weak_acq_rel(&a->word, &word, word | AGI_SCHED)) return true;
  }
  return false;
}

static void unclaim(agi_worker *w, agi_agent *a) {
  uint64_t word = agi_load_acquire(&a->word);
  while ((word & ~AGI_WORD_COUNT) == AGI_SCHED) {
    if (agi_cas_weak_acq_rel(&a->word, &word, word & AGI_WORD_COUNT)) return;
  }
  agi_agent_ready(w, a); // something came in meanwhile
}

static void add_agent(agi_walk *k, agi_agent *a, uint32_t root) {
  k->agent_count++;
  add(k, a, AGI_NODE_AGENT, root);
}

// ---- what an island consists of ----------------------------------------------------------------------------------

static ag_agent *agent_at(const ag_array *list, int64_t i) { return ((ag_agent **)list->data)[i]; }
static ag_topology *topology_at(const ag_array *list, int64_t i) { return ((ag_topology **)list->data)[i]; }

static bool core_rests(agi_walk *k, agi_core *core) {
  bool yes = true;
  for (uint32_t i = 0; yes && i < core->type->part_count; i++) {
    ag_array *list = agi_part_members(core, i);
    for (int64_t n = 0; yes && n < list->size; n++) {
      yes = core->type->parts[i].agent ? rests(agi_agent_of(agent_at(list, n)))
                                       : core_rests(k, agi_core_of(topology_at(list, n)));
    }
    ag_release(&k->w->cx, list);
  }
  return yes;
}

static bool add_core(agi_walk *k, agi_core *core, uint32_t root, int64_t holds);

// Of a list: false, somebody is busy.
static bool add_members(agi_walk *k, const ag_part_type *p, const ag_array *list, uint32_t root) {
  for (int64_t n = 0; n < list->size; n++) {
    if (p->agent) {
      agi_agent *a = agi_agent_of(agent_at(list, n));
      if (!claim(a)) return false;
      add_agent(k, a, root);
    } else {
      ag_topology *inner = topology_at(list, n);
      add(k, inner, AGI_NODE_OBJECT, root)->core = agi_core_of(inner);
      if (!add_core(k, agi_core_of(inner), root, 0)) return false;
    }
  }
  return true;
}

// `holds`: references to it that are known already.
static bool add_core(agi_walk *k, agi_core *core, uint32_t root, int64_t holds) {
  agi_node *n = add(k, core, AGI_NODE_CORE, root);
  uint32_t first = (uint32_t)k->list_count;
  n->within = holds;
  n->lists = first;
  agi_spin_lock(&core->lock);
  bool rests = core->growths == NULL;
  for (uint32_t i = 0; i < core->type->part_count; i++) {
    ag_array *list = core->parts[i].members;
    ag_retain(list);
    k->lists = grown(k->lists, &k->list_room, k->list_count, sizeof(ag_array *));
    k->lists[k->list_count++] = list;
  }
  agi_spin_unlock(&core->lock);
  for (uint32_t i = 0; rests && i < core->type->part_count; i++) {
    ag_array *list = k->lists[first + i];
    add(k, list, AGI_NODE_OBJECT, root)->within = 1; // this walk's
    rests = add_members(k, &core->type->parts[i], list, root);
  }
  return rests;
}

void agi_walk_add(agi_walk *k, agi_core *root) {
  k->islands = grown(k->islands, &k->island_room, k->island_count, sizeof *k->islands);
  uint32_t index = (uint32_t)k->island_count++;
  k->islands[index] = (agi_island){.core = root, .from = (uint32_t)k->node_count, .to = (uint32_t)k->node_count};
  bool rests = core_rests(k, root) && add_core(k, root, index, 1);
  k->islands[index].to = (uint32_t)k->node_count;
  k->islands[index].live = !rests;
}

// ---- references ----------------------------------------------------------------------------------------------------

typedef void follow(ag_obj *child, void *arg); // arg: the walk
typedef void follow_core(agi_walk *k, agi_core *core);

static void agent_references(agi_walk *k, agi_agent *a, follow *f, follow_core *fc) {
  agi_place *place = a->place;
  bool dropped = (agi_load_relaxed(&a->flags) & AGI_DROPPED) != 0;
  if (!dropped && a->h.cls->each) a->h.cls->each(a, f, k);
  if (!place) return;
  fc(k, place->core);
  for (uint32_t i = 0; place->tables && i < AG_WORDS; i++) {
    if (place->tables[i]) f(place->tables[i], k);
  }
  if (!place->ward) return;
  const ag_behaviour *init = &place->ward->type->behaviours[0];
  if (init->each_args) init->each_args(place->ward->init, f, k);
}

static void references(agi_walk *k, const agi_node *n, follow *f, follow_core *fc) {
  if (n->kind == AGI_NODE_AGENT) {
    agent_references(k, n->p, f, fc);
  } else if (n->kind == AGI_NODE_CORE) {
    const agi_core *core = n->p;
    for (uint32_t i = 0, first = n->lists; i < core->type->part_count; i++) f(&k->lists[first + i]->h, k);
  } else {
    ag_obj *o = n->p;
    agi_core *core = n->core;
    if (o->cls->each) o->cls->each(o, f, k);
    if (core) fc(k, core);
  }
}

// ---- counting ------------------------------------------------------------------------------------------------------

// A reference to node i has been found.
static void count(agi_walk *k, int64_t i) {
  agi_node *n = &k->nodes[i];
  n->within++;
  if (n->kind == AGI_NODE_AGENT) return;
  if (n->state == NEW) push(&k->stack, (uint32_t)i);
  // A circle of objects that others may look into has no order.
  if (n->state == OPEN && !(n->kind == AGI_NODE_OBJECT && AG_RC((ag_obj *)n->p) > 0)) n->live = true;
}

static void count_core(agi_walk *k, agi_core *core) {
  int64_t i = find(k, core);
  if (i >= 0) count(k, i);
}

// Somebody outside who holds members may be held by them alone.
static bool take_helper(agi_walk *k, agi_agent *a) {
  if (a->place || a == k->w->rt->main || k->agent_count >= k->helper_limit || !claim(a)) return false;
  add_agent(k, a, AGI_NO_ROOT);
  return true;
}

static void count_object(ag_obj *o, void *arg) {
  agi_walk *k = arg;
  if (AG_RC(o) == 0 || k->failed) return;
  int64_t i = find(k, o);
  if (i < 0) {
    bool agent = (o->cls->flags & AG_CLASS_AGENT) != 0;
    if (agent ? !take_helper(k, AGI_CONTAINER_OF(o, agi_agent, h)) : !o->cls->each) return;
    if (!agent) add(k, o, AGI_NODE_OBJECT, AGI_NO_ROOT);
    i = k->node_count - 1;
  }
  count(k, i);
}

// Depth first, objects and cores only; in `order` what is referred to stands before what refers to it.
static void count_from(agi_walk *k) {
  while (k->stack.size && !k->failed) {
    uint32_t top = k->stack.items[--k->stack.size], i = top & ~EXIT_BIT;
    if (top & EXIT_BIT) {
      k->nodes[i].state = DONE;
      push(&k->order, i);
    } else if (k->nodes[i].state == NEW) {
      k->nodes[i].state = OPEN;
      push(&k->stack, i | EXIT_BIT);
      agi_node n = k->nodes[i];
      references(k, &n, count_object, count_core);
    }
  }
}

static void count_all(agi_walk *k) {
  for (int64_t i = 0; i < k->node_count && !k->failed; i++) { // helpers come to stand at the end
    agi_node n = k->nodes[i];
    if (n.kind == AGI_NODE_AGENT) references(k, &n, count_object, count_core);
    else if (n.state == NEW && n.root != AGI_NO_ROOT) push(&k->stack, (uint32_t)i);
    count_from(k);
  }
}

// ---- judging -------------------------------------------------------------------------------------------------------

static int64_t held(const agi_node *n) {
  if (n->kind == AGI_NODE_CORE) return agi_load_acquire(&((agi_core *)n->p)->holders);
  return agi_references(n->p);
}

// Whoever held an agent has sent before letting go, so its mailbox is looked at after its count.
static void look(agi_walk *k, int64_t i) {
  agi_node *n = &k->nodes[i];
  if (held(n) != n->within) n->live = true;
  if (n->kind == AGI_NODE_AGENT && (agi_load_acquire(&((agi_agent *)n->p)->word) & ~AGI_WORD_COUNT) != AGI_SCHED)
    n->live = true;
}

static void spread(agi_walk *k, int64_t i) {
  if (k->nodes[i].state == LIVE) return;
  k->nodes[i].live = true;
  k->nodes[i].state = LIVE;
  push(&k->stack, (uint32_t)i);
}

static void spread_object(ag_obj *o, void *arg) {
  int64_t i = find(arg, o);
  if (i >= 0) spread(arg, i);
}

static void spread_core(agi_walk *k, agi_core *core) {
  int64_t i = find(k, core);
  if (i >= 0) spread(k, i);
}

static void spread_island(agi_walk *k, agi_island *island) {
  island->live = true;
  for (uint32_t i = island->from; i < island->to; i++) spread(k, i);
}

void agi_walk_judge(agi_walk *k) {
  k->helper_limit = 2 * k->agent_count + 64;
  count_all(k);
  for (int64_t i = 0; i < k->island_count; i++) k->islands[i].live |= k->failed;
  if (k->failed) return;
  for (int64_t i = k->order.size; i-- > 0;) look(k, k->order.items[i]);
  for (int64_t i = 0; i < k->node_count; i++) {
    if (k->nodes[i].kind == AGI_NODE_AGENT) look(k, i);
  }
  for (int64_t i = 0; i < k->node_count; i++) {
    if (k->nodes[i].live) spread(k, i);
  }
  for (int64_t i = 0; i < k->island_count; i++) {
    if (k->islands[i].live) spread_island(k, &k->islands[i]);
  }
  while (k->stack.size) {
    agi_node n = k->nodes[k->stack.items[--k->stack.size]];
    agi_island *island = n.root == AGI_NO_ROOT ? NULL : &k->islands[n.root];
    if (island && !island->live) spread_island(k, island);
    references(k, &n, spread_object, spread_core);
  }
}

void agi_walk_end(agi_walk *k) {
  for (int64_t i = 0; i < k->node_count; i++) {
    if (k->nodes[i].kind == AGI_NODE_AGENT) unclaim(k->w, k->nodes[i].p);
  }
  for (int64_t i = 0; i < k->list_count; i++) ag_release(&k->w->cx, k->lists[i]);
  agi_free(k->nodes);
  agi_free(k->table);
  agi_free(k->islands);
  agi_free(k->lists);
  agi_free(k->stack.items);
  agi_free(k->order.items);
}
