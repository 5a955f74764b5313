// emit_interface.c — values seen as interfaces: the tables, making such values, asking them what they are.
// Owns:     the C of INTERFACE, IS_CLASS, AS_CLASS; one struct for each interface (`struct i_Shape`: a pointer for each method, and
//           one to the table of each other interface that it is converted to), one constant table for each type seen as it.
// Promises: only tables that some instruction needs are written, with those that they lead to.
#include "emit/fn.h"

const char *interface_struct(emitter *e, const hir_decl *d) {
  const char *name = emit_f(e, "struct i_%s", name_decl(e, d));
  if (map_has(&e->classes, d)) return name;
  map_put(&e->classes, d, (void *)(uintptr_t)name);
  buf_printf(&e->types, "%s {\n", name);
  for (uint32_t i = 0; i < d->method_count; i++) buf_printf(&e->types, "  void (*m%u)(void);\n", i);
  uint32_t views = 0;
  for (uint32_t i = 0; i < e->program->views.count; i++)
    if (e->program->views.items[i].from == d) buf_printf(&e->types, "  const ag_table *as%u;\n", views++);
  if (!d->method_count && !views) buf_adds(&e->types, "  char none;\n");
  buf_adds(&e->types, "};\n");
  return name;
}

// The number of `to` among the interfaces that `from` is converted to.
static uint32_t view_index(emitter *e, const hir_decl *from, const hir_decl *to) {
  uint32_t index = 0;
  for (uint32_t i = 0; i < e->program->views.count; i++) {
    const mir_view *v = &e->program->views.items[i];
    if (v->from == from && v->to == to) break;
    index += v->from == from;
  }
  return index;
}

static const hir_table *table_for(emitter *e, const type *from, const hir_decl *interface) {
  const hir_program *p = e->program->hir;
  for (uint32_t i = 0; i < p->table_count; i++)
    if (p->tables[i]->from == from && p->tables[i]->interface == interface) return p->tables[i];
  return NULL; // never: sema has made all that can be needed
}

static const char *table_name(emitter *e, const hir_table *t) {
  const char *name = map_get(&e->agents, t);
  if (name) return name;
  const char *c_struct = interface_struct(e, t->interface);
  name = name_unique(e, emit_f(e, "table_%s", name_decl(e, t->interface)));
  map_put(&e->agents, t, (void *)(uintptr_t)name);
  buf_printf(&e->protos, "static const %s %s;\n", c_struct, name);
  buf b = {0};
  buf_printf(&b, "static const %s %s = {", c_struct, name);
  for (uint32_t i = 0; i < t->fn_count; i++)
    buf_printf(&b, "(void (*)(void))%s, ", name_fn(e, map_get(&e->program->by_fn, t->fns[i])));
  uint32_t views = 0;
  for (uint32_t i = 0; i < e->program->views.count; i++) {
    const mir_view *v = &e->program->views.items[i];
    if (v->from != t->interface) continue;
    buf_printf(&b, "(const ag_table *)&%s, ", table_name(e, table_for(e, t->from, v->to)));
    views++;
  }
  if (!t->fn_count && !views) buf_adds(&b, "0");
  buf_adds(&b, "};\n");
  buf_add(&e->data, b.data, b.size);
  buf_fini(&b);
  return name;
}

const char *object_class(emitter *e, const type *object) {
  switch (object->kind == TY_CLASS ? object->decl->builtin : BUILTIN_NO) {
  case BUILTIN_STRING: return "ag_class_str";
  case BUILTIN_BYTES: return "ag_class_bytes";
  case BUILTIN_ARRAY: return "ag_class_array";
  case BUILTIN_MAP:
  case BUILTIN_SET: return "ag_class_map";
  case BUILTIN_CHANNEL: return "ag_class_channel";
  case BUILTIN_NO: break;
  }
  return class_desc(e, object->decl, object);
}

static void make(fn *s, const mir_inst *in) {
  const char *from = operand(s, &in->args[0]), *x = s->names[in->dst];
  s->written[in->dst] = true;
  if (in->aux.table) {
    put(s, "  %s.o = %s;\n", x, from);
    put(s, "  %s.t = (const ag_table *)&%s;\n", x, table_name(s->e, in->aux.table));
    return;
  }
  const hir_decl *d = operand_type(s, &in->args[0])->type->decl;
  const char *c_struct = interface_struct(s->e, d);
  uint32_t index = view_index(s->e, d, in->type->decl);
  put(s, "  %s.t = ((const %s *)%s.t)->as%u;\n  %s.o = %s.o;\n", x, c_struct, from, index, x, from);
}

bool inst_interface(fn *s, const mir_inst *in) {
  switch ((int)in->op) {
  case MIR_INTERFACE: make(s, in); return true;
  case MIR_IS_CLASS:
    put_dst(s, in,
            text(s, "(((ag_obj *)%s.o)->cls == &%s)", operand(s, &in->args[0]), object_class(s->e, in->aux.object)));
    return true;
  case MIR_AS_CLASS:
    put_dst(s, in, text(s, "(%s)%s.o", ctype_of(s->e, in->type)->c, operand(s, &in->args[0])));
    return true;
  default: return false;
  }
}
