// abi_data.h — data as generated code sees it: arithmetic, conversions, strings, collections, text, the natives of stdlib/.
// Owns:     checked and wrapping arithmetic, conversions, layouts and inline fast paths of String, Bytes, Array, Map, Set,
//           the string builder, static `ag_type`s of the primitive types, prototypes of every native function.
// Promises: C99 without builtins or library calls under TinyCC; every name that is not `static inline` or a macro is in
//           abi.def. Natives follow ARCHITECTURE.md, Natives: nothing is `const` but `ag_type`, so that a prototype
//           made from the declaration agrees with the one here.
// Does not: raise from an inline function: those answer, and the caller raises with its own file and line. A native raises
//           without a place; the caller adds it with ag_error_at.
#ifndef AGENT_ABI_DATA_H
#define AGENT_ABI_DATA_H

#ifdef __TINYC__
void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *p, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
#else
#include <string.h>
#endif

// ---- integers --------------------------------------------------------------------------------------------------
// S(name, C type, unsigned C type, bits, MIN, MAX) signed, U(name, C type, bits, MAX) unsigned
#define AG_I64_MIN (-9223372036854775807LL - 1)
#define AG_I64_MAX 9223372036854775807LL
#define AG_SIGNED_INTS(S)                                    \
  S(i8, int8_t, uint8_t, 8, -128, 127)                       \
  S(i16, int16_t, uint16_t, 16, -32768, 32767)               \
  S(i32, int32_t, uint32_t, 32, -2147483647 - 1, 2147483647) \
  S(i64, int64_t, uint64_t, 64, AG_I64_MIN, AG_I64_MAX)
#define AG_UNSIGNED_INTS(U)         \
  U(u8, uint8_t, 8, 255)            \
  U(u16, uint16_t, 16, 65535)       \
  U(u32, uint32_t, 32, 4294967295U) \
  U(u64, uint64_t, 64, 18446744073709551615ULL)

// bool ag_add_N(a, b, &r), ag_sub_N, ag_mul_N: true on overflow.  bool ag_neg_N(a, &r): true on overflow.
// int ag_div_N(a, b, &r), ag_mod_N: 0, or AG_ARITH_OVERFLOW, or AG_ARITH_ZERO.
// bool ag_shl_N(a, int64_t n, &r), ag_shr_N: true if n is negative or not below the width; bits shifted out are lost.
// T ag_wadd_N(a, b), ag_wsub_N, ag_wmul_N: wrap (`+% -% *%`).
enum { AG_ARITH_OK = 0, AG_ARITH_OVERFLOW = 1, AG_ARITH_ZERO = 2 };

#ifdef __TINYC__
#define AG_CHECKED_NARROW(N, T, W)                \
  static inline bool ag_add_##N(T a, T b, T *r) { \
    int64_t v = (int64_t)a + b;                   \
    *r = (T)v;                                    \
    return v != *r;                               \
  }                                               \
  static inline bool ag_sub_##N(T a, T b, T *r) { \
    int64_t v = (int64_t)a - b;                   \
    *r = (T)v;                                    \
    return v != *r;                               \
  }                                               \
  static inline bool ag_mul_##N(T a, T b, T *r) { \
    W v = (W)a * (W)b;                            \
    *r = (T)v;                                    \
    return v != (W)*r;                            \
  }
AG_CHECKED_NARROW(i8, int8_t, int64_t)
AG_CHECKED_NARROW(i16, int16_t, int64_t)
AG_CHECKED_NARROW(i32, int32_t, int64_t)
AG_CHECKED_NARROW(u8, uint8_t, uint64_t)
AG_CHECKED_NARROW(u16, uint16_t, uint64_t)
AG_CHECKED_NARROW(u32, uint32_t, uint64_t)
static inline bool ag_add_i64(int64_t a, int64_t b, int64_t *r) {
  int64_t v = (int64_t)((uint64_t)a + (uint64_t)b);
  *r = v;
  return ((a ^ v) & (b ^ v)) < 0;
}
static inline bool ag_sub_i64(int64_t a, int64_t b, int64_t *r) {
  int64_t v = (int64_t)((uint64_t)a - (uint64_t)b);
  *r = v;
  return ((a ^ b) & (a ^ v)) < 0;
}
static inline bool ag_mul_i64(int64_t a, int64_t b, int64_t *r) {
  int64_t v = (int64_t)((uint64_t)a * (uint64_t)b);
  *r = v;
  if (a >= -2147483647 && a <= 2147483647 && b >= -2147483647 && b <= 2147483647) return false;
  if (a == 0 || b == 0) return false;
  if ((a == -1 && b == AG_I64_MIN) || (b == -1 && a == AG_I64_MIN)) return true;
  return v / b != a;
}
static inline bool ag_add_u64(uint64_t a, uint64_t b, uint64_t *r) {
  *r = a + b;
  return *r < a;
}
static inline bool ag_sub_u64(uint64_t a, uint64_t b, uint64_t *r) {
  *r = a - b;
  return a < b;
}
static inline bool ag_mul_u64(uint64_t a, uint64_t b, uint64_t *r) {
  *r = a * b;
  return b != 0 && *r / b != a;
}
#else
#define AG_CHECKED(N, T)                                                                    \
  static inline bool ag_add_##N(T a, T b, T *r) { return __builtin_add_overflow(a, b, r); } \
  static inline bool ag_sub_##N(T a, T b, T *r) { return __builtin_sub_overflow(a, b, r); } \
  static inline bool ag_mul_##N(T a, T b, T *r) { return __builtin_mul_overflow(a, b, r); }
AG_CHECKED(i8, int8_t)
AG_CHECKED(i16, int16_t)
AG_CHECKED(i32, int32_t)
AG_CHECKED(i64, int64_t)
AG_CHECKED(u8, uint8_t)
AG_CHECKED(u16, uint16_t)
AG_CHECKED(u32, uint32_t)
AG_CHECKED(u64, uint64_t)
#endif

// ag_add_i64, ag_sub_i64 and ag_mul_i64 as expressions: TinyCC does not inline, and others need not. r points to none of the
// operands, which may be evaluated more than once.
#ifdef __TINYC__
#define AG_ADD_I64(a, b, r) (*(r) = (int64_t)((uint64_t)(a) + (uint64_t)(b)), (((a) ^ *(r)) & ((b) ^ *(r))) < 0)
#define AG_SUB_I64(a, b, r) (*(r) = (int64_t)((uint64_t)(a) - (uint64_t)(b)), (((a) ^ (b)) & ((a) ^ *(r))) < 0)
#define AG_MUL_I64(a, b, r) ag_mul_i64((a), (b), (r))
#else
#define AG_ADD_I64(a, b, r) __builtin_add_overflow((a), (b), (r))
#define AG_SUB_I64(a, b, r) __builtin_sub_overflow((a), (b), (r))
#define AG_MUL_I64(a, b, r) __builtin_mul_overflow((a), (b), (r))
#endif

#define AG_ARITH_SIGNED(N, T, U, BITS, MIN, MAX)                                   \
  static inline int ag_div_##N(T a, T b, T *r) {                                   \
    *r = 0;                                                                        \
    if (AG_UNLIKELY(b == 0)) return AG_ARITH_ZERO;                                 \
    if (AG_UNLIKELY(b == -1 && a == (MIN))) return AG_ARITH_OVERFLOW;              \
    *r = (T)(a / b);                                                               \
    return AG_ARITH_OK;                                                            \
  }                                                                                \
  static inline int ag_mod_##N(T a, T b, T *r) {                                   \
    *r = 0;                                                                        \
    if (AG_UNLIKELY(b == 0)) return AG_ARITH_ZERO;                                 \
    if (b != -1) *r = (T)(a % b);                                                  \
    return AG_ARITH_OK;                                                            \
  }                                                                                \
  static inline bool ag_neg_##N(T a, T *r) {                                       \
    *r = (T)(0 - (U)a);                                                            \
    return a == (MIN);                                                             \
  }                                                                                \
  static inline bool ag_shl_##N(T a, int64_t n, T *r) {                            \
    *r = (T)((uint64_t)a << (n & (BITS - 1)));                                     \
    return (uint64_t)n >= BITS;                                                    \
  }                                                                                \
  static inline bool ag_shr_##N(T a, int64_t n, T *r) {                            \
    *r = (T)(a >> (n & (BITS - 1)));                                               \
    return (uint64_t)n >= BITS;                                                    \
  }                                                                                \
  static inline T ag_wadd_##N(T a, T b) { return (T)((uint64_t)a + (uint64_t)b); } \
  static inline T ag_wsub_##N(T a, T b) { return (T)((uint64_t)a - (uint64_t)b); } \
  static inline T ag_wmul_##N(T a, T b) { return (T)((uint64_t)a * (uint64_t)b); }
#define AG_ARITH_UNSIGNED(N, T, BITS, MAX)                                         \
  static inline int ag_div_##N(T a, T b, T *r) {                                   \
    *r = 0;                                                                        \
    if (AG_UNLIKELY(b == 0)) return AG_ARITH_ZERO;                                 \
    *r = (T)(a / b);                                                               \
    return AG_ARITH_OK;                                                            \
  }                                                                                \
  static inline int ag_mod_##N(T a, T b, T *r) {                                   \
    *r = 0;                                                                        \
    if (AG_UNLIKELY(b == 0)) return AG_ARITH_ZERO;                                 \
    *r = (T)(a % b);                                                               \
    return AG_ARITH_OK;                                                            \
  }                                                                                \
  static inline bool ag_neg_##N(T a, T *r) {                                       \
    *r = (T)(0 - (uint64_t)a);                                                     \
    return a != 0;                                                                 \
  }                                                                                \
  static inline bool ag_shl_##N(T a, int64_t n, T *r) {                            \
    *r = (T)((uint64_t)a << (n & (BITS - 1)));                                     \
    return (uint64_t)n >= BITS;                                                    \
  }                                                                                \
  static inline bool ag_shr_##N(T a, int64_t n, T *r) {                            \
    *r = (T)(a >> (n & (BITS - 1)));                                               \
    return (uint64_t)n >= BITS;                                                    \
  }                                                                                \
  static inline T ag_wadd_##N(T a, T b) { return (T)((uint64_t)a + (uint64_t)b); } \
  static inline T ag_wsub_##N(T a, T b) { return (T)((uint64_t)a - (uint64_t)b); } \
  static inline T ag_wmul_##N(T a, T b) { return (T)((uint64_t)a * (uint64_t)b); }
AG_SIGNED_INTS(AG_ARITH_SIGNED)
AG_UNSIGNED_INTS(AG_ARITH_UNSIGNED)

// ---- conversions -----------------------------------------------------------------------------------------------
// bool ag_conv_FROM_TO(x, &r): `TO(x)`, true on loss (BadConversion). TO ag_wrap_FROM_TO(x): `TO.wrap(x)`.
// Loss is: an integer out of range; a float that is NaN, out of range or not a whole number; an integer that the float
// type cannot hold exactly; a finite F64 too large for F32 (rounding alone is none). wrap: integers keep their low bits;
// floats are truncated, then keep their low bits, and NaN and infinities give 0; integers round to the nearest float.
// FROM and TO: i8 i16 i32 i64 u8 u16 u32 u64 f32 f64. Conversions U64 <-> float are calls (TinyCC would need its own library).
bool ag_conv_u64_f64(uint64_t x, double *r);
bool ag_conv_u64_f32(uint64_t x, float *r);
bool ag_conv_f64_u64(double x, uint64_t *r);
double ag_wrap_u64_f64(uint64_t x);
float ag_wrap_u64_f32(uint64_t x);
int64_t ag_wrap_f64_i64(double x);

#define AG_CONV_INT(F, FT, T, TT)                     \
  static inline bool ag_conv_##F##_##T(FT x, TT *r) { \
    *r = (TT)x;                                       \
    return (FT)*r != x || (x > 0) != (*r > 0);        \
  }                                                   \
  static inline TT ag_wrap_##F##_##T(FT x) { return (TT)x; }
// Every integer from -EXACT to EXACT is a float: one comparison tells.
#define AG_CONV_INT_FLOAT(F, FT, T, TT, EXACT)                                 \
  static inline bool ag_conv_##F##_##T(FT x, TT *r) {                          \
    *r = (TT)x;                                                                \
    if ((uint64_t)x + (EXACT) <= 2 * (EXACT)) return false;                    \
    return !((double)*r < 9223372036854775808.0) || (int64_t)*r != (int64_t)x; \
  }                                                                            \
  static inline TT ag_wrap_##F##_##T(FT x) { return (TT)x; }
#define AG_CONV_FLOAT_INT(F, FT, T, TT, LOW, HIGH)    \
  static inline bool ag_conv_##F##_##T(FT x, TT *r) { \
    double d = (double)x;                             \
    *r = 0;                                           \
    if (!(d >= (LOW) && d < (HIGH))) return true;     \
    *r = (TT)d;                                       \
    return (double)*r != d;                           \
  }                                                   \
  static inline TT ag_wrap_##F##_##T(FT x) { return (TT)ag_wrap_f64_i64((double)x); }

// clang-format off
#define AG_CONV_FROM(F, FT)                                                                         \
  AG_CONV_INT(F, FT, i8, int8_t)                                                                    \
  AG_CONV_INT(F, FT, i16, int16_t)                                                                  \
  AG_CONV_INT(F, FT, i32, int32_t) AG_CONV_INT(F, FT, i64, int64_t) AG_CONV_INT(F, FT, u8, uint8_t) \
      AG_CONV_INT(F, FT, u16, uint16_t) AG_CONV_INT(F, FT, u32, uint32_t) AG_CONV_INT(F, FT, u64, uint64_t)
#define AG_CONV_FROM_NARROW(F, FT) \
  AG_CONV_FROM(F, FT) AG_CONV_INT_FLOAT(F, FT, f32, float, (uint64_t)1 << 24) AG_CONV_INT_FLOAT(F, FT, f64, double, (uint64_t)1 << 53)
#define AG_CONV_FROM_FLOAT(F, FT)                                     \
  AG_CONV_FLOAT_INT(F, FT, i8, int8_t, -128.0, 128.0)                 \
  AG_CONV_FLOAT_INT(F, FT, i16, int16_t, -32768.0, 32768.0)           \
  AG_CONV_FLOAT_INT(F, FT, i32, int32_t, -2147483648.0, 2147483648.0) \
  AG_CONV_FLOAT_INT(F, FT, u8, uint8_t, 0.0, 256.0)                   \
  AG_CONV_FLOAT_INT(F, FT, u16, uint16_t, 0.0, 65536.0) AG_CONV_FLOAT_INT(F, FT, u32, uint32_t, 0.0, 4294967296.0)
// clang-format on
AG_CONV_FROM_NARROW(i8, int8_t)
AG_CONV_FROM_NARROW(i16, int16_t)
AG_CONV_FROM_NARROW(i32, int32_t)
AG_CONV_FROM_NARROW(i64, int64_t)
AG_CONV_FROM_NARROW(u8, uint8_t)
AG_CONV_FROM_NARROW(u16, uint16_t)
AG_CONV_FROM_NARROW(u32, uint32_t)
AG_CONV_FROM(u64, uint64_t)
AG_CONV_FROM_FLOAT(f32, float)
AG_CONV_FROM_FLOAT(f64, double)
static inline bool ag_conv_f64_i64(double x, int64_t *r) {
  *r = 0;
  if (!(x >= -9223372036854775808.0 && x < 9223372036854775808.0)) return true;
  *r = (int64_t)x;
  return (double)*r != x;
}
static inline bool ag_conv_f32_i64(float x, int64_t *r) { return ag_conv_f64_i64((double)x, r); }
static inline bool ag_conv_f32_u64(float x, uint64_t *r) { return ag_conv_f64_u64((double)x, r); }
static inline int64_t ag_wrap_f32_i64(float x) { return ag_wrap_f64_i64((double)x); }
static inline uint64_t ag_wrap_f64_u64(double x) { return (uint64_t)ag_wrap_f64_i64(x); }
static inline uint64_t ag_wrap_f32_u64(float x) { return (uint64_t)ag_wrap_f64_i64((double)x); }
static inline bool ag_conv_f32_f32(float x, float *r) {
  *r = x;
  return false;
}
static inline bool ag_conv_f64_f64(double x, double *r) {
  *r = x;
  return false;
}
static inline bool ag_conv_f32_f64(float x, double *r) {
  *r = (double)x;
  return false;
}
static inline bool ag_conv_f64_f32(double x, float *r) {
  *r = (float)x;
  return x - x == 0 && *r - *r != 0;
}
static inline float ag_wrap_f32_f32(float x) { return x; }
static inline double ag_wrap_f64_f64(double x) { return x; }
static inline double ag_wrap_f32_f64(float x) { return (double)x; }
static inline float ag_wrap_f64_f32(double x) { return (float)x; }

// ---- errors ----------------------------------------------------------------------------------------------------
// Gives cx->err its place if it has none yet: called on the error edge of a native.
void ag_error_at(ag_cx *cx, const char *file, uint32_t line);
// `key not found: "x"`
void ag_raise_key(ag_cx *cx, ag_map *m, const void *key, const char *file, uint32_t line);
// A range that does not lie within 0..size, or cuts a character.
void ag_raise_slice(ag_cx *cx, int64_t from, int64_t to, int64_t size);
void ag_raise_deadlock(ag_cx *cx, ag_str *cycle, const char *file, uint32_t line); // consumes cycle
void ag_raise_quorum(ag_cx *cx, int64_t got, int64_t need, const char *file, uint32_t line);
// An object of whatever class, as its class shows it (bare: a String without quotes); else the name of its class.
void ag_object_show(ag_cx *cx, ag_sb *sb, ag_obj *o, bool bare);
void ag_error_show(ag_cx *cx, ag_sb *sb,
                   ag_obj *err); // `integer overflow`, `index out of range: 5 of 3`, `Rejected(…)`

// ---- types of slots --------------------------------------------------------------------------------------------
// clang-format off
#define AG_PRIMITIVE_TYPES(P)                                                                                  \
  P(bool)                                                                                                      \
  P(i8)                                                                                                        \
  P(i16) P(i32) P(i64) P(u8) P(u16) P(u32) P(u64) P(f32) P(f64) P(unit) P(duration) P(instant) P(range) P(str) \
      P(bytes)
// clang-format on
#define AG_DECLARE_TYPE(n) extern const ag_type ag_type_##n;
AG_PRIMITIVE_TYPES(AG_DECLARE_TYPE)
extern const ag_type ag_type_agent; // any agent's tag: by identity
extern const ag_class ag_class_str, ag_class_bytes, ag_class_array, ag_class_map;

// For the types the compiler emits. Slots that hold a pointer to a counted object (ref), or NULL (opt):
void ag_ref_retain(void *slot);
void ag_ref_drop(ag_cx *cx, void *slot);
void ag_ref_each(void *slot, void (*visit)(ag_obj *child, void *arg), void *arg);
bool ag_ref_same(ag_cx *cx, const void *a, const void *b); // identity
uint64_t ag_ref_hash(ag_cx *cx, const void *slot);         // identity
void ag_tag_retain(void *slot);                            // a tag, or NULL
void ag_tag_drop(ag_cx *cx, void *slot);
void ag_opt_retain(void *slot);
void ag_opt_drop(ag_cx *cx, void *slot);
void ag_opt_each(void *slot, void (*visit)(ag_obj *child, void *arg), void *arg);
// hash, eq, cmp, show of an Array, Map or Set slot; elements by the type stored in the object.
uint64_t ag_array_slot_hash(ag_cx *cx, const void *slot);
bool ag_array_slot_eq(ag_cx *cx, const void *a, const void *b);
int ag_array_slot_cmp(ag_cx *cx, const void *a, const void *b);
void ag_array_slot_show(ag_cx *cx, ag_sb *sb, const void *slot); // [1, 2]
uint64_t ag_map_slot_hash(ag_cx *cx, const void *slot);          // order does not count
bool ag_map_slot_eq(ag_cx *cx, const void *a, const void *b);
void ag_map_slot_show(ag_cx *cx, ag_sb *sb, const void *slot); // ["a": 1], [:]
void ag_set_slot_show(ag_cx *cx, ag_sb *sb, const void *slot); // {1, 2}; hash and eq as for maps
// Hash of one more part: h is 0 at first. Same on every machine.
uint64_t ag_hash_mix(uint64_t h, uint64_t part);
uint64_t ag_hash_u64(uint64_t x); // xxh3 of 8 bytes, little endian, seed 0
uint64_t ag_hash_bytes(const void *p, int64_t n);

// ---- text ------------------------------------------------------------------------------------------------------
// A string under construction; lives in a C local and never across a suspension. Every builder that was begun ends in
// exactly one of ag_sb_take, ag_sb_print, ag_sb_drop.
struct ag_sb {
  char *data;
  int64_t size, cap;
  ag_str *heap;
  char local[104];
};
static inline void ag_sb_begin(ag_sb *sb) {
  sb->data = sb->local;
  sb->size = 0;
  sb->cap = (int64_t)sizeof sb->local;
  sb->heap = NULL;
}
void ag_sb_grow(ag_sb *sb, int64_t more); // room for `more` further bytes
void ag_sb_drop(ag_sb *sb);
ag_str *ag_sb_take(ag_cx *cx, ag_sb *sb);
void ag_sb_print(ag_cx *cx, ag_sb *sb); // writes it as one line
static inline void ag_sb_char(ag_sb *sb, char c) {
  if (AG_UNLIKELY(sb->size == sb->cap)) ag_sb_grow(sb, 1);
  sb->data[sb->size++] = c;
}
static inline void ag_sb_bytes(ag_sb *sb, const char *p, int64_t n) {
  if (AG_UNLIKELY(sb->cap - sb->size < n)) ag_sb_grow(sb, n);
  memcpy(sb->data + sb->size, p, (size_t)n);
  sb->size += n;
}
static inline void ag_sb_str(ag_sb *sb, const ag_str *s) { ag_sb_bytes(sb, s->bytes, s->size); } // bare
#define AG_SB_TEXT(sb, literal) ag_sb_bytes((sb), (literal), (int64_t)sizeof(literal) - 1)
void ag_sb_quoted(ag_sb *sb, const ag_str *s); // in quotes, escaped: as inside containers
void ag_sb_i64(ag_sb *sb, int64_t x);          // also for the narrower signed types
void ag_sb_u64(ag_sb *sb, uint64_t x);         // also for the narrower unsigned types
void ag_sb_f64(ag_sb *sb, double x); // shortest that reads back the same; always with `.` or `e` (or nan, inf)
void ag_sb_f32(ag_sb *sb, float x);
void ag_sb_bool(ag_sb *sb, bool x);
void ag_sb_unit(ag_sb *sb, ag_unit x);          // ()
void ag_sb_duration(ag_sb *sb, int64_t ns);     // 250ms, 1500ms, 2h
void ag_sb_instant(ag_sb *sb, int64_t unix_ns); // 2026-11-23T04:41:04.5Z
void ag_sb_range(ag_sb *sb, ag_range r);        // 0..5
static inline void ag_sb_none(ag_sb *sb) { AG_SB_TEXT(sb, "none"); }
// A value of any type, as interpolation shows it: strings bare (type->show would quote them).
void ag_sb_value(ag_cx *cx, ag_sb *sb, const ag_type *type, const void *slot);
// Format specifications `{x:SPEC}`:  [<|>|^] [+] [0] [width] [.precision] [x|X|b|o|e]
//   < > ^  left, right, centred (numbers right, all else left without it)    +  sign on positive numbers too
//   0      zeros instead of spaces, after the sign                       width  at least so many characters
//   .n     digits after the point; for text: at most n characters       x X b o  integers in that base    e  exponent
// The compiler checks the syntax and that precision/base fit the type; here what does not fit is ignored.
void ag_sb_fmt_i64(ag_sb *sb, int64_t x, const char *spec);
void ag_sb_fmt_u64(ag_sb *sb, uint64_t x, const char *spec);
void ag_sb_fmt_f64(ag_sb *sb, double x, const char *spec);
void ag_sb_fmt_f32(ag_sb *sb, float x, const char *spec);
void ag_sb_fmt_str(ag_sb *sb, const ag_str *s, const char *spec);
void ag_sb_fmt_value(ag_cx *cx, ag_sb *sb, const ag_type *type, const void *slot, const char *spec); // any other type
void ag_print(ag_cx *cx, ag_str *line);

// ---- String ----------------------------------------------------------------------------------------------------
// A literal: AG_STR_LITERAL(lit_1, "text", 4); at file level, then AG_STR(lit_1) is its ag_str *, immortal.
#define AG_STR_LITERAL(name, text, len) \
  static struct {                       \
    ag_obj h;                           \
    ag_size size;                       \
    uint64_t hash;                      \
    char bytes[(len) + 1];              \
  } name = {{.cls = &ag_class_str}, (len), 0, text}
#define AG_STR(name) ((ag_str *)(void *)&(name))
ag_str *ag_str_new(ag_cx *cx, const char *bytes,
                   int64_t size);                       // bytes must be valid UTF-8; NULL: left for the caller to fill
ag_str *ag_str_from_c(ag_cx *cx, const char *s);        // what a C function returned, copied; raises BadConversion
ag_str *ag_str_concat(ag_cx *cx, ag_str *a, ag_str *b); // a + b
static inline bool ag_str_eq(const ag_str *a, const ag_str *b) {
  return a == b || (a->size == b->size && memcmp(a->bytes, b->bytes, (size_t)a->size) == 0);
}
int ag_str_cmp(const ag_str *a, const ag_str *b); // byte order, which is code point order
uint64_t ag_str_hash64(const ag_str *s);
ag_str *ag_str_slice(ag_cx *cx, ag_str *s, int64_t from, int64_t to); // s[from..to]; raises
// Part of a string, looked at where it is: what holds the string outlives it. No NUL follows its bytes.
typedef struct ag_text {
  const char *bytes;
  ag_size size;
} ag_text;
static inline ag_text ag_text_in(const ag_str *s, int64_t from, int64_t to) {
  ag_text t;
  t.bytes = s->bytes + from;
  t.size = to - from;
  return t;
}
static inline ag_text ag_text_part(ag_text s, int64_t from, int64_t to) {
  ag_text t;
  t.bytes = s.bytes + from;
  t.size = to - from;
  return t;
}
static inline bool ag_text_eq(const char *a, int64_t a_size, const char *b, int64_t b_size) {
  return a_size == b_size && memcmp(a, b, (size_t)a_size) == 0;
}
// Loops over s.split(part) and s.lines(), where s is a String or a text. piece: the bytes as a String; consumes old, and writes over it if
// nobody else has it. s: what they are part of, to be shared if they are all of it; NULL: make another String then, too.
ag_str *ag_str_piece(ag_cx *cx, ag_str *old, ag_str *s, const char *bytes, int64_t size);
int64_t ag_text_end(const char *bytes, int64_t size, const ag_str *part,
                    int64_t from); // where part begins, or size; part is not empty
int64_t ag_text_line_cut(const char *bytes, int64_t size, int64_t from,
                         int64_t end);               // end, without a `\r` before a line end
uint32_t ag_str_next(const ag_str *s, int64_t *pos); // code point at *pos < size, which moves behind it
static inline int64_t ag_str_size(ag_cx *cx, ag_str *s) {
  (void)cx;
  return s->size;
}
static inline bool ag_str_is_empty(ag_cx *cx, ag_str *s) {
  (void)cx;
  return s->size == 0;
}
static inline uint8_t ag_str_byte(ag_cx *cx, ag_str *s, int64_t i) { // raises
  if (AG_UNLIKELY((uint64_t)i >= (uint64_t)s->size)) {
    ag_raise_index(cx, i, s->size, NULL, 0);
    return 0;
  }
  return (uint8_t)s->bytes[i];
}
ag_array *ag_str_chars(ag_cx *cx, ag_str *s);
int64_t ag_str_count_chars(ag_cx *cx, ag_str *s);
ag_str *ag_text_of(ag_cx *cx, ag_array *chars); // raises BadConversion if one is no code point
bool ag_str_find(ag_cx *cx, ag_str *s, ag_str *part, int64_t from, int64_t *out);
bool ag_str_rfind(ag_cx *cx, ag_str *s, ag_str *part, int64_t *out);
bool ag_str_contains(ag_cx *cx, ag_str *s, ag_str *part);
bool ag_str_starts_with(ag_cx *cx, ag_str *s, ag_str *part);
bool ag_str_ends_with(ag_cx *cx, ag_str *s, ag_str *part);
ag_array *ag_str_split(ag_cx *cx, ag_str *s, ag_str *separator);
ag_array *ag_str_lines(ag_cx *cx, ag_str *s);
ag_str *ag_str_trim(ag_cx *cx, ag_str *s);
ag_str *ag_str_trim_start(ag_cx *cx, ag_str *s);
ag_str *ag_str_trim_end(ag_cx *cx, ag_str *s);
ag_str *ag_str_replace(ag_cx *cx, ag_str *s, ag_str *from, ag_str *to);
ag_str *ag_str_upper(ag_cx *cx, ag_str *s);
ag_str *ag_str_lower(ag_cx *cx, ag_str *s);
ag_str *ag_str_repeat(ag_cx *cx, ag_str *s, int64_t n);
bool ag_str_to_int(ag_cx *cx, ag_str *s, int64_t base, int64_t *out);
bool ag_str_to_float(ag_cx *cx, ag_str *s, double *out);
ag_bytes *ag_str_to_bytes(ag_cx *cx, ag_str *s);
uint64_t ag_str_hash(ag_cx *cx, ag_str *s);
ag_str *ag_str_show(ag_cx *cx, ag_str *s);

// ---- Bytes -----------------------------------------------------------------------------------------------------
// `b[i]`: ag_bytes_oob, then b->data[i].
ag_bytes *ag_bytes_new(ag_cx *cx,
                       int64_t size); // zeros; size < 0 raises BadConversion, too many OutOfMemory: NULL then
ag_bytes *ag_bytes_from(ag_cx *cx, const void *p, int64_t n);
static inline bool ag_bytes_oob(const ag_bytes *b, int64_t i) { return (uint64_t)i >= (uint64_t)b->size; }
static inline int64_t ag_bytes_size(ag_cx *cx, ag_bytes *b) {
  (void)cx;
  return b->size;
}
static inline bool ag_bytes_is_empty(ag_cx *cx, ag_bytes *b) {
  (void)cx;
  return b->size == 0;
}
void ag_bytes_reserve(ag_cx *cx, ag_bytes *b, int64_t more); // as the program asks: raises OutOfMemory
void ag_bytes_grow(ag_cx *cx, ag_bytes *b, int64_t more);    // for what is there: never raises
static inline void ag_bytes_push(ag_cx *cx, ag_bytes *b, uint8_t x) {
  if (AG_UNLIKELY(b->size == b->cap)) ag_bytes_grow(cx, b, 1);
  b->data[b->size++] = x;
}
bool ag_bytes_pop(ag_cx *cx, ag_bytes *b, uint8_t *out);
bool ag_bytes_get(ag_cx *cx, ag_bytes *b, int64_t i, uint8_t *out);
void ag_bytes_append(ag_cx *cx, ag_bytes *b, ag_bytes *more);
void ag_bytes_append_str(ag_cx *cx, ag_bytes *b, ag_str *s);
void ag_bytes_resize(ag_cx *cx, ag_bytes *b, int64_t size);
void ag_bytes_fill(ag_cx *cx, ag_bytes *b, uint8_t x);
void ag_bytes_clear(ag_cx *cx, ag_bytes *b);
ag_bytes *ag_bytes_slice(ag_cx *cx, ag_bytes *b, int64_t from, int64_t to);
ag_bytes *ag_bytes_copy(ag_cx *cx, ag_bytes *b);
bool ag_bytes_index_of(ag_cx *cx, ag_bytes *b, uint8_t x, int64_t from, int64_t *out);
// Numbers in N bytes, the lowest first unless `big`: T ag_bytes_N_at(b, i, big), ag_bytes_set_N(b, i, x, big), both of which
// raise IndexOutOfRange; ag_bytes_push_N(b, x, big).
#define AG_BYTES_NUMBERS(N) \
  N(u16, uint16_t)          \
  N(u32, uint32_t) N(u64, uint64_t) N(i16, int16_t) N(i32, int32_t) N(i64, int64_t) N(f32, float) N(f64, double)
#define AG_DECLARE_BYTES_NUMBER(N, T)                                      \
  T ag_bytes_##N##_at(ag_cx *cx, ag_bytes *b, int64_t i, bool big);        \
  void ag_bytes_set_##N(ag_cx *cx, ag_bytes *b, int64_t i, T x, bool big); \
  void ag_bytes_push_##N(ag_cx *cx, ag_bytes *b, T x, bool big);
AG_BYTES_NUMBERS(AG_DECLARE_BYTES_NUMBER)
ag_str *ag_bytes_to_string(ag_cx *cx, ag_bytes *b); // NULL: not UTF-8
bool ag_bytes_eq(const ag_bytes *a, const ag_bytes *b);
int ag_bytes_cmp(const ag_bytes *a, const ag_bytes *b);
uint64_t ag_bytes_hash(ag_cx *cx, ag_bytes *b);
ag_str *ag_bytes_show(ag_cx *cx, ag_bytes *b);

// ---- Array -----------------------------------------------------------------------------------------------------
// `xs[i]`: if (ag_array_oob(xs, i)) raise; then AG_ARRAY_AT(T, xs, i), an lvalue. `xs[i] = v` moves v in after releasing what
// was there. `xs.push(v)`: AG_ARRAY_PUSH(cx, T, xs, v) moves v in. A loop over `xs.drain()`: t = drain; reverse t; pop until empty.
#define AG_ARRAY_AT(T, a, i) (((T *)(a)->data)[i])
#define AG_ARRAY_PUSH(cx, T, a, v)                                       \
  do {                                                                   \
    if (AG_UNLIKELY((a)->size == (a)->cap)) ag_array_grow((cx), (a), 1); \
    ((T *)(a)->data)[(a)->size++] = (v);                                 \
  } while (0)
ag_array *ag_array_new(ag_cx *cx, int64_t capacity, const ag_type *elem); // plain count, empty; never raises
ag_array *ag_array_sized(ag_cx *cx, int64_t capacity,
                         const ag_type *elem); // as the program asks: raises OutOfMemory, NULL then
ag_array *ag_array_from(ag_cx *cx, const void *items, int64_t n, const ag_type *elem); // moves n slots in: literals
ag_array *ag_filled(ag_cx *cx, int64_t n, void *x,
                    const ag_type *elem); // consumes *x, retained n - 1 times; NULL if it raises
static inline bool ag_array_oob(const ag_array *a, int64_t i) { return (uint64_t)i >= (uint64_t)a->size; }
static inline int64_t ag_array_size(ag_cx *cx, ag_array *a) {
  (void)cx;
  return a->size;
}
static inline bool ag_array_is_empty(ag_cx *cx, ag_array *a) {
  (void)cx;
  return a->size == 0;
}
void ag_array_reserve(ag_cx *cx, ag_array *a, int64_t more); // as the program asks: raises OutOfMemory
void ag_array_grow(ag_cx *cx, ag_array *a, int64_t more);    // for what is there: never raises
void ag_array_push(ag_cx *cx, ag_array *a, void *x);
bool ag_array_pop(ag_cx *cx, ag_array *a, void *out);
bool ag_array_get(ag_cx *cx, ag_array *a, int64_t i, void *out);
bool ag_array_first(ag_cx *cx, ag_array *a, void *out);
bool ag_array_last(ag_cx *cx, ag_array *a, void *out);
void ag_array_insert(ag_cx *cx, ag_array *a, int64_t i, void *x);   // raises; 0 <= i <= size
void ag_array_remove(ag_cx *cx, ag_array *a, int64_t i, void *out); // raises
void ag_array_clear(ag_cx *cx, ag_array *a);
void ag_array_truncate(ag_cx *cx, ag_array *a, int64_t size);
void ag_array_reverse(ag_cx *cx, ag_array *a);
void ag_array_sort(ag_cx *cx, ag_array *a);                          // stable
void ag_array_swap_at(ag_cx *cx, ag_array *a, int64_t i, int64_t j); // raises
bool ag_array_contains(ag_cx *cx, ag_array *a, void *x);
bool ag_array_index_of(ag_cx *cx, ag_array *a, void *x, int64_t *out);
void ag_array_extend(ag_cx *cx, ag_array *a, ag_array *more);
ag_array *ag_array_slice(ag_cx *cx, ag_array *a, int64_t from, int64_t to, const ag_type *elem); // xs[from..to]; raises
ag_array *ag_array_copy(ag_cx *cx, ag_array *a, const ag_type *elem);
ag_array *ag_array_drain(ag_cx *cx, ag_array *a, const ag_type *elem);
ag_str *ag_array_join(ag_cx *cx, ag_array *a, ag_str *separator);
ag_str *ag_array_show(ag_cx *cx, ag_array *a);
uint64_t ag_array_hash(ag_cx *cx, ag_array *a);

// ---- Map and Set -----------------------------------------------------------------------------------------------
// Insertion ordered. Iteration: int64_t pos = 0; while (ag_map_next(m, &pos, &key, &value)) …: borrowed pointers to slots, good
// until the map is next changed. What is added during a loop is visited, what is removed before its turn is not, nothing twice.
ag_map *ag_map_new(ag_cx *cx, const ag_type *key, const ag_type *value); // plain count
ag_map *ag_set_new(ag_cx *cx, const ag_type *key);
struct ag_map {
  ag_obj h;
  ag_size size;      // live entries
  ag_size used, cap; // entries, live or dead; room for them
  uint64_t *index;   // mask + 1 slots: upper half hash, lower half entry number + 1; 0 free, 1 removed
  uint64_t mask;
  char *entries;
  const ag_type *key, *value; // value: NULL for a Set
  uint32_t stride, value_at;
  uint32_t next_seq;
  uint32_t kind;
};
void *ag_map_find(ag_cx *cx, ag_map *m, const void *key); // slot of the value (m[k], m[k] += …), borrowed, or NULL
void *ag_map_find_i64(ag_map *m, int64_t key);            // the same, for keys of type Int
void *ag_map_find_str(ag_map *m, ag_str *key);            // … of type String
void *ag_map_find_text(ag_map *m, const char *bytes, int64_t size); // … that is there as bytes
void ag_map_set(ag_cx *cx, ag_map *m, void *key, void *value);      // m[k] = v, also literals: consumes both
// The same for keys that are borrowed: a String is retained if it is new, and bytes become a String then.
void ag_map_set_str(ag_cx *cx, ag_map *m, ag_str *key, void *value);
void ag_map_set_text(ag_cx *cx, ag_map *m, const char *bytes, int64_t size, void *value);
// Where to write the value, if values need no drop; what a new entry holds there is not set.
void *ag_map_slot_i64(ag_map *m, int64_t key);
void *ag_map_slot_str(ag_map *m, ag_str *key);
void *ag_map_slot_text(ag_cx *cx, ag_map *m, const char *bytes, int64_t size);
bool ag_map_next(ag_map *m, int64_t *pos, void **key, void **value);
// The slots of the entry that ag_map_next just found; at is the position it left, minus 1.
static inline void *ag_map_key_at(const ag_map *m, int64_t at) {
  return m->entries + (at & 0xffffffff) * (int64_t)m->stride + 8;
}
static inline void *ag_map_value_at(const ag_map *m, int64_t at) {
  return m->entries + (at & 0xffffffff) * (int64_t)m->stride + m->value_at;
}
static inline int64_t ag_map_size(ag_cx *cx, ag_map *m) {
  (void)cx;
  return m->size;
}
static inline bool ag_map_is_empty(ag_cx *cx, ag_map *m) {
  (void)cx;
  return m->size == 0;
}
bool ag_map_get(ag_cx *cx, ag_map *m, void *key, void *out);
bool ag_map_contains(ag_cx *cx, ag_map *m, void *key);
bool ag_map_insert(ag_cx *cx, ag_map *m, void *key, void *value, void *out); // consumes both; the value before
bool ag_map_remove(ag_cx *cx, ag_map *m, void *key, void *out);
void ag_map_clear(ag_cx *cx, ag_map *m);
ag_array *ag_map_keys(ag_cx *cx, ag_map *m, const ag_type *elem);
ag_array *ag_map_values(ag_cx *cx, ag_map *m, const ag_type *elem);
ag_map *ag_map_copy(ag_cx *cx, ag_map *m, const ag_type *key, const ag_type *value);
ag_str *ag_map_show(ag_cx *cx, ag_map *m);
static inline int64_t ag_set_size(ag_cx *cx, ag_map *m) {
  (void)cx;
  return m->size;
}
static inline bool ag_set_is_empty(ag_cx *cx, ag_map *m) {
  (void)cx;
  return m->size == 0;
}
bool ag_set_add(ag_cx *cx, ag_map *m, void *x); // consumes *x; false: was there already
bool ag_set_add_str(ag_map *m, ag_str *x);      // x is borrowed
bool ag_set_add_text(ag_cx *cx, ag_map *m, const char *bytes, int64_t size);
bool ag_set_contains(ag_cx *cx, ag_map *m, void *x);
bool ag_set_remove(ag_cx *cx, ag_map *m, void *x);
void ag_set_clear(ag_cx *cx, ag_map *m);
void ag_set_extend(ag_cx *cx, ag_map *m, ag_map *more);
ag_array *ag_set_values(ag_cx *cx, ag_map *m, const ag_type *elem);
ag_map *ag_set_copy(ag_cx *cx, ag_map *m, const ag_type *elem);
ag_str *ag_set_show(ag_cx *cx, ag_map *m);

// ---- methods of primitive types --------------------------------------------------------------------------------
#define AG_DECLARE_INT_METHODS(N, T)               \
  T ag_##N##_abs(ag_cx *cx, T x);                  \
  T ag_##N##_min(ag_cx *cx, T x, T y);             \
  T ag_##N##_max(ag_cx *cx, T x, T y);             \
  T ag_##N##_clamp(ag_cx *cx, T x, T low, T high); \
  T ag_##N##_pow(ag_cx *cx, T x, int64_t n);       \
  int64_t ag_##N##_count_ones(ag_cx *cx, T x);     \
  int64_t ag_##N##_leading_zeros(ag_cx *cx, T x);  \
  int64_t ag_##N##_trailing_zeros(ag_cx *cx, T x); \
  uint64_t ag_##N##_hash(ag_cx *cx, T x);          \
  ag_str *ag_##N##_show(ag_cx *cx, T x);
AG_DECLARE_INT_METHODS(i8, int8_t)
AG_DECLARE_INT_METHODS(i16, int16_t)
AG_DECLARE_INT_METHODS(i32, int32_t)
AG_DECLARE_INT_METHODS(i64, int64_t)
AG_DECLARE_INT_METHODS(u8, uint8_t)
AG_DECLARE_INT_METHODS(u16, uint16_t)
AG_DECLARE_INT_METHODS(u32, uint32_t)
AG_DECLARE_INT_METHODS(u64, uint64_t)
#define AG_DECLARE_FLOAT_METHODS(N, T)             \
  T ag_##N##_abs(ag_cx *cx, T x);                  \
  T ag_##N##_min(ag_cx *cx, T x, T y);             \
  T ag_##N##_max(ag_cx *cx, T x, T y);             \
  T ag_##N##_clamp(ag_cx *cx, T x, T low, T high); \
  T ag_##N##_floor(ag_cx *cx, T x);                \
  T ag_##N##_ceil(ag_cx *cx, T x);                 \
  T ag_##N##_round(ag_cx *cx, T x);                \
  T ag_##N##_trunc(ag_cx *cx, T x);                \
  T ag_##N##_sqrt(ag_cx *cx, T x);                 \
  T ag_##N##_pow(ag_cx *cx, T x, T y);             \
  bool ag_##N##_is_nan(ag_cx *cx, T x);            \
  bool ag_##N##_is_finite(ag_cx *cx, T x);         \
  int64_t ag_##N##_to_int(ag_cx *cx, T x);         \
  uint64_t ag_##N##_bits(ag_cx *cx, T x);          \
  uint64_t ag_##N##_hash(ag_cx *cx, T x);          \
  ag_str *ag_##N##_show(ag_cx *cx, T x);
AG_DECLARE_FLOAT_METHODS(f32, float)
AG_DECLARE_FLOAT_METHODS(f64, double)
double ag_float_mod(double a, double b);       // `%` on floats
ag_str *ag_u32_to_text(ag_cx *cx, uint32_t c); // raises BadConversion if c is no code point
uint64_t ag_bool_hash(ag_cx *cx, bool x);
ag_str *ag_bool_show(ag_cx *cx, bool x);
int64_t ag_duration_as_nanos(ag_cx *cx, int64_t d);
int64_t ag_duration_as_micros(ag_cx *cx, int64_t d);
int64_t ag_duration_as_millis(ag_cx *cx, int64_t d);
int64_t ag_duration_as_secs(ag_cx *cx, int64_t d);
double ag_duration_as_secs_float(ag_cx *cx, int64_t d);
int64_t ag_duration_abs(ag_cx *cx, int64_t d);
uint64_t ag_duration_hash(ag_cx *cx, int64_t d);
ag_str *ag_duration_show(ag_cx *cx, int64_t d);
int64_t ag_instant_elapsed(ag_cx *cx, int64_t t);
int64_t ag_instant_unix_nanos(ag_cx *cx, int64_t t);
uint64_t ag_instant_hash(ag_cx *cx, int64_t t);
ag_str *ag_instant_show(ag_cx *cx, int64_t t);
int64_t ag_range_start(ag_cx *cx, ag_range r);
int64_t ag_range_end(ag_cx *cx, ag_range r);
int64_t ag_range_size(ag_cx *cx, ag_range r);
bool ag_range_contains(ag_cx *cx, ag_range r, int64_t i);
ag_str *ag_range_show(ag_cx *cx, ag_range r);

#include "abi_std.h"
#endif
