// mir.h — the flat control-flow graph: functions of blocks of instructions over mutable locals (not SSA).
// Owns:     the whole of a lowered program, in one arena.
// Promises: after the passes the emitter decides nothing: moves, counts, error edges and suspension points are explicit.
//           Local, block and instruction order is deterministic.
// Does not: refer to AST or to sources other than by span. Types are those of HIR; capabilities in them have no meaning any more: two
//           types that differ in capabilities only (at any depth) are one representation.
//
// Life of a function: lower/ builds it; pass/cfg tidies; pass/raise and pass/suspend infer over the call graph; pass/rc inserts RETAIN and
// RELEASE; pass/suspend then fills `saves`, pass/stack marks what is made on the C stack. mir_verify checks it in between, mir_dump shows it (--emit=ir).
//
// Ownership after the rc pass: a counted local is owned exactly while it is live. Operands with mode CONSUME are moved out of the
// local (its bits are stale afterwards), also when the instruction raises. dst overwrites: its old content is never dropped.
#ifndef MIR_MIR_H
#define MIR_MIR_H

#include "base/arena.h"
#include "base/map.h"
#include "base/span.h"
#include "base/vec.h"
#include "hir/hir.h"
#include "types/type.h"

typedef struct mir_program mir_program;
typedef struct mir_fn mir_fn;

#define MIR_NONE UINT32_MAX            // no local, no block
#define MIR_NO_ERROR UINT32_MAX        // on_error: cannot raise here, don't test
#define MIR_PROPAGATE (UINT32_MAX - 1) // on_error: leave the function at once with cx->err set (nothing to drop)

// ---- operands and places ---------------------------------------------------------------------------------------------
typedef enum mir_operand_kind {
  MIR_OPERAND_LOCAL,
  MIR_OPERAND_INT,   // u: bits, of any integer type, Duration, Instant, U32 characters
  MIR_OPERAND_FLOAT, // f
  MIR_OPERAND_BOOL,  // u
  MIR_OPERAND_STR,   // str: a static (immortal, rc 0) string object
  MIR_OPERAND_NONE,  // none of an optional
  MIR_OPERAND_UNIT,
  MIR_OPERAND_CONST, // constant: an immortal object, or a value that holds some
} mir_operand_kind;

typedef enum mir_mode { MIR_BORROW, MIR_CONSUME } mir_mode;

typedef struct mir_operand {
  mir_operand_kind kind;
  mir_mode mode; // of a counted local; else without meaning
  const type *type;
  union {
    uint32_t local;
    uint64_t u;
    double f;
    const hir_const *constant;
    struct {
      const char *bytes;
      uint32_t size;
    } str;
  };
} mir_operand;

// A place: a local, or a part of what it is or refers to. A step through a pointer (field of a class, agent or error, element
// of an array, payload of a boxed enum) is always the first one; the others stay inside that value.
typedef enum mir_step_kind {
  MIR_STEP_FIELD,   // index: field of class, agent, error (first step, through the pointer) or struct
  MIR_STEP_ELEM,    // index: element of a tuple
  MIR_STEP_INDEX,   // at: element of an array (first step); known to be in range
  MIR_STEP_SOME,    // payload of an optional that is there
  MIR_STEP_VARIANT, // variant, index: payload field of an enum that has this tag
} mir_step_kind;

typedef struct mir_step {
  mir_step_kind kind;
  uint32_t index;
  const hir_variant *variant;
  mir_operand at;
  const type *type; // of what one arrives at, as it is stored there
} mir_step;

typedef struct mir_place {
  uint32_t base;   // local; borrowed by the instruction (pointers), or read and written in place (values)
  mir_step *steps; // none: the local itself
  uint32_t step_count;
  const type *type; // of the place, as it is stored
} mir_place;

// ---- instructions ----------------------------------------------------------------------------------------------------
typedef enum mir_op {
#define MIR_OP(name, text, modes, flags) MIR_##name,
#include "mir/ops.def"
#undef MIR_OP
  MIR_OP_COUNT
} mir_op;

typedef struct mir_op_info {
  const char *name, *modes, *flags;
} mir_op_info;
extern const mir_op_info mir_ops[MIR_OP_COUNT];

typedef struct mir_spawn {
  const hir_decl *decl;
  int64_t mailbox_capacity, mailbox_high, mailbox_low; // -1: not given
  int mailbox_full, priority;                          // -1: not given
  uint32_t part;                                       // SPAWN_IN: of the topology
} mir_spawn;

#define MIR_TOPOLOGY_WHAT(op, index) ((uint64_t)(index)*32 + (uint64_t)(op))
static inline hir_topology_op mir_topology_op(uint64_t what) { return (hir_topology_op)(what % 32); }
static inline uint32_t mir_topology_index(uint64_t what) { return (uint32_t)(what / 32); }

// The functions an indirect call may reach: all closures of one shape, or one method of all that implement an interface. The whole
// program is known, so a set's members share one C prototype: the step protocol if any of them suspends, else the plain one. A
// member is only ever called indirectly. Its params[0] is the object (passed as `void *`); `type` describes the others.
typedef struct mir_set {
  const char *name;     // for dumps
  const type *type;     // TY_FN: the parameters without the object, and the result. Members agree but for capabilities
  const hir_fn *method; // of an interface; NULL: of closures
  VEC(mir_fn *) members;
  bool suspends, may_raise; // some member does
  bool of_closures;         // see mir_set_of
} mir_set;

typedef struct mir_inst {
  mir_op op;
  uint32_t dst; // local or MIR_NONE
  mir_operand *args;
  uint32_t arg_count;
  mir_place *place; // or NULL
  const type *type; // what the instruction makes or works on (see ops.def)
  span span;
  uint32_t on_error; // block, MIR_PROPAGATE, MIR_NO_ERROR
  uint32_t
      lookup; // not 0: pass lookup. MAP_GET and calls of Map.get leave a number where they found the value; MAP_SET stores there
  bool
      on_stack; // NEW, CLOSURE: nobody can keep the object, so it is made on the C stack; RELEASE: of such a one (pass stack)
  bool atomic; // NEW, VARIANT, ARRAY, MAP: the object is born with an atomic count (rc -1)
  // Suspension points (suspends): number from 1 within the function, and the locals to keep in the frame while it waits: those live
  // afterwards, and the operands the operation needs when it is called again (see mir_fn.suspends for calls).
  bool suspends;
  uint32_t resume;
  uint32_t *saves;
  uint32_t save_count;
  union {
    uint64_t u;
    bool wrap;
    const hir_decl *decl;
    struct {
      const hir_fn *fn;
      mir_fn *callee;
      const type *const *targs;
      uint32_t targ_count;
    } call;
    struct {
      const hir_decl *decl;
      const hir_variant *variant;
    } make;
    struct {
      const hir_decl *decl; // its fields are the captures
      mir_fn *body;
    } closure;
    mir_set *set;
    const hir_table *table;
    const type *object;
    struct {
      const hir_part *parts;
      uint32_t count;
    } interp;
    struct {
      const hir_fn *fn;
      const hir_decl *decl;
    } msg;
    const mir_spawn *spawn;
  } aux;
} mir_inst;

typedef enum mir_term_kind {
  MIR_TERM_NONE,      // while building
  MIR_TERM_JUMP,      // then
  MIR_TERM_BRANCH,    // value (Bool) ? then : else_
  MIR_TERM_SWITCH,    // value (Int) against cases; else_ otherwise (MIR_NONE: cannot be)
  MIR_TERM_RETURN,    // value, consumed; UNIT for functions without a result. Everything else has been dropped before
  MIR_TERM_PROPAGATE, // leave with cx->err set; everything has been dropped before
  MIR_TERM_UNREACHABLE,
} mir_term_kind;

typedef struct mir_case {
  uint64_t value;
  uint32_t block;
} mir_case;

typedef struct mir_term {
  mir_term_kind kind;
  mir_operand value;
  uint32_t then, else_;
  mir_case *cases;
  uint32_t case_count;
  span span;
} mir_term;

typedef struct mir_block {
  VEC(mir_inst) insts;
  mir_term term;
  bool is_cold; // reached by errors only
} mir_block;

// ---- functions -------------------------------------------------------------------------------------------------------
typedef enum mir_local_kind {
  MIR_LOCAL_VALUE,  // of `type`
  MIR_LOCAL_MSG,    // ag_msg * of behaviour `fn` (or of agent `decl`'s initialisers); always consumed by what sends it
  MIR_LOCAL_QUORUM, // ag_quorum *; released with ag_quorum_drop
  MIR_LOCAL_TEXT,   // bytes of a String that another local holds (pass borrow makes them); nothing to count
} mir_local_kind;

typedef struct mir_local {
  const char *name; // as in the source, for debuggers; NULL: a temporary
  const type *type;
  mir_local_kind kind;
  const hir_fn *fn;     // MSG
  const hir_decl *decl; // MSG
  bool is_param;
  bool owned; // parameter whose caller hands it over (else it is only lent: never released here)
  bool
      by_ref; // parameter: the receiver of a struct's `fn ref`, an address in C; never saved in a frame (each re-entry gets it anew)
  bool counted;  // it has something to retain or release
  bool borrowed; // set by the rc pass: this temporary never owns what it holds
  bool saved;    // in the `saves` of some instruction: has a slot in the frame
} mir_local;

typedef enum mir_fn_kind {
  MIR_FN_FUNCTION, // free function, method (hir->owner; params[0] is the receiver if there is one), what makes a `constant`
  MIR_FN_CTOR,     // makes an object of class `decl`: params are its header parameters
  MIR_FN_BEHAVIOUR, // hir: params[0] is self, then the arguments, which the emitter moves out of the message
  MIR_FN_INIT,      // initialisers of agent `decl` (behaviour 0): params[0] is self, then the header parameters
  MIR_FN_MAIN,      // behaviour 0 of an agent with an `entry`: params[0] is self, params[1] is args
} mir_fn_kind;

struct mir_fn {
  mir_fn_kind kind;
  const char *name;          // "Risk.propose", for dumps and reports
  const hir_fn *hir;         // NULL: CTOR, INIT, a constant
  const hir_const *constant; // makes it; else NULL
  const hir_decl *decl;      // CTOR, INIT, members: the type
  mir_set *set;              // called indirectly, as a member of this set; NULL: called by name
  const type *result;        // of FUNCTION and CTOR; of a request the reply (see MIR_REPLY); else unit
  span span;
  VEC(mir_local) locals; // parameters first
  uint32_t param_count;
  VEC(mir_block) blocks; // 0 is the entry; cold ones last
  // Step protocol of a suspending FUNCTION or CTOR: on re-entry it takes its arguments from its own frame, by_ref receivers
  // excepted; callers then pass whatever bits they have.
  bool suspends;
  bool may_raise; // callers test cx->err
  bool recursive; // part of a call cycle: begins with STACK_CHECK
  uint32_t resume_count;
  uint32_t *keep; // from pass borrow to pass rc: per local, the owner that must outlive it, or MIR_NONE; NULL: none
};

// Values seen as one interface become seen as another.
typedef struct mir_view {
  const hir_decl *from, *to;
} mir_view;

struct mir_program {
  arena *arena;
  type_table *types;
  const hir_program *hir;
  VEC(mir_fn *) fns;
  VEC(mir_set *) sets;
  VEC(mir_view) views;
  map by_abstract; // hir_fn * (of an interface) -> mir_set *
  map by_constant; // hir_const * -> mir_fn *: of those that are used
  map by_fn;       // hir_fn * -> mir_fn * (functions, methods, behaviours, main)
  map by_decl; // hir_decl * -> mir_fn *: CTOR of a class with initialisers, INIT of an agent (also agents without: it stores the parameters)
};

// ---- questions about types ----------------------------------------------------------------------------------------------
bool mir_type_is_pointer(const type *t); // a counted pointer in C (futures are no counted pointers, but pointers)
bool mir_type_counted(const type *t);    // has something to retain or drop
bool mir_type_holds_future(const type *t);
bool mir_type_same(const type *a, const type *b); // one representation: equal but for capabilities
// Tags are counted apart from other references (abi.h): is a part of one a tag and of the other not?
bool mir_type_is_tag(const type *t); // of an object
bool mir_type_tags_differ(const type *a, const type *b);
bool mir_type_holds_iso(const type *t);                    // is iso, or a value with an iso (or a future) in it
const type *mir_field_type(const type *t, uint32_t index); // of class, struct, agent, error: as declared

static inline bool mir_op_has(mir_op op, char flag) {
  for (const char *f = mir_ops[op].flags; *f; f++)
    if (*f == flag) return true;
  return false;
}
// Of a call of a native: how many operands stand before the parameters (its receiver) - what follows those is a deadline.
static inline uint32_t mir_native_receivers(const mir_inst *i) {
  uint32_t own = i->aux.call.fn->param_count + (i->aux.call.fn->waits ? 1 : 0);
  return i->arg_count > own ? i->arg_count - own : 0;
}
// The function an instruction calls or refers to by name, or NULL.
static inline mir_fn *mir_inst_callee(const mir_inst *i) {
  return i->op == MIR_CALL ? i->aux.call.callee : i->op == MIR_CLOSURE ? i->aux.closure.body : NULL;
}
// The locals an instruction reads: for (i = 0; i < mir_use_count(x); i++) mir_use(x, i), MIR_NONE for constants.
static inline uint32_t mir_use_count(const mir_inst *i) {
  return i->arg_count + (i->place ? 1 + i->place->step_count : 0);
}
static inline uint32_t mir_use(const mir_inst *i, uint32_t n) {
  if (n < i->arg_count) return i->args[n].kind == MIR_OPERAND_LOCAL ? i->args[n].local : MIR_NONE;
  n -= i->arg_count;
  if (n == 0) return i->place->base;
  const mir_step *s = &i->place->steps[n - 1];
  return s->kind == MIR_STEP_INDEX && s->at.kind == MIR_OPERAND_LOCAL ? s->at.local : MIR_NONE;
}
static inline bool mir_is_local(const mir_operand *o) { return o->kind == MIR_OPERAND_LOCAL; }

#endif
