// cap_report.c — the messages about capabilities, in the words of the program.
// Style: the error names the value and what is wrong with it here; notes say where its capability comes from and what could go
// wrong; help is one edit. The words `iso val ref box tag` are explained each time they decide something.
#include "sema/cap_report.h"

#include "diag/edit.h"
#include "types/type_print.h"

static arena *room(const diag *d) { return d->sink->arena; }

// ---- mismatches ------------------------------------------------------------------------------------------------------------

// The place that keeps an iso, when the value is a tag only because it stays there.
static const type *kept_iso(type_table *types, const hir_expr *e) {
  const type *declared = NULL;
  if (e->kind == HIR_FIELD && cap_field_of(e)) declared = cap_field_of(e)->type;
  if (e->kind == HIR_ELEM) {
    const hir_expr *o = e->member.object; // its own type is what is seen of it
    const type *tuple = o->kind == HIR_FIELD && cap_field_of(o) ? cap_field_of(o)->type : o->type;
    declared = (tuple->kind == TY_TUPLE ? tuple : o->type)->args[e->member.index];
  }
  if (e->kind == HIR_INDEX && e->binary.a->type->arg_count)
    declared = e->binary.a->type->args[e->binary.a->type->arg_count - 1];
  return declared && type_holds_iso(types, declared) ? declared : NULL;
}

// May what it is a part of be written?
static bool is_writable(const hir_expr *part) {
  cap c = type_cap(part->kind == HIR_INDEX ? part->binary.a->type : part->member.object->type);
  return c == CAP_NONE || cap_can_write(c);
}

void cap_note_place(diag *d, const hir_expr *e, const type *declared) {
  arena *a = room(d);
  const hir_field *f = cap_field_of(e);
  if (f && e->member.object->type->decl->is_closure) {
    diag_note(d, f->span, "the closure has captured `%s`, and keeps it: it may be called again", f->name);
  } else if (f) {
    diag_note(d, span_join(f->span, f->type_span), "field `%s: %s` is the only name of its %s, and using it moves it",
              f->name, type_text_full(a, declared), cap_noun(a, declared));
  } else {
    diag_note(d, SPAN_NONE, "this place is the only name of its %s, a `%s`, and using it moves it",
              cap_noun(a, declared), type_text_full(a, declared));
  }
}

void cap_fix_take_out(diag *d, const hir_expr *e, const type *declared) {
  arena *a = room(d);
  const hir_field *f = cap_field_of(e);
  const char *path = cap_path_text(a, e), *empty = cap_empty_of(a, declared);
  if (f && e->member.object->type->decl->is_closure) {
    diag_help(d, "use it where it is: `%s.f()`; or let the closure take it as an argument", f->name);
    return;
  }
  bool part = e->kind == HIR_FIELD || e->kind == HIR_ELEM || e->kind == HIR_INDEX;
  if (!path) path = "…";
  if (part && !is_writable(e)) {
    diag_help(d, "through this name it can only be read where it is: `%s.f()`", path);
  } else if (declared->kind == TY_OPTIONAL) {
    diag_fix(d, "take the value out and leave `none`: `take %s`", path);
    diag_edit(d, f ? span_before(e->span) : SPAN_NONE, "take ");
  } else if (empty) {
    bool again = edit_twice_on_line(d, e->span, path); // as in `x.f = x.f`: taking it while it is in use
    diag_fix(d, "take it out and leave an empty one: `swap(%s, %s)` gives the old one", path, empty);
    diag_edit(d, again ? SPAN_NONE : span_before(e->span), "swap(");
    diag_edit(d, span_after(e->span), arena_printf(a, ", %s)", empty));
    if (f && !f->is_var) edit_make_var(d, f->span);
    const hir_expr *root = e;
    while (root->kind == HIR_ELEM) root = root->member.object;
    if (root != e && root->kind == HIR_LOCAL && !root->local.var->is_var) edit_make_var(d, root->local.var->span);
  } else {
    diag_help(d, "put another in its place: `swap(%s, new)` gives the old one", path);
  }
  if (e->kind == HIR_INDEX && is_writable(e)) diag_help(d, "or use it where it is: `%s.f()`", path);
}

static diag *report_kept_iso(diag_sink *sink, const hir_expr *e, const type *declared, const char *role) {
  const char *name = cap_value_words(sink->arena, e);
  diag *d = diag_error(sink, E0404, e->span, "%s cannot be taken out of its place for %s: the place would be empty",
                       name, role);
  cap_note_place(d, e, declared);
  cap_fix_take_out(d, e, declared);
  return d;
}

// A collection that is empty where it is declared: what it holds is put in between there and here.
static bool is_filled(const hir_expr *e) {
  const hir_var *v = e->kind == HIR_LOCAL ? e->local.var : NULL;
  const hir_expr *init = v && !v->is_param && v->init ? cap_bare(v->init) : NULL;
  if (!init || init->type->kind != TY_CLASS || init->type->decl->builtin == BUILTIN_NO) return false;
  if (init->kind == HIR_NEW) return init->type->arg_count > 0; // Array[T](): its argument is a capacity
  return (init->kind == HIR_ARRAY || init->kind == HIR_MAP) && init->list.count == 0;
}

static void help_unique(diag *d, type_table *types, const hir_expr *e, const type *from, const type *to) {
  bool local = e->kind == HIR_LOCAL && !e->local.var->is_self && cap_can_write(from->cap);
  bool call = e->kind == HIR_CALL && cap_can_write(from->cap);
  bool copies = cap_copies_well(types, from), filled = local && is_filled(e);
  if (filled && !copies) {
    diag_help(d,
              "make and fill it in a block of its own: `let %s = %s { let list: %s = …; …; list }`: what is new there "
              "is nobody else's",
              e->local.var->name, cap_name(to->cap), type_text(room(d), from));
    return;
  }
  bool declared = (local || call) && cap_fix_declared(d, e, filled ? CAP_ISO : to->cap);
  if (copies) {
    diag_fix(d, "%s a copy, `.copy()`, and keep this one", declared ? "or give away" : "give away");
    cap_edit_copy(d, e);
  } else if (!declared) {
    diag_help(d, "build a new one for it: `%s %s(…)`", cap_name(to->cap), to->decl ? to->decl->name : "…");
  }
}

static void say_mismatch(diag *d, type_table *types, const hir_expr *e, const type *from, const type *to,
                         conv_reason why) {
  arena *a = room(d);
  const char *noun = cap_noun(a, from);
  switch (why) {
  case CONV_NOT_UNIQUE:
    diag_note(d, SPAN_NONE,
              "an `iso` may be sent to another agent; with a second name here, two agents could write this %s at once",
              noun);
    help_unique(d, types, e, from, to);
    break;
  case CONV_NOT_FROZEN:
    diag_note(
        d, SPAN_NONE,
        "a `val` may be read by other agents; with a name that writes, one could write this %s while another reads it",
        noun);
    help_unique(d, types, e, from, to);
    break;
  case CONV_READ_ONLY:
    diag_note(d, SPAN_NONE,
              from->cap == CAP_VAL ? "other agents may be reading this %s" : "this %s was given to be read only", noun);
    if (cap_copies_well(types, from)) {
      diag_fix(d, "give it a copy of its own, `.copy()`");
      cap_edit_copy(d, e);
    }
    diag_help(d, "if it is only read there, ask for `%s` instead of `%s`",
              type_text_full(a, type_with_cap(types, to, CAP_BOX)), type_text_full(a, to));
    break;
  case CONV_OPAQUE:
    diag_note(d, SPAN_NONE, "a `tag` tells which %s it is, no more: somebody else may be writing it", noun);
    if (e->kind == HIR_LOCAL && e->local.var->is_param && to->cap != CAP_ISO) cap_fix_declared(d, e, to->cap);
    break;
  case CONV_INVARIANT:
    diag_note(d, SPAN_NONE, "through one name a `%s` could be put in, and be read as a `%s` through the other",
              type_text_full(a, to), type_text_full(a, from));
    diag_help(d, "only a collection that nobody writes, a `val`, may be seen with other elements");
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
  diag *d = diag_error(sink, mismatch_code(why), e->span, "%s must be `%s` (which may be sent), but %s is `%s`", role,
                       type_text_full(a, to), cap_value_words(a, e), type_text(a, from));
  cap_note_origin(d, types, e);
  diag_note(d, SPAN_NONE, "an ordinary closure may write what it has captured: two agents could do so at once");
  if (e->kind == HIR_CLOSURE && e->closure.fn->span.begin == e->span.begin) {
    diag_fix(d, "say so where it is made: `%s |…| …`; it then captures only what may go along", want);
    bool shareable = true;
    for (uint32_t i = 0; i < e->closure.captures.count; i++)
      shareable &= type_is_shareable(types, e->closure.captures.items[i]->type);
    diag_edit(d, shareable ? span_before(e->span) : SPAN_NONE, arena_printf(a, "%s ", want));
  } else {
    diag_help(d, "make it a closure that may be sent, where it comes from: `%s |…| …`, of type `%s`", want,
              type_text(a, to));
  }
  return d;
}

// What a capability asks for, or grants, in a few words.
static const char *asks(cap c) {
  static const char *const words[] = {[CAP_NONE] = "",
                                      [CAP_ISO] = " (which nobody else knows)",
                                      [CAP_VAL] = " (which nobody changes any more)",
                                      [CAP_REF] = " (to read and write)",
                                      [CAP_BOX] = " (to read)",
                                      [CAP_TAG] = ""};
  return words[c];
}

static const char *grants(cap c, conv_reason why) {
  if (c == CAP_TAG) return " (which cannot be looked into)";
  if (why == CONV_READ_ONLY) return " (which is only to be read)";
  if (why == CONV_NOT_FROZEN)
    return c == CAP_BOX ? " (which others may still change)" : " (which can still be changed)";
  return c == CAP_VAL ? " (which everybody may read)" : " (which may have other names)";
}

diag *cap_report_mismatch(diag_sink *sink, type_table *types, const hir_expr *value, const type *from, const type *to,
                          conversion conv, const char *role) {
  arena *a = sink->arena;
  const hir_expr *e = cap_bare(value);
  const type *kept = conv.why == CONV_OPAQUE ? kept_iso(types, e) : NULL;
  if (kept) return report_kept_iso(sink, e, kept, role);
  bool closures = from->kind == TY_FN && to->kind == TY_FN && cap_is_sendable(to->cap);
  if (closures && mismatch_code(conv.why) != E0416) return report_closure(sink, types, e, from, to, conv.why, role);
  const type *part_from = conv.part_from ? conv.part_from : from, *part_to = conv.part_to ? conv.part_to : to;
  bool plain = part_from == from && conv.why != CONV_INVARIANT && conv.why != CONV_RAISES;
  diag *d = diag_error(sink, mismatch_code(conv.why), value->span, "%s must be `%s`%s, but %s is `%s`%s", role,
                       type_text_full(a, to), plain ? asks(type_cap(to)) : "", cap_value_words(a, e),
                       type_text_full(a, from), plain ? grants(type_cap(from), conv.why) : "");
  if (!plain && part_from != from)
    diag_note(d, SPAN_NONE, "what is in it must be `%s`%s, and is `%s`%s", type_text_full(a, part_to),
              asks(type_cap(part_to)), type_text_full(a, part_from), grants(type_cap(part_from), conv.why));
  cap_note_origin(d, types, e);
  say_mismatch(d, types, e, part_from, part_to, conv.why);
  return d;
}

// ---- sending ------------------------------------------------------------------------------------------------------------------

// Offers to write the type with another capability. `ty` itself must be the culprit: parts of it are declared elsewhere.
static void fix_written(diag *d, span written, const char *format, cap c, const char *text) {
  if (span_is_none(written)) return;
  diag_fix(d, format, text);
  edit_capability(d, written, cap_name(c));
}

static void fix_closure_type(diag *d, span written, const char *val) {
  span word = edit_after(d, span_before(written), "fn");
  diag_fix(d, "make it `%s`: a closure that captures only what nobody writes", val);
  diag_edit(d, span_is_none(word) ? word : span_after(word), " val");
}

diag *cap_report_unsendable(diag_sink *sink, type_table *types, diag_code code, span at, span written, const char *what,
                            const type *ty) {
  arena *a = sink->arena;
  type_reason why;
  bool shared = code == E0408 || code == E0431;
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
  if (code == E0431) {
    d = diag_error(sink, code, at, "%s cannot be %s: an error may go to other agents, and several may hold it", what,
                   is);
  } else if (shared) {
    d = diag_error(sink, code, at, "%s cannot be %s: it goes to several receivers", what, is);
  } else {
    d = diag_error(sink, code, at, "%s goes to another agent, so it cannot be %s", what, is);
  }
  cap_note_reason(d, types, &why);
  const char *n = cap_noun(a, culprit);
  bool object =
      culprit->kind == TY_CLASS || culprit->kind == TY_FN || culprit->kind == TY_STRUCT || culprit->kind == TY_ENUM;
  if (shared && culprit->cap == CAP_ISO) {
    diag_note(d, SPAN_NONE, "an `iso` has one owner at a time; two receivers could write this %s at once", n);
  } else if (object) {
    diag_note(d, SPAN_NONE,
              culprit->kind == TY_FN    ? "two agents could call this %s at once, and it may write what it has captured"
              : culprit->cap == CAP_BOX ? "one agent could write this %s while another reads it"
                                        : "two agents could write this %s at once",
              n);
  }
  if (!object && culprit->cap != CAP_ISO) return d;
  const char *val = type_text_full(a, type_with_cap(types, culprit, CAP_VAL));
  const char *iso = type_text_full(a, type_with_cap(types, culprit, CAP_ISO));
  if (culprit == ty && !span_is_none(written)) {
    if (!shared && ty->kind == TY_CLASS)
      fix_written(d, written, "hand it over: `%s` moves to the receiver", CAP_ISO, iso);
    if (ty->kind == TY_FN) fix_closure_type(d, written, val);
    else fix_written(d, written, "share it for reading: `%s`, which nobody changes any more", CAP_VAL, val);
  } else if (culprit->kind == TY_FN) {
    diag_help(d, "make it `%s`: a closure that captures only what nobody writes", val);
  } else if (shared) {
    diag_help(d, "make it `%s`, which nobody writes any more", val);
  } else {
    diag_help(d, "make %s `%s`, which moves to the receiver, or `%s`, which all may read",
              culprit == ty ? "it" : "what it holds", iso, val);
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

// Is it the object of a `fn` that only reads, or what such an object keeps? The name of the function then.
static const char *reading_function(const diag_sink *sink, const hir_expr *object) {
  const hir_expr *e = cap_bare(object);
  while (e->kind == HIR_FIELD && cap_field_of(e) && cap_can_write(type_cap(cap_field_of(e)->type)))
    e = cap_bare(e->member.object);
  if (e->kind != HIR_LOCAL || !e->local.var->is_self || type_cap(e->local.var->type) != CAP_BOX) return NULL;
  diag here = {.sink = (diag_sink *)(uintptr_t)sink};
  return edit_text(&here, e->local.var->span);
}

// How a name that may be written is had instead.
static void help_writable(diag *d, const hir_expr *object, cap have) {
  const hir_expr *e = cap_bare(object);
  while (e->kind == HIR_FIELD && cap_field_of(e) && cap_can_write(cap_field_of(e)->type->cap))
    e = cap_bare(e->member.object);
  if (e->kind == HIR_LOCAL && (e->local.var->is_self || e->local.var->is_param)) {
    cap_fix_declared(d, e, CAP_REF);
    return;
  }
  if (e->kind == HIR_LOCAL && have == CAP_VAL && cap_fix_declared(d, e, CAP_ISO)) return;
  if (have == CAP_VAL)
    diag_help(
        d, "write into it while it is made: `let x = iso …`, which becomes `val` where one is wanted, or `val { … }`");
}

static diag *report_write(diag_sink *sink, span at, const hir_expr *object, const char *field) {
  arena *a = sink->arena;
  const char *name = cap_value_words(a, object), *reader = reading_function(sink, object);
  const char *what = field ? arena_printf(a, "`%s`", field) : arena_printf(a, "the elements of %s", name);
  if (reader) return diag_error(sink, E0409, at, "%s cannot be changed here: `%s` only reads its object", what, reader);
  cap have = cap_of_object(object);
  if (!field) return diag_error(sink, E0409, at, "%s cannot be changed: %s", what, why_not(have));
  return diag_error(sink, E0409, at, "%s cannot be changed through %s: %s", what, name, why_not(have));
}

// What could go wrong with writing.
static void note_danger(diag *d, const hir_expr *object) {
  cap have = cap_of_object(object);
  const char *noun = cap_noun(room(d), object->type);
  if (have == CAP_VAL) diag_note(d, SPAN_NONE, "another agent could be reading this %s at the same time", noun);
  if (have == CAP_BOX)
    diag_note(d, SPAN_NONE, "the %s may be a `val`, which other agents are reading at the same time", noun);
  if (have == CAP_TAG) diag_note(d, SPAN_NONE, "another agent may be writing this %s at the same time", noun);
}

diag *cap_report_write(diag_sink *sink, type_table *types, span at, const hir_expr *object, const char *field) {
  diag *d = report_write(sink, at, object, field);
  cap_note_origin(d, types, object);
  note_danger(d, object);
  help_writable(d, object, cap_of_object(object));
  return d;
}

diag *cap_report_read(diag_sink *sink, type_table *types, span at, const hir_expr *object, const char *field) {
  arena *a = sink->arena;
  const hir_expr *e = cap_bare(object);
  const type *kept = cap_of_object(object) == CAP_TAG ? kept_iso(types, e) : NULL;
  diag *d = field ? diag_error(sink, E0410, at, "`%s` cannot be read through %s: %s", field, cap_value_words(a, object),
                               why_not(cap_of_object(object)))
                  : diag_error(sink, E0410, at, "the elements of %s cannot be read: %s", cap_value_words(a, object),
                               why_not(cap_of_object(object)));
  cap_note_origin(d, types, object);
  if (kept) {
    diag_note(d, SPAN_NONE, "its owner may have given it away, and another agent be writing it");
  } else {
    diag_note(d, SPAN_NONE, "somebody else may be writing this %s at the same time", cap_noun(a, object->type));
  }
  if (e->kind == HIR_LOCAL && e->local.var->is_param && !e->local.var->is_self)
    cap_fix_declared(d, e, edit_is_assigned(d, at) ? CAP_REF : CAP_BOX);
  return d;
}

static diag *report_call(diag_sink *sink, span at, const hir_expr *object, const hir_fn *callee) {
  arena *a = sink->arena;
  cap have = cap_of_object(object), need = callee->receiver;
  const char *name = cap_value_words(a, object), *reader = need == CAP_REF ? reading_function(sink, object) : NULL;
  if (reader)
    return diag_error(sink, E0412, at, "`%s` changes %s, but `%s` only reads its object", callee->name, name, reader);
  if (need == CAP_REF)
    return diag_error(sink, E0412, at, "`%s` changes its object, but %s may not be written: %s", callee->name, name,
                      why_not(have));
  if (need == CAP_BOX)
    return diag_error(sink, E0412, at, "`%s` reads its object, but %s may not be read: %s", callee->name, name,
                      why_not(have));
  if (need == CAP_VAL)
    return diag_error(sink, E0412, at, "`%s` needs an object that nobody writes any more (`fn val`), but %s is `%s`",
                      callee->name, name, type_text_full(a, object->type));
  return diag_error(sink, E0412, at,
                    "`%s` uses up its object (`fn %s`), but %s is `%s`, of which there may be other names",
                    callee->name, cap_name(need), name, type_text_full(a, object->type));
}

diag *cap_report_call(diag_sink *sink, type_table *types, span at, const hir_expr *object, const hir_fn *callee) {
  cap have = cap_of_object(object), need = callee->receiver;
  const hir_expr *e = cap_bare(object);
  diag *d = report_call(sink, at, object, callee);
  cap_note_origin(d, types, object);
  if (!span_is_none(callee->span) && callee->kind != FN_NATIVE)
    diag_note(d, callee->span, "`%s` is declared as `fn %s`", callee->name, cap_name(need));
  if (need == CAP_REF || have == CAP_TAG) note_danger(d, object);
  if (need == CAP_REF && have != CAP_TAG) help_writable(d, object, have);
  else if ((need == CAP_BOX || need == CAP_REF) && e->kind == HIR_LOCAL && e->local.var->is_param &&
           !e->local.var->is_self)
    cap_fix_declared(d, e, need);
  return d;
}

diag *cap_report_into_iso(diag_sink *sink, type_table *types, diag_code code, const hir_expr *value, span at,
                          const hir_expr *object, const char *what, const type *ty) {
  arena *a = sink->arena;
  type_reason why;
  if (type_has(types, ty, QUALITY_SENDABLE, &why)) why.count = 0;
  const char *name = cap_value_words(a, object);
  diag *d = diag_error(sink, code, at,
                       value ? "%s is `%s`, which has names outside of %s: it cannot go into an `iso`"
                             : "%s is `%s`: outside of %s, it would be a second way into an `iso`",
                       what, type_text_full(a, ty), name);
  cap_note_origin(d, types, object);
  if (value) cap_note_origin(d, types, value);
  cap_note_reason(d, types, &why);
  const type *culprit = why.count ? why.steps[why.count - 1].type : ty;
  diag_note(d, SPAN_NONE, "when %s moves to another agent, two agents could use this %s at once", name,
            cap_noun(a, culprit));
  if (value && culprit == ty && cap_copies_well(types, ty)) {
    diag_fix(d, "put a copy in, `.copy()`, and keep this one outside");
    cap_edit_copy(d, cap_bare(value));
  } else {
    diag_help(d, "only `iso`, `val`, `tag` and plain values go into or come out of an `iso`");
    bool whole = !value && object->kind == HIR_LOCAL && type_cap(object->type) == CAP_ISO;
    if (whole && !object->local.var->is_self)
      diag_help(d, "if it need not be sent any more, give it another name first, `let all: %s = %s`, and call that",
                type_text(a, type_with_cap(types, object->type, CAP_REF)), object->local.var->name);
  }
  return d;
}

diag *cap_report_lend(diag_sink *sink, const hir_expr *place, const char *callee, lend_reason why,
                      const hir_expr *blame) {
  arena *a = sink->arena;
  const char *name = cap_value_words(a, place);
  diag *d = diag_error(sink, E0424, place->span,
                       "%s is an `iso` that stays in its place, and `%s` could keep a second name of it", name, callee);
  const hir_field *f = cap_field_of(place);
  if (f)
    diag_note(d, span_join(f->span, f->type_span), "field `%s` is declared as `%s`", f->name,
              type_text_full(a, f->type));
  switch (why) {
  case LEND_RESULT: diag_note(d, SPAN_NONE, "the result of `%s` could be that name", callee); break;
  case LEND_OTHER:
    diag_note(d, blame->span, "`%s` could leave it, or a part of it, in this other argument, a `%s`", callee,
              type_text_full(a, blame->type));
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
  diag_note(d, SPAN_NONE, "when %s is sent later, two agents could write this %s at once", name,
            cap_noun(a, place->type));
  diag_help(d, "or take it out and give it away: `swap(place, new)`");
  return d;
}
