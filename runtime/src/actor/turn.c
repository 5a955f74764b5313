// turn.c — see turn.h.
#include "actor/turn.h"

#include "actor/failure.h"
#include "actor/future.h"
#include "actor/mailbox.h"
#include "actor/message.h"
#include "actor/order.h"
#include "actor/profile.h"
#include "actor/wait.h"
#include "sched/rank.h"
#include "sched/seat.h"

enum { AGI_BATCH = 128, AGI_BATCH_NS = 500000 };

// Ends a turn that is measured. The agent is still the caller's.
static inline void measured(agi_worker *w, agi_agent *a) {
  if (AGI_UNLIKELY(w->measured_from != 0)) agi_profile_note(w, a);
}

// ---- one message -------------------------------------------------------------------------------------------------

// The behaviour has returned AG_SUSPENDED. False: it was woken before it got here and goes on at once.
static bool suspend(agi_agent *a) {
  uint32_t running = AGI_RUNNING;
  if (agi_cas_acq_rel(&a->wait, &running, AGI_SUSPENDED)) return true;
  agi_store_relaxed(&a->wait, AGI_RUNNING);
  agi_edge_clear(a); // the waker may have been faster than the publishing of the edge
  return false;
}

// It has not come to its end. False: it is suspended, and the agent may already run elsewhere. True: it has come to it by now, or has failed.
static AGI_NOINLINE bool stopped_short(agi_worker *w, agi_agent *a, ag_msg *m, int r) {
  const ag_behaviour *b = agi_behaviour_of(a, m);
  // Whatever made it wait has put m into a->current, before others could see that it waits.
  for (; r == AG_SUSPENDED; r = b->run(&w->cx, (ag_agent *)a, m, &a->frame)) {
    measured(w, a);
    if (w->yield) {
      w->yield = false;
      agi_sched_push_back(&w->proc, &a->task);
      return false;
    }
    if (agi_load_sc(&a->flags) & AGI_RESTART) agi_wait_interrupt(w, a);
    if (suspend(a)) return false;
    agi_order_cancel(w, a);
  }
  a->current = NULL; // before others hear that it has failed
  if (r == AG_FAILED) agi_behaviour_failed(w, a, m);
  return true;
}

static AGI_NOINLINE void no_reply(agi_worker *w, ag_msg *m) {
  agi_future_fail(w, m->reply, agi_error_make(w, &ag_error_AgentStopped, NULL, 0));
}

// Runs a behaviour, or goes on with it. False: as above.
static AGI_INLINE bool step(agi_worker *w, agi_agent *a, ag_msg *m) {
  const ag_behaviour *b = agi_behaviour_of(a, m);
  w->msg = m;
  agi_store_relaxed(&w->behaviour, b);
  int r = b->run(&w->cx, (ag_agent *)a, m, &a->frame);
  if (AGI_UNLIKELY(r != AG_DONE) && !stopped_short(w, a, m, r)) return false;
  a->current = NULL; // it may have been about to wait
  if (AGI_UNLIKELY(m->reply != NULL)) no_reply(w, m);
  agi_msg_free(w, m);
  return true;
}

// It has been told to stop while it ran nothing, or by the behaviour that has just ended.
static void end_if_told(agi_worker *w, agi_agent *a) {
  if ((agi_load_relaxed(&a->flags) & (AGI_STOPPED | AGI_DROPPED)) == AGI_STOPPED) agi_agent_end(w, a);
}

static AGI_NOINLINE bool resume(agi_worker *w, agi_agent *a) {
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

// ---- the next message --------------------------------------------------------------------------------------------

// n have come since the agent last looked: the oldest of them.
static inline ag_msg *take(agi_worker *w, agi_agent *a, uint64_t word, uint32_t n) {
  agi_profile_mailbox(a, n);
  if (AGI_UNLIKELY(n > agi_load_relaxed(&w->stats.mailbox_high))) agi_store_relaxed(&w->stats.mailbox_high, n);
  if (AGI_LIKELY(n == 1)) return agi_word_msg(word); // the batch stays empty
  agi_mailbox_take(a, word, n);
  ag_msg *m = a->batch;
  a->batch = m->next;
  return m;
}

static inline void taken(agi_worker *w, agi_agent *a, ag_msg *m) {
  if (AGI_LIKELY(agi_msg_weight(m))) agi_store_release(&a->taken, agi_load_relaxed(&a->taken) + 1);
  else if (m->size & AGI_MSG_TICK) agi_tick_taken(w, m);
}

ag_msg *agi_turn_next(agi_worker *w, agi_agent *a) {
  if (agi_load_relaxed(&a->control) != NULL) agi_control_take(a);
  uint16_t flags = agi_load_relaxed(&a->flags);
  if (flags & AGI_RESTART) agi_order_obey(w, a);
  if (flags & AGI_LOCKED_MAILBOX) {
    ag_msg *m = agi_locked_pop(a);
    if (m && m->size & AGI_MSG_TICK) agi_tick_taken(w, m);
    return m;
  }
  uint64_t word = agi_load_acquire(&a->word);
  ag_msg *m = a->batch;
  if (m) {
    a->batch = m->next;
  } else {
    uint32_t n = agi_mailbox_come(a, word);
    if (n == 0) return NULL;
    m = take(w, a, word, n);
  }
  taken(w, a, m);
  if (AGI_UNLIKELY(word & AGI_PRESSURED)) agi_waiters_relieve(w, a);
  return m;
}

static inline bool is_alone(agi_agent *a) { return __atomic_load_n(&a->h.rc, __ATOMIC_ACQUIRE) == -1; }

// An orphan without mail, as `word` says, whom nobody else holds. True: it is gone. Whoever held it has sent before it let go, so one
// more look tells all.
static inline bool ends(agi_worker *w, agi_agent *a, uint64_t word) {
  if (agi_load_acquire(&a->word) != word) return false;
  agi_agent_unreachable(w, a);
  return true;
}

// The mailbox looked empty, but not all is as usual. True: the agent is idle, or gone, and not ours any more.
static AGI_NOINLINE bool rest_otherwise(agi_worker *w, agi_agent *a, uint64_t word) {
  if (agi_mailbox_come(a, word) != 0) return false;
  if (word & AGI_CONTROL) {
    agi_control_take(a);
    end_if_told(w, a);
  } else if (word & AGI_PRESSURED) {
    if (agi_waiters_wake(w, a, agi_limits_of(a->options).high)) {
      agi_sched_push_back(&w->proc, &a->task); // first let these send; they need not
      return true;
    }
  } else if ((word & AGI_WORD_FLAGS) == (AGI_SCHED | AGI_ORPHAN)) {
    if (is_alone(a)) return ends(w, a, word);
    if (agi_and_acq_rel(&a->word, ~AGI_ORPHAN) & AGI_ORPHAN) ag_agent_release(&w->cx, &a->h);
  }
  return false;
}

// As above. word: none had come by then.
static AGI_INLINE bool rest(agi_worker *w, agi_agent *a, uint64_t word) {
  measured(w, a);
  return ((word & AGI_WORD_FLAGS) == AGI_SCHED && agi_cas_acq_rel(&a->word, &word, word & AGI_WORD_COUNT)) ||
         rest_otherwise(w, a, word);
}

// ---- a turn ------------------------------------------------------------------------------------------------------

// A seeded run's: mostly so short that others come in between, at times long.
static unsigned seeded_turn(agi_worker *w) {
  uint64_t bits = agi_seeded_bits(w) >> 32;
  return bits % 8 == 0 ? AGI_BATCH : 1 + (unsigned)(bits >> 8) % 4;
}

// The turn is `handled` messages old: how many more may come before this is asked again? Answers their end, or `handled`: none.
// Asked after 4, 8, 16 … messages, so that short ones hardly pay for it, at last after each 64, for messages that were short may be
// long now. Most make a turn of a quarter of a millisecond, if it is known how long they take.
static AGI_NOINLINE unsigned next_look(agi_worker *w, agi_agent *a, unsigned handled) {
  if (handled == w->first_look) {
    agi_profile *f = agi_load_relaxed(&a->profile);
    w->turn_since = 0;
    w->turn_most = w->rng != 0 ? seeded_turn(w) : f ? agi_load_relaxed(&f->batch) : AGI_BATCH;
  }
  if (handled >= AGI_FIRST_LOOK) {
    int64_t now = agi_clock(w->rt);
    if (w->turn_since == 0) w->turn_since = now;
    if (now - w->turn_since > AGI_BATCH_NS) return handled;
  }
  unsigned next = handled < AGI_FIRST_LOOK ? AGI_FIRST_LOOK : handled < 64 ? handled * 2 : handled + 64;
  return handled >= w->turn_most ? handled : next < w->turn_most ? next : w->turn_most;
}

// Of an agent whose messages take so long that few make a turn.
static AGI_NOINLINE unsigned short_turn(agi_worker *w, agi_agent *a) {
  unsigned most = agi_load_relaxed(&agi_load_relaxed(&a->profile)->batch);
  w->turn_most = most;
  w->turn_since = 0;
  return most < w->first_look ? most : w->first_look;
}

// Something has to be seen to before the next message, which is the answer. NULL: there is none that anybody would run; *empty: there
// is none at all.
static AGI_NOINLINE ag_msg *attend(agi_worker *w, agi_agent *a, bool *empty) {
  end_if_told(w, a);
  ag_msg *m = agi_turn_next(w, a);
  *empty = m == NULL;
  if (!m || !agi_is_stopped(a)) return m;
  end_if_told(w, a);
  agi_agent_dead_letter(w, a, m);
  return NULL;
}

static AGI_NOINLINE void cancelled(agi_worker *w, agi_agent *a, ag_msg *m) {
  AGI_STAT_ADD(w, cancelled);
  agi_msg_drop(w, agi_type_of(a), m, &ag_error_Cancelled);
}

// One turn in many is measured; a seeded run has the length of each drawn.
static AGI_NOINLINE void begin_slow(agi_worker *w) {
  if (w->rng) w->until_sample = 1;
  else agi_profile_begin(w);
}

// `handled` messages into its turn. When it returns the agent may be gone.
static AGI_NOINLINE void run_turn(agi_worker *w, agi_agent *a, unsigned handled) {
  if (AGI_UNLIKELY(a->current != NULL) && !resume(w, a)) return;
  unsigned look = AGI_LIKELY(!(agi_load_relaxed(&a->flags) & AGI_SLOW)) ? w->first_look : short_turn(w, a);
  unsigned above_low = 0; // before that its mailbox is longer than that
  for (;; handled++) {
    if (AGI_UNLIKELY(handled == look) && (look = next_look(w, a, handled)) == handled) break;
    if (AGI_UNLIKELY(agi_load_relaxed(&w->proc.preempt))) break;
    uint64_t word = agi_load_acquire(&a->word);
    ag_msg *m;
    if (AGI_UNLIKELY(word & AGI_CONTROL || agi_load_relaxed(&a->flags) & AGI_ATTEND)) {
      bool empty;
      m = attend(w, a, &empty);
      if (empty && agi_mailbox_come(a, word = agi_load_acquire(&a->word)) == 0 && rest(w, a, word)) return;
      if (!m) continue;
    } else {
      uint32_t n = 0;
      if ((m = a->batch)) {
        a->batch = m->next;
      } else if (AGI_LIKELY((n = agi_mailbox_come(a, word)) == 0)) {
        if (AGI_LIKELY(rest(w, a, word))) return;
        continue;
      } else if (AGI_UNLIKELY(handled != 0) && agi_sched_has_work(&w->proc)) {
        break; // all that was there when the turn began is done: now others have theirs
      } else {
        m = take(w, a, word, n);
      }
      taken(w, a, m);
      if (AGI_UNLIKELY(word & AGI_PRESSURED) && handled >= above_low) {
        uint32_t above = agi_mailbox_above_low(a);
        if (above == 0) agi_waiters_relieve(w, a);
        above_low = handled + above;
      }
    }
    if (AGI_UNLIKELY(m->reply != NULL) && agi_future_is_dropped(m->reply)) { // nobody waits for it any more
      cancelled(w, a, m);
      continue;
    }
    AGI_STAT_ADD(w, delivered);
    if (!step(w, a, m)) return;
  }
  measured(w, a);
  agi_sched_push_back(&w->proc, &a->task);
}

// An agent that has one message and nothing else to see to: most turns are so.
static inline bool is_single(agi_agent *a, uint64_t word) {
  return agi_mailbox_come(a, word) == 1 && (word & AGI_WORD_FLAGS & ~AGI_ORPHAN) == AGI_SCHED &&
         !(agi_load_relaxed(&a->flags) & AGI_ATTEND) && !a->batch &&
         !a->current; // a locked batch is not to be looked at
}

// It was given the last reference to itself, and has handled its message. True: that was the end of it, whether it has said `stop` or not.
static AGI_NOINLINE bool is_over(agi_worker *w, agi_agent *a, uint64_t word) {
  if (agi_mailbox_come(a, word) != 0 || a->batch) return false;
  if (agi_load_relaxed(&a->flags) & (AGI_LOCKED_MAILBOX | AGI_RESTART)) return false;
  return is_alone(a) && ends(w, a, word);
}

// It has handled its message. True: that was all, it is idle, or gone.
static AGI_INLINE bool rest_single(agi_worker *w, agi_agent *a) {
  uint64_t word =
      agi_load_relaxed(&a->word); // unless it was given the last reference to itself, and has kept it, as before
  if (AGI_UNLIKELY((word & AGI_WORD_FLAGS) == (AGI_SCHED | AGI_ORPHAN))) return is_over(w, a, word);
  return (word & AGI_WORD_FLAGS) == AGI_SCHED && !(agi_load_relaxed(&a->flags) & AGI_ATTEND) && !a->batch &&
         agi_mailbox_come(a, word) == 0 && agi_cas_acq_rel(&a->word, &word, word & AGI_WORD_COUNT);
}

// Its turn. False: that goes on, as one of any other agent.
static AGI_INLINE bool run_single(agi_worker *w, agi_agent *a, uint64_t word) {
  ag_msg *m = agi_word_msg(word);
  agi_store_release(&a->taken, agi_load_relaxed(&a->taken) + 1);
  if (AGI_UNLIKELY(m->reply != NULL) && agi_future_is_dropped(m->reply)) {
    cancelled(w, a, m);
    return false;
  }
  AGI_STAT_ADD(w, delivered);
  return AGI_UNLIKELY(!step(w, a, m)) || rest_single(w, a);
}

// ---- a turn within a behaviour that asks ---------------------------------------------------------------------------

static inline bool has_stack(agi_worker *w) { return (char *)__builtin_frame_address(0) > w->inner_limit; }

// One message. Whatever is left to do is done in a turn of its own.
static AGI_INLINE void run_inner(agi_worker *w, agi_agent *a, ag_msg *m) {
  agi_agent *asker = agi_agent_of(w->cx.agent);
  const ag_behaviour *behaviour = agi_load_relaxed(&w->behaviour);
  ag_msg *msg = w->msg;
  w->nested++;
  agi_store_relaxed(&w->runs, a);
  agi_store_relaxed(&w->type, agi_type_of(a));
  w->cx.agent = (ag_agent *)a;
  agi_worker_enters(w);
  AGI_STAT_ADD(w, sent);
  AGI_STAT_ADD(w, delivered);
  if (AGI_LIKELY(step(w, a, m)) && AGI_UNLIKELY(!rest_single(w, a))) agi_sched_push_back(&w->proc, &a->task);
  w->cx.agent = (ag_agent *)asker;
  agi_worker_enters(w);
  w->msg = msg;
  agi_store_relaxed(&w->behaviour, behaviour);
  agi_store_relaxed(&w->type, agi_type_of(asker));
  agi_store_relaxed(&w->runs, asker);
  w->nested--;
}

// The turn that asks is measured: what it does not do itself is kept apart. The first one is measured, too.
static AGI_NOINLINE void run_inner_measured(agi_worker *w, agi_agent *a, ag_msg *m) {
  uint64_t from = w->measured_from;
  bool first = w->inner_count++ == 0;
  w->measured_from = 0;
  if (first) w->inner_type = agi_type_of(a);
  uint64_t began = first ? agi_ticks() : 0;
  run_inner(w, a, m); // a may be gone then
  if (first) w->inner_ticks = agi_ticks() - began;
  w->measured_from = from;
}

bool agi_turn_here(agi_worker *w, agi_agent *a, ag_msg *m) {
  uint64_t word = agi_load_relaxed(&a->word);
  if (AGI_UNLIKELY(word & AGI_WORD_FLAGS || agi_load_relaxed(&a->flags) & AGI_ATTEND || w->apart ||
                   w->nested == AGI_NESTED || a->task.run != agi_agent_run || !has_stack(w) ||
                   agi_load_relaxed(&w->proc.hold) != AGI_SEATED))
    return false;
  if (AGI_UNLIKELY(!agi_cas_acq_rel(&a->word, &word, word | AGI_SCHED))) return false;
  if (AGI_UNLIKELY(w->measured_from != 0)) run_inner_measured(w, a, m);
  else run_inner(w, a, m);
  return true;
}

void agi_agent_run(agi_proc *p, agi_task *t) {
  agi_worker *w = agi_worker_of_proc(p);
  agi_agent *a = AGI_CONTAINER_OF(t, agi_agent, task);
  agi_store_relaxed(&w->runs, a);
  w->cx.agent = (ag_agent *)a;
  agi_worker_enters(w);
  w->immediate = 0;
  agi_store_relaxed(&w->type, agi_type_of(a));
  agi_store_relaxed(&p->preempt, 0U);
  uint64_t word = agi_load_acquire(&a->word);
  if (AGI_UNLIKELY(--w->until_sample == 0)) {
    begin_slow(w);
    run_turn(w, a, 0);
  } else if (AGI_UNLIKELY(!is_single(a, word))) {
    run_turn(w, a, 0);
  } else if (AGI_UNLIKELY(!run_single(w, a, word))) {
    run_turn(w, a, 1);
  }
  agi_store_relaxed(&w->runs, NULL);
}
