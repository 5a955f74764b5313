// call.c — sending and asking from outside, and what errors are to C.
// Owns:     requests whose askers are no agents, until they are answered.
// Promises: each is answered once: by the agent, by who drops the message, or by ag_runtime_stop.
//   request.word   WAITING -> DONE by who answers, WAITING -> GONE by who waits: compare-exchange (acq_rel); status, text and value before
//                  DONE. Futex. The second of the two frees it (users), and the future, too, after GONE; after DONE who answers does.
//   future.state   to DROPPED by who waits, after GONE, while it still is a user. Read by the agent before it begins (turn.c).
#include <stdio.h>
#include <string.h>

#include "actor/future.h"
#include "actor/mailbox.h"
#include "actor/message.h"
#include "host/host.h"

// ---- errors --------------------------------------------------------------------------------------------------------

const char *ag_status_text(ag_status status) {
  static const char *const texts[] = {[AG_OK] = "ok",
                                      [AG_ERR_INVALID] = "an argument or a call that cannot be",
                                      [AG_ERR_THREAD] = "no thread could be started",
                                      [AG_ERR_CLOSED] = "closed",
                                      [AG_ERR_TIMEOUT] = "the time is over",
                                      [AG_ERR_MEMORY] = "out of memory",
                                      [AG_ERR_FULL] = "the mailbox is full",
                                      [AG_ERR_STOPPED] = "stopped",
                                      [AG_ERR_FAILED] = "an error was raised",
                                      [AG_ERR_NAME] = "no such name",
                                      [AG_ERR_COUNT] = "wrong number of arguments",
                                      [AG_ERR_TYPE] = "wrong type"};
  return (unsigned)status < sizeof texts / sizeof *texts ? texts[status] : "unknown status";
}

ag_status agi_status_of(ag_cx *cx, ag_obj *err) {
  static const struct {
    const ag_class *cls;
    ag_status status;
  } rows[] = {{&ag_error_AgentStopped, AG_ERR_STOPPED},
              {&ag_error_Cancelled, AG_ERR_STOPPED},
              {&ag_error_MailboxFull, AG_ERR_FULL}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (rows[i].cls == err->cls) return rows[i].status;
  ag_sb sb;
  ag_sb_begin(&sb);
  ag_error_show(cx, &sb, err);
  ag_sb_char(&sb, 0);
  agi_error_text_set(sb.data);
  ag_sb_drop(&sb);
  return AG_ERR_FAILED;
}

ag_status ag_raised(ag_cx *cx) {
  ag_obj *err = cx->err;
  if (AGI_LIKELY(!err)) return AG_OK;
  cx->err = NULL;
  ag_status status = agi_status_of(cx, err);
  ag_release(cx, err);
  return status;
}

// ---- sending -------------------------------------------------------------------------------------------------------

void ag_msg_discard(ag_cx *cx, ag_msg *m) { agi_msg_free(agi_worker_of(cx), m); }

// The slow path of a mailbox whose policy is not to suspend drops what it refuses; then it is asked for what it would do first.
static ag_status send_by_policy(agi_worker *w, agi_agent *to, ag_msg *m) {
  uint64_t word;
  if (agi_is_stopped(to)) return AG_ERR_STOPPED;
  switch (to->options->full) {
  case AG_FULL_DROP_OLDEST:
  case AG_FULL_DROP_NEWEST: return agi_send_now(w, to, m) ? AG_OK : AG_ERR_FULL;
  case AG_FULL_RAISE: {
    agi_limits l = agi_limits_of(to->options);
    bool pushed;
    word = agi_mailbox_push(to, m, l.capacity + 1, &pushed);
    if (!pushed) return AG_ERR_FULL;
    AGI_STAT_ADD(w, sent);
    if (!(word & AGI_SCHED)) agi_agent_ready(w, to);
    return AG_OK;
  }
  default: return AG_ERR_FULL;
  }
}

ag_status ag_send_outside(ag_cx *cx, ag_agent *to, ag_msg *m) {
  agi_worker *w = agi_worker_of(cx);
  agi_agent *a = agi_agent_of(to);
  bool pushed;
  uint64_t word = agi_mailbox_push(a, m, agi_load_relaxed(&a->high), &pushed);
  if (AGI_UNLIKELY(!pushed)) return send_by_policy(w, a, m);
  AGI_STAT_ADD(w, sent);
  if (!(word & AGI_SCHED)) agi_agent_ready(w, a);
  return AG_OK;
}

// ---- asking --------------------------------------------------------------------------------------------------------

typedef struct callback {
  ag_deliver *deliver;
  void (*function)(void);
  void *user;
} callback;

// Consumes what the future has. The callback may call anything that does not wait, with contexts of its own.
static void call_back(agi_worker *w, ag_future *f) {
  callback c = *(callback *)f->group;
  ag_obj *err = f->err;
  ag_status status = err ? agi_status_of(&w->cx, err) : AG_OK;
  agi_free(f->group);
  c.deliver(&w->cx, status, err ? NULL : f->value, c.function, c.user);
  if (err) ag_release(&w->cx, err);
  agi_future_free(w, f);
}

static ag_status ask(agi_worker *w, ag_agent *to, ag_msg *m, const ag_type *reply,
                     void (*settled)(agi_worker *w, ag_future *f), void *group, ag_future **asked) {
  ag_future *f = agi_future_new(w, agi_agent_of(to), reply);
  if (asked) *asked = f;
  f->settled = settled;
  f->group = group;
  m->reply = f;
  ag_status status = ag_send_outside(&w->cx, to, m);
  if (status == AG_OK) return AG_OK;
  m->reply = NULL;
  agi_future_free(w, f);
  return status;
}

ag_status ag_ask_outside(ag_cx *cx, ag_agent *to, ag_msg *m, const ag_type *reply, ag_deliver *deliver,
                         void (*function)(void), void *user) {
  callback *c = agi_alloc(sizeof *c);
  *c = (callback){deliver, function, user};
  ag_status status = ask(agi_worker_of(cx), to, m, reply, call_back, c, NULL);
  if (status != AG_OK) agi_free(c);
  return status;
}

enum { WAITING, DONE, GONE };

struct ag_request {
  _Atomic uint32_t word, users;
  ag_future *future;
  uint32_t size; // of the value
  ag_status status;
  char text[AGI_ERROR_TEXT]; // set if it is AG_ERR_FAILED
  _Alignas(16) unsigned char value[];
};

// True: the other has left already.
static bool is_last(ag_request *r) { return agi_sub_acq_rel(&r->users, 1U) == 1; }

static void wake_asker(agi_worker *w, ag_future *f) {
  ag_request *r = f->group;
  uint32_t waiting = WAITING;
  r->status = f->err ? agi_status_of(&w->cx, f->err) : AG_OK;
  if (r->status == AG_ERR_FAILED) snprintf(r->text, sizeof r->text, "%s", ag_error_text());
  if (!f->err) memcpy(r->value, f->value, r->size);
  if (agi_cas_acq_rel(&r->word, &waiting, (uint32_t)DONE)) {
    if (f->err) ag_release(&w->cx, f->err);
    agi_futex_wake(&r->word);
    agi_future_free(w, f);
    if (is_last(r)) agi_free(r);
    return;
  }
  agi_future_clear(w, f);
  if (!is_last(r)) return;
  agi_future_free(w, f);
  agi_free(r);
}

ag_status ag_request_begin(ag_cx *cx, ag_agent *to, ag_msg *m, const ag_type *reply, ag_request **out) {
  agi_worker *w = agi_worker_of(cx);
  if (agi_inside == w->rt) return AG_ERR_INVALID;
  ag_request *r = agi_alloc(sizeof *r + reply->size);
  atomic_init(&r->word, WAITING);
  atomic_init(&r->users, 2);
  r->size = reply->size;
  ag_status status = ask(w, to, m, reply, wake_asker, r, &r->future);
  if (status == AG_OK) *out = r;
  else agi_free(r);
  return status;
}

// In a runtime that the host drives, who waits drives it, unless another thread does.
static void wait_for(agi_runtime *rt, ag_request *r, int64_t ns) {
  bool polls = rt->drive == AG_DRIVE_HOST;
  ag_status status = polls ? ag_runtime_poll(rt, 64, ns) : AG_ERR_INVALID;
  if (status == AG_OK || status == AG_ERR_TIMEOUT) return;
  int64_t slice = 1000000; // the other may stop driving, the allocator may fail: then nobody wakes us
  agi_futex_wait(&r->word, WAITING, (polls || rt->memory) && (ns < 0 || ns > slice) ? slice : ns);
}

// If the agent has not begun with it, it never will. Else its reply is dropped.
static void give_up(agi_runtime *rt, ag_request *r) {
  ag_cx *cx = ag_enter_late(rt);
  agi_store_relaxed(&r->future->state, (uintptr_t)AGI_FUTURE_DROPPED);
  if (is_last(r)) {
    agi_future_free(agi_worker_of(cx), r->future);
    agi_free(r);
  }
  ag_leave(cx);
}

ag_status ag_request_end(ag_runtime *rt, ag_request *r, void *out, int64_t timeout_ns) {
  int64_t now = agi_now_ns(), end;
  if (timeout_ns < 0 || __builtin_add_overflow(now, timeout_ns, &end)) end = INT64_MAX;
  while (agi_load_acquire(&r->word) == WAITING && !agi_no_memory(rt)) {
    int64_t left = timeout_ns < 0 ? -1 : end - agi_now_ns();
    if (timeout_ns >= 0 && left <= 0) break;
    wait_for(rt, r, left);
  }
  uint32_t waiting = WAITING;
  if (agi_cas_acq_rel(&r->word, &waiting, (uint32_t)GONE)) {
    give_up(rt, r);
    return agi_no_memory(rt) ? AG_ERR_MEMORY : AG_ERR_TIMEOUT;
  }
  ag_status status = r->status;
  if (status == AG_OK) memcpy(out, r->value, r->size);
  if (status == AG_ERR_FAILED) agi_error_text_set(r->text);
  agi_memory *before = agi_memory_enter(rt->memory);
  if (is_last(r)) agi_free(r);
  agi_memory_enter(before);
  return status;
}
