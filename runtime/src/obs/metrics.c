// metrics.c — see metrics.h.
#include "obs/metrics.h"

#include <inttypes.h>
#include <stdio.h>

#include "actor/profile.h"

void ag_runtime_metrics(ag_runtime *rt, ag_metrics *out) {
  uint64_t freed = 0;
  *out = (ag_metrics){.workers = rt->sched.count, .threads = rt->count};
  agi_spin_lock(&rt->guests_lock);
  agi_worker *guest = rt->guests;
  agi_spin_unlock(&rt->guests_lock);
  for (uint32_t i = 0, n = rt->count; i < n || guest; i++) {
    agi_worker *w = i < n ? rt->workers[i] : guest;
    if (i >= n) guest = guest->next_guest;
    out->spawned += agi_load_relaxed(&w->stats.spawned);
    freed += agi_load_relaxed(&w->stats.freed);
    out->sent += agi_load_relaxed(&w->stats.sent);
    out->delivered += agi_load_relaxed(&w->stats.delivered);
    out->dead_letters += agi_load_relaxed(&w->stats.dead_letters);
    out->cancelled += agi_load_relaxed(&w->stats.cancelled);
    out->failures += agi_load_relaxed(&w->stats.failures);
    out->restarts += agi_load_relaxed(&w->stats.restarts);
    out->suspended += agi_load_relaxed(&w->stats.suspended);
    out->exempt += agi_load_relaxed(&w->stats.exempt);
    out->steals += agi_load_relaxed(&w->proc.steals);
    out->parks += agi_load_relaxed(&w->proc.parks);
    out->broadcasts += agi_load_relaxed(&w->stats.broadcasts);
    uint64_t rounds = agi_load_relaxed(&w->stats.rounds);
    if (rounds > out->broadcast_rounds) out->broadcast_rounds = rounds;
    uint64_t high = agi_load_relaxed(&w->stats.mailbox_high);
    if (high > out->mailbox_high) out->mailbox_high = high;
  }
  if (out->mailbox_high == 0 && out->delivered != 0) out->mailbox_high = 1; // of one message nobody takes note
  agi_spin_lock(&rt->sched.idle_lock);
  out->handed_over = rt->sched.handed_over;
  agi_spin_unlock(&rt->sched.idle_lock);
  out->late = agi_load_relaxed(&rt->late);
  out->alive = out->spawned > freed ? out->spawned - freed : 0;
}

void agi_metrics_print(ag_runtime *rt) {
  ag_metrics m;
  ag_runtime_metrics(rt, &m);
  const struct {
    const char *label;
    uint64_t value;
  } rows[] = {
      {"workers", m.workers},
      {"agents spawned", m.spawned},
      {"agents alive", m.alive},
      {"messages sent", m.sent},
      {"messages delivered", m.delivered},
      {"dead letters", m.dead_letters},
      {"requests cancelled", m.cancelled},
      {"failures", m.failures},
      {"restarts", m.restarts},
      {"senders suspended", m.suspended},
      {"sends past a limit", m.exempt},
      {"longest mailbox", m.mailbox_high},
      {"broadcasts", m.broadcasts},
      {"rounds of one", m.broadcast_rounds},
      {"steals", m.steals},
      {"parks", m.parks},
      {"threads", m.threads},
      {"handed over", m.handed_over},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    fprintf(stderr, "%-18s %" PRIu64 "\n", rows[i].label, rows[i].value);
  agi_profile_print(rt);
}
