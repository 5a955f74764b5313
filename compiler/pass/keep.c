// keep.c — a variable whose drop can be seen (a lease, and what has one in it) lives to the end of its block on each path on which
// it is still owned there.
// Owns:     the blocks that are reached both with and without it: they are doubled.
// Promises: afterwards a KEEP stands only where its variable is owned on all ways that lead there; the others are gone. So the counts
//           that pass rc inserts drop it there, and not behind its last use, nor where ways join that differ.
// How: per variable, each block is looked at as entered with the variable owned and without. It is owned from where it is given a value
//   to where it is moved: consumed, if it holds an iso (other values are shared then).
//   Doubling multiplies where several variables differ at once. A function that would grow too much by it gets an optional instead,
//   which is none from where the variable is moved.
#include <string.h>

#include "mir/builder.h"
#include "pass/pass.h"

enum { GONE, OWNED, STATES };
enum { GROWTH = 4, SMALL = 256 }; // times as many blocks as at first, and so many more

typedef struct keep {
  mir_program *p;
  mir_fn *f;
  arena scratch;
  uint32_t local;
  bool moves;             // consuming it moves it
  uint32_t count;         // of blocks, before any is doubled
  uint32_t (*as)[STATES]; // by block: what it is when entered so; MIR_NONE: it never is
  uint32_t (*work)[2];    // block, state
  uint32_t work_count;
} keep;

static bool consumes(const keep *k, const mir_inst *i) {
  for (uint32_t a = 0; k->moves && a < i->arg_count; a++)
    if (mir_is_local(&i->args[a]) && i->args[a].local == k->local && i->args[a].mode == MIR_CONSUME) return true;
  return false;
}
static bool is_keep(const keep *k, const mir_inst *i) { return i->op == MIR_KEEP && mir_use(i, 0) == k->local; }
static uint32_t on_error_state(const keep *k, const mir_inst *i, uint32_t state) {
  return consumes(k, i) ? GONE : state;
}
static uint32_t state_after(const keep *k, const mir_inst *i, uint32_t state) {
  return i->dst == k->local ? OWNED : on_error_state(k, i, state);
}

static void enter(keep *k, uint32_t block, uint32_t state) {
  if (block >= MIR_PROPAGATE || k->as[block][state] != MIR_NONE) return;
  k->as[block][state] = block;
  k->work[k->work_count][0] = block;
  k->work[k->work_count++][1] = state;
}

static void explore(keep *k) {
  bool param = k->f->locals.items[k->local].is_param;
  enter(k, 0, param ? OWNED : GONE);
  while (k->work_count > 0) {
    uint32_t *next = k->work[--k->work_count], state = next[1];
    mir_block *b = &k->f->blocks.items[next[0]];
    for (uint32_t n = 0; n < b->insts.count; n++) {
      const mir_inst *i = &b->insts.items[n];
      enter(k, i->on_error, on_error_state(k, i, state));
      state = state_after(k, i, state);
    }
    for (uint32_t s = 0; s < mir_term_successor_count(&b->term); s++) enter(k, *mir_term_successor(&b->term, s), state);
  }
}

// ---- doubling ----------------------------------------------------------------------------------------------------------------
static mir_inst copy_inst(const keep *k, const mir_inst *from) {
  arena *a = k->p->arena;
  mir_inst i = *from;
  if (i.arg_count) i.args = arena_copy(a, i.args, sizeof *i.args * i.arg_count);
  if (i.place) {
    i.place = arena_copy(a, i.place, sizeof *i.place);
    if (i.place->step_count)
      i.place->steps = arena_copy(a, i.place->steps, sizeof *i.place->steps * i.place->step_count);
  }
  return i;
}

static uint32_t copy_block(const keep *k, uint32_t from) {
  uint32_t to = mir_block_new(k->p, k->f);
  mir_block *old = &k->f->blocks.items[from], *new = &k->f->blocks.items[to];
  for (uint32_t n = 0; n < old->insts.count; n++) {
    mir_inst i = copy_inst(k, &old->insts.items[n]);
    VEC_PUSH(k->p->arena, &new->insts, i);
  }
  new->term = old->term;
  new->is_cold = old->is_cold;
  if (new->term.case_count)
    new->term.cases = arena_copy(k->p->arena, old->term.cases, sizeof *old->term.cases * old->term.case_count);
  return to;
}

// Leads on to what its successors are in this state, without the KEEPs of what is gone.
static void settle(const keep *k, uint32_t block, uint32_t state) {
  mir_block *b = &k->f->blocks.items[block];
  uint32_t left = 0;
  for (uint32_t n = 0; n < b->insts.count; n++) {
    mir_inst i = b->insts.items[n];
    if (is_keep(k, &i) && state == GONE) continue;
    if (i.on_error < MIR_PROPAGATE) i.on_error = k->as[i.on_error][on_error_state(k, &i, state)];
    state = state_after(k, &i, state);
    b->insts.items[left++] = i;
  }
  b->insts.count = left;
  for (uint32_t s = 0; s < mir_term_successor_count(&b->term); s++) {
    uint32_t *to = mir_term_successor(&b->term, s);
    if (*to < MIR_PROPAGATE) *to = k->as[*to][state];
  }
}

// ---- an optional in its place ------------------------------------------------------------------------------------------------
typedef struct holder {
  const keep *k;
  uint32_t local; // the optional
  const type *type;
  bool own; // the variable is an optional itself, and `local` it
  mir_block *to;
} holder;

static void add(holder *h, mir_inst i) { VEC_PUSH(h->k->p->arena, &h->to->insts, i); }
static void simple(holder *h, mir_op op, uint32_t dst, const type *t, mir_operand from, span at) {
  add(h, mir_inst_make(h->k->p, op, dst, t, &from, 1, at));
}
static void empty(holder *h, span at) {
  simple(h, MIR_MOVE, h->local, h->type, mir_simple_operand(MIR_OPERAND_NONE, h->type), at);
}
static void fill(holder *h, uint32_t from, span at) {
  simple(h, MIR_SOME, h->local, h->type, mir_local_operand(h->k->f, from), at);
}

// What is in it, under a name of its own. `moved`: and is in it no more.
static uint32_t inside(holder *h, bool moved, span at) {
  mir_fn *f = h->k->f;
  const type *t = f->locals.items[h->k->local].type;
  uint32_t name = mir_local_new(h->k->p, f, t, NULL);
  simple(h, h->own ? MIR_MOVE : MIR_UNWRAP, name, t, mir_local_operand(f, h->local), at);
  if (moved) empty(h, at);
  return name;
}

static void rename_operand(holder *h, mir_operand *o, span at) {
  if (!mir_is_local(o) || o->local != h->k->local) return;
  bool moved = h->k->moves && o->mode == MIR_CONSUME;
  if (moved || !h->own) o->local = inside(h, moved, at);
}

static void rename_place(holder *h, mir_inst *i) {
  const type *t = h->k->f->locals.items[h->k->local].type;
  if (!i->place || i->place->base != h->k->local || h->own) return;
  if (mir_type_is_pointer(t)) {
    i->place->base = inside(h, false, i->span);
    return;
  }
  mir_step *steps = ARENA_ARRAY(h->k->p->arena, mir_step, i->place->step_count + 1);
  steps[0] = (mir_step){.kind = MIR_STEP_SOME, .type = t};
  for (uint32_t s = 0; s < i->place->step_count; s++) steps[s + 1] = i->place->steps[s];
  i->place->base = h->local;
  i->place->steps = steps;
  i->place->step_count++;
}

static void hold_inst(holder *h, mir_inst i) {
  if (is_keep(h->k, &i)) {
    simple(h, MIR_KEEP, MIR_NONE, h->type, mir_local_operand(h->k->f, h->local), i.span);
    empty(h, i.span);
    return;
  }
  for (uint32_t a = 0; a < i.arg_count; a++) rename_operand(h, &i.args[a], i.span);
  rename_place(h, &i);
  bool sets = i.dst == h->k->local && !h->own;
  if (sets) i.dst = mir_local_new(h->k->p, h->k->f, h->k->f->locals.items[i.dst].type, NULL);
  add(h, i);
  if (sets) fill(h, i.dst, i.span);
}

static bool is_entered_again(const mir_fn *f) {
  for (uint32_t b = 0; b < f->blocks.count; b++) {
    mir_block *x = &f->blocks.items[b];
    for (uint32_t s = 0; s < mir_term_successor_count(&x->term); s++)
      if (*mir_term_successor(&x->term, s) == 0) return true;
    for (uint32_t n = 0; n < x->insts.count; n++)
      if (x->insts.items[n].on_error == 0) return true;
  }
  return false;
}

static void hold(keep *k) {
  mir_fn *f = k->f;
  const mir_local *l = &f->locals.items[k->local];
  bool param = l->is_param;
  holder h = {.k = k, .own = l->type->kind == TY_OPTIONAL && !param};
  h.type = l->type->kind == TY_OPTIONAL ? l->type : type_compound(k->p->types, TY_OPTIONAL, &l->type, 1, CAP_NONE);
  h.local = h.own ? k->local : mir_local_new(k->p, f, h.type, l->name);
  for (uint32_t b = 0; b < f->blocks.count; b++) {
    h.to = &f->blocks.items[b];
    mir_block old = *h.to;
    memset(&h.to->insts, 0, sizeof h.to->insts);
    if (b == 0 && param) fill(&h, k->local, f->span);
    else if (b == 0) empty(&h, f->span);
    for (uint32_t n = 0; n < old.insts.count; n++) hold_inst(&h, old.insts.items[n]);
    rename_operand(&h, &h.to->term.value, h.to->term.span);
  }
}

// ---- one variable ------------------------------------------------------------------------------------------------------------
static void keep_local(mir_program *p, mir_fn *f, uint32_t local, uint32_t most) {
  keep k = {.p = p, .f = f, .local = local, .moves = mir_type_holds_iso(f->locals.items[local].type)};
  k.count = f->blocks.count;
  arena_init(&k.scratch);
  k.as = arena_alloc(&k.scratch, sizeof *k.as * k.count);
  memset(k.as, 0xff, sizeof *k.as * k.count);
  k.work = arena_alloc(&k.scratch, sizeof *k.work * k.count * STATES);
  explore(&k);
  uint32_t doubled = 0;
  for (uint32_t b = 0; b < k.count; b++) doubled += k.as[b][GONE] != MIR_NONE && k.as[b][OWNED] != MIR_NONE;
  if (k.count + doubled > most && !is_entered_again(f)) {
    hold(&k);
    arena_fini(&k.scratch);
    return;
  }
  for (uint32_t b = 0; b < k.count; b++) {
    uint32_t other =
        b == 0 && !f->locals.items[local].is_param ? OWNED : GONE; // the function still begins with block 0
    if (k.as[b][GONE] != MIR_NONE && k.as[b][OWNED] != MIR_NONE) k.as[b][other] = copy_block(&k, b);
  }
  for (uint32_t b = 0; b < k.count; b++)
    for (uint32_t s = 0; s < STATES; s++)
      if (k.as[b][s] != MIR_NONE) settle(&k, k.as[b][s], s);
  arena_fini(&k.scratch);
}

void pass_keep(mir_program *p, mir_fn *f) {
  arena scratch;
  arena_init(&scratch);
  bool *kept = NULL;
  uint32_t locals = f->locals.count, most = f->blocks.count * GROWTH + SMALL;
  for (uint32_t b = 0; b < f->blocks.count; b++) {
    for (uint32_t n = 0; n < f->blocks.items[b].insts.count; n++) {
      const mir_inst *i = &f->blocks.items[b].insts.items[n];
      if (i->op != MIR_KEEP || !mir_is_local(&i->args[0])) continue;
      if (!kept) kept = ARENA_ARRAY(&scratch, bool, locals);
      kept[i->args[0].local] = true;
    }
  }
  for (uint32_t l = 0; kept && l < locals; l++)
    if (kept[l]) keep_local(p, f, l, most);
  arena_fini(&scratch);
}
