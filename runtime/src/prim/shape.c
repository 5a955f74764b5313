// shape.c — what an agent sees of the shapes that it stands in: neighbors, next, hub, spokes, parent, children.
// Owns:     the tables in an agent's place.
// Promises: a table follows from the lists as they are when the agent asks first, or asks again after they have changed; asking
//           again otherwise costs a load and a count. A member that has left sees what it would if it stood behind the others.
// Does not: lock anything but to read a list: tables belong to the agent that runs.
// Tested by: tests/runtime/unit/topology_test.c
#include <string.h>

#include "prim/topology.h"

static ag_agent **agents_of(const ag_array *list) { return (ag_agent **)list->data; }

// The agents of a table while it is made, each once, without the one that asks.
typedef struct table {
  ag_cx *cx;
  const ag_agent *self;
  ag_array *list;
  bool once; // look for those that are there already
} table;

static void put(table *t, ag_agent *a) {
  if (a == t->self) return;
  for (int64_t i = 0; t->once && i < t->list->size; i++)
    if (agents_of(t->list)[i] == a) return;
  ag_retain(a);
  ag_array_push(t->cx, t->list, &a);
}

static void put_list(table *t, const ag_array *list, int64_t from, int64_t to) {
  for (int64_t i = from; i < to && i < list->size; i++) put(t, agents_of(list)[i]);
}

static int64_t parent_of(int64_t index, int64_t arity) { return index ? (index - 1) / arity : -1; }

// ---- one shape -----------------------------------------------------------------------------------------------------
static bool is_hub(const ag_shape_type *s, const agi_place *p) { return s->kind == AG_SHAPE_STAR && s->hub == p->part; }
static bool stands_in(const ag_shape_type *s, const agi_place *p) { return s->part == p->part || is_hub(s, p); }

static ag_agent *next_of(const agi_place *p, const ag_array *list, const ag_agent *self) {
  if (list->size == 0) return (ag_agent *)(uintptr_t)self;
  return agents_of(list)[((int64_t)p->index + 1) % list->size];
}

// `children` alone, or with the parent.
static void put_tree(table *t, const agi_place *p, const ag_shape_type *s, const ag_array *list, bool all) {
  int64_t arity = p->core->numbers[s->arity], up = parent_of(p->index, arity);
  if (all && up >= 0) put_list(t, list, up, up + 1);
  if (arity < list->size) put_list(t, list, p->index * arity + 1, p->index * arity + 1 + arity);
  else if (p->index == 0) put_list(t, list, 1, list->size);
}

static void put_star(table *t, const agi_place *p, const ag_shape_type *s) {
  ag_array *other = agi_part_members(p->core, is_hub(s, p) ? s->part : s->hub);
  put_list(t, other, 0, other->size);
  ag_release(t->cx, other);
}

static void put_neighbors(table *t, const agi_place *p, const ag_shape_type *s) {
  if (s->kind == AG_SHAPE_STAR) {
    put_star(t, p, s);
    return;
  }
  ag_array *list = agi_part_members(p->core, p->part);
  if (s->kind == AG_SHAPE_MESH) put_list(t, list, 0, list->size);
  if (s->kind == AG_SHAPE_RING) put(t, next_of(p, list, t->self));
  if (s->kind == AG_SHAPE_TREE) put_tree(t, p, s, list, true);
  ag_release(t->cx, list);
}

// ---- words ---------------------------------------------------------------------------------------------------------
static const uint32_t shape_of_word[AG_WORDS] = {
    [AG_WORD_MESH_NEIGHBORS] = AG_SHAPE_MESH, [AG_WORD_RING_NEIGHBORS] = AG_SHAPE_RING,
    [AG_WORD_STAR_NEIGHBORS] = AG_SHAPE_STAR, [AG_WORD_TREE_NEIGHBORS] = AG_SHAPE_TREE,
    [AG_WORD_NEXT] = AG_SHAPE_RING,           [AG_WORD_HUB] = AG_SHAPE_STAR,
    [AG_WORD_SPOKES] = AG_SHAPE_STAR,         [AG_WORD_PARENT] = AG_SHAPE_TREE,
    [AG_WORD_CHILDREN] = AG_SHAPE_TREE,
};

static const ag_type *elem_of(const agi_place *p, uint32_t word) {
  const ag_topology_type *t = p->core->type;
  for (uint32_t i = 0; word == AG_WORD_SPOKES && i < t->shape_count; i++)
    if (is_hub(&t->shapes[i], p)) return t->parts[t->shapes[i].part].elem;
  return t->parts[p->part].elem;
}

static ag_obj *list_for(ag_cx *cx, const agi_place *p, uint32_t word) {
  const ag_topology_type *type = p->core->type;
  table t = {.cx = cx, .self = cx->agent, .list = ag_array_new(cx, 0, elem_of(p, word))};
  for (uint32_t i = 0; i < type->shape_count; i++) {
    const ag_shape_type *s = &type->shapes[i];
    if (!stands_in(s, p) || (word != AG_WORD_NEIGHBORS && s->kind != shape_of_word[word])) continue;
    if (word == AG_WORD_CHILDREN) {
      ag_array *list = agi_part_members(p->core, p->part);
      put_tree(&t, p, s, list, false);
      ag_release(cx, list);
    } else if (word == AG_WORD_SPOKES) {
      if (is_hub(s, p)) put_star(&t, p, s);
    } else {
      t.once = t.list->size > 0;
      put_neighbors(&t, p, s);
    }
  }
  ag_freeze(&t.list->h);
  return &t.list->h;
}

static ag_obj *one_for(ag_cx *cx, const agi_place *p, uint32_t word) {
  const ag_topology_type *type = p->core->type;
  ag_agent *found = NULL;
  for (uint32_t i = 0; i < type->shape_count && !found; i++) {
    const ag_shape_type *s = &type->shapes[i];
    if (s->part != p->part || s->kind != shape_of_word[word]) continue;
    ag_array *list = agi_part_members(p->core, word == AG_WORD_HUB ? s->hub : p->part);
    if (word == AG_WORD_NEXT) found = next_of(p, list, cx->agent);
    if (word == AG_WORD_HUB) found = agents_of(list)[0];
    if (word == AG_WORD_PARENT && p->index) {
      int64_t up = parent_of(p->index, p->core->numbers[s->arity]);
      found = up < list->size ? agents_of(list)[up] : NULL;
    }
    if (found) ag_retain(found);
    ag_release(cx, list);
  }
  return (ag_obj *)found;
}

// ---- tables --------------------------------------------------------------------------------------------------------
static void forget(ag_cx *cx, agi_place *p, uint32_t version) {
  if (!p->tables) p->tables = agi_alloc_zeroed(AG_WORDS * sizeof *p->tables);
  for (uint32_t i = 0; i < AG_WORDS; i++) {
    ag_release_opt(cx, p->tables[i]);
    p->tables[i] = NULL;
  }
  p->version = version;
}

// Owned by the place.
static ag_obj *entry(ag_cx *cx, uint32_t word, ag_obj *(*make)(ag_cx *, const agi_place *, uint32_t)) {
  agi_place *p = agi_agent_of(cx->agent)->place;
  uint32_t version = agi_load_acquire(&p->core->version);
  if (AGI_UNLIKELY(!p->tables || p->version != version)) forget(cx, p, version);
  if (AGI_UNLIKELY(!p->tables[word])) p->tables[word] = make(cx, p, word);
  ag_retain_opt(p->tables[word]);
  return p->tables[word];
}

ag_array *ag_neighbors(ag_cx *cx, uint32_t word) { return (ag_array *)(void *)entry(cx, word, list_for); }
ag_agent *ag_neighbor(ag_cx *cx, uint32_t word) { return (ag_agent *)(void *)entry(cx, word, one_for); }
