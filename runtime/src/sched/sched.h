// sched.h — workers that run tasks: local queues, a slot for the task just made ready, a global queue, stealing, parking.
// Owns:     processors (agi_proc), their queues, the threads, the list of sleepers.
// Promises: a task pushed is run once. Idle workers use no CPU. When all have parked and nothing is to come, the
//           `quiescent` hook decides: it may push more work, or the run ends.
// Does not: know what a task is (task.h), nor own the objects tasks live in.
//
// Waking a sleeping thread costs as much as thousands of small tasks, so a push hardly ever does: only when what waits in a local
// queue takes longer than that (AGI_WAKE_NS), or, as long as it is not known how long that is, when there are more than
// AGI_WAKE_BACKLOG. Tasks that talk more than they compute (`fine`) lose more by being spread over workers than these gain: they stay
// together, unless so many wait that it takes AGI_FINE_NS. Besides, while anyone works, one of the sleepers (the sentinel) sleeps
// with a time limit of 1 to 8 ms and takes what has been left lying: tasks behind long-running ones, and timers that are due. When
// it leaves with a task it wakes another, who becomes the sentinel. Only who is woken from outside while all sleep, and finds one
// task, wakes nobody before it has begun with that: the monitor names the sentinel at its next look, in at most 10 ms.
//
//   field            written by           read by            ordering
//   lifo             owner; thief         owner, thief       exchange (acq_rel): whoever gets the task owns it. Only the owner fills it:
//                                                            an empty one by a store (release)
//   queue            see deque.h
//   picks            owner                sentinel           relaxed: a hint (has it moved on since last time?)
//   parked_count     under idle_lock      anyone             relaxed: a hint whether waking makes sense
//   searchers        searchers            anyone             relaxed: a throttle
//   wake (futex)     waker, owner         owner              release / acquire; the queues themselves carry the data
//   global queue     under global_lock; global_size relaxed hint
//   waking           waker, the woken     wakers             relaxed: a throttle, set under idle_lock
//   stop, open, ended  last worker, who stops it; starter   all   release / acquire
//   held, over       under idle_lock      under idle_lock
//   hold             see seat.h           all                release by who gives a seat / acquire by who gets it; the owner's
//                                                            CALLING <-> SEATED by compare-exchange, without the lock
//   seat, successor_of   who gives a seat, before `hold`; its new owner
//   arriving         who gives a seat, under idle_lock; the owner, when it has woken up: release / acquire
//   spare, runs_on, spares, waiting, outside, running_on     under idle_lock; waiting_count also a relaxed hint
//   made, procs[i]   under idle_lock      all                release / acquire: workers below `made` are there
//   preempt          any                  owner              relaxed: the batch ends after this message
//   seen_*, suspect   the monitor          the monitor
#ifndef AGI_SCHED_SCHED_H
#define AGI_SCHED_SCHED_H

#include "base/base.h"
#include "base/spin.h"
#include "platform/platform.h"
#include "sched/deque.h"
#include "sched/task.h"

#define AGI_STACK_SIZE ((size_t)8 << 20)
enum { AGI_MAX_SPARES = 256, AGI_MONITOR_STACK = 256 << 10 };
#define AGI_NOT_ADDED UINT32_MAX
#define AGI_MONITOR_NS INT64_C(10000000)
enum { AGI_LIFO_RUN = 3, AGI_GLOBAL_EVERY = 61, AGI_TIMERS_EVERY = 8, AGI_WAKE_BACKLOG = 8, AGI_MAX_PROCS = 1024 };
enum { AGI_WAKE_NS = 20000, AGI_FINE_NS = 200000, AGI_LONG_TURN_PER_MS = 10 };

typedef struct agi_sched agi_sched;
typedef struct agi_chooser agi_chooser; // seeded.h
typedef struct agi_ranks agi_ranks;     // rank.h

// What the scheduler asks of the runtime above it.
typedef struct agi_sched_hooks {
  void (*start)(agi_proc *p);          // on the worker's thread, before its first task
  void (*poll)(agi_proc *p, bool all); // makes due timers ready: the worker's own, or everyone's; sets p->long_turns
  int64_t (*next)(agi_sched *s);       // ns until the next timer is due, 0: now, -1: there is none; on any thread
  int64_t (*background)(agi_sched *s); // as next, of what keeps no run alive; NULL: there is no such
  void (*held)(agi_proc *p);           // all parked, no timer, but something may come from outside: may push work on p
  bool (*quiescent)(agi_proc *p);      // all parked, no timer: true ends the run, false: it has pushed work on p
  // One more worker, initialised (seat.h), and whether it has got a place (under idle_lock), or AGI_NOT_ADDED: it is to be freed.
  // `more` is NULL: blocking tasks block, nobody watches.
  agi_proc *(*more)(agi_sched *s);
  void (*added)(agi_sched *s, agi_proc *p, uint32_t index);
  // Tasks whose `run` is this have a priority, and `level` says which (rank.h). NULL: none has.
  void (*ranked_run)(agi_proc *p, agi_task *t);
  uint32_t (*level)(const agi_task *t);
  void (*overran)(agi_proc *p); // on the monitor's thread: p's task sleeps and has not said that it would
} agi_sched_hooks;

struct agi_proc {
  // line written by its owner and by thieves
  _Alignas(64) _Atomic(agi_task *) lifo;
  _Atomic uint32_t hold;
  _Atomic uint32_t preempt;
  _Atomic bool arriving;
  agi_sched *sched;
  uint32_t index;
  uint32_t seat;
  uint32_t level;                               // owner: of the task it runs, if any has a priority
  _Atomic(agi_ranks *) ranks;                   // NULL: none so far
  uint64_t next_look;                           // owner: the pick at which it looks at timers; 0: the next one
  uint64_t global_at;                           // owner: the pick at which it last looked at the global queue first
  void (*ranked_run)(agi_proc *p, agi_task *t); // as the hook; never changes
  uint32_t lifo_run;                            // owner: tasks taken from the slot in a row
  bool long_turns;                              // owner: turns take so long that timers are looked at before each
  uint32_t idle_ms;                             // owner: how long it slept as sentinel last time
  uint64_t rng;                                 // owner
  _Atomic uint64_t turn_ns; // owner: how long a task runs, as measured; 0: not known. Others use it as a forecast
  _Atomic bool fine;        // owner: likewise, its tasks hardly do more than send and receive
  _Atomic uint64_t picks;
  _Atomic uint64_t picks_seen;    // sentinel: picks at its last look
  _Atomic uint64_t steals, parks; // owner: statistics
  agi_proc *parked_next;          // idle_lock
  _Atomic bool parked;            // idle_lock; a hint to others
  bool spare, runs_on;            // idle_lock: it sleeps without a seat; it runs a task without one
  agi_proc *successor_of;
  uint64_t seen_picks;
  int64_t seen_cpu_ns;
  uint64_t suspect; // picks + 1 of a task that was asleep at the last look; 0: none
  agi_thread thread;
  _Alignas(64) _Atomic uint32_t wake; // futex: 1 = wake up
  agi_deque queue;
};

struct agi_sched {
  const agi_sched_hooks *hooks;
  agi_proc **procs; // room for count + AGI_MAX_SPARES, if there is a hook `more`
  _Atomic uint32_t made;
  agi_chooser *chooser; // NULL: no seeded run; else there is one worker
  uint32_t count;
  uint32_t max_searchers;
  _Atomic uint32_t searchers;
  _Atomic uint32_t parked_count;
  _Atomic bool waking; // someone has been woken and has not looked round yet: one at a time
  _Atomic bool stop;
  _Atomic bool ranked; // some task has a priority
  _Atomic bool open;   // all threads exist: stealing may begin
  _Alignas(64) agi_spin idle_lock;
  uint32_t held;                    // idle_lock: by threads of the host: the run does not end
  bool over;                        // idle_lock: it has ended, or is about to
  agi_proc *parked;                 // idle_lock
  agi_proc *sentinel;               // idle_lock: the sleeper with a time limit
  agi_proc *spares;                 // idle_lock
  agi_proc *waiting, *waiting_last; // idle_lock: back from a call, oldest first
  uint32_t outside;                 // idle_lock: tasks under way without a seat; the run does not end before
  uint32_t running_on;              // idle_lock: those of them that do not wait in a call and may make others ready
  uint32_t spares_asked;            // idle_lock
  uint64_t handed_over;             // idle_lock; statistics
  _Atomic uint32_t waiting_count;
  _Alignas(64) agi_spin global_lock;
  agi_task *global_head, *global_tail; // global_lock
  _Atomic uint32_t global_size;
  int wake_fd;            // driven.h: written to wake the worker; -1: it has a thread
  _Atomic uint32_t ended; // futex: 1 = agi_sched_end has been called
  agi_thread monitor;
  _Atomic uint32_t monitor_word;
  _Atomic bool monitor_sleeps;
};

void agi_sched_init(agi_sched *s, const agi_sched_hooks *hooks, agi_proc **procs, uint32_t count);
void agi_proc_init(agi_proc *p, agi_sched *s, uint32_t index);
// A thread per proc; false: one could not be made, nothing has run. Then join, which returns when the run has ended.
bool agi_sched_start(agi_sched *s);
void agi_sched_join(agi_sched *s);
bool agi_sched_run(agi_sched *s); // both

// push.h: agi_sched_push, to run next on p
void agi_sched_push_back(agi_proc *p, agi_task *t); // behind the others of p
void agi_sched_inject(agi_sched *s, agi_task *t);   // from a thread that is no worker
bool agi_sched_hold(agi_sched *s);                  // from any thread; false: it is over
void agi_sched_unhold(agi_sched *s);
void agi_sched_wake_one(agi_sched *s);
void *agi_sched_worker(void *proc);                // what a worker's thread runs
void agi_sched_expose(agi_proc *p);                // what is in p's slot may be stolen from now on; by p
void agi_sched_flush(agi_proc *p);                 // all of p's tasks go to the global queue; by p
void agi_sched_adopt(agi_proc *p, agi_proc *from); // p takes over what waits behind `from`
void agi_sched_give(agi_sched *s, agi_task *first, agi_task *last,
                    uint32_t n); // to the global queue: a chain, which `last` ends
bool agi_sched_move(agi_deque *from, agi_deque *to);
bool agi_sched_has_work(agi_proc *p);         // in its own queues; an estimate for others
agi_task *agi_sched_take_normal(agi_proc *p); // slot (3 in a row), queue, slot; by p
agi_task *agi_sched_pick(agi_proc *p);        // the next to run, if any; by p
agi_task *agi_sched_take(agi_proc *p);        // the next in p's queues and the global one, without any turns; by p only

#endif
