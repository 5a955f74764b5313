// subtype.c — conversions and joins of types.
// Method: shapes are compared part by part; where a capability stands, cap.h decides. A unique value counts as iso.
#include "sema/subtype.h"

#include "base/arena.h"

static conversion converted(void) { return (conversion){.ok = true}; }

static conversion failed(conv_reason why, const type *from, const type *to) {
  return (conversion){.why = why, .part_from = from, .part_to = to};
}

// The capability that the value has when it is given away: an iso, or a value nobody else knows, is everything; a name beside
// which the iso stays is a tag.
static cap given_cap(cap c, bool unique) {
  if (!cap_can_write(c)) return c;
  if (unique) return CAP_ISO;
  return cap_alias(c);
}

static conv_reason cap_reason(cap from, cap to) {
  if (!cap_can_read(from)) return CONV_OPAQUE;
  if (!cap_is_copyable(to)) return CONV_NOT_UNIQUE;
  if (cap_is_shareable(to)) return CONV_NOT_FROZEN;
  return CONV_READ_ONLY;
}

static conversion convert_caps(const type *from, const type *to, cap have, bool iso_source, bool counted) {
  if (!cap_subtype(have, to->cap)) return failed(cap_reason(have, to->cap), from, to);
  conversion c = converted();
  c.freeze = !cap_is_copyable(have) && to->cap == CAP_VAL;
  c.share = counted && to->cap == CAP_TAG && from->cap != CAP_TAG;
  c.moves = iso_source && to->cap != CAP_TAG;
  return c;
}

// In a collection that nobody can write, an element may be seen as anything that it could be converted to by looking at it
// differently: the elements themselves stay as they are. A channel is `val`, but items go in and out.
static bool element_seen_as(type_table *t, const type *from, const type *to) {
  conversion c = subtype_convert(t, type_view(t, from, CAP_VAL), type_view(t, to, CAP_VAL), false);
  return c.ok && !c.some && !c.share && !c.interface; // nothing can be frozen: it is seen through val
}

static conversion convert_class(type_table *t, const type *from, const type *to, bool unique) {
  for (uint32_t i = 0; i < from->arg_count; i++) {
    if (from->args[i] == to->args[i]) continue;
    bool fixed = to->cap == CAP_VAL && to->decl->builtin != BUILTIN_CHANNEL;
    if (!fixed || !element_seen_as(t, from->args[i], to->args[i])) {
      bool same_shape =
          element_seen_as(t, from->args[i], to->args[i]) || element_seen_as(t, to->args[i], from->args[i]);
      return failed(same_shape ? CONV_INVARIANT : CONV_OTHER_TYPE, from->args[i], to->args[i]);
    }
  }
  return convert_caps(from, to, given_cap(from->cap, unique), !cap_is_copyable(from->cap), true);
}

// Structs and enums of one declaration. Without a capability one is made of sendable values, and as it may be seen with another it holds
// an iso (type_value_cap): it is as good as one.
static conversion convert_value(type_table *t, const type *from, const type *to, bool unique) {
  if (to->cap == CAP_NONE) return failed(cap_reason(from->cap, CAP_ISO), from, to);
  cap have = from->cap == CAP_NONE ? CAP_ISO : given_cap(from->cap, unique);
  return convert_caps(from, to, have, type_holds_iso(t, from), true);
}

// A value without identity is put into an object of its own, which is nobody else's if its parts are.
static cap cap_as_object(const type *from, bool unique) {
  switch ((int)from->kind) {
  case TY_CLASS:
  case TY_INTERFACE:
  case TY_PARAM: return given_cap(from->cap, unique);
  default: return from->cap == CAP_NONE ? CAP_ISO : given_cap(from->cap, unique);
  }
}

static conversion convert_to_interface(type_table *t, const type *from, const type *to, bool unique) {
  if (!type_satisfies(t, from, to)) return failed(CONV_NO_INTERFACE, from, to);
  bool object = from->kind == TY_CLASS || from->kind == TY_INTERFACE;
  if (!object && to->cap == CAP_TAG) return failed(CONV_OTHER_TYPE, from, to); // a value has no identity to tell
  conversion c = convert_caps(from, to, cap_as_object(from, unique), type_holds_iso(t, from), object);
  c.interface = c.ok;
  return c;
}

static void add_effects(conversion *all, conversion part) {
  all->freeze |= part.freeze;
  all->share |= part.share;
  all->moves |= part.moves;
}

static conversion convert_tuple(type_table *t, const type *from, const type *to, bool unique) {
  if (from->arg_count != to->arg_count) return failed(CONV_OTHER_TYPE, from, to);
  // A unique tuple is unique as a whole: two parts may know each other. So what they can become by that is val, all together.
  bool part_unique = unique && type_is_shareable(t, to);
  conversion all = converted();
  for (uint32_t i = 0; i < from->arg_count; i++) {
    bool iso_part = from->args[i]->cap == CAP_ISO; // moves along with the tuple
    conversion part = subtype_convert(t, from->args[i], to->args[i], part_unique || iso_part);
    if (!part.ok) return part;
    if (part.some || part.interface) return failed(CONV_OTHER_TYPE, from->args[i], to->args[i]);
    add_effects(&all, part);
  }
  return all;
}

static conversion convert_optional(type_table *t, const type *from, const type *to, bool unique) {
  const type *inner = to->args[0];
  if (from->kind == TY_NONE) return converted();
  if (from->kind == TY_OPTIONAL) { // to an optional of an optional, too: what its value needs, it needs
    conversion c = subtype_convert(t, from->args[0], inner, unique);
    return c.interface ? failed(CONV_OTHER_TYPE, from, to) : c; // what is in it would have to be converted
  }
  conversion c = subtype_convert(t, from, inner, unique);
  if (c.some) return failed(CONV_OTHER_TYPE, from, to); // one SOME a conversion
  c.some = c.ok;
  return c;
}

static conversion convert_fn(type_table *t, const type *from, const type *to) {
  if (from->arg_count != to->arg_count) return failed(CONV_OTHER_TYPE, from, to);
  if (from->raises && !to->raises) return failed(CONV_RAISES, from, to);
  for (uint32_t i = 0; i < from->arg_count; i++) {
    bool result = i + 1 == from->arg_count;
    const type *a = result ? from->args[i] : to->args[i], *b = result ? to->args[i] : from->args[i];
    conversion c = subtype_handed(t, a, b);
    bool same_value =
        c.ok && !c.some && !c.freeze && !c.share && !c.interface && (a->kind == TY_NEVER) == (b->kind == TY_NEVER);
    // Who is handed an iso drops it; who is lent something does not.
    bool same_owner = result || type_holds_iso(t, a) == type_holds_iso(t, b);
    if (!same_value || !same_owner) return failed(CONV_OTHER_TYPE, a, b);
  }
  // To call is all that can be done with one: what may be called by everyone may be called by one agent. Nothing makes a `val` of
  // another: its body was checked as one that may change what it has captured.
  if (from->cap == CAP_VAL && to->cap == CAP_REF) return converted();
  if (to->cap == CAP_VAL && from->cap != CAP_VAL) return failed(CONV_NOT_FROZEN, from, to);
  return convert_caps(from, to, from->cap, !cap_is_copyable(from->cap), true);
}

conversion subtype_convert(type_table *t, const type *from, const type *to, bool unique) {
  if (from->kind == TY_ERROR || to->kind == TY_ERROR || from->kind == TY_NEVER) return converted();
  if (from == to && cap_is_copyable(from->cap)) {
    conversion c = converted();
    c.moves = type_holds_iso(t, from);
    return c;
  }
  if (to->kind == TY_OPTIONAL) return convert_optional(t, from, to, unique);
  if (to->kind == TY_INTERFACE && from->decl != to->decl) return convert_to_interface(t, from, to, unique);
  bool of_agents = to->kind == TY_AGENT && to->decl->kind == DECL_INTERFACE;
  if (of_agents && from->kind != TY_AGENT) return failed(CONV_NO_INTERFACE, from, to);
  if (from->kind != to->kind) return failed(CONV_OTHER_TYPE, from, to);
  switch ((int)from->kind) {
  case TY_CLASS:
  case TY_INTERFACE:
    if (from->decl != to->decl) break;
    return convert_class(t, from, to, unique);
  case TY_STRUCT:
  case TY_ENUM:
    if (from->decl != to->decl) break;
    return convert_value(t, from, to, unique);
  case TY_AGENT:
    if (!type_satisfies(t, from, to)) return failed(CONV_NO_INTERFACE, from, to);
    return convert_caps(from, to, from->cap, false, false);
  case TY_PARAM:
    if (from->decl != to->decl || from->param_index != to->param_index || from->through_self != to->through_self) break;
    return convert_caps(from, to, given_cap(from->cap, unique), !cap_is_copyable(from->cap), true);
  case TY_TUPLE: return convert_tuple(t, from, to, unique);
  case TY_FN: return convert_fn(t, from, to);
  default: break;
  }
  return failed(CONV_OTHER_TYPE, from, to);
}

conversion subtype_handed(type_table *t, const type *from, const type *to) {
  const type *whole = from;
  while (whole->kind == TY_OPTIONAL) whole = whole->args[0];
  return subtype_convert(t, from, to, from == to || whole->cap == CAP_ISO);
}

// ---- joins ------------------------------------------------------------------------------------------------------------

// A struct or enum without a capability holds an iso, as the other is of another type.
static cap joined_cap(const type *a, bool unique) { return a->cap == CAP_NONE ? CAP_ISO : given_cap(a->cap, unique); }

static const type *join_caps(type_table *t, const type *a, bool a_unique, const type *b, bool b_unique) {
  return type_with_cap(t, a, cap_join(joined_cap(a, a_unique), joined_cap(b, b_unique)));
}

static const type *join_tuples(type_table *t, const type *a, const type *b) {
  if (a->arg_count != b->arg_count) return NULL;
  const type **parts = ARENA_ARRAY(type_table_arena(t), const type *, a->arg_count);
  for (uint32_t i = 0; i < a->arg_count; i++) {
    parts[i] = subtype_join(t, a->args[i], a->args[i]->cap == CAP_ISO, b->args[i], b->args[i]->cap == CAP_ISO);
    if (!parts[i]) return NULL;
  }
  return type_compound(t, TY_TUPLE, parts, a->arg_count, CAP_NONE);
}

static const type *optional_of(type_table *t, const type *inner) {
  return inner ? type_compound(t, TY_OPTIONAL, &inner, 1, CAP_NONE) : NULL;
}

static const type *join_shapes(type_table *t, const type *a, bool a_unique, const type *b, bool b_unique) {
  if (a->kind == TY_NONE) return b->kind == TY_OPTIONAL ? b : optional_of(t, b);
  if (b->kind == TY_NONE) return a->kind == TY_OPTIONAL ? a : optional_of(t, a);
  if (a->kind == TY_OPTIONAL || b->kind == TY_OPTIONAL) {
    const type *ia = a->kind == TY_OPTIONAL ? a->args[0] : a, *ib = b->kind == TY_OPTIONAL ? b->args[0] : b;
    return optional_of(t, subtype_join(t, ia, a_unique, ib, b_unique));
  }
  if (a->kind != b->kind || a->decl != b->decl) return NULL;
  if (a->kind == TY_TUPLE) return join_tuples(t, a, b);
  if (a->kind == TY_FN) return subtype_ok(t, a, b, false) ? b : a;
  for (uint32_t i = 0; i < a->arg_count; i++)
    if (a->args[i] != b->args[i]) return subtype_ok(t, a, b, a_unique) ? b : a;
  return join_caps(t, a, a_unique, b, b_unique);
}

const type *subtype_join(type_table *t, const type *a, bool a_unique, const type *b, bool b_unique) {
  if (a == b || b->kind == TY_NEVER || b->kind == TY_ERROR) return a;
  if (a->kind == TY_NEVER || a->kind == TY_ERROR) return b;
  const type *both = join_shapes(t, a, a_unique, b, b_unique);
  if (!both || !subtype_ok(t, a, both, a_unique) || !subtype_ok(t, b, both, b_unique)) return NULL;
  return both;
}
