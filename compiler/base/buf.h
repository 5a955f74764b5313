// buf.h — a growable byte buffer with printf.
// Owns:     its bytes (malloc), until buf_fini or buf_take.
// Promises: `data` is NUL-terminated after every call; an all-zero buf is empty and ready.
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

typedef struct buf {
  char *data; // NULL while empty and never written; use buf_text for a string
  size_t size;
  size_t capacity;
} buf;

void buf_fini(buf *b);
void buf_clear(buf *b);
void buf_add(buf *b, const void *data, size_t size);
void buf_adds(buf *b, const char *text);
void buf_addc(buf *b, char c);
void buf_printf(buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(buf *b, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
// The bytes as a string, "" when empty.
const char *buf_text(const buf *b);
// Quotes and escapes as in JSON (and, for ASCII, as in the language), with the quotes.
void buf_add_quoted(buf *b, const char *text, size_t size);

#endif
