// cmd_run.c — `agentc --run FILE ARGS`: compiled in memory, run at once.
// Owns: nothing. Promises: the exit status is the program's. INT ends it at once, whatever the shell made of INT.
#include <signal.h>
#include <stdlib.h>

#include "backend/jit.h"
#include "driver/cmd.h"
#include "driver/pipeline.h"

static int run_code(session *s, const emit_result *code) {
  jit_import *imports = pipeline_imports(s, code);
  if (jit_find_imports(imports, code->imports.count, &s->arena) > 0) {
    pipeline_report_imports(s, code, imports);
    return pipeline_report(s, STATUS_ERRORS);
  }
  jit_program program;
  const char *error = jit_compile(&program, &s->arena, buf_text(&code->text), imports, code->imports.count, s->checked);
  if (error) return cmd_fail("%s", error);
  if (s->options.stats) setenv("AGENT_STATS", "1", 1);
  signal(SIGINT, SIG_DFL);
  int status = jit_run(&program, s->options.program_argc, s->options.program_argv);
  jit_free(&program);
  return status;
}

int cmd_run(session *s) {
  emit_result code;
  int status = pipeline_code(s, &code);
  if (status == STATUS_OK) status = run_code(s, &code);
  buf_fini(&code.text);
  return status;
}
