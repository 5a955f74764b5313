// emit_arith.c — numbers and comparisons.
// Owns: nothing. Promises: what raises has its test marked as unlikely, and names file and line.
#include <string.h>

#include "emit/fn.h"

static const char *dst(fn *s, const mir_inst *in) {
  s->written[in->dst] = true;
  return s->names[in->dst];
}

// A variable that a handler can see keeps its value when the operation raises: the result goes through `r`.
static bool keeps_old(fn *s, const mir_inst *in) {
  for (uint32_t i = 0; i < in->arg_count; i++)
    if (mir_is_local(&in->args[i]) && in->args[i].local == in->dst) return true; // operands are read after r is written
  return local_of(s, in->dst)->name && in->on_error != MIR_PROPAGATE && in->on_error != MIR_NO_ERROR;
}
static const char *result_begin(fn *s, const mir_inst *in) {
  if (!keeps_old(s, in)) return dst(s, in);
  put(s, "  {\n  %s;\n", c_decl(s->e, local_type(s, in->dst), "r"));
  return "r";
}
static void result_end(fn *s, const mir_inst *in) {
  if (keeps_old(s, in)) put(s, "  %s = r;\n  }\n", dst(s, in));
}

static void raise_if(fn *s, const mir_inst *in, const char *condition, const char *error) {
  put(s, "  if (AG_UNLIKELY(%s)) {\n    ag_raise(cx, &ag_error_%s, NULL, %s);\n    %s\n  }\n", condition, error,
      at(s, in), edge(s, in->on_error));
}

static bool divisor_is_safe(const mir_operand *o) {
  return o->kind == MIR_OPERAND_INT && o->u != 0 && (o->type->kind != TY_I64 || o->u != UINT64_MAX) &&
         (o->type->kind == TY_I64 || o->type->kind == TY_U64);
}

static void divide(fn *s, const mir_inst *in, const char *name, const char *c) {
  const char *k = prim_suffix(in->type), *a = operand(s, &in->args[0]), *b = operand(s, &in->args[1]);
  if (in->on_error == MIR_NO_ERROR || divisor_is_safe(&in->args[1])) {
    put_dst(s, in, text(s, "(%s)(%s %s %s)", ctype_of(s->e, in->type)->c, a, c, b));
    return;
  }
  s->e->helpers |= HELPER_ARITH;
  const char *r = result_begin(s, in);
  put(s, "  {\n    int fault = ag_%s_%s(%s, %s, &%s);\n", name, k, a, b, r);
  put(s, "    if (AG_UNLIKELY(fault != AG_ARITH_OK)) {\n      arith_raise(cx, fault, %s);\n      %s\n    }\n  }\n",
      at(s, in), edge(s, in->on_error));
  result_end(s, in);
}

// ag_NAME_TYPE(a, b, &dst), true on overflow. Of I64 there are macros.
static void checked(fn *s, const mir_inst *in, const char *name) {
  const char *k = prim_suffix(in->type), *a = operand(s, &in->args[0]), *b = operand(s, &in->args[1]);
  const char *function = text(s, "ag_%s_%s", name, k);
  if (strcmp(function, "ag_add_i64") == 0) function = "AG_ADD_I64";
  if (strcmp(function, "ag_sub_i64") == 0) function = "AG_SUB_I64";
  if (strcmp(function, "ag_mul_i64") == 0) function = "AG_MUL_I64";
  const char *r = result_begin(s, in);
  raise_if(s, in, text(s, "%s(%s, %s, &%s)", function, a, b, r), "Overflow");
  result_end(s, in);
}

static void operation(fn *s, const mir_inst *in, const char *c) {
  const char *a = operand(s, &in->args[0]), *b = operand(s, &in->args[1]);
  bool exact = in->type->kind == TY_F64 || in->type->kind == TY_I64 || in->type->kind == TY_U64;
  put_dst(s, in,
          exact ? text(s, "%s %s %s", a, c, b) : text(s, "(%s)(%s %s %s)", ctype_of(s->e, in->type)->c, a, c, b));
}

static void wrapping(fn *s, const mir_inst *in, const char *c) {
  const char *a = operand(s, &in->args[0]), *b = operand(s, &in->args[1]);
  put_dst(s, in, text(s, "(%s)((uint64_t)%s %s (uint64_t)%s)", ctype_of(s->e, in->type)->c, a, c, b));
}

// Both are known to be below 2^63.
static void positive(fn *s, const mir_inst *in, const char *c) {
  put_dst(s, in,
          text(s, "(int64_t)((uint64_t)%s %s (uint64_t)%s)", operand(s, &in->args[0]), c, operand(s, &in->args[1])));
}

// An integer operation without an error edge is known not to overflow: the C compiler may know it as well.
static void arithmetic(fn *s, const mir_inst *in, const char *name, const char *c) {
  if (type_is_float(in->type)) operation(s, in, c);
  else if (in->on_error == MIR_NO_ERROR) operation(s, in, c);
  else checked(s, in, name);
}

static void modulo(fn *s, const mir_inst *in) {
  if (!type_is_float(in->type)) {
    divide(s, in, "mod", "%");
    return;
  }
  put_dst(s, in,
          text(s, "(%s)ag_float_mod(%s, %s)", ctype_of(s->e, in->type)->c, operand(s, &in->args[0]),
               operand(s, &in->args[1])));
}

static void shift(fn *s, const mir_inst *in, const char *name) {
  const char *r = result_begin(s, in);
  const char *call = text(s, "ag_%s_%s(%s, %s, &%s)", name, prim_suffix(in->type), operand(s, &in->args[0]),
                          operand(s, &in->args[1]), r);
  if (in->on_error == MIR_NO_ERROR) put(s, "  (void)%s;\n", call);
  else raise_if(s, in, call, "Overflow");
  result_end(s, in);
}

static void negate(fn *s, const mir_inst *in) {
  const char *a = operand(s, &in->args[0]);
  if (type_is_float(in->type)) {
    put_dst(s, in, text(s, "-%s", a));
    return;
  }
  const char *r = result_begin(s, in);
  const char *call = text(s, "ag_neg_%s(%s, &%s)", prim_suffix(in->type), a, r);
  if (in->on_error == MIR_NO_ERROR) put(s, "  (void)%s;\n", call);
  else raise_if(s, in, call, "Overflow");
  result_end(s, in);
}

static void convert(fn *s, const mir_inst *in) {
  const char *from = prim_suffix(in->args[0].type), *to = prim_suffix(in->type), *a = operand(s, &in->args[0]);
  if (in->aux.wrap || in->on_error == MIR_NO_ERROR) {
    put_dst(s, in, text(s, "ag_wrap_%s_%s(%s)", from, to, a));
    return;
  }
  const char *r = result_begin(s, in);
  raise_if(s, in, text(s, "ag_conv_%s_%s(%s, &%s)", from, to, a, r), "BadConversion");
  result_end(s, in);
}

// ---- comparisons ------------------------------------------------------------------------------------------------
static bool is_none(const mir_operand *o) { return o->kind == MIR_OPERAND_NONE; }

static void equal(fn *s, const mir_inst *in, bool negated) {
  const mir_operand *a = &in->args[0], *b = &in->args[1];
  if (is_none(a)) {
    a = b;
    b = &in->args[0];
  }
  ctype *ct = operand_type(s, a);
  const char *no = negated ? "!" : "";
  if (is_none(b)) {
    put_dst(s, in, text(s, ct->rep == REP_STRUCT ? "%s%s.has" : "%s(%s != NULL)", negated ? "" : "!", operand(s, a)));
    return;
  }
  if (ct->rep == REP_SCALAR && ct->type->kind != TY_RANGE) {
    put_dst(s, in, text(s, "%s %s %s", operand(s, a), negated ? "!=" : "==", operand(s, b)));
    return;
  }
  if (is_text(s, a) || is_text(s, b)) {
    put_dst(s, in, text(s, "%sag_text_eq(%s, %s)", no, bytes_of(s, a), bytes_of(s, b)));
    return;
  }
  put_dst(s, in, text(s, "%s%s", no, op_eq(s->e, ct, lvalue(s, a), lvalue(s, b))));
  check_error(s, in, true);
}

static void ordered(fn *s, const mir_inst *in, const char *c) {
  const mir_operand *a = &in->args[0], *b = &in->args[1];
  ctype *ct = operand_type(s, a);
  if (ct->rep == REP_SCALAR) {
    put_dst(s, in, text(s, "%s %s %s", operand(s, a), c, operand(s, b)));
    return;
  }
  put_dst(s, in, text(s, "%s %s 0", op_cmp(s->e, ct, lvalue(s, a), lvalue(s, b)), c));
  check_error(s, in, true);
}

static void order_of(fn *s, const mir_inst *in) {
  const mir_operand *a = &in->args[0], *b = &in->args[1];
  put_dst(s, in, op_cmp(s->e, operand_type(s, a), lvalue(s, a), lvalue(s, b)));
  check_error(s, in, true);
}

static void hash(fn *s, const mir_inst *in) {
  put_dst(s, in, op_hash(s->e, operand_type(s, &in->args[0]), lvalue(s, &in->args[0])));
  check_error(s, in, true);
}

static const char *object(fn *s, const mir_operand *o) {
  return text(s, operand_type(s, o)->type->kind == TY_INTERFACE ? "%s.o" : "%s", operand(s, o));
}

bool inst_arith(fn *s, const mir_inst *in) {
  switch ((int)in->op) {
  case MIR_ADD: arithmetic(s, in, "add", "+"); return true;
  case MIR_SUB: arithmetic(s, in, "sub", "-"); return true;
  case MIR_MUL: arithmetic(s, in, "mul", "*"); return true;
  case MIR_DIV:
    if (type_is_float(in->type)) operation(s, in, "/");
    else divide(s, in, "div", "/");
    return true;
  case MIR_MOD: modulo(s, in); return true;
  case MIR_DIV_POS: positive(s, in, "/"); return true;
  case MIR_MOD_POS: positive(s, in, "%"); return true;
  case MIR_ADD_WRAP: wrapping(s, in, "+"); return true;
  case MIR_SUB_WRAP: wrapping(s, in, "-"); return true;
  case MIR_MUL_WRAP: wrapping(s, in, "*"); return true;
  case MIR_BITAND: operation(s, in, "&"); return true;
  case MIR_BITOR: operation(s, in, "|"); return true;
  case MIR_BITXOR: operation(s, in, "^"); return true;
  case MIR_SHL: shift(s, in, "shl"); return true;
  case MIR_SHR: shift(s, in, "shr"); return true;
  case MIR_NEG: negate(s, in); return true;
  case MIR_NOT: put_dst(s, in, text(s, "!%s", operand(s, &in->args[0]))); return true;
  case MIR_BITNOT:
    put_dst(s, in, text(s, "(%s)~%s", ctype_of(s->e, in->type)->c, operand(s, &in->args[0])));
    return true;
  case MIR_EQ: equal(s, in, false); return true;
  case MIR_NE: equal(s, in, true); return true;
  case MIR_LT: ordered(s, in, "<"); return true;
  case MIR_LE: ordered(s, in, "<="); return true;
  case MIR_GT: ordered(s, in, ">"); return true;
  case MIR_GE: ordered(s, in, ">="); return true;
  case MIR_CMP: order_of(s, in); return true;
  case MIR_HASH: hash(s, in); return true;
  case MIR_SAME:
    put_dst(s, in, text(s, "(void *)%s == (void *)%s", object(s, &in->args[0]), object(s, &in->args[1])));
    return true;
  case MIR_CONVERT: convert(s, in); return true;
  case MIR_RANGE:
    put(s, "  %s.from = %s;\n", dst(s, in), operand(s, &in->args[0]));
    put(s, "  %s.to = %s;\n", dst(s, in), operand(s, &in->args[1]));
    return true;
  case MIR_RANGE_FROM: put_dst(s, in, text(s, "%s.from", operand(s, &in->args[0]))); return true;
  case MIR_RANGE_TO: put_dst(s, in, text(s, "%s.to", operand(s, &in->args[0]))); return true;
  default: return false;
  }
}
