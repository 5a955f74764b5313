// A parent creates N actors, with 500 alive at a time; each gets one message, replies once and ends. Per actor.
#include "bench.hpp"
using namespace caf;

struct progress {
  long made = 0, sum = 0, left = 0;
};

static behavior worker(event_based_actor *self) {
  return {[=](long i) {
    self->quit();
    return i;
  }};
}

static behavior parent(stateful_actor<progress> *self, long n) {
  auto start = timer::now();
  auto next = [=] {
    auto &s = self->state;
    if (s.made < n) self->send(self->spawn<lazy_init>(worker), s.made++);
  };
  self->state.left = n;
  for (int i = 0; i < 500; i++) next();
  return {[=](long i) {
    auto &s = self->state;
    s.sum += i;
    next();
    if (--s.left == 0) {
      report("spawn", start, n, s.sum == n * (n - 1) / 2);
      self->quit();
    }
  }};
}

int main(int, char **argv) {
  config c;
  actor_system system{c};
  system.spawn(parent, size(argv, 1));
}
