// broadcast.h — what is on its way to the members of groups.
// Owns:     the list of broadcasts of a runtime, so that its end can take those apart which nobody can finish any more.
#ifndef AGI_PRIM_BROADCAST_H
#define AGI_PRIM_BROADCAST_H

#include "actor/worker.h"

void agi_broadcasts_drop(
    agi_worker *w); // teardown, single-threaded: behaviours have been cancelled, agents are still there

#endif
