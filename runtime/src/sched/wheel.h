// wheel.h — hierarchical timer wheel: 7 levels of 64 slots, ticks of 1 ms, one wheel per worker.
// Owns:     the slots. Nodes are embedded in what waits (a future, a quorum, a timer) and owned there.
// Promises: add and cancel O(1); a node never fires early, and fires exactly once unless cancelled before. `fire` runs under
//           the wheel's lock, so once agi_wheel_cancel has returned nothing refers to the node any more.
// Does not: run program code: `fire` only passes messages on or wakes an agent.
//   field        written by            read by   ordering
//   slots, now   under lock            under lock
//   next_due     under lock            anyone    relaxed: a hint, checked again under the lock
//   node.armed   under lock            under lock
#ifndef AGI_SCHED_WHEEL_H
#define AGI_SCHED_WHEEL_H

#include "base/spin.h"

enum { AGI_WHEEL_LEVELS = 7, AGI_WHEEL_SLOTS = 64 };
#define AGI_TICK_NS INT64_C(1000000)

typedef struct agi_wheel agi_wheel;
typedef struct agi_wheel_node agi_wheel_node;
struct agi_wheel_node {
  agi_wheel_node *next, *prev;
  agi_wheel *wheel; // where it was added
  void (*fire)(agi_wheel_node *n, void *cx);
  uint64_t due; // tick
  uint8_t level, slot;
  _Atomic bool armed;
};

struct agi_wheel {
  agi_spin lock;
  _Atomic uint64_t next_due; // tick, or UINT64_MAX: empty
  uint64_t now;              // tick everything up to which has fired
  int64_t start_ns;          // time of tick 0
  uint64_t occupied[AGI_WHEEL_LEVELS];
  agi_wheel_node slots[AGI_WHEEL_LEVELS][AGI_WHEEL_SLOTS]; // list heads: only next and prev are used
};

void agi_wheel_init(agi_wheel *w, int64_t start_ns);
void agi_wheel_add(agi_wheel *w, agi_wheel_node *n, int64_t due_ns);        // n->fire is set
void agi_wheel_add_locked(agi_wheel *w, agi_wheel_node *n, int64_t due_ns); // from `fire`
bool agi_wheel_cancel(agi_wheel_node *n);                                   // true: it has not fired and will not
void agi_wheel_cancel_locked(agi_wheel_node *n);                            // armed; its wheel's lock is held
void agi_wheel_poll(agi_wheel *w, int64_t now_ns, void *cx);                // fires what is due
int64_t agi_wheel_next_ns(agi_wheel *w); // time of the next expiry, -1: empty; an estimate that is never late
// Any node of the wheel, or NULL; for taking a wheel apart at the end.
agi_wheel_node *agi_wheel_any(agi_wheel *w);

#endif
