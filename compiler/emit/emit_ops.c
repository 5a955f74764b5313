// emit_ops.c — what can be done to a value of any type: retain, drop, visit, compare, hash.
// Owns:     the functions it writes, one per type and operation that something asked for. They take slots (pointers to the
//           value), as ag_type wants them, and are called directly as well.
// Promises: drop and each take objects whose constructor did not get to its end (fields still NULL).
#include <string.h>

#include "emit/emitter.h"

// ---- walking over parts -------------------------------------------------------------------------------------------
static void part(emitter *e, buf *b, const type *t, const char *path, bool only_counted, part_fn *fn, void *arg) {
  ctype *ct = ctype_of(e, t);
  if (!only_counted || ct->counted) fn(e, b, ct, path, arg);
}

static void walk_variant(emitter *e, buf *b, const hir_variant *v, bool only_counted, part_fn *fn, void *arg) {
  for (uint32_t k = 0; k < v->field_count; k++)
    part(e, b, v->fields[k].type, emit_f(e, "->%s", variant_path(e, v, k)), only_counted, fn, arg);
}

static void walk_enum(emitter *e, buf *b, const hir_decl *d, const char *var, bool only_counted, part_fn *fn,
                      void *arg) {
  buf_printf(b, "  switch (%s->tag) {\n", var);
  for (uint32_t i = 0; i < d->variant_count; i++) {
    buf body = {0};
    walk_variant(e, &body, &d->variants[i], only_counted, fn, arg);
    if (body.size > 0) buf_printf(b, "  case %u:\n%s  break;\n", i, body.data);
    buf_fini(&body);
  }
  buf_adds(b, "  default: break;\n  }\n");
}

static void walk_fields(emitter *e, buf *b, const hir_decl *d, bool only_counted, part_fn *fn, void *arg) {
  for (uint32_t i = 0; i < d->field_count; i++)
    if (!d->fields[i].gone)
      part(e, b, d->fields[i].type, emit_f(e, "->%s", field_name(e, d, i)), only_counted, fn, arg);
}

void parts_walk(emitter *e, buf *b, ctype *ct, const char *var, bool only_counted, part_fn *fn, void *arg) {
  const type *t = ct->type;
  switch ((int)t->kind) {
  case TY_TUPLE:
    for (uint32_t i = 0; i < t->arg_count; i++) part(e, b, t->args[i], emit_f(e, "->e%u", i), only_counted, fn, arg);
    return;
  case TY_OPTIONAL:
    buf_printf(b, "  if (%s->has) {\n", var);
    part(e, b, t->args[0], "->v", only_counted, fn, arg);
    buf_adds(b, "  }\n");
    return;
  case TY_ENUM: walk_enum(e, b, t->decl, var, only_counted, fn, arg); return;
  case TY_INTERFACE: // counted as what it points at
    fn(e, b, ctype_of(e, type_nominal(e->program->types, TY_ERRVAL, NULL, NULL, 0, CAP_NONE)), "->o", arg);
    return;
  default: walk_fields(e, b, t->decl, only_counted, fn, arg);
  }
}

// ---- counts -----------------------------------------------------------------------------------------------------
// An agent has an atomic count and a class that says so, always: neither is looked at.
static bool is_agent(const ctype *ct) {
  return ct->type->kind == TY_AGENT ||
         (ct->rep == REP_OPT_PTR && ct->type->kind == TY_OPTIONAL && ct->type->args[0]->kind == TY_AGENT);
}

static void count_agent(buf *b, const char *call, const char *lvalue, bool maybe_null) {
  if (maybe_null) buf_printf(b, "  if (%s) ", lvalue);
  buf_printf(b, "%s%s(ag_obj *)%s);\n", maybe_null ? "" : "  ", call, lvalue);
}

void op_retain(emitter *e, buf *b, ctype *ct, const char *lvalue, bool maybe_null) {
  if (ctype_is_tag(ct->type)) {
    buf_printf(b, ct->type->kind == TY_INTERFACE ? "  ag_retain_tag(%s.o);\n" : "  ag_retain_tag(%s);\n", lvalue);
    return;
  }
  if (is_agent(ct)) {
    count_agent(b, "ag_agent_retain(", lvalue, maybe_null || ct->rep == REP_OPT_PTR);
    return;
  }
  switch (ct->rep) {
  case REP_PTR: buf_printf(b, "  %s(%s);\n", maybe_null ? "ag_retain_opt" : "ag_retain", lvalue); return;
  case REP_OPT_PTR: buf_printf(b, "  ag_retain_opt(%s);\n", lvalue); return;
  case REP_STRUCT: buf_printf(b, "  %s(&%s);\n", op_fn(e, ct, OP_RETAIN), lvalue); return;
  case REP_SCALAR:
  case REP_FUTURE: return;
  }
}

void op_drop(emitter *e, buf *b, ctype *ct, const char *lvalue, bool maybe_null) {
  if (ctype_is_tag(ct->type)) {
    buf_printf(b, ct->type->kind == TY_INTERFACE ? "  ag_release_tag(cx, %s.o);\n" : "  ag_release_tag(cx, %s);\n",
               lvalue);
    return;
  }
  if (is_agent(ct)) {
    count_agent(b, "ag_agent_release(cx, ", lvalue, maybe_null || ct->rep == REP_OPT_PTR);
    return;
  }
  switch (ct->rep) {
  case REP_PTR: buf_printf(b, "  %s(cx, %s);\n", maybe_null ? "ag_release_opt" : "ag_release", lvalue); return;
  case REP_OPT_PTR: buf_printf(b, "  ag_release_opt(cx, %s);\n", lvalue); return;
  case REP_FUTURE: buf_printf(b, "  if (%s) ag_future_drop(cx, %s);\n", lvalue, lvalue); return;
  case REP_STRUCT: buf_printf(b, "  %s(cx, &%s);\n", op_fn(e, ct, OP_DROP), lvalue); return;
  case REP_SCALAR: return;
  }
}

// Not behind a tag: that object is somebody else's to read, and counted atomically already.
void op_each(emitter *e, buf *b, ctype *ct, const char *lvalue) {
  if (ctype_is_tag(ct->type)) return;
  switch (ct->rep) {
  case REP_PTR:
  case REP_OPT_PTR: buf_printf(b, "  if (%s) visit((ag_obj *)%s, arg);\n", lvalue, lvalue); return;
  case REP_STRUCT: buf_printf(b, "  %s(&%s, visit, arg);\n", op_fn(e, ct, OP_EACH), lvalue); return;
  case REP_SCALAR:
  case REP_FUTURE: return;
  }
}

static const char *via(emitter *e, const char *var, const char *path) { return emit_f(e, "%s%s", var, path); }

static void retain_part(emitter *e, buf *b, ctype *ct, const char *path, void *arg) {
  op_retain(e, b, ct, via(e, arg, path), true);
}
static void drop_part(emitter *e, buf *b, ctype *ct, const char *path, void *arg) {
  op_drop(e, b, ct, via(e, arg, path), true);
}
static void each_part(emitter *e, buf *b, ctype *ct, const char *path, void *arg) {
  op_each(e, b, ct, via(e, arg, path));
}

// ---- equality ---------------------------------------------------------------------------------------------------
const hir_fn *user_method(const hir_decl *d, const char *name) {
  for (uint32_t i = 0; i < d->method_count; i++)
    if (d->methods[i]->body && strcmp(d->methods[i]->name, name) == 0) return d->methods[i];
  return NULL;
}

static const char *call_user(emitter *e, const hir_fn *fn, const char *args) {
  const mir_fn *f = map_get(&e->program->by_fn, fn);
  return emit_f(e, "%s(cx, %s)", name_fn(e, f), args);
}

// How a struct or enum says itself what is equal; else it goes part by part.
static const hir_fn *value_method(const type *t, const char *name) {
  return t->kind == TY_STRUCT || t->kind == TY_ENUM ? user_method(t->decl, name) : NULL;
}

static const char *eq_class(emitter *e, const type *t, const char *a, const char *b) {
  switch (t->decl->builtin) {
  case BUILTIN_STRING: return emit_f(e, "ag_str_eq(%s, %s)", a, b);
  case BUILTIN_BYTES: return emit_f(e, "ag_bytes_eq(%s, %s)", a, b);
  case BUILTIN_ARRAY: return emit_f(e, "ag_array_slot_eq(cx, &%s, &%s)", a, b);
  case BUILTIN_MAP:
  case BUILTIN_SET: return emit_f(e, "ag_map_slot_eq(cx, &%s, &%s)", a, b);
  case BUILTIN_CHANNEL:
  case BUILTIN_NO: break;
  }
  const hir_fn *fn = user_method(t->decl, "eq");
  return fn ? call_user(e, fn, emit_f(e, "%s, %s", a, b)) : emit_f(e, "(%s == %s)", a, b);
}

const char *op_eq(emitter *e, ctype *ct, const char *a, const char *b) {
  if (ct->rep == REP_STRUCT || ct->rep == REP_OPT_PTR || ct->boxed)
    return emit_f(e, "%s(cx, &%s, &%s)", op_fn(e, ct, OP_EQ_), a, b);
  if (ct->type->kind == TY_CLASS) return eq_class(e, ct->type, a, b);
  if (ct->type->kind == TY_RANGE) return emit_f(e, "(%s.from == %s.from && %s.to == %s.to)", a, b, a, b);
  return emit_f(e, "(%s == %s)", a, b);
}

static void eq_part(emitter *e, buf *b, ctype *ct, const char *path, void *arg) {
  (void)arg;
  buf_printf(b, "  if (!%s) return false;\n", op_eq(e, ct, via(e, "a", path), via(e, "b", path)));
}

// ---- order ------------------------------------------------------------------------------------------------------
bool type_ordered(const type *t) {
  if (t->kind == TY_BOOL || t->kind == TY_DURATION || t->kind == TY_INSTANT || type_is_int(t) || type_is_float(t))
    return true;
  if (t->kind == TY_CLASS && (t->decl->builtin == BUILTIN_STRING || t->decl->builtin == BUILTIN_BYTES)) return true;
  if (t->kind == TY_CLASS && t->decl->builtin == BUILTIN_ARRAY) return type_ordered(t->args[0]);
  if (t->kind == TY_CLASS || t->kind == TY_STRUCT || t->kind == TY_ENUM) return user_method(t->decl, "cmp") != NULL;
  if (t->kind != TY_TUPLE) return false;
  for (uint32_t i = 0; i < t->arg_count; i++)
    if (!type_ordered(t->args[i])) return false;
  return true;
}

const char *op_cmp(emitter *e, ctype *ct, const char *a, const char *b) {
  const type *t = ct->type;
  if (t->kind == TY_CLASS && t->decl->builtin == BUILTIN_STRING) return emit_f(e, "ag_str_cmp(%s, %s)", a, b);
  if (t->kind == TY_CLASS && t->decl->builtin == BUILTIN_BYTES) return emit_f(e, "ag_bytes_cmp(%s, %s)", a, b);
  if (t->kind == TY_CLASS && t->decl->builtin == BUILTIN_ARRAY)
    return emit_f(e, "ag_array_slot_cmp(cx, &%s, &%s)", a, b);
  if (t->kind == TY_CLASS || t->kind == TY_STRUCT || t->kind == TY_ENUM) {
    const hir_fn *fn = user_method(t->decl, "cmp");
    if (fn) e->helpers |= HELPER_SIGN;
    if (fn) return emit_f(e, "sign_of(%s)", call_user(e, fn, emit_f(e, "%s, %s", a, b)));
  }
  if (ct->rep == REP_STRUCT) return emit_f(e, "%s(cx, &%s, &%s)", op_fn(e, ct, OP_CMP), a, b);
  return emit_f(e, "((%s > %s) - (%s < %s))", a, b, a, b);
}

static void cmp_part(emitter *e, buf *b, ctype *ct, const char *path, void *arg) {
  (void)arg;
  buf_printf(b, "  c = %s;\n  if (c != 0) return c;\n", op_cmp(e, ct, via(e, "a", path), via(e, "b", path)));
}

// ---- hash -------------------------------------------------------------------------------------------------------
static const char *hash_class(emitter *e, const type *t, const char *a) {
  switch (t->decl->builtin) {
  case BUILTIN_STRING: return emit_f(e, "ag_str_hash64(%s)", a);
  case BUILTIN_BYTES: return emit_f(e, "ag_bytes_hash(cx, %s)", a);
  case BUILTIN_ARRAY: return emit_f(e, "ag_array_slot_hash(cx, &%s)", a);
  case BUILTIN_MAP:
  case BUILTIN_SET: return emit_f(e, "ag_map_slot_hash(cx, &%s)", a);
  case BUILTIN_CHANNEL:
  case BUILTIN_NO: break;
  }
  const hir_fn *fn = user_method(t->decl, "hash");
  return fn ? call_user(e, fn, a) : emit_f(e, "ag_ref_hash(cx, &%s)", a);
}

const char *op_hash(emitter *e, ctype *ct, const char *a) {
  const type *t = ct->type;
  if (ct->rep == REP_STRUCT || ct->rep == REP_OPT_PTR || ct->boxed)
    return emit_f(e, "%s(cx, &%s)", op_fn(e, ct, OP_HASH), a);
  switch ((int)t->kind) {
  case TY_CLASS: return hash_class(e, t, a);
  case TY_BOOL: return emit_f(e, "ag_bool_hash(cx, %s)", a);
  case TY_DURATION: return emit_f(e, "ag_duration_hash(cx, %s)", a);
  case TY_INSTANT: return emit_f(e, "ag_instant_hash(cx, %s)", a);
  case TY_AGENT:
  case TY_ERRVAL: return emit_f(e, "ag_ref_hash(cx, &%s)", a);
  case TY_RANGE: return emit_f(e, "ag_type_range.hash(cx, &%s)", a);
  default:
    if (type_is_int(t) || type_is_float(t)) return emit_f(e, "ag_%s_hash(cx, %s)", prim_suffix(t), a);
    return "1";
  }
}

static void hash_part(emitter *e, buf *b, ctype *ct, const char *path, void *arg) {
  (void)arg;
  buf_printf(b, "  h = ag_hash_mix(h, %s);\n", op_hash(e, ct, via(e, "a", path)));
}

// ---- the functions ------------------------------------------------------------------------------------------------
typedef struct op_row {
  unsigned op;
  const char *name, *result, *params;
} op_row;

static const op_row op_rows[] = {
    {OP_RETAIN, "retain", "void", "void *slot"},
    {OP_DROP, "drop", "void", "ag_cx *cx, void *slot"},
    {OP_EACH, "each", "void", "void *slot, void (*visit)(ag_obj *child, void *arg), void *arg"},
    {OP_HASH, "hash", "uint64_t", "ag_cx *cx, const void *slot"},
    {OP_EQ_, "eq", "bool", "ag_cx *cx, const void *slot_a, const void *slot_b"},
    {OP_CMP, "cmp", "int", "ag_cx *cx, const void *slot_a, const void *slot_b"},
    {OP_SHOW, "show", "void", "ag_cx *cx, ag_sb *sb, const void *slot"},
};

// `T *a = …`: a pointer to the parts of the slot (for a box, to the box).
static void slot_pointer(emitter *e, buf *b, ctype *ct, const char *var, const char *slot, bool is_const) {
  const char *k = is_const ? "const " : "";
  if (ct->boxed) ctype_need_body(e, ct);
  if (ct->rep == REP_STRUCT) buf_printf(b, "  %s%s *%s = (%s%s *)%s;\n", k, ct->c, var, k, ct->c, slot);
  else buf_printf(b, "  %s = *(%s%s)%s;\n", c_decl(e, ct, var), c_decl(e, ct, is_const ? "const " : ""), "*", slot);
}

static void payload_eq(emitter *e, buf *b, ctype *ct) {
  ctype *p = ctype_of(e, ct->type->args[0]);
  buf_adds(b, "  if (!a || !b) return a == b;\n");
  buf_printf(b, "  return %s;\n", op_eq(e, p, "a", "b"));
}

static void eq_body(emitter *e, buf *b, ctype *ct) {
  slot_pointer(e, b, ct, "a", "slot_a", true);
  slot_pointer(e, b, ct, "b", "slot_b", true);
  const hir_fn *own = value_method(ct->type, "eq");
  if (own) {
    buf_printf(b, "  return %s;\n", call_user(e, own, ct->boxed ? "a, b" : "*a, *b"));
    return;
  }
  if (ct->rep == REP_OPT_PTR) {
    payload_eq(e, b, ct);
    return;
  }
  if (ct->boxed) e->helpers |= HELPER_DEEP;
  if (ct->boxed) buf_adds(b, "  if (a == b) return true;\n  if (too_deep(cx)) return false;\n");
  if (ct->type->kind == TY_ENUM) buf_adds(b, "  if (a->tag != b->tag) return false;\n");
  if (ct->type->kind == TY_OPTIONAL) buf_adds(b, "  if (a->has != b->has) return false;\n");
  parts_walk(e, b, ct, "a", false, eq_part, NULL);
  buf_adds(b, "  (void)a;\n  (void)b;\n  return true;\n");
}

static void hash_body(emitter *e, buf *b, ctype *ct) {
  slot_pointer(e, b, ct, "a", "slot", true);
  const hir_fn *own = value_method(ct->type, "hash");
  if (own) {
    buf_printf(b, "  return %s;\n", call_user(e, own, ct->boxed ? "a" : "*a"));
    return;
  }
  buf_adds(b, "  uint64_t h = 0;\n");
  if (ct->boxed) e->helpers |= HELPER_DEEP;
  if (ct->boxed) buf_adds(b, "  if (too_deep(cx)) return 0;\n");
  if (ct->rep == REP_OPT_PTR) {
    buf_printf(b, "  if (a) h = ag_hash_mix(1, %s);\n", op_hash(e, ctype_of(e, ct->type->args[0]), "a"));
  } else {
    if (ct->type->kind == TY_ENUM) buf_adds(b, "  h = ag_hash_mix(h, (uint64_t)a->tag);\n");
    if (ct->type->kind == TY_OPTIONAL) buf_adds(b, "  h = ag_hash_mix(h, a->has);\n");
    parts_walk(e, b, ct, "a", false, hash_part, NULL);
  }
  buf_adds(b, "  (void)a;\n  return h;\n");
}

static void cmp_body(emitter *e, buf *b, ctype *ct) {
  slot_pointer(e, b, ct, "a", "slot_a", true);
  slot_pointer(e, b, ct, "b", "slot_b", true);
  if (ct->rep == REP_STRUCT && ct->type->kind == TY_TUPLE && ct->type->arg_count > 0) {
    buf_adds(b, "  int c = 0;\n");
    parts_walk(e, b, ct, "a", false, cmp_part, NULL);
    buf_adds(b, "  return c;\n");
  } else {
    buf_printf(b, "  return %s;\n", ct->rep == REP_STRUCT ? op_cmp(e, ct, "(*a)", "(*b)") : op_cmp(e, ct, "a", "b"));
  }
}

static void op_body(emitter *e, buf *b, ctype *ct, unsigned op) {
  bool value = ct->rep == REP_STRUCT;
  const char *lvalue = value ? NULL : "a";
  switch (op) {
  case OP_RETAIN:
    slot_pointer(e, b, ct, "a", "slot", false);
    parts_walk(e, b, ct, "a", true, retain_part, (void *)(uintptr_t) "a");
    return;
  case OP_DROP:
    slot_pointer(e, b, ct, "a", "slot", false);
    if (value) parts_walk(e, b, ct, "a", true, drop_part, (void *)(uintptr_t) "a");
    else op_drop(e, b, ct, lvalue, true);
    return;
  case OP_EACH:
    slot_pointer(e, b, ct, "a", "slot", false);
    parts_walk(e, b, ct, "a", true, each_part, (void *)(uintptr_t) "a");
    buf_adds(b, "  (void)a;\n  (void)visit;\n  (void)arg;\n"); // there may be tags only
    return;
  case OP_HASH: hash_body(e, b, ct); return;
  case OP_EQ_: eq_body(e, b, ct); return;
  case OP_CMP: cmp_body(e, b, ct); return;
  default: return;
  }
}

static const char *slot_function(emitter *e, ctype *ct, const op_row *row) {
  const char *name = emit_f(e, "%s_%s", row->name, ct->enc);
  if (ct->ops & row->op) return name;
  ct->ops |= row->op;
  if (row->op == OP_SHOW) {
    op_show_fn(e, ct);
    return name;
  }
  const char *head = emit_f(e, "static %s %s(%s)", row->result, name, row->params);
  buf_printf(&e->protos, "%s;\n", head);
  buf body = {0};
  op_body(e, &body, ct, row->op);
  const char *use = row->op == OP_RETAIN || row->op == OP_EACH ? "" : "  (void)cx;\n";
  buf_printf(&e->ops, "%s {\n%s%s}\n", head, use, buf_text(&body));
  buf_fini(&body);
  return name;
}

// What the runtime has already.
static const char *op_known(const ctype *ct, unsigned op) {
  enum builtin which = ct->type->kind == TY_CLASS ? ct->type->decl->builtin : BUILTIN_NO;
  bool ref = ct->rep == REP_PTR, opt = ct->rep == REP_OPT_PTR, keyed = which == BUILTIN_MAP || which == BUILTIN_SET;
  if (ctype_is_tag(ct->type) && op == OP_RETAIN) return "ag_tag_retain";
  if (ctype_is_tag(ct->type) && op == OP_DROP) return "ag_tag_drop";
  switch (op) {
  case OP_RETAIN:
    return ref ? "ag_ref_retain" : opt ? "ag_opt_retain" : ct->rep == REP_STRUCT && ct->counted ? NULL : "NULL";
  case OP_DROP: return ref ? "ag_ref_drop" : opt ? "ag_opt_drop" : ct->counted ? NULL : "NULL";
  case OP_EACH:
    if (ctype_is_tag(ct->type)) return "NULL";
    return ref ? "ag_ref_each" : opt ? "ag_opt_each" : ct->rep == REP_STRUCT && ct->counted ? NULL : "NULL";
  case OP_HASH: return which == BUILTIN_ARRAY ? "ag_array_slot_hash" : keyed ? "ag_map_slot_hash" : NULL;
  case OP_EQ_: return which == BUILTIN_ARRAY ? "ag_array_slot_eq" : keyed ? "ag_map_slot_eq" : NULL;
  case OP_CMP: return !type_ordered(ct->type) ? "NULL" : which == BUILTIN_ARRAY ? "ag_array_slot_cmp" : NULL;
  case OP_SHOW:
    if (which == BUILTIN_ARRAY) return "ag_array_slot_show";
    return which == BUILTIN_MAP ? "ag_map_slot_show" : which == BUILTIN_SET ? "ag_set_slot_show" : NULL;
  default: return "NULL";
  }
}

// Classes without methods of their own go by identity, and so do futures.
static const char *op_identity(const ctype *ct, unsigned op) {
  const type *t = ct->type;
  bool class = t->kind == TY_CLASS && t->decl->builtin == BUILTIN_NO;
  if (!class && t->kind != TY_AGENT && t->kind != TY_ERRVAL && ct->rep != REP_FUTURE) return NULL;
  if (op == OP_EQ_ && !(class && user_method(t->decl, "eq"))) return "ag_ref_same";
  if (op == OP_HASH && !(class && user_method(t->decl, "hash"))) return "ag_ref_hash";
  return NULL;
}

static void plain_body(emitter *e, buf *b, ctype *ct, unsigned op) {
  slot_pointer(e, b, ct, "a", op == OP_EQ_ ? "slot_a" : "slot", true);
  if (op == OP_EQ_) slot_pointer(e, b, ct, "b", "slot_b", true);
  buf_printf(b, "  return %s;\n", op == OP_EQ_ ? op_eq(e, ct, "a", "b") : op_hash(e, ct, "a"));
}

// eq and hash of a class with methods, as slot functions.
static const char *user_slot_function(emitter *e, ctype *ct, const op_row *row) {
  const char *name = emit_f(e, "%s_%s", row->name, ct->enc);
  if (ct->ops & row->op) return name;
  ct->ops |= row->op;
  const char *head = emit_f(e, "static %s %s(%s)", row->result, name, row->params);
  buf_printf(&e->protos, "%s;\n", head);
  buf body = {0};
  plain_body(e, &body, ct, row->op);
  buf_printf(&e->ops, "%s {\n  (void)cx;\n%s}\n", head, buf_text(&body));
  buf_fini(&body);
  return name;
}

const char *op_fn(emitter *e, ctype *ct, unsigned op) {
  const char *known = op_known(ct, op);
  if (!known) known = op_identity(ct, op);
  if (known) return known;
  for (size_t i = 0; i < sizeof op_rows / sizeof *op_rows; i++) {
    if (op_rows[i].op != op) continue;
    bool simple = ct->rep == REP_PTR && !ct->boxed && (op == OP_EQ_ || op == OP_HASH);
    return simple ? user_slot_function(e, ct, &op_rows[i]) : slot_function(e, ct, &op_rows[i]);
  }
  return "NULL";
}
