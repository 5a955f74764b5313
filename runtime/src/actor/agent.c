// agent.c — agents being born, running their messages, waiting and ending.
// Owns:     the loop that hands messages to behaviours; the decision when an agent is freed.
// Promises: as agent.h says. A batch ends after AGI_BATCH messages (another number once it is profiled), or earlier if they take
//           long, or if others wait and all that was there when it began is done; then the agent goes to the back of the queue.
//           So an agent that sends to itself never runs far ahead of those that it sends to.
#include "actor/agent.h"

#include <string.h>

#include "actor/failure.h"
#include "actor/future.h"
#include "actor/mailbox.h"
#include "actor/message.h"
#include "actor/profile.h"
#include "actor/order.h"
#include "actor/wait.h"
#include "sched/rank.h"

enum { AGI_BATCH = 128, AGI_BATCH_NS = 500000 };

static inline void enter(agi_worker *w) {
#ifdef AG_CHECK
  ag_check_enter(&w->cx);
#else
  (void)w;
#endif
}

// Written in place where agents run: a call costs as much as what these do.
#define AGI_HOT __attribute__((always_inline))

// ---- running -----------------------------------------------------------------------------------------------------

void agi_agent_ready(agi_worker *w, agi_agent *a) {
  if (AGI_LIKELY(!w->apart)) agi_sched_push(&w->proc, &a->task);
  else if (w->apart == AGI_GUEST) agi_sched_inject(&w->rt->sched, &a->task);
}

void agi_task_ready(agi_worker *w, agi_task *t) {
  if (AGI_LIKELY(!w->apart)) agi_sched_push_back(&w->proc, t);
  else if (w->apart == AGI_GUEST) agi_sched_inject(&w->rt->sched, t);
}

void agi_agent_wake(agi_worker *w, agi_agent *a) {
  if (agi_swap_acq_rel(&a->wait, AGI_WOKEN) == AGI_SUSPENDED) agi_agent_ready(w, a);
}

// The behaviour has returned AG_SUSPENDED. False: it was woken before it got here and goes on at once.
static bool suspend(agi_agent *a) {
  uint32_t running = AGI_RUNNING;
  if (agi_cas_acq_rel(&a->wait, &running, AGI_SUSPENDED)) return true;
  agi_store_relaxed(&a->wait, AGI_RUNNING);
  agi_edge_clear(a); // the waker may have been faster than the publishing of the edge
  return false;
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

// Ends a turn that is measured. The agent is still the caller's.
static inline void measured(agi_worker *w, agi_agent *a) {
  if (AGI_UNLIKELY(w->measured_from != 0)) agi_profile_note(w, a);
}

// Runs a behaviour, or goes on with it. False: it is suspended, and the agent may already run elsewhere.
static inline AGI_HOT bool step(agi_worker *w, agi_agent *a, ag_msg *m) {
  const ag_behaviour *b = agi_behaviour_of(a, m);
  int r;
  w->msg = m;
  agi_store_relaxed(&w->behaviour, b);
  // Whatever made it wait has put m into a->current, before others could see that it waits.
  while (AGI_UNLIKELY((r = b->run(&w->cx, (ag_agent *)a, m, &a->frame)) == AG_SUSPENDED)) {
    measured(w, a);
    if (AGI_UNLIKELY(w->yield)) {
      w->yield = false;
      agi_sched_push_back(&w->proc, &a->task);
      return false;
    }
    if (AGI_UNLIKELY(agi_load_sc(&a->flags) & AGI_RESTART)) agi_wait_interrupt(w, a);
    if (suspend(a)) return false;
    agi_order_cancel(w, a);
  }
  a->current = NULL;
  if (AGI_UNLIKELY(r == AG_FAILED)) agi_behaviour_failed(w, a, m);
  if (AGI_UNLIKELY(m->reply != NULL)) {
    ag_future *f = m->reply;
    agi_future_fail(w, f, agi_error_make(w, &ag_error_AgentStopped, NULL, 0));
  }
  agi_msg_free(w, m);
  uint16_t flags = agi_load_relaxed(&a->flags);
  if (AGI_UNLIKELY((flags & (AGI_STOPPED | AGI_DROPPED)) == AGI_STOPPED)) agi_agent_end(w, a);
  return true;
}

// It has been told to stop while it ran nothing.
static void end_if_told(agi_worker *w, agi_agent *a) {
  if ((agi_load_relaxed(&a->flags) & (AGI_STOPPED | AGI_DROPPED)) == AGI_STOPPED) agi_agent_end(w, a);
}

static __attribute__((noinline)) bool resume(agi_worker *w, agi_agent *a) {
  ag_msg *m = a->current;
  agi_store_relaxed(&a->wait, AGI_RUNNING);
  agi_edge_clear(a);
  if (AGI_UNLIKELY(agi_load_relaxed(&a->flags) & AGI_STUCK)) {
    agi_and_acq_rel(&a->flags, (uint16_t)~AGI_STUCK);
    agi_raise_stuck(w);
  }
  agi_order_cancel(w, a);
  return step(w, a, m);
}

static inline AGI_HOT ag_msg *next_message(agi_worker *w, agi_agent *a) {
  if (AGI_UNLIKELY(agi_load_relaxed(&a->control) != NULL)) agi_control_take(a);
  uint16_t flags = agi_load_relaxed(&a->flags);
  if (AGI_UNLIKELY(flags & AGI_RESTART)) agi_order_obey(w, a);
  if (AGI_UNLIKELY(flags & AGI_LOCKED_MAILBOX)) {
    ag_msg *m = agi_locked_pop(a);
    if (m && m->size & AGI_MSG_TICK) agi_tick_taken(w, m);
    return m;
  }
  ag_msg *m = a->batch;
  if (!m) {
    if (!agi_word_msg(agi_load_relaxed(&a->word))) return NULL;
    uint32_t n = agi_mailbox_take(a);
    agi_profile_mailbox(a, n);
    if (n > agi_load_relaxed(&w->stats.mailbox_high)) agi_store_relaxed(&w->stats.mailbox_high, n);
    m = a->batch;
  }
  a->batch = m->next;
  if (AGI_LIKELY(agi_msg_weight(m))) agi_store_release(&a->taken, agi_load_relaxed(&a->taken) + 1);
  else if (m->size & AGI_MSG_TICK) agi_tick_taken(w, m);
  if (AGI_UNLIKELY(agi_load_relaxed(&a->word) & AGI_PRESSURED)) agi_waiters_relieve(w, a);
  return m;
}

static void doom(agi_worker *w, agi_agent *a) {
  a->task.next = w->doomed ? &w->doomed->task : NULL;
  w->doomed = a;
}

// The mailbox looked empty. True: the agent is idle, or gone, and not ours any more.
static bool rest(agi_worker *w, agi_agent *a) {
  uint64_t word = agi_load_acquire(&a->word);
  while (AGI_LIKELY((word & ~AGI_WORD_COUNT) == AGI_SCHED)) {
    if (AGI_LIKELY(agi_cas_weak_acq_rel(&a->word, &word, word & AGI_WORD_COUNT))) return true;
  }
  if (agi_word_msg(word)) return false;
  if (word & AGI_CONTROL) {
    agi_control_take(a);
    end_if_told(w, a);
  } else if (word & AGI_PRESSURED) {
    if (agi_waiters_wake(w, a, agi_limits_of(a->options).high)) {
      agi_sched_push_back(&w->proc, &a->task); // first let these send; they need not
      return true;
    }
  } else if ((word & ~AGI_WORD_COUNT) == (AGI_SCHED | AGI_ORPHAN)) {
    if (__atomic_load_n(&a->h.rc, __ATOMIC_ACQUIRE) == -1) {
      // Nobody else holds it. Whoever did has sent before it let go, so one more look tells all.
      if (agi_load_acquire(&a->word) != word) return false;
      doom(w, a);
      agi_agent_collect(w);
      return true;
    }
    agi_and_acq_rel(&a->word, ~AGI_ORPHAN);
    ag_agent_release(&w->cx, &a->h);
  }
  return false;
}

// Has a batch run long? Looks at the clock after 4, 8, 16 … messages, so that short ones hardly pay for it; at last after each 64, for
// messages that were short may be long now.
static bool long_batch(agi_worker *w, unsigned handled, int64_t *since) {
  if (AGI_LIKELY(handled < 4 || handled & (handled < 64 ? handled - 1 : 63))) return false;
  int64_t now = agi_clock(w->rt);
  if (*since == 0) *since = now;
  return now - *since > AGI_BATCH_NS;
}

// A seeded run's: mostly so short that others come in between, at times long.
static unsigned seeded_batch(agi_worker *w) {
  uint64_t bits = agi_seeded_bits(w) >> 32;
  return bits % 8 == 0 ? AGI_BATCH : 1 + (unsigned)(bits >> 8) % 4;
}

// So many messages as take about a quarter of a millisecond, if that is known.
static inline unsigned batch_of(agi_agent *a) {
  agi_profile *f = agi_load_relaxed(&a->profile);
  return AGI_LIKELY(f == NULL) ? AGI_BATCH : agi_load_relaxed(&f->batch);
}

// All that was there when the turn began is done, and more has come meanwhile: now others have their turns, if any wait.
static inline bool gives_way(agi_worker *w, agi_agent *a, unsigned handled) {
  if (handled == 0 || agi_load_relaxed(&a->flags) & AGI_LOCKED_MAILBOX) return false; // whose batch has a lock
  if (AGI_LIKELY(a->batch || !agi_word_msg(agi_load_relaxed(&a->word)))) return false;
  return agi_sched_has_work(&w->proc);
}

// When it returns the agent may be gone.
static void run_turn(agi_worker *w, agi_agent *a) {
  agi_proc *p = &w->proc;
  w->cx.agent = (ag_agent *)a;
  enter(w);
  w->immediate = 0;
  agi_store_relaxed(&w->type, agi_type_of(a));
  agi_store_relaxed(&p->preempt, 0U);
  if (AGI_UNLIKELY(--w->until_sample == 0)) agi_profile_begin(w);
  if (a->current && !resume(w, a)) return;
  int64_t since = 0;
  unsigned most = AGI_LIKELY(w->rng == 0) ? batch_of(a) : seeded_batch(w);
  for (unsigned handled = 0; handled < most && !agi_load_relaxed(&p->preempt) && !long_batch(w, handled, &since);
       handled++) {
    if (AGI_UNLIKELY(gives_way(w, a, handled))) break;
    ag_msg *m = next_message(w, a);
    if (!m) {
      measured(w, a);
      if (rest(w, a)) return;
    } else if (AGI_UNLIKELY(agi_is_stopped(a))) {
      end_if_told(w, a);
      agi_agent_dead_letter(w, a, m);
    } else if (AGI_UNLIKELY(m->reply != NULL && agi_future_is_dropped(m->reply))) {
      AGI_STAT_ADD(w, cancelled); // nobody waits for it any more
      agi_msg_drop(w, agi_type_of(a), m, &ag_error_Cancelled);
    } else {
      AGI_STAT_ADD(w, delivered);
      if (!step(w, a, m)) return;
    }
  }
  measured(w, a);
  agi_sched_push_back(p, &a->task);
}

static void agent_run(agi_proc *p, agi_task *t) {
  agi_worker *w = agi_worker_of_proc(p);
  agi_agent *a = AGI_CONTAINER_OF(t, agi_agent, task);
  agi_store_relaxed(&w->runs, a);
  run_turn(w, a);
  agi_store_relaxed(&w->runs, NULL);
}

agi_agent *agi_agent_of_task(agi_task *t) { return t->run == agent_run ? AGI_CONTAINER_OF(t, agi_agent, task) : NULL; }

void agi_agent_run_ranked(agi_proc *p, agi_task *t) {
  p->level = agi_agent_level(t);
  agent_run(p, t);
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
  switch (o->full) {
  case AG_FULL_DROP_OLDEST: return 0;
  case AG_FULL_DROP_NEWEST:
  case AG_FULL_RAISE: return agi_limits_of(o).capacity + 1;
  default: return agi_limits_of(o).high;
  }
}

agi_agent *agi_agent_new(agi_worker *w, const ag_agent_type *type, const ag_mailbox_options *opts) {
  agi_agent *a = agi_alloc_zeroed(type->cls.size);
  a->h.cls = &type->cls;
  a->h.rc = -1;
  a->options = opts ? opts : &type->mailbox;
  a->task.run = AGI_LIKELY(a->options->priority == AG_PRIORITY_NORMAL) ? agent_run : agi_agent_run_ranked;
  atomic_init(&a->high, w->rng ? 0 : open_limit(a->options)); // seeded: every send takes the slow path, send.c
  if (a->options->full == AG_FULL_DROP_OLDEST) atomic_init(&a->flags, (uint16_t)AGI_LOCKED_MAILBOX);
  atomic_init(&a->word, AGI_SCHED);
  register_agent(w, a);
  AGI_STAT_ADD(w, spawned);
  return a;
}

ag_agent *ag_spawn(ag_cx *cx, const ag_agent_type *type, ag_msg *init, const ag_mailbox_options *opts) {
  agi_worker *w = agi_worker_of(cx);
  agi_agent *a = agi_agent_new(w, type, opts);
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
  agi_free(agi_load_relaxed(&a->profile));
  agi_free(a);
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

void ag_agent_release(ag_cx *cx, ag_obj *agent) {
  agi_worker *w = agi_worker_of(cx);
  agi_agent *a = AGI_CONTAINER_OF(agent, agi_agent, h);
  int64_t rc = __atomic_load_n(&a->h.rc, __ATOMIC_ACQUIRE);
  while (rc != -1) {
    if (__atomic_compare_exchange_n(&a->h.rc, &rc, rc + 1, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return;
  }
  uint64_t old = agi_or_acq_rel(&a->word, AGI_ORPHAN | AGI_SCHED);
  if (old & AGI_SCHED) return; // it runs, waits or has mail: it will see for itself
  // It is idle now, but it may have run since the count was read, and have handed out `self`: then it looks again itself.
  bool only = __atomic_load_n(&a->h.rc, __ATOMIC_ACQUIRE) == -1;
  if (!only || (agi_load_acquire(&a->word) & ~AGI_WORD_COUNT) != (AGI_SCHED | AGI_ORPHAN)) {
    agi_agent_ready(w, a);
    return;
  }
  doom(w, a);
  agi_agent_collect(w);
}

// ---- teardown (single-threaded, nothing is scheduled any more) -----------------------------------------------------

void agi_agent_cancel(agi_worker *w, agi_agent *a) {
  w->cx.agent = (ag_agent *)a;
  enter(w);
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
  for (ag_msg *m; (m = next_message(w, a));) agi_msg_drop(w, agi_type_of(a), m, &ag_error_AgentStopped);
  if (!(agi_load_relaxed(&a->flags) & AGI_DROPPED)) agi_agent_end(w, a);
  if (a->place) agi_place_drop(w, a);
}
