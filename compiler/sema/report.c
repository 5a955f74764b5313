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

static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

// Letters to change, add, drop or exchange, if fewer than `limit`; only the cells that can still lead there are computed.
static uint32_t edit_distance(const char *a, size_t n, const char *b, size_t m, uint32_t limit) {
  if (n > 64 || m > 64 || (n > m ? n - m : m - n) >= limit) return limit;
  uint32_t rows[3][66];
  uint32_t *before = rows[0], *last = rows[1], *row = rows[2];
  for (size_t j = 0; j <= m; j++) before[j] = row[j] = limit, last[j] = (uint32_t)j;
  for (size_t i = 1; i <= n; i++) {
    size_t from = i > limit ? i - limit : 1, to = i + limit < m ? i + limit : m;
    row[from - 1] = from == 1 ? (uint32_t)i : limit;
    uint32_t best_of_row = row[from - 1];
    for (size_t j = from; j <= to; j++) {
      uint32_t best = last[j - 1] + (a[i - 1] != b[j - 1]);
      best = least(best, least(last[j], row[j - 1]) + 1);
      bool crossed = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (crossed) best = least(best, before[j - 2] + 1);
      row[j] = best;
      best_of_row = least(best_of_row, best);
    }
    if (to < m) row[to + 1] = limit;
    if (best_of_row >= limit) return limit;
    uint32_t *free_row = before;
    before = last;
    last = row;
    row = free_row;
  }
  return least(last[m], limit);
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
  uint32_t d = edit_distance(g->wanted, strlen(g->wanted), name->text, name->size, g->distance);
  if (d >= g->distance || d >= name->size) return;
  g->distance = d;
  g->best = name->text;
}

void suggest_offer_map(suggestion *g, const map *m) {
  for (uint32_t i = 0; i < m->count; i++)
    if (*((const str *)m->entries[i].key)->text != '(')
      suggest_offer(g, m->entries[i].key); // no program can name those
}

void suggest_say(const suggestion *g, diag *d, span at) {
  if (!g->best) return;
  diag_help(d, "did you mean `%s`?", g->best);
  diag_edit(d, at, g->best);
}
