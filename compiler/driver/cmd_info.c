// cmd_info.c — help and version.
// Owns: nothing. Promises: as cmd.h.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "backend/output.h"
#include "driver/cmd.h"

int cmd_fail(const char *format, ...) {
  buf line = {0};
  va_list args;
  va_start(args, format);
  buf_adds(&line, "agentc: error: ");
  buf_vprintf(&line, format, args);
  buf_addc(&line, '\n');
  va_end(args);
  fputs(buf_text(&line), stderr);
  buf_fini(&line);
  return STATUS_FAILED;
}

int cmd_print(session *s, const char *text, size_t size) {
  const char *error = output_stdout(&s->arena, text, size);
  return error ? cmd_fail("%s", error) : STATUS_OK;
}

int cmd_help(session *s) {
  buf text = {0};
  options_help(&text);
  int status = cmd_print(s, text.data, text.size);
  buf_fini(&text);
  return status;
}

int cmd_version(session *s) {
  static const char text[] = "agentc " AGENTC_VERSION "\n";
  return cmd_print(s, text, sizeof text - 1);
}
