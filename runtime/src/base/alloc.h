// alloc.h — where the runtime's own memory comes from.
// Owns:     the choice of allocator: mimalloc, or the C library's under a sanitizer, which must see each block.
// Promises: never returns NULL: out of memory ends the program with a message and status 1. Blocks are 16-byte aligned and may be
//           freed on any thread.
// Does not: count or pool (actor/pool.h does).
#ifndef AGI_BASE_ALLOC_H
#define AGI_BASE_ALLOC_H

#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "platform/platform.h"

_Noreturn void agi_out_of_memory(void); // data/output.c: what was printed goes out first

#if AGI_SANITIZED
static inline void *agi_alloc(size_t size) {
  void *p = malloc(size);
  if (AGI_UNLIKELY(!p)) agi_out_of_memory();
  return p;
}
static inline void *agi_alloc_zeroed(size_t size) {
  void *p = calloc(1, size);
  if (AGI_UNLIKELY(!p)) agi_out_of_memory();
  return p;
}
static inline void *agi_alloc_aligned(size_t align, size_t size) { // zeroed
  void *p = NULL;
  if (AGI_UNLIKELY(posix_memalign(&p, align, size) != 0)) agi_out_of_memory();
  return memset(p, 0, size);
}
static inline void agi_free(void *p) { free(p); }
#else
#include <mimalloc.h>
static inline void *agi_alloc(size_t size) {
  void *p = mi_malloc(size);
  if (AGI_UNLIKELY(!p)) agi_out_of_memory();
  return p;
}
static inline void *agi_alloc_zeroed(size_t size) {
  void *p = mi_zalloc(size);
  if (AGI_UNLIKELY(!p)) agi_out_of_memory();
  return p;
}
static inline void *agi_alloc_aligned(size_t align, size_t size) { // zeroed
  void *p = mi_zalloc_aligned(size, align);
  if (AGI_UNLIKELY(!p)) agi_out_of_memory();
  return p;
}
static inline void agi_free(void *p) { mi_free(p); }
#endif

#endif
