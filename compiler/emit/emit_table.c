// emit_table.c — literals of constants: tables instead of a statement per element, so that C compilers take 100,000 of them.
// Owns:     the tables, in the section of declarations: after the literals, before the functions.
// Promises: what stands in a table is constant all the way down: numbers, texts, none, and tuples, structs, enums, optionals
//           of those.
#include <string.h>

#include "emit/fn.h"

enum { FEW = 4, MANY = 8 };

// ---- constant initialisers ------------------------------------------------------------------------------------------
typedef struct known {
  map values; // names[local] -> initialiser
} known;

static const char *initialiser(fn *s, known *k, const mir_operand *o, ctype *want) {
  if (mir_is_local(o)) return map_get(&k->values, s->names[o->local]);
  return constant(s, o, want);
}

// "{a, b}", or NULL. types gives the type of each part.
static const char *list(fn *s, known *k, const mir_inst *in, const type *(*part)(const mir_inst *, uint32_t)) {
  buf b = {0};
  buf_addc(&b, '{');
  bool all = true;
  for (uint32_t i = 0; i < in->arg_count && all; i++) {
    const char *value = initialiser(s, k, &in->args[i], ctype_of(s->e, part(in, i)));
    all = value != NULL;
    if (all) buf_printf(&b, "%s%s", i ? ", " : "", value);
  }
  if (in->arg_count == 0) buf_addc(&b, '0');
  buf_addc(&b, '}');
  const char *result = all ? arena_strdup(s->e->arena, buf_text(&b)) : NULL;
  buf_fini(&b);
  return result;
}

static const type *tuple_part(const mir_inst *in, uint32_t i) { return in->type->args[i]; }
static const type *struct_part(const mir_inst *in, uint32_t i) { return in->aux.make.decl->fields[i].type; }
static const type *variant_part(const mir_inst *in, uint32_t i) { return in->aux.make.variant->fields[i].type; }

static const char *variant_value(fn *s, known *k, const mir_inst *in) {
  const hir_variant *v = in->aux.make.variant;
  if (in->aux.make.decl->recursive) return NULL;
  if (v->field_count == 0) return text(s, "{.tag = %u}", v->index);
  const char *fields = list(s, k, in, variant_part);
  return fields ? text(s, "{.tag = %u, .u = {.v_%s = %s}}", v->index, v->name, fields) : NULL;
}

static const char *some_value(fn *s, known *k, const mir_inst *in) {
  ctype *ct = ctype_of(s->e, in->type);
  const char *value = initialiser(s, k, &in->args[0], ctype_of(s->e, in->type->args[0]));
  return value && ct->rep == REP_STRUCT ? text(s, "{true, %s}", value) : value;
}

// The constant that an instruction makes, or NULL.
static const char *made(fn *s, known *k, const mir_inst *in) {
  if (in->dst == MIR_NONE || local_of(s, in->dst)->name) return NULL;
  switch ((int)in->op) {
  case MIR_TUPLE: return list(s, k, in, tuple_part);
  case MIR_STRUCT: return list(s, k, in, struct_part);
  case MIR_VARIANT: return variant_value(s, k, in);
  case MIR_SOME: return some_value(s, k, in);
  case MIR_MOVE: return initialiser(s, k, &in->args[0], local_type(s, in->dst));
  default: return NULL;
  }
}

// ---- arrays that are one instruction ----------------------------------------------------------------------------------
static const char *array_head(fn *s, ctype *elem, uint32_t number) {
  bool pointer = elem->c[strlen(elem->c) - 1] == '*';
  return text(s, "static const %s", c_decl(s->e, elem, text(s, pointer ? "const tab_%u" : "tab_%u", number)));
}

bool array_of_constants(fn *s, const mir_inst *in, ctype *elem) {
  if (in->arg_count <= FEW) return false;
  for (uint32_t i = 0; i < in->arg_count; i++)
    if (!constant(s, &in->args[i], elem)) return false;
  uint32_t number = ++s->e->tables;
  buf b = {0};
  buf_printf(&b, "%s[%u] = {", array_head(s, elem, number), in->arg_count);
  for (uint32_t i = 0; i < in->arg_count; i++)
    buf_printf(&b, "%s%s,", i % 16 == 0 ? "\n  " : " ", constant(s, &in->args[i], elem));
  buf_adds(&b, "};\n");
  buf_add(&s->e->protos, b.data, b.size);
  buf_fini(&b);
  put_dst(s, in, text(s, "ag_array_from(cx, tab_%u, %u, %s)", number, in->arg_count, type_desc(s->e, elem, false)));
  return true;
}

// ---- arrays and maps that are filled one by one -----------------------------------------------------------------------
typedef struct filling {
  const mir_inst *in; // what makes the collection
  ctype *key, *value; // of a map; of an array and a set: key only
  buf rows;
  uint32_t count, end; // rows; instructions up to and with the last row's
} filling;

static bool fills(const filling *f, const mir_inst *in) {
  if (in->op != (f->in->op == MIR_ARRAY ? MIR_ARRAY_PUSH : MIR_MAP_SET)) return false;
  return mir_is_local(&in->args[0]) && in->args[0].local == f->in->dst;
}

static bool add_row(fn *s, known *k, filling *f, const mir_inst *in) {
  const char *key = initialiser(s, k, &in->args[1], f->key);
  const char *value = f->value ? initialiser(s, k, &in->args[2], f->value) : NULL;
  if (!key || (f->value && !value)) return false;
  if (f->value) buf_printf(&f->rows, "  {%s, %s},\n", key, value);
  else buf_printf(&f->rows, "  %s,\n", key);
  f->count++;
  return true;
}

static void collect(fn *s, filling *f, uint32_t left) {
  known k;
  map_init(&k.values, s->e->arena);
  for (uint32_t i = 1; i < left; i++) {
    const mir_inst *in = &f->in[i];
    if (fills(f, in)) {
      if (!add_row(s, &k, f, in)) return;
      f->end = i + 1;
      continue;
    }
    const char *value = made(s, &k, in);
    if (!value) return;
    map_put(&k.values, s->names[in->dst], (void *)(uintptr_t)value);
  }
}

static void write_array(fn *s, const filling *f, uint32_t number) {
  buf_printf(&s->e->protos, "%s[%u] = {\n%s};\n", array_head(s, f->key, number), f->count, f->rows.data);
  put_dst(s, f->in, text(s, "ag_array_from(cx, tab_%u, %u, %s)", number, f->count, type_desc(s->e, f->key, false)));
  if (f->in->atomic) put(s, "  ((ag_obj *)%s)->rc = -1;\n", s->names[f->in->dst]);
}

static void write_map(fn *s, const filling *f, uint32_t number) {
  emitter *e = s->e;
  if (f->value) {
    buf_printf(&e->protos, "static const struct {\n  %s;\n  %s;\n} tab_%u[%u] = {\n%s};\n", c_decl(e, f->key, "k"),
               c_decl(e, f->value, "v"), number, f->count, f->rows.data);
  } else {
    buf_printf(&e->protos, "%s[%u] = {\n%s};\n", array_head(s, f->key, number), f->count, f->rows.data);
  }
  inst_map(s, f->in);
  put(s, "  for (uint32_t i = 0; i < %u; i++) {\n    %s = tab_%u[i]%s;\n", f->count, c_decl(e, f->key, "k"), number,
      f->value ? ".k" : "");
  if (f->value) put(s, "    %s = tab_%u[i].v;\n", c_decl(e, f->value, "v"), number);
  put(s, f->value ? "    ag_map_set(cx, %s, &k, &v);\n  }\n" : "    (void)ag_set_add(cx, %s, &k);\n  }\n",
      s->names[f->in->dst]);
  s->read[f->in->dst] = true;
}

uint32_t inst_table(fn *s, const mir_inst *in, uint32_t left) {
  bool array = in->op == MIR_ARRAY && in->arg_count == 0;
  if (s->e->checked || (!array && in->op != MIR_MAP) || in->aux.u < MANY || in->dst == MIR_NONE) return 0;
  const type *t = in->type;
  filling f = {.in = in, .key = ctype_of(s->e, t->args[0])};
  if (t->decl->builtin == BUILTIN_MAP) f.value = ctype_of(s->e, t->args[1]);
  collect(s, &f, left);
  if (f.count >= MANY) {
    fold_flush(s);
    line(s, in->span);
    uint32_t number = ++s->e->tables;
    if (array) write_array(s, &f, number);
    else write_map(s, &f, number);
  } else {
    f.end = 0;
  }
  buf_fini(&f.rows);
  return f.end;
}
