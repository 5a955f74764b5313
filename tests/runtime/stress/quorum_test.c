// quorum_test.c — many agents ask the same few, whose mailboxes hold three messages: some answer late, some raise, some stop. What must
// hold: no mailbox is ever longer than its capacity, no question comes behind what its asker has sent later, every quorum ends,
// and each question that arrives is answered once.
#include <stdatomic.h>
#include <time.h>

#include "../kit_check.h"

enum { INIT, VOTE, NOTE };
enum { MS = 1000000, ASKERS = 10, VOTERS = 5, ROUNDS = 300, CAPACITY = 3 };

static const ag_type type_int = {.name = "Int", .size = 8, .align = 8};
static _Atomic int64_t seed, late, reached, failed, votes, notes, full;
static const ag_mailbox_options suspending = {.capacity = CAPACITY, .high = 3, .low = 1};
static const ag_mailbox_options raising = {.capacity = CAPACITY, .full = AG_FULL_RAISE};
static bool crash;

static uint64_t draw(void) { // any order will do
  uint64_t x = (uint64_t)++seed * UINT64_C(6364136223846793005);
  return (x ^ x >> 29) * UINT64_C(0x9E3779B97F4A7C15) >> 33;
}

// value: the asker's number times 1000, and its round
typedef struct voter {
  ag_agent h;
  int64_t noted[ASKERS];
} voter;
typedef struct frame {
  ag_frame h;
  ag_array *group;
  ag_quorum *q;
  ag_agent *echo; // the voter's: spawned when it wants to wait
  ag_msg *out;
  ag_future *fut;
  int64_t i, k, deadline, reply;
  bool more;
} frame;

static int echo_vote(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)fp;
  int64_t value = 1;
  ag_reply(cx, m, &value);
  return AG_DONE;
}
static const ag_behaviour echo_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    [VOTE] = KIT_BEHAVIOUR("vote", echo_vote, kit_int_msg, .reply = &type_int),
};
static const ag_agent_type echo_type = KIT_TYPE("Echo", ag_agent, NULL, echo_behaviours);

static int voter_vote(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  int64_t value = ((kit_int_msg *)(void *)m)->value;
  uint64_t luck = draw();
  KIT_BEGIN(frame)
  votes++;
  if (((voter *)(void *)self)->noted[value / 1000] >= value % 1000) late++;
  if (luck % 8 == 0) {
    struct timespec t = {.tv_nsec = 300000};
    nanosleep(&t, NULL);
  }
  if (luck % 3 == 0) {
    f->echo = kit_spawn(cx, &echo_type);
    f->out = kit_int_new(cx, VOTE, 0);
    KIT_STEP(ag_ask(cx, f->echo, &f->out, &type_int, &f->fut, __FILE__, __LINE__));
    KIT_STEP(ag_await(cx, &f->fut, &f->reply, 0, __FILE__, __LINE__));
    ag_release(cx, f->echo);
  }
  if (luck % 11 == 0) {
    ag_raise(cx, &ag_error_KeyNotFound, NULL, __FILE__, __LINE__);
    r = AG_FAILED;
  } else {
    ag_reply(cx, m, &value);
  }
  if (crash && luck % 97 == 0) ag_stop(cx);
  KIT_END;
}
static int voter_note(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)fp;
  int64_t value = ((kit_int_msg *)(void *)m)->value;
  ((voter *)(void *)self)->noted[value / 1000] = value % 1000;
  notes++;
  return AG_DONE;
}
static const ag_behaviour voter_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    [VOTE] = KIT_BEHAVIOUR("vote", voter_vote, kit_int_msg, .reply = &type_int),
    [NOTE] = KIT_BEHAVIOUR("note", voter_note, kit_int_msg),
};
static const ag_agent_type voter_type = KIT_TYPE("Voter", voter, NULL, voter_behaviours);

typedef struct asker_msg {
  ag_msg h;
  ag_array *group; // owned
  int64_t number;
} asker_msg;
static void asker_drop(ag_cx *cx, ag_msg *m) { ag_release(cx, ((asker_msg *)(void *)m)->group); }

static int ask(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self;
  asker_msg *a = (asker_msg *)(void *)m;
  KIT_BEGIN(frame)
  for (f->i = 1; f->i <= ROUNDS; f->i++) {
    f->deadline = draw() % 2 == 0 ? ag_deadline(cx, (int64_t)(draw() % 3) * MS / 2) : 0;
    f->q = ag_quorum_new(cx, a->group, kit_int_new(cx, VOTE, a->number * 1000 + f->i), &voter_behaviours[VOTE],
                         (int64_t)(draw() % VOTERS) + 1, f->deadline);
    do {
      KIT_STEP(ag_quorum_next(cx, f->q, &f->reply, &f->more, __FILE__, __LINE__));
      if (f->more) ag_quorum_accept(cx, f->q, &f->reply, f->reply == a->number * 1000 + f->i);
    } while (r == AG_DONE && f->more);
    if (r == AG_DONE) reached++;
    else if (kit_catch(cx) == &ag_error_QuorumNotReached) failed++;
    ag_quorum_drop(cx, f->q);
    for (f->k = 0; f->k < VOTERS && draw() % 4 == 0; f->k++) {
      f->out = kit_int_new(cx, NOTE, a->number * 1000 + f->i);
      KIT_STEP(ag_send(cx, ((ag_agent **)a->group->data)[f->k], &f->out, __FILE__, __LINE__));
      if (r == AG_FAILED && kit_catch(cx) == &ag_error_MailboxFull) full++;
    }
    r = AG_DONE;
  }
  ag_release(cx, a->group);
  KIT_END;
}
static const ag_behaviour asker_behaviours[] = {KIT_BEHAVIOUR("init", ask, asker_msg, .drop_args = asker_drop)};
static const ag_agent_type asker_type = KIT_TYPE("Asker", ag_agent, NULL, asker_behaviours);

static int start(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_array *group = ag_array_new(cx, VOTERS, &ag_type_agent);
  for (int64_t i = 0; i < VOTERS; i++) {
    ag_agent *v = ag_spawn(cx, &voter_type, kit_msg_new(cx, INIT), i == 4 ? &raising : &suspending);
    ag_array_push(cx, group, &v);
  }
  ag_freeze(&group->h);
  for (int64_t i = 0; i < ASKERS; i++) {
    asker_msg *a = (asker_msg *)(void *)ag_msg_new(cx, sizeof *a, INIT);
    ag_retain(group);
    a->group = group;
    a->number = i;
    ag_release(cx, ag_spawn(cx, &asker_type, &a->h, NULL));
  }
  ag_release(cx, group);
  return AG_DONE;
}

static void run(uint32_t workers, ag_metrics *metrics) {
  static const ag_behaviour b[] = {KIT_BEHAVIOUR("init", start, kit_msg)};
  static const ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  late = reached = failed = votes = notes = full = 0;
  ck_assert_int_eq(kit_run(&t, workers, metrics), 0);
  ck_assert_int_eq(reached + failed, ASKERS * ROUNDS);
  ck_assert_int_eq(late, 0);
  ck_assert_uint_eq(metrics->exempt, 0);
  ck_assert_uint_le(metrics->mailbox_high, CAPACITY);
  ck_assert_uint_ge(metrics->suspended, 1);
}

START_TEST(questions_keep_to_the_capacity) {
  ag_metrics metrics;
  crash = false;
  run(KIT_WORKERS, &metrics);
  ck_assert_int_gt(reached, 0);
  ck_assert_uint_eq(metrics.dead_letters, 0);
}
END_TEST
START_TEST(voters_stop_meanwhile) {
  ag_metrics metrics;
  crash = true;
  run(KIT_WORKERS, &metrics);
}
END_TEST

int main(void) {
  const TTest *const tests[] = {questions_keep_to_the_capacity, voters_stop_meanwhile};
  return kit_check("quorum under stress", tests, (int)KIT_COUNT(tests));
}
