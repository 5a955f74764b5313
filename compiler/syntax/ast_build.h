// ast_build.h — constructors of the syntax tree, one for each action of grammar/parser.y.
// Owns:     nothing; nodes live in the parser's arena.
// Promises: spans as given; literals decoded by the lexer are taken over; what would nest deeper than AST_MAX_DEPTH is
//           reported once and becomes an ERROR node.
// Does not: report anything else but the slips that the grammar reads on purpose (ast_build_wrong_arrow and the like).
#ifndef SYNTAX_AST_BUILD_H
#define SYNTAX_AST_BUILD_H

#include "base/vec.h"
#include "syntax/ast.h"
#include "syntax/token.h"

typedef struct parser parser;

// Lists while they grow: ast_add_NAME(p, list or NULL, item) gives the list.
#define AST_VECS(X)                    \
  X(decls, const ast_decl *)           \
  X(types, const ast_type *)           \
  X(stmts, const ast_stmt *)           \
  X(exprs, const ast_expr *)           \
  X(pats, const ast_pat *)             \
  X(idents, ast_ident)                 \
  X(args, ast_arg)                     \
  X(annotations, ast_annotation)       \
  X(arms, ast_arm)                     \
  X(pairs, ast_pair)                   \
  X(parts, ast_part)                   \
  X(closure_params, ast_closure_param) \
  X(params, ast_param)                 \
  X(tparams, ast_tparam)               \
  X(bounds, ast_bound)                 \
  X(shapes, ast_shape)                 \
  X(variants, ast_variant)             \
  X(items, ast_item)
#define AST_VEC_TYPE(name, T) \
  typedef struct name##_vec { \
    T *items;                 \
    uint32_t count;           \
    uint32_t capacity;        \
  } name##_vec;               \
  name##_vec *ast_add_##name(parser *p, name##_vec *list, T item);
AST_VECS(AST_VEC_TYPE)

typedef struct ast_quorum_n {
  ast_quorum_count how;
  const ast_expr *n;
} ast_quorum_n;

typedef struct ast_prefix { // annotations and `export` before a declaration
  annotations_vec *annotations;
  span annotations_span;
  span export_span;
} ast_prefix;

typedef struct ast_result { // -> T !
  const ast_type *type;
  bool raises;
  span raises_span;
} ast_result;

// An optional part of the source is there when its span is not empty.
static inline bool ast_is_given(span at) { return at.end > at.begin; }

// Types that expressions spell, for sema: `Array[Int]`, `time.Clock`, `(A, B)`. NULL when e is no type.
const ast_type *ast_expr_to_type(arena *a, const ast_expr *e);

// ast_build.c: names, declarations, statements, types, patterns
void ast_build_file(parser *p, decls_vec *list);
ast_ident ast_build_ident(parser *p, const str *name, span at);
ast_ident ast_build_wild(parser *p, span at);
ast_prefix ast_build_prefix(annotations_vec *list, span at, span export_span);
ast_decl *ast_build_prefixed(parser *p, ast_prefix prefix, ast_decl *d);
ast_annotation ast_build_annotation(ast_ident name, args_vec *args, span at);
ast_decl *ast_build_nominal(parser *p, ast_decl_kind kind, span at, ast_ident name);
void ast_build_nominal_head(ast_decl *d, ast_cap cap, span cap_span, tparams_vec *tparams, params_vec *params,
                            bool has_params);
void ast_build_shapes(ast_decl *d, shapes_vec *shapes);
ast_decl *ast_build_body(parser *p, ast_decl *d, decls_vec *members, span at);
const str *ast_doc(parser *p, span at); // the doc comment before it, or NULL
ast_item ast_build_item(parser *p, ast_item item);
ast_decl *ast_build_variants(parser *p); // an enum that grows
ast_decl *ast_add_variant(parser *p, ast_decl *d, span at, ast_ident name, params_vec *params);
ast_decl *ast_add_member(parser *p, ast_decl *d, ast_decl *member);
ast_decl *ast_build_enum(parser *p, ast_decl *d, span at, ast_ident name, tparams_vec *tparams, span body);
ast_decl *ast_build_topology(parser *p, span at, ast_ident name, tparams_vec *tparams, params_vec *params,
                             items_vec *items);
ast_item ast_build_place(ast_item head, span at, annotations_vec *annotations, const ast_type *type, args_vec *args);
ast_decl *ast_build_fn(parser *p, ast_decl_kind kind, span at, ast_ident name, ast_cap cap, span cap_span,
                       tparams_vec *tparams);
ast_decl *ast_build_fn_sig(ast_decl *d, params_vec *params, ast_result result, tparams_vec *where, span at);
ast_decl *ast_build_fn_body(parser *p, ast_decl *d, const ast_block *body);
ast_decl *ast_build_behaviour(parser *p, span at, ast_ident name, params_vec *params, ast_result result);
ast_result ast_build_result(const ast_type *type, bool raises, span raises_span);
void ast_build_colon_result(parser *p, span at);
void ast_build_wrong_arrow(parser *p, span at, const char *right);
void ast_build_blocking(ast_decl *d, bool blocking);
void ast_build_variadic(ast_decl *d);
// extern class Db drop close_it: a class with one field, the pointer.
ast_decl *ast_build_handle(parser *p, span at, ast_ident name, const str *drop, span drop_span, const str *c,
                           span c_span);
ast_decl *ast_build_extern(parser *p, span at, const str *abi, span abi_span, const str *library, decls_vec *fns);
ast_decl *ast_build_test(parser *p, span at, const str *title, span title_span, const ast_block *body);
ast_decl *ast_build_main(parser *p, span at, ast_ident args, const ast_block *body);
ast_decl *ast_build_alias(parser *p, span at, ast_ident name, tparams_vec *tparams, const ast_type *type);
ast_decl *ast_build_field(parser *p, ast_decl_kind kind, span at, ast_ident name, const ast_type *type,
                          const ast_expr *init);
void ast_build_var(ast_decl *d);
ast_decl *ast_build_use_path(parser *p, idents_vec *path, span at);
ast_decl *ast_build_use_file(parser *p, const str *file, span at);
ast_decl *ast_build_use(parser *p, span at, ast_decl *d, ast_ident as);
ast_tparam ast_build_tparam(parser *p, span at, ast_ident name, bounds_vec *bounds);

ast_type *ast_build_type_path(parser *p, span at, ast_ident module, ast_ident name, types_vec *args);
ast_type *ast_build_type_cap(parser *p, ast_type *t, ast_cap cap, span cap_span);
ast_type *ast_build_type_inner(parser *p, ast_type_kind kind, span at, const ast_type *inner);
ast_type *ast_build_type_tuple(parser *p, span at, types_vec *list);
ast_type *ast_build_type_error(parser *p, span at);
ast_type *ast_build_type_fn_head(parser *p, span at, ast_cap cap, types_vec *params);
ast_type *ast_build_type_fn(parser *p, span at, ast_type *head, const ast_type *result, bool raises);

ast_pat *ast_build_pat_leaf(parser *p, ast_pat_kind kind, span at);
ast_pat *ast_build_pat_name(parser *p, span at, const str *name);
ast_pat *ast_build_pat_literal(parser *p, span at, const ast_expr *literal);
ast_pat *ast_build_pat_path(parser *p, span at, idents_vec *names, pats_vec *args, bool has_args);
ast_pat *ast_build_pat_list(parser *p, ast_pat_kind kind, span at, pats_vec *list);
idents_vec *ast_build_path1(parser *p, ast_ident a);
idents_vec *ast_build_path2(parser *p, ast_ident a, ast_ident b);

ast_block *ast_build_block(parser *p, span at, stmts_vec *list);
ast_stmt *ast_build_stmt_error(parser *p, span at);
ast_stmt *ast_build_let(parser *p, span at, const ast_pat *pat, const ast_type *type, const ast_expr *init);
void ast_build_let_var(ast_stmt *s); // … is a `var`
ast_stmt *ast_build_stmt_var(parser *p, ast_stmt_kind kind, span at, ast_ident name, const ast_type *type,
                             const ast_expr *init);
ast_stmt *ast_build_assign(parser *p, span at, ast_assign op, const ast_expr *target, const ast_expr *value);
ast_stmt *ast_build_defer(parser *p, span at, const ast_stmt *inner);
ast_stmt *ast_build_stmt_expr(parser *p, span at, const ast_expr *e);

// ast_build_expr.c
ast_expr *ast_build_error(parser *p, span at);
ast_expr *ast_build_leaf(parser *p, ast_expr_kind kind, span at);
ast_expr *ast_build_int(parser *p, span at, token_value v);
ast_expr *ast_build_float(parser *p, span at, token_value v);
ast_expr *ast_build_duration(parser *p, span at, token_value v);
ast_expr *ast_build_char(parser *p, span at, token_value v);
ast_expr *ast_build_bool(parser *p, span at, bool v);
ast_expr *ast_build_string(parser *p, span at, token_value v);
ast_expr *ast_build_interp(parser *p, span at, token_value first, parts_vec *parts, token_value last);
parts_vec *ast_add_text(parser *p, parts_vec *list, token_value text);
ast_part ast_build_part(parser *p, const ast_expr *e, ast_format format);
ast_expr *ast_build_name(parser *p, span at, const str *name);
ast_expr *ast_build_word(parser *p, span at, const char *word); // a reserved word read as a name
ast_expr *ast_build_type_name(parser *p, span at, const str *name);
ast_expr *ast_build_type_expr(parser *p, span at, const ast_type *type);
ast_expr *ast_build_suffix_cap(parser *p, span at, const ast_expr *e, ast_cap cap, span cap_span);
ast_expr *ast_build_suffix_optional(parser *p, span at, const ast_expr *e);
ast_expr *ast_build_inner(parser *p, ast_expr_kind kind, span at, const ast_expr *inner);
ast_expr *ast_build_tail(parser *p, ast_expr_kind kind, span at, const ast_expr *inner, const ast_expr *arg);
ast_expr *ast_build_catch(parser *p, span at, const ast_expr *inner, arms_vec *arms);
ast_expr *ast_build_closure(parser *p, span at, ast_cap cap, closure_params_vec *params, const ast_type *result,
                            const ast_expr *body);
ast_expr *ast_build_closure_block(parser *p, span at, ast_cap cap, closure_params_vec *params, const ast_type *result,
                                  const ast_block *body);
ast_expr *ast_build_loop(parser *p, ast_expr_kind kind, span at, const ast_expr *cond, const ast_block *body);
ast_expr *ast_build_for(parser *p, span at, const ast_pat *pat, const ast_expr *iter, const ast_block *body);
ast_expr *ast_build_is(parser *p, ast_expr_kind kind, span at, const ast_expr *value, const ast_pat *pat);
ast_expr *ast_build_assign_in_cond(parser *p, span at, span sign, ast_expr *left);
ast_expr *ast_build_if(parser *p, span at, const ast_expr *cond, const ast_block *then, const ast_expr *other);
ast_expr *ast_build_match(parser *p, span at, const ast_expr *subject, arms_vec *arms);
ast_expr *ast_build_block_expr(parser *p, span at, const ast_block *block);
ast_expr *ast_build_quorum(parser *p, span at, ast_quorum_n n, const ast_expr *target, const ast_expr *where);
ast_expr *ast_build_lease(parser *p, span at, const ast_expr *name, const ast_expr *duration);
ast_expr *ast_build_broadcast(parser *p, span at, const ast_expr *target, const ast_expr *fanout);
ast_expr *ast_build_timer(parser *p, ast_expr_kind kind, span at, const ast_expr *delay, const ast_expr *target);
ast_expr *ast_build_binary(parser *p, span at, ast_binary op, span op_span, const ast_expr *l, const ast_expr *r);
ast_expr *ast_build_unary(parser *p, span at, ast_unary op, const ast_expr *operand);
ast_expr *ast_build_spawn(parser *p, span at, annotations_vec *annotations, const ast_type *type, args_vec *args,
                          bool has_args, const ast_expr *place);
ast_expr *ast_build_callback(parser *p, span at, ast_ident member);
ast_expr *ast_build_field_of(parser *p, span at, const ast_expr *object, ast_ident name, bool optional);
ast_expr *ast_build_elem(parser *p, span at, const ast_expr *object, token_value index, span index_span);
ast_expr *ast_build_call(parser *p, span at, const ast_expr *callee, args_vec *args, span args_span);
ast_expr *ast_build_made_variant(parser *p, ast_ident owner, ast_ident variant, args_vec *args, span args_span);
ast_expr *ast_build_construct(parser *p, span at, const ast_type *type, args_vec *args, span args_span);
ast_expr *ast_build_index(parser *p, span at, const ast_expr *object, exprs_vec *args);
ast_expr *ast_build_list(parser *p, ast_expr_kind kind, span at, exprs_vec *list);
ast_expr *ast_build_tuple(parser *p, span at, const ast_expr *first, exprs_vec *rest);
ast_expr *ast_build_parens(parser *p, span at, ast_expr *e);
ast_expr *ast_build_map(parser *p, span at, pairs_vec *pairs);
ast_expr *ast_build_build(parser *p, span at, ast_cap cap, span cap_span, const ast_expr *inner);
ast_expr *ast_build_channel(parser *p, span at, types_vec *types, args_vec *args);

// For both: reports "nesting too deep", once for a file. True when depth is too large.
bool parser_check_depth(parser *p, span at, uint32_t depth);
void parser_too_deep(parser *p, span at);

#endif
