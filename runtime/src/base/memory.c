// memory.c — see memory.h.
#include "base/memory.h"

_Thread_local agi_memory *agi_memory_here;

// Stands right before the block.
typedef struct header {
  void *begin; // as the allocator gave it
  size_t size; // of the block; the lowest bits: where it is from
} header;
_Static_assert(sizeof(header) == 16, "blocks stay aligned");

enum { OF_PROCESS = 1, OF_RESERVE = 2, OF_BITS = 3 };

static header *header_of(void *p) { return (header *)p - 1; }

static void fail(agi_memory *m) {
  if (atomic_exchange_explicit(&m->failed, true, memory_order_acq_rel)) return;
  if (m->told) m->told(m);
}

static void *from_reserve(agi_memory *m, size_t size) {
  size = (size + 15) & ~(size_t)15;
  if (!m->reserve || size > AGI_RESERVE) return NULL;
  size_t at = agi_add_relaxed(&m->used, size);
  return at <= AGI_RESERVE - size ? m->reserve + at : NULL;
}

void *agi_memory_get(agi_memory *m, size_t align, size_t size, bool zeroed) {
  size_t rounded = (size + OF_BITS) & ~(size_t)OF_BITS, all = rounded + align + sizeof(header);
  if (all < size) agi_out_of_memory();
  void *begin = m->alloc(m->arg, all);
  size_t of = 0;
  if (!begin) {
    fail(m);
    of = OF_PROCESS;
    begin = malloc(all);
    if (!begin) {
      of = OF_RESERVE;
      begin = from_reserve(m, all);
    }
    if (!begin) agi_out_of_memory();
  }
  uintptr_t at = ((uintptr_t)begin + sizeof(header) + align - 1) & ~(uintptr_t)(align - 1);
  void *p = (char *)begin + (at - (uintptr_t)begin);
  *header_of(p) = (header){begin, rounded | of};
  return zeroed ? memset(p, 0, size) : p;
}

void agi_memory_put(agi_memory *m, void *p) {
  if (!p) return;
  header h = *header_of(p);
  if (h.size & OF_PROCESS) free(h.begin);
  else if (!(h.size & OF_RESERVE)) m->free(m->arg, h.begin);
}

void *agi_memory_resize(agi_memory *m, void *p, size_t size) {
  size_t before = p ? header_of(p)->size & ~(size_t)OF_BITS : 0;
  if (p && size <= before && size > before / 2) return p;
  void *q = agi_memory_get(m, 16, size, false);
  if (p) memcpy(q, p, before < size ? before : size);
  agi_memory_put(m, p);
  return q;
}
