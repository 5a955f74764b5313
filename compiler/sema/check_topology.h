// check_topology.h — topologies while they are checked.
// Owns:     nothing. Internal to compiler/sema.
// Promises: to the rest of sema a topology is a class of `val` objects, whose header fields are its parameters. Its nodes and groups
//           are members of the kind MEMBER_PART. Three kinds of methods, which no program can name, do the work (`wiring`): `make`
//           fills a new handle, `fill` gives the members of a part their first messages, `grow` makes more of them.
#ifndef SEMA_CHECK_TOPOLOGY_H
#define SEMA_CHECK_TOPOLOGY_H

#include "sema/check.h"

typedef enum wiring_kind { WIRING_MAKE, WIRING_FILL, WIRING_GROW } wiring_kind;
typedef struct wiring { // fn_info.wiring
  wiring_kind kind;
  uint32_t part; // FILL, GROW
} wiring;

typedef struct topology_info { // decl_info.topology
  const ast_decl *ast;         // AST_DECL_TOPOLOGY; decl_info.ast is the class made of its head
  const ast_item **items;      // by part
} topology_info;

// check_topology.c
void topology_parts(sema *s, decl_info *d);   // after its fields
void topology_methods(sema *s, decl_info *d); // after its members
hir_expr *topology_body(sema *s, fn_info *f);
// A handle: made, and started unless it is part of another one.
hir_expr *topology_made(sema *s, decl_info *d, const ast_args *args, span at, const type *hint, bool start);
hir_expr *topology_grown(sema *s, hir_expr *group, hir_expr *n, span at);    // `group.grow(n)`
hir_expr *topology_part(sema *s, hir_expr *handle, uint32_t index, span at); // as a value
bool topology_part_named(sema *s, uint32_t index, span at); // in its own text: may it be used there? Reports
hir_expr *topology_op(sema *s, hir_topology_op op, const type *t, span at, const hir_expr *handle, uint32_t index);

// check_wiring.c
void topology_wiring(sema *s, decl_info *d);     // its shapes and rules, before any body
void circles_check(sema *s, const decl_info *d); // do its nodes wait for each other? after all bodies are checked
void topology_check(sema *s, decl_info *d);      // do its agents stand where they say? after all declarations are known
void agent_shapes(sema *s, decl_info *d);        // `in …` of an agent
const char *shape_word(hir_shape_kind kind);     // "ring"
uint32_t topology_numbers(sema *s, const decl_info *d, const ast_item *item, hir_expr **out); // what it is told: 0 to 2

// check_shape.c
// A word of the agent's shapes: `next`. NULL: it is none here.
hir_expr *shape_name(sema *s, const str *name, span at);
hir_expr *shape_path(sema *s, const ast_expr *e);      // `ring.next`
bool shape_unknown(sema *s, const str *name, span at); // a word of a shape that the agent does not stand in: reports
// `group.grow(n)`, `group.shrink(n)`; NULL: something else is called.
hir_expr *group_call(sema *s, hir_expr *object, ast_ident name, const ast_expr *call);
// The group that `spawn … in …` names; NULL: it is none, reported.
hir_expr *group_to_join(sema *s, const ast_expr *place, const decl_info *agent);
bool spawned_alone(sema *s, const decl_info *agent, span at); // else E0631

#endif
