// emitter.h — what the files of emit/ share: the state of one emission, C types, names.
// Owns:     the text under construction, by section; everything is asked for by what uses it, so that only what a program
//           needs is written, in an order that depends on the program alone.
// Promises: internal to compiler/emit. Strings live in the arena.
#ifndef EMIT_EMITTER_H
#define EMIT_EMITTER_H

#include "base/intern.h"
#include "base/map.h"
#include "emit/emit.h"

// ---- C types -----------------------------------------------------------------------------------------------------
// How a value looks in C. Types that differ in capabilities only share one.
typedef enum rep {
  REP_SCALAR,  // plain bits: numbers, Bool, (), Duration, Instant, Range
  REP_PTR,     // a counted object, never NULL
  REP_OPT_PTR, // the same, or NULL: none
  REP_FUTURE,  // ag_future *, or NULL (moved out, or none)
  REP_STRUCT,  // a C struct by value: tuple, struct, enum, optional
} rep;

enum { // operations of a type that have been asked for
  OP_RETAIN = 1,
  OP_DROP = 2,
  OP_EACH = 4,
  OP_HASH = 8,
  OP_EQ_ = 16,
  OP_CMP = 32,
  OP_SHOW = 64,
  OP_DESCRIPTOR = 128,
  OP_BODY = 256, // its struct is written
  OP_KEY = 512,  // the descriptor needs a hash
};

typedef struct ctype {
  const type *type;
  const char *enc; // unique, made of identifier characters
  const char *c;   // as in declarations: "int64_t", "ag_str *", "struct t_T2i64str"; see C_SEP
  rep rep;
  bool counted;
  bool boxed; // a recursive enum: c is a pointer to `struct x_…`
  unsigned ops;
} ctype;

enum { // small C functions that the text begins with, if something needs them
  HELPER_FRAME = 1,
  HELPER_FREEZE = 2,
  HELPER_ARITH = 4,
  HELPER_DEEP = 8,
  HELPER_SIGN = 16,
  HELPER_SHARE = 32,
  HELPER_ENTRY = 64,
};

typedef struct emitter {
  arena *arena;
  const mir_program *program;
  const source_set *sources;
  emit_result *out;
  intern names;   // C names in use
  map by_type;    // type * -> ctype *
  map by_enc;     // const str * -> ctype *
  map decl_names; // hir_decl * -> const char *
  map fn_names;   // mir_fn * -> const char *
  map classes;    // hir_decl * -> const char *: asked for
  map agents;
  map messages;  // hir_fn * or hir_decl * (initialisers) -> const char *: the struct's tag
  map strings;   // const str * -> const char *: literals
  map imports;   // hir_fn *
  map files;     // const source * -> const char *
  intern texts;  // of the literals
  map constants; // hir_const * -> const char *: the variable
  VEC(const hir_const *) used_constants;
  VEC(const mir_fn *) fn_queue;
  VEC(const hir_decl *) agent_queue;
  VEC(ctype *) descriptors;
  uint32_t tables;  // of constants, so far
  unsigned helpers; // HELPER_*
  bool checked;     // emit_check.c
  buf types, literals, protos, data, ops, code;
} emitter;

const char *emit_f(emitter *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

// ---- names (mangle.c) ----
const char *name_unique(emitter *e, const char *wanted);
const char *name_decl(emitter *e, const hir_decl *d);
const char *name_fn(emitter *e, const mir_fn *f); // also asks for the function to be emitted
const char *name_file(emitter *e, span at);       // a C expression of type const char *; NULL in the standard library
uint32_t line_of(emitter *e, span at);
const char *name_string(emitter *e, const char *bytes, uint32_t size); // a C expression of type ag_str *
void emit_text_literal(buf *b, const char *bytes, uint32_t size);      // "…" in C

// ---- types (ctype.c, emit_struct.c) ----
ctype *ctype_of(emitter *e, const type *t);
bool ctype_any_error(const type *t);         // an error of whatever kind: a plain `ag_error`
bool ctype_is_tag(const type *t);            // the tag of an object (or none): it may be counted, but not looked into
void ctype_need_body(emitter *e, ctype *ct); // the struct of a REP_STRUCT or boxed type
const char *class_struct(emitter *e, const hir_decl *d); // "struct c_Quote": body written; classes, errors, agents
const char *message_struct(emitter *e, const hir_fn *fn, const hir_decl *init);
const char *field_name(emitter *e, const hir_decl *d, uint32_t index);
const char *variant_path(emitter *e, const hir_variant *v, uint32_t index); // "u.Yes.f_x"
bool variant_empty(const hir_variant *v);
bool decl_has_payload(const hir_decl *d);
// "T name": c ends in '*' or not
const char *c_decl(emitter *e, const ctype *ct, const char *name);
const char *prim_suffix(const type *t); // i8 … f64; Duration and Instant are i64

// ---- operations of types (emit_ops.c, emit_show.c) ----
typedef void part_fn(emitter *e, buf *b, ctype *part, const char *path, void *arg);
// Calls fn for every part of what pointer `var` points to (a REP_STRUCT, or a box), within the C that selects it.
// only_counted leaves out the plain parts.
void parts_walk(emitter *e, buf *b, ctype *ct, const char *var, bool only_counted, part_fn *fn, void *arg);
const char *op_fn(emitter *e, ctype *ct, unsigned op); // name of the slot function, as ag_type wants it; "NULL" if none
void op_retain(emitter *e, buf *b, ctype *ct, const char *lvalue, bool maybe_null);
void op_drop(emitter *e, buf *b, ctype *ct, const char *lvalue, bool maybe_null);
void op_each(emitter *e, buf *b, ctype *ct, const char *lvalue);
const char *op_eq(emitter *e, ctype *ct, const char *a, const char *b);  // a C expression; a and b are lvalues
const char *op_cmp(emitter *e, ctype *ct, const char *a, const char *b); // int
const char *op_hash(emitter *e, ctype *ct, const char *a);               // uint64_t
void op_show(emitter *e, buf *b, ctype *ct, const char *a);              // statements; builder is `sb`, context `cx`
void op_show_fn(emitter *e, ctype *ct);
void op_show_bare(emitter *e, buf *b, ctype *ct, const char *a); // as interpolation does: strings without quotes
bool type_ordered(const type *t);
const hir_fn *user_method(const hir_decl *d, const char *name);

// ---- descriptors (emit_desc.c) ----
const char *type_desc(emitter *e, ctype *ct, bool key);               // "&type_…"
const char *class_desc(emitter *e, const hir_decl *d, const type *t); // "cls_…", of a class, error
const char *interface_struct(emitter *e, const hir_decl *d);          // "struct i_Shape": its table
const char *object_class(emitter *e, const type *object); // the ag_class of what an interface value points at
const char *box_desc(emitter *e, ctype *ct);
const char *box_one(emitter *e, ctype *ct,
                    const hir_variant *v);             // a variant without payload: one static object, never counted
const char *agent_desc(emitter *e, const hir_decl *d); // "agent_…"; its behaviours are "beh_…"
const char *topology_desc(emitter *e, const hir_decl *d, const type *t); // "topo_…" (emit_topology.c)
// Writes the functions that take an object apart. "drop, each" for its ag_class.
const char *object_functions(emitter *e, const hir_decl *d, const char *c_struct, const char *id);
bool has_counted_fields(const hir_decl *d);
const char *behaviours_desc(emitter *e, const hir_decl *d); // of an agent or an interface of agents
const char *interface_id(emitter *e, const hir_decl *d);    // what tells an interface of agents from others
const char *name_import(emitter *e, const hir_fn *f, const char *params); // a function of C, declared (emit_extern.c)
void emit_agents(emitter *e);
void emit_descriptors(emitter *e);
const char *mailbox_text(emitter *e, int64_t capacity, int64_t high, int64_t low, int full, int priority);

// ---- constants (emit_const.c) ----
const char *name_const(emitter *e, const hir_const *c); // also asks for it to be made
const char *emit_constants(emitter *e);                 // the function that makes all of them, or "NULL"

// ---- functions (emit_fn.c) ----
void emit_prototype(emitter *e, const mir_fn *f, buf *b);
void emit_function(emitter *e, const mir_fn *f);

#endif
