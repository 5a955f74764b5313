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
  bool wants_result = fn->result->kind != TY_UNIT && fn->result->kind != TY_NEVER && fn->result->kind != TY_ERROR;
  if (wants_result && !f->cur.dead && fn->body->type->kind == TY_UNIT) flow_report_no_result(f);
  flow_scope_end(f, 0);
}

void flow_check_fn(const flow_env *env, const hir_fn *fn) {
  if (!fn->body) return;
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
  if (decl->self) flow_declare(&f, decl->self, true);
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

static void check_fns(const flow_env *env, hir_fn *const *fns, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) flow_check_fn(env, fns[i]);
}

void flow_check_program(const flow_env *env, const hir_program *program) {
  for (uint32_t i = 0; i < program->decl_count; i++) flow_check_decl(env, program->decls[i]);
  for (uint32_t i = 0; i < program->decl_count; i++) {
    check_fns(env, program->decls[i]->methods, program->decls[i]->method_count);
    check_fns(env, program->decls[i]->behaviours, program->decls[i]->behaviour_count);
  }
  check_fns(env, program->fns, program->fn_count);
  if (program->main) flow_check_fn(env, program->main);
  for (uint32_t i = 0; i < program->test_count; i++) flow_check_fn(env, program->tests[i].fn);
}
