// check_wiring.c — mesh, ring, star, tree, supervise: do they name what there is, and do agents stand where they say?
// Promises: each error names the agent's `in …` and the place in the topology; where one line mends it, it is offered.
#include "agent/abi.h"
#include "diag/edit.h"
#include "sema/check_topology.h"
#include "sema/interface.h"

static const char *const shape_words[SHAPE_KINDS] = {
    [SHAPE_MESH] = "mesh", [SHAPE_RING] = "ring", [SHAPE_STAR] = "star", [SHAPE_TREE] = "tree"};
const char *shape_word(hir_shape_kind kind) { return shape_words[kind]; }

// ---- `in …` of an agent ---------------------------------------------------------------------------------------------------------------
static const type **role_of(sema *s, const ast_shape *shape, hir_shapes *out) {
  if (!ast_has(shape->role)) return NULL;
  if (str_is(shape->role.name, "hub")) return &out->hub;
  if (str_is(shape->role.name, "spokes")) return &out->spokes;
  diag *d = error_at(s, E0632, shape->role.span, "in a star one sees the `hub`, or the `spokes`");
  suggestion g = suggest_begin(shape->role.name);
  suggest_offer(&g, str_intern_cstr(s->names, "hub"));
  suggest_offer(&g, str_intern_cstr(s->names, "spokes"));
  suggest_say(&g, d, shape->role.span);
  return NULL;
}

static void add_role(sema *s, const ast_shape *shape, hir_shapes *out) {
  const type **role = role_of(s, shape, out);
  const type *t = shape->type ? type_from_ast(s, shape->type) : NULL;
  if (!role || !t) return;
  if (t->kind != TY_ERROR && t->kind != TY_AGENT) {
    error_at(s, E0632, shape->type->span, "in a star stand agents, and `%s` is none", text_of(s, t));
    t = s->error;
  }
  if (*role) error_at(s, E0632, shape->span, "`%s` is said twice", shape->role.name->text);
  *role = t;
}

void agent_shapes(sema *s, decl_info *d) {
  uint32_t n = d->ast->u.nominal.shapes.count;
  if (n == 0) return;
  hir_shapes *out = ARENA_NEW(s->a, hir_shapes);
  for (uint32_t i = 0; i < n; i++) {
    const ast_shape *shape = &d->ast->u.nominal.shapes.items[i];
    hir_shape_kind kind = (hir_shape_kind)shape->kind;
    bool other_role = kind == SHAPE_STAR && ast_has(shape->role) && (out->hub || out->spokes);
    if (out->in[kind] && !other_role) {
      diag *e = error_at(s, E0632, shape->span, "`%s` is said twice", shape_words[kind]);
      diag_note(e, out->at[kind], "first here");
    }
    if (!out->in[kind]) out->at[kind] = shape->span;
    out->in[kind] = true;
    if (kind == SHAPE_STAR) add_role(s, shape, out);
  }
  d->hir.shapes = out;
}

// ---- the items of a topology ------------------------------------------------------------------------------------------------------------
static hir_topology *topology_of(decl_info *d) { return (hir_topology *)(uintptr_t)d->hir.topology; }

static bool part_named(sema *s, decl_info *d, ast_ident name, uint32_t *out) {
  member *m = ast_has(name) ? member_find(d, name.name) : NULL;
  if (m && m->kind == MEMBER_PART) {
    *out = m->index;
    return true;
  }
  if (!ast_has(name)) return false;
  diag *e =
      error_at(s, E0633, name.span, "no node and no group of `%s` is called `%s`", d->name->text, name.name->text);
  suggestion g = suggest_begin(name.name);
  for (uint32_t i = 0; i < d->hir.topology->part_count; i++)
    suggest_offer(&g, str_intern_cstr(s->names, d->hir.topology->parts[i].name));
  suggest_say(&g, e, name.span);
  if (m) diag_note(e, m->span, "this is a parameter");
  return false;
}

static bool joins_agents(sema *s, const hir_node *p, ast_ident name, const char *word) {
  if (!p->decl) return false;
  if (!p->decl->topology) return true;
  diag *e = error_at(s, E0632, name.span, "a %s joins agents, and `%s` is a topology", word, p->name);
  diag_note(e, p->span, "it is placed here");
  diag_help(e, "join the agents inside of `%s`", p->decl->name);
  return false;
}

static bool needs(sema *s, const hir_node *p, bool group, ast_ident name, const char *what) {
  if (p->is_group == group) return true;
  diag *e =
      error_at(s, E0632, name.span, group ? "%s, and `%s` is one agent" : "%s, and `%s` is a group", what, p->name);
  diag_note(e, p->span, "it is declared here");
  if (group) diag_help(e, "write `group %s[i in 0..n] = …`", p->name);
  return false;
}

// A member stands once in a shape of a kind; a hub may have several stars, and a spoke several hubs if it does not ask for `hub`.
static bool is_second(sema *s, const hir_topology *t, const hir_shape *shape) {
  const hir_node *p = &t->parts[shape->part];
  const hir_shapes *says = p->decl->shapes;
  bool star = shape->kind == SHAPE_STAR;
  for (uint32_t i = 0; i < t->shape_count; i++) {
    const hir_shape *old = &t->shapes[i];
    if (old->kind != shape->kind || old->part != shape->part) continue;
    bool other = star && old->hub != shape->hub;
    if (other && !(says && says->hub)) continue;
    diag *e = error_at(s, E0632, shape->span, "`%s` stands in a %s already", p->name, shape_words[shape->kind]);
    diag_note(e, old->span, "it does here");
    if (!other) return true;
    diag_note(e, says->at[SHAPE_STAR], "`%s` sees one `hub`: with two, nothing says which", p->decl->name);
    diag_help(e, "give it the others as arguments: `%s(%s)`", p->decl->name, t->parts[shape->hub].name);
    return true;
  }
  return false;
}

static void add_shape(sema *s, decl_info *d, const ast_item *item) {
  static const hir_shape_kind kinds[] = {[AST_ITEM_MESH] = SHAPE_MESH,
                                         [AST_ITEM_RING] = SHAPE_RING,
                                         [AST_ITEM_STAR] = SHAPE_STAR,
                                         [AST_ITEM_TREE] = SHAPE_TREE};
  hir_topology *t = topology_of(d);
  hir_shape shape = {.kind = kinds[item->kind], .span = item->span};
  bool star = shape.kind == SHAPE_STAR;
  if (shape.kind == SHAPE_TREE) shape.arity = t->number_count++;
  const char *word = shape_words[shape.kind];
  bool ok = part_named(s, d, item->name, star ? &shape.hub : &shape.part);
  if (star) ok = part_named(s, d, item->other, &shape.part) && ok;
  if (!ok) return;
  ok = joins_agents(s, &t->parts[star ? shape.hub : shape.part], item->name, word);
  if (star) ok = joins_agents(s, &t->parts[shape.part], item->other, word) && ok;
  if (!ok) return;
  if (star) ok = needs(s, &t->parts[shape.hub], false, item->name, "the hub of a star is one agent");
  else
    ok = needs(s, &t->parts[shape.part], true, item->name,
               arena_printf(s->a, "a %s joins the members of a group", word));
  if (ok && star && shape.hub == shape.part) {
    error_at(s, E0632, item->span, "`%s` cannot be its own hub", t->parts[shape.hub].name);
    ok = false;
  }
  if (ok && !is_second(s, t, &shape)) t->shapes[t->shape_count++] = shape;
}

static bool strategy_of(sema *s, ast_ident policy, uint32_t *out) {
  static const char *const words[] = {
      [AG_ONE_FOR_ONE] = "one_for_one", [AG_ONE_FOR_ALL] = "one_for_all", [AG_REST_FOR_ONE] = "rest_for_one"};
  suggestion g = suggest_begin(policy.name);
  for (uint32_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    *out = i;
    if (str_is(policy.name, words[i])) return true;
    suggest_offer(&g, str_intern_cstr(s->names, words[i]));
  }
  diag *e = error_at(s, E0639, policy.span, "`%s` is no way to supervise", policy.name->text);
  diag_help(e, "it is one of `one_for_one`, `one_for_all`, `rest_for_one`");
  suggest_say(&g, e, policy.span);
  return false;
}

static void add_rule(sema *s, decl_info *d, const ast_item *item) {
  hir_topology *t = topology_of(d);
  hir_rule rule = {.max = t->number_count, .period = t->number_count + 1, .span = item->span};
  t->number_count += 2;
  bool known = part_named(s, d, item->name, &rule.part);
  if (!strategy_of(s, item->policy, &rule.strategy) || !known) return;
  for (uint32_t i = 0; i < t->rule_count; i++) {
    if (t->rules[i].part != rule.part) continue;
    diag *e = error_at(s, E0639, item->span, "`%s` is supervised already", t->parts[rule.part].name);
    diag_note(e, t->rules[i].span, "by this");
    return;
  }
  t->rules[t->rule_count++] = rule;
}

void topology_wiring(sema *s, decl_info *d) {
  const ast_decl *ast = d->topology->ast;
  hir_topology *t = topology_of(d);
  uint32_t n = ast->u.topology.items.count;
  t->shapes = ARENA_ARRAY(s->a, hir_shape, n ? n : 1);
  t->rules = ARENA_ARRAY(s->a, hir_rule, n ? n : 1);
  for (uint32_t i = 0; i < n; i++) {
    const ast_item *item = &ast->u.topology.items.items[i];
    if (item->kind == AST_ITEM_SUPERVISE) add_rule(s, d, item);
    else if (item->kind != AST_ITEM_NODE && item->kind != AST_ITEM_GROUP) add_shape(s, d, item);
  }
}

// ---- numbers ----------------------------------------------------------------------------------------------------------------------------
static hir_expr *number(sema *s, const ast_expr *e, const type *t, uint64_t otherwise, span at, const char *what) {
  if (!e) return expr_int(s, t, otherwise, at);
  hir_expr *x = check_as(s, e, t, what);
  if (x->kind == HIR_INT && (int64_t)x->u < 1) error_at(s, E0635, e->span, "%s is above 0", what);
  return x;
}

uint32_t topology_numbers(sema *s, const decl_info *d, const ast_item *item, hir_expr **out) {
  if (item->kind == AST_ITEM_TREE) {
    out[0] = number(s, item->number, s->i64, 2, item->span, "the arity of a tree");
    for (uint32_t i = 0; i < d->hir.topology->shape_count; i++) {
      hir_shape *shape = (hir_shape *)&d->hir.topology->shapes[i]; // ours
      if (shape->span.begin == item->span.begin && out[0]->kind == HIR_INT) shape->known_arity = (int64_t)out[0]->u;
    }
    return 1;
  }
  if (item->kind != AST_ITEM_SUPERVISE) return 0;
  out[0] = number(s, item->number, s->i64, 3, item->span, "the number after `max`");
  out[1] = number(s, item->period, s->duration, UINT64_C(5000000000), item->span, "the time after `in`");
  return 2;
}

// ---- do agents stand where they say? ------------------------------------------------------------------------------------------------------
typedef struct stand { // what one `in …` of an agent asks for
  hir_shape_kind kind;
  bool as_hub, as_spoke; // in a star
} stand;

static const hir_shape *shape_of(const hir_topology *t, uint32_t part, stand w) {
  for (uint32_t i = 0; i < t->shape_count; i++) {
    const hir_shape *x = &t->shapes[i];
    if (x->kind != w.kind) continue;
    if (w.as_hub ? x->hub == part : x->part == part) return x;
    if (w.kind == SHAPE_STAR && !w.as_hub && !w.as_spoke && x->hub == part) return x;
  }
  return NULL;
}

static const type *type_of_agent(sema *s, const hir_decl *agent) {
  return type_of_decl(s, info_of(agent), NULL, 0, CAP_TAG);
}

// Is it what an agent says it sees, or one of the interface's? An agent that is seen so has its table from then on.
static bool is_seen_as(sema *s, const hir_decl *agent, const type *wanted) {
  if (wanted->kind == TY_ERROR) return false;
  return agent == wanted->decl ||
         (wanted->decl->kind == DECL_INTERFACE && type_satisfies(s->types, type_of_agent(s, agent), wanted));
}

// The one part that could stand on the other side of a star; NULL: none, or several.
static const hir_node *other_side(sema *s, const hir_topology *t, const type *wanted, bool hub) {
  const hir_node *found = NULL;
  for (uint32_t i = 0; wanted && i < t->part_count; i++) {
    const hir_node *p = &t->parts[i];
    if (!p->decl || p->decl->topology || !is_seen_as(s, p->decl, wanted) || (hub && p->is_group)) continue;
    if (found) return NULL;
    found = &t->parts[i];
  }
  return found;
}

static void report_outside_shape(sema *s, const decl_info *d, uint32_t part, stand w) {
  const hir_topology *t = d->hir.topology;
  const hir_node *p = &t->parts[part];
  const hir_shapes *says = p->decl->shapes;
  const ast_item *item = d->topology->items[part];
  const char *role = w.as_hub ? " as its hub" : "";
  // Two errors of one code have two places.
  span place = w.kind == SHAPE_STAR ? item->name.span : item->type->span;
  diag *e = error_at(s, E0631, place, "`%s` stands in a %s%s, and %s `%s` is in none", p->decl->name,
                     shape_words[w.kind], role, p->is_group ? "group" : "node", p->name);
  diag_note(e, says->at[w.kind], "it says so here");
  const char *line =
      arena_printf(s->a, "%s %s%s", shape_words[w.kind], p->name, w.kind == SHAPE_TREE ? " arity 2" : "");
  if (w.kind == SHAPE_STAR) {
    const hir_node *other = other_side(s, t, w.as_hub ? says->spokes : says->hub, !w.as_hub);
    const char *name = other ? other->name : "…";
    line = w.as_hub ? arena_printf(s->a, "star %s -> %s", p->name, name)
                    : arena_printf(s->a, "star %s -> %s", name, p->name);
    if (!other || (w.as_hub && p->is_group)) {
      diag_help(e, "write `%s`", line);
      return;
    }
  } else if (!p->is_group) {
    diag_help(e, "a %s joins the members of a group: write `group %s[i in 0..n] = …` and `%s`", shape_words[w.kind],
              p->name, line);
    return;
  }
  diag_fix(e, "write `%s`", line);
  diag_edit(e, span_after(item->span), arena_printf(s->a, "\n%s%s", edit_indent(e, item->span), line));
}

// `seen`: the part that the other one sees as its hub, or as its spokes.
static void check_side(sema *s, const hir_shape *star, const hir_node *seen, const hir_node *by, const type *wanted,
                       const char *word) {
  if (!wanted || wanted->kind == TY_ERROR || is_seen_as(s, seen->decl, wanted)) return;
  if (wanted->decl->kind == DECL_INTERFACE) {
    const char *role = arena_printf(s->a, "`%s`, which `%s` sees as its %s,", seen->name, by->decl->name, word);
    interface_report(s, star->span, type_of_agent(s, seen->decl), wanted, role);
    return;
  }
  bool hub = word[0] == 'h';
  diag *e =
      error_at(s, E0632, star->span,
               hub ? "`%s` sees a `%s` as its %s, and `%s` is a `%s`" : "`%s` sees `%s`s as its %s, and `%s` is a `%s`",
               by->decl->name, text_of(s, wanted), word, seen->name, seen->decl->name);
  diag_note(e, by->decl->shapes->at[SHAPE_STAR], "it says so here");
  diag_note(e, seen->span, "`%s` is placed here", seen->name);
}

static void check_star(sema *s, const decl_info *d, const hir_shape *star) {
  const hir_node *hub = &d->hir.topology->parts[star->hub], *spokes = &d->hir.topology->parts[star->part];
  check_side(s, star, hub, spokes, spokes->decl->shapes ? spokes->decl->shapes->hub : NULL, "hub");
  check_side(s, star, spokes, hub, hub->decl->shapes ? hub->decl->shapes->spokes : NULL, "spokes");
}

static void check_part(sema *s, const decl_info *d, uint32_t part) {
  const hir_node *p = &d->hir.topology->parts[part];
  const hir_shapes *says = p->decl ? p->decl->shapes : NULL;
  for (uint32_t kind = 0; says && kind < SHAPE_KINDS; kind++) {
    if (!says->in[kind]) continue;
    stand w = {.kind = (hir_shape_kind)kind};
    bool hub = kind == SHAPE_STAR && says->spokes, spoke = kind == SHAPE_STAR && says->hub;
    if (hub) w.as_hub = true;
    if ((hub || !spoke) && !shape_of(d->hir.topology, part, w)) report_outside_shape(s, d, part, w);
    w = (stand){.kind = (hir_shape_kind)kind, .as_spoke = spoke};
    if (spoke && !shape_of(d->hir.topology, part, w)) report_outside_shape(s, d, part, w);
  }
}

// A node that is a topology like the one it is in has one again, without an end.
static bool reaches(const hir_decl *from, const hir_decl *wanted, uint32_t depth) {
  for (uint32_t i = 0; depth < 100 && i < from->topology->part_count; i++) {
    const hir_node *p = &from->topology->parts[i];
    if (p->is_group || !p->decl || !p->decl->topology) continue;
    if (p->decl == wanted || reaches(p->decl, wanted, depth + 1)) return true;
  }
  return false;
}

static void check_endless(sema *s, const decl_info *d) {
  for (uint32_t i = 0; i < d->hir.topology->part_count; i++) {
    const hir_node *p = &d->hir.topology->parts[i];
    if (p->is_group || !p->decl || !p->decl->topology) continue;
    if (p->decl != &d->hir && !reaches(p->decl, &d->hir, 0)) continue;
    diag *e =
        error_at(s, E0637, d->topology->items[i]->type->span, "`%s` would contain itself, without an end", d->hir.name);
    diag_help(e, "a group may be empty: `group %s[i in 0..n] = …`", p->name);
    return;
  }
}

typedef struct seen { // topologies: they may stand in each other, and in themselves
  const struct seen *next;
  const hir_decl *decl;
} seen;

// Who is to be made again needs its arguments again; a topology fails as a whole, and all in it are made again. False: reported.
static bool check_restart(sema *s, const hir_decl *agent, const hir_rule *r, const seen **all) {
  for (const seen *k = *all; k; k = k->next)
    if (k->decl == agent) return true;
  if (agent && agent->topology) {
    seen *here = ARENA_NEW(s->a, seen);
    *here = (seen){.next = *all, .decl = agent};
    *all = here;
    for (uint32_t i = 0; i < agent->topology->part_count; i++)
      if (!check_restart(s, agent->topology->parts[i].decl, r, all)) return false;
  }
  if (!agent || agent->kind != DECL_AGENT) return true;
  for (uint32_t i = 0; i < agent->header_count; i++) {
    const hir_field *f = &agent->fields[i];
    if (type_is_shareable(s->types, f->type)) continue;
    diag *e = error_at(s, E0639, r->span, "`%s` could not be started again: its `%s` is gone when it fails",
                       agent->name, f->name);
    diag_note(e, f->span, "it is `%s`, which only one can have", text_full(s, f->type));
    diag_help(e, "make it `val`, or let `%s` make it itself", agent->name);
    return false;
  }
  return true;
}

static void check_rule(sema *s, const decl_info *d, const hir_rule *r) {
  const seen *all = NULL;
  (void)check_restart(s, d->hir.topology->parts[r->part].decl, r, &all);
}

void topology_check(sema *s, decl_info *d) {
  const hir_topology *t = d->hir.topology;
  for (uint32_t i = 0; i < t->part_count; i++) check_part(s, d, i);
  for (uint32_t i = 0; i < t->shape_count; i++)
    if (t->shapes[i].kind == SHAPE_STAR) check_star(s, d, &t->shapes[i]);
  for (uint32_t i = 0; i < t->rule_count; i++) check_rule(s, d, &t->rules[i]);
  check_endless(s, d);
}
