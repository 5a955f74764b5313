// keep.c — a variable whose drop can be seen (a lease, and what has one in it) lives to the end of its block on each path on which
// it is still owned there.
// Owns:     the blocks that are reached both with and without it: they are doubled.
// Promises: afterwards a KEEP stands only where its variable is owned on all ways that lead there; the others are gone. So the counts
//           that pass rc inserts drop it there, and not behind its last use, nor where ways join that differ.
// How: per variable, each block is looked at as entered with the variable owned and without. It is owned from where it is given a value
//   to where it is moved: consumed, if it holds an iso (other values are shared then).
#include <string.h>

#include "mir/builder.h"
#include "pass/pass.h"

enum { GONE, OWNED, STATES };

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

static void keep_local(mir_program *p, mir_fn *f, uint32_t local) {
  keep k = {.p = p, .f = f, .local = local, .moves = mir_type_holds_iso(f->locals.items[local].type)};
  k.count = f->blocks.count;
  arena_init(&k.scratch);
  k.as = arena_alloc(&k.scratch, sizeof *k.as * k.count);
  memset(k.as, 0xff, sizeof *k.as * k.count);
  k.work = arena_alloc(&k.scratch, sizeof *k.work * k.count * STATES);
  explore(&k);
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
  uint32_t locals = f->locals.count;
  for (uint32_t b = 0; b < f->blocks.count; b++) {
    for (uint32_t n = 0; n < f->blocks.items[b].insts.count; n++) {
      const mir_inst *i = &f->blocks.items[b].insts.items[n];
      if (i->op != MIR_KEEP || !mir_is_local(&i->args[0])) continue;
      if (!kept) kept = ARENA_ARRAY(&scratch, bool, locals);
      kept[i->args[0].local] = true;
    }
  }
  for (uint32_t l = 0; kept && l < locals; l++)
    if (kept[l]) keep_local(p, f, l);
  arena_fini(&scratch);
}
