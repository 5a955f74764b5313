// seeded.c — see seeded.h.
#include "sched/seeded.h"

#include "base/alloc.h"

void agi_chooser_init(agi_chooser *c, uint64_t seed) {
  *c = (agi_chooser){.rng = agi_rng_from(seed)};
  c->newest = (uint32_t)(agi_rng_next(&c->rng) >> 62);
}

void agi_chooser_fini(agi_chooser *c) { agi_free(c->ready); }

static void add(agi_chooser *c, agi_task *t) {
  if (c->count == c->cap) {
    c->cap = c->cap ? 2 * c->cap : 64;
    agi_task **more = agi_alloc(c->cap * sizeof *more);
    if (c->count) memcpy(more, c->ready, c->count * sizeof *more);
    agi_free(c->ready);
    c->ready = more;
  }
  c->ready[c->count++] = t;
}

agi_task *agi_choose(agi_proc *p) {
  agi_chooser *c = p->sched->chooser;
  for (agi_task *t; (t = agi_sched_take(p));) add(c, t);
  if (c->count == 0) return NULL;
  uint64_t bits = agi_rng_next(&c->rng);
  uint32_t i = c->count - 1;
  if ((uint32_t)(bits >> 62) >= c->newest) i = (uint32_t)((bits & 0xffffffff) * c->count >> 32);
  agi_task *t = c->ready[i];
  c->ready[i] = c->ready[--c->count];
  return t;
}
