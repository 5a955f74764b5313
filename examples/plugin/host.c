/* host.c — a program that knows nothing of agents when it is linked: it loads a library made of .agent, uses it by name, and unloads it.
 * libagent.so, where the plugin uses that one, stays: threads that have used it still have something of it when they end. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include <agent/host.h>

#define FIND(library, name) (*(void **)&(name) = dlsym(library, #name))

static int use(const char *path) {
  ag_status (*ag_runtime_new)(const ag_options *, ag_runtime **);
  void (*ag_runtime_free)(ag_runtime *);
  ag_status (*ag_spawn_by_name)(ag_runtime *, const char *, const ag_value *, uint32_t, void **);
  ag_status (*ag_ask_by_name)(ag_runtime *, void *, const char *, const ag_value *, uint32_t, int64_t, ag_value *);
  void (*ag_value_free)(ag_runtime *, ag_value);
  ag_status (*plugin_use)(ag_runtime *);
  ag_options options;
  ag_runtime *rt;
  ag_value name, reply, agent;
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  int ok;
  if (!library) {
    fprintf(stderr, "%s\n", dlerror());
    return 0;
  }
  ok = FIND(library, ag_runtime_new) && FIND(library, ag_runtime_free) && FIND(library, ag_spawn_by_name) &&
       FIND(library, ag_ask_by_name) && FIND(library, ag_value_free) && FIND(library, plugin_use);
  memset(&options, 0, sizeof options);
  memset(&name, 0, sizeof name);
  memset(&agent, 0, sizeof agent);
  name.kind = AG_VALUE_TEXT;
  name.text = "host";
  agent.kind = AG_VALUE_AGENT;
  ok = ok && ag_runtime_new(&options, &rt) == AG_OK;
  if (ok) {
    ok = plugin_use(rt) == AG_OK && ag_spawn_by_name(rt, "Greeter", NULL, 0, &agent.ref) == AG_OK &&
         ag_ask_by_name(rt, agent.ref, "greet", &name, 1, -1, &reply) == AG_OK;
    if (ok) {
      printf("%s\n", reply.text);
      ag_value_free(rt, reply);
      ag_value_free(rt, agent);
    }
    ag_runtime_free(rt); /* no thread of it is left: the library may go */
  }
  dlclose(library);
  return ok;
}

int main(int argc, char **argv) {
  int i;
  if (argc != 2) return 2;
  for (i = 0; i < 3; i++)
    if (!use(argv[1])) return 1;
  return 0;
}
