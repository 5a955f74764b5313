// lower_loop.c — loops over everything that can be looped over.
#include <string.h>

#include "lower/lower_internal.h"
#include "mir/builder.h"

// A loop being built: `next` is where `continue` goes, `end` where `break` goes.
typedef struct loop {
  lower_scope scope;
  uint32_t head, next, end;
} loop;

static void loop_begin(lower *lo, loop *l, span at) {
  *l = (loop){.head = lower_new_block(lo), .next = lower_new_block(lo), .end = lower_new_block(lo)};
  l->scope.up = lo->scope;
  l->scope.break_block = l->end;
  l->scope.continue_block = l->next;
  lower_jump(lo, l->head, at);
}

static void loop_body(lower *lo, loop *l, const hir_expr *e) {
  bool each = e->kind == HIR_FOR;
  const hir_expr *body = each ? e->for_.body : e->loop.body;
  lo->scope = &l->scope;
  lower_branch_body(lo, each ? e->for_.pat : NULL, e->kind == HIR_WHILE ? e->loop.cond : NULL, body, MIR_NONE);
  lo->scope = l->scope.up;
  lower_jump(lo, l->next, body->span);
}

static void loop_close(lower *lo, const loop *l, span at) {
  lower_jump(lo, l->head, at);
  lo->block = l->end;
}

static uint32_t op1(lower *lo, mir_op op, const type *t, mir_operand a, span at) {
  uint32_t dst = lower_temp(lo, t);
  lower_emit(lo, op, dst, t, &a, 1, at);
  return dst;
}

static uint32_t op2(lower *lo, mir_op op, const type *t, mir_operand a, mir_operand b, span at) {
  uint32_t dst = lower_temp(lo, t);
  mir_operand args[2] = {a, b};
  lower_emit(lo, op, dst, t, args, 2, at)->on_error = MIR_NO_ERROR;
  return dst;
}

static mir_operand int_const(lower *lo, uint64_t v) { return mir_int_operand(lo->integer, v); }

// if a < b go on in the body, else leave
static void while_less(lower *lo, const loop *l, mir_operand a, mir_operand b, span at) {
  uint32_t body = lower_new_block(lo);
  lower_branch(lo, lower_local(lo, op2(lo, MIR_LT, lo->boolean, a, b, at)), body, l->end, at);
  lo->block = body;
}

static void add_one(lower *lo, uint32_t counter, span at) {
  mir_operand args[2] = {lower_local(lo, counter), int_const(lo, 1)};
  lower_emit(lo, MIR_ADD_WRAP, counter, lo->integer, args, 2, at);
}

static void bind(lower *lo, const hir_pat *pat, uint32_t local) {
  lower_pat_bind(lo, lower_local(lo, local), pat, true);
}

static uint32_t counter_from(lower *lo, mir_operand start, span at) {
  uint32_t c = lower_temp(lo, lo->integer);
  lower_put(lo, start, c, at);
  return c;
}

// What is iterated is kept by the loop: assigning the variable in the body changes nothing.
static mir_operand iterated(lower *lo, const hir_expr *e) {
  const hir_expr *x = e->for_.iter;
  mir_operand o = lower_in_local(lo, lower_expr(lo, x), x->span);
  return lower_hold(lo, x, o, e->for_.body);
}

// ---- kinds -----------------------------------------------------------------------------------------------------------------
static void range_ends(lower *lo, const hir_expr *iter, const hir_expr *body, mir_operand *from, mir_operand *to) {
  if (iter->kind == HIR_BINARY && iter->binary.op == OP_RANGE) {
    *from = lower_hold(lo, iter->binary.a, lower_expr(lo, iter->binary.a), iter->binary.b);
    *to = lower_hold(lo, iter->binary.b, lower_expr(lo, iter->binary.b), body);
    return;
  }
  mir_operand r = lower_expr(lo, iter);
  *from = lower_local(lo, op1(lo, MIR_RANGE_FROM, lo->integer, r, iter->span));
  *to = lower_local(lo, op1(lo, MIR_RANGE_TO, lo->integer, r, iter->span));
}

static void for_range(lower *lo, const hir_expr *e) {
  const hir_pat *pat = e->for_.pat;
  mir_operand from, to;
  range_ends(lo, e->for_.iter, e->for_.body, &from, &to);
  bool direct = pat->kind == PAT_BIND && !pat->var->is_var;
  uint32_t i = direct ? lower_put(lo, from, lower_var(lo, pat->var), e->span).local : counter_from(lo, from, e->span);
  loop l;
  loop_begin(lo, &l, e->span);
  while_less(lo, &l, lower_local(lo, i), to, e->span);
  if (!direct) lower_pat_bind(lo, lower_local(lo, i), pat, false);
  loop_body(lo, &l, e);
  add_one(lo, i, e->span);
  loop_close(lo, &l, e->span);
}

static void for_array(lower *lo, const hir_expr *e) {
  mir_operand xs = iterated(lo, e);
  uint32_t i = counter_from(lo, int_const(lo, 0), e->span);
  loop l;
  loop_begin(lo, &l, e->span);
  while_less(lo, &l, lower_local(lo, i), lower_local(lo, op1(lo, MIR_SIZE, lo->integer, xs, e->span)), e->span);
  const type *elem = xs.type->args[0];
  lower_place pl = lower_place_local(lo, xs.local, e->span);
  lower_place_step(lo, &pl, (mir_step){.kind = MIR_STEP_INDEX, .at = lower_local(lo, i), .type = elem});
  lower_pat_bind(lo, lower_place_load(lo, &pl, elem, MIR_NONE), e->for_.pat, false);
  loop_body(lo, &l, e);
  add_one(lo, i, e->span);
  loop_close(lo, &l, e->span);
}

// The elements leave the array for one of the loop's own, reversed, so that each is taken from its end.
static void for_drain(lower *lo, const hir_expr *e) {
  mir_operand xs = lower_in_local(lo, lower_expr(lo, e->for_.iter), e->span);
  mir_operand own = lower_local(lo, op1(lo, MIR_ARRAY_DRAIN, xs.type, xs, e->span));
  loop l;
  loop_begin(lo, &l, e->span);
  while_less(lo, &l, int_const(lo, 0), lower_local(lo, op1(lo, MIR_SIZE, lo->integer, own, e->span)), e->span);
  bind(lo, e->for_.pat, op1(lo, MIR_ARRAY_POP, xs.type->args[0], own, e->span));
  loop_body(lo, &l, e);
  loop_close(lo, &l, e->span);
}

static void bind_entry(lower *lo, const hir_expr *e, mir_operand m, mir_operand at) {
  const hir_pat *pat = e->for_.pat;
  const type *const *t = m.type->args;
  uint32_t key = op2(lo, MIR_MAP_KEY, t[0], m, at, e->span);
  if (e->for_.kind == FOR_SET) {
    bind(lo, pat, key);
    return;
  }
  uint32_t value = op2(lo, MIR_MAP_VALUE, t[1], m, at, e->span);
  if (pat->kind == PAT_TUPLE) {
    bind(lo, pat->subs[0], key);
    bind(lo, pat->subs[1], value);
  } else {
    bind(lo, pat, op2(lo, MIR_TUPLE, pat->type, lower_local(lo, key), lower_local(lo, value), e->span));
  }
}

static void for_map(lower *lo, const hir_expr *e) {
  mir_operand m = iterated(lo, e);
  uint32_t i = counter_from(lo, int_const(lo, 0), e->span);
  loop l;
  loop_begin(lo, &l, e->span);
  mir_operand args[2] = {m, lower_local(lo, i)};
  lower_emit(lo, MIR_MAP_NEXT, i, lo->integer, args, 2, e->span);
  while_less(lo, &l, int_const(lo, UINT64_MAX), lower_local(lo, i), e->span);
  bind_entry(lo, e, m, lower_local(lo, i));
  loop_body(lo, &l, e);
  add_one(lo, i, e->span);
  loop_close(lo, &l, e->span);
}

static void for_chars(lower *lo, const hir_expr *e) {
  mir_operand s = iterated(lo, e);
  uint32_t i = counter_from(lo, int_const(lo, 0), e->span), next = lower_temp(lo, lo->integer);
  loop l;
  loop_begin(lo, &l, e->span);
  while_less(lo, &l, lower_local(lo, i), lower_local(lo, op1(lo, MIR_SIZE, lo->integer, s, e->span)), e->span);
  bind(lo, e->for_.pat, op2(lo, MIR_STR_CHAR, type_simple(lo->p->types, TY_U32), s, lower_local(lo, i), e->span));
  mir_operand args[2] = {s, lower_local(lo, i)};
  lower_emit(lo, MIR_STR_CHAR_END, next, lo->integer, args, 2, e->span);
  loop_body(lo, &l, e);
  lower_put(lo, lower_local(lo, next), i, e->span);
  loop_close(lo, &l, e->span);
}

static void for_bytes(lower *lo, const hir_expr *e) {
  mir_operand b = iterated(lo, e);
  uint32_t i = counter_from(lo, int_const(lo, 0), e->span);
  loop l;
  loop_begin(lo, &l, e->span);
  while_less(lo, &l, lower_local(lo, i), lower_local(lo, op1(lo, MIR_SIZE, lo->integer, b, e->span)), e->span);
  bind(lo, e->for_.pat, op2(lo, MIR_BYTES_AT, type_simple(lo->p->types, TY_U8), b, lower_local(lo, i), e->span));
  loop_body(lo, &l, e);
  add_one(lo, i, e->span);
  loop_close(lo, &l, e->span);
}

// ---- pieces of a string ------------------------------------------------------------------------------------------------------
static const char *native_symbol(const hir_expr *e) {
  if (e->kind != HIR_CALL || !e->call.receiver || e->call.fn->kind != FN_NATIVE) return "";
  return e->call.fn->symbol ? e->call.fn->symbol : "";
}

// `for x in s.split("…")` and `for x in s.lines()` make no array. Pieces are made one after the other, in the memory of the one before if
// the body kept no reference to that.
static bool is_pieces(const hir_expr *iter) {
  if (strcmp(native_symbol(iter), "ag_str_lines") == 0) return true;
  if (strcmp(native_symbol(iter), "ag_str_split") != 0) return false;
  const hir_expr *part = iter->call.args.items[0];
  return part->kind == HIR_STR && part->str.size > 0;
}

static mir_operand str_const(lower *lo, const char *bytes, uint32_t size, const type *t) {
  (void)lo;
  mir_operand o = {.kind = MIR_OPERAND_STR, .type = t};
  o.str.bytes = bytes;
  o.str.size = size;
  return o;
}

static uint32_t op_n(lower *lo, mir_op op, uint32_t dst, const type *t, const mir_operand *args, uint32_t n, span at) {
  lower_emit(lo, op, dst, t, args, n, at)->on_error = MIR_NO_ERROR;
  return dst;
}

static void for_pieces(lower *lo, const hir_expr *e) {
  const hir_expr *call = e->for_.iter, *from = call->call.receiver;
  bool lines = call->call.args.count == 0;
  const type *text = call->type->args[0];
  mir_operand s = lower_in_local(lo, lower_expr(lo, from), from->span);
  s = lower_hold(lo, from, s, e->for_.body);
  mir_operand part = lines ? str_const(lo, "\n", 1, text) : lower_expr(lo, call->call.args.items[0]);
  uint32_t i = counter_from(lo, int_const(lo, 0), e->span), end = lower_temp(lo, lo->integer), cut = end;
  uint32_t piece =
      mir_local_new(lo->p, lo->fn, text, "piece"); // the loop's own: has a name, so that the body's may borrow it
  lower_put(lo, str_const(lo, "", 0, text), piece, e->span);
  loop l;
  loop_begin(lo, &l, e->span);
  mir_operand size = lower_local(lo, op1(lo, MIR_SIZE, lo->integer, s, e->span));
  uint32_t body = lower_new_block(lo);
  uint32_t more = op2(lo, lines ? MIR_LT : MIR_LE, lo->boolean, lower_local(lo, i), size, e->span);
  lower_branch(lo, lower_local(lo, more), body, l.end, e->span);
  lo->block = body;
  op_n(lo, MIR_STR_PIECE_END, end, lo->integer, (mir_operand[]){s, part, lower_local(lo, i)}, 3, e->span);
  if (lines)
    cut = op_n(lo, MIR_STR_LINE_CUT, lower_temp(lo, lo->integer), lo->integer,
               (mir_operand[]){s, lower_local(lo, i), lower_local(lo, end)}, 3, e->span);
  op_n(lo, MIR_STR_PIECE, piece, text,
       (mir_operand[]){lower_local(lo, piece), s, lower_local(lo, i), lower_local(lo, cut)}, 4, e->span);
  lower_place pl = lower_place_local(lo, piece, e->span);
  uint32_t seen =
      lower_temp(lo, text); // the body looks at the loop's piece: a load needs no count of its own while that stays
  lower_emit(lo, MIR_LOAD, seen, text, NULL, 0, e->span)->place = lower_place_copy(lo, &pl);
  bind(lo, e->for_.pat, seen);
  loop_body(lo, &l, e);
  op_n(lo, MIR_ADD_WRAP, i, lo->integer, (mir_operand[]){lower_local(lo, end), int_const(lo, part.str.size)}, 2,
       e->span);
  loop_close(lo, &l, e->span);
}

static void lower_while(lower *lo, const hir_expr *e) {
  loop l;
  loop_begin(lo, &l, e->span);
  if (e->kind == HIR_WHILE) {
    uint32_t body = lower_new_block(lo);
    lower_cond(lo, e->loop.cond, body, l.end);
    lo->block = body;
  }
  loop_body(lo, &l, e);
  loop_close(lo, &l, e->span);
}

void lower_loop(lower *lo, const hir_expr *e) {
  if (e->kind != HIR_FOR) {
    lower_while(lo, e);
    return;
  }
  if (e->for_.kind == FOR_ARRAY && is_pieces(e->for_.iter)) {
    for_pieces(lo, e);
    return;
  }
  switch (e->for_.kind) {
  case FOR_RANGE: for_range(lo, e); break;
  case FOR_ARRAY: for_array(lo, e); break;
  case FOR_ARRAY_DRAIN: for_drain(lo, e); break;
  case FOR_MAP:
  case FOR_SET: for_map(lo, e); break;
  case FOR_STRING_CHARS: for_chars(lo, e); break;
  case FOR_BYTES: for_bytes(lo, e); break;
  }
}
