// check_export.c — `export`: what C may call, make and read.
// Owns:     nothing.
// Promises: what is on the program's list of exports is what the emitter can write: signatures of functions, constructors of agents and
//           parts of structs that C can have. Behaviours, fields and constructors of classes that it cannot are left out of app.h,
//           which says so.
#include <string.h>

#include "hir/hir_c.h"
#include "sema/check.h"

// A struct that contains itself has its error already, E0320.
static bool endless(const hir_decl *d) { return d && d->kind == DECL_STRUCT && d->recursive; }

static void report_type(sema *s, span at, const char *what, const type *t) {
  if (t->kind == TY_ERROR || endless(t->decl)) return;
  diag *d = error_at(s, E0706, at, "%s is `%s`, which C cannot have", what, text_full(s, t));
  if (t->decl && !t->decl->exported &&
      (t->kind == TY_AGENT || t->kind == TY_STRUCT || t->kind == TY_ENUM || t->kind == TY_CLASS) &&
      t->decl->builtin == BUILTIN_NO)
    diag_note(d, t->decl->span, "it is not exported: `export` before it makes it known to C");
  if (t->kind == TY_OPTIONAL && hir_c_of(t->args[0], false).kind != C_NONE) {
    diag_help(d, "only what is a pointer to C may be `none`: give a Bool beside it, in a struct for example");
    return;
  }
  diag_help(
      d,
      "C has numbers, Bool, Duration, String, Bytes and arrays of numbers (iso or val), and what is exported: agents, "
      "classes as iso or val, structs of numbers, enums without payload");
}

static void check_fn_export(sema *s, fn_info *f) {
  for (uint32_t i = 0; i < f->hir.param_count; i++) {
    const hir_var *p = f->hir.params[i];
    if (hir_c_of(p->type, false).kind == C_NONE)
      report_type(s, p->type_span, arena_printf(s->a, "parameter `%s` of `%s`", p->name, f->hir.name), p->type);
  }
  if (hir_c_of(f->hir.result, true).kind == C_NONE)
    report_type(s, f->hir.result_span, arena_printf(s->a, "the result of `%s`", f->hir.name), f->hir.result);
  if (!f->suspends) return;
  diag *d = error_at(s, E0706, f->hir.span, "`%s` may have to wait, and C waits for no agent", f->hir.name);
  diag_help(d, "make it a behaviour of an exported agent: C asks that with a callback, or waits");
}

static void check_decl_export(sema *s, const hir_decl *d) {
  const hir_field *wrong = NULL;
  bool by_value = (d->kind == DECL_STRUCT && !endless(d)) || d->kind == DECL_ENUM;
  if (by_value && !hir_c_struct(d, &wrong)) {
    if (wrong)
      report_type(s, wrong->span, arena_printf(s->a, "field `%s` of exported `%s`", wrong->name, d->name), wrong->type);
    else error_at(s, E0706, d->span, "`%s` has variants with values, which C cannot have", d->name);
  }
  for (uint32_t i = 0; i < d->header_count && d->kind == DECL_AGENT; i++)
    if (hir_c_of(d->fields[i].type, false).kind == C_NONE)
      report_type(s, d->fields[i].span,
                  arena_printf(s->a, "parameter `%s` of exported `%s`", d->fields[i].name, d->name), d->fields[i].type);
}

static void export_item(sema *s, hir_export item) {
  for (uint32_t i = 0; i < s->exports.count; i++) {
    const hir_export *other = &s->exports.items[i];
    const char *a = item.decl ? item.decl->name : item.fn->name, *b = other->decl ? other->decl->name : other->fn->name;
    if (strcmp(a, b) != 0) continue;
    diag *d = error_at(s, E0706, item.decl ? item.decl->span : item.fn->span, "two exports are called `%s`", a);
    diag_note(d, other->decl ? other->decl->span : other->fn->span, "the first is this");
    return;
  }
  VEC_PUSH(s->a, &s->exports, item);
}

void check_exports(sema *s) {
  for (uint32_t i = 0; i < s->decls.count; i++)
    if (s->decls.items[i]->hir.exported && s->decls.items[i]->open == CLOSED) {
      export_item(s, (hir_export){.decl = &s->decls.items[i]->hir});
      check_decl_export(s, &s->decls.items[i]->hir);
    }
  for (uint32_t i = 0; i < s->fns.count; i++)
    if (s->fns.items[i]->hir.exported && !s->fns.items[i]->template) {
      export_item(s, (hir_export){.fn = &s->fns.items[i]->hir});
      check_fn_export(s, s->fns.items[i]);
    }
  s->program->exports = s->exports.items;
  s->program->export_count = s->exports.count;
}
