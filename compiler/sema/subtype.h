// subtype.h — which value may stand where which type is wanted, and what has to be done to it.
// Owns:     nothing.
// Promises: decides from the two types and from whether the value is unique; the caller wraps the value in the nodes that the
//           answer names, in the order FREEZE, SHARE, INTERFACE, SOME.
// Does not: look at expressions, or report.
#ifndef SEMA_SUBTYPE_H
#define SEMA_SUBTYPE_H

#include "sema/sendable.h"

typedef enum conv_reason {
  CONV_OK,
  CONV_OTHER_TYPE,   // nothing to do with capabilities: E03xx
  CONV_NOT_UNIQUE,   // iso wanted, the value may have other names (ref, box, val)
  CONV_NOT_FROZEN,   // val wanted, somebody may still write (ref, box)
  CONV_READ_ONLY,    // ref wanted, the value can only be read (val, box)
  CONV_OPAQUE,       // something better than tag wanted, the value is a tag
  CONV_INVARIANT,    // type arguments differ in a collection that can be written
  CONV_PART,         // a tuple's or optional's part does not fit: part_reason, part_from, part_to say more
  CONV_NO_INTERFACE, // the type does not satisfy the interface
  CONV_RAISES,       // fn types: raises where it may not
} conv_reason;

typedef struct conversion {
  bool ok;
  bool some;      // T becomes T?
  bool freeze;    // a unique value becomes val
  bool share;     // an object's tag is taken
  bool interface; // it is seen as an interface
  bool moves;     // the source is used up (iso, or a value that holds one, not wanted as a tag)
  conv_reason why;
  const type *part_from, *part_to; // where it failed: the innermost types that do not fit
} conversion;

// `unique`: the value is unique (see language.md, "Moving"): an iso name used as a value, what iso/val blocks give, a constructor call
// or literal made of sendable things only.
conversion subtype_convert(type_table *t, const type *from, const type *to, bool unique);
// The same for what is given or returned by a call of which only the type is known: an `iso` in it moves along, and that is all that
// nobody else knows.
conversion subtype_handed(type_table *t, const type *from, const type *to);
static inline bool subtype_ok(type_table *t, const type *from, const type *to, bool unique) {
  return subtype_convert(t, from, to, unique).ok;
}

// The type of branches that meet: equal types, Never, T with none, T with T?, the least common capability. NULL: none.
// The caller tries the expected type first.
const type *subtype_join(type_table *t, const type *a, bool a_unique, const type *b, bool b_unique);

#endif
