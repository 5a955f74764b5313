// check_pattern.c — patterns against the type they are matched with; the names they bind.
// Promises: names are added to the innermost scope, also when the pattern is in error (then silent). All alternatives of
//           `p | q` bind the same variables. A part is bound as it is seen through its whole, or as it is when that is used up.
// Does not: say whether a match is complete (exhaustive.c).
#include "sema/check.h"
#include "sema/interface.h"

hir_pat *pattern_wild(sema *s, const type *t, span at) {
  hir_pat *p = ARENA_NEW(s->a, hir_pat);
  *p = (hir_pat){.kind = PAT_WILD, .type = t, .span = at};
  return p;
}

// A value that is used up by a match: a temporary, or a local that holds an iso.
bool subject_moves(sema *s, const hir_expr *e) {
  if (e->kind == HIR_LOCAL) return !e->local.var->is_self && type_holds_iso(s->types, e->type);
  return !is_place(e);
}

static void keep_names(sema *s, const hir_pat *p, bool in_iso) {
  if (p->var) {
    const type *seen = in_iso ? type_view(s->types, p->var->type, CAP_ISO) : p->var->type;
    p->var->type = type_kept(s->types, seen);
  }
  for (uint32_t i = 0; i < p->sub_count; i++) keep_names(s, p->subs[i], in_iso);
}

hir_pat *pattern_kept(sema *s, hir_pat *p, const hir_expr *subject) {
  if (place_in_object(subject)) keep_names(s, p, path_of(s, subject).sealed);
  return p;
}

static hir_pat *poison(sema *s, hir_pat *out) {
  out->kind = PAT_WILD;
  out->type = s->error;
  return out;
}

static void bind_poisoned(sema *s, const ast_pat *p);

static void bind_all_poisoned(sema *s, const ast_pats *list) {
  for (uint32_t i = 0; i < list->count; i++) bind_poisoned(s, list->items[i]);
}

// The names of a faulty pattern exist, and stay silent.
static void bind_poisoned(sema *s, const ast_pat *p) {
  switch (p->kind) {
  case AST_PAT_NAME: VEC_PUSH(s->a, &s->cx->locals, (local){.name = p->u.name}); return;
  case AST_PAT_PATH: bind_all_poisoned(s, &p->u.path.args); return;
  case AST_PAT_TUPLE:
  case AST_PAT_OR: bind_all_poisoned(s, &p->u.list); return;
  case AST_PAT_ERROR:
  case AST_PAT_WILD:
  case AST_PAT_LITERAL:
  case AST_PAT_NONE: return;
  }
}

static hir_pat *wrap_some(sema *s, const type *t, hir_pat *inner) {
  hir_pat *out = pattern_wild(s, t, inner->span);
  const hir_pat **subs = ARENA_ARRAY(s->a, const hir_pat *, 1);
  subs[0] = inner;
  out->kind = PAT_SOME;
  out->subs = subs;
  out->sub_count = 1;
  return out;
}

static void bind_again(sema *s, hir_pat *out, const str *name, const type *t) {
  or_names *alt = s->cx->alternatives;
  for (uint32_t i = 0; i < alt->count; i++) {
    if (alt->first[i].name != name) continue;
    alt->seen++;
    out->var = alt->first[i].var;
    if (!out->var || out->var->type == t || t->kind == TY_ERROR || out->var->type->kind == TY_ERROR) return;
    diag *d = error_at(s, E0514, out->span, "`%s` is `%s` here and `%s` in the first alternative", name->text,
                       text_of(s, t), text_of(s, out->var->type));
    diag_note(d, out->var->span, "the first is this");
    return;
  }
  alt->seen = alt->count; // said once
  diag *d = error_at(s, E0514, out->span, "`%s` is not bound by the first alternative", name->text);
  diag_help(d, "all alternatives of `|` bind the same names; write `_` for what is not needed");
  poison(s, out);
}

static hir_pat *bind_name(sema *s, const ast_pat *p, const type *t, bool moved, bool is_var) {
  hir_pat *out = pattern_wild(s, t, p->span);
  out->kind = PAT_BIND;
  const type *bound = moved || t->kind == TY_ERROR ? t : type_alias(s->types, t);
  if (s->cx->alternatives) {
    bind_again(s, out, p->u.name, bound);
    return out;
  }
  out->var = var_new(s, p->u.name, bound, p->span, is_var);
  local_add(s, p->u.name, out->var, p->span);
  return out;
}

static diag *report_pattern(sema *s, const ast_pat *p, const type *t, const char *what) {
  diag *d = error_at(s, E0513, p->span, "this pattern is %s, and the value is `%s`", what, text_of(s, t));
  if (t->kind == TY_ENUM && t->decl->variant_count)
    diag_help(d, "its variants are `%s.%s` …", t->decl->name, t->decl->variants[0].name);
  return d;
}

static hir_pat *literal_pattern(sema *s, const ast_pat *p, const type *t) {
  const type *inner = type_unwrap(t);
  hir_expr *value = check_expr(s, p->u.literal, inner);
  hir_pat *out = pattern_wild(s, inner, p->span);
  if (is_error(value)) return poison(s, out);
  if (!types_alike(value->type, inner)) {
    report_pattern(s, p, t, arena_printf(s->a, "`%s`", text_of(s, value->type)));
    return poison(s, out);
  }
  out->kind = PAT_LITERAL;
  out->value = value;
  return t == inner ? out : wrap_some(s, t, out);
}

static hir_pat *none_pattern(sema *s, const ast_pat *p, const type *t) {
  hir_pat *out = pattern_wild(s, t, p->span);
  out->kind = PAT_NONE;
  if (t->kind == TY_OPTIONAL) return out;
  diag *d = error_at(s, E0513, p->span, "`%s` is never `none`", text_of(s, t));
  diag_help(d, "only a `%s?` can be", text_of(s, t));
  return poison(s, out);
}

// ---- paths: variants, classes, structs ---------------------------------------------------------------------------------------
static const hir_pat **sub_patterns(sema *s, const ast_pat *p, const hir_field *fields, uint32_t n, const type *whole,
                                    bool moved, const char *what) {
  const hir_pat **subs = ARENA_ARRAY(s->a, const hir_pat *, n ? n : 1);
  const ast_pats *args = &p->u.path.args;
  if (p->u.path.has_args && args->count != n) {
    diag *d = error_at(s, E0513, p->span, "`%s` has %u part%s, and this pattern names %u", what, n, plural(n, "", "s"),
                       args->count);
    const char *names = NULL;
    for (uint32_t i = 0; i < n; i++)
      names = arena_printf(s->a, "%s%s%s", names ? names : "", names ? ", " : "", fields[i].name);
    diag_help(d, names ? "write `%s(%s)`, with `_` for what is not needed" : "write `%s`", what, names);
    bind_all_poisoned(s, args);
    return NULL;
  }
  for (uint32_t i = 0; i < n; i++) {
    const type *part = fields[i].type;
    if (!part) part = s->error;
    if (part->kind != TY_ERROR) part = type_part_bound(s->types, part, whole, moved);
    subs[i] =
        p->u.path.has_args ? check_pattern(s, args->items[i], part, moved, false) : pattern_wild(s, part, p->span);
  }
  return subs;
}

static hir_pat *variant_pattern(sema *s, const ast_pat *p, const type *t, decl_info *d, uint32_t index, bool moved) {
  const hir_variant *v = &d->hir.variants[index];
  hir_pat *out = pattern_wild(s, t, p->span);
  const char *what = arena_printf(s->a, "%s.%s", d->hir.name, v->name);
  out->subs = sub_patterns(s, p, v->fields, v->field_count, t, moved, what);
  if (!out->subs) return poison(s, out);
  out->kind = PAT_VARIANT;
  out->decl = &d->hir;
  out->variant = v;
  out->sub_count = v->field_count;
  return out;
}

static hir_pat *fields_pattern(sema *s, const ast_pat *p, const type *t, decl_info *d, bool moved) {
  hir_pat *out = pattern_wild(s, t, p->span);
  out->subs = sub_patterns(s, p, d->hir.fields, d->hir.header_count, t, moved && t->kind == TY_STRUCT, d->hir.name);
  if (!out->subs) return poison(s, out);
  out->kind = d->hir.kind == DECL_ERROR ? PAT_ERROR : PAT_FIELDS;
  out->decl = &d->hir;
  out->sub_count = d->hir.header_count;
  return out;
}

typedef struct path_target {
  decl_info *decl;
  int variant; // -1: the type itself
  bool silent; // in error, reported
} path_target;

static symbol *pattern_symbol(sema *s, const ast_idents *names, uint32_t *used) {
  module_info *mod = s->cx->mod;
  symbol *m = names->count > 1 ? map_get(&mod->modules, names->items[0].name) : NULL;
  *used = m ? 2 : 1;
  if (m && m->kind == SYM_MODULE) return symbol_in_module(s, m->u.module, names->items[1].name, names->items[1].span);
  if (m) return m; // poisoned
  symbol *sym = symbol_find(s, mod, names->items[0].name, names->items[0].span);
  if (!sym) (void)unknown_name(s, names->items[0].name, names->items[0].span, true);
  return sym;
}

void report_variant(sema *s, decl_info *d, ast_ident name) {
  if (decl_is_broken(s, d)) return;
  diag *x = error_at(s, E0215, name.span, "enum `%s` has no variant `%s`", d->name->text, name.name->text);
  suggestion g = suggest_begin(name.name);
  const char *all = NULL;
  for (uint32_t i = 0; i < d->hir.variant_count; i++) {
    const char *one = d->hir.variants[i].name;
    suggest_offer(&g, str_intern_cstr(s->names, one));
    all = arena_printf(s->a, "%s%s`%s`", all ? all : "", all ? ", " : "", one);
  }
  suggest_say(&g, x, name.span);
  if (g.best) return;
  diag_note(x, d->hir.span, "`%s` is declared here", d->name->text);
  if (all && d->hir.variant_count <= 12) diag_help(x, "it has %s", all);
}

static path_target path_resolve(sema *s, const ast_pat *p, const type *t) {
  const ast_idents *names = &p->u.path.names;
  path_target out = {.variant = -1};
  decl_info *own = t->kind == TY_ENUM ? info_of(t->decl) : NULL;
  if (names->count == 1 && own) {
    member *m = member_find(own, names->items[0].name);
    if (m && m->kind == MEMBER_VARIANT) return (path_target){.decl = own, .variant = (int)m->index};
    bool other = symbol_find(s, s->cx->mod, names->items[0].name, names->items[0].span) != NULL;
    if (!other) {
      report_variant(s, own, names->items[0]);
      return (path_target){.silent = true};
    }
  }
  uint32_t used;
  symbol *sym = symbol_meant(s, pattern_symbol(s, names, &used));
  out.silent = !sym || sym->kind == SYM_POISON;
  if (out.silent) return out;
  if (sym->kind == SYM_ALIAS) {
    const type *a = alias_wanted(s, sym, p->span, t);
    out.decl = a->decl ? info_of(a->decl) : NULL;
    out.silent = a->kind == TY_ERROR;
  } else if (sym->kind == SYM_DECL) {
    out.decl = sym->u.decl;
  }
  bool ours = out.decl && out.decl->generic && t->decl && t->decl->origin == &out.decl->hir;
  if (ours) out.decl = info_of(t->decl); // which instance of it, the value says
  else if (out.decl) out.decl = decl_shape(s, out.decl);
  if (!out.decl || used == names->count) return out;
  member *m = member_find(out.decl, names->items[used].name);
  if (m && m->kind == MEMBER_VARIANT) out.variant = (int)m->index;
  else {
    if (out.decl->hir.kind == DECL_ENUM) report_variant(s, out.decl, names->items[used]);
    else
      error_at(s, E0214, names->items[used].span, "`%s` has no `%s`", out.decl->name->text,
               names->items[used].name->text);
    out.silent = true;
  }
  return out;
}

// A tag says which object it is, and of which class; to look at its parts is to read. Other agents are tags.
static bool pattern_reads_tag(sema *s, const ast_pat *p, const type *t, const path_target *target) {
  bool value = t->kind == TY_STRUCT || t->kind == TY_ENUM, parts = p->u.path.has_args || target->variant >= 0;
  if (t->cap != CAP_TAG || !(value || parts)) return false;
  if (t->kind == TY_AGENT) {
    diag *d = error_at(s, E0410, p->span, "the parts of agent `%s` cannot be looked at", text_of(s, t));
    diag_help(d, "only that agent can read them: ask it with a behaviour and `await`");
    return true;
  }
  diag *d = error_at(s, E0410, p->span, "the parts of a `%s` cannot be looked at", text_full(s, t));
  diag_help(d, "a `tag` is no more than a reference: match the value where it can be read");
  return true;
}

// What is seen as an interface may be an object of a class, or hold a value: the parts are seen through it.
static hir_pat *object_pattern(sema *s, const ast_pat *p, const type *t, const path_target *target) {
  decl_info *d = target->decl;
  bool fits = d->open != PATTERN && (d->hir.kind == DECL_ENUM) == (target->variant >= 0);
  if (!fits || d->hir.kind == DECL_INTERFACE) return NULL;
  const type *own = type_of_decl(s, d, NULL, 0, CAP_NONE);
  if (!interface_fits(s, own, t->decl, NULL)) return NULL;
  const type *seen = own->kind == TY_CLASS ? type_with_cap(s->types, own, t->cap) : type_view(s->types, own, t->cap);
  hir_pat *sub = target->variant >= 0 ? variant_pattern(s, p, seen, d, (uint32_t)target->variant, false)
                                      : fields_pattern(s, p, seen, d, false);
  hir_pat *out = pattern_wild(s, t, p->span);
  if (sub->type->kind == TY_ERROR) return poison(s, out);
  const hir_pat **subs = ARENA_ARRAY(s->a, const hir_pat *, 1);
  subs[0] = sub;
  out->kind = PAT_OBJECT;
  out->object = interface_object(s, own, t->cap);
  out->decl = out->object->decl;
  out->subs = subs;
  out->sub_count = 1;
  return out;
}

static hir_pat *path_pattern(sema *s, const ast_pat *p, const type *t, bool moved) {
  const type *inner = type_unwrap(t);
  if (t != inner) inner = type_part_bound(s->types, inner, t, moved);
  path_target target = path_resolve(s, p, inner);
  hir_pat *out = NULL;
  if (!target.silent && pattern_reads_tag(s, p, inner, &target)) target.silent = true;
  if (!target.silent && target.decl && inner->decl == &target.decl->hir &&
      (inner->kind == TY_ENUM) == (target.variant >= 0))
    out = target.variant >= 0 ? variant_pattern(s, p, inner, target.decl, (uint32_t)target.variant, moved)
                              : fields_pattern(s, p, inner, target.decl, moved);
  else if (!target.silent && target.decl && inner->kind == TY_INTERFACE) out = object_pattern(s, p, inner, &target);
  if (out) return t->kind != TY_OPTIONAL || out->type->kind == TY_ERROR ? out : wrap_some(s, t, out);
  if (!target.silent) {
    const char *what = !target.decl          ? "no variant or type of its own"
                       : target.variant >= 0 ? arena_printf(s->a, "a `%s`", target.decl->name->text)
                       : target.decl->hir.kind == DECL_ENUM
                           ? arena_printf(s->a, "the whole of `%s`", target.decl->name->text)
                           : arena_printf(s->a, "a `%s`", target.decl->name->text);
    diag *d = report_pattern(s, p, t, what);
    if (target.decl && target.decl->open == PATTERN && inner->kind == TY_INTERFACE)
      diag_help(d, "say which `%s`: `type Name = %s[…]`, and match `Name`", target.decl->name->text,
                target.decl->name->text);
  }
  bind_all_poisoned(s, &p->u.path.args);
  return poison(s, pattern_wild(s, t, p->span));
}

// ---- the others ------------------------------------------------------------------------------------------------------------------
static hir_pat *tuple_pattern(sema *s, const ast_pat *p, const type *t, bool moved) {
  const type *inner = type_unwrap(t);
  uint32_t n = p->u.list.count;
  hir_pat *out = pattern_wild(s, inner, p->span);
  if (n == 0 && inner == s->unit) return out;
  if (inner->kind != TY_TUPLE || inner->arg_count != n) {
    report_pattern(s, p, t, arena_printf(s->a, "a tuple of %u", n));
    bind_all_poisoned(s, &p->u.list);
    return poison(s, out);
  }
  const hir_pat **subs = ARENA_ARRAY(s->a, const hir_pat *, n);
  for (uint32_t i = 0; i < n; i++)
    subs[i] =
        check_pattern(s, p->u.list.items[i], type_part_bound(s->types, inner->args[i], inner, moved), moved, false);
  out->kind = PAT_TUPLE;
  out->subs = subs;
  out->sub_count = n;
  return t == inner ? out : wrap_some(s, t, out);
}

typedef hir_pat *alternative_fn(sema *s, const ast_pat *p, const type *t, bool moved);

static hir_pat *or_pattern(sema *s, const ast_pat *p, const type *t, bool moved, alternative_fn *check) {
  uint32_t n = p->u.list.count, base = s->cx->locals.count;
  hir_pat *out = pattern_wild(s, t, p->span);
  const hir_pat **subs = ARENA_ARRAY(s->a, const hir_pat *, n ? n : 1);
  bool faulty = false;
  or_names *outer = s->cx->alternatives, names = {0};
  for (uint32_t i = 0; i < n; i++) {
    if (i == 1 && !outer) {
      names.count = s->cx->locals.count - base;
      names.first = names.count ? arena_copy(s->a, s->cx->locals.items + base, names.count * sizeof(local)) : NULL;
      s->cx->alternatives = &names;
    }
    names.seen = 0;
    subs[i] = check(s, p->u.list.items[i], t, moved);
    faulty |= subs[i]->type->kind == TY_ERROR;
    if (i && !outer && !faulty && names.seen < names.count) {
      diag *d = error_at(s, E0514, p->u.list.items[i]->span, "this alternative does not bind all names of the first");
      for (uint32_t k = 0; k < names.count; k++)
        if (names.first[k].var) diag_note(d, names.first[k].var->span, "`%s` is bound here", names.first[k].name->text);
      faulty = true;
    }
  }
  s->cx->alternatives = outer;
  if (faulty) return poison(s, out);
  out->kind = PAT_OR;
  out->subs = subs;
  out->sub_count = n;
  return out;
}

static hir_pat *plain_alternative(sema *s, const ast_pat *p, const type *t, bool moved) {
  return check_pattern(s, p, t, moved, false);
}

hir_pat *check_pattern(sema *s, const ast_pat *p, const type *t, bool moved, bool is_var) {
  if (t->kind == TY_ERROR && p->kind != AST_PAT_NAME && p->kind != AST_PAT_WILD) {
    bind_poisoned(s, p);
    return pattern_wild(s, t, p->span);
  }
  switch (p->kind) {
  case AST_PAT_ERROR: return poison(s, pattern_wild(s, t, p->span));
  case AST_PAT_WILD: return pattern_wild(s, t, p->span);
  case AST_PAT_NAME: return bind_name(s, p, t, moved, is_var);
  case AST_PAT_LITERAL: return literal_pattern(s, p, t);
  case AST_PAT_NONE: return none_pattern(s, p, t);
  case AST_PAT_PATH: return path_pattern(s, p, t, moved);
  case AST_PAT_TUPLE: return tuple_pattern(s, p, t, moved);
  case AST_PAT_OR: return or_pattern(s, p, t, moved, plain_alternative);
  }
  return pattern_wild(s, t, p->span);
}

// ---- arms of catch -----------------------------------------------------------------------------------------------------------------
static hir_pat *error_alternative(sema *s, const ast_pat *p, const type *t, bool moved) {
  if (p->kind == AST_PAT_WILD || p->kind == AST_PAT_NAME) return check_pattern(s, p, t, true, false);
  if (p->kind == AST_PAT_OR) return or_pattern(s, p, t, moved, error_alternative);
  if (p->kind == AST_PAT_PATH) {
    path_target target = path_resolve(s, p, t);
    if (!target.silent && target.decl && target.decl->hir.kind == DECL_ERROR)
      return fields_pattern(s, p, type_of_decl(s, target.decl, NULL, 0, CAP_NONE), target.decl, false);
    if (target.silent) {
      bind_poisoned(s, p);
      return poison(s, pattern_wild(s, t, p->span));
    }
  }
  if (p->kind != AST_PAT_ERROR) {
    diag *d = error_at(s, E0513, p->span, "an arm of `catch` names an error");
    diag_help(d, "write `Name => …`, `Name(field) => …`, or `_ => …` for all others");
  }
  bind_poisoned(s, p);
  return poison(s, pattern_wild(s, t, p->span));
}

hir_pat *check_error_pattern(sema *s, const ast_pat *p) {
  const type *any = type_nominal(s->types, TY_ERRVAL, &s->d_any_error->hir, NULL, 0, CAP_NONE);
  return error_alternative(s, p, any, true);
}
