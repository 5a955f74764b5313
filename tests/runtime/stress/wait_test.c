// wait_test.c — waits that end in two ways at once: deadlines against replies, against deadlocks, against the end of whoever was
// to answer; quorums whose last replies come with the deadline; mailboxes that never hold more than they may. What must hold:
// every wait ends, exactly once (the sanitizers say whether anyone is touched after its end).
#include "../kit_check.h"

enum { MS = 1000000 };
static const ag_type type_int = {.name = "Int", .size = 8, .align = 8};
static _Atomic int64_t ended, seed, in_flight, over;

static uint64_t draw(void) { // any order will do
  uint64_t x = (uint64_t)++seed * UINT64_C(6364136223846793005);
  return (x ^ x >> 29) * UINT64_C(0x9E3779B97F4A7C15) >> 33;
}
static int64_t soon(ag_cx *cx) { return ag_deadline(cx, (int64_t)(draw() % 4) * MS / 2 + (int64_t)(draw() % 100000)); }
static int caught(ag_cx *cx, int r) {
  if (r != AG_FAILED || cx->err->cls == &ag_error_Cancelled) return r;
  kit_catch(cx);
  return AG_DONE;
}
static int run_main(int (*body)(ag_cx *, ag_agent *, ag_msg *, ag_frame **), uint32_t workers) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", body, kit_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  ended = in_flight = over = 0;
  return kit_run(&t, workers, NULL);
}

typedef struct frame {
  ag_frame h;
  ag_msg *out;
  ag_future *fut;
  ag_agent *a;
  ag_array *group;
  ag_quorum *q;
  int64_t i, value, deadline;
  bool more;
} frame;

// ---- deadlines, deadlocks, ends ----------------------------------------------------------------------------------

enum { INIT, GO, BACK };
enum { ASKERS = 30, ROUNDS = 60 };

// Asks its asker back: a deadlock, unless the asker's deadline has ended that wait. It lives for this one request.
static int short_lived(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self;
  ag_agent *asker = ((kit_agent_msg *)(void *)m)->agent;
  KIT_BEGIN(frame)
  f->out = kit_msg_new(cx, BACK);
  f->deadline = draw() % 2 ? soon(cx) : 0;
  KIT_STEP(ag_ask(cx, ((kit_agent_msg *)(void *)m)->agent, &f->out, &type_int, &f->fut, __FILE__, __LINE__));
  KIT_STEP(ag_await(cx, &f->fut, &f->value, f->deadline, __FILE__, __LINE__));
  r = caught(cx, r);
  if (r == AG_DONE) ag_reply(cx, m, &f->value);
  ag_release(cx, asker);
  KIT_END;
}
static const ag_behaviour short_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    [GO] = KIT_BEHAVIOUR("go", short_lived, kit_agent_msg, .reply = &type_int, .drop_args = kit_drop_agent),
};
static const ag_agent_type short_type = KIT_TYPE("Short", ag_agent, NULL, short_behaviours);

static int asker_go(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m;
  KIT_BEGIN(frame)
  for (; f->i < ROUNDS && r != AG_FAILED; f->i++) {
    f->a = kit_spawn(cx, &short_type);
    f->out = kit_agent_new(cx, GO, self, 0);
    KIT_STEP(ag_ask(cx, f->a, &f->out, &type_int, &f->fut, __FILE__, __LINE__));
    ag_release(cx, f->a); // the last one: it ends when it has answered
    f->deadline = soon(cx);
    KIT_STEP(ag_await(cx, &f->fut, &f->value, f->deadline, __FILE__, __LINE__));
    r = caught(cx, r);
    ended++;
  }
  KIT_END;
}
static int asker_back(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)fp;
  int64_t v = 1;
  ag_reply(cx, m, &v);
  return AG_DONE;
}
static const ag_behaviour asker_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    [GO] = KIT_BEHAVIOUR("go", asker_go, kit_msg),
    [BACK] = KIT_BEHAVIOUR("back", asker_back, kit_msg, .reply = &type_int),
};
static const ag_agent_type asker_type = KIT_TYPE("Asker", ag_agent, NULL, asker_behaviours);

static int start(ag_cx *cx, const ag_agent_type *t, int n) {
  for (int i = 0; i < n; i++) {
    ag_agent *a = kit_spawn(cx, t);
    ag_msg *out = kit_msg_new(cx, GO);
    ag_send(cx, a, &out, __FILE__, __LINE__);
    ag_release(cx, a);
  }
  return AG_DONE;
}
static int start_askers(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  return start(cx, &asker_type, ASKERS);
}
START_TEST(deadlines_race_with_deadlocks_and_ends) {
  ck_assert_int_eq(run_main(start_askers, KIT_WORKERS), 0);
  ck_assert_int_eq(ended, ASKERS * ROUNDS);
}
END_TEST

// ---- quorums -----------------------------------------------------------------------------------------------------

enum { QUORUMS = 40, MEMBERS = 6, TURNS = 25 };

// Answers after a while in which it waits for nobody's answer: its own deadline.
static int vote(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self;
  KIT_BEGIN(frame)
  f->a = kit_spawn(cx, &asker_type);
  f->deadline = soon(cx);
  f->out = kit_msg_new(cx, BACK);
  KIT_STEP(ag_ask(cx, f->a, &f->out, &type_int, &f->fut, __FILE__, __LINE__));
  KIT_STEP(ag_await(cx, &f->fut, &f->value, f->deadline, __FILE__, __LINE__));
  r = caught(cx, r);
  if (r == AG_DONE) ag_reply(cx, m, &f->value);
  ag_release(cx, f->a);
  KIT_END;
}
static const ag_behaviour voter_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    [GO] = KIT_BEHAVIOUR("vote", vote, kit_msg, .reply = &type_int),
};
static const ag_agent_type voter_type = KIT_TYPE("Voter", ag_agent, NULL, voter_behaviours);

static int quorum_go(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  for (; f->i < TURNS && r != AG_FAILED; f->i++) {
    f->group = ag_array_new(cx, MEMBERS, &ag_type_agent);
    for (int i = 0; i < MEMBERS; i++) {
      ag_agent *a = kit_spawn(cx, &voter_type);
      ag_array_push(cx, f->group, &a);
    }
    ag_freeze(&f->group->h);
    f->q = ag_quorum_new(cx, f->group, kit_msg_new(cx, GO), &voter_behaviours[GO], AG_QUORUM_ALL, soon(cx));
    ag_release(cx, f->group);
    do { // turns each reply down once more than it may: it waits again and again
      KIT_STEP(ag_quorum_next(cx, f->q, &f->value, &f->more, __FILE__, __LINE__));
      if (f->more) ag_quorum_accept(cx, f->q, &f->value, true);
    } while (r == AG_DONE && f->more);
    r = caught(cx, r);
    ag_quorum_drop(cx, f->q);
    ended++;
  }
  KIT_END;
}
static const ag_behaviour quorum_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    [GO] = KIT_BEHAVIOUR("go", quorum_go, kit_msg),
};
static const ag_agent_type quorum_type = KIT_TYPE("Quorum", ag_agent, NULL, quorum_behaviours);
static int start_quorums(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  return start(cx, &quorum_type, QUORUMS);
}
START_TEST(deadlines_race_with_replies_of_a_quorum) {
  ck_assert_int_eq(run_main(start_quorums, KIT_WORKERS), 0);
  ck_assert_int_eq(ended, QUORUMS * TURNS);
}
END_TEST

// ---- capacity ----------------------------------------------------------------------------------------------------

enum { NOTE = GO };
enum { SENDERS = 12, NOTES = 4000, CAPACITY = 10 };

static int take_note(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)self, (void)m, (void)fp;
  in_flight--;
  return AG_DONE;
}
static const ag_behaviour box_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    [NOTE] = KIT_BEHAVIOUR("note", take_note, kit_msg),
};
static const ag_agent_type box_type =
    KIT_TYPE("Box", ag_agent, NULL, box_behaviours, .mailbox = {.capacity = CAPACITY, .full = AG_FULL_RAISE});

static int fill(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self;
  ag_agent *box = ((kit_agent_msg *)(void *)m)->agent;
  KIT_BEGIN(frame)
  for (; f->i < NOTES && r != AG_FAILED; f->i++) {
    f->out = kit_msg_new(cx, NOTE);
    KIT_STEP(ag_send(cx, ((kit_agent_msg *)(void *)m)->agent, &f->out, __FILE__, __LINE__));
    if (r == AG_DONE && ++in_flight > CAPACITY + 1)
      over++; // counted after it was sent; the one being taken may still count
    r = caught(cx, r);
  }
  ag_release(cx, box);
  KIT_END;
}
static const ag_behaviour filler_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    [GO] = KIT_BEHAVIOUR("fill", fill, kit_agent_msg, .drop_args = kit_drop_agent),
};
static const ag_agent_type filler_type = KIT_TYPE("Filler", ag_agent, NULL, filler_behaviours);
static int start_fillers(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_agent *box = kit_spawn(cx, &box_type);
  for (int i = 0; i < SENDERS; i++) {
    ag_agent *a = kit_spawn(cx, &filler_type);
    ag_msg *out = kit_agent_new(cx, GO, box, 0);
    ag_send(cx, a, &out, __FILE__, __LINE__);
    ag_release(cx, a);
  }
  ag_release(cx, box);
  return AG_DONE;
}
START_TEST(a_capacity_is_a_bound) {
  ck_assert_int_eq(run_main(start_fillers, KIT_WORKERS), 0);
  ck_assert_int_eq(over, 0);
  ck_assert_int_eq(in_flight, 0);
}
END_TEST

int main(void) {
  const TTest *const tests[] = {deadlines_race_with_deadlocks_and_ends, deadlines_race_with_replies_of_a_quorum,
                                a_capacity_is_a_bound};
  return kit_check("wait", tests, (int)KIT_COUNT(tests));
}
