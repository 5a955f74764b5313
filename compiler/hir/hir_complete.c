// hir_complete.c — a walk over the whole program. Owns: nothing. Promises: see hir_complete.h.
#include "hir/hir_complete.h"

#include "hir/hir_walk.h"

static void look(void *cx, const hir_expr *e) {
  const hir_expr **found = cx;
  if (!e || *found) return;
  if (e->kind == HIR_ERROR) *found = e;
  else hir_each_child(e, look, cx);
}

static void look_fn(const hir_expr **found, const hir_fn *f) {
  if (f && f->body) look(found, f->body);
}

static void look_decl(const hir_expr **found, const hir_decl *d) {
  for (uint32_t i = 0; i < d->field_count; i++) look(found, d->fields[i].init);
  for (uint32_t i = 0; i < d->method_count; i++) look_fn(found, d->methods[i]);
  for (uint32_t i = 0; i < d->behaviour_count; i++) look_fn(found, d->behaviours[i]);
}

const hir_expr *hir_first_error(const hir_program *p) {
  const hir_expr *found = NULL;
  for (uint32_t i = 0; i < p->decl_count; i++) look_decl(&found, p->decls[i]);
  for (uint32_t i = 0; i < p->closure_count; i++) look_decl(&found, p->closures[i]);
  for (uint32_t i = 0; i < p->fn_count; i++) look_fn(&found, p->fns[i]);
  look_fn(&found, p->main);
  return found;
}
