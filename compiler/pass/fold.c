// fold.c — `t = op …; x = move t` becomes `x = op …`: fewer locals, less C.
// Only where nobody can see x in between: t is a temporary used nowhere else, and x is either set here only, or the operation
// neither reads it nor has a handler that could.
#include <string.h>

#include "pass/pass.h"

typedef struct counts {
  uint32_t defs, uses;
} counts;

static void count(const mir_fn *f, counts *n) {
  for (uint32_t b = 0; b < f->blocks.count; b++) {
    const mir_block *x = &f->blocks.items[b];
    for (uint32_t k = 0; k < x->insts.count; k++) {
      const mir_inst *i = &x->insts.items[k];
      if (i->dst != MIR_NONE) n[i->dst].defs++;
      for (uint32_t u = 0; u < mir_use_count(i); u++)
        if (mir_use(i, u) != MIR_NONE) n[mir_use(i, u)].uses++;
    }
    if (mir_is_local(&x->term.value)) n[x->term.value.local].uses++;
  }
}

static bool reads(const mir_inst *i, uint32_t local) {
  for (uint32_t u = 0; u < mir_use_count(i); u++)
    if (mir_use(i, u) == local) return true;
  return false;
}

static bool can_join(const mir_fn *f, const counts *n, const mir_inst *i, const mir_inst *move) {
  if (move->op != MIR_MOVE || !mir_is_local(&move->args[0]) || i->dst != move->args[0].local) return false;
  uint32_t t = i->dst, x = move->dst;
  if (f->locals.items[t].name || t < f->param_count || n[t].defs != 1 || n[t].uses != 1 || t == x) return false;
  if (x < f->param_count || f->locals.items[t].kind != f->locals.items[x].kind) return false;
  if (!mir_type_same(f->locals.items[t].type, f->locals.items[x].type)) return false;
  if (n[x].defs == 1) return true;
  return i->on_error >= MIR_PROPAGATE && !reads(i, x);
}

void pass_fold(mir_program *p, mir_fn *f) {
  (void)p;
  arena scratch;
  arena_init(&scratch);
  counts *n = ARENA_ARRAY(&scratch, counts, f->locals.count + 1);
  count(f, n);
  for (uint32_t b = 0; b < f->blocks.count; b++) {
    mir_block *x = &f->blocks.items[b];
    uint32_t out = 0;
    for (uint32_t k = 0; k < x->insts.count; k++) {
      if (out && can_join(f, n, &x->insts.items[out - 1], &x->insts.items[k])) {
        mir_inst *i = &x->insts.items[out - 1];
        n[i->dst] = (counts){0, 0};
        i->dst = x->insts.items[k].dst;
      } else {
        x->insts.items[out++] = x->insts.items[k];
      }
    }
    x->insts.count = out;
  }
  arena_fini(&scratch);
}
