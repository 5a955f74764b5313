// abi_lease.h — leases as generated code sees them: natives of the prelude's `_Claim`, of which its `Lease` is made.
// Owns:     their prototypes.
// Promises: as abi_data.h, "Natives"; ag__claim is one that waits.
// Does not: say how a lease is kept: agent.h, ag_lease_backend.
#ifndef AGENT_ABI_LEASE_H
#define AGENT_ABI_LEASE_H

typedef struct ag_claim ag_claim; // counted; who drops the last reference releases the lease

// Suspending. Asks for `name` for ttl_ns (borrowed; below 1: BadConversion), which is renewed while *out lives. AG_FAILED: LeaseHeld past the
// deadline (ag_deadline, 0: none), Deadlock.
int ag__claim(ag_cx *cx, ag_frame **fp, ag_str *name, int64_t ttl_ns, ag_claim **out, int64_t deadline,
              const char *file, uint32_t line);
int64_t ag__claim_number(ag_cx *cx, ag_claim *c); // the fencing number: larger than any before
bool ag__claim_valid(ag_cx *cx,
                     ag_claim *c); // still held, and renewed in time; the agent that asks counts as its holder

#endif
