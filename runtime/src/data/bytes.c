// bytes.c — Bytes: a growing buffer.
// Owns:     `data`, which is NULL while there is no capacity.
// Promises: what is added is zeroed or given, never left over.
#include "data/data.h"
#include "data/utf8.h"
#include "mem/heap.h"

static void drop_bytes(ag_cx *cx, void *obj) {
  (void)cx;
  agi_free(((ag_bytes *)obj)->data);
}

const ag_class ag_class_bytes = {.name = "Bytes", .size = sizeof(ag_bytes), .drop = drop_bytes, .type = &ag_type_bytes};

static ag_bytes *with_capacity(int64_t cap) {
  ag_bytes *b = agi_alloc(sizeof *b);
  *b = (ag_bytes){.h = {.cls = &ag_class_bytes, .rc = 1}, .cap = cap};
  agi_born(&b->h);
  if (cap > AGI_MAX_BYTES) agi_out_of_memory();
  if (cap) b->data = agi_alloc((size_t)cap);
  return b;
}

// May Bytes have this size? Raises if not.
static bool possible(ag_cx *cx, int64_t size) {
  if (size < 0) ag_raise(cx, &ag_error_BadConversion, "the size of Bytes is negative", NULL, 0);
  else if (!agi_plausible(size, 1)) ag_raise(cx, &ag_error_OutOfMemory, NULL, NULL, 0);
  else return true;
  return false;
}

ag_bytes *ag_bytes_new(ag_cx *cx, int64_t size) {
  if (!possible(cx, size)) return NULL;
  ag_bytes *b = with_capacity(size);
  if (size) memset(b->data, 0, (size_t)size);
  b->size = size;
  return b;
}

ag_bytes *ag_bytes_from(ag_cx *cx, const void *p, int64_t n) {
  (void)cx;
  ag_bytes *b = with_capacity(n);
  if (n) memcpy(b->data, p, (size_t)n);
  b->size = n;
  return b;
}

void ag_bytes_reserve(ag_cx *cx, ag_bytes *b, int64_t more) {
  if (more <= b->cap - b->size) return;
  if (more > AGI_MAX_BYTES) more = AGI_MAX_BYTES; // size + more is a number then, and too many
  if (possible(cx, b->size + more)) ag_bytes_grow(cx, b, more);
}

void ag_bytes_grow(ag_cx *cx, ag_bytes *b, int64_t more) {
  (void)cx;
  if (more <= b->cap - b->size) return;
  int64_t cap = agi_grown(b->cap, b->size, more, 1);
  b->data = agi_realloc(b->data, cap);
  b->cap = cap;
}

bool ag_bytes_pop(ag_cx *cx, ag_bytes *b, uint8_t *out) {
  (void)cx;
  if (b->size == 0) return false;
  *out = b->data[--b->size];
  return true;
}

bool ag_bytes_get(ag_cx *cx, ag_bytes *b, int64_t i, uint8_t *out) {
  (void)cx;
  if (ag_bytes_oob(b, i)) return false;
  *out = b->data[i];
  return true;
}

static void append(ag_cx *cx, ag_bytes *b, const void *p, int64_t n) {
  if (n == 0) return;
  ag_bytes_grow(cx, b, n);
  memcpy(b->data + b->size, p, (size_t)n);
  b->size += n;
}

void ag_bytes_append(ag_cx *cx, ag_bytes *b, ag_bytes *more) {
  int64_t n = more->size;
  ag_bytes_grow(cx, b, n); // before more->data is read: it may be b itself
  append(cx, b, more->data, n);
}

void ag_bytes_append_str(ag_cx *cx, ag_bytes *b, ag_str *s) { append(cx, b, s->bytes, s->size); }

void ag_bytes_resize(ag_cx *cx, ag_bytes *b, int64_t size) {
  if (!possible(cx, size)) return;
  if (size > b->size) {
    ag_bytes_grow(cx, b, size - b->size);
    memset(b->data + b->size, 0, (size_t)(size - b->size));
  }
  b->size = size;
}

void ag_bytes_fill(ag_cx *cx, ag_bytes *b, uint8_t x) {
  (void)cx;
  if (b->size) memset(b->data, x, (size_t)b->size);
}

void ag_bytes_clear(ag_cx *cx, ag_bytes *b) {
  (void)cx;
  b->size = 0;
}

ag_bytes *ag_bytes_slice(ag_cx *cx, ag_bytes *b, int64_t from, int64_t to) {
  if (from < 0 || to < from || to > b->size) {
    ag_raise_slice(cx, from, to, b->size);
    from = to = 0;
  }
  return ag_bytes_from(cx, from < to ? b->data + from : NULL, to - from);
}

ag_bytes *ag_bytes_copy(ag_cx *cx, ag_bytes *b) { return ag_bytes_from(cx, b->data, b->size); }

bool ag_bytes_index_of(ag_cx *cx, ag_bytes *b, uint8_t x, int64_t from, int64_t *out) {
  (void)cx;
  if (from < 0) from = 0;
  const uint8_t *found = from < b->size ? memchr(b->data + from, x, (size_t)(b->size - from)) : NULL;
  if (found) *out = found - b->data;
  return found != NULL;
}

ag_str *ag_bytes_to_string(ag_cx *cx, ag_bytes *b) {
  if (!agi_utf8_valid((const char *)b->data, b->size)) return NULL;
  return ag_str_new(cx, (const char *)b->data, b->size);
}

bool ag_bytes_eq(const ag_bytes *a, const ag_bytes *b) {
  return a->size == b->size && (a->size == 0 || memcmp(a->data, b->data, (size_t)a->size) == 0);
}

int ag_bytes_cmp(const ag_bytes *a, const ag_bytes *b) {
  int64_t shorter = a->size < b->size ? a->size : b->size;
  int order = shorter ? memcmp(a->data, b->data, (size_t)shorter) : 0;
  if (order) return order < 0 ? -1 : 1;
  return (a->size > b->size) - (a->size < b->size);
}

uint64_t ag_bytes_hash(ag_cx *cx, ag_bytes *b) {
  (void)cx;
  return ag_hash_bytes(b->data ? (const void *)b->data : "", b->size);
}

ag_str *ag_bytes_show(ag_cx *cx, ag_bytes *b) {
  ag_sb sb;
  ag_sb_begin(&sb);
  ag_type_bytes.show(cx, &sb, &b);
  return ag_sb_take(cx, &sb);
}
