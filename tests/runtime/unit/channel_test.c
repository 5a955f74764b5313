// channel_test.c — a channel by itself: what each operation answers, against a model; who waits, in which order; sizes that cannot be.
#include <prim/channel.h>

#include "../kit_check.h"

enum { MS = 1000000, INIT = 0, GO = 1, WAITERS = 5, STEPS = 4000 };

static _Atomic int64_t alive; // items; dropped on any worker
typedef struct item {
  ag_obj h;
  int64_t number;
} item;
static void item_drop(ag_cx *cx, void *o) {
  (void)cx, (void)o;
  alive--;
}
static const ag_class item_class = {.name = "Item", .size = sizeof(item), .drop = item_drop};
static void slot_drop(ag_cx *cx, void *slot) { ag_release(cx, *(item **)slot); }
static const ag_type type_item = {.name = "Item", .size = sizeof(item *), .align = 8, .drop = slot_drop};

static item *make(ag_cx *cx, int64_t number) {
  item *it = ag_new(cx, &item_class, 1);
  it->number = number;
  alive++;
  return it;
}
static bool nobody_waits(const ag_channel *c) {
  return !c->senders[0] && !c->senders[1] && !c->receivers[0] && !c->receivers[1] &&
         ((c->head | c->tail) & (AG_CHANNEL_SENDERS | AG_CHANNEL_RECEIVERS)) == 0;
}

static int run(int (*body)(ag_cx *, ag_agent *, ag_msg *, ag_frame **), uint32_t workers) {
  ag_behaviour b[] = {KIT_BEHAVIOUR("init", body, kit_msg)};
  ag_agent_type t = KIT_TYPE("Main", ag_agent, NULL, b);
  alive = 0;
  int status = kit_run(&t, workers, NULL);
  ck_assert_int_eq((int64_t)alive, 0);
  return status;
}

// ---- without waiting -------------------------------------------------------------------------------------------------
typedef struct model {
  int64_t items[8];
  int64_t first, count, capacity;
  bool closed;
} model;

static void model_put(ag_cx *cx, ag_channel *c, model *m, int64_t number, bool offers) {
  item *it = make(cx, number), *back = NULL;
  bool fits = !m->closed && m->count < m->capacity, ok;
  if (offers) ok = !ag_channel_offer(cx, c, &it, &back);
  else ok = ag_channel_try_send_inline(cx, c, &it, sizeof it);
  ck_assert_int_eq(ok, fits);
  ck_assert_ptr_eq(back, offers && !fits ? it : NULL);
  if (back) ag_release(cx, back);
  if (fits) m->items[(m->first + m->count++) % 8] = number;
}

static void model_take(ag_cx *cx, ag_channel *c, model *m) {
  item *it = NULL;
  bool ok = ag_channel_try_recv_inline(cx, c, &it, sizeof it);
  ck_assert_int_eq(ok, m->count != 0);
  if (!ok) return;
  ck_assert_int_eq(it->number, m->items[m->first]);
  m->first = (m->first + 1) % 8;
  m->count--;
  ag_release(cx, it);
}

static int by_model(ag_cx *cx, ag_agent *self, ag_msg *msg, ag_frame **fp) {
  (void)self, (void)msg, (void)fp;
  uint64_t rng = 7;
  for (int64_t capacity = 1; capacity <= 8; capacity++) {
    model m = {.capacity = capacity};
    ag_channel *c = ag__channel(cx, capacity, &type_item);
    ck_assert_int_eq(ag_channel_capacity(cx, c), capacity);
    for (int64_t i = 0; i < STEPS; i++) {
      uint64_t what = (rng = rng * UINT64_C(6364136223846793005) + 1) >> 60;
      if (i == STEPS - 40) ag_channel_close(cx, c), m.closed = true;
      if (what < 8) model_put(cx, c, &m, i, what < 3);
      else model_take(cx, c, &m);
      ck_assert_int_eq(ag_channel_len(cx, c), m.count);
      ck_assert_int_eq(ag_channel_is_closed(cx, c), m.closed);
      ck_assert(nobody_waits(c));
    }
    ag_release(cx, c); // with what is in it
  }
  return AG_DONE;
}
START_TEST(each_operation_does_as_a_model_does) { ck_assert_int_eq(run(by_model, KIT_WORKERS), 0); }
END_TEST

// ---- waiting -----------------------------------------------------------------------------------------------------------
static ag_channel *shared, *report;
static const ag_type type_int = {.name = "Int", .size = 8, .align = 8};
typedef struct frame {
  ag_frame h;
  ag_frame *child;
  ag_agent *waiters[WAITERS];
  item *it;
  int64_t i, number, deadline;
  bool has;
} frame;

// Its number is 10 * who + whether it sends.
static int waiter_go(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self;
  KIT_BEGIN(frame)
  f->number = ((kit_int_msg *)(void *)m)->value;
  if (f->number % 10) {
    f->it = make(cx, f->number);
    KIT_STEP(ag_channel_send(cx, &f->child, shared, &f->it, 0, __FILE__, __LINE__));
    if (r == AG_FAILED && kit_catch(cx) == &ag_error_ChannelClosed) f->number = -1;
  } else {
    f->has = true;
    KIT_STEP(ag_channel_recv(cx, &f->child, shared, &f->has, &f->it, 0, __FILE__, __LINE__));
    f->number += f->has ? 1000 * f->it->number : 0;
    if (f->has) ag_release(cx, f->it);
  }
  KIT_STEP(ag_channel_send(cx, &f->child, report, &f->number, 0, __FILE__, __LINE__));
  KIT_END;
}
static const ag_behaviour waiter_behaviours[] = {KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
                                                 KIT_BEHAVIOUR("go", waiter_go, kit_int_msg)};
static const ag_agent_type waiter_type = KIT_TYPE("Waiter", ag_agent, NULL, waiter_behaviours);

// How many wait; the lock is the channel's own.
static int64_t waiting(void *const *list) {
  int64_t n = 0;
  agi_spin_lock((agi_spin *)(void *)&shared->lock);
  for (agi_channel_wait *w = list[0]; w; w = w->next) n++;
  agi_spin_unlock((agi_spin *)(void *)&shared->lock);
  return n;
}

// WAITERS begin to wait one after the other; then each is served by main, in that order. A pause of main lets them come to that.
static bool they_send;
static int in_order(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  shared = ag__channel(cx, 1, &type_item), report = ag__channel(cx, WAITERS, &type_int);
  if (they_send) {
    f->it = make(cx, -5);
    ck_assert(ag_channel_try_send(cx, shared, &f->it));
  }
  for (; f->i < WAITERS; f->i++) {
    ag_agent *a = kit_spawn(cx, &waiter_type);
    ag_msg *out = kit_int_new(cx, GO, 10 * f->i + they_send);
    ag_send(cx, a, &out, __FILE__, __LINE__);
    ag_release(cx, a);
    while (waiting(they_send ? shared->senders : shared->receivers) <= f->i) {
      f->deadline = ag_deadline(cx, MS); // nobody tells `report` anything
      KIT_STEP(ag_channel_recv(cx, &f->child, report, &f->has, &f->number, f->deadline, __FILE__, __LINE__));
      ck_assert_ptr_eq(kit_catch(cx), &ag_error_Timeout);
    }
  }
  for (f->i = 0; f->i < WAITERS; f->i++) {
    if (they_send) {
      ck_assert(ag_channel_try_recv(cx, shared, &f->it));
      ck_assert_int_eq(f->it->number, f->i == 0 ? -5 : 10 * (f->i - 1) + 1);
      ag_release(cx, f->it);
    } else {
      f->it = make(cx, f->i + 1);
      ck_assert(ag_channel_try_send(cx, shared, &f->it));
    }
    KIT_STEP(ag_channel_recv(cx, &f->child, report, &f->has, &f->number, 0, __FILE__, __LINE__));
    ck_assert_int_eq(f->number, 10 * f->i + (they_send ? 1 : 1000 * (f->i + 1)));
  }
  ck_assert(nobody_waits(shared));
  ck_assert_int_eq(ag_channel_len(cx, shared), they_send);
  ag_release(cx, shared);
  ag_release(cx, report);
  KIT_END;
}
START_TEST(who_waits_is_served_in_order) {
  for (int k = 0; k < 2; k++) {
    they_send = k;
    ck_assert_int_eq(run(in_order, KIT_WORKERS), 0);
  }
}
END_TEST

// Closing ends all that wait to send; deadlines leave nothing behind, neither in the lists nor in the channel.
static int ends(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  shared = ag__channel(cx, 1, &type_item), report = ag__channel(cx, WAITERS, &type_int);
  f->deadline = ag_deadline(cx, MS);
  KIT_STEP(ag_channel_recv(cx, &f->child, shared, &f->has, &f->it, f->deadline, __FILE__, __LINE__));
  ck_assert_ptr_eq(kit_catch(cx), &ag_error_Timeout);
  ck_assert(nobody_waits(shared));
  f->it = make(cx, 1);
  KIT_STEP(ag_channel_send(cx, &f->child, shared, &f->it, 0, __FILE__, __LINE__));
  f->it = make(cx, 2);
  f->deadline = ag_deadline(cx, MS);
  KIT_STEP(ag_channel_send(cx, &f->child, shared, &f->it, f->deadline, __FILE__, __LINE__));
  ck_assert_ptr_eq(kit_catch(cx), &ag_error_Timeout);
  ck_assert(nobody_waits(shared));
  ck_assert_int_eq((int64_t)alive, 1);
  for (; f->i < WAITERS; f->i++) {
    f->waiters[f->i] = kit_spawn(cx, &waiter_type);
    ag_msg *out = kit_int_new(cx, GO, 10 * f->i + 1);
    ag_send(cx, f->waiters[f->i], &out, __FILE__, __LINE__);
  }
  while (waiting(shared->senders) < WAITERS) {
    f->deadline = ag_deadline(cx, MS);
    KIT_STEP(ag_channel_recv(cx, &f->child, report, &f->has, &f->number, f->deadline, __FILE__, __LINE__));
    ck_assert_ptr_eq(kit_catch(cx), &ag_error_Timeout);
  }
  ag_channel_close(cx, shared);
  ag_channel_close(cx, shared); // again: nothing
  for (f->i = 0; f->i < WAITERS; f->i++) {
    KIT_STEP(ag_channel_recv(cx, &f->child, report, &f->has, &f->number, 0, __FILE__, __LINE__));
    ck_assert_int_eq(f->number, -1);
    ag_release(cx, f->waiters[f->i]);
  }
  ck_assert(nobody_waits(shared));
  f->has = false;
  KIT_STEP(ag_channel_recv(cx, &f->child, shared, &f->has, &f->it, 0, __FILE__, __LINE__));
  ck_assert(f->has);
  ck_assert_int_eq(f->it->number, 1);
  ag_release(cx, f->it);
  KIT_STEP(ag_channel_recv(cx, &f->child, shared, &f->has, &f->it, 0, __FILE__, __LINE__));
  ck_assert(!f->has);
  f->it = make(cx, 3);
  KIT_STEP(ag_channel_send(cx, &f->child, shared, &f->it, 0, __FILE__, __LINE__));
  ck_assert_ptr_eq(kit_catch(cx), &ag_error_ChannelClosed);
  r = AG_DONE;
  ag_release(cx, shared);
  ag_release(cx, report);
  KIT_END;
}
START_TEST(waits_end_and_leave_nothing) { ck_assert_int_eq(run(ends, KIT_WORKERS), 0); }
END_TEST

// ---- sizes that cannot be ------------------------------------------------------------------------------------------------
static int wrong_sizes(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  static const struct {
    int64_t capacity;
    const ag_class *error;
    ag_status status;
  } rows[] = {{0, &ag_error_BadConversion, AG_ERR_INVALID},
              {-1, &ag_error_BadConversion, AG_ERR_INVALID},
              {INT64_MIN, &ag_error_BadConversion, AG_ERR_INVALID},
              {(int64_t)1 << 28, &ag_error_OutOfMemory, AG_ERR_MEMORY}, // an index has 28 bits
              {INT64_MAX, &ag_error_OutOfMemory, AG_ERR_MEMORY}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    ag_channel *c;
    ck_assert_ptr_null(ag__channel(cx, rows[i].capacity, &type_item));
    ck_assert_ptr_eq(kit_catch(cx), rows[i].error);
    ck_assert_int_eq(ag_channel_new(cx, rows[i].capacity, &type_item, &c), rows[i].status);
    ck_assert_ptr_null(cx->err);
  }
  return AG_DONE;
}
START_TEST(sizes_that_cannot_be) { ck_assert_int_eq(run(wrong_sizes, KIT_WORKERS), 0); }
END_TEST

int main(void) {
  const TTest *const tests[] = {each_operation_does_as_a_model_does, who_waits_is_served_in_order,
                                waits_end_and_leave_nothing, sizes_that_cannot_be};
  return kit_check("channel", tests, (int)KIT_COUNT(tests));
}
