// lower.h — from the typed tree to the flat graph.
// Owns:     nothing; the result lives in the given arena.
// Promises: the result passes mir_verify; no counts in it yet (pass/pass.h adds them); HIR is only read.
// Does not: report errors: what sema let through can be lowered.
#ifndef LOWER_LOWER_H
#define LOWER_LOWER_H

#include "mir/mir.h"

mir_program *lower_program(arena *a, type_table *types, const hir_program *hir);

#endif
