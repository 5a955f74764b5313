// memory.h — the allocator that a host has given its runtime.
// Owns:     a header before each block: its size, and who made it. A reserve.
// Promises: agi_memory_get never answers NULL. When the host's allocator does, the block comes from the process, or if that has none
//           either, from the reserve; `failed` is set and `told` is called (once): the runtime ends, in order, with what it has
//           (host/host.h), and what it gives back meanwhile the allocator may give again. Only when the reserve is used up, too, or one
//           block is larger than it, the process ends.
// Does not: know the runtime.
//   field    written by         read by   ordering
//   failed   whoever asked      any       exchange, once; relaxed reads: a hint to stop soon
//   used     whoever asked      likewise  fetch-add (relaxed): each has a part of its own
#ifndef AGI_BASE_MEMORY_H
#define AGI_BASE_MEMORY_H

#include "base/alloc.h"
#include "base/atomic.h"

enum { AGI_RESERVE = 65536 };

struct agi_memory {
  void *(*alloc)(void *arg, size_t size);
  void (*free)(void *arg, void *block);
  void *arg;
  char *reserve; // NULL: none; AGI_RESERVE bytes, the host's
  _Atomic size_t used;
  _Atomic bool failed;
  void (*told)(agi_memory *m); // on the thread that asked, perhaps with locks held
};

// What the thread works with from now on; answers what it worked with before.
static inline agi_memory *agi_memory_enter(agi_memory *m) {
  agi_memory *before = agi_memory_here;
  agi_memory_here = m;
  return before;
}

#endif
