// channel.c — channels: the ring where nobody waits, the lists of those that do. abi_channel.h has the layout and the fast path.
// Owns:     items in the ring; who waits, in order.
// Promises: an item is in one place at a time: the sender's, a slot, the receiver's. Nobody waits while it could go on, except
//           between the setting of a flag and the look after it. Who waits is served in order, and before those that come later. A waiter
//           that gives up (deadline, cancelled, its agent ends) leaves nothing behind; a receiver's takes no item with it.
// Method: while nobody waits, positions and stamps do all (after Vyukov, with laps so that any capacity will do). Whoever
//           finds the ring full (empty) takes the lock, sets a flag in the positions and looks again: a compare-exchange of the other
//           side is either before the flag, and then seen, or it fails and its maker comes here. While senders wait the ring is
//           full, and both positions change under the lock only: each receiver takes the oldest item and puts the first sender's in its place.
//           While receivers wait it is empty: senders hand over directly. So a sender and a receiver on one worker switch once in a ring's
//           length: who is woken runs when the waker stops.
//   field              written by                     read by      ordering
//   tail, head         compare-exchange; flags under  all          acq_rel: who sees a flag sees all before it; who sets one sees every
//                      the lock by fetch-or / and                  position taken before it
//   slot.stamp         who took the position          all          S1: release after the item is in (out), A1: acquire before it is looked at
//   slot.item          who took the position          likewise     between A1 and S1
//   senders, receivers under the lock                 likewise
//   wait.state         under the lock                 its owner    release / acquire: item and outcome
//   wait.queued        under the lock                 likewise
// Tested by: tests/runtime/stress/channel_test.c
#include "prim/channel.h"

#include <string.h>

#include "actor/future.h"
#include "actor/message.h"
#include "mem/heap.h"

enum { TURN_ITEMS = 1 << 14 }; // so many through the rings of whole laps, and the agent gives way
enum { AWAY = 64 };            // pauses: some hundreds of ns

static void lock(ag_channel *c) { agi_spin_lock((agi_spin *)(void *)&c->lock); }
static void unlock(ag_channel *c) { agi_spin_unlock((agi_spin *)(void *)&c->lock); }
static uint64_t position(const uint64_t *p) { return __atomic_load_n(p, __ATOMIC_ACQUIRE); }
static uint64_t flag_set(uint64_t *p, uint64_t f) { return __atomic_fetch_or(p, f, __ATOMIC_ACQ_REL); }
static void flag_clear(uint64_t *p, uint64_t f) { __atomic_fetch_and(p, ~f, __ATOMIC_ACQ_REL); }
// Two workers that take positions in turn pass the lines of the ring to and fro for each item. Whoever comes second stays away for a
// moment: meanwhile the other gets on with many.
void ag_channel_lost(void) {
  for (unsigned n = 0; n < AWAY; n++) agi_pause();
}

static size_t item_size(const ag_channel *c) { return c->elem->size; }

static void relax(unsigned n) {
  if (n < 64) agi_pause();
  else agi_yield();
}

// ---- the ring ----------------------------------------------------------------------------------------------------

static uint64_t after(const ag_channel *c, uint64_t p) {
  return (p & AG_CHANNEL_INDEX) == c->last ? p - c->last + AG_CHANNEL_LAP : p + AG_CHANNEL_ONE;
}

// How many items are between head and tail, which may be of different moments.
static int64_t between(const ag_channel *c, uint64_t head, uint64_t tail) {
  int64_t capacity = (int64_t)(c->last / AG_CHANNEL_ONE) + 1;
  int64_t laps = (int64_t)(tail / AG_CHANNEL_LAP) - (int64_t)(head / AG_CHANNEL_LAP);
  int64_t ahead =
      (int64_t)((tail & AG_CHANNEL_INDEX) / AG_CHANNEL_ONE) - (int64_t)((head & AG_CHANNEL_INDEX) / AG_CHANNEL_ONE);
  int64_t n = laps * capacity + ahead;
  return n < 0 ? 0 : n > capacity ? capacity : n;
}

typedef enum ring_answer { RING_OK, RING_FLAGGED, RING_NOT } ring_answer;

// RING_NOT: full. `past`: flags that do not matter to the caller.
static ring_answer ring_put(ag_channel *c, const void *item, uint64_t past) {
  for (unsigned n = 0;; n++) {
    uint64_t t = position(&c->tail), p = t & ~AG_CHANNEL_FLAGS;
    if (t & AG_CHANNEL_FLAGS & ~past) return RING_FLAGGED;
    ag_channel_slot *s = ag_channel_at(c, p, item_size(c));
    if (position(&s->stamp) == p) {
      uint64_t next = after(c, p) | (t & AG_CHANNEL_FLAGS);
      if (!__atomic_compare_exchange_n(&c->tail, &t, next, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
        ag_channel_lost();
        continue;
      }
      memcpy(s->item, item, item_size(c));
      __atomic_store_n(&s->stamp, p | AG_CHANNEL_READABLE, __ATOMIC_RELEASE);
      return RING_OK;
    }
    if ((position(&c->head) & ~AG_CHANNEL_FLAGS) + AG_CHANNEL_LAP == p) return RING_NOT;
    relax(n); // the item that was here is on its way out, or t is old
  }
}

// RING_NOT: empty.
static ring_answer ring_take(ag_channel *c, void *out, uint64_t past) {
  for (unsigned n = 0;; n++) {
    uint64_t h = position(&c->head), p = h & ~AG_CHANNEL_FLAGS;
    if (h & AG_CHANNEL_FLAGS & ~past) return RING_FLAGGED;
    ag_channel_slot *s = ag_channel_at(c, p, item_size(c));
    if (position(&s->stamp) == (p | AG_CHANNEL_READABLE)) {
      uint64_t next = after(c, p) | (h & AG_CHANNEL_FLAGS);
      if (!__atomic_compare_exchange_n(&c->head, &h, next, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
        ag_channel_lost();
        continue;
      }
      memcpy(out, s->item, item_size(c));
      __atomic_store_n(&s->stamp, p + AG_CHANNEL_LAP, __ATOMIC_RELEASE);
      return RING_OK;
    }
    if ((position(&c->tail) & ~AG_CHANNEL_FLAGS) == p) return RING_NOT;
    relax(n); // an item is on its way in, or h is old
  }
}

// ---- those that wait ---------------------------------------------------------------------------------------------

static void append(void **list, agi_channel_wait *w) {
  w->next = NULL;
  w->prev = list[1];
  if (w->prev) w->prev->next = w;
  else list[0] = w;
  list[1] = w;
  w->queued = true;
}

static void take_out(void **list, agi_channel_wait *w) {
  if (w->next) w->next->prev = w->prev;
  else list[1] = w->prev;
  if (w->prev) w->prev->next = w->next;
  else list[0] = w->next;
  w->queued = false;
}

static void flags_clear(ag_channel *c) { // of empty lists
  if (!c->receivers[0]) flag_clear(&c->tail, AG_CHANNEL_RECEIVERS);
  if (c->senders[0]) return;
  flag_clear(&c->tail, AG_CHANNEL_SENDERS);
  flag_clear(&c->head, AG_CHANNEL_SENDERS);
}

// The first of a list goes, with this outcome.
static agi_channel_wait *serve(ag_channel *c, void **list, uint32_t how) {
  agi_channel_wait *w = list[0];
  take_out(list, w);
  flags_clear(c);
  agi_store_release(&w->state, how);
  return w;
}

void agi_channel_wake(agi_worker *w, agi_channel_wait *woken) {
  if (!woken) return;
  if (woken->agent) {
    agi_edge_clear(woken->agent);
    agi_agent_wake(w, woken->agent);
  } else {
    agi_futex_wake(&woken->state);
  }
}

// One that has begun to wait and is not in the list yet stays: it sees itself that it has been told to end (turn.c), as it has by then.
bool agi_channel_withdraw(agi_channel_wait *w, uint32_t how) {
  ag_channel *c = w->channel;
  lock(c);
  bool waits = w->queued;
  if (waits) {
    take_out(w->sends ? c->senders : c->receivers, w);
    flags_clear(c);
    agi_store_release(&w->state, how);
  }
  unlock(c);
  return waits;
}

// ---- sending and receiving where somebody waits (under the lock) ---------------------------------------------------

static uint32_t queue_up(ag_channel *c, agi_channel_wait *w) {
  if (w) append(w->sends ? c->senders : c->receivers, w);
  flags_clear(c);
  return AGI_CHANNEL_WAITS;
}

static uint32_t send_locked(ag_channel *c, void *item, agi_channel_wait *w, agi_channel_wait **woken) {
  if (position(&c->tail) & AG_CHANNEL_CLOSED) return AGI_CHANNEL_ENDED;
  if (c->receivers[0]) {
    memcpy(((agi_channel_wait *)c->receivers[0])->item, item, item_size(c));
    *woken = serve(c, c->receivers, AGI_CHANNEL_DONE);
    return AGI_CHANNEL_DONE;
  }
  if (c->senders[0]) return queue_up(c, w);
  flag_set(&c->tail, AG_CHANNEL_SENDERS);
  flag_set(&c->head, AG_CHANNEL_SENDERS); // from here on nobody comes or goes
  if (ring_put(c, item, AG_CHANNEL_SENDERS) == RING_NOT) return queue_up(c, w);
  flags_clear(c);
  return AGI_CHANNEL_DONE;
}

static uint32_t recv_locked(ag_channel *c, void *out, agi_channel_wait *w, agi_channel_wait **woken) {
  if (c->senders[0]) {
    ring_take(c, out, AG_CHANNEL_SENDERS);
    ring_put(c, ((agi_channel_wait *)c->senders[0])->item, AG_CHANNEL_SENDERS);
    *woken = serve(c, c->senders, AGI_CHANNEL_DONE);
    return AGI_CHANNEL_DONE;
  }
  if (c->receivers[0]) return queue_up(c, w);
  uint64_t t = flag_set(&c->tail, AG_CHANNEL_RECEIVERS); // from here on nobody sends
  if (ring_take(c, out, 0) == RING_OK) {
    flags_clear(c);
    return AGI_CHANNEL_DONE;
  }
  if (!(t & AG_CHANNEL_CLOSED)) return queue_up(c, w);
  flags_clear(c);
  return AGI_CHANNEL_ENDED;
}

uint32_t agi_channel_attempt(ag_channel *c, bool sends, void *item, agi_channel_wait *w, agi_channel_wait **woken) {
  lock(c);
  uint32_t r = sends ? send_locked(c, item, w, woken) : recv_locked(c, item, w, woken);
  unlock(c);
  return r;
}

// ---- without waiting -----------------------------------------------------------------------------------------------

static uint32_t try(ag_cx *cx, ag_channel *c, bool sends, void *item) {
  ring_answer r = sends ? ring_put(c, item, 0) : ring_take(c, item, 0);
  if (r == RING_OK) return AGI_CHANNEL_DONE;
  if (r == RING_NOT) return AGI_CHANNEL_WAITS;
  agi_channel_wait *woken = NULL;
  uint32_t how = agi_channel_attempt(c, sends, item, NULL, &woken);
  agi_channel_wake(agi_worker_of(cx), woken);
  return how;
}

bool ag_channel_try_send(ag_cx *cx, ag_channel *c, void *item) {
  if (try(cx, c, true, item) == AGI_CHANNEL_DONE) return true;
  if (c->elem->drop) c->elem->drop(cx, item);
  return false;
}

bool ag_channel_offer(ag_cx *cx, ag_channel *c, void *item, void *out) {
  if (try(cx, c, true, item) == AGI_CHANNEL_DONE) return false;
  memcpy(out, item, item_size(c));
  return true;
}

bool ag_channel_try_recv(ag_cx *cx, ag_channel *c, void *out) { return try(cx, c, false, out) == AGI_CHANNEL_DONE; }

// ---- waiting -------------------------------------------------------------------------------------------------------

static void expired(agi_wheel_node *n, void *cx) {
  agi_channel_wait *w = AGI_CONTAINER_OF(n, agi_channel_wait, expiry);
  if (agi_channel_withdraw(w, AGI_CHANNEL_LATE)) agi_channel_wake(cx, w);
}

static bool withdraw(agi_wait *wait, agi_agent *a) {
  (void)a;
  return agi_channel_withdraw(AGI_CONTAINER_OF(wait, agi_channel_wait, wait), AGI_CHANNEL_LATE);
}
static const agi_wait_kind channel_wait = {.withdraw = withdraw};

static agi_channel_wait *wait_new(agi_worker *w, ag_frame **fp, ag_channel *c, bool sends, uint32_t state) {
  agi_channel_wait *x = (agi_channel_wait *)(void *)ag_frame_new(&w->cx, (uint32_t)(sizeof *x + item_size(c)));
  ag_frame head = x->frame;
  *x = (agi_channel_wait){.frame = head, .channel = c, .agent = agi_agent_of(w->cx.agent), .sends = sends};
  atomic_init(&x->state, state);
  x->wait.kind = &channel_wait;
  x->expiry.fire = expired;
  x->item = x->store;
  agi_agent_of(w->cx.agent)->current = w->msg; // before others can see that it waits
  *fp = &x->frame;
  return x;
}

static int finish(agi_worker *w, ag_frame **fp, int r) {
  ag_frame_free(&w->cx, *fp);
  *fp = NULL;
  return r;
}

static void drop_item(agi_worker *w, agi_channel_wait *x) {
  if (x->channel->elem->drop) x->channel->elem->drop(&w->cx, x->item);
}

// After a lap an agent lets others have the worker, if it was a long one.
static bool gives_way(agi_worker *w, const ag_channel *c, const uint64_t *p) {
  if ((__atomic_load_n(p, __ATOMIC_RELAXED) & AG_CHANNEL_INDEX) != c->last) return false;
  uint32_t lap = (uint32_t)(c->last / AG_CHANNEL_ONE) + 1;
  w->channel_all += lap;
  w->channel_items += lap;
  if (AGI_LIKELY(w->channel_items < TURN_ITEMS)) return false;
  w->channel_items = 0;
  w->yield = true;
  return true;
}

// The first attempt of an operation, or the first after giving way. The item is in x, or still the caller's (x NULL).
static uint32_t begin(agi_worker *w, ag_frame **fp, ag_channel *c, bool sends, void *item, int64_t deadline) {
  agi_channel_wait *x = (agi_channel_wait *)(void *)*fp, *woken = NULL;
  ring_answer r = sends ? ring_put(c, item, 0) : ring_take(c, item, 0);
  if (r == RING_OK) return AGI_CHANNEL_DONE;
  if (deadline && agi_clock(w->rt) >= deadline) {
    uint32_t how = r == RING_FLAGGED ? agi_channel_attempt(c, sends, item, NULL, &woken) : AGI_CHANNEL_WAITS;
    agi_channel_wake(w, woken);
    return how == AGI_CHANNEL_WAITS ? AGI_CHANNEL_LATE : how;
  }
  if (!x) x = wait_new(w, fp, c, sends, AGI_CHANNEL_WAITS);
  if (sends && item != x->item) memcpy(x->item, item, item_size(c));
  agi_store_relaxed(&x->state, AGI_CHANNEL_WAITS);
  x->deadline = deadline;
  agi_wait_begin(x->agent, &x->wait);
  uint32_t how = agi_channel_attempt(c, sends, x->item, x, &woken);
  if (how != AGI_CHANNEL_WAITS) agi_wait_end(x->agent);
  agi_channel_wake(w, woken);
  if (how != AGI_CHANNEL_WAITS) {
    if (!sends && how == AGI_CHANNEL_DONE && item != x->item) memcpy(item, x->item, item_size(c));
    return how;
  }
  if (deadline) agi_wheel_add(agi_wheel_of(w), &x->expiry, deadline);
  x->armed = deadline != 0;
  return AGI_CHANNEL_WAITS;
}

// The error of an operation that failed, at its place.
static int fail(agi_worker *w, uint32_t how, const char *file, uint32_t line) {
  if (w->cx.err) agi_error_place(w->cx.err, file, line);
  else ag_raise(&w->cx, how == AGI_CHANNEL_LATE ? &ag_error_Timeout : &ag_error_ChannelClosed, NULL, file, line);
  return AG_FAILED;
}

// Resumed: what became of it? WAITS: nothing yet. When the agent has been cancelled, or nothing can happen any more
// (cx->err), it is taken out; an item that a receiver got goes.
static uint32_t resumed(agi_worker *w, ag_frame **fp) {
  agi_channel_wait *x = (agi_channel_wait *)(void *)*fp;
  uint32_t how = agi_load_acquire(&x->state);
  if (AGI_UNLIKELY(w->cx.err)) {
    if (how == AGI_CHANNEL_WAITS) agi_channel_withdraw(x, AGI_CHANNEL_LATE);
    how = agi_load_acquire(&x->state);
  } else if (how == AGI_CHANNEL_RETRY) {
    how = begin(w, fp, x->channel, x->sends, x->item, x->deadline);
  }
  if (how == AGI_CHANNEL_WAITS) return how;
  if (x->armed) agi_wheel_cancel(&x->expiry);
  x->armed = false;
  return how;
}

static int retry(agi_worker *w, ag_frame **fp, ag_channel *c, void *item, bool sends, int64_t deadline) {
  agi_channel_wait *x = wait_new(w, fp, c, sends, AGI_CHANNEL_RETRY);
  if (sends) memcpy(x->item, item, item_size(c));
  x->deadline = deadline;
  return AG_SUSPENDED;
}

static int send_resumed(agi_worker *w, ag_frame **fp, const char *file, uint32_t line) {
  agi_channel_wait *x = (agi_channel_wait *)(void *)*fp;
  uint32_t how = resumed(w, fp);
  if (how == AGI_CHANNEL_WAITS) return AG_SUSPENDED;
  if (how != AGI_CHANNEL_DONE) drop_item(w, x);
  if (how != AGI_CHANNEL_DONE || w->cx.err) fail(w, how, file, line);
  return finish(w, fp, w->cx.err ? AG_FAILED : AG_DONE);
}

int ag_channel_send(ag_cx *cx, ag_frame **fp, ag_channel *c, void *item, int64_t deadline, const char *file,
                    uint32_t line) {
  agi_worker *w = agi_worker_of(cx);
  if (*fp) return send_resumed(w, fp, file, line);
  int r = AG_SUSPENDED;
  if (gives_way(w, c, &c->tail)) {
    r = retry(w, fp, c, item, true, deadline);
  } else {
    uint32_t how = begin(w, fp, c, true, item, deadline);
    if (how == AGI_CHANNEL_DONE) r = AG_DONE;
    else if (how != AGI_CHANNEL_WAITS) {
      if (c->elem->drop) c->elem->drop(cx, item);
      r = fail(w, how, file, line);
    }
    if (r != AG_SUSPENDED && *fp) finish(w, fp, r);
  }
  return r;
}

static int recv_resumed(agi_worker *w, ag_frame **fp, bool *has, void *out, const char *file, uint32_t line) {
  agi_channel_wait *x = (agi_channel_wait *)(void *)*fp;
  uint32_t how = resumed(w, fp);
  if (how == AGI_CHANNEL_WAITS) return AG_SUSPENDED;
  *has = how == AGI_CHANNEL_DONE && !w->cx.err;
  if (*has) memcpy(out, x->item, item_size(x->channel));
  else if (how == AGI_CHANNEL_DONE) drop_item(w, x);
  if (w->cx.err || how == AGI_CHANNEL_LATE) fail(w, how, file, line);
  return finish(w, fp, w->cx.err ? AG_FAILED : AG_DONE);
}

int ag_channel_recv(ag_cx *cx, ag_frame **fp, ag_channel *c, bool *has, void *out, int64_t deadline, const char *file,
                    uint32_t line) {
  agi_worker *w = agi_worker_of(cx);
  if (*fp) return recv_resumed(w, fp, has, out, file, line);
  int r = AG_SUSPENDED;
  if (gives_way(w, c, &c->head)) {
    r = retry(w, fp, c, NULL, false, deadline);
  } else {
    uint32_t how = begin(w, fp, c, false, out, deadline);
    *has = how == AGI_CHANNEL_DONE;
    if (how == AGI_CHANNEL_DONE || how == AGI_CHANNEL_ENDED) r = AG_DONE;
    else if (how == AGI_CHANNEL_LATE) r = fail(w, how, file, line);
    if (r != AG_SUSPENDED && *fp) finish(w, fp, r);
  }
  return r;
}

// ---- birth, end, questions -------------------------------------------------------------------------------------------

void ag_channel_close(ag_cx *cx, ag_channel *c) {
  agi_channel_wait *woken;
  do {
    lock(c);
    flag_set(&c->tail, AG_CHANNEL_CLOSED); // from here on nobody queues up
    void **list = c->receivers[0] ? c->receivers : c->senders;
    woken = list[0] ? serve(c, list, AGI_CHANNEL_ENDED) : NULL;
    unlock(c);
    agi_channel_wake(agi_worker_of(cx), woken);
  } while (woken);
}

bool ag_channel_is_closed(ag_cx *cx, ag_channel *c) {
  (void)cx;
  return (position(&c->tail) & AG_CHANNEL_CLOSED) != 0;
}

int64_t ag_channel_len(ag_cx *cx, ag_channel *c) {
  (void)cx;
  uint64_t head = position(&c->head); // first: items that come meanwhile are counted, none twice
  return between(c, head, position(&c->tail));
}

int64_t ag_channel_capacity(ag_cx *cx, ag_channel *c) {
  (void)cx;
  return (int64_t)(c->last / AG_CHANNEL_ONE) + 1;
}

static void drop(ag_cx *cx, void *obj) {
  ag_channel *c = obj;
  uint64_t h = c->head & ~AG_CHANNEL_FLAGS, t = c->tail & ~AG_CHANNEL_FLAGS;
  for (; c->elem->drop && h != t; h = after(c, h)) c->elem->drop(cx, ag_channel_at(c, h, item_size(c))->item);
  agi_free(c->slots);
}

const ag_class ag_class_channel = {.name = "Channel", .size = sizeof(ag_channel), .drop = drop};

ag_channel *ag__channel(ag_cx *cx, int64_t capacity, const ag_type *elem) {
  size_t stride = ag_channel_stride(elem->size);
  if (capacity < 1) {
    ag_raise(cx, &ag_error_BadConversion, "a channel holds at least one item", NULL, 0);
    return NULL;
  }
  if (capacity > (int64_t)(AG_CHANNEL_INDEX / AG_CHANNEL_ONE) || !agi_plausible(capacity, (int64_t)stride)) {
    ag_raise(cx, &ag_error_OutOfMemory, NULL, NULL, 0);
    return NULL;
  }
  ag_channel *c = agi_alloc_aligned(64, sizeof *c);
  c->h.cls = &ag_class_channel;
  c->h.rc = -1;
  agi_born(&c->h);
  c->elem = elem;
  c->last = ((uint64_t)capacity - 1) * AG_CHANNEL_ONE;
  c->slots = agi_alloc_aligned(64, (size_t)capacity * stride);
  for (uint64_t p = 0; p <= c->last; p += AG_CHANNEL_ONE) ag_channel_at(c, p, elem->size)->stamp = p;
  return c;
}
