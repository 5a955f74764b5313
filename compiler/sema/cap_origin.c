// cap_origin.c — where a capability comes from, in words and places; and the edits that declare another one.
// Owns: nothing. Promises: see cap_report.h. Notes follow a value from the name that is used to what made it, a step each.
#include <string.h>

#include "diag/edit.h"
#include "sema/cap_report.h"
#include "types/type_print.h"

static arena *room(const diag *d) { return d->sink->arena; }

const char *cap_noun(arena *a, const type *ty) {
  if (ty->kind == TY_OPTIONAL) return cap_noun(a, ty->args[0]);
  if (ty->kind == TY_CLASS) {
    switch (ty->decl->builtin) {
    case BUILTIN_BYTES: return "buffer";
    case BUILTIN_ARRAY: return "array";
    case BUILTIN_MAP: return "map";
    case BUILTIN_SET: return "set";
    case BUILTIN_STRING: return "text";
    case BUILTIN_CHANNEL: return "channel";
    case BUILTIN_NO: break;
    }
  }
  if (ty->kind == TY_TUPLE) return "tuple";
  if (ty->kind == TY_FN) return "closure";
  if (ty->decl) return arena_printf(a, "`%s`", ty->decl->name);
  return "value";
}

const hir_expr *cap_bare(const hir_expr *e) {
  while (e->kind == HIR_SOME || e->kind == HIR_FREEZE || e->kind == HIR_SHARE || e->kind == HIR_INTERFACE)
    e = e->kind == HIR_INTERFACE ? e->interface.e : e->unary.e;
  return e;
}

const hir_field *cap_field_of(const hir_expr *e) {
  const hir_decl *d = e->kind == HIR_FIELD ? e->member.object->type->decl : NULL;
  return d && e->member.index < d->field_count ? &d->fields[e->member.index] : NULL;
}

static const char *path_text(arena *a, const hir_expr *e, unsigned depth) {
  const char *inner;
  switch ((int)e->kind) {
  case HIR_LOCAL: return e->local.var->is_self ? "self" : e->local.var->name;
  case HIR_FIELD:
    if (cap_field_of(e) && e->member.object->type->decl->is_closure) return cap_field_of(e)->name;
    if (!cap_field_of(e) || depth > 3 || !(inner = path_text(a, e->member.object, depth + 1))) return NULL;
    if (e->span.end - e->span.begin == strlen(cap_field_of(e)->name))
      return cap_field_of(e)->name; // self is not written
    return arena_printf(a, "%s.%s", inner, cap_field_of(e)->name);
  case HIR_ELEM:
    if (depth > 3 || !(inner = path_text(a, e->member.object, depth + 1))) return NULL;
    return arena_printf(a, "%s.%u", inner, e->member.index);
  case HIR_INDEX:
    if (depth > 3 || !(inner = path_text(a, e->binary.a, depth + 1))) return NULL;
    return arena_printf(a, "%s[…]", inner);
  default: return NULL;
  }
}

const char *cap_path_text(arena *a, const hir_expr *e) { return path_text(a, cap_bare(e), 0); }

const char *cap_value_words(arena *a, const hir_expr *e) {
  const char *path = cap_path_text(a, e);
  return path ? arena_printf(a, "`%s`", path) : "this value";
}

static bool is_path(const hir_expr *e) {
  return e->kind == HIR_LOCAL || e->kind == HIR_FIELD || e->kind == HIR_ELEM || e->kind == HIR_INDEX;
}

// ---- origins -------------------------------------------------------------------------------------------------------------------
static void note_origin(diag *d, type_table *types, const hir_expr *value, unsigned depth);

static void note_field(diag *d, type_table *types, const hir_expr *e, unsigned depth) {
  const hir_field *f = cap_field_of(e);
  const hir_expr *object = e->member.object;
  const type *declared = f->type;
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
            cap_value_words(room(d), object), cap_name(through), type_text_full(room(d), seen));
  note_origin(d, types, object, depth + 1);
}

static void note_self(diag *d, const hir_var *v) {
  cap c = type_cap(v->type);
  if (c == CAP_BOX && span_is_none(edit_before(d, v->span, "box"))) {
    diag_note(d, v->span, "`self` is `%s` here: a `fn` without a word only reads its object",
              type_text_full(room(d), v->type));
  } else {
    diag_note(d, v->span, "`self` is `%s` here", type_text_full(room(d), v->type));
  }
}

// `if let d = data` keeps a tag of what stays in `data`; `if let d = take data` has it.
static bool fix_kept(diag *d, const hir_var *v) {
  span let = edit_before(d, v->span, "let"), sign = edit_after(d, v->span, "=");
  bool in_if =
      !span_is_none(let) && (!span_is_none(edit_before(d, let, "if")) || !span_is_none(edit_before(d, let, "while")));
  if (!in_if || span_is_none(sign)) return false;
  diag_fix(d, "the `iso` stays where it is, and `%s` is only a `tag` of it; to have it, take it out: `let %s = take …`",
           v->name, v->name);
  diag_edit(d, span_after(sign), " take");
  return true;
}

static void note_variable(diag *d, type_table *types, const hir_var *v, unsigned depth) {
  const type *t = v->type;
  const char *text = type_text_full(room(d), t);
  if (v->is_self) {
    note_self(d, v);
    return;
  }
  const char *what = v->is_param ? "parameter" : "variable";
  const hir_expr *init = v->init && span_is_none(v->type_span) ? cap_bare(v->init) : NULL;
  bool bare_ref = t->kind == TY_CLASS && t->cap == CAP_REF && hir_decl_default_cap(t->decl) == CAP_REF;
  span at = span_is_none(v->type_span) ? v->span : span_join(v->span, v->type_span);
  if (bare_ref) {
    diag_note(d, at,
              init ? "%s `%s` is `%s`, which is what `%s` gives unless it says `iso` or `val`"
                   : "%s `%s` is `%s`, which is what `%s` alone means",
              what, v->name, text, init && init->kind == HIR_ARRAY ? "[ ]" : type_text(room(d), t));
  } else {
    diag_note(d, at, "%s `%s` is `%s`", what, v->name, text);
  }
  if (init && depth < 4 && (is_path(init) || init->kind == HIR_CALL)) note_origin(d, types, init, depth + 1);
  if (t->kind == TY_CLASS && t->cap == CAP_TAG && !v->is_param && !fix_kept(d, v))
    diag_help(d,
              "a second name of an `iso` that stays in its place is only a `tag`: use the value where it is, or take "
              "it out with `swap` or `take`");
}

static void note_origin(diag *d, type_table *types, const hir_expr *value, unsigned depth) {
  value = cap_bare(value);
  switch ((int)value->kind) {
  case HIR_LOCAL: note_variable(d, types, value->local.var, depth); return;
  case HIR_FIELD:
    if (cap_field_of(value)) note_field(d, types, value, depth);
    return;
  case HIR_ELEM: note_origin(d, types, value->member.object, depth); return;
  case HIR_INDEX:
    diag_note(d, value->binary.a->span, "this is `%s`, and its elements are seen through it",
              type_text_full(room(d), value->binary.a->type));
    note_origin(d, types, value->binary.a, depth);
    return;
  case HIR_CALL:
    if (value->call.fn->kind == FN_NATIVE || value->call.fn->kind == FN_EXTERN) return;
    diag_note(d, span_join(value->call.fn->span, value->call.fn->result_span), "`%s` gives `%s`", value->call.fn->name,
              type_text_full(room(d), value->type));
    return;
  default: return;
  }
}

void cap_note_origin(diag *d, type_table *types, const hir_expr *value) { note_origin(d, types, value, 0); }

void cap_note_reason(diag *d, type_table *types, const type_reason *why) {
  (void)types;
  for (uint32_t i = 0; i + 1 < why->count; i++) {
    const type_step *step = &why->steps[i];
    if (!step->field) continue;
    const char *of = step->decl->kind == DECL_ENUM ? "enum" : step->decl->kind == DECL_CLASS ? "class" : "struct";
    diag_note(d, step->field->span, "%s `%s`%s%s has the field `%s: %s`", of, step->decl->name,
              step->variant ? ", variant " : "", step->variant ? step->variant->name : "", step->field->name,
              type_text_full(room(d), why->steps[i + 1].field ? step->field->type : why->steps[i + 1].type));
  }
}

// ---- edits ---------------------------------------------------------------------------------------------------------------------
bool cap_copies_well(type_table *types, const type *t) {
  if (t->kind != TY_CLASS || t->decl->builtin == BUILTIN_NO || t->decl->builtin == BUILTIN_STRING ||
      t->decl->builtin == BUILTIN_CHANNEL || !cap_can_read(t->cap))
    return false;
  for (uint32_t i = 0; i < t->arg_count; i++)
    if (!type_is_shareable(types, t->args[i])) return false;
  return true;
}

void cap_edit_copy(diag *d, const hir_expr *e) { diag_edit(d, span_after(e->span), ".copy()"); }

const char *cap_empty_of(arena *a, const type *t) {
  if (t->kind == TY_OPTIONAL) return NULL;
  if (t->kind != TY_CLASS || t->cap != CAP_ISO) return NULL;
  switch (t->decl->builtin) {
  case BUILTIN_BYTES: return "iso Bytes(0)";
  case BUILTIN_ARRAY: return "iso []";
  case BUILTIN_MAP: return "iso [:]";
  case BUILTIN_SET: return arena_printf(a, "iso Set[%s]()", type_text(a, t->args[0]));
  case BUILTIN_CHANNEL:
  case BUILTIN_STRING: return NULL;
  case BUILTIN_NO: return t->decl->header_count || t->arg_count ? NULL : arena_printf(a, "iso %s()", t->decl->name);
  }
  return NULL;
}

// `let x = Bytes(8)` becomes `let x = iso Bytes(8)`; a word that stands there is replaced.
static bool edit_maker(diag *d, const hir_expr *made, const char *word) {
  static const char *const words[] = {"iso", "val", "ref", "box", "tag"};
  made = cap_bare(made);
  if (made->kind != HIR_NEW && made->kind != HIR_ARRAY && made->kind != HIR_MAP && made->kind != HIR_BLOCK)
    return false;
  for (int i = 0; i < 5; i++) {
    span begin = {made->span.file, made->span.begin, made->span.begin};
    span old = edit_before(d, begin, words[i]);
    if (span_is_none(old)) old = edit_after(d, begin, words[i]);
    if (span_is_none(old)) continue;
    diag_edit(d, old, word);
    return true;
  }
  if (made->kind == HIR_BLOCK) return false;
  diag_edit(d, span_before(made->span), arena_printf(room(d), "%s ", word));
  return true;
}

// The `fn` whose `self` this is gets a word: `fn add` becomes `fn ref add`.
static void edit_receiver(diag *d, const hir_var *self, const char *word) {
  static const char *const words[] = {"iso", "val", "ref", "box", "tag"};
  for (int i = 0; i < 5; i++) {
    span old = edit_before(d, self->span, words[i]);
    if (span_is_none(old)) continue;
    diag_edit(d, old, word);
    return;
  }
  diag_edit(d, span_before(self->span), arena_printf(room(d), "%s ", word));
}

// Does the function end with something it makes itself? Only known if it was checked before.
static bool makes_its_result(const hir_fn *fn) {
  const hir_expr *e = fn->body;
  while (e && e->kind == HIR_BLOCK) e = e->block.result;
  if (e) e = cap_bare(e);
  return e && (e->kind == HIR_NEW || e->kind == HIR_ARRAY || e->kind == HIR_MAP);
}

bool cap_fix_declared(diag *d, const hir_expr *value, cap c) {
  const char *word = cap_name(c);
  value = cap_bare(value);
  if (value->kind == HIR_LOCAL) {
    const hir_var *v = value->local.var;
    if (v->is_self) {
      const char *name = edit_text(d, v->span);
      diag_fix(d, "a function that writes its object says so: `fn %s %s`", word, name ? name : "…");
      edit_receiver(d, v, word);
      return true;
    }
    if (!span_is_none(v->type_span)) {
      bool made = !v->is_param && v->init, moves = c == CAP_ISO || (c == CAP_VAL && v->type->cap != CAP_REF);
      bool plain = (!made || v->type->kind == TY_CLASS) && !(moves && edit_used_later(d, value->span, v->name));
      diag_fix(d, "declare it so: `%s: %s`", v->name, edit_type_text(d, v->type_span, word));
      if (plain) edit_capability(d, v->type_span, word);
      if (plain && made && c != CAP_REF) edit_maker(d, v->init, word);
      return true;
    }
    if (!v->init || v->is_param) return false;
    const char *more = c == CAP_VAL ? "; it can still be changed, and becomes `val` here" : "; it can still be changed";
    diag_fix(d, "build it so that nobody else knows it: `let %s = iso …`%s", v->name, more);
    bool free_after = c == CAP_ISO || c == CAP_VAL ? !edit_used_later(d, value->span, v->name) : true;
    if (!free_after || !edit_maker(d, v->init, "iso")) diag_edit(d, SPAN_NONE, word);
    return true;
  }
  const hir_field *f = cap_field_of(value);
  if (f && !span_is_none(f->type_span)) {
    diag_fix(d, "declare the field so: `%s: %s`", f->name, edit_type_text(d, f->type_span, word));
    edit_capability(d, f->type_span, word);
    return true;
  }
  if (value->kind == HIR_CALL && value->call.fn->kind != FN_NATIVE && !span_is_none(value->call.fn->result_span)) {
    const hir_fn *fn = value->call.fn;
    diag_fix(d, "let `%s` give one that nobody else knows: `-> %s`", fn->name,
             edit_type_text(d, fn->result_span, word));
    if (makes_its_result(fn)) edit_capability(d, fn->result_span, word);
    return true;
  }
  return false;
}
