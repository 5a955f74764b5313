// interface.h — which types satisfy which interfaces, and how their values are seen as such.
// Owns:     the tables of a program (hir_table), made as conversions ask for them.
// Promises: structural: what counts are the methods, as language.md section 4 ("Interfaces") says. An answer is found once.
// Does not: decide capabilities: a conversion keeps them (subtype.c).
#ifndef SEMA_INTERFACE_H
#define SEMA_INTERFACE_H

#include "sema/check.h"

typedef enum misfit {
  FITS,
  NO_METHOD,      // there is none of the name
  NO_FUNCTION,    // the member is a field, or a function where a behaviour is asked for, or the other way round
  HAS_PARAMETERS, // of types: it is generic
  STRONGER,       // it needs more of its object than the interface grants
  UNMET,          // its `where` does not hold for the type
  OTHER_COUNT,    // of parameters
  NARROWER,       // parameter `param`: takes less than the interface says
  WIDER,          // its result does not fit
  RAISES,         // and the interface says nothing of it
  OTHER_SHAPE,    // behaviours: messages and replies are of the very same types
  IN_ERROR,       // reported elsewhere
} misfit;

typedef struct interface_gap {
  misfit why;
  const hir_fn *wanted; // the interface's
  const member *found;  // of the type; or NULL
  uint32_t param;
} interface_gap;

bool interface_fits(sema *s, const type *from, const hir_decl *interface, interface_gap *gap /* or NULL */);
// E0350: `from` is wanted as the interface, and is none.
void interface_report(sema *s, span at, const type *from, const type *want, const char *role);
// May a type argument stand for a parameter that is to satisfy `interface`? Its methods can then be called. Else E0421.
bool interface_bound(sema *s, span at, const char *what, const type *arg, const type *interface);
bool interface_allows(const hir_decl *interface, cap c); // can each method be called through a name with c?
// The methods of the interface become members of a type parameter that is to satisfy it, whose type is `self`.
void interface_offer(sema *s, const hir_decl *interface, decl_info *param, const type *self);
// A value of a type that fits, whose capability has been settled, as the interface `want`.
hir_expr *interface_make(sema *s, hir_expr *object, const type *from, const type *want);
// What the object of an interface value is, whose type is `from` but for capabilities: a class, or one that holds the value.
const type *interface_object(sema *s, const type *from, cap c);
bool interface_holds_value(const type *from); // it has to be put into an object
// Makes those that follow from conversions between interfaces. False: they are all there.
bool interface_tables(sema *s);
void interface_init(sema *s);

#endif
