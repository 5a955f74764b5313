// flow_state.c — states, their joins, and what loops add to them.
#include "sema/flow_state.h"

#include <string.h>

uint32_t flow_slot(const flow *f, const hir_var *v) {
  uintptr_t slot = (uintptr_t)map_get(&f->slots, v);
  return slot ? (uint32_t)(slot - 1) : FLOW_NO_SLOT;
}

static void grow(flow *f, state *s, uint32_t count) {
  if (count <= s->capacity) return;
  uint32_t capacity = s->capacity ? s->capacity : 8;
  while (capacity < count) capacity *= 2;
  var_state *v = ARENA_ARRAY(f->arena, var_state, capacity);
  if (s->count) memcpy(v, s->v, sizeof *v * s->count);
  s->v = v;
  s->capacity = capacity;
}

void flow_declare(flow *f, const hir_var *v, bool has_value) {
  if (has_value && type_is_copyable(f->types, v->type)) return;
  uint32_t slot = f->vars.count;
  VEC_PUSH(f->arena, &f->vars, (flow_var){.var = v, .declared_empty = !has_value, .used = f->cur.dead});
  map_put(&f->slots, v, (void *)(uintptr_t)(slot + 1));
  grow(f, &f->cur, slot + 1);
  f->cur.v[slot] =
      (var_state){.level = f->loop ? f->loop->depth : 0, .may_be_unset = !has_value, .may_be_set = has_value};
  f->cur.count = slot + 1;
}

void flow_scope_end(flow *f, uint32_t vars) {
  while (f->vars.count > vars) {
    flow_var *v = &VEC_LAST(&f->vars);
    if (type_holds_future(v->var->type) && !v->used) flow_report_unused_future(f, v->var->span, v->var);
    map_put(&f->slots, v->var, NULL);
    (void)VEC_POP(&f->vars);
  }
  if (f->cur.count > vars) f->cur.count = vars;
}

// ---- states ------------------------------------------------------------------------------------------------------------

state state_none(void) { return (state){.dead = true}; }

static state take_pooled(flow *f) {
  if (!f->pool.count) return (state){0};
  state s = VEC_POP(&f->pool);
  s.count = 0;
  return s;
}

state state_copy(flow *f, const state *s) {
  state c = take_pooled(f);
  grow(f, &c, s->count);
  if (s->count) memcpy(c.v, s->v, sizeof *c.v * s->count);
  c.count = s->count;
  c.dead = s->dead;
  return c;
}

void state_drop(flow *f, state *s) {
  if (s->v) VEC_PUSH(f->arena, &f->pool, *s);
  *s = state_none();
}

void state_replace(flow *f, state *into, state *s) {
  state_drop(f, into);
  *into = *s;
  *s = state_none();
}

void state_join(flow *f, state *into, const state *s, uint32_t n) {
  if (s->dead) return;
  if (into->dead) {
    state fresh = state_copy(f, s);
    fresh.count = n;
    state_replace(f, into, &fresh);
    return;
  }
  for (uint32_t i = 0; i < into->count; i++) {
    var_state *a = &into->v[i];
    const var_state *b = &s->v[i];
    if (!a->moved) {
      a->moved = b->moved;
      a->by_error = b->by_error;
    }
    if (b->level < a->level) a->level = b->level;
    a->may_be_unset |= b->may_be_unset;
    a->may_be_set |= b->may_be_set;
  }
}

uint32_t flow_site(flow *f, span at, const hir_expr *into, const hir_pat *pat) {
  VEC_PUSH(f->arena, &f->sites, (move_site){.span = at, .into = into, .pat = pat});
  return f->sites.count;
}

void flow_mark_moved(flow *f, uint32_t slot, uint32_t site) {
  f->cur.v[slot].moved = site;
  f->cur.v[slot].by_error = false;
  for (guard_frame *g = f->guard; g; g = g->up)
    if (slot < g->seen.count) {
      g->seen.v[slot].moved = site;
      g->seen.v[slot].by_error = true;
    }
}

void flow_mark_set(flow *f, uint32_t slot) {
  f->cur.v[slot] = (var_state){.level = f->loop ? f->loop->depth : 0, .may_be_set = true};
  for (guard_frame *g = f->guard; g; g = g->up)
    if (slot < g->seen.count) g->seen.v[slot].may_be_set = true;
}

// ---- loops -------------------------------------------------------------------------------------------------------------

void flow_expose(flow *f, uint32_t slot, bool assigns, span at) {
  if (!f->loop || f->cur.v[slot].level >= f->loop->depth) return;
  VEC_PUSH(f->arena, &f->loop->exposed, (exposure){slot, f->cur.v[slot].level, assigns, at});
}

void flow_loop_begin(flow *f, loop_frame *frame) {
  *frame = (loop_frame){.up = f->loop,
                        .depth = (uint16_t)(f->loop ? f->loop->depth + 1 : 1),
                        .vars = f->vars.count,
                        .defers = f->defers.count,
                        .breaks = state_none(),
                        .backs = state_none()};
  f->loop = frame;
}

void flow_jump(flow *f, loop_frame *frame, state *to) {
  state s = state_copy(f, &f->cur);
  for (uint32_t i = frame->defers; i < f->defers.count; i++) // blocks left on the way run theirs
    s.v[f->defers.items[i].slot].moved = f->defers.items[i].site;
  state_join(f, to, &s, frame->vars);
  state_drop(f, &s);
  f->cur.dead = true;
}

// What reaches the end of a turn moved, and is used in a turn before it is assigned: the second turn uses it after the move.
static void check_next_turn(flow *f, const loop_frame *frame) {
  for (uint32_t i = 0; i < frame->exposed.count; i++) {
    const exposure *x = &frame->exposed.items[i];
    var_state *back = &frame->backs.v[x->slot];
    if (x->assigns) {
      if (back->may_be_set) {
        flow_report_fixed(f, f->vars.items[x->slot].var, x->at, true, true);
        back->may_be_set = false; // once
      }
    } else if (back->moved) {
      flow_report_loop(f, x->slot, back->moved, x->at);
      back->moved = 0;
    }
  }
}

void flow_loop_end(flow *f, loop_frame *frame, state *exit) {
  if (!frame->backs.dead) check_next_turn(f, frame);
  state_join(f, exit, &frame->breaks, frame->vars);
  for (uint32_t i = 0; !frame->backs.dead && !exit->dead && i < exit->count && i < frame->backs.count; i++) {
    var_state *v = &exit->v[i];
    if (!v->moved && v->level < frame->depth) v->moved = frame->backs.v[i].moved;
    v->may_be_set |= frame->backs.v[i].may_be_set;
  }
  for (uint32_t i = 0; i < exit->count; i++)
    if (exit->v[i].level >= frame->depth) exit->v[i].level = (uint16_t)(frame->depth - 1);
  loop_frame *up = frame->up;
  for (uint32_t i = 0; up && i < frame->exposed.count; i++) {
    const exposure *x = &frame->exposed.items[i];
    if (x->level < up->depth) VEC_PUSH(f->arena, &up->exposed, *x);
  }
  f->loop = up;
  state_replace(f, &f->cur, exit);
  state_drop(f, &frame->breaks);
  state_drop(f, &frame->backs);
}
