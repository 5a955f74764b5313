// pipeline.h — the stages, each from the one before: text, tokens, AST, HIR, MIR, C.
// Owns:     nothing; results live in the session's arena.
// Promises: a stage that finds errors gives NULL and has reported them to the session's sink.
// Does not: print, but for pipeline_report and pipeline_code.
#ifndef DRIVER_PIPELINE_H
#define DRIVER_PIPELINE_H

#include <stdbool.h>

#include "backend/jit.h"
#include "driver/session.h"
#include "emit/emit.h"

// Reads the file and all it uses, and checks them. NULL when there are errors; *unreadable: FILE itself cannot be read.
const hir_program *pipeline_check(session *s, const char *file, bool *unreadable);
mir_program *pipeline_lower(session *s, const hir_program *hir);
// Shows what the sink holds on stderr. True if there are errors.
bool pipeline_report(session *s);
// All of it for the session's file, which must have a main: gives an exit status, having said why it is not 0.
int pipeline_code(session *s, emit_result *out);
int pipeline_mir(session *s, mir_program **out);

// The C functions that the program calls, for jit_find_imports, and the errors for those whose address is NULL.
jit_import *pipeline_imports(session *s, const emit_result *code);
void pipeline_report_imports(session *s, const emit_result *code, const jit_import *imports);

#endif
