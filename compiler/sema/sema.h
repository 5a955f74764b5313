// sema.h — from syntax trees to the typed tree: names, types, capabilities at each expression.
// Owns:     nothing; the result lives in the arena it is given.
// Promises: reports every error it finds to the sink and still returns a whole tree, whose faulty parts are HIR_ERROR or
//           have the type TY_ERROR. Time is linear in the size of the sources. The syntax trees are not changed.
// Does not: read files or find modules (module.h); lower anything.
#ifndef SEMA_SEMA_H
#define SEMA_SEMA_H

#include "base/intern.h"
#include "diag/diag.h"
#include "hir/hir.h"
#include "syntax/ast.h"

typedef struct sema_module {
  const char *name; // for mangling: "" for the main file, "time" for std.time; identifier characters only, no two alike
  const ast_file *file;
  bool is_std;     // part of the standard library: bodiless functions are natives
  bool is_prelude; // visible everywhere
  bool checked;    // one of the files asked for: its `test` blocks are checked
  // For each declaration of the file: the module that a USE names, else NULL (also for a USE that could not be found). May be
  // NULL if none of them is a USE.
  const struct sema_module *const *uses;
} sema_module;

typedef struct sema_input {
  arena *arena;
  type_table *types;
  intern *names;
  diag_sink *diag;
  const sema_module *const *modules; // every one, the prelude among them; the main file first
  uint32_t module_count;
  const char *main_file; // as named by the user
  bool runs_tests;       // the program is that of the tests
} sema_input;

hir_program *sema_check(const sema_input *in);

#endif
