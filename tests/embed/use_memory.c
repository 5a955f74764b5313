/* use_memory.c — a host whose allocator answers NULL from its n-th call on, for every n until all of a run that uses each kind of function
 * of app.h succeeds: each call answers a status, what it gave before can be given back, and nothing is left. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk.h"

static int failures;
#define CHECK(c)                                                                    \
  do {                                                                              \
    if (!(c)) {                                                                     \
      printf("%s:%d: not %s (allocation %ld)\n", __FILE__, __LINE__, #c, fails_at); \
      failures++;                                                                   \
    }                                                                               \
  } while (0)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long fails_at, asked, blocks; /* by lock */

static void *give(void *arg, size_t size) {
  void *p = NULL;
  (void)arg;
  pthread_mutex_lock(&lock);
  if (asked++ < fails_at) p = malloc(size);
  if (p) blocks++;
  pthread_mutex_unlock(&lock);
  return p;
}
static void take(void *arg, void *p) {
  (void)arg;
  pthread_mutex_lock(&lock);
  blocks--;
  pthread_mutex_unlock(&lock);
  free(p);
}

/* Once one call has said so, all do; the end may be seen before its reason. */
static int spent;
static int ok(ag_status status) {
  CHECK(status == AG_OK || status == AG_ERR_MEMORY || status == AG_ERR_STOPPED);
  if (status == AG_ERR_MEMORY) spent = 1;
  if (spent) CHECK(status != AG_OK || asked > fails_at);
  return status == AG_OK;
}

static void functions(ag_runtime *rt) {
  int64_t n, prices[] = {1, 2, 3};
  const char *text;
  ag_blob blob;
  desk_Point p = {1, 2, desk_Side_Buy, 1};
  ag_status status;
  ok(desk_twice(rt, 21, &n));
  if (ok(desk_greet(rt, "name", 30, &text))) ag_text_free(rt, text);
  ok(desk_total(rt, prices, 3, &n));
  if (ok(desk_both(rt, "a\0b", 3, &blob))) ag_blob_free(rt, blob);
  if (ok(desk_maybe(rt, "x", &text))) ag_text_free(rt, text);
  ok(desk_mirror(rt, p, &p));
  status = desk_fail(rt, 9, &n);
  CHECK(status == AG_ERR_FAILED || !ok(status));
}

static void objects(ag_runtime *rt) {
  desk_Order *o = NULL;
  const desk_Order *shared;
  const desk_Quote *quote = NULL;
  if (ok(desk_Order_new(rt, "ABC", 100, desk_Side_Sell, &o)) && ok(desk_fill(rt, o, &o))) {
    shared = desk_Order_share(o);
    CHECK(desk_Order_filled(shared) == 100);
    desk_Order_free(rt, shared);
  }
  if (ok(desk_Quote_new(rt, 5, "x", &quote))) desk_Quote_free(rt, quote);
}

typedef struct outcome {
  ag_runtime *rt;
  int calls;
} outcome;
static void on_order(void *user, ag_status status, desk_Order *reply) {
  outcome *o = user;
  o->calls++;
  CHECK((status == AG_OK) == (reply != NULL));
  desk_Order_free(o->rt, reply);
}

static void agents(ag_runtime *rt, desk_Analyzer *a) {
  desk_Order *o = NULL;
  const desk_Quote *quote = NULL;
  const char *text;
  ag_blob blob;
  int64_t n;
  int i;
  for (i = 0; i < 40; i++) ok(desk_Analyzer_quote(rt, a, i));
  if (ok(desk_Quote_new(rt, 50, "x", &quote))) ok(desk_Analyzer_seen(rt, a, quote, 0));
  desk_Quote_free(rt, quote);
  ok(desk_Analyzer_total_wait(rt, a, -1, &n));
  if (ok(desk_Order_new(rt, "ABC", 100, desk_Side_Sell, &o)) && ok(desk_Analyzer_take_wait(rt, a, o, -1, &o)))
    desk_Order_free(rt, o);
  if (ok(desk_Analyzer_named_wait(rt, a, "!", -1, &text))) ag_text_free(rt, text);
  if (ok(desk_Analyzer_bytes_wait(rt, a, "xyz", 3, -1, &blob))) ag_blob_free(rt, blob);
}

static void by_name(ag_runtime *rt) {
  ag_value text, reply, n, point, fields[4];
  void *a = NULL;
  memset(&text, 0, sizeof text);
  memset(fields, 0, sizeof fields);
  n = point = text;
  n.kind = AG_VALUE_INT, n.number = 200;
  fields[0].kind = fields[1].kind = AG_VALUE_FLOAT;
  fields[2].kind = AG_VALUE_INT;
  fields[3].kind = AG_VALUE_BOOL;
  point.kind = AG_VALUE_STRUCT, point.items = fields, point.count = 4;
  text.kind = AG_VALUE_TEXT;
  text.text = "named";
  if (!ok(ag_spawn_by_name(rt, "Analyzer", &text, 1, &a))) return;
  if (ok(ag_ask_by_name(rt, a, "named", &text, 1, -1, &reply))) ag_value_free(rt, reply);
  if (ok(ag_ask_by_name(rt, a, "many", &n, 1, -1, &reply))) ag_value_free(rt, reply);
  if (ok(ag_ask_by_name(rt, a, "where", &point, 1, -1, &reply))) ag_value_free(rt, reply);
  desk_Analyzer_release(rt, a);
}

/* True: the allocator was never asked in vain. */
static int run(ag_drive drive) {
  ag_allocator from;
  ag_options options;
  ag_runtime *rt;
  desk_Analyzer *a = NULL;
  desk_Order *o = NULL;
  outcome outcome = {0};
  int i, asks = 0;
  ag_status status;
  memset(&options, 0, sizeof options);
  memset(&from, 0, sizeof from);
  asked = blocks = spent = 0;
  from.alloc = give, from.free = take;
  options.drive = drive, options.workers = 2, options.memory = &from;
  status = ag_runtime_new(&options, &rt);
  CHECK((status == AG_OK || status == AG_ERR_MEMORY) && (status == AG_OK) == (rt != NULL));
  if (status != AG_OK) {
    CHECK(blocks == 0);
    return 0;
  }
  outcome.rt = rt;
  if (ok(desk_use(rt))) {
    functions(rt);
    objects(rt);
    if (ok(desk_Analyzer_spawn(rt, "name", &a))) {
      agents(rt, a);
      for (i = 0; i < 5; i++)
        if (ok(desk_Order_new(rt, "ABC", 100, desk_Side_Sell, &o)))
          asks += ok(desk_Analyzer_take_async(rt, a, o, on_order, &outcome));
    }
    by_name(rt);
  }
  desk_Analyzer_release(rt, a);
  status = ag_runtime_stop(rt, -1);
  CHECK(status == AG_OK || status == AG_ERR_MEMORY);
  CHECK(outcome.calls == asks);
  ag_runtime_free(rt);
  CHECK(blocks == 0);
  return status == AG_OK;
}

/* ---- no memory at all: neither the host nor the process has any left ---- */
#ifndef SANITIZED
#include <sys/resource.h>

static int answered;
static void on_point(void *user, ag_status status, desk_Point reply) {
  (void)user, (void)reply;
  answered += status != AG_OK;
}

static void without_any(ag_drive drive) {
  ag_allocator from = {give, take, NULL};
  ag_options options;
  ag_runtime *rt;
  desk_Analyzer *first = NULL, *a;
  desk_Point p = {1, 2, desk_Side_Buy, 1};
  struct rlimit before, now;
  void *rest[4096];
  size_t size = 1 << 24, n = 0;
  ag_status status = AG_OK;
  long i, asks = 0;
  memset(&options, 0, sizeof options);
  fails_at = 1L << 40, asked = blocks = spent = answered = 0;
  options.drive = drive, options.workers = 2, options.memory = &from;
  CHECK(ag_runtime_new(&options, &rt) == AG_OK);
  CHECK(desk_Analyzer_spawn(rt, "first", &first) == AG_OK);
  getrlimit(RLIMIT_AS, &before);
  now = before;
  now.rlim_cur = 1 << 20; /* less than there is */
  CHECK(setrlimit(RLIMIT_AS, &now) == 0);
  for (; size >= 64; size /= 2)
    while (n < 4096 && (rest[n] = malloc(size))) n++;
  for (i = 0; i < 1000000 && (status == AG_OK || status == AG_ERR_FULL); i++) {
    if (i < 100) asks += desk_Analyzer_where_async(rt, first, p, on_point, NULL) == AG_OK;
    status = desk_Analyzer_spawn(rt, "a name that takes a while to be stored, and is stored with each of them", &a);
    if (status == AG_OK) status = desk_Analyzer_quote(rt, a, 1);
    if (status == AG_OK && i % 2) desk_Analyzer_release(rt, a);
  }
  CHECK(status == AG_ERR_MEMORY);
  CHECK(desk_Analyzer_quote(rt, first, 1) == AG_ERR_MEMORY);
  CHECK(ag_runtime_stop(rt, -1) == AG_ERR_MEMORY);
  CHECK(answered <= asks);
  desk_Analyzer_release(rt, first);
  ag_runtime_free(rt);
  while (n) free(rest[--n]);
  CHECK(setrlimit(RLIMIT_AS, &before) == 0);
  CHECK(blocks == 0);
}
#endif

int main(void) {
  int drive;
  for (drive = AG_DRIVE_THREADS; drive <= AG_DRIVE_HOST; drive++) {
    for (fails_at = 0; !run((ag_drive)drive) && fails_at < 20000 && failures < 20; fails_at++) {}
    CHECK(fails_at > 20 && fails_at < 20000);
#ifndef SANITIZED
    without_any((ag_drive)drive);
#endif
  }
  printf("%d failures\n", failures);
  return failures != 0;
}
