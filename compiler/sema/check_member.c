// check_member.c — parts of values: fields, tuple elements, indexing, `?.`; what a type's members are.
// Promises: a part has the type with which it is seen through its object; what cannot be read is E0410, what belongs to another
//           agent E0420.
#include "diag/edit.h"
#include "sema/cap_report.h"
#include "sema/check_topology.h"

decl_info *methods_of(sema *s, const type *t) {
  switch ((int)t->kind) {
  case TY_CLASS:
  case TY_INTERFACE:
  case TY_STRUCT:
  case TY_ENUM:
  case TY_AGENT:
  case TY_ERRVAL: return info_of(t->decl);
  case TY_PARAM: return t->decl && t->decl->kind == DECL_PARAM ? info_of(t->decl) : NULL;
  default: return t->kind <= TY_PARAM ? s->primitives[t->kind] : NULL;
  }
}

member *member_lookup(sema *s, const type *t, const str *name, decl_info **owner) {
  *owner = methods_of(s, t);
  member *m = *owner ? member_find(*owner, name) : NULL;
  if (m && m->fn) fn_sign(s, m->fn);
  return m;
}

bool member_visible(sema *s, const decl_info *d, const member *m, span at) {
  if (m->name->text[0] != '_' || d->mod == s->cx->mod) return true;
  diag *x = error_at(s, E0213, at, "`%s` is private to the file of `%s`", m->name->text, d->name->text);
  diag_note(x, m->span, "it is declared here; a leading `_` keeps it from being seen elsewhere");
  return false;
}

static bool report_wrapped(sema *s, const type *t, const str *name, span at) {
  if (t->kind == TY_OPTIONAL) {
    decl_info *inner = methods_of(s, t->args[0]);
    if (!inner || !member_find(inner, name)) return false;
    diag *d = error_at(s, E0322, at, "this may be `none`, which has no `%s`", name->text);
    diag_help(d, "write `?.%s` (none stays none), say what then with `else`, or test it with `if let x = …`",
              name->text);
    diag_edit(d, edit_before(d, at, "."), "?.");
    return true;
  }
  if (t->kind != TY_FUTURE) return false;
  diag *d = error_at(s, E0214, at, "a future has no `%s`: the answer is not there yet", name->text);
  diag_help(d, "wait for it first: `(await …).%s`", name->text);
  return true;
}

void member_unknown(sema *s, const type *t, const str *name, span at) {
  if (t->kind == TY_ERROR || report_wrapped(s, t, name, at)) return;
  decl_info *d = methods_of(s, t);
  if (decl_is_broken(s, d)) return;
  diag *x = error_at(s, E0214, at, "`%s` has no `%s`", text_of(s, t), name->text);
  if (!d) return;
  const char *form = member_form(s, t, d, name);
  if (form) {
    diag_help(x, "%s", form);
    return;
  }
  suggestion g = suggest_begin(name);
  g.best = member_word(s, d, name);
  if (!g.best) suggest_offer_map(&g, &d->members);
  suggest_say(&g, x, at);
  if (!g.best && d->hir.kind != DECL_PRIMITIVE && d->hir.builtin == BUILTIN_NO)
    diag_note(x, d->hir.span, "`%s` is declared here", d->name->text);
  if (t->kind == TY_PARAM && common_bound(name)) bound_help(s, x, t, common_bound(name));
  else if (t->kind == TY_PARAM && !g.best)
    diag_help(x, "it has the methods of its bounds: `[%s: Name]`, where `interface Name { fn %s() … }`", d->name->text,
              name->text);
}

static diag_sink *sink_of(sema *s) { return s->muted ? &s->silent : s->diag; }

hir_expr *field_access(sema *s, hir_expr *object, uint32_t index, span at) {
  const type *t = object->type;
  decl_info *d = info_of(t->decl);
  field_type_needed(s, d, index);
  const hir_field *f = &t->decl->fields[index];
  if (f->type->kind == TY_ERROR) return expr_error(s, at);
  if (!cap_path_may_read(path_of(s, object))) {
    cap_report_read(sink_of(s), s->types, at, object, f->name);
    return expr_error(s, at);
  }
  hir_expr *e = expr_new(s, HIR_FIELD, f->type, at);
  e->member.object = object;
  e->member.index = index;
  place_typed(s, e);
  return e;
}

static void report_foreign(sema *s, const type *t, const member *m, span at) {
  decl_info *d = info_of(t->decl);
  diag *x = error_at(s, E0420, at, "`%s` is a %s of agent `%s`, and only that agent can use it", m->name->text,
                     m->kind == MEMBER_FIELD ? "field" : "function", d->name->text);
  diag_note(x, m->span, "it is declared here");
  if (m->kind != MEMBER_FIELD) {
    bool answers = m->fn->ast->result && type_is_sendable(s->types, m->fn->hir.result);
    diag_note(x, SPAN_NONE, "two agents would work on one state at once");
    diag_fix(x, "make it a behaviour, `on %s(…)`, and %s it", m->name->text, answers ? "`await`" : "`signal`");
    bool plain = span_is_none(m->fn->ast->cap_span) && !m->fn->ast->raises && (answers || !m->fn->ast->result);
    diag_edit(x, plain ? edit_before(x, m->span, "fn") : SPAN_NONE, "on");
    diag_edit(x, edit_path_begin(x, at), answers ? "await " : "signal ");
    return;
  }
  field_type_needed(s, d, m->index);
  const type *field = d->hir.fields[m->index].type;
  if (type_is_sendable(s->types, field))
    diag_help(x,
              "two agents would touch it at once: ask for it with a behaviour, `on get_%s() -> %s { %s }`, and `await`",
              m->name->text, text_of(s, field), m->name->text);
  else
    diag_help(
        x, "two agents would touch it at once: ask for what you need of it with a behaviour, `on … -> …`, and `await`");
}

// While an object is made, it is only an identity: its `fn tag` and behaviours may be used.
static bool report_unfinished(sema *s, const hir_expr *object, const member *m, span at) {
  bool own = object->kind == HIR_LOCAL && object->local.var->is_self;
  if (!own || !s->cx->is_init || m->kind == MEMBER_ON) return false;
  if (m->kind == MEMBER_FN && m->fn->hir.receiver == CAP_TAG) return false;
  diag *d =
      error_at(s, E0426, at, "`self` is not complete yet: its `%s` cannot be used while it is made", m->name->text);
  if (m->kind == MEMBER_FIELD) diag_help(d, "write `%s` alone, if it has a value already", m->name->text);
  else diag_help(d, "make it a function outside of `%s`, which is given what it needs", s->cx->owner->name->text);
  return true;
}

bool report_if_foreign(sema *s, const hir_expr *object, const member *m, span at) {
  if (report_unfinished(s, object, m, at)) return true;
  if (object->type->kind != TY_AGENT || object->type->cap != CAP_TAG || m->kind == MEMBER_ON) return false;
  report_foreign(s, object->type, m, at);
  return true;
}

hir_expr *member_value(sema *s, hir_expr *object, ast_ident name, span at, const type *hint) {
  if (is_error(object)) return object;
  decl_info *d;
  member *m = member_lookup(s, object->type, name.name, &d);
  if (!m || m->kind == MEMBER_VARIANT) {
    member_unknown(s, object->type, name.name, name.span);
    return expr_error(s, at);
  }
  if (!member_visible(s, d, m, name.span) || report_if_foreign(s, object, m, name.span)) return expr_error(s, at);
  if (m->kind == MEMBER_FIELD) return field_access(s, object, m->index, at);
  if (m->kind == MEMBER_PART) return topology_part(s, object, m->index, at);
  diag *x = error_at(s, E0307, name.span, "`%s` is a %s of `%s` and must be called", m->name->text,
                     m->kind == MEMBER_ON ? "behaviour" : "function", d->name->text);
  if (m->kind == MEMBER_FN && help_closure(s, x, m->fn, at, hint)) return expr_error(s, at);
  diag_help(x, m->kind == MEMBER_ON ? "write `signal ….%s(…)` or `await ….%s(…)`" : "write `.%s(%s)`", m->name->text,
            m->kind == MEMBER_ON ? m->name->text : "…");
  return expr_error(s, at);
}

// ---- a?.b ------------------------------------------------------------------------------------------------------------------
hir_expr *chain_begin(sema *s, const ast_expr *object_ast, span at, hir_expr **subject) {
  hir_expr *object = optional_again(s, check_expr(s, object_ast, NULL));
  *subject = object;
  if (is_error(object)) return object;
  if (object->type->kind != TY_OPTIONAL) {
    diag *d = error_at(s, E0322, object->span, "`%s` is never `none`, so `?.` is not needed", text_of(s, object->type));
    diag_help(d, "write `.`");
    return expr_error(s, at);
  }
  hir_var *v = var_new(s, str_intern_cstr(s->names, "it"), object->type->args[0], object->span, false);
  return expr_local(s, v, object->span);
}

hir_expr *chain_end(sema *s, hir_expr *subject, hir_expr *bound, hir_expr *body, span at) {
  if (is_error(body)) return body;
  body = take_value(s, body);
  hir_expr *e = expr_new(s, HIR_OPT_CHAIN, body->type, at);
  if (body->type == s->unit || body->type->kind == TY_NEVER) {
    e->type = s->unit;
  } else if (body->type->kind != TY_OPTIONAL) {
    e->type = type_optional(s, body->type);
    body = expr_unary(s, HIR_SOME, e->type, body->span, body);
  }
  e->chain.subject = subject;
  e->chain.var = bound->local.var;
  e->chain.body = body;
  return e;
}

static hir_expr *applied_variant(sema *s, const ast_expr *e, const type *t);

static hir_expr *variant_path(sema *s, const ast_expr *e, symbol *sym, const type *hint) {
  ast_ident name = e->u.field.name;
  if (sym->kind == SYM_POISON) return expr_error(s, e->span);
  if (sym->kind == SYM_ALIAS) return applied_variant(s, e, alias_wanted(s, sym, e->u.field.object->span, hint));
  if (sym->kind == SYM_DECL && sym->u.decl->hir.kind == DECL_ENUM) {
    decl_info *d = decl_shape(s, sym->u.decl);
    if (!d) return expr_error(s, e->span);
    member *m = member_find(d, name.name);
    if (m && m->kind == MEMBER_VARIANT) return make_variant(s, sym->u.decl, m->index, NULL, e->span, hint);
    report_variant(s, d, name);
    return expr_error(s, e->span);
  }
  decl_info *shape = sym->kind == SYM_DECL ? decl_shape(s, sym->u.decl) : NULL;
  member *m = shape ? member_find(shape, name.name) : NULL;
  bool method = m && m->kind != MEMBER_VARIANT;
  diag *x =
      error_at(s, E0214, name.span, method ? "`%s` is no object: its `%s` belongs to one" : "type `%s` has no `%s`",
               sym->name->text, name.name->text);
  if (method && m->kind == MEMBER_FN) diag_help(x, "functions that need no object stand outside of types");
  else if (!method && str_is(name.name, "new"))
    diag_help(x, "write `%s(…)`, for an agent `spawn %s(…)`", sym->name->text, sym->name->text);
  return expr_error(s, e->span);
}

// Tree[Int].Leaf
static hir_expr *applied_variant(sema *s, const ast_expr *e, const type *t) {
  ast_ident name = e->u.field.name;
  if (t->kind == TY_ERROR) return expr_error(s, e->span);
  member *m = t->decl ? member_find(info_of(t->decl), name.name) : NULL;
  if (m && m->kind == MEMBER_VARIANT) return make_variant(s, info_of(t->decl), m->index, NULL, e->span, NULL);
  diag *d = error_at(s, t->kind == TY_ENUM ? E0215 : E0214, name.span, "type `%s` has no `%s`", text_of(s, t),
                     name.name->text);
  if (t->decl) diag_note(d, t->decl->span, "`%s` is declared here", t->decl->name);
  return expr_error(s, e->span);
}

hir_expr *check_field(sema *s, const ast_expr *e, const type *hint) {
  symbol *sym;
  hir_expr *seen = shape_path(s, e);
  if (seen) return seen;
  if (static_path(s, e, &sym)) return sym ? symbol_value(s, sym, e->span, hint) : expr_error(s, e->span);
  if (static_path(s, e->u.field.object, &sym) && (!sym || sym->kind != SYM_CONST))
    return sym ? variant_path(s, e, sym, hint) : expr_error(s, e->span);
  const type *applied = type_applied(s, e->u.field.object);
  if (applied) return applied_variant(s, e, applied);
  if (!e->u.field.optional)
    return member_value(s, check_expr(s, e->u.field.object, NULL), e->u.field.name, e->span, hint);
  hir_expr *subject, *bound = chain_begin(s, e->u.field.object, e->span, &subject);
  if (is_error(bound)) return bound;
  return chain_end(s, subject, bound, member_value(s, bound, e->u.field.name, e->span, NULL), e->span);
}

hir_expr *check_elem(sema *s, const ast_expr *e) {
  hir_expr *object = check_expr(s, e->u.elem.object, NULL);
  if (is_error(object)) return object;
  const type *t = object->type;
  if (t->kind != TY_TUPLE) {
    error_at(s, E0214, e->u.elem.index_span, "`%s` is no tuple and has no part %u", text_of(s, t), e->u.elem.index);
    return expr_error(s, e->span);
  }
  if (e->u.elem.index >= t->arg_count) {
    diag *d =
        error_at(s, E0214, e->u.elem.index_span, "`%s` has %u parts, counted from 0", text_of(s, t), t->arg_count);
    diag_help(d, "the last one is `.%u`", t->arg_count - 1);
    return expr_error(s, e->span);
  }
  hir_expr *x = expr_new(s, HIR_ELEM, t->args[e->u.elem.index], e->span);
  x->member.object = object;
  x->member.index = e->u.elem.index;
  place_typed(s, x);
  return x;
}

// ---- a[i] ------------------------------------------------------------------------------------------------------------------
static hir_expr *index_node(sema *s, const type *t, span at, hir_expr *object, hir_expr *index) {
  hir_expr *e = expr_new(s, HIR_INDEX, t, at);
  e->binary.a = object;
  e->binary.b = index;
  return e;
}

// A key or position: only looked at.
hir_expr *look_as(sema *s, const ast_expr *ast, const type *want, const char *role) {
  hir_expr *x = check_expr(s, ast, want);
  if (is_error(x) || types_alike(x->type, want)) return x;
  return coerce(s, x, want, role);
}

static hir_expr *index_text(sema *s, const ast_expr *e, hir_expr *object) {
  hir_expr *i = check_expr(s, e->u.index.args.items[0], NULL);
  if (is_error(i)) return i;
  if (i->type == s->range) return index_node(s, s->string, e->span, object, i);
  diag *d = error_at(s, E0308, i->span, "a String is cut by a range of bytes, not by `%s`", text_of(s, i->type));
  diag_help(d, "write `s[a..b]` for a piece, `s.byte(i)` for a byte, `s.chars()` for its characters");
  return expr_error(s, e->span);
}

static hir_expr *index_items(sema *s, const ast_expr *e, hir_expr *object, const type *elem) {
  hir_expr *i = check_expr(s, e->u.index.args.items[0], s->i64);
  if (is_error(i)) return i;
  if (i->type == s->range) {
    diag *d = error_at(s, E0308, i->span, "a piece is made by `slice`");
    diag_help(d, "write `.slice(a, b)`: it makes a new one of the elements from `a` up to, without, `b`");
    return expr_error(s, e->span);
  }
  i = coerce(s, i, s->i64, "a position");
  if (is_error(i)) return i;
  hir_expr *x = index_node(s, elem, e->span, object, i);
  if (type_is_builtin(object->type, BUILTIN_ARRAY)) place_typed(s, x);
  return x;
}

hir_expr *check_index(sema *s, const ast_expr *e, const type *hint) {
  (void)hint;
  symbol *sym;
  if (static_path(s, e->u.index.object, &sym) && (!sym || sym->kind != SYM_CONST)) {
    if (!sym || sym->kind == SYM_POISON) return expr_error(s, e->span);
    diag *d = error_at(s, E0218, e->span, "this is a type, and a value is wanted here");
    diag_help(d, "make one of it with `( )` after it");
    return expr_error(s, e->span);
  }
  hir_expr *object = check_expr(s, e->u.index.object, NULL);
  if (is_error(object)) return object;
  if (e->u.index.args.count != 1) {
    error_at(s, E0308, e->span, "one position or key stands in `[ ]`");
    return expr_error(s, e->span);
  }
  const type *t = object->type;
  bool known = t->kind == TY_CLASS && t->decl->builtin != BUILTIN_NO && t->decl->builtin != BUILTIN_SET &&
               t->decl->builtin != BUILTIN_CHANNEL;
  if (!known) {
    hir_expr *own = user_index(s, e, object);
    if (own) return own;
    diag *d = error_at(s, E0308, object->span, "`%s` cannot be indexed", text_of(s, t));
    if (t->kind == TY_OPTIONAL) diag_help(d, "it may be `none`: test it first, `if let x = …`");
    else if (t->kind == TY_TUPLE) diag_help(d, "parts of a tuple are named `.0`, `.1`, …");
    else diag_help(d, "Array, Map, Bytes and String can");
    return expr_error(s, e->span);
  }
  if (!cap_path_may_read(path_of(s, object))) {
    cap_report_read(sink_of(s), s->types, e->span, object, NULL);
    return expr_error(s, e->span);
  }
  if (t->decl->builtin == BUILTIN_STRING) return index_text(s, e, object);
  if (t->decl->builtin == BUILTIN_BYTES) return index_items(s, e, object, s->u8);
  if (t->decl->builtin == BUILTIN_ARRAY) return index_items(s, e, object, t->args[0]);
  hir_expr *key = look_as(s, e->u.index.args.items[0], t->args[0], "the key");
  if (is_error(key)) return key;
  hir_expr *x = index_node(s, t->args[1], e->span, object, key);
  place_typed(s, x);
  return x;
}
