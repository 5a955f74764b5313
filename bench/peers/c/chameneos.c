// C creatures meet in pairs at a mall, M times; both take the colour that neither has. Per meeting.
#include "skeleton.h"

typedef struct {
  agent a;
  long colour, met;
} creature;

static agent mall;
static creature *waiting;
static long left, sum, other_colour;

static void on_meet(agent *self, message *m);

static void on_met(agent *self, message *m) {
  creature *own = (creature *)self;
  own->met++;
  if (own->colour != m->value) own->colour = 3 - own->colour - m->value;
  send(&mall, on_meet, own->colour, self);
}

static void on_faded(agent *self, message *m) {
  (void)self;
  sum += m->value;
}

static void on_fade(agent *self, message *m) {
  (void)m;
  send(&mall, on_faded, ((creature *)self)->met, NULL);
}

static void on_meet(agent *self, message *m) {
  (void)self;
  creature *who = m->ref;
  if (left == 0) {
    send(&who->a, on_fade, 0, NULL);
  } else if (waiting) {
    left--;
    send(&waiting->a, on_met, m->value, NULL);
    send(&who->a, on_met, other_colour, NULL);
    waiting = NULL;
  } else {
    waiting = who;
    other_colour = m->value;
  }
}

int main(int argc, char **argv) {
  (void)argc;
  long n = size(argv, 1), meetings = left = size(argv, 2);
  creature *all = calloc((size_t)n, sizeof(creature));
  agent_init(&mall);
  double start = now_ns();
  for (long i = 0; i < n; i++) {
    agent_init(&all[i].a);
    all[i].colour = i % 3;
    send(&mall, on_meet, all[i].colour, &all[i]);
  }
  run();
  return report("chameneos", start, meetings, sum == 2 * meetings);
}
