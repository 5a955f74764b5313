// pass.h — from lowered MIR to MIR that can be emitted.
// Owns:     nothing.
// Promises: afterwards the rules of mir.h hold ("after the rc pass"), which mir_verify checks.
#ifndef PASS_PASS_H
#define PASS_PASS_H

#include "mir/mir.h"

#define PASS_FN(name, text) void pass_##name(mir_program *p, mir_fn *f);
#define PASS_ALL(name, text) void pass_##name(mir_program *p);
#include "pass/passes.def"
#undef PASS_FN
#undef PASS_ALL

// A method that generated code calls where values are compared or shown.
bool pass_called_by_values(const mir_fn *f);

// All of them. In debug builds (and where `verify` says so) the result of each is verified; NULL, or what is wrong.
const char *pass_run(mir_program *p, bool verify);
// All but one: what it does must not be seen in what programs do (tests/mir/random_test.c).
const char *pass_run_without(mir_program *p, bool verify, const char *left_out);

#endif
