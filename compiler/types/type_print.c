// type_print.c — types in the words of the language.
#include "types/type_print.h"

#include "base/arena.h"
#include "types/cap.h"

static const char *simple_name(type_kind k) {
  static const char *const names[] = {
      [TY_ERROR] = "?",     [TY_NEVER] = "Never", [TY_UNIT] = "()",           [TY_BOOL] = "Bool",
      [TY_I8] = "I8",       [TY_I16] = "I16",     [TY_I32] = "I32",           [TY_I64] = "Int",
      [TY_U8] = "U8",       [TY_U16] = "U16",     [TY_U32] = "U32",           [TY_U64] = "U64",
      [TY_F32] = "F32",     [TY_F64] = "F64",     [TY_DURATION] = "Duration", [TY_INSTANT] = "Instant",
      [TY_RANGE] = "Range", [TY_NONE] = "none",   [TY_PARAM] = NULL,
  };
  return names[k];
}

// Is the capability what the bare name would mean?
static bool cap_is_default(const type *t) {
  switch ((int)t->kind) {
  case TY_CLASS:
  case TY_INTERFACE: return t->cap == hir_decl_default_cap(t->decl);
  case TY_STRUCT:
  case TY_ENUM: return t->cap == CAP_NONE || t->cap == CAP_REF;
  case TY_AGENT: return t->cap == CAP_TAG;
  case TY_FN: return t->cap == CAP_REF;
  case TY_PARAM: return t->cap == CAP_NONE;
  default: return true;
  }
}

static void print_list(buf *out, const type *const *args, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    if (i) buf_adds(out, ", ");
    type_print(out, args[i]);
  }
}

static void print_fn(buf *out, const type *t) {
  buf_adds(out, "fn");
  if (t->cap != CAP_REF) buf_printf(out, " %s", cap_name(t->cap));
  buf_addc(out, '(');
  print_list(out, t->args, t->arg_count - 1);
  buf_addc(out, ')');
  const type *result = t->args[t->arg_count - 1];
  if (result->kind != TY_UNIT) {
    buf_adds(out, " -> ");
    type_print(out, result);
  }
  if (t->raises) buf_adds(out, " !");
}

static void print_type(buf *out, const type *t, bool full) {
  switch ((int)t->kind) {
  case TY_CLASS:
  case TY_INTERFACE:
  case TY_STRUCT:
  case TY_ENUM:
  case TY_ERRVAL:
  case TY_AGENT:
    buf_adds(out, t->decl ? hir_decl_name(t->decl) : "Error"); // none: an error of whatever kind
    if (t->arg_count) {
      buf_addc(out, '[');
      print_list(out, t->args, t->arg_count);
      buf_addc(out, ']');
    }
    break;
  case TY_TUPLE:
    buf_addc(out, '(');
    print_list(out, t->args, t->arg_count);
    buf_addc(out, ')');
    return;
  case TY_OPTIONAL:
    if (t->args[0]->kind == TY_FN) buf_addc(out, '(');
    print_type(out, t->args[0], false);
    buf_adds(out, t->args[0]->kind == TY_FN ? ")?" : "?");
    return;
  case TY_FUTURE:
    buf_adds(out, "Future[");
    type_print(out, t->args[0]);
    buf_addc(out, ']');
    return;
  case TY_FN: print_fn(out, t); return;
  case TY_PARAM: buf_printf(out, "%s%s", t->through_self ? "self->" : "", t->param_name); break;
  default: buf_adds(out, simple_name(t->kind)); return;
  }
  if (t->cap != CAP_NONE && (full || !cap_is_default(t))) buf_printf(out, " %s", cap_name(t->cap));
}

void type_print(buf *out, const type *t) { print_type(out, t, false); }

static const char *text_of(struct arena *a, const type *t, bool full) {
  buf b = {0};
  print_type(&b, t, full);
  const char *text = arena_strndup(a, buf_text(&b), b.size);
  buf_fini(&b);
  return text;
}

const char *type_text(struct arena *a, const type *t) { return text_of(a, t, false); }
const char *type_text_full(struct arena *a, const type *t) { return text_of(a, t, true); }
