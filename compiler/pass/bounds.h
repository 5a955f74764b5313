// bounds.h — what is known of some whole numbers at one point of a function: intervals, and differences between two of them.
// Owns:     the numbers' bounds; memory is the arena's that bounds_new is given.
// Promises: whatever can be the case is allowed by them: they may know too little, never too much. `a <= b + c` is meant without
//           overflow. Joining on the way round a loop ends after few rounds (bounds_join, `widen`).
// Does not: know which numbers these are (range.c does).
#ifndef PASS_BOUNDS_H
#define PASS_BOUNDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

enum { BOUNDS_RULES = 40 };

typedef struct bounds_rule {
  uint32_t a, b; // a <= b + c
  int64_t c;
} bounds_rule;

typedef struct bounds {
  int64_t *low, *high;
  bounds_rule rules[BOUNDS_RULES]; // one per pair; when there are more, they are forgotten
  uint32_t rule_count;
  bool reached; // false: nothing gets here, all is known
} bounds;

// Which numbers there are, and scratch for questions about them.
typedef struct bounds_space {
  uint32_t count;
  int64_t *least, *most; // what each can be at all; for the caller to fill in
  int64_t *far;
  bool *seen;
  uint32_t *list;
  uint32_t listed;
} bounds_space;

void bounds_space_init(bounds_space *s, arena *a, uint32_t count);
bounds *bounds_new(const bounds_space *s, arena *a);
void bounds_copy(const bounds_space *s, bounds *to, const bounds *from);

// ---- questions: also what follows from several rules ----
int64_t bounds_low(bounds_space *s, const bounds *b, uint32_t v);
int64_t bounds_high(bounds_space *s, const bounds *b, uint32_t v);
// The least known c with x <= y + c; INT64_MAX: none.
int64_t bounds_apart(bounds_space *s, const bounds *b, uint32_t x, uint32_t y);

// ---- changes ----
void bounds_forget(bounds *b, uint32_t v, int64_t low, int64_t high); // v is some number from low to high now
void bounds_move(bounds *b, uint32_t v, int64_t low,
                 int64_t high); // v has grown by something from low to high, not beyond int64_t
void bounds_rule_add(bounds *b, uint32_t x, uint32_t y, int64_t c); // x <= y + c from now on
// What holds if either does, in `to`; true: `to` has changed. widen: what gets weaker is given up, so that this ends.
bool bounds_join(bounds_space *s, bounds *to, const bounds *from, bool widen);

static inline int64_t bounds_add(int64_t a, int64_t b) { // saturating
  int64_t r;
  return __builtin_add_overflow(a, b, &r) ? (b < 0 ? INT64_MIN : INT64_MAX) : r;
}
static inline int64_t bounds_sub(int64_t a, int64_t b) {
  int64_t r;
  return __builtin_sub_overflow(a, b, &r) ? (b > 0 ? INT64_MIN : INT64_MAX) : r;
}

#endif
