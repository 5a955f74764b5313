// lease.h — a claim: one that asks for a lease or has it. lease.c is what agents see; lease_table.c keeps leases in this process.
// Owns:     agi_claim.
// Promises: freed when nobody can tell it anything any more: the object, the waiting frame and who tells hold it.
//   field         written by                       read by            ordering
//   state         who asks, who tells, the timer   all                acq_rel: ASKS -> HELD | WAITS; WAITS -> HELD | LEFT; HELD -> LOST
//   news.token, until_ns   the backend, before it tells   the holder  release / acquire on state; until_ns relaxed
//   agent         under leases.lock                likewise           who asks, then who holds it, as far as it is known
//   next, prev    under leases.lock
//   seen_*        the tick, under the wheel's lock
//   queue, queue_before, entry   under the table's lock
#ifndef AGI_PRIM_LEASE_H
#define AGI_PRIM_LEASE_H

#include "actor/wait.h"

enum { AGI_CLAIM_ASKS, AGI_CLAIM_WAITS, AGI_CLAIM_HELD, AGI_CLAIM_LEFT, AGI_CLAIM_LOST };

enum { AGI_HOLDER_MAX = 160 };

typedef struct agi_claim agi_claim;
typedef struct agi_lease_entry agi_lease_entry;
struct agi_claim {
  ag_lease_claim news; // first: what a backend knows of it
  _Atomic uint32_t refs;
  _Atomic uint32_t state;
  agi_runtime *rt;
  agi_wait wait;
  agi_agent *agent;
  agi_claim *next, *prev; // of all
  agi_wheel_node tick, limit;
  bool limited;
  uint32_t seen_worker; // who ran the holder at the last tick, + 1
  uint64_t seen_picks;
  ag_str *name;
  char called[AGI_HOLDER_MAX]; // what news.holder says
  // the table's
  agi_lease_entry *entry;
  agi_claim *queue, *queue_before; // in line
};

void agi_claim_ref(agi_claim *c);
void agi_claim_unref(agi_claim *c);
int64_t agi_leases_next(agi_runtime *rt); // ns until the next renewal, -1: there is none
void agi_leases_poll(agi_worker *w);
// The table of this process, a backend like any other.
void agi_lease_table_new(ag_lease_backend *out);
void agi_lease_table_free(ag_lease_backend *b);

#endif
