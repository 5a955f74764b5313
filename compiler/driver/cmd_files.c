// cmd_files.c — files that commands write besides what they make. Owns: nothing. Promises: as cmd.h.
#include <string.h>

#include "backend/output.h"
#include "driver/cmd.h"
#include "emit/emit.h"

int cmd_write(session *s, const char *name, const char *text, size_t size) {
  output out;
  const char *error = output_begin(&out, &s->arena, name);
  if (!error && (error = output_write(&out, text, size)) != NULL) output_abort(&out);
  else if (!error) error = output_commit(&out, false);
  return error ? cmd_fail("%s", error) : STATUS_OK;
}

// Letters and digits, with single underscores between: others are C's own, or C++'s. None that names in app.c begin with.
const char *cmd_prefix(session *s, const char *stem) {
  char *p = ARENA_ARRAY(&s->arena, char, strlen(stem) + 2);
  size_t n = 0;
  if (*stem >= '0' && *stem <= '9') p[n++] = 'x';
  for (; *stem; stem++) {
    bool word = (*stem >= 'a' && *stem <= 'z') || (*stem >= 'A' && *stem <= 'Z') || (*stem >= '0' && *stem <= '9');
    if (word) p[n++] = *stem;
    else if (n && p[n - 1] != '_') p[n++] = '_';
  }
  while (n && p[n - 1] == '_') n--;
  p[n] = 0;
  if (n == 0) p = arena_strdup(&s->arena, "agents");
  return emit_has_prefix(p) ? arena_printf(&s->arena, "x%s", p) : p;
}

// As make and ninja read names.
static void put_name(buf *b, const char *path) {
  for (; *path; path++) {
    if (*path == ' ' || *path == '#' || *path == '\\') buf_addc(b, '\\');
    if (*path == '$') buf_addc(b, '$');
    buf_addc(b, *path);
  }
}

int cmd_depfile(session *s, const char *target) {
  if (!s->options.depfile) return STATUS_OK;
  buf text = {0};
  put_name(&text, target);
  buf_addc(&text, ':');
  for (uint32_t i = 0; i < s->sources.files.count; i++) {
    const source *src = s->sources.files.items[i];
    if (src->embedded) continue;
    buf_adds(&text, " \\\n  ");
    put_name(&text, src->path);
  }
  buf_addc(&text, '\n');
  int status = cmd_write(s, s->options.depfile, text.data, text.size);
  buf_fini(&text);
  return status;
}
