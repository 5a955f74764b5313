// process.c — std.process and std.env.
// Owns:     the exit status asked for: one per process, as the status itself. The runtime takes it at the end of a program.
#include "std/process.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "data/data.h"
#include "data/utf8.h"

static _Atomic int exit_code;

int agi_process_take_exit_code(void) { return atomic_exchange(&exit_code, 0); }

void ag_process_exit_code(ag_cx *cx, int64_t status) {
  if (status < 0 || status > 255) ag_raise(cx, &ag_error_BadConversion, "an exit status is 0 to 255", NULL, 0);
  else atomic_store(&exit_code, (int)status);
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
