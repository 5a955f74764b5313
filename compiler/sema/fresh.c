// fresh.c — calls whose result nobody else can know: so its type and those of what goes in say.
// Promises: a result is called new only if no alias of it, or of anything in it that is not shareable, can be left behind. Everything that goes
//           in is shareable, moved, only to be read (`box`: no `ref` comes out of that), or a function value that takes and gives only what can
//           be sent; and the result holds nothing that is only read, no identity, no function and nothing of a type that is not known.
//           What a function returns comes from its parameters or is made by it: there are no variables outside of functions and objects.
// Does not: look into bodies. Natives are judged by result_is_new (coerce.c).
#include "sema/check.h"

typedef struct seen_types {
  const struct seen_types *up;
  const type *t;
} seen_types;

static bool is_closed(sema *s, const type *t, const seen_types *up);

static bool all_closed(sema *s, const hir_field *fields, uint32_t n, const seen_types *up) {
  for (uint32_t i = 0; i < n; i++)
    if (!fields[i].type || !is_closed(s, fields[i].type, up)) return false;
  return true;
}

static bool parts_closed(sema *s, const type *t, const seen_types *up) {
  for (uint32_t i = 0; i < t->arg_count; i++)
    if (!is_closed(s, t->args[i], up)) return false;
  if (!t->decl) return true;
  for (uint32_t i = 0; i < t->decl->variant_count; i++)
    if (!all_closed(s, t->decl->variants[i].fields, t->decl->variants[i].field_count, up)) return false;
  return all_closed(s, t->decl->fields, t->decl->field_count, up);
}

// Whoever has it has all of it that is not shareable. Tags may name what has plain counts.
static bool is_closed(sema *s, const type *t, const seen_types *up) {
  for (const seen_types *p = up; p; p = p->up)
    if (p->t == t) return true;
  seen_types here = {up, t};
  switch ((int)t->kind) {
  case TY_CLASS:
    if (t->cap == CAP_VAL) return true;
    return (t->cap == CAP_REF || t->cap == CAP_ISO) && parts_closed(s, t, &here);
  case TY_STRUCT:
  case TY_ENUM: return t->cap == CAP_VAL || ((t->cap == CAP_NONE || t->cap == CAP_REF) && parts_closed(s, t, &here));
  case TY_TUPLE:
  case TY_OPTIONAL: return parts_closed(s, t, &here);
  case TY_INTERFACE:
  case TY_FN: return t->cap == CAP_VAL;
  case TY_PARAM:
  case TY_FUTURE:
  case TY_ERROR: return false;
  default: return true; // agents, numbers and the like
  }
}

bool calls_safely(sema *s, const hir_expr *e) {
  const type *t = e->type;
  if (t->kind != TY_FN) return false;
  for (uint32_t i = 0; i + 1 < t->arg_count; i++)
    if (!type_is_sendable(s->types, t->args[i])) return false;
  const type *result = t->args[t->arg_count - 1];
  return type_is_sendable(s->types, result) || is_unique(s, e);
}

// `self->T` is as the receiver is seen: a `ref`, perhaps. That does no harm where T can be shared.
static bool views_harmless(sema *s, const fn_info *f, const ast_type *t) {
  switch (t->kind) {
  case AST_TYPE_ERROR: return false;
  case AST_TYPE_PATH:
    for (uint32_t i = 0; i < t->u.path.args.count; i++)
      if (!views_harmless(s, f, t->u.path.args.items[i])) return false;
    return true;
  case AST_TYPE_TUPLE:
    for (uint32_t i = 0; i < t->u.tuple.count; i++)
      if (!views_harmless(s, f, t->u.tuple.items[i])) return false;
    return true;
  case AST_TYPE_OPTIONAL: return views_harmless(s, f, t->u.inner);
  case AST_TYPE_FN:
    for (uint32_t i = 0; i < t->u.fn.params.count; i++)
      if (!views_harmless(s, f, t->u.fn.params.items[i])) return false;
    return !t->u.fn.result || views_harmless(s, f, t->u.fn.result);
  case AST_TYPE_VIEW: break;
  }
  for (const type_env *env = f->env; env; env = env->up)
    for (uint32_t i = 0; i < env->names->count; i++)
      if (env->names->items[i].name.name == t->u.inner->u.path.name.name)
        return type_is_shareable(s->types, env->types[i]);
  return false;
}

static bool receiver_fresh(sema *s, const fn_info *f, const hir_expr *receiver) {
  if (!receiver) return true;
  if (f->hir.receiver == CAP_VAL || f->hir.receiver == CAP_TAG || f->hir.receiver == CAP_ISO) return true;
  if (f->hir.receiver != CAP_BOX) return false;
  for (uint32_t i = 0; i < f->ast->params.count; i++)
    if (!views_harmless(s, f, f->ast->params.items[i].type)) return false;
  return !f->ast->result || views_harmless(s, f, f->ast->result);
}

bool result_is_fresh(sema *s, const hir_fn *fn, const hir_expr *receiver, const hir_expr *const *args,
                     const type *result) {
  const fn_info *f = (const fn_info *)fn;
  if (fn->kind == FN_NATIVE || fn->kind == FN_EXTERN || !is_closed(s, result, NULL)) return false;
  if (!receiver_fresh(s, f, receiver)) return false;
  for (uint32_t i = 0; i < fn->param_count; i++) {
    const hir_expr *x = args[i];
    bool ok = x->type->kind == TY_FN ? calls_safely(s, x) : fn->params[i]->type->cap == CAP_BOX || is_unique(s, x);
    if (!ok) return false;
  }
  return true;
}
