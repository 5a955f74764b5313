// sb_num.c — numbers as text.
// Promises: integers in decimal; floats in the fewest digits that read back the same, always with `.` or `e`, whatever the
//           host's locale.
#include "data/sb_num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void ag_sb_u64(ag_sb *sb, uint64_t x) {
  char text[20];
  int at = 20;
  do text[--at] = (char)('0' + x % 10);
  while (x /= 10);
  ag_sb_bytes(sb, text + at, 20 - at);
}

void ag_sb_i64(ag_sb *sb, int64_t x) {
  if (x < 0) ag_sb_char(sb, '-');
  ag_sb_u64(sb, x < 0 ? 0 - (uint64_t)x : (uint64_t)x);
}

// ---- shortest digits -------------------------------------------------------------------------------------------
static void set_digits(agi_decimal *d, uint64_t digits, int scale) { // digits * 10^-scale
  while (digits % 10 == 0 && digits) {
    digits /= 10;
    scale--;
  }
  char reversed[20];
  int n = 0;
  do reversed[n++] = (char)('0' + digits % 10);
  while (digits /= 10);
  for (int i = 0; i < n; i++) d->digits[i] = reversed[n - 1 - i];
  d->count = n;
  d->point = n - scale;
}

// What people write has few decimals: x * 10^k is then a small whole number. At most 15 digits name one double each, and
// dividing two exact doubles is correctly rounded, so the first k that gives x back is the shortest.
static bool few_decimals(double x, agi_decimal *d) {
  static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
  for (int k = 0; k < 10; k++) {
    double whole = rint(x * powers[k]);
    if (whole >= 1e15) return false;
    if (whole / powers[k] == x) {
      set_digits(d, (uint64_t)whole, k);
      return true;
    }
  }
  return false;
}

// Reads what "%.*e" wrote: d.ddde+XX; the point may be any character.
static uint64_t parse_scientific(const char *text, int *scale) {
  uint64_t digits = 0;
  int decimals = -1;
  for (; *text && *text != 'e'; text++) {
    if (*text < '0' || *text > '9') continue;
    digits = digits * 10 + (uint64_t)(*text - '0');
    decimals++;
  }
  *scale = decimals - (int)strtol(text + 1, NULL, 10);
  return digits;
}

static double read_back(uint64_t digits, int scale, bool narrow) {
  char text[40];
  snprintf(text, sizeof text, "%llue%d", (unsigned long long)digits, -scale);
  return narrow ? (double)strtof(text, NULL) : strtod(text, NULL);
}

static void shortest(double x, int from, int most, bool narrow, agi_decimal *d) {
  if (x == 0) {
    set_digits(d, 0, 0);
    return;
  }
  for (int precision = from;; precision++) {
    char text[40];
    snprintf(text, sizeof text, "%.*e", precision - 1, x);
    int scale;
    uint64_t digits = parse_scientific(text, &scale);
    // Beside a power of two the nearest candidate may fail where its neighbour, on the wider side, does not.
    uint64_t candidates[] = {digits, digits + 1};
    for (int i = 0; i < 2; i++) {
      if (precision < most && read_back(candidates[i], scale, narrow) != x) continue;
      set_digits(d, candidates[i], scale);
      return;
    }
  }
}

void agi_shortest_f64(double x, agi_decimal *d) {
  if (few_decimals(x, d)) return;
  shortest(x, x < 2.2250738585072014e-308 ? 1 : 15, 17, false, d);
}

void agi_shortest_f32(float x, agi_decimal *d) { shortest((double)x, 1, 9, true, d); }

// ---- layout ----------------------------------------------------------------------------------------------------
void agi_decimal_put_exponent(ag_sb *sb, const agi_decimal *d) {
  ag_sb_char(sb, d->digits[0]);
  if (d->count > 1) {
    ag_sb_char(sb, '.');
    ag_sb_bytes(sb, d->digits + 1, d->count - 1);
  }
  ag_sb_char(sb, 'e');
  ag_sb_i64(sb, d->digits[0] == '0' ? 0 : d->point - 1);
}

static void put_zeros(ag_sb *sb, int n) {
  for (int i = 0; i < n; i++) ag_sb_char(sb, '0');
}

void agi_decimal_put(ag_sb *sb, const agi_decimal *d) {
  if (d->point > 16 || d->point < -4) {
    agi_decimal_put_exponent(sb, d);
  } else if (d->point <= 0) {
    AG_SB_TEXT(sb, "0.");
    put_zeros(sb, -d->point);
    ag_sb_bytes(sb, d->digits, d->count);
  } else if (d->point >= d->count) {
    ag_sb_bytes(sb, d->digits, d->count);
    put_zeros(sb, d->point - d->count);
    AG_SB_TEXT(sb, ".0");
  } else {
    ag_sb_bytes(sb, d->digits, d->point);
    ag_sb_char(sb, '.');
    ag_sb_bytes(sb, d->digits + d->point, d->count - d->point);
  }
}

bool agi_float_special(ag_sb *sb, double x) {
  if (isnan(x)) AG_SB_TEXT(sb, "nan");
  else if (isinf(x)) ag_sb_bytes(sb, x < 0 ? "-inf" : "inf", x < 0 ? 4 : 3);
  else return false;
  return true;
}

void ag_sb_f64(ag_sb *sb, double x) {
  if (agi_float_special(sb, x)) return;
  if (signbit(x)) ag_sb_char(sb, '-');
  agi_decimal d;
  agi_shortest_f64(fabs(x), &d);
  agi_decimal_put(sb, &d);
}

void ag_sb_f32(ag_sb *sb, float x) {
  if (agi_float_special(sb, (double)x)) return;
  if (signbit(x)) ag_sb_char(sb, '-');
  agi_decimal d;
  agi_shortest_f32(fabsf(x), &d);
  agi_decimal_put(sb, &d);
}
