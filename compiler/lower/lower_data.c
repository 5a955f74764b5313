// lower_data.c — making values, reading and writing their parts.
#include "lower/lower_internal.h"

// ---- places --------------------------------------------------------------------------------------------------------------
lower_place lower_place_local(lower *lo, uint32_t local, span at) {
  lower_place pl = {.span = at};
  pl.place.base = local;
  pl.place.type = lo->fn->locals.items[local].type;
  return pl;
}

void lower_place_step(lower *lo, lower_place *pl, mir_step step) {
  mir_step *steps = ARENA_ARRAY(lo->a, mir_step, pl->place.step_count + 1);
  for (uint32_t i = 0; i < pl->place.step_count; i++) steps[i] = pl->place.steps[i];
  steps[pl->place.step_count++] = step;
  pl->place.steps = steps;
  pl->place.type = step.type;
}

mir_place *lower_place_copy(lower *lo, const lower_place *pl) {
  return arena_copy(lo->a, &pl->place, sizeof pl->place);
}

static bool behind_pointer(const type *t) { return t->kind == TY_CLASS || t->kind == TY_AGENT || t->kind == TY_ERRVAL; }

// The value of e as a base that steps go on from.
static lower_place place_of_value(lower *lo, const hir_expr *e) {
  if (e->kind == HIR_LOCAL) return lower_place_local(lo, lower_var(lo, e->local.var), e->span);
  mir_operand o = lower_in_local(lo, lower_expr(lo, e), e->span);
  return lower_place_local(lo, o.local, e->span);
}

static lower_place place_of_element(lower *lo, const hir_expr *e) {
  const type *array = e->binary.a->type;
  mir_operand a = lower_in_local(lo, lower_expr(lo, e->binary.a), e->span);
  mir_operand a2 = lower_hold(lo, e->binary.a, a, e->binary.b);
  lower_place pl = lower_place_local(lo, a2.local, e->span);
  mir_operand i = lower_expr(lo, e->binary.b);
  if (array->decl->builtin == BUILTIN_MAP) {
    pl.from_map = true;
    pl.map = lower_local(lo, pl.place.base);
    pl.key = i;
    uint32_t t = lower_temp(lo, array->args[1]);
    pl.place.base = t;
    pl.place.type = array->args[1];
    return pl;
  }
  pl.check = true;
  const type *elem = array->decl->builtin == BUILTIN_BYTES ? type_simple(lo->p->types, TY_U8) : array->args[0];
  lower_place_step(lo, &pl, (mir_step){.kind = MIR_STEP_INDEX, .at = i, .type = elem});
  return pl;
}

// Evaluates the parts of a place, without touching it yet.
lower_place lower_place_of(lower *lo, const hir_expr *e) {
  if (e->kind == HIR_LOCAL) return lower_place_local(lo, lower_var(lo, e->local.var), e->span);
  if (e->kind == HIR_INDEX && e->binary.b->type->kind != TY_RANGE) return place_of_element(lo, e);
  if (e->kind != HIR_FIELD && e->kind != HIR_ELEM) return place_of_value(lo, e);
  const hir_expr *object = e->member.object;
  lower_place pl = behind_pointer(object->type) ? place_of_value(lo, object) : lower_place_of(lo, object);
  mir_step s = {.kind = e->kind == HIR_FIELD ? MIR_STEP_FIELD : MIR_STEP_ELEM, .index = e->member.index};
  // As it is stored: the type of the tuple as an expression is what is seen of it.
  const type *tuple = pl.place.type->kind == TY_TUPLE ? pl.place.type : object->type;
  s.type = e->kind == HIR_FIELD ? mir_field_type(object->type, s.index) : tuple->args[s.index];
  lower_place_step(lo, &pl, s);
  return pl;
}

// Holds what a place is made of while `later` is evaluated.
static void place_hold(lower *lo, lower_place *pl, const hir_expr *later) {
  if (!hir_assigns(later)) return;
  const mir_local *base = &lo->fn->locals.items[pl->place.base];
  bool pointer = pl->place.step_count > 0 && mir_type_is_pointer(base->type);
  if (pointer && base->name && !base->is_param)
    pl->place.base = lower_put(lo, lower_local(lo, pl->place.base), lower_temp(lo, base->type), pl->span).local;
  if (pl->from_map) {
    pl->map = lower_put(lo, pl->map, lower_temp(lo, pl->map.type), pl->span);
    if (mir_is_local(&pl->key)) pl->key = lower_put(lo, pl->key, lower_temp(lo, pl->key.type), pl->span);
  }
  if (!pl->check) return;
  mir_operand *at = &pl->place.steps[0].at;
  if (mir_is_local(at)) *at = lower_put(lo, *at, lower_temp(lo, at->type), pl->span);
}

// Just before the access: the index is checked, a map's value fetched.
void lower_place_open(lower *lo, lower_place *pl) {
  if (pl->check) {
    mir_operand args[2] = {lower_local(lo, pl->place.base), pl->place.steps[0].at};
    lower_emit(lo, MIR_CHECK_INDEX, MIR_NONE, args[0].type, args, 2, pl->span);
  }
  if (!pl->from_map) return;
  mir_operand args[2] = {pl->map, pl->key};
  lower_emit(lo, MIR_MAP_GET, pl->place.base, pl->map.type->args[1], args, 2, pl->span);
}

// A string is retained by the map if it is new there; any other key is handed over.
void lower_map_set(lower *lo, const type *t, const mir_operand *args, uint32_t n, span at) {
  mir_inst *i = lower_emit(lo, MIR_MAP_SET, MIR_NONE, t, args, n, at);
  const type *key = t->args[0];
  bool text = key->kind == TY_CLASS && key->decl->builtin == BUILTIN_STRING;
  i->args[1].mode = text ? MIR_BORROW : MIR_CONSUME;
}

// After a write: a map's value goes back.
void lower_place_close(lower *lo, const lower_place *pl) {
  if (!pl->from_map) return;
  mir_operand args[3] = {pl->map, pl->key, lower_local(lo, pl->place.base)};
  lower_map_set(lo, pl->map.type, args, 3, pl->span);
}

mir_operand lower_place_load(lower *lo, const lower_place *pl, const type *t, uint32_t want) {
  if (pl->place.step_count == 0) return lower_put(lo, lower_local(lo, pl->place.base), want, pl->span);
  want = lower_want(lo, want, t);
  lower_emit(lo, MIR_LOAD, want, t, NULL, 0, pl->span)->place = lower_place_copy(lo, pl);
  return lower_local(lo, want);
}

static mir_operand lower_slice(lower *lo, const hir_expr *e, uint32_t want) {
  const hir_expr *r = e->binary.b;
  mir_operand args[3];
  args[0] = lower_hold(lo, e->binary.a, lower_expr(lo, e->binary.a), r);
  if (r->kind == HIR_BINARY && r->binary.op == OP_RANGE) {
    args[1] = lower_hold(lo, r->binary.a, lower_expr(lo, r->binary.a), r->binary.b);
    args[2] = lower_expr(lo, r->binary.b);
  } else {
    mir_operand range = lower_expr(lo, r);
    args[1] = lower_local(lo, lower_temp(lo, lo->integer));
    args[2] = lower_local(lo, lower_temp(lo, lo->integer));
    lower_emit(lo, MIR_RANGE_FROM, args[1].local, lo->integer, &range, 1, r->span);
    lower_emit(lo, MIR_RANGE_TO, args[2].local, lo->integer, &range, 1, r->span);
  }
  want = lower_want(lo, want, e->type);
  lower_emit(lo, MIR_STR_SLICE, want, e->type, args, 3, e->span);
  return lower_local(lo, want);
}

mir_operand lower_load(lower *lo, const hir_expr *e, uint32_t want) {
  if (e->kind == HIR_INDEX && e->binary.b->type->kind == TY_RANGE) return lower_slice(lo, e, want);
  lower_place pl = lower_place_of(lo, e);
  lower_place_open(lo, &pl);
  if (!lower_tag_is_seen(pl.place.type, e->type)) return lower_place_load(lo, &pl, e->type, want);
  return lower_seen(lo, lower_place_load(lo, &pl, pl.place.type, MIR_NONE), e->type, want, e->span);
}

// ---- assignment ------------------------------------------------------------------------------------------------------------
static void store(lower *lo, lower_place *pl, mir_operand v, span at) {
  if (pl->place.step_count == 0) lower_put(lo, v, pl->place.base, at);
  else lower_emit(lo, MIR_STORE, MIR_NONE, pl->place.type, &v, 1, at)->place = lower_place_copy(lo, pl);
  lower_place_close(lo, pl);
}

static void assign_local(lower *lo, const hir_expr *e) {
  uint32_t var = lower_var(lo, e->assign.place->local.var);
  bool counted = lo->fn->locals.items[var].counted;
  // Directly into the variable, where nobody can look at it while the value is made: no handler, no count.
  if (!counted && lo->handler == MIR_PROPAGATE && !hir_assigns(e->assign.value) &&
      e->assign.value->kind != HIR_INTERP && e->assign.value->kind != HIR_AWAIT) {
    lower_to(lo, e->assign.value, var);
    return;
  }
  mir_operand v = lower_expr(lo, e->assign.value);
  lower_keep_until(lo, e->assign.place->local.var, var, e->span);
  lower_put(lo, v, var, e->span);
}

void lower_assign(lower *lo, const hir_expr *e) {
  const hir_expr *place = e->assign.place;
  if (place->kind == HIR_LOCAL && e->assign.op < 0) {
    assign_local(lo, e);
    return;
  }
  lower_place pl = lower_place_of(lo, place);
  place_hold(lo, &pl, e->assign.value);
  mir_operand v = lower_expr(lo, e->assign.value);
  if (e->assign.op < 0) {
    if (!pl.from_map || pl.place.step_count > 0) lower_place_open(lo, &pl);
    store(lo, &pl, v, e->span);
    return;
  }
  lower_place_open(lo, &pl);
  mir_operand old = lower_place_load(lo, &pl, pl.place.type, MIR_NONE);
  if (e->assign.fn) {
    store(lo, &pl, lower_operator(lo, e, old, v), e->span);
    return;
  }
  uint32_t direct = MIR_NONE;
  if (pl.place.step_count == 0 && lo->handler == MIR_PROPAGATE && !lo->fn->locals.items[pl.place.base].counted)
    direct = pl.place.base;
  store(lo, &pl, lower_arith(lo, (hir_op)e->assign.op, old, v, pl.place.type, direct, e->span), e->span);
}

mir_operand lower_swap(lower *lo, const hir_expr *e, uint32_t want) {
  lower_place pl = lower_place_of(lo, e->assign.place);
  mir_operand v = mir_simple_operand(MIR_OPERAND_NONE, e->type);
  if (e->kind == HIR_SWAP) {
    place_hold(lo, &pl, e->assign.value);
    v = lower_expr(lo, e->assign.value);
  }
  lower_place_open(lo, &pl);
  want = lower_want(lo, want, e->type);
  lower_emit(lo, MIR_SWAP, want, e->type, &v, 1, e->span)->place = lower_place_copy(lo, &pl);
  lower_place_close(lo, &pl);
  return lower_local(lo, want);
}

// ---- making ----------------------------------------------------------------------------------------------------------------
static mir_operand call_ctor(lower *lo, const hir_expr *e, mir_fn *ctor, uint32_t want) {
  uint32_t n = e->make.args.count;
  mir_operand *args = lower_ordered(lo, e, e->make.args.items, n, 0);
  bool freeze = e->type->cap == CAP_VAL;
  uint32_t made = freeze ? lower_temp(lo, e->type) : lower_want(lo, want, e->type);
  mir_inst *i = lower_emit(lo, MIR_CALL, made, e->type, args, n, e->span);
  for (uint32_t k = 0; k < n; k++) i->args[k].mode = MIR_CONSUME;
  i->aux.call.callee = ctor;
  mir_operand o = lower_local(lo, made);
  if (!freeze) return o;
  want = lower_want(lo, want, e->type);
  lower_emit(lo, MIR_FREEZE, want, e->type, &o, 1, e->span);
  return lower_local(lo, want);
}

// Only what has a size that the program computes may be too large, or less than nothing.
static bool new_raises(const hir_expr *e) {
  enum { SMALL = 1 << 16 };
  const hir_decl *d = e->make.decl;
  if ((d->builtin != BUILTIN_BYTES && d->builtin != BUILTIN_ARRAY) || !e->make.args.count) return false;
  const hir_expr *size = e->make.args.items[0];
  return size->kind != HIR_INT || size->u > SMALL;
}

static mir_operand lower_new(lower *lo, const hir_expr *e, uint32_t want) {
  const hir_decl *d = e->make.decl;
  mir_fn *ctor = map_get(&lo->p->by_decl, d);
  if (ctor && ctor->kind == MIR_FN_CTOR) return call_ctor(lo, e, ctor, want);
  mir_operand *args = lower_ordered(lo, e, e->make.args.items, e->make.args.count, 0);
  mir_op op = d->kind == DECL_STRUCT ? MIR_STRUCT : MIR_NEW;
  want = lower_want(lo, want, e->type);
  mir_inst *i = lower_emit(lo, op, want, e->type, args, e->make.args.count, e->span);
  i->aux.make.decl = d;
  i->atomic = d->kind == DECL_ERROR || e->type->cap == CAP_VAL;
  if (op == MIR_NEW && !new_raises(e)) i->on_error = MIR_NO_ERROR;
  return lower_local(lo, want);
}

static mir_operand lower_variant(lower *lo, const hir_expr *e, uint32_t want) {
  mir_operand *args = lower_ordered(lo, e, e->make.args.items, e->make.args.count, 0);
  want = lower_want(lo, want, e->type);
  mir_inst *i = lower_emit(lo, MIR_VARIANT, want, e->type, args, e->make.args.count, e->span);
  i->aux.make.decl = e->make.decl;
  i->aux.make.variant = e->make.variant;
  // One that holds an iso is like it: plain, until a freeze has walked through it.
  bool shareable = e->type->cap == CAP_NONE && !mir_type_holds_iso(e->type);
  i->atomic = shareable || e->type->cap == CAP_VAL || e->type->cap == CAP_TAG;
  return lower_local(lo, want);
}

static bool is_constant(const hir_expr *e) {
  return e->kind == HIR_INT || e->kind == HIR_FLOAT || e->kind == HIR_BOOL || e->kind == HIR_STR || e->kind == HIR_NONE;
}

// Short or constant ones in one instruction; else element by element, so that a raise in one has one thing to drop.
static mir_operand lower_array(lower *lo, const hir_expr *e, uint32_t want) {
  uint32_t n = e->list.count;
  bool at_once = true;
  for (uint32_t i = 0; i < n && at_once; i++) at_once = is_constant(e->list.items[i]);
  at_once = at_once || n <= 8;
  mir_operand *args = at_once ? lower_args(lo, e->list.items, n, 0) : NULL;
  want = lower_want(lo, want, e->type);
  mir_inst *i = lower_emit(lo, MIR_ARRAY, want, e->type, args, at_once ? n : 0, e->span);
  i->aux.u = n;
  i->atomic = e->type->cap == CAP_VAL;
  for (uint32_t k = 0; !at_once && k < n; k++) {
    mir_operand push[2] = {lower_local(lo, want), lower_expr(lo, e->list.items[k])};
    lower_emit(lo, MIR_ARRAY_PUSH, MIR_NONE, e->type, push, 2, e->list.items[k]->span);
  }
  return lower_local(lo, want);
}

static mir_operand lower_map(lower *lo, const hir_expr *e, uint32_t want) {
  want = lower_want(lo, want, e->type);
  mir_inst *i = lower_emit(lo, MIR_MAP, want, e->type, NULL, 0, e->span);
  i->aux.u = e->list.count / 2;
  i->atomic = e->type->cap == CAP_VAL;
  for (uint32_t k = 0; k + 1 < e->list.count; k += 2) {
    mir_operand *pair = lower_args(lo, e->list.items + k, 2, 1);
    pair[0] = lower_local(lo, want);
    lower_map_set(lo, e->type, pair, 3, e->list.items[k]->span);
  }
  return lower_local(lo, want);
}

mir_operand lower_make(lower *lo, const hir_expr *e, uint32_t want) {
  if (e->kind == HIR_NEW) return lower_new(lo, e, want);
  if (e->kind == HIR_VARIANT) return lower_variant(lo, e, want);
  if (e->kind == HIR_ARRAY) return lower_array(lo, e, want);
  if (e->kind == HIR_MAP) return lower_map(lo, e, want);
  mir_operand *args = lower_args(lo, e->list.items, e->list.count, 0);
  want = lower_want(lo, want, e->type);
  lower_emit(lo, MIR_TUPLE, want, e->type, args, e->list.count, e->span);
  return lower_local(lo, want);
}
