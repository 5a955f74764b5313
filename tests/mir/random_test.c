// random_test.c — random programs are lowered, counted and run on a model of memory.
// Checks:   passes that only make it faster change nothing that can be seen;
//           nothing freed is looked at, nothing unsaved after a suspension, no reference is given back twice, and in the end each object is held by exactly as many
//           others as its count says (so only circles are left). What natives answer, and when they raise, is random too.
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "build.h"

// ---- chance ----------------------------------------------------------------------------------------------------------------
static uint64_t seed;
static uint32_t pick(uint32_t n) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(seed >> 33) % n;
}

// ---- making programs -------------------------------------------------------------------------------------------------------
enum { T_NODE, T_OPT, T_PAIR, T_LIST, T_COUNT, FNS = 4, SCOPE = 64, FIELDS = 3, ITEMS = 16 };
static build b;
static hir_decl node;
static hir_field fields[FIELDS];
static const type *types[T_COUNT];
static hir_fn *make_node, *make_opt, *make_future, *again, *look, *push, *pop, *clear;
static hir_fn *fns[FNS];
static uint32_t fn_count;
static hir_var *scope[SCOPE];
static uint32_t scope_count, loops;
static const type *result_type;

static hir_expr *gen(int t, uint32_t depth);
static hir_expr *gen_block(int t, uint32_t depth);

static hir_expr *local_of(int t) {
  hir_var *found[SCOPE];
  uint32_t n = 0;
  for (uint32_t i = 0; i < scope_count; i++)
    if (scope[i]->type == types[t]) found[n++] = scope[i];
  return n ? b_use(&b, found[pick(n)], USE_COPY) : NULL;
}

static hir_expr *leaf(int t) {
  hir_expr *e = pick(4) ? local_of(t) : NULL;
  if (e) return e;
  if (t == T_NODE) return b_call(&b, make_node, NULL, 0);
  if (t == T_OPT) return pick(2) ? b_node(&b, HIR_NONE, types[T_OPT]) : b_call(&b, make_opt, NULL, 0);
  if (t == T_LIST) return b_node(&b, HIR_ARRAY, types[T_LIST]);
  hir_expr *p = b_node(&b, HIR_TUPLE, types[T_PAIR]);
  p->list.items = ARENA_ARRAY(&b.arena, const hir_expr *, 2);
  p->list.count = 2;
  p->list.items[0] = leaf(T_NODE);
  p->list.items[1] = leaf(T_OPT);
  return p;
}

static hir_expr *field_of(uint32_t depth) { return b_field(&b, gen(T_NODE, depth), pick(2)); }

static hir_expr *gen_list(uint32_t depth) {
  if (pick(2)) return b_field(&b, gen(T_NODE, depth), 2);
  hir_expr *e = b_node(&b, HIR_ARRAY, types[T_LIST]);
  e->list.count = pick(3);
  e->list.items = ARENA_ARRAY(&b.arena, const hir_expr *, 4);
  for (uint32_t i = 0; i < e->list.count; i++) e->list.items[i] = gen(T_NODE, depth);
  return e;
}

static hir_expr *item_of(uint32_t depth) {
  hir_expr *e = b_node(&b, HIR_INDEX, types[T_NODE]);
  e->binary.a = gen(T_LIST, depth);
  e->binary.b = b_int(&b, pick(3));
  return e;
}

static hir_expr *gen_call(int t, uint32_t depth) {
  for (uint32_t k = 0; k < fn_count; k++) {
    hir_fn *f = fns[pick(fn_count)];
    if (f->result != types[t]) continue;
    hir_expr *e = b_call(&b, f, NULL, 0);
    e->call.args.items = ARENA_ARRAY(&b.arena, const hir_expr *, f->param_count + 1);
    e->call.args.count = f->param_count;
    for (uint32_t i = 0; i < f->param_count; i++)
      for (int x = 0; x < T_COUNT; x++)
        if (types[x] == f->params[i]->type) e->call.args.items[i] = gen(x, depth);
    return e;
  }
  return leaf(t);
}

static hir_expr *gen_else(int t, uint32_t depth) {
  hir_expr *e = b_node(&b, HIR_ELSE, types[t]);
  bool none = t == T_NODE && pick(2);
  e->binary.a = gen(none ? T_OPT : t, depth);
  e->binary.b = gen(t, depth);
  e->binary.else_none = none;
  e->binary.else_raise = !none || pick(2);
  return e;
}

static hir_expr *gen_catch(int t, uint32_t depth) {
  hir_expr *e = b_node(&b, HIR_CATCH, types[t]);
  e->match.subject = gen(t, depth);
  hir_arm *arm = ARENA_NEW(&b.arena, hir_arm);
  arm->pat = b_pat(&b, PAT_WILD, types[t]);
  arm->body = gen(t, depth);
  e->match.arms = arm;
  e->match.count = 1;
  return e;
}

static hir_expr *gen_cond(uint32_t depth) {
  hir_expr *c = b_call(&b, again, NULL, 0);
  if (depth && pick(3) == 0) return b_binary(&b, pick(2) ? OP_AND : OP_OR, b.boolean, c, gen_cond(depth - 1));
  if (depth && pick(3) == 0) {
    hir_expr *is = b_node(&b, HIR_IS, b.boolean);
    is->is.e = gen(T_OPT, depth - 1);
    is->is.pat = b_pat(&b, PAT_NONE, types[T_OPT]);
    return is;
  }
  return c;
}

// match opt { x? => …, none => … }
static hir_expr *gen_match(int t, uint32_t depth) {
  hir_expr *e = b_node(&b, HIR_MATCH, types[t]);
  e->match.subject = gen(T_OPT, depth);
  hir_arm *arms = ARENA_ARRAY(&b.arena, hir_arm, 2);
  hir_var *x = b_var(&b, "x", types[T_NODE], false);
  hir_pat *some = b_pat(&b, PAT_SOME, types[T_OPT]);
  some->subs = ARENA_ARRAY(&b.arena, const hir_pat *, 1);
  some->subs[0] = b_bind(&b, x);
  some->sub_count = 1;
  arms[0].pat = some;
  uint32_t mark = scope_count;
  if (scope_count < SCOPE) scope[scope_count++] = x;
  if (pick(3) == 0) {
    arms[0].guard = gen_cond(1);
    arms[1].pat = b_pat(&b, PAT_WILD, types[T_OPT]);
  } else {
    arms[1].pat = b_pat(&b, PAT_NONE, types[T_OPT]);
  }
  arms[0].body = gen(t, depth);
  scope_count = mark;
  arms[1].body = gen(t, depth);
  e->match.arms = arms;
  e->match.count = 2;
  return e;
}

static hir_expr *gen_swap(uint32_t depth) {
  hir_expr *e = b_node(&b, pick(2) ? HIR_SWAP : HIR_TAKE, types[T_OPT]);
  hir_expr *var = local_of(T_OPT);
  e->assign.place = var && var->local.var->is_var && pick(2) ? var : field_of(depth);
  if (e->kind == HIR_SWAP) e->assign.value = gen(T_OPT, depth);
  return e;
}

static hir_expr *gen_new(uint32_t depth) {
  return b_new(&b, &node, types[T_NODE], 3, gen(T_OPT, depth), gen(T_OPT, depth), gen(T_LIST, depth));
}

static hir_expr *gen_await(void) {
  hir_expr *e = b_node(&b, HIR_AWAIT, types[T_NODE]);
  e->await_.future = b_call(&b, make_future, NULL, 0);
  return e;
}

static hir_expr *gen(int t, uint32_t depth) {
  if (depth == 0) return leaf(t);
  depth--;
  switch (pick(9)) {
  case 0: return gen_else(t, depth);
  case 1: return gen_catch(t, depth);
  case 2: return b_if(&b, gen_cond(depth), gen(t, depth), gen(t, depth));
  case 3: return gen_block(t, depth);
  case 4: return gen_match(t, depth);
  case 5: return gen_call(t, depth);
  default: break;
  }
  if (t == T_LIST) return pick(3) ? gen_list(depth) : leaf(t);
  if (t == T_OPT && pick(5) == 0) return b_call(&b, pop, gen(T_LIST, depth), 0);
  if (t == T_NODE && pick(3) == 0) return item_of(depth);
  if (t == T_NODE && pick(4) == 0) return gen_await();
  if (t == T_NODE && pick(2)) return gen_new(depth);
  if (t == T_NODE || (t == T_OPT && pick(4) == 0)) {
    hir_expr *e = b_node(&b, HIR_ELEM, types[t]);
    e->member.object = gen(T_PAIR, depth);
    e->member.index = t == T_NODE ? 0 : 1;
    return e;
  }
  if (t == T_OPT) {
    if (pick(3) == 0) return b_unary(&b, HIR_SOME, types[T_OPT], gen(T_NODE, depth));
    return pick(2) ? field_of(depth) : gen_swap(depth);
  }
  return leaf(t);
}

static hir_expr *gen_let(uint32_t depth) {
  int t = (int)pick(T_COUNT);
  hir_var *v = b_var(&b, "v", types[t], pick(2));
  hir_expr *e = b_let(&b, v, gen(t, depth));
  if (scope_count < SCOPE) scope[scope_count++] = v;
  return e;
}

// let (x, y) = pair
static hir_expr *gen_destructure(uint32_t depth) {
  hir_var *x = b_var(&b, "x", types[T_NODE], false), *y = b_var(&b, "y", types[T_OPT], false);
  hir_pat *p = b_pat(&b, PAT_TUPLE, types[T_PAIR]);
  p->subs = ARENA_ARRAY(&b.arena, const hir_pat *, 2);
  p->subs[0] = b_bind(&b, x);
  p->subs[1] = pick(2) ? b_bind(&b, y) : b_pat(&b, PAT_WILD, types[T_OPT]);
  p->sub_count = 2;
  hir_expr *e = b_let(&b, x, gen(T_PAIR, depth));
  e->let.pat = p;
  if (scope_count + 2 <= SCOPE) {
    scope[scope_count++] = x;
    if (p->subs[1]->kind == PAT_BIND) scope[scope_count++] = y;
  }
  return e;
}

static hir_expr *gen_while(uint32_t depth) {
  hir_expr *e = b_node(&b, HIR_WHILE, b.unit);
  e->loop.cond = gen_cond(1);
  loops++;
  e->loop.body = gen_block(-1, depth);
  loops--;
  return e;
}

static hir_expr *gen_for(uint32_t depth) {
  hir_expr *e = b_node(&b, HIR_FOR, b.unit);
  hir_var *x = b_var(&b, "x", types[T_NODE], false);
  e->for_.kind = pick(3) ? FOR_ARRAY : FOR_ARRAY_DRAIN;
  e->for_.iter = gen(T_LIST, depth);
  e->for_.pat = b_bind(&b, x);
  uint32_t mark = scope_count;
  if (scope_count < SCOPE) scope[scope_count++] = x;
  loops++;
  e->for_.body = gen_block(-1, depth);
  loops--;
  scope_count = mark;
  return e;
}

static hir_expr *gen_list_statement(uint32_t depth) {
  hir_expr *list = gen(T_LIST, depth);
  if (pick(2)) return b_call(&b, push, list, 1, gen(T_NODE, depth));
  return pick(2) ? b_call(&b, clear, list, 0) : b_assign(&b, item_of(depth), gen(T_NODE, depth));
}

static hir_expr *gen_jump(uint32_t depth) {
  if (loops && pick(2)) return b_node(&b, pick(2) ? HIR_BREAK : HIR_CONTINUE, b.never);
  for (int t = 0; t < T_COUNT; t++)
    if (types[t] == result_type) return b_unary(&b, HIR_RETURN, b.never, gen(t, depth));
  return NULL;
}

static hir_expr *gen_statement(uint32_t depth) {
  switch (pick(12)) {
  case 9: return gen_for(depth);
  case 10:
  case 11: return gen_list_statement(depth);
  case 0:
  case 1: return gen_let(depth);
  case 2: return gen_destructure(depth);
  case 3: return b_if(&b, gen_cond(1), gen_jump(depth), NULL);
  case 4: return gen_while(depth);
  case 5: {
    int t = (int)pick(T_COUNT);
    hir_expr *var = local_of(t);
    if (var && var->local.var->is_var) return b_assign(&b, var, gen(t, depth));
    return b_assign(&b, field_of(depth), gen(T_OPT, depth));
  }
  case 6: return b_assign(&b, field_of(depth), gen(T_OPT, depth));
  case 7: return b_unary(&b, HIR_DEFER, b.unit, b_call(&b, look, NULL, 1, leaf(T_NODE)));
  default: return b_call(&b, look, NULL, 1, gen(T_NODE, depth));
  }
}

static hir_expr *gen_block(int t, uint32_t depth) {
  uint32_t mark = scope_count, n = 1 + pick(4);
  hir_expr *e = b_block(&b, NULL, 0);
  e->block.stmts = ARENA_ARRAY(&b.arena, const hir_expr *, n);
  e->block.count = n;
  for (uint32_t i = 0; i < n; i++) e->block.stmts[i] = gen_statement(depth ? depth - 1 : 0);
  if (t >= 0) {
    e->block.result = gen(t, depth ? depth - 1 : 0);
    e->type = types[t];
  }
  scope_count = mark;
  return e;
}

static void gen_program(void) {
  b_init(&b);
  fields[0] = (hir_field){.name = "a", .is_var = true};
  fields[1] = (hir_field){.name = "b", .is_var = true};
  fields[2] = (hir_field){.name = "list"};
  node = (hir_decl){.kind = DECL_CLASS,
                    .name = "Node",
                    .module = "",
                    .fields = fields,
                    .field_count = FIELDS,
                    .header_count = FIELDS};
  types[T_NODE] = b_class(&b, &node, CAP_REF);
  types[T_OPT] = b_optional(&b, types[T_NODE]);
  types[T_PAIR] = type_compound(b.types, TY_TUPLE, (const type *const[]){types[T_NODE], types[T_OPT]}, 2, CAP_REF);
  types[T_LIST] = type_nominal(b.types, TY_CLASS, &b.array, &types[T_NODE], 1, CAP_REF);
  fields[0].type = fields[1].type = types[T_OPT];
  fields[2].type = types[T_LIST];
  b_add_decl(&b, &node);
  make_node = b_native(&b, "make", types[T_NODE], 0);
  make_opt = b_native(&b, "opt", types[T_OPT], 0);
  make_future = b_native(&b, "future", type_compound(b.types, TY_FUTURE, &types[T_NODE], 1, CAP_NONE), 0);
  again = b_native(&b, "again", b.boolean, 0);
  again->nofault = true;
  look = b_native(&b, "look", b.unit, 1, types[T_NODE]);
  push = b_native(&b, "push", b.unit, 1, type_param(b.types, "T", 0, &b.array, CAP_NONE));
  pop = b_native(&b, "pop", types[T_OPT], 0);
  clear = b_native(&b, "clear", b.unit, 0);
  push->receiver = pop->receiver = clear->receiver = CAP_REF;
  loops = scope_count = fn_count = 0;
  for (uint32_t i = 0; i < FNS; i++) {
    int t = (int)pick(T_COUNT);
    hir_fn *f = b_fn(&b, arena_printf(&b.arena, "f%u", i), types[t], 2, b_var(&b, "p", types[pick(T_COUNT)], false),
                     b_var(&b, "q", types[pick(T_COUNT)], false));
    result_type = f->result;
    scope[0] = f->params[0];
    scope[1] = f->params[1];
    scope_count = 2;
    f->body = gen_block(t, 4);
    b_add(&b, f);
    fns[fn_count++] = f;
  }
}

// ---- a model of memory -----------------------------------------------------------------------------------------------------
typedef enum val_kind { V_NONE, V_INT, V_OBJ, V_PAIR } val_kind;
typedef struct val {
  val_kind kind;
  int64_t i;      // INT; OBJ: index of the object
  int64_t second; // PAIR: i is the first's object, this the second's or -1
} val;
typedef struct obj {
  int64_t rc;
  const void *stack; // the locals of the function on whose stack it is
  const mir_inst *made;
  val f[FIELDS];
  val items[ITEMS]; // of a list
  uint32_t count;
} obj;
static obj *objs;
static uint32_t obj_count, obj_capacity, fuel, on_stack;
static bool err, endless, suspended;
static int64_t err_obj;
static const char *wrong;
static char where[64];

static void bad(const char *what) {
  if (!wrong) wrong = what;
}

static int64_t new_obj(val x, val y, val z) {
  if (obj_count == obj_capacity) {
    obj_capacity = obj_capacity ? obj_capacity * 2 : 64;
    objs = realloc(objs, sizeof *objs * obj_capacity);
  }
  objs[obj_count] = (obj){.rc = 1, .f = {x, y, z}};
  return obj_count++;
}

static void alive(int64_t o) {
  if (o < 0 || o >= (int64_t)obj_count || objs[o].rc <= 0) bad("a freed object is looked at");
}
static void look_at(val v) {
  if (v.kind == V_OBJ || v.kind == V_PAIR) alive(v.i);
  if (v.kind == V_PAIR && v.second >= 0) alive(v.second);
}
static void retain_obj(int64_t o) {
  alive(o);
  if (!wrong && objs[o].stack) bad("an object on the stack is counted");
  if (!wrong) objs[o].rc++;
}
static void release(val v);
static void release_obj(int64_t o) {
  alive(o);
  if (wrong || --objs[o].rc > 0) return;
  obj copy = objs[o];
  for (uint32_t i = 0; i < FIELDS; i++) release(copy.f[i]);
  for (uint32_t i = 0; i < copy.count; i++) release(copy.items[i]);
}
static void release(val v) {
  if (wrong) return;
  if (v.kind == V_OBJ || v.kind == V_PAIR) release_obj(v.i);
  if (v.kind == V_PAIR && v.second >= 0) release_obj(v.second);
}
static void retain(val v) {
  if (v.kind == V_OBJ || v.kind == V_PAIR) retain_obj(v.i);
  if (v.kind == V_PAIR && v.second >= 0) retain_obj(v.second);
}

static int64_t new_empty(void) { return new_obj((val){0}, (val){0}, (val){0}); }
static val new_node(void) {
  val list = {V_OBJ, new_empty(), 0};
  return (val){V_OBJ, new_obj((val){0}, (val){0}, list), 0};
}

static void raise_new(void) {
  err = true;
  err_obj = new_empty();
}

// ---- running -----------------------------------------------------------------------------------------------------------------
typedef struct run {
  mir_fn *f;
  val *locals;
  uint32_t index;
} run;
static val call_fn(mir_program *p, mir_fn *f, const val *args, uint32_t depth);

static val operand(const run *r, const mir_operand *o) {
  if (o->kind == MIR_OPERAND_LOCAL) return r->locals[o->local];
  if (o->kind == MIR_OPERAND_NONE) return (val){0};
  return (val){V_INT, (int64_t)o->u, 0};
}

static val get(const run *r, const mir_place *pl) {
  val v = r->locals[pl->base];
  for (uint32_t i = 0; i < pl->step_count; i++) {
    if (v.kind == V_OBJ) look_at(v); // parts of a pair may have been moved out before
    if (wrong) return v;
    if (pl->steps[i].kind == MIR_STEP_FIELD) v = objs[v.i].f[pl->steps[i].index];
    else if (pl->steps[i].kind == MIR_STEP_INDEX) v = objs[v.i].items[operand(r, &pl->steps[i].at).i];
    else if (pl->steps[i].index == 0) v = (val){V_OBJ, v.i, 0};
    else v = v.second >= 0 ? (val){V_OBJ, v.second, 0} : (val){0};
  }
  return v;
}

static void set(run *r, const mir_place *pl, val x) {
  if (pl->step_count == 0) {
    r->locals[pl->base] = x;
    return;
  }
  val v = r->locals[pl->base];
  look_at(v);
  if (wrong) return;
  if (pl->steps[0].kind == MIR_STEP_INDEX) objs[v.i].items[operand(r, &pl->steps[0].at).i] = x;
  else objs[v.i].f[pl->steps[0].index] = x;
}

static void list_native(const hir_fn *fn, const val *args, val *out) {
  obj *list = &objs[args[0].i];
  if (fn == push && list->count < ITEMS) {
    list->items[list->count++] = args[1];
  } else if (fn == push) {
    release(args[1]);
  } else if (fn == pop && list->count) {
    *out = list->items[--list->count];
  } else if (fn == clear) {
    obj old = *list;
    list->count = 0;
    for (uint32_t i = 0; i < old.count; i++) release(old.items[i]);
  }
}

// What can be seen of a run from outside: which natives are called, with what, and how functions end.
static uint64_t trace;
static void note(uint64_t what) { trace = (trace ^ what) * 0x9e3779b97f4a7c15u + (trace >> 31); }

static bool native(const hir_fn *fn, const val *args, val *out) {
  note((uintptr_t)fn->symbol[0] + (fn->param_count ? (uint64_t)args[fn == look ? 0 : 1].i * 256 : 0));
  if (fn == again) {
    *out = (val){V_INT, fuel && fuel-- && pick(2), 0};
    return true;
  }
  if (fn == look) look_at(args[0]);
  if (fn == push || fn == pop || fn == clear) {
    list_native(fn, args, out);
    return true;
  }
  if (pick(5) == 0) return false;
  if (fn == make_node || fn == make_future || (fn == make_opt && pick(2)))
    *out = fn == make_future ? (val){V_OBJ, new_empty(), 0} : new_node();
  return true;
}

// Nothing of a stack outlives it; nor does it hold two objects at one place.
static void stack_is_free(const run *r, const mir_inst *made) {
  for (uint32_t o = 0; o < obj_count; o++)
    if (objs[o].rc > 0 && objs[o].stack == r->locals && (!made || objs[o].made == made))
      bad("an object outlives its place on the stack");
}

static val new_object(const run *r, const mir_inst *i, const val *a) {
  if (i->on_stack) stack_is_free(r, i);
  val out = {V_OBJ, new_obj(a[0], a[1], a[2]), 0};
  if (i->on_stack) objs[out.i].stack = r->locals;
  if (i->on_stack) objs[out.i].made = i;
  on_stack += i->on_stack;
  return out;
}

static void release_checked(const mir_inst *i, val v) {
  if (v.kind == V_OBJ && v.i >= 0 && v.i < (int64_t)obj_count && i->on_stack != (objs[v.i].stack != NULL))
    bad("an object is taken for one on the stack, or on the stack for another");
  release(v);
}

// The function has been left and entered again: only what was saved is there.
static void resume(run *r, const mir_inst *i) {
  stack_is_free(r, NULL);
  for (uint32_t l = 0; l < r->f->locals.count; l++) {
    bool saved = false;
    for (uint32_t k = 0; k < i->save_count; k++) saved = saved || i->saves[k] == l;
    if (!saved && i->dst != l) r->locals[l] = (val){V_OBJ, -2, 0};
  }
}

// false: it raises
static bool step(mir_program *p, run *r, const mir_inst *i, uint32_t depth) {
  val a[4] = {{0}}, out = {0};
  for (uint32_t k = 0; k < i->arg_count && k < 4; k++) {
    a[k] = operand(r, &i->args[k]);
    if (mir_is_local(&i->args[k]) && i->op != MIR_FORGET) look_at(a[k]);
  }
  switch ((int)i->op) {
  case MIR_MOVE:
  case MIR_SOME:
  case MIR_UNWRAP: out = a[0]; break;
  case MIR_LOAD:
  case MIR_LOAD_MOVE: out = get(r, i->place); break;
  case MIR_SWAP:
  case MIR_STORE: {
    val old = get(r, i->place);
    set(r, i->place, a[0]);
    if (i->op == MIR_STORE) release(old);
    out = old;
    break;
  }
  case MIR_FORGET: break;
  case MIR_RETAIN: retain(a[0]); break;
  case MIR_RELEASE: release_checked(i, a[0]); break;
  case MIR_NEW: out = new_object(r, i, a); break;
  case MIR_LT: out = (val){V_INT, a[0].i < a[1].i, 0}; break;
  case MIR_ADD:
  case MIR_ADD_WRAP: out = (val){V_INT, a[0].i + a[1].i, 0}; break;
  case MIR_SIZE: out = (val){V_INT, objs[a[0].i].count, 0}; break;
  case MIR_CHECK_INDEX:
    if (a[1].i < objs[a[0].i].count) break;
    raise_new();
    return false;
  case MIR_ARRAY:
    out = (val){V_OBJ, new_empty(), 0};
    for (uint32_t k = 0; k < i->arg_count; k++) objs[out.i].items[k] = a[k];
    objs[out.i].count = i->arg_count;
    break;
  case MIR_ARRAY_POP: out = objs[a[0].i].items[--objs[a[0].i].count]; break;
  case MIR_ARRAY_DRAIN: {
    out = (val){V_OBJ, new_empty(), 0};
    obj *from = &objs[a[0].i];
    while (from->count) objs[out.i].items[objs[out.i].count++] = from->items[--from->count];
    break;
  }
  case MIR_TUPLE: out = (val){V_PAIR, a[0].i, a[1].kind == V_OBJ ? a[1].i : -1}; break;
  case MIR_IS_SOME: out = (val){V_INT, a[0].kind == V_OBJ, 0}; break;
  case MIR_NOT: out = (val){V_INT, !a[0].i, 0}; break;
  case MIR_ERR_CATCHABLE: out = (val){V_INT, 1, 0}; break;
  case MIR_ERR_TAKE:
    out = (val){V_OBJ, err_obj, 0};
    err = false;
    break;
  case MIR_RAISE:
    err = true;
    err_obj = a[0].i;
    break;
  case MIR_STACK_CHECK: break;
  case MIR_AWAIT:
    release_obj(a[0].i);
    suspended = pick(3) != 0;
    if (suspended) resume(r, i);
    if (pick(4) == 0) {
      raise_new();
      return false;
    }
    out = new_node();
    break;
  case MIR_CALL:
    if (i->aux.call.callee) {
      suspended = false;
      out = call_fn(p, i->aux.call.callee, a, depth + 1);
      if (suspended && !i->suspends) bad("suspends where it cannot");
      if (suspended) resume(r, i);
      if (err) return false;
    } else if (!native(i->aux.call.fn, a, &out)) {
      raise_new();
      return false;
    }
    break;
  default: bad(mir_ops[i->op].name); break;
  }
  if (i->dst != MIR_NONE) r->locals[i->dst] = out;
  return true;
}

static uint32_t run_block(mir_program *p, run *r, uint32_t b_index, val *result, uint32_t depth) {
  const mir_block *x = &r->f->blocks.items[b_index];
  for (uint32_t i = 0; i < x->insts.count && !wrong; i++) {
    const mir_inst *in = &x->insts.items[i];
    bool going_on = step(p, r, in, depth);
    if (wrong && !where[0] && !endless)
      snprintf(where, sizeof where, "function %u, block %u, %u", r->index, b_index, i);
    if (endless) return MIR_PROPAGATE;
    if (going_on) continue;
    if (in->on_error == MIR_NO_ERROR) bad("raises where it cannot");
    return in->on_error;
  }
  const mir_term *t = &x->term;
  if (t->kind == MIR_TERM_JUMP) return t->then;
  if (t->kind == MIR_TERM_BRANCH) return operand(r, &t->value).i ? t->then : t->else_;
  if (t->kind == MIR_TERM_RETURN) *result = operand(r, &t->value);
  if (t->kind == MIR_TERM_UNREACHABLE) bad("reaches what cannot be reached");
  return MIR_PROPAGATE;
}

static val call_fn(mir_program *p, mir_fn *f, const val *args, uint32_t depth) {
  run r = {f, calloc(f->locals.count, sizeof(val)), 0};
  while (p->fns.items[r.index] != f) r.index++;
  for (uint32_t i = 0; i < f->param_count; i++) r.locals[i] = args[i];
  val result = {0};
  uint32_t steps = 0;
  for (uint32_t x = 0; x != MIR_PROPAGATE && !wrong && !endless && steps < 5000; steps++)
    x = run_block(p, &r, x, &result, depth);
  if (steps == 5000) endless = true; // a loop nobody leaves: nothing to be said about its end
  if (!endless) stack_is_free(&r, NULL);
  free(r.locals);
  return result;
}

static void hold(int64_t *held, const obj *o) {
  for (int k = 0; k < FIELDS; k++)
    if (o->f[k].kind == V_OBJ) held[o->f[k].i]++;
  for (uint32_t k = 0; k < o->count; k++) held[o->items[k].i]++;
}

static void check_end(void) {
  int64_t *held = calloc(obj_count + 1, sizeof *held);
  for (uint32_t i = 0; i < obj_count; i++)
    if (objs[i].rc > 0) hold(held, &objs[i]);
  for (uint32_t i = 0; i < obj_count; i++)
    if (objs[i].rc != held[i]) bad("an object is left over");
  free(held);
}

static void run_program(mir_program *p) {
  for (int round = 0; round < 6 && !wrong && !endless; round++) {
    obj_count = 0;
    fuel = 60;
    for (uint32_t k = 0; k < p->fns.count && !wrong; k++) {
      mir_fn *f = p->fns.items[k];
      val args[2];
      for (uint32_t i = 0; i < 2; i++) {
        const type *t = f->locals.items[i].type;
        args[i] = t == types[T_LIST] ? (val){V_OBJ, new_empty(), 0} : new_node();
        if (t == types[T_PAIR]) args[i] = (val){V_PAIR, args[i].i, -1};
      }
      err = false;
      val out = call_fn(p, f, args, 0);
      if (wrong || endless) break;
      note(err ? 1 : 2 + (uint64_t)out.kind + 16 * (uint64_t)(out.kind ? out.i : 0));
      if (err) release_obj(err_obj);
      else release(out);
      release(args[0]);
      release(args[1]);
    }
    if (!wrong && !endless) check_end();
  }
}

static uint64_t run_with(uint64_t k, const char *left_out) {
  mir_program *p = lower_program(&b.arena, b.types, &b.hir);
  const char *verify = pass_run_without(p, true, left_out);
  wrong = NULL;
  endless = false;
  seed = k;
  trace = 0;
  if (!verify) run_program(p);
  if (verify || (wrong && !endless)) {
    buf text = {0};
    mir_dump(&text, p);
    fprintf(stderr, "%s\n", buf_text(&text));
  }
  ck_assert_msg(!verify, "seed %llu: %s", (unsigned long long)k, verify);
  ck_assert_msg(!wrong || endless, "seed %llu, without %s: %s (%s)", (unsigned long long)k, left_out, wrong, where);
  return endless ? 0 : trace;
}

START_TEST(random_programs_keep_their_counts) {
  static const char *const optional[] = {"", "inline", "fold", "range", "guard", "borrow", "stack"};
  uint64_t compared = 0;
  uint64_t first = getenv("SEED") ? strtoull(getenv("SEED"), NULL, 10) : 1;
  uint64_t last = getenv("SEED") ? first : getenv("ROUNDS") ? strtoull(getenv("ROUNDS"), NULL, 10) : 400;
  for (uint64_t k = first; k <= last; k++) {
    seed = k * 0x9e3779b97f4a7c15u;
    gen_program();
    uint64_t all = run_with(k, optional[0]);
    for (size_t i = 1; i < sizeof optional / sizeof *optional; i++) {
      uint64_t other = run_with(k, optional[i]);
      compared += all && other;
      ck_assert_msg(!all || !other || all == other, "seed %llu: does something else without pass %s",
                    (unsigned long long)k, optional[i]);
    }
    b_fini(&b);
  }
  ck_assert_uint_ge(compared, last - first);
  if (last > first) ck_assert_uint_gt(on_stack, 0);
}
END_TEST

int main(void) {
  Suite *s = suite_create("random");
  TCase *t = tcase_create("random");
  tcase_set_timeout(t, 240);
  tcase_add_test(t, random_programs_keep_their_counts);
  suite_add_tcase(s, t);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  free(objs);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
