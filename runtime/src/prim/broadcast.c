// broadcast.c — `broadcast group.update(m) fanout k`: gossip over a tree of relays, one relay a place of the group.
// Owns:     one block: what is said, and a relay for each place. It lives until the asker has let go of it and every relay is
//           done.
// Promises: every place of the group is delivered to exactly once, in about log_fanout(n) rounds; a member that is busy, suspended,
//           full or stopped keeps the message from nobody else; the arguments are shared, each member gets a message of its own.
//           The asker goes on when every member has accepted it: then its later signals come later.
// How: the group is cut into `fanout` ranges, the first place of each gets a relay, and that cuts the rest of its range again.
//   Ranges do not overlap and cover the group, so who gets it, and that they do so once, depends on nothing that happens on
//   the way. A relay is a task of the scheduler and not of the member: it passes the message on first, then delivers. A range of
//   AGI_NEAR places or fewer is done in one turn.
// Mailboxes. Each delivery obeys the policy of its member. One that would pause the asker (`suspend`) waits for the mailbox by
//   itself (agi_delivery, wait.h), and so does one that was accepted past `high`. When all have been tried the asker pauses on
//   those members, one after the other, as any sender does, behind its delivery: so it is held up by a full member, the other
//   members are not, and cycles are found and broken as for signals.
//   field          written by                read by      ordering
//   relay          whoever runs it; its task is in one queue, or one ring of waiters: they hand it on
//   relay.state    its runner                the asker    release / acquire
//   relay.forced   asker, agi_waiters_force  its runner   seq_cst, before they wake the ring it waits in
//   untried        relays                    the asker    seq_cst with `waiting`: who brings it to 0 sees that, or the asker this
//   waiting        the asker, its wakers     both         seq_cst: who takes it away wakes the asker
//   held           relays on their first try the asker    release / acquire, announced by untried
//   refused        relays                    the asker    relaxed; before untried, or before DONE
//   refs           all                       all          acq_rel
//   list           under rt.broadcasts.lock
// Tested by: tests/runtime/unit/broadcast_test.c, tests/lang/primitives/broadcast.agent
#include "prim/broadcast.h"

#include <inttypes.h>
#include <stdio.h>

#include "actor/mailbox.h"
#include "actor/message.h"
#include "actor/wait.h"

enum { AGI_NEAR = 32 };     // places that one turn delivers to
enum { FIRST, HELD, DONE }; // relay.state; HELD: it waits for the mailbox, or is about to look again
#define NO_RELAY UINT32_MAX

typedef struct relay {
  agi_delivery d;
  _Atomic uint8_t state;
  uint32_t index, end; // its place, and the end of its range
  uint32_t round;
  uint32_t next_held;
  ag_msg *m; // not accepted yet
} relay;

struct agi_broadcast {
  agi_wait wait;
  agi_agent *asker; // counted
  ag_array *group;
  ag_msg *proto;
  const ag_behaviour *behaviour;
  agi_broadcast *prev, *next;
  uint32_t size, fanout;
  uint32_t looking; // the asker's: the held relay that it looks at
  bool tried;       // the asker's: it does so
  bool paused;      // the asker's: it has paused on that
  _Atomic bool waiting;
  _Atomic uint32_t untried, held, refused, refs;
  relay relays[];
};

// ---- life --------------------------------------------------------------------------------------------------------

static void enlist(agi_runtime *rt, agi_broadcast *b) {
  agi_spin_lock(&rt->broadcasts.lock);
  b->next = rt->broadcasts.first;
  if (b->next) b->next->prev = b;
  rt->broadcasts.first = b;
  agi_spin_unlock(&rt->broadcasts.lock);
}

static void unlist(agi_runtime *rt, agi_broadcast *b) {
  agi_spin_lock(&rt->broadcasts.lock);
  if (b->prev) b->prev->next = b->next;
  else rt->broadcasts.first = b->next;
  if (b->next) b->next->prev = b->prev;
  agi_spin_unlock(&rt->broadcasts.lock);
}

static agi_agent *member(const agi_broadcast *b, const relay *r) {
  return agi_agent_of(((ag_agent **)b->group->data)[r->index]);
}

static void drop_proto(agi_worker *w, const ag_behaviour *behaviour, ag_msg *proto) {
  proto->reply = NULL;
  if (behaviour->drop_args) behaviour->drop_args(&w->cx, proto);
  agi_msg_free(w, proto);
}

static void end(agi_worker *w, agi_broadcast *b) {
  unlist(w->rt, b);
  drop_proto(w, b->behaviour, b->proto);
  ag_release(&w->cx, b->group);
  ag_release(&w->cx, b->asker);
  agi_free(b);
}

static void unref(agi_worker *w, agi_broadcast *b) {
  if (agi_sub_acq_rel(&b->refs, 1U) == 1) end(w, b);
}

// Takes away the right to wake the asker while it waits for the first tries.
static bool take_waiting(agi_broadcast *b) {
  bool waiting = true;
  return agi_cas_sc(&b->waiting, &waiting, false);
}

static bool withdraw(agi_wait *wait, agi_agent *a) {
  (void)a;
  return take_waiting(AGI_CONTAINER_OF(wait, agi_broadcast, wait));
}
static const agi_wait_kind broadcast_wait = {.withdraw = withdraw};

static agi_broadcast *begin(agi_worker *w, ag_array *group, ag_msg *proto, const ag_behaviour *behaviour,
                            int64_t fanout) {
  uint32_t n = (uint32_t)group->size;
  agi_broadcast *b = agi_alloc_zeroed(sizeof *b + n * sizeof b->relays[0]);
  b->wait.kind = &broadcast_wait;
  b->asker = agi_agent_of(w->cx.agent);
  b->group = group;
  b->proto = proto;
  b->behaviour = behaviour;
  b->size = n;
  b->fanout = fanout < n ? (uint32_t)fanout : n;
  atomic_init(&b->untried, n);
  atomic_init(&b->held, NO_RELAY);
  atomic_init(&b->refs, n + 1);
  ag_retain(group);
  ag_retain(b->asker);
  enlist(w->rt, b);
  AGI_STAT_ADD(w, broadcasts);
  return b;
}

void agi_broadcasts_drop(agi_worker *w) {
  agi_broadcast *b;
  while ((b = w->rt->broadcasts.first)) {
    for (uint32_t i = 0; i < b->size; i++) {
      relay *r = &b->relays[i];
      if (r->m) drop_proto(w, b->behaviour, r->m);
    }
    end(w, b);
  }
}

// ---- delivering --------------------------------------------------------------------------------------------------

static void done(agi_worker *w, agi_broadcast *b, relay *r) {
  agi_store_release(&r->state, (uint8_t)DONE);
  unref(w, b);
}

static bool is_forced(const agi_broadcast *b, relay *r) {
  return agi_load_sc(&r->d.forced) || (agi_load_sc(&b->asker->flags) & AGI_FORCED);
}

// Waits for the mailbox, as a paused sender does. From when it is among the waiters on, another worker may run r.
static void hold(agi_worker *w, agi_broadcast *b, relay *r) {
  agi_agent *to = member(b, r);
  agi_add_relaxed(&b->refs, 1U);
  agi_waiters_add(to, &r->d.task);
  if (is_forced(b, r)) agi_waiters_wake(w, to, AGI_ALL_WAITERS);
  uint64_t old = agi_or_acq_rel(&to->word, AGI_PRESSURED | AGI_SCHED);
  if (!(old & AGI_SCHED)) agi_agent_ready(w, to);
  agi_waiters_relieve(w, to);
  unref(w, b);
}

static ag_msg *message_for(agi_worker *w, const agi_broadcast *b, agi_agent *to) {
  ag_msg *m = agi_msg_copy(w, b->behaviour, b->proto, 0);
  if (b->behaviour->interface)
    m->behaviour = ag_behaviour_of((ag_agent *)to, b->behaviour->interface, b->proto->behaviour);
  return m;
}

// One try. False: r is to wait for the mailbox.
static bool offer(agi_worker *w, agi_broadcast *b, relay *r) {
  agi_agent *to = member(b, r);
  switch (agi_send_try(w, b->asker, to, r->m, is_forced(b, r))) {
  case AGI_HELD: return false;
  case AGI_PAUSE: r->m = NULL; return false;
  case AGI_REFUSED: agi_add_relaxed(&b->refused, 1U); break;
  case AGI_SENT: break;
  }
  r->m = NULL;
  return true;
}

static void retry(agi_worker *w, agi_broadcast *b, relay *r) {
  agi_agent *to = member(b, r);
  agi_add_relaxed(&b->refs, 1U); // keeps `to`
  if (r->m && !offer(w, b, r)) {
    hold(w, b, r);
  } else {
    done(w, b, r);
    agi_waiters_relieve(w, to);
  }
  unref(w, b);
}

// ---- passing on --------------------------------------------------------------------------------------------------

static void relay_run(agi_proc *p, agi_task *t);

// Cuts [from, to) into ranges for as many relays; `push`: they are to run by themselves.
static void pass_on(agi_worker *w, agi_broadcast *b, uint32_t from, uint32_t to, uint32_t round, bool push) {
  uint32_t n = to - from, parts = b->fanout < n ? b->fanout : n;
  for (uint32_t i = 0; i < parts; i++) {
    uint32_t size = n / parts + (i < n % parts);
    relay *r = &b->relays[from];
    *r = (relay){.d = {.task = {.run = relay_run}}, .index = from, .end = from + size};
    r->round = round;
    from += size;
    if (push) agi_task_ready(w, &r->d.task);
  }
}

static void first_try(agi_worker *w, agi_broadcast *b, relay *r) {
  r->m = message_for(w, b, member(b, r));
  if (r->round > agi_load_relaxed(&w->stats.rounds)) agi_store_relaxed(&w->stats.rounds, (uint64_t)r->round);
  if (offer(w, b, r)) {
    done(w, b, r);
    return;
  }
  agi_store_relaxed(&r->state, (uint8_t)HELD);
  uint32_t newest = agi_load_relaxed(&b->held);
  do r->next_held = newest;
  while (!agi_cas_acq_rel(&b->held, &newest, r->index));
  hold(w, b, r);
}

// All of [from, to), whose first relays have been made. A relay comes before all that it passes on to.
static void deliver_range(agi_worker *w, agi_broadcast *b, uint32_t from, uint32_t to) {
  for (uint32_t i = from; i < to; i++) {
    relay *r = &b->relays[i];
    pass_on(w, b, i + 1, r->end, r->round + 1U, false);
    first_try(w, b, r);
  }
}

static void tried(agi_worker *w, agi_broadcast *b, uint32_t n) {
  if (atomic_fetch_sub_explicit(&b->untried, n, memory_order_seq_cst) != n || !take_waiting(b)) return;
  agi_edge_clear(b->asker);
  agi_agent_wake(w, b->asker);
}

static void relay_run(agi_proc *p, agi_task *t) {
  agi_worker *w = agi_worker_of_proc(p);
  relay *r = AGI_CONTAINER_OF(t, relay, d.task);
  agi_broadcast *b = AGI_CONTAINER_OF(r - r->index, agi_broadcast, relays);
  w->cx.agent = (ag_agent *)b->asker;
  if (agi_load_acquire(&r->state) != FIRST) {
    retry(w, b, r);
    return;
  }
  uint32_t i = r->index, to = r->end;
  agi_add_relaxed(&b->refs, 1U);
  if (to - i <= AGI_NEAR) {
    deliver_range(w, b, i, to);
    tried(w, b, to - i);
  } else {
    pass_on(w, b, i + 1, to, r->round + 1U, true);
    first_try(w, b, r);
    tried(w, b, 1);
  }
  unref(w, b);
}

// ---- the asker ---------------------------------------------------------------------------------------------------

// Until all have been tried once. False: they have.
static bool wait_for_tries(agi_worker *w, agi_broadcast *b) {
  agi_agent *self = b->asker;
  if (agi_load_sc(&b->untried) == 0) return false;
  self->current = w->msg;
  agi_wait_begin(self, &b->wait);
  agi_store_sc(&b->waiting, true);
  if (agi_load_sc(&b->untried) != 0 || !take_waiting(b)) return true;
  agi_wait_end(self);
  return false;
}

static bool give_way(agi_worker *w) {
  agi_agent_of(w->cx.agent)->current = w->msg;
  w->yield = true;
  return true;
}

// Lets the delivery of r past the capacity: it is in the ring, or will see that before it waits.
static bool force(agi_worker *w, relay *r, agi_agent *to) {
  agi_store_sc(&r->d.forced, true);
  agi_waiters_wake(w, to, AGI_ALL_WAITERS);
  return give_way(w);
}

// Until r is done. False: it is.
static bool wait_for(agi_worker *w, agi_broadcast *b, relay *r) {
  agi_agent *self = b->asker, *to = member(b, r);
  bool forced = (agi_load_sc(&self->flags) & AGI_FORCED) != 0, paused = b->paused;
  if (forced) agi_and_acq_rel(&self->flags, (uint16_t)~AGI_FORCED);
  b->paused = false;
  if (agi_load_acquire(&r->state) == DONE) return false;
  if (forced || agi_load_sc(&r->d.forced)) return force(w, r, to);
  if (paused) return give_way(w); // r has been woken before it, and has not had its turn
  b->paused = agi_pause_on(w, self, to);
  return b->paused || force(w, r, to);
}

static int wait_for_all(agi_worker *w, agi_broadcast *b) {
  if (!b->tried) {
    if (wait_for_tries(w, b)) return AG_SUSPENDED;
    b->tried = true;
    b->looking = agi_load_acquire(&b->held);
  }
  for (; b->looking != NO_RELAY; b->looking = b->relays[b->looking].next_held) {
    if (wait_for(w, b, &b->relays[b->looking])) return AG_SUSPENDED;
  }
  return AG_DONE;
}

static void raise_refused(agi_worker *w, uint32_t refused, uint32_t size, const char *file, uint32_t line) {
  char text[64];
  snprintf(text, sizeof text, "%" PRIu32 " of %" PRIu32 " members of a broadcast", refused, size);
  ag_raise(&w->cx, &ag_error_MailboxFull, text, file, line);
}

int ag_broadcast(ag_cx *cx, ag_array *group, ag_msg **m, const ag_behaviour *behaviour, int64_t fanout,
                 const char *file, uint32_t line) {
  agi_worker *w = agi_worker_of(cx);
  agi_broadcast *b = (agi_broadcast *)(void *)(*m)->reply; // a broadcast has no answer: the place is free
  if (cx->err || agi_ending(w) || (!b && (fanout < 1 || group->size == 0))) {
    if (b) unref(w, b); // what is under way goes on without
    else drop_proto(w, behaviour, *m);
    *m = NULL;
    if (cx->err) return AG_FAILED;
    if (fanout >= 1) return AG_DONE;
    ag_raise(cx, &ag_error_BadConversion, "a broadcast is passed on to 1 member at least: `fanout`", file, line);
    return AG_FAILED;
  }
  if (!b) {
    b = begin(w, group, *m, behaviour, fanout);
    (*m)->reply = (ag_future *)(void *)b;
    bool near = b->size <= AGI_NEAR;
    pass_on(w, b, 0, b->size, 1, !near);
    if (near) deliver_range(w, b, 0, b->size);
    if (near) agi_store_sc(&b->untried, 0U);
  }
  if (wait_for_all(w, b) == AG_SUSPENDED) return AG_SUSPENDED;
  uint32_t refused = agi_load_relaxed(&b->refused), size = b->size;
  *m = NULL;
  unref(w, b);
  if (refused) raise_refused(w, refused, size, file, line);
  return refused ? AG_FAILED : AG_DONE;
}
