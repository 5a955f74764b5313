// lookup.c — `let n = m.get(k) else 0; m[k] = n + 1`: the place that was found is written to, k is not looked up again.
// Owns:     mir_inst.lookup: MAP_SETs and the lookups whose result they use share a number.
// Promises: on every way to such a MAP_SET the last lookup with that number was of the same map and key, and since then nothing
//           can have changed the map, nor put another map or key in their places. Nothing in between suspends.
// Does not: look far: a MAP_SET whose lookup is more than a few blocks away looks its key up again.
#include <string.h>

#include "mir/builder.h"
#include "pass/pass.h"

enum { MAX_BLOCKS = 24 };

typedef struct edge_from { // the way into a block: after `inst` of block (insts.count: its end)
  uint32_t block, inst;
} edge_from;
typedef VEC(edge_from) edge_list;

typedef struct lookup {
  mir_fn *f;
  arena scratch;
  edge_list *into;     // by block
  mir_inst **def;      // by local: its only definition
  uint32_t *defs;      // by local: how many
  bool *seen;          // by block: its end was searched
  uint32_t *seen_list; // those
  uint32_t seen_count;
  edge_list work;
  VEC(mir_inst *) found;
  bool by_place; // the search is behind the load of the map: what counts from there on is where it was loaded from
  uint32_t last; // number given
} lookup;

// ---- the graph -------------------------------------------------------------------------------------------------------------
static void add_edge(lookup *w, uint32_t to, uint32_t block, uint32_t inst) {
  if (to < MIR_PROPAGATE) VEC_PUSH(&w->scratch, &w->into[to], ((edge_from){block, inst}));
}

static void survey(lookup *w) {
  for (uint32_t b = 0; b < w->f->blocks.count; b++) {
    mir_block *x = &w->f->blocks.items[b];
    for (uint32_t k = 0; k < x->insts.count; k++) {
      mir_inst *i = &x->insts.items[k];
      add_edge(w, i->on_error, b, k + 1);
      if (i->dst == MIR_NONE) continue;
      w->defs[i->dst]++;
      w->def[i->dst] = i;
    }
    for (uint32_t s = 0; s < mir_term_successor_count(&x->term); s++)
      add_edge(w, *mir_term_successor(&x->term, s), b, x->insts.count);
  }
}

// ---- same map, same key ----------------------------------------------------------------------------------------------------
// The place a map was loaded from, if that is fields of fields of something that stays in its local.
static const mir_place *origin(const lookup *w, const mir_operand *o) {
  if (!mir_is_local(o) || w->defs[o->local] != 1 || w->def[o->local]->op != MIR_LOAD) return NULL;
  const mir_place *pl = w->def[o->local]->place;
  for (uint32_t i = 0; i < pl->step_count; i++)
    if (pl->steps[i].kind != MIR_STEP_FIELD && pl->steps[i].kind != MIR_STEP_ELEM) return NULL;
  return pl;
}

static bool same_place(const mir_place *a, const mir_place *b) {
  if (!a || !b || a->base != b->base || a->step_count != b->step_count) return false;
  for (uint32_t i = 0; i < a->step_count; i++)
    if (a->steps[i].kind != b->steps[i].kind || a->steps[i].index != b->steps[i].index) return false;
  return true;
}

static bool same_key(const mir_operand *a, const mir_operand *b) {
  if (a->kind != b->kind) return false;
  if (a->kind == MIR_OPERAND_LOCAL) return a->local == b->local;
  if (a->kind == MIR_OPERAND_INT) return a->u == b->u;
  return a->kind == MIR_OPERAND_STR && a->str.size == b->str.size &&
         memcmp(a->str.bytes, b->str.bytes, a->str.size) == 0;
}

static bool is_get(const mir_inst *i) {
  if (i->op == MIR_MAP_GET) return true;
  if (i->op != MIR_CALL || i->aux.call.callee || i->dst == MIR_NONE) return false;
  const char *symbol = i->aux.call.fn->symbol;
  return i->aux.call.fn->kind == FN_NATIVE && symbol && strcmp(symbol, "ag_map_get") == 0;
}

// ---- what stands between ---------------------------------------------------------------------------------------------------
static bool is_keyed(const type *t) {
  return t->kind == TY_CLASS && (t->decl->builtin == BUILTIN_MAP || t->decl->builtin == BUILTIN_SET);
}

// A native changes no map but those it is given for that.
static bool native_keeps_maps(const mir_inst *i) {
  const hir_fn *fn = i->aux.call.fn;
  if (fn->kind != FN_NATIVE) return false;
  uint32_t first = mir_native_receivers(i);
  for (uint32_t a = 0; a < first + fn->param_count; a++) {
    cap c = a < first ? fn->receiver : fn->params[a - first]->type->cap;
    if (is_keyed(i->args[a].type) && (c == CAP_REF || c == CAP_ISO)) return false;
  }
  return true;
}

static bool writes_place(mir_op op) {
  return op == MIR_STORE || op == MIR_STORE_INIT || op == MIR_SWAP || op == MIR_LOAD_MOVE || op == MIR_CALL;
}

// Does it put something else where the map is found, or into the key's local?
static bool overwrites(const lookup *w, const mir_inst *i, const mir_inst *set) {
  const mir_operand *keyed = &set->args[0], *key = &set->args[1];
  uint32_t k = mir_is_local(key) ? key->local : MIR_NONE;
  const mir_place *from = origin(w, keyed);
  if (i->dst != MIR_NONE && (i->dst == k || i->dst == keyed->local || (from && i->dst == from->base))) return true;
  if (!i->place || !writes_place(i->op)) return false;
  uint32_t base = i->place->base;
  if (base == k || base == keyed->local || (from && base == from->base && i->place->step_count == 0)) return true;
  for (uint32_t s = 0; from && s < from->step_count; s++)
    if (mir_type_same(from->steps[s].type, i->place->type)) return true;
  return false;
}

static bool is_barrier(const lookup *w, const mir_inst *i, const mir_inst *set) {
  if (overwrites(w, i, set)) return true;
  if (i->op == MIR_MAP_SET) return true;
  if (i->op == MIR_CALL) return i->aux.call.callee || !native_keeps_maps(i);
  return mir_op_has(i->op, 'S');
}

// ---- searching -------------------------------------------------------------------------------------------------------------
// Is the map that instruction k of the block looks at the one that is in its place? It was loaded just before.
static bool is_fresh(const lookup *w, const mir_block *x, uint32_t k, const mir_inst *set) {
  uint32_t keyed = x->insts.items[k].args[0].local;
  while (k-- > 0) {
    const mir_inst *i = &x->insts.items[k];
    if (i->dst == keyed) return i->op == MIR_LOAD;
    if (is_barrier(w, i, set)) return false;
  }
  return false;
}

static bool same_map(const lookup *w, const mir_block *x, uint32_t k, const mir_inst *set) {
  const mir_operand *a = &x->insts.items[k].args[0], *b = &set->args[0];
  if (!mir_is_local(a)) return false;
  if (!w->by_place) return a->local == b->local;
  return same_place(origin(w, a), origin(w, b)) && is_fresh(w, x, k, set);
}

// Back from an instruction to the lookup in its block: false if there can be none. Reaching the block's begin adds the ways into it.
static bool search_block(lookup *w, edge_from at, const mir_inst *set, bool first) {
  mir_block *x = &w->f->blocks.items[at.block];
  for (uint32_t k = at.inst; k-- > 0;) {
    mir_inst *i = &x->insts.items[k];
    if (is_get(i) && same_map(w, x, k, set) && same_key(&i->args[1], &set->args[1])) {
      VEC_PUSH(&w->scratch, &w->found, i);
      return true;
    }
    bool loads_map = first && i->dst == set->args[0].local && i->op == MIR_LOAD && origin(w, &set->args[0]);
    w->by_place = w->by_place || loads_map;
    if (!loads_map && is_barrier(w, i, set)) return false;
  }
  if (at.block == 0) return false;
  for (uint32_t e = 0; e < w->into[at.block].count; e++) VEC_PUSH(&w->scratch, &w->work, w->into[at.block].items[e]);
  return true;
}

static bool first_visit(lookup *w, edge_from at) {
  if (at.inst < w->f->blocks.items[at.block].insts.count) return true; // an error edge: rare, and it ends soon
  if (w->seen[at.block]) return false;
  w->seen[at.block] = true;
  w->seen_list[w->seen_count++] = at.block;
  return true;
}

static bool search(lookup *w, edge_from from, const mir_inst *set) {
  w->work.count = w->found.count = 0;
  w->by_place = false;
  bool fits = search_block(w, from, set, true);
  for (uint32_t visits = 0; fits && w->work.count; visits++) {
    edge_from at = w->work.items[--w->work.count];
    if (visits == MAX_BLOCKS) fits = false;
    else if (first_visit(w, at)) fits = search_block(w, at, set, false);
  }
  while (w->seen_count) w->seen[w->seen_list[--w->seen_count]] = false;
  return fits && w->found.count;
}

// Values that need no count, and keys that the emitter looks up without calling the program.
static bool is_plain_set(const mir_inst *i) {
  if (i->op != MIR_MAP_SET || i->arg_count != 3 || !mir_is_local(&i->args[0])) return false;
  const type *t = i->args[0].type;
  bool text = i->args[1].mode == MIR_BORROW && i->args[1].type->kind == TY_CLASS;
  return (text || t->args[0]->kind == TY_I64) && !mir_type_counted(t->args[1]);
}

static void join(lookup *w, mir_inst *set) {
  uint32_t number = 0;
  for (uint32_t k = 0; k < w->found.count; k++) {
    uint32_t n = w->found.items[k]->lookup;
    if (n && number && n != number) return;
    if (n) number = n;
  }
  if (!number) number = ++w->last;
  for (uint32_t k = 0; k < w->found.count; k++) w->found.items[k]->lookup = number;
  set->lookup = number;
}

static bool has_both(const mir_fn *f) {
  bool get = false, set = false;
  for (uint32_t b = 0; b < f->blocks.count; b++) {
    for (uint32_t k = 0; k < f->blocks.items[b].insts.count; k++) {
      get = get || is_get(&f->blocks.items[b].insts.items[k]);
      set = set || is_plain_set(&f->blocks.items[b].insts.items[k]);
    }
  }
  return get && set;
}

void pass_lookup(mir_program *p, mir_fn *f) {
  (void)p;
  if (!has_both(f)) return;
  lookup w = {.f = f};
  arena_init(&w.scratch);
  w.into = ARENA_ARRAY(&w.scratch, edge_list, f->blocks.count);
  w.def = ARENA_ARRAY(&w.scratch, mir_inst *, f->locals.count + 1);
  w.defs = ARENA_ARRAY(&w.scratch, uint32_t, f->locals.count + 1);
  w.seen = ARENA_ARRAY(&w.scratch, bool, f->blocks.count);
  w.seen_list = ARENA_ARRAY(&w.scratch, uint32_t, f->blocks.count);
  survey(&w);
  for (uint32_t b = 0; b < f->blocks.count; b++) {
    for (uint32_t k = 0; k < f->blocks.items[b].insts.count; k++) {
      mir_inst *i = &f->blocks.items[b].insts.items[k];
      if (is_plain_set(i) && search(&w, (edge_from){b, k}, i)) join(&w, i);
    }
  }
  arena_fini(&w.scratch);
}
