// lower_interface.c — values seen as interfaces: making them, and the functions of their tables.
// Promises: each function of a table is a member of the set of the interface's method, and called in no other way.
#include "lower/lower_internal.h"

static mir_set *set_of(mir_program *p, const hir_fn *abstract) {
  mir_set *set = map_get(&p->by_abstract, abstract);
  if (set) return set;
  const type **parts = ARENA_ARRAY(p->arena, const type *, abstract->param_count + 1);
  for (uint32_t i = 0; i < abstract->param_count; i++) parts[i] = abstract->params[i]->type;
  parts[abstract->param_count] = abstract->result;
  const type *t = type_fn(p->types, parts, abstract->param_count + 1, abstract->raises, CAP_REF);
  set = mir_set_new(p, arena_printf(p->arena, "%s.%s", abstract->owner->name, abstract->name), t);
  set->method = abstract;
  set->may_raise = true; // as its functions, until the pass finds out
  map_put(&p->by_abstract, abstract, set);
  return set;
}

void lower_tables(mir_program *p) {
  for (uint32_t i = 0; i < p->hir->table_count; i++) {
    const hir_table *t = p->hir->tables[i];
    for (uint32_t k = 0; t->object && k < t->fn_count; k++) {
      mir_fn *f = mir_fn_new(p, MIR_FN_FUNCTION, t->fns[k]->name);
      f->hir = t->fns[k];
      f->span = t->fns[k]->span;
      map_put(&p->by_fn, t->fns[k], f);
      mir_set_add(p, set_of(p, t->interface->methods[k]), f);
    }
  }
}

static void add_view(mir_program *p, const hir_decl *from, const hir_decl *to) {
  for (uint32_t i = 0; i < p->views.count; i++)
    if (p->views.items[i].from == from && p->views.items[i].to == to) return;
  VEC_PUSH(p->arena, &p->views, (mir_view){from, to});
}

mir_operand lower_interface(lower *lo, const hir_expr *e, uint32_t want) {
  mir_operand object = lower_expr(lo, e->interface.e);
  want = lower_want(lo, want, e->type);
  mir_inst *i = lower_emit(lo, MIR_INTERFACE, want, e->type, &object, 1, e->span);
  i->aux.table = e->interface.table;
  if (!e->interface.table) add_view(lo->p, e->interface.e->type->decl, e->type->decl);
  return lower_local(lo, want);
}

// The object is handed over where the method takes the only reference.
void lower_call_method(lower *lo, mir_inst *call, const hir_fn *abstract) {
  call->op = MIR_CALL_INDIRECT;
  call->aux.set = set_of(lo->p, abstract);
  call->args[0].mode = abstract->receiver == CAP_ISO ? MIR_CONSUME : MIR_BORROW;
  for (uint32_t i = 0; i < abstract->param_count; i++)
    call->args[i + 1].mode = mir_type_holds_iso(abstract->params[i]->type) ? MIR_CONSUME : MIR_BORROW;
}
