// A coordinator asks 5 voters, waits for 3 yes votes, then starts the next round; late votes are dropped. Per round.
#include "skeleton.h"

static agent coordinator, voters[5];
static long round_now, yes, rounds, good;

static void on_vote(agent *self, message *m);

static void on_ask(agent *self, message *m) {
  (void)self;
  send(m->ref, on_vote, m->value, NULL);
}

static void ask(void) {
  if (round_now == rounds) return;
  yes = 0;
  for (int i = 0; i < 5; i++) send(&voters[i], on_ask, round_now, &coordinator);
}

static void on_vote(agent *self, message *m) {
  (void)self;
  if (m->value != round_now || ++yes < 3) return;
  good++;
  round_now++;
  ask();
}

static void on_begin(agent *self, message *m) {
  (void)self, (void)m;
  ask();
}

int main(int argc, char **argv) {
  (void)argc;
  rounds = size(argv, 1);
  agent_init(&coordinator);
  for (int i = 0; i < 5; i++) agent_init(&voters[i]);
  double start = now_ns();
  send(&coordinator, on_begin, 0, NULL);
  run();
  return report("quorum", start, rounds, good == rounds);
}
