// turn.h — an agent runs its messages.
// Owns:     the loop that hands messages to behaviours, and when a turn ends.
// Promises: as agent.h says. A turn ends after AGI_BATCH messages (another number once the agent is profiled), or earlier if they
//           take long, or if others wait and all that was there when it began is done; then the agent goes to the back of the
//           queue. So an agent that sends to itself never runs far ahead of those that it sends to.
#ifndef AGI_ACTOR_TURN_H
#define AGI_ACTOR_TURN_H

#include "actor/worker.h"

enum { AGI_FIRST_LOOK = 4 }; // messages

void agi_agent_run(agi_proc *p, agi_task *t);       // `run` of an agent's task; when it returns the agent may be gone
ag_msg *agi_turn_next(agi_worker *w, agi_agent *a); // the next message, whoever may be behind it; NULL: there is none

#endif
