// loops.h — innermost small loops of a function: finding them, copying them, leading the ways into them elsewhere (peel, guard).
// Owns:     what is found, in an arena of its own.
// Promises: a copy does what its original does. Blocks and locals that were there keep their numbers.
// Does not: know what a copy is for.
#ifndef PASS_LOOPS_H
#define PASS_LOOPS_H

#include "base/vec.h"
#include "mir/mir.h"

enum { LOOP_BLOCKS = 8, LOOPS = 16 };

typedef struct loop {
  uint32_t head, blocks[LOOP_BLOCKS], count; // blocks[0] is the head
  uint32_t copy;                             // of blocks[0]; the others follow
} loop;

typedef VEC(uint32_t) block_list;

typedef struct loops {
  mir_program *p;
  mir_fn *f;
  arena scratch;
  uint32_t block_count; // before copies
  block_list *preds;    // by block; error edges too
  bool *is_head;
  uint32_t *single; // by local: the only block it occurs in + 1; MIR_NONE: several
} loops;

// The blocks that are reached, in reverse postorder; what is gone to against it is the head of a loop. Answers how many.
uint32_t loops_order(const mir_fn *f, arena *scratch, uint32_t *order, bool *is_head);

void loops_init(loops *w, mir_program *p, mir_fn *f);
void loops_fini(loops *w);

// The loop of this head, if it is an innermost one, as a program writes it, of that many blocks at most and of plain operations: none that
// calls, waits or changes the size of a collection.
bool loop_find(const loops *w, uint32_t head, uint32_t most_blocks, loop *l);
bool loop_has(const loop *l, uint32_t block);
uint32_t loop_insts(const loops *w, const loop *l, mir_op op); // how many there are of it; MIR_OP_COUNT: of any

// Makes the copy. `as`, by local: what a local that occurs in one block only is called in the copy; MIR_NONE: by a new one. The way back to the
// head leads to that of the copy (whole) or to the original's: the copy is one round.
void loop_copy(loops *w, loop *l, uint32_t *as, bool whole);
// The ways into the loop lead to `to` instead of `from`, also those from copies of other loops.
void loop_lead(loops *w, const loop *l, uint32_t from, uint32_t to);

#endif
