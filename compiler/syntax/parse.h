// parse.h — a source to its syntax tree.
// Promises: any input gives a tree; errors are in the sink, and `has_errors` is set. The tree lives in the arena.
// Does not: follow `use` (module/).
#ifndef SYNTAX_PARSE_H
#define SYNTAX_PARSE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/intern.h"
#include "base/source.h"
#include "diag/diag.h"
#include "syntax/ast.h"

// The largest source that is compiled.
#define PARSE_MAX_SIZE ((uint32_t)32 * 1024 * 1024)

typedef struct parse_context {
  arena *arena;
  intern *names;
  diag_sink *sink;
} parse_context;

const ast_file *parse_file(const parse_context *cx, const source *src);

// --emit=tokens, --emit=ast
void parse_dump_tokens(const parse_context *cx, const source *src, buf *out);
void ast_dump(const ast_file *file, buf *out);

// A word of another language and ours, for unknown names: "null" gives "none". NULL: none known.
bool syntax_word_help(diag *d, const char *word, span at); // adds a help, with an edit where one word does it

#endif
