// sendable.c — what may be sent, shared, copied, and why not.
// Method: a walk over the parts of a type. A type that is being looked at, or was without finding fault, is not looked at
// again, so recursive declarations end and the walk is linear. Answers are remembered in the type table, two bits a question.
#include "sema/sendable.h"

#include <string.h>

#include "base/arena.h"
#include "base/vec.h"

typedef struct walk {
  type_table *types;
  type_quality quality;
  type_reason *why;
  VEC(const type *) seen; // structs and enums walked so far: no fault found in them yet
  uint32_t depth;
} walk;

enum { NOTE_UNKNOWN, NOTE_YES, NOTE_NO, NOTE_BUSY };

static unsigned note_get(walk *w, const type *ty) { return (*type_note(w->types, ty) >> (2 * w->quality)) & 3u; }
static void note_set(walk *w, const type *ty, unsigned note) {
  uint32_t *bits = type_note(w->types, ty);
  *bits = (*bits & ~(3u << (2 * w->quality))) | (note << (2 * w->quality));
}

static bool has(walk *w, const type *ty);

// The culprit comes first; type_has turns the chain round.
static void add_step(walk *w, type_step step) {
  if (w->why && w->why->count < TYPE_STEPS_MAX) w->why->steps[w->why->count++] = step;
}

static bool fail(walk *w, const type *ty) {
  add_step(w, (type_step){.type = ty});
  return false;
}

static bool quality_is_about_caps(type_quality q) { return q <= QUALITY_VAL; }

static bool has_fields(walk *w, const type *ty, const hir_field *fields, uint32_t n, const hir_variant *variant) {
  for (uint32_t i = 0; i < n; i++) {
    if (has(w, fields[i].type)) continue;
    add_step(w, (type_step){.type = ty, .decl = ty->decl, .field = &fields[i], .variant = variant});
    return false;
  }
  return true;
}

static bool has_parts_of_value(walk *w, const type *ty) {
  const hir_decl *d = ty->decl;
  if (!has_fields(w, ty, d->fields, d->field_count, NULL)) return false;
  for (uint32_t i = 0; i < d->variant_count; i++)
    if (!has_fields(w, ty, d->variants[i].fields, d->variants[i].field_count, &d->variants[i])) return false;
  return true;
}

static bool has_method(const hir_decl *d, const char *name) {
  for (uint32_t i = 0; i < d->method_count; i++)
    if (!strcmp(d->methods[i]->name, name)) return true;
  return false;
}

static const char *method_for(type_quality q) { return q == QUALITY_EQ ? "eq" : q == QUALITY_HASH ? "hash" : "cmp"; }

static bool cap_has(cap c, type_quality q) {
  switch (q) {
  case QUALITY_SENDABLE: return cap_is_sendable(c);
  case QUALITY_SHAREABLE: return cap_is_shareable(c);
  case QUALITY_COPYABLE: return cap_is_copyable(c);
  case QUALITY_READABLE:
  case QUALITY_EQ:
  case QUALITY_HASH:
  case QUALITY_ORD:
  case QUALITY_SHOW: return cap_can_read(c);
  case QUALITY_VAL: return cap_is_shareable(c) && cap_can_read(c);
  }
  return false;
}

bool type_holds_future(const type *ty) {
  if (ty->kind == TY_FUTURE) return true;
  if (ty->kind == TY_FN) return false;
  for (uint32_t i = 0; i < ty->arg_count; i++)
    if (type_holds_future(ty->args[i])) return true;
  return false;
}

static bool has_args(walk *w, const type *ty);

// Only a `fn show` or what a collection holds is read to show an object; any other is shown by the name of its class.
static bool can_show_class(walk *w, const type *ty) {
  if (ty->decl->builtin == BUILTIN_CHANNEL) return true;
  if (ty->decl->builtin == BUILTIN_NO && !has_method(ty->decl, "show")) return true;
  if (!cap_can_read(ty->cap)) return fail(w, ty);
  return has_args(w, ty);
}

static bool has_class(walk *w, const type *ty) {
  if (w->quality == QUALITY_SHOW) return can_show_class(w, ty);
  if (!cap_has(ty->cap, w->quality)) return fail(w, ty);
  bool goes_away = w->quality == QUALITY_SENDABLE || w->quality == QUALITY_SHAREABLE || w->quality == QUALITY_VAL;
  for (uint32_t i = 0; goes_away && i < ty->arg_count; i++)
    if (type_holds_future(ty->args[i])) return fail(w, ty->args[i]);
  if (quality_is_about_caps(w->quality)) return true;
  if (ty->decl->builtin == BUILTIN_STRING) return true;
  if (ty->decl->builtin == BUILTIN_BYTES) return w->quality != QUALITY_ORD || fail(w, ty);
  if (ty->decl->builtin == BUILTIN_ARRAY) return has_args(w, ty);
  bool table = ty->decl->builtin == BUILTIN_MAP || ty->decl->builtin == BUILTIN_SET;
  if (table) return (w->quality != QUALITY_ORD && has_args(w, ty)) || fail(w, ty);
  return has_method(ty->decl, method_for(w->quality)) || fail(w, ty);
}

// An interface of objects: it is compared and hashed by nothing, and shown as what it is.
static bool has_interface(walk *w, const type *ty) {
  if (w->quality == QUALITY_EQ || w->quality == QUALITY_HASH || w->quality == QUALITY_ORD) return fail(w, ty);
  return cap_has(ty->cap, w->quality) || fail(w, ty);
}

static bool has_struct_or_enum(walk *w, const type *ty) {
  if (quality_is_about_caps(w->quality)) {
    // As it is, it is what its parts are. Seen through another capability it is as that says: an iso in it, for one, is a tag to keep, but can
    // still be read where it is.
    bool seen_through = ty->cap != CAP_NONE && ty->cap != CAP_REF;
    if (seen_through || w->quality == QUALITY_READABLE) return cap_has(ty->cap, w->quality) || fail(w, ty);
  } else if (!cap_can_read(ty->cap)) {
    return fail(w, ty);
  } else if (w->quality == QUALITY_SHOW) {
    if (has_method(ty->decl, "show")) return true;
  } else if (has_method(ty->decl, method_for(w->quality))) {
    return true;
  } else if (w->quality == QUALITY_ORD || has_method(ty->decl, "eq")) {
    return fail(w, ty); // equal values have one hash, and who says what is equal must say that, too
  }
  return has_parts_of_value(w, ty);
}

static bool has_args(walk *w, const type *ty) {
  if (w->quality == QUALITY_READABLE) return true;
  if (w->quality == QUALITY_ORD && ty->kind == TY_OPTIONAL) return fail(w, ty);
  for (uint32_t i = 0; i < ty->arg_count; i++) {
    if (has(w, ty->args[i])) continue;
    if (ty->kind == TY_TUPLE) add_step(w, (type_step){.type = ty, .element = i});
    return false;
  }
  return true;
}

// Of a type parameter, while its generic is checked: by its bounds. Shown can be whatever can be read.
static bool is_promised(const type *ty, type_quality q) {
  bool opaque = ty->decl->kind == DECL_PARAM;
  return opaque && cap_can_read(ty->cap) && (q == QUALITY_SHOW || (ty->decl->qualities >> q & 1));
}

static bool has_kind(walk *w, const type *ty) {
  bool show = w->quality == QUALITY_SHOW;
  switch (ty->kind) {
  case TY_CLASS: return has_class(w, ty);
  case TY_INTERFACE: return has_interface(w, ty);
  case TY_STRUCT:
  case TY_ENUM: return has_struct_or_enum(w, ty);
  case TY_TUPLE:
  case TY_OPTIONAL: return has_args(w, ty);
  case TY_FN: return (quality_is_about_caps(w->quality) && cap_has(ty->cap, w->quality)) || fail(w, ty);
  case TY_FUTURE: return show || w->quality == QUALITY_READABLE || fail(w, ty);
  case TY_PARAM:
    if (!quality_is_about_caps(w->quality) && is_promised(ty, w->quality)) return true;
    return (ty->cap != CAP_NONE && quality_is_about_caps(w->quality) && cap_has(ty->cap, w->quality)) || fail(w, ty);
  case TY_AGENT:
    if (w->quality == QUALITY_EQ || w->quality == QUALITY_HASH) return true;
    return cap_has(ty->cap, w->quality) || fail(w, ty);
  case TY_ERRVAL: return show || quality_is_about_caps(w->quality) || fail(w, ty);
  case TY_F32:
  case TY_F64: return w->quality != QUALITY_HASH || fail(w, ty);
  case TY_RANGE: return show || quality_is_about_caps(w->quality) || w->quality == QUALITY_EQ || fail(w, ty);
  case TY_ERROR:
  case TY_NEVER:
  case TY_UNIT:
  case TY_BOOL:
  case TY_I8:
  case TY_I16:
  case TY_I32:
  case TY_I64:
  case TY_U8:
  case TY_U16:
  case TY_U32:
  case TY_U64:
  case TY_DURATION:
  case TY_INSTANT:
  case TY_NONE: return true;
  }
  return true;
}

#define DEPTH_MAX 4000 // declarations nested deeper than this are taken for a fault rather than overflowing the stack

static bool has(walk *w, const type *ty) {
  if (w->depth >= DEPTH_MAX) return fail(w, ty);
  w->depth++;
  bool answer;
  if (ty->kind != TY_STRUCT && ty->kind != TY_ENUM) {
    answer = has_kind(w, ty);
  } else {
    unsigned note = note_get(w, ty);
    answer = note != NOTE_NO;
    if (note == NOTE_UNKNOWN || (note == NOTE_NO && w->why)) {
      note_set(w, ty, NOTE_BUSY);
      VEC_PUSH(type_table_arena(w->types), &w->seen, ty);
      answer = has_kind(w, ty);
    }
  }
  w->depth--;
  return answer;
}

bool type_has(type_table *t, const type *ty, type_quality q, type_reason *why) {
  walk w = {.types = t, .quality = q, .why = why};
  if (why) why->count = 0;
  bool answer = has(&w, ty);
  // One fault anywhere is a "no" for the whole; a type seen on the way may still be innocent.
  for (uint32_t i = 0; i < w.seen.count; i++) note_set(&w, w.seen.items[i], answer ? NOTE_YES : NOTE_UNKNOWN);
  if (!answer && w.seen.count && w.seen.items[0] == ty) note_set(&w, ty, NOTE_NO);
  for (uint32_t i = 0; why && i < why->count / 2; i++) {
    type_step step = why->steps[i];
    why->steps[i] = why->steps[why->count - 1 - i];
    why->steps[why->count - 1 - i] = step;
  }
  return answer;
}

// ---- canonical struct and enum types ----------------------------------------------------------------------------

cap type_value_cap(type_table *t, type_kind kind, const hir_decl *decl, const type *const *args, uint32_t n,
                   cap written) {
  (void)args, (void)n;
  (void)kind;
  if (decl->unsettled) return written; // type_canonical will ask again
  // Ask about the fields themselves: the bare type is what is being made.
  bool sendable = true, shareable = true;
  for (uint32_t v = 0; v <= decl->variant_count; v++) {
    const hir_field *fields = v ? decl->variants[v - 1].fields : decl->fields;
    uint32_t count = v ? decl->variants[v - 1].field_count : decl->field_count;
    for (uint32_t i = 0; i < count && sendable; i++) {
      const type *f = fields[i].type;
      if (f->decl == decl) continue;
      sendable &= type_is_sendable(t, f);
      shareable &= type_is_shareable(t, f);
    }
  }
  if (!sendable) return written == CAP_NONE ? CAP_REF : written;
  if (shareable || written == CAP_REF || written == CAP_ISO) return CAP_NONE;
  return written;
}

static cap settled_cap(type_table *t, type_kind kind, const struct hir_decl *decl, const type *const *args, uint32_t n,
                       cap written) {
  return type_value_cap(t, kind, decl, args, n, written);
}

const type *type_canonical(type_table *t, const type *ty) {
  if (!ty->arg_count && ty->kind != TY_STRUCT && ty->kind != TY_ENUM) return ty;
  const type **parts = ARENA_ARRAY(type_table_arena(t), const type *, ty->arg_count ? ty->arg_count : 1);
  for (uint32_t i = 0; i < ty->arg_count; i++) parts[i] = type_canonical(t, ty->args[i]);
  switch ((int)ty->kind) {
  case TY_CLASS:
  case TY_INTERFACE:
  case TY_STRUCT:
  case TY_ENUM: return type_nominal(t, ty->kind, ty->decl, parts, ty->arg_count, ty->cap);
  case TY_FN: return type_fn(t, parts, ty->arg_count, ty->raises, ty->cap);
  default: return type_compound(t, ty->kind, parts, ty->arg_count, CAP_NONE);
  }
}

static void settle_fields(type_table *t, const hir_field *fields, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (fields[i].type) ((hir_field *)fields)[i].type = type_canonical(t, fields[i].type);
}

void type_settle_decls(type_table *t, hir_decl *const *decls, uint32_t n) {
  type_table_set_value_cap(t, settled_cap);
  for (uint32_t i = 0; i < n; i++) {
    settle_fields(t, decls[i]->fields, decls[i]->field_count);
    for (uint32_t v = 0; v < decls[i]->variant_count; v++)
      settle_fields(t, decls[i]->variants[v].fields, decls[i]->variants[v].field_count);
  }
}

// ---- parts ----------------------------------------------------------------------------------------------------------

cap type_cap(const type *ty) {
  if (ty->kind == TY_TUPLE || ty->kind == TY_OPTIONAL) return CAP_NONE;
  return ty->cap;
}

cap_path type_path_start(const type *ty) { return cap_path_start(type_cap(ty)); }

const type *type_alias(type_table *t, const type *ty) {
  switch ((int)ty->kind) {
  case TY_CLASS:
  case TY_INTERFACE:
  case TY_FN:
  case TY_PARAM: return type_with_cap(t, ty, cap_alias(ty->cap));
  case TY_STRUCT:
  case TY_ENUM: return type_holds_iso(t, ty) ? type_with_cap(t, ty, CAP_TAG) : ty;
  case TY_TUPLE:
  case TY_OPTIONAL: {
    const type **parts = ARENA_ARRAY(type_table_arena(t), const type *, ty->arg_count);
    for (uint32_t i = 0; i < ty->arg_count; i++) parts[i] = type_alias(t, ty->args[i]);
    return type_compound(t, ty->kind, parts, ty->arg_count, CAP_NONE);
  }
  default: return ty;
  }
}

const type *type_kept(type_table *t, const type *part) {
  switch ((int)part->kind) {
  case TY_STRUCT:
  case TY_ENUM: {
    const type *bare = type_nominal(t, part->kind, part->decl, part->args, part->arg_count, CAP_NONE);
    return type_holds_iso(t, bare) ? type_with_cap(t, part, cap_view(part->cap, CAP_ISO)) : part;
  }
  case TY_TUPLE:
  case TY_OPTIONAL: {
    const type **parts = ARENA_ARRAY(type_table_arena(t), const type *, part->arg_count);
    for (uint32_t i = 0; i < part->arg_count; i++) parts[i] = type_kept(t, part->args[i]);
    return type_compound(t, part->kind, parts, part->arg_count, CAP_NONE);
  }
  default: return part;
  }
}

const type *type_field_kept(type_table *t, const type *object, const hir_field *f) {
  const type *seen = type_alias(t, type_view(t, f->type, object->cap));
  return object->kind == TY_CLASS ? type_kept(t, seen) : seen;
}

const type *type_part_bound(type_table *t, const type *part, const type *whole, bool moved) {
  cap c = type_cap(whole);
  if (moved && (c == CAP_NONE || cap_can_write(c))) return part;
  return type_alias(t, type_view(t, part, c));
}

// ---- lending --------------------------------------------------------------------------------------------------------

bool lend_wanted(type_table *t, const lend_arg *a) {
  // A parameter that holds an iso itself could be taken apart by the function: it moves.
  if (!a->place || !type_holds_iso(t, a->given) || type_holds_iso(t, a->param)) return false;
  cap c = a->param->cap;
  if (a->param->kind == TY_OPTIONAL || a->param->kind == TY_TUPLE) return false;
  return c == CAP_BOX || c == CAP_REF;
}

lend_reason lend_decide(type_table *t, const type *result, lend_arg *args, uint32_t n, uint32_t *blame) {
  uint32_t wanted = 0, as_ref = 0;
  for (uint32_t i = 0; i < n; i++) {
    args[i].lent = false;
    if (!lend_wanted(t, &args[i])) continue;
    *blame = i;
    wanted++;
    if (args[i].param->cap == CAP_REF) as_ref++;
  }
  if (!wanted) return LEND_NOTHING;
  if (!type_is_sendable(t, result)) return LEND_RESULT;
  if (as_ref && wanted > 1) return LEND_SEVERAL;
  for (uint32_t i = 0; i < n; i++) {
    bool moved = args[i].unique || type_holds_iso(t, args[i].given);
    if (moved || type_is_shareable(t, args[i].param) || type_is_shareable(t, args[i].given)) continue;
    *blame = i;
    return LEND_OTHER;
  }
  for (uint32_t i = 0; i < n; i++) args[i].lent = lend_wanted(t, &args[i]);
  return LEND_OK;
}
