// borrow.c — loads that need no count: as long as the loaded value is looked at, what it was loaded from stays where it is.
// Owns:     the choice of `borrowed` locals, of those that are texts (parts of a string, looked at where they are), and mir_fn.keep.
// Promises: a borrowed local is set once, by a load (or a copy of something lent); it is held by a chain of places that starts
//           at a lent parameter or at an owner that is kept alive (keep), and no place of that chain is overwritten, nor the
//           owner given away, while the local is live.
// Does not: insert counts; a borrowed local that is consumed gets its RETAIN there, from pass rc.
#include <string.h>

#include "mir/builder.h"
#include "pass/effect.h"
#include "pass/live.h"
#include "pass/pass.h"

typedef struct borrow {
  mir_program *p;
  mir_fn *f;
  effects *e;
  arena scratch;
  live live;
  live_set set, after;
  mir_inst **def;   // per local: its only definition, or NULL
  uint32_t *single; // block of all uses + 1; MIR_NONE: several
  bool *candidate, *is_owner_of;
  bool *copied;    // set by a move or unwrap of an owner that is still needed afterwards
  uint64_t **path; // slots that hold it
  uint32_t *root;  // owner, or MIR_NONE when lent
  uint64_t *effect;
} borrow;

static bool gives_bits(const mir_inst *i) {
  return i->op == MIR_LOAD || i->op == MIR_MAP_GET || i->op == MIR_MAP_KEY || i->op == MIR_MAP_VALUE ||
         i->op == MIR_STR_TEXT;
}

static const mir_local *local_of(const borrow *w, uint32_t l) { return &w->f->locals.items[l]; }
static bool is_lent(const borrow *w, uint32_t l) { return local_of(w, l)->is_param && !local_of(w, l)->owned; }

// Another name for what a local holds, or for what is in its optional.
static bool is_name(const mir_inst *i) {
  return (i->op == MIR_MOVE || i->op == MIR_UNWRAP) && mir_is_local(&i->args[0]);
}

// What a definition takes its value from.
static uint32_t source(const mir_inst *i) {
  if (i->place) return i->place->base;
  return mir_is_local(&i->args[0]) ? i->args[0].local : MIR_NONE;
}

// ---- candidates ------------------------------------------------------------------------------------------------------------
static void used_in(borrow *w, uint32_t local, uint32_t block) {
  if (local == MIR_NONE) return;
  if (w->single[local] == 0) w->single[local] = block + 1;
  else if (w->single[local] != block + 1) w->single[local] = MIR_NONE;
}

// Parts of a value local that are written or moved out in place: that local is a value of its own.
static void exclude(borrow *w, const mir_inst *i) {
  bool writes =
      i->op == MIR_STORE || i->op == MIR_STORE_INIT || i->op == MIR_SWAP || i->op == MIR_LOAD_MOVE || i->op == MIR_CALL;
  if (i->place && writes && !mir_type_is_pointer(local_of(w, i->place->base)->type))
    w->candidate[i->place->base] = false;
  if (i->place && writes && i->place->step_count == 0) w->candidate[i->place->base] = false;
  if (i->op == MIR_FORGET && mir_is_local(&i->args[0])) w->candidate[i->args[0].local] = false;
}

static void find(borrow *w) {
  uint32_t *defs = ARENA_ARRAY(&w->scratch, uint32_t, w->f->locals.count + 1);
  for (uint32_t b = 0; b < w->f->blocks.count; b++) {
    mir_block *x = &w->f->blocks.items[b];
    for (uint32_t k = 0; k < x->insts.count; k++) {
      mir_inst *i = &x->insts.items[k];
      for (uint32_t u = 0; u < mir_use_count(i); u++) used_in(w, mir_use(i, u), b);
      if (i->dst == MIR_NONE) continue;
      used_in(w, i->dst, b);
      defs[i->dst]++;
      w->def[i->dst] = i;
    }
    if (mir_is_local(&x->term.value)) used_in(w, x->term.value.local, b);
  }
  for (uint32_t l = w->f->param_count; l < w->f->locals.count; l++) {
    const mir_local *x = local_of(w, l);
    if (defs[l] != 1 || !x->counted || x->kind != MIR_LOCAL_VALUE || mir_type_holds_future(x->type)) continue;
    w->candidate[l] = gives_bits(w->def[l]) || is_name(w->def[l]);
  }
  for (uint32_t b = 0; b < w->f->blocks.count; b++)
    for (uint32_t k = 0; k < w->f->blocks.items[b].insts.count; k++) exclude(w, &w->f->blocks.items[b].insts.items[k]);
}

// ---- where they are held -----------------------------------------------------------------------------------------------------
static bool may_keep(const borrow *w, uint32_t l, uint32_t owner) {
  const mir_local *o = local_of(w, owner);
  if (o->kind != MIR_LOCAL_VALUE) return false;
  if (w->def[l]->op == MIR_STR_TEXT) return true;
  return o->is_param || o->name || (w->single[l] != MIR_NONE && w->single[l] == w->single[owner]);
}

// Follows the chain of loads to its start; false: it must own its value.
static bool trace(borrow *w, uint32_t l) {
  if (!w->path[l]) w->path[l] = ARENA_ARRAY(&w->scratch, uint64_t, w->e->words);
  memset(w->path[l], 0, sizeof *w->path[l] * w->e->words);
  uint32_t at = l;
  for (uint32_t steps = 0; w->candidate[at]; steps++) {
    if (steps > 64) return false;
    const mir_inst *i = w->def[at];
    if (i->place) effect_place(w->e, w->f, i->place, w->path[l]);
    else if (!is_name(i)) effect_container(w->e, i->args[0].type, w->path[l]);
    uint32_t from = source(i);
    if (from == MIR_NONE) return false;
    if (i->op == MIR_MOVE && !w->candidate[from] && !is_lent(w, from))
      return false; // a move of what is owned: leave it one
    at = from;
  }
  w->root[l] = is_lent(w, at) ? MIR_NONE : at;
  return w->root[l] == MIR_NONE || may_keep(w, l, at);
}

static bool trace_all(borrow *w) {
  bool changed = false;
  memset(w->is_owner_of, 0, w->f->locals.count);
  for (uint32_t l = 0; l < w->f->locals.count; l++) {
    if (!w->candidate[l]) continue;
    if (!trace(w, l)) {
      w->candidate[l] = false;
      changed = true;
    } else if (w->root[l] != MIR_NONE) {
      w->is_owner_of[w->root[l]] = true;
    }
  }
  return changed;
}

// ---- what would break it -------------------------------------------------------------------------------------------------
static bool overlaps(const borrow *w, const uint64_t *path) {
  for (uint32_t k = 0; k < w->e->words; k++)
    if (w->effect[k] & path[k]) return true;
  return false;
}

// Is the owner given away, or another value put into it?
static bool takes_owner(const borrow *w, const mir_inst *i, uint32_t owner) {
  if (owner == MIR_NONE || (i->dst != MIR_NONE && w->candidate[i->dst] && is_name(i))) return false;
  if (i->dst == owner) return true;
  if (i->op == MIR_SWAP && i->place->base == owner && i->place->step_count == 0) return true;
  for (uint32_t a = 0; a < i->arg_count; a++)
    if (mir_is_local(&i->args[a]) && i->args[a].local == owner && i->args[a].mode == MIR_CONSUME) return true;
  return false;
}

static bool owner_involved(const borrow *w, const mir_inst *i) {
  if (i->dst != MIR_NONE && w->is_owner_of[i->dst]) return true;
  for (uint32_t u = 0; u < mir_use_count(i); u++)
    if (mir_use(i, u) != MIR_NONE && w->is_owner_of[mir_use(i, u)]) return true;
  return false;
}

// An iso that is given away must not be held by anything else any more, not even for a moment.
static bool gives_iso(borrow *w, const mir_inst *i) {
  bool changed = false;
  for (uint32_t a = 0; a < i->arg_count; a++) {
    const mir_operand *o = &i->args[a];
    if (!mir_is_local(o) || o->mode != MIR_CONSUME || !w->candidate[o->local]) continue;
    if (!mir_type_holds_iso(local_of(w, o->local)->type) || (is_name(i) && w->candidate[i->dst])) continue;
    w->candidate[o->local] = false;
    changed = true;
  }
  return changed;
}

static bool check_inst(borrow *w, const mir_inst *i) {
  memset(w->effect, 0, sizeof *w->effect * w->e->words);
  bool writes = effect_of(w->e, w->f, i, w->effect);
  memcpy(w->after, w->set, sizeof *w->after * w->live.words);
  live_before_inst(&w->live, i, w->set);
  bool changed = gives_iso(w, i);
  if (!writes && !owner_involved(w, i)) return changed;
  // What is only used by a store is not needed any more when the old content is dropped.
  bool store = i->op == MIR_STORE || i->op == MIR_SWAP;
  if (i->dst != MIR_NONE) live_cut(w->after, i->dst);
  for (uint32_t k = 0; k < w->live.words; k++) {
    for (uint64_t bits = w->set[k] | w->after[k]; bits; bits &= bits - 1) {
      uint32_t l = k * 64 + (uint32_t)__builtin_ctzll(bits);
      if (!w->candidate[l]) continue;
      bool hit = writes && (!store || live_has(w->after, l)) && overlaps(w, w->path[l]);
      if (!hit && !takes_owner(w, i, w->root[l])) continue;
      w->candidate[l] = false;
      changed = true;
    }
  }
  return changed;
}

static bool check(borrow *w) {
  bool changed = false;
  for (uint32_t b = 0; b < w->f->blocks.count; b++) {
    mir_block *x = &w->f->blocks.items[b];
    live_at_end(&w->live, b, w->set);
    const mir_operand *v = &x->term.value;
    if (x->term.kind == MIR_TERM_RETURN && mir_is_local(v) && w->candidate[v->local] && w->root[v->local] != MIR_NONE) {
      w->candidate[v->local] = false;
      changed = true;
    }
    live_before_term(&w->live, &x->term, w->set);
    for (uint32_t k = x->insts.count; k-- > 0;) changed = check_inst(w, &x->insts.items[k]) || changed;
  }
  return changed;
}

static void find_copies(borrow *w) {
  for (uint32_t b = 0; b < w->f->blocks.count; b++) {
    mir_block *x = &w->f->blocks.items[b];
    live_at_end(&w->live, b, w->set);
    live_before_term(&w->live, &x->term, w->set);
    for (uint32_t k = x->insts.count; k-- > 0;) {
      const mir_inst *i = &x->insts.items[k];
      if (i->dst != MIR_NONE && is_name(i) && i->args[0].local != i->dst)
        w->copied[i->dst] = live_has(w->set, i->args[0].local);
      live_before_inst(&w->live, i, w->set);
    }
  }
}

static void become_text(mir_local *l) {
  l->kind = MIR_LOCAL_TEXT;
  l->counted = l->borrowed = false;
}

static void choose(borrow *w) {
  bool any = false;
  for (uint32_t l = 0; l < w->f->locals.count; l++) any = any || w->candidate[l];
  if (!any) return;
  live_compute(&w->live, &w->scratch, w->f, NULL);
  w->set = live_set_new(&w->live, &w->scratch);
  w->after = live_set_new(&w->live, &w->scratch);
  find_copies(w);
  for (bool changed = true; changed;) {
    changed = trace_all(w);
    changed = check(w) || changed;
  }
  w->f->keep = ARENA_ARRAY(w->p->arena, uint32_t, w->f->locals.count);
  for (uint32_t l = 0; l < w->f->locals.count; l++) {
    w->f->locals.items[l].borrowed = w->candidate[l];
    w->f->keep[l] = w->candidate[l] ? w->root[l] : MIR_NONE;
    if (!w->candidate[l]) continue;
    if (is_name(w->def[l])) w->def[l]->args[0].mode = MIR_BORROW;
    if (w->def[l]->op == MIR_STR_TEXT) become_text(&w->f->locals.items[l]);
  }
}

static void borrow_fn(mir_program *p, mir_fn *f, effects *e) {
  borrow w = {.p = p, .f = f, .e = e};
  arena_init(&w.scratch);
  uint32_t n = f->locals.count + 1;
  w.def = ARENA_ARRAY(&w.scratch, mir_inst *, n);
  w.single = ARENA_ARRAY(&w.scratch, uint32_t, n);
  w.candidate = ARENA_ARRAY(&w.scratch, bool, n);
  w.copied = ARENA_ARRAY(&w.scratch, bool, n);
  w.is_owner_of = ARENA_ARRAY(&w.scratch, bool, n);
  w.path = ARENA_ARRAY(&w.scratch, uint64_t *, n);
  w.root = ARENA_ARRAY(&w.scratch, uint32_t, n);
  w.effect = ARENA_ARRAY(&w.scratch, uint64_t, e->words);
  find(&w);
  choose(&w);
  arena_fini(&w.scratch);
}

void pass_borrow(mir_program *p) {
  arena a;
  arena_init(&a);
  effects e;
  effects_compute(&e, p, &a);
  for (uint32_t i = 0; i < p->fns.count; i++) borrow_fn(p, p->fns.items[i], &e);
  arena_fini(&a);
}
