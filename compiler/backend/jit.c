// jit.c — compiles C text with libtcc and places it in memory.
// Owns:     the mapping of the code. The text is what the emitter wrote, after the headers of agent/, whose includes of
//           each other are replaced by their content.
// Promises: as jit.h. Does not: let libtcc look for headers or libraries.
#include "backend/jit.h"

#include <agent/agent.h>
#include <dlfcn.h>
#include <errno.h>
#include <libtcc.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include "backend/jit_symbols.h"
#include "base/buf.h"
#include "base/embedded.h"
#include "base/os.h"

// ---- extern "C" --------------------------------------------------------------------------------------------------
// "libm.so" may be a text for the linker, so versions are tried too.
static void *open_library(const char *name, arena *a) {
  if (strchr(name, '/')) return dlopen(name, RTLD_NOW | RTLD_GLOBAL);
  void *handle = dlopen(arena_printf(a, "lib%s.so", name), RTLD_NOW | RTLD_GLOBAL);
  for (int version = 9; version >= 0 && !handle; version--)
    handle = dlopen(arena_printf(a, "lib%s.so.%d", name, version), RTLD_NOW | RTLD_GLOBAL);
  return handle;
}

size_t jit_find_imports(jit_import *imports, size_t count, arena *a) {
  size_t missing = 0;
  for (size_t i = 0; i < count; i++) {
    imports[i].address = dlsym(RTLD_DEFAULT, imports[i].symbol);
    if (!imports[i].address && imports[i].library) {
      void *library = open_library(imports[i].library, a);
      if (library) imports[i].address = dlsym(library, imports[i].symbol);
    }
  }
  for (size_t i = 0; i < count; i++) { // what names no library may be in that of another
    if (!imports[i].address) imports[i].address = dlsym(RTLD_DEFAULT, imports[i].symbol);
    if (!imports[i].address) missing++;
  }
  return missing;
}

// ---- compiling ---------------------------------------------------------------------------------------------------
static void on_message(void *opaque, const char *message) {
  buf *log = opaque;
  buf_printf(log, "%s%s", log->size > 0 ? "\n" : "", message);
}

static const embedded_file *find_header(const char *name, size_t size) {
  for (size_t i = 0; i < embedded_file_count; i++) {
    const char *path = embedded_files[i].path;
    if (strncmp(path, "agent/", 6) == 0 && strlen(path + 6) == size && memcmp(path + 6, name, size) == 0)
      return &embedded_files[i];
  }
  return NULL;
}

// Adds a header; a line `#include "x.h"` is replaced by that header.
static void add_header(buf *out, const char *name, size_t name_size) {
  static const char include[] = "#include \"";
  const embedded_file *file = find_header(name, name_size);
  if (!file) return;
  buf_printf(out, "#line 1 \"agent/%.*s\"\n", (int)name_size, name);
  const char *at = file->data;
  for (const char *line; (line = strstr(at, include)) != NULL;) {
    const char *begin = line + sizeof include - 1, *end = strchr(begin, '"');
    if (!end) break;
    buf_add(out, at, (size_t)(line - at));
    add_header(out, begin, (size_t)(end - begin));
    buf_addc(out, '\n');
    at = end + 1;
  }
  buf_adds(out, at);
}

static const char *compile(TCCState *tcc, jit_program *out, arena *a, const char *text, const jit_import *imports,
                           size_t count, bool checked, buf *log) {
  tcc_set_error_func(tcc, log, on_message);
  tcc_set_options(tcc, "-nostdlib -nostdinc -w");
  tcc_set_output_type(tcc, TCC_OUTPUT_MEMORY);
  tcc_define_symbol(tcc, "AG_JIT", "1");
  if (checked) tcc_define_symbol(tcc, "AG_CHECK", "1"); // the header comes before the text
  buf source = {0};
  add_header(&source, "abi.h", 5);
  buf_adds(&source, "\n#line 1 \"program.c\"\n");
  buf_adds(&source, text);
  bool ok = tcc_compile_string(tcc, buf_text(&source)) == 0;
  buf_fini(&source);
  if (!ok) return "the program's C text does not compile in memory";
  jit_symbols_add(tcc);
  for (size_t i = 0; i < count; i++) tcc_add_symbol(tcc, imports[i].symbol, imports[i].address);
  int size = tcc_relocate(tcc, NULL);
  if (size < 0) return "the program does not link in memory";
  out->size = (size_t)size;
  void *code = mmap(NULL, out->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (code == MAP_FAILED) return arena_printf(a, "no memory for the program's code: %s", os_error_text(errno));
  out->code = code;
  if (tcc_relocate(tcc, code) < 0) return "the program does not link in memory";
  out->program = tcc_get_symbol(tcc, "ag_program_main");
  if (!out->program) out->program = tcc_get_symbol(tcc, "ag_program_tests");
  return out->program ? NULL : "the program has no main";
}

const char *jit_compile(jit_program *out, arena *a, const char *text, const jit_import *imports, size_t count,
                        bool checked) {
  *out = (jit_program){0};
  TCCState *tcc = tcc_new();
  if (!tcc) return "no memory";
  buf log = {0};
  const char *error = compile(tcc, out, a, text, imports, count, checked, &log);
  tcc_delete(tcc);
  if (error && log.size > 0) error = arena_printf(a, "%s:\n%s", error, buf_text(&log));
  buf_fini(&log);
  if (error) jit_free(out);
  return error;
}

int jit_run(const jit_program *p, int argc, char **argv) { return ag_main(argc, argv, p->program); }

int jit_run_test(const jit_program *p, uint32_t index, const ag_options *options) {
  char *argv[] = {"test", NULL};
  return ag_main_with(1, argv, (const ag_program *)p->program + index, options);
}

void jit_free(jit_program *p) {
  if (p->code) munmap(p->code, p->size);
  *p = (jit_program){0};
}
