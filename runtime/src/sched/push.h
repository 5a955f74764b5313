// push.h — making a task ready, inline.
// Owns:     nothing; sched.h has the access table.
// Promises: a task that fits into the slot costs two loads, two comparisons and a store.
#ifndef AGI_SCHED_PUSH_H
#define AGI_SCHED_PUSH_H

#include "sched/sched.h"

void agi_sched_push_slow(agi_proc *p, agi_task *t);

// Just made ready: runs next on p. By p. False: the other one has to do it.
static inline bool agi_sched_push_fast(agi_proc *p, agi_task *t) {
  // Thieves only empty the slot: nothing can be overwritten.
  if (AGI_UNLIKELY(agi_load_relaxed(&p->lifo) || t->run == p->ranked_run)) return false;
  agi_store_release(&p->lifo, t);
  return true;
}
static inline void agi_sched_push(agi_proc *p, agi_task *t) {
  if (!agi_sched_push_fast(p, t)) agi_sched_push_slow(p, t);
}

#endif
