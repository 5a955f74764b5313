// lower_channel.c — natives that wait: a call with a deadline behind its arguments.
#include "lower/lower_internal.h"

mir_operand lower_waiting(lower *lo, const hir_expr *e, uint32_t want) {
  const hir_expr *call = e->await_.future;
  uint32_t first = call->call.receiver ? 1 : 0, n = first + call->call.args.count;
  const hir_expr **items = ARENA_ARRAY(lo->a, const hir_expr *, n + 1);
  if (first) items[0] = call->call.receiver;
  for (uint32_t i = first; i < n; i++) items[i] = call->call.args.items[i - first];
  mir_operand *args = lower_ordered(lo, call, items, n, first);
  mir_operand limit = lower_deadline(lo, e->await_.within);
  bool value = call->type->kind != TY_UNIT && call->type->kind != TY_NEVER;
  uint32_t dst = value ? lower_want(lo, want, call->type) : MIR_NONE;
  mir_inst *i = lower_emit_call(lo, call, args, n, dst);
  mir_operand *all = ARENA_ARRAY(lo->a, mir_operand, n + 1);
  for (uint32_t k = 0; k < n; k++) all[k] = i->args[k];
  all[n] = limit;
  i->args = all;
  i->arg_count = n + 1;
  return value ? lower_local(lo, dst) : lower_put(lo, lower_unit(lo), want, e->span);
}
