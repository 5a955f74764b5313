// check_type.c — types as written become types; what is asked of type arguments.
// Promises: a type in error is reported once and becomes TY_ERROR. `self->T` is a parameter seen through the receiver.
// Does not: know expressions, but for those that spell a type (`Array[Int]()`).
#include "sema/check.h"
#include "sema/interface.h"

#include "syntax/ast_build.h"

const type *type_optional(sema *s, const type *inner) {
  if (inner->kind == TY_ERROR) return inner;
  return type_compound(s->types, TY_OPTIONAL, &inner, 1, CAP_NONE);
}

// Types are shared, so one of few lines may have more parts than atoms in the world. All walks over types go by parts.
#define TYPE_WEIGHT_MAX 2000

uint32_t type_weight(sema *s, const type *t) {
  while (s->weights.count <= t->id) VEC_PUSH(s->a, &s->weights, 0);
  if (s->weights.items[t->id]) return s->weights.items[t->id];
  uint32_t sum = 1, of_instance = t->decl ? t->decl->targ_count : 0;
  for (uint32_t i = 0; i < t->arg_count && sum <= TYPE_WEIGHT_MAX; i++) sum += type_weight(s, t->args[i]);
  for (uint32_t i = 0; i < of_instance && sum <= TYPE_WEIGHT_MAX; i++) sum += type_weight(s, t->decl->targs[i]);
  return s->weights.items[t->id] = sum;
}

bool type_small(sema *s, const type *t, span at) {
  if (type_weight(s, t) <= TYPE_WEIGHT_MAX) return true;
  diag *d = error_at(s, E0330, at, "this type has more than %d parts", TYPE_WEIGHT_MAX);
  diag_help(d, "make a struct or class of some of them");
  return false;
}

const type *type_unwrap(const type *t) { return t->kind == TY_OPTIONAL ? t->args[0] : t; }

bool type_is_builtin(const type *t, builtin b) { return t->kind == TY_CLASS && t->decl->builtin == b; }

const type *type_array_of(sema *s, const type *elem, cap c) {
  if (elem->kind == TY_ERROR || !s->d_array) return s->error;
  return type_nominal(s->types, TY_CLASS, &s->d_array->hir, &elem, 1, c);
}

const type *type_array_elem(const type *t) { return type_is_builtin(t, BUILTIN_ARRAY) ? t->args[0] : NULL; }

bool type_is_users(const type *t) {
  if (t->kind == TY_CLASS) return t->decl->builtin == BUILTIN_NO;
  return t->kind == TY_STRUCT || t->kind == TY_ENUM || t->kind == TY_INTERFACE;
}

bool type_has_methods(const type *t) {
  return type_is_users(t) || (t->kind == TY_PARAM && t->decl && t->decl->kind == DECL_PARAM);
}

bool types_alike(const type *a, const type *b) {
  if (a == b) return true;
  if (a->kind != b->kind || a->decl != b->decl || a->arg_count != b->arg_count || a->param_index != b->param_index)
    return false;
  for (uint32_t i = 0; i < a->arg_count; i++)
    if (!types_alike(a->args[i], b->args[i])) return false;
  return true;
}

const type *type_of_decl(sema *s, decl_info *d, const type *const *args, uint32_t n, cap c) {
  if (d->poisoned) return s->error;
  switch (d->hir.kind) {
  case DECL_CLASS: return type_nominal(s->types, TY_CLASS, &d->hir, args, n, c == CAP_NONE ? d->hir.default_cap : c);
  case DECL_STRUCT: return type_nominal(s->types, TY_STRUCT, &d->hir, args, n, c == CAP_NONE ? d->hir.default_cap : c);
  case DECL_ENUM: return type_nominal(s->types, TY_ENUM, &d->hir, args, n, c == CAP_NONE ? d->hir.default_cap : c);
  case DECL_ERROR: return type_nominal(s->types, TY_ERRVAL, &d->hir, NULL, 0, CAP_NONE);
  case DECL_AGENT: return type_nominal(s->types, TY_AGENT, &d->hir, NULL, 0, CAP_TAG);
  case DECL_PRIMITIVE: return d->simple->kind == TY_OPTIONAL ? type_optional(s, args[0]) : d->simple;
  case DECL_PARAM: break;
  case DECL_INTERFACE:
    if (d->hir.is_agents) return type_nominal(s->types, TY_AGENT, &d->hir, NULL, 0, CAP_TAG);
    return type_nominal(s->types, TY_INTERFACE, &d->hir, args, n, c == CAP_NONE ? d->hir.default_cap : c);
  }
  return s->error;
}

static uint32_t param_count_of(const symbol *sym) {
  if (sym->kind == SYM_FUTURE) return 1;
  if (sym->kind == SYM_ALIAS) return sym->u.alias->ast->u.alias.tparams.count;
  return sym->kind == SYM_DECL ? sym->u.decl->ast->u.nominal.tparams.count : 0;
}

// `args` are those of a generic alias, which is written out at each use.
static const type *alias_type(sema *s, alias_info *a, const type *const *args, span at) {
  const ast_tparams *names = &a->ast->u.alias.tparams;
  if (a->state == DONE && !names->count) return a->type;
  // A generic may name it again in its own fields, which are settled after its type is known.
  int phase = s->settling + 2 * s->signing;
  if (a->state == BUSY && a->phase == phase) {
    diag *d = error_at(s, E0323, a->ast->name.span, "`%s` is an alias of itself", a->ast->name.name->text);
    if (at.begin != a->ast->name.span.begin) diag_note(d, at, "here it leads back");
    return s->error;
  }
  alias_info outer = *a;
  a->state = BUSY;
  a->phase = phase;
  fn_cx *old = s->cx;
  fn_cx cx = {.mod = a->mod, .instance = old ? old->instance : NULL};
  if (names->count) cx.env = env_new(s, NULL, names, args);
  s->cx = &cx;
  const type *t = type_from_ast(s, a->ast->u.alias.type);
  s->cx = old;
  a->type = t;
  a->state = outer.state == BUSY ? BUSY : DONE;
  a->phase = outer.phase;
  return t;
}

void symbol_type_settle(sema *s, symbol *alias) {
  const ast_tparams *names = &alias->u.alias->ast->u.alias.tparams;
  const type **args = ARENA_ARRAY(s->a, const type *, names->count + 1);
  for (uint32_t i = 0; i < names->count; i++)
    args[i] = type_param(s->types, names->items[i].name.name->text, i, NULL, CAP_NONE);
  (void)alias_type(s, alias->u.alias, args, alias->span);
}

// Has the alias nothing but another name for the same parameters: `type Tree[T] = Node[T]`?
static bool only_renames(const alias_info *a) {
  const ast_type *t = a->ast->u.alias.type;
  const ast_tparams *names = &a->ast->u.alias.tparams;
  if (t->kind != AST_TYPE_PATH || (cap)t->cap != CAP_NONE || t->u.path.args.count != names->count) return false;
  for (uint32_t i = 0; i < names->count; i++) {
    const ast_type *arg = t->u.path.args.items[i];
    bool plain = arg->kind == AST_TYPE_PATH && (cap)arg->cap == CAP_NONE && !ast_has(arg->u.path.module);
    if (!plain || arg->u.path.name.name != names->items[i].name.name) return false;
  }
  return true;
}

symbol *symbol_meant(sema *s, symbol *sym) {
  for (uint32_t steps = 0; sym && sym->kind == SYM_ALIAS && only_renames(sym->u.alias) && steps < 100; steps++) {
    if (sym->u.alias->state == BUSY) break;
    fn_cx *old = s->cx;
    fn_cx cx = {.mod = sym->u.alias->mod};
    s->cx = &cx;
    s->muted++; // an alias in error was reported
    symbol *next = path_symbol(s, sym->u.alias->ast->u.alias.type);
    s->muted--;
    s->cx = old;
    if (!next) break;
    sym = next;
  }
  return sym;
}

const type *alias_wanted(sema *s, symbol *alias, span at, const type *hint) {
  const ast_tparams *names = &alias->u.alias->ast->u.alias.tparams;
  hint = hint ? type_unwrap(hint) : NULL;
  if (!names->count || !hint || !hint->decl) return symbol_type(s, alias, at, NULL, 0, CAP_NONE);
  symbol_type_settle(s, alias);
  const type *shape = alias->u.alias->type;
  bool same =
      shape->decl && (shape->decl == hint->decl || (shape->decl->origin && shape->decl->origin == hint->decl->origin));
  return same ? hint : symbol_type(s, alias, at, NULL, 0, CAP_NONE);
}

// A suffix on something that has no capability: `Int val`.
static const type *with_suffix(sema *s, const type *t, cap c, span at) {
  if (c == CAP_NONE || t->kind == TY_ERROR) return t;
  bool plain = t->kind <= TY_NONE || t->kind == TY_ERRVAL || t->kind == TY_FUTURE;
  if (plain || (t->kind == TY_AGENT && c != CAP_TAG)) {
    diag *d = error_at(s, E0324, at,
                       t->kind == TY_AGENT ? "an agent is always `tag`: `%s` cannot be `%s`"
                                           : "`%s` is a plain value and takes no `%s`",
                       text_of(s, t), cap_name(c));
    diag_help(d, "leave `%s` out", cap_name(c));
    diag_edit(d, at, "");
    return t;
  }
  return type_with_cap(s->types, t, c);
}

// Bounds may ask for what they are part of, `interface A[T: A[T]]`: what is being asked already holds if the rest does. As deep
// as this nobody asks on purpose, and there is a stack for it.
#define BOUNDS_DEPTH 200
bool decl_bounds_now(sema *s, decl_info *d, const type *const *args, span at) {
  if (!d->bounds.count) return true;
  if (d->endless) return false;
  const type *key = type_compound(s->types, TY_TUPLE, args, tparams_of(d)->count, CAP_NONE);
  uint32_t depth = 0;
  for (const asked_bounds *up = s->asked; up; up = up->up, depth++)
    if (up->of == d && up->args == key) return true;
  fn_cx *old = s->cx, cx = old ? *old : (fn_cx){.mod = d->mod};
  instance *why = instance_new(s, &d->bounds, key, d->name->text, at);
  if (depth >= BOUNDS_DEPTH || !instance_has_end(why, &d->asked_larger)) {
    diag_error(s->root, E0331, d->hir.span, "the bounds of `%s` ask for ever larger types, without an end",
               d->name->text);
    d->endless = true;
    return false;
  }
  asked_bounds here = {.of = d, .args = key, .up = s->asked};
  s->asked = &here;
  cx.instance = why;
  s->cx = &cx;
  bool ok = check_bounds(s, &d->bounds, args, NULL, at, d->name->text, d, NULL);
  s->cx = old;
  s->asked = here.up;
  return ok;
}

// While types are being settled, or methods get their types, nothing can be said about them: later.
bool decl_bounds(sema *s, decl_info *d, const type *const *args, span at) {
  if (!s->settling && !s->signing) return decl_bounds_now(s, d, args, at);
  const instance *why = s->cx ? s->cx->instance : NULL;
  if (!s->muted) VEC_PUSH(s->a, &s->pending, (pending_bound){args, at, d, why});
  return true;
}

const type *symbol_type(sema *s, symbol *sym, span at, const type *const *args, uint32_t n, cap c) {
  uint32_t wanted = param_count_of(sym);
  switch (sym->kind) {
  case SYM_POISON: return s->error;
  case SYM_TYPE:
  case SYM_DECL:
  case SYM_FUTURE:
  case SYM_ALIAS: break;
  case SYM_FN:
  case SYM_CONST:
  case SYM_BUILTIN:
  case SYM_MODULE: error_at(s, E0218, at, "`%s` is no type", sym->name->text); return s->error;
  }
  if (n != wanted) {
    diag *d = error_at(s, E0311, at, "`%s` takes %u type argument%s, not %u", sym->name->text, wanted,
                       plural(wanted, "", "s"), n);
    if (n == 0 && wanted) diag_help(d, "say of what: `%s[%s]`", sym->name->text, wanted == 2 ? "String, Int" : "Int");
    return s->error;
  }
  for (uint32_t i = 0; i < n; i++)
    if (args[i]->kind == TY_ERROR) return s->error;
  if (sym->kind == SYM_TYPE) return sym->u.type;
  if (sym->kind == SYM_ALIAS) return alias_type(s, sym->u.alias, args, at);
  if (sym->kind == SYM_FUTURE) return type_compound(s->types, TY_FUTURE, args, 1, CAP_NONE);
  decl_info *d = sym->u.decl;
  if (n && !decl_bounds(s, d, args, at)) return s->error;
  if (d->generic) {
    d = decl_instance(s, d, args, at);
    return d ? type_of_decl(s, d, NULL, 0, c) : s->error;
  }
  const type *made = type_of_decl(s, d, args, n, c);
  return n < 2 || type_small(s, made, at) ? made : s->error;
}

// A type parameter in scope: what it stands for.
const type *tparam_named(sema *s, const str *name, cap written, bool through_self) {
  const fn_cx *cx = s->cx;
  for (const type_env *env = cx->env; env; env = env->up) {
    for (uint32_t i = 0; i < env->names->count; i++) {
      if (env->names->items[i].name.name != name) continue;
      const type *t = env->types[i];
      if (through_self) return type_param_self(s->types, t->param_name, t->param_index, t->decl);
      return t->kind == TY_PARAM && t->cap == CAP_NONE && written != CAP_NONE ? type_with_cap(s->types, t, written)
                                                                              : param_seen(s, t, written);
    }
  }
  return NULL;
}

symbol *path_symbol(sema *s, const ast_type *t) {
  ast_ident home = t->u.path.module, name = t->u.path.name;
  if (!ast_has(home)) {
    symbol *sym = symbol_find(s, s->cx->mod, name.name, name.span);
    if (!sym) (void)unknown_name(s, name.name, name.span, true);
    return sym;
  }
  symbol *m = map_get(&s->cx->mod->modules, home.name);
  if (!m) {
    if (!s->cx->mod->incomplete) {
      diag *d = error_at(s, E0219, home.span, "there is no module `%s` here", home.name->text);
      if (help_used_file(s, home.name, d)) return NULL;
      diag_help(d, "add `use std.%s` or `use \"./%s.agent\" as %s` at the top of the file", home.name->text,
                home.name->text, home.name->text);
    }
    return NULL;
  }
  return m->kind == SYM_MODULE ? symbol_in_module(s, m->u.module, name.name, name.span) : NULL;
}

// `Self` in an interface: the type that satisfies it.
static const type *self_of(sema *s, decl_info *d, cap c) {
  d->hir.uses_self = true;
  return type_param(s->types, "Self", 0, &d->hir, c);
}

static const type *path_type(sema *s, const ast_type *t, bool through_self) {
  cap c = (cap)t->cap;
  uint32_t n = t->u.path.args.count;
  if (!ast_has(t->u.path.module)) {
    const type *param = tparam_named(s, t->u.path.name.name, c, through_self);
    if (param && t->u.path.args.count) {
      error_at(s, E0311, t->span, "`%s` is a type parameter and takes no type arguments", t->u.path.name.name->text);
      return s->error;
    }
    if (param) return param;
    decl_info *d = s->cx->owner;
    if (d && d->hir.kind == DECL_INTERFACE && !n && str_is(t->u.path.name.name, "Self")) return self_of(s, d, c);
  }
  const type **args = ARENA_ARRAY(s->a, const type *, n ? n : 1);
  for (uint32_t i = 0; i < n; i++) args[i] = type_from_ast(s, t->u.path.args.items[i]);
  symbol *sym = path_symbol(s, t);
  if (!sym) return s->error;
  const type *r = symbol_type(s, sym, t->u.path.name.span, args, n, CAP_NONE);
  return with_suffix(s, r, c, t->cap_span);
}

static const type *tuple_type(sema *s, const ast_type *t) {
  uint32_t n = t->u.tuple.count;
  if (n == 0) return s->unit;
  const type **args = ARENA_ARRAY(s->a, const type *, n);
  for (uint32_t i = 0; i < n; i++) {
    args[i] = type_from_ast(s, t->u.tuple.items[i]);
    if (args[i]->kind == TY_ERROR) return s->error;
  }
  const type *made = type_compound(s->types, TY_TUPLE, args, n, CAP_NONE);
  return type_small(s, made, t->span) ? with_suffix(s, made, (cap)t->cap, t->cap_span) : s->error;
}

static const type *fn_type(sema *s, const ast_type *t) {
  uint32_t n = t->u.fn.params.count;
  const type **args = ARENA_ARRAY(s->a, const type *, n + 1u);
  bool ok = true;
  for (uint32_t i = 0; i <= n; i++) {
    args[i] = i < n            ? type_from_ast(s, t->u.fn.params.items[i])
              : t->u.fn.result ? type_from_ast(s, t->u.fn.result)
                               : s->unit;
    ok &= args[i]->kind != TY_ERROR;
  }
  cap c = (cap)t->u.fn.cap;
  if (c == CAP_BOX || c == CAP_TAG) {
    diag *d = error_at(s, E0324, t->span,
                       "a function type is `fn`, `fn val` or `fn iso`: a `%s` one could not be called", cap_name(c));
    diag_help(d, "write `fn val(…)` for one that may be sent, `fn(…)` for any other");
    return s->error;
  }
  if (!ok) return s->error;
  const type *made = type_fn(s->types, args, n + 1, t->u.fn.raises, c);
  return type_small(s, made, t->span) ? made : s->error;
}

const type *type_from_ast(sema *s, const ast_type *t) {
  switch (t->kind) {
  case AST_TYPE_ERROR: return s->error;
  case AST_TYPE_PATH: return path_type(s, t, false);
  case AST_TYPE_TUPLE: return tuple_type(s, t);
  case AST_TYPE_OPTIONAL: return type_optional(s, type_from_ast(s, t->u.inner));
  case AST_TYPE_FN: return fn_type(s, t);
  case AST_TYPE_VIEW: {
    fn_info *f = s->cx->fn;
    if (f) f->views = true;
    bool pattern = f && !f->origin && s->cx->owner && s->cx->owner->hir.tparam_count;
    if (t->u.inner->kind == AST_TYPE_PATH && pattern) return path_type(s, t->u.inner, true);
    const type *inner = type_from_ast(s, t->u.inner);
    cap c = f && f->view != CAP_NONE ? f->view
            : s->cx->self            ? type_cap(s->cx->self->type)
            : s->cx->fn              ? s->cx->fn->hir.receiver
                                     : CAP_NONE;
    return type_view(s->types, inner, c);
  }
  }
  return s->error;
}

const type *type_from_expr(sema *s, const ast_expr *e) {
  const ast_type *t = ast_expr_to_type(s->a, e);
  return t ? type_from_ast(s, t) : NULL;
}

// ---- type parameters and what is asked of them ---------------------------------------------------------------------
void resolve_tparams(sema *s, const ast_tparams *list, const char *const **names, uint32_t *count) {
  const char **out = ARENA_ARRAY(s->a, const char *, list->count ? list->count : 1);
  for (uint32_t i = 0; i < list->count; i++) out[i] = list->items[i].name.name->text;
  *names = out;
  *count = list->count;
}

static const struct {
  const char *name;
  type_quality quality;
} quality_rows[] = {{"sendable", QUALITY_SENDABLE},
                    {"shareable", QUALITY_SHAREABLE},
                    {"copyable", QUALITY_COPYABLE},
                    {"readable", QUALITY_READABLE},
                    {"Eq", QUALITY_EQ},
                    {"Hash", QUALITY_HASH},
                    {"Ord", QUALITY_ORD},
                    {"Show", QUALITY_SHOW}};
enum { QUALITY_ROWS = sizeof quality_rows / sizeof quality_rows[0] };

static bool quality_named(const str *name, type_quality *q) {
  for (size_t i = 0; i < QUALITY_ROWS; i++) {
    if (!str_is(name, quality_rows[i].name)) continue;
    *q = quality_rows[i].quality;
    return true;
  }
  return false;
}

bool quality_known(const str *name) { return quality_named(name, &(type_quality){QUALITY_VAL}); }

void suggest_offer_qualities(sema *s, suggestion *g) {
  for (size_t i = 0; i < QUALITY_ROWS; i++) suggest_offer(g, str_intern_cstr(s->names, quality_rows[i].name));
}

static int position_of(const ast_tparams *names, const str *name) {
  for (uint32_t i = 0; names && i < names->count; i++)
    if (names->items[i].name.name == name) return (int)i;
  return -1;
}

const ast_tparams *tparams_of(const decl_info *d) {
  static const ast_tparams none = {0};
  return d->ast ? &d->ast->u.nominal.tparams : &none;
}

void resolve_bounds(sema *s, bound_list *out, const ast_tparams *of_fn, const ast_tparams *of_owner,
                    const ast_tparams *list) {
  for (uint32_t i = 0; i < list->count; i++) {
    const ast_tparam *p = &list->items[i];
    int own = position_of(of_fn, p->name.name), owner = position_of(of_owner, p->name.name);
    if (own < 0 && owner < 0) continue;
    tparam_bound b = {.index = (uint32_t)(own >= 0 ? own : owner), .of_owner = own < 0};
    for (uint32_t j = 0; j < p->bounds.count; j++) {
      const ast_bound *ast = &p->bounds.items[j];
      const str *word = ast_has(ast->word)                              ? ast->word.name
                        : ast->type && ast->type->kind == AST_TYPE_PATH ? ast->type->u.path.name.name
                                                                        : NULL;
      b.interface = NULL;
      if (ast->cap == AST_CAP_VAL) b.quality = QUALITY_VAL;
      else if (!word) continue;
      else if (!quality_named(word, &b.quality)) {
        if (!ast->type) continue;
        b.quality = QUALITY_READABLE;
        b.interface = ast->type;
      }
      VEC_PUSH(s->a, out, b);
    }
  }
}

static const char *const quality_words[][2] = {
    [QUALITY_SENDABLE] = {"can be sent", "sendable"},
    [QUALITY_SHAREABLE] = {"can be shared", "shareable"},
    [QUALITY_COPYABLE] = {"can have a second name (no `iso`)", "copyable"},
    [QUALITY_READABLE] = {"can be read (no `tag`)", "readable"},
    [QUALITY_VAL] = {"never changes", "val"},
    [QUALITY_EQ] = {"can be compared with `==`", "Eq"},
    [QUALITY_HASH] = {"can be hashed", "Hash"},
    [QUALITY_ORD] = {"can be put in order with `<`", "Ord"},
    [QUALITY_SHOW] = {"can be shown as text", "Show"},
};

// The interface that a bound names, for these type arguments; not TY_ERROR.
static const type *bound_interface(sema *s, const tparam_bound *b, const type *const *owner_args,
                                   const type *const *fn_args, const decl_info *owner, const fn_info *fn) {
  const type_env *env = owner && owner_args ? env_new(s, NULL, tparams_of(owner), owner_args) : NULL;
  if (fn && fn_args) env = env_new(s, env, &fn->ast->tparams, fn_args);
  fn_cx *old = s->cx;
  fn_cx cx = {.mod = fn ? fn->mod : owner->mod, .env = env, .instance = old ? old->instance : NULL};
  s->cx = &cx;
  s->muted++; // reported where the generic is
  const type *t = type_from_ast(s, b->interface);
  s->muted--;
  s->cx = old;
  return t;
}

bool check_bounds(sema *s, const bound_list *b, const type *const *owner_args, const type *const *fn_args, span at,
                  const char *what, const decl_info *owner, const fn_info *fn) {
  for (uint32_t i = 0; i < b->count; i++) {
    const tparam_bound *one = &b->items[i];
    const type *const *args = one->of_owner ? owner_args : fn_args;
    if (!args || args[one->index]->kind == TY_ERROR || type_openness(args[one->index]) == PATTERN) continue;
    const type *t = args[one->index];
    if (one->interface) {
      if (interface_bound(s, at, what, t, bound_interface(s, one, owner_args, fn_args, owner, fn))) continue;
      return false;
    }
    type_reason why;
    if (type_has(s->types, t, one->quality, &why)) continue;
    diag *d = error_at(s, E0421, at, "`%s` needs a type that %s, and `%s` is none", what,
                       quality_words[one->quality][0], text_full(s, t));
    const type *culprit = why.count ? why.steps[why.count - 1].type : t;
    if (culprit != t) diag_help(d, "it holds `%s`", text_full(s, culprit));
    bool users = type_is_users(culprit) && culprit->kind != TY_INTERFACE;
    bool compares = one->quality == QUALITY_EQ || one->quality == QUALITY_ORD || one->quality == QUALITY_HASH;
    if (culprit->kind == TY_INTERFACE && compares) diag_help(d, "%s", interface_compared(one->quality));
    if (one->quality == QUALITY_EQ && users)
      diag_help(d, "give `%s` a method `fn eq(o: %s box) -> Bool`", culprit->decl->name, culprit->decl->name);
    if (one->quality == QUALITY_HASH && users)
      diag_help(d, "give `%s` the methods `fn hash() -> U64` and `fn eq(o: %s box) -> Bool`", culprit->decl->name,
                culprit->decl->name);
    if (one->quality == QUALITY_ORD && users)
      diag_help(d, "give `%s` a method `fn cmp(o: %s box) -> Int`", culprit->decl->name, culprit->decl->name);
    if (one->quality == QUALITY_EQ || one->quality == QUALITY_ORD || one->quality == QUALITY_SHOW)
      bound_help(s, d, culprit, quality_words[one->quality][1]);
    if (one->quality == QUALITY_HASH) bound_help(s, d, culprit, "Hash and Eq");
    if (one->quality == QUALITY_COPYABLE)
      diag_help(d, "an `iso` has one name only: take it out with `pop`, `remove`, `drain` or `swap`");
    return false;
  }
  return true;
}
