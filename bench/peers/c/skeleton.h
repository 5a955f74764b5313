// skeleton.h: the least that agents on one worker can cost: what ../workloads.py calls the limit. No runtime: a mailbox is an intrusive
// queue with one exchange a send (so that other threads could send, too), messages come from a free list, agents that have messages wait in
// a list, and each takes at most BATCH of them at a time. Nothing is counted, nobody suspends, nothing fails.
#ifndef SKELETON_H
#define SKELETON_H

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BATCH = 1024, SOME = 64 }; // messages a turn at most; what a producer sends in a turn

typedef struct message message;
typedef struct agent agent;
typedef void behaviour(agent *self, message *m);

struct message {
  _Atomic(message *) next;
  behaviour *does;
  long value;
  void *ref;
};

// The head is the message that was handled last. The lowest bit of the tail says that the agent is idle: who sends to it then makes it ready.
struct agent {
  _Atomic(uintptr_t) tail;
  message *head;
  agent *ready;
};

static struct {
  message *spare;
  agent *first, *last;
} worker;

static inline message *message_new(behaviour *does, long value, void *ref) {
  message *m = worker.spare;
  if (m) worker.spare = atomic_load_explicit(&m->next, memory_order_relaxed);
  else m = malloc(sizeof *m);
  atomic_store_explicit(&m->next, NULL, memory_order_relaxed);
  m->does = does;
  m->value = value;
  m->ref = ref;
  return m;
}

static inline void message_free(message *m) {
  atomic_store_explicit(&m->next, worker.spare, memory_order_relaxed);
  worker.spare = m;
}

static inline void agent_ready(agent *a) {
  a->ready = NULL;
  if (worker.first) worker.last->ready = a;
  else worker.first = a;
  worker.last = a;
}

static inline void agent_init(agent *a) {
  a->head = message_new(NULL, 0, NULL);
  atomic_init(&a->tail, (uintptr_t)a->head | 1);
}

// Only an agent that is running may end: its mailbox is its own then.
static inline void agent_free(agent *a) {
  message_free(a->head);
  free(a);
}

static inline void send(agent *to, behaviour *does, long value, void *ref) {
  message *m = message_new(does, value, ref);
  uintptr_t before = atomic_exchange_explicit(&to->tail, (uintptr_t)m, memory_order_acq_rel);
  atomic_store_explicit(&((message *)(before & ~(uintptr_t)1))->next, m, memory_order_release);
  if (before & 1) agent_ready(to);
}

// What a behaviour may say of how its agent goes on.
enum { GO_ON, REST, END };
static int then;

// One turn of an agent: true if it has more to do, false if it is idle or gone.
static inline int turn(agent *a) {
  for (int n = 0; n < BATCH; n++) {
    message *m = atomic_load_explicit(&a->head->next, memory_order_acquire);
    if (!m) {
      uintptr_t idle = (uintptr_t)a->head;
      if (atomic_compare_exchange_strong_explicit(&a->tail, &idle, idle | 1, memory_order_acq_rel,
                                                  memory_order_relaxed))
        return 0;
      continue;
    }
    message_free(a->head);
    a->head = m;
    m->does(a, m);
    if (then != GO_ON) {
      int end = then == END;
      then = GO_ON;
      if (end) agent_free(a);
      return !end;
    }
  }
  return 1;
}

static inline void run(void) {
  while (worker.first) {
    agent *a = worker.first;
    worker.first = a->ready;
    if (turn(a)) agent_ready(a);
  }
}

static inline long size(char **argv, int i) { return atol(argv[i]); }

static inline double now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

// Prints the time since `start` by each of n operations, if the result is right.
static inline int report(const char *name, double start, long n, int right) {
  if (right) printf("%s %.2f ns\n", name, (now_ns() - start) / (double)n);
  else printf("%s WRONG\n", name);
  return !right;
}

#endif
