// cmd_build.c — `agentc FILE`: an executable, or C99 when the output's name ends in .c.
// Owns: nothing. Promises: the output appears complete or not at all; a program is never overwritten by what is made of it.
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "backend/cc.h"
#include "backend/jit.h"
#include "backend/output.h"
#include "base/os.h"
#include "driver/cmd.h"
#include "driver/pipeline.h"

static bool ends_in(const char *text, const char *end) {
  size_t n = strlen(text), m = strlen(end);
  return n > m && strcmp(text + n - m, end) == 0;
}

static bool same_file(const char *a, const char *b) {
  struct stat x, y;
  return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

// Names that a linker gives for functions it did not find, in the words of GNU ld, gold, lld.
static bool log_misses(const char *log, const char *symbol) {
  for (const char *at = log; (at = strstr(at, "undefined ")) != NULL; at++) {
    size_t line = strcspn(at, "\n"), size = strlen(symbol);
    for (const char *s = at; (s = strstr(s, symbol)) != NULL && s < at + line; s++) {
      char before = s[-1], after = s[size];
      if (strchr("`' ", before) && (after == 0 || strchr("'\n ", after))) return true;
    }
  }
  return false;
}

static int report_missing(session *s, const emit_result *code, const char *log) {
  jit_import *imports = pipeline_imports(s, code);
  bool any = false;
  for (uint32_t i = 0; i < code->imports.count; i++) {
    bool missing = log_misses(log, imports[i].symbol);
    imports[i].address = missing ? NULL : &imports[i]; // anything but NULL
    if (missing) any = true;
  }
  if (!any) return STATUS_FAILED;
  pipeline_report_imports(s, code, imports);
  return pipeline_report(s, STATUS_ERRORS);
}

int cmd_compile(session *s, const emit_result *code, const cc_command *cc, cc_job *job) {
  VEC(const char *) libraries = {0};
  for (uint32_t i = 0; i < code->imports.count; i++) {
    const char *name = code->imports.items[i].fn->library;
    if (name) VEC_PUSH(&s->arena, &libraries, name);
  }
  job->text = buf_text(&code->text);
  job->size = code->text.size;
  job->libraries = libraries.items;
  job->library_count = libraries.count;
  job->checked = s->checked;
  const char *log;
  const char *error = cc_run(cc, job, &s->arena, &log);
  if (!error) return STATUS_OK;
  if (report_missing(s, code, log) == STATUS_ERRORS) return STATUS_ERRORS;
  cmd_fail("%s%s", error, *log ? "; it said:" : "");
  fputs(log, stderr);
  return STATUS_FAILED;
}

static const char *output_name(session *s) {
  const char *file = s->options.files[0];
  if (s->options.output) return s->options.output;
  return ends_in(file, ".agent") ? path_stem(&s->arena, file) : NULL;
}

// What can be said before anything is compiled.
static int check_output(session *s, const char *name) {
  const char *file = s->options.files[0];
  if (!name) return cmd_fail("'%s' does not end in .agent: name the executable with -o", file);
  if (ends_in(name, ".h")) return cmd_fail("'%s': name the C file, `-o NAME.c`: the header is written beside it", name);
  if (same_file(name, file)) return cmd_fail("'%s' is the program itself: choose another name with -o", name);
  return STATUS_OK;
}

static int build(session *s, const char *name, const cc_command *cc) {
  emit_result code;
  output out;
  int status = pipeline_code(s, &code);
  if (status == STATUS_OK) {
    const char *error = output_begin(&out, &s->arena, name);
    if (error) {
      status = cmd_fail("%s", error);
    } else {
      if (cc) {
        cc_job job = {.output = out.temp, .lto = s->options.lto};
        status = cmd_compile(s, &code, cc, &job);
      } else {
        error = output_write(&out, code.text.data, code.text.size);
        if (error) status = cmd_fail("%s", error);
      }
      if (status == STATUS_OK) error = output_commit(&out, cc != NULL);
      else output_abort(&out);
      if (status == STATUS_OK && error) status = cmd_fail("%s", error);
    }
  }
  if (status == STATUS_OK && code.header.size)
    status =
        cmd_write(s, path_join(&s->arena, path_dir(&s->arena, name), s->header), code.header.data, code.header.size);
  if (status == STATUS_OK) status = cmd_depfile(s, name);
  buf_fini(&code.header);
  buf_fini(&code.text);
  return status;
}

// app.c, and app.h if anything is exported.
static int build_c(session *s, const char *name) {
  const char *stem = path_stem(&s->arena, name);
  s->library = cmd_prefix(s, stem);
  s->header = arena_printf(&s->arena, "%s.h", stem);
  return build(s, name, NULL);
}

int cmd_build(session *s) {
  const char *name = output_name(s);
  int status = check_output(s, name);
  if (status != STATUS_OK) return status;
  if (ends_in(name, ".c") && s->options.lto) return cmd_fail("--lto is for executables, not for '%s'", name);
  if (ends_in(name, ".c")) return build_c(s, name);
  cc_command cc;
  const char *error = cc_find(&cc, &s->arena);
  if (!error && s->options.lto && strstr(cc.name, "clang"))
    error = "--lto needs gcc: what the runtime brings for it is gcc's";
  return error ? cmd_fail("%s", error) : build(s, name, &cc);
}
