// cap_report.c — the messages about capabilities, in the words of the program.
// Style: the error names the value and what is wrong with it here; notes say where its capability comes from and what could go
// wrong; help is one edit. The words `iso val ref box tag` are explained each time they decide something.
#include "sema/cap_report.h"

#include "types/type_print.h"

static arena *room(const diag *d) { return d->sink->arena; }

// What the object is called when it is spoken of without its name.
static const char *noun(arena *a, const type *ty) {
  if (ty->kind == TY_OPTIONAL) return noun(a, ty->args[0]);
  if (ty->kind == TY_CLASS) {
    switch (ty->decl->builtin) {
    case BUILTIN_BYTES: return "buffer";
    case BUILTIN_ARRAY: return "array";
    case BUILTIN_MAP: return "map";
    case BUILTIN_SET: return "set";
    case BUILTIN_STRING: return "text";
    case BUILTIN_NO: break;
    }
  }
  if (ty->kind == TY_TUPLE) return "tuple";
  if (ty->kind == TY_FN) return "closure";
  if (ty->decl) return arena_printf(a, "`%s`", ty->decl->name);
  return "value";
}

static const hir_expr *bare(const hir_expr *e) {
  while (e->kind == HIR_SOME || e->kind == HIR_FREEZE || e->kind == HIR_SHARE || e->kind == HIR_INTERFACE)
    e = e->kind == HIR_INTERFACE ? e->interface.e : e->unary.e;
  return e;
}

static const hir_field *field_of(const hir_expr *e) {
  const hir_decl *d = e->kind == HIR_FIELD ? e->member.object->type->decl : NULL;
  return d && e->member.index < d->field_count ? &d->fields[e->member.index] : NULL;
}

// The expression as the program writes it, as far as that is short; NULL otherwise.
static const char *path_text(arena *a, const hir_expr *e, unsigned depth) {
  const char *inner;
  switch ((int)e->kind) {
  case HIR_LOCAL: return e->local.var->is_self ? "self" : e->local.var->name;
  case HIR_FIELD:
    if (field_of(e) && e->member.object->type->decl->is_closure) return field_of(e)->name;
    if (!field_of(e) || depth > 3 || !(inner = path_text(a, e->member.object, depth + 1))) return NULL;
    return arena_printf(a, "%s.%s", inner, field_of(e)->name);
  case HIR_ELEM:
    if (depth > 3 || !(inner = path_text(a, e->member.object, depth + 1))) return NULL;
    return arena_printf(a, "%s.%u", inner, e->member.index);
  case HIR_INDEX:
    if (depth > 3 || !(inner = path_text(a, e->binary.a, depth + 1))) return NULL;
    return arena_printf(a, "%s[…]", inner);
  default: return NULL;
  }
}

static const char *value_words(arena *a, const hir_expr *e) {
  const char *path = path_text(a, bare(e), 0);
  return path ? arena_printf(a, "`%s`", path) : "this value";
}

// ---- where a capability comes from ---------------------------------------------------------------------------------------

static void note_field(diag *d, type_table *types, const hir_expr *e) {
  const hir_field *f = field_of(e);
  const hir_expr *object = e->member.object;
  const type *declared = type_field(types, object->type, f);
  const type *seen = type_field_kept(types, object->type, f);
  const char *text = type_text_full(room(d), declared);
  if (object->type->decl->is_closure) {
    diag_note(d, f->span, "`%s` is captured by the closure as `%s`, and stays in it", f->name, text);
    return;
  }
  cap through = type_cap(object->type);
  if (seen == declared || through == CAP_NONE) {
    diag_note(d, f->span, "field `%s` is declared as `%s`", f->name, text);
    return;
  }
  diag_note(d, f->span, "field `%s: %s` seen through %s, which is `%s`, is `%s`", f->name, text,
            value_words(room(d), object), cap_name(through), type_text_full(room(d), seen));
  cap_note_origin(d, types, object);
}

static void note_variable(diag *d, const hir_var *v) {
  const type *t = v->type;
  const char *text = type_text_full(room(d), t);
  if (v->is_self) {
    diag_note(d, v->span, "`self` is `%s` here", text);
    return;
  }
  const char *what = v->is_param ? "parameter" : "variable";
  bool bare_ref = t->kind == TY_CLASS && t->cap == CAP_REF && hir_decl_default_cap(t->decl) == CAP_REF;
  if (bare_ref) {
    diag_note(d, v->span, "%s `%s` is `%s`, which is what `%s` alone means", what, v->name, text,
              type_text(room(d), t));
  } else {
    diag_note(d, v->span, "%s `%s` is `%s`", what, v->name, text);
  }
  if (t->kind == TY_CLASS && t->cap == CAP_TAG && !v->is_param)
    diag_help(d,
              "a second name of an `iso` that stays in its place is only a `tag`: use the value where it is, or take "
              "it out with "
              "`swap` or `take`");
}

void cap_note_origin(diag *d, type_table *types, const hir_expr *value) {
  value = bare(value);
  switch ((int)value->kind) {
  case HIR_LOCAL: note_variable(d, value->local.var); return;
  case HIR_FIELD:
    if (field_of(value)) note_field(d, types, value);
    return;
  case HIR_ELEM: cap_note_origin(d, types, value->member.object); return;
  case HIR_INDEX:
    diag_note(d, value->binary.a->span, "this is `%s`, and its elements are seen through it",
              type_text_full(room(d), value->binary.a->type));
    cap_note_origin(d, types, value->binary.a);
    return;
  case HIR_CALL:
    if (value->call.fn->kind != FN_NATIVE)
      diag_note(d, value->call.fn->span, "`%s` gives `%s`", value->call.fn->name, type_text_full(room(d), value->type));
    return;
  default: return;
  }
}

void cap_note_reason(diag *d, type_table *types, const type_reason *why) {
  (void)types;
  for (uint32_t i = 0; i + 1 < why->count; i++) {
    const type_step *step = &why->steps[i];
    if (!step->field) continue;
    const char *of = step->decl->kind == DECL_ENUM ? "enum" : "struct";
    diag_note(d, step->field->span, "%s `%s`%s%s has the field `%s: %s`", of, step->decl->name,
              step->variant ? ", variant " : "", step->variant ? step->variant->name : "", step->field->name,
              type_text_full(room(d), why->steps[i + 1].field ? step->field->type : why->steps[i + 1].type));
  }
}

// ---- mismatches ------------------------------------------------------------------------------------------------------------

// The place that keeps an iso, when the value is a tag only because it stays there.
static const type *kept_iso(type_table *types, const hir_expr *e) {
  const type *declared = NULL;
  if (e->kind == HIR_FIELD && field_of(e)) declared = type_field(types, e->member.object->type, field_of(e));
  if (e->kind == HIR_ELEM) declared = e->member.object->type->args[e->member.index];
  if (e->kind == HIR_INDEX && e->binary.a->type->arg_count)
    declared = e->binary.a->type->args[e->binary.a->type->arg_count - 1];
  return declared && type_holds_iso(types, declared) ? declared : NULL;
}

// May what it is a part of be written?
static bool is_writable(const hir_expr *part) {
  cap c = type_cap(part->kind == HIR_INDEX ? part->binary.a->type : part->member.object->type);
  return c == CAP_NONE || cap_can_write(c);
}

static diag *report_kept_iso(diag_sink *sink, const hir_expr *e, const type *declared, const char *role) {
  arena *a = sink->arena;
  const char *name = value_words(a, e);
  diag *d =
      diag_error(sink, E0404, e->span, "%s would move %s out of its place, which must not become empty", role, name);
  const hir_field *f = field_of(e);
  if (f && e->member.object->type->decl->is_closure) {
    diag_note(d, f->span, "the closure has captured `%s`, and keeps it: it may be called again", f->name);
    diag_help(d, "use it where it is: `%s.f()`; or let the closure take it as an argument", f->name);
    return d;
  }
  if (f) {
    diag_note(d, f->span, "field `%s: %s` is the only way to its %s", f->name, type_text_full(a, declared),
              noun(a, declared));
  } else {
    diag_note(d, e->span, "it is the only way to its %s: `%s`", noun(a, declared), type_text_full(a, declared));
  }
  const char *path = path_text(a, e, 0);
  if (declared->kind == TY_OPTIONAL && is_writable(e)) {
    diag_help(d, "take the value out and leave `none`: `take %s`", path ? path : "…");
    if (path && !field_of(e)) return d;
    diag_edit(d, span_before(e->span), "take ");
  } else if (!is_writable(e)) {
    diag_help(d, "through this name it can only be read where it is: `%s.f()`", path ? path : "…");
  } else if (e->kind == HIR_INDEX) {
    diag_help(d, "put another in its place, `swap(%s, new)`, or use it where it is: `%s.f()`", path ? path : "…",
              path ? path : "…");
  } else {
    diag_help(d, "put another in its place: `swap(%s, new)` gives the old one", path ? path : "…");
  }
  return d;
}

// Can it be copied into a new one that nobody else knows? The elements must be shareable.
static bool copies_well(type_table *types, const type *t) {
  if (t->kind != TY_CLASS || t->decl->builtin == BUILTIN_NO || t->decl->builtin == BUILTIN_STRING ||
      !cap_can_read(t->cap))
    return false;
  for (uint32_t i = 0; i < t->arg_count; i++)
    if (!type_is_shareable(types, t->args[i])) return false;
  return true;
}

static void help_unique(diag *d, type_table *types, const hir_expr *e, const type *from, const type *to) {
  const char *want = cap_name(to->cap);
  bool local = e->kind == HIR_LOCAL && !e->local.var->is_self && cap_can_write(from->cap);
  if (local && e->local.var->is_param) {
    diag_help(d, "let the caller give it away: declare `%s: %s`", e->local.var->name, type_text_full(room(d), to));
  } else if (local) {
    diag_help(d, "build it so that nobody else knows it: `let %s = iso …`; it can still be changed%s",
              e->local.var->name, to->cap == CAP_VAL ? ", and becomes `val` here" : "");
  }
  if (copies_well(types, from)) {
    diag_help(d, "%s a copy, `.copy()`, and keep this one", local ? "or give away" : "give away");
    diag_edit(d, span_after(e->span), ".copy()");
  } else if (e->kind == HIR_CALL && e->call.fn->kind != FN_NATIVE && cap_can_write(from->cap)) {
    diag_help(d, "let `%s` give what nobody else knows: `-> %s`", e->call.fn->name, type_text_full(room(d), to));
  } else if (!local) {
    diag_help(d, "build a new one for it: `%s %s(…)`", want, to->decl ? to->decl->name : "…");
  }
}

static void say_mismatch(diag *d, type_table *types, const hir_expr *e, const type *from, const type *to,
                         conv_reason why) {
  arena *a = room(d);
  switch (why) {
  case CONV_NOT_UNIQUE:
    diag_note(d, SPAN_NONE, "with two names for it, two agents could write this %s at once", noun(a, from));
    help_unique(d, types, e, from, to);
    break;
  case CONV_NOT_FROZEN:
    diag_note(d, SPAN_NONE, "one agent could write this %s while another reads it", noun(a, from));
    help_unique(d, types, e, from, to);
    break;
  case CONV_READ_ONLY:
    diag_note(d, SPAN_NONE,
              from->cap == CAP_VAL ? "other agents may be reading this %s" : "this %s was given to be read only",
              noun(a, from));
    diag_help(d, "if it is only read there, ask for `%s` instead of `%s`",
              type_text_full(a, type_with_cap(types, to, CAP_BOX)), type_text_full(a, to));
    break;
  case CONV_OPAQUE:
    diag_note(d, SPAN_NONE, "a `tag` tells which %s it is, no more: somebody else may be writing it", noun(a, from));
    break;
  case CONV_INVARIANT:
    diag_note(d, SPAN_NONE, "through one name a `%s` could be put in, and be read as a `%s` through the other",
              type_text_full(a, to), type_text_full(a, from));
    diag_help(d, "only collections that are `val` may be seen with other elements");
    break;
  case CONV_OK:
  case CONV_OTHER_TYPE:
  case CONV_PART:
  case CONV_NO_INTERFACE:
  case CONV_RAISES: break;
  }
}

static diag_code mismatch_code(conv_reason why) {
  switch (why) {
  case CONV_NOT_UNIQUE: return E0414;
  case CONV_NOT_FROZEN: return E0415;
  case CONV_INVARIANT: return E0428;
  case CONV_READ_ONLY:
  case CONV_OPAQUE:
  case CONV_OK:
  case CONV_OTHER_TYPE:
  case CONV_PART:
  case CONV_NO_INTERFACE:
  case CONV_RAISES: break;
  }
  return E0416;
}

// A closure is what it was written as: nothing makes it another.
static diag *report_closure(diag_sink *sink, type_table *types, const hir_expr *e, const type *from, const type *to,
                            conv_reason why, const char *role) {
  arena *a = sink->arena;
  const char *want = cap_name(to->cap);
  diag *d =
      diag_error(sink, mismatch_code(why), e->span, "%s is wanted as `%s`, which may go to another agent; %s is `%s`",
                 role, type_text_full(a, to), value_words(a, e), type_text(a, from));
  cap_note_origin(d, types, e);
  diag_note(d, SPAN_NONE, "an ordinary closure may write what it has captured: two agents could do so at once");
  if (e->kind == HIR_CLOSURE && e->closure.fn->span.begin == e->span.begin) {
    diag_help(d, "say so where it is made: `%s |…| …`; it then captures only what may go along", want);
    diag_edit(d, span_before(e->span), arena_printf(a, "%s ", want));
  } else {
    diag_help(d, "make it a closure that may be sent, where it comes from: `%s |…| …`, of type `%s`", want,
              type_text(a, to));
  }
  return d;
}

diag *cap_report_mismatch(diag_sink *sink, type_table *types, const hir_expr *value, const type *from, const type *to,
                          conversion conv, const char *role) {
  static const char *const wants[] = {
      [CONV_NOT_UNIQUE] = "which must be the only name of its value; %s is `%s`, and there may be others",
      [CONV_NOT_FROZEN] = "which nobody may write any more; %s is `%s`, which somebody may",
      [CONV_READ_ONLY] = "to write it; %s is `%s`, which may only be read",
      [CONV_OPAQUE] = "to use it; %s is `%s`, which may be neither read nor written",
      [CONV_INVARIANT] = "%s is `%s`: the elements are not of one type, and both can be written",
      [CONV_RAISES] = NULL,
  };
  arena *a = sink->arena;
  const hir_expr *e = bare(value);
  const type *kept = conv.why == CONV_OPAQUE ? kept_iso(types, e) : NULL;
  if (kept) return report_kept_iso(sink, e, kept, role);
  bool closures = from->kind == TY_FN && to->kind == TY_FN && cap_is_sendable(to->cap);
  if (closures && mismatch_code(conv.why) != E0416) return report_closure(sink, types, e, from, to, conv.why, role);
  const type *part_from = conv.part_from ? conv.part_from : from, *part_to = conv.part_to ? conv.part_to : to;
  const char *format = wants[conv.why] ? wants[conv.why] : "%s is `%s`";
  const char *tail = arena_printf(a, format, value_words(a, e), type_text_full(a, from));
  diag *d = diag_error(sink, mismatch_code(conv.why), value->span, "%s is wanted as `%s`, %s", role,
                       type_text_full(a, to), tail);
  cap_note_origin(d, types, e);
  say_mismatch(d, types, e, part_from, part_to, conv.why);
  return d;
}

// ---- sending ------------------------------------------------------------------------------------------------------------------

diag *cap_report_unsendable(diag_sink *sink, type_table *types, diag_code code, span at, const char *what,
                            const type *ty) {
  arena *a = sink->arena;
  type_reason why;
  bool shared = code == E0408;
  if (type_has(types, ty, shared ? QUALITY_SHAREABLE : QUALITY_SENDABLE, &why)) why.count = 0;
  const type *culprit = why.count ? why.steps[why.count - 1].type : ty;
  const char *whole = type_text_full(a, ty);
  const char *is = culprit == ty ? arena_printf(a, "`%s`", whole)
                                 : arena_printf(a, "`%s`, which holds `%s`", whole, type_text_full(a, culprit));
  diag *d;
  if (culprit->kind == TY_FUTURE) {
    d = diag_error(sink, E0429, at, "%s cannot be a future: only the one who asked may await it", what);
    diag_help(d, "`await` it here and pass on the value");
    return d;
  }
  if (shared) {
    d = diag_error(sink, code, at, "%s goes to several receivers, which cannot share %s", what, is);
  } else {
    d = diag_error(sink, code, at, "%s goes to another agent, so it cannot be %s", what, is);
  }
  cap_note_reason(d, types, &why);
  const char *n = noun(a, culprit);
  if (shared && culprit->cap == CAP_ISO) {
    diag_note(d, SPAN_NONE, "an `iso` has one owner at a time; two receivers could write this %s at once", n);
    diag_help(d, "share it for reading: `%s`", type_text_full(a, type_with_cap(types, culprit, CAP_VAL)));
  } else if (culprit->kind == TY_CLASS || culprit->kind == TY_FN || culprit->kind == TY_STRUCT ||
             culprit->kind == TY_ENUM) {
    diag_note(d, SPAN_NONE,
              culprit->kind == TY_FN    ? "two agents could call this %s at once, and it may write what it has captured"
              : culprit->cap == CAP_BOX ? "one agent could write this %s while another reads it"
                                        : "two agents could write this %s at once",
              n);
    const char *val = type_text_full(a, type_with_cap(types, culprit, CAP_VAL));
    if (culprit->kind == TY_FN) {
      diag_help(d, "make it `%s`: a closure that captures only what nobody writes", val);
    } else if (shared) {
      diag_help(d, "make it `%s`, which nobody writes any more", val);
    } else {
      diag_help(d, "make %s `%s`, which moves to the receiver, or `%s`, which all may read",
                culprit == ty ? "it" : "what it holds", type_text_full(a, type_with_cap(types, culprit, CAP_ISO)), val);
    }
  }
  return d;
}

// ---- paths ----------------------------------------------------------------------------------------------------------------------

static const char *why_not(cap c) {
  switch (c) {
  case CAP_VAL: return "it is `val`: everyone may read it, so nobody may write it";
  case CAP_BOX: return "it is `box`: given to be read only";
  case CAP_TAG: return "it is `tag`: it tells which object it is and no more";
  case CAP_NONE:
  case CAP_ISO:
  case CAP_REF: break;
  }
  return "it does not allow that";
}

static cap cap_of_object(const hir_expr *object) { return object->type->cap; }

// In a `fn` that only reads: the object itself, or what it keeps to write.
static bool is_of_reading_self(const hir_expr *object) {
  const hir_expr *e = bare(object);
  while (e->kind == HIR_FIELD && field_of(e) && cap_can_write(field_of(e)->type->cap)) e = bare(e->member.object);
  return e->kind == HIR_LOCAL && e->local.var->is_self;
}

static void help_val_written(diag *d) {
  diag_help(d,
            "write into it while it is made: `let x = iso …`, which becomes `val` where one is wanted, or `val { … }`");
}

diag *cap_report_write(diag_sink *sink, type_table *types, span at, const hir_expr *object, const char *field) {
  arena *a = sink->arena;
  diag *d = diag_error(sink, E0409, at, "`%s` cannot be written through %s: %s", field, value_words(a, object),
                       why_not(cap_of_object(object)));
  cap_note_origin(d, types, object);
  if (is_of_reading_self(object)) diag_help(d, "a function that writes says so: `fn ref …`");
  if (cap_of_object(object) == CAP_VAL) {
    diag_note(d, SPAN_NONE, "another agent could be reading this %s at the same time", noun(a, object->type));
    help_val_written(d);
  }
  return d;
}

diag *cap_report_read(diag_sink *sink, type_table *types, span at, const hir_expr *object, const char *field) {
  arena *a = sink->arena;
  const hir_expr *e = bare(object);
  const type *kept = cap_of_object(object) == CAP_TAG ? kept_iso(types, e) : NULL;
  diag *d = diag_error(sink, E0410, at, "`%s` cannot be reached through %s: %s", field, value_words(a, object),
                       why_not(cap_of_object(object)));
  cap_note_origin(d, types, object);
  if (kept) {
    diag_note(d, SPAN_NONE, "its owner may have given it away, and another agent be writing it");
  } else {
    diag_note(d, SPAN_NONE, "somebody else may be writing this %s at the same time", noun(a, object->type));
  }
  return d;
}

diag *cap_report_call(diag_sink *sink, type_table *types, span at, const hir_expr *object, const hir_fn *callee) {
  arena *a = sink->arena;
  cap have = cap_of_object(object), need = callee->receiver;
  const char *name = value_words(a, object);
  diag *d;
  if (need == CAP_REF) {
    d = diag_error(sink, E0412, at, "`%s` writes its object, but %s may not be written: %s", callee->name, name,
                   why_not(have));
  } else if (need == CAP_BOX) {
    d = diag_error(sink, E0412, at, "`%s` reads its object, but %s may not be read: %s", callee->name, name,
                   why_not(have));
  } else if (need == CAP_VAL) {
    d = diag_error(sink, E0412, at, "`%s` needs an object that nobody writes any more (`fn val`), but %s is `%s`",
                   callee->name, name, type_text_full(a, object->type));
  } else {
    d = diag_error(sink, E0412, at,
                   "`%s` uses up its object (`fn %s`), but %s is `%s`, of which there may be other names", callee->name,
                   cap_name(need), name, type_text_full(a, object->type));
  }
  cap_note_origin(d, types, object);
  if (!span_is_none(callee->span) && callee->kind != FN_NATIVE)
    diag_note(d, callee->span, "`%s` is declared as `fn %s`", callee->name, cap_name(need));
  if (need == CAP_REF && have == CAP_BOX && is_of_reading_self(object))
    diag_help(d, "a function that writes says so: `fn ref …`");
  else if (need == CAP_REF && have == CAP_VAL) help_val_written(d);
  return d;
}

diag *cap_report_into_iso(diag_sink *sink, type_table *types, diag_code code, span at, const hir_expr *object,
                          const char *what, const type *ty) {
  arena *a = sink->arena;
  type_reason why;
  if (type_has(types, ty, QUALITY_SENDABLE, &why)) why.count = 0;
  const char *name = value_words(a, object);
  diag *d = diag_error(sink, code, at, "%s is `%s`: it would be known both inside and outside of %s, which is `iso`",
                       what, type_text_full(a, ty), name);
  cap_note_origin(d, types, object);
  cap_note_reason(d, types, &why);
  const type *culprit = why.count ? why.steps[why.count - 1].type : ty;
  diag_note(d, SPAN_NONE, "when %s moves to another agent, two agents could use this %s at once", name,
            noun(a, culprit));
  diag_help(d, "only `iso`, `val`, `tag` and plain values go into or come out of an `iso`");
  return d;
}

diag *cap_report_lend(diag_sink *sink, const hir_expr *place, const char *callee, lend_reason why,
                      const hir_expr *blame) {
  arena *a = sink->arena;
  const char *name = value_words(a, place);
  diag *d = diag_error(sink, E0424, place->span, "%s is `iso` and stays in its place, and it cannot be lent to `%s`",
                       name, callee);
  switch (why) {
  case LEND_RESULT:
    diag_note(d, SPAN_NONE, "the result of `%s` could be a way into it that stays outside", callee);
    break;
  case LEND_OTHER:
    diag_note(d, blame->span, "`%s` could leave it, or a part of it, in this other argument", callee);
    diag_help(d, "give it only arguments that are moved or shareable: `iso`, `val`, `tag`, plain values");
    break;
  case LEND_SEVERAL:
    diag_note(
        d, SPAN_NONE,
        "one value is lent for writing (`ref`), or several for reading (`box`): else one could be left in the other");
    break;
  case LEND_NOTHING:
  case LEND_OK: break;
  }
  diag_help(d, "or take it out and give it away: `swap(place, new)`");
  return d;
}
