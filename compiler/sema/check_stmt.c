// check_stmt.c — statements and blocks: declarations, assignments, values that nobody uses.
// Promises: the value of a block is that of its last expression; where no value is wanted it is dropped, and what should not be
//           dropped (futures, bare values) is reported. A block that never ends has the type Never.
// Does not: check definite assignment and assignments to `let` (flow.c).
#include <string.h>

#include "diag/edit.h"
#include "sema/cap_report.h"
#include "sema/check.h"
#include "sema/exhaustive.h"

static diag_sink *sink_of(sema *s) { return s->muted ? &s->silent : s->diag; }

// ---- writing -------------------------------------------------------------------------------------------------------------------
static bool is_outside(const sema *s, const hir_var *v) {
  const fn_cx *cx = s->cx;
  if (!cx->recover || cx->recover->soft) return false;
  for (uint32_t i = 0; i < cx->recover->base; i++)
    if (cx->locals.items[i].var == v) return true;
  return false;
}

static bool writable_local(sema *s, const hir_expr *place, span at, const char *verb) {
  const hir_var *v = place->local.var;
  if (is_outside(s, v)) {
    diag *d = error_at(s, E0418, at, "`%s` stands outside this `%s` block and cannot be %s in it", v->name,
                       s->cx->recover->cap == CAP_VAL ? "val" : "iso", verb);
    diag_note(d, v->span, "`%s` is declared here", v->name);
    diag_note(d, s->cx->recover->at,
              "what is made here may go to another agent, so it must not work on what stays outside");
    diag_help(d, "let the block give the new value: `%s = … { … }`, or count in a variable of its own", v->name);
    return false;
  }
  if (v->is_self) {
    if (s->cx->fn && s->cx->fn->hir.receiver_by_ref) return true;
    diag *d = error_at(s, E0409, at, "`%s` only reads `self`, and this would change it",
                       s->cx->fn ? s->cx->fn->hir.name : "this");
    if (s->cx->fn) {
      diag_fix(d, "write `fn ref %s(…)`: it then changes the variable it is called on", s->cx->fn->hir.name);
      diag_edit(d, span_before(s->cx->fn->hir.span), "ref ");
    }
    return false;
  }
  if (v->is_var) return true;
  diag *d = error_at(s, E0505, at, "`%s` is fixed and cannot be %s", v->name, verb);
  diag_note(d, v->span, v->is_param ? "it is a parameter" : "it is declared here with `let`");
  if (v->tested) {
    diag_note(d, at, "here it stands for what is inside of the optional");
    diag_help(d, "change a copy, `var inner = %s`, and store that", v->name);
  } else if (v->is_param) {
    diag_help(d, "copy it first: `var %s = %s`", v->name, v->name);
  } else {
    diag_fix(d, "declare it with `var`");
    diag_edit(d, edit_before(d, v->span, "let"), "var");
  }
  return false;
}

static bool writable_field(sema *s, const hir_expr *place, span at, const char *verb) {
  const hir_expr *object = place->member.object;
  const type *t = object->type;
  const hir_field *f = &t->decl->fields[place->member.index];
  if (t->decl->is_closure) {
    diag *d = error_at(s, E0341, at, "`%s` is captured by this closure and cannot be %s in it", f->name, verb);
    diag_note(d, f->span, "the closure got its own `%s` when it was made; writing it would not be seen outside",
              f->name);
    diag_help(
        d, "keep what changes in an object with a `var` field and capture that, or let the closure give the new value");
    return false;
  }
  if (!f->is_var) {
    diag *d = error_at(s, E0314, at, "field `%s` is fixed and cannot be %s", f->name, verb);
    diag_note(d, f->span, "it is declared here without `var`");
    diag_fix(d, "declare it `var %s: %s`", f->name, text_of(s, f->type));
    edit_make_var(d, f->span);
    return false;
  }
  if (t->cap == CAP_VAL || t->cap == CAP_BOX) {
    cap_report_write(sink_of(s), s->types, at, object, f->name);
    return false;
  }
  if (t->kind == TY_STRUCT) return check_writable(s, object, at, verb);
  if (cap_path_may_write(path_of(s, object))) return true;
  cap_report_write(sink_of(s), s->types, at, object, f->name);
  return false;
}

bool check_writable(sema *s, const hir_expr *place, span at, const char *verb) {
  if (place->kind == HIR_LOCAL) return writable_local(s, place, at, verb);
  if (place->kind == HIR_FIELD) return writable_field(s, place, at, verb);
  if (place->kind == HIR_ELEM) return check_writable(s, place->member.object, at, verb);
  if (place->kind == HIR_INDEX) {
    if (cap_path_may_write(path_of(s, place->binary.a))) return true;
    cap_report_write(sink_of(s), s->types, at, place->binary.a, NULL);
    return false;
  }
  diag *d = error_at(s, E0314, at, "this is a value, not a place, and cannot be %s", verb);
  if (place->kind == HIR_OPT_CHAIN) diag_help(d, "name what may be there first: `if let x = … { x.name = … }`");
  else diag_help(d, "give it a name first: `var x = …`");
  if (strcmp(verb, "emptied") == 0 && place->kind != HIR_INDEX)
    diag_help(d, "`take` is a word of the language here; a function of that name is called as a member, `x.take(…)`");
  return false;
}

// `self` as a whole is no place. What may be meant is to change what it is made of.
static bool report_self(sema *s, const hir_expr *place, span at, const char *verb) {
  const type *t = place->type;
  diag *d = error_at(s, E0505, at, "`self` cannot be %s", verb);
  if (t->kind == TY_ENUM) {
    diag_help(d, "let a `fn` give the new value, and whoever calls it store that: `x = x.next()`");
  } else {
    diag_note(d, SPAN_NONE,
              t->kind == TY_STRUCT ? "a method works on the value that it is called on"
                                   : "it is the name of this one object, and of no other");
    diag_help(d, "assign the fields that change, one by one: `field = …`");
  }
  return false;
}

// What an object is made with. The field of that name is there when the object is.
static bool report_made_with(sema *s, const hir_var *v, span at, const char *verb) {
  diag *d =
      error_at(s, E0505, at, "`%s` is what the object is made with, and cannot be %s by an initialiser", v->name, verb);
  diag_note(d, v->span, "whoever makes the object gives it");
  diag_help(d,
            "give a field of its own what is computed from it: `var … = …`; a method may change fields that are `var`");
  return false;
}

bool check_target(sema *s, const hir_expr *place, span at, const char *verb) {
  const hir_var *v = place->kind == HIR_LOCAL ? place->local.var : NULL;
  if (v && v->is_self) return report_self(s, place, at, verb);
  if (v && v->is_param && s->cx->is_init && !s->cx->closure) return report_made_with(s, v, at, verb);
  bool fixed_local = v && !is_outside(s, v) && strcmp(verb, "assigned") == 0; // perhaps its first value: flow knows
  return fixed_local || check_writable(s, place, at, verb);
}

static const type *place_stored(const hir_expr *place) {
  if (place->kind == HIR_LOCAL) return place->local.var->type;
  const hir_expr *object = place->kind == HIR_INDEX ? place->binary.a : place->member.object;
  if (place->kind == HIR_FIELD) return object->type->decl->fields[place->member.index].type;
  if (place->kind == HIR_ELEM) return object->type->args[place->member.index];
  if (type_is_builtin(object->type, BUILTIN_ARRAY)) return object->type->args[0];
  return type_is_builtin(object->type, BUILTIN_MAP) ? object->type->args[1] : place->type;
}

// m[k] = v stores the key.
static hir_expr *keep_key(sema *s, hir_expr *place) {
  if (place->kind != HIR_INDEX || !type_is_builtin(place->binary.a->type, BUILTIN_MAP)) return place;
  hir_expr *key = (hir_expr *)(uintptr_t)place->binary.b;
  key = coerce(s, key, place->binary.a->type->args[0], "the key");
  place->binary.b = key;
  return is_error(key) ? key : place;
}

static bool sealed_store(sema *s, const hir_expr *place, const hir_expr *value) {
  if (place->kind == HIR_LOCAL) return true;
  const hir_expr *object = place->kind == HIR_INDEX ? place->binary.a : place->member.object;
  if (!path_of(s, object).sealed) return true;
  bool keyed = place->kind == HIR_INDEX;
  const hir_expr *bad = !is_unique(s, value) ? value : keyed && !is_unique(s, place->binary.b) ? place->binary.b : NULL;
  if (!bad) return true;
  cap_report_into_iso(sink_of(s), s->types, E0411, bad, bad->span, object, bad == value ? "the new value" : "the key",
                      value_type(s, bad));
  return false;
}

static const hir_op assign_ops[] = {
    [AST_SET_ADD] = OP_ADD, [AST_SET_SUB] = OP_SUB, [AST_SET_MUL] = OP_MUL, [AST_SET_DIV] = OP_DIV};

static hir_expr *compound_value(sema *s, const ast_stmt *st, const type *t) {
  bool time = t == s->duration || t == s->instant;
  hir_expr *value = check_expr(s, st->u.assign.value, time ? NULL : t);
  if (is_error(value)) return value;
  if (arithmetic_type(s, assign_ops[st->u.assign.op], t, value->type) == t) return value;
  const char *op = ast_assign_text(st->u.assign.op);
  diag *d =
      error_at(s, E0306, st->span, "`%s` does not work on `%s` and `%s`", op, text_of(s, t), text_of(s, value->type));
  bool numbers = (type_is_int(t) || type_is_float(t)) && (type_is_int(value->type) || type_is_float(value->type));
  bool started = type_is_int(t) && type_is_float(value->type);
  if (started) diag_help(d, "let it be a `%s` from the start: `0.0` for `0`", text_of(s, value->type));
  else if (numbers) diag_help(d, "numbers of different types are not mixed: convert one, `%s(…)`", text_of(s, t));
  else if (type_array_elem(t)) diag_help(d, "add an element with `.push(…)`");
  else if (t == s->string) diag_help(d, "put the value into a text: `\"{…}\"`");
  else operator_help(s, d, assign_ops[st->u.assign.op], op, t);
  return expr_error(s, value->span);
}

// Where the type of a place is written.
static span declared_at(const hir_expr *place) {
  const hir_field *f = cap_field_of(place);
  if (f) return span_is_none(f->type_span) ? f->span : span_join(f->span, f->type_span);
  return place->kind == HIR_LOCAL ? place->local.var->type_span : SPAN_NONE;
}

static hir_expr *check_assign(sema *s, const ast_stmt *st) {
  own_store *outer = s->cx->store, store = {.st = st};
  s->cx->store = &store;
  hir_expr *place = check_place(s, st->u.assign.target);
  s->cx->store = outer;
  if (store.done) return place;
  const ast_expr *target = st->u.assign.target;
  if (target->kind == AST_EXPR_NAME && !is_error(place) && place->kind != HIR_LOCAL && place->kind != HIR_FIELD) {
    bool function = place->type->kind == TY_FN;
    diag *d = error_at(s, E0314, target->span, "`%s` is a %s and cannot be assigned", target->u.name->text,
                       function ? "function" : "constant");
    diag_help(d, "what changes is declared with `var`, in a function, class or agent");
    check_lost(s, st->u.assign.value);
    return expr_error(s, st->span);
  }
  bool ok = !is_error(place) && check_target(s, place, target->span, "assigned");
  if (!ok) {
    check_lost(s, st->u.assign.value);
    return expr_error(s, st->span);
  }
  const type *t = place_stored(place);
  hir_expr *x = expr_new(s, HIR_ASSIGN, s->unit, st->span);
  x->assign.op = -1;
  hir_expr *value, *call = NULL;
  if (st->u.assign.op != AST_SET) call = user_assign(s, st, assign_ops[st->u.assign.op], place, t);
  if (call) {
    if (is_error(call) || !sealed_store(s, place, call)) return expr_error(s, st->span);
    value = (hir_expr *)(uintptr_t)call->call.args.items[0];
    x->assign.fn = call->call.fn;
    x->assign.op = (int)assign_ops[st->u.assign.op];
  } else if (st->u.assign.op != AST_SET) {
    value = compound_value(s, st, t);
    x->assign.op = (int)assign_ops[st->u.assign.op];
  } else {
    place = keep_key(s, place);
    if (is_error(place)) return place;
    const char *what = place->kind == HIR_LOCAL ? place->local.var->name : "this place";
    const char *role = place->kind == HIR_LOCAL ? arena_printf(s->a, "`%s`", what) : what;
    value = check_as_for(s, st->u.assign.value, t, role, declared_at(place));
  }
  if (is_error(value) || (!call && !sealed_store(s, place, value))) return expr_error(s, st->span);
  place->type = t;
  x->assign.place = place;
  x->assign.value = value;
  if (value->type->kind == TY_NEVER) x->type = s->never;
  return x;
}

// ---- declarations ------------------------------------------------------------------------------------------------------------------
static hir_expr *let_node(sema *s, span at, const hir_pat *pat, const hir_expr *init) {
  hir_expr *x = expr_new(s, HIR_LET, init && init->type->kind == TY_NEVER ? s->never : s->unit, at);
  x->let.pat = pat;
  x->let.init = init;
  return x;
}

void check_irrefutable(sema *s, const hir_pat *pat, const char *where) {
  if (exhaustive_is_irrefutable(s->types, pat)) return;
  const char *missing = exhaustive_missing(s->a, s->types, pat);
  diag *d = error_at(s, E0508, pat->span, "this pattern does not match every value, and %s it must", where);
  if (missing) diag_note(d, pat->span, "it misses `%s`", missing);
  diag_help(d, "use `if let … { }` or `match`");
}

// The type of a variable that takes `init`.
static hir_expr *inferred(sema *s, hir_expr *init, span at, const char *name) {
  if (init->type->kind != TY_NONE) return init;
  diag *d = error_at(s, E0303, at, "the type of `%s` cannot be told from `none`", name);
  diag_help(d, "write it: `%s: T? = none`", name);
  return expr_error(s, init->span);
}

// Where a variable has its type from: for messages.
static void remember_origin(hir_pat *pat, const ast_type *written, const hir_expr *init) {
  if (pat->kind != PAT_BIND || !pat->var) return;
  if (written) pat->var->type_span = written->span;
  pat->var->init = init;
}

// `let x = signal …`
static bool report_signal(sema *s, const ast_expr *init) {
  bool sends = init && (init->kind == AST_EXPR_SIGNAL || init->kind == AST_EXPR_BROADCAST);
  if (!sends) return false;
  diag *d = error_at(s, E0610, init->span, "a `%s` gives nothing that could be kept",
                     init->kind == AST_EXPR_SIGNAL ? "signal" : "broadcast");
  diag_help(d, "write it as a statement of its own; for an answer ask: `await a.name(…)`");
  return true;
}

// var (a, b) = …: all names in it may be assigned again.
static void make_vars(const hir_pat *p) {
  if (p->kind == PAT_BIND && p->var) p->var->is_var = true;
  for (uint32_t i = 0; i < p->sub_count; i++)
    if (p->subs[i]) make_vars(p->subs[i]);
}

static hir_expr *check_let(sema *s, const ast_stmt *st) {
  const ast_pat *p = st->u.let.pat;
  const type *t = st->u.let.type ? type_from_ast(s, st->u.let.type) : NULL;
  const char *name = p->kind == AST_PAT_NAME ? p->u.name->text : "_";
  if (!st->u.let.init) {
    if (!t) {
      diag *d = error_at(s, E0303, p->span, "`%s` needs a type or a value", name);
      diag_help(d, "write `let %s: T` or `let %s = …`", name, name);
      t = s->error;
    }
    hir_pat *pat = check_pattern(s, p, t, true, false);
    if (st->u.let.is_var) make_vars(pat);
    remember_origin(pat, st->u.let.type, NULL);
    return let_node(s, st->span, pat, NULL);
  }
  if (p->kind == AST_PAT_PATH && p->u.path.names.count == 1 && !p->u.path.has_args) {
    diag *d = error_at(s, E0115, p->span, "expected a name with a small first letter, found `%s`",
                       p->u.path.names.items[0].name->text);
    diag_help(d, "variables begin with a small letter; types with a capital");
    (void)check_expr(s, st->u.let.init, t);
    return expr_error(s, st->span);
  }
  const char *role = p->kind == AST_PAT_NAME ? arena_printf(s->a, "`%s`", name) : "this value";
  hir_expr *init = t ? check_as(s, st->u.let.init, t, role)
                     : take_value(s, optional_as_written(s, check_expr(s, st->u.let.init, NULL)));
  if (report_signal(s, st->u.let.init)) init = expr_error(s, init->span);
  if (!t) init = inferred(s, init, p->span, name);
  hir_pat *pat = check_pattern(s, p, t ? t : init->type, true, false);
  if (st->u.let.is_var) make_vars(pat);
  remember_origin(pat, st->u.let.type, init);
  if (!is_error(init)) check_irrefutable(s, pat, st->u.let.is_var ? "in `var`" : "in `let`");
  return let_node(s, st->span, pat, init);
}

static hir_expr *check_var(sema *s, const ast_stmt *st) {
  const type *t = st->u.var.type ? type_from_ast(s, st->u.var.type) : NULL;
  const str *name = st->u.var.name.name;
  const char *role = arena_printf(s->a, "`%s`", name->text);
  hir_expr *init = NULL;
  if (st->u.var.init) {
    init = t ? check_as(s, st->u.var.init, t, role)
             : take_value(s, optional_as_written(s, check_expr(s, st->u.var.init, NULL)));
    if (report_signal(s, st->u.var.init)) init = expr_error(s, init->span);
    if (!t) init = inferred(s, init, st->u.var.name.span, name->text);
  } else if (!t) {
    diag *d = error_at(s, E0303, st->u.var.name.span, "`%s` needs a type or a value", name->text);
    diag_help(d, "write `var %s: T` or `var %s = …`", name->text, name->text);
    t = s->error;
  }
  hir_pat *pat = pattern_wild(s, t ? t : init->type, st->u.var.name.span);
  pat->kind = PAT_BIND;
  pat->var = var_new(s, name, pat->type, st->u.var.name.span, true);
  remember_origin(pat, st->u.var.type, init);
  local_add(s, name, pat->var, st->u.var.name.span);
  return let_node(s, st->span, pat, init);
}

static hir_expr *check_const(sema *s, const ast_stmt *st) {
  constancy old = s->cx->constant;
  const str *name = st->u.var.name.name;
  s->cx->constant = CONSTANT;
  hir_expr *value = const_value(s, st->u.var.type, st->u.var.init, st->span, name->text);
  s->cx->constant = old;
  hir_var *v = var_new(s, name, value->type, st->u.var.name.span, false);
  local_add(s, name, v, st->u.var.name.span);
  VEC_LAST(&s->cx->locals).constant = value;
  return expr_new(s, HIR_UNIT, s->unit, st->span);
}

static hir_expr *check_defer(sema *s, const ast_stmt *st) {
  fn_cx *cx = s->cx;
  const char *no_await = cx->no_await;
  bool in_defer = cx->in_defer;
  uint32_t loops = cx->loops;
  guard all = {.up = cx->guard};
  cx->no_await = "in `defer`";
  cx->in_defer = true;
  cx->loops = 0;
  cx->guard = &all;
  uint32_t count, scope = scope_enter(s, &count);
  hidden_names hidden = {0};
  fragile_hide(s, SPAN_NONE, &hidden); // it runs later
  hir_expr *inner = check_stmt(s, st->u.defer);
  fragile_show(s, &hidden);
  scope_leave(s, scope, count);
  cx->guard = all.up;
  cx->no_await = no_await;
  cx->in_defer = in_defer;
  cx->loops = loops;
  if (all.raises.count || all.calls.count || all.passed.count) {
    diag *d = error_at(s, E0512, st->u.defer->span, "what is deferred must not raise: nothing could catch it");
    diag_help(d, "handle the error in it: `defer f() else ()` or `… catch { _ => … }`");
  }
  return is_error(inner) ? inner : expr_unary(s, HIR_DEFER, s->unit, st->span, inner);
}

static hir_expr *check_declared(sema *s, const ast_stmt *st, hir_expr *(*check)(sema *, const ast_stmt *)) {
  declaring here = {s->cx->declaring, st};
  s->cx->declaring = &here;
  hir_expr *x = check(s, st);
  s->cx->declaring = here.up;
  return x;
}

hir_expr *check_stmt(sema *s, const ast_stmt *st) {
  switch (st->kind) {
  case AST_STMT_LET: return check_declared(s, st, check_let);
  case AST_STMT_VAR: return check_declared(s, st, check_var);
  case AST_STMT_CONST: return check_declared(s, st, check_const);
  case AST_STMT_ASSIGN: return check_assign(s, st);
  case AST_STMT_DEFER: return check_defer(s, st);
  case AST_STMT_EXPR: return check_unused(s, st->u.expr, false);
  }
  return expr_error(s, st->span);
}

// ---- values that nobody uses -----------------------------------------------------------------------------------------------------------
static bool is_statement(const ast_expr *e) {
  switch ((int)e->kind) {
  case AST_EXPR_NONE:
  case AST_EXPR_INT:
  case AST_EXPR_FLOAT:
  case AST_EXPR_BOOL:
  case AST_EXPR_CHAR:
  case AST_EXPR_DURATION:
  case AST_EXPR_STRING:
  case AST_EXPR_INTERP:
  case AST_EXPR_NAME:
  case AST_EXPR_TYPE_NAME:
  case AST_EXPR_SELF:
  case AST_EXPR_CLOSURE:
  case AST_EXPR_ARRAY:
  case AST_EXPR_MAP:
  case AST_EXPR_FIELD:
  case AST_EXPR_TUPLE_FIELD:
  case AST_EXPR_INDEX:
  case AST_EXPR_UNARY:
  case AST_EXPR_BINARY:
  case AST_EXPR_IS: return false;
  case AST_EXPR_TUPLE: return e->u.list.count == 0;
  default: return true;
  }
}

bool report_future(sema *s, const ast_expr *e, const hir_expr *x) {
  if (x->type->kind != TY_FUTURE) return false;
  diag *d = error_at(s, E0430, e->span, "nobody waits for this answer");
  if (x->kind != HIR_ASK) {
    diag_help(d, "`await` it");
    return true;
  }
  diag_note(d, SPAN_NONE, "`%s` does the work and answers; the answer, or the error, would be lost", x->send.fn->name);
  diag_fix(d, "`await` it");
  diag_edit(d, span_before(e->span), "await ");
  diag_fix(d, "or `signal` it, if the answer does not matter");
  diag_edit(d, span_before(e->span), "signal ");
  return true;
}

static bool keeps_unit(const ast_expr *e) {
  switch ((int)e->kind) {
  case AST_EXPR_IF:
  case AST_EXPR_MATCH:
  case AST_EXPR_BLOCK:
  case AST_EXPR_ELSE:
  case AST_EXPR_CATCH:
  case AST_EXPR_TRY: return true;
  default: return false;
  }
}

hir_expr *check_unused(sema *s, const ast_expr *e, bool last) {
  hir_expr *x = check_expr(s, e, keeps_unit(e) ? s->unit : NULL);
  if (is_error(x)) return x;
  if (report_future(s, e, x)) return expr_error(s, e->span);
  if (is_statement(e) || x->type->kind == TY_NEVER || x->type->kind == TY_UNIT) return x;
  diag *d = error_at(s, E0315, e->span, "this value is not used");
  const hir_fn *fn = s->cx->fn ? &s->cx->fn->hir : NULL;
  bool compares =
      e->kind == AST_EXPR_BINARY && e->u.binary.op == AST_EQ && x->kind == HIR_BINARY && is_place(x->binary.a);
  if (compares) {
    bool var = x->binary.a->kind == HIR_LOCAL && x->binary.a->local.var->is_var;
    diag_fix(d, "to store it write `=`");
    diag_edit(d, var ? e->u.binary.op_span : SPAN_NONE, "=");
  } else if (last && fn && fn->kind != FN_MAIN && fn->result == s->unit) {
    const char *result = text_of(s, x->type);
    diag_fix(d, "if it is what `%s` gives, write `-> %s` after the parameters", fn->name, result);
    diag_edit(d, fn->kind == FN_BEHAVIOUR ? SPAN_NONE : span_before(fn->body_span),
              arena_printf(s->a, "-> %s ", result));
  }
  if (!compares) {
    diag_fix(d, is_place(x) ? "use it, or take it out" : "use it, or write `let _ = …` to drop it on purpose");
    diag_edit(d, is_place(x) ? SPAN_NONE : span_before(e->span), "let _ = ");
  }
  return expr_error(s, e->span);
}

// ---- blocks ----------------------------------------------------------------------------------------------------------------------------
typedef struct block_want {
  const type *hint; // what would suit
  const type *must; // what it must be, or NULL
  const char *role;
} block_want;

static hir_expr *block_result(sema *s, const ast_expr *e, const block_want *w) {
  if (w->must) return check_as(s, e, w->must, w->role);
  hir_expr *x = check_expr(s, e, w->hint);
  if (is_error(x) || x->type->kind == TY_NONE) return x;
  return w->hint && can_coerce(s, x, w->hint) ? coerce(s, x, w->hint, "the value") : take_value(s, x);
}

static bool is_body(const sema *s, const ast_block *b) {
  return s->cx->fn && b->span.begin == s->cx->fn->hir.body_span.begin;
}

static void report_no_result(sema *s, const ast_block *b, const block_want *w) {
  span end = {b->span.file, b->span.end ? b->span.end - 1 : 0, b->span.end};
  bool is_fn = is_body(s, b);
  diag *d = error_at(s, E0507, end,
                     is_fn && s->cx->closure ? "this closure ends without giving its `%s`"
                     : is_fn                 ? "this function ends without giving its `%s`"
                                             : "this block ends without giving a `%s`",
                     text_of(s, w->must));
  uint32_t n = b->stmts.count;
  bool dropped = n && b->stmts.items[n - 1]->kind != AST_STMT_EXPR;
  diag_help(d, dropped ? "end it with the value, as an expression of its own"
                       : "the last expression of a block is its value");
}

// After `if x is none { return }` there is an x.
static void narrow_rest(sema *s, const ast_expr *e, const hir_expr *x, narrowed *lets) {
  if (e->kind != AST_EXPR_IF || x->kind != HIR_IF) return;
  if (x->if_.then->type->kind == TY_NEVER && (!x->if_.else_ || x->if_.else_->type->kind != TY_NEVER))
    narrow_tested(s, e->u.if_.cond, false, e->span, lets);
  else if (x->if_.else_ && x->if_.else_->type->kind == TY_NEVER) narrow_tested(s, e->u.if_.cond, true, e->span, lets);
}

static hir_expr *block_in(sema *s, const ast_block *b, const block_want *w, span at) {
  uint32_t n = b->stmts.count, count, scope = scope_enter(s, &count);
  VEC(hir_expr *) stmts = {0};
  hir_expr *result = NULL;
  bool never = false, unit = (w->must ? w->must : w->hint) == s->unit;
  span outer = s->cx->stmt;
  hidden_names hidden = {0};
  for (uint32_t i = 0; i < n; i++) {
    const ast_stmt *st = b->stmts.items[i];
    s->cx->stmt = st->span;
    fragile_before(s, st, &hidden);
    if (i + 1 == n && st->kind == AST_STMT_EXPR && !unit) {
      hir_expr *last = block_result(s, st->u.expr, never ? &(block_want){.hint = w->hint} : w);
      if (never) VEC_PUSH(s->a, &stmts, last); // never reached: no result, and need not fit
      else result = last;
      never |= last->type->kind == TY_NEVER;
      break;
    }
    bool ends_body = i + 1 == n && st->kind == AST_STMT_EXPR && is_body(s, b);
    hir_expr *x = ends_body ? check_unused(s, st->u.expr, true) : check_stmt(s, st);
    never |= x->type->kind == TY_NEVER;
    if (x->kind != HIR_UNIT) VEC_PUSH(s->a, &stmts, x);
    fragile_hide(s, st->span, &hidden);
    narrowed lets = {0};
    if (st->kind == AST_STMT_EXPR && i + 1 < n) narrow_rest(s, st->u.expr, x, &lets);
    for (uint32_t k = 0; k < lets.count; k++) VEC_PUSH(s->a, &stmts, lets.items[k]);
  }
  s->cx->stmt = outer;
  fragile_show(s, &hidden);
  scope_leave(s, scope, count);
  hir_expr *block = expr_new(s, HIR_BLOCK, s->unit, at);
  block->block.stmts = (const hir_expr **)stmts.items;
  block->block.count = stmts.count;
  block->block.result = result;
  if (never) block->type = s->never;
  else if (result) block->type = w->must && !is_error(result) ? w->must : result->type;
  else if (w->must && !unit && w->must->kind != TY_ERROR) {
    report_no_result(s, b, w);
    block->type = s->error;
  }
  return block;
}

hir_expr *check_block(sema *s, const ast_block *b, const type *hint, span at) {
  return block_in(s, b, &(block_want){.hint = hint}, at);
}

hir_expr *check_block_as(sema *s, const ast_block *b, const type *want, const char *role) {
  return block_in(s, b, &(block_want){.hint = want, .must = want, .role = role}, b->span);
}
