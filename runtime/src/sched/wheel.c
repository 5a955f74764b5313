// wheel.c — see wheel.h.
// Owns:     the placing of nodes: a node sits at the level of the highest 6-bit group in which its due tick differs from the
//           wheel's now, so everything on a level is later than everything on the levels below it, and no slot wraps.
#include "sched/wheel.h"

#include <stddef.h>

#define LAST_TICK ((UINT64_C(1) << (6 * AGI_WHEEL_LEVELS)) - 1)

void agi_wheel_init(agi_wheel *w, int64_t start_ns) {
  atomic_init(&w->lock.word, 0);
  atomic_init(&w->next_due, UINT64_MAX);
  w->now = 0;
  w->start_ns = start_ns;
  for (unsigned l = 0; l < AGI_WHEEL_LEVELS; l++) {
    w->occupied[l] = 0;
    for (unsigned s = 0; s < AGI_WHEEL_SLOTS; s++) {
      agi_wheel_node *head = &w->slots[l][s];
      head->next = head->prev = head;
    }
  }
}

static void place(agi_wheel *w, agi_wheel_node *n) {
  uint64_t differ = (n->due ^ w->now) | 63;
  n->level = (uint8_t)((63 - __builtin_clzll(differ)) / 6);
  n->slot = (uint8_t)(n->due >> (6 * n->level) & 63);
  agi_wheel_node *head = &w->slots[n->level][n->slot];
  n->prev = head->prev;
  n->next = head;
  head->prev->next = n;
  head->prev = n;
  w->occupied[n->level] |= UINT64_C(1) << n->slot;
}

static void unlink_node(agi_wheel *w, agi_wheel_node *n) {
  n->prev->next = n->next;
  n->next->prev = n->prev;
  agi_wheel_node *head = &w->slots[n->level][n->slot];
  if (head->next == head) w->occupied[n->level] &= ~(UINT64_C(1) << n->slot);
}

// The first occupied slot in time; false: none.
static bool first_slot(const agi_wheel *w, unsigned *level, unsigned *slot, uint64_t *due) {
  for (unsigned l = 0; l < AGI_WHEEL_LEVELS; l++) {
    if (!w->occupied[l]) continue;
    unsigned s = (unsigned)__builtin_ctzll(w->occupied[l]);
    unsigned low = 6 * (l + 1);
    *level = l;
    *slot = s;
    *due = (w->now >> low << low) | (uint64_t)s << (6 * l);
    return true;
  }
  return false;
}

static void publish(agi_wheel *w) {
  unsigned level, slot;
  uint64_t due = UINT64_MAX;
  first_slot(w, &level, &slot, &due);
  agi_store_relaxed(&w->next_due, due);
}

void agi_wheel_add_locked(agi_wheel *w, agi_wheel_node *n, int64_t due_ns) {
  int64_t after = due_ns - w->start_ns;
  uint64_t due = after <= 0 ? 0 : ((uint64_t)after + (uint64_t)AGI_TICK_NS - 1) / (uint64_t)AGI_TICK_NS;
  if (due <= w->now) due = w->now + 1;
  if (due > LAST_TICK) due = LAST_TICK;
  n->due = due;
  agi_store_relaxed(&n->armed, true);
  place(w, n);
}

void agi_wheel_add(agi_wheel *w, agi_wheel_node *n, int64_t due_ns) {
  n->wheel = w;
  agi_spin_lock(&w->lock);
  agi_wheel_add_locked(w, n, due_ns);
  publish(w);
  agi_spin_unlock(&w->lock);
}

void agi_wheel_cancel_locked(agi_wheel_node *n) {
  unlink_node(n->wheel, n);
  agi_store_relaxed(&n->armed, false);
  publish(n->wheel);
}

bool agi_wheel_cancel(agi_wheel_node *n) {
  agi_wheel *w = n->wheel;
  if (!w) return false;
  agi_spin_lock(&w->lock);
  bool armed = agi_load_relaxed(&n->armed);
  if (armed) agi_wheel_cancel_locked(n);
  agi_spin_unlock(&w->lock);
  return armed;
}

void agi_wheel_poll(agi_wheel *w, int64_t now_ns, void *cx) {
  uint64_t to = now_ns <= w->start_ns ? 0 : (uint64_t)(now_ns - w->start_ns) / (uint64_t)AGI_TICK_NS;
  if (to < agi_load_relaxed(&w->next_due)) return;
  agi_spin_lock(&w->lock);
  unsigned level, slot;
  uint64_t due;
  while (first_slot(w, &level, &slot, &due) && due <= to) {
    if (due > w->now) w->now = due;
    agi_wheel_node *head = &w->slots[level][slot];
    while (head->next != head) {
      agi_wheel_node *n = head->next;
      unlink_node(w, n);
      if (n->due > w->now) {
        place(w, n);
      } else {
        agi_store_relaxed(&n->armed, false);
        n->fire(n, cx);
      }
    }
  }
  if (to > w->now) w->now = to;
  publish(w);
  agi_spin_unlock(&w->lock);
}

int64_t agi_wheel_next_ns(agi_wheel *w) {
  uint64_t due = agi_load_relaxed(&w->next_due);
  return due == UINT64_MAX ? -1 : w->start_ns + (int64_t)due * AGI_TICK_NS;
}

agi_wheel_node *agi_wheel_any(agi_wheel *w) {
  unsigned level, slot;
  uint64_t due;
  return first_slot(w, &level, &slot, &due) ? w->slots[level][slot].next : NULL;
}
