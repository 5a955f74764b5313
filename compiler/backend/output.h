// output.h — a file that appears complete or not at all.
// Owns:     the temporary file beside its target, until commit or abort; a signal that ends the process removes it too.
// Promises: no call ends the process; what fails is one line with the path in it; a full disk is noticed. A target that is
//           no plain file (/dev/null, a pipe) is written to, never replaced.
// Does not: allow two at a time (the signal handler knows one).
#ifndef BACKEND_OUTPUT_H
#define BACKEND_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"

typedef struct output {
  arena *arena;
  const char *path; // as given by the user
  const char *temp; // where to write until commit
  bool special;     // the target exists and is no plain file
} output;

const char *output_begin(output *o, arena *a, const char *path);
const char *output_write(output *o, const char *text, size_t size);
const char *output_commit(output *o, bool executable);
void output_abort(output *o);
// A process to end as well if a signal ends us; 0: none.
void output_child(pid_t pid);

// Writes to stdout. NULL, or what went wrong.
const char *output_stdout(arena *a, const char *text, size_t size);

#endif
