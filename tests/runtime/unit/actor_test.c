// actor_test.c — requests and replies, deadlocks, ends of agents and of programs; agents written as the compiler would.
#include <time.h>

#include "../kit_check.h"

enum { INIT, ECHO, FAIL, STOP, LINK, ASK_PEER, CRASH, BEHAVIOURS };

typedef struct server {
  ag_agent h;
  ag_agent *peer; // owned
} server;
typedef struct frame {
  ag_frame h;
  ag_future *fut;
  ag_msg *out;
  int64_t value, deadline;
  ag_agent *a, *b;
  int i;
} frame;

static _Atomic int drops; // servers whose fields have been dropped
static int64_t got;
static const ag_class *caught;
static char cycle[256];

static const ag_type type_int = {.name = "Int", .size = 8, .align = 8};

static void server_drop(ag_cx *cx, void *self) {
  ag_release_opt(cx, ((server *)self)->peer);
  ((server *)self)->peer = NULL;
  drops++;
}

static int server_echo(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)fp;
  int64_t v = ((kit_int_msg *)(void *)m)->value + 1;
  ag_reply(cx, m, &v);
  return AG_DONE;
}
static int server_fail(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_raise(cx, &ag_error_KeyNotFound, NULL, "here.agent", 7);
  return AG_FAILED;
}
static int server_stop(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_stop(cx);
  return AG_DONE;
}
static int server_link(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)fp;
  ag_release_opt(cx, ((server *)(void *)self)->peer);
  ((server *)(void *)self)->peer = ((kit_agent_msg *)(void *)m)->agent;
  return AG_DONE;
}
// Passes the question on to the peer.
static int server_ask_peer(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  server *s = (server *)(void *)self;
  KIT_BEGIN(frame)
  f->out = kit_int_new(cx, (uint32_t)((kit_int_msg *)(void *)m)->value, (int64_t)ECHO);
  KIT_STEP(ag_ask(cx, s->peer, &f->out, &type_int, &f->fut, "peer.agent", 3));
  if (r == AG_DONE) { KIT_STEP(ag_await(cx, &f->fut, &f->value, 0, "peer.agent", 3)); }
  if (r == AG_DONE) ag_reply(cx, m, &f->value);
  KIT_END;
}

static const ag_behaviour server_behaviours[BEHAVIOURS] = {
    [INIT] = KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    [ECHO] = KIT_BEHAVIOUR("echo", server_echo, kit_int_msg, .reply = &type_int),
    [FAIL] = KIT_BEHAVIOUR("fail", server_fail, kit_int_msg, .reply = &type_int),
    [STOP] = KIT_BEHAVIOUR("stop", server_stop, kit_msg),
    [LINK] = KIT_BEHAVIOUR("link", server_link, kit_agent_msg, .drop_args = kit_drop_agent),
    [ASK_PEER] = KIT_BEHAVIOUR("ask_peer", server_ask_peer, kit_int_msg, .reply = &type_int),
    [CRASH] = KIT_BEHAVIOUR("crash", server_fail, kit_msg),
};
static const ag_agent_type server_type = KIT_TYPE("Server", server, server_drop, server_behaviours);

static void link_peer(ag_cx *cx, ag_agent *from, ag_agent *to) {
  ag_msg *m = kit_agent_new(cx, LINK, to, 0);
  ck_assert_int_eq(ag_send(cx, from, &m, __FILE__, __LINE__), AG_DONE);
}

static int run_main(int (*body)(ag_cx *, ag_agent *, ag_msg *, ag_frame **), uint32_t workers, ag_metrics *metrics) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", body, kit_msg),
                      KIT_BEHAVIOUR("echo", server_echo, kit_int_msg, .reply = &type_int)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  drops = 0;
  got = -1;
  caught = NULL;
  cycle[0] = 0;
  return kit_run(&t, workers, metrics);
}

// One question to f->a with behaviour `which`; result in got or caught.
static int one_question(ag_cx *cx, ag_frame **fp, uint32_t which, int64_t value, int64_t within, bool stop_first) {
  KIT_BEGIN(frame)
  f->a = kit_spawn(cx, &server_type);
  if (which == ASK_PEER) link_peer(cx, f->a, f->a);
  if (stop_first) {
    f->out = kit_msg_new(cx, STOP);
    ck_assert_int_eq(ag_send(cx, f->a, &f->out, __FILE__, __LINE__), AG_DONE);
  }
  f->deadline = within ? ag_deadline(cx, within) : 0;
  f->out = kit_int_new(cx, which, value);
  KIT_STEP(ag_ask(cx, f->a, &f->out, &type_int, &f->fut, "main.agent", 5));
  KIT_STEP(ag_await(cx, &f->fut, &f->value, f->deadline, "main.agent", 5));
  if (r == AG_DONE) got = f->value;
  if (r == AG_FAILED && cx->err->cls == &ag_error_Deadlock) {
    snprintf(cycle, sizeof cycle, "%s", ((ag_err_Deadlock *)(void *)cx->err)->cycle->bytes);
  }
  if (r == AG_FAILED && cx->err->cls != &ag_error_Cancelled) {
    caught = kit_catch(cx);
    r = AG_DONE;
  }
  ag_release(cx, f->a);
  KIT_END;
}

static int ask_echo(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  return one_question(cx, fp, ECHO, 41, 0, false);
}
START_TEST(a_reply_arrives) {
  ag_metrics metrics;
  ck_assert_int_eq(run_main(ask_echo, KIT_WORKERS, &metrics), 0);
  ck_assert_int_eq(got, 42);
  ck_assert_int_eq(drops, 1);
  ck_assert_uint_eq(metrics.spawned, 2);
  ck_assert_uint_eq(metrics.alive, 1); // main's own; freed with the runtime
}
END_TEST

static int ask_fail(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  return one_question(cx, fp, FAIL, 0, 0, false);
}
START_TEST(an_error_crosses_to_the_asker) {
  ck_assert_int_eq(run_main(ask_fail, KIT_WORKERS, NULL), 0);
  ck_assert_ptr_eq(caught, &ag_error_KeyNotFound);
}
END_TEST

static int ask_stopped(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  return one_question(cx, fp, ECHO, 0, 0, true);
}
START_TEST(a_stopped_agent_answers_agent_stopped) {
  ag_metrics metrics;
  ck_assert_int_eq(run_main(ask_stopped, KIT_WORKERS, &metrics), 0);
  ck_assert_ptr_eq(caught, &ag_error_AgentStopped);
  ck_assert_uint_eq(metrics.dead_letters, 1);
  ck_assert_int_eq(drops, 1);
}
END_TEST

// The server asks itself: a cycle of one, which its asker hears of.
static int ask_self(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  return one_question(cx, fp, ASK_PEER, ECHO, 0, false);
}
START_TEST(asking_oneself_is_a_deadlock) {
  ck_assert_int_eq(run_main(ask_self, KIT_WORKERS, NULL), 0);
  ck_assert_ptr_eq(caught, &ag_error_Deadlock);
  ck_assert_str_eq(cycle, "Server.ask_peer (peer.agent:3) -> Server.ask_peer");
}
END_TEST

// main asks A, A asks B, B asks A: B closes the cycle; its Deadlock passes through A to main.
static int ask_cycle(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->a = kit_spawn(cx, &server_type);
  f->b = kit_spawn(cx, &server_type);
  link_peer(cx, f->a, f->b);
  link_peer(cx, f->b, f->a);
  f->out = kit_int_new(cx, ASK_PEER, ASK_PEER);
  ag_release(cx, f->b);
  KIT_STEP(ag_ask(cx, f->a, &f->out, &type_int, &f->fut, "main.agent", 5));
  KIT_STEP(ag_await(cx, &f->fut, &f->value, 0, "main.agent", 5));
  if (r == AG_FAILED) {
    snprintf(cycle, sizeof cycle, "%s", ((ag_err_Deadlock *)(void *)cx->err)->cycle->bytes);
    caught = kit_catch(cx);
    r = AG_DONE;
  }
  ag_release(cx, f->a);
  KIT_END;
}
START_TEST(a_cycle_of_two_is_a_deadlock) {
  ag_metrics metrics;
  ck_assert_int_eq(run_main(ask_cycle, KIT_WORKERS, &metrics), 0);
  ck_assert_ptr_eq(caught, &ag_error_Deadlock);
  ck_assert_str_eq(cycle, "Server.ask_peer (peer.agent:3) -> Server.ask_peer (peer.agent:3) -> Server.ask_peer");
  ck_assert_int_eq(drops, 2); // they hold each other: freed with the runtime
}
END_TEST

// Asks its asker in turn.
static int never(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self;
  KIT_BEGIN(frame)
  f->out = kit_int_new(cx, 1, 0);
  KIT_STEP(ag_ask(cx, ((kit_agent_msg *)(void *)m)->agent, &f->out, &type_int, &f->fut, "never.agent", 1));
  KIT_STEP(ag_await(cx, &f->fut, &f->value, 0, "never.agent", 1));
  if (r == AG_DONE) ag_reply(cx, m, &f->value);
  ag_release(cx, ((kit_agent_msg *)(void *)m)->agent);
  KIT_END;
}
static const ag_behaviour never_behaviours[] = {
    KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    KIT_BEHAVIOUR("wait", never, kit_agent_msg, .drop_args = kit_drop_agent, .reply = &type_int),
};
static const ag_agent_type never_type = KIT_TYPE("Never", ag_agent, NULL, never_behaviours);

static int wait_for_ever(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m;
  KIT_BEGIN(frame)
  f->a = kit_spawn(cx, &never_type);
  f->out = kit_agent_new(cx, 1, self, 0);
  KIT_STEP(ag_ask(cx, f->a, &f->out, &type_int, &f->fut, "main.agent", 9));
  KIT_STEP(ag_await(cx, &f->fut, &f->value, 0, "main.agent", 9));
  if (r == AG_FAILED) {
    caught = kit_catch(cx);
    r = AG_DONE;
  }
  ag_release(cx, f->a);
  KIT_END;
}
START_TEST(waiting_for_main_while_main_waits) {
  ck_assert_int_eq(run_main(wait_for_ever, KIT_WORKERS, NULL), 0);
  ck_assert_ptr_eq(caught, &ag_error_Deadlock);
}
END_TEST

static int crash(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_agent *a = kit_spawn(cx, &server_type);
  for (int i = 0; i < 3; i++) {
    ag_msg *out = kit_msg_new(cx, CRASH);
    ag_send(cx, a, &out, __FILE__, __LINE__);
  }
  ag_release(cx, a);
  return AG_DONE;
}
START_TEST(a_failure_stops_its_agent_and_sets_the_status) {
  ag_metrics metrics;
  ck_assert_int_eq(run_main(crash, KIT_WORKERS, &metrics), 1);
  ck_assert_uint_eq(metrics.dead_letters, 2);
  ck_assert_int_eq(drops, 1);
}
END_TEST

// A long chain of agents, each holding the next: dropping the first frees all, without recursion.
static int chain(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_agent *head = kit_spawn(cx, &server_type);
  for (int i = 1; i < 100000; i++) {
    ag_agent *a = kit_spawn(cx, &server_type);
    link_peer(cx, a, head);
    ag_release(cx, head);
    head = a;
  }
  ag_release(cx, head);
  return AG_DONE;
}
START_TEST(a_chain_of_agents_is_freed) {
  ag_metrics metrics;
  ck_assert_int_eq(run_main(chain, KIT_WORKERS, &metrics), 0);
  ck_assert_uint_eq(metrics.alive, 1);
  ck_assert_int_eq(drops, 100000);
}
END_TEST

// ---- fairness ----------------------------------------------------------------------------------------------------

enum { NOTES = 100 };
static _Atomic int noted;
static int noted_before;

static int busy_note(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)self, (void)m, (void)fp;
  struct timespec ts = {.tv_nsec = 1000000};
  nanosleep(&ts, NULL);
  noted++;
  return AG_DONE;
}
static int other_note(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)self, (void)m, (void)fp;
  noted_before = noted;
  return AG_DONE;
}
static const ag_behaviour busy_behaviours[] = {KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
                                               KIT_BEHAVIOUR("note", busy_note, kit_msg)};
static const ag_behaviour other_behaviours[] = {KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
                                                KIT_BEHAVIOUR("note", other_note, kit_msg)};
static const ag_agent_type busy_type = KIT_TYPE("Busy", ag_agent, NULL, busy_behaviours);
static const ag_agent_type other_type = KIT_TYPE("Other", ag_agent, NULL, other_behaviours);
static int busy_and_other(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_agent *busy = kit_spawn(cx, &busy_type), *other = kit_spawn(cx, &other_type);
  for (int i = 0; i < NOTES; i++) {
    ag_msg *out = kit_msg_new(cx, 1);
    ag_send(cx, busy, &out, __FILE__, __LINE__);
  }
  ag_msg *out = kit_msg_new(cx, 1);
  ag_send(cx, other, &out, __FILE__, __LINE__);
  ag_release(cx, busy);
  ag_release(cx, other);
  return AG_DONE;
}
START_TEST(long_behaviours_make_short_batches) {
  noted = 0, noted_before = NOTES;
  ck_assert_int_eq(run_main(busy_and_other, KIT_WORKERS, NULL), 0);
  ck_assert_int_eq(noted, NOTES);
  ck_assert_int_lt(noted_before, NOTES);
}
END_TEST

int main(void) {
  const TTest *const tests[] = {a_reply_arrives,
                                an_error_crosses_to_the_asker,
                                a_stopped_agent_answers_agent_stopped,
                                asking_oneself_is_a_deadlock,
                                a_cycle_of_two_is_a_deadlock,
                                waiting_for_main_while_main_waits,
                                a_failure_stops_its_agent_and_sets_the_status,
                                a_chain_of_agents_is_freed,
                                long_behaviours_make_short_batches};
  return kit_check("actor", tests, (int)KIT_COUNT(tests));
}
