// supervise.c — see supervise.h.
// Tested by: tests/runtime/unit/supervise_test.c, tests/runtime/stress/supervise_test.c
#include "prim/supervise.h"

#include <stdio.h>

#include "actor/failure.h"
#include "actor/mailbox.h"
#include "actor/message.h"
#include "actor/order.h"

typedef struct rule { // while it runs
  int64_t *times;     // of the latest failures, oldest first
  uint32_t count, room;
  uint64_t total;
} rule;

struct agi_supervisor {
  agi_spin lock;
  bool covered; // the core, or one around it, may be restarted as a whole
  rule rules[]; // as many as type->rule_count
};

// ---- what there is -----------------------------------------------------------------------------------------------

static const ag_rule_type *rule_of(const agi_core *core, uint32_t part) {
  const ag_topology_type *t = core->type;
  for (uint32_t i = 0; i < t->rule_count; i++) {
    if (t->rules[i].part == part) return &t->rules[i];
  }
  return NULL;
}

void agi_supervisor_new(agi_core *core) {
  const agi_core *parent = core->parent; // it starts this one, so it is there
  bool covered = parent && (rule_of(parent, core->part) || (parent->supervisor && parent->supervisor->covered));
  if (!covered && core->type->rule_count == 0) return;
  core->supervisor = agi_alloc_zeroed(sizeof *core->supervisor + core->type->rule_count * sizeof(rule));
  core->supervisor->covered = covered;
}

void agi_supervisor_drop(agi_core *core) {
  for (uint32_t i = 0; core->supervisor && i < core->type->rule_count; i++) agi_free(core->supervisor->rules[i].times);
  agi_free(core->supervisor);
}

void agi_ward_new(agi_worker *w, agi_agent *a) {
  const agi_core *core = a->place->core;
  if (!core->supervisor || !(core->supervisor->covered || rule_of(core, a->place->part))) return;
  const ag_msg *first = a->batch;
  agi_ward *ward = agi_alloc_zeroed(sizeof *ward);
  atomic_init(&ward->holders, 1);
  ward->type = agi_type_of(a);
  ward->init = agi_msg_copy(w, agi_behaviour_of(a, first), first, 0);
  a->place->ward = ward;
}

void agi_ward_release(agi_worker *w, agi_ward *ward) {
  if (!ward || agi_sub_acq_rel(&ward->holders, 1) != 1) return;
  agi_msg_drop(w, ward->type, ward->init, &ag_error_AgentStopped);
  agi_free(ward);
}

agi_ward *agi_ward_hold(agi_agent *a) {
  agi_ward *ward = a && a->place ? a->place->ward : NULL;
  if (ward) agi_add_relaxed(&ward->holders, 1);
  return ward;
}

// ---- judging -----------------------------------------------------------------------------------------------------

typedef struct tally {
  uint32_t n; // failures in the period, this one included
  uint64_t total;
  int64_t max, period;
} tally;

// Enters a failure. More than max in the period: the count begins again, since the topology does.
static tally record(agi_worker *w, const agi_core *core, const ag_rule_type *r) {
  rule *k = &core->supervisor->rules[r - core->type->rules];
  tally t = {.max = core->numbers[r->max], .period = core->numbers[r->period]};
  int64_t now = agi_clock(w->rt);
  uint32_t old = 0;
  agi_spin_lock(&core->supervisor->lock);
  while (old < k->count && now - k->times[old] >= t.period) old++;
  if (old) memmove(k->times, k->times + old, (k->count - old) * sizeof *k->times);
  k->count -= old;
  t.n = k->count + 1;
  t.total = ++k->total;
  if (t.n > t.max) {
    k->count = 0;
  } else {
    if (k->count == k->room) {
      int64_t *more = agi_alloc((k->room * 2 + 4) * sizeof *more);
      if (k->count) memcpy(more, k->times, k->count * sizeof *more);
      agi_free(k->times);
      k->times = more;
      k->room = k->room * 2 + 4;
    }
    k->times[k->count++] = now;
  }
  agi_spin_unlock(&core->supervisor->lock);
  return t;
}

static void text(ag_sb *sb, const char *s) { ag_sb_bytes(sb, s, (int64_t)strlen(s)); }

static void say_place(ag_sb *sb, const agi_core *core, uint32_t part, uint32_t index) {
  char number[32];
  snprintf(number, sizeof number, "[%lld]", (long long)core->parts[part].first + index);
  text(sb, "  in ");
  text(sb, core->type->parts[part].name);
  if (core->type->parts[part].is_group) text(sb, number);
  text(sb, " of ");
  text(sb, core->type->cls.name);
  text(sb, ": ");
}

static void say_restart(ag_sb *sb, const agi_core *core, const ag_rule_type *r, const tally *t, bool whole) {
  char number[64];
  text(sb, whole ? "restarted as a whole" : "restarted");
  if (r->strategy == AG_ONE_FOR_ALL) {
    text(sb, " with all of ");
    text(sb, core->type->parts[r->part].name);
  }
  if (r->strategy == AG_REST_FOR_ONE) text(sb, " with those after it");
  snprintf(number, sizeof number, " (%u of %lld in ", t->n, (long long)t->max);
  text(sb, number);
  ag_sb_duration(sb, t->period);
  snprintf(number, sizeof number, t->total > t->n ? ", %llu in all)\n" : ")\n", (unsigned long long)t->total);
  text(sb, number);
}

static void say_too_many(ag_sb *sb, const agi_core *core, const tally *t) {
  char number[80];
  snprintf(number, sizeof number, "%u failures in ", t->n);
  text(sb, number);
  ag_sb_duration(sb, t->period);
  snprintf(number, sizeof number, ", more than %lld: ", (long long)t->max);
  text(sb, number);
  text(sb, core->type->cls.name);
  text(sb, " fails\n");
}

static void hold(agi_core *core) { agi_add_relaxed(&core->holders, 1); }

// What fails stands at v->index of `part` of v->core: an agent, or v->ends. True: that is decided. False: v->core itself fails.
static bool judge_at(agi_worker *w, agi_agent *a, uint32_t part, agi_verdict *v, ag_sb *said) {
  const ag_rule_type *r = rule_of(v->core, part);
  // What fails may have left meanwhile, as all of what is around it may: that is nobody's concern then. Of an agent that has left
  // after its own topology had been judged that is not asked: it was that topology that failed.
  bool ending =
      (v->ends ? agi_load_relaxed(&v->ends->stopped) : agi_is_stopped(a)) || agi_load_relaxed(&v->core->stopped);
  say_place(said, v->core, part, v->index);
  if (!r || ending) {
    v->counts = !r;
    text(said, v->ends ? v->ends->type->cls.name : "agent");
    text(said, " stopped\n");
    return true;
  }
  tally t = record(w, v->core, r);
  if (t.n > t.max) {
    say_too_many(said, v->core, &t);
    return false;
  }
  say_restart(said, v->core, r, &t, v->ends != NULL);
  v->rule = r;
  return true;
}

agi_verdict agi_failure_judge(agi_worker *w, agi_agent *a, ag_sb *said) {
  agi_verdict v = {.core = a->place->core, .index = a->place->index};
  uint32_t part = a->place->part;
  hold(v.core);
  while (!judge_at(w, a, part, &v, said)) {
    if (v.ends) agi_core_release(w, v.ends);
    v.ends = v.core;
    v.core = agi_core_parent(v.ends);
    part = v.ends->part;
    v.index = v.ends->index;
    if (v.core) continue;
    v.counts = !agi_load_relaxed(&v.ends->stopped);
    text(said, "  ");
    text(said, v.ends->type->cls.name);
    text(said, " stopped\n");
    break;
  }
  if (v.counts) text(said, "  exit status 1\n");
  return v;
}

// ---- acting ------------------------------------------------------------------------------------------------------

static void restart_core(agi_worker *w, agi_core *core);

// Those of a part that are before or after what stands at `index`, or both.
static void restart_others(agi_worker *w, agi_core *core, uint32_t part, uint32_t index, bool before, bool after) {
  ag_array *list = agi_part_members(core, part);
  for (uint32_t i = 0; i < list->size; i++) {
    if (i == index || !(i < index ? before : after)) continue;
    if (core->type->parts[part].agent) agi_order_restart(w, agi_agent_of(((ag_agent **)list->data)[i]));
    else restart_core(w, agi_core_of(((ag_topology **)list->data)[i]));
  }
  ag_release(&w->cx, list);
}

static void restart_core(agi_worker *w, agi_core *core) {
  if (!agi_core_reopen(core)) return; // it has left
  agi_spin_lock(&core->supervisor->lock);
  for (uint32_t i = 0; i < core->type->rule_count; i++) core->supervisor->rules[i].count = 0;
  agi_spin_unlock(&core->supervisor->lock);
  for (uint32_t i = 0; i < core->type->part_count; i++) restart_others(w, core, i, UINT32_MAX, true, true);
}

// What has stopped since it was judged is not made again, but by who restarts all of it.
void agi_failure_act(agi_worker *w, agi_agent *a, agi_verdict *v) {
  const ag_rule_type *r = v->rule;
  pthread_mutex_lock(&w->rt->supervision);
  if (r && !agi_load_relaxed(&v->core->stopped)) {
    bool all = r->strategy == AG_ONE_FOR_ALL, rest = r->strategy == AG_REST_FOR_ONE;
    if (v->ends) restart_core(w, v->ends);
    else agi_order_restart(w, a);
    if (all || rest) restart_others(w, v->core, r->part, v->index, all, true);
  } else if (v->ends) {
    agi_core_stop(w, v->ends, true);
  }
  pthread_mutex_unlock(&w->rt->supervision);
  if (v->core) agi_core_release(w, v->core);
  if (v->ends) agi_core_release(w, v->ends);
}

// From here on no timer of the agent's former life goes out.
static void end_timers(agi_worker *w, agi_ward *ward) {
  agi_store_release(&ward->life, agi_load_relaxed(&ward->life) + 1);
  if (agi_load_relaxed(&ward->holders) == 1) return;
  for (uint32_t i = 0; i < w->rt->sched.count; i++) {
    agi_spin_lock(&w->rt->wheels[i].lock);
    agi_spin_unlock(&w->rt->wheels[i].lock);
  }
  agi_store_release(&w->rt->sweep, true);
}

void agi_agent_restart(agi_worker *w, agi_agent *a) {
  agi_ward *ward = a->place->ward;
  if (!agi_mailbox_begun(a)) return;
  agi_agent_clear(w, a);
  end_timers(w, ward);
  agi_mailbox_drop_own(w, a);
  agi_mailbox_first(a, agi_msg_copy(w, &ward->type->behaviours[0], ward->init, 0));
  AGI_STAT_ADD(w, restarts);
}
