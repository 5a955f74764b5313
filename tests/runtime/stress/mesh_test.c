// mesh_test.c — a random mesh of agents with tiny mailboxes: signals, requests, deadlines, stops, all at once. Senders pause in
// cycles, awaits close cycles, agents end while others wait for them. What must hold: the program ends, every message sent was
// delivered or is a dead letter, and nothing is lost or freed twice (the sanitizers say).
#include "../kit_check.h"

enum { INIT, LINK, SIGNAL, QUESTION };
enum { NODES = 48 };

typedef struct node {
  ag_agent h;
  ag_array *group; // val
  uint64_t rng;
} node;
typedef struct frame {
  ag_frame h;
  ag_msg *out;
  ag_future *fut;
  ag_agent *to;
  int64_t i, value, deadline;
} frame;
typedef struct link_msg {
  ag_msg h;
  ag_array *group;
} link_msg;

static const ag_type type_int = {.name = "Int", .size = 8, .align = 8};
static _Atomic int64_t replies, deadlocks, timeouts, stopped, full;
static int stop_chance; // 1 in so many behaviours stops its agent; 0: none

static uint64_t next(node *n) {
  n->rng = n->rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return n->rng >> 33;
}
static ag_agent *peer(node *n) {
  ag_agent *a = ((ag_agent **)n->group->data)[next(n) % NODES];
  ag_retain(a);
  return a;
}
static void node_drop(ag_cx *cx, void *self) {
  ag_release_opt(cx, ((node *)self)->group);
  ((node *)self)->group = NULL;
}
static int node_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)fp;
  ((node *)(void *)self)->rng = (uint64_t)((kit_int_msg *)(void *)m)->value * 977 + 12345;
  return AG_DONE;
}
static void drop_link(ag_cx *cx, ag_msg *m) { ag_release(cx, ((link_msg *)(void *)m)->group); }
static int node_link(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)fp;
  ((node *)(void *)self)->group = ((link_msg *)(void *)m)->group;
  return AG_DONE;
}

static int caught(ag_cx *cx, int r) {
  if (r != AG_FAILED) return r;
  if (cx->err->cls == &ag_error_Cancelled) return r;
  const ag_class *cls = kit_catch(cx);
  if (cls == &ag_error_Deadlock) deadlocks++;
  else if (cls == &ag_error_Timeout) timeouts++;
  else if (cls == &ag_error_AgentStopped) stopped++;
  else if (cls == &ag_error_MailboxFull) full++;
  else ck_abort_msg("%s", cls->name);
  return AG_DONE;
}

// One signal or question to a random peer with `left` generations to go.
static int act(ag_cx *cx, node *n, int64_t left, ag_frame **fp) {
  KIT_BEGIN(frame)
  for (f->i = 0; f->i < 2 && left > 0 && r == AG_DONE; f->i++) {
    f->to = peer(n);
    f->value = (int64_t)(next(n) % 8);
    f->out = kit_int_new(cx, f->value < 5 ? SIGNAL : QUESTION, left - 1);
    if (f->value < 5) {
      KIT_STEP(ag_send(cx, f->to, &f->out, __FILE__, __LINE__));
    } else {
      f->deadline = f->value == 7 ? ag_deadline(cx, (int64_t)(next(n) % 3000000)) : 0;
      KIT_STEP(ag_ask(cx, f->to, &f->out, &type_int, &f->fut, __FILE__, __LINE__));
      if (r == AG_DONE && f->value == 5 && next(n) % 4 == 0) {
        ag_future_drop(cx, f->fut); // nobody waits for this one
        f->fut = NULL;
      } else if (r == AG_DONE) {
        KIT_STEP(ag_await(cx, &f->fut, &f->value, f->deadline, __FILE__, __LINE__));
        if (r == AG_DONE) replies++;
      }
    }
    r = caught(cx, r);
    ag_release(cx, f->to);
  }
  KIT_END;
}
static int node_signal(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  node *n = (node *)(void *)self;
  int r = act(cx, n, ((kit_int_msg *)(void *)m)->value, fp);
  if (r == AG_DONE && stop_chance && next(n) % (uint64_t)stop_chance == 0) ag_stop(cx);
  return r;
}
static int node_question(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  int64_t value = ((kit_int_msg *)(void *)m)->value;
  int r = act(cx, (node *)(void *)self, value, fp);
  if (r == AG_DONE) ag_reply(cx, m, &value);
  return r;
}
static const ag_behaviour node_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", node_init, kit_int_msg),
    [LINK] = KIT_BEHAVIOUR("link", node_link, link_msg, .drop_args = drop_link),
    [SIGNAL] = KIT_BEHAVIOUR("signal", node_signal, kit_int_msg),
    [QUESTION] = KIT_BEHAVIOUR("question", node_question, kit_int_msg, .reply = &type_int),
};
static const ag_agent_type node_type =
    KIT_TYPE("Node", node, node_drop, node_behaviours, .mailbox = {.capacity = 8, .high = 6, .low = 2});

static int64_t seeds, generations;

static int main_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  ag_agent **all;
  KIT_BEGIN(frame)
  ag_array *group = ag_array_new(cx, NODES, &ag_type_agent);
  for (int64_t i = 0; i < NODES; i++) {
    ag_agent *a = ag_spawn(cx, &node_type, kit_int_new(cx, INIT, i), NULL);
    ag_array_push(cx, group, &a);
  }
  ag_freeze(&group->h);
  all = group->data;
  for (int64_t i = 0; i < NODES; i++) {
    link_msg *l = (link_msg *)(void *)ag_msg_new(cx, sizeof *l, LINK);
    ag_retain(group);
    l->group = group;
    ag_msg *out = &l->h;
    ag_send(cx, all[i], &out, __FILE__, __LINE__);
  }
  f->to = (ag_agent *)(void *)group;
  for (f->i = 0; f->i < seeds && r != AG_FAILED; f->i++) {
    f->out = kit_int_new(cx, SIGNAL, generations);
    KIT_STEP(ag_send(cx, ((ag_agent **)((ag_array *)(void *)f->to)->data)[f->i % NODES], &f->out, __FILE__, __LINE__));
  }
  ag_release(cx, f->to);
  KIT_END;
}
static const ag_behaviour main_behaviours[] = {KIT_BEHAVIOUR("init", main_init, kit_msg)};
static const ag_agent_type main_type = KIT_TYPE("Main", ag_agent, NULL, main_behaviours);

static void run(uint32_t workers, int64_t n, int64_t depth, int chance) {
  seeds = n, generations = depth, stop_chance = chance;
  for (int round = 0; round < 4; round++) {
    ag_metrics metrics;
    replies = deadlocks = timeouts = stopped = full = 0;
    ck_assert_int_eq(kit_run(&main_type, workers, &metrics), 0);
    // What is still queued for agents that wait for ever is dropped with them.
    ck_assert_uint_le(metrics.delivered, metrics.sent + metrics.spawned);
    if (chance) ck_assert_uint_gt(metrics.dead_letters, 0);
    ck_assert_uint_gt(metrics.suspended, 0);
  }
}
START_TEST(mesh) { run(KIT_WORKERS, 200, 7, 0); }
END_TEST
START_TEST(mesh_of_stopping_agents) { run(KIT_WORKERS, 200, 7, 100); }
END_TEST

int main(void) {
  const TTest *const tests[] = {mesh, mesh_of_stopping_agents};
  return kit_check("mesh", tests, (int)KIT_COUNT(tests));
}
