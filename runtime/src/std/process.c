// process.c — std.process and std.env.
// Owns:     where the arguments of the process are.
// Does not: keep the exit status: the runtime whose program asked for it does.
#include <stdlib.h>
#include <unistd.h>

#include "actor/worker.h"
#include "data/data.h"
#include "data/utf8.h"
#include "std/process.h"

void ag_process_exit_code(ag_cx *cx, int64_t status) {
  if (status < 0 || status > 255) ag_raise(cx, &ag_error_BadConversion, "an exit status is 0 to 255", NULL, 0);
  else agi_exit_code_set(cx, (int)status);
}

int64_t ag_process_id(ag_cx *cx) {
  (void)cx;
  return getpid();
}

// What ag_main was given; written before any agent runs.
static int arg_count;
static char *const *arg_values;

void agi_process_args_set(int argc, char *const *argv) {
  arg_count = argc;
  arg_values = argv;
}

ag_array *ag_process_args(ag_cx *cx) {
  ag_array *args = ag_array_new(cx, arg_count > 1 ? arg_count - 1 : 0, &ag_type_str);
  for (int i = 1; i < arg_count; i++) {
    ag_str *s = agi_str_from(cx, arg_values[i]);
    ag_array_push(cx, args, &s);
  }
  return args;
}

extern char **environ;

ag_array *ag_env_names(ag_cx *cx) {
  ag_array *names = ag_array_new(cx, 0, &ag_type_str);
  for (char **e = environ; e && *e; e++) {
    const char *end = strchr(*e, '=');
    if (!end || end == *e || !agi_utf8_valid(*e, end - *e)) continue;
    ag_str *s = ag_str_new(cx, *e, end - *e);
    ag_array_push(cx, names, &s);
  }
  ag_array_sort(cx, names);
  return names;
}

ag_str *ag_env_get(ag_cx *cx, ag_str *name) {
  if (name->size == 0 || memchr(name->bytes, 0, (size_t)name->size)) return NULL;
  const char *value = getenv(name->bytes);
  if (!value || !agi_utf8_valid(value, (int64_t)strlen(value))) return NULL;
  return ag_str_new(cx, value, (int64_t)strlen(value));
}
