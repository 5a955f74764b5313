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

// ---- what did not fit ----------------------------------------------------------------------------------------------

static uint32_t listed(agi_ranks *r, unsigned level) { return agi_load_relaxed(&r->listed[level]); }

static void list_add(agi_ranks *r, unsigned level, agi_rank_list chain, uint32_t n) {
  chain.last->next = NULL;
  agi_spin_lock(&r->lock);
  agi_rank_list *x = &r->lists[level];
  if (x->last) x->last->next = chain.first;
  else x->first = chain.first;
  x->last = chain.last;
  agi_store_relaxed(&r->listed[level], listed(r, level) + n);
  agi_spin_unlock(&r->lock);
}

static agi_task *list_take(agi_ranks *r, unsigned level) {
  if (listed(r, level) == 0) return NULL;
  agi_spin_lock(&r->lock);
  agi_rank_list *x = &r->lists[level];
  agi_task *t = x->first;
  if (t) {
    x->first = t->next;
    if (!x->first) x->last = NULL;
    agi_store_relaxed(&r->listed[level], listed(r, level) - 1);
  }
  agi_spin_unlock(&r->lock);
  return t;
}

static void list_move(agi_ranks *from, agi_ranks *to, unsigned level) {
  agi_spin_lock(&from->lock);
  agi_rank_list all = from->lists[level];
  uint32_t n = listed(from, level);
  from->lists[level] = (agi_rank_list){0};
  agi_store_relaxed(&from->listed[level], 0U);
  agi_spin_unlock(&from->lock);
  if (n) list_add(to, level, all, n);
}

// ---- queues and lists ----------------------------------------------------------------------------------------------

static uint32_t size_of(agi_ranks *r, unsigned level) { return agi_deque_size(&r->queues[level]) + listed(r, level); }

// By its worker: the queue first, for all in the list is younger.
static agi_task *pop(agi_ranks *r, unsigned level) {
  agi_task *t = agi_deque_size(&r->queues[level]) ? agi_deque_pop(&r->queues[level]) : NULL;
  return t ? t : list_take(r, level);
}

void agi_rank_push(agi_proc *p, agi_task *t) {
  agi_sched *s = p->sched;
  uint32_t level = s->hooks->level(t);
  agi_ranks *r = ranks_of(p);
  if (!agi_any_ranked(s)) agi_store_relaxed(&s->ranked, true);
  if (!r) r = ranks_make(p);
  if (listed(r, level) || !agi_deque_push(&r->queues[level], t)) {
    list_add(r, level, (agi_rank_list){t, t}, 1);
    agi_sched_wake_one(s);
  }
  if (level >= p->level) return;
  agi_store_relaxed(&p->preempt, 1U);
  if (level == AGI_CRITICAL) agi_sched_wake_one(s); // who runs now may be at it for long
}

static agi_task *take(agi_proc *p, agi_ranks *r, unsigned level) {
  if (level == AGI_NORMAL) return agi_sched_take_normal(p);
  return r ? pop(r, level) : NULL;
}

static bool has(agi_proc *p, agi_ranks *r, unsigned level) {
  if (level == AGI_NORMAL) return agi_load_relaxed(&p->lifo) || agi_deque_size(&p->queue);
  return size_of(r, level) != 0;
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
    if (l != AGI_NORMAL) t = pop(r, l);
  }
  return t;
}

agi_task *agi_rank_steal(agi_proc *p, agi_proc *victim, bool above) {
  agi_ranks *from = ranks_of(victim), *to = ranks_of(p);
  if (!from) return NULL;
  if (!to) to = ranks_make(p);
  for (unsigned l = above ? 0 : AGI_NORMAL + 1; l < (above ? AGI_NORMAL : AGI_LEVELS); l++) {
    agi_task *t = agi_deque_size(&from->queues[l]) ? agi_deque_steal(&from->queues[l], &to->queues[l]) : NULL;
    if (!t) t = list_take(from, l);
    if (t) return t;
  }
  return NULL;
}

void agi_rank_adopt(agi_proc *p, agi_proc *from) {
  agi_ranks *r = ranks_of(from), *to = ranks_of(p);
  if (!r) return;
  if (!to) to = ranks_make(p);
  for (unsigned l = 0; l < AGI_LEVELS; l++) {
    agi_sched_move(&r->queues[l], &to->queues[l]);
    list_move(r, to, l);
  }
}

uint32_t agi_rank_size(agi_proc *p) {
  agi_ranks *r = ranks_of(p);
  uint32_t n = 0;
  for (unsigned l = 0; r && l < AGI_LEVELS; l++) n += size_of(r, l);
  return n;
}
