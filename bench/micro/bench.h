// bench.h — timing for the micro benchmarks.
// Owns:     nothing.
// Promises: each benchmark verifies its result, times the work alone (inside the program) and prints one line.
#ifndef BENCH_MICRO_BENCH_H
#define BENCH_MICRO_BENCH_H

#include <time.h>

#include "../../tests/runtime/kit.h"

static inline int64_t bench_now(void) {
  struct timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

// One row of the table in main.c: its result is in ns (or bytes) per item.
typedef double bench_fn(uint32_t workers, int64_t n);
bench_fn bench_pingpong, bench_ring, bench_count, bench_fanin, bench_signal;
bench_fn bench_timer_start, bench_timer_cancel, bench_timer_fire, bench_timer_bytes;
bench_fn bench_block_alone, bench_block_crowded, bench_block_p99, bench_block_worst;
bench_fn bench_spawn, bench_spawn_call, bench_ask, bench_quorum, bench_broadcast, bench_idle;

#endif
