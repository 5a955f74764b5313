// syntax_fuzz.c — libFuzzer target: lexer, parser, dumps and renderers on any bytes.
#include "fuzz_kit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_syntax(data, size);
  return 0;
}
