// sched.c — picking, pushing and stealing. Parking is in idle.c; sched.h has the access table.
// Owns:     the order in which a worker takes tasks: slot (3 in a row), local queue, slot, global queue; every 61st pick
//           starts with the global queue, and every 8th looks at the timers, so that neither is starved.
#include "sched/sched.h"

#include "base/alloc.h"
#include "sched/idle.h"
#include "sched/monitor.h"
#include "sched/push.h"
#include "sched/rank.h"
#include "sched/seat.h"
#include "sched/seeded.h"

void agi_sched_init(agi_sched *s, const agi_sched_hooks *hooks, agi_proc **procs, uint32_t count) {
  *s = (agi_sched){
      .hooks = hooks, .procs = procs, .count = count, .max_searchers = count / 2 ? count / 2 : 1, .wake_fd = -1};
  atomic_init(&s->made, count);
}

void agi_proc_init(agi_proc *p, agi_sched *s, uint32_t index) {
  p->sched = s;
  p->index = p->seat = index;
  p->rng = (index + 1) * UINT64_C(0x9E3779B97F4A7C15);
  p->idle_ms = 1;
  p->level = AGI_NORMAL;
  p->ranked_run = s->hooks->ranked_run;
  agi_deque_init(&p->queue);
}

// ---- global queue ------------------------------------------------------------------------------------------------

static void global_push(agi_sched *s, agi_task *first, agi_task *last, uint32_t n) {
  last->next = NULL;
  agi_spin_lock(&s->global_lock);
  if (s->global_tail) s->global_tail->next = first;
  else s->global_head = first;
  s->global_tail = last;
  agi_store_relaxed(&s->global_size, agi_load_relaxed(&s->global_size) + n);
  agi_spin_unlock(&s->global_lock);
}

// Takes a fair share: one to run, the rest into the local queue.
static agi_task *global_pop(agi_proc *p) {
  agi_sched *s = p->sched;
  if (agi_load_relaxed(&s->global_size) == 0) return NULL;
  agi_spin_lock(&s->global_lock);
  uint32_t size = agi_load_relaxed(&s->global_size), room = AGI_DEQUE_SIZE / 2, n = size / s->count + 1;
  if (n > size) n = size;
  if (agi_deque_size(&p->queue) >= room) room = 1;
  if (n > room) n = room;
  agi_task *first = s->global_head, *t = first;
  for (uint32_t i = 0; i < n; i++) t = t->next;
  if (n) s->global_head = t;
  if (!s->global_head) s->global_tail = NULL;
  agi_store_relaxed(&s->global_size, size - n);
  agi_spin_unlock(&s->global_lock);
  if (n == 0) return NULL;
  t = first->next;
  for (uint32_t i = 1; i < n; i++) {
    agi_task *next = t->next;
    agi_sched_push_back(p, t);
    t = next;
  }
  return first;
}

// ---- pushing -----------------------------------------------------------------------------------------------------

// Is there so much in p's queue that it is worth waking somebody?
static bool outlasts_waking(agi_proc *p) {
  uint64_t n = agi_deque_size(&p->queue), turn = agi_load_relaxed(&p->turn_ns);
  if (turn == 0) return n > AGI_WAKE_BACKLOG;
  return n > 1 &&
         n * turn > (agi_load_relaxed(&p->fine) ? AGI_FINE_NS : AGI_WAKE_NS); // one may be what has just had its turn
}

// `first`: a chain that does not yet contain `last`, or NULL.
static void give(agi_sched *s, agi_task *first, agi_task *last, uint32_t n) {
  agi_task **link = &first;
  while (*link) link = &(*link)->next;
  *link = last;
  global_push(s, first, last, n);
}

void agi_sched_give(agi_sched *s, agi_task *first, agi_task *last, uint32_t n) {
  give(s, first, last, n);
  agi_sched_wake_one(s);
}

static void overflow(agi_proc *p, agi_task *t) {
  uint32_t n = 0;
  bool wake = agi_load_relaxed(&p->sched->parked_count) != 0 && outlasts_waking(p);
  agi_task *first = agi_deque_take_half(&p->queue, &n);
  give(p->sched, first, t, n + 1);
  if (wake) agi_sched_wake_one(p->sched);
}

void agi_sched_push_back(agi_proc *p, agi_task *t) {
  if (AGI_UNLIKELY(t->run == p->ranked_run)) {
    agi_rank_push(p, t);
    return;
  }
  if (AGI_UNLIKELY(!agi_deque_push(&p->queue, t))) {
    overflow(p, t);
    return;
  }
  if (AGI_UNLIKELY(agi_load_relaxed(&p->sched->parked_count) != 0) && outlasts_waking(p)) agi_sched_wake_one(p->sched);
}

void agi_sched_push_slow(agi_proc *p, agi_task *t) {
  if (AGI_UNLIKELY(agi_is_ranked(p->sched, t))) {
    agi_rank_push(p, t);
    return;
  }
  agi_task *old = agi_swap_acq_rel(&p->lifo, t);
  if (old) agi_sched_push_back(p, old);
}

void agi_sched_inject(agi_sched *s, agi_task *t) {
  global_push(s, t, t, 1);
  agi_sched_rouse(s);
}

// ---- picking -----------------------------------------------------------------------------------------------------

static agi_task *lifo_take(agi_proc *p) {
  if (!agi_load_relaxed(&p->lifo)) return NULL;
  return agi_swap_acq_rel(&p->lifo, NULL);
}

agi_task *agi_sched_take_normal(agi_proc *p) {
  agi_task *t;
  if (p->lifo_run < AGI_LIFO_RUN && (t = lifo_take(p))) {
    p->lifo_run++;
    return t;
  }
  p->lifo_run = 0;
  if ((t = agi_deque_pop(&p->queue))) return t;
  return lifo_take(p);
}

// Every 8th pick, or each one: timers, and about every 61st the global queue.
static AGI_NOINLINE agi_task *look_round(agi_proc *p, uint64_t picks) {
  p->sched->hooks->poll(p, false);
  p->next_look = picks + (p->long_turns ? 1 : AGI_TIMERS_EVERY);
  if (picks - p->global_at < AGI_GLOBAL_EVERY) return NULL;
  p->global_at = picks;
  return global_pop(p);
}

static AGI_NOINLINE agi_task *pick_elsewhere(agi_proc *p) {
  agi_task *t = AGI_LIKELY(!agi_any_ranked(p->sched)) ? agi_sched_take_normal(p) : agi_rank_pick(p);
  return t ? t : global_pop(p);
}

static inline agi_task *pick(agi_proc *p) {
  agi_task *t;
  uint64_t picks = agi_load_relaxed(&p->picks) + 1;
  agi_store_relaxed(&p->picks, picks);
  if (AGI_UNLIKELY(picks >= p->next_look) && (t = look_round(p, picks))) return t;
  if (AGI_UNLIKELY(p->lifo_run == AGI_LIFO_RUN)) {
    if (agi_deque_size(&p->queue) != 0) return pick_elsewhere(p);
    p->lifo_run = 0; // nobody waits
  }
  if (AGI_LIKELY(!agi_any_ranked(p->sched) && (t = lifo_take(p)))) {
    p->lifo_run++;
    return t;
  }
  return pick_elsewhere(p);
}

agi_task *agi_sched_pick(agi_proc *p) { return pick(p); }

agi_task *agi_sched_take(agi_proc *p) {
  agi_task *t = agi_rank_take(p);
  if (!t) t = agi_deque_pop(&p->queue);
  if (!t) t = lifo_take(p);
  return t ? t : global_pop(p);
}

// ---- stealing ----------------------------------------------------------------------------------------------------

// Does a worker that is awake do anybody a service by taking half of the victim's queue?
static bool worth_stealing(agi_proc *victim) {
  uint64_t n = agi_deque_size(&victim->queue);
  return n != 0 && (!agi_load_relaxed(&victim->fine) || n * agi_load_relaxed(&victim->turn_ns) > AGI_FINE_NS);
}

// `watch`: the sentinel's last look; it takes what waits behind long turns in any case, and from a slot whose owner has not picked since
// last time.
static agi_task *steal_from(agi_proc *p, agi_proc *victim, bool watch) {
  bool ranked = agi_any_ranked(p->sched);
  agi_task *t = ranked ? agi_rank_steal(p, victim, true) : NULL;
  if (!t && worth_stealing(victim)) t = agi_deque_steal(&victim->queue, &p->queue);
  if (!t && ranked) t = agi_rank_steal(p, victim, false);
  if (!t && watch) {
    uint64_t picks = agi_load_relaxed(&victim->picks), since = picks - agi_load_relaxed(&victim->picks_seen);
    if (since < (uint64_t)p->idle_ms * AGI_LONG_TURN_PER_MS && agi_deque_size(&victim->queue))
      t = agi_deque_steal(&victim->queue, &p->queue);
    if (!t && since == 0) t = lifo_take(victim);
    agi_store_relaxed(&victim->picks_seen, picks);
  }
  return t;
}

// How long it would take the worker to run what waits on it.
static uint64_t forecast(agi_proc *p) { return agi_deque_size(&p->queue) * (agi_load_relaxed(&p->turn_ns) + 1); }

// Of two at random the one who will be busy for longer.
static uint32_t first_victim(agi_proc *p, uint32_t made) {
  uint64_t bits = agi_rng_next(&p->rng);
  uint32_t a = (uint32_t)bits % made, b = (uint32_t)(bits >> 32) % made;
  return made > 2 && forecast(p->sched->procs[b]) > forecast(p->sched->procs[a]) ? b : a;
}

// One pass over the other workers.
static agi_task *steal_pass(agi_proc *p, bool watch) {
  agi_sched *s = p->sched;
  uint32_t made = agi_load_acquire(&s->made), start = first_victim(p, made);
  for (uint32_t i = 0; i < made; i++) {
    agi_proc *victim = s->procs[(start + i) % made];
    agi_task *t = victim == p ? NULL : steal_from(p, victim, watch);
    if (t) {
      agi_store_relaxed(&p->steals, agi_load_relaxed(&p->steals) + 1);
      return t;
    }
  }
  return NULL;
}

agi_task *agi_sched_search(agi_proc *p, bool sentinel) {
  agi_sched *s = p->sched;
  agi_task *t = NULL;
  if (agi_load_relaxed(&s->made) == 1) return global_pop(p);
  if (!agi_load_acquire(&s->open)) return NULL;
  if (agi_add_relaxed(&s->searchers, 1) < s->max_searchers) {
    for (int round = 0; round < 4 && !t; round++) {
      if (!(t = global_pop(p))) t = steal_pass(p, sentinel && round == 3);
    }
  }
  atomic_fetch_sub_explicit(&s->searchers, 1, memory_order_relaxed);
  if (t && outlasts_waking(p)) agi_sched_wake_one(s); // more than one worker's share
  return t;
}

// ---- tasks that change hands -------------------------------------------------------------------------------------

void agi_sched_expose(agi_proc *p) {
  agi_task *t = lifo_take(p);
  if (t && !agi_deque_push(&p->queue, t)) global_push(p->sched, t, t, 1);
}

void agi_sched_flush(agi_proc *p) {
  agi_task *first = NULL, *last = NULL, *t;
  uint32_t n = 0;
  while ((t = agi_rank_take(p)) || (t = agi_deque_pop(&p->queue)) || (t = lifo_take(p))) {
    if (last) last->next = t;
    else first = t;
    last = t;
    n++;
  }
  if (!first) return;
  global_push(p->sched, first, last, n);
  agi_sched_wake_one(p->sched);
}

bool agi_sched_has_work(agi_proc *p) {
  return agi_load_relaxed(&p->lifo) || agi_deque_size(&p->queue) || agi_rank_size(p);
}

// Tries again while a thief is at work.
bool agi_sched_move(agi_deque *from, agi_deque *to) {
  for (unsigned i = 0; i < 64 && agi_deque_size(from); i++) {
    if (agi_deque_move(from, to)) return true;
    agi_pause();
  }
  return false;
}

void agi_sched_adopt(agi_proc *p, agi_proc *from) {
  agi_task *t = lifo_take(from);
  if (t) agi_sched_push_back(p, t);
  agi_sched_move(&from->queue, &p->queue);
  agi_rank_adopt(p, from);
}

// ---- a run -------------------------------------------------------------------------------------------------------

void *agi_sched_worker(void *arg) {
  agi_proc *p = arg;
  agi_thread_here(&p->thread);
  p->sched->hooks->start(p);
  if (!agi_seat_wait(p)) return NULL; // a spare may have its seat by now, and tasks to take over
  for (;;) {
    if (AGI_UNLIKELY(agi_seat_asked(p)) && !agi_seat_attend(p)) return NULL;
    agi_task *t = pick(p);
    if (!t && !(t = agi_sched_search(p, false)) && !(t = agi_proc_idle(p))) return NULL;
    t->run(p, t);
  }
}

static void *seeded_worker(void *arg) {
  agi_proc *p = arg;
  p->sched->hooks->start(p);
  for (;;) {
    p->sched->hooks->poll(p, false);
    agi_task *t = agi_choose(p);
    if (!t && !(t = agi_proc_idle(p))) return NULL;
    t->run(p, t);
  }
}

static bool is_watched(agi_sched *s) { return !s->chooser && s->hooks->more; }

static void join_from(agi_sched *s, uint32_t first) {
  for (uint32_t i = first; i < s->count; i++) agi_thread_join(&s->procs[i]->thread);
  if (is_watched(s)) agi_monitor_join(s); // nobody makes spares any more
  for (uint32_t i = s->count; i < agi_load_acquire(&s->made); i++) agi_thread_join(&s->procs[i]->thread);
}

// Worker 0, which has the first task, starts last: if a thread cannot be made, nothing has run yet.
bool agi_sched_start(agi_sched *s) {
  uint32_t n = s->count;
  void *(*run)(void *) = s->chooser ? seeded_worker : agi_sched_worker;
  if (is_watched(s) && !agi_monitor_start(s)) return false;
  while (n > 0 && agi_thread_start(&s->procs[n - 1]->thread, AGI_STACK_SIZE, run, s->procs[n - 1])) n--;
  if (n == 0) {
    agi_store_release(&s->open, true);
    return true;
  }
  agi_sched_end(s);
  join_from(s, n);
  return false;
}

void agi_sched_join(agi_sched *s) { join_from(s, 0); }

bool agi_sched_run(agi_sched *s) {
  if (!agi_sched_start(s)) return false;
  agi_sched_join(s);
  return true;
}
