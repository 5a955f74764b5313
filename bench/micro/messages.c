// messages.c — count: one producer sends n increments in one go, paced by the mailbox; signal: the send alone, in bursts
// that stay below the high water mark; fanin: 8 producers, one consumer.
// Owns:     the state of one run, in statics.
#include "bench.h"

typedef struct counter {
  ag_agent h;
  int64_t total;
} counter;
typedef struct frame {
  ag_frame h;
  ag_msg *out;
  int64_t i;
} frame;

enum { INIT, ADD };
enum { BURST = 700 };

static int64_t began, ended, wanted, in_sends, producers;

static int counter_add(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)fp;
  counter *c = (counter *)(void *)self;
  c->total += ((kit_int_msg *)(void *)m)->value;
  if (c->total == wanted) ended = bench_now();
  return AG_DONE;
}
static const ag_behaviour counter_behaviours[] = {
    KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    KIT_BEHAVIOUR("add", counter_add, kit_int_msg),
};
static const ag_agent_type counter_type = KIT_TYPE("Counter", counter, NULL, counter_behaviours);

// Sends its share to the counter it is given, without a frame unless it has to wait.
static int producer_go(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self;
  ag_agent *to = ((kit_agent_msg *)(void *)m)->agent;
  int64_t n = ((kit_agent_msg *)(void *)m)->value, i = 0;
  ag_msg *out = NULL;
  frame *f = (frame *)(void *)*fp;
  if (f) {
    i = f->i;
    out = f->out;
    goto again;
  }
  for (; i < n; i++) {
    out = kit_int_new(cx, ADD, 1);
  again:
    switch (ag_send(cx, to, &out, __FILE__, __LINE__)) {
    case AG_SUSPENDED:
      if (!f) f = (frame *)(void *)(*fp = ag_frame_new(cx, sizeof *f));
      f->i = i;
      f->out = out;
      return AG_SUSPENDED;
    case AG_FAILED: return AG_FAILED;
    default: break;
    }
  }
  if (f) ag_frame_free(cx, *fp);
  *fp = NULL;
  ag_release(cx, to);
  return AG_DONE;
}
static const ag_behaviour producer_behaviours[] = {
    KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    KIT_BEHAVIOUR("go", producer_go, kit_agent_msg, .drop_args = kit_drop_agent),
};
static const ag_agent_type producer_type = KIT_TYPE("Producer", ag_agent, NULL, producer_behaviours);

static int main_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_agent *to = kit_spawn(cx, &counter_type);
  began = bench_now();
  for (int64_t p = 0; p < producers; p++) {
    ag_agent *from = kit_spawn(cx, &producer_type);
    ag_msg *out = kit_agent_new(cx, 1, to, wanted / producers);
    ag_send(cx, from, &out, __FILE__, __LINE__);
    ag_release(cx, from);
  }
  ag_release(cx, to);
  return AG_DONE;
}
static const ag_behaviour main_behaviours[] = {KIT_BEHAVIOUR("init", main_init, kit_msg)};
static const ag_agent_type main_type = KIT_TYPE("Main", ag_agent, NULL, main_behaviours);

static double flood(uint32_t workers, int64_t count, int64_t n) {
  producers = count;
  wanted = n / count * count;
  ended = 0;
  if (kit_run(&main_type, workers, NULL) != 0 || ended == 0) abort();
  return (double)(ended - began) / (double)wanted;
}
double bench_count(uint32_t workers, int64_t n) { return flood(workers, 1, n); }
double bench_fanin(uint32_t workers, int64_t n) { return flood(workers, 8, n); }

// ---- signal ------------------------------------------------------------------------------------------------------

// Several counters, so that none of them is full while the sends are timed.
static int signal_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  enum { COUNTERS = 100 };
  ag_agent *to[COUNTERS];
  for (int i = 0; i < COUNTERS; i++) to[i] = kit_spawn(cx, &counter_type);
  int64_t from = bench_now();
  for (int i = 0; i < COUNTERS; i++) {
    for (int k = 0; k < BURST; k++) {
      ag_msg *out = kit_int_new(cx, ADD, 1);
      if (ag_send(cx, to[i], &out, __FILE__, __LINE__) != AG_DONE) abort();
    }
  }
  in_sends = bench_now() - from;
  for (int i = 0; i < COUNTERS; i++) ag_release(cx, to[i]);
  return AG_DONE;
}
static const ag_behaviour signal_behaviours[] = {KIT_BEHAVIOUR("init", signal_init, kit_msg)};
static const ag_agent_type signal_type = KIT_TYPE("Main", ag_agent, NULL, signal_behaviours);

double bench_signal(uint32_t workers, int64_t n) {
  (void)n;
  wanted = -1;
  if (kit_run(&signal_type, workers, NULL) != 0) abort();
  return (double)in_sends / (100.0 * BURST);
}
