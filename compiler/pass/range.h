// range.h — what the files of pass range share: what is known of the numbers and sizes in a function's locals at one point.
// Owns:     the numbering of locals, and what each instruction does to what is known.
// Promises: internal to compiler/pass.
#ifndef PASS_RANGE_H
#define PASS_RANGE_H

#include "mir/mir.h"
#include "pass/bounds.h"

typedef struct range {
  mir_program *p;
  mir_fn *f;
  arena scratch;
  const map *resizes; // mir_fn * -> itself
  bounds_space space;
  uint32_t *number; // local -> its number, or that of its size; MIR_NONE: nothing is known of it
  bounds **in;      // per block
  bounds *now, *side;
  uint8_t *rounds;
  bool *is_head; // of a loop
} range;

// An operand: a constant, or a number of which more is known.
typedef struct term {
  uint32_t v; // or MIR_NONE: only the interval is known
  int64_t low, high;
} term;

typedef struct interval {
  int64_t low, high;
  bool exact; // false: may be beyond what an int64_t holds
} interval;

void range_number(range *r); // locals
// Of what is known in r->now:
bool range_term(range *r, const mir_operand *o, term *t);
uint32_t range_size(const range *r, const mir_operand *o);      // number of a collection's size, or MIR_NONE
int64_t range_apart(range *r, const term *a, const term *b);    // the least known c with a <= b + c; INT64_MAX: none
bool range_result(range *r, const mir_inst *i, interval *x);    // what the operation gives if nothing is lost
bool range_within(const interval *x, const type *t);            // does all of it fit?
bool range_of_type(const type *t, int64_t *low, int64_t *high); // the whole numbers that an int64_t holds as they are

void range_forget(range *r, bounds *b, uint32_t v);
void range_resize_any(range *r);
void range_step(range *r, const mir_inst *i); // r->now: from before the instruction to after it

bool range_keeps_sizes(mir_op op); // leaves the sizes of all collections there are alone
// May the function change the size of a collection there was before? `known`: those that do, so far.
bool range_resizes(const mir_fn *f, const map *known);
// All that do, as keys; found when first asked for.
typedef struct range_resizing range_resizing;
const map *range_resizing_of(mir_program *p, range_resizing *r);
typedef void range_pass(mir_program *p, mir_fn *f, range_resizing *r);
void range_each_fn(mir_program *p, range_pass *one);

void range_fn(mir_program *p, mir_fn *f, const map *resizes); // the pass, on one function
bool range_has_index_checks(const mir_fn *f);

#endif
