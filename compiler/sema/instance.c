// instance.c — instances of generics: a declaration for each use of `Box[T]` with other types, a function for each of `f[T]`.
// Owns:     the tables of instances, in each generic.
// Promises: an instance is made once, from the syntax tree of the generic, with its type parameters bound; types of fields and
//           signatures are known at once, bodies are checked only when something reaches them. Instances made while others are
//           being settled join their batch, so types may refer to each other in a circle. There is no end of types that lead
//           to ever larger ones: that is E0331.
// Does not: infer type arguments (infer.c); check generics at their definition (check_generic.c).
#include <assert.h>

#include "sema/cap_report.h"
#include "sema/check.h"

// ---- what is known of a type -----------------------------------------------------------------------------------------
static openness more_open(openness a, openness b) { return a > b ? a : b; }

openness type_openness(const type *t) {
  if (t->kind == TY_PARAM) return t->decl && t->decl->kind == DECL_PARAM ? OPAQUE : PATTERN;
  openness most = t->decl && t->decl->targ_count ? info_of(t->decl)->open : CLOSED;
  for (uint32_t i = 0; i < t->arg_count && most != PATTERN; i++) most = more_open(most, type_openness(t->args[i]));
  return most;
}

static openness openness_of(const type *const *args, uint32_t n) {
  openness most = CLOSED;
  for (uint32_t i = 0; i < n; i++) most = more_open(most, type_openness(args[i]));
  return most;
}

const type_env *env_new(sema *s, const type_env *up, const ast_tparams *names, const type *const *types) {
  type_env *env = ARENA_NEW(s->a, type_env);
  *env = (type_env){.up = up, .names = names, .types = types};
  return env;
}

const type *param_seen(sema *s, const type *arg, cap written) {
  if (written == CAP_NONE) return arg;
  if (written == CAP_ISO) return cap_can_write(type_cap(arg)) ? type_with_cap(s->types, arg, CAP_ISO) : arg;
  // `T box` asks for a T to look at: an iso that is lent, not a tag of it.
  if (arg->cap == CAP_ISO) arg = type_with_cap(s->types, arg, CAP_REF);
  return type_view(s->types, arg, written);
}

const type *type_bind(sema *s, const type *t, const hir_decl *owner, const type *const *args, uint32_t n, cap self) {
  if (t->kind == TY_PARAM) {
    if (t->decl != owner || t->param_index >= n || !args[t->param_index]) return t;
    if (t->through_self) return type_view(s->types, args[t->param_index], self);
    return param_seen(s, args[t->param_index], t->cap);
  }
  bool of_generic = t->decl && info_of(t->decl)->open != CLOSED;
  uint32_t count = of_generic ? t->decl->targ_count : t->arg_count;
  const type *const *old = of_generic ? t->decl->targs : t->args;
  if (!count) return t;
  const type **parts = ARENA_ARRAY(s->a, const type *, count);
  bool changed = false;
  for (uint32_t i = 0; i < count; i++) {
    parts[i] = type_bind(s, old[i], owner, args, n, self);
    changed |= parts[i] != old[i];
  }
  if (!changed) return t;
  if (of_generic) {
    decl_info *d = decl_instance(s, info_of(t->decl->origin), parts, t->decl->span);
    return d ? type_of_decl(s, d, NULL, 0, t->cap) : s->error;
  }
  switch ((int)t->kind) { // the others have no parts
  case TY_CLASS:
  case TY_STRUCT:
  case TY_ENUM: return type_nominal(s->types, t->kind, t->decl, parts, count, t->cap);
  case TY_FN: return type_fn(s->types, parts, count, t->raises, t->cap);
  default: return type_compound(s->types, t->kind, parts, count, CAP_NONE);
  }
}

// ---- why an instance is made -----------------------------------------------------------------------------------------
// So many instances of one generic inside each other: it asks for ever larger types. So many of them in all have been led to by
// smaller ones: one that asks for two larger ones each time has soon more than there is memory for.
#define ENDLESS 40
#define LARGER_THAN 3
#define LARGER_MAX 200
#define NOTES 6

instance *instance_new(sema *s, const void *of, const type *args, const char *name, span at) {
  instance *i = ARENA_NEW(s->a, instance);
  *i = (instance){
      .up = s->cx ? s->cx->instance : NULL, .at = at, .of = of, .weight = type_weight(s, args), .name = name};
  return i;
}

void note_instances(sema *s, diag *d, const instance *i) {
  (void)s;
  uint32_t count = 0;
  for (; i && count < NOTES; i = i->up, count++) diag_note(d, i->at, "`%s` is asked for here", i->name);
}

bool instance_has_end(const instance *i, uint32_t *larger) {
  uint32_t same = 0, smaller = 0;
  for (const instance *up = i; up; up = up->up) {
    same += up->of == i->of;
    smaller += up->of == i->of && up->weight < i->weight;
  }
  return same <= ENDLESS && (smaller <= LARGER_THAN || ++*larger <= LARGER_MAX);
}

static bool has_end(sema *s, const instance *i, const char *name, const ast_tparams *params, uint32_t *larger) {
  if (instance_has_end(i, larger)) return true;
  const instance *outer = i;
  while (outer->up) outer = outer->up;
  diag *d = diag_error(s->muted ? &s->silent : s->root, E0331, outer->at,
                       "this needs `%s` for ever larger types, without an end", name);
  diag_note(d, i->at, "each `%s` asks here for the next", params->count ? params->items[0].name.name->text : "one");
  diag_help(d, "a generic may use itself, but with the same type arguments");
  return false;
}

static const char *instance_name(sema *s, const char *name, const type *const *args, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) name = arena_printf(s->a, "%s%s%s", name, i ? ", " : "[", text_of(s, args[i]));
  return n ? arena_printf(s->a, "%s]", name) : name;
}

// The arguments as one pointer.
static const type *key_of(sema *s, const type *const *args, uint32_t n) {
  return type_compound(s->types, TY_TUPLE, args, n, CAP_NONE);
}

// ---- declarations ----------------------------------------------------------------------------------------------------
static decl_info *decl_new(sema *s, decl_info *g, const type *key, span at) {
  uint32_t n = tparams_of(g)->count;
  const type *const *args = key->args;
  decl_info *d = ARENA_NEW(s->a, decl_info);
  d->ast = g->ast;
  d->mod = g->mod;
  d->name = g->name;
  d->bounds = g->bounds;
  d->topology = g->topology;
  d->used = true;
  d->hir = g->hir;
  d->hir.is_prelude = false;
  d->hir.origin = &g->hir;
  d->hir.targs = arena_copy(s->a, args, n * sizeof *args);
  d->hir.targ_count = n;
  d->hir.unsettled = true;
  d->hir.name = instance_name(s, g->hir.name, args, n);
  d->open = openness_of(args, n);
  d->env = env_new(s, NULL, tparams_of(g), d->hir.targs);
  d->instance = instance_new(s, g, key, d->hir.name, at);
  map_init(&d->members, s->a);
  return d;
}

decl_info *decl_instance(sema *s, decl_info *g, const type *const *args, span at) {
  if (g->poisoned) return NULL;
  const type *key = key_of(s, args, tparams_of(g)->count);
  decl_info *d = map_get(&g->instances, key);
  if (d) return d;
  if (!type_small(s, key, at)) return NULL;
  d = decl_new(s, g, key, at);
  if (!has_end(s, d->instance, g->hir.name, tparams_of(g), &g->made_larger)) {
    g->poisoned = d->open != PATTERN; // of those nothing is reported: the first real one will
    return NULL;
  }
  map_put(&g->instances, key, d);
  VEC_PUSH(s->a, &s->decls, d);
  if (!s->settling) decls_settle(s);
  if (!s->settling) signatures_settle(s);
  return d;
}

decl_info *decl_shape(sema *s, decl_info *g) {
  if (!g->generic) return g;
  if (g->shape) return g->shape;
  const ast_tparams *names = tparams_of(g);
  const type **args = ARENA_ARRAY(s->a, const type *, names->count);
  for (uint32_t i = 0; i < names->count; i++)
    args[i] = type_param(s->types, names->items[i].name.name->text, i, &g->hir, CAP_NONE);
  fn_cx *old = s->cx;
  s->cx = NULL;
  g->shape = decl_instance(s, g, args, g->hir.span);
  s->cx = old;
  return g->shape;
}

// ---- functions -------------------------------------------------------------------------------------------------------
static fn_info *fn_new(sema *s, fn_info *f, const type *const *owner_args, const type *const *args, cap view,
                       const type *key, span at) {
  uint32_t n = f->ast->tparams.count;
  fn_info *i = ARENA_NEW(s->a, fn_info);
  i->decl_ast = f->decl_ast;
  i->ast = f->ast;
  i->mod = f->mod;
  i->owner = f->owner;
  i->name = f->name;
  i->origin = f;
  i->lazy = true;
  i->view = view;
  i->hir = f->hir;
  i->hir.params = NULL;
  i->hir.tparams = NULL;
  i->hir.tparam_count = 0;
  i->hir.targs = n ? arena_copy(s->a, args, n * sizeof *args) : NULL;
  i->hir.targ_count = n;
  const type_env *env = f->owner ? f->owner->env : NULL;
  uint32_t of_owner = f->owner ? f->owner->hir.tparam_count : 0;
  if (of_owner) {
    i->owner_targs = arena_copy(s->a, owner_args, of_owner * sizeof *owner_args);
    env = env_new(s, NULL, tparams_of(f->owner), i->owner_targs);
  }
  i->env = n ? env_new(s, env, &f->ast->tparams, i->hir.targs) : env;
  i->open = more_open(f->open, more_open(openness_of(args, n), openness_of(owner_args, of_owner)));
  const char *name = f->owner ? arena_printf(s->a, "%s.%s", f->owner->hir.name, f->hir.name) : f->hir.name;
  i->instance = instance_new(s, f, key, instance_name(s, name, args, n), at);
  return i;
}

// Through an `iso`, elements that can be shared are seen as through a `box`: one instance does for both.
static bool seen_alike(sema *s, const type *const *owner_args, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (!type_is_shareable(s->types, owner_args[i])) return false;
  return n > 0;
}

fn_info *fn_instance(sema *s, fn_info *f, const type *const *owner_args, const type *const *args, cap view, span at) {
  uint32_t own = f->ast->tparams.count, of_owner = f->owner ? f->owner->hir.tparam_count : 0;
  const type **all = ARENA_ARRAY(s->a, const type *, own + of_owner + 1);
  for (uint32_t i = 0; i < of_owner; i++) all[i] = owner_args[i];
  for (uint32_t i = 0; i < own; i++) all[of_owner + i] = args[i];
  const type *key = key_of(s, all, own + of_owner);
  if (!f->views) view = CAP_NONE;
  if (view == CAP_ISO && seen_alike(s, owner_args, of_owner)) view = CAP_BOX;
  if (!f->instances[view]) {
    f->instances[view] = ARENA_NEW(s->a, map);
    map_init(f->instances[view], s->a);
  }
  fn_info *i = map_get(f->instances[view], key);
  if (i) return i;
  if (f->poisoned || !type_small(s, key, at)) return NULL;
  i = fn_new(s, f, owner_args, args, view, key, at);
  if (!has_end(s, i->instance, f->hir.name, &f->ast->tparams, &f->made_larger)) {
    f->poisoned = i->open != PATTERN;
    return NULL;
  }
  map_put(f->instances[view], key, i);
  VEC_PUSH(s->a, &s->fns, i);
  signatures_settle(s);
  return i;
}

void fn_reach(sema *s, fn_info *f) {
  fn_sign(s, f);
  if (f->reached || !f->lazy) return;
  if (s->cx && s->cx->open != CLOSED) return; // only looked at
  assert(f->open == CLOSED);
  f->reached = true;
  VEC_PUSH(s->a, &s->reached, f);
}

static bool is_special(const sema *s, const fn_info *f) {
  return f->name == s->n_eq || f->name == s->n_hash || f->name == s->n_cmp || f->name == s->n_show;
}

void decl_reach(sema *s, decl_info *d) {
  if (d->mod->in->is_prelude && !d->used) return;
  for (uint32_t i = 0; i < d->hir.method_count; i++) {
    fn_info *f = info_of_fn(d->hir.methods[i]);
    if (is_special(s, f)) fn_reach(s, f);
  }
  for (uint32_t i = 0; i < d->hir.behaviour_count; i++) fn_reach(s, info_of_fn(d->hir.behaviours[i]));
}

// ---- settling ----------------------------------------------------------------------------------------------------------
bool decl_is_quiet(const sema *s, const decl_info *d) {
  return d->open == PATTERN || (d->open == OPAQUE && s->defining != info_of(d->hir.origin));
}

static bool fn_is_quiet(const sema *s, const fn_info *f) {
  if (f->open != OPAQUE || f->ast == s->defining_fn) return f->open == PATTERN;
  return !f->owner || !f->owner->hir.origin || s->defining != info_of(f->owner->hir.origin);
}

// What `where` asks of the owner's parameters, in an instance of the owner.
static bool where_holds(sema *s, decl_info *d, const fn_info *f) {
  if (!f->ast->where.count) return true;
  bound_list asked = {0};
  resolve_bounds(s, &asked, NULL, tparams_of(d), &f->ast->where);
  s->muted++;
  bool holds = check_bounds(s, &asked, d->hir.targs, NULL, f->hir.span, d->hir.name, d, NULL);
  s->muted--;
  return holds;
}

// `fn eq(…) where T: Eq` is one only where that holds: then `==`, a Map's keys and printing know of it.
static void drop_unmet(sema *s, decl_info *d) {
  fn_cx *old = s->cx, cx = {.mod = d->mod, .instance = d->instance};
  s->cx = &cx;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < d->hir.method_count; i++) {
    fn_info *f = info_of_fn(d->hir.methods[i]);
    f->unmet = !where_holds(s, d, f);
    if (!f->unmet) d->hir.methods[kept++] = &f->hir;
  }
  d->hir.method_count = kept;
  s->cx = old;
}

static void drop_all_unmet(sema *s, uint32_t from) {
  while (s->unjudged.count > from) drop_unmet(s, s->unjudged.items[--s->unjudged.count]);
}

// What is asked of types may make instances, whose signatures ask in turn: those wait here, too.
static void pending_check(sema *s) {
  if (s->asking) return;
  s->asking = true;
  uint32_t muted = s->muted;
  fn_cx *old = s->cx;
  s->muted = 0;
  for (uint32_t i = 0; i < s->pending.count; i++) {
    pending_bound p = s->pending.items[i];
    fn_cx cx = {.mod = p.owner->mod, .instance = p.instance};
    s->cx = &cx;
    (void)decl_bounds_now(s, p.owner, p.args, p.at);
  }
  s->pending.count = 0;
  s->cx = old;
  s->muted = muted;
  s->asking = false;
}

// Runs a step of settling with its errors where they belong.
static void settle_step(sema *s, decl_info *d, void (*step)(sema *, decl_info *)) {
  capture c;
  bool captured = d->instance && d->open == CLOSED;
  s->muted = decl_is_quiet(s, d);
  if (captured) capture_begin(s, &c);
  step(s, d);
  if (captured) capture_end_instance(s, &c, d->instance);
}

void decls_settle(sema *s) {
  uint32_t from = s->settled, muted = s->muted;
  fn_cx *old = s->cx;
  s->settling = true;
  for (uint32_t i = from; i < s->decls.count; i++) {
    settle_step(s, s->decls.items[i], decl_fields);
    settle_step(s, s->decls.items[i], decl_members);
  }
  s->muted = muted;
  uint32_t n = s->decls.count - from;
  decl_info **batch = ARENA_ARRAY(s->a, decl_info *, n + 1);
  hir_decl **all = ARENA_ARRAY(s->a, hir_decl *, n + 1);
  for (uint32_t i = 0; i < n; i++) batch[i] = s->decls.items[from + i], all[i] = &batch[i]->hir;
  for (uint32_t i = 0; i < n; i++) decl_recursion(s, batch[i], DECL_ENUM);
  for (uint32_t i = 0; i < n; i++) decl_recursion(s, batch[i], DECL_STRUCT);
  for (uint32_t i = 0; i < n; i++) all[i]->unsettled = false;
  type_settle_decls(s->types, all, n);
  s->settled = s->decls.count;
  s->settling = false;
  uint32_t judged = s->unjudged.count;
  for (uint32_t i = n; i-- > 0;) VEC_PUSH(s->a, &s->unjudged, batch[i]);
  if (!s->signing) drop_all_unmet(s, judged);
  for (uint32_t i = 0; i < n; i++) settle_step(s, batch[i], decl_report);
  s->muted = muted;
  s->cx = old;
}

// A method may name ever other instances (`fn pairs() -> List[(Int, T)]`): only what is used is looked at.
static bool is_signed_late(const fn_info *f) {
  return f->owner && f->owner->hir.targ_count && !f->origin && f->hir.kind != FN_BEHAVIOUR &&
         f->hir.kind != FN_ABSTRACT;
}

static void sign(sema *s, fn_info *f) {
  if (f->is_signed) return;
  f->is_signed = true;
  capture c;
  bool captured = f->instance && f->open == CLOSED;
  s->muted = fn_is_quiet(s, f);
  if (captured) capture_begin(s, &c);
  fn_signature(s, f);
  if (captured) capture_end_instance(s, &c, f->instance);
}

void signatures_settle(sema *s) {
  if (s->signing) return;
  s->signing = true;
  fn_cx *old = s->cx;
  uint32_t muted = s->muted, judged = s->unjudged.count;
  while (s->signed_ < s->fns.count) {
    fn_info *f = s->fns.items[s->signed_++];
    if (!is_signed_late(f)) sign(s, f);
  }
  s->muted = muted;
  s->cx = old;
  s->signing = false;
  assert(!s->settling);
  drop_all_unmet(s, judged);
  pending_check(s);
}

void fn_sign(sema *s, fn_info *f) {
  if (f->is_signed || !is_signed_late(f)) return;
  fn_cx *old = s->cx;
  uint32_t muted = s->muted;
  uint32_t judged = s->unjudged.count;
  bool signing = s->signing;
  s->signing = true; // what it asks of types may lead back to it
  sign(s, f);
  s->signing = signing;
  s->muted = muted;
  s->cx = old;
  if (!signing) drop_all_unmet(s, judged);
  signatures_settle(s);
}
