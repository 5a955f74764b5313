// cap_report.h — the messages about capabilities, in the words of the program.
// Owns:     nothing.
// Promises: each says what is wrong, where the value got its capability (the declaration of the local, field, parameter, and each
//           step of a path: "field `buf: Bytes ref` seen through `val` is `Bytes val`"), what that would allow to go wrong, and
//           the smallest edit. One diagnostic a call, which the caller may add to.
// Does not: decide; that is subtype.h, sendable.h, cap.h.
#ifndef SEMA_CAP_REPORT_H
#define SEMA_CAP_REPORT_H

#include "diag/diag.h"
#include "sema/subtype.h"

// A value does not fit for reasons of capability (conv.why is neither CONV_OK nor CONV_OTHER_TYPE): E0404 E0414 E0415 E0416 E0428.
// `role`: "argument `q` of `quote`", "the result", "field `buf`" … `value`: the HIR of the value, as a place where it is one.
diag *cap_report_mismatch(diag_sink *sink, type_table *types, const hir_expr *value, const type *from, const type *to,
                          conversion conv, const char *role);

// A type that must be sendable, or shareable, is not: E0405 E0407 E0408 E0431. `at` is where the type is written or the value
// stands; `what`: "parameter `q` of behaviour `quote`", "the reply of `vote`" …
// `written`: where the type can be changed, or none.
diag *cap_report_unsendable(diag_sink *sink, type_table *types, diag_code code, span at, span written, const char *what,
                            const type *ty);

// Writing (E0409), reading (E0410) or calling (E0412, `needs`: the receiver capability of `callee`) through a path that grants less.
// `object` is the expression left of the dot. `field` NULL: an element is meant.
diag *cap_report_write(diag_sink *sink, type_table *types, span at, const hir_expr *object, const char *field);
diag *cap_report_read(diag_sink *sink, type_table *types, span at, const hir_expr *object, const char *field);
diag *cap_report_call(diag_sink *sink, type_table *types, span at, const hir_expr *object, const hir_fn *callee);

// Something unsendable goes into (E0411, E0413) or comes out of (E0413) an iso in use. `object` is the path, `what`: "argument `x`"; `value` is what goes
// in, NULL if something comes out.
diag *cap_report_into_iso(diag_sink *sink, type_table *types, diag_code code, const hir_expr *value, span at,
                          const hir_expr *object, const char *what, const type *ty);

// An iso in a field or element would have to be lent to a function, and cannot (E0424): it cannot be moved there either. `blame`: the
// argument that it could be left in, for LEND_OTHER.
diag *cap_report_lend(diag_sink *sink, const hir_expr *place, const char *callee, lend_reason why,
                      const hir_expr *blame);

// ---- cap_origin.c: parts that other reports use ----

// What an object is called when it is spoken of without its name: "buffer", "array", "`Draft`".
const char *cap_noun(arena *a, const type *ty);
const hir_expr *cap_bare(const hir_expr *e); // without the conversions around it
const hir_field *cap_field_of(const hir_expr *e);
// The expression as the program writes it, as far as it is a short path (else NULL); in quotes, or "this value".
const char *cap_path_text(arena *a, const hir_expr *e);
const char *cap_value_words(arena *a, const hir_expr *e);
// Can it be copied into a new one that nobody else knows? The elements must be shareable.
bool cap_copies_well(type_table *types, const type *t);
void cap_edit_copy(diag *d, const hir_expr *e); // `x` becomes `x.copy()`
// An expression for an empty object of an `iso` type, to be left in a place; NULL: not known.
const char *cap_empty_of(arena *a, const type *t);
// Of an `iso` in a place that keeps it (a field, an element): what the place is, and how the value is taken out.
void cap_note_place(diag *d, const hir_expr *place, const type *declared);
void cap_fix_take_out(diag *d, const hir_expr *place, const type *declared);
// A fix that gives the value's declaration (of the variable, field, function's result, `self`) another capability. False: there is
// none in sight, and nothing was added.
bool cap_fix_declared(diag *d, const hir_expr *value, cap c);
// Where an expression's capability comes from: the declaration, and each step of its path.
void cap_note_origin(diag *d, type_table *types, const hir_expr *value);
// "struct `Order` → field `buf: Bytes`": why a type is not sendable and so on, a note for each step.
void cap_note_reason(diag *d, type_table *types, const type_reason *why);

#endif
