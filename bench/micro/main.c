// main.c — the micro benchmarks of the runtime, written in C against the ABI: micro [name [workers [n [runs]]]].
// Owns:     the table.
// Promises: prints the median of the runs (5), and the least and the most.
#include "bench.h"

static const struct {
  const char *name;
  bench_fn *run;
  int64_t n;
  const char *unit;
  int runs; // 0: as asked
} table[] = {
    {"pingpong", bench_pingpong, 3000000, "ns/message", 0},
    {"ring", bench_ring, 5000000, "ns/hop", 0},
    {"count", bench_count, 5000000, "ns/message", 0},
    {"fanin", bench_fanin, 4000000, "ns/message", 0},
    {"signal", bench_signal, 0, "ns/signal", 0},
    {"spawn", bench_spawn, 1000000, "ns/agent, with two messages and its end", 0},
    {"spawn_call", bench_spawn_call, 300000, "ns/spawn", 0},
    {"ask", bench_ask, 2000000, "ns/request", 0},
    {"quorum", bench_quorum, 300000, "ns/round", 0},
    {"broadcast", bench_broadcast, 1000000, "ns/delivery to one of 10,000, with its message", 0},
    {"timer_start", bench_timer_start, 1000000, "ns/timer", 0},
    {"timer_cancel", bench_timer_cancel, 1000000, "ns/timer", 0},
    {"timer_fire", bench_timer_fire, 1000000, "ns/timer, with its message", 0},
    {"block_alone", bench_block_alone, 1000000, "ns/call before a blocking call, nobody waits", 0},
    {"block_crowded", bench_block_crowded, 20000, "ns/call before a blocking call, others wait: the hand-over", 0},
    {"block_p99", bench_block_p99, 10000000, "ns, p99 of a turn while 100 others block for 200 ms", 0},
    {"block_worst", bench_block_worst, 10000000, "ns, the longest such turn", 0},
    {"timer_bytes", bench_timer_bytes, 1000000, "bytes/timer", 1},
    {"idle", bench_idle, 1000000, "bytes/agent", 1}, // later runs find the memory of the first
};

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  enum { MOST = 99 };
  double times[MOST];
  int runs = argc > 4 ? atoi(argv[4]) : 5;
  if (runs < 1 || runs > MOST) runs = 5;
  for (size_t i = 0; i < KIT_COUNT(table); i++) {
    if (argc > 1 && strcmp(argv[1], "all") != 0 && strcmp(argv[1], table[i].name) != 0) continue;
    for (uint32_t workers = 1; workers <= 2; workers++) {
      if (table[i].runs && workers > 1) break;
      if (argc > 2 && (uint32_t)atoi(argv[2]) != workers && atoi(argv[2]) != 0) continue;
      int count = table[i].runs ? table[i].runs : runs;
      for (int k = 0; k < count; k++)
        times[k] = table[i].run(workers, argc > 3 && atoll(argv[3]) > 0 ? atoll(argv[3]) : table[i].n);
      qsort(times, (size_t)count, sizeof *times, by_value);
      printf("%-13s %u workers  %8.1f  (%.1f .. %.1f)  %s\n", table[i].name, workers, times[count / 2], times[0],
             times[count - 1], table[i].unit);
      fflush(stdout);
    }
  }
  return 0;
}
