// metrics.c — see metrics.h.
#include "obs/metrics.h"

#include <inttypes.h>
#include <stdio.h>

#include "actor/worker.h"

void ag_runtime_metrics(ag_runtime *rt, ag_metrics *out) {
  uint64_t freed = 0;
  *out = (ag_metrics){.workers = rt->count};
  for (uint32_t i = 0; i < rt->count; i++) {
    agi_worker *w = rt->workers[i];
    out->spawned += agi_load_relaxed(&w->stats.spawned);
    freed += agi_load_relaxed(&w->stats.freed);
    out->sent += agi_load_relaxed(&w->stats.sent);
    out->delivered += agi_load_relaxed(&w->stats.delivered);
    out->dead_letters += agi_load_relaxed(&w->stats.dead_letters);
    out->failures += agi_load_relaxed(&w->stats.failures);
    out->restarts += agi_load_relaxed(&w->stats.restarts);
    out->suspended += agi_load_relaxed(&w->stats.suspended);
    out->exempt += agi_load_relaxed(&w->stats.exempt);
    out->steals += agi_load_relaxed(&w->proc.steals);
    out->parks += agi_load_relaxed(&w->proc.parks);
    uint64_t high = agi_load_relaxed(&w->stats.mailbox_high);
    if (high > out->mailbox_high) out->mailbox_high = high;
  }
  out->alive = out->spawned > freed ? out->spawned - freed : 0;
}

void agi_metrics_print(ag_runtime *rt) {
  ag_metrics m;
  ag_runtime_metrics(rt, &m);
  fprintf(stderr,
          "workers            %" PRIu32
          "\n"
          "agents spawned     %" PRIu64
          "\n"
          "agents alive       %" PRIu64
          "\n"
          "messages sent      %" PRIu64
          "\n"
          "messages delivered %" PRIu64
          "\n"
          "dead letters       %" PRIu64
          "\n"
          "failures           %" PRIu64
          "\n"
          "restarts           %" PRIu64
          "\n"
          "senders suspended  %" PRIu64
          "\n"
          "sends past a limit %" PRIu64
          "\n"
          "longest mailbox    %" PRIu64
          "\n"
          "steals             %" PRIu64
          "\n"
          "parks              %" PRIu64 "\n",
          m.workers, m.spawned, m.alive, m.sent, m.delivered, m.dead_letters, m.failures, m.restarts, m.suspended,
          m.exempt, m.mailbox_high, m.steals, m.parks);
}
