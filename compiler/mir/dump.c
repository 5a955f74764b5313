// dump.c — MIR as text.
#include "mir/dump.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "types/type_print.h"

static void put_local(const mir_fn *f, uint32_t l, buf *out) {
  buf_printf(out, "%%%u", l);
  if (f->locals.items[l].name) buf_printf(out, ".%s", f->locals.items[l].name);
}

// Int, F64 and `none` alone need no type.
static void put_constant_type(const type *t, type_kind usual, buf *out) {
  if (t->kind == usual) return;
  buf_addc(out, ':');
  type_print(out, t);
}

static void put_float(double f, buf *out) {
  char text[40];
  snprintf(text, sizeof text, "%.17g", f);
  buf_adds(out, text);
  if (!strpbrk(text, ".eni")) buf_adds(out, ".0");
}

static void put_operand(const mir_fn *f, const mir_operand *o, buf *out) {
  switch (o->kind) {
  case MIR_OPERAND_LOCAL:
    if (o->mode == MIR_CONSUME && f->locals.items[o->local].counted) buf_adds(out, "move ");
    put_local(f, o->local, out);
    break;
  case MIR_OPERAND_INT:
    buf_printf(out, "%" PRId64, (int64_t)o->u);
    put_constant_type(o->type, TY_I64, out);
    break;
  case MIR_OPERAND_FLOAT:
    put_float(o->f, out);
    put_constant_type(o->type, TY_F64, out);
    break;
  case MIR_OPERAND_BOOL: buf_adds(out, o->u ? "true" : "false"); break;
  case MIR_OPERAND_STR: buf_add_quoted(out, o->str.bytes, o->str.size); break;
  case MIR_OPERAND_NONE:
    buf_adds(out, "none");
    put_constant_type(o->type, TY_NONE, out);
    break;
  case MIR_OPERAND_UNIT: buf_adds(out, "()"); break;
  case MIR_OPERAND_CONST: buf_printf(out, "const %s", o->constant->name); break;
  }
}

static void put_place(const mir_fn *f, const mir_place *pl, buf *out) {
  buf_addc(out, '[');
  put_local(f, pl->base, out);
  for (uint32_t i = 0; i < pl->step_count; i++) {
    const mir_step *s = &pl->steps[i];
    const type *from = i ? pl->steps[i - 1].type : f->locals.items[pl->base].type;
    switch (s->kind) {
    case MIR_STEP_FIELD: buf_printf(out, ".%s", from->decl->fields[s->index].name); break;
    case MIR_STEP_ELEM: buf_printf(out, ".%u", s->index); break;
    case MIR_STEP_SOME: buf_adds(out, "?"); break;
    case MIR_STEP_VARIANT: buf_printf(out, ".%s.%u", s->variant->name, s->index); break;
    case MIR_STEP_INDEX:
      buf_addc(out, '(');
      put_operand(f, &s->at, out);
      buf_addc(out, ')');
      break;
    }
  }
  buf_addc(out, ']');
}

// "text {} {:format}", one {} for each operand
static void put_parts(const mir_inst *i, buf *out) {
  buf text = {0};
  for (uint32_t k = 0; k < i->aux.interp.count; k++) {
    const hir_part *p = &i->aux.interp.parts[k];
    if (!p->e) {
      for (uint32_t c = 0; c < p->text_size; c++) {
        if (p->text[c] == '{' || p->text[c] == '}') buf_addc(&text, p->text[c]);
        buf_addc(&text, p->text[c]);
      }
    } else if (p->format) {
      buf_printf(&text, "{:%s}", p->format);
    } else {
      buf_adds(&text, "{}");
    }
  }
  buf_addc(out, ' ');
  buf_add_quoted(out, buf_text(&text), text.size);
  buf_fini(&text);
}

static void put_what(const mir_inst *i, buf *out) {
  switch ((int)i->op) {
  case MIR_CALL:
    if (i->aux.call.callee) buf_printf(out, " %s", i->aux.call.callee->name);
    else buf_printf(out, " %s", i->aux.call.fn->symbol ? i->aux.call.fn->symbol : i->aux.call.fn->name);
    break;
  case MIR_CLOSURE: buf_printf(out, " %s", i->aux.closure.body->name); break;
  case MIR_CALL_INDIRECT:
    buf_addc(out, ' ');
    buf_add_quoted(out, i->aux.set->name, (uint32_t)strlen(i->aux.set->name));
    break;
  case MIR_NEW:
  case MIR_STRUCT: buf_printf(out, " %s", i->aux.make.decl->name); break;
  case MIR_IS_CLASS: buf_printf(out, " %s", i->aux.object->decl->name); break;
  case MIR_VARIANT: buf_printf(out, " %s.%s", i->aux.make.decl->name, i->aux.make.variant->name); break;
  case MIR_MSG: break; // its local says which
  case MIR_SPAWN: buf_printf(out, " %s", i->aux.spawn->decl->name); break;
  case MIR_SPAWN_IN: buf_printf(out, " %s #%u", i->aux.spawn->decl->name, i->aux.spawn->part); break;
  case MIR_ERR_IS: buf_printf(out, " %s", i->aux.decl->name); break;
  case MIR_INTERP: put_parts(i, out); break;
  case MIR_TOPOLOGY:
  case MIR_TOPOLOGY_GIVE:
  case MIR_NEIGHBORS:
  case MIR_ARRAY:
  case MIR_MAP:
  case MIR_ERR_CATCHABLE:
  case MIR_RAISE: buf_printf(out, " #%" PRIu64, i->aux.u); break;
  case MIR_CONVERT:
    if (i->aux.wrap) buf_adds(out, " wrap");
    break;
  default: break;
  }
  if (i->on_stack) buf_adds(out, " stack");
  if (i->atomic) buf_adds(out, " atomic");
}

static void put_edges(const mir_fn *f, const mir_inst *i, buf *out) {
  if (i->on_error == MIR_PROPAGATE) buf_adds(out, "  ! leave");
  else if (i->on_error != MIR_NO_ERROR) buf_printf(out, "  ! b%u", i->on_error);
  if (!i->suspends) return;
  buf_printf(out, "  suspends %u {", i->resume);
  for (uint32_t k = 0; k < i->save_count; k++) {
    if (k) buf_adds(out, ", ");
    put_local(f, i->saves[k], out);
  }
  buf_addc(out, '}');
}

static void put_inst(const mir_fn *f, const mir_inst *i, buf *out) {
  buf_adds(out, "    ");
  if (i->dst != MIR_NONE) {
    put_local(f, i->dst, out);
    buf_adds(out, " = ");
  }
  buf_adds(out, mir_ops[i->op].name);
  put_what(i, out);
  if (i->place) {
    buf_addc(out, ' ');
    put_place(f, i->place, out);
  }
  for (uint32_t a = 0; a < i->arg_count; a++) {
    buf_adds(out, a ? ", " : " ");
    put_operand(f, &i->args[a], out);
  }
  if (i->lookup) buf_printf(out, " lookup %u", i->lookup);
  put_edges(f, i, out);
  buf_addc(out, '\n');
}

static void put_term(const mir_fn *f, const mir_term *t, buf *out) {
  buf_adds(out, "    ");
  switch (t->kind) {
  case MIR_TERM_NONE: buf_adds(out, "(open)"); break;
  case MIR_TERM_JUMP: buf_printf(out, "jump b%u", t->then); break;
  case MIR_TERM_BRANCH:
    buf_adds(out, "if ");
    put_operand(f, &t->value, out);
    buf_printf(out, " b%u else b%u", t->then, t->else_);
    break;
  case MIR_TERM_SWITCH:
    buf_adds(out, "switch ");
    put_operand(f, &t->value, out);
    for (uint32_t i = 0; i < t->case_count; i++)
      buf_printf(out, " %" PRId64 ": b%u", (int64_t)t->cases[i].value, t->cases[i].block);
    if (t->else_ != MIR_NONE) buf_printf(out, " else b%u", t->else_);
    break;
  case MIR_TERM_RETURN:
    buf_adds(out, "return ");
    put_operand(f, &t->value, out);
    break;
  case MIR_TERM_PROPAGATE: buf_adds(out, "leave"); break;
  case MIR_TERM_UNREACHABLE: buf_adds(out, "unreachable"); break;
  }
  buf_addc(out, '\n');
}

static void put_message(const hir_fn *fn, const hir_decl *decl, buf *out) {
  if (fn) buf_printf(out, "message %s.%s", fn->owner ? fn->owner->name : "", fn->name);
  else buf_printf(out, "message %s.init", decl->name);
}

static void put_locals(const mir_fn *f, buf *out) {
  for (uint32_t l = 0; l < f->locals.count; l++) {
    const mir_local *x = &f->locals.items[l];
    buf_adds(out, "    ");
    if (x->is_param) buf_adds(out, x->by_ref ? "param ref " : x->owned ? "param owned " : "param ");
    put_local(f, l, out);
    buf_adds(out, ": ");
    if (x->kind == MIR_LOCAL_MSG) put_message(x->fn, x->decl, out);
    else if (x->kind == MIR_LOCAL_QUORUM) buf_adds(out, "quorum");
    else if (x->kind == MIR_LOCAL_TEXT) buf_adds(out, "text");
    else type_print(out, x->type);
    if (x->borrowed) buf_adds(out, " borrowed");
    if (f->keep && f->keep[l] != MIR_NONE) buf_printf(out, " of %%%u", f->keep[l]);
    if (x->saved) buf_adds(out, " saved");
    buf_addc(out, '\n');
  }
}

void mir_dump_fn(buf *out, const mir_fn *f) {
  static const char *const kinds[] = {"fn", "constructor", "behaviour", "init", "main"};
  buf_printf(out, "%s %s -> ", kinds[f->kind], f->name);
  type_print(out, f->result);
  if (f->may_raise) buf_adds(out, " raises");
  if (f->suspends) buf_adds(out, " suspends");
  if (f->recursive) buf_adds(out, " recursive");
  if (f->set) {
    buf_adds(out, " in ");
    buf_add_quoted(out, f->set->name, (uint32_t)strlen(f->set->name));
  }
  buf_adds(out, " {\n");
  put_locals(f, out);
  for (uint32_t b = 0; b < f->blocks.count; b++) {
    const mir_block *x = &f->blocks.items[b];
    buf_printf(out, "  b%u:%s\n", b, x->is_cold ? " cold" : "");
    for (uint32_t i = 0; i < x->insts.count; i++) put_inst(f, &x->insts.items[i], out);
    put_term(f, &x->term, out);
  }
  buf_adds(out, "}\n");
}

void mir_dump(buf *out, const mir_program *p) {
  for (uint32_t i = 0; i < p->fns.count; i++) {
    if (i) buf_addc(out, '\n');
    mir_dump_fn(out, p->fns.items[i]);
  }
}
