// broadcast_test.c — exactly once, rounds, members that stop, are slow, full or wait; broadcasts in a circle.
#include "../kit_check.h"

enum { INIT, NEWS, GO, STOP, ECHO, ANSWER };
enum { MANY = 100000 };

typedef struct payload {
  ag_obj h;
} payload;
typedef struct news {
  ag_msg h;
  payload *shared;
  int64_t value, from;
} news;
typedef struct member {
  ag_agent h;
  int64_t id, last[16];
} member;
typedef struct frame {
  ag_frame h;
  ag_array *group;
  ag_msg *out;
  ag_future *fut;
  ag_agent *echo;
  int64_t i, value;
} frame;

static const ag_type type_int = {.name = "Int", .size = 8, .align = 8};
static _Atomic int64_t handled, dropped, payloads, out_of_order, full, reached;
static _Atomic uint8_t got[MANY];
static int64_t rounds, fanout;

// ---- messages ----------------------------------------------------------------------------------------------------

static void payload_drop(ag_cx *cx, void *o) { (void)cx, (void)o, payloads++; }
static const ag_class payload_class = {.name = "Payload", .size = sizeof(payload), .drop = payload_drop};

static ag_msg *news_new(ag_cx *cx, int64_t value, int64_t from) {
  news *n = (news *)(void *)ag_msg_new(cx, sizeof *n, NEWS);
  n->shared = ag_new(cx, &payload_class, -1);
  n->value = value;
  n->from = from;
  return &n->h;
}
static void news_drop(ag_cx *cx, ag_msg *m) {
  dropped++;
  ag_release(cx, ((news *)(void *)m)->shared);
}
static void news_copy(ag_msg *dst, const ag_msg *src) {
  const news *from = (const news *)(const void *)src;
  news *to = (news *)(void *)dst;
  *to = (news){.shared = from->shared, .value = from->value, .from = from->from};
  ag_retain(to->shared);
}

// ---- members -----------------------------------------------------------------------------------------------------

static int member_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)fp;
  ((member *)(void *)self)->id = ((kit_int_msg *)(void *)m)->value;
  return AG_DONE;
}
static int member_news(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)fp;
  member *s = (member *)(void *)self;
  news *n = (news *)(void *)m;
  if (n->value <= s->last[n->from]) out_of_order++;
  s->last[n->from] = n->value;
  ag_release(cx, n->shared);
  got[s->id]++;
  handled++;
  reached++;
  return AG_DONE;
}
static int member_stop(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_stop(cx);
  return AG_DONE;
}
static int echo(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)fp;
  int64_t x = 1;
  ag_reply(cx, m, &x);
  return AG_DONE;
}
// Waits, by asking again and again, until `value` deliveries have been handled elsewhere.
static int member_go(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self;
  KIT_BEGIN(frame)
  while (r == AG_DONE && reached < ((kit_agent_msg *)(void *)m)->value) {
    f->out = kit_msg_new(cx, ECHO);
    KIT_STEP(ag_ask(cx, ((kit_agent_msg *)(void *)m)->agent, &f->out, &type_int, &f->fut, __FILE__, __LINE__));
    KIT_STEP(ag_await(cx, &f->fut, &f->value, 0, __FILE__, __LINE__));
  }
  ag_release(cx, ((kit_agent_msg *)(void *)m)->agent);
  KIT_END;
}
// Asks whoever broadcasts, once.
static int member_answer(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self;
  KIT_BEGIN(frame)
  f->out = kit_msg_new(cx, ECHO);
  KIT_STEP(ag_ask(cx, ((kit_agent_msg *)(void *)m)->agent, &f->out, &type_int, &f->fut, __FILE__, __LINE__));
  KIT_STEP(ag_await(cx, &f->fut, &f->value, 0, __FILE__, __LINE__));
  reached += 1000;
  ag_release(cx, ((kit_agent_msg *)(void *)m)->agent);
  KIT_END;
}
static const ag_behaviour behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", member_init, kit_int_msg),
    [NEWS] = KIT_BEHAVIOUR("news", member_news, news, .drop_args = news_drop, .copy_args = news_copy),
    [GO] = KIT_BEHAVIOUR("go", member_go, kit_agent_msg, .drop_args = kit_drop_agent),
    [STOP] = KIT_BEHAVIOUR("stop", member_stop, kit_msg),
    [ECHO] = KIT_BEHAVIOUR("echo", echo, kit_msg, .reply = &type_int),
    [ANSWER] = KIT_BEHAVIOUR("answer", member_answer, kit_agent_msg, .drop_args = kit_drop_agent),
};
static const ag_agent_type member_type = KIT_TYPE("Member", member, NULL, behaviours);
static const ag_mailbox_options small = {.capacity = 4, .high = 3, .low = 1};
static const ag_mailbox_options raising = {.capacity = 2, .full = AG_FULL_RAISE};

static ag_array *group_of(ag_cx *cx, int64_t n, const ag_mailbox_options *options) {
  ag_array *group = ag_array_new(cx, n, &ag_type_agent);
  for (int64_t i = 0; i < n; i++) {
    ag_agent *a = ag_spawn(cx, &member_type, kit_int_new(cx, INIT, i), options);
    ag_array_push(cx, group, &a);
  }
  ag_freeze(&group->h);
  return group;
}
static ag_agent *at(const frame *f, int64_t i) { return ((ag_agent **)f->group->data)[i]; }

static int run_main(int (*body)(ag_cx *, ag_agent *, ag_msg *, ag_frame **), uint32_t workers, ag_metrics *metrics) {
  ag_behaviour b[] = {
      [INIT] = KIT_BEHAVIOUR("init", body, kit_msg), [ECHO] = KIT_BEHAVIOUR("echo", echo, kit_msg, .reply = &type_int)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  handled = dropped = payloads = out_of_order = full = reached = 0;
  memset((void *)got, 0, sizeof got);
  return kit_run(&t, workers, metrics);
}

// ---- exactly once ------------------------------------------------------------------------------------------------

static int tell_many(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->group = group_of(cx, MANY, NULL);
  f->out = news_new(cx, 1, 0);
  KIT_STEP(ag_broadcast(cx, f->group, &f->out, &behaviours[NEWS], 3, __FILE__, __LINE__));
  ck_assert_ptr_null(f->out);
  ag_release(cx, f->group);
  KIT_END;
}
START_TEST(a_hundred_thousand_exactly_once) {
  ag_metrics metrics;
  ck_assert_int_eq(run_main(tell_many, KIT_WORKERS, &metrics), 0);
  ck_assert_int_eq(handled, MANY);
  for (int64_t i = 0; i < MANY; i++) ck_assert_int_eq(got[i], 1);
  ck_assert_int_eq(payloads, 1); // shared, and gone
  ck_assert_int_eq(dropped, 1);  // what the copies were made of
  ck_assert_uint_eq(metrics.broadcasts, 1);
  ck_assert_uint_ge(metrics.broadcast_rounds, 10); // log_3(100,000) is 10.5
  ck_assert_uint_le(metrics.broadcast_rounds, 11);
  ck_assert_uint_eq(metrics.dead_letters, 0);
}
END_TEST

// Every third has stopped, or stops while it is under way.
static int tell_stopped(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->group = group_of(cx, 3000, NULL);
  for (f->i = 0; f->i < 3000; f->i += 3) {
    f->out = kit_msg_new(cx, STOP);
    KIT_STEP(ag_send(cx, at(f, f->i), &f->out, __FILE__, __LINE__));
  }
  f->out = news_new(cx, 1, 0);
  KIT_STEP(ag_broadcast(cx, f->group, &f->out, &behaviours[NEWS], fanout, __FILE__, __LINE__));
  ag_release(cx, f->group);
  KIT_END;
}
START_TEST(stopped_members_keep_it_from_nobody) {
  for (fanout = 1; fanout <= 4096; fanout = fanout * 4) {
    ag_metrics metrics;
    ck_assert_int_eq(run_main(tell_stopped, KIT_WORKERS, &metrics), 0);
    ck_assert_int_eq(handled, 2000);
    for (int64_t i = 0; i < 3000; i++) ck_assert_int_eq(got[i], i % 3 != 0);
    ck_assert_int_eq(payloads, 1);
    ck_assert_uint_eq(metrics.dead_letters, 1000);
    rounds = fanout == 1 ? 3000 : fanout == 4 ? 6 : fanout == 16 ? 3 : fanout == 4096 ? 1 : 2;
    if (fanout == 4) ck_assert_uint_le(metrics.broadcast_rounds, 6);
    else if (fanout > 64 || fanout == 1) ck_assert_uint_le(metrics.broadcast_rounds, (uint64_t)rounds);
  }
}
END_TEST

// ---- mailboxes ---------------------------------------------------------------------------------------------------

static int tell_often(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->group = group_of(cx, 100, fanout == 3 ? &small : &raising);
  for (f->i = 1; f->i <= 300; f->i++) {
    f->out = news_new(cx, f->i, 0);
    KIT_STEP(ag_broadcast(cx, f->group, &f->out, &behaviours[NEWS], fanout, __FILE__, __LINE__));
    if (r == AG_FAILED && kit_catch(cx) == &ag_error_MailboxFull) full++;
    r = AG_DONE;
  }
  ag_release(cx, f->group);
  KIT_END;
}
START_TEST(slow_members_pause_who_broadcasts) {
  ag_metrics metrics;
  fanout = 3;
  ck_assert_int_eq(run_main(tell_often, KIT_WORKERS, &metrics), 0);
  ck_assert_int_eq(handled, 100 * 300);
  ck_assert_int_eq(out_of_order, 0);
  ck_assert_int_eq(payloads, 300);
  ck_assert_int_eq(full, 0);
  ck_assert_uint_eq(metrics.exempt, 0);
  ck_assert_uint_le(metrics.mailbox_high, 4);
}
END_TEST
START_TEST(members_that_raise_keep_it_from_nobody_else) {
  ag_metrics metrics;
  fanout = 2;
  ck_assert_int_eq(run_main(tell_often, KIT_WORKERS, &metrics), 0);
  ck_assert_int_eq(out_of_order, 0);
  ck_assert_int_eq(handled + dropped,
                   100 * 300 + 300); // a copy is handled or dropped; what they were made of is dropped
  ck_assert_int_eq(payloads, 300);
  ck_assert(full > 0 || handled == 100 * 300);
  ck_assert_uint_le(metrics.mailbox_high, 2);
}
END_TEST

// Two members stand there five times each, and wait until all others have got it: their mailboxes are full long before.
static int tell_busy(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->group = group_of(cx, 200, &small);
  f->echo = ag_spawn(cx, &member_type, kit_int_new(cx, INIT, 0), NULL);
  for (f->i = 0; f->i < 2; f->i++) {
    for (f->value = 1; f->value < 5; f->value++) {
      ag_agent **place = (ag_agent **)f->group->data + f->i * 57 + f->value;
      ag_release(cx, *place);
      ag_retain(*place = at(f, f->i * 57));
    }
    f->out = kit_agent_new(cx, GO, f->echo, 190);
    KIT_STEP(ag_send(cx, at(f, f->i * 57), &f->out, __FILE__, __LINE__));
  }
  f->out = news_new(cx, 1, 0);
  KIT_STEP(ag_broadcast(cx, f->group, &f->out, &behaviours[NEWS], 3, __FILE__, __LINE__));
  ag_release(cx, f->echo);
  ag_release(cx, f->group);
  KIT_END;
}
START_TEST(a_busy_member_blocks_no_other) {
  ag_metrics metrics;
  ck_assert_int_eq(run_main(tell_busy, KIT_WORKERS, &metrics), 0);
  ck_assert_int_eq(handled, 200);
  ck_assert_int_eq(got[0] + got[57], 10);
  ck_assert_uint_ge(metrics.suspended, 1);
  ck_assert_uint_eq(metrics.exempt, 0);
  ck_assert_int_eq(payloads, 1);
}
END_TEST

// ---- circles -----------------------------------------------------------------------------------------------------

// Members whose mailboxes are full wait for the answer of the one that broadcasts to them.
static int tell_askers(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m;
  KIT_BEGIN(frame)
  f->group = group_of(cx, 50, &small);
  for (f->i = 0; f->i < 50; f->i += 7) {
    f->out = kit_agent_new(cx, ANSWER, self, 0);
    KIT_STEP(ag_send(cx, at(f, f->i), &f->out, __FILE__, __LINE__));
  }
  for (f->i = 1; f->i <= 10; f->i++) {
    f->out = news_new(cx, f->i, 0);
    KIT_STEP(ag_broadcast(cx, f->group, &f->out, &behaviours[NEWS], 3, __FILE__, __LINE__));
  }
  ag_release(cx, f->group);
  KIT_END;
}
START_TEST(members_that_wait_for_who_broadcasts) {
  ck_assert_int_eq(run_main(tell_askers, KIT_WORKERS, NULL), 0);
  ck_assert_int_eq(handled, 500);
  ck_assert_int_eq(reached, 8 * 1000 + 500);
  ck_assert_int_eq(out_of_order, 0);
  ck_assert_int_eq(payloads, 10);
}
END_TEST

// Every member broadcasts to all, itself included.
typedef struct group_msg {
  ag_msg h;
  ag_array *group;
} group_msg;
static int peer_go(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  int64_t id = ((member *)(void *)self)->id;
  KIT_BEGIN(frame)
  for (f->i = 1; f->i <= 40; f->i++) {
    f->out = news_new(cx, f->i, id);
    KIT_STEP(ag_broadcast(cx, ((group_msg *)(void *)m)->group, &f->out, &behaviours[NEWS], 2, __FILE__, __LINE__));
    if (r == AG_FAILED && kit_catch(cx) == &ag_error_MailboxFull) full++;
    r = AG_DONE;
  }
  ag_release(cx, ((group_msg *)(void *)m)->group);
  KIT_END;
}
static void group_drop(ag_cx *cx, ag_msg *m) { ag_release(cx, ((group_msg *)(void *)m)->group); }
static const ag_behaviour peer_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", member_init, kit_int_msg),
    [NEWS] = KIT_BEHAVIOUR("news", member_news, news, .drop_args = news_drop, .copy_args = news_copy),
    [GO] = KIT_BEHAVIOUR("go", peer_go, group_msg, .drop_args = group_drop),
};
static const ag_agent_type peer_type =
    KIT_TYPE("Peer", member, NULL, peer_behaviours, .mailbox = {.capacity = 30, .high = 20, .low = 5});

static int all_to_all(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->group = ag_array_new(cx, 12, &ag_type_agent);
  for (int64_t i = 0; i < 12; i++) {
    ag_agent *a = ag_spawn(cx, &peer_type, kit_int_new(cx, INIT, i), NULL);
    ag_array_push(cx, f->group, &a);
  }
  ag_freeze(&f->group->h);
  for (f->i = 0; f->i < 12; f->i++) { // the first of them may have filled the mailboxes of the others by now
    f->out = ag_msg_new(cx, sizeof(group_msg), GO);
    ((group_msg *)(void *)f->out)->group = f->group;
    ag_retain(f->group);
    KIT_STEP(ag_send(cx, at(f, f->i), &f->out, __FILE__, __LINE__));
  }
  ag_release(cx, f->group);
  KIT_END;
}
START_TEST(broadcasts_in_a_circle_do_not_hang) {
  ag_metrics metrics;
  ck_assert_int_eq(run_main(all_to_all, KIT_WORKERS, &metrics), 0);
  ck_assert_int_eq(out_of_order, 0);
  ck_assert_int_eq(handled + dropped, 12 * 12 * 40 + 12 * 40);
  ck_assert(full > 0 || handled == 12 * 12 * 40);
  ck_assert_int_eq(payloads, 12 * 40);
  ck_assert_uint_le(metrics.mailbox_high, 16 * 30);
}
END_TEST

// ---- bad numbers -------------------------------------------------------------------------------------------------

static int tell_wrongly(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_array *group = group_of(cx, 5, NULL), *none = group_of(cx, 0, NULL);
  ag_msg *out = news_new(cx, 1, 0);
  ck_assert_int_eq(ag_broadcast(cx, group, &out, &behaviours[NEWS], 0, __FILE__, __LINE__), AG_FAILED);
  ck_assert_ptr_eq(kit_catch(cx), &ag_error_BadConversion);
  ck_assert_ptr_null(out);
  out = news_new(cx, 1, 0);
  ck_assert_int_eq(ag_broadcast(cx, none, &out, &behaviours[NEWS], 1, __FILE__, __LINE__), AG_DONE);
  ck_assert_ptr_null(out);
  ag_release(cx, group);
  ag_release(cx, none);
  return AG_DONE;
}
START_TEST(numbers_that_will_not_do) {
  ck_assert_int_eq(run_main(tell_wrongly, KIT_WORKERS, NULL), 0);
  ck_assert_int_eq(handled, 0);
  ck_assert_int_eq(payloads, 2);
}
END_TEST

int main(void) {
  const TTest *const tests[] = {a_hundred_thousand_exactly_once,    stopped_members_keep_it_from_nobody,
                                slow_members_pause_who_broadcasts,  members_that_raise_keep_it_from_nobody_else,
                                a_busy_member_blocks_no_other,      members_that_wait_for_who_broadcasts,
                                broadcasts_in_a_circle_do_not_hang, numbers_that_will_not_do};
  return kit_check("broadcast", tests, (int)KIT_COUNT(tests));
}
