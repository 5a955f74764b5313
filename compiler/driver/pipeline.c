// pipeline.c — the list of stages. Owns: nothing. Promises: as pipeline.h.
#include "driver/pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag/render.h"
#include "driver/cmd.h"
#include "driver/try_fixes.h"
#include "hir/hir_complete.h"
#include "lower/lower.h"
#include "pass/pass.h"
#include "sema/sema.h"

int pipeline_load(session *s, module_list *out) {
  module_context cx = {.arena = &s->arena, .names = &s->names, .sink = &s->diags, .sources = &s->sources};
  uint32_t bad = 0;
  const char *error = module_load(&cx, s->options.files, (uint32_t)s->options.file_count, out, &bad);
  if (error) return cmd_fail("cannot read '%s': %s", s->options.files[bad], error);
  return diag_has_errors(&s->diags) ? STATUS_ERRORS : STATUS_OK;
}

// The modules as sema wants them, in the same order.
static const sema_module **sema_modules(session *s, const module_list *list) {
  sema_module *all = ARENA_ARRAY(&s->arena, sema_module, list->count);
  bool library =
      getenv("AGENTC_CHECK_LIBRARY") != NULL; // for tests: all of the standard library's bodies, generics too
  const sema_module **result = ARENA_ARRAY(&s->arena, const sema_module *, list->count);
  map of = {0}; // module -> sema_module
  map_init(&of, &s->arena);
  for (uint32_t i = 0; i < list->count; i++) {
    map_put(&of, list->items[i], &all[i]);
    result[i] = &all[i];
  }
  for (uint32_t i = 0; i < list->count; i++) {
    const module *m = list->items[i];
    const sema_module **uses = ARENA_ARRAY(&s->arena, const sema_module *, m->file->decls.count + 1);
    for (uint32_t k = 0; k < m->file->decls.count; k++) uses[k] = m->uses[k] ? map_get(&of, m->uses[k]) : NULL;
    all[i] = (sema_module){.name = m->name,
                           .file = m->file,
                           .is_std = m->is_std,
                           .is_prelude = m->is_prelude,
                           .checked = m->is_root || library,
                           .uses = uses};
  }
  return result;
}

int pipeline_check(session *s, const module_list *modules, const hir_program **out) {
  sema_input in = {.arena = &s->arena,
                   .types = s->types,
                   .names = &s->names,
                   .diag = &s->diags,
                   .modules = sema_modules(s, modules),
                   .module_count = modules->count,
                   .main_file = s->options.files[0],
                   .runs_tests = s->options.command == CMD_TEST};
  s->diags.unchecked = s->checked && getenv("AGENTC_UNCHECKED"); // tests/soundness/run --rejected
  *out = sema_check(&in);
  if (s->diags.unchecked && !diag_has_errors(&s->diags) && s->diags.waived != s->diags.carried)
    return cmd_fail("this cannot be run unchecked");
  const hir_expr *wrong = diag_has_errors(&s->diags) || s->diags.unchecked ? NULL : hir_first_error(*out);
  if (wrong)
    return cmd_fail("internal error: %s: this is wrong, and nothing was reported",
                    source_where(&s->sources, wrong->span, &s->arena));
  return diag_has_errors(&s->diags) ? STATUS_ERRORS : STATUS_OK;
}

int pipeline_lower(session *s, const hir_program *hir, mir_program **out) {
  *out = lower_program(&s->arena, s->types, hir);
  const char *wrong = pass_run(*out, getenv("AGENTC_VERIFY") != NULL);
  return wrong ? cmd_fail("internal error: the program's MIR is wrong: %s", wrong) : STATUS_OK;
}

int pipeline_report(session *s, int status) {
  colour_when when = s->options.colour;
  const char *term = getenv("TERM");
  bool terminal = isatty(STDERR_FILENO) && !getenv("NO_COLOR") && term && *term;
  diag_options o = {.json = s->options.json, .colour = when == COLOUR_ALWAYS || (when == COLOUR_AUTO && terminal)};
  if (o.json) try_fixes(s);
  diag_render(&s->diags, &s->sources, o, stderr);
  return status == STATUS_OK && diag_has_errors(&s->diags) ? STATUS_ERRORS : status;
}

static bool has_tests(const ast_file *file) {
  for (uint32_t i = 0; i < file->decls.count; i++)
    if (file->decls.items[i]->kind == AST_DECL_TEST) return true;
  return false;
}

int pipeline_mir(session *s, mir_program **out) {
  module_list modules;
  const hir_program *hir = NULL;
  int status = pipeline_load(s, &modules);
  if (status != STATUS_FAILED && pipeline_check(s, &modules, &hir) != STATUS_OK) status = STATUS_ERRORS;
  bool library = s->library && hir && hir->export_count;
  if (status == STATUS_OK && !hir->main && !hir->runs_tests && !library) {
    span at = {modules.items[0]->src->id, 0, 0};
    diag *d =
        diag_error(&s->diags, E0221, at, "this file has no main: it is a library, and can only be used by others");
    diag_help(d, s->library ? "what runs begins with `main() { … }`, what C calls with `export`"
                            : "what runs begins with `main() { … }`");
    if (has_tests(modules.items[0]->file)) diag_help(d, "its tests are run by `agentc test %s`", s->options.files[0]);
  }
  status = pipeline_report(s, status);
  if (status == STATUS_OK) status = pipeline_lower(s, hir, out);
  return status;
}

int pipeline_code(session *s, emit_result *out) {
  *out = (emit_result){0};
  mir_program *mir = NULL;
  int status = pipeline_mir(s, &mir);
  if (status != STATUS_OK) return status;
  if (s->library && mir->hir->export_count) emit_library(out, mir, &s->sources, &s->arena, s->library, s->header);
  else emit_program(out, mir, &s->sources, &s->arena, s->checked);
  return status;
}

// ---- extern "C" --------------------------------------------------------------------------------------------------
jit_import *pipeline_imports(session *s, const emit_result *code) {
  jit_import *imports = ARENA_ARRAY(&s->arena, jit_import, code->imports.count + 1);
  for (uint32_t i = 0; i < code->imports.count; i++)
    imports[i] =
        (jit_import){.symbol = code->imports.items[i].fn->symbol, .library = code->imports.items[i].fn->library};
  return imports;
}

void pipeline_report_imports(session *s, const emit_result *code, const jit_import *imports) {
  for (uint32_t i = 0; i < code->imports.count; i++) {
    if (imports[i].address) continue;
    const hir_fn *f = code->imports.items[i].fn;
    diag *d = diag_error(&s->diags, E0701, f->span, "no C function `%s` was found", f->symbol);
    if (f->library) diag_help(d, "is it in the library `%s`, and is that installed?", f->library);
    else diag_help(d, "name the library that has it: extern \"C\" link \"name\" { … }");
  }
}
