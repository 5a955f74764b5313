// suggest.c — edit distance (with transpositions) over short words.
// Owns: nothing. Promises: words beyond 31 characters are never near. Does not: allocate.
#include "base/suggest.h"

#include <string.h>

enum { MAX_WORD = 32 };

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static size_t distance(const char *a, const char *b) {
  size_t n = strlen(a), m = strlen(b);
  if (n >= MAX_WORD || m >= MAX_WORD) return MAX_WORD;
  size_t d[MAX_WORD][MAX_WORD];
  for (size_t i = 0; i <= n; i++) d[i][0] = i;
  for (size_t j = 0; j <= m; j++) d[0][j] = j;
  for (size_t i = 1; i <= n; i++) {
    for (size_t j = 1; j <= m; j++) {
      size_t best = smaller(d[i - 1][j] + 1, d[i][j - 1] + 1);
      best = smaller(best, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) best = smaller(best, d[i - 2][j - 2] + 1);
      d[i][j] = best;
    }
  }
  return d[n][m];
}

const char *suggest(const char *word, const char *const *names, size_t count) {
  const char *best = NULL;
  size_t limit = strlen(word) / 3 + 1, best_distance = limit + 1;
  for (size_t i = 0; i < count; i++) {
    size_t d = distance(word, names[i]);
    if (d < best_distance) {
      best_distance = d;
      best = names[i];
    }
  }
  return best;
}
