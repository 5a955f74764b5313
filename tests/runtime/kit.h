// kit.h — what hand-written agents need: the shapes that the compiler would generate, for tests and benchmarks.
// Owns:     nothing.
// Promises: header only. A program here is a first agent (its message has no arguments) run to its end.
#ifndef TESTS_RUNTIME_KIT_H
#define TESTS_RUNTIME_KIT_H

#include <agent/abi.h>
#include <agent/agent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KIT_COUNT(a) ((uint32_t)(sizeof(a) / sizeof(a)[0]))
#define KIT_CLASS(n, T, d) \
  { .name = (n), .size = sizeof(T), .flags = AG_CLASS_AGENT, .drop = (d) }
#define KIT_TYPE(n, T, d, bs, ...)                                                                     \
  {                                                                                                    \
    .cls = KIT_CLASS(n, T, d), .behaviour_count = KIT_COUNT(bs), .behaviours = (bs), .file = __FILE__, \
    .line = __LINE__, ##__VA_ARGS__                                                                    \
  }
#define KIT_BEHAVIOUR(n, f, T, ...) \
  { .name = (n), .run = (f), .msg_size = sizeof(T), .file = __FILE__, .line = __LINE__, ##__VA_ARGS__ }

// A behaviour that may wait keeps all it needs in a frame from the start. Its body stands between KIT_BEGIN and KIT_END; the
// answer of the last suspending operation is in `r`. The only macros here with control flow: they stand in for what the
// compiler generates.
#define KIT_BEGIN(T)                               \
  int r = AG_DONE;                                 \
  T *f = (T *)(void *)*fp;                         \
  if (!f) {                                        \
    f = (T *)(void *)ag_frame_new(cx, sizeof *f);  \
    memset(&f->h + 1, 0, sizeof *f - sizeof f->h); \
    *fp = &f->h;                                   \
  }                                                \
  switch (f->h.state) {                            \
  case 0:;
#define KIT_STEP(call)          \
  f->h.state = __LINE__;        \
  __attribute__((fallthrough)); \
  case __LINE__:                \
    if ((r = (call)) == AG_SUSPENDED) return r
#define KIT_END           \
  }                       \
  ag_frame_free(cx, *fp); \
  *fp = NULL;             \
  return r

typedef struct kit_msg {
  ag_msg h;
} kit_msg;
typedef struct kit_int_msg {
  ag_msg h;
  int64_t value;
} kit_int_msg;
typedef struct kit_agent_msg {
  ag_msg h;
  ag_agent *agent; // owned
  int64_t value;
} kit_agent_msg;

static inline int kit_nothing(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)self, (void)m, (void)fp;
  return AG_DONE;
}
static inline void kit_drop_agent(ag_cx *cx, ag_msg *m) { ag_release(cx, ((kit_agent_msg *)(void *)m)->agent); }
static inline ag_msg *kit_msg_new(ag_cx *cx, uint32_t behaviour) { return ag_msg_new(cx, sizeof(kit_msg), behaviour); }
static inline ag_msg *kit_int_new(ag_cx *cx, uint32_t behaviour, int64_t value) {
  kit_int_msg *m = (kit_int_msg *)(void *)ag_msg_new(cx, sizeof *m, behaviour);
  m->value = value;
  return &m->h;
}
static inline ag_msg *kit_agent_new(ag_cx *cx, uint32_t behaviour, ag_agent *agent, int64_t value) {
  kit_agent_msg *m = (kit_agent_msg *)(void *)ag_msg_new(cx, sizeof *m, behaviour);
  ag_retain(agent);
  m->agent = agent;
  m->value = value;
  return &m->h;
}
static inline ag_agent *kit_spawn(ag_cx *cx, const ag_agent_type *t) {
  return ag_spawn(cx, t, kit_msg_new(cx, 0), NULL);
}

static inline ag_msg *kit_first(ag_cx *cx, void *arg) {
  (void)arg;
  return kit_msg_new(cx, 0);
}
// Takes the raised error away; answers its class.
static inline const ag_class *kit_catch(ag_cx *cx) {
  ag_obj *err = cx->err;
  cx->err = NULL;
  const ag_class *cls = err ? err->cls : NULL;
  ag_release_opt(cx, err);
  return cls;
}

// Runs a program; answers its exit status. metrics may be NULL.
static inline int kit_run(const ag_agent_type *first, uint32_t workers, ag_metrics *metrics) {
  ag_options options = {.drive = AG_DRIVE_PROGRAM, .workers = workers};
  ag_runtime *rt = NULL;
  int status = -1;
  if (ag_runtime_new(&options, &rt) != AG_OK || ag_runtime_run(rt, first, kit_first, NULL, &status) != AG_OK) abort();
  ag_metrics mine;
  ag_runtime_metrics(rt, &mine);
  if (metrics) *metrics = mine;
  ag_runtime_free(rt);
  return status;
}

#endif
