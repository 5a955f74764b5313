// check_prim.c — agents at work: spawn, signal, requests, await, timers. Groups of them: check_group.c.
// Promises: what is sent is sendable (parameters are, by declaration; what goes to several receivers is shareable too), futures
//           are awaited, annotations name what exists.
#include <string.h>

#include "agent/abi.h"
#include "diag/edit.h"
#include "sema/cap_report.h"
#include "sema/check_topology.h"

static diag_sink *sink_of(sema *s) { return s->muted ? &s->silent : s->diag; }

bool may_wait(sema *s, span at, const char *what) {
  fn_info *f = s->cx->fn ? s->cx->fn : s->cx->maker;
  if (f) f->suspends = true;
  if (!s->cx->no_await) return true;
  diag *d = error_at(s, E0519, at, "`%s` may have to wait, and nothing waits %s", what, s->cx->no_await);
  diag_help(d, "do it before, and use the result");
  return false;
}

// ---- spawn ------------------------------------------------------------------------------------------------------------------------
// What the name after `spawn` stands for, if that is declared somewhere; NULL, reported or not.
static decl_info *spawned_decl(sema *s, const ast_type *t, bool *reported) {
  const type *ty;
  if (t->u.path.args.count) {
    ty = type_from_ast(s, t);
  } else {
    symbol *sym = symbol_meant(s, path_symbol(s, t));
    *reported = !sym || sym->kind == SYM_POISON;
    if (*reported) return NULL;
    if (sym->kind == SYM_DECL) return sym->u.decl;
    ty = symbol_type(s, sym, t->span, NULL, 0, CAP_NONE);
  }
  *reported = ty->kind == TY_ERROR;
  return ty->kind == TY_AGENT || ty->kind == TY_CLASS ? info_of(ty->decl) : NULL;
}

static decl_info *agent_named(sema *s, const ast_type *t) {
  bool reported = false;
  decl_info *d = spawned_decl(s, t, &reported);
  if (reported || (d && (d->hir.kind == DECL_AGENT || d->topology))) return d;
  const char *name = t->u.path.name.name->text;
  diag *x = error_at(s, E0605, t->span, "`%s` is no agent", name);
  bool own = d && d->mod != s->prelude;
  if (own && d->hir.kind == DECL_CLASS) diag_help(x, "an object of a class is made without `spawn`: `%s(…)`", name);
  if (own && d->hir.kind == DECL_STRUCT) diag_help(x, "a struct is made without `spawn`: `%s(…)`", name);
  return NULL;
}

static hir_expr *spawn_topology(sema *s, const ast_expr *e, decl_info *d, const type *hint) {
  if (e->u.spawn.annotations.count) {
    diag *x = error_at(s, E0604, e->u.spawn.annotations.items[0].span, "a topology has no mailbox: its agents have");
    diag_help(x, "write it in `%s`, before the node or group that it is for", d->hir.name);
  }
  if (e->u.spawn.place) {
    diag *x = error_at(s, E0638, e->u.spawn.place->span, "only agents are spawned into a group");
    diag_help(x, "a group of topologies grows: `….grow(1)`");
  }
  return topology_made(s, d, &e->u.spawn.args, e->span, hint, true);
}

hir_expr *check_spawn(sema *s, const ast_expr *e, const type *hint) {
  const ast_type *t = e->u.spawn.type;
  decl_info *d = t->kind == AST_TYPE_PATH ? agent_named(s, t) : NULL;
  if (!d) {
    (void)check_annotations(s, &e->u.spawn.annotations);
    check_surplus(s, &e->u.spawn.args);
    if (e->u.spawn.place) (void)check_expr(s, e->u.spawn.place, NULL);
    return expr_error(s, e->span);
  }
  if (s->cx->constant) {
    diag *x = error_at(s, E0316, e->span, "a constant is known before the program runs, and `spawn` starts something");
    diag_help(x, "spawn it in `main`, and hand it to who needs it");
    return expr_error(s, e->span);
  }
  if (d->topology) return spawn_topology(s, e, d, hint);
  const char *what = arena_printf(s->a, "`%s`", d->hir.name);
  arg_list list = made_args(s, &d, -1, &e->u.spawn.args, e->span, what, hint);
  hir_expr *group = e->u.spawn.place ? group_to_join(s, e->u.spawn.place, d->generic ? NULL : d) : NULL;
  mailbox_options agent = {.capacity = d->hir.mailbox_capacity, .high = d->hir.mailbox_high, .low = d->hir.mailbox_low};
  mailbox_options o = annotations_over(s, &e->u.spawn.annotations, &agent);
  if (d->generic) return expr_error(s, e->span);
  bool ok = list.ok && (e->u.spawn.place ? group != NULL : spawned_alone(s, d, t->span));
  hir_expr *x = expr_new(s, ok ? HIR_SPAWN : HIR_ERROR, type_of_decl(s, d, NULL, 0, CAP_TAG), e->span);
  if (!ok) return x; // still an agent: what is done with it is checked
  x->send.decl = &d->hir;
  x->send.target = group;
  x->send.args = (hir_list){list.items, list.count};
  x->send.mailbox_capacity = o.capacity, x->send.mailbox_high = o.high, x->send.mailbox_low = o.low;
  x->send.mailbox_full = o.full, x->send.priority = o.priority;
  return after_args(s, &list, x);
}

// ---- messages ------------------------------------------------------------------------------------------------------------------------
arg_list message_args(sema *s, fn_info *f, const ast_args *args, span at) {
  uint32_t n = f->hir.param_count;
  param_desc *params = ARENA_ARRAY(s->a, param_desc, n ? n : 1);
  for (uint32_t i = 0; i < n; i++) {
    const ast_param *p = &f->ast->params.items[i];
    params[i] = (param_desc){
        .name = p->name.name, .init = p->init, .span = p->span, .type = f->hir.params[i]->type, .env = f->env};
  }
  if (f->poisoned) {
    check_surplus(s, args);
    return (arg_list){.ok = false};
  }
  return check_args(s, params, n, args, at, arena_printf(s->a, "`%s`", f->hir.name), f->mod);
}

hir_expr *message_new(sema *s, hir_kind kind, const type *t, span at, hir_expr *target, fn_info *f, arg_list list) {
  hir_expr *x = expr_new(s, kind, t, at);
  x->send.target = target;
  x->send.decl = f->hir.owner;
  x->send.fn = &f->hir;
  x->send.args = (hir_list){list.items, list.count};
  x->send.mailbox_capacity = x->send.mailbox_high = x->send.mailbox_low = -1;
  x->send.mailbox_full = x->send.priority = -1;
  return x;
}

// A behaviour called as a value: a request, whose future is the result.
hir_expr *ask_or_report(sema *s, hir_expr *target, fn_info *f, const ast_expr *call, span name_at) {
  arg_list list = message_args(s, f, &call->u.call.args, name_at);
  if (!f->hir.is_request && s->cx->awaited == call) {
    diag *d = error_at(s, E0602, call->span, "behaviour `%s` gives no answer to wait for", f->hir.name);
    diag_note(d, f->hir.span, "it is declared here without `-> T`");
    diag_fix(d, "write `signal` in place of `await`, or let it answer");
    diag_edit(d, edit_before(d, call->span, "await"), "signal");
    return expr_error(s, call->span);
  }
  if (!f->hir.is_request) {
    diag *d = error_at(s, E0601, call->span, "behaviour `%s` is called without `signal`", f->hir.name);
    diag_note(d, f->hir.span, "it gives no answer: the message is sent, and this agent goes on");
    const ast_expr *callee = call->u.call.callee;
    symbol *hidden = callee->kind == AST_EXPR_NAME ? symbol_find(s, s->cx->mod, f->name, name_at) : NULL;
    if (hidden && hidden->kind == SYM_FN)
      diag_note(d, hidden->span,
                "this function is hidden here: the names of the agent itself come before those of the file");
    diag_help(d, "write `signal` before it");
    diag_edit(d, span_before(call->span), "signal ");
    return expr_error(s, call->span);
  }
  if (!list.ok) return expr_error(s, call->span);
  if (!may_wait(s, call->span, f->hir.name)) return expr_error(s, call->span);
  const type *future = type_compound(s->types, TY_FUTURE, &f->hir.result, 1, CAP_NONE);
  return after_args(s, &list, message_new(s, HIR_ASK, future, call->span, target, f, list));
}

void report_no_behaviour(sema *s, const member *m, const decl_info *d, span at, bool group) {
  diag *x = error_at(s, E0603, at, "`%s` is a %s of `%s`, not a behaviour", m->name->text,
                     m->kind == MEMBER_FN ? "function" : "field", d->name->text);
  diag_note(x, m->span, "it is declared here");
  bool agent = d->hir.kind == DECL_AGENT;
  if (m->kind == MEMBER_FN && group) diag_help(x, "only behaviours take messages: declare it with `on`");
  else if (m->kind == MEMBER_FN)
    diag_help(x, agent ? "call it without `signal`, or declare it with `on`" : "call it without `signal`");
  else diag_help(x, "only behaviours (`on …`) take messages");
}

static void report_maybe_none(sema *s, ast_ident name) {
  diag *d = error_at(s, E0322, name.span, "this may be `none`, which takes no message");
  diag_help(d, "test it: `if let a = … { signal a.%s(…) }`", name.name->text);
}

static bool is_group(const type *t) {
  return t->kind == TY_CLASS && t->decl->builtin == BUILTIN_ARRAY && t->args[0]->kind == TY_AGENT;
}

static void report_group(sema *s, ast_ident name) {
  diag *d = error_at(s, E0603, name.span, "a signal goes to one agent, and this is an array of them");
  diag_help(d, "write `for a in … { signal a.%s(…) }`, or `signal shard(key, …).%s(…)`", name.name->text,
            name.name->text);
}

// The target and behaviour of `signal a.f(…)`. NULL: in error, reported.
static hir_expr *message_target(sema *s, const ast_expr *call, fn_info **f) {
  const ast_expr *callee = call->kind == AST_EXPR_CALL ? call->u.call.callee : call;
  ast_ident name = {0};
  hir_expr *target = NULL;
  if (call->kind == AST_EXPR_CALL && callee->kind == AST_EXPR_FIELD && !callee->u.field.optional) {
    name = callee->u.field.name;
    symbol *sym;
    if (!static_path(s, callee, &sym)) target = check_expr(s, callee->u.field.object, NULL);
  } else if (call->kind == AST_EXPR_CALL && callee->kind == AST_EXPR_NAME && s->cx->owner &&
             member_find(s->cx->owner, callee->u.name)) {
    name = (ast_ident){callee->u.name, callee->span};
    target = self_expr(s, callee->span);
  }
  if (!target && callee->kind == AST_EXPR_FIELD && callee->u.field.optional) {
    report_maybe_none(s, callee->u.field.name);
    return NULL;
  }
  bool outside;
  if (!target && callee->kind == AST_EXPR_NAME && !local_find(s, callee->u.name, &outside) &&
      !symbol_find(s, s->cx->mod, callee->u.name, callee->span)) {
    diag *d = error_at(s, E0603, callee->span, "a message goes to an agent, and this does not say to which");
    member *own = s->cx->owner ? member_find(s->cx->owner, callee->u.name) : NULL;
    diag_help(d, own && own->kind == MEMBER_ON ? "write `signal %s(…)`" : "write `signal agent.%s(…)`",
              callee->u.name->text);
    check_surplus(s, &call->u.call.args);
    return NULL;
  }
  if (!target) {
    hir_expr *x = check_expr(s, call, NULL);
    if (is_error(x)) return NULL;
    diag *d = error_at(s, E0603, call->span, "only a behaviour of an agent takes a message");
    diag_help(d, "write `agent.behaviour(…)`");
    return NULL;
  }
  decl_info *d;
  member *m = is_error(target) ? NULL : member_lookup(s, target->type, name.name, &d);
  if (m && m->kind == MEMBER_ON && member_visible(s, d, m, name.span)) {
    *f = m->fn;
    return target;
  }
  check_surplus(s, &call->u.call.args);
  if (is_error(target) || (m && m->doubled)) return NULL;
  if (!m && target->type->kind == TY_OPTIONAL) report_maybe_none(s, name);
  else if (is_group(target->type)) report_group(s, name);
  else if (!m) member_unknown(s, target->type, name.name, name.span);
  else if (m->kind != MEMBER_ON) report_no_behaviour(s, m, d, name.span, false);
  return NULL;
}

hir_expr *check_signal(sema *s, const ast_expr *e) {
  fn_info *f = NULL;
  hir_expr *target = message_target(s, e->u.inner, &f);
  if (!target) return expr_error(s, e->span);
  arg_list list = message_args(s, f, &e->u.inner->u.call.args, e->u.inner->span);
  bool ok = may_wait(s, e->span, "signal") && list.ok;
  return ok ? after_args(s, &list, message_new(s, HIR_SIGNAL, s->unit, e->span, target, f, list))
            : expr_error(s, e->span);
}

// Parameters of what goes to several receivers: no iso.
bool shareable_args(sema *s, fn_info *f, span at, const char *what) {
  for (uint32_t i = 0; i < f->hir.param_count; i++) {
    const type *t = f->hir.params[i]->type;
    if (type_is_shareable(s->types, t)) continue;
    cap_report_unsendable(
        sink_of(s), s->types, E0408, at, f->hir.params[i]->type_span,
        arena_printf(s->a, "parameter `%s` of `%s`, which %s,", f->hir.params[i]->name, f->hir.name, what), t);
    return false;
  }
  return true;
}

// A length of time: what is known to be negative is none.
static hir_expr *length_of_time(sema *s, const ast_expr *e, const char *role) {
  hir_expr *x = check_as(s, e, s->duration, role);
  bool minus = x->kind == HIR_UNARY && x->unary.e->kind == HIR_INT && x->unary.e->u > 0; // no other operator gives one
  if (!minus && !(x->kind == HIR_INT && (int64_t)x->u < 0)) return x;
  diag *d = error_at(s, E0650, x->span, "%s is never negative", role);
  diag_fix(d, "leave the sign out");
  diag_edit(d, minus ? (span){x->span.file, x->span.begin, x->unary.e->span.begin} : SPAN_NONE, "");
  return expr_error(s, e->span);
}

// What `every` repeats after is more than nothing.
static hir_expr *period(sema *s, const ast_expr *e) {
  hir_expr *x = length_of_time(s, e, "the time after `every`");
  if (x->kind != HIR_INT || x->u != 0) return x;
  diag *d = error_at(s, E0650, x->span, "the time after `every` is more than none");
  diag_help(d, "an agent that goes on at once sends itself a signal: `signal self.…`");
  return expr_error(s, e->span);
}

hir_expr *check_timer(sema *s, const ast_expr *e) {
  bool every = e->kind == AST_EXPR_EVERY;
  hir_expr *delay = every ? period(s, e->u.timer.delay) : length_of_time(s, e->u.timer.delay, "the time after `after`");
  fn_info *f = NULL;
  hir_expr *target = message_target(s, e->u.timer.target, &f);
  if (!target) return expr_error(s, e->span);
  arg_list list = message_args(s, f, &e->u.timer.target->u.call.args, e->u.timer.target->span);
  bool ok = list.ok && !is_error(delay);
  if (every) ok &= shareable_args(s, f, e->span, "is sent many times");
  if (!ok) return expr_error(s, e->span);
  hir_expr *x = message_new(s, HIR_TIMER, type_of_decl(s, s->d_timer, NULL, 0, CAP_NONE), e->span, target, f, list);
  x->send.delay = delay;
  x->send.every = every;
  return after_args(s, &list, x);
}

// ---- await --------------------------------------------------------------------------------------------------------------------------------
hir_expr *duration_of(sema *s, const ast_expr *within) {
  return within ? length_of_time(s, within, "the time after `within`") : NULL;
}

hir_expr *check_await(sema *s, const ast_expr *e, const ast_expr *within, const type *hint) {
  (void)hint;
  const ast_expr *inner = e->u.inner;
  const ast_expr *outer = s->cx->awaited;
  s->cx->awaited = inner;
  hir_expr *f = check_expr(s, inner, NULL);
  s->cx->awaited = outer;
  hir_expr *limit = duration_of(s, within);
  if (is_error(f) || (limit && is_error(limit))) return expr_error(s, e->span);
  if (f->kind == HIR_CALL && f->call.fn->waits) return await_native(s, f, limit, e->span);
  if (f->type->kind != TY_FUTURE) {
    diag *d = error_at(s, E0602, inner->span, "only an answer is waited for, and this is `%s`", text_of(s, f->type));
    if (f->type->kind == TY_AGENT) diag_help(d, "ask it something: `await ….name(…)`");
    else {
      diag_fix(d, f->kind == HIR_AWAIT ? "one `await` is enough" : "leave `await` out");
      span word = edit_before(d, inner->span, "await");
      diag_edit(d, span_is_none(word) ? word : (span){word.file, word.begin, inner->span.begin}, "");
    }
    return expr_error(s, e->span);
  }
  bool itself = f->kind == HIR_ASK && f->send.target->kind == HIR_LOCAL && f->send.target->local.var->is_self;
  if (itself) {
    diag *d = error_at(s, E0608, e->span, "an agent that waits for itself would wait for ever");
    diag_help(d, "put what `%s` does into a `fn`, and call that from both", f->send.fn->name);
    return expr_error(s, e->span);
  }
  if (!may_wait(s, e->span, "await")) return expr_error(s, e->span);
  const type *t = f->type->args[0];
  f = take_value(s, f);
  if (within) raises_named(s, "Timeout", e->span, "`await … within`");
  hir_expr *x = expr_new(s, HIR_AWAIT, t, e->span);
  x->await_.future = f;
  x->await_.within = limit;
  return x;
}

hir_expr *check_within(sema *s, const ast_expr *e, const type *hint) {
  const ast_expr *inner = e->u.tail.inner;
  hir_expr *x;
  if (inner->kind == AST_EXPR_AWAIT) x = check_await(s, inner, e->u.tail.arg, hint);
  else if (inner->kind == AST_EXPR_QUORUM) x = check_quorum(s, inner, e->u.tail.arg);
  else if (inner->kind == AST_EXPR_LEASE) x = check_lease(s, inner, e->u.tail.arg);
  else {
    diag *d = error_at(s, E0516, e->span, "left of `within` stands one `await`");
    if (inner->kind == AST_EXPR_CALL) diag_help(d, "write `await … within …`");
    else diag_help(d, "put it in parentheses: `(await … within …)`");
    (void)check_expr(s, inner, hint);
    return expr_error(s, e->span);
  }
  x->span = e->span;
  return x;
}
