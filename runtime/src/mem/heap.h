// heap.h — growing blocks.
// Owns:     the companion of base/alloc.h for realloc; sizes of growing buffers.
// Promises: never NULL; sizes that cannot be are out of memory, not a wrong number.
// Does not: raise.
#ifndef AGI_MEM_HEAP_H
#define AGI_MEM_HEAP_H

#include <agent/abi.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#include "base/alloc.h"

#define AGI_MAX_BYTES (INT64_MAX / 4)

// Could size bytes be there at all? The system promises more than it has, and ends the process when it is used. Who is
// given a size by the program asks first, and raises OutOfMemory.
static inline bool agi_plausible(int64_t count, int64_t unit) {
  if (AGI_LIKELY(count < (1 << 28) / unit)) return true;
  return count <= AGI_MAX_BYTES / unit && count * unit / sysconf(_SC_PAGESIZE) < sysconf(_SC_PHYS_PAGES);
}

static inline void *agi_realloc(void *p, int64_t size) {
  if (AGI_UNLIKELY(size > AGI_MAX_BYTES)) agi_out_of_memory();
  if (AGI_UNLIKELY(agi_memory_here != NULL)) return agi_memory_resize(agi_memory_here, p, (size_t)size);
  void *q = AGI_FROM_SYSTEM(realloc(p, (size_t)size), mi_realloc(p, (size_t)size));
  if (AGI_UNLIKELY(!q)) agi_out_of_memory();
  return q;
}

int64_t agi_references(ag_obj *o); // that may look into it; tags are none (object.c)

// Every object that is made passes here.
static inline void agi_born(ag_obj *o) {
#ifdef AG_CHECK
  ag_check_born(o);
#else
  (void)o;
#endif
}

// A capacity of at least size + more that is at least twice cap: growing costs O(1) per element.
static inline int64_t agi_grown(int64_t cap, int64_t size, int64_t more, int64_t unit) {
  int64_t limit = AGI_MAX_BYTES / (unit > 0 ? unit : 1);
  if (AGI_UNLIKELY(more > limit - size)) agi_out_of_memory();
  int64_t want = cap < 4 ? 8 : cap * 2;
  return want < size + more ? size + more : want;
}

#endif
