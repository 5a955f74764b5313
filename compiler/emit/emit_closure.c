// emit_closure.c — function values, and calls of functions that are known only when the program runs.
// Owns:     the C of CLOSURE and CALL_INDIRECT, and the static objects of closures without captures.
// Promises: a closure is one object: its code (ag_fn), then its captures. A call is a load of the code, an indirect call and, if some
//           function of the set may raise or suspend, one test. Nothing else looks at `code`.
#include "emit/fn.h"

static bool is_unit(const type *t) { return t->kind == TY_UNIT || t->kind == TY_NEVER; }

// ---- making one -------------------------------------------------------------------------------------------------
static const char *closure_class(fn *s, const hir_decl *d) {
  return class_desc(s->e, d, type_nominal(s->e->program->types, TY_CLASS, d, NULL, 0, CAP_REF));
}

// Nothing in it depends on where it is made: one object serves all, and is never counted.
static const char *static_object(fn *s, const hir_decl *d, const mir_fn *body) {
  emitter *e = s->e;
  const char *name = map_get(&e->agents, body);
  if (name) return name;
  name = name_unique(e, emit_f(e, "fn_%s", name_decl(e, d)));
  map_put(&e->agents, body, (void *)(uintptr_t)name);
  const char *code = name_fn(e, body), *cls = closure_class(s, d);
  buf_printf(&e->protos, "static ag_fn %s = {{&%s, 0}, (void (*)(void))%s};\n", name, cls, code);
  return name;
}

static void make(fn *s, const mir_inst *in) {
  const hir_decl *d = in->aux.closure.decl;
  if (in->arg_count == 0) {
    put_dst(s, in, text(s, "&%s", static_object(s, d, in->aux.closure.body)));
    return;
  }
  const char *c_struct = class_struct(s->e, d), *code = name_fn(s->e, in->aux.closure.body);
  s->written[in->dst] = true;
  const char *x = s->names[in->dst];
  const char *cls = closure_class(s, d);
  put(s, "  {\n");
  if (is_on_stack(s, in)) put(s, "  %s *made = &%s;\n", c_struct, object_on_stack(s, in, c_struct, "f.h", cls, false));
  else put(s, "  %s *made = (%s *)ag_new(cx, &%s, %s);\n", c_struct, c_struct, cls, in->atomic ? "-1" : "1");
  put(s, "  made->f.code = (void (*)(void))%s;\n", code);
  for (uint32_t i = 0; i < in->arg_count; i++)
    put(s, "  made->%s = %s;\n", field_name(s->e, d, i),
        operand_of(s, &in->args[i], ctype_of(s->e, d->fields[i].type)));
  put(s, "  %s = &made->f;\n  }\n", x);
}

// ---- calling one ------------------------------------------------------------------------------------------------
// What is called, as the object it is and the pointer to its code.
typedef struct target {
  const char *object, *code;
} target;

static target target_of(fn *s, const mir_set *set, const mir_operand *o) {
  const char *x = operand(s, o);
  if (set->method) {
    const char *table = interface_struct(s->e, set->method->owner);
    return (target){.object = text(s, "%s.o", x),
                    .code = text(s, "((const %s *)%s.t)->m%u", table, x, set->method->index)};
  }
  return (target){.object = x, .code = text(s, "%s->code", x)};
}

// "int (*)(ag_cx *, ag_frame **, int64_t *, void *, ag_str *)"
static const char *prototype(fn *s, const mir_set *set) {
  emitter *e = s->e;
  const type *t = set->type, *result = t->args[t->arg_count - 1];
  const char *r = set->suspends ? "int" : is_unit(result) ? "void" : ctype_of(e, result)->c;
  const char *p = emit_f(e, "%s (*)(ag_cx *", r);
  if (set->suspends) p = emit_f(e, "%s, ag_frame **", p);
  if (set->suspends && !is_unit(result)) p = emit_f(e, "%s, %s", p, c_decl(e, ctype_of(e, result), "*"));
  p = emit_f(e, "%s, void *", p);
  for (uint32_t i = 0; i + 1 < t->arg_count; i++) p = emit_f(e, "%s, %s", p, ctype_of(e, t->args[i])->c);
  return emit_f(e, "%s)", p);
}

static bool any_in_library(fn *s, const mir_set *set) {
  for (uint32_t i = 0; i < set->members.count; i++)
    if (in_library(s, set->members.items[i])) return true;
  return false;
}

static void call(fn *s, const mir_inst *in) {
  const mir_set *set = in->aux.set;
  const type *result = set->type->args[set->type->arg_count - 1];
  target to = target_of(s, set, &in->args[0]);
  buf args = {0};
  for (uint32_t i = 1; i < in->arg_count; i++)
    buf_printf(&args, ", %s", operand_of(s, &in->args[i], ctype_of(s->e, set->type->args[i - 1])));
  const char *callee = text(s, "((%s)%s)", prototype(s, set), to.code),
             *rest = text(s, "%s%s", to.object, buf_text(&args));
  buf_fini(&args);
  if (set->suspends) {
    const char *out = "";
    s->calls_suspending = true;
    put(s, "  {\n");
    if (!is_unit(result)) {
      if (in->dst == MIR_NONE) put(s, "  %s;\n", c_decl(s->e, ctype_of(s->e, result), "unused"));
      else s->written[in->dst] = true;
      out = in->dst == MIR_NONE ? "&unused, " : text(s, "&%s, ", s->names[in->dst]);
    }
    put(s, "  step = %s(cx, &child, %s%s);\n  }\n", callee, out, rest);
    check_step(s, in, any_in_library(s, set));
  } else if (is_unit(result)) {
    put(s, "  %s(cx, %s);\n", callee, rest);
  } else if (in->dst == MIR_NONE) {
    put(s, "  (void)%s(cx, %s);\n", callee, rest);
  } else {
    put_dst(s, in, text(s, "%s(cx, %s)", callee, rest));
  }
  if (is_unit(result)) put_dst(s, in, "0");
  if (!set->suspends && set->may_raise) check_error(s, in, any_in_library(s, set));
}

bool inst_closure(fn *s, const mir_inst *in) {
  if (inst_interface(s, in)) return true;
  switch ((int)in->op) {
  case MIR_CLOSURE: make(s, in); return true;
  case MIR_CALL_INDIRECT: call(s, in); return true;
  default: return false;
  }
}
