// hir_walk.h — going through a typed tree without knowing its kinds.
// Promises: each child once, in order of evaluation. Does not: look into patterns, nor into the functions that are called, nor the bodies of closures.
#ifndef HIR_HIR_WALK_H
#define HIR_HIR_WALK_H

#include "hir/hir.h"

typedef void hir_child_fn(void *cx, const hir_expr *e);
void hir_each_child(const hir_expr *e, hir_child_fn *visit, void *cx);
bool hir_is_literal(const hir_expr *e); // a number, text, Bool, `none` or `()`, as it stands in the text

#endif
