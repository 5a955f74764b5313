// sb_fmt.c — values under a format specification, `{x:08.2}`: abi_data.h has the syntax.
// Promises: what the compiler let through is obeyed; what does not fit the value is ignored.
#include <math.h>
#include <stdio.h>

#include "data/data.h"
#include "data/sb_num.h"
#include "data/utf8.h"

typedef struct spec {
  char align; // '<' '>' '^', 0: as the type has it
  bool plus, zeros;
  int64_t width;
  int precision; // -1: none
  char kind;     // x X b o e, 0: none
} spec;

enum { MAX_WIDTH = 10000, MAX_PRECISION = 300 };

static const char *parse_number(const char *p, int64_t most, int64_t *out) {
  int64_t n = 0;
  for (; *p >= '0' && *p <= '9'; p++) n = n * 10 + (*p - '0') > most ? most : n * 10 + (*p - '0');
  *out = n;
  return p;
}

static spec parse_spec(const char *p) {
  spec s = {.precision = -1};
  if (*p == '<' || *p == '>' || *p == '^') s.align = *p++;
  if (*p == '+') s.plus = *p++ == '+';
  if (*p == '0') s.zeros = *p++ == '0';
  p = parse_number(p, MAX_WIDTH, &s.width);
  if (*p == '.') {
    int64_t precision;
    p = parse_number(p + 1, MAX_PRECISION, &precision);
    s.precision = (int)precision;
  }
  s.kind = *p;
  return s;
}

static int64_t width_of(const char *p, int64_t n) {
  int64_t width = 0;
  for (int64_t i = 0; i < n; i++) width += !agi_utf8_inside(p[i]);
  return width;
}

static void put_many(ag_sb *sb, char c, int64_t n) {
  for (int64_t i = 0; i < n; i++) ag_sb_char(sb, c);
}

static void put_aligned(ag_sb *sb, const spec *s, char align, const char *p, int64_t n) {
  int64_t missing = s->width - width_of(p, n);
  if (missing < 0) missing = 0;
  if (s->align) align = s->align;
  int64_t before = align == '<' ? 0 : align == '>' ? missing : missing / 2;
  put_many(sb, ' ', before);
  ag_sb_bytes(sb, p, n);
  put_many(sb, ' ', missing - before);
}

// A number: its sign apart, so that zeros go between.
static void put_number(ag_sb *sb, const spec *s, bool negative, const ag_sb *digits) {
  ag_sb text;
  ag_sb_begin(&text);
  if (negative) ag_sb_char(&text, '-');
  else if (s->plus) ag_sb_char(&text, '+');
  if (s->zeros && !s->align) put_many(&text, '0', s->width - digits->size - text.size);
  ag_sb_bytes(&text, digits->data, digits->size);
  put_aligned(sb, s, '>', text.data, text.size);
  ag_sb_drop(&text);
}

static void put_based(ag_sb *sb, uint64_t x, unsigned shift, bool upper) {
  const char *symbols = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  char text[64];
  int at = 64;
  do text[--at] = symbols[x & ((1U << shift) - 1)];
  while (x >>= shift);
  ag_sb_bytes(sb, text + at, 64 - at);
}

static void fmt_integer(ag_sb *sb, bool negative, uint64_t x, const char *text) {
  spec s = parse_spec(text);
  ag_sb digits;
  ag_sb_begin(&digits);
  if (s.kind == 'x' || s.kind == 'X') put_based(&digits, x, 4, s.kind == 'X');
  else if (s.kind == 'o') put_based(&digits, x, 3, false);
  else if (s.kind == 'b') put_based(&digits, x, 1, false);
  else ag_sb_u64(&digits, x);
  put_number(sb, &s, negative, &digits);
  ag_sb_drop(&digits);
}

void ag_sb_fmt_i64(ag_sb *sb, int64_t x, const char *text) {
  fmt_integer(sb, x < 0, x < 0 ? 0 - (uint64_t)x : (uint64_t)x, text);
}

void ag_sb_fmt_u64(ag_sb *sb, uint64_t x, const char *text) { fmt_integer(sb, false, x, text); }

static void put_fixed(ag_sb *digits, double x, int precision, bool exponent) {
  char text[700]; // 309 digits, the point, MAX_PRECISION digits, the exponent
  int n = snprintf(text, sizeof text, exponent ? "%.*e" : "%.*f", precision, x);
  for (int i = 0; i < n; i++) {
    char c = text[i];
    if (c == 'e') { // e+05 as everywhere in the language: e5
      int power = 0;
      for (int k = i + 2; k < n; k++) power = power * 10 + (text[k] - '0');
      ag_sb_char(digits, 'e');
      ag_sb_i64(digits, text[i + 1] == '-' ? -power : power);
      return;
    }
    ag_sb_char(digits, c >= '0' && c <= '9' ? c : '.');
  }
}

static void fmt_float(ag_sb *sb, double x, const agi_decimal *shortest, const spec *s) {
  ag_sb digits;
  ag_sb_begin(&digits);
  if (s->precision >= 0) put_fixed(&digits, fabs(x), s->precision, s->kind == 'e');
  else if (s->kind == 'e') agi_decimal_put_exponent(&digits, shortest);
  else agi_decimal_put(&digits, shortest);
  put_number(sb, s, signbit(x), &digits);
  ag_sb_drop(&digits);
}

static bool fmt_special(ag_sb *sb, double x, const spec *s) {
  ag_sb text;
  ag_sb_begin(&text);
  bool special = agi_float_special(&text, x);
  if (special) put_aligned(sb, s, '>', text.data, text.size);
  ag_sb_drop(&text);
  return special;
}

void ag_sb_fmt_f64(ag_sb *sb, double x, const char *text) {
  spec s = parse_spec(text);
  agi_decimal d = {.count = 0};
  if (fmt_special(sb, x, &s)) return;
  if (s.precision < 0) agi_shortest_f64(fabs(x), &d);
  fmt_float(sb, x, &d, &s);
}

void ag_sb_fmt_f32(ag_sb *sb, float x, const char *text) {
  spec s = parse_spec(text);
  agi_decimal d = {.count = 0};
  if (fmt_special(sb, (double)x, &s)) return;
  if (s.precision < 0) agi_shortest_f32(fabsf(x), &d);
  fmt_float(sb, (double)x, &d, &s);
}

static void fmt_text(ag_sb *sb, const char *p, int64_t n, const char *text) {
  spec s = parse_spec(text);
  if (s.precision >= 0) {
    int64_t end = 0, left = s.precision;
    while (end < n && (left > 0 || agi_utf8_inside(p[end]))) {
      if (!agi_utf8_inside(p[end])) left--;
      end++;
    }
    n = end;
  }
  put_aligned(sb, &s, '<', p, n);
}

void ag_sb_fmt_str(ag_sb *sb, const ag_str *s, const char *text) { fmt_text(sb, s->bytes, s->size, text); }

void ag_sb_fmt_value(ag_cx *cx, ag_sb *sb, const ag_type *type, const void *slot, const char *text) {
  ag_sb shown;
  ag_sb_begin(&shown);
  ag_sb_value(cx, &shown, type, slot);
  fmt_text(sb, shown.data, shown.size, text);
  ag_sb_drop(&shown);
}
