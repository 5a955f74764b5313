// flow_state.h — what flow knows at a point of a function. Internal to flow*.c.
// Owns:     the working state of one function: tracked variables (those that can be moved, or are declared without a value),
//           what may have happened to each by now, and the loops, guards and deferred expressions around.
// Promises: joining and copying cost the number of tracked variables in scope. One pass: what a loop does to its own next turn is
//           seen at its end, by comparing what reaches there moved with what is used before it is assigned again.
#ifndef SEMA_FLOW_STATE_H
#define SEMA_FLOW_STATE_H

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "diag/diag.h"
#include "sema/flow.h"
#include "sema/sendable.h"

// Where something moved, and into what.
typedef struct move_site {
  span span;
  const hir_expr *into; // the operation that takes it, or NULL
  const hir_pat *pat;   // moved by a pattern that took it apart
} move_site;

typedef struct var_state {
  uint32_t moved; // 0: not moved on any path to here; else one of the places, index + 1 into sites
  uint16_t level; // loops 1..level: assigned since the begin of their turn on every path
  bool by_error;  // moved in the operand of a `catch` or `else`, which an error may have left after it
  bool may_be_unset;
  bool may_be_set; // only kept for variables declared without a value
} var_state;

typedef struct state {
  var_state *v;
  uint32_t count, capacity;
  bool dead; // no path leads here
} state;

typedef struct flow_var {
  const hir_var *var;
  bool declared_empty;
  bool used;
  bool guard_only;            // bound by a pattern whose guard is being evaluated
  const hir_expr *in_use;     // the operation that has looked at it and is not done yet
  const hir_expr *deferred;   // a use of it in a pending `defer`
  const hir_expr *stands_for; // the `it` of `x?.f()`: x, a place that is only looked at
} flow_var;

// A use in a loop that the begin of a turn reaches without an assignment between.
typedef struct exposure {
  uint32_t slot;
  uint16_t level;
  bool assigns; // of a fixed variable; else a use
  span at;
} exposure;

typedef struct loop_frame {
  struct loop_frame *up;
  uint16_t depth; // 1: outermost
  uint32_t vars, defers;
  state breaks, backs; // backs: what goes into the next turn
  VEC(exposure) exposed;
} loop_frame;

// The operand of `catch` or `else`: it may be left by an error anywhere.
typedef struct guard_frame {
  struct guard_frame *up;
  state seen; // as before it, with everything moved in it
} guard_frame;

typedef struct deferred_move {
  uint32_t slot, site;
  const hir_expr *by; // the `defer`
} deferred_move;

typedef struct flow {
  const flow_env *env;
  type_table *types;
  arena *arena; // working memory
  const hir_fn *fn;
  map slots; // const hir_var * -> slot + 1
  VEC(flow_var) vars;
  VEC(move_site) sites;
  VEC(state) pool;
  VEC(deferred_move) defers; // moves that pending `defer`s will make
  state cur;
  loop_frame *loop;
  guard_frame *guard;
  const hir_expr
      *fragile; // an operation that uses an iso inside of an object; nothing may take that out before it is done
  const hir_expr *defer; // the `defer` that is being looked at
  uint32_t defer_vars;   // … and the variables outside of it
  map effects;           // const hir_fn * -> does it take isos out of objects? see flow_effects.c
} flow;

#define FLOW_NO_SLOT UINT32_MAX

// flow_state.c
uint32_t flow_slot(const flow *f, const hir_var *v); // FLOW_NO_SLOT: not tracked
void flow_declare(flow *f, const hir_var *v, bool has_value);
void flow_scope_end(flow *f, uint32_t vars);
state state_copy(flow *f, const state *s);
void state_drop(flow *f, state *s);
state state_none(void);                                            // no path
void state_join(flow *f, state *into, const state *s, uint32_t n); // of the first n variables
void state_replace(flow *f, state *into, state *s);                // takes s over
void flow_mark_moved(flow *f, uint32_t slot, uint32_t site);       // in the current state and for the guards around
void flow_mark_set(flow *f, uint32_t slot);
uint32_t flow_site(flow *f, span at, const hir_expr *into, const hir_pat *pat);
void flow_expose(flow *f, uint32_t slot, bool assigns, span at);
void flow_loop_begin(flow *f, loop_frame *frame);
void flow_loop_end(flow *f, loop_frame *frame, state *exit); // exit: by its condition; becomes the current state
void flow_jump(flow *f, loop_frame *frame, state *to);       // break, continue

// flow_walk.c
// Evaluates e from the current state; `into` is the operation that takes its value, or NULL.
void flow_visit(flow *f, const hir_expr *e, const hir_expr *into);
// Leaves no current state but two. Variables bound by `is` stay declared: the caller ends their scope.
void flow_cond(flow *f, const hir_expr *e, state *yes, state *no);
void flow_use(flow *f, const hir_var *var, span at, bool moves, const hir_expr *into);
typedef struct held {
  uint32_t slot;
  const hir_expr *in_use, *fragile;
} held;
held flow_hold(flow *f, const hir_expr *operand,
               const hir_expr *by); // an operand that is looked at, until its operation has run
void flow_let_go(flow *f, held h);
void flow_declare_pattern(flow *f, const hir_pat *p);
// Operands from left to right; all are held until the operation itself has run.
void flow_operands(flow *f, const hir_expr *const *operands, uint32_t n, const hir_expr *by);
bool flow_pattern_moves(flow *f, const hir_pat *p);
void flow_arms(flow *f, const hir_expr *e, const hir_expr *subject);

// flow_control.c
void flow_visit_while(flow *f, const hir_expr *e);
void flow_visit_for(flow *f, const hir_expr *e);
void flow_visit_quorum(flow *f, const hir_expr *e);
void flow_visit_jump(flow *f, const hir_expr *e);
void flow_visit_else(flow *f, const hir_expr *e);
void flow_visit_catch(flow *f, const hir_expr *e);
void flow_visit_defer(flow *f, const hir_expr *e);
void flow_run_deferred(flow *f, uint32_t from);

// flow_effects.c
bool flow_call_disturbs(flow *f, const hir_expr *call); // may it take an iso out of some object?
bool flow_place_holds_iso(flow *f, const hir_expr *place);
// The variable a path starts at (NULL: a temporary). `inside`: some step after the first is an iso.
const hir_var *flow_place_root(flow *f, const hir_expr *place, bool *inside);

// flow_report.c
void flow_report_used(flow *f, uint32_t slot, span at);                                            // E0401, E0503
void flow_report_loop(flow *f, uint32_t slot, uint32_t site, span at);                             // E0402
void flow_report_in_use(flow *f, const hir_var *v, span at, const hir_expr *by, const char *does); // E0403
void flow_report_guard(flow *f, const hir_var *v, span at);                                        // E0425
void flow_report_deferred(flow *f, uint32_t slot, span at);
void flow_report_fixed(flow *f, const hir_var *v, span at, bool again, bool in_loop);                // E0505, E0504
void flow_report_kept(flow *f, const hir_expr *place, const type *t);                                // E0404
void flow_report_gone(flow *f, const hir_decl *d, const hir_field *field, span at, bool in_pattern); // E0427
void flow_report_unused_future(flow *f, span at, const hir_var *v);
void flow_report_replaced_future(flow *f, span at, const hir_var *v); // NULL: it has no name
void flow_report_unreachable(flow *f, span at);

#endif
