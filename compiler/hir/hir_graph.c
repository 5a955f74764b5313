// hir_graph.c — `agentc graph`: topologies as DOT.
// How:      a topology that is part of another is drawn inside of it; one that contains itself once more, and then as a box. A group
//           whose size is known and small is drawn whole, of others the first members and the last.
#include "hir/hir_graph.h"

#include <string.h>

#include "hir/hir_walk.h"

enum { WHOLE = 8, FIRST = 3, DEEPEST = 4 };

typedef struct graph {
  buf *out;
  const hir_program *program;
  const source_set *sources;
  const hir_decl *inside[DEEPEST + 1];
  uint32_t depth;
  const char *path; // of the topology being drawn: "Firm.desk"
  arena *arena;
} graph;

// ---- text ------------------------------------------------------------------------------------------------------------
static void indent(graph *g) {
  for (uint32_t i = 0; i <= g->depth; i++) buf_adds(g->out, "  ");
}

// Source text, white space as single spaces.
static void put_source(graph *g, span at) {
  const source *src = source_of(g->sources, at.file);
  bool space = false;
  for (uint32_t i = at.begin; src && i < at.end; i++) {
    char c = src->text[i];
    bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank && space) buf_addc(g->out, ' ');
    if (!blank && (c == '"' || c == '\\')) buf_addc(g->out, '\\');
    if (!blank) buf_addc(g->out, c);
    space = blank;
  }
}

static const char *id_of(graph *g, const hir_node *p) { return arena_printf(g->arena, "%s.%s", g->path, p->name); }

// ---- members ------------------------------------------------------------------------------------------------------------
// How many boxes a group has, and whether the one before the last stands for others.
static uint32_t boxes(const hir_node *p, bool *more) {
  *more = false;
  if (!p->is_group) return 1;
  if (p->size >= 0 && p->size <= WHOLE) return (uint32_t)p->size;
  *more = true;
  return FIRST + 2;
}

static void put_member(graph *g, const hir_node *p, uint32_t i) {
  if (p->is_group) buf_printf(g->out, "\"%s.%u\"", id_of(g, p), i);
  else buf_printf(g->out, "\"%s\"", id_of(g, p));
}

static const hir_rule *rule_of(const hir_topology *t, uint32_t part) {
  for (uint32_t i = 0; i < t->rule_count; i++)
    if (t->rules[i].part == part) return &t->rules[i];
  return NULL;
}

static void draw_topology(graph *g, const hir_decl *d, const char *path, const hir_node *as, const hir_rule *rule);

static void put_rule(graph *g, const hir_rule *rule) {
  if (!rule) return;
  buf_adds(g->out, "\\n");
  put_source(g, rule->span);
}

static void draw_group(graph *g, const hir_node *p, const hir_rule *rule) {
  bool more;
  uint32_t n = boxes(p, &more);
  indent(g);
  buf_printf(g->out, "subgraph \"cluster_%s\" {\n", id_of(g, p));
  g->depth++;
  indent(g);
  buf_printf(g->out, "label=\"group %s", p->name);
  put_source(g, p->range);
  buf_printf(g->out, ": %s", p->decl->name);
  put_rule(g, rule);
  buf_printf(g->out, "\"; labelloc=b; style=\"rounded%s\"; color=\"%s\";\n", rule ? ",dashed" : "",
             rule ? "firebrick" : "gray50");
  if (n == 0) {
    indent(g);
    buf_printf(g->out, "\"%s.0\" [label=\"none yet\", shape=plaintext];\n", id_of(g, p));
  }
  for (uint32_t i = 0; i < n; i++) {
    indent(g);
    put_member(g, p, i);
    if (more && i == FIRST) buf_adds(g->out, " [label=\"…\", shape=plaintext];\n");
    else if (more && i > FIRST) buf_printf(g->out, " [label=\"%s[last]\"];\n", p->name);
    else buf_printf(g->out, " [label=\"%s[%u]\"];\n", p->name, i);
  }
  g->depth--;
  indent(g);
  buf_adds(g->out, "}\n");
}

static void draw_node(graph *g, const hir_node *p, const hir_rule *rule) {
  indent(g);
  buf_printf(g->out, "\"%s\" [label=\"%s: %s", id_of(g, p), p->name, p->decl->name);
  put_rule(g, rule);
  buf_printf(g->out, "\"%s];\n", rule ? ", style=\"rounded,dashed\", color=firebrick" : "");
}

static bool is_drawn_around(const graph *g, const hir_decl *d) {
  for (uint32_t i = 0; i < g->depth; i++)
    if (g->inside[i] == d) return true;
  return false;
}

static void draw_part(graph *g, const hir_topology *t, uint32_t part) {
  const hir_node *p = &t->parts[part];
  const hir_rule *rule = rule_of(t, part);
  bool inner = p->decl->topology && g->depth < DEEPEST && !is_drawn_around(g, p->decl);
  if (inner) draw_topology(g, p->decl, id_of(g, p), p, rule);
  else if (p->is_group && !p->decl->topology) draw_group(g, p, rule);
  else draw_node(g, p, rule);
}

// ---- edges ------------------------------------------------------------------------------------------------------------
typedef struct edge_style {
  const char *colour, *more;
} edge_style;
static const edge_style styles[SHAPE_KINDS] = {[SHAPE_MESH] = {"steelblue", ", dir=none"},
                                               [SHAPE_RING] = {"forestgreen", ""},
                                               [SHAPE_STAR] = {"darkorange", ""},
                                               [SHAPE_TREE] = {"purple", ""}};

static void edge(graph *g, const hir_node *a, uint32_t i, const hir_node *b, uint32_t k, hir_shape_kind kind,
                 bool *first) {
  static const char *const words[SHAPE_KINDS] = {"mesh", "ring", "star", "tree"};
  indent(g);
  put_member(g, a, i);
  buf_adds(g->out, " -> ");
  put_member(g, b, k);
  buf_printf(g->out, " [color=%s%s", styles[kind].colour, styles[kind].more);
  if (*first) buf_printf(g->out, ", label=\"%s\", fontcolor=%s", words[kind], styles[kind].colour);
  buf_adds(g->out, "];\n");
  *first = false;
}

static void draw_shape(graph *g, const hir_topology *t, const hir_shape *s) {
  const hir_node *p = &t->parts[s->part];
  bool more, first = true;
  uint32_t n = boxes(p, &more), arity = s->known_arity > 0 ? (uint32_t)s->known_arity : 2;
  for (uint32_t i = 0; i < n; i++) {
    if (s->kind == SHAPE_RING) edge(g, p, i, p, (i + 1) % n, s->kind, &first);
    if (s->kind == SHAPE_STAR) edge(g, &t->parts[s->hub], 0, p, i, s->kind, &first);
    if (s->kind == SHAPE_TREE && i) edge(g, p, (i - 1) / arity, p, i, s->kind, &first);
    for (uint32_t k = i + 1; s->kind == SHAPE_MESH && k < n; k++) edge(g, p, i, p, k, s->kind, &first);
  }
}

// Which parts the arguments of a part name.
typedef struct known {
  bool *parts;
  const hir_var *self;
} known;

static void find_known(void *cx, const hir_expr *e) {
  known *k = cx;
  bool part = e->kind == HIR_TOPOLOGY && (e->topology.op == TOPOLOGY_NODE || e->topology.op == TOPOLOGY_MEMBERS);
  if (part && e->topology.object->kind == HIR_LOCAL && e->topology.object->local.var == k->self)
    k->parts[e->topology.index] = true;
  hir_each_child(e, find_known, cx);
}

// Some box of a part, for an edge to the part as a whole: with the name of its cluster if it has one.
static const char *anchor(graph *g, const hir_node *p, const char **cluster) {
  const char *id = id_of(g, p);
  *cluster = NULL;
  while (p->decl->topology && p->decl->topology->part_count && g->depth < DEEPEST && !is_drawn_around(g, p->decl)) {
    if (!*cluster) *cluster = id;
    p = &p->decl->topology->parts[0];
    id = arena_printf(g->arena, "%s.%s", id, p->name);
  }
  if (!p->is_group || p->decl->topology) return id;
  if (!*cluster) *cluster = id;
  return arena_printf(g->arena, "%s.0", id);
}

static bool joined(const hir_topology *t, uint32_t a, uint32_t b) {
  for (uint32_t i = 0; i < t->shape_count; i++) {
    const hir_shape *s = &t->shapes[i];
    if (s->kind == SHAPE_STAR && ((s->hub == a && s->part == b) || (s->hub == b && s->part == a))) return true;
  }
  return false;
}

static void draw_known(graph *g, const hir_topology *t, uint32_t part) {
  const hir_fn *fill = t->parts[part].fill;
  known k = {.parts = ARENA_ARRAY(g->arena, bool, t->part_count), .self = fill->self};
  if (!fill->body) return;
  find_known(&k, fill->body);
  for (uint32_t i = 0; i < t->part_count; i++) {
    if (!k.parts[i] || i == part || joined(t, part, i)) continue;
    const char *from_cluster, *to_cluster, *from = anchor(g, &t->parts[part], &from_cluster),
                                           *to = anchor(g, &t->parts[i], &to_cluster);
    indent(g);
    buf_printf(g->out, "\"%s\" -> \"%s\" [style=dashed, color=gray40", from, to);
    if (from_cluster) buf_printf(g->out, ", ltail=\"cluster_%s\"", from_cluster);
    if (to_cluster) buf_printf(g->out, ", lhead=\"cluster_%s\"", to_cluster);
    buf_adds(g->out, "];\n");
  }
}

// ---- topologies --------------------------------------------------------------------------------------------------------
static void draw_topology(graph *g, const hir_decl *d, const char *path, const hir_node *as, const hir_rule *rule) {
  const char *outer = g->path;
  indent(g);
  buf_printf(g->out, "subgraph \"cluster_%s\" {\n", path);
  g->inside[g->depth++] = d;
  g->path = path;
  indent(g);
  if (!as) buf_printf(g->out, "label=\"topology %s", d->name);
  else buf_printf(g->out, "label=\"%s %s", as->is_group ? "group" : "node", as->name);
  if (as) put_source(g, as->range);
  if (as) buf_printf(g->out, ": %s", d->name);
  put_rule(g, rule);
  buf_printf(g->out, "\"; style=\"%s\"; color=\"%s\";\n", rule ? "rounded,dashed" : "rounded",
             rule ? "firebrick" : "black");
  for (uint32_t i = 0; i < d->topology->part_count; i++) draw_part(g, d->topology, i);
  for (uint32_t i = 0; i < d->topology->shape_count; i++) draw_shape(g, d->topology, &d->topology->shapes[i]);
  for (uint32_t i = 0; i < d->topology->part_count; i++) draw_known(g, d->topology, i);
  g->depth--;
  g->path = outer;
  indent(g);
  buf_adds(g->out, "}\n");
}

static bool is_part_of_another(const hir_program *p, const hir_decl *d) {
  for (uint32_t i = 0; i < p->decl_count; i++) {
    const hir_topology *t = p->decls[i]->topology;
    for (uint32_t k = 0; t && p->decls[i] != d && k < t->part_count; k++)
      if (t->parts[k].decl == d) return true;
  }
  return false;
}

bool hir_graph(buf *out, const hir_program *p, const source_set *sources) {
  arena scratch;
  arena_init(&scratch);
  graph g = {.out = out, .program = p, .sources = sources, .arena = &scratch};
  bool any = false;
  for (uint32_t i = 0; i < p->decl_count; i++) {
    const hir_decl *d = p->decls[i];
    if (!d->topology || is_part_of_another(p, d)) continue;
    if (!any) {
      buf_adds(out,
               "digraph topologies {\n  compound=true; rankdir=TB; nodesep=0.4; ranksep=0.6;\n"
               "  node [shape=box, style=rounded, fontname=\"Helvetica\", fontsize=11];\n"
               "  edge [fontname=\"Helvetica\", fontsize=10];\n  fontname=\"Helvetica\"; fontsize=12;\n");
    }
    any = true;
    draw_topology(&g, d, d->name, NULL, NULL);
  }
  if (any) buf_adds(out, "}\n");
  arena_fini(&scratch);
  return any;
}
