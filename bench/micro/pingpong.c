// pingpong.c — two agents exchange n round trips, one integer per message; a ring of 1,000 passes one token.
// Owns:     the state of one run, in statics: one benchmark runs at a time.
#include "bench.h"

typedef struct node {
  ag_agent h;
  ag_agent *next; // owned
} node;

static int64_t began, ended, hops, nodes;

static void node_drop(ag_cx *cx, void *self) { ag_release_opt(cx, ((node *)self)->next); }

enum { INIT, LINK, TOKEN };

static int node_link(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)fp;
  ((node *)(void *)self)->next = ((kit_agent_msg *)(void *)m)->agent;
  return AG_DONE;
}

static int node_token(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)fp;
  int64_t left = ((kit_int_msg *)(void *)m)->value;
  if (left == 0) {
    ended = bench_now();
    return AG_DONE;
  }
  ag_msg *out = kit_int_new(cx, TOKEN, left - 1);
  return ag_send(cx, ((node *)(void *)self)->next, &out, __FILE__, __LINE__);
}

static const ag_behaviour node_behaviours[] = {
    KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    KIT_BEHAVIOUR("link", node_link, kit_agent_msg, .drop_args = kit_drop_agent),
    KIT_BEHAVIOUR("token", node_token, kit_int_msg),
};
static const ag_agent_type node_type = KIT_TYPE("Node", node, node_drop, node_behaviours);

static int main_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_agent **all = malloc((size_t)nodes * sizeof *all);
  for (int64_t i = 0; i < nodes; i++) all[i] = kit_spawn(cx, &node_type);
  for (int64_t i = 0; i < nodes; i++) {
    ag_msg *out = kit_agent_new(cx, LINK, all[(i + 1) % nodes], 0);
    ag_send(cx, all[i], &out, __FILE__, __LINE__);
  }
  began = bench_now();
  ag_msg *out = kit_int_new(cx, TOKEN, hops);
  ag_send(cx, all[0], &out, __FILE__, __LINE__);
  for (int64_t i = 0; i < nodes; i++) ag_release(cx, all[i]);
  free(all);
  return AG_DONE;
}
static const ag_behaviour main_behaviours[] = {KIT_BEHAVIOUR("init", main_init, kit_msg)};
static const ag_agent_type main_type = KIT_TYPE("Main", ag_agent, NULL, main_behaviours);

static double run(uint32_t workers, int64_t count, int64_t n) {
  nodes = count;
  hops = n;
  ended = 0;
  if (kit_run(&main_type, workers, NULL) != 0 || ended == 0) abort();
  return (double)(ended - began) / (double)n;
}
double bench_pingpong(uint32_t workers, int64_t n) { return run(workers, 2, n * 2); }
double bench_ring(uint32_t workers, int64_t n) { return run(workers, 1000, n); }
