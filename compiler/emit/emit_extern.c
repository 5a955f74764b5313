// emit_extern.c — calls of functions of C (`extern "C"`): how arguments are lent, what results become.
// Owns:     the prototypes of imported functions. They have names of their own, so that no header can contradict them.
// Promises: nothing is copied on the way to C: texts, bytes and arrays are lent for the call.
#include "emit/fn.h"
#include "hir/hir_c.h"

static bool is_unit(const type *t) { return t->kind == TY_UNIT; }

static const char *c_type(emitter *e, const type *t) {
  if (is_unit(t)) return "void";
  if (t->kind == TY_OPTIONAL) t = t->args[0];
  if (type_is_callback(t)) return "uintptr_t";
  if (type_is_c_text(t)) return "const char *";
  if (t->kind == TY_CLASS) return t->decl->builtin == BUILTIN_STRING ? "const char *" : "void *";
  ctype *ct = ctype_of(e, t);
  if (ct->rep == REP_STRUCT) ctype_need_body(e, ct);
  return ct->c;
}

const char *name_import(emitter *e, const hir_fn *f, const char *params) {
  const char *name = map_get(&e->imports, f);
  if (name) return name;
  name = name_unique(e, emit_f(e, "x_%s", f->symbol));
  map_put(&e->imports, f, (void *)(uintptr_t)name);
  VEC_PUSH(e->arena, &e->out->imports, (emit_import){f});
  const char *result = c_type(e, f->result);
  buf_printf(&e->protos, "extern %s %s(%s) __asm__(\"%s\");\n", result, name, *params ? params : "void", f->symbol);
  return name;
}

static const char *c_function(emitter *e, const hir_fn *f) {
  buf params = {0};
  if (f->variadic) f = f->variadic;
  for (uint32_t i = 0; i < f->param_count; i++)
    buf_printf(&params, "%s%s", i ? ", " : "", c_type(e, f->params[i]->type));
  if (f->variadic) buf_adds(&params, ", ...");
  const char *name = name_import(e, f, arena_strdup(e->arena, f->param_count ? buf_text(&params) : ""));
  buf_fini(&params);
  return name;
}

// The pointer of a handle, as an lvalue.
static const char *handle_of(emitter *e, const hir_decl *d, const char *x) {
  return emit_f(e, "((%s *)%s)->%s", class_struct(e, d), x, field_name(e, d, 0));
}

static const char *argument(fn *s, const type *t, const char *x) {
  emitter *e = s->e;
  if (type_is_callback(t)) return emit_f(e, "(uintptr_t)ag_callback_address(cx, %s)", x);
  if (type_is_c_text(t)) return emit_f(e, "(const char *)(uintptr_t)(%s).%s", x, field_name(e, t->decl, 0));
  if (type_is_handle(t)) return emit_f(e, "(void *)(uintptr_t)%s", handle_of(e, t->decl, x));
  if (type_is_out(t)) {
    const type *of = t->decl->fields[0].type;
    const char *slot = emit_f(e, "((%s *)%s)->%s", class_struct(e, t->decl), x, field_name(e, t->decl, 0));
    return emit_f(e, "(void *)&%s", type_is_handle(of) ? handle_of(e, of->decl, slot) : slot);
  }
  if (t->kind == TY_OPTIONAL) return emit_f(e, "(%s ? %s->bytes : NULL)", x, x);
  if (t->kind != TY_CLASS) return x;
  return emit_f(e, t->decl->builtin == BUILTIN_STRING ? "%s->bytes" : "(void *)%s->data", x);
}

// An object for what C has made; NULL: none.
static void take_handle(fn *s, const mir_inst *in, const char *call) {
  emitter *e = s->e;
  const type *t = in->aux.call.fn->result->args[0];
  const char *c_struct = class_struct(e, t->decl);
  put(s, "  {\n  void *got = %s;\n  %s *made = NULL;\n", call, c_struct);
  put(s, "  if (got) {\n  made = (%s *)ag_new(cx, &%s, 1);\n", c_struct, class_desc(e, t->decl, t));
  put(s, "  made->%s = (uint64_t)(uintptr_t)got;\n  }\n", field_name(e, t->decl, 0));
  if (in->dst == MIR_NONE) put(s, "  ag_release_opt(cx, made);\n");
  else put_dst(s, in, "made");
  put(s, "  }\n");
}

static void take_text(fn *s, const mir_inst *in, const char *call) {
  if (in->aux.call.fn->result->kind != TY_OPTIONAL) {
    put_dst(s, in, text(s, "ag_str_from_c(cx, %s)", call));
    return;
  }
  put(s, "  {\n  const char *got = %s;\n", call);
  put_dst(s, in, "got ? ag_str_from_c(cx, got) : NULL");
  put(s, "  }\n");
}

static bool is_handle_result(const type *t) { return t->kind == TY_OPTIONAL && type_is_handle(t->args[0]); }
static bool is_text_result(const type *t) {
  if (t->kind == TY_OPTIONAL) t = t->args[0];
  return t->kind == TY_CLASS && t->decl->builtin == BUILTIN_STRING;
}

// A number below 0 says that errno tells why.
static void check_errno(fn *s, const mir_inst *in, const char *call) {
  put(s, "  {\n  %s answer = %s;\n", c_type(s->e, in->aux.call.fn->result), call);
  put(s, "  if (AG_UNLIKELY(answer < 0)) ag_raise_errno(cx, %s);\n", at(s, in));
  if (in->dst != MIR_NONE) put_dst(s, in, "answer");
  put(s, "  }\n");
}

void inst_extern(fn *s, const mir_inst *in) {
  const hir_fn *f = in->aux.call.fn;
  const char *name = c_function(s->e, f);
  buf args = {0};
  for (uint32_t i = 0; i < in->arg_count; i++) {
    const char *x = argument(s, f->params[i]->type, operand(s, &in->args[i]));
    if (f->variadic && i >= f->variadic->param_count) // no prototype says how wide a literal is
      x = text(s, "(%s)%s", c_type(s->e, f->params[i]->type), x);
    buf_printf(&args, "%s%s", i ? ", " : "", x);
  }
  const char *call = text(s, "%s(%s)", name, in->arg_count ? buf_text(&args) : "");
  buf_fini(&args);
  if (type_is_c_text(f->result)) call = text(s, "(%s){(uint64_t)(uintptr_t)%s}", ctype_of(s->e, f->result)->c, call);
  bool texts = is_text_result(f->result) && in->dst != MIR_NONE;
  if (f->blocking) put(s, "  ag_blocking_begin(cx);\n");
  if (is_unit(f->result)) put(s, "  %s;\n", call);
  else if (f->raises) check_errno(s, in, call);
  else if (is_handle_result(f->result)) take_handle(s, in, call);
  else if (texts) take_text(s, in, call);
  else if (in->dst == MIR_NONE) put(s, "  (void)%s;\n", call);
  else put_dst(s, in, call);
  if (f->blocking) put(s, "  ag_blocking_end(cx);\n");
  if (is_unit(f->result)) put_dst(s, in, "0");
  if (texts || f->raises) check_error(s, in, true);
}
