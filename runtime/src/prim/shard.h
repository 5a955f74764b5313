// shard.h — which place of a group owns a key.
#ifndef AGI_PRIM_SHARD_H
#define AGI_PRIM_SHARD_H

#include <stdint.h>

int64_t agi_shard_index(uint64_t key_hash, int64_t members); // members > 0; 0 to members - 1; any thread

#endif
