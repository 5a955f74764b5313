// agent.h — the agent's header: its task, its mailbox, its state while it waits.
// Owns:     messages in the mailbox, the frame and the message of a suspended behaviour, the memory of the agent.
// Promises: one behaviour at a time; messages of one sender in order; one compare-exchange per send; the length is exact
//           when a message is accepted, so capacity is a bound and not a guess.
//
// `word` is the mailbox: bits 0-3 flags, 4-47 the newest message (messages are 16-byte aligned and chained by `next` towards
// older ones), 48-63 how many have ever been pushed. Senders push by compare-exchange; the agent only looks: as many as have come
// since it looked last it turns round into `batch`, and counts in `taken` those it has handled. What is behind them in the chain, and
// what `word` points to when none has come, may be gone: the count alone says what is there. Length = pushed - taken, both modulo
// 2^16; who reads `taken` first never finds less than there are.
//
//   SCHED       the agent is in a run queue, running or suspended: whoever sets it must push the task
//   PRESSURED   senders wait in `waiters` (set after they have entered it); they are woken, few at a time, when the length is <= low
//   CONTROL     `control` holds messages (set after they have entered it)
//   ORPHAN      the agent has been given the last reference to itself, see below
// Going idle is a compare-exchange from SCHED alone to no flag and no pointer, so nothing that came in meanwhile is missed.
//
// Life. rc counts references (tags). A release that finds rc == -1 holds the only one and does not count down: it sets
// ORPHAN and hands the reference to the agent. If the agent was idle the releaser, which has set SCHED too, looks at rc once
// more (it may have run meanwhile and handed out `self`) and frees it, or lets it look itself. If it was not idle, the agent,
// once its mailbox is empty, frees itself if it is still the only holder (else it gives the reference up in the same way). So
// an agent that runs, or has mail, needs no reference of its own, and its behaviour may always hand out `self`: if it has been
// given the last reference, that very one (ag_agent_retain). Whoever clears ORPHAN has the reference.
//
// Suspension. `wait` is RUNNING, SUSPENDED or WOKEN. A waker exchanges WOKEN in; if it finds SUSPENDED it pushes the task. The
// runner tries RUNNING -> SUSPENDED after the behaviour has returned, and resumes at once if it finds WOKEN. Whoever may wake an
// agent has exclusively won the right to (future state, quorum head, a place in `waiters`), so no waker outlives its agent.
//
//   field               written by                      read by            ordering
//   word                senders, the agent              all                acq_rel: a message's contents before its push
//                                                                          (taken by a load: acquire)
//   waiters             under its lock bit              under its lock bit acq_rel, announced by PRESSURED
//   control             any                             the agent          acq_rel, announced by CONTROL
//   high                the agent                       senders            relaxed
//   taken               the agent                       senders            release / acquire: the word read after it counts all
//                                                                          that it does; stale, it errs on the full side
//   batch, frame, current: the worker that runs it; handed on through word/wait (acq_rel)
//   edge                the agent; its waker            deadlock walkers   seq_cst, bit 0 locks it (wait.h)
//   wait                the agent, wakers               both               acq_rel
//   flags               the agent; FORCED, RESTART, all                relaxed / seq_cst for FORCED and RESTART (order.h)
//                       STOPPED, GAVE_UP: any
//   place               whoever spawns it, before its first message (prim/topology.h says of what is in it)
//   profile             who runs it                     anyone             release / acquire (profile.h)
//   prev, next          under the shard's lock
// Tested by: tests/runtime/unit/mailbox_test.c, tests/runtime/stress/
#ifndef AGI_ACTOR_AGENT_H
#define AGI_ACTOR_AGENT_H

#include <agent/abi.h>
#include <assert.h>

#include "base/atomic.h"
#include "base/base.h"
#include "sched/task.h"

typedef struct agi_agent agi_agent;
typedef struct agi_worker agi_worker;
typedef struct agi_place agi_place;     // prim/topology.h
typedef struct agi_profile agi_profile; // what it has cost so far; NULL: not measured

struct agi_agent {
  ag_obj h;
  agi_task task;
  _Atomic uint64_t word;
  _Atomic uintptr_t waiters; // the newest of those that pause on it (wait.h)
  _Atomic(ag_msg *) control;
  _Atomic uint32_t high; // a send that would reach this length takes the slow path
  _Atomic uint32_t taken;
  // second cache line: the agent's own
  ag_msg *batch;
  const ag_mailbox_options *options;
  ag_frame *frame;
  ag_msg *current; // the message of a suspended behaviour
  _Atomic uintptr_t edge;
  agi_agent *prev, *next;
  agi_place *place; // where it stands in a topology; NULL: in none
  _Atomic(agi_profile *) profile;
  _Atomic uint32_t wait;
  _Atomic uint16_t flags;
  uint16_t shard;
};
static_assert(sizeof(agi_agent) == AG_AGENT_HEADER_BYTES, "abi.h promises the size");
static_assert(sizeof(agi_agent) == sizeof(ag_agent), "generated structs start with it");

#define AGI_SCHED UINT64_C(1)
#define AGI_PRESSURED UINT64_C(2)
#define AGI_CONTROL UINT64_C(4)
#define AGI_ORPHAN UINT64_C(8)
#define AGI_WORD_FLAGS UINT64_C(15)
#define AGI_WORD_MSG UINT64_C(0x0000fffffffffff0)
#define AGI_WORD_COUNT UINT64_C(0xffff000000000000)
enum { AGI_CAPACITY_MAX = AG_MAILBOX_MAX, AGI_CAPACITY_USUAL = 1000, AGI_HIGH_USUAL = 800 };

enum { AGI_RUNNING = 0, AGI_SUSPENDED = 1, AGI_WOKEN = 2 };
enum {
  AGI_STOPPED = 1, // no behaviour will run again; whatever arrives is a dead letter
  AGI_DROPPED = 2, // its fields are gone
  AGI_FORCED = 4,  // its paused signal goes through: it would close a wait cycle
  AGI_MAIN = 8,
  AGI_LOCKED_MAILBOX = 16, // drop_oldest: senders and agent take turns (mailbox.h)
  AGI_MAILBOX_LOCK = 32,   // the lock for that
  AGI_HAS_TIMERS = 128,    // timers to it have been started
  AGI_STUCK = 64,          // nothing can wake it any more (main): it is resumed with Deadlock
  AGI_RESTART = 256,       // it has been told to restart (order.h)
  AGI_HAS_LEASES = 512,    // it has asked for leases (prim/lease.h)
  AGI_GAVE_UP = 1024,      // with STOPPED: because of a failure; an order to restart makes it anew (order.h)
  AGI_SLOW = 2048          // so few of its messages make a turn that the first look (turn.c) would come too late
};
// What a turn has to see to before the next message.
enum { AGI_ATTEND = AGI_STOPPED | AGI_LOCKED_MAILBOX | AGI_RESTART };

static inline agi_agent *agi_agent_of(ag_agent *a) { return (agi_agent *)(void *)a; }
static inline const ag_agent_type *agi_type_of(const agi_agent *a) {
  return AGI_CONTAINER_OF(a->h.cls, const ag_agent_type, cls);
}
static inline ag_msg *agi_word_msg(uint64_t word) { return (ag_msg *)(uintptr_t)(word & AGI_WORD_MSG); }
static inline uint32_t agi_word_count(uint64_t word) { return (uint32_t)(word >> 48); }
static inline bool agi_is_stopped(agi_agent *a) { return (agi_load_relaxed(&a->flags) & AGI_STOPPED) != 0; }
static inline const ag_behaviour *agi_behaviour_of(const agi_agent *a, const ag_msg *m) {
  return &agi_type_of(a)->behaviours[m->behaviour];
}

// One past `full` senders pause (high), one below it they go on (low).
typedef struct agi_limits {
  uint32_t capacity, high, low;
} agi_limits;
agi_limits agi_limits_of(const ag_mailbox_options *o);

// An agent that does nothing yet: it takes messages, and its creator may fill in its place. Then agi_mailbox_first gives it its
// first message and agi_agent_ready starts it, or agi_agent_abandon ends it: it never runs. Owned (a tag).
agi_agent *agi_agent_new(agi_worker *w, const ag_agent_type *type, const ag_mailbox_options *opts);
void agi_agent_abandon(agi_worker *w, agi_agent *a);
// From any agent, for one that has started: it ends as by `stop` after the behaviour that it runs, or at once. `failed`: because
// of a failure, so that it may be made anew; orders to restart from before are void.
void agi_agent_stop(agi_worker *w, agi_agent *a, bool failed);
void agi_agent_mark_stopped(agi_agent *a, bool failed); // only the flags, for the running agent
// By the agent: it was stopped because of a failure, and is as before its first message.
void agi_agent_revive(agi_worker *w, agi_agent *a);
// What its place holds goes (prim/topology.c). Before the agent is freed, and at the end of the runtime for all.
void agi_place_drop(agi_worker *w, agi_agent *a);
agi_agent *agi_agent_of_task(agi_task *t);               // NULL: the task is none of an agent
void agi_agent_wake(agi_worker *w, agi_agent *a);        // the caller has won the right to
void agi_agent_run_ranked(agi_proc *p, agi_task *t);     // of agents with a priority; `run` of others is another
uint32_t agi_agent_level(const agi_task *t);             // rank.h
void agi_task_ready(agi_worker *w, agi_task *t);         // what is no agent's; on any worker, guests too
void agi_agent_end(agi_worker *w, agi_agent *a);         // stop: what is queued and what will come are dead letters
void agi_agent_clear(agi_worker *w, agi_agent *a);       // its fields are as before its first message
void agi_agent_unreachable(agi_worker *w, agi_agent *a); // by who runs it, or has set SCHED: nobody else can reach it
void agi_agent_collect(agi_worker *w);                   // frees those found unreachable
void agi_agent_dead_letter(agi_worker *w, agi_agent *a, ag_msg *m);
// Teardown, single-threaded, in this order for all agents: pin, cancel, free.
void agi_agent_cancel(agi_worker *w, agi_agent *a);
void agi_agent_free(agi_worker *w, agi_agent *a);

#endif
