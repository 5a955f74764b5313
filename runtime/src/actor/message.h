// message.h — messages from birth to end.
// Owns:     nothing by itself: a message belongs to the sender, then to the mailbox, then to the behaviour.
// Promises: a message that is never handled is dropped here: its asker hears why, its arguments are released.
#ifndef AGI_ACTOR_MESSAGE_H
#define AGI_ACTOR_MESSAGE_H

#include "actor/worker.h"

// Upper bits of ag_msg.size; the runtime's own.
#define AGI_MSG_CONTROL UINT32_C(0x80000000) // came through the control lane
#define AGI_MSG_SIZE UINT32_C(0x0fffffff)

// What it counts for in a mailbox: first messages and timers take nobody's place.
static inline uint32_t agi_msg_weight(const ag_msg *m) { return m->size & AGI_MSG_CONTROL ? 0 : 1; }

static inline void agi_msg_free(agi_worker *w, ag_msg *m) { agi_pool_put(&w->pool, m, m->size & AGI_MSG_SIZE); }

// Drops a message for agents of `type` that nobody will run; `why` is raised in its asker.
void agi_msg_drop(agi_worker *w, const ag_agent_type *type, ag_msg *m, const ag_class *why);
// A copy for one more receiver (quorum, repeated timers).
ag_msg *agi_msg_copy(agi_worker *w, const ag_behaviour *b, const ag_msg *m);
// An error object, leaving cx->err alone. Without a file its place is that of the `await` that it is raised by.
ag_obj *agi_error_make(agi_worker *w, const ag_class *cls, const char *file, uint32_t line);
static inline void agi_error_place(ag_obj *err, const char *file, uint32_t line) {
  ag_error *e = (ag_error *)(void *)err;
  if (e->file) return;
  e->file = file;
  e->line = line;
}

#endif
