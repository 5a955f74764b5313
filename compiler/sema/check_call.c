// check_call.c — calls: functions, methods, conversions of numbers; what stands before the `( )`.
// Promises: the receiver may be called so, arguments and result of a call on an `iso` are sendable, `iso` arguments of free
//           functions are lent where that is possible, type arguments of natives are found and fulfil what is asked of them.
#include "sema/cap_report.h"
#include "sema/check.h"

static diag_sink *sink_of(sema *s) { return s->muted ? &s->silent : s->diag; }

// ---- type arguments of a native function -----------------------------------------------------------------------------------
static void unify(const type *pattern, const type *given, const type **found, uint32_t n) {
  if (pattern->kind == TY_PARAM && !pattern->decl) {
    if (pattern->param_index < n && !found[pattern->param_index] && given->kind != TY_ERROR && given->kind != TY_NONE)
      found[pattern->param_index] = given;
    return;
  }
  if (pattern->kind == TY_OPTIONAL && given->kind != TY_OPTIONAL) {
    unify(pattern->args[0], given, found, n);
    return;
  }
  if (pattern->kind != given->kind || pattern->decl != given->decl || pattern->arg_count != given->arg_count) return;
  for (uint32_t i = 0; i < pattern->arg_count; i++) unify(pattern->args[i], given->args[i], found, n);
}

static const type *subst_all(sema *s, const fn_info *f, const type *t, const type *object, cap self,
                             const type *const *found) {
  if (object && object->arg_count) t = type_subst(s->types, t, object->decl, object->args, object->arg_count, self);
  if (f->hir.tparam_count) t = type_subst(s->types, t, NULL, found, f->hir.tparam_count, CAP_NONE);
  return t;
}

// What the wanted result says, so that arguments are checked with it in mind. True if it says all.
static bool infer_from_result(const fn_info *f, const type *hint, const type **found) {
  if (hint) unify(f->hir.result, type_unwrap(hint), found, f->hir.tparam_count);
  for (uint32_t i = 0; i < f->hir.tparam_count; i++)
    if (!found[i]) return false;
  return f->hir.tparam_count > 0;
}

static bool infer_tparams(sema *s, fn_info *f, hir_expr **values, const type **found, span at) {
  uint32_t n = f->hir.tparam_count;
  for (uint32_t i = 0; i < f->hir.param_count; i++)
    if (values[i]) unify(f->hir.params[i]->type, value_type(s, values[i]), found, n);
  for (uint32_t i = 0; i < n; i++) {
    if (found[i]) continue;
    diag *d = error_at(s, E0303, at, "the type `%s` of `%s` cannot be told from the arguments", f->hir.tparams[i],
                       f->hir.name);
    diag_help(d, "write the type of the variable it goes to");
    return false;
  }
  return true;
}

// ---- lending ------------------------------------------------------------------------------------------------------------------
void decide_lending(sema *s, const char *callee, const type *result, const param_desc *params, hir_expr **values,
                    uint32_t n, bool *lent) {
  lend_arg *args = ARENA_ARRAY(s->a, lend_arg, n ? n : 1);
  bool any = false;
  for (uint32_t i = 0; i < n; i++) {
    bool place = is_place(values[i]);
    const type *given = values[i]->kind == HIR_LOCAL ? values[i]->local.var->type : values[i]->type;
    args[i] = (lend_arg){.param = params[i].type,
                         .given = given,
                         .place = place && types_alike(given, params[i].type),
                         .unique = !place && is_unique(s, values[i])};
    any |= args[i].place && type_holds_iso(s->types, given);
  }
  uint32_t blame = 0;
  if (!any) return;
  lend_reason r = lend_decide(s->types, result, args, n, &blame);
  for (uint32_t i = 0; i < n; i++) {
    lent[i] = args[i].lent;
    if (lent[i] || values[i]->kind == HIR_LOCAL || !lend_wanted(s->types, &args[i])) continue;
    cap_report_lend(sink_of(s), values[i], callee, r, values[blame]); // a field cannot be moved instead
    values[i] = expr_error(s, values[i]->span);
  }
}

// ---- the call itself ----------------------------------------------------------------------------------------------------------
// args NULL: they are only looked at, by a method that only reads, so nothing of them can be left in the receiver.
static void check_sealed(sema *s, hir_expr *receiver, fn_info *f, const hir_expr **args, const type *result, span at) {
  diag_sink *sink = sink_of(s);
  for (uint32_t i = 0; args && i < f->hir.param_count; i++) {
    if (is_error(args[i]) || is_unique(s, args[i])) continue;
    cap_report_into_iso(sink, s->types, E0413, args[i]->span, receiver,
                        arena_printf(s->a, "argument `%s`", f->hir.params[i]->name), value_type(s, args[i]));
    return;
  }
  if (result->kind != TY_ERROR && !type_is_sendable(s->types, result) && !result_is_new(s, &f->hir, result))
    cap_report_into_iso(sink, s->types, E0413, at, receiver, arena_printf(s->a, "the result of `%s`", f->hir.name),
                        result);
}

// The receiver as the method needs it; NULL if it may not be called on it (reported).
static hir_expr *prepare_receiver(sema *s, hir_expr *object, fn_info *f, span name_at) {
  cap needs = f->hir.receiver;
  const type *t = object->type;
  if (f->owner->simple || t->kind == TY_ERRVAL) return object;
  if (needs == CAP_ISO || needs == CAP_VAL) {
    hir_expr *x =
        coerce(s, object, type_with_cap(s->types, t, needs), arena_printf(s->a, "the object of `%s`", f->hir.name));
    return is_error(x) ? NULL : x;
  }
  if (!cap_path_may_call(path_of(s, object), needs)) {
    cap_report_call(sink_of(s), s->types, name_at, object, &f->hir);
    return NULL;
  }
  if (f->hir.receiver_by_ref && !check_writable(s, object, name_at, "changed")) return NULL;
  return object;
}

static param_desc *describe(sema *s, fn_info *f, const type *object, cap self, const type *const *found) {
  param_desc *params = ARENA_ARRAY(s->a, param_desc, f->hir.param_count ? f->hir.param_count : 1);
  for (uint32_t i = 0; i < f->hir.param_count; i++) {
    const ast_param *p = &f->ast->params.items[i];
    const type *t = f->hir.params[i]->type;
    params[i] = (param_desc){.name = p->name.name, .init = p->init, .span = p->name.span};
    params[i].type = found || !f->hir.tparam_count ? subst_all(s, f, t, object, self, found) : t;
  }
  return params;
}

static void note_callee(sema *s, fn_info *f, span at) {
  if (s->cx->fn && f->hir.kind != FN_NATIVE && f->hir.kind != FN_EXTERN)
    VEC_PUSH(s->a, &s->cx->fn->callees, (call_site){f, at, s->cx->no_await, NULL});
}

// A call whose arguments are found, and their values checked.
typedef struct call_parts {
  fn_info *fn;
  hir_expr *receiver; // or NULL
  const param_desc *params;
  hir_expr **values;
  const ast_args *args;
  const ast_arg **slots;
  const type *result;
  const type *const *targs; // of the function itself
  span at, name_at;
  bool looks; // an operator: its operands stay with the caller
} call_parts;

// What an operator looks at cannot be left anywhere by a method that only reads; only its result could lead back to it.
static bool look_at_operand(sema *s, call_parts *c, uint32_t i) {
  const hir_expr *x = c->values[i];
  const type *given = x->kind == HIR_LOCAL ? x->local.var->type : x->type, *wanted = c->params[i].type;
  if (!is_place(x) || !type_holds_iso(s->types, given)) return false;
  if (wanted->cap == CAP_BOX && types_alike(given, wanted) &&
      (type_is_sendable(s->types, c->result) || result_is_new(s, &c->fn->hir, c->result)))
    return true;
  cap_report_lend(sink_of(s), x, c->fn->hir.name, wanted->cap == CAP_BOX ? LEND_RESULT : LEND_OTHER, c->receiver);
  c->values[i] = expr_error(s, x->span);
  return true;
}

// Brings the values to the types of the parameters, but for those that are lent or only looked at.
static bool coerce_values(sema *s, call_parts *c, bool *lent) {
  const hir_fn *f = &c->fn->hir;
  bool ok = true;
  if (!c->receiver) decide_lending(s, f->name, c->result, c->params, c->values, f->param_count, lent);
  for (uint32_t i = 0; i < f->param_count; i++) {
    if (c->looks) lent[i] = look_at_operand(s, c, i);
    if (lent[i]) {
      ok &= !is_error(c->values[i]);
      continue;
    }
    const char *role = arena_printf(s->a, "argument `%s` of `%s`", c->params[i].name->text, f->name);
    const type *param = f->params[i]->type, *wanted = c->params[i].type;
    bool borrowed = f->kind == FN_NATIVE && param->kind == TY_PARAM && param->cap == CAP_BOX;
    bool as_it_is =
        borrowed && types_alike(c->values[i]->type, wanted) && type_has(s->types, c->values[i]->type, QUALITY_EQ, NULL);
    if (!as_it_is) c->values[i] = coerce(s, c->values[i], wanted, role);
    ok &= !is_error(c->values[i]);
  }
  return ok;
}

static hir_expr *call_node(sema *s, const call_parts *c) {
  fn_info *f = c->fn;
  hir_expr *e = expr_new(s, HIR_CALL, c->result, c->at);
  e->call.fn = &f->hir;
  e->call.receiver = c->receiver;
  e->call.args = (hir_list){(const hir_expr **)c->values, f->hir.param_count};
  uint32_t owner_args = c->receiver && !f->owner->simple ? c->receiver->type->arg_count : 0;
  e->call.targ_count = owner_args + f->hir.tparam_count;
  const type **all = ARENA_ARRAY(s->a, const type *, e->call.targ_count ? e->call.targ_count : 1);
  for (uint32_t i = 0; i < owner_args; i++) all[i] = c->receiver->type->args[i];
  for (uint32_t i = 0; i < f->hir.tparam_count; i++) all[owner_args + i] = c->targs[i];
  e->call.targs = all;
  return e;
}

// A value with an `iso` in it, used where it lies in an object: who knows the object must not reach it meanwhile.
static bool keeps_iso_value(sema *s, const hir_expr *e) {
  const type *t = e->type;
  if ((t->kind != TY_STRUCT && t->kind != TY_ENUM) || !place_in_object(e)) return false;
  return type_holds_iso(s->types, type_nominal(s->types, t->kind, t->decl, t->args, t->arg_count, CAP_NONE));
}

static hir_expr *finish_call(sema *s, call_parts *c) {
  fn_info *f = c->fn;
  uint32_t n = f->hir.param_count;
  bool *lent = ARENA_ARRAY(s->a, bool, n ? n : 1);
  if (!coerce_values(s, c, lent)) return expr_error(s, c->at);
  cap_path path = c->receiver ? path_of(s, c->receiver) : (cap_path){.cap = CAP_NONE};
  bool used_in_place = f->hir.receiver == CAP_BOX || f->hir.receiver == CAP_REF;
  bool only_reads = c->looks && f->hir.param_count && c->params[0].type->cap == CAP_BOX;
  bool guarded = path.sealed || (c->receiver && keeps_iso_value(s, c->receiver));
  if (c->receiver && guarded && used_in_place && !f->owner->simple)
    check_sealed(s, c->receiver, f, only_reads ? NULL : (const hir_expr **)c->values, c->result, c->name_at);
  raises_call(s, f, c->at);
  note_callee(s, f, c->name_at);
  arg_list order = {.count = n};
  if (!c->receiver || c->receiver->kind == HIR_LOCAL) keep_order(s, c->args, c->slots, c->values, lent, &order);
  return after_args(s, &order, call_node(s, c));
}

static hir_expr *call_with(sema *s, fn_info *f, hir_expr *receiver, const ast_args *args, span at, span name_at,
                           const type *hint, bool looks) {
  uint32_t n = f->hir.param_count;
  if (f->poisoned || (receiver && is_error(receiver))) {
    check_surplus(s, args);
    return expr_error(s, at);
  }
  const type *object = receiver && receiver->type->arg_count ? receiver->type : NULL;
  cap_path path = receiver ? path_of(s, receiver) : (cap_path){.cap = CAP_NONE};
  cap self = path.sealed && path.cap == CAP_REF ? CAP_ISO : path.cap;
  const type **found = ARENA_ARRAY(s->a, const type *, f->hir.tparam_count ? f->hir.tparam_count : 1);
  const ast_arg **slots = ARENA_ARRAY(s->a, const ast_arg *, n ? n : 1);
  hir_expr **values = ARENA_ARRAY(s->a, hir_expr *, n ? n : 1);
  bool told = infer_from_result(f, hint, found);
  param_desc *params = describe(s, f, object, self, told ? found : NULL);
  const char *what = arena_printf(s->a, "`%s`", f->hir.name);
  if (!match_args(s, params, n, args, name_at, what, slots)) {
    check_surplus(s, args);
    return expr_error(s, at);
  }
  if (!arg_values(s, params, n, args, slots, values, f->mod)) return expr_error(s, at);
  if (f->hir.tparam_count) {
    if (!infer_tparams(s, f, values, found, name_at)) return expr_error(s, at);
    params = describe(s, f, object, self, found);
  }
  const type *const *owner_args = object ? object->args : NULL;
  if (!check_bounds(s, &f->bounds, owner_args, found, name_at, f->hir.name, f->owner, f)) return expr_error(s, at);
  if (receiver && !(receiver = prepare_receiver(s, receiver, f, name_at))) return expr_error(s, at);
  call_parts parts = {f, receiver, params, values, args, slots, NULL, found, at, name_at, looks};
  parts.result = subst_all(s, f, f->hir.result, object, self, found);
  return finish_call(s, &parts);
}

hir_expr *call_fn(sema *s, fn_info *f, hir_expr *receiver, const ast_args *args, span at, span name_at,
                  const type *hint) {
  return call_with(s, f, receiver, args, at, name_at, hint, false);
}

hir_expr *call_operator(sema *s, fn_info *f, hir_expr *receiver, const ast_expr *right, span at, span name_at) {
  ast_arg arg = {.value = right};
  return call_with(s, f, receiver, &(ast_args){&arg, right ? 1 : 0}, at, name_at, NULL, true);
}

// ---- conversions of numbers ----------------------------------------------------------------------------------------------------
static hir_expr *check_conversion(sema *s, const type *to, const ast_expr *e, bool wrap) {
  const ast_args *args = &e->u.call.args;
  if (args->count != 1 || ast_has(args->items[0].name)) {
    error_at(s, E0304, e->span, "a conversion takes one value: `%s(x)`", text_of(s, to));
    check_surplus(s, args);
    return expr_error(s, e->span);
  }
  hir_expr *x = check_expr(s, args->items[0].value, NULL);
  if (is_error(x)) return x;
  bool number_to = type_is_int(to) || type_is_float(to), number = type_is_int(x->type) || type_is_float(x->type);
  if (number_to && number) {
    hir_expr *r = expr_unary(s, HIR_CONVERT, to, e->span, take_value(s, x));
    r->unary.wrap = wrap;
    return r;
  }
  diag *d = error_at(s, E0309, e->span, "`%s` cannot be converted to `%s`", text_of(s, x->type), text_of(s, to));
  if (x->type == s->string && number_to)
    diag_help(d, "read it: `.%s()` gives `none` if it is no number", type_is_float(to) ? "to_float" : "to_int");
  else if (x->type->kind == TY_OPTIONAL) diag_help(d, "it may be `none`: say what then, `(… else 0)`");
  else if (to == s->duration) diag_help(d, "write `n * 1s`, or use the functions of `std.time`");
  else if (x->type == s->duration) diag_help(d, "ask for it in a unit: `.as_millis()`");
  else if (x->type == s->boolean) diag_help(d, "write `if … { 1 } else { 0 }`");
  return expr_error(s, e->span);
}

// ---- what stands before the ( ) --------------------------------------------------------------------------------------------------
static hir_expr *call_symbol(sema *s, symbol *sym, const ast_expr *e, span name_at, const type *hint) {
  const ast_args *args = &e->u.call.args;
  switch (sym->kind) {
  case SYM_FN: return call_fn(s, sym->u.fn, NULL, args, e->span, name_at, hint);
  case SYM_BUILTIN: return check_builtin_call(s, sym->u.builtin, e, hint);
  case SYM_TYPE: return check_conversion(s, sym->u.type, e, false);
  case SYM_DECL: return make_new(s, sym->u.decl, NULL, args, e->span, hint);
  case SYM_ALIAS: {
    const type *t = symbol_type(s, sym, name_at, NULL, 0, CAP_NONE);
    if (t->kind == TY_ERROR) break;
    if (t->decl) return make_new(s, info_of(t->decl), t, args, e->span, hint);
    return check_conversion(s, t, e, false);
  }
  case SYM_POISON: break;
  case SYM_CONST:
  case SYM_FUTURE:
  case SYM_MODULE: error_at(s, E0307, name_at, "`%s` cannot be called", sym->name->text); break;
  }
  check_surplus(s, args);
  return expr_error(s, e->span);
}

static hir_expr *not_callable(sema *s, const ast_expr *e) {
  hir_expr *x = check_expr(s, e->u.call.callee, NULL);
  if (x->type->kind == TY_FN) return call_value(s, x, e);
  check_surplus(s, &e->u.call.args);
  if (!is_error(x)) {
    diag *d =
        error_at(s, E0307, e->u.call.callee->span, "`%s` is no function and cannot be called", text_of(s, x->type));
    if (x->type->kind == TY_AGENT) diag_help(d, "say which behaviour: `.name(…)`");
  }
  return expr_error(s, e->span);
}

static hir_expr *call_name(sema *s, const ast_expr *e, const type *hint) {
  const ast_expr *callee = e->u.call.callee;
  bool outside;
  closure_names(s, callee->span);
  if (callee->kind == AST_EXPR_NAME && local_find(s, callee->u.name, &outside)) return not_callable(s, e);
  member *m = s->cx->owner ? member_find(s->cx->owner, callee->u.name) : NULL;
  if (m && m->kind == MEMBER_VARIANT) return make_variant(s, s->cx->owner, m->index, &e->u.call.args, e->span);
  if (m && m->kind != MEMBER_FIELD && s->cx->self) {
    hir_expr *self = self_expr(s, callee->span);
    return call_member(s, self, (ast_ident){callee->u.name, callee->span}, e, hint);
  }
  if (m && m->kind == MEMBER_FIELD) return not_callable(s, e);
  symbol *sym = symbol_find(s, s->cx->mod, callee->u.name, callee->span);
  if (sym) return call_symbol(s, sym, e, callee->span, hint);
  check_surplus(s, &e->u.call.args);
  for (uint32_t i = 0; callee->kind == AST_EXPR_TYPE_NAME && i < s->decls.count; i++)
    if (s->decls.items[i]->hir.kind == DECL_ENUM && member_find(s->decls.items[i], callee->u.name))
      return check_expr(s, callee, hint);
  return unknown_name(s, callee->u.name, callee->span, callee->kind == AST_EXPR_TYPE_NAME);
}

hir_expr *call_member(sema *s, hir_expr *object, ast_ident name, const ast_expr *e, const type *hint) {
  const ast_args *args = &e->u.call.args;
  if (is_error(object)) {
    check_surplus(s, args);
    return object;
  }
  decl_info *d;
  member *m = member_lookup(s, object->type, name.name, &d);
  bool ok = m && m->kind != MEMBER_VARIANT;
  if (!ok) member_unknown(s, object->type, name.name, name.span);
  else ok = member_visible(s, d, m, name.span) && !report_if_foreign(s, object, m, name.span);
  if (ok && m->kind == MEMBER_FIELD) {
    hir_expr *x = field_access(s, object, m->index, name.span);
    if (x->type->kind == TY_FN) return call_value(s, x, e);
    if (!is_error(x)) error_at(s, E0307, name.span, "`%s` is a field and cannot be called", name.name->text);
    ok = false;
  }
  if (!ok) {
    check_surplus(s, args);
    return expr_error(s, e->span);
  }
  if (m->kind == MEMBER_ON) return ask_or_report(s, object, m->fn, e, name.span);
  return call_fn(s, m->fn, object, args, e->span, name.span, hint);
}

// Type.something( ): variants and U8.wrap.
static hir_expr *call_static_member(sema *s, symbol *sym, const ast_expr *e) {
  ast_ident name = e->u.call.callee->u.field.name;
  if (sym->kind == SYM_TYPE && name.name == s->n_wrap && (type_is_int(sym->u.type) || type_is_float(sym->u.type)))
    return check_conversion(s, sym->u.type, e, true);
  if (sym->kind == SYM_DECL && sym->u.decl->hir.kind == DECL_ENUM) {
    member *m = member_find(sym->u.decl, name.name);
    if (m && m->kind == MEMBER_VARIANT) return make_variant(s, sym->u.decl, m->index, &e->u.call.args, e->span);
  }
  check_surplus(s, &e->u.call.args);
  return check_field(s, e->u.call.callee, NULL); // reports
}

static hir_expr *call_field(sema *s, const ast_expr *e, const type *hint) {
  const ast_expr *callee = e->u.call.callee;
  symbol *sym;
  if (static_path(s, callee, &sym)) {
    if (sym) return call_symbol(s, sym, e, callee->u.field.name.span, hint);
    check_surplus(s, &e->u.call.args);
    return expr_error(s, e->span);
  }
  if (static_path(s, callee->u.field.object, &sym) && (!sym || sym->kind != SYM_CONST)) {
    if (sym) return call_static_member(s, sym, e);
    check_surplus(s, &e->u.call.args);
    return expr_error(s, e->span);
  }
  if (!callee->u.field.optional)
    return call_member(s, check_expr(s, callee->u.field.object, NULL), callee->u.field.name, e, hint);
  hir_expr *subject, *bound = chain_begin(s, callee->u.field.object, e->span, &subject);
  if (is_error(bound)) {
    check_surplus(s, &e->u.call.args);
    return bound;
  }
  return chain_end(s, subject, bound, call_member(s, bound, callee->u.field.name, e, NULL), e->span);
}

// iso Buffer(8): the callee is a type.
static hir_expr *call_type(sema *s, const ast_expr *e, const type *hint) {
  const ast_type *ast = e->u.call.callee->u.type;
  bool plain = ast->kind == AST_TYPE_PATH && ast->u.path.args.count == 0 && !ast_has(ast->u.path.module);
  symbol *sym = plain ? symbol_find(s, s->cx->mod, ast->u.path.name.name, ast->span) : NULL;
  if (sym) return call_symbol(s, sym, e, ast->span, hint);
  const type *t = type_from_ast(s, ast);
  if (t->kind != TY_ERROR && t->decl) return make_new(s, info_of(t->decl), t, &e->u.call.args, e->span, hint);
  if (t->kind != TY_ERROR) return check_conversion(s, t, e, false);
  check_surplus(s, &e->u.call.args);
  return expr_error(s, e->span);
}

// Array[Int](…): the callee spells a type.
static hir_expr *call_applied(sema *s, const ast_expr *e, const type *hint) {
  symbol *sym;
  const ast_expr *callee = e->u.call.callee;
  if (!static_path(s, callee->u.index.object, &sym) || (sym && sym->kind == SYM_CONST)) return not_callable(s, e);
  const type *t = sym ? type_from_expr(s, callee) : NULL;
  if (!t || t->kind == TY_ERROR || !t->decl) {
    if (t && t->kind != TY_ERROR) error_at(s, E0307, callee->span, "`%s` cannot be made with `( )`", text_of(s, t));
    check_surplus(s, &e->u.call.args);
    return expr_error(s, e->span);
  }
  return make_new(s, info_of(t->decl), t, &e->u.call.args, e->span, hint);
}

hir_expr *check_call(sema *s, const ast_expr *e, const type *hint) {
  switch ((int)e->u.call.callee->kind) {
  case AST_EXPR_NAME:
  case AST_EXPR_TYPE_NAME: return call_name(s, e, hint);
  case AST_EXPR_FIELD: return call_field(s, e, hint);
  case AST_EXPR_INDEX: return call_applied(s, e, hint);
  case AST_EXPR_TYPE: return call_type(s, e, hint);
  default: return not_callable(s, e);
  }
}
