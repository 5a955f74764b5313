// mailbox_test.c — bounded mailboxes: order, suspension, cycles of paused senders, the policies of a full mailbox.
#include "../kit_check.h"

enum { INIT, NOTE, GO, LINK, OPEN };
enum { MANY = 20000 };

typedef struct sink {
  ag_agent h;
  int64_t last;
} sink;
typedef struct frame {
  ag_frame h;
  ag_msg *out;
  ag_future *fut;
  ag_agent *a, *b;
  int64_t i, value, turns;
} frame;

static _Atomic int64_t handled, dropped, full, out_of_order;
static const ag_type type_int = {.name = "Int", .size = 8, .align = 8};

static void drop_note(ag_cx *cx, ag_msg *m) { (void)cx, (void)m, dropped++; }
static int sink_note(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)fp;
  sink *s = (sink *)(void *)self;
  int64_t v = ((kit_int_msg *)(void *)m)->value;
  if (v <= s->last) out_of_order++;
  s->last = v;
  handled++;
  return AG_DONE;
}
static const ag_behaviour sink_behaviours[] = {
    KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    KIT_BEHAVIOUR("note", sink_note, kit_int_msg, .drop_args = drop_note),
};
static const ag_agent_type sink_type =
    KIT_TYPE("Sink", sink, NULL, sink_behaviours, .mailbox = {.capacity = 20, .high = 10, .low = 5});

static int run_main(int (*body)(ag_cx *, ag_agent *, ag_msg *, ag_frame **), uint32_t workers, ag_metrics *metrics) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", body, kit_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  handled = dropped = full = out_of_order = 0;
  return kit_run(&t, workers, metrics);
}

// ---- suspend -----------------------------------------------------------------------------------------------------

static int flood(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->a = kit_spawn(cx, &sink_type);
  for (f->i = 1; f->i <= MANY && r != AG_FAILED; f->i++) {
    f->out = kit_int_new(cx, NOTE, f->i);
    KIT_STEP(ag_send(cx, f->a, &f->out, __FILE__, __LINE__));
  }
  ag_release(cx, f->a);
  KIT_END;
}
START_TEST(a_flood_pauses_its_sender) {
  ag_metrics metrics;
  ck_assert_int_eq(run_main(flood, KIT_WORKERS, &metrics), 0);
  ck_assert_int_eq(handled, MANY);
  ck_assert_int_eq(out_of_order, 0);
  ck_assert_uint_gt(metrics.suspended, 0);
  ck_assert_uint_le(metrics.mailbox_high, 20);
}
END_TEST

// A paused sender goes on when only `low` are left, not earlier; with AG_MAILBOX_EMPTY when none is.
static ag_mailbox_options marks;
static int64_t entries, resumed, left_most;

static int watch_marks(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  entries++;
  KIT_BEGIN(frame)
  f->a = ag_spawn(cx, &sink_type, kit_msg_new(cx, INIT), &marks);
  for (f->i = 1; f->i <= 2000 && r != AG_FAILED; f->i++) {
    f->out = kit_int_new(cx, NOTE, f->i);
    f->value = entries;
    KIT_STEP(ag_send(cx, f->a, &f->out, __FILE__, __LINE__));
    if (entries == f->value) continue; // not paused
    resumed++;
    if (f->i - handled > left_most) left_most = f->i - handled;
  }
  ag_release(cx, f->a);
  KIT_END;
}
START_TEST(a_pause_ends_at_low) {
  static const struct { uint32_t low, left; } cases[] = {{5, 5}, {1, 1}, {15, 15}, {AG_MAILBOX_EMPTY, 0}};
  for (size_t i = 0; i < KIT_COUNT(cases); i++) {
    marks = (ag_mailbox_options){.capacity = 30, .high = 20, .low = cases[i].low};
    entries = resumed = left_most = 0;
    ag_metrics metrics;
    ck_assert_int_eq(run_main(watch_marks, KIT_WORKERS, &metrics), 0);
    ck_assert_int_eq(handled, 2000);
    ck_assert_int_gt(resumed, 0);
    ck_assert_int_le(left_most, cases[i].left + 1); // the one that is being handled has been taken
    ck_assert_uint_le(metrics.mailbox_high, 20);
    ck_assert_uint_eq(metrics.suspended, (uint64_t)resumed);
  }
}
END_TEST

// ---- the lane of timers ------------------------------------------------------------------------------------------

// A thousand messages wait for an agent that is busy when its timer is due: that comes first.
enum { TICK = 2, BUSY, ECHO };
static _Atomic int64_t before_tick;

static int lane_tick(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)self, (void)m, (void)fp;
  before_tick = handled;
  return AG_DONE;
}
static int lane_echo(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)fp;
  int64_t x = 1;
  ag_reply(cx, m, &x);
  return AG_DONE;
}
static int lane_busy(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self;
  KIT_BEGIN(frame)
  ag_release(cx, ag_timer_start(cx, self, kit_msg_new(cx, TICK), 1000000, AG_TIMER_ONCE, __FILE__, __LINE__));
  f->i = ag_deadline(cx, 20000000);
  f->turns = 100; // in which timers are looked at, however late this comes to run
  while (r == AG_DONE &&
         (ag_deadline(cx, 0) < f->i || full < 1000 || f->turns-- > 0)) { // for the timer and the thousand
    f->out = kit_msg_new(cx, ECHO);
    KIT_STEP(ag_ask(cx, ((kit_agent_msg *)(void *)m)->agent, &f->out, &type_int, &f->fut, __FILE__, __LINE__));
    KIT_STEP(ag_await(cx, &f->fut, &f->value, 0, __FILE__, __LINE__));
  }
  ag_release(cx, ((kit_agent_msg *)(void *)m)->agent);
  KIT_END;
}
static const ag_behaviour lane_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    [NOTE] = KIT_BEHAVIOUR("note", sink_note, kit_int_msg, .drop_args = drop_note),
    [TICK] = KIT_BEHAVIOUR("tick", lane_tick, kit_msg),
    [BUSY] = KIT_BEHAVIOUR("busy", lane_busy, kit_agent_msg, .drop_args = kit_drop_agent),
    [ECHO] = KIT_BEHAVIOUR("echo", lane_echo, kit_msg, .reply = &type_int),
};
static const ag_agent_type lane_type = KIT_TYPE("Lane", sink, NULL, lane_behaviours, .mailbox = {.capacity = 2000});
static int lane(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->a = ag_spawn(cx, &lane_type, kit_msg_new(cx, INIT), NULL);
  f->b = ag_spawn(cx, &lane_type, kit_msg_new(cx, INIT), NULL);
  f->out = kit_agent_new(cx, BUSY, f->b, 0);
  KIT_STEP(ag_send(cx, f->a, &f->out, __FILE__, __LINE__));
  for (f->i = 1; f->i <= 1000; f->i++) {
    f->out = kit_int_new(cx, NOTE, f->i);
    KIT_STEP(ag_send(cx, f->a, &f->out, __FILE__, __LINE__));
    full++;
  }
  ag_release(cx, f->a);
  ag_release(cx, f->b);
  KIT_END;
}
START_TEST(a_timer_overtakes_a_thousand_messages) {
  before_tick = -1;
  ck_assert_int_eq(run_main(lane, KIT_WORKERS, NULL), 0);
  ck_assert_int_eq(handled, 1000);
  ck_assert_int_eq(out_of_order, 0);
  ck_assert_int_eq(before_tick, 0);
}
END_TEST

// ---- agents that flood each other --------------------------------------------------------------------------------

typedef struct peer {
  ag_agent h;
  ag_agent *other;
} peer;
static void peer_drop(ag_cx *cx, void *self) {
  ag_release_opt(cx, ((peer *)self)->other);
  ((peer *)self)->other = NULL;
}
static int peer_link(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)fp;
  ((peer *)(void *)self)->other = ((kit_agent_msg *)(void *)m)->agent;
  return AG_DONE;
}
static int peer_note(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)self, (void)m, (void)fp;
  handled++;
  return AG_DONE;
}
static int peer_go(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  peer *p = (peer *)(void *)self;
  (void)m;
  KIT_BEGIN(frame)
  for (; f->i < MANY && r != AG_FAILED; f->i++) {
    f->out = kit_int_new(cx, NOTE, f->i);
    KIT_STEP(ag_send(cx, p->other, &f->out, __FILE__, __LINE__));
  }
  if (r == AG_FAILED && cx->err->cls == &ag_error_MailboxFull) { // 16 times the capacity
    kit_catch(cx);
    full++;
    r = AG_DONE;
  }
  KIT_END;
}
static const ag_behaviour peer_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    [NOTE] = KIT_BEHAVIOUR("note", peer_note, kit_int_msg),
    [GO] = KIT_BEHAVIOUR("go", peer_go, kit_msg),
    [LINK] = KIT_BEHAVIOUR("link", peer_link, kit_agent_msg, .drop_args = kit_drop_agent),
};
static const ag_agent_type peer_type =
    KIT_TYPE("Peer", peer, peer_drop, peer_behaviours, .mailbox = {.capacity = 20, .high = 10, .low = 5});

// Three agents in a ring, each floods the next in one behaviour: whoever would close the cycle goes on, up to the limit.
static int ring(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_agent *a[3];
  for (int i = 0; i < 3; i++) a[i] = kit_spawn(cx, &peer_type);
  for (int i = 0; i < 3; i++) {
    ag_msg *out = kit_agent_new(cx, LINK, a[(i + 1) % 3], 0);
    ag_send(cx, a[i], &out, __FILE__, __LINE__);
  }
  for (int i = 0; i < 3; i++) {
    ag_msg *out = kit_msg_new(cx, GO);
    ag_send(cx, a[i], &out, __FILE__, __LINE__);
    ag_release(cx, a[i]);
  }
  return AG_DONE;
}
START_TEST(senders_in_a_cycle_do_not_deadlock) {
  ag_metrics metrics;
  ck_assert_int_eq(run_main(ring, KIT_WORKERS, &metrics), 0);
  ck_assert_uint_le(metrics.mailbox_high, 16 * 20);
  if (full == 0) ck_assert_int_eq(handled, 3 * (int64_t)MANY);
  else ck_assert_int_gt(handled, 0);
}
END_TEST

// ---- an await in the cycle ---------------------------------------------------------------------------------------

// main awaits a reply of a peer that is paused on main's mailbox: the signal goes through, the reply comes.
static int asked(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self;
  ag_agent *to = ((kit_agent_msg *)(void *)m)->agent;
  KIT_BEGIN(frame)
  for (; f->i < 50 && r != AG_FAILED; f->i++) {
    f->out = kit_int_new(cx, NOTE, f->i);
    KIT_STEP(ag_send(cx, ((kit_agent_msg *)(void *)m)->agent, &f->out, __FILE__, __LINE__));
  }
  f->value = f->i;
  if (r == AG_DONE) ag_reply(cx, m, &f->value);
  ag_release(cx, to);
  KIT_END;
}
static const ag_behaviour asked_behaviours[] = {
    KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    KIT_BEHAVIOUR("asked", asked, kit_agent_msg, .reply = &type_int, .drop_args = kit_drop_agent),
};
static const ag_agent_type asked_type = KIT_TYPE("Asked", ag_agent, NULL, asked_behaviours);

static int await_paused(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m;
  KIT_BEGIN(frame)
  f->a = kit_spawn(cx, &asked_type);
  f->out = kit_agent_new(cx, 1, self, 0);
  KIT_STEP(ag_ask(cx, f->a, &f->out, &type_int, &f->fut, __FILE__, __LINE__));
  KIT_STEP(ag_await(cx, &f->fut, &f->value, 0, __FILE__, __LINE__));
  if (r == AG_DONE) full = f->value;
  ag_release(cx, f->a);
  KIT_END;
}
START_TEST(a_paused_signal_in_an_awaiting_cycle_goes_through) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", await_paused, kit_msg), KIT_BEHAVIOUR("note", peer_note, kit_int_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b, .mailbox = {.capacity = 10, .high = 5, .low = 2});
  handled = full = 0;
  ck_assert_int_eq(kit_run(&t, KIT_WORKERS, NULL), 0);
  ck_assert_int_eq(full, 50);
  ck_assert_int_eq(handled, 50);
}
END_TEST

// ---- policies ----------------------------------------------------------------------------------------------------

// The sink is held (it waits for a reply that comes after the flood), so what is sent meets a mailbox that only fills.
static ag_mailbox_options options;

static int overfill(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->a = ag_spawn(cx, &sink_type, kit_msg_new(cx, INIT), &options);
  for (f->i = 1; f->i <= 100; f->i++) { // in one go: on one worker the sink has not even had its init
    f->out = kit_int_new(cx, NOTE, f->i);
    KIT_STEP(ag_send(cx, f->a, &f->out, __FILE__, __LINE__)); // gives way only where it was refused again and again
    if (r == AG_FAILED && kit_catch(cx) == &ag_error_MailboxFull) full++;
    r = AG_DONE;
  }
  ag_release(cx, f->a);
  KIT_END;
}
static void overfilled(uint8_t policy, uint32_t workers) {
  options = (ag_mailbox_options){.capacity = 10, .full = policy};
  ag_metrics metrics;
  ck_assert_int_eq(run_main(overfill, workers, &metrics), 0);
  ck_assert_int_eq(out_of_order, 0);
  ck_assert_uint_le(metrics.mailbox_high, 10);
}
START_TEST(drop_newest) {
  overfilled(AG_FULL_DROP_NEWEST, KIT_WORKERS);
  ck_assert_int_eq(handled + dropped, 100);
  if (KIT_WORKERS == 1) ck_assert_int_eq(handled, 10); // its init takes nobody's place
}
END_TEST
START_TEST(drop_oldest) {
  options = (ag_mailbox_options){.capacity = 10, .full = AG_FULL_DROP_OLDEST};
  ck_assert_int_eq(run_main(overfill, KIT_WORKERS, NULL), 0);
  ck_assert_int_eq(out_of_order, 0);
  if (KIT_WORKERS == 1) ck_assert_int_eq(handled, 10); // its init is never dropped
  ck_assert_int_eq(handled + dropped, 100);
}
END_TEST
START_TEST(raise_mailbox_full) {
  overfilled(AG_FULL_RAISE, KIT_WORKERS);
  ck_assert_int_eq(handled + full, 100);
  ck_assert_int_eq(dropped, full); // their arguments are released
}
END_TEST

// ---- sends to self -----------------------------------------------------------------------------------------------

static int to_self(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m, (void)fp;
  for (int i = 0; i < 400; i++) {
    ag_msg *out = kit_int_new(cx, NOTE, i);
    int r = ag_send(cx, self, &out, __FILE__, __LINE__);
    ck_assert_int_ne(r, AG_SUSPENDED);
    if (r == AG_FAILED && kit_catch(cx) == &ag_error_MailboxFull) full++;
  }
  return AG_DONE;
}
START_TEST(sends_to_self_end_at_sixteen_times) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", to_self, kit_msg), KIT_BEHAVIOUR("note", peer_note, kit_int_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b, .mailbox = {.capacity = 20});
  handled = full = 0;
  ag_metrics metrics;
  ck_assert_int_eq(kit_run(&t, KIT_WORKERS, &metrics), 0);
  ck_assert_int_eq(handled, 320);
  ck_assert_int_eq(full, 80);
  ck_assert_uint_eq(metrics.exempt, 380);
}
END_TEST

int main(void) {
  const TTest *const tests[] = {a_flood_pauses_its_sender,
                                a_pause_ends_at_low,
                                a_timer_overtakes_a_thousand_messages,
                                senders_in_a_cycle_do_not_deadlock,
                                a_paused_signal_in_an_awaiting_cycle_goes_through,
                                drop_newest,
                                drop_oldest,
                                raise_mailbox_full,
                                sends_to_self_end_at_sixteen_times};
  return kit_check("mailbox", tests, (int)KIT_COUNT(tests));
}
