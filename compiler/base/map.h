// map.h — a hash map from pointers to pointers, iterated in order of insertion (so that the compiler is deterministic).
// Owns:     nothing; its tables live in the arena it was made with.
// Promises: get and put are O(1); keys are compared by address: use interned strings (`const str *`) for names.
// Does not: remove keys (put NULL instead).
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

typedef struct map_entry {
  const void *key;
  void *value;
} map_entry;

typedef struct map {
  arena *arena;
  map_entry *entries; // in order of insertion: for (i = 0; i < m.count; i++) m.entries[i]
  uint32_t count;
  uint32_t capacity; // of the entries
  uint32_t *slots;   // index + 1 of an entry, 0 when free; 2 * capacity of them
} map;

void map_init(map *m, arena *a);
// NULL when the key is not there.
void *map_get(const map *m, const void *key);
bool map_has(const map *m, const void *key);
// Adds the key or replaces its value. The old value, or NULL.
void *map_put(map *m, const void *key, void *value);

#endif
