// check.c — what the checker promised, looked at while the program runs: the runtime of `agentc_checked`.
// Owns:     who owns which object (ag_obj.owner), from birth to freezing.
// Promises: an object with a plain count, or of which only a tag was shared, belongs to one agent. Nobody else reads, writes,
//           counts, shares, freezes or sends it; what is frozen is never written. A message takes along all that its arguments
//           reach: until the receiver has unpacked them they are nobody's. The first breach ends the program, and names agent,
//           behaviour and line.
// Does not: exist in the ordinary library: there each function only says so. Speed is no aim: messages are walked.
// Method:   a walk gives (takes) each object once; what it has seen carries its number, so an object is born without one: memory that
//           has held something else may hold a number to come, and the object would stay its sender's (once in 400 runs of a large program).
//           An item in a channel is nobody's from before the operation that sends it until after the one that receives it, in the
//           code of the agents (emit_check.c): whatever the channel does meanwhile, a retry or a hand-over included, it moves bytes.
//   field          written by                         read by          ordering
//   owner, at      the owner; sender and receiver     anyone           relaxed: a program without a breach never races for it
//   mark           as owner                           as owner         plain
#include <agent/abi.h>

#include "mem/heap.h"

#ifdef AG_CHECK
#include <stdio.h>
#include <stdlib.h>

#include "actor/worker.h"
#include "base/alloc.h"

static _Thread_local ag_cx *here; // of the worker that this thread is
static _Atomic uint32_t walks;

#define TAG_ONLY (-((int64_t)1 << 62))
static bool is_static(const ag_obj *o) { return AG_RC(o) == 0; }
static bool is_frozen(const ag_obj *o) { return AG_RC(o) < 0 && AG_RC(o) > TAG_ONLY; }
static const void *owner_of(const ag_obj *o) { return __atomic_load_n(&o->owner, __ATOMIC_RELAXED); }

static void own(ag_obj *o, const void *owner, const char *file, uint32_t line) {
  __atomic_store_n(&o->owner, owner, __ATOMIC_RELAXED);
  o->at_file = file;
  o->at_line = line;
}

void ag_check_enter(ag_cx *cx) { here = cx; }
void ag_check_born(ag_obj *o) {
  own(o, here ? here->agent : NULL, NULL, 0);
  o->mark = 0;
}

// ---- the report --------------------------------------------------------------------------------------------------
static const char *name_of(const void *agent) { return agent ? ((const ag_obj *)agent)->cls->name : "nobody"; }

static const char *behaviour_of(ag_cx *cx) {
  agi_worker *w = agi_worker_of(cx);
  if (!cx->agent || !w->msg) return "?";
  const ag_agent_type *type = agi_type_of(agi_agent_of(cx->agent));
  return w->msg->behaviour < type->behaviour_count ? type->behaviours[w->msg->behaviour].name : "?";
}

static void breach(ag_cx *cx, const ag_obj *o, const char *does, const char *file, uint32_t line) {
  const void *owner = owner_of(o);
  fflush(stdout);
  fprintf(stderr, "agent check: %s.%s, %s:%u: %s a `%s`", cx ? name_of(cx->agent) : "nobody",
          cx ? behaviour_of(cx) : "?", file ? file : "?", line, does, o->cls ? o->cls->name : "?");
  if (is_static(o) || is_frozen(o)) fprintf(stderr, " that is val\n");
  else if (!owner)
    fprintf(stderr, " that is on its way: it was sent at %s:%u\n", o->at_file ? o->at_file : "?", o->at_line);
  else if (cx && owner == cx->agent) fprintf(stderr, " of its own\n");
  else fprintf(stderr, " that belongs to an agent %s\n", name_of(owner));
  abort();
}

static bool mine(ag_cx *cx, const ag_obj *o) {
  if (o->cls && o->cls->flags & AG_CLASS_AGENT) return (const void *)o == cx->agent;
  return owner_of(o) == cx->agent;
}

void ag_check_read(ag_cx *cx, const void *p, const char *file, uint32_t line) {
  const ag_obj *o = p;
  if (!o || is_static(o)) return;
  bool agent = o->cls->flags & AG_CLASS_AGENT;
  if (!agent && is_frozen(o)) return;
  if (!mine(cx, o)) breach(cx, o, "reads", file, line);
}

void ag_check_write(ag_cx *cx, const void *p, const char *file, uint32_t line) {
  const ag_obj *o = p;
  if (!o) return;
  bool agent = o->cls->flags & AG_CLASS_AGENT;
  if (!mine(cx, o) || (!agent && (is_static(o) || is_frozen(o)))) breach(cx, o, "writes", file, line);
}

void ag_check_count(const void *p) {
  const ag_obj *o = p;
  if (here && owner_of(o) && !mine(here, o)) breach(here, o, "counts references to", NULL, 0);
}

void ag_check_hold(const void *p, const char *does) {
  const ag_obj *o = p;
  if (is_static(o) || is_frozen(o) || !here) return;
  if (!mine(here, o)) breach(here, o, does, NULL, 0);
}

// ---- messages ------------------------------------------------------------------------------------------------------
typedef struct walk {
  ag_cx *cx;
  const char *file;
  uint32_t line, mark;
  bool gives;
  ag_obj **items;
  int64_t size, room;
} walk;

// Owner and mark change together, so an object with the mark of this walk has been seen.
static void visit(ag_obj *o, void *arg) {
  walk *w = arg;
  if (is_static(o) || is_frozen(o) || o->mark == w->mark) return;
  if (o->cls->flags & AG_CLASS_AGENT) return;
  if (w->gives ? !mine(w->cx, o) : owner_of(o) != NULL)
    breach(w->cx, o, w->gives ? "sends" : "receives", w->file, w->line);
  own(o, w->gives ? NULL : w->cx->agent, w->file, w->line);
  o->mark = w->mark;
  if (!o->cls->each) return;
  if (w->size == w->room) {
    w->room = w->room ? w->room * 2 : 64;
    w->items = agi_realloc(w->items, w->room * (int64_t)sizeof *w->items);
  }
  w->items[w->size++] = o;
}

static void pass(ag_cx *cx, ag_each_fn *each, void *slot, bool gives, const char *file, uint32_t line) {
  walk w = {.cx = cx, .file = file, .line = line, .gives = gives};
  w.mark = atomic_fetch_add_explicit(&walks, 1, memory_order_relaxed) + 1;
  each(slot, visit, &w);
  while (w.size) {
    ag_obj *o = w.items[--w.size];
    o->cls->each(o, visit, &w);
  }
  agi_free(w.items);
}

void ag_check_give(ag_cx *cx, ag_each_fn *each, void *slot, const char *file, uint32_t line) {
  pass(cx, each, slot, true, file, line);
}

void ag_check_take(ag_cx *cx, ag_each_fn *each, void *slot, const char *file, uint32_t line) {
  pass(cx, each, slot, false, file, line);
}

#else
#include "base/base.h"

static void missing(void) { agi_die("a program with checks needs the runtime with checks"); }
void ag_check_enter(ag_cx *cx) { (void)cx; }
void ag_check_born(ag_obj *o) { (void)o; }
void ag_check_count(const void *p) { (void)p; }
void ag_check_hold(const void *p, const char *does) { (void)p, (void)does; }
void ag_check_read(ag_cx *cx, const void *p, const char *file, uint32_t line) {
  (void)cx, (void)p, (void)file, (void)line;
  missing();
}
void ag_check_write(ag_cx *cx, const void *p, const char *file, uint32_t line) {
  (void)cx, (void)p, (void)file, (void)line;
  missing();
}
void ag_check_give(ag_cx *cx, ag_each_fn *each, void *slot, const char *file, uint32_t line) {
  (void)cx, (void)each, (void)slot, (void)file, (void)line;
  missing();
}
void ag_check_take(ag_cx *cx, ag_each_fn *each, void *slot, const char *file, uint32_t line) {
  (void)cx, (void)each, (void)slot, (void)file, (void)line;
  missing();
}
#endif
