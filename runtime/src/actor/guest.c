// guest.c — threads of the host that use the runtime: agent.h, ag_attach; and the contexts of their calls (host/host.h).
// Owns:     their contexts: workers without a processor, kept until the runtime goes, since who wakes one may still look at it
//           when it has left.
// Promises: what a guest makes ready goes to the workers through the global queue; while one is attached the run does not end.
// Does not: have timers or a mailbox: a guest neither starts timers nor awaits agents.
//   access table: worker.h
#include <agent/agent.h>

#include "actor/worker.h"

_Thread_local agi_runtime *agi_inside;
static _Thread_local char *stack_limit; // asking the system takes long

void agi_agent_ready_apart(agi_worker *w, agi_agent *a) {
  if (w->apart == AGI_GUEST) agi_sched_inject(&w->rt->sched, &a->task);
}

bool ag_hold(ag_runtime *rt) { return agi_sched_hold(&rt->sched); }
void ag_unhold(ag_runtime *rt) { agi_sched_unhold(&rt->sched); }

agi_worker *agi_guest_take(agi_runtime *rt) {
  agi_worker *w = rt->resting;
  if (w) rt->resting = w->next_resting;
  return w;
}

static agi_worker *make(agi_runtime *rt) {
  agi_worker *w = agi_alloc_aligned(64, sizeof *w);
  w->rt = rt;
  w->apart = AGI_GUEST;
  agi_proc_init(&w->proc, &rt->sched, 0);
  agi_pool_init(&w->cx.pool, &rt->depot);
  agi_spin_lock(&rt->guests_lock);
  w->next_guest = rt->guests;
  rt->guests = w;
  agi_spin_unlock(&rt->guests_lock);
  return w;
}

agi_worker *agi_guest_ready(agi_runtime *rt, agi_worker *w) {
  agi_memory *before = agi_memory_enter(rt->memory);
  if (!w) w = make(rt);
  w->memory_before = before;
  if (AGI_UNLIKELY(!stack_limit)) stack_limit = agi_stack_limit(AGI_STACK_MARGIN);
  w->cx.stack_limit = stack_limit;
  return w;
}

void agi_guest_leave(agi_worker *w) {
  if (AGI_UNLIKELY(w->cx.err != NULL)) ag_release(&w->cx, w->cx.err);
  w->cx.err = NULL;
  agi_memory_enter(w->memory_before);
}

void agi_guest_rest(agi_worker *w) {
  w->next_resting = w->rt->resting;
  w->rt->resting = w;
}

ag_cx *ag_attach(ag_runtime *rt) {
  if (!agi_sched_hold(&rt->sched)) return NULL;
  agi_spin_lock(&rt->guests_lock);
  agi_worker *w = agi_guest_take(rt);
  agi_spin_unlock(&rt->guests_lock);
  return &agi_guest_ready(rt, w)->cx;
}

void ag_detach(ag_cx *cx) {
  agi_worker *w = agi_worker_of(cx);
  agi_runtime *rt = w->rt;
  agi_guest_leave(w);
  agi_spin_lock(&rt->guests_lock);
  agi_guest_rest(w);
  agi_spin_unlock(&rt->guests_lock);
  agi_sched_unhold(&rt->sched);
}

void agi_guests_free(agi_runtime *rt) {
  for (agi_worker *w = rt->guests, *next; w; w = next) {
    next = w->next_guest;
    agi_pool_fini(&w->cx.pool);
    if (w->channel_wait) agi_free(w->channel_wait);
    agi_free(w->unused);
    agi_free(w);
  }
  rt->guests = rt->resting = NULL;
}
