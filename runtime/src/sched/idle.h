// idle.h — what a worker does when it finds nothing to run.
// Owns:     nothing; the lists are agi_sched's.
// Promises: agi_proc_idle sleeps until there is a task or the run ends (NULL).
#ifndef AGI_SCHED_IDLE_H
#define AGI_SCHED_IDLE_H

#include "sched/sched.h"

agi_task *agi_proc_idle(agi_proc *p);
void agi_idle_unlist(agi_sched *s, agi_proc *p); // idle_lock: takes p out of the list of sleepers
void agi_proc_wake(agi_proc *p);
void agi_sched_relieve_sentinel(agi_sched *s);
agi_task *agi_sched_search(agi_proc *p, bool sentinel); // one round of stealing, as throttled

void agi_sched_rouse(agi_sched *s); // wakes one, if one sleeps: something has come from outside
void agi_sched_end(agi_sched *s);   // every worker returns when it next looks for work

#endif
