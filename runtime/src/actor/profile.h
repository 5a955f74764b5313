// profile.h — what agents cost: time of a message, messages a second, share of a processor, longest mailbox.
// Owns:     agi_profile, made when an agent is measured for the first time; it ends with the agent.
// Promises: only turns of agents are measured, and of these so few that it takes about 1 % of the time: the next one after so many
//           turns that they take a hundred times what measuring takes. The clock is the processor's counter of cycles, scaled.
//           Used for the length of batches and (proc.turn_ns) for the choice of whom to steal from, unless that is turned off.
// Does not: measure in seeded runs, which would not be repeatable then.
//   field                 written by                 read by     ordering
//   agent.profile         who runs the agent         anyone      release / acquire; never replaced
//   all of agi_profile    who runs the agent         anyone      relaxed: estimates
//   worker.types          its worker                 anyone      relaxed; the name by release / acquire
//   rt.tick_scale         any worker                 workers     relaxed: 0 until known
#ifndef AGI_ACTOR_PROFILE_H
#define AGI_ACTOR_PROFILE_H

#include "actor/worker.h"

struct agi_profile {
  _Atomic uint64_t message_ns8; // 1/256 ns, moving average
  _Atomic uint64_t rate_milli;  // messages in 1000 s, moving average
  _Atomic uint32_t high;        // the longest mailbox it found, since it was first measured
  _Atomic uint32_t batch;       // so many messages make a turn
  _Atomic uint64_t last_ticks;
  _Atomic uint32_t last_taken;
};

// A message that takes less time costs more if it is sent to another worker. AGI_BLOCKS: longer than any.
enum { AGI_FINE_MESSAGE_NS = 400 };
// So short that it may be run within the behaviour that asks (turn.h). Sanitizers take some time of their own.
enum { AGI_HERE_NS = AGI_SANITIZED ? 40000 : AGI_FINE_MESSAGE_NS };
#define AGI_BLOCKS UINT64_MAX
static inline uint32_t agi_profile_slot(const ag_agent_type *type) {
  return (uint32_t)((uintptr_t)type >> 5) % AGI_TYPES;
}
// Have all that were measured of late been so short, and has none blocked? False, too, of types that share their place.
static inline bool agi_profile_is_fine(const agi_worker *w, const ag_agent_type *type) {
  const agi_type_cost *c = &w->types[agi_profile_slot(type)];
  return agi_load_relaxed(&c->type) == type && c->usual_ns < AGI_HERE_NS;
}
void agi_profile_blocks(agi_worker *w); // the running agent is about to call what may block

static inline void agi_profile_begin(agi_worker *w) { // of a turn that is to be measured
  w->inner_count = 0;
  w->measured_channel = w->channel_all;
  w->measured_from = agi_ticks();
  w->measured_delivered = agi_load_relaxed(&w->stats.delivered);
}
void agi_profile_note(agi_worker *w, agi_agent *a); // its end, or the agent is about to wait; the caller runs it
void agi_profile_print(ag_runtime *rt);             // on stderr: the types of agents that took most

static inline void agi_profile_mailbox(agi_agent *a, uint32_t size) {
  agi_profile *f = agi_load_relaxed(&a->profile);
  if (AGI_UNLIKELY(f != NULL) && AGI_UNLIKELY(size > agi_load_relaxed(&f->high))) agi_store_relaxed(&f->high, size);
}

#endif
