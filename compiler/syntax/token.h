// token.h — what the lexer gives the parser.
// Owns:     a token list's arrays (malloc), until tokens_free.
// Promises: 16 bytes a token; literals are decoded into the side table of values; brackets are balanced, whatever the
//           input (missing ones are inserted, stray ones dropped, each with a diagnostic); newlines that separate
//           statements are T_NL tokens, all others are gone; the last token is T_END.
// Does not: name kinds: they are the T_… of the generated parser.h.
#ifndef SYNTAX_TOKEN_H
#define SYNTAX_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/intern.h"
#include "base/source.h"
#include "diag/diag.h"
#include "syntax/ast.h"

// The deepest nesting of brackets, blocks and interpolations.
#define TOKEN_MAX_DEPTH 256

typedef enum token_flag {
  TOKEN_SYNTHETIC = 1, // not in the source: inserted after an error that has been reported
  TOKEN_DOC = 2,       // a doc comment stands before it (tokens_doc)
  TOKEN_LINE = 4,      // first on its line
  TOKEN_SILENT = 8,    // stands in a part that a reported error has confused: say nothing more about it
} token_flag;

typedef struct token {
  uint32_t begin, end;
  uint32_t value; // index into values, for literals
  uint16_t kind;
  uint16_t flags;
} token;

typedef union token_value {
  struct {
    uint64_t value;
    uint32_t radix;
  } integer;
  double real;
  int64_t duration_ns;
  uint32_t character;
  const str *text;
  ast_format format;
} token_value;

typedef struct token_doc {
  uint32_t begin; // of the token it stands before
  const str *text;
} token_doc;

typedef struct tokens {
  token *items;
  uint32_t count, capacity;
  token_value *values;
  uint32_t value_count, value_capacity;
  token_doc *docs; // by place
  uint32_t doc_count, doc_capacity;
  bool gave_up; // too deep or too many errors: not worth parsing
} tokens;

typedef struct lex_input {
  arena *arena;
  intern *names;
  diag_sink *sink;
  const source *src;
  const uint16_t
      *misnamed; // kinds of reserved words that the file takes for names, which was reported: names where they can be
  uint32_t misnamed_count;
} lex_input;

tokens tokens_lex(const lex_input *in);
void tokens_free(tokens *list);
const str *tokens_doc(const tokens *list, uint32_t begin); // or NULL

bool token_ends_statement(int kind);
bool token_continues_statement(int kind);
const char *token_kind_name(int kind); // for --emit=tokens: "name", "agent", "(", …
void tokens_dump(const tokens *list, const source *src, buf *out);

// Does this token begin a declaration wherever it stands at the start of a line? Not `const` and `@`: those also stand elsewhere.
bool token_begins_declaration(int kind);

#endif
