// A parent creates N agents, with 500 alive at a time; each gets one message, replies once and ends. Per agent.
#include "skeleton.h"

static agent parent;
static long made, sum, count;

static void on_done(agent *self, message *m);

static void on_work(agent *self, message *m) {
  (void)self;
  send(m->ref, on_done, m->value, NULL);
  then = END;
}

static void next(agent *self) {
  if (made == count) return;
  agent *a = malloc(sizeof *a);
  agent_init(a);
  send(a, on_work, made++, self);
}

static void on_done(agent *self, message *m) {
  sum += m->value;
  next(self);
}

static void on_begin(agent *self, message *m) {
  (void)m;
  for (int i = 0; i < 500; i++) next(self);
}

int main(int argc, char **argv) {
  (void)argc;
  count = size(argv, 1);
  agent_init(&parent);
  double start = now_ns();
  send(&parent, on_begin, 0, NULL);
  run();
  return report("spawn", start, count, sum == count * (count - 1) / 2);
}
