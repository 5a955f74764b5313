// supervise.h — agents that are made anew.
// Owns:     wards: what is kept of an agent in order to restart it.
// Promises: a restarted agent keeps identity, mailbox and place. Its fields are as at birth, what it was doing is lost: the
//           message that failed, or the behaviour that waited (order.h). Timers that it has started end, those of its ticks
//           that wait in its mailbox go. An agent that has stopped stays so.
//   field        written by                              read by     ordering
//   ward.life    its agent                               timers      release / acquire; timers under their wheel's lock, which a
//                                                                    restart takes once: after that none of before goes out
//   ward.init    who makes it, before the agent starts   its agent
//   ward.holders all                                     all         acq_rel
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

// Before `a`, which has a place and its first message, starts: keeps a copy of that.
void agi_ward_new(agi_worker *w, agi_agent *a);
void agi_ward_release(agi_worker *w, agi_ward *ward); // NULL: nothing
// The ward of the running agent for a timer that it starts: held; NULL: it is none.
agi_ward *agi_ward_hold(agi_agent *a);

#endif
