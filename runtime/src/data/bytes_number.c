// bytes_number.c — Bytes: numbers of several bytes, in either order.
#include "data/data.h"

// The bytes of a number as they stand in memory, or in the other order if that is asked for.
static void copy_number(void *to, const void *from, size_t size, bool big) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  big = !big;
#endif
  if (!big) {
    memcpy(to, from, size);
    return;
  }
  for (size_t i = 0; i < size; i++) ((uint8_t *)to)[i] = ((const uint8_t *)from)[size - 1 - i];
}

// Are there size bytes from i on? Raises if not.
static bool present(ag_cx *cx, const ag_bytes *b, int64_t i, int64_t size) {
  if (i >= 0 && size <= b->size && i <= b->size - size) return true;
  ag_raise_index(cx, i, b->size, NULL, 0);
  return false;
}

#define DEFINE_NUMBER(N, T)                                                       \
  T ag_bytes_##N##_at(ag_cx *cx, ag_bytes *b, int64_t i, bool big) {              \
    T x = 0;                                                                      \
    if (present(cx, b, i, sizeof x)) copy_number(&x, b->data + i, sizeof x, big); \
    return x;                                                                     \
  }                                                                               \
  void ag_bytes_set_##N(ag_cx *cx, ag_bytes *b, int64_t i, T x, bool big) {       \
    if (present(cx, b, i, sizeof x)) copy_number(b->data + i, &x, sizeof x, big); \
  }                                                                               \
  void ag_bytes_push_##N(ag_cx *cx, ag_bytes *b, T x, bool big) {                 \
    ag_bytes_grow(cx, b, sizeof x);                                               \
    copy_number(b->data + b->size, &x, sizeof x, big);                            \
    b->size += (int64_t)sizeof x;                                                 \
  }
AG_BYTES_NUMBERS(DEFINE_NUMBER)
