// abi_channel.h — channels: bounded queues that any number of agents (and C threads, agent.h) send to and receive from.
// Owns:     the layout of a channel and the fast path of sending and receiving, inline where the compiler knows atomics.
// Promises: an item is moved in and out once, and belongs to the channel meanwhile. Order is first in first out, of items and of
//           those that wait. Without anybody waiting an operation is one compare-exchange.
// Does not: wait inline: that is runtime/src/prim/channel.c, which also says why this is right.
//
// A position is lap << 31 | index << 3 | flags; the flags stand in both `tail` (where the next item goes) and `head` (where the
// next comes from), so that no compare-exchange succeeds past one that has been set. Slot i holds a stamp: the position at
// which it can be written, or that | 1 once it can be read.
#ifndef AGENT_ABI_CHANNEL_H
#define AGENT_ABI_CHANNEL_H

typedef struct ag_channel ag_channel;
extern const ag_class ag_class_channel;

// A new channel (atomic count, owned by the caller). Below capacity 1: raises BadConversion; more than memory holds: OutOfMemory.
ag_channel *ag__channel(ag_cx *cx, int64_t capacity, const ag_type *elem);
// Suspending. Consumes *item, of elem's size, whatever comes of it. deadline: ag_deadline, 0: none. AG_FAILED: ChannelClosed, Timeout,
// Deadlock. Keeps what it needs in a frame of its own: after a suspension only fp and out are looked at.
int ag_channel_send(ag_cx *cx, ag_frame **fp, ag_channel *c, void *item, int64_t deadline, const char *file,
                    uint32_t line);
// Suspending. *has: an item is in *out, owned by the caller; else the channel is closed and empty. AG_FAILED: Timeout, Deadlock.
int ag_channel_recv(ag_cx *cx, ag_frame **fp, ag_channel *c, bool *has, void *out, int64_t deadline, const char *file,
                    uint32_t line);
// These never wait. From any thread that has a context.
bool ag_channel_try_send(ag_cx *cx, ag_channel *c, void *item); // consumes *item; false: full or closed, it is dropped
bool ag_channel_offer(ag_cx *cx, ag_channel *c, void *item, void *out); // as try_send; true: refused, and moved to *out
bool ag_channel_try_recv(ag_cx *cx, ag_channel *c, void *out);          // false: empty
void ag_channel_close(ag_cx *cx, ag_channel *c);  // who waits to send fails; what is in it can be received
int64_t ag_channel_len(ag_cx *cx, ag_channel *c); // a moment's truth while others are at work
int64_t ag_channel_capacity(ag_cx *cx, ag_channel *c);
bool ag_channel_is_closed(ag_cx *cx, ag_channel *c);
// Another worker has taken the position that the caller wanted: stays away from it for a moment.
void ag_channel_lost(void);

#ifdef __TINYC__
#define ag_channel_send_inline(cx, fp, c, item, size, deadline, file, line) \
  ag_channel_send(cx, fp, c, item, deadline, file, line)
#define ag_channel_recv_inline(cx, fp, c, has, out, size, deadline, file, line) \
  ag_channel_recv(cx, fp, c, has, out, deadline, file, line)
#define ag_channel_try_send_inline(cx, c, item, size) ag_channel_try_send(cx, c, item)
#define ag_channel_try_recv_inline(cx, c, out, size) ag_channel_try_recv(cx, c, out)
#else

#define AG_CHANNEL_CLOSED UINT64_C(1)    // in tail: nothing is sent any more
#define AG_CHANNEL_RECEIVERS UINT64_C(2) // in tail: receivers wait, the channel is empty
#define AG_CHANNEL_SENDERS UINT64_C(4)   // in both: senders wait, the channel is full
#define AG_CHANNEL_FLAGS UINT64_C(7)
#define AG_CHANNEL_ONE UINT64_C(8)
#define AG_CHANNEL_LAP (UINT64_C(1) << 31)
#define AG_CHANNEL_INDEX (AG_CHANNEL_LAP - AG_CHANNEL_ONE)
#define AG_CHANNEL_READABLE UINT64_C(1) // in a stamp

#define AG_CHANNEL_LINE __attribute__((aligned(64)))
struct ag_channel {
  ag_obj h;
  char *slots;
  uint64_t last; // position of the last index in lap 0
  const ag_type *elem;
  AG_CHANNEL_LINE uint64_t tail; // atomic
  AG_CHANNEL_LINE uint64_t head; // atomic
  // the runtime's
  AG_CHANNEL_LINE uint32_t lock;
  void *senders[2], *receivers[2]; // those that wait: the oldest, the newest
};

typedef struct ag_channel_slot {
  uint64_t stamp; // atomic
  char item[];
} ag_channel_slot;

static inline size_t ag_channel_stride(size_t size) { return 8 + ((size + 7) & ~(size_t)7); }
static inline ag_channel_slot *ag_channel_at(const ag_channel *c, uint64_t position, size_t size) {
  uint64_t index = (position & AG_CHANNEL_INDEX) / AG_CHANNEL_ONE;
  return (ag_channel_slot *)(void *)(c->slots + index * ag_channel_stride(size));
}

// False: nothing has happened. The last index of a lap always says so: there the runtime looks whether others wait for the worker.
static inline bool ag_channel_put_fast(ag_channel *c, const void *item, size_t size) {
  uint64_t t = __atomic_load_n(&c->tail, __ATOMIC_RELAXED);
  if (AG_UNLIKELY((t & AG_CHANNEL_FLAGS) || (t & AG_CHANNEL_INDEX) == c->last)) return false;
  ag_channel_slot *s = ag_channel_at(c, t, size);
  if (AG_UNLIKELY(__atomic_load_n(&s->stamp, __ATOMIC_ACQUIRE) != t)) return false;
  if (AG_UNLIKELY(
          !__atomic_compare_exchange_n(&c->tail, &t, t + AG_CHANNEL_ONE, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))) {
    ag_channel_lost();
    return false;
  }
  __builtin_memcpy(s->item, item, size);
  __atomic_store_n(&s->stamp, t | AG_CHANNEL_READABLE, __ATOMIC_RELEASE);
  return true;
}

static inline bool ag_channel_take_fast(ag_channel *c, void *out, size_t size) {
  uint64_t h = __atomic_load_n(&c->head, __ATOMIC_RELAXED);
  if (AG_UNLIKELY((h & AG_CHANNEL_FLAGS) || (h & AG_CHANNEL_INDEX) == c->last)) return false;
  ag_channel_slot *s = ag_channel_at(c, h, size);
  if (AG_UNLIKELY(__atomic_load_n(&s->stamp, __ATOMIC_ACQUIRE) != (h | AG_CHANNEL_READABLE))) return false;
  if (AG_UNLIKELY(
          !__atomic_compare_exchange_n(&c->head, &h, h + AG_CHANNEL_ONE, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))) {
    ag_channel_lost();
    return false;
  }
  __builtin_memcpy(out, s->item, size);
  __atomic_store_n(&s->stamp, h + AG_CHANNEL_LAP, __ATOMIC_RELEASE);
  return true;
}

// The same as those without `_inline`, for a `size` that is known when it is compiled.
static inline int ag_channel_send_inline(ag_cx *cx, ag_frame **fp, ag_channel *c, void *item, size_t size,
                                         int64_t deadline, const char *file, uint32_t line) {
  if (AG_LIKELY(!*fp) && ag_channel_put_fast(c, item, size)) return AG_DONE;
  return ag_channel_send(cx, fp, c, item, deadline, file, line);
}
static inline int ag_channel_recv_inline(ag_cx *cx, ag_frame **fp, ag_channel *c, bool *has, void *out, size_t size,
                                         int64_t deadline, const char *file, uint32_t line) {
  if (AG_LIKELY(!*fp) && ag_channel_take_fast(c, out, size)) {
    *has = true;
    return AG_DONE;
  }
  return ag_channel_recv(cx, fp, c, has, out, deadline, file, line);
}
static inline bool ag_channel_try_send_inline(ag_cx *cx, ag_channel *c, void *item, size_t size) {
  return ag_channel_put_fast(c, item, size) || ag_channel_try_send(cx, c, item);
}
static inline bool ag_channel_try_recv_inline(ag_cx *cx, ag_channel *c, void *out, size_t size) {
  return ag_channel_take_fast(c, out, size) || ag_channel_try_recv(cx, c, out);
}
#endif

#endif
