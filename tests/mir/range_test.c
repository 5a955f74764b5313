// range_test.c — random functions over numbers and arrays do the same with and without passes range, guard and peel (and what stands around them).
// Checks:   the same loads, stores, pushes, errors at the same places, and the same result; no operation that is said not to fail fails, no
//           index is out of range where nothing checks it.
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "build.h"
#include "mir/builder.h"
#include "mir/verify.h"
#include "pass/pass.h"

// ---- chance ----------------------------------------------------------------------------------------------------------------
static uint64_t seed;
static uint32_t pick(uint32_t n) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(seed >> 33) % n;
}

// ---- making functions --------------------------------------------------------------------------------------------------------
enum {
  INTS = 6,
  ARRAYS = 3,
  BYTES_LEFT = 9,
  STEPS = 4000,
  ITEMS = 24,
  NARROW = INTS + ARRAYS,
  FLAG,
  GRID,   // an array of arrays
  HOLDER, // an object with arrays in its fields
  NAMED,
  ROWS = 4,
  FIELDS = 2,
  MOST_LOCALS = 2048
};
static build b;
static mir_program *p;
static mir_fn *f;
static uint32_t block, place_number;
static const type *ints, *list, *narrow, *lists, *object;
static hir_decl holder;
static hir_field holder_fields[FIELDS];
static bool plain; // nothing that changes a size, and no loops

static mir_operand local(uint32_t l) { return mir_local_operand(f, l); }
static uint32_t some_int(void) { return pick(INTS); }
static uint32_t some_array(void) { return INTS + pick(ARRAYS); }

static mir_operand constant(void) {
  static const int64_t values[] = {
      0, 1, 2, 3, 7, -1, -2, 10, 100, INT64_MAX, INT64_MIN, INT64_MAX - 1, 4, 64, 255, INT64_MIN + 1};
  return mir_int_operand(ints, (uint64_t)values[pick(pick(3) ? 5 : 16)]);
}
static mir_operand number(void) { return pick(3) ? local(some_int()) : constant(); }

static mir_inst *emit(mir_op op, uint32_t dst, const type *t, mir_operand x, mir_operand y, uint32_t n) {
  mir_operand args[2] = {x, y};
  place_number++;
  span at = {1, place_number, place_number};
  mir_inst *i = mir_emit(p, f, block, op, dst, t, args, n, at);
  i->on_error = mir_op_has(op, 'R') ? MIR_PROPAGATE : MIR_NO_ERROR;
  return i;
}

static uint32_t handler; // block, or MIR_PROPAGATE
static void checked(mir_inst *i) { i->on_error = handler; }

static void jump(uint32_t from, uint32_t to) {
  f->blocks.items[from].term = (mir_term){.kind = MIR_TERM_JUMP, .then = to, .else_ = MIR_NONE};
}

static void branch(mir_op op, mir_operand x, mir_operand y, uint32_t then, uint32_t other) {
  emit(op, FLAG, b.boolean, x, y, 2)->on_error = MIR_NO_ERROR;
  if (pick(6) == 0) {
    emit(MIR_NOT, FLAG, b.boolean, local(FLAG), local(FLAG), 1);
    uint32_t t = then;
    then = other;
    other = t;
  }
  f->blocks.items[block].term = (mir_term){.kind = MIR_TERM_BRANCH, .value = local(FLAG), .then = then, .else_ = other};
}

static mir_op comparison(void) { return (mir_op)(MIR_EQ + pick(6)); }

static void gen(uint32_t depth);

static void gen_if(uint32_t depth) {
  uint32_t yes = mir_block_new(p, f), no = mir_block_new(p, f), end = mir_block_new(p, f);
  branch(comparison(), local(some_int()), number(), yes, no);
  block = yes;
  gen(depth - 1);
  jump(block, end);
  block = no;
  if (pick(2)) gen(depth - 1);
  jump(block, end);
  block = end;
}

// while a < b { …; a = a + 1 }, and the like
static void gen_loop(uint32_t depth) {
  uint32_t head = mir_block_new(p, f), body = mir_block_new(p, f), end = mir_block_new(p, f);
  uint32_t i = some_int(), n = some_int();
  bool down = pick(3) == 0;
  if (pick(3)) emit(MIR_MOVE, i, ints, down ? number() : mir_int_operand(ints, 0), number(), 1);
  if (pick(2)) emit(MIR_SIZE, n, ints, local(some_array()), number(), 1);
  jump(block, head);
  block = head;
  if (pick(4) == 0) emit(MIR_SIZE, n, ints, local(some_array()), number(), 1);
  mir_op op = pick(3) ? (down ? MIR_GT : MIR_LT) : comparison();
  branch(op, local(i), pick(3) ? local(n) : constant(), body, end);
  block = body;
  bool was_plain = plain;
  plain = plain || pick(2);
  gen(depth - 1);
  plain = was_plain;
  mir_operand one = pick(5) ? mir_int_operand(ints, 1) : number();
  if (down) checked(emit(MIR_SUB, i, ints, local(i), one, 2));
  else if (pick(2)) checked(emit(MIR_ADD, i, ints, local(i), one, 2));
  else emit(MIR_ADD_WRAP, i, ints, local(i), one, 2);
  jump(block, head);
  block = end;
}

static mir_place *place_of(uint32_t base, mir_step step) {
  mir_place *pl = ARENA_NEW(&b.arena, mir_place);
  mir_step *steps = ARENA_NEW(&b.arena, mir_step);
  *steps = step;
  *pl = (mir_place){.base = base, .steps = steps, .step_count = 1, .type = step.type};
  return pl;
}

// A number, often as it is, or a number beside it.
static mir_operand index_near(void) {
  if (pick(4) == 0) return constant();
  if (pick(3)) return local(some_int());
  uint32_t near = mir_local_new(p, f, ints, NULL);
  checked(emit(pick(2) ? MIR_ADD : MIR_SUB, near, ints, local(some_int()), mir_int_operand(ints, pick(3)), 2));
  return local(near);
}

static mir_place *checked_item(uint32_t array, const type *t) {
  checked(emit(MIR_CHECK_INDEX, MIR_NONE, f->locals.items[array].type, local(array), index_near(), 2));
  mir_inst *check = &VEC_LAST(&f->blocks.items[block].insts);
  return place_of(array, (mir_step){.kind = MIR_STEP_INDEX, .at = check->args[1], .type = t});
}

static mir_place *field_of(void) {
  return place_of(HOLDER, (mir_step){.kind = MIR_STEP_FIELD, .index = pick(FIELDS), .type = list});
}

// An array: by name, of a field, or a row.
static uint32_t array_somewhere(void) {
  if (pick(2)) return some_array();
  uint32_t a = mir_local_new(p, f, list, NULL);
  mir_place *pl = pick(2) ? field_of() : checked_item(GRID, list);
  emit(MIR_LOAD, a, list, number(), number(), 0)->place = pl;
  return a;
}

static void gen_element(void) {
  mir_place *pl = checked_item(array_somewhere(), ints);
  if (pick(2)) emit(MIR_LOAD, some_int(), ints, number(), number(), 0)->place = pl;
  else emit(MIR_STORE, MIR_NONE, ints, number(), number(), 1)->place = pl;
}

static void gen_replaced(void) {
  mir_place *pl = pick(2) ? field_of() : checked_item(GRID, list);
  emit(MIR_STORE, MIR_NONE, list, local(some_array()), number(), 1)->place = pl;
}

static void gen_narrow(void) {
  if (pick(2)) {
    checked(emit(MIR_CONVERT, NARROW, narrow, local(some_int()), number(), 1));
  } else if (pick(2)) {
    emit(MIR_CONVERT, some_int(), ints, local(NARROW), number(), 1)->on_error = MIR_NO_ERROR;
  } else {
    static const mir_op ops[] = {MIR_ADD, MIR_SUB, MIR_MUL};
    checked(emit(ops[pick(3)], NARROW, narrow, local(NARROW), mir_int_operand(narrow, pick(20)), 2));
  }
}

static void gen_arith(void) {
  static const mir_op ops[] = {MIR_ADD,      MIR_ADD,      MIR_SUB,      MIR_SUB,    MIR_MUL, MIR_DIV, MIR_MOD,
                               MIR_ADD_WRAP, MIR_SUB_WRAP, MIR_MUL_WRAP, MIR_BITAND, MIR_SHR, MIR_NEG};
  mir_op op = ops[pick(sizeof ops / sizeof *ops)];
  mir_operand x = local(some_int()), y = number();
  if (op == MIR_SHR) y = mir_int_operand(ints, pick(66));
  mir_inst *i = emit(op, some_int(), ints, pick(8) ? x : constant(), y, op == MIR_NEG ? 1 : 2);
  if (mir_op_has(op, 'R')) checked(i);
}

static void gen_one(uint32_t depth) {
  if (depth > 0 && pick(4) == 0) gen_if(depth);
  else if (depth > 0 && !plain && pick(3) == 0) gen_loop(depth);
  else switch (pick(9)) {
    case 0: emit(MIR_MOVE, some_int(), ints, number(), number(), 1); break;
    case 1: emit(MIR_SIZE, some_int(), ints, local(some_array()), number(), 1); break;
    case 2:
      if (pick(4) == 0) gen_replaced();
      else if (plain) gen_element();
      else if (pick(3) == 0) emit(MIR_MOVE, some_array(), list, local(some_array()), number(), 1);
      else emit(MIR_ARRAY_PUSH, MIR_NONE, list, local(some_array()), number(), 2);
      break;
    case 3: gen_narrow(); break;
    case 4:
    case 5: gen_arith(); break;
    default: gen_element(); break;
    }
}

static void gen(uint32_t depth) {
  uint32_t n = 1 + pick(4);
  for (uint32_t i = 0; i < n; i++) gen_one(depth);
}

static void gen_function(uint64_t from) {
  seed = from;
  b_init(&b);
  p = ARENA_NEW(&b.arena, mir_program);
  p->arena = &b.arena;
  p->types = b.types;
  p->hir = &b.hir;
  ints = b.integer;
  narrow = type_simple(b.types, TY_U8);
  list = type_nominal(b.types, TY_CLASS, &b.array, &ints, 1, CAP_REF);
  lists = type_nominal(b.types, TY_CLASS, &b.array, &list, 1, CAP_REF);
  for (uint32_t i = 0; i < FIELDS; i++) holder_fields[i] = (hir_field){.name = i ? "right" : "left", .type = list};
  holder =
      (hir_decl){.kind = DECL_CLASS, .name = "Holder", .module = "", .fields = holder_fields, .field_count = FIELDS};
  object = b_class(&b, &holder, CAP_REF);
  plain = false;
  map_init(&p->by_fn, &b.arena);
  map_init(&p->by_decl, &b.arena);
  f = mir_fn_new(p, MIR_FN_FUNCTION, "f");
  f->result = ints;
  static const char *const names[] = {"a", "b", "c", "d", "e", "f", "xs", "ys", "zs", "n"};
  for (uint32_t i = 0; i < INTS; i++) mir_local_new(p, f, ints, names[i]);
  for (uint32_t i = 0; i < ARRAYS; i++) mir_local_new(p, f, list, names[INTS + i]);
  mir_local_new(p, f, narrow, names[NARROW]);
  mir_local_new(p, f, b.boolean, NULL);
  mir_local_new(p, f, lists, "grid");
  mir_local_new(p, f, object, "holder");
  f->param_count = NAMED;
  for (uint32_t i = 0; i < f->param_count; i++) {
    f->locals.items[i].is_param = true;
    f->locals.items[i].owned = f->locals.items[i].counted;
  }
  block = mir_block_new(p, f);
  uint32_t failed = mir_block_new(p, f);
  handler = pick(2) ? failed : MIR_PROPAGATE;
  place_number = 0;
  gen(4);
  f->blocks.items[block].term = (mir_term){.kind = MIR_TERM_RETURN, .value = local(0)};
  block = failed;
  handler = MIR_PROPAGATE;
  gen(1);
  f->blocks.items[block].term = (mir_term){.kind = MIR_TERM_RETURN, .value = local(1)};
}

// ---- running -----------------------------------------------------------------------------------------------------------------
typedef struct array {
  int64_t items[ITEMS];
  int64_t size;
} array;
typedef struct run {
  int64_t v[MOST_LOCALS]; // those of copied rounds last
  array arrays[ARRAYS];
  int64_t rows[ROWS], row_count, fields[FIELDS]; // arrays
  uint64_t trace;
  uint32_t steps;
  const char *wrong;
} run;

static void note(run *r, uint64_t what) { r->trace = (r->trace ^ what) * 0x9e3779b97f4a7c15u + (r->trace >> 29); }
static int64_t value(const run *r, const mir_operand *o) {
  return o->kind == MIR_OPERAND_LOCAL ? r->v[o->local] : (int64_t)o->u;
}
static array *array_of(run *r, uint32_t l) { return &r->arrays[r->v[l]]; }
static int64_t size_of(run *r, uint32_t l) { return l == GRID ? r->row_count : array_of(r, l)->size; }

static int64_t *element(run *r, const mir_place *pl) {
  if (pl->steps[0].kind == MIR_STEP_FIELD) return &r->fields[pl->steps[0].index];
  if (pl->base == GRID) { // loaded once or in each round
    int64_t row = value(r, &pl->steps[0].at);
    if (row < 0 || row >= r->row_count) r->wrong = "there is no such row";
    return &r->rows[r->wrong ? 0 : row];
  }
  array *a = array_of(r, pl->base);
  int64_t i = value(r, &pl->steps[0].at);
  note(r, (uint64_t)i * 31);
  if (i >= 0 && i < a->size) return &a->items[i];
  r->wrong = "an index is out of range";
  return &a->items[0];
}

// What the operation gives; false: it does not fit.
static bool compute(const mir_inst *i, int64_t x, int64_t y, int64_t *out) {
  bool is_narrow = i->type->kind == TY_U8, bad = false;
  switch ((int)i->op) {
  case MIR_ADD: bad = __builtin_add_overflow(x, y, out); break;
  case MIR_SUB: bad = __builtin_sub_overflow(x, y, out); break;
  case MIR_MUL: bad = __builtin_mul_overflow(x, y, out); break;
  case MIR_NEG: bad = __builtin_sub_overflow(0, x, out); break;
  case MIR_DIV_POS:
  case MIR_MOD_POS: bad = x < 0 || y <= 0; // fall through
  case MIR_DIV:
  case MIR_MOD:
    bad = bad || y == 0 || (x == INT64_MIN && y == -1);
    if (!bad) *out = i->op == MIR_DIV || i->op == MIR_DIV_POS ? x / y : x % y;
    break;
  case MIR_SHR:
    bad = y < 0 || y > 63;
    if (!bad) *out = x >> y;
    break;
  default: *out = x; break; // CONVERT
  }
  return !bad && !(is_narrow && (*out < 0 || *out > 255));
}

static bool compare(mir_op op, int64_t x, int64_t y) {
  switch ((int)op) {
  case MIR_EQ: return x == y;
  case MIR_NE: return x != y;
  case MIR_LT: return x < y;
  case MIR_LE: return x <= y;
  case MIR_GT: return x > y;
  default: return x >= y;
  }
}

static void push(run *r, uint32_t l, int64_t x) {
  array *a = array_of(r, l);
  if (a->size == ITEMS) r->steps = STEPS; // enough of this one
  else a->items[a->size++] = x;
  note(r, (uint64_t)x);
}

// false: it raises
static bool step(run *r, const mir_inst *i) {
  int64_t x = i->arg_count > 0 ? value(r, &i->args[0]) : 0, y = i->arg_count > 1 ? value(r, &i->args[1]) : 0, out = 0;
  switch ((int)i->op) {
  case MIR_MOVE: out = x; break;
  case MIR_NOT: out = !x; break;
  case MIR_SIZE: out = size_of(r, i->args[0].local); break;
  case MIR_CHECK_INDEX: return y >= 0 && y < size_of(r, i->args[0].local);
  case MIR_ARRAY_PUSH: push(r, i->args[0].local, y); return true;
  case MIR_LOAD: out = *element(r, i->place); break;
  case MIR_STORE:
    note(r, (uint64_t)x);
    *element(r, i->place) = x;
    return true;
  case MIR_ADD_WRAP: out = (int64_t)((uint64_t)x + (uint64_t)y); break;
  case MIR_SUB_WRAP: out = (int64_t)((uint64_t)x - (uint64_t)y); break;
  case MIR_MUL_WRAP: out = (int64_t)((uint64_t)x * (uint64_t)y); break;
  case MIR_BITAND: out = x & y; break;
  default:
    if (i->op >= MIR_EQ && i->op <= MIR_GE) out = compare(i->op, x, y);
    else if (!compute(i, x, y, &out)) return false;
  }
  if (i->dst != MIR_NONE) r->v[i->dst] = out;
  return true;
}

static void run_function(run *r) {
  for (uint32_t at = 0; r->steps < STEPS && !r->wrong;) {
    const mir_block *x = &f->blocks.items[at];
    uint32_t to = MIR_NONE;
    for (uint32_t k = 0; k < x->insts.count && to == MIR_NONE && r->steps < STEPS; k++) {
      if (step(r, &x->insts.items[k])) continue;
      to = x->insts.items[k].on_error;
      note(r, 1000003u * x->insts.items[k].span.begin);
      if (to == MIR_NO_ERROR) r->wrong = "what cannot fail fails";
      if (to >= MIR_PROPAGATE) return;
    }
    if (to == MIR_NONE && x->term.kind == MIR_TERM_RETURN) {
      note(r, (uint64_t)value(r, &x->term.value));
      return;
    }
    if (to == MIR_NONE)
      to = x->term.kind == MIR_TERM_BRANCH && !value(r, &x->term.value) ? x->term.else_ : x->term.then;
    at = to;
    r->steps++;
  }
}

static run begin(uint64_t k) {
  static const int64_t values[] = {0, 1, 2, 3, 5, 8, -1, 100, INT64_MAX, INT64_MIN, 12, 4};
  run r;
  memset(&r, 0, sizeof r);
  seed = k;
  for (int i = 0; i < INTS; i++) r.v[i] = values[pick(pick(2) ? 6 : 12)];
  for (int i = 0; i < ARRAYS; i++) {
    r.v[INTS + i] = pick(3) ? i : (int64_t)pick(ARRAYS);
    r.arrays[i].size = pick(10);
    for (int j = 0; j < ITEMS; j++) r.arrays[i].items[j] = values[pick(12)];
  }
  r.v[NARROW] = pick(256);
  r.row_count = pick(ROWS + 1);
  for (int i = 0; i < ROWS; i++) r.rows[i] = pick(ARRAYS);
  for (int i = 0; i < FIELDS; i++) r.fields[i] = pick(ARRAYS);
  return r;
}

static uint32_t dropped, guarded, peeled; // checks; functions; functions
static uint32_t count_checks(void) {
  uint32_t n = 0;
  for (uint32_t x = 0; x < f->blocks.count; x++)
    for (uint32_t k = 0; k < f->blocks.items[x].insts.count; k++)
      n += f->blocks.items[x].insts.items[k].on_error != MIR_NO_ERROR;
  return n;
}

// The entry of a function is no loop's head: as lowering makes them.
static void optimise(void) {
  pass_cfg(p, f);
  uint32_t before = count_checks();
  pass_range(p);
  dropped += before - count_checks();
  pass_sweep(p, f);
  uint32_t blocks = f->blocks.count;
  pass_guard(p);
  pass_tidy_loops(p, f);
  guarded += f->blocks.count > blocks;
  blocks = f->blocks.count;
  pass_peel(p);
  pass_sweep(p, f);
  peeled += f->blocks.count > blocks;
  ck_assert_uint_le(f->locals.count, MOST_LOCALS);
}

START_TEST(random_functions_do_the_same) {
  uint64_t first = getenv("SEED") ? strtoull(getenv("SEED"), NULL, 10) : 1;
  uint64_t last = getenv("SEED") ? first : getenv("ROUNDS") ? strtoull(getenv("ROUNDS"), NULL, 10) : 3000;
  for (uint64_t k = first; k <= last; k++) {
    enum { TRIES = 24 };
    uint64_t traces[TRIES];
    for (int way = 0; way < 2; way++) {
      gen_function(k * 0x9e3779b97f4a7c15u);
      if (way) optimise();
      const char *wrong = mir_verify(p, false);
      ck_assert_msg(!wrong, "seed %llu: %s", (unsigned long long)k, wrong);
      for (uint32_t t = 0; t < TRIES; t++) {
        run r = begin(k * 1000 + t);
        run_function(&r);
        if (!way) traces[t] = r.steps < STEPS ? r.trace : 0;
        bool same = !way || !traces[t] || r.steps == STEPS || traces[t] == r.trace;
        if (!r.wrong && same) continue;
        buf text = {0};
        mir_dump(&text, p);
        fprintf(stderr, "%s\n", buf_text(&text));
        ck_abort_msg("seed %llu, try %u: %s", (unsigned long long)k, t, r.wrong ? r.wrong : "does something else");
      }
      b_fini(&b);
    }
  }
  if (last > first) ck_assert_uint_gt(dropped, (uint32_t)(last - first));
  if (last > first + 1000) ck_assert_uint_gt(peeled, 10);
  if (last > first + 1000) ck_assert_uint_gt(guarded, 100);
  if (getenv("ROUNDS"))
    printf("%u checks dropped, %u functions with a guarded loop, %u with a round before one\n", dropped, guarded,
           peeled);
}
END_TEST

int main(void) {
  Suite *s = suite_create("range");
  TCase *t = tcase_create("range");
  tcase_set_timeout(t, 240);
  tcase_add_test(t, random_functions_do_the_same);
  suite_add_tcase(s, t);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
