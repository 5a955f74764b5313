// check_shape.c — topologies as they are used: the words of an agent's shapes, groups that grow and shrink, agents spawned into one.
// Promises: what a word means is known from the agent's `in …` alone; a topology that would make it untrue is an error there.
#include <string.h>

#include "agent/abi.h"
#include "diag/edit.h"
#include "sema/check_topology.h"

// ---- words --------------------------------------------------------------------------------------------------------------------------------
enum { ANY_SHAPE = SHAPE_KINDS };
typedef struct shape_row {
  const char *word;
  int kind; // ANY_SHAPE: of each
  uint32_t code;
} shape_row;
static const shape_row rows[] = {
    {"neighbors", ANY_SHAPE, AG_WORD_NEIGHBORS},
    {"neighbors", SHAPE_MESH, AG_WORD_MESH_NEIGHBORS},
    {"neighbors", SHAPE_RING, AG_WORD_RING_NEIGHBORS},
    {"neighbors", SHAPE_STAR, AG_WORD_STAR_NEIGHBORS},
    {"neighbors", SHAPE_TREE, AG_WORD_TREE_NEIGHBORS},
    {"next", SHAPE_RING, AG_WORD_NEXT},
    {"hub", SHAPE_STAR, AG_WORD_HUB},
    {"spokes", SHAPE_STAR, AG_WORD_SPOKES},
    {"parent", SHAPE_TREE, AG_WORD_PARENT},
    {"children", SHAPE_TREE, AG_WORD_CHILDREN},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

// kind ANY_SHAPE: the bare word.
static const shape_row *row_of(const str *word, int kind) {
  for (size_t i = 0; i < ROWS; i++)
    if (str_is(word, rows[i].word) && (kind == ANY_SHAPE || rows[i].kind == kind)) return &rows[i];
  return NULL;
}

static const decl_info *agent_here(const sema *s) {
  const decl_info *d = s->cx->owner;
  return d && d->hir.kind == DECL_AGENT && !d->hir.entry ? d : NULL;
}

// The type of what is seen in a shape; NULL: the agent does not say whom it sees.
static const type *seen_in(sema *s, const decl_info *d, const shape_row *r, hir_shape_kind kind) {
  const hir_shapes *says = d->hir.shapes;
  if (kind != SHAPE_STAR) return type_of_decl(s, info_of(&d->hir), NULL, 0, CAP_TAG);
  if (r->code == AG_WORD_HUB) return says->hub;
  if (r->code == AG_WORD_SPOKES) return says->spokes;
  if (!says->hub || !says->spokes || says->hub == says->spokes) return says->hub ? says->hub : says->spokes;
  return s->error; // two kinds of agents
}

static hir_expr *report_star(sema *s, const decl_info *d, const char *word, span at) {
  diag *e = error_at(s, E0630, at, "`%s` does not say who is the other side of its star", d->name->text);
  diag_note(e, d->hir.shapes->at[SHAPE_STAR], "it stands in one here");
  if (!strcmp(word, "spokes")) diag_help(e, "write `star(spokes: T)`, with the agents that stand around it");
  else diag_help(e, "write `star(hub: T)`, with the agent in the middle");
  return expr_error(s, at);
}

static hir_expr *report_several(sema *s, const decl_info *d, span at) {
  diag *e = error_at(s, E0634, at, "`%s` has neighbours of several types", d->name->text);
  for (uint32_t k = 0; k < SHAPE_KINDS; k++)
    if (d->hir.shapes->in[k]) diag_note(e, d->hir.shapes->at[k], "it stands in a %s", shape_word((hir_shape_kind)k));
  bool star = d->hir.shapes->in[SHAPE_STAR];
  diag_help(e, "say which: %s", star ? "`hub`, `spokes`, or `ring.neighbors` and the like" : "`ring.neighbors`");
  return expr_error(s, at);
}

// What may leave the agent is run elsewhere. Any other closure around it has to stay.
static bool stays(sema *s, const char *word, span at) {
  for (const fn_cx *cx = s->cx; cx->closure; cx = cx->closure->outer) {
    cx->closure->decl->hir.stays = true;
    if (!cap_is_sendable(cx->closure->cap) && !cx->closure->outer->recover) continue;
    diag *e =
        error_at(s, E0634, at, "`%s` is what this agent sees, and this closure may be called in another one", word);
    diag_note(e, cx->closure->at, "it can be sent");
    diag_help(e, "look before: `let seen = %s`, and use that", word);
    return false;
  }
  return true;
}

static hir_expr *word_value(sema *s, const shape_row *r, const type *seen, span at) {
  if (seen->kind == TY_ERROR || !stays(s, r->word, at)) return expr_error(s, at);
  bool one = r->code == AG_WORD_NEXT || r->code == AG_WORD_HUB || r->code == AG_WORD_PARENT;
  const type *t = one ? seen : type_array_of(s, seen, CAP_VAL);
  if (r->code == AG_WORD_PARENT) t = type_optional(s, seen);
  return topology_op(s, one ? TOPOLOGY_NEIGHBOR : TOPOLOGY_NEIGHBORS, t, at, NULL, r->code);
}

// Both sides of the star are named, and known.
static bool two_kinds(const hir_shapes *says) {
  return says->hub && says->spokes && says->hub->kind != TY_ERROR && says->spokes->kind != TY_ERROR;
}

static hir_expr *neighbors_of_all(sema *s, const decl_info *d, const shape_row *r, span at) {
  const type *all = NULL;
  for (uint32_t k = 0; k < SHAPE_KINDS; k++) {
    if (!d->hir.shapes->in[k]) continue;
    const type *t = seen_in(s, d, r, (hir_shape_kind)k);
    if (!t) return report_star(s, d, r->word, at);
    if (t->kind == TY_ERROR && !two_kinds(d->hir.shapes)) return expr_error(s, at); // reported where it stands
    if (all && t != all) return report_several(s, d, at);
    all = t;
  }
  return all->kind == TY_ERROR ? report_several(s, d, at) : word_value(s, r, all, at);
}

static hir_expr *word_in(sema *s, const decl_info *d, const shape_row *r, span at) {
  const hir_shapes *says = d->hir.shapes;
  if (r->kind == ANY_SHAPE) return neighbors_of_all(s, d, r, at);
  if (!says->in[r->kind]) return NULL;
  const type *t = seen_in(s, d, r, (hir_shape_kind)r->kind);
  if (!t) return report_star(s, d, r->word, at);
  bool mixed = r->kind == SHAPE_STAR && t->kind == TY_ERROR && two_kinds(says);
  return mixed ? report_several(s, d, at) : word_value(s, r, t, at);
}

hir_expr *shape_name(sema *s, const str *name, span at) {
  const decl_info *d = agent_here(s);
  const shape_row *r = d && d->hir.shapes ? row_of(name, ANY_SHAPE) : NULL;
  return r ? word_in(s, d, r, at) : NULL;
}

static int shape_named(const str *name) {
  for (int k = 0; k < SHAPE_KINDS; k++)
    if (str_is(name, shape_word((hir_shape_kind)k))) return k;
  return ANY_SHAPE;
}

// The shapes that an agent names, as written, and one more.
static const char *shapes_and(sema *s, const diag *e, const decl_info *d, const char *more) {
  uint32_t n = d->ast->u.nominal.shapes.count;
  if (n == 0) return arena_printf(s->a, " in %s", more);
  const ast_shape *items = d->ast->u.nominal.shapes.items;
  span all = {.file = items[0].span.file, .begin = items[0].span.begin, .end = items[n - 1].span.end};
  const char *text = edit_text(e, all);
  return arena_printf(s->a, " in %s, %s", text ? text : "…", more);
}

static hir_expr *report_not_in(sema *s, const decl_info *d, const shape_row *r, span at) {
  int kind = r->kind;
  bool star = kind == SHAPE_STAR;
  diag *e = error_at(s, E0630, at, "`%s` does not say that it stands in a %s", d->name->text,
                     shape_word((hir_shape_kind)kind));
  const ast_decl *ast = d->ast;
  bool none = ast->u.nominal.shapes.count == 0;
  const char *other_side = r->code == AG_WORD_SPOKES ? "star(spokes: T)" : "star(hub: T)";
  const char *more = star ? other_side : shape_word((hir_shape_kind)kind);
  diag_fix(e, "say so: `agent %s(…)%s { … }`", d->name->text, shapes_and(s, e, d, more));
  span brace = edit_before(e, ast->u.nominal.body_span, ")");
  span where = none ? brace : ast->u.nominal.shapes.items[ast->u.nominal.shapes.count - 1].span;
  diag_edit(e, star || span_is_none(where) ? SPAN_NONE : span_after(where),
            arena_printf(s->a, "%s%s", none ? " in " : ", ", more));
  return expr_error(s, at);
}

hir_expr *shape_path(sema *s, const ast_expr *e) {
  const ast_expr *object = e->u.field.object;
  const decl_info *d = agent_here(s);
  if (!d || object->kind != AST_EXPR_NAME || e->u.field.optional) return NULL;
  int kind = shape_named(object->u.name);
  bool outside;
  if (kind == ANY_SHAPE || local_find(s, object->u.name, &outside) || member_find(d, object->u.name)) return NULL;
  bool says = d->hir.shapes && d->hir.shapes->in[kind];
  const shape_row *r = row_of(e->u.field.name.name, kind);
  if (!says)
    return r && !symbol_find(s, s->cx->mod, object->u.name, object->span) ? report_not_in(s, d, r, e->span) : NULL;
  if (r) return word_in(s, d, r, e->span);
  diag *x = error_at(s, E0630, e->u.field.name.span, "in a %s there is no `%s`", object->u.name->text,
                     e->u.field.name.name->text);
  suggestion g = suggest_begin(e->u.field.name.name);
  const char *all = "";
  for (size_t i = 0; i < ROWS; i++) {
    if (rows[i].kind != kind) continue;
    suggest_offer(&g, str_intern_cstr(s->names, rows[i].word));
    all = arena_printf(s->a, "%s%s`%s`", all, *all ? ", " : "", rows[i].word);
  }
  diag_help(x, "there are %s", all);
  suggest_say(&g, x, e->u.field.name.span);
  return expr_error(s, e->span);
}

bool shape_unknown(sema *s, const str *name, span at) {
  const decl_info *d = agent_here(s);
  const shape_row *r = d ? row_of(name, ANY_SHAPE) : NULL;
  if (!r) return false;
  if (r->kind != ANY_SHAPE) {
    (void)report_not_in(s, d, r, at);
    return true;
  }
  diag *e = error_at(s, E0630, at, "`%s` does not say in which shape it stands", d->name->text);
  diag_help(e, "say so: `agent %s(…) in mesh { … }`", d->name->text);
  return true;
}

// ---- groups -----------------------------------------------------------------------------------------------------------------------------------
static bool is_group(const hir_expr *e) { return e->kind == HIR_TOPOLOGY && e->topology.op == TOPOLOGY_MEMBERS; }

static bool could_be_group(const type *t) {
  const type *elem = type_array_elem(t);
  return elem && (elem->kind == TY_AGENT || (elem->kind == TY_CLASS && elem->decl->topology));
}

static void report_no_group(sema *s, const hir_expr *e, const char *verb) {
  diag *d = error_at(s, E0638, e->span, "%s, and this is `%s`", verb, text_full(s, e->type));
  if (could_be_group(e->type))
    diag_note(d, SPAN_NONE, "it is the group as it was when it was looked at: what is added later is not in it");
  diag_help(d, "name it by its topology: `desk.analyzers`, where `desk` is what `spawn Desk(…)` gave");
}

hir_expr *group_call(sema *s, hir_expr *object, ast_ident name, const ast_expr *call) {
  bool grow = str_is(name.name, "grow");
  if (is_error(object) || (!grow && !str_is(name.name, "shrink"))) return NULL;
  if (!is_group(object) && !could_be_group(object->type)) return NULL;
  const ast_args *args = &call->u.call.args;
  bool inside = s->cx->owner && s->cx->owner->topology;
  if (!is_group(object) || inside || args->count != 1 || ast_has(args->items[0].name)) {
    if (is_group(object) && inside)
      error_at(s, E0638, call->span, "a topology is made here: nothing in it changes yet");
    else if (is_group(object)) error_at(s, E0304, call->u.call.args_span, "this is written `%s(n)`", name.name->text);
    else
      report_no_group(s, object, grow ? "only the group of a topology grows" : "only the group of a topology shrinks");
    check_surplus(s, args);
    return expr_error(s, call->span);
  }
  hir_expr *n = check_as(s, args->items[0].value, s->i64, arena_printf(s->a, "the number after `%s`", name.name->text));
  if (is_error(n)) return n;
  if (n->kind == HIR_INT && (int64_t)n->u < 0)
    error_at(s, E0635, n->span, "a group cannot %s by fewer than none", name.name->text);
  if (grow) return topology_grown(s, object, n, call->span);
  hir_expr *e = topology_op(s, TOPOLOGY_SHRINK, s->unit, call->span, object->topology.object, object->topology.index);
  e->topology.args = (hir_list){ARENA_ARRAY(s->a, const hir_expr *, 1), 1};
  e->topology.args.items[0] = n;
  return e;
}

hir_expr *group_to_join(sema *s, const ast_expr *place, const decl_info *agent) {
  hir_expr *e = check_expr(s, place, NULL);
  if (is_error(e)) return NULL;
  if (!is_group(e)) {
    report_no_group(s, e, "an agent is spawned into the group of a topology");
    return NULL;
  }
  const hir_node *p = &e->topology.object->type->decl->topology->parts[e->topology.index];
  if (!agent || p->decl == &agent->hir) return e;
  diag *d =
      error_at(s, E0638, place->span, "group `%s` is of `%s`, not of `%s`", p->name, p->decl->name, agent->hir.name);
  diag_note(d, p->span, "it is declared here");
  return NULL;
}

bool spawned_alone(sema *s, const decl_info *agent, span at) {
  const hir_shapes *says = agent->hir.shapes;
  if (!says) return true;
  uint32_t kind = 0;
  while (!says->in[kind]) kind++;
  const char *word = shape_word((hir_shape_kind)kind);
  diag *d = error_at(s, E0631, at, "`%s` stands in a %s, and alone it is in none", agent->name->text, word);
  diag_note(d, says->at[kind], "it says so here");
  diag_help(d, "place it in a topology, and spawn that: `topology … { group members[i in 0..n] = %s(…) … }`",
            agent->name->text);
  return false;
}
