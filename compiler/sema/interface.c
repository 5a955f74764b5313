// interface.c — which types satisfy an interface, and the tables through which their methods are called.
// Method:   the signatures are compared, member by member; a comparison that leads back to itself holds (an interface may name
//           itself in its methods). A table has one function a method, with the signature of the interface's, whose body is a
//           call of the type's own method: so whatever has to be converted is, by nodes like anywhere else.
// Promises: see interface.h. A value without identity (number, struct, enum …) is held by an object of a class made for its type.
#include "sema/interface.h"

typedef struct fit {
  const type *from;
  const hir_decl *interface;
  progress state;
  interface_gap gap;
  bool in_error;    // a method was not compared: it was reported where it stands, and there is no table
  hir_table *table; // made when a conversion asks for it
} fit;

typedef struct holder {
  const type *held;
  decl_info *decl;
} holder;

struct interfaces {
  map found;       // const hir_decl * -> map *: const type * -> fit *
  VEC(fit *) fits; // in the order in which they were asked for
  VEC(holder) holders;
  VEC(const hir_table *) tables;
};

// ---- types without their capabilities --------------------------------------------------------------------------------
static const type *bare(sema *s, const type *t) {
  switch ((int)t->kind) {
  case TY_CLASS:
  case TY_INTERFACE: return type_with_cap(s->types, t, CAP_REF);
  case TY_STRUCT:
  case TY_ENUM: return type_nominal(s->types, t->kind, t->decl, t->args, t->arg_count, CAP_NONE);
  case TY_AGENT: return type_with_cap(s->types, t, CAP_TAG);
  default: return t;
  }
}

bool interface_holds_value(const type *from) {
  return from->kind != TY_CLASS && from->kind != TY_ERRVAL && from->kind != TY_INTERFACE;
}

static bool can_be_one(const type *t) {
  switch ((int)t->kind) {
  case TY_ERROR:
  case TY_NEVER:
  case TY_UNIT:
  case TY_NONE:
  case TY_FUTURE:
  case TY_FN: return false;
  default: return true;
  }
}

// ---- comparing signatures ---------------------------------------------------------------------------------------------
// The type of a parameter or result of a method of `from`, called through an interface that grants `self`.
static const type *own_type(sema *s, const type *from, const type *t, cap self) {
  return from->arg_count ? type_subst(s->types, t, from->decl, from->args, from->arg_count, self) : t;
}

// A type in a signature of the interface, where `from` satisfies it.
static const type *wanted_type(sema *s, const type *from, const type *t, const hir_decl *interface) {
  return interface->uses_self ? type_bind(s, t, interface, &from, 1, CAP_NONE) : t;
}

static bool becomes(sema *s, const type *from, const type *to) { return subtype_handed(s->types, from, to).ok; }

// For messages: nothing is done to what is in them.
static bool is_message_of(sema *s, const type *from, const type *to) {
  conversion c = subtype_handed(s->types, from, to);
  return c.ok && !c.some && !c.freeze && !c.share && !c.interface;
}

static misfit behaviour_misfit(sema *s, const hir_fn *wanted, const hir_fn *own, uint32_t *param) {
  if (own->param_count != wanted->param_count) return OTHER_COUNT;
  for (uint32_t i = 0; i < own->param_count; i++) {
    *param = i;
    if (!is_message_of(s, wanted->params[i]->type, own->params[i]->type)) return OTHER_SHAPE;
  }
  if (!wanted->is_request) return FITS;
  return own->is_request && is_message_of(s, own->result, wanted->result) ? FITS : WIDER;
}

static misfit method_misfit(sema *s, const type *from, const hir_fn *wanted, const hir_fn *own, uint32_t *param) {
  bool value = interface_holds_value(from);
  if (own->tparam_count) return HAS_PARAMETERS;
  if (!cap_subtype(wanted->receiver, own->receiver) || (value && own->receiver == CAP_ISO)) return STRONGER;
  if (own->param_count != wanted->param_count) return OTHER_COUNT;
  for (uint32_t i = 0; i < own->param_count; i++) {
    *param = i;
    const type *takes = own_type(s, from, own->params[i]->type, wanted->receiver);
    if (!becomes(s, wanted_type(s, from, wanted->params[i]->type, wanted->owner), takes)) return NARROWER;
  }
  const type *gives = own_type(s, from, own->result, wanted->receiver);
  const type *result = wanted_type(s, from, wanted->result, wanted->owner);
  if (!becomes(s, gives, result)) return WIDER;
  return own->raises && !wanted->raises ? RAISES : FITS;
}

// The method as it is called through an interface that grants `self`: of a generic, or one that sees its result through its object, the
// instance. NULL: that is in error.
static fn_info *own_method(sema *s, const type *from, fn_info *f, cap self) {
  if (!f->template || f->hir.tparam_count) return f;
  const type *const *of_owner = from->arg_count ? from->args : f->owner->hir.targs;
  f = fn_instance(s, f, of_owner, NULL, self, f->hir.span);
  return f && !f->poisoned ? f : NULL;
}

// `where T: copyable` holds for the types of the object. Of an instance that is known (unmet), unless it is just being made.
static bool where_holds(sema *s, const type *from, const fn_info *f) {
  s->muted++;
  const type *const *args = from->arg_count ? from->args : f->owner->hir.targs;
  bool holds = check_bounds(s, &f->bounds, args, NULL, f->hir.span, f->hir.name, f->owner, NULL);
  s->muted--;
  return holds;
}

static interface_gap member_gap(sema *s, const type *from, const hir_fn *wanted, bool of_agents) {
  decl_info *owner;
  const member *m = member_lookup(s, from, info_of_fn(wanted)->name, &owner);
  interface_gap g = {.wanted = wanted, .found = m};
  if (!m) g.why = NO_METHOD;
  else if (m->kind != (of_agents ? MEMBER_ON : MEMBER_FN)) g.why = NO_FUNCTION;
  else if (m->fn->poisoned || info_of_fn(wanted)->poisoned) g.why = IN_ERROR;
  else if (of_agents) g.why = behaviour_misfit(s, wanted, &m->fn->hir, &g.param);
  else if (m->fn->unmet || !where_holds(s, from, m->fn)) g.why = UNMET;
  else {
    const fn_info *own = own_method(s, from, m->fn, wanted->receiver);
    g.why = own ? method_misfit(s, from, wanted, &own->hir, &g.param) : IN_ERROR;
  }
  return g;
}

static interface_gap first_gap(sema *s, const type *from, const hir_decl *interface, bool *in_error) {
  hir_fn **all = interface->is_agents ? interface->behaviours : interface->methods;
  uint32_t n = interface->is_agents ? interface->behaviour_count : interface->method_count;
  if (interface->is_agents != (from->kind == TY_AGENT))
    return (interface_gap){.why = NO_FUNCTION, .wanted = n > 0 ? all[0] : NULL};
  for (uint32_t i = 0; i < n; i++) {
    interface_gap g = member_gap(s, from, all[i], interface->is_agents);
    if (g.why == IN_ERROR) *in_error = true;
    else if (g.why != FITS) return g;
  }
  return (interface_gap){.why = FITS};
}

static fit *fit_of(sema *s, const type *from, const hir_decl *interface) {
  from = bare(s, from);
  map *found = map_get(&s->interfaces->found, interface);
  if (!found) {
    found = ARENA_NEW(s->a, map);
    map_init(found, s->a);
    map_put(&s->interfaces->found, interface, found);
  }
  fit *f = map_get(found, from);
  if (f) return f;
  f = ARENA_NEW(s->a, fit);
  *f = (fit){.from = from, .interface = interface, .state = BUSY, .gap = {.why = FITS}}; // as long as it is compared
  map_put(found, from, f);
  VEC_PUSH(s->a, &s->interfaces->fits, f);
  f->gap = first_gap(s, from, interface, &f->in_error);
  f->state = DONE;
  return f;
}

bool interface_fits(sema *s, const type *from, const hir_decl *interface, interface_gap *gap) {
  if (!can_be_one(from)) {
    if (gap) *gap = (interface_gap){.why = NO_FUNCTION};
    return false;
  }
  const fit *f = fit_of(s, from, interface);
  if (gap) *gap = f->gap;
  return f->gap.why == FITS;
}

bool interface_allows(const hir_decl *interface, cap c) {
  for (uint32_t i = 0; i < interface->method_count && c != CAP_NONE; i++)
    if (!cap_subtype(c, interface->methods[i]->receiver)) return false;
  return true;
}

void interface_offer(sema *s, const hir_decl *interface, decl_info *param, const type *self) {
  const map *members = &info_of(interface)->members;
  for (uint32_t i = 0; i < members->count; i++) {
    const member *m = members->entries[i].value;
    member *own = arena_copy(s->a, m, sizeof *m);
    if (interface->uses_self) {
      own->fn = arena_copy(s->a, m->fn, sizeof *m->fn);
      hir_fn *f = &own->fn->hir;
      f->params = ARENA_ARRAY(s->a, hir_var *, f->param_count ? f->param_count : 1);
      for (uint32_t k = 0; k < f->param_count; k++) {
        f->params[k] = arena_copy(s->a, m->fn->hir.params[k], sizeof(hir_var));
        f->params[k]->type = wanted_type(s, self, f->params[k]->type, interface);
      }
      f->result = wanted_type(s, self, f->result, interface);
    }
    map_put(&param->members, own->name, own);
  }
  for (cap c = CAP_ISO; c <= CAP_TAG; c++)
    if (interface->is_agents ? c != CAP_TAG : !interface_allows(interface, c)) param->allows &= ~(1u << (unsigned)c);
}

static hir_table *table_of(sema *s, fit *f);

static bool satisfies(void *cx, const type *from, const type *to) {
  sema *s = cx;
  if (to->decl->uses_self) return false; // no table could say what its arguments are
  if (!interface_fits(s, from, to->decl, NULL)) return false;
  if (from->kind == TY_AGENT) { // nothing is done to the value: this is all that will be heard of it
    fit *f = fit_of(s, from, to->decl);
    if (f->state == DONE) (void)table_of(s, f);
  }
  return true;
}

void interface_init(sema *s) {
  s->interfaces = ARENA_NEW(s->a, struct interfaces);
  map_init(&s->interfaces->found, s->a);
  type_table_set_satisfies(s->types, satisfies, s);
}

// ---- objects -----------------------------------------------------------------------------------------------------------
// class Boxed(value: T)
static decl_info *holder_new(sema *s, const type *held) {
  decl_info *d = ARENA_NEW(s->a, decl_info);
  d->name = str_intern_cstr(s->names, "Boxed");
  d->mod = s->modules[0];
  d->used = true;
  d->inits = DONE;
  hir_field *field = ARENA_NEW(s->a, hir_field);
  *field = (hir_field){.name = "value", .type = held};
  hir_var **vars = ARENA_ARRAY(s->a, hir_var *, 1);
  vars[0] = var_new(s, str_intern_cstr(s->names, "value"), held, SPAN_NONE, false);
  d->hir = (hir_decl){.kind = DECL_CLASS,
                      .name = "Boxed",
                      .module = "",
                      .default_cap = CAP_REF,
                      .fields = field,
                      .field_count = 1,
                      .header_count = 1,
                      .header_vars = vars,
                      .is_boxed = true};
  map_init(&d->members, s->a);
  return d;
}

const type *interface_object(sema *s, const type *from, cap c) {
  if (from->kind == TY_ERRVAL) return from;
  if (from->kind == TY_CLASS) return type_with_cap(s->types, from, c);
  from = bare(s, from);
  decl_info *d = NULL;
  for (uint32_t i = 0; i < s->interfaces->holders.count; i++)
    if (s->interfaces->holders.items[i].held == from) d = s->interfaces->holders.items[i].decl;
  if (!d) {
    d = holder_new(s, from);
    VEC_PUSH(s->a, &s->interfaces->holders, (holder){from, d});
  }
  return type_nominal(s->types, TY_CLASS, &d->hir, NULL, 0, c);
}

// ---- tables ------------------------------------------------------------------------------------------------------------
static hir_fn *entry_new(sema *s, const hir_table *t, const hir_fn *wanted) {
  hir_fn *f = ARENA_NEW(s->a, hir_fn);
  *f = (hir_fn){.kind = FN_METHOD,
                .name = arena_printf(s->a, "%s.%s of %s", t->interface->name, wanted->name, text_of(s, t->from)),
                .module = "",
                .span = wanted->span,
                .receiver = wanted->receiver,
                .param_count = wanted->param_count,
                .result = wanted->result,
                .raises = wanted->raises};
  const type *self = t->object->kind == TY_CLASS ? type_with_cap(s->types, t->object, wanted->receiver) : t->object;
  f->self = var_new(s, s->n_self, self, wanted->span, false);
  f->self->is_self = true;
  f->params = ARENA_ARRAY(s->a, hir_var *, wanted->param_count ? wanted->param_count : 1);
  for (uint32_t i = 0; i < wanted->param_count; i++) {
    f->params[i] = arena_copy(s->a, wanted->params[i], sizeof(hir_var));
    f->params[i]->id = ++s->next_var;
  }
  return f;
}

// self.m(a, b), converted to what the interface says.
static hir_expr *entry_body(sema *s, const hir_table *t, const hir_fn *f, fn_info *own) {
  span at = f->span;
  hir_expr *self = expr_local(s, f->self, at);
  if (t->object->decl->is_boxed) {
    hir_expr *value = expr_new(s, HIR_FIELD, t->from, at);
    value->member.object = self;
    place_typed(s, value);
    self = value;
  } else if (own->hir.receiver == CAP_VAL) {
    self = coerce(s, self, type_with_cap(s->types, self->type, CAP_VAL), "the object");
  }
  const hir_expr **args = ARENA_ARRAY(s->a, const hir_expr *, f->param_count ? f->param_count : 1);
  for (uint32_t i = 0; i < f->param_count; i++)
    args[i] = coerce(s, expr_local(s, f->params[i], at), own_type(s, t->from, own->hir.params[i]->type, f->receiver),
                     "the argument");
  hir_expr *call = expr_new(s, HIR_CALL, own_type(s, t->from, own->hir.result, f->receiver), at);
  call->call.fn = &own->hir;
  call->call.receiver = self;
  call->call.args = (hir_list){args, f->param_count};
  call->call.targs = t->from->args;
  call->call.targ_count = t->from->arg_count;
  return call->type == f->result ? call : coerce(s, call, f->result, "the result");
}

static void fill_table(sema *s, hir_table *t) {
  fn_cx *old = s->cx;
  s->muted++;
  for (uint32_t i = 0; i < t->fn_count; i++) {
    const hir_fn *wanted = t->interface->methods[i];
    decl_info *owner;
    fn_info *own = member_lookup(s, t->from, info_of_fn(wanted)->name, &owner)->fn;
    own = own_method(s, t->from, own, wanted->receiver);
    fn_info *abstract = info_of_fn(wanted);
    fn_cx cx = {.mod = s->modules[0], .result = wanted->result};
    s->cx = &cx;
    t->fns[i] = entry_new(s, t, wanted);
    t->fns[i]->body = entry_body(s, t, t->fns[i], own);
    fn_reach(s, own);
    // Whatever it does, the interface's method may do.
    VEC_PUSH(s->a, &abstract->callees, (call_site){.fn = own, .at = wanted->span});
    VEC_PUSH(s->a, &abstract->calls, own);
  }
  s->muted--;
  s->cx = old;
}

static bool is_interface(const type *t) { return t->decl && t->decl->kind == DECL_INTERFACE; }

// NULL: what is an interface already has one, of another kind; and where types are open, nothing more is made of it than they are.
static hir_table *table_of(sema *s, fit *f) {
  bool known = type_openness(f->from) == CLOSED && info_of(f->interface)->open == CLOSED;
  if (f->table || is_interface(f->from) || !known || f->in_error) return f->table;
  hir_table *t = ARENA_NEW(s->a, hir_table);
  bool agents = f->interface->is_agents;
  *t = (hir_table){
      .interface = f->interface, .from = f->from, .object = agents ? NULL : interface_object(s, f->from, CAP_REF)};
  t->fn_count = agents ? f->interface->behaviour_count : f->interface->method_count;
  t->fns = ARENA_ARRAY(s->a, hir_fn *, t->fn_count ? t->fn_count : 1);
  f->table = t;
  VEC_PUSH(s->a, &s->interfaces->tables, t);
  decl_info *owner;
  for (uint32_t i = 0; agents && i < t->fn_count; i++)
    t->fns[i] = &member_lookup(s, f->from, info_of_fn(f->interface->behaviours[i])->name, &owner)->fn->hir;
  if (!agents) fill_table(s, t);
  return t;
}

hir_expr *interface_make(sema *s, hir_expr *object, const type *from, const type *want) {
  hir_expr *e = expr_new(s, HIR_INTERFACE, want, object->span);
  e->interface.e = object;
  e->interface.table = table_of(s, fit_of(s, from, want->decl));
  return e;
}

bool interface_tables(sema *s) {
  uint32_t before = s->interfaces->tables.count;
  for (uint32_t i = 0; i < s->interfaces->fits.count; i++) {
    const fit *f = s->interfaces->fits.items[i];
    if (f->gap.why != FITS) continue;
    for (uint32_t k = 0; k < s->interfaces->tables.count; k++) { // who is seen as I may be seen as J through it
      const hir_table *t = s->interfaces->tables.items[k];
      if (t->interface == f->from->decl) (void)table_of(s, fit_of(s, t->from, f->interface));
    }
  }
  s->program->tables = s->interfaces->tables.items;
  s->program->table_count = s->interfaces->tables.count;
  return s->interfaces->tables.count > before;
}
