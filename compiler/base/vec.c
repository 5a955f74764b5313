// vec.c — growth of vectors. Owns: nothing. Promises: doubling, so that pushing is amortised O(1).
// Does not: give the old items back; they stay in the arena.
#include "base/vec.h"

#include <string.h>

void *vec_grow(arena *a, void *items, uint32_t count, uint32_t *capacity, size_t item_size) {
  if (*capacity > UINT32_MAX / 2) arena_out_of_memory();
  uint32_t bigger = *capacity ? *capacity * 2 : 8;
  void *result = arena_alloc(a, (size_t)bigger * item_size);
  if (count) memcpy(result, items, (size_t)count * item_size);
  *capacity = bigger;
  return result;
}
