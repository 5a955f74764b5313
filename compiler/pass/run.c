// run.c — runs the passes in the order of passes.def.
#include <string.h>

#include "mir/verify.h"
#include "pass/pass.h"

typedef struct pass {
  const char *name;
  void (*fn)(mir_program *, mir_fn *);
  void (*all)(mir_program *);
} pass;

static const pass passes[] = {
#define PASS_FN(name, text) {#name, pass_##name, 0},
#define PASS_ALL(name, text) {#name, 0, pass_##name},
#include "pass/passes.def"
#undef PASS_FN
#undef PASS_ALL
};

const char *pass_run(mir_program *p, bool verify) { return pass_run_without(p, verify, ""); }

const char *pass_run_without(mir_program *p, bool verify, const char *left_out) {
#ifndef NDEBUG
  verify = true;
#endif
  const char *wrong = verify ? mir_verify(p, false) : NULL;
  if (wrong) return arena_printf(p->arena, "after lowering: %s", wrong);
  bool counted = false;
  for (size_t k = 0; k < sizeof passes / sizeof *passes; k++) {
    if (strcmp(passes[k].name, left_out) == 0) continue;
    if (passes[k].all) passes[k].all(p);
    for (uint32_t i = 0; passes[k].fn && i < p->fns.count; i++) passes[k].fn(p, p->fns.items[i]);
    counted = counted || passes[k].fn == pass_rc;
    wrong = verify ? mir_verify(p, counted) : NULL;
    if (wrong) return arena_printf(p->arena, "after pass %s: %s", passes[k].name, wrong);
  }
  return NULL;
}
