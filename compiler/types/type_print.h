// type_print.h — types in the words of the language: "Array[String] val", "(Int, Bytes iso)?", "fn(A) -> B".
// Promises: what is printed, where the language can write it, reads back as the same type. A capability is left out where it
//           is what the bare name means.
#ifndef TYPES_TYPE_PRINT_H
#define TYPES_TYPE_PRINT_H

#include "base/buf.h"
#include "types/type.h"

void type_print(buf *out, const type *t);
const char *type_text(struct arena *a, const type *t);      // capabilities only where the bare name would mean another
const char *type_text_full(struct arena *a, const type *t); // the outermost capability always: "Bytes ref"

#endif
