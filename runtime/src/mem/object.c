// object.c — counted objects: abi.h, "heap objects and counts".
// Owns:     taking apart what nothing refers to; the change from plain to atomic counts.
// Promises: taking apart does not recurse, however deep the graph: what a drop releases waits on a list of this thread,
//           linked through the dead objects' count fields.
// Does not: count agents: their last reference is the actors' business (ag_agent_release).
//   op               caller        reads  writes  ordering
//   retain shared    a holder      rc     rc      relaxed: the holder's own reference keeps the object alive
//   release shared   a holder      rc     rc      R1: add (acq_rel); who brings it to 0 sees all that others wrote (A1)
//   … sole holder    the holder    rc     -       A1: load (acquire) of -1 pairs with R1 of every release before it
//   freeze, share    sole writer   rc     rc      relaxed: published with the message that shares the object
// An object whose `tag` alone was sent has an atomic count, but what it refers to is still plain: its count is kept
// below TAG_ONLY until it is frozen. Holders of the tag may retain and release meanwhile.
// Tested by: tests/runtime/unit/data_object_test.c
#include <agent/abi.h>

#include <string.h>

#include "base/alloc.h"
#include "mem/heap.h"

typedef struct agi_dying {
  ag_obj *pending; // linked through rc
  bool busy;
} agi_dying;

// Thread-local, not in ag_cx: foreign threads release objects too.
static _Thread_local agi_dying dying;

void *ag_new(ag_cx *cx, const ag_class *cls, int64_t rc) {
  (void)cx;
  ag_obj *o = agi_alloc_zeroed(cls->size);
  o->cls = cls;
  o->rc = rc;
  return o;
}

#define TAG_ONLY (-((int64_t)1 << 62))

void ag_retain_shared(ag_obj *o) { __atomic_fetch_sub(&o->rc, 1, __ATOMIC_RELAXED); }

void ag_release_shared(ag_cx *cx, ag_obj *o) {
  if (AG_UNLIKELY(o->cls->flags & AG_CLASS_AGENT)) {
    ag_agent_release(cx, o);
    return;
  }
  int64_t count = __atomic_load_n(&o->rc, __ATOMIC_ACQUIRE);
  if (count != -1) count = __atomic_fetch_add(&o->rc, 1, __ATOMIC_ACQ_REL);
  if (count == -1 || count == TAG_ONLY - 1) ag_free_obj(cx, o);
}

static void take_apart(ag_cx *cx, ag_obj *o) {
  if (o->cls->drop) o->cls->drop(cx, o);
  agi_free(o);
}

void ag_free_obj(ag_cx *cx, ag_obj *o) {
  if (!o->cls->drop) {
    agi_free(o);
    return;
  }
  if (dying.busy) {
    o->rc = (int64_t)(intptr_t)dying.pending;
    dying.pending = o;
    return;
  }
  dying.busy = true;
  take_apart(cx, o);
  while (dying.pending) {
    ag_obj *next = dying.pending;
    dying.pending = (ag_obj *)(intptr_t)next->rc;
    take_apart(cx, next);
  }
  dying.busy = false;
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
  agi_walk w = {.cap = 64};
  w.items = w.local;
  visit(o, &w);
  while (w.size) {
    ag_obj *next = w.items[--w.size];
    next->cls->each(next, visit, &w);
  }
  if (w.items != w.local) agi_free(w.items);
}

void ag_share(ag_obj *o) {
  int64_t count = AG_RC(o);
  if (count > 0) __atomic_store_n(&o->rc, TAG_ONLY - count, __ATOMIC_RELAXED);
}
