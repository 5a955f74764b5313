// cmd_check.c — `agentc --check FILES`. Owns: nothing. Promises: as cmd.h.
#include <stddef.h>

#include "driver/cmd.h"
#include "driver/pipeline.h"

int cmd_check(session *s) {
  module_list modules;
  const hir_program *hir = NULL;
  int status = pipeline_load(s, &modules);
  if (status != STATUS_FAILED && pipeline_check(s, &modules, &hir) != STATUS_OK) status = STATUS_ERRORS;
  return pipeline_report(s, status);
}
