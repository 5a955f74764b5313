// base.h — small things every runtime file may use: container_of, random numbers, sanitizer detection.
// Owns:     nothing.
// Promises: header only, no state.
#ifndef AGI_BASE_BASE_H
#define AGI_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AGI_CONTAINER_OF(p, type, member) ((type *)(void *)((char *)(p)-offsetof(type, member)))
#define AGI_LIKELY(x) __builtin_expect(!!(x), 1)
#define AGI_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define AGI_NOINLINE __attribute__((noinline)) // what is rare: it keeps out of the way of what is not
#define AGI_INLINE __attribute__((always_inline)) inline

// Builds under a sanitizer have no mimalloc: the sanitizer must see each block.
#ifdef AGENT_MIMALLOC
#define AGI_SANITIZED 0
#else
#define AGI_SANITIZED 1
#endif

// A start for the generator below: never 0, and far apart for seeds that are close.
static inline uint64_t agi_rng_from(uint64_t seed) {
  uint64_t z = seed + UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
  z ^= z >> 31;
  return z ? z : 1;
}

// xorshift64*: victim choice, and what a seeded run decides.
static inline uint64_t agi_rng_next(uint64_t *state) {
  uint64_t x = *state;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  *state = x;
  return x * UINT64_C(2685821657736338717);
}

#endif
