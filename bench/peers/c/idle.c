// N idle agents alive at once, each having handled one message: bytes of each; then all are freed: what is left of each.
#include "skeleton.h"
#include <unistd.h>

static long touched;

static void on_touch(agent *self, message *m) {
  (void)self;
  touched += m->value;
}

static long resident(void) {
  long total = 0, pages = 0;
  FILE *f = fopen("/proc/self/statm", "r");
  if (!f || fscanf(f, "%ld %ld", &total, &pages) != 2) abort();
  fclose(f);
  return pages * sysconf(_SC_PAGESIZE);
}

int main(int argc, char **argv) {
  (void)argc;
  long n = size(argv, 1), before = resident();
  agent **all = malloc(sizeof *all * (size_t)n);
  for (long i = 0; i < n; i++) {
    all[i] = malloc(sizeof **all);
    agent_init(all[i]);
    send(all[i], on_touch, 1, NULL);
    run();
  }
  if (touched != n) return printf("idle WRONG\n"), 1;
  printf("idle %.0f bytes\n", (double)(resident() - before) / (double)n);
  for (long i = 0; i < n; i++) {
    free(all[i]->head);
    free(all[i]);
  }
  free(all);
  printf("drained %.0f bytes\n", (double)(resident() - before) / (double)n);
}
