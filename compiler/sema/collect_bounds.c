// collect_bounds.c — type parameters as written: each named once, and asked for what can be asked for.
// Owns:     nothing.
// Promises: every word of every `[T: …]` and `where` of a program is looked at once, however many instances are made of it.
// Does not: look interfaces up (check_generic.c), nor check that arguments fulfil what is asked (check_type.c).
#include "sema/check.h"

static bool is_named(const ast_tparams *list, const str *name) {
  for (uint32_t i = 0; list && i < list->count; i++)
    if (list->items[i].name.name == name) return true;
  return false;
}

static void check_bound(sema *s, const ast_bound *b) {
  if (b->cap != AST_CAP_NONE && b->cap != AST_CAP_VAL) {
    diag *d =
        error_at(s, E0324, b->span, "a type parameter can be asked to be `val`, but not `%s`", cap_name((cap)b->cap));
    diag_help(d,
              "write the capability where the type is used, `x: T %s`, or ask for what it has to allow: `sendable`, "
              "`shareable`, `copyable`, `readable`",
              cap_name((cap)b->cap));
    return;
  }
  if (!ast_has(b->word) || quality_known(b->word.name)) return;
  diag *d = error_at(s, E0210, b->word.span, "nothing that can be asked of a type is called `%s`", b->word.name->text);
  suggestion g = suggest_begin(b->word.name);
  suggest_offer_qualities(s, &g);
  suggest_say(&g, d, b->word.span);
  if (!g.best)
    diag_help(d, "there are `sendable`, `shareable`, `copyable`, `readable`, `val`, and interfaces such as `Ord`");
}

static void check_list(sema *s, const ast_tparams *list) {
  for (uint32_t i = 0; i < list->count; i++)
    for (uint32_t k = 0; k < list->items[i].bounds.count; k++) check_bound(s, &list->items[i].bounds.items[k]);
}

static void check_names(sema *s, const ast_tparams *list, const ast_tparams *outer) {
  for (uint32_t i = 0; i < list->count; i++) {
    ast_ident name = list->items[i].name;
    const ast_tparams before = {.items = list->items, .count = i};
    if (!is_named(&before, name.name) && !is_named(outer, name.name)) continue;
    diag *d = error_at(s, E0212, name.span, "there are two type parameters called `%s`", name.name->text);
    diag_help(d, "give one of them another name");
  }
}

static void check_fn_bounds(sema *s, const ast_fn *f, const ast_tparams *of_owner) {
  check_names(s, &f->tparams, of_owner);
  check_list(s, &f->tparams);
  check_list(s, &f->where);
  for (uint32_t i = 0; i < f->where.count; i++) {
    ast_ident name = f->where.items[i].name;
    if (is_named(&f->tparams, name.name) || is_named(of_owner, name.name)) continue;
    diag *d = error_at(s, E0211, name.span, "there is no type parameter `%s` here", name.name->text);
    suggestion g = suggest_begin(name.name);
    for (uint32_t k = 0; k < f->tparams.count; k++) suggest_offer(&g, f->tparams.items[k].name.name);
    for (uint32_t k = 0; of_owner && k < of_owner->count; k++) suggest_offer(&g, of_owner->items[k].name.name);
    suggest_say(&g, d, name.span);
  }
}

void collect_bounds(sema *s, const ast_decl *ast) {
  switch (ast->kind) {
  case AST_DECL_FN: check_fn_bounds(s, &ast->u.fn, NULL); return;
  case AST_DECL_ALIAS:
    check_names(s, &ast->u.alias.tparams, NULL);
    check_list(s, &ast->u.alias.tparams);
    return;
  case AST_DECL_TOPOLOGY:
    check_names(s, &ast->u.topology.tparams, NULL);
    check_list(s, &ast->u.topology.tparams);
    return;
  case AST_DECL_CLASS:
  case AST_DECL_STRUCT:
  case AST_DECL_ENUM:
  case AST_DECL_ERROR:
  case AST_DECL_AGENT:
  case AST_DECL_INTERFACE: {
    const ast_tparams *own = &ast->u.nominal.tparams;
    check_names(s, own, NULL);
    check_list(s, own);
    for (uint32_t i = 0; i < ast->u.nominal.members.count; i++)
      if (ast->u.nominal.members.items[i]->kind == AST_DECL_FN)
        check_fn_bounds(s, &ast->u.nominal.members.items[i]->u.fn, own);
    return;
  }
  case AST_DECL_USE:
  case AST_DECL_FIELD:
  case AST_DECL_BEHAVIOUR:
  case AST_DECL_TEST:
  case AST_DECL_CONST:
  case AST_DECL_EXTERN:
  case AST_DECL_MAIN: return;
  }
}
