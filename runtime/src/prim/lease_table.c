// lease_table.c — leases kept in this process: the backend that a runtime has unless it is given another.
// Owns:     who holds what, and who waits for it, in order; the last number given out.
// Promises: numbers only grow, over all names. Whoever asks is granted the lease in the order of asking; who has left is passed over.
//           Claims are told after the lock has been given back.
//   field      written by       read by
//   all        under lock       under lock
#include <string.h>

#include "data/data.h"
#include "prim/lease.h"

enum { FEWEST_BUCKETS = 64 }; // a power of 2; as many as there are names, or half of that

struct agi_lease_entry {
  agi_lease_entry *next;
  uint32_t hash;
  agi_claim *holder, *first, *last; // those that wait are linked by `queue`
};
typedef struct table {
  agi_spin lock;
  uint64_t number;
  uint32_t count, buckets_count;
  agi_lease_entry **buckets;
} table;

static agi_claim *claim_of(ag_lease_claim *c) { return AGI_CONTAINER_OF(c, agi_claim, news); }
static const char *name_of(const agi_lease_entry *e) { return (e->holder ? e->holder : e->first)->news.name; }

static uint32_t hash_of(const char *name) {
  uint32_t h = 2166136261U;
  for (; *name; name++) h = (h ^ (unsigned char)*name) * 16777619U;
  return h;
}
static agi_lease_entry **bucket_of(table *t, uint32_t hash) { return &t->buckets[hash & (t->buckets_count - 1)]; }

static agi_lease_entry *find(table *t, const char *name, uint32_t hash) {
  agi_lease_entry *e = *bucket_of(t, hash);
  while (e && (e->hash != hash || strcmp(name_of(e), name) != 0)) e = e->next;
  return e;
}

static void put_in(table *t, agi_lease_entry *e) {
  agi_lease_entry **at = bucket_of(t, e->hash);
  e->next = *at;
  *at = e;
}

static void grow(table *t) {
  agi_lease_entry **old = t->buckets;
  uint32_t n = t->buckets_count;
  t->buckets_count = n * 2;
  t->buckets = agi_alloc_zeroed(sizeof *t->buckets * t->buckets_count);
  for (uint32_t i = 0; i < n; i++) {
    for (agi_lease_entry *e = old[i], *next; e; e = next) {
      next = e->next;
      put_in(t, e);
    }
  }
  agi_free(old);
}

static agi_lease_entry *new_entry(table *t, uint32_t hash) {
  if (t->count++ == t->buckets_count) grow(t);
  agi_lease_entry *e = agi_alloc_zeroed(sizeof *e);
  e->hash = hash;
  put_in(t, e);
  return e;
}

static void remove_entry(table *t, agi_lease_entry *e) {
  agi_lease_entry **at = bucket_of(t, e->hash);
  while (*at != e) at = &(*at)->next;
  *at = e->next;
  t->count--;
  agi_free(e);
}

// To c, which is to be told (and is held for it until then).
static void grant(table *t, agi_claim *c) {
  c->entry->holder = c;
  c->news.token = ++t->number;
  __atomic_store_n(&c->news.until_ns, agi_clock(c->rt) + c->news.ttl_ns, __ATOMIC_RELAXED);
  agi_claim_ref(c);
}

// The holder goes. The next one, granted and to be told; NULL: nobody waits, the entry is gone.
static agi_claim *pass_on(table *t, agi_lease_entry *e) {
  agi_claim *next = e->first;
  e->holder = NULL;
  if (!next) {
    remove_entry(t, e);
    return NULL;
  }
  e->first = next->queue;
  if (e->first) e->first->queue_before = NULL;
  else e->last = NULL;
  grant(t, next);
  return next;
}

static void tell_granted(ag_cx *cx, agi_claim *c) {
  if (!c) return;
  ag_lease_tell(cx, &c->news, AG_LEASE_GRANTED);
  agi_claim_unref(c);
}

static void acquire(void *state, ag_cx *cx, ag_lease_claim *news) {
  table *t = state;
  agi_claim *c = claim_of(news);
  uint32_t hash = hash_of(news->name);
  agi_spin_lock(&t->lock);
  agi_lease_entry *e = find(t, news->name, hash);
  bool is_new = !e;
  c->queue = c->queue_before = NULL;
  c->entry = is_new ? new_entry(t, hash) : e;
  if (is_new) {
    grant(t, c);
  } else {
    c->queue_before = e->last;
    if (e->last) e->last->queue = c;
    else e->first = c;
    e->last = c;
  }
  agi_spin_unlock(&t->lock);
  if (is_new) tell_granted(cx, c);
}

static void leave_queue(agi_lease_entry *e, agi_claim *c) {
  if (c->queue_before) c->queue_before->queue = c->queue;
  else e->first = c->queue;
  if (c->queue) c->queue->queue_before = c->queue_before;
  else e->last = c->queue_before;
}

static void release(void *state, ag_cx *cx, ag_lease_claim *news) {
  table *t = state;
  agi_claim *c = claim_of(news), *next = NULL;
  agi_spin_lock(&t->lock);
  agi_lease_entry *e = c->entry;
  c->entry = NULL;
  if (e && e->holder == c) next = pass_on(t, e);
  else if (e) leave_queue(e, c);
  agi_spin_unlock(&t->lock);
  tell_granted(cx, next);
}

// Under the lock: c holds it no more. The next one.
static agi_claim *lose(table *t, agi_claim *c) {
  agi_lease_entry *e = c->entry;
  c->entry = NULL;
  return pass_on(t, e);
}

static void renew_or_lose(table *t, ag_cx *cx, ag_lease_claim *news, bool renew) {
  agi_claim *c = claim_of(news), *next = NULL;
  int64_t now = agi_clock(c->rt);
  agi_spin_lock(&t->lock);
  bool held = c->entry && c->entry->holder == c, late = now >= news->until_ns;
  if (held && renew && !late) __atomic_store_n(&news->until_ns, now + news->ttl_ns, __ATOMIC_RELAXED);
  if (held && late) next = lose(t, c);
  agi_spin_unlock(&t->lock);
  if (held && late) ag_lease_tell(cx, news, AG_LEASE_LOST);
  else if (held && renew) ag_lease_tell(cx, news, AG_LEASE_RENEWED);
  tell_granted(cx, next);
}

static void renew(void *state, ag_cx *cx, ag_lease_claim *news) { renew_or_lose(state, cx, news, true); }
static void expire(void *state, ag_cx *cx, ag_lease_claim *news) { renew_or_lose(state, cx, news, false); }

static void holder(void *state, const char *name, void (*look)(void *arg, const ag_lease_claim *holder), void *arg) {
  table *t = state;
  uint32_t hash = hash_of(name);
  agi_spin_lock(&t->lock);
  agi_lease_entry *e = find(t, name, hash);
  look(arg, e && e->holder ? &e->holder->news : NULL);
  agi_spin_unlock(&t->lock);
}

void agi_lease_table_new(ag_lease_backend *out) {
  table *t = agi_alloc_zeroed(sizeof *t);
  t->buckets_count = FEWEST_BUCKETS;
  t->buckets = agi_alloc_zeroed(sizeof *t->buckets * FEWEST_BUCKETS);
  *out = (ag_lease_backend){
      .state = t, .acquire = acquire, .renew = renew, .expire = expire, .release = release, .holder = holder};
}

void agi_lease_table_free(ag_lease_backend *b) {
  agi_free(((table *)b->state)->buckets);
  agi_free(b->state);
}
