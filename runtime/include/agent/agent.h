// agent.h — what a program in C that is written against abi.h needs besides it: running one, contexts for its own threads, leases.
// Owns:     nothing; host.h has the runtime itself, and is all that users of generated code need.
// Promises: no global state and no signal handlers; errors are returned.
// Does not: describe agents: those are made against abi.h, by hand or by the compiler.
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include <agent/abi.h>
#include <agent/host.h>

// ---- where leases are kept -----------------------------------------------------------------------------------------
// A backend decides who holds what. A runtime has one of its own, a table in this process; a distributed one implements the same.
// One that asks for a lease, or has it. It lives until `release` has returned.
typedef struct ag_lease_claim {
  const char *name;   // of what is leased; the runtime's, fixed, as the next two
  const char *holder; // who asks, for messages
  int64_t ttl_ns;     // for how long at a time
  uint64_t token;     // set by the backend before it tells GRANTED: larger than any it has granted for this name
  int64_t
      until_ns; // likewise, and before RENEWED: when it ends unless renewed; by the clock of CLOCK_MONOTONIC. Stored atomically
  void *backend; // the backend's own
} ag_lease_claim;
typedef enum ag_lease_news { AG_LEASE_GRANTED, AG_LEASE_RENEWED, AG_LEASE_LOST } ag_lease_news;

// All are called on any thread of the runtime, some with its locks held: they may not block, and answer later by ag_lease_tell,
// which may be called at once, too, but not with a lock held that one of these takes. cx is that of the calling thread.
typedef struct ag_lease_backend {
  void *state;
  void (*acquire)(void *state, ag_cx *cx, ag_lease_claim *c); // GRANTED when it is c's turn; in the order of asking
  void (*renew)(void *state, ag_cx *cx, ag_lease_claim *c);   // RENEWED, or LOST if it has ended meanwhile
  void (*expire)(void *state, ag_cx *cx, ag_lease_claim *c);  // its holder does not get on: LOST, once until_ns is over
  // It is not wanted any more, whether granted, lost or waited for. When it has returned, c is told nothing and is gone.
  void (*release)(void *state, ag_cx *cx, ag_lease_claim *c);
  // Calls `look` once, with the claim that holds `name`, NULL if nobody does; a claim of another process has a name and a holder only.
  void (*holder)(void *state, const char *name, void (*look)(void *arg, const ag_lease_claim *holder), void *arg);
} ag_lease_backend;
void ag_lease_tell(ag_cx *cx, ag_lease_claim *c, ag_lease_news news); // any thread; cx NULL: one without a context

// What an agent has cost so far: moving averages of samples.
typedef struct ag_profile {
  double message_ns;     // of one message, without the time in which it waited or was in a call that blocks
  double rate;           // messages a second
  double load;           // its share of one processor, 0.0 to 1.0
  uint32_t mailbox_high; // the longest mailbox it has found since it was first measured
} ag_profile;

// Any thread that holds a reference to the agent. False: it has not been measured yet, and all is 0.
bool ag_agent_profile(ag_agent *agent, ag_profile *out);

// Makes the first agent, from a message made by `first` on a worker, and runs until nothing is left to do. Status of the
// program: 1 if an agent failed, else what it set, else 0. Once per runtime.
ag_status ag_runtime_run(ag_runtime *rt, const ag_agent_type *type, ag_msg *(*first)(ag_cx *cx, void *arg), void *arg,
                         int *exit_status);

// ---- threads of the host -----------------------------------------------------------------------------------------
// A thread of the host that uses channels, objects and counts attaches itself: its context serves as that of a worker, but runs no
// agents. From any thread, before or during the run; one context a thread, used by that thread only. While a thread is attached, or
// the runtime held, the program does not end. NULL: it has ended, or is about to.
ag_cx *ag_attach(ag_runtime *rt);
void ag_detach(ag_cx *cx);      // on the thread that attached; cx is gone
bool ag_hold(ag_runtime *rt);   // false: the program has ended. For work that will attach a thread later
void ag_unhold(ag_runtime *rt); // once for each ag_hold that answered true

// Channels for attached threads, besides ag_channel_try_send and the like (abi_channel.h). *out is owned by the caller (ag_release).
// elem says how items are kept and dropped; it must outlive the channel. AG_ERR_INVALID: capacity below 1, AG_ERR_MEMORY.
ag_status ag_channel_new(ag_cx *cx, int64_t capacity, const ag_type *elem, ag_channel **out);
// These block the calling thread, not an agent: timeout_ns, 0: do not wait, below 0: without limit. What a thread waits for comes in the
// same order as for agents. AG_OK: *item is the channel's. Else it stays the caller's: AG_ERR_CLOSED, AG_ERR_TIMEOUT.
ag_status ag_channel_send_blocking(ag_cx *cx, ag_channel *c, void *item, int64_t timeout_ns);
// AG_OK: *out is the caller's. AG_ERR_CLOSED: closed and empty. AG_ERR_TIMEOUT.
ag_status ag_channel_recv_blocking(ag_cx *cx, ag_channel *c, void *out, int64_t timeout_ns);

// As ag_main; what the environment (AGENT_WORKERS, AGENT_SEED) says goes before the options.
int ag_main_with(int argc, char **argv, const ag_program *program, const ag_options *options);

#endif
