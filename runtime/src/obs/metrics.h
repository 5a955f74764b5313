// metrics.h — adding up the counters of all workers.
// Owns:     nothing.
// Promises: reads only; exact once the run has ended, a recent view before.
#ifndef AGI_OBS_METRICS_H
#define AGI_OBS_METRICS_H

#include <agent/agent.h>

void agi_metrics_print(ag_runtime *rt); // on stderr

#endif
