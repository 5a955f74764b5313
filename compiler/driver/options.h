// options.h — the command line, understood.
// Owns:     nothing; strings are argv's.
// Promises: a wrong call gives one line that says what is wrong and how to mend it; nothing is printed here.
// Does not: look at files or act (main.c and cmd_*.c do).
#ifndef DRIVER_OPTIONS_H
#define DRIVER_OPTIONS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"

typedef enum command {
  CMD_BUILD,
  CMD_LIBRARY, // --emit=lib
  CMD_RUN,
  CMD_CHECK,
  CMD_EMIT,
  CMD_EXPLAIN,
  CMD_HELP,
  CMD_VERSION,
  CMD_TEST,
  CMD_GRAPH,
  CMD_FMT,
} command;

typedef enum emit_stage { EMIT_TOKENS, EMIT_AST, EMIT_IR, EMIT_C, EMIT_LIB } emit_stage;
typedef enum colour_when { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER } colour_when;

typedef struct options {
  command command;
  emit_stage stage; // CMD_EMIT
  const char *name; // CMD_EXPLAIN: the code
  const char *const
      *files; // at least one, exactly one except for CMD_CHECK; CMD_TEST, CMD_FMT: any number, folders too
  int file_count;
  char **program_argv; // CMD_RUN: the file, then the program's arguments; NULL-terminated
  int program_argc;
  const char *output;  // or NULL; CMD_LIBRARY: a folder
  const char *depfile; // CMD_BUILD, CMD_LIBRARY: or NULL
  const char *filter;  // CMD_TEST: or NULL
  int jobs;            // CMD_TEST: 0: as many as there are processors
  int timeout;         // CMD_TEST: seconds
  bool list;           // CMD_TEST
  bool check;          // CMD_FMT: writes nothing
  bool json;
  bool stats;
  bool lto; // CMD_BUILD of an executable
  colour_when colour;
} options;

// Fills *out. NULL, or what is wrong (one line, in the arena).
const char *options_parse(options *out, arena *a, int argc, char **argv);
void options_help(buf *out);

#endif
