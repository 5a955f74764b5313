// A coordinator asks 5 voters, waits for 3 yes votes, then starts the next round; late votes are dropped. Per round.
#include "bench.hpp"
using namespace caf;

static behavior voter(event_based_actor *) {
  return {[](long round) { return round; }};
}

struct votes {
  std::vector<actor> voters;
  long round = 0, yes = 0;
};

static behavior coordinator(stateful_actor<votes> *self, long rounds) {
  for (int i = 0; i < 5; i++) self->state.voters.push_back(self->spawn(voter));
  auto start = timer::now();
  auto ask = [=] {
    auto &s = self->state;
    s.yes = 0;
    for (auto &v : s.voters) self->send(v, s.round);
  };
  ask();
  return {[=](long round) {
    auto &s = self->state;
    if (round != s.round || ++s.yes < 3) return;
    if (++s.round < rounds) return ask();
    report("quorum", start, rounds, true);
    for (auto &v : s.voters) self->send_exit(v, exit_reason::user_shutdown);
    self->quit();
  }};
}

int main(int, char **argv) {
  config c;
  actor_system system{c};
  system.spawn(coordinator, size(argv, 1));
}
