// verify.h — checks what mir.h promises.
// Promises: NULL, or the first thing that is wrong, in words, with function, block and instruction (text in the program's arena).
#ifndef MIR_VERIFY_H
#define MIR_VERIFY_H

#include "mir/mir.h"

// counted: the rc pass has run, so every owned local must be consumed or released exactly once on every path.
const char *mir_verify(mir_program *p, bool counted);

#endif
