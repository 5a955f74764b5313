// edit.h — places of edits that depend on how the program is written: what stands before and after a place.
// Owns:     nothing; texts are in the sink's arena.
// Promises: looks only at the source text; "none" (SPAN_NONE, NULL) when it is not written so, or the sink has no sources. An edit
//           at no place makes its fix a mere help (diag_edit), so callers need not ask.
// Does not: know types or trees.
#ifndef DIAG_EDIT_H
#define DIAG_EDIT_H

#include "diag/diag.h"

// The text of a place. NULL: none.
const char *edit_text(const diag *d, span at);
// A word, or a sign, that stands directly before or after a place, but for white space.
span edit_before(const diag *d, span at, const char *word);
span edit_after(const diag *d, span at, const char *word);
// A statement or declaration with its whole line, to be taken out; the statement alone where others share the line.
span edit_whole_line(const diag *d, span at);
// The edit that gives a type, as it is written at `at`, another capability: `Bytes val` becomes `Bytes iso`.
void edit_capability(diag *d, span at, const char *word);
// White space before the text of the line of `at`.
const char *edit_indent(const diag *d, span at);

#endif
