// span.h — a place in a source file: which file, and bytes [begin, end).
// Promises: 12 bytes, copied freely; the all-zero span is "no place" (file ids start at 1).
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stdint.h>

typedef struct span {
  uint32_t file;  // id of a source; 0: no place
  uint32_t begin; // byte offsets
  uint32_t end;
} span;

#define SPAN_NONE ((span){0, 0, 0})

static inline bool span_is_none(span s) { return s.file == 0; }

// From the begin of a to the end of b; either may be "no place".
static inline span span_join(span a, span b) {
  if (a.file == 0) return b;
  if (b.file == 0) return a;
  return (span){a.file, a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end};
}

// The empty place just after s.
static inline span span_after(span s) { return (span){s.file, s.end, s.end}; }
// The empty place just before s.
static inline span span_before(span s) { return (span){s.file, s.begin, s.begin}; }

#endif
