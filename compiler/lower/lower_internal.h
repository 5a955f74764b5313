// lower_internal.h — what the files of lowering share.
// Owns:     the state of the function being lowered.
// Promises: `block` is always a block that can be appended to; after a jump it is a fresh one that nothing reaches.
//           Instructions that can raise get `handler` as their error edge.
#ifndef LOWER_LOWER_INTERNAL_H
#define LOWER_LOWER_INTERNAL_H

#include "mir/builder.h"
#include "mir/mir.h"

typedef struct lower_defer {
  const hir_expr *body; // NULL: nothing but that local `keep` lives until then
  uint32_t keep;
  uint32_t handler; // what was in effect before it was declared, and is while it runs
} lower_defer;

// A block or a loop that is being lowered, innermost first.
typedef struct lower_scope {
  struct lower_scope *up;
  VEC(lower_defer) defers;
  uint32_t break_block, continue_block; // MIR_NONE: no loop
} lower_scope;

typedef struct lower {
  mir_program *p;
  arena *a;
  mir_fn *fn;
  const hir_fn *hir; // NULL in constructors and initialisers
  uint32_t block;
  uint32_t handler; // MIR_PROPAGATE or a block
  uint32_t self;    // local, or MIR_NONE
  map vars;         // hir_var * -> local + 1
  lower_scope *scope;
  const type *unit, *boolean, *integer, *any_error;
} lower;

// A place being assigned to. Its parts are evaluated; lower_place_open makes it ready for the access.
typedef struct lower_place {
  mir_place place;
  span span;
  bool check;    // first step is an unchecked INDEX
  bool from_map; // base is a temporary that holds a copy of map[key], to be written back
  mir_operand map, key;
} lower_place;

// lower.c
uint32_t lower_temp(lower *lo, const type *t);
uint32_t lower_want(lower *lo, uint32_t want, const type *t); // want, or a new temporary
uint32_t lower_var(lower *lo, const hir_var *v);
uint32_t lower_new_block(lower *lo);
mir_operand lower_local(lower *lo, uint32_t local);
mir_operand lower_unit(lower *lo);
mir_inst *lower_emit(lower *lo, mir_op op, uint32_t dst, const type *t, const mir_operand *args, uint32_t n, span at);
void lower_jump(lower *lo, uint32_t to, span at); // the block goes on to `to`
void lower_branch(lower *lo, mir_operand c, uint32_t yes, uint32_t no, span at);
void lower_end(lower *lo, mir_term_kind kind, mir_operand value, span at); // and a fresh block begins
void lower_raise_on(lower *lo, uint32_t handler, span at);               // cx->err is set: go to handler, or propagate
mir_operand lower_in_local(lower *lo, mir_operand o, span at);           // constants get a temporary
mir_operand lower_put(lower *lo, mir_operand o, uint32_t want, span at); // into want, if there is one
// Does a name of type `seen` see only the tag of what a name of type `kept` can reach, and may hand over meanwhile? Then
// two agents will count the object.
bool lower_tag_is_seen(const type *kept, const type *seen);
// As lower_put, for a name of type `seen`; an object it sees only the tag of gets an atomic count.
mir_operand lower_seen(lower *lo, mir_operand o, const type *seen, uint32_t want, span at);
void lower_return(lower *lo, mir_operand value, span at);
mir_operand lower_constant(lower *lo, const hir_expr *e); // HIR_CONST

// lower_expr.c
mir_operand lower_expr(lower *lo, const hir_expr *e);
mir_operand lower_to(lower *lo, const hir_expr *e, uint32_t want); // want: a local that is dead until then, or MIR_NONE
// Operands of a call or maker: `first` of the items (the receiver), then the arguments in their order of evaluation.
mir_operand *lower_ordered(lower *lo, const hir_expr *e, const hir_expr *const *items, uint32_t n, uint32_t first);
mir_operand *lower_args(lower *lo, const hir_expr *const *items, uint32_t n, uint32_t room_before);
void lower_map_set(lower *lo, const type *t, const mir_operand *args, uint32_t n, span at); // or a Set: map, key
mir_operand lower_hold(lower *lo, const hir_expr *e, mir_operand o, const hir_expr *later);
mir_operand lower_arith(lower *lo, hir_op op, mir_operand a, mir_operand b, const type *t, uint32_t want, span at);

// lower_data.c: things made and their parts
mir_operand lower_make(lower *lo, const hir_expr *e, uint32_t want);
mir_operand lower_load(lower *lo, const hir_expr *e, uint32_t want);
mir_operand lower_place_load(lower *lo, const lower_place *pl, const type *t, uint32_t want);
lower_place lower_place_of(lower *lo, const hir_expr *e);
lower_place lower_place_local(lower *lo, uint32_t local, span at);
void lower_place_open(lower *lo, lower_place *pl);
void lower_place_close(lower *lo, const lower_place *pl);
void lower_place_step(lower *lo, lower_place *pl, mir_step step);
mir_place *lower_place_copy(lower *lo, const lower_place *pl);
void lower_assign(lower *lo, const hir_expr *e);
mir_operand lower_swap(lower *lo, const hir_expr *e, uint32_t want);

// lower_call.c
mir_inst *lower_emit_call(lower *lo, const hir_expr *e, mir_operand *args, uint32_t n, uint32_t want);
mir_operand lower_call(lower *lo, const hir_expr *e, uint32_t want);
mir_operand lower_operator(lower *lo, const hir_expr *assign, mir_operand old,
                           mir_operand value); // assign.fn(old, value)

// lower_interface.c
void lower_tables(mir_program *p); // declares their functions
mir_operand lower_interface(lower *lo, const hir_expr *e, uint32_t want);
void lower_call_method(lower *lo, mir_inst *call, const hir_fn *abstract); // makes it a call through the table

// lower_channel.c
mir_operand lower_waiting(lower *lo, const hir_expr *e, uint32_t want); // HIR_AWAIT of a native that waits

// lower_closure.c
mir_operand lower_call_value(lower *lo, const hir_expr *e, uint32_t want);
mir_operand lower_closure(lower *lo, const hir_expr *e, uint32_t want);

// lower_flow.c
mir_operand lower_flow(lower *lo, const hir_expr *e, uint32_t want); // blocks, if, match, loops, jumps, else, catch
void lower_cond(lower *lo, const hir_expr *e, uint32_t yes, uint32_t no);

// lower_loop.c
void lower_loop(lower *lo, const hir_expr *e);

// lower_error.c
mir_operand lower_else(lower *lo, const hir_expr *e, uint32_t want);
mir_operand lower_catch(lower *lo, const hir_expr *e, uint32_t want);
void lower_defer_push(lower *lo, const hir_expr *e);
// A variable of this local whose drop can be seen lives to the end of the block that is being lowered, as far as nothing has moved
// it (pass keep); or until here, where it is overwritten.
void lower_keep(lower *lo, const hir_var *v, uint32_t local);
void lower_keep_until(lower *lo, const hir_var *v, uint32_t local, span at);
void lower_keep_pat(lower *lo, const hir_pat *pat); // all names in it
// `body`, where the names of pat, or those that cond gives a value to, are known; those whose drop can be seen live to its end.
mir_operand lower_branch_body(lower *lo, const hir_pat *pat, const hir_expr *cond, const hir_expr *body, uint32_t want);
void lower_defers_run(lower *lo, const lower_scope *until); // of all scopes inside `until`, innermost first

// lower_match.c
mir_operand lower_match(lower *lo, const hir_expr *e, uint32_t want);
void lower_arms(lower *lo, const hir_expr *e, mir_operand subject, bool moves, uint32_t want, uint32_t end);
void lower_pat_test(lower *lo, mir_operand subject, const hir_pat *pat, uint32_t fail);
void lower_pat_bind(lower *lo, mir_operand subject, const hir_pat *pat, bool moves);
mir_operand lower_subject(lower *lo, const hir_expr *e);
bool lower_is_moved(const hir_expr *e); // is its value nobody else's afterwards?

// lower_agent.c
mir_operand lower_deadline(lower *lo, const hir_expr *within); // NULL: none
mir_operand lower_agent(lower *lo, const hir_expr *e,
                        uint32_t want); // spawn, signal, ask, await, quorum, shard, timers

// A message local; its arguments are consumed. Nothing may raise before it is sent.
mir_operand lower_message(lower *lo, const hir_fn *fn, const hir_decl *decl, const mir_operand *args, uint32_t n,
                          span at);

// lower_topology.c
mir_operand lower_topology(lower *lo, const hir_expr *e, uint32_t want);

// lower_walk.c
bool hir_assigns(const hir_expr *e); // could evaluating it change a variable?

#endif
