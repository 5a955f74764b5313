// diag.h — what the compiler has to say: collected here, shown by the renderers.
// Owns:     the collected diagnostics, in the session's arena.
// Promises: reporting never exits and never prints; a diagnostic may be filled in until it is rendered; text is copied
//           when it is given. Spans with no place are allowed. One cause, one error: the same code at the same place
//           twice is shown once.
// Does not: know terminals or JSON (render.h).
// Usage:    diag *d = diag_error(sink, E0401, e->span, "`%s` was moved", name);
//           diag_note(d, moved_at, "it moved here");
//           diag_help(d, "or look at `%s` first", name);
//           diag_fix(d, "send a copy: `%s.copy()`", name); // a help that a tool can apply
//           diag_edit(d, span_after(e->span), ".copy()");  // … by these edits, all of them at once
#ifndef DIAG_DIAG_H
#define DIAG_DIAG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/source.h"
#include "base/span.h"
#include "base/vec.h"

typedef enum diag_code {
  DIAG_NO_CODE,
#define D(code, title) code,
#include "diag/codes.def"
#undef D
  DIAG_CODE_COUNT
} diag_code;

typedef enum diag_severity { DIAG_ERROR, DIAG_WARNING } diag_severity;

// A further place, with its text.
typedef struct diag_note_at {
  span span;
  const char *text;
} diag_note_at;

// A machine-readable edit: replace `span` (empty: insert) by `text`.
typedef struct diag_edit_at {
  span span;
  const char *text;
} diag_edit_at;

// One way to mend it: edits that do not overlap and are applied together.
typedef struct diag_fix_of {
  const char *label;
  bool impossible; // one of its edits has no place in the user's files, or it was tried and does not mend it
  VEC(diag_edit_at) edits;
} diag_fix_of;

typedef struct diag {
  struct diag_sink *sink;
  diag_severity severity;
  diag_code code;
  span span;
  uint32_t order; // of reporting
  const char *text;
  VEC(diag_note_at) notes;
  VEC(const char *) helps;
  VEC(diag_fix_of) fixes;
} diag;

typedef struct diag_sink {
  arena *arena;
  const source_set *sources; // for edits that depend on the text (edit.h); NULL: such edits are left out
  VEC(diag *) all;
  uint32_t error_count; // as reported, before removing doubles
  uint32_t warning_count;
  // For tests of the checker: errors of capabilities (E04xx) are not reported but counted in `waived`, and in `carried` where what is
  // wrong goes on as if it were right. If both agree the program can be run, to see what happens.
  bool unchecked;
  uint32_t waived, carried;
} diag_sink;

#define DIAG_PRINTF(text, args) __attribute__((format(printf, text, args)))

void diag_sink_init(diag_sink *sink, arena *a, const source_set *sources);
diag *diag_error(diag_sink *sink, diag_code code, span at, const char *format, ...) DIAG_PRINTF(4, 5);
diag *diag_warning(diag_sink *sink, diag_code code, span at, const char *format, ...) DIAG_PRINTF(4, 5);
void diag_note(diag *d, span at, const char *format, ...) DIAG_PRINTF(3, 4);
void diag_help(diag *d, const char *format, ...) DIAG_PRINTF(2, 3);
// A help with edits: those that follow belong to it. An edit without a fix belongs to the last help. A fix with an edit that has
// no place, or one in the standard library, is a help only.
void diag_fix(diag *d, const char *format, ...) DIAG_PRINTF(2, 3);
void diag_edit(diag *d, span at, const char *replacement);

// A point in time: diag_rewind forgets what was reported after it (for trying something in two ways).
typedef struct diag_mark {
  uint32_t count, error_count, warning_count;
} diag_mark;
diag_mark diag_save(const diag_sink *sink);
void diag_rewind(diag_sink *sink, diag_mark mark);

static inline bool diag_has_errors(const diag_sink *sink) { return sink->error_count > 0; }

// Sorts by file and place, removes doubles. Renderers call it; calling it again is harmless.
void diag_sort(diag_sink *sink);

const char *diag_code_name(diag_code code);  // "E0401"
const char *diag_code_title(diag_code code); // the short title of codes.def
diag_code diag_code_find(const char *name);  // "E0401" or "e0401" or "401"; DIAG_NO_CODE when unknown

// A code that is no longer reported, by name ("E0406"); NULL: none.
typedef struct diag_retired {
  const char *name, *title, *instead;
} diag_retired;
const diag_retired *diag_retired_find(const char *name);

// The text of explain/NAME.md: of a code, or of a word like `iso`. NULL: there is none.
const char *diag_page(const char *name);

#endif
