// ast_dump.c — --emit=ast: the tree as nested lists. Expressions and types stand on one line; declarations, statements
// and arms on lines of their own.
// Owns: nothing. Promises: the same tree gives the same text; recursion is bounded by AST_MAX_DEPTH.
#include <inttypes.h>

#include "syntax/parse.h"

typedef struct dumper {
  buf *out;
  int indent;
} dumper;

static void dump_expr(dumper *d, const ast_expr *e);
static void dump_type(dumper *d, const ast_type *t);
static void dump_pat(dumper *d, const ast_pat *p);
static void dump_stmt(dumper *d, const ast_stmt *s);
static void dump_decl(dumper *d, const ast_decl *decl);

static const char *const decl_names[] = {
#define AST_DECL_KIND(kind, name) name,
#include "syntax/ast_kinds.def"
};
static const char *const type_names[] = {
#define AST_TYPE_KIND(kind, name) name,
#include "syntax/ast_kinds.def"
};
static const char *const stmt_names[] = {
#define AST_STMT_KIND(kind, name) name,
#include "syntax/ast_kinds.def"
};
static const char *const expr_names[] = {
#define AST_EXPR_KIND(kind, name) name,
#include "syntax/ast_kinds.def"
};
static const char *const pat_names[] = {
#define AST_PAT_KIND(kind, name) name,
#include "syntax/ast_kinds.def"
};

// ---- pieces ----------------------------------------------------------------------------------------------------

static void line(dumper *d) { buf_printf(d->out, "\n%*s", d->indent * 2, ""); }

static void open_list(dumper *d, const char *name) { buf_printf(d->out, "(%s", name); }

static void close_list(dumper *d) { buf_addc(d->out, ')'); }

static void space_expr(dumper *d, const ast_expr *e) {
  if (!e) return;
  buf_addc(d->out, ' ');
  dump_expr(d, e);
}

static void space_type(dumper *d, const ast_type *t) {
  if (!t) return;
  buf_addc(d->out, ' ');
  dump_type(d, t);
}

static void space_ident(dumper *d, ast_ident id) {
  if (id.name) buf_printf(d->out, " %s", id.name->text);
}

static void space_text(dumper *d, const str *s) {
  if (!s) return;
  buf_addc(d->out, ' ');
  buf_add_quoted(d->out, s->text, s->size);
}

static void space_doc(dumper *d, const str *doc) {
  if (doc) buf_adds(d->out, " (doc");
  space_text(d, doc);
  if (doc) close_list(d);
}

static void space_cap(dumper *d, ast_cap cap) {
  if (cap != AST_CAP_NONE) buf_printf(d->out, " %s", ast_cap_text(cap));
}

static void dump_args(dumper *d, const ast_args *args) {
  for (uint32_t i = 0; i < args->count; i++) {
    if (args->items[i].name.name) buf_printf(d->out, " %s:", args->items[i].name.name->text);
    space_expr(d, args->items[i].value);
  }
}

static void dump_annotations(dumper *d, const ast_annotations *list) {
  for (uint32_t i = 0; i < list->count; i++) {
    buf_printf(d->out, " (@%s", list->items[i].name.name->text);
    dump_args(d, &list->items[i].args);
    close_list(d);
  }
}

static void dump_block(dumper *d, const ast_block *b) {
  open_list(d, "block");
  d->indent++;
  for (uint32_t i = 0; i < b->stmts.count; i++) {
    line(d);
    dump_stmt(d, b->stmts.items[i]);
  }
  d->indent--;
  close_list(d);
}

static void dump_arms(dumper *d, const ast_arms *arms) {
  d->indent++;
  for (uint32_t i = 0; i < arms->count; i++) {
    const ast_arm *arm = &arms->items[i];
    line(d);
    open_list(d, "arm ");
    dump_pat(d, arm->pat);
    if (arm->guard) {
      buf_adds(d->out, " if");
      space_expr(d, arm->guard);
    }
    space_expr(d, arm->body);
    close_list(d);
  }
  d->indent--;
}

static void dump_format(dumper *d, const ast_format *f) {
  if (span_is_none(f->span)) return;
  buf_adds(d->out, " :");
  if (f->align) buf_addc(d->out, f->align);
  if (f->plus) buf_addc(d->out, '+');
  if (f->zero) buf_addc(d->out, '0');
  if (f->width) buf_printf(d->out, "%u", f->width);
  if (f->precision >= 0) buf_printf(d->out, ".%d", f->precision);
  if (f->style) buf_addc(d->out, f->style);
}

// ---- types and patterns ----------------------------------------------------------------------------------------

static void dump_type(dumper *d, const ast_type *t) {
  open_list(d, type_names[t->kind]);
  switch (t->kind) {
  case AST_TYPE_ERROR: break;
  case AST_TYPE_PATH:
    space_ident(d, t->u.path.module);
    space_ident(d, t->u.path.name);
    for (uint32_t i = 0; i < t->u.path.args.count; i++) space_type(d, t->u.path.args.items[i]);
    break;
  case AST_TYPE_TUPLE:
    for (uint32_t i = 0; i < t->u.tuple.count; i++) space_type(d, t->u.tuple.items[i]);
    break;
  case AST_TYPE_FN:
    space_cap(d, t->u.fn.cap);
    for (uint32_t i = 0; i < t->u.fn.params.count; i++) space_type(d, t->u.fn.params.items[i]);
    if (t->u.fn.result) buf_adds(d->out, " ->");
    space_type(d, t->u.fn.result);
    if (t->u.fn.raises) buf_adds(d->out, " !");
    break;
  case AST_TYPE_OPTIONAL:
  case AST_TYPE_VIEW: space_type(d, t->u.inner); break;
  }
  space_cap(d, t->cap);
  close_list(d);
}

static void dump_pat(dumper *d, const ast_pat *p) {
  if (p->kind == AST_PAT_NAME) {
    buf_adds(d->out, p->u.name->text);
    return;
  }
  if (p->kind == AST_PAT_LITERAL) {
    dump_expr(d, p->u.literal);
    return;
  }
  if (p->kind == AST_PAT_WILD || p->kind == AST_PAT_NONE) {
    buf_adds(d->out, pat_names[p->kind]);
    return;
  }
  open_list(d, pat_names[p->kind]);
  const ast_pats *list = p->kind == AST_PAT_PATH ? &p->u.path.args : &p->u.list;
  if (p->kind == AST_PAT_PATH) {
    for (uint32_t i = 0; i < p->u.path.names.count; i++) {
      buf_printf(d->out, "%s%s", i ? "." : " ", p->u.path.names.items[i].name->text);
    }
    if (p->u.path.has_args) buf_adds(d->out, " ()");
  }
  for (uint32_t i = 0; p->kind != AST_PAT_ERROR && i < list->count; i++) {
    buf_addc(d->out, ' ');
    dump_pat(d, list->items[i]);
  }
  close_list(d);
}

// ---- expressions -----------------------------------------------------------------------------------------------

static void dump_literal(dumper *d, const ast_expr *e) {
  if (e->kind == AST_EXPR_INT) buf_printf(d->out, "%" PRIu64, e->u.integer.value);
  else if (e->kind == AST_EXPR_FLOAT) buf_printf(d->out, "(float %.17g)", e->u.real);
  else if (e->kind == AST_EXPR_BOOL) buf_adds(d->out, e->u.boolean ? "true" : "false");
  else if (e->kind == AST_EXPR_NONE) buf_adds(d->out, "none");
  else if (e->kind == AST_EXPR_CHAR) buf_printf(d->out, "(char U+%04X)", e->u.character);
  else if (e->kind == AST_EXPR_DURATION) buf_printf(d->out, "(duration %" PRId64 "ns)", e->u.duration_ns);
  else if (e->kind == AST_EXPR_STRING) buf_add_quoted(d->out, e->u.string->text, e->u.string->size);
  else if (e->kind == AST_EXPR_SELF) buf_adds(d->out, "self");
  else buf_adds(d->out, e->u.name->text);
}

static void dump_interp(dumper *d, const ast_expr *e) {
  for (uint32_t i = 0; i < e->u.interp.count; i++) {
    const ast_part *part = &e->u.interp.items[i];
    if (part->expr) {
      buf_adds(d->out, " {");
      dump_expr(d, part->expr);
      dump_format(d, &part->format);
      buf_addc(d->out, '}');
    } else {
      space_text(d, part->text);
    }
  }
}

static void dump_closure(dumper *d, const ast_expr *e) {
  space_cap(d, e->u.closure.cap);
  buf_adds(d->out, " |");
  for (uint32_t i = 0; i < e->u.closure.params.count; i++) {
    const ast_closure_param *p = &e->u.closure.params.items[i];
    buf_printf(d->out, "%s%s", i ? ", " : "", p->name.name->text);
    space_type(d, p->type);
  }
  buf_addc(d->out, '|');
  if (e->u.closure.result) buf_adds(d->out, " ->");
  space_type(d, e->u.closure.result);
  space_expr(d, e->u.closure.body);
}

static void dump_spawn(dumper *d, const ast_expr *e) {
  dump_annotations(d, &e->u.spawn.annotations);
  space_type(d, e->u.spawn.type);
  if (e->u.spawn.has_args) buf_adds(d->out, " ()");
  dump_args(d, &e->u.spawn.args);
  if (e->u.spawn.place) buf_adds(d->out, " in");
  space_expr(d, e->u.spawn.place);
}

static void dump_quorum(dumper *d, const ast_expr *e) {
  static const char *const how[] = {"", " majority", " supermajority", " all"};
  buf_adds(d->out, how[e->u.quorum.how]);
  space_expr(d, e->u.quorum.n);
  buf_adds(d->out, " of");
  space_expr(d, e->u.quorum.target);
  if (e->u.quorum.where) buf_adds(d->out, " where");
  space_expr(d, e->u.quorum.where);
}

static void dump_list(dumper *d, const ast_exprs *list) {
  for (uint32_t i = 0; i < list->count; i++) space_expr(d, list->items[i]);
}

// What stands between the name of the kind and the closing parenthesis.
static void dump_expr_parts(dumper *d, const ast_expr *e) {
  switch (e->kind) {
  case AST_EXPR_ERROR:
  case AST_EXPR_INT:
  case AST_EXPR_FLOAT:
  case AST_EXPR_BOOL:
  case AST_EXPR_NONE:
  case AST_EXPR_CHAR:
  case AST_EXPR_DURATION:
  case AST_EXPR_STRING:
  case AST_EXPR_NAME:
  case AST_EXPR_TYPE_NAME:
  case AST_EXPR_SELF:
  case AST_EXPR_BREAK:
  case AST_EXPR_CONTINUE:
  case AST_EXPR_STOP:
  case AST_EXPR_BINARY:
  case AST_EXPR_UNARY:
  case AST_EXPR_BLOCK: break;
  case AST_EXPR_INTERP: dump_interp(d, e); break;
  case AST_EXPR_TYPE: space_type(d, e->u.type); break;
  case AST_EXPR_TUPLE:
  case AST_EXPR_ARRAY: dump_list(d, &e->u.list); break;
  case AST_EXPR_MAP:
    for (uint32_t i = 0; i < e->u.map.count; i++) {
      space_expr(d, e->u.map.items[i].key);
      buf_addc(d->out, ':');
      space_expr(d, e->u.map.items[i].value);
    }
    break;
  case AST_EXPR_FIELD:
    space_expr(d, e->u.field.object);
    buf_adds(d->out, e->u.field.optional ? " ?." : " .");
    buf_adds(d->out, e->u.field.name.name->text);
    break;
  case AST_EXPR_TUPLE_FIELD:
    space_expr(d, e->u.elem.object);
    buf_printf(d->out, " %u", e->u.elem.index);
    break;
  case AST_EXPR_CALL:
    space_expr(d, e->u.call.callee);
    dump_args(d, &e->u.call.args);
    break;
  case AST_EXPR_INDEX:
    space_expr(d, e->u.index.object);
    dump_list(d, &e->u.index.args);
    break;
  case AST_EXPR_IS:
  case AST_EXPR_LET_COND:
    space_expr(d, e->u.is.value);
    buf_addc(d->out, ' ');
    dump_pat(d, e->u.is.pat);
    break;
  case AST_EXPR_BUILD:
    space_cap(d, e->u.build.cap);
    space_expr(d, e->u.build.inner);
    break;
  case AST_EXPR_CLOSURE: dump_closure(d, e); break;
  case AST_EXPR_IF:
    space_expr(d, e->u.if_.cond);
    buf_addc(d->out, ' ');
    dump_block(d, e->u.if_.then);
    space_expr(d, e->u.if_.else_);
    break;
  case AST_EXPR_MATCH:
    space_expr(d, e->u.match.subject);
    dump_arms(d, &e->u.match.arms);
    break;
  case AST_EXPR_WHILE:
  case AST_EXPR_LOOP:
    space_expr(d, e->u.loop.cond);
    buf_addc(d->out, ' ');
    dump_block(d, e->u.loop.body);
    break;
  case AST_EXPR_FOR:
    buf_addc(d->out, ' ');
    dump_pat(d, e->u.for_.pat);
    space_expr(d, e->u.for_.iter);
    buf_addc(d->out, ' ');
    dump_block(d, e->u.for_.body);
    break;
  case AST_EXPR_RETURN:
  case AST_EXPR_RAISE:
  case AST_EXPR_TRY:
  case AST_EXPR_AWAIT:
  case AST_EXPR_SIGNAL:
  case AST_EXPR_TAKE: space_expr(d, e->u.inner); break;
  case AST_EXPR_WITHIN:
  case AST_EXPR_ELSE:
    space_expr(d, e->u.tail.inner);
    space_expr(d, e->u.tail.arg);
    break;
  case AST_EXPR_CATCH:
    space_expr(d, e->u.catch_.inner);
    dump_arms(d, &e->u.catch_.arms);
    break;
  case AST_EXPR_SPAWN: dump_spawn(d, e); break;
  case AST_EXPR_AFTER:
  case AST_EXPR_EVERY:
    space_expr(d, e->u.timer.delay);
    space_expr(d, e->u.timer.target);
    break;
  case AST_EXPR_QUORUM: dump_quorum(d, e); break;
  case AST_EXPR_LEASE:
    space_expr(d, e->u.lease.name);
    space_expr(d, e->u.lease.duration);
    break;
  case AST_EXPR_BROADCAST:
    space_expr(d, e->u.broadcast.target);
    space_expr(d, e->u.broadcast.fanout);
    break;
  case AST_EXPR_CHANNEL:
    for (uint32_t i = 0; i < e->u.channel.types.count; i++) space_type(d, e->u.channel.types.items[i]);
    buf_adds(d->out, " ()");
    dump_args(d, &e->u.channel.args);
    break;
  case AST_EXPR_CALLBACK: space_ident(d, e->u.callback); break;
  }
}

static void dump_expr(dumper *d, const ast_expr *e) {
  if ((e->kind >= AST_EXPR_INT && e->kind <= AST_EXPR_STRING) ||
      (e->kind >= AST_EXPR_NAME && e->kind <= AST_EXPR_SELF)) {
    dump_literal(d, e);
  } else if (e->kind == AST_EXPR_BLOCK) {
    dump_block(d, e->u.block);
  } else if (e->kind == AST_EXPR_BINARY) {
    open_list(d, ast_binary_text(e->u.binary.op));
    space_expr(d, e->u.binary.left);
    space_expr(d, e->u.binary.right);
    close_list(d);
  } else if (e->kind == AST_EXPR_UNARY) {
    open_list(d, ast_unary_text(e->u.unary.op));
    space_expr(d, e->u.unary.operand);
    close_list(d);
  } else {
    open_list(d, expr_names[e->kind]);
    dump_expr_parts(d, e);
    close_list(d);
  }
}

// ---- statements ------------------------------------------------------------------------------------------------

static void dump_stmt(dumper *d, const ast_stmt *s) {
  if (s->kind == AST_STMT_EXPR) {
    dump_expr(d, s->u.expr);
    return;
  }
  open_list(d, stmt_names[s->kind]);
  switch (s->kind) {
  case AST_STMT_EXPR: break;
  case AST_STMT_LET:
    buf_adds(d->out, s->u.let.is_var ? " var " : " ");
    dump_pat(d, s->u.let.pat);
    space_type(d, s->u.let.type);
    space_expr(d, s->u.let.init);
    break;
  case AST_STMT_VAR:
  case AST_STMT_CONST:
    space_ident(d, s->u.var.name);
    space_type(d, s->u.var.type);
    space_expr(d, s->u.var.init);
    break;
  case AST_STMT_ASSIGN:
    buf_printf(d->out, " %s", ast_assign_text(s->u.assign.op));
    space_expr(d, s->u.assign.target);
    space_expr(d, s->u.assign.value);
    break;
  case AST_STMT_DEFER:
    buf_addc(d->out, ' ');
    dump_stmt(d, s->u.defer);
    break;
  }
  close_list(d);
}

// ---- declarations ----------------------------------------------------------------------------------------------

static void dump_tparams(dumper *d, const ast_tparams *list, const char *name) {
  for (uint32_t i = 0; i < list->count; i++) {
    const ast_tparam *t = &list->items[i];
    buf_printf(d->out, " (%s %s", name, t->name.name->text);
    for (uint32_t j = 0; j < t->bounds.count; j++) {
      space_cap(d, t->bounds.items[j].cap);
      space_ident(d, t->bounds.items[j].word);
      space_type(d, t->bounds.items[j].type);
    }
    close_list(d);
  }
}

static void dump_params(dumper *d, const ast_params *list) {
  d->indent++;
  for (uint32_t i = 0; i < list->count; i++) {
    const ast_param *p = &list->items[i];
    line(d);
    buf_printf(d->out, "(param%s %s", p->is_var ? " var" : "", p->name.name->text);
    space_doc(d, p->doc);
    space_type(d, p->type);
    space_expr(d, p->init);
    close_list(d);
  }
  d->indent--;
}

static void dump_members(dumper *d, const ast_decls *list) {
  d->indent++;
  for (uint32_t i = 0; i < list->count; i++) {
    line(d);
    dump_decl(d, list->items[i]);
  }
  d->indent--;
}

static void dump_body(dumper *d, const ast_block *b) {
  if (!b) return;
  d->indent++;
  line(d);
  dump_block(d, b);
  d->indent--;
}

static void dump_fn(dumper *d, const ast_fn *fn) {
  space_cap(d, fn->cap);
  if (fn->blocking) buf_adds(d->out, " blocking");
  if (fn->variadic) buf_adds(d->out, " variadic");
  dump_tparams(d, &fn->tparams, "tparam");
  if (fn->result) buf_adds(d->out, " ->");
  space_type(d, fn->result);
  if (fn->raises) buf_adds(d->out, " !");
  dump_tparams(d, &fn->where, "where");
  dump_params(d, &fn->params);
  dump_body(d, fn->body);
}

static void dump_nominal(dumper *d, const ast_decl *decl) {
  static const char *const shapes[] = {"mesh", "ring", "star", "tree"};
  space_cap(d, decl->u.nominal.cap);
  dump_tparams(d, &decl->u.nominal.tparams, "tparam");
  if (decl->u.nominal.has_params) buf_adds(d->out, " ()");
  if (decl->u.nominal.c_drop) buf_printf(d->out, " drop %s", decl->u.nominal.c_drop->text);
  for (uint32_t i = 0; i < decl->u.nominal.shapes.count; i++) {
    const ast_shape *s = &decl->u.nominal.shapes.items[i];
    buf_printf(d->out, " (in %s", shapes[s->kind]);
    space_ident(d, s->role);
    space_type(d, s->type);
    close_list(d);
  }
  dump_params(d, &decl->u.nominal.params);
  d->indent++;
  for (uint32_t i = 0; i < decl->u.nominal.variants.count; i++) {
    const ast_variant *v = &decl->u.nominal.variants.items[i];
    line(d);
    open_list(d, "variant");
    space_ident(d, v->name);
    space_doc(d, v->doc);
    dump_params(d, &v->params);
    close_list(d);
  }
  d->indent--;
  dump_members(d, &decl->u.nominal.members);
}

static void dump_item(dumper *d, const ast_item *item) {
  static const char *const kinds[] = {"node", "group", "mesh", "ring", "star", "tree", "supervise"};
  open_list(d, kinds[item->kind]);
  dump_annotations(d, &item->annotations);
  space_ident(d, item->name);
  space_doc(d, item->doc);
  const ast_ident others[] = {item->other, item->index, item->policy};
  for (int i = 0; i < 3; i++) space_ident(d, others[i]);
  space_expr(d, item->range);
  space_type(d, item->type);
  dump_args(d, &item->args);
  space_expr(d, item->number);
  space_expr(d, item->period);
  close_list(d);
}

static void dump_topology(dumper *d, const ast_decl *decl) {
  dump_tparams(d, &decl->u.topology.tparams, "tparam");
  dump_params(d, &decl->u.topology.params);
  d->indent++;
  for (uint32_t i = 0; i < decl->u.topology.items.count; i++) {
    line(d);
    dump_item(d, &decl->u.topology.items.items[i]);
  }
  d->indent--;
}

static void dump_use(dumper *d, const ast_decl *decl) {
  for (uint32_t i = 0; i < decl->u.use.path.count; i++) {
    buf_printf(d->out, "%s%s", i ? "." : " ", decl->u.use.path.items[i].name->text);
  }
  space_text(d, decl->u.use.file);
  if (decl->name.name) buf_printf(d->out, " as %s", decl->name.name->text);
}

static void dump_decl(dumper *d, const ast_decl *decl) {
  open_list(d, decl_names[decl->kind]);
  if (decl->exported) buf_adds(d->out, " export");
  dump_annotations(d, &decl->annotations);
  if (decl->kind != AST_DECL_USE) space_ident(d, decl->name);
  space_doc(d, decl->doc);
  switch (decl->kind) {
  case AST_DECL_USE: dump_use(d, decl); break;
  case AST_DECL_FN:
  case AST_DECL_BEHAVIOUR: dump_fn(d, &decl->u.fn); break;
  case AST_DECL_CLASS:
  case AST_DECL_STRUCT:
  case AST_DECL_ENUM:
  case AST_DECL_INTERFACE:
  case AST_DECL_ERROR:
  case AST_DECL_AGENT: dump_nominal(d, decl); break;
  case AST_DECL_ALIAS:
    dump_tparams(d, &decl->u.alias.tparams, "tparam");
    space_type(d, decl->u.alias.type);
    break;
  case AST_DECL_CONST:
  case AST_DECL_FIELD:
    if (decl->u.field.is_var) buf_adds(d->out, " var");
    space_type(d, decl->u.field.type);
    space_expr(d, decl->u.field.init);
    break;
  case AST_DECL_TOPOLOGY: dump_topology(d, decl); break;
  case AST_DECL_EXTERN:
    space_text(d, decl->u.ext.abi);
    space_text(d, decl->u.ext.library);
    dump_members(d, &decl->u.ext.fns);
    break;
  case AST_DECL_TEST:
    space_text(d, decl->u.test.title);
    dump_body(d, decl->u.test.body);
    break;
  case AST_DECL_MAIN:
    space_ident(d, decl->u.main.args);
    dump_body(d, decl->u.main.body);
    break;
  }
  close_list(d);
}

void ast_dump(const ast_file *file, buf *out) {
  dumper d = {out, 0};
  for (uint32_t i = 0; i < file->decls.count; i++) {
    dump_decl(&d, file->decls.items[i]);
    buf_addc(out, '\n');
  }
}
