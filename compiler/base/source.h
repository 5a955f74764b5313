// source.h — source texts and their lines.
// Owns:     a source's record and its table of lines, in the session's arena; the text is the caller's or the arena's.
// Promises: text is followed by a NUL; offset to line and column is O(log lines); columns count code points from 1
//           (a byte that is not UTF-8 counts as one).
#ifndef BASE_SOURCE_H
#define BASE_SOURCE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/vec.h"

typedef struct source {
  uint32_t id;      // 1, 2, …
  const char *path; // what identifies the file: a normalised path, or "std/time/time.agent" when embedded
  const char *name; // as shown in messages (the path as the user wrote it)
  const char *text; // `size` bytes and a NUL
  uint32_t size;
  bool embedded;         // part of the standard library
  const uint32_t *lines; // offset of the begin of each line
  uint32_t line_count;
} source;

typedef struct source_pos {
  uint32_t line; // from 1
  uint32_t column;
} source_pos;

// All sources of a session, by id.
typedef struct source_set {
  arena *arena;
  VEC(const source *) files;
} source_set;

#define SOURCE_MAX_SIZE ((size_t)1 << 30)

void source_set_init(source_set *set, arena *a);
// Adds a text; the arena keeps a copy of the names, not of the text. size < SOURCE_MAX_SIZE.
const source *source_add(source_set *set, const char *path, const char *name, const char *text, size_t size);
const source *source_of(const source_set *set, uint32_t id); // NULL for 0 and unknown ids
uint32_t source_line_at(const source *src,
                        uint32_t offset); // O(log lines); a position costs the length of its line too
source_pos source_position(const source *src, uint32_t offset);
// The line (from 1) without its line end.
const char *source_line(const source *src, uint32_t line, uint32_t *size);
// "file:line:col" of the begin of a span, in the arena.
const char *source_where(const source_set *set, span at, arena *a);

#endif
