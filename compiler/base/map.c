// map.c — entries in order of insertion, and an open-addressing index over them.
// Owns: nothing. Promises: see map.h.
#include "base/map.h"

#include <string.h>

void map_init(map *m, arena *a) { *m = (map){.arena = a}; }

static uint32_t map_hash(const void *key) {
  uint64_t h = (uint64_t)(uintptr_t)key * 0x9e3779b97f4a7c15U;
  return (uint32_t)(h >> 32);
}

// The slot of the key, or the free one where it belongs. The capacity is not zero.
static uint32_t *map_slot(const map *m, const void *key) {
  uint32_t mask = m->capacity * 2 - 1;
  uint32_t at = map_hash(key) & mask;
  while (m->slots[at] && m->entries[m->slots[at] - 1].key != key) at = (at + 1) & mask;
  return &m->slots[at];
}

static void map_grow(map *m) {
  if (m->capacity > UINT32_MAX / 4) arena_out_of_memory();
  uint32_t bigger = m->capacity ? m->capacity * 2 : 8;
  map_entry *entries = ARENA_ARRAY(m->arena, map_entry, bigger);
  if (m->count) memcpy(entries, m->entries, sizeof *entries * m->count);
  m->entries = entries;
  m->capacity = bigger;
  m->slots = ARENA_ARRAY(m->arena, uint32_t, (size_t)bigger * 2);
  for (uint32_t i = 0; i < m->count; i++) *map_slot(m, entries[i].key) = i + 1;
}

void *map_get(const map *m, const void *key) {
  if (!m->count) return NULL;
  uint32_t slot = *map_slot(m, key);
  return slot ? m->entries[slot - 1].value : NULL;
}

bool map_has(const map *m, const void *key) { return m->count && *map_slot(m, key); }

void *map_put(map *m, const void *key, void *value) {
  if (m->count == m->capacity) map_grow(m);
  uint32_t *slot = map_slot(m, key);
  if (*slot) {
    void *old = m->entries[*slot - 1].value;
    m->entries[*slot - 1].value = value;
    return old;
  }
  m->entries[m->count++] = (map_entry){key, value};
  *slot = m->count;
  return NULL;
}
