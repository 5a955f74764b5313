// cmd_emit.c — `agentc --emit=STAGE FILE`. Owns: nothing. Promises: as cmd.h; errors are shown as well as what there is of the stage.
#include <string.h>

#include "base/os.h"
#include "driver/cmd.h"
#include "driver/pipeline.h"
#include "mir/dump.h"
#include "syntax/parse.h"

// The file alone, without what it uses.
static int emit_syntax(session *s, buf *out) {
  const char *file = s->options.files[0], *text;
  size_t size;
  const char *error = os_read_file(&s->arena, file, &text, &size);
  if (error) return cmd_fail("cannot read '%s': %s", file, error);
  if (size > PARSE_MAX_SIZE) return cmd_fail("'%s' is too large", file);
  const source *src = source_add(&s->sources, file, file, text, size);
  parse_context cx = {.arena = &s->arena, .names = &s->names, .sink = &s->diags};
  if (s->options.stage == EMIT_TOKENS) parse_dump_tokens(&cx, src, out);
  else ast_dump(parse_file(&cx, src), out);
  return pipeline_report(s, STATUS_OK);
}

static int emit_stage_text(session *s, buf *out) {
  if (s->options.stage == EMIT_TOKENS || s->options.stage == EMIT_AST) return emit_syntax(s, out);
  if (s->options.stage == EMIT_IR) {
    mir_program *mir = NULL;
    int status = pipeline_mir(s, &mir);
    if (status == STATUS_OK) mir_dump(out, mir);
    return status;
  }
  emit_result code;
  int status = pipeline_code(s, &code);
  buf_fini(out);
  *out = code.text;
  return status;
}

int cmd_emit(session *s) {
  buf text = {0};
  int status = emit_stage_text(s, &text);
  if (text.size > 0) {
    int printed = cmd_print(s, text.data, text.size);
    if (printed != STATUS_OK) status = printed;
  }
  buf_fini(&text);
  return status;
}
