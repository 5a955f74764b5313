// check_group.c — what is done with a group of agents: quorum, broadcast, shard.
// Promises: a group is an array of agents of one type, or of one interface; what goes to all of its members is shareable; numbers
//           that can never do are errors where they are known.
#include "agent/abi.h"
#include "diag/edit.h"
#include "sema/cap_report.h"
#include "sema/check.h"

static diag_sink *sink_of(sema *s) { return s->muted ? &s->silent : s->diag; }

static bool group_agent(sema *s, const hir_expr *group, const char *what) {
  const type *elem = type_array_elem(group->type);
  if (elem && elem->kind == TY_AGENT) return true;
  diag *d =
      error_at(s, E0607, group->span, "%s is an array of agents, and this is `%s`", what, text_of(s, group->type));
  span word = group->type->kind == TY_AGENT ? edit_before(d, group->span, "broadcast") : SPAN_NONE;
  if (span_is_none(word)) {
    diag_help(d, "a group is an `Array[A] val` of agents");
  } else {
    diag_fix(d, "one agent is sent a `signal`");
    diag_edit(d, word, "signal");
  }
  return false;
}

// How many members a group has, if the program says so in one place: a literal, a name or a constant of one. Else -1. What can
// still change is no `val`, and groups of topologies grow.
static int64_t members_of(const hir_expr *group) {
  for (;;) {
    switch ((int)group->kind) {
    case HIR_ARRAY: return group->list.count;
    case HIR_FREEZE: group = group->unary.e; break;
    case HIR_CONST: group = group->constant->value; break;
    case HIR_BLOCK:
      if (group->block.count) return -1;
      group = group->block.result;
      break;
    case HIR_LOCAL:
      if (group->local.var->is_var || !group->local.var->init || group->local.var->type->cap != CAP_VAL) return -1;
      group = group->local.var->init;
      break;
    default: return -1;
    }
  }
}

static bool has_members(sema *s, const hir_expr *group, const char *what) {
  if (members_of(group) != 0) return true;
  diag *d = error_at(s, E0607, group->span, "nobody is in this group, and %s", what);
  diag_help(d, "a group has a member at least, as in `val [spawn A()]`");
  return false;
}

// ---- group.behaviour(…) ------------------------------------------------------------------------------------------------------
typedef struct group_call {
  hir_expr *group;
  const member *behaviour;
  arg_list args;
} group_call;

// `what`: who asks, `written`: how that is written. False: in error, reported; out->behaviour is NULL if there is none.
static bool check_group_call(sema *s, const ast_expr *call, const char *what, const char *written, group_call *out) {
  out->behaviour = NULL;
  bool shaped = call->kind == AST_EXPR_CALL && call->u.call.callee->kind == AST_EXPR_FIELD &&
                !call->u.call.callee->u.field.optional;
  if (!shaped) {
    error_at(s, E0607, call->span, "%s a group: `%s group.behaviour(…)`", what, written);
    return false;
  }
  hir_expr *group = check_expr(s, call->u.call.callee->u.field.object, NULL);
  ast_ident name = call->u.call.callee->u.field.name;
  bool grouped = !is_error(group) && group_agent(s, group, "a group");
  if (!grouped) {
    check_surplus(s, &call->u.call.args);
    return false;
  }
  decl_info *d;
  const member *m = member_lookup(s, group->type->args[0], name.name, &d);
  if (!m || m->kind != MEMBER_ON) {
    check_surplus(s, &call->u.call.args);
    if (!m) member_unknown(s, group->type->args[0], name.name, name.span);
    else report_no_behaviour(s, m, d, name.span, true);
    return false;
  }
  out->group = coerce(s, group, type_with_cap(s->types, group->type, CAP_VAL), "the group");
  out->behaviour = m;
  out->args = message_args(s, m->fn, &call->u.call.args, call->span);
  return out->args.ok && !is_error(out->group) && shareable_args(s, m->fn, call->span, "goes to every member");
}

// A number that must be 1 at least; of one that is not known yet the runtime says so.
static bool check_count(sema *s, const hir_expr *n, const char *what) {
  if (is_error(n)) return false;
  if (n->kind != HIR_INT || (int64_t)n->u > 0) return true;
  diag *d = error_at(s, E0607, n->span, "%s is 1 at least, and this is %lld", what, (long long)(int64_t)n->u);
  diag_fix(d, "write a number above 0, such as 1");
  diag_edit(d, n->span, "1");
  return false;
}

// Are there as many members as answers are wanted? `need` is NULL for `majority` and the like.
static bool can_be_reached(sema *s, const hir_expr *group, const hir_expr *need) {
  int64_t n = members_of(group);
  if (!has_members(s, group, "a quorum counts 1 answer at least")) return false;
  if (n < 0 || !need || need->kind != HIR_INT || (int64_t)need->u <= n) return true;
  diag *d = error_at(s, E0607, need->span, "%lld answers are never reached: the group has %lld member%s",
                     (long long)(int64_t)need->u, (long long)n, n == 1 ? "" : "s");
  diag_note(d, group->span, "this is the group");
  diag_fix(d, "ask for the answers of `all`");
  diag_edit(d, need->span, "all");
  return false;
}

// ---- quorum ------------------------------------------------------------------------------------------------------------------
static void quorum_where(sema *s, const ast_expr *w, const type *reply, hir_expr *out) {
  if (w->kind != AST_EXPR_CLOSURE) {
    diag *d = error_at(s, E0607, w->span, "`where` takes a closure of the reply");
    diag_help(d, "write `where |reply| …`");
    return;
  }
  if (w->u.closure.params.count != 1) {
    error_at(s, E0607, w->span, "the closure after `where` takes one reply: `|reply| …`");
    return;
  }
  const ast_closure_param *p = &w->u.closure.params.items[0];
  const type *seen = type_view(s->types, reply, CAP_BOX);
  if (p->type) {
    const type *written = type_from_ast(s, p->type);
    if (written->kind != TY_ERROR && !types_alike(written, reply)) {
      diag_help(error_at(s, E0301, p->span, "the reply is `%s`, not `%s`", text_of(s, reply), text_of(s, written)),
                "its type can be left out: `|%s| …`", p->name.name->text);
      seen = s->error;
    }
  }
  uint32_t count, scope = scope_enter(s, &count);
  const char *no_await = s->cx->no_await;
  guard *g = s->cx->guard, where = {.up = g};
  s->cx->no_await = "in `where`";
  s->cx->guard = &where;
  out->quorum.where_var = var_new(s, p->name.name, seen, p->name.span, false);
  if (!str_is(p->name.name, "_")) local_add(s, p->name.name, out->quorum.where_var, p->name.span);
  hir_expr *body = check_cond(s, w->u.closure.body);
  s->cx->guard = g;
  s->cx->no_await = no_await;
  scope_leave(s, scope, count);
  if (where.raises.count || where.calls.count || where.passed.count)
    diag_help(error_at(s, E0511, w->span, "the closure after `where` must not raise"),
              "say what an error means: `… else false`");
  out->quorum.where = body;
}

hir_expr *check_quorum(sema *s, const ast_expr *e, const ast_expr *within) {
  hir_expr *x = expr_new(s, HIR_QUORUM, s->error, e->span);
  static const int64_t kinds[] = {[AST_QUORUM_N] = 0,
                                  [AST_QUORUM_MAJORITY] = AG_QUORUM_MAJORITY,
                                  [AST_QUORUM_SUPERMAJORITY] = AG_QUORUM_SUPERMAJORITY,
                                  [AST_QUORUM_ALL] = AG_QUORUM_ALL};
  x->quorum.need_kind = kinds[e->u.quorum.how];
  if (e->u.quorum.n) x->quorum.need = check_as(s, e->u.quorum.n, s->i64, "the number of replies");
  bool ok = !x->quorum.need || check_count(s, x->quorum.need, "the number of answers of a quorum");
  hir_expr *limit = duration_of(s, within);
  group_call call;
  ok &= check_group_call(s, e->u.quorum.target, "a quorum asks", "quorum majority of", &call);
  if (!call.behaviour) return expr_error(s, e->span);
  fn_info *f = call.behaviour->fn;
  if (!f->hir.is_request) {
    diag *q = error_at(s, E0607, e->u.quorum.target->u.call.callee->u.field.name.span,
                       "`%s` gives no answer, and a quorum counts answers", f->hir.name);
    diag_note(q, call.behaviour->span, "write `-> T` here");
    ok = false;
  }
  ok = ok && can_be_reached(s, call.group, x->quorum.need);
  if (ok && e->u.quorum.where) quorum_where(s, e->u.quorum.where, f->hir.result, x);
  ok = may_wait(s, e->span, "quorum") && ok && !(limit && is_error(limit));
  raises_named(s, "QuorumNotReached", e->span, "a quorum");
  x->type = type_array_of(s, f->hir.result, CAP_REF);
  if (!ok || (e->u.quorum.where && (!x->quorum.where || is_error(x->quorum.where)))) {
    x->kind = HIR_ERROR; // still the answers: what is done with them is checked
    return x;
  }
  x->quorum.group = call.group;
  x->quorum.fn = &f->hir;
  x->quorum.args = (hir_list){call.args.items, call.args.count};
  x->quorum.within = limit;
  return after_args(s, &call.args, x);
}

// ---- broadcast ---------------------------------------------------------------------------------------------------------------
hir_expr *check_broadcast(sema *s, const ast_expr *e) {
  group_call call;
  bool ok = check_group_call(s, e->u.broadcast.target, "a broadcast goes to", "broadcast", &call);
  hir_expr *fanout = NULL;
  if (e->u.broadcast.fanout) {
    fanout = check_as(s, e->u.broadcast.fanout, s->i64, "the number after `fanout`");
    ok &= check_count(s, fanout, "the number after `fanout`");
  }
  ok = ok && has_members(s, call.group, "a broadcast goes to its members");
  if (!may_wait(s, e->span, "broadcast") || !ok) return expr_error(s, e->span);
  hir_expr *x = message_new(s, HIR_BROADCAST, s->unit, e->span, call.group, call.behaviour->fn, call.args);
  x->send.fanout = fanout;
  return after_args(s, &call.args, x);
}

// ---- shard -------------------------------------------------------------------------------------------------------------------
hir_expr *check_shard(sema *s, const ast_expr *e) {
  const ast_args *args = &e->u.call.args;
  if (args->count != 2 || ast_has(args->items[0].name) || ast_has(args->items[1].name)) {
    error_at(s, E0304, e->u.call.args_span, "this is written `shard(key, group)`");
    check_surplus(s, args);
    return expr_error(s, e->span);
  }
  hir_expr *key = check_expr(s, args->items[0].value, NULL), *group = check_expr(s, args->items[1].value, NULL);
  if (is_error(key) || is_error(group)) return expr_error(s, e->span);
  if (!check_operable(s, key->type, QUALITY_HASH, key->span, "a key of `shard`") || !group_agent(s, group, "the group"))
    return expr_error(s, e->span);
  if (!cap_path_may_read(path_of(s, group))) {
    cap_report_read(sink_of(s), s->types, group->span, group, NULL);
    return expr_error(s, e->span);
  }
  if (!has_members(s, group, "a shard is a member")) return expr_error(s, e->span);
  hir_expr *x = expr_new(s, HIR_SHARD, group->type->args[0], e->span);
  x->binary.a = key;
  x->binary.b = group;
  return x;
}
