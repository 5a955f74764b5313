// P producers each send N/P messages, some at a time, to one consumer, which adds them up. Per message.
#include "skeleton.h"

static agent consumer;
static long sum;

static void on_item(agent *self, message *m) {
  (void)self;
  sum += m->value;
}

static void on_produce(agent *self, message *m) {
  long left = m->value, some = left < SOME ? left : SOME;
  for (long i = 0; i < some; i++) send(&consumer, on_item, 1, NULL);
  if (left > some) send(self, on_produce, left - some, NULL);
  then = REST;
}

int main(int argc, char **argv) {
  (void)argc;
  long p = size(argv, 1), each = size(argv, 2) / p;
  agent *producers = malloc(sizeof(agent) * (size_t)p);
  agent_init(&consumer);
  for (long i = 0; i < p; i++) agent_init(&producers[i]);
  double start = now_ns();
  for (long i = 0; i < p; i++) send(&producers[i], on_produce, each, NULL);
  run();
  return report("fanin", start, each * p, sum == each * p);
}
