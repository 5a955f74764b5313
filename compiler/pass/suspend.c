// suspend.c — functions that can suspend, their suspension points, and what each of those must save.
// A point saves what is live after it, what its error edge needs, and the operands the operation is called again with (mir.h).
#include "pass/live.h"
#include "pass/pass.h"

static bool can_suspend(const mir_inst *i) {
  if (!mir_op_has(i->op, 'S')) return false;
  if (i->op == MIR_CALL_INDIRECT) return i->aux.set->suspends;
  if (i->op != MIR_CALL) return true;
  return i->aux.call.callee ? i->aux.call.callee->suspends : i->aux.call.fn->waits;
}

static bool fn_suspends(const mir_fn *f) {
  for (uint32_t b = 0; b < f->blocks.count; b++)
    for (uint32_t i = 0; i < f->blocks.items[b].insts.count; i++)
      if (can_suspend(&f->blocks.items[b].insts.items[i])) return true;
  return false;
}

// One member that suspends, and all of its set use the step protocol.
static void infer_set(mir_set *set) {
  if (set->suspends) return;
  set->suspends = true;
  for (uint32_t i = 0; i < set->members.count; i++) set->members.items[i]->suspends = true;
}

static void infer(mir_program *p) {
  for (bool changed = true; changed;) {
    changed = false;
    for (uint32_t i = 0; i < p->fns.count; i++) {
      mir_fn *f = p->fns.items[i];
      if (f->suspends || !fn_suspends(f)) continue;
      f->suspends = changed = true;
      if (f->set) infer_set(f->set);
    }
  }
}

typedef struct suspend {
  mir_program *p;
  mir_fn *f;
  live live;
  live_set set, save;
} suspend;

static void save_operands(suspend *s, const mir_inst *i) {
  // A callee has all its arguments in its own frame; those that are only lent to it are live here until it is done. Who the callee
  // is must be found again.
  uint32_t n = i->op == MIR_CALL ? 0 : i->op == MIR_CALL_INDIRECT ? 1 : i->arg_count;
  for (uint32_t a = 0; a < n; a++)
    if (mir_is_local(&i->args[a])) live_put(s->save, i->args[a].local);
  for (uint32_t u = i->arg_count; u < mir_use_count(i); u++)
    if (mir_use(i, u) != MIR_NONE) live_put(s->save, mir_use(i, u));
  if (i->op == MIR_ASK) live_put(s->save, i->dst);
}

// after: the set before stepping back over the instruction, without its result.
static void point(suspend *s, mir_inst *i) {
  for (uint32_t w = 0; w < s->live.words; w++) s->save[w] = s->set[w];
  if (i->dst != MIR_NONE) live_cut(s->save, i->dst);
  live_add_in(&s->live, i->on_error, s->save);
  save_operands(s, i);
  uint32_t n = 0;
  for (uint32_t l = 0; l < s->live.local_count; l++) n += live_has(s->save, l);
  i->saves = ARENA_ARRAY(s->p->arena, uint32_t, n + 1);
  i->save_count = 0;
  for (uint32_t l = 0; l < s->live.local_count; l++) {
    if (!live_has(s->save, l) || s->f->locals.items[l].by_ref) continue;
    i->saves[i->save_count++] = l;
    s->f->locals.items[l].saved = true;
  }
  i->suspends = true;
  i->resume = ++s->f->resume_count;
}

static void mark(mir_program *p, mir_fn *f) {
  suspend s = {.p = p, .f = f};
  arena scratch;
  arena_init(&scratch);
  live_compute(&s.live, &scratch, f, NULL);
  s.set = live_set_new(&s.live, &scratch);
  s.save = live_set_new(&s.live, &scratch);
  f->resume_count = 0;
  for (uint32_t b = 0; b < f->blocks.count; b++) {
    mir_block *x = &f->blocks.items[b];
    live_at_end(&s.live, b, s.set);
    live_before_term(&s.live, &x->term, s.set);
    for (uint32_t k = x->insts.count; k-- > 0;) {
      if (can_suspend(&x->insts.items[k])) point(&s, &x->insts.items[k]);
      live_before_inst(&s.live, &x->insts.items[k], s.set);
    }
  }
  arena_fini(&scratch);
}

void pass_suspend(mir_program *p) {
  infer(p);
  for (uint32_t i = 0; i < p->fns.count; i++)
    if (p->fns.items[i]->suspends) mark(p, p->fns.items[i]);
}
