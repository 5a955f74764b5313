// wait_walk.c — see wait.h: walking the wait graph, breaking or reporting cycles.
// Method: from the agent that begins to wait, lock the edges of all who are waited for, directly or not. Whoever does not wait
//         is live; who waits for a live one is, and who waits for several when enough of them are; the others are stuck (the
//         least set that is live, so those who wait for each other are not). If the first is stuck, its circle is looked at: those
//         stuck that it waits for and that wait for it. Other stuck ones are in circles of their own, which somebody else is
//         about to find, or has: they are taken to be live. The first's wait is a deadlock if it is hopeless even then. So the signals
//         of paused senders in the circle go through; if it is hopeless even with those, the wait fails.
// Why no deadlock is missed: take stuck agents that wait for each other and for nobody else who is stuck. All have published
//         their edges before they looked; whoever did so last saw the edge of one it waits for, walked, and met all of them with the edges
//         that they still have. That the first alone could end it is not asked: with several circles through one agent (a
//         quorum that needs all) nobody can, and those who close them at the same time would leave it to each other.
// The wait for several (a quorum) or for a lease fails only if it is hopeless with those live whose waits have a deadline: they
//         may still answer.
// Tested by: tests/runtime/unit/deadlock_test.c, tests/runtime/stress/circle_test.c, wait_test.c
#include <stdio.h>

#include "actor/future.h"
#include "actor/mailbox.h"
#include "actor/wait.h"

typedef struct node {
  agi_agent *a;
  uintptr_t edge;
  uint32_t via; // on the way from the first
  bool stuck;
  bool circle; // it waits for the first
  bool forced; // its signal is to go through
} node;

enum { FEW = 16 };
#define NONE UINT32_MAX
typedef struct walk {
  node *nodes; // the first is the agent that begins to wait
  uint32_t count, room;
  bool patient;          // who has a deadline is live
  uint32_t *table, mask; // indices + 1 by agent; NULL while there are few
  agi_agent **held;      // targets of objects, retained until the end
  uint32_t held_count, held_room;
  node few[FEW];
} walk;

// ---- the set of nodes --------------------------------------------------------------------------------------------

static uint32_t slot_of(const walk *k, const agi_agent *a) {
  uint32_t i = (uint32_t)(((uintptr_t)a >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 32) & k->mask;
  while (k->table[i] && k->nodes[k->table[i] - 1].a != a) i = (i + 1) & k->mask;
  return i;
}

static uint32_t find(const walk *k, const agi_agent *a) {
  if (k->table) return k->table[slot_of(k, a)] - 1;
  uint32_t i = 0;
  while (i < k->count && k->nodes[i].a != a) i++;
  return i < k->count ? i : NONE;
}

static void grow(walk *k) {
  uint32_t room = k->room * 2;
  node *more = agi_alloc(room * sizeof *more);
  memcpy(more, k->nodes, k->count * sizeof *more);
  if (k->nodes != k->few) agi_free(k->nodes);
  agi_free(k->table);
  k->nodes = more;
  k->room = room;
  k->mask = room * 2 - 1;
  k->table = agi_alloc_zeroed((k->mask + 1) * sizeof *k->table);
  for (uint32_t i = 0; i < k->count; i++) k->table[slot_of(k, k->nodes[i].a)] = i + 1;
}

static void push(walk *k, agi_agent *a, uintptr_t edge) {
  if (k->count == k->room) grow(k);
  k->nodes[k->count++] = (node){.a = a, .edge = edge, .via = NONE, .stuck = true};
  if (k->table) k->table[slot_of(k, a)] = k->count;
}

static void hold(walk *k, agi_agent *a) {
  if (k->held_count == k->held_room) {
    uint32_t room = k->held_room * 2 + 16;
    agi_agent **more = agi_alloc(room * sizeof *more);
    if (k->held_count) memcpy(more, k->held, k->held_count * sizeof *more);
    agi_free(k->held);
    k->held = more;
    k->held_room = room;
  }
  k->held[k->held_count++] = a;
}

static void walk_begin(walk *k, agi_agent *self, uintptr_t own) {
  k->nodes = k->few;
  k->room = FEW;
  k->count = k->held_count = k->held_room = k->mask = 0;
  k->table = NULL;
  k->held = NULL;
  k->patient = false;
  push(k, self, own);
}

// Outside of `graph`: who is released may end.
static void walk_end(agi_worker *w, walk *k) {
  for (uint32_t i = 0; i < k->held_count; i++) ag_release(&w->cx, k->held[i]);
  agi_free(k->held);
  agi_free(k->table);
  if (k->nodes != k->few) agi_free(k->nodes);
}

// ---- exploring (all under rt->graph) -----------------------------------------------------------------------------

static agi_wait *object_of(uintptr_t edge) {
  return edge & AGI_EDGE_OBJECT ? (agi_wait *)(edge & ~AGI_EDGE_BITS) : NULL;
}

static agi_agent *single_target(uintptr_t edge) {
  uintptr_t p = edge & ~AGI_EDGE_BITS;
  return edge & AGI_EDGE_PAUSED ? (agi_agent *)p : ((ag_future *)p)->to;
}

// 0: it waits for nobody.
static uintptr_t lock_edge(agi_agent *a) {
  uintptr_t e = agi_load_sc(&a->edge);
  for (unsigned n = 0;; n++) {
    if (e == 0) return 0;
    if (!(e & AGI_EDGE_LOOKING) && agi_cas_sc(&a->edge, &e, e | AGI_EDGE_WALKED)) return e;
    if (n < 64) agi_pause();
    else agi_yield();
    e = agi_load_sc(&a->edge);
  }
}

static void unlock_edge(agi_agent *a) { agi_store_sc(&a->edge, agi_load_relaxed(&a->edge) & ~AGI_EDGE_WALKED); }

static void visit(walk *k, agi_agent *a) {
  if (find(k, a) != NONE) return;
  uintptr_t e = lock_edge(a);
  if (e != 0) push(k, a, e);
}

static uint32_t target_count(uintptr_t edge) {
  agi_wait *object = object_of(edge);
  if (!object) return 1;
  return object->kind->count ? object->kind->count(object) : 0;
}

// NULL: it is not waited for any more.
static agi_agent *target(walk *k, uintptr_t edge, uint32_t t) {
  agi_wait *object = object_of(edge);
  if (!object) return single_target(edge);
  agi_agent *a = object->kind->target(object, t);
  if (a) hold(k, a);
  return a;
}

static void explore(walk *k) {
  for (uint32_t i = 0; i < k->count; i++) {
    uint32_t n = target_count(k->nodes[i].edge);
    for (uint32_t t = 0; t < n; t++) {
      agi_agent *a = target(k, k->nodes[i].edge, t);
      if (a) visit(k, a);
    }
  }
}

static bool is_stuck(const walk *k, const agi_agent *a) {
  uint32_t i = find(k, a);
  return i != NONE && k->nodes[i].stuck;
}

static bool is_hopeful(walk *k, uintptr_t edge) {
  agi_wait *object = object_of(edge);
  if (!object) return !is_stuck(k, single_target(edge));
  if (!object->kind->count) return true;
  uint32_t n = object->kind->count(object), gone = 0, live = 0;
  for (uint32_t t = 0; t < n; t++) {
    agi_agent *a = target(k, edge, t);
    if (!a) gone++;
    else if (!is_stuck(k, a)) live++;
  }
  return object->kind->hopeful(object, gone, live);
}

static bool is_timed(uintptr_t edge) {
  const agi_wait *object = object_of(edge);
  if (object) return object->timed;
  return !(edge & AGI_EDGE_PAUSED) && ((const ag_future *)(edge & ~AGI_EDGE_BITS))->timed;
}

static bool goes_on(walk *k, uint32_t i) {
  return (k->patient && is_timed(k->nodes[i].edge)) || is_hopeful(k, k->nodes[i].edge);
}

// Who is stuck, with the first as it is.
static void settle(walk *k) {
  for (bool again = true; again;) {
    again = false;
    for (uint32_t i = k->count - 1; i > 0; i--) { // what is far off first: a chain takes one round
      if (!k->nodes[i].stuck || !goes_on(k, i)) continue;
      k->nodes[i].stuck = false;
      again = true;
    }
  }
}

// Enters those stuck that node i waits for and that have not been met yet.
static void meet(walk *k, uint32_t i, uint32_t *queue, uint32_t *count) {
  uint32_t n = target_count(k->nodes[i].edge);
  for (uint32_t t = 0; t < n; t++) {
    agi_agent *a = target(k, k->nodes[i].edge, t);
    uint32_t at = a ? find(k, a) : NONE;
    if (at == NONE || at == 0 || !k->nodes[at].stuck || k->nodes[at].via != NONE) continue;
    k->nodes[at].via = i;
    queue[(*count)++] = at;
  }
}

// Those stuck that the first waits for, nearest first, each with the way to it. Answers the first, then them: to be freed.
static uint32_t *reached(walk *k, uint32_t *count) {
  uint32_t *queue = agi_alloc(k->count * sizeof *queue);
  for (uint32_t i = 0; i < k->count; i++) k->nodes[i].via = NONE;
  queue[0] = 0;
  *count = 1;
  for (uint32_t next = 0; next < *count; next++) meet(k, queue[next], queue, count);
  return queue;
}

static bool waits_for_circle(walk *k, uint32_t i) {
  uint32_t n = target_count(k->nodes[i].edge);
  for (uint32_t t = 0; t < n; t++) {
    agi_agent *a = target(k, k->nodes[i].edge, t);
    uint32_t at = a ? find(k, a) : NONE;
    if (at != NONE && k->nodes[at].circle) return true;
  }
  return false;
}

// Leaves nobody stuck who is not in the circle of the first. False: all are.
static bool narrow(walk *k) {
  uint32_t count, *queue = reached(k, &count);
  bool narrower = false;
  for (uint32_t i = 0; i < k->count; i++) k->nodes[i].circle = i == 0;
  for (bool again = true; again;) {
    again = false;
    for (uint32_t i = count - 1; i > 0; i--) {
      node *n = &k->nodes[queue[i]];
      if (n->circle || !waits_for_circle(k, queue[i])) continue;
      n->circle = again = true;
    }
  }
  for (uint32_t i = 0; i < k->count; i++) {
    if (!k->nodes[i].stuck || k->nodes[i].circle) continue;
    k->nodes[i].stuck = false;
    narrower = true;
  }
  agi_free(queue);
  return narrower;
}

// True: whatever happens outside of its circle, the wait that the first begins will not end. Those in it are stuck then.
static bool is_deadlock(walk *k) {
  do {
    settle(k);
    if (is_hopeful(k, k->nodes[0].edge)) return false;
  } while (narrow(k));
  return true;
}

static void unlock(const walk *k) {
  for (uint32_t i = 1; i < k->count; i++) unlock_edge(k->nodes[i].a);
}

// ---- the text of a cycle -----------------------------------------------------------------------------------------

static void text(ag_sb *sb, const char *s) { ag_sb_bytes(sb, s, (int64_t)strlen(s)); }

static void describe(ag_sb *sb, const agi_agent *a) {
  if (agi_load_relaxed(&a->flags) & AGI_MAIN) {
    text(sb, "main");
    return;
  }
  text(sb, agi_type_of(a)->cls.name);
  ag_sb_char(sb, '.');
  text(sb, agi_behaviour_of(a, a->current)->name);
}

static void describe_place(ag_sb *sb, uintptr_t edge) {
  const agi_wait *object = object_of(edge);
  const ag_future *f = (const ag_future *)(edge & ~AGI_EDGE_BITS); // no paused sender: that case never gets here
  const char *file = object ? object->file : f->file;
  char line[32];
  if (!file) return;
  snprintf(line, sizeof line, ":%u)", object ? object->line : f->line);
  text(sb, " (");
  text(sb, file);
  text(sb, line);
}

// The shortest way round among those that are stuck.
static ag_str *cycle_text(agi_worker *w, walk *k) {
  uint32_t count, next = 0, n = 0, *queue = reached(k, &count);
  for (uint32_t i = 0; i < k->count; i++) k->nodes[i].circle = i == 0;
  while (next < count && !waits_for_circle(k, queue[next])) next++;
  for (uint32_t i = queue[next < count ? next : 0]; i != 0; i = k->nodes[i].via) queue[n++] = i; // last first
  ag_sb sb;
  ag_sb_begin(&sb);
  for (uint32_t i = 0;; i = queue[--n]) {
    describe(&sb, k->nodes[i].a);
    describe_place(&sb, k->nodes[i].edge);
    text(&sb, " -> ");
    if (n == 0) break;
  }
  describe(&sb, k->nodes[0].a);
  agi_free(queue);
  return ag_sb_take(&w->cx, &sb);
}

// ---- checks ------------------------------------------------------------------------------------------------------

// The paused senders in the circle are to go on. True: there are some.
static bool mark_forced(walk *k) {
  bool some = false;
  for (uint32_t i = 1; i < k->count; i++) {
    node *n = &k->nodes[i];
    if (!n->stuck || !(n->edge & AGI_EDGE_PAUSED)) continue;
    n->stuck = false;
    n->forced = some = true;
    agi_or_sc(&n->a->flags, (uint16_t)AGI_FORCED);
  }
  return some;
}

// Unlocks all but the first, and lets the signals through of those marked: those they pause on wake them.
static void unlock_and_force(agi_worker *w, walk *k) {
  uint32_t first = k->held_count;
  for (uint32_t i = 1; i < k->count; i++) {
    if (!k->nodes[i].forced) continue;
    agi_agent *on = single_target(k->nodes[i].edge); // alive, since the signal to it is
    ag_retain(on);
    hold(k, on);
  }
  unlock(k);
  for (uint32_t i = first; i < k->held_count; i++) agi_waiters_wake(w, k->held[i], AGI_ALL_WAITERS);
}

// Marks the signals that are to go through. True: the wait fails.
static bool fails(walk *k, uintptr_t own) {
  bool deadlock;
  do deadlock = is_deadlock(k);
  while (deadlock && mark_forced(k));
  if (!deadlock || !(own & AGI_EDGE_OBJECT)) return deadlock;
  if (is_timed(own)) return false;
  for (uint32_t i = 1; i < k->count; i++) k->nodes[i].stuck = !k->nodes[i].forced;
  k->patient = true;
  return is_deadlock(k);
}

static bool checked_walk(agi_worker *w, agi_agent *a, uintptr_t own, ag_str **cycle) {
  walk k;
  bool ok = true;
  walk_begin(&k, a, own);
  pthread_mutex_lock(&w->rt->graph);
  uintptr_t e = own;
  if (agi_cas_sc(&a->edge, &e, own | AGI_EDGE_WALKED)) { // still waiting
    explore(&k);
    ok = !fails(&k, own);
    if (!ok) *cycle = cycle_text(w, &k);
    unlock_and_force(w, &k);
    agi_store_sc(&a->edge, ok ? own : 0);
  }
  pthread_mutex_unlock(&w->rt->graph);
  walk_end(w, &k);
  return ok;
}

bool agi_await_check(agi_worker *w, agi_agent *a, ag_future *f, ag_str **cycle) {
  uintptr_t own = (uintptr_t)f;
  if (AGI_UNLIKELY(f->to == a)) { // its own request
    walk k;
    walk_begin(&k, a, own);
    *cycle = cycle_text(w, &k);
    walk_end(w, &k);
    agi_store_sc(&a->edge, (uintptr_t)0);
    return false;
  }
  bool alone = agi_load_sc(&f->to->edge) == 0;
  agi_store_release(&a->edge, own); // unlocks; from here on f->to may end
  return AGI_LIKELY(alone) || checked_walk(w, a, own, cycle);
}

bool agi_wait_check(agi_worker *w, agi_agent *a, agi_wait *wait, ag_str **cycle) {
  return checked_walk(w, a, (uintptr_t)wait | AGI_EDGE_OBJECT, cycle);
}

bool agi_pause_check(agi_worker *w, agi_agent *a, agi_agent *to) {
  uintptr_t own = (uintptr_t)to | AGI_EDGE_PAUSED;
  walk k;
  agi_store_sc(&a->edge, own);
  if (agi_load_sc(&to->edge) == 0) return true;
  walk_begin(&k, a, own);
  pthread_mutex_lock(&w->rt->graph);
  explore(&k);
  bool cycle = is_deadlock(&k);
  unlock(&k);
  pthread_mutex_unlock(&w->rt->graph);
  walk_end(w, &k);
  if (cycle) agi_edge_clear(a); // somebody may be looking at it
  return !cycle;
}
