// supervise.h — what follows when an agent of a topology fails: it is made anew, others with it, or its topology gives up.
// Owns:     a core's supervisor: the times of the latest failures under each rule; wards: what is kept of an agent in order to
//           restart it. What becomes of a failure: agi_failure_judge, agi_failure_act (actor/failure.h).
// Promises: a restarted agent keeps identity, mailbox and place. Its fields are as at birth, what it was doing is lost: the
//           message that failed, or the behaviour that waited (actor/order.h). Timers that it has started end, and those of
//           their messages that wait in its mailbox go. An agent that has stopped stays so.
//           Past `max` failures in a rule's period the topology fails: the rule for its place in the topology around it restarts
//           all its agents; if there is none, they all stop, and the program's status is 1.
//   field               written by                              read by     ordering
//   supervisor.covered  who starts the core, before its agents  any
//   supervisor.rules    under its lock                          likewise
//   ward.life           its agent                               timers      release / acquire; timers under their wheel's lock,
//                                                                           which a restart takes once: after that none of
//                                                                           before goes out
//   ward.init           who starts the agent                    its agent
//   ward.holders        all                                     all         acq_rel
#ifndef AGI_PRIM_SUPERVISE_H
#define AGI_PRIM_SUPERVISE_H

#include "actor/worker.h"
#include "prim/topology.h"

struct agi_ward {
  _Atomic int64_t holders; // the agent's place, and the timers that the agent has started
  _Atomic uint32_t life;   // how often it has been restarted
  const ag_agent_type *type;
  ag_msg *init; // a copy: what it is made from again
};

// Before the agents of a core start; that of the core around it has been made.
void agi_supervisor_new(agi_core *core);
void agi_supervisor_drop(agi_core *core);
// Before `a`, which has its first message, starts: keeps a copy of that, if it can ever be restarted.
void agi_ward_new(agi_worker *w, agi_agent *a);
void agi_ward_release(agi_worker *w, agi_ward *ward); // NULL: nothing
// The ward of the running agent for a timer that it starts: held; NULL: it has none.
agi_ward *agi_ward_hold(agi_agent *a);

#endif
