// pipeline.h — the stages, each from the one before: text, tokens, AST, HIR, MIR, C.
// Owns:     nothing; results live in the session's arena.
// Promises: each stage gives an exit status (cmd.h): 0 and its result, or else it has said why: errors in the program are in
//           the session's sink, anything else is a line on stderr.
// Does not: show the sink (pipeline_report does), but for pipeline_code.
#ifndef DRIVER_PIPELINE_H
#define DRIVER_PIPELINE_H

#include <stdbool.h>

#include "backend/jit.h"
#include "base/buf.h"
#include "driver/session.h"
#include "emit/emit.h"
#include "module/module.h"

int pipeline_load(session *s, module_list *out); // the session's files, what they use, and the prelude
int pipeline_check(session *s, const module_list *modules, const hir_program **out);
int pipeline_lower(session *s, const hir_program *hir, mir_program **out); // needs a main

// All of them for the session's one file, the sink shown. out->text is the caller's to free, whatever the status.
int pipeline_mir(session *s, mir_program **out);
int pipeline_code(session *s, emit_result *out);

// Shows what the sink holds on stderr. STATUS_ERRORS if there are errors, else `status`.
int pipeline_report(session *s, int status);

// The C functions that the program calls, for jit_find_imports, and the errors for those whose address is NULL.
jit_import *pipeline_imports(session *s, const emit_result *code);
void pipeline_report_imports(session *s, const emit_result *code, const jit_import *imports);

#endif
