// read.h — MIR from its text (dump.h), so that passes can be tested from files.
// Owns:     nothing; the result lives in the given arena.
// Promises: dumping the result gives the text again. Declarations and types are looked up in a program's HIR by name; natives and
//           classes that are not there are made up from their names.
// Does not: know source places (all spans are empty), mailbox options of a spawn, type arguments of calls, nor tables of interfaces of
//           objects: programs with those do not read back.
#ifndef MIR_READ_H
#define MIR_READ_H

#include "mir/mir.h"

// NULL: see *error, "line 12: …".
mir_program *mir_read(arena *a, type_table *types, const hir_program *hir, const char *text, const char **error);

#endif
