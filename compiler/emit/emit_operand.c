// emit_operand.c — operands and places as C expressions.
// Owns: nothing. Promises: an expression has no side effects and may be written twice.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "emit/fn.h"

void put(fn *s, const char *format, ...) {
  va_list args;
  va_start(args, format);
  buf_vprintf(s->b, format, args);
  va_end(args);
}

const char *text(fn *s, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const char *t = arena_vprintf(s->e->arena, format, args);
  va_end(args);
  return t;
}

const mir_local *local_of(fn *s, uint32_t i) { return &s->f->locals.items[i]; }
ctype *local_type(fn *s, uint32_t i) { return ctype_of(s->e, local_of(s, i)->type); }

const char *local_expr(fn *s, uint32_t i) {
  if (s->folds[i].text) return s->folds[i].text;
  s->read[i] = true;
  return local_of(s, i)->by_ref ? text(s, "(*%s)", s->names[i]) : s->names[i];
}

static const char *int_text(fn *s, const type *t, uint64_t bits) {
  bool is_signed = type_is_signed(t) || t->kind == TY_DURATION || t->kind == TY_INSTANT;
  if (!is_signed) {
    if (t->kind == TY_U64) return text(s, "%lluu%s", (unsigned long long)bits, bits > 0xffffffffU ? "ll" : "");
    return text(s, "%llu%s", (unsigned long long)bits, t->kind == TY_U32 ? "u" : "");
  }
  int64_t v = (int64_t)bits;
  if (t->kind == TY_I8) v = (int8_t)bits;
  if (t->kind == TY_I16) v = (int16_t)bits;
  if (t->kind == TY_I32) v = (int32_t)bits;
  if (v == INT64_MIN) return "AG_I64_MIN";
  const char *suffix = v > INT32_MAX || v < -INT32_MAX ? "ll" : "";
  return text(s, v < 0 ? "(%lld%s)" : "%lld%s", (long long)v, suffix);
}

static const char *float_text(fn *s, const type *t, double v) {
  const char *f = t->kind == TY_F32 ? "f" : "";
  if (isnan(v)) return text(s, "(0.0%s / 0.0%s)", f, f);
  if (isinf(v)) return text(s, "(%s1.0%s / 0.0%s)", v < 0 ? "-" : "", f, f);
  char digits[64];
  snprintf(digits, sizeof digits, "%.*g", t->kind == TY_F32 ? 9 : 17, v);
  const char *point = strpbrk(digits, ".e") ? "" : ".0";
  return text(s, digits[0] == '-' ? "(%s%s%s)" : "%s%s%s", digits, point, f);
}

static const char *none_text(fn *s, ctype *ct) {
  if (ct->rep == REP_STRUCT) return text(s, "(%s){.has = false}", ct->c);
  return ct->rep == REP_SCALAR ? "0" : text(s, "(%s)NULL", ct->c);
}

ctype *operand_type(fn *s, const mir_operand *o) {
  return mir_is_local(o) ? local_type(s, o->local) : ctype_of(s->e, o->type);
}

const char *operand_of(fn *s, const mir_operand *o, ctype *want) {
  switch (o->kind) {
  case MIR_OPERAND_LOCAL: return local_expr(s, o->local);
  case MIR_OPERAND_INT: return int_text(s, o->type, o->u);
  case MIR_OPERAND_FLOAT: return float_text(s, o->type, o->f);
  case MIR_OPERAND_BOOL: return o->u ? "true" : "false";
  case MIR_OPERAND_STR: return name_string(s->e, o->str.bytes, o->str.size);
  case MIR_OPERAND_NONE: return none_text(s, want);
  case MIR_OPERAND_UNIT: return "0";
  case MIR_OPERAND_CONST: return name_const(s->e, o->constant);
  }
  return "0";
}

const char *operand(fn *s, const mir_operand *o) { return operand_of(s, o, operand_type(s, o)); }

const char *constant(fn *s, const mir_operand *o, ctype *want) {
  if (o->kind == MIR_OPERAND_LOCAL || o->kind == MIR_OPERAND_CONST) return NULL;
  if (o->kind == MIR_OPERAND_NONE && want->rep == REP_STRUCT) return "{.has = false}";
  return operand_of(s, o, want);
}

const char *lvalue(fn *s, const mir_operand *o) {
  if (mir_is_local(o) && !s->folds[o->local].text) return local_expr(s, o->local);
  ctype *ct = operand_type(s, o);
  const char *value = operand(s, o);
  return ct->rep == REP_STRUCT ? value : text(s, "(%s){%s}", ct->c, value);
}

// A copy keeps the local itself in a register.
const char *slot(fn *s, const mir_operand *o) {
  ctype *ct = operand_type(s, o);
  if (ct->rep == REP_STRUCT) return text(s, "&%s", lvalue(s, o));
  if (ct->type->kind == TY_RANGE) return text(s, "&%s", operand(s, o));
  return text(s, "&(%s){%s}", ct->c, operand(s, o));
}

// ---- places -----------------------------------------------------------------------------------------------------
static const char *step_field(fn *s, const char *base, const type *t, uint32_t index) {
  const char *name = field_name(s->e, t->decl, index);
  switch ((int)t->kind) {
  case TY_AGENT: return text(s, "((%s *)%s)->%s", class_struct(s->e, t->decl), base, name);
  case TY_CLASS:
  case TY_ERRVAL: class_struct(s->e, t->decl); return text(s, "%s->%s", base, name);
  default: return text(s, "%s.%s", base, name);
  }
}

static const char *step_index(fn *s, const char *base, const type *t, const mir_step *step) {
  const char *index = operand(s, &step->at);
  if (t->decl->builtin == BUILTIN_BYTES) return text(s, "%s->data[%s]", base, index);
  return text(s, "AG_ARRAY_AT(%s, %s, %s)", ctype_of(s->e, step->type)->c, base, index);
}

static const char *step_expr(fn *s, const char *base, const type *t, const mir_step *step) {
  switch (step->kind) {
  case MIR_STEP_FIELD: return step_field(s, base, t, step->index);
  case MIR_STEP_ELEM: return text(s, "%s.e%u", base, step->index);
  case MIR_STEP_INDEX: return step_index(s, base, t, step);
  case MIR_STEP_SOME: return ctype_of(s->e, t)->rep == REP_STRUCT ? text(s, "%s.v", base) : base;
  case MIR_STEP_VARIANT: {
    ctype *ct = ctype_of(s->e, t);
    ctype_need_body(s->e, ct);
    return text(s, "%s%s%s", base, ct->boxed ? "->" : ".", variant_path(s->e, step->variant, step->index));
  }
  }
  return base;
}

const char *place(fn *s, const mir_place *p) {
  const char *expr = local_expr(s, p->base);
  const type *t = local_of(s, p->base)->type;
  for (uint32_t i = 0; i < p->step_count; i++) {
    expr = step_expr(s, expr, t, &p->steps[i]);
    t = p->steps[i].type;
  }
  return expr;
}

// ---- where things happen ------------------------------------------------------------------------------------------
const char *at(fn *s, const mir_inst *in) {
  return text(s, "%s, %u", name_file(s->e, in->span), line_of(s->e, in->span));
}

void goto_block(fn *s, uint32_t block) {
  s->label_used[block] = true;
  put(s, "goto b%u;\n", block);
}

const char *edge(fn *s, uint32_t on_error) {
  if (on_error == MIR_NO_ERROR) return "";
  if (on_error == MIR_PROPAGATE) {
    s->fail_used = true;
    return "goto fail;";
  }
  s->label_used[on_error] = true;
  return text(s, "goto b%u;", on_error);
}

void check_error(fn *s, const mir_inst *in, bool native) {
  if (in->on_error == MIR_NO_ERROR) return;
  const char *go = edge(s, in->on_error);
  if (native) put(s, "  if (AG_UNLIKELY(cx->err != NULL)) {\n    ag_error_at(cx, %s);\n    %s\n  }\n", at(s, in), go);
  else put(s, "  if (AG_UNLIKELY(cx->err != NULL)) %s\n", go);
}

void check_step(fn *s, const mir_inst *in, bool native) {
  s->steps = true;
  const char *go = in->on_error == MIR_NO_ERROR ? edge(s, MIR_PROPAGATE) : edge(s, in->on_error);
  if (native) go = text(s, "{\n      ag_error_at(cx, %s);\n      %s\n    }", at(s, in), go);
  if (!in->suspends) {
    put(s, "  if (AG_UNLIKELY(step != AG_DONE)) %s\n", go);
    return;
  }
  put(s, "  if (AG_UNLIKELY(step != AG_DONE)) {\n    if (step == AG_SUSPENDED) goto s%u;\n    %s\n  }\n", in->resume,
      go);
}

void put_dst(fn *s, const mir_inst *in, const char *value) {
  if (in->dst == MIR_NONE) return;
  if (s->fold_dst == in->dst) {
    fold_take(s, in, value);
    return;
  }
  s->written[in->dst] = true;
  bool by_ref = local_of(s, in->dst)->by_ref;
  put(s, by_ref ? "  *%s = %s;\n" : "  %s = %s;\n", s->names[in->dst], value);
}
