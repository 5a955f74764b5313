// raise.c — which functions may raise. Optimistic: nobody does, until a raise is found that leaves the function.
#include <string.h>

#include "mir/builder.h"
#include "pass/pass.h"

static bool inst_raises(const mir_inst *i) {
  if (i->on_error == MIR_NO_ERROR) return false;
  if (i->op == MIR_CALL_INDIRECT) return i->aux.set->may_raise;
  return i->op != MIR_CALL || !i->aux.call.callee || i->aux.call.callee->may_raise;
}

// Is there a way out with an error, as far as is known of those it calls?
static bool fn_raises(mir_fn *f, uint32_t *stack, bool *done) {
  uint32_t top = 0;
  memset(done, 0, f->blocks.count);
  stack[top++] = 0;
  done[0] = true;
  while (top) {
    mir_block *b = &f->blocks.items[stack[--top]];
    if (b->term.kind == MIR_TERM_PROPAGATE) return true;
    for (uint32_t i = 0; i < b->insts.count; i++) {
      const mir_inst *x = &b->insts.items[i];
      if (!inst_raises(x)) continue;
      if (x->on_error == MIR_PROPAGATE) return true;
      if (!done[x->on_error]) stack[top++] = x->on_error;
      done[x->on_error] = true;
    }
    for (uint32_t i = 0; i < mir_term_successor_count(&b->term); i++) {
      uint32_t to = *mir_term_successor(&b->term, i);
      if (!done[to]) stack[top++] = to;
      done[to] = true;
    }
  }
  return false;
}

static void clear_edges(mir_fn *f) {
  for (uint32_t b = 0; b < f->blocks.count; b++) {
    for (uint32_t i = 0; i < f->blocks.items[b].insts.count; i++) {
      mir_inst *x = &f->blocks.items[b].insts.items[i];
      if (!inst_raises(x)) x->on_error = MIR_NO_ERROR;
    }
  }
}

void pass_raise(mir_program *p) {
  uint32_t most = 1;
  for (uint32_t i = 0; i < p->fns.count; i++) {
    p->fns.items[i]->may_raise = false;
    if (p->fns.items[i]->blocks.count > most) most = p->fns.items[i]->blocks.count;
  }
  for (uint32_t i = 0; i < p->sets.count; i++) p->sets.items[i]->may_raise = false;
  arena scratch;
  arena_init(&scratch);
  uint32_t *stack = ARENA_ARRAY(&scratch, uint32_t, most);
  bool *done = ARENA_ARRAY(&scratch, bool, most);
  for (bool changed = true; changed;) {
    changed = false;
    for (uint32_t i = 0; i < p->fns.count; i++) {
      mir_fn *f = p->fns.items[i];
      if (f->may_raise || !fn_raises(f, stack, done)) continue;
      f->may_raise = changed = true;
      if (f->set) f->set->may_raise = true;
    }
  }
  for (uint32_t i = 0; i < p->fns.count; i++) clear_edges(p->fns.items[i]);
  arena_fini(&scratch);
}

void pass_calm(mir_program *p) { pass_raise(p); }
