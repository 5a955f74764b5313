// idle.c — parking, the sentinel, and the end of a run. sched.h has the access table and the reasons.
// Owns:     the list of sleepers and who among them is the sentinel (idle_lock).
// Promises: parked_count counts exactly those that run nothing and will not look again by themselves before they are
//           woken or their time is up; a worker parks only with its own queues empty, and only a worker that is awake
//           pushes, so when all have parked every queue is empty but perhaps the global one, which the last looks at.
#include "sched/idle.h"

#include "base/alloc.h"
#include "sched/seeded.h"

enum { SENTINEL_MS = 1, SENTINEL_MAX_MS = 8 };

static void unlist(agi_sched *s, agi_proc *p) { // idle_lock
  for (agi_proc **q = &s->parked; *q; q = &(*q)->parked_next) {
    if (*q == p) {
      *q = p->parked_next;
      break;
    }
  }
  p->parked = false;
  if (s->sentinel == p) s->sentinel = NULL;
  agi_store_relaxed(&s->parked_count, agi_load_relaxed(&s->parked_count) - 1);
}

static void wake(agi_proc *p) {
  agi_store_release(&p->wake, 1U);
  agi_futex_wake(&p->wake);
}

static void call(agi_sched *s, agi_proc *p) { // idle_lock
  unlist(s, p);
  agi_store_relaxed(&s->waking, true);
}

void agi_sched_wake_one(agi_sched *s) {
  if (agi_load_relaxed(&s->parked_count) == 0 || agi_load_relaxed(&s->searchers) != 0) return;
  if (agi_load_relaxed(&s->waking)) return;
  agi_spin_lock(&s->idle_lock);
  agi_proc *p = s->parked;
  if (p && p == s->sentinel && p->parked_next) p = p->parked_next; // the sentinel goes on watching
  if (p) call(s, p);
  agi_spin_unlock(&s->idle_lock);
  if (p) wake(p);
}

// Whoever leaves with a task, perhaps a long one, sees to it that one of those that sleep on keeps watch.
static void relieve_sentinel(agi_sched *s) {
  if (agi_load_relaxed(&s->parked_count) == 0) return;
  agi_spin_lock(&s->idle_lock);
  agi_proc *p = s->sentinel ? NULL : s->parked;
  if (p) call(s, p); // it looks round, finds nothing and lies down as the sentinel
  agi_spin_unlock(&s->idle_lock);
  if (p) wake(p);
}

void agi_sched_end(agi_sched *s) {
  agi_store_release(&s->stop, true);
  for (uint32_t i = 0; i < s->count; i++) wake(s->procs[i]);
}

// Enters the list of sleepers. Answers how long to sleep (-1: until woken), or -2 when everyone has parked and nothing is
// to come: then p is not in the list.
static int64_t enter(agi_proc *p) {
  agi_sched *s = p->sched;
  int64_t sleep_ns = -1;
  agi_spin_lock(&s->idle_lock);
  bool last = agi_load_relaxed(&s->parked_count) + 1 == s->count;
  if (last) {
    sleep_ns = agi_load_relaxed(&s->global_size) ? 0 : s->hooks->next(s);
    if (sleep_ns < 0) {
      agi_spin_unlock(&s->idle_lock);
      return -2;
    }
  } else if (!s->sentinel) {
    sleep_ns = (int64_t)p->idle_ms * 1000000;
  }
  if (sleep_ns >= 0) s->sentinel = p;
  p->parked = true;
  p->parked_next = s->parked;
  s->parked = p;
  agi_store_relaxed(&s->parked_count, agi_load_relaxed(&s->parked_count) + 1);
  agi_spin_unlock(&s->idle_lock);
  return sleep_ns;
}

// Leaves the list, if nobody has taken p out of it. True: p slept its time out as the sentinel.
static bool leave(agi_proc *p) {
  agi_sched *s = p->sched;
  agi_spin_lock(&s->idle_lock);
  bool timed_out = p->parked, sentinel = s->sentinel == p;
  if (timed_out) unlist(s, p);
  else agi_store_relaxed(&s->waking, false);
  agi_spin_unlock(&s->idle_lock);
  agi_store_relaxed(&p->wake, 0U);
  return timed_out && sentinel;
}

static agi_task *own(agi_proc *p) {
  if (p->sched->chooser) return agi_choose(p);
  agi_task *t = agi_load_relaxed(&p->lifo) ? agi_swap_acq_rel(&p->lifo, NULL) : NULL;
  return t ? t : agi_deque_pop(&p->queue);
}

agi_task *agi_proc_idle(agi_proc *p) {
  agi_sched *s = p->sched;
  bool sentinel = false;
  for (;;) {
    if (agi_load_acquire(&s->stop)) return NULL;
    agi_task *t = own(p);
    if (!t) t = agi_sched_search(p, sentinel);
    if (t) {
      relieve_sentinel(s);
      p->idle_ms = SENTINEL_MS;
      return t;
    }
    agi_store_relaxed(&p->parks, agi_load_relaxed(&p->parks) + 1);
    int64_t sleep_ns = enter(p);
    if (sleep_ns == -2) {
      if (s->hooks->quiescent(p)) {
        agi_sched_end(s);
        return NULL;
      }
      continue;
    }
    if (sleep_ns != 0 && agi_load_acquire(&p->wake) == 0) agi_futex_wait(&p->wake, 0, sleep_ns);
    sentinel = leave(p);
    if (sentinel && p->idle_ms < SENTINEL_MAX_MS) p->idle_ms *= 2;
    s->hooks->poll(p, true);
  }
}
