// supervise_test.c — what a restart keeps and what it ends, whom it concerns, and what follows when there are too many.
#include "../kit_check.h"
#include "../kit_hole.h"

enum { MS = 1000000 };
static const ag_type type_int = {.name = "Int", .size = 8, .align = 8};

// ---- a node: counts, fails, waits --------------------------------------------------------------------------------

enum { INIT, ADD, CRASH, COUNT, HANG, QUORUM, FLOOD, TICK, STOP };

typedef struct node {
  ag_agent h;
  int64_t id, count, life;
  ag_str *text; // its own
} node;
typedef struct frame {
  ag_frame h;
  ag_msg *out;
  ag_future *fut, *more[4];
  ag_topology *t;
  ag_agent *a, *b;
  ag_array *group;
  ag_quorum *q;
  int64_t i, value, deadline;
  bool is_more;
  int phase;
} frame;

static _Atomic int64_t births, dropped, lives[8], ticks, stale, crash_at_birth;
static _Atomic(ag_agent *) hole;  // never answers; borrowed
static _Atomic(ag_agent *) small; // never takes a message

static int node_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)fp;
  node *n = (node *)(void *)self;
  ck_assert(n->id == 0 && n->count == 0 && n->text == NULL); // as at birth
  n->id = ((kit_int_msg *)(void *)m)->value;
  n->life = lives[n->id]++;
  n->count = 100 * n->id;
  n->text = ag_i64_show(cx, n->id);
  births++;
  if (crash_at_birth > 0 && crash_at_birth--) {
    ag_raise(cx, &ag_error_KeyNotFound, NULL, "node.agent", 2);
    return AG_FAILED;
  }
  return AG_DONE;
}
static void node_drop(ag_cx *cx, void *obj) {
  if (!((node *)obj)->text) return; // it has never begun
  ag_release(cx, ((node *)obj)->text);
  dropped++;
}
static int node_add(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)m, (void)fp;
  ((node *)(void *)self)->count++;
  return AG_DONE;
}
static int node_crash(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_raise(cx, &ag_error_IndexOutOfRange, "3 of 2", "node.agent", 7);
  return AG_FAILED;
}
static int node_count(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)fp;
  ag_reply(cx, m, &((node *)(void *)self)->count);
  return AG_DONE;
}
static const ag_behaviour ask_count = KIT_BEHAVIOUR("count", node_count, kit_msg, .reply = &type_int);
// Awaits what never comes.
static int node_hang(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->out = kit_msg_new(cx, COUNT);
  KIT_STEP(ag_ask(cx, hole, &f->out, &type_int, &f->fut, "node.agent", 8));
  f->i = ag_deadline(cx, 600 * MS);
  KIT_STEP(ag_await(cx, &f->fut, &f->value, f->i, "node.agent", 9));
  KIT_END;
}
static int node_quorum(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->group = ag_array_new(cx, 1, &ag_type_agent);
  f->a = hole;
  ag_retain(f->a);
  ag_array_push(cx, f->group, &f->a);
  ag_freeze(&f->group->h);
  f->q = ag_quorum_new(cx, f->group, kit_msg_new(cx, COUNT), &ask_count, 1, ag_deadline(cx, 900 * MS));
  ag_release(cx, f->group);
  KIT_STEP(ag_quorum_next(cx, f->q, &f->value, &f->is_more, "node.agent", 10));
  ag_quorum_drop(cx, f->q);
  KIT_END;
}
static int node_flood(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  for (; r != AG_FAILED; f->i++) {
    f->out = kit_msg_new(cx, ADD);
    KIT_STEP(ag_send(cx, small, &f->out, "node.agent", 11));
  }
  KIT_END;
}
static int node_tick(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)fp;
  node *n = (node *)(void *)self;
  int64_t life = ((kit_int_msg *)(void *)m)->value;
  if (life == -1) { // starts one
    ag_timer *t = ag_timer_start(cx, self, kit_int_new(cx, TICK, n->life), 0, MS, __FILE__, __LINE__);
    ag_release(cx, t);
    t = ag_timer_start(cx, self, kit_int_new(cx, TICK, n->life), INT64_C(1000000) * MS, AG_TIMER_ONCE, __FILE__,
                       __LINE__);
    ag_release(cx, t);
    return AG_DONE;
  }
  if (life != n->life) stale++;
  ticks++;
  return AG_DONE;
}
static int node_stop(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_stop(cx);
  return AG_DONE;
}
#define NODE_BEHAVIOURS                                                                                    \
  [INIT] = KIT_BEHAVIOUR("init", node_init, kit_int_msg), [ADD] = KIT_BEHAVIOUR("add", node_add, kit_msg), \
  [CRASH] = KIT_BEHAVIOUR("crash", node_crash, kit_msg),                                                   \
  [COUNT] = KIT_BEHAVIOUR("count", node_count, kit_msg, .reply = &type_int),                               \
  [HANG] = KIT_BEHAVIOUR("hang", node_hang, kit_msg, .reply = &type_int),                                  \
  [QUORUM] = KIT_BEHAVIOUR("quorum", node_quorum, kit_msg, .reply = &type_int),                            \
  [FLOOD] = KIT_BEHAVIOUR("flood", node_flood, kit_msg, .reply = &type_int),                               \
  [TICK] = KIT_BEHAVIOUR("tick", node_tick, kit_int_msg), [STOP] = KIT_BEHAVIOUR("stop", node_stop, kit_msg)
static const ag_behaviour node_behaviours[] = {NODE_BEHAVIOURS};
static const ag_agent_type node_type = KIT_TYPE("Node", node, node_drop, node_behaviours);
static const ag_agent_type oldest_type =
    KIT_TYPE("Node", node, node_drop, node_behaviours, .mailbox = {.full = AG_FULL_DROP_OLDEST});

// Waits for ever.
static const ag_behaviour hole_behaviours[] = {KIT_BEHAVIOUR("init", hole_init, kit_msg),
                                               KIT_BEHAVIOUR("add", kit_nothing, kit_msg),
                                               {0},
                                               KIT_BEHAVIOUR("count", kit_nothing, kit_msg, .reply = &type_int)};
static const ag_agent_type hole_type = KIT_TYPE("Hole", ag_agent, NULL, hole_behaviours, .mailbox = {.capacity = 100});
static const ag_agent_type small_type = KIT_TYPE("Small", ag_agent, NULL, hole_behaviours, .mailbox = {.capacity = 2});

// ---- topologies --------------------------------------------------------------------------------------------------

#define HANDLE(n) \
  { .name = (n), .size = sizeof(ag_topology), .drop = ag_topology_drop }
static ag_part_type team_parts[] = {
    {.name = "nodes", .agent = &node_type, .elem = &ag_type_agent, .is_group = true, .line = 3}};
static ag_rule_type team_rules[] = {{.part = 0, .strategy = AG_ONE_FOR_ONE, .max = 0, .period = 1, .line = 4}};
static ag_topology_type team_type = {.cls = HANDLE("Team"),
                                     .part_count = 1,
                                     .rule_count = 1,
                                     .number_count = 2,
                                     .parts = team_parts,
                                     .rules = team_rules,
                                     .file = "team.agent",
                                     .line = 1};
static const ag_part_type outer_parts[] = {
    {.name = "teams", .topology = &team_type, .elem = &ag_type_agent, .is_group = true, .line = 9}};
static const ag_rule_type outer_rules[] = {{.part = 0, .strategy = AG_ONE_FOR_ONE, .max = 0, .period = 1, .line = 10}};
static const ag_topology_type outer_type = {.cls = HANDLE("Outer"),
                                            .part_count = 1,
                                            .rule_count = 1,
                                            .number_count = 2,
                                            .parts = outer_parts,
                                            .rules = outer_rules,
                                            .file = "team.agent",
                                            .line = 8};

enum { NODES = 4 };
static ag_agent *nodes[2 * NODES]; // borrowed
static int64_t max;

static void numbers(ag_cx *cx, ag_topology *t, int64_t m) {
  ag_topology_number(cx, t, 0, m, "team.agent", 4);
  ag_topology_number(cx, t, 1, INT64_C(5000) * MS, "team.agent", 4);
}
static ag_topology *team_new(ag_cx *cx, int64_t first) {
  ag_topology *t = ag_topology_new(cx, &team_type);
  numbers(cx, t, max);
  ag_topology_group(cx, t, 0, (ag_range){0, NODES}, "team.agent", 3);
  for (int64_t i = 0; i < NODES; i++) ag_topology_init(cx, t, 0, i, kit_int_new(cx, INIT, first + i));
  ag_array *list = ag_topology_members(cx, t, 0);
  for (int64_t i = 0; i < NODES; i++) nodes[first + i] = ((ag_agent **)list->data)[i];
  ag_release(cx, list);
  return t;
}
static void begin(ag_cx *cx, frame *f) {
  hole = f->a = kit_spawn(cx, &hole_type);
  small = f->b = kit_spawn(cx, &small_type);
  f->t = team_new(cx, 0);
  ag_topology_start(cx, f->t);
}
static void end(ag_cx *cx, frame *f) {
  ag_release(cx, f->a);
  ag_release(cx, f->b);
  ag_release(cx, f->t);
}
static void tell(ag_cx *cx, int i, uint32_t behaviour) {
  ag_msg *m = behaviour == TICK ? kit_int_new(cx, TICK, -1) : kit_msg_new(cx, behaviour);
  ag_send(cx, nodes[i], &m, __FILE__, __LINE__);
}
// Asks a node and waits for the answer.
static int ask(ag_cx *cx, frame *f, int i, uint32_t behaviour) {
  int r = AG_DONE;
  if (f->phase == 0) f->out = kit_msg_new(cx, behaviour);
  if (f->phase < 2) {
    f->phase = 1;
    if ((r = ag_ask(cx, nodes[i], &f->out, &type_int, &f->fut, "main.agent", 1)) != AG_DONE) return r;
    f->phase = 2;
  }
  r = ag_await(cx, &f->fut, &f->value, 0, "main.agent", 1);
  if (r != AG_SUSPENDED) f->phase = 0;
  return r;
}

static int pause_until(ag_cx *cx, frame *f, int64_t deadline) {
  int r = AG_DONE;
  if (f->phase == 0) f->out = kit_msg_new(cx, COUNT);
  if (f->phase < 2) {
    f->phase = 1;
    if ((r = ag_ask(cx, hole, &f->out, &type_int, &f->fut, "main.agent", 3)) != AG_DONE) return r;
    f->phase = 2;
  }
  r = ag_await(cx, &f->fut, &f->value, deadline, "main.agent", 3);
  if (r != AG_FAILED) return r;
  f->phase = 0;
  if (cx->err->cls != &ag_error_Timeout) return AG_FAILED;
  kit_catch(cx);
  return AG_DONE;
}

static char actions[2000];
static _Atomic int64_t failures;
static void failed(void *arg, const ag_failure *failure) {
  (void)arg;
  failures++;
  size_t used = strlen(actions);
  snprintf(actions + used, sizeof actions - used, "%s: %s\n%s", failure->behaviour, failure->text, failure->action);
}
static ag_metrics metrics;
static int run(int (*body)(ag_cx *, ag_agent *, ag_msg *, ag_frame **), uint32_t workers, uint32_t strategy,
               int64_t restarts) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", body, kit_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  ag_options options = {.drive = AG_DRIVE_PROGRAM, .workers = workers, .failed = failed};
  ag_runtime *rt = NULL;
  int status = -1;
  births = dropped = ticks = stale = failures = crash_at_birth = 0;
  for (size_t i = 0; i < KIT_COUNT(lives); i++) lives[i] = 0;
  actions[0] = 0;
  team_rules[0].strategy = strategy;
  max = restarts;
  ck_assert_int_eq(ag_runtime_new(&options, &rt), AG_OK);
  ck_assert_int_eq(ag_runtime_run(rt, &t, kit_first, NULL, &status), AG_OK);
  ag_runtime_metrics(rt, &metrics);
  ag_runtime_free(rt);
  ck_assert_int_eq(births, dropped); // every life ends
  return status;
}

// ---- one for one -------------------------------------------------------------------------------------------------

static int64_t counts[2 * NODES];
static int crash_once(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  begin(cx, f);
  for (int i = 0; i < NODES; i++) tell(cx, i, ADD);
  tell(cx, 2, CRASH);
  for (int i = 0; i < NODES; i++) tell(cx, i, ADD);
  for (; f->i < NODES; f->i++) {
    KIT_STEP(ask(cx, f, (int)f->i, COUNT));
    counts[f->i] = f->value;
  }
  end(cx, f);
  KIT_END;
}
START_TEST(a_restart_keeps_identity_and_mailbox) {
  ck_assert_int_eq(run(crash_once, KIT_WORKERS, AG_ONE_FOR_ONE, 3), 0);
  static const int64_t expected[NODES] = {2, 102, 201, 302};
  for (int i = 0; i < NODES; i++) ck_assert_int_eq(counts[i], expected[i]);
  ck_assert_uint_eq(metrics.restarts, 1);
  ck_assert_uint_eq(metrics.failures, 1);
  ck_assert_uint_eq(metrics.dead_letters, 0);
  ck_assert_str_eq(actions,
                   "Node.crash: index out of range: 3 of 2\n  in nodes[2] of Team: restarted (1 of 3 in 5s)\n");
}
END_TEST

static int crash_often(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  begin(cx, f);
  for (int i = 0; i < 3; i++) tell(cx, 1, CRASH);
  for (; f->i < NODES; f->i++) {
    counts[f->i] = -1;
    do { // until it has been told to stop
      KIT_STEP(ask(cx, f, (int)f->i, COUNT));
    } while (r == AG_DONE);
    ck_assert_ptr_eq(kit_catch(cx), &ag_error_AgentStopped);
    r = AG_DONE;
  }
  end(cx, f);
  KIT_END;
}
START_TEST(past_max_the_topology_stops) {
  ck_assert_int_eq(run(crash_often, KIT_WORKERS, AG_ONE_FOR_ONE, 2), 1);
  ck_assert_uint_eq(metrics.restarts, 2);
  ck_assert_str_eq(actions,
                   "Node.crash: index out of range: 3 of 2\n  in nodes[1] of Team: restarted (1 of 2 in 5s)\n"
                   "Node.crash: index out of range: 3 of 2\n  in nodes[1] of Team: restarted (2 of 2 in 5s)\n"
                   "Node.crash: index out of range: 3 of 2\n  in nodes[1] of Team: 3 failures in 5s, more than "
                   "2: Team fails\n  Team stopped\n  exit status 1\n");
}
END_TEST

static int crash_born(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  crash_at_birth = 3;
  begin(cx, f);
  KIT_STEP(ask(cx, f, 0, COUNT));
  end(cx, f);
  KIT_END;
}
START_TEST(initialisers_may_fail) {
  ck_assert_int_eq(run(crash_born, KIT_WORKERS, AG_ONE_FOR_ONE, 3), 0);
  ck_assert_int_eq(births, NODES + 3);
  ck_assert_uint_eq(metrics.restarts, 3);
}
END_TEST

// ---- several -----------------------------------------------------------------------------------------------------

// All wait in some way when node 1 fails.
static _Atomic int told;
static int crash_waiting(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  begin(cx, f);
  told = 0;
  for (; f->i < NODES; f->i++) {
    if (f->i == 1) continue;
    f->out = kit_msg_new(cx, f->i == 0 ? HANG : f->i == 2 ? QUORUM : FLOOD);
    KIT_STEP(ag_ask(cx, nodes[f->i], &f->out, &type_int, &f->more[f->i], "main.agent", 2));
  }
  f->deadline = ag_deadline(cx, 20 * MS);
  KIT_STEP(pause_until(cx, f, f->deadline));
  for (int i = 0; i < NODES; i++) tell(cx, i, ADD);
  tell(cx, 1, CRASH);
  for (int i = 0; i < NODES; i++) tell(cx, i, ADD);
  for (f->i = 0; f->i < NODES; f->i++) {
    if (!f->more[f->i]) continue;
    KIT_STEP(ag_await(cx, &f->more[f->i], &f->value, ag_deadline(cx, 400 * MS), "main.agent", 2));
    if (r != AG_FAILED) continue;
    const ag_class *why = kit_catch(cx);
    told += why == &ag_error_AgentStopped;
    r = AG_DONE;
  }
  for (f->i = 0; f->i < NODES; f->i++) {
    if (f->i == 0 && team_rules[0].strategy == AG_REST_FOR_ONE) continue; // it still waits
    KIT_STEP(ask(cx, f, (int)f->i, COUNT));
    counts[f->i] = f->value;
  }
  end(cx, f);
  KIT_END;
}
START_TEST(all_are_restarted_while_they_wait) {
  ck_assert_int_eq(run(crash_waiting, KIT_WORKERS, AG_ONE_FOR_ALL, 3), 0);
  ck_assert_int_eq(told, 3);
  ck_assert_int_eq(counts[1], 101);
  for (int i = 0; i < NODES; i++) ck_assert_int_eq(counts[i], 100 * i + (i == 1 ? 1 : 2)); // what waited is kept
  ck_assert_uint_eq(metrics.restarts, NODES);
  ck_assert_str_eq(actions,
                   "Node.crash: index out of range: 3 of 2\n"
                   "  in nodes[1] of Team: restarted with all of nodes (1 of 3 in 5s)\n");
}
END_TEST
START_TEST(the_rest_is_restarted) {
  ck_assert_int_eq(run(crash_waiting, KIT_WORKERS, AG_REST_FOR_ONE, 3), 0);
  ck_assert_int_eq(told, 2);
  for (int i = 1; i < NODES; i++) ck_assert_int_eq(counts[i], 100 * i + (i == 1 ? 1 : 2));
  ck_assert_uint_eq(metrics.restarts, NODES - 1);
}
END_TEST

static int stop_then_crash(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  begin(cx, f);
  for (; f->i < NODES; f->i++) { // they have begun
    KIT_STEP(ask(cx, f, (int)f->i, COUNT));
  }
  tell(cx, 0, STOP);
  KIT_STEP(ask(cx, f, 0, COUNT));
  ck_assert_ptr_eq(kit_catch(cx), &ag_error_AgentStopped);
  r = AG_DONE;
  tell(cx, 1, CRASH);
  KIT_STEP(ask(cx, f, 1, COUNT));
  KIT_STEP(ask(cx, f, 0, COUNT));
  ck_assert_ptr_eq(kit_catch(cx), &ag_error_AgentStopped);
  r = AG_DONE;
  end(cx, f);
  KIT_END;
}
START_TEST(who_has_stopped_stays_so) {
  ck_assert_int_eq(run(stop_then_crash, KIT_WORKERS, AG_ONE_FOR_ALL, 3), 0);
  ck_assert_uint_eq(metrics.restarts, NODES - 1);
}
END_TEST

// ---- timers ------------------------------------------------------------------------------------------------------

static int timers(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  begin(cx, f);
  for (; f->i < 20; f->i++) {
    tell(cx, 0, TICK);
    f->deadline = ag_deadline(cx, 4 * MS);
    KIT_STEP(pause_until(cx, f, f->deadline));
    tell(cx, 0, CRASH);
  }
  KIT_STEP(ask(cx, f, 0, COUNT));
  end(cx, f);
  KIT_END;
}
START_TEST(timers_end_with_the_life_they_were_started_in) { // or the program would not end
  ck_assert_int_eq(run(timers, KIT_WORKERS, AG_ONE_FOR_ONE, 100), 0);
  ck_assert_int_eq(stale, 0);
  ck_assert_int_gt(ticks, 0);
  ck_assert_uint_eq(metrics.restarts, 20);
}
END_TEST

// ---- topologies in topologies ------------------------------------------------------------------------------------

static int nested(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  hole = f->a = kit_spawn(cx, &hole_type);
  small = f->b = kit_spawn(cx, &small_type);
  f->t = ag_topology_new(cx, &outer_type);
  numbers(cx, f->t, 1);
  ag_topology_group(cx, f->t, 0, (ag_range){0, 2}, "team.agent", 9);
  for (int i = 0; i < 2; i++) ag_topology_put(cx, f->t, 0, i, team_new(cx, i * NODES));
  ag_topology_start(cx, f->t);
  for (int i = 0; i < 2 * NODES; i++) tell(cx, i, ADD);
  for (; f->i < 2; f->i++) tell(cx, 5, CRASH); // one too many for the team
  for (f->i = 0; f->i < 2 * NODES; f->i++) {
    KIT_STEP(ask(cx, f, (int)f->i, COUNT));
    counts[f->i] = f->value;
  }
  for (int i = 0; i < 2; i++) tell(cx, 6, CRASH); // and for what is around it
  for (f->i = 0; f->i < 2 * NODES; f->i++) {
    do { KIT_STEP(ask(cx, f, (int)f->i, COUNT)); } while (r == AG_DONE);
    ck_assert_ptr_eq(kit_catch(cx), &ag_error_AgentStopped);
    r = AG_DONE;
  }
  end(cx, f);
  KIT_END;
}
START_TEST(failures_climb) {
  ck_assert_int_eq(run(nested, KIT_WORKERS, AG_ONE_FOR_ONE, 1), 1);
  ck_assert_int_eq(failures, 4);
  ck_assert_int_eq(counts[0], 1);
  ck_assert_int_eq(counts[5], 500);
  ck_assert_ptr_nonnull(strstr(actions, "  in nodes[1] of Team: restarted (1 of 1 in 5s)\n"));
  ck_assert_ptr_nonnull(strstr(actions,
                               "  in nodes[1] of Team: 2 failures in 5s, more than 1: Team fails\n"
                               "  in teams[1] of Outer: restarted as a whole (1 of 1 in 5s)\n"));
  ck_assert_ptr_nonnull(strstr(actions,
                               "  in nodes[2] of Team: 2 failures in 5s, more than 1: Team fails\n"
                               "  in teams[1] of Outer: 2 failures in 5s, more than 1: Outer fails\n"
                               "  Outer stopped\n  exit status 1\n"));
}
END_TEST

START_TEST(so_it_is_with_mailboxes_that_drop_the_oldest) {
  team_parts[0].agent = &oldest_type;
  a_restart_keeps_identity_and_mailbox_fn(_i);
  all_are_restarted_while_they_wait_fn(_i);
  timers_end_with_the_life_they_were_started_in_fn(_i);
  team_parts[0].agent = &node_type;
}
END_TEST

int main(void) {
  const TTest *const tests[] = {a_restart_keeps_identity_and_mailbox,
                                past_max_the_topology_stops,
                                initialisers_may_fail,
                                all_are_restarted_while_they_wait,
                                the_rest_is_restarted,
                                who_has_stopped_stays_so,
                                timers_end_with_the_life_they_were_started_in,
                                failures_climb,
                                so_it_is_with_mailboxes_that_drop_the_oldest};
  return kit_check("supervise", tests, (int)KIT_COUNT(tests));
}
