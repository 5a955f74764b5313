// num.c — methods of numbers, Bool, Duration, Instant and Range; conversions that are calls.
// Promises: what does not fit raises Overflow, or BadConversion for conversions; nothing is undefined.
#include <math.h>

#include "data/data.h"
#include "data/utf8.h"
#include "platform/platform.h"

#define OVERFLOW(cx) ag_raise((cx), &ag_error_Overflow, NULL, NULL, 0)
#define SHOWN(cx, PUT, x) \
  ag_sb sb;               \
  ag_sb_begin(&sb);       \
  PUT(&sb, (x));          \
  return ag_sb_take((cx), &sb)

// ---- integers --------------------------------------------------------------------------------------------------
#define DEFINE_INT(N, T, BITS, MASK, PUT, ABS)                                  \
  T ag_##N##_abs(ag_cx *cx, T x) {                                              \
    (void)cx;                                                                   \
    ABS return x;                                                               \
  }                                                                             \
  T ag_##N##_min(ag_cx *cx, T x, T y) {                                         \
    (void)cx;                                                                   \
    return x < y ? x : y;                                                       \
  }                                                                             \
  T ag_##N##_max(ag_cx *cx, T x, T y) {                                         \
    (void)cx;                                                                   \
    return x > y ? x : y;                                                       \
  }                                                                             \
  T ag_##N##_clamp(ag_cx *cx, T x, T low, T high) {                             \
    (void)cx;                                                                   \
    T y = x > high ? high : x;                                                  \
    return y < low ? low : y;                                                   \
  }                                                                             \
  T ag_##N##_pow(ag_cx *cx, T x, int64_t n) {                                   \
    T result = 1;                                                               \
    bool over = n < 0;                                                          \
    while (n > 0 && !over) {                                                    \
      if (n & 1) over = ag_mul_##N(result, x, &result);                         \
      n >>= 1;                                                                  \
      if (n && !over) over = ag_mul_##N(x, x, &x);                              \
    }                                                                           \
    if (over) OVERFLOW(cx);                                                     \
    return result;                                                              \
  }                                                                             \
  int64_t ag_##N##_count_ones(ag_cx *cx, T x) {                                 \
    (void)cx;                                                                   \
    return __builtin_popcountll((uint64_t)x & (MASK));                          \
  }                                                                             \
  int64_t ag_##N##_leading_zeros(ag_cx *cx, T x) {                              \
    (void)cx;                                                                   \
    return x == 0 ? BITS : __builtin_clzll((uint64_t)x & (MASK)) - (64 - BITS); \
  }                                                                             \
  int64_t ag_##N##_trailing_zeros(ag_cx *cx, T x) {                             \
    (void)cx;                                                                   \
    return x == 0 ? BITS : __builtin_ctzll((unsigned long long)x);              \
  }                                                                             \
  uint64_t ag_##N##_hash(ag_cx *cx, T x) {                                      \
    (void)cx;                                                                   \
    return ag_hash_u64((uint64_t)x);                                            \
  }                                                                             \
  ag_str *ag_##N##_show(ag_cx *cx, T x) { SHOWN(cx, PUT, x); }
#define DEFINE_SIGNED(N, T, U, BITS, MIN, MAX) \
  DEFINE_INT(N, T, BITS, UINT64_MAX >> (64 - BITS), ag_sb_i64, if (x < 0 && ag_neg_##N(x, &x)) OVERFLOW(cx);)
#define DEFINE_UNSIGNED(N, T, BITS, MAX) DEFINE_INT(N, T, BITS, (MAX), ag_sb_u64, )
AG_SIGNED_INTS(DEFINE_SIGNED)
AG_UNSIGNED_INTS(DEFINE_UNSIGNED)

ag_str *ag_u32_to_text(ag_cx *cx, uint32_t c) {
  char bytes[4];
  if (agi_utf8_scalar(c)) return ag_str_new(cx, bytes, agi_utf8_put(bytes, c));
  ag_raise(cx, &ag_error_BadConversion, "not a code point", NULL, 0);
  return agi_str_empty();
}

// ---- floats ----------------------------------------------------------------------------------------------------
static uint64_t bits_of_f64(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static uint64_t bits_of_f32(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

#define FLOAT_1(N, T, NAME, F)        \
  T ag_##N##_##NAME(ag_cx *cx, T x) { \
    (void)cx;                         \
    return F(x);                      \
  }
#define DEFINE_FLOAT(N, T, S, PUT)                                                                     \
  FLOAT_1(N, T, abs, fabs##S)                                                                          \
  FLOAT_1(N, T, floor, floor##S)                                                                       \
  FLOAT_1(N, T, ceil, ceil##S)                                                                         \
  FLOAT_1(N, T, round, round##S)                                                                       \
  FLOAT_1(N, T, trunc, trunc##S)                                                                       \
  FLOAT_1(N, T, sqrt, sqrt##S)                                                                         \
  T ag_##N##_min(ag_cx *cx, T x, T y) {                                                                \
    (void)cx;                                                                                          \
    return fmin##S(x, y);                                                                              \
  }                                                                                                    \
  T ag_##N##_max(ag_cx *cx, T x, T y) {                                                                \
    (void)cx;                                                                                          \
    return fmax##S(x, y);                                                                              \
  }                                                                                                    \
  T ag_##N##_clamp(ag_cx *cx, T x, T low, T high) {                                                    \
    (void)cx;                                                                                          \
    T y = x > high ? high : x;                                                                         \
    return y < low ? low : y;                                                                          \
  }                                                                                                    \
  T ag_##N##_pow(ag_cx *cx, T x, T y) {                                                                \
    (void)cx;                                                                                          \
    return pow##S(x, y);                                                                               \
  }                                                                                                    \
  bool ag_##N##_is_nan(ag_cx *cx, T x) {                                                               \
    (void)cx;                                                                                          \
    return isnan(x);                                                                                   \
  }                                                                                                    \
  bool ag_##N##_is_finite(ag_cx *cx, T x) {                                                            \
    (void)cx;                                                                                          \
    return isfinite(x);                                                                                \
  }                                                                                                    \
  int64_t ag_##N##_to_int(ag_cx *cx, T x) {                                                            \
    int64_t r;                                                                                         \
    if (ag_conv_##N##_i64(trunc##S(x), &r)) ag_raise(cx, &ag_error_BadConversion, NULL, NULL, 0);      \
    return r;                                                                                          \
  }                                                                                                    \
  uint64_t ag_##N##_bits(ag_cx *cx, T x) {                                                             \
    (void)cx;                                                                                          \
    return bits_of_##N(x);                                                                             \
  }                                                                                                    \
  uint64_t ag_##N##_hash(ag_cx *cx, T x) {                                                             \
    (void)cx; /* 0.0 == -0.0, so their hashes are one */                                               \
    return ag_hash_u64(isnan(x) ? UINT64_C(0x7FF8000000000000) : x == 0 ? 0 : bits_of_f64((double)x)); \
  }                                                                                                    \
  ag_str *ag_##N##_show(ag_cx *cx, T x) { SHOWN(cx, PUT, x); }
DEFINE_FLOAT(f32, float, f, ag_sb_f32)
DEFINE_FLOAT(f64, double, , ag_sb_f64)

double ag_float_mod(double a, double b) { return fmod(a, b); }

bool ag_conv_u64_f64(uint64_t x, double *r) {
  *r = (double)x;
  return !(*r < 18446744073709551616.0) || (uint64_t)*r != x;
}

bool ag_conv_u64_f32(uint64_t x, float *r) {
  *r = (float)x;
  return !(*r < 18446744073709551616.0F) || (uint64_t)*r != x;
}

bool ag_conv_f64_u64(double x, uint64_t *r) {
  *r = 0;
  if (!(x >= 0 && x < 18446744073709551616.0)) return true;
  *r = (uint64_t)x;
  return (double)*r != x;
}

double ag_wrap_u64_f64(uint64_t x) { return (double)x; }
float ag_wrap_u64_f32(uint64_t x) { return (float)x; }

int64_t ag_wrap_f64_i64(double x) {
  if (!isfinite(x)) return 0;
  double low = fmod(trunc(x), 18446744073709551616.0);
  return low < 0 ? (int64_t)(0 - (uint64_t)-low) : (int64_t)(uint64_t)low;
}

// ---- Bool, Duration, Instant, Range ----------------------------------------------------------------------------
uint64_t ag_bool_hash(ag_cx *cx, bool x) {
  (void)cx;
  return ag_hash_u64(x);
}
ag_str *ag_bool_show(ag_cx *cx, bool x) { SHOWN(cx, ag_sb_bool, x); }

#define DURATION_IN(NAME, NS)                           \
  int64_t ag_duration_as_##NAME(ag_cx *cx, int64_t d) { \
    (void)cx;                                           \
    return d / (NS);                                    \
  }
DURATION_IN(nanos, 1)
DURATION_IN(micros, 1000)
DURATION_IN(millis, 1000000)
DURATION_IN(secs, 1000000000)

double ag_duration_as_secs_float(ag_cx *cx, int64_t d) {
  (void)cx;
  return (double)d / 1e9;
}

int64_t ag_duration_abs(ag_cx *cx, int64_t d) { return ag_i64_abs(cx, d); }
uint64_t ag_duration_hash(ag_cx *cx, int64_t d) { return ag_i64_hash(cx, d); }
ag_str *ag_duration_show(ag_cx *cx, int64_t d) { SHOWN(cx, ag_sb_duration, d); }

int64_t ag_instant_elapsed(ag_cx *cx, int64_t t) {
  int64_t d;
  if (ag_sub_i64(ag_time_now(cx), t, &d)) OVERFLOW(cx);
  return d;
}
int64_t ag_instant_unix_nanos(ag_cx *cx, int64_t t) {
  (void)cx;
  return t;
}
uint64_t ag_instant_hash(ag_cx *cx, int64_t t) { return ag_i64_hash(cx, t); }
ag_str *ag_instant_show(ag_cx *cx, int64_t t) { SHOWN(cx, ag_sb_instant, t); }

int64_t ag_range_start(ag_cx *cx, ag_range r) {
  (void)cx;
  return r.from;
}
int64_t ag_range_end(ag_cx *cx, ag_range r) {
  (void)cx;
  return r.to;
}
int64_t ag_range_size(ag_cx *cx, ag_range r) {
  int64_t n = 0;
  if (r.to > r.from && ag_sub_i64(r.to, r.from, &n)) OVERFLOW(cx);
  return n;
}
bool ag_range_contains(ag_cx *cx, ag_range r, int64_t i) {
  (void)cx;
  return i >= r.from && i < r.to;
}
ag_str *ag_range_show(ag_cx *cx, ag_range r) { SHOWN(cx, ag_sb_range, r); }
