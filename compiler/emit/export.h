// export.h — what the two files that write exports share: names in C, texts of parameters and results.
// Owns:     the text of app.h under construction.
// Promises: internal to compiler/emit. Names are those of REFERENCE.md, "C calls agents", and depend on the program and the prefix alone.
#ifndef EMIT_EXPORT_H
#define EMIT_EXPORT_H

#include "emit/emitter.h"
#include "hir/hir_c.h"

typedef struct exporter {
  emitter *e;
  const char *prefix; // "app"
  intern names;       // in use in app.h
  map declared;       // hir_decl *: enums and structs that app.h has
  map converted;      // hir_decl *: structs that have functions which convert them
  buf types, functions;
} exporter;

typedef struct export_arg {
  hir_c c;
  const char *name; // in app.h: no keyword, none of ours
  const char *in_c; // in app.c
  const char *said; // in the program
} export_arg;

// ---- names and texts (export_text.c) ----
// prefix_a_b_c, where a part is not NULL; never two underscores in a row, nor the same twice.
const char *export_name(exporter *x, const char *a, const char *b, const char *c);
const char *export_type_name(exporter *x, const hir_decl *d); // prefix_Name
export_arg export_arg_of(exporter *x, const type *t, const char *name);
void export_param(exporter *x, buf *b, const export_arg *arg, const char *name); // ", const char *name"
const char *export_c_type(exporter *x, hir_c c);            // "void": none; of an array: its numbers
const char *export_result_type(exporter *x, hir_c c);       // the same, of an array: agent/host.h
void export_doc(buf *b, const char *doc, const char *more); // a comment; doc may be NULL
void export_declare(exporter *x, const hir_decl *d);        // an enum or struct, after those that it has
void export_header(exporter *x, buf *out);                  // the whole text

// ---- functions (emit_export.c) ----
void emit_exports(emitter *e, const char *prefix, buf *header);
// ---- tables for calls by name (export_table.c) ----
const char *emit_named_agents(emitter *e); // "agents, count" of the module

#endif
