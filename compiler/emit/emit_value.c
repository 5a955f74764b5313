// emit_value.c — moving, loading, storing, counting; making values and objects and taking them apart.
// Owns: nothing. Promises: as ops.def says of each operation, and nothing more.
#include <string.h>

#include "emit/fn.h"

static const char *dst(fn *s, const mir_inst *in) {
  s->written[in->dst] = true;
  return s->names[in->dst];
}

static void move(fn *s, const mir_inst *in) {
  if (in->dst == MIR_NONE) return;
  put_dst(s, in, operand_of(s, &in->args[0], local_type(s, in->dst)));
}

static void store(fn *s, const mir_inst *in) {
  ctype *ct = ctype_of(s->e, in->place->type);
  const char *to = place(s, in->place), *value = operand_of(s, &in->args[0], ct);
  if (in->place->step_count == 0) s->written[in->place->base] = true;
  if (in->op == MIR_STORE_INIT || !ct->counted) {
    put(s, "  %s = %s;\n", to, value);
    return;
  }
  put(s, "  {\n  %s = %s;\n  %s = %s;\n", c_decl(s->e, ct, "old"), to, to, value);
  op_drop(s->e, s->b, ct, "old", true);
  put(s, "  }\n");
}

static void swap(fn *s, const mir_inst *in) {
  ctype *ct = ctype_of(s->e, in->place->type);
  const char *to = place(s, in->place), *value = operand_of(s, &in->args[0], ct);
  put(s, "  {\n  %s = %s;\n  %s = %s;\n", c_decl(s->e, ct, "old"), to, to, value);
  put_dst(s, in, "old");
  put(s, "  }\n");
}

// An agentc_checked program has all objects where the checks find them.
bool is_on_stack(const fn *s, const mir_inst *in) { return in->on_stack && !s->e->checked; }

const char *object_on_stack(fn *s, const mir_inst *in, const char *c_struct, const char *header, const char *cls,
                            bool zeroed) {
  const char *made = text(s, "made_%u", ++s->object_count);
  buf_printf(&s->objects, "  %s %s;\n", c_struct, made);
  if (zeroed) put(s, "  %s = (%s){0};\n", made, c_struct);
  put(s, "  %s.%s.cls = &%s;\n  %s.%s.rc = %s;\n", made, header, cls, made, header, in->atomic ? "-1" : "1");
  return made;
}

// The last reference to an object on the C stack: what it refers to is dropped, the place is free.
static void release_parts(fn *s, const mir_inst *in, const char *x) {
  const mir_operand *o = &in->args[0];
  const type *t = local_of(s, o->local)->type;
  if (t->kind == TY_FN) put(s, "  if (((ag_obj *)%s)->cls->drop) ((ag_obj *)%s)->cls->drop(cx, %s);\n", x, x, x);
  else if (has_counted_fields(t->decl)) put(s, "  %s.drop(cx, %s);\n", class_desc(s->e, t->decl, t), x);
}

static void release(fn *s, const mir_inst *in) {
  const mir_operand *o = &in->args[0];
  if (!mir_is_local(o)) return;
  const char *x = local_expr(s, o->local);
  if (is_on_stack(s, in)) {
    release_parts(s, in, x);
    return;
  }
  switch (local_of(s, o->local)->kind) {
  case MIR_LOCAL_QUORUM: put(s, "  ag_quorum_drop(cx, %s);\n", x); return;
  case MIR_LOCAL_TEXT: return;
  case MIR_LOCAL_MSG: // never, by the rules of MIR; but a message must not leak
  case MIR_LOCAL_VALUE: op_drop(s->e, s->b, operand_type(s, o), x, false); return;
  }
}

static void freeze(fn *s, const mir_inst *in, const char *what, const char *part, unsigned helper) {
  const mir_operand *o = &in->args[0];
  ctype *ct = operand_type(s, o);
  if (in->dst != MIR_NONE && (!mir_is_local(o) || o->local != in->dst)) move(s, in);
  if (!mir_is_local(o) || !ct->counted) return;
  const char *x = in->dst == MIR_NONE ? local_expr(s, o->local) : s->names[in->dst];
  if (ct->rep == REP_PTR) {
    put(s, "  %s((ag_obj *)%s);\n", what, x);
  } else if (ct->rep == REP_OPT_PTR) {
    put(s, "  if (%s) %s((ag_obj *)%s);\n", x, what, x);
  } else if (ct->rep == REP_STRUCT) {
    s->e->helpers |= helper;
    put(s, "  %s(&%s, %s, NULL);\n", op_fn(s->e, ct, OP_EACH), x, part);
  }
}

// What becomes a tag by itself. A value that does has nothing left to be looked at, so nothing of it is kept.
static void share_part(fn *s, const type *from, const type *to, const char *x) {
  emitter *e = s->e;
  if (!mir_type_tags_differ(from, to)) return;
  ctype *ct = ctype_of(e, from);
  if (to->kind == TY_CLASS) {
    put(s, "  ag_share(cx, (ag_obj *)%s);\n", x);
  } else if (to->kind == TY_INTERFACE) {
    put(s, "  ag_share(cx, (ag_obj *)%s.o);\n", x);
  } else if (to->kind == TY_OPTIONAL) {
    put(s, ct->rep == REP_STRUCT ? "  if (%s.has) {\n" : "  if (%s) {\n", x);
    share_part(s, from->args[0], to->args[0], ct->rep == REP_STRUCT ? text(s, "%s.v", x) : x);
    put(s, "  }\n");
  } else if (to->kind == TY_TUPLE) {
    for (uint32_t i = 0; i < to->arg_count; i++) share_part(s, from->args[i], to->args[i], text(s, "%s.e%u", x, i));
  } else {
    op_drop(e, s->b, ct, x, true);
    if (ct->boxed) e->helpers |= HELPER_SHARE;
    if (ct->boxed) put(s, "  %s = (%s)(void *)&nothing;\n", x, ct->c);
    else put(s, "  %s = (%s){0};\n", x, ct->c);
  }
}

static void share(fn *s, const mir_inst *in) {
  const mir_operand *o = &in->args[0];
  if (in->dst != MIR_NONE && (!mir_is_local(o) || o->local != in->dst)) move(s, in);
  if (mir_is_local(o))
    share_part(s, local_of(s, o->local)->type, in->type,
               in->dst == MIR_NONE ? local_expr(s, o->local) : s->names[in->dst]);
}

// ---- objects ----------------------------------------------------------------------------------------------------
static void atomic(fn *s, const mir_inst *in) {
  if (in->atomic) put(s, "  ((ag_obj *)%s)->rc = -1;\n", dst(s, in));
}

static void new_builtin(fn *s, const mir_inst *in) {
  const type *t = in->type;
  const char *n = in->arg_count > 0 ? operand(s, &in->args[0]) : "0";
  switch (t->decl->builtin) {
  case BUILTIN_BYTES: put_dst(s, in, text(s, "ag_bytes_new(cx, %s)", n)); break;
  case BUILTIN_ARRAY:
    put_dst(s, in,
            text(s, "ag_array_%s(cx, %s, %s)", in->on_error == MIR_NO_ERROR ? "new" : "sized", n,
                 type_desc(s->e, ctype_of(s->e, t->args[0]), false)));
    break;
  case BUILTIN_MAP:
    put_dst(s, in,
            text(s, "ag_map_new(cx, %s, %s)", type_desc(s->e, ctype_of(s->e, t->args[0]), true),
                 type_desc(s->e, ctype_of(s->e, t->args[1]), false)));
    break;
  case BUILTIN_SET:
    put_dst(s, in, text(s, "ag_set_new(cx, %s)", type_desc(s->e, ctype_of(s->e, t->args[0]), true)));
    break;
  case BUILTIN_STRING:
  case BUILTIN_CHANNEL: // not made so
  case BUILTIN_NO: return;
  }
  check_error(s, in, true);
  atomic(s, in);
}

static void new_object(fn *s, const mir_inst *in) {
  const hir_decl *d = in->aux.make.decl;
  if (in->type->kind == TY_CLASS && in->type->decl->builtin != BUILTIN_NO) {
    new_builtin(s, in);
    return;
  }
  const char *c_struct = class_struct(s->e, d), *x = dst(s, in);
  bool shared = in->atomic || d->kind == DECL_ERROR;
  bool all = d->kind == DECL_CLASS && in->arg_count == d->field_count && in->arg_count > 0;
  for (uint32_t i = 0; i < in->arg_count; i++) all = all && !d->fields[i].gone;
  const char *cls = class_desc(s->e, d, in->type);
  if (is_on_stack(s, in)) put(s, "  %s = &%s;\n", x, object_on_stack(s, in, c_struct, "h", cls, !all));
  else put(s, "  %s = (%s *)ag_new%s(cx, &%s, %s);\n", x, c_struct, all ? "_bare" : "", cls, shared ? "-1" : "1");
  for (uint32_t i = 0; i < in->arg_count; i++)
    if (!d->fields[i].gone)
      put(s, "  %s->%s = %s;\n", x, field_name(s->e, d, i),
          operand_of(s, &in->args[i], ctype_of(s->e, d->fields[i].type)));
}

static void make_struct(fn *s, const mir_inst *in) {
  const hir_decl *d = in->aux.make.decl;
  const char *x = dst(s, in);
  for (uint32_t i = 0; i < in->arg_count; i++)
    put(s, "  %s.%s = %s;\n", x, field_name(s->e, d, i),
        operand_of(s, &in->args[i], ctype_of(s->e, d->fields[i].type)));
  if (d->field_count == 0) put(s, "  %s.none = 0;\n", x);
}

static void make_tuple(fn *s, const mir_inst *in) {
  const char *x = dst(s, in);
  for (uint32_t i = 0; i < in->arg_count; i++)
    put(s, "  %s.e%u = %s;\n", x, i, operand_of(s, &in->args[i], ctype_of(s->e, in->type->args[i])));
  if (in->arg_count == 0) put(s, "  %s.none = 0;\n", x);
}

static void make_variant(fn *s, const mir_inst *in) {
  const hir_variant *v = in->aux.make.variant;
  ctype *ct = ctype_of(s->e, in->type);
  ctype_need_body(s->e, ct);
  const char *x = dst(s, in);
  if (ct->boxed) {
    const char *box = box_desc(s->e, ct);
    if (variant_empty(v)) {
      put(s, "  %s = &%s;\n", x, box_one(s->e, ct, v));
      return;
    }
    put(s, "  %s = (struct x_%s *)ag_new(cx, &%s, %s);\n", x, ct->enc, box, in->atomic ? "-1" : "1");
  }
  const char *dot = ct->boxed ? "->" : ".";
  put(s, "  %s%stag = %u;\n", x, dot, v->index);
  for (uint32_t i = 0; i < in->arg_count; i++)
    put(s, "  %s%s%s = %s;\n", x, dot, variant_path(s->e, v, i),
        operand_of(s, &in->args[i], ctype_of(s->e, v->fields[i].type)));
}

static void some(fn *s, const mir_inst *in) {
  ctype *ct = ctype_of(s->e, in->type);
  if (ct->rep != REP_STRUCT) {
    move(s, in);
    return;
  }
  const char *x = dst(s, in);
  put(s, "  %s.v = %s;\n", x, operand_of(s, &in->args[0], ctype_of(s->e, ct->type->args[0])));
  put(s, "  %s.has = true;\n", x);
}

static void is_some(fn *s, const mir_inst *in) {
  const mir_operand *o = &in->args[0];
  const char *x = operand(s, o);
  if (o->kind == MIR_OPERAND_NONE) put_dst(s, in, "false");
  else put_dst(s, in, text(s, operand_type(s, o)->rep == REP_STRUCT ? "%s.has" : "%s != NULL", x));
}

static void unwrap(fn *s, const mir_inst *in) {
  const char *x = operand(s, &in->args[0]);
  put_dst(s, in, operand_type(s, &in->args[0])->rep == REP_STRUCT ? text(s, "%s.v", x) : x);
}

static void tag(fn *s, const mir_inst *in) {
  ctype *ct = operand_type(s, &in->args[0]);
  ctype_need_body(s->e, ct);
  put_dst(s, in, text(s, ct->boxed ? "%s->tag" : "%s.tag", operand(s, &in->args[0])));
}

// ---- arrays -----------------------------------------------------------------------------------------------------
static void make_array(fn *s, const mir_inst *in) {
  ctype *elem = ctype_of(s->e, in->type->args[0]);
  if (!array_of_constants(s, in, elem)) {
    uint64_t capacity = in->aux.u > in->arg_count ? in->aux.u : in->arg_count;
    put_dst(s, in, text(s, "ag_array_new(cx, %llu, %s)", (unsigned long long)capacity, type_desc(s->e, elem, false)));
    if (in->arg_count > 0) {
      put(s, "  {\n  %s = (%s)%s->data;\n", c_decl(s->e, elem, "*p"), c_decl(s->e, elem, "*"), dst(s, in));
      for (uint32_t i = 0; i < in->arg_count; i++) put(s, "  p[%u] = %s;\n", i, operand_of(s, &in->args[i], elem));
      put(s, "  %s->size = %u;\n  }\n", dst(s, in), in->arg_count);
    }
  }
  atomic(s, in);
}

bool inst_value(fn *s, const mir_inst *in) {
  switch ((int)in->op) {
  case MIR_MOVE: move(s, in); return true;
  case MIR_LOAD:
  case MIR_LOAD_MOVE: put_dst(s, in, place(s, in->place)); return true;
  case MIR_STORE:
  case MIR_STORE_INIT: store(s, in); return true;
  case MIR_SWAP: swap(s, in); return true;
  case MIR_KEEP:
  case MIR_FORGET: return true;
  case MIR_RETAIN:
    if (mir_is_local(&in->args[0]))
      op_retain(s->e, s->b, operand_type(s, &in->args[0]), operand(s, &in->args[0]), false);
    return true;
  case MIR_RELEASE: release(s, in); return true;
  case MIR_FREEZE: freeze(s, in, "ag_freeze", "freeze_part", HELPER_FREEZE); return true;
  case MIR_SHARE: share(s, in); return true;
  case MIR_NEW: new_object(s, in); return true;
  case MIR_STRUCT: make_struct(s, in); return true;
  case MIR_TUPLE: make_tuple(s, in); return true;
  case MIR_VARIANT: make_variant(s, in); return true;
  case MIR_SOME: some(s, in); return true;
  case MIR_IS_SOME: is_some(s, in); return true;
  case MIR_UNWRAP: unwrap(s, in); return true;
  case MIR_TAG: tag(s, in); return true;
  case MIR_ARRAY: make_array(s, in); return true;
  default: return false;
  }
}
