// Four producers send N items together through a queue of 1,024 to four consumers, each a thread. Per item.
#include "ring.h"
#include "skeleton.h"
#include <pthread.h>
#include <sched.h>

static queue *q;
static long count, sums[4];
static atomic_long left;

static void *producer(void *which) {
  long i = (long)(intptr_t)which;
  for (long x = i * count / 4; x < (i + 1) * count / 4; x++)
    while (!queue_put(q, x)) sched_yield();
  return NULL;
}

static void *consumer(void *which) {
  long sum = 0, x, taken = 0;
  while (atomic_load_explicit(&left, memory_order_relaxed) > 0) {
    for (taken = 0; queue_take(q, &x); taken++) sum += x;
    atomic_fetch_sub(&left, taken);
    if (!taken) sched_yield();
  }
  sums[(intptr_t)which] = sum;
  return NULL;
}

int main(int argc, char **argv) {
  (void)argc;
  pthread_t threads[8];
  count = size(argv, 1);
  atomic_init(&left, count);
  q = queue_new();
  double start = now_ns();
  for (intptr_t i = 0; i < 8; i++) pthread_create(&threads[i], NULL, i < 4 ? producer : consumer, (void *)(i % 4));
  for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
  return report("chanmp", start, count, sums[0] + sums[1] + sums[2] + sums[3] == count * (count - 1) / 2);
}
