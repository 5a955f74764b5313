// driven.c — see driven.h.
#include "sched/driven.h"

#include "sched/idle.h"

static void unpark(agi_proc *p) {
  agi_sched *s = p->sched;
  agi_spin_lock(&s->idle_lock);
  if (agi_load_relaxed(&p->parked)) agi_idle_unlist(s, p);
  else agi_store_relaxed(&s->waking, false);
  agi_spin_unlock(&s->idle_lock);
  agi_store_relaxed(&p->wake, 0U);
}

// False: something has come meanwhile.
static bool park(agi_proc *p) {
  agi_sched *s = p->sched;
  agi_spin_lock(&s->idle_lock);
  bool nothing = agi_load_relaxed(&s->global_size) == 0;
  if (nothing) {
    agi_store_relaxed(&p->parked, true);
    p->parked_next = s->parked;
    s->parked = p;
    agi_store_relaxed(&s->parked_count, agi_load_relaxed(&s->parked_count) + 1);
  }
  agi_spin_unlock(&s->idle_lock);
  return nothing;
}

// When nothing is ready, what waits for that (the hook `held`) may go on.
static agi_task *next(agi_proc *p) {
  agi_task *t = agi_sched_pick(p);
  if (t) return t;
  p->sched->hooks->poll(p, true);
  if ((t = agi_sched_pick(p))) return t;
  p->sched->hooks->held(p);
  return agi_sched_pick(p);
}

static int64_t earlier(int64_t a, int64_t b) { return a < 0 ? b : b < 0 || a < b ? a : b; }

uint32_t agi_driven_run(agi_proc *p, uint32_t budget, int64_t *idle_ns) {
  agi_sched *s = p->sched;
  uint32_t n = 0;
  unpark(p);
  s->hooks->poll(p, true);
  while (n < budget && !agi_load_acquire(&s->stop)) {
    agi_task *t = next(p);
    if (t) {
      t->run(p, t);
      n++;
    } else if (park(p)) {
      *idle_ns = earlier(s->hooks->next(s), s->hooks->background ? s->hooks->background(s) : -1);
      return n;
    }
  }
  *idle_ns = 0;
  return n;
}
