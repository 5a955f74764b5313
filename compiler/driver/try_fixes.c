// try_fixes.c — applies each fix to the text in memory and checks it in a session of its own.
// Owns: the sessions it makes. Promises: see try_fixes.h; at most TRIES of them, for a check costs some milliseconds: what is not
// tried is not offered.
#include "driver/try_fixes.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "driver/pipeline.h"
#include "module/module.h"

#define TRIES 100
#define SIZE_MAX_TRIED 1000000

static int by_place(const void *left, const void *right) {
  const diag_edit_at *a = left, *b = right;
  if (a->span.begin != b->span.begin) return a->span.begin < b->span.begin ? -1 : 1;
  return a->span.end < b->span.end ? -1 : a->span.end > b->span.end;
}

// The text with all edits made; false if one lies in another file, or two overlap.
static bool apply(session *s, const source *src, const diag_fix_of *fix, buf *out) {
  diag_edit_at *edits = arena_copy(&s->arena, fix->edits.items, fix->edits.count * sizeof *edits);
  qsort(edits, fix->edits.count, sizeof *edits, by_place);
  uint32_t at = 0;
  for (uint32_t i = 0; i < fix->edits.count; i++) {
    span where = edits[i].span;
    if (where.file != src->id || where.begin < at || where.end > src->size) return false;
    buf_add(out, src->text + at, where.begin - at);
    buf_adds(out, edits[i].text);
    at = where.end;
  }
  buf_add(out, src->text + at, src->size - at);
  return true;
}

static uint32_t count_of(const diag_sink *sink, const diag *like) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < sink->all.count; i++)
    n += sink->all.items[i]->code == like->code && sink->all.items[i]->severity == like->severity;
  return n;
}

static bool is_syntax(const diag *d) { return strncmp(diag_code_name(d->code), "E01", 3) == 0; }

// Behind one syntax error there may be others, which the parser could not see: only this one must be gone.
static bool is_there(const session *now, const session *before, const diag *d) {
  const source *src = source_of(&before->sources, d->span.file);
  for (uint32_t i = 0; i < now->diags.all.count; i++) {
    const diag *other = now->diags.all.items[i];
    const source *where = source_of(&now->sources, other->span.file);
    if (other->code == d->code && strcmp(other->text, d->text) == 0 && src && where &&
        source_line_at(where, other->span.begin) == source_line_at(src, d->span.begin))
      return true;
  }
  return false;
}

static bool mends(const session *before, const session *now, const diag *d) {
  bool syntax = is_syntax(d);
  if (syntax ? is_there(now, before, d) : count_of(&now->diags, d) >= count_of(&before->diags, d)) return false;
  for (uint32_t i = 0; i < now->diags.all.count; i++) {
    const diag *other = now->diags.all.items[i];
    if (syntax && is_syntax(other)) continue;
    if (count_of(&now->diags, other) > count_of(&before->diags, other)) return false;
  }
  return true;
}

static bool works(session *s, const source *src, const diag *d, const diag_fix_of *fix) {
  buf text = {0};
  bool ok = apply(s, src, fix, &text);
  if (ok) {
    session now;
    session_init(&now);
    now.options = s->options;
    module_context cx = {.arena = &now.arena, .names = &now.names, .sink = &now.diags, .sources = &now.sources};
    module_list modules;
    const hir_program *hir;
    module_load_text(&cx, src->name, arena_strndup(&now.arena, buf_text(&text), text.size), text.size, &modules);
    if (!diag_has_errors(&now.diags)) pipeline_check(&now, &modules, &hir);
    diag_sort(&now.diags);
    ok = mends(s, &now, d);
    session_fini(&now);
  }
  buf_fini(&text);
  return ok;
}

void try_fixes(session *s) {
  uint32_t tries = 0;
  diag_sort(&s->diags);
  for (uint32_t i = 0; i < s->diags.all.count; i++) {
    diag *d = s->diags.all.items[i];
    for (uint32_t k = 0; k < d->fixes.count; k++) {
      diag_fix_of *fix = &d->fixes.items[k];
      if (fix->impossible || !fix->edits.count) continue;
      const source *src = source_of(&s->sources, fix->edits.items[0].span.file);
      bool root = src && s->options.file_count == 1 && strcmp(src->name, s->options.files[0]) == 0;
      if (!root || src->size > SIZE_MAX_TRIED || tries++ >= TRIES || !works(s, src, d, fix)) fix->impossible = true;
    }
  }
}
