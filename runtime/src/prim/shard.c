// shard.c — which member of a group owns a key.
// Owns:     nothing.
// Promises: jump consistent hashing (Lamping and Veach, 2014): when a group of n grows by one at its end, 1/(n+1) of the keys move, all
//           of them to the new member; when it shrinks by one, only those of its last one move. No table, no memory, about ln(n)
//           steps. The same on every machine: the steps are exact in IEEE double precision. A member that stands in the group
//           k times owns k shares: that is how weights are given.
// Does not: look at whether a member is alive: a key stays with its owner, stopped or not.
// Tested by: tests/runtime/unit/shard_test.c
#include "prim/shard.h"

#include <agent/abi.h>

int64_t agi_shard_index(uint64_t key, int64_t n) {
  int64_t b = -1, j = 0;
  while (j < n) {
    b = j;
    key = key * UINT64_C(2862933555777941757) + 1;
    j = (int64_t)((double)(b + 1) * ((double)(INT64_C(1) << 31) / (double)((key >> 33) + 1)));
  }
  return b;
}

ag_agent *ag_shard(ag_cx *cx, uint64_t key_hash, ag_array *group, const char *file, uint32_t line) {
  if (group->size == 0) {
    ag_raise_index(cx, 0, 0, file, line);
    return NULL;
  }
  ag_agent *member = ((ag_agent **)group->data)[agi_shard_index(key_hash, group->size)];
  ag_retain(member);
  return member;
}
