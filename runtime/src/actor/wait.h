// wait.h — the graph of who waits for whom, and cycles in it.
// Owns:     agi_agent.edge: 0, a future (its asker awaits), or an agent | PAUSED (a sender pauses on its mailbox).
// Promises: the wait that closes a cycle is told so at once. A cycle with a paused sender lets that signal through, any other
//           is a Deadlock in the one that closed it. An await costs one exchange and one load of the target's edge unless
//           the target waits itself.
// Does not: know what a quorum waits for; agi_waiters_force is for those.
// How: each agent publishes its edge, then looks at its target's (both seq_cst: of those that close a cycle together at least
// one sees it whole). If the target waits, it walks on under the runtime's `graph` mutex, locking edge after edge: a locked
// edge is neither cleared nor answered, so everything on the way stays alive and a cycle found is a cycle now.
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
#define AGI_EDGE_BITS ((uintptr_t)7)

void agi_edge_clear_slow(agi_agent *a);
// For a timer: locks the edge of `a` if it is f's, as its own agent would. False: it is not.
bool agi_edge_lock(agi_agent *a, ag_future *f);
static inline void agi_edge_clear(agi_agent *a) {
  if (agi_load_relaxed(&a->edge)) agi_edge_clear_slow(a);
}

// `a` is about to await f and has published f | LOOKING. True: no cycle, or one that a paused signal has been let through
// to break. False: a deadlock; *cycle is its text, owned by the caller.
bool agi_await_check(agi_worker *w, agi_agent *a, ag_future *f, ag_str **cycle);
// `a` is about to pause on `to`. False: that would close a cycle, the signal must go through. True: the edge is set.
bool agi_pause_check(agi_worker *w, agi_agent *a, agi_agent *to);
// Senders that pause on a mailbox: a ring linked by task.next whose newest `waiters` points to; the word's lowest bit locks it.
// They are woken few at a time: if all were, all but a mailbox full would come only to pause again, which with n senders
// makes n * n / capacity turns.
#define AGI_WAITERS_LOCK ((uintptr_t)1)
#define AGI_ALL_WAITERS UINT32_MAX
// `a` enters as the newest. The caller then announces it by PRESSURED.
void agi_waiters_add(agi_agent *to, agi_agent *a);
// Wakes the oldest, `most` of them. True: others are left, and PRESSURED says so.
bool agi_waiters_wake(agi_worker *w, agi_agent *to, uint32_t most);
// All have parked and nothing is to come: lets the signals through that pause on agents which wait for a quorum, since its
// members may be behind them (a quorum has no edge). False: there are none.
bool agi_waiters_force(agi_worker *w);
// Wakes a few if the mailbox is down to `low`. The agent does so with each message it takes, and each sender that goes on
// does so for the next ones: the agent may wait for long with its mailbox empty.
void agi_waiters_relieve(agi_worker *w, agi_agent *to);

#endif
