// worker.h — what a worker carries besides the scheduler's part, and the state all workers of a runtime share.
// Owns:     context, pools, timers, the registry of agents (a shard per worker), counters.
// Promises: everything in agi_worker is its owner's alone, except where a lock or an atomic says otherwise.
//   field                 written by        read by               ordering
//   stats                 owner             agi_metrics_read      relaxed
//   shard                 under shard.lock  under shard.lock
//   type, behaviour       owner             the monitor        relaxed: static data
//   rt.workers, count     under idle_lock   anyone             count: those below it are there; it grows (sched/seat.h)
//   rt.wheels             see wheel.h; one a seat
//   rt.failed, exit_code  any               at the end            relaxed; the threads are joined before
//   rt.sweep              who stops, or starts a timer to a stopped agent; whoever sweeps: release / acq_rel exchange
//   rt.virtual_ns         its only worker   anyone             relaxed: a clock
//   rt.ending             ag_runtime_free   its thread            relaxed; no other is left
//   apart                 before it is used its owner
//   rt.guests, resting, accepts, calls   under guests_lock   likewise
//   rt.polled             who is in ag_runtime_poll or _stop   whoever wants to be   compare-exchange (acquire), store (release)
//   rt.draining           ag_runtime_stop   workers            relaxed: timers do not fire any more
//   rt.late               any               metrics            relaxed
#ifndef AGI_ACTOR_WORKER_H
#define AGI_ACTOR_WORKER_H

#include <agent/agent.h>

#include "actor/agent.h"
#include "actor/pool.h"
#include "base/memory.h"
#include "mem/constant.h"
#include "platform/platform.h"
#include "sched/push.h"
#include "sched/seeded.h"
#include "sched/wheel.h"

// Counters a worker keeps; obs/metrics.c adds them up. X(name)
#define AGI_STATS(X) \
  X(spawned)         \
  X(freed)           \
  X(sent)            \
  X(delivered)       \
  X(dead_letters) X(suspended) X(exempt) X(mailbox_high) X(failures) X(restarts) X(cancelled) X(broadcasts) X(rounds)
#define AGI_STAT_FIELD(n) _Atomic uint64_t n;
typedef struct agi_stats {
  AGI_STATS(AGI_STAT_FIELD)
} agi_stats;
#define AGI_STAT_ADD(w, n) agi_store_relaxed(&(w)->stats.n, agi_load_relaxed(&(w)->stats.n) + 1)

typedef struct ag_runtime agi_runtime;
typedef struct agi_broadcast agi_broadcast;

// So many awaits whose reply was there already, or refused sends, in one turn: then a behaviour gives way.
enum { AGI_IMMEDIATE = 64 };
enum { AGI_STACK_MARGIN = 128 * 1024 }; // below it recursion ends

// What becomes ready on a worker goes into its own queue, but for these: a thread of the host (actor/guest.c), and teardown.
enum { AGI_GUEST = 1, AGI_ENDING = 2 };

// What agents of one type have taken; estimated from samples (profile.h).
enum { AGI_TYPES = 64 };
typedef struct agi_type_cost {
  _Atomic(const ag_agent_type *) type;
  _Atomic uint64_t ns, messages;
  uint64_t usual_ns; // its worker: of a message, moving average; AGI_BLOCKS: one has called what may block
} agi_type_cost;

struct agi_worker {
  agi_proc proc;
  ag_cx cx;
  agi_runtime *rt;
  ag_msg *msg;            // the message being handled
  uint32_t immediate;     // counts up to AGI_IMMEDIATE
  uint64_t rng;           // a seeded run's; 0: this is none
  uint32_t first_look;    // so many messages into a turn it is asked how long it may be (turn.c); a seeded run's: 0
  uint32_t turn_most;     // messages
  int64_t turn_since;     // the clock at its first look; 0: there was none
  uint32_t channel_items; // since it last gave way for them (prim/channel.c)
  uint64_t channel_all;   // about so many in all, counted by the lap
  uint8_t apart;          // 0, AGI_GUEST, AGI_ENDING
  bool yield;             // the behaviour gives way: it is ready to go on, behind the others
  agi_stats stats;
  agi_agent *doomed; // unreachable, to be freed; linked by task.next
  bool collecting;
  ag_timer *done_timers; // fired for the last time: to be released outside the wheel's lock
  struct {
    _Alignas(64) agi_spin lock;
    agi_agent *first;
  } shard;
  int64_t polled_ns;      // when it last looked at timers; 0: there were none
  uint64_t measured_from; // of the turn that is measured, in ticks; 0: none is
  uint64_t measured_delivered, measured_channel;
  uint64_t blocked_from;
  // What it runs within a behaviour that asks (turn.h): how deep; of the turn that is measured: how many, and what the first has taken.
  char *inner_limit; // below it half of the stack is in use: none
  uint32_t nested, inner_count;
  const ag_agent_type *inner_type;
  uint64_t inner_ticks;
  ag_quorum *asks;         // whose members the running behaviour asks just now (prim/quorum.c)
  ag_quorum *unused;       // one to be used again; NULL: none
  uint32_t until_sample;   // turns until one is measured (profile.h); never 0
  uint32_t sample_turns;   // of which each then stands for so many
  uint64_t turn_messages8; // messages of a turn, in 1/256, moving average of those measured
  agi_type_cost types[AGI_TYPES];
  _Atomic(const ag_agent_type *) type;     // of the agent it runs, or ran last; the monitor reads it
  _Atomic(const ag_behaviour *) behaviour; // likewise
  _Atomic(agi_agent *) runs;               // … or ran last; leases look whether it gets on, by its address
  agi_constants *constants;                // where new ones go; NULL: the runtime's
  // of a guest
  agi_worker *next_guest, *next_resting;
  agi_memory *memory_before; // of the thread that it serves
  void *channel_wait;        // prim/channel_guest.c: freed with it
};

// Topologies whose handle is gone (prim/island.h).
typedef struct agi_loose {
  struct agi_core *first;
  int64_t weight; // about so many members
} agi_loose;
typedef struct agi_islands {
  agi_spin lock;
  agi_loose fresh, kept;     // to be looked at; have been, and live
  int64_t since, at_last;    // members: that were kept since all were looked at again; of all that were kept then
  int64_t fresh_ns, kept_ns; // when to look
  int64_t pause_ns, cost_ns;
  bool draining; // all are looked at again
  _Atomic int64_t due_ns;
} agi_islands;

// What the runtime asks of host/callback.c, if the program uses it: so only such programs need libffi.
typedef struct agi_callback_hooks {
  void (*sweep)(agi_worker *w); // an agent has stopped
  void (*drop)(agi_worker *w);  // the runtime goes
} agi_callback_hooks;
enum { AGI_CALLBACK_PARAMS = 16 };

struct ag_runtime {
  agi_sched sched;
  ag_drive drive;
  agi_memory own_memory;
  agi_memory *memory;         // own_memory, or NULL: none of its own
  agi_chooser chooser;        // of a seeded run
  _Atomic int64_t virtual_ns; // a seeded run's time; 0: the clock of the system
  agi_proc **procs;
  agi_worker **workers;
  _Atomic uint32_t count; // workers there are, spares included
  agi_wheel *wheels;      // one a seat (sched.count), so that there is always somebody who looks at it
  bool profiles;          // agents are measured, and what is found out is used
  uint64_t began_ticks;   // when the runtime was made
  int64_t began_ns;
  _Atomic uint64_t tick_scale, tick_next; // profile.c
  const void **blockers;                  // behaviours found blocking; the monitor's
  uint32_t blocker_count;
  struct {
    agi_spin lock;
    struct agi_claim *first;
    agi_wheel wheel; // of renewals, which keep no run alive
    ag_lease_backend backend;
    bool own; // the table of this process
  } leases;   // prim/lease.h
  agi_spin guests_lock;
  agi_worker *guests;  // all that ever were
  agi_worker *resting; // those that serve no thread now
  bool accepts;        // calls from outside
  uint32_t calls;      // under way
  agi_modules modules; // whose constants are there (host/module.c)
  agi_spin modules_lock;
  struct agi_trampoline *trampolines;       // functions that C calls (host/callback.c); under modules_lock
  const agi_callback_hooks *callback_hooks; // NULL: there never were any
  agi_event event;                          // AG_DRIVE_HOST
  _Atomic bool polled;
  _Atomic bool draining;
  _Atomic uint64_t late; // callbacks that came when their agent had stopped
  agi_depot depot;
  pthread_mutex_t graph; // walking wait chains longer than one, see wait.h
  agi_agent *main;       // the first agent; a reference is held until the end
  _Atomic bool failed;
  void (*failed_hook)(void *arg, const ag_failure *failure); // as ag_options
  void *failed_arg;
  agi_constants constants;
  pthread_mutex_t failures;    // failed_hook and log_hook are called under it
  pthread_mutex_t supervision; // one failure at a time is acted upon: agi_failure_act
  void (*log_hook)(void *arg, const char *text);
  void *log_arg;
  _Atomic bool sweep; // an agent with timers has stopped
  struct {
    agi_spin lock;
    agi_broadcast *first;
  } broadcasts; // under way, see prim/broadcast.h
  agi_islands islands;
  _Atomic int exit_code;
  _Atomic bool ending; // teardown: nothing is sent or scheduled any more
};

static inline agi_worker *agi_worker_of(ag_cx *cx) { return AGI_CONTAINER_OF(cx, agi_worker, cx); }
static inline agi_worker *agi_worker_of_proc(agi_proc *p) { return AGI_CONTAINER_OF(p, agi_worker, proc); }
// By its thread, which begins to run agents.
static inline void agi_worker_stack(agi_worker *w) {
  char *top = __builtin_frame_address(0);
  w->cx.stack_limit = agi_stack_limit(AGI_STACK_MARGIN);
  w->inner_limit = w->cx.stack_limit + (top - w->cx.stack_limit) / 2;
}
static inline agi_wheel *agi_wheel_of(agi_worker *w) { return &w->rt->wheels[w->proc.seat]; }
// It is to run an agent now: whose objects are looked at from here on (obs/check.c).
static inline void agi_worker_enters(agi_worker *w) {
#ifdef AG_CHECK
  ag_check_enter(&w->cx);
#else
  (void)w;
#endif
}
// Around what may block, on a worker's own thread: its seat may go to others meanwhile. `now`: as agi_seat_leave.
void agi_block_begin(ag_cx *cx, bool now);
void agi_block_end(ag_cx *cx);
void agi_exit_code_set(ag_cx *cx, int code); // the exit status if no agent fails

// The one clock of the runtime, monotonic. A seeded run has its own: it stands still while anything is ready, and then jumps to
// the next timer, so what happens does not depend on how fast the machine is.
static inline int64_t agi_clock(agi_runtime *rt) {
  int64_t virtual_ns = agi_load_relaxed(&rt->virtual_ns);
  return AGI_LIKELY(virtual_ns == 0) ? agi_now_ns() : virtual_ns;
}
enum { AGI_GLANCE_NS = 1000 };
// As the program reads it: each look takes a virtual microsecond, so who waits in a loop waits not for ever.
int64_t agi_clock_read(ag_cx *cx);
// A seeded run: random bits that its seed decides. Else nothing may be asked of it.
static inline uint64_t agi_seeded_bits(agi_worker *w) { return agi_rng_next(&w->rng); }

// guest.c: a context for the calling thread, until it is given back. With guests_lock held: one that rests, or NULL.
agi_worker *agi_guest_take(agi_runtime *rt);
agi_worker *agi_guest_ready(agi_runtime *rt, agi_worker *resting); // without the lock; makes one if it must
void agi_guest_rest(agi_worker *w);                                // with the lock
void agi_guest_leave(agi_worker *w);                               // before that, without
void agi_guests_free(agi_runtime *rt);
// The runtime whose agents this thread runs now: it may not wait for them. NULL: none.
extern _Thread_local agi_runtime *agi_inside;
// What is worth a line: to the host's log; in a program to standard error.
void agi_log(agi_runtime *rt, const char *text, int64_t size);
void agi_runtime_cancel(agi_runtime *rt); // no thread runs any more: what waits is cancelled, what is queued dropped
void agi_leases_forget(agi_worker *w, agi_agent *a); // lease.c: a goes

// The host's allocator has answered NULL: the run ends.
static inline bool agi_no_memory(agi_runtime *rt) { return rt->memory && agi_load_relaxed(&rt->memory->failed); }
void agi_agent_ready_apart(agi_worker *w, agi_agent *a); // guest.c
// SCHED has just been set by the caller, or the agent has been woken.
static inline void agi_agent_ready(agi_worker *w, agi_agent *a) {
  if (AGI_LIKELY(!w->apart)) agi_sched_push(&w->proc, &a->task);
  else agi_agent_ready_apart(w, a);
}

static inline bool agi_ending(agi_worker *w) { return agi_load_relaxed(&w->rt->ending); }

#endif
