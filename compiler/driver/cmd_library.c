// cmd_library.c — `agentc --emit=lib FILE -o DIR`: what a file exports as a C library, static and shared, with header, pkg-config and CMake files.
// Owns: nothing. Promises: the folder can be moved; each file appears complete or not at all.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/cc.h"
#include "backend/output.h"
#include "base/os.h"
#include "driver/cmd.h"
#include "driver/pipeline.h"

typedef struct maker {
  session *s;
  const char *dir;
  const char *name; // of the library
  const emit_result *code;
  cc_command cc;
} maker;

static const char *in_folder(const maker *m, const char *name) { return path_join(&m->s->arena, m->dir, name); }

static int write_text(const maker *m, const char *name, const char *text) {
  return cmd_write(m->s, in_folder(m, name), text, strlen(text));
}

static int make_shared(const maker *m) {
  const char *file = arena_printf(&m->s->arena, "lib%s.so", m->name);
  output out;
  const char *error = output_begin(&out, &m->s->arena, in_folder(m, file));
  if (error) return cmd_fail("%s", error);
  cc_job job = {.kind = CC_SHARED, .output = out.temp, .soname = file, .include = m->dir};
  int status = cmd_compile(m->s, m->code, &m->cc, &job);
  if (status == STATUS_OK) error = output_commit(&out, true);
  else output_abort(&out);
  return error ? cmd_fail("%s", error) : status;
}

static int make_static(const maker *m) {
  arena *a = &m->s->arena;
  const char *object = in_folder(m, arena_printf(a, "%s.o", m->name)), *log;
  cc_job job = {.kind = CC_OBJECT, .output = object, .include = m->dir};
  int status = cmd_compile(m->s, m->code, &m->cc, &job);
  output out;
  const char *error = NULL;
  if (status == STATUS_OK && !(error = output_begin(&out, a, in_folder(m, arena_printf(a, "lib%s.a", m->name))))) {
    if (!out.special) unlink(out.temp); // ar wants an archive, or nothing
    error = cc_archive(object, out.temp, a, &log);
    if (!error) error = output_commit(&out, false);
    else output_abort(&out);
    if (error && *log) fputs(log, stderr);
  }
  unlink(object);
  return error ? cmd_fail("%s", error) : status;
}

static int write_pc(const maker *m) {
  arena *a = &m->s->arena;
  buf libraries = {0};
  for (uint32_t i = 0; i < m->code->imports.count; i++) {
    const char *name = m->code->imports.items[i].fn->library;
    if (name) buf_printf(&libraries, " -l%s", name);
  }
  const char *text = arena_printf(a,
                                  "Name: %s\nDescription: made of %s by agentc\nVersion: 0\nRequires: agent\n"
                                  "Cflags: -I${pcfiledir}\nLibs: -L${pcfiledir} -l%s%s\n",
                                  m->name, path_base(m->s->options.files[0]), m->name, buf_text(&libraries));
  buf_fini(&libraries);
  return write_text(m, arena_printf(a, "%s.pc", m->name), text);
}

static int write_cmake(const maker *m) {
  static const char target[] =
      "if(NOT TARGET %s::%s)\n"
      "  add_library(%s::%s %s IMPORTED)\n"
      "  set_target_properties(%s::%s PROPERTIES IMPORTED_LOCATION ${CMAKE_CURRENT_LIST_DIR}/lib%s.%s\n"
      "    INTERFACE_INCLUDE_DIRECTORIES ${CMAKE_CURRENT_LIST_DIR} INTERFACE_LINK_LIBRARIES \"%s%s\"%s)\n"
      "endif()\n";
  arena *a = &m->s->arena;
  const char *n = m->name, *libraries = "";
  for (uint32_t i = 0; i < m->code->imports.count; i++) {
    const char *name = m->code->imports.items[i].fn->library;
    if (name) libraries = arena_printf(a, "%s;%s", libraries, name);
  }
  buf text = {0};
  buf_printf(&text, "# %s::%s is the static library, %s::shared the shared one.\n", n, n, n);
  buf_adds(&text, "include(CMakeFindDependencyMacro)\nfind_dependency(Agent)\n");
  buf_printf(&text, target, n, n, n, n, "STATIC", n, n, n, "a", "agent::agent", libraries, "");
  buf_printf(&text, target, n, "shared", n, "shared", "SHARED", n, "shared", n, "so", "agent::shared", libraries,
             arena_printf(a, "\n    IMPORTED_SONAME lib%s.so", n));
  int status = write_text(m, arena_printf(a, "%sConfig.cmake", n), buf_text(&text));
  buf_fini(&text);
  return status;
}

static int make(maker *m) {
  session *s = m->s;
  const char *error = cc_find(&m->cc, &s->arena);
  if (error) return cmd_fail("%s", error);
  emit_result code;
  int status = pipeline_code(s, &code);
  m->code = &code;
  if (status == STATUS_OK && !code.header.size)
    status = cmd_fail("'%s' exports nothing: write `export` before what C is to call", s->options.files[0]);
  if (status == STATUS_OK && mkdir(m->dir, 0777) != 0 && errno != EEXIST)
    status = cmd_fail("cannot make the folder '%s': %s", m->dir, os_error_text(errno));
  if (status == STATUS_OK) status = cmd_write(s, in_folder(m, s->header), code.header.data, code.header.size);
  if (status == STATUS_OK) status = make_static(m);
  if (status == STATUS_OK) status = make_shared(m);
  if (status == STATUS_OK) status = write_pc(m);
  if (status == STATUS_OK) status = write_cmake(m);
  if (status == STATUS_OK) status = cmd_depfile(s, in_folder(m, s->header));
  buf_fini(&code.header);
  buf_fini(&code.text);
  return status;
}

int cmd_library(session *s) {
  const char *stem = path_stem(&s->arena, s->options.files[0]);
  maker m = {.s = s, .name = cmd_prefix(s, path_base(stem))};
  m.dir = s->options.output ? s->options.output : arena_printf(&s->arena, "lib%s", m.name);
  s->library = m.name;
  s->header = arena_printf(&s->arena, "%s.h", m.name);
  return make(&m);
}
