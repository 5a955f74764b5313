// main.c — the command `agentc`: reads the command line, runs one command, gives its status.
// Owns: the session. Promises: exit status 0, 1 (errors in the program), 2 (wrong call, unreadable or unwritable file), or the
// program's own with --run. Does not: know what a command does.
#include <stddef.h>

#include "driver/cmd.h"

static int run(session *s) {
  switch (s->options.command) {
  case CMD_BUILD: return cmd_build(s);
  case CMD_LIBRARY: return cmd_library(s);
  case CMD_RUN: return cmd_run(s);
  case CMD_CHECK: return cmd_check(s);
  case CMD_EMIT: return cmd_emit(s);
  case CMD_EXPLAIN: return cmd_explain(s);
  case CMD_TEST: return cmd_test(s);
  case CMD_HELP: return cmd_help(s);
  case CMD_VERSION: return cmd_version(s);
  case CMD_GRAPH: return cmd_graph(s);
  case CMD_FMT: return cmd_fmt(s);
  }
  return STATUS_FAILED;
}

int main(int argc, char **argv) {
  session s;
  session_init(&s);
#ifdef AGENTC_CHECKED
  s.checked = true; // agentc_checked
#endif
  const char *error = options_parse(&s.options, &s.arena, argc, argv);
  int status = error ? cmd_fail("%s", error) : run(&s);
  session_fini(&s);
  return status;
}
