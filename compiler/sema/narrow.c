// narrow.c — names that stand for what is inside of an optional, because `none` has been dealt with before.
// Promises: in an arm of a match, a name for a `T?`, at whatever depth, is a `T` if the arms before it take every value that fits and
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
