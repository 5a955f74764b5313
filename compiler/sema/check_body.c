// check_body.c — initialisers and bodies of functions; and the finished program.
// Promises: initialisers are checked before any body (an initialiser may give a field its type). Each body once.
// Does not: follow the flow of control (flow.c does, on what is made here).
#include "sema/cap_report.h"
#include "sema/check_topology.h"
#include "sema/interface.h"

// ---- initialisers ----------------------------------------------------------------------------------------------------
static void init_header(sema *s, decl_info *d, fn_cx *cx) {
  const ast_params *params = &d->ast->u.nominal.params;
  d->hir.header_vars = ARENA_ARRAY(s->a, hir_var *, params->count ? params->count : 1);
  for (uint32_t i = 0; i < params->count; i++) {
    const ast_param *p = &params->items[i];
    // Defaults are checked where they stand, and again at each call that needs them.
    cx->in_default = true;
    if (p->init) // muted where the type parameters are not known
      check_as(s, p->init, d->hir.fields[i].type, arena_printf(s->a, "the default of `%s`", p->name.name->text));
    cx->in_default = false;
    hir_var *v = var_new(s, p->name.name, d->hir.fields[i].type, p->name.span, false);
    v->is_param = true;
    v->type_span = p->type->span;
    d->hir.header_vars[i] = v;
  }
  for (uint32_t i = 0; i < params->count; i++)
    VEC_PUSH(s->a, &cx->locals, (local){.name = params->items[i].name.name, .var = d->hir.header_vars[i]});
  cx->scope = cx->locals.count;
}

static void report_future_field(sema *s, const hir_field *f) {
  if (!type_holds_future(f->type)) return;
  diag *e = error_at(s, E0429, f->span, "a future cannot be kept in field `%s`", f->name);
  diag_help(e, "`await` it where it is asked for, and keep the answer");
}

static void init_field(sema *s, decl_info *d, uint32_t i) {
  hir_field *f = &d->hir.fields[i];
  const ast_expr *ast = d->field_inits[i];
  s->cx->init_field = i;
  if (f->type) {
    f->init = ast ? check_as(s, ast, f->type, arena_printf(s->a, "field `%s`", f->name)) : expr_error(s, f->span);
    return;
  }
  hir_expr *e = ast ? check_value(s, ast, NULL) : expr_error(s, f->span);
  if (e->type->kind == TY_NONE || e->type->kind == TY_NEVER) {
    diag *x = error_at(s, E0303, f->span, "the type of field `%s` cannot be told from `none`", f->name);
    diag_help(x, "write it: `%s: T? = none`", f->name);
    e = expr_error(s, f->span);
  }
  f->init = e;
  f->type = e->type;
  report_future_field(s, f);
}

void decl_inits(sema *s, decl_info *d) {
  if (d->inits != TODO) return;
  d->inits = BUSY;
  fn_cx *old = s->cx;
  fn_cx cx = {.mod = d->mod,
              .owner = d,
              .is_init = true,
              .result = s->unit,
              .no_await = "in an initialiser",
              .env = d->env,
              .open = d->open,
              .instance = d->instance};
  uint32_t muted = s->muted;
  s->muted = decl_is_quiet(s, d);
  capture c;
  bool captured = d->instance && d->open == CLOSED;
  if (captured) capture_begin(s, &c);
  s->cx = &cx;
  if (d->hir.kind == DECL_CLASS || d->hir.kind == DECL_STRUCT || d->hir.kind == DECL_AGENT) {
    const type *t = type_of_decl(s, d, d->env ? d->env->types : NULL, d->hir.tparam_count, CAP_NONE);
    if (t->kind == TY_CLASS || t->kind == TY_AGENT) t = type_with_cap(s->types, t, CAP_REF);
    cx.self = var_new(s, s->n_self, t, d->hir.span, false);
    cx.self->is_self = true;
    d->hir.self = cx.self;
  }
  cx.no_await = NULL; // an agent's initialisers run in its own first step
  if (d->hir.kind == DECL_CLASS) cx.maker = maker_of(s, d);
  init_header(s, d, &cx);
  for (uint32_t i = d->hir.header_count; i < d->hir.field_count; i++) init_field(s, d, i);
  if (captured) capture_end_instance(s, &c, d->instance);
  s->muted = muted;
  s->cx = old;
  d->inits = DONE;
}

void field_type_needed(sema *s, decl_info *d, uint32_t index) {
  hir_field *f = &d->hir.fields[index];
  if (!f->type && d->inits == TODO) decl_inits(s, d);
  if (f->type) return;
  diag *e = error_at(s, E0303, f->span, "the type of field `%s` depends on itself", f->name);
  diag_help(e, "write it: `%s: T = …`", f->name);
  f->type = s->error;
}

// ---- bodies ----------------------------------------------------------------------------------------------------------
static const char *never_waits(const sema *s, const fn_info *f) {
  if (!f->owner || f->hir.kind != FN_METHOD) return NULL;
  if (f->name == s->n_eq) return "in `eq`";
  if (f->name == s->n_hash) return "in `hash`";
  if (f->name == s->n_cmp) return "in `cmp`";
  return f->name == s->n_show ? "in `show`" : NULL;
}

static void check_fn_body(sema *s, fn_info *f, const ast_block *body) {
  fn_cx cx = {.mod = f->mod,
              .owner = f->owner,
              .fn = f,
              .self = f->hir.self,
              .result = f->hir.result,
              .env = f->env,
              .open = f->open,
              .instance = f->instance};
  cx.free_raise = f->hir.kind == FN_BEHAVIOUR || f->hir.kind == FN_MAIN;
  cx.no_await = f->wiring ? "while a topology is made" : never_waits(s, f);
  s->cx = &cx;
  if (f->ast) {
    hir_var *self = cx.self;
    cx.self = NULL;
    cx.in_default = true;
    for (uint32_t i = 0; i < f->ast->params.count; i++) {
      const ast_param *p = &f->ast->params.items[i];
      bool number =
          f->mod->in->is_prelude && f->hir.params[i]->type->kind == TY_PARAM; // `sum(start: T = 0)`: see check_args.c
      if (p->init && f->hir.params[i]->type->kind != TY_ERROR && !number && !f->origin)
        check_as(s, p->init, f->hir.params[i]->type, arena_printf(s->a, "the default of `%s`", p->name.name->text));
    }
    cx.in_default = false;
    cx.self = self;
  }
  for (uint32_t i = 0; i < f->hir.param_count && !f->wiring; i++) {
    const str *name = f->ast ? f->ast->params.items[i].name.name : f->decl_ast->u.main.args.name;
    VEC_PUSH(s->a, &cx.locals, (local){.name = name, .var = f->hir.params[i]});
  }
  cx.scope = cx.locals.count;
  f->hir.body = f->wiring ? topology_body(s, f) : check_block_as(s, body, f->hir.result, "the result");
  s->cx = NULL;
  f->checked = true;
}

// Methods that operators and printing look for.
static void check_special(sema *s, fn_info *f) {
  if (!f->owner || f->hir.kind != FN_METHOD || f->poisoned) return;
  const char *wanted = NULL;
  bool ok = true;
  uint32_t n = f->hir.param_count;
  if (f->name == s->n_eq) {
    ok = n == 1 && f->hir.result == s->boolean && types_alike(f->hir.params[0]->type, f->hir.self->type);
    wanted = arena_printf(s->a, "fn eq(o: %s box) -> Bool", f->owner->name->text);
  } else if (f->name == s->n_cmp) {
    ok = n == 1 && f->hir.result == s->i64 && types_alike(f->hir.params[0]->type, f->hir.self->type);
    wanted = arena_printf(s->a, "fn cmp(o: %s box) -> Int", f->owner->name->text);
  } else if (f->name == s->n_hash) {
    ok = n == 0 && f->hir.result->kind == TY_U64;
    wanted = "fn hash() -> U64";
  } else if (f->name == s->n_show) {
    ok = n > 0 || f->hir.result == s->string;
    wanted = "fn show() -> String";
  }
  if (ok && (!wanted || (!f->hir.raises && f->hir.receiver == CAP_BOX))) return;
  if (!wanted || f->owner->hir.kind == DECL_AGENT) return;
  diag *d =
      error_at(s, E0327, f->hir.span, "`%s` is called by operators and printing and must be `%s`", f->hir.name, wanted);
  diag_help(d, "write it so, or give it another name");
}

void check_fn(sema *s, fn_info *f) {
  check_special(s, f);
  if (!f->ast->body || f->hir.kind == FN_EXTERN || f->template) return;
  capture c;
  bool captured = f->instance && f->open == CLOSED;
  if (captured) capture_begin(s, &c);
  check_fn_body(s, f, f->ast->body);
  if (captured) capture_end_instance(s, &c, f->instance);
}

// Bodies reach other bodies, and make instances, which have initialisers.
static void check_reached(sema *s, uint32_t *decls, uint32_t *next) {
  while (*next < s->reached.count || *decls < s->decls.count) {
    while (*decls < s->decls.count) {
      decl_info *d = s->decls.items[(*decls)++];
      if (d->open == CLOSED) decl_inits(s, d), decl_reach(s, d);
      if (d->open == CLOSED && d->topology) topology_check(s, d);
    }
    if (*next == s->reached.count) break;
    check_fn(s, s->reached.items[(*next)++]);
  }
}

void check_bodies(sema *s) {
  uint32_t decls = s->decls.count;
  for (uint32_t i = 0; i < decls; i++)
    if (s->decls.items[i]->open == CLOSED) decl_inits(s, s->decls.items[i]), decl_reach(s, s->decls.items[i]);
  for (uint32_t i = 0; i < decls; i++)
    if (s->decls.items[i]->open == CLOSED && s->decls.items[i]->topology) topology_check(s, s->decls.items[i]);
  for (uint32_t i = 0; i < s->module_count; i++) {
    map *symbols = &s->modules[i]->symbols;
    for (uint32_t j = 0; j < symbols->count; j++) {
      symbol *sym = symbols->entries[j].value;
      if (sym->kind == SYM_CONST) const_check(s, sym->u.constant, SPAN_NONE);
      if (sym->kind == SYM_ALIAS) symbol_type_settle(s, sym);
    }
  }
  check_generics(s);
  uint32_t fns = s->fns.count;
  for (uint32_t i = 0; i < fns; i++) {
    if (!s->fns.items[i]->lazy) check_fn(s, s->fns.items[i]);
  }
  for (uint32_t i = 0; i < s->module_count; i++) {
    const module_info *mod = s->modules[i];
    if (mod->main) check_fn_body(s, mod->main, mod->main->decl_ast->u.main.body);
    for (uint32_t t = 0; t < mod->tests.count; t++)
      check_fn_body(s, mod->tests.items[t], mod->tests.items[t]->decl_ast->u.test.body);
  }
  uint32_t next = 0;
  do check_reached(s, &decls, &next);
  while (interface_tables(s));
  for (uint32_t i = 0; i < s->decls.count; i++)
    if (s->decls.items[i]->open == CLOSED && s->decls.items[i]->topology) circles_check(s, s->decls.items[i]);
}
