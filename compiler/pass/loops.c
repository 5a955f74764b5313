// loops.c — see loops.h.
#include "pass/loops.h"

#include <string.h>

#include "mir/builder.h"
#include "pass/range.h"

// ---- the graph -----------------------------------------------------------------------------------------------------------------
static void occurs(loops *w, uint32_t local, uint32_t block) {
  if (local == MIR_NONE) return;
  if (w->single[local] == 0) w->single[local] = block + 1;
  else if (w->single[local] != block + 1) w->single[local] = MIR_NONE;
}

static void survey(loops *w) {
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

typedef struct walk {
  uint32_t block, next;
} walk;

static uint32_t successor(const mir_fn *f, uint32_t b, uint32_t n) {
  mir_block *x = &f->blocks.items[b];
  uint32_t count = mir_term_successor_count(&x->term);
  if (n < count) return *mir_term_successor(&x->term, n);
  n -= count;
  return n < x->insts.count ? x->insts.items[n].on_error : MIR_NONE;
}

uint32_t loops_order(const mir_fn *f, arena *scratch, uint32_t *order, bool *is_head) {
  enum { NEW, BEGUN, DONE };
  uint32_t n = f->blocks.count, top = 0, out = n;
  walk *stack = ARENA_ARRAY(scratch, walk, n + 1);
  uint8_t *state = ARENA_ARRAY(scratch, uint8_t, n + 1);
  stack[top++] = (walk){0, 0};
  state[0] = BEGUN;
  while (top) {
    walk *w = &stack[top - 1];
    mir_block *x = &f->blocks.items[w->block];
    if (w->next == mir_term_successor_count(&x->term) + x->insts.count) {
      state[w->block] = DONE;
      order[--out] = w->block;
      top--;
      continue;
    }
    uint32_t to = successor(f, w->block, w->next++);
    if (to >= MIR_PROPAGATE) continue;
    if (state[to] == BEGUN) is_head[to] = true;
    if (state[to] != NEW) continue;
    state[to] = BEGUN;
    stack[top++] = (walk){to, 0};
  }
  memmove(order, order + out, sizeof *order * (n - out));
  return n - out;
}

void loops_init(loops *w, mir_program *p, mir_fn *f) {
  *w = (loops){.p = p, .f = f, .block_count = f->blocks.count};
  arena_init(&w->scratch);
  w->preds = ARENA_ARRAY(&w->scratch, block_list, w->block_count);
  w->is_head = ARENA_ARRAY(&w->scratch, bool, w->block_count);
  w->single = ARENA_ARRAY(&w->scratch, uint32_t, f->locals.count + 1);
  survey(w);
  (void)loops_order(f, &w->scratch, ARENA_ARRAY(&w->scratch, uint32_t, w->block_count + 1), w->is_head);
}

void loops_fini(loops *w) { arena_fini(&w->scratch); }

// ---- finding ---------------------------------------------------------------------------------------------------------------------
bool loop_has(const loop *l, uint32_t block) {
  for (uint32_t k = 0; k < l->count; k++)
    if (l->blocks[k] == block) return true;
  return false;
}

// Everything that leads back to the head without leaving the loop: from the back edges up. false: too much.
static bool collect(const loops *w, loop *l, uint32_t from, uint32_t most) {
  if (loop_has(l, from)) return true;
  if (l->count == most) return false;
  uint32_t first = l->count;
  l->blocks[l->count++] = from;
  for (uint32_t k = first; k < l->count; k++) {
    const block_list *preds = &w->preds[l->blocks[k]];
    for (uint32_t e = 0; e < preds->count; e++) {
      if (loop_has(l, preds->items[e])) continue;
      if (l->count == most || preds->items[e] == 0) return false;
      l->blocks[l->count++] = preds->items[e];
    }
  }
  return true;
}

uint32_t loop_insts(const loops *w, const loop *l, mir_op op) {
  uint32_t n = 0;
  for (uint32_t b = 0; b < l->count; b++) {
    const mir_block *x = &w->f->blocks.items[l->blocks[b]];
    for (uint32_t k = 0; k < x->insts.count; k++) n += op == MIR_OP_COUNT || x->insts.items[k].op == op;
  }
  return n;
}

// Plain operations only, and no counted local that would get a second definition.
static bool is_plain(const loops *w, const loop *l) {
  for (uint32_t b = 0; b < l->count; b++) {
    const mir_block *x = &w->f->blocks.items[l->blocks[b]];
    if (b > 0 && w->is_head[l->blocks[b]]) return false;
    for (uint32_t k = 0; k < x->insts.count; k++) {
      const mir_inst *i = &x->insts.items[k];
      bool compares = i->op >= MIR_EQ && i->op <= MIR_GE && !mir_type_counted(i->args[0].type);
      if (!range_keeps_sizes(i->op) && !compares) return false;
      if (i->dst == MIR_NONE || w->single[i->dst] != MIR_NONE) continue;
      if (w->f->locals.items[i->dst].counted) return false;
    }
  }
  return true;
}

bool loop_find(const loops *w, uint32_t head, uint32_t most_blocks, loop *l) {
  *l = (loop){.head = head, .blocks = {head}, .count = 1};
  bool entered = false;
  if (!w->is_head[head]) return false;
  const block_list *preds = &w->preds[head];
  for (uint32_t e = 0; e < preds->count; e++) {
    if (preds->items[e] >= head) { // a back edge, if the loop is as a program writes it: its head comes first
      if (!collect(w, l, preds->items[e], most_blocks)) return false;
    } else {
      entered = true;
    }
  }
  return entered && head != 0 && is_plain(w, l);
}

// ---- copying -----------------------------------------------------------------------------------------------------------------------
typedef struct copier {
  loops *w;
  const loop *l;
  uint32_t *as;
  bool whole;
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

static uint32_t block_as(const copier *c, uint32_t block) {
  for (uint32_t k = c->whole ? 0 : 1; k < c->l->count; k++)
    if (c->l->blocks[k] == block) return c->l->copy + k;
  return block;
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
  if (i.on_error < MIR_PROPAGATE) i.on_error = block_as(c, i.on_error);
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
    *mir_term_successor(t, s) = block_as(c, *mir_term_successor(t, s));
}

void loop_copy(loops *w, loop *l, uint32_t *as, bool whole) {
  l->copy = w->f->blocks.count;
  copier c = {.w = w, .l = l, .as = as, .whole = whole};
  for (uint32_t k = 0; k < l->count; k++) copy_block(&c, l->blocks[k]);
}

void loop_lead(loops *w, const loop *l, uint32_t from, uint32_t to) {
  for (uint32_t b = 0; b < w->f->blocks.count; b++) {
    if (loop_has(l, b) || (b >= l->copy && b < l->copy + l->count)) continue;
    mir_block *x = &w->f->blocks.items[b];
    for (uint32_t k = 0; k < x->insts.count; k++)
      if (x->insts.items[k].on_error == from) x->insts.items[k].on_error = to;
    for (uint32_t s = 0; s < mir_term_successor_count(&x->term); s++)
      if (*mir_term_successor(&x->term, s) == from) *mir_term_successor(&x->term, s) = to;
  }
}
