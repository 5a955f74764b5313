// hir_dump.h — the typed tree as text, for `--emit=ir` and for tests.
// Promises: deterministic; every expression is followed by its type where it is not plain from the text.
#ifndef HIR_HIR_DUMP_H
#define HIR_HIR_DUMP_H

#include "base/buf.h"
#include "hir/hir.h"

void hir_dump(buf *out, const hir_program *p);
void hir_dump_fn(buf *out, const hir_fn *fn);
void hir_dump_expr(buf *out, const hir_expr *e);

#endif
