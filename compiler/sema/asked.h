// asked.h — whom a behaviour awaits, as its text says it: for check_circles.c.
// Owns:     nothing. Internal to compiler/sema.
#ifndef SEMA_ASKED_H
#define SEMA_ASKED_H

#include "sema/check.h"

typedef enum asked_kind { ASKED_NOBODY, ASKED_FIELD, ASKED_WORD } asked_kind;
typedef enum asked_pick {
  PICK_IT,   // the agent that is named
  PICK_ONE,  // of several, it is not known which
  PICK_SOME, // a quorum of fewer than all
  PICK_EACH  // of several, each: `for`, `quorum all`
} asked_pick;

typedef struct asked { // await WHO.FN(…)
  asked_kind kind;
  asked_pick pick;
  uint32_t index; // of the field that holds it, or AG_WORD_*
  const hir_fn *fn;
  span at;
} asked;
typedef VEC(asked) asked_list;

// All that fn awaits, itself or in `fn`s of its agent, also of whom nothing is known (ASKED_NOBODY). A quorum with a deadline waits for nobody: it ends.
void asked_by(sema *s, const hir_fn *fn, asked_list *out);
// What stands behind conversions.
const hir_expr *asked_unwrapped(const hir_expr *e);

#endif
