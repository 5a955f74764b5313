// emit.h — MIR to C99.
// Owns:     nothing. The text depends on the program alone: the same program gives the same bytes.
// Promises: includes one header, agent/abi.h; no warnings under -Wall -Wextra of gcc and clang; TinyCC takes it.
// Does not: decide anything: counts, moves, error edges and suspension points are in the MIR.
#ifndef EMIT_EMIT_H
#define EMIT_EMIT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/source.h"
#include "mir/mir.h"

// A C function that the program calls; `fn` has its place and library.
typedef struct emit_import {
  const hir_fn *fn;
} emit_import;

typedef struct emit_result {
  buf text;                 // the caller's to free
  buf header;               // of a library: app.h; likewise the caller's
  VEC(emit_import) imports; // in order of first use
} emit_result;

// `checked`: each use of an object looks whether it is its agent's (abi.h, "checks").
// The exports of a program as a library: C that includes `header`, the name of a file with the text out->header. There is no main.
void emit_library(emit_result *out, const mir_program *program, const source_set *sources, arena *a, const char *prefix,
                  const char *header);
// Do names that are emitted anyway begin with that and `_`? Then no export's may.
bool emit_has_prefix(const char *prefix);
void emit_program(emit_result *out, const mir_program *program, const source_set *sources, arena *a, bool checked);

#endif
