// read_internal.h — what the two halves of the reader share: a scanner, names, types.
#ifndef MIR_READ_INTERNAL_H
#define MIR_READ_INTERNAL_H

#include "mir/read.h"

typedef struct reader {
  mir_program *p;
  arena *a;
  const hir_program *hir;
  const char *begin, *at;
  mir_fn *fn;
  VEC(const hir_decl *) made_up; // classes that the HIR does not list
  const char *error;
} reader;

bool read_fail(reader *r, const char *what); // keeps the first
void read_space(reader *r);                  // blanks, not newlines
const char *read_name(reader *r);            // a word, with the type arguments of an instance: "Box[Int]"
bool read_mark(reader *r, const char *text); // skips blanks and the text, if it is there
bool read_word(reader *r, char *out, size_t size);
bool read_number(reader *r, uint32_t *out);
const char *read_quoted(reader *r, uint32_t *size);
const type *read_type(reader *r);
const hir_decl *read_decl(reader *r, const char *name);
const hir_fn *read_behaviour(reader *r, const char *owner, const char *name);

#endif
