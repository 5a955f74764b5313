// buf.c — the growable byte buffer. Owns: the bytes. Promises: see buf.h.
#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

static void buf_reserve(buf *b, size_t more) {
  if (more > SIZE_MAX / 4 - b->size) arena_out_of_memory();
  size_t need = b->size + more + 1;
  if (need <= b->capacity) return;
  size_t bigger = b->capacity ? b->capacity * 2 : 256;
  if (bigger < need) bigger = need;
  char *data = realloc(b->data, bigger);
  if (!data) arena_out_of_memory();
  b->data = data;
  b->capacity = bigger;
}

void buf_fini(buf *b) {
  free(b->data);
  *b = (buf){0};
}

void buf_clear(buf *b) {
  b->size = 0;
  if (b->data) b->data[0] = 0;
}

void buf_add(buf *b, const void *data, size_t size) {
  buf_reserve(b, size);
  if (size) memcpy(b->data + b->size, data, size);
  b->size += size;
  b->data[b->size] = 0;
}

void buf_adds(buf *b, const char *text) { buf_add(b, text, strlen(text)); }

void buf_addc(buf *b, char c) { buf_add(b, &c, 1); }

static void add_unsigned(buf *b, unsigned n) {
  char digits[16];
  size_t at = sizeof digits;
  do digits[--at] = (char)('0' + n % 10);
  while ((n /= 10) != 0);
  buf_add(b, digits + at, sizeof digits - at);
}

// From the first conversion on that is not done by hand.
static void print_rest(buf *b, const char *format, va_list args) {
  va_list again;
  va_copy(again, args);
  int size = vsnprintf(NULL, 0, format, args);
  if (size > 0) {
    buf_reserve(b, (size_t)size);
    vsnprintf(b->data + b->size, (size_t)size + 1, format, again);
    b->size += (size_t)size;
  }
  va_end(again);
}

// Emitted C is texts and numbers of variables put together, a million times: %s and %u are done here, all else by the C library.
void buf_vprintf(buf *b, const char *format, va_list args) {
  for (const char *at = format, *percent;; at = percent + 2) {
    percent = strchr(at, '%');
    buf_add(b, at, percent ? (size_t)(percent - at) : strlen(at));
    if (!percent) return;
    if (percent[1] == 's') {
      buf_adds(b, va_arg(args, const char *));
    } else if (percent[1] == 'u') {
      add_unsigned(b, va_arg(args, unsigned));
    } else {
      print_rest(b, percent, args);
      return;
    }
  }
}

void buf_printf(buf *b, const char *format, ...) {
  va_list args;
  va_start(args, format);
  buf_vprintf(b, format, args);
  va_end(args);
}

const char *buf_text(const buf *b) { return b->data ? b->data : ""; }

void buf_add_quoted(buf *b, const char *text, size_t size) {
  buf_addc(b, '"');
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)text[i];
    switch (c) {
    case '"': buf_adds(b, "\\\""); break;
    case '\\': buf_adds(b, "\\\\"); break;
    case '\n': buf_adds(b, "\\n"); break;
    case '\r': buf_adds(b, "\\r"); break;
    case '\t': buf_adds(b, "\\t"); break;
    default:
      if (c < 0x20 || c == 0x7f) buf_printf(b, "\\u%04x", c);
      else buf_addc(b, (char)c);
    }
  }
  buf_addc(b, '"');
}
