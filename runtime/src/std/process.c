// process.c — std.process and std.env.
// Does not: keep the exit status: the runtime whose program asked for it does.
#include <stdlib.h>
#include <unistd.h>

#include "actor/worker.h"
#include "data/data.h"
#include "data/utf8.h"

void ag_process_exit_code(ag_cx *cx, int64_t status) {
  if (status < 0 || status > 255) ag_raise(cx, &ag_error_BadConversion, "an exit status is 0 to 255", NULL, 0);
  else agi_exit_code_set(cx, (int)status);
}

int64_t ag_process_id(ag_cx *cx) {
  (void)cx;
  return getpid();
}

ag_str *ag_env_get(ag_cx *cx, ag_str *name) {
  if (name->size == 0 || memchr(name->bytes, 0, (size_t)name->size)) return NULL;
  const char *value = getenv(name->bytes);
  if (!value || !agi_utf8_valid(value, (int64_t)strlen(value))) return NULL;
  return ag_str_new(cx, value, (int64_t)strlen(value));
}
