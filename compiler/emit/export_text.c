// export_text.c — how exports look in app.h: names, parameters, types, comments. See export.h.
#include <string.h>

#include "emit/export.h"

// ---- names -------------------------------------------------------------------------------------------------------
static bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// Identifiers with two underscores in a row are C++'s own.
static void add_part(buf *b, const char *part) {
  for (; *part; part++) {
    bool after_underscore = b->size == 0 || b->data[b->size - 1] == '_';
    if (is_word(*part)) buf_addc(b, *part);
    else if (!after_underscore) buf_addc(b, '_');
  }
}

const char *export_name(exporter *x, const char *a, const char *b, const char *c) {
  const char *parts[] = {x->prefix, a, b, c};
  buf text = {0};
  for (int i = 0; i < 4; i++) {
    if (!parts[i]) continue;
    if (i > 0 && text.data[text.size - 1] != '_') buf_addc(&text, '_');
    add_part(&text, parts[i]);
  }
  while (text.data[text.size - 1] == '_') text.size--;
  const char *wanted = arena_strndup(x->e->arena, buf_text(&text), text.size);
  buf_fini(&text);
  uint32_t before = x->names.count;
  const str *name = str_intern_cstr(&x->names, wanted);
  for (unsigned n = 2; x->names.count == before; n++) name = str_internf(&x->names, "%s_%u", wanted, n);
  return name->text;
}

const char *export_type_name(exporter *x, const hir_decl *d) {
  const char *known = map_get(&x->declared, d->name);
  if (known) return known;
  known = export_name(x, d->name, NULL, NULL);
  map_put(&x->declared, d->name, (void *)(uintptr_t)known);
  return known;
}

// Of C and C++, types and parameters of app.h.
static bool is_taken(exporter *x, const char *name) {
  static const char taken[] =
      " alignas alignof and asm auto bitand bitor bool break case catch char class compl concept const constexpr "
      "continue decltype "
      "default delete do double else enum explicit export extern false float for friend goto if inline int long "
      "mutable namespace new "
      "noexcept not nullptr operator or private protected public register requires restrict return short signed sizeof "
      "static struct "
      "switch template this throw true try typedef typeid typename union unsigned using virtual void volatile wchar_t "
      "while xor "
      "rt to out callback user timeout_ns linux unix errno stdin stdout stderr size_t int8_t int16_t int32_t int64_t "
      "uint8_t uint16_t uint32_t uint64_t ";
  const char *at = taken;
  size_t n = strlen(name);
  while ((at = strstr(at, name)) != NULL) {
    if (at[-1] == ' ' && at[n] == ' ') return true;
    at += n;
  }
  const hir_program *hir = x->e->program->hir;
  for (uint32_t i = 0; i < hir->export_count; i++)
    if (hir->exports[i].decl && strcmp(export_type_name(x, hir->exports[i].decl), name) == 0) return true;
  return strncmp(name, "ag_", 3) == 0;
}

export_arg export_arg_of(exporter *x, const type *t, const char *name) {
  export_arg arg = {.c = hir_c_of(t, false), .said = name};
  buf b = {0};
  if (arg.c.kind == C_OBJECT && arg.c.type->cap == CAP_ISO) buf_adds(&b, "take_");
  add_part(&b, name);
  if (b.size == 0) buf_adds(&b, "x");
  if (b.data[0] >= '0' && b.data[0] <= '9') buf_adds(&b, "_");
  if (arg.c.kind == C_DURATION) buf_adds(&b, "_ns");
  if (is_taken(x, buf_text(&b))) buf_adds(&b, "_");
  arg.name = arena_strndup(x->e->arena, buf_text(&b), b.size);
  buf_fini(&b);
  return arg;
}

// ---- types -------------------------------------------------------------------------------------------------------
const char *export_c_type(exporter *x, hir_c c) {
  switch (c.kind) {
  case C_NONE:
  case C_UNIT: return "void";
  case C_BOOL: return "int";
  case C_NUMBER: return ctype_of(x->e, c.type)->c;
  case C_DURATION: return "int64_t";
  case C_TEXT: return "const char *";
  case C_BYTES: return "ag_blob";
  case C_ARRAY: return ctype_of(x->e, c.type->args[0])->c;
  case C_AGENT: return emit_f(x->e, "%s *", export_type_name(x, c.type->decl));
  case C_OBJECT:
    return emit_f(x->e, "%s%s *", c.type->cap == CAP_ISO ? "" : "const ", export_type_name(x, c.type->decl));
  case C_ENUM:
  case C_STRUCT: return export_type_name(x, c.type->decl);
  }
  return "void";
}

const char *export_result_type(exporter *x, hir_c c) {
  static const char *const arrays[] = {
      [TY_I8] = "ag_i8_array",   [TY_I16] = "ag_i16_array", [TY_I32] = "ag_i32_array", [TY_I64] = "ag_i64_array",
      [TY_U8] = "ag_u8_array",   [TY_U16] = "ag_u16_array", [TY_U32] = "ag_u32_array", [TY_U64] = "ag_u64_array",
      [TY_F32] = "ag_f32_array", [TY_F64] = "ag_f64_array"};
  return c.kind == C_ARRAY ? arrays[c.type->args[0]->kind] : export_c_type(x, c);
}

void export_param(exporter *x, buf *b, const export_arg *arg, const char *name) {
  const char *c = export_c_type(x, arg->c), *gap = c[strlen(c) - 1] == '*' ? "" : " ";
  if (arg->c.kind == C_BYTES) buf_printf(b, ", const void *%s, size_t %s_size", name, name);
  else if (arg->c.kind == C_ARRAY) buf_printf(b, ", const %s *%s, size_t %s_count", c, name, name);
  else buf_printf(b, ", %s%s%s", c, gap, name);
}

static void declare_enum(exporter *x, const hir_decl *d) {
  const char *name = export_type_name(x, d);
  export_doc(&x->types, d->doc, NULL);
  buf_printf(&x->types, "typedef enum %s {", name);
  for (uint32_t i = 0; i < d->variant_count; i++) {
    buf_adds(&x->types, i ? ",\n" : "\n");
    if (d->variants[i].doc) buf_adds(&x->types, "  ");
    export_doc(&x->types, d->variants[i].doc, NULL);
    buf_printf(&x->types, "  %s", export_name(x, d->name, d->variants[i].name, NULL));
  }
  buf_printf(&x->types, "\n} %s;\n", name);
}

static void declare_struct(exporter *x, const hir_decl *d) {
  buf body = {0};
  for (uint32_t i = 0; i < d->field_count; i++) {
    hir_c c = hir_c_of(d->fields[i].type, false);
    if (c.kind == C_ENUM || c.kind == C_STRUCT) export_declare(x, c.type->decl);
    export_arg field = export_arg_of(x, d->fields[i].type, d->fields[i].name);
    if (d->fields[i].doc) buf_adds(&body, "  ");
    export_doc(&body, d->fields[i].doc, NULL);
    buf_printf(&body, "  %s %s;\n", export_c_type(x, c), field.name);
  }
  if (d->field_count == 0) buf_adds(&body, "  char none;\n");
  const char *name = export_type_name(x, d);
  export_doc(&x->types, d->doc, NULL);
  buf_printf(&x->types, "typedef struct %s {\n%s} %s;\n", name, buf_text(&body), name);
  buf_fini(&body);
}

void export_declare(exporter *x, const hir_decl *d) {
  if (map_has(&x->declared, d)) return;
  map_put(&x->declared, d, (void *)(uintptr_t)d);
  if (d->kind == DECL_ENUM) declare_enum(x, d);
  else if (d->kind == DECL_STRUCT) declare_struct(x, d);
  else buf_printf(&x->types, "typedef struct %s %s;\n", export_type_name(x, d), export_type_name(x, d));
}

// ---- comments ----------------------------------------------------------------------------------------------------
static void comment_text(buf *b, const char *text) {
  for (; *text; text++) {
    if (*text == '\n') buf_adds(b, text[1] ? "\n * " : "");
    else if (*text == '*' && text[1] == '/') buf_adds(b, "* ");
    else if (*text == '/' && text[1] == '*') buf_adds(b, "/ ");
    else if (*text == '?' && text[1] == '?') buf_adds(b, "? ");
    else buf_addc(b, *text);
  }
}

void export_doc(buf *b, const char *doc, const char *more) {
  if (!doc && !more) return;
  buf_adds(b, "/* ");
  if (doc) comment_text(b, doc);
  if (doc && more) buf_adds(b, "\n * ");
  if (more) comment_text(b, more);
  buf_adds(b, " */\n");
}

static const char about[] =
    " *\n"
    " * Any thread may call these, between ag_runtime_new and ag_runtime_free (agent/host.h). They answer AG_OK, or "
    "why nothing was\n"
    " * done: AG_ERR_INVALID (NULL, a text that is not UTF-8, an enum that is none), AG_ERR_STOPPED, AG_ERR_MEMORY, "
    "and\n"
    " *   Agent_spawn          makes an agent. It lives as long as anybody refers to it, or it has something to do. "
    "_retain answers one\n"
    " *                        more reference, _release gives one back (NULL: nothing)\n"
    " *   Agent_behaviour      sends, and does not wait. AG_ERR_FULL: nothing was sent, the mailbox is full; try again "
    "later\n"
    " *   ..._async            asks, and does not wait. AG_ERR_FULL. AG_OK: `callback` is called once, on a thread of "
    "the runtime or in\n"
    " *                        ag_runtime_poll or ag_runtime_stop, perhaps before this returns; with AG_OK and the "
    "reply, or without:\n"
    " *                        AG_ERR_FAILED (ag_error_text), AG_ERR_STOPPED\n"
    " *   ..._wait             asks, and blocks the thread, for at most timeout_ns (below 0: without limit). "
    "AG_ERR_FULL, AG_ERR_FAILED;\n"
    " *                        AG_ERR_TIMEOUT: it is taken back if it has not begun, else its reply is dropped; "
    "AG_ERR_INVALID: in a\n"
    " *                        callback, which may not wait\n"
    " *   functions            AG_ERR_FAILED: it raised\n"
    " *   Class_new            makes an object that nobody else has, or, if `const`, that never changes. _share turns "
    "the first into the\n"
    " *                        second; of that _retain answers one more reference. _free gives each back (NULL: "
    "nothing)\n"
    " *   Class_field          what it holds; pointers are lent, as long as `of` is there\n"
    " * What is given: texts, bytes and arrays are copied; agents and `const` objects are shared, and the caller keeps "
    "its own. An object\n"
    " * called take_... is the caller's no more, but after AG_ERR_INVALID and AG_ERR_FULL.\n"
    " * What is got is the caller's: agents are released, objects freed, texts given to ag_text_free, bytes to "
    "ag_blob_free, arrays to\n"
    " * ag_array_free. In callbacks texts, bytes and arrays are lent: they are gone when it returns.\n";

void export_header(exporter *x, buf *out) {
  buf guard = {0};
  for (const char *p = x->prefix; *p; p++) buf_addc(&guard, *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p);
  buf_printf(out, "/* %s.h: what agents of %s are to C and C++. Made by agentc; do not edit.\n%s */\n", x->prefix,
             x->e->program->hir->main_file, about);
  buf_printf(out, "#ifndef %s_H\n#define %s_H\n\n#include <agent/host.h>\n\n", buf_text(&guard), buf_text(&guard));
  buf_adds(out, "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
  buf_add(out, x->types.data, x->types.size);
  buf_add(out, x->functions.data, x->functions.size);
  buf_adds(out, "\n#ifdef __cplusplus\n}\n#endif\n#endif\n");
  buf_fini(&guard);
}
