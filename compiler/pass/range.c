// range.c — checks that cannot fail go: indices known to be in range, sums known not to overflow, conversions known to fit.
// Owns:     what is known of the whole numbers and of the sizes of collections in a function's locals, at the begin of each block.
// Promises: a check that could fail stays where it is. A collection's size is known until something may change it: pushing to an array of the
//           same type, a native that is given such a collection for writing, any call of a function that resizes anything, any wait.
// Does not: look behind fields: `xs` is known, `self.xs` is loaded anew each time and begins unknown.
#include <string.h>

#include "mir/builder.h"
#include "pass/bounds.h"
#include "pass/pass.h"

// Numbers times blocks; how often the bounds at the head of a loop may change before they are given up. Elsewhere they follow those of
// the heads; but chains of rules are followed only so far, so that they might go on changing by themselves.
enum { MOST_STATE = 1 << 21, PATIENCE = 3, PATIENCE_ELSEWHERE = 12 };
#define MOST_SIZE (INT64_MAX / 4)

typedef struct range {
  mir_program *p;
  mir_fn *f;
  arena scratch;
  const map *resizes; // mir_fn * -> itself
  bounds_space space;
  uint32_t *number; // local -> its number, or that of its size; MIR_NONE: nothing is known of it
  bounds **in;      // per block
  bounds *now, *side;
  uint8_t *rounds;
  bool *is_head; // of a loop
} range;

// ---- numbers ---------------------------------------------------------------------------------------------------------------
// The whole numbers that an int64_t holds as they are.
static bool type_range(const type *t, int64_t *low, int64_t *high) {
  static const struct {
    type_kind kind;
    int64_t low, high;
  } rows[] = {
      {TY_I64, INT64_MIN, INT64_MAX}, {TY_I32, INT32_MIN, INT32_MAX}, {TY_I16, INT16_MIN, INT16_MAX},
      {TY_I8, INT8_MIN, INT8_MAX},    {TY_U32, 0, UINT32_MAX},        {TY_U16, 0, UINT16_MAX},
      {TY_U8, 0, UINT8_MAX},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (rows[i].kind != t->kind) continue;
    *low = rows[i].low;
    *high = rows[i].high;
    return true;
  }
  return false;
}

static bool has_size(const type *t) {
  if (t->kind != TY_CLASS) return false;
  enum builtin b = t->decl->builtin;
  return b == BUILTIN_ARRAY || b == BUILTIN_BYTES || b == BUILTIN_STRING;
}

static void number_locals(range *r) {
  uint32_t n = r->f->locals.count, count = 0;
  r->number = ARENA_ARRAY(&r->scratch, uint32_t, n + 1);
  int64_t low, high;
  for (uint32_t l = 0; l < n; l++) {
    const mir_local *x = &r->f->locals.items[l];
    bool known = x->kind == MIR_LOCAL_VALUE && !x->by_ref && (has_size(x->type) || type_range(x->type, &low, &high));
    r->number[l] = known ? count++ : MIR_NONE;
  }
  bounds_space_init(&r->space, &r->scratch, count);
  for (uint32_t l = 0; l < n; l++) {
    if (r->number[l] == MIR_NONE) continue;
    low = 0;
    high = MOST_SIZE;
    (void)type_range(r->f->locals.items[l].type, &low, &high);
    r->space.least[r->number[l]] = low;
    r->space.most[r->number[l]] = high;
  }
}

static void forget(range *r, bounds *b, uint32_t v) { bounds_forget(b, v, r->space.least[v], r->space.most[v]); }

// An operand: a constant, or a number of which more is known.
typedef struct term {
  uint32_t v; // or MIR_NONE: only the interval is known
  int64_t low, high;
} term;

static bool term_of(range *r, const mir_operand *o, term *t) {
  *t = (term){.v = MIR_NONE};
  if (o->kind == MIR_OPERAND_INT) {
    if (!type_range(o->type, &t->low, &t->high)) return false;
    int64_t c = (int64_t)o->u;
    if (o->type->kind == TY_I32) c = (int32_t)o->u;
    if (o->type->kind == TY_I16) c = (int16_t)o->u;
    if (o->type->kind == TY_I8) c = (int8_t)o->u;
    t->low = t->high = c;
    return true;
  }
  if (!mir_is_local(o) || r->number[o->local] == MIR_NONE || has_size(r->f->locals.items[o->local].type)) return false;
  t->v = r->number[o->local];
  t->low = bounds_low(&r->space, r->now, t->v);
  t->high = bounds_high(&r->space, r->now, t->v);
  return true;
}

static uint32_t size_of(const range *r, const mir_operand *o) {
  if (!mir_is_local(o) || !has_size(r->f->locals.items[o->local].type)) return MIR_NONE;
  return r->number[o->local];
}

static int64_t apart(range *r, const term *a, const term *b) { // the least known c with a <= b + c
  if (a->v != MIR_NONE && b->v != MIR_NONE) return bounds_apart(&r->space, r->now, a->v, b->v);
  return a->high == INT64_MAX ? INT64_MAX : bounds_sub(a->high, b->low);
}

// ---- arithmetic --------------------------------------------------------------------------------------------------------------
typedef struct interval {
  int64_t low, high;
  bool exact; // false: may be beyond what an int64_t holds
} interval;

static interval sum(const term *a, const term *b) {
  interval x = {.exact = true};
  if (__builtin_add_overflow(a->low, b->low, &x.low)) x.exact = false;
  if (__builtin_add_overflow(a->high, b->high, &x.high)) x.exact = false;
  x.low = bounds_add(a->low, b->low);
  x.high = bounds_add(a->high, b->high);
  return x;
}

static interval difference(range *r, const term *a, const term *b) {
  int64_t above = apart(r, a, b), below = apart(r, b, a);
  interval x = {.low = bounds_sub(a->low, b->high), .high = bounds_sub(a->high, b->low)};
  if (above < x.high) x.high = above;
  if (below != INT64_MAX && bounds_sub(0, below) > x.low) x.low = bounds_sub(0, below);
  int64_t t;
  bool low_ok = !__builtin_sub_overflow(a->low, b->high, &t) || (below != INT64_MAX && below > INT64_MIN);
  bool high_ok = !__builtin_sub_overflow(a->high, b->low, &t) || above != INT64_MAX;
  x.exact = low_ok && high_ok;
  return x;
}

static interval product(const term *a, const term *b) {
  int64_t corner[4];
  interval x = {.low = INT64_MIN, .high = INT64_MAX};
  if (__builtin_mul_overflow(a->low, b->low, &corner[0]) || __builtin_mul_overflow(a->low, b->high, &corner[1]) ||
      __builtin_mul_overflow(a->high, b->low, &corner[2]) || __builtin_mul_overflow(a->high, b->high, &corner[3])) {
    if (a->low >= 0 && b->low >= 0) x.low = 0;
    return x;
  }
  x = (interval){corner[0], corner[0], true};
  for (int i = 1; i < 4; i++) {
    if (corner[i] < x.low) x.low = corner[i];
    if (corner[i] > x.high) x.high = corner[i];
  }
  return x;
}

static interval quotient(const term *a, const term *b) {
  interval x = {.low = INT64_MIN, .high = INT64_MAX, .exact = b->low > 0};
  if (b->low <= 0 || b->high < b->low) return x;
  x.low = a->low >= 0 ? a->low / b->high : a->low / b->low;
  x.high = a->high >= 0 ? a->high / b->low : a->high / b->high;
  return x;
}

static interval rest(const term *a, const term *b) {
  interval x = {.low = INT64_MIN, .high = INT64_MAX, .exact = b->low > 0};
  if (b->low <= 0 || b->high < b->low) return x;
  x.low = a->low >= 0 ? 0 : a->low > -b->high ? a->low : -(b->high - 1);
  x.high = a->high <= 0 ? 0 : a->high < b->high ? a->high : b->high - 1;
  return x;
}

// What the operation gives if nothing is lost; false: nothing is known of it.
static bool result(range *r, const mir_inst *i, interval *x) {
  term a, b;
  if (!term_of(r, &i->args[0], &a)) return false;
  if (i->arg_count > 1 && !term_of(r, &i->args[1], &b)) return false;
  switch ((int)i->op) {
  case MIR_ADD:
  case MIR_ADD_WRAP: *x = sum(&a, &b); return true;
  case MIR_SUB:
  case MIR_SUB_WRAP: *x = difference(r, &a, &b); return true;
  case MIR_MUL:
  case MIR_MUL_WRAP: *x = product(&a, &b); return true;
  case MIR_DIV:
  case MIR_DIV_POS: *x = quotient(&a, &b); return true;
  case MIR_MOD:
  case MIR_MOD_POS: *x = rest(&a, &b); return true;
  case MIR_BITAND:
    if (a.low < 0 && b.low < 0) return false;
    *x = (interval){0, a.low < 0 ? b.high : b.low < 0 ? a.high : a.high < b.high ? a.high : b.high, true};
    return true;
  case MIR_SHR:
    if (a.low < 0 || b.low < 0 || b.high > 63) return false;
    *x = (interval){a.low >> b.high, a.high >> b.low, true};
    return true;
  case MIR_NEG: *x = (interval){bounds_sub(0, a.high), bounds_sub(0, a.low), a.low > INT64_MIN}; return true;
  case MIR_CONVERT:
  case MIR_MOVE: *x = (interval){a.low, a.high, true}; return true;
  default: return false;
  }
}

static bool within(const interval *x, const type *t) {
  int64_t low, high;
  return type_range(t, &low, &high) && x->exact && x->low >= low && x->high <= high;
}

static bool is_wrapping(const mir_inst *i) {
  return i->op == MIR_ADD_WRAP || i->op == MIR_SUB_WRAP || i->op == MIR_MUL_WRAP ||
         (i->op == MIR_CONVERT && i->aux.wrap) || (i->on_error == MIR_NO_ERROR && i->op != MIR_MOVE);
}

// ---- what instructions do to what is known -------------------------------------------------------------------------------------
// d = a + (something from b.low to b.high)
static void set_sum(range *r, uint32_t d, const term *a, const term *b, const interval *x) {
  if (a->v == d) {
    bounds_move(r->now, d, b->low, b->high);
  } else {
    forget(r, r->now, d);
    if (a->v != MIR_NONE) {
      if (b->high != INT64_MAX) bounds_rule_add(r->now, d, a->v, b->high);
      if (b->low != INT64_MIN) bounds_rule_add(r->now, a->v, d, bounds_sub(0, b->low));
    }
  }
  if (x->low > r->now->low[d]) r->now->low[d] = x->low;
  if (x->high < r->now->high[d]) r->now->high[d] = x->high;
  if (r->space.least[d] > r->now->low[d]) r->now->low[d] = r->space.least[d];
  if (r->space.most[d] < r->now->high[d]) r->now->high[d] = r->space.most[d];
}

static void set_number(range *r, const mir_inst *i, uint32_t d) {
  interval x;
  term a, b = {.v = MIR_NONE};
  const type *t = r->f->locals.items[i->dst].type;
  if (!i->arg_count || !result(r, i, &x) || (is_wrapping(i) && !within(&x, t))) {
    forget(r, r->now, d);
    return;
  }
  (void)term_of(r, &i->args[0], &a);
  if (i->arg_count > 1) (void)term_of(r, &i->args[1], &b);
  if (i->op == MIR_ADD || i->op == MIR_ADD_WRAP) {
    bool swap = a.v == MIR_NONE || (b.v == d && a.v != d);
    if (swap) set_sum(r, d, &b, &a, &x);
    else set_sum(r, d, &a, &b, &x);
    if (!swap && b.v != MIR_NONE && b.v != d && a.v != d) {
      if (a.high != INT64_MAX) bounds_rule_add(r->now, d, b.v, a.high);
      if (a.low != INT64_MIN) bounds_rule_add(r->now, b.v, d, bounds_sub(0, a.low));
    }
  } else if (i->op == MIR_SUB || i->op == MIR_SUB_WRAP) {
    term minus = {MIR_NONE, bounds_sub(0, b.high), bounds_sub(0, b.low)};
    if (b.v == d) a.v = MIR_NONE; // d = a - d
    set_sum(r, d, &a, &minus, &x);
  } else if (i->op == MIR_MOVE || i->op == MIR_CONVERT) {
    if (a.v == d) return;
    term zero = {MIR_NONE, 0, 0};
    set_sum(r, d, &a, &zero, &x);
  } else {
    bool below =
        a.v != d && a.v != MIR_NONE && a.low >= 0 && i->op != MIR_MUL && i->op != MIR_MUL_WRAP && i->op != MIR_NEG;
    bool rest_of = (i->op == MIR_MOD || i->op == MIR_MOD_POS) && b.v != d && b.v != MIR_NONE && b.low > 0;
    forget(r, r->now, d);
    if (below) bounds_rule_add(r->now, d, a.v, 0); // a quotient, rest, mask or shift
    if (rest_of) bounds_rule_add(r->now, d, b.v, -1);
    if (x.low > r->now->low[d]) r->now->low[d] = x.low;
    if (x.high < r->now->high[d]) r->now->high[d] = x.high;
  }
}

static void equal(range *r, uint32_t a, uint32_t b) {
  bounds_rule_add(r->now, a, b, 0);
  bounds_rule_add(r->now, b, a, 0);
  if (r->now->low[b] > r->now->low[a]) r->now->low[a] = r->now->low[b];
  if (r->now->high[b] < r->now->high[a]) r->now->high[a] = r->now->high[b];
}

// A collection that was just made, or another name for one.
static void set_size(range *r, const mir_inst *i, uint32_t d) {
  uint32_t from = MIR_NONE;
  term n;
  forget(r, r->now, d);
  switch ((int)i->op) {
  case MIR_MOVE:
  case MIR_FREEZE:
  case MIR_SHARE: from = size_of(r, &i->args[0]); break;
  case MIR_ARRAY: r->now->low[d] = r->now->high[d] = i->arg_count; return;
  case MIR_CALL: // filled(n, x) raises if n is negative
    if (i->aux.call.callee || !i->aux.call.fn->symbol || strcmp(i->aux.call.fn->symbol, "ag_filled") != 0) return;
    if (!term_of(r, &i->args[0], &n)) return;
    if (n.v != MIR_NONE) equal(r, d, n.v);
    if (n.v != MIR_NONE) equal(r, n.v, d);
    if (n.low > r->now->low[d]) r->now->low[d] = n.low;
    if (n.high < r->now->high[d]) r->now->high[d] = n.high;
    return;
  default: return;
  }
  if (from != MIR_NONE && from != d) equal(r, d, from);
}

// Collections of that type grow by something from low to high.
static void resize(range *r, const type *t, uint32_t except, int64_t low, int64_t high) {
  for (uint32_t l = 0; l < r->f->locals.count; l++) {
    uint32_t v = r->number[l];
    const type *x = r->f->locals.items[l].type;
    if (v == MIR_NONE || v == except || !has_size(x) || x->decl->builtin == BUILTIN_STRING) continue;
    if (t && !mir_type_same(t, x)) continue;
    if (low == INT64_MIN) {
      forget(r, r->now, v);
      continue;
    }
    bounds_move(r->now, v, low, high);
    if (r->now->low[v] < 0) r->now->low[v] = 0;
    if (r->now->high[v] > MOST_SIZE) r->now->high[v] = MOST_SIZE;
  }
}
static void resize_any(range *r) { resize(r, NULL, MIR_NONE, INT64_MIN, INT64_MAX); }

static void resize_by_native(range *r, const mir_inst *i) {
  const hir_fn *fn = i->aux.call.fn;
  if (fn->kind == FN_EXTERN) return;
  uint32_t first = i->arg_count - fn->param_count;
  for (uint32_t a = 0; a < i->arg_count; a++) {
    cap c = a < first ? fn->receiver : fn->params[a - first]->type->cap;
    if (c != CAP_REF && c != CAP_ISO) continue;
    if (mir_is_local(&i->args[a])) resize(r, r->f->locals.items[i->args[a].local].type, MIR_NONE, INT64_MIN, INT64_MAX);
  }
}

// Operations that leave the sizes of all collections there are alone. Any other may change them: better one too many.
static bool keeps_sizes(mir_op op) {
  static const mir_op ops[] = {
      MIR_MOVE,          MIR_LOAD,     MIR_LOAD_MOVE, MIR_STORE,    MIR_STORE_INIT,  MIR_SWAP,         MIR_FORGET,
      MIR_ADD,           MIR_SUB,      MIR_MUL,       MIR_DIV,      MIR_MOD,         MIR_DIV_POS,      MIR_MOD_POS,
      MIR_ADD_WRAP,      MIR_SUB_WRAP, MIR_BITAND,    MIR_MUL_WRAP, MIR_BITOR,       MIR_BITXOR,       MIR_SHL,
      MIR_SHR,           MIR_NEG,      MIR_NOT,       MIR_BITNOT,   MIR_SAME,        MIR_CONVERT,      MIR_RANGE,
      MIR_RANGE_FROM,    MIR_RANGE_TO, MIR_NEW,       MIR_STRUCT,   MIR_TUPLE,       MIR_VARIANT,      MIR_SOME,
      MIR_IS_SOME,       MIR_UNWRAP,   MIR_TAG,       MIR_ARRAY,    MIR_MAP,         MIR_FREEZE,       MIR_SHARE,
      MIR_CONCAT,        MIR_PRINT,    MIR_STR_SLICE, MIR_STR_CHAR, MIR_BYTES_AT,    MIR_STR_CHAR_END, MIR_SIZE,
      MIR_MAP_KEY,       MIR_MAP_NEXT, MIR_MAP_VALUE, MIR_ERR_IS,   MIR_CHECK_INDEX, MIR_STACK_CHECK,  MIR_RAISE,
      MIR_ERR_CATCHABLE, MIR_ERR_TAKE, MIR_ERR_CAST,
  };
  for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
    if (ops[i] == op) return true;
  return false;
}

// Comparing and showing numbers and texts, or looking for them in a map, calls nothing of the program.
static bool is_plain(const mir_inst *i, const mir_fn *f) {
  bool keyed = i->op == MIR_MAP_GET || i->op == MIR_MAP_SET;
  if ((i->op < MIR_EQ || i->op > MIR_GE) && i->op != MIR_INTERP && !keyed) return false;
  for (uint32_t a = keyed ? 1 : 0; a < (keyed ? 2 : i->arg_count); a++) { // of a map the key is hashed and compared
    const type *t = mir_is_local(&i->args[a]) ? f->locals.items[i->args[a].local].type : i->args[a].type;
    bool text = t->kind == TY_CLASS && t->decl->builtin == BUILTIN_STRING;
    if (!text && mir_type_counted(t)) return false;
    if (t->kind == TY_STRUCT || t->kind == TY_ENUM || t->kind == TY_OPTIONAL || t->kind == TY_TUPLE) return false;
  }
  return true;
}

static void change_sizes(range *r, const mir_inst *i) {
  if (i->op == MIR_ARRAY_PUSH || i->op == MIR_ARRAY_POP) {
    int64_t by = i->op == MIR_ARRAY_PUSH ? 1 : -1;
    uint32_t v = size_of(r, &i->args[0]);
    resize(r, r->f->locals.items[i->args[0].local].type, v, by < 0 ? by : 0, by > 0 ? by : 0);
    if (v == MIR_NONE) return;
    bounds_move(r->now, v, by, by);
    if (r->now->low[v] < 0) r->now->low[v] = 0;
    if (r->now->high[v] > MOST_SIZE) r->now->high[v] = MOST_SIZE;
  } else if (i->op == MIR_CALL && !i->aux.call.callee) {
    resize_by_native(r, i);
  } else if (i->op == MIR_CALL) {
    if (map_has(r->resizes, i->aux.call.callee)) resize_any(r);
  } else if (!keeps_sizes(i->op) && !is_plain(i, r->f)) {
    resize_any(r);
  }
}

// In range from here on.
static void set_checked(range *r, const mir_inst *i) {
  uint32_t size = size_of(r, &i->args[0]);
  term at;
  if (size == MIR_NONE || !term_of(r, &i->args[1], &at)) return;
  if (at.v == MIR_NONE) {
    if (at.low >= 0 && at.low < MOST_SIZE && r->now->low[size] < at.low + 1) r->now->low[size] = at.low + 1;
    return;
  }
  if (r->now->low[at.v] < 0) r->now->low[at.v] = 0;
  bounds_rule_add(r->now, at.v, size, -1);
}

static void step(range *r, const mir_inst *i) {
  change_sizes(r, i);
  if (i->op == MIR_CHECK_INDEX) set_checked(r, i);
  bool in_place =
      i->op == MIR_STORE || i->op == MIR_STORE_INIT || i->op == MIR_SWAP || i->op == MIR_LOAD_MOVE || i->op == MIR_CALL;
  if (i->place && in_place && r->number[i->place->base] != MIR_NONE && i->place->step_count == 0)
    forget(r, r->now, r->number[i->place->base]);
  uint32_t d = i->dst == MIR_NONE ? MIR_NONE : r->number[i->dst];
  if (d == MIR_NONE) return;
  uint32_t size = i->op == MIR_SIZE ? size_of(r, &i->args[0]) : MIR_NONE;
  if (has_size(r->f->locals.items[i->dst].type)) {
    set_size(r, i, d);
  } else if (i->op == MIR_SIZE) {
    bounds_forget(r->now, d, 0, MOST_SIZE);
    if (size != MIR_NONE) equal(r, d, size);
  } else {
    set_number(r, i, d);
  }
}

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
  if (apart(r, x, y) <= 0) return assume(r, b, x, y, -1);
  if (apart(r, y, x) <= 0) return assume(r, b, y, x, -1);
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
  if (!i || !term_of(r, &i->args[0], &a) || !term_of(r, &i->args[1], &b)) return true;
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
      if (i->op == MIR_CALL || !keeps_sizes(i->op)) resize_any(r); // it may have done a part of its work
      if (i->dst != MIR_NONE && r->number[i->dst] != MIR_NONE) forget(r, r->now, r->number[i->dst]);
      r->now = kept;
      changed = flow_to(r, i->on_error, r->side) || changed;
    }
    step(r, i);
  }
  return flow_term(r, x) || changed;
}

// ---- order ---------------------------------------------------------------------------------------------------------------------
typedef struct walk {
  uint32_t block, next;
} walk;

static uint32_t successor(const mir_fn *f, uint32_t b, uint32_t n) {
  mir_block *x = &f->blocks.items[b];
  uint32_t count = mir_term_successor_count(&x->term);
  if (n < count) return *mir_term_successor(&x->term, n);
  n -= count;
  return n < x->insts.count ? x->insts.items[n].on_error : MIR_NONE;
}

// Blocks in reverse postorder; what is gone to against it is the head of a loop.
static uint32_t order_blocks(range *r, uint32_t *order) {
  uint32_t n = r->f->blocks.count, top = 0, out = n;
  walk *stack = ARENA_ARRAY(&r->scratch, walk, n + 1);
  uint8_t *state = ARENA_ARRAY(&r->scratch, uint8_t, n + 1);
  stack[top++] = (walk){0, 0};
  state[0] = 1;
  while (top) {
    walk *w = &stack[top - 1];
    mir_block *x = &r->f->blocks.items[w->block];
    if (w->next == mir_term_successor_count(&x->term) + x->insts.count) {
      state[w->block] = 2;
      order[--out] = w->block;
      top--;
      continue;
    }
    uint32_t to = successor(r->f, w->block, w->next++);
    if (to >= MIR_PROPAGATE) continue;
    if (state[to] == 1) r->is_head[to] = true;
    if (state[to]) continue;
    state[to] = 1;
    stack[top++] = (walk){to, 0};
  }
  memmove(order, order + out, sizeof *order * (n - out));
  return n - out;
}

static void flow(range *r) {
  uint32_t n = r->f->blocks.count;
  uint32_t *order = ARENA_ARRAY(&r->scratch, uint32_t, n + 1), count = order_blocks(r, order);
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
  uint32_t size = size_of(r, &i->args[0]);
  term at;
  if (size == MIR_NONE || !term_of(r, &i->args[1], &at) || at.low < 0) return false;
  if (at.v != MIR_NONE) return bounds_apart(&r->space, r->now, at.v, size) <= -1;
  return at.high < bounds_low(&r->space, r->now, size);
}

static bool conversion_is_safe(range *r, const mir_inst *i) {
  term a;
  if (!term_of(r, &i->args[0], &a)) return false;
  int64_t most = i->type->kind == TY_F64 ? (int64_t)1 << 53 : i->type->kind == TY_F32 ? 1 << 24 : -1;
  if (most > 0) return a.low >= -most && a.high <= most;
  interval x = {a.low, a.high, true};
  if (i->type->kind == TY_U64) return a.low >= 0;
  return within(&x, i->type);
}

static bool shift_is_safe(range *r, const mir_inst *i) {
  term n;
  int64_t low, high;
  if (!type_range(i->type, &low, &high) || !term_of(r, &i->args[1], &n)) return false;
  int64_t bits = high == INT64_MAX ? 64 : high > UINT16_MAX ? 32 : high > UINT8_MAX ? 16 : 8;
  return n.low >= 0 && n.high < bits;
}

static bool cannot_fail(range *r, const mir_inst *i) {
  interval x;
  switch ((int)i->op) {
  case MIR_ADD:
  case MIR_SUB:
  case MIR_MUL:
  case MIR_NEG: return result(r, i, &x) && within(&x, i->type);
  case MIR_DIV:
  case MIR_MOD: return result(r, i, &x) && x.exact;
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
  if (i->type->kind != TY_I64 || !term_of(r, &i->args[0], &a) || !term_of(r, &i->args[1], &b)) return;
  if (a.low >= 0 && b.low > 0) i->op = i->op == MIR_DIV ? MIR_DIV_POS : MIR_MOD_POS;
}

// What is written as wrapping but never wraps: the counter of a loop.
static void make_plain(range *r, mir_inst *i) {
  static const struct {
    mir_op wrap, plain;
  } rows[] = {{MIR_ADD_WRAP, MIR_ADD}, {MIR_SUB_WRAP, MIR_SUB}, {MIR_MUL_WRAP, MIR_MUL}};
  interval x;
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
    if (i->op == rows[k].wrap && result(r, i, &x) && within(&x, i->type)) i->op = rows[k].plain;
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
    step(r, &i);
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

static void range_fn(mir_program *p, mir_fn *f, const map *resizes) {
  if (!has_checks(f)) return;
  range r = {.p = p, .f = f, .resizes = resizes};
  arena_init(&r.scratch);
  number_locals(&r);
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

// ---- which functions resize something ----------------------------------------------------------------------------------------------
static bool inst_resizes(const mir_fn *f, const mir_inst *i, const map *known) {
  if (i->op != MIR_CALL) return !keeps_sizes(i->op) && !is_plain(i, f);
  if (i->aux.call.callee) return map_has(known, i->aux.call.callee);
  const hir_fn *fn = i->aux.call.fn;
  if (fn->kind == FN_EXTERN) return false;
  uint32_t first = i->arg_count - fn->param_count;
  for (uint32_t a = 0; a < i->arg_count; a++) {
    cap c = a < first ? fn->receiver : fn->params[a - first]->type->cap;
    if (c == CAP_REF || c == CAP_ISO) return true;
  }
  return false;
}

static bool fn_resizes(const mir_fn *f, const map *known) {
  for (uint32_t b = 0; b < f->blocks.count; b++)
    for (uint32_t k = 0; k < f->blocks.items[b].insts.count; k++)
      if (inst_resizes(f, &f->blocks.items[b].insts.items[k], known)) return true;
  return false;
}

void pass_range(mir_program *p) {
  arena a;
  arena_init(&a);
  map resizes;
  map_init(&resizes, &a);
  for (bool changed = true; changed;) {
    changed = false;
    for (uint32_t i = 0; i < p->fns.count; i++) {
      mir_fn *f = p->fns.items[i];
      if (map_has(&resizes, f) || !fn_resizes(f, &resizes)) continue;
      map_put(&resizes, f, f);
      changed = true;
    }
  }
  for (uint32_t i = 0; i < p->fns.count; i++) range_fn(p, p->fns.items[i], &resizes);
  arena_fini(&a);
}
