// hir_dump.c — the typed tree as indented text, one operation a line where it has parts that are blocks.
// Owns:     the text form; it is for people and tests and is not read back.
#include "hir/hir_dump.h"

#include <inttypes.h>
#include <string.h>

#include "types/type_print.h"

typedef struct dumper {
  buf *out;
  int depth;
} dumper;

static void dump_expr(dumper *d, const hir_expr *e);

static const char *const op_names[] = {
    [OP_ADD] = "+",        [OP_SUB] = "-",       [OP_MUL] = "*",       [OP_DIV] = "/",    [OP_MOD] = "%",
    [OP_ADD_WRAP] = "+%",  [OP_SUB_WRAP] = "-%", [OP_MUL_WRAP] = "*%", [OP_BITAND] = "&", [OP_BITOR] = "|",
    [OP_BITXOR] = "^",     [OP_SHL] = "<<",      [OP_SHR] = ">>",      [OP_EQ] = "==",    [OP_NE] = "!=",
    [OP_LT] = "<",         [OP_LE] = "<=",       [OP_GT] = ">",        [OP_GE] = ">=",    [OP_COMPARE] = "cmp",
    [OP_HASH_OF] = "hash", [OP_AND] = "and",     [OP_OR] = "or",       [OP_NEG] = "neg",  [OP_NOT] = "not",
    [OP_BITNOT] = "~",     [OP_RANGE] = "..",
};

static void newline(dumper *d) {
  buf_addc(d->out, '\n');
  for (int i = 0; i < d->depth; i++) buf_adds(d->out, "  ");
}

static void dump_type(dumper *d, const type *t) {
  buf_adds(d->out, ": ");
  type_print(d->out, t);
}

static void dump_var(dumper *d, const hir_var *v) { buf_printf(d->out, "%s#%" PRIu32, v->name, v->id); }

static void dump_list(dumper *d, const hir_list *l) {
  buf_addc(d->out, '(');
  for (uint32_t i = 0; i < l->count; i++) {
    if (i) buf_adds(d->out, ", ");
    dump_expr(d, l->items[i]);
  }
  buf_addc(d->out, ')');
}

static void dump_pat(dumper *d, const hir_pat *p);

static void dump_subs(dumper *d, const hir_pat *p, const char *separator) {
  for (uint32_t i = 0; i < p->sub_count; i++) {
    if (i) buf_adds(d->out, separator);
    dump_pat(d, p->subs[i]);
  }
}

static void dump_pat(dumper *d, const hir_pat *p) {
  switch (p->kind) {
  case PAT_WILD: buf_addc(d->out, '_'); return;
  case PAT_BIND:
    dump_var(d, p->var);
    dump_type(d, p->var->type);
    return;
  case PAT_LITERAL: dump_expr(d, p->value); return;
  case PAT_NONE: buf_adds(d->out, "none"); return;
  case PAT_SOME: buf_adds(d->out, "some("); break;
  case PAT_VARIANT: buf_printf(d->out, "%s.%s(", p->decl->name, p->variant->name); break;
  case PAT_TUPLE: buf_addc(d->out, '('); break;
  case PAT_FIELDS:
  case PAT_ERROR: buf_printf(d->out, "%s(", p->decl->name); break;
  case PAT_OBJECT: buf_adds(d->out, "object("); break;
  case PAT_OR: dump_subs(d, p, " | "); return;
  }
  dump_subs(d, p, ", ");
  buf_addc(d->out, ')');
}

static void dump_block(dumper *d, const hir_expr *e) {
  if (e->block.recover) buf_adds(d->out, "recover ");
  buf_addc(d->out, '{');
  d->depth++;
  for (uint32_t i = 0; i < e->block.count; i++) {
    newline(d);
    dump_expr(d, e->block.stmts[i]);
  }
  if (e->block.result) {
    newline(d);
    buf_adds(d->out, "=> ");
    dump_expr(d, e->block.result);
  }
  d->depth--;
  newline(d);
  buf_addc(d->out, '}');
}

static void dump_arms(dumper *d, const hir_expr *e) {
  buf_adds(d->out, " {");
  d->depth++;
  for (uint32_t i = 0; i < e->match.count; i++) {
    const hir_arm *arm = &e->match.arms[i];
    newline(d);
    dump_pat(d, arm->pat);
    if (arm->guard) {
      buf_adds(d->out, " if ");
      dump_expr(d, arm->guard);
    }
    buf_adds(d->out, " => ");
    dump_expr(d, arm->body);
  }
  d->depth--;
  newline(d);
  buf_addc(d->out, '}');
}

static void dump_interp(dumper *d, const hir_expr *e) {
  buf_adds(d->out, "interp(");
  for (uint32_t i = 0; i < e->interp.count; i++) {
    const hir_part *part = &e->interp.parts[i];
    if (i) buf_adds(d->out, ", ");
    if (!part->e) {
      buf_add_quoted(d->out, part->text, part->text_size);
      continue;
    }
    dump_expr(d, part->e);
    if (part->spec) buf_printf(d->out, " %c width %d precision %d", part->spec, part->width, part->precision);
  }
  buf_addc(d->out, ')');
}

static void dump_options(dumper *d, int64_t capacity, int64_t high, int64_t low, int full, int priority) {
  if (capacity >= 0) buf_printf(d->out, " capacity %" PRId64, capacity);
  if (high >= 0) buf_printf(d->out, " high %" PRId64, high);
  if (low >= 0) buf_printf(d->out, " low %" PRId64, low);
  if (full >= 0) buf_printf(d->out, " full %d", full);
  if (priority >= 0) buf_printf(d->out, " priority %d", priority);
}

static void dump_send(dumper *d, const hir_expr *e, const char *word) {
  buf_adds(d->out, word);
  if (e->send.delay) {
    dump_expr(d, e->send.delay);
    buf_adds(d->out, " signal ");
  }
  dump_expr(d, e->send.target);
  buf_printf(d->out, ".%s", e->send.fn ? e->send.fn->name : "?");
  dump_list(d, &e->send.args);
}

static void dump_call(dumper *d, const hir_expr *e) {
  if (e->call.receiver) {
    dump_expr(d, e->call.receiver);
    buf_addc(d->out, '.');
  }
  buf_adds(d->out, e->call.fn->name);
  if (e->call.targ_count) {
    buf_addc(d->out, '[');
    for (uint32_t i = 0; i < e->call.targ_count; i++) {
      if (i) buf_adds(d->out, ", ");
      type_print(d->out, e->call.targs[i]);
    }
    buf_addc(d->out, ']');
  }
  dump_list(d, &e->call.args);
}

static void dump_quorum(dumper *d, const hir_expr *e) {
  buf_adds(d->out, "quorum ");
  if (e->quorum.need_kind == 0) dump_expr(d, e->quorum.need);
  else buf_printf(d->out, "%" PRId64, e->quorum.need_kind);
  buf_adds(d->out, " of ");
  dump_expr(d, e->quorum.group);
  buf_printf(d->out, ".%s", e->quorum.fn->name);
  dump_list(d, &e->quorum.args);
  if (e->quorum.where) {
    buf_adds(d->out, " where ");
    dump_var(d, e->quorum.where_var);
    buf_adds(d->out, " => ");
    dump_expr(d, e->quorum.where);
  }
  if (e->quorum.within) {
    buf_adds(d->out, " within ");
    dump_expr(d, e->quorum.within);
  }
}

// `word a mid b` — the operations with one or two operands and a keyword.
static void dump_words(dumper *d, const char *word, const hir_expr *a, const char *mid, const hir_expr *b) {
  buf_adds(d->out, word);
  if (a) dump_expr(d, a);
  buf_adds(d->out, mid);
  if (b) dump_expr(d, b);
}

static void dump_topology(dumper *d, const hir_expr *e) {
  static const char *const words[] = {"begin",   "number", "group", "put",     "init",   "start",     "node",
                                      "members", "grow",   "add",   "discard", "shrink", "neighbors", "neighbor"};
  buf_printf(d->out, "topology_%s(", words[e->topology.op]);
  if (e->topology.object) dump_words(d, "", e->topology.object, ", ", NULL);
  buf_printf(d->out, "%u)", e->topology.index);
  dump_list(d, &e->topology.args);
}

static void dump_leaf(dumper *d, const hir_expr *e) {
  if (e->kind == HIR_INT) {
    if (e->type->kind >= TY_U8 && e->type->kind <= TY_U64) buf_printf(d->out, "%" PRIu64, e->u);
    else buf_printf(d->out, "%" PRId64, (int64_t)e->u);
  } else if (e->kind == HIR_FLOAT) {
    buf_printf(d->out, "%.17g", e->f);
  } else if (e->kind == HIR_CONST) {
    buf_printf(d->out, "const %s", e->constant->name);
  } else if (e->kind == HIR_STR) {
    buf_add_quoted(d->out, e->str.bytes, e->str.size);
    return;
  } else if (e->kind == HIR_LOCAL) {
    if (e->local.use == USE_MOVE) buf_adds(d->out, "move ");
    if (e->local.use == USE_LOOK) buf_addc(d->out, '&');
    dump_var(d, e->local.var);
    return;
  } else {
    buf_adds(d->out, e->kind == HIR_BOOL ? (e->b ? "true" : "false") : hir_kind_name(e->kind));
    if (e->kind != HIR_NONE) return;
  }
  dump_type(d, e->type);
}

static void dump_member(dumper *d, const hir_expr *e) {
  const type *t = e->member.object->type;
  dump_expr(d, e->member.object);
  bool named = e->kind == HIR_FIELD && t->decl && e->member.index < t->decl->field_count;
  if (named) buf_printf(d->out, ".%s", t->decl->fields[e->member.index].name);
  else buf_printf(d->out, ".%" PRIu32, e->member.index);
}

static void dump_for(dumper *d, const hir_expr *e) {
  static const char *const kinds[] = {"range", "array", "drain", "map", "set", "chars", "bytes"};
  buf_printf(d->out, "for %s ", kinds[e->for_.kind]);
  dump_pat(d, e->for_.pat);
  dump_words(d, " in ", e->for_.iter, " ", e->for_.body);
}

static void dump_make(dumper *d, const hir_expr *e) {
  buf_printf(d->out, e->kind == HIR_VARIANT ? "%s.%s" : "new %s", e->make.decl->name,
             e->kind == HIR_VARIANT ? e->make.variant->name : "");
  dump_list(d, &e->make.args);
  dump_type(d, e->type);
}

static void dump_closure(dumper *d, const hir_expr *e) {
  const hir_fn *f = e->closure.fn;
  buf_printf(d->out, "closure %s", e->closure.decl->name);
  dump_list(d, &e->closure.captures);
  buf_adds(d->out, " |");
  for (uint32_t i = 0; i < f->param_count; i++) {
    if (i) buf_adds(d->out, ", ");
    dump_var(d, f->params[i]);
  }
  buf_adds(d->out, "| ");
  dump_expr(d, f->body);
  dump_type(d, e->type);
}

static void dump_typed(dumper *d, const char *word, const hir_expr *e) {
  dump_words(d, word, e->unary.e, ")", NULL);
  dump_type(d, e->type);
}

static void dump_expr(dumper *d, const hir_expr *e) {
  switch (e->kind) {
  case HIR_ERROR:
  case HIR_INT:
  case HIR_FLOAT:
  case HIR_BOOL:
  case HIR_STR:
  case HIR_NONE:
  case HIR_UNIT:
  case HIR_CONST:
  case HIR_LOCAL:
  case HIR_BREAK:
  case HIR_CONTINUE:
  case HIR_STOP: dump_leaf(d, e); return;
  case HIR_FIELD:
  case HIR_ELEM: dump_member(d, e); return;
  case HIR_INDEX:
    dump_words(d, "", e->binary.a, "[", e->binary.b);
    buf_addc(d->out, ']');
    return;
  case HIR_UNARY:
    buf_printf(d->out, "%s(", op_names[e->unary.op]);
    dump_words(d, "", e->unary.e, ")", NULL);
    return;
  case HIR_BINARY:
    dump_words(d, "(", e->binary.a, " ", NULL);
    buf_printf(d->out, "%s ", op_names[e->binary.op]);
    dump_words(d, "", e->binary.b, ")", NULL);
    return;
  case HIR_CALL:
    dump_call(d, e);
    dump_type(d, e->type);
    return;
  case HIR_CALL_VALUE:
    dump_expr(d, e->call.receiver);
    dump_list(d, &e->call.args);
    dump_type(d, e->type);
    return;
  case HIR_CLOSURE: dump_closure(d, e); return;
  case HIR_NEW:
  case HIR_VARIANT: dump_make(d, e); return;
  case HIR_TUPLE: dump_list(d, &e->list); return;
  case HIR_ARRAY:
  case HIR_MAP:
    buf_adds(d->out, e->kind == HIR_ARRAY ? "array" : "map");
    dump_list(d, &e->list);
    dump_type(d, e->type);
    return;
  case HIR_SOME: dump_words(d, "some(", e->unary.e, ")", NULL); return;
  case HIR_FREEZE: dump_typed(d, "freeze(", e); return;
  case HIR_SHARE: dump_typed(d, "share(", e); return;
  case HIR_INTERFACE:
    dump_words(d, "interface(", e->interface.e, ")", NULL);
    dump_type(d, e->type);
    return;
  case HIR_CONVERT: dump_typed(d, e->unary.wrap ? "wrap(" : "convert(", e); return;
  case HIR_INTERP: dump_interp(d, e); return;
  case HIR_PRINT: dump_words(d, "print(", e->unary.e, ")", NULL); return;
  case HIR_SAME:
    dump_words(d, "same(", e->binary.a, ", ", e->binary.b);
    buf_addc(d->out, ')');
    return;
  case HIR_ASSIGN:
    dump_expr(d, e->assign.place);
    buf_printf(d->out, " %s= ", e->assign.op >= 0 ? op_names[e->assign.op] : "");
    dump_expr(d, e->assign.value);
    return;
  case HIR_SWAP:
    dump_words(d, "swap(", e->assign.place, ", ", e->assign.value);
    buf_addc(d->out, ')');
    return;
  case HIR_TAKE: dump_words(d, "take ", e->assign.place, "", NULL); return;
  case HIR_LET:
    buf_adds(d->out, "let ");
    dump_pat(d, e->let.pat);
    if (e->let.init) dump_words(d, " = ", e->let.init, "", NULL);
    return;
  case HIR_BLOCK: dump_block(d, e); return;
  case HIR_IF:
    dump_words(d, "if ", e->if_.cond, " ", e->if_.then);
    if (e->if_.else_) dump_words(d, " else ", e->if_.else_, "", NULL);
    return;
  case HIR_IS:
    dump_words(d, "(", e->is.e, " is ", NULL);
    dump_pat(d, e->is.pat);
    buf_addc(d->out, ')');
    return;
  case HIR_MATCH:
    dump_words(d, "match ", e->match.subject, "", NULL);
    dump_arms(d, e);
    return;
  case HIR_WHILE: dump_words(d, "while ", e->loop.cond, " ", e->loop.body); return;
  case HIR_LOOP: dump_words(d, "loop ", NULL, "", e->loop.body); return;
  case HIR_FOR: dump_for(d, e); return;
  case HIR_RETURN: dump_words(d, "return ", e->unary.e, "", NULL); return;
  case HIR_RAISE: dump_words(d, "raise ", e->unary.e, "", NULL); return;
  case HIR_DEFER: dump_words(d, "defer ", e->unary.e, "", NULL); return;
  case HIR_ELSE:
    dump_words(d, "(", e->binary.a,
               e->binary.else_none ? e->binary.else_raise ? " else(none, raise) " : " else(none) " : " else(raise) ",
               e->binary.b);
    buf_addc(d->out, ')');
    return;
  case HIR_CATCH:
    dump_words(d, "(", e->match.subject, " catch", NULL);
    dump_arms(d, e);
    buf_addc(d->out, ')');
    return;
  case HIR_OPT_CHAIN:
    dump_words(d, "chain(", e->chain.subject, " as ", NULL);
    dump_var(d, e->chain.var);
    dump_words(d, " => ", e->chain.body, ")", NULL);
    return;
  case HIR_SPAWN:
    buf_printf(d->out, "spawn %s", e->send.decl->name);
    dump_list(d, &e->send.args);
    dump_options(d, e->send.mailbox_capacity, e->send.mailbox_high, e->send.mailbox_low, e->send.mailbox_full,
                 e->send.priority);
    if (e->send.target) dump_words(d, " in ", e->send.target, "", NULL);
    return;
  case HIR_TOPOLOGY: dump_topology(d, e); return;
  case HIR_SIGNAL: dump_send(d, e, "signal "); return;
  case HIR_ASK: dump_send(d, e, "ask "); return;
  case HIR_BROADCAST:
    dump_send(d, e, "broadcast ");
    if (e->send.fanout) dump_words(d, " fanout ", e->send.fanout, "", NULL);
    return;
  case HIR_TIMER: dump_send(d, e, e->send.every ? "every " : "after "); return;
  case HIR_TIMER_CANCEL: dump_words(d, "cancel ", e->unary.e, "", NULL); return;
  case HIR_AWAIT:
    dump_words(d, "await ", e->await_.future, "", NULL);
    if (e->await_.within) dump_words(d, " within ", e->await_.within, "", NULL);
    return;
  case HIR_QUORUM: dump_quorum(d, e); return;
  case HIR_SHARD:
    dump_words(d, "shard(", e->binary.a, ", ", e->binary.b);
    buf_addc(d->out, ')');
    return;
  }
}

static void dump_fn(dumper *d, const hir_fn *fn) {
  static const char *const words[] = {
      [FN_FUNCTION] = "fn",      [FN_METHOD] = "fn",        [FN_BEHAVIOUR] = "on",
      [FN_NATIVE] = "native fn", [FN_EXTERN] = "extern fn", [FN_MAIN] = "main",
  };
  static const char *const caps[] = {[CAP_NONE] = "",    [CAP_ISO] = "iso ", [CAP_VAL] = "val ",
                                     [CAP_REF] = "ref ", [CAP_BOX] = "box ", [CAP_TAG] = "tag "};
  newline(d);
  buf_printf(d->out, "%s %s%s(", words[fn->kind], fn->owner && fn->kind != FN_BEHAVIOUR ? caps[fn->receiver] : "",
             fn->name);
  for (uint32_t i = 0; i < fn->param_count; i++) {
    if (i) buf_adds(d->out, ", ");
    dump_var(d, fn->params[i]);
    dump_type(d, fn->params[i]->type);
  }
  buf_adds(d->out, ") -> ");
  type_print(d->out, fn->result);
  if (fn->raises) buf_adds(d->out, " !");
  if (fn->symbol) buf_printf(d->out, " = %s", fn->symbol);
  if (fn->body) {
    buf_addc(d->out, ' ');
    dump_expr(d, fn->body);
  }
}

static void dump_fields(dumper *d, const hir_field *fields, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    newline(d);
    buf_printf(d->out, "%s %s", fields[i].is_var ? "var" : "let", fields[i].name);
    dump_type(d, fields[i].type);
    if (fields[i].init) dump_words(d, " = ", fields[i].init, "", NULL);
  }
}

static void dump_decl(dumper *d, const hir_decl *decl) {
  static const char *const words[] = {[DECL_CLASS] = "class", [DECL_STRUCT] = "struct", [DECL_ENUM] = "enum",
                                      [DECL_ERROR] = "error", [DECL_AGENT] = "agent",   [DECL_PRIMITIVE] = "primitive"};
  newline(d);
  buf_printf(d->out, "%s %s%s%s", words[decl->kind], decl->module && decl->module[0] ? decl->module : "",
             decl->module && decl->module[0] ? "." : "", decl->name);
  dump_options(d, decl->mailbox_capacity, decl->mailbox_high, decl->mailbox_low, decl->mailbox_full, decl->priority);
  buf_adds(d->out, " {");
  d->depth++;
  dump_fields(d, decl->fields, decl->field_count);
  for (uint32_t i = 0; i < decl->variant_count; i++) {
    newline(d);
    buf_printf(d->out, "variant %s", decl->variants[i].name);
    d->depth++;
    dump_fields(d, decl->variants[i].fields, decl->variants[i].field_count);
    d->depth--;
  }
  for (uint32_t i = 0; i < decl->method_count; i++) dump_fn(d, decl->methods[i]);
  for (uint32_t i = 0; i < decl->behaviour_count; i++) dump_fn(d, decl->behaviours[i]);
  d->depth--;
  newline(d);
  buf_addc(d->out, '}');
}

void hir_dump(buf *out, const hir_program *p) {
  dumper d = {.out = out};
  for (uint32_t i = 0; i < p->decl_count; i++) dump_decl(&d, p->decls[i]);
  for (uint32_t i = 0; i < p->fn_count; i++) dump_fn(&d, p->fns[i]);
  if (p->main) dump_fn(&d, p->main);
  for (uint32_t i = 0; i < p->test_count; i++) dump_fn(&d, p->tests[i].fn);
  buf_addc(out, '\n');
}

void hir_dump_fn(buf *out, const hir_fn *fn) {
  dumper d = {.out = out};
  dump_fn(&d, fn);
}

void hir_dump_expr(buf *out, const hir_expr *e) {
  dumper d = {.out = out};
  dump_expr(&d, e);
}
