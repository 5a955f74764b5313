// guard.c — `for i in 0..n { ys[i] += f * xs[i] }`: where a test before the loop shows that no index can be out of range, a copy of the loop runs
// that does not ask. Else the loop itself does, and raises at its place after what it has done until then.
// Owns:     which loops are tried: innermost ones, small, of plain operations, that pass range has left a check of an index in. Which tests
//           are made for an index, a fixed one or a counter by which the loop ends; what the copy need not load in each round.
// Promises: what a function does stays the same. A copy is kept only if it has fewer checks.
// Does not: prove anything: a test that does not help is useless, never wrong (range.c).
#include <string.h>

#include "mir/builder.h"
#include "pass/loops.h"
#include "pass/pass.h"
#include "pass/range.h"

enum { MOST_INSTS = 48, MOST_TESTS = 12, MOST_OFFSET = 1 << 20, MOST_ARRAYS = 8 };

typedef struct test { // op: LT or LE
  mir_op op;
  mir_operand a, b;
} test;

typedef struct sized { // its size has been asked for among the tests
  uint32_t array, size;
} sized;

typedef struct guarded {
  loop l;
  uint32_t first, last; // blocks of tests
  test tests[MOST_TESTS];
  sized sizes[MOST_ARRAYS];
  mir_inst lifted[MOST_ARRAYS]; // loads that are made among the tests
  uint32_t test_count, size_count, lifted_count;
  uint32_t *as;   // by local: what the copy calls it
  uint32_t *defs; // by local: how often the loop defines it
  uint32_t locals;
  span at;
} guarded;

// ---- what a loop changes -----------------------------------------------------------------------------------------------------------
static bool writes(const mir_inst *i) {
  return i->op == MIR_STORE || i->op == MIR_STORE_INIT || i->op == MIR_SWAP || i->op == MIR_LOAD_MOVE;
}

static void count_defs(const loops *w, guarded *x) {
  for (uint32_t b = 0; b < x->l.count; b++) {
    const mir_block *from = &w->f->blocks.items[x->l.blocks[b]];
    for (uint32_t k = 0; k < from->insts.count; k++) {
      const mir_inst *i = &from->insts.items[k];
      if (i->dst != MIR_NONE) x->defs[i->dst]++;
      if (!writes(i)) continue;
      uint32_t base = i->place->base; // of a pointer what it leads to changes
      x->defs[base] += i->place->step_count == 0 || !mir_type_is_pointer(w->f->locals.items[base].type);
    }
  }
}

// The same in all rounds. As the copy calls it.
static bool is_fixed(const loops *w, const guarded *x, mir_operand *o) {
  if (!mir_is_local(o)) return o->kind == MIR_OPERAND_INT;
  if (o->local < x->locals && x->as[o->local] != MIR_NONE) {
    *o = mir_local_operand(w->f, x->as[o->local]);
    return true;
  }
  const mir_local *l = &w->f->locals.items[o->local];
  return l->kind == MIR_LOCAL_VALUE && !l->by_ref && (o->local >= x->locals || x->defs[o->local] == 0);
}

// May the write change what the place leads to? Both begin with a step through a pointer.
static bool may_meet(const loops *w, const mir_place *written, const mir_place *read) {
  if (written->step_count == 0) return false;
  const mir_step *a = &written->steps[0], *b = &read->steps[0];
  const type *from = w->f->locals.items[written->base].type, *to = w->f->locals.items[read->base].type;
  if (a->kind != b->kind || from->kind != to->kind) return false;
  if (a->kind == MIR_STEP_FIELD) return from->decl == to->decl && a->index == b->index;
  return true;
}

static bool is_written(const loops *w, const guarded *x, const mir_place *read) {
  for (uint32_t b = 0; b < x->l.count; b++) {
    const mir_block *from = &w->f->blocks.items[x->l.blocks[b]];
    for (uint32_t k = 0; k < from->insts.count; k++) {
      const mir_inst *i = &from->insts.items[k];
      if (writes(i) && may_meet(w, i->place, read)) return true;
    }
  }
  return false;
}

// ---- tests ---------------------------------------------------------------------------------------------------------------------------
static mir_operand int_constant(const loops *w, int64_t n) {
  return mir_int_operand(type_simple(w->p->types, TY_I64), (uint64_t)n);
}

static bool operand_same(const mir_operand *a, const mir_operand *b) {
  if (a->kind != b->kind) return false;
  return mir_is_local(a) ? a->local == b->local : a->u == b->u;
}

static bool is_tested(const guarded *x, const test *t) {
  for (uint32_t k = 0; k < x->test_count; k++) {
    const test *y = &x->tests[k];
    if (y->op == t->op && operand_same(&y->a, &t->a) && operand_same(&y->b, &t->b)) return true;
  }
  return false;
}

// The blocks of tests go on only if a < b (a <= b). Where they lead else is said when all are there. false: there are too many.
static bool add_test(loops *w, guarded *x, mir_op op, mir_operand a, mir_operand b) {
  test t = {op, a, b};
  if (!mir_is_local(&a) && !mir_is_local(&b))
    return op == MIR_LT ? (int64_t)a.u < (int64_t)b.u : (int64_t)a.u <= (int64_t)b.u;
  if (is_tested(x, &t)) return true;
  if (x->test_count == MOST_TESTS) return false;
  x->tests[x->test_count++] = t;
  const type *boolean = type_simple(w->p->types, TY_BOOL);
  uint32_t answer = mir_local_new(w->p, w->f, boolean, NULL), next = mir_block_new(w->p, w->f);
  mir_emit(w->p, w->f, x->last, op, answer, boolean, (mir_operand[]){a, b}, 2, x->at);
  w->f->blocks.items[x->last].term = (mir_term){.kind = MIR_TERM_BRANCH,
                                                .value = mir_local_operand(w->f, answer),
                                                .then = next,
                                                .else_ = MIR_NONE,
                                                .span = x->at};
  x->last = next;
  return true;
}

static uint32_t size_known(const guarded *x, uint32_t array) {
  for (uint32_t k = 0; k < x->size_count; k++)
    if (x->sizes[k].array == array) return x->sizes[k].size;
  return MIR_NONE;
}

// Its size less the offset.
static mir_operand size_of(loops *w, guarded *x, mir_operand array, int64_t offset) {
  const type *number = type_simple(w->p->types, TY_I64);
  uint32_t size = size_known(x, array.local);
  if (size == MIR_NONE) {
    size = mir_local_new(w->p, w->f, number, NULL);
    mir_emit(w->p, w->f, x->last, MIR_SIZE, size, number, &array, 1, x->at);
    if (x->size_count < MOST_ARRAYS) x->sizes[x->size_count++] = (sized){array.local, size};
  }
  if (offset == 0) return mir_local_operand(w->f, size);
  uint32_t less = mir_local_new(w->p, w->f, number, NULL);
  mir_emit(w->p, w->f, x->last, MIR_SUB, less, number,
           (mir_operand[]){mir_local_operand(w->f, size), int_constant(w, offset)}, 2, x->at);
  return mir_local_operand(w->f, less);
}

// ---- counters ------------------------------------------------------------------------------------------------------------------------
// The only definition of a local in the loop, or NULL.
static const mir_inst *only_def(const loops *w, const guarded *x, uint32_t local) {
  if (local >= x->locals || x->defs[local] != 1) return NULL;
  for (uint32_t b = 0; b < x->l.count; b++) {
    const mir_block *from = &w->f->blocks.items[x->l.blocks[b]];
    for (uint32_t k = 0; k < from->insts.count; k++)
      if (from->insts.items[k].dst == local) return &from->insts.items[k];
  }
  return NULL;
}

// It gives a local plus a number.
static bool is_offset(const mir_inst *i, uint32_t *base, int64_t *by) {
  bool adds = i->op == MIR_ADD || i->op == MIR_ADD_WRAP, takes = i->op == MIR_SUB || i->op == MIR_SUB_WRAP;
  if ((!adds && !takes) || i->type->kind != TY_I64) return false;
  const mir_operand *a = &i->args[0], *b = &i->args[1];
  if (adds && a->kind == MIR_OPERAND_INT) {
    a = b;
    b = &i->args[0];
  }
  if (!mir_is_local(a) || b->kind != MIR_OPERAND_INT) return false;
  int64_t n = (int64_t)b->u;
  if (n < -MOST_OFFSET || n > MOST_OFFSET) return false;
  *base = a->local;
  *by = adds ? n : -n;
  return true;
}

typedef struct counter {
  uint32_t local;
  int64_t offset; // of the index from it
  bool falls;
  mir_operand end; // it is compared with this
  bool reaches;    // what it ends at, too
} counter;

// The comparison that ends the loop: of the counter with something fixed.
static bool find_end(const loops *w, const guarded *x, counter *c) {
  for (uint32_t b = 0; b < x->l.count; b++) {
    const mir_block *from = &w->f->blocks.items[x->l.blocks[b]];
    for (uint32_t k = 0; k < from->insts.count; k++) {
      const mir_inst *i = &from->insts.items[k];
      if (i->op < MIR_LT || i->op > MIR_GE || i->args[0].type->kind != TY_I64) continue;
      bool first = mir_is_local(&i->args[0]) && i->args[0].local == c->local;
      if (!first && !(mir_is_local(&i->args[1]) && i->args[1].local == c->local)) continue;
      c->end = i->args[first ? 1 : 0];
      if (!is_fixed(w, x, &c->end)) continue;
      // `i < n` goes on, `i >= n` ends: either way n itself is not reached from below, and is from above.
      bool below = first ? i->op == MIR_LT || i->op == MIR_GE : i->op == MIR_GT || i->op == MIR_LE;
      c->reaches = c->falls ? below : !below;
      return true;
    }
  }
  return false;
}

static bool find_counter(const loops *w, const guarded *x, const mir_operand *index, counter *c) {
  if (!mir_is_local(index) || index->type->kind != TY_I64) return false;
  *c = (counter){.local = index->local};
  const mir_inst *def = only_def(w, x, c->local);
  uint32_t from;
  int64_t step;
  if (!def) return false;
  if (is_offset(def, &from, &step) && from != c->local) {
    c->local = from;
    c->offset = step;
    def = only_def(w, x, from);
  }
  if (!def || !is_offset(def, &from, &step) || from != c->local || step == 0) return false;
  c->falls = step < 0;
  return find_end(w, x, c);
}

// ---- checks --------------------------------------------------------------------------------------------------------------------------
static bool test_index(loops *w, guarded *x, mir_operand array, const mir_operand *index) {
  mir_operand at = *index;
  counter c;
  if (is_fixed(w, x, &at))
    return add_test(w, x, MIR_LE, int_constant(w, 0), at) && add_test(w, x, MIR_LT, at, size_of(w, x, array, 0));
  if (!find_counter(w, x, index, &c)) return false;
  mir_operand begin = mir_local_operand(w->f, c.local), low = int_constant(w, -c.offset);
  if (!c.falls)
    return add_test(w, x, MIR_LE, low, begin) &&
           add_test(w, x, c.reaches ? MIR_LT : MIR_LE, c.end, size_of(w, x, array, c.offset));
  return add_test(w, x, MIR_LT, begin, size_of(w, x, array, c.offset)) &&
         add_test(w, x, MIR_LE, c.reaches ? low : int_constant(w, -c.offset - 1), c.end);
}

// May it be loaded before the loop, as the copy calls what it is loaded from? A field may; an element whose index has been tested, too.
static bool is_safe(const loops *w, const guarded *x, const mir_place *place) {
  const mir_step *s = &place->steps[0];
  if (s->kind == MIR_STEP_FIELD) return mir_type_is_pointer(w->f->locals.items[place->base].type);
  uint32_t size = size_known(x, place->base);
  if (s->kind != MIR_STEP_INDEX || size == MIR_NONE) return false;
  test in_range = {MIR_LT, s->at, mir_local_operand(w->f, size)}, not_below = {MIR_LE, int_constant(w, 0), s->at};
  return is_tested(x, &in_range) && (!mir_is_local(&s->at) || is_tested(x, &not_below));
}

static bool place_same(const mir_place *a, const mir_place *b) {
  const mir_step *s = &a->steps[0], *t = &b->steps[0];
  if (a->base != b->base || s->kind != t->kind) return false;
  return s->kind == MIR_STEP_FIELD ? s->index == t->index : operand_same(&s->at, &t->at);
}

// The local that the place has been loaded into.
static uint32_t loaded(const guarded *x, const mir_place *place) {
  for (uint32_t k = 0; k < x->lifted_count; k++)
    if (place_same(x->lifted[k].place, place)) return x->lifted[k].dst;
  return MIR_NONE;
}

// A load that gives the same in each round is made among the tests.
static void lift_load(loops *w, guarded *x, const mir_inst *i) {
  const mir_local dst = w->f->locals.items[i->dst];
  mir_operand base = mir_local_operand(w->f, i->place->base);
  if (x->defs[i->dst] != 1 || w->single[i->dst] == MIR_NONE || dst.kind != MIR_LOCAL_VALUE) return;
  if (dst.counted && !mir_type_is_pointer(dst.type)) return;
  if (i->place->step_count != 1 || !is_fixed(w, x, &base) || is_written(w, x, i->place)) return;
  mir_inst lifted = *i;
  lifted.place = arena_copy(w->p->arena, i->place, sizeof *i->place);
  lifted.place->base = base.local;
  lifted.place->steps = arena_copy(w->p->arena, i->place->steps, sizeof *i->place->steps);
  if (lifted.place->steps[0].kind == MIR_STEP_INDEX && !is_fixed(w, x, &lifted.place->steps[0].at)) return;
  x->as[i->dst] = loaded(x, lifted.place);
  if (x->as[i->dst] != MIR_NONE || x->lifted_count == MOST_ARRAYS || !is_safe(w, x, lifted.place)) return;
  lifted.dst = x->as[i->dst] = mir_local_new(w->p, w->f, dst.type, dst.name);
  x->lifted[x->lifted_count++] = lifted;
  VEC_PUSH(w->p->arena, &w->f->blocks.items[x->last].insts, lifted);
}

static void test_all(loops *w, guarded *x) {
  for (uint32_t b = 0; b < x->l.count; b++)
    for (uint32_t k = 0; k < w->f->blocks.items[x->l.blocks[b]].insts.count; k++) {
      const mir_inst i = w->f->blocks.items[x->l.blocks[b]].insts.items[k];
      x->at = i.span;
      if (i.op == MIR_LOAD) lift_load(w, x, &i);
      if (i.op != MIR_CHECK_INDEX) continue;
      mir_operand array = i.args[0];
      if (mir_is_local(&array) && is_fixed(w, x, &array)) (void)test_index(w, x, array, &i.args[1]);
    }
}

// ---- the copy ------------------------------------------------------------------------------------------------------------------------
static void leave_out_lifted(const loops *w, const guarded *x, uint32_t first_new) {
  for (uint32_t b = x->l.copy; b < x->l.copy + x->l.count; b++) {
    mir_block *of = &w->f->blocks.items[b];
    uint32_t out = 0;
    for (uint32_t k = 0; k < of->insts.count; k++) {
      const mir_inst i = of->insts.items[k];
      bool lifted = i.op == MIR_LOAD && i.dst >= x->locals && i.dst < first_new;
      if (!lifted) of->insts.items[out++] = i;
    }
    of->insts.count = out;
  }
}

static bool find(loops *w, uint32_t head, guarded *x) {
  *x = (guarded){.locals = w->f->locals.count};
  if (!loop_find(w, head, LOOP_BLOCKS, &x->l) || loop_insts(w, &x->l, MIR_OP_COUNT) > MOST_INSTS) return false;
  return loop_insts(w, &x->l, MIR_CHECK_INDEX) > 0;
}

// false: there is nothing to test.
static bool make(loops *w, guarded *x) {
  mir_fn *f = w->f;
  x->locals = f->locals.count;
  x->as = ARENA_ARRAY(&w->scratch, uint32_t, x->locals + 1);
  x->defs = ARENA_ARRAY(&w->scratch, uint32_t, x->locals + 1);
  memset(x->as, 0xff, sizeof *x->as * x->locals);
  count_defs(w, x);
  x->first = x->last = mir_block_new(w->p, f);
  test_all(w, x);
  if (x->test_count == 0) {
    f->blocks.items[x->first].insts.count = 0;
    f->blocks.items[x->first].term = (mir_term){.kind = MIR_TERM_UNREACHABLE, .then = MIR_NONE, .else_ = MIR_NONE};
    return false;
  }
  uint32_t first_new = f->locals.count;
  loop_copy(w, &x->l, x->as, true);
  leave_out_lifted(w, x, first_new);
  f->blocks.items[x->last].term =
      (mir_term){.kind = MIR_TERM_JUMP, .then = x->l.copy, .else_ = MIR_NONE, .span = x->at};
  loop_lead(w, &x->l, x->l.head, x->first);
  for (uint32_t b = x->first; b < x->last; b++) f->blocks.items[b].term.else_ = x->l.head;
  return true;
}

static void keep_if_better(loops *w, const guarded *x) {
  loop copy = {.head = x->l.copy, .count = x->l.count};
  for (uint32_t k = 0; k < copy.count; k++) copy.blocks[k] = x->l.copy + k;
  if (loop_insts(w, &copy, MIR_CHECK_INDEX) < loop_insts(w, &x->l, MIR_CHECK_INDEX)) return;
  loop_lead(w, &x->l, x->first, x->l.head);
}

static void guard_fn(mir_program *p, mir_fn *f, range_resizing *r) {
  if (!range_has_index_checks(f)) return;
  loops w;
  guarded of[LOOPS];
  uint32_t found = 0, count = 0;
  loops_init(&w, p, f);
  for (uint32_t b = 0; b < w.block_count && found < LOOPS; b++) found += find(&w, b, &of[found]);
  for (uint32_t k = 0; k < found; k++) {
    of[count] = of[k];
    count += make(&w, &of[count]);
  }
  if (count) range_fn(p, f, range_resizing_of(p, r));
  for (uint32_t k = 0; k < count; k++) keep_if_better(&w, &of[k]);
  loops_fini(&w);
}

void pass_guard(mir_program *p) { range_each_fn(p, guard_fn); }
