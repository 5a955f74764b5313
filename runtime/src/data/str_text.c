// str_text.c — String: letter case, and numbers written in it.
// Promises: case knows ASCII, Latin (with Extended-A), Greek and Cyrillic, one code point to one; numbers do not depend on
//           the host's locale.
#include <locale.h>
#include <pthread.h>
#include <stdlib.h>

#include "data/data.h"
#include "data/utf8.h"

// Upper and lower case in `from..to` lie `shift` apart, or alternate (shift 1: the upper one has the parity of `from`).
typedef struct case_range {
  uint32_t from, to, shift; // of the upper-case letters
} case_range;
static const case_range case_ranges[] = {
    {'A', 'Z', 32},     {0xC0, 0xD6, 32},   {0xD8, 0xDE, 32},   {0x100, 0x12E, 1},  {0x132, 0x136, 1},
    {0x139, 0x147, 1},  {0x14A, 0x176, 1},  {0x179, 0x17D, 1},  {0x386, 0x386, 38}, {0x388, 0x38A, 37},
    {0x38C, 0x38C, 64}, {0x38E, 0x38F, 63}, {0x391, 0x3A1, 32}, {0x3A3, 0x3AB, 32}, {0x400, 0x40F, 80},
    {0x410, 0x42F, 32}, {0x460, 0x480, 1},  {0x48A, 0x4BE, 1},  {0x4D0, 0x52E, 1},
};

static uint32_t to_lower(uint32_t c) {
  if (c == 0x178) return 0xFF;
  for (size_t i = 0; i < sizeof case_ranges / sizeof *case_ranges; i++) {
    const case_range *r = &case_ranges[i];
    if (c >= r->from && c <= r->to && (r->shift != 1 || (c - r->from) % 2 == 0)) return c + r->shift;
  }
  return c;
}

static uint32_t to_upper(uint32_t c) {
  if (c == 0xFF) return 0x178;
  if (c == 0x3C2) return 0x3A3; // final sigma
  for (size_t i = 0; i < sizeof case_ranges / sizeof *case_ranges; i++) {
    const case_range *r = &case_ranges[i];
    uint32_t upper = c - r->shift;
    if (upper >= r->from && upper <= r->to && (r->shift != 1 || (upper - r->from) % 2 == 0)) return upper;
  }
  return c;
}

static ag_str *mapped(ag_cx *cx, ag_str *s, uint32_t (*map)(uint32_t)) {
  ag_sb sb;
  ag_sb_begin(&sb);
  for (int64_t pos = 0; pos < s->size;) {
    char bytes[4];
    ag_sb_bytes(&sb, bytes, agi_utf8_put(bytes, map(agi_utf8_next(s->bytes, &pos))));
  }
  return ag_sb_take(cx, &sb);
}

ag_str *ag_str_upper(ag_cx *cx, ag_str *s) { return mapped(cx, s, to_upper); }
ag_str *ag_str_lower(ag_cx *cx, ag_str *s) { return mapped(cx, s, to_lower); }

// ---- numbers ---------------------------------------------------------------------------------------------------
static bool digit(char c) { return c >= '0' && c <= '9'; }

// What a digit stands for; 99: it is none.
static int64_t digit_value(char c) {
  if (digit(c)) return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : 99;
}

bool ag_str_to_int(ag_cx *cx, ag_str *s, int64_t base, int64_t *out) {
  (void)cx;
  *out = 0;
  if (base < 2 || base > 36) return false;
  const char *p = s->bytes;
  bool negative = *p == '-';
  if (*p == '-' || *p == '+') p++;
  if (digit_value(*p) >= base) return false;
  int64_t value = 0; // kept negative: its range is the larger one
  for (; digit_value(*p) < base; p++) {
    if (ag_mul_i64(value, base, &value) || ag_sub_i64(value, digit_value(*p), &value)) return false;
  }
  if (p != s->bytes + s->size || (!negative && value == AG_I64_MIN)) return false;
  *out = negative ? value : -value;
  return true;
}

// [+-] digits [. digits] [e [+-] digits], nothing else.
static bool float_syntax(const char *p, const char *end) {
  if (*p == '-' || *p == '+') p++;
  if (!digit(*p)) return false;
  while (digit(*p)) p++;
  if (*p == '.') {
    if (!digit(*++p)) return false;
    while (digit(*p)) p++;
  }
  if (*p == 'e' || *p == 'E') {
    p++;
    if (*p == '-' || *p == '+') p++;
    if (!digit(*p)) return false;
    while (digit(*p)) p++;
  }
  return p == end;
}

// The C locale, for strtod must not depend on the host's. Made once, never freed.
static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;
static void make_c_locale(void) { c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0); }

bool ag_str_to_float(ag_cx *cx, ag_str *s, double *out) {
  (void)cx;
  *out = 0;
  if (!float_syntax(s->bytes, s->bytes + s->size)) return false;
  pthread_once(&c_locale_once, make_c_locale);
  *out = strtod_l(s->bytes, NULL, c_locale);
  if (*out - *out == 0) return true;
  *out = 0; // too large
  return false;
}
