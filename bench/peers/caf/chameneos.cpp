// C creatures meet in pairs at a mall, M times; both take the colour that neither has. Per meeting.
#include "bench.hpp"
using namespace caf;

struct look {
  int colour = 0;
  long met = 0;
};

static behavior creature(stateful_actor<look> *self, actor mall, int colour) {
  self->state.colour = colour;
  self->send(mall, begin_atom::value, colour);
  return {
    [=](int other) {
      auto &s = self->state;
      s.met++;
      if (s.colour != other) s.colour = 3 - s.colour - other;
      self->send(mall, begin_atom::value, s.colour);
    },
    [=](end_atom) {
      self->send(mall, self->state.met);
      self->quit();
    },
  };
}

struct hall {
  long left = 0, gone = 0, sum = 0;
  strong_actor_ptr waiting;
  int colour = 0;
};

static behavior mall(stateful_actor<hall> *self, long creatures, long meetings) {
  auto start = timer::now();
  self->state.left = meetings;
  for (long i = 0; i < creatures; i++) self->spawn(creature, actor_cast<actor>(self), static_cast<int>(i % 3));
  return {
    [=](begin_atom, int colour) {
      auto &s = self->state;
      auto who = self->current_sender();
      if (s.left == 0) {
        self->send(actor_cast<actor>(who), end_atom::value);
      } else if (s.waiting) {
        s.left--;
        self->send(actor_cast<actor>(std::move(s.waiting)), colour);
        self->send(actor_cast<actor>(who), s.colour);
        s.waiting = nullptr;
      } else {
        s.waiting = who;
        s.colour = colour;
      }
    },
    [=](long met) {
      auto &s = self->state;
      s.sum += met;
      if (++s.gone < creatures) return;
      report("chameneos", start, meetings, s.sum == 2 * meetings);
      self->quit();
    },
  };
}

int main(int, char **argv) {
  config c;
  actor_system system{c};
  system.spawn(mall, size(argv, 1), size(argv, 2));
}
