// str.c — String: making, comparing, slicing, searching.
// Owns:     nothing mutable: strings are born shared (`val`) and never change, but for the cached hash.
// Promises: bytes are valid UTF-8 and end in a NUL that size does not count.
// Does not: change case or parse (str_text.c), build piecewise (sb.c).
#include <agent/abi.h>

#include "data/data.h"
#include "data/utf8.h"
#include "mem/heap.h"

const ag_class ag_class_str = {.name = "String", .type = &ag_type_str};
AG_STR_LITERAL(empty, "", 0);

ag_str *agi_str_empty(void) { return AG_STR(empty); }

ag_str *ag_str_new(ag_cx *cx, const char *bytes, int64_t size) {
  (void)cx;
  if (size == 0) return AG_STR(empty);
  if (AG_UNLIKELY(size > AGI_MAX_BYTES)) agi_out_of_memory();
  ag_str *s = agi_alloc(sizeof *s + (size_t)size + 1);
  s->h = (ag_obj){.cls = &ag_class_str, .rc = -1};
  s->size = size;
  s->hash = 0;
  s->bytes[size] = 0;
  if (bytes) memcpy(s->bytes, bytes, (size_t)size);
  return s;
}

ag_str *agi_str_retained(ag_str *s) {
  ag_retain(s);
  return s;
}

ag_str *ag_str_from_c(ag_cx *cx, const char *s) {
  if (s && agi_utf8_valid(s, (int64_t)strlen(s))) return ag_str_new(cx, s, (int64_t)strlen(s));
  ag_raise(cx, &ag_error_BadConversion, s ? "text from C that is not UTF-8" : "text from C that is NULL", NULL, 0);
  return AG_STR(empty);
}

ag_str *agi_str_from(ag_cx *cx, const char *text) {
  int64_t n = (int64_t)strlen(text);
  if (agi_utf8_valid(text, n)) return ag_str_new(cx, text, n);
  ag_sb sb;
  ag_sb_begin(&sb);
  for (int64_t i = 0, length; i < n; i += length) {
    for (length = 4; length > 0 && (length > n - i || !agi_utf8_valid(text + i, length)); length--) {}
    if (length) ag_sb_bytes(&sb, text + i, length);
    else AG_SB_TEXT(&sb, "\xEF\xBF\xBD");
    length += length == 0;
  }
  return ag_sb_take(cx, &sb);
}

ag_str *ag_str_concat(ag_cx *cx, ag_str *a, ag_str *b) {
  if (a->size == 0) return agi_str_retained(b);
  if (b->size == 0) return agi_str_retained(a);
  ag_str *s = ag_str_new(cx, NULL, a->size + b->size);
  memcpy(s->bytes, a->bytes, (size_t)a->size);
  memcpy(s->bytes + a->size, b->bytes, (size_t)b->size);
  return s;
}

int ag_str_cmp(const ag_str *a, const ag_str *b) {
  int64_t shorter = a->size < b->size ? a->size : b->size;
  int order = memcmp(a->bytes, b->bytes, (size_t)shorter);
  if (order) return order < 0 ? -1 : 1;
  return (a->size > b->size) - (a->size < b->size);
}

static ag_str *piece(ag_cx *cx, ag_str *s, int64_t from, int64_t to) {
  if (from == 0 && to == s->size) return agi_str_retained(s);
  return ag_str_new(cx, s->bytes + from, to - from);
}

ag_str *ag_str_slice(ag_cx *cx, ag_str *s, int64_t from, int64_t to) {
  // The byte at `size` is the NUL, which begins a character.
  if (from < 0 || to < from || to > s->size || agi_utf8_inside(s->bytes[from]) || agi_utf8_inside(s->bytes[to])) {
    ag_raise_slice(cx, from, to, s->size);
    return AG_STR(empty);
  }
  return piece(cx, s, from, to);
}

uint32_t ag_str_next(const ag_str *s, int64_t *pos) { return agi_utf8_next(s->bytes, pos); }

ag_array *ag_str_chars(ag_cx *cx, ag_str *s) {
  ag_array *chars = ag_array_new(cx, s->size, &ag_type_u32);
  int64_t pos = 0;
  while (pos < s->size) ((uint32_t *)chars->data)[chars->size++] = agi_utf8_next(s->bytes, &pos);
  return chars;
}

int64_t ag_str_count_chars(ag_cx *cx, ag_str *s) {
  (void)cx;
  int64_t count = 0;
  for (int64_t i = 0; i < s->size; i++) count += !agi_utf8_inside(s->bytes[i]);
  return count;
}

ag_str *ag_text_of(ag_cx *cx, ag_array *chars) {
  ag_sb sb;
  ag_sb_begin(&sb);
  ag_sb_grow(&sb, chars->size);
  for (int64_t i = 0; i < chars->size; i++) {
    uint32_t c = AG_ARRAY_AT(uint32_t, chars, i);
    char bytes[4];
    if (agi_utf8_scalar(c)) {
      ag_sb_bytes(&sb, bytes, agi_utf8_put(bytes, c));
      continue;
    }
    ag_sb_drop(&sb);
    ag_raise(cx, &ag_error_BadConversion, "no code point", NULL, 0);
    return AG_STR(empty);
  }
  return ag_sb_take(cx, &sb);
}

// ---- searching -------------------------------------------------------------------------------------------------
static int64_t find_from(const ag_str *s, const ag_str *part, int64_t from) {
  const char *at = memmem(s->bytes + from, (size_t)(s->size - from), part->bytes, (size_t)part->size);
  return at ? at - s->bytes : -1;
}

bool ag_str_find(ag_cx *cx, ag_str *s, ag_str *part, int64_t from, int64_t *out) {
  (void)cx;
  *out = from > s->size ? -1 : find_from(s, part, from < 0 ? 0 : from);
  return *out >= 0;
}

bool ag_str_rfind(ag_cx *cx, ag_str *s, ag_str *part, int64_t *out) {
  (void)cx;
  for (*out = s->size - part->size; *out >= 0; --*out) {
    if (memcmp(s->bytes + *out, part->bytes, (size_t)part->size) == 0) return true;
  }
  return false;
}

bool ag_str_contains(ag_cx *cx, ag_str *s, ag_str *part) {
  (void)cx;
  return find_from(s, part, 0) >= 0;
}

bool ag_str_starts_with(ag_cx *cx, ag_str *s, ag_str *part) {
  (void)cx;
  return part->size <= s->size && memcmp(s->bytes, part->bytes, (size_t)part->size) == 0;
}

bool ag_str_ends_with(ag_cx *cx, ag_str *s, ag_str *part) {
  (void)cx;
  return part->size <= s->size && memcmp(s->bytes + s->size - part->size, part->bytes, (size_t)part->size) == 0;
}

// ---- pieces ----------------------------------------------------------------------------------------------------
static void add_piece(ag_cx *cx, ag_array *pieces, ag_str *s, int64_t from, int64_t to) {
  ag_str *p = piece(cx, s, from, to);
  AG_ARRAY_PUSH(cx, ag_str *, pieces, p);
}

ag_array *ag_str_split(ag_cx *cx, ag_str *s, ag_str *separator) {
  ag_array *pieces = ag_array_new(cx, 0, &ag_type_str);
  int64_t from = 0;
  if (separator->size == 0) {
    for (int64_t pos = 0; pos < s->size; from = pos) {
      agi_utf8_next(s->bytes, &pos);
      add_piece(cx, pieces, s, from, pos);
    }
    return pieces;
  }
  for (int64_t at; (at = find_from(s, separator, from)) >= 0; from = at + separator->size) {
    add_piece(cx, pieces, s, from, at);
  }
  add_piece(cx, pieces, s, from, s->size);
  return pieces;
}

ag_array *ag_str_lines(ag_cx *cx, ag_str *s) {
  ag_array *lines = ag_array_new(cx, 0, &ag_type_str);
  int64_t from = 0;
  while (from < s->size) {
    const char *end = memchr(s->bytes + from, '\n', (size_t)(s->size - from));
    int64_t to = end ? end - s->bytes : s->size;
    int64_t next = to + 1;
    if (end && to > from && s->bytes[to - 1] == '\r') to--;
    add_piece(cx, lines, s, from, to);
    from = next;
  }
  return lines;
}

// ---- loops over pieces -----------------------------------------------------------------------------------------
enum { PIECE_ROOM = 64 }; // pieces have room for a multiple of this

static int64_t piece_room(int64_t size) {
  return ((int64_t)sizeof(ag_str) + size + 1 + PIECE_ROOM - 1) / PIECE_ROOM * PIECE_ROOM;
}

// As memcpy; without a call for what is as short as most words.
static inline void copy_piece(char *to, const char *from, int64_t n) {
  if (n < 4 || n > 16) {
    if (n > 16) memcpy(to, from, (size_t)n);
    for (int64_t i = 0; i < n && n < 4; i++) to[i] = from[i];
    return;
  }
  int64_t part = n >= 8 ? 8 : 4; // the two halves may overlap
  uint64_t a = 0, b = 0;
  if (part == 8) {
    memcpy(&a, from, 8);
    memcpy(&b, from + n - 8, 8);
    memcpy(to, &a, 8);
    memcpy(to + n - 8, &b, 8);
  } else {
    memcpy(&a, from, 4);
    memcpy(&b, from + n - 4, 4);
    memcpy(to, &a, 4);
    memcpy(to + n - 4, &b, 4);
  }
}

// Only pieces have a count of -1 here and came from this function, so that they have the room their size says.
ag_str *ag_str_piece(ag_cx *cx, ag_str *old, ag_str *s, const char *bytes, int64_t size) {
  bool whole = s && size == s->size;
  if (!whole && __atomic_load_n(&old->h.rc, __ATOMIC_ACQUIRE) == -1 && piece_room(size) <= piece_room(old->size)) {
    old->size = size;
    old->hash = 0;
  } else {
    ag_release(cx, old);
    if (whole) return agi_str_retained(s);
    old = agi_alloc((size_t)piece_room(size));
    old->h = (ag_obj){.cls = &ag_class_str, .rc = -1};
    old->size = size;
    old->hash = 0;
  }
  copy_piece(old->bytes, bytes, size);
  old->bytes[size] = 0;
  return old;
}

int64_t ag_text_end(const char *bytes, int64_t size, const ag_str *part, int64_t from) {
  if (part->size != 1) {
    const char *at = memmem(bytes + from, (size_t)(size - from), part->bytes, (size_t)part->size);
    return at ? at - bytes : size;
  }
  char c = part->bytes[0];
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  for (int i = 0; i < 2 && from + 8 <= size; i++, from += 8) { // most words end soon: eight bytes at a time
    uint64_t x, ones = UINT64_C(0x0101010101010101);
    memcpy(&x, bytes + from, 8);
    x ^= ones * (unsigned char)c;
    x = (x - ones) & ~x & (ones << 7); // the lowest bit of it tells the first byte that is c
    if (x) return from + __builtin_ctzll(x) / 8;
  }
#endif
  const char *at = memchr(bytes + from, c, (size_t)(size - from));
  return at ? at - bytes : size;
}

int64_t ag_text_line_cut(const char *bytes, int64_t size, int64_t from, int64_t end) {
  return end > from && end < size && bytes[end - 1] == '\r' ? end - 1 : end;
}

static bool white(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static ag_str *trimmed(ag_cx *cx, ag_str *s, bool start, bool end) {
  int64_t from = 0, to = s->size;
  while (start && from < to && white(s->bytes[from])) from++;
  while (end && to > from && white(s->bytes[to - 1])) to--;
  return piece(cx, s, from, to);
}

ag_str *ag_str_trim(ag_cx *cx, ag_str *s) { return trimmed(cx, s, true, true); }
ag_str *ag_str_trim_start(ag_cx *cx, ag_str *s) { return trimmed(cx, s, true, false); }
ag_str *ag_str_trim_end(ag_cx *cx, ag_str *s) { return trimmed(cx, s, false, true); }

ag_str *ag_str_replace(ag_cx *cx, ag_str *s, ag_str *from, ag_str *to) {
  int64_t at = from->size ? find_from(s, from, 0) : -1;
  if (at < 0) return agi_str_retained(s);
  ag_sb sb;
  ag_sb_begin(&sb);
  int64_t done = 0;
  for (; at >= 0; at = find_from(s, from, done)) {
    ag_sb_bytes(&sb, s->bytes + done, at - done);
    ag_sb_str(&sb, to);
    done = at + from->size;
  }
  ag_sb_bytes(&sb, s->bytes + done, s->size - done);
  return ag_sb_take(cx, &sb);
}

ag_str *ag_str_repeat(ag_cx *cx, ag_str *s, int64_t n) {
  if (n <= 0 || s->size == 0) return AG_STR(empty);
  if (!agi_plausible(n, s->size)) {
    ag_raise(cx, &ag_error_OutOfMemory, NULL, NULL, 0);
    return AG_STR(empty);
  }
  ag_str *r = ag_str_new(cx, NULL, s->size * n);
  for (int64_t i = 0; i < n; i++) memcpy(r->bytes + i * s->size, s->bytes, (size_t)s->size);
  return r;
}

ag_bytes *ag_str_to_bytes(ag_cx *cx, ag_str *s) { return ag_bytes_from(cx, s->bytes, s->size); }

uint64_t ag_str_hash(ag_cx *cx, ag_str *s) {
  (void)cx;
  return ag_str_hash64(s);
}

ag_str *ag_str_show(ag_cx *cx, ag_str *s) {
  ag_sb sb;
  ag_sb_begin(&sb);
  ag_sb_quoted(&sb, s);
  return ag_sb_take(cx, &sb);
}
