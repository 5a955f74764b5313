// read_type.c — words, strings and types of MIR text.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mir/read_internal.h"

// ---- scanner -----------------------------------------------------------------------------------------------------------------
bool read_fail(reader *r, const char *what) {
  if (r->error) return false;
  uint32_t line = 1;
  for (const char *c = r->begin; c < r->at; c++) line += *c == '\n';
  r->error = arena_printf(r->a, "line %u: %s, at \"%.20s\"", line, what, r->at);
  return false;
}

void read_space(reader *r) {
  while (*r->at == ' ') r->at++;
}

static bool in_word(char c) { return isalnum((unsigned char)c) || c == '_'; }

bool read_mark(reader *r, const char *text) {
  read_space(r);
  size_t n = strlen(text);
  if (strncmp(r->at, text, n) != 0) return false;
  if (in_word(text[n - 1]) && in_word(r->at[n])) return false;
  r->at += n;
  return true;
}

bool read_word(reader *r, char *out, size_t size) {
  read_space(r);
  size_t n = 0;
  while (in_word(r->at[n]) && n + 1 < size) n++;
  memcpy(out, r->at, n);
  out[n] = 0;
  r->at += n;
  return n > 0;
}

// A name, with its type arguments if it is one of an instance: "map[Int, (String, Int)]"
const char *read_name(reader *r) {
  char word[128];
  read_word(r, word, sizeof word);
  if (*r->at != '[') return arena_strdup(r->a, word);
  const char *begin = r->at;
  for (int open = 0; *r->at && *r->at != '\n'; r->at++) {
    open += (*r->at == '[') - (*r->at == ']');
    if (open == 0) break;
  }
  if (!read_mark(r, "]")) read_fail(r, "']' is missing");
  return arena_printf(r->a, "%s%.*s", word, (int)(r->at - begin), begin);
}

bool read_number(reader *r, uint32_t *out) {
  read_space(r);
  if (!isdigit((unsigned char)*r->at)) return read_fail(r, "a number is missing");
  char *end;
  *out = (uint32_t)strtoul(r->at, &end, 10);
  r->at = end;
  return true;
}

static int hex_digit(char c) { return isdigit((unsigned char)c) ? c - '0' : (c | 32) - 'a' + 10; }

// One escape of those buf_add_quoted writes.
static char unescape(reader *r) {
  char c = *r->at++;
  if (c == 'n') return '\n';
  if (c == 't') return '\t';
  if (c == 'r') return '\r';
  if (c == 'b') return '\b';
  if (c == 'f') return '\f';
  if (c != 'u') return c;
  int v = 0;
  for (int i = 0; i < 4 && isxdigit((unsigned char)*r->at); i++) v = v * 16 + hex_digit(*r->at++);
  return (char)v;
}

const char *read_quoted(reader *r, uint32_t *size) {
  *size = 0;
  read_space(r);
  if (*r->at != '"') {
    read_fail(r, "a string is missing");
    return "";
  }
  r->at++;
  char *out = arena_alloc(r->a, strlen(r->at) + 1);
  uint32_t n = 0;
  while (*r->at && *r->at != '"') {
    char c = *r->at++;
    out[n++] = c == '\\' ? unescape(r) : c;
  }
  if (*r->at) r->at++;
  *size = n;
  return out;
}

// ---- names -------------------------------------------------------------------------------------------------------------------
const hir_decl *read_decl(reader *r, const char *name) {
  const hir_decl *known[] = {r->hir->string_decl, r->hir->bytes_decl, r->hir->array_decl,
                             r->hir->map_decl,    r->hir->set_decl,   r->hir->main_agent};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (known[i] && strcmp(known[i]->name, name) == 0) return known[i];
  for (uint32_t i = 0; i < r->hir->decl_count; i++)
    if (strcmp(r->hir->decls[i]->name, name) == 0) return r->hir->decls[i];
  for (uint32_t i = 0; i < r->hir->closure_count; i++)
    if (strcmp(r->hir->closures[i]->name, name) == 0) return r->hir->closures[i];
  for (uint32_t i = 0; i < r->hir->table_count; i++)
    if (strcmp(r->hir->tables[i]->interface->name, name) == 0) return r->hir->tables[i]->interface;
  for (uint32_t i = 0; i < r->made_up.count; i++)
    if (strcmp(r->made_up.items[i]->name, name) == 0) return r->made_up.items[i];
  if (*name != '_' && (*name < 'A' || *name > 'Z')) {
    read_fail(r, "a declaration is missing");
    return NULL;
  }
  hir_decl *d = ARENA_NEW(r->a, hir_decl);
  *d = (hir_decl){.kind = DECL_CLASS, .name = arena_strdup(r->a, name), .module = ""};
  VEC_PUSH(r->a, &r->made_up, d);
  return d;
}

const hir_fn *read_behaviour(reader *r, const char *owner, const char *name) {
  const hir_decl *d = read_decl(r, owner);
  for (uint32_t i = 0; d && i < d->behaviour_count; i++)
    if (strcmp(d->behaviours[i]->name, name) == 0) return d->behaviours[i];
  bool interface = d && d->kind == DECL_INTERFACE; // of agents: what they are sent stands among its methods
  for (uint32_t i = 0; interface && i < d->method_count; i++)
    if (strcmp(d->methods[i]->name, name) == 0) return d->methods[i];
  read_fail(r, arena_printf(r->a, "no behaviour '%s'", name));
  return NULL;
}

// ---- types -------------------------------------------------------------------------------------------------------------------
static const struct {
  const char *name;
  type_kind kind;
} simple[] = {{"Never", TY_NEVER}, {"Bool", TY_BOOL},         {"I8", TY_I8},           {"I16", TY_I16},
              {"I32", TY_I32},     {"Int", TY_I64},           {"U8", TY_U8},           {"U16", TY_U16},
              {"U32", TY_U32},     {"U64", TY_U64},           {"F32", TY_F32},         {"F64", TY_F64},
              {"none", TY_NONE},   {"Duration", TY_DURATION}, {"Instant", TY_INSTANT}, {"Range", TY_RANGE}};

static cap read_cap(reader *r, cap usual) {
  static const struct {
    const char *name;
    cap c;
  } caps[] = {{"iso", CAP_ISO}, {"val", CAP_VAL}, {"ref", CAP_REF}, {"box", CAP_BOX}, {"tag", CAP_TAG}};
  for (size_t i = 0; i < sizeof caps / sizeof *caps; i++)
    if (read_mark(r, caps[i].name)) return caps[i].c;
  return usual;
}

#define LIST_MAX 64

static uint32_t read_types(reader *r, const type **out, const char *close) {
  uint32_t n = 0;
  do out[n++] = read_type(r);
  while (n < LIST_MAX && !r->error && read_mark(r, ","));
  if (!read_mark(r, close)) read_fail(r, "a list of types does not end");
  return n;
}

static const type *nominal(reader *r, const hir_decl *d) {
  const type *args[LIST_MAX];
  uint32_t n = read_mark(r, "[") ? read_types(r, args, "]") : 0;
  switch (d->kind) {
  case DECL_STRUCT: return type_nominal(r->p->types, TY_STRUCT, d, args, n, read_cap(r, CAP_NONE));
  case DECL_ENUM: return type_nominal(r->p->types, TY_ENUM, d, args, n, read_cap(r, CAP_NONE));
  case DECL_ERROR: return type_nominal(r->p->types, TY_ERRVAL, d, args, n, read_cap(r, CAP_VAL));
  case DECL_INTERFACE: return type_nominal(r->p->types, TY_INTERFACE, d, args, n, read_cap(r, hir_decl_default_cap(d)));
  case DECL_AGENT: return type_nominal(r->p->types, TY_AGENT, d, args, n, read_cap(r, CAP_TAG));
  case DECL_CLASS:
  case DECL_PARAM:
  case DECL_PRIMITIVE: break;
  }
  return type_nominal(r->p->types, TY_CLASS, d, args, n, read_cap(r, hir_decl_default_cap(d)));
}

// An instance of a generic is a declaration whose name has the arguments in it.
static const hir_decl *instance(reader *r, const char *word) {
  const char *at = r->at;
  if (*at != '[') return NULL;
  r->at -= strlen(word);
  const char *name = read_name(r);
  for (uint32_t i = 0; i < r->hir->decl_count; i++)
    if (strcmp(r->hir->decls[i]->name, name) == 0) return r->hir->decls[i];
  r->at = at;
  return NULL;
}

static const type *named(reader *r) {
  char name[128];
  if (!read_word(r, name, sizeof name)) return NULL;
  for (size_t i = 0; i < sizeof simple / sizeof *simple; i++)
    if (strcmp(name, simple[i].name) == 0) return type_simple(r->p->types, simple[i].kind);
  if (strcmp(name, "Error") == 0) // of any kind
    return type_nominal(r->p->types, TY_ERRVAL, NULL, NULL, 0, CAP_VAL);
  if (strcmp(name, "Future") == 0 && read_mark(r, "[")) {
    const type *args[LIST_MAX];
    read_types(r, args, "]");
    return type_compound(r->p->types, TY_FUTURE, args, 1, CAP_NONE);
  }
  const hir_decl *d = instance(r, name);
  if (!d) d = read_decl(r, name);
  return d ? nominal(r, d) : NULL;
}

static const type *tuple(reader *r) {
  const type *args[LIST_MAX];
  if (read_mark(r, ")")) return type_simple(r->p->types, TY_UNIT);
  uint32_t n = read_types(r, args, ")");
  return n == 1 ? args[0] : type_compound(r->p->types, TY_TUPLE, args, n, CAP_NONE);
}

// fn val(A, B) -> C !
static const type *function(reader *r) {
  const type *args[17];
  cap c = read_cap(r, CAP_REF);
  uint32_t n = 0;
  if (!read_mark(r, "(")) read_fail(r, "parameters are missing");
  else if (!read_mark(r, ")")) n = read_types(r, args, ")");
  args[n] = read_mark(r, "->") ? read_type(r) : type_simple(r->p->types, TY_UNIT);
  return type_fn(r->p->types, args, n + 1, read_mark(r, "!"), c);
}

const type *read_type(reader *r) {
  const type *t = read_mark(r, "(") ? tuple(r) : read_mark(r, "fn") ? function(r) : named(r);
  if (!t) {
    read_fail(r, "a type is missing");
    return type_simple(r->p->types, TY_ERROR);
  }
  while (*r->at == '?') {
    r->at++;
    t = type_compound(r->p->types, TY_OPTIONAL, &t, 1, CAP_NONE);
  }
  return t;
}
