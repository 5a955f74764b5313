// data_number_test.c — arithmetic and conversions against 128-bit integers, at all edges; text of numbers.
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "data_kit.h"

__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 uwide;

static const int64_t signed_edges[] = {AG_I64_MIN,
                                       AG_I64_MIN + 1,
                                       -4294967297,
                                       -4294967296,
                                       -2147483649,
                                       -2147483648,
                                       -2147483647,
                                       -65536,
                                       -32769,
                                       -32768,
                                       -32767,
                                       -256,
                                       -129,
                                       -128,
                                       -127,
                                       -2,
                                       -1,
                                       0,
                                       1,
                                       2,
                                       3,
                                       7,
                                       10,
                                       63,
                                       64,
                                       127,
                                       128,
                                       255,
                                       256,
                                       32767,
                                       32768,
                                       65535,
                                       65536,
                                       2147483647,
                                       2147483648,
                                       4294967295,
                                       4294967296,
                                       3037000500,
                                       AG_I64_MAX - 1,
                                       AG_I64_MAX};
enum { EDGES = sizeof signed_edges / sizeof *signed_edges };

// W is wide enough for the exact result; below zero it is far outside an unsigned T, as it should be.
#define CHECK_OP(N, T, W, op, exact)                   \
  {                                                    \
    T res;                                             \
    W e = (exact);                                     \
    bool over = ag_##op##_##N(a, b, &res);             \
    ck_assert_int_eq(over, e != (W)(T)e);              \
    if (!over) ck_assert(res == (T)e);                 \
    ck_assert(ag_w##op##_##N(a, b) == (T)(uint64_t)e); \
  }
#define CHECK_PAIR(N, T, W)                                                                            \
  {                                                                                                    \
    T got;                                                                                             \
    CHECK_OP(N, T, W, add, (W)a + (W)b)                                                                \
    CHECK_OP(N, T, W, sub, (W)a - (W)b)                                                                \
    CHECK_OP(N, T, W, mul, (W)a *(W)b)                                                                 \
    int how = b == 0 ? AG_ARITH_ZERO : (W)a / b != (W)(T)((W)a / b) ? AG_ARITH_OVERFLOW : AG_ARITH_OK; \
    ck_assert_int_eq(ag_div_##N(a, b, &got), how);                                                     \
    if (how == AG_ARITH_OK) ck_assert(got == (T)((W)a / b));                                           \
    ck_assert_int_eq(ag_mod_##N(a, b, &got), b == 0 ? AG_ARITH_ZERO : AG_ARITH_OK);                    \
    if (b != 0) ck_assert(got == (T)((W)a % b));                                                       \
  }
#define CHECK_INT(N, T, W, BITS)                                       \
  for (int i = 0; i < EDGES; i++) {                                    \
    T a = (T)signed_edges[i], r;                                       \
    for (int k = 0; k < EDGES; k++) {                                  \
      T b = (T)signed_edges[k];                                        \
      CHECK_PAIR(N, T, W)                                              \
    }                                                                  \
    ck_assert_int_eq(ag_neg_##N(a, &r), 0 - (W)a != (W)(T)(0 - (W)a)); \
    for (int64_t n = -1; n <= BITS; n++) {                             \
      bool wrong = n < 0 || n >= BITS;                                 \
      ck_assert_int_eq(ag_shl_##N(a, n, &r), wrong);                   \
      if (!wrong) ck_assert(r == (T)((uint64_t)a << n));               \
      ck_assert_int_eq(ag_shr_##N(a, n, &r), wrong);                   \
      if (!wrong) ck_assert(r == (T)(a >> n));                         \
    }                                                                  \
  }
#define CHECK_SIGNED(N, T, U, BITS, MIN, MAX) CHECK_INT(N, T, wide, BITS)
#define CHECK_UNSIGNED(N, T, BITS, MAX) CHECK_INT(N, T, uwide, BITS)

START_TEST(arithmetic_is_exact_or_says_so) {
  AG_SIGNED_INTS(CHECK_SIGNED);
  AG_UNSIGNED_INTS(CHECK_UNSIGNED);
}
END_TEST

// ---- conversions -----------------------------------------------------------------------------------------------
#define CONV(F, FT, T, TT)                                              \
  for (int i = 0; i < EDGES; i++) {                                     \
    FT x = (FT)signed_edges[i];                                         \
    TT r;                                                               \
    ck_assert_int_eq(ag_conv_##F##_##T(x, &r), (wide)x != (wide)(TT)x); \
    ck_assert(ag_wrap_##F##_##T(x) == (TT)x);                           \
  }
#define CONV_TO_ALL(F, FT)                                                                                           \
  CONV(F, FT, i8, int8_t)                                                                                            \
  CONV(F, FT, i16, int16_t)                                                                                          \
  CONV(F, FT, i32, int32_t)                                                                                          \
  CONV(F, FT, i64, int64_t)                                                                                          \
  CONV(F, FT, u8, uint8_t)                                                                                           \
  CONV(F, FT, u16, uint16_t) CONV(F, FT, u32, uint32_t) CONV(F, FT, u64, uint64_t) for (int i = 0; i < EDGES; i++) { \
    FT x = (FT)signed_edges[i];                                                                                      \
    double d;                                                                                                        \
    float f;                                                                                                         \
    ck_assert_int_eq(ag_conv_##F##_f64(x, &d), (wide)x != (wide)(double)x);                                          \
    ck_assert_int_eq(ag_conv_##F##_f32(x, &f), (wide)x != (wide)(float)x);                                           \
    ck_assert(ag_wrap_##F##_f64(x) == (double)x);                                                                    \
  }

START_TEST(integers_convert_without_loss_or_say_so){
    CONV_TO_ALL(i8, int8_t) CONV_TO_ALL(i16, int16_t) CONV_TO_ALL(i32, int32_t) CONV_TO_ALL(i64, int64_t)
        CONV_TO_ALL(u8, uint8_t) CONV_TO_ALL(u16, uint16_t) CONV_TO_ALL(u32, uint32_t)
            CONV_TO_ALL(u64, uint64_t)} END_TEST

    static const double float_edges[] = {0.0,
                                         -0.0,
                                         0.5,
                                         -0.5,
                                         1.0,
                                         -1.0,
                                         1.5,
                                         127.0,
                                         128.0,
                                         -128.0,
                                         -129.0,
                                         255.0,
                                         256.0,
                                         32767.0,
                                         65535.0,
                                         65536.0,
                                         2147483647.0,
                                         2147483648.0,
                                         -2147483648.0,
                                         -2147483649.0,
                                         4294967295.0,
                                         4294967296.0,
                                         9007199254740993.0,
                                         9223372036854775807.0,
                                         -9223372036854775808.0,
                                         18446744073709549568.0,
                                         18446744073709551616.0,
                                         1e300,
                                         -1e300,
                                         NAN,
                                         INFINITY,
                                         -INFINITY};

#define FLOAT_TO(T, TT, LOW, HIGH)                                          \
  {                                                                         \
    TT r;                                                                   \
    bool fits = x >= (LOW) && x < (HIGH) && x == trunc(x);                  \
    ck_assert_int_eq(ag_conv_f64_##T(x, &r), !fits);                        \
    if (fits) ck_assert((double)r == x);                                    \
    if (fits) ck_assert(ag_wrap_f64_##T(x) == r);                           \
    float f = (float)x;                                                     \
    bool narrow = f >= (float)(LOW) && f < (float)(HIGH) && f == truncf(f); \
    ck_assert_int_eq(ag_conv_f32_##T(f, &r), !narrow);                      \
    if (narrow) ck_assert((float)r == f);                                   \
  }

START_TEST(floats_convert_without_loss_or_say_so) {
  for (size_t i = 0; i < sizeof float_edges / sizeof *float_edges; i++) {
    double x = float_edges[i];
    FLOAT_TO(i8, int8_t, -128.0, 128.0)
    FLOAT_TO(i16, int16_t, -32768.0, 32768.0)
    FLOAT_TO(i32, int32_t, -2147483648.0, 2147483648.0)
    FLOAT_TO(i64, int64_t, -9223372036854775808.0, 9223372036854775808.0)
    FLOAT_TO(u8, uint8_t, 0.0, 256.0)
    FLOAT_TO(u16, uint16_t, 0.0, 65536.0)
    FLOAT_TO(u32, uint32_t, 0.0, 4294967296.0)
    FLOAT_TO(u64, uint64_t, 0.0, 18446744073709551616.0)
    float f;
    ck_assert_int_eq(ag_conv_f64_f32(x, &f), isfinite(x) && !isfinite((float)x));
  }
  ck_assert_int_eq(ag_wrap_f64_u8(300.7), 44);
  ck_assert_int_eq(ag_wrap_f64_i8(-129.0), 127);
  ck_assert_int_eq(ag_wrap_f64_i64(NAN), 0);
  ck_assert(ag_wrap_f64_u64(-1.0) == UINT64_MAX);
}
END_TEST

// ---- text ------------------------------------------------------------------------------------------------------
static ag_str *f64_text(double x) {
  ag_sb sb;
  ag_sb_begin(&sb);
  ag_sb_f64(&sb, x);
  return ag_sb_take(cx, &sb);
}
static ag_str *f32_text(float x) {
  ag_sb sb;
  ag_sb_begin(&sb);
  ag_sb_f32(&sb, x);
  return ag_sb_take(cx, &sb);
}

START_TEST(floats_show_shortest) {
  static const struct {
    double x;
    const char *text;
  } cases[] = {{12, "12.0"},
               {0, "0.0"},
               {-0.0, "-0.0"},
               {0.1, "0.1"},
               {191.5, "191.5"},
               {-2.25, "-2.25"},
               {1e15, "1000000000000000.0"},
               {1e16, "1e16"},
               {1.5e300, "1.5e300"},
               {1e-4, "0.0001"},
               {1e-5, "0.00001"},
               {1e-6, "1e-6"},
               {1.0 / 3, "0.3333333333333333"},
               {0.1 + 0.2, "0.30000000000000004"},
               {DBL_MAX, "1.7976931348623157e308"},
               {5e-324, "5e-324"},
               {DBL_MIN, "2.2250738585072014e-308"},
               {5.684341886080802e-14, "5.684341886080802e-14"},
               {9007199254740993.0, "9007199254740992.0"},
               {123456789.125, "123456789.125"},
               {9.5e-7, "9.5e-7"},
               {NAN, "nan"},
               {INFINITY, "inf"},
               {-INFINITY, "-inf"},
               {2251799813685248.5, "2251799813685248.5"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) is(f64_text(cases[i].x), cases[i].text);
  is(f32_text(0.1F), "0.1");
  is(f32_text(16777216.0F), "16777216.0");
  is(f32_text(FLT_MAX), "3.4028235e38");
  is(f32_text(1.0F / 3), "0.33333334");
}
END_TEST

START_TEST(floats_read_back_the_same) {
  uint64_t state = 88172645463325252U;
  for (int i = 0; i < 20000; i++) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    double x;
    uint64_t bits = i % 4 == 0 ? state & 0xFFF0000000000000U : state; // also powers of two
    memcpy(&x, &bits, sizeof x);
    if (!isfinite(x)) continue;
    ag_str *s = f64_text(x);
    ck_assert(strtod(s->bytes, NULL) == x);
    ck_assert(strpbrk(s->bytes, ".e") != NULL);
    double back;
    ck_assert(ag_str_to_float(cx, s, &back) && back == x);
    int digits = 0; // no shorter text reads back
    for (const char *p = s->bytes; *p && *p != 'e'; p++) digits += *p >= '0' && *p <= '9';
    char shorter[64];
    if (digits > 1 && digits <= 17 && strchr(s->bytes, 'e')) {
      snprintf(shorter, sizeof shorter, "%.*e", digits - 2, x);
      ck_assert(strtod(shorter, NULL) != x);
    }
    ag_release(cx, s);
  }
}
END_TEST

START_TEST(methods_of_numbers) {
  ck_assert_int_eq(ag_i64_abs(cx, -5), 5);
  ag_i8_abs(cx, -128);
  raised(&ag_error_Overflow, "integer overflow");
  ck_assert_int_eq(ag_i64_pow(cx, 3, 39), 4052555153018976267);
  ag_i64_pow(cx, 3, 40);
  raised(&ag_error_Overflow, "integer overflow");
  ck_assert_int_eq(ag_i64_pow(cx, -2, 63), AG_I64_MIN);
  ck_assert_int_eq(ag_u8_pow(cx, 0, 0), 1);
  ck_assert_int_eq(ag_u8_leading_zeros(cx, 1), 7);
  ck_assert_int_eq(ag_i8_leading_zeros(cx, -1), 0);
  ck_assert_int_eq(ag_i16_trailing_zeros(cx, 0), 16);
  ck_assert_int_eq(ag_i32_count_ones(cx, -1), 32);
  ck_assert_int_eq(ag_i64_clamp(cx, 7, 0, 5), 5);
  ck_assert_int_eq(ag_f64_to_int(cx, -2.9), -2);
  ag_f64_to_int(cx, NAN);
  raised(&ag_error_BadConversion, "bad conversion");
  ck_assert(ag_f64_hash(cx, 0.0) == ag_f64_hash(cx, -0.0));
  is(ag_u32_to_text(cx, 0x1F600), "\xF0\x9F\x98\x80");
  ag_u32_to_text(cx, 0xD800);
  raised(&ag_error_BadConversion, "bad conversion: not a code point");
  ck_assert_int_eq(ag_range_size(cx, (ag_range){5, 2}), 0);
  ag_range_size(cx, (ag_range){AG_I64_MIN, AG_I64_MAX});
  raised(&ag_error_Overflow, "integer overflow");
}
END_TEST

START_TEST(hashes_never_change) {
  ck_assert(ag_hash_bytes("", 0) == 0x2D06800538D394C2U); // as published for xxh3, seed 0
  ck_assert(ag_i64_hash(cx, 0) == ag_hash_bytes("\0\0\0\0\0\0\0\0", 8));
  ag_str *s = text("AAPL");
  ck_assert(ag_str_hash(cx, s) == ag_hash_bytes("AAPL", 4));
  ag_release(cx, s);
}
END_TEST

TESTS("number", arithmetic_is_exact_or_says_so, integers_convert_without_loss_or_say_so,
      floats_convert_without_loss_or_say_so, floats_show_shortest, floats_read_back_the_same, methods_of_numbers,
      hashes_never_change)
