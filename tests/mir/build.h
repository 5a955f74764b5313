// build.h — typed trees by hand, for tests of what comes after sema.
// Owns:     a session's worth of memory in `b`.
// Promises: just enough: nodes with types; no checks.
#ifndef TESTS_MIR_BUILD_H
#define TESTS_MIR_BUILD_H

#include <stdarg.h>
#include <string.h>

#include "hir/hir.h"
#include "lower/lower.h"
#include "mir/dump.h"
#include "mir/verify.h"
#include "pass/pass.h"

typedef struct build {
  arena arena;
  type_table *types;
  hir_program hir;
  hir_decl string, array, map, set, bytes, main_agent;
  const type *unit, *never, *boolean, *integer, *text, *texts;
  uint32_t vars;
} build;

static inline const type *b_class(build *b, hir_decl *d, cap c) {
  return type_nominal(b->types, TY_CLASS, d, NULL, 0, c);
}
static inline const type *b_optional(build *b, const type *t) {
  return type_compound(b->types, TY_OPTIONAL, &t, 1, t->cap);
}

static inline void b_init(build *b) {
  memset(b, 0, sizeof *b);
  arena_init(&b->arena);
  b->types = type_table_new(&b->arena);
  hir_decl *decls[] = {&b->string, &b->bytes, &b->array, &b->map, &b->set};
  static const char *const names[] = {"String", "Bytes", "Array", "Map", "Set"};
  for (int i = 0; i < 5; i++)
    *decls[i] = (hir_decl){.kind = DECL_CLASS, .builtin = (int)BUILTIN_STRING + i, .name = names[i], .module = ""};
  b->hir.string_decl = &b->string;
  b->hir.bytes_decl = &b->bytes;
  b->hir.array_decl = &b->array;
  b->hir.map_decl = &b->map;
  b->hir.set_decl = &b->set;
  b->main_agent = (hir_decl){.kind = DECL_AGENT, .name = "main", .module = ""};
  b->hir.main_agent = &b->main_agent;
  b->unit = type_simple(b->types, TY_UNIT);
  b->never = type_simple(b->types, TY_NEVER);
  b->boolean = type_simple(b->types, TY_BOOL);
  b->integer = type_simple(b->types, TY_I64);
  b->text = b_class(b, &b->string, CAP_VAL);
  b->texts = type_nominal(b->types, TY_CLASS, &b->array, &b->text, 1, CAP_REF);
}

static inline void b_fini(build *b) { arena_fini(&b->arena); }

static inline hir_expr *b_node(build *b, hir_kind k, const type *t) {
  hir_expr *e = ARENA_NEW(&b->arena, hir_expr);
  e->kind = k;
  e->type = t;
  return e;
}

static inline hir_var *b_var(build *b, const char *name, const type *t, bool is_var) {
  hir_var *v = ARENA_NEW(&b->arena, hir_var);
  *v = (hir_var){.name = name, .type = t, .id = b->vars++, .is_var = is_var};
  return v;
}

static inline const hir_expr **b_items(build *b, uint32_t n, va_list args) {
  const hir_expr **items = ARENA_ARRAY(&b->arena, const hir_expr *, n + 1);
  for (uint32_t i = 0; i < n; i++) items[i] = va_arg(args, const hir_expr *);
  return items;
}

static inline hir_expr *b_int(build *b, int64_t v) {
  hir_expr *e = b_node(b, HIR_INT, b->integer);
  e->u = (uint64_t)v;
  return e;
}

static inline hir_expr *b_str(build *b, const char *s) {
  hir_expr *e = b_node(b, HIR_STR, b->text);
  e->str.bytes = s;
  e->str.size = (uint32_t)strlen(s);
  return e;
}

static inline hir_expr *b_use(build *b, hir_var *v, hir_use use) {
  hir_expr *e = b_node(b, HIR_LOCAL, v->type);
  e->local.var = v;
  e->local.use = use;
  return e;
}

static inline hir_expr *b_unary(build *b, hir_kind k, const type *t, const hir_expr *x) {
  hir_expr *e = b_node(b, k, t);
  e->unary.e = x;
  return e;
}

static inline hir_expr *b_binary(build *b, hir_op op, const type *t, const hir_expr *x, const hir_expr *y) {
  hir_expr *e = b_node(b, HIR_BINARY, t);
  e->binary.op = op;
  e->binary.a = x;
  e->binary.b = y;
  return e;
}

static inline hir_expr *b_block(build *b, const hir_expr *result, uint32_t n, ...) {
  hir_expr *e = b_node(b, HIR_BLOCK, result ? result->type : b->unit);
  va_list args;
  va_start(args, n);
  e->block.stmts = b_items(b, n, args);
  va_end(args);
  e->block.count = n;
  e->block.result = result;
  return e;
}

static inline hir_expr *b_call(build *b, const hir_fn *fn, const hir_expr *receiver, uint32_t n, ...) {
  hir_expr *e = b_node(b, HIR_CALL, fn->result);
  va_list args;
  va_start(args, n);
  e->call.args.items = b_items(b, n, args);
  va_end(args);
  e->call.args.count = n;
  e->call.fn = fn;
  e->call.receiver = receiver;
  return e;
}

static inline hir_expr *b_new(build *b, hir_decl *d, const type *t, uint32_t n, ...) {
  hir_expr *e = b_node(b, HIR_NEW, t);
  va_list args;
  va_start(args, n);
  e->make.args.items = b_items(b, n, args);
  va_end(args);
  e->make.args.count = n;
  e->make.decl = d;
  return e;
}

static inline hir_pat *b_pat(build *b, hir_pat_kind k, const type *t) {
  hir_pat *p = ARENA_NEW(&b->arena, hir_pat);
  p->kind = k;
  p->type = t;
  return p;
}

static inline hir_pat *b_bind(build *b, hir_var *v) {
  hir_pat *p = b_pat(b, PAT_BIND, v->type);
  p->var = v;
  return p;
}

static inline hir_expr *b_let(build *b, hir_var *v, const hir_expr *init) {
  hir_expr *e = b_node(b, HIR_LET, b->unit);
  e->let.pat = b_bind(b, v);
  e->let.init = init;
  return e;
}

static inline hir_expr *b_if(build *b, const hir_expr *c, const hir_expr *then, const hir_expr *other) {
  hir_expr *e = b_node(b, HIR_IF, other ? then->type : b->unit);
  e->if_.cond = c;
  e->if_.then = then;
  e->if_.else_ = other;
  return e;
}

static inline hir_expr *b_assign(build *b, const hir_expr *place, const hir_expr *value) {
  hir_expr *e = b_node(b, HIR_ASSIGN, b->unit);
  e->assign.place = place;
  e->assign.value = value;
  e->assign.op = -1;
  return e;
}

static inline hir_expr *b_field(build *b, const hir_expr *o, uint32_t index) {
  hir_expr *e = b_node(b, HIR_FIELD, o->type->decl->fields[index].type);
  e->member.object = o;
  e->member.index = index;
  return e;
}

static inline hir_expr *b_print(build *b, const hir_expr *s) { return b_unary(b, HIR_PRINT, b->unit, s); }

// Declares a function with n parameters; its body follows.
static inline hir_fn *b_fn(build *b, const char *name, const type *result, uint32_t n, ...) {
  hir_fn *f = ARENA_NEW(&b->arena, hir_fn);
  f->kind = FN_FUNCTION;
  f->name = name;
  f->module = "";
  f->result = result;
  f->params = ARENA_ARRAY(&b->arena, hir_var *, n + 1);
  va_list args;
  va_start(args, n);
  for (uint32_t i = 0; i < n; i++) f->params[i] = va_arg(args, hir_var *);
  va_end(args);
  f->param_count = n;
  return f;
}

static inline hir_fn *b_native(build *b, const char *symbol, const type *result, uint32_t n, ...) {
  hir_fn *f = ARENA_NEW(&b->arena, hir_fn);
  *f = (hir_fn){.kind = FN_NATIVE, .name = symbol, .symbol = symbol, .module = "", .result = result};
  f->params = ARENA_ARRAY(&b->arena, hir_var *, n + 1);
  va_list args;
  va_start(args, n);
  for (uint32_t i = 0; i < n; i++) f->params[i] = b_var(b, "p", va_arg(args, const type *), false);
  va_end(args);
  f->param_count = n;
  return f;
}

static inline void b_add(build *b, hir_fn *f) {
  hir_fn **fns = ARENA_ARRAY(&b->arena, hir_fn *, b->hir.fn_count + 1);
  for (uint32_t i = 0; i < b->hir.fn_count; i++) fns[i] = b->hir.fns[i];
  fns[b->hir.fn_count++] = f;
  b->hir.fns = fns;
}

static inline void b_add_decl(build *b, hir_decl *d) {
  hir_decl **decls = ARENA_ARRAY(&b->arena, hir_decl *, b->hir.decl_count + 1);
  for (uint32_t i = 0; i < b->hir.decl_count; i++) decls[i] = b->hir.decls[i];
  decls[b->hir.decl_count++] = d;
  b->hir.decls = decls;
}

#endif
