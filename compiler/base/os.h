// os.h — files and paths.
// Owns:     nothing; results live in the arena they are given.
// Promises: no call ends the process; what fails says why in words a user can act on ("no such file", not "ENOENT").
// Does not: print.
#ifndef BASE_OS_H
#define BASE_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

// Reads a whole file; `data` is followed by a NUL. NULL, or what went wrong. "-" is standard input.
const char *os_read_file(arena *a, const char *path, const char **data, size_t *size);
// Writes a whole file. NULL, or what went wrong.
const char *os_write_file(arena *a, const char *path, const void *data, size_t size);
bool os_is_file(const char *path);
bool os_is_dir(const char *path);
// The files below `dir` whose names end in `end`, in order of their paths; hidden ones and links to folders are left out.
// NULL, or what went wrong.
const char *os_list_files(arena *a, const char *dir, const char *end, const char *const **files, uint32_t *count);
// What an errno says, in our words.
const char *os_error_text(int error);

const char *path_dir(arena *a, const char *path);  // "a/b.c" -> "a", "b.c" -> "."
const char *path_base(const char *path);           // "a/b.c" -> "b.c"
const char *path_stem(arena *a, const char *path); // "a/b.c" -> "b"
const char *path_join(arena *a, const char *dir, const char *path);
// Without ".", "a/..", and "//"; purely textual.
const char *path_normal(arena *a, const char *path);
// The same file always gives the same text: absolute, links resolved. NULL when it does not exist.
const char *path_real(arena *a, const char *path);

// Makes a fresh directory (in TMPDIR or /tmp) and gives its path. NULL, or what went wrong.
const char *os_temp_dir(arena *a, const char *prefix, const char **path);
// Removes a directory made by os_temp_dir and the plain files in it.
void os_remove_dir(const char *path);
// The running executable's path, or NULL.
const char *os_executable(arena *a);

#endif
