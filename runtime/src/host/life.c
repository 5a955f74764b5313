// life.c — a runtime that a C program drives or that drives itself: calls from outside, polling, the end. agent/host.h.
// Owns:     who may call from outside (accepts, calls), and who polls.
// Promises: when ag_runtime_stop has returned no thread of the runtime is left and every request has been answered.
//   access table: actor/worker.h
#include "data/output.h"
#include "host/host.h"
#include "sched/driven.h"
#include "sched/idle.h"

ag_status agi_refusal(agi_runtime *rt) { return agi_no_memory(rt) ? AG_ERR_MEMORY : AG_ERR_STOPPED; }

// ---- calls from outside --------------------------------------------------------------------------------------------

ag_status ag_enter(ag_runtime *rt, ag_module *module, ag_cx **cx) {
  agi_spin_lock(&rt->guests_lock);
  bool may = rt->accepts && !agi_no_memory(rt);
  agi_worker *w = may ? agi_guest_take(rt) : NULL;
  if (may) rt->calls++;
  agi_spin_unlock(&rt->guests_lock);
  if (AGI_UNLIKELY(!may)) return agi_refusal(rt);
  w = agi_guest_ready(rt, w);
  if (AGI_UNLIKELY(!agi_module_known(rt, module))) agi_module_use(rt, module);
  *cx = &w->cx;
  return AG_OK;
}

ag_cx *ag_enter_late(ag_runtime *rt) {
  agi_spin_lock(&rt->guests_lock);
  agi_worker *w = agi_guest_take(rt);
  rt->calls++;
  agi_spin_unlock(&rt->guests_lock);
  return &agi_guest_ready(rt, w)->cx;
}

void ag_leave(ag_cx *cx) {
  agi_worker *w = agi_worker_of(cx);
  agi_runtime *rt = w->rt;
  agi_guest_leave(w);
  agi_spin_lock(&rt->guests_lock);
  agi_guest_rest(w);
  rt->calls--;
  agi_spin_unlock(&rt->guests_lock);
}

// False: they were refused already.
static bool refuse_calls(agi_runtime *rt) {
  agi_spin_lock(&rt->guests_lock);
  bool first = rt->accepts;
  rt->accepts = false;
  agi_spin_unlock(&rt->guests_lock);
  return first;
}

static void await_calls(agi_runtime *rt) {
  for (bool any = true; any;) {
    agi_spin_lock(&rt->guests_lock);
    any = rt->calls != 0;
    agi_spin_unlock(&rt->guests_lock);
    if (any) agi_yield();
  }
}

// ---- polling -------------------------------------------------------------------------------------------------------

int ag_runtime_fd(const ag_runtime *rt) { return rt->event.all; }

typedef struct turn { // what the thread did before
  agi_runtime *inside;
  agi_memory *memory;
} turn;

static bool poll_begin(agi_runtime *rt, turn *t) {
  bool none = false;
  if (agi_inside == rt || !agi_cas_acq_rel(&rt->polled, &none, true)) return false;
  *t = (turn){agi_inside, agi_memory_enter(rt->memory)};
  agi_inside = rt;
  if (rt->drive == AG_DRIVE_HOST) agi_worker_stack(rt->workers[0]);
  return true;
}

static void poll_end(agi_runtime *rt, const turn *t) {
  agi_inside = t->inside;
  agi_memory_enter(t->memory);
  agi_store_release(&rt->polled, false);
}

// Runs what is ready; afterwards the descriptor tells when there is more.
static uint32_t run_ready(agi_runtime *rt, uint32_t budget) {
  int64_t idle_ns;
  agi_event_clear(&rt->event);
  uint32_t n = agi_driven_run(rt->procs[0], budget, &idle_ns);
  if (idle_ns == 0) agi_event_set(rt->event.set);
  else agi_event_at(&rt->event, idle_ns);
  return n;
}

static int64_t until(int64_t timeout_ns) {
  int64_t now = agi_now_ns(), end;
  return timeout_ns < 0 || __builtin_add_overflow(now, timeout_ns, &end) ? INT64_MAX : end;
}

ag_status ag_runtime_poll(ag_runtime *rt, uint32_t budget, int64_t timeout_ns) {
  turn t;
  if (rt->drive != AG_DRIVE_HOST || !poll_begin(rt, &t)) return AG_ERR_INVALID;
  int64_t end = until(timeout_ns);
  ag_status status = AG_ERR_TIMEOUT;
  while (budget != 0) {
    if (agi_load_acquire(&rt->sched.stop)) {
      status = agi_refusal(rt);
      break;
    }
    if (run_ready(rt, budget)) status = AG_OK;
    int64_t left = timeout_ns < 0 ? -1 : end - agi_now_ns();
    if (status == AG_OK || timeout_ns == 0 || (timeout_ns > 0 && left <= 0)) break;
    agi_event_wait(&rt->event, left);
  }
  poll_end(rt, &t);
  return status;
}

// ---- the end -------------------------------------------------------------------------------------------------------

static ag_status end_threads(agi_runtime *rt, int64_t drain_ns) {
  ag_status status = AG_OK;
  if (drain_ns == 0) agi_sched_end(&rt->sched);
  agi_sched_unhold(&rt->sched); // it ends by itself when nothing is left to do
  int64_t end = until(drain_ns);
  while (drain_ns != 0 && !agi_load_acquire(&rt->sched.ended)) {
    int64_t left = drain_ns < 0 ? -1 : end - agi_now_ns();
    if (drain_ns > 0 && left <= 0) {
      status = AG_ERR_TIMEOUT;
      agi_sched_end(&rt->sched);
      break;
    }
    agi_futex_wait(&rt->sched.ended, 0, left);
  }
  agi_sched_join(&rt->sched);
  return status;
}

static ag_status end_driven(agi_runtime *rt, int64_t drain_ns) {
  ag_status status = AG_OK;
  int64_t end = until(drain_ns), idle_ns = 0;
  while (drain_ns != 0 && !agi_load_acquire(&rt->sched.stop)) {
    uint32_t n = agi_driven_run(rt->procs[0], 256, &idle_ns);
    if (n == 0 && idle_ns != 0) break;
    if (drain_ns > 0 && agi_now_ns() >= end) {
      status = AG_ERR_TIMEOUT;
      break;
    }
  }
  agi_sched_end(&rt->sched);
  return status;
}

ag_status ag_runtime_stop(ag_runtime *rt, int64_t drain_ns) {
  if (rt->drive == AG_DRIVE_PROGRAM || agi_inside == rt) return AG_ERR_INVALID;
  if (!refuse_calls(rt)) return AG_ERR_STOPPED;
  await_calls(rt);
  turn t;
  while (!poll_begin(rt, &t)) { // one that polls has been told to end, and does so soon
    if (drain_ns == 0) agi_sched_end(&rt->sched);
    agi_event_set(rt->event.set);
    agi_yield();
  }
  agi_store_relaxed(&rt->draining, true);
  ag_status status = rt->drive == AG_DRIVE_HOST ? end_driven(rt, drain_ns) : end_threads(rt, drain_ns);
  agi_runtime_cancel(rt);
  poll_end(rt, &t);
  agi_output_flush();
  return agi_no_memory(rt) ? AG_ERR_MEMORY : status;
}
