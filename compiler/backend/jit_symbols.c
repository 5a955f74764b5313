// jit_symbols.c — names and addresses of abi.def, and of what TinyCC calls for conversions it has no instructions for.
// Owns: the tables. Promises: as jit_symbols.h.
#include "backend/jit_symbols.h"

#include <agent/abi.h>
#include <stddef.h>

static double float_u64_f64(uint64_t x) { return (double)x; }
static float float_u64_f32(uint64_t x) { return (float)x; }
static uint64_t fix_f64_u64(double x) { return (uint64_t)x; }
static uint64_t fix_f32_u64(float x) { return (uint64_t)x; }
static int64_t fix_f64_i64(double x) { return (int64_t)x; }
static int64_t fix_f32_i64(float x) { return (int64_t)x; }

typedef struct symbol {
  const char *name;
  uintptr_t address;
} symbol;

static const symbol symbols[] = {
#define AG_SYM(name) {#name, (uintptr_t)&name},
#include <agent/abi.def>
#undef AG_SYM
    {"__floatundidf", (uintptr_t)&float_u64_f64}, {"__floatundisf", (uintptr_t)&float_u64_f32},
    {"__fixunsdfdi", (uintptr_t)&fix_f64_u64},    {"__fixunssfdi", (uintptr_t)&fix_f32_u64},
    {"__fixdfdi", (uintptr_t)&fix_f64_i64},       {"__fixsfdi", (uintptr_t)&fix_f32_i64},
};

void jit_symbols_add(TCCState *tcc) {
  for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
    tcc_add_symbol(tcc, symbols[i].name, (const void *)symbols[i].address);
}
