// cmd_test.c — `agentc test [FILES|DIRS]`: compiles files in memory and runs their `test` blocks, several at a time.
// Owns:     the list of files and tests; a file's session and code live until its last test has ended.
// Promises: each test runs in a process of its own; results are printed in the order of files and tests, whatever ends
//           first. Exit status 0: all passed; 1: a test failed, or a file has errors; 2: a wrong call, or nothing to run.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "backend/output.h"
#include "base/os.h"
#include "driver/cmd.h"
#include "driver/pipeline.h"
#include "driver/test_report.h"
#include "syntax/parse.h"

enum { MAX_JOBS = 64 };

typedef struct test_file {
  session session;
  const char *name;
  jit_program program;
  uint32_t left; // tests that have not been printed
} test_file;

typedef enum test_state { TEST_WAITS, TEST_RUNS, TEST_ENDED } test_state;

typedef struct test_case {
  test_file *file;
  uint32_t index;
  test_place at;
  test_state state;
  test_run run;
} test_case;

typedef struct tester {
  session *s;
  VEC(const char *) names; // of files
  uint32_t next_name;      // to be compiled next
  VEC(test_case *) cases;
  uint32_t next_start, next_print;
  uint32_t jobs;
  VEC(test_run *) running;
  test_report report;
  test_totals totals;
  int failed; // STATUS_FAILED once something could not be done
} tester;

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void print(tester *t, buf *text) {
  if (text->size && cmd_print(t->s, text->data, text->size) != STATUS_OK) t->failed = STATUS_FAILED;
  buf_fini(text);
}

// ---- which files -------------------------------------------------------------------------------------------------
static bool has_tests(const char *name) {
  session s;
  const char *text;
  size_t size;
  bool found = false;
  session_init(&s);
  if (!os_read_file(&s.arena, name, &text, &size) && strstr(text, "test") && size <= PARSE_MAX_SIZE) {
    parse_context cx = {.arena = &s.arena, .names = &s.names, .sink = &s.diags};
    const ast_file *file = parse_file(&cx, source_add(&s.sources, name, name, text, size));
    for (uint32_t i = 0; i < file->decls.count; i++) found |= file->decls.items[i]->kind == AST_DECL_TEST;
  }
  session_fini(&s);
  return found;
}

static int find_files(tester *t) {
  const options *o = &t->s->options;
  for (int i = 0; i < o->file_count; i++) {
    const char *const *inside;
    uint32_t count;
    if (!os_is_dir(o->files[i])) {
      VEC_PUSH(&t->s->arena, &t->names, o->files[i]);
      continue;
    }
    const char *why = os_list_files(&t->s->arena, o->files[i], ".agent", &inside, &count);
    if (why) return cmd_fail("cannot read '%s': %s", o->files[i], why);
    for (uint32_t k = 0; k < count; k++)
      if (has_tests(inside[k])) VEC_PUSH(&t->s->arena, &t->names, inside[k]);
  }
  return STATUS_OK;
}

// ---- compiling ---------------------------------------------------------------------------------------------------
static bool is_wanted(const tester *t, const char *title) {
  return !t->s->options.filter || strstr(title, t->s->options.filter);
}

static uint32_t add_cases(tester *t, test_file *f, const hir_program *hir) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < hir->test_count; i++) {
    if (!is_wanted(t, hir->tests[i].title)) continue;
    const source *src = source_of(&f->session.sources, hir->tests[i].span.file);
    test_case *c = ARENA_NEW(&t->s->arena, test_case);
    *c = (test_case){.file = f, .index = i};
    c->at = (test_place){f->name, arena_strdup(&t->s->arena, hir->tests[i].title),
                         source_line_at(src, hir->tests[i].span.begin)};
    VEC_PUSH(&t->s->arena, &t->cases, c);
    n++;
  }
  return n;
}

static int make_code(test_file *f, const hir_program *hir) {
  session *s = &f->session;
  mir_program *mir = NULL;
  int status = pipeline_lower(s, hir, &mir);
  if (status != STATUS_OK) return status;
  emit_result code = {0};
  emit_program(&code, mir, &s->sources, &s->arena, s->checked);
  jit_import *imports = pipeline_imports(s, &code);
  if (jit_find_imports(imports, code.imports.count, &s->arena) > 0) {
    pipeline_report_imports(s, &code, imports);
    status = pipeline_report(s, STATUS_ERRORS);
  } else {
    const char *error =
        jit_compile(&f->program, &s->arena, buf_text(&code.text), imports, code.imports.count, s->checked);
    if (error) status = cmd_fail("%s: %s", f->name, error);
  }
  buf_fini(&code.text);
  return status;
}

// The tests of one file are added to the list. The status: of the file.
static int compile(tester *t, test_file *f) {
  session *s = &f->session;
  module_list modules;
  const hir_program *hir = NULL;
  int status = pipeline_load(s, &modules);
  if (status != STATUS_FAILED && pipeline_check(s, &modules, &hir) != STATUS_OK) status = STATUS_ERRORS;
  status = pipeline_report(s, status);
  if (status != STATUS_OK) return status;
  uint32_t before = t->cases.count;
  f->left = add_cases(t, f, hir);
  if (f->left == 0 || s->options.list) return STATUS_OK;
  status = make_code(f, hir);
  if (status != STATUS_OK) t->cases.count = before, f->left = 0;
  return status;
}

static void end_file(test_file *f) {
  jit_free(&f->program);
  session_fini(&f->session);
}

static void next_file(tester *t) {
  test_file *f = ARENA_NEW(&t->s->arena, test_file);
  f->name = t->names.items[t->next_name++];
  session_init(&f->session);
  f->session.options = t->s->options;
  f->session.options.files = &f->name;
  f->session.options.file_count = 1;
  int status = compile(t, f);
  if (status == STATUS_FAILED) t->failed = STATUS_FAILED;
  if (status == STATUS_ERRORS) t->totals.broken_files++;
  if (f->left == 0) end_file(f);
}

// ---- running -----------------------------------------------------------------------------------------------------
static void start(tester *t, test_case *c) {
  int64_t timeout = (int64_t)t->s->options.timeout * 1000000000;
  const char *why = test_run_start(&c->run, &c->file->program, c->index, timeout);
  if (why) {
    t->failed = cmd_fail("cannot start a process: %s", why);
    c->run.ended = true;
  }
  c->state = TEST_RUNS;
}

static void start_some(tester *t) {
  uint32_t running = 0;
  for (uint32_t i = t->next_print; i < t->next_start; i++) running += t->cases.items[i]->state == TEST_RUNS;
  while (running < t->jobs && !t->failed) {
    if (t->next_start < t->cases.count) {
      start(t, t->cases.items[t->next_start++]);
      running++;
    } else if (t->next_name < t->names.count) {
      next_file(t);
    } else {
      return;
    }
  }
}

static void wait_for_some(tester *t) {
  t->running.count = 0;
  for (uint32_t i = t->next_print; i < t->next_start; i++)
    if (t->cases.items[i]->state == TEST_RUNS && !t->cases.items[i]->run.ended)
      VEC_PUSH(&t->s->arena, &t->running, &t->cases.items[i]->run);
  if (t->running.count) test_run_poll(t->running.items, t->running.count);
  for (uint32_t i = t->next_print; i < t->next_start; i++)
    if (t->cases.items[i]->run.ended) t->cases.items[i]->state = TEST_ENDED;
}

static void print_ended(tester *t) {
  buf text = {0};
  while (t->next_print < t->next_start && t->cases.items[t->next_print]->state == TEST_ENDED) {
    test_case *c = t->cases.items[t->next_print++];
    test_report_result(&t->report, &text, c->at, &c->run, &c->file->session.sources);
    if (test_passed(&c->run)) t->totals.passed++;
    else t->totals.failed++;
    test_run_free(&c->run);
    if (--c->file->left == 0) end_file(c->file);
  }
  print(t, &text);
}

static void run_all(tester *t) {
  for (;;) {
    start_some(t);
    if (t->next_print == t->next_start) return;
    wait_for_some(t);
    print_ended(t);
  }
}

static void list_all(tester *t) {
  while (t->next_name < t->names.count) next_file(t);
  buf text = {0};
  for (uint32_t i = 0; i < t->cases.count; i++) {
    test_report_name(&t->report, &text, t->cases.items[i]->at);
    if (--t->cases.items[i]->file->left == 0) end_file(t->cases.items[i]->file);
  }
  print(t, &text);
}

static uint32_t jobs_wanted(const options *o) {
  long n = o->jobs ? o->jobs : sysconf(_SC_NPROCESSORS_ONLN);
  return n < 1 ? 1 : n > MAX_JOBS ? MAX_JOBS : (uint32_t)n;
}

static bool wants_colour(const options *o) {
  const char *term = getenv("TERM");
  bool terminal = isatty(STDOUT_FILENO) && !getenv("NO_COLOR") && term && *term;
  return o->colour == COLOUR_ALWAYS || (o->colour == COLOUR_AUTO && terminal);
}

int cmd_test(session *s) {
  const options *o = &s->options;
  tester t = {.s = s, .jobs = jobs_wanted(o), .report = {.json = o->json, .colour = wants_colour(o)}};
  int64_t began = now_ns();
  int status = find_files(&t);
  if (status != STATUS_OK) return status;
  if (o->list) list_all(&t);
  else run_all(&t);
  if (t.failed) return t.failed;
  if (t.cases.count == 0 && t.totals.broken_files == 0)
    return o->filter ? cmd_fail("no test has '%s' in its name", o->filter) : cmd_fail("there are no tests to run");
  if (!o->list) {
    buf text = {0};
    t.totals.took_ns = now_ns() - began;
    test_report_totals(&t.report, &text, &t.totals);
    print(&t, &text);
  }
  if (t.failed) return t.failed;
  return t.totals.failed || t.totals.broken_files ? STATUS_ERRORS : STATUS_OK;
}
