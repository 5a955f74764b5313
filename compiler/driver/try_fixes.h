// try_fixes.h — a fix is offered to tools only if it was tried.
// Owns:     nothing. Promises: of what the session's diagnostics offer, those fixes stay that take away their diagnostic and bring no
//           other when they are applied (in memory) and the program is checked again. Never reports anything itself.
// Does not: write files.
#ifndef DRIVER_TRY_FIXES_H
#define DRIVER_TRY_FIXES_H

#include "driver/session.h"

void try_fixes(session *s);

#endif
