// main.c — ag_main: what the C main of a compiled program calls, and the JIT in its own process.
// Owns:     one runtime for the time of the call.
// Promises: options come from the environment (AGENT_WORKERS, AGENT_STATS=1); when it returns all memory has been given back.
//           No signal handlers: an interrupt ends the process at once.
#include <agent/agent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actor/worker.h"
#include "data/output.h"
#include "obs/metrics.h"
#include "std/process.h"

// Before anything runs: constants. Then the message for main's init: Array[String] val of what follows the program's name.
static ag_msg *first(ag_cx *cx, void *arg) {
  const ag_program *program = arg;
  if (program->constants) program->constants(cx);
  ag_array *args = ag_process_args(cx);
  ag_freeze(&args->h);
  struct ag_main_msg *m = (struct ag_main_msg *)(void *)ag_msg_new(cx, sizeof *m, 0);
  m->args = args;
  return &m->h;
}

static bool workers_wanted(uint32_t *out) {
  const char *text = getenv("AGENT_WORKERS");
  if (!text || !*text) return true;
  char *end = NULL;
  errno = 0;
  long n = strtol(text, &end, 10);
  if (errno || *end || n < 1 || n > AGI_MAX_PROCS) {
    fprintf(stderr, "AGENT_WORKERS: \"%s\" is not a number from 1 to %d\n", text, (int)AGI_MAX_PROCS);
    return false;
  }
  *out = (uint32_t)n;
  return true;
}

int ag_main(int argc, char **argv, const ag_program *program) {
  static const ag_options defaults = {0};
  return ag_main_with(argc, argv, program, &defaults);
}

int ag_main_with(int argc, char **argv, const ag_program *program, const ag_options *wanted) {
  ag_options options = *wanted;
  ag_runtime *rt = NULL;
  int status = 2;
  if (!workers_wanted(&options.workers)) return 2;
  agi_process_args_set(argc, argv);
  agi_output_fatal(true);
  if (ag_runtime_new(&options, &rt) != AG_OK ||
      ag_runtime_run(rt, program->main_type, first, (void *)(uintptr_t)program, &status) != AG_OK) {
    fprintf(stderr, "%s: cannot start a worker thread: %s\n", program->name, strerror(errno));
    ag_runtime_free(rt);
    return 2;
  }
  const char *stats = getenv("AGENT_STATS");
  if (stats && *stats && strcmp(stats, "0") != 0) agi_metrics_print(rt);
  ag_runtime_free(rt);
  agi_output_flush();
  return status;
}
