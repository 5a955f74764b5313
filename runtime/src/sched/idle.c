// idle.c — parking, the sentinel, and the end of a run. sched.h has the access table and the reasons.
// Owns:     the list of sleepers and who among them is the sentinel (idle_lock).
// Promises: parked_count counts exactly those that run nothing and will not look again by themselves before they are
//           woken or their time is up; a worker parks only with its own queues empty, and only a worker that is awake
//           pushes, so when all have parked every queue is empty but perhaps the global one, which the last looks at.
#include "sched/idle.h"

#include "base/alloc.h"
#include "sched/monitor.h"
#include "sched/rank.h"
#include "sched/seat.h"
#include "sched/seeded.h"

enum { SENTINEL_MS = 1, SENTINEL_MAX_MS = 8, NOTHING_LEFT = -2, ASKED = -3, HELD = -4 };

void agi_idle_unlist(agi_sched *s, agi_proc *p) {
  for (agi_proc **q = &s->parked; *q; q = &(*q)->parked_next) {
    if (*q == p) {
      *q = p->parked_next;
      break;
    }
  }
  agi_store_relaxed(&p->parked, false);
  if (s->sentinel == p) s->sentinel = NULL;
  agi_store_relaxed(&s->parked_count, agi_load_relaxed(&s->parked_count) - 1);
}

void agi_proc_wake(agi_proc *p) {
  agi_store_release(&p->wake, 1U);
  if (AGI_UNLIKELY(p->sched->wake_fd >= 0)) agi_event_set(p->sched->wake_fd);
  else agi_futex_wake(&p->wake);
}

static void call(agi_sched *s, agi_proc *p) { // idle_lock
  agi_idle_unlist(s, p);
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
  if (p) agi_proc_wake(p);
}

// Whoever parks last looks at the global queue under the lock: either it sees what has been put there, or it is woken here.
void agi_sched_rouse(agi_sched *s) {
  agi_spin_lock(&s->idle_lock);
  agi_proc *p = s->parked;
  if (p) call(s, p);
  agi_spin_unlock(&s->idle_lock);
  if (p) {
    agi_proc_wake(p);
    agi_monitor_awake(s); // who has been woken need not do it before it begins
  } else {
    agi_monitor_hurry(s);
  }
}

bool agi_sched_hold(agi_sched *s) {
  agi_spin_lock(&s->idle_lock);
  bool ok = !s->over;
  if (ok) s->held++;
  agi_spin_unlock(&s->idle_lock);
  return ok;
}

void agi_sched_unhold(agi_sched *s) {
  agi_spin_lock(&s->idle_lock);
  bool last = --s->held == 0;
  agi_spin_unlock(&s->idle_lock);
  if (last) agi_sched_rouse(s); // to see whether that was the end
}

// Nothing is left to do: from here on nobody can hold the run any more. False: somebody does.
static bool close_run(agi_sched *s) {
  agi_spin_lock(&s->idle_lock);
  s->over = s->held == 0;
  bool over = s->over;
  agi_spin_unlock(&s->idle_lock);
  return over;
}

// Whoever leaves with a task, perhaps a long one, sees to it that one of those that sleep on keeps watch.
void agi_sched_relieve_sentinel(agi_sched *s) {
  if (agi_load_relaxed(&s->parked_count) == 0) return;
  agi_spin_lock(&s->idle_lock);
  agi_proc *p = s->sentinel ? NULL : s->parked;
  if (p) call(s, p); // it looks round, finds nothing and lies down as the sentinel
  agi_spin_unlock(&s->idle_lock);
  if (p) agi_proc_wake(p);
}

void agi_sched_end(agi_sched *s) {
  agi_store_release(&s->stop, true);
  agi_monitor_wake(s);
  for (uint32_t i = 0; i < agi_load_acquire(&s->made); i++) agi_proc_wake(s->procs[i]);
  agi_store_release(&s->ended, 1U);
  agi_futex_wake(&s->ended);
}

// How long the last one that parks may sleep; NOTHING_LEFT: the run is over; HELD: it would be, but something may come from
// outside (once: `told`). idle_lock is held.
static int64_t sleep_of_last(agi_sched *s, int64_t watch_ns, bool told) {
  int64_t ns = agi_load_relaxed(&s->global_size) ? 0 : s->hooks->next(s);
  if (s->running_on && (ns < 0 || ns > watch_ns)) return watch_ns; // they leave tasks in queues of their own
  if (ns >= 0) return ns;
  if (s->outside == 0 && s->held == 0) return NOTHING_LEFT;
  if (s->outside == 0 && !told) return HELD;
  return s->hooks->background ? s->hooks->background(s) : -1;
}

// Enters the list of sleepers. Answers how long to sleep (-1: until woken). NOTHING_LEFT: everyone has parked and nothing is to
// come, HELD: see sleep_of_last, ASKED: see agi_seat_attend; then p is not in the list.
static int64_t enter(agi_proc *p, bool told) {
  agi_sched *s = p->sched;
  int64_t sleep_ns = -1;
  agi_spin_lock(&s->idle_lock);
  if (agi_seat_asked(p)) {
    agi_spin_unlock(&s->idle_lock);
    return ASKED;
  }
  bool last = agi_load_relaxed(&s->parked_count) + 1 == s->count;
  if (last) {
    sleep_ns = sleep_of_last(s, (int64_t)p->idle_ms * 1000000, told);
    if (sleep_ns == NOTHING_LEFT || sleep_ns == HELD) {
      agi_spin_unlock(&s->idle_lock);
      return sleep_ns;
    }
  } else if (!s->sentinel) {
    sleep_ns = (int64_t)p->idle_ms * 1000000;
  }
  if (sleep_ns >= 0) s->sentinel = p;
  agi_store_relaxed(&p->parked, true);
  p->parked_next = s->parked;
  s->parked = p;
  agi_store_relaxed(&s->parked_count, agi_load_relaxed(&s->parked_count) + 1);
  agi_spin_unlock(&s->idle_lock);
  return sleep_ns;
}

enum { WOKEN, ALONE, WATCHED, UNSEATED };

// Leaves the list, if nobody has taken p out of it. WATCHED: p slept its time out as the sentinel. ALONE: it has been woken, and all
// others sleep. UNSEATED: another needed its seat, it is a spare.
static int leave(agi_proc *p) {
  agi_sched *s = p->sched;
  agi_spin_lock(&s->idle_lock);
  if (p->spare) {
    agi_spin_unlock(&s->idle_lock);
    return UNSEATED;
  }
  bool timed_out = agi_load_relaxed(&p->parked), sentinel = s->sentinel == p;
  if (timed_out) agi_idle_unlist(s, p);
  else agi_store_relaxed(&s->waking, false);
  bool alone = agi_load_relaxed(&s->parked_count) + 1 == s->count && s->outside == 0;
  agi_spin_unlock(&s->idle_lock);
  agi_store_relaxed(&p->wake, 0U);
  agi_seat_settle(p);
  if (timed_out) return sentinel ? WATCHED : WOKEN;
  return alone ? ALONE : WOKEN;
}

// p leaves with a task. Waking another costs more than most tasks: if this is the only one there is, and it came from outside, nothing
// needs watching but what it will make ready, and timers; the monitor has them watched if it is still at it at the next look.
static void watch_on(agi_proc *p, bool alone) {
  agi_sched *s = p->sched;
  bool only = alone && s->hooks->more && !agi_sched_has_work(p) && agi_load_relaxed(&s->global_size) == 0;
  if (!only) agi_sched_relieve_sentinel(s);
  agi_monitor_awake(s);
  p->idle_ms = SENTINEL_MS;
}

static agi_task *own(agi_proc *p) {
  if (p->sched->chooser) return agi_choose(p);
  agi_task *t = agi_rank_take(p);
  if (!t && agi_load_relaxed(&p->lifo)) t = agi_swap_acq_rel(&p->lifo, NULL);
  return t ? t : agi_deque_pop(&p->queue);
}

agi_task *agi_proc_idle(agi_proc *p) {
  agi_sched *s = p->sched;
  bool sentinel = false, alone = false, told = false,
       late = false; // late: timers have not been looked at since it slept
  for (;;) {
    if (agi_load_acquire(&s->stop)) return NULL;
    agi_task *t = own(p);
    if (!t) t = agi_sched_search(p, sentinel);
    if (t) {
      watch_on(p, alone);
      return t;
    }
    if (late) {
      s->hooks->poll(p, true);
      late = false;
      continue;
    }
    agi_store_relaxed(&p->parks, agi_load_relaxed(&p->parks) + 1);
    int64_t sleep_ns = enter(p, told);
    if (sleep_ns == HELD) {
      told = true;
      s->hooks->held(p);
      continue;
    }
    if (sleep_ns == ASKED) {
      if (!agi_seat_attend(p)) return NULL;
      continue;
    }
    if (sleep_ns == NOTHING_LEFT) {
      if (s->hooks->quiescent(p) && close_run(s)) {
        agi_sched_end(s);
        return NULL;
      }
      continue;
    }
    if (sleep_ns != 0 && agi_load_acquire(&p->wake) == 0) agi_futex_wait(&p->wake, 0, sleep_ns);
    int left = leave(p);
    if (left == UNSEATED && !agi_seat_wait(p)) return NULL;
    sentinel = left == WATCHED;
    alone = late = left == ALONE; // what has come from outside goes first
    if (sentinel && p->idle_ms < SENTINEL_MAX_MS) p->idle_ms *= 2;
    if (!late) s->hooks->poll(p, true);
    p->next_look = 0; // how long turns take now is not known: the first pick looks, and measures one
  }
}
