// message.h — messages from birth to end.
// Owns:     nothing by itself: a message belongs to the sender, then to the mailbox, then to the behaviour.
// Promises: a message that is never handled is dropped here: its asker hears why, its arguments are released.
#ifndef AGI_ACTOR_MESSAGE_H
#define AGI_ACTOR_MESSAGE_H

#include "actor/worker.h"

// Upper bits of ag_msg.size; the runtime's own.
#define AGI_MSG_CONTROL UINT32_C(0x80000000) // came through the control lane
#define AGI_MSG_TICK UINT32_C(0x40000000)    // of a repeated timer; its ticker stands in the last bytes
#define AGI_MSG_OWN UINT32_C(0x20000000) // of a timer that its agent has started itself: goes when that is made anew
#define AGI_MSG_SIZE UINT32_C(0x0fffffff)

// What it counts for in a mailbox: first messages and timers take nobody's place.
static inline uint32_t agi_msg_weight(const ag_msg *m) { return m->size & AGI_MSG_CONTROL ? 0 : 1; }

void agi_msg_free_other(agi_worker *w, ag_msg *m); // a large one, or one with flags
static inline void agi_msg_free(agi_worker *w, ag_msg *m) {
  uint32_t size = m->size;
  if (AGI_LIKELY(size - 1 < AGI_POOL_CLASSES * 16)) agi_pool_put(&w->cx.pool, m, size);
  else agi_msg_free_other(w, m);
}

// Drops a message for agents of `type` that nobody will run; `why` is raised in its asker.
void agi_msg_drop(agi_worker *w, const ag_agent_type *type, ag_msg *m, const ag_class *why);
// A copy for one more receiver (quorum), with `more` bytes behind it.
ag_msg *agi_msg_copy(agi_worker *w, const ag_behaviour *b, const ag_msg *m, uint32_t more);

// What a repeated timer begins with. While one tick of it waits in a mailbox it sends no other, so an agent that is long busy
// finds one and not a thousand.
typedef struct agi_ticker {
  ag_obj h;             // counted by the tick that waits, too
  _Atomic bool waiting; // relaxed: set by the timer, cleared by the agent that takes the tick
} agi_ticker;
ag_msg *agi_tick_new(agi_worker *w, const ag_behaviour *b, const ag_msg *m, agi_ticker *t);
void agi_tick_taken(agi_worker *w, ag_msg *m); // m becomes a message like any other
// An error object, leaving cx->err alone. Without a file its place is that of the `await` that it is raised by.
ag_obj *agi_error_make(agi_worker *w, const ag_class *cls, const char *file, uint32_t line);
static inline void agi_error_place(ag_obj *err, const char *file, uint32_t line) {
  ag_error *e = (ag_error *)(void *)err;
  if (e->file) return;
  e->file = file;
  e->line = line;
}

#endif
