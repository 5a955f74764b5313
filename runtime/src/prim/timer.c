// timer.c — see timer.h.
#include "prim/timer.h"

#include "actor/mailbox.h"
#include "actor/message.h"
#include "prim/supervise.h"

struct ag_timer {
  agi_ticker ticker;
  agi_wheel_node node;
  agi_agent *to; // counted while it runs
  ag_msg *message;
  agi_ward *starter; // of the agent that started it, if that is supervised: held; it ends when that is made anew
  uint32_t life;     // then
  int64_t next_ns, every_ns;
  ag_timer *done_next;
};

static const ag_class timer_class = {.name = "Timer", .size = sizeof(ag_timer)};

static bool is_over(const ag_timer *t) {
  return agi_is_stopped(t->to) || (t->starter && agi_load_acquire(&t->starter->life) != t->life);
}

// What it sends ends with its starter, too, where it can: in its own mailbox.
static ag_msg *marked(const ag_timer *t, ag_msg *m) {
  if (t->starter && t->to->place && t->to->place->ward == t->starter) m->size |= AGI_MSG_OWN;
  return m;
}

static void finish(agi_worker *w, ag_timer *t) { // under the lock; the rest happens outside
  t->done_next = w->done_timers;
  w->done_timers = t;
}

static void fire(agi_wheel_node *n, void *cx) {
  agi_worker *w = cx;
  ag_timer *t = AGI_CONTAINER_OF(n, ag_timer, node);
  if (is_over(t) || agi_ending(w)) {
    finish(w, t);
    return;
  }
  if (t->every_ns == 0) {
    AGI_STAT_ADD(w, sent);
    agi_control_push(w, t->to, marked(t, t->message));
    t->message = NULL;
    finish(w, t);
    return;
  }
  if (!agi_load_relaxed(&t->ticker.waiting)) {
    AGI_STAT_ADD(w, sent);
    ag_msg *tick = agi_tick_new(w, agi_behaviour_of(t->to, t->message), t->message, &t->ticker);
    agi_control_push(w, t->to, marked(t, tick));
  }
  t->next_ns += t->every_ns;
  int64_t now = agi_clock(w->rt);
  if (t->next_ns < now) t->next_ns += (now - t->next_ns + t->every_ns - 1) / t->every_ns * t->every_ns;
  agi_wheel_add_locked(t->node.wheel, n, t->next_ns);
}

// Gives up what a timer that will not fire again holds. Called once per timer, by whoever took it off the wheel.
static void let_go(agi_worker *w, ag_timer *t) {
  agi_agent *to = t->to;
  if (t->message) agi_msg_drop(w, agi_type_of(to), t->message, &ag_error_AgentStopped);
  t->message = NULL;
  t->to = NULL;
  agi_ward_release(w, t->starter);
  t->starter = NULL;
  ag_release(&w->cx, to);
  ag_release(&w->cx, t);
}

void agi_timers_done(agi_worker *w) {
  while (w->done_timers) {
    ag_timer *t = w->done_timers;
    w->done_timers = t->done_next;
    let_go(w, t);
  }
}

ag_timer *ag_timer_start(ag_cx *cx, ag_agent *to, ag_msg *m, int64_t after_ns, int64_t every_ns, const char *file,
                         uint32_t line) {
  agi_worker *w = agi_worker_of(cx);
  bool once = every_ns == AG_TIMER_ONCE;
  if (after_ns < 0 || (!once && every_ns <= 0)) {
    agi_msg_drop(w, agi_type_of(agi_agent_of(to)), m, &ag_error_Cancelled);
    const char *why = after_ns < 0 ? "the time of a timer is negative" : "`every` repeats after more than no time";
    ag_raise(cx, &ag_error_BadConversion, why, file, line);
    return NULL;
  }
  ag_timer *t = ag_new(cx, &timer_class, -2);
  agi_agent *agent = agi_agent_of(to);
  ag_retain(to);
  t->to = agent;
  t->starter = agi_ward_hold(agi_agent_of(cx->agent));
  if (t->starter) t->life = agi_load_relaxed(&t->starter->life);
  t->message = m;
  t->every_ns = once ? 0 : every_ns < AGI_TICK_NS ? AGI_TICK_NS : every_ns;
  t->next_ns = ag_deadline(cx, after_ns);
  t->node.fire = fire;
  agi_or_sc(&agent->flags, (uint16_t)AGI_HAS_TIMERS);
  if (agi_ending(w)) let_go(w, t);
  else agi_wheel_add(agi_wheel_of(w), &t->node, t->next_ns);
  if (agi_is_stopped(agent))
    agi_store_release(&w->rt->sweep, true); // its own sweep may have come too early for this one
  return t;
}

void ag_timer_cancel(ag_cx *cx, ag_timer *t) {
  if (agi_wheel_cancel(&t->node)) let_go(agi_worker_of(cx), t);
}

static void sweep_wheel(agi_worker *w, agi_wheel *wheel) {
  agi_spin_lock(&wheel->lock);
  for (unsigned i = 0; i < AGI_WHEEL_LEVELS * AGI_WHEEL_SLOTS; i++) {
    agi_wheel_node *head = &wheel->slots[i / AGI_WHEEL_SLOTS][i % AGI_WHEEL_SLOTS], *next;
    for (agi_wheel_node *n = head->next; n != head; n = next) {
      next = n->next;
      if (n->fire != fire || !is_over(AGI_CONTAINER_OF(n, ag_timer, node))) continue;
      agi_wheel_cancel_locked(n);
      finish(w, AGI_CONTAINER_OF(n, ag_timer, node));
    }
  }
  agi_spin_unlock(&wheel->lock);
}

void agi_timers_sweep(agi_worker *w) {
  for (uint32_t i = 0; i < w->rt->sched.count; i++) sweep_wheel(w, &w->rt->wheels[i]);
  agi_timers_done(w);
}

void agi_timers_drop(agi_worker *w) {
  for (uint32_t i = 0; i < w->rt->sched.count; i++) {
    agi_wheel_node *n;
    while ((n = agi_wheel_any(&w->rt->wheels[i]))) {
      agi_wheel_cancel(n);
      if (n->fire == fire) let_go(w, AGI_CONTAINER_OF(n, ag_timer, node));
    }
  }
  for (uint32_t i = 0; i < w->rt->count; i++) agi_timers_done(w->rt->workers[i]);
}
