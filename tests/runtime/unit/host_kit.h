// host_kit.h — what the tests of runtimes in C programs share.
// Owns:     agents that answer what they are asked, count what they are told, wait for ever, or send to themselves for ever; what
//           generated functions do with them.
#ifndef HOST_KIT_H
#define HOST_KIT_H

#include <agent/abi_host.h>
#include <pthread.h>

#include "../kit_check.h"

static const ag_type type_int = {.name = "Int", .size = 8, .align = 8};
static ag_module module = {.name = "test"};

// ---- agents --------------------------------------------------------------------------------------------------------
enum { INIT, TELL, ASK, NEVER, FAIL, PING, BEHAVIOURS };
typedef struct counter {
  ag_agent h;
  int64_t sum;
} counter;
static _Atomic int64_t told;

static int on_tell(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)cx, (void)fp;
  counter *c = (counter *)(void *)self;
  c->sum += ((kit_int_msg *)(void *)m)->value;
  told++;
  return AG_DONE;
}
static int on_ask(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)fp;
  int64_t sum = ((counter *)(void *)self)->sum;
  ag_reply(cx, m, &sum);
  return AG_DONE;
}
typedef struct never_frame {
  ag_frame h;
  ag_channel *channel;
  ag_frame *child;
  int64_t item;
  bool has;
} never_frame;
static int on_never(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m;
  never_frame *f = (never_frame *)(void *)*fp;
  if (!f) {
    f = (never_frame *)(void *)ag_frame_new(cx, sizeof *f);
    memset(&f->h + 1, 0, sizeof *f - sizeof f->h);
    ck_assert_int_eq(ag_channel_new(cx, 1, &type_int, &f->channel), AG_OK);
    *fp = &f->h;
  }
  f->has = true;
  int r = ag_channel_recv_inline(cx, &f->child, f->channel, &f->has, &f->item, 8, 0, __FILE__, __LINE__);
  if (r == AG_SUSPENDED) return r;
  ag_release(cx, f->channel);
  ag_frame_free(cx, *fp);
  *fp = NULL;
  return r;
}
static int on_fail(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)self, (void)m, (void)fp;
  ag_raise(cx, &ag_error_BadConversion, "on purpose", __FILE__, __LINE__);
  return AG_FAILED;
}
static int on_ping(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)m, (void)fp;
  ag_msg *next = kit_msg_new(cx, PING);
  return ag_send(cx, self, &next, __FILE__, __LINE__);
}
static const ag_behaviour behaviours[BEHAVIOURS] = {
    KIT_BEHAVIOUR("init", kit_nothing, kit_msg),
    KIT_BEHAVIOUR("tell", on_tell, kit_int_msg),
    KIT_BEHAVIOUR("ask", on_ask, kit_msg, .reply = &type_int),
    KIT_BEHAVIOUR("never", on_never, kit_msg, .reply = &type_int),
    KIT_BEHAVIOUR("fail", on_fail, kit_msg, .reply = &type_int),
    KIT_BEHAVIOUR("ping", on_ping, kit_msg),
};
static const ag_agent_type counter_type = KIT_TYPE("Counter", counter, NULL, behaviours);

// ---- what generated functions do -----------------------------------------------------------------------------------
static inline ag_status spawn(ag_runtime *rt, ag_agent **out) {
  ag_cx *cx;
  ag_status status = ag_enter(rt, &module, &cx);
  if (status != AG_OK) return status;
  *out = kit_spawn(cx, &counter_type);
  ag_leave(cx);
  return AG_OK;
}
static inline void let_go(ag_runtime *rt, ag_agent *a) {
  ag_cx *cx = ag_enter_late(rt);
  ag_release(cx, a);
  ag_leave(cx);
}
static inline ag_status send_msg(ag_runtime *rt, ag_agent *to, uint32_t behaviour, int64_t value) {
  ag_cx *cx;
  ag_status status = ag_enter(rt, &module, &cx);
  if (status != AG_OK) return status;
  ag_msg *m = kit_int_new(cx, behaviour, value);
  status = ag_send_outside(cx, to, m);
  if (status != AG_OK) ag_msg_discard(cx, m);
  ag_leave(cx);
  return status;
}
typedef void done_fn(void *user, ag_status status, int64_t value);
static inline void deliver(ag_cx *cx, ag_status status, void *value, void (*callback)(void), void *user) {
  (void)cx;
  ((done_fn *)(void *)callback)(user, status, value ? *(int64_t *)value : 0);
}
static inline ag_status ask_async(ag_runtime *rt, ag_agent *to, uint32_t behaviour, done_fn *callback, void *user) {
  ag_cx *cx;
  ag_status status = ag_enter(rt, &module, &cx);
  if (status != AG_OK) return status;
  ag_msg *m = kit_msg_new(cx, behaviour);
  status = ag_ask_outside(cx, to, m, &type_int, deliver, (void (*)(void))(void *)callback, user);
  if (status != AG_OK) ag_msg_discard(cx, m);
  ag_leave(cx);
  return status;
}
static inline ag_status ask_wait(ag_runtime *rt, ag_agent *to, uint32_t behaviour, int64_t timeout_ns, int64_t *out) {
  ag_cx *cx;
  ag_status status = ag_enter(rt, &module, &cx);
  if (status != AG_OK) return status;
  ag_msg *m = kit_msg_new(cx, behaviour);
  ag_request *r;
  status = ag_request_begin(cx, to, m, &type_int, &r);
  if (status != AG_OK) ag_msg_discard(cx, m);
  ag_leave(cx);
  return status == AG_OK ? ag_request_end(rt, r, out, timeout_ns) : status;
}

static inline ag_runtime *begin(ag_drive drive, uint32_t workers) {
  ag_options o = {.drive = drive, .workers = workers};
  ag_runtime *rt;
  ck_assert_int_eq(ag_runtime_new(&o, &rt), AG_OK);
  return rt;
}

typedef struct outcome {
  _Atomic int calls;
  ag_status status;
  int64_t value;
} outcome;
static inline void note(void *user, ag_status status, int64_t value) {
  outcome *o = user;
  o->status = status;
  o->value = value;
  o->calls++;
}

typedef struct sender {
  ag_runtime *rt;
  ag_agent *to;
  int64_t sent;
  pthread_t id;
} sender;

#endif
