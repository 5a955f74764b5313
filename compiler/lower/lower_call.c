// lower_call.c — calls: which arguments are handed over, and receivers that are changed in place.
#include <string.h>

#include "lower/lower_internal.h"

// What the callee takes over: see ARCHITECTURE.md, "Ownership in MIR" and "Natives".
static mir_mode param_mode(const hir_fn *fn, const type *param) {
  if (fn->kind == FN_EXTERN) return MIR_BORROW;
  if (fn->kind == FN_NATIVE) return param->kind == TY_PARAM && param->cap == CAP_NONE ? MIR_CONSUME : MIR_BORROW;
  return mir_type_holds_iso(param) ? MIR_CONSUME : MIR_BORROW;
}

// Natives that are operations of MIR, known to the passes.
static bool emit_operation(lower *lo, const hir_expr *e, const mir_operand *args, uint32_t n, uint32_t want) {
  static const struct {
    const char *symbol;
    mir_op op;
  } rows[] = {
      {"ag_array_size", MIR_SIZE}, {"ag_bytes_size", MIR_SIZE}, {"ag_str_size", MIR_SIZE},
      {"ag_map_size", MIR_SIZE},   {"ag_set_size", MIR_SIZE},   {"ag_array_push", MIR_ARRAY_PUSH},
  };
  const hir_fn *fn = e->call.fn;
  for (size_t i = 0; fn->kind == FN_NATIVE && fn->symbol && i < sizeof rows / sizeof *rows; i++) {
    if (strcmp(rows[i].symbol, fn->symbol) != 0 || (rows[i].op == MIR_SIZE && want == MIR_NONE)) continue;
    lower_emit(lo, rows[i].op, want, e->type, args, n, e->span);
    return true;
  }
  return false;
}

mir_inst *lower_emit_call(lower *lo, const hir_expr *e, mir_operand *args, uint32_t n, uint32_t want) {
  const hir_fn *fn = e->call.fn;
  mir_inst *i = lower_emit(lo, MIR_CALL, want, e->type, args, n, e->span);
  if (fn->kind == FN_ABSTRACT) {
    lower_call_method(lo, i, fn);
    return i;
  }
  uint32_t first = n - e->call.args.count;
  if (first && fn->kind != FN_NATIVE && fn->receiver == CAP_ISO) i->args[0].mode = MIR_CONSUME;
  for (uint32_t k = first; k < n; k++) i->args[k].mode = param_mode(fn, fn->params[k - first]->type);
  i->aux.call.fn = fn;
  i->aux.call.callee = map_get(&lo->p->by_fn, fn);
  i->aux.call.targs = e->call.targs;
  i->aux.call.targ_count = e->call.targ_count;
  if ((fn->kind == FN_EXTERN && !fn->raises && !mir_type_counted(fn->result)) || (fn->kind == FN_NATIVE && fn->nofault))
    i->on_error = MIR_NO_ERROR;
  return i;
}

// Can a call to it change the array its receiver is an element of? Not if it is given nothing with a pointer in it.
static bool reaches_nothing(const hir_fn *fn, const type *receiver) {
  if (mir_type_counted(receiver)) return false;
  for (uint32_t i = 0; i < fn->param_count; i++)
    if (mir_type_counted(fn->params[i]->type)) return false;
  return true;
}

// The element may have gone while a copy of it was changed: then that is an index out of range, too.
static void put_back(lower *lo, lower_place *pl, mir_operand copy) {
  mir_operand args[2] = {lower_local(lo, pl->place.base), pl->place.steps[0].at};
  lower_emit(lo, MIR_CHECK_INDEX, MIR_NONE, args[0].type, args, 2, pl->span);
  lower_emit(lo, MIR_STORE, MIR_NONE, pl->place.type, &copy, 1, pl->span)->place = lower_place_copy(lo, pl);
}

// After a raise what the callee has changed so far stays changed; cx->err is set and nothing may raise.
static void put_back_failed(lower *lo, lower_place *pl, mir_operand copy, uint32_t outer) {
  mir_operand size = lower_local(lo, lower_temp(lo, lo->integer)), ok = lower_local(lo, lower_temp(lo, lo->boolean));
  mir_operand array = lower_local(lo, pl->place.base);
  lower_emit(lo, MIR_SIZE, size.local, lo->integer, &array, 1, pl->span);
  mir_operand args[2] = {pl->place.steps[0].at, size};
  lower_emit(lo, MIR_LT, ok.local, lo->boolean, args, 2, pl->span)->on_error = MIR_NO_ERROR;
  uint32_t yes = lower_new_block(lo), end = lower_new_block(lo);
  lower_branch(lo, ok, yes, end, pl->span);
  lo->block = yes;
  lower_emit(lo, MIR_STORE, MIR_NONE, pl->place.type, &copy, 1, pl->span)->place = lower_place_copy(lo, pl);
  lower_jump(lo, end, pl->span);
  lower_raise_on(lo, outer, pl->span);
}

// A struct's `fn ref` on an array element: on a copy, since the callee could change the array under its own feet.
static mir_operand call_on_copy(lower *lo, const hir_expr *e, lower_place *pl, mir_operand *args, uint32_t want) {
  mir_operand copy = lower_place_load(lo, pl, pl->place.type, MIR_NONE);
  lower_place receiver = lower_place_local(lo, copy.local, e->span);
  uint32_t outer = lo->handler, failed = lower_new_block(lo), go_on = lower_new_block(lo);
  lo->handler = failed;
  lower_emit_call(lo, e, args, e->call.args.count, want)->place = lower_place_copy(lo, &receiver);
  lo->handler = outer;
  put_back(lo, pl, copy);
  lower_jump(lo, go_on, e->span);
  lo->block = failed;
  put_back_failed(lo, pl, copy, outer);
  lo->block = go_on;
  return want == MIR_NONE ? lower_unit(lo) : lower_local(lo, want);
}

// … on the value of a map: on a copy, which goes back into the map whether the callee raises or not.
static mir_operand call_on_entry(lower *lo, const hir_expr *e, lower_place *pl, mir_operand *args, uint32_t want) {
  uint32_t outer = lo->handler, failed = lower_new_block(lo), go_on = lower_new_block(lo);
  lo->handler = failed;
  lower_emit_call(lo, e, args, e->call.args.count, want)->place = lower_place_copy(lo, pl);
  lo->handler = outer;
  lower_place_close(lo, pl);
  lower_jump(lo, go_on, e->span);
  lo->block = failed;
  mir_operand error = lower_local(lo, lower_temp(lo, lo->any_error));
  lower_emit(lo, MIR_ERR_TAKE, error.local, lo->any_error, NULL, 0, e->span);
  lower_place_close(lo, pl);
  lower_emit(lo, MIR_RAISE, MIR_NONE, lo->any_error, &error, 1, e->span)->aux.u = 0;
  lower_raise_on(lo, outer, e->span);
  lo->block = go_on;
  return want == MIR_NONE ? lower_unit(lo) : lower_local(lo, want);
}

static mir_operand call_by_ref(lower *lo, const hir_expr *e, uint32_t want) {
  const hir_fn *fn = e->call.fn;
  lower_place pl = lower_place_of(lo, e->call.receiver);
  mir_operand *args = lower_ordered(lo, e, e->call.args.items, e->call.args.count, 0);
  lower_place_open(lo, &pl);
  if (pl.check && !reaches_nothing(fn, pl.place.type)) return call_on_copy(lo, e, &pl, args, want);
  if (pl.from_map) return call_on_entry(lo, e, &pl, args, want);
  lower_emit_call(lo, e, args, e->call.args.count, want)->place = lower_place_copy(lo, &pl);
  lower_place_close(lo, &pl);
  return want == MIR_NONE ? lower_unit(lo) : lower_local(lo, want);
}

// What comes out of a collection (`xs.first()`) is counted as its elements are, whatever the collection is seen through.
static const type *kept_type(lower *lo, const hir_expr *e) {
  const hir_expr *r = e->call.receiver;
  if (e->call.fn->kind != FN_NATIVE || !r || e->type->kind != TY_OPTIONAL || !r->type->arg_count) return e->type;
  const type *kept = type_compound(lo->p->types, TY_OPTIONAL, &r->type->args[r->type->arg_count - 1], 1, CAP_NONE);
  return lower_tag_is_seen(kept, e->type) ? kept : e->type;
}

mir_operand lower_call(lower *lo, const hir_expr *e, uint32_t want) {
  const hir_fn *fn = e->call.fn;
  bool nothing = e->type->kind == TY_UNIT || e->type->kind == TY_NEVER;
  const type *kept = kept_type(lo, e);
  uint32_t dst = nothing ? MIR_NONE : kept == e->type ? lower_want(lo, want, e->type) : lower_temp(lo, kept);
  mir_operand result;
  if (fn->receiver_by_ref) {
    result = call_by_ref(lo, e, dst);
  } else {
    uint32_t first = e->call.receiver ? 1 : 0, n = e->call.args.count;
    const hir_expr **items = ARENA_ARRAY(lo->a, const hir_expr *, n + 1);
    if (first) items[0] = e->call.receiver;
    for (uint32_t i = 0; i < n; i++) items[first + i] = e->call.args.items[i];
    mir_operand *args = lower_ordered(lo, e, items, first + n, first);
    if (first && fn->receiver == CAP_TAG && (items[0]->type->kind == TY_CLASS || items[0]->type->kind == TY_INTERFACE))
      args[0] = lower_seen(lo, args[0], type_with_cap(lo->p->types, items[0]->type, CAP_TAG), MIR_NONE, e->span);
    if (!emit_operation(lo, e, args, first + n, dst)) lower_emit_call(lo, e, args, first + n, dst);
    result =
        nothing ? lower_unit(lo) : lower_seen(lo, lower_local(lo, dst), e->type, kept == e->type ? dst : want, e->span);
  }
  if (e->type->kind == TY_NEVER) lower_end(lo, MIR_TERM_UNREACHABLE, lower_unit(lo), e->span);
  return nothing ? lower_put(lo, result, want, e->span) : result;
}

mir_operand lower_operator(lower *lo, const hir_expr *assign, mir_operand old, mir_operand value) {
  const hir_fn *fn = assign->assign.fn;
  const hir_expr **items = ARENA_ARRAY(lo->a, const hir_expr *, 1);
  items[0] = assign->assign.value;
  hir_expr call = {.kind = HIR_CALL, .type = fn->result, .span = assign->span};
  call.call.fn = fn;
  call.call.receiver = assign->assign.place;
  call.call.args = (hir_list){items, 1};
  mir_operand args[2] = {old, value};
  uint32_t dst = lower_temp(lo, fn->result);
  lower_emit_call(lo, &call, args, 2, dst);
  return lower_local(lo, dst);
}
