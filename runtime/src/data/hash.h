// hash.h — the hash of bytes, where a call would cost as much as hashing a word does.
#ifndef AGI_DATA_HASH_H
#define AGI_DATA_HASH_H

#include <stdint.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static inline uint64_t agi_hash_bytes(const void *p, int64_t n) { return XXH3_64bits(p, (size_t)n); }

#endif
