// module.c — a work list of files: each is read and parsed, its `use`s add to the list.
// Owns:     the table of files by path, while loading.
// Promises: see module.h. No recursion: neither a long chain of files nor a circle can exhaust the stack.
#include "module/module.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/embedded.h"
#include "base/suggest.h"
#include "base/map.h"
#include "base/os.h"
#include "base/vec.h"
#include "syntax/parse.h"

typedef struct loader {
  const module_context *cx;
  VEC(module *) modules;
  map by_path; // interned path -> module
  map names;   // interned module name -> module
} loader;

static const embedded_file *embedded_find(const char *path) {
  for (size_t i = 0; i < embedded_file_count; i++) {
    if (strcmp(embedded_files[i].path, path) == 0) return &embedded_files[i];
  }
  return NULL;
}

static const char *std_path(const loader *l, const char *name) {
  return arena_printf(l->cx->arena, "stdlib/%s/%s.agent", name, name);
}

// ---- names for mangling ----------------------------------------------------------------------------------------

static const char *module_name(loader *l, const char *path, bool is_std, bool is_first) {
  arena *a = l->cx->arena;
  if (is_first) return "";
  char *name = arena_strdup(a, path_stem(a, path));
  if (is_std) return name;
  for (char *c = name; *c; c++) {
    if (!isalnum((unsigned char)*c)) *c = '_';
  }
  if (!*name || isdigit((unsigned char)*name)) name = arena_printf(a, "m%s", name);
  // The standard library's names are part of its natives' symbols and stay its own.
  const char *unique = name;
  for (int n = 2;; n++) {
    bool taken = map_has(&l->names, str_intern_cstr(l->cx->names, unique)) || embedded_find(std_path(l, unique));
    if (!taken) return unique;
    unique = arena_printf(a, "%s_%d", name, n);
  }
}

// ---- reading ---------------------------------------------------------------------------------------------------

static module *module_add(loader *l, const char *path, const char *name, const char *text, size_t size, bool is_std) {
  const module_context *cx = l->cx;
  module *m = ARENA_NEW(cx->arena, module);
  source *src = (source *)source_add(cx->sources, path, name, text, size);
  src->embedded = is_std;
  m->src = src;
  m->is_std = is_std;
  m->name = module_name(l, path, is_std, l->modules.count == 0);
  map_put(&l->names, str_intern_cstr(cx->names, m->name), m);
  map_put(&l->by_path, str_intern_cstr(cx->names, path), m);
  VEC_PUSH(cx->arena, &l->modules, m);
  return m;
}

static module *module_find(const loader *l, const char *path) {
  return map_get(&l->by_path, str_intern_cstr(l->cx->names, path));
}

// A module of the standard library, or NULL.
static module *load_std(loader *l, const char *name) {
  const char *path = std_path(l, name);
  module *m = module_find(l, path);
  if (m) return m;
  const embedded_file *f = embedded_find(path);
  return f ? module_add(l, path, path, f->data, f->size, true) : NULL;
}

// A file, or NULL and why not.
static module *load_file(loader *l, const char *name, const char **why) {
  arena *a = l->cx->arena;
  bool standard_input = strcmp(name, "-") == 0;
  const char *path = standard_input ? "-" : path_real(a, name), *text;
  size_t size;
  module *m = path ? module_find(l, path) : NULL;
  if (m) return m;
  *why = os_read_file(a, path ? path : name, &text, &size);
  if (*why) return NULL;
  return module_add(l, path ? path : name, standard_input ? "<stdin>" : name, text, size, false);
}

// ---- `use` -----------------------------------------------------------------------------------------------------

static void help_std(const loader *l, diag *d, ast_ident wanted) {
  buf names = {0};
  const char **all = ARENA_ARRAY(l->cx->arena, const char *, embedded_file_count + 1);
  size_t count = 0;
  for (size_t i = 0; i < embedded_file_count; i++) {
    const char *path = embedded_files[i].path;
    if (strncmp(path, "stdlib/", 7) != 0 || strncmp(path, "stdlib/prelude/", 15) == 0) continue;
    const char *stem = path_stem(l->cx->arena, path);
    if (strcmp(std_path(l, stem), path) != 0) continue;
    all[count++] = stem;
    buf_printf(&names, "%sstd.%s", names.size ? ", " : "", stem);
  }
  const char *near = ast_has(wanted) ? suggest(wanted.name->text, all, count) : NULL;
  if (near) {
    diag_fix(d, "did you mean `std.%s`?", near);
    diag_edit(d, wanted.span, near);
  } else if (names.size) diag_help(d, "the standard library has %s", buf_text(&names));
  buf_fini(&names);
}

static module *resolve_words(loader *l, const ast_decl *use) {
  const ast_idents *path = &use->u.use.path;
  const char *first = path->items[0].name->text, *last = path->items[path->count - 1].name->text;
  if (strcmp(first, "std") != 0) {
    diag *d = diag_error(l->cx->sink, E0201, use->u.use.target_span,
                         "`use %s` names no module: only the standard library is named by words", first);
    if (path->count == 1 && load_std(l, first)) {
      diag_fix(d, "write `use std.%s`", first);
      diag_edit(d, span_before(use->u.use.target_span), "std.");
    } else diag_help(d, "a file of yours is named by its path: `use \"./%s.agent\"`", last);
    return NULL;
  }
  module *m = path->count == 2 && strcmp(last, "prelude") != 0 ? load_std(l, last) : NULL;
  if (m) return m;
  diag *d =
      path->count == 1
          ? diag_error(l->cx->sink, E0201, use->u.use.target_span, "`use std` needs the name of a module")
          : diag_error(l->cx->sink, E0201, use->u.use.target_span, "the standard library has no module `%s`", last);
  help_std(l, d, path->count == 2 ? path->items[1] : (ast_ident){0});
  return NULL;
}

static module *resolve_file(loader *l, const module *from, const ast_decl *use) {
  const str *file = use->u.use.file;
  span at = use->u.use.target_span;
  if (from->is_std || file->size == 0 || strlen(file->text) != file->size) {
    diag_error(l->cx->sink, E0202, at, "this is no path of a file");
    return NULL;
  }
  const char *base = strcmp(from->src->name, "<stdin>") == 0 ? "." : path_dir(l->cx->arena, from->src->name), *why;
  const char *name = path_join(l->cx->arena, base, file->text);
  module *m = load_file(l, name, &why);
  if (m && m != from) return m;
  if (m) {
    diag *d = diag_error(l->cx->sink, E0203, at, "this file uses itself");
    diag_help(d, "its own names are known without; leave this out");
    return NULL;
  }
  diag *d = diag_error(l->cx->sink, E0202, at, "`%s` cannot be read: %s", name, why);
  const char *last = strrchr(file->text, '/'); // a folder is none
  if (!strstr(file->text, ".agent") && strspn(last ? last : file->text, "./") < strlen(last ? last : file->text)) {
    diag_fix(d, "paths are written with their ending: `use \"%s.agent\"`", file->text);
    const char *full = path_join(l->cx->arena, base, arena_printf(l->cx->arena, "%s.agent", file->text));
    const char *text;
    size_t size;
    bool there = os_read_file(l->cx->arena, full, &text, &size) == NULL;
    diag_edit(d, there ? (span){at.file, at.end - 1, at.end - 1} : SPAN_NONE, ".agent");
  } else diag_help(d, "the path is relative to the file that says `use`");
  return NULL;
}

// A module of the standard library is all files of its folder: the declarations of the others follow those of the first.
static void parse_companions(loader *l, module *m, parse_context *pcx) {
  const module_context *cx = l->cx;
  const char *folder = arena_printf(cx->arena, "stdlib/%s/", m->name);
  VEC(const ast_decl *) all = {0};
  bool broken = m->file->has_errors;
  for (uint32_t i = 0; i < m->file->decls.count; i++) VEC_PUSH(cx->arena, &all, m->file->decls.items[i]);
  for (size_t i = 0; i < embedded_file_count; i++) {
    const embedded_file *e = &embedded_files[i];
    if (strncmp(e->path, folder, strlen(folder)) != 0 || strcmp(e->path, m->src->path) == 0) continue;
    source *src = (source *)source_add(cx->sources, e->path, e->path, e->data, e->size);
    src->embedded = true;
    const ast_file *more = parse_file(pcx, src);
    for (uint32_t j = 0; j < more->decls.count; j++) VEC_PUSH(cx->arena, &all, more->decls.items[j]);
    broken |= more->has_errors;
  }
  ast_file *whole = ARENA_NEW(cx->arena, ast_file);
  *whole = (ast_file){.span = m->file->span, .decls = {all.items, all.count}, .has_errors = broken};
  m->file = whole;
}

static void module_parse(loader *l, module *m) {
  const module_context *cx = l->cx;
  parse_context pcx = {cx->arena, cx->names, cx->sink};
  m->file = parse_file(&pcx, m->src);
  if (m->is_std) parse_companions(l, m, &pcx);
  const ast_decls *decls = &m->file->decls;
  m->uses = ARENA_ARRAY(cx->arena, const module *, decls->count);
  for (uint32_t i = 0; i < decls->count; i++) {
    const ast_decl *d = decls->items[i];
    if (d->kind != AST_DECL_USE) continue;
    m->uses[i] = d->u.use.file ? resolve_file(l, m, d) : resolve_words(l, d);
  }
}

// ---- all together ----------------------------------------------------------------------------------------------

static void loader_init(loader *l, const module_context *cx) {
  *l = (loader){.cx = cx};
  map_init(&l->by_path, cx->arena);
  map_init(&l->names, cx->arena);
}

static void loader_finish(loader *l, module_list *out) {
  module *prelude = load_std(l, "prelude");
  if (prelude) prelude->is_prelude = true;
  for (uint32_t i = 0; i < l->modules.count; i++) {
    module_parse(l, l->modules.items[i]);
    out->has_syntax_errors |= l->modules.items[i]->file->has_errors;
  }
  out->items = l->modules.items;
  out->count = l->modules.count;
}

const char *module_load(const module_context *cx, const char *const *files, uint32_t count, module_list *out,
                        uint32_t *bad) {
  loader l;
  loader_init(&l, cx);
  *out = (module_list){0};
  for (uint32_t i = 0; i < count; i++) {
    const char *why;
    module *m = load_file(&l, files[i], &why);
    if (!m) {
      *bad = i;
      return why;
    }
    m->is_root = true;
  }
  loader_finish(&l, out);
  return NULL;
}

void module_load_text(const module_context *cx, const char *name, const char *text, size_t size, module_list *out) {
  loader l;
  loader_init(&l, cx);
  *out = (module_list){0};
  module_add(&l, name, name, text, size, false)->is_root = true;
  loader_finish(&l, out);
}
