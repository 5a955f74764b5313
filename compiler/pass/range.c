// range.c — checks that cannot fail go: indices known to be in range, sums known not to overflow, conversions known to fit.
// Owns:     what is known at the begin of each block.
// Promises: a check that could fail stays where it is.
// Does not: look behind fields: `xs` is known, `self.xs` is loaded anew each time and begins unknown.
#include "pass/range.h"

#include <string.h>

#include "mir/builder.h"
#include "pass/loops.h"
#include "pass/pass.h"

// Numbers times blocks; how often the bounds at the head of a loop may change before they are given up. Elsewhere they follow those of
// the heads; but chains of rules are followed only so far, so that they might go on changing by themselves.
enum { MOST_STATE = 1 << 21, PATIENCE = 3, PATIENCE_ELSEWHERE = 12 };

// ---- branches ------------------------------------------------------------------------------------------------------------------
// a <= b + c is known; false: it cannot be.
static bool assume(range *r, bounds *b, const term *x, const term *y, int64_t c) {
  if (x->v != MIR_NONE && y->v != MIR_NONE) bounds_rule_add(b, x->v, y->v, c);
  if (x->v != MIR_NONE && y->high != INT64_MAX) {
    int64_t high = bounds_add(y->high, c);
    if (high < b->high[x->v]) b->high[x->v] = high;
  }
  if (y->v != MIR_NONE && x->low != INT64_MIN) {
    int64_t low = bounds_sub(x->low, c);
    if (low > b->low[y->v]) b->low[y->v] = low;
  }
  if (x->v != MIR_NONE && b->low[x->v] > b->high[x->v]) return false;
  if (y->v != MIR_NONE && b->low[y->v] > b->high[y->v]) return false;
  (void)r;
  return x->v != MIR_NONE || y->v != MIR_NONE || x->low <= bounds_add(y->high, c);
}

static bool assume_different(range *r, bounds *b, const term *x, const term *y) {
  if (range_apart(r, x, y) <= 0) return assume(r, b, x, y, -1);
  if (range_apart(r, y, x) <= 0) return assume(r, b, y, x, -1);
  return true;
}

// The comparison that gives a condition at the end of its block, if its operands are still what they were.
static const mir_inst *comparison(const mir_block *x, const mir_operand *cond, bool *truth) {
  uint32_t want = cond->local;
  for (uint32_t k = x->insts.count; k-- > 0;) {
    const mir_inst *i = &x->insts.items[k];
    if (i->dst != want) continue;
    if (i->op == MIR_NOT && mir_is_local(&i->args[0])) {
      want = i->args[0].local;
      *truth = !*truth;
      continue;
    }
    if (i->op < MIR_EQ || i->op > MIR_GE) return NULL;
    for (uint32_t j = k; j < x->insts.count; j++) {
      const mir_inst *later = &x->insts.items[j];
      for (uint32_t a = 0; a < 2; a++) {
        if (!mir_is_local(&i->args[a])) continue;
        if (later->dst == i->args[a].local) return NULL;
        if (later->place && later->place->base == i->args[a].local && later->op != MIR_LOAD) return NULL;
      }
    }
    return i;
  }
  return NULL;
}

// What is known in `side` where the branch goes that way; false: it never does.
static bool refine(range *r, const mir_block *x, const mir_operand *cond, bool truth) {
  if (!mir_is_local(cond)) return true;
  const mir_inst *i = comparison(x, cond, &truth);
  term a, b;
  if (!i || !range_term(r, &i->args[0], &a) || !range_term(r, &i->args[1], &b)) return true;
  mir_op op = i->op;
  if (!truth) {
    static const struct {
      mir_op op, not ;
    } rows[] = {{MIR_EQ, MIR_NE}, {MIR_NE, MIR_EQ}, {MIR_LT, MIR_GE},
                {MIR_GE, MIR_LT}, {MIR_GT, MIR_LE}, {MIR_LE, MIR_GT}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
      if (rows[k].op == i->op) op = rows[k].not ;
  }
  switch ((int)op) {
  case MIR_LT: return assume(r, r->side, &a, &b, -1);
  case MIR_LE: return assume(r, r->side, &a, &b, 0);
  case MIR_GT: return assume(r, r->side, &b, &a, -1);
  case MIR_GE: return assume(r, r->side, &b, &a, 0);
  case MIR_EQ: return assume(r, r->side, &a, &b, 0) && assume(r, r->side, &b, &a, 0);
  case MIR_NE: return assume_different(r, r->side, &a, &b);
  default: return true;
  }
}

// ---- flow ----------------------------------------------------------------------------------------------------------------------
static bool flow_to(range *r, uint32_t block, const bounds *what) {
  if (block >= MIR_PROPAGATE) return false;
  bool widen = r->rounds[block] >= (r->is_head[block] ? PATIENCE : PATIENCE_ELSEWHERE);
  if (!bounds_join(&r->space, r->in[block], what, widen)) return false;
  if (r->rounds[block] < UINT8_MAX) r->rounds[block]++;
  return true;
}

static bool flow_term(range *r, mir_block *x) {
  bool changed = false;
  if (x->term.kind != MIR_TERM_BRANCH) {
    for (uint32_t s = 0; s < mir_term_successor_count(&x->term); s++)
      changed = flow_to(r, *mir_term_successor(&x->term, s), r->now) || changed;
    return changed;
  }
  for (int way = 0; way < 2; way++) {
    bounds_copy(&r->space, r->side, r->now);
    if (refine(r, x, &x->term.value, way == 0))
      changed = flow_to(r, way == 0 ? x->term.then : x->term.else_, r->side) || changed;
  }
  return changed;
}

static bool flow_block(range *r, uint32_t b) {
  if (!r->in[b]->reached) return false;
  bool changed = false;
  mir_block *x = &r->f->blocks.items[b];
  bounds_copy(&r->space, r->now, r->in[b]);
  for (uint32_t k = 0; k < x->insts.count; k++) {
    const mir_inst *i = &x->insts.items[k];
    if (i->on_error < MIR_PROPAGATE) {
      bounds_copy(&r->space, r->side, r->now);
      bounds *kept = r->now;
      r->now = r->side;
      if (i->op == MIR_CALL || !range_keeps_sizes(i->op)) range_resize_any(r); // it may have done a part of its work
      if (i->dst != MIR_NONE && r->number[i->dst] != MIR_NONE) range_forget(r, r->now, r->number[i->dst]);
      r->now = kept;
      changed = flow_to(r, i->on_error, r->side) || changed;
    }
    range_step(r, i);
  }
  return flow_term(r, x) || changed;
}

static void flow(range *r) {
  uint32_t n = r->f->blocks.count;
  uint32_t *order = ARENA_ARRAY(&r->scratch, uint32_t, n + 1),
           count = loops_order(r->f, &r->scratch, order, r->is_head);
  bounds *entry = r->in[0];
  entry->reached = true;
  memcpy(entry->low, r->space.least, sizeof *entry->low * r->space.count);
  memcpy(entry->high, r->space.most, sizeof *entry->high * r->space.count);
  for (bool changed = true; changed;) {
    changed = false;
    for (uint32_t k = 0; k < count; k++) changed = flow_block(r, order[k]) || changed;
  }
}

// ---- what it is for --------------------------------------------------------------------------------------------------------------
static bool index_is_safe(range *r, const mir_inst *i) {
  uint32_t size = range_size(r, &i->args[0]);
  term at;
  if (size == MIR_NONE || !range_term(r, &i->args[1], &at) || at.low < 0) return false;
  if (at.v != MIR_NONE) return bounds_apart(&r->space, r->now, at.v, size) <= -1;
  return at.high < bounds_low(&r->space, r->now, size);
}

static bool conversion_is_safe(range *r, const mir_inst *i) {
  term a;
  if (!range_term(r, &i->args[0], &a)) return false;
  int64_t most = i->type->kind == TY_F64 ? (int64_t)1 << 53 : i->type->kind == TY_F32 ? 1 << 24 : -1;
  if (most > 0) return a.low >= -most && a.high <= most;
  interval x = {a.low, a.high, true};
  if (i->type->kind == TY_U64) return a.low >= 0;
  return range_within(&x, i->type);
}

static bool shift_is_safe(range *r, const mir_inst *i) {
  term n;
  int64_t low, high;
  if (!range_of_type(i->type, &low, &high) || !range_term(r, &i->args[1], &n)) return false;
  int64_t bits = high == INT64_MAX ? 64 : high > UINT16_MAX ? 32 : high > UINT8_MAX ? 16 : 8;
  return n.low >= 0 && n.high < bits;
}

static bool cannot_fail(range *r, const mir_inst *i) {
  interval x;
  switch ((int)i->op) {
  case MIR_ADD:
  case MIR_SUB:
  case MIR_MUL:
  case MIR_NEG: return range_result(r, i, &x) && range_within(&x, i->type);
  case MIR_DIV:
  case MIR_MOD: return range_result(r, i, &x) && x.exact;
  case MIR_SHL:
  case MIR_SHR: return shift_is_safe(r, i);
  case MIR_CONVERT: return conversion_is_safe(r, i);
  default: return false;
  }
}

// Dividing what is not negative is cheaper for the processor.
static void make_positive(range *r, mir_inst *i) {
  term a, b;
  if ((i->op != MIR_DIV && i->op != MIR_MOD) || i->on_error != MIR_NO_ERROR) return;
  if (i->type->kind != TY_I64 || !range_term(r, &i->args[0], &a) || !range_term(r, &i->args[1], &b)) return;
  if (a.low >= 0 && b.low > 0) i->op = i->op == MIR_DIV ? MIR_DIV_POS : MIR_MOD_POS;
}

// What is written as wrapping but never wraps: the counter of a loop.
static void make_plain(range *r, mir_inst *i) {
  static const struct {
    mir_op wrap, plain;
  } rows[] = {{MIR_ADD_WRAP, MIR_ADD}, {MIR_SUB_WRAP, MIR_SUB}, {MIR_MUL_WRAP, MIR_MUL}};
  interval x;
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
    if (i->op == rows[k].wrap && range_result(r, i, &x) && range_within(&x, i->type)) i->op = rows[k].plain;
}

static void apply(range *r, uint32_t b) {
  mir_block *x = &r->f->blocks.items[b];
  uint32_t out = 0;
  if (!r->in[b]->reached) return;
  bounds_copy(&r->space, r->now, r->in[b]);
  for (uint32_t k = 0; k < x->insts.count; k++) {
    mir_inst i = x->insts.items[k];
    bool gone = i.op == MIR_CHECK_INDEX && index_is_safe(r, &i);
    if (i.on_error != MIR_NO_ERROR && cannot_fail(r, &i)) i.on_error = MIR_NO_ERROR;
    make_positive(r, &i);
    make_plain(r, &i);
    range_step(r, &i);
    if (!gone) x->insts.items[out++] = i;
  }
  x->insts.count = out;
}

static bool has_checks(const mir_fn *f) {
  for (uint32_t b = 0; b < f->blocks.count; b++)
    for (uint32_t k = 0; k < f->blocks.items[b].insts.count; k++) {
      const mir_inst *i = &f->blocks.items[b].insts.items[k];
      if (i->op == MIR_CHECK_INDEX || (i->on_error != MIR_NO_ERROR && i->op >= MIR_ADD && i->op <= MIR_CONVERT))
        return true;
    }
  return false;
}

void range_fn(mir_program *p, mir_fn *f, const map *resizes) {
  if (!has_checks(f)) return;
  range r = {.p = p, .f = f, .resizes = resizes};
  arena_init(&r.scratch);
  range_number(&r);
  uint32_t n = f->blocks.count;
  if (r.space.count && (uint64_t)r.space.count * n <= MOST_STATE) {
    r.in = ARENA_ARRAY(&r.scratch, bounds *, n);
    for (uint32_t b = 0; b < n; b++) r.in[b] = bounds_new(&r.space, &r.scratch);
    r.now = bounds_new(&r.space, &r.scratch);
    r.side = bounds_new(&r.space, &r.scratch);
    r.rounds = ARENA_ARRAY(&r.scratch, uint8_t, n);
    r.is_head = ARENA_ARRAY(&r.scratch, bool, n);
    flow(&r);
    for (uint32_t b = 0; b < n; b++) apply(&r, b);
  }
  arena_fini(&r.scratch);
}

bool range_has_index_checks(const mir_fn *f) {
  for (uint32_t b = 0; b < f->blocks.count; b++)
    for (uint32_t k = 0; k < f->blocks.items[b].insts.count; k++)
      if (f->blocks.items[b].insts.items[k].op == MIR_CHECK_INDEX) return true;
  return false;
}

struct range_resizing {
  arena a;
  map fns;
  bool known;
};

const map *range_resizing_of(mir_program *p, range_resizing *r) {
  for (bool changed = !r->known; changed;) {
    changed = false;
    for (uint32_t i = 0; i < p->fns.count; i++) {
      mir_fn *f = p->fns.items[i];
      if (map_has(&r->fns, f) || !range_resizes(f, &r->fns)) continue;
      map_put(&r->fns, f, f);
      changed = true;
    }
  }
  r->known = true;
  return &r->fns;
}

void range_each_fn(mir_program *p, range_pass *one) {
  range_resizing r = {.known = false};
  arena_init(&r.a);
  map_init(&r.fns, &r.a);
  for (uint32_t i = 0; i < p->fns.count; i++) one(p, p->fns.items[i], &r);
  arena_fini(&r.a);
}

static void pass_fn(mir_program *p, mir_fn *f, range_resizing *r) { range_fn(p, f, range_resizing_of(p, r)); }
void pass_range(mir_program *p) { range_each_fn(p, pass_fn); }
