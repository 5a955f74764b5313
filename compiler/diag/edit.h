// edit.h — places of edits that depend on how the program is written: what stands before and after a place.
// Owns:     nothing; texts are in the sink's arena.
// Promises: looks only at the source text; "none" (SPAN_NONE, NULL) when it is not written so, or the sink has no sources. An edit
//           at no place makes its fix a mere help (diag_edit), so callers need not ask.
// Does not: know types or trees.
#ifndef DIAG_EDIT_H
#define DIAG_EDIT_H

#include "diag/diag.h"

// Is it a place in a file that the user wrote?
bool edit_in_program(const diag *d, span at);
// The text of a place. NULL: none.
const char *edit_text(const diag *d, span at);
// A word, or a sign, that stands directly before or after a place, but for white space.
span edit_before(const diag *d, span at, const char *word);
span edit_after(const diag *d, span at, const char *word);
// Does a word stand anywhere after a place, before the declaration around it ends (a line that begins with `}`)? And does this text
// stand elsewhere on the line?
bool edit_used_later(const diag *d, span at, const char *word);
bool edit_twice_on_line(const diag *d, span at, const char *text);
// A statement or declaration with its whole line, to be taken out; the statement alone where others share the line.
span edit_whole_line(const diag *d, span at);
// The edit that gives a type, as it is written at `at`, another capability: `Bytes val` becomes `Bytes iso`.
void edit_capability(diag *d, span at, const char *word);
const char *edit_type_text(const diag *d, span at, const char *word); // … as text
// The edit that makes a declared variable or field a `var`; `name` is its name.
void edit_make_var(diag *d, span name);
// Does an assignment sign follow?
bool edit_is_assigned(const diag *d, span at);
// The begin of the path of names that ends at a place: `a` of `a.b.c` for `c`.
span edit_path_begin(const diag *d, span at);
// White space before the text of the line of `at`.
const char *edit_indent(const diag *d, span at);

#endif
