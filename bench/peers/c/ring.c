// A agents in a ring pass one token H hops. Per hop.
#include "skeleton.h"

typedef struct {
  agent a;
  agent *next;
} node;

static int done;

static void on_token(agent *self, message *m) {
  if (m->value == 0) done = 1;
  else send(((node *)self)->next, on_token, m->value - 1, NULL);
}

int main(int argc, char **argv) {
  (void)argc;
  long n = size(argv, 1), hops = size(argv, 2);
  node *nodes = malloc(sizeof(node) * (size_t)n);
  for (long i = 0; i < n; i++) {
    agent_init(&nodes[i].a);
    nodes[i].next = &nodes[(i + 1) % n].a;
  }
  double start = now_ns();
  send(&nodes[0].a, on_token, hops, NULL);
  run();
  return report("ring", start, hops, done);
}
