// seat.h — workers that block: giving a seat away and getting one again; spare workers.
// Owns:     nothing; lists and states are agi_sched's (sched.h has the table).
// Promises: a worker that blocks holds up nobody else's tasks, and runs program code again afterwards only with a seat; what
//           costs nothing while nobody wants the seat: one compare-exchange before and one after. At most AGI_MAX_SPARES
//           threads are made besides the first ones; they are reused, and end with the run. When there are no more, a worker
//           that blocks keeps its seat.
//
// A *seat* is the right to run tasks: there are `count` of them, as many as there are workers at the start. A worker is SEATED; in
// a call that may block it is CALLING: it still has its seat, but anyone may take it; then it is UNSEATED, and so are spares
// (which sleep) and those that have come back and wait. All changes but CALLING <-> SEATED by the worker itself are made under
// idle_lock. A seated worker asks, before each task, whether it still is, and whether anyone waits (agi_seat_attend).
#ifndef AGI_SCHED_SEAT_H
#define AGI_SCHED_SEAT_H

#include "sched/sched.h"

enum { AGI_SEATED = 0, AGI_CALLING = 1, AGI_UNSEATED = 2 };

// Around what may block, by p's thread. `now`: work that waits is handed to others at once; else only when it lasts (monitor.c).
void agi_seat_leave(agi_proc *p, bool now);
void agi_seat_return(agi_proc *p);

static inline bool agi_seat_asked(agi_proc *p) {
  return agi_load_relaxed(&p->hold) != AGI_SEATED || agi_load_relaxed(&p->sched->waiting_count) != 0 ||
         agi_load_relaxed(&p->sched->stop);
}
bool agi_seat_attend(agi_proc *p); // between tasks, when asked; false: the run has ended
bool agi_seat_wait(agi_proc *p);   // one without a seat sleeps until it has one; false: the run has ended
void agi_seat_settle(agi_proc *p); // it has been given a seat: takes over what waits behind who had it before
// For the monitor: takes p's seat from outside, for a spare that goes on with p's tasks. False: it has moved on, or there is no
// spare left. `calling`: it is to be in a call, else in a task.
bool agi_seat_take(agi_proc *p, bool calling);

#endif
