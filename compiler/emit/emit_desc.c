// emit_desc.c — what the runtime must know: descriptors of types, classes, agents and their behaviours.
// Owns:     their C text. Types of slots are written last, when all that was asked of them is known.
// Promises: one descriptor per C type and declaration; declared first, so that they may refer to each other.
#include <string.h>

#include "emit/emitter.h"
#include "types/type_print.h"

// ---- types of slots -------------------------------------------------------------------------------------------------
static const char *runtime_type(const type *t) {
  switch ((int)t->kind) {
  case TY_BOOL: return "&ag_type_bool";
  case TY_DURATION: return "&ag_type_duration";
  case TY_INSTANT: return "&ag_type_instant";
  case TY_RANGE: return "&ag_type_range";
  case TY_AGENT: return "&ag_type_agent";
  case TY_CLASS:
    if (t->decl->builtin == BUILTIN_STRING) return "&ag_type_str";
    return t->decl->builtin == BUILTIN_BYTES ? "&ag_type_bytes" : NULL;
  case TY_UNIT:
  case TY_NEVER:
  case TY_NONE:
  case TY_ERROR: return "&ag_type_unit";
  default: return NULL;
  }
}

const char *type_desc(emitter *e, ctype *ct, bool key) {
  const char *known = runtime_type(ct->type);
  if (!known && ct->rep == REP_SCALAR && prim_suffix(ct->type)) known = emit_f(e, "&ag_type_%s", prim_suffix(ct->type));
  if (known) return known;
  if (key) ct->ops |= OP_KEY;
  if (!(ct->ops & OP_DESCRIPTOR)) {
    ct->ops |= OP_DESCRIPTOR;
    buf_printf(&e->protos, "static const ag_type type_%s;\n", ct->enc);
    VEC_PUSH(e->arena, &e->descriptors, ct);
  }
  return emit_f(e, "&type_%s", ct->enc);
}

static void descriptor(emitter *e, ctype *ct) {
  const type *t = ct->type;
  const char *elem = "NULL", *value = "NULL";
  bool key = (ct->ops & OP_KEY) != 0;
  bool keyed = t->kind == TY_CLASS && (t->decl->builtin == BUILTIN_MAP || t->decl->builtin == BUILTIN_SET);
  bool holder = keyed || t->kind == TY_OPTIONAL || (t->kind == TY_CLASS && t->decl->builtin == BUILTIN_ARRAY);
  if (holder) elem = type_desc(e, ctype_of(e, t->args[0]), key || keyed);
  if (keyed && t->decl->builtin == BUILTIN_MAP) value = type_desc(e, ctype_of(e, t->args[1]), key);
  buf b = {0};
  buf_printf(&b, "static const ag_type type_%s = {\n  ", ct->enc);
  const char *name = type_text(e->arena, t);
  emit_text_literal(&b, name, (uint32_t)strlen(name));
  buf_printf(&b, ", sizeof(%s), sizeof(struct { char c; %s; }) - sizeof(%s),\n", ct->c, c_decl(e, ct, "v"), ct->c);
  buf_printf(&b, "  %s, %s, %s,\n", op_fn(e, ct, OP_RETAIN), op_fn(e, ct, OP_DROP), op_fn(e, ct, OP_EACH));
  buf_printf(&b, "  %s, %s, %s, %s,\n", key ? op_fn(e, ct, OP_HASH) : "NULL", op_fn(e, ct, OP_EQ_),
             op_fn(e, ct, OP_CMP), op_fn(e, ct, OP_SHOW));
  buf_printf(&b, "  %s, %s};\n", elem, value);
  buf_add(&e->data, b.data, b.size);
  buf_fini(&b);
}

// Writing one may ask for more, and a later one may make an earlier one a key; so keys are settled first.
void emit_descriptors(emitter *e) {
  for (uint32_t i = 0; i < e->descriptors.count; i++) {
    ctype *ct = e->descriptors.items[i];
    if (ct->type->kind != TY_CLASS && ct->type->kind != TY_OPTIONAL) continue;
    if (ct->type->kind == TY_CLASS && ct->type->decl->builtin == BUILTIN_CHANNEL) continue;
    bool keyed = ct->type->kind == TY_CLASS && ct->type->decl->builtin != BUILTIN_ARRAY;
    for (uint32_t k = 0; k < ct->type->arg_count; k++)
      type_desc(e, ctype_of(e, ct->type->args[k]), (keyed && k == 0) || (ct->ops & OP_KEY) != 0);
  }
  for (uint32_t i = 0; i < e->descriptors.count; i++) descriptor(e, e->descriptors.items[i]);
}

// ---- classes ----------------------------------------------------------------------------------------------------
static void object_drop(emitter *e, buf *b, ctype *part, const char *path, void *arg) {
  (void)arg;
  op_drop(e, b, part, emit_f(e, "o%s", path), true);
}
static void object_each(emitter *e, buf *b, ctype *part, const char *path, void *arg) {
  (void)arg;
  op_each(e, b, part, emit_f(e, "o%s", path));
}

bool has_counted_fields(const hir_decl *d) {
  for (uint32_t i = 0; i < d->field_count; i++)
    if (!d->fields[i].gone && mir_type_counted(d->fields[i].type)) return true;
  for (uint32_t v = 0; v < d->variant_count; v++)
    for (uint32_t i = 0; i < d->variants[v].field_count; i++)
      if (mir_type_counted(d->variants[v].fields[i].type)) return true;
  return false;
}

// What C has made is closed by C.
static const char *handle_functions(emitter *e, const hir_decl *d, const char *c_struct, const char *id) {
  const char *close = name_import(e, d->c_drop, "void *"), *field = field_name(e, d, 0);
  buf_printf(&e->protos, "static void odrop_%s(ag_cx *cx, void *obj);\n", id);
  buf_printf(&e->ops, "static void odrop_%s(ag_cx *cx, void *obj) {\n  (void)cx;\n  %s *o = (%s *)obj;\n", id, c_struct,
             c_struct);
  buf_printf(&e->ops, "  if (o->%s) %s((void *)(uintptr_t)o->%s);\n}\n", field, close, field);
  return emit_f(e, "odrop_%s, NULL", id);
}

const char *object_functions(emitter *e, const hir_decl *d, const char *c_struct, const char *id) {
  if (d->c_drop) return handle_functions(e, d, c_struct, id);
  if (!has_counted_fields(d)) return d->topology ? "ag_topology_drop, NULL" : "NULL, NULL";
  ctype shape = {.type = &(type){.kind = d->kind == DECL_ENUM ? TY_ENUM : TY_STRUCT, .decl = d}, .rep = REP_STRUCT};
  buf_printf(&e->protos, "static void odrop_%s(ag_cx *cx, void *obj);\n", id);
  buf_printf(&e->protos, "static void oeach_%s(void *obj, void (*visit)(ag_obj *child, void *arg), void *arg);\n", id);
  buf drop = {0}, each = {0};
  if (d->topology) buf_adds(&drop, "  ag_topology_drop(cx, obj);\n");
  parts_walk(e, &drop, &shape, "o", true, object_drop, NULL);
  parts_walk(e, &each, &shape, "o", true, object_each, NULL);
  buf_printf(&e->ops, "static void odrop_%s(ag_cx *cx, void *obj) {\n  (void)cx;\n  %s *o = (%s *)obj;\n%s}\n", id,
             c_struct, c_struct, buf_text(&drop));
  buf_printf(&e->ops, "static void oeach_%s(void *obj, void (*visit)(ag_obj *child, void *arg), void *arg) {\n", id);
  buf_printf(&e->ops, "  %s *o = (%s *)obj;\n%s  (void)o;\n  (void)visit;\n  (void)arg;\n}\n", c_struct, c_struct,
             buf_text(&each));
  buf_fini(&drop);
  buf_fini(&each);
  return emit_f(e, "odrop_%s, oeach_%s", id, id);
}

const char *class_desc(emitter *e, const hir_decl *d, const type *t) {
  if (d->kind == DECL_ERROR && d->is_prelude) return emit_f(e, "ag_error_%s", d->name);
  if (d->topology) return emit_f(e, "%s.cls", topology_desc(e, d, t));
  const char *id = name_decl(e, d), *name = emit_f(e, "cls_%s", id);
  ctype *ct = ctype_of(e, t);
  const char *c_struct = class_struct(e, d);
  if (map_has(&e->agents, d)) return name; // classes and agents are apart: one map serves for "written"
  map_put(&e->agents, d, (void *)(uintptr_t)name);
  buf_printf(&e->protos, "static const ag_class %s;\n", name);
  const char *functions = object_functions(e, d, c_struct, id);
  buf_printf(&e->data, "static const ag_class %s = {\"%s\", sizeof(%s), %s, %s, %s};\n", name, d->name, c_struct,
             d->kind == DECL_ERROR ? "AG_CLASS_ERROR" : "0", functions,
             d->is_closure ? "NULL" : type_desc(e, ct, false));
  return name;
}

const char *box_desc(emitter *e, ctype *ct) {
  const hir_decl *d = ct->type->decl;
  const char *name = emit_f(e, "box_%s", ct->enc);
  if (map_has(&e->agents, d)) return name;
  map_put(&e->agents, d, (void *)(uintptr_t)name);
  ctype_need_body(e, ct);
  buf_printf(&e->protos, "static const ag_class %s;\n", name);
  const char *c_struct = emit_f(e, "struct x_%s", ct->enc);
  const char *functions = object_functions(e, d, c_struct, ct->enc);
  buf_printf(&e->data, "static const ag_class %s = {\"%s\", sizeof(%s), 0, %s, %s};\n", name, d->name, c_struct,
             functions, type_desc(e, ct, false));
  return name;
}

const char *box_one(emitter *e, ctype *ct, const hir_variant *v) {
  const char *name = emit_f(e, "one_%s_%u", ct->enc, v->index);
  if (map_has(&e->agents, v)) return name;
  map_put(&e->agents, v, (void *)(uintptr_t)name);
  buf_printf(&e->protos, "static struct x_%s %s = {.h = {&%s, 0}, .tag = %u};\n", ct->enc, name, box_desc(e, ct),
             v->index);
  return name;
}

// ---- agents -----------------------------------------------------------------------------------------------------
const char *mailbox_text(emitter *e, int64_t capacity, int64_t high, int64_t low, int full, int priority) {
  const char *least = low == 0 ? "AG_MAILBOX_EMPTY" : emit_f(e, "%lld", low > 0 ? (long long)low : 0);
  return emit_f(e, "{%lld, %lld, %s, %d, %d}", capacity > 0 ? (long long)capacity : 0, high > 0 ? (long long)high : 0,
                least, full > 0 ? full : 0, priority >= 0 ? priority : 0);
}

const char *agent_desc(emitter *e, const hir_decl *d) {
  const char *name = emit_f(e, "agent_%s", name_decl(e, d));
  if (map_has(&e->agents, d)) return name;
  map_put(&e->agents, d, (void *)(uintptr_t)name);
  VEC_PUSH(e->arena, &e->agent_queue, d);
  buf_printf(&e->protos, "static const ag_behaviour beh_%s[%u];\n", name_decl(e, d), d->behaviour_count + 1);
  buf_printf(&e->protos, "static const ag_agent_type %s;\n", name);
  return name;
}

const char *interface_id(emitter *e, const hir_decl *d) {
  const char *name = emit_f(e, "id_%s", name_decl(e, d));
  if (map_has(&e->classes, d)) return name;
  map_put(&e->classes, d, (void *)(uintptr_t)name);
  buf_printf(&e->types, "static const char %s = 0;\n", name);
  return name;
}

static void interface_behaviours(emitter *e, const hir_decl *d);

const char *behaviours_desc(emitter *e, const hir_decl *d) {
  if (d->kind == DECL_INTERFACE) interface_behaviours(e, d);
  else agent_desc(e, d);
  return emit_f(e, "beh_%s", name_decl(e, d));
}

static const type *param_type(const hir_fn *fn, const hir_decl *d, uint32_t i) {
  return fn ? fn->params[i]->type : d->fields[i].type;
}

// each_args of an agent's first message.
static const char *message_each(emitter *e, const hir_decl *d, const char *c_struct) {
  const char *id = c_struct + strlen("struct msg_");
  buf each = {0};
  for (uint32_t i = 0; i < d->header_count; i++) {
    ctype *ct = ctype_of(e, d->fields[i].type);
    if (ct->counted) op_each(e, &each, ct, emit_f(e, "m->a%u", i));
  }
  bool any = each.size > 0;
  if (any) {
    const char *head =
        emit_f(e, "static void meach_%s(ag_msg *msg, void (*visit)(ag_obj *child, void *arg), void *arg)", id);
    buf_printf(&e->protos, "%s;\n", head);
    buf_printf(&e->ops, "%s {\n  %s *m = (%s *)msg;\n%s}\n", head, c_struct, c_struct, buf_text(&each));
  }
  buf_fini(&each);
  return any ? emit_f(e, "meach_%s", id) : "NULL";
}

// drop_args and copy_args of a message, as "drop, copy".
static const char *message_functions(emitter *e, const hir_fn *fn, const hir_decl *d, const char *c_struct) {
  uint32_t count = fn ? fn->param_count : d->header_count;
  const char *id = c_struct + strlen("struct msg_");
  buf drop = {0}, copy = {0};
  bool unique = false;
  for (uint32_t i = 0; i < count; i++) {
    const type *t = param_type(fn, d, i);
    ctype *ct = ctype_of(e, t);
    if (!ct->counted) continue;
    if (mir_type_holds_iso(t)) unique = true;
    op_drop(e, &drop, ct, emit_f(e, "m->a%u", i), false);
    if (!unique) op_retain(e, &copy, ct, emit_f(e, "m->a%u", i), false);
  }
  if (drop.size > 0) {
    buf_printf(&e->protos, "static void mdrop_%s(ag_cx *cx, ag_msg *msg);\n", id);
    buf_printf(&e->ops, "static void mdrop_%s(ag_cx *cx, ag_msg *msg) {\n  (void)cx;\n  %s *m = (%s *)msg;\n%s}\n", id,
               c_struct, c_struct, buf_text(&drop));
  }
  bool copies = !unique && copy.size > 0;
  if (copies) {
    buf_printf(&e->protos, "static void mcopy_%s(ag_msg *dst, const ag_msg *src);\n", id);
    buf_printf(&e->ops, "static void mcopy_%s(ag_msg *dst, const ag_msg *src) {\n  %s *m = (%s *)dst;\n", id, c_struct,
               c_struct);
    buf_printf(&e->ops, "  const %s *from = (const %s *)src;\n", c_struct, c_struct);
    for (uint32_t i = 0; i < count; i++) buf_printf(&e->ops, "  m->a%u = from->a%u;\n", i, i);
    buf_printf(&e->ops, "%s}\n", buf_text(&copy));
  }
  const char *text = emit_f(e, "%s, %s", drop.size > 0 ? emit_f(e, "mdrop_%s", id) : "NULL",
                            copies ? emit_f(e, "mcopy_%s", id) : "NULL");
  buf_fini(&drop);
  buf_fini(&copy);
  return text;
}

static void behaviour_row(emitter *e, buf *b, const hir_fn *fn, const hir_decl *d, const mir_fn *run, bool is_main) {
  bool abstract = d->kind == DECL_INTERFACE;
  const char *name = fn && !is_main ? fn->name : "init";
  const hir_fn *shape = is_main ? NULL : fn;
  const char *c_struct = is_main ? "struct ag_main_msg" : message_struct(e, shape, d);
  const char *functions = is_main ? "main_drop, NULL" : message_functions(e, shape, d, c_struct);
  const char *reply = shape && shape->is_request ? type_desc(e, ctype_of(e, shape->result), false) : "NULL";
  span at = fn ? fn->span : d->span;
  const char *each = shape || is_main ? "NULL" : message_each(e, d, c_struct);
  buf_printf(b, "  {\"%s\", %s, %s, %s, sizeof(%s), %s, %s, %u, %s},\n", name, abstract ? "NULL" : name_fn(e, run),
             functions, each, c_struct, reply, name_file(e, at), line_of(e, at),
             abstract ? emit_f(e, "&%s", interface_id(e, d)) : "NULL");
}

static void interface_behaviours(emitter *e, const hir_decl *d) {
  if (map_has(&e->agents, d)) return;
  map_put(&e->agents, d, (void *)(uintptr_t)d);
  buf_printf(&e->protos, "static const ag_behaviour beh_%s[%u];\n", name_decl(e, d), d->behaviour_count + 1);
  buf rows = {0};
  buf_adds(&rows, "  {\"\", NULL, NULL, NULL, NULL, 0, NULL, NULL, 0, NULL},\n"); // an interface starts nothing
  for (uint32_t i = 0; i < d->behaviour_count; i++) behaviour_row(e, &rows, d->behaviours[i], d, NULL, false);
  buf_printf(&e->data, "static const ag_behaviour beh_%s[%u] = {\n%s};\n", name_decl(e, d), d->behaviour_count + 1,
             buf_text(&rows));
  buf_fini(&rows);
}

// "count, views" of its type.
static const char *agent_views(emitter *e, const hir_decl *d) {
  const hir_program *hir = e->program->hir;
  const char *id = name_decl(e, d);
  uint32_t count = 0;
  buf views = {0};
  for (uint32_t i = 0; i < hir->table_count; i++) {
    const hir_table *t = hir->tables[i];
    if (t->object || t->from->decl != d) continue;
    const char *interface = name_decl(e, t->interface);
    buf_printf(&e->data, "static const uint32_t as_%s_%s[] = {0", id, interface);
    for (uint32_t k = 0; k < t->fn_count; k++) buf_printf(&e->data, ", %u", t->fns[k]->index);
    buf_adds(&e->data, "};\n");
    buf_printf(&views, "{&%s, as_%s_%s}, ", interface_id(e, t->interface), id, interface);
    count++;
  }
  if (count) buf_printf(&e->data, "static const ag_agent_view views_%s[] = {%s};\n", id, buf_text(&views));
  buf_fini(&views);
  return count ? emit_f(e, "%u, views_%s", count, id) : "0, NULL";
}

// The initialisers only fill fields: AG_CLASS_PLAIN_INIT.
static bool is_plain(const mir_fn *init) {
  if (init->kind != MIR_FN_INIT || init->suspends || init->may_raise || init->blocks.count != 1) return false;
  const mir_block *b = &init->blocks.items[0];
  for (size_t i = 0; i < b->insts.count; i++) {
    switch ((int)b->insts.items[i].op) {
    case MIR_MOVE:
    case MIR_STORE:
    case MIR_STORE_INIT:
    case MIR_STRUCT:
    case MIR_VARIANT:
    case MIR_TUPLE:
    case MIR_SOME:
    case MIR_ARRAY:
    case MIR_MAP:
    case MIR_RETAIN: break;
    default: return false;
    }
  }
  return b->term.kind == MIR_TERM_RETURN;
}

static void agent(emitter *e, const hir_decl *d) {
  bool is_main = d->entry != NULL;
  const char *c_struct = class_struct(e, d), *id = name_decl(e, d);
  buf rows = {0};
  if (is_main) e->helpers |= HELPER_ENTRY;
  const mir_fn *init = is_main ? map_get(&e->program->by_fn, d->entry) : map_get(&e->program->by_decl, d);
  behaviour_row(e, &rows, d->entry, d, init, is_main);
  for (uint32_t i = 0; i < d->behaviour_count; i++)
    behaviour_row(e, &rows, d->behaviours[i], d, map_get(&e->program->by_fn, d->behaviours[i]), false);
  buf_printf(&e->data, "static const ag_behaviour beh_%s[%u] = {\n%s};\n", id, d->behaviour_count + 1, buf_text(&rows));
  buf_fini(&rows);
  const char *functions = object_functions(e, d, c_struct, id), *views = agent_views(e, d);
  buf_printf(&e->data,
             "static const ag_agent_type agent_%s = {\n  {\"%s\", sizeof(%s), AG_CLASS_AGENT%s, %s, &ag_type_agent},\n",
             id, d->name, c_struct, is_plain(init) ? " | AG_CLASS_PLAIN_INIT" : "", functions);
  buf_printf(&e->data, "  %u, beh_%s, %s, %s, %u, %s};\n", d->behaviour_count + 1, id,
             mailbox_text(e, d->mailbox_capacity, d->mailbox_high, d->mailbox_low, d->mailbox_full, d->priority),
             name_file(e, d->span), line_of(e, d->span), views);
}

void emit_agents(emitter *e) {
  const hir_decl *d = VEC_POP(&e->agent_queue);
  agent(e, d);
}
