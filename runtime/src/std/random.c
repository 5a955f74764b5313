// random.c — std.random: entropy, fair choice from a range, shuffling.
// Promises: what a seed decides is the same on every machine. The generator of a seed itself is written in the language
//           (stdlib/random/random.agent); shuffle uses the same one.
#include <sys/random.h>
#include <time.h>

#include "actor/worker.h"
#include "data/data.h"

static uint64_t splitmix(uint64_t *state) {
  uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
  return z ^ z >> 31;
}

uint64_t ag_random_entropy(ag_cx *cx) {
  agi_worker *w = agi_worker_of(cx);
  if (w->rng) return agi_seeded_bits(w);
  static _Thread_local uint64_t state;
  static _Thread_local bool seeded;
  if (!seeded) {
    struct timespec now;
    if (getrandom(&state, sizeof state, 0) != (ssize_t)sizeof state) { // a kernel without it: the clock must do
      clock_gettime(CLOCK_REALTIME, &now);
      state = (uint64_t)now.tv_nsec ^ (uint64_t)now.tv_sec << 30 ^ (uint64_t)(uintptr_t)&state;
    }
    seeded = true;
  }
  return splitmix(&state);
}

// ---- fair choice: the upper half of bits * n, unless the lower half is one of the (2^64 mod n) that would favour some ----
static uint64_t multiply(uint64_t a, uint64_t b, uint64_t *low) {
  uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
  uint64_t middle = a1 * b0 + (a0 * b0 >> 32);
  uint64_t other = a0 * b1 + (uint32_t)middle;
  *low = a * b;
  return a1 * b1 + (middle >> 32) + (other >> 32);
}

bool ag_random__biased(ag_cx *cx, uint64_t bits, int64_t from, int64_t to) {
  (void)cx;
  if (to <= from) return false;
  uint64_t n = (uint64_t)to - (uint64_t)from, low;
  multiply(bits, n, &low);
  return low < n && low < (0 - n) % n;
}

int64_t ag_random__pick(ag_cx *cx, uint64_t bits, int64_t from, int64_t to) {
  if (to <= from) {
    ag_raise(cx, &ag_error_IndexOutOfRange, "the range is empty", NULL, 0);
    return 0;
  }
  uint64_t low;
  return (int64_t)((uint64_t)from + multiply(bits, (uint64_t)to - (uint64_t)from, &low));
}

// ---- shuffling -------------------------------------------------------------------------------------------------
static uint64_t rotated(uint64_t x, int n) { return x << n | x >> (64 - n); }

static uint64_t xoshiro(uint64_t s[4]) {
  uint64_t result = rotated(s[1] * 5, 7) * 9, t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotated(s[3], 45);
  return result;
}

void ag_random_shuffle(ag_cx *cx, ag_array *xs, int64_t seed) {
  uint64_t mix = (uint64_t)seed, state[4];
  for (int i = 0; i < 4; i++) state[i] = splitmix(&mix);
  for (int64_t i = xs->size - 1; i > 0; i--) {
    uint64_t bits;
    do bits = xoshiro(state);
    while (ag_random__biased(cx, bits, 0, i + 1));
    ag_array_swap_at(cx, xs, i, ag_random__pick(cx, bits, 0, i + 1));
  }
}
