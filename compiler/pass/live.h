// live.h — which locals are still needed, at every point of a function.
// Owns:     bit sets, in the arena it is given.
// Promises: error edges count as edges from the middle of a block. Only locals that live across blocks take room in the
//           sets of blocks, so that long functions with many temporaries stay cheap.
// Does not: look at ownership: a local is live if its value can be read.
#ifndef PASS_LIVE_H
#define PASS_LIVE_H

#include "mir/mir.h"

typedef struct live {
  mir_fn *fn;
  const uint32_t *keep; // per local: another local that must live as long as this one, or MIR_NONE. NULL: none
  uint32_t local_count, words;
  uint32_t *index;  // local -> bit in the sets of blocks, or MIR_NONE
  uint32_t *locals; // bit -> local
  uint32_t bits, block_words;
  uint64_t *in; // block_words per block
} live;

// A set of all locals: `words` words.
typedef uint64_t *live_set;

void live_compute(live *l, arena *a, mir_fn *f, const uint32_t *keep);
live_set live_set_new(const live *l, arena *a);
// set = what is live at the end of the block, after its terminator.
void live_at_end(const live *l, uint32_t block, live_set set);
// Adds what is live at the begin of a block.
void live_add_in(const live *l, uint32_t block, live_set set);
bool live_is_in(const live *l, uint32_t block, uint32_t local);
// Backwards over a terminator or an instruction.
void live_before_term(const live *l, const mir_term *t, live_set set);
void live_before_inst(const live *l, const mir_inst *i, live_set set);
void live_add_use(const live *l, uint32_t local, live_set set);

static inline bool live_has(const uint64_t *set, uint32_t i) { return set[i / 64] >> (i % 64) & 1; }
static inline void live_put(uint64_t *set, uint32_t i) { set[i / 64] |= (uint64_t)1 << (i % 64); }
static inline void live_cut(uint64_t *set, uint32_t i) { set[i / 64] &= ~((uint64_t)1 << (i % 64)); }

#endif
