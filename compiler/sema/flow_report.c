// flow_report.c — what flow has to say.
// Style: the error stands at the use; notes show where the value went and why it can be in one place only; help is one edit.
#include <string.h>

#include "diag/edit.h"
#include "sema/cap_report.h"
#include "sema/flow_state.h"
#include "types/type_print.h"

static diag_sink *sink(const flow *f) { return f->env->diag; }

// Where a value moves does not matter to what it is: unchecked programs (diag.h) can be compiled.
static diag_sink *carry(const flow *f) {
  f->env->diag->carried++;
  return f->env->diag;
}
static arena *text_room(const flow *f) { return f->env->diag->arena; }
static const char *full(const flow *f, const type *t) { return type_text_full(text_room(f), t); }

static const char *plain_name(const hir_var *v) { return v->is_self ? "self" : v->name; }

// "sent to `propose`", "given to `f`": what took the value.
static const char *taken_words(const flow *f, const hir_expr *into) {
  arena *a = text_room(f);
  if (!into) return "given away";
  switch ((int)into->kind) {
  case HIR_SIGNAL:
  case HIR_ASK:
  case HIR_BROADCAST:
  case HIR_TIMER: return into->send.fn ? arena_printf(a, "sent to `%s`", into->send.fn->name) : "sent";
  case HIR_SPAWN: return arena_printf(a, "given to the new agent `%s`", into->send.decl->name);
  case HIR_CALL: return arena_printf(a, "given to `%s`", into->call.fn->name);
  case HIR_CALL_VALUE: return "given to a function";
  case HIR_CLOSURE: return "captured by a closure";
  case HIR_NEW: return arena_printf(a, "stored in the new `%s`", into->make.decl->name);
  case HIR_VARIANT: return arena_printf(a, "stored in the new `%s`", into->make.variant->name);
  case HIR_LET:
    if (into->let.pat->kind == PAT_BIND && into->let.pat->var)
      return arena_printf(a, "given to `%s`", into->let.pat->var->name);
    return "taken apart";
  case HIR_ASSIGN: return "stored elsewhere";
  case HIR_SWAP: return "swapped into its new place";
  case HIR_TUPLE:
  case HIR_ARRAY:
  case HIR_MAP: return "put into a new value";
  case HIR_RETURN: return "returned";
  case HIR_AWAIT: return "awaited";
  case HIR_MATCH:
  case HIR_IS: return "taken apart";
  default: return "given away";
  }
}

static void fix_copy(diag *d, const hir_var *v, span at) {
  diag_fix(d, "give a copy away, `%s.copy()`, and keep this one", plain_name(v));
  diag_edit(d, span_after(at), ".copy()");
}

// Why there is only one, and how to have two.
static void explain_one_name(flow *f, diag *d, const hir_var *v, const move_site *site) {
  const type *t = v->type;
  bool to_agent = site->into && (site->into->kind == HIR_SIGNAL || site->into->kind == HIR_ASK ||
                                 site->into->kind == HIR_SPAWN || site->into->kind == HIR_TIMER);
  if (t->kind == TY_FUTURE) {
    diag_help(d, "keep the value instead: `let x = await %s`, and use `x` twice", v->name);
    return;
  }
  if (t->cap == CAP_ISO) {
    diag_note(d, v->span, "`%s` is `%s`: the only name of its value, which moves when it is used%s", plain_name(v),
              full(f, t), to_agent ? "; if it stayed, two agents could write it at once" : "");
  } else {
    diag_note(d, v->span, "`%s` is `%s`, which holds an `iso`: such a value moves instead of being copied%s",
              plain_name(v), full(f, t), to_agent ? "; if it stayed, two agents could write it at once" : "");
  }
  if (site->pat) return;
  if (cap_copies_well(f->types, t)) {
    fix_copy(d, v, site->span);
  } else if (t->kind == TY_CLASS && to_agent) {
    diag_help(d, "use it before it is sent, or build it as `val` so that both may read it");
  } else {
    diag_help(d, "use `%s` before it moves", plain_name(v));
  }
}

void flow_report_used(flow *f, uint32_t slot, span at) {
  const hir_var *v = f->vars.items[slot].var;
  const var_state *now = &f->cur.v[slot];
  if (!now->moved) {
    diag *d = diag_error(sink(f), E0503, at, "`%s` has no value yet on every path to here", v->name);
    diag_note(d, v->span, "it is declared here without one");
    diag_help(d, "assign it on each path before, or give it a value where it is declared");
    return;
  }
  const move_site *site = &f->sites.items[now->moved - 1];
  bool future = v->type->kind == TY_FUTURE;
  diag *d = diag_error(carry(f), E0401, at, future ? "`%s` was awaited before" : "`%s` is used after it was moved",
                       plain_name(v));
  diag_note(d, site->span, future ? "it was %s here; a future gives its value once" : "it was %s here",
            taken_words(f, site->into));
  if (now->by_error) diag_note(d, SPAN_NONE, "the error may have come after the move: here it counts as moved");
  explain_one_name(f, d, v, site);
}

void flow_report_loop(flow *f, uint32_t slot, uint32_t site_number, span at) {
  const hir_var *v = f->vars.items[slot].var;
  const move_site *site = &f->sites.items[site_number - 1];
  bool same = site->span.file == at.file && site->span.begin == at.begin;
  diag *d = diag_error(carry(f), E0402, at, "`%s` was moved in a previous turn of the loop", plain_name(v));
  if (same) {
    diag_note(d, SPAN_NONE, "in the first turn it is %s; the second turn finds nothing", taken_words(f, site->into));
  } else {
    diag_note(d, site->span, "it was %s here, one turn before", taken_words(f, site->into));
  }
  diag_note(d, v->span, "`%s` is `%s`, the only name of its value, and is made once, before the loop", plain_name(v),
            full(f, v->type));
  if (v->type->kind != TY_FUTURE)
    diag_note(d, SPAN_NONE, "if it moved twice, there would be two owners, who could write it at once");
  if (cap_copies_well(f->types, v->type)) fix_copy(d, v, site->span);
  diag_help(d, "make a new one in each turn, or leave the loop (`break`, `return`) after the move");
}

static const char *operation_words(const flow *f, const hir_expr *e) {
  arena *a = text_room(f);
  switch ((int)e->kind) {
  case HIR_CALL: return arena_printf(a, "`%s` works on it until it returns", e->call.fn->name);
  case HIR_ASSIGN:
  case HIR_SWAP: return "this assignment is about to write to it";
  case HIR_FOR: return "this loop goes through it";
  case HIR_MATCH: return "this match still looks at it";
  default: return "this expression still looks at it";
  }
}

void flow_report_in_use(flow *f, const hir_var *v, span at, const hir_expr *by, const char *does) {
  diag *d;
  if (v) {
    d = diag_error(carry(f), E0403, at, "this %s `%s` while it is in use", does, plain_name(v));
  } else {
    d = diag_error(carry(f), E0403, at, "an `iso` inside of an object is in use, and this %s", does);
  }
  diag_note(d, by->span, "%s", operation_words(f, by));
  diag_note(d, SPAN_NONE, "whoever gets it could write it at the same time");
  bool moves = v && strcmp(does, "moves") == 0;
  if (moves && cap_copies_well(f->types, v->type)) fix_copy(d, v, at);
  else if (moves) diag_help(d, "one of the two has to do without it: give away another, or only a part of it");
  else diag_help(d, "do this first, in a statement of its own: `let x = …`");
}

void flow_report_guard(flow *f, const hir_var *v, span at) {
  diag *d = diag_error(carry(f), E0425, at, "a guard cannot move `%s`: if it is false, the next arm needs the value",
                       plain_name(v));
  diag_note(d, v->span, "the pattern binds it here, as `%s`", full(f, v->type));
  diag_help(d, "only read it or call its methods in the guard; move it in the arm");
  if (cap_copies_well(f->types, v->type)) fix_copy(d, v, at);
}

void flow_report_deferred(flow *f, uint32_t slot, span at) {
  const flow_var *v = &f->vars.items[slot];
  diag *d = diag_error(carry(f), E0401, at, "`%s` cannot move here: a `defer` uses it at the end of the block",
                       plain_name(v->var));
  diag_note(d, v->deferred->span, "this runs later, however the block is left");
  diag_help(d, "let the `defer` stand in a block that ends before the move");
}

void flow_report_fixed(flow *f, const hir_var *v, span at, bool again, bool in_loop) {
  diag *d;
  if (again) {
    d = diag_error(sink(f), E0504, at,
                   in_loop ? "`%s` would be assigned again in the next turn of the loop"
                           : "`%s` may have a value already, and is assigned again",
                   v->name);
    diag_note(d, v->span, "`let` gives it one value, once");
  } else {
    d = diag_error(sink(f), E0505, at, "`%s` is fixed and cannot be assigned", v->name);
    diag_note(d, v->span, v->is_param ? "parameters are fixed" : "it is declared here, without `var`");
  }
  if (v->is_param) {
    diag_fix(d, "declare it `var %s`: it then changes here, and not for the caller", v->name);
    edit_make_var(d, v->span);
  } else if (!span_is_none(edit_before(d, v->span, "let"))) {
    diag_fix(d, "declare it with `var %s`", v->name);
    edit_make_var(d, v->span);
  } else {
    diag_help(d, "copy it into a variable first: `var n = %s`", v->name);
  }
}

void flow_report_kept(flow *f, const hir_expr *place, const type *t) {
  bool future = type_holds_future(t);
  diag *d = diag_error(sink(f), E0404, place->span, "%s cannot be taken out of its place so: the place would be empty",
                       cap_value_words(text_room(f), place));
  if (!future) cap_note_place(d, place, t);
  if (future) {
    diag_help(d, "take the future out of its collection: `pop()`, or `for f in fs.drain()`");
  } else {
    cap_fix_take_out(d, place, t);
  }
}

void flow_report_gone(flow *f, const hir_decl *owner, const hir_field *field, span at, bool in_pattern) {
  diag *d = diag_error(sink(f), E0427, at, "`%s` has no field `%s`: its initialisers moved that parameter on",
                       owner->name, field->name);
  diag_note(d, field->span, "it is the parameter `%s: %s`", field->name, full(f, field->type));
  for (uint32_t i = 0; i < owner->field_count; i++)
    if (owner->fields[i].init && owner->fields[i].type && owner->fields[i].type == field->type) {
      const char *now = owner->fields[i].name, *written = edit_text(d, at);
      diag_fix(d, "perhaps `%s` is meant, which holds it now", now);
      diag_edit(d, !in_pattern && written && strcmp(written, field->name) == 0 ? at : SPAN_NONE, now);
    }
}

void flow_report_replaced_future(flow *f, span at, const hir_var *v) {
  diag *d = diag_error(sink(f), E0430, at, "the future in `%s` is replaced, and nobody has awaited it", v->name);
  if (v->init) diag_note(d, v->init->span, "it comes from here; its answer, or its error, would be lost");
  diag_help(d, "`await %s` first", v->name);
}

void flow_report_unused_future(flow *f, span at, const hir_var *v) {
  const hir_expr *init = v->init ? cap_bare(v->init) : NULL;
  diag *d = diag_error(
      sink(f), E0430, at,
      v->type->kind == TY_FUTURE ? "`%s` is a future that nobody awaits" : "`%s` holds a future that nobody awaits",
      v->name);
  if (init && init->kind == HIR_ASK)
    diag_note(d, init->span, "this asks `%s`, which does the work and answers; the answer, or the error, would be lost",
              init->send.fn->name);
  diag_fix(d, "`await` the answer here, or `await %s` where it is needed", v->name);
  diag_edit(d, init ? span_before(init->span) : SPAN_NONE, "await ");
  span let = edit_before(d, at, "let");
  if (!init || init->kind != HIR_ASK || span_is_none(let)) return;
  diag_fix(d, "or send it with `signal`, if the reply does not matter");
  diag_edit(d, (span){at.file, let.begin, init->span.begin}, "signal ");
}

void flow_report_unreachable(flow *f, span at) {
  diag *d = diag_warning(sink(f), E0506, at, "this is never reached");
  diag_note(d, SPAN_NONE,
            "what stands before it always leaves: by `return`, `raise`, `break`, `continue` or an endless loop");
}
