// check_control.c — `if`, `match`, loops and jumps.
// Promises: branches are brought to one type; where no value is wanted (hint: unit) each is dropped where it ends. Names that a
//           condition binds are in scope where it holds.
#include "sema/cap_report.h"
#include "sema/check.h"
#include "sema/exhaustive.h"

static diag_sink *sink_of(sema *s) { return s->muted ? &s->silent : s->diag; }

// ---- conditions ------------------------------------------------------------------------------------------------------------------
static bool tests_none(const ast_pat *p) {
  if (p->kind == AST_PAT_NONE) return true;
  for (uint32_t i = 0; p->kind == AST_PAT_OR && i < p->u.list.count; i++)
    if (tests_none(p->u.list.items[i])) return true;
  return false;
}

// `if let x = e and more`: `let` takes the whole condition.
static bool let_takes_and(sema *s, const ast_expr *e) {
  const ast_expr *value = e->u.is.value;
  if (e->kind != AST_EXPR_LET_COND || value->kind != AST_EXPR_BINARY || value->u.binary.op != AST_AND) return false;
  diag *d = error_at(s, E0312, value->span, "`let` takes all that stands right of its `=`, with the `and`");
  diag_help(d, "a name that the rest of the `and` may use is given by `is`: `if e is x and …`");
  diag_help(d, "or test the rest inside: `if let x = e { if … { … } }`");
  return true;
}

// `if let x = f()`: nothing is tested. Of a generic it is said once, where it is declared; a name may have been tested for none before.
static void warn_always(sema *s, const ast_expr *e, const type *t) {
  if (t->kind == TY_NEVER || t->kind == TY_ERROR || s->cx->open == PATTERN || s->cx->instance) return;
  diag *d = warning_at(s, E0322, e->span, "`%s` is never `none`, so this always holds", text_of(s, t));
  diag_help(d, "write `let` in a line of its own; `if let` and `while let` look into what may be `none`");
}

static hir_expr *check_is(sema *s, const ast_expr *e) {
  hir_expr *x = let_takes_and(s, e) ? expr_error(s, e->span) : check_expr(s, e->u.is.value, NULL);
  if (tests_none(e->u.is.pat)) x = optional_again(s, x);
  const type *t = x->type;
  bool moved = subject_moves(s, x);
  hir_pat *pat;
  bool unwraps = t->kind == TY_OPTIONAL && e->u.is.pat->kind == AST_PAT_NAME;
  if (unwraps) {
    hir_pat *inner = check_pattern(s, e->u.is.pat, type_part_bound(s->types, t->args[0], t, moved), moved, false);
    pat = pattern_wild(s, t, e->u.is.pat->span);
    pat->kind = PAT_SOME;
    const hir_pat **subs = ARENA_ARRAY(s->a, const hir_pat *, 1);
    subs[0] = inner;
    pat->subs = subs;
    pat->sub_count = 1;
  } else {
    pat = check_pattern(s, e->u.is.pat, t, moved, false);
  }
  if (is_error(x)) return expr_error(s, e->span);
  if (e->kind == AST_EXPR_LET_COND && e->u.is.pat->kind == AST_PAT_NAME && !unwraps && x->kind != HIR_LOCAL)
    warn_always(s, e, t);
  pattern_kept(s, pat, x);
  hir_expr *r = expr_new(s, HIR_IS, s->boolean, e->span);
  r->is.e = x;
  r->is.pat = pat;
  return r;
}

// `whole`: what has no end inside of it, for the names that stand for what is inside of an optional.
static hir_expr *cond_within(sema *s, const ast_expr *e, span whole) {
  if (e->kind == AST_EXPR_IS || e->kind == AST_EXPR_LET_COND) return check_is(s, e);
  if (e->kind == AST_EXPR_BINARY && e->u.binary.op == AST_AND) {
    hir_expr *a = narrow_and(s, e->u.binary.left, cond_within(s, e->u.binary.left, whole), whole);
    hir_expr *b = cond_within(s, e->u.binary.right, whole);
    hir_expr *r = expr_new(s, HIR_BINARY, s->boolean, e->span);
    r->binary.a = a;
    r->binary.b = b;
    r->binary.op = OP_AND;
    return is_error(a) || is_error(b) ? expr_error(s, e->span) : fold_constant(s, r);
  }
  hir_expr *x = check_expr(s, e, s->boolean);
  if (is_error(x) || x->type == s->boolean || x->type->kind == TY_NEVER) return x;
  diag *d = error_at(s, E0312, e->span, "a condition is `true` or `false`, and this is `%s`", text_of(s, x->type));
  if (x->type->kind == TY_OPTIONAL) diag_help(d, "test it with `!= none`, or name what is in it: `if let x = …`");
  else if (type_is_int(x->type)) {
    bool plain = x->kind == HIR_LOCAL || x->kind == HIR_FIELD || x->kind == HIR_CALL;
    diag_fix(d, "compare it: `… != 0`");
    diag_edit(d, plain ? span_after(e->span) : SPAN_NONE, " != 0");
  } else if (x->type == s->string) diag_help(d, "ask it: `not ….is_empty()`");
  return expr_error(s, e->span);
}

hir_expr *check_cond(sema *s, const ast_expr *e) { return cond_within(s, e, e->span); }

// ---- if ----------------------------------------------------------------------------------------------------------------------------
static hir_expr *check_else_branch(sema *s, const ast_expr *e, const ast_expr *cond, const type *hint) {
  uint32_t count, scope = scope_enter(s, &count);
  narrowed lets = {0};
  narrow_tested(s, cond, false, cond->span, &lets);
  hir_expr *body = e->kind == AST_EXPR_BLOCK ? check_block(s, e->u.block, hint, e->span) : check_if(s, e, hint);
  scope_leave(s, scope, count);
  return narrowed_body(s, &lets, body);
}

static bool gives_value(const type *t) { return t->kind != TY_UNIT && t->kind != TY_NEVER && t->kind != TY_ERROR; }

hir_expr *check_if(sema *s, const ast_expr *e, const type *hint) {
  bool value = hint != s->unit && e->u.if_.else_;
  uint32_t count, scope = scope_enter(s, &count);
  hir_expr *cond = check_cond(s, e->u.if_.cond);
  hir_expr *branches[2];
  const type *want = value || hint != s->unit ? hint : s->unit;
  narrowed lets = {0};
  narrow_tested(s, e->u.if_.cond, true, e->u.if_.cond->span, &lets);
  branches[0] = narrowed_body(s, &lets, check_block(s, e->u.if_.then, want, e->u.if_.then->span));
  scope_leave(s, scope, count);
  branches[1] = e->u.if_.else_ ? check_else_branch(s, e->u.if_.else_, e->u.if_.cond, want) : NULL;
  hir_expr *r = expr_new(s, HIR_IF, s->unit, e->span);
  if (!e->u.if_.else_ && gives_value(branches[0]->type)) {
    diag *d =
        error_at(s, E0321, e->span, "this `if` gives `%s` only if its condition holds", text_of(s, branches[0]->type));
    diag_help(d, "add `else { … }`");
    return expr_error(s, e->span);
  }
  if (value) {
    r->type = join_branches(s, branches, 2, hint, "branch");
  } else if (branches[1]) {
    if (branches[0]->type->kind == TY_NEVER && branches[1]->type->kind == TY_NEVER) r->type = s->never;
  }
  if (cond->type->kind == TY_NEVER) r->type = s->never;
  r->if_.cond = cond;
  r->if_.then = branches[0];
  r->if_.else_ = branches[1];
  return is_error(cond) && value ? expr_error(s, e->span) : r;
}

// ---- match ---------------------------------------------------------------------------------------------------------------------------
static hir_expr *arm_body(sema *s, const ast_expr *body, const type *hint) {
  if (hint != s->unit) {
    hir_expr *x = check_expr(s, body, hint);
    if (is_error(x) || x->type->kind == TY_NONE) return x;
    return hint && can_coerce(s, x, hint) ? coerce(s, x, hint, "the branch") : x;
  }
  return check_unused(s, body, false);
}

hir_expr *drop_value(sema *s, hir_expr *x) {
  if (x->type == s->unit || x->type->kind == TY_NEVER || is_error(x)) return x;
  const hir_expr **stmts = ARENA_ARRAY(s->a, const hir_expr *, 1);
  stmts[0] = x;
  hir_expr *b = expr_new(s, HIR_BLOCK, s->unit, x->span);
  b->block.stmts = stmts;
  b->block.count = 1;
  return b;
}

const type *join_arms(sema *s, hir_expr **bodies, uint32_t n, const type *hint) {
  if (hint != s->unit) return join_branches(s, bodies, n, hint, "branch");
  bool never = n > 0;
  for (uint32_t i = 0; i < n; i++) {
    bodies[i] = drop_value(s, bodies[i]);
    never &= bodies[i]->type->kind == TY_NEVER;
  }
  return never ? s->never : s->unit;
}

hir_expr *check_match(sema *s, const ast_expr *e, const type *hint) {
  hir_expr *subject = check_expr(s, e->u.match.subject, NULL);
  uint32_t n = e->u.match.arms.count;
  for (uint32_t i = 0; i < n; i++)
    if (tests_none(e->u.match.arms.items[i].pat)) subject = optional_again(s, subject);
  hir_arm *arms = ARENA_ARRAY(s->a, hir_arm, n ? n : 1);
  hir_expr **bodies = ARENA_ARRAY(s->a, hir_expr *, n ? n : 1);
  bool moved = subject_moves(s, subject), faulty = is_error(subject), unsure = false;
  for (uint32_t i = 0; i < n; i++) {
    const ast_arm *arm = &e->u.match.arms.items[i];
    uint32_t count, scope = scope_enter(s, &count);
    hir_pat *pat = check_pattern(s, arm->pat, subject->type, moved, false);
    narrow_arm(s, pat, arms, i, moved, unsure);
    arms[i].pat = pattern_kept(s, pat, subject);
    faulty |= pat->type->kind == TY_ERROR;
    unsure |= pattern_has_error(pat);
    if (arm->guard) arms[i].guard = check_cond(s, arm->guard);
    bodies[i] = arm_body(s, arm->body, hint);
    scope_leave(s, scope, count);
  }
  hir_expr *r = expr_new(s, HIR_MATCH, n ? join_arms(s, bodies, n, hint) : s->unit, e->span);
  for (uint32_t i = 0; i < n; i++) arms[i].body = bodies[i];
  r->match.subject = subject;
  r->match.arms = arms;
  r->match.count = n;
  if (faulty) return expr_error(s, e->span);
  exhaustive_check_match(sink_of(s), s->types, r);
  return r;
}

// ---- loops -----------------------------------------------------------------------------------------------------------------------------
hir_expr *check_loop_body(sema *s, const ast_block *b, bool *broke) {
  bool *old = s->cx->broke;
  *broke = false;
  s->cx->broke = broke;
  s->cx->loops++;
  hir_expr *body = check_block(s, b, s->unit, b->span);
  s->cx->loops--;
  s->cx->broke = old;
  return body;
}

static hir_expr *loop_of(sema *s, const ast_expr *e) {
  bool broke;
  if (e->kind == AST_EXPR_LOOP) {
    hir_expr *r = expr_new(s, HIR_LOOP, s->never, e->span);
    r->loop.body = check_loop_body(s, e->u.loop.body, &broke);
    if (broke) r->type = s->unit;
    return r;
  }
  hir_expr *r = expr_new(s, HIR_WHILE, s->unit, e->span);
  uint32_t count, scope = scope_enter(s, &count);
  r->loop.cond = check_cond(s, e->u.loop.cond);
  narrowed lets = {0};
  narrow_tested(s, e->u.loop.cond, true, e->u.loop.cond->span, &lets);
  r->loop.body = narrowed_body(s, &lets, check_loop_body(s, e->u.loop.body, &broke));
  scope_leave(s, scope, count);
  return r;
}

hir_expr *check_loop(sema *s, const ast_expr *e) {
  hidden_names hidden = {0};
  fragile_hide(s, e->span, &hidden);
  hir_expr *r = loop_of(s, e);
  fragile_show(s, &hidden);
  return r;
}

// xs.drain() and s.chars() have loops of their own.
static const ast_expr *special_iter(sema *s, const ast_expr *e, const str **name) {
  if (e->kind != AST_EXPR_CALL || e->u.call.args.count || e->u.call.callee->kind != AST_EXPR_FIELD) return NULL;
  const ast_expr *callee = e->u.call.callee;
  symbol *sym;
  *name = callee->u.field.name.name;
  if (callee->u.field.optional || (*name != s->n_drain && *name != s->n_chars)) return NULL;
  if (static_path(s, callee, &sym) || static_path(s, callee->u.field.object, &sym)) return NULL;
  return callee->u.field.object;
}

static const type *drained(sema *s, hir_expr *xs, span at) {
  fn_info *f = member_find(s->d_array, s->n_drain)->fn;
  cap_path p = path_of(s, xs);
  if (!cap_path_may_call(p, CAP_REF)) {
    cap_report_call(sink_of(s), s->types, at, xs, &f->hir);
    return s->error;
  }
  const type *elem = xs->type->args[0];
  if (p.sealed && !type_is_sendable(s->types, elem)) {
    cap_report_into_iso(sink_of(s), s->types, E0413, NULL, at, xs, "an element", elem);
    return s->error;
  }
  return elem;
}

typedef struct iteration {
  hir_for_kind kind;
  const type *item;
  bool moved;
  hir_expr *whole; // the loop, where it goes through `next()`
} iteration;

static bool iteration_of(sema *s, hir_expr *x, iteration *out) {
  const type *t = x->type;
  *out = (iteration){.kind = FOR_RANGE, .item = s->i64};
  if (t == s->range) return true;
  if (t->kind != TY_CLASS) return false;
  const type *parts[2];
  bool in_iso = path_of(s, x).sealed; // also one that is only read: no name of what lies in it is kept
  for (uint32_t i = 0; i < t->arg_count && i < 2; i++) {
    const type *part = type_part_bound(s->types, t->args[i], t, false);
    parts[i] = type_kept(s->types, in_iso ? type_view(s->types, part, CAP_ISO) : part);
  }
  switch (t->decl->builtin) {
  case BUILTIN_ARRAY: *out = (iteration){.kind = FOR_ARRAY, .item = parts[0]}; return true;
  case BUILTIN_SET: *out = (iteration){.kind = FOR_SET, .item = parts[0]}; return true;
  case BUILTIN_BYTES: *out = (iteration){.kind = FOR_BYTES, .item = s->u8}; return true;
  case BUILTIN_MAP:
    *out = (iteration){.kind = FOR_MAP, .item = type_compound(s->types, TY_TUPLE, parts, 2, CAP_NONE)};
    return true;
  case BUILTIN_STRING:
  case BUILTIN_CHANNEL:
  case BUILTIN_NO: return false;
  }
  return false;
}

static void report_not_iterable(sema *s, const hir_expr *x) {
  diag *d = error_at(s, E0313, x->span, "`for` cannot go through `%s`", text_of(s, x->type));
  if (x->type == s->string) {
    diag_help(d, "say what of: `.chars()` for its characters, `.lines()` for its lines");
    diag_edit(d, span_after(x->span), ".chars()");
  } else if (type_is_int(x->type)) {
    diag_help(d, "count with a range: `for i in 0..n`");
    diag_edit(d, span_before(x->span), "0..");
  } else if (x->type->kind == TY_OPTIONAL) {
    diag_help(d, "it may be `none`: test it first, `if let xs = …`");
  } else if (methods_of(s, x->type) && member_find(methods_of(s, x->type), str_intern_cstr(s->names, "next"))) {
    member *m = member_find(methods_of(s, x->type), str_intern_cstr(s->names, "next"));
    diag_note(d, m->span, "its `next` is no step of a loop: that takes nothing and gives an optional");
    diag_help(d, "write `fn ref next() -> T?`, which gives `none` at the end");
  } else {
    diag_help(d,
              "it goes through ranges, Array, Map, Set, Bytes, `text.chars()`, and what has `fn ref next() -> T?` or "
              "`fn iter()` that gives such");
  }
}

// Through `next` and `iter` of the program, or reported.
static hir_expr *user_iteration(sema *s, const ast_expr *loop, hir_expr *x, iteration *it) {
  it->whole = check_for_iterator(s, loop, x);
  if (it->whole) return it->whole;
  report_not_iterable(s, x);
  return expr_error(s, x->span);
}

static hir_expr *for_iter(sema *s, const ast_expr *loop, iteration *it) {
  const ast_expr *e = loop->u.for_.iter;
  const str *name = NULL;
  const ast_expr *object = special_iter(s, e, &name);
  if (!object) {
    hir_expr *x = check_expr(s, e, NULL);
    if (is_error(x)) return x;
    if (iteration_of(s, x, it)) {
      if (cap_path_may_read(path_of(s, x))) return x;
      cap_report_read(sink_of(s), s->types, x->span, x, NULL);
      return expr_error(s, e->span);
    }
    return user_iteration(s, loop, x, it);
  }
  hir_expr *x = check_expr(s, object, NULL);
  bool chars = name == s->n_chars && x->type == s->string, drain = name == s->n_drain && type_array_elem(x->type);
  if (!chars && !drain) {
    x = call_member(s, x, e->u.call.callee->u.field.name, e, NULL);
    return is_error(x) || iteration_of(s, x, it) ? x : user_iteration(s, loop, x, it);
  }
  if (chars) {
    *it = (iteration){.kind = FOR_STRING_CHARS, .item = s->u32};
    return x;
  }
  *it = (iteration){.kind = FOR_ARRAY_DRAIN, .item = drained(s, x, e->u.call.callee->u.field.name.span), .moved = true};
  return it->item->kind == TY_ERROR ? expr_error(s, e->span) : x;
}

static hir_expr *for_of(sema *s, const ast_expr *e) {
  iteration it = {.kind = FOR_RANGE, .item = s->error};
  hir_expr *iter = for_iter(s, e, &it);
  if (it.whole) return it.whole;
  if (is_error(iter)) it.item = s->error;
  if (e->u.for_.pat->kind == AST_PAT_TUPLE && it.item->kind != TY_TUPLE && it.item->kind != TY_ERROR) {
    diag *d =
        error_at(s, E0513, e->u.for_.pat->span, "this pattern is a tuple, and each value is `%s`", text_of(s, it.item));
    diag_help(d, "to count as well, go through a range: `for i in 0..xs.size() { … xs[i] … }`");
    it.item = s->error;
  }
  uint32_t count, scope = scope_enter(s, &count);
  hir_pat *pat = check_pattern(s, e->u.for_.pat, it.item, true, false);
  if (it.item->kind != TY_ERROR) check_irrefutable(s, pat, "in `for`");
  bool broke;
  hir_expr *r = expr_new(s, HIR_FOR, s->unit, e->span);
  r->for_.kind = it.kind;
  r->for_.pat = pat;
  r->for_.iter = iter;
  r->for_.body = check_loop_body(s, e->u.for_.body, &broke);
  scope_leave(s, scope, count);
  return is_error(iter) ? expr_error(s, e->span) : r;
}

hir_expr *check_for(sema *s, const ast_expr *e) {
  hidden_names hidden = {0};
  fragile_hide(s, e->span, &hidden);
  hir_expr *r = for_of(s, e);
  fragile_show(s, &hidden);
  return r;
}

// ---- jumps -----------------------------------------------------------------------------------------------------------------------------
static hir_expr *check_return(sema *s, const ast_expr *e) {
  fn_cx *cx = s->cx;
  if (cx->in_defer || !cx->fn) {
    error_at(s, E0512, e->span,
             cx->in_defer ? "`defer` holds no `return`" : "there is no function to return from here");
    return expr_error(s, e->span);
  }
  hir_expr *r = expr_new(s, HIR_RETURN, s->never, e->span);
  if (!cx->result) { // of a closure: the first one says what it gives
    hir_expr *x = e->u.inner ? check_value(s, e->u.inner, NULL) : NULL;
    if (x && x->type->kind == TY_NONE) return closure_gives_none(s, x->span);
    cx->result = !x ? s->unit : x->type->kind == TY_NEVER ? NULL : x->type;
    r->unary.e = x && x->type != s->unit ? x : NULL;
    return r;
  }
  if (e->u.inner) {
    if (cx->result == s->unit) {
      hir_expr *x = check_expr(s, e->u.inner, NULL);
      if (x->type != s->unit && !is_error(x) && x->type->kind != TY_NEVER) {
        diag *d = error_at(s, E0328, e->u.inner->span, "`%s` gives no result, but this returns `%s`", cx->fn->hir.name,
                           text_of(s, x->type));
        if (cx->fn->hir.kind == FN_MAIN) diag_help(d, "write `return` alone; `std.process` sets the exit status");
        else diag_help(d, "write `-> %s` after its parameters, or `return` alone", text_of(s, x->type));
      }
      r->unary.e = x->type == s->unit ? x : NULL;
      return r;
    }
    r->unary.e = check_as(s, e->u.inner, cx->result, "the value returned");
    return r;
  }
  if (cx->result == s->unit || cx->result->kind == TY_ERROR) return r;
  diag *d = error_at(s, E0328, e->span, "`%s` gives `%s`, and this returns nothing", cx->fn->hir.name,
                     text_of(s, cx->result));
  diag_help(d, "write the value after `return`");
  return r;
}

hir_expr *check_jump(sema *s, const ast_expr *e) {
  fn_cx *cx = s->cx;
  if (e->kind == AST_EXPR_RETURN) return check_return(s, e);
  if (e->kind == AST_EXPR_STOP) {
    bool agent = cx->owner && cx->owner->hir.kind == DECL_AGENT;
    if (agent && !cx->in_defer) return expr_new(s, HIR_STOP, s->unit, e->span);
    diag *d = error_at(s, E0609, e->span, "`stop` ends an agent, and this is no agent's code");
    diag_help(d, "write `return` to leave a function");
    return expr_error(s, e->span);
  }
  bool is_break = e->kind == AST_EXPR_BREAK;
  if (cx->loops == 0) {
    diag *d = error_at(s, E0510, e->span, "`%s` stands in no loop", is_break ? "break" : "continue");
    if (cx->in_defer) diag_help(d, "`defer` cannot leave a loop");
    else if (cx->closure && is_break)
      diag_help(d, "a closure cannot leave a loop around it: go through with `for`, which `break` leaves");
    else if (cx->closure) diag_help(d, "`return` ends this call of the closure, and whoever calls it goes on");
    else diag_help(d, "it works inside `for`, `while` and `loop`");
    return expr_error(s, e->span);
  }
  if (is_break) *cx->broke = true;
  return expr_new(s, is_break ? HIR_BREAK : HIR_CONTINUE, s->never, e->span);
}
