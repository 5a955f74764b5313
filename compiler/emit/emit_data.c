// emit_data.c — strings, arrays, errors.
// Owns: nothing. Promises: a string builder that was begun ends on every path.
#include <string.h>

#include "emit/fn.h"

// ---- text -------------------------------------------------------------------------------------------------------
static bool is_string(const type *t) { return t->kind == TY_CLASS && t->decl->builtin == BUILTIN_STRING; }

static void format_part(fn *s, ctype *ct, const mir_operand *o, const char *format) {
  const type *t = ct->type;
  buf spec = {0};
  emit_text_literal(&spec, format, (uint32_t)strlen(format));
  const char *x = operand(s, o);
  if (type_is_int(t)) put(s, "  ag_sb_fmt_%s(sb, %s, %s);\n", type_is_signed(t) ? "i64" : "u64", x, buf_text(&spec));
  else if (type_is_float(t)) put(s, "  ag_sb_fmt_%s(sb, %s, %s);\n", prim_suffix(t), x, buf_text(&spec));
  else if (is_string(t)) put(s, "  ag_sb_fmt_str(sb, %s, %s);\n", x, buf_text(&spec));
  else put(s, "  ag_sb_fmt_value(cx, sb, %s, %s, %s);\n", type_desc(s->e, ct, false), slot(s, o), buf_text(&spec));
  buf_fini(&spec);
}

static void show_part(fn *s, const mir_operand *o, const char *format) {
  ctype *ct = operand_type(s, o);
  bool simple = ct->rep == REP_SCALAR || ct->rep == REP_PTR, quoted = format && strcmp(format, HIR_FORMAT_QUOTED) == 0;
  if (quoted) op_show(s->e, s->b, ct, simple ? operand(s, o) : lvalue(s, o));
  else if (is_text(s, o)) put(s, "  ag_sb_bytes(sb, %s);\n", bytes_of(s, o));
  else if (format && *format) format_part(s, ct, o, format);
  else op_show_bare(s->e, s->b, ct, simple ? operand(s, o) : lvalue(s, o));
}

static void build(fn *s, const mir_inst *in) {
  put(s, "  {\n  ag_sb built, *sb = &built;\n  ag_sb_begin(sb);\n");
  uint32_t next = 0;
  for (uint32_t i = 0; i < in->aux.interp.count; i++) {
    const hir_part *p = &in->aux.interp.parts[i];
    if (p->e) {
      show_part(s, &in->args[next++], p->format);
    } else if (p->text_size > 0) {
      buf literal = {0};
      emit_text_literal(&literal, p->text, p->text_size);
      put(s, "  AG_SB_TEXT(sb, %s);\n", buf_text(&literal));
      buf_fini(&literal);
    }
  }
  if (in->on_error == MIR_NO_ERROR) return;
  put(s, "  if (AG_UNLIKELY(cx->err != NULL)) {\n    ag_sb_drop(sb);\n    ag_error_at(cx, %s);\n", at(s, in));
  put(s, "    %s\n  }\n", edge(s, in->on_error));
}

static void interp(fn *s, const mir_inst *in) {
  build(s, in);
  if (in->dst == MIR_NONE) put(s, "  ag_sb_drop(sb);\n");
  else put_dst(s, in, "ag_sb_take(cx, sb)");
  put(s, "  }\n");
}

static void print_text(fn *s, const mir_inst *in) {
  put(s, "  {\n  ag_sb built, *sb = &built;\n  ag_sb_begin(sb);\n  ag_sb_bytes(sb, %s);\n", bytes_of(s, &in->args[0]));
  put(s, "  ag_sb_print(cx, sb);\n  }\n");
}

// A text that is printed and dropped need not become a string.
bool inst_print_built(fn *s, const mir_inst *in, uint32_t left) {
  if (s->e->checked || in->op != MIR_INTERP || left < 3 || in[1].op != MIR_PRINT || in[2].op != MIR_RELEASE)
    return false;
  for (int i = 1; i <= 2; i++)
    if (!mir_is_local(&in[i].args[0]) || in[i].args[0].local != in->dst) return false;
  fold_flush(s);
  line(s, in->span);
  build(s, in);
  put(s, "  ag_sb_print(cx, sb);\n  }\n");
  return true;
}

static void str_char(fn *s, const mir_inst *in, bool end) {
  put(s, "  {\n  int64_t pos = %s;\n", operand(s, &in->args[1]));
  if (end) put(s, "  (void)ag_str_next(%s, &pos);\n", operand(s, &in->args[0]));
  put_dst(s, in, end ? "pos" : text(s, "ag_str_next(%s, &pos)", operand(s, &in->args[0])));
  put(s, "  }\n");
}

static void str_slice(fn *s, const mir_inst *in) {
  put_dst(s, in,
          text(s, "ag_str_slice(cx, %s, %s, %s)", operand(s, &in->args[0]), operand(s, &in->args[1]),
               operand(s, &in->args[2])));
  check_error(s, in, true);
}

// ---- arrays ----------------------------------------------------------------------------------------------
static void check_index(fn *s, const mir_inst *in) {
  const char *x = operand(s, &in->args[0]), *i = operand(s, &in->args[1]);
  put(s, "  if (AG_UNLIKELY((uint64_t)%s >= (uint64_t)%s->size)) {\n", i, x);
  put(s, "    ag_raise_index(cx, %s, %s->size, %s);\n    %s\n  }\n", i, x, at(s, in), edge(s, in->on_error));
}

static void array_op(fn *s, const mir_inst *in) {
  const char *x = operand(s, &in->args[0]);
  ctype *elem = ctype_of(s->e, operand_type(s, &in->args[0])->type->args[0]);
  if (in->op == MIR_ARRAY_PUSH) {
    put(s, "  AG_ARRAY_PUSH(cx, %s, %s, %s);\n", elem->c, x,
        elem->rep == REP_STRUCT ? text(s, "(%s)", operand_of(s, &in->args[1], elem))
                                : operand_of(s, &in->args[1], elem));
  } else if (in->op == MIR_ARRAY_POP) {
    put(s, "  %s->size--;\n", x);
    put_dst(s, in, text(s, "AG_ARRAY_AT(%s, %s, %s->size)", elem->c, x, x));
  } else {
    put_dst(s, in, text(s, "ag_array_drain(cx, %s, %s)", x, type_desc(s->e, elem, false)));
    put(s, "  ag_array_reverse(cx, %s);\n", s->names[in->dst]);
  }
}

// ---- errors -----------------------------------------------------------------------------------------------------
static const char *error_class(fn *s, const hir_decl *d) {
  if (d->is_prelude) return text(s, "&ag_error_%s", d->name);
  const type *t = type_nominal(s->e->program->types, TY_ERRVAL, d, NULL, 0, CAP_NONE);
  return text(s, "&%s", class_desc(s->e, d, t));
}

static void catchable(fn *s, const mir_inst *in) {
  const char *not_else =
      " && cx->err->cls != &ag_error_Deadlock && cx->err->cls != &ag_error_StackOverflow && "
      "cx->err->cls != &ag_error_OutOfMemory";
  put_dst(s, in, text(s, "cx->err->cls != &ag_error_Cancelled%s", in->aux.u ? not_else : ""));
}

static void take(fn *s, const mir_inst *in) {
  if (in->dst != MIR_NONE) put_dst(s, in, text(s, "(%s)cx->err", local_type(s, in->dst)->c));
  put(s, "  cx->err = NULL;\n");
}

static void raise_error(fn *s, const mir_inst *in) {
  put(s, "  cx->err = (ag_obj *)%s;\n", operand(s, &in->args[0]));
  if (!in->aux.u) return;
  put(s, "  ((ag_error *)cx->err)->file = %s;\n", name_file(s->e, in->span));
  put(s, "  ((ag_error *)cx->err)->line = %u;\n", line_of(s->e, in->span));
}

static void stack_check(fn *s, const mir_inst *in) {
  s->e->helpers |= HELPER_DEEP;
  if (s->frame) put(s, "  if (!*fp && too_deep(cx)) {\n");
  else put(s, "  if (AG_UNLIKELY(too_deep(cx))) {\n");
  put(s, "    ag_error_at(cx, %s);\n    %s\n  }\n", at(s, in), edge(s, in->on_error));
}

bool inst_data(fn *s, const mir_inst *in) {
  switch ((int)in->op) {
  case MIR_CONCAT:
    put_dst(s, in, text(s, "ag_str_concat(cx, %s, %s)", operand(s, &in->args[0]), operand(s, &in->args[1])));
    return true;
  case MIR_INTERP: interp(s, in); return true;
  case MIR_PRINT:
    if (is_text(s, &in->args[0])) print_text(s, in);
    else put(s, "  ag_print(cx, %s);\n", operand(s, &in->args[0]));
    return true;
  case MIR_STR_SLICE: str_slice(s, in); return true;
  case MIR_STR_CHAR: str_char(s, in, false); return true;
  case MIR_STR_CHAR_END: str_char(s, in, true); return true;
  case MIR_BYTES_AT:
    put_dst(s, in, text(s, "%s->data[%s]", operand(s, &in->args[0]), operand(s, &in->args[1])));
    return true;
  case MIR_SIZE:
    put_dst(s, in, text(s, is_text(s, &in->args[0]) ? "%s.size" : "%s->size", operand(s, &in->args[0])));
    return true;
  case MIR_CHECK_INDEX: check_index(s, in); return true;
  case MIR_ARRAY_PUSH:
  case MIR_ARRAY_POP:
  case MIR_ARRAY_DRAIN: array_op(s, in); return true;
  case MIR_STACK_CHECK: stack_check(s, in); return true;
  case MIR_ERR_CATCHABLE: catchable(s, in); return true;
  case MIR_ERR_TAKE: take(s, in); return true;
  case MIR_ERR_IS:
    put_dst(s, in, text(s, "((ag_obj *)%s)->cls == %s", operand(s, &in->args[0]), error_class(s, in->aux.decl)));
    return true;
  case MIR_ERR_CAST:
    put_dst(s, in, text(s, "(%s)%s", ctype_of(s->e, in->type)->c, operand(s, &in->args[0])));
    return true;
  case MIR_RAISE: raise_error(s, in); return true;
  default: return false;
  }
}
