// order.c — see order.h.
#include "actor/order.h"

#include "actor/future.h"
#include "actor/message.h"
#include "actor/wait.h"

void agi_order_restart(agi_worker *w, agi_agent *a) {
  agi_or_sc(&a->flags, (uint16_t)AGI_RESTART);
  uint64_t old = agi_or_acq_rel(&a->word, AGI_CONTROL | AGI_SCHED); // so that it does not rest before it has looked
  if (!(old & AGI_SCHED)) agi_agent_ready(w, a);
  else agi_wait_interrupt(w, a);
}

void agi_order_obey(agi_worker *w, agi_agent *a) {
  uint16_t before = agi_load_relaxed(&a->flags), next;
  bool ending = agi_ending(w), again;
  do {
    again = before & AGI_GAVE_UP && !ending;
    next = before & (uint16_t) ~(AGI_RESTART | AGI_FORCED);
    if (again) next &= (uint16_t) ~(AGI_STOPPED | AGI_DROPPED | AGI_GAVE_UP);
  } while (!agi_cas_acq_rel(&a->flags, &before, next));
  if (!(before & AGI_RESTART) || ending || (before & AGI_STOPPED && !again)) return;
  if (before & AGI_DROPPED) agi_agent_revive(w, a);
  agi_agent_restart(w, a);
}

void agi_order_cancelled(agi_worker *w, ag_msg *m) {
  ag_release(&w->cx, w->cx.err);
  w->cx.err = NULL;
  ag_future *f = m->reply;
  m->reply = NULL;
  if (!f) return;
  ag_raise(&w->cx, &ag_error_AgentStopped, "its supervisor has restarted it", NULL, 0);
  ag_obj *err = w->cx.err;
  w->cx.err = NULL;
  agi_future_fail(w, f, err);
}
