// utf8.c — see utf8.h.
#include "data/utf8.h"

#include <string.h>

// Length of the sequence that begins with `first`, or 0; low and high bound the second byte (Unicode, table 3-7).
static int sequence(unsigned char first, unsigned char *low, unsigned char *high) {
  *low = 0x80;
  *high = 0xBF;
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return 2;
  if (first < 0xF0) {
    if (first == 0xE0) *low = 0xA0;
    if (first == 0xED) *high = 0x9F;
    return 3;
  }
  if (first > 0xF4) return 0;
  if (first == 0xF0) *low = 0x90;
  if (first == 0xF4) *high = 0x8F;
  return 4;
}

bool agi_utf8_valid(const char *p, int64_t n) {
  int64_t i = 0;
  while (i < n) {
    uint64_t eight;
    if (n - i >= 8 && (memcpy(&eight, p + i, 8), (eight & UINT64_C(0x8080808080808080)) == 0)) {
      i += 8;
      continue;
    }
    unsigned char low, high;
    int length = sequence((unsigned char)p[i], &low, &high);
    if (length == 0 || length > n - i) return false;
    for (int k = 1; k < length; k++) {
      unsigned char c = (unsigned char)p[i + k];
      if (c < low || c > high) return false;
      low = 0x80;
      high = 0xBF;
    }
    i += length;
  }
  return true;
}

uint32_t agi_utf8_next(const char *p, int64_t *pos) {
  const unsigned char *s = (const unsigned char *)p + *pos;
  if (s[0] < 0x80) {
    *pos += 1;
    return s[0];
  }
  if (s[0] < 0xE0) {
    *pos += 2;
    return (s[0] & 0x1FU) << 6 | (s[1] & 0x3FU);
  }
  if (s[0] < 0xF0) {
    *pos += 3;
    return (s[0] & 0x0FU) << 12 | (s[1] & 0x3FU) << 6 | (s[2] & 0x3FU);
  }
  *pos += 4;
  return (s[0] & 0x07U) << 18 | (s[1] & 0x3FU) << 12 | (s[2] & 0x3FU) << 6 | (s[3] & 0x3FU);
}

int agi_utf8_put(char out[4], uint32_t c) {
  if (c < 0x80) {
    out[0] = (char)c;
    return 1;
  }
  if (c < 0x800) {
    out[0] = (char)(0xC0 | c >> 6);
    out[1] = (char)(0x80 | (c & 0x3F));
    return 2;
  }
  if (c < 0x10000) {
    out[0] = (char)(0xE0 | c >> 12);
    out[1] = (char)(0x80 | (c >> 6 & 0x3F));
    out[2] = (char)(0x80 | (c & 0x3F));
    return 3;
  }
  out[0] = (char)(0xF0 | c >> 18);
  out[1] = (char)(0x80 | (c >> 12 & 0x3F));
  out[2] = (char)(0x80 | (c >> 6 & 0x3F));
  out[3] = (char)(0x80 | (c & 0x3F));
  return 4;
}
