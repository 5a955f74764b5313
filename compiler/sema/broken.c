// broken.c — declarations with syntax errors: all others are still checked.
// Promises: what the checker has to say of a declaration in which a syntax error stood is not said (one cause is one error), nor of
//           names, members and variants that may have been lost with it.
#include "sema/check.h"

static bool inside(span at, span whole) {
  return at.file == whole.file && at.begin >= whole.begin && at.begin < whole.end;
}

static bool is_syntax(const diag *d) { return d->code <= E0121; }

static bool has_syntax_error(const sema *s, span whole) {
  for (uint32_t i = 0; i < s->before; i++)
    if (is_syntax(s->root->all.items[i]) && inside(s->root->all.items[i]->span, whole)) return true;
  return false;
}

bool decl_is_broken(const sema *s, const decl_info *d) {
  if (d && d->broken) return true;
  return d && d->ast && d->mod->in->file->has_errors && has_syntax_error(s, d->ast->span);
}

bool head_is_broken(const sema *s, const fn_info *f) {
  return f->ast && f->mod->in->file->has_errors && has_syntax_error(s, f->ast->head_span);
}

// The declaration, or the member of one, that a syntax error has broken; SPAN_NONE: it stands between them.
static span broken_part(const ast_file *file, span at) {
  for (uint32_t i = 0; i < file->decls.count; i++) {
    const ast_decl *d = file->decls.items[i];
    if (!inside(at, d->span)) continue;
    bool nominal = d->kind == AST_DECL_CLASS || d->kind == AST_DECL_STRUCT || d->kind == AST_DECL_ENUM ||
                   d->kind == AST_DECL_AGENT || d->kind == AST_DECL_INTERFACE;
    for (uint32_t m = 0; nominal && m < d->u.nominal.members.count; m++)
      if (inside(at, d->u.nominal.members.items[m]->span)) return d->u.nominal.members.items[m]->span;
    return d->span;
  }
  return SPAN_NONE;
}

void broken_forget(sema *s) {
  VEC(span) parts = {0};
  for (uint32_t i = 0; i < s->before; i++) {
    const diag *d = s->root->all.items[i];
    for (uint32_t m = 0; is_syntax(d) && m < s->module_count; m++) {
      if (s->modules[m]->file != d->span.file) continue;
      VEC_PUSH(s->a, &parts, broken_part(s->modules[m]->in->file, d->span));
    }
  }
  uint32_t kept = s->before;
  for (uint32_t i = s->before; i < s->root->all.count; i++) {
    diag *d = s->root->all.items[i];
    bool silent = false;
    for (uint32_t p = 0; p < parts.count && !silent; p++) silent = inside(d->span, parts.items[p]);
    if (!silent) {
      s->root->all.items[kept++] = d;
    } else if (d->severity == DIAG_ERROR) {
      s->root->error_count--;
    } else {
      s->root->warning_count--;
    }
  }
  s->root->all.count = kept;
}
