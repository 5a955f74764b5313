// failure.h — what happens when a behaviour fails.
// Owns:     nothing.
// Promises: the error of a request goes to its asker and the agent lives on; any other failure is reported in one block on
//           stderr, the agent stops, and the program's exit status will be 1.
#ifndef AGI_ACTOR_FAILURE_H
#define AGI_ACTOR_FAILURE_H

#include "actor/worker.h"

void agi_behaviour_failed(agi_worker *w, agi_agent *a, ag_msg *m); // cx->err is set; takes it
// main waits and nothing can run or arrive any more: sets cx->err.
void agi_raise_stuck(agi_worker *w);

#endif
