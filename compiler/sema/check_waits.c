// check_waits.c — functions that may wait, called where nothing may: in `eq`, `show`, `defer`, `where`.
// Method:   a function waits if it awaits, signals or asks, or calls one that does; settled when all bodies are known.
#include "sema/check.h"

// The closure that a call of a value may reach and that waits; NULL: there is none.
static const fn_info *waiting_closure(sema *s, const type *value) {
  for (uint32_t i = 0; i < s->closures.count; i++)
    if (s->closures.items[i]->suspends && types_alike(s->closures.items[i]->shape, value)) return s->closures.items[i];
  return NULL;
}

static bool settle(sema *s, fn_info *f) {
  for (uint32_t c = 0; c < f->callees.count && !f->suspends; c++) {
    const call_site *site = &f->callees.items[c];
    f->suspends = site->fn ? site->fn->suspends : waiting_closure(s, site->value) != NULL;
  }
  bool changed = f->suspends && !f->settled;
  f->settled = f->suspends;
  return changed;
}

fn_info *maker_of(sema *s, decl_info *d) {
  if (d->maker) return d->maker;
  fn_info *f = d->maker = ARENA_NEW(s->a, fn_info);
  f->mod = d->mod;
  f->owner = d;
  f->name = d->name;
  f->hir = (hir_fn){.kind = FN_FUNCTION, .name = d->hir.name, .span = d->hir.span};
  VEC_PUSH(s->a, &s->makers, f);
  return f;
}

static void settle_waits(sema *s) {
  for (bool changed = true; changed;) {
    changed = false;
    for (uint32_t i = 0; i < s->fns.count; i++) changed |= settle(s, s->fns.items[i]);
    for (uint32_t i = 0; i < s->closures.count; i++) changed |= settle(s, s->closures.items[i]);
    for (uint32_t i = 0; i < s->makers.count; i++) changed |= settle(s, s->makers.items[i]);
  }
}

static void report_site(sema *s, const call_site *c) {
  if (!c->no_await) return;
  const fn_info *waits = c->fn ? c->fn : waiting_closure(s, c->value);
  if (!waits || !waits->suspends) return;
  const char *what = c->fn ? arena_printf(s->a, "`%s`", c->fn->hir.name) : "this function value";
  diag *d = error_at(s, E0519, c->at, "%s may have to wait, and nothing waits %s", what, c->no_await);
  if (c->fn) diag_note(d, waits->hir.span, "it awaits or signals, or calls what does");
  else diag_note(d, waits->hir.span, "it may be this one, which awaits or signals, or calls what does");
  diag_help(d, "do it before, and use the result");
}

static void report_sites(sema *s, const fn_info *f) {
  for (uint32_t c = 0; c < f->callees.count; c++) report_site(s, &f->callees.items[c]);
}

void check_waits(sema *s) {
  settle_waits(s);
  for (uint32_t i = 0; i < s->fns.count; i++) report_sites(s, s->fns.items[i]);
  for (uint32_t i = 0; i < s->closures.count; i++) report_sites(s, s->closures.items[i]);
  for (uint32_t i = 0; i < s->module_count; i++) {
    if (s->modules[i]->main) report_sites(s, s->modules[i]->main);
    for (uint32_t t = 0; t < s->modules[i]->tests.count; t++) report_sites(s, s->modules[i]->tests.items[t]);
  }
}
