// constant.h — objects that live as long as the runtime: what a program's constants are made of.
// Owns:     the objects on its list.
// Promises: they are never counted (rc 0), so that any number of threads may use them without a write; when the runtime goes, each
//           is taken apart once, however they refer to each other.
// Does not: run beside other threads: constants are made before workers start, and go after they have ended.
#ifndef AGI_MEM_CONSTANT_H
#define AGI_MEM_CONSTANT_H

#include <agent/abi.h>

typedef struct agi_constants {
  ag_obj **items;
  int64_t size, cap;
} agi_constants;

// Modules that a runtime uses (abi_host.h).
typedef struct agi_modules {
  struct ag_module **items;
  _Atomic uint32_t count; // release by who adds, under the lock of the runtime's; acquire
} agi_modules;

void agi_constants_add(agi_constants *all, void *slot, const ag_type *type); // what the value at slot reaches
void agi_constants_drop(ag_cx *cx, agi_constants *all);

#endif
