// One thread puts an item into a bounded queue and takes it out again, N times: a ring for many producers and consumers. Per pair.
#include "ring.h"
#include "skeleton.h"

int main(int argc, char **argv) {
  (void)argc;
  long n = size(argv, 1), sum = 0;
  queue *q = queue_new();
  double start = now_ns();
  for (long i = 0; i < n; i++) {
    long x = 0;
    if (queue_put(q, i) && queue_take(q, &x)) sum += x;
  }
  return report("chanenq", start, n, sum == n * (n - 1) / 2);
}
