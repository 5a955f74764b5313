// emit_map.c — maps and sets.
// Owns:     how a key is looked up: a String or a text by its bytes, an Int by itself, any other through the descriptor of its type.
// Promises: where a lookup keeps what it found (mir_inst.lookup), the variable is set on every way out of it.
#include <string.h>

#include "emit/fn.h"

static bool is_string(const type *t) { return t->kind == TY_CLASS && t->decl->builtin == BUILTIN_STRING; }

// ---- looking up ---------------------------------------------------------------------------------------------------
// A call that gives where the value is, or NULL.
static const char *found(fn *s, const mir_operand *in_map, const mir_operand *key) {
  const char *m = operand(s, in_map);
  if (is_text(s, key)) return text(s, "ag_map_find_text(%s, %s)", m, bytes_of(s, key));
  const type *t = operand_type(s, in_map)->type->args[0];
  if (is_string(t)) return text(s, "ag_map_find_str(%s, %s)", m, operand(s, key));
  if (t->kind == TY_I64) return text(s, "ag_map_find_i64(%s, %s)", m, operand(s, key));
  return text(s, "ag_map_find(cx, %s, %s)", m, slot(s, key));
}

// The variable that a lookup's result stays in.
static const char *lookup(fn *s, uint32_t number) {
  if (number > s->lookups) s->lookups = number;
  return text(s, "at_%u", number);
}

static void put_found(fn *s, const mir_inst *in) {
  put(s, "  void *found = %s;\n", found(s, &in->args[0], &in->args[1]));
  if (in->lookup) put(s, "  %s = found;\n", lookup(s, in->lookup));
}

static void map_lookup(fn *s, const mir_inst *in) {
  ctype *value = ctype_of(s->e, operand_type(s, &in->args[0])->type->args[1]);
  put(s, "  {\n");
  put_found(s, in);
  put(s, "  if (AG_UNLIKELY(found == NULL)) {\n");
  const mir_operand *key = &in->args[1];
  const char *k = slot(s, key);
  if (is_text(s, key)) {
    put(s, "    ag_str *key = ag_str_new(cx, %s);\n", bytes_of(s, key));
    k = "&key";
  }
  put(s, "    if (!cx->err) ag_raise_key(cx, %s, %s, %s);\n", operand(s, &in->args[0]), k, at(s, in));
  if (is_text(s, key)) put(s, "    ag_release(cx, key);\n");
  put(s, "    %s\n  }\n", edge(s, in->on_error));
  put_dst(s, in, text(s, "*(%s)found", c_decl(s->e, value, "*")));
  put(s, "  }\n");
}

// m.get(k)
static bool get(fn *s, const mir_inst *in) {
  const type *key = operand_type(s, &in->args[0])->type->args[0];
  if (in->dst == MIR_NONE || (!is_string(key) && key->kind != TY_I64)) return false;
  ctype *ct = local_type(s, in->dst), *payload = ctype_of(s->e, ct->type->args[0]);
  if (ct->rep != REP_STRUCT && ct->rep != REP_OPT_PTR) return false;
  const char *x = s->names[in->dst], *pointer = c_decl(s->e, payload, "*");
  s->written[in->dst] = true;
  put(s, "  {\n");
  put_found(s, in);
  if (ct->rep == REP_STRUCT) put(s, "  %s.has = found != NULL;\n  if (found) %s.v = *(%s)found;\n", x, x, pointer);
  else put(s, "  %s = found ? *(%s)found : NULL;\n", x, pointer);
  if (payload->counted) {
    put(s, "  if (found) {\n");
    op_retain(s->e, s->b, payload, ct->rep == REP_STRUCT ? text(s, "%s.v", x) : x, false);
    put(s, "  }\n");
  }
  put(s, "  }\n");
  return true;
}

bool inst_native_inline(fn *s, const mir_inst *in) {
  const char *symbol = in->aux.call.fn->symbol;
  if (!symbol) return false;
  if (strcmp(symbol, "ag_map_get") == 0) return get(s, in);
  bool contains = strcmp(symbol, "ag_map_contains") == 0 || strcmp(symbol, "ag_set_contains") == 0;
  if (contains && is_text(s, &in->args[1])) {
    put_dst(s, in, text(s, "%s != NULL", found(s, &in->args[0], &in->args[1])));
    return true;
  }
  if (in->arg_count == 0 || !is_text(s, &in->args[0])) return false;
  const char *x = operand(s, &in->args[0]);
  put_dst(s, in, text(s, strcmp(symbol, "ag_str_is_empty") == 0 ? "(%s.size == 0)" : "%s.size", x));
  return true;
}

// ---- changing -----------------------------------------------------------------------------------------------------
static const char *new_slot(fn *s, const mir_inst *in) {
  const mir_operand *key = &in->args[1];
  const char *m = operand(s, &in->args[0]);
  if (is_text(s, key)) return text(s, "ag_map_slot_text(cx, %s, %s)", m, bytes_of(s, key));
  const char *kind = is_string(operand_type(s, &in->args[0])->type->args[0]) ? "str" : "i64";
  return text(s, "ag_map_slot_%s(%s, %s)", kind, m, operand(s, key));
}

static void set_plain(fn *s, const mir_inst *in, ctype *value) {
  const char *x = operand_of(s, &in->args[2], value), *pointer = c_decl(s->e, value, "*");
  if (in->lookup) {
    const char *place = lookup(s, in->lookup);
    put(s, "  if (AG_LIKELY(%s != NULL)) *(%s)%s = %s;\n  else ", place, pointer, place, x);
  }
  put(s, "  *(%s)%s = %s;\n", pointer, new_slot(s, in), x);
}

static void map_set(fn *s, const mir_inst *in) {
  const type *t = operand_type(s, &in->args[0])->type;
  const mir_operand *key = &in->args[1];
  bool lent = is_string(t->args[0]) && key->mode == MIR_BORROW;
  if (in->arg_count == 3 && (lent || t->args[0]->kind == TY_I64)) {
    ctype *value = ctype_of(s->e, t->args[1]);
    if (!value->counted) {
      set_plain(s, in, value);
      return;
    }
  }
  const char *m = operand(s, &in->args[0]), *end = is_text(s, key) ? "_text" : lent ? "_str" : "";
  const char *k = is_text(s, key) ? bytes_of(s, key) : lent ? operand(s, key) : slot(s, key);
  if (in->arg_count == 3) put(s, "  {\n  ag_map_set%s(cx, %s, %s, %s);\n", end, m, k, slot(s, &in->args[2]));
  else put(s, "  {\n  (void)ag_set_add%s(%s%s, %s);\n", end, lent && !is_text(s, key) ? "" : "cx, ", m, k);
  check_error(s, in, true);
  put(s, "  }\n");
}

// ---- iterating, making --------------------------------------------------------------------------------------------
// Positions are those of ag_map_next, which gives the one after the entry it found.
static void map_next(fn *s, const mir_inst *in) {
  put(s, "  {\n  int64_t pos = %s;\n  void *key, *value;\n", operand(s, &in->args[1]));
  put_dst(s, in, text(s, "ag_map_next(%s, &pos, &key, &value) ? pos - 1 : -1", operand(s, &in->args[0])));
  put(s, "  }\n");
}

static void map_part(fn *s, const mir_inst *in, bool value) {
  const type *t = operand_type(s, &in->args[0])->type;
  ctype *part = ctype_of(s->e, t->args[value ? 1 : 0]);
  put_dst(s, in,
          text(s, "*(%s)ag_map_%s_at(%s, %s)", c_decl(s->e, part, "*"), value ? "value" : "key",
               operand(s, &in->args[0]), operand(s, &in->args[1])));
}

static void make_map(fn *s, const mir_inst *in) {
  const type *t = in->type;
  const char *key = type_desc(s->e, ctype_of(s->e, t->args[0]), true);
  if (t->decl->builtin == BUILTIN_SET) put_dst(s, in, text(s, "ag_set_new(cx, %s)", key));
  else put_dst(s, in, text(s, "ag_map_new(cx, %s, %s)", key, type_desc(s->e, ctype_of(s->e, t->args[1]), false)));
  if (in->atomic) put(s, "  ((ag_obj *)%s)->rc = -1;\n", s->names[in->dst]);
}

bool inst_map(fn *s, const mir_inst *in) {
  switch ((int)in->op) {
  case MIR_MAP: make_map(s, in); return true;
  case MIR_MAP_GET: map_lookup(s, in); return true;
  case MIR_MAP_SET: map_set(s, in); return true;
  case MIR_MAP_NEXT: map_next(s, in); return true;
  case MIR_MAP_KEY: map_part(s, in, false); return true;
  case MIR_MAP_VALUE: map_part(s, in, true); return true;
  default: return false;
  }
}
