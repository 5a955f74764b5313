// verify.c — is the graph well formed, and (after the rc pass) does every path give back exactly the references it owns?
// Counts are followed forward: how many references each local holds at the begin of each block, the same on all edges to it.
#include "mir/verify.h"

#include <string.h>

#include "mir/builder.h"

typedef struct verify {
  mir_program *p;
  mir_fn *f;
  arena scratch;
  const char *wrong;
  int8_t **in;    // per block: references per local; NULL: not reached yet
  uint32_t *work; // blocks to look at
  uint32_t work_count;
} verify;

static bool fail(verify *v, uint32_t block, uint32_t inst, const char *what, uint32_t local) {
  if (v->wrong) return false;
  const mir_block *b = &v->f->blocks.items[block];
  const char *op = inst < b->insts.count ? mir_ops[b->insts.items[inst].op].name : "end";
  const char *name = local < v->f->locals.count ? v->f->locals.items[local].name : NULL;
  v->wrong = arena_printf(v->p->arena, "%s: block %u, %u (%s): %s%s%s", v->f->name, block, inst, op, what,
                          local == MIR_NONE ? "" : arena_printf(v->p->arena, " %%%u", local),
                          name ? arena_printf(v->p->arena, " (%s)", name) : "");
  return false;
}

// ---- form --------------------------------------------------------------------------------------------------------------------
static bool operand_ok(const verify *v, const mir_operand *o) {
  return o->type && (o->kind != MIR_OPERAND_LOCAL || o->local < v->f->locals.count);
}

static bool place_ok(const verify *v, const mir_place *pl) {
  if (pl->base >= v->f->locals.count) return false;
  for (uint32_t i = 0; i < pl->step_count; i++) {
    if (!pl->steps[i].type) return false;
    if (pl->steps[i].kind == MIR_STEP_INDEX && (i > 0 || !operand_ok(v, &pl->steps[i].at))) return false;
  }
  return true;
}

static bool edge_ok(const verify *v, uint32_t to) { return to >= MIR_PROPAGATE || to < v->f->blocks.count; }

static bool tracked(const verify *v, uint32_t l) { return v->f->locals.items[l].counted; }

// A call fits the set it goes to, and a member the set it is in.
static bool check_set(verify *v, uint32_t b, uint32_t k, const mir_inst *i) {
  const mir_set *set = i->aux.set;
  if (!set || i->arg_count != set->type->arg_count) return fail(v, b, k, "operands and their set", MIR_NONE);
  for (uint32_t a = 1; a < i->arg_count; a++) {
    const type *t = set->type->args[a - 1];
    bool owned = mir_type_holds_iso(t);
    if (mir_is_local(&i->args[a]) && tracked(v, i->args[a].local) && owned != (i->args[a].mode == MIR_CONSUME))
      return fail(v, b, k, "handed over or lent, unlike its set", i->args[a].local);
  }
  return true;
}

static bool check_inst(verify *v, uint32_t b, uint32_t k) {
  const mir_inst *i = &v->f->blocks.items[b].insts.items[k];
  if (i->op >= MIR_OP_COUNT) return fail(v, b, k, "unknown operation", MIR_NONE);
  bool needs_dst = mir_op_has(i->op, 'D'), may_dst = needs_dst || mir_op_has(i->op, 'd');
  if (i->dst == MIR_NONE ? needs_dst : !may_dst || i->dst >= v->f->locals.count)
    return fail(v, b, k, "destination", MIR_NONE);
  if (i->dst != MIR_NONE && i->dst < v->f->param_count && !v->f->locals.items[i->dst].owned &&
      v->f->locals.items[i->dst].counted)
    return fail(v, b, k, "writes a lent parameter", i->dst);
  for (uint32_t a = 0; a < i->arg_count; a++)
    if (!operand_ok(v, &i->args[a])) return fail(v, b, k, "operand", MIR_NONE);
  bool wants_place = mir_op_has(i->op, 'P') && i->op != MIR_CALL;
  if ((wants_place && !i->place) || (i->place && (!mir_op_has(i->op, 'P') || !place_ok(v, i->place))))
    return fail(v, b, k, "place", MIR_NONE);
  if (!edge_ok(v, i->on_error)) return fail(v, b, k, "error edge", MIR_NONE);
  if (i->on_error != MIR_NO_ERROR && !mir_op_has(i->op, 'R')) return fail(v, b, k, "cannot raise", MIR_NONE);
  return i->op != MIR_CALL_INDIRECT || check_set(v, b, k, i);
}

static bool check_member(verify *v) {
  const mir_set *set = v->f->set;
  bool listed = !set;
  for (uint32_t i = 0; set && i < set->members.count; i++) listed |= set->members.items[i] == v->f;
  bool fits = !set || (v->f->param_count == set->type->arg_count && !(v->f->may_raise && !set->may_raise) &&
                       v->f->suspends == set->suspends);
  return (listed && fits) || fail(v, 0, 0, "function and its set", MIR_NONE);
}

// ---- tags --------------------------------------------------------------------------------------------------------------------
// They are counted apart: only SHARE makes one.
static bool same_tags(verify *v, uint32_t b, uint32_t k, const type *to, const mir_operand *from) {
  if (!to || !mir_type_tags_differ(to, from->type)) return true;
  return fail(v, b, k, "a tag that was not shared:", mir_is_local(from) ? from->local : MIR_NONE);
}

// What the operands become, where the operation itself says so.
static const type *becomes(const verify *v, const mir_inst *i, uint32_t a) {
  const hir_decl *d = i->aux.make.decl;
  switch ((int)i->op) {
  case MIR_MOVE: return v->f->locals.items[i->dst].type;
  case MIR_STORE:
  case MIR_STORE_INIT:
  case MIR_SWAP: return i->place->type;
  case MIR_TUPLE:
  case MIR_SOME: return i->type->kind == TY_TUPLE || i->type->kind == TY_OPTIONAL ? i->type->args[a] : NULL;
  case MIR_ARRAY: return i->type->args[0];
  case MIR_ARRAY_PUSH: return a == 1 ? i->args[0].type->args[0] : NULL;
  case MIR_STRUCT: return a < d->field_count ? d->fields[a].type : NULL;
  case MIR_NEW: return d->builtin == BUILTIN_NO && a < d->field_count ? d->fields[a].type : NULL;
  case MIR_VARIANT: return i->aux.make.variant->fields[a].type;
  case MIR_CALL: return i->aux.call.callee ? i->aux.call.callee->locals.items[a + (i->place ? 1 : 0)].type : NULL;
  case MIR_MSG: return i->aux.msg.fn ? i->aux.msg.fn->params[a]->type : i->aux.msg.decl->fields[a].type;
  default: return NULL;
  }
}

static bool check_tags(verify *v, uint32_t b, uint32_t k) {
  const mir_inst *i = &v->f->blocks.items[b].insts.items[k];
  for (uint32_t a = 0; a < i->arg_count; a++)
    if (!same_tags(v, b, k, becomes(v, i, a), &i->args[a])) return false;
  if (i->dst == MIR_NONE) return true;
  mir_operand to = {.kind = MIR_OPERAND_LOCAL, .type = v->f->locals.items[i->dst].type, .local = i->dst};
  if (i->op == MIR_LOAD || i->op == MIR_LOAD_MOVE || i->op == MIR_SWAP) return same_tags(v, b, k, i->place->type, &to);
  if (i->op == MIR_CALL && i->aux.call.callee) return same_tags(v, b, k, i->aux.call.callee->result, &to);
  if (i->op == MIR_SHARE || i->op == MIR_UNWRAP) return same_tags(v, b, k, i->type, &to);
  return true;
}

static bool check_form(verify *v) {
  if (!check_member(v)) return false;
  for (uint32_t b = 0; b < v->f->blocks.count; b++) {
    mir_block *x = &v->f->blocks.items[b];
    for (uint32_t k = 0; k < x->insts.count; k++)
      if (!check_inst(v, b, k) || !check_tags(v, b, k)) return false;
    if (x->term.kind == MIR_TERM_RETURN && !same_tags(v, b, x->insts.count, v->f->result, &x->term.value)) return false;
    for (uint32_t s = 0; s < mir_term_successor_count(&x->term); s++)
      if (*mir_term_successor(&x->term, s) >= v->f->blocks.count) return fail(v, b, x->insts.count, "target", MIR_NONE);
  }
  return true;
}

// ---- references ----------------------------------------------------------------------------------------------------------------
// Lent: readable without a reference of its own.
static bool lent(const verify *v, uint32_t l) {
  const mir_local *x = &v->f->locals.items[l];
  return x->borrowed || (x->is_param && !x->owned);
}

static void flow_to(verify *v, uint32_t from, uint32_t inst, uint32_t to, const int8_t *have) {
  if (to >= MIR_PROPAGATE) {
    for (uint32_t l = 0; l < v->f->locals.count; l++)
      if (have[l]) fail(v, from, inst, "still owned where the function is left:", l);
    return;
  }
  size_t size = v->f->locals.count;
  if (!v->in[to]) {
    v->in[to] = arena_copy(&v->scratch, have, size);
    v->work[v->work_count++] = to;
    return;
  }
  for (uint32_t l = 0; l < size; l++)
    if (v->in[to][l] != have[l]) fail(v, from, inst, "owned on one way here and not on another:", l);
}

static void read(verify *v, uint32_t b, uint32_t k, uint32_t l, const int8_t *have) {
  if (l != MIR_NONE && tracked(v, l) && have[l] <= 0 && !lent(v, l)) fail(v, b, k, "read without owning it:", l);
}

static bool gives_bits(mir_op op) {
  return op == MIR_LOAD || op == MIR_MAP_GET || op == MIR_MAP_KEY || op == MIR_MAP_VALUE;
}

static void step_inst(verify *v, uint32_t b, uint32_t k, int8_t *have) {
  const mir_inst *i = &v->f->blocks.items[b].insts.items[k];
  bool retained =
      i->op == MIR_RETAIN && k > 0; // of what was just loaded: its bits are there, its reference is being made
  for (uint32_t u = 0; u < mir_use_count(i) && !retained; u++) read(v, b, k, mir_use(i, u), have);
  if (i->op == MIR_RETAIN) have[i->args[0].local]++;
  for (uint32_t a = 0; a < i->arg_count; a++) {
    const mir_operand *o = &i->args[a];
    if (!mir_is_local(o) || o->mode != MIR_CONSUME || !tracked(v, o->local)) continue;
    if (--have[o->local] < 0) fail(v, b, k, "consumed without owning it:", o->local);
  }
  if (i->on_error != MIR_NO_ERROR) flow_to(v, b, k, i->on_error, have);
  if (i->dst == MIR_NONE || !tracked(v, i->dst)) return;
  if (have[i->dst]) fail(v, b, k, "overwrites what is still owned:", i->dst);
  bool bits = gives_bits(i->op) || v->f->locals.items[i->dst].borrowed;
  have[i->dst] = bits ? 0 : 1;
}

static void step_block(verify *v, uint32_t b) {
  mir_block *x = &v->f->blocks.items[b];
  int8_t *have = arena_copy(&v->scratch, v->in[b], v->f->locals.count);
  for (uint32_t k = 0; k < x->insts.count && !v->wrong; k++) step_inst(v, b, k, have);
  if (v->wrong) return;
  if (x->term.kind == MIR_TERM_RETURN || x->term.kind == MIR_TERM_PROPAGATE) {
    if (x->term.kind == MIR_TERM_RETURN && mir_is_local(&x->term.value) && tracked(v, x->term.value.local))
      if (--have[x->term.value.local] < 0)
        fail(v, b, x->insts.count, "returned without owning it:", x->term.value.local);
    flow_to(v, b, x->insts.count, MIR_PROPAGATE, have);
  }
  for (uint32_t s = 0; s < mir_term_successor_count(&x->term); s++)
    flow_to(v, b, x->insts.count, *mir_term_successor(&x->term, s), have);
}

static void check_counts(verify *v) {
  v->in = ARENA_ARRAY(&v->scratch, int8_t *, v->f->blocks.count);
  v->work = ARENA_ARRAY(&v->scratch, uint32_t, v->f->blocks.count + 1);
  int8_t *have = ARENA_ARRAY(&v->scratch, int8_t, v->f->locals.count + 1);
  for (uint32_t l = 0; l < v->f->param_count; l++)
    have[l] = v->f->locals.items[l].owned && v->f->locals.items[l].counted;
  flow_to(v, 0, 0, 0, have);
  while (v->work_count && !v->wrong) step_block(v, v->work[--v->work_count]);
}

const char *mir_verify(mir_program *p, bool counted) {
  for (uint32_t i = 0; i < p->fns.count; i++) {
    verify v = {.p = p, .f = p->fns.items[i]};
    arena_init(&v.scratch);
    if (check_form(&v) && counted) check_counts(&v);
    arena_fini(&v.scratch);
    if (v.wrong) return v.wrong;
  }
  return NULL;
}
