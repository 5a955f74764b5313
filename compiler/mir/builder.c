// builder.c — making functions, locals, blocks and instructions.
#include "mir/builder.h"

#include <assert.h>
#include <string.h>

#include "types/type_print.h"

mir_fn *mir_fn_new(mir_program *p, mir_fn_kind kind, const char *name) {
  mir_fn *f = ARENA_NEW(p->arena, mir_fn);
  f->kind = kind;
  f->name = name;
  f->result = type_simple(p->types, TY_UNIT);
  f->may_raise = true;
  VEC_PUSH(p->arena, &p->fns, f);
  return f;
}

mir_set *mir_set_new(mir_program *p, const char *name, const type *fn) {
  mir_set *set = ARENA_NEW(p->arena, mir_set);
  *set = (mir_set){.name = name, .type = fn, .may_raise = true};
  VEC_PUSH(p->arena, &p->sets, set);
  return set;
}

// Are the arguments of calls of the two handed over, and lent, alike? No conversion of function types changes that.
static bool same_owners(const type *a, const type *b) {
  for (uint32_t i = 0; i + 1 < a->arg_count; i++)
    if (mir_type_holds_iso(a->args[i]) != mir_type_holds_iso(b->args[i])) return false;
  return true;
}

mir_set *mir_set_of(mir_program *p, const type *fn) {
  for (uint32_t i = 0; i < p->sets.count; i++) {
    mir_set *set = p->sets.items[i];
    if (set->of_closures && mir_type_same(set->type, fn) && same_owners(set->type, fn)) return set;
  }
  mir_set *set = mir_set_new(p, type_text(p->arena, fn), fn);
  set->of_closures = true;
  return set;
}

void mir_set_add(mir_program *p, mir_set *set, mir_fn *member) {
  assert(!member->set && "in one set only");
  member->set = set;
  VEC_PUSH(p->arena, &set->members, member);
}

uint32_t mir_local_new(mir_program *p, mir_fn *f, const type *t, const char *name) {
  mir_local l = {.name = name, .type = t, .counted = mir_type_counted(t)};
  VEC_PUSH(p->arena, &f->locals, l);
  return f->locals.count - 1;
}

uint32_t mir_block_new(mir_program *p, mir_fn *f) {
  mir_block b;
  memset(&b, 0, sizeof b);
  b.term.then = b.term.else_ = MIR_NONE;
  VEC_PUSH(p->arena, &f->blocks, b);
  return f->blocks.count - 1;
}

static void set_modes(mir_op op, mir_operand *args, uint32_t n) {
  const char *m = mir_ops[op].modes;
  for (uint32_t i = 0; i < n; i++) {
    assert(*m && "more operands than ops.def says");
    if (*m == 'c') args[i].mode = MIR_CONSUME;
    else args[i].mode = MIR_BORROW;
    if (m[1] != '*') m++;
  }
}

mir_inst mir_inst_make(mir_program *p, mir_op op, uint32_t dst, const type *t, const mir_operand *args,
                       uint32_t arg_count, span at) {
  mir_inst i;
  memset(&i, 0, sizeof i);
  i.op = op;
  i.dst = dst;
  i.type = t;
  i.span = at;
  i.on_error = MIR_NO_ERROR;
  i.args = arg_count ? arena_copy(p->arena, args, sizeof *args * arg_count) : NULL;
  i.arg_count = arg_count;
  set_modes(op, i.args, arg_count);
  return i;
}

mir_inst *mir_emit(mir_program *p, mir_fn *f, uint32_t block, mir_op op, uint32_t dst, const type *t,
                   const mir_operand *args, uint32_t arg_count, span at) {
  mir_block *b = &f->blocks.items[block];
  VEC_PUSH(p->arena, &b->insts, mir_inst_make(p, op, dst, t, args, arg_count, at));
  return &VEC_LAST(&b->insts);
}

mir_operand mir_local_operand(const mir_fn *f, uint32_t local) {
  mir_operand o = {.kind = MIR_OPERAND_LOCAL, .type = f->locals.items[local].type, .local = local};
  return o;
}

mir_operand mir_int_operand(const type *t, uint64_t bits) {
  mir_operand o = {.kind = MIR_OPERAND_INT, .type = t, .u = bits};
  return o;
}

mir_operand mir_simple_operand(mir_operand_kind kind, const type *t) {
  mir_operand o = {.kind = kind, .type = t};
  return o;
}

uint32_t mir_term_successor_count(const mir_term *t) {
  switch (t->kind) {
  case MIR_TERM_JUMP: return 1;
  case MIR_TERM_BRANCH: return 2;
  case MIR_TERM_SWITCH: return t->case_count + (t->else_ != MIR_NONE);
  case MIR_TERM_NONE:
  case MIR_TERM_RETURN:
  case MIR_TERM_PROPAGATE:
  case MIR_TERM_UNREACHABLE: return 0;
  }
  return 0;
}

uint32_t *mir_term_successor(mir_term *t, uint32_t i) {
  if (t->kind == MIR_TERM_SWITCH) return i < t->case_count ? &t->cases[i].block : &t->else_;
  return i == 0 ? &t->then : &t->else_;
}
