// state.h — the state of a check: names, what is known of declarations and functions, and the function being checked.
// Owns:     nothing. Internal to compiler/sema; all of it lives in the session's arena.
// Promises: a hir_decl of ours is a decl_info, a hir_fn of ours a fn_info.
// Does not: say who checks what (check.h).
#ifndef SEMA_STATE_H
#define SEMA_STATE_H

#include "base/map.h"
#include "base/vec.h"
#include "diag/diag.h"
#include "sema/sema.h"
#include "sema/subtype.h"
#include "types/type_print.h"

typedef struct module_info module_info;
typedef struct decl_info decl_info;
typedef struct fn_info fn_info;
typedef struct sema sema;

// ---- type parameters -------------------------------------------------------------------------------------------
// What the type parameters in scope stand for, innermost first. While a pattern is made (of a generic signature, for inference)
// they stand for themselves.
typedef struct type_env {
  const struct type_env *up;
  const ast_tparams *names;
  const type *const *types;
} type_env;

// Are all types known? OPAQUE: there is a type parameter in it, of a generic that is being checked at its definition.
// PATTERN: there is one in it that stands for itself; nothing is reported about such types.
typedef enum openness { CLOSED, OPAQUE, PATTERN } openness;

// Why an instance of a generic was made.
typedef struct instance {
  const struct instance *up; // the instance whose text asked for it; NULL: ordinary code
  span at;                   // where
  const void *of;            // the generic, or the bounds of one that are asked about
  uint32_t weight;           // of its type arguments: their parts
  const char *name;          // Box[Int]
} instance;

// ---- names -----------------------------------------------------------------------------------------------------
typedef enum symbol_kind {
  SYM_DECL,    // u.decl
  SYM_TYPE,    // u.type: a primitive type
  SYM_FUTURE,  // Future[T]
  SYM_ALIAS,   // u.alias
  SYM_FN,      // u.fn
  SYM_CONST,   // u.constant
  SYM_BUILTIN, // u.builtin
  SYM_MODULE,  // u.module
  SYM_POISON,  // declared, but in error (or of a kind that is not supported yet): silent
} symbol_kind;

typedef enum builtin_fn { FN_PRINT, FN_SWAP, FN_SHARD, FN_SAME, FN_ASSERT, FN_RAISES } builtin_fn;
typedef enum progress { TODO, BUSY, DONE } progress;

typedef struct alias_info {
  const ast_decl *ast;
  bool generic;
  module_info *mod;
  const type *type;
  progress state;
  int phase; // while BUSY: which of the types' phases it was asked for in
} alias_info;

typedef struct const_info {
  const ast_decl *ast;
  module_info *mod;
  const hir_expr *value;
  progress state;
} const_info;

typedef struct symbol {
  symbol_kind kind;
  const str *name;
  span span;
  module_info *mod;
  union {
    decl_info *decl;
    const type *type;
    alias_info *alias;
    fn_info *fn;
    const_info *constant;
    builtin_fn builtin;
    module_info *module;
  } u;
} symbol;

struct module_info {
  const sema_module *in;
  uint32_t file;           // source id
  map symbols;             // const str * -> symbol *: what it declares
  map modules;             // const str * -> symbol * (SYM_MODULE): `use std.time`, `use "…" as x`
  VEC(module_info *) used; // `use "./x.agent"`: public names visible
  map unknown;             // names already reported as unknown
  bool broken;             // a syntax error in it
  bool incomplete;         // a syntax error or a missing module may have hidden names: unknown ones are not reported
  fn_info *main;
  VEC(fn_info *) tests;
};

// ---- declarations ----------------------------------------------------------------------------------------------
// MEMBER_PART: a node or group of a topology
typedef enum member_kind { MEMBER_FIELD, MEMBER_FN, MEMBER_ON, MEMBER_VARIANT, MEMBER_PART } member_kind;
typedef struct member {
  member_kind kind;
  const str *name;
  uint32_t index;
  span span;
  fn_info *fn;
  bool doubled; // there is a second of this name, which was reported: what is meant is not known
} member;

typedef struct tparam_bound {
  uint32_t index; // of the type parameter
  bool of_owner;
  type_quality quality;
  const ast_type *interface; // its methods are asked for; NULL: the quality is
} tparam_bound;
typedef VEC(tparam_bound) bound_list;

struct decl_info {
  hir_decl hir; // first: a hir_decl of ours is a decl_info
  const ast_decl *ast;
  module_info *mod;
  const str *name;
  map members;                  // const str * -> member *
  bound_list bounds;            // of its type parameters
  bool endless;                 // they ask for ever larger types: reported
  uint32_t asked_larger;        // how often they asked for larger ones of themselves,
  uint32_t made_larger;         // how often an instance did
  const type *simple;           // DECL_PRIMITIVE: the type it has methods of
  const ast_expr **field_inits; // body fields: by field index; NULL: none
  const ast_type **field_types; // as written, or NULL
  bool broken;                  // DECL_PARAM: what it offers has a syntax error in it
  bool poisoned;                // user generics: not supported, silent
  progress inits;               // types of fields without a written type come from their initialisers
  bool placed;
  fn_info *maker;                // what its initialisers do, if they do anything that may wait; NULL: not known to
  const decl_info *searched_for; // the last one that was looked for inside this one
  bool generic;                  // has type parameters, and is made an instance of for each use
  openness open;                 // of an instance: are its type arguments known?
  const type_env *env;           // of an instance, and of native generics
  map instances;                 // of a generic: const type * (a tuple of its arguments) -> decl_info *
  uint32_t allows;               // of a type parameter being checked: capabilities with which its methods can be called
  decl_info *shape;              // of a generic: the instance for its own parameters
  const instance *instance;
  bool used;                            // named somewhere outside the prelude
  const struct topology_info *topology; // check_topology.h; NULL: it is none
};

// A call, and why its caller may not suspend (or NULL).
// `x[i] = v` may be a call: `done` if it was one.
typedef struct own_store {
  const ast_stmt *st;
  bool done;
} own_store;

#define DEFAULT_HELP \
  "a default is computed by whoever leaves the argument out, and knows no other parameter and no field"

typedef struct call_site {
  fn_info *fn;
  span at;
  const char *no_await;
  const type *value; // fn is NULL: a call of some function value of this type
} call_site;

struct fn_info {
  hir_fn hir; // first
  const ast_decl *decl_ast;
  const ast_fn *ast; // NULL: main, test
  module_info *mod;
  decl_info *owner;
  const str *name;
  bound_list bounds;
  bool views; // `self->T` in its signature
  openness open;
  bool template; // only its instances have bodies that are checked
  bool lazy;     // its body is checked only if something reaches it
  bool reached;
  bool is_signed; // its signature is known; those of methods of instances are when they are asked for
  bool unmet;     // its `where` does not hold for the type arguments of its owner
  cap view;       // what `self->` sees through; CAP_NONE: as declared
  const type_env *env;
  const type *const *owner_targs; // of a native generic
  fn_info *origin;                // the template
  uint32_t made_larger;           // how often an instance asked for a larger one
  map *instances[CAP_COUNT];      // by view: const type * (a tuple of its arguments) -> fn_info *
  const instance *instance;
  bool poisoned; // signature in error: calls are silent
  bool checked;
  // What it may raise, for `catch` in functions without `!`.
  VEC(const hir_decl *) raises;
  VEC(fn_info *) calls;
  VEC(struct leak *) passed; // catches that do not name all
  VEC(call_site) callees;
  bool suspends, settled;
  const type *shape;           // of a closure: its type
  const struct wiring *wiring; // a method of a topology: what it does (check_topology.h); else NULL
};

// ---- functions being checked -------------------------------------------------------------------------------------
typedef struct local {
  const str *name;
  hir_var *var;             // NULL: poisoned, silent
  const hir_expr *constant; // of a `const` in a block, else NULL
  uint32_t capture;         // of the closure being checked: its field, from 1; 0: a variable of the function itself
  bool fragile;             // stands for what is inside of a `var`: until that is given a new value
} local;

// A closure whose body is being checked.
typedef struct closure_cx {
  struct fn_cx *outer; // where it is made
  decl_info *decl;     // of its captures
  cap cap;             // CAP_REF: an ordinary one
  hir_var *self;       // the closure itself, as its body sees it
  span at, use;        // of the closure; of the name that is being looked up
  VEC(hir_field) fields;
  VEC(const hir_expr *) values; // of the captures, seen from `outer`
  VEC(local) names;             // by which the body finds them; `self` too
} closure_cx;

// An iso/val block (or prefix): locals below `base` are outside.
typedef struct recover {
  struct recover *up;
  uint32_t base;
  bool soft; // before a constructor or literal: the first use of something unsendable is noted, not reported
  span at;   // of the block
  cap cap;
  bool violated; // soft: there was one, here:
  span where;
  const char *what;
  const type *type;
  span declared;
} recover;

// A path in an iso/val block, `base.a.b()`: its base may be something that stays outside.
typedef struct outside_look {
  const ast_expr *base;
  bool denied; // it is to be written: no
  bool used;   // the base is such a thing:
  const char *what;
  const type *type;
  span declared;
} outside_look;

// The operand of `catch` or `else`: what it may raise.
typedef struct guard {
  struct guard *up;
  bool all; // `else`, or a catch with an arm for everything: nothing passes on
  VEC(const hir_decl *) raises;
  VEC(fn_info *) calls;
  VEC(struct leak *) passed; // catches in it that do not name all
} guard;

// Names bound by the first alternative of `p | q`.
typedef struct or_names {
  const local *first;
  uint32_t count, seen;
} or_names;

// CONSTANT_CHECKED: what would raise is an error only where it is computed, by constant.c.
typedef enum constancy { NOT_CONSTANT, CONSTANT, CONSTANT_CHECKED } constancy;

// A variable whose value is being checked; its name is known from the next statement on.
typedef struct declaring {
  const struct declaring *up;
  const ast_stmt *stmt;
} declaring;

typedef struct fn_cx {
  struct fn_cx *up;
  module_info *mod;
  decl_info *owner;
  fn_info *fn;    // NULL: initialisers, constants
  fn_info *maker; // initialisers of a class: as a function that may wait
  hir_var *self;  // or NULL
  const type *result;
  VEC(local) locals;
  uint32_t scope; // first local of the innermost scope
  uint32_t loops, tries;
  bool *broke; // set by a `break` of the innermost loop
  guard *guard;
  recover *recover;
  outside_look *look; // or NULL
  span stmt;          // the innermost statement that is being checked
  const declaring *declaring;
  bool free_raise; // directly in a behaviour or main: errors need no handling
  bool is_init;    // initialiser: fields below init_field are seen, self is a tag
  uint32_t init_field;
  const char *no_await; // "in `defer`": why it may not suspend; NULL: it may
  bool in_defer;
  own_store *store;        // an assignment whose target is being checked; NULL: none
  bool in_default;         // of a parameter: it sees no others
  const ast_expr *awaited; // what stands after the `await` that is being checked
  or_names *alternatives;  // in the second and later alternatives of a pattern
  constancy constant;      // the value of a `const`: only constants are seen
  closure_cx *closure;     // its body is what is being checked; result may then be NULL: not known yet
  const type_env *env;     // type parameters in scope
  openness open;           // are they known?
  const instance *instance;
} fn_cx;

// A declaration whose bounds are being checked.
typedef struct asked_bounds {
  const struct asked_bounds *up;
  const decl_info *of;
  const type *args; // a tuple
} asked_bounds;

// What is asked of type arguments, when it cannot be answered yet.
typedef struct pending_bound {
  const type *const *args;
  span at;
  decl_info *owner;
  const instance *instance;
} pending_bound;

// A catch that does not name all errors: what gets out is known after all bodies.
typedef struct leak {
  span at;
  fn_info *fn;
  guard *guard;
  VEC(const hir_decl *) named;
} leak;

struct sema {
  arena *a;
  type_table *types;
  intern *names;
  diag_sink *diag;
  module_info **modules;
  uint32_t module_count;
  module_info *prelude;
  VEC(decl_info *) decls;    // without generics, but with their instances
  VEC(decl_info *) generics; // not the native ones
  VEC(fn_info *) fns;
  VEC(fn_info *) makers;   // of classes
  VEC(fn_info *) closures; // bodies
  VEC(hir_export) exports;
  VEC(fn_info *) reached;            // lazy ones whose bodies are to be checked
  uint32_t settled, signed_;         // how many of decls have known fields, how many of fns known signatures
  bool settling, signing;            // while that is being done
  decl_info *defining;               // the generic, or
  const ast_fn *defining_fn;         // … the function that is being checked at its definition
  diag_sink *root;                   // `diag` may be one that captures
  map told;                          // errors shown for generics, by code and place
  VEC(decl_info *) unjudged;         // made while methods get their types: which of theirs there are is not known yet
  VEC(struct pending_bound) pending; // asked while types are not settled
  bool asking;                       // while those are looked at
  VEC(leak *) leaks;
  uint32_t before;               // errors reported before: of syntax, of modules
  VEC(hir_const *) constants;    // that are objects
  struct interfaces *interfaces; // interface.c
  VEC(uint32_t) weights;         // by type id: parts of a type, written out; 0: not known
  fn_cx *cx;
  const asked_bounds *asked; // whose bounds are being checked
  uint32_t next_var;
  uint32_t muted;          // > 0: nothing is reported
  uint32_t poisoned_wants; // > 0: checking a value for a place whose type is in error; what it would say is not missed
  uint32_t default_depth, default_budget; // of defaults within defaults
  diag_sink silent;
  span wanted; // during a coercion: where the type is asked for, or none
  hir_program *program;
  const type *error, *never, *unit, *boolean, *i64, *f64, *u8, *u32, *duration, *instant, *range, *none, *string;
  decl_info *d_string, *d_bytes, *d_array, *d_map, *d_set, *d_channel, *d_timer, *d_any_error;
  decl_info *primitives[TY_PARAM + 1]; // methods of the simple types
  const str *n_self, *n_wrap, *n_main, *n_init, *n_drain, *n_chars, *n_eq, *n_hash, *n_cmp, *n_show, *n_cancel;
};

#endif
