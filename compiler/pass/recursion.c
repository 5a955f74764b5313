// recursion.c — functions that can call themselves, directly or not, begin with a check of the stack.
// The components are Tarjan's; the walk keeps its own stack, so that long call chains cost no C stack.
#include <string.h>

#include "mir/builder.h"
#include "pass/pass.h"

typedef VEC(uint32_t) ids;

typedef struct graph {
  mir_program *p;
  arena scratch;
  ids *calls;            // per function
  uint32_t *order, *low; // 0: not yet seen
  bool *open;
  uint32_t next;
  ids path, component; // the walk, and Tarjan's stack
  uint32_t *at;        // next call to look at
} graph;

static void add_call(graph *g, uint32_t from, uint32_t to) {
  VEC_PUSH(&g->scratch, &g->calls[from], to);
  if (to == from && from < g->p->fns.count) g->p->fns.items[from]->recursive = true;
}

// A set is a node of its own, between the calls of it and its members.
static void collect(graph *g, const map *ids_of) {
  for (uint32_t f = 0; f < g->p->fns.count; f++) {
    const mir_fn *fn = g->p->fns.items[f];
    for (uint32_t b = 0; b < fn->blocks.count; b++) {
      for (uint32_t i = 0; i < fn->blocks.items[b].insts.count; i++) {
        const mir_inst *x = &fn->blocks.items[b].insts.items[i];
        const void *to = x->op == MIR_CALL            ? (const void *)x->aux.call.callee
                         : x->op == MIR_CALL_INDIRECT ? (const void *)x->aux.set
                                                      : NULL;
        if (to) add_call(g, f, (uint32_t)(uintptr_t)map_get(ids_of, to) - 1);
      }
    }
  }
  for (uint32_t k = 0; k < g->p->sets.count; k++) {
    const mir_set *set = g->p->sets.items[k];
    for (uint32_t i = 0; i < set->members.count; i++)
      add_call(g, g->p->fns.count + k, (uint32_t)(uintptr_t)map_get(ids_of, set->members.items[i]) - 1);
  }
}

static void enter(graph *g, uint32_t f) {
  g->order[f] = g->low[f] = ++g->next;
  g->open[f] = true;
  VEC_PUSH(&g->scratch, &g->path, f);
  VEC_PUSH(&g->scratch, &g->component, f);
}

static void leave(graph *g, uint32_t f) {
  (void)VEC_POP(&g->path);
  if (g->path.count) {
    uint32_t up = VEC_LAST(&g->path);
    if (g->low[f] < g->low[up]) g->low[up] = g->low[f];
  }
  if (g->low[f] != g->order[f]) return;
  bool alone = VEC_LAST(&g->component) == f;
  for (uint32_t x = MIR_NONE; x != f;) {
    x = VEC_POP(&g->component);
    g->open[x] = false;
    if (!alone && x < g->p->fns.count) g->p->fns.items[x]->recursive = true;
  }
}

static void walk(graph *g, uint32_t start) {
  enter(g, start);
  while (g->path.count) {
    uint32_t f = VEC_LAST(&g->path);
    if (g->at[f] == g->calls[f].count) {
      leave(g, f);
      continue;
    }
    uint32_t to = g->calls[f].items[g->at[f]++];
    if (!g->order[to]) enter(g, to);
    else if (g->open[to] && g->order[to] < g->low[f]) g->low[f] = g->order[to];
  }
}

static void add_check(mir_program *p, mir_fn *f) {
  mir_block *b = &f->blocks.items[0];
  mir_inst check = mir_inst_make(p, MIR_STACK_CHECK, MIR_NONE, f->result, NULL, 0, f->span);
  check.on_error = MIR_PROPAGATE;
  VEC_PUSH(p->arena, &b->insts, check);
  memmove(b->insts.items + 1, b->insts.items, sizeof check * (b->insts.count - 1));
  b->insts.items[0] = check;
}

// The entry may be the head of a loop: the check comes before it.
static void own_entry(mir_program *p, mir_fn *f) {
  uint32_t copy = mir_block_new(p, f);
  f->blocks.items[copy] = f->blocks.items[0];
  for (uint32_t b = 0; b < f->blocks.count; b++) {
    mir_block *x = &f->blocks.items[b];
    for (uint32_t i = 0; i < mir_term_successor_count(&x->term); i++) {
      uint32_t *to = mir_term_successor(&x->term, i);
      if (*to == 0) *to = copy;
    }
  }
  mir_block entry;
  memset(&entry, 0, sizeof entry);
  entry.term = (mir_term){.kind = MIR_TERM_JUMP, .then = copy, .else_ = MIR_NONE, .span = f->span};
  f->blocks.items[0] = entry;
}

void pass_recursion(mir_program *p) {
  graph g = {.p = p};
  arena_init(&g.scratch);
  uint32_t n = p->fns.count + p->sets.count;
  g.calls = ARENA_ARRAY(&g.scratch, ids, n + 1);
  g.order = ARENA_ARRAY(&g.scratch, uint32_t, n + 1);
  g.low = ARENA_ARRAY(&g.scratch, uint32_t, n + 1);
  g.at = ARENA_ARRAY(&g.scratch, uint32_t, n + 1);
  g.open = ARENA_ARRAY(&g.scratch, bool, n + 1);
  map ids_of;
  map_init(&ids_of, &g.scratch);
  for (uint32_t i = 0; i < n; i++) {
    bool fn = i < p->fns.count;
    map_put(&ids_of, fn ? (void *)p->fns.items[i] : (void *)p->sets.items[i - p->fns.count],
            (void *)(uintptr_t)(i + 1));
  }
  collect(&g, &ids_of);
  for (uint32_t i = 0; i < n; i++)
    if (!g.order[i]) walk(&g, i);
  for (uint32_t i = 0; i < p->fns.count; i++) {
    mir_fn *f = p->fns.items[i];
    if (!f->recursive && !pass_called_by_values(f)) continue;
    f->recursive = f->may_raise = true;
    own_entry(p, f);
    add_check(p, f);
  }
  arena_fini(&g.scratch);
}
