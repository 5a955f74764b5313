// island.c — see island.h: when to look, claiming, freeing. island_walk.c counts.
// Tested by: tests/stress/topology_islands.agent, tests/stress/topologies_in_turn.agent, tests/lang/topology/freed.agent
#include "prim/island.h"

#include "mem/heap.h"
#include "prim/island_walk.h"

enum { AT_ONCE = 256, CHUNK = 1024, SHARE = 50 };
#define PAUSE_NS INT64_C(1000000)
#define LONG_NS INT64_C(10000000)
#define PAUSE_MAX_NS INT64_C(10000000000)

// ---- when --------------------------------------------------------------------------------------------------------

static int64_t weight(agi_core *core) {
  int64_t n = 1;
  agi_spin_lock(&core->lock);
  for (uint32_t i = 0; i < core->type->part_count; i++) n += core->parts[i].members->size;
  agi_spin_unlock(&core->lock);
  return n;
}

static int64_t max_of(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t min_of(int64_t a, int64_t b) { return a < b ? a : b; }

static void put(agi_loose *list, agi_core *core, int64_t n) {
  core->loose_next = list->first;
  list->first = core;
  list->weight += n;
}

static bool full(const agi_islands *s) { return s->draining || s->fresh.weight > AT_ONCE; }

// Under the lock.
static void set_due(agi_islands *s) {
  int64_t due = AGI_ISLANDS_NEVER;
  if (s->fresh.first) due = s->fresh_ns;
  if (s->kept.first) due = min_of(due, s->kept_ns);
  if (s->fresh.first && full(s)) due = 0;
  agi_store_relaxed(&s->due_ns, due);
}

void agi_island_loose(agi_worker *w, agi_core *core) {
  agi_islands *s = &w->rt->islands;
  int64_t n = weight(core);
  agi_spin_lock(&s->lock);
  if (!s->fresh.first) s->fresh_ns = agi_clock(w->rt) + PAUSE_NS;
  s->pause_ns = PAUSE_NS;
  put(&s->fresh, core, n);
  set_due(s);
  agi_spin_unlock(&s->lock);
}

int64_t agi_islands_next(agi_runtime *rt) {
  int64_t due = agi_load_relaxed(&rt->islands.due_ns);
  if (due == AGI_ISLANDS_NEVER) return -1;
  int64_t now = agi_clock(rt);
  return due <= now ? 0 : due - now;
}

// All that were kept are to be looked at again.
static void look_again(agi_islands *s) {
  agi_core *last = s->kept.first;
  while (last && last->loose_next) last = last->loose_next;
  if (last) {
    last->loose_next = s->fresh.first;
    s->fresh.first = s->kept.first;
    s->fresh.weight += s->kept.weight;
  }
  s->at_last = s->kept.weight;
  s->kept = (agi_loose){NULL, 0};
  s->since = 0;
  s->cost_ns = 0;
  s->draining = true;
}

// The next few; NULL: there is nothing to be done now.
static agi_core *take_some(agi_islands *s, int64_t now) {
  agi_core *some = NULL;
  agi_spin_lock(&s->lock);
  if (!s->draining && s->kept.first && (now >= s->kept_ns || s->since > max_of(AT_ONCE, s->at_last))) look_again(s);
  bool due = full(s) || now >= s->fresh_ns;
  for (int64_t n = 0; due && s->fresh.first && n < CHUNK;) {
    agi_core *core = s->fresh.first;
    int64_t one = weight(core);
    s->fresh.first = core->loose_next;
    s->fresh.weight -= one;
    n += one;
    core->loose_next = some;
    some = core;
  }
  if (!s->fresh.first) s->fresh.weight = 0; // groups may have changed in between
  set_due(s);
  agi_spin_unlock(&s->lock);
  return some;
}

// ---- freeing -----------------------------------------------------------------------------------------------------

// Its members hold nothing from here on; the walk's lists hold them until it ends.
static void free_island(agi_walk *k, const agi_island *island) {
  agi_worker *w = k->w;
  for (uint32_t i = island->from; i < island->to; i++) {
    if (k->nodes[i].kind != AGI_NODE_AGENT) continue;
    agi_agent *a = k->nodes[i].p;
    if (!(agi_load_relaxed(&a->flags) & AGI_DROPPED)) agi_agent_end(w, a);
    agi_place_clear(w, a);
  }
  for (uint32_t i = island->from; i < island->to; i++) {
    if (k->nodes[i].kind == AGI_NODE_CORE) agi_core_clear(w, k->nodes[i].p);
  }
}

// What has been taken is looked at; those that live are linked to *kept. Answers how many were freed.
static int64_t look_at(agi_worker *w, agi_core *some, agi_core **kept) {
  agi_walk k = {.w = w};
  int64_t freed = 0;
  agi_core *gone = NULL;
  for (; some; some = some->loose_next) agi_walk_add(&k, some);
  agi_walk_judge(&k);
  for (int64_t i = 0; i < k.island_count; i++) {
    agi_core *core = k.islands[i].core, **to = k.islands[i].live ? kept : &gone;
    core->loose_next = *to;
    *to = core;
    if (k.islands[i].live) continue;
    free_island(&k, &k.islands[i]);
    freed++;
  }
  agi_walk_end(&k);
  for (agi_core *next; gone; gone = next) {
    next = gone->loose_next;
    agi_core_release(w, gone);
  }
  return freed;
}

static void keep(agi_runtime *rt, agi_core *kept, bool some_freed, int64_t cost_ns) {
  agi_islands *s = &rt->islands;
  agi_spin_lock(&s->lock);
  for (agi_core *next; kept; kept = next) {
    int64_t n = weight(kept);
    next = kept->loose_next;
    put(&s->kept, kept, n);
    s->since += n;
  }
  if (s->draining)
    s->cost_ns += cost_ns > LONG_NS ? cost_ns * 10 : cost_ns; // what held agents up for long is done more rarely
  if (some_freed) s->pause_ns = PAUSE_NS;
  if (!s->fresh.first && s->draining) {
    s->draining = false;
    s->pause_ns = min_of(s->pause_ns * 2, PAUSE_MAX_NS);
    s->since = 0;
    s->at_last = s->kept.weight;
  }
  s->kept_ns = agi_clock(rt) + max_of(s->pause_ns, s->cost_ns * SHARE);
  set_due(s);
  agi_spin_unlock(&s->lock);
}

// The next few. *freed: have some been freed? False: there was nothing to do.
static bool go_on(agi_worker *w, int64_t now, bool *freed) {
  agi_runtime *rt = w->rt;
  agi_core *some = take_some(&rt->islands, now), *kept = NULL;
  if (!some) return false;
  // Time on a processor: on a busy machine a look that is interrupted would seem long, and the next one be put off for that.
  int64_t began = rt->sched.chooser ? 0 : agi_cpu_ns_here(), n = look_at(w, some, &kept);
  int64_t cost_ns = rt->sched.chooser ? 0 : agi_cpu_ns_here() - began;
  keep(rt, kept, n > 0, cost_ns);
  *freed |= n > 0;
  return true;
}

void agi_islands_poll(agi_worker *w) {
  int64_t due = agi_load_relaxed(&w->rt->islands.due_ns), now;
  if (AGI_LIKELY(due == AGI_ISLANDS_NEVER) || (now = agi_clock(w->rt)) < due) return;
  bool freed = false;
  (void)go_on(w, now, &freed);
}

bool agi_islands_free(agi_worker *w) {
  agi_islands *s = &w->rt->islands;
  bool freed = false;
  agi_spin_lock(&s->lock);
  if (s->fresh.first || s->kept.first) look_again(s);
  agi_spin_unlock(&s->lock);
  while (go_on(w, 0, &freed)) {}
  return freed;
}

static void drop_all(agi_worker *w, agi_core *core) {
  for (agi_core *next; core; core = next) {
    next = core->loose_next;
    agi_core_release(w, core);
  }
}

void agi_islands_drop(agi_worker *w) {
  drop_all(w, w->rt->islands.fresh.first);
  drop_all(w, w->rt->islands.kept.first);
  w->rt->islands.fresh = w->rt->islands.kept = (agi_loose){NULL, 0};
}
