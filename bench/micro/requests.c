// requests.c — ask: request and await, one after another; quorum: 5 voters, 3 yes votes a round, late votes dropped.
// Owns:     the state of one run, in statics.
#include "bench.h"

enum { VOTERS = 5 };

typedef struct frame {
  ag_frame h;
  ag_future *fut;
  ag_msg *out;
  ag_agent *to;
  ag_array *group;
  ag_quorum *q;
  int64_t i, value;
  bool more;
} frame;

static int64_t began, ended, wanted;
static const ag_type type_int = {.name = "Int", .size = 8, .align = 8};

static int echo(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)fp;
  int64_t v = ((kit_int_msg *)(void *)m)->value;
  ag_reply(cx, m, &v);
  return AG_DONE;
}
static const ag_behaviour echo_behaviours[] = {
    KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    KIT_BEHAVIOUR("echo", echo, kit_int_msg, .reply = &type_int),
};
static const ag_agent_type echo_type = KIT_TYPE("Echo", ag_agent, NULL, echo_behaviours);

static int ask_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->to = kit_spawn(cx, &echo_type);
  began = bench_now();
  for (f->i = 0; f->i < wanted; f->i++) {
    f->out = kit_int_new(cx, 1, f->i);
    KIT_STEP(ag_ask(cx, f->to, &f->out, &type_int, &f->fut, __FILE__, __LINE__));
    KIT_STEP(ag_await(cx, &f->fut, &f->value, 0, __FILE__, __LINE__));
    if (f->value != f->i) abort();
  }
  ended = bench_now();
  ag_release(cx, f->to);
  KIT_END;
}

static int quorum_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->group = ag_array_new(cx, VOTERS, &ag_type_agent);
  for (int i = 0; i < VOTERS; i++) {
    ag_agent *a = kit_spawn(cx, &echo_type);
    ag_array_push(cx, f->group, &a);
  }
  ag_freeze(&f->group->h);
  began = bench_now();
  for (f->i = 0; f->i < wanted; f->i++) {
    f->q = ag_quorum_new(cx, f->group, kit_int_new(cx, 1, f->i), &echo_behaviours[1], AG_QUORUM_MAJORITY, 0);
    do {
      KIT_STEP(ag_quorum_next(cx, f->q, &f->value, &f->more, __FILE__, __LINE__));
      if (f->more) ag_quorum_accept(cx, f->q, &f->value, f->value == f->i);
    } while (r == AG_DONE && f->more);
    if (r != AG_DONE) abort();
    ag_release(cx, ag_quorum_result(cx, f->q));
    ag_quorum_drop(cx, f->q);
  }
  ended = bench_now();
  ag_release(cx, f->group);
  KIT_END;
}

static double run(int (*body)(ag_cx *, ag_agent *, ag_msg *, ag_frame **), uint32_t workers, int64_t n) {
  const ag_behaviour b[] = {KIT_BEHAVIOUR("init", body, kit_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  wanted = n;
  ended = 0;
  if (kit_run(&t, workers, NULL) != 0 || ended == 0) abort();
  return (double)(ended - began) / (double)n;
}
double bench_ask(uint32_t workers, int64_t n) { return run(ask_init, workers, n); }
double bench_quorum(uint32_t workers, int64_t n) { return run(quorum_init, workers, n); }
