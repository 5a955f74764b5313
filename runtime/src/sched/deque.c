// deque.c — see deque.h for the protocol and the access table.
#include "sched/deque.h"

#include "base/atomic.h"

void agi_deque_init(agi_deque *q) {
  atomic_init(&q->head, 0);
  atomic_init(&q->tail, 0);
  for (unsigned i = 0; i < AGI_DEQUE_SIZE; i++) atomic_init(&q->slots[i], NULL);
}

agi_task *agi_deque_take_half(agi_deque *q, uint32_t *n) {
  uint64_t head = agi_load_acquire(&q->head);
  uint32_t real = agi_deque_real(head), half = AGI_DEQUE_SIZE / 2;
  if (agi_deque_stolen(head) != real || agi_load_relaxed(&q->tail) - real < AGI_DEQUE_SIZE) return NULL;
  if (!agi_cas_acq_rel(&q->head, &head, agi_deque_pack(real + half, real + half))) return NULL;
  agi_task *first = NULL, **link = &first;
  for (uint32_t i = 0; i < half; i++) {
    *link = agi_load_relaxed(&q->slots[(real + i) & AGI_DEQUE_MASK]);
    link = &(*link)->next;
  }
  *link = NULL;
  *n = half;
  return first;
}

// Claims the older half for the calling thief, or all, but not more than `most`; *first is where it starts.
static uint32_t claim(agi_deque *from, uint32_t *first, bool all, uint32_t most) {
  uint64_t head = agi_load_acquire(&from->head);
  for (;;) {
    uint32_t real = agi_deque_real(head), tail = agi_load_acquire(&from->tail);
    if (agi_deque_stolen(head) != real) return 0;
    uint32_t n = tail - real;
    if (n > AGI_DEQUE_SIZE) { // head was read before tail and is older than a whole round
      head = agi_load_acquire(&from->head);
      continue;
    }
    if (!all) n -= n / 2;
    if (n > most) n = most;
    if (n == 0) return 0;
    if (!agi_cas_acq_rel(&from->head, &head, agi_deque_pack(real, real + n))) continue;
    *first = real;
    return n;
  }
}

// Copies n of what has been claimed behind the end of `to`; answers where that is.
static uint32_t copy(agi_deque *from, uint32_t first, agi_deque *to, uint32_t n) {
  uint32_t tail = agi_load_relaxed(&to->tail);
  for (uint32_t i = 0; i < n; i++) {
    agi_task *t = agi_load_relaxed(&from->slots[(first + i) & AGI_DEQUE_MASK]);
    agi_store_relaxed(&to->slots[(tail + i) & AGI_DEQUE_MASK], t);
  }
  return tail;
}

// The slots that were claimed have been read.
static void give_back(agi_deque *from) {
  uint64_t head = agi_load_relaxed(&from->head);
  while (!agi_cas_acq_rel(&from->head, &head, agi_deque_pack(agi_deque_real(head), agi_deque_real(head)))) {}
}

// Of the slots that no thief is reading any more: he may have claimed all there was, so even an empty queue may have none.
static uint32_t room_in(agi_deque *to) {
  return AGI_DEQUE_SIZE - (agi_load_relaxed(&to->tail) - agi_deque_stolen(agi_load_acquire(&to->head)));
}

uint32_t agi_deque_move(agi_deque *from, agi_deque *to) {
  uint32_t first = 0, n = claim(from, &first, true, room_in(to));
  if (n == 0) return 0;
  uint32_t tail = copy(from, first, to, n);
  give_back(from);
  agi_store_release(&to->tail, tail + n);
  return n;
}

agi_task *agi_deque_steal(agi_deque *from, agi_deque *to) {
  uint32_t first = 0, n = claim(from, &first, false, room_in(to) + 1); // one is run at once
  if (n == 0) return NULL;
  uint32_t tail = copy(from, first, to, n - 1);
  agi_task *mine = agi_load_relaxed(&from->slots[(first + n - 1) & AGI_DEQUE_MASK]);
  give_back(from);
  if (n > 1) agi_store_release(&to->tail, tail + n - 1);
  return mine;
}
