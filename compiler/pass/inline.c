// inline.c — calls of small functions are replaced by what they do.
// Owns:     which calls those are. Callees come first, so that what is small after its own calls were replaced counts as small.
// Promises: what is done, in which order, and the places that errors name stay the same. Not replaced are calls of functions that check the
//           stack, may suspend by themselves, change their receiver in place, or raise from another file than the call (a library's
//           errors name the place of the call).
// Does not: look into calls that are not known (natives).
#include <string.h>

#include "mir/builder.h"
#include "pass/pass.h"

enum { SMALL_INSTS = 20, SMALL_BLOCKS = 16, MOST_INSTS = 4000 };

typedef struct inliner {
  mir_program *p;
  arena scratch;
  map done;              // mir_fn * -> itself: its own calls are replaced
  VEC(mir_fn *) waiting; // functions on the way down, to be seen again when those they call are done
} inliner;

// One call being replaced.
typedef struct splice {
  mir_program *p;
  mir_fn *f;
  const mir_fn *callee;
  mir_inst call;
  mir_operand *as; // what each local of the callee is in f
  uint32_t first;  // block of f that the callee's entry becomes; the others follow
  uint32_t after;  // block of f where it goes on
} splice;

// ---- which ---------------------------------------------------------------------------------------------------------------
static bool can_suspend(const mir_inst *i) { return i->op != MIR_CALL && mir_op_has(i->op, 'S'); }

static bool is_small(const mir_fn *f) {
  if (f->blocks.count > SMALL_BLOCKS) return false;
  uint32_t n = 0;
  for (uint32_t b = 0; b < f->blocks.count; b++) {
    const mir_block *x = &f->blocks.items[b];
    for (uint32_t k = 0; k < x->insts.count; k++) {
      if (can_suspend(&x->insts.items[k])) return false;
      n += x->insts.items[k].op != MIR_MOVE;
    }
  }
  return n <= SMALL_INSTS;
}

static bool fits(const mir_fn *f, const mir_inst *i) {
  const mir_fn *g = i->op == MIR_CALL ? i->aux.call.callee : NULL;
  if (!g || g == f || g->recursive || i->place || g->blocks.count == 0) return false;
  if (g->kind != MIR_FN_FUNCTION && g->kind != MIR_FN_CTOR) return false;
  for (uint32_t k = 0; k < g->param_count; k++)
    if (g->locals.items[k].by_ref) return false;
  if (g->may_raise && g->span.file != i->span.file) return false;
  return is_small(g);
}

static uint32_t size_of(const mir_fn *f) {
  uint32_t n = 0;
  for (uint32_t b = 0; b < f->blocks.count; b++) n += f->blocks.items[b].insts.count;
  return n;
}

// ---- parameters --------------------------------------------------------------------------------------------------------------
// Is a part of it written in place, or it itself?
static bool is_written(const mir_fn *f, uint32_t local) {
  bool value = !mir_type_is_pointer(f->locals.items[local].type);
  for (uint32_t b = 0; b < f->blocks.count; b++) {
    const mir_block *x = &f->blocks.items[b];
    for (uint32_t k = 0; k < x->insts.count; k++) {
      const mir_inst *i = &x->insts.items[k];
      if (i->dst == local) return true;
      if (i->place && i->place->base == local && i->op != MIR_LOAD && (value || i->place->step_count == 0)) return true;
    }
  }
  return false;
}

static mir_operand new_local(splice *s, uint32_t from) {
  mir_local l = s->callee->locals.items[from];
  l.is_param = l.owned = false;
  VEC_PUSH(s->p->arena, &s->f->locals, l);
  return mir_local_operand(s->f, s->f->locals.count - 1);
}

// A lent parameter that nothing is assigned to is the operand itself; any other is a variable that begins as the operand.
static void bind_param(splice *s, uint32_t block, uint32_t param) {
  const mir_local *l = &s->callee->locals.items[param];
  const mir_operand *arg = &s->call.args[param];
  bool same = mir_is_local(arg) && mir_type_same(s->f->locals.items[arg->local].type, l->type);
  if (same && !l->owned && !is_written(s->callee, param)) {
    s->as[param] = mir_local_operand(s->f, arg->local);
    return;
  }
  s->as[param] = new_local(s, param);
  mir_operand o = *arg;
  mir_emit(s->p, s->f, block, MIR_MOVE, s->as[param].local, l->type, &o, 1, s->call.span);
}

// ---- copying -----------------------------------------------------------------------------------------------------------------
static void map_operand(const splice *s, mir_operand *o) {
  if (!mir_is_local(o)) return;
  mir_operand to = s->as[o->local];
  to.mode = o->mode;
  to.type = o->type;
  *o = to;
}

static uint32_t map_error(const splice *s, uint32_t to) {
  if (to == MIR_PROPAGATE) return s->call.on_error;
  return to == MIR_NO_ERROR ? to : s->first + to;
}

static mir_place *map_place(const splice *s, const mir_place *pl) {
  mir_place *copy = arena_copy(s->p->arena, pl, sizeof *pl);
  copy->base = s->as[pl->base].local;
  copy->steps = pl->step_count ? arena_copy(s->p->arena, pl->steps, sizeof *pl->steps * pl->step_count) : NULL;
  for (uint32_t i = 0; i < pl->step_count; i++)
    if (copy->steps[i].kind == MIR_STEP_INDEX) map_operand(s, &copy->steps[i].at);
  return copy;
}

static void copy_inst(splice *s, uint32_t block, const mir_inst *from) {
  mir_inst i = *from;
  if (i.arg_count) i.args = arena_copy(s->p->arena, from->args, sizeof *from->args * from->arg_count);
  for (uint32_t a = 0; a < i.arg_count; a++) map_operand(s, &i.args[a]);
  if (i.place) i.place = map_place(s, i.place);
  if (i.dst != MIR_NONE) i.dst = s->as[i.dst].local;
  i.on_error = map_error(s, i.on_error);
  VEC_PUSH(s->p->arena, &s->f->blocks.items[block].insts, i);
}

static mir_term jump_to(uint32_t block, span at) {
  return (mir_term){.kind = MIR_TERM_JUMP, .then = block, .else_ = MIR_NONE, .span = at};
}

static void copy_term(splice *s, uint32_t block, const mir_term *from) {
  mir_term t = *from;
  map_operand(s, &t.value);
  if (t.kind == MIR_TERM_RETURN) {
    if (s->call.dst != MIR_NONE)
      mir_emit(s->p, s->f, block, MIR_MOVE, s->call.dst, s->f->locals.items[s->call.dst].type, &t.value, 1, t.span);
    t = jump_to(s->after, t.span);
  } else if (t.kind == MIR_TERM_PROPAGATE && s->call.on_error < MIR_PROPAGATE) {
    t = jump_to(s->call.on_error, t.span);
  }
  if (t.case_count && t.kind == MIR_TERM_SWITCH)
    t.cases = arena_copy(s->p->arena, from->cases, sizeof *from->cases * from->case_count);
  for (uint32_t i = 0;
       from->kind != MIR_TERM_RETURN && from->kind != MIR_TERM_PROPAGATE && i < mir_term_successor_count(&t); i++)
    *mir_term_successor(&t, i) += s->first;
  s->f->blocks.items[block].term = t;
}

// ---- one call ------------------------------------------------------------------------------------------------------------------
// What follows the call moves to a block of its own; returns that block.
static uint32_t cut(mir_program *p, mir_fn *f, uint32_t block, uint32_t at) {
  uint32_t after = mir_block_new(p, f);
  mir_block *x = &f->blocks.items[block], *y = &f->blocks.items[after];
  for (uint32_t k = at + 1; k < x->insts.count; k++) VEC_PUSH(p->arena, &y->insts, x->insts.items[k]);
  y->term = x->term;
  x->insts.count = at;
  return after;
}

static uint32_t replace(inliner *w, mir_fn *f, uint32_t block, uint32_t at) {
  mir_inst call = f->blocks.items[block].insts.items[at];
  splice s = {.p = w->p, .f = f, .callee = call.aux.call.callee, .call = call};
  s.first = f->blocks.count;
  s.as = ARENA_ARRAY(&w->scratch, mir_operand, s.callee->locals.count + 1);
  for (uint32_t i = 0; i < s.callee->blocks.count; i++) mir_block_new(w->p, f);
  s.after = cut(w->p, f, block, at);
  for (uint32_t i = 0; i < s.callee->param_count; i++) bind_param(&s, block, i);
  for (uint32_t i = s.callee->param_count; i < s.callee->locals.count; i++) s.as[i] = new_local(&s, i);
  f->blocks.items[block].term = jump_to(s.first, call.span);
  for (uint32_t i = 0; i < s.callee->blocks.count; i++) {
    const mir_block *x = &s.callee->blocks.items[i];
    for (uint32_t k = 0; k < x->insts.count; k++) copy_inst(&s, s.first + i, &x->insts.items[k]);
    copy_term(&s, s.first + i, &x->term);
  }
  return s.after;
}

// The blocks of the callee are looked at no more: its own calls were replaced before.
static void replace_calls(inliner *w, mir_fn *f) {
  uint32_t blocks = f->blocks.count, size = size_of(f);
  for (uint32_t b = 0; b < blocks; b++) {
    uint32_t block = b;
    for (uint32_t k = 0; k < f->blocks.items[block].insts.count && size < MOST_INSTS; k++) {
      if (!fits(f, &f->blocks.items[block].insts.items[k])) continue;
      size += size_of(f->blocks.items[block].insts.items[k].aux.call.callee);
      block = replace(w, f, block, k);
      k = UINT32_MAX; // from the begin of the new block
    }
  }
}

// ---- all -----------------------------------------------------------------------------------------------------------------------
static bool push_callees(inliner *w, const mir_fn *f) {
  bool any = false;
  for (uint32_t b = 0; b < f->blocks.count; b++) {
    for (uint32_t k = 0; k < f->blocks.items[b].insts.count; k++) {
      const mir_inst *i = &f->blocks.items[b].insts.items[k];
      mir_fn *g = i->op == MIR_CALL ? i->aux.call.callee : NULL;
      if (!g || g->recursive || map_has(&w->done, g)) continue;
      VEC_PUSH(&w->scratch, &w->waiting, g);
      any = true;
    }
  }
  return any;
}

// Functions that are not recursive call each other without circles, so this ends. Recursive ones come last: nobody waits for them.
static void visit(inliner *w, mir_fn *f) {
  VEC_PUSH(&w->scratch, &w->waiting, f);
  while (w->waiting.count) {
    mir_fn *g = VEC_LAST(&w->waiting);
    if (!map_has(&w->done, g) && push_callees(w, g)) continue;
    (void)VEC_POP(&w->waiting);
    if (map_has(&w->done, g)) continue;
    map_put(&w->done, g, g);
    replace_calls(w, g);
  }
}

void pass_inline(mir_program *p) {
  inliner w = {.p = p};
  arena_init(&w.scratch);
  map_init(&w.done, &w.scratch);
  for (uint32_t i = 0; i < p->fns.count; i++) visit(&w, p->fns.items[i]);
  arena_fini(&w.scratch);
}
