// agent.c — agents being born, waking and ending.
// Owns:     the decision when an agent is freed.
// Promises: as agent.h says. How it runs its messages: turn.c.
#include "actor/agent.h"

#include <string.h>

#include "actor/failure.h"
#include "actor/future.h"
#include "actor/mailbox.h"
#include "actor/message.h"
#include "actor/turn.h"
#include "actor/wait.h"
#include "sched/rank.h"

void agi_task_ready(agi_worker *w, agi_task *t) {
  if (AGI_LIKELY(!w->apart)) agi_sched_push_back(&w->proc, t);
  else if (w->apart == AGI_GUEST) agi_sched_inject(&w->rt->sched, t);
}

void agi_agent_wake(agi_worker *w, agi_agent *a) {
  if (agi_swap_acq_rel(&a->wait, AGI_WOKEN) == AGI_SUSPENDED) agi_agent_ready(w, a);
}

// Whoever frees an agent does so in its place.
static void drop_fields(agi_worker *w, agi_agent *a) {
  if (!a->h.cls->drop) return;
  ag_agent *running = w->cx.agent;
  w->cx.agent = (ag_agent *)a;
  a->h.cls->drop(&w->cx, a);
  w->cx.agent = running;
}

void agi_agent_clear(agi_worker *w, agi_agent *a) {
  drop_fields(w, a);
  memset(a + 1, 0, a->h.cls->size - sizeof *a);
}

void agi_agent_end(agi_worker *w, agi_agent *a) {
  agi_or_acq_rel(&a->flags, (uint16_t)(AGI_STOPPED | AGI_DROPPED));
  agi_store_relaxed(&a->high, 0U);
  if (agi_load_relaxed(&a->flags) & AGI_HAS_TIMERS) agi_store_release(&w->rt->sweep, true);
  drop_fields(w, a);
}

void agi_agent_dead_letter(agi_worker *w, agi_agent *a, ag_msg *m) {
  AGI_STAT_ADD(w, dead_letters);
  agi_msg_drop(w, agi_type_of(a), m, &ag_error_AgentStopped);
}

agi_agent *agi_agent_of_task(agi_task *t) {
  return t->run == agi_agent_run ? AGI_CONTAINER_OF(t, agi_agent, task) : NULL;
}

void agi_agent_run_ranked(agi_proc *p, agi_task *t) {
  p->level = agi_agent_level(t);
  agi_agent_run(p, t);
  p->level = AGI_NORMAL;
}

uint32_t agi_agent_level(const agi_task *t) {
  static const uint8_t levels[] = {[AG_PRIORITY_NORMAL] = AGI_NORMAL,
                                   [AG_PRIORITY_LOW] = AGI_LOW,
                                   [AG_PRIORITY_HIGH] = AGI_HIGH,
                                   [AG_PRIORITY_CRITICAL] = AGI_CRITICAL};
  const agi_agent *a = (const agi_agent *)(const void *)((const char *)t - offsetof(agi_agent, task));
  return levels[a->options->priority & 3];
}

// ---- birth and end -----------------------------------------------------------------------------------------------

static void register_agent(agi_worker *w, agi_agent *a) {
  agi_worker *home = w->apart == AGI_GUEST ? w->rt->workers[0] : w;
  a->shard = (uint16_t)home->proc.index;
  agi_spin_lock(&home->shard.lock);
  a->next = home->shard.first;
  if (a->next) a->next->prev = a;
  home->shard.first = a;
  agi_spin_unlock(&home->shard.lock);
}

static void unregister_agent(agi_worker *w, agi_agent *a) {
  agi_worker *home = w->rt->workers[a->shard];
  agi_spin_lock(&home->shard.lock);
  if (a->prev) a->prev->next = a->next;
  else home->shard.first = a->next;
  if (a->next) a->next->prev = a->prev;
  agi_spin_unlock(&home->shard.lock);
}

static uint32_t open_limit(const ag_mailbox_options *o) {
  if (AGI_LIKELY(o->full == AG_FULL_SUSPEND && o->capacity == 0 && o->high == 0)) return AGI_HIGH_USUAL;
  switch (o->full) {
  case AG_FULL_DROP_OLDEST: return 0;
  case AG_FULL_DROP_NEWEST:
  case AG_FULL_RAISE: return agi_limits_of(o).capacity + 1;
  default: return agi_limits_of(o).high;
  }
}

// Field by field: to clear a block of this size gcc writes one string instruction, which takes longer than all these stores.
static inline void fill(agi_agent *a, const ag_agent_type *type, const ag_mailbox_options *opts, uint32_t high) {
  a->h = (ag_obj){.cls = &type->cls, .rc = -1};
  a->task = (agi_task){.run = opts->priority == AG_PRIORITY_NORMAL ? agi_agent_run : agi_agent_run_ranked};
  atomic_init(&a->word, AGI_SCHED);
  atomic_init(&a->waiters, 0);
  atomic_init(&a->control, NULL);
  atomic_init(&a->high, high);
  atomic_init(&a->taken, 0);
  a->batch = a->current = NULL;
  a->options = opts;
  a->frame = NULL;
  atomic_init(&a->edge, 0);
  a->prev = a->next = NULL;
  a->place = NULL;
  atomic_init(&a->profile, NULL);
  atomic_init(&a->wait, AGI_RUNNING);
  atomic_init(&a->flags, (uint16_t)(opts->full == AG_FULL_DROP_OLDEST ? AGI_LOCKED_MAILBOX : 0));
  if (type->cls.size > sizeof *a) memset(a + 1, 0, type->cls.size - sizeof *a);
}

agi_agent *agi_agent_new(agi_worker *w, const ag_agent_type *type, const ag_mailbox_options *opts) {
  agi_agent *a = agi_pool_get(&w->cx.pool, type->cls.size);
  if (!opts) opts = &type->mailbox;
  fill(a, type, opts, w->rng ? 0 : open_limit(opts)); // seeded: every send takes the slow path, send.c
  register_agent(w, a);
  AGI_STAT_ADD(w, spawned);
  return a;
}

// Its first behaviour only fills fields: that is done here, and it is born idle.
static void begin_at_once(agi_worker *w, agi_agent *a, ag_msg *init) {
  ag_agent *running = w->cx.agent;
  ag_frame *frame = NULL;
  w->cx.agent = (ag_agent *)a;
  agi_worker_enters(w);
  agi_type_of(a)->behaviours[0].run(&w->cx, (ag_agent *)a, init, &frame);
  w->cx.agent = running;
  agi_worker_enters(w);
  agi_msg_free(w, init);
  atomic_init(&a->word, 0);
}

ag_agent *ag_spawn(ag_cx *cx, const ag_agent_type *type, ag_msg *init, const ag_mailbox_options *opts) {
  agi_worker *w = agi_worker_of(cx);
  agi_agent *a = agi_agent_new(w, type, opts);
  if (AGI_LIKELY(type->cls.flags & AG_CLASS_PLAIN_INIT) && AGI_LIKELY(w->apart != AGI_ENDING)) {
    begin_at_once(w, a, init);
    return (ag_agent *)a;
  }
  agi_mailbox_first(a, init);
  if (AGI_LIKELY(!w->apart)) agi_sched_push_back(&w->proc, &a->task);
  else if (w->apart == AGI_GUEST) agi_sched_inject(&w->rt->sched, &a->task);
  return (ag_agent *)a;
}

void agi_agent_abandon(agi_worker *w, agi_agent *a) {
  agi_agent_end(w, a);
  agi_agent_ready(w, a);
}

void agi_agent_mark_stopped(agi_agent *a, bool failed) {
  uint16_t flags = agi_load_relaxed(&a->flags), next;
  do {
    next = flags | AGI_STOPPED;
    if (!failed) next &= (uint16_t)~AGI_GAVE_UP; // it stays so
    else next = (uint16_t)(flags & AGI_STOPPED ? next : next | AGI_GAVE_UP) & (uint16_t)~AGI_RESTART;
  } while (!agi_cas_acq_rel(&a->flags, &flags, next));
}

void agi_agent_revive(agi_worker *w, agi_agent *a) {
  memset(a + 1, 0, a->h.cls->size - sizeof *a);
  agi_store_relaxed(&a->high, w->rng ? 0U : open_limit(a->options));
}

void agi_agent_stop(agi_worker *w, agi_agent *a, bool failed) {
  agi_agent_mark_stopped(a, failed);
  uint64_t old = agi_or_acq_rel(&a->word, AGI_CONTROL | AGI_SCHED); // so that it does not rest before it has looked
  if (!(old & AGI_SCHED)) agi_agent_ready(w, a);
}

void ag_stop(ag_cx *cx) { agi_agent_mark_stopped(agi_agent_of(cx->agent), false); }

void agi_agent_free(agi_worker *w, agi_agent *a) {
  if (!(agi_load_relaxed(&a->flags) & AGI_DROPPED)) drop_fields(w, a);
  if (a->place) agi_place_drop(w, a);
  if (agi_load_relaxed(&a->flags) & AGI_HAS_LEASES) agi_leases_forget(w, a);
  unregister_agent(w, a);
  AGI_STAT_ADD(w, freed);
  agi_profile *f = agi_load_relaxed(&a->profile);
  if (AGI_UNLIKELY(f != NULL)) agi_free(f);
  agi_pool_put(&w->cx.pool, a, a->h.cls->size);
}

static void doom(agi_worker *w, agi_agent *a) {
  a->task.next = w->doomed ? &w->doomed->task : NULL;
  w->doomed = a;
}

void agi_agent_unreachable(agi_worker *w, agi_agent *a) {
  doom(w, a);
  agi_agent_collect(w);
}

void agi_agent_collect(agi_worker *w) {
  if (w->collecting) return; // an agent that is being freed let go of another one
  w->collecting = true;
  while (w->doomed) {
    agi_agent *a = w->doomed;
    w->doomed = a->task.next ? AGI_CONTAINER_OF(a->task.next, agi_agent, task) : NULL;
    agi_agent_free(w, a);
  }
  w->collecting = false;
}

// Takes back the last reference, if the agent was given that.
static bool keep(agi_agent *a) {
  if (!(agi_load_relaxed(&a->word) & AGI_ORPHAN)) return false;
  return (agi_and_acq_rel(&a->word, ~AGI_ORPHAN) & AGI_ORPHAN) != 0;
}

void ag_agent_retain(ag_obj *agent) {
  if (__atomic_load_n(&agent->rc, __ATOMIC_ACQUIRE) == -1 && keep(AGI_CONTAINER_OF(agent, agi_agent, h))) return;
  __atomic_fetch_sub(&agent->rc, 1, __ATOMIC_RELAXED);
}

// Its last reference is its own now, and it was idle. It may have run since the count was read, and have handed out `self`: then it
// looks again itself.
static AGI_NOINLINE void released_idle(agi_worker *w, agi_agent *a) {
  bool only = __atomic_load_n(&a->h.rc, __ATOMIC_ACQUIRE) == -1;
  if (!only || (agi_load_acquire(&a->word) & ~AGI_WORD_COUNT) != (AGI_SCHED | AGI_ORPHAN)) agi_agent_ready(w, a);
  else agi_agent_unreachable(w, a);
}

void ag_agent_release(ag_cx *cx, ag_obj *agent) {
  agi_worker *w = agi_worker_of(cx);
  agi_agent *a = AGI_CONTAINER_OF(agent, agi_agent, h);
  int64_t rc = __atomic_load_n(&a->h.rc, __ATOMIC_ACQUIRE);
  while (rc != -1) {
    if (__atomic_compare_exchange_n(&a->h.rc, &rc, rc + 1, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return;
  }
  uint64_t old = agi_or_acq_rel(&a->word, AGI_ORPHAN | AGI_SCHED);
  if (AGI_UNLIKELY(!(old & AGI_SCHED))) released_idle(w, a); // else it runs, waits or has mail: it will see for itself
}

// ---- teardown (single-threaded, nothing is scheduled any more) -----------------------------------------------------

void agi_agent_cancel(agi_worker *w, agi_agent *a) {
  w->cx.agent = (ag_agent *)a;
  agi_worker_enters(w);
  if (a->current) {
    ag_msg *m = a->current;
    const ag_behaviour *b = agi_behaviour_of(a, m);
    a->current = NULL;
    agi_store_relaxed(&a->edge, (uintptr_t)0);
    w->msg = m;
    w->cx.err = agi_error_make(w, &ag_error_Cancelled, b->file, b->line);
    int r = b->run(&w->cx, (ag_agent *)a, m, &a->frame);
    if (r == AG_SUSPENDED) agi_die("a cancelled behaviour went on waiting");
    if (w->cx.err) ag_release(&w->cx, w->cx.err);
    w->cx.err = NULL;
    if (m->reply) agi_future_fail(w, m->reply, agi_error_make(w, &ag_error_Cancelled, b->file, b->line));
    agi_msg_free(w, m);
  }
  agi_control_take(a);
  agi_store_relaxed(&a->waiters, (uintptr_t)0);
  for (ag_msg *m; (m = agi_turn_next(w, a));) agi_msg_drop(w, agi_type_of(a), m, &ag_error_AgentStopped);
  if (!(agi_load_relaxed(&a->flags) & AGI_DROPPED)) agi_agent_end(w, a);
  if (a->place) agi_place_drop(w, a);
}
