// utf8.h — code points and their bytes.
// Owns:     nothing. Promises: agi_utf8_next is only given valid UTF-8; agi_utf8_valid decides what is.
#ifndef AGI_DATA_UTF8_H
#define AGI_DATA_UTF8_H

#include <stdbool.h>
#include <stdint.h>

bool agi_utf8_valid(const char *p, int64_t n);
uint32_t agi_utf8_next(const char *p, int64_t *pos); // code point at *pos, which moves behind it
int agi_utf8_put(char out[4], uint32_t c);           // bytes written; c is a code point

static inline bool agi_utf8_inside(char byte) {
  return ((unsigned char)byte & 0xC0) == 0x80;
} // not the first byte of a character
static inline bool agi_utf8_scalar(uint32_t c) { return c < 0xD800 || (c > 0xDFFF && c <= 0x10FFFF); }

#endif
