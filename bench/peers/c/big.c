// A agents; each pings a random other one, waits for the pong, R times. Per ping-pong.
#include "skeleton.h"

typedef struct {
  agent a;
  uint64_t state;
  long left, answered;
} member;

static member *members;
static long count, finished;

static void on_pong(agent *self, message *m);

static void on_ping(agent *self, message *m) {
  ((member *)self)->answered++;
  send(m->ref, on_pong, 0, NULL);
}

static void on_pong(agent *self, message *m) {
  (void)m;
  member *own = (member *)self;
  if (own->left == 0) {
    finished++;
    return;
  }
  own->left--;
  uint64_t s = own->state;
  s ^= s << 13;
  s ^= s >> 7;
  s ^= s << 17;
  own->state = s;
  member *other = &members[s % (uint64_t)count];
  if (other == own) other = &members[(own - members + 1) % count];
  send(&other->a, on_ping, 0, self);
}

int main(int argc, char **argv) {
  (void)argc;
  count = size(argv, 1);
  long rounds = size(argv, 2), answered = 0;
  members = calloc((size_t)count, sizeof(member));
  for (long i = 0; i < count; i++) {
    agent_init(&members[i].a);
    members[i].state = (uint64_t)i * 2654435769u + 88172645463325252u;
    members[i].left = rounds;
  }
  double start = now_ns();
  for (long i = 0; i < count; i++) send(&members[i].a, on_pong, 0, NULL);
  run();
  for (long i = 0; i < count; i++) answered += members[i].answered;
  return report("big", start, count * rounds, finished == count && answered == count * rounds);
}
