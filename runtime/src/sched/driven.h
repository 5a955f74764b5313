// driven.h — a scheduler without threads: its one worker runs on whoever calls agi_driven_run.
// Owns:     nothing.
// Promises: between two calls the worker is parked, so what comes from other threads sets the descriptor (sched.h, wake_fd).
// Does not: watch for tasks that take long: the hooks have no `more`, and tasks that block do block.
//   wake_fd   before the first task   all
//   all of agi_proc but its atomics: the thread that is in agi_driven_run; the caller keeps others out (acquire / release)
#ifndef AGI_SCHED_DRIVEN_H
#define AGI_SCHED_DRIVEN_H

#include "sched/sched.h"

// Runs up to `budget` tasks. Answers how many it has run. *idle_ns: when to call again at the latest unless woken; 0: at once, there
// is more; below 0: there is nothing.
uint32_t agi_driven_run(agi_proc *p, uint32_t budget, int64_t *idle_ns);

#endif
