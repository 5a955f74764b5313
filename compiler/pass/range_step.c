// range_step.c — what each instruction does to what is known of numbers and sizes.
// Promises: an operation this does not know forgets what it may have changed. A collection's size is known until something may change it:
//           pushing to an array of the same type, a native that is given such a collection for writing, a call of a function that
//           resizes anything, any wait.
#include <string.h>

#include "pass/range.h"

#define MOST_SIZE (INT64_MAX / 4)

// ---- numbers ---------------------------------------------------------------------------------------------------------------
// The whole numbers that an int64_t holds as they are.
bool range_of_type(const type *t, int64_t *low, int64_t *high) {
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

void range_number(range *r) {
  uint32_t n = r->f->locals.count, count = 0;
  r->number = ARENA_ARRAY(&r->scratch, uint32_t, n + 1);
  int64_t low, high;
  for (uint32_t l = 0; l < n; l++) {
    const mir_local *x = &r->f->locals.items[l];
    bool known = x->kind == MIR_LOCAL_VALUE && !x->by_ref && (has_size(x->type) || range_of_type(x->type, &low, &high));
    r->number[l] = known ? count++ : MIR_NONE;
  }
  bounds_space_init(&r->space, &r->scratch, count);
  for (uint32_t l = 0; l < n; l++) {
    if (r->number[l] == MIR_NONE) continue;
    low = 0;
    high = MOST_SIZE;
    (void)range_of_type(r->f->locals.items[l].type, &low, &high);
    r->space.least[r->number[l]] = low;
    r->space.most[r->number[l]] = high;
  }
}

void range_forget(range *r, bounds *b, uint32_t v) { bounds_forget(b, v, r->space.least[v], r->space.most[v]); }

bool range_term(range *r, const mir_operand *o, term *t) {
  *t = (term){.v = MIR_NONE};
  if (o->kind == MIR_OPERAND_INT) {
    if (!range_of_type(o->type, &t->low, &t->high)) return false;
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

uint32_t range_size(const range *r, const mir_operand *o) {
  if (!mir_is_local(o) || !has_size(r->f->locals.items[o->local].type)) return MIR_NONE;
  return r->number[o->local];
}

int64_t range_apart(range *r, const term *a, const term *b) { // the least known c with a <= b + c
  if (a->v != MIR_NONE && b->v != MIR_NONE) return bounds_apart(&r->space, r->now, a->v, b->v);
  return a->high == INT64_MAX ? INT64_MAX : bounds_sub(a->high, b->low);
}

// ---- arithmetic --------------------------------------------------------------------------------------------------------------
static interval sum(const term *a, const term *b) {
  interval x = {.exact = true};
  if (__builtin_add_overflow(a->low, b->low, &x.low)) x.exact = false;
  if (__builtin_add_overflow(a->high, b->high, &x.high)) x.exact = false;
  x.low = bounds_add(a->low, b->low);
  x.high = bounds_add(a->high, b->high);
  return x;
}

static interval difference(range *r, const term *a, const term *b) {
  int64_t above = range_apart(r, a, b), below = range_apart(r, b, a);
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
bool range_result(range *r, const mir_inst *i, interval *x) {
  term a, b;
  if (!range_term(r, &i->args[0], &a)) return false;
  if (i->arg_count > 1 && !range_term(r, &i->args[1], &b)) return false;
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

bool range_within(const interval *x, const type *t) {
  int64_t low, high;
  return range_of_type(t, &low, &high) && x->exact && x->low >= low && x->high <= high;
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
    range_forget(r, r->now, d);
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
  if (!i->arg_count || !range_result(r, i, &x) || (is_wrapping(i) && !range_within(&x, t))) {
    range_forget(r, r->now, d);
    return;
  }
  (void)range_term(r, &i->args[0], &a);
  if (i->arg_count > 1) (void)range_term(r, &i->args[1], &b);
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
    range_forget(r, r->now, d);
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
  range_forget(r, r->now, d);
  switch ((int)i->op) {
  case MIR_MOVE:
  case MIR_FREEZE:
  case MIR_SHARE: from = range_size(r, &i->args[0]); break;
  case MIR_ARRAY: r->now->low[d] = r->now->high[d] = i->arg_count; return;
  case MIR_CALL: // filled(n, x) raises if n is negative
    if (i->aux.call.callee || !i->aux.call.fn->symbol || strcmp(i->aux.call.fn->symbol, "ag_filled") != 0) return;
    if (!range_term(r, &i->args[0], &n)) return;
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
      range_forget(r, r->now, v);
      continue;
    }
    bounds_move(r->now, v, low, high);
    if (r->now->low[v] < 0) r->now->low[v] = 0;
    if (r->now->high[v] > MOST_SIZE) r->now->high[v] = MOST_SIZE;
  }
}
void range_resize_any(range *r) { resize(r, NULL, MIR_NONE, INT64_MIN, INT64_MAX); }

static void resize_by_native(range *r, const mir_inst *i) {
  const hir_fn *fn = i->aux.call.fn;
  if (fn->kind == FN_EXTERN) return;
  uint32_t first = mir_native_receivers(i);
  for (uint32_t a = 0; a < first + fn->param_count; a++) {
    cap c = a < first ? fn->receiver : fn->params[a - first]->type->cap;
    if (c != CAP_REF && c != CAP_ISO) continue;
    if (mir_is_local(&i->args[a])) resize(r, r->f->locals.items[i->args[a].local].type, MIR_NONE, INT64_MIN, INT64_MAX);
  }
}

// Operations that leave the sizes of all collections there are alone. Any other may change them: better one too many.
bool range_keeps_sizes(mir_op op) {
  static const mir_op ops[] = {
      MIR_MOVE,        MIR_LOAD,          MIR_LOAD_MOVE,     MIR_STORE,     MIR_STORE_INIT, MIR_SWAP,
      MIR_FORGET,      MIR_ADD,           MIR_SUB,           MIR_MUL,       MIR_DIV,        MIR_MOD,
      MIR_DIV_POS,     MIR_MOD_POS,       MIR_ADD_WRAP,      MIR_SUB_WRAP,  MIR_BITAND,     MIR_MUL_WRAP,
      MIR_BITOR,       MIR_BITXOR,        MIR_SHL,           MIR_SHR,       MIR_NEG,        MIR_NOT,
      MIR_BITNOT,      MIR_SAME,          MIR_CONVERT,       MIR_RANGE,     MIR_RANGE_FROM, MIR_RANGE_TO,
      MIR_NEW,         MIR_STRUCT,        MIR_TUPLE,         MIR_VARIANT,   MIR_SOME,       MIR_IS_SOME,
      MIR_UNWRAP,      MIR_TAG,           MIR_ARRAY,         MIR_MAP,       MIR_FREEZE,     MIR_SHARE,
      MIR_CONCAT,      MIR_PRINT,         MIR_STR_SLICE,     MIR_STR_CHAR,  MIR_BYTES_AT,   MIR_STR_CHAR_END,
      MIR_SIZE,        MIR_MAP_KEY,       MIR_MAP_NEXT,      MIR_MAP_VALUE, MIR_ERR_IS,     MIR_CHECK_INDEX,
      MIR_STACK_CHECK, MIR_RAISE,         MIR_ERR_CATCHABLE, MIR_ERR_TAKE,  MIR_ERR_CAST,   MIR_CLOSURE,
      MIR_STR_PIECE,   MIR_STR_PIECE_END, MIR_STR_LINE_CUT,  MIR_KEEP,
  };
  for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
    if (ops[i] == op) return true;
  return false;
}

// Comparing and showing numbers and texts, or looking for them in a map, calls nothing of the program.
static bool is_plain(const mir_inst *i, const mir_fn *f) {
  bool keyed = i->op == MIR_MAP_GET || i->op == MIR_MAP_SET;
  if ((i->op < MIR_EQ || i->op > MIR_HASH) && i->op != MIR_INTERP && !keyed) return false;
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
    uint32_t v = range_size(r, &i->args[0]);
    resize(r, r->f->locals.items[i->args[0].local].type, v, by < 0 ? by : 0, by > 0 ? by : 0);
    if (v == MIR_NONE) return;
    bounds_move(r->now, v, by, by);
    if (r->now->low[v] < 0) r->now->low[v] = 0;
    if (r->now->high[v] > MOST_SIZE) r->now->high[v] = MOST_SIZE;
  } else if (i->op == MIR_CALL && !i->aux.call.callee) {
    resize_by_native(r, i);
  } else if (i->op == MIR_CALL) {
    if (map_has(r->resizes, i->aux.call.callee)) range_resize_any(r);
  } else if (!range_keeps_sizes(i->op) && !is_plain(i, r->f)) {
    range_resize_any(r);
  }
}

// In range from here on.
static void set_checked(range *r, const mir_inst *i) {
  uint32_t size = range_size(r, &i->args[0]);
  term at;
  if (size == MIR_NONE || !range_term(r, &i->args[1], &at)) return;
  if (at.v == MIR_NONE) {
    if (at.low >= 0 && at.low < MOST_SIZE && r->now->low[size] < at.low + 1) r->now->low[size] = at.low + 1;
    return;
  }
  if (r->now->low[at.v] < 0) r->now->low[at.v] = 0;
  bounds_rule_add(r->now, at.v, size, -1);
}

void range_step(range *r, const mir_inst *i) {
  change_sizes(r, i);
  if (i->op == MIR_CHECK_INDEX) set_checked(r, i);
  bool in_place =
      i->op == MIR_STORE || i->op == MIR_STORE_INIT || i->op == MIR_SWAP || i->op == MIR_LOAD_MOVE || i->op == MIR_CALL;
  if (i->place && in_place && r->number[i->place->base] != MIR_NONE && i->place->step_count == 0)
    range_forget(r, r->now, r->number[i->place->base]);
  uint32_t d = i->dst == MIR_NONE ? MIR_NONE : r->number[i->dst];
  if (d == MIR_NONE) return;
  uint32_t size = i->op == MIR_SIZE ? range_size(r, &i->args[0]) : MIR_NONE;
  if (has_size(r->f->locals.items[i->dst].type)) {
    set_size(r, i, d);
  } else if (i->op == MIR_SIZE) {
    bounds_forget(r->now, d, 0, MOST_SIZE);
    if (size != MIR_NONE) equal(r, d, size);
  } else {
    set_number(r, i, d);
  }
}

// ---- which functions resize something ----------------------------------------------------------------------------------------------
static bool inst_resizes(const mir_fn *f, const mir_inst *i, const map *known) {
  if (i->op != MIR_CALL) return !range_keeps_sizes(i->op) && !is_plain(i, f);
  if (i->aux.call.callee) return map_has(known, i->aux.call.callee);
  const hir_fn *fn = i->aux.call.fn;
  if (fn->kind == FN_EXTERN) return false;
  uint32_t first = mir_native_receivers(i);
  for (uint32_t a = 0; a < first + fn->param_count; a++) {
    cap c = a < first ? fn->receiver : fn->params[a - first]->type->cap;
    if (c == CAP_REF || c == CAP_ISO) return true;
  }
  return false;
}

bool range_resizes(const mir_fn *f, const map *known) {
  for (uint32_t b = 0; b < f->blocks.count; b++)
    for (uint32_t k = 0; k < f->blocks.items[b].insts.count; k++)
      if (inst_resizes(f, &f->blocks.items[b].insts.items[k], known)) return true;
  return false;
}
