// module.h — the files of a program: what `use` names is found, read and parsed, each file once.
// Owns:     nothing; modules live in the session's arena.
// Promises: ends for any input: files that use each other in a circle are an error at the `use` that closes it. What cannot
//           be found or read is an error at its `use`, and the other files are loaded all the same.
// Does not: look into declarations other than `use`.
// Where:    `use std.time` is the embedded stdlib/time/time.agent; `use "./risk.agent"` is relative to the using file. The
//           prelude, stdlib/prelude/prelude.agent, is always loaded. A module of the standard library is all files of its folder.
#ifndef MODULE_MODULE_H
#define MODULE_MODULE_H

#include "base/arena.h"
#include "base/intern.h"
#include "base/source.h"
#include "diag/diag.h"
#include "syntax/ast.h"

typedef struct module {
  const char *name; // for mangling: "" for the first file, "time" for std.time; identifier characters, no two alike
  const source *src;
  const ast_file *file;
  bool is_std;     // part of the standard library
  bool is_prelude; // visible everywhere
  bool is_root;    // one of the files asked for
  // For each declaration of the file: the module that a USE names; NULL for others and for what was not found.
  const struct module **uses;
} module;

typedef struct module_context {
  arena *arena;
  intern *names;
  diag_sink *sink;
  source_set *sources;
} module_context;

typedef struct module_list {
  module *
      *items; // the files asked for first, in their order, then the prelude, then what they use, in order of discovery
  uint32_t count;
  bool has_syntax_errors;
} module_list;

// Loads files and all that they use. NULL, or why the first of them that cannot be read cannot (`*bad` is its index).
const char *module_load(const module_context *cx, const char *const *files, uint32_t count, module_list *out,
                        uint32_t *bad);
// The same for one text that is already in memory, for tests: `name` is its path.
void module_load_text(const module_context *cx, const char *name, const char *text, size_t size, module_list *out);

#endif
