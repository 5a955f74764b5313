// cfg.c — the shape of the graph: unreachable blocks go, jumps are threaded, straight lines joined, cold blocks come last.
#include <string.h>

#include "mir/builder.h"
#include "pass/pass.h"

typedef struct cfg {
  mir_program *p;
  mir_fn *f;
  uint32_t *preds; // how many edges lead here (error edges count 2: never joined)
  bool *warm;      // reached without an error
  bool *reached;
  bool *follower; // joined to the block before it
  uint32_t *stack;
} cfg;

// ---- reachability ------------------------------------------------------------------------------------------------------------
static void visit(cfg *c, uint32_t start, bool warm) {
  uint32_t top = 0;
  bool *done = warm ? c->warm : c->reached;
  if (done[start]) return;
  done[start] = true;
  c->stack[top++] = start;
  while (top) {
    mir_block *b = &c->f->blocks.items[c->stack[--top]];
    for (uint32_t i = 0; !warm && i < b->insts.count; i++) {
      uint32_t to = b->insts.items[i].on_error;
      if (to >= MIR_PROPAGATE || done[to]) continue;
      done[to] = true;
      c->stack[top++] = to;
    }
    for (uint32_t i = 0; i < mir_term_successor_count(&b->term); i++) {
      uint32_t to = *mir_term_successor(&b->term, i);
      if (done[to]) continue;
      done[to] = true;
      c->stack[top++] = to;
    }
  }
}

// A block that does nothing but go on: where to. Loops of empty blocks end after as many steps as there are blocks.
static uint32_t thread(const mir_fn *f, uint32_t b) {
  for (uint32_t steps = 0; steps < f->blocks.count; steps++) {
    const mir_block *x = &f->blocks.items[b];
    if (x->insts.count || x->term.kind != MIR_TERM_JUMP || x->term.then == b) return b;
    b = x->term.then;
  }
  return b;
}

// An error edge to a block that only passes the error on.
static uint32_t thread_error(const mir_fn *f, uint32_t b) {
  if (b >= MIR_PROPAGATE) return b;
  b = thread(f, b);
  const mir_block *x = &f->blocks.items[b];
  return x->insts.count == 0 && x->term.kind == MIR_TERM_PROPAGATE ? MIR_PROPAGATE : b;
}

static void thread_all(cfg *c) {
  for (uint32_t b = 0; b < c->f->blocks.count; b++) {
    if (!c->reached[b]) continue;
    mir_block *x = &c->f->blocks.items[b];
    for (uint32_t i = 0; i < x->insts.count; i++)
      x->insts.items[i].on_error = thread_error(c->f, x->insts.items[i].on_error);
    for (uint32_t i = 0; i < mir_term_successor_count(&x->term); i++) {
      uint32_t *to = mir_term_successor(&x->term, i);
      *to = thread(c->f, *to);
    }
    if (x->term.kind == MIR_TERM_BRANCH && x->term.then == x->term.else_) x->term.kind = MIR_TERM_JUMP;
    // a jump to an empty block that ends: end here
    if (x->term.kind != MIR_TERM_JUMP) continue;
    const mir_block *to = &c->f->blocks.items[x->term.then];
    if (to->insts.count == 0 && (to->term.kind == MIR_TERM_PROPAGATE || to->term.kind == MIR_TERM_UNREACHABLE))
      x->term = to->term;
  }
}

// ---- joining -------------------------------------------------------------------------------------------------------------
static void count_preds(cfg *c) {
  memset(c->preds, 0, sizeof *c->preds * c->f->blocks.count);
  c->preds[0] = 2;
  for (uint32_t b = 0; b < c->f->blocks.count; b++) {
    if (!c->reached[b]) continue;
    mir_block *x = &c->f->blocks.items[b];
    for (uint32_t i = 0; i < x->insts.count; i++)
      if (x->insts.items[i].on_error < MIR_PROPAGATE) c->preds[x->insts.items[i].on_error] += 2;
    for (uint32_t i = 0; i < mir_term_successor_count(&x->term); i++) c->preds[*mir_term_successor(&x->term, i)]++;
  }
}

// Is y the only one to follow its only predecessor x?
static bool follows(const cfg *c, uint32_t x, uint32_t y) { return y != x && c->preds[y] == 1; }

// Blocks that are joined to the one before them.
static void find_followers(cfg *c) {
  memset(c->follower, 0, c->f->blocks.count);
  for (uint32_t b = 0; b < c->f->blocks.count; b++) {
    const mir_term *t = &c->f->blocks.items[b].term;
    if (c->reached[b] && t->kind == MIR_TERM_JUMP && follows(c, b, t->then)) c->follower[t->then] = true;
  }
}

// From the first of a line of blocks, so that each instruction is copied once.
static void join(cfg *c, uint32_t b) {
  mir_block *x = &c->f->blocks.items[b], *y;
  uint32_t count = x->insts.count, parts = 1;
  for (y = x; y->term.kind == MIR_TERM_JUMP && c->follower[y->term.then]; parts++) {
    y = &c->f->blocks.items[y->term.then];
    count += y->insts.count;
  }
  if (parts == 1) return;
  mir_inst *all = ARENA_ARRAY(c->p->arena, mir_inst, count + 1), *end = all;
  for (y = x;; y = &c->f->blocks.items[y->term.then]) {
    if (y->insts.count) memcpy(end, y->insts.items, sizeof *end * y->insts.count);
    end += y->insts.count;
    if (y != x) c->reached[y - c->f->blocks.items] = false;
    if (--parts == 0) break;
  }
  x->term = y->term;
  x->insts.items = all;
  x->insts.count = count;
  x->insts.capacity = count + 1;
}

// ---- order -------------------------------------------------------------------------------------------------------------------
static void renumber(cfg *c) {
  mir_fn *f = c->f;
  uint32_t n = f->blocks.count, count = 0;
  uint32_t *to = ARENA_ARRAY(c->p->arena, uint32_t, n);
  mir_block *out = ARENA_ARRAY(c->p->arena, mir_block, n);
  for (int cold = 0; cold < 2; cold++) {
    for (uint32_t b = 0; b < n; b++) {
      if (!c->reached[b] || c->warm[b] == (cold == 1)) continue;
      f->blocks.items[b].is_cold = cold == 1;
      out[count] = f->blocks.items[b];
      to[b] = count++;
    }
  }
  for (uint32_t b = 0; b < count; b++) {
    for (uint32_t i = 0; i < out[b].insts.count; i++) {
      uint32_t *e = &out[b].insts.items[i].on_error;
      if (*e < MIR_PROPAGATE) *e = to[*e];
    }
    for (uint32_t i = 0; i < mir_term_successor_count(&out[b].term); i++) {
      uint32_t *s = mir_term_successor(&out[b].term, i);
      *s = to[*s];
    }
  }
  f->blocks.items = out;
  f->blocks.count = f->blocks.capacity = count;
}

static void reach(cfg *c) {
  memset(c->reached, 0, c->f->blocks.count);
  memset(c->warm, 0, c->f->blocks.count);
  visit(c, 0, false);
  visit(c, 0, true);
}

void pass_cfg(mir_program *p, mir_fn *f) {
  uint32_t n = f->blocks.count;
  cfg c = {.p = p, .f = f};
  arena scratch;
  arena_init(&scratch);
  c.preds = ARENA_ARRAY(&scratch, uint32_t, n);
  c.stack = ARENA_ARRAY(&scratch, uint32_t, n);
  c.warm = ARENA_ARRAY(&scratch, bool, n);
  c.reached = ARENA_ARRAY(&scratch, bool, n);
  c.follower = ARENA_ARRAY(&scratch, bool, n);
  reach(&c);
  thread_all(&c);
  reach(&c);
  count_preds(&c);
  find_followers(&c);
  for (uint32_t b = 0; b < n; b++)
    if (c.reached[b] && !c.follower[b]) join(&c, b);
  reach(&c);
  renumber(&c);
  arena_fini(&scratch);
}

void pass_tidy(mir_program *p, mir_fn *f) { pass_cfg(p, f); }
void pass_merge(mir_program *p, mir_fn *f) { pass_cfg(p, f); }
void pass_tidy_loops(mir_program *p, mir_fn *f) { pass_cfg(p, f); }
void pass_sweep(mir_program *p, mir_fn *f) { pass_cfg(p, f); }
void pass_order(mir_program *p, mir_fn *f) { pass_cfg(p, f); }
