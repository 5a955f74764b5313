// jit_symbols.c — names and addresses of abi.def. Owns: the table. Promises: as jit_symbols.h.
#include "backend/jit_symbols.h"

#include <agent/abi.h>
#include <stddef.h>

typedef struct symbol {
  const char *name;
  uintptr_t address;
} symbol;

static const symbol symbols[] = {
#define AG_SYM(name) {#name, (uintptr_t)&name},
#include <agent/abi.def>
#undef AG_SYM
};

void jit_symbols_add(TCCState *tcc) {
  for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
    tcc_add_symbol(tcc, symbols[i].name, (const void *)symbols[i].address);
}
