// island.h — topologies that nothing outside can reach any more are freed.
// Owns:     the list of loose cores: those that have started, and whose handle is gone.
// Promises: a topology and its agents hold each other, so counts alone never free them. An *island*, a loose core with all cores in
//           it and their members, is freed some time after the last reference from outside has gone and its members have come to
//           rest: no message, no timer, nobody who waits. It lives or dies as a whole.
//           It is looked for between turns: soon after a handle went, whenever the loose ones have doubled, when nothing else is
//           left to do, and again and again at growing intervals, so that looking costs well under a hundredth of the time.
// Does not: find circles of agents that no topology is part of, nor islands one of whose members holds the island's own handle, or
//           waits for ever. These stay until the program ends, or an agent stops (REFERENCE.md, "Topologies").
//
// How. All members are claimed: whoever is idle gets SCHED set, as if it ran, so that nothing of what it holds changes; one that is
// not idle keeps the island alive. Then the references from within are counted, by walking everything that members and cores hold
// (agents outside that are idle, too, and stand in no topology: helpers; as many as there are members). What has more references
// than that is held from outside; so is all it reaches, and an island of which that is a part lives. The others go.
//   Counts are read while threads elsewhere change them. That is sound because references come from references: what is held
// from outside is copied from something else held from outside, and through objects, which are immutable then, only along
// their own references; an agent that is claimed hands out nothing. So objects are looked at before what they refer to (an order that
// a circle of them has not: then the island lives), and agents last. Who takes a reference has counted it (retain) before it
// lets go (release, acq_rel) of where it found it. So if that count is read (acquire) as nobody's, the other is seen; and so is,
// after its count, what has been sent to an agent.
//   field                        written by                   read by       ordering
//   islands: all but due_ns      under islands.lock           likewise
//   islands.due_ns               under islands.lock           any worker    relaxed: a hint when to look
//   core.loose_next              under islands.lock, or by who has taken it from the lists
//   core.gone                    who frees the island         likewise
#ifndef AGI_PRIM_ISLAND_H
#define AGI_PRIM_ISLAND_H

#include "actor/worker.h"
#include "prim/topology.h"

#define AGI_ISLANDS_NEVER INT64_MAX

// The handle of a started core is gone: takes over what it held of the core. On any thread.
void agi_island_loose(agi_worker *w, agi_core *core);
// By a worker between two turns: looks if it is time.
void agi_islands_poll(agi_worker *w);
// Looks at once. True: some were freed.
bool agi_islands_free(agi_worker *w);
int64_t agi_islands_next(agi_runtime *rt); // ns until the next look, -1: there is none
void agi_islands_drop(agi_worker *w);      // teardown

#endif
