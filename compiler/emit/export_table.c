// export_table.c — what calls by name know of exported agents: agent/abi_host.h, ag_named_agent.
// Owns:     their C text.
#include "emit/export.h"

static const char *kind_of(hir_c c) {
  static const char *const kinds[] = {
      [C_NONE] = "AG_VALUE_NONE",     [C_UNIT] = "AG_VALUE_NONE",    [C_BOOL] = "AG_VALUE_BOOL",
      [C_NUMBER] = "AG_VALUE_INT",    [C_DURATION] = "AG_VALUE_INT", [C_TEXT] = "AG_VALUE_TEXT",
      [C_BYTES] = "AG_VALUE_BYTES",   [C_ARRAY] = "AG_VALUE_NONE",   [C_AGENT] = "AG_VALUE_AGENT",
      [C_OBJECT] = "AG_VALUE_OBJECT", [C_ENUM] = "AG_VALUE_INT",     [C_STRUCT] = "AG_VALUE_NONE"};
  bool real = c.type->kind == TY_F32 || c.type->kind == TY_F64;
  return real ? "AG_VALUE_FLOAT" : kinds[c.kind];
}

// As a row of ag_named_param; `offset`: an expression.
static void param(emitter *e, buf *b, const type *t, const char *name, const char *offset, bool result) {
  hir_c c = hir_c_of(t, result);
  bool number = c.kind == C_NUMBER || c.kind == C_DURATION;
  bool is_signed = c.type->kind <= TY_I64 || c.kind == C_DURATION;
  const char *size = number ? emit_f(e, "sizeof(%s)", ctype_of(e, c.type)->c) : c.kind == C_ENUM ? "4" : "0";
  const char *cls = "NULL", *to = "NULL";
  if (c.kind == C_OBJECT) {
    const type *plain = type_nominal(e->program->types, TY_CLASS, c.type->decl, NULL, 0, CAP_REF);
    cls = emit_f(e, "&%s", class_desc(e, c.type->decl, plain));
  }
  if (c.kind == C_AGENT) to = emit_f(e, "&%s", agent_desc(e, c.type->decl));
  buf_printf(b, "{\"%s\", %s, %s, %s, %s, %s, %s, %u, %s, %s}", name, kind_of(c), c.optional ? "true" : "false",
             c.type->cap == CAP_ISO ? "true" : "false", is_signed ? "true" : "false", size, offset,
             c.kind == C_ENUM ? c.type->decl->variant_count : 0, cls, to);
}

// Writes the tables of one behaviour (or init), and adds its row.
static void behaviour(emitter *e, buf *rows, const hir_decl *d, const hir_fn *f) {
  uint32_t count = f ? f->param_count : d->header_count;
  const char *id = emit_f(e, "%s_%u", name_decl(e, d), f ? f->index : 0), *m = message_struct(e, f, f ? NULL : d);
  buf params = {0}, infos = {0};
  for (uint32_t i = 0; i < count; i++) {
    const char *name = f ? f->params[i]->name : d->fields[i].name;
    const type *t = f ? f->params[i]->type : d->fields[i].type;
    param(e, &params, t, name, emit_f(e, "offsetof(%s, a%u)", m, i), false);
    buf_adds(&params, ",\n  ");
    buf_printf(&infos, "{\"%s\", %s}, ", name, kind_of(hir_c_of(t, false)));
  }
  if (count) {
    buf_printf(&e->data, "static const ag_named_param params_%s[] = {%s};\n", id, buf_text(&params));
    buf_printf(&e->data, "static const ag_param_info infos_%s[] = {%s};\n", id, buf_text(&infos));
  }
  buf reply = {0};
  if (f && f->is_request) param(e, &reply, f->result, "", "0", true);
  else buf_adds(&reply, "{NULL, AG_VALUE_NONE, false, false, false, 0, 0, 0, NULL, NULL}");
  buf_printf(rows, "  {\"%s\", %u, %u, %s, %s,\n   %s},\n", f ? f->name : "init", f ? f->index : 0, count,
             count ? emit_f(e, "params_%s", id) : "NULL", count ? emit_f(e, "infos_%s", id) : "NULL", buf_text(&reply));
  buf_fini(&params);
  buf_fini(&infos);
  buf_fini(&reply);
}

const char *emit_named_agents(emitter *e) {
  const hir_program *hir = e->program->hir;
  uint32_t count = 0;
  buf agents = {0};
  for (uint32_t i = 0; i < hir->export_count; i++) {
    const hir_decl *d = hir->exports[i].decl;
    if (!d || d->kind != DECL_AGENT) continue;
    const char *id = name_decl(e, d);
    buf rows = {0};
    behaviour(e, &rows, d, NULL);
    for (uint32_t k = 0; k < d->behaviour_count; k++) behaviour(e, &rows, d, d->behaviours[k]);
    buf_printf(&e->data, "static const ag_named_behaviour named_%s[] = {\n%s};\n", id, buf_text(&rows));
    buf_fini(&rows);
    buf_printf(&agents, "  {\"%s\", &%s, %u, named_%s},\n", d->name, agent_desc(e, d), d->behaviour_count + 1, id);
    count++;
  }
  if (count) buf_printf(&e->data, "static const ag_named_agent named_agents[] = {\n%s};\n", buf_text(&agents));
  buf_fini(&agents);
  return count ? emit_f(e, "named_agents, %u", count) : "NULL, 0";
}
