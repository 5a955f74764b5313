// emit_channel.c — natives that wait, and the operations on channels that know how large an item is.
// Owns:     nothing.
// Promises: a native that waits is called by the step protocol: int f(cx, &child, receiver, arguments…, result…, deadline, file, line),
//           where a result `X?` is a bool and an X. It keeps its arguments in a frame of its own.
#include <string.h>

#include "emit/fn.h"

// Channels' operations with a fast path that is inline (abi_channel.h).
static const char *const sized[] = {"ag_channel_send", "ag_channel_recv", "ag_channel_try_send", "ag_channel_try_recv"};

static bool is_sized(const hir_fn *f) {
  for (size_t i = 0; i < sizeof sized / sizeof *sized; i++)
    if (strcmp(f->symbol, sized[i]) == 0) return true;
  return false;
}

static ctype *item_of(fn *s, const mir_inst *in) {
  return ctype_of(s->e, operand_type(s, &in->args[0])->type->args[0]);
}

// The operands without the deadline.
static void arguments(fn *s, const mir_inst *in, buf *out) {
  const hir_fn *f = in->aux.call.fn;
  uint32_t receivers = mir_native_receivers(in);
  for (uint32_t i = 0; i < receivers + f->param_count; i++) {
    const type *declared = i >= receivers ? f->params[i - receivers]->type : NULL;
    const mir_operand *o = &in->args[i];
    buf_printf(out, ", %s", declared && declared->kind == TY_PARAM ? slot(s, o) : operand(s, o));
  }
}

static bool no_value(const type *t) { return t->kind == TY_UNIT || t->kind == TY_NEVER || t->kind == TY_NONE; }

// Where the result goes: through `has` and `out`, or straight into the variable.
static bool result(fn *s, const mir_inst *in, buf *args, bool optional) {
  if (no_value(in->aux.call.fn->result)) return false;
  const type *t = in->dst != MIR_NONE ? local_of(s, in->dst)->type : in->type;
  ctype *ct = ctype_of(s->e, t);
  bool direct = in->dst != MIR_NONE && (!optional || ct->rep == REP_STRUCT);
  if (in->dst != MIR_NONE) s->written[in->dst] = true;
  if (!direct) put(s, "  %s;\n", c_decl(s->e, optional ? ctype_of(s->e, t->args[0]) : ct, "out"));
  if (!direct && optional) put(s, "  bool has = false;\n");
  const char *x = in->dst != MIR_NONE ? s->names[in->dst] : "";
  if (!direct) buf_adds(args, optional ? ", &has, &out" : ", &out");
  else if (optional) buf_printf(args, ", &%s.has, &%s.v", x, x);
  else buf_printf(args, ", &%s", x);
  return !direct && in->dst != MIR_NONE;
}

bool inst_waiting(fn *s, const mir_inst *in) {
  const hir_fn *f = in->aux.call.fn;
  if (in->op != MIR_CALL || in->aux.call.callee || f->kind != FN_NATIVE || !f->waits) return false;
  bool optional = f->result->kind == TY_OPTIONAL, inline_ = is_sized(f);
  buf args = {0};
  put(s, "  {\n");
  arguments(s, in, &args);
  bool apart = result(s, in, &args, optional);
  if (inline_) buf_printf(&args, ", sizeof(%s)", item_of(s, in)->c);
  s->calls_suspending = true;
  put(s, "  step = %s%s(cx, &child%s, %s, %s);\n", f->symbol, inline_ ? "_inline" : "", buf_text(&args),
      operand(s, &in->args[in->arg_count - 1]), at(s, in));
  if (apart && optional) put(s, "  if (step == AG_DONE) %s = has ? out : NULL;\n", s->names[in->dst]);
  else if (apart) put(s, "  if (step == AG_DONE) %s = out;\n", s->names[in->dst]);
  put(s, "  }\n");
  buf_fini(&args);
  check_step(s, in, false);
  if (no_value(f->result)) put_dst(s, in, "0");
  return true;
}

const char *native_name(fn *s, const mir_inst *in, const char **last) {
  const hir_fn *f = in->aux.call.fn;
  *last = "";
  if (!is_sized(f)) return f->symbol;
  *last = text(s, ", sizeof(%s)", item_of(s, in)->c);
  return text(s, "%s_inline", f->symbol);
}
