// check_generic.c — generics checked where they are declared; errors in generics, and where they are shown.
// Method:   each type parameter is bound to an opaque type, of which only what the bounds ask is known, once with each capability
//           that the bounds allow; then all is checked as if it were ordinary code, and what is made is thrown away. An
//           error is shown once, with the capabilities for which it is one.
// Promises: what is found only in an instance is shown where that is asked for, in a file of the program, with the way from there.
//           Warnings in generics are shown if they hold for all capabilities.
// Does not: check generics of the standard library in a user's program: its own tests do (`agentc --check` of its files).
#include <string.h>

#include "sema/cap_report.h"
#include "sema/check.h"
#include "sema/flow.h"
#include "sema/interface.h"

#define COMBINATIONS_MAX 32
#define NAME_SHOWN_MAX 200

static const cap opaque_caps[] = {CAP_ISO, CAP_VAL, CAP_REF, CAP_BOX, CAP_TAG};
enum { CAPS = sizeof opaque_caps / sizeof opaque_caps[0] };

// ---- captured errors -------------------------------------------------------------------------------------------------
void capture_begin(sema *s, capture *c) {
  diag_sink_init(&c->sink, s->a, s->diag->sources);
  c->outer = s->diag;
  s->diag = &c->sink;
}

static const void *place_key(sema *s, const diag *d) {
  return str_internf(s->names, "%d:%u:%u", (int)d->code, d->span.file, d->span.begin);
}

// Is it new?
static bool tell(sema *s, const diag *d) {
  const void *key = place_key(s, d);
  if (map_has(&s->told, key)) return false;
  map_put(&s->told, key, s);
  return true;
}

static bool in_library(sema *s, span at) {
  const source *src = s->root->sources ? source_of(s->root->sources, at.file) : NULL;
  return src && src->embedded;
}

static void copy_extras(const diag *from, diag *to, bool edits) {
  for (uint32_t i = 0; i < from->notes.count; i++)
    diag_note(to, from->notes.items[i].span, "%s", from->notes.items[i].text);
  for (uint32_t i = 0; i < from->helps.count; i++) diag_help(to, "%s", from->helps.items[i]);
  for (uint32_t i = 0; edits && i < from->fixes.count; i++) VEC_PUSH(to->sink->arena, &to->fixes, from->fixes.items[i]);
}

// The generic is right for some types, and not for these: the one who asks for them is told.
static void show_instance_error(sema *s, const diag *d, const instance *why) {
  const instance *site = why;
  while (site->up && in_library(s, site->at)) site = site->up;
  bool long_name = strlen(why->name) > NAME_SHOWN_MAX;
  const char *name = long_name ? arena_printf(s->a, "%.*s[…]", (int)strcspn(why->name, "["), why->name) : why->name;
  diag *x = diag_error(s->root, d->code, site->at, "`%s` is not possible: %s", name, d->text);
  if (!in_library(s, d->span)) diag_note(x, d->span, "in it, this is what cannot be");
  copy_extras(d, x, false);
  if (site->up) note_instances(s, x, site->up);
}

void capture_end_instance(sema *s, capture *c, const instance *why) {
  s->diag = c->outer;
  for (uint32_t i = 0; i < c->sink.all.count; i++) {
    const diag *d = c->sink.all.items[i];
    if (d->severity == DIAG_ERROR && tell(s, d)) show_instance_error(s, d, why);
  }
}

// ---- opaque types ----------------------------------------------------------------------------------------------------
// What a bound promises of the type it is asked of.
static void offer(sema *s, decl_info *param, const tparam_bound *b) {
  if (b->interface) VEC_PUSH(s->a, &param->bounds, *b); // its methods are offered once types are known
  else param->hir.qualities |= 1u << b->quality;
}

static decl_info *opaque_new(sema *s, const ast_tparam *ast, module_info *mod) {
  decl_info *d = ARENA_NEW(s->a, decl_info);
  d->name = ast->name.name;
  d->mod = mod;
  d->inits = DONE;
  d->hir = (hir_decl){.kind = DECL_PARAM, .name = d->name->text, .module = "", .span = ast->span};
  map_init(&d->members, s->a);
  return d;
}

static bool cap_allowed(const decl_info *param, cap c) {
  uint32_t q = param->hir.qualities;
  uint32_t reading =
      1u << QUALITY_READABLE | 1u << QUALITY_EQ | 1u << QUALITY_HASH | 1u << QUALITY_ORD | 1u << QUALITY_SHOW;
  if ((q & 1u << QUALITY_SENDABLE) && !cap_is_sendable(c)) return false;
  if ((q & 1u << QUALITY_SHAREABLE) && !cap_is_shareable(c)) return false;
  if ((q & 1u << QUALITY_COPYABLE) && !cap_is_copyable(c)) return false;
  if ((q & reading) && !cap_can_read(c)) return false;
  if (param->bounds.count && !(param->allows >> (unsigned)c & 1)) return false;
  return !(q & 1u << QUALITY_VAL) || c == CAP_VAL;
}

// One piece of text is checked for all combinations: a function with parameters or a `where` of its own, or a declaration
// with all that has none.
typedef struct piece {
  decl_info *generic;     // or NULL
  fn_info *fn;            // a template that belongs to no generic, or NULL
  const ast_decl *member; // of the generic; NULL: all that ask for nothing of their own
} piece;

// The type parameters that one piece of text is checked with.
typedef struct opaques {
  decl_info **items;
  uint32_t count, of_owner; // those of the owner come first
} opaques;

static void add_opaques(sema *s, opaques *o, const ast_tparams *list, module_info *mod) {
  for (uint32_t i = 0; i < list->count; i++) o->items[o->count++] = opaque_new(s, &list->items[i], mod);
}

static void offer_all(sema *s, opaques *o, const bound_list *bounds) {
  for (uint32_t i = 0; i < bounds->count; i++) {
    uint32_t at = bounds->items[i].index + (bounds->items[i].of_owner ? 0 : o->of_owner);
    offer(s, o->items[at], &bounds->items[i]);
  }
}

// The interfaces that parameter p is to satisfy, where all parameters are these types: their methods are its own.
static void offer_interfaces(sema *s, const opaques *o, uint32_t p, const type *const *types, const piece *text) {
  decl_info *param = o->items[p], *owner = text->generic ? text->generic : text->fn->owner;
  const ast_fn *ast = text->fn ? text->fn->ast : text->member ? &text->member->u.fn : NULL;
  const type_env *env = owner ? env_new(s, NULL, tparams_of(owner), types) : NULL;
  if (ast) env = env_new(s, env, &ast->tparams, types + o->of_owner);
  fn_cx cx = {.mod = param->mod, .env = env, .open = OPAQUE};
  map_init(&param->members, s->a);
  param->allows = UINT32_MAX;
  for (uint32_t i = 0; i < param->bounds.count; i++) {
    s->cx = &cx;
    const type *t = type_from_ast(s, param->bounds.items[i].interface);
    s->cx = NULL;
    if (t->kind == TY_ERROR) continue;
    if (t->decl && t->decl->kind == DECL_INTERFACE) {
      interface_offer(s, t->decl, param, types[p]);
      param->broken |= decl_is_broken(s, info_of(t->decl));
      continue;
    }
    diag *d = error_at(s, E0352, param->bounds.items[i].interface->span,
                       "`%s` is no interface, and only those can be asked for", text_of(s, t));
    diag_help(
        d, "a type parameter may stand for any type with certain methods: `interface Name { fn … }`, then `[%s: Name]`",
        param->hir.name);
  }
}

// Which capabilities a type may have whose methods are to be called; and what is wrong with the bounds.
static void offer_caps(sema *s, const opaques *o, const piece *text) {
  const type **types = ARENA_ARRAY(s->a, const type *, o->count ? o->count : 1);
  for (uint32_t p = 0; p < o->count; p++)
    types[p] = type_param(s->types, o->items[p]->hir.name, 0, &o->items[p]->hir, CAP_VAL);
  for (uint32_t p = 0; p < o->count; p++) offer_interfaces(s, o, p, types, text);
}

// ---- combinations of capabilities --------------------------------------------------------------------------------------
typedef struct combinations {
  cap *caps[COMBINATIONS_MAX]; // by combination, by parameter
  uint32_t count;
} combinations;

static uint32_t allowed_caps(const decl_info *param, cap *out) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < CAPS; i++)
    if (cap_allowed(param, opaque_caps[i])) out[n++] = opaque_caps[i];
  return n;
}

// All of them where these are few; else each parameter with each of its capabilities, the others alike where they can be.
static void combine(sema *s, const opaques *o, combinations *out) {
  cap(*allowed)[CAPS] = arena_alloc(s->a, o->count * sizeof *allowed);
  uint32_t *n = ARENA_ARRAY(s->a, uint32_t, o->count), product = 1;
  for (uint32_t i = 0; i < COMBINATIONS_MAX; i++) out->caps[i] = ARENA_ARRAY(s->a, cap, o->count);
  out->count = 0;
  for (uint32_t p = 0; p < o->count; p++) {
    n[p] = allowed_caps(o->items[p], allowed[p]);
    if (!n[p]) return; // no type fulfils the bounds
    if (product <= COMBINATIONS_MAX) product *= n[p];
  }
  bool all = product <= COMBINATIONS_MAX;
  out->count = all ? product : CAPS;
  for (uint32_t i = 0; i < out->count; i++) {
    uint32_t rest = i;
    for (uint32_t p = 0; p < o->count; p++) {
      out->caps[i][p] = all ? allowed[p][rest % n[p]] : allowed[p][i < n[p] ? i : n[p] - 1];
      rest /= n[p];
    }
  }
  if (all) return;
  // Two that differ: one apart from all others.
  for (uint32_t p = 0; p < o->count; p++) {
    for (uint32_t k = 0; k < n[p] && out->count < COMBINATIONS_MAX; k++) {
      uint32_t i = out->count++;
      for (uint32_t q = 0; q < o->count; q++) out->caps[i][q] = allowed[q][n[q] / 2];
      out->caps[i][p] = allowed[p][k];
    }
  }
}

// ---- what was found ------------------------------------------------------------------------------------------------------
typedef struct finding {
  const diag *d;
  uint64_t where; // bits: in which combinations
} finding;

typedef struct findings {
  VEC(finding) items;
  const opaques *params;
  const combinations *all;
  const ast_decl *owner; // whose text it is, or NULL
} findings;

static void collect(sema *s, findings *f, const diag_sink *sink, uint32_t combination) {
  for (uint32_t i = 0; i < sink->all.count; i++) {
    const diag *d = sink->all.items[i];
    finding *known = NULL;
    for (uint32_t k = 0; k < f->items.count && !known; k++) {
      const diag *e = f->items.items[k].d;
      if (e->code == d->code && e->span.file == d->span.file && e->span.begin == d->span.begin)
        known = &f->items.items[k];
    }
    if (known) known->where |= 1ull << combination;
    else VEC_PUSH(s->a, &f->items, (finding){d, 1ull << combination});
  }
}

static uint32_t cap_bit(cap c) { return 1u << (unsigned)c; }

// The capabilities of parameter p in the combinations of `where`.
static uint32_t caps_in(const findings *f, uint32_t p, uint64_t where) {
  uint32_t caps = 0;
  for (uint32_t i = 0; i < f->all->count; i++)
    if (where >> i & 1) caps |= cap_bit(f->all->caps[i][p]);
  return caps;
}

// Does p alone decide whether it is found?
static bool decides(const findings *f, uint32_t p, uint64_t where) {
  uint32_t caps = caps_in(f, p, where);
  for (uint32_t i = 0; i < f->all->count; i++)
    if ((caps & cap_bit(f->all->caps[i][p])) && !(where >> i & 1)) return false;
  return true;
}

static const char *cap_list(sema *s, uint32_t caps) {
  const char *text = NULL;
  uint32_t left = 0;
  for (uint32_t i = 0; i < CAPS; i++) left += caps >> (unsigned)opaque_caps[i] & 1;
  for (uint32_t i = 0; i < CAPS; i++) {
    if (!(caps & cap_bit(opaque_caps[i]))) continue;
    left--;
    const char *name = cap_name(opaque_caps[i]);
    text = text ? arena_printf(s->a, "%s%s `%s`", text, left ? "," : " or", name) : arena_printf(s->a, "`%s`", name);
  }
  return text ? text : "";
}

// The weakest bound that lets none of these through.
static const char *bound_against(uint32_t caps) {
  static const struct {
    const char *bound;
    uint32_t lets;
  } rows[] = {{"copyable", 1u << CAP_VAL | 1u << CAP_REF | 1u << CAP_BOX | 1u << CAP_TAG},
              {"readable", 1u << CAP_ISO | 1u << CAP_VAL | 1u << CAP_REF | 1u << CAP_BOX},
              {"sendable", 1u << CAP_ISO | 1u << CAP_VAL | 1u << CAP_TAG},
              {"copyable and readable", 1u << CAP_VAL | 1u << CAP_REF | 1u << CAP_BOX},
              {"shareable", 1u << CAP_VAL | 1u << CAP_TAG},
              {"val", 1u << CAP_VAL}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    if (!(rows[i].lets & caps)) return rows[i].bound;
  return NULL;
}

// Does the place lie in a method, where more can be asked of the owner's parameters by `where`?
static bool in_member(const ast_decl *owner, span at) {
  const ast_decls *members = &owner->u.nominal.members;
  for (uint32_t i = 0; i < members->count; i++) {
    const ast_decl *m = members->items[i];
    bool fn = m->kind == AST_DECL_FN;
    if (fn && m->span.file == at.file && m->span.begin <= at.begin && at.begin < m->span.end) return true;
  }
  return false;
}

void bound_help(sema *s, diag *d, const type *t, const char *bound) {
  if (t->kind != TY_PARAM || !t->decl) return;
  const fn_info *fn = s->cx ? s->cx->fn : NULL;
  span at = t->decl->span;
  bool own = fn && fn->decl_ast && fn->decl_ast->span.file == at.file && fn->decl_ast->span.begin <= at.begin &&
             at.begin < fn->decl_ast->span.end;
  diag_help(d,
            fn && fn->owner && !own ? "ask for more, after the signature: `where %s: %s`" : "ask for more: `[%s: %s]`",
            t->decl->name, bound);
}

static void say_when(sema *s, const findings *f, const finding *found, diag *x) {
  for (uint32_t p = 0; p < f->params->count; p++) {
    if (!decides(f, p, found->where)) continue;
    const decl_info *param = f->params->items[p];
    uint32_t caps = caps_in(f, p, found->where);
    diag_note(x, param->hir.span, "so it is where `%s` is %s, which the bounds allow", param->hir.name,
              cap_list(s, caps));
    bool copied = param->hir.qualities & 1u << QUALITY_COPYABLE;
    const char *bound = bound_against(caps | (copied ? cap_bit(CAP_ISO) : 0));
    if (!bound) return;
    bool where = p < f->params->of_owner && f->owner && in_member(f->owner, x->span);
    diag_help(x, where ? "ask for more, after the signature: `where %s: %s`" : "ask for more: `[%s: %s]`",
              param->hir.name, bound);
    return;
  }
  uint32_t first = 0;
  while (!(found->where >> first & 1)) first++;
  const char *text = NULL;
  for (uint32_t p = 0; p < f->params->count; p++)
    text = arena_printf(s->a, "%s%s`%s` is `%s`", text ? text : "", text ? " and " : "", f->params->items[p]->hir.name,
                        cap_name(f->all->caps[first][p]));
  diag_note(x, f->params->items[0]->hir.span, "so it is where %s, which the bounds allow", text);
}

// What is one error for some capabilities and another for others is said once.
static void join_findings(findings *f) {
  for (uint32_t i = 0; i < f->items.count; i++) {
    for (uint32_t k = 0; k < i; k++) {
      finding *a = &f->items.items[k], *b = &f->items.items[i];
      bool here = a->d->span.file == b->d->span.file && a->d->span.begin == b->d->span.begin;
      if (!here || a->d->severity != b->d->severity || (a->where & b->where)) continue;
      a->where |= b->where;
      b->where = 0;
    }
  }
}

static void show(sema *s, findings *f) {
  join_findings(f);
  uint64_t all = f->all->count == 64 ? ~0ull : (1ull << f->all->count) - 1;
  for (uint32_t i = 0; i < f->items.count; i++) {
    const finding *found = &f->items.items[i];
    const diag *d = found->d;
    if (!found->where) continue;
    if (d->severity == DIAG_WARNING && found->where != all) continue;
    if (!tell(s, d)) continue;
    diag *x = d->severity == DIAG_ERROR ? diag_error(s->root, d->code, d->span, "%s", d->text)
                                        : diag_warning(s->root, d->code, d->span, "%s", d->text);
    copy_extras(d, x, true);
    bool once = d->code == E0210 || d->code == E0211; // a name is unknown whatever the types: said of the first only
    if (found->where != all && !once) say_when(s, f, found, x);
  }
}

// ---- checking a piece ------------------------------------------------------------------------------------------------------
static const type **opaque_types(sema *s, const opaques *o, const combinations *all, uint32_t combination) {
  const type **types = ARENA_ARRAY(s->a, const type *, o->count ? o->count : 1);
  for (uint32_t p = 0; p < o->count; p++)
    types[p] = type_param(s->types, o->items[p]->hir.name, 0, &o->items[p]->hir, all->caps[combination][p]);
  return types;
}

// What follows from calls is settled with the instances.
static void forget(sema *s, fn_info *f, uint32_t leaks, uint32_t closures) {
  f->callees.count = f->calls.count = f->raises.count = f->passed.count = 0;
  s->leaks.count = leaks;
  s->closures.count = closures;
}

static void check_body_opaque(sema *s, fn_info *f) {
  if (!f || f->poisoned || !f->ast->body || f->checked) return;
  uint32_t leaks = s->leaks.count, closures = s->closures.count;
  check_fn(s, f);
  if (!diag_has_errors(s->diag)) flow_check_fn(&(flow_env){.diag = s->diag, .types = s->types}, &f->hir);
  forget(s, f, leaks, closures);
}

// What `self->` may see through, in a method that says so.
static uint32_t views_of(const fn_info *f, cap *out) {
  if (!f->views || f->hir.receiver != CAP_BOX) {
    out[0] = f->views && f->hir.receiver == CAP_REF ? CAP_REF : f->hir.receiver;
    return 1;
  }
  out[0] = CAP_BOX, out[1] = CAP_REF, out[2] = CAP_VAL;
  return 3;
}

static void check_template(sema *s, fn_info *f, const type *const *types, uint32_t of_owner) {
  cap views[3];
  uint32_t n = views_of(f, views);
  bool native = f->owner && f->owner->hir.tparam_count;
  for (uint32_t i = 0; i < n; i++)
    check_body_opaque(s, fn_instance(s, f, native ? types : NULL, types + of_owner, views[i], f->hir.span));
}

static void check_any(sema *s, fn_info *f, const type *const *types, uint32_t of_owner) {
  fn_sign(s, f);
  if (f->template) check_template(s, f, types, of_owner);
  else check_body_opaque(s, f);
}

static bool asks(const ast_decl *m) { return m->u.fn.tparams.count || m->u.fn.where.count; }

static void check_members(sema *s, const piece *p, decl_info *d, const type *const *types, uint32_t of_owner) {
  for (uint32_t i = 0; i < d->members.count; i++) {
    const member *m = d->members.entries[i].value;
    if (!m->fn) continue;
    bool wanted = p->member ? m->fn->decl_ast == p->member : !asks(m->fn->decl_ast);
    if (wanted && !m->fn->unmet) check_any(s, m->fn, types, of_owner);
  }
}

static void check_combination(sema *s, const piece *p, const type *const *types, uint32_t of_owner) {
  s->defining_fn = p->fn ? p->fn->ast : p->member ? &p->member->u.fn : NULL;
  s->defining = p->generic && !p->member ? p->generic : NULL;
  decl_info *d = p->generic ? decl_instance(s, p->generic, types, p->generic->hir.span) : NULL;
  if (s->defining && d) {
    decl_inits(s, d);
    if (!diag_has_errors(s->diag)) flow_check_decl(&(flow_env){.diag = s->diag, .types = s->types}, &d->hir);
  }
  if (d) check_members(s, p, d, types, of_owner);
  if (p->fn) check_template(s, p->fn, types, of_owner);
  s->defining = NULL;
  s->defining_fn = NULL;
}

static void check_piece(sema *s, const piece *p) {
  combinations all;
  const ast_fn *ast = p->fn ? p->fn->ast : p->member ? &p->member->u.fn : NULL;
  decl_info *owner = p->generic ? p->generic : p->fn->owner;
  const ast_tparams *of_owner = owner ? tparams_of(owner) : NULL;
  bound_list bounds = {0};
  uint32_t room = (of_owner ? of_owner->count : 0) + (ast ? ast->tparams.count : 0);
  opaques o = {.items = ARENA_ARRAY(s->a, decl_info *, room)};
  if (owner) {
    add_opaques(s, &o, of_owner, owner->mod);
    resolve_bounds(s, &bounds, NULL, of_owner, of_owner);
  }
  o.of_owner = o.count;
  if (ast) {
    add_opaques(s, &o, &ast->tparams, owner ? owner->mod : p->fn->mod);
    resolve_bounds(s, &bounds, &ast->tparams, of_owner, &ast->tparams);
    resolve_bounds(s, &bounds, &ast->tparams, of_owner, &ast->where);
  }
  offer_all(s, &o, &bounds);
  offer_caps(s, &o, p);
  combine(s, &o, &all);
  findings found = {.params = &o, .all = &all, .owner = owner ? owner->ast : NULL};
  for (uint32_t i = 0; i < all.count; i++) {
    capture c;
    capture_begin(s, &c);
    const type *const *types = opaque_types(s, &o, &all, i);
    s->muted++; // what is wrong with the bounds themselves has been said
    for (uint32_t k = 0; k < o.count; k++) offer_interfaces(s, &o, k, types, p);
    s->muted--;
    check_combination(s, p, types, o.of_owner);
    s->diag = c.outer;
    collect(s, &found, &c.sink, i);
  }
  show(s, &found);
}

static void check_generic_decl(sema *s, decl_info *g) {
  check_piece(s, &(piece){.generic = g});
  const ast_decls *members = &g->ast->u.nominal.members;
  for (uint32_t i = 0; i < members->count; i++)
    if (members->items[i]->kind == AST_DECL_FN && asks(members->items[i]))
      check_piece(s, &(piece){.generic = g, .member = members->items[i]});
}

static bool is_ours(const module_info *mod) { return !mod->in->is_std || mod->in->checked; }

void check_generics(sema *s) {
  for (uint32_t i = 0; i < s->generics.count; i++)
    if (is_ours(s->generics.items[i]->mod)) check_generic_decl(s, s->generics.items[i]);
  uint32_t n = s->fns.count;
  for (uint32_t i = 0; i < n; i++) {
    fn_info *f = s->fns.items[i];
    bool of_instance = f->owner && f->owner->hir.targ_count;
    if (f->template && !f->origin && !of_instance && is_ours(f->mod)) check_piece(s, &(piece){.fn = f});
  }
}
