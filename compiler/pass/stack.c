// stack.c — objects that nobody can keep are made on the C stack: no allocation, no count, and the C compiler may take them apart.
// Owns:     the marks `on_stack` of NEW, CLOSURE and RELEASE.
// Promises: such an object is never counted, stored, returned, sent, frozen or saved in a frame; it has ended when it is made again. Its header is
//           whole all the same. Which parameters a function lets go no further is a fixed point over the calls, from "all".
// Does not: look into natives (what they are lent they may keep), follow an object through values (optionals, interfaces), or split a local.
//
// Locals that a move may make the same object are a group; what happens to one of a group happens to all of it.
#include <string.h>

#include "pass/live.h"
#include "pass/pass.h"

enum { MAX_WORDS = 16, MAX_OBJECTS = 16 }; // of an object; of a function

typedef struct group {
  bool escapes; // somebody may keep it, or count it
  bool foreign; // not made here, or here and elsewhere
  uint32_t made;
} group;

typedef struct places {
  arena scratch;
  map kept; // mir_fn * -> bool per parameter: it may be kept by somebody
  bool changed;
} places;

typedef struct walk {
  places *s;
  mir_fn *f;
  uint32_t *root; // per local: of its group
  group *groups;  // by root
} walk;

static bool can_be_object(const mir_local *l) {
  const type *t = l->type;
  if (l->kind != MIR_LOCAL_VALUE || !t) return false;
  return t->kind == TY_FN || (t->kind == TY_CLASS && t->decl->builtin == BUILTIN_NO);
}

static uint32_t find(walk *w, uint32_t l) {
  while (w->root[l] != l) l = w->root[l] = w->root[w->root[l]];
  return l;
}

static group *group_of(walk *w, uint32_t l) {
  return l != MIR_NONE && can_be_object(&w->f->locals.items[l]) ? &w->groups[find(w, l)] : NULL;
}

static bool is_whole(const mir_place *pl) { return pl->step_count == 0; }

// The local an instruction makes its destination the same object as, or MIR_NONE.
static uint32_t copied(const mir_inst *i) {
  if (i->op == MIR_MOVE && mir_is_local(&i->args[0])) return i->args[0].local;
  if (i->op == MIR_LOAD && is_whole(i->place)) return i->place->base;
  return MIR_NONE;
}

static void join(walk *w, const mir_inst *i) {
  uint32_t from = copied(i);
  if (i->dst == MIR_NONE || !group_of(w, i->dst) || !group_of(w, from)) return;
  w->root[find(w, i->dst)] = find(w, from);
}

// ---- what happens to it ----------------------------------------------------------------------------------------------------
static uint32_t words_of(const type *t) {
  uint32_t n = 0;
  switch ((int)t->kind) {
  case TY_OPTIONAL: return 1 + words_of(t->args[0]);
  case TY_TUPLE:
    for (uint32_t i = 0; i < t->arg_count; i++) n += words_of(t->args[i]);
    return n;
  case TY_STRUCT:
    for (uint32_t i = 0; i < t->decl->field_count; i++) n += words_of(t->decl->fields[i].type);
    return n;
  case TY_ENUM: return t->decl->recursive || !t->decl->variant_count ? 1 : MAX_WORDS;
  case TY_INTERFACE:
  case TY_RANGE: return 2;
  default: return 1;
  }
}

static bool fits(const hir_decl *d) {
  uint32_t n = 2;
  for (uint32_t i = 0; i < d->field_count && n <= MAX_WORDS; i++) n += words_of(d->fields[i].type);
  return n <= MAX_WORDS;
}

static bool can_be_made_here(const mir_inst *i) {
  if (i->op == MIR_CLOSURE) return i->arg_count > 0 && fits(i->aux.closure.decl);
  if (i->op != MIR_NEW || i->type->kind != TY_CLASS || i->type->decl->builtin != BUILTIN_NO) return false;
  const hir_decl *d = i->aux.make.decl;
  return d->kind == DECL_CLASS && !d->topology && !d->c_drop && fits(d);
}

static bool is_kept(const places *s, const mir_fn *callee, uint32_t param) {
  const bool *kept = map_get(&s->kept, callee);
  return !kept || param >= callee->param_count || kept[param];
}

static bool is_kept_by_set(const places *s, const mir_set *set, uint32_t param) {
  for (uint32_t i = 0; i < set->members.count; i++)
    if (is_kept(s, set->members.items[i], param)) return true;
  return false;
}

static bool is_lent_only(const walk *w, const mir_inst *i, uint32_t arg) {
  switch ((int)i->op) {
  case MIR_RELEASE:
  case MIR_KEEP:
  case MIR_SAME: return true;
  case MIR_MOVE: return i->dst == MIR_NONE || can_be_object(&w->f->locals.items[i->dst]);
  case MIR_CALL:
    return i->args[arg].mode == MIR_BORROW && i->aux.call.callee &&
           !is_kept(w->s, i->aux.call.callee, arg + (i->place ? 1 : 0));
  case MIR_CALL_INDIRECT: return i->args[arg].mode == MIR_BORROW && !is_kept_by_set(w->s, i->aux.set, arg);
  default: return false;
  }
}

static void look_at(walk *w, const mir_inst *i) {
  for (uint32_t a = 0; a < i->arg_count; a++) {
    group *g = mir_is_local(&i->args[a]) ? group_of(w, i->args[a].local) : NULL;
    if (g && !is_lent_only(w, i, a)) g->escapes = true;
  }
  if (i->place && is_whole(i->place) && group_of(w, i->place->base)) {
    group *g = group_of(w, i->place->base); // looked at, by another name; or overwritten, or lent by address
    if (i->op != MIR_LOAD || i->dst == MIR_NONE || !group_of(w, i->dst)) g->escapes = g->foreign = true;
  }
  group *made = i->dst == MIR_NONE ? NULL : group_of(w, i->dst);
  if (!made) return;
  if (can_be_made_here(i)) made->made++;
  else if (copied(i) == MIR_NONE || !group_of(w, copied(i))) made->foreign = true;
}

static void walk_init(walk *w, places *s, arena *a, mir_fn *f) {
  *w = (walk){.s = s, .f = f};
  uint32_t n = f->locals.count;
  w->root = ARENA_ARRAY(a, uint32_t, n + 1);
  w->groups = ARENA_ARRAY(a, group, n + 1);
  for (uint32_t l = 0; l < n; l++) w->root[l] = l;
  for (uint32_t b = 0; b < f->blocks.count; b++)
    for (uint32_t i = 0; i < f->blocks.items[b].insts.count; i++) join(w, &f->blocks.items[b].insts.items[i]);
}

static void walk_all(walk *w) {
  memset(w->groups, 0, sizeof *w->groups * w->f->locals.count);
  for (uint32_t l = 0; l < w->f->locals.count; l++) {
    group *g = group_of(w, l);
    if (!g) continue;
    g->foreign = g->foreign || w->f->locals.items[l].is_param;
    g->escapes = g->escapes || (w->f->locals.items[l].is_param && w->f->locals.items[l].owned);
  }
  for (uint32_t b = 0; b < w->f->blocks.count; b++) {
    const mir_block *x = &w->f->blocks.items[b];
    for (uint32_t i = 0; i < x->insts.count; i++) look_at(w, &x->insts.items[i]);
    group *g = mir_is_local(&x->term.value) ? group_of(w, x->term.value.local) : NULL;
    if (g && x->term.kind == MIR_TERM_RETURN) g->escapes = true;
  }
}

static void infer(walk *w) {
  bool *kept = map_get(&w->s->kept, w->f);
  walk_all(w);
  for (uint32_t l = 0; l < w->f->param_count; l++) {
    const group *g = group_of(w, l);
    if (kept[l] || !g || !g->escapes) continue;
    kept[l] = w->s->changed = true;
  }
}

// ---- marks -----------------------------------------------------------------------------------------------------------------
static bool is_candidate(const group *g) { return g && g->made > 0 && !g->escapes && !g->foreign; }

static void leave_out_saved(walk *w) {
  for (uint32_t l = 0; l < w->f->locals.count; l++)
    if (w->f->locals.items[l].saved && group_of(w, l)) group_of(w, l)->escapes = true;
}

static bool has_candidates(walk *w) {
  for (uint32_t l = 0; l < w->f->locals.count; l++)
    if (is_candidate(group_of(w, l))) return true;
  return false;
}

// One place in the stack is enough only if what was made there before has ended.
static void leave_out_living(walk *w, arena *a) {
  live alive;
  live_compute(&alive, a, w->f, NULL);
  live_set set = live_set_new(&alive, a);
  for (uint32_t b = 0; b < w->f->blocks.count; b++) {
    const mir_block *x = &w->f->blocks.items[b];
    live_at_end(&alive, b, set);
    live_before_term(&alive, &x->term, set);
    for (uint32_t k = x->insts.count; k-- > 0;) {
      const mir_inst *i = &x->insts.items[k];
      live_before_inst(&alive, i, set);
      group *g = i->dst != MIR_NONE && can_be_made_here(i) ? group_of(w, i->dst) : NULL;
      if (!is_candidate(g)) continue;
      for (uint32_t l = 0; l < w->f->locals.count; l++)
        if (live_has(set, l) && group_of(w, l) == g) g->escapes = true;
    }
  }
}

static void mark(walk *w) {
  uint32_t objects = 0;
  for (uint32_t l = 0; l < w->f->locals.count; l++) {
    group *g = find(w, l) == l ? group_of(w, l) : NULL;
    if (!is_candidate(g)) continue;
    if (objects + g->made > MAX_OBJECTS) g->escapes = true;
    else objects += g->made;
  }
  for (uint32_t b = 0; b < w->f->blocks.count; b++) {
    for (uint32_t k = 0; k < w->f->blocks.items[b].insts.count; k++) {
      mir_inst *i = &w->f->blocks.items[b].insts.items[k];
      uint32_t l = i->op == MIR_NEW || i->op == MIR_CLOSURE                       ? i->dst
                   : i->op == MIR_RELEASE && i->args[0].kind == MIR_OPERAND_LOCAL ? i->args[0].local
                                                                                  : MIR_NONE;
      i->on_stack = is_candidate(group_of(w, l));
    }
  }
}

static void place(walk *w) {
  walk_all(w);
  leave_out_saved(w);
  if (!has_candidates(w)) return;
  arena a;
  arena_init(&a);
  leave_out_living(w, &a);
  arena_fini(&a);
  mark(w);
}

void pass_stack(mir_program *p) {
  places s;
  arena_init(&s.scratch);
  map_init(&s.kept, &s.scratch);
  walk *walks = ARENA_ARRAY(&s.scratch, walk, p->fns.count + 1);
  for (uint32_t i = 0; i < p->fns.count; i++) {
    mir_fn *f = p->fns.items[i];
    map_put(&s.kept, f, ARENA_ARRAY(&s.scratch, bool, f->param_count + 1));
    walk_init(&walks[i], &s, &s.scratch, f);
  }
  do { // callers may stand before or after what they call: there and back
    s.changed = false;
    for (uint32_t i = 0; i < p->fns.count; i++) infer(&walks[i]);
    for (uint32_t i = p->fns.count; i-- > 0;) infer(&walks[i]);
  } while (s.changed);
  for (uint32_t i = 0; i < p->fns.count; i++) place(&walks[i]);
  arena_fini(&s.scratch);
}
