// embedded.h — files that are part of the executable: runtime headers, the standard library, explanations.
// Owns:     nothing; the table is generated at build time (cmake/embed.cmake).
// Promises: sorted by path; each content is followed by a NUL that `size` does not count. Paths:
//           "agent/abi.h" …, "stdlib/<module>/<file>.agent", "explain/E0101.md".
// Does not: say how a file is looked up; the reader searches.
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

#include <stddef.h>

typedef struct embedded_file {
  const char *path;
  const char *data;
  size_t size;
} embedded_file;

extern const embedded_file embedded_files[];
extern const size_t embedded_file_count;

#endif
