// peel.c — `while i < j { swap(xs[i], xs[j]); i += 1; j -= 1 }`: only the first round can be out of range. A copy of it goes before the
// loop, and the loop's own checks are proved away.
// Owns:     which loops are tried: innermost ones, small, of plain operations, that pass range has left a check of an index in.
// Promises: what a function does stays the same. A copy is kept only if something was proved of its loop by it.
// Does not: prove anything (range.c).
#include <string.h>

#include "mir/builder.h"
#include "pass/pass.h"
#include "pass/range.h"

enum { MOST_BLOCKS = 6, MOST_INSTS = 24, MOST_LOOPS = 16 };

typedef struct loop {
  uint32_t head, blocks[MOST_BLOCKS], count;
  uint32_t copy;   // of blocks[0], which is the head; the others follow
  uint64_t before; // what its operations were
} loop;

typedef VEC(uint32_t) block_list;

typedef struct peel {
  mir_program *p;
  mir_fn *f;
  arena scratch;
  uint32_t block_count; // before copies
  block_list *preds;    // by block; error edges too
  bool *is_head;
  uint32_t *single; // by local: the only block it occurs in + 1; MIR_NONE: several
  loop loops[MOST_LOOPS];
  uint32_t loop_count;
} peel;

// ---- the graph -----------------------------------------------------------------------------------------------------------------
static void occurs(peel *w, uint32_t local, uint32_t block) {
  if (local == MIR_NONE) return;
  if (w->single[local] == 0) w->single[local] = block + 1;
  else if (w->single[local] != block + 1) w->single[local] = MIR_NONE;
}

static void survey(peel *w) {
  for (uint32_t l = 0; l < w->f->param_count; l++) w->single[l] = MIR_NONE;
  for (uint32_t b = 0; b < w->block_count; b++) {
    mir_block *x = &w->f->blocks.items[b];
    for (uint32_t k = 0; k < x->insts.count; k++) {
      const mir_inst *i = &x->insts.items[k];
      for (uint32_t u = 0; u < mir_use_count(i); u++) occurs(w, mir_use(i, u), b);
      occurs(w, i->dst, b);
      if (i->on_error < MIR_PROPAGATE) VEC_PUSH(&w->scratch, &w->preds[i->on_error], b);
    }
    if (mir_is_local(&x->term.value)) occurs(w, x->term.value.local, b);
    for (uint32_t s = 0; s < mir_term_successor_count(&x->term); s++)
      VEC_PUSH(&w->scratch, &w->preds[*mir_term_successor(&x->term, s)], b);
  }
}

// ---- loops -----------------------------------------------------------------------------------------------------------------------
static bool in_loop(const loop *l, uint32_t block) {
  for (uint32_t k = 0; k < l->count; k++)
    if (l->blocks[k] == block) return true;
  return false;
}

// Everything that leads back to the head without leaving the loop: from the back edges up. false: too much.
static bool collect(const peel *w, loop *l, uint32_t from) {
  if (in_loop(l, from)) return true;
  if (l->count == MOST_BLOCKS) return false;
  uint32_t first = l->count;
  l->blocks[l->count++] = from;
  for (uint32_t k = first; k < l->count; k++) {
    const block_list *preds = &w->preds[l->blocks[k]];
    for (uint32_t e = 0; e < preds->count; e++) {
      if (in_loop(l, preds->items[e])) continue;
      if (l->count == MOST_BLOCKS || preds->items[e] == 0) return false;
      l->blocks[l->count++] = preds->items[e];
    }
  }
  return true;
}

// Changes if anything is proved of an operation of the loop.
static uint64_t operations(const peel *w, const loop *l) {
  uint64_t h = 0;
  for (uint32_t b = 0; b < l->count; b++) {
    const mir_block *x = &w->f->blocks.items[l->blocks[b]];
    for (uint32_t k = 0; k < x->insts.count; k++)
      h = (h + (uint64_t)x->insts.items[k].op * 2 + (x->insts.items[k].on_error != MIR_NO_ERROR)) * 0x9E3779B97F4A7C15u;
  }
  return h;
}

// Plain operations only, and no counted local that would get a second definition.
static bool is_plain(const peel *w, const loop *l) {
  uint32_t insts = 0, checks = 0;
  for (uint32_t b = 0; b < l->count; b++) {
    const mir_block *x = &w->f->blocks.items[l->blocks[b]];
    if (b > 0 && w->is_head[l->blocks[b]]) return false;
    insts += x->insts.count;
    for (uint32_t k = 0; k < x->insts.count; k++) {
      const mir_inst *i = &x->insts.items[k];
      checks += i->op == MIR_CHECK_INDEX;
      bool compares = i->op >= MIR_EQ && i->op <= MIR_GE && !mir_type_counted(i->args[0].type);
      if (!range_keeps_sizes(i->op) && !compares) return false;
      if (i->dst == MIR_NONE || w->single[i->dst] != MIR_NONE) continue;
      if (w->f->locals.items[i->dst].counted) return false;
    }
  }
  return insts <= MOST_INSTS && checks > 0;
}

static bool find_loop(const peel *w, uint32_t head, loop *l) {
  *l = (loop){.head = head, .blocks = {head}, .count = 1};
  bool entered = false;
  const block_list *preds = &w->preds[head];
  for (uint32_t e = 0; e < preds->count; e++) {
    if (preds->items[e] >= head) { // a back edge, if the loop is as a program writes it: its head comes first
      if (!collect(w, l, preds->items[e])) return false;
    } else {
      entered = true;
    }
  }
  return entered && head != 0 && is_plain(w, l);
}

// ---- copying -----------------------------------------------------------------------------------------------------------------------
typedef struct copier {
  peel *w;
  const loop *l;
  uint32_t *as; // by local: what it is in the copy; MIR_NONE: not asked yet
} copier;

static uint32_t local_as(copier *c, uint32_t local) {
  if (local == MIR_NONE) return MIR_NONE;
  if (c->w->single[local] == MIR_NONE || c->w->f->locals.items[local].kind != MIR_LOCAL_VALUE) return local;
  if (c->as[local] == MIR_NONE)
    c->as[local] =
        mir_local_new(c->w->p, c->w->f, c->w->f->locals.items[local].type, c->w->f->locals.items[local].name);
  return c->as[local];
}

static void rename_operand(copier *c, mir_operand *o) {
  if (mir_is_local(o)) o->local = local_as(c, o->local);
}

static uint32_t block_as(const loop *l, uint32_t block) {
  for (uint32_t k = 1; k < l->count; k++)
    if (l->blocks[k] == block) return l->copy + k;
  return block; // the head too: the second round is the loop's
}

static mir_inst copy_inst(copier *c, const mir_inst *from) {
  arena *a = c->w->p->arena;
  mir_inst i = *from;
  i.dst = local_as(c, i.dst);
  i.args = i.arg_count ? arena_copy(a, i.args, sizeof *i.args * i.arg_count) : NULL;
  for (uint32_t k = 0; k < i.arg_count; k++) rename_operand(c, &i.args[k]);
  if (i.place) {
    i.place = arena_copy(a, i.place, sizeof *i.place);
    i.place->base = local_as(c, i.place->base);
    i.place->steps = arena_copy(a, i.place->steps, sizeof *i.place->steps * i.place->step_count);
    for (uint32_t k = 0; k < i.place->step_count; k++)
      if (i.place->steps[k].kind == MIR_STEP_INDEX) rename_operand(c, &i.place->steps[k].at);
  }
  if (i.on_error < MIR_PROPAGATE) i.on_error = block_as(c->l, i.on_error);
  return i;
}

static void copy_block(copier *c, uint32_t from) {
  mir_fn *f = c->w->f;
  uint32_t to = mir_block_new(c->w->p, f);
  for (uint32_t k = 0; k < f->blocks.items[from].insts.count; k++) {
    mir_inst i = copy_inst(c, &f->blocks.items[from].insts.items[k]);
    VEC_PUSH(c->w->p->arena, &f->blocks.items[to].insts, i);
  }
  mir_term *t = &f->blocks.items[to].term;
  *t = f->blocks.items[from].term;
  f->blocks.items[to].is_cold = f->blocks.items[from].is_cold;
  if (t->case_count) t->cases = arena_copy(c->w->p->arena, t->cases, sizeof *t->cases * t->case_count);
  rename_operand(c, &t->value);
  for (uint32_t s = 0; s < mir_term_successor_count(t); s++)
    *mir_term_successor(t, s) = block_as(c->l, *mir_term_successor(t, s));
}

// The ways into the loop lead to `to` instead of `from`, also those from copies of other loops.
static void lead(peel *w, const loop *l, uint32_t from, uint32_t to) {
  for (uint32_t b = 0; b < w->f->blocks.count; b++) {
    if (in_loop(l, b) || (b >= l->copy && b < l->copy + l->count)) continue;
    mir_block *x = &w->f->blocks.items[b];
    for (uint32_t k = 0; k < x->insts.count; k++)
      if (x->insts.items[k].on_error == from) x->insts.items[k].on_error = to;
    for (uint32_t s = 0; s < mir_term_successor_count(&x->term); s++)
      if (*mir_term_successor(&x->term, s) == from) *mir_term_successor(&x->term, s) = to;
  }
}

static void take_round(peel *w, loop *l) {
  l->copy = w->f->blocks.count;
  l->before = operations(w, l);
  uint32_t *as = ARENA_ARRAY(&w->scratch, uint32_t, w->f->locals.count + 1);
  memset(as, 0xff, sizeof *as * w->f->locals.count);
  copier c = {.w = w, .l = l, .as = as};
  for (uint32_t k = 0; k < l->count; k++) copy_block(&c, l->blocks[k]);
}

// ---- functions ---------------------------------------------------------------------------------------------------------------------
static bool has_checks(const mir_fn *f) {
  for (uint32_t b = 0; b < f->blocks.count; b++)
    for (uint32_t k = 0; k < f->blocks.items[b].insts.count; k++)
      if (f->blocks.items[b].insts.items[k].op == MIR_CHECK_INDEX) return true;
  return false;
}

static void find_loops(peel *w) {
  for (uint32_t b = 0; b < w->block_count; b++)
    for (uint32_t e = 0; e < w->preds[b].count; e++) w->is_head[b] = w->is_head[b] || w->preds[b].items[e] >= b;
  for (uint32_t b = 0; b < w->block_count && w->loop_count < MOST_LOOPS; b++)
    if (w->is_head[b] && find_loop(w, b, &w->loops[w->loop_count])) w->loop_count++;
}

typedef struct resizing { // found when first asked for
  arena a;
  map fns;
  bool known;
} resizing;

static void peel_fn(mir_program *p, mir_fn *f, resizing *r) {
  if (!has_checks(f)) return;
  peel w = {.p = p, .f = f, .block_count = f->blocks.count};
  arena_init(&w.scratch);
  w.preds = ARENA_ARRAY(&w.scratch, block_list, w.block_count);
  w.is_head = ARENA_ARRAY(&w.scratch, bool, w.block_count);
  w.single = ARENA_ARRAY(&w.scratch, uint32_t, f->locals.count + 1);
  survey(&w);
  find_loops(&w);
  for (uint32_t k = 0; k < w.loop_count; k++) take_round(&w, &w.loops[k]);
  for (uint32_t k = 0; k < w.loop_count; k++) lead(&w, &w.loops[k], w.loops[k].head, w.loops[k].copy);
  if (w.loop_count) {
    if (!r->known) range_find_resizing(p, &r->fns);
    r->known = true;
    range_fn(p, f, &r->fns);
  }
  for (uint32_t k = 0; k < w.loop_count; k++) {
    const loop *l = &w.loops[k]; // what was proved elsewhere is true without the copy, too; in the loop it need not be
    if (operations(&w, l) == l->before) lead(&w, l, l->copy, l->head);
  }
  arena_fini(&w.scratch);
}

void pass_peel(mir_program *p) {
  resizing r = {.known = false};
  arena_init(&r.a);
  map_init(&r.fns, &r.a);
  for (uint32_t i = 0; i < p->fns.count; i++) peel_fn(p, p->fns.items[i], &r);
  arena_fini(&r.a);
}
