// typed.h — types as the checker makes them, named by their text, for tests of the rules about types.
// Owns:     a session; all types live until typed_fini.
// Promises: each text is parsed and resolved in a program that holds `declarations`; a text that is no type fails the test. Besides,
//           "Never", "none", "?" (in error), and as in patterns "T", "T box" (any capability), "self->T", "U".
#ifndef TESTS_UNIT_TYPED_H
#define TESTS_UNIT_TYPED_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver/session.h"
#include "module/module.h"
#include "sema/sema.h"
#include "types/type_print.h"

typedef struct typed {
  session session;
  type_table *types;
  const hir_program *program;
  const char *texts[512];
  uint32_t count;
} typed;

static void typed_want(typed *t, const char *text) {
  static const char *const special[] = {"Never", "none", "?", "T", "U", "self->T"};
  for (size_t i = 0; i < sizeof special / sizeof *special; i++)
    if (!strcmp(text, special[i])) return;
  if (!strncmp(text, "T ", 2)) return;
  for (uint32_t i = 0; i < t->count; i++)
    if (!strcmp(t->texts[i], text)) return;
  ck_assert_uint_lt(t->count, 512);
  t->texts[t->count++] = text;
}

// After typed_want of all texts.
static void typed_init(typed *t, const char *declarations) {
  buf text = {0};
  buf_adds(&text, declarations);
  for (uint32_t i = 0; i < t->count; i++) buf_printf(&text, "\nfn t%u(x: %s) { }", i, t->texts[i]);
  buf_adds(&text, "\nmain() { }\n");
  session *s = &t->session;
  session_init(s);
  module_context cx = {.arena = &s->arena, .names = &s->names, .sink = &s->diags, .sources = &s->sources};
  module_list modules = {0};
  module_load_text(&cx, "test.agent", arena_strndup(&s->arena, buf_text(&text), text.size), text.size, &modules);
  buf_fini(&text);
  const sema_module **list = ARENA_ARRAY(&s->arena, const sema_module *, modules.count);
  for (uint32_t i = 0; i < modules.count; i++) {
    sema_module *m = ARENA_NEW(&s->arena, sema_module);
    *m = (sema_module){.name = modules.items[i]->name,
                       .file = modules.items[i]->file,
                       .is_std = modules.items[i]->is_std,
                       .is_prelude = modules.items[i]->is_prelude,
                       .checked = modules.items[i]->is_root};
    list[i] = m;
  }
  sema_input in = {.arena = &s->arena,
                   .types = s->types,
                   .names = &s->names,
                   .diag = &s->diags,
                   .modules = list,
                   .module_count = modules.count,
                   .main_file = "test.agent"};
  t->types = s->types;
  t->program = sema_check(&in);
  for (uint32_t i = 0; i < s->diags.all.count; i++)
    if (s->diags.all.items[i]->severity == DIAG_ERROR && s->diags.all.items[i]->code != E0430) // a future nobody awaits
      ck_abort_msg("%s", s->diags.all.items[i]->text);
}

static const hir_fn *typed_fn(const typed *t, const char *name) {
  for (uint32_t i = 0; i < t->program->fn_count; i++)
    if (!strcmp(t->program->fns[i]->name, name)) return t->program->fns[i];
  ck_abort_msg("no function %s", name);
  return NULL;
}

static const type *typed_of(typed *t, const char *text) {
  static const hir_decl owner = {.kind = DECL_CLASS, .name = "Owner"};
  if (!strcmp(text, "Never")) return type_simple(t->types, TY_NEVER);
  if (!strcmp(text, "none")) return type_simple(t->types, TY_NONE);
  if (!strcmp(text, "?")) return type_simple(t->types, TY_ERROR);
  if (!strcmp(text, "U")) return type_param(t->types, "U", 1, &owner, CAP_NONE);
  if (!strcmp(text, "self->T")) return type_param_self(t->types, "T", 0, &owner);
  if (!strncmp(text, "T", 2) || !strncmp(text, "T ", 2)) {
    cap c = CAP_NONE;
    for (cap k = CAP_ISO; k <= CAP_TAG; k++)
      if (text[1] && !strcmp(text + 2, cap_name(k))) c = k;
    return type_param(t->types, "T", 0, &owner, c);
  }
  for (uint32_t i = 0; i < t->count; i++)
    if (!strcmp(t->texts[i], text)) {
      char name[16];
      snprintf(name, sizeof name, "t%u", i);
      return typed_fn(t, name)->params[0]->type;
    }
  ck_abort_msg("no type %s", text);
  return NULL;
}

static void typed_fini(typed *t) { session_fini(&t->session); }

#endif
