// diag.c — collecting and ordering diagnostics; the registry of codes.
// Owns: nothing but what the sink's arena holds. Promises: see diag.h.
#include "diag/diag.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/embedded.h"

static const struct {
  const char *name, *title;
} diag_codes[] = {
    {"", ""},
#define D(code, title) {#code, title},
#include "diag/codes.def"
#undef D
};

void diag_sink_init(diag_sink *sink, arena *a, const source_set *sources) {
  *sink = (diag_sink){.arena = a, .sources = sources};
}

static diag *diag_new(diag_sink *sink, diag_severity severity, diag_code code, span at, const char *text) {
  diag *d = ARENA_NEW(sink->arena, diag);
  d->sink = sink;
  d->severity = severity;
  d->code = code;
  d->span = at;
  d->order = sink->all.count;
  d->text = text;
  if (sink->unchecked && severity == DIAG_ERROR && code >= E0401 && code <= E0431) {
    sink->waived++;
    return d;
  }
  VEC_PUSH(sink->arena, &sink->all, d);
  if (severity == DIAG_ERROR) sink->error_count++;
  else sink->warning_count++;
  return d;
}

diag *diag_error(diag_sink *sink, diag_code code, span at, const char *format, ...) {
  va_list args;
  va_start(args, format);
  diag *d = diag_new(sink, DIAG_ERROR, code, at, arena_vprintf(sink->arena, format, args));
  va_end(args);
  return d;
}

diag *diag_warning(diag_sink *sink, diag_code code, span at, const char *format, ...) {
  va_list args;
  va_start(args, format);
  diag *d = diag_new(sink, DIAG_WARNING, code, at, arena_vprintf(sink->arena, format, args));
  va_end(args);
  return d;
}

void diag_note(diag *d, span at, const char *format, ...) {
  va_list args;
  va_start(args, format);
  diag_note_at note = {at, arena_vprintf(d->sink->arena, format, args)};
  VEC_PUSH(d->sink->arena, &d->notes, note);
  va_end(args);
}

void diag_help(diag *d, const char *format, ...) {
  va_list args;
  va_start(args, format);
  VEC_PUSH(d->sink->arena, &d->helps, arena_vprintf(d->sink->arena, format, args));
  va_end(args);
}

void diag_fix(diag *d, const char *format, ...) {
  va_list args;
  va_start(args, format);
  diag_fix_of fix = {.label = arena_vprintf(d->sink->arena, format, args)};
  va_end(args);
  VEC_PUSH(d->sink->arena, &d->helps, fix.label);
  VEC_PUSH(d->sink->arena, &d->fixes, fix);
}

void diag_edit(diag *d, span at, const char *replacement) {
  if (!d->fixes.count) {
    diag_fix_of fix = {.label = d->helps.count ? d->helps.items[d->helps.count - 1] : d->text};
    VEC_PUSH(d->sink->arena, &d->fixes, fix);
  }
  diag_fix_of *fix = &d->fixes.items[d->fixes.count - 1];
  const source *src = d->sink->sources ? source_of(d->sink->sources, at.file) : NULL;
  if (span_is_none(at) || (src && src->embedded)) fix->impossible = true;
  diag_edit_at edit = {at, arena_strdup(d->sink->arena, replacement)};
  VEC_PUSH(d->sink->arena, &fix->edits, edit);
}

diag_mark diag_save(const diag_sink *sink) {
  return (diag_mark){sink->all.count, sink->error_count, sink->warning_count};
}

void diag_rewind(diag_sink *sink, diag_mark mark) {
  sink->all.count = mark.count;
  sink->error_count = mark.error_count;
  sink->warning_count = mark.warning_count;
}

static int compare_u32(uint32_t a, uint32_t b) { return (a > b) - (a < b); }

static int diag_compare(const void *left, const void *right) {
  const diag *a = *(diag *const *)left, *b = *(diag *const *)right;
  int c = compare_u32(a->span.file, b->span.file);
  if (!c) c = compare_u32(a->span.begin, b->span.begin);
  if (!c) c = compare_u32((uint32_t)a->severity, (uint32_t)b->severity);
  if (!c) c = compare_u32(a->order, b->order);
  return c;
}

static bool diag_same(const diag *a, const diag *b) {
  return a->code == b->code && a->severity == b->severity && a->span.file == b->span.file &&
         a->span.begin == b->span.begin && (!span_is_none(a->span) || strcmp(a->text, b->text) == 0);
}

void diag_sort(diag_sink *sink) {
  if (sink->all.count < 2) return;
  qsort(sink->all.items, sink->all.count, sizeof *sink->all.items, diag_compare);
  uint32_t kept = 0;
  for (uint32_t i = 0; i < sink->all.count; i++) {
    diag *d = sink->all.items[i];
    bool doubled = false;
    for (uint32_t j = kept; j > 0 && !doubled; j--) {
      const diag *earlier = sink->all.items[j - 1];
      if (earlier->span.file != d->span.file || earlier->span.begin != d->span.begin) break;
      doubled = diag_same(earlier, d);
    }
    if (!doubled) sink->all.items[kept++] = d;
  }
  sink->all.count = kept;
}

const char *diag_code_name(diag_code code) { return diag_codes[code].name; }

const char *diag_code_title(diag_code code) { return diag_codes[code].title; }

// The number of "E0401", "e0401" or "401"; 0: it is no code.
static unsigned long code_number(const char *name) {
  if (*name == 'e' || *name == 'E') name++;
  if (!isdigit((unsigned char)*name)) return 0;
  char *end;
  unsigned long number = strtoul(name, &end, 10);
  return *end ? 0 : number;
}

diag_code diag_code_find(const char *name) {
  unsigned long number = code_number(name);
  for (int i = 1; number && i < DIAG_CODE_COUNT; i++)
    if (code_number(diag_codes[i].name) == number) return (diag_code)i;
  return DIAG_NO_CODE;
}

const diag_retired *diag_retired_find(const char *name) {
  static const diag_retired retired[] = {
#define D(code, title)
#define RETIRED(code, title, instead) {#code, title, instead},
#include "diag/codes.def"
#undef D
  };
  unsigned long number = code_number(name);
  for (size_t i = 0; number && i < sizeof retired / sizeof *retired; i++)
    if (code_number(retired[i].name) == number) return &retired[i];
  return NULL;
}

const char *diag_page(const char *name) {
  char path[64];
  snprintf(path, sizeof path, "explain/%s.md", name);
  for (size_t i = 0; i < embedded_file_count; i++) {
    if (strcmp(embedded_files[i].path, path) == 0) return embedded_files[i].data;
  }
  return NULL;
}
