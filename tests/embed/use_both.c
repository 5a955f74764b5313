/* use_both.c — a host whose functions agents call, and which calls them back: on threads of its own, with the runtime's threads (one
 * worker is enough, though an agent waits in C), and with none. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "both.h"

enum { THREADS = 3, EVENTS = 50 };

/* ---- what agents call ---- */
typedef struct Device {
  void (*event)(int32_t code, const char *text, const void *data, size_t size, void *user);
  void *user;
} Device;
static Device the_device;
static int opened, closed, go[2];

Device *host_open(const char *name);
void host_close(Device *d);
void host_listen(Device *d, void *event, uint64_t user);
double host_scale(Device *d, double x);
int32_t host_wait(void);

Device *host_open(const char *name) {
  if (strcmp(name, "none") == 0) return NULL;
  opened++;
  return &the_device;
}
void host_close(Device *d) { closed += d == &the_device; }
void host_listen(Device *d, void *event, uint64_t user) {
  memcpy(&d->event, &event, sizeof event); /* a pointer to a function is no pointer to an object in C */
  d->user = (void *)(uintptr_t)user;
}
double host_scale(Device *d, double x) { return d == &the_device ? x * 3 : 0; }
int32_t host_wait(void) {
  char byte = 0;
  return read(go[0], &byte, 1) == 1 ? byte : -1;
}

static void *send_events(void *arg) {
  int i;
  (void)arg;
  for (i = 0; i < EVENTS; i++) the_device.event(i, "h\303\266r", "abc", 3, the_device.user);
  return NULL;
}

/* ---- with threads of the runtime ---- */
typedef struct answer {
  pthread_mutex_t lock;
  pthread_cond_t came;
  int is_there;
  ag_status status;
  int32_t value;
} answer;

static void waited(void *user, ag_status status, int32_t reply) {
  answer *a = user;
  pthread_mutex_lock(&a->lock);
  a->is_there = 1, a->status = status, a->value = reply;
  pthread_cond_signal(&a->came);
  pthread_mutex_unlock(&a->lock);
}

static void with_threads(void) {
  answer a = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, AG_OK, 0};
  pthread_t threads[THREADS];
  ag_options options;
  ag_metrics metrics;
  ag_runtime *rt = NULL;
  both_Panel *panel = NULL, *nothing = NULL;
  both_Waiter *waiter = NULL;
  int64_t n = 0;
  double x = 0;
  int i, yes = 0;
  const char *text = NULL;
  memset(&options, 0, sizeof options);
  options.drive = AG_DRIVE_THREADS, options.workers = 1;
  CHECK(ag_runtime_new(&options, &rt) == AG_OK);
  CHECK(both_twice(rt, 1.5, &x) == AG_OK && x == 3);
  CHECK(both_Waiter_spawn(rt, &waiter) == AG_OK && both_Panel_spawn(rt, "desk", &panel) == AG_OK);
  CHECK(both_Panel_spawn(rt, "none", &nothing) == AG_OK);
  CHECK(both_Waiter_wait_async(rt, waiter, waited, &a) == AG_OK);
  CHECK(both_Panel_open_wait(rt, panel, -1, &yes) == AG_OK && yes); /* the only worker waits in host_wait, or will */
  CHECK(both_Panel_open_wait(rt, nothing, -1, &yes) == AG_OK && !yes);
  CHECK(both_Panel_scale_wait(rt, panel, 2, -1, &x) == AG_OK && x == 6);
  for (i = 0; i < THREADS; i++) CHECK(pthread_create(&threads[i], NULL, send_events, NULL) == 0);
  for (i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  do CHECK(both_Panel_count_wait(rt, panel, -1, &n) == AG_OK);
  while (n < THREADS * EVENTS && failures == 0);
  CHECK(n == THREADS * EVENTS);
  CHECK(both_Panel_total_wait(rt, panel, -1, &n) == AG_OK && n == THREADS * (EVENTS * (EVENTS - 1) / 2 + 3 * EVENTS));
  CHECK(both_Panel_text_wait(rt, panel, -1, &text) == AG_OK && strcmp(text, "h\303\266r") == 0);
  ag_text_free(rt, text);
  CHECK(write(go[1], "\052", 1) == 1);
  pthread_mutex_lock(&a.lock);
  while (!a.is_there) pthread_cond_wait(&a.came, &a.lock);
  pthread_mutex_unlock(&a.lock);
  CHECK(a.status == AG_OK && a.value == 42);
  CHECK(both_Panel_leave(rt, panel) == AG_OK);
  while (both_Panel_count_wait(rt, panel, -1, &n) == AG_OK) {} /* until it has stopped */
  the_device.event(1, "late", "", 0, the_device.user);         /* nobody is there any more: harmless */
  ag_runtime_metrics(rt, &metrics);
  CHECK(metrics.late == 1 || metrics.dead_letters >= 1);
  both_Panel_release(rt, panel);
  both_Panel_release(rt, nothing);
  both_Waiter_release(rt, waiter);
  CHECK(ag_runtime_stop(rt, -1) == AG_OK);
  ag_runtime_free(rt);
  CHECK(opened == 1 && closed == 1);
}

/* ---- driven by the host ---- */
static void on_count(void *user, ag_status status, int64_t reply) { *(int64_t *)user = status == AG_OK ? reply : -2; }
static void on_yes(void *user, ag_status status, int reply) { *(int64_t *)user = status == AG_OK ? reply : -2; }

static void without_threads(void) {
  ag_options options;
  ag_runtime *rt = NULL;
  both_Panel *panel = NULL;
  pthread_t thread;
  int64_t n = -1;
  memset(&options, 0, sizeof options);
  options.drive = AG_DRIVE_HOST;
  CHECK(ag_runtime_new(&options, &rt) == AG_OK);
  CHECK(both_Panel_spawn(rt, "desk", &panel) == AG_OK);
  CHECK(both_Panel_open_async(rt, panel, on_yes, &n) == AG_OK);
  while (n == -1) ag_runtime_poll(rt, 10, 1000000);
  CHECK(n == 1);
  CHECK(pthread_create(&thread, NULL, send_events, NULL) == 0);
  for (n = 0; n >= 0 && n < EVENTS;) {
    int64_t answer = -1;
    CHECK(both_Panel_count_async(rt, panel, on_count, &answer) == AG_OK);
    while (answer == -1) ag_runtime_poll(rt, 10, 1000000);
    n = answer;
  }
  CHECK(n == EVENTS);
  pthread_join(thread, NULL);
  CHECK(both_Panel_shut(rt, panel) == AG_OK);
  both_Panel_release(rt, panel);
  while (closed < 2 && ag_runtime_poll(rt, 10, -1) == AG_OK) {}
  CHECK(ag_runtime_stop(rt, 0) == AG_OK);
  ag_runtime_free(rt);
  CHECK(opened == 2 && closed == 2);
}

int main(void) {
  CHECK(pipe(go) == 0);
  with_threads();
  without_threads();
  return failures != 0;
}
