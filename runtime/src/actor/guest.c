// guest.c — threads of the host that use the runtime: agent.h, ag_attach.
// Owns:     their contexts: workers without a processor, kept until the runtime goes, since who wakes one may still look at it
//           when it has left.
// Promises: what a guest makes ready goes to the workers through the global queue; while one is attached the run does not end.
// Does not: have timers or a mailbox: a guest neither starts timers nor awaits agents.
//   access table: worker.h
#include <agent/agent.h>

#include "actor/worker.h"

enum { STACK_MARGIN = 128 * 1024 };

bool ag_hold(ag_runtime *rt) { return agi_sched_hold(&rt->sched); }
void ag_unhold(ag_runtime *rt) { agi_sched_unhold(&rt->sched); }

static agi_worker *guest_again(agi_runtime *rt) {
  agi_worker *w = rt->guests;
  while (w && w->attached) w = w->next_guest;
  if (w) w->attached = true;
  return w;
}

ag_cx *ag_attach(ag_runtime *rt) {
  if (!agi_sched_hold(&rt->sched)) return NULL;
  agi_spin_lock(&rt->guests_lock);
  agi_worker *w = guest_again(rt);
  agi_spin_unlock(&rt->guests_lock);
  if (!w) {
    w = agi_alloc_aligned(64, sizeof *w);
    w->rt = rt;
    w->apart = AGI_GUEST;
    w->attached = true;
    agi_proc_init(&w->proc, &rt->sched, 0);
    agi_pool_init(&w->pool, &rt->depot);
    agi_spin_lock(&rt->guests_lock);
    w->next_guest = rt->guests;
    rt->guests = w;
    agi_spin_unlock(&rt->guests_lock);
  }
  w->cx.stack_limit = agi_stack_limit(STACK_MARGIN);
  return &w->cx;
}

void ag_detach(ag_cx *cx) {
  agi_worker *w = agi_worker_of(cx);
  agi_runtime *rt = w->rt;
  if (cx->err) ag_release(cx, cx->err);
  cx->err = NULL;
  agi_spin_lock(&rt->guests_lock);
  w->attached = false;
  agi_spin_unlock(&rt->guests_lock);
  agi_sched_unhold(&rt->sched);
}

void agi_guests_free(agi_runtime *rt) {
  for (agi_worker *w = rt->guests, *next; w; w = next) {
    next = w->next_guest;
    agi_pool_fini(&w->pool);
    if (w->channel_wait) agi_free(w->channel_wait);
    agi_free(w);
  }
  rt->guests = NULL;
}
