// timer.h — `after` and `every`.
// Owns:     ag_timer: a counted object; the wheel holds one reference while it runs, the program another.
// Promises: a timer keeps its agent alive and ends with it; `every` keeps to its grid: ticks that could not be sent in time, or
//           while the one before still waits in the mailbox, are skipped, never sent in a burst, and later ones are not shifted.
//   field                   written by                       read by       ordering
//   message, to, next_ns    under the wheel's lock           likewise
//   node                    see wheel.h
//   ticker                  see message.h
#ifndef AGI_PRIM_TIMER_H
#define AGI_PRIM_TIMER_H

#include "actor/worker.h"

void agi_timers_done(agi_worker *w);  // releases those that have fired for the last time
void agi_timers_sweep(agi_worker *w); // ends those whose agent has stopped; asked when nothing else is left to do
void agi_timers_drop(agi_worker *w);  // teardown: ends all timers

#endif
