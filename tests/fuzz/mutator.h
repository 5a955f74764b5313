// mutator.h — makes new programs of old ones: exchanges names, capabilities, tokens, and whole parts (bracketed groups, statements,
// arguments) within a file and between files, so that most of the result still parses and the checker has something to do.
// Owns:     the samples, in the corpus' arena. Promises: the same seed gives the same inputs. Does not: run anything.
#ifndef FUZZ_MUTATOR_H
#define FUZZ_MUTATOR_H

#include <dirent.h>
#include <string.h>

#include "base/os.h"
#include "parser.h"
#include "syntax/token.h"

typedef struct piece {
  uint32_t begin, end; // bytes
} piece;

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
  return below ? (uint32_t)(c->random >> 32) % below : 0;
}

static void corpus_collect(corpus *c, const char *folder, int depth) {
  DIR *dir = opendir(folder);
  if (!dir || depth > 6) return;
  for (struct dirent *entry; (entry = readdir(dir));) {
    if (entry->d_name[0] == '.') continue;
    const char *path = path_join(&c->arena, folder, entry->d_name);
    const char *dot = strrchr(entry->d_name, '.');
    sample s;
    if (!dot) corpus_collect(c, path, depth + 1);
    else if (!strcmp(dot, ".agent") && !os_read_file(&c->arena, path, &s.text, &s.size) && s.size > 0)
      VEC_PUSH(&c->arena, &c->samples, s);
  }
  closedir(dir);
}

// ---- a program as tokens -----------------------------------------------------------------------------------------------------
typedef struct program {
  arena arena;
  intern names;
  const char *text;
  tokens list;
  uint32_t *partner; // of brackets, by token; UINT32_MAX: none
} program;

static void program_open(program *p, const char *text, size_t size) {
  arena_init(&p->arena);
  intern_init(&p->names, &p->arena);
  diag_sink sink;
  source_set sources;
  source_set_init(&sources, &p->arena);
  diag_sink_init(&sink, &p->arena, &sources);
  p->text = arena_strndup(&p->arena, text, size);
  const source *src = source_add(&sources, "m.agent", "m.agent", p->text, size);
  lex_input in = {.arena = &p->arena, .names = &p->names, .sink = &sink, .src = src};
  p->list = tokens_lex(&in);
  p->partner = ARENA_ARRAY(&p->arena, uint32_t, p->list.count + 1);
  uint32_t open[TOKEN_MAX_DEPTH + 1], depth = 0;
  for (uint32_t i = 0; i < p->list.count; i++) {
    int k = p->list.items[i].kind;
    p->partner[i] = UINT32_MAX;
    if (k == T_LPAREN || k == T_LBRACKET || k == T_LBRACE) {
      if (depth < TOKEN_MAX_DEPTH) open[depth++] = i;
    } else if ((k == T_RPAREN || k == T_RBRACKET || k == T_RBRACE) && depth > 0) {
      p->partner[open[--depth]] = i;
      p->partner[i] = open[depth];
    }
  }
}

static void program_close(program *p) {
  tokens_free(&p->list);
  intern_fini(&p->names);
  arena_fini(&p->arena);
}

static bool is_capability(int k) { return k == T_ISO || k == T_VAL || k == T_REF || k == T_BOX || k == T_TAG; }
static bool is_opening(int k) { return k == T_LPAREN || k == T_LBRACKET || k == T_LBRACE; }

// Tokens that may be exchanged for each other without making the syntax worse.
static int class_of(int k) {
  if (is_capability(k)) return T_ISO;
  if (k >= T_EQ && k <= T_SHR) return T_EQ;
  if (k >= T_SET && k <= T_SLASH_SET) return T_SET;
  if (k == T_INT || k == T_FLOAT || k == T_DURATION || k == T_CHAR || k == T_STRING || k == T_TRUE || k == T_FALSE ||
      k == T_NONE)
    return T_INT;
  if (k == T_LET || k == T_VAR || k == T_CONST) return T_LET;
  if (k == T_CLASS || k == T_STRUCT || k == T_ENUM || k == T_ERROR || k == T_AGENT || k == T_INTERFACE) return T_CLASS;
  if (k == T_BREAK || k == T_CONTINUE || k == T_STOP || k == T_RETURN) return T_BREAK;
  if (k == T_SIGNAL || k == T_AWAIT || k == T_TRY || k == T_SPAWN || k == T_TAKE || k == T_RAISE) return T_SIGNAL;
  return k == T_FN || k == T_ON ? T_FN : k == T_SELF ? T_NAME : k;
}

// A random token for which `want` holds: its class, or -1 for any. UINT32_MAX: none was found.
static uint32_t pick(corpus *c, const program *p, int want) {
  for (int tries = 0; tries < 40 && p->list.count > 1; tries++) {
    uint32_t i = next_random(c, p->list.count - 1);
    if (p->list.items[i].end > p->list.items[i].begin && (want < 0 || class_of(p->list.items[i].kind) == want))
      return i;
  }
  return UINT32_MAX;
}

static piece of_tokens(const program *p, uint32_t from, uint32_t to) { // [from, to)
  if (from >= to) return (piece){p->list.items[from].begin, p->list.items[from].begin};
  return (piece){p->list.items[from].begin, p->list.items[to - 1].end};
}

// A statement or member: from a token that begins a line to the next such one in the same bracket.
static bool pick_statement(corpus *c, const program *p, piece *out) {
  for (int tries = 0; tries < 40; tries++) {
    uint32_t i = pick(c, p, -1), at = i;
    if (i == UINT32_MAX) return false;
    if (!(p->list.items[i].flags & TOKEN_LINE)) continue;
    do {
      if (is_opening(p->list.items[at].kind) && p->partner[at] != UINT32_MAX) at = p->partner[at];
      else if (p->partner[at] != UINT32_MAX) break; // closes what is around
      at++;
    } while (at + 1 < p->list.count && !(p->list.items[at].flags & TOKEN_LINE));
    if (at == i) continue;
    *out = of_tokens(p, i, at);
    return true;
  }
  return false;
}

// What a bracket holds (of this kind; 0: any), or one of its items.
static bool pick_group(corpus *c, const program *p, int kind, bool item, piece *out, int *found) {
  for (int tries = 0; tries < 60 && p->list.count > 1; tries++) {
    uint32_t i = next_random(c, p->list.count - 1);
    int k = p->list.items[i].kind;
    if (!is_opening(k) || (kind && k != kind) || p->partner[i] == UINT32_MAX) continue;
    uint32_t from = i + 1, to = p->partner[i], last = from;
    *found = k;
    if (item && k != T_LBRACE) {
      uint32_t chosen = next_random(c, 4);
      for (uint32_t at = from; at < to; at++) {
        if (is_opening(p->list.items[at].kind) && p->partner[at] != UINT32_MAX) at = p->partner[at];
        if (p->list.items[at].kind != T_COMMA) continue;
        if (chosen-- == 0) {
          to = at;
          break;
        }
        last = at + 1;
      }
      from = last;
    }
    if (from >= to) continue;
    *out = of_tokens(p, from, to);
    return true;
  }
  return false;
}

// ---- changes -----------------------------------------------------------------------------------------------------------------
static void replace(buf *text, piece old, const char *with, size_t size) {
  buf out = {0};
  buf_add(&out, text->data, old.begin);
  buf_add(&out, with, size);
  buf_add(&out, text->data + old.end, text->size - old.end);
  buf_fini(text);
  *text = out;
}

// A part of another program, with (mostly) the names of this one.
static void add_adapted(corpus *c, buf *out, const program *from, piece part, const program *to) {
  uint32_t at = part.begin;
  bool adapt = next_random(c, 4) > 0;
  for (uint32_t i = 0; adapt && i < from->list.count; i++) {
    const token *t = &from->list.items[i];
    if (t->begin < part.begin || t->end > part.end || (t->kind != T_NAME && t->kind != T_TYPE_NAME)) continue;
    if (next_random(c, 3) == 0) continue;
    uint32_t other = pick(c, to, t->kind);
    if (other == UINT32_MAX || to->list.items[other].end == to->list.items[other].begin || t->begin < at) continue;
    buf_add(out, from->text + at, t->begin - at);
    buf_add(out, to->text + to->list.items[other].begin, to->list.items[other].end - to->list.items[other].begin);
    at = t->end;
  }
  buf_add(out, from->text + at, part.end - at);
}

static void change_token(corpus *c, buf *text, const program *p, const program *donor) {
  uint32_t i = pick(c, p, -1);
  if (i == UINT32_MAX) return;
  int class = class_of(p->list.items[i].kind);
  const program *from = next_random(c, 4) ? p : donor;
  uint32_t j = pick(c, from, next_random(c, 12) ? class : -1);
  if (j == UINT32_MAX) return;
  piece other = of_tokens(from, j, j + 1);
  replace(text, of_tokens(p, i, i + 1), from->text + other.begin, other.end - other.begin);
}

static void change_capability(corpus *c, buf *text, const program *p) {
  static const char *const words[] = {"iso", "val", "ref", "box", "tag", "", "?", "()"};
  uint32_t i = pick(c, p, next_random(c, 2) ? T_ISO : T_TYPE_NAME);
  if (i == UINT32_MAX) return;
  const char *word = words[next_random(c, 8)];
  bool suffix = p->list.items[i].kind == T_TYPE_NAME;
  piece at = of_tokens(p, i, i + 1);
  if (suffix) at.begin = at.end;
  buf with = {0};
  buf_printf(&with, "%s%s", suffix ? " " : "", word);
  replace(text, at, buf_text(&with), with.size);
  buf_fini(&with);
}

static void change_group(corpus *c, buf *text, const program *p, const program *donor) {
  piece old, with;
  int kind, same;
  bool item = next_random(c, 2);
  const program *from = next_random(c, 2) ? p : donor;
  if (!pick_group(c, p, 0, item, &old, &kind) || !pick_group(c, from, kind, item, &with, &same)) return;
  buf out = {0};
  add_adapted(c, &out, from, with, p);
  if (next_random(c, 5) == 0) buf_clear(&out);
  replace(text, old, buf_text(&out), out.size);
  buf_fini(&out);
}

static void change_statement(corpus *c, buf *text, const program *p, const program *donor) {
  piece old, with;
  const program *from = next_random(c, 2) ? p : donor;
  if (!pick_statement(c, p, &old) || !pick_statement(c, from, &with)) return;
  buf out = {0};
  uint32_t how = next_random(c, 4);
  if (how != 0) add_adapted(c, &out, from, with, p); // else it is left out
  buf_addc(&out, '\n');
  if (how > 1) old.end = old.begin; // before it
  replace(text, old, buf_text(&out), out.size);
  buf_fini(&out);
}

// One change that knows tokens and brackets.
static void mutate_structure(corpus *c, buf *text) {
  const sample *other = &c->samples.items[next_random(c, c->samples.count)];
  program p, donor;
  program_open(&p, buf_text(text), text->size);
  program_open(&donor, other->text, other->size < 30000 ? other->size : 30000);
  switch (next_random(c, 8)) {
  case 0:
  case 1:
  case 2: change_token(c, text, &p, &donor); break;
  case 3: change_capability(c, text, &p); break;
  case 4:
  case 5: change_group(c, text, &p, &donor); break;
  default: change_statement(c, text, &p, &donor); break;
  }
  program_close(&p);
  program_close(&donor);
}

#endif
