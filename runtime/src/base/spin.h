// spin.h — a lock for sections of a few dozen instructions.
// Owns:     one word.
// Promises: uncontended cost is one exchange and one store; a waiter gives its time slice away after a while, so that a
//           preempted holder is not waited for at full speed.
//   op       caller  reads  writes  ordering
//   lock     any     word   word    A1: exchange (acquire)
//   unlock   holder  -      word    R1: store (release), pairs with A1
#ifndef AGI_BASE_SPIN_H
#define AGI_BASE_SPIN_H

#include "base/atomic.h"
#include "platform/platform.h"

typedef struct agi_spin {
  _Atomic uint32_t word;
} agi_spin;

static inline void agi_spin_lock(agi_spin *s) {
  for (unsigned n = 0; agi_swap_acquire(&s->word, 1U) != 0; n++) {
    if (n < 64) agi_pause();
    else agi_yield();
  }
}
static inline void agi_spin_unlock(agi_spin *s) { agi_store_release(&s->word, 0U); }

#endif
