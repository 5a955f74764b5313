// mutate_test.c — a short fuzz run without libFuzzer, the same every time: all .agent files of the tree, with names, tokens and
// whole parts exchanged (mutator.h), or cut and damaged byte by byte; from the lexer to emitted C, with every promise checked.
// `mutate SECONDS [SEED]` goes on for so long; each input is written to mutate-input.agent in the working folder before it runs, so
// that a crash leaves its input behind; one that takes 20 seconds of the processor is a crash. `mutate FILE` runs one input.
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <time.h>

#include "fuzz/fuzz_kit.h"
#include "fuzz/mutator.h"

static const char *const pieces[] = {
    "{",       "}",      "(",      ")",        "[",      "]",       "\"",
    "\"\"\"",  "'",      "/*",     "*/",       "//",     "\n",      "\n}\n",
    ";",       ",",      ".",      "..",       "?",      "!",       "|",
    "||",      "=",      "=>",     "->",       ":",      "@",       "_",
    "\\",      "{{",     "\xff",   "\xe2\x82", "0x",     "1e999",   "99999999999999999999",
    "10ms",    "let ",   "var ",   "fn ",      "on ",    "agent ",  "class ",
    "enum ",   "match ", "if ",    "else ",    "await ", "signal ", "spawn ",
    "quorum ", "of ",    "where ", "within ",  "catch ", "try ",    "raise ",
    "return ", "iso ",   "val ",   "ref ",     "box ",   "tag ",    "self",
    "none",    "not ",   "and ",   "or ",      "is ",    "in ",     "for ",
    "while ",  "loop ",  "use ",   "main",     "Int",    "x",       "String"};

static void damage(corpus *c, buf *text) {
  if (text->size == 0) return;
  uint32_t at = next_random(c, (uint32_t)text->size), length = 1 + next_random(c, 40);
  size_t rest = text->size - at, cut = length < rest ? length : rest;
  const sample *other = &c->samples.items[next_random(c, c->samples.count)];
  buf out = {0};
  buf_add(&out, text->data, at);
  switch (next_random(c, 6)) {
  case 0: buf_add(&out, text->data + at + cut, rest - cut); break; // leave out
  case 1:                                                          // say twice
    buf_add(&out, text->data + at, cut);
    buf_add(&out, text->data + at, rest);
    break;
  case 2: // a byte
    buf_addc(&out, (char)next_random(c, 256));
    buf_add(&out, text->data + at + 1, rest - 1);
    break;
  case 3: // from another file
    if (other->size > 1) {
      uint32_t from = next_random(c, (uint32_t)other->size - 1);
      size_t most = other->size - from;
      buf_add(&out, other->text + from, length * 4 < most ? length * 4 : most);
    }
    buf_add(&out, text->data + at, rest);
    break;
  default:
    buf_adds(&out, pieces[next_random(c, sizeof pieces / sizeof *pieces)]);
    buf_add(&out, text->data + at, rest);
    break;
  }
  buf_fini(text);
  *text = out;
}

// In time of the processor: a machine that is busy with other things is no hang.
static void limit_seconds(long seconds) {
  const struct itimerval limit = {.it_value = {.tv_sec = seconds}};
  setitimer(ITIMER_PROF, &limit, NULL);
}

static void run_text(const char *text, size_t size) {
  limit_seconds(20);
  fuzz_syntax((const uint8_t *)text, size);
  fuzz_compile((const uint8_t *)text, size);
  limit_seconds(0);
}

static void run_one(corpus *c, bool keep) {
  const sample *s = &c->samples.items[next_random(c, c->samples.count)];
  buf text = {0};
  bool structure = next_random(c, 4) > 0;
  size_t most = structure ? 30000 : 8000;
  size_t from = s->size > most ? next_random(c, (uint32_t)(s->size - most)) : 0;
  buf_add(&text, s->text + from, s->size > most ? most : s->size);
  for (uint32_t n = 1 + next_random(c, structure ? 3 : 5); n > 0; n--) {
    if (structure) mutate_structure(c, &text);
    else damage(c, &text);
  }
  if (keep) os_write_file(&c->arena, "mutate-input.agent", text.data, text.size);
  run_text(buf_text(&text), text.size);
  buf_fini(&text);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int run_file(corpus *c, const char *path) {
  sample s;
  const char *error = os_read_file(&c->arena, path, &s.text, &s.size);
  if (!error) run_text(s.text, s.size);
  else fprintf(stderr, "%s: %s\n", path, error);
  return error != NULL;
}

int main(int argc, char **argv) {
  corpus c = {.random =
                  argc > 2 ? strtoull(argv[2], NULL, 10) * 2654435761U + 88172645463325252U : 0x9e3779b97f4a7c15U};
  arena_init(&c.arena);
  if (argc > 1 && strstr(argv[1], ".agent")) return run_file(&c, argv[1]);
  double seconds = argc > 1 ? atof(argv[1]) : 0;
  static const char *const folders[] = {"tests", "examples", "stdlib", "bench"};
  for (int i = 0; i < 4; i++) {
    buf folder = {0};
    buf_printf(&folder, "%s/%s", TEST_SOURCE_DIR, folders[i]);
    corpus_collect(&c, buf_text(&folder), 0);
    buf_fini(&folder);
  }
  fuzz_require(c.samples.count > 0);
  double end = now() + seconds;
  uint32_t runs = 0;
  while (seconds > 0 ? now() < end : runs < 1500) {
    run_one(&c, seconds > 0);
    runs++;
  }
  printf("%u inputs from %u files: %u are right and became C\n", runs, c.samples.count, fuzz_compiled);
  arena_fini(&c.arena);
  return 0;
}
