// hir_c.h — which values C can have, and as what: parameters and results of exports.
// Owns:     nothing.
// Promises: the checker accepts what has a kind, and the emitter writes it.
// Does not: speak of `extern` functions, which C has written.
#ifndef HIR_HIR_C_H
#define HIR_HIR_C_H

#include "hir/hir.h"

typedef enum hir_c_kind {
  C_NONE,     // C cannot have it
  C_UNIT,     // of a result: nothing
  C_BOOL,     // int
  C_NUMBER,   // int8_t … double
  C_DURATION, // int64_t, in ns
  C_TEXT,     // String: const char *
  C_BYTES,    // Bytes: a pointer and a size; a result: ag_blob
  C_ARRAY,    // Array of numbers: a pointer and a count; a result: ag_i64_array &c
  C_AGENT,    // of an exported agent: a pointer
  C_OBJECT,   // `iso` or `val` of an exported class: a pointer
  C_ENUM,     // an exported one without payload: an enum of C
  C_STRUCT    // an exported one of numbers: a struct of C
} hir_c_kind;

typedef struct hir_c {
  hir_c_kind kind;
  const type *type; // without the optional
  bool optional;    // a pointer that may be NULL
} hir_c;

// What `extern` functions take and give.
bool type_is_handle(const type *t);   // of an `extern class`
bool hir_c_plain(const hir_decl *d);  // a struct of numbers: passed as one of C
bool type_is_out(const type *t);      // the prelude's `Out`, of a number, a Bool, a CStr or a handle: a pointer to it
bool type_is_c_array(const type *t);  // of numbers or of structs of them: a pointer to the first
bool type_is_c_text(const type *t);   // the prelude's `CStr`: a text where C has it
bool type_is_callback(const type *t); // the prelude's `Callback`
hir_c hir_c_of(const type *t, bool result);
bool hir_c_struct(const hir_decl *d, const hir_field **wrong); // can be one of C; else *wrong cannot (NULL: a variant)

#endif
