// format.h — how a file is laid out: `agentc fmt`.
// Owns:     nothing; the text goes to the caller's buf.
// Promises: only blanks, line ends at the ends of lines, and blank lines change: the tokens, the comments, and which of them share a line
//           stay as they are (it is lexed again to make sure). Doing it twice changes nothing more.
// Does not: break or join lines.
#ifndef SYNTAX_FORMAT_H
#define SYNTAX_FORMAT_H

#include "syntax/parse.h"

// Adds the text of src, laid out, to out. src has no syntax errors. False: it would not be the same program (which is a mistake here).
bool format_source(const parse_context *cx, const source *src, buf *out);

#endif
