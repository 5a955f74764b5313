// future.c — requests and replies: see future.h for the protocol.
#include "actor/future.h"

#include "actor/message.h"
#include "actor/wait.h"
#include "data/data.h"

ag_future *agi_future_new(agi_worker *w, agi_agent *to, const ag_type *type) {
  uint32_t size = (uint32_t)sizeof(ag_future) + type->size;
  ag_future *f = agi_pool_get(&w->cx.pool, size);
  *f = (ag_future){.to = to, .type = type, .size = size};
  return f;
}

void agi_future_free(agi_worker *w, ag_future *f) { agi_pool_put(&w->cx.pool, f, f->size); }

void agi_future_clear(agi_worker *w, ag_future *f) {
  if (f->err) ag_release(&w->cx, f->err);
  else if (f->type->drop) f->type->drop(&w->cx, f->value);
}

void agi_future_settle(agi_worker *w, ag_future *f) {
  if (f->settled) {
    f->settled(w, f);
    return;
  }
  uintptr_t old = agi_swap_acq_rel(&f->state, (uintptr_t)AGI_SETTLED);
  if (old > AGI_FUTURE_LAST_STATE) {
    agi_agent *asker = (agi_agent *)old; // suspended until this wakes it
    agi_edge_clear(asker);
    agi_agent_wake(w, asker);
  } else if (old == AGI_FUTURE_DROPPED) {
    agi_future_clear(w, f);
    agi_future_free(w, f);
  }
}

void agi_future_fail(agi_worker *w, ag_future *f, ag_obj *err) {
  f->err = err;
  agi_future_settle(w, f);
}

void ag_reply(ag_cx *cx, ag_msg *m, void *value) {
  agi_worker *w = agi_worker_of(cx);
  ag_future *f = m->reply;
  if (!f) {
    const ag_type *type = agi_behaviour_of(agi_agent_of(cx->agent), m)->reply;
    if (type->drop) type->drop(cx, value);
    return;
  }
  m->reply = NULL;
  agi_slot_copy(f->value, value, f->type->size);
  agi_future_settle(w, f);
}

// ---- await -------------------------------------------------------------------------------------------------------

// Under the wheel's lock, which the asker takes before it lets go of f: both are alive. The edge is locked first: once f has
// timed out, whoever answers it wakes nobody and may end at once, so no walker may be on its way from here to there.
static void expired(agi_wheel_node *n, void *cx) {
  agi_worker *w = cx;
  ag_future *f = AGI_CONTAINER_OF(n, agi_expiry, node)->future;
  uintptr_t state = agi_load_acquire(&f->state);
  if (state <= AGI_FUTURE_LAST_STATE) return;
  agi_agent *asker = (agi_agent *)state;
  bool locked = agi_edge_lock(asker, f);
  bool won = agi_cas_acq_rel(&f->state, &state, (uintptr_t)AGI_TIMED_OUT);
  if (locked) agi_store_sc(&asker->edge, won ? (uintptr_t)0 : (uintptr_t)f);
  if (won) agi_agent_wake(w, asker);
}

static void expiry_end(agi_worker *w, ag_future *f) {
  if (!f->expiry) return;
  agi_wheel_cancel(&f->expiry->node);
  agi_pool_put(&w->cx.pool, f->expiry, sizeof *f->expiry);
  f->expiry = NULL;
}

static void abandon(agi_worker *w, ag_future *f) {
  expiry_end(w, f);
  if (agi_swap_acq_rel(&f->state, (uintptr_t)AGI_FUTURE_DROPPED) == AGI_SETTLED) {
    agi_future_clear(w, f);
    agi_future_free(w, f);
  }
}

void ag_future_drop(ag_cx *cx, ag_future *fut) {
  if (fut) abandon(agi_worker_of(cx), fut);
}

static int take(agi_worker *w, ag_future **fut, void *out, const char *file, uint32_t line) {
  ag_future *f = *fut;
  *fut = NULL;
  expiry_end(w, f);
  ag_obj *err = f->err;
  if (err) agi_error_place(w->cx.err = err, file, line);
  else agi_slot_copy(out, f->value, f->type->size);
  agi_future_free(w, f);
  return err ? AG_FAILED : AG_DONE;
}

static int give_up(agi_worker *w, ag_future **fut, const ag_class *why, const char *file, uint32_t line) {
  abandon(w, *fut);
  *fut = NULL;
  if (why) ag_raise(&w->cx, why, NULL, file, line);
  return AG_FAILED;
}

static void arm(agi_worker *w, ag_future *f, int64_t deadline) {
  f->expiry = agi_pool_get(&w->cx.pool, sizeof *f->expiry);
  *f->expiry = (agi_expiry){.node = {.fire = expired}, .future = f};
  agi_wheel_add(agi_wheel_of(w), &f->expiry->node, deadline);
}

// Takes the asker back. False: it is answered all the same (someone in the cycle ran into a deadline), and will be woken.
static bool withdraw(agi_agent *self, ag_future *f) {
  uintptr_t state = (uintptr_t)self;
  return agi_cas_acq_rel(&f->state, &state, (uintptr_t)AGI_PENDING);
}

// Registers the asker. AG_DONE: the reply has come meanwhile. AG_FAILED: Deadlock is raised, *fut gone.
static int enlist(agi_worker *w, agi_agent *self, ag_future **fut, int64_t deadline) {
  ag_future *f = *fut;
  self->current = w->msg;
  agi_store_sc(&self->edge, (uintptr_t)f | AGI_EDGE_LOOKING);
  uintptr_t state = AGI_PENDING;
  if (!agi_cas_sc(&f->state, &state, (uintptr_t)self)) {
    agi_store_release(&self->edge, (uintptr_t)0);
    return AG_DONE;
  }
  ag_str *cycle = NULL;
  if (!agi_await_check(w, self, f, &cycle)) {
    const char *file = f->file;
    uint32_t line = f->line;
    if (!withdraw(self, f)) {
      ag_release(&w->cx, cycle);
      return AG_SUSPENDED;
    }
    give_up(w, fut, NULL, file, line);
    ag_raise_deadlock(&w->cx, cycle, file, line);
    return AG_FAILED;
  }
  if (deadline) arm(w, f, deadline);
  return AG_SUSPENDED;
}

int ag_await(ag_cx *cx, ag_future **fut, void *out, int64_t deadline, const char *file, uint32_t line) {
  agi_worker *w = agi_worker_of(cx);
  agi_agent *self = agi_agent_of(cx->agent);
  ag_future *f = *fut;
  if (AGI_UNLIKELY(cx->err)) { // cancelled, or nothing can settle it any more
    agi_error_place(cx->err, file, line);
    return give_up(w, fut, NULL, file, line);
  }
  uintptr_t state = agi_load_acquire(&f->state);
  if (state == AGI_SETTLED) {
    // A loop over requests that are answered (or refused) on the spot must not keep the worker from the others.
    if (AGI_LIKELY(++w->immediate < AGI_IMMEDIATE)) return take(w, fut, out, file, line);
    self->current = w->msg;
    w->yield = true;
    return AG_SUSPENDED;
  }
  if (state == AGI_PENDING) {
    f->file = file;
    f->line = line & INT32_MAX;
    f->timed = deadline != 0;
    if (deadline && agi_clock(w->rt) >= deadline) return give_up(w, fut, &ag_error_Timeout, file, line);
    int r = enlist(w, self, fut, deadline);
    return r == AG_DONE ? take(w, fut, out, file, line) : r;
  }
  if (state == AGI_TIMED_OUT) return give_up(w, fut, &ag_error_Timeout, file, line);
  return AG_SUSPENDED; // woken for another reason
}

int64_t ag_deadline(ag_cx *cx, int64_t after_ns) {
  int64_t now = agi_clock(agi_worker_of(cx)->rt), due;
  if (after_ns < 0) after_ns = 0;
  if (__builtin_add_overflow(now, after_ns, &due)) due = INT64_MAX;
  return due ? due : 1;
}
