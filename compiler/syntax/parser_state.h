// parser_state.h — the state the generated parser works on.
// Owns:     the token list and the position in it, while one file is parsed.
// Promises: after an error the parser goes on at a token of the same bracket level (parser_report sets `resume`), and
//           always gets further: no input makes it loop.
#ifndef SYNTAX_PARSER_STATE_H
#define SYNTAX_PARSER_STATE_H

#include "parser.h"
#include "syntax/ast_build.h"
#include "syntax/token.h"

#define PARSER_MAX_ERRORS 100

struct parser {
  arena *arena;
  intern *names;
  diag_sink *sink;
  const source *src;
  tokens tokens;
  uint32_t next;    // index of the token to be read next
  uint32_t current; // index of the token in hand, read last
  uint32_t error;   // index of the token of the last error
  uint32_t resume;  // where to go on after it
  uint32_t errors;
  uint32_t level_at, level; // level: brackets open before token level_at
  bool any_error;
  bool stuck;
  bool too_deep;
  int misnamed;       // the kind of the first reserved word that was taken for a name; 0: none
  diag_mark after_it; // what had been reported then
  ast_file *file;
};

int parser_next(YYSTYPE *value, span *at, parser *p);
// True when the token in hand is to be dropped; reading then goes on at `resume`.
bool parser_resume(parser *p);
// Too many errors, or one at the end of the file that cannot be got over.
bool parser_gave_up(const parser *p);
bool parser_is_silent(const parser *p);
void parser_report(parser *p, const char *found, const char *const *expected, int count);

// expected.c: the words of a syntax error. slips.c: what is usually meant.
typedef struct syntax_error {
  const token *prev, *found; // prev may be NULL
  const char *found_name;
  const char *const *expected;
  int count;
} syntax_error;

// Things that stand for many tokens. The first that applies is named, and its tokens are not.
typedef enum wanted_part {
  WANT_ANY, // in slips.def only
  WANT_NOTHING,
  WANT_DECLARATION,
  WANT_MEMBER,
  WANT_STATEMENT,
  WANT_EXPRESSION,
  WANT_PATTERN,
  WANT_TYPE
} wanted_part;

bool syntax_expects(const syntax_error *e, const char *name);
wanted_part syntax_wanted(const syntax_error *e);
bool syntax_after_expression(const syntax_error *e); // an expression is complete
bool syntax_is_comparison(int kind);
bool syntax_help_word(const parser *p, const syntax_error *e, diag *d); // words only
bool syntax_help(const parser *p, const syntax_error *e, diag *d);      // false: nothing known
void syntax_error_report(parser *p, const syntax_error *e);

#endif
