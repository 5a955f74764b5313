// peel.c — `while i < j { swap(xs[i], xs[j]); i += 1; j -= 1 }`: only the first round can be out of range. A copy of it goes before the
// loop, and the loop's own checks are proved away.
// Owns:     which loops are tried: innermost ones, small, of plain operations, that pass range has left a check of an index in.
// Promises: what a function does stays the same. A copy is kept only if something was proved of its loop by it.
// Does not: prove anything (range.c).
#include <string.h>

#include "pass/loops.h"
#include "pass/pass.h"
#include "pass/range.h"

enum { MOST_BLOCKS = 6, MOST_INSTS = 24 };

typedef struct peeled {
  loop l;
  uint64_t before; // what its operations were
} peeled;

// Changes if anything is proved of an operation of the loop.
static uint64_t operations(const loops *w, const loop *l) {
  uint64_t h = 0;
  for (uint32_t b = 0; b < l->count; b++) {
    const mir_block *x = &w->f->blocks.items[l->blocks[b]];
    for (uint32_t k = 0; k < x->insts.count; k++)
      h = (h + (uint64_t)x->insts.items[k].op * 2 + (x->insts.items[k].on_error != MIR_NO_ERROR)) * 0x9E3779B97F4A7C15u;
  }
  return h;
}

static bool find(const loops *w, uint32_t head, peeled *x) {
  return loop_find(w, head, MOST_BLOCKS, &x->l) && loop_insts(w, &x->l, MIR_OP_COUNT) <= MOST_INSTS &&
         loop_insts(w, &x->l, MIR_CHECK_INDEX) > 0;
}

static void take_round(loops *w, peeled *x) {
  x->before = operations(w, &x->l);
  uint32_t *as = ARENA_ARRAY(&w->scratch, uint32_t, w->f->locals.count + 1);
  memset(as, 0xff, sizeof *as * w->f->locals.count);
  loop_copy(w, &x->l, as, false);
}

static void peel_fn(mir_program *p, mir_fn *f, range_resizing *r) {
  if (!range_has_index_checks(f)) return;
  loops w;
  peeled of[LOOPS];
  uint32_t count = 0;
  loops_init(&w, p, f);
  for (uint32_t b = 0; b < w.block_count && count < LOOPS; b++) count += find(&w, b, &of[count]);
  for (uint32_t k = 0; k < count; k++) take_round(&w, &of[k]);
  for (uint32_t k = 0; k < count; k++) loop_lead(&w, &of[k].l, of[k].l.head, of[k].l.copy);
  if (count) range_fn(p, f, range_resizing_of(p, r));
  for (uint32_t k = 0; k < count; k++) {
    const loop *l = &of[k].l; // what was proved elsewhere is true without the copy, too; in the loop it need not be
    if (operations(&w, l) == of[k].before) loop_lead(&w, l, l->copy, l->head);
  }
  loops_fini(&w);
}

void pass_peel(mir_program *p) { range_each_fn(p, peel_fn); }
