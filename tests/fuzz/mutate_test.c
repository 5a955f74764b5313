// mutate_test.c — a short fuzz run without libFuzzer, the same every time: all .agent files of the tree, cut, mixed and
// damaged. `mutate SECONDS [SEED]` goes on for so long; findings are written to the working folder before each run of an
// input, as mutate-input.agent, so that a crash leaves its input behind.
#include <dirent.h>
#include <stdio.h>
#include <time.h>

#include "base/os.h"
#include "fuzz/fuzz_kit.h"

typedef struct sample {
  const char *text;
  size_t size;
} sample;

typedef struct corpus {
  arena arena;
  VEC(sample) samples;
  uint64_t random;
} corpus;

static uint32_t next_random(corpus *c, uint32_t below) {
  c->random ^= c->random << 13;
  c->random ^= c->random >> 7;
  c->random ^= c->random << 17;
  return (uint32_t)(c->random >> 32) % below;
}

static void collect(corpus *c, const char *folder, int depth) {
  DIR *dir = opendir(folder);
  if (!dir || depth > 6) return;
  for (struct dirent *entry; (entry = readdir(dir));) {
    if (entry->d_name[0] == '.') continue;
    const char *path = path_join(&c->arena, folder, entry->d_name);
    const char *dot = strrchr(entry->d_name, '.');
    sample s;
    if (!dot) collect(c, path, depth + 1);
    else if (!strcmp(dot, ".agent") && !os_read_file(&c->arena, path, &s.text, &s.size))
      VEC_PUSH(&c->arena, &c->samples, s);
  }
  closedir(dir);
}

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

static void run_one(corpus *c, bool keep) {
  const sample *s = &c->samples.items[next_random(c, c->samples.count)];
  buf text = {0};
  size_t from = s->size > 8000 ? next_random(c, (uint32_t)(s->size - 8000)) : 0;
  buf_add(&text, s->text + from, s->size > 8000 ? 8000 : s->size);
  for (uint32_t n = next_random(c, 6); n > 0; n--) damage(c, &text);
  if (keep) os_write_file(&c->arena, "mutate-input.agent", text.data, text.size);
  fuzz_syntax((const uint8_t *)buf_text(&text), text.size);
  fuzz_check((const uint8_t *)buf_text(&text), text.size);
  buf_fini(&text);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  double seconds = argc > 1 ? atof(argv[1]) : 0;
  corpus c = {.random = argc > 2 ? strtoull(argv[2], NULL, 10) | 1 : 0x9e3779b97f4a7c15U};
  arena_init(&c.arena);
  static const char *const folders[] = {"tests", "examples", "stdlib"};
  for (int i = 0; i < 3; i++) {
    buf folder = {0};
    buf_printf(&folder, "%s/%s", TEST_SOURCE_DIR, folders[i]);
    collect(&c, buf_text(&folder), 0);
    buf_fini(&folder);
  }
  fuzz_require(c.samples.count > 0);
  double end = now() + seconds;
  uint32_t runs = 0;
  while (seconds > 0 ? now() < end : runs < 1500) {
    run_one(&c, seconds > 0);
    runs++;
  }
  printf("%u inputs from %u files\n", runs, c.samples.count);
  arena_fini(&c.arena);
  return 0;
}
