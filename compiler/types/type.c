// type.c — the type table: an open-addressing hash table over all types made so far.
// Canonical form: compound types carry no information twice. The capability of a tuple or optional is that of its parts: giving
// it one sees each part through it; what is stored is NONE if all parts are sendable by themselves, else the strongest unsendable
// one of its parts. Agents are tag (self may be more), error values have none, fn types without one are ref.
#include "types/type.h"

#include <string.h>

#include "base/arena.h"
#include "base/intern.h"
#include "types/cap.h"

struct type_table {
  arena *arena;
  const type **slots; // a power of two of them
  uint32_t slot_count;
  const type **types; // by id
  uint32_t *notes;    // by id
  uint32_t count, capacity;
  const type *simple[TY_PARAM + 1];
  type_value_cap_fn value_cap;
  type_satisfies_fn satisfies;
  void *satisfies_cx;
};

type_table *type_table_new(struct arena *a) {
  type_table *t = ARENA_NEW(a, type_table);
  t->arena = a;
  t->slot_count = 256;
  t->slots = ARENA_ARRAY(a, const type *, t->slot_count);
  return t;
}

void type_table_set_value_cap(type_table *t, type_value_cap_fn fn) { t->value_cap = fn; }
void type_table_set_satisfies(type_table *t, type_satisfies_fn fn, void *cx) {
  t->satisfies = fn;
  t->satisfies_cx = cx;
}
bool type_satisfies(type_table *t, const type *from, const type *to) {
  return t->satisfies && t->satisfies(t->satisfies_cx, from, to);
}
struct arena *type_table_arena(const type_table *t) {
  return t->arena;
}
uint32_t *type_note(type_table *t, const type *ty) { return &t->notes[ty->id]; }

static bool same_type(const type *a, const type *b) {
  if (a->kind != b->kind || a->cap != b->cap || a->decl != b->decl || a->arg_count != b->arg_count ||
      a->raises != b->raises || a->param_index != b->param_index || a->through_self != b->through_self)
    return false;
  if (a->kind == TY_PARAM && a->param_name != b->param_name && strcmp(a->param_name, b->param_name)) return false;
  return !a->arg_count || !memcmp(a->args, b->args, sizeof *a->args * a->arg_count);
}

// A word at a time: types are looked up more often than anything else.
static uint64_t mix(uint64_t h, uint64_t word) {
  h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
  return h ^ h >> 32;
}

static uint32_t hash_type(const type *ty) {
  uint64_t small =
      (uint64_t)ty->kind | (uint64_t)ty->cap << 8 | (uint64_t)ty->raises << 16 | (uint64_t)ty->arg_count << 24;
  uint64_t h = mix(mix(small, (uintptr_t)ty->decl), ty->param_index);
  for (uint32_t i = 0; i < ty->arg_count; i++) h = mix(h, (uintptr_t)ty->args[i]);
  return (uint32_t)h;
}

static void grow_slots(type_table *t) {
  uint32_t size = t->slot_count * 2;
  const type **slots = ARENA_ARRAY(t->arena, const type *, size);
  for (uint32_t i = 0; i < t->count; i++) {
    uint32_t at = hash_type(t->types[i]) & (size - 1);
    while (slots[at]) at = (at + 1) & (size - 1);
    slots[at] = t->types[i];
  }
  t->slots = slots;
  t->slot_count = size;
}

static void grow_types(type_table *t) {
  uint32_t capacity = t->capacity ? t->capacity * 2 : 128;
  const type **types = ARENA_ARRAY(t->arena, const type *, capacity);
  uint32_t *notes = ARENA_ARRAY(t->arena, uint32_t, capacity);
  if (t->count) {
    memcpy(types, t->types, sizeof *types * t->count);
    memcpy(notes, t->notes, sizeof *notes * t->count);
  }
  t->types = types;
  t->notes = notes;
  t->capacity = capacity;
}

// The one type equal to `proto`, whose arguments are copied if it is new.
static const type *intern_type(type_table *t, const type *proto) {
  uint32_t at = hash_type(proto) & (t->slot_count - 1);
  for (; t->slots[at]; at = (at + 1) & (t->slot_count - 1))
    if (same_type(t->slots[at], proto)) return t->slots[at];
  type *ty = ARENA_NEW(t->arena, type);
  *ty = *proto;
  if (proto->arg_count) ty->args = arena_copy(t->arena, proto->args, sizeof *proto->args * proto->arg_count);
  if (t->count == t->capacity) grow_types(t);
  ty->id = t->count;
  t->types[t->count++] = ty;
  t->slots[at] = ty;
  if (t->count * 2 > t->slot_count) grow_slots(t);
  return ty;
}

const type *type_simple(type_table *t, type_kind kind) {
  if (!t->simple[kind]) t->simple[kind] = intern_type(t, &(type){.kind = kind});
  return t->simple[kind];
}

const type *type_nominal(type_table *t, type_kind kind, const struct hir_decl *decl, const type *const *args,
                         uint32_t n, cap c) {
  if (kind == TY_ERRVAL) c = CAP_NONE;
  if ((kind == TY_STRUCT || kind == TY_ENUM) && t->value_cap) c = t->value_cap(t, kind, decl, args, n, c);
  return intern_type(t, &(type){.kind = kind, .cap = c, .decl = decl, .args = args, .arg_count = n});
}

// Does a value of this type, by itself, have a capability that cannot be sent?
static cap unsendable_cap(const type *part) { return cap_is_sendable(part->cap) ? CAP_NONE : part->cap; }

static cap compound_cap(const type *const *args, uint32_t n) {
  cap c = CAP_NONE;
  for (uint32_t i = 0; i < n; i++) {
    cap part = unsendable_cap(args[i]);
    if (part == CAP_REF || c == CAP_NONE) c = part != CAP_NONE ? part : c;
  }
  return c;
}

const type *type_compound(type_table *t, type_kind kind, const type *const *args, uint32_t n, cap c) {
  if (kind == TY_FN) {
    if (c == CAP_NONE) c = CAP_REF;
  } else if (kind == TY_FUTURE) {
    c = CAP_NONE;
  } else if (c != CAP_NONE) {
    const type **seen = ARENA_ARRAY(t->arena, const type *, n ? n : 1);
    for (uint32_t i = 0; i < n; i++) seen[i] = type_view(t, args[i], c);
    return type_compound(t, kind, seen, n, CAP_NONE);
  } else {
    c = compound_cap(args, n);
  }
  return intern_type(t, &(type){.kind = kind, .cap = c, .args = args, .arg_count = n});
}

const type *type_fn(type_table *t, const type *const *args, uint32_t n, bool raises, cap c) {
  return intern_type(
      t, &(type){.kind = TY_FN, .cap = c == CAP_NONE ? CAP_REF : c, .args = args, .arg_count = n, .raises = raises});
}

const type *type_param(type_table *t, const char *name, uint32_t index, const struct hir_decl *owner, cap c) {
  return intern_type(t, &(type){.kind = TY_PARAM, .cap = c, .decl = owner, .param_name = name, .param_index = index});
}

const type *type_param_self(type_table *t, const char *name, uint32_t index, const struct hir_decl *owner) {
  return intern_type(
      t, &(type){.kind = TY_PARAM, .decl = owner, .param_name = name, .param_index = index, .through_self = true});
}

const type *type_with_cap(type_table *t, const type *ty, cap c) {
  if (ty->cap == c) return ty;
  switch ((int)ty->kind) { // the others have no parts
  case TY_CLASS:
  case TY_INTERFACE:
  case TY_STRUCT:
  case TY_ENUM:
  case TY_AGENT: return type_nominal(t, ty->kind, ty->decl, ty->args, ty->arg_count, c);
  case TY_TUPLE:
  case TY_OPTIONAL: {
    if (c == CAP_NONE) return ty;
    const type **parts = ARENA_ARRAY(t->arena, const type *, ty->arg_count);
    for (uint32_t i = 0; i < ty->arg_count; i++) parts[i] = type_with_cap(t, ty->args[i], c);
    return type_compound(t, ty->kind, parts, ty->arg_count, CAP_NONE);
  }
  case TY_FN: return type_fn(t, ty->args, ty->arg_count, ty->raises, c);
  case TY_PARAM: return type_param(t, ty->param_name, ty->param_index, ty->decl, c);
  default: return ty;
  }
}

// A struct or enum without a capability of its own is made of sendable values. Read-only and opaque views are kept on it (and
// dropped again by the table's value_cap where they change nothing); through ref and iso it is what it is.
static cap value_view(cap through, cap part) {
  if (part != CAP_NONE) return cap_view(through, part);
  return through == CAP_NONE || cap_can_write(through) ? CAP_NONE : through;
}

const type *type_view(type_table *t, const type *part, cap through) {
  if (through == CAP_NONE) return part;
  switch ((int)part->kind) { // the others have no capability
  case TY_CLASS:
  case TY_INTERFACE: return type_with_cap(t, part, cap_view(through, part->cap));
  case TY_STRUCT:
  case TY_ENUM: return type_with_cap(t, part, value_view(through, part->cap));
  case TY_FN: // what can only be read cannot be called, unless it is a `fn val`
    if (part->cap != CAP_VAL && !cap_can_write(through)) return type_with_cap(t, part, CAP_TAG);
    return type_with_cap(t, part, cap_view(through, part->cap));
  case TY_PARAM: return type_with_cap(t, part, part->cap == CAP_NONE ? through : cap_view(through, part->cap));
  case TY_TUPLE:
  case TY_OPTIONAL: {
    const type **parts = ARENA_ARRAY(t->arena, const type *, part->arg_count);
    for (uint32_t i = 0; i < part->arg_count; i++) parts[i] = type_view(t, part->args[i], through);
    return type_compound(t, part->kind, parts, part->arg_count, CAP_NONE);
  }
  default: return part;
  }
}

const type *type_subst(type_table *t, const type *ty, const struct hir_decl *owner, const type *const *args, uint32_t n,
                       cap self) {
  if (ty->kind == TY_PARAM) {
    if (ty->decl != owner || ty->param_index >= n) return ty;
    const type *arg = args[ty->param_index];
    if (ty->through_self) return type_view(t, arg, self);
    // `T box` asks for a T to look at: an iso that is lent, not a tag of it.
    if (ty->cap != CAP_NONE && arg->cap == CAP_ISO) arg = type_with_cap(t, arg, CAP_REF);
    return type_view(t, arg, ty->cap);
  }
  if (!ty->arg_count) return ty;
  const type **parts = ARENA_ARRAY(t->arena, const type *, ty->arg_count);
  bool changed = false;
  for (uint32_t i = 0; i < ty->arg_count; i++) {
    parts[i] = type_subst(t, ty->args[i], owner, args, n, self);
    changed |= parts[i] != ty->args[i];
  }
  if (!changed) return ty;
  switch ((int)ty->kind) { // the others have no parts
  case TY_CLASS:
  case TY_INTERFACE:
  case TY_STRUCT:
  case TY_ENUM: return type_nominal(t, ty->kind, ty->decl, parts, ty->arg_count, ty->cap);
  case TY_FN: return type_fn(t, parts, ty->arg_count, ty->raises, ty->cap);
  default: return type_compound(t, ty->kind, parts, ty->arg_count, CAP_NONE);
  }
}
