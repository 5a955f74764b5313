// send.c — ag_send and ag_ask: the fast path, and what happens at a mailbox that is not open.
// Owns:     the policies of full mailboxes; the pausing of senders.
// Promises: with `suspend` only sends to self, sends while itself pressured and signals that would close a wait cycle exceed
//           the capacity, and nothing exceeds 16 times it. A paused sender is woken once the mailbox is down to `low`.
#include "actor/future.h"
#include "actor/mailbox.h"
#include "actor/message.h"
#include "actor/turn.h"
#include "actor/wait.h"

agi_limits agi_limits_of(const ag_mailbox_options *o) {
  agi_limits l = {.capacity = o->capacity ? o->capacity : AGI_CAPACITY_USUAL};
  if (l.capacity > AGI_CAPACITY_MAX) l.capacity = AGI_CAPACITY_MAX;
  uint32_t fraction = l.capacity / 5;
  l.high = o->high ? o->high : l.capacity - fraction;
  if (l.high > l.capacity) l.high = l.capacity;
  l.low = o->low == AG_MAILBOX_EMPTY ? 0 : o->low ? o->low : fraction;
  if (l.low >= l.high) l.low = l.high - 1;
  return l;
}

static bool pressured(agi_agent *a) {
  uint64_t word;
  uint32_t size = agi_mailbox_size(a, &word);
  return word & AGI_PRESSURED || (a->options->full == AG_FULL_SUSPEND && size >= agi_limits_of(a->options).high);
}

bool agi_pause_on(agi_worker *w, agi_agent *self, agi_agent *to) {
  self->current = w->msg;
  if (!agi_pause_check(w, self, to)) return false;
  agi_waiters_add(to, &self->task);
  AGI_STAT_ADD(w, suspended);
  // A walker that wanted this signal through before it was in the list has left it to us.
  if (agi_load_sc(&self->flags) & AGI_FORCED) agi_waiters_wake(w, to, AGI_ALL_WAITERS);
  uint64_t old = agi_or_acq_rel(&to->word, AGI_PRESSURED | AGI_SCHED);
  if (!(old & AGI_SCHED)) agi_agent_ready(w, to);
  agi_waiters_relieve(w, to); // it may have come down to `low` before it could know of anyone
  return true;
}

// A message has been pushed; word: before that. Others pause although there is room: one that was woken lets the next ones in.
static inline void pushed_to(agi_worker *w, agi_agent *to, uint64_t word) {
  AGI_STAT_ADD(w, sent);
  if (!(word & AGI_SCHED)) agi_agent_ready(w, to);
  if (AGI_UNLIKELY(word & AGI_PRESSURED)) agi_waiters_relieve(w, to);
}

// The same, called last.
static AGI_NOINLINE int pushed_slow(ag_cx *cx, agi_agent *to, uint64_t word) {
  agi_worker *w = agi_worker_of(cx);
  if (!(word & AGI_SCHED)) agi_agent_ready(w, to);
  if (word & AGI_PRESSURED) agi_waiters_relieve(w, to);
  return AG_DONE;
}

static agi_sent accept(agi_worker *w, agi_agent *to, ag_msg *m, uint32_t limit) {
  bool pushed;
  uint64_t word = agi_mailbox_push(to, m, limit, &pushed);
  if (!pushed) return AGI_REFUSED;
  pushed_to(w, to, word);
  return AGI_SENT;
}

static agi_sent send_locked(agi_worker *w, agi_agent *to, ag_msg *m) {
  uint64_t word;
  ag_msg *dropped;
  agi_locked_push(to, m, agi_limits_of(to->options).capacity, &word, &dropped);
  AGI_STAT_ADD(w, sent);
  if (!(word & AGI_SCHED)) agi_agent_ready(w, to);
  if (dropped) {
    AGI_STAT_ADD(w, dead_letters);
    agi_msg_drop(w, agi_type_of(to), dropped, &ag_error_MailboxFull);
  }
  return AGI_SENT;
}

static agi_sent send_suspending(agi_worker *w, agi_agent *to, ag_msg *m, bool exempt) {
  agi_limits l = agi_limits_of(to->options);
  uint64_t word;
  uint32_t most = l.capacity * 16 > AGI_CAPACITY_MAX ? AGI_CAPACITY_MAX : l.capacity * 16;
  agi_sent r = accept(w, to, m, l.capacity + 1);
  if (r == AGI_SENT) return !exempt && agi_mailbox_size(to, &word) >= l.high ? AGI_PAUSE : AGI_SENT;
  if (!exempt) return AGI_HELD;
  AGI_STAT_ADD(w, exempt);
  return accept(w, to, m, most + 1);
}

// Consumes m unless the answer is AGI_HELD. REFUSED: the sender gets MailboxFull.
static agi_sent send_slow(agi_worker *w, agi_agent *to, ag_msg *m, bool exempt) {
  const ag_agent_type *type = agi_type_of(to);
  if (agi_is_stopped(to) || agi_ending(w)) {
    agi_agent_dead_letter(w, to, m);
    return AGI_SENT;
  }
  agi_sent r = AGI_REFUSED;
  switch (to->options->full) {
  case AG_FULL_DROP_OLDEST: return send_locked(w, to, m);
  case AG_FULL_DROP_NEWEST:
    if (accept(w, to, m, agi_limits_of(to->options).capacity + 1) == AGI_REFUSED) {
      AGI_STAT_ADD(w, dead_letters);
      agi_msg_drop(w, type, m, &ag_error_MailboxFull);
    }
    return AGI_SENT;
  case AG_FULL_RAISE: r = accept(w, to, m, agi_limits_of(to->options).capacity + 1); break;
  default: r = send_suspending(w, to, m, exempt); break;
  }
  if (r == AGI_REFUSED) {
    m->reply = NULL; // the sender hears of it by itself
    agi_msg_drop(w, type, m, &ag_error_MailboxFull);
  }
  return r;
}

static int give_way(agi_worker *w, agi_agent *self) {
  self->current = w->msg;
  w->yield = true;
  return AG_SUSPENDED;
}

// Once a signal is away: in a seeded run others may come in between it and what follows, as they would with more workers.
static int sent(agi_worker *w, agi_agent *self, agi_agent *to) {
  agi_waiters_relieve(w, to);
  return AGI_UNLIKELY(w->rng != 0) && agi_seeded_bits(w) >> 62 == 0 ? give_way(w, self) : AG_DONE;
}

// Whom the policy `suspend` lets past the capacity.
static bool is_exempt(agi_agent *self, agi_agent *to) {
  if (agi_load_relaxed(&self->flags) & AGI_FORCED) {
    agi_and_acq_rel(&self->flags, (uint16_t)~AGI_FORCED);
    return true;
  }
  return to == self || pressured(self);
}

static AGI_NOINLINE int send_blocked(ag_cx *cx, agi_agent *to, ag_msg **m, const char *file, uint32_t line) {
  agi_worker *w = agi_worker_of(cx);
  agi_agent *self = agi_agent_of(w->cx.agent);
  ag_msg *msg = *m;
  if (to->options->full == AG_FULL_RAISE && ++w->immediate >= AGI_IMMEDIATE) {
    return give_way(w, self); // who tries again and again must not keep the worker from the receiver
  }
  for (;;) {
    agi_sent r = send_slow(w, to, msg, is_exempt(self, to));
    if (r != AGI_HELD) *m = NULL;
    if (r == AGI_SENT) return sent(w, self, to);
    if (r == AGI_REFUSED) {
      ag_raise(&w->cx, &ag_error_MailboxFull, NULL, file, line);
      return AG_FAILED;
    }
    if (agi_pause_on(w, self, to)) return AG_SUSPENDED;
    if (r == AGI_PAUSE) return AG_DONE;
    agi_or_sc(&self->flags, (uint16_t)AGI_FORCED); // AGI_HELD in a cycle: through with it
  }
}

// Resumed with nothing left to send: accepted before the pause; or cancelled.
static AGI_NOINLINE int send_ended(ag_cx *cx, agi_agent *to, ag_msg **m) {
  agi_worker *w = agi_worker_of(cx);
  agi_agent *self = agi_agent_of(w->cx.agent);
  if (*m) {
    (*m)->reply = NULL;
    agi_msg_drop(w, agi_type_of(to), *m, &ag_error_Cancelled);
    *m = NULL;
  }
  if (w->cx.err) return AG_FAILED;
  if (agi_load_relaxed(&self->flags) & AGI_FORCED) agi_and_acq_rel(&self->flags, (uint16_t)~AGI_FORCED);
  agi_waiters_relieve(w, to);
  return AG_DONE;
}

// What it calls last takes its own arguments where they are, so that all of this needs no register that has to be saved.
int ag_send(ag_cx *cx, ag_agent *to, ag_msg **m, const char *file, uint32_t line) {
  agi_worker *w = agi_worker_of(cx);
  agi_agent *a = agi_agent_of(to);
  ag_msg *msg = *m;
  bool pushed;
  if (AGI_UNLIKELY(!msg || cx->err)) return send_ended(cx, a, m);
  uint64_t word = agi_mailbox_push(a, msg, agi_load_relaxed(&a->high), &pushed);
  if (AGI_UNLIKELY(!pushed)) return send_blocked(cx, a, m, file, line);
  *m = NULL;
  AGI_STAT_ADD(w, sent);
  if (AGI_LIKELY((word & (AGI_SCHED | AGI_PRESSURED)) == AGI_SCHED)) return AG_DONE;
  if (AGI_UNLIKELY(word & AGI_PRESSURED || w->apart || !agi_sched_push_fast(&w->proc, &a->task)))
    return pushed_slow(cx, a, word);
  return AG_DONE;
}

int ag_ask(ag_cx *cx, ag_agent *to, ag_msg **m, const ag_type *reply, ag_future **fut, const char *file,
           uint32_t line) {
  agi_worker *w = agi_worker_of(cx);
  if (!*fut) {
    *fut = agi_future_new(w, agi_agent_of(to), reply);
    (*m)->reply = *fut;
  }
  ag_msg *msg = *m;
  if (AGI_LIKELY(msg && !cx->err) && agi_ask_here(w, agi_agent_of(to), msg)) {
    *m = NULL;
    return AG_DONE;
  }
  bool held = msg != NULL;
  int r = ag_send(cx, to, m, file, line);
  if (r == AG_FAILED) {
    if (held) agi_future_free(w, *fut); // the message never got away, and with it nobody who could answer
    else ag_future_drop(cx, *fut);
    *fut = NULL;
  }
  return r;
}

bool agi_send_now(agi_worker *w, agi_agent *to, ag_msg *m) {
  bool pushed;
  uint64_t word = agi_mailbox_push(to, m, agi_load_relaxed(&to->high), &pushed);
  if (AGI_UNLIKELY(!pushed)) return send_slow(w, to, m, true) != AGI_REFUSED;
  pushed_to(w, to, word);
  return true;
}

agi_sent agi_send_try(agi_worker *w, agi_agent *from, agi_agent *to, ag_msg *m, bool forced) {
  bool pushed;
  uint64_t word = agi_mailbox_push(to, m, agi_load_relaxed(&to->high), &pushed);
  if (AGI_UNLIKELY(!pushed)) return send_slow(w, to, m, forced || to == from || pressured(from));
  pushed_to(w, to, word);
  return AGI_SENT;
}
