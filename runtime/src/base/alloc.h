// alloc.h — where the runtime's own memory comes from.
// Owns:     the choice of allocator: what the runtime's host has given it (memory.h), else mimalloc, or the C library's under a
//           sanitizer, which must see each block.
// Promises: never returns NULL: without a host's allocator, out of memory ends the program with a message and status 1. Blocks are
//           16-byte aligned and may be freed on any thread that works for the same runtime.
// Does not: count or pool (actor/pool.h does).
#ifndef AGI_BASE_ALLOC_H
#define AGI_BASE_ALLOC_H

#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "platform/platform.h"

_Noreturn void agi_out_of_memory(void); // data/output.c: what was printed goes out first

// Set while the thread works for a runtime that has an allocator of its own (base/memory.h); NULL: for any other.
typedef struct agi_memory agi_memory;
extern _Thread_local agi_memory *agi_memory_here;
void *agi_memory_get(agi_memory *m, size_t align, size_t size, bool zeroed); // never NULL
void *agi_memory_resize(agi_memory *m, void *p, size_t size);
void agi_memory_put(agi_memory *m, void *p);

#if AGI_SANITIZED
#define AGI_FROM_SYSTEM(plain, mimalloc) plain
#else
#include <mimalloc.h>
#define AGI_FROM_SYSTEM(plain, mimalloc) mimalloc
#endif
static inline void *agi_alloc(size_t size) {
  if (AGI_UNLIKELY(agi_memory_here != NULL)) return agi_memory_get(agi_memory_here, 16, size, false);
  void *p = AGI_FROM_SYSTEM(malloc(size), mi_malloc(size));
  if (AGI_UNLIKELY(!p)) agi_out_of_memory();
  return p;
}
static inline void *agi_alloc_zeroed(size_t size) {
  if (AGI_UNLIKELY(agi_memory_here != NULL)) return agi_memory_get(agi_memory_here, 16, size, true);
  void *p = AGI_FROM_SYSTEM(calloc(1, size), mi_zalloc(size));
  if (AGI_UNLIKELY(!p)) agi_out_of_memory();
  return p;
}
static inline void *agi_alloc_aligned(size_t align, size_t size) { // zeroed
  if (AGI_UNLIKELY(agi_memory_here != NULL)) return agi_memory_get(agi_memory_here, align, size, true);
#if AGI_SANITIZED
  void *p = NULL;
  if (AGI_UNLIKELY(posix_memalign(&p, align, size) != 0)) agi_out_of_memory();
  return memset(p, 0, size);
#else
  void *p = mi_zalloc_aligned(size, align);
  if (AGI_UNLIKELY(!p)) agi_out_of_memory();
  return p;
#endif
}
static inline void agi_free(void *p) {
  if (AGI_UNLIKELY(agi_memory_here != NULL)) agi_memory_put(agi_memory_here, p);
  else AGI_FROM_SYSTEM(free(p), mi_free(p));
}

#endif
