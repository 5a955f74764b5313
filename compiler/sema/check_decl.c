// check_decl.c — types of fields, signatures, and the order in which declarations become known.
// Owns:     nothing.
// Promises: after resolve_decls every field that has a written type has it, every signature is known, capabilities of structs
//           and enums are settled. Fields typed by their initialiser get it in decl_inits, on demand.
// Does not: check bodies (check_body.c).
#include "diag/edit.h"
#include "hir/hir_c.h"
#include "sema/cap_report.h"
#include "sema/check_topology.h"

static fn_cx cx_of_decl(decl_info *d) {
  return (fn_cx){.mod = d->mod, .owner = d, .env = d->env, .open = d->open, .instance = d->instance};
}

// ---- members -----------------------------------------------------------------------------------------------------
static const char *const member_words[] = {[MEMBER_FIELD] = "field",
                                           [MEMBER_FN] = "function",
                                           [MEMBER_ON] = "behaviour",
                                           [MEMBER_VARIANT] = "variant",
                                           [MEMBER_PART] = "node or group"};

void member_add(sema *s, decl_info *d, member m) {
  member *old = map_get(&d->members, m.name);
  if (old) {
    diag *e = error_at(s, E0212, m.span, "`%s` has two members called `%s`", d->name->text, m.name->text);
    diag_note(e, old->span, "the first is this %s", member_words[old->kind]);
    old->doubled = true;
    return;
  }
  member *copy = arena_copy(s->a, &m, sizeof m);
  map_put(&d->members, m.name, copy);
}

static void report_field_type(sema *s, decl_info *d, const hir_field *f, span at) {
  const type *t = f->type;
  if (type_holds_future(t)) {
    diag *e = error_at(s, E0429, at, "a future cannot be kept in field `%s`", f->name);
    diag_help(e, "`await` it where it is asked for, and keep the answer");
    return;
  }
  const char *what = arena_printf(s->a, "field `%s` of error `%s`", f->name, d->hir.name);
  if (d->hir.kind == DECL_ERROR && !type_is_shareable(s->types, t))
    cap_report_unsendable(s->muted ? &s->silent : s->diag, s->types, E0431, at, f->type_span, what, t);
  else if (d->hir.kind == DECL_ERROR && !type_has(s->types, t, QUALITY_SHOW, NULL)) {
    diag *e = error_at(s, E0431, at, "%s is `%s`, which cannot be read, and an error that nobody catches is shown",
                       what, text_full(s, t));
    diag_fix(e, "make it `%s`, or keep only a name or number of it", text_full(s, type_with_cap(s->types, t, CAP_VAL)));
    edit_capability(e, t->kind == TY_CLASS ? f->type_span : SPAN_NONE, "val");
  }
  what = arena_printf(s->a, "parameter `%s` of agent `%s`", f->name, d->hir.name);
  if (d->hir.kind == DECL_AGENT && f < d->hir.fields + d->hir.header_count && !type_is_sendable(s->types, t))
    cap_report_unsendable(s->muted ? &s->silent : s->diag, s->types, E0405, at, f->type_span, what, t);
}

static uint32_t count_body_fields(const ast_decl *ast) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < ast->u.nominal.members.count; i++)
    n += ast->u.nominal.members.items[i]->kind == AST_DECL_FIELD;
  return n;
}

static const char *doc_text(const str *doc) { return doc ? doc->text : NULL; }

static void resolve_params(sema *s, decl_info *d, const ast_params *params, hir_field *out) {
  for (uint32_t i = 0; i < params->count; i++) {
    const ast_param *p = &params->items[i];
    out[i] = (hir_field){.name = p->name.name->text,
                         .doc = doc_text(p->doc),
                         .span = p->name.span,
                         .type_span = p->type->span,
                         .is_var = p->is_var};
    out[i].type = type_from_ast(s, p->type);
    for (uint32_t j = 0; j < i; j++) {
      if (out[j].name != out[i].name) continue;
      diag *e = error_at(s, E0212, p->name.span, "`%s` has two fields called `%s`", d->name->text, out[i].name);
      diag_note(e, out[j].span, "the first is this");
    }
  }
}

static void resolve_variants(sema *s, decl_info *d) {
  uint32_t n = d->ast->u.nominal.variants.count;
  d->hir.variants = ARENA_ARRAY(s->a, hir_variant, n ? n : 1);
  d->hir.variant_count = n;
  for (uint32_t i = 0; i < n; i++) {
    const ast_variant *ast = &d->ast->u.nominal.variants.items[i];
    hir_field *fields = ARENA_ARRAY(s->a, hir_field, ast->params.count ? ast->params.count : 1);
    resolve_params(s, d, &ast->params, fields);
    d->hir.variants[i] = (hir_variant){.name = ast->name.name->text,
                                       .doc = doc_text(ast->doc),
                                       .span = ast->name.span,
                                       .fields = fields,
                                       .field_count = ast->params.count,
                                       .index = i};
    member_add(s, d, (member){.kind = MEMBER_VARIANT, .name = ast->name.name, .index = i, .span = ast->name.span});
  }
}

static void resolve_body_fields(sema *s, decl_info *d, uint32_t at) {
  const ast_decls *members = &d->ast->u.nominal.members;
  for (uint32_t i = 0; i < members->count; i++) {
    const ast_decl *ast = members->items[i];
    if (ast->kind != AST_DECL_FIELD) continue;
    if (d->hir.kind == DECL_INTERFACE) {
      d->hir.field_count--;
      continue; // reported with its other members
    }
    if (d->hir.kind == DECL_ENUM || d->hir.kind == DECL_ERROR || d->hir.kind == DECL_STRUCT) {
      bool is_enum = d->hir.kind == DECL_ENUM, is_struct = d->hir.kind == DECL_STRUCT;
      diag *e = error_at(s, E0325, ast->name.span, "%s has no fields in its body",
                         is_enum     ? "an enum"
                         : is_struct ? "a struct"
                                     : "an error");
      diag_help(e, "put it into the `( )` of %s", is_enum ? "a variant" : is_struct ? "the struct" : "the error");
      d->hir.field_count--;
      continue;
    }
    d->hir.fields[at] = (hir_field){
        .name = ast->name.name->text, .doc = doc_text(ast->doc), .span = ast->name.span, .is_var = ast->u.field.is_var};
    if (ast->u.field.type) {
      d->hir.fields[at].type_span = ast->u.field.type->span;
      d->hir.fields[at].type = type_from_ast(s, ast->u.field.type);
    }
    d->field_inits[at] = ast->u.field.init;
    if (!ast->u.field.init) {
      diag *e = error_at(s, E0325, ast->name.span, "field `%s` has no value to start with", ast->name.name->text);
      diag_help(e, "write `= …` after it, or make it a parameter: `%s(%s: …)`", d->name->text, ast->name.name->text);
    }
    member_add(s, d, (member){.kind = MEMBER_FIELD, .name = ast->name.name, .index = at, .span = ast->name.span});
    at++;
  }
}

// The type parameters of a native generic stand for themselves.
static void pattern_env(sema *s, decl_info *d) {
  const ast_tparams *names = tparams_of(d);
  resolve_tparams(s, names, &d->hir.tparams, &d->hir.tparam_count);
  const type **types = ARENA_ARRAY(s->a, const type *, names->count);
  for (uint32_t i = 0; i < names->count; i++) types[i] = type_param(s->types, d->hir.tparams[i], i, &d->hir, CAP_NONE);
  d->env = env_new(s, NULL, names, types);
  resolve_bounds(s, &d->bounds, NULL, names, names);
}

void decl_fields(sema *s, decl_info *d) {
  if (tparams_of(d)->count && !d->env) pattern_env(s, d);
  fn_cx cx = cx_of_decl(d);
  s->cx = &cx;
  const ast_decl *ast = d->ast;
  const ast_params *params = &ast->u.nominal.params;
  uint32_t body = count_body_fields(ast), n = params->count + body;
  d->hir.fields = ARENA_ARRAY(s->a, hir_field, n ? n : 1);
  d->hir.field_count = n;
  d->hir.header_count = params->count;
  d->field_inits = ARENA_ARRAY(s->a, const ast_expr *, n ? n : 1);
  resolve_params(s, d, params, d->hir.fields);
  for (uint32_t i = 0; i < params->count && d->hir.builtin == BUILTIN_NO; i++)
    if (!map_has(&d->members, params->items[i].name.name))
      member_add(s, d,
                 (member){.kind = MEMBER_FIELD,
                          .name = params->items[i].name.name,
                          .index = i,
                          .span = params->items[i].name.span});
  resolve_body_fields(s, d, params->count);
  if (d->hir.kind == DECL_ENUM) resolve_variants(s, d);
  if (d->topology) topology_parts(s, d);
  s->cx = NULL;
}

static void report_topology_param(sema *s, const decl_info *d, hir_field *f) {
  if (type_is_shareable(s->types, f->type)) return;
  cap_report_unsendable(s->muted ? &s->silent : s->diag, s->types, E0636, f->span, f->type_span,
                        arena_printf(s->a, "parameter `%s` of topology `%s`", f->name, d->hir.name), f->type);
  f->type = s->error;
}

void decl_report(sema *s, decl_info *d) {
  for (uint32_t i = 0; d->topology && i < d->hir.field_count; i++) report_topology_param(s, d, &d->hir.fields[i]);
  for (uint32_t i = 0; i < d->hir.field_count; i++)
    if (d->hir.fields[i].type) report_field_type(s, d, &d->hir.fields[i], d->hir.fields[i].span);
  for (uint32_t v = 0; v < d->hir.variant_count; v++)
    for (uint32_t i = 0; i < d->hir.variants[v].field_count; i++)
      report_field_type(s, d, &d->hir.variants[v].fields[i], d->hir.variants[v].fields[i].span);
}

// ---- values that contain themselves ---------------------------------------------------------------------------------
static bool contains_decl(const type *t, const decl_info *wanted, uint32_t depth);

static bool fields_contain(const hir_field *fields, uint32_t n, const decl_info *wanted, uint32_t depth) {
  for (uint32_t i = 0; i < n; i++)
    if (fields[i].type && contains_decl(fields[i].type, wanted, depth)) return true;
  return false;
}

// By value: through structs, tuples and optionals, and enums that are not boxed.
static bool contains_decl(const type *t, const decl_info *wanted, uint32_t depth) {
  if (depth > 4000) return false;
  if (t->kind == TY_TUPLE || t->kind == TY_OPTIONAL) {
    for (uint32_t i = 0; i < t->arg_count; i++)
      if (contains_decl(t->args[i], wanted, depth + 1)) return true;
    return false;
  }
  if (t->kind != TY_STRUCT && t->kind != TY_ENUM) return false;
  if (t->decl == &wanted->hir) return true;
  if (t->decl->recursive) return false;
  decl_info *d = info_of(t->decl);
  if (d->searched_for == wanted) return false;
  d->searched_for = wanted;
  bool found = fields_contain(t->decl->fields, t->decl->field_count, wanted, depth + 1);
  for (uint32_t v = 0; v < t->decl->variant_count && !found; v++)
    found = fields_contain(t->decl->variants[v].fields, t->decl->variants[v].field_count, wanted, depth + 1);
  return found;
}

void decl_recursion(sema *s, decl_info *d, decl_kind kind) {
  if (d->hir.kind != kind) return;
  bool found = fields_contain(d->hir.fields, d->hir.field_count, d, 0);
  for (uint32_t v = 0; v < d->hir.variant_count && !found; v++)
    found = fields_contain(d->hir.variants[v].fields, d->hir.variants[v].field_count, d, 0);
  if (!found) return;
  d->hir.recursive = true;
  if (kind == DECL_ENUM) return;
  diag *e = error_at(s, E0320, d->hir.span, "struct `%s` contains itself and would be endless", d->hir.name);
  diag_help(e, "make it a class: `class %s(…)`; a class is reached by reference", d->hir.name);
}

// ---- signatures ----------------------------------------------------------------------------------------------------
static hir_var *param_var(sema *s, const ast_param *p, const type *t) {
  hir_var *v = var_new(s, p->name.name, t, p->name.span, p->is_var);
  v->is_param = true;
  v->type_span = p->type->span;
  return v;
}

static void resolve_fn_params(sema *s, fn_info *f, const ast_params *params) {
  f->hir.params = ARENA_ARRAY(s->a, hir_var *, params->count ? params->count : 1);
  f->hir.param_count = params->count;
  for (uint32_t i = 0; i < params->count; i++) {
    const ast_param *p = &params->items[i];
    const type *t = type_from_ast(s, p->type);
    if (t->kind == TY_ERROR) f->poisoned = true;
    f->hir.params[i] = param_var(s, p, t);
    for (uint32_t j = 0; j < i; j++) {
      if (f->hir.params[j]->name != f->hir.params[i]->name) continue;
      diag *d = error_at(s, E0212, p->name.span, "two parameters are called `%s`", p->name.name->text);
      diag_note(d, f->hir.params[j]->span, "the first is this");
    }
  }
}

static bool fits_c(const type *t, bool result) {
  if (t->kind == TY_ERROR || (result && t->kind == TY_UNIT) || t->kind == TY_BOOL) return true;
  if (type_is_int(t) || type_is_float(t) || t->kind == TY_DURATION) return true;
  if (t->kind == TY_STRUCT) return hir_c_plain(t->decl);
  if (t->kind == TY_OPTIONAL && type_is_handle(t->args[0])) return result && t->args[0]->cap != CAP_VAL;
  if (t->kind == TY_OPTIONAL) return type_is_builtin(t->args[0], BUILTIN_STRING);
  if (!result && (type_is_callback(t) || type_is_handle(t) || type_is_out(t) || type_is_c_array(t))) return true;
  return type_is_builtin(t, BUILTIN_STRING) || (!result && type_is_builtin(t, BUILTIN_BYTES));
}

static void check_extern(sema *s, fn_info *f) {
  for (uint32_t i = 0; i < f->hir.param_count; i++) {
    const type *t = f->hir.params[i]->type;
    if (fits_c(t, false)) continue;
    diag *d = error_at(s, E0702, f->hir.params[i]->span, "`%s` cannot be given to C", text_of(s, t));
    diag_help(
        d,
        "C takes numbers, Bool, structs of numbers, String and CStr (as `const char *`; String? may be NULL), Bytes "
        "and "
        "Array of numbers or of such structs (as a pointer), Callback, handles (`extern class`), and Out[T] (as a "
        "pointer to a number, a CStr or a handle)");
  }
  if (!fits_c(f->hir.result, true)) {
    diag *d = error_at(s, E0702, f->ast->result->span, "`%s` cannot come from C", text_of(s, f->hir.result));
    diag_help(d,
              "C gives numbers, Bool, structs of numbers, String or String? (a `const char *`, which is copied), CStr "
              "(which is "
              "not), and handles as `Db?` (NULL is none)");
  }
  if (!f->hir.raises || type_is_int(f->hir.result)) return;
  diag *d = error_at(s, E0702, f->ast->raises_span, "a function of C raises nothing: leave out `!`");
  diag_help(d, "one that answers a number below 0 and sets errno may be marked `!`: it raises SystemError then");
}

// A reply that is kept is copied; one that is made for it is handed over.
static void fix_reply(sema *s, const fn_info *f, diag *d) {
  const ast_block *body = f->ast->body;
  const ast_stmt *last = body && body->stmts.count ? body->stmts.items[body->stmts.count - 1] : NULL;
  if (!last || last->kind != AST_STMT_EXPR || f->hir.result->kind != TY_CLASS) return;
  const ast_expr *e = last->u.expr;
  bool kept = e->kind == AST_EXPR_NAME || e->kind == AST_EXPR_FIELD;
  bool made = e->kind == AST_EXPR_ARRAY || e->kind == AST_EXPR_MAP || e->kind == AST_EXPR_CALL;
  const char *iso = text_full(s, type_with_cap(s->types, f->hir.result, CAP_ISO));
  if (kept && cap_copies_well(s->types, f->hir.result)) {
    diag_fix(d, "answer with a copy, which is handed over: `-> %s`, and `.copy()`", iso);
    edit_capability(d, f->hir.result_span, "iso");
    diag_edit(d, span_after(e->span), ".copy()");
  } else if (made) {
    diag_fix(d, "hand it over: `-> %s`", iso);
    if (e->kind != AST_EXPR_CALL || e->u.call.callee->kind == AST_EXPR_TYPE_NAME)
      edit_capability(d, f->hir.result_span, "iso");
  }
}

static void check_behaviour(sema *s, fn_info *f) {
  diag_sink *sink = s->muted ? &s->silent : s->diag;
  for (uint32_t i = 0; i < f->hir.param_count; i++) {
    const type *t = f->hir.params[i]->type;
    if (type_is_sendable(s->types, t)) continue;
    const char *what = arena_printf(s->a, "parameter `%s` of behaviour `%s`", f->hir.params[i]->name, f->hir.name);
    span at = f->ast->params.items[i].type->span;
    cap_report_unsendable(sink, s->types, E0405, at, at, what, t);
    f->poisoned = true;
  }
  if (type_is_sendable(s->types, f->hir.result)) return;
  const char *what = arena_printf(s->a, "the reply of `%s`", f->hir.name);
  diag *d = cap_report_unsendable(sink, s->types, E0407, f->ast->result->span, SPAN_NONE, what, f->hir.result);
  fix_reply(s, f, d);
  f->poisoned = true;
}

static const type *self_type(sema *s, decl_info *d, const type *const *owner_targs, cap receiver) {
  const type *const *args = owner_targs ? owner_targs : d->env ? d->env->types : NULL;
  const type *t = type_of_decl(s, d, args, d->hir.tparam_count, CAP_NONE);
  if (t->kind == TY_CLASS || t->kind == TY_INTERFACE || t->kind == TY_AGENT)
    return type_with_cap(s->types, t, receiver);
  if (receiver == CAP_REF || receiver == CAP_ISO) return t;
  return type_view(s->types, t, receiver);
}

static void resolve_receiver(sema *s, fn_info *f, bool behaviour) {
  decl_info *d = f->owner;
  cap c = (cap)f->ast->cap;
  if (c == CAP_NONE) c = behaviour || d->hir.kind == DECL_AGENT ? CAP_REF : CAP_BOX;
  f->hir.receiver = c;
  bool value = d->hir.kind == DECL_STRUCT || d->hir.kind == DECL_ENUM;
  f->hir.receiver_by_ref = value && c == CAP_REF;
  // What sees its result through the receiver sees the receiver so, too.
  cap seen = c == CAP_BOX && (f->view == CAP_REF || f->view == CAP_VAL) ? f->view : c;
  f->hir.self = var_new(s, s->n_self, self_type(s, d, f->owner_targs, seen), f->hir.span, false);
  f->hir.self->is_self = true;
}

// Type parameters of its own stand for themselves; only instances of it are checked further.
static void signature_env(sema *s, fn_info *f) {
  const ast_tparams *own = &f->ast->tparams;
  f->env = f->owner ? f->owner->env : NULL;
  if (!own->count) return;
  resolve_tparams(s, own, &f->hir.tparams, &f->hir.tparam_count);
  const type **types = ARENA_ARRAY(s->a, const type *, own->count);
  for (uint32_t i = 0; i < own->count; i++)
    types[i] = type_param(s->types, own->items[i].name.name->text, i, NULL, CAP_NONE);
  f->env = env_new(s, f->env, own, types);
}

void fn_signature(sema *s, fn_info *f) {
  if (!f->origin) signature_env(s, f);
  fn_cx cx = {.mod = f->mod, .owner = f->owner, .fn = f, .env = f->env, .open = f->open, .instance = f->instance};
  s->cx = &cx;
  bool behaviour = f->hir.kind == FN_BEHAVIOUR;
  const ast_tparams *of_owner = f->owner ? tparams_of(f->owner) : NULL;
  resolve_bounds(s, &f->bounds, &f->ast->tparams, of_owner, &f->ast->tparams);
  resolve_bounds(s, &f->bounds, &f->ast->tparams, of_owner, &f->ast->where);
  if (f->unmet) { // there is none for these types: a call says why
    s->cx = NULL;
    return;
  }
  if (f->owner) resolve_receiver(s, f, behaviour);
  resolve_fn_params(s, f, &f->ast->params);
  f->hir.result = f->ast->result ? type_from_ast(s, f->ast->result) : s->unit;
  if (f->ast->result) f->hir.result_span = f->ast->result->span;
  if (f->hir.result->kind == TY_ERROR || head_is_broken(s, f)) f->poisoned = true;
  f->hir.raises = f->ast->raises;
  f->hir.is_request = behaviour && f->ast->result;
  if (behaviour) check_behaviour(s, f);
  if (f->hir.kind == FN_EXTERN) check_extern(s, f);
  bool of_native = f->owner && f->owner->hir.tparam_count;
  f->template = !f->origin && f->hir.kind != FN_NATIVE && (f->hir.tparam_count || f->views || of_native);
  s->cx = NULL;
}

// `main` and tests are behaviours of agents of their own.
static void resolve_entry(sema *s, fn_info *f) {
  decl_info *d = ARENA_NEW(s->a, decl_info);
  d->mod = f->mod;
  d->name = f->name;
  d->hir = (hir_decl){.kind = DECL_AGENT,
                      .name = f->hir.name,
                      .entry = &f->hir,
                      .module = f->mod->in->name,
                      .span = f->hir.span,
                      .default_cap = CAP_TAG,
                      .mailbox_capacity = -1,
                      .mailbox_high = -1,
                      .mailbox_low = -1,
                      .mailbox_full = -1,
                      .priority = -1};
  map_init(&d->members, s->a);
  d->inits = DONE;
  f->owner = d;
  f->hir.owner = &d->hir;
  f->hir.result = s->unit;
  f->hir.receiver = CAP_REF;
  f->hir.self = var_new(s, s->n_self, type_nominal(s->types, TY_AGENT, &d->hir, NULL, 0, CAP_REF), f->hir.span, false);
  f->hir.self->is_self = true;
}

static void resolve_main(sema *s, fn_info *f) {
  resolve_entry(s, f);
  ast_ident args = f->decl_ast->u.main.args;
  if (!ast_has(args) || !s->d_array) return;
  f->hir.params = ARENA_ARRAY(s->a, hir_var *, 1);
  f->hir.param_count = 1;
  f->hir.params[0] = var_new(s, args.name, type_array_of(s, s->string, CAP_VAL), args.span, false);
  f->hir.params[0]->is_param = true;
}

// The C name of a native method: ag_str_size, ag_i64_abs, ag_timer_cancel.
static const char *native_symbol(sema *s, const decl_info *d, const str *name) {
  static const char *const words[] = {
      [TY_BOOL] = "bool",       [TY_I8] = "i8",      [TY_I16] = "i16", [TY_I32] = "i32",
      [TY_I64] = "i64",         [TY_U8] = "u8",      [TY_U16] = "u16", [TY_U32] = "u32",
      [TY_U64] = "u64",         [TY_F32] = "f32",    [TY_F64] = "f64", [TY_DURATION] = "duration",
      [TY_INSTANT] = "instant", [TY_RANGE] = "range"};
  static const char *const builtins[] = {
      [BUILTIN_NO] = NULL,   [BUILTIN_STRING] = "str", [BUILTIN_BYTES] = "bytes",    [BUILTIN_ARRAY] = "array",
      [BUILTIN_MAP] = "map", [BUILTIN_SET] = "set",    [BUILTIN_CHANNEL] = "channel"};
  const char *word = d->simple ? words[d->simple->kind] : builtins[d->hir.builtin];
  if (word) return arena_printf(s->a, "ag_%s_%s", word, name->text);
  char *text = arena_printf(s->a, "ag_%s_%s", d->hir.name, name->text);
  for (char *c = text + 3; *c && (*c != '_' || c == text + 3); c++)
    if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
  return text;
}

static void add_method(sema *s, decl_info *d, const ast_decl *ast, uint32_t *methods, uint32_t *behaviours) {
  bool behaviour = ast->kind == AST_DECL_BEHAVIOUR, interface = d->hir.kind == DECL_INTERFACE;
  if (interface && !interface_member_ok(s, d, ast)) return;
  if (behaviour && d->hir.kind != DECL_AGENT && !interface) {
    diag *e = error_at(s, E0603, ast->name.span, "only agents have behaviours");
    diag_help(e, "write `fn %s(…)`, or make `%s` an agent", ast->name.name->text, d->name->text);
    fn_info *silent = ARENA_NEW(s->a, fn_info);
    *silent = (fn_info){.decl_ast = ast, .ast = &ast->u.fn, .mod = d->mod, .owner = d, .name = ast->name.name};
    silent->hir = (hir_fn){.kind = FN_METHOD, .name = ast->name.name->text, .owner = &d->hir, .receiver = CAP_TAG};
    silent->hir.result = s->error;
    silent->poisoned = true;
    member_add(s, d, (member){.kind = MEMBER_FN, .name = silent->name, .span = ast->name.span, .fn = silent});
    return;
  }
  bool native = !ast->u.fn.body && d->mod->in->is_std && !interface;
  if (!ast->u.fn.body && !native && !interface) {
    error_at(s, E0326, ast->name.span, "`%s` has no body", ast->name.name->text);
    return;
  }
  fn_info *f = ARENA_NEW(s->a, fn_info);
  f->decl_ast = ast;
  f->ast = &ast->u.fn;
  f->mod = d->mod;
  f->owner = d;
  f->name = ast->name.name;
  f->open = d->open;
  f->instance = d->instance;
  f->lazy = d->hir.targ_count || (d->mod->in->is_std && !d->mod->in->checked);
  f->hir = (hir_fn){.kind = behaviour   ? FN_BEHAVIOUR
                            : interface ? FN_ABSTRACT
                            : native    ? FN_NATIVE
                                        : FN_METHOD,
                    .name = f->name->text,
                    .module = d->mod->in->name,
                    .doc = doc_text(ast->doc),
                    .owner = &d->hir,
                    .span = ast->name.span};
  if (ast->u.fn.body) f->hir.body_span = ast->u.fn.body->span;
  if (native) f->hir.symbol = native_symbol(s, d, f->name);
  for (uint32_t i = 0; i < ast->annotations.count; i++) {
    if (str_is(ast->annotations.items[i].name.name, "nofault")) f->hir.nofault = true;
    if (native && str_is(ast->annotations.items[i].name.name, "waits")) f->hir.waits = true;
  }
  VEC_PUSH(s->a, &s->fns, f);
  uint32_t index = behaviour ? *behaviours : *methods;
  member_add(
      s, d,
      (member){
          .kind = behaviour ? MEMBER_ON : MEMBER_FN, .name = f->name, .index = index, .span = ast->name.span, .fn = f});
  f->hir.index = index;
  if (behaviour) {
    f->hir.index = index + 1;
    d->hir.behaviours[(*behaviours)++] = &f->hir;
  } else {
    d->hir.methods[(*methods)++] = &f->hir;
  }
}

void decl_members(sema *s, decl_info *d) {
  const ast_decls *members = &d->ast->u.nominal.members;
  d->hir.methods = ARENA_ARRAY(s->a, hir_fn *, members->count ? members->count : 1);
  d->hir.behaviours = ARENA_ARRAY(s->a, hir_fn *, members->count ? members->count : 1);
  fn_cx cx = cx_of_decl(d);
  s->cx = &cx;
  for (uint32_t i = 0; i < members->count; i++) {
    ast_decl_kind kind = members->items[i]->kind;
    if (kind == AST_DECL_FIELD && d->hir.kind == DECL_INTERFACE) (void)interface_member_ok(s, d, members->items[i]);
    if (kind == AST_DECL_FN || kind == AST_DECL_BEHAVIOUR)
      add_method(s, d, members->items[i], &d->hir.method_count, &d->hir.behaviour_count);
  }
  if (d->topology) topology_methods(s, d);
  if (d->hir.kind == DECL_AGENT) agent_shapes(s, d);
  mailbox_options o =
      d->hir.kind == DECL_AGENT ? check_annotations(s, &d->ast->annotations) : (mailbox_options){-1, -1, -1, -1, -1};
  d->hir.mailbox_capacity = o.capacity, d->hir.mailbox_high = o.high, d->hir.mailbox_low = o.low;
  d->hir.mailbox_full = o.full, d->hir.priority = o.priority;
  s->cx = NULL;
}

void resolve_decls(sema *s) {
  for (uint32_t i = 0; i < s->generics.count; i++) {
    decl_info *g = s->generics.items[i];
    resolve_bounds(s, &g->bounds, NULL, tparams_of(g), tparams_of(g));
  }
  decls_settle(s);
  signatures_settle(s);
  for (uint32_t i = 0; i < s->module_count; i++) {
    const module_info *mod = s->modules[i];
    if (mod->main) resolve_main(s, mod->main);
    for (uint32_t t = 0; t < mod->tests.count; t++) resolve_entry(s, mod->tests.items[t]);
  }
}
