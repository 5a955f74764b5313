// failure.h — what happens when a behaviour fails.
// Owns:     nothing.
// Promises: the error of a request goes to its asker and the agent lives on; any other failure is reported in one block on
//           stderr, with what is done about it. An agent that nobody supervises stops, and the program's exit status will be 1.
#ifndef AGI_ACTOR_FAILURE_H
#define AGI_ACTOR_FAILURE_H

#include "actor/worker.h"

// What is done about a failure: prim/supervise.c, which knows topologies, decides and does it.
typedef struct agi_verdict {
  const ag_rule_type *rule;     // it restarts what stands at `index` of its part of `core`; NULL: nothing restarts
  struct agi_core *core, *ends; // held, or NULL. The agents of `ends` stop
  uint32_t index;
  bool counts; // nobody has taken care of it: the exit status is 1
} agi_verdict;
// By the agent, which has failed and has a place: says in *said, lines of a report, what agi_failure_act will do.
agi_verdict agi_failure_judge(agi_worker *w, agi_agent *a, ag_sb *said);
void agi_failure_act(agi_worker *w, agi_agent *a, agi_verdict *v);

void agi_behaviour_failed(agi_worker *w, agi_agent *a, ag_msg *m); // cx->err is set; takes it
// main waits and nothing can run or arrive any more: sets cx->err.
void agi_raise_stuck(agi_worker *w);

#endif
