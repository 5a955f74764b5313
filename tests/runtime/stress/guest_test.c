// guest_test.c — threads of the host beside agents: channels in both directions, timeouts, closing, attaching and leaving all the
// time. What must hold: each item arrives once, the program ends when the last thread has left and not before.
#include <pthread.h>

#include "../kit_check.h"

enum { THREADS = 4, ITEMS = 3000, ECHOS = 3 };
static const ag_type type_int = {.name = "Int", .size = 8, .align = 8};
static ag_runtime *rt;
static ag_channel *there, *back;
static _Atomic int64_t sent, got, sum_sent, sum_got, late, working;

// ---- agents: what comes in goes back ---------------------------------------------------------------------------------
typedef struct frame {
  ag_frame h;
  ag_frame *child;
  int64_t item;
  bool has;
} frame;

static int echo(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  KIT_BEGIN(frame)
  f->has = true;
  while (f->has) {
    KIT_STEP(ag_channel_recv_inline(cx, &f->child, there, &f->has, &f->item, 8, 0, __FILE__, __LINE__));
    if (r == AG_FAILED) break;
    if (!f->has) continue;
    KIT_STEP(ag_channel_send_inline(cx, &f->child, back, &f->item, 8, 0, __FILE__, __LINE__));
    if (r == AG_FAILED) break;
  }
  if (r == AG_DONE && --working == 0) ag_channel_close(cx, back);
  ag_release(cx, there);
  ag_release(cx, back);
  KIT_END;
}
static const ag_behaviour echo_behaviours[] = {KIT_BEHAVIOUR("init", echo, kit_msg)};
static const ag_agent_type echo_type = KIT_TYPE("Echo", ag_agent, NULL, echo_behaviours);

static int body(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  for (int i = 0; i < ECHOS; i++) {
    ag_retain(there); // each has references of its own
    ag_retain(back);
    ag_release(cx, kit_spawn(cx, &echo_type));
  }
  return AG_DONE;
}
static const ag_behaviour main_behaviours[] = {KIT_BEHAVIOUR("init", body, kit_msg)};
static const ag_agent_type main_type = KIT_TYPE("Main", ag_agent, NULL, main_behaviours);

static void *run(void *arg) {
  int status = -1;
  ck_assert_int_eq(ag_runtime_run(rt, &main_type, kit_first, NULL, &status), AG_OK);
  *(int *)arg = status;
  return NULL;
}

// ---- threads -----------------------------------------------------------------------------------------------------
static void *sends(void *arg) {
  ag_cx *cx = ag_attach(rt);
  ck_assert_ptr_nonnull(cx);
  for (int64_t i = 0; i < ITEMS; i++) {
    int64_t item = (int64_t)(intptr_t)arg * ITEMS + i;
    if (i % 97 == 0) { // leaves and comes again: somebody else holds the run meanwhile
      ag_detach(cx);
      cx = ag_attach(rt);
      ck_assert_ptr_nonnull(cx);
    }
    ag_status r;
    do r = ag_channel_send_blocking(cx, there, &item, i % 3 == 0 ? 20000 : -1);
    while (r == AG_ERR_TIMEOUT && ++late);
    ck_assert_int_eq(r, AG_OK);
    sent++;
    sum_sent += item;
  }
  ag_detach(cx);
  return NULL;
}

static void *receives(void *arg) {
  (void)arg;
  ag_cx *cx = ag_attach(rt);
  ck_assert_ptr_nonnull(cx);
  for (int64_t n = 0, item;; n++) {
    ag_status r = ag_channel_recv_blocking(cx, back, &item, n % 5 == 0 ? 10000 : n % 5 == 1 ? 0 : -1);
    if (r == AG_ERR_CLOSED) break;
    if (r != AG_OK) continue;
    got++;
    sum_got += item;
  }
  ag_detach(cx);
  return NULL;
}

static void there_and_back(int64_t capacity, uint32_t workers) {
  ag_options options = {.drive = AG_DRIVE_PROGRAM, .workers = workers};
  ck_assert_int_eq(ag_runtime_new(&options, &rt), AG_OK);
  sent = got = sum_sent = sum_got = late = 0;
  working = ECHOS;
  ag_cx *cx = ag_attach(rt); // before the run: it is held from the start
  ck_assert_ptr_nonnull(cx);
  ck_assert_int_eq(ag_channel_new(cx, capacity, &type_int, &there), AG_OK);
  ck_assert_int_eq(ag_channel_new(cx, capacity, &type_int, &back), AG_OK);
  int status = -1;
  pthread_t runner, in[THREADS], out[THREADS];
  pthread_create(&runner, NULL, run, &status);
  for (intptr_t i = 0; i < THREADS; i++) pthread_create(&in[i], NULL, sends, (void *)i);
  for (intptr_t i = 0; i < THREADS; i++) pthread_create(&out[i], NULL, receives, NULL);
  for (int i = 0; i < THREADS; i++) pthread_join(in[i], NULL);
  ag_channel_close(cx, there);
  for (int i = 0; i < THREADS; i++) pthread_join(out[i], NULL);
  ag_release(cx, there);
  ag_release(cx, back);
  ag_detach(cx); // nothing holds it any more
  pthread_join(runner, NULL);
  ck_assert_int_eq(status, 0);
  ck_assert_ptr_null(ag_attach(rt));
  ck_assert(!ag_hold(rt));
  ag_metrics m;
  ag_runtime_metrics(rt, &m);
  ck_assert_int_eq(m.spawned, ECHOS + 1);
  ag_runtime_free(rt);
  ck_assert_int_eq(sent, (int64_t)THREADS * ITEMS);
  ck_assert_int_eq(got, sent);
  ck_assert_int_eq(sum_got, sum_sent);
}

START_TEST(items_go_there_and_back) {
  there_and_back(1, KIT_WORKERS);
  there_and_back(5, KIT_WORKERS);
  there_and_back(1000, KIT_WORKERS);
}
END_TEST

START_TEST(waits_end_as_they_say) {
  ag_options options = {.drive = AG_DRIVE_PROGRAM, .workers = KIT_WORKERS};
  int64_t item = 7, out = 0;
  ck_assert_int_eq(ag_runtime_new(&options, &rt), AG_OK);
  ag_cx *cx = ag_attach(rt);
  ck_assert_int_eq(ag_channel_new(cx, 0, &type_int, &there), AG_ERR_INVALID);
  ck_assert_int_eq(ag_channel_new(cx, INT64_MAX, &type_int, &there), AG_ERR_MEMORY);
  ck_assert_int_eq(ag_channel_new(cx, 1, &type_int, &there), AG_OK);
  ck_assert_int_eq(ag_channel_recv_blocking(cx, there, &out, 0), AG_ERR_TIMEOUT);
  ck_assert_int_eq(ag_channel_recv_blocking(cx, there, &out, 2000000), AG_ERR_TIMEOUT);
  ck_assert_int_eq(ag_channel_send_blocking(cx, there, &item, 0), AG_OK);
  ck_assert_int_eq(ag_channel_send_blocking(cx, there, &item, 0), AG_ERR_TIMEOUT);
  ck_assert_int_eq(ag_channel_send_blocking(cx, there, &item, 2000000), AG_ERR_TIMEOUT);
  ck_assert_int_eq(ag_channel_len(cx, there), 1);
  ag_channel_close(cx, there);
  ck_assert_int_eq(ag_channel_send_blocking(cx, there, &item, -1), AG_ERR_CLOSED);
  ck_assert_int_eq(ag_channel_recv_blocking(cx, there, &out, -1), AG_OK);
  ck_assert_int_eq(out, 7);
  ck_assert_int_eq(ag_channel_recv_blocking(cx, there, &out, -1), AG_ERR_CLOSED);
  ag_release(cx, there);
  ag_detach(cx);
  ag_runtime_free(rt);
}
END_TEST

int main(void) {
  const TTest *const tests[] = {items_go_there_and_back, waits_end_as_they_say};
  return kit_check("guest", tests, (int)KIT_COUNT(tests));
}
