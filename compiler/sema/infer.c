// infer.c — type arguments that are not written: told from the expected type and from the arguments.
// Method:   the types of a generic signature name its parameters; each argument's type is laid over that of its parameter
//           (unification): first those that have a type by themselves; then literals, `none` and closures, which take what is
//           known by then; a closure waits as long as another argument may say what its parameters are.
// Promises: each argument is checked once. What cannot be told is E0303, with the form that says it.
// Does not: convert arguments to the types found (check_args.c, check_call.c).
#include <assert.h>

#include "sema/check.h"

inference infer_begin(sema *s, const hir_decl *owner, const ast_tparams *names, const char *what) {
  uint32_t n = names->count ? names->count : 1;
  return (inference){.owner = owner,
                     .names = names,
                     .found = ARENA_ARRAY(s->a, const type *, n),
                     .weak = ARENA_ARRAY(s->a, bool, n),
                     .may_be_none = ARENA_ARRAY(s->a, bool, n),
                     .count = names->count,
                     .what = what};
}

void infer_explicit(inference *inf, const type *const *args) {
  for (uint32_t i = 0; i < inf->count; i++) inf->found[i] = args[i];
  inf->written = true;
}

// ---- unification -----------------------------------------------------------------------------------------------------
typedef struct unifier {
  sema *s;
  inference *inf;
  bool expected; // the other side is what is wanted, not what is given
  uint32_t depth;
} unifier;

static void found_again(unifier *u, uint32_t i, const type *given, bool whole) {
  inference *inf = u->inf;
  const type *old = inf->found[i];
  if (inf->weak[i]) {
    // If only capabilities differ, the argument is told what is expected of it.
    if (!subtype_ok(u->s->types, given, old, true) && !types_alike(given, old)) inf->found[i] = given;
    inf->weak[i] = false;
    return;
  }
  if (!whole) return;
  const type *both =
      subtype_join(u->s->types, old, !type_is_copyable(u->s->types, old), given, !type_is_copyable(u->s->types, given));
  if (both) inf->found[i] = both;
}

static void unify(unifier *u, const type *pattern, const type *given, bool whole);

#define STRUCTURE_DEPTH_MAX 4 // methods of an interface may name it again

// An interface is laid over whatever has its methods: what those take and give says what it is of.
static void unify_methods(unifier *u, const type *pattern, const type *given) {
  if (u->depth >= STRUCTURE_DEPTH_MAX) return;
  u->depth++;
  for (uint32_t i = 0; i < pattern->decl->method_count; i++) {
    const hir_fn *wanted = pattern->decl->methods[i];
    decl_info *owner;
    member *m = member_lookup(u->s, given, info_of_fn(wanted)->name, &owner);
    if (!m || m->kind != MEMBER_FN || m->fn->hir.param_count != wanted->param_count) continue;
    if (m->fn->unmet) continue;
    const hir_fn *own = &m->fn->hir;
    const type *const *args = given->args;
    for (uint32_t k = 0; k < own->param_count; k++)
      unify(u, wanted->params[k]->type,
            type_bind(u->s, own->params[k]->type, given->decl, args, given->arg_count, wanted->receiver), false);
    unify(u, wanted->result, type_bind(u->s, own->result, given->decl, args, given->arg_count, wanted->receiver),
          false);
  }
  u->depth--;
}

static void unify(unifier *u, const type *pattern, const type *given, bool whole) {
  inference *inf = u->inf;
  assert(type_openness(given) != PATTERN);
  if (inf->written) return;
  if (given->kind == TY_ERROR || (given->kind == TY_NONE && pattern->kind != TY_PARAM)) return;
  if (pattern->kind == TY_PARAM) {
    if (pattern->decl != inf->owner || given->kind == TY_NEVER) return;
    assert(pattern->param_index < inf->count);
    uint32_t i = pattern->param_index;
    if (given->kind == TY_NONE) {
      inf->may_be_none[i] = whole;
      return;
    }
    if (inf->found[i]) {
      found_again(u, i, given, whole && pattern->cap == CAP_NONE);
      return;
    }
    inf->found[i] = given;
    inf->weak[i] = u->expected;
    return;
  }
  if (pattern->kind == TY_OPTIONAL && given->kind != TY_OPTIONAL) {
    unify(u, pattern->args[0], given, whole);
    return;
  }
  bool structural = pattern->kind == TY_INTERFACE && !u->expected;
  if (structural && (given->kind != TY_INTERFACE || pattern->decl->origin != given->decl->origin)) {
    unify_methods(u, pattern, given);
    return;
  }
  if (pattern->kind != given->kind) return;
  bool instances =
      pattern->decl && given->decl && pattern->decl->targ_count && pattern->decl->origin == given->decl->origin;
  if (instances) {
    for (uint32_t i = 0; i < pattern->decl->targ_count; i++)
      unify(u, pattern->decl->targs[i], given->decl->targs[i], false);
    return;
  }
  if (pattern->decl != given->decl || pattern->arg_count != given->arg_count) return;
  bool inside = whole && (pattern->kind == TY_OPTIONAL || pattern->kind == TY_TUPLE);
  for (uint32_t i = 0; i < pattern->arg_count; i++) unify(u, pattern->args[i], given->args[i], inside);
}

void infer_expected(sema *s, inference *inf, const type *pattern, const type *hint) {
  if (!hint) return;
  if (hint->kind == TY_OPTIONAL && pattern->kind != TY_OPTIONAL) hint = hint->args[0];
  unify(&(unifier){.s = s, .inf = inf, .expected = true}, pattern, hint, false);
}

void infer_bounds(sema *s, inference *inf, const bound_list *bounds, bool of_owner, const type_env *env,
                  module_info *mod) {
  unifier u = {.s = s, .inf = inf};
  fn_cx cx = {.mod = mod, .env = env};
  fn_cx *old = s->cx;
  for (uint32_t i = 0; i < bounds->count; i++) {
    const tparam_bound *b = &bounds->items[i];
    if (!b->interface || b->of_owner != of_owner || !inf->found[b->index]) continue;
    s->cx = &cx;
    s->muted++;
    const type *interface = type_from_ast(s, b->interface);
    s->muted--;
    s->cx = old;
    unify(&u, interface, inf->found[b->index], false);
  }
}

// ---- arguments -------------------------------------------------------------------------------------------------------
// `name` or `module.name`, if that is what these mean here: a local may hide them.
static const symbol *symbol_spelled(const module_info *mod, const ast_expr *e) {
  if (e->kind == AST_EXPR_NAME) return map_get(&mod->symbols, e->u.name);
  if (e->kind != AST_EXPR_FIELD || e->u.field.object->kind != AST_EXPR_NAME) return NULL;
  const symbol *home = map_get(&mod->modules, e->u.field.object->u.name);
  return home && home->kind == SYM_MODULE ? map_get(&home->u.module->symbols, e->u.field.name.name) : NULL;
}

// What takes its type from where it goes.
static bool is_loose(sema *s, const ast_expr *e) {
  const symbol *sym = symbol_spelled(s->cx->mod, e);
  if (sym && sym->kind == SYM_FN && sym->u.fn->ast->tparams.count) return true; // a generic function as a value
  switch ((int)e->kind) {
  case AST_EXPR_NONE:
  case AST_EXPR_ARRAY:
  case AST_EXPR_MAP:
  case AST_EXPR_CLOSURE: return true;
  case AST_EXPR_FIELD: return e->u.field.object->kind == AST_EXPR_TYPE_NAME;
  default: return is_flexible(e);
  }
}

// Of a function's type what is known helps, even if that is not all.
static const type *hint_of(sema *s, const inference *inf, const type *pattern) {
  const type *want = type_bind(s, pattern, inf->owner, inf->found, inf->count, CAP_NONE);
  const type *fn = type_unwrap(pattern);
  if (type_openness(want) != PATTERN) return want;
  if (fn->kind != TY_FN) return NULL;
  const type **parts = ARENA_ARRAY(s->a, const type *, fn->arg_count);
  for (uint32_t i = 0; i < fn->arg_count; i++) {
    parts[i] = type_bind(s, fn->args[i], inf->owner, inf->found, inf->count, CAP_NONE);
    if (type_openness(parts[i]) == PATTERN) parts[i] = s->error;
  }
  const type *known = type_fn(s->types, parts, fn->arg_count, fn->raises, fn->cap);
  return pattern == fn ? known : type_optional(s, known);
}

// Each argument has its parameter: match_args has seen to that.
static uint32_t slot_of(const ast_arg **slots, const ast_arg *arg) {
  uint32_t i = 0;
  while (slots[i] != arg) i++;
  return i;
}

// Is there a parameter of this closure, or generic function, whose type neither it nor what is known by now says?
static bool is_blind(const ast_expr *e, const type *hint) {
  const type *want = hint ? type_unwrap(hint) : NULL;
  if (!want) return false;
  for (uint32_t i = 0; i + 1 < want->arg_count; i++) {
    bool written = e->kind == AST_EXPR_CLOSURE && i < e->u.closure.params.count && e->u.closure.params.items[i].type;
    if (!written && !type_is_told(want->args[i])) return true;
  }
  return false;
}

typedef enum infer_round_of { ROUND_TIGHT, ROUND_LOOSE, ROUND_ALL } infer_round_of;

// The arguments that are not there yet, in the order of the text: how many could be looked at.
static uint32_t infer_round(unifier *u, infer_round_of what, const param_desc *patterns, const ast_args *args,
                            const ast_arg **slots, hir_expr **out) {
  uint32_t done = 0;
  for (uint32_t k = 0; k < args->count; k++) {
    const ast_expr *value = args->items[k].value;
    uint32_t i = slot_of(slots, &args->items[k]);
    if (out[i] || (what == ROUND_TIGHT && is_loose(u->s, value))) continue;
    const type *pattern = patterns[i].type;
    const type *hint = hint_of(u->s, u->inf, pattern);
    if (what == ROUND_LOOSE && is_blind(value, hint)) continue;
    out[i] = check_expr(u->s, value, hint);
    unify(u, pattern, value_type(u->s, out[i]), true);
    done++;
  }
  return done;
}

static bool all_right(hir_expr **values, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (values[i] && is_error(values[i])) return false;
  return true;
}

bool infer_args(sema *s, inference *inf, const param_desc *patterns, uint32_t n, const ast_args *args,
                const ast_arg **slots, hir_expr **out) {
  unifier u = {.s = s, .inf = inf};
  infer_round(&u, ROUND_TIGHT, patterns, args, slots, out);
  while (infer_round(&u, ROUND_LOOSE, patterns, args, slots, out)) {}
  bool ok = all_right(out, n);
  s->poisoned_wants += !ok; // what is in error might have told
  infer_round(&u, ROUND_ALL, patterns, args, slots, out);
  s->poisoned_wants -= !ok;
  return all_right(out, n);
}

bool infer_done(sema *s, inference *inf, span at) {
  for (uint32_t i = 0; i < inf->count; i++) {
    bool none = inf->found[i] && inf->may_be_none[i] && inf->found[i]->kind != TY_OPTIONAL;
    if (none) inf->found[i] = type_optional(s, inf->found[i]);
    if (inf->found[i]) continue;
    if (s->poisoned_wants) return false;
    const char *name = inf->names->items[i].name.name->text;
    diag *d = error_at(s, E0303, at, "the type `%s` of %s cannot be told from this", name, inf->what);
    diag_note(d, inf->names->items[i].span, "`%s` is declared here", name);
    const char *form = "";
    for (uint32_t k = 0; k < inf->count; k++)
      form = arena_printf(s->a, "%s%s%s", form, k ? ", " : "",
                          inf->found[k] ? text_of(s, inf->found[k])
                          : k           ? "String"
                                        : "Int");
    diag_help(d, "write it after the name: `[%s]`; or say what the result is: `let x: … = …`", form);
    return false;
  }
  return true;
}

// ---- what is made ----------------------------------------------------------------------------------------------------
static param_desc *describe_parts(sema *s, const decl_info *d, int variant, uint32_t *count) {
  const ast_params *asts = variant >= 0 ? &d->ast->u.nominal.variants.items[variant].params : &d->ast->u.nominal.params;
  const hir_field *fields = variant >= 0 ? d->hir.variants[variant].fields : d->hir.fields;
  param_desc *params = ARENA_ARRAY(s->a, param_desc, asts->count ? asts->count : 1);
  for (uint32_t i = 0; i < asts->count; i++) {
    const ast_param *p = &asts->items[i];
    params[i] =
        (param_desc){.name = p->name.name, .init = p->init, .span = p->span, .type = fields[i].type, .env = d->env};
  }
  *count = asts->count;
  return params;
}

// What the expected type says of a generic's own arguments.
static void expect_instance(inference *inf, const type *hint) {
  const type *h = hint ? type_unwrap(hint) : NULL;
  if (!h || !h->decl || h->decl->origin != inf->owner) return;
  for (uint32_t i = 0; i < inf->count; i++) inf->found[i] = h->decl->targs[i], inf->weak[i] = true;
}

arg_list made_args(sema *s, decl_info **decl, int variant, const ast_args *args, span at, const char *what,
                   const type *hint) {
  uint32_t n;
  decl_info *d = *decl;
  if (!d->generic) {
    param_desc *params = describe_parts(s, d, variant, &n);
    return check_args(s, params, n, args, at, what, d->mod);
  }
  decl_info *shape = decl_shape(s, d);
  arg_list list = {.ok = false};
  if (!shape) {
    check_surplus(s, args);
    return list;
  }
  param_desc *params = describe_parts(s, shape, variant, &n);
  inference inf = infer_begin(s, &d->hir, tparams_of(d), arena_printf(s->a, "`%s`", d->hir.name));
  expect_instance(&inf, hint);
  const ast_arg **slots = ARENA_ARRAY(s->a, const ast_arg *, n ? n : 1);
  hir_expr **values = ARENA_ARRAY(s->a, hir_expr *, n ? n : 1);
  if (!match_args(s, params, n, args, at, what, slots)) {
    check_surplus(s, args);
    return list;
  }
  if (!infer_args(s, &inf, params, n, args, slots, values)) return list;
  infer_bounds(s, &inf, &d->bounds, true, shape->env, d->mod);
  if (!infer_done(s, &inf, at)) return list;
  if (!decl_bounds(s, d, inf.found, at)) return list;
  *decl = decl_instance(s, d, inf.found, at);
  if (!*decl) return list;
  params = describe_parts(s, *decl, variant, &n);
  return finish_args(s, params, n, args, slots, values, what, d->mod);
}
