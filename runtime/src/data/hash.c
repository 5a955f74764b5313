// hash.c — the hashes that programs can see: xxh3, 64 bits, seed 0, over little-endian bytes.
// Promises: the same number in every run and version and on every machine.
#include "data/hash.h"

#include <agent/abi.h>

static inline uint64_t little_endian(uint64_t x) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  return __builtin_bswap64(x);
#else
  return x;
#endif
}

uint64_t ag_hash_bytes(const void *p, int64_t n) { return agi_hash_bytes(p, n); }

uint64_t ag_hash_u64(uint64_t x) {
  uint64_t bytes = little_endian(x);
  return XXH3_64bits(&bytes, sizeof bytes);
}

uint64_t ag_hash_mix(uint64_t h, uint64_t part) {
  uint64_t bytes[2] = {little_endian(h), little_endian(part)};
  return XXH3_64bits(bytes, sizeof bytes);
}

uint64_t ag_str_hash64(const ag_str *s) {
  uint64_t *cache = (uint64_t *)(uintptr_t)&s->hash; // a string is immutable but for this: any thread may fill it in
  uint64_t h = __atomic_load_n(cache, __ATOMIC_RELAXED);
  if (h == 0) {
    h = ag_hash_bytes(s->bytes, s->size);
    __atomic_store_n(cache, h, __ATOMIC_RELAXED);
  }
  return h;
}
