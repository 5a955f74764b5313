// cmd_check.c — `agentc --check FILES`. Owns: nothing. Promises: as cmd.h.
#include <stddef.h>

#include "driver/cmd.h"
#include "driver/pipeline.h"

int cmd_check(session *s) {
  int status = STATUS_OK;
  for (int i = 0; i < s->options.file_count; i++) {
    bool unreadable = false;
    const hir_program *hir = pipeline_check(s, s->options.files[i], &unreadable);
    if (unreadable) status = STATUS_FAILED;
    else if (!hir && status == STATUS_OK) status = STATUS_ERRORS;
  }
  if (pipeline_report(s) && status == STATUS_OK) status = STATUS_ERRORS;
  return status;
}
