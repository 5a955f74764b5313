// deny.h — what each capability denies: the one place where capabilities are defined.
// Owns:     the deny sets of `iso val ref box tag`, after Clebsch et al. 2015 and Steed 2016, without `trn`.
// Promises: all other rules (subtyping, aliasing, viewpoint, recovery, sending, writing) are computed from these sets by
//           cap.c; nothing else about capabilities is written down by hand anywhere.
// Does not: know types.
#ifndef TYPES_DENY_H
#define TYPES_DENY_H

#include "types/type.h"

// A set of rights: what may be done with an object through a name.
typedef unsigned rights;
enum { RIGHT_NONE = 0, RIGHT_READ = 1, RIGHT_WRITE = 2, RIGHT_ALL = 3 };

// What holding a name of some capability guarantees that no other name is used for.
typedef struct deny_set {
  rights local;  // by the same agent
  rights global; // by all other agents
} deny_set;

deny_set deny_of(cap c); // of CAP_NONE: like val, an immutable value

#endif
