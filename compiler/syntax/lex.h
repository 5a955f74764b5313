// lex.h — between the rules of grammar/lexer.re and what they do (lex.c: tokens, words and brackets; lex_literal.c).
// Owns:     the lexer's state while one source is read.
// Promises: frames never exceed TOKEN_MAX_DEPTH; after lex_give_up no more is read.
#ifndef SYNTAX_LEX_H
#define SYNTAX_LEX_H

#include "base/map.h"
#include "parser.h"
#include "syntax/token.h"

#define LEX_MAX_ERRORS 100

typedef struct lex_frame {
  int kind;        // T_LPAREN T_LBRACKET T_LBRACE, or T_TEXT_BEGIN: a value inside a text
  uint32_t token;  // index of the opening token
  uint32_t begin;  // offset of the bracket
  uint32_t quote;  // of a value: offset of the quote of its text
  uint32_t line;   // offset of the line it stands on
  uint32_t indent; // of that line
} lex_frame;

typedef struct lexer {
  const unsigned char *base, *cursor, *marker, *limit;
  const lex_input *in;
  map keywords; // interned word -> kind
  tokens out;
  lex_frame frames[TOKEN_MAX_DEPTH];
  uint32_t depth;
  bool newline;        // since the last token
  uint32_t line_begin; // offset of the current line
  uint32_t indent;     // of the line of the last token that is first on its line
  uint32_t quote;      // of the text being read
  buf text;            // of the text being read, decoded
  buf doc;             // pending doc comment
  uint32_t errors;
  bool endless;   // a comment or text that does not end took the rest of the source: say no more about it
  bool by_layout; // second reading: indentation says which `{` lacks its `}`
} lexer;

// The rules (generated).
bool lex_step(lexer *lx);
void lex_text(lexer *lx, const unsigned char *start);

// lex.c
span lex_span(const lexer *lx, const unsigned char *from, const unsigned char *to);
diag *lex_error(lexer *lx, diag_code code, const unsigned char *from, const unsigned char *to, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void lex_newline(lexer *lx);
token *lex_push(lexer *lx, int kind, const unsigned char *start);
token *lex_push_value(lexer *lx, int kind, const unsigned char *start, token_value value);
int lex_last_kind(const lexer *lx);
void lex_push_word(lexer *lx, const unsigned char *start);
void lex_add_doc(lexer *lx, const unsigned char *from, const unsigned char *to);
void lex_bang(lexer *lx, const unsigned char *start);
void lex_bar_bar(lexer *lx, const unsigned char *start);
void lex_foreign(lexer *lx, const unsigned char *start);
void lex_dots(lexer *lx, const unsigned char *start); // `...`
void lex_bad_bytes(lexer *lx, const unsigned char *start);

// lex_bracket.c
void lex_open(lexer *lx, const unsigned char *start, int kind);
void lex_close(lexer *lx, const unsigned char *start, int kind);
void lex_close_brace(lexer *lx, const unsigned char *start);
void lex_enter_value(lexer *lx, const unsigned char *start);            // the `{` of an interpolation
void lex_value_layout(lexer *lx, int kind, const unsigned char *start); // before the first token of a line
void lex_layout(lexer *lx, int kind); // second reading: before the first token of a line
void lex_close_rest(lexer *lx);       // at the end of the source
void lex_close_broken(lexer *lx);     // after a text that was not closed on its line
bool lex_in_value(const lexer *lx);   // the innermost bracket is that of an interpolation

// lex_literal.c
void lex_push_integer(lexer *lx, const unsigned char *start, uint32_t radix);
void lex_push_float(lexer *lx, const unsigned char *start);
void lex_push_duration(lexer *lx, const unsigned char *start);
void lex_bad_number(lexer *lx, const unsigned char *start);
void lex_push_char(lexer *lx, const unsigned char *start);
void lex_lone_quote(lexer *lx, const unsigned char *start);
void lex_push_raw(lexer *lx, const unsigned char *start, const unsigned char *from, const unsigned char *to);
token *lex_push_text(lexer *lx, int kind, const unsigned char *start);
void lex_broken_text(lexer *lx, const unsigned char *start, bool continued);
void lex_escape(lexer *lx, const unsigned char *backslash);
bool lex_escape_in_value(lexer *lx, const unsigned char *start);
void lex_lone_brace(lexer *lx, const unsigned char *at);
bool lex_wants_plain_text(const lexer *lx);
bool lex_at_format(const lexer *lx);
void lex_push_format(lexer *lx, const unsigned char *from, const unsigned char *to);

#endif
