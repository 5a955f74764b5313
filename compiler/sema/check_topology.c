// check_topology.c — topologies: their parts, and the functions that make and change them.
// Promises: what a topology does when it is spawned is a few ordinary functions in HIR: flow, lowering and all passes know nothing of
//           it but calls. Sizes and numbers first, then all agents exist, then inner topologies, then the arguments of agents.
#include "sema/check_topology.h"

#include "diag/edit.h"
#include "sema/cap_report.h"

static diag_sink *sink_of(sema *s) { return s->muted ? &s->silent : s->diag; }
static const ast_item *item_of(const decl_info *d, uint32_t part) { return d->topology->items[part]; }

// ---- parts -------------------------------------------------------------------------------------------------------------------------
static const type *member_type(sema *s, const ast_item *item) {
  const type *t = type_from_ast(s, item->type);
  bool agent = t->kind == TY_AGENT && t->decl->kind == DECL_AGENT;
  bool topology = t->kind == TY_CLASS && t->decl->topology;
  if (t->kind == TY_ERROR || agent || topology) return t;
  diag *d = error_at(s, E0605, item->type->span, "`%s` is no agent, and no topology either", text_of(s, t));
  if (t->kind == TY_AGENT) diag_help(d, "it is an interface: name an agent that has its behaviours");
  return s->error;
}

static hir_node part_of(sema *s, const ast_item *item) {
  const type *t = member_type(s, item);
  mailbox_options o = check_annotations(s, &item->annotations);
  hir_node p = {.name = item->name.name->text, .span = item->name.span, .type = t};
  p.is_group = item->kind == AST_ITEM_GROUP;
  p.size = -1;
  if (p.is_group) p.range = span_join(span_after(item->name.span), item->range->span);
  if (p.is_group) p.range.end++; // with the `]`
  p.decl = t->kind == TY_ERROR ? NULL : t->decl;
  if (p.is_group && p.decl && s->d_array) p.type = type_array_of(s, t, CAP_VAL);
  p.mailbox_capacity = o.capacity, p.mailbox_high = o.high, p.mailbox_low = o.low;
  p.mailbox_full = o.full, p.priority = o.priority;
  if (item->annotations.count && p.decl && p.decl->topology) {
    diag *d = error_at(s, E0604, item->annotations.items[0].span, "a topology has no mailbox: its agents have");
    diag_help(d, "write it in `%s`, before the node or group that it is for", p.decl->name);
  }
  return p;
}

void topology_parts(sema *s, decl_info *d) {
  const ast_decl *ast = d->topology->ast;
  uint32_t n = 0, room = ast->u.topology.items.count;
  hir_topology *t = ARENA_NEW(s->a, hir_topology);
  topology_info *info = ARENA_NEW(s->a, topology_info);
  *info = (topology_info){.ast = ast, .items = ARENA_ARRAY(s->a, const ast_item *, room ? room : 1)};
  t->parts = ARENA_ARRAY(s->a, hir_node, room ? room : 1);
  for (uint32_t i = 0; i < room; i++) {
    const ast_item *item = &ast->u.topology.items.items[i];
    if (item->kind != AST_ITEM_NODE && item->kind != AST_ITEM_GROUP) continue;
    t->parts[n] = part_of(s, item);
    info->items[n] = item;
    member_add(s, d, (member){.kind = MEMBER_PART, .name = item->name.name, .index = n, .span = item->name.span});
    n++;
  }
  t->part_count = n;
  d->topology = info;
  d->hir.topology = t;
}

// ---- the methods that no program names ------------------------------------------------------------------------------------------------
static fn_info *method_new(sema *s, decl_info *d, wiring_kind kind, uint32_t part, const char *name, const type *param,
                           const char *param_name) {
  static const ast_block nothing = {0};
  static const ast_decl shape = {.kind = AST_DECL_FN, .u.fn = {.body = &nothing}};
  wiring *w = ARENA_NEW(s->a, wiring);
  *w = (wiring){kind, part};
  fn_info *f = ARENA_NEW(s->a, fn_info);
  f->decl_ast = &shape;
  f->ast = &shape.u.fn;
  f->mod = d->mod;
  f->owner = d;
  f->name = str_intern_cstr(s->names, arena_printf(s->a, "(%s)", name));
  f->open = d->open;
  f->env = d->env;
  f->instance = d->instance;
  f->lazy = d->hir.targ_count > 0;
  f->is_signed = true;
  f->wiring = w;
  f->hir = (hir_fn){.kind = FN_METHOD,
                    .name = name,
                    .module = d->mod->in->name,
                    .owner = &d->hir,
                    .span = kind == WIRING_MAKE ? d->hir.span : d->hir.topology->parts[part].span,
                    .receiver = CAP_VAL,
                    .result = s->unit};
  f->hir.body_span = f->hir.span;
  f->hir.self = var_new(s, s->n_self, type_of_decl(s, d, NULL, 0, CAP_VAL), f->hir.span, false);
  f->hir.self->is_self = true;
  f->hir.params = ARENA_ARRAY(s->a, hir_var *, 1);
  if (param) {
    f->hir.params[f->hir.param_count++] = var_new(s, str_intern_cstr(s->names, param_name), param, f->hir.span, false);
    f->hir.params[0]->is_param = true;
  }
  VEC_PUSH(s->a, &s->fns, f);
  member_add(s, d, (member){.kind = MEMBER_FN, .name = f->name, .span = f->hir.span, .fn = f});
  d->hir.methods[d->hir.method_count++] = &f->hir;
  return f;
}

void topology_methods(sema *s, decl_info *d) {
  hir_topology *t = (hir_topology *)(uintptr_t)d->hir.topology;
  d->hir.methods = ARENA_ARRAY(s->a, hir_fn *, 2 * t->part_count + 1);
  t->make = &method_new(s, d, WIRING_MAKE, 0, "make", NULL, NULL)->hir;
  for (uint32_t i = 0; i < t->part_count; i++) {
    hir_node *p = &t->parts[i];
    p->fill = &method_new(s, d, WIRING_FILL, i, arena_printf(s->a, "fill_%s", p->name), s->range, "indices")->hir;
    if (p->is_group)
      p->grow = &method_new(s, d, WIRING_GROW, i, arena_printf(s->a, "grow_%s", p->name), s->i64, "n")->hir;
  }
  topology_wiring(s, d);
}

// ---- expressions -----------------------------------------------------------------------------------------------------------------------
hir_expr *topology_op(sema *s, hir_topology_op op, const type *t, span at, const hir_expr *handle, uint32_t index) {
  hir_expr *e = expr_new(s, HIR_TOPOLOGY, t, at);
  e->topology.op = op;
  e->topology.object = handle;
  e->topology.index = index;
  return e;
}

static hir_expr *op_with(sema *s, hir_topology_op op, const type *t, span at, const hir_expr *handle, uint32_t index,
                         const hir_expr *arg) {
  hir_expr *e = topology_op(s, op, t, at, handle, index);
  e->topology.args = (hir_list){ARENA_ARRAY(s->a, const hir_expr *, 1), 1};
  e->topology.args.items[0] = arg;
  return e;
}

static hir_expr *value_of(sema *s, hir_var *v, span at) { return take_value(s, expr_local(s, v, at)); }

static hir_expr *let_new(sema *s, const char *name, hir_expr *value, hir_var **out) {
  hir_pat *pat = pattern_wild(s, value->type, value->span);
  pat->kind = PAT_BIND;
  pat->var = *out = var_new(s, str_intern_cstr(s->names, name), value->type, value->span, false);
  hir_expr *let = expr_new(s, HIR_LET, s->unit, value->span);
  let->let.pat = pat;
  let->let.init = value;
  return let;
}

typedef VEC(const hir_expr *) statements;

static hir_expr *block_of(sema *s, const statements *list, hir_expr *result, span at) {
  hir_expr *b = expr_new(s, HIR_BLOCK, result ? result->type : s->unit, at);
  b->block.stmts = list->items;
  b->block.count = list->count;
  b->block.result = result;
  return b;
}

static hir_expr *call_method(sema *s, const hir_fn *f, hir_expr *handle, const hir_expr *arg, span at) {
  hir_expr *e = expr_new(s, HIR_CALL, s->unit, at);
  e->call.fn = f;
  e->call.receiver = handle;
  e->call.args = (hir_list){ARENA_ARRAY(s->a, const hir_expr *, 1), arg ? 1 : 0};
  e->call.args.items[0] = arg;
  fn_reach(s, info_of_fn(f));
  return e;
}

hir_expr *topology_made(sema *s, decl_info *d, const ast_args *args, span at, const type *hint, bool start) {
  arg_list list = made_args(s, &d, -1, args, at, arena_printf(s->a, "`%s`", d->hir.name), hint);
  if (d->generic) return expr_error(s, at);
  const type *t = type_of_decl(s, d, NULL, 0, CAP_VAL);
  if (!list.ok) return expr_new(s, HIR_ERROR, t, at);
  hir_expr *e = expr_new(s, HIR_NEW, t, at);
  e->make.decl = &d->hir;
  e->make.args = (hir_list){list.items, list.count};
  statements all = {0};
  hir_var *handle;
  VEC_PUSH(s->a, &all, let_new(s, "topology", after_args(s, &list, e), &handle));
  // At once: nothing may raise while the handle has no core.
  VEC_PUSH(s->a, &all, topology_op(s, TOPOLOGY_BEGIN, s->unit, at, expr_local(s, handle, at), 0));
  VEC_PUSH(s->a, &all, call_method(s, d->hir.topology->make, expr_local(s, handle, at), NULL, at));
  if (start) VEC_PUSH(s->a, &all, topology_op(s, TOPOLOGY_START, s->unit, at, expr_local(s, handle, at), 0));
  return block_of(s, &all, value_of(s, handle, at), at);
}

hir_expr *topology_grown(sema *s, hir_expr *group, hir_expr *n, span at) {
  const hir_expr *handle = group->topology.object;
  const hir_node *p = &handle->type->decl->topology->parts[group->topology.index];
  return call_method(s, p->grow, (hir_expr *)(uintptr_t)handle, n, at);
}

// ---- names -----------------------------------------------------------------------------------------------------------------------------
hir_expr *topology_part(sema *s, hir_expr *handle, uint32_t index, span at) {
  const hir_node *p = &handle->type->decl->topology->parts[index];
  if (p->type->kind == TY_ERROR) return expr_error(s, at);
  if (!cap_path_may_read(path_of(s, handle))) {
    cap_report_read(sink_of(s), s->types, at, handle, p->name);
    return expr_error(s, at);
  }
  return topology_op(s, p->is_group ? TOPOLOGY_MEMBERS : TOPOLOGY_NODE, p->type, at, handle, index);
}

bool topology_part_named(sema *s, uint32_t index, span at) {
  const fn_cx *cx = s->cx;
  while (cx->closure) cx = cx->closure->outer;
  const wiring *w = cx->fn ? cx->fn->wiring : NULL;
  if (!w) return true;
  const hir_node *parts = cx->owner->hir.topology->parts, *named = &parts[index];
  if (w->kind == WIRING_MAKE) {
    diag *d = error_at(s, E0633, at, "`%s` does not exist yet: sizes and numbers come first", named->name);
    diag_note(d, named->span, "it is made when all of them are known");
    diag_help(d, "compute it from the parameters of `%s`", cx->owner->name->text);
    return false;
  }
  bool inner = named->decl && named->decl->topology, here = parts[w->part].decl && parts[w->part].decl->topology;
  if (!inner || !here || index < w->part) return true;
  diag *d = error_at(
      s, E0633, at, "`%s` does not exist yet: topologies in a topology are made in the order of the text", named->name);
  diag_note(d, named->span, "it is made here");
  if (index != w->part) diag_help(d, "put `%s` before `%s`", named->name, parts[w->part].name);
  return false;
}

// ---- bodies ----------------------------------------------------------------------------------------------------------------------------
static bool known_range(const hir_expr *e, int64_t *from, int64_t *to) {
  bool range = e->kind == HIR_BINARY && e->binary.op == OP_RANGE;
  if (!range || e->binary.a->kind != HIR_INT || e->binary.b->kind != HIR_INT) return false;
  *from = (int64_t)e->binary.a->u, *to = (int64_t)e->binary.b->u;
  return true;
}

static bool in_shape(const hir_topology *t, uint32_t part) {
  for (uint32_t i = 0; i < t->shape_count; i++)
    if (t->shapes[i].part == part) return true;
  return false;
}

// How many members a group begins with.
static hir_expr *size_of(sema *s, const decl_info *d, uint32_t part) {
  const ast_item *item = item_of(d, part);
  hir_expr *e = check_as(s, item->range, s->range, "what a group counts");
  int64_t from, to;
  if (is_error(e) || !known_range(e, &from, &to)) return e;
  ((hir_node *)d->hir.topology->parts)[part].size = to - from; // ours
  if (to < from) {
    error_at(s, E0635, e->span, "group `%s` would have fewer than no members", item->name.name->text);
  } else if (to == from && in_shape(d->hir.topology, part)) {
    diag *x = error_at(s, E0635, e->span, "group `%s` begins without members, and its shape needs one",
                       item->name.name->text);
    for (uint32_t i = 0; i < d->hir.topology->shape_count; i++)
      if (d->hir.topology->shapes[i].part == part) diag_note(x, d->hir.topology->shapes[i].span, "it stands in this");
  }
  return e;
}

static hir_expr *one_member(sema *s, span at) {
  hir_expr *e = expr_new(s, HIR_BINARY, s->range, at);
  e->binary.op = OP_RANGE;
  e->binary.a = expr_int(s, s->i64, 0, at);
  e->binary.b = expr_int(s, s->i64, 1, at);
  return e;
}

static void fill_all(sema *s, fn_info *f, hir_var **ranges, bool topologies, statements *out) {
  const hir_topology *t = f->owner->hir.topology;
  for (uint32_t i = 0; i < t->part_count; i++) {
    span at = t->parts[i].span;
    if (!t->parts[i].decl || (t->parts[i].decl->topology != NULL) != topologies) continue;
    VEC_PUSH(s->a, out,
             call_method(s, t->parts[i].fill, expr_local(s, f->hir.self, at), value_of(s, ranges[i], at), at));
  }
}

static hir_expr *make_body(sema *s, fn_info *f) {
  const hir_topology *t = f->owner->hir.topology;
  span at = f->hir.span;
  statements all = {0};
  hir_var **ranges = ARENA_ARRAY(s->a, hir_var *, t->part_count + 1);
  for (uint32_t i = 0; i < t->part_count; i++) {
    hir_expr *n = t->parts[i].is_group ? size_of(s, f->owner, i) : one_member(s, t->parts[i].span);
    VEC_PUSH(s->a, &all, let_new(s, "indices", n, &ranges[i]));
  }
  const ast_decl *ast = f->owner->topology->ast;
  for (uint32_t i = 0, number = 0; i < ast->u.topology.items.count; i++) {
    hir_expr *values[2];
    uint32_t n = topology_numbers(s, f->owner, &ast->u.topology.items.items[i], values);
    for (uint32_t k = 0; k < n; k++)
      VEC_PUSH(
          s->a, &all,
          op_with(s, TOPOLOGY_NUMBER, s->unit, values[k]->span, expr_local(s, f->hir.self, at), number++, values[k]));
  }
  for (uint32_t i = 0; i < t->part_count; i++) {
    span where = t->parts[i].is_group ? item_of(f->owner, i)->range->span : t->parts[i].span;
    VEC_PUSH(
        s->a, &all,
        op_with(s, TOPOLOGY_GROUP, s->unit, where, expr_local(s, f->hir.self, at), i, value_of(s, ranges[i], where)));
  }
  fill_all(s, f, ranges, true, &all);
  fill_all(s, f, ranges, false, &all);
  return block_of(s, &all, NULL, at);
}

// The member with an index: its first message, or an inner topology.
static hir_expr *fill_one(sema *s, fn_info *f, hir_expr *index) {
  uint32_t part = f->wiring->part;
  const hir_node *p = &f->owner->hir.topology->parts[part];
  const ast_item *item = item_of(f->owner, part);
  decl_info *made = info_of(p->decl);
  bool inner = p->decl->topology != NULL;
  arg_list list = {.ok = true, .count = 1};
  hir_expr *handle = NULL;
  if (inner) handle = topology_made(s, made, &item->args, item->type->span, NULL, false);
  else list = made_args(s, &made, -1, &item->args, item->type->span, arena_printf(s->a, "`%s`", made->hir.name), NULL);
  if (!list.ok || (handle && handle->kind == HIR_ERROR)) return expr_error(s, item->span);
  hir_expr *e = topology_op(s, inner ? TOPOLOGY_PUT : TOPOLOGY_INIT, s->unit, item->type->span,
                            expr_local(s, f->hir.self, item->span), part);
  e->topology.args = (hir_list){ARENA_ARRAY(s->a, const hir_expr *, list.count + 1), list.count + 1};
  e->topology.args.items[0] = index;
  for (uint32_t i = 0; i < list.count; i++) e->topology.args.items[i + 1] = inner ? handle : list.items[i];
  return inner ? e : after_args(s, &list, e);
}

// Nobody knows what it is: its arguments are looked at all the same.
static hir_expr *nothing_filled(sema *s, const ast_item *item) {
  check_surplus(s, &item->args);
  return expr_error(s, item->span);
}

static hir_expr *fill_body(sema *s, fn_info *f) {
  const ast_item *item = item_of(f->owner, f->wiring->part);
  const hir_node *p = &f->owner->hir.topology->parts[f->wiring->part];
  if (!p->is_group) {
    if (!p->decl) return nothing_filled(s, item);
    statements one = {0};
    VEC_PUSH(s->a, &one, fill_one(s, f, expr_int(s, s->i64, 0, item->span)));
    return block_of(s, &one, NULL, item->span);
  }
  hir_pat *pat = pattern_wild(s, s->i64, item->index.span);
  pat->kind = PAT_BIND;
  pat->var = var_new(s, item->index.name, s->i64, item->index.span, false);
  uint32_t count, scope = scope_enter(s, &count);
  if (!str_is(item->index.name, "_")) local_add(s, item->index.name, pat->var, item->index.span);
  statements body = {0};
  hir_expr *index = value_of(s, pat->var, item->index.span);
  VEC_PUSH(s->a, &body, p->decl ? fill_one(s, f, index) : nothing_filled(s, item));
  scope_leave(s, scope, count);
  hir_expr *e = expr_new(s, HIR_FOR, s->unit, item->span);
  e->for_.kind = FOR_RANGE;
  e->for_.pat = pat;
  e->for_.iter = value_of(s, f->hir.params[0], item->span);
  e->for_.body = block_of(s, &body, NULL, item->span);
  return e;
}

static hir_expr *grow_body(sema *s, fn_info *f) {
  uint32_t part = f->wiring->part;
  span at = f->hir.span;
  statements all = {0};
  hir_var *indices;
  hir_expr *grown =
      op_with(s, TOPOLOGY_GROW, s->range, at, expr_local(s, f->hir.self, at), part, value_of(s, f->hir.params[0], at));
  VEC_PUSH(s->a, &all, let_new(s, "indices", grown, &indices));
  hir_expr *discard =
      op_with(s, TOPOLOGY_DISCARD, s->unit, at, expr_local(s, f->hir.self, at), part, value_of(s, indices, at));
  VEC_PUSH(s->a, &all, expr_unary(s, HIR_DEFER, s->unit, at, discard));
  const hir_fn *fill = f->owner->hir.topology->parts[part].fill;
  VEC_PUSH(s->a, &all, call_method(s, fill, expr_local(s, f->hir.self, at), value_of(s, indices, at), at));
  VEC_PUSH(s->a, &all,
           op_with(s, TOPOLOGY_ADD, s->unit, at, expr_local(s, f->hir.self, at), part, value_of(s, indices, at)));
  return block_of(s, &all, NULL, at);
}

hir_expr *topology_body(sema *s, fn_info *f) {
  static hir_expr *(*const bodies[])(sema *, fn_info *) = {
      [WIRING_MAKE] = make_body, [WIRING_FILL] = fill_body, [WIRING_GROW] = grow_body};
  return bodies[f->wiring->kind](s, f);
}
