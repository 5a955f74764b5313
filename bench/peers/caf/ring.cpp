// A actors in a ring pass one token H hops. Per hop.
#include "bench.hpp"
using namespace caf;

struct place {
  actor next;
};

static behavior node(stateful_actor<place> *self, actor main) {
  return {
    [=](begin_atom, const actor &next) { self->state.next = next; },
    [=](long hops) {
      if (hops == 0)
        self->send(main, end_atom::value);
      else
        self->send(self->state.next, hops - 1);
    },
  };
}

int main(int, char **argv) {
  config c;
  actor_system system{c};
  scoped_actor self{system};
  long agents = size(argv, 1), hops = size(argv, 2);
  std::vector<actor> nodes;
  for (long i = 0; i < agents; i++) nodes.push_back(system.spawn(node, actor_cast<actor>(self)));
  for (long i = 0; i < agents; i++) self->send(nodes[i], begin_atom::value, nodes[(i + 1) % agents]);
  auto start = timer::now();
  self->send(nodes[0], hops);
  self->receive([&](end_atom) { report("ring", start, hops, true); });
  for (auto &n : nodes) self->send_exit(n, exit_reason::kill);
}
