// ast_build_expr.c — constructors of expressions. Owns: nothing. Promises: see ast_build.h.
#include <string.h>

#include "syntax/ast_build_internal.h"

// A node whose deepest child has inner_depth; an ERROR node when that is too deep.
static ast_expr *new_expr(parser *p, ast_expr_kind kind, span at, uint32_t inner_depth) {
  ast_expr *e = ARENA_NEW(p->arena, ast_expr);
  e->kind = kind;
  e->span = at;
  e->depth = inner_depth + 1;
  if (parser_check_depth(p, at, e->depth)) {
    e->kind = AST_EXPR_ERROR;
    e->depth = 1;
  }
  return e;
}

// Parts of an ERROR node are not set: its union stays zero.
static bool failed(const ast_expr *e) { return e->kind == AST_EXPR_ERROR; }

static uint32_t exprs_depth(const exprs_vec *list) {
  uint32_t depth = 0;
  for (uint32_t i = 0; list && i < list->count; i++) depth = depth_max(depth, list->items[i]->depth);
  return depth;
}

static uint32_t args_depth(const args_vec *list) {
  uint32_t depth = 0;
  for (uint32_t i = 0; list && i < list->count; i++) depth = depth_max(depth, list->items[i].value->depth);
  return depth;
}

static uint32_t arms_depth(const arms_vec *list) {
  uint32_t depth = 0;
  for (uint32_t i = 0; list && i < list->count; i++) {
    const ast_arm *arm = &list->items[i];
    uint32_t inner = depth_max(pat_depth(arm->pat), depth_max(expr_depth(arm->guard), expr_depth(arm->body)));
    depth = depth_max(depth, inner);
  }
  return depth;
}

// ---- leaves ----------------------------------------------------------------------------------------------------

ast_expr *ast_build_error(parser *p, span at) { return new_expr(p, AST_EXPR_ERROR, at, 0); }

ast_expr *ast_build_leaf(parser *p, ast_expr_kind kind, span at) { return new_expr(p, kind, at, 0); }

ast_expr *ast_build_int(parser *p, span at, token_value v) {
  ast_expr *e = new_expr(p, AST_EXPR_INT, at, 0);
  e->u.integer.value = v.integer.value;
  e->u.integer.radix = v.integer.radix;
  return e;
}

ast_expr *ast_build_float(parser *p, span at, token_value v) {
  ast_expr *e = new_expr(p, AST_EXPR_FLOAT, at, 0);
  e->u.real = v.real;
  return e;
}

ast_expr *ast_build_duration(parser *p, span at, token_value v) {
  ast_expr *e = new_expr(p, AST_EXPR_DURATION, at, 0);
  e->u.duration_ns = v.duration_ns;
  return e;
}

ast_expr *ast_build_char(parser *p, span at, token_value v) {
  ast_expr *e = new_expr(p, AST_EXPR_CHAR, at, 0);
  e->u.character = v.character;
  return e;
}

ast_expr *ast_build_bool(parser *p, span at, bool v) {
  ast_expr *e = new_expr(p, AST_EXPR_BOOL, at, 0);
  e->u.boolean = v;
  return e;
}

ast_expr *ast_build_string(parser *p, span at, token_value v) {
  ast_expr *e = new_expr(p, AST_EXPR_STRING, at, 0);
  e->u.string = v.text;
  return e;
}

ast_expr *ast_build_name(parser *p, span at, const str *name) {
  ast_expr *e = new_expr(p, AST_EXPR_NAME, at, 0);
  e->u.name = name;
  return e;
}

ast_expr *ast_build_word(parser *p, span at, const char *word) {
  return ast_build_name(p, at, str_intern_cstr(p->names, word));
}

ast_expr *ast_build_type_name(parser *p, span at, const str *name) {
  ast_expr *e = new_expr(p, AST_EXPR_TYPE_NAME, at, 0);
  e->u.name = name;
  return e;
}

// ---- texts -----------------------------------------------------------------------------------------------------

parts_vec *ast_add_text(parser *p, parts_vec *list, token_value text) {
  if (text.text->size == 0) return list;
  return ast_add_parts(p, list, (ast_part){.text = text.text, .format = {.precision = -1}});
}

ast_part ast_build_part(parser *p, const ast_expr *e, ast_format format) {
  (void)p;
  return (ast_part){.expr = e, .format = format};
}

ast_expr *ast_build_interp(parser *p, span at, token_value first, parts_vec *parts, token_value last) {
  parts = ast_add_text(p, parts, last);
  uint32_t depth = 0;
  for (uint32_t i = 0; i < parts->count; i++) depth = depth_max(depth, expr_depth(parts->items[i].expr));
  ast_expr *e = new_expr(p, AST_EXPR_INTERP, at, depth);
  if (failed(e)) return e;
  uint32_t lead = first.text->size > 0;
  ast_part *all = ARENA_ARRAY(p->arena, ast_part, parts->count + lead);
  if (lead) all[0] = (ast_part){.text = first.text, .format = {.precision = -1}};
  for (uint32_t i = 0; i < parts->count; i++) all[i + lead] = parts->items[i];
  e->u.interp.items = all;
  e->u.interp.count = parts->count + lead;
  return e;
}

// ---- types in the place of expressions -------------------------------------------------------------------------

ast_expr *ast_build_type_expr(parser *p, span at, const ast_type *type) {
  ast_expr *e = new_expr(p, AST_EXPR_TYPE, at, type->depth);
  if (!failed(e)) e->u.type = type;
  return e;
}

static const ast_type *index_to_type(arena *a, const ast_expr *e) {
  const ast_type *object = ast_expr_to_type(a, e->u.index.object);
  if (!object || object->kind != AST_TYPE_PATH || object->u.path.args.count || object->cap != AST_CAP_NONE) return NULL;
  ast_type *t = ARENA_NEW(a, ast_type);
  *t = *object;
  t->span = e->span;
  t->depth = e->depth;
  const ast_type **args = ARENA_ARRAY(a, const ast_type *, e->u.index.args.count);
  for (uint32_t i = 0; i < e->u.index.args.count; i++) {
    args[i] = ast_expr_to_type(a, e->u.index.args.items[i]);
    if (!args[i]) return NULL;
  }
  t->u.path.args.items = args;
  t->u.path.args.count = e->u.index.args.count;
  return t;
}

static const ast_type *tuple_to_type(arena *a, const ast_expr *e) {
  ast_type *t = ARENA_NEW(a, ast_type);
  *t = (ast_type){.kind = AST_TYPE_TUPLE, .depth = e->depth, .span = e->span};
  const ast_type **items = ARENA_ARRAY(a, const ast_type *, e->u.list.count);
  for (uint32_t i = 0; i < e->u.list.count; i++) {
    items[i] = ast_expr_to_type(a, e->u.list.items[i]);
    if (!items[i]) return NULL;
  }
  t->u.tuple.items = items;
  t->u.tuple.count = e->u.list.count;
  return t;
}

const ast_type *ast_expr_to_type(arena *a, const ast_expr *e) {
  if (e->kind == AST_EXPR_TYPE) return e->u.type;
  if (e->kind == AST_EXPR_INDEX) return index_to_type(a, e);
  if (e->kind == AST_EXPR_TUPLE) return tuple_to_type(a, e);
  ast_type *t = ARENA_NEW(a, ast_type);
  *t = (ast_type){.kind = AST_TYPE_PATH, .depth = 1, .span = e->span};
  if (e->kind == AST_EXPR_TYPE_NAME) {
    t->u.path.name = (ast_ident){e->u.name, e->span};
    return t;
  }
  const ast_expr *object = e->kind == AST_EXPR_FIELD && !e->u.field.optional ? e->u.field.object : NULL;
  if (!object || object->kind != AST_EXPR_NAME) return NULL;
  const char *letter = e->u.field.name.name->text;
  while (*letter == '_') letter++;
  if (*letter < 'A' || *letter > 'Z') return NULL;
  t->u.path.module = (ast_ident){object->u.name, object->span};
  t->u.path.name = e->u.field.name;
  return t;
}

// The type before a capability or `?`; an error node, with a report, when it is none.
static ast_type *suffixed_type(parser *p, const ast_expr *e, const char *suffix) {
  const ast_type *t = ast_expr_to_type(p->arena, e);
  if (!t) {
    if (e->kind != AST_EXPR_ERROR) {
      diag_error(p->sink, E0101, e->span, "expected a type before `%s`", suffix);
      p->any_error = true;
    }
    return ast_build_type_error(p, e->span);
  }
  ast_type *copy = ARENA_NEW(p->arena, ast_type);
  *copy = *t;
  copy->depth = depth_max(t->depth, e->depth);
  return copy;
}

ast_expr *ast_build_suffix_cap(parser *p, span at, const ast_expr *e, ast_cap cap, span cap_span) {
  ast_type *t = suffixed_type(p, e, ast_cap_text(cap));
  return ast_build_type_expr(p, at, ast_build_type_cap(p, t, cap, cap_span));
}

ast_expr *ast_build_suffix_optional(parser *p, span at, const ast_expr *e) {
  const ast_type *inner = suffixed_type(p, e, "?");
  return ast_build_type_expr(p, at, ast_build_type_inner(p, AST_TYPE_OPTIONAL, at, inner));
}

// ---- control ---------------------------------------------------------------------------------------------------

ast_expr *ast_build_inner(parser *p, ast_expr_kind kind, span at, const ast_expr *inner) {
  ast_expr *e = new_expr(p, kind, at, expr_depth(inner));
  if (!failed(e)) e->u.inner = inner;
  if (kind == AST_EXPR_TAKE) ast_note_store(p, inner, false, at);
  return e;
}

ast_expr *ast_build_tail(parser *p, ast_expr_kind kind, span at, const ast_expr *inner, const ast_expr *arg) {
  ast_expr *e = new_expr(p, kind, at, depth_max(inner->depth, arg->depth));
  if (failed(e)) return e;
  e->u.tail.inner = inner;
  e->u.tail.arg = arg;
  return e;
}

ast_expr *ast_build_catch(parser *p, span at, const ast_expr *inner, arms_vec *arms) {
  ast_expr *e = new_expr(p, AST_EXPR_CATCH, at, depth_max(inner->depth, arms_depth(arms)));
  if (failed(e)) return e;
  e->u.catch_.inner = inner;
  SET_LIST(e->u.catch_.arms, arms);
  return e;
}

ast_expr *ast_build_closure(parser *p, span at, ast_cap cap, closure_params_vec *params, const ast_type *result,
                            const ast_expr *body) {
  uint32_t depth = depth_max(type_depth(result), body->depth);
  for (uint32_t i = 0; params && i < params->count; i++) depth = depth_max(depth, type_depth(params->items[i].type));
  ast_expr *e = new_expr(p, AST_EXPR_CLOSURE, at, depth);
  if (failed(e)) return e;
  e->u.closure.cap = cap;
  SET_LIST(e->u.closure.params, params);
  e->u.closure.result = result;
  e->u.closure.body = body;
  return e;
}

ast_expr *ast_build_closure_block(parser *p, span at, ast_cap cap, closure_params_vec *params, const ast_type *result,
                                  const ast_block *body) {
  return ast_build_closure(p, at, cap, params, result, ast_build_block_expr(p, body->span, body));
}

ast_expr *ast_build_loop(parser *p, ast_expr_kind kind, span at, const ast_expr *cond, const ast_block *body) {
  ast_expr *e = new_expr(p, kind, at, depth_max(expr_depth(cond), body->depth));
  if (failed(e)) return e;
  e->u.loop.cond = cond;
  e->u.loop.body = body;
  return e;
}

ast_expr *ast_build_for(parser *p, span at, const ast_pat *pat, const ast_expr *iter, const ast_block *body) {
  ast_expr *e = new_expr(p, AST_EXPR_FOR, at, depth_max(pat->depth, depth_max(iter->depth, body->depth)));
  if (failed(e)) return e;
  e->u.for_.pat = pat;
  e->u.for_.iter = iter;
  e->u.for_.body = body;
  return e;
}

ast_expr *ast_build_is(parser *p, ast_expr_kind kind, span at, const ast_expr *value, const ast_pat *pat) {
  ast_expr *e = new_expr(p, kind, at, depth_max(value->depth, pat->depth));
  if (failed(e)) return e;
  e->u.is.value = value;
  e->u.is.pat = pat;
  return e;
}

ast_expr *ast_build_assign_in_cond(parser *p, span at, span sign, ast_expr *left) {
  (void)left;
  diag *d = diag_error(p->sink, E0118, sign, "`=` assigns; a condition compares, with `==`");
  diag_edit(d, sign, "==");
  p->any_error = true;
  return ast_build_error(p, at);
}

ast_expr *ast_build_if(parser *p, span at, const ast_expr *cond, const ast_block *then, const ast_expr *other) {
  ast_expr *e = new_expr(p, AST_EXPR_IF, at, depth_max(cond->depth, depth_max(then->depth, expr_depth(other))));
  if (failed(e)) return e;
  e->u.if_.cond = cond;
  e->u.if_.then = then;
  e->u.if_.else_ = other;
  return e;
}

ast_expr *ast_build_match(parser *p, span at, const ast_expr *subject, arms_vec *arms) {
  ast_expr *e = new_expr(p, AST_EXPR_MATCH, at, depth_max(subject->depth, arms_depth(arms)));
  if (failed(e)) return e;
  e->u.match.subject = subject;
  SET_LIST(e->u.match.arms, arms);
  return e;
}

ast_expr *ast_build_block_expr(parser *p, span at, const ast_block *block) {
  ast_expr *e = new_expr(p, AST_EXPR_BLOCK, at, block->depth);
  if (!failed(e)) e->u.block = block;
  return e;
}

// ---- agents ----------------------------------------------------------------------------------------------------

ast_expr *ast_build_quorum(parser *p, span at, ast_quorum_n n, const ast_expr *target, const ast_expr *where) {
  uint32_t depth = depth_max(expr_depth(n.n), depth_max(target->depth, expr_depth(where)));
  ast_expr *e = new_expr(p, AST_EXPR_QUORUM, at, depth);
  if (failed(e)) return e;
  e->u.quorum.how = n.how;
  e->u.quorum.n = n.n;
  e->u.quorum.target = target;
  e->u.quorum.where = where;
  return e;
}

ast_expr *ast_build_lease(parser *p, span at, const ast_expr *name, const ast_expr *duration) {
  ast_expr *e = new_expr(p, AST_EXPR_LEASE, at, depth_max(name->depth, duration->depth));
  if (failed(e)) return e;
  e->u.lease.name = name;
  e->u.lease.duration = duration;
  return e;
}

ast_expr *ast_build_broadcast(parser *p, span at, const ast_expr *target, const ast_expr *fanout) {
  ast_expr *e = new_expr(p, AST_EXPR_BROADCAST, at, depth_max(target->depth, expr_depth(fanout)));
  if (failed(e)) return e;
  e->u.broadcast.target = target;
  e->u.broadcast.fanout = fanout;
  return e;
}

ast_expr *ast_build_timer(parser *p, ast_expr_kind kind, span at, const ast_expr *delay, const ast_expr *target) {
  ast_expr *e = new_expr(p, kind, at, depth_max(delay->depth, target->depth));
  if (failed(e)) return e;
  e->u.timer.delay = delay;
  e->u.timer.target = target;
  return e;
}

ast_expr *ast_build_spawn(parser *p, span at, annotations_vec *annotations, const ast_type *type, args_vec *args,
                          bool has_args, const ast_expr *place) {
  uint32_t depth = depth_max(type->depth, depth_max(args_depth(args), expr_depth(place)));
  ast_expr *e = new_expr(p, AST_EXPR_SPAWN, at, depth);
  if (failed(e)) return e;
  SET_LIST(e->u.spawn.annotations, annotations);
  e->u.spawn.type = type;
  SET_LIST(e->u.spawn.args, args);
  e->u.spawn.has_args = has_args;
  e->u.spawn.place = place;
  return e;
}

ast_expr *ast_build_callback(parser *p, span at, ast_ident member) {
  ast_expr *e = new_expr(p, AST_EXPR_CALLBACK, at, 0);
  e->u.callback = member;
  return e;
}

ast_expr *ast_build_channel(parser *p, span at, types_vec *types, args_vec *args) {
  uint32_t depth = args_depth(args);
  for (uint32_t i = 0; types && i < types->count; i++) depth = depth_max(depth, types->items[i]->depth);
  ast_expr *e = new_expr(p, AST_EXPR_CHANNEL, at, depth);
  if (failed(e)) return e;
  SET_LIST(e->u.channel.types, types);
  SET_LIST(e->u.channel.args, args);
  return e;
}

// ---- operators, calls and literals of many parts ---------------------------------------------------------------

ast_expr *ast_build_binary(parser *p, span at, ast_binary op, span op_span, const ast_expr *l, const ast_expr *r) {
  ast_expr *e = new_expr(p, AST_EXPR_BINARY, at, depth_max(l->depth, r->depth));
  if (failed(e)) return e;
  e->u.binary.op = op;
  e->u.binary.op_span = op_span;
  e->u.binary.left = l;
  e->u.binary.right = r;
  return e;
}

ast_expr *ast_build_unary(parser *p, span at, ast_unary op, const ast_expr *operand) {
  ast_expr *e = new_expr(p, AST_EXPR_UNARY, at, operand->depth);
  if (failed(e)) return e;
  e->u.unary.op = op;
  e->u.unary.operand = operand;
  return e;
}

ast_expr *ast_build_field_of(parser *p, span at, const ast_expr *object, ast_ident name, bool optional) {
  ast_expr *e = new_expr(p, AST_EXPR_FIELD, at, object->depth);
  if (failed(e)) return e;
  e->u.field.object = object;
  e->u.field.name = name;
  e->u.field.optional = optional;
  return e;
}

ast_expr *ast_build_elem(parser *p, span at, const ast_expr *object, token_value index, span index_span) {
  ast_expr *e = new_expr(p, AST_EXPR_TUPLE_FIELD, at, object->depth);
  if (failed(e)) return e;
  uint64_t i = index.integer.value;
  e->u.elem.object = object;
  e->u.elem.index = i > UINT32_MAX ? UINT32_MAX : (uint32_t)i;
  e->u.elem.index_span = index_span;
  return e;
}

ast_expr *ast_build_call(parser *p, span at, const ast_expr *callee, args_vec *args, span args_span) {
  ast_expr *e = new_expr(p, AST_EXPR_CALL, at, depth_max(callee->depth, args_depth(args)));
  if (failed(e)) return e;
  e->u.call.callee = callee;
  SET_LIST(e->u.call.args, args);
  e->u.call.args_span = args_span;
  bool swaps = callee->kind == AST_EXPR_NAME && strcmp(callee->u.name->text, "swap") == 0;
  if (swaps && e->u.call.args.count) ast_note_store(p, e->u.call.args.items[0].value, false, at);
  return e;
}

ast_expr *ast_build_construct(parser *p, span at, const ast_type *type, args_vec *args, span args_span) {
  return ast_build_call(p, at, ast_build_type_expr(p, type->span, type), args, args_span);
}

// E.V(args), behind `val`
ast_expr *ast_build_made_variant(parser *p, ast_ident owner, ast_ident variant, args_vec *args, span args_span) {
  ast_expr *object = ast_build_type_name(p, owner.span, owner.name);
  ast_expr *callee = ast_build_field_of(p, span_join(owner.span, variant.span), object, variant, false);
  return ast_build_call(p, span_join(owner.span, args_span), callee, args, args_span);
}

ast_expr *ast_build_index(parser *p, span at, const ast_expr *object, exprs_vec *args) {
  ast_expr *e = new_expr(p, AST_EXPR_INDEX, at, depth_max(object->depth, exprs_depth(args)));
  if (failed(e)) return e;
  e->u.index.object = object;
  SET_LIST(e->u.index.args, args);
  return e;
}

ast_expr *ast_build_list(parser *p, ast_expr_kind kind, span at, exprs_vec *list) {
  ast_expr *e = new_expr(p, kind, at, exprs_depth(list));
  if (!failed(e)) SET_LIST(e->u.list, list);
  return e;
}

ast_expr *ast_build_tuple(parser *p, span at, const ast_expr *first, exprs_vec *rest) {
  exprs_vec *all = ast_add_exprs(p, NULL, first);
  for (uint32_t i = 0; i < rest->count; i++) ast_add_exprs(p, all, rest->items[i]);
  return ast_build_list(p, AST_EXPR_TUPLE, at, all);
}

ast_expr *ast_build_parens(parser *p, span at, ast_expr *e) {
  (void)p;
  e->in_parens = true;
  e->span = at;
  return e;
}

ast_expr *ast_build_map(parser *p, span at, pairs_vec *pairs) {
  uint32_t depth = 0;
  for (uint32_t i = 0; pairs && i < pairs->count; i++) {
    depth = depth_max(depth, depth_max(pairs->items[i].key->depth, pairs->items[i].value->depth));
  }
  ast_expr *e = new_expr(p, AST_EXPR_MAP, at, depth);
  if (!failed(e)) SET_LIST(e->u.map, pairs);
  return e;
}

ast_expr *ast_build_build(parser *p, span at, ast_cap cap, span cap_span, const ast_expr *inner) {
  ast_expr *e = new_expr(p, AST_EXPR_BUILD, at, inner->depth);
  if (failed(e)) return e;
  e->u.build.cap = cap;
  e->u.build.cap_span = cap_span;
  e->u.build.inner = inner;
  return e;
}
