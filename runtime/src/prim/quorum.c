// quorum.c — `quorum N of group.request() where … within …`.
// Owns:     one block: the quorum and a future per member. It lives until the asker has dropped it and every member has
//           answered or refused. Questions that a mailbox has no room for.
// Promises: each member counts once; an error, a stop or the policies `raise` and `drop_newest` of a full mailbox are a refusal; the
//           asker hears as soon as the number is reached or cannot be reached any more; replies that come later are dropped when
//           they come.
// Full mailboxes with `suspend`: the question waits for room by itself, in line with paused senders (agi_delivery, wait.h), and
//   keeps those to the others from nobody. It is taken back when the quorum is over, and then never arrives: so the capacity
//   holds for questions, too, and none comes behind what its asker sends later.
//   field         written by               read by            ordering
//   in            repliers, asker, timer   all                acq_rel: CLOSED, or the newest of a chain of settled futures
//                                                             (0: none) | WAITING | in the upper 16 bits how many must
//                                                             have arrived. Who takes WAITING away wakes the asker
//   refs          all                      all                acq_rel: one for the asker, and one for each member, which goes when its reply
//                                                             finds CLOSED; those whose reply is in `in` before that the asker gives
//                                                             back with its own
//   expired       timer                    asker              seq_cst with `in`: the timer sees WAITING, or the asker sees this
//   question.state   asker, its runner     both               acq_rel: HELD -> TRYING -> HELD | SENT by who runs its task,
//                                                             HELD -> TAKEN_BACK by the asker; it waits while one is TRYING, so
//                                                             what the runner looks at is there
//   question.m    its runner; who takes it back               by state, and by the ring of waiters, which hands it on
//   asker         asker, before it asks    repliers           by the message; read before the reply is in `in`
//   the rest      asker                                       who answers while the members are asked, within the behaviour that
//                                                             asks (worker.asks), is on the asker's stack and writes as the asker
// Tested by: tests/runtime/unit/quorum_test.c, here_test.c
#include <string.h>

#include "actor/future.h"
#include "actor/mailbox.h"
#include "actor/message.h"
#include "actor/turn.h"
#include "actor/wait.h"
#include "data/data.h"

// The asker is woken when as many have arrived as it still needs, or one has failed: not for each reply.
#define WAITING ((uintptr_t)1)
#define CLOSED ((uintptr_t)2)
#define ENOUGH_SHIFT 48
#define POINTER ((UINT64_C(1) << ENOUGH_SHIFT) - 16)

enum { HELD, TRYING, SENT, TAKEN_BACK };
typedef struct question {
  agi_delivery d;
  _Atomic uint8_t state;
  ag_quorum *q;
  agi_agent *to; // counted until it is sent or taken back
  ag_msg *m;
  ag_future *f;
  struct question *next;
} question;

struct ag_quorum {
  agi_wait wait;
  _Atomic uintptr_t in;
  _Atomic uint32_t refs;
  _Atomic bool expired;
  bool armed;
  agi_agent *asker;
  agi_wheel_node node;
  ag_future *ready; // arrived, oldest first
  ag_future **last; // while the members are asked: the end of that list
  ag_array *group, *result;
  const ag_behaviour *behaviour;
  question *held; // all that ever were
  const ag_type *type;
  int64_t members, need, got, refused, deadline;
  uint32_t back;       // of refs: to be given back by the asker
  bool waited;         // it has, once at least
  size_t stride, room; // room: of the block
  _Alignas(16) unsigned char futures[];
};

enum { KEPT = 4096 }; // bytes: larger blocks are not kept

static void let_go_of_block(agi_worker *w, ag_quorum *q) {
#ifdef AGENT_MIMALLOC // sanitizers must see each block die
  if (!w->unused && q->room <= KEPT) {
    w->unused = q;
    return;
  }
#endif
  (void)w;
  agi_free(q);
}

static inline ag_quorum *block_of(agi_worker *w, size_t size) {
  ag_quorum *q = w->unused;
  if (AGI_LIKELY(q && size <= q->room)) {
    w->unused = NULL;
    return q;
  }
  q = agi_alloc(size);
  q->room = size;
  return q;
}

static void unref(agi_worker *w, ag_quorum *q, uint32_t n) {
  // Nobody gets a reference but from who has one: the last ones need no exchange.
  if (agi_load_acquire(&q->refs) != n && agi_sub_acq_rel(&q->refs, n) != n) return;
  for (question *h = q->held, *next; h; h = next) {
    next = h->next;
    agi_free(h);
  }
  let_go_of_block(w, q);
}

static void wake(agi_worker *w, agi_agent *asker) { // by whoever has taken WAITING away
  agi_edge_clear(asker);
  agi_agent_wake(w, asker);
}

static ag_future *newest(uintptr_t in) { return (ag_future *)(in & POINTER); }

// How many have arrived with this one.
static uint32_t arrived(const ag_future *f) { return f ? f->size : 0; }

// While the members are asked, by one of them, on the stack of the asker.
static void answered_at_once(ag_quorum *q, ag_future *f) {
  agi_store_release(&f->state, (uintptr_t)AGI_SETTLED);
  f->next = NULL;
  *q->last = f;
  q->last = &f->next;
  q->back++;
}

static void member_settled(agi_worker *w, ag_future *f) {
  ag_quorum *q = f->group;
  if (AGI_LIKELY(w->asks == q)) {
    answered_at_once(q, f);
    return;
  }
  agi_agent *asker = q->asker;
  uintptr_t in = agi_load_acquire(&q->in), next;
  agi_store_release(&f->state, (uintptr_t)AGI_SETTLED);
  do {
    if (in == CLOSED) {
      agi_future_clear(w, f);
      unref(w, q, 1);
      return;
    }
    f->next = newest(in);
    f->size = arrived(f->next) + 1;
    next = (uintptr_t)f;
    if (in & WAITING && !f->err && f->size < in >> ENOUGH_SHIFT) next |= in & ~POINTER;
  } while (!agi_cas_acq_rel(&q->in, &in, next));
  if (in & ~next & WAITING) wake(w, asker); // q may be gone
}

// True: the caller has taken WAITING away.
static bool stop_waiting(ag_quorum *q) {
  uintptr_t in = agi_load_sc(&q->in);
  while (in & WAITING) {
    if (agi_cas_sc(&q->in, &in, in & POINTER)) return true;
  }
  return false;
}

static void expired(agi_wheel_node *n, void *cx) {
  agi_worker *w = cx;
  ag_quorum *q = AGI_CONTAINER_OF(n, ag_quorum, node);
  agi_store_sc(&q->expired, true);
  if (stop_waiting(q)) wake(w, q->asker);
}

static bool withdraw(agi_wait *wait, agi_agent *a) {
  (void)a;
  return stop_waiting(AGI_CONTAINER_OF(wait, ag_quorum, wait));
}

static ag_future *future_at(ag_quorum *q, int64_t i) {
  return (ag_future *)(void *)(q->futures + (size_t)i * q->stride);
}
static uint32_t wait_count(agi_wait *wait) {
  const ag_quorum *q = AGI_CONTAINER_OF(wait, ag_quorum, wait);
  return q->members < UINT32_MAX ? (uint32_t)q->members : UINT32_MAX;
}
static agi_agent *wait_target(agi_wait *wait, uint32_t i) {
  ag_quorum *q = AGI_CONTAINER_OF(wait, ag_quorum, wait);
  if (agi_load_acquire(&future_at(q, i)->state) == AGI_SETTLED) return NULL;
  ag_agent *a = ((ag_agent **)q->group->data)[i];
  ag_retain(a);
  return agi_agent_of(a);
}
// Of those that have answered all may be accepted that the asker has not looked at.
static bool wait_hopeful(agi_wait *wait, uint32_t gone, uint32_t live) {
  const ag_quorum *q = AGI_CONTAINER_OF(wait, ag_quorum, wait);
  return (int64_t)gone - q->refused + (int64_t)live >= q->need;
}
static const agi_wait_kind quorum_wait = {
    .withdraw = withdraw, .count = wait_count, .target = wait_target, .hopeful = wait_hopeful};

static int64_t needed(int64_t need, int64_t n) {
  switch (need) {
  case AG_QUORUM_MAJORITY: return n / 2 + 1;
  case AG_QUORUM_SUPERMAJORITY: return 2 * n / 3 + 1;
  case AG_QUORUM_ALL: return n > 0 ? n : 1; // nobody does not agree
  default: return need < 0 ? 0 : need;
  }
}

// ---- questions that wait for room ---------------------------------------------------------------------------------

static void let_go(agi_worker *w, question *h) {
  ag_release(&w->cx, h->to);
  unref(w, h->q, 1);
}

// Nobody answers it then.
static void take_back(agi_worker *w, question *h) {
  h->m->reply = NULL;
  if (h->q->behaviour->drop_args) h->q->behaviour->drop_args(&w->cx, h->m);
  agi_msg_free(w, h->m);
  unref(w, h->q, 1);
  let_go(w, h);
}

// In line with paused senders. From when it is there on, another worker may run it, and the asker take it back.
static void hold(agi_worker *w, question *h) {
  agi_agent *to = h->to;
  ag_retain(to);
  agi_add_relaxed(&h->q->refs, 1U);
  agi_store_release(&h->state, (uint8_t)HELD);
  agi_waiters_add(to, &h->d.task);
  uint64_t old = agi_or_acq_rel(&to->word, AGI_PRESSURED | AGI_SCHED);
  if (!(old & AGI_SCHED)) agi_agent_ready(w, to);
  agi_waiters_relieve(w, to); // it may have come down to `low` before it could know of anyone
  // Taken back before it was in line: who does so has not found it there.
  if (agi_load_acquire(&h->state) == TAKEN_BACK && agi_waiters_remove(to, &h->d.task)) take_back(w, h);
  ag_quorum *q = h->q;
  ag_release(&w->cx, to);
  unref(w, q, 1);
}

static void question_run(agi_proc *p, agi_task *t) {
  agi_worker *w = agi_worker_of_proc(p);
  question *h = AGI_CONTAINER_OF(t, question, d.task);
  uint8_t state = HELD;
  if (!agi_cas_acq_rel(&h->state, &state, (uint8_t)TRYING)) {
    w->cx.agent = (ag_agent *)h->to;
    take_back(w, h);
    return;
  }
  w->cx.agent = (ag_agent *)h->q->asker; // it waits for this
  agi_sent sent = agi_send_try(w, h->q->asker, h->to, h->m, agi_load_sc(&h->d.forced));
  if (sent == AGI_HELD) {
    hold(w, h);
    return;
  }
  agi_waiters_relieve(w, h->to);
  agi_store_release(&h->state, (uint8_t)SENT);
  w->cx.agent = (ag_agent *)h->to;
  if (sent == AGI_REFUSED) agi_future_fail(w, h->f, agi_error_make(w, &ag_error_MailboxFull, NULL, 0));
  let_go(w, h);
}

static void hold_first(agi_worker *w, ag_quorum *q, agi_agent *to, ag_future *f, ag_msg *m) {
  question *h = agi_alloc(sizeof *h);
  *h = (question){.d = {.task = {.run = question_run}}, .q = q, .to = to, .m = m, .f = f, .next = q->held};
  q->held = h;
  ag_retain(h->to);
  agi_add_relaxed(&q->refs, 1U);
  AGI_STAT_ADD(w, suspended);
  hold(w, h);
}

static void take_back_all(agi_worker *w, ag_quorum *q) {
  for (question *h = q->held; h; h = h->next) {
    uint8_t state = HELD;
    for (unsigned n = 0; !agi_cas_acq_rel(&h->state, &state, (uint8_t)TAKEN_BACK) && state == TRYING; n++) {
      state = HELD;
      if (n < 64) agi_pause(); // it is being put into a mailbox, or in line
      else agi_yield();
    }
    if (state != HELD) continue;
    if (agi_waiters_remove(h->to, &h->d.task) || agi_ending(w)) take_back(w, h);
  }
}

// ---- asking --------------------------------------------------------------------------------------------------------

static ag_msg *copy_of(agi_worker *w, const ag_behaviour *b, const ag_msg *proto, uint32_t size) {
  ag_msg *m = agi_pool_get(&w->cx.pool, size);
  m->behaviour = proto->behaviour;
  m->size = size;
  if (b->copy_args) b->copy_args(m, proto);
  else agi_slot_copy(m + 1, proto + 1, size - (uint32_t)sizeof *m);
  return m;
}

static void refused(ag_quorum *q, ag_future *f) {
  agi_store_release(&f->state, (uintptr_t)AGI_SETTLED);
  q->refused++;
  q->back++;
}

// One more question. Most mailboxes have room.
static inline void ask(agi_worker *w, ag_quorum *q, agi_agent *to, ag_future *f, ag_msg *m) {
  if (AGI_LIKELY(agi_ask_here(w, to, m))) return;
  agi_sent sent = agi_send_try(w, q->asker, to, m, false);
  if (sent == AGI_HELD) hold_first(w, q, to, f, m);
  if (sent == AGI_REFUSED) refused(q, f);
}

// The last one gets proto itself, the others copies. Of the futures only what a member's needs is set: nobody awaits them.
static void ask_all(agi_worker *w, ag_quorum *q, ag_msg *proto, const ag_behaviour *b) {
  ag_agent **agents = q->group->data;
  const uint32_t index = proto->behaviour, size = proto->size & AGI_MSG_SIZE;
  const int64_t n = q->members;
  const size_t stride = q->stride;
  unsigned char *at = q->futures;
  q->asker = agi_agent_of(w->cx.agent);
  atomic_init(&q->refs, (uint32_t)n + 1);
  ag_quorum *outer = w->asks; // a member that answers at once may ask others
  w->asks = q;
  q->last = &q->ready;
  for (int64_t i = 0; i < n; i++, at += stride) {
    ag_future *f = (ag_future *)(void *)at;
    atomic_init(&f->state, (uintptr_t)AGI_PENDING);
    f->err = NULL;
    f->type = q->type;
    f->settled = member_settled;
    f->group = q;
    ag_msg *m = i + 1 < n ? copy_of(w, b, proto, size) : proto;
    if (b->interface) m->behaviour = ag_behaviour_of(agents[i], b->interface, index);
    m->reply = f;
    ask(w, q, agi_agent_of(agents[i]), f, m);
  }
  w->asks = outer;
}

ag_quorum *ag_quorum_new(ag_cx *cx, ag_array *group, ag_msg *proto, const ag_behaviour *behaviour, int64_t need,
                         int64_t deadline) {
  agi_worker *w = agi_worker_of(cx);
  int64_t n = group->size, wanted = needed(need, n);
  size_t stride = (sizeof(ag_future) + behaviour->reply->size + 15) & ~(size_t)15;
  bool can = wanted > 0 && wanted <= n;
  size_t block = sizeof(ag_quorum) + (can ? (size_t)n * stride : 0);
  ag_quorum *q = block_of(w, block);
  // Field by field: to clear it all at once gcc writes one slow string instruction.
  q->wait = (agi_wait){.kind = &quorum_wait};
  atomic_init(&q->in, 0);
  atomic_init(&q->refs, 1);
  atomic_init(&q->expired, false);
  q->armed = false;
  q->asker = NULL;
  q->node = (agi_wheel_node){.fire = expired};
  q->ready = NULL;
  q->group = group;
  q->result = NULL;
  q->behaviour = behaviour;
  q->held = NULL;
  q->type = behaviour->reply;
  q->members = n;
  q->need = wanted;
  q->got = q->refused = 0;
  q->back = 1;
  q->waited = false;
  q->deadline = deadline;
  q->stride = stride;
  ag_retain(group);
  if (can) {
    ask_all(w, q, proto, behaviour);
    return q;
  }
  if (behaviour->drop_args) behaviour->drop_args(cx, proto); // it cannot be reached: nobody is asked
  agi_msg_free(w, proto);
  return q;
}

// Moves what has arrived to `ready`, oldest first. False: nothing has.
static bool collect(ag_quorum *q) {
  if (agi_load_acquire(&q->in) == 0) return false;
  ag_future *f = newest(agi_swap_acq_rel(&q->in, (uintptr_t)0));
  q->back += arrived(f);
  while (f) {
    ag_future *next = f->next;
    f->next = q->ready;
    q->ready = f;
    f = next;
  }
  return true;
}

// Only who waits can be in a cycle.
static bool anyone_waits(const ag_quorum *q) {
  ag_agent **agents = q->group->data;
  for (int64_t i = 0; i < q->members; i++) {
    if (agi_load_sc(&agi_agent_of(agents[i])->edge) != 0) return true;
  }
  return false;
}

static int wait_for_more(agi_worker *w, ag_quorum *q) {
  agi_agent *self = agi_agent_of(w->cx.agent);
  uintptr_t none = 0, enough = (uintptr_t)(q->need - q->got);
  if (enough > UINT16_MAX) enough = 1; // then it is woken for each
  self->current = w->msg;
  q->waited = true;
  agi_wait_begin(self, &q->wait);
  if (!agi_cas_sc(&q->in, &none, enough << ENOUGH_SHIFT | WAITING)) {
    agi_wait_end(self);
    return AG_DONE;
  }
  if (q->deadline && !q->armed) {
    q->armed = true;
    agi_wheel_add(agi_wheel_of(w), &q->node, q->deadline);
  }
  // The timer may have fired since the last look at `expired`, and not seen WAITING.
  if (agi_load_sc(&q->expired) && stop_waiting(q)) {
    agi_wait_end(self);
    return AG_DONE;
  }
  ag_str *cycle = NULL;
  if (!anyone_waits(q) || agi_wait_check(w, self, &q->wait, &cycle)) return AG_SUSPENDED;
  if (stop_waiting(q)) ag_raise_deadlock(&w->cx, cycle, q->wait.file, q->wait.line);
  else ag_release(&w->cx, cycle); // one of them has been answered all the same
  return w->cx.err ? AG_FAILED : AG_SUSPENDED;
}

// The oldest that has arrived is asked about. It has no error.
static int hand_out(ag_quorum *q, ag_future *f, void *out, bool *more) {
  q->ready = f->next;
  agi_slot_copy(out, f->value, q->type->size);
  *more = true;
  return AG_DONE;
}

static AGI_NOINLINE int next_slow(agi_worker *w, ag_quorum *q, void *out, bool *more, const char *file, uint32_t line) {
  ag_cx *cx = &w->cx;
  if (cx->err) { // cancelled, or nobody can answer any more
    agi_error_place(cx->err, file, line);
    return AG_FAILED;
  }
  if (agi_load_acquire(&q->in) & WAITING) return AG_SUSPENDED; // woken for another reason
  if (q->need == 0) {
    ag_raise(cx, &ag_error_BadConversion, "a quorum counts 1 answer at least", file, line);
    return AG_FAILED;
  }
  for (;;) {
    if (q->got >= q->need) return AG_DONE;
    if (q->members - q->refused < q->need) break;
    ag_future *f = q->ready;
    if (f) {
      if (!f->err) return hand_out(q, f, out, more);
      q->ready = f->next;
      ag_release(cx, f->err);
      q->refused++;
    } else if (!collect(q)) {
      if (q->deadline && (agi_load_acquire(&q->expired) || (!q->armed && agi_clock(w->rt) >= q->deadline))) break;
      q->wait.file = file;
      q->wait.line = line;
      q->wait.timed = q->deadline != 0;
      int r = wait_for_more(w, q);
      if (r != AG_DONE) return r;
    }
  }
  ag_raise_quorum(cx, q->got, q->need, file, line);
  return AG_FAILED;
}

// A loop over such must not keep the worker from the others, as in ag_await.
static AGI_NOINLINE int reached_at_once(agi_worker *w, ag_quorum *q) {
  if (++w->immediate < AGI_IMMEDIATE) return AG_DONE;
  agi_agent_of(w->cx.agent)->current = w->msg;
  q->waited = w->yield = true;
  return AG_SUSPENDED;
}

int ag_quorum_next(ag_cx *cx, ag_quorum *q, void *out, bool *more, const char *file, uint32_t line) {
  ag_future *f = q->ready; // if there is any, it does not wait
  *more = false;
  if (AGI_UNLIKELY(cx->err != NULL)) return next_slow(agi_worker_of(cx), q, out, more, file, line);
  if (q->got >= q->need && q->need != 0) return AGI_LIKELY(q->waited) ? AG_DONE : reached_at_once(agi_worker_of(cx), q);
  if (f && !f->err && q->members - q->refused >= q->need) return hand_out(q, f, out, more);
  return next_slow(agi_worker_of(cx), q, out, more, file, line);
}

void ag_quorum_accept(ag_cx *cx, ag_quorum *q, void *reply, bool yes) {
  if (!yes) {
    if (q->type->drop) q->type->drop(cx, reply);
    q->refused++;
    return;
  }
  ag_array *result = q->result;
  if (!result) q->result = result = ag_array_new(cx, q->need, q->type);
  agi_slot_copy((char *)result->data + q->got++ * q->type->size, reply, q->type->size); // there is room for `need`
  result->size = q->got;
}

ag_array *ag_quorum_result(ag_cx *cx, ag_quorum *q) {
  ag_array *result = q->result;
  q->result = NULL;
  return result ? result : ag_array_new(cx, 0, q->type);
}

void ag_quorum_drop(ag_cx *cx, ag_quorum *q) {
  if (!q) return;
  agi_worker *w = agi_worker_of(cx);
  if (q->armed) agi_wheel_cancel(&q->node);
  ag_future *f;
  if (AGI_UNLIKELY(agi_load_acquire(&q->refs) != q->back)) { // else all have answered, and been seen to
    f = newest(agi_swap_acq_rel(&q->in, CLOSED));
    q->back += arrived(f);
    for (; f; f = f->next) agi_future_clear(w, f);
  }
  for (f = q->ready; f; f = f->next) agi_future_clear(w, f);
  if (AGI_UNLIKELY(q->held)) take_back_all(w, q);
  ag_release_opt(cx, q->result);
  ag_release(cx, q->group);
  unref(w, q, q->back);
}
