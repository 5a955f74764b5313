// emit_call.c — calls: of emitted functions, plain or suspending; of natives; of C functions.
// Owns:     prototypes of C functions. They are declared under a name of our own with the symbol as assembler name, so that they
//           never disagree with a header.
// Promises: the conventions of ARCHITECTURE.md, Natives.
#include <string.h>

#include "emit/fn.h"

static const type *result_type(fn *s, const mir_inst *in) {
  return in->dst != MIR_NONE ? local_of(s, in->dst)->type : in->type;
}

static bool is_unit(const type *t) { return t->kind == TY_UNIT || t->kind == TY_NEVER || t->kind == TY_NONE; }

// ---- emitted functions ---------------------------------------------------------------------------------------------
// The operands as C arguments, a by-ref receiver (the place) first. Parameters know which types they want.
static void arguments(fn *s, const mir_inst *in, buf *out) {
  const mir_fn *callee = in->aux.call.callee;
  uint32_t param = 0;
  if (in->place) {
    buf_printf(out, ", &%s", place(s, in->place));
    param = 1;
  }
  for (uint32_t i = 0; i < in->arg_count; i++)
    buf_printf(out, ", %s", operand_of(s, &in->args[i], ctype_of(s->e, callee->locals.items[param + i].type)));
}

// What it raises has no place yet.
bool in_library(fn *s, const mir_fn *f) {
  const source *src = source_of(s->e->sources, f->span.file);
  return src && src->embedded;
}

static void call_emitted(fn *s, const mir_inst *in) {
  const mir_fn *callee = in->aux.call.callee;
  buf args = {0};
  arguments(s, in, &args);
  const char *name = name_fn(s->e, callee);
  if (is_unit(callee->result)) put(s, "  %s(cx%s);\n", name, buf_text(&args));
  else if (in->dst == MIR_NONE) put(s, "  (void)%s(cx%s);\n", name, buf_text(&args));
  else put_dst(s, in, text(s, "%s(cx%s)", name, buf_text(&args)));
  if (is_unit(callee->result)) put_dst(s, in, "0");
  buf_fini(&args);
  if (callee->may_raise) check_error(s, in, in_library(s, callee));
}

static void call_suspending(fn *s, const mir_inst *in) {
  const mir_fn *callee = in->aux.call.callee;
  buf args = {0};
  arguments(s, in, &args);
  s->calls_suspending = true;
  const char *name = name_fn(s->e, callee), *out = "";
  put(s, "  {\n");
  if (!is_unit(callee->result)) {
    if (in->dst == MIR_NONE) put(s, "  %s;\n", c_decl(s->e, ctype_of(s->e, callee->result), "unused"));
    else s->written[in->dst] = true;
    out = in->dst == MIR_NONE ? ", &unused" : text(s, ", &%s", s->names[in->dst]);
  }
  put(s, "  step = %s(cx, &child%s%s);\n  }\n", name, out, buf_text(&args));
  buf_fini(&args);
  check_step(s, in, in_library(s, callee));
  if (is_unit(callee->result)) put_dst(s, in, "0");
}

// ---- natives ----------------------------------------------------------------------------------------------------
static bool is_param(const type *t) { return t->kind == TY_PARAM; }

static void native_arguments(fn *s, const mir_inst *in, buf *out) {
  const hir_fn *f = in->aux.call.fn;
  uint32_t extra = in->arg_count > f->param_count ? in->arg_count - f->param_count : 0; // the receiver
  buf_adds(out, "cx");
  if (in->place) buf_printf(out, ", &%s", place(s, in->place));
  for (uint32_t i = 0; i < in->arg_count; i++) {
    const type *declared = i >= extra ? f->params[i - extra]->type : NULL;
    const mir_operand *o = &in->args[i];
    buf_printf(out, ", %s", declared && is_param(declared) ? slot(s, o) : operand(s, o));
  }
}

// Element types of the container that the native makes, if it makes one of its type parameters.
static void native_types(fn *s, const mir_inst *in, buf *out) {
  const type *declared = in->aux.call.fn->result, *made = result_type(s, in);
  if (declared->kind == TY_OPTIONAL) declared = declared->args[0];
  if (made->kind == TY_OPTIONAL) made = made->args[0];
  if (declared->kind != TY_CLASS || declared->decl->builtin == BUILTIN_NO) return;
  bool generic = false;
  for (uint32_t i = 0; i < declared->arg_count; i++) generic = generic || is_param(declared->args[i]);
  bool keyed = declared->decl->builtin == BUILTIN_MAP || declared->decl->builtin == BUILTIN_SET;
  for (uint32_t i = 0; generic && i < declared->arg_count; i++)
    buf_printf(out, ", %s", type_desc(s->e, ctype_of(s->e, made->args[i]), keyed && i == 0));
}

// The result comes through a pointer: `T`, or `X?` where X is no pointer in C.
static void call_through_pointer(fn *s, const mir_inst *in, const char *args, bool optional) {
  const char *last, *symbol = native_name(s, in, &last);
  const type *t = result_type(s, in);
  ctype *ct = ctype_of(s->e, t);
  ctype *payload = optional ? ctype_of(s->e, t->args[0]) : ct;
  put(s, "  {\n  %s;\n", c_decl(s->e, payload, "out"));
  if (!optional) {
    put(s, "  %s(%s, &out%s);\n", symbol, args, last);
    check_error(s, in, true);
    put_dst(s, in, "out");
  } else if (in->dst == MIR_NONE) {
    put(s, "  (void)%s(%s, &out%s);\n", symbol, args, last);
    check_error(s, in, true);
  } else {
    put(s, "  bool has = %s(%s, &out%s);\n", symbol, args, last);
    check_error(s, in, true);
    s->written[in->dst] = true;
    const char *x = s->names[in->dst];
    if (ct->rep != REP_STRUCT) put(s, "  %s = has ? out : NULL;\n", x);
    else put(s, "  %s.has = has;\n  if (has) %s.v = out;\n", x, x);
  }
  put(s, "  }\n");
}

static void call_native(fn *s, const mir_inst *in) {
  const hir_fn *f = in->aux.call.fn;
  if (inst_native_inline(s, in)) return;
  buf args = {0};
  native_arguments(s, in, &args);
  const type *declared = f->result;
  bool optional = declared->kind == TY_OPTIONAL;
  bool pointer = optional && !is_param(declared->args[0]) && mir_type_is_pointer(declared->args[0]);
  if (is_param(declared) || (optional && !pointer)) {
    call_through_pointer(s, in, buf_text(&args), optional);
    buf_fini(&args);
    return;
  }
  native_types(s, in, &args);
  put(s, "  {\n");
  const char *last, *symbol = native_name(s, in, &last);
  const char *call = text(s, "%s(%s%s)", symbol, buf_text(&args), last);
  if (in->dst == MIR_NONE || is_unit(declared)) put(s, "  %s%s;\n", is_unit(declared) ? "" : "(void)", call);
  else put_dst(s, in, call);
  if (is_unit(declared)) put_dst(s, in, "0");
  buf_fini(&args);
  if (!f->nofault) check_error(s, in, true);
  put(s, "  }\n");
}

void inst_call(fn *s, const mir_inst *in) {
  if (inst_closure(s, in) || inst_waiting(s, in)) return;
  const mir_fn *callee = in->aux.call.callee;
  if (callee && callee->suspends) call_suspending(s, in);
  else if (callee) call_emitted(s, in);
  else if (in->aux.call.fn->kind == FN_EXTERN) inst_extern(s, in);
  else call_native(s, in);
}
