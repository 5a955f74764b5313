// check_args.c — arguments of calls: names, defaults, missing and surplus ones.
// Promises: the result is in the order of the parameters, complete, each of its parameter's type; arguments are checked in the
//           order of the text. A missing argument is reported with the name of its parameter.
// Does not: lend (check_call.c).
#include "hir/hir_walk.h"
#include "sema/check.h"

static const char *params_text(sema *s, const param_desc *params, uint32_t n) {
  const char *text = "";
  for (uint32_t i = 0; i < n; i++)
    text = arena_printf(s->a, "%s%s%s: %s", text, i ? ", " : "", params[i].name->text, text_of(s, params[i].type));
  return text;
}

static void report_surplus(sema *s, const param_desc *params, uint32_t n, span at, const char *what) {
  diag *d = error_at(s, E0304, at, n == 0 ? "%s takes no argument" : "%s takes only %u argument%s", what, n,
                     plural(n, "", "s"));
  if (n) diag_help(d, "it takes (%s)", params_text(s, params, n));
}

static void report_missing(sema *s, const param_desc *params, uint32_t n, const ast_arg **slots, span at,
                           const char *what) {
  const char *names = NULL;
  uint32_t missing = 0;
  const param_desc *first = NULL;
  for (uint32_t i = 0; i < n; i++) {
    if (slots[i] || params[i].init) continue;
    if (!first) first = &params[i];
    bool known = params[i].type->kind != TY_ERROR;
    const char *one = known ? arena_printf(s->a, "`%s: %s`", params[i].name->text, text_of(s, params[i].type))
                            : arena_printf(s->a, "`%s`", params[i].name->text);
    names = names ? arena_printf(s->a, "%s, %s", names, one) : one;
    missing++;
  }
  diag *d =
      error_at(s, E0304, at, "%s needs %s%s", what, missing == 1 ? "one more argument, " : "more arguments: ", names);
  diag_note(d, first->span, "`%s` is declared here", first->name->text);
}

static int param_named(const param_desc *params, uint32_t n, const str *name) {
  for (uint32_t i = 0; i < n; i++)
    if (params[i].name == name) return (int)i;
  return -1;
}

static bool place_named(sema *s, const param_desc *params, uint32_t n, const ast_arg *arg, const ast_arg **slots,
                        const char *what) {
  int i = param_named(params, n, arg->name.name);
  if (i < 0) {
    diag *d = error_at(s, E0305, arg->name.span, "%s has no parameter `%s`", what, arg->name.name->text);
    suggestion g = suggest_begin(arg->name.name);
    for (uint32_t k = 0; k < n; k++) suggest_offer(&g, params[k].name);
    suggest_say(&g, d, arg->name.span);
    if (!g.best && n) diag_help(d, "it takes (%s)", params_text(s, params, n));
    return false;
  }
  if (slots[i]) {
    diag *d = error_at(s, E0305, arg->name.span, "`%s` is given twice", arg->name.name->text);
    diag_note(d, slots[i]->value->span, "the first time here");
    return false;
  }
  slots[i] = arg;
  return true;
}

bool match_args(sema *s, const param_desc *params, uint32_t n, const ast_args *args, span at, const char *what,
                const ast_arg **slots) {
  bool ok = true, named = false;
  for (uint32_t i = 0; i < args->count; i++) {
    const ast_arg *arg = &args->items[i];
    if (ast_has(arg->name)) {
      named = true;
      ok &= place_named(s, params, n, arg, slots, what);
    } else if (named) {
      diag *d = error_at(s, E0305, arg->value->span, "arguments without a name come before those with one");
      diag_help(d, "name this one too");
      ok = false;
    } else if (i >= n) {
      report_surplus(s, params, n, arg->value->span, what);
      return false;
    } else {
      slots[i] = arg;
    }
  }
  for (uint32_t i = 0; ok && i < n; i++) {
    if (slots[i] || params[i].init) continue;
    report_missing(s, params, n, slots, at, what);
    return false;
  }
  return ok;
}

void check_surplus(sema *s, const ast_args *args) {
  for (uint32_t i = 0; i < args->count; i++) check_lost(s, args->items[i].value);
}

// Defaults that call what has defaults: each is written out where it is needed, so there is an end to it.
#define DEFAULT_BUDGET 1000

static bool may_expand(sema *s, span at) {
  if (s->default_depth == 0) s->default_budget = DEFAULT_BUDGET;
  if (s->default_depth < 32 && s->default_budget > 0) return true;
  uint32_t muted = s->muted;
  s->muted = 0;
  diag *d = error_at(s, E0329, at, "this default needs itself, or too many other defaults");
  diag_help(d, "give the argument where it is called");
  s->muted = muted;
  return false;
}

hir_expr *check_default(sema *s, const ast_expr *e, const type *want, module_info *home, const type_env *env) {
  if (!may_expand(s, e->span)) return expr_error(s, e->span);
  s->default_depth++;
  s->default_budget--;
  fn_cx *old = s->cx;
  fn_cx cx = {.mod = home,
              .result = s->unit,
              .fn = old->fn,
              .no_await = "in a default",
              .in_default = true,
              .env = env,
              .open = old->open,
              .instance = old->instance};
  s->cx = &cx;
  s->muted++; // reported where it is declared
  hir_expr *x = check_as(s, e, want, "the default");
  s->muted--;
  s->default_depth--;
  s->cx = old;
  return x;
}

// `sum(start: T = 0)`: of the prelude only; it is a default where T is a number.
static void report_no_zero(sema *s, const param_desc *p, span at) {
  diag *d = error_at(s, E0304, at, "`%s: %s` must be given here: its default is a number", p->name->text,
                     text_of(s, p->type));
  diag_note(d, p->span, "`%s` is declared here", p->name->text);
}

// Values that are not given.
static bool default_values(sema *s, const param_desc *params, uint32_t n, hir_expr **out, module_info *home, span at) {
  bool ok = true;
  for (uint32_t i = 0; i < n; i++) {
    bool left_out = !out[i];
    if (left_out) out[i] = check_default(s, params[i].init, params[i].type, home, params[i].env);
    if (left_out && is_error(out[i]) && home->in->is_prelude) report_no_zero(s, &params[i], at);
    ok &= !is_error(out[i]);
  }
  return ok;
}

// Values, not yet of the parameters' types: in the order of the text. Those that are there already stay.
bool arg_values(sema *s, const param_desc *params, uint32_t n, const ast_args *args, const ast_arg **slots,
                hir_expr **out, module_info *home, span at) {
  bool ok = true;
  for (uint32_t k = 0; k < args->count; k++) {
    for (uint32_t i = 0; i < n; i++) {
      if (slots[i] != &args->items[k] || out[i]) continue;
      out[i] = check_expr(s, slots[i]->value, params[i].type);
      ok &= !is_error(out[i]);
      break;
    }
  }
  return default_values(s, params, n, out, home, at) && ok;
}

// ---- order ---------------------------------------------------------------------------------------------------------------------
static bool out_of_order(const ast_arg **slots, uint32_t n) {
  const ast_arg *last = NULL;
  for (uint32_t i = 0; i < n; i++) {
    if (!slots[i]) continue;
    if (last && slots[i] < last) return true;
    last = slots[i];
  }
  return false;
}

static bool has_effects(const hir_expr *e) {
  if (hir_is_literal(e)) return false;
  switch ((int)e->kind) {
  case HIR_CONST:
  case HIR_LOCAL: return false;
  case HIR_SOME:
  case HIR_UNARY: return has_effects(e->unary.e);
  default: return true;
  }
}

// Arguments as written, in the order of the text, then defaults.
const uint32_t *text_order(sema *s, const ast_args *args, const ast_arg **slots, uint32_t n) {
  if (!out_of_order(slots, n)) return NULL;
  uint32_t *order = ARENA_ARRAY(s->a, uint32_t, n), at = 0;
  for (uint32_t k = 0; k < args->count; k++)
    for (uint32_t i = 0; i < n; i++)
      if (slots[i] == &args->items[k]) order[at++] = i;
  for (uint32_t i = 0; i < n; i++)
    if (!slots[i]) order[at++] = i;
  return order;
}

static hir_expr *hoist(sema *s, hir_expr *value, hir_list *before) {
  hir_pat *pat = pattern_wild(s, value->type, value->span);
  pat->kind = PAT_BIND;
  pat->var = var_new(s, str_intern_cstr(s->names, "argument"), value->type, value->span, false);
  hir_expr *let = expr_new(s, HIR_LET, s->unit, value->span);
  let->let.pat = pat;
  let->let.init = value;
  before->items[before->count++] = let;
  return take_value(s, expr_local(s, pat->var, value->span));
}

// Arguments of messages: all can be sent, so each may have a name of its own before.
static hir_list hoist_all(sema *s, const arg_list *list) {
  hir_list before = {ARENA_ARRAY(s->a, const hir_expr *, list->count + 1), 0};
  for (uint32_t k = 0; k < list->count; k++) {
    hir_expr *value = (hir_expr *)(uintptr_t)list->items[list->order[k]]; // ours: it was just made
    if (value->type->kind != TY_NEVER && has_effects(value)) list->items[list->order[k]] = hoist(s, value, &before);
  }
  return before;
}

static hir_expr *ordered_node(hir_expr *e) {
  while (e->kind == HIR_FREEZE || e->kind == HIR_SHARE || e->kind == HIR_SOME) e = (hir_expr *)(uintptr_t)e->unary.e;
  return e->kind == HIR_CALL || e->kind == HIR_NEW || e->kind == HIR_VARIANT ? e : NULL;
}

hir_expr *after_args(sema *s, const arg_list *list, hir_expr *call) {
  hir_expr *node = list->order ? ordered_node(call) : NULL;
  if (node) node->arg_order = list->order;
  if (!list->order || node) return call;
  hir_list before = hoist_all(s, list);
  hir_expr *b = expr_new(s, HIR_BLOCK, call->type, call->span);
  b->block.stmts = before.items;
  b->block.count = before.count;
  b->block.result = call;
  if (call->type == s->unit) {
    before.items[before.count] = call;
    b->block.count++;
    b->block.result = NULL;
  }
  return b;
}

arg_list check_args(sema *s, const param_desc *params, uint32_t n, const ast_args *args, span at, const char *what,
                    module_info *home) {
  arg_list list = {.count = n, .ok = true};
  const ast_arg **slots = ARENA_ARRAY(s->a, const ast_arg *, n ? n : 1);
  hir_expr **values = ARENA_ARRAY(s->a, hir_expr *, n ? n : 1);
  if (!match_args(s, params, n, args, at, what, slots)) {
    check_surplus(s, args);
    list.ok = false;
    return list;
  }
  return finish_args(s, params, n, args, slots, values, what, home);
}

arg_list finish_args(sema *s, const param_desc *params, uint32_t n, const ast_args *args, const ast_arg **slots,
                     hir_expr **values, const char *what, module_info *home) {
  arg_list list = {.count = n, .ok = true};
  list.ok = arg_values(s, params, n, args, slots, values, home, SPAN_NONE);
  for (uint32_t i = 0; i < n; i++) {
    const char *role = arena_printf(s->a, "argument `%s` of %s", params[i].name->text, what);
    values[i] = coerce_for(s, values[i], params[i].type, role, params[i].span);
    list.ok &= !is_error(values[i]);
  }
  if (list.ok) list.order = text_order(s, args, slots, n);
  list.items = (const hir_expr **)values;
  return list;
}
