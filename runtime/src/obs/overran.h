// overran.h — a behaviour that blocks its thread without having said so.
// Owns:     nothing; which have been reported is the runtime's (rt.blockers).
// Promises: one report a behaviour, on standard error.
#ifndef AGI_OBS_OVERRAN_H
#define AGI_OBS_OVERRAN_H

#include "sched/sched.h"

void agi_overran(agi_proc *p); // by the monitor

#endif
