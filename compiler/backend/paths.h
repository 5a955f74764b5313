// paths.h — where the runtime's headers and library are.
// Owns:     nothing. Promises: an installed agentc looks beside itself, so that it can be moved; else the build tree.
// Does not: check that what it names is usable.
#ifndef BACKEND_PATHS_H
#define BACKEND_PATHS_H

#include "base/arena.h"

typedef struct runtime_paths {
  const char *include; // folder that holds agent/abi.h; NULL: not found
  const char *library; // its file; NULL: not found
  const char *shared;  // libagent.so beside it; NULL: there is none
} runtime_paths;

runtime_paths runtime_paths_find(arena *a, const char *library); // "libagent.a"

#endif
