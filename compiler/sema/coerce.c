// coerce.c — using an expression as a value: of its own type (take_value) or of a wanted one (coerce).
// Promises: every implicit conversion becomes a node (FREEZE, SHARE, SOME); a local that holds an iso is moved unless a tag is
//           wanted; a name kept of a field or element has the type it is seen with.
// Does not: follow moves (flow.c); write messages about capabilities (cap_report.c).
#include <string.h>

#include "diag/edit.h"
#include "sema/cap_report.h"
#include "sema/check.h"
#include "sema/interface.h"

hir_expr *expr_new(sema *s, hir_kind kind, const type *t, span at) {
  hir_expr *e = ARENA_NEW(s->a, hir_expr);
  e->kind = kind;
  e->type = t;
  e->span = at;
  return e;
}

hir_expr *expr_error(sema *s, span at) { return expr_new(s, HIR_ERROR, s->error, at); }

hir_expr *expr_unary(sema *s, hir_kind kind, const type *t, span at, const hir_expr *e) {
  hir_expr *r = expr_new(s, kind, t, at);
  r->unary.e = e;
  return r;
}

hir_expr *expr_local(sema *s, hir_var *v, span at) {
  hir_expr *e = expr_new(s, HIR_LOCAL, v->type, at);
  e->local.var = v;
  e->local.use = USE_LOOK;
  return e;
}

hir_expr *expr_int(sema *s, const type *t, uint64_t v, span at) {
  hir_expr *e = expr_new(s, HIR_INT, t, at);
  e->u = v;
  return e;
}

// ---- places ----------------------------------------------------------------------------------------------------------
static bool is_reference(const type *t) {
  return t->kind == TY_CLASS || t->kind == TY_INTERFACE || t->kind == TY_PARAM || t->kind == TY_FN;
}

// A value stored inline is reached as its container is, unless it is seen through a capability that grants less.
static cap_path value_path(const type *t, cap_path container) {
  if (t->cap != CAP_NONE && !cap_can_write(t->cap)) return (cap_path){.cap = t->cap};
  return t->cap == CAP_ISO && !container.sealed ? cap_path_start(CAP_ISO) : container;
}

// The declared type of the part of its object that a place names.
static const type *part_type(const hir_expr *e) {
  if (e->kind == HIR_FIELD) return e->member.object->type->decl->fields[e->member.index].type;
  if (e->kind == HIR_ELEM) {
    const hir_expr *tuple = e->member.object; // its own type is what is seen of it
    bool place = tuple->kind == HIR_FIELD || tuple->kind == HIR_ELEM || tuple->kind == HIR_INDEX;
    const type *declared = place ? part_type(tuple) : tuple->type;
    return (declared->kind == TY_TUPLE ? declared : tuple->type)->args[e->member.index];
  }
  const type *t = e->binary.a->type;
  if (type_is_builtin(t, BUILTIN_ARRAY)) return t->args[0];
  return type_is_builtin(t, BUILTIN_MAP) ? t->args[1] : e->type;
}

static const hir_expr *object_of(const hir_expr *e) { return e->kind == HIR_INDEX ? e->binary.a : e->member.object; }

cap_path path_of(sema *s, const hir_expr *e) {
  cap_path whole = {.cap = CAP_REF};
  switch ((int)e->kind) {
  case HIR_FIELD:
  case HIR_ELEM:
  case HIR_INDEX: {
    cap_path container = path_of(s, object_of(e));
    const type *part = part_type(e);
    if (is_reference(part)) return cap_path_step(container, type_cap(part));
    // Of an iso that is only read no name is kept, of a value in it neither: but its parts may be looked at like those of the iso.
    bool read = container.sealed && container.cap == CAP_BOX && part->cap != CAP_BOX;
    return value_path(read ? part : e->type, container);
  }
  default: return is_reference(e->type) ? type_path_start(e->type) : value_path(e->type, whole);
  }
}

// In place it is used as that; a name that is kept of a part is never more than what an iso grants (kept_cap).
static cap path_cap(cap_path p) { return p.sealed && p.cap == CAP_REF ? CAP_ISO : p.cap; }
static cap kept_cap(cap_path p) { return p.sealed ? CAP_ISO : p.cap; }

// What a part is while it is only looked at, where the path to it is p. Inside an iso in use a ref is as good as an iso: what is
// bound to it, or called on it, keeps the border.
static const type *seen_in_place(sema *s, const type *part, cap_path p) {
  if (part->kind == TY_FN && !cap_can_write(cap_path_step(p, type_cap(part)).cap))
    return type_view(s->types, part, p.cap); // not to be called, unless it is a `fn val`
  if (is_reference(part)) return type_with_cap(s->types, part, path_cap(cap_path_step(p, type_cap(part))));
  if (!p.sealed) return p.cap == CAP_REF ? part : type_view(s->types, part, p.cap);
  if (p.cap != CAP_REF) return type_view(s->types, part, CAP_ISO);
  if (part->kind == TY_STRUCT || part->kind == TY_ENUM) {
    if (part->cap == CAP_REF) return type_with_cap(s->types, part, CAP_ISO);
    return part->cap == CAP_BOX ? type_with_cap(s->types, part, CAP_TAG) : part;
  }
  if (part->kind != TY_TUPLE && part->kind != TY_OPTIONAL) return part;
  const type **parts = ARENA_ARRAY(s->a, const type *, part->arg_count);
  for (uint32_t i = 0; i < part->arg_count; i++) parts[i] = seen_in_place(s, part->args[i], p);
  return type_compound(s->types, part->kind, parts, part->arg_count, CAP_NONE);
}

static const type *look_type(sema *s, const hir_expr *object, const type *part) {
  return seen_in_place(s, part, path_of(s, object));
}

void place_typed(sema *s, hir_expr *e) { e->type = look_type(s, object_of(e), part_type(e)); }

const type *value_type(sema *s, const hir_expr *e) {
  if (e->type->kind == TY_AGENT) return type_with_cap(s->types, e->type, CAP_TAG);
  if (e->kind != HIR_FIELD && e->kind != HIR_ELEM && e->kind != HIR_INDEX) return e->type;
  const hir_expr *object = object_of(e);
  const type *part = part_type(e);
  cap_path p = path_of(s, object);
  const type *seen = type_alias(s->types, type_view(s->types, part, kept_cap(p)));
  return place_in_object(e) ? type_kept(s->types, seen) : seen;
}

bool place_in_object(const hir_expr *e) {
  while (e->kind == HIR_FIELD || e->kind == HIR_ELEM || e->kind == HIR_INDEX) {
    e = object_of(e);
    if (e->type->kind == TY_CLASS || e->type->kind == TY_AGENT) return true;
  }
  return false;
}

// ---- uniqueness -------------------------------------------------------------------------------------------------------
static bool all_unique(sema *s, const hir_list *l) {
  for (uint32_t i = 0; i < l->count; i++)
    if (!is_unique(s, l->items[i])) return false;
  return true;
}

static bool arms_unique(sema *s, const hir_expr *e) {
  for (uint32_t i = 0; i < e->match.count; i++)
    if (!is_unique(s, e->match.arms[i].body)) return false;
  return true;
}

// A native whose result is declared as a collection has made a new one; it is nobody else's if its elements can be shared. Tags made
// by looking into something do not count: what they name may have plain counts.
bool result_is_new(sema *s, const hir_fn *f, const type *result) {
  bool collection = result->kind == TY_CLASS && result->decl->builtin != BUILTIN_NO;
  if (f->kind != FN_NATIVE || f->result->kind != TY_CLASS || !collection) return false;
  for (uint32_t i = 0; i < result->arg_count; i++) {
    const type *t = result->args[i];
    if (!type_is_shareable(s->types, t) || (t->kind == TY_CLASS && t->cap == CAP_TAG)) return false;
  }
  return true;
}

// Nobody else has a name of this value, or of anything in it that is not sendable.
bool is_unique(sema *s, const hir_expr *e) {
  switch ((int)e->kind) {
  case HIR_NONE:
  case HIR_ERROR: return true;
  case HIR_NEW:
  case HIR_VARIANT: return all_unique(s, &e->make.args);
  case HIR_TUPLE:
  case HIR_ARRAY:
  case HIR_MAP: return all_unique(s, &e->list);
  case HIR_CLOSURE: return !e->closure.decl->stays && all_unique(s, &e->closure.captures);
  case HIR_SOME: return is_unique(s, e->unary.e);
  case HIR_INTERFACE: return is_unique(s, e->interface.e);
  case HIR_BLOCK: return e->block.recover || !e->block.result || is_unique(s, e->block.result);
  case HIR_IF: return is_unique(s, e->if_.then) && (!e->if_.else_ || is_unique(s, e->if_.else_));
  case HIR_MATCH: return arms_unique(s, e);
  case HIR_CATCH: return is_unique(s, e->match.subject) && arms_unique(s, e);
  case HIR_QUORUM: return true;
  case HIR_CALL:
    return type_is_sendable(s->types, e->type) || result_is_new(s, e->call.fn, e->type) ||
           result_is_fresh(s, e->call.fn, e->call.receiver, e->call.args.items, e->type);
  case HIR_ELSE: return is_unique(s, e->binary.a) && is_unique(s, e->binary.b);
  default: return type_is_sendable(s->types, value_type(s, e));
  }
}

// ---- conversions ------------------------------------------------------------------------------------------------------
// Through ref the parts of a class would be born with plain counts.
static bool born_val(sema *s, const hir_expr *e) {
  const hir_list *l = e->kind == HIR_NEW ? &e->make.args : &e->list;
  for (uint32_t i = 0; i < l->count; i++)
    if (!type_is_shareable(s->types, l->items[i]->type)) return false;
  if (e->kind != HIR_NEW) return true;
  const hir_decl *d = e->make.decl;
  if (d->builtin != BUILTIN_NO) return false;
  for (uint32_t i = 0; i < d->field_count; i++)
    if (!type_is_shareable(s->types, d->fields[i].type)) return false;
  return true;
}

hir_expr *freeze(sema *s, hir_expr *e, const type *t) {
  bool made = e->kind == HIR_NEW || e->kind == HIR_ARRAY || e->kind == HIR_MAP;
  if (made && born_val(s, e)) {
    e->type = t;
    return e;
  }
  if (e->type->kind == TY_CLASS) e->type = type_with_cap(s->types, e->type, CAP_ISO);
  return expr_unary(s, HIR_FREEZE, t, e->span, e);
}

static void use_local(hir_expr *e, bool moves) { e->local.use = moves ? USE_MOVE : USE_COPY; }

// The blocks and branches that a value comes out of: their own type does not matter, what it is made of does.
hir_expr *take_value(sema *s, hir_expr *e) {
  e->type = value_type(s, e);
  if (e->kind == HIR_LOCAL) use_local(e, type_holds_iso(s->types, e->type));
  return e;
}

static bool made_here(const hir_expr *e) { return e->kind == HIR_NEW || e->kind == HIR_ARRAY || e->kind == HIR_MAP; }

// Texts are counted alike, whatever they are seen through; an interface does not know that it is one.
static bool counts_as_tag(const sema *s, const type *t) {
  bool whole = t->decl->builtin == BUILTIN_STRING || info_of(t->decl) == s->d_timer;
  return t->cap == CAP_TAG && !whole;
}

// Seen as an interface: the object itself, or one that is made to hold the value.
static hir_expr *as_interface(sema *s, hir_expr *e, const type *want, conversion conv) {
  const type *from = e->type;
  const type *object =
      from->kind == TY_INTERFACE ? type_with_cap(s->types, from, want->cap) : interface_object(s, from, want->cap);
  if (interface_holds_value(from)) {
    const hir_expr **args = ARENA_ARRAY(s->a, const hir_expr *, 1);
    args[0] = e;
    e = expr_new(s, HIR_NEW, object, e->span);
    e->make.decl = object->decl;
    e->make.args = (hir_list){args, 1};
    if (want->cap == CAP_VAL) e = freeze(s, e, object);
  } else if (conv.freeze) {
    e = freeze(s, e, object);
  } else if (want->cap == CAP_TAG && !counts_as_tag(s, from)) {
    cap kept = from->cap == CAP_TAG || from->cap == CAP_NONE ? CAP_VAL : from->cap;
    return expr_unary(s, HIR_SHARE, want, e->span, interface_make(s, e, from, type_with_cap(s->types, want, kept)));
  } else if (made_here(e)) {
    e->type = object;
  }
  return interface_make(s, e, from, want);
}

static hir_expr *convert(sema *s, hir_expr *e, const type *want, conversion conv) {
  const type *inner = conv.some ? want->args[0] : want;
  if (e->type->kind == TY_NONE) {
    e->type = want;
    return e;
  }
  e->type = value_type(s, e);
  if (e->kind == HIR_LOCAL) use_local(e, conv.moves);
  if (conv.interface) e = as_interface(s, e, inner, conv);
  else if (conv.freeze) e = freeze(s, e, inner);
  else if (conv.share) e = expr_unary(s, HIR_SHARE, inner, e->span, e);
  else if (made_here(e)) e->type = inner;
  return conv.some ? expr_unary(s, HIR_SOME, want, e->span, e) : e;
}

static conversion conversion_of(sema *s, const hir_expr *e, const type *want) {
  const type *from = value_type(s, e);
  return subtype_convert(s->types, from, want, from == want || is_unique(s, e));
}

// T? to I?: what is there is seen as the interface.
static bool is_interface_inside(sema *s, const hir_expr *e, const type *want) {
  const type *from = value_type(s, e);
  if (from->kind != TY_OPTIONAL || want->kind != TY_OPTIONAL) return false;
  return subtype_convert(s->types, from->args[0], want->args[0], type_is_sendable(s->types, from)).ok;
}

bool can_coerce(sema *s, const hir_expr *e, const type *want) {
  return conversion_of(s, e, want).ok || is_interface_inside(s, e, want);
}

// ---- messages ---------------------------------------------------------------------------------------------------------
static void help_other_type(sema *s, diag *d, const hir_expr *e, const type *from, const type *want) {
  bool numbers = (type_is_int(from) || type_is_float(from)) && (type_is_int(want) || type_is_float(want));
  if (numbers) {
    diag_help(d, "convert it: `%s(…)` raises BadConversion if something would be lost", text_of(s, want));
    diag_edit(d, span_before(e->span), arena_printf(s->a, "%s(", text_of(s, want)));
    diag_edit(d, span_after(e->span), ")");
  } else if (want == s->duration && type_is_int(from)) {
    diag_help(d, e->kind == HIR_INT ? "write its unit: `5s`, `50ms`"
                                    : "make a length of time of it: `time.millis(…)` of `use std.time`");
  } else if (from->kind == TY_FUTURE) {
    diag_help(d, "wait for the answer, `%s`: `await …`", text_of(s, from->args[0]));
    diag_edit(d, span_before(e->span), "await ");
  } else if (want == s->string && from->kind != TY_UNIT && from->kind != TY_NONE) {
    if (from->kind == TY_U32) diag_help(d, "`text_of([…])` is that character, `\"{…}\"` shows its number");
    else diag_help(d, "make text of it: `\"{…}\"`");
  } else if (from->kind == TY_OPTIONAL && subtype_ok(s->types, from->args[0], want, false)) {
    diag_help(d, "it may be `none`: say what then, `… else …`, or test it with `if let x = …`");
  } else if (from->kind == TY_UNIT && e->kind == HIR_BLOCK) {
    diag_help(d, "the last expression of a block is its value");
  } else if (from->kind == TY_NONE) {
    diag_help(d, "only an optional can be `none`: write its type as `%s?`", text_of(s, want));
  }
}

// The body of a function ends without a value: the place is where it ends.
static void report_no_result(sema *s, const hir_expr *e, const type *want) {
  const hir_fn *f = &s->cx->fn->hir;
  span end = f->body_span.end ? (span){f->body_span.file, f->body_span.end - 1, f->body_span.end} : e->span;
  diag *d =
      error_at(s, E0507, end, "`%s` gives `%s`, but on this path it ends without a value", f->name, text_of(s, want));
  diag_note(d, e->span, "this gives none");
  diag_note(d, f->span, "the result is declared here");
  diag_help(d, "the last expression of a function is its value; or `return` one on each path");
}

// A function value that may raise, where nobody expects it.
static void report_raising(sema *s, const hir_expr *e, conversion conv, const char *role) {
  diag *d = error_at(s, E0511, e->span, "%s is called as `%s`, which does not raise, and this is `%s`", role,
                     text_of(s, conv.part_to), text_of(s, conv.part_from));
  diag_help(d, "handle its errors in a closure, `|…| f(…) else …`, or write `!` after the type wanted");
}

// The tables of interfaces convert results, too, but say nothing.
static bool of_result(const sema *s, const char *role) { return s->cx->fn && strcmp(role, "the result") == 0; }

// Where a type is asked for: the parameter, the result's type, the field.
static void note_wanted(sema *s, diag *d, const char *role, const type *want) {
  span at = s->wanted;
  if (of_result(s, role)) at = s->cx->fn->hir.result_span;
  if (edit_in_program(d, at)) diag_note(d, at, "`%s` is asked for here", text_full(s, want));
}

// Two types that are called alike: which is which?
static void note_same_name(sema *s, diag *d, const type *want, const type *from) {
  want = type_unwrap(want), from = type_unwrap(from);
  if (want->decl == from->decl || strcmp(text_of(s, want), text_of(s, from)) != 0) return;
  const type *both[] = {want, from};
  for (uint32_t i = 0; i < 2; i++) {
    const char *which = i == 0 ? "asked for" : "given";
    if (both[i]->decl && both[i]->decl->span.end)
      diag_note(d, both[i]->decl->span, "the `%s` %s is declared here", both[i]->decl->name, which);
    else diag_note(d, SPAN_NONE, "the `%s` %s is the language's own", text_of(s, both[i]), which);
  }
}

void report_mismatch(sema *s, const hir_expr *e, const type *from, const type *want, conversion conv,
                     const char *role) {
  if (conv.why == CONV_NO_INTERFACE) {
    interface_report(s, e->span, conv.part_from, conv.part_to, role);
    return;
  }
  if (conv.why == CONV_RAISES) {
    report_raising(s, e, conv, role);
    return;
  }
  if (conv.why != CONV_OTHER_TYPE) {
    diag *d = cap_report_mismatch(s->muted ? &s->silent : s->diag, s->types, e, from, want, conv, role);
    note_wanted(s, d, role, want);
    return;
  }
  if (from->kind == TY_UNIT && of_result(s, role)) {
    report_no_result(s, e, want);
    return;
  }
  diag *d = error_at(s, E0301, e->span, "%s must be `%s`, but this is `%s`", role, text_of(s, want), text_of(s, from));
  note_wanted(s, d, role, want);
  note_same_name(s, d, want, from);
  help_other_type(s, d, e, from, want);
}

static hir_expr *interface_inside(sema *s, hir_expr *e, const type *want, const char *role) {
  hir_expr *subject = take_value(s, e);
  hir_var *v = var_new(s, str_intern_cstr(s->names, "it"), subject->type->args[0], e->span, false);
  hir_expr *seen = coerce(s, expr_local(s, v, e->span), want->args[0], role);
  return is_error(seen) ? seen : chain_end(s, subject, expr_local(s, v, e->span), seen, e->span);
}

hir_expr *coerce(sema *s, hir_expr *e, const type *want, const char *role) {
  conversion conv = conversion_of(s, e, want);
  if (conv.ok) return convert(s, e, want, conv);
  bool twice = want->kind == TY_OPTIONAL && can_coerce(s, e, want->args[0]);
  if (twice) return expr_unary(s, HIR_SOME, want, e->span, coerce(s, e, want->args[0], role));
  if (is_interface_inside(s, e, want)) return interface_inside(s, e, want, role);
  report_mismatch(s, e, value_type(s, e), want, conv, role);
  bool carried = conv.why == CONV_NOT_UNIQUE || conv.why == CONV_NOT_FROZEN || conv.why == CONV_READ_ONLY;
  if (!carried || !s->diag->unchecked || s->muted) return expr_error(s, e->span);
  s->diag->carried++;
  bool some = type_unwrap(want) != want && type_unwrap(e->type) == e->type;
  return convert(s, e, want, (conversion){.ok = true, .some = some});
}

hir_expr *coerce_for(sema *s, hir_expr *e, const type *want, const char *role, span wanted) {
  s->wanted = wanted;
  e = coerce(s, e, want, role);
  s->wanted = SPAN_NONE;
  return e;
}

// ---- branches ---------------------------------------------------------------------------------------------------------
const type *join_branches(sema *s, hir_expr **branches, uint32_t n, const type *hint, const char *what) {
  const type *both = s->never;
  bool unique = true, poison = false;
  for (uint32_t i = 0; i < n; i++) poison |= is_error(branches[i]);
  if (hint && hint->kind == TY_INTERFACE)
    both = hint; // what fits it has nothing else in common: each is measured by it
  for (uint32_t i = 0; i < n && both != hint; i++) {
    bool u = is_unique(s, branches[i]);
    const type *t = value_type(s, branches[i]);
    const type *j = subtype_join(s->types, both, unique, t, u);
    if (!j && s->poisoned_wants) return s->error; // what they are to be is not known
    if (!j) {
      diag *d = error_at(s, E0321, branches[i]->span, "this %s is `%s`, the one before `%s`", what, text_of(s, t),
                         text_of(s, both));
      uint32_t k = i - 1;
      while (k > 0 && (branches[k]->type->kind == TY_NEVER || is_error(branches[k]))) k--;
      diag_note(d, branches[k]->span, "`%s` comes from here", text_of(s, both));
      bool numbers = (type_is_int(t) || type_is_float(t)) && (type_is_int(both) || type_is_float(both));
      if (t->kind == TY_UNIT)
        diag_help(d, "it gives no value: end it with one, `{ …; value }`, or leave with `return`");
      if (numbers) diag_help(d, "numbers of different types are not mixed: write `1.0` for `1`, or convert one");
      return s->error;
    }
    unique &= u;
    both = j;
  }
  if (poison && both->kind == TY_NEVER) return s->error;
  for (uint32_t i = 0; i < n; i++) branches[i] = coerce(s, branches[i], both, arena_printf(s->a, "this %s", what));
  return both;
}
