// hir.h — the typed tree: every name resolved, every expression typed with its capability, sugar gone.
// Owns:     nothing; nodes live in the session's arena and do not change once sema has built them.
// Promises: types are never NULL; all implicit conversions are nodes (SOME, FREEZE, SHARE); default and named arguments
//           are filled in, in parameter order; constants are replaced by their values, if those are no objects; `try` is gone (errors propagate by
//           themselves); every use of a local says whether it moves, copies or only looks.
// Does not: contain generics other than the prelude's native ones (calls of those carry their type arguments): an instance of a
//           generic declaration or function is a declaration or function of its own.
#ifndef HIR_HIR_H
#define HIR_HIR_H

#include "base/span.h"
#include "types/type.h"

typedef struct hir_decl hir_decl;
typedef struct hir_fn hir_fn;
typedef struct hir_var hir_var;
typedef struct hir_expr hir_expr;
typedef struct hir_pat hir_pat;
typedef struct hir_const hir_const;

// ---- declarations ----------------------------------------------------------------------------------------------
typedef enum builtin {
  BUILTIN_NO,
  BUILTIN_STRING,
  BUILTIN_BYTES,
  BUILTIN_ARRAY,
  BUILTIN_MAP,
  BUILTIN_SET,
  BUILTIN_CHANNEL
} builtin;

typedef struct hir_field {
  const char *name;
  const char *doc; // its doc comment; NULL: none
  const type *type;
  span span, type_span; // of the name; of the type as written, or none
  const hir_expr
      *init; // NULL: a header parameter (constructor argument); else evaluated by the constructor in text order,
             // where header parameters are plain locals (header_vars) and earlier fields are read through HIR_SELF
  bool is_var;
  bool gone; // a header parameter that an initialiser has moved: the object has no such field (nothing may read it)
} hir_field;

typedef struct hir_variant {
  const char *name;
  const char *doc; // likewise
  span span;
  const hir_field *fields;
  uint32_t field_count;
  uint32_t index;
} hir_variant;

// ---- topologies: a class (of `val` objects) whose parameters are its fields
typedef struct hir_node { // of a topology: a node or a group
  const char *name;
  span span;
  const hir_decl *decl; // an agent, or a topology; NULL: in error
  const type *type;     // of the member: the agent, the topology, or an Array of them
  bool is_group;
  span range;                // of a group: `[i in 0..n]`
  int64_t size;              // of a group, if it is known before the program runs; else -1
  const hir_fn *fill, *grow; // (indices: Range): first messages, inner topologies; a group: (n: Int)
  int64_t mailbox_capacity, mailbox_high, mailbox_low; // as hir_decl
  int mailbox_full, priority;
} hir_node;

typedef enum hir_shape_kind {
  SHAPE_MESH,
  SHAPE_RING,
  SHAPE_STAR,
  SHAPE_TREE,
  SHAPE_KINDS
} hir_shape_kind; // AG_SHAPE_*
typedef struct hir_shape {
  hir_shape_kind kind;
  uint32_t part, hub;  // a star's part: its spokes
  uint32_t arity;      // a tree's: which number
  int64_t known_arity; // if it is known before the program runs; else 0
  span span;
} hir_shape;

typedef struct hir_rule {  // supervise
  uint32_t part, strategy; // AG_ONE_FOR_ONE …
  uint32_t max, period;    // which numbers; the period is a Duration
  span span;
} hir_rule;

typedef struct hir_topology {
  hir_node *parts;
  hir_shape *shapes;
  hir_rule *rules;
  uint32_t part_count, shape_count, rule_count, number_count;
  const hir_fn *make; // fills a new handle
} hir_topology;

typedef struct hir_shapes { // that an agent says it stands in
  bool in[SHAPE_KINDS];
  span at[SHAPE_KINDS];
  const type *hub, *spokes; // in a star: whom it sees; NULL: it does not say
} hir_shapes;

typedef enum decl_kind {
  DECL_CLASS,
  DECL_STRUCT,
  DECL_ENUM,
  DECL_ERROR,
  DECL_AGENT,
  DECL_PRIMITIVE,
  DECL_INTERFACE,
  DECL_PARAM // a type parameter, while its generic is checked at the definition (never in a program)
} decl_kind;

struct hir_decl {
  decl_kind kind;
  builtin builtin;
  const char *name;
  const char *module; // for mangling: unique per file, identifier characters only ("" for the main file)
  const char *doc;    // its doc comment; NULL: none
  bool exported;      // to C; what can be is in hir_c.h
  span span;
  cap default_cap;            // classes: the capability of the bare name
  const char *const *tparams; // prelude generics only
  uint32_t tparam_count;
  const hir_decl *origin;   // the generic declaration this is an instance of; its name says it all: "Box[Int]"
  const type *const *targs; // … for these types
  uint32_t targ_count;
  uint32_t qualities; // DECL_PARAM: what its bounds promise, a bit each
  bool unsettled;     // the types of its fields are not known yet
  hir_field *fields;  // header parameters first (header_count of them), then body fields
  uint32_t field_count, header_count;
  hir_var **header_vars; // the header parameters as seen by initialisers: header_count
  hir_var
      *self; // the object as seen by initialisers: HIR_FIELD of a HIR_LOCAL of it reads an earlier field; else a tag
  hir_variant *variants; // DECL_ENUM
  uint32_t variant_count;
  hir_fn **methods; // `fn`s
  uint32_t method_count;
  hir_fn **behaviours; // DECL_AGENT: `on`s in text order
  uint32_t behaviour_count;
  bool recursive;  // struct/enum that contains itself by value: boxed (enums only)
  bool is_fault;   // DECL_ERROR of the prelude that is a fault
  bool is_any;     // DECL_ERROR: an error of whatever kind, as `catch { e => … }` binds it
  bool is_closure; // DECL_CLASS made for a closure: its fields are the captures, its one method is the body
  bool stays;      // such a one that asks what its agent sees of a topology: no other agent may call it
  bool is_agents;  // DECL_INTERFACE: of agents, with `on` signatures; its type is a TY_AGENT
  bool uses_self;  // DECL_INTERFACE: names `Self`, the type that satisfies it: asked of type parameters only
  bool is_boxed;   // DECL_CLASS made to hold a value (its one field) that is seen as an interface
  bool is_prelude; // of the prelude; an error: defined by the runtime (class ag_error_NAME)
  int64_t mailbox_capacity, mailbox_high, mailbox_low; // -1: default
  int mailbox_full, priority;                          // AG_FULL_*, AG_PRIORITY_* of abi.h; -1: default
  const hir_topology *topology;                        // DECL_CLASS: of the handles of a topology; else NULL
  const hir_shapes *shapes;                            // DECL_AGENT: of `in …`; NULL: none
  const hir_fn *c_drop; // DECL_CLASS: a handle of C, whose one field is the pointer: what closes it; else NULL
  const hir_fn *entry;  // an agent that runs `main` or a `test` block: that; else NULL
};

typedef enum fn_kind {
  FN_FUNCTION,
  FN_METHOD,
  FN_BEHAVIOUR,
  FN_NATIVE, // function or method without body in the stdlib
  FN_EXTERN, // in `extern "C"`
  FN_MAIN,
  FN_CLOSURE, // the body of a closure: owner is the declaration of its captures, self the closure itself
  FN_ABSTRACT // of an interface: which function it is, is known when the program runs
} fn_kind;

struct hir_fn {
  fn_kind kind;
  const char *name;
  const char *module;
  const char *doc;                   // its doc comment; NULL: none
  bool exported;                     // to C
  const char *symbol;                // FN_NATIVE, FN_EXTERN: the C symbol
  const char *library;               // FN_EXTERN: of `link "m"`, or NULL
  const hir_decl *owner;             // type whose member it is; NULL: free
  span span, body_span, result_span; // of the name; of the body; of the result's type, or none
  cap receiver;                      // of a method: box, ref, iso, val, tag; CAP_NONE: free function
  bool receiver_by_ref;              // struct `fn ref`: the receiver is a place, passed by address
  hir_var **params;
  uint32_t param_count;
  const type *result;         // TY_UNIT if none written
  const char *const *tparams; // native generic functions
  uint32_t tparam_count;
  const type *const *targs; // of an instance of a generic function: for these types
  uint32_t targ_count;
  bool raises;     // `!`
  bool nofault;    // native that never sets cx->err
  bool waits;      // native that suspends: called directly under `await` only, with a deadline as its last argument
  bool is_request; // behaviour with `->`
  bool blocking;   // extern
  const hir_fn *variadic; // extern with `...`: as it is declared; what a call names has a parameter for each argument
  uint32_t index; // behaviour: its index in the agent, from 1 (0 is init); abstract: its place in the interface, from 0
  const hir_expr *body; // NULL: native, extern
  hir_var *self;        // methods and behaviours; type: owner seen with the receiver capability
};

struct hir_var {
  const char *name;
  const type *type;
  span span, type_span; // of the name; of its type, if one is written
  const hir_expr *init; // of `let x = …` and `var x = …`, for messages; else NULL
  uint32_t id;          // unique in the program
  bool is_var;          // may be assigned again
  bool is_param;
  bool is_self;
  bool was_optional; // what is in a `T?` that cannot be none there
  bool tested;       // … since a condition has said so: made by the checker, under the name of the optional
};

// How values of one type are seen as an interface. Each function has the signature of the interface's, and calls the type's own.
typedef struct hir_table {
  const hir_decl *interface;
  const type *from; // without regard to capabilities
  const type *
      object; // what is pointed at: of class, error; for other values a class that holds one (is_boxed). NULL: an agent
  hir_fn **fns; // in the order of the interface's methods; of an agent: its behaviours
  uint32_t fn_count;
} hir_table;

// ---- expressions -----------------------------------------------------------------------------------------------
typedef enum hir_use {
  USE_COPY,
  USE_MOVE,
  USE_LOOK
} hir_use; // alias/share · the variable is empty afterwards · borrowed for the operation

typedef enum hir_op {
  OP_ADD,
  OP_SUB,
  OP_MUL,
  OP_DIV,
  OP_MOD,
  OP_ADD_WRAP,
  OP_SUB_WRAP,
  OP_MUL_WRAP,
  OP_BITAND,
  OP_BITOR,
  OP_BITXOR,
  OP_SHL,
  OP_SHR,
  OP_EQ,
  OP_NE,
  OP_LT,
  OP_LE,
  OP_GT,
  OP_GE,      // operands of one type; part by part for values, fn eq for classes, identity for agents
  OP_COMPARE, // Int: below, equal or above 0
  OP_AND,
  OP_OR, // short circuit
  OP_NEG,
  OP_NOT,
  OP_BITNOT,
  OP_HASH_OF, // U64, of any value that can be a key
  OP_RANGE,   // a..b
} hir_op;

typedef enum hir_kind {
  HIR_ERROR,
  HIR_INT,
  HIR_FLOAT,
  HIR_BOOL,
  HIR_STR,
  HIR_NONE,
  HIR_CONST, // constant: a constant that is an object
  HIR_UNIT,  // HIR_INT also Duration (ns), characters (U32), all widths (bits in .u)
  HIR_LOCAL, // local.var, local.use
  HIR_FIELD, // member.object, member.index: field of class, struct, agent (self), error. Also HIR_SELF-free: self is a HIR_LOCAL of fn->self
  HIR_ELEM,  // member.object, member.index: tuple element
  HIR_INDEX, // binary.a [ binary.b ]: Array or Bytes by Int (copies the element), Map by key, String by Range
  HIR_UNARY, // unary.op, unary.e
  HIR_BINARY, // binary.op, a, b. Both of one type, but: shifts (b is I64), Duration * Int, Int * Duration, Duration / Int,
              // Instant +- Duration; Duration / Duration is an Int, Instant - Instant a Duration
  HIR_CALL, // call.fn, call.receiver (or NULL), call.args, call.targs (type arguments of a native's owner and of itself, in this order)
  HIR_CALL_VALUE, // call.receiver: what is called (looked at), of type TY_FN; call.args; call.fn is NULL
  HIR_CLOSURE, // closure.fn, closure.decl, closure.captures (in field order): makes a function value. In the body a capture is a
               // HIR_FIELD of a HIR_LOCAL of fn->self
  HIR_NEW, // make.decl: class, struct, error; make.args in header order. HIR_NEW, HIR_ARRAY, HIR_MAP of a `val` type: born
           // with an atomic count, all parts are val, tag or plain. Also Bytes(n), Array[T](n), Map[K, V](), Set[T]()
  HIR_VARIANT,   // make.decl, make.variant, make.args
  HIR_TUPLE,     // list
  HIR_ARRAY,     // list; type Array[T] with cap
  HIR_MAP,       // list: key, value, key, value …; type Map
  HIR_SOME,      // unary.e: T becomes T?
  HIR_FREEZE,    // unary.e: a unique value becomes val (everything it reaches turns atomic)
  HIR_SHARE,     // unary.e: an object's tag is taken
  HIR_INTERFACE, // interface.e: an object, or another interface (table NULL), seen as an interface of the same capability
  HIR_CONVERT,   // unary.e to this type; unary.wrap: wrapping, else raises BadConversion
  HIR_INTERP,    // interp.parts
  HIR_PRINT,     // unary.e (a String)
  HIR_SAME,      // binary.a, b: identity
  HIR_ASSIGN,    // assign.place (LOCAL, FIELD, ELEM, INDEX), assign.value, assign.op (-1: plain)
  HIR_SWAP,      // assign.place, assign.value: gives the old value
  HIR_TAKE,      // assign.place: gives the old value, leaves none
  HIR_LET,       // let.pat, let.init (NULL: declared, assigned later)
  HIR_BLOCK, // block.stmts, block.result (NULL: unit or Never); block.recover: iso/val block (its result is frozen by a FREEZE around it)
  HIR_IF,    // if_.cond, then, else_ (NULL: unit). `if let` is a cond of HIR_IS
  HIR_IS,    // is.e, is.pat: Bool; variables bound are in scope where it is true
  HIR_MATCH, // match.subject, match.arms: exhaustive
  HIR_WHILE, // loop.cond, loop.body
  HIR_LOOP,  // loop.body
  HIR_FOR,   // for_.kind, pat, iter, body
  HIR_BREAK,
  HIR_CONTINUE,
  HIR_STOP,
  HIR_RETURN, // unary.e or NULL
  HIR_RAISE,  // unary.e: an error value
  HIR_DEFER,  // unary.e: runs at the end of the enclosing block
  HIR_ELSE, // binary.a else binary.b: for none (else_none) and for a raise (else_raise). If a's type is optional and this
            // type is the same one, a's value is taken as it is; else what is in it
  HIR_CATCH,     // match.subject = guarded expression, match.arms over the error; unnamed errors pass on
  HIR_OPT_CHAIN, // chain.subject?.…: none if none, else var bound and body evaluated (body has type T? already)
  HIR_SPAWN, // send.decl, send.args, send.mailbox_* as in hir_decl; send.target: `in` this group (TOPOLOGY_MEMBERS), or NULL
  HIR_SIGNAL,    // send.target, send.fn, send.args
  HIR_ASK,       // same: Future[T]
  HIR_AWAIT,     // await_.future (or a HIR_CALL of a native that waits), await_.within (Duration or NULL)
  HIR_QUORUM,    // quorum.*
  HIR_BROADCAST, // send.target (a group), send.fn, send.args, send.fanout
  HIR_SHARD,     // binary.a key, binary.b group
  HIR_TIMER,     // timer: send.target, send.fn, send.args, send.delay, send.every
  HIR_TOPOLOGY,  // topology.op, object (or NULL), index, args
  HIR_TIMER_CANCEL, // unary.e (not made: cancel() is the native method of the prelude's class Timer, the type of HIR_TIMER)
} hir_kind;

// Calls of the runtime (abi.h, "topologies"): `object` is a handle, `index` a part or a number of it.
typedef enum hir_topology_op {
  TOPOLOGY_BEGIN,
  TOPOLOGY_NUMBER, // args: Int
  TOPOLOGY_GROUP,  // args: Range
  TOPOLOGY_PUT,    // args: Int, the handle of an inner topology
  TOPOLOGY_INIT,   // args: Int, then those of the agent that is made
  TOPOLOGY_START,
  TOPOLOGY_NODE,      // an agent, or a handle
  TOPOLOGY_MEMBERS,   // an Array of them
  TOPOLOGY_GROW,      // args: Int; a Range
  TOPOLOGY_ADD,       // args: Range
  TOPOLOGY_DISCARD,   // args: Range
  TOPOLOGY_SHRINK,    // args: Int
  TOPOLOGY_NEIGHBORS, // no object; index: AG_WORD_*; an Array of agents
  TOPOLOGY_NEIGHBOR,  // the same; an agent, or none
} hir_topology_op;

typedef enum hir_for_kind {
  FOR_RANGE,
  FOR_ARRAY,
  FOR_ARRAY_DRAIN,
  FOR_MAP,
  FOR_SET,
  FOR_STRING_CHARS,
  FOR_BYTES
} hir_for_kind;
// FOR_MAP binds a tuple (K, V)

#define HIR_FORMAT_QUOTED "?" // a format that no program writes: as inside of a collection

typedef struct hir_part { // of an interpolation
  const char *text;       // literal text when e is NULL
  uint32_t text_size;
  const hir_expr *e;
  char spec;            // 0 none, 'd' width only, '0' zero padded, '.' precision, 'x' 'X' 'b' bases
  int width, precision; // -1: not given
  const char
      *format; // the whole specification as ag_sb_fmt_* reads it: [<>^][+][0][width][.precision][xXboe]; NULL: none
} hir_part;

typedef struct hir_arm {
  const hir_pat *pat;
  const hir_expr *guard; // or NULL
  const hir_expr *body;
} hir_arm;

typedef struct hir_list {
  const hir_expr **items;
  uint32_t count;
} hir_list;

struct hir_expr {
  hir_kind kind;
  const type *type;
  span span;
  const uint32_t *arg_order; // CALL, NEW, VARIANT: the arguments are evaluated in this order; NULL: as they stand
  union {
    uint64_t u;
    double f;
    bool b;
    const hir_const *constant;
    struct {
      const char *bytes;
      uint32_t size;
    } str;
    struct {
      hir_var *var;
      hir_use use;
    } local;
    struct {
      const hir_expr *object;
      uint32_t index;
    } member;
    struct {
      const hir_expr *e;
      hir_op op;
      bool wrap;
    } unary;
    struct {
      const hir_expr *e;
      const hir_table *table;
    } interface;
    struct {
      const hir_expr *a, *b;
      hir_op op;
      bool else_none, else_raise;
    } binary;
    struct {
      const hir_fn *fn;
      const hir_expr *receiver;
      hir_list args;
      const type *const *targs;
      uint32_t targ_count;
    } call;
    struct {
      const hir_decl *decl;
      const hir_variant *variant;
      hir_list args;
    } make;
    struct {
      const hir_decl *decl;
      const hir_fn *fn;
      hir_list captures;
    } closure;
    hir_list list;
    struct {
      const hir_part *parts;
      uint32_t count;
    } interp;
    struct {
      const hir_expr *place, *value;
      int op;
      const hir_fn *fn; // of `+=` &c: place = fn(place, value); NULL: an operator of the language
    } assign;
    struct {
      const hir_pat *pat;
      const hir_expr *init;
    } let;
    struct {
      const hir_expr **stmts;
      uint32_t count;
      const hir_expr *result;
      bool recover;
    } block;
    struct {
      const hir_expr *cond, *then, *else_;
    } if_;
    struct {
      const hir_expr *e;
      const hir_pat *pat;
    } is;
    struct {
      const hir_expr *subject;
      const hir_arm *arms;
      uint32_t count;
    } match;
    struct {
      const hir_expr *cond, *body;
    } loop;
    struct {
      hir_for_kind kind;
      const hir_pat *pat;
      const hir_expr *iter, *body;
    } for_;
    struct {
      const hir_expr *subject;
      hir_var *var;
      const hir_expr *body;
    } chain;
    struct {
      const hir_decl *decl;
      const hir_expr *target;
      const hir_fn *fn;
      hir_list args;
      const hir_expr *delay;
      bool every;
      const hir_expr *fanout; // Int; NULL: the default
      int64_t mailbox_capacity, mailbox_high, mailbox_low;
      int mailbox_full, priority;
    } send;
    struct {
      hir_topology_op op;
      const hir_expr *object;
      uint32_t index;
      hir_list args;
    } topology;
    struct {
      const hir_expr *future, *within;
    } await_;
    struct {
      int64_t need_kind; // 0: need holds an Int; else AG_QUORUM_MAJORITY … (-1, -2, -3)
      const hir_expr *need, *group;
      const hir_fn *fn;
      hir_list args;
      hir_var *where_var;
      const hir_expr *where; // NULL: every reply counts
      const hir_expr *within;
    } quorum;
  };
};

// ---- patterns --------------------------------------------------------------------------------------------------
typedef enum hir_pat_kind {
  PAT_WILD,
  PAT_BIND,    // var; PAT_BIND of a moved (iso) part empties it
  PAT_LITERAL, // value: HIR_INT, FLOAT, BOOL, STR
  PAT_NONE,
  PAT_SOME,    // subs[0]: the subject is T? and not none
  PAT_VARIANT, // decl, variant, subs
  PAT_TUPLE,   // subs
  PAT_FIELDS,  // decl (class or struct: no test), subs per header field
  PAT_OBJECT, // the subject is an interface, its object a TY_CLASS or TY_ERRVAL `object`; subs[0]: that, or the value it holds (is_boxed)
  PAT_ERROR,  // decl: the error is of this type, subs per field (catch arms)
  PAT_OR,     // subs; all bind the same variables (the same hir_var)
} hir_pat_kind;

struct hir_pat {
  hir_pat_kind kind;
  const type *type; // of what it is matched against
  span span;
  hir_var *var;
  const hir_expr *value;
  const hir_decl *decl;
  const hir_variant *variant;
  const type *object; // OBJECT
  const hir_pat **subs;
  uint32_t sub_count;
};

// ---- program ---------------------------------------------------------------------------------------------------
// A constant that is an object, or has some in it: made once, when the program starts; immortal.
struct hir_const {
  const char *name, *module;
  span span;
  const type *type;      // nothing in it can change
  const hir_expr *value; // literals, what is made of them, and other constants of a lower index
  uint32_t index;
};

typedef struct hir_test { // test "title" { … }: as a main of its own
  const char *title;
  span span;
  hir_fn *fn;
  hir_decl *agent;
} hir_test;

typedef struct hir_export { // one of the two
  const hir_decl *decl;
  const hir_fn *fn;
} hir_export;

typedef struct hir_program {
  const hir_export *exports; // in text order, file by file
  uint32_t export_count;
  hir_decl **decls; // all that is not an unused prelude declaration, every module, dependency order
  uint32_t decl_count;
  hir_fn **fns; // free functions with bodies, and externs; methods that are instances, or of built-in types
  uint32_t fn_count;
  hir_decl **closures; // those of them that were checked, also in what is never used
  uint32_t closure_count;
  const hir_table **tables; // of all conversions to interfaces, and those that follow from conversions between them
  uint32_t table_count;
  hir_fn *main;          // NULL: a library
  hir_decl *main_agent;  // the agent that main is the initialiser of; main->params[0] is args (or none)
  hir_const **constants; // by index
  uint32_t constant_count;
  hir_test *tests; // of the files asked for
  uint32_t test_count;
  bool runs_tests;       // what is to run are the tests; main is not called
  const char *main_file; // as named by the user
  const hir_decl *string_decl, *bytes_decl, *array_decl, *map_decl, *set_decl;
} hir_program;

const char *hir_kind_name(hir_kind k);

#endif
