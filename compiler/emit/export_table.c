// export_table.c — what calls by name know of exported agents: agent/abi_host.h, ag_named_agent.
// Owns:     their C text.
// Promises: a table of parts a type, however often it comes; tables of types that contain themselves (in arrays) refer to themselves.
#include "emit/export.h"

// ---- kinds ---------------------------------------------------------------------------------------------------------
typedef struct within { // types that this one is a part of
  const type *type;
  const struct within *outer;
} within;

typedef enum named_kind { N_NONE, N_LEAF, N_ARRAY, N_STRUCT, N_ENUM } named_kind;

static named_kind named_kind_of(const type *t, const within *outer);

static bool is_named(const type *t, const within *outer) { return named_kind_of(t, outer) != N_NONE; }

static bool fields_named(const hir_field *fields, uint32_t count, const within *w) {
  for (uint32_t i = 0; i < count; i++)
    if (!fields[i].gone && !is_named(fields[i].type, w)) return false;
  return true;
}

static bool variants_named(const hir_decl *d, const within *w) {
  for (uint32_t i = 0; i < d->variant_count; i++)
    if (!fields_named(d->variants[i].fields, d->variants[i].field_count, w)) return false;
  return true;
}

static const type *without_optional(const type *t) { return t->kind == TY_OPTIONAL ? t->args[0] : t; }

static named_kind named_class(const type *t, const within *w) {
  if (t->cap == CAP_TAG) return N_NONE;
  if (t->decl->builtin == BUILTIN_BYTES) return N_LEAF; // also what only an array that is sent can see
  if (t->decl->builtin == BUILTIN_ARRAY) return is_named(t->args[0], w) ? N_ARRAY : N_NONE;
  return hir_c_of(t, false).kind == C_NONE ? N_NONE : N_LEAF;
}

// A recursive enum lies behind a pointer, as an object: it has no kind.
static named_kind named_kind_of(const type *t, const within *outer) {
  t = without_optional(t);
  within w = {t, outer};
  for (const within *o = outer; o; o = o->outer)
    if (o->type == t) return t->kind == TY_STRUCT ? N_STRUCT : t->kind == TY_ENUM ? N_ENUM : N_ARRAY;
  switch ((int)t->kind) {
  case TY_TUPLE:
    for (uint32_t i = 0; i < t->arg_count; i++)
      if (!is_named(t->args[i], &w)) return N_NONE;
    return N_STRUCT;
  case TY_STRUCT: return fields_named(t->decl->fields, t->decl->field_count, &w) ? N_STRUCT : N_NONE;
  case TY_ENUM:
    if (!decl_has_payload(t->decl)) return N_LEAF;
    return !t->decl->recursive && variants_named(t->decl, &w) ? N_ENUM : N_NONE;
  case TY_CLASS: return named_class(t, &w);
  case TY_OPTIONAL: return N_NONE;
  default: return hir_c_of(t, false).kind == C_NONE ? N_NONE : N_LEAF;
  }
}

static const char *kind_of(const type *t) {
  static const char *const kinds[] = {
      [C_NONE] = "AG_VALUE_NONE",     [C_UNIT] = "AG_VALUE_NONE",    [C_BOOL] = "AG_VALUE_BOOL",
      [C_NUMBER] = "AG_VALUE_INT",    [C_DURATION] = "AG_VALUE_INT", [C_TEXT] = "AG_VALUE_TEXT",
      [C_BYTES] = "AG_VALUE_BYTES",   [C_ARRAY] = "AG_VALUE_ARRAY",  [C_AGENT] = "AG_VALUE_AGENT",
      [C_OBJECT] = "AG_VALUE_OBJECT", [C_ENUM] = "AG_VALUE_INT",     [C_STRUCT] = "AG_VALUE_STRUCT"};
  const type *plain = without_optional(t);
  switch (named_kind_of(t, NULL)) {
  case N_NONE: return "AG_VALUE_NONE";
  case N_ARRAY: return "AG_VALUE_ARRAY";
  case N_STRUCT: return "AG_VALUE_STRUCT";
  case N_ENUM: return "AG_VALUE_ENUM";
  case N_LEAF: break;
  }
  if (plain->kind == TY_F32 || plain->kind == TY_F64) return "AG_VALUE_FLOAT";
  if (plain->kind == TY_ENUM) return "AG_VALUE_INT";
  if (plain->kind == TY_CLASS && plain->decl->builtin == BUILTIN_BYTES) return "AG_VALUE_BYTES";
  return kinds[hir_c_of(plain, false).kind];
}

// ---- layouts -------------------------------------------------------------------------------------------------------
// "&(const ag_layout){…}" of what lies at `offset`, an expression. NULL for what has no kind.
static const char *layout(emitter *e, const type *t, const char *offset) {
  const type *plain = without_optional(t);
  named_kind kind = named_kind_of(t, NULL);
  if (kind == N_NONE) return "NULL";
  hir_c_kind c = hir_c_of(plain, false).kind;
  bool number = c == C_NUMBER || c == C_DURATION, is_enum = kind == N_LEAF && plain->kind == TY_ENUM;
  bool is_signed = type_is_signed(plain) || c == C_DURATION;
  const char *size = number ? emit_f(e, "sizeof(%s)", ctype_of(e, plain)->c) : is_enum ? "4" : "0";
  const char *cls = "NULL", *to = "NULL", *elem = "NULL", *has = "0, 0";
  ctype *ct = ctype_of(e, t);
  if (ct->rep == REP_STRUCT) ctype_need_body(e, ct);
  if (t != plain && ct->rep == REP_STRUCT) has = emit_f(e, "offsetof(%s, has), offsetof(%s, v)", ct->c, ct->c);
  if (c == C_OBJECT)
    cls = emit_f(e, "&%s",
                 class_desc(e, plain->decl, type_nominal(e->program->types, TY_CLASS, plain->decl, NULL, 0, CAP_REF)));
  if (c == C_AGENT) to = emit_f(e, "&%s", agent_desc(e, plain->decl));
  if (kind == N_ARRAY) elem = type_desc(e, ctype_of(e, plain->args[0]), false);
  return emit_f(e, "&(const ag_layout){%s, %s, %s, %s, %s, %u, %s, %s, %s, %s}",
                plain->cap == CAP_ISO ? "true" : "false", plain->cap == CAP_VAL ? "true" : "false",
                is_signed ? "true" : "false", size, offset, is_enum ? plain->decl->variant_count : 0, has, cls, to,
                elem);
}

// ---- parts ---------------------------------------------------------------------------------------------------------
typedef struct tables {
  emitter *e;
  map parts; // type * -> const char *, the table of its parts
} tables;

static const char *parts_of(tables *x, const type *t, uint32_t *count);

static void row(tables *x, buf *b, const type *t, const char *name, const char *offset) {
  uint32_t count = 0;
  const char *parts = parts_of(x, without_optional(t), &count);
  buf_printf(b, "{%s, %s, %d, %u, %s, %s}", name ? emit_f(x->e, "\"%s\"", name) : "NULL", kind_of(t),
             t->kind == TY_OPTIONAL, count, parts, layout(x->e, t, offset));
}

static void next_row(tables *x, buf *b, const type *t, const char *name, const char *offset) {
  if (b->size) buf_adds(b, ",\n  ");
  row(x, b, t, name, offset);
}

static const char *write_table(tables *x, const char *name, uint32_t count, buf *rows) {
  if (count) buf_printf(&x->e->data, "static const ag_param_info %s[%u] = {%s};\n", name, count, buf_text(rows));
  buf_fini(rows);
  return count ? name : "NULL";
}

static void struct_rows(tables *x, buf *b, const type *t, const char *c) {
  for (uint32_t i = 0; t->kind == TY_TUPLE && i < t->arg_count; i++)
    next_row(x, b, t->args[i], NULL, emit_f(x->e, "offsetof(%s, e%u)", c, i));
  for (uint32_t i = 0; t->kind == TY_STRUCT && i < t->decl->field_count; i++) {
    const hir_field *f = &t->decl->fields[i];
    if (!f->gone) next_row(x, b, f->type, f->name, emit_f(x->e, "offsetof(%s, %s)", c, field_name(x->e, t->decl, i)));
  }
}

// Each variant: a struct of what it carries, whose offsets are from where the enum begins.
static void enum_rows(tables *x, buf *b, const type *t, const char *c, const char *name) {
  for (uint32_t i = 0; i < t->decl->variant_count; i++) {
    const hir_variant *v = &t->decl->variants[i];
    buf fields = {0};
    for (uint32_t k = 0; k < v->field_count; k++)
      next_row(x, &fields, v->fields[k].type, v->fields[k].name,
               emit_f(x->e, "offsetof(%s, %s)", c, variant_path(x->e, v, k)));
    const char *of = write_table(x, emit_f(x->e, "%s_%u", name, i), v->field_count, &fields);
    buf_printf(b, "%s{\"%s\", AG_VALUE_STRUCT, 0, %u, %s, &(const ag_layout){0}}", i ? ",\n  " : "", v->name,
               v->field_count, of);
  }
}

static uint32_t part_count(const type *t, named_kind kind) {
  uint32_t n = 0;
  if (kind == N_ARRAY) return 1;
  if (kind == N_ENUM) return t->decl->variant_count;
  if (kind != N_STRUCT) return 0;
  if (t->kind == TY_TUPLE) return t->arg_count;
  for (uint32_t i = 0; i < t->decl->field_count; i++) n += !t->decl->fields[i].gone;
  return n;
}

static const char *parts_of(tables *x, const type *t, uint32_t *count) {
  named_kind kind = named_kind_of(t, NULL);
  *count = part_count(t, kind);
  if (*count == 0) return "NULL";
  const char *name = map_get(&x->parts, t);
  if (name) return name;
  ctype *ct = ctype_of(x->e, t);
  name = emit_f(x->e, "parts_%u", x->parts.count);
  map_put(&x->parts, t, (void *)(uintptr_t)name);
  buf_printf(&x->e->protos, "static const ag_param_info %s[%u];\n", name, *count);
  if (ct->rep == REP_STRUCT) ctype_need_body(x->e, ct);
  buf rows = {0};
  if (kind == N_ARRAY) row(x, &rows, t->args[0], NULL, "0");
  else if (kind == N_STRUCT) struct_rows(x, &rows, t, ct->c);
  else enum_rows(x, &rows, t, ct->c, name);
  return write_table(x, name, *count, &rows);
}

// ---- behaviours ----------------------------------------------------------------------------------------------------
// Writes the tables of one behaviour (or init), and adds its row.
static void behaviour(tables *x, buf *rows, const hir_decl *d, const hir_fn *f) {
  emitter *e = x->e;
  uint32_t count = f ? f->param_count : d->header_count;
  const char *id = emit_f(e, "%s_%u", name_decl(e, d), f ? f->index : 0), *m = message_struct(e, f, f ? NULL : d);
  buf params = {0}, reply = {0};
  for (uint32_t i = 0; i < count; i++)
    next_row(x, &params, f ? f->params[i]->type : d->fields[i].type, f ? f->params[i]->name : d->fields[i].name,
             emit_f(e, "offsetof(%s, a%u)", m, i));
  bool asked = f && f->is_request;
  if (asked) row(x, &reply, f->result, NULL, "0");
  const char *table = write_table(x, emit_f(e, "params_%s", id), count, &params);
  const char *result = write_table(x, emit_f(e, "reply_%s", id), asked, &reply);
  buf_printf(rows, "  {\"%s\", %u, %u, %s, %s},\n", f ? f->name : "init", f ? f->index : 0, count, table, result);
}

const char *emit_named_agents(emitter *e) {
  const hir_program *hir = e->program->hir;
  tables x = {.e = e};
  uint32_t count = 0;
  buf agents = {0};
  map_init(&x.parts, e->arena);
  for (uint32_t i = 0; i < hir->export_count; i++) {
    const hir_decl *d = hir->exports[i].decl;
    if (!d || d->kind != DECL_AGENT) continue;
    const char *id = name_decl(e, d);
    buf rows = {0};
    behaviour(&x, &rows, d, NULL);
    for (uint32_t k = 0; k < d->behaviour_count; k++) behaviour(&x, &rows, d, d->behaviours[k]);
    buf_printf(&e->data, "static const ag_named_behaviour named_%s[] = {\n%s};\n", id, buf_text(&rows));
    buf_fini(&rows);
    buf_printf(&agents, "  {\"%s\", &%s, %u, named_%s},\n", d->name, agent_desc(e, d), d->behaviour_count + 1, id);
    count++;
  }
  if (count) buf_printf(&e->data, "static const ag_named_agent named_agents[] = {\n%s};\n", buf_text(&agents));
  buf_fini(&agents);
  return count ? emit_f(e, "named_agents, %u", count) : "NULL, 0";
}
