// lex_bracket.c — brackets that match, whatever the source.
// Owns:     the stack of frames.
// Promises: in the token list every opening bracket has its closing one. A missing one is inserted where it was most
//           probably meant and what it confused is marked silent; a stray one is dropped; each is reported once.
#include "syntax/lex.h"

#include <stdlib.h>
#include <string.h>

static int closing_of(int kind) {
  return kind == T_LPAREN ? T_RPAREN : kind == T_LBRACKET ? T_RBRACKET : kind == T_LBRACE ? T_RBRACE : T_TEXT_END;
}

static const char *bracket_text(int kind) {
  return kind == T_LPAREN || kind == T_RPAREN       ? (kind == T_LPAREN ? "(" : ")")
         : kind == T_LBRACKET || kind == T_RBRACKET ? (kind == T_LBRACKET ? "[" : "]")
         : kind == T_LBRACE || kind == T_TEXT_BEGIN ? "{"
                                                    : "}";
}

static void lex_enter(lexer *lx, int kind, uint32_t begin) {
  if (lx->depth == TOKEN_MAX_DEPTH) {
    const unsigned char *at = lx->base + begin;
    diag *d =
        lex_error(lx, E0110, at, at + 1, "nesting too deep: more than %d brackets are open here", TOKEN_MAX_DEPTH);
    diag_help(d, "move the inner part into a function of its own");
    return;
  }
  lx->frames[lx->depth++] = (lex_frame){
      .kind = kind,
      .token = lx->out.count - 1,
      .begin = begin,
      .quote = lx->quote,
      .line = lx->line_begin,
      .indent = lx->indent,
  };
}

void lex_open(lexer *lx, const unsigned char *start, int kind) {
  token *t = lex_push(lx, kind, start);
  lex_enter(lx, kind, t->begin);
}

void lex_enter_value(lexer *lx, const unsigned char *start) {
  if (*start == '"') lx->quote = (uint32_t)(start - lx->base);
  lex_enter(lx, T_TEXT_BEGIN, (uint32_t)(lx->cursor - lx->base) - 1);
}

bool lex_in_value(const lexer *lx) { return lx->depth > 0 && lx->frames[lx->depth - 1].kind == T_TEXT_BEGIN; }

// ---- missing brackets ------------------------------------------------------------------------------------------

static bool begins_statement(int kind) {
  switch (kind) {
  case T_LET:
  case T_VAR:
  case T_CONST:
  case T_IF:
  case T_WHILE:
  case T_FOR:
  case T_LOOP:
  case T_RETURN:
  case T_RAISE:
  case T_BREAK:
  case T_CONTINUE:
  case T_STOP:
  case T_SIGNAL:
  case T_DEFER:
  case T_FN:
  case T_ON:
  case T_NAME:
  case T_MATCH: return true;
  default: return false;
  }
}

// Where the closing bracket of a frame was probably meant: before the first line inside it that looks like a new
// statement, else at the end. An index into the tokens.
static uint32_t lex_probable_end(const lexer *lx, const lex_frame *f) {
  uint32_t nested = 0;
  for (uint32_t i = f->token + 1; i < lx->out.count; i++) {
    const token *t = &lx->out.items[i];
    bool statement = (t->flags & TOKEN_LINE) && nested == 0 && begins_statement(t->kind);
    if (statement && i > f->token + 1 && token_ends_statement(t[-1].kind)) return i;
    if (t->kind == T_LPAREN || t->kind == T_LBRACKET || t->kind == T_LBRACE || t->kind == T_TEXT_BEGIN) nested++;
    if (t->kind == T_RPAREN || t->kind == T_RBRACKET || t->kind == T_RBRACE || t->kind == T_TEXT_END) {
      nested -= nested > 0;
    }
  }
  return lx->out.count;
}

// Adds again the tokens that came after an inserted bracket: newlines between them may separate now.
static void lex_push_again(lexer *lx, const token *tail, uint32_t count) {
  uint32_t nested = 0;
  buf doc = lx->doc;
  lx->doc = (buf){0};
  bool counts = lx->depth == 0 || lx->frames[lx->depth - 1].kind == T_LBRACE;
  for (uint32_t i = 0; i < count; i++) {
    int kind = tail[i].kind;
    lx->newline = counts && nested == 0 && (tail[i].flags & TOKEN_LINE);
    uint32_t line = lx->line_begin, indent = lx->indent;
    bool by_layout = lx->by_layout;
    lx->by_layout = false;
    token *t = lex_push(lx, kind, lx->base + tail[i].begin);
    lx->by_layout = by_layout;
    lx->line_begin = line;
    lx->indent = indent;
    *t = tail[i];
    if (kind == T_LPAREN || kind == T_LBRACKET || kind == T_LBRACE || kind == T_TEXT_BEGIN) nested++;
    if (kind == T_RPAREN || kind == T_RBRACKET || kind == T_RBRACE || kind == T_TEXT_END) nested -= nested > 0;
  }
  lx->doc = doc;
}

// Pops the innermost frame and puts its closing bracket into the list.
static void lex_insert_close(lexer *lx) {
  lex_frame f = lx->frames[--lx->depth];
  bool newline = lx->newline;
  uint32_t at = f.kind == T_LBRACE ? lx->out.count : lex_probable_end(lx, &f);
  uint32_t count = lx->out.count - at;
  token *tail = count ? malloc(count * sizeof *tail) : NULL;
  if (count && !tail) arena_out_of_memory();
  if (count) memcpy(tail, lx->out.items + at, count * sizeof *tail);
  lx->out.count = at;
  for (uint32_t i = f.token; i < at; i++) lx->out.items[i].flags |= TOKEN_SILENT;
  uint32_t place = at > 0 ? lx->out.items[at - 1].end : 0;
  lx->newline = false;
  token *t = f.kind == T_TEXT_BEGIN ? lex_push_value(lx, T_TEXT_END, lx->base + place,
                                                     (token_value){.text = str_intern(lx->in->names, "", 0)})
                                    : lex_push(lx, closing_of(f.kind), lx->base + place);
  t->begin = t->end = place;
  t->flags = TOKEN_SYNTHETIC | TOKEN_SILENT;
  lex_push_again(lx, tail, count);
  free(tail);
  lx->newline = newline;
}

// Reports that the innermost bracket is not closed, and closes it. `before` is what made that clear.
static void lex_close_missing(lexer *lx, const unsigned char *before, const char *note) {
  const lex_frame *f = &lx->frames[lx->depth - 1];
  const unsigned char *open = lx->base + f->begin;
  const char *closing = bracket_text(closing_of(f->kind));
  diag *d = lex_error(lx, E0109, open, open + 1, "this `%s` is never closed: `%s` is missing", bracket_text(f->kind),
                      closing);
  if (before) diag_note(d, lex_span(lx, before, before + (before < lx->limit)), "%s", note);
  lex_insert_close(lx);
}

static void lex_stray(lexer *lx, const unsigned char *start) {
  diag *d = lex_error(lx, E0109, start, lx->cursor, "this `%c` closes nothing", *start);
  if (lx->depth) {
    const lex_frame *f = &lx->frames[lx->depth - 1];
    const unsigned char *open = lx->base + f->begin;
    diag_note(d, lex_span(lx, open, open + 1), "the innermost open bracket is this `%s`", bracket_text(f->kind));
  }
}

// ---- closing brackets ------------------------------------------------------------------------------------------

// The frame that `)` or `]` closes, as depth, or 0.
static uint32_t lex_find_open(const lexer *lx, int open) {
  for (uint32_t d = lx->depth; d > 0; d--) {
    const lex_frame *f = &lx->frames[d - 1];
    if (f->kind == open) return d;
    if (f->kind == T_TEXT_BEGIN) return 0;
    if (f->kind == T_LBRACE && f->line != lx->line_begin) return 0;
  }
  return 0;
}

void lex_close(lexer *lx, const unsigned char *start, int kind) {
  uint32_t depth = lex_find_open(lx, kind == T_RPAREN ? T_LPAREN : T_LBRACKET);
  if (!depth) {
    lex_stray(lx, start);
    return;
  }
  while (lx->depth > depth && !lx->out.gave_up) lex_close_missing(lx, start, "it should be closed before this");
  lex_push(lx, kind, start);
  lx->depth = depth - 1;
}

void lex_close_brace(lexer *lx, const unsigned char *start) {
  lex_value_layout(lx, T_RBRACE, start);
  uint32_t depth = lx->depth;
  while (depth > 0 && lx->frames[depth - 1].kind != T_LBRACE && lx->frames[depth - 1].kind != T_TEXT_BEGIN) depth--;
  if (!depth) {
    lex_stray(lx, start);
    return;
  }
  while (lx->depth > depth && !lx->out.gave_up) lex_close_missing(lx, start, "it should be closed before this");
  if (lx->out.gave_up) return;
  if (lx->frames[depth - 1].kind == T_TEXT_BEGIN) {
    lx->newline = false;
    lx->quote = lx->frames[depth - 1].quote;
    lx->depth = depth - 1;
    lex_text(lx, start);
    return;
  }
  lex_push(lx, T_RBRACE, start);
  if (lx->depth) lx->depth--;
}

void lex_close_broken(lexer *lx) {
  while (lx->depth > 0) {
    const lex_frame *f = &lx->frames[lx->depth - 1];
    if (f->kind == T_LBRACE || f->line != lx->line_begin) return;
    lex_insert_close(lx);
  }
}

void lex_close_rest(lexer *lx) {
  while (lx->depth > 0 && !lx->out.gave_up) {
    if (lx->endless) lex_insert_close(lx);
    else lex_close_missing(lx, NULL, NULL);
  }
}

// A value inside a text may go on over lines, but hardly to a line that begins with a statement, or with a `}` on a line
// without another quote: then it is the text's end that is missing.
void lex_value_layout(lexer *lx, int kind, const unsigned char *start) {
  uint32_t depth = lx->depth;
  while (depth > 0 && (lx->frames[depth - 1].kind == T_LPAREN || lx->frames[depth - 1].kind == T_LBRACKET)) depth--;
  if (!lx->newline || depth == 0 || lx->frames[depth - 1].kind != T_TEXT_BEGIN) return;
  bool broken = kind == T_LET || kind == T_VAR || kind == T_FOR || kind == T_WHILE || kind == T_RETURN ||
                kind == T_FN || kind == T_ON || kind == T_SIGNAL;
  if (kind == T_RBRACE) {
    const unsigned char *end = memchr(start, '\n', (size_t)(lx->limit - start));
    broken = !memchr(start, '"', (size_t)((end ? end : lx->limit) - start));
  }
  if (!broken) return;
  const unsigned char *quote = lx->base + lx->frames[depth - 1].quote, *value = lx->base + lx->frames[depth - 1].begin;
  diag *d = lex_error(lx, E0103, quote, quote + 1, "this text has no end: `}` or `\"` is missing");
  diag_note(d, lex_span(lx, value, value + 1), "this `{` begins a value inside the text; a brace itself is `{{`");
  while (lx->depth >= depth && !lx->out.gave_up) lex_insert_close(lx);
  uint32_t line = lx->frames[depth - 1].line;
  while (lx->depth > 0 && lx->frames[lx->depth - 1].kind != T_LBRACE && lx->frames[lx->depth - 1].line == line) {
    lex_insert_close(lx);
  }
}

// ---- by layout -------------------------------------------------------------------------------------------------

// A declaration at the margin closes everything. A `}` that stands first on its line closes the innermost block whose
// line is indented like it, when the innermost block is indented deeper.
void lex_layout(lexer *lx, int kind) {
  const unsigned char *here = lx->base + lx->line_begin + lx->indent;
  if (lx->indent == 0 && token_begins_declaration(kind)) {
    while (lx->depth > 0 && !lx->out.gave_up) {
      if (lex_in_value(lx)) return;
      lex_close_missing(lx, here, "a new declaration begins here");
    }
    return;
  }
  if (kind != T_RBRACE || lx->depth < 2) return;
  uint32_t depth = lx->depth;
  while (depth > 0 && lx->frames[depth - 1].kind == T_LBRACE && lx->frames[depth - 1].indent > lx->indent) depth--;
  if (depth == 0 || lx->frames[depth - 1].kind != T_LBRACE || lx->frames[depth - 1].indent != lx->indent) return;
  while (lx->depth > depth && !lx->out.gave_up) {
    lex_close_missing(lx, here, "by its indentation, this `}` belongs to an outer `{`");
  }
}
