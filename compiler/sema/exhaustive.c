// exhaustive.c — usefulness of patterns (after Maranget 2007).
// Method: a matrix of pattern rows; `useful` asks whether a vector of patterns matches something that no row does, and builds that
// something as text. Columns are split by the constructors of their type: variants, `true`/`false`, `none`/some, one for tuples and
// field patterns; literals are constructors of an endless type. Steps are counted, so that no input makes it hang.
#include "sema/exhaustive.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "diag/diag.h"
#include "diag/edit.h"
#include "sema/sendable.h"

#define STEPS_MAX 2000000u
#define MISSING_SHOWN 3

typedef struct row {
  const hir_pat **pats; // one a column; NULL is a wildcard
  uint32_t count;
} row;
typedef VEC(row) matrix;

typedef struct cover {
  arena *a;
  type_table *types;
  uint32_t steps;
} cover;

// A constructor of a column's type.
typedef enum ctor_kind {
  CTOR_WHOLE,
  CTOR_VARIANT,
  CTOR_TRUE,
  CTOR_FALSE,
  CTOR_NONE,
  CTOR_SOME,
  CTOR_LITERAL,
  CTOR_ERROR,
  CTOR_OBJECT // of an interface: one of a class
} ctor_kind;
typedef struct ctor {
  ctor_kind kind;
  const hir_variant *variant;
  const hir_decl *decl;
  const hir_expr *literal;
  const type *object, *inner; // OBJECT: its class, and what its pattern is matched against
  uint32_t arity;
} ctor;

// ---- patterns as rows --------------------------------------------------------------------------------------------------------

static bool is_wild(const hir_pat *p) { return !p || p->kind == PAT_WILD || p->kind == PAT_BIND; }

static bool same_literal(const hir_expr *a, const hir_expr *b) {
  if (a->kind != b->kind) return false;
  switch ((int)a->kind) {
  case HIR_BOOL: return a->b == b->b;
  case HIR_FLOAT: return a->f == b->f;
  case HIR_STR: return a->str.size == b->str.size && !memcmp(a->str.bytes, b->str.bytes, a->str.size);
  default: return a->u == b->u;
  }
}

static ctor ctor_of(const hir_pat *p) {
  switch (p->kind) {
  case PAT_LITERAL:
    if (p->value->kind == HIR_BOOL) return (ctor){.kind = p->value->b ? CTOR_TRUE : CTOR_FALSE};
    return (ctor){.kind = CTOR_LITERAL, .literal = p->value};
  case PAT_NONE: return (ctor){.kind = CTOR_NONE};
  case PAT_SOME: return (ctor){.kind = CTOR_SOME, .arity = 1};
  case PAT_VARIANT: return (ctor){.kind = CTOR_VARIANT, .variant = p->variant, .arity = p->variant->field_count};
  case PAT_ERROR: return (ctor){.kind = CTOR_ERROR, .decl = p->decl, .arity = p->sub_count};
  case PAT_OBJECT: return (ctor){.kind = CTOR_OBJECT, .object = p->object, .inner = p->subs[0]->type, .arity = 1};
  case PAT_TUPLE:
  case PAT_FIELDS:
  case PAT_WILD:
  case PAT_BIND:
  case PAT_OR: break;
  }
  return (ctor){.kind = CTOR_WHOLE, .decl = p->decl, .arity = p->sub_count};
}

static bool same_ctor(const ctor *a, const ctor *b) {
  if (a->kind != b->kind) return false;
  if (a->kind == CTOR_VARIANT) return a->variant == b->variant;
  if (a->kind == CTOR_ERROR) return a->decl == b->decl;
  if (a->kind == CTOR_OBJECT) return a->object == b->object;
  return a->kind != CTOR_LITERAL || same_literal(a->literal, b->literal);
}

// The row without its first column, for values made by `c` (whose parts become the first columns); false: it does not match those.
static bool specialize(cover *k, const row *r, const ctor *c, row *out) {
  const hir_pat *first = r->pats[0];
  if (!is_wild(first)) {
    ctor own = ctor_of(first);
    if (!same_ctor(&own, c)) return false;
  }
  out->count = c->arity + r->count - 1;
  out->pats = ARENA_ARRAY(k->a, const hir_pat *, out->count + 1);
  for (uint32_t i = 0; i < c->arity; i++)
    out->pats[i] = is_wild(first) || i >= first->sub_count ? NULL : first->subs[i];
  for (uint32_t i = 1; i < r->count; i++) out->pats[c->arity + i - 1] = r->pats[i];
  return true;
}

// Rows whose first pattern is `p | q` become one row for each; the result has none of those in its first column.
static void expand(cover *k, const row *r, matrix *out) {
  const hir_pat *first = r->count ? r->pats[0] : NULL;
  if (!first || first->kind != PAT_OR) {
    VEC_PUSH(k->a, out, *r);
    return;
  }
  for (uint32_t i = 0; i < first->sub_count; i++) {
    row one = {arena_copy(k->a, r->pats, sizeof *r->pats * r->count), r->count};
    one.pats[0] = first->subs[i];
    expand(k, &one, out);
  }
}

// ---- constructors of a type ------------------------------------------------------------------------------------------------------

typedef VEC(ctor) ctors;

// All constructors, if they can be listed: those that occur otherwise, and `complete` is false.
static ctors ctors_of(cover *k, const type *t, const matrix *m, bool *complete) {
  ctors all = {0};
  *complete = true;
  if (t->kind == TY_BOOL) {
    VEC_PUSH(k->a, &all, (ctor){.kind = CTOR_TRUE});
    VEC_PUSH(k->a, &all, (ctor){.kind = CTOR_FALSE});
    return all;
  }
  if (t->kind == TY_OPTIONAL) {
    VEC_PUSH(k->a, &all, (ctor){.kind = CTOR_SOME, .arity = 1});
    VEC_PUSH(k->a, &all, (ctor){.kind = CTOR_NONE});
    return all;
  }
  if (t->kind == TY_ENUM) {
    for (uint32_t i = 0; i < t->decl->variant_count; i++) {
      const hir_variant *v = &t->decl->variants[i];
      VEC_PUSH(k->a, &all, (ctor){.kind = CTOR_VARIANT, .variant = v, .arity = v->field_count});
    }
    return all;
  }
  *complete = false;
  for (uint32_t r = 0; r < m->count; r++) {
    if (is_wild(m->items[r].pats[0])) continue;
    ctor c = ctor_of(m->items[r].pats[0]);
    if (c.kind == CTOR_WHOLE) *complete = true; // tuples, structs, classes: the only one
    bool known = false;
    for (uint32_t i = 0; i < all.count && !known; i++) known = same_ctor(&all.items[i], &c);
    if (!known) VEC_PUSH(k->a, &all, c);
    if (++k->steps > STEPS_MAX) break;
  }
  return all;
}

static const type *part_type(cover *k, const type *t, const ctor *c, uint32_t i) {
  (void)k;
  if (c->kind == CTOR_SOME) return t->args[0];
  if (c->kind == CTOR_OBJECT) return c->inner;
  if (c->kind == CTOR_VARIANT) return c->variant->fields[i].type;
  if (c->kind == CTOR_WHOLE && t->kind == TY_TUPLE) return t->args[i];
  const hir_decl *d = c->decl ? c->decl : t->decl;
  return d && i < d->field_count ? d->fields[i].type : t;
}

static const type **part_types(cover *k, const type *const *types, uint32_t n, const ctor *c) {
  const type **parts = ARENA_ARRAY(k->a, const type *, c->arity + n);
  for (uint32_t i = 0; i < c->arity; i++) parts[i] = part_type(k, types[0], c, i);
  for (uint32_t i = 1; i < n; i++) parts[c->arity + i - 1] = types[i];
  return parts;
}

// ---- usefulness ------------------------------------------------------------------------------------------------------------------

// A value that is matched by `want` and by no row: its parts as text, one a column; NULL: there is none.
static const char **find(cover *k, const matrix *rows, const row *want, const type *const *types);

static const char *ctor_text(cover *k, const type *t, const ctor *c, const char *const *parts) {
  buf b = {0};
  switch (c->kind) {
  case CTOR_TRUE: buf_adds(&b, "true"); break;
  case CTOR_FALSE: buf_adds(&b, "false"); break;
  case CTOR_NONE: buf_adds(&b, "none"); break;
  case CTOR_SOME:
  case CTOR_OBJECT: buf_adds(&b, parts[0]); break;
  case CTOR_LITERAL: buf_adds(&b, "_"); break;
  case CTOR_VARIANT: buf_printf(&b, "%s.%s", t->decl->name, c->variant->name); break;
  case CTOR_ERROR: buf_adds(&b, c->decl->name); break;
  case CTOR_WHOLE:
    if (c->decl) buf_adds(&b, c->decl->name);
    break;
  }
  if (c->arity && c->kind != CTOR_SOME && c->kind != CTOR_OBJECT) {
    for (uint32_t i = 0; i < c->arity; i++) buf_printf(&b, "%s%s", i ? ", " : "(", parts[i]);
    buf_addc(&b, ')');
  }
  const char *text = arena_strndup(k->a, buf_text(&b), b.size);
  buf_fini(&b);
  return text;
}

static const char **find_with(cover *k, const matrix *rows, const row *want, const type *const *types, const ctor *c) {
  row inner_want;
  if (!specialize(k, want, c, &inner_want)) return NULL;
  matrix inner = {0};
  for (uint32_t i = 0; i < rows->count; i++) {
    row r;
    if (specialize(k, &rows->items[i], c, &r)) VEC_PUSH(k->a, &inner, r);
  }
  const char **parts = find(k, &inner, &inner_want, part_types(k, types, want->count, c));
  if (!parts) return NULL;
  const char **whole = ARENA_ARRAY(k->a, const char *, want->count);
  whole[0] = ctor_text(k, types[0], c, parts);
  for (uint32_t i = 1; i < want->count; i++) whole[i] = parts[c->arity + i - 1];
  return whole;
}

// Values made by none of the constructors that occur: only rows that begin with a wildcard match them.
static const char **find_other(cover *k, const matrix *rows, const row *want, const type *const *types) {
  matrix inner = {0};
  for (uint32_t i = 0; i < rows->count; i++) {
    const row *r = &rows->items[i];
    if (is_wild(r->pats[0])) VEC_PUSH(k->a, &inner, (row){r->pats + 1, r->count - 1});
  }
  const char **rest = find(k, &inner, &(row){want->pats + 1, want->count - 1}, types + 1);
  if (!rest) return NULL;
  const char **whole = ARENA_ARRAY(k->a, const char *, want->count);
  whole[0] = "_";
  for (uint32_t i = 1; i < want->count; i++) whole[i] = rest[i - 1];
  return whole;
}

static bool column_is_wild(const matrix *rows) {
  for (uint32_t i = 0; i < rows->count; i++)
    if (!is_wild(rows->items[i].pats[0])) return false;
  return true;
}

static const char **find_expanded(cover *k, const matrix *rows, const row *want, const type *const *types) {
  if (!is_wild(want->pats[0])) {
    ctor c = ctor_of(want->pats[0]);
    return find_with(k, rows, want, types, &c);
  }
  if (column_is_wild(rows)) return find_other(k, rows, want, types);
  bool complete;
  ctors all = ctors_of(k, types[0], rows, &complete);
  if (!complete) {
    const char **other = find_other(k, rows, want, types);
    if (other) return other;
  }
  for (uint32_t i = 0; i < all.count; i++) {
    const char **with = find_with(k, rows, want, types, &all.items[i]);
    if (with) return with;
  }
  return NULL;
}

static const char **find(cover *k, const matrix *rows, const row *want, const type *const *types) {
  k->steps += rows->count + 1;
  if (k->steps > STEPS_MAX) return NULL;
  if (!want->count) return rows->count ? NULL : ARENA_ARRAY(k->a, const char *, 1);
  arena_mark mark = arena_save(k->a);
  matrix flat = {0}, wants = {0};
  for (uint32_t i = 0; i < rows->count; i++) expand(k, &rows->items[i], &flat);
  expand(k, want, &wants);
  for (uint32_t i = 0; i < wants.count; i++) {
    const char **found = find_expanded(k, &flat, &wants.items[i], types);
    if (found) return found;
  }
  arena_rewind(k->a, mark);
  return NULL;
}

// ---- matches -----------------------------------------------------------------------------------------------------------------------

static row row_of(cover *k, const hir_pat *p) {
  row r = {ARENA_ARRAY(k->a, const hir_pat *, 1), 1};
  r.pats[0] = p;
  return r;
}

bool pattern_has_error(const hir_pat *p) {
  if (p->type->kind == TY_ERROR || (p->kind == PAT_LITERAL && p->value->kind == HIR_ERROR)) return true;
  for (uint32_t i = 0; i < p->sub_count; i++)
    if (p->subs[i] && pattern_has_error(p->subs[i])) return true;
  return false;
}

// Finds up to MISSING_SHOWN cases, pretending of each that it is covered: top-level constructors one by one.
static uint32_t missing_cases(cover *k, matrix *rows, const type *t, const char **texts, bool *more) {
  uint32_t n = 0;
  *more = false;
  bool complete;
  ctors all = ctors_of(k, t, rows, &complete);
  row any = row_of(k, NULL);
  if (!complete || column_is_wild(rows)) all.count = 0;
  for (uint32_t i = 0; i < all.count; i++) {
    const char **found = find_with(k, rows, &any, &t, &all.items[i]);
    if (!found) continue;
    if (n < MISSING_SHOWN) texts[n++] = found[0];
    else *more = true;
  }
  if (n) return n;
  const char **found = find(k, rows, &any, &t);
  if (found) texts[n++] = found[0];
  return n;
}

static void report_missing(struct diag_sink *sink, cover *k, matrix *rows, const hir_expr *match) {
  const char *texts[MISSING_SHOWN];
  bool more;
  matrix flat = {0};
  for (uint32_t i = 0; i < rows->count; i++) expand(k, &rows->items[i], &flat);
  uint32_t n = missing_cases(k, &flat, match->match.subject->type, texts, &more);
  if (!n) return;
  buf b = {0};
  for (uint32_t i = 0; i < n; i++) buf_printf(&b, "%s`%s`", i ? ", " : "", texts[i]);
  if (n == 1 && !strcmp(texts[0], "_")) buf_adds(&b, ", any other value");
  if (more) buf_adds(&b, " and others");
  diag *d = diag_error(sink, E0501, match->match.subject->span, "this match does not cover every case; missing: %s",
                       buf_text(&b));
  buf_fini(&b);
  for (uint32_t i = 0; i < match->match.count; i++)
    if (match->match.arms[i].guard) {
      diag_note(d, match->match.arms[i].guard->span, "an arm with a guard does not count: the guard may be false");
      break;
    }
  diag_help(d, "add an arm for each, or `_ => …` for all others");
}

void exhaustive_check_match(struct diag_sink *sink, type_table *types, const hir_expr *match) {
  const type *t = match->match.subject->type;
  if (t->kind == TY_ERROR || t->kind == TY_NEVER) return;
  for (uint32_t i = 0; i < match->match.count; i++)
    if (pattern_has_error(match->match.arms[i].pat)) return;
  arena a;
  arena_init(&a);
  cover k = {.a = &a, .types = types};
  matrix rows = {0};
  const hir_pat *taker = NULL; // the first arm that is a name
  bool rest = false;           // an arm takes whatever is left
  for (uint32_t i = 0; i < match->match.count; i++) {
    const hir_arm *arm = &match->match.arms[i];
    rest |= !arm->guard && (arm->pat->kind == PAT_WILD || arm->pat->kind == PAT_BIND);
    row r = row_of(&k, arm->pat);
    // With very many arms it is not looked whether the last ones can be reached.
    if (i && k.steps <= STEPS_MAX && !find(&k, &rows, &r, &t) && k.steps <= STEPS_MAX) {
      diag *d = diag_warning(sink, E0502, arm->pat->span, "this arm is never reached");
      diag_note(d, SPAN_NONE, "the arms before it match everything that it matches");
      if (taker)
        diag_note(d, taker->span,
                  "`%s` takes every value and names it; to compare with what is called so: `x if x == %s`",
                  taker->var->name, taker->var->name);
      span whole = edit_whole_line(d, span_join(arm->pat->span, arm->body->span));
      bool own_line = whole.begin != arm->pat->span.begin;
      diag_fix(d, "leave it out, or put it before the arm that takes its values");
      diag_edit(d, own_line && match->match.count > 1 ? whole : SPAN_NONE, "");
    }
    if (!arm->guard) VEC_PUSH(&a, &rows, r);
    if (!arm->guard && !taker && arm->pat->kind == PAT_BIND) taker = arm->pat;
  }
  k.steps = 0;
  if (!rest) report_missing(sink, &k, &rows, match);
  if (k.steps > STEPS_MAX) {
    diag *d = diag_error(sink, E0501, match->match.subject->span,
                         "this match is too large to tell whether it covers every case");
    diag_help(d, "end it with `_ => …`, or split it into several");
  }
  arena_fini(&a);
}

const char *exhaustive_missing(struct arena *result, type_table *types, const hir_pat *pat) {
  if (pattern_has_error(pat)) return NULL;
  arena a;
  arena_init(&a);
  cover k = {.a = &a, .types = types};
  matrix rows = {0};
  VEC_PUSH(&a, &rows, row_of(&k, pat));
  row any = row_of(&k, NULL);
  const char **found = find(&k, &rows, &any, &pat->type);
  const char *text = found ? arena_strdup(result, found[0]) : NULL;
  arena_fini(&a);
  return text;
}

bool exhaustive_is_irrefutable(type_table *types, const hir_pat *pat) {
  arena a;
  arena_init(&a);
  bool all = exhaustive_missing(&a, types, pat) == NULL;
  arena_fini(&a);
  return all;
}

bool exhaustive_is_covered(type_table *types, const hir_arm *arms, uint32_t n, const hir_pat *pat) {
  arena a;
  arena_init(&a);
  cover k = {.a = &a, .types = types};
  matrix rows = {0};
  bool faulty = pattern_has_error(pat);
  for (uint32_t i = 0; i < n; i++)
    if (!arms[i].guard && !pattern_has_error(arms[i].pat)) VEC_PUSH(&a, &rows, row_of(&k, arms[i].pat));
  row want = row_of(&k, pat);
  bool covered = !faulty && !find(&k, &rows, &want, &pat->type) && k.steps <= STEPS_MAX;
  arena_fini(&a);
  return covered;
}
