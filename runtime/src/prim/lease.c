// lease.c — exclusive rights to what a name stands for: asking, holding, renewing, losing them.
// Owns:     claims from the asking until the lease is released or lost; the timer of each.
// Promises: a lease is renewed every quarter of its time while its holder gets on, so who runs one step for longer than the time
//           (blocked in C, computing, the process stopped) loses it: `valid` is false from then on, and the next one has a larger number.
//           Dropping the object releases it, and so does the end or failure of the agent it belongs to. Waiting for a lease is
//           waiting for its holder, so circles are found.
// Does not: know where leases are kept, nor that the holder's numbers are looked at: what a lease protects does that.
// Renewal keeps no program alive: when nothing else can happen, nobody can be stuck in a step, so nothing is lost by not renewing.
//   access table: lease.h
// Tested by: tests/runtime/stress/lease_test.c
#include "prim/lease.h"

#include <stdio.h>
#include <string.h>

#include "actor/future.h"
#include "actor/message.h"
#include "data/data.h"

enum { TICKS = 4 }; // in the time of a lease

struct ag_claim {
  ag_obj h;
  agi_claim *claim;
};

static ag_lease_backend *backend_of(const agi_claim *c) { return &c->rt->leases.backend; }
static bool turn(agi_claim *c, uint32_t from, uint32_t to) { return agi_cas_acq_rel(&c->state, &from, to); }

void agi_claim_ref(agi_claim *c) { (void)agi_add_relaxed(&c->refs, 1U); }
void agi_claim_unref(agi_claim *c) {
  if (agi_sub_acq_rel(&c->refs, 1U) == 1) agi_free(c);
}

// ---- all claims --------------------------------------------------------------------------------------------------

static void enlist(agi_claim *c) {
  agi_runtime *rt = c->rt;
  agi_spin_lock(&rt->leases.lock);
  c->next = rt->leases.first;
  if (c->next) c->next->prev = c;
  rt->leases.first = c;
  agi_or_acq_rel(&c->agent->flags, (uint16_t)AGI_HAS_LEASES);
  agi_spin_unlock(&rt->leases.lock);
}

static void unlist(agi_claim *c) {
  agi_runtime *rt = c->rt;
  agi_spin_lock(&rt->leases.lock);
  if (c->prev) c->prev->next = c->next;
  else rt->leases.first = c->next;
  if (c->next) c->next->prev = c->prev;
  agi_spin_unlock(&rt->leases.lock);
}

void agi_leases_forget(agi_worker *w, agi_agent *a) {
  agi_runtime *rt = w->rt;
  agi_spin_lock(&rt->leases.lock);
  for (agi_claim *c = rt->leases.first; c; c = c->next) {
    if (c->agent == a) c->agent = NULL;
  }
  agi_spin_unlock(&rt->leases.lock);
}

// A lease moves with whatever it is part of, which the runtime does not see: who uses it has it.
static void hold_by(agi_claim *c, agi_agent *a) {
  agi_spin_lock(&c->rt->leases.lock);
  if (c->agent != a) {
    c->agent = a;
    agi_or_acq_rel(&a->flags, (uint16_t)AGI_HAS_LEASES);
  }
  agi_spin_unlock(&c->rt->leases.lock);
}

// ---- what a backend tells ------------------------------------------------------------------------------------------

static void wake(ag_cx *cx, agi_claim *c) {
  agi_agent *a = c->agent; // it waits, so it stays
  agi_edge_clear(a);
  if (cx) agi_agent_wake(agi_worker_of(cx), a);
  else if (agi_swap_acq_rel(&a->wait, AGI_WOKEN) == AGI_SUSPENDED) agi_sched_inject(&c->rt->sched, &a->task);
}

void ag_lease_tell(ag_cx *cx, ag_lease_claim *news, ag_lease_news what) {
  agi_claim *c = AGI_CONTAINER_OF(news, agi_claim, news);
  switch (what) {
  case AG_LEASE_GRANTED:
    if (!turn(c, AGI_CLAIM_ASKS, AGI_CLAIM_HELD) && turn(c, AGI_CLAIM_WAITS, AGI_CLAIM_HELD)) wake(cx, c);
    return; // else it has left, and will say so
  case AG_LEASE_LOST: (void)turn(c, AGI_CLAIM_HELD, AGI_CLAIM_LOST); return;
  case AG_LEASE_RENEWED: return;
  }
}

// ---- renewal -----------------------------------------------------------------------------------------------------

// Has the holder been in one step since the last tick? A worker that runs it and has picked nothing else since.
static bool is_stuck(agi_claim *c) {
  agi_runtime *rt = c->rt;
  uint32_t worker = 0;
  uint64_t picks = 0;
  agi_spin_lock(&rt->leases.lock);
  const agi_agent *holder = c->agent;
  agi_spin_unlock(&rt->leases.lock);
  for (uint32_t i = 0; holder && i < rt->count; i++) {
    agi_worker *w = rt->workers[i];
    if (agi_load_relaxed(&w->runs) != holder) continue;
    worker = i + 1;
    picks = agi_load_relaxed(&w->proc.picks);
  }
  bool stuck = worker != 0 && worker == c->seen_worker && picks == c->seen_picks;
  c->seen_worker = worker;
  c->seen_picks = picks;
  return stuck;
}

static int64_t next_tick(const agi_claim *c) {
  int64_t due, step = c->news.ttl_ns / TICKS;
  if (__builtin_add_overflow(agi_clock(c->rt), step < AGI_TICK_NS ? AGI_TICK_NS : step, &due)) due = INT64_MAX;
  return due;
}

// Under the wheel's lock.
static void tick(agi_wheel_node *n, void *cx) {
  agi_worker *w = cx;
  agi_claim *c = AGI_CONTAINER_OF(n, agi_claim, tick);
  uint32_t state = agi_load_acquire(&c->state);
  if (state == AGI_CLAIM_HELD) {
    if (!is_stuck(c)) backend_of(c)->renew(backend_of(c)->state, &w->cx, &c->news);
    else if (agi_clock(c->rt) >= __atomic_load_n(&c->news.until_ns, __ATOMIC_RELAXED))
      backend_of(c)->expire(backend_of(c)->state, &w->cx, &c->news);
  }
  if (state <= AGI_CLAIM_HELD) agi_wheel_add_locked(&c->rt->leases.wheel, n, next_tick(c));
}

int64_t agi_leases_next(agi_runtime *rt) { return agi_wheel_next_ns(&rt->leases.wheel); }

void agi_leases_poll(agi_worker *w) {
  if (AGI_LIKELY(agi_leases_next(w->rt) < 0)) return;
  agi_wheel_poll(&w->rt->leases.wheel, agi_clock(w->rt), w);
}

// ---- the wait ----------------------------------------------------------------------------------------------------

static agi_claim *waiting(agi_wait *wait) { return AGI_CONTAINER_OF(wait, agi_claim, wait); }
static bool withdraw(agi_wait *wait, agi_agent *a) {
  (void)a;
  return turn(waiting(wait), AGI_CLAIM_WAITS, AGI_CLAIM_LEFT);
}

// The holder, if it waits: then it stays as long as its edge is locked. A walker has locked it already, or it is locked for a
// moment; not for longer, since this is under the table's lock: if somebody else has it, that one will see this wait.
static void look_at_holder(void *arg, const ag_lease_claim *news) {
  agi_agent **out = arg;
  if (!news) return;
  agi_claim *c = AGI_CONTAINER_OF(news, agi_claim, news);
  agi_spin_lock(&c->rt->leases.lock);
  agi_agent *a = c->agent;
  uintptr_t e = a ? agi_load_sc(&a->edge) : 0;
  bool walked = (e & AGI_EDGE_WALKED) != 0;
  if (e && (walked || (!(e & AGI_EDGE_LOOKING) && agi_cas_sc(&a->edge, &e, e | AGI_EDGE_LOOKING)))) {
    ag_retain(a);
    *out = a;
    if (!walked) agi_store_sc(&a->edge, e);
  }
  agi_spin_unlock(&c->rt->leases.lock);
}

static uint32_t wait_count(agi_wait *wait) {
  (void)wait;
  return 1;
}
static agi_agent *wait_target(agi_wait *wait, uint32_t i) {
  (void)i;
  agi_agent *a = NULL;
  agi_claim *c = waiting(wait);
  backend_of(c)->holder(backend_of(c)->state, c->news.name, look_at_holder, &a);
  return a;
}
// Gone: the holder does not wait, or is not known here. One with a limit ends by itself, in LeaseHeld.
static bool wait_hopeful(agi_wait *wait, uint32_t gone, uint32_t live) { return wait->timed || gone + live > 0; }
static const agi_wait_kind lease_wait = {
    .withdraw = withdraw, .count = wait_count, .target = wait_target, .hopeful = wait_hopeful};

// Under the wheel's lock.
static void limit(agi_wheel_node *n, void *cx) {
  agi_worker *w = cx;
  agi_claim *c = AGI_CONTAINER_OF(n, agi_claim, limit);
  if (!turn(c, AGI_CLAIM_WAITS, AGI_CLAIM_LEFT)) return;
  agi_edge_clear(c->agent);
  agi_agent_wake(w, c->agent);
}

// ---- asking ------------------------------------------------------------------------------------------------------

typedef struct frame {
  ag_frame h;
  agi_claim *claim;
} frame;

// Of agents of one type the place tells which it is, more or less: `Worker (worker.agent:28)`.
static void call_holder(agi_claim *c, agi_agent *a, const char *file, uint32_t line) {
  const char *name = agi_load_relaxed(&a->flags) & AGI_MAIN ? "main" : agi_type_of(a)->cls.name;
  const char *slash = file ? strrchr(file, '/') : NULL;
  if (file) snprintf(c->called, sizeof c->called, "%.64s (%.64s:%u)", name, slash ? slash + 1 : file, line);
  else snprintf(c->called, sizeof c->called, "%.64s", name);
}

static agi_claim *claim_new(agi_worker *w, ag_str *name, int64_t ttl_ns, const char *file, uint32_t line) {
  agi_agent *self = agi_agent_of(w->cx.agent);
  agi_claim *c = agi_alloc_zeroed(sizeof *c);
  ag_retain(name);
  c->news = (ag_lease_claim){.name = name->bytes, .holder = c->called, .ttl_ns = ttl_ns};
  call_holder(c, self, file, line);
  c->name = name;
  c->rt = w->rt;
  c->agent = self;
  c->wait.kind = &lease_wait;
  c->tick.fire = tick;
  c->limit.fire = limit;
  atomic_init(&c->refs, 1U);
  enlist(c);
  return c;
}

static void give_up(agi_worker *w, agi_claim *c) {
  agi_wheel_cancel(&c->tick);
  if (c->limited) agi_wheel_cancel(&c->limit);
  agi_store_release(&c->state, (uint32_t)AGI_CLAIM_LOST);
  backend_of(c)->release(backend_of(c)->state, &w->cx, &c->news);
  unlist(c);
  ag_release(&w->cx, c->name);
  agi_claim_unref(c);
}

static void claim_drop(ag_cx *cx, void *o) { give_up(agi_worker_of(cx), ((ag_claim *)o)->claim); }
static const ag_class claim_class = {.name = "Claim", .size = sizeof(ag_claim), .drop = claim_drop};

static int granted(agi_worker *w, ag_frame **fp, agi_claim *c, ag_claim **out) {
  if (c->limited) agi_wheel_cancel(&c->limit);
  c->limited = false;
  ag_claim *o = ag_new(&w->cx, &claim_class, -1);
  o->claim = c;
  *out = o;
  if (*fp) ag_frame_free(&w->cx, *fp);
  *fp = NULL;
  return AG_DONE;
}

// LeaseHeld, unless something else has been raised.
static void copy_holder(void *arg, const ag_lease_claim *news) {
  char *text = arg;
  if (news) snprintf(text, AGI_HOLDER_MAX, "%s", news->holder);
}
static int refused(agi_worker *w, ag_frame **fp, agi_claim *c, const char *file, uint32_t line) {
  if (w->cx.err) {
    agi_error_place(w->cx.err, file, line);
  } else {
    char text[AGI_HOLDER_MAX] = "nobody";
    backend_of(c)->holder(backend_of(c)->state, c->news.name, copy_holder, text);
    ag_raise(&w->cx, &ag_error_LeaseHeld, text, file, line);
  }
  give_up(w, c);
  if (*fp) ag_frame_free(&w->cx, *fp);
  *fp = NULL;
  return AG_FAILED;
}

// Not granted at once.
static int wait_for(agi_worker *w, ag_frame **fp, agi_claim *c, ag_claim **out, int64_t deadline, const char *file,
                    uint32_t line) {
  agi_agent *self = agi_agent_of(w->cx.agent);
  if (deadline && agi_clock(w->rt) >= deadline && turn(c, AGI_CLAIM_ASKS, AGI_CLAIM_LEFT))
    return refused(w, fp, c, file, line);
  frame *f = (frame *)(void *)ag_frame_new(&w->cx, sizeof *f);
  f->claim = c;
  *fp = &f->h;
  c->wait.file = file;
  c->wait.line = line;
  c->wait.timed = deadline != 0;
  self->current = w->msg;
  agi_wait_begin(self, &c->wait);
  if (!turn(c, AGI_CLAIM_ASKS, AGI_CLAIM_WAITS)) {
    agi_wait_end(self);
    return granted(w, fp, c, out);
  }
  if (deadline) {
    c->limited = true;
    agi_wheel_add(agi_wheel_of(w), &c->limit, deadline);
  }
  ag_str *cycle = NULL;
  if (agi_wait_check(w, self, &c->wait, &cycle)) return AG_SUSPENDED;
  if (!turn(c, AGI_CLAIM_WAITS, AGI_CLAIM_LEFT)) { // granted all the same, and woken
    ag_release(&w->cx, cycle);
    return AG_SUSPENDED;
  }
  ag_raise_deadlock(&w->cx, cycle, file, line);
  return refused(w, fp, c, file, line);
}

int ag__claim(ag_cx *cx, ag_frame **fp, ag_str *name, int64_t ttl_ns, ag_claim **out, int64_t deadline,
              const char *file, uint32_t line) {
  agi_worker *w = agi_worker_of(cx);
  if (*fp) {
    agi_claim *c = ((frame *)(void *)*fp)->claim;
    uint32_t state = agi_load_acquire(&c->state);
    if (cx->err) {
      (void)turn(c, AGI_CLAIM_WAITS, AGI_CLAIM_LEFT);
      return refused(w, fp, c, file, line);
    }
    if (state == AGI_CLAIM_WAITS) return AG_SUSPENDED; // woken for another reason
    return state == AGI_CLAIM_LEFT ? refused(w, fp, c, file, line) : granted(w, fp, c, out);
  }
  if (ttl_ns < 1) {
    ag_raise(cx, &ag_error_BadConversion, "a lease is for longer than no time", file, line);
    return AG_FAILED;
  }
  agi_claim *c = claim_new(w, name, ttl_ns, file, line);
  backend_of(c)->acquire(backend_of(c)->state, cx, &c->news);
  agi_wheel_add(&w->rt->leases.wheel, &c->tick, next_tick(c));
  if (agi_load_acquire(&c->state) == AGI_CLAIM_HELD) return granted(w, fp, c, out);
  return wait_for(w, fp, c, out, deadline, file, line);
}

int64_t ag__claim_number(ag_cx *cx, ag_claim *c) {
  (void)cx;
  return (int64_t)c->claim->news.token;
}

bool ag__claim_valid(ag_cx *cx, ag_claim *o) {
  agi_claim *c = o->claim;
  if (cx->agent) hold_by(c, agi_agent_of(cx->agent));
  if (agi_load_acquire(&c->state) != AGI_CLAIM_HELD) return false;
  if (agi_clock(c->rt) < __atomic_load_n(&c->news.until_ns, __ATOMIC_RELAXED)) return true;
  backend_of(c)->expire(backend_of(c)->state, cx, &c->news); // the next one need not wait for the timer to notice
  return false;
}
