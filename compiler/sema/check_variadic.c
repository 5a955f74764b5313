// check_variadic.c — calls of functions of C that end in `, ...`.
// Method: a call names a function of its own, which has a parameter for each argument, of that argument's type; so nothing below knows
//         more of it than that its prototype ends earlier (hir_fn.variadic).
// Promises: what C's own promotions make of an argument is what C reads: numbers, texts and pointers. All else is an error.
#include "hir/hir_c.h"
#include "sema/check.h"

fn_info *variadic_shape(sema *s, fn_info *f, const ast_args *args) {
  uint32_t fixed = f->hir.param_count, n = 0;
  while (n < args->count && !ast_has(args->items[n].name)) n++; // what stands for `...` has no name
  if (n < fixed) n = fixed;
  fn_info *called = ARENA_NEW(s->a, fn_info);
  ast_fn *ast = ARENA_NEW(s->a, ast_fn);
  *called = *f;
  *ast = *f->ast;
  ast->params.items = ARENA_ARRAY(s->a, ast_param, n);
  ast->params.count = n;
  called->ast = ast;
  called->hir.params = ARENA_ARRAY(s->a, hir_var *, n);
  called->hir.param_count = n;
  for (uint32_t i = 0; i < n; i++) {
    if (i < fixed) {
      ast->params.items[i] = f->ast->params.items[i];
      called->hir.params[i] = f->hir.params[i];
      continue;
    }
    span at = args->items[i].value->span;
    ast_ident name = {str_internf(s->names, "%u", i + 1), at};
    ast->params.items[i] = (ast_param){.span = at, .name = name};
    called->hir.params[i] = var_new(s, name.name, s->error, at, false);
  }
  return called;
}

// As what C gets it; NULL: not at all.
static const type *passed_as(sema *s, const type *t) {
  bool plain = t->kind == TY_BOOL || t->kind == TY_DURATION || type_is_int(t) || type_is_float(t) || type_is_c_text(t);
  bool text = type_is_builtin(t->kind == TY_OPTIONAL ? t->args[0] : t, BUILTIN_STRING);
  if (plain || text || type_is_callback(t)) return t;
  bool lent = type_is_builtin(t, BUILTIN_BYTES) || type_is_handle(t) || type_is_out(t) || type_is_c_array(t);
  if (!lent || t->cap == CAP_TAG) return NULL;
  return t->cap == CAP_VAL ? t : type_with_cap(s->types, t, CAP_BOX);
}

void variadic_types(sema *s, fn_info *called, const ast_arg **slots, hir_expr **values) {
  uint32_t fixed = called->hir.variadic->param_count;
  for (uint32_t i = fixed; i < called->hir.param_count; i++) {
    hir_expr *x = values[i] = check_expr(s, slots[i]->value, NULL);
    if (is_error(x)) continue;
    const type *given = x->kind == HIR_LOCAL ? x->local.var->type : x->type, *t = passed_as(s, given);
    if (t) {
      called->hir.params[i]->type = t;
      continue;
    }
    diag *d = error_at(s, E0702, x->span, "`%s` cannot be given to C here", text_of(s, given));
    diag_help(d, "in place of `...` C takes numbers, Bool, String, CStr, Bytes, arrays of numbers, handles and Out[T]");
    values[i] = expr_error(s, x->span);
  }
}
