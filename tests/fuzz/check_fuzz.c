// check_fuzz.c — libFuzzer target: the checker on whatever parses, and the rest on whatever is right.
#include "fuzz_kit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_compile(data, size);
  return 0;
}
