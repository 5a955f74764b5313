// fuzz_kit.h — one input through lexer, parser, checker, lowering, passes and emission, and what must hold for any input.
// Promises: aborts when a promise is broken: spans outside of the file, unbalanced brackets, a tree that nests deeper than allowed,
//           errors without `has_errors`, diagnostics that cannot be shown, an error or an edit whose place is in the standard
//           library, edits outside of their file, a program that is wrong without a report, MIR that mir_verify finds wrong after any pass.
#ifndef FUZZ_FUZZ_KIT_H
#define FUZZ_FUZZ_KIT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag/render.h"
#include "emit/emit.h"
#include "hir/hir_complete.h"
#include "lower/lower.h"
#include "module/module.h"
#include "parser.h"
#include "pass/pass.h"
#include "sema/sema.h"
#include "syntax/parse.h"
#include "syntax/token.h"

typedef struct fuzz_session {
  arena arena;
  intern names;
  diag_sink sink;
  source_set sources;
} fuzz_session;

static void fuzz_begin(fuzz_session *s) {
  arena_init(&s->arena);
  intern_init(&s->names, &s->arena);
  diag_sink_init(&s->sink, &s->arena, &s->sources);
  source_set_init(&s->sources, &s->arena);
}

static void fuzz_end(fuzz_session *s) {
  intern_fini(&s->names);
  arena_fini(&s->arena);
}

static void fuzz_require(int holds) {
  if (!holds) abort();
}

static void fuzz_show_diagnostics(fuzz_session *s) {
  buf out = {0};
  diag_sort(&s->sink);
  for (uint32_t i = 0; i < s->sink.all.count && i < 200; i++) {
    const diag *d = s->sink.all.items[i];
    const source *src = source_of(&s->sources, d->span.file);
    fuzz_require(!src || (d->span.begin <= d->span.end && d->span.end <= src->size && !src->embedded));
    for (uint32_t f = 0; f < d->fixes.count; f++) {
      for (uint32_t k = 0; k < d->fixes.items[f].edits.count && !d->fixes.items[f].impossible; k++) {
        span at = d->fixes.items[f].edits.items[k].span;
        const source *where = source_of(&s->sources, at.file);
        fuzz_require(where && !where->embedded && at.begin <= at.end && at.end <= where->size);
      }
    }
    buf_clear(&out);
    diag_render_text(d, &s->sources, true, &out);
    diag_render_json(d, &s->sources, &out);
  }
  buf_fini(&out);
}

static void fuzz_tokens(fuzz_session *s, const source *src) {
  lex_input in = {.arena = &s->arena, .names = &s->names, .sink = &s->sink, .src = src};
  tokens list = tokens_lex(&in);
  fuzz_require(list.count > 0 && list.items[list.count - 1].kind == T_END);
  int open[TOKEN_MAX_DEPTH + 1], depth = 0;
  for (uint32_t i = 0; i < list.count && !list.gave_up; i++) {
    const token *t = &list.items[i];
    fuzz_require(t->begin <= t->end && t->end <= src->size);
    switch (t->kind) {
    case T_LPAREN: open[depth++] = T_RPAREN; break;
    case T_LBRACKET: open[depth++] = T_RBRACKET; break;
    case T_LBRACE: open[depth++] = T_RBRACE; break;
    case T_TEXT_BEGIN: open[depth++] = T_TEXT_END; break;
    case T_RPAREN:
    case T_RBRACKET:
    case T_RBRACE:
    case T_TEXT_END: fuzz_require(depth > 0 && open[--depth] == t->kind); break;
    default: break;
    }
    fuzz_require(depth <= TOKEN_MAX_DEPTH);
  }
  fuzz_require(list.gave_up || depth == 0);
  tokens_free(&list);
}

// Lexer and parser.
static inline void fuzz_syntax(const uint8_t *data, size_t size) {
  fuzz_session s;
  fuzz_begin(&s);
  const source *src =
      source_add(&s.sources, "fuzz.agent", "fuzz.agent", arena_strndup(&s.arena, (const char *)data, size), size);
  fuzz_tokens(&s, src);
  uint32_t before = s.sink.error_count;
  parse_context cx = {&s.arena, &s.names, &s.sink};
  const ast_file *file = parse_file(&cx, src);
  fuzz_require(file->has_errors == (s.sink.error_count > before));
  buf out = {0};
  ast_dump(file, &out);
  parse_dump_tokens(&cx, src, &out);
  buf_fini(&out);
  fuzz_show_diagnostics(&s);
  fuzz_end(&s);
}

static uint32_t fuzz_compiled; // programs that became C

// What is right goes on to C, with MIR verified after each pass.
static inline void fuzz_emit(fuzz_session *s, type_table *types, const hir_program *hir) {
  mir_program *mir = lower_program(&s->arena, types, hir);
  const char *wrong = pass_run(mir, true);
  if (wrong) fprintf(stderr, "%s\n", wrong);
  fuzz_require(!wrong);
  emit_result code = {0};
  emit_program(&code, mir, &s->sources, &s->arena, false);
  buf_fini(&code.text);
  fuzz_compiled++;
}

// The checker too, as the driver calls it: not after syntax errors.
static inline void fuzz_all(const uint8_t *data, size_t size, bool emit) {
  fuzz_session s;
  fuzz_begin(&s);
  module_context mcx = {&s.arena, &s.names, &s.sink, &s.sources};
  module_list list;
  module_load_text(&mcx, "fuzz.agent", arena_strndup(&s.arena, (const char *)data, size), size, &list);
  if (!diag_has_errors(&s.sink)) {
    sema_module *all = ARENA_ARRAY(&s.arena, sema_module, list.count);
    const sema_module **modules = ARENA_ARRAY(&s.arena, const sema_module *, list.count);
    for (uint32_t i = 0; i < list.count; i++) {
      const module *m = list.items[i];
      const sema_module **uses = ARENA_ARRAY(&s.arena, const sema_module *, m->file->decls.count + 1);
      for (uint32_t k = 0; k < m->file->decls.count; k++) {
        for (uint32_t j = 0; m->uses[k] && j < list.count; j++) {
          if (list.items[j] == m->uses[k]) uses[k] = &all[j];
        }
      }
      all[i] = (sema_module){m->name, m->file, m->is_std, m->is_prelude, false, uses};
      modules[i] = &all[i];
    }
    type_table *types = type_table_new(&s.arena);
    sema_input in = {.arena = &s.arena,
                     .types = types,
                     .names = &s.names,
                     .diag = &s.sink,
                     .modules = modules,
                     .module_count = list.count,
                     .main_file = "fuzz.agent"};
    const hir_program *hir = sema_check(&in);
    fuzz_require(hir != NULL);
    if (!diag_has_errors(&s.sink)) fuzz_require(hir_first_error(hir) == NULL);
    if (emit && !diag_has_errors(&s.sink) && hir->main) fuzz_emit(&s, types, hir);
  }
  fuzz_show_diagnostics(&s);
  fuzz_end(&s);
}

static inline void fuzz_check(const uint8_t *data, size_t size) { fuzz_all(data, size, false); }
static inline void fuzz_compile(const uint8_t *data, size_t size) { fuzz_all(data, size, true); }

#endif
