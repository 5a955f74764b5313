// check_callback.c — `callback self.on_event`.
// Method: it is `_callback(index, kinds)`, of the prelude, so nothing below knows of callbacks. kinds: a letter for each parameter of the
//         behaviour, as runtime/src/host/callback.c reads them.
#include "sema/check.h"

enum { PARAMS_MAX = 16 };

static char letter_of(const type *t) {
  static const char numbers[] = {
      [TY_BOOL] = 'B', [TY_I8] = 'a',  [TY_I16] = 'b', [TY_I32] = 'c', [TY_I64] = 'd', [TY_U8] = 'e',
      [TY_U16] = 'f',  [TY_U32] = 'g', [TY_U64] = 'h', [TY_F32] = 'x', [TY_F64] = 'y', [TY_DURATION] = 'd'};
  if (t->kind <= TY_DURATION) return numbers[t->kind];
  if (type_is_builtin(t, BUILTIN_STRING)) return 's';
  if (!type_is_builtin(t, BUILTIN_BYTES)) return 0;
  return t->cap == CAP_VAL ? 'v' : t->cap == CAP_ISO ? 'i' : 0;
}

static bool fits(sema *s, const fn_info *f, span at, char *letters) {
  for (uint32_t i = 0; i < f->hir.param_count && i < PARAMS_MAX; i++) {
    const hir_var *p = f->hir.params[i];
    letters[i] = letter_of(p->type);
    if (letters[i]) continue;
    if (p->type->kind == TY_ERROR) return false;
    diag *d = error_at(s, E0707, at, "C cannot call `%s`: parameter `%s` is `%s`", f->hir.name, p->name,
                       text_full(s, p->type));
    diag_note(d, p->type_span, "here");
    diag_help(d, "C gives numbers, Bool, String, and Bytes as iso or val");
    return false;
  }
  if (f->hir.param_count <= PARAMS_MAX && !f->hir.is_request) return true;
  diag *d = error_at(s, E0707, at,
                     f->hir.is_request ? "C cannot call `%s`: it answers, and nobody waits for that"
                                       : "C cannot call `%s`: it has more than 16 parameters",
                     f->hir.name);
  diag_note(d, f->hir.span, "declared here");
  return false;
}

hir_expr *check_callback(sema *s, const ast_expr *e) {
  decl_info *d = s->cx->owner;
  span at = e->u.callback.span;
  if (!s->cx->self || !d || d->hir.kind != DECL_AGENT) {
    diag *x = error_at(s, E0707, e->span, "a callback signals the agent that makes it, and there is none here");
    diag_help(x, "make it in a behaviour of the agent");
    return expr_error(s, e->span);
  }
  const member *m = map_get(&d->members, e->u.callback.name);
  if (!m || m->kind != MEMBER_ON) {
    diag *x = error_at(s, E0707, at, "agent `%s` has no behaviour `%s`", d->hir.name, e->u.callback.name->text);
    if (m) diag_note(x, m->span, "this is none");
    return expr_error(s, e->span);
  }
  fn_info *make = prelude_fn(s, "_callback");
  char *letters = ARENA_ARRAY(s->a, char, PARAMS_MAX + 1);
  if (!make || make->poisoned || !fits(s, m->fn, at, letters)) return expr_error(s, e->span);
  const hir_expr **args = ARENA_ARRAY(s->a, const hir_expr *, 2);
  hir_expr *index = expr_new(s, HIR_INT, s->i64, e->span), *kinds = expr_new(s, HIR_STR, s->string, e->span);
  index->u = m->fn->hir.index;
  kinds->str.bytes = letters;
  kinds->str.size = m->fn->hir.param_count;
  args[0] = index;
  args[1] = kinds;
  return prelude_call(s, make, args, e->span);
}
