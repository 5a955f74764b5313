// ast.h — the untyped syntax tree of one file.
// Owns:     nothing; nodes live in the session's arena.
// Promises: const once parsed. Every node has a span. Literals are decoded. Children are arrays {items, count}. A pointer
//           documented "or NULL" may be NULL, no other is: where a syntax error stood there is an ERROR node. Nesting is
//           bounded (AST_MAX_DEPTH), so recursion over the tree is safe.
// Does not: resolve anything. Whether `Array[Int]` indexes or applies a type, `a.b` reads a field, a module's name or a
//           variant is for sema to say; ast_expr_to_type (ast_build.h) turns an expression into the type it spells.
#ifndef SYNTAX_AST_H
#define SYNTAX_AST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/intern.h"
#include "base/map.h"
#include "base/span.h"

// The deepest nesting of brackets and of nodes in one tree, whatever the input.
#define AST_MAX_DEPTH 500

typedef struct ast_decl ast_decl;
typedef struct ast_type ast_type;
typedef struct ast_stmt ast_stmt;
typedef struct ast_expr ast_expr;
typedef struct ast_pat ast_pat;

#define AST_LIST(T) \
  struct {          \
    T *items;       \
    uint32_t count; \
  }

// A name and its place. name == NULL: absent.
typedef struct ast_ident {
  const str *name;
  span span;
} ast_ident;

typedef enum ast_cap { AST_CAP_NONE, AST_CAP_ISO, AST_CAP_VAL, AST_CAP_REF, AST_CAP_BOX, AST_CAP_TAG } ast_cap;

typedef AST_LIST(const ast_decl *) ast_decls;
typedef AST_LIST(const ast_type *) ast_types;
typedef AST_LIST(const ast_stmt *) ast_stmts;
typedef AST_LIST(const ast_expr *) ast_exprs;
typedef AST_LIST(const ast_pat *) ast_pats;
typedef AST_LIST(ast_ident) ast_idents;

typedef enum ast_decl_kind {
#define AST_DECL_KIND(kind, name) AST_DECL_##kind,
#include "syntax/ast_kinds.def"
} ast_decl_kind;
typedef enum ast_type_kind {
#define AST_TYPE_KIND(kind, name) AST_TYPE_##kind,
#include "syntax/ast_kinds.def"
} ast_type_kind;
typedef enum ast_stmt_kind {
#define AST_STMT_KIND(kind, name) AST_STMT_##kind,
#include "syntax/ast_kinds.def"
} ast_stmt_kind;
typedef enum ast_expr_kind {
#define AST_EXPR_KIND(kind, name) AST_EXPR_##kind,
#include "syntax/ast_kinds.def"
} ast_expr_kind;
typedef enum ast_pat_kind {
#define AST_PAT_KIND(kind, name) AST_PAT_##kind,
#include "syntax/ast_kinds.def"
} ast_pat_kind;

// ---- types -----------------------------------------------------------------------------------------------------

struct ast_type {
  ast_type_kind kind;
  uint32_t depth; // of nesting, at most AST_MAX_DEPTH; the parser's own bookkeeping, as in all nodes
  span span;
  ast_cap cap;   // suffix, of PATH and TUPLE: `Bytes iso`, `(A, B) val`; else AST_CAP_NONE
  span cap_span; // of the suffix
  union {
    struct {
      ast_ident module; // `risk` in `risk.Limit`, or absent
      ast_ident name;
      ast_types args;
    } path;
    ast_types tuple;
    struct {
      ast_cap cap; // fn val(A) -> B
      ast_types params;
      const ast_type *result; // or NULL: unit
      bool raises;
    } fn;
    const ast_type *inner;
  } u;
};

// ---- expressions -----------------------------------------------------------------------------------------------

typedef struct ast_arg {
  ast_ident name; // absent unless `name: value`
  const ast_expr *value;
} ast_arg;
typedef AST_LIST(ast_arg) ast_args;

typedef struct ast_annotation { // @name(args)
  span span;
  ast_ident name;
  ast_args args;
} ast_annotation;
typedef AST_LIST(ast_annotation) ast_annotations;

// { stmts }. When the last statement is an AST_STMT_EXPR, it is the value of the block.
typedef struct ast_block {
  uint32_t depth;
  span span; // with the braces
  ast_stmts stmts;
} ast_block;

typedef enum ast_unary { AST_NEG, AST_NOT, AST_BITNOT } ast_unary;

typedef enum ast_binary {
  AST_OR,
  AST_AND,
  AST_EQ,
  AST_NE,
  AST_LT,
  AST_LE,
  AST_GT,
  AST_GE,
  AST_RANGE,
  AST_BITOR,
  AST_BITXOR,
  AST_BITAND,
  AST_SHL,
  AST_SHR,
  AST_ADD,
  AST_SUB,
  AST_ADD_WRAP,
  AST_SUB_WRAP,
  AST_MUL,
  AST_DIV,
  AST_MOD,
  AST_MUL_WRAP,
} ast_binary;

const char *ast_unary_text(ast_unary op);   // as written: "-", "not", "~"
const char *ast_binary_text(ast_binary op); // "or", "+%", "..", …
const char *ast_cap_text(ast_cap cap);      // "iso", …; "" for AST_CAP_NONE

// {x:08.2}: [<>^][+][0][width][.precision][x X b o e]
typedef struct ast_format {
  span span;         // SPAN_NONE: no format given
  char align;        // '<' '>' '^', or 0
  bool plus;         // always a sign
  bool zero;         // pad with zeros
  uint32_t width;    // 0: none
  int32_t precision; // -1: none
  char style;        // 'x' 'X' 'b' 'o' 'e', or 0
} ast_format;

typedef struct ast_part { // of an interpolated string
  const str *text;        // decoded bytes when expr is NULL
  const ast_expr *expr;   // or NULL
  ast_format format;
} ast_part;

typedef struct ast_pair {
  const ast_expr *key, *value;
} ast_pair;

typedef struct ast_arm {
  span span;
  const ast_pat *pat;
  const ast_expr *guard; // or NULL
  const ast_expr *body;
} ast_arm;
typedef AST_LIST(ast_arm) ast_arms;

typedef struct ast_closure_param {
  span span;
  ast_ident name;       // name "_" when ignored
  const ast_type *type; // or NULL
} ast_closure_param;

typedef enum ast_quorum_count {
  AST_QUORUM_N,
  AST_QUORUM_MAJORITY,
  AST_QUORUM_SUPERMAJORITY,
  AST_QUORUM_ALL
} ast_quorum_count;

struct ast_expr {
  ast_expr_kind kind;
  uint32_t depth;
  bool in_parens; // written as (e): the span has the parentheses
  span span;
  union {
    struct {
      uint64_t value;
      uint32_t radix; // 10, 16, 2
    } integer;
    double real;
    bool boolean;
    uint32_t character;
    int64_t duration_ns;
    const str *string;
    AST_LIST(ast_part) interp;

    const str *name;
    const ast_type *type;

    ast_exprs list;
    AST_LIST(ast_pair) map;
    struct {
      const ast_expr *object;
      ast_ident name;
      bool optional; // ?.
    } field;
    struct {
      const ast_expr *object;
      uint32_t index;
      span index_span;
    } elem;
    struct {
      const ast_expr *callee;
      ast_args args;
      span args_span; // ( … )
    } call;
    struct {
      const ast_expr *object;
      ast_exprs args;
    } index;
    struct {
      ast_unary op;
      const ast_expr *operand;
    } unary;
    struct {
      ast_binary op;
      const ast_expr *left, *right;
      span op_span;
    } binary;
    struct {
      const ast_expr *value;
      const ast_pat *pat;
    } is;
    struct {
      ast_cap cap; // iso or val
      span cap_span;
      const ast_expr *inner; // BLOCK, ARRAY, MAP or CALL
    } build;
    struct {
      ast_cap cap; // val |a| …; AST_CAP_NONE: ordinary
      AST_LIST(ast_closure_param) params;
      const ast_type *result; // or NULL
      const ast_expr *body;
    } closure;
    const ast_block *block;
    struct {
      const ast_expr *cond;
      const ast_block *then;
      const ast_expr *else_; // BLOCK or IF, or NULL
    } if_;
    struct {
      const ast_expr *subject;
      ast_arms arms;
    } match;
    struct {
      const ast_expr *cond; // NULL in LOOP
      const ast_block *body;
    } loop;
    struct {
      const ast_pat *pat;
      const ast_expr *iter;
      const ast_block *body;
    } for_;

    const ast_expr *inner; // RETURN (or NULL) RAISE TRY AWAIT SIGNAL TAKE
    struct {
      const ast_expr *inner, *arg;
    } tail; // WITHIN ELSE
    struct {
      const ast_expr *inner;
      ast_arms arms;
    } catch_;

    struct {
      ast_annotations annotations;
      const ast_type *type; // a PATH
      ast_args args;
      bool has_args;         // () was written
      const ast_expr *place; // `in desk.analyzers`, or NULL
    } spawn;
    struct {
      const ast_expr *delay;
      const ast_expr *target; // what follows `signal`
    } timer;
    struct {
      ast_quorum_count how;
      const ast_expr *n;      // AST_QUORUM_N, else NULL
      const ast_expr *target; // group.behaviour(args)
      const ast_expr *where;  // or NULL
    } quorum;
    struct {
      const ast_expr *name;
      const ast_expr *duration;
    } lease;
    struct {
      const ast_expr *target;
      const ast_expr *fanout; // or NULL
    } broadcast;
    struct {
      ast_types types;
      ast_args args;
    } channel;
    ast_ident callback; // the behaviour
  } u;
};

// ---- patterns --------------------------------------------------------------------------------------------------

struct ast_pat {
  ast_pat_kind kind;
  uint32_t depth;
  span span;
  union {
    const str *name;
    const ast_expr *literal;
    struct {
      ast_idents names; // one to three; the last is the variant or type
      ast_pats args;
      bool has_args; // ( … ) was written
    } path;
    ast_pats list;
  } u;
};

// ---- statements ------------------------------------------------------------------------------------------------

typedef enum ast_assign { AST_SET, AST_SET_ADD, AST_SET_SUB, AST_SET_MUL, AST_SET_DIV } ast_assign;
const char *ast_assign_text(ast_assign op); // "=", "+=", …

struct ast_stmt {
  ast_stmt_kind kind;
  uint32_t depth;
  span span;
  union {
    struct {
      const ast_pat *pat;
      const ast_type *type; // or NULL
      const ast_expr *init; // or NULL
      bool is_var;          // var (a, b) = …
    } let;
    struct {
      ast_ident name;
      const ast_type *type; // or NULL
      const ast_expr *init; // or NULL (var only)
    } var;                  // VAR, CONST
    struct {
      ast_assign op;
      const ast_expr *target, *value;
    } assign;
    const ast_stmt *defer;
    const ast_expr *expr;
  } u;
};

// ---- declarations ----------------------------------------------------------------------------------------------

// One bound of a type parameter: exactly one of the three.
typedef struct ast_bound {
  span span;
  ast_cap cap;          // [T: val]
  ast_ident word;       // [T: sendable]
  const ast_type *type; // [T: Ord]
} ast_bound;

typedef struct ast_tparam {
  span span;
  ast_ident name;
  AST_LIST(ast_bound) bounds;
} ast_tparam;
typedef AST_LIST(ast_tparam) ast_tparams;

typedef struct ast_param {
  span span;
  const str *doc; // or NULL
  bool is_var;
  ast_ident name;
  const ast_type *type;
  const ast_expr *init; // default, or NULL
} ast_param;
typedef AST_LIST(ast_param) ast_params;

typedef struct ast_variant {
  span span;
  const str *doc; // or NULL
  ast_ident name;
  ast_params params;
} ast_variant;

typedef enum ast_shape_kind { AST_MESH, AST_RING, AST_STAR, AST_TREE } ast_shape_kind;

typedef struct ast_shape { // `in ring, star(hub: Log)`
  span span;
  ast_shape_kind kind;
  ast_ident role;       // star: hub or spokes, or absent
  const ast_type *type; // star: of the other side, or NULL
} ast_shape;

typedef struct ast_fn {
  span head_span; // from `fn` or `on` to before the body
  ast_cap cap;    // receiver: fn ref push; AST_CAP_NONE: not written
  span cap_span;
  ast_tparams tparams;
  ast_params params;
  const ast_type *result; // or NULL: unit
  span raises_span;       // of `!`
  bool raises;
  bool blocking;         // extern
  bool variadic;         // extern: `, ...` after its parameters
  ast_tparams where;     // where T: Ord
  const ast_block *body; // or NULL: native, signature, extern
} ast_fn;

typedef enum ast_item_kind {
  AST_ITEM_NODE,      // node name = T(args)
  AST_ITEM_GROUP,     // group name[index in range] = T(args)
  AST_ITEM_MESH,      // mesh a
  AST_ITEM_RING,      // ring a
  AST_ITEM_STAR,      // star a -> b
  AST_ITEM_TREE,      // tree a arity n
  AST_ITEM_SUPERVISE, // supervise a policy max n in d
} ast_item_kind;

typedef struct ast_item { // of a topology
  ast_item_kind kind;
  span span;
  const str *doc; // or NULL
  ast_annotations annotations;
  ast_ident name;         // the node or group, also where it is wired or supervised
  ast_ident other;        // STAR: the spokes
  ast_ident index;        // GROUP
  ast_ident policy;       // SUPERVISE: one_for_one, …
  const ast_expr *range;  // GROUP
  const ast_type *type;   // NODE GROUP: a PATH
  ast_args args;          // NODE GROUP
  const ast_expr *number; // TREE: arity; SUPERVISE: max, or NULL
  const ast_expr *period; // SUPERVISE, or NULL
} ast_item;

struct ast_decl {
  ast_decl_kind kind;
  span span;      // of the whole, without doc comment and annotations
  const str *doc; // text of the /// lines before it, or NULL
  ast_annotations annotations;
  bool exported; // `export`
  span export_span;
  ast_ident name; // absent: USE without `as`, EXTERN, TEST, MAIN
  union {
    struct {
      ast_idents path;  // use std.time: the words; else empty
      const str *file;  // use "./risk.agent": the path; else NULL
      span target_span; // of the words or the string
      // decl.name: `as` name
    } use;
    ast_fn fn;
    struct {
      ast_cap cap; // class val Quote
      span cap_span;
      ast_tparams tparams;
      ast_params params; // header fields
      bool has_params;   // ( … ) was written
      const str *c_drop; // extern class Db drop c_drop: a handle of C; else NULL
      span c_drop_span;
      AST_LIST(ast_variant) variants;
      AST_LIST(ast_shape) shapes;
      ast_decls members; // FIELD, FN, BEHAVIOUR, in text order
      bool has_body;     // { … } was written
      span body_span;
    } nominal;
    struct {
      ast_tparams tparams;
      const ast_type *type;
    } alias;
    struct {
      bool is_var;
      const ast_type *type; // or NULL
      const ast_expr *init; // or NULL
    } field;
    struct {
      ast_tparams tparams;
      ast_params params;
      AST_LIST(ast_item) items;
    } topology;
    struct {
      const str *abi; // "C"
      span abi_span;
      const str *library; // link "m", or NULL
      ast_decls fns;
    } ext;
    struct {
      const str *title;
      span title_span;
      const ast_block *body;
    } test;
    struct {
      ast_ident args; // or absent
      const ast_block *body;
    } main;
  } u;
};

typedef struct ast_file {
  span span;
  ast_decls decls;
  bool has_errors; // syntax errors were reported
  bool stores_known;
  map assigned; // if so: names that are assigned, where (ast_stores.c)
  map taken;    // … that are emptied or exchanged by `take` and `swap`
} ast_file;

// May a variable of that name be given a new value in this piece of text? (ast_stores.c)
bool ast_is_taken(const ast_file *f, const str *name, span at);  // by `take` or `swap`
bool ast_is_stored(const ast_file *f, const str *name, span at); // by these, or by an assignment

// A name that begins with `_` is private to its file.
static inline bool ast_is_private(ast_ident id) { return id.name && id.name->text[0] == '_'; }
static inline bool ast_has(ast_ident id) { return id.name != 0; }

#endif
