// emit_test.c — MIR made by hand, emitted, compiled in memory and run: main spawns a Counter, signals it, asks it, and prints.
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/jit.h"
#include "emit/emit.h"
#include "mir/builder.h"

typedef struct world {
  arena a;
  source_set sources;
  type_table *types;
  mir_program p;
  hir_program hir;
  hir_decl string, array, counter, main_decl, vote;
  hir_fn main, add, get;
  hir_var k;
  const type *i64, *unit, *str, *strs, *tag, *future, *boolean;
  mir_fn *f;
  uint32_t block;
} world;

static const span nowhere;

static hir_decl decl(decl_kind kind, const char *name) {
  return (hir_decl){.kind = kind,
                    .name = name,
                    .module = "",
                    .mailbox_capacity = -1,
                    .mailbox_high = -1,
                    .mailbox_low = -1,
                    .mailbox_full = -1,
                    .priority = -1};
}

static mir_inst *put(world *w, mir_op op, uint32_t dst, const type *t, const mir_operand *args, uint32_t n) {
  return mir_emit(&w->p, w->f, w->block, op, dst, t, args, n, nowhere);
}
static uint32_t local(world *w, const type *t) { return mir_local_new(&w->p, w->f, t, NULL); }
static mir_operand use(world *w, uint32_t l) { return mir_local_operand(w->f, l); }
static void finish(world *w) {
  w->f->blocks.items[w->block].term =
      (mir_term){.kind = MIR_TERM_RETURN, .value = mir_simple_operand(MIR_OPERAND_UNIT, w->unit)};
}
static void begin(world *w, mir_fn_kind kind, const char *name) {
  w->f = mir_fn_new(&w->p, kind, name);
  w->block = mir_block_new(&w->p, w->f);
}
static void param(world *w, const type *t, const char *name) {
  uint32_t i = mir_local_new(&w->p, w->f, t, name);
  w->f->locals.items[i].is_param = w->f->locals.items[i].owned = true;
  w->f->param_count = i + 1;
}

static mir_place *self_field(world *w) {
  mir_place *p = ARENA_NEW(&w->a, mir_place);
  p->base = 0;
  p->steps = ARENA_NEW(&w->a, mir_step);
  p->steps[0] = (mir_step){.kind = MIR_STEP_FIELD, .index = 0, .type = w->i64};
  p->step_count = 1;
  p->type = w->i64;
  return p;
}

static void suspend(world *w, mir_inst *in, const uint32_t *saves, uint32_t n) {
  in->suspends = true;
  in->resume = ++w->f->resume_count;
  in->saves = arena_copy(&w->a, saves, sizeof *saves * n);
  in->save_count = n;
  in->on_error = MIR_PROPAGATE;
  w->f->suspends = true;
  for (uint32_t i = 0; i < n; i++) w->f->locals.items[saves[i]].saved = true;
}

static void make_counter(world *w) {
  hir_field *n = ARENA_NEW(&w->a, hir_field);
  *n = (hir_field){.name = "n", .type = w->i64};
  w->counter.fields = n;
  w->counter.field_count = 1;
  w->k = (hir_var){.name = "k", .type = w->i64};
  hir_var **params = ARENA_NEW(&w->a, hir_var *);
  params[0] = &w->k;
  w->add = (hir_fn){.kind = FN_BEHAVIOUR,
                    .name = "add",
                    .module = "",
                    .owner = &w->counter,
                    .params = params,
                    .param_count = 1,
                    .result = w->unit,
                    .index = 1};
  w->get = (hir_fn){.kind = FN_BEHAVIOUR,
                    .name = "get",
                    .module = "",
                    .owner = &w->counter,
                    .result = w->i64,
                    .is_request = true,
                    .index = 2};
  hir_fn **behaviours = ARENA_ARRAY(&w->a, hir_fn *, 2);
  behaviours[0] = &w->add;
  behaviours[1] = &w->get;
  w->counter.behaviours = behaviours;
  w->counter.behaviour_count = 2;

  begin(w, MIR_FN_INIT, "Counter.init");
  w->f->decl = &w->counter;
  param(w, w->tag, "self");
  mir_operand zero = mir_int_operand(w->i64, 0);
  put(w, MIR_STORE_INIT, MIR_NONE, w->i64, &zero, 1)->place = self_field(w);
  finish(w);
  map_put(&w->p.by_decl, &w->counter, w->f);

  begin(w, MIR_FN_BEHAVIOUR, "Counter.add");
  w->f->hir = &w->add;
  w->f->decl = &w->counter;
  param(w, w->tag, "self");
  param(w, w->i64, "k");
  uint32_t t = local(w, w->i64), r = local(w, w->i64);
  put(w, MIR_LOAD, t, w->i64, NULL, 0)->place = self_field(w);
  put(w, MIR_ADD, r, w->i64, (mir_operand[]){use(w, t), use(w, 1)}, 2)->on_error = MIR_PROPAGATE;
  mir_operand sum = use(w, r);
  put(w, MIR_STORE, MIR_NONE, w->i64, &sum, 1)->place = self_field(w);
  finish(w);
  map_put(&w->p.by_fn, &w->add, w->f);

  begin(w, MIR_FN_BEHAVIOUR, "Counter.get");
  w->f->hir = &w->get;
  w->f->decl = &w->counter;
  param(w, w->tag, "self");
  t = local(w, w->i64);
  put(w, MIR_LOAD, t, w->i64, NULL, 0)->place = self_field(w);
  mir_operand value = use(w, t);
  put(w, MIR_REPLY, MIR_NONE, w->i64, &value, 1);
  finish(w);
  map_put(&w->p.by_fn, &w->get, w->f);
}

static void make_main(world *w) {
  w->main = (hir_fn){.kind = FN_MAIN, .name = "main", .module = "", .owner = &w->main_decl, .result = w->unit};
  begin(w, MIR_FN_MAIN, "main");
  w->f->hir = &w->main;
  w->f->decl = &w->main_decl;
  param(w, w->tag, "self");
  param(w, w->strs, "args");
  map_put(&w->p.by_fn, &w->main, w->f);
  uint32_t m0 = local(w, w->unit), agent = local(w, w->tag), m1 = local(w, w->unit), m2 = local(w, w->unit);
  for (uint32_t i = m0; i <= m2; i++)
    if (i != agent) w->f->locals.items[i].kind = MIR_LOCAL_MSG;
  uint32_t fut = local(w, w->future), total = local(w, w->i64), text = local(w, w->str);
  mir_operand args = use(w, 1);
  put(w, MIR_RELEASE, MIR_NONE, w->strs, &args, 1);
  mir_inst *in = put(w, MIR_MSG, m0, w->unit, NULL, 0);
  in->aux.msg.decl = &w->counter;
  static const mir_spawn plain = {
      .mailbox_capacity = -1, .mailbox_high = -1, .mailbox_low = -1, .mailbox_full = -1, .priority = -1};
  mir_spawn *spawn = arena_copy(&w->a, &plain, sizeof plain);
  spawn->decl = &w->counter;
  mir_operand message = use(w, m0);
  put(w, MIR_SPAWN, agent, w->tag, &message, 1)->aux.spawn = spawn;
  mir_operand k = mir_int_operand(w->i64, 41);
  put(w, MIR_MSG, m1, w->unit, &k, 1)->aux.msg.fn = &w->add;
  in = put(w, MIR_SEND, MIR_NONE, w->unit, (mir_operand[]){use(w, agent), use(w, m1)}, 2);
  suspend(w, in, (uint32_t[]){agent, m1}, 2);
  put(w, MIR_MSG, m2, w->unit, NULL, 0)->aux.msg.fn = &w->get;
  in = put(w, MIR_ASK, fut, w->future, (mir_operand[]){use(w, agent), use(w, m2)}, 2);
  in->aux.msg.fn = &w->get;
  suspend(w, in, (uint32_t[]){agent, m2, fut}, 3);
  in = put(w, MIR_AWAIT, total, w->i64, (mir_operand[]){use(w, fut), mir_int_operand(w->i64, 0)}, 2);
  suspend(w, in, (uint32_t[]){agent, fut}, 2);
  hir_part *parts = ARENA_ARRAY(&w->a, hir_part, 2);
  hir_expr *some = ARENA_NEW(&w->a, hir_expr);
  parts[0] = (hir_part){.text = "total ", .text_size = 6};
  parts[1] = (hir_part){.e = some};
  mir_operand shown = use(w, total);
  in = put(w, MIR_INTERP, text, w->str, &shown, 1);
  in->aux.interp.parts = parts;
  in->aux.interp.count = 2;
  mir_operand line = use(w, text), a = use(w, agent);
  put(w, MIR_PRINT, MIR_NONE, w->unit, &line, 1);
  put(w, MIR_RELEASE, MIR_NONE, w->str, &line, 1);
  put(w, MIR_RELEASE, MIR_NONE, w->tag, &a, 1);
  finish(w);
}

static void world_init(world *w) {
  memset(w, 0, sizeof *w);
  arena_init(&w->a);
  source_set_init(&w->sources, &w->a);
  w->types = type_table_new(&w->a);
  w->string = decl(DECL_CLASS, "String");
  w->string.builtin = BUILTIN_STRING;
  w->array = decl(DECL_CLASS, "Array");
  w->array.builtin = BUILTIN_ARRAY;
  w->counter = decl(DECL_AGENT, "Counter");
  w->main_decl = decl(DECL_AGENT, "main");
  w->i64 = type_simple(w->types, TY_I64);
  w->unit = type_simple(w->types, TY_UNIT);
  w->str = type_nominal(w->types, TY_CLASS, &w->string, NULL, 0, CAP_VAL);
  w->strs = type_nominal(w->types, TY_CLASS, &w->array, &w->str, 1, CAP_VAL);
  w->tag = type_nominal(w->types, TY_AGENT, &w->counter, NULL, 0, CAP_TAG);
  w->future = type_compound(w->types, TY_FUTURE, &w->i64, 1, CAP_NONE);
  w->p = (mir_program){.arena = &w->a, .types = w->types, .hir = &w->hir};
  map_init(&w->p.by_fn, &w->a);
  map_init(&w->p.by_decl, &w->a);
  w->hir.main = &w->main;
  w->hir.main_agent = &w->main_decl;
  w->main_decl.entry = &w->main;
  w->hir.main_file = "by_hand.agent";
  make_counter(w);
  make_main(w);
}

START_TEST(runs_in_memory) {
  world w;
  world_init(&w);
  emit_result code;
  emit_program(&code, &w.p, &w.sources, &w.a, false);
  if (getenv("SHOW_CODE")) puts(buf_text(&code.text));
  jit_program p;
  const char *error = jit_compile(&p, &w.a, buf_text(&code.text), NULL, 0, false);
  ck_assert_msg(!error, "%s", error);
  char name[] = "by_hand", *argv[] = {name, NULL};
  ck_assert_int_eq(jit_run(&p, 1, argv), 0);
  jit_free(&p);
  buf_fini(&code.text);
  arena_fini(&w.a);
}
END_TEST

START_TEST(is_deterministic) {
  world w1, w2;
  world_init(&w1);
  world_init(&w2);
  emit_result c1, c2;
  emit_program(&c1, &w1.p, &w1.sources, &w1.a, false);
  emit_program(&c2, &w2.p, &w2.sources, &w2.a, false);
  ck_assert_str_eq(buf_text(&c1.text), buf_text(&c2.text));
  buf_fini(&c1.text);
  buf_fini(&c2.text);
  arena_fini(&w1.a);
  arena_fini(&w2.a);
}
END_TEST

int main(void) {
  Suite *s = suite_create("emit");
  TCase *c = tcase_create("by hand");
  tcase_add_test(c, runs_in_memory);
  tcase_add_test(c, is_deterministic);
  suite_add_tcase(s, c);
  SRunner *r = srunner_create(s);
  srunner_run_all(r, CK_NORMAL);
  int failed = srunner_ntests_failed(r);
  srunner_free(r);
  return failed != 0;
}
