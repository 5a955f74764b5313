// suggest.h — "did you mean": the nearest of some names.
// Owns: nothing. Promises: NULL when none is near enough to be what was meant. Does not: print.
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#include <stddef.h>

const char *suggest(const char *word, const char *const *names, size_t count);

#endif
