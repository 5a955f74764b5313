// live.c — liveness by backward data flow over bit sets.
#include "pass/live.h"

#include <string.h>

#include "mir/builder.h"

static bool term_reads(const mir_term *t) {
  bool reads = t->kind == MIR_TERM_BRANCH || t->kind == MIR_TERM_SWITCH || t->kind == MIR_TERM_RETURN;
  return reads && mir_is_local(&t->value);
}

// ---- which locals live across blocks ---------------------------------------------------------------------------------------
typedef struct seen {
  uint32_t *block; // where a local was seen first + 1
  bool *across;
  bool *written; // in that block, before any read
} seen;

static void note(seen *s, uint32_t local, uint32_t block, bool write) {
  if (local == MIR_NONE) return;
  if (s->block[local] == 0) {
    s->block[local] = block + 1;
    s->across[local] = !write;
  } else if (s->block[local] != block + 1) {
    s->across[local] = true;
  }
}

static void note_use(seen *s, const live *l, uint32_t local, uint32_t block) {
  note(s, local, block, false);
  if (local != MIR_NONE && l->keep && l->keep[local] != MIR_NONE) note(s, l->keep[local], block, false);
}

static void number(live *l, arena *a) {
  mir_fn *f = l->fn;
  seen s = {.block = ARENA_ARRAY(a, uint32_t, l->local_count + 1), .across = ARENA_ARRAY(a, bool, l->local_count + 1)};
  for (uint32_t i = 0; i < f->param_count; i++) s.block[i] = 1;
  for (uint32_t b = 0; b < f->blocks.count; b++) {
    mir_block *block = &f->blocks.items[b];
    for (uint32_t i = 0; i < block->insts.count; i++) {
      const mir_inst *x = &block->insts.items[i];
      for (uint32_t u = 0; u < mir_use_count(x); u++) note_use(&s, l, mir_use(x, u), b);
      note(&s, x->dst, b, true);
    }
    if (term_reads(&block->term)) note_use(&s, l, block->term.value.local, b);
  }
  for (uint32_t i = 0; i < l->local_count; i++) {
    l->index[i] = s.across[i] ? l->bits : MIR_NONE;
    if (s.across[i]) l->locals[l->bits++] = i;
  }
}

// ---- sets ------------------------------------------------------------------------------------------------------------------
live_set live_set_new(const live *l, arena *a) { return ARENA_ARRAY(a, uint64_t, l->words + 1); }

void live_add_in(const live *l, uint32_t block, live_set set) {
  if (block >= MIR_PROPAGATE) return;
  const uint64_t *in = l->in + (size_t)block * l->block_words;
  for (uint32_t w = 0; w < l->block_words; w++)
    for (uint64_t bits = in[w]; bits; bits &= bits - 1)
      live_put(set, l->locals[w * 64 + (uint32_t)__builtin_ctzll(bits)]);
}

bool live_is_in(const live *l, uint32_t block, uint32_t local) {
  if (block >= MIR_PROPAGATE || l->index[local] == MIR_NONE) return false;
  return live_has(l->in + (size_t)block * l->block_words, l->index[local]);
}

void live_at_end(const live *l, uint32_t block, live_set set) {
  memset(set, 0, sizeof *set * l->words);
  mir_term *t = &l->fn->blocks.items[block].term;
  for (uint32_t i = 0; i < mir_term_successor_count(t); i++) live_add_in(l, *mir_term_successor(t, i), set);
}

void live_add_use(const live *l, uint32_t local, live_set set) {
  if (local == MIR_NONE) return;
  live_put(set, local);
  if (l->keep && l->keep[local] != MIR_NONE) live_put(set, l->keep[local]);
}

void live_before_term(const live *l, const mir_term *t, live_set set) {
  if (term_reads(t)) live_add_use(l, t->value.local, set);
}

void live_before_inst(const live *l, const mir_inst *i, live_set set) {
  if (i->dst != MIR_NONE) live_cut(set, i->dst);
  live_add_in(l, i->on_error, set);
  for (uint32_t u = 0; u < mir_use_count(i); u++) live_add_use(l, mir_use(i, u), set);
}

// ---- data flow -------------------------------------------------------------------------------------------------------------
// In the small space of bits: what lives inside one block only does not matter here.
static void flow_use(const live *l, uint32_t local, uint64_t *set) {
  if (local == MIR_NONE) return;
  if (l->index[local] != MIR_NONE) live_put(set, l->index[local]);
  if (l->keep && l->keep[local] != MIR_NONE) flow_use(l, l->keep[local], set);
}

static void flow_join(const live *l, uint32_t block, uint64_t *set) {
  if (block >= MIR_PROPAGATE) return;
  const uint64_t *in = l->in + (size_t)block * l->block_words;
  for (uint32_t w = 0; w < l->block_words; w++) set[w] |= in[w];
}

static void flow_inst(const live *l, const mir_inst *i, uint64_t *set) {
  if (i->dst != MIR_NONE && l->index[i->dst] != MIR_NONE) live_cut(set, l->index[i->dst]);
  flow_join(l, i->on_error, set);
  for (uint32_t u = 0; u < mir_use_count(i); u++) flow_use(l, mir_use(i, u), set);
}

static bool update(live *l, uint32_t b, uint64_t *set) {
  mir_block *block = &l->fn->blocks.items[b];
  memset(set, 0, sizeof *set * l->block_words);
  for (uint32_t i = 0; i < mir_term_successor_count(&block->term); i++)
    flow_join(l, *mir_term_successor(&block->term, i), set);
  if (term_reads(&block->term)) flow_use(l, block->term.value.local, set);
  for (uint32_t i = block->insts.count; i-- > 0;) flow_inst(l, &block->insts.items[i], set);
  uint64_t *in = l->in + (size_t)b * l->block_words;
  if (memcmp(in, set, sizeof *set * l->block_words) == 0) return false;
  memcpy(in, set, sizeof *set * l->block_words);
  return true;
}

// The n-th way out of a block, error edges first: MIR_NONE: none, MIR_PROPAGATE: one that leaves the function.
static uint32_t way_out(mir_block *b, uint32_t n) {
  if (n < b->insts.count)
    return b->insts.items[n].on_error == MIR_NO_ERROR ? MIR_PROPAGATE : b->insts.items[n].on_error;
  n -= b->insts.count;
  return n < mir_term_successor_count(&b->term) ? *mir_term_successor(&b->term, n) : MIR_NONE;
}

// Each block behind those it leads to, but for loops: then what is live is known after a round or two, however blocks are numbered.
static uint32_t *postorder(mir_fn *f, arena *a) {
  uint32_t n = f->blocks.count, count = 0;
  uint32_t *order = ARENA_ARRAY(a, uint32_t, n + 1), *path = ARENA_ARRAY(a, uint32_t, n + 1),
           *next = ARENA_ARRAY(a, uint32_t, n + 1);
  bool *done = ARENA_ARRAY(a, bool, n + 1);
  for (uint32_t start = 0; start < n; start++) {
    uint32_t depth = 0;
    if (!done[start]) path[depth++] = start;
    done[start] = true;
    while (depth) {
      uint32_t b = path[depth - 1], to = way_out(&f->blocks.items[b], next[b]++);
      if (to == MIR_NONE) order[count++] = path[--depth];
      if (to >= MIR_PROPAGATE || done[to]) continue;
      done[to] = true;
      path[depth++] = to;
    }
  }
  return order;
}

void live_compute(live *l, arena *a, mir_fn *f, const uint32_t *keep) {
  memset(l, 0, sizeof *l);
  l->fn = f;
  l->keep = keep;
  l->local_count = f->locals.count;
  l->words = (l->local_count + 63) / 64;
  l->index = ARENA_ARRAY(a, uint32_t, l->local_count + 1);
  l->locals = ARENA_ARRAY(a, uint32_t, l->local_count + 1);
  number(l, a);
  l->block_words = (l->bits + 63) / 64;
  l->in = ARENA_ARRAY(a, uint64_t, (size_t)l->block_words * f->blocks.count + 1);
  if (l->bits == 0) return;
  uint64_t *set = ARENA_ARRAY(a, uint64_t, l->block_words);
  const uint32_t *order = postorder(f, a);
  for (bool changed = true; changed;) {
    changed = false;
    for (uint32_t i = 0; i < f->blocks.count; i++) changed = update(l, order[i], set) || changed;
  }
}
