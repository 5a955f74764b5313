// A source makes objects that hold 1 KiB, some at a time, and passes them through 5 stages; each writes a byte. Per object.
#include "skeleton.h"

typedef struct {
  unsigned char *bytes;
} parcel;

typedef struct {
  agent a;
  int place;
} stage;

static agent source;
static stage stages[5];
static long sum;

static void on_pass(agent *self, message *m) {
  stage *own = (stage *)self;
  parcel *p = m->ref;
  p->bytes[own->place] = (unsigned char)(own->place + 1);
  if (own->place < 4) {
    send(&stages[own->place + 1].a, on_pass, 0, p);
    return;
  }
  for (int i = 0; i < 5; i++) sum += p->bytes[i];
  free(p->bytes);
  free(p);
}

static void on_produce(agent *self, message *m) {
  long left = m->value, some = left < SOME ? left : SOME;
  for (long i = 0; i < some; i++) {
    parcel *p = malloc(sizeof *p);
    p->bytes = calloc(1024, 1);
    send(&stages[0].a, on_pass, 0, p);
  }
  if (left > some) send(self, on_produce, left - some, NULL);
  then = REST;
}

int main(int argc, char **argv) {
  (void)argc;
  long n = size(argv, 1);
  agent_init(&source);
  for (int i = 0; i < 5; i++) {
    agent_init(&stages[i].a);
    stages[i].place = i;
  }
  double start = now_ns();
  send(&source, on_produce, n, NULL);
  run();
  return report("payload", start, n, sum == 15 * n);
}
