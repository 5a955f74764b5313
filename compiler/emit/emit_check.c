// emit_check.c — a program with checks: before an object is used, is it its agent's? (abi.h, "checks"; runtime/src/obs/check.c)
// Owns:     which instruction uses what how.
// Promises: nothing is written unless the emitter is told to. A check has no effect but to end the program.
// Does not: look at what the runtime does by itself with counts, tags and freezing: that is checked there.
#include <string.h>

#include "emit/fn.h"

typedef enum use { USE_NOTHING, USE_READ, USE_WRITE } use;

static void check_object(fn *s, const mir_inst *in, const char *object, use how) {
  if (how != USE_NOTHING)
    put(s, "  ag_check_%s(cx, %s, %s);\n", how == USE_WRITE ? "write" : "read", object, at(s, in));
}

// ---- places -----------------------------------------------------------------------------------------------------
// The object that a place lies in: what its first step goes through. Values are their holder's.
static bool behind_pointer(fn *s, const mir_place *p) {
  if (p->step_count == 0 || local_of(s, p->base)->by_ref) return false;
  const type *t = local_of(s, p->base)->type;
  if (t->kind == TY_CLASS || t->kind == TY_AGENT) return true;
  return t->kind == TY_ENUM && ctype_of(s->e, t)->boxed;
}

static use use_of_place(const mir_inst *in) {
  switch ((int)in->op) {
  case MIR_LOAD:
  case MIR_LOAD_MOVE: return USE_READ;
  case MIR_STORE:
  case MIR_SWAP: return USE_WRITE;
  case MIR_CALL: return USE_WRITE; // a value's method that changes it
  default: return USE_NOTHING;     // STORE_INIT: what is being made may be val from birth
  }
}

// ---- operands ---------------------------------------------------------------------------------------------------
static bool is_collection(const type *t) {
  return t->kind == TY_CLASS && t->decl->builtin != BUILTIN_NO && t->decl->builtin != BUILTIN_STRING &&
         t->decl->builtin != BUILTIN_CHANNEL && t->cap != CAP_TAG;
}

static use use_by_cap(cap c) {
  if (c == CAP_REF) return USE_WRITE;
  return c == CAP_BOX || c == CAP_VAL || c == CAP_ISO ? USE_READ : USE_NOTHING;
}

static use use_of_first(const mir_inst *in) {
  switch ((int)in->op) {
  case MIR_BYTES_AT:
  case MIR_SIZE:
  case MIR_CHECK_INDEX:
  case MIR_MAP_GET:
  case MIR_MAP_NEXT:
  case MIR_MAP_KEY:
  case MIR_MAP_VALUE: return USE_READ;
  case MIR_ARRAY_PUSH:
  case MIR_ARRAY_POP:
  case MIR_ARRAY_DRAIN:
  case MIR_MAP_SET: return USE_WRITE;
  default: return USE_NOTHING;
  }
}

// A literal that is val from birth is filled before anybody else can see it.
static bool is_literal(fn *s, uint32_t local) {
  for (uint32_t b = 0; b < s->f->blocks.count; b++) {
    const mir_block *x = &s->f->blocks.items[b];
    for (uint32_t k = 0; k < x->insts.count; k++) {
      const mir_inst *in = &x->insts.items[k];
      if (in->dst == local && in->atomic && (in->op == MIR_ARRAY || in->op == MIR_MAP)) return true;
    }
  }
  return false;
}

static bool reads_all(mir_op op) { return (op >= MIR_EQ && op <= MIR_HASH) || op == MIR_INTERP; }

static void check_native(fn *s, const mir_inst *in) {
  const hir_fn *f = in->aux.call.fn;
  uint32_t receivers = mir_native_receivers(in);
  for (uint32_t i = 0; i < receivers + f->param_count; i++) {
    const type *declared = i < receivers ? NULL : f->params[i - receivers]->type;
    cap c = declared ? declared->cap : f->receiver;
    bool object = is_collection(in->args[i].type) && (!declared || declared->kind == TY_CLASS);
    if (object && mir_is_local(&in->args[i])) check_object(s, in, operand(s, &in->args[i]), use_by_cap(c));
  }
}

// ---- messages ---------------------------------------------------------------------------------------------------
static void passes(fn *s, const char *verb, ctype *ct, const char *slot_of_it, const char *where) {
  if (!ct->counted || ct->rep == REP_FUTURE || ct->rep == REP_SCALAR) return;
  const char *each = op_fn(s->e, ct, OP_EACH);
  if (strcmp(each, "NULL") != 0) put(s, "  ag_check_%s(cx, %s, %s, %s);\n", verb, each, slot_of_it, where);
}

static void local_passes(fn *s, const mir_inst *in, const char *verb, uint32_t local) {
  if (local_of(s, local)->kind != MIR_LOCAL_VALUE) return;
  passes(s, verb, local_type(s, local), text(s, "&%s", local_expr(s, local)), at(s, in));
}

void check_received(fn *s, uint32_t local) {
  if (!s->e->checked) return;
  mir_inst head = {.span = s->f->span};
  local_passes(s, &head, "take", local);
}

// An item goes into a channel, or comes out of one: to nobody, and from nobody.
static bool is_channel_call(const mir_inst *in, bool out) {
  static const char *const puts[] = {"ag_channel_send", "ag_channel_try_send", "ag_channel_offer"};
  static const char *const takes[] = {"ag_channel_recv", "ag_channel_try_recv", "ag_channel_offer"};
  if (in->op != MIR_CALL || in->aux.call.callee || in->aux.call.fn->kind != FN_NATIVE) return false;
  for (size_t i = 0; i < sizeof puts / sizeof *puts; i++)
    if (strcmp(in->aux.call.fn->symbol, out ? takes[i] : puts[i]) == 0) return true;
  return false;
}

void check_before(fn *s, const mir_inst *in) {
  if (!s->e->checked) return;
  if (in->place && behind_pointer(s, in->place)) check_object(s, in, local_expr(s, in->place->base), use_of_place(in));
  if (in->op == MIR_TAG && mir_is_local(&in->args[0]) && operand_type(s, &in->args[0])->boxed)
    check_object(s, in, operand(s, &in->args[0]), USE_READ);
  for (uint32_t i = 0; i < in->arg_count; i++) {
    const mir_operand *o = &in->args[i];
    if (!mir_is_local(o)) continue;
    use how = i == 0 ? use_of_first(in) : USE_NOTHING;
    if (reads_all(in->op)) how = USE_READ;
    if (how == USE_WRITE && is_literal(s, o->local)) how = USE_NOTHING;
    if (is_collection(o->type)) check_object(s, in, operand(s, o), how);
    bool item = i == 1 && is_channel_call(in, false);
    if (in->op == MIR_MSG || in->op == MIR_REPLY || item) local_passes(s, in, "give", o->local);
  }
  if (in->op == MIR_CALL && !in->aux.call.callee && in->aux.call.fn->kind == FN_NATIVE) check_native(s, in);
}

void check_after(fn *s, const mir_inst *in) {
  if (!s->e->checked || in->dst == MIR_NONE) return;
  if (in->op == MIR_AWAIT || in->op == MIR_QUORUM_NEXT || is_channel_call(in, true))
    local_passes(s, in, "take", in->dst);
}
