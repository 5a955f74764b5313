// channel.h — who waits on a channel, and the two operations that may have to.
// Owns:     agi_channel_wait: one waiter, an agent's (it is the frame of the suspended operation) or a C thread's.
// Promises: see channel.c, which has the access table.
#ifndef AGI_PRIM_CHANNEL_H
#define AGI_PRIM_CHANNEL_H

#include "actor/wait.h"

// What became of a waiter. RETRY: an agent that gave way to others before it tried.
enum { AGI_CHANNEL_WAITS, AGI_CHANNEL_DONE, AGI_CHANNEL_ENDED, AGI_CHANNEL_LATE, AGI_CHANNEL_RETRY };

typedef struct agi_channel_wait agi_channel_wait;
struct agi_channel_wait {
  ag_frame frame;
  agi_wait wait;
  ag_channel *channel; // held by whoever waits
  agi_channel_wait *next, *prev;
  agi_agent *agent; // NULL: a thread, asleep on `state`
  _Atomic uint32_t state;
  bool sends, armed,
      queued; // queued: it is in a list (under the lock); it begins to wait, for others to see, before it is
  int64_t deadline;
  agi_wheel_node expiry;
  void *item; // the sender's, or where the receiver wants it
  _Alignas(16) unsigned char store[];
};

// One attempt under the channel's lock. `w` queues up if it has to; NULL: nobody does. *woken is for agi_channel_wake afterwards.
// DONE, ENDED (closed; for a receiver: and empty), WAITS (it would have to, or has queued up).
uint32_t agi_channel_attempt(ag_channel *c, bool sends, void *item, agi_channel_wait *w, agi_channel_wait **woken);
void agi_channel_wake(agi_worker *w, agi_channel_wait *woken); // NULL: nobody
// Takes the waiter out again, if nothing has become of it yet: `state` is `how` then. False: something has.
bool agi_channel_withdraw(agi_channel_wait *w, uint32_t how);

#endif
