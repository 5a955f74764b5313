// wait_walk.c — see wait.h: walking the wait graph, breaking or reporting cycles.
// Method: from the agent that begins to wait, lock the edges of all who are waited for, directly or not. Whoever does not wait
//         is live; who waits for a live one is, and who waits for several when enough of them are; the others are stuck (the
//         least set that is live, so those who wait for each other are not). The agent's own wait is a deadlock if it is
//         hopeless, and would not be if the agent itself were live: else the cycle is that of another, who is about to find it.
//         Then it fails, or the signals of paused senders in the cycle go through. To one that waits for several (a quorum),
//         those are live whose waits have a deadline: they may still answer.
// Tested by: tests/runtime/unit/deadlock_test.c, tests/runtime/stress/wait_test.c
#include <stdio.h>

#include "actor/future.h"
#include "actor/mailbox.h"
#include "actor/wait.h"

typedef struct node {
  agi_agent *a;
  uintptr_t edge;
  uint32_t via; // on the way from the first
  bool stuck;
} node;

enum { FEW = 16 };
#define NONE UINT32_MAX
typedef struct walk {
  node *nodes; // the first is the agent that begins to wait
  uint32_t count, room;
  bool patient;
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
  k->patient = (own & AGI_EDGE_OBJECT) != 0;
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

static void explore(walk *k) {
  for (uint32_t i = 0; i < k->count; i++) {
    agi_wait *object = object_of(k->nodes[i].edge);
    if (!object) {
      visit(k, single_target(k->nodes[i].edge));
      continue;
    }
    uint32_t n = object->kind->count ? object->kind->count(object) : 0;
    for (uint32_t t = 0; t < n; t++) {
      agi_agent *a = object->kind->target(object, t);
      if (!a) continue;
      hold(k, a);
      visit(k, a);
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
    agi_agent *a = object->kind->target(object, t);
    if (a) hold(k, a);
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

// True: whatever happens, the wait that the first begins will not end.
static bool is_deadlock(walk *k) {
  explore(k);
  settle(k);
  if (is_hopeful(k, k->nodes[0].edge)) return false;
  bool *stuck = agi_alloc(k->count * sizeof *stuck);
  for (uint32_t i = 0; i < k->count; i++) stuck[i] = k->nodes[i].stuck;
  k->nodes[0].stuck = false;
  settle(k);
  bool own = is_hopeful(k, k->nodes[0].edge);
  for (uint32_t i = 0; i < k->count; i++) k->nodes[i].stuck = stuck[i];
  agi_free(stuck);
  return own;
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

// Enters those that node i waits for and that have not been met yet. True: the first is one of them.
static bool meet(walk *k, uint32_t i, uint32_t *queue, uint32_t *count) {
  agi_wait *object = object_of(k->nodes[i].edge);
  uint32_t n = object ? object->kind->count(object) : 1;
  for (uint32_t t = 0; t < n; t++) {
    agi_agent *a = object ? object->kind->target(object, t) : single_target(k->nodes[i].edge);
    if (object && a) hold(k, a);
    uint32_t at = a ? find(k, a) : NONE;
    if (at == 0) return true;
    if (at == NONE || !k->nodes[at].stuck || k->nodes[at].via != NONE) continue;
    k->nodes[at].via = i;
    queue[(*count)++] = at;
  }
  return false;
}

// The shortest way round among those that are stuck.
static ag_str *cycle_text(agi_worker *w, walk *k) {
  uint32_t *queue = agi_alloc(k->count * sizeof *queue), count = 1, next = 0, n = 0;
  queue[0] = 0;
  while (next < count && !meet(k, queue[next], queue, &count)) next++;
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

// Lets the signals of all paused senders in the cycle through: those they pause on wake them. True: there are some.
static bool force(agi_worker *w, walk *k) {
  uint32_t first = k->held_count;
  for (uint32_t i = 1; i < k->count; i++) {
    if (!k->nodes[i].stuck || !(k->nodes[i].edge & AGI_EDGE_PAUSED)) continue;
    agi_agent *on = single_target(k->nodes[i].edge); // alive, since the signal to it is
    agi_or_sc(&k->nodes[i].a->flags, (uint16_t)AGI_FORCED);
    ag_retain(on);
    hold(k, on);
  }
  if (k->held_count == first) return false;
  unlock(k);
  for (uint32_t i = first; i < k->held_count; i++) agi_waiters_wake(w, k->held[i], AGI_ALL_WAITERS);
  return true;
}

static bool checked_walk(agi_worker *w, agi_agent *a, uintptr_t own, ag_str **cycle) {
  walk k;
  bool ok = true;
  walk_begin(&k, a, own);
  pthread_mutex_lock(&w->rt->graph);
  uintptr_t e = own;
  if (agi_cas_sc(&a->edge, &e, own | AGI_EDGE_WALKED)) { // still waiting
    bool deadlock = is_deadlock(&k);
    if (!deadlock || !force(w, &k)) {
      if (deadlock) *cycle = cycle_text(w, &k);
      ok = !deadlock;
      unlock(&k);
    }
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
  bool cycle = is_deadlock(&k);
  unlock(&k);
  pthread_mutex_unlock(&w->rt->graph);
  walk_end(w, &k);
  if (cycle) agi_edge_clear(a); // somebody may be looking at it
  return !cycle;
}
