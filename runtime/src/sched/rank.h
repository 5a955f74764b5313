// rank.h — tasks with a priority: higher levels first, and a bounded wait for lower ones.
// Owns:     a worker's queues of the levels that are not normal; made when the first such task is pushed.
// Promises: a worker takes from the highest level that has tasks, but a level that has been passed over AGI_PATIENCE times has its
//           turn then, the lowest first. So the first task of a level waits for AGI_PATIENCE + 4 turns of others at most, one with k before it in
//           its worker's queue for (k + 1) * (AGI_PATIENCE + 4). A turn is a batch of messages (actor/agent.c). A task that makes one of a
//           higher level ready ends its turn after the message it is at.
//           However many are ready: what does not fit into a queue (256) waits in a list behind it, of the same level.
//           A program without such tasks pays one comparison a push and one load a pick.
// Does not: know levels in the global queue: what threads of the host make ready goes there, and from there into the queues here (sched.c,
//           every 61st pick at the latest).
//   field            written by       read by         ordering
//   proc.ranks       its worker       thieves         release / acquire; never replaced
//   ranks.queues     see deque.h
//   ranks.passed     its worker       its worker
//   ranks.lists      under `lock`     under `lock`     what did not fit into the queue of its level; younger than all in there
//   ranks.listed     under `lock`     any              relaxed: a hint. Its worker adds, so it never misses what it added itself
//   sched.ranked     any              workers         relaxed: set once, before the first such task is pushed; who sees it late
//                                                     sees the tasks late
#ifndef AGI_SCHED_RANK_H
#define AGI_SCHED_RANK_H

#include "sched/sched.h"

enum { AGI_CRITICAL, AGI_HIGH, AGI_NORMAL, AGI_LOW, AGI_LEVELS };
enum { AGI_PATIENCE = 16 };

typedef struct agi_rank_list {
  agi_task *first, *last;
} agi_rank_list;
struct agi_ranks {
  agi_deque queues[AGI_LEVELS]; // that of AGI_NORMAL is not used
  agi_spin lock;
  agi_rank_list lists[AGI_LEVELS];
  _Atomic uint32_t listed[AGI_LEVELS];
  uint32_t passed[AGI_LEVELS];
};

static inline bool agi_is_ranked(const agi_sched *s, const agi_task *t) { return t->run == s->hooks->ranked_run; }
static inline bool agi_any_ranked(agi_sched *s) { return agi_load_relaxed(&s->ranked); }

void agi_rank_push(agi_proc *p, agi_task *t); // by p
agi_task *agi_rank_pick(agi_proc *p);         // of all levels, by p
agi_task *agi_rank_take(agi_proc *p);         // only from the queues here, highest first, without any turns; by p
agi_task *agi_rank_steal(agi_proc *p, agi_proc *victim,
                         bool above); // from levels above the normal one, or from that below
void agi_rank_adopt(agi_proc *p, agi_proc *from);
uint32_t agi_rank_size(agi_proc *p);
void agi_ranks_free(agi_proc *p);

#endif
