// seeded.h — a run that can be repeated: one worker, which takes the ready tasks in an order that a seed decides.
// Owns:     the tasks that are ready and have not been chosen yet.
// Promises: the same seed and the same pushes give the same order; every ready task is chosen at last (with probability 1).
//           Other seeds prefer the newest task to different degrees, so that some runs go deep and some go wide.
// Does not: decide anything else: batches, pauses after sends and the clock are the runtime's (actor/worker.h).
#ifndef AGI_SCHED_SEEDED_H
#define AGI_SCHED_SEEDED_H

#include "sched/sched.h"

struct agi_chooser {
  uint64_t rng;
  uint32_t newest; // in so many of 4 choices the newest is taken
  uint32_t count, cap;
  agi_task **ready;
};

void agi_chooser_init(agi_chooser *c, uint64_t seed); // seed: not 0
void agi_chooser_fini(agi_chooser *c);
agi_task *agi_choose(agi_proc *p); // NULL: nothing is ready

#endif
