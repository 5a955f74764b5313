// effect.c — which slots instructions and functions may overwrite: a fixed point over the calls.
#include "pass/effect.h"

#include <string.h>

#include "pass/live.h"

static uint32_t field_slot(effects *e, const hir_decl *d, uint32_t index) {
  uintptr_t base = (uintptr_t)map_get(&e->bases, d);
  return base ? (uint32_t)base + index : 0;
}

static uint32_t element_slot(effects *e, const type *t) {
  for (uint32_t i = 0; i < e->elements.count; i++)
    if (mir_type_same(e->elements.items[i], t)) return e->fields + i;
  if (e->elements.count == EFFECT_MAX_ELEMENTS) return e->fields + EFFECT_MAX_ELEMENTS;
  VEC_PUSH(e->a, &e->elements, t);
  return e->fields + e->elements.count - 1;
}

static uint32_t step_slot(effects *e, const type *from, const mir_step *s) {
  switch (s->kind) {
  case MIR_STEP_FIELD: return field_slot(e, from->decl, s->index);
  case MIR_STEP_INDEX: return element_slot(e, s->type);
  case MIR_STEP_ELEM:
  case MIR_STEP_SOME:
  case MIR_STEP_VARIANT: return 0;
  }
  return 0;
}

void effect_place(effects *e, const mir_fn *f, const mir_place *pl, uint64_t *set) {
  const type *from = f->locals.items[pl->base].type;
  for (uint32_t i = 0; i < pl->step_count; i++) {
    live_put(set, step_slot(e, from, &pl->steps[i]));
    from = pl->steps[i].type;
  }
}

void effect_container(effects *e, const type *t, uint64_t *set) {
  if (t->kind != TY_CLASS || t->decl->builtin == BUILTIN_NO) return;
  for (uint32_t i = 0; i < t->arg_count; i++)
    if (mir_type_counted(t->args[i])) live_put(set, element_slot(e, t->args[i]));
}

static bool last_slot(effects *e, const mir_fn *f, const mir_place *pl, uint64_t *set) {
  if (pl->step_count == 0 || !mir_type_counted(pl->type)) return false;
  const type *from = pl->step_count > 1 ? pl->steps[pl->step_count - 2].type : f->locals.items[pl->base].type;
  live_put(set, step_slot(e, from, &pl->steps[pl->step_count - 1]));
  return true;
}

// A native changes containers it is given for writing, and nothing else of ours.
static bool native_writes(effects *e, const mir_inst *i, uint64_t *set) {
  const hir_fn *fn = i->aux.call.fn;
  if (fn->kind == FN_EXTERN) return false;
  uint32_t first = mir_native_receivers(i);
  bool any = false;
  for (uint32_t a = 0; a < first + fn->param_count; a++) {
    cap c = a < first ? fn->receiver : fn->params[a - first]->type->cap;
    if (c != CAP_REF && c != CAP_ISO) continue;
    effect_container(e, i->args[a].type, set);
    any = true;
  }
  return any;
}

static bool add_writes(effects *e, const void *callee, uint64_t *set) {
  const uint64_t *w = map_get(&e->writes, callee);
  bool any = false;
  for (uint32_t k = 0; k < e->words; k++) {
    set[k] |= w[k];
    any = any || w[k];
  }
  return any;
}

bool effect_of(effects *e, const mir_fn *f, const mir_inst *i, uint64_t *set) {
  switch ((int)i->op) {
  case MIR_STORE:
  case MIR_SWAP: return last_slot(e, f, i->place, set);
  case MIR_ARRAY_POP:
  case MIR_ARRAY_DRAIN:
  case MIR_MAP_SET: effect_container(e, i->args[0].type, set); return true;
  case MIR_CALL:
    if (!i->aux.call.callee) return native_writes(e, i, set);
    return add_writes(e, i->aux.call.callee, set);
  case MIR_CALL_INDIRECT: return add_writes(e, i->aux.set, set);
  default: return false;
  }
}

static bool grow(effects *e, const mir_fn *f) {
  uint64_t *w = map_get(&e->writes, f);
  memcpy(e->scratch, w, sizeof *w * e->words);
  for (uint32_t b = 0; b < f->blocks.count; b++)
    for (uint32_t i = 0; i < f->blocks.items[b].insts.count; i++)
      effect_of(e, f, &f->blocks.items[b].insts.items[i], w);
  if (f->set) add_writes(e, f, map_get(&e->writes, f->set));
  return memcmp(e->scratch, w, sizeof *w * e->words) != 0;
}

void effects_compute(effects *e, mir_program *p, arena *a) {
  memset(e, 0, sizeof *e);
  e->p = p;
  e->a = a;
  map_init(&e->bases, a);
  map_init(&e->writes, a);
  e->fields = 1;
  for (uint32_t i = 0; i < p->hir->decl_count; i++) {
    map_put(&e->bases, p->hir->decls[i], (void *)(uintptr_t)e->fields);
    e->fields += p->hir->decls[i]->field_count;
  }
  e->words = (e->fields + EFFECT_MAX_ELEMENTS + 1 + 63) / 64;
  e->scratch = ARENA_ARRAY(a, uint64_t, e->words);
  for (uint32_t i = 0; i < p->fns.count; i++) map_put(&e->writes, p->fns.items[i], ARENA_ARRAY(a, uint64_t, e->words));
  for (uint32_t i = 0; i < p->sets.count; i++)
    map_put(&e->writes, p->sets.items[i], ARENA_ARRAY(a, uint64_t, e->words));
  for (bool changed = true; changed;) {
    changed = false;
    for (uint32_t i = 0; i < p->fns.count; i++) changed = grow(e, p->fns.items[i]) || changed;
  }
}
