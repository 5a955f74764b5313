// emit_show.c — values as text.
// Owns:     the show functions it writes. A type with `fn show` is shown by it; else as it is written: Order("AAPL", 100).
// Promises: as inside a container, strings are quoted; an object without `show` gives its class's name alone, so that objects
//           which refer to each other in a circle end.
#include <string.h>

#include "emit/emitter.h"

// As a program writes it: of a generic, without type arguments.
static const char *shown_name(const hir_decl *d) { return d->origin ? d->origin->name : d->name; }

static void user_show(emitter *e, buf *b, const hir_fn *fn, const char *a) {
  const mir_fn *f = map_get(&e->program->by_fn, fn);
  buf_printf(b, "  {\n    ag_str *text = %s(cx, %s);\n", name_fn(e, f), a);
  buf_adds(b, "    if (!cx->err) {\n      ag_sb_str(sb, text);\n      ag_release(cx, text);\n    }\n  }\n");
}

static const hir_fn *show_method(const type *t) {
  bool user = t->kind == TY_CLASS || t->kind == TY_STRUCT || t->kind == TY_ENUM || t->kind == TY_ERRVAL;
  return user && t->decl && t->decl->builtin == BUILTIN_NO ? user_method(t->decl, "show") : NULL;
}

static void show_class(emitter *e, buf *b, const type *t, const char *a) {
  switch (t->decl->builtin) {
  case BUILTIN_STRING: buf_printf(b, "  ag_sb_quoted(sb, %s);\n", a); return;
  case BUILTIN_BYTES: buf_printf(b, "  ag_type_bytes.show(cx, sb, &%s);\n", a); return;
  case BUILTIN_ARRAY: buf_printf(b, "  ag_array_slot_show(cx, sb, &%s);\n", a); return;
  case BUILTIN_MAP: buf_printf(b, "  ag_map_slot_show(cx, sb, &%s);\n", a); return;
  case BUILTIN_SET: buf_printf(b, "  ag_set_slot_show(cx, sb, &%s);\n", a); return;
  case BUILTIN_CHANNEL:
  case BUILTIN_NO: break;
  }
  if (t->decl->is_boxed) { // as what it holds
    (void)class_struct(e, t->decl);
    op_show(e, b, ctype_of(e, t->decl->fields[0].type), emit_f(e, "%s->%s", a, field_name(e, t->decl, 0)));
    return;
  }
  const hir_fn *fn = show_method(t);
  if (fn) user_show(e, b, fn, a);
  else buf_printf(b, "  AG_SB_TEXT(sb, \"%s\");\n", shown_name(t->decl));
  (void)e;
}

static void show_scalar(buf *b, const type *t, const char *a) {
  const char *kind = "unit";
  if (type_is_int(t)) kind = type_is_signed(t) ? "i64" : "u64";
  else if (t->kind == TY_F64) kind = "f64";
  else if (t->kind == TY_F32) kind = "f32";
  else if (t->kind == TY_BOOL) kind = "bool";
  else if (t->kind == TY_DURATION) kind = "duration";
  else if (t->kind == TY_INSTANT) kind = "instant";
  else if (t->kind == TY_RANGE) kind = "range";
  buf_printf(b, "  ag_sb_%s(sb, %s);\n", kind, a);
}

void op_show(emitter *e, buf *b, ctype *ct, const char *a) {
  const type *t = ct->type;
  if (ct->rep == REP_STRUCT || ct->rep == REP_OPT_PTR || ct->boxed) {
    buf_printf(b, "  %s(cx, sb, &%s);\n", op_fn(e, ct, OP_SHOW), a);
    return;
  }
  switch ((int)t->kind) {
  case TY_FN: buf_adds(b, "  AG_SB_TEXT(sb, \"fn\");\n"); return; // of a descriptor: the checker lets nobody ask for it
  case TY_CLASS: show_class(e, b, t, a); return;
  case TY_AGENT:
    if (t->decl->kind == DECL_INTERFACE) buf_printf(b, "  ag_object_show(cx, sb, (ag_obj *)%s, false);\n", a);
    else buf_printf(b, "  AG_SB_TEXT(sb, \"%s\");\n", shown_name(t->decl));
    return;
  case TY_ERRVAL: buf_printf(b, "  ag_error_show(cx, sb, (ag_obj *)%s);\n", a); return;
  case TY_FUTURE: buf_adds(b, "  AG_SB_TEXT(sb, \"Future\");\n"); return;
  default: show_scalar(b, t, a);
  }
}

void op_show_bare(emitter *e, buf *b, ctype *ct, const char *a) {
  const type *t = ct->type;
  if (t->kind == TY_CLASS && t->decl->builtin == BUILTIN_STRING) {
    buf_printf(b, "  ag_sb_str(sb, %s);\n", a);
  } else if (t->kind == TY_OPTIONAL) {
    bool pointer = ct->rep != REP_STRUCT;
    buf_printf(b, pointer ? "  if (%s) {\n" : "  if (%s.has) {\n", a);
    op_show_bare(e, b, ctype_of(e, t->args[0]), pointer ? a : emit_f(e, "%s.v", a));
    buf_adds(b, "  } else {\n  ag_sb_none(sb);\n  }\n");
  } else if (t->kind == TY_INTERFACE) {
    buf_printf(b, "  ag_object_show(cx, sb, (ag_obj *)%s.o, true);\n", a);
  } else {
    op_show(e, b, ct, a);
  }
}

typedef struct list_state {
  const char *var;
  bool started;
} list_state;

static void show_part(emitter *e, buf *b, ctype *ct, const char *path, void *arg) {
  list_state *list = arg;
  if (list->started) buf_adds(b, "  AG_SB_TEXT(sb, \", \");\n");
  list->started = true;
  op_show(e, b, ct, emit_f(e, "%s%s", list->var, path));
}

static void show_enum(emitter *e, buf *b, const hir_decl *d) {
  buf_adds(b, "  switch (a->tag) {\n");
  for (uint32_t i = 0; i < d->variant_count; i++) {
    const hir_variant *v = &d->variants[i];
    buf_printf(b, "  case %u:\n  AG_SB_TEXT(sb, \"%s%s\");\n", i, v->name, v->field_count > 0 ? "(" : "");
    list_state list = {"a", false};
    for (uint32_t k = 0; k < v->field_count; k++)
      show_part(e, b, ctype_of(e, v->fields[k].type), emit_f(e, "->%s", variant_path(e, v, k)), &list);
    if (v->field_count > 0) buf_adds(b, "  ag_sb_char(sb, ')');\n");
    buf_adds(b, "  break;\n");
  }
  buf_adds(b, "  default: break;\n  }\n");
}

static void show_fields(emitter *e, buf *b, ctype *ct, const char *name) {
  bool none = ct->type->kind != TY_TUPLE && ct->type->decl->field_count == 0;
  list_state list = {"a", false};
  buf_printf(b, "  AG_SB_TEXT(sb, \"%s%s\");\n", name, none ? "" : "(");
  if (none) return;
  parts_walk(e, b, ct, "a", false, show_part, &list);
  buf_adds(b, "  ag_sb_char(sb, ')');\n");
}

static void show_optional(emitter *e, buf *b, ctype *ct) {
  ctype *p = ctype_of(e, ct->type->args[0]);
  bool pointer = ct->rep == REP_OPT_PTR;
  buf_printf(b, "  if (%s) {\n", pointer ? "a" : "a->has");
  op_show(e, b, p, pointer ? "a" : "a->v");
  buf_adds(b, "  } else {\n  ag_sb_none(sb);\n  }\n");
}

static void show_body(emitter *e, buf *b, ctype *ct) {
  const type *t = ct->type;
  const hir_fn *fn = show_method(t);
  if (fn) {
    user_show(e, b, fn, ct->rep == REP_STRUCT ? "(*a)" : "a");
    return;
  }
  if (ct->boxed) {
    e->helpers |= HELPER_DEEP;
    buf_adds(b, "  if (too_deep(cx)) return;\n");
  }
  switch ((int)t->kind) {
  case TY_OPTIONAL: show_optional(e, b, ct); return;
  case TY_INTERFACE: buf_adds(b, "  ag_object_show(cx, sb, (ag_obj *)a->o, false);\n"); return;
  case TY_ENUM: show_enum(e, b, t->decl); return;
  case TY_TUPLE: show_fields(e, b, ct, ""); return;
  case TY_ERRVAL:
    if (ctype_any_error(t)) op_show(e, b, ct, "a");
    else show_fields(e, b, ct, shown_name(t->decl));
    return;
  case TY_STRUCT: show_fields(e, b, ct, shown_name(t->decl)); return;
  default: op_show(e, b, ct, "a");
  }
}

// `show` as a slot function, also of pointers.
void op_show_fn(emitter *e, ctype *ct) {
  const char *head = emit_f(e, "static void show_%s(ag_cx *cx, ag_sb *sb, const void *slot)", ct->enc);
  buf_printf(&e->protos, "%s;\n", head);
  if (ct->type->kind == TY_ERRVAL && !ctype_any_error(ct->type)) class_struct(e, ct->type->decl);
  if (ct->boxed) ctype_need_body(e, ct);
  buf body = {0};
  const char *k = ct->rep == REP_STRUCT ? "const " : "";
  if (ct->rep == REP_STRUCT) buf_printf(&body, "  %s%s *a = (%s%s *)slot;\n", k, ct->c, k, ct->c);
  else buf_printf(&body, "  %s = *(%s*)slot;\n", c_decl(e, ct, "a"), c_decl(e, ct, "const "));
  show_body(e, &body, ct);
  buf_printf(&e->ops, "%s {\n  (void)cx;\n  (void)sb;\n", head);
  buf_add(&e->ops, body.data, body.size);
  buf_adds(&e->ops, "  (void)a;\n}\n");
  buf_fini(&body);
}
