// constant.c — the values of constants, computed while the program is compiled.
// Owns:     the list of constants that are objects: those are made once, when the program starts (HIR_CONST names them).
// Promises: what would raise at run time is an error here, at its place. A constant may use others in any order and of any
//           file; one that needs itself is an error. Plain values are written in where a constant is used.
// Does not: call functions. Operators on plain values are fold.c's.
#include <agent/abi.h>
#include <math.h>
#include <string.h>

#include "diag/edit.h"
#include "hir/hir_walk.h"
#include "sema/check.h"

typedef struct evaluation {
  sema *s;
  const char *name; // of the constant
  bool failed;      // reported
} evaluation;

static const hir_expr *eval(evaluation *v, const hir_expr *e);

static const hir_expr *unknown(evaluation *v, const hir_expr *e) {
  if (v->failed) return e;
  v->failed = true;
  diag *d = error_at(v->s, E0316, e->span, "the value of constant `%s` is not known before the program runs", v->name);
  diag_help(d, "a constant is made of literals, operators and other constants; use `let` for anything else");
  return e;
}

static const hir_expr *fails(evaluation *v, const hir_expr *e, const char *what) {
  error_at(v->s, E0317, e->span, "this constant cannot be computed: %s", what);
  v->failed = true;
  return e;
}

// Is it so? UNTOLD: that is known when the program runs.
typedef enum answer { NO, YES, UNTOLD } answer;

static answer find_element(const hir_expr *whole, const hir_expr *at, const hir_expr **found);

static const hir_list *parts_of(const hir_expr *value) {
  return value->kind == HIR_TUPLE ? &value->list : &value->make.args;
}

// What is behind a name in what was computed, or behind a part that stays one (part_of).
static const hir_expr *behind(const hir_expr *e) {
  for (;;) {
    switch ((int)e->kind) {
    case HIR_CONST: e = e->constant->value; break;
    case HIR_FREEZE: e = e->unary.e; break;
    case HIR_FIELD:
    case HIR_ELEM: e = parts_of(behind(e->member.object))->items[e->member.index]; break;
    case HIR_INDEX: (void)find_element(behind(e->binary.a), behind(e->binary.b), &e); break;
    default: return e;
    }
  }
}

static bool is_plain(const hir_expr *e) {
  if (hir_is_literal(e)) return true;
  switch ((int)e->kind) {
  case HIR_SOME: return is_plain(e->unary.e);
  case HIR_BINARY: return true; // a range
  case HIR_TUPLE:
    for (uint32_t i = 0; i < e->list.count; i++)
      if (!is_plain(e->list.items[i])) return false;
    return true;
  case HIR_NEW:
  case HIR_VARIANT:
    if (e->type->kind == TY_CLASS || e->make.decl->recursive) return false;
    for (uint32_t i = 0; i < e->make.args.count; i++)
      if (!is_plain(e->make.args.items[i])) return false;
    return true;
  default: return false;
  }
}

// ---- lists -------------------------------------------------------------------------------------------------------------
static hir_list eval_list(evaluation *v, const hir_list *l) {
  hir_list out = {ARENA_ARRAY(v->s->a, const hir_expr *, l->count ? l->count : 1), l->count};
  for (uint32_t i = 0; i < l->count; i++) out.items[i] = eval(v, l->items[i]);
  return out;
}

static hir_expr *copy_of(evaluation *v, const hir_expr *e) { return arena_copy(v->s->a, e, sizeof *e); }

static bool has_method(const hir_decl *d, const char *const *names) {
  for (uint32_t i = 0; i < d->method_count; i++)
    for (const char *const *n = names; *n; n++)
      if (strcmp(d->methods[i]->name, *n) == 0) return true;
  return false;
}

static bool runs_code(const type *t, const char *const *names, uint32_t depth);

static bool fields_run_code(const hir_field *fields, uint32_t n, const char *const *names, uint32_t depth) {
  for (uint32_t i = 0; i < n; i++)
    if (!fields[i].type || runs_code(fields[i].type, names, depth)) return true;
  return false;
}

// Does comparing, hashing or showing such a value call methods of the program? Deep types are said to.
static bool runs_code(const type *t, const char *const *names, uint32_t depth) {
  bool user = t->kind == TY_CLASS || t->kind == TY_STRUCT || t->kind == TY_ENUM;
  if (depth > 8) return true;
  if (user && t->decl->builtin == BUILTIN_NO) {
    if (has_method(t->decl, names) || fields_run_code(t->decl->fields, t->decl->field_count, names, depth + 1))
      return true;
    for (uint32_t i = 0; i < t->decl->variant_count; i++) {
      const hir_variant *variant = &t->decl->variants[i];
      if (fields_run_code(variant->fields, variant->field_count, names, depth + 1)) return true;
    }
  }
  for (uint32_t i = 0; i < t->arg_count; i++)
    if (runs_code(t->args[i], names, depth + 1)) return true;
  return false;
}

static const hir_expr *eval_map(evaluation *v, const hir_expr *e) {
  static const char *const names[] = {"hash", "eq", NULL};
  bool is_map = e->type->arg_count == 2; // not, where its type is in error
  if (!is_map || runs_code(e->type->args[0], names, 0)) return unknown(v, e);
  hir_expr *out = copy_of(v, e);
  out->list = eval_list(v, &e->list);
  return out;
}

static const hir_expr *eval_make(evaluation *v, const hir_expr *e) {
  const hir_decl *d = e->make.decl;
  bool value = d->kind == DECL_STRUCT || d->kind == DECL_ENUM;
  bool object = d->kind == DECL_CLASS && d->builtin == BUILTIN_NO && d->field_count == d->header_count;
  if (!value && !object) return unknown(v, e);
  hir_expr *out = copy_of(v, e);
  out->make.args = eval_list(v, &e->make.args);
  return out;
}

// ---- parts -------------------------------------------------------------------------------------------------------------
static answer same_value(const hir_expr *a, const hir_expr *b);

static answer same_list(const hir_list *a, const hir_list *b) {
  if (a->count != b->count) return NO;
  for (uint32_t i = 0; i < a->count; i++) {
    answer same = same_value(a->items[i], b->items[i]);
    if (same != YES) return same;
  }
  return YES;
}

// Has b what a has, under each of its keys?
static answer has_all_of(const hir_expr *a, const hir_expr *b) {
  for (uint32_t i = 0; i < a->list.count; i += 2) {
    const hir_expr *mine = NULL, *other = NULL;
    answer same = find_element(a, a->list.items[i], &mine); // a later one of the same key
    if (same == YES) same = find_element(b, a->list.items[i], &other);
    if (same == YES) same = same_value(mine, other);
    if (same != YES) return same;
  }
  return YES;
}

static answer same_value(const hir_expr *a, const hir_expr *b) {
  a = behind(a), b = behind(b);
  if (a->kind != b->kind) return a->kind == HIR_NONE || b->kind == HIR_NONE ? NO : UNTOLD;
  switch ((int)a->kind) {
  case HIR_INT: return a->u == b->u ? YES : NO;
  case HIR_FLOAT: return a->f == b->f ? YES : NO;
  case HIR_BOOL: return a->b == b->b ? YES : NO;
  case HIR_STR: return a->str.size == b->str.size && memcmp(a->str.bytes, b->str.bytes, a->str.size) == 0 ? YES : NO;
  case HIR_NONE:
  case HIR_UNIT: return YES;
  case HIR_SOME: return same_value(a->unary.e, b->unary.e);
  case HIR_BINARY: { // a range
    answer same = same_value(a->binary.a, b->binary.a);
    return same == YES ? same_value(a->binary.b, b->binary.b) : same;
  }
  case HIR_TUPLE:
  case HIR_ARRAY: return same_list(&a->list, &b->list);
  case HIR_MAP: {
    answer same = has_all_of(a, b);
    return same == YES ? has_all_of(b, a) : same;
  }
  case HIR_NEW:
  case HIR_VARIANT: return a->make.variant == b->make.variant ? same_list(&a->make.args, &b->make.args) : NO;
  default: return UNTOLD;
  }
}

// What is there in an array or a map; of several under one key the last.
static answer find_element(const hir_expr *whole, const hir_expr *at, const hir_expr **found) {
  if (whole->kind == HIR_ARRAY) {
    if (at->u >= whole->list.count) return NO;
    *found = whole->list.items[at->u];
    return YES;
  }
  if (whole->kind != HIR_MAP) return UNTOLD;
  for (uint32_t i = whole->list.count; i >= 2; i -= 2) {
    answer same = same_value(whole->list.items[i - 2], at);
    *found = whole->list.items[i - 1];
    if (same != NO) return same;
  }
  return NO;
}

// A part that is an object stays a part of `whole`: the object is that of the whole.
static const hir_expr *part_of(evaluation *v, const hir_expr *e, hir_expr whole, const hir_expr *part) {
  hir_expr *out = copy_of(v, is_plain(part) ? part : &whole);
  out->span = e->span;
  return out;
}

static const hir_expr *eval_member(evaluation *v, const hir_expr *e) {
  hir_expr whole = *e;
  whole.member.object = eval(v, e->member.object);
  if (v->failed) return e;
  return part_of(v, e, whole, parts_of(behind(whole.member.object))->items[e->member.index]);
}

static const hir_expr *eval_index(evaluation *v, const hir_expr *e) {
  hir_expr whole = *e;
  whole.binary.a = eval(v, e->binary.a);
  whole.binary.b = eval(v, e->binary.b);
  if (v->failed) return e;
  const hir_expr *value = behind(whole.binary.a), *at = behind(whole.binary.b), *found = NULL;
  switch (find_element(value, at, &found)) {
  case YES: return part_of(v, e, whole, found);
  case UNTOLD: return unknown(v, e);
  case NO: break;
  }
  if (value->kind == HIR_MAP) return fails(v, e, "key not found");
  return fails(v, e,
               arena_printf(v->s->a, "index out of range: %lld of %u", (long long)(int64_t)at->u, value->list.count));
}

// ---- operators ---------------------------------------------------------------------------------------------------------
static const hir_expr *bool_of(evaluation *v, const hir_expr *e, bool b) {
  hir_expr *out = expr_new(v->s, HIR_BOOL, v->s->boolean, e->span);
  out->b = b;
  return out;
}

static int order_of_texts(const hir_expr *a, const hir_expr *b) {
  uint32_t n = a->str.size < b->str.size ? a->str.size : b->str.size;
  int order = memcmp(a->str.bytes, b->str.bytes, n);
  return order ? order : (a->str.size > b->str.size) - (a->str.size < b->str.size);
}

static const hir_expr *eval_compare(evaluation *v, const hir_expr *e, const hir_expr *a, const hir_expr *b) {
  static const char *const names[] = {"eq", NULL};
  hir_op op = e->binary.op;
  if ((op == OP_EQ || op == OP_NE) && !runs_code(a->type, names, 0)) {
    answer same = same_value(a, b);
    return same == UNTOLD ? unknown(v, e) : bool_of(v, e, (same == YES) == (op == OP_EQ));
  }
  if (behind(a)->kind != HIR_STR || behind(b)->kind != HIR_STR) return unknown(v, e);
  int order = order_of_texts(behind(a), behind(b));
  return bool_of(v, e, op == OP_LT ? order < 0 : op == OP_LE ? order <= 0 : op == OP_GT ? order > 0 : order >= 0);
}

// Not if it failed, either.
static bool is_true(const hir_expr *e) { return e->kind == HIR_BOOL && e->b; }

static const hir_expr *eval_binary(evaluation *v, const hir_expr *e) {
  hir_op op = e->binary.op;
  const hir_expr *a = eval(v, e->binary.a);
  if ((op == OP_AND || op == OP_OR) && is_true(a) == (op == OP_OR)) return a;
  const hir_expr *b = eval(v, e->binary.b);
  if (v->failed) return e;
  hir_expr *out = copy_of(v, e);
  out->binary.a = a, out->binary.b = b;
  if (op == OP_RANGE) return out;
  out = fold_constant(v->s, out);
  if (out->kind != HIR_BINARY) {
    v->failed |= is_error(out);
    return out;
  }
  return op >= OP_EQ && op <= OP_GE ? eval_compare(v, e, a, b) : unknown(v, e);
}

static const hir_expr *eval_unary(evaluation *v, const hir_expr *e) {
  hir_expr *out = copy_of(v, e);
  out->unary.e = eval(v, e->unary.e);
  out = fold_constant(v->s, out);
  v->failed |= is_error(out);
  return out->kind == HIR_UNARY ? unknown(v, e) : out;
}

// ---- conversions -------------------------------------------------------------------------------------------------------
static double float_of(const hir_expr *x) {
  if (x->kind == HIR_FLOAT) return x->f;
  return type_is_signed(x->type) ? (double)(int64_t)x->u : (double)x->u;
}

static const hir_expr *to_float(evaluation *v, const hir_expr *e, const hir_expr *x) {
  double f = float_of(x);
  if (e->type->kind == TY_F32) f = (double)(float)f;
  bool exact =
      x->kind == HIR_FLOAT || (type_is_signed(x->type) ? (f >= -0x1p63 && f < 0x1p63 && (int64_t)f == (int64_t)x->u)
                                                       : (f < 0x1p64 && (uint64_t)f == x->u));
  if (!exact && !e->unary.wrap) return fails(v, e, "bad conversion");
  hir_expr *out = expr_new(v->s, HIR_FLOAT, e->type, e->span);
  out->f = f;
  return out;
}

static const hir_expr *to_int(evaluation *v, const hir_expr *e, const hir_expr *x) {
  uint64_t bits;
  bool negative;
  if (x->kind == HIR_FLOAT) {
    if (e->unary.wrap) return unknown(v, e);
    double f = x->f;
    if (!(f == trunc(f)) || f < -0x1p63 || f >= 0x1p64) return fails(v, e, "bad conversion");
    negative = f < 0;
    bits = negative ? (uint64_t)(int64_t)f : (uint64_t)f;
  } else {
    bits = x->u;
    negative = type_is_signed(x->type) && (int64_t)bits < 0;
  }
  hir_expr *out = expr_int(v->s, e->type, fold_cut(e->type, bits), e->span);
  bool out_negative = type_is_signed(e->type) && (int64_t)out->u < 0;
  if (!e->unary.wrap && (out->u != bits || out_negative != negative)) return fails(v, e, "bad conversion");
  return out;
}

static const hir_expr *eval_convert(evaluation *v, const hir_expr *e) {
  const hir_expr *x = eval(v, e->unary.e);
  if (v->failed) return e;
  return type_is_float(e->type) ? to_float(v, e, x) : to_int(v, e, x);
}

// ---- text --------------------------------------------------------------------------------------------------------------
static void put_text(ag_sb *sb, const hir_expr *x, const char *format) {
  switch ((int)x->type->kind) {
  case TY_BOOL: ag_sb_bool(sb, x->b); return;
  case TY_F64: format ? ag_sb_fmt_f64(sb, x->f, format) : ag_sb_f64(sb, x->f); return;
  case TY_F32: format ? ag_sb_fmt_f32(sb, (float)x->f, format) : ag_sb_f32(sb, (float)x->f); return;
  case TY_DURATION: ag_sb_duration(sb, (int64_t)x->u); return;
  default: break;
  }
  if (x->kind == HIR_STR) ag_sb_bytes(sb, x->str.bytes, x->str.size);
  else if (type_is_signed(x->type)) format ? ag_sb_fmt_i64(sb, (int64_t)x->u, format) : ag_sb_i64(sb, (int64_t)x->u);
  else format ? ag_sb_fmt_u64(sb, x->u, format) : ag_sb_u64(sb, x->u);
}

// Can its text be written down at once? What is made of several parts is shown when the program starts.
static bool is_text_of_one(const hir_expr *x, const char *format) {
  if (x->kind == HIR_INT) return !format || type_is_int(x->type);
  return x->kind == HIR_FLOAT || (!format && (x->kind == HIR_BOOL || x->kind == HIR_STR));
}

static const hir_expr *eval_interp(evaluation *v, const hir_expr *e) {
  static const char *const names[] = {"show", NULL};
  hir_part *parts = ARENA_ARRAY(v->s->a, hir_part, e->interp.count + 1);
  bool at_once = true;
  for (uint32_t i = 0; i < e->interp.count; i++) {
    parts[i] = e->interp.parts[i];
    if (!parts[i].e) continue;
    parts[i].e = eval(v, parts[i].e);
    if (runs_code(parts[i].e->type, names, 0)) return unknown(v, e);
    at_once &= is_text_of_one(parts[i].e, parts[i].format);
  }
  hir_expr *out = copy_of(v, e);
  out->interp.parts = parts;
  if (!at_once) return out;
  ag_sb sb;
  ag_sb_begin(&sb);
  for (uint32_t i = 0; i < e->interp.count; i++) {
    if (parts[i].e) put_text(&sb, parts[i].e, parts[i].format);
    else ag_sb_bytes(&sb, parts[i].text, parts[i].text_size);
  }
  out->kind = HIR_STR;
  out->str.size = (uint32_t)sb.size;
  out->str.bytes = arena_strndup(v->s->a, sb.data, (size_t)sb.size);
  ag_sb_drop(&sb);
  return out;
}

// ---- all of them -------------------------------------------------------------------------------------------------------
static const hir_expr *eval_if(evaluation *v, const hir_expr *e) {
  const hir_expr *cond = eval(v, e->if_.cond);
  if (!e->if_.else_) return unknown(v, e);
  return eval(v, is_true(cond) ? e->if_.then : e->if_.else_);
}

static const hir_expr *eval(evaluation *v, const hir_expr *e) {
  hir_expr *out;
  switch ((int)e->kind) {
  case HIR_INT:
  case HIR_FLOAT:
  case HIR_BOOL:
  case HIR_STR:
  case HIR_NONE:
  case HIR_UNIT:
  case HIR_CONST: return e;
  case HIR_SOME:
  case HIR_FREEZE:
    out = copy_of(v, e);
    out->unary.e = eval(v, e->unary.e);
    return out;
  case HIR_UNARY: return eval_unary(v, e);
  case HIR_BINARY: return eval_binary(v, e);
  case HIR_CONVERT: return eval_convert(v, e);
  case HIR_INTERP: return eval_interp(v, e);
  case HIR_TUPLE:
  case HIR_ARRAY:
    out = copy_of(v, e);
    out->list = eval_list(v, &e->list);
    return out;
  case HIR_MAP: return eval_map(v, e);
  case HIR_NEW:
  case HIR_VARIANT: return eval_make(v, e);
  case HIR_FIELD:
  case HIR_ELEM: return eval_member(v, e);
  case HIR_INDEX: return eval_index(v, e);
  case HIR_IF: return eval_if(v, e);
  case HIR_BLOCK: return e->block.count == 0 && e->block.result ? eval(v, e->block.result) : unknown(v, e);
  default:
    if (e->kind == HIR_ERROR) v->failed = true;
    return unknown(v, e);
  }
}

// An object, made once.
static hir_expr *named(sema *s, const hir_expr *value, const char *name, span at) {
  hir_const *c = ARENA_NEW(s->a, hir_const);
  *c = (hir_const){.name = name,
                   .module = s->cx->mod->in->name,
                   .span = at,
                   .type = value->type,
                   .value = value,
                   .index = s->constants.count};
  VEC_PUSH(s->a, &s->constants, c);
  hir_expr *e = expr_new(s, HIR_CONST, value->type, value->span);
  e->constant = c;
  return e;
}

// Whatever it is made of is `val`. (Functions are not known before the program runs.)
static const type *constant_type(sema *s, const type *t) {
  if (t->kind == TY_FN) return t;
  return t->kind == TY_CLASS ? type_with_cap(s->types, t, CAP_VAL) : type_view(s->types, t, CAP_VAL);
}

static void check_written_cap(sema *s, const ast_type *t, const char *name) {
  while (t->kind == AST_TYPE_OPTIONAL) t = t->u.inner;
  if (t->cap == AST_CAP_NONE || t->cap == AST_CAP_VAL) return;
  const char *word = cap_name((cap)t->cap);
  diag *d = error_at(s, E0324, t->cap_span, "constant `%s` cannot be `%s`: a constant is always `val`", name, word);
  diag_note(d, SPAN_NONE, "it never changes, and everybody may read it");
  diag_fix(d, "leave `%s` out", word);
  span next = edit_after(d, t->cap_span, ""); // what follows the white space after it
  diag_edit(d, span_is_none(next) ? next : (span){t->cap_span.file, t->cap_span.begin, next.begin}, "");
}

static const type *type_written(sema *s, const ast_type *written, const char *name) {
  const type *t = type_from_ast(s, written);
  if (t->kind != TY_ERROR) check_written_cap(s, written, name);
  return constant_type(s, t);
}

hir_expr *const_value(sema *s, const ast_type *written, const ast_expr *init, span at, const char *name) {
  const type *t = written ? type_written(s, written, name) : NULL;
  s->cx->constant = CONSTANT_CHECKED;
  hir_expr *e = t ? check_as(s, init, t, arena_printf(s->a, "constant `%s`", name)) : check_value(s, init, NULL);
  if (is_unique(s, e)) e = coerce(s, e, constant_type(s, e->type), "the constant");
  s->cx->constant = CONSTANT;
  evaluation v = {.s = s, .name = name, .failed = is_error(e)};
  if (e->type->kind == TY_NONE) (void)unknown(&v, e);
  const hir_expr *value = eval(&v, e);
  if (v.failed) return expr_error(s, at);
  if (is_plain(value) || value->kind == HIR_CONST) return copy_of(&v, value);
  return named(s, value, name, at);
}

void const_check(sema *s, const_info *c, span used_at) {
  if (c->state == DONE) return;
  const ast_decl *ast = c->ast;
  if (c->state == BUSY) {
    diag *d = error_at(s, E0316, ast->name.span, "constant `%s` depends on itself", ast->name.name->text);
    diag_note(d, used_at, "here it leads back");
    diag_help(d, "one of them needs a value of its own");
    c->value = expr_error(s, ast->name.span);
    c->state = DONE;
    return;
  }
  c->state = BUSY;
  fn_cx *old = s->cx;
  fn_cx cx = {.mod = c->mod, .constant = CONSTANT, .result = s->unit, .no_await = "in a constant"};
  s->cx = &cx;
  c->value = const_value(s, ast->u.field.type, ast->u.field.init, ast->name.span, ast->name.name->text);
  s->cx = old;
  c->state = DONE;
}
