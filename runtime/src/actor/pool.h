// pool.h — short-lived blocks (messages, frames, futures): a free list per worker and size class.
// Owns:     free blocks. They come from slabs (slab.h), and what overflows goes back there; each is an allocation of its own
//           (agi_alloc) if the runtime has an allocator from its host.
// Promises: get and put touch nothing shared; a block may be put on another worker than it came from: full lists move in
//           batches through a shared depot, so a one-way stream of messages costs one lock per batch.
// Does not: pool anything in builds without mimalloc (sanitizers must see each block die).
//   field         written by      read by        ordering
//   lists         owner           owner          none
//   depot         under its lock  under its lock
//   batches       under its lock  anyone         relaxed: a hint that looking is worth the lock
#ifndef AGI_ACTOR_POOL_H
#define AGI_ACTOR_POOL_H

#include <agent/abi.h>

#include "actor/slab.h"
#include "base/alloc.h"
#include "base/spin.h"

enum { AGI_POOL_CLASSES = AG_POOL_CLASSES, AGI_POOL_BATCH = 128, AGI_DEPOT_BATCHES = 16 };

typedef ag_block agi_pool_block;
typedef struct agi_depot_class {
  _Alignas(64) agi_spin lock;
  _Atomic uint32_t batches;
  agi_pool_block *batch[AGI_DEPOT_BATCHES];
} agi_depot_class;
typedef struct agi_depot {
  agi_depot_class classes[AGI_POOL_CLASSES];
  agi_slab_class cut[AGI_POOL_CLASSES];
  agi_slabs slabs;
} agi_depot;
// Its lists: at most AGI_POOL_BATCH from `head` on, and `full` so many: who gets and puts in turn, few at a time, stays off the depot.
typedef ag_pool agi_pool;

void agi_depot_init(agi_depot *d, bool slabs); // else zero
void agi_pool_init(agi_pool *p, agi_depot *depot);
void agi_pool_fini(agi_pool *p);
void agi_depot_fini(agi_depot *d);
void *agi_pool_refill(agi_pool *p, uint32_t cls);
void agi_pool_flush(agi_pool *p,
                    uint32_t cls); // the list is a whole batch: it becomes `full`, what was that goes to the depot

// Sizes 1..256 in steps of 16; larger ones come straight from the allocator.
static inline void *agi_pool_get(agi_pool *p, uint32_t size) {
#ifdef AGENT_MIMALLOC
  uint32_t cls = (size - 1) >> 4;
  if (AGI_UNLIKELY(cls >= AGI_POOL_CLASSES)) return agi_alloc(size);
  agi_pool_block *b = p->lists[cls].head;
  if (AGI_UNLIKELY(!b)) return agi_pool_refill(p, cls);
  p->lists[cls].head = b->next;
  p->lists[cls].count--;
  return b;
#else
  (void)p;
  return agi_alloc(size);
#endif
}

static inline void agi_pool_put(agi_pool *p, void *block, uint32_t size) {
#ifdef AGENT_MIMALLOC
  uint32_t cls = (size - 1) >> 4;
  if (AGI_UNLIKELY(cls >= AGI_POOL_CLASSES)) {
    agi_free(block);
    return;
  }
  agi_pool_block *b = block;
  if (AGI_UNLIKELY(p->lists[cls].count == AGI_POOL_BATCH)) agi_pool_flush(p, cls);
  b->next = p->lists[cls].head;
  p->lists[cls].head = b;
  p->lists[cls].count++;
#else
  (void)p;
  (void)size;
  agi_free(block);
#endif
}

#endif
