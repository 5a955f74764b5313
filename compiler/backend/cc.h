// cc.h — the system's C compiler as a back end: C text in, executable out.
// Owns:     the child process, until it has ended.
// Promises: no shell; the text goes through a pipe, so that no temporary source is left behind.
// Does not: write the target itself (output.h names a temporary), nor print.
#ifndef BACKEND_CC_H
#define BACKEND_CC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/vec.h"

typedef VEC(const char *) word_list;

typedef struct cc_command {
  word_list words;  // the compiler (a path) and the arguments of CC
  const char *name; // as in messages: "gcc"
} cc_command;

// Finds the compiler: CC, else the default. NULL, or what is wrong.
const char *cc_find(cc_command *cc, arena *a);

typedef enum cc_kind { CC_PROGRAM, CC_OBJECT, CC_SHARED } cc_kind; // the latter two are position independent

typedef struct cc_job {
  cc_kind kind;
  const char *text; // C
  size_t size;
  const char *output;
  const char *soname;           // CC_SHARED
  const char *include;          // a folder to look for headers in; or NULL
  const char *const *libraries; // of `extern "C" link "m"`: "m"
  size_t library_count;
  bool checked; // against the runtime with checks
  bool lto;     // optimised together with the runtime
} cc_job;

// A static library of one object. As cc_run.
const char *cc_archive(const char *object, const char *archive, arena *a, const char **log);

// NULL, or what is wrong; *log is what the compiler said (never NULL).
const char *cc_run(const cc_command *cc, const cc_job *job, arena *a, const char **log);

#endif
