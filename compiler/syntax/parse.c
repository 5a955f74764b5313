// parse.c — drives lexer and parser; where the parser goes on after an error.
// Owns:     the parser's state while one file is read.
// Promises: see parse.h. Going on after an error: tokens are skipped, brackets as a whole, to the end of the statement
//           or member, or to the bracket that closes the innermost open one; at the top to the next declaration.
#include "syntax/parse.h"

#include <string.h>

#include "syntax/parser_state.h"

int yyparse(parser *p);

static bool is_opening(int kind) {
  return kind == T_LPAREN || kind == T_LBRACKET || kind == T_LBRACE || kind == T_TEXT_BEGIN;
}

static bool is_closing(int kind) {
  return kind == T_RPAREN || kind == T_RBRACKET || kind == T_RBRACE || kind == T_TEXT_END;
}

static bool begins_declaration(int kind) { return token_begins_declaration(kind) || kind == T_CONST || kind == T_AT; }

// A statement or member that a line can begin with and nothing else can go on with.
static bool begins_member(int kind) {
  switch (kind) {
  case T_LET:
  case T_VAR:
  case T_ON:
  case T_CONST:
  case T_WHILE:
  case T_DEFER:
  case T_RETURN: return true;
  default: return false;
  }
}

int parser_next(YYSTYPE *value, span *at, parser *p) {
  const token *t = &p->tokens.items[p->next];
  p->current = p->next;
  if (t->kind != T_END) p->next++;
  if (p->tokens.value_count) value->token = p->tokens.values[t->value];
  *at = (span){p->src->id, t->begin, t->end};
  return t->kind;
}

bool parser_resume(parser *p) {
  if (p->resume == p->error) return false;
  p->next = p->resume;
  return true;
}

bool parser_gave_up(const parser *p) { return p->errors >= PARSER_MAX_ERRORS || p->stuck; }

bool parser_is_silent(const parser *p) {
  uint32_t at = p->current;
  uint32_t flags = p->tokens.items[at].flags;
  bool refused = p->any_error && p->errors > 0 && at == p->resume;
  return (flags & (TOKEN_SYNTHETIC | TOKEN_SILENT)) || refused || p->errors >= PARSER_MAX_ERRORS;
}

// Brackets open before a token; asked for ever later tokens.
static uint32_t parser_level(parser *p, uint32_t at) {
  if (at < p->level_at) p->level_at = p->level = 0;
  for (; p->level_at < at; p->level_at++) {
    int kind = p->tokens.items[p->level_at].kind;
    if (is_opening(kind)) p->level++;
    if (is_closing(kind) && p->level) p->level--;
  }
  return p->level;
}

// Where to go on after an error at token `at`: at `from` or after it.
static uint32_t parser_sync(parser *p, uint32_t at, uint32_t from) {
  bool top = parser_level(p, at) == 0;
  uint32_t nested = 0;
  for (uint32_t i = at;; i++) {
    const token *t = &p->tokens.items[i];
    if (t->kind == T_END) return i;
    if (nested == 0 && i >= from) {
      bool begins = (t->flags & TOKEN_LINE) && (begins_declaration(t->kind) || (!top && begins_member(t->kind)));
      if (begins && (i > at || !is_opening(t->kind))) return i;
      if (!top && (is_closing(t->kind) || t->kind == T_NEWLINE || t->kind == T_SEMICOLON || t->kind == T_TEXT_MID))
        return i;
    }
    if (is_opening(t->kind)) nested++;
    if (is_closing(t->kind) && nested) nested--;
  }
}

void parser_report(parser *p, const char *found, const char *const *expected, int count) {
  uint32_t at = p->current;
  bool silent = parser_is_silent(p), again = p->errors > 0 && at == p->error;
  if (!silent && !again) {
    const token *t = &p->tokens.items[at];
    syntax_error e = {at ? t - 1 : NULL, t, found, expected, count};
    syntax_error_report(p, &e);
  }
  uint32_t last = p->tokens.count - 1;
  p->stuck = again && at == last;
  p->any_error = true;
  p->errors++;
  p->error = at;
  // The same token refused again: it cannot begin anything here, so leave it out.
  p->resume = parser_sync(p, at, again && at < last ? at + 1 : at);
  if (p->errors >= PARSER_MAX_ERRORS) p->resume = last;
  p->next = p->resume > at ? p->resume : at < last ? at + 1 : last;
}

// A reserved word taken for a name is one error, however often it is used: the file is read anew with names in its place.
#define MISNAMED_MAX 8

static parser parser_init(const parse_context *cx, const source *src) {
  parser p = {.arena = cx->arena, .names = cx->names, .sink = cx->sink, .src = src};
  p.file = ARENA_NEW(cx->arena, ast_file);
  p.file->stores_known = true;
  p.file->span = (span){src->id, 0, src->size};
  return p;
}

const ast_file *parse_file(const parse_context *cx, const source *src) {
  parser p = parser_init(cx, src);
  uint32_t errors = cx->sink->error_count;
  if (src->size > PARSE_MAX_SIZE) {
    span at = {src->id, 0, 0};
    diag_error(cx->sink, E0117, at, "this file is too large: more than %u megabytes", PARSE_MAX_SIZE >> 20);
  } else {
    uint16_t misnamed[MISNAMED_MAX];
    lex_input in = {cx->arena, cx->names, cx->sink, src, misnamed, 0};
    for (;;) {
      p.tokens = tokens_lex(&in);
      if (!p.tokens.gave_up) yyparse(&p);
      tokens_free(&p.tokens);
      if (!p.misnamed || in.misnamed_count == MISNAMED_MAX) break;
      misnamed[in.misnamed_count++] = (uint16_t)p.misnamed;
      diag_rewind(cx->sink, p.after_it);
      p = parser_init(cx, src);
    }
  }
  p.file->has_errors = p.any_error || cx->sink->error_count > errors;
  return p.file;
}

void parse_dump_tokens(const parse_context *cx, const source *src, buf *out) {
  if (src->size > PARSE_MAX_SIZE) return;
  lex_input in = {.arena = cx->arena, .names = cx->names, .sink = cx->sink, .src = src};
  tokens list = tokens_lex(&in);
  tokens_dump(&list, src, out);
  tokens_free(&list);
}
