// check_name.c — names as values: locals, fields of the enclosing type, constants; `self`; paths through modules and types.
// Promises: an unknown name is reported once in a file.
// Does not: find names (scope.c).
#include "sema/cap_report.h"
#include "sema/check_topology.h"

// ---- what an iso or val block may see -------------------------------------------------------------------------------------
static const char *block_word(const recover *r) { return r->cap == CAP_VAL ? "val" : "iso"; }

// True if the block only takes note.
bool outside_use(sema *s, span at, const char *what, const type *t, span declared) {
  recover *r = s->cx->recover;
  if (!r || t->kind == TY_ERROR) return true;
  if (r->soft) {
    if (!r->violated) r->violated = true, r->where = at, r->what = what, r->type = t, r->declared = declared;
    return true;
  }
  report_outside(s, r, at, what, t, declared);
  return false;
}

void report_outside(sema *s, const recover *r, span at, const char *what, const type *t, span declared) {
  diag *d = error_at(s, E0417, at, "%s is `%s` and comes from outside this `%s`", what, text_full(s, t), block_word(r));
  bool own = s->cx->self && t == s->cx->self->type;
  if (own) diag_note(d, s->cx->self->span, "`self` is `%s` here", text_full(s, t));
  else if (!span_is_none(declared)) diag_note(d, declared, "it is declared here, as `%s`", text_full(s, t));
  diag_note(
      d, r->at,
      "what is made here is to be known to nobody else: it may go to another agent, which could then write %s, too",
      own ? "`self`" : what);
  if (own || at.begin == at.end) {
    diag_help(d, "compute what is needed before it, `let part = …`: plain values, `val`s and `iso`s can be used in it");
    diag_help(
        d, "a new list needs no block: what `.copy()` or a method like it gives may become `%s` where that is wanted",
        block_word(r));
  } else
    diag_help(
        d,
        "only `iso`, `val`, `tag` and plain values from outside can be used in it: make what it needs inside, or make "
        "it `val`");
}

hir_expr *self_expr(sema *s, span at) {
  fn_cx *cx = s->cx;
  if (cx->closure && cx->self) return closure_self(s, at);
  if (!cx->self) {
    diag *d = error_at(s, E0210, at, "there is no `self` here");
    diag_help(d, cx->in_default ? DEFAULT_HELP : "`self` is the object a method or behaviour belongs to");
    return expr_error(s, at);
  }
  hir_expr *e = expr_local(s, cx->self, at);
  if (look_takes(s, at, "`self`", e->type, cx->self->span)) return e;
  if (look_denied(s, at) && !outside_use(s, at, "`self`", e->type, cx->self->span)) return expr_error(s, at);
  if (cx->recover && !cx->owner->topology) {
    if (!cx->recover->soft) e->type = type_with_cap(s->types, e->type, CAP_TAG);
    else if (!type_is_sendable(s->types, e->type)) outside_use(s, at, "`self`", e->type, cx->self->span);
  }
  return e;
}

// `self` as a word: while the object is being made it is only an identity.
static hir_expr *check_self(sema *s, const ast_expr *e) {
  if (s->cx->owner && s->cx->owner->topology) {
    diag *d = error_at(s, E0210, e->span, "there is no `self` here: the topology is only being made");
    diag_help(d, "name its nodes and groups; who is to change it gets it later, in a message");
    return expr_error(s, e->span);
  }
  hir_expr *x = self_expr(s, e->span);
  if (!is_error(x) && s->cx->is_init) x->type = type_with_cap(s->types, x->type, CAP_TAG);
  return x;
}

static hir_expr *local_use(sema *s, const ast_expr *e, local *l, bool outside) {
  if (!l->var) return expr_error(s, e->span);
  if (l->constant) {
    hir_expr *c = arena_copy(s->a, l->constant, sizeof *l->constant);
    c->span = e->span;
    return c;
  }
  hir_expr *x = l->capture ? closure_captured(s, l, e->span) : expr_local(s, l->var, e->span);
  if (l->capture && !type_is_shareable(s->types, l->var->type)) // a captured iso is used in its place only
    return outside_use(s, e->span, arena_printf(s->a, "`%s`", l->name->text), l->var->type, l->var->span)
               ? x
               : expr_error(s, e->span);
  if (!outside || type_is_sendable(s->types, l->var->type)) return x;
  const char *what = arena_printf(s->a, "`%s`", l->name->text);
  if (look_takes(s, e->span, what, l->var->type, l->var->span)) return x;
  return outside_use(s, e->span, what, l->var->type, l->var->span) ? x : expr_error(s, e->span);
}

// In an iso or val block.
static hir_expr *field_outside(sema *s, member *m, span at) {
  fn_cx *cx = s->cx;
  hir_expr *x = field_access(s, expr_local(s, cx->self, at), m->index, at);
  if (is_error(x)) return x;
  const char *what = arena_printf(s->a, "`self` (to which field `%s` belongs)", m->name->text);
  if (!cx->closure && look_takes(s, at, what, cx->self->type, m->span)) return x;
  if (!cx->closure && !look_denied(s, at) && type_is_shareable(s->types, value_type(s, x))) return x;
  outside_use(s, at, what, cx->self->type, m->span);
  return expr_error(s, at);
}

static hir_expr *own_field(sema *s, member *m, span at) {
  fn_cx *cx = s->cx;
  if (cx->in_default) {
    diag *x = error_at(s, E0426, at, "a default cannot name field `%s`", m->name->text);
    diag_note(x, m->span, "it has its value only when the object is there");
    diag_help(x, DEFAULT_HELP);
    return expr_error(s, at);
  }
  if (!cx->self) return NULL;
  if (cx->is_init && m->index >= cx->init_field) {
    diag *x = error_at(s, E0426, at, "field `%s` has no value yet", m->name->text);
    diag_note(x, m->span, "it gets its value here: initialisers run in the order of the text");
    diag_help(x, "declare `%s` before the fields that need it", m->name->text);
    return expr_error(s, at);
  }
  if (cx->closure && cx->is_init) { // the object is not complete: the closure gets the value
    fn_cx *inner = cx;
    s->cx = cx->closure->outer;
    hir_expr *value = own_field(s, m, at);
    s->cx = inner;
    return closure_captures_part(s, m->name, value, at);
  }
  if (cx->recover && !cx->recover->soft) return field_outside(s, m, at);
  hir_expr *self = self_expr(s, at);
  if (is_error(self)) return self; // this closure cannot have it
  if (cx->closure && closure_self_is_tag(s, self, m->name, at)) return expr_error(s, at);
  return field_access(s, self, m->index, at);
}

static hir_expr *own_member(sema *s, const ast_expr *e, const str *name, const type *hint) {
  decl_info *d = s->cx->owner;
  member *m = d ? member_find(d, name) : NULL;
  if (!m) return NULL;
  if (m->kind == MEMBER_FIELD) return own_field(s, m, e->span);
  if (m->kind == MEMBER_VARIANT) return make_variant(s, d, m->index, NULL, e->span, hint);
  if (m->kind == MEMBER_PART) {
    if (!topology_part_named(s, m->index, e->span)) return expr_error(s, e->span);
    return topology_part(s, self_expr(s, e->span), m->index, e->span);
  }
  diag *x = error_at(s, E0307, e->span, "`%s` is a %s of `%s` and must be called", name->text,
                     m->kind == MEMBER_ON ? "behaviour" : "function", d->name->text);
  if (m->kind != MEMBER_FN || !help_closure(s, x, m->fn, e->span, hint)) diag_help(x, "write `%s(…)`", name->text);
  return expr_error(s, e->span);
}

static hir_expr *const_use(sema *s, const_info *c, span at) {
  const_check(s, c, at);
  if (is_error(c->value)) return expr_error(s, at);
  hir_expr *x = arena_copy(s->a, c->value, sizeof *c->value);
  x->span = at;
  return x;
}

hir_expr *symbol_value(sema *s, symbol *sym, span at, const type *hint) {
  sym = symbol_meant(s, sym);
  switch (sym->kind) {
  case SYM_POISON: break;
  case SYM_CONST: return const_use(s, sym->u.constant, at);
  case SYM_DECL:
    if (sym->u.decl->hir.kind == DECL_CLASS || sym->u.decl->hir.kind == DECL_STRUCT ||
        sym->u.decl->hir.kind == DECL_ERROR) {
      static const ast_args nothing = {0};
      return make_new(s, sym->u.decl, NULL, &nothing, at, hint);
    }
    if (sym->u.decl->hir.kind == DECL_AGENT) {
      diag *d = error_at(s, E0605, at, "an agent is made by `spawn`");
      diag_help(d, "write `spawn %s(…)`", sym->name->text);
      diag_edit(d, span_before(at), "spawn ");
      break;
    }
    // fallthrough
  case SYM_TYPE:
  case SYM_FUTURE:
  case SYM_ALIAS: {
    diag *d = error_at(s, E0218, at, "`%s` is a type, and a value is wanted here", sym->name->text);
    if (sym->kind == SYM_DECL && sym->u.decl->hir.variant_count)
      diag_help(d, "name one of its variants: `%s.%s`", sym->name->text, sym->u.decl->hir.variants[0].name);
    break;
  }
  case SYM_FN: {
    if (sym->u.fn->poisoned) break;
    return closure_of_fn(s, sym->u.fn, at, hint);
  }
  case SYM_BUILTIN: {
    diag *d = error_at(s, E0307, at, "`%s` must be called: `%s(…)`", sym->name->text, sym->name->text);
    diag_help(d, "a function value that does it is `|x| %s(x)`", sym->name->text);
    break;
  }
  case SYM_MODULE: {
    diag *d = error_at(s, E0219, at, "`%s` is a module, and a value is wanted here", sym->name->text);
    diag_help(d, "name something in it: `%s.…`", sym->name->text);
    break;
  }
  }
  return expr_error(s, at);
}

// A variant named alone, where the wanted type says which enum: a hint for the message.
static bool report_bare_variant(sema *s, const ast_expr *e, const type *hint) {
  const type *t = hint ? type_unwrap(hint) : NULL;
  decl_info *found = t && t->kind == TY_ENUM && member_find(info_of(t->decl), e->u.name) ? info_of(t->decl) : NULL;
  for (uint32_t i = 0; i < s->decls.count && !found; i++) {
    decl_info *d = s->decls.items[i];
    if (d->hir.kind == DECL_ENUM && d->mod == s->cx->mod && member_find(d, e->u.name)) found = d;
  }
  if (!found || member_find(found, e->u.name)->kind != MEMBER_VARIANT) return false;
  diag *d = error_at(s, E0210, e->span, "`%s` is a variant of `%s`", e->u.name->text, found->name->text);
  diag_help(d, "write `%s.%s`", found->name->text, e->u.name->text);
  diag_edit(d, span_before(e->span), arena_printf(s->a, "%s.", found->name->text));
  return true;
}

hir_expr *unknown_name(sema *s, const str *name, span at, bool type_wanted) {
  module_info *mod = s->cx->mod;
  if (!mod->incomplete && !map_has(&mod->unknown, name)) {
    if (!s->muted) map_put(&mod->unknown, name, mod);
    symbol_unknown(s, name, at, type_wanted);
  }
  return expr_error(s, at);
}

hir_expr *check_name(sema *s, const ast_expr *e, const type *hint) {
  if (e->kind == AST_EXPR_SELF) return check_self(s, e);
  const str *name = e->u.name;
  bool outside = false;
  closure_names(s, e->span);
  local *l = local_find(s, name, &outside);
  if (l) return local_use(s, e, l, outside);
  hir_expr *x = own_member(s, e, name, hint);
  if (!x) x = shape_name(s, name, e->span);
  if (x) return x;
  symbol *sym = symbol_find(s, s->cx->mod, name, e->span);
  if (sym) return symbol_value(s, sym, e->span, hint);
  if (e->kind == AST_EXPR_TYPE_NAME && report_bare_variant(s, e, hint)) return expr_error(s, e->span);
  if (shape_unknown(s, name, e->span)) return expr_error(s, e->span);
  return unknown_name(s, name, e->span, e->kind == AST_EXPR_TYPE_NAME);
}

// ---- paths: module.name, Type, module.Type ---------------------------------------------------------------------------------
static module_info *module_named(sema *s, const ast_expr *e) {
  if (e->kind != AST_EXPR_NAME) return NULL;
  bool outside;
  if (local_find(s, e->u.name, &outside)) return NULL;
  if (s->cx->owner && member_find(s->cx->owner, e->u.name)) return NULL;
  symbol *sym = map_get(&s->cx->mod->modules, e->u.name);
  return sym && sym->kind == SYM_MODULE ? sym->u.module : NULL;
}

static bool module_poisoned(sema *s, const ast_expr *e) {
  if (e->kind != AST_EXPR_NAME) return false;
  bool outside;
  if (local_find(s, e->u.name, &outside)) return false;
  symbol *sym = map_get(&s->cx->mod->modules, e->u.name);
  return sym && sym->kind == SYM_POISON;
}

bool static_path(sema *s, const ast_expr *e, symbol **out) {
  *out = NULL;
  if (e->kind == AST_EXPR_TYPE_NAME) {
    *out = symbol_meant(s, symbol_find(s, s->cx->mod, e->u.name, e->span));
    return *out != NULL;
  }
  if (e->kind != AST_EXPR_FIELD || e->u.field.optional) return false;
  if (module_poisoned(s, e->u.field.object)) return true;
  module_info *m = module_named(s, e->u.field.object);
  if (!m) return false;
  *out = symbol_meant(s, symbol_in_module(s, m, e->u.field.name.name, e->u.field.name.span));
  return true;
}

const type *type_applied(sema *s, const ast_expr *e) {
  symbol *sym;
  if (e->kind != AST_EXPR_INDEX || !static_path(s, e->u.index.object, &sym)) return NULL;
  if (sym && (sym->kind == SYM_CONST || sym->kind == SYM_FN)) return NULL;
  const type *t = sym ? type_from_expr(s, e) : s->error;
  if (!t) (void)written_args(s, e); // one of them is no type
  return t ? t : s->error;
}
