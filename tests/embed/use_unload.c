/* use_unload.c LIBRARY... — libraries made of .agent are loaded, used by threads of the host's own, and unloaded before these end, again and
 * again, all others staying loaded meanwhile; the program itself knows no runtime. What stays, stays once. C99. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <agent/host.h>

enum { ROUNDS = 120, MOST = 16, WARM = 20, THREADS = 3, ASKS = 20, MOST_PAGES = 4000 };
#define FIND(name) (*(void **)&(name) = dlsym(library, #name))

static void *library;
static ag_runtime *rt;
static void *agent;
static pthread_barrier_t barrier;

static void *ask(void *arg) {
  ag_status (*ag_ask_by_name)(ag_runtime *, void *, const char *, const ag_value *, uint32_t, int64_t, ag_value *);
  void (*ag_value_free)(ag_runtime *, ag_value);
  ag_value name, reply;
  int i, *failed = arg;
  memset(&name, 0, sizeof name);
  name.kind = AG_VALUE_TEXT;
  name.text = "host";
  *failed = !FIND(ag_ask_by_name) || !FIND(ag_value_free);
  for (i = 0; i < ASKS && !*failed; i++) {
    *failed = ag_ask_by_name(rt, agent, "greet", &name, 1, -1, &reply) != AG_OK;
    if (!*failed) ag_value_free(rt, reply);
  }
  pthread_barrier_wait(&barrier); /* all have asked */
  pthread_barrier_wait(&barrier); /* the library is gone: now the thread ends */
  return NULL;
}

static void *load(const char *path) {
  void *at = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!at) fprintf(stderr, "%s\n", dlerror());
  return at;
}

static int round_of(const char *path) {
  ag_status (*ag_runtime_new)(const ag_options *, ag_runtime **);
  void (*ag_runtime_free)(ag_runtime *);
  ag_status (*ag_spawn_by_name)(ag_runtime *, const char *, const ag_value *, uint32_t, void **);
  ag_status (*plugin_use)(ag_runtime *);
  void (*ag_value_free)(ag_runtime *, ag_value);
  ag_options options;
  ag_value made;
  pthread_t threads[THREADS];
  int failed[THREADS], i, ok = 1;
  memset(&options, 0, sizeof options);
  memset(&made, 0, sizeof made);
  options.drive = AG_DRIVE_THREADS;
  options.workers = 2;
  library = load(path);
  if (!library) return 0;
  if (!FIND(ag_runtime_new) || !FIND(ag_runtime_free) || !FIND(ag_spawn_by_name) || !FIND(plugin_use) ||
      !FIND(ag_value_free))
    return 0;
  if (ag_runtime_new(&options, &rt) != AG_OK || plugin_use(rt) != AG_OK) return 0;
  if (ag_spawn_by_name(rt, "Greeter", NULL, 0, &agent) != AG_OK) return 0;
  for (i = 0; i < THREADS; i++)
    if (pthread_create(&threads[i], NULL, ask, &failed[i]) != 0) return 0;
  pthread_barrier_wait(&barrier);
  made.kind = AG_VALUE_AGENT;
  made.ref = agent;
  ag_value_free(rt, made);
  ag_runtime_free(rt);
  dlclose(library);
  pthread_barrier_wait(&barrier);
  for (i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
    ok &= !failed[i];
  }
  return ok;
}

static long pages(void) {
  long all, resident = 0;
  FILE *f = fopen("/proc/self/statm", "r");
  if (!f || fscanf(f, "%ld %ld", &all, &resident) != 2) resident = 0;
  if (f) fclose(f);
  return resident;
}

int main(int argc, char **argv) {
  long warm = 0;
  void *loaded[MOST];
  int i, of = argc - 1;
  if (of < 1 || of > MOST || pthread_barrier_init(&barrier, NULL, THREADS + 1) != 0) return 2;
  for (i = 0; i < of && of > 1; i++)
    if (!(loaded[i] = load(argv[1 + i]))) return 1;
  for (i = 0; i < ROUNDS; i++) {
    int at = i % of;
    if (of > 1) dlclose(loaded[at]); /* the others stay */
    if (!round_of(argv[1 + at])) return 1;
    if (of > 1 && !(loaded[at] = load(argv[1 + at]))) return 1;
    if (i == WARM) warm = pages();
  }
  if (pages() - warm > MOST_PAGES) {
    fprintf(stderr, "%ld pages after %d rounds, %ld after %d\n", warm, WARM, pages(), ROUNDS);
    return 1;
  }
  printf("0 failures\n");
  return 0;
}
