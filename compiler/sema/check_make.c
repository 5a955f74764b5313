// check_make.c — values made: constructors, variants, collections, `iso` and `val` before them; `print`, `same`, `swap`, `take`.
// Promises: an object that is `val` or `iso` from birth is made of sendable things only.
#include <string.h>

#include "sema/cap_report.h"
#include "sema/check.h"

static diag_sink *sink_of(sema *s) { return s->muted ? &s->silent : s->diag; }

// ---- constructors --------------------------------------------------------------------------------------------------------------
static const type *type_to_make(sema *s, decl_info *d, const type *written, const type *hint, span at) {
  if (written) return written;
  uint32_t n = d->hir.tparam_count;
  if (n == 0) return d->generic ? s->unit : type_of_decl(s, d, NULL, 0, CAP_NONE); // a generic: its arguments tell
  const type *h = hint ? type_unwrap(hint) : NULL;
  if (h && h->kind == TY_CLASS && h->decl == &d->hir) return type_of_decl(s, d, h->args, n, CAP_NONE);
  if (s->poisoned_wants) return s->error;
  diag *x = error_at(s, E0303, at, "the type of the elements cannot be told from this");
  diag_help(x, "write it: `%s%s(…)`", d->hir.name, n == 2 ? "[String, Int]" : "[Int]");
  return s->error;
}

static bool may_construct(sema *s, decl_info *d, span at) {
  if (d->hir.kind == DECL_AGENT) {
    diag *x = error_at(s, E0605, at, "an agent is made by `spawn`");
    diag_help(x, "write `spawn %s(…)`", d->hir.name);
    diag_edit(x, span_before(at), "spawn ");
    return false;
  }
  if (d->topology) {
    diag *x = error_at(s, E0605, at, "a topology is made by `spawn`");
    diag_help(x, "write `spawn %s(…)`", d->hir.name);
    diag_edit(x, span_before(at), "spawn ");
    return false;
  }
  if (d->hir.kind == DECL_INTERFACE) {
    diag *x = error_at(s, E0307, at, "`%s` is an interface, and no object is made of one", d->hir.name);
    diag_help(x, "make an object of a type that has its methods");
    return false;
  }
  if (d->hir.kind == DECL_ENUM) {
    diag *x = error_at(s, E0307, at, "an enum is made by naming one of its variants");
    if (d->hir.variant_count) diag_help(x, "write `%s.%s`", d->hir.name, d->hir.variants[0].name);
    return false;
  }
  if (d->hir.builtin == BUILTIN_STRING) {
    diag *x = error_at(s, E0309, at, "a String is not made with `String( )`");
    diag_help(x, "put the value into a text: `\"{value}\"`");
    return false;
  }
  if (d->hir.builtin == BUILTIN_CHANNEL) {
    diag *x = error_at(s, E0307, at, "a channel is made by `channel`");
    diag_help(x, "write `channel[T](capacity)`");
    return false;
  }
  if (str_is(d->name, "Lease") && d->mod == s->prelude && s->cx->mod != s->prelude) {
    diag *x = error_at(s, E0622, at, "only the runtime makes leases");
    diag_help(x, "ask for it: `await lease \"name\" for 30s`");
    return false;
  }
  if (d != s->d_timer) return true;
  diag *x = error_at(s, E0307, at, "a timer is started by `after` or `every`");
  diag_help(x, "write `after 5s signal self.…`");
  return false;
}

// A class that is val, iso or tag by default.
static hir_expr *born_as(sema *s, decl_info *d, hir_expr *e, span at) {
  cap c = d->hir.default_cap;
  if (d->hir.kind != DECL_CLASS || c == CAP_REF || c == CAP_BOX) return e;
  for (uint32_t i = 0; i < e->make.args.count && c != CAP_TAG; i++) {
    if (is_unique(s, e->make.args.items[i])) continue;
    const hir_expr *arg = e->make.args.items[i];
    const type *given = value_type(s, arg);
    const char *c_name = cap_name(c), *field = d->hir.fields[i].name;
    diag *x = error_at(s, c == CAP_VAL ? E0415 : E0414, arg->span,
                       "`%s` is `%s` from the start, but argument `%s` is `%s`, which others may know too", d->hir.name,
                       c_name, field, text_full(s, given));
    cap_note_origin(x, s->types, arg);
    diag_note(x, d->hir.fields[i].span, "`%s` would be reached through `%s` and through its other names at once", field,
              d->hir.name);
    diag_help(x, "make `%s` a `val`, or build the argument where it is given", field);
    return expr_error(s, at);
  }
  const type *t = e->type;
  e->type = type_with_cap(s->types, t, CAP_ISO);
  if (c == CAP_VAL) return freeze(s, e, t);
  return c == CAP_TAG ? expr_unary(s, HIR_SHARE, t, at, e) : e;
}

static hir_expr *make_object(sema *s, decl_info *d, const type *t, const type *written, const ast_args *args, span at,
                             const type *hint) {
  bool generic = d->generic;
  arg_list list = made_args(s, &d, -1, args, at, arena_printf(s->a, "`%s`", d->hir.name), hint);
  if (!list.ok) return generic ? expr_error(s, at) : expr_new(s, HIR_ERROR, t, at); // what is done with it is checked
  fn_info *caller = s->cx->fn ? s->cx->fn : s->cx->maker;
  if (caller && d->hir.kind == DECL_CLASS && d->hir.field_count > d->hir.header_count)
    VEC_PUSH(s->a, &caller->callees, (call_site){.fn = maker_of(s, d), .at = at, .no_await = s->cx->no_await});
  hir_expr *e = expr_new(s, HIR_NEW, generic ? type_of_decl(s, d, NULL, 0, CAP_NONE) : t, at);
  e->make.decl = &d->hir;
  e->make.args = (hir_list){list.items, list.count};
  return after_args(s, &list, written && written->cap != d->hir.default_cap ? e : born_as(s, d, e, at));
}

// `T(…)` of a type parameter.
hir_expr *report_made_param(sema *s, const char *name, const ast_args *args, span at) {
  diag *d = error_at(s, E0307, at, "`%s` may be any type, and nothing is known of how one is made", name);
  diag_help(d, "let the caller make it: take a `%s`, or a function that gives one, `fn() -> %s`", name, name);
  check_surplus(s, args);
  return expr_error(s, at);
}

hir_expr *make_new(sema *s, decl_info *d, const type *written, const ast_args *args, span at, const type *hint) {
  if (d->hir.kind == DECL_PARAM) return report_made_param(s, d->hir.name, args, at);
  const type *t = may_construct(s, d, at) && !d->poisoned ? type_to_make(s, d, written, hint, at) : s->error;
  if (t->kind == TY_ERROR) {
    check_surplus(s, args);
    return expr_error(s, at);
  }
  if (d->mod->in->is_prelude && s->cx->open == CLOSED) { // perhaps nothing has named it so far
    d->used = true;
    decl_reach(s, d);
  }
  if (d->hir.builtin == BUILTIN_NO) return make_object(s, d, t, written, args, at, hint);
  uint32_t n = d->hir.header_count;
  param_desc *params = ARENA_ARRAY(s->a, param_desc, n ? n : 1);
  for (uint32_t i = 0; i < n; i++) {
    const ast_param *p = &d->ast->u.nominal.params.items[i];
    params[i] = (param_desc){.name = p->name.name, .init = p->init, .span = p->span};
    params[i].type = d->hir.fields[i].type;
    params[i].env = d->env;
  }
  arg_list list = check_args(s, params, n, args, at, arena_printf(s->a, "`%s`", d->hir.name), d->mod);
  if (!list.ok) return expr_error(s, at);
  hir_expr *e = expr_new(s, HIR_NEW, t, at);
  e->make.decl = &d->hir;
  e->make.args = (hir_list){list.items, list.count};
  return after_args(s, &list, written && written->cap != d->hir.default_cap ? e : born_as(s, d, e, at));
}

hir_expr *make_variant(sema *s, decl_info *d, uint32_t index, const ast_args *args, span at, const type *hint) {
  static const ast_args nothing = {0};
  const char *what =
      arena_printf(s->a, "`%s.%s`", d->hir.name, d->ast->u.nominal.variants.items[index].name.name->text);
  arg_list list = made_args(s, &d, (int)index, args ? args : &nothing, at, what, hint);
  if (!list.ok)
    return d->generic ? expr_error(s, at) : expr_new(s, HIR_ERROR, type_of_decl(s, d, NULL, 0, CAP_NONE), at);
  hir_expr *e = expr_new(s, HIR_VARIANT, type_of_decl(s, d, NULL, 0, CAP_NONE), at);
  e->make.decl = &d->hir;
  e->make.variant = &d->hir.variants[index];
  e->make.args = (hir_list){list.items, list.count};
  return after_args(s, &list, e);
}

// ---- collections ----------------------------------------------------------------------------------------------------------------
static const type *hinted(const type *hint, builtin b) {
  const type *t = hint ? type_unwrap(hint) : NULL;
  return t && type_is_builtin(t, b) ? t : NULL;
}

static hir_expr *no_elements(sema *s, const ast_expr *e, const type *hint, const char *form) {
  if (s->poisoned_wants) return expr_error(s, e->span);
  if (hint && hint->kind == TY_FN) {
    diag *d = error_at(s, E0301, e->span, "a function, `%s`, is wanted here, and this is a value", text_of(s, hint));
    bool nothing = hint->arg_count == 1;
    diag_fix(d, "let a closure give it: `%s`", nothing ? "|| …" : "|x| …");
    diag_edit(d, nothing ? span_before(e->span) : SPAN_NONE, "|| ");
    return expr_error(s, e->span);
  }
  diag *d = error_at(s, E0303, e->span, "the type of the elements cannot be told from this");
  diag_help(d, "write it at the name: `let xs: %s = …`", form);
  return expr_error(s, e->span);
}

static bool any_poison(hir_expr **items, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (is_error(items[i])) return true;
  return false;
}

// Elements of one type: the expected one, else what they have in common. The first decides for number literals.
static const type *check_items(sema *s, hir_expr **items, const ast_expr **asts, uint32_t n, const type *want,
                               const char *role) {
  for (uint32_t i = 0; i < n; i++) {
    const type *hint = want;
    if (!want && i && items[0]->type->kind != TY_NONE && !is_error(items[0])) hint = items[0]->type;
    items[i] = check_expr(s, asts[i], hint);
    if (want) items[i] = coerce(s, items[i], want, role);
  }
  if (any_poison(items, n)) return s->error;
  if (want) return want;
  const type *t = join_branches(s, items, n, NULL, strchr(role, ' ') + 1);
  return t->kind == TY_NONE ? s->error : t;
}

hir_expr *check_array(sema *s, const ast_expr *e, const type *hint) {
  uint32_t n = e->u.list.count;
  const type *want = hinted(hint, BUILTIN_ARRAY);
  if (n == 0 && !want) return no_elements(s, e, hint, "Array[Int]");
  const type *elem_hint = want && type_openness(want->args[0]) != PATTERN ? want->args[0] : NULL;
  hir_expr **items = ARENA_ARRAY(s->a, hir_expr *, n ? n : 1);
  const type *elem = check_items(s, items, e->u.list.items, n, elem_hint, "an element");
  if (elem->kind == TY_ERROR || !s->d_array) {
    if (n && !any_poison(items, n) && s->d_array && elem->kind == TY_ERROR && items[0]->type->kind == TY_NONE)
      return no_elements(s, e, hint, "Array[Int?]");
    return expr_error(s, e->span);
  }
  hir_expr *x = expr_new(s, HIR_ARRAY, type_array_of(s, elem, CAP_REF), e->span);
  x->list = (hir_list){(const hir_expr **)items, n};
  return x;
}

hir_expr *check_map(sema *s, const ast_expr *e, const type *hint) {
  uint32_t n = e->u.map.count;
  const type *want = hinted(hint, BUILTIN_MAP);
  if ((n == 0 && !want) || !s->d_map) return no_elements(s, e, hint, "Map[String, Int]");
  hir_expr **parts = ARENA_ARRAY(s->a, hir_expr *, n ? 2 * n : 1), **keys = ARENA_ARRAY(s->a, hir_expr *, n ? n : 1),
           **values = ARENA_ARRAY(s->a, hir_expr *, n ? n : 1);
  const ast_expr **key_asts = ARENA_ARRAY(s->a, const ast_expr *, n ? n : 1),
                 **value_asts = ARENA_ARRAY(s->a, const ast_expr *, n ? n : 1);
  for (uint32_t i = 0; i < n; i++) key_asts[i] = e->u.map.items[i].key, value_asts[i] = e->u.map.items[i].value;
  const type *args[2];
  args[0] = check_items(s, keys, key_asts, n, want ? want->args[0] : NULL, "a key");
  args[1] = check_items(s, values, value_asts, n, want ? want->args[1] : NULL, "a value");
  if (args[0]->kind == TY_ERROR || args[1]->kind == TY_ERROR) {
    bool poison = any_poison(keys, n) || any_poison(values, n);
    bool none = n && (keys[0]->type->kind == TY_NONE || values[0]->type->kind == TY_NONE);
    return !poison && none ? no_elements(s, e, hint, "Map[String, Int?]") : expr_error(s, e->span);
  }
  if (!want && !check_bounds(s, &s->d_map->bounds, args, NULL, e->span, "Map", s->d_map, NULL))
    return expr_error(s, e->span);
  for (uint32_t i = 0; i < n; i++) parts[2 * i] = keys[i], parts[2 * i + 1] = values[i];
  const type *t = type_nominal(s->types, TY_CLASS, &s->d_map->hir, args, 2, CAP_REF);
  if (!type_small(s, t, e->span)) return expr_error(s, e->span);
  hir_expr *x = expr_new(s, HIR_MAP, t, e->span);
  x->list = (hir_list){(const hir_expr **)parts, 2 * n};
  return x;
}

hir_expr *check_tuple(sema *s, const ast_expr *e, const type *hint) {
  uint32_t n = e->u.list.count;
  if (n == 0) return expr_new(s, HIR_UNIT, s->unit, e->span);
  const type *want = hint ? type_unwrap(hint) : NULL;
  if (want && (want->kind != TY_TUPLE || want->arg_count != n)) want = NULL;
  hir_expr **items = ARENA_ARRAY(s->a, hir_expr *, n);
  const type **types = ARENA_ARRAY(s->a, const type *, n);
  bool ok = true;
  for (uint32_t i = 0; i < n; i++) {
    items[i] = check_expr(s, e->u.list.items[i], want ? want->args[i] : NULL);
    bool fits = want && can_coerce(s, items[i], want->args[i]);
    items[i] = fits ? coerce(s, items[i], want->args[i], "this part") : take_value(s, items[i]);
    types[i] = fits ? want->args[i] : items[i]->type;
    if (types[i]->kind == TY_NONE || types[i]->kind == TY_UNIT) {
      diag *d = error_at(s, E0303, items[i]->span, "this part of the tuple has no type of its own");
      diag_help(d, "write it at the name: `let t: (T?, Int) = …`");
      ok = false;
    }
    ok &= !is_error(items[i]);
  }
  if (!ok) return expr_error(s, e->span);
  const type *t = type_compound(s->types, TY_TUPLE, types, n, CAP_NONE);
  if (!type_small(s, t, e->span)) return expr_error(s, e->span);
  hir_expr *x = expr_new(s, HIR_TUPLE, t, e->span);
  x->list = (hir_list){(const hir_expr **)items, n};
  return x;
}

// ---- iso and val ------------------------------------------------------------------------------------------------------------------
static hir_expr *build_block(sema *s, const ast_expr *e, cap c, const type *hint) {
  recover r = {.up = s->cx->recover, .base = s->cx->locals.count, .at = e->u.build.cap_span, .cap = c};
  s->cx->recover = &r;
  const type *wanted = hint ? type_unwrap(hint) : NULL; // an `iso` block gives an object, whatever becomes of it
  if (wanted && (!cap_can_read(type_cap(wanted)) || (c == CAP_ISO && wanted->kind == TY_INTERFACE))) hint = NULL;
  hir_expr *b = check_block(s, e->u.build.inner->u.block, hint, e->span);
  s->cx->recover = r.up;
  if (is_error(b) || b->type->kind == TY_NEVER) return b;
  const type *t = b->type, *inner = type_unwrap(t);
  bool object = inner->kind == TY_CLASS;
  if (c == CAP_ISO && (!object || cap_recover(inner->cap) != CAP_ISO)) {
    diag *d = error_at(s, E0419, e->span, "an `iso` block gives one object that can be written, and this gives `%s`",
                       text_of(s, t));
    if (object) diag_help(d, "write `val { … }` for what is only read");
    else diag_help(d, "a value made of plain parts needs no `iso`; use `val { … }` to freeze what it holds");
    return expr_error(s, e->span);
  }
  b->block.recover = true;
  if (c == CAP_ISO) {
    const type *to = type_with_cap(s->types, inner, CAP_ISO);
    b->type = t != inner ? type_optional(s, to) : to;
    return b;
  }
  if (type_is_shareable(s->types, t)) return b;
  // What it gives is seen through `val`, part by part: a tag stays one, and a closure that may write can no longer be called.
  return expr_unary(s, HIR_FREEZE, type_view(s->types, t, CAP_VAL), e->span, b);
}

// Before a constructor or literal: what is made must be unique, or have seen nothing unsendable from outside.
static hir_expr *build_prefix(sema *s, const ast_expr *e, cap c, const type *hint) {
  recover r = {.up = s->cx->recover, .base = s->cx->locals.count, .soft = true, .at = e->u.build.cap_span, .cap = c};
  if (!r.up || r.up->soft) s->cx->recover = &r;
  hir_expr *x = check_expr(s, e->u.build.inner, hint);
  s->cx->recover = r.up;
  if (is_error(x)) return x;
  x->span = e->span;
  const type *t = x->type;
  if (c == CAP_VAL && type_is_shareable(s->types, t)) return x;
  bool value = t->kind == TY_STRUCT || t->kind == TY_ENUM;
  if (c == CAP_VAL && value && is_unique(s, x)) return freeze(s, x, type_view(s->types, t, CAP_VAL));
  if (t->kind != TY_CLASS && c == CAP_ISO) {
    diag *d = error_at(s, E0419, e->span, "`%s` stands before something that makes an object, and this gives `%s`",
                       cap_name(c), text_of(s, t));
    diag_help(d, "leave `%s` out", cap_name(c));
    return expr_error(s, e->span);
  }
  bool literal = x->kind == HIR_NEW || x->kind == HIR_ARRAY || x->kind == HIR_MAP || x->kind == HIR_FREEZE;
  bool in_block = r.up && !r.up->soft; // what is not sendable there was not noted
  if (!is_unique(s, x) && (r.violated || !literal || in_block)) {
    if (r.violated) report_outside(s, &r, r.where, r.what, r.type, r.declared);
    else
      report_mismatch(s, x, t, type_with_cap(s->types, t, c),
                      subtype_convert(s->types, t, type_with_cap(s->types, t, c), false), "what is made here");
    return expr_error(s, e->span);
  }
  if (!cap_can_write(t->cap)) {
    error_at(s, E0419, e->span, "`%s` makes objects that are `%s` from the start", text_of(s, t), cap_name(t->cap));
    return expr_error(s, e->span);
  }
  if (c == CAP_VAL) return freeze(s, x, type_with_cap(s->types, t, CAP_VAL));
  x->type = type_with_cap(s->types, t, CAP_ISO);
  return x;
}

hir_expr *check_build(sema *s, const ast_expr *e, const type *hint) {
  cap c = (cap)e->u.build.cap;
  if (e->u.build.inner->kind == AST_EXPR_BLOCK) return build_block(s, e, c, hint);
  return build_prefix(s, e, c, hint);
}

// ---- print, same, swap, take --------------------------------------------------------------------------------------------------------
static bool args_are(sema *s, const ast_expr *e, uint32_t n, const char *form) {
  const ast_args *args = &e->u.call.args;
  bool ok = args->count == n;
  for (uint32_t i = 0; i < args->count; i++) ok &= !ast_has(args->items[i].name);
  if (ok) return true;
  diag *d = error_at(s, E0304, e->u.call.args_span, "this is written `%s`", form);
  if (n == 1 && args->count > 1) diag_help(d, "several values are put into one text: `\"{a} {b}\"`");
  check_surplus(s, args);
  return false;
}

static hir_expr *check_print(sema *s, const ast_expr *e) {
  if (!args_are(s, e, 1, "print(value)")) return expr_error(s, e->span);
  hir_expr *x = check_expr(s, e->u.call.args.items[0].value, NULL);
  if (x->type->kind == TY_UNIT && x->kind != HIR_UNIT) {
    report_nothing_to_show(s, x);
    return expr_error(s, e->span);
  }
  x = to_text(s, x);
  return is_error(x) ? x : expr_unary(s, HIR_PRINT, s->unit, e->span, x);
}

// Two names of one object: of one type, or one of them sees it as an interface.
static bool may_be_same(const type *a, const type *b) {
  bool class_a = a->kind == TY_CLASS, class_b = b->kind == TY_CLASS;
  if (a->kind == TY_INTERFACE || b->kind == TY_INTERFACE)
    return (class_a || a->kind == TY_INTERFACE) && (class_b || b->kind == TY_INTERFACE);
  bool agents = a->kind == TY_AGENT && b->kind == TY_AGENT;
  if (agents && (a->decl->kind == DECL_INTERFACE || b->decl->kind == DECL_INTERFACE)) return true;
  return (class_a || agents) && types_alike(a, b);
}

static hir_expr *check_same(sema *s, const ast_expr *e) {
  if (!args_are(s, e, 2, "same(a, b)")) return expr_error(s, e->span);
  hir_expr *a = check_expr(s, e->u.call.args.items[0].value, NULL);
  hir_expr *b = check_expr(s, e->u.call.args.items[1].value, a->type);
  if (is_error(a) || is_error(b)) return expr_error(s, e->span);
  if (!may_be_same(a->type, b->type)) {
    diag *d = error_at(s, E0306, e->span, "`same` asks whether two names mean one object, and this is `%s` and `%s`",
                       text_of(s, a->type), text_of(s, b->type));
    diag_help(d, "values have no identity: compare them with `==`");
    return expr_error(s, e->span);
  }
  hir_expr *x = expr_new(s, HIR_SAME, s->boolean, e->span);
  x->binary.a = a;
  x->binary.b = b;
  return x;
}

// The declared type of what is stored at a place.
static const type *stored_type(const hir_expr *place) {
  const hir_expr *object = place->kind == HIR_INDEX ? place->binary.a : place->member.object;
  switch ((int)place->kind) {
  case HIR_LOCAL: return place->local.var->type;
  case HIR_FIELD: return object->type->decl->fields[place->member.index].type;
  case HIR_ELEM: return object->type->args[place->member.index];
  default:
    return type_is_builtin(object->type, BUILTIN_ARRAY) ? object->type->args[0]
           : type_is_builtin(object->type, BUILTIN_MAP) ? object->type->args[1]
                                                        : place->type;
  }
}

// What goes into an iso in use, and comes out of it, must be sendable.
static bool sealed_ok(sema *s, const hir_expr *place, const hir_expr *value) {
  if (place->kind == HIR_LOCAL) return true;
  const hir_expr *object = place->kind == HIR_INDEX ? place->binary.a : place->member.object;
  if (!path_of(s, object).sealed) return true;
  const type *old = stored_type(place);
  const type *bad = !is_unique(s, value) ? value_type(s, value) : !type_is_sendable(s->types, old) ? old : NULL;
  if (!bad) return true;
  cap_report_into_iso(sink_of(s), s->types, E0423, bad == old ? NULL : value, value->span, object, "what is exchanged",
                      bad);
  return false;
}

static hir_expr *check_swap(sema *s, const ast_expr *e) {
  if (!args_are(s, e, 2, "swap(place, new)")) return expr_error(s, e->span);
  hir_expr *place = check_place(s, e->u.call.args.items[0].value);
  if (is_error(place) || !check_target(s, place, place->span, "swapped")) {
    check_lost(s, e->u.call.args.items[1].value);
    return expr_error(s, e->span);
  }
  const type *t = stored_type(place);
  hir_expr *value = check_as(s, e->u.call.args.items[1].value, t, "the new value");
  if (is_error(value) || !sealed_ok(s, place, value)) return expr_error(s, e->span);
  place->type = t;
  hir_expr *x = expr_new(s, HIR_SWAP, t, e->span);
  x->assign.place = place;
  x->assign.value = value;
  x->assign.op = -1;
  return x;
}

hir_expr *check_take(sema *s, const ast_expr *e) {
  hir_expr *place = check_place(s, e->u.inner);
  if (is_error(place) || !check_target(s, place, place->span, "emptied")) return expr_error(s, e->span);
  const type *t = stored_type(place);
  if (t->kind != TY_OPTIONAL) {
    diag *d = error_at(s, E0322, place->span, "`take` leaves `none` behind, which `%s` cannot be", text_of(s, t));
    diag_help(d, "give a new value with `swap(place, new)`, or make it `%s?`", text_of(s, t));
    return expr_error(s, e->span);
  }
  hir_expr *none = expr_new(s, HIR_NONE, t, e->span);
  if (!sealed_ok(s, place, none)) return expr_error(s, e->span);
  place->type = t;
  hir_expr *x = expr_new(s, HIR_TAKE, t, e->span);
  x->assign.place = place;
  x->assign.op = -1;
  return x;
}

hir_expr *check_builtin_call(sema *s, builtin_fn b, const ast_expr *e, const type *hint) {
  (void)hint;
  switch (b) {
  case FN_PRINT: return check_print(s, e);
  case FN_SAME: return check_same(s, e);
  case FN_SWAP: return check_swap(s, e);
  case FN_SHARD: return check_shard(s, e);
  case FN_ASSERT: return check_assert(s, e);
  case FN_RAISES: return check_raises(s, e);
  }
  return expr_error(s, e->span);
}
