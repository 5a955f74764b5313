// check_outside.c — what iso and val blocks may read of things that stay outside: paths that end in something shareable.
// Promises: only what may be shared (or is new and moves) comes into the block, nothing outside is written, and what is made in the block is
//           handed to no method of an object outside. A path is judged whole: `order.owner.name` may go through parts that could not be kept.
// Does not: judge names that stand alone (check_name.c asks look_takes).
#include "sema/check.h"

static const ast_expr *base_of(const ast_expr *e) {
  for (;;) {
    switch ((int)e->kind) {
    case AST_EXPR_FIELD: e = e->u.field.object; break;
    case AST_EXPR_TUPLE_FIELD: e = e->u.elem.object; break;
    case AST_EXPR_INDEX: e = e->u.index.object; break;
    case AST_EXPR_CALL: e = e->u.call.callee; break;
    case AST_EXPR_NAME:
    case AST_EXPR_SELF: return e;
    default: return NULL;
    }
  }
}

// A place in the file of the path: nothing of another file names what is local here.
static bool is_base(const outside_look *l, span at) { return l->base->span.begin == at.begin; }

bool look_takes(sema *s, span at, const char *what, const type *t, span declared) {
  outside_look *l = s->cx->look;
  if (!l || l->denied || !is_base(l, at)) return false;
  l->used = true;
  l->what = what;
  l->type = t;
  l->declared = declared;
  return true;
}

// After look_takes, which takes the base of what is only read.
bool look_denied(const sema *s, span at) {
  const outside_look *l = s->cx->look;
  return l && is_base(l, at);
}

// Nothing is left in what is called, and nothing of it comes back but the result.
static bool only_reads(sema *s, const hir_expr *call) {
  cap needs = call->call.fn->receiver;
  if (needs != CAP_BOX && needs != CAP_TAG) return false;
  for (uint32_t i = 0; i < call->call.args.count; i++)
    if (!is_unique(s, call->call.args.items[i])) return false;
  return true;
}

static bool is_looked_at(sema *s, const hir_expr *e) {
  for (;;) {
    switch ((int)e->kind) {
    case HIR_LOCAL: return true;
    case HIR_FIELD:
    case HIR_ELEM: e = e->member.object; break;
    case HIR_INDEX: e = e->binary.a; break;
    case HIR_CALL:
      if (!only_reads(s, e)) return false;
      e = e->call.receiver;
      break;
    default: return false;
    }
  }
}

static bool may_come_in(sema *s, const hir_expr *e) {
  return type_is_sendable(s->types, value_type(s, e)) && is_looked_at(s, e);
}

hir_expr *check_path(sema *s, const ast_expr *e, const type *hint,
                     hir_expr *check(sema *, const ast_expr *, const type *)) {
  const recover *r = s->cx->recover;
  outside_look *old = s->cx->look;
  const ast_expr *base = r && !r->soft ? base_of(e) : NULL;
  if (!base || (old && old->base == base)) return check(s, e, hint);
  outside_look look = {.base = base};
  s->cx->look = &look;
  hir_expr *x = check(s, e, hint);
  s->cx->look = old;
  if (!look.used || is_error(x) || may_come_in(s, x)) return x;
  report_outside(s, r, base->span, look.what, look.type, look.declared);
  return expr_error(s, e->span);
}

hir_expr *check_place(sema *s, const ast_expr *e) {
  outside_look *old = s->cx->look, look = {.base = base_of(e), .denied = true};
  hidden_names hidden = {0};
  if (look.base) s->cx->look = &look;
  if (e->kind == AST_EXPR_NAME) fragile_hide(s, SPAN_NONE, &hidden); // the variable itself
  hir_expr *x = check_expr(s, e, NULL);
  fragile_show(s, &hidden);
  s->cx->look = old;
  return x;
}
