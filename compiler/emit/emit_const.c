// emit_const.c — constants that are objects: a variable each, filled once before the program begins.
// Owns:     the list of those that are used.
// Promises: a constant is made after those that it uses; what it holds is immortal (ag_constant).
#include "emit/emitter.h"

const char *name_const(emitter *e, const hir_const *c) {
  const char *name = map_get(&e->constants, c);
  if (name) return name;
  const char *module = c->module && *c->module ? emit_f(e, "%s_", c->module) : "";
  name = name_unique(e, emit_f(e, "k_%s%s", module, c->name));
  map_put(&e->constants, c, (void *)(uintptr_t)name);
  VEC_PUSH(e->arena, &e->used_constants, c);
  ctype *ct = ctype_of(e, c->type);
  if (ct->rep == REP_STRUCT) ctype_need_body(e, ct);
  buf_printf(&e->protos, "static %s;\n", c_decl(e, ct, name));
  type_desc(e, ct, false);
  name_fn(e, map_get(&e->program->by_constant, c));
  return name;
}

static const hir_const *lowest_after(const emitter *e, int64_t index) {
  const hir_const *found = NULL;
  for (uint32_t i = 0; i < e->used_constants.count; i++) {
    const hir_const *c = e->used_constants.items[i];
    if ((int64_t)c->index > index && (!found || c->index < found->index)) found = c;
  }
  return found;
}

const char *emit_constants(emitter *e) {
  const hir_const *c = lowest_after(e, -1);
  if (!c) return "NULL";
  buf_adds(&e->code, "static void make_constants(ag_cx *cx) {\n");
  for (; c; c = lowest_after(e, c->index)) {
    const char *name = name_const(e, c);
    buf_printf(&e->code, "  %s = %s(cx);\n", name, name_fn(e, map_get(&e->program->by_constant, c)));
    buf_printf(&e->code, "  ag_constant(cx, &%s, %s);\n", name, type_desc(e, ctype_of(e, c->type), false));
  }
  buf_adds(&e->code, "}\n");
  return "make_constants";
}
