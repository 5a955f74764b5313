// check_call.c — calls: functions, methods, conversions of numbers; what stands before the `( )`.
// Promises: the receiver may be called so, arguments and result of a call on an `iso` are sendable, `iso` arguments of free
//           functions are lent where that is possible, type arguments of natives are found and fulfil what is asked of them.
#include "sema/cap_report.h"
#include "sema/check_topology.h"
#include "sema/interface.h"
#include "syntax/ast_build.h"

static diag_sink *sink_of(sema *s) { return s->muted ? &s->silent : s->diag; }

// ---- type arguments --------------------------------------------------------------------------------------------------------
// Those of the receiver, if it is of a native generic, put into a type of the signature.
static const type *of_receiver(sema *s, const type *t, const type *object, cap self) {
  if (!object) return t;
  const decl_info *optional = object->kind == TY_OPTIONAL ? s->primitives[TY_OPTIONAL] : NULL;
  return type_bind(s, t, optional ? &optional->hir : object->decl, object->args, object->arg_count, self);
}

// ---- lending ------------------------------------------------------------------------------------------------------------------
// Can the object itself be lent? A value that is seen as an interface would be put into another.
static bool is_object_of(sema *s, const type *given, const type *wanted) {
  if (types_alike(given, wanted)) return true;
  bool object = given->kind == TY_CLASS || given->kind == TY_INTERFACE;
  return object && wanted->kind == TY_INTERFACE && type_satisfies(s->types, given, wanted);
}

static hir_expr *lent_value(sema *s, hir_expr *x, const type *given, const type *wanted) {
  return wanted->kind == TY_INTERFACE && given->decl != wanted->decl ? interface_make(s, x, given, wanted) : x;
}

void decide_lending(sema *s, const char *callee, const type *result, const param_desc *params, hir_expr **values,
                    uint32_t n, bool *lent) {
  lend_arg *args = ARENA_ARRAY(s->a, lend_arg, n ? n : 1);
  bool any = false;
  for (uint32_t i = 0; i < n; i++) {
    bool place = is_place(values[i]);
    const type *given = values[i]->kind == HIR_LOCAL ? values[i]->local.var->type : values[i]->type;
    args[i] = (lend_arg){.param = params[i].type,
                         .given = given,
                         .place = place && is_object_of(s, given, params[i].type),
                         .unique = !place && is_unique(s, values[i])};
    any |= args[i].place && type_holds_iso(s->types, given);
  }
  uint32_t blame = 0;
  if (!any) return;
  lend_reason r = lend_decide(s->types, result, args, n, &blame);
  for (uint32_t i = 0; i < n; i++) {
    lent[i] = args[i].lent;
    if (lent[i]) values[i] = lent_value(s, values[i], args[i].given, args[i].param);
    if (lent[i] || values[i]->kind == HIR_LOCAL || !lend_wanted(s->types, &args[i])) continue;
    cap_report_lend(sink_of(s), values[i], callee, r, values[blame]); // a field cannot be moved instead
    values[i] = expr_error(s, values[i]->span);
  }
}

// ---- the call itself ----------------------------------------------------------------------------------------------------------
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
    if (!s->diag->unchecked || s->muted || !cap_path_may_read(path_of(s, object))) return NULL;
    s->diag->carried++;
  }
  if (f->hir.receiver_by_ref && !check_writable(s, object, name_at, "changed")) return NULL;
  return object;
}

// The parameters, as far as the type arguments are known.
static param_desc *describe(sema *s, fn_info *f, const type *object, cap self, const inference *inf) {
  param_desc *params = ARENA_ARRAY(s->a, param_desc, f->hir.param_count ? f->hir.param_count : 1);
  for (uint32_t i = 0; i < f->hir.param_count; i++) {
    const ast_param *p = &f->ast->params.items[i];
    const type *t = of_receiver(s, f->hir.params[i]->type, object, self);
    if (f->hir.tparam_count) t = type_bind(s, t, NULL, inf->found, inf->count, CAP_NONE);
    params[i] = (param_desc){.name = p->name.name, .init = p->init, .span = p->span, .type = t, .env = f->env};
  }
  return params;
}

// wrong: the call has been reported, so what its instance would be is not looked at.
static void note_callee(sema *s, fn_info *f, span at, bool wrong) {
  if (!wrong || s->diag->unchecked) fn_reach(s, f);
  fn_info *caller = s->cx->fn ? s->cx->fn : s->cx->maker;
  if (caller && f->hir.kind != FN_NATIVE && f->hir.kind != FN_EXTERN)
    VEC_PUSH(s->a, &caller->callees, (call_site){f, at, s->cx->no_await, NULL});
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
  if (wanted->kind == TY_CLASS && wanted->cap == CAP_TAG) return false; // a tag of it: nothing moves
  if (wanted->cap == CAP_BOX && is_object_of(s, given, wanted) && type_is_sendable(s->types, c->result)) {
    c->values[i] = lent_value(s, c->values[i], given, wanted);
    return true;
  }
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
    if (!as_it_is) c->values[i] = coerce_for(s, c->values[i], wanted, role, c->params[i].span);
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
  if (f->hir.kind != FN_NATIVE) return e;
  uint32_t owner_args = c->receiver && !f->owner->simple ? c->receiver->type->arg_count : 0;
  e->call.targ_count = owner_args + f->hir.tparam_count;
  const type **all = ARENA_ARRAY(s->a, const type *, e->call.targ_count ? e->call.targ_count : 1);
  for (uint32_t i = 0; i < owner_args; i++) all[i] = c->receiver->type->args[i];
  for (uint32_t i = 0; i < f->hir.tparam_count; i++) all[owner_args + i] = c->targs[i];
  e->call.targs = all;
  return e;
}

// looks: at its arguments, by a method that only reads, so nothing of them can be left in the receiver.
static bool check_sealed(sema *s, const call_parts *c, bool looks) {
  fn_info *f = c->fn;
  const hir_expr **args = (const hir_expr **)c->values;
  diag_sink *sink = sink_of(s);
  for (uint32_t i = 0; !looks && i < f->hir.param_count; i++) {
    if (is_unique(s, args[i])) continue;
    if (f->hir.receiver == CAP_BOX && calls_safely(s, args[i])) continue;
    s->diag->carried++;
    cap_report_into_iso(sink, s->types, E0413, args[i], args[i]->span, c->receiver,
                        arena_printf(s->a, "argument `%s`", f->hir.params[i]->name), value_type(s, args[i]));
    return false;
  }
  bool fresh = result_is_fresh(s, &f->hir, c->receiver, args, c->result);
  if (type_is_sendable(s->types, c->result) || result_is_new(s, &f->hir, c->result) || fresh) return true;
  s->diag->carried++;
  cap_report_into_iso(sink, s->types, E0413, NULL, c->name_at, c->receiver,
                      arena_printf(s->a, "the result of `%s`", f->hir.name), c->result);
  return false;
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
  bool wrong = guarded && used_in_place && !check_sealed(s, c, only_reads);
  raises_call(s, f, c->at);
  note_callee(s, f, c->name_at, wrong);
  hir_expr *e = call_node(s, c);
  e->arg_order = text_order(s, c->args, c->slots, n);
  return e;
}

// What `self->` sees through in a call.
static cap view_of(sema *s, const fn_info *f, const hir_expr *receiver) {
  if (!receiver) return CAP_NONE;
  cap needs = f->hir.receiver;
  if (needs == CAP_ISO || needs == CAP_VAL || needs == CAP_TAG) return needs;
  cap_path path = path_of(s, receiver);
  return path.sealed && path.cap == CAP_REF ? CAP_ISO : path.cap;
}

static bool type_args_fit(sema *s, const fn_info *f, const type_args *written, inference *inf) {
  if (!written) return true;
  if (written->count == inf->count) {
    infer_explicit(inf, written->items);
    return true;
  }
  diag *d = error_at(s, E0311, written->span, "`%s` takes %u type argument%s, not %u", f->hir.name, inf->count,
                     plural(inf->count, "", "s"), written->count);
  diag_note(d, f->hir.span, "it is declared here");
  return false;
}

static hir_expr *call_with(sema *s, fn_info *f, hir_expr *receiver, const type_args *written, const ast_args *args,
                           span at, span name_at, const type *hint, bool looks) {
  fn_sign(s, f);
  if (f->hir.variadic && !f->poisoned) f = variadic_shape(s, f, args);
  uint32_t n = f->hir.param_count;
  const type *object = receiver && receiver->type->arg_count ? receiver->type : NULL;
  cap self = view_of(s, f, receiver);
  const ast_arg **slots = ARENA_ARRAY(s->a, const ast_arg *, n ? n : 1);
  hir_expr **values = ARENA_ARRAY(s->a, hir_expr *, n ? n : 1);
  const char *what = arena_printf(s->a, "`%s`", f->hir.name);
  inference inf = infer_begin(s, NULL, &f->ast->tparams, what);
  if (f->unmet) (void)check_bounds(s, &f->bounds, f->owner->hir.targs, NULL, name_at, f->hir.name, f->owner, f);
  bool ok = !f->poisoned && !f->unmet && !(receiver && is_error(receiver)) && type_args_fit(s, f, written, &inf);
  if (ok && inf.count && !written) infer_expected(s, &inf, of_receiver(s, f->hir.result, object, self), hint);
  param_desc *params = ok ? describe(s, f, object, self, &(inference){0}) : NULL;
  if (!ok || !match_args(s, params, n, args, name_at, what, slots)) {
    check_surplus(s, args);
    return expr_error(s, at);
  }
  if (f->hir.variadic) variadic_types(s, f, slots, values);
  if (inf.count && !infer_args(s, &inf, params, n, args, slots, values)) return expr_error(s, at);
  infer_bounds(s, &inf, &f->bounds, false, f->env, f->mod);
  if (inf.count && !infer_done(s, &inf, name_at)) return expr_error(s, at);
  const type *const *of_owner = object ? object->args : f->owner ? f->owner->hir.targs : NULL;
  if (!check_bounds(s, &f->bounds, of_owner, inf.found, name_at, f->hir.name, f->owner, f)) return expr_error(s, at);
  if (f->template) {
    f = fn_instance(s, f, of_owner, inf.found, self, name_at);
    if (!f || f->poisoned) return expr_error(s, at);
    object = NULL;
  }
  params = describe(s, f, object, self, &inf);
  if (!arg_values(s, params, n, args, slots, values, f->mod, at)) return expr_error(s, at);
  if (receiver && !(receiver = prepare_receiver(s, receiver, f, name_at))) return expr_error(s, at);
  call_parts parts = {f, receiver, params, values, args, slots, NULL, inf.found, at, name_at, looks};
  parts.result = of_receiver(s, f->hir.result, object, self);
  if (f->hir.tparam_count) parts.result = type_bind(s, parts.result, NULL, inf.found, inf.count, CAP_NONE);
  return finish_call(s, &parts);
}

hir_expr *call_fn(sema *s, fn_info *f, hir_expr *receiver, const ast_args *args, span at, span name_at,
                  const type *hint) {
  return call_with(s, f, receiver, NULL, args, at, name_at, hint, false);
}

hir_expr *call_fn_of(sema *s, fn_info *f, hir_expr *receiver, const type_args *written, const ast_args *args, span at,
                     span name_at, const type *hint) {
  return call_with(s, f, receiver, written, args, at, name_at, hint, false);
}

hir_expr *call_operator(sema *s, fn_info *f, hir_expr *receiver, const ast_expr *right, span at, span name_at) {
  ast_arg arg = {.value = right};
  return call_with(s, f, receiver, NULL, &(ast_args){&arg, right ? 1 : 0}, at, name_at, NULL, true);
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
  sym = symbol_meant(s, sym);
  switch (sym->kind) {
  case SYM_FN: return call_fn(s, sym->u.fn, NULL, args, e->span, name_at, hint);
  case SYM_BUILTIN: return check_builtin_call(s, sym->u.builtin, e, hint);
  case SYM_TYPE: return check_conversion(s, sym->u.type, e, false);
  case SYM_DECL: return make_new(s, sym->u.decl, NULL, args, e->span, hint);
  case SYM_ALIAS: {
    const type *t = alias_wanted(s, sym, name_at, hint);
    if (t->kind == TY_ERROR) break;
    if (t->decl) return make_new(s, info_of(t->decl), t, args, e->span, hint);
    return check_conversion(s, t, e, false);
  }
  case SYM_POISON: break;
  case SYM_CONST:
    const_check(s, sym->u.constant, name_at);
    if (is_error(sym->u.constant->value)) break;
    // fallthrough
  case SYM_FUTURE:
  case SYM_MODULE: {
    diag *d = error_at(s, E0307, name_at, "`%s` cannot be called", sym->name->text);
    if (sym->kind == SYM_MODULE) diag_help(d, "it is a module: its functions are called `%s.name(…)`", sym->name->text);
    break;
  }
  }
  check_surplus(s, args);
  return expr_error(s, e->span);
}

// A variable or field stands where a function of the file is meant, which it hides.
static void note_hidden_function(sema *s, diag *d, const ast_expr *callee) {
  if (callee->kind != AST_EXPR_NAME) return;
  symbol *hidden = symbol_find(s, s->cx->mod, callee->u.name, callee->span);
  if (!hidden || hidden->kind != SYM_FN || span_is_none(hidden->span)) return;
  diag_note(d, hidden->span, "this function is hidden here by something else of this name");
  diag_help(d, "give the other one a name of its own");
}

static hir_expr *not_callable(sema *s, const ast_expr *e) {
  hir_expr *x = check_expr(s, e->u.call.callee, NULL);
  if (x->type->kind == TY_FN) return call_value(s, x, e);
  check_surplus(s, &e->u.call.args);
  if (!is_error(x)) {
    diag *d =
        error_at(s, E0307, e->u.call.callee->span, "`%s` is no function and cannot be called", text_of(s, x->type));
    if (x->type->kind == TY_AGENT) diag_help(d, "say which behaviour: `.name(…)`");
    note_hidden_function(s, d, e->u.call.callee);
  }
  return expr_error(s, e->span);
}

static hir_expr *call_name(sema *s, const ast_expr *e, const type *hint) {
  const ast_expr *callee = e->u.call.callee;
  bool outside;
  closure_names(s, callee->span);
  if (callee->kind == AST_EXPR_NAME && local_find(s, callee->u.name, &outside)) return not_callable(s, e);
  member *m = s->cx->owner ? member_find(s->cx->owner, callee->u.name) : NULL;
  if (m && m->kind == MEMBER_VARIANT) return make_variant(s, s->cx->owner, m->index, &e->u.call.args, e->span, hint);
  if (m && m->kind != MEMBER_FIELD && s->cx->self) {
    hir_expr *self = self_expr(s, callee->span);
    return call_member(s, self, (ast_ident){callee->u.name, callee->span}, e, hint);
  }
  if (m && m->kind == MEMBER_FIELD) return not_callable(s, e);
  symbol *sym = symbol_find(s, s->cx->mod, callee->u.name, callee->span);
  if (sym) return call_symbol(s, sym, e, callee->span, hint);
  if (callee->kind == AST_EXPR_TYPE_NAME && tparam_named(s, callee->u.name, CAP_NONE, false))
    return report_made_param(s, callee->u.name->text, &e->u.call.args, e->span);
  check_surplus(s, &e->u.call.args);
  for (uint32_t i = 0; callee->kind == AST_EXPR_TYPE_NAME && i < s->decls.count; i++)
    if (s->decls.items[i]->hir.kind == DECL_ENUM && member_find(s->decls.items[i], callee->u.name))
      return check_expr(s, callee, hint);
  return unknown_name(s, callee->u.name, callee->span, callee->kind == AST_EXPR_TYPE_NAME);
}

static hir_expr *call_member_of(sema *s, hir_expr *object, ast_ident name, const type_args *written, const ast_expr *e,
                                const type *hint) {
  const ast_args *args = &e->u.call.args;
  if (is_error(object)) {
    check_surplus(s, args);
    return object;
  }
  hir_expr *changed = group_call(s, object, name, e);
  if (changed) return changed;
  decl_info *d;
  member *m = member_lookup(s, object->type, name.name, &d);
  bool ok = m && m->kind != MEMBER_VARIANT;
  hir_expr *common = m ? NULL : call_common(s, object, name, e);
  if (common) return common;
  if (!ok) member_unknown(s, object->type, name.name, name.span);
  else ok = member_visible(s, d, m, name.span) && !report_if_foreign(s, object, m, name.span);
  if (ok && m->kind == MEMBER_FIELD) {
    hir_expr *x = field_access(s, object, m->index, name.span);
    if (x->type->kind == TY_FN) return call_value(s, x, e);
    if (!is_error(x) && !m->doubled) {
      diag *n = error_at(s, E0307, name.span, "`%s` is a field and cannot be called", name.name->text);
      diag_help(n, "it is read without `( )`: `….%s`", name.name->text);
    }
    ok = false;
  }
  if (ok && m->kind == MEMBER_PART) {
    diag *n = error_at(s, E0307, name.span, "`%s` is a node or group and cannot be called", name.name->text);
    diag_help(n, "it is read without `( )`: `….%s`", name.name->text);
    ok = false;
  }
  if (!ok) {
    check_surplus(s, args);
    return expr_error(s, e->span);
  }
  if (m->kind == MEMBER_ON) return ask_or_report(s, object, m->fn, e, name.span);
  if (!waits_where_it_may(s, m->fn, e)) return expr_error(s, e->span);
  return call_fn_of(s, m->fn, object, written, args, e->span, name.span, hint);
}

hir_expr *call_member(sema *s, hir_expr *object, ast_ident name, const ast_expr *e, const type *hint) {
  return call_member_of(s, object, name, NULL, e, hint);
}

// Tree[Int].Leaf( )
static hir_expr *call_variant_of(sema *s, const type *t, const ast_expr *e, const type *hint) {
  const ast_expr *callee = e->u.call.callee;
  member *m = t->kind == TY_ENUM ? member_find(info_of(t->decl), callee->u.field.name.name) : NULL;
  if (m && m->kind == MEMBER_VARIANT)
    return make_variant(s, info_of(t->decl), m->index, &e->u.call.args, e->span, hint);
  check_surplus(s, &e->u.call.args);
  return t->kind == TY_ERROR ? expr_error(s, e->span) : check_field(s, callee, NULL); // reports
}

// Type.something( ): variants and U8.wrap.
static hir_expr *call_static_member(sema *s, symbol *sym, const ast_expr *e, const type *hint) {
  ast_ident name = e->u.call.callee->u.field.name;
  if (sym->kind == SYM_TYPE && name.name == s->n_wrap && (type_is_int(sym->u.type) || type_is_float(sym->u.type)))
    return check_conversion(s, sym->u.type, e, true);
  if (sym->kind == SYM_DECL && sym->u.decl->hir.kind == DECL_ENUM) {
    decl_info *shape = decl_shape(s, sym->u.decl);
    member *m = shape ? member_find(shape, name.name) : NULL;
    if (m && m->kind == MEMBER_VARIANT) return make_variant(s, sym->u.decl, m->index, &e->u.call.args, e->span, hint);
  }
  if (sym->kind == SYM_ALIAS) {
    const type *t = alias_wanted(s, sym, e->u.call.callee->u.field.object->span, hint);
    return call_variant_of(s, t, e, hint);
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
    if (sym) return call_static_member(s, sym, e, hint);
    check_surplus(s, &e->u.call.args);
    return expr_error(s, e->span);
  }
  const type *applied = type_applied(s, callee->u.field.object);
  if (applied) return call_variant_of(s, applied, e, hint);
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
  if (plain && tparam_named(s, ast->u.path.name.name, CAP_NONE, false))
    return report_made_param(s, ast->u.path.name.name->text, &e->u.call.args, e->span);
  symbol *sym = plain ? symbol_find(s, s->cx->mod, ast->u.path.name.name, ast->span) : NULL;
  if (sym) return call_symbol(s, sym, e, ast->span, hint);
  const type *t = type_from_ast(s, ast);
  if (t->kind != TY_ERROR && t->decl) return make_new(s, info_of(t->decl), t, &e->u.call.args, e->span, hint);
  if (t->kind != TY_ERROR) return check_conversion(s, t, e, false);
  check_surplus(s, &e->u.call.args);
  return expr_error(s, e->span);
}

const type_args *written_args(sema *s, const ast_expr *callee) {
  const ast_exprs *list = &callee->u.index.args;
  type_args *out = ARENA_NEW(s->a, type_args);
  const type **items = ARENA_ARRAY(s->a, const type *, list->count + 1);
  bool ok = true;
  for (uint32_t i = 0; i < list->count; i++) {
    items[i] = type_from_expr(s, list->items[i]);
    if (!items[i]) error_at(s, E0218, list->items[i]->span, "a type argument stands here, and this is no type");
    ok &= items[i] && items[i]->kind != TY_ERROR;
  }
  *out = (type_args){.items = items, .count = list->count, .span = callee->span};
  return ok ? out : NULL;
}

// name[Int](…), x.method[Int](…): a generic function whose type arguments are written. False: it is none.
static bool call_generic(sema *s, const ast_expr *e, const type *hint, hir_expr **out) {
  const ast_expr *callee = e->u.call.callee, *head = callee->u.index.object;
  bool outside;
  symbol *sym = NULL;
  member *m = NULL;
  hir_expr *object = NULL;
  ast_ident name = {NULL, head->span};
  if (head->kind == AST_EXPR_NAME) {
    name.name = head->u.name;
    if (local_find(s, head->u.name, &outside)) return false;
    m = s->cx->owner && s->cx->self ? member_find(s->cx->owner, head->u.name) : NULL;
    if (m && m->kind != MEMBER_FN) return false;
    if (m) object = self_expr(s, head->span);
    else sym = symbol_find(s, s->cx->mod, head->u.name, head->span);
  } else if (head->kind == AST_EXPR_FIELD && !static_path(s, head, &sym) && !head->u.field.optional) {
    name = head->u.field.name;
    if (!ast_expr_to_type(s->a, callee->u.index.args.items[0])) return false;
    object = check_expr(s, head->u.field.object, NULL);
    decl_info *d;
    m = is_error(object) ? NULL : member_lookup(s, object->type, name.name, &d);
    if (m && m->kind != MEMBER_FN) m = NULL;
  }
  if (!object && !(sym && sym->kind == SYM_FN)) return false;
  const type_args *written = m || sym ? written_args(s, callee) : NULL;
  if ((m || sym) && !written) {
    check_surplus(s, &e->u.call.args);
    *out = expr_error(s, e->span);
  } else {
    *out = object ? call_member_of(s, object, name, written, e, hint)
                  : call_fn_of(s, sym->u.fn, NULL, written, &e->u.call.args, e->span, head->span, hint);
  }
  return true;
}

// Array[Int](…): the callee spells a type. Or f[Int](…).
static hir_expr *call_applied(sema *s, const ast_expr *e, const type *hint) {
  symbol *sym;
  hir_expr *result;
  const ast_expr *callee = e->u.call.callee;
  if (call_generic(s, e, hint, &result)) return result;
  if (!static_path(s, callee->u.index.object, &sym) || (sym && sym->kind == SYM_CONST)) return not_callable(s, e);
  const type *t = sym ? type_from_expr(s, callee) : NULL;
  if (!t || t->kind == TY_ERROR || !t->decl) {
    if (t && t->kind != TY_ERROR) error_at(s, E0307, callee->span, "`%s` cannot be made with `( )`", text_of(s, t));
    if (sym && !t) (void)written_args(s, callee); // one of them is no type
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
