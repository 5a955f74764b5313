// timer_test.c — many timers and deadlines that race with cancels, stops and replies. What must hold: the program ends, timers
// of stopped or cancelled agents never run afterwards, each await ends exactly once.
#include "../kit_check.h"

enum { INIT, TICK, ASK, MS = 1000000 };
enum { AGENTS = 150, TIMERS = 8 };

static const ag_type type_int = {.name = "Int", .size = 8, .align = 8};
static _Atomic int64_t ticks, cancels, replies, timeouts, gone;

typedef struct timed {
  ag_agent h;
  ag_timer *timers[TIMERS]; // owned
  uint64_t rng;
  int64_t seen;
} timed;

static uint64_t next(uint64_t *rng) {
  *rng = *rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return *rng >> 33;
}
static void timed_drop(ag_cx *cx, void *self) {
  timed *t = self;
  for (int i = 0; i < TIMERS; i++) {
    ag_release_opt(cx, t->timers[i]);
    t->timers[i] = NULL;
  }
}
static int timed_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)fp;
  timed *t = (timed *)(void *)self;
  t->rng = (uint64_t)((kit_int_msg *)(void *)m)->value * 7919 + 1;
  for (int i = 0; i < TIMERS; i++) {
    int64_t after = (int64_t)(next(&t->rng) % (30 * MS)),
            every = i % 2 ? (int64_t)(next(&t->rng) % (5 * MS)) + 1 : AG_TIMER_ONCE;
    t->timers[i] = ag_timer_start(cx, self, kit_int_new(cx, TICK, i), after, every, __FILE__, __LINE__);
  }
  return AG_DONE;
}
static int timed_tick(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m, (void)fp;
  timed *t = (timed *)(void *)self;
  ticks++;
  uint64_t which = next(&t->rng) % TIMERS;
  if (next(&t->rng) % 2) {
    cancels++;
    ag_timer_cancel(cx, t->timers[which]);
  }
  if (++t->seen == 12) ag_stop(cx);
  return AG_DONE;
}
static int timed_ask(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)fp;
  int64_t v = 1;
  volatile uint64_t x = 1;
  for (uint64_t i = next(&((timed *)(void *)self)->rng) % 20000; i > 0; i--) x = x * 3 + 1;
  ag_reply(cx, m, &v);
  return AG_DONE;
}
static const ag_behaviour timed_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", timed_init, kit_int_msg),
    [TICK] = KIT_BEHAVIOUR("tick", timed_tick, kit_int_msg),
    [ASK] = KIT_BEHAVIOUR("ask", timed_ask, kit_msg, .reply = &type_int),
};
static const ag_agent_type timed_type = KIT_TYPE("Timed", timed, timed_drop, timed_behaviours);

// Asks an agent again and again with deadlines about as long as the answer takes.
typedef struct frame {
  ag_frame h;
  ag_future *fut;
  ag_msg *out;
  int64_t i, value, deadline;
  uint64_t rng;
} frame;
static int asker_go(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self;
  KIT_BEGIN(frame)
  f->rng = (uint64_t)((kit_agent_msg *)(void *)m)->value * 31 + 7;
  for (f->i = 0; f->i < 20; f->i++) {
    f->out = kit_msg_new(cx, ASK);
    f->deadline = ag_deadline(cx, (int64_t)(next(&f->rng) % (4 * MS)));
    KIT_STEP(ag_ask(cx, ((kit_agent_msg *)(void *)m)->agent, &f->out, &type_int, &f->fut, __FILE__, __LINE__));
    if (r == AG_DONE) { KIT_STEP(ag_await(cx, &f->fut, &f->value, f->deadline, __FILE__, __LINE__)); }
    if (r == AG_DONE) {
      replies++;
      continue;
    }
    if (cx->err->cls == &ag_error_Cancelled) break;
    const ag_class *cls = kit_catch(cx);
    r = AG_DONE;
    if (cls == &ag_error_Timeout) timeouts++;
    else if (cls == &ag_error_AgentStopped) gone++;
    else ck_abort_msg("%s", cls->name);
  }
  ag_release(cx, ((kit_agent_msg *)(void *)m)->agent);
  KIT_END;
}
static const ag_behaviour asker_behaviours[] = {
    KIT_BEHAVIOUR("go", asker_go, kit_agent_msg, .drop_args = kit_drop_agent),
};
static const ag_agent_type asker_type = KIT_TYPE("Asker", ag_agent, NULL, asker_behaviours);

static int main_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  for (int64_t i = 0; i < AGENTS; i++) {
    ag_agent *a = ag_spawn(cx, &timed_type, kit_int_new(cx, INIT, i), NULL);
    if (i % 3 == 0) ag_release(cx, ag_spawn(cx, &asker_type, kit_agent_new(cx, 0, a, i), NULL));
    ag_release(cx, a);
  }
  return AG_DONE;
}
static const ag_behaviour main_behaviours[] = {KIT_BEHAVIOUR("init", main_init, kit_msg)};
static const ag_agent_type main_type = KIT_TYPE("Main", ag_agent, NULL, main_behaviours);

START_TEST(timers_race_with_everything) {
  for (int round = 0; round < 3; round++) {
    ag_metrics metrics;
    ticks = cancels = replies = timeouts = gone = 0;
    ck_assert_int_eq(kit_run(&main_type, KIT_WORKERS, &metrics), 0);
    ck_assert_uint_eq(metrics.alive, 1);
    ck_assert_int_gt(ticks, 0);
    ck_assert_int_eq(replies + timeouts + gone, 20 * (AGENTS / 3));
  }
}
END_TEST

int main(void) {
  const TTest *const tests[] = {timers_race_with_everything};
  return kit_check("timers", tests, (int)KIT_COUNT(tests));
}
