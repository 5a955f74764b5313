// slab.h — where the pools' blocks come from: pieces of 64 KiB (slabs), each cut into blocks of one size.
// Owns:     regions of 4 MiB of address space, for as long as the runtime lives; the slabs in them.
// Promises: a slab whose last block has come back may be cut anew for another size. Its memory goes back to the system at once, but for
//           that of the last slab of a size and AGI_SLABS_WARM others, so what goes up and down a little costs no system calls. It does
//           not matter which thread gives a block back.
// Does not: keep a block from being given back twice; serve runtimes with an allocator of their own (`on` is false: agi_alloc does).
//   field           written by                     read by       ordering
//   slab.*, class   under the lock of its class    likewise      a slab that is not cut belongs to who has taken it from the list
//   slabs.*         under slabs.lock               likewise      taken within the lock of a class, never the other way round
//   on              before the first block         anyone
// Tested by: tests/runtime/unit/slab_test.c
#ifndef AGI_ACTOR_SLAB_H
#define AGI_ACTOR_SLAB_H

#include <agent/abi.h>

#include "base/spin.h"

enum { AGI_SLAB_SIZE = 64 << 10, AGI_SLABS_WARM = 16, AGI_SLAB_ALIGN = 64 };

typedef struct agi_slab agi_slab;
typedef struct agi_slab_class {
  agi_spin lock;
  uint32_t size;   // of a block: a multiple of 16
  agi_slab *first; // of those that have blocks to give
} agi_slab_class;
typedef struct agi_slab_list {
  void **items;
  uint32_t count, room;
} agi_slab_list;
typedef struct agi_slabs {
  bool on;
  agi_spin lock;
  char *rest, *end;            // of the newest region: not used yet
  agi_slab_list regions;       // as mapped
  agi_slab_list warm, cold;    // not cut; the memory of the cold ones has gone back
  _Atomic uint64_t given_back; // bytes, in all; relaxed
} agi_slabs;

// A chain of *n blocks, 1 at least, at most as many as *n said.
ag_block *agi_slabs_take(agi_slabs *s, agi_slab_class *c, uint32_t *n);
void agi_slabs_give(agi_slabs *s, agi_slab_class *c, ag_block *chain);
void agi_slabs_fini(agi_slabs *s); // all blocks are gone with it

#endif
