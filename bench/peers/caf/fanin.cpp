// P producers each send N/P messages to one consumer, which adds them up. Per message.
#include "bench.hpp"
using namespace caf;

struct progress {
  long left = 0, sum = 0;
};

static behavior consumer(stateful_actor<progress> *self, long n) {
  auto start = timer::now();
  self->state.left = n;
  return {[=](long x) {
    auto &s = self->state;
    s.sum += x;
    if (--s.left == 0) {
      report("fanin", start, n, s.sum == n);
      self->quit();
    }
  }};
}

static void producer(event_based_actor *self, actor to, long n) {
  for (long i = 0; i < n; i++) self->send(to, 1l);
}

int main(int, char **argv) {
  config c;
  actor_system system{c};
  long producers = size(argv, 1), each = size(argv, 2) / producers;
  auto to = system.spawn(consumer, each * producers);
  for (long i = 0; i < producers; i++) system.spawn(producer, to, each);
}
