// supervise_test.c — agents that fail at random while they wait in every way, and are made anew, alone or with the others.
// What must hold: each message is handled once, or dropped with what failed; each request is answered, or its asker hears why;
// identity and mailbox stay; each restart is one birth; nothing is left over (the sanitizers say).
#include "../kit_check.h"

#define MS INT64_C(1000000)
enum { INIT, ADD, ASK, SPRAY, POLL, SWAP, TICK, COUNT };
enum { NODES = 12, CLIENTS = 6, ROUNDS = 250 };

static const ag_type type_int = {.name = "Int", .size = 8, .align = 8};
static _Atomic int64_t seed, made, handled, dropped, births, fields, answered, raised, left;
static ag_agent *nodes[NODES];
static ag_array *group;      // of all nodes; borrowed
static ag_channel *exchange; // of numbers; borrowed

static uint64_t draw(void) { // any order will do
  uint64_t x = (uint64_t)++seed * UINT64_C(6364136223846793005);
  return (x ^ x >> 29) * UINT64_C(0x9E3779B97F4A7C15) >> 33;
}
static int64_t soon(ag_cx *cx) { return ag_deadline(cx, (int64_t)(draw() % 3000) * 1000); }

typedef struct node {
  ag_agent h;
  int64_t id;
  ag_str *text; // its own
} node;
typedef struct frame {
  ag_frame h;
  ag_msg *out;
  ag_future *fut;
  ag_quorum *q;
  ag_frame *child;
  int64_t i, value, deadline;
  ag_topology *t;
  bool more, tells;
} frame;

// An ADD carries a string, so that none can be lost unseen.
typedef struct add_msg {
  ag_msg h;
  ag_str *text;
} add_msg;
static ag_msg *add_new(ag_cx *cx) {
  add_msg *m = (add_msg *)(void *)ag_msg_new(cx, sizeof *m, ADD);
  m->text = ag_i64_show(cx, (int64_t)draw());
  made++;
  return &m->h;
}
static void add_drop(ag_cx *cx, ag_msg *m) {
  ag_release(cx, ((add_msg *)(void *)m)->text);
  dropped++;
}

static bool fails(ag_cx *cx, uint64_t one_in) {
  if (draw() % one_in != 0) return false;
  raised++;
  ag_raise(cx, &ag_error_KeyNotFound, NULL, "node.agent", 1);
  return true;
}
// Whatever it is, but not its own end.
static int caught(ag_cx *cx, int r) {
  if (r != AG_FAILED || cx->err->cls == &ag_error_Cancelled) return r;
  kit_catch(cx);
  return AG_DONE;
}

// ---- nodes -------------------------------------------------------------------------------------------------------

static int node_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)fp;
  node *n = (node *)(void *)self;
  ck_assert(n->id == 0 && n->text == NULL);
  n->id = ((kit_int_msg *)(void *)m)->value;
  n->text = ag_i64_show(cx, n->id);
  ck_assert_ptr_eq(nodes[n->id], self);
  births++;
  fields++;
  return fails(cx, 50) ? AG_FAILED : AG_DONE;
}
static void node_drop(ag_cx *cx, void *obj) {
  node *n = obj;
  if (!n->text) return;
  ag_release(cx, n->text);
  fields--;
}
static int node_add(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)fp;
  ag_release(cx, ((add_msg *)(void *)m)->text);
  handled++;
  return fails(cx, 60) ? AG_FAILED : AG_DONE;
}
// Asks another one, who may ask on.
static int node_ask(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self;
  KIT_BEGIN(frame)
  if (((kit_int_msg *)(void *)m)->value > 0) {
    f->out = kit_int_new(cx, ASK, ((kit_int_msg *)(void *)m)->value - 1);
    f->i = (int64_t)(draw() % NODES);
    f->deadline = draw() % 2 ? soon(cx) : 0;
    KIT_STEP(ag_ask(cx, nodes[f->i], &f->out, &type_int, &f->fut, __FILE__, __LINE__));
    if (r == AG_DONE) { KIT_STEP(ag_await(cx, &f->fut, &f->value, f->deadline, __FILE__, __LINE__)); }
    r = caught(cx, r);
  }
  if (r == AG_DONE && fails(cx, 40)) r = AG_FAILED;
  if (r == AG_DONE) ag_reply(cx, m, &f->value);
  KIT_END;
}
// More than fits, so it pauses.
static int node_spray(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self;
  KIT_BEGIN(frame)
  for (f->i = 0; f->i < 12 && r == AG_DONE; f->i++) {
    f->out = add_new(cx);
    f->value = (int64_t)(draw() % 3);
    KIT_STEP(ag_send(cx, nodes[f->value], &f->out, __FILE__, __LINE__));
    r = caught(cx, r);
  }
  if (r == AG_DONE) ag_reply(cx, m, &f->i);
  KIT_END;
}
static int node_count(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)fp;
  if (fails(cx, 30)) return AG_FAILED;
  ag_reply(cx, m, &((node *)(void *)self)->id);
  return AG_DONE;
}
static const ag_behaviour count_of = KIT_BEHAVIOUR("count", node_count, kit_msg, .reply = &type_int);
static int node_poll(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self;
  KIT_BEGIN(frame)
  f->q = ag_quorum_new(cx, group, kit_msg_new(cx, COUNT), &count_of, AG_QUORUM_MAJORITY, soon(cx));
  do {
    KIT_STEP(ag_quorum_next(cx, f->q, &f->value, &f->more, __FILE__, __LINE__));
    if (f->more) ag_quorum_accept(cx, f->q, &f->value, draw() % 4 != 0);
  } while (r == AG_DONE && f->more);
  r = caught(cx, r);
  ag_quorum_drop(cx, f->q);
  if (r == AG_DONE) ag_reply(cx, m, &f->value);
  KIT_END;
}
static int node_swap(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self;
  KIT_BEGIN(frame)
  f->deadline = soon(cx);
  f->value = 7;
  if (draw() % 2) {
    KIT_STEP(ag_channel_send(cx, &f->child, exchange, &f->value, f->deadline, __FILE__, __LINE__));
  } else {
    KIT_STEP(ag_channel_recv(cx, &f->child, exchange, &f->more, &f->value, f->deadline, __FILE__, __LINE__));
  }
  r = caught(cx, r);
  if (r == AG_DONE) ag_reply(cx, m, &f->value);
  KIT_END;
}
static int node_tick(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)fp;
  int64_t more = ((kit_int_msg *)(void *)m)->value;
  if (more > 0) {
    ag_timer *t = ag_timer_start(cx, self, kit_int_new(cx, TICK, more - 1), (int64_t)(draw() % 3) * MS, AG_TIMER_ONCE,
                                 __FILE__, 1);
    ag_release(cx, t);
  }
  return fails(cx, 20) ? AG_FAILED : AG_DONE;
}
static const ag_behaviour node_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", node_init, kit_int_msg),
    [ADD] = KIT_BEHAVIOUR("add", node_add, add_msg, .drop_args = add_drop),
    [ASK] = KIT_BEHAVIOUR("ask", node_ask, kit_int_msg, .reply = &type_int),
    [SPRAY] = KIT_BEHAVIOUR("spray", node_spray, kit_msg, .reply = &type_int),
    [POLL] = KIT_BEHAVIOUR("poll", node_poll, kit_msg, .reply = &type_int),
    [SWAP] = KIT_BEHAVIOUR("swap", node_swap, kit_msg, .reply = &type_int),
    [TICK] = KIT_BEHAVIOUR("tick", node_tick, kit_int_msg),
    [COUNT] = KIT_BEHAVIOUR("count", node_count, kit_msg, .reply = &type_int),
};
static const ag_agent_type node_type =
    KIT_TYPE("Node", node, node_drop, node_behaviours, .mailbox = {.capacity = 16, .high = 12, .low = 4});

// ---- clients -----------------------------------------------------------------------------------------------------

static ag_msg *request(ag_cx *cx) {
  static const uint32_t kinds[] = {ASK, SPRAY, POLL, SWAP, COUNT};
  uint32_t kind = kinds[draw() % KIT_COUNT(kinds)];
  return kind == ASK ? kit_int_new(cx, ASK, (int64_t)(draw() % 4)) : kit_msg_new(cx, kind);
}
static int client_go(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  for (; f->i < ROUNDS; f->i++) {
    f->tells = draw() % 3 == 0;
    f->value = (int64_t)(draw() % NODES);
    if (f->tells) {
      f->out = draw() % 4 ? add_new(cx) : kit_int_new(cx, TICK, 3);
      KIT_STEP(ag_send(cx, nodes[f->value], &f->out, __FILE__, __LINE__));
    } else {
      f->out = request(cx);
      f->deadline = draw() % 3 == 0 ? soon(cx) : 0;
      KIT_STEP(ag_ask(cx, nodes[f->value], &f->out, &type_int, &f->fut, __FILE__, __LINE__));
      if (r == AG_DONE) { KIT_STEP(ag_await(cx, &f->fut, &f->value, f->deadline, __FILE__, __LINE__)); }
      answered++;
    }
    r = caught(cx, r);
  }
  left--;
  KIT_END;
}
static const ag_behaviour client_behaviours[] = {KIT_BEHAVIOUR("init", client_go, kit_msg)};
static const ag_agent_type client_type = KIT_TYPE("Client", ag_agent, NULL, client_behaviours);

// ---- the whole ---------------------------------------------------------------------------------------------------

static const ag_part_type parts[] = {
    {.name = "nodes", .agent = &node_type, .elem = &ag_type_agent, .is_group = true, .line = 3}};
static ag_rule_type rules[] = {{.part = 0, .strategy = AG_ONE_FOR_ONE, .max = 0, .period = 1, .line = 4}};
static const ag_topology_type team_type = {
    .cls = {.name = "Team", .size = sizeof(ag_topology), .drop = ag_topology_drop},
    .part_count = 1,
    .rule_count = 1,
    .number_count = 2,
    .parts = parts,
    .rules = rules,
    .file = "team.agent",
    .line = 1};

static ag_topology *team;
static int start(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_topology *t = team = ag_topology_new(cx, &team_type);
  ag_topology_number(cx, t, 0, 1000000, "team.agent", 4);
  ag_topology_number(cx, t, 1, 1000 * MS, "team.agent", 4);
  ag_topology_group(cx, t, 0, (ag_range){0, NODES}, "team.agent", 3);
  for (int64_t i = 0; i < NODES; i++) ag_topology_init(cx, t, 0, i, kit_int_new(cx, INIT, i));
  group = ag_topology_members(cx, t, 0); // kept until the end
  for (int64_t i = 0; i < NODES; i++) nodes[i] = ((ag_agent **)group->data)[i];
  exchange = ag__channel(cx, 4, &type_int);
  ag_topology_start(cx, t);
  for (int i = 0; i < CLIENTS; i++) ag_release(cx, kit_spawn(cx, &client_type));
  return AG_DONE;
}
static void main_drop(ag_cx *cx, void *obj) {
  (void)obj;
  ag_release(cx, group);
  ag_release(cx, exchange);
  ag_release(cx, team);
}
static _Atomic int64_t reported;
static void failed(void *arg, const ag_failure *failure) {
  (void)arg, (void)failure;
  reported++;
}
static void run(uint32_t workers, uint32_t strategy, uint64_t seeded) {
  static const ag_behaviour b[] = {KIT_BEHAVIOUR("init", start, kit_msg)};
  static const ag_agent_type t = KIT_TYPE("Main", ag_agent, main_drop, b);
  ag_options options = {.drive = AG_DRIVE_PROGRAM, .workers = workers, .failed = failed, .seed = seeded};
  ag_metrics metrics;
  ag_runtime *rt = NULL;
  int status = -1;
  made = handled = dropped = births = fields = answered = raised = reported = 0;
  if (seeded) seed = (int64_t)seeded;
  left = CLIENTS;
  rules[0].strategy = strategy;
  ck_assert_int_eq(ag_runtime_new(&options, &rt), AG_OK);
  ck_assert_int_eq(ag_runtime_run(rt, &t, kit_first, NULL, &status), AG_OK);
  ag_runtime_metrics(rt, &metrics);
  ck_assert_int_eq(left, 0);
  ck_assert_int_eq(status, 0);
  ck_assert_uint_eq(metrics.dead_letters, 0);
  ck_assert_uint_eq(metrics.failures, (uint64_t)reported);
  ck_assert_uint_eq(metrics.restarts + NODES, (uint64_t)births);
  ck_assert_int_gt(births, NODES);
  ck_assert_int_le(reported, raised); // the errors of requests go to who asked
  ag_runtime_free(rt);
  ck_assert_int_eq(fields, 0);
  ck_assert_int_eq(made, handled + dropped);
}

START_TEST(one_for_one) { run(KIT_WORKERS, AG_ONE_FOR_ONE, 0); }
END_TEST
START_TEST(one_for_all) { run(KIT_WORKERS, AG_ONE_FOR_ALL, 0); }
END_TEST
START_TEST(rest_for_one) { run(KIT_WORKERS, AG_REST_FOR_ONE, 0); }
END_TEST
START_TEST(all_orders) {
  for (uint64_t s = 1; s <= 60; s++) run(1, (uint32_t)(s % 3), s * 3 + (uint64_t)_i);
}
END_TEST

int main(void) {
  const TTest *const tests[] = {one_for_one, one_for_all, rest_for_one, all_orders};
  return kit_check("supervise", tests, (int)KIT_COUNT(tests));
}
