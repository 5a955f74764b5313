// check_channel.c — channels, and natives that wait: `channel[T](n)`, `await c.recv()`.
// Promises: items can be sent, a capacity that is known is one, and what may wait stands directly after `await`.
#include <string.h>

#include "diag/edit.h"
#include "sema/check.h"

// ---- channel[T](capacity) --------------------------------------------------------------------------------------------------
static bool known_below_one(const hir_expr *e) { return e->kind == HIR_INT && (int64_t)e->u < 1; }

static void report_shape(sema *s, const ast_expr *e) {
  diag *d = error_at(s, E0620, e->span, "a channel is made of one type and a capacity");
  diag_help(d, "write `channel[T](64)`");
  check_surplus(s, &e->u.channel.args);
}

hir_expr *check_channel(sema *s, const ast_expr *e, const type *hint) {
  const ast_types *types = &e->u.channel.types;
  const ast_args *args = &e->u.channel.args;
  if (types->count != 1 || args->count != 1 || ast_has(args->items[0].name)) {
    report_shape(s, e);
    return expr_error(s, e->span);
  }
  const type *item = type_from_ast(s, types->items[0]);
  if (item->kind == TY_ERROR || !decl_bounds(s, s->d_channel, &item, types->items[0]->span)) {
    check_surplus(s, args);
    return expr_error(s, e->span);
  }
  type_args written = {.items = &item, .count = 1, .span = types->items[0]->span};
  hir_expr *x = call_fn_of(s, prelude_fn(s, "_channel"), NULL, &written, args, e->span, e->span, hint);
  if (x->kind != HIR_CALL || !known_below_one(x->call.args.items[0])) return x;
  diag *d = error_at(s, E0620, args->items[0].value->span, "a channel holds at least one item");
  diag_help(d, "write how many may wait in it: `channel[%s](64)`", text_of(s, item));
  return expr_error(s, e->span);
}

// ---- what waits --------------------------------------------------------------------------------------------------------------
// Errors that a native which waits may raise: always, and past the time after `within`, in place of Timeout.
static const struct {
  const char *symbol, *always, *late;
} raised[] = {{"ag_channel_send", "ChannelClosed", "Timeout"}, {"ag__claim", NULL, "LeaseHeld"}};

bool waits_where_it_may(sema *s, const fn_info *f, const ast_expr *call) {
  bool chained = call->u.call.callee->kind == AST_EXPR_FIELD && call->u.call.callee->u.field.optional;
  if (!f->hir.waits || (s->cx->awaited == call && !chained)) return true;
  if (chained) {
    diag *d = error_at(s, E0621, call->span, "`%s` may have to wait, and `?.` gives nothing to wait for", f->hir.name);
    diag_help(d, "test it first: `if let c = … { await c.%s(…) }`", f->hir.name);
  } else {
    diag *d = error_at(s, E0621, call->span, "`%s` may have to wait, and is called without `await`", f->hir.name);
    diag_help(d, "write `await` before it");
    diag_edit(d, span_before(call->span), "await ");
  }
  check_surplus(s, &call->u.call.args);
  return false;
}

hir_expr *await_native(sema *s, hir_expr *call, hir_expr *limit, span at) {
  if (!may_wait(s, at, "await")) return expr_error(s, at);
  const char *what = arena_printf(s->a, "`%s`", call->call.fn->name), *late = "Timeout";
  for (size_t i = 0; i < sizeof raised / sizeof raised[0]; i++) {
    if (strcmp(call->call.fn->symbol, raised[i].symbol) != 0) continue;
    if (raised[i].always) raises_named(s, raised[i].always, at, what);
    late = raised[i].late;
  }
  if (limit) raises_named(s, late, at, "`await … within`");
  hir_expr *x = expr_new(s, HIR_AWAIT, call->type, at);
  x->await_.future = call;
  x->await_.within = limit;
  return x;
}
