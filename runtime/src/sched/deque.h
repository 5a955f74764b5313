// deque.h — bounded queue of tasks: one owner pushes and pops, anyone steals half at once.
// Owns:     the ring of pointers. Never owns, runs or frees a task.
// Promises: push is wait-free for the owner, pop lock-free; first in first out; no task is lost or returned twice.
//   op     caller  reads        writes            ordering
//   push   owner   head         slot, tail        R1: slot before tail (release), pairs with A1; head acquire: thieves
//                                                 are done with the slots they gave back (R2)
//   pop    owner   head         head.real         the compare-exchange decides who owns the item; acquire, as push, even when
//                                                 empty: the slots are filled next by a steal
//   steal  any     head, tail   head.real, then   A1: tail (acquire), then slots; claim by compare-exchange; copying done,
//                               head.steal        head.steal follows (R2, release)
// head holds two 32-bit positions: `real` (next item to take) and `steal` (items before it may still be being copied by
// a thief). While they differ, a steal is in progress and no other thief may start.
// Tested by: tests/runtime/unit/deque_test.c, tests/runtime/stress/steal_stress.c
#ifndef AGI_SCHED_DEQUE_H
#define AGI_SCHED_DEQUE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/atomic.h"
#include "sched/task.h"

enum { AGI_DEQUE_SIZE = 256, AGI_DEQUE_MASK = AGI_DEQUE_SIZE - 1 };

typedef struct agi_deque {
  _Alignas(64) _Atomic uint64_t head; // steal << 32 | real
  _Alignas(64) _Atomic uint32_t tail; // owner writes
  _Atomic(agi_task *) slots[AGI_DEQUE_SIZE];
} agi_deque;

static inline uint32_t agi_deque_real(uint64_t head) { return (uint32_t)head; }
static inline uint32_t agi_deque_stolen(uint64_t head) { return (uint32_t)(head >> 32); }
static inline uint64_t agi_deque_pack(uint32_t steal, uint32_t real) { return (uint64_t)steal << 32 | real; }

// False: full.
static inline bool agi_deque_push(agi_deque *q, agi_task *t) {
  uint32_t tail = agi_load_relaxed(&q->tail);
  uint64_t head = agi_load_acquire(&q->head);
  if (tail - agi_deque_stolen(head) >= AGI_DEQUE_SIZE) return false;
  agi_store_relaxed(&q->slots[tail & AGI_DEQUE_MASK], t);
  agi_store_release(&q->tail, tail + 1);
  return true;
}

static inline agi_task *agi_deque_pop(agi_deque *q) {
  uint64_t head = agi_load_acquire(&q->head);
  uint32_t tail = agi_load_relaxed(&q->tail);
  for (;;) {
    uint32_t real = agi_deque_real(head), steal = agi_deque_stolen(head);
    if (real == tail) return NULL;
    uint64_t next = agi_deque_pack(steal == real ? real + 1 : steal, real + 1);
    if (agi_cas_acq_rel(&q->head, &head, next)) return agi_load_relaxed(&q->slots[real & AGI_DEQUE_MASK]);
  }
}

// Exact for the owner, an estimate for others.
static inline uint32_t agi_deque_size(agi_deque *q) {
  uint64_t head = agi_load_relaxed(&q->head);
  uint32_t n = agi_load_relaxed(&q->tail) - agi_deque_real(head);
  return n > AGI_DEQUE_SIZE ? 0 : n;
}

void agi_deque_init(agi_deque *q);
// Owner, when full: takes the older half out as a chain of *n tasks linked by `next`. NULL: a thief is at work, or not full.
agi_task *agi_deque_take_half(agi_deque *q, uint32_t *n);
// Moves half of `from` into `to` (which the caller owns and which is empty), as far as there is room (a thief of `to` may not be done
// with its slots), and returns one of them to run at once.
agi_task *agi_deque_steal(agi_deque *from, agi_deque *to);
// Moves all of `from`, as far as there is room, behind what the caller has in `to`. 0: nothing there, or a thief is at work.
uint32_t agi_deque_move(agi_deque *from, agi_deque *to);

#endif
