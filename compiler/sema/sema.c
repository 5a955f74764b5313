// sema.c — the passes of sema, in order, and the program they make.
// Promises: see sema.h. The passes: collect names; resolve types of fields, then signatures; check initialisers, constants and
//           bodies; then, on the finished tree, flow (moves, initialisation).
#include "sema/sema.h"

#include "sema/check.h"
#include "sema/flow.h"
#include "sema/interface.h"

static void names_init(sema *s) {
  s->n_self = str_intern_cstr(s->names, "self");
  s->n_wrap = str_intern_cstr(s->names, "wrap");
  s->n_main = str_intern_cstr(s->names, "main");
  s->n_init = str_intern_cstr(s->names, "init");
  s->n_drain = str_intern_cstr(s->names, "drain");
  s->n_chars = str_intern_cstr(s->names, "chars");
  s->n_eq = str_intern_cstr(s->names, "eq");
  s->n_hash = str_intern_cstr(s->names, "hash");
  s->n_cmp = str_intern_cstr(s->names, "cmp");
  s->n_show = str_intern_cstr(s->names, "show");
  s->n_cancel = str_intern_cstr(s->names, "cancel");
}

static void types_init(sema *s) {
  s->error = type_simple(s->types, TY_ERROR);
  s->never = type_simple(s->types, TY_NEVER);
  s->unit = type_simple(s->types, TY_UNIT);
  s->boolean = type_simple(s->types, TY_BOOL);
  s->i64 = type_simple(s->types, TY_I64);
  s->f64 = type_simple(s->types, TY_F64);
  s->u8 = type_simple(s->types, TY_U8);
  s->u32 = type_simple(s->types, TY_U32);
  s->duration = type_simple(s->types, TY_DURATION);
  s->instant = type_simple(s->types, TY_INSTANT);
  s->range = type_simple(s->types, TY_RANGE);
  s->none = type_simple(s->types, TY_NONE);
}

// What `catch { e => … }` binds: an error of whatever kind, which has no fields to name.
static void any_error_init(sema *s) {
  decl_info *d = ARENA_NEW(s->a, decl_info);
  d->name = str_intern_cstr(s->names, "Error");
  d->hir = (hir_decl){.kind = DECL_ERROR, .name = "Error", .module = "", .is_prelude = true, .is_any = true};
  d->mod = s->modules[0];
  d->inits = DONE;
  map_init(&d->members, s->a);
  s->d_any_error = d;
}

// ---- the program -----------------------------------------------------------------------------------------------------
typedef VEC(hir_decl *) decl_list;

static void place_decl(sema *s, decl_list *out, const hir_decl *decl);

// What is stored inside a value must be known before it.
static void place_type(sema *s, decl_list *out, const type *t) {
  if (!t) return;
  if (t->kind == TY_STRUCT || t->kind == TY_ENUM) place_decl(s, out, t->decl);
  if (t->kind == TY_TUPLE || t->kind == TY_OPTIONAL)
    for (uint32_t i = 0; i < t->arg_count; i++) place_type(s, out, t->args[i]);
}

static void place_decl(sema *s, decl_list *out, const hir_decl *decl) {
  decl_info *d = info_of(decl);
  if (d->placed) return;
  d->placed = true;
  for (uint32_t i = 0; i < decl->field_count; i++) place_type(s, out, decl->fields[i].type);
  for (uint32_t v = 0; v < decl->variant_count; v++)
    for (uint32_t i = 0; i < decl->variants[v].field_count; i++) place_type(s, out, decl->variants[v].fields[i].type);
  VEC_PUSH(s->a, out, &d->hir);
}

static bool is_emitted(const decl_info *d) {
  if (d->open != CLOSED) return false;
  if (d->simple || d->hir.builtin != BUILTIN_NO || d->hir.kind == DECL_INTERFACE) return false;
  return !d->mod->in->is_prelude || d->used;
}

static void program_tests(sema *s, hir_program *p) {
  VEC(hir_test) tests = {0};
  for (uint32_t i = 0; i < s->module_count; i++) {
    const module_info *mod = s->modules[i];
    for (uint32_t t = 0; t < mod->tests.count; t++) {
      fn_info *f = mod->tests.items[t];
      hir_test test = {f->decl_ast->u.test.title->text, f->hir.span, &f->hir, &f->owner->hir};
      VEC_PUSH(s->a, &tests, test);
    }
  }
  p->tests = tests.items;
  p->test_count = tests.count;
}

static hir_program *program_make(sema *s, const sema_input *in) {
  hir_program *p = s->program;
  decl_list decls = {0};
  for (uint32_t i = 0; i < s->decls.count; i++)
    if (is_emitted(s->decls.items[i])) place_decl(s, &decls, &s->decls.items[i]->hir);
  for (uint32_t i = 0; i < p->table_count; i++)
    if (p->tables[i]->object && p->tables[i]->object->decl->is_boxed) place_decl(s, &decls, p->tables[i]->object->decl);
  VEC(hir_fn *) fns = {0};
  for (uint32_t i = 0; i < s->fns.count; i++) {
    fn_info *f = s->fns.items[i];
    bool listed = f->owner && !f->origin && is_emitted(f->owner); // with its type
    if (!listed && f->hir.kind != FN_NATIVE && !f->template && f->open == CLOSED) VEC_PUSH(s->a, &fns, &f->hir);
  }
  p->closures = ARENA_ARRAY(s->a, hir_decl *, s->closures.count + 1);
  for (uint32_t i = 0; i < s->closures.count; i++)
    if (s->closures.items[i]->open == CLOSED) p->closures[p->closure_count++] = &s->closures.items[i]->owner->hir;
  p->decls = decls.items;
  p->decl_count = decls.count;
  p->fns = fns.items;
  p->fn_count = fns.count;
  p->main_file = in->main_file;
  p->constants = s->constants.items;
  p->constant_count = s->constants.count;
  p->runs_tests = in->runs_tests;
  program_tests(s, p);
  fn_info *f = s->modules[0]->main;
  if (f) {
    p->main = &f->hir;
    p->main_agent = &f->owner->hir;
  }
  p->string_decl = s->d_string ? &s->d_string->hir : NULL;
  p->bytes_decl = s->d_bytes ? &s->d_bytes->hir : NULL;
  p->array_decl = s->d_array ? &s->d_array->hir : NULL;
  p->map_decl = s->d_map ? &s->d_map->hir : NULL;
  p->set_decl = s->d_set ? &s->d_set->hir : NULL;
  return p;
}

// ---- flow --------------------------------------------------------------------------------------------------------------
static void flow_of_fn(sema *s, const hir_fn *f, const instance *why) {
  capture c;
  if (!f->body) return;
  if (why) capture_begin(s, &c);
  flow_check_fn(&(flow_env){.diag = s->diag, .types = s->types}, f);
  if (why) capture_end_instance(s, &c, why);
}

static void flow_of_decl(sema *s, const hir_decl *d) {
  const instance *why = info_of(d)->instance;
  capture c;
  if (why) capture_begin(s, &c);
  flow_check_decl(&(flow_env){.diag = s->diag, .types = s->types}, d);
  if (why) capture_end_instance(s, &c, why);
  for (uint32_t i = 0; i < d->method_count; i++) flow_of_fn(s, d->methods[i], info_of_fn(d->methods[i])->instance);
  for (uint32_t i = 0; i < d->behaviour_count; i++)
    flow_of_fn(s, d->behaviours[i], info_of_fn(d->behaviours[i])->instance);
}

static void check_flow(sema *s, const hir_program *p) {
  for (uint32_t i = 0; i < p->decl_count; i++) flow_of_decl(s, p->decls[i]);
  for (uint32_t i = 0; i < p->fn_count; i++) flow_of_fn(s, p->fns[i], info_of_fn(p->fns[i])->instance);
  for (uint32_t i = 0; i < s->module_count; i++) // several files may be checked at once, each with its `main`
    if (s->modules[i]->main) flow_of_fn(s, &s->modules[i]->main->hir, NULL);
  for (uint32_t i = 0; i < p->test_count; i++) flow_of_fn(s, p->tests[i].fn, NULL);
}

hir_program *sema_check(const sema_input *in) {
  sema *s = ARENA_NEW(in->arena, sema);
  s->a = in->arena;
  s->types = in->types;
  s->names = in->names;
  s->diag = s->root = in->diag;
  s->before = s->root->all.count;
  map_init(&s->told, s->a);
  diag_sink_init(&s->silent, in->arena, NULL);
  s->program = ARENA_NEW(s->a, hir_program);
  names_init(s);
  types_init(s);
  collect_modules(s, in);
  s->string = s->d_string ? type_of_decl(s, s->d_string, NULL, 0, CAP_NONE) : s->error;
  any_error_init(s);
  interface_init(s);
  resolve_decls(s);
  check_bodies(s);
  check_leaks(s);
  check_waits(s);
  check_exports(s);
  hir_program *p = program_make(s, in);
  check_flow(s, p);
  check_uses(s);
  if (s->before) broken_forget(s);
  return p;
}
