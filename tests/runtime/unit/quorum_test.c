// quorum_test.c — thresholds, early failure, refusals, timeouts, late replies; shard.
#include "../kit_check.h"

enum { INIT, VOTE, STOP };
enum { MEMBERS = 5 };

typedef struct voter {
  ag_agent h;
  int64_t id;
} voter;
typedef struct frame {
  ag_frame h;
  ag_array *group;
  ag_quorum *q;
  int64_t deadline, reply;
  ag_array *result;
  bool more;
} frame;

static const ag_type type_int = {.name = "Int", .size = 8, .align = 8};
static _Atomic int64_t asked;
static int64_t need, within, members, failing, stopping, accepted_size, got, needed, rejecting;
static const ag_class *caught;

static int voter_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)fp;
  ((voter *)(void *)self)->id = ((kit_int_msg *)(void *)m)->value;
  return AG_DONE;
}
// The first `failing` voters raise, the others answer with their number.
static int voter_vote(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)fp;
  int64_t id = ((voter *)(void *)self)->id;
  asked++;
  if (id < failing) {
    ag_raise(cx, &ag_error_KeyNotFound, NULL, __FILE__, __LINE__);
    return AG_FAILED;
  }
  ag_reply(cx, m, &id);
  return AG_DONE;
}
static int voter_stop(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_stop(cx);
  return AG_DONE;
}
static const ag_behaviour voter_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", voter_init, kit_int_msg),
    [VOTE] = KIT_BEHAVIOUR("vote", voter_vote, kit_int_msg, .reply = &type_int),
    [STOP] = KIT_BEHAVIOUR("stop", voter_stop, kit_msg),
};
static const ag_agent_type voter_type = KIT_TYPE("Voter", voter, NULL, voter_behaviours);

static ag_array *group_of(ag_cx *cx, int64_t n, int64_t stopped) {
  ag_array *group = ag_array_new(cx, n, &ag_type_agent);
  for (int64_t i = 0; i < n; i++) {
    ag_agent *a = ag_spawn(cx, &voter_type, kit_int_new(cx, INIT, i), NULL);
    ag_msg *out = i < stopped ? kit_msg_new(cx, STOP) : NULL;
    if (out) ag_send(cx, a, &out, __FILE__, __LINE__);
    ag_array_push(cx, group, &a);
  }
  ag_freeze(&group->h);
  return group;
}

static int ask(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->group = group_of(cx, members, stopping);
  f->deadline = within ? ag_deadline(cx, within) : 0;
  f->q = ag_quorum_new(cx, f->group, kit_int_new(cx, VOTE, 0), &voter_behaviours[VOTE], need, f->deadline);
  do {
    KIT_STEP(ag_quorum_next(cx, f->q, &f->reply, &f->more, __FILE__, __LINE__));
    if (f->more) ag_quorum_accept(cx, f->q, &f->reply, f->reply >= rejecting);
  } while (r == AG_DONE && f->more);
  if (r == AG_DONE) {
    f->result = ag_quorum_result(cx, f->q);
    accepted_size = f->result->size;
    ag_release(cx, f->result);
  } else if (cx->err->cls == &ag_error_QuorumNotReached) {
    got = ((ag_err_QuorumNotReached *)(void *)cx->err)->got;
    needed = ((ag_err_QuorumNotReached *)(void *)cx->err)->need;
    caught = kit_catch(cx);
    r = AG_DONE;
  } else {
    caught = kit_catch(cx);
    r = AG_DONE;
  }
  ag_quorum_drop(cx, f->q);
  ag_release(cx, f->group);
  KIT_END;
}

static void run(uint32_t workers, int64_t n, int64_t wanted, int64_t fail, int64_t reject) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", ask, kit_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  members = n, need = wanted, failing = fail, rejecting = reject;
  asked = 0, accepted_size = -1, got = -1, needed = -1, caught = NULL;
  ck_assert_int_eq(kit_run(&t, workers, NULL), 0);
}

START_TEST(thresholds) {
  within = 0;
  static const struct {
    int64_t n, need, size;
  } cases[] = {{5, AG_QUORUM_MAJORITY, 3},
               {4, AG_QUORUM_MAJORITY, 3},
               {5, AG_QUORUM_SUPERMAJORITY, 4},
               {6, AG_QUORUM_SUPERMAJORITY, 5},
               {5, AG_QUORUM_ALL, 5},
               {1, AG_QUORUM_MAJORITY, 1},
               {1, AG_QUORUM_SUPERMAJORITY, 1},
               {5, 1, 1},
               {5, 2, 2},
               {5, 5, 5}};
  for (size_t i = 0; i < KIT_COUNT(cases); i++) {
    run(KIT_WORKERS, cases[i].n, cases[i].need, 0, 0);
    ck_assert_int_eq(accepted_size, cases[i].size);
    ck_assert_int_eq(asked, cases[i].n);
  }
}
END_TEST

START_TEST(more_than_there_are_fails_at_once) {
  within = 0;
  run(KIT_WORKERS, 3, 4, 0, 0);
  ck_assert_ptr_eq(caught, &ag_error_QuorumNotReached);
  ck_assert_int_eq(got, 0);
  ck_assert_int_eq(needed, 4);
  ck_assert_int_eq(asked, 0);
  static const int64_t forms[] = {AG_QUORUM_MAJORITY, AG_QUORUM_SUPERMAJORITY, AG_QUORUM_ALL, 1};
  for (size_t i = 0; i < KIT_COUNT(forms); i++) {
    run(KIT_WORKERS, 0, forms[i], 0, 0);
    ck_assert_ptr_eq(caught, &ag_error_QuorumNotReached);
    ck_assert_int_eq(needed, 1);
  }
}
END_TEST

START_TEST(no_answers_are_no_quorum) {
  within = 0;
  run(KIT_WORKERS, 3, 0, 0, 0);
  ck_assert_ptr_eq(caught, &ag_error_BadConversion);
  ck_assert_int_eq(asked, 0);
}
END_TEST

START_TEST(errors_and_rejected_replies_are_refusals) {
  within = 0;
  run(KIT_WORKERS, 5, 3, 2, 0);
  ck_assert_int_eq(accepted_size, 3);
  run(KIT_WORKERS, 5, 3, 3, 0);
  ck_assert_ptr_eq(caught, &ag_error_QuorumNotReached);
  ck_assert_int_le(got, 2);
  run(KIT_WORKERS, 5, 3, 0, 2); // `where` turns the first two down
  ck_assert_int_eq(accepted_size, 3);
  run(KIT_WORKERS, 5, 3, 0, 3);
  ck_assert_ptr_eq(caught, &ag_error_QuorumNotReached);
  stopping = 3;
  run(KIT_WORKERS, 5, 3, 0, 0);
  stopping = 0;
  ck_assert_ptr_eq(caught, &ag_error_QuorumNotReached);
}
END_TEST

// ---- members that do not answer ------------------------------------------------------------------------------------

typedef struct mute_frame {
  ag_frame h;
  ag_future *fut;
  ag_msg *out;
  int64_t value;
} mute_frame;
// Asks itself through its asker: never answered while main waits for the quorum.
static int mute_vote(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self;
  KIT_BEGIN(mute_frame)
  f->out = kit_int_new(cx, 1, 0);
  KIT_STEP(ag_ask(cx, ((kit_agent_msg *)(void *)m)->agent, &f->out, &type_int, &f->fut, __FILE__, __LINE__));
  KIT_STEP(ag_await(cx, &f->fut, &f->value, 0, __FILE__, __LINE__));
  if (r == AG_DONE) ag_reply(cx, m, &f->value);
  ag_release(cx, ((kit_agent_msg *)(void *)m)->agent);
  KIT_END;
}
static void copy_agent(ag_msg *to, const ag_msg *from) {
  kit_agent_msg *d = (kit_agent_msg *)(void *)to;
  const kit_agent_msg *s = (const kit_agent_msg *)(const void *)from;
  d->agent = s->agent;
  d->value = s->value;
  ag_retain(d->agent);
}
static const ag_behaviour mute_behaviours[] = {
    KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    KIT_BEHAVIOUR("vote", mute_vote, kit_agent_msg, .reply = &type_int, .drop_args = kit_drop_agent,
                  .copy_args = copy_agent),
};
static const ag_agent_type mute_type = KIT_TYPE("Mute", ag_agent, NULL, mute_behaviours);

static int ask_mute(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m;
  KIT_BEGIN(frame)
  f->group = ag_array_new(cx, MEMBERS, &ag_type_agent);
  for (int i = 0; i < MEMBERS; i++) {
    ag_agent *a = kit_spawn(cx, &mute_type);
    ag_array_push(cx, f->group, &a);
  }
  ag_freeze(&f->group->h);
  f->deadline = within ? ag_deadline(cx, within) : 0;
  f->q =
      ag_quorum_new(cx, f->group, kit_agent_new(cx, 1, self, 0), &mute_behaviours[1], AG_QUORUM_MAJORITY, f->deadline);
  KIT_STEP(ag_quorum_next(cx, f->q, &f->reply, &f->more, __FILE__, __LINE__));
  if (r == AG_FAILED) caught = kit_catch(cx), r = AG_DONE;
  ag_quorum_drop(cx, f->q);
  ag_release(cx, f->group);
  KIT_END;
}
static int mute_reply(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)fp;
  int64_t v = 1;
  ag_reply(cx, m, &v);
  return AG_DONE;
}
static void run_mute(uint32_t workers, int64_t ns) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", ask_mute, kit_msg),
                      KIT_BEHAVIOUR("reply", mute_reply, kit_int_msg, .reply = &type_int)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  within = ns;
  caught = NULL;
  ck_assert_int_eq(kit_run(&t, workers, NULL), 0);
}
START_TEST(a_timeout_is_not_reached) {
  run_mute(KIT_WORKERS, 20000000);
  ck_assert_ptr_eq(caught, &ag_error_QuorumNotReached);
}
END_TEST
// Whoever closes a circle is told: main, or members one after the other, until too many have failed.
START_TEST(without_one_main_is_told_that_nothing_can_come) {
  run_mute(KIT_WORKERS, 0);
  if (KIT_WORKERS == 1 || caught != &ag_error_QuorumNotReached) ck_assert_ptr_eq(caught, &ag_error_Deadlock);
}
END_TEST

// ---- shard -------------------------------------------------------------------------------------------------------

static int64_t moved, moved_elsewhere, spread;

static int shards(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_array *small = group_of(cx, 9, 0), *large = ag_array_new(cx, 10, &ag_type_agent);
  int64_t hits[10] = {0};
  for (int i = 0; i < 10; i++) {
    ag_agent *a = i < 9 ? ((ag_agent **)small->data)[i] : ag_spawn(cx, &voter_type, kit_int_new(cx, INIT, 9), NULL);
    if (i < 9) ag_retain(a);
    ag_array_push(cx, large, &a);
  }
  ag_freeze(&large->h);
  for (uint64_t key = 0; key < 10000; key++) {
    uint64_t hash = ag_hash_u64(key);
    ag_agent *a = ag_shard(cx, hash, small, __FILE__, __LINE__), *b = ag_shard(cx, hash, large, __FILE__, __LINE__);
    if (a != b) moved++;
    if (a != b && b != ((ag_agent **)large->data)[9]) moved_elsewhere++;
    for (int i = 0; i < 10; i++) hits[i] += b == ((ag_agent **)large->data)[i];
    ag_release(cx, a);
    ag_release(cx, b);
  }
  for (int i = 0; i < 10; i++) spread += hits[i] > 800 && hits[i] < 1200;
  ag_array *none = ag_array_new(cx, 0, &ag_type_agent);
  ck_assert_ptr_null(ag_shard(cx, 1, none, __FILE__, __LINE__));
  caught = kit_catch(cx);
  ag_release(cx, none);
  ag_release(cx, small);
  ag_release(cx, large);
  return AG_DONE;
}
START_TEST(shard_moves_only_to_the_new_member) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", shards, kit_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  moved = moved_elsewhere = spread = 0;
  ck_assert_int_eq(kit_run(&t, KIT_WORKERS, NULL), 0);
  ck_assert_int_gt(moved, 800);
  ck_assert_int_lt(moved, 1200);
  ck_assert_int_eq(moved_elsewhere, 0);
  ck_assert_int_eq(spread, 10);
  ck_assert_ptr_eq(caught, &ag_error_IndexOutOfRange);
}
END_TEST

int main(void) {
  const TTest *const tests[] = {thresholds,
                                more_than_there_are_fails_at_once,
                                no_answers_are_no_quorum,
                                errors_and_rejected_replies_are_refusals,
                                a_timeout_is_not_reached,
                                without_one_main_is_told_that_nothing_can_come,
                                shard_moves_only_to_the_new_member};
  return kit_check("quorum", tests, (int)KIT_COUNT(tests));
}
