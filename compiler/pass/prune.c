// prune.c — functions that nothing reaches go: most of what a program uses of a module is a few functions.
// Stay: main or the tests, behaviours, initialisers, what they call or make closures of, and methods that comparing and showing call by themselves. A library
// (no main) keeps all.
#include <string.h>

#include "pass/pass.h"

bool pass_called_by_values(const mir_fn *f) {
  static const char *const names[] = {"show", "eq", "hash", "cmp"};
  if (!f->hir || !f->decl || f->kind != MIR_FN_FUNCTION) return false;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(f->hir->name, names[i]) == 0) return true;
  return false;
}

typedef struct prune {
  const mir_program *p;
  arena scratch;
  map reached;
  VEC(mir_fn *) work;
} prune;

static void reach(prune *w, mir_fn *f) {
  if (!f || map_has(&w->reached, f)) return;
  map_put(&w->reached, f, f);
  VEC_PUSH(&w->scratch, &w->work, f);
}

// The functions of a table; where one interface becomes another, of all tables of that.
static void reach_tables(prune *w, const mir_inst *i) {
  const hir_program *hir = w->p->hir;
  for (uint32_t k = 0; k < hir->table_count; k++) {
    const hir_table *t = hir->tables[k];
    bool meant = i->aux.table ? t == i->aux.table : t->interface == i->type->decl;
    for (uint32_t m = 0; meant && t->object && m < t->fn_count; m++) reach(w, map_get(&w->p->by_fn, t->fns[m]));
  }
}

static void reach_operands(prune *w, const mir_operand *items, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (items[i].kind == MIR_OPERAND_CONST) reach(w, map_get(&w->p->by_constant, items[i].constant));
}

static void reach_inst(prune *w, const mir_inst *i) {
  reach(w, mir_inst_callee(i));
  reach_operands(w, i->args, i->arg_count);
  if (i->op == MIR_INTERFACE) reach_tables(w, i);
}

static void reach_calls(prune *w, const mir_fn *f) {
  for (uint32_t b = 0; b < f->blocks.count; b++) {
    for (uint32_t i = 0; i < f->blocks.items[b].insts.count; i++) reach_inst(w, &f->blocks.items[b].insts.items[i]);
    reach_operands(w, &f->blocks.items[b].term.value, 1);
  }
}

static void keep_reached(prune *w, mir_set *set) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < set->members.count; i++)
    if (map_has(&w->reached, set->members.items[i])) set->members.items[n++] = set->members.items[i];
  set->members.count = n;
}

void pass_prune(mir_program *p) {
  if (!p->hir->main && !p->hir->runs_tests) return;
  prune w = {.p = p};
  arena_init(&w.scratch);
  map_init(&w.reached, &w.scratch);
  for (uint32_t i = 0; i < p->fns.count; i++) {
    mir_fn *f = p->fns.items[i];
    bool called = f->kind == MIR_FN_FUNCTION || f->kind == MIR_FN_CTOR;
    bool exported = (f->hir && f->hir->exported) || (f->kind == MIR_FN_CTOR && f->decl->exported);
    if (!called || exported || pass_called_by_values(f)) reach(&w, f);
  }
  while (w.work.count) reach_calls(&w, VEC_POP(&w.work));
  uint32_t n = 0;
  for (uint32_t i = 0; i < p->fns.count; i++)
    if (map_has(&w.reached, p->fns.items[i])) p->fns.items[n++] = p->fns.items[i];
  p->fns.count = n;
  for (uint32_t i = 0; i < p->sets.count; i++) keep_reached(&w, p->sets.items[i]);
  arena_fini(&w.scratch);
}

void pass_unused(mir_program *p) { pass_prune(p); }
