// rank.c — see rank.h.
#include "sched/rank.h"

#include "base/alloc.h"
#include "sched/idle.h"

static agi_ranks *ranks_of(agi_proc *p) { return agi_load_acquire(&p->ranks); }

static agi_ranks *ranks_make(agi_proc *p) {
  agi_ranks *r = agi_alloc_aligned(64, sizeof *r);
  for (unsigned l = 0; l < AGI_LEVELS; l++) agi_deque_init(&r->queues[l]);
  agi_store_release(&p->ranks, r);
  return r;
}

void agi_ranks_free(agi_proc *p) { agi_free(ranks_of(p)); }

// What does not fit goes to the global queue, which knows no levels: more than 256 agents of one level are ready on one worker.
static void overflow(agi_proc *p, agi_deque *q, agi_task *t) {
  uint32_t n = 0;
  agi_task *first = agi_deque_take_half(q, &n);
  agi_sched_give(p->sched, first, t, n + 1);
}

void agi_rank_push(agi_proc *p, agi_task *t) {
  agi_sched *s = p->sched;
  uint32_t level = s->hooks->level(t);
  agi_ranks *r = ranks_of(p);
  if (!agi_any_ranked(s)) agi_store_relaxed(&s->ranked, true);
  if (!r) r = ranks_make(p);
  if (!agi_deque_push(&r->queues[level], t)) overflow(p, &r->queues[level], t);
  if (level >= p->level) return;
  agi_store_relaxed(&p->preempt, 1U);
  if (level == AGI_CRITICAL) agi_sched_wake_one(s); // who runs now may be at it for long
}

static agi_task *take(agi_proc *p, agi_ranks *r, unsigned level) {
  if (level == AGI_NORMAL) return agi_sched_take_normal(p);
  return r && agi_deque_size(&r->queues[level]) ? agi_deque_pop(&r->queues[level]) : NULL;
}

static bool has(agi_proc *p, agi_ranks *r, unsigned level) {
  if (level == AGI_NORMAL) return agi_load_relaxed(&p->lifo) || agi_deque_size(&p->queue);
  return agi_deque_size(&r->queues[level]) != 0;
}

// A task of `level` has been chosen: who waits below it has been passed over.
static agi_task *chosen(agi_proc *p, agi_ranks *r, unsigned level, agi_task *t) {
  if (!r) return t;
  r->passed[level] = 0;
  for (unsigned l = level + 1; l < AGI_LEVELS; l++) {
    if (has(p, r, l)) r->passed[l]++;
  }
  return t;
}

agi_task *agi_rank_pick(agi_proc *p) {
  agi_ranks *r = ranks_of(p);
  agi_task *t;
  if (r) {
    for (unsigned l = AGI_LEVELS - 1; l > 0; l--) {
      if (r->passed[l] >= AGI_PATIENCE && (t = take(p, r, l))) return chosen(p, r, l, t);
    }
  }
  for (unsigned l = 0; l < AGI_LEVELS; l++) {
    if ((t = take(p, r, l))) return chosen(p, r, l, t);
  }
  return NULL;
}

agi_task *agi_rank_take(agi_proc *p) {
  agi_ranks *r = ranks_of(p);
  agi_task *t = NULL;
  for (unsigned l = 0; r && l < AGI_LEVELS && !t; l++) {
    if (l != AGI_NORMAL) t = agi_deque_pop(&r->queues[l]);
  }
  return t;
}

agi_task *agi_rank_steal(agi_proc *p, agi_proc *victim, bool above) {
  agi_ranks *from = ranks_of(victim), *to = ranks_of(p);
  if (!from) return NULL;
  if (!to) to = ranks_make(p);
  for (unsigned l = above ? 0 : AGI_NORMAL + 1; l < (above ? AGI_NORMAL : AGI_LEVELS); l++) {
    agi_task *t = agi_deque_size(&from->queues[l]) ? agi_deque_steal(&from->queues[l], &to->queues[l]) : NULL;
    if (t) return t;
  }
  return NULL;
}

void agi_rank_adopt(agi_proc *p, agi_proc *from) {
  agi_ranks *r = ranks_of(from), *to = ranks_of(p);
  if (!r) return;
  if (!to) to = ranks_make(p);
  for (unsigned l = 0; l < AGI_LEVELS; l++) agi_sched_move(&r->queues[l], &to->queues[l]);
}

uint32_t agi_rank_size(agi_proc *p) {
  agi_ranks *r = ranks_of(p);
  uint32_t n = 0;
  for (unsigned l = 0; r && l < AGI_LEVELS; l++) n += agi_deque_size(&r->queues[l]);
  return n;
}
