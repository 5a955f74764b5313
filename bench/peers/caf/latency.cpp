// N round trips between two actors, each timed, while P other pairs do the same: percentiles of one round trip.
#include "bench.hpp"
#include <algorithm>
using namespace caf;

static behavior echo(event_based_actor *) {
  return {[](long n) { return n; }};
}

struct calls {
  actor peer;
  std::vector<actor> others;
  std::vector<long> times;
  timer::time_point sent;
};

static behavior chatter(stateful_actor<calls> *self) {
  self->state.peer = self->spawn<linked>(echo);
  self->send(self->state.peer, 0l);
  return {[=](long n) { self->send(self->state.peer, n); }};
}

static behavior measure(stateful_actor<calls> *self, long n, long pairs) {
  for (long i = 0; i < pairs; i++) self->state.others.push_back(self->spawn(chatter));
  self->state.times.assign(n, 1); // so that no page of it is new while it is timed
  self->state.peer = self->spawn<linked>(echo);
  self->state.sent = timer::now();
  self->send(self->state.peer, n);
  return {[=](long left) {
    auto &s = self->state;
    auto now = timer::now();
    s.times[left - 1] = (now - s.sent).count();
    s.sent = now;
    if (left > 1) return self->send(s.peer, left - 1);
    std::sort(s.times.begin(), s.times.end());
    std::printf("p50 %ld\np99 %ld\np99.9 %ld\nmax %ld\n", s.times[n / 2], s.times[n * 99 / 100], s.times[n * 999 / 1000], s.times[n - 1]);
    for (auto &o : s.others) self->send_exit(o, exit_reason::user_shutdown);
    self->quit(exit_reason::user_shutdown);
  }};
}

int main(int, char **argv) {
  config c;
  actor_system system{c};
  system.spawn(measure, size(argv, 1), size(argv, 2));
}
