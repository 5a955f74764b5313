// emit_struct.c — the C structs: values, boxes, objects, messages.
// Owns:     the section of types. A struct is written after those it contains.
// Promises: a field's name is that of the language, prefixed; an empty struct gets one byte, as C99 knows none.
#include <string.h>

#include "emit/emitter.h"

const char *field_name(emitter *e, const hir_decl *d, uint32_t index) {
  return emit_f(e, "f_%s", d->fields[index].name);
}

const char *variant_path(emitter *e, const hir_variant *v, uint32_t index) {
  return emit_f(e, "u.v_%s.f%u", v->name, index);
}

bool variant_empty(const hir_variant *v) { return v->field_count == 0; }

bool decl_has_payload(const hir_decl *d) {
  for (uint32_t i = 0; i < d->variant_count; i++)
    if (!variant_empty(&d->variants[i])) return true;
  return false;
}

static void member(emitter *e, buf *b, const type *t, const char *name) {
  buf_printf(b, "  %s;\n", c_decl(e, ctype_of(e, t), name));
}

// Header parameters that an initialiser moved are no fields.
static uint32_t fields(emitter *e, buf *b, const hir_decl *d) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < d->field_count; i++) {
    if (d->fields[i].gone) continue;
    member(e, b, d->fields[i].type, field_name(e, d, i));
    count++;
  }
  return count;
}

static void enum_body(emitter *e, buf *b, const hir_decl *d) {
  buf_adds(b, "  int32_t tag;\n");
  if (!decl_has_payload(d)) return;
  buf_adds(b, "  union {\n");
  for (uint32_t i = 0; i < d->variant_count; i++) {
    const hir_variant *v = &d->variants[i];
    if (variant_empty(v)) continue;
    buf_adds(b, "  struct {\n");
    for (uint32_t k = 0; k < v->field_count; k++) member(e, b, v->fields[k].type, emit_f(e, "f%u", k));
    buf_printf(b, "  } v_%s;\n", v->name);
  }
  buf_adds(b, "  } u;\n");
}

static void value_body(emitter *e, buf *b, const type *t) {
  switch ((int)t->kind) {
  case TY_TUPLE:
    for (uint32_t i = 0; i < t->arg_count; i++) member(e, b, t->args[i], emit_f(e, "e%u", i));
    if (t->arg_count == 0) buf_adds(b, "  char none;\n");
    return;
  case TY_OPTIONAL:
    buf_adds(b, "  bool has;\n");
    member(e, b, t->args[0], "v");
    return;
  case TY_STRUCT:
    if (fields(e, b, t->decl) == 0) buf_adds(b, "  char none;\n");
    return;
  case TY_ENUM: enum_body(e, b, t->decl); return;
  default: return;
  }
}

// The body is made apart, because its parts may write structs of their own first.
static void write_struct(emitter *e, const char *head, buf *body) {
  buf_printf(&e->types, "%s {\n", head);
  buf_add(&e->types, body->data, body->size);
  buf_adds(&e->types, "};\n");
  buf_fini(body);
}

void ctype_need_body(emitter *e, ctype *ct) {
  if (ct->ops & OP_BODY) return;
  ct->ops |= OP_BODY;
  buf body = {0};
  if (ct->boxed) buf_adds(&body, "  ag_obj h;\n");
  value_body(e, &body, ct->type);
  write_struct(e, ct->boxed ? emit_f(e, "struct x_%s", ct->enc) : ct->c, &body);
}

const char *class_struct(emitter *e, const hir_decl *d) {
  const char *prefix = d->kind == DECL_AGENT ? "g_" : d->kind == DECL_ERROR ? "e_" : "c_";
  const char *head = d->kind == DECL_AGENT ? "ag_agent a" : d->kind == DECL_ERROR ? "ag_error e" : "ag_obj h";
  if (d->is_closure) head = "ag_fn f";
  if (d->topology) head = "ag_topology t";
  const char *name = emit_f(e, "struct %s%s", prefix, name_decl(e, d));
  if (map_has(&e->classes, d)) return name;
  map_put(&e->classes, d, (void *)(uintptr_t)name);
  buf body = {0};
  buf_printf(&body, "  %s;\n", head);
  fields(e, &body, d);
  write_struct(e, name, &body);
  return name;
}

const char *message_struct(emitter *e, const hir_fn *fn, const hir_decl *init) {
  const void *key = fn ? (const void *)fn : (const void *)init;
  const char *name = map_get(&e->messages, key);
  if (name) return name;
  const hir_decl *owner = fn ? fn->owner : init;
  name = emit_f(e, "struct %s", name_unique(e, emit_f(e, "msg_%s_%s", name_decl(e, owner), fn ? fn->name : "init")));
  map_put(&e->messages, key, (void *)(uintptr_t)name);
  buf body = {0};
  buf_adds(&body, "  ag_msg h;\n");
  uint32_t count = fn ? fn->param_count : init->header_count;
  for (uint32_t i = 0; i < count; i++)
    member(e, &body, fn ? fn->params[i]->type : init->fields[i].type, emit_f(e, "a%u", i));
  write_struct(e, name, &body);
  return name;
}
