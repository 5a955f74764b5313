// collect.c — first pass: every declaration of every file gets a symbol, whatever their order.
// Owns:     the tables of each module.
// Promises: declarations of kinds that are not supported yet are reported once, here, and their names are silent afterwards.
// Does not: look at types or bodies.
#include <string.h>

#include "base/source.h"
#include "sema/check_topology.h"

// The primitive types, under all their names. The prelude's struct of the same name has their methods.
static const struct {
  const char *name;
  type_kind kind;
} primitive_rows[] = {
    {"Bool", TY_BOOL},       {"I8", TY_I8},       {"I16", TY_I16},   {"I32", TY_I32},     {"I64", TY_I64},
    {"Int", TY_I64},         {"U8", TY_U8},       {"U16", TY_U16},   {"U32", TY_U32},     {"U64", TY_U64},
    {"F32", TY_F32},         {"F64", TY_F64},     {"Float", TY_F64}, {"Never", TY_NEVER}, {"Duration", TY_DURATION},
    {"Instant", TY_INSTANT}, {"Range", TY_RANGE},
};

static const type *primitive_named(sema *s, const str *name) {
  for (size_t i = 0; i < sizeof primitive_rows / sizeof primitive_rows[0]; i++)
    if (str_is(name, primitive_rows[i].name)) return type_simple(s->types, primitive_rows[i].kind);
  return NULL;
}

static void declare_poison(sema *s, module_info *mod, const ast_decl *ast) {
  symbol_declare(s, mod, symbol_new(s, SYM_POISON, ast->name.name, ast->name.span, mod));
}

static builtin builtin_named(const str *name) {
  static const struct {
    const char *name;
    builtin b;
  } rows[] = {{"String", BUILTIN_STRING}, {"Bytes", BUILTIN_BYTES}, {"Array", BUILTIN_ARRAY},
              {"Map", BUILTIN_MAP},       {"Set", BUILTIN_SET},     {"Channel", BUILTIN_CHANNEL}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    if (str_is(name, rows[i].name)) return rows[i].b;
  return BUILTIN_NO;
}

static bool has_annotation(const ast_decl *ast, const char *name) {
  for (uint32_t i = 0; i < ast->annotations.count; i++)
    if (str_is(ast->annotations.items[i].name.name, name)) return true;
  return false;
}

static void remember_builtin(sema *s, decl_info *d) {
  decl_info **slots[] = {
      [BUILTIN_STRING] = &s->d_string, [BUILTIN_BYTES] = &s->d_bytes, [BUILTIN_ARRAY] = &s->d_array,
      [BUILTIN_MAP] = &s->d_map,       [BUILTIN_SET] = &s->d_set,     [BUILTIN_CHANNEL] = &s->d_channel};
  if (d->hir.builtin != BUILTIN_NO) *slots[d->hir.builtin] = d;
  if (str_is(d->name, "Timer")) s->d_timer = d;
}

static cap cap_of_ast(ast_cap c) { return (cap)c; }

// Of agents if its first member is a behaviour; or `@agents`, which the library's interface of any agent has.
static void collect_interface(sema *s, decl_info *d) {
  const ast_decls *members = &d->ast->u.nominal.members;
  d->hir.is_agents = members->count ? members->items[0]->kind == AST_DECL_BEHAVIOUR : has_annotation(d->ast, "agents");
  if (d->hir.is_agents && d->hir.default_cap != CAP_NONE && d->hir.default_cap != CAP_TAG) {
    diag *e = error_at(s, E0350, d->ast->u.nominal.cap_span, "an interface of agents is always `tag`");
    diag_help(e, "leave `%s` out", cap_name(d->hir.default_cap));
    diag_edit(e, d->ast->u.nominal.cap_span, "");
  }
  if (d->hir.default_cap == CAP_NONE) d->hir.default_cap = CAP_REF;
}

static decl_info *collect_nominal(sema *s, module_info *mod, const ast_decl *ast, decl_kind kind) {
  decl_info *d = ARENA_NEW(s->a, decl_info);
  d->ast = ast;
  d->mod = mod;
  d->name = ast->name.name;
  d->hir = (hir_decl){.kind = kind,
                      .name = d->name->text,
                      .module = mod->in->name,
                      .doc = ast->doc ? ast->doc->text : NULL,
                      .exported = ast->exported && !ast->u.nominal.tparams.count,
                      .span = ast->name.span,
                      .mailbox_capacity = -1,
                      .mailbox_high = -1,
                      .mailbox_low = -1,
                      .mailbox_full = -1,
                      .priority = -1};
  d->hir.default_cap = cap_of_ast(ast->u.nominal.cap);
  if (ast->u.nominal.c_drop) {
    hir_fn *f = ARENA_NEW(s->a, hir_fn);
    f->kind = FN_EXTERN;
    f->name = f->symbol = ast->u.nominal.c_drop->text;
    f->module = mod->in->name;
    f->span = ast->u.nominal.c_drop_span;
    f->result = s->unit;
    d->hir.c_drop = f;
  }
  if (kind == DECL_CLASS && d->hir.default_cap == CAP_NONE) d->hir.default_cap = CAP_REF;
  if (kind == DECL_INTERFACE) collect_interface(s, d);
  map_init(&d->members, s->a);
  if (mod->in->is_prelude) {
    d->hir.is_fault = has_annotation(ast, "fault");
    d->hir.is_prelude = kind != DECL_ERROR || d->hir.is_fault || has_annotation(ast, "native");
    d->simple = primitive_named(s, d->name);
    // The methods of every `T?`; the one it is simple for is only a mark.
    if (str_is(d->name, "Optional")) d->simple = type_optional(s, s->unit);
    d->hir.builtin = builtin_named(d->name);
    remember_builtin(s, d);
  }
  d->generic = ast->u.nominal.tparams.count && d->hir.builtin == BUILTIN_NO && !d->simple;
  if (d->generic) {
    map_init(&d->instances, s->a);
    VEC_PUSH(s->a, &s->generics, d);
  } else {
    VEC_PUSH(s->a, &s->decls, d);
  }
  if (d->simple) {
    d->hir.kind = DECL_PRIMITIVE;
    s->primitives[d->simple->kind] = d;
    return d; // its name is declared with the other primitive types
  }
  symbol *sym = symbol_new(s, SYM_DECL, d->name, ast->name.span, mod);
  sym->u.decl = d;
  symbol_declare(s, mod, sym);
  return d;
}

// A class of `val` objects, whose fields are its parameters.
static void collect_topology(sema *s, module_info *mod, const ast_decl *ast) {
  ast_decl *head = ARENA_NEW(s->a, ast_decl);
  *head = (ast_decl){.kind = AST_DECL_CLASS, .span = ast->span, .doc = ast->doc, .name = ast->name};
  head->u.nominal.cap = AST_CAP_VAL;
  head->u.nominal.tparams = ast->u.topology.tparams;
  head->u.nominal.params = ast->u.topology.params;
  head->u.nominal.has_params = true;
  topology_info *t = ARENA_NEW(s->a, topology_info);
  t->ast = ast;
  decl_info *d = collect_nominal(s, mod, head, DECL_CLASS);
  d->topology = t;
  d->hir.topology = ARENA_NEW(s->a, hir_topology);
}

static fn_info *fn_new(sema *s, module_info *mod, const ast_decl *ast, decl_info *owner, fn_kind kind) {
  fn_info *f = ARENA_NEW(s->a, fn_info);
  f->decl_ast = ast;
  f->ast = &ast->u.fn;
  f->mod = mod;
  f->owner = owner;
  f->name = ast->name.name;
  f->lazy = mod->in->is_std && !mod->in->checked;
  f->hir = (hir_fn){.kind = kind,
                    .name = f->name->text,
                    .module = mod->in->name,
                    .doc = ast->doc ? ast->doc->text : NULL,
                    .exported = ast->exported && !owner && !ast->u.fn.tparams.count,
                    .owner = owner ? &owner->hir : NULL,
                    .span = ast->name.span,
                    .nofault = has_annotation(ast, "nofault"),
                    .waits = kind == FN_NATIVE && has_annotation(ast, "waits"),
                    .blocking = ast->u.fn.blocking};
  if (ast->u.fn.body) f->hir.body_span = ast->u.fn.body->span;
  VEC_PUSH(s->a, &s->fns, f);
  return f;
}

static const char *std_name(const module_info *mod) {
  const char *name = mod->in->name;
  return strncmp(name, "std_", 4) == 0 ? name + 4 : name;
}

// A body that begins on the next line: the parser has told where its `{` belongs.
static bool body_on_next_line(const sema *s, const ast_decl *ast) {
  const char *rest = source_of(s->diag->sources, ast->span.file)->text + ast->span.end;
  return rest[strspn(rest, " \t\r\n")] == '{';
}

static void collect_fn(sema *s, module_info *mod, const ast_decl *ast) {
  bool native = !ast->u.fn.body && mod->in->is_std;
  if (!ast->u.fn.body && !native) {
    if (body_on_next_line(s, ast)) {
      declare_poison(s, mod, ast);
      return;
    }
    diag *d = error_at(s, E0326, ast->name.span, "`%s` has no body", ast->name.name->text);
    diag_help(d, "add one: `fn %s(…) { … }`; functions of C are declared in `extern \"C\" { … }`",
              ast->name.name->text);
    declare_poison(s, mod, ast);
    return;
  }
  fn_info *f = fn_new(s, mod, ast, NULL, native ? FN_NATIVE : FN_FUNCTION);
  if (native)
    f->hir.symbol = mod->in->is_prelude ? arena_printf(s->a, "ag_%s", f->hir.name)
                                        : arena_printf(s->a, "ag_%s_%s", std_name(mod), f->hir.name);
  symbol *sym = symbol_new(s, SYM_FN, f->name, ast->name.span, mod);
  sym->u.fn = f;
  symbol_declare(s, mod, sym);
}

static void collect_extern(sema *s, module_info *mod, const ast_decl *ast) {
  if (!str_is(ast->u.ext.abi, "C")) {
    diag *d = error_at(s, E0704, ast->u.ext.abi_span, "only functions of C can be declared, not of `%s`",
                       ast->u.ext.abi->text);
    diag_edit(d, ast->u.ext.abi_span, "\"C\"");
  }
  for (uint32_t i = 0; i < ast->u.ext.fns.count; i++) {
    const ast_decl *item = ast->u.ext.fns.items[i];
    if (item->u.fn.tparams.count) {
      error_at(s, E0332, item->name.span, "a function of C has no type parameters");
      declare_poison(s, mod, item);
      continue;
    }
    fn_info *f = fn_new(s, mod, item, NULL, FN_EXTERN);
    f->hir.symbol = f->hir.name;
    f->hir.library = ast->u.ext.library ? ast->u.ext.library->text : NULL;
    if (item->u.fn.variadic) f->hir.variadic = &f->hir;
    symbol *sym = symbol_new(s, SYM_FN, f->name, item->name.span, mod);
    sym->u.fn = f;
    symbol_declare(s, mod, sym);
  }
}

static void collect_alias(sema *s, module_info *mod, const ast_decl *ast) {
  symbol *sym = symbol_new(s, SYM_ALIAS, ast->name.name, ast->name.span, mod);
  sym->u.alias = ARENA_NEW(s->a, alias_info);
  *sym->u.alias = (alias_info){.ast = ast, .mod = mod};
  symbol_declare(s, mod, sym);
}

static void collect_const(sema *s, module_info *mod, const ast_decl *ast) {
  symbol *sym = symbol_new(s, SYM_CONST, ast->name.name, ast->name.span, mod);
  sym->u.constant = ARENA_NEW(s->a, const_info);
  *sym->u.constant = (const_info){.ast = ast, .mod = mod};
  symbol_declare(s, mod, sym);
}

static void collect_main(sema *s, module_info *mod, const ast_decl *ast) {
  if (mod->main) {
    diag *d = error_at(s, E0212, ast->span, "`main` is declared twice in this file");
    diag_note(d, mod->main->hir.span, "first declared here");
    return;
  }
  fn_info *f = ARENA_NEW(s->a, fn_info);
  f->decl_ast = ast;
  f->mod = mod;
  f->name = s->n_main;
  f->hir = (hir_fn){.kind = FN_MAIN, .name = "main", .module = mod->in->name, .span = ast->span};
  f->hir.body_span = ast->u.main.body->span;
  mod->main = f;
}

// Two tests of one name could not be told apart by `agentc test`.
static void report_same_title(sema *s, const module_info *mod, const ast_decl *ast) {
  for (uint32_t i = 0; i < mod->tests.count; i++) {
    const ast_decl *other = mod->tests.items[i]->decl_ast;
    if (other->u.test.title != ast->u.test.title) continue;
    diag *d = error_at(s, E0212, ast->u.test.title_span, "two tests are called \"%s\"", ast->u.test.title->text);
    diag_note(d, other->u.test.title_span, "the first is this");
    return;
  }
}

static void collect_test(sema *s, module_info *mod, const ast_decl *ast) {
  if (!mod->in->checked) return;
  report_same_title(s, mod, ast);
  fn_info *f = ARENA_NEW(s->a, fn_info);
  f->decl_ast = ast;
  f->mod = mod;
  f->name = str_intern_cstr(s->names, "test");
  f->hir = (hir_fn){.kind = FN_MAIN, .name = "test", .module = mod->in->name, .span = ast->span};
  f->hir.body_span = ast->u.test.body->span;
  VEC_PUSH(s->a, &mod->tests, f);
}

static void collect_decl(sema *s, module_info *mod, const ast_decl *ast) {
  collect_bounds(s, ast);
  if (!mod->in->is_std) check_form(s, ast);
  switch (ast->kind) {
  case AST_DECL_USE:
  case AST_DECL_FIELD:
  case AST_DECL_BEHAVIOUR: return;
  case AST_DECL_FN: collect_fn(s, mod, ast); return;
  case AST_DECL_CLASS: collect_nominal(s, mod, ast, DECL_CLASS); return;
  case AST_DECL_STRUCT: collect_nominal(s, mod, ast, DECL_STRUCT); return;
  case AST_DECL_ENUM: collect_nominal(s, mod, ast, DECL_ENUM); return;
  case AST_DECL_ERROR: collect_nominal(s, mod, ast, DECL_ERROR); return;
  case AST_DECL_AGENT: collect_nominal(s, mod, ast, DECL_AGENT); return;
  case AST_DECL_INTERFACE: collect_nominal(s, mod, ast, DECL_INTERFACE); return;
  case AST_DECL_TOPOLOGY: collect_topology(s, mod, ast); return;
  case AST_DECL_TEST: collect_test(s, mod, ast); return;
  case AST_DECL_ALIAS: collect_alias(s, mod, ast); return;
  case AST_DECL_CONST: collect_const(s, mod, ast); return;
  case AST_DECL_EXTERN: collect_extern(s, mod, ast); return;
  case AST_DECL_MAIN: collect_main(s, mod, ast); return;
  }
}

static void declare_prelude_names(sema *s) {
  module_info *mod = s->prelude;
  for (size_t i = 0; i < sizeof primitive_rows / sizeof primitive_rows[0]; i++) {
    symbol *sym = symbol_new(s, SYM_TYPE, str_intern_cstr(s->names, primitive_rows[i].name), SPAN_NONE, mod);
    sym->u.type = type_simple(s->types, primitive_rows[i].kind);
    symbol_declare(s, mod, sym);
  }
  symbol_declare(s, mod, symbol_new(s, SYM_FUTURE, str_intern_cstr(s->names, "Future"), SPAN_NONE, mod));
}

// Functions that no signature can describe. No other file has the name of one of the library's.
static void declare_builtins(sema *s, module_info *mod) {
  static const struct {
    builtin_fn fn;
    const char *module, *name;
  } rows[] = {{FN_PRINT, "prelude", "print"}, {FN_SWAP, "prelude", "swap"},     {FN_SHARD, "prelude", "shard"},
              {FN_SAME, "prelude", "same"},   {FN_ASSERT, "prelude", "assert"}, {FN_RAISES, "test", "raises"}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (strcmp(rows[i].module, mod->in->name) != 0) continue;
    symbol *sym = symbol_new(s, SYM_BUILTIN, str_intern_cstr(s->names, rows[i].name), SPAN_NONE, mod);
    sym->u.builtin = rows[i].fn;
    symbol_declare(s, mod, sym);
  }
}

static module_info *module_of(sema *s, const sema_module *in) {
  for (uint32_t i = 0; i < s->module_count; i++)
    if (s->modules[i]->in == in) return s->modules[i];
  return NULL;
}

static void collect_uses(sema *s, module_info *mod) {
  const ast_decls *decls = &mod->in->file->decls;
  for (uint32_t i = 0; i < decls->count; i++) {
    const ast_decl *ast = decls->items[i];
    if (ast->kind != AST_DECL_USE) continue;
    module_info *target = mod->in->uses[i] ? module_of(s, mod->in->uses[i]) : NULL;
    ast_ident as = ast->name;
    if (!ast_has(as) && ast->u.use.path.count > 0) as = ast->u.use.path.items[ast->u.use.path.count - 1];
    if (ast_has(as)) {
      symbol *sym = symbol_new(s, target ? SYM_MODULE : SYM_POISON, as.name, as.span, mod);
      sym->u.module = target;
      if (map_has(&mod->modules, as.name) && ((symbol *)map_get(&mod->modules, as.name))->u.module == target) continue;
      if (target) symbol_declare(s, mod, sym);
      else map_put(&mod->modules, as.name, sym), mod->incomplete = true;
    } else if (target) {
      VEC_PUSH(s->a, &mod->used, target);
      mod->incomplete |= target->broken;
    } else {
      mod->incomplete = true;
    }
  }
}

void collect_modules(sema *s, const sema_input *in) {
  s->modules = ARENA_ARRAY(s->a, module_info *, in->module_count);
  s->module_count = in->module_count;
  for (uint32_t i = 0; i < in->module_count; i++) {
    module_info *mod = ARENA_NEW(s->a, module_info);
    mod->in = in->modules[i];
    mod->file = mod->in->file->span.file;
    mod->incomplete = mod->broken = mod->in->file->has_errors;
    map_init(&mod->symbols, s->a);
    map_init(&mod->modules, s->a);
    map_init(&mod->unknown, s->a);
    s->modules[i] = mod;
    if (mod->in->is_prelude) s->prelude = mod;
  }
  declare_prelude_names(s);
  for (uint32_t i = 0; i < s->module_count; i++) {
    module_info *mod = s->modules[i];
    declare_builtins(s, mod);
    for (uint32_t j = 0; j < mod->in->file->decls.count; j++) collect_decl(s, mod, mod->in->file->decls.items[j]);
  }
  for (uint32_t i = 0; i < s->module_count; i++) collect_uses(s, s->modules[i]);
}
