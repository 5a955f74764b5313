// main.c — ag_main: what the C main of a compiled program calls, and the JIT in its own process.
// Owns:     one runtime for the time of the call.
// Promises: options come from the environment (AGENT_WORKERS, AGENT_SEED, AGENT_STATS=1); when it returns all memory has been given back.
//           No signal handlers: an interrupt ends the process at once.
#include <agent/agent.h>
#include <errno.h>
#include <inttypes.h>
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

// A number from the environment, if it is there.
static bool wanted_number(const char *name, int64_t low, int64_t high, int64_t *out) {
  const char *text = getenv(name);
  if (!text || !*text) return true;
  char *end = NULL;
  errno = 0;
  int64_t n = strtoll(text, &end, 10);
  if (errno || *end || n < low || n > high) {
    fprintf(stderr, "%s: \"%s\" is not a number from %" PRId64 " to %" PRId64 "\n", name, text, low, high);
    return false;
  }
  *out = n;
  return true;
}

static bool options_wanted(ag_options *o) {
  int64_t workers = o->workers, seed = (int64_t)o->seed;
  if (!wanted_number("AGENT_WORKERS", 1, AGI_MAX_PROCS, &workers) || !wanted_number("AGENT_SEED", 0, INT64_MAX, &seed))
    return false;
  int64_t profile = 1;
  if (!wanted_number("AGENT_PROFILE", 0, 1, &profile)) return false;
  if (!profile) o->profile = AG_PROFILE_OFF;
  o->workers = (uint32_t)workers;
  o->seed = (uint64_t)seed;
  return true;
}

int ag_main(int argc, char **argv, const ag_program *program) {
  static const ag_options defaults = {0};
  return ag_main_with(argc, argv, program, &defaults);
}

int ag_main_with(int argc, char **argv, const ag_program *program, const ag_options *wanted) {
  ag_options options = *wanted;
  options.drive = AG_DRIVE_PROGRAM;
  ag_runtime *rt = NULL;
  int status = 2;
  if (!options_wanted(&options)) return 2;
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
