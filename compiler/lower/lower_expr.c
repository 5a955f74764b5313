// lower_expr.c — expressions: constants, locals, operators, text, and the dispatch to all others.
#include <string.h>

#include "lower/lower_internal.h"

// ---- constants ---------------------------------------------------------------------------------------------------------
static mir_operand constant(const hir_expr *e) {
  mir_operand o = {.type = e->type};
  switch ((int)e->kind) {
  case HIR_INT:
    o.kind = MIR_OPERAND_INT;
    o.u = e->u;
    break;
  case HIR_FLOAT:
    o.kind = MIR_OPERAND_FLOAT;
    o.f = e->f;
    break;
  case HIR_BOOL:
    o.kind = MIR_OPERAND_BOOL;
    o.u = e->b;
    break;
  case HIR_STR:
    o.kind = MIR_OPERAND_STR;
    o.str.bytes = e->str.bytes;
    o.str.size = e->str.size;
    break;
  case HIR_NONE: o.kind = MIR_OPERAND_NONE; break;
  default: o.kind = MIR_OPERAND_UNIT; break;
  }
  return o;
}

// A float type may be given an integer literal.
static mir_operand number(const hir_expr *e) {
  mir_operand o = constant(e);
  if (e->kind == HIR_INT && type_is_float(e->type)) {
    o.kind = MIR_OPERAND_FLOAT;
    o.f = (double)(int64_t)e->u;
  }
  return o;
}

// ---- lists of operands -----------------------------------------------------------------------------------------------------
// An operand that is a variable is read when the instruction runs: what comes between may not change it.
mir_operand lower_hold(lower *lo, const hir_expr *e, mir_operand o, const hir_expr *later) {
  if (e->kind != HIR_LOCAL || !e->local.var->is_var || !hir_assigns(later)) return o;
  return lower_put(lo, o, lower_temp(lo, o.type), e->span);
}

// Index after the last item that could change a variable; found only when it is needed.
static uint32_t last_assigning(const hir_expr *const *items, uint32_t n) {
  while (n > 0 && !hir_assigns(items[n - 1])) n--;
  return n;
}

// The operands of items, after room for room_before others.
mir_operand *lower_args(lower *lo, const hir_expr *const *items, uint32_t n, uint32_t room_before) {
  mir_operand *out = ARENA_ARRAY(lo->a, mir_operand, n + room_before + 1);
  uint32_t last = UINT32_MAX;
  for (uint32_t i = 0; i < n; i++) {
    mir_operand o = lower_expr(lo, items[i]);
    if (items[i]->kind == HIR_LOCAL && items[i]->local.var->is_var) {
      if (last == UINT32_MAX) last = last_assigning(items, n);
      if (i + 1 < last) o = lower_put(lo, o, lower_temp(lo, o.type), items[i]->span);
    }
    out[room_before + i] = o;
  }
  return out;
}

mir_operand *lower_ordered(lower *lo, const hir_expr *e, const hir_expr *const *items, uint32_t n, uint32_t first) {
  if (!e->arg_order) return lower_args(lo, items, n, 0);
  const hir_expr **in_order = ARENA_ARRAY(lo->a, const hir_expr *, n + 1);
  for (uint32_t i = 0; i < n; i++) in_order[i] = items[i < first ? i : first + e->arg_order[i - first]];
  mir_operand *evaluated = lower_args(lo, in_order, n, 0), *out = ARENA_ARRAY(lo->a, mir_operand, n + 1);
  for (uint32_t i = 0; i < n; i++) out[i < first ? i : first + e->arg_order[i - first]] = evaluated[i];
  return out;
}

// ---- operators -------------------------------------------------------------------------------------------------------------
static mir_op op_of(hir_op op) {
  switch (op) {
  case OP_ADD: return MIR_ADD;
  case OP_SUB: return MIR_SUB;
  case OP_MUL: return MIR_MUL;
  case OP_DIV: return MIR_DIV;
  case OP_MOD: return MIR_MOD;
  case OP_ADD_WRAP: return MIR_ADD_WRAP;
  case OP_SUB_WRAP: return MIR_SUB_WRAP;
  case OP_MUL_WRAP: return MIR_MUL_WRAP;
  case OP_BITAND: return MIR_BITAND;
  case OP_BITOR: return MIR_BITOR;
  case OP_BITXOR: return MIR_BITXOR;
  case OP_SHL: return MIR_SHL;
  case OP_SHR: return MIR_SHR;
  case OP_EQ: return MIR_EQ;
  case OP_NE: return MIR_NE;
  case OP_LT: return MIR_LT;
  case OP_LE: return MIR_LE;
  case OP_GT: return MIR_GT;
  case OP_GE: return MIR_GE;
  case OP_COMPARE: return MIR_CMP;
  case OP_HASH_OF: return MIR_HASH;
  case OP_NEG: return MIR_NEG;
  case OP_NOT: return MIR_NOT;
  case OP_BITNOT: return MIR_BITNOT;
  case OP_RANGE: return MIR_RANGE;
  case OP_AND:
  case OP_OR: break;
  }
  return MIR_OP_COUNT;
}

static bool is_compare(hir_op op) { return op >= OP_EQ && op <= OP_COMPARE; }

static bool has_method(const hir_decl *d, const char *const *names) {
  for (uint32_t i = 0; i < d->method_count; i++)
    for (const char *const *n = names; *n; n++)
      if (strcmp(d->methods[i]->name, *n) == 0) return true;
  return false;
}

static bool fields_run_code(const hir_field *fields, uint32_t n, const char *const *names, int depth);

// Does comparing or showing such a value run the program's own methods, which may raise? Deep types are said to.
static bool runs_code(const type *t, const char *const *names, int depth) {
  if (depth > 6 || t->kind == TY_ERRVAL || t->kind == TY_INTERFACE) return true;
  bool user = t->kind == TY_CLASS || t->kind == TY_STRUCT || t->kind == TY_ENUM;
  if (user && t->decl->builtin == BUILTIN_NO && has_method(t->decl, names)) return true;
  if (t->kind == TY_STRUCT && fields_run_code(t->decl->fields, t->decl->field_count, names, depth)) return true;
  for (uint32_t v = 0; t->kind == TY_ENUM && v < t->decl->variant_count; v++)
    if (fields_run_code(t->decl->variants[v].fields, t->decl->variants[v].field_count, names, depth)) return true;
  for (uint32_t i = 0; i < t->arg_count; i++)
    if (runs_code(t->args[i], names, depth + 1)) return true;
  return false;
}

static bool fields_run_code(const hir_field *fields, uint32_t n, const char *const *names, int depth) {
  for (uint32_t i = 0; i < n; i++)
    if (runs_code(fields[i].type, names, depth + 1)) return true;
  return false;
}

static bool compare_runs_code(const type *t) {
  static const char *const names[] = {"eq", "cmp", NULL};
  return runs_code(t, names, 0);
}

static bool hash_runs_code(const type *t) {
  static const char *const names[] = {"hash", NULL};
  return runs_code(t, names, 0);
}

static bool show_runs_code(const type *t) {
  static const char *const names[] = {"show", NULL};
  return runs_code(t, names, 0);
}

// How wide an integer's values are: bits without the sign.
static int value_bits(const type *t) {
  static const int bits[] = {[TY_I8] = 7, [TY_I16] = 15, [TY_I32] = 31, [TY_I64] = 63,
                             [TY_U8] = 8, [TY_U16] = 16, [TY_U32] = 32, [TY_U64] = 64};
  return bits[t->kind];
}

static int int_bits(const type *t) { return value_bits(t) + type_is_signed(t); }

static bool nonzero_const(mir_operand b) {
  return b.kind == MIR_OPERAND_INT && b.u != 0 && b.u != UINT64_MAX && b.u != UINT32_MAX && b.u != 0xffff &&
         b.u != 0xff;
}

static bool arith_raises(hir_op op, mir_operand a, mir_operand b, const type *t) {
  if (is_compare(op)) return compare_runs_code(a.type);
  if (type_is_float(t)) return false;
  if (op == OP_DIV || op == OP_MOD) return !nonzero_const(b);
  if (op == OP_SHL || op == OP_SHR) return b.kind != MIR_OPERAND_INT || b.u >= (uint64_t)int_bits(t);
  return true;
}

mir_operand lower_arith(lower *lo, hir_op op, mir_operand a, mir_operand b, const type *t, uint32_t want, span at) {
  mir_operand args[2] = {a, b};
  want = lower_want(lo, want, t);
  if (op == OP_ADD && t->kind == TY_CLASS) {
    lower_emit(lo, MIR_CONCAT, want, t, args, 2, at);
    return lower_local(lo, want);
  }
  mir_inst *i = lower_emit(lo, op_of(op), want, t, args, 2, at);
  if (!arith_raises(op, a, b, t)) i->on_error = MIR_NO_ERROR;
  return lower_local(lo, want);
}

// x == none, x != none
static mir_operand compare_none(lower *lo, const hir_expr *e, const hir_expr *x, uint32_t want) {
  mir_operand o = lower_in_local(lo, lower_expr(lo, x), e->span);
  want = lower_want(lo, want, lo->boolean);
  if (e->binary.op == OP_NE) {
    lower_emit(lo, MIR_IS_SOME, want, lo->boolean, &o, 1, e->span);
    return lower_local(lo, want);
  }
  mir_operand is = lower_local(lo, lower_temp(lo, lo->boolean));
  lower_emit(lo, MIR_IS_SOME, is.local, lo->boolean, &o, 1, e->span);
  lower_emit(lo, MIR_NOT, want, lo->boolean, &is, 1, e->span);
  return lower_local(lo, want);
}

// A condition as a value: by way of branches.
static mir_operand by_branches(lower *lo, const hir_expr *e, uint32_t want) {
  uint32_t result = lower_temp(lo, lo->boolean);
  uint32_t yes = lower_new_block(lo), no = lower_new_block(lo), end = lower_new_block(lo);
  lower_cond(lo, e, yes, no);
  mir_operand t = mir_simple_operand(MIR_OPERAND_BOOL, lo->boolean), f = t;
  t.u = 1;
  lo->block = yes;
  lower_put(lo, t, result, e->span);
  lower_jump(lo, end, e->span);
  lo->block = no;
  lower_put(lo, f, result, e->span);
  lower_jump(lo, end, e->span);
  return lower_put(lo, lower_local(lo, result), want, e->span);
}

static mir_operand lower_binary(lower *lo, const hir_expr *e, uint32_t want) {
  hir_op op = e->binary.op;
  if (op == OP_AND || op == OP_OR) return by_branches(lo, e, want);
  if (op == OP_EQ || op == OP_NE) {
    if (e->binary.b->kind == HIR_NONE) return compare_none(lo, e, e->binary.a, want);
    if (e->binary.a->kind == HIR_NONE) return compare_none(lo, e, e->binary.b, want);
  }
  mir_operand a = lower_hold(lo, e->binary.a, lower_expr(lo, e->binary.a), e->binary.b);
  mir_operand b = lower_expr(lo, e->binary.b);
  return lower_arith(lo, op, a, b, e->type, want, e->span);
}

static mir_operand lower_unary(lower *lo, const hir_expr *e, uint32_t want) {
  mir_operand o = lower_expr(lo, e->unary.e);
  want = lower_want(lo, want, e->type);
  mir_inst *i = lower_emit(lo, op_of(e->unary.op), want, e->type, &o, 1, e->span);
  bool raises = e->unary.op == OP_HASH_OF ? hash_runs_code(o.type) : e->unary.op != OP_NEG || !type_is_float(e->type);
  if (!raises) i->on_error = MIR_NO_ERROR;
  return lower_local(lo, want);
}

static bool convert_raises(const type *from, const type *to) {
  if (type_is_float(to)) return type_is_int(from) && value_bits(from) > (to->kind == TY_F32 ? 24 : 53);
  if (!type_is_int(from) || !type_is_int(to)) return true;
  if (type_is_signed(from) && !type_is_signed(to)) return true;
  return value_bits(from) > value_bits(to);
}

static mir_operand lower_convert(lower *lo, const hir_expr *e, uint32_t want) {
  mir_operand o = lower_expr(lo, e->unary.e);
  want = lower_want(lo, want, e->type);
  mir_inst *i = lower_emit(lo, MIR_CONVERT, want, e->type, &o, 1, e->span);
  i->aux.wrap = e->unary.wrap;
  if (e->unary.wrap || !convert_raises(o.type, e->type)) i->on_error = MIR_NO_ERROR;
  return lower_local(lo, want);
}

// ---- text ------------------------------------------------------------------------------------------------------------------
static mir_operand lower_interp(lower *lo, const hir_expr *e, uint32_t want) {
  uint32_t n = 0;
  const hir_expr **items = ARENA_ARRAY(lo->a, const hir_expr *, e->interp.count + 1);
  bool raises = false;
  for (uint32_t i = 0; i < e->interp.count; i++) {
    if (!e->interp.parts[i].e) continue;
    items[n++] = e->interp.parts[i].e;
    raises = raises || show_runs_code(items[n - 1]->type);
  }
  mir_operand *args = lower_args(lo, items, n, 0);
  want = lower_want(lo, want, e->type);
  mir_inst *i = lower_emit(lo, MIR_INTERP, want, e->type, args, n, e->span);
  i->aux.interp.parts = e->interp.parts;
  i->aux.interp.count = e->interp.count;
  if (!raises) i->on_error = MIR_NO_ERROR;
  return lower_local(lo, want);
}

static mir_operand lower_simple(lower *lo, mir_op op, const hir_expr *e, uint32_t want) {
  mir_operand o = lower_expr(lo, e->unary.e);
  want = lower_want(lo, want, e->type);
  lower_emit(lo, op, want, e->type, &o, 1, e->span);
  return lower_local(lo, want);
}

static mir_operand lower_same(lower *lo, const hir_expr *e, uint32_t want) {
  mir_operand args[2];
  args[0] = lower_hold(lo, e->binary.a, lower_expr(lo, e->binary.a), e->binary.b);
  args[1] = lower_expr(lo, e->binary.b);
  want = lower_want(lo, want, e->type);
  lower_emit(lo, MIR_SAME, want, e->type, args, 2, e->span);
  return lower_local(lo, want);
}

static mir_operand lower_print(lower *lo, const hir_expr *e) {
  mir_operand o = lower_expr(lo, e->unary.e);
  lower_emit(lo, MIR_PRINT, MIR_NONE, o.type, &o, 1, e->span);
  return lower_unit(lo);
}

// ---- dispatch ----------------------------------------------------------------------------------------------------------------
mir_operand lower_expr(lower *lo, const hir_expr *e) { return lower_to(lo, e, MIR_NONE); }

mir_operand lower_to(lower *lo, const hir_expr *e, uint32_t want) {
  switch (e->kind) {
  case HIR_ERROR:
  case HIR_INT:
  case HIR_FLOAT: return lower_put(lo, number(e), want, e->span);
  case HIR_BOOL:
  case HIR_STR:
  case HIR_NONE:
  case HIR_UNIT: return lower_put(lo, constant(e), want, e->span);
  case HIR_CONST: return lower_put(lo, lower_constant(lo, e), want, e->span);
  case HIR_LOCAL: return lower_seen(lo, lower_local(lo, lower_var(lo, e->local.var)), e->type, want, e->span);
  case HIR_FIELD:
  case HIR_ELEM:
  case HIR_INDEX: return lower_load(lo, e, want);
  case HIR_UNARY: return lower_unary(lo, e, want);
  case HIR_BINARY: return lower_binary(lo, e, want);
  case HIR_IS: return by_branches(lo, e, want);
  case HIR_CALL: return lower_call(lo, e, want);
  case HIR_CALL_VALUE: return lower_call_value(lo, e, want);
  case HIR_CLOSURE: return lower_closure(lo, e, want);
  case HIR_NEW:
  case HIR_VARIANT:
  case HIR_TUPLE:
  case HIR_ARRAY:
  case HIR_MAP: return lower_make(lo, e, want);
  case HIR_SOME: return lower_simple(lo, MIR_SOME, e, want);
  case HIR_FREEZE: return lower_simple(lo, MIR_FREEZE, e, want);
  case HIR_SHARE: return lower_simple(lo, MIR_SHARE, e, want);
  case HIR_INTERFACE: return lower_interface(lo, e, want);
  case HIR_CONVERT: return lower_convert(lo, e, want);
  case HIR_INTERP: return lower_interp(lo, e, want);
  case HIR_PRINT: return lower_put(lo, lower_print(lo, e), want, e->span);
  case HIR_SAME: return lower_same(lo, e, want);
  case HIR_ASSIGN: lower_assign(lo, e); return lower_put(lo, lower_unit(lo), want, e->span);
  case HIR_SWAP:
  case HIR_TAKE: return lower_swap(lo, e, want);
  case HIR_SPAWN:
  case HIR_SIGNAL:
  case HIR_ASK:
  case HIR_AWAIT:
  case HIR_QUORUM:
  case HIR_BROADCAST:
  case HIR_SHARD:
  case HIR_TIMER:
  case HIR_TIMER_CANCEL: return lower_agent(lo, e, want);
  case HIR_TOPOLOGY: return lower_topology(lo, e, want);
  case HIR_LET:
  case HIR_BLOCK:
  case HIR_IF:
  case HIR_MATCH:
  case HIR_WHILE:
  case HIR_LOOP:
  case HIR_FOR:
  case HIR_BREAK:
  case HIR_CONTINUE:
  case HIR_STOP:
  case HIR_RETURN:
  case HIR_RAISE:
  case HIR_DEFER:
  case HIR_ELSE:
  case HIR_CATCH:
  case HIR_OPT_CHAIN: return lower_flow(lo, e, want);
  }
  return lower_unit(lo);
}
