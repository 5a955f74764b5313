// check_form.c — what the grammar lets pass because it is easier said here: words before and in the head of declarations where
// they mean nothing.
// Promises: one error for each, whose edit leaves the word out; the declaration is checked as if it did not stand there.
// Does not: look into bodies.
#include "diag/edit.h"
#include "sema/check.h"

static void leave_out(diag *d, span word, const char *what) {
  span next = edit_after(d, word, ""); // what follows the white space after it
  diag_fix(d, "leave `%s` out", what);
  diag_edit(d, span_is_none(next) ? next : (span){word.file, word.begin, next.begin}, "");
}

static const char *kind_words(const ast_decl *ast) {
  switch (ast->kind) {
  case AST_DECL_FN: return "a function";
  case AST_DECL_CLASS: return "a class";
  case AST_DECL_STRUCT: return "a struct";
  case AST_DECL_ENUM: return "an enum";
  case AST_DECL_ERROR: return "an error";
  case AST_DECL_INTERFACE: return "an interface";
  case AST_DECL_CONST: return "a constant";
  case AST_DECL_ALIAS: return "an alias";
  case AST_DECL_MAIN: return "`main`";
  case AST_DECL_TEST: return "a test";
  case AST_DECL_USE: return "`use`";
  case AST_DECL_EXTERN: return "`extern`";
  case AST_DECL_AGENT:
  case AST_DECL_TOPOLOGY:
  case AST_DECL_FIELD:
  case AST_DECL_BEHAVIOUR: break;
  }
  return "a declaration";
}

// `@mailbox` and `@priority` are of agents.
static void check_annotated(sema *s, const ast_decl *ast) {
  if (ast->kind == AST_DECL_AGENT) return;
  for (uint32_t i = 0; i < ast->annotations.count; i++) {
    const ast_annotation *a = &ast->annotations.items[i];
    if (!ast_has(a->name)) continue;
    if (!str_is(a->name.name, "mailbox") && !str_is(a->name.name, "priority")) {
      diag *x = error_at(s, E0604, a->name.span, "there is no annotation `@%s` here", a->name.name->text);
      diag_help(x, "agents take `@mailbox(…)` and `@priority(…)`");
      continue;
    }
    diag *d = ast->kind == AST_DECL_TOPOLOGY
                  ? error_at(s, E0604, a->span, "a topology has no mailbox: its agents have")
                  : error_at(s, E0604, a->span, "`@%s` stands before %s, and only agents have such", a->name.name->text,
                             kind_words(ast));
    leave_out(d, a->span, arena_printf(s->a, "@%s", a->name.name->text));
  }
}

static void check_heads(sema *s, const ast_decl *ast) {
  if (ast->kind == AST_DECL_FN) {
    if (ast->u.fn.cap == AST_CAP_NONE) return;
    const char *word = ast_cap_text(ast->u.fn.cap);
    diag *d =
        error_at(s, E0324, ast->u.fn.cap_span, "`%s` says what a method needs of its object, and `%s` is no method",
                 word, ast->name.name->text);
    leave_out(d, ast->u.fn.cap_span, word);
    return;
  }
  bool nominal = ast->kind == AST_DECL_CLASS || ast->kind == AST_DECL_STRUCT || ast->kind == AST_DECL_ENUM ||
                 ast->kind == AST_DECL_AGENT || ast->kind == AST_DECL_INTERFACE || ast->kind == AST_DECL_ERROR;
  if (!nominal) return;
  for (uint32_t i = 0; i < ast->u.nominal.members.count; i++) {
    const ast_decl *m = ast->u.nominal.members.items[i];
    check_annotated(s, m);
  }
  if (ast->kind != AST_DECL_STRUCT || ast->u.nominal.cap == AST_CAP_NONE) return;
  const char *word = ast_cap_text(ast->u.nominal.cap);
  diag *d = error_at(s, E0324, ast->u.nominal.cap_span, "a struct is a value and has no capability of its own");
  diag_help(d, "where it is used, `%s %s` says how its parts are seen", ast->name.name->text, word);
  leave_out(d, ast->u.nominal.cap_span, word);
}

void check_form(sema *s, const ast_decl *ast) {
  check_annotated(s, ast);
  check_heads(s, ast);
  if (!ast->exported) return;
  bool nominal = ast->kind == AST_DECL_AGENT || ast->kind == AST_DECL_CLASS || ast->kind == AST_DECL_STRUCT ||
                 ast->kind == AST_DECL_ENUM;
  bool can = ast->kind == AST_DECL_FN || nominal;
  bool generic = can && (nominal ? ast->u.nominal.tparams.count : ast->u.fn.tparams.count) != 0;
  if (can && !generic) return;
  diag *d = error_at(s, E0706, ast->export_span,
                     generic ? "what is generic cannot be exported to C"
                             : "only agents, functions, classes, structs and enums are exported to C");
  if (generic) diag_help(d, "export functions that use it for types that C has");
  leave_out(d, ast->export_span, "export");
}
