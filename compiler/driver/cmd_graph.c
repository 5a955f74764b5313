// cmd_graph.c — `agentc graph FILE`: the declared wiring as DOT. Owns: nothing. Promises: as cmd.h.
#include "driver/cmd.h"
#include "driver/pipeline.h"
#include "hir/hir_graph.h"

int cmd_graph(session *s) {
  module_list modules;
  const hir_program *hir = NULL;
  int status = pipeline_load(s, &modules);
  if (status == STATUS_OK) status = pipeline_check(s, &modules, &hir);
  status = pipeline_report(s, status);
  if (status != STATUS_OK) return status;
  buf text = {0};
  if (hir_graph(&text, hir, &s->sources)) status = cmd_print(s, text.data, text.size);
  else status = cmd_fail("%s declares no topology", s->options.files[0]);
  buf_fini(&text);
  return status;
}
