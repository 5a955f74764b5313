// flow.c — flow over functions, initialisers, programs.
#include "sema/flow.h"

#include "sema/flow_state.h"

static void flow_begin(flow *f, const flow_env *env, arena *a) {
  *f = (flow){.env = env, .types = env->types, .arena = a};
  map_init(&f->slots, a);
  map_init(&f->effects, a);
}

// What cannot be a future is an error where it is declared, and that nobody awaits it is none of its own.
static void declare_sendable(flow *f, const hir_var *v) {
  flow_declare(f, v, true);
  uint32_t slot = flow_slot(f, v);
  if (slot != FLOW_NO_SLOT) f->vars.items[slot].used = true;
}

static void check_fn(flow *f, const hir_fn *fn) {
  f->fn = fn;
  if (fn->self) flow_declare(f, fn->self, true);
  for (uint32_t i = 0; i < fn->param_count; i++) {
    if (fn->kind == FN_BEHAVIOUR) declare_sendable(f, fn->params[i]);
    else flow_declare(f, fn->params[i], true);
  }
  flow_visit(f, fn->body, NULL);
  flow_scope_end(f, 0);
}

void flow_check_fn(const flow_env *env, const hir_fn *fn) {
  arena a;
  arena_init(&a);
  flow f;
  flow_begin(&f, env, &a);
  check_fn(&f, fn);
  arena_fini(&a);
}

void flow_check_decl(const flow_env *env, const hir_decl *decl) {
  bool any = false;
  for (uint32_t i = 0; i < decl->field_count; i++) any |= decl->fields[i].init != NULL;
  if (!any) return;
  arena a;
  arena_init(&a);
  flow f;
  flow_begin(&f, env, &a);
  flow_declare(&f, decl->self, true);
  for (uint32_t i = 0; i < decl->header_count; i++) declare_sendable(&f, decl->header_vars[i]);
  for (uint32_t i = 0; i < decl->field_count; i++)
    if (decl->fields[i].init) flow_visit(&f, decl->fields[i].init, NULL);
  for (uint32_t i = 0; i < decl->header_count && !f.cur.dead; i++) {
    uint32_t slot = flow_slot(&f, decl->header_vars[i]);
    if (slot != FLOW_NO_SLOT && f.cur.v[slot].moved) decl->fields[i].gone = true;
  }
  flow_scope_end(&f, 0);
  arena_fini(&a);
}
