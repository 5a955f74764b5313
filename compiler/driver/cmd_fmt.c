// cmd_fmt.c — `agentc fmt [FILES|DIRS]`: lays files out in one way (syntax/format.h).
// Owns:     a session for each file.
// Promises: a file is written whole or not at all, and only if that changes it; one with syntax errors stays as it is, and they are
//           reported. `-` is standard input, laid out on standard output. --check writes nothing and names what would change. Exit status
//           0; 1: a file has errors, or with --check would change; 2: a wrong call, or a file that cannot be read or written.
#include <string.h>

#include "base/os.h"
#include "driver/cmd.h"
#include "driver/pipeline.h"
#include "syntax/format.h"

static int write_result(session *s, const char *name, const char *old, size_t size, const buf *text) {
  if (strcmp(name, "-") == 0 && !s->options.check) return cmd_print(s, buf_text(text), text->size);
  if (text->size == size && memcmp(buf_text(text), old, size) == 0) return STATUS_OK;
  if (!s->options.check) return cmd_write(s, name, buf_text(text), text->size);
  const char *line = arena_printf(&s->arena, "%s\n", name);
  int status = cmd_print(s, line, strlen(line));
  return status == STATUS_OK ? STATUS_ERRORS : status;
}

static int format_file(const options *o, const char *name) {
  session s;
  const char *old;
  size_t size;
  session_init(&s);
  s.options = *o;
  const char *why = os_read_file(&s.arena, name, &old, &size);
  int status = STATUS_OK;
  if (why) status = cmd_fail("cannot read '%s': %s", name, why);
  else if (size > PARSE_MAX_SIZE) status = cmd_fail("'%s' is too large", name);
  if (status == STATUS_OK) {
    parse_context cx = {.arena = &s.arena, .names = &s.names, .sink = &s.diags};
    const source *src = source_add(&s.sources, name, name, old, size);
    (void)parse_file(&cx, src);
    if (diag_has_errors(&s.diags)) {
      status = pipeline_report(&s, STATUS_ERRORS);
    } else {
      buf text = {0};
      if (format_source(&cx, src, &text)) status = write_result(&s, name, old, size, &text);
      else status = cmd_fail("internal error: laid out, %s would be another program; it stays as it is", name);
      buf_fini(&text);
    }
  }
  session_fini(&s);
  return status;
}

static int worse(int a, int b) { return a > b ? a : b; }

int cmd_fmt(session *s) {
  const options *o = &s->options;
  int status = STATUS_OK;
  for (int i = 0; i < o->file_count; i++) {
    const char *const *inside;
    uint32_t count;
    if (strcmp(o->files[i], "-") == 0 || !os_is_dir(o->files[i])) {
      status = worse(status, format_file(o, o->files[i]));
      continue;
    }
    const char *why = os_list_files(&s->arena, o->files[i], ".agent", &inside, &count);
    if (why) return cmd_fail("cannot read '%s': %s", o->files[i], why);
    for (uint32_t k = 0; k < count; k++) status = worse(status, format_file(o, inside[k]));
  }
  return status;
}
