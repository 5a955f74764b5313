// types.c — how erased code treats slots: the `ag_type` of every primitive type, and slots that hold pointers.
// Promises: hash is stable over machines for all but identities; cmp is a total order but for NaN, which comes last.
#include "data/data.h"

// ---- pointers --------------------------------------------------------------------------------------------------
void ag_ref_retain(void *slot) { ag_retain(*(void **)slot); }
void ag_ref_drop(ag_cx *cx, void *slot) { ag_release(cx, *(void **)slot); }
void ag_ref_each(void *slot, void (*visit)(ag_obj *child, void *arg), void *arg) { visit(*(ag_obj **)slot, arg); }
void ag_opt_retain(void *slot) { ag_retain_opt(*(void **)slot); }
void ag_opt_drop(ag_cx *cx, void *slot) { ag_release_opt(cx, *(void **)slot); }
void ag_tag_retain(void *slot) { ag_retain_tag(*(void **)slot); }
void ag_tag_drop(ag_cx *cx, void *slot) { ag_release_tag(cx, *(void **)slot); }
void ag_opt_each(void *slot, void (*visit)(ag_obj *child, void *arg), void *arg) {
  if (*(ag_obj **)slot) visit(*(ag_obj **)slot, arg);
}

bool ag_ref_same(ag_cx *cx, const void *a, const void *b) {
  (void)cx;
  return *(void *const *)a == *(void *const *)b;
}

uint64_t ag_ref_hash(ag_cx *cx, const void *slot) {
  (void)cx;
  return ag_hash_u64((uint64_t)(uintptr_t) * (void *const *)slot);
}

static void show_agent(ag_cx *cx, ag_sb *sb, const void *slot) {
  (void)cx;
  const ag_obj *o = *(ag_obj *const *)slot;
  ag_sb_bytes(sb, o->cls->name, (int64_t)strlen(o->cls->name));
}

const ag_type ag_type_agent = {"agent",     sizeof(void *), sizeof(void *), ag_ref_retain, ag_ref_drop, ag_ref_each,
                               ag_ref_hash, ag_ref_same,    NULL,           show_agent,    NULL,        NULL};

// ---- numbers and the like --------------------------------------------------------------------------------------
#define DEFINE_PLAIN(N, T, NAME, HASH, SHOW)                                           \
  static uint64_t N##_hash(ag_cx *cx, const void *slot) {                              \
    (void)cx;                                                                          \
    T x = *(const T *)slot;                                                            \
    return HASH;                                                                       \
  }                                                                                    \
  static bool N##_eq(ag_cx *cx, const void *a, const void *b) {                        \
    (void)cx;                                                                          \
    return *(const T *)a == *(const T *)b;                                             \
  }                                                                                    \
  static int N##_cmp(ag_cx *cx, const void *a, const void *b) {                        \
    (void)cx;                                                                          \
    T x = *(const T *)a, y = *(const T *)b;                                            \
    if (x != x || y != y) return (x != x) - (y != y);                                  \
    return (x > y) - (x < y);                                                          \
  }                                                                                    \
  static void N##_show(ag_cx *cx, ag_sb *sb, const void *slot) {                       \
    (void)cx;                                                                          \
    SHOW(sb, *(const T *)slot);                                                        \
  }                                                                                    \
  const ag_type ag_type_##N = {NAME,     sizeof(T), _Alignof(T), NULL,     NULL, NULL, \
                               N##_hash, N##_eq,    N##_cmp,     N##_show, NULL, NULL};

DEFINE_PLAIN(bool, bool, "Bool", ag_hash_u64(x), ag_sb_bool)
DEFINE_PLAIN(i8, int8_t, "I8", ag_hash_u64((uint64_t)x), ag_sb_i64)
DEFINE_PLAIN(i16, int16_t, "I16", ag_hash_u64((uint64_t)x), ag_sb_i64)
DEFINE_PLAIN(i32, int32_t, "I32", ag_hash_u64((uint64_t)x), ag_sb_i64)
DEFINE_PLAIN(i64, int64_t, "Int", ag_hash_u64((uint64_t)x), ag_sb_i64)
DEFINE_PLAIN(u8, uint8_t, "U8", ag_hash_u64(x), ag_sb_u64)
DEFINE_PLAIN(u16, uint16_t, "U16", ag_hash_u64(x), ag_sb_u64)
DEFINE_PLAIN(u32, uint32_t, "U32", ag_hash_u64(x), ag_sb_u64)
DEFINE_PLAIN(u64, uint64_t, "U64", ag_hash_u64(x), ag_sb_u64)
DEFINE_PLAIN(f32, float, "F32", ag_f32_hash(NULL, x), ag_sb_f32)
DEFINE_PLAIN(f64, double, "F64", ag_f64_hash(NULL, x), ag_sb_f64)
DEFINE_PLAIN(duration, int64_t, "Duration", ag_hash_u64((uint64_t)x), ag_sb_duration)
DEFINE_PLAIN(instant, int64_t, "Instant", ag_hash_u64((uint64_t)x), ag_sb_instant)
DEFINE_PLAIN(unit, ag_unit, "()", ag_hash_u64(x & 0U), ag_sb_unit)

// ---- ranges ----------------------------------------------------------------------------------------------------
static uint64_t range_hash(ag_cx *cx, const void *slot) {
  (void)cx;
  const ag_range *r = slot;
  return ag_hash_mix((uint64_t)r->from, (uint64_t)r->to);
}

static bool range_eq(ag_cx *cx, const void *a, const void *b) {
  (void)cx;
  const ag_range *x = a, *y = b;
  return x->from == y->from && x->to == y->to;
}

static void range_show(ag_cx *cx, ag_sb *sb, const void *slot) {
  (void)cx;
  ag_sb_range(sb, *(const ag_range *)slot);
}

const ag_type ag_type_range = {
    "Range", sizeof(ag_range), _Alignof(ag_range), NULL, NULL, NULL, range_hash, range_eq, NULL, range_show, NULL,
    NULL};

// ---- text and bytes --------------------------------------------------------------------------------------------
static const ag_str *str_of(const void *slot) { return *(ag_str *const *)slot; }

static uint64_t str_hash(ag_cx *cx, const void *slot) {
  (void)cx;
  return ag_str_hash64(str_of(slot));
}

static bool str_eq(ag_cx *cx, const void *a, const void *b) {
  (void)cx;
  return ag_str_eq(str_of(a), str_of(b));
}

static int str_cmp(ag_cx *cx, const void *a, const void *b) {
  (void)cx;
  return ag_str_cmp(str_of(a), str_of(b));
}

static void str_show(ag_cx *cx, ag_sb *sb, const void *slot) {
  (void)cx;
  ag_sb_quoted(sb, str_of(slot));
}

const ag_type ag_type_str = {
    "String", sizeof(ag_str *), _Alignof(ag_str *), ag_ref_retain, ag_ref_drop, ag_ref_each, str_hash,
    str_eq,   str_cmp,          str_show,           NULL,          NULL};

static ag_bytes *bytes_of(const void *slot) { return *(ag_bytes *const *)slot; }

static uint64_t bytes_hash(ag_cx *cx, const void *slot) { return ag_bytes_hash(cx, bytes_of(slot)); }

static bool bytes_eq(ag_cx *cx, const void *a, const void *b) {
  (void)cx;
  return ag_bytes_eq(bytes_of(a), bytes_of(b));
}

static int bytes_cmp(ag_cx *cx, const void *a, const void *b) {
  (void)cx;
  return ag_bytes_cmp(bytes_of(a), bytes_of(b));
}

static void bytes_show(ag_cx *cx, ag_sb *sb, const void *slot) {
  (void)cx;
  const ag_bytes *b = bytes_of(slot);
  const char *hex = "0123456789abcdef";
  AG_SB_TEXT(sb, "b\"");
  for (int64_t i = 0; i < b->size; i++) {
    ag_sb_char(sb, hex[b->data[i] >> 4]);
    ag_sb_char(sb, hex[b->data[i] & 15]);
  }
  ag_sb_char(sb, '"');
}

const ag_type ag_type_bytes = {
    "Bytes",  sizeof(ag_bytes *), _Alignof(ag_bytes *), ag_ref_retain, ag_ref_drop, ag_ref_each, bytes_hash,
    bytes_eq, bytes_cmp,          bytes_show,           NULL,          NULL};
