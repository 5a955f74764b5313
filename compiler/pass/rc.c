// rc.c — precise counts: a counted local is owned exactly while it is live.
// Owns:     the insertion of RETAIN and RELEASE, and the blocks that drop what dies on an edge.
// Promises: a consuming use that is the last one is a move; other consuming uses get a RETAIN before; what dies without being
//           consumed gets a RELEASE where it dies, on error edges and branches too. Lent parameters and `borrowed` locals are
//           never released, and retained when consumed.
// Does not: decide which locals are `borrowed` (borrow.c).
#include <string.h>

#include "mir/builder.h"
#include "pass/live.h"
#include "pass/pass.h"

typedef VEC(mir_inst) inst_list;

// Error edges that drop the same things share their blocks: (local to drop, where to go on) is one block.
typedef struct drop_block {
  uint32_t local, next, block;
} drop_block;

typedef struct rc {
  mir_program *p;
  mir_fn *f;
  arena scratch;
  live live;
  live_set after, before; // around the instruction
  inst_list out;          // of the block, last first
  uint32_t old_count;     // blocks before any was added
  drop_block *drops;      // open addressing
  uint32_t drop_count, drop_capacity;
  uint32_t *uses; // scratch: counted locals an instruction reads
} rc;

static const mir_local *local_of(const rc *r, uint32_t l) { return &r->f->locals.items[l]; }

// Is the local itself responsible for a reference?
static bool is_owner(const rc *r, uint32_t l) {
  const mir_local *x = local_of(r, l);
  return x->counted && !x->borrowed && (!x->is_param || x->owned);
}

static mir_inst count_inst(rc *r, mir_op op, uint32_t local, span at) {
  mir_operand o = mir_local_operand(r->f, local);
  return mir_inst_make(r->p, op, MIR_NONE, o.type, &o, 1, at);
}

static void emit(rc *r, mir_inst i) { VEC_PUSH(&r->scratch, &r->out, i); }
static void emit_count(rc *r, mir_op op, uint32_t local, span at) { emit(r, count_inst(r, op, local, at)); }

// ---- blocks that drop ------------------------------------------------------------------------------------------------------
static uint32_t new_drop_block(rc *r, uint32_t local, uint32_t next, span at) {
  uint32_t b = mir_block_new(r->p, r->f);
  mir_block *x = &r->f->blocks.items[b];
  VEC_PUSH(r->p->arena, &x->insts, count_inst(r, MIR_RELEASE, local, at));
  x->term.kind = next == MIR_PROPAGATE ? MIR_TERM_PROPAGATE : MIR_TERM_JUMP;
  x->term.then = next == MIR_PROPAGATE ? MIR_NONE : next;
  x->term.span = at;
  return b;
}

static drop_block *find_drop(rc *r, uint32_t local, uint32_t next) {
  uint32_t mask = r->drop_capacity - 1;
  uint32_t i = (local * 0x9e3779b1u ^ next * 0x85ebca6bu) & mask;
  while (r->drops[i].block && (r->drops[i].local != local || r->drops[i].next != next)) i = (i + 1) & mask;
  return &r->drops[i];
}

static void grow_drops(rc *r) {
  drop_block *old = r->drops;
  uint32_t n = r->drop_capacity;
  r->drop_capacity = n ? n * 2 : 16;
  r->drops = ARENA_ARRAY(&r->scratch, drop_block, r->drop_capacity);
  for (uint32_t i = 0; i < n; i++)
    if (old[i].block) *find_drop(r, old[i].local, old[i].next) = old[i];
}

static uint32_t drop_then(rc *r, uint32_t local, uint32_t next, span at) {
  if (2 * (r->drop_count + 1) > r->drop_capacity) grow_drops(r);
  drop_block *d = find_drop(r, local, next);
  if (d->block) return d->block;
  *d = (drop_block){local, next, new_drop_block(r, local, next, at)};
  r->drop_count++;
  return d->block;
}

// ---- one instruction -------------------------------------------------------------------------------------------------------
static uint32_t consumed_count(const mir_inst *i, uint32_t local) {
  uint32_t n = 0;
  for (uint32_t a = 0; a < i->arg_count; a++)
    n += mir_is_local(&i->args[a]) && i->args[a].local == local && i->args[a].mode == MIR_CONSUME;
  return n;
}

static uint32_t use_count(const mir_inst *i, uint32_t local) {
  uint32_t n = 0;
  for (uint32_t u = 0; u < mir_use_count(i); u++) n += mir_use(i, u) == local;
  return n;
}

// Is it given away here, for good?
static bool is_moved(const rc *r, const mir_inst *i, uint32_t local) {
  uint32_t n = consumed_count(i, local);
  if (n == 0 || use_count(i, local) != n) return false;
  for (uint32_t u = 0; r->live.keep && u < mir_use_count(i); u++) // is it what something used here is borrowed from?
    if (mir_use(i, u) != MIR_NONE && r->live.keep[mir_use(i, u)] == local) return false;
  return !live_has(r->after, local) && !live_is_in(&r->live, i->on_error, local);
}

// What the error edge has to drop: all that is owned while the instruction runs and that the handler does not need.
static void route_error(rc *r, mir_inst *i) {
  if (i->on_error == MIR_NO_ERROR) return;
  uint32_t to = i->on_error, handler = to;
  for (uint32_t w = 0; w < r->live.words; w++) {
    for (uint64_t bits = r->before[w]; bits; bits &= bits - 1) {
      uint32_t l = w * 64 + (uint32_t)__builtin_ctzll(bits);
      if (!is_owner(r, l) || live_is_in(&r->live, handler, l) || is_moved(r, i, l)) continue;
      to = drop_then(r, l, to, i->span);
    }
  }
  i->on_error = to;
}

// Normal path: what was owned through the instruction and is not needed any more. (Emitted before the instruction is: the
// list is last first.)
static void release_after(rc *r, const mir_inst *i) {
  for (uint32_t w = 0; w < r->live.words; w++) {
    for (uint64_t bits = r->before[w] & ~r->after[w]; bits; bits &= bits - 1) {
      uint32_t l = w * 64 + (uint32_t)__builtin_ctzll(bits);
      if (is_owner(r, l) && !is_moved(r, i, l)) emit_count(r, MIR_RELEASE, l, i->span);
    }
  }
}

static void retain_before(rc *r, const mir_inst *i) {
  for (uint32_t a = 0; a < i->arg_count; a++) {
    const mir_operand *o = &i->args[a];
    if (!mir_is_local(o) || o->mode != MIR_CONSUME || !local_of(r, o->local)->counted) continue;
    bool earlier = false;
    for (uint32_t b = 0; b < a; b++)
      earlier =
          earlier || (mir_is_local(&i->args[b]) && i->args[b].local == o->local && i->args[b].mode == MIR_CONSUME);
    if (is_owner(r, o->local) && !earlier && is_moved(r, i, o->local)) continue;
    emit_count(r, MIR_RETAIN, o->local, i->span);
  }
}

// These give bits only; a RETAIN makes them owned.
static bool gives_bits(mir_op op) {
  return op == MIR_LOAD || op == MIR_MAP_GET || op == MIR_MAP_KEY || op == MIR_MAP_VALUE;
}

static bool is_dead_load(const mir_inst *i) {
  return i->op == MIR_LOAD || i->op == MIR_MAP_KEY || i->op == MIR_MAP_VALUE;
}

static void own_result(rc *r, const mir_inst *i, bool live_after) {
  uint32_t d = i->dst;
  if (d == MIR_NONE || !local_of(r, d)->counted || local_of(r, d)->borrowed) return;
  if (gives_bits(i->op)) {
    if (live_after) emit_count(r, MIR_RETAIN, d, i->span);
  } else if (!live_after) {
    emit_count(r, MIR_RELEASE, d, i->span);
  }
}

// The result overwrites a local whose old value is still needed while the instruction runs: by way of a temporary.
static bool clashes(const rc *r, const mir_inst *i) {
  if (i->dst == MIR_NONE || !local_of(r, i->dst)->counted || i->op == MIR_MOVE) return false;
  if (live_is_in(&r->live, i->on_error, i->dst)) return true;
  uint32_t n = use_count(i, i->dst);
  return n && n != consumed_count(i, i->dst);
}

static void inst(rc *r, mir_inst i) {
  memcpy(r->before, r->after, sizeof *r->before * r->live.words);
  live_before_inst(&r->live, &i, r->before);
  bool live_after = i.dst != MIR_NONE && live_has(r->after, i.dst);
  if (i.dst != MIR_NONE) live_cut(r->after, i.dst);                 // the rest is what is needed apart from its result
  bool dead = i.dst != MIR_NONE && !live_after && is_dead_load(&i); // nothing is left of it but the end of what it read
  release_after(r, &i); // the list is last first: a loaded result is retained before
  own_result(r, &i, live_after);
  mir_inst routed = i; // `i` keeps its handler: blocks that only drop have no liveness
  route_error(r, &routed);
  if (!dead) emit(r, routed);
  retain_before(r, &i);
  memcpy(r->after, r->before, sizeof *r->after * r->live.words);
}

// ---- blocks ----------------------------------------------------------------------------------------------------------------
static void split_clashes(rc *r, uint32_t b) {
  mir_block *x = &r->f->blocks.items[b];
  for (uint32_t k = 0; k < x->insts.count; k++) {
    mir_inst *i = &x->insts.items[k];
    if (!clashes(r, i)) continue;
    uint32_t d = i->dst, t = mir_local_new(r->p, r->f, local_of(r, d)->type, NULL);
    mir_operand o = mir_local_operand(r->f, t);
    mir_inst move = mir_inst_make(r->p, MIR_MOVE, d, o.type, &o, 1, i->span);
    i->dst = t;
    VEC_PUSH(r->p->arena, &x->insts, move);
    memmove(x->insts.items + k + 2, x->insts.items + k + 1, sizeof move * (x->insts.count - k - 2));
    x->insts.items[k + 1] = move;
  }
}

static void return_value(rc *r, const mir_term *t) {
  if (t->kind != MIR_TERM_RETURN || !mir_is_local(&t->value)) return;
  const mir_local *l = local_of(r, t->value.local);
  if (l->counted && !is_owner(r, t->value.local)) emit_count(r, MIR_RETAIN, t->value.local, t->span);
}

static void block(rc *r, uint32_t b) {
  mir_block *x = &r->f->blocks.items[b];
  r->out.count = 0;
  live_at_end(&r->live, b, r->after);
  return_value(r, &x->term);
  live_before_term(&r->live, &x->term, r->after);
  for (uint32_t k = r->f->blocks.items[b].insts.count; k-- > 0;) inst(r, r->f->blocks.items[b].insts.items[k]);
  x = &r->f->blocks.items[b];
  x->insts.items = ARENA_ARRAY(r->p->arena, mir_inst, r->out.count + 1);
  x->insts.count = r->out.count;
  x->insts.capacity = r->out.count + 1;
  for (uint32_t k = 0; k < r->out.count; k++) x->insts.items[k] = r->out.items[r->out.count - 1 - k];
}

// What is live at the end of a block but not at the begin of a successor dies on that edge.
static void edges(rc *r, uint32_t b) {
  live_at_end(&r->live, b, r->after);
  for (uint32_t s = 0; s < mir_term_successor_count(&r->f->blocks.items[b].term); s++) {
    uint32_t to = *mir_term_successor(&r->f->blocks.items[b].term, s), target = to;
    span at = r->f->blocks.items[b].term.span;
    for (uint32_t w = 0; w < r->live.words; w++) {
      for (uint64_t bits = r->after[w]; bits; bits &= bits - 1) {
        uint32_t l = w * 64 + (uint32_t)__builtin_ctzll(bits);
        if (is_owner(r, l) && !live_is_in(&r->live, target, l)) to = drop_then(r, l, to, at);
      }
    }
    *mir_term_successor(&r->f->blocks.items[b].term, s) = to;
  }
}

// Owned parameters that nobody looks at.
static void unused_params(rc *r) {
  mir_block *entry = &r->f->blocks.items[0];
  inst_list head = {0};
  memset(r->before, 0, sizeof *r->before * r->live.words);
  live_add_in(&r->live, 0, r->before);
  // params are across blocks only if seen elsewhere: look at the entry block itself, too
  live_at_end(&r->live, 0, r->after);
  live_before_term(&r->live, &entry->term, r->after);
  for (uint32_t k = entry->insts.count; k-- > 0;) live_before_inst(&r->live, &entry->insts.items[k], r->after);
  for (uint32_t l = 0; l < r->f->param_count; l++)
    if (is_owner(r, l) && !live_has(r->after, l))
      VEC_PUSH(&r->scratch, &head, count_inst(r, MIR_RELEASE, l, r->f->span));
  if (head.count == 0) return;
  for (uint32_t k = 0; k < entry->insts.count; k++) VEC_PUSH(&r->scratch, &head, entry->insts.items[k]);
  entry->insts.items = arena_copy(r->p->arena, head.items, sizeof *head.items * head.count);
  entry->insts.count = entry->insts.capacity = head.count;
}

// Locals added here keep nothing.
static const uint32_t *keep_of(rc *r) {
  if (!r->f->keep) return NULL;
  uint32_t *keep = ARENA_ARRAY(&r->scratch, uint32_t, r->f->locals.count);
  for (uint32_t i = 0; i < r->f->locals.count; i++) keep[i] = i < r->live.local_count ? r->f->keep[i] : MIR_NONE;
  return keep;
}

void pass_rc(mir_program *p, mir_fn *f) {
  rc r = {.p = p, .f = f, .old_count = f->blocks.count};
  arena_init(&r.scratch);
  live_compute(&r.live, &r.scratch, f, f->keep);
  for (uint32_t b = 0; b < r.old_count; b++) split_clashes(&r, b);
  if (f->locals.count != r.live.local_count) live_compute(&r.live, &r.scratch, f, keep_of(&r));
  r.after = live_set_new(&r.live, &r.scratch);
  r.before = live_set_new(&r.live, &r.scratch);
  unused_params(&r);
  for (uint32_t b = 0; b < r.old_count; b++) block(&r, b);
  for (uint32_t b = 0; b < r.old_count; b++) edges(&r, b);
  f->keep = NULL; // the counts say it now
  arena_fini(&r.scratch);
}
