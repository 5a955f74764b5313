// session.h — all that one run of the compiler shares.
// Owns:     the arena and everything in it: names, sources, types, diagnostics.
// Promises: nothing of the compiler is global; two sessions do not know of each other.
#ifndef DRIVER_SESSION_H
#define DRIVER_SESSION_H

#include "base/arena.h"
#include "base/intern.h"
#include "base/source.h"
#include "diag/diag.h"
#include "driver/options.h"
#include "types/type.h"

typedef struct session {
  arena arena;
  intern names;
  source_set sources;
  type_table *types;
  diag_sink diags;
  options options;
  const char *library; // what its exports' names begin with; NULL: a program is made
  const char *header;  // of a library: the name of the file
  bool checked;        // programs are compiled with checks: main.c says so
} session;

void session_init(session *s);
void session_fini(session *s);

#endif
