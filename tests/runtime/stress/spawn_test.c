// spawn_test.c — storms of agents that create, send to, hand on and let go of one another. What must hold: when the program ends
// only main is alive (nothing here forms a cycle), and each agent's fields were dropped exactly once.
#include "../kit_check.h"

enum { INIT, GROW, TAKE, WORK };

typedef struct tree {
  ag_agent h;
  ag_agent *friend; // someone older: no cycles
  int64_t *heap;    // what a leak or a second drop would show
} tree;

static _Atomic int64_t drops, grown;
static int64_t roots, depth;

static void tree_drop(ag_cx *cx, void *self) {
  tree *t = self;
  ag_release_opt(cx, t->friend);
  free(t->heap);
  t->friend = NULL;
  t->heap = NULL;
  drops++;
}
static int tree_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)fp;
  tree *t = (tree *)(void *)self;
  t->friend = ((kit_agent_msg *)(void *)m)->agent;
  t->heap = malloc(16);
  *t->heap = 1;
  return AG_DONE;
}
static const ag_agent_type tree_type;
static void send_or_die(ag_cx *cx, ag_agent *to, ag_msg *m) {
  ck_assert_int_ne(ag_send(cx, to, &m, __FILE__, __LINE__), AG_FAILED);
}

// Creates two children that hold the friend, tells each to grow, hands itself to the friend and lets go.
static int tree_grow(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)fp;
  tree *t = (tree *)(void *)self;
  int64_t left = ((kit_int_msg *)(void *)m)->value;
  grown++;
  if (left == 0) return AG_DONE;
  for (int i = 0; i < 2; i++) {
    ag_agent *child = ag_spawn(cx, &tree_type, kit_agent_new(cx, INIT, i ? self : t->friend, 0), NULL);
    send_or_die(cx, child, kit_int_new(cx, GROW, left - 1));
    if (i == 0) send_or_die(cx, t->friend, kit_agent_new(cx, TAKE, child, 0));
    ag_release(cx, child);
  }
  return AG_DONE;
}
// Somebody's tag, only to be dropped again.
static int tree_take(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)fp;
  ag_release(cx, ((kit_agent_msg *)(void *)m)->agent);
  return AG_DONE;
}
static const ag_behaviour tree_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", tree_init, kit_agent_msg, .drop_args = kit_drop_agent),
    [GROW] = KIT_BEHAVIOUR("grow", tree_grow, kit_int_msg),
    [TAKE] = KIT_BEHAVIOUR("take", tree_take, kit_agent_msg, .drop_args = kit_drop_agent),
};
// Large enough that nobody pauses: these behaviours keep no frames.
static const ag_agent_type tree_type =
    KIT_TYPE("Tree", tree, tree_drop, tree_behaviours, .mailbox = {.capacity = 60000, .high = 60000});

static int main_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m, (void)fp;
  (void)self;
  ag_agent *sink = ag_spawn(cx, &tree_type, kit_agent_new(cx, INIT, self, 0), NULL);
  for (int64_t i = 0; i < roots; i++) {
    ag_agent *a = ag_spawn(cx, &tree_type, kit_agent_new(cx, INIT, sink, 0), NULL);
    send_or_die(cx, a, kit_int_new(cx, GROW, depth));
    ag_release(cx, a);
  }
  ag_release(cx, sink);
  return AG_DONE;
}
static const ag_behaviour main_behaviours[] = {KIT_BEHAVIOUR("init", main_init, kit_msg)};
static const ag_agent_type main_type = KIT_TYPE("Main", ag_agent, NULL, main_behaviours);

START_TEST(a_forest_grows_and_goes) {
  for (int round = 0; round < 5; round++) {
    ag_metrics metrics;
    drops = grown = 0;
    roots = 20, depth = 8;
    ck_assert_int_eq(kit_run(&main_type, KIT_WORKERS, &metrics), 0);
    ck_assert_int_eq(grown, roots * ((1 << (depth + 1)) - 1));
    ck_assert_uint_eq(metrics.spawned, (uint64_t)grown + 2);
    ck_assert_uint_eq(metrics.alive, 1);
    ck_assert_int_eq(drops, grown + 1);
    ck_assert_uint_eq(metrics.delivered, metrics.sent + metrics.spawned);
  }
}
END_TEST

// ---- stealing ----------------------------------------------------------------------------------------------------

// Bursts of independent agents that compute for a while: all come to their end, whoever runs them.
static _Atomic int64_t sum;

static int work(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)self, (void)fp;
  int64_t v = ((kit_int_msg *)(void *)m)->value;
  volatile uint64_t x = (uint64_t)v;
  for (int i = 0; i < 2000; i++) x = x * 3 + 1;
  sum += v;
  return AG_DONE;
}
static const ag_behaviour work_behaviours[] = {KIT_BEHAVIOUR("init", work, kit_int_msg)};
static const ag_agent_type work_type = KIT_TYPE("Work", ag_agent, NULL, work_behaviours);

static int burst(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)fp;
  int64_t left = ((kit_int_msg *)(void *)m)->value;
  for (int64_t i = 0; i < 500; i++) ag_release(cx, ag_spawn(cx, &work_type, kit_int_new(cx, 0, i), NULL));
  if (left > 1) send_or_die(cx, self, kit_int_new(cx, 1, left - 1));
  return AG_DONE;
}
static int burst_first(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m, (void)fp;
  send_or_die(cx, self, kit_int_new(cx, 1, 20));
  return AG_DONE;
}
static const ag_behaviour burst_behaviours[] = {KIT_BEHAVIOUR("init", burst_first, kit_msg),
                                                KIT_BEHAVIOUR("burst", burst, kit_int_msg)};
static const ag_agent_type burst_type = KIT_TYPE("Burst", ag_agent, NULL, burst_behaviours);

START_TEST(bursts_are_shared_out) {
  ag_metrics metrics;
  sum = 0;
  ck_assert_int_eq(kit_run(&burst_type, KIT_WORKERS, &metrics), 0);
  ck_assert_int_eq(sum, 20 * (int64_t)(499 * 500 / 2));
  ck_assert_uint_eq(metrics.alive, 1);
  if (KIT_WORKERS > 1) ck_assert_uint_gt(metrics.steals, 0);
}
END_TEST

// ---- the last release ------------------------------------------------------------------------------------------------

// An agent hands itself to another while its only known reference is let go of.
enum { MEETINGS = 20000 };
static _Atomic int64_t notes;

static int guest_meet(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)fp;
  ag_agent *host = ((kit_agent_msg *)(void *)m)->agent;
  send_or_die(cx, host, kit_agent_new(cx, 1, self, 0));
  ag_release(cx, host);
  return AG_DONE;
}
static int guest_note(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)self, (void)m, (void)fp;
  notes++;
  return AG_DONE;
}
static const ag_behaviour guest_behaviours[] = {
    KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    KIT_BEHAVIOUR("meet", guest_meet, kit_agent_msg, .drop_args = kit_drop_agent),
    KIT_BEHAVIOUR("note", guest_note, kit_msg),
};
static const ag_agent_type guest_type = KIT_TYPE("Guest", ag_agent, NULL, guest_behaviours);

static int host_welcome(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)fp;
  ag_agent *guest = ((kit_agent_msg *)(void *)m)->agent;
  send_or_die(cx, guest, kit_msg_new(cx, 2));
  ag_release(cx, guest);
  return AG_DONE;
}
static const ag_behaviour host_behaviours[] = {
    KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    KIT_BEHAVIOUR("welcome", host_welcome, kit_agent_msg, .drop_args = kit_drop_agent),
};
static const ag_agent_type host_type =
    KIT_TYPE("Host", ag_agent, NULL, host_behaviours, .mailbox = {.capacity = 60000, .high = 60000});

static int meet_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_agent *host = kit_spawn(cx, &host_type);
  for (int i = 0; i < MEETINGS; i++) {
    ag_agent *guest = kit_spawn(cx, &guest_type);
    send_or_die(cx, guest, kit_agent_new(cx, 1, host, 0));
    for (volatile int spin = i % 200; spin > 0; spin--) {}
    ag_release(cx, guest);
  }
  ag_release(cx, host);
  return AG_DONE;
}
START_TEST(a_last_release_races_with_handing_out_self) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", meet_init, kit_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  ag_metrics metrics;
  notes = 0;
  ck_assert_int_eq(kit_run(&t, KIT_WORKERS, &metrics), 0);
  ck_assert_int_eq(notes, MEETINGS);
  ck_assert_uint_eq(metrics.alive, 1);
}
END_TEST

int main(void) {
  const TTest *const tests[] = {a_forest_grows_and_goes, bursts_are_shared_out,
                                a_last_release_races_with_handing_out_self};
  return kit_check("spawn", tests, (int)KIT_COUNT(tests));
}
