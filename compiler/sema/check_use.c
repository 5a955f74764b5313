// check_use.c — `use` lines that nothing needs.
// Method:   the file is read again as tokens: a `use` is needed if what it makes known is named anywhere, be it before the `.` of
//           a local variable of that name. So nobody is told to take out what is needed.
// Does not: look at files that only others use, nor at anything while there are errors (they may be why nothing is named), nor at a `use` of a file that exports something to C.
#include <ctype.h>

#include "diag/edit.h"
#include "parser.h"
#include "sema/check.h"
#include "syntax/token.h"

typedef struct words {
  map all;  // every name in the file, but for those in `use` lines and behind a `.`
  map path; // those that stand before a `.`
} words;

static bool in_use(const ast_decls *decls, uint32_t begin) {
  for (uint32_t i = 0; i < decls->count; i++) {
    const ast_decl *d = decls->items[i];
    if (d->kind == AST_DECL_USE && begin >= d->span.begin && begin < d->span.end) return true;
  }
  return false;
}

static words words_of(sema *s, const module_info *mod, const source *src) {
  words w;
  map_init(&w.all, s->a);
  map_init(&w.path, s->a);
  tokens list = tokens_lex(&(lex_input){.arena = s->a, .names = s->names, .sink = &s->silent, .src = src});
  for (uint32_t i = 0; i < list.count; i++) {
    const token *t = &list.items[i];
    unsigned char first = t->begin < t->end && t->end <= src->size ? (unsigned char)src->text[t->begin] : 0;
    if ((!isalpha(first) && first != '_') || in_use(&mod->in->file->decls, t->begin)) continue;
    const str *name = str_intern(s->names, src->text + t->begin, t->end - t->begin);
    if (i > 0 && list.items[i - 1].kind == T_DOT) continue;
    (void)map_put(&w.all, name, s);
    if (i + 1 < list.count && list.items[i + 1].kind == T_DOT) (void)map_put(&w.path, name, s);
  }
  tokens_free(&list);
  return w;
}

static bool exports(const ast_file *f) {
  for (uint32_t i = 0; i < f->decls.count; i++)
    if (f->decls.items[i]->exported) return true;
  return false;
}

static bool any_named(const words *w, const module_info *mod, const module_info *target) {
  for (uint32_t i = 0; i < target->symbols.count; i++) {
    const str *name = target->symbols.entries[i].key;
    if (name->text[0] != '_' && map_has(&w->all, name) && !map_has(&mod->symbols, name)) return true;
  }
  return false;
}

static const module_info *target_of(const sema *s, const module_info *mod, uint32_t decl) {
  for (uint32_t i = 0; i < s->module_count; i++)
    if (mod->in->uses[decl] && s->modules[i]->in == mod->in->uses[decl]) return s->modules[i];
  return NULL;
}

// The name under which a `use` makes its module known; NULL: all public names of the file are.
static const str *known_as(const ast_decl *use) {
  if (ast_has(use->name)) return use->name.name;
  uint32_t n = use->u.use.path.count;
  return n ? use->u.use.path.items[n - 1].name : NULL;
}

static const ast_decl *same_before(const module_info *mod, uint32_t decl) {
  const ast_decls *decls = &mod->in->file->decls;
  for (uint32_t i = 0; i < decl; i++) {
    bool same = decls->items[i]->kind == AST_DECL_USE && mod->in->uses[i] == mod->in->uses[decl];
    if (same && known_as(decls->items[i]) == known_as(decls->items[decl])) return decls->items[i];
  }
  return NULL;
}

static void check_use(sema *s, const module_info *mod, uint32_t i, const words *w) {
  const ast_decl *use = mod->in->file->decls.items[i];
  const module_info *target = use->kind == AST_DECL_USE ? target_of(s, mod, i) : NULL;
  if (!target || target->broken) return;
  const ast_decl *before = same_before(mod, i);
  const str *as = known_as(use);
  diag *d;
  if (before) {
    d = warning_at(s, E0222, use->span, "this is used already");
    diag_note(d, before->span, "here");
  } else if (as) {
    if (map_has(&w->path, as)) return;
    d = warning_at(s, E0222, use->span, "nothing here names anything of `%s`", as->text);
  } else {
    if (any_named(w, mod, target) || exports(target->in->file)) return;
    d = warning_at(s, E0222, use->span, "nothing here names anything of this file");
  }
  diag_fix(d, "leave it out");
  diag_edit(d, edit_whole_line(d, use->span), "");
}

void check_uses(sema *s) {
  if (s->root->error_count) return;
  for (uint32_t m = 0; m < s->module_count; m++) {
    const module_info *mod = s->modules[m];
    const source *src = s->diag->sources ? source_of(s->diag->sources, mod->file) : NULL;
    if (!mod->in->checked || mod->in->is_std || mod->incomplete || !mod->in->uses || !src) continue;
    const ast_decls *decls = &mod->in->file->decls;
    bool any = false;
    for (uint32_t i = 0; i < decls->count; i++) any |= decls->items[i]->kind == AST_DECL_USE;
    if (!any) continue;
    words w = words_of(s, mod, src);
    for (uint32_t i = 0; i < decls->count; i++) check_use(s, mod, i, &w);
  }
}
