// metrics.c — std.metrics.
#include <agent/agent.h>

#include "actor/worker.h"

// In the order of the fields of the module's Metrics.
ag_array *ag_metrics__all(ag_cx *cx) {
  ag_metrics m;
  ag_runtime_metrics(agi_worker_of(cx)->rt, &m);
  const uint64_t numbers[] = {m.alive,  m.spawned,      m.sent,     m.delivered, m.dead_letters, m.suspended,
                              m.exempt, m.mailbox_high, m.failures, m.restarts,  m.broadcasts,   m.broadcast_rounds};
  int64_t n = (int64_t)(sizeof numbers / sizeof numbers[0]);
  ag_array *all = ag_array_new(cx, n, &ag_type_i64);
  for (int64_t i = 0; i < n; i++) {
    int64_t number = (int64_t)numbers[i];
    ag_array_push(cx, all, &number);
  }
  return all;
}
