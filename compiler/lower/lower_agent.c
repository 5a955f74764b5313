// lower_agent.c — spawn, signal, ask, await, quorum, broadcast, shard, timers.
#include "agent/abi.h"
#include "lower/lower_internal.h"

static mir_operand int_const(lower *lo, uint64_t v) { return mir_int_operand(lo->integer, v); }

// A message local; its arguments are consumed. Nothing may raise before it is sent.
mir_operand lower_message(lower *lo, const hir_fn *fn, const hir_decl *decl, const mir_operand *args, uint32_t n,
                          span at) {
  uint32_t m = lower_temp(lo, lo->unit);
  mir_local *l = &lo->fn->locals.items[m];
  l->kind = MIR_LOCAL_MSG;
  l->fn = fn;
  l->decl = decl;
  l->counted = true;
  mir_inst *i = lower_emit(lo, MIR_MSG, m, lo->unit, args, n, at);
  i->aux.msg.fn = fn;
  i->aux.msg.decl = decl;
  return lower_local(lo, m);
}

static mir_operand lower_spawn(lower *lo, const hir_expr *e, uint32_t want) {
  uint32_t n = e->send.args.count;
  const hir_expr **items = ARENA_ARRAY(lo->a, const hir_expr *, n + 1), *in = e->send.target;
  for (uint32_t i = 0; i < n; i++) items[i] = e->send.args.items[i];
  if (in) items[n] = in->topology.object;
  mir_operand *args = lower_args(lo, items, n + (in ? 1 : 0), 0);
  mir_operand m[2] = {lower_message(lo, NULL, e->send.decl, args, n, e->span)};
  if (in) m[1] = args[n];
  mir_spawn *s = ARENA_NEW(lo->a, mir_spawn);
  *s = (mir_spawn){e->send.decl,         e->send.mailbox_capacity, e->send.mailbox_high,       e->send.mailbox_low,
                   e->send.mailbox_full, e->send.priority,         in ? in->topology.index : 0};
  want = lower_want(lo, want, e->type);
  lower_emit(lo, in ? MIR_SPAWN_IN : MIR_SPAWN, want, e->type, m, in ? 2 : 1, e->span)->aux.spawn = s;
  return lower_local(lo, want);
}

// Target first, then the arguments; then the message is made of them.
static void target_and_message(lower *lo, const hir_expr *e, mir_operand *out) {
  uint32_t n = e->send.args.count;
  const hir_expr **items = ARENA_ARRAY(lo->a, const hir_expr *, n + 1);
  items[0] = e->send.target;
  for (uint32_t i = 0; i < n; i++) items[i + 1] = e->send.args.items[i];
  mir_operand *all = lower_args(lo, items, n + 1, 0);
  out[0] = all[0];
  out[1] = lower_message(lo, e->send.fn, NULL, all + 1, n, e->span);
}

static mir_operand lower_send(lower *lo, const hir_expr *e, uint32_t want) {
  mir_operand args[2];
  target_and_message(lo, e, args);
  if (e->kind == HIR_SIGNAL) {
    lower_emit(lo, MIR_SEND, MIR_NONE, lo->unit, args, 2, e->span);
    return lower_put(lo, lower_unit(lo), want, e->span);
  }
  want = lower_want(lo, want, e->type);
  lower_emit(lo, MIR_ASK, want, e->type, args, 2, e->span)->aux.msg.fn = e->send.fn;
  return lower_local(lo, want);
}

mir_operand lower_deadline(lower *lo, const hir_expr *within) {
  if (!within) return int_const(lo, 0);
  mir_operand d = lower_expr(lo, within);
  mir_operand t = lower_local(lo, lower_temp(lo, lo->integer));
  lower_emit(lo, MIR_DEADLINE, t.local, lo->integer, &d, 1, within->span);
  return t;
}

static mir_operand lower_await(lower *lo, const hir_expr *e, uint32_t want) {
  if (e->await_.future->kind == HIR_CALL && e->await_.future->call.fn->waits) return lower_waiting(lo, e, want);
  mir_operand args[2];
  args[0] = lower_expr(lo, e->await_.future);
  args[1] = lower_deadline(lo, e->await_.within);
  bool value = e->type->kind != TY_UNIT && e->type->kind != TY_NEVER;
  uint32_t dst = value ? lower_want(lo, want, e->type) : MIR_NONE;
  lower_emit(lo, MIR_AWAIT, dst, e->type, args, 2, e->span);
  return value ? lower_local(lo, dst) : lower_put(lo, lower_unit(lo), want, e->span);
}

// ---- quorum ----------------------------------------------------------------------------------------------------------------
// A count: below 0 it is as wrong as 0, and not one of AG_QUORUM_*.
static mir_operand quorum_count(lower *lo, const hir_expr *e) {
  uint32_t negative = lower_new_block(lo), end = lower_new_block(lo), count = lower_temp(lo, lo->integer);
  mir_operand below[2] = {lower_put(lo, lower_expr(lo, e->quorum.need), count, e->span), int_const(lo, 0)};
  mir_operand is = lower_local(lo, lower_temp(lo, lo->boolean));
  lower_emit(lo, MIR_LT, is.local, lo->boolean, below, 2, e->span);
  lower_branch(lo, is, negative, end, e->span);
  lo->block = negative;
  lower_put(lo, int_const(lo, 0), count, e->span);
  lower_jump(lo, end, e->span);
  lo->block = end;
  return lower_local(lo, count);
}

static mir_operand quorum_new(lower *lo, const hir_expr *e) {
  uint32_t n = e->quorum.args.count;
  mir_operand need = int_const(lo, (uint64_t)e->quorum.need_kind);
  if (e->quorum.need_kind == 0) need = quorum_count(lo, e);
  mir_operand group = lower_expr(lo, e->quorum.group);
  mir_operand *args = lower_args(lo, e->quorum.args.items, n, 0);
  mir_operand limit = lower_deadline(lo, e->quorum.within);
  mir_operand all[4] = {group, lower_message(lo, e->quorum.fn, NULL, args, n, e->span), need, limit};
  uint32_t q = lower_temp(lo, lo->unit);
  lo->fn->locals.items[q].kind = MIR_LOCAL_QUORUM;
  lo->fn->locals.items[q].counted = true;
  lower_emit(lo, MIR_QUORUM_NEW, q, lo->unit, all, 4, e->span)->aux.msg.fn = e->quorum.fn;
  return lower_local(lo, q);
}

// Each reply is judged here, in the asker, by the `where` expression.
static void quorum_judge(lower *lo, const hir_expr *e, mir_operand q, mir_operand reply) {
  mir_operand args[3] = {q, reply, mir_simple_operand(MIR_OPERAND_BOOL, lo->boolean)};
  args[2].u = 1;
  if (e->quorum.where) {
    if (e->quorum.where_var) {
      uint32_t var = lower_var(lo, e->quorum.where_var);
      lower_seen(lo, reply, e->quorum.where_var->type, var, e->span);
    }
    args[2] = lower_expr(lo, e->quorum.where);
  }
  lower_emit(lo, MIR_QUORUM_ACCEPT, MIR_NONE, reply.type, args, 3, e->span);
}

static mir_operand lower_quorum(lower *lo, const hir_expr *e, uint32_t want) {
  const type *reply = e->quorum.fn->result;
  const type *maybe = type_compound(lo->p->types, TY_OPTIONAL, &reply, 1, CAP_NONE);
  mir_operand q = quorum_new(lo, e);
  uint32_t head = lower_new_block(lo), more = lower_new_block(lo), end = lower_new_block(lo);
  lower_jump(lo, head, e->span);
  mir_operand next = lower_local(lo, lower_temp(lo, maybe)), is = lower_local(lo, lower_temp(lo, lo->boolean));
  lower_emit(lo, MIR_QUORUM_NEXT, next.local, maybe, &q, 1, e->span);
  lower_emit(lo, MIR_IS_SOME, is.local, lo->boolean, &next, 1, e->span);
  lower_branch(lo, is, more, end, e->span);
  lo->block = more;
  mir_operand r = lower_local(lo, lower_temp(lo, reply));
  lower_emit(lo, MIR_UNWRAP, r.local, reply, &next, 1, e->span);
  quorum_judge(lo, e, q, r);
  lower_jump(lo, head, e->span);
  lo->block = end;
  want = lower_want(lo, want, e->type);
  lower_emit(lo, MIR_QUORUM_RESULT, want, e->type, &q, 1, e->span);
  return lower_local(lo, want);
}

// ---- broadcast -------------------------------------------------------------------------------------------------------------
enum { DEFAULT_FANOUT = 3 };

// The group, the arguments, then the number; the message is made when all of them are there.
static mir_operand lower_broadcast(lower *lo, const hir_expr *e, uint32_t want) {
  uint32_t n = e->send.args.count;
  const hir_expr **items = ARENA_ARRAY(lo->a, const hir_expr *, n + 2);
  items[0] = e->send.target;
  for (uint32_t i = 0; i < n; i++) items[i + 1] = e->send.args.items[i];
  if (e->send.fanout) items[n + 1] = e->send.fanout;
  mir_operand *all = lower_args(lo, items, n + 1 + (e->send.fanout != NULL), 0);
  mir_operand fanout = e->send.fanout ? all[n + 1] : int_const(lo, DEFAULT_FANOUT);
  mir_operand args[3] = {all[0], lower_message(lo, e->send.fn, NULL, all + 1, n, e->span), fanout};
  lower_emit(lo, MIR_BROADCAST, MIR_NONE, lo->unit, args, 3, e->span)->aux.msg.fn = e->send.fn;
  return lower_put(lo, lower_unit(lo), want, e->span);
}

// ---- shard, timers -----------------------------------------------------------------------------------------------------------
static mir_operand lower_shard(lower *lo, const hir_expr *e, uint32_t want) {
  mir_operand args[2];
  args[0] = lower_hold(lo, e->binary.a, lower_expr(lo, e->binary.a), e->binary.b);
  args[1] = lower_expr(lo, e->binary.b);
  want = lower_want(lo, want, e->type);
  lower_emit(lo, MIR_SHARD, want, e->type, args, 2, e->span);
  return lower_local(lo, want);
}

// after d signal a.f(): once. every d signal a.f(): first after d, then again and again.
static mir_operand lower_timer(lower *lo, const hir_expr *e, uint32_t want) {
  mir_operand delay = lower_expr(lo, e->send.delay);
  delay = lower_hold(lo, e->send.delay, delay, e->send.target);
  mir_operand args[4];
  target_and_message(lo, e, args);
  args[2] = delay;
  args[3] = e->send.every ? delay : mir_int_operand(delay.type, (uint64_t)AG_TIMER_ONCE);
  want = lower_want(lo, want, e->type);
  mir_inst *i = lower_emit(lo, MIR_TIMER, want, e->type, args, 4, e->span);
  if (e->send.delay->kind == HIR_INT) i->on_error = MIR_NO_ERROR; // the checker has looked at it
  return lower_local(lo, want);
}

mir_operand lower_agent(lower *lo, const hir_expr *e, uint32_t want) {
  switch ((int)e->kind) {
  case HIR_SPAWN: return lower_spawn(lo, e, want);
  case HIR_SIGNAL:
  case HIR_ASK: return lower_send(lo, e, want);
  case HIR_AWAIT: return lower_await(lo, e, want);
  case HIR_QUORUM: return lower_quorum(lo, e, want);
  case HIR_BROADCAST: return lower_broadcast(lo, e, want);
  case HIR_SHARD: return lower_shard(lo, e, want);
  case HIR_TIMER: return lower_timer(lo, e, want);
  default: break;
  }
  mir_operand t = lower_expr(lo, e->unary.e);
  lower_emit(lo, MIR_TIMER_CANCEL, MIR_NONE, lo->unit, &t, 1, e->span);
  return lower_put(lo, lower_unit(lo), want, e->span);
}
