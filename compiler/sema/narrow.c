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

static void narrow_name(narrowing *n, hir_pat *p, const place *at, bool moved) {
  const type *t = p->type;
  if (t->kind != TY_OPTIONAL || !p->var || p->var->type->kind != TY_OPTIONAL) return;
  if (!exhaustive_is_covered(n->s->types, n->arms, n->count, whole_with_none(n, at, t))) return;
  hir_pat *inner = arena_copy(n->s->a, p, sizeof *p);
  inner->type = type_part_bound(n->s->types, t->args[0], t, moved);
  p->var->type = moved ? inner->type : type_alias(n->s->types, inner->type);
  p->var->was_optional = true;
  const hir_pat **subs = ARENA_ARRAY(n->s->a, const hir_pat *, 1);
  subs[0] = inner;
  p->kind = PAT_SOME;
  p->var = NULL;
  p->subs = subs;
  p->sub_count = 1;
}

static void narrow_part(narrowing *n, hir_pat *p, const place *at, bool moved) {
  if (p->kind == PAT_BIND) narrow_name(n, p, at, moved);
  if (p->kind != PAT_TUPLE && p->kind != PAT_VARIANT && p->kind != PAT_FIELDS && p->kind != PAT_SOME) return;
  bool parts_moved = moved && !(p->kind == PAT_FIELDS && p->type->kind != TY_STRUCT);
  for (uint32_t i = 0; i < p->sub_count; i++) {
    place inside = {at, p, i};
    if (p->subs[i]) narrow_part(n, (hir_pat *)(uintptr_t)p->subs[i], &inside, parts_moved);
  }
}

void narrow_arm(sema *s, hir_pat *pat, const hir_arm *before, uint32_t count, bool moved) {
  narrowing n = {.s = s, .arms = before, .count = count};
  for (uint32_t i = 0; i < count; i++)
    if (before[i].pat->type->kind == TY_ERROR) return;
  if (count && pat->type->kind != TY_ERROR) narrow_part(&n, pat, NULL, moved);
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
  if (cond->kind == AST_EXPR_UNARY && cond->u.unary.op == AST_NOT) {
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
    if (!l->fragile || !l->name) continue;
    if (span_is_none(stored_in) || ast_is_stored(s->cx->mod->in->file, l->name, stored_in)) hide(s, i, out);
  }
}

void fragile_hide_name(sema *s, const str *name, hidden_names *out) {
  for (uint32_t i = 0; i < s->cx->locals.count; i++)
    if (s->cx->locals.items[i].fragile && s->cx->locals.items[i].name == name) hide(s, i, out);
}

// Forms with blocks of their own, and `x = …` itself, change the variable at a known place. In others it may be anywhere.
void fragile_before(sema *s, const ast_stmt *st, hidden_names *out) {
  bool ordered = st->kind == AST_STMT_ASSIGN;
  if (st->kind == AST_STMT_EXPR) {
    ast_expr_kind k = st->u.expr->kind;
    ordered = k == AST_EXPR_IF || k == AST_EXPR_MATCH || k == AST_EXPR_WHILE || k == AST_EXPR_LOOP ||
              k == AST_EXPR_FOR || k == AST_EXPR_BLOCK;
  }
  for (uint32_t i = 0; i < s->cx->locals.count; i++) {
    const local *l = &s->cx->locals.items[i];
    if (!l->fragile || !l->name) continue;
    const ast_file *file = s->cx->mod->in->file;
    if (ordered ? ast_is_taken(file, l->name, st->span) : ast_is_stored(file, l->name, st->span)) hide(s, i, out);
  }
}

void fragile_show(sema *s, hidden_names *hidden) {
  for (uint32_t i = 0; i < hidden->count; i++) s->cx->locals.items[hidden->items[i].local].name = hidden->items[i].name;
  hidden->count = 0;
}

// `x != none and …`: what is in x gets its name by a test of its own, so that it is known wherever the names of an `is` are.
hir_expr *narrow_and(sema *s, const ast_expr *left, hir_expr *test) {
  narrowed lets = {0};
  if (!is_error(test)) narrow_tested(s, left, true, left->span, &lets);
  for (uint32_t i = 0; i < lets.count; i++) {
    const hir_expr *let = lets.items[i];
    hir_expr *is = expr_new(s, HIR_IS, s->boolean, let->span), *both = expr_new(s, HIR_BINARY, s->boolean, test->span);
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
  if (!lets->count || is_error(body)) return body;
  hir_expr *block = expr_new(s, HIR_BLOCK, body->type, body->span);
  block->block.stmts = (const hir_expr **)lets->items;
  block->block.count = lets->count;
  block->block.result = body;
  return block;
}
