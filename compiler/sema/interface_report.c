// interface_report.c — what is wrong with a declaration of an interface, and why a type is none.
// Promises: one gap is reported, the first in the text of the interface, with both places and the smallest change that closes it.
#include "sema/interface.h"

#include "sema/cap_report.h"

// ---- declarations --------------------------------------------------------------------------------------------------------
static bool wrong(sema *s, span at, const char *what, const char *name, const char *help) {
  diag *d = error_at(s, E0350, at, what, name);
  diag_help(d, "%s", help);
  return false;
}

bool interface_member_ok(sema *s, decl_info *d, const ast_decl *ast) {
  const char *name = ast->name.name->text;
  if (ast->kind == AST_DECL_FIELD)
    return wrong(s, ast->name.span, "an interface has no fields, and `%s` is one", name,
                 "it says what can be done: `fn name() -> T`");
  bool behaviour = ast->kind == AST_DECL_BEHAVIOUR;
  if (behaviour != d->hir.is_agents)
    return wrong(s, ast->name.span,
                 "an interface is of agents (`on`) or of other things (`fn`), and `%s` makes it both", name,
                 "make two of it");
  if (ast->u.fn.body)
    return wrong(s, ast->u.fn.body->span, "`%s` is part of an interface and has no body", name,
                 "types that satisfy the interface have one each; what is the same for all is a function that takes "
                 "the interface");
  if (ast->u.fn.tparams.count)
    return wrong(s, ast->name.span, "`%s` is part of an interface and has no type parameters of its own", name,
                 "the interface may have some");
  return true;
}

// ---- types that are none ---------------------------------------------------------------------------------------------------
static const char *signature(sema *s, const hir_fn *f, bool of_agents) {
  const char *text = of_agents                ? "on "
                     : f->receiver == CAP_BOX ? "fn "
                                              : arena_printf(s->a, "fn %s ", cap_name(f->receiver));
  text = arena_printf(s->a, "%s%s(", text, f->name);
  if (!f->result) return arena_printf(s->a, "%s…)", text); // its own parameters ask for what it is part of
  for (uint32_t i = 0; i < f->param_count; i++)
    text = arena_printf(s->a, "%s%s%s: %s", text, i ? ", " : "", f->params[i]->name, text_of(s, f->params[i]->type));
  text = arena_printf(s->a, "%s)", text);
  if (f->result->kind != TY_UNIT || f->is_request) text = arena_printf(s->a, "%s -> %s", text, text_of(s, f->result));
  return f->raises ? arena_printf(s->a, "%s !", text) : text;
}

static const char *receiver_text(cap c) { return c == CAP_BOX ? "only reads" : c == CAP_REF ? "writes" : cap_name(c); }

static void help_stronger(sema *s, diag *d, const interface_gap *g, const hir_fn *own) {
  if (g->wanted->receiver == CAP_BOX && own->receiver == CAP_REF) {
    diag_help(d, "leave out `ref` if it only reads, or let the interface say `fn ref %s`", own->name);
    return;
  }
  diag_help(d, "declare it as the interface does: `%s`", signature(s, g->wanted, false));
}

static const char *gap_text(sema *s, const interface_gap *g, const char *name_of, const char *kind) {
  const hir_fn *w = g->wanted, *own = g->found && g->found->fn ? &g->found->fn->hir : NULL;
  const char *name = w->name;
  bool pair = own && g->param < own->param_count && g->param < w->param_count;
  switch (g->why) {
  case NO_METHOD: return arena_printf(s->a, "it has no %s `%s`", kind, name);
  case NO_FUNCTION: return arena_printf(s->a, "its `%s` is no %s", name, kind);
  case HAS_PARAMETERS: return arena_printf(s->a, "its `%s` has type parameters", name);
  case UNMET: return arena_printf(s->a, "what its `%s` asks for with `where` does not hold", name);
  case STRONGER:
    return arena_printf(s->a, "its `%s` needs `%s`, and the interface's %s (`%s`)", name, cap_name(own->receiver),
                        receiver_text(w->receiver), cap_name(w->receiver));
  case OTHER_COUNT:
    return arena_printf(s->a, "its `%s` takes %u argument%s, the interface's %u", name, own->param_count,
                        plural(own->param_count, "", "s"), w->param_count);
  case NARROWER:
    return arena_printf(s->a, "its `%s` takes `%s` for `%s`, and the interface's `%s`", name,
                        pair ? text_full(s, own->params[g->param]->type) : "?",
                        pair ? own->params[g->param]->name : "?", pair ? text_full(s, w->params[g->param]->type) : "?");
  case OTHER_SHAPE:
    return arena_printf(s->a,
                        "its `%s` takes `%s` for `%s`, and the interface's `%s`: messages carry the very same types",
                        name, pair ? text_full(s, own->params[g->param]->type) : "?",
                        pair ? own->params[g->param]->name : "?", pair ? text_full(s, w->params[g->param]->type) : "?");
  case WIDER:
    return arena_printf(s->a, "its `%s` gives `%s`, and the interface's `%s`", name, text_full(s, own->result),
                        text_full(s, w->result));
  case RAISES: return arena_printf(s->a, "its `%s` may raise an error, and the interface's may not", name);
  case FITS:
  case IN_ERROR: break;
  }
  return arena_printf(s->a, "`%s` is something else", name_of);
}

static void gap_help(sema *s, diag *d, const interface_gap *g, const type *from, bool of_agents) {
  bool ours = type_is_users(from) || from->kind == TY_AGENT || from->kind == TY_ERRVAL;
  if (!ours || from->decl->is_prelude || g->why == UNMET) return; // nobody can change it
  const char *name_of = from->decl->origin ? from->decl->origin->name : from->decl->name;
  const hir_fn *own = g->found && g->found->fn ? &g->found->fn->hir : NULL;
  const char *wanted = signature(s, g->wanted, of_agents);
  if (g->why == STRONGER) help_stronger(s, d, g, own);
  else if (g->why == RAISES) diag_help(d, "handle the error in it, or mark the interface's: `%s !`", wanted);
  else if (g->why == NO_METHOD) diag_help(d, "give `%s` one: `%s { … }`", name_of, wanted);
  else if (own) diag_help(d, "declare it as the interface does: `%s`", wanted);
}

void interface_report(sema *s, span at, const type *from, const type *want, const char *role) {
  const hir_decl *interface = want->decl;
  interface_gap g;
  if (interface->uses_self) {
    diag *d =
        error_at(s, E0351, at, "nothing can be seen as a `%s`: its methods speak of two values of one type (`Self`)",
                 interface->name);
    diag_note(d, interface->span, "`%s` is declared here", interface->name);
    diag_help(d, "ask it of a type parameter: `fn f[T: %s](x: T)`", interface->name);
    return;
  }
  (void)interface_fits(s, from, interface, &g);
  if (g.why == IN_ERROR || g.why == FITS || decl_is_broken(s, info_of(interface))) return;
  if (from->decl && decl_is_broken(s, info_of(from->decl))) return;
  const char *name = text_of(s, from), *kind = interface->is_agents ? "behaviour" : "method";
  bool agent = from->kind == TY_AGENT;
  if (!g.wanted || (g.why == NO_FUNCTION && !g.found)) {
    diag *d = error_at(s, E0351, at, "%s must satisfy `%s`, and `%s` does not", role, interface->name, name);
    if (agent)
      diag_note(d, interface->span, "`%s` is of things with functions (`fn`), and this is an agent", interface->name);
    else if (interface->is_agents) diag_note(d, interface->span, "`%s` is an interface of agents", interface->name);
    if (from->kind == TY_OPTIONAL)
      diag_help(d, "it may be `none`: say what then, `… else …`, or test it with `if let x = …`");
    return;
  }
  diag *d = error_at(s, E0351, at, "%s must satisfy `%s`, and `%s` does not: %s", role, interface->name, name,
                     gap_text(s, &g, name, kind));
  if (g.found) diag_note(d, g.found->span, "this is its `%s`", g.wanted->name);
  diag_note(d, g.wanted->span, "`%s` asks for `%s`", interface->name, signature(s, g.wanted, interface->is_agents));
  gap_help(s, d, &g, from, interface->is_agents);
}

// ---- type arguments that are none ------------------------------------------------------------------------------------------
bool interface_bound(sema *s, span at, const char *what, const type *arg, const type *interface) {
  const hir_decl *d = interface->decl;
  if (!d || d->kind != DECL_INTERFACE) return true; // in error, and reported where it stands
  interface_gap g;
  const char *name = text_of(s, arg), *kind = d->is_agents ? "behaviour" : "method";
  if (interface_fits(s, arg, d, &g)) {
    if (interface_allows(d, type_cap(arg))) return true;
    diag *x = error_at(s, E0421, at, "`%s` needs a type whose methods of `%s` can be called, and those of `%s` cannot",
                       what, d->name, text_full(s, arg));
    diag_note(x, d->span, "`%s` is declared here", d->name);
    return false;
  }
  if (g.why == IN_ERROR || decl_is_broken(s, info_of(d)) || (arg->decl && decl_is_broken(s, info_of(arg->decl))))
    return true;
  bool shaped = g.wanted && (g.why != NO_FUNCTION || g.found);
  diag *x =
      shaped ? error_at(s, E0421, at, "`%s` needs a type that satisfies `%s`, and `%s` does not: %s", what, d->name,
                        name, gap_text(s, &g, name, kind))
             : error_at(s, E0421, at, "`%s` needs a type that satisfies `%s`, and `%s` does not", what, d->name, name);
  if (g.found) diag_note(x, g.found->span, "this is its `%s`", g.wanted->name);
  if (g.wanted) diag_note(x, g.wanted->span, "`%s` asks for `%s`", d->name, signature(s, g.wanted, d->is_agents));
  if (shaped) gap_help(s, x, &g, arg, d->is_agents);
  bound_help(s, x, arg, d->name);
  return false;
}
