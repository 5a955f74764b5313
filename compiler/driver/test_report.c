// test_report.c — see test_report.h.
#include "driver/test_report.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "diag/render.h"

bool test_passed(const test_run *t) {
  return !t->timed_out && WIFEXITED(t->wait_status) && WEXITSTATUS(t->wait_status) == 0 && t->records.size == 0;
}

static const char *signal_words(int number) {
  switch (number) {
  case SIGSEGV: return "it crashed: memory that is not its own";
  case SIGABRT: return "it was aborted";
  case SIGFPE: return "it crashed: an operation on numbers";
  case SIGBUS: return "it crashed: a bad address";
  case SIGILL: return "it crashed: a bad instruction";
  case SIGKILL: return "it was killed";
  default: return "a signal ended it";
  }
}

// Why a test without a failure of its own has failed; "" if it has one.
static void end_text(buf *out, const test_run *t) {
  int64_t seconds = (t->deadline_ns - t->started_ns) / 1000000000;
  if (t->timed_out) buf_printf(out, "no end after %lld s", (long long)seconds);
  else if (WIFSIGNALED(t->wait_status))
    buf_printf(out, "%s (signal %d)", signal_words(WTERMSIG(t->wait_status)), WTERMSIG(t->wait_status));
  else if (t->records.size == 0) buf_printf(out, "exit status %d", WEXITSTATUS(t->wait_status));
}

static double milliseconds(int64_t ns) { return (double)ns / 1e6; }

// ---- text --------------------------------------------------------------------------------------------------------
static void indented(buf *out, const char *text, size_t size) {
  for (const char *end = text + size; text < end;) {
    const char *line = memchr(text, '\n', (size_t)(end - text));
    size_t n = line ? (size_t)(line - text) : (size_t)(end - text);
    buf_adds(out, "        ");
    buf_add(out, text, n);
    buf_addc(out, '\n');
    text += n + 1;
  }
}

static const source *source_named(const source_set *sources, const char *name) {
  for (uint32_t i = 0; name && i < sources->files.count; i++)
    if (strcmp(sources->files.items[i]->name, name) == 0) return sources->files.items[i];
  return NULL;
}

static void failure_text(buf *out, const ag_failure *f, const source_set *sources) {
  buf text = {0};
  if (f->file) buf_printf(&text, "%s:%u: ", f->file, f->line);
  buf_adds(&text, f->text);
  if (strcmp(f->behaviour, "test") != 0) buf_printf(&text, "\n    in %s", f->behaviour);
  indented(out, text.data, text.size);
  buf_fini(&text);
  const source *src = source_named(sources, f->file);
  uint32_t size;
  if (!src || f->line == 0 || f->line > src->line_count) return;
  const char *line = source_line(src, f->line, &size);
  buf_printf(out, "      %5u | %.*s\n", f->line, (int)size, line);
}

static const char *painted(const test_report *r, const char *colour) { return r->colour ? colour : ""; }

static void result_text(test_report *r, buf *out, test_place at, const test_run *t, const source_set *sources) {
  if (r->file != at.file) buf_printf(out, "%s\n", at.file);
  r->file = at.file;
  bool passed = test_passed(t);
  buf_printf(out, "  %s%s%s  %s (%.1f ms)\n", painted(r, passed ? "\033[32m" : "\033[1;31m"), passed ? "ok  " : "FAIL",
             painted(r, "\033[0m"), at.title, milliseconds(t->took_ns));
  if (passed) return;
  size_t next = 0;
  for (ag_failure f; test_run_failure(t, &next, &f);) failure_text(out, &f, sources);
  buf why = {0};
  end_text(&why, t);
  if (why.size) buf_printf(out, "        %s:%u: %s\n", at.file, at.line, buf_text(&why));
  buf_fini(&why);
  if (t->output.size == 0) return;
  buf_adds(out, "        it wrote:\n");
  indented(out, t->output.data, t->output.size);
  if (t->cut) buf_adds(out, "        … (cut)\n");
}

// ---- JSON --------------------------------------------------------------------------------------------------------
static void json_text(buf *out, const char *name, const char *text) {
  if (!text) return;
  buf_printf(out, ",\"%s\":", name);
  render_json_string(out, text);
}

static void json_place(buf *out, test_place at) {
  buf_adds(out, "{\"test\":");
  render_json_string(out, at.title);
  json_text(out, "file", at.file);
  buf_printf(out, ",\"line\":%u", at.line);
}

static void failure_json(buf *out, const ag_failure *f) {
  buf_adds(out, "{\"error\":");
  render_json_string(out, f->error);
  json_text(out, "text", f->text);
  json_text(out, "behaviour", f->behaviour);
  if (f->file) {
    json_text(out, "file", f->file);
    buf_printf(out, ",\"line\":%u", f->line);
  }
  json_text(out, "left", f->left);
  json_text(out, "right", f->right);
  buf_addc(out, '}');
}

static void result_json(buf *out, test_place at, const test_run *t) {
  json_place(out, at);
  buf_printf(out, ",\"passed\":%s,\"milliseconds\":%.3f", test_passed(t) ? "true" : "false", milliseconds(t->took_ns));
  buf why = {0};
  end_text(&why, t);
  if (!test_passed(t) && why.size) json_text(out, "end", buf_text(&why));
  buf_fini(&why);
  buf_adds(out, ",\"failures\":[");
  size_t next = 0;
  uint32_t n = 0;
  for (ag_failure f; test_run_failure(t, &next, &f); n++) {
    if (n) buf_addc(out, ',');
    failure_json(out, &f);
  }
  buf_addc(out, ']');
  if (t->output.size) json_text(out, "output", buf_text(&t->output));
  buf_adds(out, "}\n");
}

// ---- both --------------------------------------------------------------------------------------------------------
void test_report_result(test_report *r, buf *out, test_place at, const test_run *t, const source_set *sources) {
  if (r->json) result_json(out, at, t);
  else result_text(r, out, at, t, sources);
}

void test_report_name(const test_report *r, buf *out, test_place at) {
  if (!r->json) {
    buf_printf(out, "%s:%u: %s\n", at.file, at.line, at.title);
    return;
  }
  json_place(out, at);
  buf_adds(out, "}\n");
}

void test_report_totals(const test_report *r, buf *out, const test_totals *totals) {
  uint32_t all = totals->passed + totals->failed;
  if (r->json) {
    buf_printf(out, "{\"tests\":%u,\"passed\":%u,\"failed\":%u,\"files_with_errors\":%u,\"milliseconds\":%.3f}\n", all,
               totals->passed, totals->failed, totals->broken_files, milliseconds(totals->took_ns));
    return;
  }
  buf_printf(out, "%u test%s: %u passed, %u failed", all, all == 1 ? "" : "s", totals->passed, totals->failed);
  if (totals->broken_files)
    buf_printf(out, ", %u file%s with errors", totals->broken_files, totals->broken_files == 1 ? "" : "s");
  buf_printf(out, " (%.2f s)\n", milliseconds(totals->took_ns) / 1e3);
}
