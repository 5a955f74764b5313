// scope.c — names: locals innermost first, the file's declarations, used files, the prelude.
// Promises: an unknown name is reported once per place, with the closest known name; a private name of another file is
//           found and reported as such. Finding a local is linear in the locals in scope, everything else O(1).
// Does not: know members of the enclosing type (check_name.c).
#include <string.h>

#include "base/buf.h"
#include "base/embedded.h"
#include "sema/check.h"
#include "syntax/parse.h"

uint32_t scope_enter(sema *s, uint32_t *count) {
  uint32_t old = s->cx->scope;
  *count = s->cx->locals.count;
  s->cx->scope = s->cx->locals.count;
  return old;
}

void scope_leave(sema *s, uint32_t scope, uint32_t count) {
  s->cx->scope = scope;
  s->cx->locals.count = count;
}

hir_var *var_new(sema *s, const str *name, const type *t, span at, bool is_var) {
  hir_var *v = ARENA_NEW(s->a, hir_var);
  *v = (hir_var){.name = name->text, .type = t, .span = at, .id = ++s->next_var, .is_var = is_var};
  return v;
}

void local_add(sema *s, const str *name, hir_var *var, span at) {
  fn_cx *cx = s->cx;
  for (uint32_t i = cx->locals.count; i-- > cx->scope;) {
    local *l = &cx->locals.items[i];
    if (l->name != name) continue;
    diag *d = error_at(s, E0212, at, "`%s` is declared twice in this block", name->text);
    if (l->var) diag_note(d, l->var->span, "first declared here");
    diag_help(d, "give one of them another name, or assign to the first with `%s = …`", name->text);
    break;
  }
  VEC_PUSH(s->a, &cx->locals, (local){.name = name, .var = var});
}

local *local_find(sema *s, const str *name, bool *outside) {
  fn_cx *cx = s->cx;
  for (uint32_t i = cx->locals.count; i-- > 0;) {
    if (cx->locals.items[i].name != name) continue;
    *outside = cx->recover && i < cx->recover->base;
    return &cx->locals.items[i];
  }
  *outside = cx->recover != NULL;
  return cx->closure ? closure_capture(s, name) : NULL;
}

symbol *symbol_new(sema *s, symbol_kind kind, const str *name, span at, module_info *mod) {
  symbol *sym = ARENA_NEW(s->a, symbol);
  *sym = (symbol){.kind = kind, .name = name, .span = at, .mod = mod};
  return sym;
}

void symbol_declare(sema *s, module_info *mod, symbol *sym) {
  map *table = sym->kind == SYM_MODULE ? &mod->modules : &mod->symbols;
  symbol *old = map_get(table, sym->name);
  if (!old) {
    map_put(table, sym->name, sym);
    return;
  }
  diag *d = error_at(s, E0212, sym->span, "`%s` is declared twice in this file", sym->name->text);
  diag_note(d, old->span, "first declared here");
  diag_help(d, "give one of them another name");
}

static bool is_private(const str *name) { return name->text[0] == '_'; }

symbol *symbol_find(sema *s, module_info *mod, const str *name, span at) {
  symbol *sym = map_get(&mod->symbols, name);
  if (!sym) sym = map_get(&mod->modules, name);
  if (sym) return sym;
  for (uint32_t i = 0; i < mod->used.count; i++) {
    symbol *other = map_get(&mod->used.items[i]->symbols, name);
    if (!other || is_private(name) || other == sym) continue;
    if (sym) {
      diag *d = error_at(s, E0217, at, "`%s` is declared in two files that are used here", name->text);
      diag_note(d, sym->span, "one is this");
      diag_note(d, other->span, "the other is this");
      diag_help(d, "use one of the files with a name: `use \"…\" as other`, then `other.%s`", name->text);
      break;
    }
    sym = other;
  }
  if (!sym && mod != s->prelude) {
    sym = map_get(&s->prelude->symbols, name);
    if (sym && sym->kind == SYM_DECL) sym->u.decl->used = true;
  }
  return sym;
}

// Functions of other languages; unlike words.def nothing for syntax errors, where these may well be names of the program.
static const char *foreign_function(const char *name) {
  static const char *const rows[][2] = {
      {"len", "write `xs.size()`"},
      {"length", "write `xs.size()`"},
      {"range", "a range is written `0..n`, n excluded"},
      {"enumerate", "count with a range: `for i in 0..xs.size() { … xs[i] … }`"},
      {"sleep",
       "`use std.time` has `time.sleep(5ms)`, which keeps its agent waiting; `after 5ms signal self.name(…)` does not"},
      {"panic", "errors are raised with `raise`"},
      {"exit", "`return` leaves; `use std.process` has `process.exit_code(n)` for the exit status"},
      {"input", "`use std.io` has `io.read_line()`"},
      {"open", "`use std.io` has `io.read_file(path)` and others"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    if (strcmp(rows[i][0], name) == 0) return rows[i][1];
  return NULL;
}

symbol *symbol_in_module(sema *s, module_info *target, const str *name, span at) {
  symbol *sym = map_get(&target->symbols, name);
  if (sym && !is_private(name)) return sym;
  if (sym) {
    diag *d = error_at(s, E0213, at, "`%s` is private to its file", name->text);
    diag_note(d, sym->span, "it is declared here; a leading `_` keeps it from being seen elsewhere");
    return NULL;
  }
  if (target->broken) return NULL;
  diag *d = error_at(s, E0220, at, "the module has no `%s`", name->text);
  suggestion g = suggest_begin(name);
  buf all = {0};
  uint32_t count = 0;
  for (uint32_t i = 0; i < target->symbols.count; i++) {
    const str *other = target->symbols.entries[i].key;
    if (is_private(other)) continue;
    suggest_offer(&g, other);
    buf_printf(&all, "%s%s", count++ ? ", " : "", other->text);
  }
  suggest_say(&g, d, at);
  const char *known = foreign_function(name->text);
  if (!g.best && known) diag_help(d, "%s", known);
  else if (!g.best && count && count <= 12) diag_help(d, "it has %s", buf_text(&all));
  buf_fini(&all);
  return NULL;
}

// Private declarations of used files: seen, but not to be used.
static symbol *hidden_symbol(module_info *mod, const str *name) {
  for (uint32_t i = 0; i < mod->used.count; i++) {
    symbol *sym = map_get(&mod->used.items[i]->symbols, name);
    if (sym) return sym;
  }
  return NULL;
}

static bool names_type(const symbol *sym) {
  return sym->kind == SYM_DECL || sym->kind == SYM_TYPE || sym->kind == SYM_ALIAS || sym->kind == SYM_FUTURE;
}

static void offer_symbols(suggestion *g, const map *symbols, bool types_only) {
  for (uint32_t i = 0; i < symbols->count; i++) {
    const symbol *sym = symbols->entries[i].value;
    if (!types_only || names_type(sym)) suggest_offer(g, sym->name);
  }
}

// Words of other languages that a newcomer may try.
static const char *foreign_type(const char *name) {
  static const char *const rows[][2] = {
      {"Integer", "Int"}, {"Long", "Int"},     {"Double", "F64"},  {"Real", "F64"},    {"Str", "String"},
      {"Text", "String"}, {"Boolean", "Bool"}, {"Byte", "U8"},     {"Char", "U32"},    {"List", "Array"},
      {"Vec", "Array"},   {"Vector", "Array"}, {"Dict", "Map"},    {"HashMap", "Map"}, {"HashSet", "Set"},
      {"Void", "()"},     {"Unit", "()"},      {"Buffer", "Bytes"}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    if (strcmp(rows[i][0], name) == 0) return rows[i][1];
  return NULL;
}

static bool is_std_module(sema *s, const char *name) {
  const char *path = arena_printf(s->a, "stdlib/%s/%s.agent", name, name);
  for (size_t i = 0; i < embedded_file_count; i++)
    if (strcmp(embedded_files[i].path, path) == 0) return true;
  return false;
}

// What a used file uses itself is not passed on.
static bool help_behind(sema *s, const str *name, diag *d) {
  const module_info *mod = s->cx->mod;
  for (uint32_t i = 0; i < s->module_count && !is_private(name); i++) {
    const module_info *other = s->modules[i];
    const symbol *sym = other == mod || other->in->is_std ? NULL : map_get(&other->symbols, name);
    if (!sym) continue;
    diag_note(d, sym->span, "it is declared here, in a file that this one does not use");
    diag_help(d, "`use` that file, too: what the files that one uses make known is not passed on");
    return true;
  }
  return false;
}

static bool pattern_names(const ast_pat *p, const str *name) {
  const ast_pats *parts = p->kind == AST_PAT_PATH ? &p->u.path.args : p->kind == AST_PAT_TUPLE ? &p->u.list : NULL;
  for (uint32_t i = 0; parts && i < parts->count; i++)
    if (pattern_names(parts->items[i], name)) return true;
  return p->kind == AST_PAT_NAME && p->u.name == name;
}

// `let x = x + 1`, and closures that call themselves.
static bool help_own_value(sema *s, const str *name, diag *d) {
  for (const declaring *one = s->cx->declaring; one; one = one->up) {
    const ast_stmt *st = one->stmt;
    bool is_let = st->kind == AST_STMT_LET;
    if (is_let ? !pattern_names(st->u.let.pat, name) : st->u.var.name.name != name) continue;
    diag_note(d, is_let ? st->u.let.pat->span : st->u.var.name.span,
              "this `%s` is known from the next statement on: its own value cannot use it", name->text);
    if (s->cx->closure) diag_help(d, "a closure cannot call itself: declare a `fn`, which can");
    else
      diag_help(d, "it has no value yet: begin with one, `var %s = …`, and change it in a statement of its own",
                name->text);
    return true;
  }
  return false;
}

// `util.f()` after `use "./util.agent"`, whose names stand in this file as they are.
bool help_used_file(sema *s, const str *name, diag *d) {
  const ast_decls *decls = &s->cx->mod->in->file->decls;
  const char *file = arena_printf(s->a, "%s.agent", name->text);
  for (uint32_t i = 0; i < decls->count; i++) {
    const ast_decl *use = decls->items[i];
    if (use->kind != AST_DECL_USE || ast_has(use->name) || !use->u.use.file) continue;
    const char *path = use->u.use.file->text, *slash = strrchr(path, '/');
    if (strcmp(slash ? slash + 1 : path, file) != 0) continue;
    diag_note(d, use->span, "what this file declares is known here by its own name");
    diag_help(d, "leave `%s.` out, or give the file a name: `use \"%s\" as %s`", name->text, path, name->text);
    return true;
  }
  return false;
}

// What a newcomer who writes this name wants. False: that is not known.
static bool help_newcomer(sema *s, const str *name, diag *d, span at, bool type_wanted) {
  const map *modules = &s->cx->mod->modules;
  for (uint32_t i = 0; i < modules->count; i++) {
    const symbol *sym = modules->entries[i].value;
    if (sym->kind != SYM_MODULE || is_private(name) || !map_has(&sym->u.module->symbols, name)) continue;
    const str *as = modules->entries[i].key;
    diag_fix(d, "it stands in a module: `%s.%s`", as->text, name->text);
    diag_edit(d, span_before(at), arena_printf(s->a, "%s.", as->text));
    return true;
  }
  if (syntax_word_help(d, name->text, at) || help_behind(s, name, d) || help_used_file(s, name, d)) return true;
  const char *help = type_wanted ? NULL : foreign_function(name->text);
  if (help) diag_help(d, "%s", help);
  else if (type_wanted || !is_std_module(s, name->text)) return false;
  else diag_help(d, "it is a module of the standard library: write `use std.%s` at the top", name->text);
  return true;
}

symbol *symbol_unknown(sema *s, const str *name, span at, bool type_wanted) {
  module_info *mod = s->cx->mod;
  symbol *hidden = hidden_symbol(mod, name);
  if (hidden) {
    diag *d = error_at(s, E0213, at, "`%s` is private to its file", name->text);
    diag_note(d, hidden->span, "it is declared here; a leading `_` keeps it from being seen elsewhere");
    return NULL;
  }
  diag *d = error_at(s, type_wanted ? E0211 : E0210, at,
                     type_wanted ? "there is no type `%s`" : "there is no `%s` here", name->text);
  if (s->diag->error_count > 200) return NULL; // nobody reads suggestions by the hundred
  const char *known = type_wanted ? foreign_type(name->text) : NULL;
  if (known) {
    diag_help(d, "it is called `%s` here", known);
    diag_edit(d, at, known);
    return NULL;
  }
  if (s->cx->in_default && !type_wanted) diag_help(d, DEFAULT_HELP);
  if (!type_wanted && help_own_value(s, name, d)) return NULL;
  if (help_newcomer(s, name, d, at, type_wanted)) return NULL;
  suggestion g = suggest_begin(name);
  if (!type_wanted) {
    for (uint32_t i = s->cx->locals.count; i-- > 0;) suggest_offer(&g, s->cx->locals.items[i].name);
    if (s->cx->owner) suggest_offer_map(&g, &s->cx->owner->members);
    suggest_offer_map(&g, &mod->modules);
  }
  offer_symbols(&g, &mod->symbols, type_wanted);
  for (uint32_t i = 0; i < mod->used.count; i++) offer_symbols(&g, &mod->used.items[i]->symbols, type_wanted);
  offer_symbols(&g, &s->prelude->symbols, type_wanted);
  suggest_say(&g, d, at);
  return NULL;
}

member *member_find(const decl_info *d, const str *name) { return map_get(&d->members, name); }
