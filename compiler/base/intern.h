// intern.h — strings that are equal if and only if their pointers are.
// Owns:     the table and its strings, in an arena of the session.
// Promises: str_intern of equal bytes gives the same pointer; `text` is NUL-terminated (and may hold NULs of its own).
// Does not: forget a string before intern_fini.
#ifndef BASE_INTERN_H
#define BASE_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

// An interned string. Compare with ==.
typedef struct str {
  uint32_t size; // bytes, without the NUL
  uint32_t hash;
  char text[];
} str;

typedef struct intern {
  arena *arena;
  const str **slots; // open addressing, a power of two of them
  uint32_t count;
  uint32_t capacity;
} intern;

void intern_init(intern *table, arena *a);
void intern_fini(intern *table);
const str *str_intern(intern *table, const char *text, size_t size);
const str *str_intern_cstr(intern *table, const char *text);
const str *str_internf(intern *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool str_is(const str *s, const char *text);

// FNV-1a with a final mix; also used by map.c.
uint32_t hash_bytes(const void *data, size_t size);

#endif
