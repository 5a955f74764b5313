// check_errors.c — `raise`, `try`, `else`, `catch`, and whether an error that may be raised is handled.
// Method:   each operand of `catch` and `else` is a guard that collects what may be raised in it, by name and by function called.
//           A function without `!` must not let any pass: a `catch` in it is settled when all functions are known, for
//           what they raise follows from each other.
// Does not: mind faults, which pass through every function.
#include "sema/check.h"

// ---- what may be raised where -----------------------------------------------------------------------------------------------
static bool unhandled(sema *s, span at, const char *what, bool needs_try) {
  fn_cx *cx = s->cx;
  if (cx->free_raise) return false;
  if (cx->fn && cx->fn->hir.raises && !cx->is_init) {
    if (!needs_try || cx->tries) return false;
    diag *d = error_at(s, E0511, at, "%s may raise an error, which is neither passed on nor handled", what);
    diag_help(d, "pass it on with `try`, or handle it with `else` or `catch`");
    diag_edit(d, span_before(at), "try ");
    return true;
  }
  diag *d = error_at(s, E0511, at, "%s may raise an error, and nothing here handles it", what);
  if (cx->closure)
    diag_help(d, "handle it with `else` or `catch`: what this closure is given to calls it as one that does not raise");
  else if (cx->fn && cx->fn->ast && cx->fn->hir.kind != FN_BEHAVIOUR) {
    const hir_fn *fn = &cx->fn->hir;
    diag_fix(d, "mark `%s` with `!` and pass it on with `try`; or handle it with `else` or `catch`", fn->name);
    bool free_fn = fn->kind == FN_FUNCTION || fn->kind == FN_METHOD;
    diag_edit(d, free_fn && fn->body_span.end ? span_before(fn->body_span) : SPAN_NONE, "! ");
    diag_edit(d, span_before(at), "try ");
  } else diag_help(d, "handle it with `else` or `catch`");
  return true;
}

void raises_decl(sema *s, decl_info *d, span at, const char *what, bool needs_try) {
  fn_cx *cx = s->cx;
  if (d->hir.is_fault) return;
  if (cx->guard) {
    if (!cx->guard->all) VEC_PUSH(s->a, &cx->guard->raises, &d->hir);
    return;
  }
  if (unhandled(s, at, what, needs_try) || !cx->fn) return;
  VEC_PUSH(s->a, &cx->fn->raises, &d->hir);
}

void raises_named(sema *s, const char *name, span at, const char *what) {
  symbol *sym = s->prelude ? map_get(&s->prelude->symbols, str_intern_cstr(s->names, name)) : NULL;
  if (sym && sym->kind == SYM_DECL) raises_decl(s, sym->u.decl, at, what, true);
}

void raises_call(sema *s, fn_info *f, span at) {
  fn_cx *cx = s->cx;
  if (!f->hir.raises) return;
  if (cx->guard) {
    if (!cx->guard->all) VEC_PUSH(s->a, &cx->guard->calls, f);
    return;
  }
  if (unhandled(s, at, arena_printf(s->a, "`%s`", f->hir.name), true) || !cx->fn) return;
  VEC_PUSH(s->a, &cx->fn->calls, f);
}

hir_expr *check_raise(sema *s, const ast_expr *e) {
  hir_expr *x = check_value(s, e->u.inner, NULL);
  if (is_error(x)) return expr_error(s, e->span);
  if (x->type->kind != TY_ERRVAL) {
    diag *d = error_at(s, E0515, e->u.inner->span, "only errors are raised, and this is `%s`", text_of(s, x->type));
    diag_help(d, "declare one: `error Failed(reason: String)`, then `raise Failed(\"…\")`");
    return expr_error(s, e->span);
  }
  raises_decl(s, info_of(x->type->decl), e->span, "this", false);
  return expr_unary(s, HIR_RAISE, s->never, e->span, x);
}

hir_expr *check_try(sema *s, const ast_expr *e, const type *hint) {
  fn_cx *cx = s->cx;
  bool allowed = cx->free_raise || cx->guard || (cx->fn && cx->fn->hir.raises);
  guard silent = {.up = cx->guard, .all = true};
  if (!allowed) {
    diag *d = error_at(s, E0511, (span){e->span.file, e->span.begin, e->span.begin + 3},
                       "`try` passes errors on, but this is no function marked `!`");
    if (cx->fn && cx->fn->ast) {
      diag_fix(d, "mark `%s` with `!`, or handle the error with `else` or `catch` in place of `try`", cx->fn->hir.name);
      bool free_fn = cx->fn->hir.kind == FN_FUNCTION || cx->fn->hir.kind == FN_METHOD;
      diag_edit(d, free_fn && cx->fn->hir.body_span.end ? span_before(cx->fn->hir.body_span) : SPAN_NONE, "! ");
    }
    cx->guard = &silent;
  }
  cx->tries++;
  hir_expr *x = check_expr(s, e->u.inner, hint);
  cx->tries--;
  if (!allowed) cx->guard = silent.up;
  return x;
}

// ---- else ---------------------------------------------------------------------------------------------------------------------
static hir_expr *else_node(sema *s, const type *t, span at, const hir_expr *a, const hir_expr *b) {
  hir_expr *r = expr_new(s, HIR_ELSE, t, at);
  r->binary.a = a;
  r->binary.b = b;
  r->binary.else_none = a->type->kind == TY_OPTIONAL;
  r->binary.else_raise = true;
  return r;
}

// Both sides become what is expected: an interface that each satisfies, say; or one or none of it.
static hir_expr *else_as(sema *s, const type *t, span at, hir_expr *a, hir_expr *b) {
  if (t->kind == TY_UNIT) return NULL;
  const type *maybe = type_optional(s, t), *left = a->type->kind == TY_OPTIONAL ? maybe : t;
  if (!can_coerce(s, b, t)) left = t = maybe;
  if (!can_coerce(s, a, left) || !can_coerce(s, b, t)) return NULL;
  a = coerce(s, a, left, "this");
  return else_node(s, t, at, a, coerce(s, b, t, "the value after `else`"));
}

hir_expr *check_else(sema *s, const ast_expr *e, const type *hint) {
  guard all = {.up = s->cx->guard, .all = true};
  bool unit = hint == s->unit;
  s->cx->guard = &all;
  hir_expr *a = check_expr(s, e->u.tail.inner, unit ? NULL : hint);
  s->cx->guard = all.up;
  if (unit && report_future(s, e->u.tail.inner, a)) a = expr_error(s, e->span);
  if (is_error(a)) {
    check_lost(s, e->u.tail.arg);
    return a;
  }
  a = take_value(s, a);
  const type *payload = a->type->kind == TY_NONE ? s->never : type_unwrap(a->type);
  bool drop = unit && payload != s->unit;
  const type *want = payload->kind == TY_NEVER ? hint : unit ? s->unit : payload;
  hir_expr *b = unit ? check_unused(s, e->u.tail.arg, false) : check_expr(s, e->u.tail.arg, want);
  if (is_error(b)) return b;
  if (b->type->kind == TY_NEVER) {
    hir_expr *r = else_node(s, payload, e->span, a, b);
    return drop ? drop_value(s, r) : r;
  }
  if (drop) return else_node(s, s->unit, e->span, drop_value(s, a), drop_value(s, b));
  if (payload->kind == TY_NEVER) return else_node(s, value_type(s, b), e->span, a, take_value(s, b));
  if (can_coerce(s, b, payload))
    return else_node(s, payload, e->span, a, coerce(s, b, payload, "the value after `else`"));
  bool may_be_none = b->type->kind == TY_NONE || value_type(s, b)->kind == TY_OPTIONAL;
  if (a->type->kind != TY_OPTIONAL && may_be_none && can_coerce(s, b, type_optional(s, payload)))
    a = expr_unary(s, HIR_SOME, type_optional(s, payload), a->span, a);
  if (a->type->kind == TY_OPTIONAL && can_coerce(s, b, a->type))
    return else_node(s, a->type, e->span, a, coerce(s, b, a->type, "the value after `else`"));
  const type *both = subtype_join(s->types, payload, is_unique(s, a), value_type(s, b), is_unique(s, b));
  if (both && both->kind == payload->kind && can_coerce(s, b, both))
    return else_node(s, both, e->span, a, coerce(s, b, both, "the value after `else`"));
  hir_expr *as_hint = hint ? else_as(s, type_unwrap(hint), e->span, a, b) : NULL;
  if (as_hint) return as_hint;
  diag *d = error_at(s, E0321, b->span, "the value after `else` is `%s`, the one before it `%s`",
                     text_of(s, value_type(s, b)), text_of(s, payload));
  diag_note(d, a->span, "`%s` comes from here", text_of(s, payload));
  return expr_error(s, e->span);
}

// ---- catch ----------------------------------------------------------------------------------------------------------------------
static bool names_all(const hir_pat *p) {
  if (p->kind == PAT_WILD || p->kind == PAT_BIND) return true;
  for (uint32_t i = 0; p->kind == PAT_OR && i < p->sub_count; i++)
    if (names_all(p->subs[i])) return true;
  return false;
}

static bool all_wild(const hir_pat *p) {
  for (uint32_t i = 0; i < p->sub_count; i++)
    if (p->subs[i]->kind != PAT_WILD && p->subs[i]->kind != PAT_BIND) return false;
  return true;
}

static void add_named(sema *s, const hir_pat *p, leak *l) {
  if (p->kind == PAT_ERROR && all_wild(p)) VEC_PUSH(s->a, &l->named, p->decl);
  for (uint32_t i = 0; p->kind == PAT_OR && i < p->sub_count; i++) add_named(s, p->subs[i], l);
}

static bool is_named(const leak *l, const hir_decl *d) {
  for (uint32_t i = 0; i < l->named.count; i++)
    if (l->named.items[i] == d) return true;
  return false;
}

// What a catch does not name goes to whoever is outside of it.
static void pass_on(sema *s, leak *l) {
  fn_cx *cx = s->cx;
  if (cx->guard) {
    if (!cx->guard->all) VEC_PUSH(s->a, &cx->guard->passed, l);
  } else if (!cx->free_raise && cx->fn && cx->fn->hir.raises) {
    VEC_PUSH(s->a, &cx->fn->passed, l);
  } else if (!cx->free_raise && cx->fn) {
    VEC_PUSH(s->a, &s->leaks, l);
  }
}

static void report_arm_after(sema *s, const hir_pat *p) {
  diag *d = warning_at(s, E0502, p->span, "this arm is never reached");
  diag_help(d, "an arm before it takes every error: put it first");
}

hir_expr *check_catch(sema *s, const ast_expr *e, const type *hint) {
  guard *g = ARENA_NEW(s->a, guard);
  g->up = s->cx->guard;
  bool unit = hint == s->unit;
  s->cx->guard = g;
  hir_expr *subject = check_expr(s, e->u.catch_.inner, unit ? NULL : hint);
  s->cx->guard = g->up;
  if (unit && report_future(s, e->u.catch_.inner, subject)) subject = expr_error(s, e->span);
  uint32_t n = e->u.catch_.arms.count;
  hir_arm *arms = ARENA_ARRAY(s->a, hir_arm, n ? n : 1);
  hir_expr **bodies = ARENA_ARRAY(s->a, hir_expr *, n + 1u);
  leak *l = ARENA_NEW(s->a, leak);
  *l = (leak){.at = e->span, .fn = s->cx->fn, .guard = g};
  bool total = false, faulty = is_error(subject);
  if (subject->type->kind == TY_NONE || is_error(subject)) bodies[0] = subject;
  else
    bodies[0] = unit                                   ? drop_value(s, subject)
                : hint && can_coerce(s, subject, hint) ? coerce(s, subject, hint, "this")
                                                       : take_value(s, subject);
  const type *arm_hint = unit ? hint : hint ? hint : is_error(subject) ? NULL : bodies[0]->type;
  for (uint32_t i = 0; i < n; i++) {
    const ast_arm *arm = &e->u.catch_.arms.items[i];
    uint32_t count, scope = scope_enter(s, &count);
    arms[i].pat = check_error_pattern(s, arm->pat);
    bool wrong = arms[i].pat->type->kind == TY_ERROR;
    if (total && !wrong) report_arm_after(s, arms[i].pat);
    faulty |= wrong;
    if (arm->guard) arms[i].guard = check_cond(s, arm->guard);
    else if (!wrong) total |= names_all(arms[i].pat), add_named(s, arms[i].pat, l);
    if (unit) {
      bodies[i + 1] = check_unused(s, arm->body, false);
    } else {
      hir_expr *x = check_expr(s, arm->body, arm_hint);
      bodies[i + 1] = arm_hint && !is_error(x) && x->type->kind != TY_NONE && can_coerce(s, x, arm_hint)
                          ? coerce(s, x, arm_hint, "the branch")
                          : x;
    }
    scope_leave(s, scope, count);
  }
  if (!total && !faulty) pass_on(s, l);
  hir_expr *r = expr_new(s, HIR_CATCH, join_arms(s, bodies, n + 1, hint), e->span);
  for (uint32_t i = 0; i < n; i++) arms[i].body = bodies[i + 1];
  r->match.subject = bodies[0];
  r->match.arms = arms;
  r->match.count = n;
  return faulty ? expr_error(s, e->span) : r;
}

// ---- what functions raise --------------------------------------------------------------------------------------------------------
static bool is_known(const fn_info *f, const hir_decl *d) {
  for (uint32_t i = 0; f && i < f->raises.count; i++)
    if (f->raises.items[i] == d) return true;
  return false;
}

static bool add_raised(sema *s, fn_info *f, const hir_decl *d) {
  if (is_known(f, d)) return false;
  VEC_PUSH(s->a, &f->raises, d);
  return true;
}

// A native that raises may raise the errors of its module.
static void native_raises(sema *s, fn_info *f) {
  for (uint32_t i = 0; i < s->decls.count; i++)
    if (s->decls.items[i]->mod == f->mod && s->decls.items[i]->hir.kind == DECL_ERROR)
      add_raised(s, f, &s->decls.items[i]->hir);
}

// The catches that an error on its way out has to pass, from the innermost.
typedef struct way_out {
  const leak *l;
  const struct way_out *up;
} way_out;

static bool gets_out(const way_out *way, const hir_decl *d) {
  for (; way; way = way->up)
    if (is_named(way->l, d)) return false;
  return true;
}

// An error that gets out of a catch, and is not among those `known` is known to raise; NULL: there is none.
static const hir_decl *leaking(const leak *l, const way_out *up, const fn_info *known) {
  way_out way = {l, up};
  const guard *g = l->guard;
  for (uint32_t i = 0; i < g->raises.count; i++)
    if (gets_out(&way, g->raises.items[i]) && !is_known(known, g->raises.items[i])) return g->raises.items[i];
  for (uint32_t c = 0; c < g->calls.count; c++) {
    const fn_info *f = g->calls.items[c];
    for (uint32_t k = 0; k < f->raises.count; k++)
      if (gets_out(&way, f->raises.items[k]) && !is_known(known, f->raises.items[k])) return f->raises.items[k];
  }
  const hir_decl *d = NULL;
  for (uint32_t i = 0; i < g->passed.count && !d; i++) d = leaking(g->passed.items[i], &way, known);
  return d;
}

static void settle_raises(sema *s) {
  for (uint32_t i = 0; i < s->fns.count; i++)
    if (s->fns.items[i]->hir.kind == FN_NATIVE && s->fns.items[i]->hir.raises) native_raises(s, s->fns.items[i]);
  for (bool changed = true; changed;) {
    changed = false;
    for (uint32_t i = 0; i < s->fns.count + s->closures.count; i++) {
      fn_info *f = i < s->fns.count ? s->fns.items[i] : s->closures.items[i - s->fns.count];
      for (uint32_t c = 0; c < f->calls.count; c++)
        for (uint32_t k = 0; k < f->calls.items[c]->raises.count; k++)
          changed |= add_raised(s, f, f->calls.items[c]->raises.items[k]);
      for (uint32_t p = 0; p < f->passed.count; p++)
        for (const hir_decl *d; (d = leaking(f->passed.items[p], NULL, f)) != NULL;) changed |= add_raised(s, f, d);
    }
  }
}

void check_leaks(sema *s) {
  if (s->leaks.count) settle_raises(s);
  for (uint32_t i = 0; i < s->leaks.count; i++) {
    const leak *l = s->leaks.items[i];
    const hir_decl *d = leaking(l, NULL, NULL);
    if (!d) continue;
    diag *x = error_at(s, E0511, l->at, "`%s` may be raised here, which this `catch` does not name", d->name);
    diag_note(x, d->span, "`%s` is declared here", d->name);
    diag_help(x, "name it, add `_ => …` for all others, or mark `%s` with `!`", l->fn->hir.name);
  }
}
