// ast_build.c — constructors of declarations, types, patterns and statements.
// Owns: nothing. Promises: see ast_build.h.
#include <string.h>

#include "syntax/ast_build_internal.h"

#define AST_VEC_ADD(name, T)                                        \
  name##_vec *ast_add_##name(parser *p, name##_vec *list, T item) { \
    if (!list) list = ARENA_NEW(p->arena, name##_vec);              \
    VEC_PUSH(p->arena, list, item);                                 \
    return list;                                                    \
  }
AST_VECS(AST_VEC_ADD)

void parser_too_deep(parser *p, span at) {
  p->any_error = true;
  if (p->too_deep) return;
  p->too_deep = true;
  diag *d = diag_error(p->sink, E0110, at, "nesting too deep");
  diag_help(d, "move the inner part into a variable or a function of its own");
}

bool parser_check_depth(parser *p, span at, uint32_t depth) {
  if (depth <= AST_MAX_DEPTH) return false;
  parser_too_deep(p, at);
  return true;
}

// ---- names and declarations ------------------------------------------------------------------------------------

ast_ident ast_build_ident(parser *p, const str *name, span at) {
  (void)p;
  return (ast_ident){name, at};
}

ast_ident ast_build_wild(parser *p, span at) { return (ast_ident){str_intern(p->names, "_", 1), at}; }

static ast_decl *new_decl(parser *p, ast_decl_kind kind, span at, ast_ident name) {
  ast_decl *d = ARENA_NEW(p->arena, ast_decl);
  d->kind = kind;
  d->span = at;
  d->name = name;
  d->doc = tokens_doc(&p->tokens, at.begin);
  return d;
}

// `fn main()` is what other languages write.
static void check_main(parser *p, const ast_decl *d) {
  if (d->kind != AST_DECL_FN || !str_is(d->name.name, "main")) return;
  span word = {d->span.file, d->span.begin, d->name.span.begin};
  diag *e = diag_error(p->sink, E0114, d->name.span, "`main` is no function: it is written without `fn`");
  diag_help(e, "write `main() { … }`, or `main(args) { … }` with the program's arguments");
  diag_edit(e, word, "");
  p->any_error = true;
}

void ast_build_file(parser *p, decls_vec *list) {
  for (uint32_t i = 0; list && i < list->count; i++) check_main(p, list->items[i]);
  SET_LIST(p->file->decls, list);
}

ast_prefix ast_build_prefix(annotations_vec *list, span at, span export_span) {
  return (ast_prefix){list, at, export_span};
}

ast_decl *ast_build_prefixed(parser *p, ast_prefix prefix, ast_decl *d) {
  SET_LIST(d->annotations, prefix.annotations);
  d->exported = !span_is_none(prefix.export_span);
  d->export_span = prefix.export_span;
  if (prefix.annotations) d->doc = tokens_doc(&p->tokens, prefix.annotations_span.begin);
  if (!d->doc && d->exported) d->doc = tokens_doc(&p->tokens, prefix.export_span.begin);
  if (!d->doc) d->doc = tokens_doc(&p->tokens, d->span.begin);
  return d;
}

ast_annotation ast_build_annotation(ast_ident name, args_vec *args, span at) {
  ast_annotation a = {.span = at, .name = name};
  SET_LIST(a.args, args);
  return a;
}

ast_decl *ast_build_nominal(parser *p, ast_decl_kind kind, span at, ast_ident name) {
  return new_decl(p, kind, at, name);
}

void ast_build_nominal_head(ast_decl *d, ast_cap cap, span cap_span, tparams_vec *tparams, params_vec *params,
                            bool has_params) {
  d->u.nominal.cap = cap;
  d->u.nominal.cap_span = cap == AST_CAP_NONE ? SPAN_NONE : cap_span;
  SET_LIST(d->u.nominal.tparams, tparams);
  SET_LIST(d->u.nominal.params, params);
  d->u.nominal.has_params = has_params;
}

void ast_build_shapes(ast_decl *d, shapes_vec *shapes) { SET_LIST(d->u.nominal.shapes, shapes); }

ast_decl *ast_build_body(parser *p, ast_decl *d, decls_vec *members, span at) {
  (void)p;
  SET_LIST(d->u.nominal.members, members);
  d->u.nominal.has_body = true;
  d->u.nominal.body_span = at;
  d->span = span_join(d->span, at);
  return d;
}

// An enum whose lists still grow.
typedef struct enum_builder {
  ast_decl decl; // first: the grammar passes it on as a declaration
  variants_vec variants;
  decls_vec members;
} enum_builder;

const str *ast_doc(parser *p, span at) { return tokens_doc(&p->tokens, at.begin); }

ast_item ast_build_item(parser *p, ast_item item) {
  if (item.annotations.count) item.doc = ast_doc(p, item.annotations.items[0].span);
  if (!item.doc) item.doc = ast_doc(p, item.span);
  return item;
}

ast_decl *ast_build_variants(parser *p) { return &ARENA_NEW(p->arena, enum_builder)->decl; }

ast_decl *ast_add_variant(parser *p, ast_decl *d, span at, ast_ident name, params_vec *params) {
  ast_variant v = {.span = at, .name = name, .doc = tokens_doc(&p->tokens, at.begin)};
  SET_LIST(v.params, params);
  ast_add_variants(p, &((enum_builder *)d)->variants, v);
  return d;
}

ast_decl *ast_add_member(parser *p, ast_decl *d, ast_decl *member) {
  ast_add_decls(p, &((enum_builder *)d)->members, member);
  return d;
}

ast_decl *ast_build_enum(parser *p, ast_decl *d, span at, ast_ident name, tparams_vec *tparams, span body) {
  enum_builder *b = (enum_builder *)d;
  d->kind = AST_DECL_ENUM;
  d->span = at;
  d->name = name;
  d->doc = tokens_doc(&p->tokens, at.begin);
  SET_LIST(d->u.nominal.tparams, tparams);
  SET_LIST(d->u.nominal.variants, &b->variants);
  SET_LIST(d->u.nominal.members, &b->members);
  d->u.nominal.has_body = true;
  d->u.nominal.body_span = body;
  return d;
}

ast_decl *ast_build_topology(parser *p, span at, ast_ident name, tparams_vec *tparams, params_vec *params,
                             items_vec *items) {
  ast_decl *d = new_decl(p, AST_DECL_TOPOLOGY, at, name);
  SET_LIST(d->u.topology.tparams, tparams);
  SET_LIST(d->u.topology.params, params);
  SET_LIST(d->u.topology.items, items);
  return d;
}

ast_item ast_build_place(ast_item head, span at, annotations_vec *annotations, const ast_type *type, args_vec *args) {
  head.span = at;
  head.type = type;
  SET_LIST(head.annotations, annotations);
  SET_LIST(head.args, args);
  return head;
}

ast_decl *ast_build_fn(parser *p, ast_decl_kind kind, span at, ast_ident name, ast_cap cap, span cap_span,
                       tparams_vec *tparams) {
  ast_decl *d = new_decl(p, kind, at, name);
  d->u.fn.head_span = at;
  d->u.fn.cap = cap;
  d->u.fn.cap_span = cap == AST_CAP_NONE ? SPAN_NONE : cap_span;
  SET_LIST(d->u.fn.tparams, tparams);
  return d;
}

ast_result ast_build_result(const ast_type *type, bool raises, span raises_span) {
  return (ast_result){type, raises, raises ? raises_span : SPAN_NONE};
}

ast_decl *ast_build_fn_sig(ast_decl *d, params_vec *params, ast_result result, tparams_vec *where, span at) {
  SET_LIST(d->u.fn.params, params);
  SET_LIST(d->u.fn.where, where);
  d->u.fn.result = result.type;
  d->u.fn.raises = result.raises;
  d->u.fn.raises_span = result.raises_span;
  d->u.fn.head_span = at;
  d->span = at;
  return d;
}

ast_decl *ast_build_fn_body(parser *p, ast_decl *d, const ast_block *body) {
  (void)p;
  d->u.fn.body = body;
  d->span = span_join(d->span, body->span);
  return d;
}

ast_decl *ast_build_behaviour(parser *p, span at, ast_ident name, params_vec *params, ast_result result) {
  ast_decl *d = ast_build_fn(p, AST_DECL_BEHAVIOUR, at, name, AST_CAP_NONE, SPAN_NONE, NULL);
  if (result.raises) {
    diag *e = diag_error(p->sink, E0101, result.raises_span, "a behaviour is not marked `!`: any behaviour may raise");
    diag_help(e, "leave the `!` out");
    diag_edit(e, result.raises_span, "");
    p->any_error = true;
  }
  return ast_build_fn_sig(d, params, result, NULL, at);
}

void ast_build_colon_result(parser *p, span at) {
  diag *d = diag_error(p->sink, E0114, at, "the type of a result stands after `->`, not `:`");
  diag_help(d, "write `-> T`");
  diag_edit(d, at, " ->");
  p->any_error = true;
}

void ast_build_wrong_arrow(parser *p, span at, const char *right) {
  bool arm = right[0] == '=';
  diag *d = diag_error(p->sink, E0114, at,
                       arm ? "an arm is written `pattern => value`, with `=>`, not `->`"
                           : "the type of a result stands after `->`, not `=>`");
  diag_edit(d, at, right);
  p->any_error = true;
}

void ast_build_blocking(ast_decl *d, bool blocking) { d->u.fn.blocking = blocking; }
void ast_build_variadic(ast_decl *d) { d->u.fn.variadic = true; }

ast_decl *ast_build_extern(parser *p, span at, const str *abi, span abi_span, const str *library, decls_vec *fns) {
  ast_decl *d = new_decl(p, AST_DECL_EXTERN, at, (ast_ident){0});
  d->u.ext.abi = abi;
  d->u.ext.abi_span = abi_span;
  d->u.ext.library = library;
  SET_LIST(d->u.ext.fns, fns);
  return d;
}

ast_decl *ast_build_handle(parser *p, span at, ast_ident name, const str *drop, span drop_span, const str *c,
                           span c_span) {
  if (strcmp(drop->text, "drop") != 0) {
    diag *d = diag_error(p->sink, E0101, drop_span, "expected `drop` and the function of C that closes it, found `%s`",
                         drop->text);
    diag_help(d, "a handle is declared `extern class %s drop %s`", name.name->text, c->text);
    p->any_error = true;
  }
  ast_decl *d = ast_build_nominal(p, AST_DECL_CLASS, at, name);
  d->u.nominal.c_drop = c;
  d->u.nominal.c_drop_span = c_span;
  ast_ident number = {str_intern_cstr(p->names, "U64"), name.span},
            field = {str_intern_cstr(p->names, "_handle"), name.span};
  ast_type *type = ast_build_type_path(p, name.span, (ast_ident){0}, number, NULL);
  ast_decl *member =
      ast_build_field(p, AST_DECL_FIELD, name.span, field, type, ast_build_int(p, name.span, (token_value){0}));
  return ast_build_body(p, d, ast_add_decls(p, NULL, member), name.span);
}

ast_decl *ast_build_test(parser *p, span at, const str *title, span title_span, const ast_block *body) {
  ast_decl *d = new_decl(p, AST_DECL_TEST, at, (ast_ident){0});
  d->u.test.title = title;
  d->u.test.title_span = title_span;
  d->u.test.body = body;
  return d;
}

ast_decl *ast_build_main(parser *p, span at, ast_ident args, const ast_block *body) {
  ast_decl *d = new_decl(p, AST_DECL_MAIN, at, (ast_ident){0});
  d->u.main.args = args;
  d->u.main.body = body;
  return d;
}

ast_decl *ast_build_alias(parser *p, span at, ast_ident name, tparams_vec *tparams, const ast_type *type) {
  ast_decl *d = new_decl(p, AST_DECL_ALIAS, at, name);
  SET_LIST(d->u.alias.tparams, tparams);
  d->u.alias.type = type;
  return d;
}

ast_decl *ast_build_field(parser *p, ast_decl_kind kind, span at, ast_ident name, const ast_type *type,
                          const ast_expr *init) {
  ast_decl *d = new_decl(p, kind, at, name);
  d->u.field.type = type;
  d->u.field.init = init;
  return d;
}

void ast_build_var(ast_decl *d) { d->u.field.is_var = true; }

ast_decl *ast_build_use_path(parser *p, idents_vec *path, span at) {
  ast_decl *d = new_decl(p, AST_DECL_USE, at, (ast_ident){0});
  SET_LIST(d->u.use.path, path);
  d->u.use.target_span = at;
  return d;
}

ast_decl *ast_build_use_file(parser *p, const str *file, span at) {
  ast_decl *d = new_decl(p, AST_DECL_USE, at, (ast_ident){0});
  d->u.use.file = file;
  d->u.use.target_span = at;
  return d;
}

ast_decl *ast_build_use(parser *p, span at, ast_decl *d, ast_ident as) {
  d->name = as;
  d->span = at;
  d->doc = tokens_doc(&p->tokens, at.begin);
  return d;
}

ast_tparam ast_build_tparam(parser *p, span at, ast_ident name, bounds_vec *bounds) {
  (void)p;
  ast_tparam t = {.span = at, .name = name};
  SET_LIST(t.bounds, bounds);
  return t;
}

// ---- types -----------------------------------------------------------------------------------------------------

static ast_type *new_type(parser *p, ast_type_kind kind, span at, uint32_t inner_depth) {
  ast_type *t = ARENA_NEW(p->arena, ast_type);
  t->kind = kind;
  t->span = at;
  t->depth = inner_depth + 1;
  if (parser_check_depth(p, at, t->depth)) {
    t->kind = AST_TYPE_ERROR;
    t->depth = 1;
  }
  return t;
}

static uint32_t types_depth(const types_vec *list) {
  uint32_t depth = 0;
  for (uint32_t i = 0; list && i < list->count; i++) depth = depth_max(depth, list->items[i]->depth);
  return depth;
}

ast_type *ast_build_type_path(parser *p, span at, ast_ident module, ast_ident name, types_vec *args) {
  ast_type *t = new_type(p, AST_TYPE_PATH, at, types_depth(args));
  if (t->kind == AST_TYPE_ERROR) return t;
  t->u.path.module = module;
  t->u.path.name = name;
  SET_LIST(t->u.path.args, args);
  return t;
}

ast_type *ast_build_type_cap(parser *p, ast_type *t, ast_cap cap, span cap_span) {
  (void)p;
  t->cap = cap;
  t->cap_span = cap_span;
  t->span = span_join(t->span, cap_span);
  return t;
}

ast_type *ast_build_type_inner(parser *p, ast_type_kind kind, span at, const ast_type *inner) {
  ast_type *t = new_type(p, kind, at, inner->depth);
  if (t->kind != AST_TYPE_ERROR) t->u.inner = inner;
  return t;
}

ast_type *ast_build_type_tuple(parser *p, span at, types_vec *list) {
  if (list && list->count == 1) { // (T) is T
    ast_type *alone = ARENA_NEW(p->arena, ast_type);
    *alone = *list->items[0];
    alone->span = at;
    return alone;
  }
  ast_type *t = new_type(p, AST_TYPE_TUPLE, at, types_depth(list));
  if (t->kind != AST_TYPE_ERROR) SET_LIST(t->u.tuple, list);
  return t;
}

ast_type *ast_build_type_error(parser *p, span at) { return new_type(p, AST_TYPE_ERROR, at, 0); }

ast_type *ast_build_type_fn_head(parser *p, span at, ast_cap cap, types_vec *params) {
  ast_type *t = new_type(p, AST_TYPE_FN, at, types_depth(params));
  if (t->kind == AST_TYPE_ERROR) return t;
  t->u.fn.cap = cap;
  SET_LIST(t->u.fn.params, params);
  return t;
}

ast_type *ast_build_type_fn(parser *p, span at, ast_type *head, const ast_type *result, bool raises) {
  if (head->kind == AST_TYPE_ERROR) return head;
  head->span = at;
  head->depth = depth_max(head->depth, type_depth(result) + 1);
  if (parser_check_depth(p, at, head->depth)) return ast_build_type_error(p, at);
  head->u.fn.result = result;
  head->u.fn.raises = raises;
  return head;
}

// ---- patterns --------------------------------------------------------------------------------------------------

static ast_pat *new_pat(parser *p, ast_pat_kind kind, span at, uint32_t inner_depth) {
  ast_pat *pat = ARENA_NEW(p->arena, ast_pat);
  pat->kind = kind;
  pat->span = at;
  pat->depth = inner_depth + 1;
  if (parser_check_depth(p, at, pat->depth)) {
    pat->kind = AST_PAT_ERROR;
    pat->depth = 1;
  }
  return pat;
}

static uint32_t pats_depth(const pats_vec *list) {
  uint32_t depth = 0;
  for (uint32_t i = 0; list && i < list->count; i++) depth = depth_max(depth, list->items[i]->depth);
  return depth;
}

ast_pat *ast_build_pat_leaf(parser *p, ast_pat_kind kind, span at) { return new_pat(p, kind, at, 0); }

ast_pat *ast_build_pat_name(parser *p, span at, const str *name) {
  ast_pat *pat = new_pat(p, AST_PAT_NAME, at, 0);
  pat->u.name = name;
  return pat;
}

ast_pat *ast_build_pat_literal(parser *p, span at, const ast_expr *literal) {
  ast_pat *pat = new_pat(p, AST_PAT_LITERAL, at, 0);
  pat->u.literal = literal;
  return pat;
}

ast_pat *ast_build_pat_path(parser *p, span at, idents_vec *names, pats_vec *args, bool has_args) {
  ast_pat *pat = new_pat(p, AST_PAT_PATH, at, pats_depth(args));
  if (pat->kind == AST_PAT_ERROR) return pat;
  SET_LIST(pat->u.path.names, names);
  SET_LIST(pat->u.path.args, args);
  pat->u.path.has_args = has_args;
  return pat;
}

ast_pat *ast_build_pat_list(parser *p, ast_pat_kind kind, span at, pats_vec *list) {
  if (kind == AST_PAT_TUPLE && list && list->count == 1) { // (p) is p
    ast_pat *alone = ARENA_NEW(p->arena, ast_pat);
    *alone = *list->items[0];
    return alone;
  }
  ast_pat *pat = new_pat(p, kind, at, pats_depth(list));
  if (pat->kind != AST_PAT_ERROR) SET_LIST(pat->u.list, list);
  return pat;
}

idents_vec *ast_build_path1(parser *p, ast_ident a) { return ast_add_idents(p, NULL, a); }

idents_vec *ast_build_path2(parser *p, ast_ident a, ast_ident b) { return ast_add_idents(p, ast_build_path1(p, a), b); }

// ---- statements ------------------------------------------------------------------------------------------------

static ast_stmt *new_stmt(parser *p, ast_stmt_kind kind, span at, uint32_t inner_depth) {
  if (parser_check_depth(p, at, inner_depth + 1)) return ast_build_stmt_error(p, at);
  ast_stmt *s = ARENA_NEW(p->arena, ast_stmt);
  s->kind = kind;
  s->span = at;
  s->depth = inner_depth + 1;
  return s;
}

// True when the statement became an error, whose parts are not to be set.
static bool stmt_failed(const ast_stmt *s, ast_stmt_kind wanted) { return s->kind != wanted; }

ast_stmt *ast_build_stmt_error(parser *p, span at) {
  ast_stmt *s = ARENA_NEW(p->arena, ast_stmt);
  ast_expr *e = ARENA_NEW(p->arena, ast_expr);
  e->kind = AST_EXPR_ERROR;
  e->span = at;
  e->depth = 1;
  s->kind = AST_STMT_EXPR;
  s->span = at;
  s->depth = 2;
  s->u.expr = e;
  return s;
}

ast_block *ast_build_block(parser *p, span at, stmts_vec *list) {
  ast_block *b = ARENA_NEW(p->arena, ast_block);
  b->span = at;
  for (uint32_t i = 0; list && i < list->count; i++) b->depth = depth_max(b->depth, list->items[i]->depth);
  b->depth++;
  SET_LIST(b->stmts, list);
  if (parser_check_depth(p, at, b->depth)) {
    b->stmts.count = 0;
    b->depth = 1;
  }
  return b;
}

ast_stmt *ast_build_let(parser *p, span at, const ast_pat *pat, const ast_type *type, const ast_expr *init) {
  uint32_t depth = depth_max(pat_depth(pat), depth_max(type_depth(type), expr_depth(init)));
  ast_stmt *s = new_stmt(p, AST_STMT_LET, at, depth);
  if (stmt_failed(s, AST_STMT_LET)) return s;
  s->u.let.pat = pat;
  s->u.let.type = type;
  s->u.let.init = init;
  return s;
}

void ast_build_let_var(ast_stmt *s) {
  if (s->kind == AST_STMT_LET) s->u.let.is_var = true;
}

ast_stmt *ast_build_stmt_var(parser *p, ast_stmt_kind kind, span at, ast_ident name, const ast_type *type,
                             const ast_expr *init) {
  ast_stmt *s = new_stmt(p, kind, at, depth_max(type_depth(type), expr_depth(init)));
  if (stmt_failed(s, kind)) return s;
  s->u.var.name = name;
  s->u.var.type = type;
  s->u.var.init = init;
  return s;
}

ast_stmt *ast_build_assign(parser *p, span at, ast_assign op, const ast_expr *target, const ast_expr *value) {
  ast_stmt *s = new_stmt(p, AST_STMT_ASSIGN, at, depth_max(target->depth, value->depth));
  if (stmt_failed(s, AST_STMT_ASSIGN)) return s;
  ast_note_store(p, target, true, at);
  s->u.assign.op = op;
  s->u.assign.target = target;
  s->u.assign.value = value;
  return s;
}

ast_stmt *ast_build_defer(parser *p, span at, const ast_stmt *inner) {
  ast_stmt *s = new_stmt(p, AST_STMT_DEFER, at, inner->depth);
  if (!stmt_failed(s, AST_STMT_DEFER)) s->u.defer = inner;
  return s;
}

ast_stmt *ast_build_stmt_expr(parser *p, span at, const ast_expr *e) {
  ast_stmt *s = new_stmt(p, AST_STMT_EXPR, at, e->depth);
  if (s->u.expr == NULL) s->u.expr = e;
  return s;
}
