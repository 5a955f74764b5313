// seat.c — see seat.h.
#include "sched/seat.h"

#include "sched/idle.h"

// ---- lists (idle_lock) -------------------------------------------------------------------------------------------

static void spare_push(agi_sched *s, agi_proc *p) {
  p->spare = true;
  p->parked_next = s->spares;
  s->spares = p;
}

static agi_proc *spare_pop(agi_sched *s) {
  agi_proc *p = s->spares;
  if (!p) return NULL;
  s->spares = p->parked_next;
  p->spare = false;
  return p;
}

static void waiting_add(agi_sched *s, agi_proc *p) {
  p->parked_next = NULL;
  if (s->waiting_last) s->waiting_last->parked_next = p;
  else s->waiting = p;
  s->waiting_last = p;
  agi_store_relaxed(&s->waiting_count, agi_load_relaxed(&s->waiting_count) + 1);
}

static agi_proc *waiting_pop(agi_sched *s) {
  agi_proc *p = s->waiting;
  if (!p) return NULL;
  s->waiting = p->parked_next;
  if (!s->waiting) s->waiting_last = NULL;
  agi_store_relaxed(&s->waiting_count, agi_load_relaxed(&s->waiting_count) - 1);
  return p;
}

// p gets the seat that `from` gives up. If it sleeps nobody may take the seat before it has woken up and can see to its tasks.
static void seat(agi_proc *p, agi_proc *from, bool asleep) {
  p->seat = from->seat;
  agi_store_relaxed(&p->arriving, asleep);
  agi_store_release(&p->hold, (uint32_t)AGI_SEATED);
}

static void back_inside(agi_proc *p) { // p has been working or blocking without a seat, and ceases to
  p->sched->outside--;
  if (p->runs_on) p->sched->running_on--;
  p->runs_on = false;
}

// Takes the seat of one that is parked, which becomes a spare without waking up. False: all seats are in use.
static bool seat_of_parked(agi_proc *p) {
  agi_sched *s = p->sched;
  agi_proc *v = s->parked;
  if (v && v == s->sentinel && v->parked_next) v = v->parked_next;
  if (!v) return false;
  agi_idle_unlist(s, v);
  agi_store_relaxed(&v->hold, (uint32_t)AGI_UNSEATED);
  spare_push(s, v);
  seat(p, v, false);
  back_inside(p);
  return true;
}

// ---- spares ------------------------------------------------------------------------------------------------------

static agi_proc *spare_make(agi_sched *s) {
  agi_proc *p = s->hooks->more(s);
  agi_store_relaxed(&p->hold, (uint32_t)AGI_UNSEATED);
  if (!agi_thread_start(&p->thread, AGI_STACK_SIZE, agi_sched_worker, p)) {
    s->hooks->added(s, p, AGI_NOT_ADDED);
    return NULL;
  }
  agi_spin_lock(&s->idle_lock);
  uint32_t i = agi_load_relaxed(&s->made);
  p->index = i;
  s->procs[i] = p;
  s->hooks->added(s, p, i);
  agi_store_release(&s->made, i + 1);
  agi_spin_unlock(&s->idle_lock);
  return p;
}

// A spare that is in no list: the caller gives it a seat, or puts it into the list.
static agi_proc *spare_get(agi_sched *s) {
  agi_spin_lock(&s->idle_lock);
  agi_proc *p = spare_pop(s);
  bool may = !p && s->hooks->more && s->spares_asked < AGI_MAX_SPARES;
  if (may) s->spares_asked++;
  agi_spin_unlock(&s->idle_lock);
  return may ? spare_make(s) : p;
}

bool agi_seat_wait(agi_proc *p) {
  agi_sched *s = p->sched;
  for (;;) {
    agi_swap_acq_rel(&p->wake, 0U); // a wake from before this has made `hold` visible; one from after it ends the sleep
    if (agi_load_acquire(&p->hold) == AGI_SEATED) break;
    if (agi_load_acquire(&s->stop)) return false;
    agi_futex_wait(&p->wake, 0, -1);
  }
  agi_seat_settle(p);
  return true;
}

void agi_seat_settle(agi_proc *p) {
  agi_store_release(&p->arriving, false);
  agi_proc *from = p->successor_of;
  p->successor_of = NULL;
  if (from) agi_sched_adopt(p, from);
}

// Gives p's seat to q, which goes on with p's tasks. idle_lock is held.
static void hand_over(agi_proc *p, agi_proc *q) {
  q->successor_of = p;
  seat(q, p, true);
  p->sched->outside++;
  p->sched->handed_over++;
}

// ---- a worker that blocks ----------------------------------------------------------------------------------------

// Must anybody see to p's work while it blocks? If others sleep with a seat, one of them will do.
static bool needs_successor(agi_proc *p) {
  agi_sched *s = p->sched;
  agi_sched_expose(p);
  bool work = agi_sched_has_work(p) || agi_load_relaxed(&s->global_size) != 0;
  if (agi_load_relaxed(&s->parked_count) != 0) {
    if (work) agi_sched_wake_one(s);
    return false;
  }
  if (work) return true;
  int64_t next = s->hooks->next(s);
  return next >= 0 && next < AGI_MONITOR_NS;
}

void agi_seat_leave(agi_proc *p, bool now) {
  agi_sched *s = p->sched;
  uint32_t seated = AGI_SEATED;
  if (s->chooser || !agi_cas_acq_rel(&p->hold, &seated, (uint32_t)AGI_CALLING)) return;
  if (!now || !needs_successor(p)) return;
  agi_proc *q = spare_get(s);
  if (!q) return;
  agi_spin_lock(&s->idle_lock);
  uint32_t calling = AGI_CALLING;
  bool mine = agi_cas_acq_rel(&p->hold, &calling, (uint32_t)AGI_UNSEATED);
  if (mine) hand_over(p, q);
  else spare_push(s, q);
  agi_spin_unlock(&s->idle_lock);
  if (mine) agi_proc_wake(q);
}

void agi_seat_return(agi_proc *p) {
  agi_sched *s = p->sched;
  uint32_t calling = AGI_CALLING;
  if (s->chooser || agi_cas_acq_rel(&p->hold, &calling, (uint32_t)AGI_SEATED)) return;
  agi_spin_lock(&s->idle_lock);
  bool got = seat_of_parked(p);
  if (!got) waiting_add(s, p);
  agi_spin_unlock(&s->idle_lock);
  if (got) agi_sched_relieve_sentinel(s);
  if (!got) (void)agi_seat_wait(p); // the run does not end before it is back
}

// ---- between tasks -----------------------------------------------------------------------------------------------

bool agi_seat_attend(agi_proc *p) {
  agi_sched *s = p->sched;
  if (agi_load_acquire(&s->stop)) return false;
  agi_sched_flush(p); // whoever has the seat next finds it in the global queue
  agi_proc *heir = NULL;
  bool sleep = false;
  agi_spin_lock(&s->idle_lock);
  if (agi_load_relaxed(&p->hold) != AGI_SEATED) { // the monitor has taken it
    sleep = !seat_of_parked(p);
    if (sleep) back_inside(p);
  } else if ((heir = waiting_pop(s)) != NULL) {
    agi_store_relaxed(&p->hold, (uint32_t)AGI_UNSEATED);
    seat(heir, p, true);
    back_inside(heir);
    sleep = true;
  }
  if (sleep) spare_push(s, p);
  agi_spin_unlock(&s->idle_lock);
  if (heir) agi_proc_wake(heir);
  else if (!sleep) agi_sched_relieve_sentinel(s);
  return sleep ? agi_seat_wait(p) : true;
}

bool agi_seat_take(agi_proc *p, bool calling) {
  agi_sched *s = p->sched;
  agi_proc *q = agi_load_relaxed(&s->waiting_count) ? NULL : spare_get(s);
  agi_spin_lock(&s->idle_lock);
  uint32_t was = calling ? AGI_CALLING : AGI_SEATED;
  bool may = (q || s->waiting) && !agi_load_acquire(&p->arriving) && !agi_load_relaxed(&p->parked) && !p->spare;
  bool taken = may && agi_cas_acq_rel(&p->hold, &was, (uint32_t)AGI_UNSEATED);
  if (taken) {
    if (!q) back_inside(q = waiting_pop(s));
    hand_over(p, q);
    p->runs_on = !calling;
    if (p->runs_on) s->running_on++;
    agi_store_relaxed(&p->preempt, 1U);
  } else if (q) {
    spare_push(s, q);
  }
  agi_spin_unlock(&s->idle_lock);
  if (taken) agi_proc_wake(q);
  return taken;
}
