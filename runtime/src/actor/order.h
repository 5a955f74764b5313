// order.h — an agent that is told to restart, past its mailbox.
// Owns:     nothing; the order is a bit of agi_agent.flags.
// Promises: it is obeyed between two behaviours. It does not wait for one that waits: that is cancelled as at the end of the
//           runtime (its operation fails with Cancelled, which nothing catches, and what it holds is dropped). An order given
//           twice before it is obeyed is one. Who was stopped because of a failure (GAVE_UP) is made anew by it, who was stopped
//           otherwise stays so.
//   op       caller            writes                         ordering
//   give     any that keeps    flags, then word, then the     flags seq_cst, before the edge is read: either the giver finds the
//            the agent alive   wait is ended (wait.h)         edge that the agent has published, or the agent, which looks at
//   obey     the agent         flags                          its flags (seq_cst) once it waits, finds the order
#ifndef AGI_ACTOR_ORDER_H
#define AGI_ACTOR_ORDER_H

#include "actor/worker.h"

// prim/supervise.c: the agent is made anew, with the mailbox as it is.
void agi_agent_restart(agi_worker *w, agi_agent *a);
void agi_order_restart(agi_worker *w, agi_agent *a);
void agi_order_obey(agi_worker *w, agi_agent *a); // by the agent, between two behaviours, if RESTART is set
// The behaviour that handles m has been cancelled: cx->err is Cancelled. Its asker hears that the agent has restarted.
void agi_order_cancelled(agi_worker *w, ag_msg *m);
// A behaviour goes on that has waited: if its agent is to restart it is told by cx->err.
static inline void agi_order_cancel(agi_worker *w, agi_agent *a) {
  if (AGI_LIKELY(!(agi_load_relaxed(&a->flags) & AGI_RESTART)) || w->cx.err) return;
  ag_raise(&w->cx, &ag_error_Cancelled, NULL, NULL, 0);
}

#endif
