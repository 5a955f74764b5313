// emit_fn.c — one function: its head, locals, blocks, frame and ways out.
// Owns:     the order of the parts. Blocks keep the order of the MIR; a label is written only if something goes to it.
// Promises: every path out of a suspending function frees its frame; saves are restored before the operation is called again,
//           operands that were not saved are zero then.
#include <string.h>

#include "emit/fn.h"

static bool is_unit(const type *t) { return t->kind == TY_UNIT || t->kind == TY_NEVER; }

static bool is_behaviour(const mir_fn *f) {
  return f->kind == MIR_FN_BEHAVIOUR || f->kind == MIR_FN_INIT || f->kind == MIR_FN_MAIN;
}

static const char *local_c_type(emitter *e, const mir_local *l, const char *name) {
  switch (l->kind) {
  case MIR_LOCAL_MSG: return emit_f(e, "ag_msg *%s", name);
  case MIR_LOCAL_QUORUM: return emit_f(e, "ag_quorum *%s", name);
  case MIR_LOCAL_TEXT: return emit_f(e, "ag_text %s", name);
  case MIR_LOCAL_VALUE: break;
  }
  ctype *ct = ctype_of(e, l->type);
  return c_decl(e, ct, l->by_ref ? emit_f(e, "*%s", name) : name);
}

static const char *local_name(emitter *e, const mir_fn *f, uint32_t i) {
  const char *name = f->locals.items[i].name;
  return name ? emit_f(e, "l%u_%s", i, name) : emit_f(e, "l%u", i);
}

// ---- heads ------------------------------------------------------------------------------------------------------
static void head(emitter *e, const mir_fn *f, buf *b, const char *name) {
  if (is_behaviour(f)) {
    buf_printf(b, "static int %s(ag_cx *cx, ag_agent *%s, ag_msg *m, ag_frame **fp)", name, local_name(e, f, 0));
    return;
  }
  if (f->suspends) buf_printf(b, "static int %s(ag_cx *cx, ag_frame **fp", name);
  else if (is_unit(f->result)) buf_printf(b, "static void %s(ag_cx *cx", name);
  else buf_printf(b, "static %s", c_decl(e, ctype_of(e, f->result), emit_f(e, "%s(ag_cx *cx", name)));
  if (f->suspends && !is_unit(f->result)) buf_printf(b, ", %s", c_decl(e, ctype_of(e, f->result), "*out"));
  for (uint32_t i = 0; i < f->param_count; i++)
    buf_printf(b, ", %s",
               f->set && i == 0 ? "void *object" : local_c_type(e, &f->locals.items[i], local_name(e, f, i)));
  buf_adds(b, ")");
}

void emit_prototype(emitter *e, const mir_fn *f, buf *b) {
  buf line = {0};
  head(e, f, &line, map_get(&e->fn_names, f));
  buf_printf(b, "%s;\n", line.data);
  buf_fini(&line);
}

// ---- lines ------------------------------------------------------------------------------------------------------
void line(fn *s, span at) {
  uint32_t n = line_of(s->e, at);
  if (n == 0 || (n == s->line && at.file == s->file)) return;
  const source *src = source_of(s->e->sources, at.file);
  if (at.file == s->file) {
    put(s, "#line %u\n", n);
  } else {
    put(s, "#line %u ", n);
    emit_text_literal(s->b, src->name, (uint32_t)strlen(src->name));
    put(s, "\n");
  }
  s->line = n;
  s->file = at.file;
}

// ---- instructions and terminators -----------------------------------------------------------------------------------
void inst_emit(fn *s, const mir_inst *in) {
  bool fold = fold_before(s, in);
  if (!fold) line(s, in->span);
  if (in->op == MIR_ASK) put(s, "  %s = NULL;\n", s->names[in->dst]); // the first call makes it
  check_before(s, in);
  if (in->suspends) put(s, "r%u:;\n", in->resume);
  if (!inst_arith(s, in) && !inst_value(s, in) && !inst_data(s, in) && !inst_text(s, in) && !inst_map(s, in) &&
      !inst_agent(s, in))
    inst_call(s, in);
  check_after(s, in);
  s->fold_dst = MIR_NONE;
}

static void leave(fn *s, const char *status) {
  if (s->frame) put(s, "  frame_drop(cx, fp);\n");
  put(s, "  return %s;\n", status);
}

static void leave_with(fn *s, const mir_operand *value) {
  const mir_fn *f = s->f;
  if (s->behaviour) {
    leave(s, "AG_DONE");
  } else if (f->suspends) {
    if (!is_unit(f->result)) put(s, "  *out = %s;\n", operand_of(s, value, ctype_of(s->e, f->result)));
    leave(s, "AG_DONE");
  } else if (is_unit(f->result)) {
    put(s, "  return;\n");
  } else {
    put(s, "  return %s;\n", operand_of(s, value, ctype_of(s->e, f->result)));
  }
}

static void leave_nothing(fn *s) {
  const mir_fn *f = s->f;
  if (s->behaviour || f->suspends) {
    leave(s, "AG_FAILED");
    return;
  }
  ctype *ct = ctype_of(s->e, f->result);
  if (is_unit(f->result)) put(s, "  return;\n");
  else if (ct->rep == REP_STRUCT || ct->type->kind == TY_RANGE) put(s, "  return (%s){0};\n", ct->c);
  else put(s, "  return 0;\n");
}

static void jump(fn *s, uint32_t block, uint32_t next) {
  if (block == next) return;
  put(s, "  ");
  goto_block(s, block);
}

// Without the parentheses that a folded expression has.
static const char *condition(fn *s, const mir_operand *o) {
  const char *raw = mir_is_local(o) ? s->folds[o->local].raw : NULL;
  return raw ? raw : operand(s, o);
}

static void switch_(fn *s, const mir_term *t, uint32_t next) {
  put(s, "  switch (%s) {\n", operand(s, &t->value));
  uint32_t last = t->else_ == MIR_NONE && t->case_count > 0 ? t->case_count - 1 : t->case_count;
  for (uint32_t i = 0; i < last; i++) {
    put(s, "  case %lld:\n  ", (long long)t->cases[i].value);
    goto_block(s, t->cases[i].block);
  }
  put(s, "  default: break;\n  }\n");
  jump(s, t->else_ == MIR_NONE ? t->cases[last].block : t->else_, next);
}

static void terminator(fn *s, const mir_term *t, uint32_t next) {
  switch (t->kind) {
  case MIR_TERM_JUMP: jump(s, t->then, next); return;
  case MIR_TERM_BRANCH: {
    const char *c = operand(s, &t->value);
    if (t->then == next) {
      put(s, "  if (!%s) ", c);
      goto_block(s, t->else_);
    } else {
      put(s, "  if (%s) ", condition(s, &t->value));
      goto_block(s, t->then);
      jump(s, t->else_, next);
    }
    return;
  }
  case MIR_TERM_SWITCH: switch_(s, t, next); return;
  case MIR_TERM_RETURN: leave_with(s, &t->value); return;
  case MIR_TERM_PROPAGATE:
    s->fail_used = true;
    put(s, "  goto fail;\n");
    return;
  case MIR_TERM_NONE:
  case MIR_TERM_UNREACHABLE: leave_nothing(s); return;
  }
}

// ---- suspension -------------------------------------------------------------------------------------------------
static void each_suspension(fn *s, void (*visit)(fn *s, const mir_inst *in)) {
  for (uint32_t i = 0; i < s->f->blocks.count; i++)
    for (uint32_t k = 0; k < s->f->blocks.items[i].insts.count; k++)
      if (s->f->blocks.items[i].insts.items[k].suspends) visit(s, &s->f->blocks.items[i].insts.items[k]);
}

static void frame_struct(fn *s, const char *name) {
  emitter *e = s->e;
  s->frame = emit_f(e, "struct fr_%s", name);
  buf body = {0};
  for (uint32_t i = 0; i < s->f->locals.count; i++)
    if (s->f->locals.items[i].saved) buf_printf(&body, "  %s;\n", local_c_type(e, &s->f->locals.items[i], s->names[i]));
  buf_printf(&e->types, "%s {\n  ag_frame h;\n%s};\n", s->frame, buf_text(&body));
  buf_fini(&body);
}

static bool is_saved(const mir_inst *in, uint32_t local) {
  for (uint32_t i = 0; i < in->save_count; i++)
    if (in->saves[i] == local) return true;
  return false;
}

static void put_zero(fn *s, uint32_t local, const char *indent) {
  const mir_local *l = local_of(s, local);
  ctype *ct = ctype_of(s->e, l->type);
  bool value = l->kind == MIR_LOCAL_VALUE && (ct->rep == REP_STRUCT || ct->type->kind == TY_RANGE);
  const char *c = l->kind == MIR_LOCAL_TEXT ? "ag_text" : ct->c;
  s->written[local] = true;
  if (value || l->kind == MIR_LOCAL_TEXT) put(s, "%s%s = (%s){0};\n", indent, s->names[local], c);
  else put(s, "%s%s = 0;\n", indent, s->names[local]);
}

static void forget(fn *s, const mir_inst *in, uint32_t local) {
  const mir_local *l = local_of(s, local);
  if (l->by_ref || (s->saves_all ? l->saved : is_saved(in, local))) return;
  if (s->behaviour && local == 0) return; // self comes anew with every entry
  put_zero(s, local, "      ");
}

static void restore_local(fn *s, uint32_t local) {
  s->written[local] = true;
  put(s, "      %s = fr->%s;\n", s->names[local], s->names[local]);
}

static void save_local(fn *s, uint32_t local) {
  s->read[local] = true;
  put(s, "  fr->%s = %s;\n", s->names[local], s->names[local]);
}

static void each_saved(fn *s, void (*visit)(fn *s, uint32_t local)) {
  for (uint32_t i = 0; i < s->f->locals.count; i++)
    if (s->f->locals.items[i].saved) visit(s, i);
}

static void restore(fn *s, const mir_inst *in) {
  put(s, "    case %u:\n", in->resume);
  for (uint32_t i = 0; i < in->save_count && !s->saves_all; i++) restore_local(s, in->saves[i]);
  for (uint32_t i = 0; i < in->arg_count; i++)
    if (mir_is_local(&in->args[i])) forget(s, in, in->args[i].local);
  if (in->place) forget(s, in, in->place->base);
  put(s, "      goto r%u;\n", in->resume);
}

static void save_frame(fn *s, const char *state) {
  put(s, "  fr = (%s *)frame_get(cx, fp, sizeof(%s));\n  fr->h.state = %s;\n", s->frame, s->frame, state);
  if (s->calls_suspending) put(s, "  fr->h.child = child;\n");
}

static void save(fn *s, const mir_inst *in) {
  put(s, "s%u:\n", in->resume);
  if (s->saves_all) {
    put(s, "  state = %u;\n  goto save;\n", in->resume);
    return;
  }
  save_frame(s, text(s, "%u", in->resume));
  for (uint32_t i = 0; i < in->save_count; i++) save_local(s, in->saves[i]);
  put(s, "  return AG_SUSPENDED;\n");
}

static void save_all(fn *s) {
  put(s, "save:\n");
  save_frame(s, "state");
  each_saved(s, save_local);
  put(s, "  return AG_SUSPENDED;\n");
}

// The arguments of a behaviour are in its message; the object of a function called through a value has another type in C.
static bool is_c_parameter(const fn *s, uint32_t local) {
  if (s->behaviour) return local == 0;
  return local < s->f->param_count && !(s->f->set && local == 0);
}

// What is not live yet is saved too, and must have a value.
static void zero_local(fn *s, uint32_t local) {
  if (!is_c_parameter(s, local)) put_zero(s, local, "  ");
}

// Saving per point what is live there costs points times locals; past this it is one list for all.
static bool too_many_saves(fn *s) {
  enum { MANY_SAVES = 200 };
  uint32_t total = 0;
  for (uint32_t i = 0; i < s->f->blocks.count; i++)
    for (uint32_t k = 0; k < s->f->blocks.items[i].insts.count; k++)
      if (s->f->blocks.items[i].insts.items[k].suspends) total += s->f->blocks.items[i].insts.items[k].save_count;
  return total > MANY_SAVES;
}

// ---- the whole ----------------------------------------------------------------------------------------------------
static void declare_locals(fn *s, buf *out) {
  const mir_fn *f = s->f;
  for (uint32_t i = 0; i < f->locals.count; i++) {
    bool is_c_param = is_c_parameter(s, i);
    if (!is_c_param && (s->read[i] || s->written[i]))
      buf_printf(out, "  %s;\n", local_c_type(s->e, &f->locals.items[i], s->names[i]));
  }
  buf_add(out, s->objects.data, s->objects.size);
  buf_fini(&s->objects);
  for (uint32_t i = 1; i <= s->lookups; i++) buf_printf(out, "  void *at_%u = NULL;\n", i);
  if (s->frame) buf_printf(out, "  %s *fr;\n", s->frame);
  if (s->steps) buf_adds(out, "  int step;\n");
  if (s->saves_all) buf_adds(out, "  uint32_t state;\n");
  if (s->calls_suspending) buf_adds(out, "  ag_frame *child = NULL;\n");
  buf_adds(out, "  (void)cx;\n");
  if (s->behaviour) buf_adds(out, "  (void)m;\n  (void)fp;\n");
  if (f->set) buf_adds(out, "  (void)object;\n");
  if (f->set && f->suspends && !s->frame) buf_adds(out, "  (void)fp;\n");
  // By address: what has not been set yet is not to be looked at, and a Bool that is neither would be noticed.
  for (uint32_t i = 0; i < f->locals.count; i++) {
    bool is_c_param = is_c_parameter(s, i);
    if (!s->read[i] && (is_c_param || s->written[i])) buf_printf(out, "  (void)&%s;\n", s->names[i]);
  }
}

// First entry of a behaviour: the arguments leave the message.
static void unpack(fn *s) {
  const mir_fn *f = s->f;
  if (f->kind == MIR_FN_MAIN) {
    if (f->param_count > 1) put(s, "  %s = ((struct ag_main_msg *)m)->args;\n", s->names[1]);
    else put(s, "  ag_release(cx, ((struct ag_main_msg *)m)->args);\n");
    if (f->param_count > 1) s->written[1] = true;
    return;
  }
  if (f->param_count <= 1) return;
  const char *c_struct = message_struct(s->e, f->kind == MIR_FN_INIT ? NULL : f->hir, f->decl);
  for (uint32_t i = 1; i < f->param_count; i++) {
    s->written[i] = true;
    put(s, "  %s = ((%s *)m)->a%u;\n", s->names[i], c_struct, i - 1);
    check_received(s, i);
  }
}

static void entry(fn *s) {
  if (s->frame) {
    put(s, "  if (*fp) {\n    fr = (%s *)*fp;\n", s->frame);
    if (s->calls_suspending) put(s, "    child = fr->h.child;\n");
    if (s->saves_all) each_saved(s, restore_local);
    put(s, "    switch (fr->h.state) {\n");
    each_suspension(s, restore);
    put(s, "    default: break;\n    }\n  }\n");
    if (s->saves_all) each_saved(s, zero_local);
  }
  if (s->behaviour) unpack(s);
  if (s->f->set && s->read[0]) {
    s->written[0] = true;
    put(s, "  %s = object;\n", s->names[0]);
  }
}

static void blocks(fn *s, buf *bodies) {
  for (uint32_t i = 0; i < s->f->blocks.count; i++) {
    const mir_block *b = &s->f->blocks.items[i];
    s->b = &bodies[i];
    s->line = 0; // what stands before is not known here
    for (uint32_t k = 0; k < b->insts.count; k++) {
      const mir_inst *in = &b->insts.items[k];
      uint32_t table = inst_table(s, in, b->insts.count - k);
      if (table > 0) k += table - 1;
      else if (inst_print_built(s, in, b->insts.count - k)) k += 2;
      else inst_emit(s, in);
    }
    fold_before_term(s, &b->term);
    terminator(s, &b->term, i + 1);
  }
}

static void assemble(fn *s, const char *name) {
  emitter *e = s->e;
  const mir_fn *f = s->f;
  buf *bodies = ARENA_ARRAY(e->arena, buf, f->blocks.count);
  buf first = {0}, begin = {0}, end = {0}, declarations = {0};
  s->b = &first;
  line(s, f->span);
  blocks(s, bodies);
  s->b = &begin;
  entry(s);
  s->b = &end;
  if (s->fail_used) {
    put(s, "fail:\n");
    leave_nothing(s);
  }
  if (s->frame) each_suspension(s, save);
  if (s->saves_all) save_all(s);
  declare_locals(s, &declarations);
  s->b = &e->code;
  buf_add(s->b, first.data, first.size);
  head(e, f, &e->code, name);
  put(s, " {\n%s%s", buf_text(&declarations), buf_text(&begin));
  for (uint32_t i = 0; i < f->blocks.count; i++) {
    if (s->label_used[i]) put(s, "b%u:;\n", i);
    buf_add(&e->code, bodies[i].data, bodies[i].size);
    buf_fini(&bodies[i]);
  }
  put(s, "%s}\n", buf_text(&end));
  buf_fini(&first);
  buf_fini(&begin);
  buf_fini(&end);
  buf_fini(&declarations);
}

static bool any_suspension(const mir_fn *f) {
  for (uint32_t i = 0; i < f->blocks.count; i++)
    for (uint32_t k = 0; k < f->blocks.items[i].insts.count; k++)
      if (f->blocks.items[i].insts.items[k].suspends) return true;
  return false;
}

void emit_function(emitter *e, const mir_fn *f) {
  fn s = {.e = e, .f = f, .behaviour = is_behaviour(f)};
  uint32_t n = f->locals.count + 1;
  s.names = ARENA_ARRAY(e->arena, const char *, n);
  s.read = ARENA_ARRAY(e->arena, bool, n);
  s.written = ARENA_ARRAY(e->arena, bool, n);
  s.label_used = ARENA_ARRAY(e->arena, bool, f->blocks.count + 1);
  for (uint32_t i = 0; i < f->locals.count; i++) s.names[i] = local_name(e, f, i);
  fold_init(&s);
  const char *name = map_get(&e->fn_names, f);
  if (any_suspension(f)) {
    e->helpers |= HELPER_FRAME;
    frame_struct(&s, name + 2);
    s.saves_all = too_many_saves(&s);
  }
  assemble(&s, name);
}
