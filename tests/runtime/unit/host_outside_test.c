// host_outside_test.c — runtimes and what is around them: threads of the host, children of the process, allocators that fail.
#include <sys/wait.h>
#include <unistd.h>

#include "host_kit.h"

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define KIT_SANITIZER 1
#elif defined __has_feature
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define KIT_SANITIZER 1
#endif
#endif
#ifndef KIT_SANITIZER
#define KIT_SANITIZER 0
#endif

// A child has nothing of its parent's runtimes, and may have its own.
START_TEST(a_child_has_runtimes_of_its_own) {
#if !KIT_SANITIZER // a child of a process with threads: their allocator may be locked in it for ever
  ag_runtime *rt = begin(AG_DRIVE_THREADS, KIT_WORKERS);
  ag_agent *a, *b;
  int64_t sum = 0, status = 1;
  int ended = 0;
  ck_assert_int_eq(spawn(rt, &a), AG_OK);
  ck_assert_int_eq(send_msg(rt, a, TELL, 4), AG_OK);
  ck_assert_int_eq(ask_wait(rt, a, ASK, -1, &sum), AG_OK);
  pid_t child = fork();
  if (child == 0) {
    ag_options o = {.drive = AG_DRIVE_THREADS, .workers = KIT_WORKERS};
    ag_runtime *own;
    bool ok = ag_runtime_new(&o, &own) == AG_OK && spawn(own, &b) == AG_OK && send_msg(own, b, TELL, 5) == AG_OK &&
              ask_wait(own, b, ASK, -1, &status) == AG_OK && status == 5 && ag_runtime_stop(own, -1) == AG_OK;
    if (ok) ag_runtime_free(own);
    _exit(ok ? 7 : 1);
  }
  ck_assert(waitpid(child, &ended, 0) == child && WIFEXITED(ended) && WEXITSTATUS(ended) == 7);
  ck_assert_int_eq(send_msg(rt, a, TELL, 5), AG_OK);
  ck_assert_int_eq(ask_wait(rt, a, ASK, -1, &sum), AG_OK);
  ck_assert_int_eq(sum, 9);
  let_go(rt, a);
  ag_runtime_free(rt);
#endif
}
END_TEST

// ---- many threads --------------------------------------------------------------------------------------------------
enum { THREADS = 4, EACH = 2000 };
static void *sends(void *arg) {
  sender *s = arg;
  int64_t sum;
  for (int i = 0; i < EACH; i++) {
    ag_status status = send_msg(s->rt, s->to, TELL, 1);
    if (status == AG_OK) s->sent++;
    else if (status == AG_ERR_FULL) (void)ask_wait(s->rt, s->to, ASK, 1000000, &sum);
    else break;
  }
  return NULL;
}

static void *gives_up(void *arg) {
  sender *s = arg;
  int64_t sum;
  for (int i = 0; i < EACH; i++) {
    ag_status status = ask_wait(s->rt, s->to, ASK, i % 7 * 1000, &sum);
    ck_assert(status == AG_OK || status == AG_ERR_TIMEOUT || status == AG_ERR_FULL);
    s->sent += status != AG_ERR_FULL;
  }
  return NULL;
}

// The last of who waits and who answers frees what they share, whoever that is.
START_TEST(threads_give_up_while_agents_answer) {
  ag_runtime *rt = begin(AG_DRIVE_THREADS, KIT_WORKERS);
  sender all[THREADS];
  ag_agent *a;
  ag_metrics m;
  int64_t asked = 0;
  ck_assert_int_eq(spawn(rt, &a), AG_OK);
  for (int i = 0; i < THREADS; i++) {
    all[i] = (sender){rt, a, 0, 0};
    pthread_create(&all[i].id, NULL, gives_up, &all[i]);
  }
  for (int i = 0; i < THREADS; i++) pthread_join(all[i].id, NULL), asked += all[i].sent;
  ck_assert_int_eq(ag_runtime_stop(rt, -1), AG_OK);
  ag_runtime_metrics(rt, &m);
  ck_assert_int_eq(m.delivered + m.cancelled, asked + 1); // and its first message
  let_go(rt, a);
  ag_runtime_free(rt);
}
END_TEST

START_TEST(threads_of_the_host_send_and_wait) {
  for (int d = AG_DRIVE_THREADS; d <= AG_DRIVE_HOST; d++) {
    for (int early = 0; early < 2; early++) {
      ag_runtime *rt = begin((ag_drive)d, KIT_WORKERS);
      sender all[THREADS];
      ag_agent *a;
      int64_t sent = 0, before = told;
      ck_assert_int_eq(spawn(rt, &a), AG_OK);
      for (int i = 0; i < THREADS; i++) {
        all[i] = (sender){rt, a, 0, 0};
        pthread_create(&all[i].id, NULL, sends, &all[i]);
      }
      for (int i = 0; i < 20 && d == AG_DRIVE_HOST; i++) (void)ag_runtime_poll(rt, 10, 100000);
      if (early) ck_assert_int_eq(ag_runtime_stop(rt, -1), AG_OK); // while they send
      for (int i = 0; i < THREADS; i++) pthread_join(all[i].id, NULL), sent += all[i].sent;
      if (!early) ck_assert_int_eq(ag_runtime_stop(rt, -1), AG_OK);
      ck_assert_int_eq(told - before, sent);
      ag_runtime_free(rt);
    }
  }
}
END_TEST

// ---- allocators ----------------------------------------------------------------------------------------------------
typedef struct budget {
  pthread_mutex_t lock;
  int64_t left, blocks;
} budget;
static void *spare_alloc(void *arg, size_t size) {
  budget *b = arg;
  pthread_mutex_lock(&b->lock);
  bool may = b->left > 0;
  if (may) b->left--, b->blocks++;
  pthread_mutex_unlock(&b->lock);
  return may ? malloc(size) : NULL;
}
static void spare_free(void *arg, void *p) {
  budget *b = arg;
  pthread_mutex_lock(&b->lock);
  b->blocks--;
  pthread_mutex_unlock(&b->lock);
  free(p);
}

// True: the allocator was never asked in vain.
static bool run_with(budget *b, ag_drive drive) {
  ag_allocator from = {spare_alloc, spare_free, b};
  ag_options o = {.drive = drive, .workers = 2, .memory = &from};
  ag_runtime *rt;
  ag_agent *a;
  outcome of = {0};
  int64_t sum = 0;
  ag_status status = ag_runtime_new(&o, &rt);
  if (status != AG_OK) {
    ck_assert_int_eq(status, AG_ERR_MEMORY);
    return false;
  }
  bool ok = (status = spawn(rt, &a)) == AG_OK;
  for (int i = 0; ok && i < 20; i++) ok = (status = send_msg(rt, a, TELL, i)) == AG_OK;
  if (ok) {
    ok = (status = ask_async(rt, a, ASK, note, &of)) == AG_OK;
    bool asked = ok;
    if (ok) ok = (status = ask_wait(rt, a, ASK, -1, &sum)) == AG_OK;
    if (!ok) ck_assert(status == AG_ERR_MEMORY || status == AG_ERR_STOPPED);
    status = ag_runtime_stop(rt, -1);
    ck_assert_int_eq(of.calls, asked);
  } else {
    ck_assert_int_eq(status, AG_ERR_MEMORY);
    status = ag_runtime_stop(rt, 0);
  }
  ck_assert(status == AG_OK || status == AG_ERR_MEMORY);
  if (!ok) ck_assert_int_eq(status, AG_ERR_MEMORY);
  ag_runtime_free(rt);
  return status == AG_OK;
}

START_TEST(an_allocator_may_fail_at_any_call) {
  for (int d = AG_DRIVE_THREADS; d <= AG_DRIVE_HOST; d++) {
    for (int64_t n = 0;; n++) {
      budget b = {PTHREAD_MUTEX_INITIALIZER, n, 0};
      bool enough = run_with(&b, (ag_drive)d);
      ck_assert_int_eq(b.blocks, 0);
      if (enough) {
        ck_assert_int_gt(n, 5);
        break;
      }
      ck_assert_int_lt(n, 5000);
    }
  }
}
END_TEST

int main(void) {
  const TTest *const tests[] = {a_child_has_runtimes_of_its_own, threads_give_up_while_agents_answer,
                                threads_of_the_host_send_and_wait, an_allocator_may_fail_at_any_call};
  return kit_check("host_outside", tests, KIT_COUNT(tests));
}
