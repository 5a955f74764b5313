// here_test.c — questions that are answered within the behaviour that asks (actor/turn.h): in seeded runs, which draw who answers so,
// the same program comes to the same results, however deep they are within each other; the blocks of quorums are used again.
#include <stdatomic.h>

#include "../kit_check.h"
#include "actor/turn.h"

enum { INIT, VOTE, NOTE, TOTAL };
enum { PLAIN, RAISES, ASKS, ASKS_MANY, STOPS, VOTERS };
enum { ROUNDS = 60, SEEDS = 25, LINKS = 7, MOST = 64, WARM = 200, PATIENCE = 200000 };

static const ag_type type_int = {.name = "Int", .size = 8, .align = 8};
static _Atomic int64_t here, queued, deepest, wrong, ended;

static void note_depth(ag_cx *cx) {
  int64_t depth = agi_worker_of(cx)->nested, most = deepest;
  if (depth) here++;
  else queued++;
  while (depth > most && !atomic_compare_exchange_weak(&deepest, &most, depth)) {}
}

// ---- who is asked --------------------------------------------------------------------------------------------------

static int echo_vote(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)fp;
  int64_t value = ((kit_int_msg *)(void *)m)->value;
  note_depth(cx);
  ag_reply(cx, m, &value);
  return AG_DONE;
}
static const ag_behaviour echo_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    [VOTE] = KIT_BEHAVIOUR("vote", echo_vote, kit_int_msg, .reply = &type_int),
};
static const ag_agent_type echo_type = KIT_TYPE("Echo", ag_agent, NULL, echo_behaviours);

// One behind the other: deeper than they may be within each other.
typedef struct link {
  ag_agent h;
  ag_agent *next; // owned; NULL: the last
} link;
typedef struct link_frame {
  ag_frame h;
  ag_msg *out;
  ag_future *fut;
  int64_t reply;
} link_frame;
static void link_drop(ag_cx *cx, void *self) {
  ag_release_opt(cx, ((link *)self)->next);
  ((link *)self)->next = NULL;
}
static int link_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp);
static int link_vote(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  ag_agent *next = ((link *)(void *)self)->next;
  KIT_BEGIN(link_frame)
  note_depth(cx);
  f->reply = ((kit_int_msg *)(void *)m)->value;
  if (next) {
    f->out = kit_int_new(cx, VOTE, f->reply + 1);
    KIT_STEP(ag_ask(cx, next, &f->out, &type_int, &f->fut, __FILE__, __LINE__));
    KIT_STEP(ag_await(cx, &f->fut, &f->reply, 0, __FILE__, __LINE__));
    wrong += r != AG_DONE;
  }
  ag_reply(cx, m, &f->reply);
  KIT_END;
}
static const ag_behaviour link_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", link_init, kit_int_msg),
    [VOTE] = KIT_BEHAVIOUR("vote", link_vote, kit_int_msg, .reply = &type_int),
};
static const ag_agent_type link_type = KIT_TYPE("Link", link, link_drop, link_behaviours);
static int link_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)fp;
  int64_t more = ((kit_int_msg *)(void *)m)->value;
  if (more) ((link *)(void *)self)->next = ag_spawn(cx, &link_type, kit_int_new(cx, INIT, more - 1), NULL);
  return AG_DONE;
}

static ag_array *echoes(ag_cx *cx, int64_t n) {
  ag_array *group = ag_array_new(cx, n, &ag_type_agent);
  for (int64_t i = 0; i < n; i++) {
    ag_agent *a = kit_spawn(cx, &echo_type);
    ag_array_push(cx, group, &a);
  }
  ag_freeze(&group->h);
  return group;
}

typedef struct voter {
  ag_agent h;
  ag_array *group; // owned
  ag_agent *links; // owned
  int64_t kind, votes, noted;
} voter;
typedef struct frame {
  ag_frame h;
  ag_array *group; // owned
  ag_quorum *q;
  ag_msg *out;
  ag_future *fut;
  int64_t k, i, need, got, seen, reply;
  bool more;
} frame;

static void voter_drop(ag_cx *cx, void *self) {
  ag_release_opt(cx, ((voter *)self)->group);
  ag_release_opt(cx, ((voter *)self)->links);
  ((voter *)self)->group = NULL;
  ((voter *)self)->links = NULL;
}
static int voter_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)fp;
  voter *v = (voter *)(void *)self;
  v->kind = ((kit_int_msg *)(void *)m)->value;
  v->group = echoes(cx, 3);
  v->links = ag_spawn(cx, &link_type, kit_int_new(cx, INIT, LINKS - 1), NULL);
  return AG_DONE;
}

// What the behaviour that asks must find as it was.
static ag_quorum *ask_all(ag_cx *cx, ag_array *group, int64_t k, const ag_behaviour *b, int64_t need) {
  agi_worker *w = agi_worker_of(cx);
  ag_quorum *asks = w->asks, *q;
  uint32_t nested = w->nested;
  ag_msg *msg = w->msg;
  ag_agent *self = cx->agent;
  q = ag_quorum_new(cx, group, kit_int_new(cx, VOTE, k), b, need, 0);
  wrong += w->asks != asks || w->nested != nested || w->msg != msg || cx->agent != self || cx->err != NULL;
  return q;
}

// Each of its kind; the answer is the question and the kind.
static int voter_vote(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  voter *v = (voter *)(void *)self;
  int64_t k = ((kit_int_msg *)(void *)m)->value, answer = k * VOTERS + v->kind;
  KIT_BEGIN(frame)
  note_depth(cx);
  wrong += v->noted != k / 2 * 2 || v->votes != k; // what was sent before is here, and nothing that comes after
  v->votes++;
  if (v->kind == ASKS) {
    f->out = kit_int_new(cx, VOTE, k);
    KIT_STEP(ag_ask(cx, v->links, &f->out, &type_int, &f->fut, __FILE__, __LINE__));
    KIT_STEP(ag_await(cx, &f->fut, &f->reply, 0, __FILE__, __LINE__));
    wrong += r != AG_DONE || f->reply != k + LINKS - 1;
  } else if (v->kind == ASKS_MANY) {
    f->q = ask_all(cx, v->group, k, &echo_behaviours[VOTE], 2);
    do {
      KIT_STEP(ag_quorum_next(cx, f->q, &f->reply, &f->more, __FILE__, __LINE__));
      if (f->more) ag_quorum_accept(cx, f->q, &f->reply, f->reply == k);
    } while (r == AG_DONE && f->more);
    wrong += r != AG_DONE;
    ag_quorum_drop(cx, f->q);
  }
  if (v->kind == RAISES && k % 3 == 0) {
    ag_raise(cx, &ag_error_KeyNotFound, NULL, __FILE__, __LINE__);
    r = AG_FAILED;
  } else {
    ag_reply(cx, m, &answer);
  }
  if (v->kind == STOPS && k == ROUNDS / 2) ag_stop(cx);
  KIT_END;
}
static int voter_note(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)fp;
  ((voter *)(void *)self)->noted = ((kit_int_msg *)(void *)m)->value;
  return AG_DONE;
}
static int voter_total(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)fp;
  ag_reply(cx, m, &((voter *)(void *)self)->votes);
  return AG_DONE;
}
static const ag_behaviour voter_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", voter_init, kit_int_msg),
    [VOTE] = KIT_BEHAVIOUR("vote", voter_vote, kit_int_msg, .reply = &type_int),
    [NOTE] = KIT_BEHAVIOUR("note", voter_note, kit_int_msg),
    [TOTAL] = KIT_BEHAVIOUR("total", voter_total, kit_msg, .reply = &type_int),
};
static const ag_agent_type voter_type = KIT_TYPE("Voter", voter, voter_drop, voter_behaviours);

// ---- who asks ------------------------------------------------------------------------------------------------------

static int64_t yes_of(int64_t k) { return VOTERS - (k % 3 == 0) - (k > ROUNDS / 2); }

// In each round one number of answers; every other round notes are sent before, so those asked are not idle then. Answers that are
// not needed come in later rounds.
static int ask(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->group = ag_array_new(cx, VOTERS, &ag_type_agent);
  for (int64_t i = 0; i < VOTERS; i++) {
    ag_agent *a = ag_spawn(cx, &voter_type, kit_int_new(cx, INIT, i), NULL);
    ag_array_push(cx, f->group, &a);
  }
  ag_freeze(&f->group->h);
  for (f->k = 0; f->k < ROUNDS; f->k++) {
    for (f->i = 0; f->k % 2 == 0 && f->i < VOTERS; f->i++) {
      f->out = kit_int_new(cx, NOTE, f->k);
      KIT_STEP(ag_send(cx, ((ag_agent **)f->group->data)[f->i], &f->out, __FILE__, __LINE__));
    }
    f->need = 1 + f->k / 2 % VOTERS;
    f->got = f->seen = 0;
    f->q = ask_all(cx, f->group, f->k, &voter_behaviours[VOTE], f->need);
    do {
      KIT_STEP(ag_quorum_next(cx, f->q, &f->reply, &f->more, __FILE__, __LINE__));
      if (!f->more) continue;
      wrong += f->reply / VOTERS != f->k || f->seen >> f->reply % VOTERS & 1;
      f->seen |= INT64_C(1) << f->reply % VOTERS;
      f->got++;
      ag_quorum_accept(cx, f->q, &f->reply, true);
    } while (r == AG_DONE && f->more);
    wrong += (r == AG_DONE) != (f->need <= yes_of(f->k));
    if (r == AG_DONE) wrong += f->got != f->need;
    else wrong += kit_catch(cx) != &ag_error_QuorumNotReached;
    ag_quorum_drop(cx, f->q);
  }
  for (f->i = 0; f->i < VOTERS; f->i++) {
    f->out = kit_msg_new(cx, TOTAL);
    KIT_STEP(ag_ask(cx, ((ag_agent **)f->group->data)[f->i], &f->out, &type_int, &f->fut, __FILE__, __LINE__));
    KIT_STEP(ag_await(cx, &f->fut, &f->reply, 0, __FILE__, __LINE__));
    if (f->i == STOPS) wrong += r != AG_FAILED || kit_catch(cx) != &ag_error_AgentStopped;
    else wrong += r != AG_DONE || f->reply != ROUNDS;
  }
  r = AG_DONE;
  ag_release(cx, f->group);
  ended++;
  KIT_END;
}

static void run(int (*body)(ag_cx *, ag_agent *, ag_msg *, ag_frame **), uint32_t workers, uint64_t seed) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", body, kit_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  ag_options options = {.drive = AG_DRIVE_PROGRAM, .workers = workers, .seed = seed};
  ag_runtime *rt = NULL;
  int status = -1;
  wrong = ended = 0;
  ck_assert_int_eq(ag_runtime_new(&options, &rt), AG_OK);
  ck_assert_int_eq(ag_runtime_run(rt, &t, kit_first, NULL, &status), AG_OK);
  ag_runtime_free(rt);
  ck_assert_int_eq(status, 0);
  ck_assert_int_eq(wrong, 0);
  ck_assert_int_eq(ended, 1);
}

START_TEST(drawn_by_seeds) {
  here = queued = deepest = 0;
  for (uint64_t seed = 1; seed <= SEEDS; seed++) run(ask, 1, seed + (uint64_t)_i * SEEDS);
  ck_assert_int_gt(here, SEEDS);
  ck_assert_int_gt(queued, SEEDS);
  ck_assert_int_ge(deepest, 2);
  ck_assert_int_le(deepest, AGI_NESTED);
}
END_TEST
START_TEST(by_what_they_take) { // who answers so depends on the machine
  for (int i = 0; i < 10; i++) run(ask, KIT_WORKERS, 0);
}
END_TEST

// ---- others have their turn ------------------------------------------------------------------------------------------

static _Atomic bool told;
static int64_t longest; // so many questions were asked until then
static int tell(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)self, (void)m, (void)fp;
  told = true;
  return AG_DONE;
}
static const ag_behaviour teller_behaviours[] = {KIT_BEHAVIOUR("init", tell, kit_msg)};
static const ag_agent_type teller_type = KIT_TYPE("Teller", ag_agent, NULL, teller_behaviours);

// Answers come at once by now; or they will not on this machine.
static bool is_warm(int64_t k) { return here == WARM || k == PATIENCE; }
// Asks until another agent has run, which is spawned then.
static int insist(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->group = echoes(cx, 1);
  for (f->k = 0; !told; f->k++) {
    if (!f->more && is_warm(f->k)) {
      f->more = true;
      f->i = f->k;
      ag_release(cx, kit_spawn(cx, &teller_type));
    }
    f->out = kit_int_new(cx, VOTE, f->k);
    KIT_STEP(ag_ask(cx, ((ag_agent **)f->group->data)[0], &f->out, &type_int, &f->fut, __FILE__, __LINE__));
    KIT_STEP(ag_await(cx, &f->fut, &f->reply, 0, __FILE__, __LINE__));
    wrong += r != AG_DONE || f->reply != f->k;
  }
  told = false;
  longest = f->k - f->i;
  ag_release(cx, kit_spawn(cx, &teller_type));
  for (f->k = 0; !told; f->k++) {
    f->q = ask_all(cx, f->group, f->k, &echo_behaviours[VOTE], 1);
    do {
      KIT_STEP(ag_quorum_next(cx, f->q, &f->reply, &f->more, __FILE__, __LINE__));
      if (f->more) ag_quorum_accept(cx, f->q, &f->reply, f->reply == f->k);
    } while (r == AG_DONE && f->more);
    wrong += r != AG_DONE;
    ag_quorum_drop(cx, f->q);
  }
  if (f->k > longest) longest = f->k;
  ag_release(cx, f->group);
  ended++;
  KIT_END;
}
START_TEST(who_asks_gives_way) {
  told = false;
  here = 0;
  run(insist, KIT_WORKERS, 0);
  if (KIT_WORKERS == 1)
    ck_assert_int_le(longest, 4 * AGI_IMMEDIATE); // a second thread comes to its help after milliseconds
}
END_TEST

// ---- blocks ----------------------------------------------------------------------------------------------------------

#ifdef TEST_POOLS // else each block goes back to the allocator
// All answer, so the block is free when the quorum is dropped, by who asks.
static int reuse(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  static const int64_t sizes[] = {5, 5, 2, 40, 5, MOST, 5};
  agi_worker *w = agi_worker_of(cx);
  KIT_BEGIN(frame)
  for (f->k = 0; f->k < 2 * (int64_t)KIT_COUNT(sizes); f->k++) { // the second time they are idle
    if (f->k % 2 == 0) f->group = echoes(cx, sizes[f->k / 2]);
    ag_quorum *before = w->unused;
    f->q = ask_all(cx, f->group, f->k, &echo_behaviours[VOTE], AG_QUORUM_ALL);
    // One that is large enough is taken; the first there was is kept.
    wrong +=
        sizes[f->k / 2] <= sizes[0] ? f->k > 0 && (f->q != before || w->unused) : f->q == before || w->unused != before;
    f->got = 0;
    do {
      KIT_STEP(ag_quorum_next(cx, f->q, &f->reply, &f->more, __FILE__, __LINE__));
      if (f->more) ag_quorum_accept(cx, f->q, &f->reply, f->reply == f->k);
      f->got += f->more;
    } while (r == AG_DONE && f->more);
    wrong += r != AG_DONE || f->got != sizes[f->k / 2];
    ag_quorum_drop(cx, f->q);
    wrong += sizes[f->k / 2] <= sizes[0] ? w->unused != f->q : w->unused == f->q || !w->unused;
    if (f->k % 2 == 1) ag_release(cx, f->group);
  }
  ended++;
  KIT_END;
}
START_TEST(blocks_are_used_again) {
  run(reuse, 1, 0);
  for (uint64_t seed = 1; seed <= SEEDS; seed++) run(reuse, 1, seed + (uint64_t)_i * SEEDS);
}
END_TEST
#endif

int main(void) {
  const TTest *const tests[] = {
      drawn_by_seeds,
      by_what_they_take,
      who_asks_gives_way,
#ifdef TEST_POOLS
      blocks_are_used_again,
#endif
  };
  return kit_check("here", tests, (int)KIT_COUNT(tests));
}
