// ring.h: a bounded queue of 1,024 numbers for many producers and consumers (Vyukov's): each cell says by its turn who may use it next.
#ifndef RING_H
#define RING_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { CELLS = 1024, LINE = 64 };

typedef struct {
  struct {
    atomic_ulong turn; // its place: may be filled; its place + 1: may be emptied
    long value;
  } cells[CELLS];
  alignas(LINE) atomic_ulong in;
  alignas(LINE) atomic_ulong out;
} queue;

static inline queue *queue_new(void) {
  queue *q = aligned_alloc(LINE, sizeof(queue));
  if (!q) abort();
  for (unsigned long i = 0; i < CELLS; i++) atomic_init(&q->cells[i].turn, i);
  atomic_init(&q->in, 0);
  atomic_init(&q->out, 0);
  return q;
}

// Takes the next place of `end` whose cell has turn place + ahead; -1 if that is not so (full or empty).
static inline long queue_claim(queue *q, atomic_ulong *end, unsigned long ahead) {
  unsigned long at = atomic_load_explicit(end, memory_order_relaxed);
  for (;;) {
    unsigned long turn = atomic_load_explicit(&q->cells[at % CELLS].turn, memory_order_acquire);
    long difference = (long)(turn - (at + ahead));
    if (difference < 0) return -1;
    if (difference > 0) at = atomic_load_explicit(end, memory_order_relaxed);
    else if (atomic_compare_exchange_weak_explicit(end, &at, at + 1, memory_order_relaxed, memory_order_relaxed))
      return (long)at;
  }
}

static inline int queue_put(queue *q, long value) {
  long at = queue_claim(q, &q->in, 0);
  if (at < 0) return 0;
  q->cells[at % CELLS].value = value;
  atomic_store_explicit(&q->cells[at % CELLS].turn, (unsigned long)at + 1, memory_order_release);
  return 1;
}

static inline int queue_take(queue *q, long *value) {
  long at = queue_claim(q, &q->out, 1);
  if (at < 0) return 0;
  *value = q->cells[at % CELLS].value;
  atomic_store_explicit(&q->cells[at % CELLS].turn, (unsigned long)at + CELLS, memory_order_release);
  return 1;
}

#endif
