// monitor.h — a thread that looks every 10 ms whether a task runs long while others wait behind it.
// Owns:     its thread; what it has seen of each worker (agi_proc.seen_*).
// Promises: tasks behind one that runs, or blocks, for 10 to 20 ms get another worker, and so do timers that are due. Costs one short look
//           every 10 ms while anyone works, and nothing while all are parked. If someone works and none of those parked keeps watch, one of
//           them does from the next look on. The hook `overran` is told of a task that was found
//           blocking and did not say so.
#ifndef AGI_SCHED_MONITOR_H
#define AGI_SCHED_MONITOR_H

#include "sched/sched.h"

bool agi_monitor_start(agi_sched *s); // false: no thread
void agi_monitor_join(agi_sched *s);  // after the end of the run
void agi_monitor_wake(agi_sched *s);  // to look now
void agi_monitor_awake(agi_sched *s); // someone works again: if it sleeps until woken, it is
// A task has come from outside, and nobody is parked: if all seats are in calls, one of them is taken now.
void agi_monitor_hurry(agi_sched *s);

#endif
