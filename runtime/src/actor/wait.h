// wait.h — the graph of who waits for whom, and cycles in it.
// Owns:     agi_agent.edge: 0, a future (its asker awaits), an agent | PAUSED (a sender pauses on its mailbox), or an
//           agi_wait | OBJECT (a quorum, a channel, a lease: whatever else a behaviour waits for).
// Promises: the wait that closes a cycle is told so at once. A cycle with a paused sender lets that signal through, any other
//           is a Deadlock in the one that closed it. An await costs one exchange and one load of the target's edge unless
//           the target waits itself.
//           A wait can be ended from outside (agi_wait_interrupt): a supervisor does so.
// How: each agent publishes its edge, then looks at its target's (both seq_cst: of those that close a cycle together at least
// one sees it whole; wait_walk.c has the proof). If the target waits, it walks on under the runtime's `graph` mutex, locking edge after edge: a locked
// edge is neither cleared nor answered, so everything on the way stays alive and a cycle found is a cycle now. A quorum waits
// for several: it is stuck when too few of those are left that are not (wait_walk.c).
//   op      caller                 reads          writes            ordering
//   set     the waiting agent      target edge    edge              S1: store (seq_cst), then load (seq_cst)
//   clear   whoever wakes it       edge           edge              compare-exchange from unlocked to 0
//   lock    owner, or the timer that ends its wait, for a look; walker under `graph`: compare-exchange
#ifndef AGI_ACTOR_WAIT_H
#define AGI_ACTOR_WAIT_H

#include "actor/worker.h"

#define AGI_EDGE_LOOKING ((uintptr_t)1) // locked by its own agent, or on its behalf
#define AGI_EDGE_PAUSED ((uintptr_t)2)
#define AGI_EDGE_WALKED ((uintptr_t)4) // locked by the walker
#define AGI_EDGE_OBJECT ((uintptr_t)8)
#define AGI_EDGE_BITS ((uintptr_t)15)

// What a behaviour waits for that is neither one reply nor one mailbox. It is part of what is waited for, or of the wait, and
// lives until the agent goes on. The order of things, for whoever writes such an operation:
//   the agent   agi_wait_begin, then it enters what wakes it (a list, a word), then it returns AG_SUSPENDED. If it need not
//               wait after all: agi_wait_end. Entered again, it is told by cx->err that it has been taken out and must go.
//   a waker     takes the agent out (that is the right to wake it), then agi_edge_clear, then agi_agent_wake. It holds no lock
//               that `withdraw` takes when it clears the edge.
typedef struct agi_wait agi_wait;
typedef struct agi_wait_kind {
  // Takes `a` out of what would wake it, as a waker does. False: another has it already, and wakes it. Called on any thread
  // while the edge of `a` is locked, which keeps the wait alive; may not take a wheel's lock.
  bool (*withdraw)(agi_wait *wait, agi_agent *a);
  // For who can answer; NULL, all three: anybody may end this wait (a channel: whoever has it, or gets it yet), so no cycle
  // goes through it. Under the same lock. `target`: the i-th of `count` agents,
  // retained for the caller; NULL: it is not waited for any more. `hopeful`: may the wait still end well when `gone` of them
  // are not waited for any more and `live` others may still answer?
  uint32_t (*count)(agi_wait *wait);
  agi_agent *(*target)(agi_wait *wait, uint32_t i);
  bool (*hopeful)(agi_wait *wait, uint32_t gone, uint32_t live);
} agi_wait_kind;
struct agi_wait {
  _Alignas(16) const agi_wait_kind *kind;
  const char *file; // of the operation, for the text of a cycle
  uint32_t line;
  bool timed; // it has a deadline
};
static inline void agi_wait_begin(agi_agent *a, agi_wait *wait) {
  agi_store_sc(&a->edge, (uintptr_t)wait | AGI_EDGE_OBJECT);
}
// Ends the wait of a suspended agent, whatever it is: the agent goes on as if woken. Any thread that keeps `a` alive. Only
// for one that will be cancelled: its operation does not expect it. False: it does not wait, or is being woken by another.
bool agi_wait_interrupt(agi_worker *w, agi_agent *a);

void agi_edge_clear_slow(agi_agent *a);
// For a timer: locks the edge of `a` if it is f's, as its own agent would. False: it is not.
bool agi_edge_lock(agi_agent *a, ag_future *f);
static inline void agi_edge_clear(agi_agent *a) {
  if (agi_load_relaxed(&a->edge)) agi_edge_clear_slow(a);
}
static inline void agi_wait_end(agi_agent *a) { agi_edge_clear(a); } // by the agent itself

// `a` is about to await f and has published f | LOOKING. True: no cycle, or one that a paused signal has been let through
// to break. False: a deadlock; *cycle is its text, owned by the caller.
bool agi_await_check(agi_worker *w, agi_agent *a, ag_future *f, ag_str **cycle);
// `a` has entered what wakes it from `wait`, and one of its targets has an edge. As above, but a wait with a deadline is no
// deadlock: only paused signals are let through. False: its edge is gone.
bool agi_wait_check(agi_worker *w, agi_agent *a, agi_wait *wait, ag_str **cycle);
// `a` is about to pause on `to`. False: that would close a cycle, the signal must go through. True: the edge is set.
bool agi_pause_check(agi_worker *w, agi_agent *a, agi_agent *to);
// Senders that pause on a mailbox: a ring of tasks linked by `next` whose newest `waiters` points to; its lowest bit locks it.
// A task is an agent's, or a delivery's: one of the many of a broadcast or a quorum, which stands there for the agent that asks.
// They are woken few at a time: if all were, all but a mailbox full would come only to pause again, which with n senders
// makes n * n / capacity turns.
#define AGI_WAITERS_LOCK ((uintptr_t)1)
#define AGI_ALL_WAITERS UINT32_MAX
typedef struct agi_delivery {
  agi_task task;       // pushed when it is woken
  _Atomic bool forced; // as AGI_FORCED of an agent: seq_cst
} agi_delivery;
// t enters as the newest. The caller then announces it by PRESSURED.
void agi_waiters_add(agi_agent *to, agi_task *t);
// Takes t out. False: whoever has taken it out before has the right to wake it.
bool agi_waiters_remove(agi_agent *to, agi_task *t);
// Wakes the oldest, `most` of them. True: others are left, and PRESSURED says so.
bool agi_waiters_wake(agi_worker *w, agi_agent *to, uint32_t most);
// All have parked and nothing is to come: lets the signals through that pause on agents which wait for something else than
// one answer: who could end that may be behind them. False: there are none.
bool agi_waiters_force(agi_worker *w);
// Wakes a few if the mailbox is down to `low`. The agent does so with each message it takes, and each sender that goes on
// does so for the next ones: the agent may wait for long with its mailbox empty.
void agi_waiters_relieve(agi_worker *w, agi_agent *to);

#endif
