// flow_walk.c — one walk over a function in the order in which it runs.
// Method: flow_visit evaluates an expression and leaves the state after it in f->cur; conditions leave two. An operand that is looked at
// (a receiver, a lent argument) is "held" until its operation has run: what happens to it meanwhile is an error. Loops and errors: flow_control.c.
#include "sema/flow_state.h"

static bool is_part(const hir_expr *e) { return e->kind == HIR_FIELD || e->kind == HIR_ELEM || e->kind == HIR_INDEX; }

// ---- uses ----------------------------------------------------------------------------------------------------------------

held flow_hold(flow *f, const hir_expr *operand, const hir_expr *by) {
  held h = {FLOW_NO_SLOT, NULL, f->fragile};
  if (operand->kind == HIR_INTERFACE) operand = operand->interface.e; // lent, it is the object that is in use
  if (operand->kind == HIR_LOCAL && operand->local.use != USE_LOOK) return h;
  bool inside;
  const hir_var *root = flow_place_root(f, operand, &inside);
  if (!root) return h;
  h.slot = flow_slot(f, root);
  if (h.slot != FLOW_NO_SLOT) {
    h.in_use = f->vars.items[h.slot].in_use;
    f->vars.items[h.slot].in_use = by;
  }
  if (inside) f->fragile = by;
  return h;
}

void flow_let_go(flow *f, held h) {
  if (h.slot != FLOW_NO_SLOT) f->vars.items[h.slot].in_use = h.in_use;
  f->fragile = h.fragile;
}

static void move_var(flow *f, uint32_t slot, span at, const hir_expr *into, const hir_pat *pat) {
  flow_var *v = &f->vars.items[slot];
  if (v->stands_for && v->stands_for->kind != HIR_LOCAL) {
    flow_report_kept(f, v->stands_for, v->var->type);
    return;
  }
  if (v->stands_for) { // it moves what it stands for, which only it had in use
    uint32_t whole = flow_slot(f, v->stands_for->local.var);
    flow_mark_moved(f, whole, flow_site(f, at, into, pat));
  }
  if (v->guard_only) {
    flow_report_guard(f, v->var, at);
  } else if (v->in_use) {
    flow_report_in_use(f, v->var, at, v->in_use, "moves");
  } else if (v->deferred && v->deferred != f->defer) {
    flow_report_deferred(f, slot, at);
  } else {
    flow_mark_moved(f, slot, flow_site(f, at, into, pat));
  }
}

void flow_use(flow *f, const hir_var *var, span at, bool moves, const hir_expr *into) {
  uint32_t slot = flow_slot(f, var);
  if (slot == FLOW_NO_SLOT) return;
  f->vars.items[slot].used = true;
  var_state *now = &f->cur.v[slot];
  if (now->moved || now->may_be_unset) {
    flow_report_used(f, slot, at);
    now->moved = 0; // one cause, one error
    now->may_be_unset = false;
    return;
  }
  flow_expose(f, slot, false, at);
  if (f->defer && slot < f->defer_vars && !f->vars.items[slot].deferred) {
    VEC_PUSH(f->arena, &f->defers, (deferred_move){slot, 0, f->defer});
    f->vars.items[slot].deferred = f->defer;
  }
  if (moves) move_var(f, slot, at, into, NULL);
}

void flow_operands(flow *f, const hir_expr *const *operands, uint32_t n, const hir_expr *by) {
  if (!n) return;
  held first = {FLOW_NO_SLOT, NULL, NULL}, *all = n > 1 ? ARENA_ARRAY(f->arena, held, n) : &first;
  for (uint32_t i = 0; i < n; i++) {
    flow_visit(f, operands[i], by);
    all[i] = flow_hold(f, operands[i], by);
  }
  while (n > 0) flow_let_go(f, all[--n]);
}

// Arguments in the order in which they are evaluated.
static void add_args(const hir_expr *e, const hir_list *args, const hir_expr **out) {
  for (uint32_t i = 0; i < args->count; i++) out[i] = args->items[e->arg_order ? e->arg_order[i] : i];
}

static void visit_make(flow *f, const hir_expr *e) {
  const hir_expr **operands = ARENA_ARRAY(f->arena, const hir_expr *, e->make.args.count + 1);
  add_args(e, &e->make.args, operands);
  flow_operands(f, operands, e->make.args.count, e);
}

static void visit_call(flow *f, const hir_expr *e) {
  uint32_t n = 0;
  const hir_expr **operands = ARENA_ARRAY(f->arena, const hir_expr *, e->call.args.count + 1);
  if (e->call.receiver) operands[n++] = e->call.receiver;
  add_args(e, &e->call.args, operands + n);
  flow_operands(f, operands, n + e->call.args.count, e);
  if (f->fragile && !f->cur.dead && flow_call_disturbs(f, e))
    flow_report_in_use(f, NULL, e->span, f->fragile, "could take it away");
}

static void visit_topology(flow *f, const hir_expr *e) {
  uint32_t n = 0;
  const hir_expr **operands = ARENA_ARRAY(f->arena, const hir_expr *, e->topology.args.count + 1);
  if (e->topology.object) operands[n++] = e->topology.object;
  for (uint32_t i = 0; i < e->topology.args.count; i++) operands[n++] = e->topology.args.items[i];
  flow_operands(f, operands, n, e);
}

static void visit_send(flow *f, const hir_expr *e) {
  uint32_t n = 0;
  const hir_expr **operands = ARENA_ARRAY(f->arena, const hir_expr *, e->send.args.count + 3);
  if (e->kind == HIR_TIMER) operands[n++] = e->send.delay;
  if (e->kind != HIR_SPAWN) operands[n++] = e->send.target;
  for (uint32_t i = 0; i < e->send.args.count; i++) operands[n++] = e->send.args.items[i];
  if (e->send.fanout) operands[n++] = e->send.fanout;
  if (e->kind == HIR_SPAWN && e->send.target) operands[n++] = e->send.target;
  flow_operands(f, operands, n, e);
}

// ---- places ------------------------------------------------------------------------------------------------------------

static void assign_local(flow *f, const hir_var *var, const hir_expr *e) {
  uint32_t slot = flow_slot(f, var);
  if (f->cur.dead) return;
  bool empty = slot != FLOW_NO_SLOT && f->vars.items[slot].declared_empty;
  span at = e->assign.place->span;
  if (!var->is_var && !empty) {
    flow_report_fixed(f, var, at, false, false);
    return;
  }
  if (slot == FLOW_NO_SLOT) return;
  if (!var->is_var && f->cur.v[slot].may_be_set) {
    flow_report_fixed(f, var, at, true, false);
    flow_mark_set(f, slot);
    return;
  }
  if (!var->is_var) flow_expose(f, slot, true, at);
  if (var->type->kind == TY_FUTURE && !f->vars.items[slot].used && f->cur.v[slot].may_be_set)
    flow_report_replaced_future(f, at, var);
  if (f->vars.items[slot].in_use) flow_report_in_use(f, var, at, f->vars.items[slot].in_use, "replaces");
  flow_mark_set(f, slot);
}

static void check_not_fragile(flow *f, const hir_expr *e) {
  if (f->fragile && !f->cur.dead && flow_place_holds_iso(f, e->assign.place))
    flow_report_in_use(f, NULL, e->span, f->fragile, "takes it away");
}

static void visit_assign(flow *f, const hir_expr *e) {
  const hir_expr *place = e->assign.place;
  if (place->kind == HIR_LOCAL) {
    if (e->assign.op >= 0) flow_use(f, place->local.var, place->span, false, e);
    flow_visit(f, e->assign.value, e);
    assign_local(f, place->local.var, e);
    return;
  }
  flow_operands(f, (const hir_expr *const[]){place, e->assign.value}, 2, e);
  check_not_fragile(f, e);
}

static void visit_swap(flow *f, const hir_expr *e) {
  const hir_expr *place = e->assign.place;
  flow_visit(f, place, e);
  if (place->kind == HIR_LOCAL) {
    uint32_t slot = flow_slot(f, place->local.var);
    if (slot != FLOW_NO_SLOT && f->vars.items[slot].in_use)
      flow_report_in_use(f, place->local.var, e->span, f->vars.items[slot].in_use, "takes away");
  }
  if (e->kind == HIR_SWAP) {
    held h = flow_hold(f, place, e);
    flow_visit(f, e->assign.value, e);
    flow_let_go(f, h);
  }
  check_not_fragile(f, e);
}

// ---- patterns ------------------------------------------------------------------------------------------------------------

// Does the pattern take something out that its whole must not keep? That is an iso; and of an `S iso`, all that is not sendable.
static bool binds_moved(flow *f, const hir_pat *p, bool in_iso) {
  if (p->kind == PAT_BIND)
    return type_holds_iso(f->types, p->var->type) || (in_iso && !type_is_sendable(f->types, p->var->type));
  in_iso |= p->type->cap == CAP_ISO;
  for (uint32_t i = 0; i < p->sub_count; i++)
    if (binds_moved(f, p->subs[i], in_iso)) return true;
  return false;
}

bool flow_pattern_moves(flow *f, const hir_pat *p) { return binds_moved(f, p, false); }

void flow_declare_pattern(flow *f, const hir_pat *p) {
  if (p->var && flow_slot(f, p->var) == FLOW_NO_SLOT) flow_declare(f, p->var, true);
  for (uint32_t i = 0; i < p->sub_count; i++) {
    bool gone = p->kind == PAT_FIELDS && p->decl->fields[i].gone;
    if (gone && p->subs[i]->kind != PAT_WILD) flow_report_gone(f, p->decl, &p->decl->fields[i], p->subs[i]->span, true);
    flow_declare_pattern(f, p->subs[i]);
  }
}

// What is matched, a local, is only looked at until a pattern that takes it apart is chosen. Of other places a pattern binds no more than may be
// kept of them (check_pattern.c).
static void take_apart(flow *f, const hir_expr *subject, const hir_pat *p, const hir_expr *into) {
  if (f->cur.dead || subject->kind != HIR_LOCAL || !flow_pattern_moves(f, p)) return;
  uint32_t slot = flow_slot(f, subject->local.var);
  move_var(f, slot, p->span, into, p);
}

static void set_guard_only(flow *f, uint32_t from, bool on) {
  for (uint32_t i = from; i < f->vars.count; i++) f->vars.items[i].guard_only = on;
}

// Each arm starts where all before it did not match. `subject` is NULL in a catch.
void flow_arms(flow *f, const hir_expr *e, const hir_expr *subject) {
  state after = state_none();
  uint32_t vars = f->vars.count;
  for (uint32_t i = 0; i < e->match.count; i++) {
    const hir_arm *arm = &e->match.arms[i];
    state next = state_copy(f, &f->cur);
    flow_declare_pattern(f, arm->pat);
    if (arm->guard) {
      held h = subject ? flow_hold(f, subject, e) : (held){FLOW_NO_SLOT, NULL, f->fragile};
      set_guard_only(f, vars, true);
      state yes, no;
      flow_cond(f, arm->guard, &yes, &no);
      set_guard_only(f, vars, false);
      flow_let_go(f, h);
      state_replace(f, &f->cur, &yes);
      no.count = no.count < vars ? no.count : vars;
      state_replace(f, &next, &no);
    }
    if (subject) take_apart(f, subject, arm->pat, e);
    flow_visit(f, arm->body, e);
    flow_scope_end(f, vars);
    state_join(f, &after, &f->cur, vars);
    state_replace(f, &f->cur, &next);
  }
  state_replace(f, &f->cur, &after);
}

static void declare_empty(flow *f, const hir_pat *p) {
  if (p->var) flow_declare(f, p->var, false);
  for (uint32_t i = 0; i < p->sub_count; i++) declare_empty(f, p->subs[i]);
}

static void visit_let(flow *f, const hir_expr *e) {
  const hir_expr *init = e->let.init;
  if (!init) {
    declare_empty(f, e->let.pat);
    return;
  }
  flow_visit(f, init, e);
  flow_declare_pattern(f, e->let.pat);
}

// ---- conditions ------------------------------------------------------------------------------------------------------------

static void visit_is(flow *f, const hir_expr *e, state *yes, state *no) {
  const hir_expr *subject = e->is.e;
  flow_visit(f, subject, e);
  *no = state_copy(f, &f->cur);
  flow_declare_pattern(f, e->is.pat);
  take_apart(f, subject, e->is.pat, e);
  *yes = f->cur;
  f->cur = state_none();
}

static void visit_and_or(flow *f, const hir_expr *e, state *yes, state *no) {
  uint32_t vars = f->vars.count;
  bool is_and = e->binary.op == OP_AND;
  state a_yes, a_no, b_yes, b_no;
  flow_cond(f, e->binary.a, &a_yes, &a_no);
  if (!is_and) flow_scope_end(f, vars); // what `or` binds is seen nowhere
  state_replace(f, &f->cur, is_and ? &a_yes : &a_no);
  flow_cond(f, e->binary.b, &b_yes, &b_no);
  if (is_and) {
    state_join(f, &a_no, &b_no, vars);
    state_drop(f, &b_no);
    *yes = b_yes;
    *no = a_no;
  } else {
    state_join(f, &a_yes, &b_yes, vars);
    state_drop(f, &b_yes);
    *yes = a_yes;
    *no = b_no;
  }
}

void flow_cond(flow *f, const hir_expr *e, state *yes, state *no) {
  switch ((int)e->kind) {
  case HIR_BINARY:
    if (e->binary.op != OP_AND && e->binary.op != OP_OR) break;
    visit_and_or(f, e, yes, no);
    return;
  case HIR_UNARY: flow_cond(f, e->unary.e, no, yes); return; // `not`: no other gives a Bool
  case HIR_IS: visit_is(f, e, yes, no); return;
  }
  flow_visit(f, e, NULL);
  *yes = state_copy(f, &f->cur);
  *no = f->cur;
  f->cur = state_none();
  if (e->kind == HIR_BOOL) (e->b ? no : yes)->dead = true;
}

static void visit_cond_value(flow *f, const hir_expr *e) {
  uint32_t vars = f->vars.count;
  state yes, no;
  flow_cond(f, e, &yes, &no);
  flow_scope_end(f, vars);
  state_join(f, &yes, &no, vars);
  state_drop(f, &no);
  state_replace(f, &f->cur, &yes);
  if (f->cur.count > vars) f->cur.count = vars;
}

static void visit_if(flow *f, const hir_expr *e) {
  uint32_t vars = f->vars.count;
  state yes, no;
  flow_cond(f, e->if_.cond, &yes, &no);
  state_replace(f, &f->cur, &yes);
  flow_visit(f, e->if_.then, e);
  flow_scope_end(f, vars);
  state after = f->cur;
  if (no.count > vars) no.count = vars;
  f->cur = no;
  if (e->if_.else_) flow_visit(f, e->if_.else_, e);
  state_join(f, &after, &f->cur, vars);
  state_replace(f, &f->cur, &after);
}

// ---- all ------------------------------------------------------------------------------------------------------------------------

// What is in error, or never reached, may have been meant to await any of the futures in scope.
static void use_all(flow *f) {
  for (uint32_t i = 0; i < f->vars.count; i++) f->vars.items[i].used = true;
}

static void visit_block(flow *f, const hir_expr *e) {
  uint32_t vars = f->vars.count, defers = f->defers.count;
  for (uint32_t i = 0; i <= e->block.count; i++) {
    const hir_expr *s = i < e->block.count ? e->block.stmts[i] : e->block.result;
    if (!s) break;
    if (f->cur.dead) {
      if (s->kind != HIR_ERROR) flow_report_unreachable(f, s->span);
      use_all(f);
      break;
    }
    flow_visit(f, s, i < e->block.count ? NULL : e);
  }
  flow_run_deferred(f, defers);
  flow_scope_end(f, vars);
}

static void visit_chain(flow *f, const hir_expr *e) {
  uint32_t vars = f->vars.count;
  flow_visit(f, e->chain.subject, e);
  held h = flow_hold(f, e->chain.subject, e);
  state none = state_copy(f, &f->cur);
  flow_declare(f, e->chain.var, true);
  uint32_t it = flow_slot(f, e->chain.var);
  bool in_place =
      e->chain.subject->kind == HIR_LOCAL ? e->chain.subject->local.use == USE_LOOK : is_part(e->chain.subject);
  if (it != FLOW_NO_SLOT && in_place) f->vars.items[it].stands_for = e->chain.subject;
  flow_visit(f, e->chain.body, e);
  flow_scope_end(f, vars);
  flow_let_go(f, h);
  state_join(f, &none, &f->cur, vars);
  state_replace(f, &f->cur, &none);
}

static void visit_field(flow *f, const hir_expr *e) {
  flow_visit(f, e->member.object, e);
  const hir_decl *d = e->member.object->type->decl;
  if (d->fields[e->member.index].gone) flow_report_gone(f, d, &d->fields[e->member.index], e->span, false);
}

static void visit_interp(flow *f, const hir_expr *e) {
  for (uint32_t i = 0; i < e->interp.count; i++)
    if (e->interp.parts[i].e) flow_visit(f, e->interp.parts[i].e, e);
}

static void visit_await(flow *f, const hir_expr *e) {
  flow_visit(f, e->await_.future, e);
  if (e->await_.within) flow_visit(f, e->await_.within, e);
}

// A future in a collection is looked at by nothing: whoever names it there would keep a second name of it.
static void check_future_stays(flow *f, const hir_expr *e, const hir_expr *into) {
  bool place =
      into && (into->kind == HIR_SWAP || into->kind == HIR_TAKE || into->kind == HIR_ASSIGN) && into->assign.place == e;
  bool on_the_way = place || (into && is_part(into));
  if (is_part(e) && !on_the_way && type_holds_future(e->type)) flow_report_kept(f, e, e->type);
}

static void visit_kind(flow *f, const hir_expr *e, const hir_expr *into) {
  switch (e->kind) {
  case HIR_ERROR: use_all(f); return;
  case HIR_INT:
  case HIR_FLOAT:
  case HIR_BOOL:
  case HIR_STR:
  case HIR_NONE:
  case HIR_UNIT:
  case HIR_CONST:
  case HIR_STOP: return;
  case HIR_LOCAL: flow_use(f, e->local.var, e->span, e->local.use == USE_MOVE, into); return;
  case HIR_FIELD: visit_field(f, e); return;
  case HIR_ELEM: flow_visit(f, e->member.object, e); return;
  case HIR_SOME:
  case HIR_FREEZE:
  case HIR_SHARE: flow_visit(f, e->unary.e, into); return;
  case HIR_INTERFACE: flow_visit(f, e->interface.e, into); return;
  case HIR_UNARY:
  case HIR_CONVERT:
  case HIR_PRINT:
  case HIR_TIMER_CANCEL: flow_visit(f, e->unary.e, e); return;
  case HIR_BINARY:
    if (e->binary.op == OP_AND || e->binary.op == OP_OR) {
      visit_cond_value(f, e);
      return;
    }
    flow_operands(f, (const hir_expr *const[]){e->binary.a, e->binary.b}, 2, e);
    return;
  case HIR_INDEX:
  case HIR_SAME:
  case HIR_SHARD: flow_operands(f, (const hir_expr *const[]){e->binary.a, e->binary.b}, 2, e); return;
  case HIR_CALL:
  case HIR_CALL_VALUE: visit_call(f, e); return;
  case HIR_CLOSURE:
    flow_operands(f, e->closure.captures.items, e->closure.captures.count, e);
    flow_check_fn(f->env, e->closure.fn); // what happens in it happens later, or never
    return;
  case HIR_NEW:
  case HIR_VARIANT: visit_make(f, e); return;
  case HIR_TUPLE:
  case HIR_ARRAY:
  case HIR_MAP: flow_operands(f, e->list.items, e->list.count, e); return;
  case HIR_INTERP: visit_interp(f, e); return;
  case HIR_ASSIGN: visit_assign(f, e); return;
  case HIR_SWAP:
  case HIR_TAKE: visit_swap(f, e); return;
  case HIR_LET: visit_let(f, e); return;
  case HIR_BLOCK: visit_block(f, e); return;
  case HIR_IF: visit_if(f, e); return;
  case HIR_IS: visit_cond_value(f, e); return;
  case HIR_MATCH:
    flow_visit(f, e->match.subject, e);
    flow_arms(f, e, e->match.subject);
    return;
  case HIR_WHILE:
  case HIR_LOOP: flow_visit_while(f, e); return;
  case HIR_FOR: flow_visit_for(f, e); return;
  case HIR_BREAK:
  case HIR_CONTINUE:
  case HIR_RETURN:
  case HIR_RAISE: flow_visit_jump(f, e); return;
  case HIR_DEFER: flow_visit_defer(f, e); return;
  case HIR_ELSE: flow_visit_else(f, e); return;
  case HIR_CATCH: flow_visit_catch(f, e); return;
  case HIR_OPT_CHAIN: visit_chain(f, e); return;
  case HIR_SPAWN:
  case HIR_SIGNAL:
  case HIR_ASK:
  case HIR_TIMER:
  case HIR_BROADCAST: visit_send(f, e); return;
  case HIR_TOPOLOGY: visit_topology(f, e); return;
  case HIR_AWAIT: visit_await(f, e); return;
  case HIR_QUORUM: flow_visit_quorum(f, e); return;
  }
}

void flow_visit(flow *f, const hir_expr *e, const hir_expr *into) {
  if (f->cur.dead) {
    use_all(f);
    return;
  }
  check_future_stays(f, e, into);
  visit_kind(f, e, into);
  if (e->type->kind == TY_NEVER) f->cur.dead = true;
}
