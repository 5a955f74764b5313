// wait.c — see wait.h: edges, waits that are ended from outside, paused senders. Cycles: wait_walk.c.
#include "actor/wait.h"

#include "actor/future.h"
#include "actor/mailbox.h"

enum { AGI_WAKES = 2 }; // at a time: refills a mailbox faster than it drains, without a crowd

void agi_edge_clear_slow(agi_agent *a) {
  uintptr_t e = agi_load_relaxed(&a->edge);
  for (unsigned n = 0; e != 0; n++) {
    e &= ~(AGI_EDGE_LOOKING | AGI_EDGE_WALKED); // never take a lock away
    if (agi_cas_acq_rel(&a->edge, &e, (uintptr_t)0)) return;
    if (n < 64) agi_pause();
    else agi_yield();
  }
}

bool agi_edge_lock(agi_agent *a, ag_future *f) {
  uintptr_t own = (uintptr_t)f, e = own;
  for (unsigned n = 0; !agi_cas_acq_rel(&a->edge, &e, own | AGI_EDGE_LOOKING); n++, e = own) {
    if ((e & ~AGI_EDGE_BITS) != own) return false;
    if (n < 64) agi_pause();
    else agi_yield();
  }
  return true;
}

// ---- ending a wait from outside ----------------------------------------------------------------------------------

// Locks whatever edge there is, as the agent itself would. 0: there is none.
static uintptr_t lock_any(agi_agent *a) {
  uintptr_t e = agi_load_sc(&a->edge);
  for (unsigned n = 0; e != 0; n++) {
    e &= ~(AGI_EDGE_LOOKING | AGI_EDGE_WALKED);
    if (agi_cas_sc(&a->edge, &e, e | AGI_EDGE_LOOKING)) break;
    if (n < 64) agi_pause();
    else agi_yield();
  }
  return e;
}

bool agi_wait_interrupt(agi_worker *w, agi_agent *a) {
  uintptr_t e = lock_any(a), p = e & ~AGI_EDGE_BITS, asker = (uintptr_t)a;
  bool won;
  if (e == 0) return false;
  if (e & AGI_EDGE_PAUSED) won = agi_waiters_remove((agi_agent *)p, &a->task);
  else if (e & AGI_EDGE_OBJECT) won = ((agi_wait *)p)->kind->withdraw((agi_wait *)p, a);
  else won = agi_cas_sc(&((ag_future *)p)->state, &asker, (uintptr_t)AGI_PENDING);
  agi_store_sc(&a->edge, won ? 0 : e);
  if (won) agi_agent_wake(w, a);
  return won;
}

// ---- paused senders ----------------------------------------------------------------------------------------------

static uintptr_t waiters_lock(agi_agent *to) {
  for (unsigned n = 0;; n++) {
    uintptr_t tail = agi_load_relaxed(&to->waiters);
    if (!(tail & AGI_WAITERS_LOCK) && agi_cas_acq_rel(&to->waiters, &tail, tail | AGI_WAITERS_LOCK)) return tail;
    if (n < 64) agi_pause();
    else agi_yield();
  }
}

void agi_waiters_add(agi_agent *to, agi_task *t) {
  agi_task *tail = (agi_task *)waiters_lock(to);
  t->next = tail ? tail->next : t;
  if (tail) tail->next = t;
  agi_store_release(&to->waiters, (uintptr_t)t); // unlocks
}

// Takes the oldest out, at most *n, linked; *n: how many. True: others are left, and PRESSURED says so.
static bool waiters_take(agi_agent *to, uint32_t *n, agi_task **oldest) {
  uint32_t most = *n;
  agi_and_acq_rel(&to->word, ~AGI_PRESSURED);
  agi_task *tail = (agi_task *)waiters_lock(to);
  agi_task *first = tail ? tail->next : NULL, *last = first;
  *oldest = first;
  *n = first ? 1 : 0;
  for (; last != tail && *n < most; ++*n) last = last->next;
  bool more = last != tail;
  if (more) tail->next = last->next;
  agi_store_release(&to->waiters, more ? (uintptr_t)tail : 0);
  if (more) agi_or_acq_rel(&to->word, AGI_PRESSURED);
  return more;
}

bool agi_waiters_remove(agi_agent *to, agi_task *t) {
  agi_task *tail = (agi_task *)waiters_lock(to), *before = tail;
  bool found = false;
  if (tail) {
    do found = before->next == t;
    while (!found && (before = before->next) != tail);
  }
  if (found) before->next = t->next;
  if (found && t == tail) tail = before == tail ? NULL : before;
  agi_store_release(&to->waiters, (uintptr_t)tail); // unlocks
  return found;
}

static void wake_waiter(agi_worker *w, agi_task *t) {
  agi_agent *a = agi_agent_of_task(t);
  if (!a) {
    agi_task_ready(w, t);
    return;
  }
  agi_edge_clear(a);
  agi_agent_wake(w, a);
}

static void force_waiter(agi_task *t) {
  agi_agent *a = agi_agent_of_task(t);
  if (a) agi_or_sc(&a->flags, (uint16_t)AGI_FORCED);
  else agi_store_sc(&AGI_CONTAINER_OF(t, agi_delivery, task)->forced, true);
}

static void wake_chain(agi_worker *w, agi_task *first, uint32_t n) {
  for (agi_task *next; n > 0; n--, first = next) {
    next = n > 1 ? first->next : NULL; // who is woken may run, and end, at once
    wake_waiter(w, first);
  }
}

bool agi_waiters_wake(agi_worker *w, agi_agent *to, uint32_t most) {
  agi_task *first;
  bool more = waiters_take(to, &most, &first);
  wake_chain(w, first, most);
  return more;
}

static bool ever_paused(const agi_runtime *rt) {
  for (uint32_t i = 0; i < rt->count; i++) {
    if (agi_load_relaxed(&rt->workers[i]->stats.suspended)) return true;
  }
  return false;
}

// First all are taken out, then they are woken: from then on others run, and agents come and go.
bool agi_waiters_force(agi_worker *w) {
  agi_task *chain = NULL, *first;
  uint32_t count = 0;
  if (!ever_paused(w->rt)) return false;
  for (uint32_t i = 0; i < w->rt->count; i++) {
    for (agi_agent *a = w->rt->workers[i]->shard.first; a; a = a->next) {
      uintptr_t edge = agi_load_relaxed(&a->edge);
      if (agi_load_acquire(&a->wait) != AGI_SUSPENDED || (edge && !(edge & AGI_EDGE_OBJECT))) continue;
      uint32_t n = AGI_ALL_WAITERS;
      waiters_take(a, &n, &first);
      for (agi_task *next; n > 0; n--, count++, first = next) {
        next = first->next;
        force_waiter(first);
        first->next = chain;
        chain = first;
      }
    }
  }
  wake_chain(w, chain, count);
  return count > 0;
}

void agi_waiters_relieve(agi_worker *w, agi_agent *to) {
  uint64_t word = agi_load_relaxed(&to->word);
  if (!(word & AGI_PRESSURED) || agi_mailbox_above_low(to) != 0) return;
  if (agi_mailbox_size(to, &word) <= agi_limits_of(to->options).low) agi_waiters_wake(w, to, AGI_WAKES);
}
