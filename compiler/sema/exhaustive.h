// exhaustive.h — does a match cover all values, and can each arm be reached?
// Owns:     nothing after a call.
// Promises: names the missing cases as patterns ("`Vote.No(_)`, `none`"), three at most; guarded arms do not count. Work is
//           bounded: a match whose patterns explode beyond 2,000,000 steps is
//           an error that says so.
// Does not: check types of patterns.
#ifndef SEMA_EXHAUSTIVE_H
#define SEMA_EXHAUSTIVE_H

#include "hir/hir.h"

struct diag_sink;

// A HIR_MATCH: E0501 for missing cases, a warning for arms that are never reached.
void exhaustive_check_match(struct diag_sink *sink, type_table *types, const hir_expr *match);
// Do the arms without a guard match all that `pat` matches? Arms in error count for nothing.
bool exhaustive_is_covered(type_table *types, const hir_arm *arms, uint32_t n, const hir_pat *pat);
// Is some part of it in error? Then nobody knows what it would take.
bool pattern_has_error(const hir_pat *p);
// Does one pattern match every value of its type? (let, for, parameters)
bool exhaustive_is_irrefutable(type_table *types, const hir_pat *pat);
// An example of what `pat` does not match, as a pattern; NULL if it matches all.
const char *exhaustive_missing(struct arena *a, type_table *types, const hir_pat *pat);

#endif
