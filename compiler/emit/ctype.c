// ctype.c — the C type of each type of the language.
// Owns:     the encoding of types as identifiers: prefix codes with counts and lengths, so that two types never get the same.
// Promises: as emitter.h. Capabilities leave no trace.
#include <string.h>

#include "emit/emitter.h"

// clang-format off
static const struct { type_kind kind; const char *enc, *c, *suffix; } scalars[] = {
  {TY_ERROR, "v", "ag_unit", NULL}, {TY_NEVER, "v", "ag_unit", NULL}, {TY_UNIT, "v", "ag_unit", NULL},
  {TY_BOOL, "b", "bool", NULL}, {TY_NONE, "v", "ag_unit", NULL},
  {TY_I8, "i8", "int8_t", "i8"}, {TY_I16, "i16", "int16_t", "i16"}, {TY_I32, "i32", "int32_t", "i32"},
  {TY_I64, "i64", "int64_t", "i64"}, {TY_U8, "u8", "uint8_t", "u8"}, {TY_U16, "u16", "uint16_t", "u16"},
  {TY_U32, "u32", "uint32_t", "u32"}, {TY_U64, "u64", "uint64_t", "u64"}, {TY_F32, "f32", "float", "f32"},
  {TY_F64, "f64", "double", "f64"}, {TY_DURATION, "dur", "int64_t", "i64"}, {TY_INSTANT, "ins", "int64_t", "i64"},
  {TY_RANGE, "rng", "ag_range", NULL},
};
// clang-format on
enum { SCALARS = sizeof scalars / sizeof *scalars };

const char *prim_suffix(const type *t) {
  for (int i = 0; i < SCALARS; i++)
    if (scalars[i].kind == t->kind) return scalars[i].suffix;
  return NULL;
}

// Classes of the prelude whose objects are the runtime's. NULL: no such.
static const char *runtime_struct(const hir_decl *d) {
  static const char *const rows[][2] = {
      {"Timer", "ag_timer *"}, {"_Claim", "ag_claim *"}, {"Callback", "ag_callback *"}};
  for (size_t i = 0; d->is_prelude && i < sizeof rows / sizeof *rows; i++)
    if (strcmp(d->name, rows[i][0]) == 0) return rows[i][1];
  return NULL;
}

static const char *encode_args(emitter *e, const char *head, const type *t) {
  buf b = {0};
  buf_adds(&b, head);
  for (uint32_t i = 0; i < t->arg_count; i++) buf_adds(&b, ctype_of(e, t->args[i])->enc);
  const char *text = arena_strndup(e->arena, buf_text(&b), b.size);
  buf_fini(&b);
  return text;
}

static const char *encode_class(emitter *e, const type *t) {
  const char *g = ctype_is_tag(t) ? "G" : "";
  switch (t->decl->builtin) {
  case BUILTIN_STRING: return "str";
  case BUILTIN_BYTES: return *g ? "Gbyt" : "byt";
  case BUILTIN_ARRAY: return encode_args(e, *g ? "GA" : "A", t);
  case BUILTIN_MAP: return encode_args(e, *g ? "GM" : "M", t);
  case BUILTIN_SET: return encode_args(e, *g ? "GS" : "S", t);
  case BUILTIN_CHANNEL: return encode_args(e, *g ? "GC" : "C", t);
  case BUILTIN_NO: break;
  }
  const char *name = name_decl(e, t->decl);
  return emit_f(e, *g ? "G%zu%s" : "N%zu%s", strlen(name), name);
}

bool ctype_is_tag(const type *t) {
  if (t->kind == TY_OPTIONAL) t = t->args[0];
  return mir_type_is_tag(t);
}

bool ctype_any_error(const type *t) { return t->kind == TY_ERRVAL && (!t->decl || t->decl->is_any); }

static const char *encode(emitter *e, const type *t) {
  switch ((int)t->kind) {
  case TY_CLASS: return encode_class(e, t);
  case TY_ERRVAL:
  case TY_STRUCT:
  case TY_ENUM:
  case TY_AGENT: {
    if (ctype_any_error(t)) return "err";
    const char *name = name_decl(e, t->decl);
    return emit_f(e, "N%zu%s", strlen(name), name);
  }
  case TY_TUPLE: return encode_args(e, emit_f(e, "T%u", t->arg_count), t);
  case TY_OPTIONAL: return encode_args(e, "O", t);
  case TY_FUTURE: return encode_args(e, "F", t);
  case TY_INTERFACE: {
    const char *name = name_decl(e, t->decl);
    return emit_f(e, ctype_is_tag(t) ? "J%zu%s" : "I%zu%s", strlen(name), name);
  }
  case TY_FN: return "fn"; // all of them: who calls one knows its shape
  default:
    for (int i = 0; i < SCALARS; i++)
      if (scalars[i].kind == t->kind) return scalars[i].enc;
    return "v"; // type parameters do not reach the emitter
  }
}

// A long encoding is replaced by its hash and length; the table of encodings would show a collision as the same type,
// which 64 bits make as good as impossible.
static const char *shorten(emitter *e, const char *enc) {
  size_t size = strlen(enc);
  if (size <= 80) return enc;
  uint64_t h = 14695981039346656037ULL;
  for (size_t i = 0; i < size; i++) h = (h ^ (unsigned char)enc[i]) * 1099511628211ULL;
  return emit_f(e, "H%016llx%zu", (unsigned long long)h, size);
}

static void describe_class(emitter *e, ctype *ct) {
  const hir_decl *d = ct->type->decl;
  ct->rep = REP_PTR;
  switch (d->builtin) {
  case BUILTIN_STRING: ct->c = "ag_str *"; return;
  case BUILTIN_BYTES: ct->c = "ag_bytes *"; return;
  case BUILTIN_ARRAY: ct->c = "ag_array *"; return;
  case BUILTIN_MAP:
  case BUILTIN_SET: ct->c = "ag_map *"; return;
  case BUILTIN_CHANNEL: ct->c = "ag_channel *"; return;
  case BUILTIN_NO: break;
  }
  ct->c = runtime_struct(d);
  if (ct->c) return;
  ct->c = emit_f(e, "struct c_%s *", name_decl(e, d));
  buf_printf(&e->types, "struct c_%s;\n", name_decl(e, d));
}

static void describe_optional(emitter *e, ctype *ct) {
  const type *payload = ct->type->args[0];
  if (mir_type_is_pointer(payload)) {
    ctype *p = ctype_of(e, payload);
    ct->rep = p->rep == REP_FUTURE ? REP_FUTURE : REP_OPT_PTR;
    ct->c = p->c;
    return;
  }
  ct->rep = REP_STRUCT;
  ct->c = emit_f(e, "struct t_%s", ct->enc);
}

static void describe(emitter *e, ctype *ct) {
  const type *t = ct->type;
  switch ((int)t->kind) {
  case TY_CLASS: describe_class(e, ct); return;
  case TY_AGENT:
    ct->rep = REP_PTR;
    ct->c = "ag_agent *";
    return;
  case TY_ERRVAL:
    ct->rep = REP_PTR;
    ct->c = ctype_any_error(t) ? "ag_error *" : emit_f(e, "struct e_%s *", name_decl(e, t->decl));
    if (ctype_any_error(t)) return;
    buf_printf(&e->types, "struct e_%s;\n", name_decl(e, t->decl));
    return;
  case TY_FN:
    ct->rep = REP_PTR;
    ct->c = "ag_fn *";
    return;
  case TY_INTERFACE:
    ct->rep = REP_STRUCT;
    ct->c = "ag_iface";
    ct->ops |= OP_BODY;
    return;
  case TY_FUTURE:
    ct->rep = REP_FUTURE;
    ct->c = "ag_future *";
    return;
  case TY_OPTIONAL: describe_optional(e, ct); return;
  case TY_ENUM:
    ct->boxed = t->decl->recursive;
    ct->rep = ct->boxed ? REP_PTR : REP_STRUCT;
    ct->c = emit_f(e, ct->boxed ? "struct x_%s *" : "struct t_%s", ct->enc);
    if (ct->boxed) buf_printf(&e->types, "struct x_%s;\n", ct->enc);
    return;
  case TY_STRUCT:
  case TY_TUPLE:
    ct->rep = REP_STRUCT;
    ct->c = emit_f(e, "struct t_%s", ct->enc);
    return;
  default:
    ct->rep = REP_SCALAR;
    ct->c = "ag_unit";
    for (int i = 0; i < SCALARS; i++)
      if (scalars[i].kind == t->kind) ct->c = scalars[i].c;
  }
}

// A value is converted by seeing its parts as tags, so types that differ in nothing else have one struct in C.
static const type *without_tags(emitter *e, const type *t) {
  type_table *types = e->program->types;
  if (ctype_is_tag(t) && t->kind != TY_OPTIONAL) return type_with_cap(types, t, CAP_REF);
  if (!t->arg_count || t->kind == TY_FUTURE || t->kind == TY_FN) return t;
  const type **args = ARENA_ARRAY(e->arena, const type *, t->arg_count);
  bool same = true;
  for (uint32_t i = 0; i < t->arg_count; i++) {
    args[i] = without_tags(e, t->args[i]);
    same &= args[i] == t->args[i];
  }
  if (same) return t;
  if (t->kind == TY_CLASS) return type_nominal(types, TY_CLASS, t->decl, args, t->arg_count, t->cap);
  return type_compound(types, t->kind, args, t->arg_count, t->cap);
}

static bool is_struct_of_parts(const type *t) {
  return t->kind == TY_TUPLE || (t->kind == TY_OPTIONAL && !mir_type_is_pointer(t->args[0]));
}

ctype *ctype_of(emitter *e, const type *t) {
  ctype *ct = map_get(&e->by_type, t);
  if (ct) return ct;
  const type *plain = is_struct_of_parts(t) ? without_tags(e, t) : t;
  const ctype *twin = plain != t ? ctype_of(e, plain) : NULL;
  const char *enc = shorten(e, encode(e, t));
  const str *key = str_intern_cstr(&e->texts, enc);
  ct = map_get(&e->by_enc, key);
  if (!ct) {
    ct = ARENA_NEW(e->arena, ctype);
    ct->type = t;
    ct->enc = enc;
    ct->counted = mir_type_counted(t);
    map_put(&e->by_enc, key, ct);
    describe(e, ct);
    if (twin) ct->c = twin->c;
    if (twin) ct->ops |= OP_BODY;
    if (ct->rep == REP_STRUCT) ctype_need_body(e, ct);
  }
  map_put(&e->by_type, t, ct);
  return ct;
}

const char *c_decl(emitter *e, const ctype *ct, const char *name) {
  bool pointer = ct->c[strlen(ct->c) - 1] == '*';
  return emit_f(e, pointer ? "%s%s" : "%s %s", ct->c, name);
}
