// agents.c — spawn: a parent creates n agents, each gets one message, replies once and ends; idle: bytes per agent alive.
// Owns:     the state of one run, in statics.
#include <unistd.h>

#include "bench.h"

enum { INIT, HELLO, DONE_ONE, BATCH };
enum { AT_ONCE = 1000 };

typedef struct parent {
  ag_agent h;
  int64_t created, replied;
} parent;
typedef struct holder {
  ag_agent h;
  ag_agent **all;
  int64_t count;
} holder;
typedef struct child {
  ag_agent h;
  int64_t state[2];
} child;

static int64_t began, ended, wanted;
static double per_agent;

static int child_hello(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)fp;
  ag_agent *to = ((kit_agent_msg *)(void *)m)->agent;
  ag_msg *out = kit_msg_new(cx, DONE_ONE);
  int r = ag_send(cx, to, &out, __FILE__, __LINE__); // never waits: the parent has at most AT_ONCE / 2 on their way
  ag_release(cx, to);
  return r;
}
static int child_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)fp;
  ((child *)(void *)self)->state[0] = ((kit_int_msg *)(void *)m)->value;
  return AG_DONE;
}
static const ag_behaviour child_behaviours[] = {
    KIT_BEHAVIOUR("init", child_init, kit_int_msg),
    KIT_BEHAVIOUR("hello", child_hello, kit_agent_msg, .drop_args = kit_drop_agent),
};
static const ag_agent_type child_type = KIT_TYPE("Child", child, NULL, child_behaviours);

static void create(ag_cx *cx, ag_agent *self, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    ag_agent *a = ag_spawn(cx, &child_type, kit_int_new(cx, INIT, i), NULL);
    ag_msg *out = kit_agent_new(cx, HELLO, self, 0);
    ag_send(cx, a, &out, __FILE__, __LINE__);
    ag_release(cx, a);
  }
  ((parent *)(void *)self)->created += n;
}
static int parent_batch(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m, (void)fp;
  began = bench_now();
  create(cx, self, AT_ONCE / 2);
  return AG_DONE;
}
static int parent_done(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m, (void)fp;
  parent *p = (parent *)(void *)self;
  if (++p->replied == wanted) ended = bench_now();
  if (p->created < wanted) create(cx, self, 1);
  return AG_DONE;
}
static const ag_behaviour parent_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    [HELLO] = KIT_BEHAVIOUR("hello", kit_nothing, kit_msg),
    [DONE_ONE] = KIT_BEHAVIOUR("done", parent_done, kit_msg),
    [BATCH] = KIT_BEHAVIOUR("batch", parent_batch, kit_msg),
};
static const ag_agent_type parent_type = KIT_TYPE("Parent", parent, NULL, parent_behaviours);

static int spawn_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_agent *a = kit_spawn(cx, &parent_type);
  ag_msg *out = kit_msg_new(cx, BATCH);
  ag_send(cx, a, &out, __FILE__, __LINE__);
  ag_release(cx, a);
  return AG_DONE;
}
static const ag_behaviour spawn_behaviours[] = {KIT_BEHAVIOUR("init", spawn_init, kit_msg)};
static const ag_agent_type spawn_type = KIT_TYPE("Main", ag_agent, NULL, spawn_behaviours);

double bench_spawn(uint32_t workers, int64_t n) {
  wanted = n;
  ended = 0;
  if (kit_run(&spawn_type, workers, NULL) != 0 || ended == 0) abort();
  return (double)(ended - began) / (double)n;
}

// ---- spawn in one go ---------------------------------------------------------------------------------------------

static int burst_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  began = bench_now();
  for (int64_t i = 0; i < wanted; i++) ag_release(cx, ag_spawn(cx, &child_type, kit_int_new(cx, INIT, i), NULL));
  ended = bench_now();
  return AG_DONE;
}
double bench_spawn_call(uint32_t workers, int64_t n) {
  const ag_behaviour b[] = {KIT_BEHAVIOUR("init", burst_init, kit_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  wanted = n;
  if (kit_run(&t, workers, NULL) != 0) abort();
  return (double)(ended - began) / (double)n;
}

// ---- idle --------------------------------------------------------------------------------------------------------

static double resident(void) {
  long total = 0, pages = 0;
  FILE *f = fopen("/proc/self/statm", "r");
  if (!f || fscanf(f, "%ld %ld", &total, &pages) != 2) abort();
  fclose(f);
  return (double)pages * (double)sysconf(_SC_PAGESIZE);
}
static double before;

static int holder_batch(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m, (void)fp;
  holder *h = (holder *)(void *)self;
  if (!h->all) {
    h->all = malloc((size_t)wanted * sizeof *h->all);
    memset(h->all, 1, (size_t)wanted * sizeof *h->all);
    before = resident();
  }
  if (h->count == wanted) { // those created last have had their turn
    per_agent = (resident() - before) / (double)wanted;
    for (int64_t i = 0; i < wanted; i++) ag_release(cx, h->all[i]);
    free(h->all);
    h->all = NULL;
    return AG_DONE;
  }
  for (int i = 0; i < AT_ONCE && h->count < wanted; i++)
    h->all[h->count++] = ag_spawn(cx, &child_type, kit_int_new(cx, INIT, i), NULL);
  ag_msg *out = kit_msg_new(cx, BATCH);
  return ag_send(cx, self, &out, __FILE__, __LINE__);
}
static const ag_behaviour holder_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    [HELLO] = KIT_BEHAVIOUR("hello", kit_nothing, kit_msg),
    [DONE_ONE] = KIT_BEHAVIOUR("done", kit_nothing, kit_msg),
    [BATCH] = KIT_BEHAVIOUR("batch", holder_batch, kit_msg),
};
static const ag_agent_type holder_type = KIT_TYPE("Holder", holder, NULL, holder_behaviours);

static int idle_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_agent *a = kit_spawn(cx, &holder_type);
  ag_msg *out = kit_msg_new(cx, BATCH);
  ag_send(cx, a, &out, __FILE__, __LINE__);
  ag_release(cx, a);
  return AG_DONE;
}
double bench_idle(uint32_t workers, int64_t n) {
  const ag_behaviour b[] = {KIT_BEHAVIOUR("init", idle_init, kit_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  wanted = n;
  if (kit_run(&t, workers, NULL) != 0) abort();
  return per_agent;
}
