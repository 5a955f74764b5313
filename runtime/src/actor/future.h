// future.h — the reply to one request.
// Owns:     the reply value or error until it is awaited.
// Promises: settled once; exactly one party wakes the asker; the last of the two parties frees it.
//   state: PENDING -> asker (it awaits) -> SETTLED | TIMED_OUT;  PENDING -> SETTLED;  any -> DROPPED (nobody will await)
//   op      caller          writes             ordering
//   settle  replier         value, then state  R1: exchange SETTLED (acq_rel). Found: an asker: wake it; DROPPED: free
//   await   asker           state              A1: acquire, pairs with R1; PENDING -> asker by compare-exchange (seq_cst: the
//                                              edge in wait.h stands first), and back if that would be a deadlock
//   expire  timer           state              asker -> TIMED_OUT by compare-exchange; the winner wakes the asker
//   drop    asker           state              exchange DROPPED. Found SETTLED: free; else the replier will
#ifndef AGI_ACTOR_FUTURE_H
#define AGI_ACTOR_FUTURE_H

#include "actor/worker.h"

enum { AGI_PENDING = 0, AGI_SETTLED = 1, AGI_FUTURE_DROPPED = 2, AGI_TIMED_OUT = 3, AGI_FUTURE_LAST_STATE = 7 };

typedef struct agi_expiry {
  agi_wheel_node node;
  ag_future *future;
} agi_expiry;

struct ag_future {
  _Atomic uintptr_t state;
  agi_agent *to; // who will answer; valid while it has not
  ag_obj *err;
  const ag_type *type;
  void (*settled)(agi_worker *w, ag_future *f); // a member of something larger (quorum); NULL: plain
  void *group;
  ag_future *next;
  agi_expiry *expiry;
  const char *file;              // of the await
  uint32_t line : 31, timed : 1; // timed: it has a deadline
  uint32_t size;                 // of the whole block
  _Alignas(16) unsigned char value[];
};

// By who would answer: it has been dropped, and nobody asks for the reply. Else its asker may still drop it.
static inline bool agi_future_is_dropped(ag_future *f) { return agi_load_relaxed(&f->state) == AGI_FUTURE_DROPPED; }

ag_future *agi_future_new(agi_worker *w, agi_agent *to, const ag_type *type);
void agi_future_free(agi_worker *w, ag_future *f);              // memory only
void agi_future_clear(agi_worker *w, ag_future *f);             // drops value or error
void agi_future_settle(agi_worker *w, ag_future *f);            // value or err is in place
void agi_future_fail(agi_worker *w, ag_future *f, ag_obj *err); // consumes err

#endif
