// Two actors exchange N round trips, one small integer a message. Per message.
#include "bench.hpp"
using namespace caf;

static behavior pong(event_based_actor *self, actor ping) {
  return {[=](long n) { self->send(ping, n); }};
}

static behavior ping(event_based_actor *self, long n) {
  auto peer = self->spawn(pong, actor_cast<actor>(self));
  auto start = timer::now();
  self->send(peer, n);
  return {[=](long left) {
    if (left > 1) {
      self->send(peer, left - 1);
    } else {
      report("pingpong", start, 2 * n, left == 1);
      self->send_exit(peer, exit_reason::user_shutdown);
      self->quit();
    }
  }};
}

int main(int, char **argv) {
  config c;
  actor_system system{c};
  system.spawn(ping, size(argv, 1));
}
