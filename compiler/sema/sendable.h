// sendable.h — what may be sent, shared, copied, and why not.
// Owns:     nothing.
// Promises: linear in the size of the types; recursive declarations end. A reason is a chain of steps from the outside in:
//           "struct Order → field `buf: Bytes ref`".
// Does not: report; cap_report.h makes the messages.
#ifndef SEMA_SENDABLE_H
#define SEMA_SENDABLE_H

#include "hir/hir.h"
#include "types/cap.h"

typedef enum type_quality {
  QUALITY_SENDABLE,  // iso, val, tag, or a value made only of those
  QUALITY_SHAREABLE, // sendable without iso
  QUALITY_COPYABLE,  // holds no iso (and is no future): using it leaves it usable
  QUALITY_READABLE,  // not tag
  QUALITY_VAL,       // immutable for ever: val or a value made only of those
  QUALITY_EQ,
  QUALITY_HASH,
  QUALITY_ORD,
  QUALITY_SHOW, // as text: nothing has to be read that may not be
} type_quality;

// One step of the answer to "why not?". The last step is the culprit.
typedef struct type_step {
  const type *type;       // as seen at this step
  const hir_decl *decl;   // the struct or enum whose part it is, or NULL
  const hir_field *field; // … and its field
  const hir_variant *variant;
  uint32_t element; // of a tuple; for Array, Map, Set: the type argument
} type_step;
#define TYPE_STEPS_MAX 8
typedef struct type_reason {
  type_step steps[TYPE_STEPS_MAX];
  uint32_t count;
} type_reason;

bool type_has(type_table *t, const type *ty, type_quality q, type_reason *why /* may be NULL */);
static inline bool type_is_sendable(type_table *t, const type *ty) { return type_has(t, ty, QUALITY_SENDABLE, NULL); }
static inline bool type_is_shareable(type_table *t, const type *ty) { return type_has(t, ty, QUALITY_SHAREABLE, NULL); }
static inline bool type_is_copyable(type_table *t, const type *ty) { return type_has(t, ty, QUALITY_COPYABLE, NULL); }
static inline bool type_holds_iso(type_table *t, const type *ty) {
  return !type_is_copyable(t, ty);
} // also futures: they move

// Is there a future in it, at any depth? Those are awaited once, by the one who asked.
bool type_holds_future(const type *ty);

// The capability of a struct, enum, tuple or optional type as written (CAP_NONE: not written): CAP_NONE when it is made of
// sendable values only and the capability would change nothing; else the one written, else ref. Needs the fields' types.
cap type_value_cap(type_table *t, type_kind kind, const hir_decl *decl, const type *const *args, uint32_t n,
                   cap written);
// Call once, when the fields' types of all declarations are set: makes them canonical, and from then on every struct and enum type is
// so by construction. Types built before (of parameters and results) must be passed through type_canonical.
void type_settle_decls(type_table *t, hir_decl *const *decls, uint32_t n);
const type *type_canonical(type_table *t, const type *ty);

// The type of a name kept of field `f` of `object`.
const type *type_field_kept(type_table *t, const type *object, const hir_field *f);
// A part of an object that others may have changed when it is looked at again: a value with an `iso` in it is kept as an iso is,
// as a `tag`, also where it can be read in place (`S box`).
const type *type_kept(type_table *t, const type *part);
// The type of a part bound by a pattern of a value that is matched as `whole`: a moved whole gives its parts as they are.
const type *type_part_bound(type_table *t, const type *part, const type *whole, bool moved);
// A second name of a value: `T iso` gives `T tag`.
const type *type_alias(type_table *t, const type *ty);
// The outermost capability: of classes, agents (tag), fn, structs; CAP_NONE for plain values.
cap type_cap(const type *ty);
// A path in use through values of this type.
cap_path type_path_start(const type *ty);

// Lending (language.md, "Lending"): which iso arguments of a call of a free function are lent, and which are moved.
typedef struct lend_arg {
  const type *param; // its type after substitution
  const type *given; // the argument's type
  bool place;        // the argument is an iso place (local, field path), not a temporary: only these can be lent
  bool unique;       // the argument is a temporary that nobody else can see
  bool lent;         // out
} lend_arg;
typedef enum lend_reason {
  LEND_NOTHING, // no argument asks for it
  LEND_OK,
  LEND_RESULT,  // the result cannot be sent, so it could be a way into what was lent
  LEND_OTHER,   // argument `blame` is neither moved nor shareable: what was lent could be left in it
  LEND_SEVERAL, // one as ref and more than that one
} lend_reason;
bool lend_wanted(type_table *t, const lend_arg *arg); // an iso place given to a ref or box parameter
// Sets `lent` of each argument. When the answer is not LEND_OK none is: locals are moved, fields (which cannot) are an error (E0424).
lend_reason lend_decide(type_table *t, const type *result, lend_arg *args, uint32_t n, uint32_t *blame);

#endif
