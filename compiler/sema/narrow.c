// narrow.c — names that stand for what is inside of an optional, because `none` has been dealt with before.
// Promises: nobody who tests such a name for `none` all the same is told off: it is an optional again then (optional_again).
//           In an arm of a match, a name for a `T?`, at whatever depth, is a `T` if the arms before it take every value that fits and
//           has `none` in that place (arms with a guard do not count). Names in alternatives (`p | q`) stay what they are.
#include "sema/check.h"
#include "sema/exhaustive.h"

typedef struct place { // where a pattern stands in the whole
  const struct place *up;
  const hir_pat *parent;
  uint32_t index;
} place;

typedef struct narrowing {
  sema *s;
  const hir_arm *arms; // before this one
  uint32_t count;
  bool moved;  // the whole is used up
  bool unsure; // one of the arms is in error: it may have been meant to deal with `none`
} narrowing;

// The whole pattern, with `none` there.
static const hir_pat *whole_with_none(narrowing *n, const place *at, const type *t) {
  hir_pat *p = pattern_wild(n->s, t, SPAN_NONE);
  p->kind = PAT_NONE;
  for (; at; at = at->up) {
    hir_pat *whole = arena_copy(n->s->a, at->parent, sizeof *at->parent);
    const hir_pat **subs = arena_copy(n->s->a, whole->subs, whole->sub_count * sizeof *subs);
    subs[at->index] = p;
    whole->subs = subs;
    p = whole;
  }
  return p;
}

static void narrow_name(narrowing *n, hir_pat *p, const place *at) {
  const type *t = p->type;
  if (!p->var || p->var->type->kind != TY_OPTIONAL) return;
  if (!exhaustive_is_covered(n->s->types, n->arms, n->count, whole_with_none(n, at, t))) {
    if (n->unsure) p->var->type = n->s->error;
    return;
  }
  hir_pat *inner = arena_copy(n->s->a, p, sizeof *p);
  inner->type = type_part_bound(n->s->types, t->args[0], t, n->moved);
  p->var->type = n->moved ? inner->type : type_alias(n->s->types, inner->type);
  p->var->was_optional = true;
  const hir_pat **subs = ARENA_ARRAY(n->s->a, const hir_pat *, 1);
  subs[0] = inner;
  p->kind = PAT_SOME;
  p->var = NULL;
  p->subs = subs;
  p->sub_count = 1;
}

static void narrow_part(narrowing *n, hir_pat *p, const place *at) {
  if (p->kind == PAT_OR) return;
  narrow_name(n, p, at);
  for (uint32_t i = 0; i < p->sub_count; i++) {
    place inside = {at, p, i};
    narrow_part(n, (hir_pat *)(uintptr_t)p->subs[i], &inside);
  }
}

void narrow_arm(sema *s, hir_pat *pat, const hir_arm *before, uint32_t count, bool moved, bool unsure) {
  narrow_part(&(narrowing){.s = s, .arms = before, .count = count, .moved = moved, .unsure = unsure}, pat, NULL);
}

hir_expr *optional_again(sema *s, hir_expr *e) {
  if (e->kind != HIR_LOCAL || !e->local.var->was_optional || type_holds_iso(s->types, e->type)) return e;
  e = take_value(s, e);
  return expr_unary(s, HIR_SOME, type_optional(s, e->type), e->span, e);
}

// What is kept of it under a new name is an optional, as it was written.
hir_expr *optional_as_written(sema *s, hir_expr *e) {
  return e->kind == HIR_LOCAL && e->local.var->tested ? optional_again(s, e) : e;
}

// ---- conditions ------------------------------------------------------------------------------------------------------------
// let x = what is in x
static hir_expr *let_inner(sema *s, local *l, const str *name, span at) {
  const type *t = l->var->type, *part = type_part_bound(s->types, t->args[0], t, false);
  hir_pat *outer = pattern_wild(s, t, at), *inner = pattern_wild(s, part, at);
  inner->kind = PAT_BIND;
  inner->var = var_new(s, name, type_alias(s->types, part), l->var->span, false);
  inner->var->was_optional = inner->var->tested = true;
  const hir_pat **subs = ARENA_ARRAY(s->a, const hir_pat *, 1);
  subs[0] = inner;
  outer->kind = PAT_SOME;
  outer->subs = subs;
  outer->sub_count = 1;
  hir_expr *let = expr_new(s, HIR_LET, s->unit, at);
  let->let.init = expr_local(s, l->var, at);
  let->let.pat = outer;
  VEC_PUSH(s->a, &s->cx->locals, (local){.name = name, .var = inner->var});
  return let;
}

static void narrow_local(sema *s, const ast_expr *e, span since, narrowed *out) {
  bool outside = false;
  local *l = e->kind == AST_EXPR_NAME ? local_find(s, e->u.name, &outside) : NULL;
  if (!l || !l->var || l->constant || outside || l->var->type->kind != TY_OPTIONAL) return;
  if (type_holds_iso(s->types, l->var->type)) return;
  bool fragile = l->var->is_var;
  const ast_file *file = s->cx->mod->in->file;
  if (fragile && (ast_is_stored(file, l->name, since) || ast_is_taken(file, l->name, s->cx->stmt))) return;
  hir_expr *let = let_inner(s, l, e->u.name, e->span);
  VEC_LAST(&s->cx->locals).fragile = fragile;
  VEC_PUSH(s->a, out, let);
}

void narrow_tested(sema *s, const ast_expr *cond, bool holds, span since, narrowed *out) {
  if (cond->kind == AST_EXPR_UNARY) { // `not`: the others are no conditions
    narrow_tested(s, cond->u.unary.operand, !holds, since, out);
  } else if (cond->kind == AST_EXPR_IS) {
    if (!holds && cond->u.is.pat->kind == AST_PAT_NONE) narrow_local(s, cond->u.is.value, since, out);
  } else if (cond->kind == AST_EXPR_BINARY) {
    const ast_expr *a = cond->u.binary.left, *b = cond->u.binary.right;
    ast_binary op = cond->u.binary.op;
    if (op == (holds ? AST_AND : AST_OR)) {
      narrow_tested(s, a, holds, since, out);
      narrow_tested(s, b, holds, since, out);
    } else if (op == (holds ? AST_NE : AST_EQ)) {
      if (b->kind == AST_EXPR_NONE) narrow_local(s, a, since, out);
      else if (a->kind == AST_EXPR_NONE) narrow_local(s, b, since, out);
    }
  }
}

// ---- names of what is inside of a `var` --------------------------------------------------------------------------------------
static void hide(sema *s, uint32_t i, hidden_names *out) {
  local *l = &s->cx->locals.items[i];
  VEC_PUSH(s->a, out, (hidden_name){i, l->name});
  l->name = NULL;
}

void fragile_hide(sema *s, span stored_in, hidden_names *out) {
  for (uint32_t i = 0; i < s->cx->locals.count; i++) {
    const local *l = &s->cx->locals.items[i];
    if (!l->fragile) continue;
    if (span_is_none(stored_in) || ast_is_stored(s->cx->mod->in->file, l->name, stored_in)) hide(s, i, out);
  }
}

// Is it given a new value where the same expression may read it after that? Blocks and loops see to what is stored in them.
static bool stored_amid(const ast_file *file, const str *name, const ast_expr *e) {
  switch ((int)e->kind) {
  case AST_EXPR_BLOCK:
  case AST_EXPR_LOOP:
  case AST_EXPR_WHILE:
  case AST_EXPR_FOR: return false;
  case AST_EXPR_IF:
    return ast_is_stored(file, name, e->u.if_.cond->span) ||
           (e->u.if_.else_ && stored_amid(file, name, e->u.if_.else_));
  case AST_EXPR_MATCH: {
    bool found = ast_is_stored(file, name, e->u.match.subject->span);
    for (uint32_t i = 0; i < e->u.match.arms.count; i++) {
      const ast_arm *arm = &e->u.match.arms.items[i];
      found |= stored_amid(file, name, arm->body) || (arm->guard && ast_is_stored(file, name, arm->guard->span));
    }
    return found;
  }
  default: return ast_is_stored(file, name, e->span);
  }
}

// `x = …` itself ends with the statement; `take` and `swap` are anywhere in it.
void fragile_before(sema *s, const ast_stmt *st, hidden_names *out) {
  const ast_file *file = s->cx->mod->in->file;
  span inside = st->span;
  inside.end--; // all but what an assignment itself stores
  for (uint32_t i = 0; i < s->cx->locals.count; i++) {
    const local *l = &s->cx->locals.items[i];
    if (!l->fragile) continue;
    bool stored = st->kind == AST_STMT_EXPR
                      ? stored_amid(file, l->name, st->u.expr)
                      : ast_is_stored(file, l->name, inside) || ast_is_taken(file, l->name, st->span);
    if (stored) hide(s, i, out);
  }
}

void fragile_show(sema *s, hidden_names *hidden) {
  for (uint32_t i = hidden->count; i-- > 0;) s->cx->locals.items[hidden->items[i].local].name = hidden->items[i].name;
  hidden->count = 0;
}

// `x != none and …`: what is in x gets its name by a test of its own, so that it is known wherever the names of an `is` are.
hir_expr *narrow_and(sema *s, const ast_expr *left, hir_expr *test, span whole) {
  narrowed lets = {0};
  narrow_tested(s, left, true, whole, &lets);
  for (uint32_t i = 0; i < lets.count; i++) {
    const hir_expr *let = lets.items[i];
    hir_expr *is = expr_new(s, HIR_IS, s->boolean, let->span), *both = expr_new(s, HIR_BINARY, test->type, test->span);
    is->is.e = let->let.init;
    is->is.pat = let->let.pat;
    both->binary.a = test;
    both->binary.b = is;
    both->binary.op = OP_AND;
    test = both;
  }
  return test;
}

hir_expr *narrowed_body(sema *s, const narrowed *lets, hir_expr *body) {
  if (!lets->count) return body;
  hir_expr *block = expr_new(s, HIR_BLOCK, body->type, body->span);
  block->block.stmts = (const hir_expr **)lets->items;
  block->block.count = lets->count;
  block->block.result = body;
  return block;
}
