// N round trips between two agents, each timed, while P other pairs do the same: percentiles of one round trip.
#include <string.h>

#include "skeleton.h"

static long count, rounds, *times;
static double sent;

static void on_pong(agent *self, message *m);

static void on_ping(agent *self, message *m) { send(m->ref, on_pong, m->value, self); }

static void on_pong(agent *self, message *m) {
  if (m->value) { // of the pair that is measured
    double now = now_ns();
    times[rounds++] = (long)(now - sent);
    sent = now;
  }
  if (rounds < count) send(m->ref, on_ping, m->value, self);
}

static int by_value(const void *a, const void *b) {
  return (*(const long *)a > *(const long *)b) - (*(const long *)a < *(const long *)b);
}

int main(int argc, char **argv) {
  (void)argc;
  count = size(argv, 1);
  long pairs = size(argv, 2) + 1;
  times = malloc(sizeof *times * (size_t)count);
  memset(times, 1, sizeof *times * (size_t)count); // so that no page of it is new while it is timed
  agent *all = malloc(sizeof *all * 2 * (size_t)pairs);
  for (long i = 0; i < 2 * pairs; i++) agent_init(&all[i]);
  sent = now_ns();
  for (long i = 0; i < pairs; i++) send(&all[2 * i], on_ping, i == 0, &all[2 * i + 1]);
  run();
  qsort(times, (size_t)count, sizeof *times, by_value);
  printf("p50 %ld\np99 %ld\np99.9 %ld\nmax %ld\n", times[count / 2], times[count * 99 / 100], times[count * 999 / 1000],
         times[count - 1]);
  return rounds != count;
}
