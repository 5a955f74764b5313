// keep_test.c — when is a lease dropped? Random functions are run as written, by an interpreter of their own, and as lowered: calls, errors and
// drops must come in the same order.
// Checks:   pass keep, and what stands around it (lowering of blocks, errors and jumps; rc; inline): each lease that has not been moved is dropped at
//           the end of its block, the last one first, however the block is left; one that has been moved is not touched any more.
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

// ---- functions -------------------------------------------------------------------------------------------------------------
// LET: a new lease. TAKE moves it, LOOK lends it, SET overwrites it. JUMP: the last of a branch; kind `which`.
typedef enum what { LET, WORK, LOOK, TAKE, SET, IF, WHILE, BLOCK, JUMP } what;
typedef enum jump { ON, RETURN, BREAK, CONTINUE, RAISED } jump;
typedef struct body body;
typedef struct stmt {
  what what;
  uint32_t var;
  jump which;
  body *a, *b;
} stmt;
struct body {
  uint32_t count;
  stmt items[6];
};

enum { VARS = 24, DEPTH = 4, MOST_EVENTS = 10000 };
typedef enum owned { OUT, OWNED, GONE, PERHAPS } owned; // OUT: not in scope
typedef struct flow {                                   // what the checker would know of each variable
  owned of[VARS];
  bool dead;
} flow;
static build b;
static hir_decl lease;
static const type *lease_type;
static hir_fn *make, *work, *look, *again, *take;
static hir_var *vars[VARS];
static uint32_t var_count, loop_vars; // variables below loop_vars are from outside of the innermost loop
static bool in_loop;

static void merge(flow *x, const flow *y) {
  if (y->dead) return;
  bool was_dead = x->dead;
  for (uint32_t i = 0; i < VARS; i++)
    if (was_dead) x->of[i] = y->of[i];
    else if (x->of[i] != y->of[i]) x->of[i] = x->of[i] == OUT || y->of[i] == OUT ? OUT : PERHAPS;
  x->dead = false;
}

// A variable in one of these states, or VARS.
static uint32_t find(const flow *f, unsigned states) {
  uint32_t n = 0, found[VARS];
  for (uint32_t i = 0; i < var_count; i++)
    if (1u << f->of[i] & states) found[n++] = i;
  return n ? found[pick(n)] : VARS;
}

static body *gen_body(flow *f, uint32_t depth, bool jumps);

static void gen_while(stmt *s, flow *f, uint32_t depth) {
  uint32_t outer = loop_vars;
  bool was = in_loop;
  flow before = *f;
  loop_vars = var_count;
  in_loop = true;
  s->a = gen_body(f, depth, false);
  loop_vars = outer;
  in_loop = was;
  for (uint32_t i = 0; i < VARS; i++) // it may run not at all, or be left anywhere
    if (before.of[i] != OUT && f->of[i] != before.of[i]) f->of[i] = PERHAPS;
  f->dead = false;
}

static bool gen_stmt(stmt *s, flow *f, uint32_t depth) {
  *s = (stmt){.what = (what)pick(depth ? BLOCK + 1 : SET + 1)};
  switch (s->what) {
  case LET:
    if (var_count == VARS) return false;
    s->var = var_count++;
    f->of[s->var] = OWNED;
    return true;
  case LOOK:
  case TAKE:
    s->var = find(f, 1u << OWNED);
    if (s->var == VARS || (s->what == TAKE && s->var < loop_vars)) return false;
    if (s->what == TAKE) f->of[s->var] = GONE;
    return true;
  case SET:
    s->var = find(f, 1u << OWNED | 1u << GONE | 1u << PERHAPS);
    if (s->var == VARS || s->var == 0) return false; // 0: the parameter
    f->of[s->var] = OWNED;
    return true;
  case IF: {
    flow other = *f;
    s->a = gen_body(f, depth - 1, true);
    s->b = gen_body(&other, depth - 1, true);
    merge(f, &other);
    return true;
  }
  case WHILE: gen_while(s, f, depth - 1); return true;
  case BLOCK: s->a = gen_body(f, depth - 1, false); return true;
  default: return true;
  }
}

static body *gen_body(flow *f, uint32_t depth, bool jumps) {
  body *x = ARENA_NEW(&b.arena, body);
  flow outer = *f;
  uint32_t n = 1 + pick(5);
  for (uint32_t i = 0; i < n && !f->dead; i++) x->count += gen_stmt(&x->items[x->count], f, depth);
  if (jumps && !f->dead && pick(4) == 0) {
    x->items[x->count++] = (stmt){.what = JUMP, .which = in_loop ? (jump)(RETURN + pick(3)) : RETURN};
    f->dead = true;
  }
  for (uint32_t i = 0; i < VARS; i++)
    if (outer.of[i] == OUT) f->of[i] = OUT;
  return x;
}

// ---- as a typed tree -------------------------------------------------------------------------------------------------------
static hir_expr *tree(const body *x);
static hir_expr *tree_of(const stmt *s) {
  switch (s->what) {
  case LET: return b_let(&b, vars[s->var], b_call(&b, make, NULL, 0));
  case LOOK: return b_call(&b, look, NULL, 1, b_use(&b, vars[s->var], USE_COPY));
  case TAKE: return b_call(&b, take, NULL, 1, b_use(&b, vars[s->var], USE_MOVE));
  case SET: return b_assign(&b, b_use(&b, vars[s->var], USE_COPY), b_call(&b, make, NULL, 0));
  case IF: return b_if(&b, b_call(&b, again, NULL, 0), tree(s->a), tree(s->b));
  case WHILE: {
    hir_expr *e = b_node(&b, HIR_WHILE, b.unit);
    e->loop.cond = b_call(&b, again, NULL, 0);
    e->loop.body = tree(s->a);
    return e;
  }
  case BLOCK: return tree(s->a);
  case JUMP:
    return s->which == RETURN ? b_node(&b, HIR_RETURN, b.never)
                              : b_node(&b, s->which == BREAK ? HIR_BREAK : HIR_CONTINUE, b.never);
  default: return b_call(&b, work, NULL, 0);
  }
}
static hir_expr *tree(const body *x) {
  hir_expr *e = b_block(&b, NULL, 0);
  e->block.stmts = ARENA_ARRAY(&b.arena, const hir_expr *, x->count + 1);
  e->block.count = x->count;
  for (uint32_t i = 0; i < x->count; i++) e->block.stmts[i] = tree_of(&x->items[i]);
  return e;
}

static hir_fn *f;
static const body *gen_function(void) {
  b_init(&b);
  lease = (hir_decl){.kind = DECL_CLASS, .name = "Lease", .module = "", .is_prelude = true};
  lease_type = b_class(&b, &lease, CAP_ISO);
  b_add_decl(&b, &lease);
  make = b_native(&b, "make", lease_type, 0);
  work = b_native(&b, "work", b.unit, 0);
  look = b_native(&b, "look", b.unit, 1, b_class(&b, &lease, CAP_BOX));
  again = b_native(&b, "again", b.boolean, 0);
  again->nofault = true;
  take = b_fn(&b, "take", b.unit, 1, b_var(&b, "l", lease_type, false));
  take->body = b_block(&b, NULL, 1, b_call(&b, look, NULL, 1, b_use(&b, take->params[0], USE_COPY)));
  b_add(&b, take);
  for (uint32_t i = 0; i < VARS; i++) vars[i] = b_var(&b, "v", lease_type, i != 0);
  var_count = 1;
  loop_vars = 0;
  in_loop = false;
  flow at = {.of = {OWNED}};
  const body *x = gen_body(&at, DEPTH, false);
  f = b_fn(&b, "f", b.unit, 1, vars[0]);
  f->body = tree(x);
  b_add(&b, f);
  return x;
}

// ---- what can be seen ------------------------------------------------------------------------------------------------------
typedef struct event {
  char what; // of make, work, look, again; d: dropped
  int64_t lease;
} event;
static event events[MOST_EVENTS];
static uint32_t event_count, fuel;
static int64_t leases;

static void note(char what, int64_t l) {
  if (event_count < MOST_EVENTS) events[event_count++] = (event){what, l};
}
static bool raises(char what, int64_t l) {
  note(what, l);
  return pick(8) == 0;
}
static bool answer(void) {
  note('a', 0);
  return fuel && fuel-- && pick(2);
}
static void begin(uint64_t k) {
  seed = k;
  event_count = 0;
  fuel = 40;
  leases = 1;
}

// ---- as written --------------------------------------------------------------------------------------------------------------
static int64_t held[VARS]; // 0: none

static jump run_body(const body *x);
static jump run_stmt(const stmt *s) {
  int64_t *l = &held[s->var];
  switch (s->what) {
  case LET:
  case SET:
    if (raises('m', 0)) return RAISED;
    if (s->what == SET && *l) note('d', *l);
    *l = ++leases;
    return ON;
  case LOOK: return raises('l', *l) ? RAISED : ON;
  case TAKE: {
    bool raised = raises('l', *l);
    note('d', *l);
    *l = 0;
    return raised ? RAISED : ON;
  }
  case IF: return run_body(answer() ? s->a : s->b);
  case WHILE:
    while (answer()) {
      jump j = run_body(s->a);
      if (j == BREAK) break;
      if (j == RETURN || j == RAISED) return j;
    }
    return ON;
  case BLOCK: return run_body(s->a);
  case JUMP: return s->which;
  default: return raises('w', 0) ? RAISED : ON;
  }
}
static jump run_body(const body *x) {
  jump j = ON;
  uint32_t n = 0;
  while (n < x->count && j == ON) j = run_stmt(&x->items[n++]);
  while (n--) {
    const stmt *s = &x->items[n];
    if (s->what != LET) continue;
    if (held[s->var]) note('d', held[s->var]);
    held[s->var] = 0;
  }
  return j;
}
static void run_written(const body *x) {
  memset(held, 0, sizeof held);
  held[0] = 1;
  jump j = run_body(x);
  if (held[0]) note('d', held[0]);
  note('e', j == RAISED);
}

// ---- as lowered ----------------------------------------------------------------------------------------------------------------
static const char *wrong;
static bool raised;
static int64_t counts[MOST_EVENTS]; // by lease; 0 is none
static void run_mir(mir_program *p, mir_fn *fn, int64_t arg);

// false: it raises
static bool step(mir_program *p, int64_t *locals, const mir_inst *i) {
  int64_t a = i->arg_count && mir_is_local(&i->args[0]) ? locals[i->args[0].local] : 0, out = 0;
  switch ((int)i->op) {
  case MIR_MOVE:
  case MIR_SOME:
  case MIR_UNWRAP: out = a; break;
  case MIR_KEEP:
  case MIR_FORGET:
  case MIR_STACK_CHECK:
  case MIR_ERR_TAKE: break;
  case MIR_RETAIN: counts[a]++; break;
  case MIR_RELEASE:
    if (a && --counts[a] == 0) note('d', a);
    if (a && counts[a] < 0) wrong = "dropped twice";
    break;
  case MIR_RAISE: break;
  case MIR_CALL:
    if (i->aux.call.callee) {
      run_mir(p, i->aux.call.callee, a);
      if (raised) return raised = false;
    } else if (i->aux.call.fn == again) {
      out = answer();
    } else {
      if (raises(i->aux.call.fn->symbol[0], a)) return false;
      if (i->aux.call.fn == make) counts[out = ++leases] = 1;
    }
    break;
  default: wrong = mir_ops[i->op].name; break;
  }
  if (i->dst != MIR_NONE) locals[i->dst] = out;
  return true;
}

static void run_mir(mir_program *p, mir_fn *fn, int64_t arg) {
  int64_t *locals = calloc(fn->locals.count + 1, sizeof *locals);
  locals[0] = arg;
  raised = false;
  for (uint32_t at = 0; at != MIR_PROPAGATE && !wrong && event_count < MOST_EVENTS;) {
    const mir_block *x = &fn->blocks.items[at];
    uint32_t failed = MIR_NO_ERROR;
    for (uint32_t i = 0; i < x->insts.count && failed == MIR_NO_ERROR && !wrong; i++)
      if (!step(p, locals, &x->insts.items[i])) {
        failed = x->insts.items[i].on_error;
        if (failed == MIR_PROPAGATE) raised = true;
        if (failed == MIR_NO_ERROR) wrong = "raises where it cannot";
      }
    if (failed != MIR_NO_ERROR) at = failed;
    else if (x->term.kind == MIR_TERM_JUMP) at = x->term.then;
    else if (x->term.kind == MIR_TERM_BRANCH) at = locals[x->term.value.local] ? x->term.then : x->term.else_;
    else {
      if (x->term.kind == MIR_TERM_UNREACHABLE) wrong = "reaches what cannot be reached";
      raised = x->term.kind == MIR_TERM_PROPAGATE;
      at = MIR_PROPAGATE;
    }
  }
  free(locals);
}

// ---- both ------------------------------------------------------------------------------------------------------------------------
static void compare(uint64_t k, const body *x, mir_program *p, const char *without) {
  static event written[MOST_EVENTS];
  for (uint64_t round = 1; round <= 12; round++) {
    begin(k ^ round * 0x9e3779b97f4a7c15u);
    run_written(x);
    uint32_t count = event_count;
    memcpy(written, events, sizeof *events * count);
    begin(k ^ round * 0x9e3779b97f4a7c15u);
    wrong = NULL;
    counts[1] = 1;
    run_mir(p, p->fns.items[1], 1);
    note('e', raised);
    uint32_t same = 0;
    while (same < count && same < event_count && written[same].what == events[same].what &&
           written[same].lease == events[same].lease)
      same++;
    if (!wrong && same == count && same == event_count) continue;
    buf text = {0};
    mir_dump(&text, p);
    fprintf(stderr, "%s\n", buf_text(&text));
    for (uint32_t i = 0; i < count; i++) fprintf(stderr, "%c%d ", written[i].what, (int)written[i].lease);
    fprintf(stderr, "\n");
    for (uint32_t i = 0; i < event_count; i++) fprintf(stderr, "%c%d ", events[i].what, (int)events[i].lease);
    ck_abort_msg("seed %llu without %s: %s, differs from event %u on", (unsigned long long)k, without,
                 wrong ? wrong : "", same);
  }
}

START_TEST(leases_are_dropped_where_the_program_says) {
  static const char *const optional[] = {"", "inline", "fold", "borrow"};
  uint64_t first = getenv("SEED") ? strtoull(getenv("SEED"), NULL, 10) : 1;
  uint64_t last = getenv("SEED") ? first : getenv("ROUNDS") ? strtoull(getenv("ROUNDS"), NULL, 10) : 400;
  for (uint64_t k = first; k <= last; k++) {
    for (size_t i = 0; i < sizeof optional / sizeof *optional; i++) {
      seed = k * 0x9e3779b97f4a7c15u;
      const body *x = gen_function();
      mir_program *p = lower_program(&b.arena, b.types, &b.hir);
      const char *verify = pass_run_without(p, true, optional[i]);
      ck_assert_msg(!verify, "seed %llu: %s", (unsigned long long)k, verify);
      compare(k, x, p, optional[i]);
      b_fini(&b);
    }
  }
}
END_TEST

int main(void) {
  Suite *s = suite_create("keep");
  TCase *t = tcase_create("keep");
  tcase_set_timeout(t, 240);
  tcase_add_test(t, leases_are_dropped_where_the_program_says);
  suite_add_tcase(s, t);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_ENV);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
