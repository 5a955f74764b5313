// hir_complete.h — is a typed tree free of what is in error?
// Promises: finds any HIR_ERROR in bodies, initialisers and constants. A program with one must have been reported: lowering leaves
//           such expressions out, and the program would silently do less than it says.
// Does not: look into what nothing reaches.
#ifndef HIR_HIR_COMPLETE_H
#define HIR_HIR_COMPLETE_H

#include "hir/hir.h"

const hir_expr *hir_first_error(const hir_program *p); // NULL: none

#endif
