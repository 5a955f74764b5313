// flow_control.c — loops, jumps, what an error leaves, and `defer`.
// Part of the walk of flow_walk.c.
#include "sema/flow_state.h"

// ---- loops ------------------------------------------------------------------------------------------------------------------

void flow_visit_while(flow *f, const hir_expr *e) {
  uint32_t vars = f->vars.count;
  loop_frame frame;
  flow_loop_begin(f, &frame);
  state yes, no = state_none();
  if (e->kind == HIR_WHILE) {
    flow_cond(f, e->loop.cond, &yes, &no);
    state_replace(f, &f->cur, &yes);
  }
  flow_visit(f, e->loop.body, e);
  flow_scope_end(f, vars);
  state_join(f, &frame.backs, &f->cur, vars);
  flow_loop_end(f, &frame, &no);
}

void flow_visit_for(flow *f, const hir_expr *e) {
  uint32_t vars = f->vars.count;
  flow_visit(f, e->for_.iter, e);
  if (f->fragile && !f->cur.dead && type_holds_iso(f->types, e->for_.pat->type)) // it drains
    flow_report_in_use(f, NULL, e->for_.iter->span, f->fragile, "takes it away");
  held h = flow_hold(f, e->for_.iter, e);
  loop_frame frame;
  flow_loop_begin(f, &frame);
  state exit = state_copy(f, &f->cur);
  if (e->for_.kind != FOR_ARRAY_DRAIN && flow_pattern_moves(f, e->for_.pat))
    flow_report_kept(f, e->for_.iter, e->for_.pat->type);
  flow_declare_pattern(f, e->for_.pat);
  flow_visit(f, e->for_.body, e);
  flow_scope_end(f, vars);
  state_join(f, &frame.backs, &f->cur, vars);
  flow_loop_end(f, &frame, &exit);
  flow_let_go(f, h);
}

// The `where` of a quorum runs once for each reply.
void flow_visit_quorum(flow *f, const hir_expr *e) {
  if (e->quorum.need) flow_visit(f, e->quorum.need, e);
  flow_visit(f, e->quorum.group, e);
  flow_operands(f, e->quorum.args.items, e->quorum.args.count, e);
  if (e->quorum.within) flow_visit(f, e->quorum.within, e);
  if (!e->quorum.where) return;
  uint32_t vars = f->vars.count;
  loop_frame frame;
  flow_loop_begin(f, &frame);
  state exit = state_copy(f, &f->cur);
  flow_visit(f, e->quorum.where, e);
  flow_scope_end(f, vars);
  state_join(f, &frame.backs, &f->cur, vars);
  flow_loop_end(f, &frame, &exit);
}

void flow_visit_jump(flow *f, const hir_expr *e) {
  if (e->kind == HIR_RETURN || e->kind == HIR_RAISE) {
    if (e->unary.e) flow_visit(f, e->unary.e, e);
  } else {
    flow_jump(f, f->loop, e->kind == HIR_BREAK ? &f->loop->breaks : &f->loop->backs);
  }
  f->cur.dead = true;
}

// ---- errors ------------------------------------------------------------------------------------------------------------------

static state visit_guarded(flow *f, const hir_expr *e, const hir_expr *into) {
  guard_frame frame = {.up = f->guard, .seen = state_copy(f, &f->cur)};
  f->guard = &frame;
  flow_visit(f, e, into);
  f->guard = frame.up;
  return frame.seen;
}

void flow_visit_else(flow *f, const hir_expr *e) {
  uint32_t vars = f->vars.count;
  state other =
      visit_guarded(f, e->binary.a, e); // `none` comes at its end, where nothing more has moved than by an error
  state after = f->cur;
  f->cur = other;
  flow_visit(f, e->binary.b, e);
  state_join(f, &after, &f->cur, vars);
  state_replace(f, &f->cur, &after);
}

void flow_visit_catch(flow *f, const hir_expr *e) {
  state raised = visit_guarded(f, e->match.subject, e);
  state after = f->cur;
  f->cur = raised;
  uint32_t vars = f->vars.count;
  flow_arms(f, e, NULL);
  state_join(f, &after, &f->cur, vars);
  state_replace(f, &f->cur, &after);
}

// A deferred expression is checked where it stands, and is from then on a use at every exit: what it looks at may not move any more
// in its block, what it moves is gone after it.
void flow_visit_defer(flow *f, const hir_expr *e) {
  state before = state_copy(f, &f->cur);
  const hir_expr *outer = f->defer;
  uint32_t outer_vars = f->defer_vars;
  f->defer = e;
  f->defer_vars = f->vars.count;
  flow_visit(f, e->unary.e, e);
  for (uint32_t i = 0; i < before.count && i < f->cur.count && !before.dead; i++) {
    if (f->cur.v[i].moved == before.v[i].moved) continue;
    VEC_PUSH(f->arena, &f->defers, (deferred_move){i, f->cur.v[i].moved, e});
  }
  f->defer = outer;
  f->defer_vars = outer_vars;
  state_replace(f, &f->cur, &before);
}

void flow_run_deferred(flow *f, uint32_t from) {
  uint32_t kept = from;
  for (uint32_t i = from; i < f->defers.count; i++) // a block inside of a `defer` ends, the `defer` does not
    if (f->defers.items[i].by == f->defer) {
      deferred_move stays = f->defers.items[i];
      f->defers.items[i] = f->defers.items[kept];
      f->defers.items[kept++] = stays;
    }
  while (f->defers.count > kept) {
    deferred_move d = VEC_POP(&f->defers);
    if (d.site && !f->cur.dead) f->cur.v[d.slot].moved = d.site;
    f->vars.items[d.slot].deferred = NULL;
  }
}
