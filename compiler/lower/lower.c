// lower.c — programs and functions; the small steps all of lowering is made of.
#include "lower/lower.h"

#include <string.h>

#include "lower/lower_internal.h"
#include "types/type_print.h"

// ---- steps -------------------------------------------------------------------------------------------------------------
uint32_t lower_temp(lower *lo, const type *t) { return mir_local_new(lo->p, lo->fn, t, NULL); }

uint32_t lower_want(lower *lo, uint32_t want, const type *t) { return want == MIR_NONE ? lower_temp(lo, t) : want; }

uint32_t lower_var(lower *lo, const hir_var *v) {
  uintptr_t known = (uintptr_t)map_get(&lo->vars, v);
  if (known) return (uint32_t)known - 1;
  if (v->is_self && lo->self != MIR_NONE) return lo->self;
  uint32_t local = mir_local_new(lo->p, lo->fn, v->type, v->name);
  map_put(&lo->vars, v, (void *)(uintptr_t)(local + 1));
  return local;
}

uint32_t lower_new_block(lower *lo) { return mir_block_new(lo->p, lo->fn); }
mir_operand lower_local(lower *lo, uint32_t local) { return mir_local_operand(lo->fn, local); }
mir_operand lower_unit(lower *lo) { return mir_simple_operand(MIR_OPERAND_UNIT, lo->unit); }

mir_inst *lower_emit(lower *lo, mir_op op, uint32_t dst, const type *t, const mir_operand *args, uint32_t n, span at) {
  mir_inst *i = mir_emit(lo->p, lo->fn, lo->block, op, dst, t, args, n, at);
  if (mir_op_has(op, 'R')) i->on_error = lo->handler;
  return i;
}

static mir_term *set_term(lower *lo, mir_term_kind kind, span at) {
  mir_term *t = &lo->fn->blocks.items[lo->block].term;
  t->kind = kind;
  t->span = at;
  return t;
}

void lower_jump(lower *lo, uint32_t to, span at) {
  set_term(lo, MIR_TERM_JUMP, at)->then = to;
  lo->block = to;
}

void lower_branch(lower *lo, mir_operand c, uint32_t yes, uint32_t no, span at) {
  if (c.kind == MIR_OPERAND_BOOL) {
    set_term(lo, MIR_TERM_JUMP, at)->then = c.u ? yes : no;
    return;
  }
  mir_term *t = set_term(lo, MIR_TERM_BRANCH, at);
  t->value = c;
  t->then = yes;
  t->else_ = no;
}

void lower_end(lower *lo, mir_term_kind kind, mir_operand value, span at) {
  mir_term *t = set_term(lo, kind, at);
  t->value = value;
  t->value.mode = MIR_CONSUME;
  lo->block = lower_new_block(lo);
}

void lower_raise_on(lower *lo, uint32_t handler, span at) {
  if (handler == MIR_PROPAGATE) {
    lower_end(lo, MIR_TERM_PROPAGATE, lower_unit(lo), at);
    return;
  }
  lower_jump(lo, handler, at);
  lo->block = lower_new_block(lo);
}

mir_operand lower_in_local(lower *lo, mir_operand o, span at) {
  return mir_is_local(&o) ? o : lower_put(lo, o, lower_temp(lo, o.type), at);
}

mir_operand lower_put(lower *lo, mir_operand o, uint32_t want, span at) {
  if (want == MIR_NONE || (mir_is_local(&o) && o.local == want)) return o;
  lower_emit(lo, MIR_MOVE, want, lo->fn->locals.items[want].type, &o, 1, at);
  return lower_local(lo, want);
}

bool lower_tag_is_seen(const type *kept, const type *seen) { return mir_type_tags_differ(kept, seen); }

mir_operand lower_seen(lower *lo, mir_operand o, const type *seen, uint32_t want, span at) {
  if (!mir_is_local(&o) || !lower_tag_is_seen(o.type, seen)) return lower_put(lo, o, want, at);
  want = lower_want(lo, want, seen);
  lower_emit(lo, MIR_SHARE, want, seen, &o, 1, at);
  return lower_local(lo, want);
}

// Leaves the function; the defers have run.
void lower_return(lower *lo, mir_operand value, span at) {
  if (lo->fn->kind == MIR_FN_BEHAVIOUR && lo->hir->is_request) {
    lower_emit(lo, MIR_REPLY, MIR_NONE, lo->fn->result, &value, 1, at);
    value = lower_unit(lo);
  } else if (lo->fn->kind != MIR_FN_FUNCTION && lo->fn->kind != MIR_FN_CTOR) {
    value = lower_unit(lo);
  }
  lower_end(lo, MIR_TERM_RETURN, value, at);
}

// ---- functions ------------------------------------------------------------------------------------------------------------
static void begin(lower *lo, mir_program *p, mir_fn *f, const hir_fn *hir) {
  memset(lo, 0, sizeof *lo);
  lo->p = p;
  lo->a = p->arena;
  lo->fn = f;
  lo->hir = hir;
  lo->handler = MIR_PROPAGATE;
  lo->self = MIR_NONE;
  lo->unit = type_simple(p->types, TY_UNIT);
  lo->boolean = type_simple(p->types, TY_BOOL);
  lo->integer = type_simple(p->types, TY_I64);
  lo->any_error = type_nominal(p->types, TY_ERRVAL, NULL, NULL, 0, CAP_VAL);
  map_init(&lo->vars, p->arena);
  lo->block = lower_new_block(lo);
}

static uint32_t add_param(lower *lo, const type *t, const char *name, const hir_var *v, bool owned) {
  uint32_t id = mir_local_new(lo->p, lo->fn, t, name);
  mir_local *l = &lo->fn->locals.items[id];
  l->is_param = true;
  l->owned = owned;
  lo->fn->param_count++;
  if (v) map_put(&lo->vars, v, (void *)(uintptr_t)(id + 1));
  return id;
}

static void add_self(lower *lo, const type *t, const hir_var *v, bool owned, bool by_ref) {
  lo->self = add_param(lo, t, "self", v, owned);
  lo->fn->locals.items[lo->self].by_ref = by_ref;
}

static const type *agent_type(mir_program *p, const hir_decl *d) {
  return type_nominal(p->types, TY_AGENT, d, NULL, 0, CAP_TAG);
}

static const type *args_type(mir_program *p) {
  const type *s = type_nominal(p->types, TY_CLASS, p->hir->string_decl, NULL, 0, CAP_VAL);
  return type_nominal(p->types, TY_CLASS, p->hir->array_decl, &s, 1, CAP_VAL);
}

static void lower_params(lower *lo, const hir_fn *h) {
  bool takes_all = lo->fn->kind != MIR_FN_FUNCTION; // behaviours own their arguments
  if (lo->fn->kind == MIR_FN_MAIN) {
    add_self(lo, agent_type(lo->p, lo->fn->decl), h->self, false, false);
    if (h->param_count == 0) add_param(lo, args_type(lo->p), NULL, NULL, true);
  } else if (h->self) {
    add_self(lo, h->self->type, h->self, h->receiver == CAP_ISO, h->receiver_by_ref);
  }
  for (uint32_t i = 0; i < h->param_count; i++) {
    const hir_var *v = h->params[i];
    add_param(lo, v->type, v->name, v, takes_all || mir_type_holds_iso(v->type));
  }
}

static void lower_body(mir_program *p, mir_fn *f) {
  const hir_fn *h = f->hir;
  lower lo;
  begin(&lo, p, f, h);
  lower_params(&lo, h);
  f->result = h->result;
  lower_scope scope = {.break_block = MIR_NONE, .continue_block = MIR_NONE};
  lo.scope = &scope;
  for (uint32_t i = 0; i < h->param_count; i++)
    if (f->locals.items[lower_var(&lo, h->params[i])].owned)
      lower_keep(&lo, h->params[i], lower_var(&lo, h->params[i]));
  mir_operand v = lower_expr(&lo, h->body);
  if (scope.defers.count && mir_is_local(&v)) v = lower_put(&lo, v, lower_temp(&lo, v.type), h->span);
  lower_defers_run(&lo, NULL);
  lower_return(&lo, h->result->kind == TY_UNIT ? lower_unit(&lo) : v, h->span);
}

static void store_field(lower *lo, uint32_t object, uint32_t index, mir_operand value, span at) {
  const type *t = lo->fn->decl->fields[index].type;
  lower_place pl = lower_place_local(lo, object, at);
  lower_place_step(lo, &pl, (mir_step){.kind = MIR_STEP_FIELD, .index = index, .type = t});
  lower_emit(lo, MIR_STORE_INIT, MIR_NONE, t, &value, 1, at)->place = lower_place_copy(lo, &pl);
}

// The initialisers in text order, then the header parameters become fields.
static void lower_fields(lower *lo, const hir_decl *d) {
  for (uint32_t i = d->header_count; i < d->field_count; i++)
    if (d->fields[i].init) store_field(lo, lo->self, i, lower_expr(lo, d->fields[i].init), d->fields[i].span);
  for (uint32_t i = 0; i < d->header_count; i++)
    if (!d->fields[i].gone)
      store_field(lo, lo->self, i, lower_local(lo, lower_var(lo, d->header_vars[i])), d->fields[i].span);
}

static void header_params(lower *lo, const hir_decl *d) {
  for (uint32_t i = 0; i < d->header_count; i++)
    add_param(lo, d->fields[i].type, d->fields[i].name, d->header_vars[i], true);
}

static void lower_init(mir_program *p, mir_fn *f) {
  lower lo;
  begin(&lo, p, f, NULL);
  add_self(&lo, agent_type(p, f->decl), f->decl->self, false, false);
  header_params(&lo, f->decl);
  lower_fields(&lo, f->decl);
  lower_return(&lo, lower_unit(&lo), f->decl->span);
}

static void lower_ctor(mir_program *p, mir_fn *f) {
  lower lo;
  begin(&lo, p, f, NULL);
  header_params(&lo, f->decl);
  f->result = type_nominal(p->types, TY_CLASS, f->decl, NULL, 0, CAP_REF);
  lo.self = mir_local_new(p, f, f->result, "self");
  if (f->decl->self) map_put(&lo.vars, f->decl->self, (void *)(uintptr_t)(lo.self + 1));
  mir_inst *made = lower_emit(&lo, MIR_NEW, lo.self, f->result, NULL, 0, f->decl->span);
  made->aux.make.decl = f->decl;
  made->on_error = MIR_NO_ERROR;
  lower_fields(&lo, f->decl);
  lower_return(&lo, lower_local(&lo, lo.self), f->decl->span);
}

// ---- constants ------------------------------------------------------------------------------------------------------------
// Those that are used get a function that makes them.
mir_operand lower_constant(lower *lo, const hir_expr *e) {
  const hir_const *c = e->constant;
  if (!map_has(&lo->p->by_constant, c)) {
    mir_fn *f = mir_fn_new(lo->p, MIR_FN_FUNCTION, arena_printf(lo->a, "const_%s", c->name));
    f->constant = c;
    f->span = c->span;
    f->result = c->type;
    map_put(&lo->p->by_constant, c, f);
  }
  return (mir_operand){.kind = MIR_OPERAND_CONST, .type = c->type, .constant = c};
}

static void lower_const_body(mir_program *p, mir_fn *f) {
  lower lo;
  begin(&lo, p, f, NULL);
  lower_return(&lo, lower_expr(&lo, f->constant->value), f->span);
}

// ---- program --------------------------------------------------------------------------------------------------------------
// The type whose method it is; one of an instance for other arguments, or for a `val`, is another function.
static const char *owner_name(mir_program *p, const hir_fn *h, const hir_decl *owner) {
  if (!owner->tparam_count || !h->self) return owner->name;
  const type *t = h->self->type;
  const char *name = owner->name;
  for (uint32_t i = 0; i < t->arg_count; i++)
    name = arena_printf(p->arena, "%s%s%s", name, i ? ", " : "[", type_text(p->arena, t->args[i]));
  return arena_printf(p->arena, "%s%s", name, t->cap == CAP_VAL ? "; val]" : t->cap == CAP_BOX ? "; box]" : "]");
}

static void declare_fn(mir_program *p, mir_fn_kind kind, const hir_fn *h, const hir_decl *owner) {
  if (!h->body || h->tparam_count) return;
  const char *name = owner ? arena_printf(p->arena, "%s.%s", owner_name(p, h, owner), h->name) : h->name;
  for (uint32_t i = 0; i < h->targ_count; i++)
    name = arena_printf(p->arena, "%s%s%s%s", name, i ? ", " : "[", type_text(p->arena, h->targs[i]),
                        i + 1 < h->targ_count ? "" : "]");
  mir_fn *f = mir_fn_new(p, kind, name);
  f->hir = h;
  f->decl = owner;
  f->span = h->span;
  map_put(&p->by_fn, h, f);
}

static void declare_maker(mir_program *p, mir_fn_kind kind, const hir_decl *d) {
  mir_fn *f = mir_fn_new(p, kind, arena_printf(p->arena, "%s.init", d->name));
  f->decl = d;
  f->span = d->span;
  map_put(&p->by_decl, d, f);
}

static void declare_members(mir_program *p, const hir_decl *d) {
  if (d->tparam_count) return; // built in
  bool agent = d->kind == DECL_AGENT;
  if (agent && !d->entry) declare_maker(p, MIR_FN_INIT, d);
  if (d->kind == DECL_CLASS && d->field_count > d->header_count) declare_maker(p, MIR_FN_CTOR, d);
  for (uint32_t i = 0; i < d->method_count; i++) declare_fn(p, MIR_FN_FUNCTION, d->methods[i], d);
  for (uint32_t i = 0; i < d->behaviour_count; i++) declare_fn(p, MIR_FN_BEHAVIOUR, d->behaviours[i], d);
}

mir_program *lower_program(arena *a, type_table *types, const hir_program *hir) {
  mir_program *p = ARENA_NEW(a, mir_program);
  p->arena = a;
  p->types = types;
  p->hir = hir;
  map_init(&p->by_constant, a);
  map_init(&p->by_fn, a);
  map_init(&p->by_decl, a);
  map_init(&p->by_abstract, a);
  for (uint32_t i = 0; i < hir->decl_count; i++) declare_members(p, hir->decls[i]);
  for (uint32_t i = 0; i < hir->fn_count; i++) declare_fn(p, MIR_FN_FUNCTION, hir->fns[i], hir->fns[i]->owner);
  if (hir->main && !hir->runs_tests) declare_fn(p, MIR_FN_MAIN, hir->main, hir->main_agent);
  for (uint32_t i = 0; i < hir->test_count && hir->runs_tests; i++)
    declare_fn(p, MIR_FN_MAIN, hir->tests[i].fn, hir->tests[i].agent);
  lower_tables(p);
  for (uint32_t i = 0; i < p->fns.count; i++) { // closures come to it as they are met
    mir_fn *f = p->fns.items[i];
    if (f->kind == MIR_FN_INIT) lower_init(p, f);
    else if (f->kind == MIR_FN_CTOR) lower_ctor(p, f);
    else if (f->constant) lower_const_body(p, f);
    else lower_body(p, f);
  }
  return p;
}
