// circle_test.c — several circles of waits through one agent, closed at the same moment: who asks a quorum that needs all, and
// members that meanwhile signal to it, or ask it, all at once. What must hold: signals go through and deadlocks are told at
// once, though something is to come for long (so that nothing is found for want of anything else).
#include "../kit_check.h"
#include "actor/wait.h"

#define MS INT64_C(1000000)
enum { INIT, LINK, GO, ANSWER, NOTE };
enum { ROUNDS = 150, MEMBERS = 2, NOTES = 6, SPIN = 2000 };
typedef enum how { NOTES_BACK, ASKS_BACK, BOTH } how;

static const ag_type type_int = {.name = "Int", .size = 8, .align = 8};
static how backward;
static bool timed; // the quorum has a deadline
static _Atomic int64_t arrived, noted, late, deadlocks;

typedef struct peer {
  ag_agent h;
  ag_agent *other;
  int64_t number;
} peer;
typedef struct frame {
  ag_frame h;
  ag_msg *out;
  ag_future *fut;
  ag_agent *a;
  ag_array *group;
  ag_quorum *q;
  int64_t i, value;
  bool more;
} frame;

static void peer_drop(ag_cx *cx, void *obj) { ag_release_opt(cx, ((peer *)obj)->other); }
static int peer_link(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)fp;
  ((peer *)(void *)self)->other = ((kit_agent_msg *)(void *)m)->agent;
  ((peer *)(void *)self)->number = ((kit_agent_msg *)(void *)m)->value;
  return AG_DONE;
}
// Any error but that of the end.
static int caught(ag_cx *cx, int r) {
  if (r != AG_FAILED || cx->err->cls == &ag_error_Cancelled) return r;
  const ag_class *cls = kit_catch(cx);
  if (cls == &ag_error_Timeout) late++;
  if (cls == &ag_error_Deadlock) deadlocks++;
  return AG_DONE;
}

// ---- the members -------------------------------------------------------------------------------------------------

// All go on together, if there are as many processors, and not before their asker waits.
static void meet(peer *self) {
  agi_agent *asker = agi_agent_of(self->other);
  arrived++;
  for (int i = 0; i < SPIN && (arrived % MEMBERS || agi_load_sc(&asker->edge) == 0); i++) agi_pause();
}

static int member_go(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  peer *p = (peer *)(void *)self;
  KIT_BEGIN(frame)
  meet(p);
  if (backward == NOTES_BACK || (backward == BOTH && p->number == 0)) {
    for (; f->i < NOTES && r != AG_FAILED; f->i++) {
      f->out = kit_msg_new(cx, NOTE);
      KIT_STEP(ag_send(cx, ((peer *)(void *)self)->other, &f->out, __FILE__, __LINE__));
    }
  } else {
    f->out = kit_msg_new(cx, ANSWER);
    KIT_STEP(ag_ask(cx, ((peer *)(void *)self)->other, &f->out, &type_int, &f->fut, __FILE__, __LINE__));
    KIT_STEP(ag_await(cx, &f->fut, &f->value, 0, __FILE__, __LINE__));
    if (r == AG_FAILED && cx->err->cls == &ag_error_Deadlock) deadlocks++;
  }
  if (r == AG_DONE) ag_reply(cx, m, &f->value);
  KIT_END;
}
static const ag_behaviour member_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    [LINK] = KIT_BEHAVIOUR("link", peer_link, kit_agent_msg, .drop_args = kit_drop_agent),
    [GO] = KIT_BEHAVIOUR("go", member_go, kit_msg, .reply = &type_int),
};
static const ag_agent_type member_type = KIT_TYPE("Member", peer, peer_drop, member_behaviours);

// ---- who asks them -----------------------------------------------------------------------------------------------

static int asker_go(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  KIT_BEGIN(frame)
  f->group = ag_array_new(cx, MEMBERS, &ag_type_agent);
  for (int i = 0; i < MEMBERS; i++) {
    ag_agent *a = kit_spawn(cx, &member_type);
    f->out = kit_agent_new(cx, LINK, self, i);
    ag_send(cx, a, &f->out, __FILE__, __LINE__);
    ag_array_push(cx, f->group, &a);
  }
  ag_freeze(&f->group->h);
  f->q = ag_quorum_new(cx, f->group, kit_msg_new(cx, GO), &member_behaviours[GO], AG_QUORUM_ALL,
                       timed ? ag_deadline(cx, 4000 * MS) : 0);
  ag_release(cx, f->group);
  do {
    KIT_STEP(ag_quorum_next(cx, f->q, &f->value, &f->more, __FILE__, __LINE__));
    if (f->more) ag_quorum_accept(cx, f->q, &f->value, true);
  } while (r == AG_DONE && f->more);
  r = caught(cx, r);
  ag_quorum_drop(cx, f->q);
  if (r == AG_DONE) ag_reply(cx, m, &f->value);
  KIT_END;
}
static int asker_answer(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)fp;
  int64_t v = 1;
  ag_reply(cx, m, &v);
  return AG_DONE;
}
static int asker_note(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)self, (void)m, (void)fp;
  noted++;
  return AG_DONE;
}
static const ag_behaviour asker_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    [LINK] = KIT_BEHAVIOUR("none", kit_nothing, kit_msg),
    [GO] = KIT_BEHAVIOUR("go", asker_go, kit_msg, .reply = &type_int),
    [ANSWER] = KIT_BEHAVIOUR("answer", asker_answer, kit_msg, .reply = &type_int),
    [NOTE] = KIT_BEHAVIOUR("note", asker_note, kit_msg),
};
static const ag_agent_type asker_type =
    KIT_TYPE("Asker", ag_agent, NULL, asker_behaviours, .mailbox = {.capacity = 1}); // each signal pauses

// ---- rounds ------------------------------------------------------------------------------------------------------

// Each round has a deadline, which is what is to come.
static int rounds(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  for (; f->i < ROUNDS && r != AG_FAILED && late == 0; f->i++) {
    f->a = kit_spawn(cx, &asker_type);
    f->out = kit_msg_new(cx, GO);
    KIT_STEP(ag_ask(cx, f->a, &f->out, &type_int, &f->fut, __FILE__, __LINE__));
    KIT_STEP(ag_await(cx, &f->fut, &f->value, ag_deadline(cx, 2000 * MS), __FILE__, __LINE__));
    r = caught(cx, r);
    ag_release(cx, f->a);
  }
  KIT_END;
}
static void run(uint32_t workers) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", rounds, kit_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  arrived = noted = late = deadlocks = 0;
  ck_assert_int_eq(kit_run(&t, workers, NULL), 0);
  ck_assert_int_eq(late, 0);
}

START_TEST(signals_that_pause_at_once_go_through) {
  backward = NOTES_BACK;
  for (int k = 0; k < 2; k++) {
    timed = k != 0;
    run(KIT_WORKERS);
    ck_assert_int_eq(noted, ROUNDS * MEMBERS * NOTES);
    ck_assert_int_eq(deadlocks, 0);
  }
}
END_TEST

START_TEST(requests_that_close_circles_at_once_are_told) {
  backward = ASKS_BACK;
  timed = false;
  run(KIT_WORKERS);
  ck_assert_int_ge(deadlocks, ROUNDS);
}
END_TEST

START_TEST(a_deadlock_is_told_though_a_signal_could_go_through) {
  backward = BOTH;
  timed = false;
  run(KIT_WORKERS);
  ck_assert_int_ge(deadlocks, ROUNDS);
  ck_assert_int_eq(noted, ROUNDS * NOTES);
}
END_TEST

int main(void) {
  const TTest *const tests[] = {signals_that_pause_at_once_go_through, requests_that_close_circles_at_once_are_told,
                                a_deadlock_is_told_though_a_signal_could_go_through};
  return kit_check("circle", tests, (int)KIT_COUNT(tests));
}
