// jit_symbols.h — the runtime as a program in memory sees it. Owns: nothing. Promises: all of abi.def.
#ifndef BACKEND_JIT_SYMBOLS_H
#define BACKEND_JIT_SYMBOLS_H

#include <libtcc.h>

void jit_symbols_add(TCCState *tcc);

#endif
