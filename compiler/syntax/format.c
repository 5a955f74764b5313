// format.c — how a file is laid out: indentation, blank lines, blanks between tokens (format_gap.c), comments behind a line.
// Owns:     the list of pieces (a token, a whole text with its values, or a comment) while one file is laid out.
// Promises: see format.h. A line in `{ }` stands two blanks further in than the line of the `{`; one that goes on with a statement, or
//           stands in `( )` or `[ ]`, keeps how far it stood to the right of what it belongs to, at least two blanks.
#include "syntax/format.h"

#include <string.h>

#include "base/vec.h"
#include "syntax/format_gap.h"

enum { STEP = 2 };

// An open bracket, or the file.
typedef struct frame {
  int kind;
  uint32_t indent, was;              // of the line that it stands on: now, and in the source
  uint32_t statement, statement_was; // likewise, of the line that the statement being read in it began on
} frame;

typedef struct line {
  uint32_t code, code_end; // in `text`
  uint32_t note;           // the comment behind it: a piece; NONE: there is none
  bool blank;              // a blank line before it
} line;

#define NONE UINT32_MAX

typedef struct format {
  arena *a;
  const source *src;
  VEC(format_piece) pieces;
  VEC(frame) frames;
  VEC(line) lines;
  buf text; // all lines without the comments behind them
  uint32_t at;
  uint32_t indent, was; // of the line being written
  bool annotation;      // the line before begins with `@`
} format;

// ---- pieces ----------------------------------------------------------------------------------------------------------------
static uint32_t comment_end(const char *text, uint32_t at, uint32_t to) {
  if (text[at] == '#' || text[at + 1] == '/') {
    while (at < to && text[at] != '\n') at++;
    while (text[at - 1] == '\r' || text[at - 1] == ' ' || text[at - 1] == '\t') at--;
    return at;
  }
  uint32_t depth = 0;
  while (at < to) {
    bool opens = text[at] == '/' && text[at + 1] == '*', closes = text[at] == '*' && text[at + 1] == '/';
    at += opens || closes ? 2 : 1;
    depth += opens;
    if (closes && --depth == 0) break;
  }
  return at;
}

// What stands between two tokens: comments become pieces. *lines and *blanks: before what comes next.
static void read_gap(format *f, uint32_t to, format_piece *next) {
  const char *text = f->src->text;
  uint32_t at = f->at, lines = 0, blanks = 0;
  while (at < to) {
    char c = text[at];
    if (c == '\n') {
      lines++;
      blanks = 0;
      at++;
    } else if (c == '/' || c == '#') {
      uint32_t end = comment_end(text, at, to);
      format_piece p = {.begin = at, .end = end, .comment = true, .lines = lines, .blanks = blanks};
      p.to_the_end = text[at] == '#' || text[at + 1] == '/';
      VEC_PUSH(f->a, &f->pieces, p);
      at = end;
      lines = blanks = 0;
    } else {
      blanks += c == '\t' ? STEP : c != '\r';
      at++;
    }
  }
  next->lines = lines;
  next->blanks = blanks;
}

static void read_pieces(format *f, const tokens *all) {
  bool separated = false;
  for (uint32_t i = 0; i < all->count; i++) {
    const token *t = &all->items[i];
    if (t->kind == T_NEWLINE) {
      separated = true;
      continue;
    }
    format_piece p = {.begin = t->begin, .end = t->end, .kind = t->kind, .separated = separated};
    uint32_t end = t->kind == T_END ? f->src->size : t->begin;
    read_gap(f, end, &p);
    if (t->kind == T_END) return;
    for (uint32_t depth = t->kind == T_TEXT_BEGIN; depth;) { // a text with its values is one piece
      int kind = all->items[++i].kind;
      depth += kind == T_TEXT_BEGIN;
      depth -= kind == T_TEXT_END;
      p.end = all->items[i].end;
    }
    VEC_PUSH(f->a, &f->pieces, p);
    f->at = p.end;
    separated = false;
  }
}

// ---- indentation -----------------------------------------------------------------------------------------------------------
static frame *top(format *f) { return &f->frames.items[f->frames.count - 1]; }

static bool is_opener(int kind) { return kind == T_LPAREN || kind == T_LBRACKET || kind == T_LBRACE; }
static bool is_closer(int kind) { return kind == T_RPAREN || kind == T_RBRACKET || kind == T_RBRACE; }

// The token before piece i; NULL: there is none.
static const format_piece *token_before(const format *f, uint32_t i) {
  while (i-- > 0)
    if (!f->pieces.items[i].comment) return &f->pieces.items[i];
  return NULL;
}

// Does piece i, the first on its line, go on with what the line before began?
static bool goes_on(format *f, uint32_t i) {
  const format_piece *p = &f->pieces.items[i], *before = token_before(f, i);
  if (!before || p->separated || f->annotation) return false;
  switch (before->kind) {
  case T_LBRACE:
  case T_COMMA:
  case T_SEMICOLON: return false;
  case T_RBRACE:
    return p->kind == T_ELSE || p->kind == T_CATCH || p->kind == T_WITHIN || p->kind == T_DOT || p->kind == T_WHERE;
  default: return true;
  }
}

static uint32_t shifted(uint32_t base, uint32_t was, uint32_t was_base, uint32_t least) {
  uint32_t by = was > was_base ? was - was_base : 0;
  return base + (by > least ? by : least);
}

static uint32_t indent_of(format *f, uint32_t i) {
  const format_piece *p = &f->pieces.items[i];
  frame *o = top(f);
  if (is_closer(p->kind)) return o->indent;
  bool braces = o->kind == T_LBRACE || o->kind == T_END;
  if (!braces) return shifted(o->indent, p->blanks, o->was, STEP);
  uint32_t base = o->kind == T_END ? 0 : o->indent + STEP;
  if (p->comment) return base;
  if (goes_on(f, i)) return shifted(o->statement, p->blanks, o->statement_was, p->kind == T_ELSE ? 0 : STEP);
  o->statement = base;
  o->statement_was = p->blanks;
  return base;
}

static void track(format *f, const format_piece *p) {
  if (p->comment) return;
  if (is_opener(p->kind)) {
    frame o = {.kind = p->kind, .indent = f->indent, .was = f->was};
    VEC_PUSH(f->a, &f->frames, o);
  } else if (is_closer(p->kind) && f->frames.count > 1) {
    f->indent = top(f)->indent; // what opens behind it belongs to the line that this began on
    f->was = top(f)->was;
    f->frames.count--;
  }
}

// ---- columns ---------------------------------------------------------------------------------------------------------------
static uint32_t width(const char *text, size_t size) {
  uint32_t n = 0;
  for (size_t i = 0; i < size; i++) {
    n += ((unsigned char)text[i] & 0xc0) != 0x80;
    if (text[i] == '\n') n = 0; // of a raw text: its last line
  }
  return n;
}

static uint32_t column_was(const format *f, uint32_t piece) {
  uint32_t begin = f->pieces.items[piece].begin, from = begin;
  while (from > 0 && f->src->text[from - 1] != '\n') from--;
  return width(f->src->text + from, begin - from);
}

// ---- lines -----------------------------------------------------------------------------------------------------------------
static bool wants_blank(const format *f, uint32_t i) {
  const format_piece *p = &f->pieces.items[i];
  if (i == 0 || p->lines < 2 || is_closer(p->kind)) return false;
  const format_piece *before = &f->pieces.items[i - 1];
  return before->comment || !is_opener(before->kind);
}

// A comment on a line of its own that goes on with the one behind the line before.
static bool goes_on_with_note(const format *f, uint32_t i) {
  const format_piece *p = &f->pieces.items[i];
  if (!p->to_the_end || p->lines != 1 || !f->lines.count) return false;
  const line *last = &f->lines.items[f->lines.count - 1];
  return last->note != NONE && column_was(f, last->note) == column_was(f, i);
}

// Writes the line that begins with piece i; gives the first piece of the next.
static uint32_t write_line(format *f, uint32_t i) {
  format_piece *all = f->pieces.items;
  line l = {.note = NONE, .blank = wants_blank(f, i)};
  if (goes_on_with_note(f, i)) {
    l.code = l.code_end = (uint32_t)f->text.size;
    l.note = i;
    VEC_PUSH(f->a, &f->lines, l);
    return i + 1;
  }
  f->was = all[i].blanks;
  f->indent = indent_of(f, i);
  f->annotation = all[i].kind == T_AT;
  l.code = (uint32_t)f->text.size;
  for (uint32_t k = 0; k < f->indent; k++) buf_addc(&f->text, ' ');
  uint32_t first = i;
  for (; i < f->pieces.count && (i == first || !all[i].lines); i++) {
    const format_piece *p = &all[i];
    if (i > first && p->to_the_end) {
      l.note = i;
      continue;
    }
    uint32_t gap = i == first ? 0 : format_gap(all, i);
    for (uint32_t k = 0; k < gap; k++) buf_addc(&f->text, ' ');
    buf_add(&f->text, f->src->text + p->begin, p->end - p->begin);
    track(f, p);
  }
  l.code_end = (uint32_t)f->text.size;
  VEC_PUSH(f->a, &f->lines, l);
  return i;
}

// ---- comments behind lines -------------------------------------------------------------------------------------------------
static uint32_t code_width(const format *f, const line *l) {
  return width(f->text.data + l->code, l->code_end - l->code);
}

static uint32_t blanks_before(const format *f, const line *l) {
  uint32_t blanks = f->pieces.items[l->note].blanks;
  return l->code == l->code_end ? UINT32_MAX : blanks ? blanks : 1;
}

// Comments that stood in one column in the lines from i on still do: how many lines, and the column.
static uint32_t aligned(const format *f, uint32_t i, uint32_t *column) {
  uint32_t n = 0, widest = 0, gap = UINT32_MAX;
  for (uint32_t k = i; k < f->lines.count; k++, n++) {
    const line *l = &f->lines.items[k];
    if (l->note == NONE || (n && l->blank) || column_was(f, l->note) != column_was(f, f->lines.items[i].note)) break;
    uint32_t w = code_width(f, l), blanks = blanks_before(f, l);
    if (w > widest) widest = w;
    if (blanks < gap) gap = blanks;
  }
  *column = widest + gap;
  return n;
}

static void write_lines(format *f, buf *out) {
  uint32_t until = 0, column = 0;
  for (uint32_t i = 0; i < f->lines.count; i++) {
    const line *l = &f->lines.items[i];
    if (l->blank) buf_addc(out, '\n');
    buf_add(out, f->text.data + l->code, l->code_end - l->code);
    if (l->note != NONE) {
      if (i >= until) until = i + aligned(f, i, &column);
      const format_piece *note = &f->pieces.items[l->note];
      for (uint32_t w = code_width(f, l); w < column; w++) buf_addc(out, ' ');
      buf_add(out, f->src->text + note->begin, note->end - note->begin);
    }
    buf_addc(out, '\n');
  }
}

// ---- the same program ------------------------------------------------------------------------------------------------------
static bool same_tokens(const parse_context *cx, const tokens *a, const source *src, const char *text, size_t size) {
  source_set sources;
  source_set_init(&sources, cx->arena);
  const source *copy = source_add(&sources, src->path, src->name, arena_strndup(cx->arena, text, size), size);
  diag_sink silent = {0};
  diag_sink_init(&silent, cx->arena, &sources);
  tokens b = tokens_lex(&(lex_input){.arena = cx->arena, .names = cx->names, .sink = &silent, .src = copy});
  bool same = a->count == b.count && !diag_has_errors(&silent);
  for (uint32_t i = 0; same && i < b.count; i++) {
    const token *x = &a->items[i], *y = &b.items[i];
    uint32_t n = x->end - x->begin;
    same = x->kind == y->kind;
    if (same && x->kind != T_NEWLINE && x->kind != T_END)
      same = n == y->end - y->begin && memcmp(src->text + x->begin, copy->text + y->begin, n) == 0;
  }
  tokens_free(&b);
  return same;
}

bool format_source(const parse_context *cx, const source *src, buf *out) {
  format f = {.a = cx->arena, .src = src};
  tokens all = tokens_lex(&(lex_input){.arena = cx->arena, .names = cx->names, .sink = cx->sink, .src = src});
  VEC_PUSH(f.a, &f.frames, ((frame){.kind = T_END}));
  read_pieces(&f, &all);
  for (uint32_t i = 0; i < f.pieces.count;) i = write_line(&f, i);
  buf made = {0};
  write_lines(&f, &made);
  bool same = same_tokens(cx, &all, src, buf_text(&made), made.size);
  buf_add(out, buf_text(&made), made.size);
  tokens_free(&all);
  buf_fini(&made);
  buf_fini(&f.text);
  return same;
}
