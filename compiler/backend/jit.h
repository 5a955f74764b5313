// jit.h — libtcc as a back end: C text in, a program in this process's memory out.
// Owns:     the code's memory, until jit_free.
// Promises: needs no file: the headers are embedded, the runtime is this executable's own.
// Does not: run anything before jit_run.
#ifndef BACKEND_JIT_H
#define BACKEND_JIT_H

#include <agent/agent.h>
#include <stddef.h>

#include "base/arena.h"

// A C function the program declares as `extern "C"`.
typedef struct jit_import {
  const char *symbol;
  const char *library; // as in `link "m"`, or NULL
  void *address;       // NULL: not found
} jit_import;

// Finds the addresses: in this process, else in the library. Gives the number of those not found.
size_t jit_find_imports(jit_import *imports, size_t count, arena *a);

typedef struct jit_program {
  void *code;
  size_t size;
  const void *program; // ag_program: of main, or an array of the tests
} jit_program;

// NULL, or what is wrong (perhaps several lines). `checked`: the text is for the runtime with checks, and this process has that.
const char *jit_compile(jit_program *out, arena *a, const char *text, const jit_import *imports, size_t count,
                        bool checked);
int jit_run(const jit_program *p, int argc, char **argv);
int jit_run_test(const jit_program *p, uint32_t index, const ag_options *options);
void jit_free(jit_program *p);

#endif
