// blocking.c — calls that may block: alone, with others waiting, and what neighbours of a hundred of them notice.
#include "bench.h"

enum { INIT, GO };
enum { SLEEPERS = 100, SLEEP_MS = 200 };
typedef struct frame {
  ag_frame h;
  ag_msg *out;
  ag_agent *a;
  int64_t i;
} frame;

static int64_t count, total_ns, sent_at, noted;
static int64_t *waits;
static bool crowded;

// Keeps itself ready, so that somebody always waits for the worker.
static _Atomic bool stop;
static int busy_go(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m;
  KIT_BEGIN(frame)
  if (!stop) {
    f->out = kit_msg_new(cx, GO);
    KIT_STEP(ag_send(cx, self, &f->out, NULL, 0));
  }
  KIT_END;
}
static const ag_behaviour busy_behaviours[] = {KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
                                               KIT_BEHAVIOUR("go", busy_go, kit_msg)};
static const ag_agent_type busy_type = KIT_TYPE("Busy", ag_agent, NULL, busy_behaviours);

static int call_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  if (crowded) {
    f->a = kit_spawn(cx, &busy_type);
    f->out = kit_msg_new(cx, GO);
    KIT_STEP(ag_send(cx, f->a, &f->out, NULL, 0));
    ag_release(cx, f->a);
  }
  total_ns = 0;
  for (f->i = 0; f->i < count; f->i++) {
    int64_t began = bench_now();
    ag_blocking_begin(cx); // what the caller pays before its call: the hand-over
    total_ns += bench_now() - began;
    ag_blocking_end(cx);
  }
  stop = true;
  KIT_END;
}

static double calls(uint32_t workers, int64_t n, bool busy) {
  static const ag_behaviour b[] = {KIT_BEHAVIOUR("init", call_init, kit_msg)};
  static const ag_agent_type t = KIT_TYPE("Caller", ag_agent, NULL, b);
  count = n;
  crowded = busy;
  stop = false;
  if (kit_run(&t, workers, NULL) != 0) abort();
  return (double)total_ns / (double)n;
}

double bench_block_alone(uint32_t workers, int64_t n) { return calls(workers, n, false); }
double bench_block_crowded(uint32_t workers, int64_t n) { return calls(workers, n, true); }

// ---- neighbours --------------------------------------------------------------------------------------------------

static _Atomic int64_t asleep;
static int sleeper_go(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  struct timespec ts = {.tv_nsec = SLEEP_MS * 1000000L};
  ag_blocking_begin(cx);
  nanosleep(&ts, NULL);
  ag_blocking_end(cx);
  asleep--;
  return AG_DONE;
}
static const ag_behaviour sleeper_behaviours[] = {KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
                                                  KIT_BEHAVIOUR("go", sleeper_go, kit_msg)};
static const ag_agent_type sleeper_type = KIT_TYPE("Sleeper", ag_agent, NULL, sleeper_behaviours);

// A message to itself is a turn: how long it takes from one to the next.
static int neighbour_go(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m;
  KIT_BEGIN(frame)
  int64_t now = bench_now();
  if (noted < count) waits[noted++] = now - sent_at;
  if (asleep > 0) {
    sent_at = bench_now();
    f->out = kit_msg_new(cx, GO);
    KIT_STEP(ag_send(cx, self, &f->out, NULL, 0));
  }
  KIT_END;
}
static const ag_behaviour neighbour_behaviours[] = {KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
                                                    KIT_BEHAVIOUR("go", neighbour_go, kit_msg)};
static const ag_agent_type neighbour_type = KIT_TYPE("Neighbour", ag_agent, NULL, neighbour_behaviours);

static int crowd_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  asleep = SLEEPERS;
  f->a = kit_spawn(cx, &neighbour_type);
  f->out = kit_msg_new(cx, GO);
  sent_at = bench_now();
  KIT_STEP(ag_send(cx, f->a, &f->out, NULL, 0));
  ag_release(cx, f->a);
  for (; f->i < SLEEPERS; f->i++) {
    f->a = kit_spawn(cx, &sleeper_type);
    f->out = kit_msg_new(cx, GO);
    KIT_STEP(ag_send(cx, f->a, &f->out, NULL, 0));
    ag_release(cx, f->a);
  }
  KIT_END;
}

static int by_time(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static double crowd(uint32_t workers, int64_t n, int64_t of_10000) {
  static const ag_behaviour b[] = {KIT_BEHAVIOUR("init", crowd_init, kit_msg)};
  static const ag_agent_type t = KIT_TYPE("Crowd", ag_agent, NULL, b);
  count = n;
  noted = 0;
  waits = calloc((size_t)n, sizeof *waits);
  if (!waits || kit_run(&t, workers, NULL) != 0 || noted < 100) abort();
  qsort(waits, (size_t)noted, sizeof *waits, by_time);
  double p99 = (double)waits[noted * of_10000 / 10001];
  free(waits);
  return p99;
}

double bench_block_p99(uint32_t workers, int64_t n) { return crowd(workers, n, 9900); }
double bench_block_worst(uint32_t workers, int64_t n) { return crowd(workers, n, 10000); }
