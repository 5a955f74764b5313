// report.c — what the messages of sema have in common: types as text, suggestions for misspelt names.
// Promises: a suggestion is made only when it is close enough to be what was meant (a third of the letters differ at most).
// Does not: decide what is reported.
#include <stdarg.h>
#include <string.h>

#include "sema/check.h"

diag *error_at(sema *s, diag_code code, span at, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const char *text = arena_vprintf(s->a, format, args);
  va_end(args);
  return diag_error(s->muted ? &s->silent : s->diag, code, at, "%s", text);
}

diag *warning_at(sema *s, diag_code code, span at, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const char *text = arena_vprintf(s->a, format, args);
  va_end(args);
  return diag_warning(s->muted ? &s->silent : s->diag, code, at, "%s", text);
}

const char *text_of(sema *s, const type *t) { return type_text(s->a, t); }
const char *text_full(sema *s, const type *t) { return type_text_full(s->a, t); }

const char *plural(uint32_t n, const char *one, const char *many) { return n == 1 ? one : many; }

// Letters to change, add, drop or exchange; at most 64 letters count.
static uint32_t edit_distance(const char *a, const char *b) {
  size_t n = strlen(a), m = strlen(b);
  if (n > 64 || m > 64) return UINT32_MAX;
  uint32_t rows[3][66];
  uint32_t *before = rows[0], *last = rows[1], *row = rows[2];
  for (size_t j = 0; j <= m; j++) last[j] = (uint32_t)j;
  for (size_t i = 1; i <= n; i++) {
    row[0] = (uint32_t)i;
    for (size_t j = 1; j <= m; j++) {
      uint32_t best = last[j - 1] + (a[i - 1] != b[j - 1]);
      if (last[j] + 1 < best) best = last[j] + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      bool crossed = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (crossed && before[j - 2] + 1 < best) best = before[j - 2] + 1;
      row[j] = best;
    }
    uint32_t *free_row = before;
    before = last;
    last = row;
    row = free_row;
  }
  return last[m];
}

suggestion suggest_begin(const str *wanted) {
  uint32_t limit = wanted->size <= 3 ? 1 : wanted->size <= 6 ? 2 : 3;
  return (suggestion){.wanted = wanted->text, .best = NULL, .distance = limit + 1};
}

// Types begin with a capital, all else does not: one is never meant for the other.
static bool is_capital(const char *name) {
  while (*name == '_') name++;
  return *name >= 'A' && *name <= 'Z';
}

void suggest_offer(suggestion *g, const str *name) {
  if (!name || is_capital(name->text) != is_capital(g->wanted) || strcmp(name->text, g->wanted) == 0) return;
  uint32_t d = edit_distance(g->wanted, name->text);
  if (d >= g->distance || d >= name->size) return;
  g->distance = d;
  g->best = name->text;
}

void suggest_offer_map(suggestion *g, const map *m) {
  for (uint32_t i = 0; i < m->count; i++) suggest_offer(g, m->entries[i].key);
}

void suggest_say(const suggestion *g, diag *d, span at) {
  if (!g->best) return;
  diag_help(d, "did you mean `%s`?", g->best);
  diag_edit(d, at, g->best);
}
