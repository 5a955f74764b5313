// sched.h — workers that run tasks: local queues, a slot for the task just made ready, a global queue, stealing, parking.
// Owns:     processors (agi_proc), their queues, the threads, the list of sleepers.
// Promises: a task pushed is run once. Idle workers use no CPU. When all have parked and nothing is to come, the
//           `quiescent` hook decides: it may push more work, or the run ends.
// Does not: know what a task is (task.h), nor own the objects tasks live in.
//
// Waking a sleeping thread costs as much as thousands of small tasks, so a push hardly ever does: only when a local queue
// grows past AGI_WAKE_BACKLOG. Besides, while anyone works, one of the sleepers (the sentinel) sleeps with a time limit
// of 1 to 8 ms and takes what has been left lying: tasks behind a long-running one, and timers that are due. When it leaves
// with a task it wakes another, who becomes the sentinel.
//
//   field            written by           read by            ordering
//   lifo             owner; thief         owner, thief       exchange (acq_rel): whoever gets the task owns it
//   queue            see deque.h
//   picks            owner                sentinel           relaxed: a hint (has it moved on since last time?)
//   parked_count     under idle_lock      anyone             relaxed: a hint whether waking makes sense
//   searchers        searchers            anyone             relaxed: a throttle
//   wake (futex)     waker, owner         owner              release / acquire; the queues themselves carry the data
//   global queue     under global_lock; global_size relaxed hint
//   waking           waker, the woken     wakers             relaxed: a throttle, set under idle_lock
//   stop, open       last worker; starter all               release / acquire
#ifndef AGI_SCHED_SCHED_H
#define AGI_SCHED_SCHED_H

#include "base/base.h"
#include "base/spin.h"
#include "platform/platform.h"
#include "sched/deque.h"
#include "sched/task.h"

#define AGI_STACK_SIZE ((size_t)8 << 20)
enum { AGI_LIFO_RUN = 3, AGI_GLOBAL_EVERY = 61, AGI_TIMERS_EVERY = 8, AGI_WAKE_BACKLOG = 8, AGI_MAX_PROCS = 1024 };

typedef struct agi_sched agi_sched;
typedef struct agi_chooser agi_chooser; // seeded.h

// What the scheduler asks of the runtime above it.
typedef struct agi_sched_hooks {
  void (*start)(agi_proc *p);          // on the worker's thread, before its first task
  void (*poll)(agi_proc *p, bool all); // makes due timers ready: the worker's own, or everyone's
  int64_t (*next)(agi_sched *s);       // ns until the next timer is due, 0: now, -1: there is none
  bool (*quiescent)(agi_proc *p);      // all parked, no timer: true ends the run, false: it has pushed work on p
} agi_sched_hooks;

struct agi_proc {
  // line written by its owner and by thieves
  _Alignas(64) _Atomic(agi_task *) lifo;
  agi_sched *sched;
  uint32_t index;
  uint32_t tick;     // owner: picks so far, for the global queue's turn
  uint32_t lifo_run; // owner: tasks taken from the slot in a row
  uint32_t idle_ms;  // owner: how long it slept as sentinel last time
  uint64_t rng;      // owner
  _Atomic uint64_t picks;
  _Atomic uint64_t picks_seen;    // sentinel: picks at its last look
  _Atomic uint64_t steals, parks; // owner: statistics
  agi_proc *parked_next;          // idle_lock
  bool parked;                    // idle_lock
  agi_thread thread;
  _Alignas(64) _Atomic uint32_t wake; // futex: 1 = wake up
  agi_deque queue;
};

struct agi_sched {
  const agi_sched_hooks *hooks;
  agi_proc **procs;
  agi_chooser *chooser; // NULL: no seeded run; else there is one worker
  uint32_t count;
  uint32_t max_searchers;
  _Atomic uint32_t searchers;
  _Atomic uint32_t parked_count;
  _Atomic bool waking; // someone has been woken and has not looked round yet: one at a time
  _Atomic bool stop;
  _Atomic bool open; // all threads exist: stealing may begin
  _Alignas(64) agi_spin idle_lock;
  agi_proc *parked;   // idle_lock
  agi_proc *sentinel; // idle_lock: the sleeper with a time limit
  _Alignas(64) agi_spin global_lock;
  agi_task *global_head, *global_tail; // global_lock
  _Atomic uint32_t global_size;
};

void agi_sched_init(agi_sched *s, const agi_sched_hooks *hooks, agi_proc **procs, uint32_t count);
void agi_proc_init(agi_proc *p, agi_sched *s, uint32_t index);
bool agi_sched_run(
    agi_sched *
        s); // starts a thread per proc, returns when the run has ended; false: a thread could not be made, nothing has run

void agi_sched_push(agi_proc *p, agi_task *t);      // just made ready: runs next on p
void agi_sched_push_back(agi_proc *p, agi_task *t); // behind the others of p
void agi_sched_wake_one(agi_sched *s);
agi_task *agi_sched_take(agi_proc *p); // the next in p's queues and the global one, without any turns; by p only

#endif
