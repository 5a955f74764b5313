// check_closure.c — closures: their parameters, what they capture, their bodies; functions named as values; calls of values.
// Method:   the body is checked as a function of its own whose `fn_cx` knows where it is made. A name that it does not declare is looked
//           for there, and becomes a capture: a value computed when the closure is made, and a fixed field of the closure.
//           So all that capabilities say of fields holds for captures.
// Promises: each capture is taken once, in order of first use. An ordinary closure sees itself as `ref`, a `val` one as `val`.
//           Parameter types come from the expected type where they are not written, the result from the body, `!` from what it raises.
// Does not: follow moves: the captures are operands of HIR_CLOSURE, which flow.c visits as such.
#include "sema/cap_report.h"
#include "sema/check.h"

static diag_sink *sink_of(sema *s) { return s->muted ? &s->silent : s->diag; }

// ---- captures -----------------------------------------------------------------------------------------------------------
static local *find_capture(closure_cx *c, const str *name) {
  for (uint32_t i = 0; i < c->names.count; i++)
    if (c->names.items[i].name == name) return &c->names.items[i];
  return NULL;
}

static const char *closure_words(cap c) { return c == CAP_VAL ? "a `val` closure" : "an `iso` closure"; }

// A closure that may go elsewhere takes only what may go there too.
static bool may_capture(sema *s, const closure_cx *c, const str *name, const hir_expr *value) {
  const type *t = value->type;
  if (type_holds_future(t)) {
    diag *d = error_at(s, E0429, value->span, "future `%s` cannot be captured: only the one who asked may await it",
                       name->text);
    diag_help(d, "`await` it first, and capture the answer");
    return false;
  }
  bool fits = c->cap == CAP_REF || (c->cap == CAP_VAL ? type_is_shareable(s->types, t) : type_is_sendable(s->types, t));
  if (fits) return true;
  diag *d = error_at(s, E0432, value->span, "`%s` is `%s`, which %s cannot capture", name->text, text_full(s, t),
                     closure_words(c->cap));
  diag_note(d, c->at, "the closure may go to another agent, and what it has captured goes with it");
  if (type_is_sendable(s->types, t))
    diag_help(d,
              "an `iso` has one owner, and a `val` closure may have many: make it `val` first, `let shared: %s = %s`",
              text_full(s, type_with_cap(s->types, t, CAP_VAL)), name->text);
  else
    diag_help(d, "capture what is `val` or `tag`, or take out what it needs before: `let n = %s.size()`", name->text);
  return false;
}

static local *add_capture(sema *s, closure_cx *c, const str *name, const hir_expr *value, span at) {
  local l = {.name = name};
  if (!is_error(value) && may_capture(s, c, name, value)) {
    VEC_PUSH(s->a, &c->fields, (hir_field){.name = name->text, .type = value->type, .span = at});
    VEC_PUSH(s->a, &c->values, value);
    l.capture = c->fields.count;
    l.var = var_new(s, name, value->type, at, false);
    c->decl->hir.fields = c->fields.items;
    c->decl->hir.field_count = c->decl->hir.header_count = c->fields.count;
  }
  VEC_PUSH(s->a, &c->names, l);
  return &VEC_LAST(&c->names);
}

// What the enclosing function has under this name, as a value of its own: moved, if it is unique.
static hir_expr *outer_value(sema *s, const local *l, bool outside, span at) {
  if (!l->var) return expr_error(s, at);
  hir_expr *x = l->capture ? closure_captured(s, l, at) : expr_local(s, l->var, at);
  const type *t = l->var->type;
  if (!outside || (l->capture ? type_is_shareable(s->types, t) : type_is_sendable(s->types, t)))
    return take_value(s, x);
  const char *what = arena_printf(s->a, "`%s`", l->name->text);
  return outside_use(s, at, what, t, SPAN_NONE) ? take_value(s, x) : expr_error(s, at);
}

void closure_names(sema *s, span at) {
  for (fn_cx *cx = s->cx; cx && cx->closure; cx = cx->closure->outer) cx->closure->use = at;
}

local *closure_capture(sema *s, const str *name) {
  closure_cx *c = s->cx->closure;
  local *known = find_capture(c, name);
  if (known) return known;
  fn_cx *inner = s->cx;
  bool outside = false;
  s->cx = c->outer;
  local *l = local_find(s, name, &outside);
  bool plain = !l || l->constant;
  hir_expr *value = plain ? NULL : outer_value(s, l, outside, c->use);
  s->cx = inner;
  return plain ? l : add_capture(s, c, name, value, c->use);
}

hir_expr *closure_captured(sema *s, const local *l, span at) {
  if (!l->var) return expr_error(s, at);
  hir_expr *e = expr_new(s, HIR_FIELD, l->var->type, at);
  e->member.object = expr_local(s, s->cx->closure->self, at);
  e->member.index = l->capture - 1;
  place_typed(s, e);
  return e;
}

hir_expr *closure_captures_part(sema *s, const str *name, hir_expr *value, span at) {
  closure_cx *c = s->cx->closure;
  fn_cx *inner = s->cx;
  s->cx = c->outer;
  value = take_value(s, value);
  s->cx = inner;
  return closure_captured(s, add_capture(s, c, name, value, at), at);
}

// The object around: kept as it is seen where the closure is made. What may go elsewhere has its identity only.
hir_expr *closure_self(sema *s, span at) {
  closure_cx *c = s->cx->closure;
  local *l = find_capture(c, s->n_self);
  if (!l) {
    fn_cx *inner = s->cx;
    s->cx = c->outer;
    hir_expr *value = self_expr(s, at);
    if (s->cx->is_init) value->type = type_with_cap(s->types, value->type, CAP_TAG);
    const type *t = value->type;
    if (c->cap != CAP_REF && (t->kind == TY_CLASS || t->kind == TY_AGENT) && t->cap != CAP_VAL) {
      value = coerce(s, value, type_with_cap(s->types, t, CAP_TAG), "`self`");
    } else {
      value = take_value(s, value);
      if (t->kind == TY_AGENT) value->type = t; // this agent's own stays in this agent
    }
    s->cx = inner;
    l = add_capture(s, c, s->n_self, value, at);
  }
  return closure_captured(s, l, at);
}

bool closure_self_is_tag(sema *s, const hir_expr *self, const str *field, span at) {
  const closure_cx *c = s->cx->closure;
  if (c->cap == CAP_REF || self->type->cap != CAP_TAG || s->cx->self->type->cap == CAP_TAG) return false;
  diag *d = error_at(s, E0432, at, "`%s` belongs to `self`, of which %s knows only the identity", field->text,
                     closure_words(c->cap));
  diag_note(d, c->at, "the closure may go to another agent, and `self` stays here");
  diag_help(d, "take out what it needs before: `let %s = %s`", field->text, field->text);
  return true;
}

// ---- what a closure is ----------------------------------------------------------------------------------------------------
typedef struct closure_param {
  const str *name;
  const type *type;
  span span;
} closure_param;

// What is known of a closure before its body is checked.
typedef struct closure_sketch {
  cap cap;
  closure_param *params;
  uint32_t count;
  const type *result; // NULL: what the body gives
  bool raises;        // it may; whether it does is what the body says
  const ast_expr *body;
  fn_info *named; // … or the function it stands for
  span at;
} closure_sketch;

bool type_is_told(const type *t) {
  if (t->kind == TY_ERROR) return false;
  for (uint32_t i = 0; i < t->arg_count; i++)
    if (!type_is_told(t->args[i])) return false;
  return true;
}

static closure_cx *closure_begin(sema *s, const closure_sketch *k) {
  closure_cx *c = ARENA_NEW(s->a, closure_cx);
  decl_info *d = ARENA_NEW(s->a, decl_info);
  *c = (closure_cx){.outer = s->cx, .decl = d, .cap = k->cap, .at = k->at, .use = k->at};
  d->name = str_internf(s->names, "%s_closure_%u", s->cx->fn ? s->cx->fn->hir.name : "init", s->closures.count + 1);
  d->mod = s->cx->mod;
  d->inits = DONE;
  map_init(&d->members, s->a);
  d->hir = (hir_decl){.kind = DECL_CLASS,
                      .name = d->name->text,
                      .module = s->cx->mod->in->name,
                      .span = k->at,
                      .default_cap = CAP_REF,
                      .is_closure = true};
  cap seen = k->cap == CAP_VAL ? CAP_VAL : CAP_REF;
  c->self = var_new(s, s->n_self, type_nominal(s->types, TY_CLASS, &d->hir, NULL, 0, seen), k->at, false);
  c->self->is_self = true;
  return c;
}

static fn_info *closure_fn(sema *s, const closure_sketch *k, closure_cx *c) {
  fn_info *f = ARENA_NEW(s->a, fn_info);
  f->mod = s->cx->mod;
  f->owner = c->decl;
  f->name = str_intern_cstr(s->names, "closure");
  f->hir = (hir_fn){.kind = FN_CLOSURE,
                    .name = "closure",
                    .module = c->decl->hir.module,
                    .owner = &c->decl->hir,
                    .span = k->at,
                    .body_span = k->body ? k->body->span : k->at,
                    .receiver = c->self->type->cap,
                    .param_count = k->count,
                    .result = k->result ? k->result : s->unit,
                    .raises = k->raises,
                    .self = c->self};
  f->hir.params = ARENA_ARRAY(s->a, hir_var *, k->count + 1u);
  for (uint32_t i = 0; i < k->count; i++) {
    hir_var *v = var_new(s, k->params[i].name, k->params[i].type, k->params[i].span, false);
    v->is_param = true;
    f->hir.params[i] = v;
    if (!str_is(k->params[i].name, "_")) local_add(s, k->params[i].name, v, k->params[i].span);
  }
  VEC_PUSH(s->a, &s->closures, f);
  return f;
}

// A call of the function that the closure stands for.
static hir_expr *call_named(sema *s, const closure_sketch *k) {
  ast_arg *items = ARENA_ARRAY(s->a, ast_arg, k->count + 1u);
  for (uint32_t i = 0; i < k->count; i++) {
    ast_expr *x = ARENA_NEW(s->a, ast_expr);
    x->kind = AST_EXPR_NAME;
    x->span = k->at;
    x->u.name = k->params[i].name;
    items[i].value = x;
  }
  ast_args args = {.items = items, .count = k->count};
  s->cx->tries++;
  hir_expr *e = call_fn(s, k->named, NULL, &args, k->at, k->at, k->result);
  s->cx->tries--;
  return e;
}

static hir_expr *check_known_body(sema *s, const closure_sketch *k, const type *want) {
  if (k->named) return coerce(s, call_named(s, k), want, "the result");
  if (k->body->kind == AST_EXPR_BLOCK) return check_block_as(s, k->body->u.block, want, "the result");
  if (want == s->unit) return drop_value(s, check_unused(s, k->body, true));
  return check_as(s, k->body, want, "the result");
}

hir_expr *closure_gives_none(sema *s, span at) {
  diag *d = error_at(s, E0303, at, "what this closure gives cannot be told from `none`");
  diag_help(d, "write its result: `|…| -> T? { … }`");
  return expr_error(s, at);
}

static hir_expr *check_body(sema *s, const closure_sketch *k) {
  fn_cx *cx = s->cx;
  if (cx->result) return check_known_body(s, k, cx->result);
  hir_expr *x = k->named ? call_named(s, k) : check_expr(s, k->body, NULL);
  if (cx->result) return x->type->kind == TY_NEVER ? x : coerce(s, x, cx->result, "the result");
  if (x->type->kind == TY_NONE) return closure_gives_none(s, x->span);
  x = take_value(s, x);
  cx->result = x->type;
  return x;
}

static hir_expr *closure_node(sema *s, const closure_cx *c, const fn_info *f) {
  hir_expr *e = expr_new(s, HIR_CLOSURE, f->shape, c->at);
  e->closure.decl = &c->decl->hir;
  e->closure.fn = &f->hir;
  e->closure.captures = (hir_list){c->values.items, c->values.count};
  return e;
}

static hir_expr *make_closure(sema *s, const closure_sketch *k) {
  fn_cx *outer = s->cx;
  closure_cx *c = closure_begin(s, k);
  fn_cx cx = {.up = outer,
              .mod = outer->mod,
              .owner = outer->owner,
              .self = outer->self,
              .result = k->result,
              .is_init = outer->is_init,
              .init_field = outer->init_field,
              .declaring = outer->declaring,
              .constant = outer->constant,
              .closure = c,
              .env = outer->env,
              .open = outer->open,
              .instance = outer->instance};
  s->cx = &cx;
  fn_info *f = closure_fn(s, k, c);
  cx.fn = f;
  f->open = outer->open;
  f->instance = outer->instance;
  if (outer->fn) f->view = outer->fn->view, f->origin = outer->fn->origin;
  hir_expr *body = check_body(s, k);
  s->cx = outer;
  const type **parts = ARENA_ARRAY(s->a, const type *, k->count + 1u);
  for (uint32_t i = 0; i < k->count; i++) parts[i] = k->params[i].type;
  f->hir.result = parts[k->count] = cx.result ? cx.result : s->error;
  f->hir.raises = k->raises && (f->raises.count || f->calls.count || f->passed.count);
  f->hir.body = body;
  f->checked = true;
  f->shape = type_fn(s->types, parts, k->count + 1, f->hir.raises, k->cap);
  return is_error(body) ? expr_error(s, k->at) : closure_node(s, c, f);
}

// ---- closures as they are written ---------------------------------------------------------------------------------------
static const type *expected_fn(const type *hint) {
  const type *t = hint ? type_unwrap(hint) : NULL;
  return t && t->kind == TY_FN ? t : NULL;
}

static bool report_count(sema *s, span at, uint32_t has, const type *want) {
  diag *d = error_at(s, E0340, at, "this takes %u argument%s, and a `%s` is wanted", has, plural(has, "", "s"),
                     text_of(s, want));
  uint32_t n = want->arg_count - 1;
  if (n == 0) diag_help(d, "write `|| …`");
  else
    diag_help(d, "it is given %u: name %s between the bars, `_` for one that is not needed", n,
              plural(n, "it", "them"));
  return false;
}

static const type *param_type(sema *s, const ast_closure_param *p, const type *want, uint32_t i) {
  if (p->type) return type_from_ast(s, p->type);
  if (want && type_is_told(want->args[i])) return want->args[i];
  if (s->poisoned_wants) return s->error;
  diag *d =
      error_at(s, E0303, p->span, "the type of `%s` cannot be told from where this closure goes", p->name.name->text);
  diag_help(d, "write it: `|%s: T|`", p->name.name->text);
  return s->error;
}

hir_expr *check_closure(sema *s, const ast_expr *e, const type *hint) {
  const type *want = expected_fn(hint);
  closure_sketch k = {
      .cap = (cap)e->u.closure.cap, .count = e->u.closure.params.count, .at = e->span, .body = e->u.closure.body};
  if (k.cap == CAP_NONE) k.cap = CAP_REF;
  bool ok = !want || want->arg_count == k.count + 1u || report_count(s, e->span, k.count, want);
  k.params = ARENA_ARRAY(s->a, closure_param, k.count + 1u);
  for (uint32_t i = 0; ok && i < k.count; i++) {
    const ast_closure_param *p = &e->u.closure.params.items[i];
    k.params[i] = (closure_param){p->name.name, param_type(s, p, want, i), p->span};
    ok &= k.params[i].type->kind != TY_ERROR;
  }
  if (!ok) return expr_error(s, e->span);
  if (e->u.closure.result) k.result = type_from_ast(s, e->u.closure.result);
  else if (want && type_is_told(want->args[k.count])) k.result = want->args[k.count];
  k.raises = !want || want->raises || !type_is_told(want);
  return make_closure(s, &k);
}

// A function named as a value is a closure that captures nothing and calls it.
hir_expr *closure_of_fn(sema *s, fn_info *f, span at, const type *hint) {
  const type *want = expected_fn(hint);
  closure_sketch k = {.cap = CAP_VAL, .count = f->hir.param_count, .at = at, .named = f, .raises = true};
  if (want && want->arg_count != k.count + 1u) {
    report_count(s, at, k.count, want);
    return expr_error(s, at);
  }
  k.params = ARENA_ARRAY(s->a, closure_param, k.count + 1u);
  for (uint32_t i = 0; i < k.count; i++) {
    const type *t = f->hir.params[i]->type;
    if (f->hir.tparam_count) t = want && type_is_told(want->args[i]) ? want->args[i] : s->error;
    k.params[i] = (closure_param){str_internf(s->names, "a%u", i), t, at};
    if (t->kind != TY_ERROR) continue;
    diag *d = error_at(s, E0303, at, "for which types `%s` is meant cannot be told from where it goes", f->hir.name);
    diag_help(d, "write a closure that says it: `|x: T| %s(x)`", f->hir.name);
    return expr_error(s, at);
  }
  if (f->hir.tparam_count && want && type_is_told(want->args[k.count])) k.result = want->args[k.count];
  return make_closure(s, &k);
}

bool help_closure(sema *s, diag *d, const fn_info *method, span at, const type *hint) {
  const type *want = expected_fn(hint);
  if (!want) return false;
  const char *names = "";
  for (uint32_t i = 0; i < method->hir.param_count; i++)
    names = arena_printf(s->a, "%s%s%s", names, i ? ", " : "", method->hir.params[i]->name);
  diag_help(d, "a function value that calls it is `|%s| ….%s(%s)`", names, method->hir.name, names);
  diag_edit(d, span_before(at), arena_printf(s->a, "|%s| ", names));
  diag_edit(d, span_after(at), arena_printf(s->a, "(%s)", names));
  return true;
}

// ---- calls of values --------------------------------------------------------------------------------------------------------
static const char *callee_words(sema *s, const hir_expr *callee) {
  if (callee->kind == HIR_LOCAL) return arena_printf(s->a, "`%s`", callee->local.var->name);
  if (callee->kind == HIR_FIELD)
    return arena_printf(s->a, "`%s`", callee->member.object->type->decl->fields[callee->member.index].name);
  return "this function value";
}

// May it be called as it is seen here? *sealed: it lies inside of an iso.
static bool may_call(sema *s, const hir_expr *callee, span at, bool *sealed) {
  cap_path p = path_of(s, callee);
  *sealed = false;
  if (callee->type->cap == CAP_VAL) return true;
  *sealed = p.sealed;
  if (cap_can_write(callee->type->cap)) return true;
  diag *d = error_at(s, E0433, at, "%s is an ordinary closure and cannot be called through what may only be read",
                     callee_words(s, callee));
  cap_note_origin(d, s->types, callee);
  diag_note(d, SPAN_NONE, "it may write what it has captured, and here somebody else could be reading that");
  const fn_info *fn = s->cx->fn;
  if (fn && fn->hir.receiver == CAP_BOX)
    diag_help(d, "if it belongs to this object: `fn ref %s(…)` may call it", fn->hir.name);
  diag_help(d, "a closure that is called from everywhere is a `fn val`: it captures only what nobody writes");
  return false;
}

static bool check_border(sema *s, const hir_expr *callee, hir_expr *const *args, uint32_t n, const type *result,
                         span at) {
  for (uint32_t i = 0; i < n; i++) {
    if (is_unique(s, args[i])) continue;
    cap_report_into_iso(sink_of(s), s->types, E0413, args[i], args[i]->span, callee,
                        arena_printf(s->a, "argument %u", i + 1), value_type(s, args[i]));
    return false;
  }
  if (type_is_sendable(s->types, result)) return true;
  cap_report_into_iso(sink_of(s), s->types, E0413, NULL, at, callee, "what it gives", result);
  return false;
}

static bool value_args(sema *s, const hir_expr *callee, const ast_args *args, span at, hir_expr **out) {
  const type *t = callee->type;
  uint32_t n = t->arg_count - 1;
  const char *name = callee_words(s, callee);
  bool ok = args->count == n;
  if (!ok) {
    diag *d =
        error_at(s, E0304, at, "%s takes %u argument%s, and this gives %u", name, n, plural(n, "", "s"), args->count);
    diag_help(d, "it is `%s`", text_of(s, t));
  }
  for (uint32_t i = 0; ok && i < n; i++) {
    if (!ast_has(args->items[i].name)) continue;
    diag *d = error_at(s, E0305, args->items[i].name.span, "the parameters of a function value have no names");
    diag_help(d, "give the arguments in order, without names");
    ok = false;
  }
  if (!ok) {
    check_surplus(s, args);
    return false;
  }
  param_desc *params = ARENA_ARRAY(s->a, param_desc, n + 1u);
  bool *lent = ARENA_ARRAY(s->a, bool, n + 1u);
  for (uint32_t i = 0; i < n; i++) {
    params[i].type = t->args[i];
    out[i] = check_expr(s, args->items[i].value, t->args[i]);
  }
  // What is lent to an ordinary closure could stay in what it has captured.
  if (t->cap == CAP_VAL) decide_lending(s, name, t->args[n], params, out, n, lent);
  for (uint32_t i = 0; i < n; i++) {
    if (!lent[i]) out[i] = coerce(s, out[i], t->args[i], arena_printf(s->a, "argument %u of %s", i + 1, name));
    ok &= !is_error(out[i]);
  }
  return ok;
}

hir_expr *call_value(sema *s, hir_expr *callee, const ast_expr *call) {
  const type *t = callee->type;
  uint32_t n = t->arg_count - 1;
  hir_expr **args = ARENA_ARRAY(s->a, hir_expr *, n + 1u);
  bool sealed;
  if (!value_args(s, callee, &call->u.call.args, call->span, args)) return expr_error(s, call->span);
  if (!may_call(s, callee, call->span, &sealed)) return expr_error(s, call->span);
  if (sealed && !check_border(s, callee, args, n, t->args[n], call->span)) return expr_error(s, call->span);
  if (t->raises) raises_decl(s, s->d_any_error, call->span, callee_words(s, callee), true);
  fn_info *caller = s->cx->fn ? s->cx->fn : s->cx->maker;
  if (caller) VEC_PUSH(s->a, &caller->callees, (call_site){.at = call->span, .no_await = s->cx->no_await, .value = t});
  hir_expr *e = expr_new(s, HIR_CALL_VALUE, t->args[n], call->span);
  e->call.receiver = callee;
  e->call.args = (hir_list){(const hir_expr **)args, n};
  return e;
}
