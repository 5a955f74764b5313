// map.h — how the entries of a map lie in memory, for map.c and map_value.c.
#ifndef AGI_DATA_MAP_H
#define AGI_DATA_MAP_H

#include "data/data.h"

typedef struct agi_entry {
  uint32_t hash; // 0: removed
  uint32_t seq;
  // key, value
} agi_entry;

static inline agi_entry *agi_map_entry(const ag_map *m, int64_t i) {
  return (agi_entry *)(void *)(m->entries + i * m->stride);
}
static inline void *agi_map_key(agi_entry *e) { return e + 1; }
static inline void *agi_map_value(const ag_map *m, agi_entry *e) { return (char *)e + m->value_at; }

#endif
