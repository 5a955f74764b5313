// Two agents exchange N round trips, one small integer a message. Per message.
#include "skeleton.h"

static agent ping, pong;
static long last;

static void on_pong(agent *self, message *m);

static void on_ping(agent *self, message *m) { send(m->ref, on_pong, m->value, self); }

static void on_pong(agent *self, message *m) {
  last = m->value;
  if (m->value > 1) send(m->ref, on_ping, m->value - 1, self);
}

int main(int argc, char **argv) {
  (void)argc;
  long n = size(argv, 1);
  agent_init(&ping);
  agent_init(&pong);
  double start = now_ns();
  send(&pong, on_ping, n, &ping);
  run();
  return report("pingpong", start, 2 * n, last == 1);
}
