// check_assert.c — `assert(condition)`, and `raises(value, Error)` of std.test.
// Promises: both are only short forms: a condition, and AssertionFailed raised where it does not hold. What a comparison
//           compares is evaluated once, and shown if it can be.
#include <string.h>

#include "hir/hir_walk.h"
#include "sema/check.h"

// ---- the error ---------------------------------------------------------------------------------------------------------------
static hir_expr *text_expr(sema *s, const char *text, uint32_t size, span at) {
  hir_expr *x = expr_new(s, HIR_STR, s->string, at);
  x->str.bytes = text;
  x->str.size = size;
  return x;
}

// As the program has it, on one line.
static hir_expr *source_text(sema *s, span at) {
  const source *src = s->diag->sources ? source_of(s->diag->sources, at.file) : NULL;
  if (!src || at.end > src->size) return text_expr(s, "", 0, at);
  char *text = arena_strndup(s->a, src->text + at.begin, at.end - at.begin);
  uint32_t n = 0;
  for (const char *c = text; *c; c++) {
    bool blank = strchr(" \t\r\n", *c) != NULL;
    if (!blank) text[n++] = *c;
    else if (n && text[n - 1] != ' ') text[n++] = ' ';
  }
  return text_expr(s, text, n, at);
}

// A value as the report has it, in a `String?`: texts in quotes, escaped. `none` if it cannot be shown.
static hir_expr *shown(sema *s, hir_expr *e) {
  const type *optional = type_optional(s, s->string);
  if (!e || e->type->kind == TY_NONE || e->type->kind == TY_NEVER || !type_has(s->types, e->type, QUALITY_SHOW, NULL))
    return expr_new(s, HIR_NONE, optional, e ? e->span : SPAN_NONE);
  hir_part *part = ARENA_NEW(s->a, hir_part);
  *part = (hir_part){.e = e, .width = -1, .precision = -1, .format = HIR_FORMAT_QUOTED};
  hir_expr *x = expr_new(s, HIR_INTERP, s->string, e->span);
  x->interp.parts = part;
  x->interp.count = 1;
  return expr_unary(s, HIR_SOME, optional, e->span, x);
}

static hir_expr *raise_failed(sema *s, span at, hir_expr *condition, hir_expr *left, hir_expr *right) {
  const str *name = str_intern_cstr(s->names, "AssertionFailed");
  symbol *sym = map_get(&s->prelude->symbols, name);
  if (!sym || sym->kind != SYM_DECL) return expr_error(s, at);
  sym->u.decl->used = true;
  const hir_expr **args = ARENA_ARRAY(s->a, const hir_expr *, 3);
  args[0] = condition;
  args[1] = shown(s, left);
  args[2] = shown(s, right);
  hir_expr *e = expr_new(s, HIR_NEW, type_of_decl(s, sym->u.decl, NULL, 0, CAP_NONE), at);
  e->make.decl = &sym->u.decl->hir;
  e->make.args = (hir_list){args, 3};
  return expr_unary(s, HIR_RAISE, s->never, at, e);
}

static hir_expr *unless(sema *s, hir_expr *cond, hir_expr *otherwise, span at) {
  hir_expr *r = expr_new(s, HIR_IF, s->unit, at);
  r->if_.cond = cond;
  r->if_.then = expr_new(s, HIR_UNIT, s->unit, at);
  r->if_.else_ = otherwise;
  return r;
}

// ---- assert ------------------------------------------------------------------------------------------------------------------
// May it be evaluated a second time, after it was once, and gives the same?
static bool is_repeatable(const hir_expr *e) {
  if (hir_is_literal(e)) return true;
  switch ((int)e->kind) {
  case HIR_CONST:
  case HIR_LOCAL: return true;
  case HIR_FIELD:
  case HIR_ELEM: return is_repeatable(e->member.object);
  case HIR_INDEX: return is_repeatable(e->binary.a) && is_repeatable(e->binary.b);
  case HIR_SOME:
  case HIR_CONVERT:
  case HIR_UNARY: return is_repeatable(e->unary.e);
  case HIR_BINARY: return is_repeatable(e->binary.a) && is_repeatable(e->binary.b);
  default: return false;
  }
}

// A side of a comparison, under a name if it must not be evaluated twice. *seen: what can be shown of it, or NULL.
static const hir_expr *named_side(sema *s, const hir_expr *side, const hir_expr **lets, uint32_t *count,
                                  hir_expr **seen) {
  hir_expr *e = (hir_expr *)(uintptr_t)side; // ours: it was just made
  *seen = e;
  if (is_repeatable(e)) return e;
  *seen = NULL;
  if (e->type->kind == TY_NEVER) return e;
  if (is_place(e) && type_holds_iso(s->types, e->type)) return e;
  e = take_value(s, e);
  hir_pat *pat = pattern_wild(s, e->type, e->span);
  pat->kind = PAT_BIND;
  pat->var = var_new(s, str_intern_cstr(s->names, "value"), e->type, e->span, false);
  hir_expr *let = expr_new(s, HIR_LET, s->unit, e->span);
  let->let.pat = pat;
  let->let.init = e;
  lets[(*count)++] = let;
  *seen = expr_local(s, pat->var, e->span);
  return *seen;
}

// Both sides are named, in their order, or neither: what is evaluated first stays first.
static hir_expr *assert_compared(sema *s, hir_expr *cond, hir_expr *text, span at) {
  const hir_expr **stmts = ARENA_ARRAY(s->a, const hir_expr *, 3);
  uint32_t n = 0;
  hir_expr *left = NULL, *right = NULL;
  cond->binary.a = named_side(s, cond->binary.a, stmts, &n, &left);
  cond->binary.b = named_side(s, cond->binary.b, stmts, &n, &right);
  hir_expr *test = unless(s, cond, raise_failed(s, at, text, left, right), at);
  if (n == 0) return test;
  stmts[n++] = test;
  hir_expr *block = expr_new(s, HIR_BLOCK, s->unit, at);
  block->block.stmts = stmts;
  block->block.count = n;
  return block;
}

static bool is_comparison(const hir_expr *e) {
  return e->kind == HIR_BINARY && e->binary.op >= OP_EQ && e->binary.op <= OP_GE;
}

hir_expr *check_assert(sema *s, const ast_expr *e) {
  const ast_args *args = &e->u.call.args;
  bool named = args->count && ast_has(args->items[0].name);
  if (args->count < 1 || args->count > 2 || named || (args->count == 2 && ast_has(args->items[1].name))) {
    diag *d = error_at(s, E0304, e->u.call.args_span, "this is written `assert(condition)`");
    diag_help(d, "a second argument is the text of the failure: `assert(n > 0, \"n is too small\")`");
    check_surplus(s, args);
    return expr_error(s, e->span);
  }
  const ast_expr *ast = args->items[0].value;
  uint32_t count, scope = scope_enter(s, &count);
  hir_expr *cond = check_cond(s, ast);
  scope_leave(s, scope, count);
  hir_expr *text = args->count == 2 ? check_as(s, args->items[1].value, s->string, "the text of the failure")
                                    : source_text(s, ast->span);
  if (is_error(cond) || is_error(text)) return expr_error(s, e->span);
  if (is_comparison(cond)) return assert_compared(s, cond, text, e->span);
  const hir_expr *tested = cond->kind == HIR_IS && is_repeatable(cond->is.e) ? cond->is.e : NULL;
  return unless(s, cond, raise_failed(s, e->span, text, (hir_expr *)(uintptr_t)tested, NULL), e->span);
}

// ---- raises ------------------------------------------------------------------------------------------------------------------
static ast_expr *ast_new(sema *s, ast_expr_kind kind, span at) {
  ast_expr *e = ARENA_NEW(s->a, ast_expr);
  e->kind = kind;
  e->span = at;
  return e;
}

static const ast_expr *ast_bool(sema *s, bool value, span at) {
  ast_expr *e = ast_new(s, AST_EXPR_BOOL, at);
  e->u.boolean = value;
  return e;
}

// { let _ = value; false }
static const ast_expr *value_then_false(sema *s, const ast_expr *value) {
  const ast_stmt **items = ARENA_ARRAY(s->a, const ast_stmt *, 2);
  ast_stmt *let = ARENA_NEW(s->a, ast_stmt), *last = ARENA_NEW(s->a, ast_stmt);
  ast_pat *wild = ARENA_NEW(s->a, ast_pat);
  *wild = (ast_pat){.kind = AST_PAT_WILD, .span = value->span};
  *let = (ast_stmt){.kind = AST_STMT_LET, .span = value->span, .u.let = {.pat = wild, .init = value}};
  *last = (ast_stmt){.kind = AST_STMT_EXPR, .span = value->span, .u.expr = ast_bool(s, false, value->span)};
  items[0] = let;
  items[1] = last;
  ast_block *block = ARENA_NEW(s->a, ast_block);
  *block = (ast_block){.span = value->span, .stmts = {items, 2}};
  ast_expr *e = ast_new(s, AST_EXPR_BLOCK, value->span);
  e->u.block = block;
  return e;
}

static ast_pat *error_pattern(sema *s, const ast_expr *e);

static bool pattern_path(sema *s, const ast_expr *e, ast_pat *out) {
  ast_idents names = {ARENA_ARRAY(s->a, ast_ident, 2), 0};
  if (e->kind == AST_EXPR_FIELD && e->u.field.object->kind == AST_EXPR_NAME) {
    names.items[names.count++] = (ast_ident){e->u.field.object->u.name, e->u.field.object->span};
    names.items[names.count++] = e->u.field.name;
  } else if (e->kind == AST_EXPR_TYPE_NAME) {
    names.items[names.count++] = (ast_ident){e->u.name, e->span};
  } else {
    return false;
  }
  out->kind = AST_PAT_PATH;
  out->u.path.names = names;
  return true;
}

static bool pattern_call(sema *s, const ast_expr *e, ast_pat *out) {
  if (e->kind != AST_EXPR_CALL || !pattern_path(s, e->u.call.callee, out)) return false;
  uint32_t n = e->u.call.args.count;
  const ast_pat **items = ARENA_ARRAY(s->a, const ast_pat *, n ? n : 1);
  for (uint32_t i = 0; i < n; i++) {
    items[i] = ast_has(e->u.call.args.items[i].name) ? NULL : error_pattern(s, e->u.call.args.items[i].value);
    if (!items[i]) return false;
  }
  out->u.path.args = (ast_pats){items, n};
  out->u.path.has_args = true;
  return true;
}

// `Name`, `module.Name`, `Name(1, "a")` as a pattern; NULL: it is none.
static ast_pat *error_pattern(sema *s, const ast_expr *e) {
  ast_pat *out = ARENA_NEW(s->a, ast_pat);
  out->span = e->span;
  bool negative = e->kind == AST_EXPR_UNARY && e->u.unary.op == AST_NEG;
  ast_expr_kind kind = negative ? e->u.unary.operand->kind : e->kind;
  bool number = kind == AST_EXPR_INT || kind == AST_EXPR_FLOAT;
  bool other = kind == AST_EXPR_BOOL || kind == AST_EXPR_CHAR || kind == AST_EXPR_DURATION || kind == AST_EXPR_STRING;
  if (number || (other && !negative)) {
    out->kind = AST_PAT_LITERAL;
    out->u.literal = e;
    return out;
  }
  if (kind == AST_EXPR_NONE) {
    out->kind = AST_PAT_NONE;
    return out;
  }
  return pattern_call(s, e, out) || pattern_path(s, e, out) ? out : NULL;
}

hir_expr *check_raises(sema *s, const ast_expr *e) {
  const ast_args *args = &e->u.call.args;
  const ast_pat *pat = args->count == 2 ? error_pattern(s, args->items[1].value) : NULL;
  if (!pat || pat->kind != AST_PAT_PATH || ast_has(args->items[0].name)) {
    diag *d = error_at(s, E0304, e->u.call.args_span, "this is written `raises(value, Error)`");
    diag_help(d, "the error is a name, `Timeout`, or a name and literals, `NotEnough(5, 10)`");
    if (args->count) (void)check_expr(s, args->items[0].value, NULL);
    return expr_error(s, e->span);
  }
  const ast_expr *value = args->items[0].value;
  ast_expr *guarded = ast_new(s, AST_EXPR_CATCH, e->span);
  ast_arm *arm = ARENA_NEW(s->a, ast_arm);
  *arm = (ast_arm){.span = pat->span, .pat = pat, .body = ast_bool(s, true, pat->span)};
  guarded->u.catch_.inner = value_then_false(s, value);
  guarded->u.catch_.arms = (ast_arms){arm, 1};
  hir_expr *cond = check_as(s, guarded, s->boolean, "this");
  if (is_error(cond)) return cond;
  hir_expr *text = source_text(s, value->span);
  text = text_expr(s, arena_printf(s->a, "%.*s raises nothing", (int)text->str.size, text->str.bytes),
                   text->str.size + 15, e->span);
  return unless(s, cond, raise_failed(s, e->span, text, NULL, NULL), e->span);
}
