// check_waits.c — functions that may wait, called where nothing may: in `eq`, `show`, `defer`, `where`.
// Method:   a function waits if it awaits, signals or asks, or calls one that does; settled when all bodies are known.
#include "sema/check.h"

static void settle_waits(sema *s) {
  for (bool changed = true; changed;) {
    changed = false;
    for (uint32_t i = 0; i < s->fns.count; i++) {
      fn_info *f = s->fns.items[i];
      for (uint32_t c = 0; c < f->callees.count && !f->suspends; c++) f->suspends = f->callees.items[c].fn->suspends;
      changed |= f->suspends && !f->settled;
      f->settled = f->suspends;
    }
  }
}

static void report_site(sema *s, const call_site *c) {
  if (!c->no_await || !c->fn->suspends) return;
  diag *d = error_at(s, E0519, c->at, "`%s` may have to wait, and nothing waits %s", c->fn->hir.name, c->no_await);
  diag_note(d, c->fn->hir.span, "it awaits or signals, or calls what does");
  diag_help(d, "do it before, and use the result");
}

void check_waits(sema *s) {
  settle_waits(s);
  for (uint32_t i = 0; i < s->fns.count; i++)
    for (uint32_t c = 0; c < s->fns.items[i]->callees.count; c++) report_site(s, &s->fns.items[i]->callees.items[c]);
  for (uint32_t i = 0; i < s->module_count; i++) {
    const fn_info *f = s->modules[i]->main;
    for (uint32_t c = 0; f && c < f->callees.count; c++) report_site(s, &f->callees.items[c]);
  }
}
