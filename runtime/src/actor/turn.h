// turn.h — an agent runs its messages.
// Owns:     the loop that hands messages to behaviours, and when a turn ends.
// Promises: as agent.h says. A turn ends after AGI_BATCH messages (another number once the agent is profiled), or earlier if they
//           take long, or if others wait and all that was there when it began is done; then the agent goes to the back of the
//           queue. So an agent that sends to itself never runs far ahead of those that it sends to.
//           Who asks an idle agent whose messages are short may run its message at once, as part of its own turn.
#ifndef AGI_ACTOR_TURN_H
#define AGI_ACTOR_TURN_H

#include "actor/profile.h"
#include "actor/worker.h"

enum { AGI_FIRST_LOOK = 4 }; // messages

void agi_agent_run(agi_proc *p, agi_task *t);       // `run` of an agent's task; when it returns the agent may be gone
ag_msg *agi_turn_next(agi_worker *w, agi_agent *a); // the next message, whoever may be behind it; NULL: there is none

// m is a request of the running behaviour. If `a` is idle, and one message of its type takes less time than to hand it over, `a` runs
// it here and now, within the behaviour that asks, as it would on another worker; it never is in the mailbox. At most AGI_NESTED of
// them within each other; the asker gives way after AGI_IMMEDIATE answers that were there at once. False: nothing has been done, m
// is to be sent.
enum { AGI_NESTED = 4 };
bool agi_turn_here(agi_worker *w, agi_agent *a, ag_msg *m);
static inline bool agi_ask_here(agi_worker *w, agi_agent *a, ag_msg *m) {
  if (agi_load_relaxed(&a->word) & AGI_WORD_FLAGS) return false; // it is not idle
  bool here = AGI_LIKELY(w->rng == 0) ? agi_profile_is_fine(w, agi_type_of(a)) : agi_seeded_bits(w) >> 62 == 0;
  return here && agi_turn_here(w, a, m);
}

#endif
