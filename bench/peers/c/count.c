// One producer sends N increments to a counter, some at a time, then asks for the total. Per message.
#include "skeleton.h"

static agent producer, counter;
static long sum, total;

static void on_add(agent *self, message *m) {
  (void)self;
  sum += m->value;
}

static void on_total(agent *self, message *m) {
  (void)self, (void)m;
  total = sum;
}

static void on_produce(agent *self, message *m) {
  long left = m->value, some = left < SOME ? left : SOME;
  for (long i = 0; i < some; i++) send(&counter, on_add, 1, NULL);
  if (left == some) send(&counter, on_total, 0, NULL);
  else send(self, on_produce, left - some, NULL);
  then = REST;
}

int main(int argc, char **argv) {
  (void)argc;
  long n = size(argv, 1);
  agent_init(&producer);
  agent_init(&counter);
  double start = now_ns();
  send(&producer, on_produce, n, NULL);
  run();
  return report("count", start, n, total == n);
}
