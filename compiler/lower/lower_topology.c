// lower_topology.c — topologies: each step is one call of the runtime.
#include "lower/lower_internal.h"

static bool raises(hir_topology_op op) {
  return op == TOPOLOGY_NUMBER || op == TOPOLOGY_GROUP || op == TOPOLOGY_GROW || op == TOPOLOGY_SHRINK;
}

// Handle, index; then the arguments of an agent, which become its first message, or another handle.
static void give(lower *lo, const hir_expr *e, const mir_operand *all, uint32_t n) {
  const hir_decl *d = e->topology.object->type->decl->topology->parts[e->topology.index].decl;
  mir_operand args[3] = {all[0], all[1]};
  args[2] = e->topology.op == TOPOLOGY_PUT ? all[2] : lower_message(lo, NULL, d, all + 2, n - 2, e->span);
  lower_emit(lo, MIR_TOPOLOGY_GIVE, MIR_NONE, lo->unit, args, 3, e->span)->aux.u =
      MIR_TOPOLOGY_WHAT(e->topology.op, e->topology.index);
}

mir_operand lower_topology(lower *lo, const hir_expr *e, uint32_t want) {
  hir_topology_op op = e->topology.op;
  bool gives = e->type->kind != TY_UNIT;
  if (op == TOPOLOGY_NEIGHBORS || op == TOPOLOGY_NEIGHBOR) {
    want = lower_want(lo, want, e->type);
    lower_emit(lo, MIR_NEIGHBORS, want, e->type, NULL, 0, e->span)->aux.u = e->topology.index;
    return lower_local(lo, want);
  }
  uint32_t n = e->topology.args.count + 1;
  const hir_expr **items = ARENA_ARRAY(lo->a, const hir_expr *, n);
  items[0] = e->topology.object;
  for (uint32_t i = 1; i < n; i++) items[i] = e->topology.args.items[i - 1];
  mir_operand *all = lower_args(lo, items, n, 0);
  if (op == TOPOLOGY_PUT || op == TOPOLOGY_INIT) {
    give(lo, e, all, n);
    return lower_put(lo, lower_unit(lo), want, e->span);
  }
  uint32_t dst = gives ? lower_want(lo, want, e->type) : MIR_NONE;
  mir_inst *i = lower_emit(lo, MIR_TOPOLOGY, dst, e->type, all, n, e->span);
  i->aux.u = MIR_TOPOLOGY_WHAT(op, e->topology.index);
  if (!raises(op)) i->on_error = MIR_NO_ERROR;
  return gives ? lower_local(lo, dst) : lower_put(lo, lower_unit(lo), want, e->span);
}
