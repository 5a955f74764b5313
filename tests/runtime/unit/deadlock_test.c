// deadlock_test.c — cycles in which an agent waits for several others; what nobody waits for any more.
#include "../kit_check.h"
#include "../kit_hole.h"

#define MS INT64_C(1000000)
static const ag_type type_int = {.name = "Int", .size = 8, .align = 8};

// ---- agents that wait for others ---------------------------------------------------------------------------------

enum { INIT, LINK, ASK_ALL, ASK_BACK, ANSWER, NOTE };
enum { MEMBERS = 40 }; // more than a walk keeps at hand

typedef struct peer {
  ag_agent h;
  ag_agent *other;
  int64_t count;
} peer;
typedef struct frame {
  ag_frame h;
  ag_msg *out;
  ag_future *fut;
  ag_agent *a, *members[MEMBERS];
  ag_array *group;
  ag_quorum *q;
  int64_t i, value, until;
  bool more;
} frame;

static int64_t members, backward, need; // of the group; those that ask their asker back; how many answers are wanted
static bool late;                       // the members ask back before the quorum waits
static char cycle[4000];
static const ag_class *caught;
static _Atomic int64_t noted, asked_back;

static void peer_drop(ag_cx *cx, void *obj) { ag_release_opt(cx, ((peer *)obj)->other); }
static int peer_link(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)fp;
  ((peer *)(void *)self)->other = ((kit_agent_msg *)(void *)m)->agent;
  return AG_DONE;
}
static void catch_it(ag_cx *cx) {
  if (cx->err->cls == &ag_error_Deadlock)
    snprintf(cycle, sizeof cycle, "%s", ((ag_err_Deadlock *)(void *)cx->err)->cycle->bytes);
  caught = kit_catch(cx);
}

// ---- time --------------------------------------------------------------------------------------------------------

static ag_agent *hole; // waits for ever, and answers nothing; borrowed
static const ag_behaviour hole_behaviours[] = {KIT_BEHAVIOUR("init", hole_init, kit_msg),
                                               KIT_BEHAVIOUR("ask", kit_nothing, kit_msg, .reply = &type_int)};
static const ag_agent_type hole_type = KIT_TYPE("Hole", ag_agent, NULL, hole_behaviours);

static int nap(ag_cx *cx, frame *f, int64_t ns) {
  int r = AG_DONE;
  if (!f->until) {
    f->until = ag_deadline(cx, ns);
    f->out = kit_msg_new(cx, 1);
  }
  if (f->out && (r = ag_ask(cx, hole, &f->out, &type_int, &f->fut, "nap", 1)) != AG_DONE) return r;
  r = ag_await(cx, &f->fut, &f->value, f->until, "nap", 1);
  if (r == AG_SUSPENDED) return r;
  f->until = 0;
  if (cx->err->cls != &ag_error_Timeout) return AG_FAILED;
  kit_catch(cx);
  return AG_DONE;
}

// ---- a group, and who asks it ------------------------------------------------------------------------------------

static const ag_behaviour member_behaviours[];
static const ag_agent_type member_type;

// Asks a group whose first members wait for this agent.
static int asker_all(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  KIT_BEGIN(frame)
  f->group = ag_array_new(cx, members, &ag_type_agent);
  for (int64_t i = 0; i < members; i++) {
    f->members[i] = kit_spawn(cx, &member_type);
    ag_retain(f->members[i]);
    ag_array_push(cx, f->group, &f->members[i]);
    ag_msg *out = kit_agent_new(cx, LINK, i < backward ? self : f->members[i], 0);
    ag_send(cx, f->members[i], &out, __FILE__, __LINE__);
  }
  ag_freeze(&f->group->h);
  f->q = ag_quorum_new(cx, f->group, kit_msg_new(cx, ASK_BACK), &member_behaviours[ASK_BACK], need, 0);
  ag_release(cx, f->group);
  if (late) { KIT_STEP(nap(cx, f, 20 * MS)); }
  do {
    KIT_STEP(ag_quorum_next(cx, f->q, &f->value, &f->more, "asker.agent", 5));
    if (f->more) ag_quorum_accept(cx, f->q, &f->value, true);
  } while (r == AG_DONE && f->more);
  if (r == AG_FAILED) catch_it(cx);
  r = AG_DONE;
  ag_quorum_drop(cx, f->q);
  for (int64_t i = 0; i < members; i++) ag_release(cx, f->members[i]);
  ag_reply(cx, m, &f->i);
  KIT_END;
}
static int asker_answer(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)fp;
  int64_t v = ++asked_back;
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
    [LINK] = KIT_BEHAVIOUR("link", peer_link, kit_agent_msg, .drop_args = kit_drop_agent),
    [ASK_ALL] = KIT_BEHAVIOUR("ask_all", asker_all, kit_msg, .reply = &type_int),
    [ASK_BACK] = KIT_BEHAVIOUR("none", kit_nothing, kit_msg),
    [ANSWER] = KIT_BEHAVIOUR("answer", asker_answer, kit_msg, .reply = &type_int),
    [NOTE] = KIT_BEHAVIOUR("note", asker_note, kit_msg),
};
static const ag_agent_type asker_type =
    KIT_TYPE("Asker", peer, peer_drop, asker_behaviours, .mailbox = {.capacity = 4});

// Asks, or notes, its asker first; one that is linked to itself just answers.
static bool by_notes;
static int member_back(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  KIT_BEGIN(frame)
  if (((peer *)(void *)self)->other != self && by_notes) {
    for (; f->i < 10; f->i++) {
      f->out = kit_msg_new(cx, NOTE);
      KIT_STEP(ag_send(cx, ((peer *)(void *)self)->other, &f->out, "member.agent", 6));
      if (r == AG_FAILED) break;
    }
  } else if (((peer *)(void *)self)->other != self) {
    f->out = kit_msg_new(cx, ANSWER);
    KIT_STEP(ag_ask(cx, ((peer *)(void *)self)->other, &f->out, &type_int, &f->fut, "member.agent", 7));
    if (r == AG_DONE) {
      KIT_STEP(ag_await(cx, &f->fut, &f->value, 0, "member.agent", 7));
      if (r == AG_FAILED && cx->err->cls == &ag_error_Deadlock && !cycle[0])
        snprintf(cycle, sizeof cycle, "%s", ((ag_err_Deadlock *)(void *)cx->err)->cycle->bytes);
    }
  }
  if (r == AG_DONE) ag_reply(cx, m, &f->value);
  KIT_END;
}
static const ag_behaviour member_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    [LINK] = KIT_BEHAVIOUR("link", peer_link, kit_agent_msg, .drop_args = kit_drop_agent),
    [ASK_ALL] = KIT_BEHAVIOUR("none", kit_nothing, kit_msg),
    [ASK_BACK] = KIT_BEHAVIOUR("ask_back", member_back, kit_msg, .reply = &type_int),
};
static const ag_agent_type member_type = KIT_TYPE("Member", peer, NULL, member_behaviours);

// ---- cycles through a quorum -------------------------------------------------------------------------------------

// Something is to come for a second, so that a deadlock is not found for want of anything else.
static int64_t elapsed;
static int ask_all(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  hole = f->members[0] = kit_spawn(cx, &hole_type);
  elapsed = ag_deadline(cx, 0);
  f->a = kit_spawn(cx, &asker_type);
  f->out = kit_msg_new(cx, 1);
  KIT_STEP(ag_ask(cx, hole, &f->out, &type_int, &f->fut, "main.agent", 1));
  ag_future_drop(cx, f->fut);
  f->fut = NULL;
  f->out = kit_msg_new(cx, ASK_ALL);
  KIT_STEP(ag_ask(cx, f->a, &f->out, &type_int, &f->fut, "main.agent", 2));
  KIT_STEP(ag_await(cx, &f->fut, &f->value, ag_deadline(cx, 30000 * MS), "main.agent", 2));
  if (r == AG_FAILED) catch_it(cx);
  r = AG_DONE;
  elapsed = ag_deadline(cx, 0) - elapsed;
  ag_release(cx, f->a);
  ag_release(cx, hole);
  KIT_END;
}
static void run(uint32_t workers, int64_t n, int64_t back, int64_t wanted) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", ask_all, kit_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  members = n, backward = back, need = wanted;
  caught = NULL, noted = asked_back = 0, cycle[0] = 0;
  ck_assert_int_eq(kit_run(&t, workers, NULL), 0);
  ck_assert_int_lt(elapsed, 15000 * MS);
}

static const char member_closes[] =
    "Member.ask_back (member.agent:7) -> Asker.ask_all (asker.agent:5) -> Member.ask_back";
static const char asker_closes[] = "Asker.ask_all (asker.agent:5) -> Member.ask_back (member.agent:7) -> Asker.ask_all";

START_TEST(all_are_needed_and_one_asks_back) {
  by_notes = false;
  for (int k = 0; k < 2; k++) {
    late = k != 0;
    run(KIT_WORKERS, 3, 1, AG_QUORUM_ALL);
    ck_assert(caught == &ag_error_Deadlock || caught == &ag_error_QuorumNotReached);
    ck_assert(!strcmp(cycle, member_closes) || !strcmp(cycle, asker_closes));
  }
}
END_TEST

START_TEST(others_may_do) {
  by_notes = false;
  for (int k = 0; k < 2; k++) {
    late = k != 0;
    run(KIT_WORKERS, 5, 2, 3);
    ck_assert_ptr_null(caught);
    ck_assert_str_eq(cycle, "");
    ck_assert_int_eq(asked_back, 2); // once it waits no more
  }
}
END_TEST

START_TEST(too_few_are_left) {
  by_notes = false;
  for (int k = 0; k < 2; k++) {
    late = k != 0;
    run(KIT_WORKERS, MEMBERS, 11, 30);
    ck_assert(caught == &ag_error_Deadlock || caught == NULL); // NULL: one has heard of the deadlock, which makes 30
    ck_assert(!strcmp(cycle, member_closes) || !strcmp(cycle, asker_closes));
  }
}
END_TEST

START_TEST(paused_signals_to_who_asks_go_through) {
  by_notes = true;
  for (int k = 0; k < 2; k++) {
    late = k != 0;
    run(KIT_WORKERS, 4, 3, AG_QUORUM_ALL);
    ck_assert_ptr_null(caught);
    ck_assert_int_eq(noted, 30);
  }
}
END_TEST

// ---- what nobody waits for ---------------------------------------------------------------------------------------

// The answerer is busy until after the deadlines: what was asked meanwhile is not done any more.
enum { BUSY = 1, DO = 2, GIVEN_UP = 3 };
static _Atomic int64_t done, given_up;
static int busy(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  for (; given_up < GIVEN_UP && r != AG_FAILED;) { KIT_STEP(nap(cx, f, 5 * MS)); }
  KIT_END;
}
static int do_it(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)fp;
  int64_t v = ++done;
  ag_reply(cx, m, &v);
  return AG_DONE;
}
static const ag_behaviour busy_behaviours[] = {KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
                                               KIT_BEHAVIOUR("busy", busy, kit_msg),
                                               KIT_BEHAVIOUR("do", do_it, kit_msg, .reply = &type_int)};
static const ag_agent_type busy_type = KIT_TYPE("Busy", ag_agent, NULL, busy_behaviours);
static int give_up(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  hole = f->members[0] = kit_spawn(cx, &hole_type);
  f->a = kit_spawn(cx, &busy_type);
  f->out = kit_msg_new(cx, BUSY);
  KIT_STEP(ag_send(cx, f->a, &f->out, "main.agent", 1));
  for (; f->i < GIVEN_UP; f->i++) {
    f->out = kit_msg_new(cx, DO);
    KIT_STEP(ag_ask(cx, f->a, &f->out, &type_int, &f->fut, "main.agent", 2));
    KIT_STEP(ag_await(cx, &f->fut, &f->value, ag_deadline(cx, 5 * MS), "main.agent", 2));
    ck_assert_int_eq(r, AG_FAILED);
    catch_it(cx);
    ck_assert_ptr_eq(caught, &ag_error_Timeout);
    given_up++;
  }
  f->out = kit_msg_new(cx, DO);
  KIT_STEP(ag_send(cx, f->a, &f->out, "main.agent", 3)); // nobody has ever waited for this one
  f->out = kit_msg_new(cx, DO);
  KIT_STEP(ag_ask(cx, f->a, &f->out, &type_int, &f->fut, "main.agent", 4));
  KIT_STEP(ag_await(cx, &f->fut, &f->value, 0, "main.agent", 4));
  ck_assert_int_eq(f->value, 2);
  ag_release(cx, f->a);
  ag_release(cx, hole);
  KIT_END;
}
START_TEST(requests_nobody_waits_for_are_cancelled) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", give_up, kit_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  ag_metrics metrics;
  done = given_up = 0;
  ck_assert_int_eq(kit_run(&t, KIT_WORKERS, &metrics), 0);
  ck_assert_int_eq(done, 2);
  ck_assert_uint_eq(metrics.cancelled, GIVEN_UP);
}
END_TEST

int main(void) {
  const TTest *const tests[] = {all_are_needed_and_one_asks_back, others_may_do, too_few_are_left,
                                paused_signals_to_who_asks_go_through, requests_nobody_waits_for_are_cancelled};
  return kit_check("deadlock", tests, (int)KIT_COUNT(tests));
}
