// lease_test.c — many agents want few leases: some are impatient, some are stuck for longer than their lease lasts, some keep it
// and end. What must hold: whoever may write (its number is the largest the protected thing has seen) is one at a time; numbers only
// grow; everyone gets its turn or a LeaseHeld. Also with a backend that answers from a thread of its own.
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "../kit_check.h"

enum { MS = 1000000, INIT = 0, GO = 1, AGENTS = 12, ROUNDS = 25, LEASES = 3 };

static _Atomic int64_t seed, granted, held, ended, stuck_lost, wrong;
static _Atomic uint64_t largest[LEASES];
static _Atomic int64_t inside[LEASES];

static uint64_t draw(void) { // any order will do
  uint64_t x = (uint64_t)++seed * UINT64_C(6364136223846793005);
  return (x ^ x >> 29) * UINT64_C(0x9E3779B97F4A7C15) >> 33;
}

typedef struct frame {
  ag_frame h;
  ag_frame *child;
  int64_t i, which, deadline, ttl, item;
  ag_str *name;
  ag_claim *claim;
  ag_channel *pause;
  bool has;
} frame;

// A number that is not refused: no smaller one comes after it.
static bool write_with(int64_t which, uint64_t number) {
  uint64_t seen = largest[which];
  while (number > seen && !atomic_compare_exchange_weak(&largest[which], &seen, number)) {}
  return number >= seen;
}

static void stuck_for(int64_t ns) {
  struct timespec t = {.tv_nsec = ns};
  nanosleep(&t, NULL);
}

static int work(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  static const ag_type type_int = {.name = "Int", .size = 8, .align = 8};
  KIT_BEGIN(frame)
  f->pause = ag__channel(cx, 1, &type_int);
  for (; f->i < ROUNDS && r != AG_FAILED; f->i++) {
    f->which = (int64_t)(draw() % LEASES);
    f->ttl = draw() % 8 == 0 ? 4 * MS : 2000 * (int64_t)MS;
    f->deadline = draw() % 3 == 0 ? ag_deadline(cx, (int64_t)(draw() % 4) * MS) : 0;
    f->name = ag_str_from_c(cx, f->which == 0 ? "zero" : f->which == 1 ? "one" : "two");
    KIT_STEP(ag__claim(cx, &f->child, f->name, f->ttl, &f->claim, f->deadline, __FILE__, __LINE__));
    ag_release(cx, f->name);
    if (r == AG_FAILED && cx->err->cls == &ag_error_LeaseHeld) {
      kit_catch(cx), r = AG_DONE;
      held++;
      continue;
    }
    if (r == AG_FAILED) continue;
    granted++;
    if (!write_with(f->which,
                    (uint64_t)ag__claim_number(cx, f->claim))) { // somebody came after, so this one was lost on the way
      if (ag__claim_valid(cx, f->claim)) wrong++;
    }
    if (f->ttl > 100 * MS && ++inside[f->which] != 1 && ag__claim_valid(cx, f->claim)) wrong += inside[f->which] > 2;
    if (f->ttl < 100 * MS && draw() % 2) {
      stuck_for(16 * MS);
      if (!ag__claim_valid(cx, f->claim)) stuck_lost++;
    } else if (draw() % 2) {
      f->deadline = ag_deadline(cx, (int64_t)(draw() % 3) * MS / 2);
      KIT_STEP(ag_channel_recv(cx, &f->child, f->pause, &f->has, &f->item, f->deadline, __FILE__, __LINE__));
      if (r == AG_FAILED && cx->err->cls == &ag_error_Timeout) kit_catch(cx), r = AG_DONE;
    }
    if (f->ttl > 100 * MS) inside[f->which]--;
    ag_release(cx, f->claim);
  }
  ag_release(cx, f->pause);
  ended++;
  KIT_END;
}
static const ag_behaviour behaviours[] = {
    [INIT] = KIT_BEHAVIOUR("init", kit_nothing, kit_msg), [GO] = KIT_BEHAVIOUR("go", work, kit_msg)};
static const ag_agent_type type = KIT_TYPE("Wanting", ag_agent, NULL, behaviours);

static int body(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  for (int i = 0; i < AGENTS; i++) {
    ag_agent *a = kit_spawn(cx, &type);
    ag_msg *out = kit_msg_new(cx, GO);
    ag_send(cx, a, &out, __FILE__, __LINE__);
    ag_release(cx, a);
  }
  return AG_DONE;
}

static const ag_behaviour main_behaviours[] = {KIT_BEHAVIOUR("init", body, kit_msg)};
static const ag_agent_type main_type = KIT_TYPE("Main", ag_agent, NULL, main_behaviours);

static void run(const ag_lease_backend *backend, uint32_t workers, uint64_t run_seed) {
  ag_options options = {.drive = AG_DRIVE_PROGRAM, .workers = workers, .seed = run_seed, .leases = backend};
  ag_runtime *rt = NULL;
  int status = -1;
  granted = held = ended = stuck_lost = wrong = 0;
  for (int i = 0; i < LEASES; i++) largest[i] = 0, inside[i] = 0;
  ck_assert_int_eq(ag_runtime_new(&options, &rt), AG_OK);
  ck_assert_int_eq(ag_runtime_run(rt, &main_type, kit_first, NULL, &status), AG_OK);
  ag_runtime_free(rt);
  ck_assert_int_eq(status, 0);
  ck_assert_int_eq(ended, AGENTS);
  ck_assert_int_eq(granted + held, AGENTS * ROUNDS);
  ck_assert_int_eq(wrong, 0);
}

START_TEST(few_leases_for_many) { run(NULL, KIT_WORKERS, 0); }
END_TEST

START_TEST(seeded_orders) {
  for (uint64_t s = 1; s <= 10; s++) run(NULL, 1, s);
}
END_TEST

// ---- a backend with a thread ---------------------------------------------------------------------------------------
// Grants everything some time later, from a thread of its own: one that is far away.
enum { PLACES = 64 };
typedef struct place {
  ag_lease_claim *c;
  bool asked, granted;
} place;
typedef struct remote {
  pthread_mutex_t lock;
  pthread_t thread;
  place places[PLACES];
  uint64_t number;
  ag_lease_claim *telling; // it stays until it has been told
  bool stop;
} remote;

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}
static bool is_held(const remote *s, const char *name) {
  for (int i = 0; i < PLACES; i++)
    if (s->places[i].c && s->places[i].granted && strcmp(s->places[i].c->name, name) == 0) return true;
  return false;
}
static void *serve(void *arg) {
  remote *s = arg;
  for (bool stop = false; !stop;) {
    usleep(200);
    pthread_mutex_lock(&s->lock);
    for (int i = 0; i < PLACES; i++) {
      place *p = &s->places[i];
      if (!p->c || p->granted || is_held(s, p->c->name)) continue;
      p->granted = true;
      p->c->token = ++s->number;
      __atomic_store_n(&p->c->until_ns, now_ns() + p->c->ttl_ns, __ATOMIC_RELAXED);
      ag_lease_claim *c = s->telling = p->c;
      pthread_mutex_unlock(&s->lock);
      ag_lease_tell(NULL, c, AG_LEASE_GRANTED);
      pthread_mutex_lock(&s->lock);
      s->telling = NULL;
    }
    stop = s->stop;
    pthread_mutex_unlock(&s->lock);
  }
  return NULL;
}
static void remote_acquire(void *state, ag_cx *cx, ag_lease_claim *c) {
  (void)cx;
  remote *s = state;
  pthread_mutex_lock(&s->lock);
  int i = 0;
  while (s->places[i].c) i++;
  s->places[i] = (place){.c = c};
  pthread_mutex_unlock(&s->lock);
}
static void remote_release(void *state, ag_cx *cx, ag_lease_claim *c) {
  (void)cx;
  remote *s = state;
  pthread_mutex_lock(&s->lock);
  for (int i = 0; i < PLACES; i++)
    if (s->places[i].c == c) s->places[i].c = NULL;
  while (s->telling == c) {
    pthread_mutex_unlock(&s->lock);
    usleep(10);
    pthread_mutex_lock(&s->lock);
  }
  pthread_mutex_unlock(&s->lock);
}
static void remote_renew(void *state, ag_cx *cx, ag_lease_claim *c) {
  (void)state;
  __atomic_store_n(&c->until_ns, now_ns() + c->ttl_ns, __ATOMIC_RELAXED);
  ag_lease_tell(cx, c, AG_LEASE_RENEWED);
}
static void remote_expire(void *state, ag_cx *cx, ag_lease_claim *c) {
  remote_release(state, cx, c);
  ag_lease_tell(cx, c, AG_LEASE_LOST);
}
static void remote_holder(void *state, const char *name, void (*look)(void *arg, const ag_lease_claim *holder),
                          void *arg) {
  remote *s = state;
  const ag_lease_claim *found = NULL;
  pthread_mutex_lock(&s->lock);
  for (int i = 0; i < PLACES; i++)
    if (s->places[i].c && s->places[i].granted && strcmp(s->places[i].c->name, name) == 0) found = s->places[i].c;
  look(arg, found);
  pthread_mutex_unlock(&s->lock);
}

// While a lease is far off nothing here keeps the run alive: the test holds it.
typedef struct host {
  ag_runtime *rt;
  int status;
} host;
static void *run_host(void *arg) {
  host *h = arg;
  if (ag_runtime_run(h->rt, &main_type, kit_first, NULL, &h->status) != AG_OK) abort();
  return NULL;
}

START_TEST(a_backend_far_away) {
  remote s = {.number = 0};
  pthread_mutex_init(&s.lock, NULL);
  pthread_create(&s.thread, NULL, serve, &s);
  ag_lease_backend backend = {&s, remote_acquire, remote_renew, remote_expire, remote_release, remote_holder};
  ag_options options = {.drive = AG_DRIVE_PROGRAM, .workers = KIT_WORKERS, .leases = &backend};
  host h = {.status = -1};
  granted = held = ended = stuck_lost = wrong = 0;
  for (int i = 0; i < LEASES; i++) largest[i] = 0, inside[i] = 0;
  ck_assert_int_eq(ag_runtime_new(&options, &h.rt), AG_OK);
  ck_assert(ag_hold(h.rt));
  pthread_t thread;
  pthread_create(&thread, NULL, run_host, &h);
  while (ended < AGENTS) usleep(1000);
  ag_unhold(h.rt);
  pthread_join(thread, NULL);
  ag_runtime_free(h.rt);
  pthread_mutex_lock(&s.lock);
  s.stop = true;
  pthread_mutex_unlock(&s.lock);
  pthread_join(s.thread, NULL);
  ck_assert_int_eq(h.status, 0);
  ck_assert_int_eq(granted + held, AGENTS * ROUNDS);
  ck_assert_int_eq(wrong, 0);
}
END_TEST

int main(void) {
  const TTest *const tests[] = {few_leases_for_many, seeded_orders, a_backend_far_away};
  return kit_check("lease", tests, (int)KIT_COUNT(tests));
}
