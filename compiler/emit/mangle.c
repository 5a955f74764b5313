// mangle.c — names in the emitted C: unique, without reserved words, the same in every run.
// Owns:     the set of names in use. Prefixes keep kinds apart from each other and from the runtime's `ag_`: c_ classes, e_
//           errors, g_ agents, t_ other structs, x_ boxes, msg_, cls_, type_, f_ functions, s_ strings, l locals.
// Promises: two things never share a name, whatever their modules are called.
#include <stdio.h>
#include <string.h>

#include "emit/emit.h"
#include "emit/emitter.h"

const char *emit_f(emitter *e, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const char *text = arena_vprintf(e->arena, format, args);
  va_end(args);
  return text;
}

const char *name_unique(emitter *e, const char *wanted) {
  uint32_t before = e->names.count;
  const str *name = str_intern_cstr(&e->names, wanted);
  for (unsigned n = 2; e->names.count == before; n++) name = str_internf(&e->names, "%s_%u", wanted, n);
  return name->text;
}

bool emit_has_prefix(const char *prefix) {
  static const char own[] =
      " ag agent arg beh c class cls cmp copy deliver desc drop e each eq f file fn fr frame freeze g give hash i "
      "infos k "
      "library main make mcopy mdrop meach msg named odrop oeach own params release retain s show slot t tab table "
      "take "
      "topo type views x ";
  size_t n = strlen(prefix);
  if (*prefix == 'l' && n > 1 && strspn(prefix + 1, "0123456789") == n - 1) return true; // locals
  for (const char *at = own; (at = strstr(at, prefix)) != NULL; at += n)
    if (at[-1] == ' ' && at[n] == ' ') return true;
  return false;
}

// In the dump of a function a member is called "Type.name"; in C "Type_name".
static const char *plain(emitter *e, const char *module, const char *name) {
  char *text = arena_strdup(e->arena, *module ? emit_f(e, "%s_%s", module, name) : name);
  for (char *p = text; *p; p++) {
    bool word = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9');
    if (!word) *p = '_';
  }
  return text;
}

const char *name_decl(emitter *e, const hir_decl *d) {
  const char *name = map_get(&e->decl_names, d);
  if (name) return name;
  name = name_unique(e, plain(e, d->module ? d->module : "", d->name));
  map_put(&e->decl_names, d, (void *)(uintptr_t)name);
  return name;
}

const char *name_fn(emitter *e, const mir_fn *f) {
  const char *name = map_get(&e->fn_names, f);
  if (name) return name;
  const char *module = f->decl ? f->decl->module : f->hir ? f->hir->module : "";
  name = name_unique(e, emit_f(e, "f_%.60s", plain(e, module ? module : "", f->name))); // type arguments may be long
  map_put(&e->fn_names, f, (void *)(uintptr_t)name);
  VEC_PUSH(e->arena, &e->fn_queue, f);
  emit_prototype(e, f, &e->protos);
  return name;
}

const char *name_file(emitter *e, span at) {
  const source *s = source_of(e->sources, at.file);
  if (!s) return "\"\"";
  if (s->embedded) return "NULL"; // what goes wrong in the standard library has the place of its call
  const char *name = map_get(&e->files, s);
  if (name) return name;
  name = emit_f(e, "file_%u", e->files.count + 1);
  map_put(&e->files, s, (void *)(uintptr_t)name);
  buf_printf(&e->literals, "static const char %s[] = ", name);
  emit_text_literal(&e->literals, s->name, (uint32_t)strlen(s->name));
  buf_adds(&e->literals, ";\n");
  return name;
}

uint32_t line_of(emitter *e, span at) {
  const source *s = source_of(e->sources, at.file);
  return s ? source_line_at(s, at.begin) : 0;
}

// Octal escapes have three digits, so that no digit after them can be read as one; a `?` could begin a trigraph.
void emit_text_literal(buf *b, const char *bytes, uint32_t size) {
  enum { PIECE = 100 };
  buf_addc(b, '"');
  for (uint32_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)bytes[i];
    if (i > 0 && i % PIECE == 0) buf_adds(b, "\"\n  \"");
    if (c == '"' || c == '\\' || c == '?') {
      buf_addc(b, '\\');
      buf_addc(b, (char)c);
    } else if (c == '\n') {
      buf_adds(b, "\\n");
    } else if (c < 32 || c >= 127) {
      buf_printf(b, "\\%03o", c);
    } else {
      buf_addc(b, (char)c);
    }
  }
  buf_addc(b, '"');
}

const char *name_string(emitter *e, const char *bytes, uint32_t size) {
  const str *text = str_intern(&e->texts, bytes, size);
  const char *name = map_get(&e->strings, text);
  if (name) return name;
  uint32_t number = e->strings.count + 1;
  name = emit_f(e, "AG_STR(s_%u)", number);
  map_put(&e->strings, text, (void *)(uintptr_t)name);
  buf_printf(&e->literals, "AG_STR_LITERAL(s_%u, ", number);
  emit_text_literal(&e->literals, bytes, size);
  buf_printf(&e->literals, ", %u);\n", size);
  return name;
}
