// channel_guest.c — channels for threads of the host (agent.h): the same lists of those that wait, but the thread sleeps.
// Owns:     the waiter of each guest: it lives as long as the guest's memory, since who wakes it looks at it once more afterwards.
// Promises: as channel.c. A thread looks again for a moment before it sleeps: to be woken costs more than most waits.
//   access table: channel.c
#include <agent/agent.h>

#include "prim/channel.h"

enum { LOOKS = 400 };

ag_status ag_channel_new(ag_cx *cx, int64_t capacity, const ag_type *elem, ag_channel **out) {
  *out = ag__channel(cx, capacity, elem);
  if (*out) return AG_OK;
  bool memory = cx->err->cls == &ag_error_OutOfMemory;
  ag_release(cx, cx->err);
  cx->err = NULL;
  return memory ? AG_ERR_MEMORY : AG_ERR_INVALID;
}

static agi_channel_wait *waiter(agi_worker *w, ag_channel *c, bool sends, void *item) {
  if (!w->channel_wait) w->channel_wait = agi_alloc_zeroed(sizeof(agi_channel_wait));
  agi_channel_wait *x = w->channel_wait;
  x->channel = c;
  x->sends = sends;
  x->item = item;
  agi_store_relaxed(&x->state, AGI_CHANNEL_WAITS);
  return x;
}

static uint32_t outcome(agi_channel_wait *x, int64_t timeout_ns) {
  int64_t end = timeout_ns < 0 ? INT64_MAX : agi_now_ns() + timeout_ns;
  uint32_t state;
  for (unsigned n = 0; (state = agi_load_acquire(&x->state)) == AGI_CHANNEL_WAITS; n++) {
    if (n < LOOKS) {
      agi_pause();
      continue;
    }
    int64_t left = timeout_ns < 0 ? -1 : end - agi_now_ns();
    if (timeout_ns >= 0 && left <= 0) agi_channel_withdraw(x, AGI_CHANNEL_LATE);
    else agi_futex_wait(&x->state, AGI_CHANNEL_WAITS, left);
  }
  return state;
}

static ag_status blocking(ag_cx *cx, ag_channel *c, bool sends, void *item, int64_t timeout_ns) {
  agi_worker *w = agi_worker_of(cx);
  agi_channel_wait *woken = NULL, *x = timeout_ns ? waiter(w, c, sends, item) : NULL;
  uint32_t how = agi_channel_attempt(c, sends, item, x, &woken);
  agi_channel_wake(w, woken);
  if (how == AGI_CHANNEL_WAITS && x) how = outcome(x, timeout_ns);
  if (how == AGI_CHANNEL_DONE) return AG_OK;
  return how == AGI_CHANNEL_ENDED ? AG_ERR_CLOSED : AG_ERR_TIMEOUT;
}

ag_status ag_channel_send_blocking(ag_cx *cx, ag_channel *c, void *item, int64_t timeout_ns) {
  if (ag_channel_put_fast(c, item, c->elem->size)) return AG_OK;
  return blocking(cx, c, true, item, timeout_ns);
}

ag_status ag_channel_recv_blocking(ag_cx *cx, ag_channel *c, void *out, int64_t timeout_ns) {
  if (ag_channel_take_fast(c, out, c->elem->size)) return AG_OK;
  return blocking(cx, c, false, out, timeout_ns);
}
