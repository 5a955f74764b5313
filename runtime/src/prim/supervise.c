// supervise.c — see supervise.h.
// Tested by: tests/runtime/unit/restart_test.c, tests/runtime/stress/restart_test.c
#include "prim/supervise.h"

#include "actor/mailbox.h"
#include "actor/message.h"
#include "actor/order.h"

// ---- wards -------------------------------------------------------------------------------------------------------

void agi_ward_new(agi_worker *w, agi_agent *a) {
  const ag_msg *first = a->batch ? a->batch : agi_word_msg(agi_load_relaxed(&a->word));
  agi_ward *ward = agi_alloc_zeroed(sizeof *ward);
  atomic_init(&ward->holders, 1);
  ward->type = agi_type_of(a);
  ward->init = agi_msg_copy(w, agi_behaviour_of(a, first), first, 0);
  a->place->ward = ward;
}

void agi_ward_release(agi_worker *w, agi_ward *ward) {
  if (!ward || agi_sub_acq_rel(&ward->holders, 1) != 1) return;
  agi_msg_drop(w, ward->type, ward->init, &ag_error_AgentStopped);
  agi_free(ward);
}

agi_ward *agi_ward_hold(agi_agent *a) {
  agi_ward *ward = a && a->place ? a->place->ward : NULL;
  if (ward) agi_add_relaxed(&ward->holders, 1);
  return ward;
}

// ---- restarting --------------------------------------------------------------------------------------------------

// From here on no timer of the agent's former life goes out.
static void end_timers(agi_worker *w, agi_agent *a) {
  agi_ward *ward = a->place->ward;
  agi_store_release(&ward->life, agi_load_relaxed(&ward->life) + 1);
  if (agi_load_relaxed(&ward->holders) == 1) return;
  for (uint32_t i = 0; i < w->rt->count; i++) {
    agi_spin_lock(&w->rt->workers[i]->wheel.lock);
    agi_spin_unlock(&w->rt->workers[i]->wheel.lock);
  }
  agi_store_release(&w->rt->sweep, true);
}

void agi_agent_restart(agi_worker *w, agi_agent *a) {
  agi_ward *ward = a->place->ward;
  if (!agi_mailbox_begun(a)) return;
  agi_agent_clear(w, a);
  end_timers(w, a);
  agi_mailbox_drop_own(w, a);
  agi_mailbox_first(a, agi_msg_copy(w, &ward->type->behaviours[0], ward->init, 0));
  AGI_STAT_ADD(w, restarts);
}
