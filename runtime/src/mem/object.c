// object.c — counted objects: abi.h, "heap objects and counts".
// Owns:     taking apart what nothing refers to; the change from plain to atomic counts.
// Promises: taking apart does not recurse, however deep the graph: what a drop releases waits on a list of this thread,
//           linked through the dead objects' count fields.
// Does not: count agents: their last reference is the actors' business (ag_agent_release).
//   op               caller        reads  writes  ordering
//   retain shared    a holder      rc     rc      relaxed: the holder's own reference keeps the object alive
//   release shared   a holder      rc     rc      R1: add (acq_rel); who brings it to 0 sees all that others wrote (A1)
//   … sole holder    the holder    rc     -       A1: load (acquire) of -1 pairs with R1 of every release before it
//   retain tag       a holder      rc     rc      relaxed, as retain shared
//   release tag      a holder      rc     rc      as R1
//   freeze           sole writer   rc     rc      relaxed: published with the message that shares the object
//   share            a holder      rc     rc      relaxed; if it gave up the last reference: acq_rel, as R1
//
// Tags. An atomic count is -(references + TAG * tags), and while there are tags the references together count as one. When the
// last reference goes, what the object holds is taken apart, there and then: its parts may have plain counts that the agent
// which had the reference may change, and none that has but a tag. The memory goes with the last tag.
// What an object with an atomic count refers to may still be plain, if only its tag was taken: the count is kept below TAG_ONLY
// until it is frozen. Holders of tags may retain and release meanwhile.
// Tested by: tests/runtime/unit/data_object_test.c
#include <agent/abi.h>

#include <string.h>

#include "base/alloc.h"
#include "mem/heap.h"

typedef struct agi_dying {
  ag_obj *pending; // linked through rc
  ag_obj **tagged; // those whose memory tags still keep: their counts are in use
  int64_t tagged_count, tagged_room;
  bool busy;
} agi_dying;

// Thread-local, not in ag_cx: foreign threads release objects too.
static _Thread_local agi_dying dying;

static inline void *born(ag_obj *o, const ag_class *cls, int64_t rc) {
  o->cls = cls;
  o->rc = rc;
  agi_born(o);
  return o;
}

void *ag_new(ag_cx *cx, const ag_class *cls, int64_t rc) {
  (void)cx;
  return born(agi_alloc_zeroed(cls->size), cls, rc);
}

void *ag_new_bare(ag_cx *cx, const ag_class *cls, int64_t rc) {
  (void)cx;
  return born(agi_alloc(cls->size), cls, rc);
}

#define TAG_ONLY (-((int64_t)1 << 62))
#define TAG ((int64_t)1 << 32)

// References and tags of an atomic count.
static int64_t held(int64_t count) { return count < TAG_ONLY ? TAG_ONLY - count : -count; }
static int64_t references(int64_t count) { return held(count) & (TAG - 1); }

int64_t agi_references(ag_obj *o) {
  int64_t count = __atomic_load_n(&o->rc, __ATOMIC_ACQUIRE);
  return count > 0 ? count : references(count);
}

static void take_apart(ag_cx *cx, ag_obj *o, bool tagged) {
  if (o->cls->drop) o->cls->drop(cx, o);
  if (tagged) ag_release_tag(cx, o);
  else agi_free(o);
}

static void put_off(ag_obj *o, bool tagged) {
  if (!tagged) {
    o->rc = (int64_t)(intptr_t)dying.pending;
    dying.pending = o;
    return;
  }
  if (dying.tagged_count == dying.tagged_room) {
    dying.tagged_room = dying.tagged_room ? dying.tagged_room * 2 : 16;
    dying.tagged = agi_realloc(dying.tagged, dying.tagged_room * (int64_t)sizeof *dying.tagged);
  }
  dying.tagged[dying.tagged_count++] = o;
}

static void end_of(ag_cx *cx, ag_obj *o, bool tagged) {
  if (dying.busy && o->cls->drop) {
    put_off(o, tagged);
    return;
  }
  if (!o->cls->drop) {
    take_apart(cx, o, tagged);
    return;
  }
  dying.busy = true;
  take_apart(cx, o, tagged);
  for (;;) {
    if (dying.pending) {
      ag_obj *next = dying.pending;
      dying.pending = (ag_obj *)(intptr_t)next->rc;
      take_apart(cx, next, false);
    } else if (dying.tagged_count) {
      take_apart(cx, dying.tagged[--dying.tagged_count], true);
    } else {
      break;
    }
  }
  dying.busy = false;
  if (AG_LIKELY(!dying.tagged)) return;
  agi_free(dying.tagged);
  dying = (agi_dying){0};
}

void ag_free_obj(ag_cx *cx, ag_obj *o) { end_of(cx, o, false); }

void ag_retain_shared(ag_obj *o) {
  if (__atomic_load_n(&o->rc, __ATOMIC_ACQUIRE) == -1 && o->cls->flags & AG_CLASS_AGENT) {
    ag_agent_retain(o);
    return;
  }
  __atomic_fetch_sub(&o->rc, 1, __ATOMIC_RELAXED);
}

void ag_release_shared(ag_cx *cx, ag_obj *o) {
  if (AG_UNLIKELY(o->cls->flags & AG_CLASS_AGENT)) {
    ag_agent_release(cx, o);
    return;
  }
  int64_t count = __atomic_load_n(&o->rc, __ATOMIC_ACQUIRE);
  if (count != -1) count = __atomic_fetch_add(&o->rc, 1, __ATOMIC_ACQ_REL);
  if (references(count) == 1) end_of(cx, o, held(count) != 1);
}

// ---- tags ------------------------------------------------------------------------------------------------------
void ag_share(ag_cx *cx, ag_obj *o) {
  int64_t count = __atomic_load_n(&o->rc, __ATOMIC_RELAXED), next;
  if (count == 0 || o->cls->flags & AG_CLASS_AGENT) return;
#ifdef AG_CHECK
  ag_check_hold(o, "takes the tag of");
#endif
  do {
    int64_t now = count > 0 ? count : held(count);
    int64_t then = now - 1 + (now >= TAG ? TAG : 2 * TAG);
    next = count > 0 || count < TAG_ONLY ? TAG_ONLY - then : -then;
  } while (!__atomic_compare_exchange_n(&o->rc, &count, next, true, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
  if (references(next) == 0) end_of(cx, o, true);
}

void ag_retain_tag(void *p) {
  ag_obj *o = p;
  if (o && AG_RC(o)) __atomic_fetch_sub(&o->rc, TAG, __ATOMIC_RELAXED);
}

void ag_release_tag(ag_cx *cx, void *p) {
  (void)cx;
  ag_obj *o = p;
  if (o && AG_RC(o) && held(__atomic_fetch_add(&o->rc, TAG, __ATOMIC_ACQ_REL)) == TAG) agi_free(o);
}

// ---- freeze ----------------------------------------------------------------------------------------------------
typedef struct agi_walk {
  ag_obj **items;
  int64_t size, cap;
  ag_obj *local[64];
} agi_walk;

static void visit(ag_obj *child, void *arg) {
  agi_walk *w = arg;
  int64_t count = AG_RC(child);
#ifdef AG_CHECK
  ag_check_hold(child, "freezes");
#endif
  if (count > 0) __atomic_store_n(&child->rc, -count, __ATOMIC_RELAXED);
  else if (count < TAG_ONLY) __atomic_fetch_sub(&child->rc, TAG_ONLY, __ATOMIC_RELAXED);
  else return; // immortal, or frozen before: then so is all behind it
  if (!child->cls->each) return;
  if (w->size == w->cap) {
    int64_t cap = w->cap * 2;
    ag_obj **items = agi_realloc(w->items == w->local ? NULL : w->items, cap * (int64_t)sizeof *items);
    if (w->items == w->local) memcpy(items, w->local, sizeof w->local);
    w->items = items;
    w->cap = cap;
  }
  w->items[w->size++] = child;
}

void ag_freeze(ag_obj *o) {
  agi_walk w; // not cleared: that would take longer than to freeze one object
  w.cap = sizeof w.local / sizeof *w.local;
  w.size = 0;
  w.items = w.local;
  visit(o, &w);
  while (w.size) {
    ag_obj *next = w.items[--w.size];
    next->cls->each(next, visit, &w);
  }
  if (w.items != w.local) agi_free(w.items);
}
