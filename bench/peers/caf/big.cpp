// A actors; each pings a random other one, waits for the pong, R times; a sink collects. Per ping-pong.
#include "bench.hpp"
using namespace caf;

struct member {
  long left = 0;
  uint64_t random = 0;
};

static std::vector<actor> members; // complete before the first of them begins

static behavior run(stateful_actor<member> *self, long i, long rounds, actor sink) {
  self->state = {rounds, static_cast<uint64_t>(i) * 2654435769u + 88172645463325252u};
  auto next = [=] {
    auto &s = self->state;
    if (s.left-- == 0) {
      self->send(sink, end_atom::value);
      return;
    }
    s.random ^= s.random << 13;
    s.random ^= s.random >> 7;
    s.random ^= s.random << 17;
    auto other = s.random % members.size();
    if (other == static_cast<uint64_t>(i)) other = (other + 1) % members.size();
    self->send(members[other], ping_atom::value);
  };
  return {
    [=](begin_atom) { next(); },
    [=](ping_atom) { return pong_atom::value; },
    [=](pong_atom) { next(); },
  };
}

int main(int, char **argv) {
  config c;
  actor_system system{c};
  scoped_actor self{system};
  long agents = size(argv, 1), rounds = size(argv, 2);
  for (long i = 0; i < agents; i++) members.push_back(system.spawn(run, i, rounds, actor_cast<actor>(self)));
  auto start = timer::now();
  for (auto &m : members) self->send(m, begin_atom::value);
  for (long i = 0; i < agents; i++) self->receive([](end_atom) {});
  report("big", start, agents * rounds, true);
  for (auto &m : members) self->send_exit(m, exit_reason::kill);
  members.clear();
}
