// emit.c — puts the sections of the C text together.
// Owns:     the order of sections: types, literals, declarations, descriptors, operations of types, functions, the program.
// Promises: as emit.h. What main or the tests reach is emitted, nothing else.
#include "emit/emit.h"

#include <string.h>

#include "emit/export.h"

static const char prologue[] =
    "// What a program says may look odd to a C compiler: comparisons that are always true, long texts.\n"
    "#if defined(__clang__)\n"
    "#pragma clang diagnostic ignored \"-Wtautological-compare\"\n"
    "#pragma clang diagnostic ignored \"-Wself-assign\"\n"
    "#pragma clang diagnostic ignored \"-Woverlength-strings\"\n"
    "#elif defined(__GNUC__) && !defined(__TINYC__)\n"
    "#pragma GCC diagnostic ignored \"-Wtautological-compare\"\n"
    "#pragma GCC diagnostic ignored \"-Wtype-limits\"\n"
    "#pragma GCC diagnostic ignored \"-Wmaybe-uninitialized\"\n"
    "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n"
    "#endif\n"
    "#ifndef AG_JIT\n"
    "#include <agent/abi.h>\n"
    "#endif\n";

typedef struct helper_row {
  unsigned helper;
  const char *text;
} helper_row;

static const helper_row helper_rows[] = {
    {HELPER_FRAME,
     "static ag_frame *frame_get(ag_cx *cx, ag_frame **fp, uint32_t size) {\n"
     "  if (!*fp) *fp = ag_frame_new(cx, size);\n"
     "  return *fp;\n"
     "}\n"
     "static inline void frame_drop(ag_cx *cx, ag_frame **fp) {\n"
     "  if (AG_LIKELY(!*fp)) return;\n"
     "  ag_frame_free(cx, *fp);\n"
     "  *fp = NULL;\n"
     "}\n"},
    {HELPER_FREEZE,
     "static void freeze_part(ag_obj *child, void *arg) {\n"
     "  (void)arg;\n"
     "  ag_freeze(child);\n"
     "}\n"},
    {HELPER_SHARE, "static ag_obj nothing = {NULL, 0};\n"},
    {HELPER_ARITH,
     "static void arith_raise(ag_cx *cx, int fault, const char *file, uint32_t line) {\n"
     "  ag_raise(cx, fault == AG_ARITH_ZERO ? &ag_error_DivisionByZero : &ag_error_Overflow, NULL, file, line);\n"
     "}\n"},
    {HELPER_DEEP,
     "static inline bool too_deep(ag_cx *cx) {\n"
     "  char here;\n"
     "  if (AG_LIKELY((uintptr_t)&here >= (uintptr_t)cx->stack_limit)) return false;\n"
     "  if (!cx->err) ag_raise(cx, &ag_error_StackOverflow, NULL, NULL, 0);\n"
     "  return true;\n"
     "}\n"},
    {HELPER_ENTRY,
     "static void main_drop(ag_cx *cx, ag_msg *msg) { ag_release(cx, ((struct ag_main_msg *)msg)->args); }\n"},
    {HELPER_SIGN, "static inline int sign_of(int64_t x) { return (x > 0) - (x < 0); }\n"},
};

static void init(emitter *e, emit_result *out, const mir_program *program, const source_set *sources, arena *a) {
  memset(e, 0, sizeof *e);
  e->arena = a;
  e->program = program;
  e->sources = sources;
  e->out = out;
  intern_init(&e->names, a);
  intern_init(&e->texts, a);
  map *const maps[] = {&e->by_type,  &e->by_enc,  &e->decl_names, &e->fn_names, &e->classes,  &e->agents,
                       &e->messages, &e->strings, &e->imports,    &e->files,    &e->constants};
  for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) map_init(maps[i], a);
}

static void section(buf *out, buf *from) {
  buf_add(out, from->data, from->size);
  buf_fini(from);
}

static void fini(emitter *e) {
  intern_fini(&e->names);
  intern_fini(&e->texts);
}

static void program_row(emitter *e, buf *out, const hir_decl *agent, const char *constants) {
  const char *file = e->program->hir->main_file;
  buf_adds(out, "{");
  emit_text_literal(out, file, (uint32_t)strlen(file));
  buf_printf(out, ", &%s, %s}", agent_desc(e, agent), constants);
}

// What is to run: main, or each test.
static void program_rows(emitter *e, buf *out, const char *constants) {
  const hir_program *hir = e->program->hir;
  if (!hir->runs_tests) {
    buf_adds(out, "const ag_program ag_program_main = ");
    program_row(e, out, hir->main_agent, constants);
    buf_adds(out,
             ";\n#ifndef AG_JIT\n"
             "int main(int argc, char **argv) { return ag_main(argc, argv, &ag_program_main); }\n"
             "#endif\n");
    return;
  }
  buf_printf(out, "const ag_program ag_program_tests[%u] = {\n", hir->test_count);
  for (uint32_t i = 0; i < hir->test_count; i++) {
    program_row(e, out, hir->tests[i].agent, constants);
    buf_adds(out, ",\n");
  }
  buf_adds(out, "};\n");
}

static void emit_asked_for(emitter *e) {
  while (e->fn_queue.count > 0 || e->agent_queue.count > 0) {
    if (e->fn_queue.count > 0) emit_function(e, VEC_POP(&e->fn_queue));
    else emit_agents(e);
  }
}

static void library_text(emitter *e, const char *prefix, buf *header) {
  emit_exports(e, prefix, header);
  const char *agents = emit_named_agents(e);
  emit_asked_for(e);
  emit_descriptors(e);
  emit_asked_for(e);
  const char *constants = emit_constants(e);
  emit_asked_for(e);
  buf_printf(&e->code, "static ag_module library = {\"%s\", %s, %s, 0, 0, NULL};\n", prefix, constants, agents);
}

static void program_text(emitter *e) {
  const hir_program *hir = e->program->hir;
  if (!hir->runs_tests) agent_desc(e, hir->main_agent);
  for (uint32_t i = 0; i < hir->test_count && hir->runs_tests; i++) agent_desc(e, hir->tests[i].agent);
  emit_asked_for(e);
  emit_descriptors(e);
  emit_asked_for(e); // operations that descriptors asked for may call functions nothing else called
  const char *constants = emit_constants(e);
  program_rows(e, &e->code, constants);
}

static void emit_any(emit_result *out, const mir_program *program, const source_set *sources, arena *a, bool checked,
                     const char *prefix, const char *header) {
  memset(out, 0, sizeof *out);
  emitter e;
  init(&e, out, program, sources, a);
  e.checked = checked;
  if (prefix) library_text(&e, prefix, &out->header);
  else program_text(&e);
  buf *text = &out->text;
  buf_printf(text, "// Made by agentc: C99 for the runtime `agent`; its source lines are named by #line.\n%s%s",
             checked ? "#define AG_CHECK 1\n" : "", prologue);
  if (prefix) buf_printf(text, "#include <agent/abi_host.h>\n#include \"%s\"\n", header);
  for (size_t i = 0; i < sizeof helper_rows / sizeof *helper_rows; i++)
    if (e.helpers & helper_rows[i].helper) buf_adds(text, helper_rows[i].text);
  section(text, &e.types);
  section(text, &e.literals);
  section(text, &e.protos);
  section(text, &e.data);
  section(text, &e.ops);
  section(text, &e.code);
  fini(&e);
}

void emit_program(emit_result *out, const mir_program *program, const source_set *sources, arena *a, bool checked) {
  emit_any(out, program, sources, a, checked, NULL, NULL);
}

void emit_library(emit_result *out, const mir_program *program, const source_set *sources, arena *a, const char *prefix,
                  const char *header) {
  emit_any(out, program, sources, a, false, prefix, header);
}
