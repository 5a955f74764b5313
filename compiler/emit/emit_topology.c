// emit_topology.c — topologies: their tables, and the calls that make, ask and change them.
// Promises: what shapes and rules there are, and whom they join, is data that the runtime reads; code only fills in what is computed.
#include <string.h>

#include "emit/fn.h"

// ---- tables ------------------------------------------------------------------------------------------------------------
static const char *part_mailbox(emitter *e, const char *id, uint32_t i, const hir_node *p) {
  const hir_decl *d = p->decl;
  bool own = p->mailbox_capacity >= 0 || p->mailbox_high >= 0 || p->mailbox_low >= 0 || p->mailbox_full >= 0 ||
             p->priority >= 0;
  if (!own || d->topology) return "NULL";
#define OR(field) (p->field >= 0 ? p->field : d->field)
  buf_printf(&e->data, "static const ag_mailbox_options topo_box_%s_%u = %s;\n", id, i,
             mailbox_text(e, OR(mailbox_capacity), OR(mailbox_high), OR(mailbox_low), OR(mailbox_full), OR(priority)));
#undef OR
  return emit_f(e, "&topo_box_%s_%u", id, i);
}

static void parts(emitter *e, buf *b, const hir_decl *d, const char *id) {
  const hir_topology *t = d->topology;
  for (uint32_t i = 0; i < t->part_count; i++) {
    const hir_node *p = &t->parts[i];
    const type *member = p->is_group ? p->type->args[0] : p->type;
    const char *agent = p->decl->topology ? "NULL" : emit_f(e, "&%s", agent_desc(e, p->decl));
    const char *inner = p->decl->topology ? emit_f(e, "&%s", topology_desc(e, p->decl, member)) : "NULL";
    const char *mailbox = part_mailbox(e, id, i, p);
    buf_printf(b, "  {\"%s\", %s, %s, %s, %s, %s, %u},\n", p->name, agent, inner, mailbox,
               type_desc(e, ctype_of(e, member), false), p->is_group ? "true" : "false", line_of(e, p->span));
  }
}

static void table(emitter *e, const char *what, const char *id, uint32_t count, buf *rows) {
  if (count)
    buf_printf(&e->data, "static const ag_%s_type topo_%ss_%s[%u] = {\n%s};\n", what, what, id, count, buf_text(rows));
  buf_fini(rows);
}

static const char *table_name(emitter *e, const char *what, const char *id, uint32_t count) {
  return count ? emit_f(e, "topo_%ss_%s", what, id) : "NULL";
}

const char *topology_desc(emitter *e, const hir_decl *d, const type *t) {
  const char *id = name_decl(e, d), *name = emit_f(e, "topo_%s", id);
  if (map_has(&e->agents, d)) return name;
  map_put(&e->agents, d, (void *)(uintptr_t)name);
  const hir_topology *topology = d->topology;
  buf_printf(&e->protos, "static const ag_topology_type %s;\n", name);
  const char *c_struct = class_struct(e, d), *functions = object_functions(e, d, c_struct, id);
  buf part_rows = {0}, shape_rows = {0}, rule_rows = {0};
  parts(e, &part_rows, d, id);
  for (uint32_t i = 0; i < topology->shape_count; i++) {
    const hir_shape *s = &topology->shapes[i];
    buf_printf(&shape_rows, "  {%u, %u, %u, %u},\n", s->kind, s->part, s->hub, s->arity);
  }
  for (uint32_t i = 0; i < topology->rule_count; i++) {
    const hir_rule *r = &topology->rules[i];
    buf_printf(&rule_rows, "  {%u, %u, %u, %u, %u},\n", r->part, r->strategy, r->max, r->period, line_of(e, r->span));
  }
  table(e, "part", id, topology->part_count, &part_rows);
  table(e, "shape", id, topology->shape_count, &shape_rows);
  table(e, "rule", id, topology->rule_count, &rule_rows);
  buf_printf(&e->data, "static const ag_topology_type %s = {\n  {\"%s\", sizeof(%s), 0, %s, %s},\n", name, d->name,
             c_struct, functions, type_desc(e, ctype_of(e, t), false));
  buf_printf(&e->data, "  %u, %u, %u, %u, %s, %s, %s, %s, %u};\n", topology->part_count, topology->shape_count,
             topology->rule_count, topology->number_count, table_name(e, "part", id, topology->part_count),
             table_name(e, "shape", id, topology->shape_count), table_name(e, "rule", id, topology->rule_count),
             name_file(e, d->span), line_of(e, d->span));
  return name;
}

// ---- calls -------------------------------------------------------------------------------------------------------------
typedef struct call_row {
  const char *name;
  bool index, place; // takes the index; takes file and line
} call_row;

static const call_row calls[] = {
    [TOPOLOGY_BEGIN] = {"begin", false, false},    [TOPOLOGY_NUMBER] = {"number", true, true},
    [TOPOLOGY_GROUP] = {"group", true, true},      [TOPOLOGY_PUT] = {"put", true, false},
    [TOPOLOGY_INIT] = {"init", true, false},       [TOPOLOGY_START] = {"start", false, false},
    [TOPOLOGY_NODE] = {"node", true, false},       [TOPOLOGY_MEMBERS] = {"members", true, false},
    [TOPOLOGY_GROW] = {"grow", true, true},        [TOPOLOGY_ADD] = {"add", true, false},
    [TOPOLOGY_DISCARD] = {"discard", true, false}, [TOPOLOGY_SHRINK] = {"shrink", true, true},
};

static void call(fn *s, const mir_inst *in) {
  hir_topology_op op = mir_topology_op(in->aux.u);
  buf b = {0};
  buf_printf(&b, "ag_topology_%s(cx, (ag_topology *)%s", calls[op].name, operand(s, &in->args[0]));
  if (calls[op].index) buf_printf(&b, ", %u", mir_topology_index(in->aux.u));
  for (uint32_t i = 1; i < in->arg_count; i++) {
    const char *cast = op == TOPOLOGY_PUT && i == 2 ? "(ag_topology *)" : "";
    buf_printf(&b, ", %s%s", cast, operand(s, &in->args[i]));
  }
  if (op == TOPOLOGY_BEGIN) {
    const type *t = in->args[0].type;
    buf_printf(&b, ", &%s", topology_desc(s->e, t->decl, t));
  }
  if (calls[op].place) buf_printf(&b, ", %s", at(s, in));
  buf_addc(&b, ')');
  if (in->dst == MIR_NONE) put(s, "  %s;\n", buf_text(&b));
  else put_dst(s, in, buf_text(&b));
  buf_fini(&b);
  check_error(s, in, false);
}

static void neighbors(fn *s, const mir_inst *in) {
  bool list = in->type->kind == TY_CLASS;
  put_dst(s, in, text(s, "ag_neighbor%s(cx, %llu)", list ? "s" : "", (unsigned long long)in->aux.u));
}

static void spawn_in(fn *s, const mir_inst *in) {
  const mir_spawn *o = in->aux.spawn;
  const char *options = spawn_options(s, o);
  put_dst(s, in,
          text(s, "ag_topology_join(cx, (ag_topology *)%s, %u, %s, %s, %s)", operand(s, &in->args[1]), o->part,
               operand(s, &in->args[0]), options, at(s, in)));
  put(s, "  }\n");
  check_error(s, in, false);
}

bool inst_topology(fn *s, const mir_inst *in) {
  switch ((int)in->op) {
  case MIR_TOPOLOGY:
  case MIR_TOPOLOGY_GIVE: call(s, in); return true;
  case MIR_NEIGHBORS: neighbors(s, in); return true;
  case MIR_SPAWN_IN: spawn_in(s, in); return true;
  default: return false;
  }
}
