// type.h — types, hash-consed: two equal types are one pointer.
// Owns:     the table of all types of a session (arena memory, freed with it).
// Promises: equality is pointer equality; a type never changes once made.
// Does not: know capability rules (cap.h), nor what a declaration contains (hir.h).
#ifndef TYPES_TYPE_H
#define TYPES_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct hir_decl;

// clang-format off
typedef enum cap { CAP_NONE, CAP_ISO, CAP_VAL, CAP_REF, CAP_BOX, CAP_TAG } cap; // NONE: a value without one
// clang-format on

typedef enum type_kind {
  TY_ERROR, // poison: silences what follows
  TY_NEVER,
  TY_UNIT,
  TY_BOOL,
  TY_I8,
  TY_I16,
  TY_I32,
  TY_I64,
  TY_U8,
  TY_U16,
  TY_U32,
  TY_U64,
  TY_F32,
  TY_F64,
  TY_DURATION,
  TY_INSTANT,
  TY_RANGE,
  TY_NONE,      // the type of `none` before it meets its T?
  TY_CLASS,     // decl, args, cap: user classes; String, Bytes, Array[T], Map[K, V], Set[T] (decl->builtin says which)
  TY_STRUCT,    // decl, args, cap (CAP_NONE when made of sendable values only)
  TY_ENUM,      // decl, args, cap (ditto)
  TY_ERRVAL,    // decl: a declared `error`, a value that can be raised (heap object, atomic count)
  TY_AGENT,     // decl, cap always CAP_TAG; also of an agent interface
  TY_INTERFACE, // decl, cap: a value of any type that satisfies it
  TY_TUPLE,     // args, cap (ditto)
  TY_OPTIONAL,  // args[0], cap (ditto); never an optional of an optional's none: T?? is a type of its own
  TY_FUTURE,    // args[0]
  TY_FN,        // args: parameters then the result; cap
  TY_PARAM,     // type parameter `T`: param_name, param_owner, cap (CAP_NONE: as declared)
} type_kind;

typedef struct type {
  type_kind kind;
  cap cap;
  const struct hir_decl *decl;
  const struct type *const *args;
  uint32_t arg_count;
  uint32_t id;            // dense, in order of creation
  const char *param_name; // TY_PARAM (interned)
  uint32_t param_index;   // TY_PARAM: position in its owner's list
  bool raises;            // TY_FN
  bool through_self;      // TY_PARAM: `self->T`, seen through the receiver
} type;

typedef struct type_table type_table;
type_table *type_table_new(struct arena *a);
const type *type_simple(type_table *t, type_kind kind); // kinds without decl or arguments
const type *type_nominal(type_table *t, type_kind kind, const struct hir_decl *decl, const type *const *args,
                         uint32_t n, cap c);
const type *type_compound(type_table *t, type_kind kind, const type *const *args, uint32_t n,
                          cap c); // tuple, optional, future, fn
const type *type_param(type_table *t, const char *name, uint32_t index, const struct hir_decl *owner, cap c);
const type *type_fn(type_table *t, const type *const *args, uint32_t n, bool raises,
                    cap c); // parameters, then the result
const type *type_with_cap(type_table *t, const type *ty,
                          cap c); // the same type with another capability (in all parts of a tuple, optional)
// A part seen through its whole, as a name kept of it: `through->T`. Goes into tuples and optionals; CAP_NONE sees it as it is.
const type *type_view(type_table *t, const type *part, cap through);
const type *type_param_self(type_table *t, const char *name, uint32_t index, const struct hir_decl *owner); // `self->T`
// Replaces type parameters of `owner` by args. A parameter written with a capability of its own (`T box`) is seen through it, and
// `self->T` through `self`, the capability of the receiver (CAP_NONE: none).
const type *type_subst(type_table *t, const type *ty, const struct hir_decl *owner, const type *const *args, uint32_t n,
                       cap self);

// What printing has to know of a declaration; answered by hir/hir_decl.c.
const char *hir_decl_name(const struct hir_decl *decl);
cap hir_decl_default_cap(const struct hir_decl *decl); // of the bare name

// Does a value of `from`, its capability apart, satisfy the interface `to`? Answered by sema/interface.c.
typedef bool (*type_satisfies_fn)(void *cx, const type *from, const type *to);
void type_table_set_satisfies(type_table *t, type_satisfies_fn fn, void *cx);
bool type_satisfies(type_table *t, const type *from, const type *to);

// What sema (sendable.h) adds once declarations are known: the capability of a struct or enum type, given the one written …
typedef cap (*type_value_cap_fn)(type_table *t, type_kind kind, const struct hir_decl *decl, const type *const *args,
                                 uint32_t n, cap written);
void type_table_set_value_cap(type_table *t, type_value_cap_fn fn);
// … and a few bits to remember answers in.
uint32_t *type_note(type_table *t, const type *ty);
struct arena *type_table_arena(const type_table *t);

static inline bool type_is_int(const type *t) { return t->kind >= TY_I8 && t->kind <= TY_U64; }
static inline bool type_is_float(const type *t) { return t->kind == TY_F32 || t->kind == TY_F64; }
static inline bool type_is_signed(const type *t) { return t->kind >= TY_I8 && t->kind <= TY_I64; }

#endif
