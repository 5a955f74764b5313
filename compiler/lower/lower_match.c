// lower_match.c — patterns: first all tests, then the bindings.
#include <string.h>

#include "lower/lower_internal.h"

bool lower_is_moved(const hir_expr *e) {
  if (e->kind == HIR_FIELD || e->kind == HIR_ELEM || e->kind == HIR_INDEX) return false; // a copy: nothing to gain
  return e->kind != HIR_LOCAL || e->local.use == USE_MOVE;
}

// What is to be matched, in a local. One that is going to be taken apart is a temporary of its own: it may have come out of
// an expression as it is, a variable that is still needed.
mir_operand lower_subject(lower *lo, const hir_expr *e) {
  mir_operand o = lower_in_local(lo, lower_expr(lo, e), e->span);
  const mir_local *l = &lo->fn->locals.items[o.local];
  bool lent = l->is_param && !l->owned;
  if (!lower_is_moved(e) || !(lent || (l->name && e->kind != HIR_LOCAL))) return o;
  return lower_put(lo, o, lower_temp(lo, o.type), e->span);
}

static bool refutable(const hir_pat *pat);
static bool any_refutable(const hir_pat *pat) {
  for (uint32_t i = 0; i < pat->sub_count; i++)
    if (refutable(pat->subs[i])) return true;
  return false;
}

static bool refutable(const hir_pat *pat) {
  switch (pat->kind) {
  case PAT_WILD:
  case PAT_BIND: return false;
  case PAT_TUPLE:
  case PAT_FIELDS: return any_refutable(pat);
  case PAT_VARIANT: return pat->decl->variant_count > 1 || any_refutable(pat);
  case PAT_LITERAL:
  case PAT_NONE:
  case PAT_SOME:
  case PAT_ERROR:
  case PAT_OBJECT:
  case PAT_OR: return true;
  }
  return true;
}

static bool binds(const hir_pat *pat) {
  if (pat->kind == PAT_BIND) return true;
  for (uint32_t i = 0; i < pat->sub_count; i++)
    if (binds(pat->subs[i])) return true;
  return false;
}

// ---- parts -----------------------------------------------------------------------------------------------------------------
// What sub-pattern i of pat looks at, as it is stored in the subject.
static mir_step part_step(const hir_pat *pat, const type *subject, uint32_t i) {
  mir_step s;
  memset(&s, 0, sizeof s);
  s.index = i;
  switch ((int)pat->kind) {
  case PAT_SOME:
    s.kind = MIR_STEP_SOME;
    s.type = subject->args[0];
    break;
  case PAT_VARIANT:
    s.kind = MIR_STEP_VARIANT;
    s.variant = pat->variant;
    s.type = pat->variant->fields[i].type;
    break;
  case PAT_TUPLE:
    s.kind = MIR_STEP_ELEM;
    s.type = subject->args[i];
    break;
  default:
    s.kind = MIR_STEP_FIELD;
    s.type = pat->decl->fields[i].type;
    break;
  }
  return s;
}

static mir_operand load_part(lower *lo, mir_op op, mir_operand subject, const hir_pat *pat, uint32_t i, uint32_t dst) {
  lower_place pl = lower_place_local(lo, subject.local, pat->span);
  lower_place_step(lo, &pl, part_step(pat, subject.type, i));
  if (dst == MIR_NONE) dst = lower_temp(lo, pl.place.type);
  lower_emit(lo, op, dst, pl.place.type, NULL, 0, pat->span)->place = lower_place_copy(lo, &pl);
  return lower_local(lo, dst);
}

// ---- tests -----------------------------------------------------------------------------------------------------------------
// Goes on if c is `wanted`, else to fail.
static void require(lower *lo, mir_operand c, bool wanted, uint32_t fail, span at) {
  uint32_t ok = lower_new_block(lo);
  lower_branch(lo, c, wanted ? ok : fail, wanted ? fail : ok, at);
  lo->block = ok;
}

static mir_operand ask(lower *lo, mir_op op, const mir_operand *args, uint32_t n, span at) {
  mir_operand c = lower_local(lo, lower_temp(lo, lo->boolean));
  lower_emit(lo, op, c.local, lo->boolean, args, n, at)->on_error = MIR_NO_ERROR;
  return c;
}

static void test_tag(lower *lo, mir_operand subject, const hir_pat *pat, uint32_t fail) {
  if (pat->decl->variant_count < 2) return;
  mir_operand args[2] = {lower_local(lo, lower_temp(lo, lo->integer)),
                         mir_int_operand(lo->integer, pat->variant->index)};
  lower_emit(lo, MIR_TAG, args[0].local, lo->integer, &subject, 1, pat->span);
  require(lo, ask(lo, MIR_EQ, args, 2, pat->span), true, fail, pat->span);
}

static mir_operand cast_error(lower *lo, mir_operand subject, const hir_pat *pat) {
  const type *t = type_nominal(lo->p->types, TY_ERRVAL, pat->decl, NULL, 0, CAP_VAL);
  mir_operand c = lower_local(lo, lower_temp(lo, t));
  lower_emit(lo, MIR_ERR_CAST, c.local, t, &subject, 1, pat->span);
  return c;
}

static void test_error(lower *lo, mir_operand subject, const hir_pat *pat, uint32_t fail) {
  mir_operand c = lower_local(lo, lower_temp(lo, lo->boolean));
  lower_emit(lo, MIR_ERR_IS, c.local, lo->boolean, &subject, 1, pat->span)->aux.decl = pat->decl;
  require(lo, c, true, fail, pat->span);
}

// What the pattern for the object of an interface looks at: the object, or the value it holds.
static mir_operand object_of(lower *lo, mir_operand subject, const hir_pat *pat) {
  mir_operand o = lower_local(lo, lower_temp(lo, pat->object));
  lower_emit(lo, MIR_AS_CLASS, o.local, pat->object, &subject, 1, pat->span);
  if (pat->object->kind != TY_CLASS || !pat->object->decl->is_boxed) return o;
  const type *held = pat->object->decl->fields[0].type;
  lower_place pl = lower_place_local(lo, o.local, pat->span);
  lower_place_step(lo, &pl, (mir_step){.kind = MIR_STEP_FIELD, .index = 0, .type = held});
  mir_operand value = lower_local(lo, lower_temp(lo, held));
  lower_emit(lo, MIR_LOAD, value.local, held, NULL, 0, pat->span)->place = lower_place_copy(lo, &pl);
  return value;
}

static void test_object(lower *lo, mir_operand subject, const hir_pat *pat, uint32_t fail) {
  mir_operand c = lower_local(lo, lower_temp(lo, lo->boolean));
  lower_emit(lo, MIR_IS_CLASS, c.local, lo->boolean, &subject, 1, pat->span)->aux.object = pat->object;
  require(lo, c, true, fail, pat->span);
  if (refutable(pat->subs[0])) lower_pat_test(lo, object_of(lo, subject, pat), pat->subs[0], fail);
}

static void test_subs(lower *lo, mir_operand subject, const hir_pat *pat, uint32_t fail) {
  for (uint32_t i = 0; i < pat->sub_count; i++)
    if (refutable(pat->subs[i]))
      lower_pat_test(lo, load_part(lo, MIR_LOAD, subject, pat, i, MIR_NONE), pat->subs[i], fail);
}

static void test_or(lower *lo, mir_operand subject, const hir_pat *pat, uint32_t fail) {
  uint32_t ok = lower_new_block(lo);
  for (uint32_t i = 0; i < pat->sub_count; i++) {
    uint32_t next = i + 1 < pat->sub_count ? lower_new_block(lo) : fail;
    lower_pat_test(lo, subject, pat->subs[i], next);
    lower_jump(lo, ok, pat->span);
    lo->block = next;
  }
  lo->block = ok;
}

// Goes on if the subject (a local) matches, else to fail. Binds nothing.
void lower_pat_test(lower *lo, mir_operand subject, const hir_pat *pat, uint32_t fail) {
  switch (pat->kind) {
  case PAT_WILD:
  case PAT_BIND: return;
  case PAT_LITERAL: {
    mir_operand args[2] = {subject, lower_expr(lo, pat->value)};
    require(lo, ask(lo, MIR_EQ, args, 2, pat->span), true, fail, pat->span);
    return;
  }
  case PAT_NONE: require(lo, ask(lo, MIR_IS_SOME, &subject, 1, pat->span), false, fail, pat->span); return;
  case PAT_SOME: require(lo, ask(lo, MIR_IS_SOME, &subject, 1, pat->span), true, fail, pat->span); break;
  case PAT_VARIANT: test_tag(lo, subject, pat, fail); break;
  case PAT_TUPLE:
  case PAT_FIELDS: break;
  case PAT_ERROR:
    test_error(lo, subject, pat, fail);
    if (any_refutable(pat)) subject = cast_error(lo, subject, pat);
    break;
  case PAT_OBJECT: test_object(lo, subject, pat, fail); return;
  case PAT_OR: test_or(lo, subject, pat, fail); return;
  }
  test_subs(lo, subject, pat, fail);
}

// ---- bindings --------------------------------------------------------------------------------------------------------------
static void bind_name(lower *lo, mir_operand subject, const hir_pat *pat) {
  uint32_t var = lower_var(lo, pat->var);
  lower_seen(lo, subject, pat->var->type, var, pat->span);
}

// Takes a whole apart whose parts are moved out: all counted ones are, those without a name die at once.
static void bind_moving(lower *lo, mir_operand subject, const hir_pat *pat) {
  uint32_t n = pat->kind == PAT_VARIANT ? pat->variant->field_count
               : pat->kind == PAT_TUPLE ? subject.type->arg_count
                                        : pat->decl->field_count;
  mir_operand *parts = ARENA_ARRAY(lo->a, mir_operand, n + 1);
  for (uint32_t i = 0; i < n; i++) {
    bool named = i < pat->sub_count && binds(pat->subs[i]);
    if (named || mir_type_counted(part_step(pat, subject.type, i).type))
      parts[i] = load_part(lo, MIR_LOAD_MOVE, subject, pat, i, MIR_NONE);
  }
  lower_emit(lo, MIR_FORGET, MIR_NONE, subject.type, &subject, 1, pat->span);
  for (uint32_t i = 0; i < pat->sub_count && i < n; i++)
    if (binds(pat->subs[i])) lower_pat_bind(lo, parts[i], pat->subs[i], true);
}

static void bind_some(lower *lo, mir_operand subject, const hir_pat *pat, bool moves) {
  const type *t = subject.type->args[0];
  mir_operand part = lower_local(lo, lower_temp(lo, t));
  lower_emit(lo, MIR_UNWRAP, part.local, t, &subject, 1, pat->span);
  lower_pat_bind(lo, part, pat->subs[0], moves);
}

// The alternatives bind the same names: which one is it?
static void bind_or(lower *lo, mir_operand subject, const hir_pat *pat, bool moves) {
  uint32_t end = lower_new_block(lo);
  for (uint32_t i = 0; i < pat->sub_count; i++) {
    bool last = i + 1 == pat->sub_count;
    uint32_t next = lower_new_block(lo);
    if (!last) lower_pat_test(lo, subject, pat->subs[i], next);
    lower_pat_bind(lo, subject, pat->subs[i], moves);
    lower_jump(lo, end, pat->span);
    lo->block = next;
  }
  lo->block = end;
}

static bool whole_value(const type *t) {
  return t->kind == TY_TUPLE || t->kind == TY_STRUCT || (t->kind == TY_ENUM && !t->decl->recursive);
}

// The subject (a local) is known to match. moves: it is not used afterwards (unless a guard sends us on to the next arm).
void lower_pat_bind(lower *lo, mir_operand subject, const hir_pat *pat, bool moves) {
  if (!binds(pat)) return;
  switch (pat->kind) {
  case PAT_BIND: bind_name(lo, subject, pat); return;
  case PAT_SOME: bind_some(lo, subject, pat, moves); return;
  case PAT_OR: bind_or(lo, subject, pat, moves); return;
  case PAT_OBJECT: lower_pat_bind(lo, object_of(lo, subject, pat), pat->subs[0], false); return;
  case PAT_ERROR: subject = cast_error(lo, subject, pat); break;
  case PAT_VARIANT:
  case PAT_TUPLE:
  case PAT_FIELDS:
    if (moves && whole_value(subject.type) && mir_type_counted(subject.type)) {
      bind_moving(lo, subject, pat);
      return;
    }
    break;
  case PAT_WILD:
  case PAT_LITERAL:
  case PAT_NONE: return;
  }
  for (uint32_t i = 0; i < pat->sub_count; i++)
    if (binds(pat->subs[i]))
      lower_pat_bind(lo, load_part(lo, MIR_LOAD, subject, pat, i, MIR_NONE), pat->subs[i], moves);
}

// ---- arms ------------------------------------------------------------------------------------------------------------------
static void arm_body(lower *lo, const hir_arm *arm, mir_operand subject, bool moves, uint32_t fail, uint32_t dst,
                     uint32_t end) {
  lower_pat_bind(lo, subject, arm->pat, moves && !arm->guard);
  if (arm->guard) {
    uint32_t body = lower_new_block(lo);
    lower_cond(lo, arm->guard, body, fail);
    lo->block = body;
  }
  lower_branch_body(lo, arm->pat, NULL, arm->body, arm->body->type->kind == TY_NEVER ? MIR_NONE : dst);
  lower_jump(lo, end, arm->body->span);
}

// One arm after the other; the block afterwards is where none has matched.
void lower_arms(lower *lo, const hir_expr *e, mir_operand subject, bool moves, uint32_t dst, uint32_t end) {
  for (uint32_t i = 0; i < e->match.count; i++) {
    const hir_arm *arm = &e->match.arms[i];
    uint32_t next = lower_new_block(lo);
    bool certain =
        e->kind == HIR_MATCH && i + 1 == e->match.count && !arm->guard; // sema knows that one of them matches
    if (!certain) lower_pat_test(lo, subject, arm->pat, next);
    arm_body(lo, arm, subject, moves, next, dst, end);
    lo->block = next;
  }
}

// ---- one switch for all arms -------------------------------------------------------------------------------------------------
static bool simple_case(const hir_pat *pat) {
  if (pat->kind == PAT_OR) {
    for (uint32_t i = 0; i < pat->sub_count; i++)
      if (!simple_case(pat->subs[i]) || binds(pat->subs[i])) return false;
    return true;
  }
  if (pat->kind == PAT_LITERAL) return pat->value->kind == HIR_INT;
  if (pat->kind != PAT_VARIANT) return false;
  for (uint32_t i = 0; i < pat->sub_count; i++)
    if (refutable(pat->subs[i])) return false;
  return true;
}

// All arms test the tag, or the number, and nothing else; the last may take what is left.
static bool can_switch(const hir_expr *e) {
  const type *t = e->match.subject->type;
  if (t->kind != TY_ENUM && !type_is_int(t)) return false;
  for (uint32_t i = 0; i < e->match.count; i++) {
    const hir_arm *arm = &e->match.arms[i];
    bool rest = (arm->pat->kind == PAT_WILD || arm->pat->kind == PAT_BIND) && i + 1 == e->match.count;
    if (arm->guard || !(rest || simple_case(arm->pat))) return false;
  }
  return e->match.count > 2;
}

typedef VEC(mir_case) case_list;

static void add_case(lower *lo, case_list *cases, const hir_pat *pat, uint32_t block) {
  if (pat->kind == PAT_OR) {
    for (uint32_t i = 0; i < pat->sub_count; i++) add_case(lo, cases, pat->subs[i], block);
    return;
  }
  mir_case c = {.value = pat->kind == PAT_VARIANT ? pat->variant->index : pat->value->u, .block = block};
  for (uint32_t i = 0; i < cases->count; i++)
    if (cases->items[i].value == c.value) return; // the first arm has it
  VEC_PUSH(lo->a, cases, c);
}

static void lower_switch(lower *lo, const hir_expr *e, mir_operand subject, uint32_t dst, uint32_t end) {
  mir_operand value = subject;
  if (subject.type->kind == TY_ENUM) {
    value = lower_local(lo, lower_temp(lo, lo->integer));
    lower_emit(lo, MIR_TAG, value.local, lo->integer, &subject, 1, e->span);
  }
  case_list cases = {0};
  uint32_t head = lo->block, rest = MIR_NONE;
  for (uint32_t i = 0; i < e->match.count; i++) {
    const hir_arm *arm = &e->match.arms[i];
    lo->block = lower_new_block(lo);
    if (arm->pat->kind == PAT_WILD || arm->pat->kind == PAT_BIND) rest = lo->block;
    else add_case(lo, &cases, arm->pat, lo->block);
    arm_body(lo, arm, subject, lower_is_moved(e->match.subject), MIR_NONE, dst, end);
  }
  mir_term *t = &lo->fn->blocks.items[head].term;
  t->kind = MIR_TERM_SWITCH;
  t->span = e->span;
  t->value = value;
  t->cases = cases.items;
  t->case_count = cases.count;
  t->else_ = rest;
}

mir_operand lower_match(lower *lo, const hir_expr *e, uint32_t want) {
  bool value = e->type->kind != TY_UNIT && e->type->kind != TY_NEVER;
  uint32_t dst = value ? lower_want(lo, want, e->type) : MIR_NONE, end = lower_new_block(lo);
  mir_operand subject = lower_subject(lo, e->match.subject);
  if (can_switch(e)) {
    lower_switch(lo, e, subject, dst, end);
  } else {
    lower_arms(lo, e, subject, lower_is_moved(e->match.subject), dst, end);
    lower_end(lo, MIR_TERM_UNREACHABLE, lower_unit(lo), e->span);
  }
  lo->block = end;
  return value ? lower_local(lo, dst) : lower_unit(lo);
}
