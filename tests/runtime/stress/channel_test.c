// channel_test.c — many senders and receivers on small channels, some of them impatient; closing in the middle; the end of the
// program in the middle. What must hold: an item that was accepted is received once, or dropped with the channel; one that was
// refused is dropped once; those of one sender come in order; everyone that can go on does.
#include "../kit_check.h"

enum { MS = 1000000, INIT = 0, GO = 1, SENDERS = 6, RECEIVERS = 5, ITEMS = 1500 };

static _Atomic int64_t seed, alive, accepted, received, disorder, ended, closed_after, capacity;
static uint64_t draw(void) { // any order will do
  uint64_t x = (uint64_t)++seed * UINT64_C(6364136223846793005);
  return (x ^ x >> 29) * UINT64_C(0x9E3779B97F4A7C15) >> 33;
}

// ---- items -------------------------------------------------------------------------------------------------------
typedef struct item {
  ag_obj h;
  int64_t from, number;
} item;
static void item_drop(ag_cx *cx, void *o) {
  (void)cx, (void)o;
  alive--;
}
static const ag_class item_class = {.name = "Item", .size = sizeof(item), .drop = item_drop};
typedef struct pair { // what a channel holds: a value with a reference in it
  item *it;
  int64_t check;
} pair;
static void pair_drop(ag_cx *cx, void *slot) { ag_release(cx, ((pair *)slot)->it); }
static const ag_type pair_type = {.name = "Pair", .size = sizeof(pair), .align = 8, .drop = pair_drop};

static pair make(ag_cx *cx, int64_t from, int64_t number) {
  item *it = ag_new(cx, &item_class, 1);
  alive++;
  it->from = from;
  it->number = number;
  return (pair){it, ~number};
}

// ---- agents ------------------------------------------------------------------------------------------------------
typedef struct start_msg {
  ag_msg h;
  ag_channel *c; // owned
  int64_t id;
} start_msg;
static void start_drop(ag_cx *cx, ag_msg *m) { ag_release(cx, ((start_msg *)(void *)m)->c); }

typedef struct frame {
  ag_frame h;
  ag_frame *child;
  int64_t i, deadline;
  pair p;
  bool has, was;
  int64_t last[SENDERS];
} frame;

static int64_t limit(ag_cx *cx) {
  return draw() % 3 == 0 ? ag_deadline(cx, (int64_t)(draw() % 3) * MS / 4 + (int64_t)(draw() % 50000)) : 0;
}

static bool send_now(ag_cx *cx, ag_channel *c, pair *p) {
  if (draw() % 2) return ag_channel_try_send_inline(cx, c, p, sizeof *p);
  pair back;
  if (!ag_channel_offer(cx, c, p, &back)) return true;
  ag_release(cx, back.it);
  return false;
}

static int send_all(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self;
  ag_channel *c = ((start_msg *)(void *)m)->c;
  int64_t id = ((start_msg *)(void *)m)->id;
  KIT_BEGIN(frame)
  for (; f->i < ITEMS && r != AG_FAILED; f->i++) {
    f->p = make(cx, id, f->i);
    if (draw() % 4 == 0) {
      accepted += send_now(cx, c, &f->p);
      continue;
    }
    f->deadline = limit(cx);
    KIT_STEP(ag_channel_send_inline(cx, &f->child, c, &f->p, sizeof f->p, f->deadline, __FILE__, __LINE__));
    accepted += r == AG_DONE;
    if (r == AG_FAILED && cx->err->cls == &ag_error_Timeout) kit_catch(cx), r = AG_DONE;
  }
  if (r == AG_FAILED && cx->err->cls == &ag_error_ChannelClosed) kit_catch(cx), r = AG_DONE;
  if (r == AG_DONE && ++ended >= closed_after) ag_channel_close(cx, c);
  ag_release(cx, c);
  KIT_END;
}

static void look_at(ag_cx *cx, frame *f) {
  item *it = f->p.it;
  received++;
  if (it->number <= f->last[it->from] || f->p.check != ~it->number) disorder++;
  f->last[it->from] = it->number;
  ag_release(cx, it);
}

static int recv_all(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self;
  ag_channel *c = ((start_msg *)(void *)m)->c;
  KIT_BEGIN(frame)
  for (int i = 0; i < SENDERS; i++) f->last[i] = -1;
  for (f->was = true; f->was;) {
    if (draw() % 4 == 0) {
      if (ag_channel_try_recv_inline(cx, c, &f->p, sizeof f->p)) look_at(cx, f);
      continue;
    }
    f->deadline = limit(cx);
    KIT_STEP(ag_channel_recv_inline(cx, &f->child, c, &f->has, &f->p, sizeof f->p, f->deadline, __FILE__, __LINE__));
    if (r == AG_DONE && f->has) look_at(cx, f);
    else if (r == AG_FAILED && cx->err->cls == &ag_error_Timeout) kit_catch(cx), r = AG_DONE;
    else f->was = false;
  }
  ag_release(cx, c);
  KIT_END;
}

static const ag_behaviour sender_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    [GO] = KIT_BEHAVIOUR("go", send_all, start_msg, .drop_args = start_drop)};
static const ag_behaviour receiver_behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    [GO] = KIT_BEHAVIOUR("go", recv_all, start_msg, .drop_args = start_drop)};
static const ag_agent_type sender_type = KIT_TYPE("Sender", ag_agent, NULL, sender_behaviours);
static const ag_agent_type receiver_type = KIT_TYPE("Receiver", ag_agent, NULL, receiver_behaviours);

static void start(ag_cx *cx, const ag_agent_type *t, ag_channel *c, int64_t id) {
  ag_agent *a = kit_spawn(cx, t);
  start_msg *m = (start_msg *)(void *)ag_msg_new(cx, sizeof *m, GO);
  ag_retain(c);
  m->c = c;
  m->id = id;
  ag_msg *out = &m->h;
  ag_send(cx, a, &out, __FILE__, __LINE__);
  ag_release(cx, a);
}

static int body(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_channel *c = ag__channel(cx, capacity, &pair_type);
  for (int64_t i = 0; i < SENDERS || i < RECEIVERS; i++) {
    if (i < RECEIVERS) start(cx, &receiver_type, c, i);
    if (i < SENDERS) start(cx, &sender_type, c, i);
  }
  ag_release(cx, c);
  return AG_DONE;
}

static void run(int64_t size, int64_t close_after, uint64_t run_seed, uint32_t workers) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", body, kit_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  ag_options options = {.drive = AG_DRIVE_PROGRAM, .workers = workers, .seed = run_seed};
  ag_runtime *rt = NULL;
  int status = -1;
  alive = accepted = received = disorder = ended = 0;
  capacity = size;
  closed_after = close_after;
  ck_assert_int_eq(ag_runtime_new(&options, &rt), AG_OK);
  ck_assert_int_eq(ag_runtime_run(rt, &t, kit_first, NULL, &status), AG_OK);
  int64_t left = alive;
  ag_runtime_free(rt);
  ck_assert_int_eq(status, 0);
  ck_assert_int_eq(disorder, 0);
  ck_assert_int_eq(alive, 0);
  ck_assert_int_le(received, accepted);
  if (close_after == SENDERS) {
    ck_assert_int_eq(ended, SENDERS);
    ck_assert_int_eq(received, accepted);
    ck_assert_int_eq(left, 0);
  }
}

static const int64_t sizes[] = {1, 2, 3, 8, 1000};

START_TEST(all_that_is_sent_is_received) {
  for (size_t i = 0; i < KIT_COUNT(sizes); i++) run(sizes[i], SENDERS, 0, KIT_WORKERS);
}
END_TEST

// Senders fail in the middle; what is in the channel is received all the same.
START_TEST(closing_in_the_middle) {
  for (size_t i = 0; i < KIT_COUNT(sizes); i++) run(sizes[i], 1, 0, KIT_WORKERS);
}
END_TEST

// Nobody closes: receivers wait for ever, and end with the program.
START_TEST(the_end_finds_some_waiting) {
  for (size_t i = 0; i < KIT_COUNT(sizes); i++) run(sizes[i], SENDERS + 1, 0, KIT_WORKERS);
}
END_TEST

START_TEST(seeded_orders) {
  for (uint64_t s = 1; s <= 40; s++) run(sizes[s % KIT_COUNT(sizes)], (int64_t)(s % (SENDERS + 2)), s, 1);
}
END_TEST

int main(void) {
  const TTest *const tests[] = {all_that_is_sent_is_received, closing_in_the_middle, the_end_finds_some_waiting,
                                seeded_orders};
  return kit_check("channel", tests, (int)KIT_COUNT(tests));
}
