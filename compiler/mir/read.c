// read.c — functions, blocks and instructions of MIR text.
#include "mir/read.h"

#include <stdlib.h>
#include <string.h>

#include "mir/builder.h"
#include "mir/read_internal.h"

static const type *simple(reader *r, type_kind k) { return type_simple(r->p->types, k); }
static const type *the_string(reader *r) {
  return type_nominal(r->p->types, TY_CLASS, r->hir->string_decl, NULL, 0, CAP_VAL);
}

static bool expect(reader *r, const char *text) {
  return read_mark(r, text) || read_fail(r, arena_printf(r->a, "'%s' is missing", text));
}

static bool end_line(reader *r) {
  read_space(r);
  if (*r->at != '\n') return read_fail(r, "the line should end");
  r->at++;
  return true;
}

// ---- operands ----------------------------------------------------------------------------------------------------------------
// %3 or %3.name
static uint32_t read_local(reader *r) {
  uint32_t l = 0;
  if (!expect(r, "%") || !read_number(r, &l)) return 0;
  if (l >= r->fn->locals.count) {
    read_fail(r, "no such local");
    return 0;
  }
  const char *name = r->fn->locals.items[l].name;
  if (name && (*r->at != '.' || strncmp(r->at + 1, name, strlen(name)) != 0)) read_fail(r, "the local has a name");
  else if (name) r->at += 1 + strlen(name);
  return l;
}

static const type *constant_type(reader *r, type_kind usual) {
  if (*r->at != ':') return simple(r, usual);
  r->at++;
  return read_type(r);
}

static mir_operand read_constant(reader *r) {
  char *int_end, *float_end;
  int64_t i = strtoll(r->at, &int_end, 10);
  double f = strtod(r->at, &float_end);
  if (float_end == r->at) read_fail(r, "an operand is missing");
  mir_operand o = {.kind = float_end > int_end ? MIR_OPERAND_FLOAT : MIR_OPERAND_INT};
  r->at = float_end;
  o.type = constant_type(r, float_end > int_end ? TY_F64 : TY_I64);
  if (o.kind == MIR_OPERAND_FLOAT) o.f = f;
  else o.u = (uint64_t)i;
  return o;
}

static const hir_const *read_const(reader *r) {
  char name[128];
  read_word(r, name, sizeof name);
  for (uint32_t i = 0; i < r->hir->constant_count; i++)
    if (strcmp(r->hir->constants[i]->name, name) == 0) return r->hir->constants[i];
  read_fail(r, "there is no such constant");
  return NULL;
}

static mir_operand read_operand(reader *r) {
  mir_operand o = {.kind = MIR_OPERAND_UNIT, .type = simple(r, TY_UNIT)};
  bool move = read_mark(r, "move");
  read_space(r);
  if (*r->at == '%') {
    uint32_t l = read_local(r);
    if (r->error) return o;
    o = mir_local_operand(r->fn, l);
    o.mode = move ? MIR_CONSUME : MIR_BORROW;
  } else if (*r->at == '"') {
    o.kind = MIR_OPERAND_STR;
    o.str.bytes = read_quoted(r, &o.str.size);
    o.type = the_string(r);
  } else if (read_mark(r, "true") || read_mark(r, "false")) {
    o.kind = MIR_OPERAND_BOOL;
    o.type = simple(r, TY_BOOL);
    o.u = r->at[-2] == 'u';
  } else if (read_mark(r, "none")) {
    o.kind = MIR_OPERAND_NONE;
    o.type = constant_type(r, TY_NONE);
  } else if (read_mark(r, "const")) {
    o.kind = MIR_OPERAND_CONST;
    o.constant = read_const(r);
    if (o.constant) o.type = o.constant->type;
  } else if (!read_mark(r, "()")) {
    o = read_constant(r);
  }
  return o;
}

// ---- places ------------------------------------------------------------------------------------------------------------------
static void step_in_decl(reader *r, const type *from, mir_step *s) {
  char name[128];
  read_word(r, name, sizeof name);
  if (from->kind == TY_TUPLE) {
    s->kind = MIR_STEP_ELEM;
    s->index = (uint32_t)atoi(name);
    s->type = s->index < from->arg_count ? from->args[s->index] : NULL;
    return;
  }
  const hir_decl *d = from->decl;
  for (uint32_t i = 0; d && from->kind != TY_ENUM && i < d->field_count; i++) {
    if (strcmp(d->fields[i].name, name) != 0) continue;
    *s = (mir_step){.kind = MIR_STEP_FIELD, .index = i, .type = d->fields[i].type};
    return;
  }
  for (uint32_t i = 0; d && from->kind == TY_ENUM && i < d->variant_count; i++) {
    if (strcmp(d->variants[i].name, name) != 0) continue;
    *s = (mir_step){.kind = MIR_STEP_VARIANT, .variant = &d->variants[i]};
    if (expect(r, ".") && read_number(r, &s->index) && s->index < d->variants[i].field_count)
      s->type = d->variants[i].fields[s->index].type;
  }
}

static mir_place *read_place(reader *r) {
  mir_place *pl = ARENA_NEW(r->a, mir_place);
  mir_step steps[32];
  pl->base = read_local(r);
  if (r->error) return pl;
  pl->type = r->fn->locals.items[pl->base].type;
  while (!r->error && !read_mark(r, "]") && pl->step_count < 32) {
    mir_step *s = &steps[pl->step_count++];
    memset(s, 0, sizeof *s);
    if (read_mark(r, "?")) {
      *s = (mir_step){.kind = MIR_STEP_SOME, .type = pl->type->arg_count ? pl->type->args[0] : NULL};
    } else if (read_mark(r, "(")) {
      *s = (mir_step){.kind = MIR_STEP_INDEX, .at = read_operand(r)};
      s->type = pl->type->arg_count ? pl->type->args[0] : simple(r, TY_U8);
      expect(r, ")");
    } else if (expect(r, ".")) {
      step_in_decl(r, pl->type, s);
    }
    if (!s->type) read_fail(r, "no such part");
    else pl->type = s->type;
  }
  pl->steps = arena_copy(r->a, steps, sizeof *steps * pl->step_count);
  return pl;
}

// ---- what an instruction is about --------------------------------------------------------------------------------------------
static mir_fn *find_fn(reader *r, const char *name) {
  for (uint32_t i = 0; i < r->p->fns.count; i++)
    if (strcmp(r->p->fns.items[i]->name, name) == 0) return r->p->fns.items[i];
  return NULL;
}

// "name" or "Type.name"
static const char *dotted(reader *r) {
  const char *first = read_name(r);
  if (*r->at != '.') return first;
  r->at++;
  return arena_printf(r->a, "%s.%s", first, read_name(r));
}

static void read_callee(reader *r, mir_inst *i) {
  const char *name = dotted(r);
  i->aux.call.callee = find_fn(r, name);
  if (i->aux.call.callee) {
    i->aux.call.fn = i->aux.call.callee->hir;
    return;
  }
  hir_fn *f = ARENA_NEW(r->a, hir_fn);
  *f = (hir_fn){.kind = FN_NATIVE, .name = name, .symbol = name, .module = "", .result = simple(r, TY_UNIT)};
  i->aux.call.fn = f;
}

// A set is named by its type in quotes; what is known of it follows from its members, wherever those stand.
static mir_set *read_set(reader *r) {
  uint32_t size;
  const char *name = read_quoted(r, &size);
  for (uint32_t i = 0; i < r->p->sets.count; i++)
    if (strcmp(r->p->sets.items[i]->name, name) == 0) return r->p->sets.items[i];
  const char *at = r->at;
  r->at = name;
  const type *t = read_type(r);
  r->at = at;
  mir_set *set = mir_set_new(r->p, name, t);
  set->of_closures = true;
  set->may_raise = false; // until a member says so
  return set;
}

static void read_closure(reader *r, mir_inst *i) {
  mir_fn *f = find_fn(r, dotted(r));
  i->aux.closure.body = f;
  i->aux.closure.decl = f ? f->decl : NULL;
  if (!f) read_fail(r, "no such function");
}

static void read_made(reader *r, mir_inst *i) {
  char name[128];
  const hir_decl *d = i->aux.make.decl = read_decl(r, read_name(r));
  if (i->op != MIR_VARIANT || !expect(r, ".")) return;
  read_word(r, name, sizeof name);
  for (uint32_t v = 0; d && v < d->variant_count; v++)
    if (strcmp(d->variants[v].name, name) == 0) i->aux.make.variant = &d->variants[v];
  if (!i->aux.make.variant) read_fail(r, "no such variant");
}

// Back to parts; each {} is one with an expression, of which only the presence is known.
static void read_parts(reader *r, mir_inst *i) {
  uint32_t size, n = 0, text = 0;
  const char *s = read_quoted(r, &size);
  hir_part *parts = ARENA_ARRAY(r->a, hir_part, 2 * size + 1);
  char *out = arena_alloc(r->a, size + 1);
  for (uint32_t c = 0; c < size; c++) {
    bool brace = s[c] == '{' || s[c] == '}', twice = brace && s[c + 1] == s[c];
    if (twice) c++;
    if (!brace || twice) {
      out[text++] = s[c];
      continue;
    }
    if (text) parts[n++] = (hir_part){.text = arena_strndup(r->a, out, text), .text_size = text};
    text = 0;
    uint32_t end = c;
    while (end < size && s[end] != '}') end++;
    parts[n] = (hir_part){.e = ARENA_NEW(r->a, hir_expr), .width = -1, .precision = -1};
    if (s[c + 1] == ':') parts[n].format = arena_strndup(r->a, s + c + 2, end - c - 2);
    n++;
    c = end;
  }
  if (text) parts[n++] = (hir_part){.text = arena_strndup(r->a, out, text), .text_size = text};
  i->aux.interp.parts = parts;
  i->aux.interp.count = n;
}

static void read_what(reader *r, mir_inst *i) {
  char name[128];
  uint32_t n = 0;
  switch ((int)i->op) {
  case MIR_CALL: read_callee(r, i); break;
  case MIR_CLOSURE: read_closure(r, i); break;
  case MIR_CALL_INDIRECT: i->aux.set = read_set(r); break;
  case MIR_NEW:
  case MIR_STRUCT:
  case MIR_VARIANT: read_made(r, i); break;
  case MIR_SPAWN:
  case MIR_SPAWN_IN: {
    mir_spawn *s = ARENA_NEW(r->a, mir_spawn);
    *s = (mir_spawn){read_decl(r, read_name(r)), -1, -1, -1, -1, -1, 0};
    if (i->op == MIR_SPAWN_IN && expect(r, "#")) read_number(r, &s->part);
    i->aux.spawn = s;
    break;
  }
  case MIR_ERR_IS:
    read_word(r, name, sizeof name);
    i->aux.decl = read_decl(r, name);
    break;
  case MIR_INTERP: read_parts(r, i); break;
  case MIR_TOPOLOGY:
  case MIR_TOPOLOGY_GIVE:
  case MIR_NEIGHBORS:
  case MIR_ARRAY:
  case MIR_MAP:
  case MIR_ERR_CATCHABLE:
  case MIR_RAISE:
    if (expect(r, "#")) read_number(r, &n);
    i->aux.u = n;
    break;
  case MIR_CONVERT: i->aux.wrap = read_mark(r, "wrap"); break;
  case MIR_MSG:
    i->aux.msg.fn = r->fn->locals.items[i->dst].fn;
    i->aux.msg.decl = r->fn->locals.items[i->dst].decl;
    break;
  default: break;
  }
  i->on_stack = read_mark(r, "stack");
  i->atomic = read_mark(r, "atomic");
}

// ---- instructions --------------------------------------------------------------------------------------------------------------
static uint32_t read_block_name(reader *r) {
  uint32_t b = 0;
  read_space(r);
  if (*r->at != 'b') read_fail(r, "a block is missing");
  else r->at++;
  if (read_number(r, &b) && b > 1000000) read_fail(r, "too many blocks");
  while (!r->error && r->fn->blocks.count <= b) mir_block_new(r->p, r->fn);
  return r->error ? 0 : b;
}

static void read_edges(reader *r, mir_inst *i) {
  if (read_mark(r, "!")) i->on_error = read_mark(r, "leave") ? MIR_PROPAGATE : read_block_name(r);
  if (!read_mark(r, "suspends")) return;
  i->suspends = true;
  read_number(r, &i->resume);
  if (i->resume > r->fn->resume_count) r->fn->resume_count = i->resume;
  i->saves = ARENA_ARRAY(r->a, uint32_t, r->fn->locals.count + 1);
  expect(r, "{");
  while (!r->error && !read_mark(r, "}")) {
    if (i->save_count) expect(r, ",");
    i->saves[i->save_count++] = read_local(r);
  }
}

static bool at_operand(reader *r) {
  read_space(r);
  return *r->at != '\n' && *r->at != '!' && strncmp(r->at, "suspends", 8) != 0 && strncmp(r->at, "lookup", 6) != 0;
}

static const type *type_of_inst(reader *r, const mir_inst *i) {
  if (i->dst != MIR_NONE) return r->fn->locals.items[i->dst].type;
  if (i->place) return i->place->type;
  if (i->op == MIR_QUORUM_ACCEPT && i->arg_count > 1) return i->args[1].type;
  return i->arg_count ? i->args[0].type : simple(r, TY_UNIT);
}

static mir_op find_op(const char *name) {
  for (int k = 0; k < MIR_OP_COUNT; k++)
    if (strcmp(mir_ops[k].name, name) == 0) return (mir_op)k;
  return MIR_OP_COUNT;
}

static void read_inst(reader *r, uint32_t block, mir_op op, uint32_t dst) {
  if (dst == MIR_NONE && mir_op_has(op, 'D')) read_fail(r, "a destination is missing");
  if (r->error) return;
  mir_inst i = mir_inst_make(r->p, op, dst, NULL, NULL, 0, SPAN_NONE);
  read_what(r, &i);
  if (mir_op_has(op, 'P') && read_mark(r, "[")) i.place = read_place(r);
  VEC(mir_operand) args = {0};
  while (!r->error && at_operand(r)) {
    if (args.count) expect(r, ",");
    VEC_PUSH(r->a, &args, read_operand(r));
  }
  if (r->error) return;
  i.args = args.items;
  i.arg_count = args.count;
  i.type = type_of_inst(r, &i);
  if (read_mark(r, "lookup")) read_number(r, &i.lookup);
  read_edges(r, &i);
  VEC_PUSH(r->p->arena, &r->fn->blocks.items[block].insts, i);
  end_line(r);
}

static void read_switch(reader *r, mir_term *t) {
  VEC(mir_case) cases = {0};
  t->kind = MIR_TERM_SWITCH;
  t->value = read_operand(r);
  while (!r->error && at_operand(r) && !read_mark(r, "else")) {
    char *end;
    mir_case c = {.value = (uint64_t)strtoll(r->at, &end, 10)};
    r->at = end;
    expect(r, ":");
    c.block = read_block_name(r);
    VEC_PUSH(r->a, &cases, c);
  }
  t->cases = cases.items;
  t->case_count = cases.count;
  t->else_ = at_operand(r) ? read_block_name(r) : MIR_NONE;
}

// true: the line was a terminator
static bool read_term(reader *r, uint32_t block) {
  mir_term t = {.then = MIR_NONE, .else_ = MIR_NONE};
  t.value = mir_simple_operand(MIR_OPERAND_UNIT, simple(r, TY_UNIT));
  if (read_mark(r, "jump")) {
    t.kind = MIR_TERM_JUMP;
    t.then = read_block_name(r);
  } else if (read_mark(r, "if")) {
    t.kind = MIR_TERM_BRANCH;
    t.value = read_operand(r);
    t.then = read_block_name(r);
    expect(r, "else");
    t.else_ = read_block_name(r);
  } else if (read_mark(r, "switch")) {
    read_switch(r, &t);
  } else if (read_mark(r, "return")) {
    t.kind = MIR_TERM_RETURN;
    t.value = read_operand(r);
    t.value.mode = MIR_CONSUME;
  } else if (read_mark(r, "leave")) {
    t.kind = MIR_TERM_PROPAGATE;
  } else if (read_mark(r, "unreachable")) {
    t.kind = MIR_TERM_UNREACHABLE;
  } else {
    return false;
  }
  r->fn->blocks.items[block].term = t;
  end_line(r);
  return true;
}

static void read_block(reader *r) {
  uint32_t b = read_block_name(r);
  if (!expect(r, ":")) return;
  r->fn->blocks.items[b].is_cold = read_mark(r, "cold");
  end_line(r);
  while (!r->error && !read_term(r, b)) {
    uint32_t dst = MIR_NONE;
    char name[64];
    read_space(r);
    if (*r->at == '%') {
      dst = read_local(r);
      expect(r, "=");
    }
    read_word(r, name, sizeof name);
    mir_op op = find_op(name);
    if (op == MIR_OP_COUNT) read_fail(r, "no such instruction");
    else read_inst(r, b, op, dst);
  }
}

// ---- functions -----------------------------------------------------------------------------------------------------------------
static void read_local_type(reader *r, mir_local *l) {
  l->type = simple(r, TY_UNIT);
  l->counted = true;
  if (read_mark(r, "quorum")) {
    l->kind = MIR_LOCAL_QUORUM;
  } else if (read_mark(r, "text")) {
    l->kind = MIR_LOCAL_TEXT;
    l->type = the_string(r);
    l->counted = false;
  } else if (read_mark(r, "message")) {
    l->kind = MIR_LOCAL_MSG;
    char name[128];
    const char *owner = read_name(r);
    expect(r, ".");
    read_word(r, name, sizeof name);
    if (strcmp(name, "init") == 0) l->decl = read_decl(r, owner);
    else l->fn = read_behaviour(r, owner, name);
  } else {
    l->type = read_type(r);
    l->counted = mir_type_counted(l->type);
  }
}

// param owned %1.name: Type borrowed of %0 saved
static void read_local_line(reader *r) {
  mir_local l;
  memset(&l, 0, sizeof l);
  uint32_t id, owner;
  char name[128];
  if (read_mark(r, "param")) {
    l.is_param = true;
    r->fn->param_count++;
    l.by_ref = read_mark(r, "ref");
    l.owned = read_mark(r, "owned");
  }
  expect(r, "%");
  read_number(r, &id);
  if (id != r->fn->locals.count) read_fail(r, "locals are numbered in order");
  if (*r->at == '.') {
    r->at++;
    if (read_word(r, name, sizeof name)) l.name = arena_strdup(r->a, name);
  }
  expect(r, ":");
  read_local_type(r, &l);
  l.borrowed = read_mark(r, "borrowed");
  if (read_mark(r, "of") && expect(r, "%") && read_number(r, &owner)) {
    if (!r->fn->keep) {
      r->fn->keep = ARENA_ARRAY(r->a, uint32_t, 4096);
      memset(r->fn->keep, 0xff, sizeof(uint32_t) * 4096);
    }
    if (id < 4096) r->fn->keep[id] = owner;
  }
  l.saved = read_mark(r, "saved");
  VEC_PUSH(r->p->arena, &r->fn->locals, l);
  end_line(r);
}

static bool read_kind(reader *r, mir_fn_kind *kind) {
  static const char *const kinds[] = {"fn", "constructor", "behaviour", "init", "main"};
  for (int k = 0; k < 5; k++) {
    if (!read_mark(r, kinds[k])) continue;
    *kind = (mir_fn_kind)k;
    return true;
  }
  return false;
}

static void read_flags(reader *r, mir_fn *f) {
  f->result = read_type(r);
  f->may_raise = read_mark(r, "raises");
  f->suspends = read_mark(r, "suspends");
  f->recursive = read_mark(r, "recursive");
  if (read_mark(r, "in")) mir_set_add(r->p, read_set(r), f);
  if (f->set) {
    f->set->may_raise |= f->may_raise;
    f->set->suspends |= f->suspends;
  }
  expect(r, "{");
  end_line(r);
}

static void read_fn(reader *r) {
  mir_fn_kind kind = MIR_FN_FUNCTION;
  if (!read_kind(r, &kind)) {
    read_fail(r, "a function is missing");
    return;
  }
  r->fn = find_fn(r, dotted(r));
  if (!r->fn) {
    read_fail(r, "no such function");
    return;
  }
  expect(r, "->");
  read_flags(r, r->fn);
  while (!r->error && !read_mark(r, "}")) {
    read_space(r);
    if (*r->at == 'b') read_block(r);
    else read_local_line(r);
  }
  if (!r->error) end_line(r);
}

static void bind_hir(reader *r, mir_fn *f, const char *owner, const char *name) {
  if (!owner) {
    for (uint32_t i = 0; i < r->hir->fn_count; i++)
      if (strcmp(r->hir->fns[i]->name, name) == 0) f->hir = r->hir->fns[i];
    return;
  }
  const hir_decl *d = f->decl = read_decl(r, owner);
  if (f->kind == MIR_FN_MAIN) f->hir = r->hir->main;
  for (uint32_t i = 0; d && i < d->method_count; i++)
    if (f->kind == MIR_FN_FUNCTION && strcmp(d->methods[i]->name, name) == 0) f->hir = d->methods[i];
  if (f->kind == MIR_FN_BEHAVIOUR) f->hir = read_behaviour(r, owner, name);
}

// All functions, so that calls find them.
static void declare(reader *r) {
  for (const char *line = r->begin; line && *line && !r->error; line = strchr(line, '\n')) {
    while (*line == '\n') line++;
    mir_fn_kind kind;
    r->at = line;
    if (*line == ' ' || *line == '}' || !read_kind(r, &kind)) continue;
    const char *name = dotted(r), *dot = strchr(name, '.');
    mir_fn *f = mir_fn_new(r->p, kind, name);
    bind_hir(r, f, dot ? arena_strndup(r->a, name, (size_t)(dot - name)) : NULL, dot ? dot + 1 : name);
  }
}

mir_program *mir_read(arena *a, type_table *types, const hir_program *hir, const char *text, const char **error) {
  mir_program *p = ARENA_NEW(a, mir_program);
  reader r = {.p = p, .a = a, .hir = hir, .begin = text, .at = text};
  p->arena = a;
  p->types = types;
  p->hir = hir;
  map_init(&p->by_fn, a);
  map_init(&p->by_decl, a);
  declare(&r);
  r.at = text;
  while (!r.error) {
    while (*r.at == '\n') r.at++;
    if (!*r.at) break;
    read_fn(&r);
  }
  *error = r.error;
  return r.error ? NULL : p;
}
