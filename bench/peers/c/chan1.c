// One producer sends N items through a queue of 1,024 to one consumer: each end keeps a copy of where the other was. Per item.
// With one worker both are parts of one thread that takes turns; with two, threads.
#include "skeleton.h"
#include <pthread.h>
#include <sched.h>
#include <stdalign.h>

enum { CELLS = 1024 };

static long cells[CELLS];
static alignas(64) atomic_ulong in;
static alignas(64) atomic_ulong out;
static alignas(64) long count;
static long sum;

// Puts as many items as there is room for; how many are in by then.
static unsigned long produce(unsigned long at) {
  unsigned long room = atomic_load_explicit(&out, memory_order_acquire) + CELLS;
  for (; at < room && at < (unsigned long)count; at++) {
    cells[at % CELLS] = (long)at;
    atomic_store_explicit(&in, at + 1, memory_order_release);
  }
  return at;
}

static unsigned long consume(unsigned long at) {
  unsigned long there = atomic_load_explicit(&in, memory_order_acquire);
  for (; at < there; at++) {
    sum += cells[at % CELLS];
    atomic_store_explicit(&out, at + 1, memory_order_release);
  }
  return at;
}

static void *producer(void *unused) {
  for (unsigned long at = 0, next; at < (unsigned long)count; at = next)
    if ((next = produce(at)) == at) sched_yield();
  return unused;
}

int main(int argc, char **argv) {
  (void)argc;
  count = size(argv, 1);
  double start = now_ns();
  unsigned long at = 0, next;
  const char *workers = getenv("WORKERS");
  if (!workers || atol(workers) == 1) {
    for (unsigned long made = 0; at < (unsigned long)count; at = consume(at)) made = produce(made);
  } else {
    pthread_t thread;
    pthread_create(&thread, NULL, producer, NULL);
    for (; at < (unsigned long)count; at = next)
      if ((next = consume(at)) == at) sched_yield();
    pthread_join(thread, NULL);
  }
  return report("chan1", start, count, sum == count * (count - 1) / 2);
}
