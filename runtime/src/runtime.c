// runtime.c — ag_runtime owns everything; ending is starting reversed.
// Owns:     workers, the depot, the first agent; what the scheduler asks when it finds nothing to do.
// Promises: when ag_runtime_run returns, no thread of ours is left; ag_runtime_free leaves no memory behind: what still waits
//           is resumed with Cancelled, what is queued is dropped, then agents are freed.
#include <agent/agent.h>
#include <signal.h>

#include "actor/future.h"
#include "actor/message.h"
#include "actor/turn.h"
#include "actor/wait.h"
#include "actor/worker.h"
#include "data/output.h"
#include "host/host.h"
#include "obs/overran.h"
#include "prim/broadcast.h"
#include "prim/island.h"
#include "prim/lease.h"
#include "prim/timer.h"
#include "sched/idle.h"
#include "sched/rank.h"
#include "sched/seat.h"

#define VIRTUAL_START_NS INT64_C(1000000000)

// ---- hooks of the scheduler --------------------------------------------------------------------------------------

static void on_start(agi_proc *p) {
  agi_worker *w = agi_worker_of_proc(p);
  agi_inside = w->rt;
  agi_memory_enter(w->rt->memory);
  agi_worker_stack(w);
}

// Timers are looked at every few turns, or before each when these take long. Only where there are timers is it known how long.
static void mind_turns(agi_worker *w, int64_t now) {
  int64_t most = w->proc.long_turns ? AGI_TICK_NS / 2 / AGI_TIMERS_EVERY : AGI_TICK_NS / 2;
  w->proc.long_turns = now != 0 && now - w->polled_ns > most;
  w->polled_ns = now;
}

static void callbacks_sweep(agi_worker *w) {
  agi_spin_lock(&w->rt->modules_lock);
  const agi_callback_hooks *callbacks = w->rt->callback_hooks;
  agi_spin_unlock(&w->rt->modules_lock);
  if (callbacks) callbacks->sweep(w);
}

static void on_poll(agi_proc *p, bool all) {
  agi_worker *w = agi_worker_of_proc(p);
  agi_runtime *rt = w->rt;
  int64_t now = 0;
  for (uint32_t i = 0; i < rt->sched.count && !agi_load_relaxed(&rt->draining); i++) {
    agi_wheel *wheel = all ? &rt->wheels[i] : agi_wheel_of(w);
    if (agi_wheel_next_ns(wheel) >= 0) {
      if (!now) now = agi_clock(rt);
      agi_wheel_poll(wheel, now, w);
    }
    if (!all) break;
  }
  mind_turns(w, now);
  agi_leases_poll(w);
  agi_timers_done(w);
  agi_islands_poll(w);
  if (all && agi_load_relaxed(&rt->sweep) && agi_swap_acq_rel(&rt->sweep, false)) {
    agi_timers_sweep(w);
    callbacks_sweep(w);
  }
}

// Leases are renewed, and topologies freed, while something else keeps the run alive.
static int64_t on_background(agi_sched *s) {
  agi_runtime *rt = AGI_CONTAINER_OF(s, agi_runtime, sched);
  int64_t lease = agi_leases_next(rt), now = agi_clock(rt), island = agi_islands_next(rt);
  if (lease >= 0) lease = lease <= now ? 0 : lease - now;
  return lease < 0 || (island >= 0 && island < lease) ? island : lease;
}

static int64_t on_next(agi_sched *s) {
  agi_runtime *rt = AGI_CONTAINER_OF(s, agi_runtime, sched);
  int64_t first = -1;
  // Some timers, or callbacks, may belong to agents that have stopped; those callbacks keep the run alive, also while it drains.
  if (agi_load_acquire(&rt->sweep)) return 0;
  if (agi_load_relaxed(&rt->draining)) return -1;
  for (uint32_t i = 0; i < s->count; i++) {
    int64_t due = agi_wheel_next_ns(&rt->wheels[i]);
    if (due >= 0 && (first < 0 || due < first)) first = due;
  }
  if (first < 0) return -1;
  int64_t now = agi_clock(rt), lease = agi_leases_next(rt), island = agi_islands_next(rt);
  if (lease >= 0 && lease < first) first = lease;
  if (island >= 0 && now + island < first) first = now + island;
  if (rt->sched.chooser && first > now) {
    agi_store_relaxed(&rt->virtual_ns, first); // nothing is ready: on to what comes next
    return 0;
  }
  return first <= now ? 0 : first - now;
}

// Everyone has parked and no timer is left. Signals that pause on one who waits for a quorum go through. If main still
// waits, it gets Deadlock, or its paused signal goes through.
static bool on_quiescent(agi_proc *p) {
  agi_worker *w = agi_worker_of_proc(p);
  agi_agent *a = w->rt->main;
  if (agi_waiters_force(w)) return false;
  if (!a || agi_load_acquire(&a->wait) != AGI_SUSPENDED) return true;
  if (agi_islands_free(w) && agi_sched_has_work(p)) return false; // main may have waited for what one of them held
  uintptr_t edge = agi_load_relaxed(&a->edge);
  if (edge & AGI_EDGE_PAUSED) {
    agi_or_sc(&a->flags, (uint16_t)AGI_FORCED);
    agi_waiters_wake(w, (agi_agent *)(edge & ~AGI_EDGE_BITS), AGI_ALL_WAITERS);
  } else {
    agi_or_sc(&a->flags, (uint16_t)AGI_STUCK);
    agi_edge_clear(a);
    agi_agent_wake(w, a);
  }
  return false;
}

static void on_held(agi_proc *p) { (void)agi_waiters_force(agi_worker_of_proc(p)); }

static void worker_init(agi_runtime *rt, agi_worker *w, uint32_t i) {
  w->rt = rt;
  agi_proc_init(&w->proc, &rt->sched, i);
  agi_pool_init(&w->cx.pool, &rt->depot);
  w->until_sample = w->sample_turns = rt->profiles ? 16 : UINT32_MAX;
  w->first_look = rt->sched.chooser ? 0 : AGI_FIRST_LOOK;
}

static agi_proc *on_more(agi_sched *s) {
  agi_memory_enter(AGI_CONTAINER_OF(s, agi_runtime, sched)->memory); // a worker's thread, or the monitor's
  agi_worker *w = agi_alloc_aligned(64, sizeof *w);
  worker_init(AGI_CONTAINER_OF(s, agi_runtime, sched), w, 0);
  return &w->proc;
}

static void on_added(agi_sched *s, agi_proc *p, uint32_t index) {
  agi_runtime *rt = AGI_CONTAINER_OF(s, agi_runtime, sched);
  if (index == AGI_NOT_ADDED) {
    agi_free(agi_worker_of_proc(p));
    return;
  }
  rt->workers[index] = agi_worker_of_proc(p);
  rt->count = index + 1;
}

#define HOOKS                                                                                                 \
  .start = on_start, .poll = on_poll, .next = on_next, .background = on_background, .held = on_held,          \
  .quiescent = on_quiescent, .added = on_added, .ranked_run = agi_agent_run_ranked, .level = agi_agent_level, \
  .overran = agi_overran
static const agi_sched_hooks hooks = {HOOKS, .more = on_more};
static const agi_sched_hooks driven_hooks = {HOOKS}; // no other threads than the host's

// ---- life of a runtime -------------------------------------------------------------------------------------------

static void seeded_init(agi_runtime *rt, uint64_t seed) {
  agi_chooser_init(&rt->chooser, seed);
  rt->sched.chooser = &rt->chooser;
  atomic_init(&rt->virtual_ns, VIRTUAL_START_NS);
}

static void on_no_memory(agi_memory *m) { agi_sched_end(&AGI_CONTAINER_OF(m, agi_runtime, own_memory)->sched); }

static bool options_possible(const ag_options *o) {
  if (o->workers > AGI_MAX_PROCS || o->drive > AG_DRIVE_PROGRAM || (o->seed && o->drive != AG_DRIVE_PROGRAM))
    return false;
  return !o->memory || (o->memory->alloc && o->memory->free);
}

// The runtime itself comes from the allocator that stands in it. What the calling thread worked with before: *before.
static agi_runtime *runtime_alloc(const ag_allocator *from, agi_memory **before) {
  agi_memory own = {.told = NULL};
  if (from) own = (agi_memory){.alloc = from->alloc, .free = from->free, .arg = from->arg};
  *before = agi_memory_enter(from ? &own : NULL);
  agi_runtime *rt = agi_alloc_aligned(64, sizeof *rt);
  rt->own_memory = own;
  rt->memory = from ? &rt->own_memory : NULL;
  agi_depot_init(&rt->depot, !from);
  agi_memory_enter(rt->memory);
  if (from && !(rt->own_memory.reserve = from->alloc(from->arg, AGI_RESERVE))) rt->own_memory.failed = true;
  return rt;
}

static void options_keep(agi_runtime *rt, const ag_options *o) {
  rt->profiles = o->profile == AG_PROFILE_ON && o->seed == 0;
  rt->failed_hook = o->failed, rt->failed_arg = o->failed_arg;
  rt->log_hook = o->log, rt->log_arg = o->log_arg;
  rt->drive = o->drive;
  rt->event = (agi_event){-1, -1, -1};
  rt->leases.own = !o->leases;
  if (rt->leases.own) agi_lease_table_new(&rt->leases.backend);
  else rt->leases.backend = *o->leases;
}

static void workers_make(agi_runtime *rt, uint32_t n, uint64_t seed) {
  uint32_t room = n + AGI_MAX_SPARES;
  rt->count = n;
  rt->procs = agi_alloc_zeroed(room * sizeof *rt->procs);
  rt->workers = agi_alloc_zeroed(room * sizeof *rt->workers);
  rt->wheels = agi_alloc_aligned(64, n * sizeof *rt->wheels);
  agi_sched_init(&rt->sched, rt->drive == AG_DRIVE_HOST ? &driven_hooks : &hooks, rt->procs, n);
  if (seed) seeded_init(rt, seed);
  int64_t now = agi_clock(rt);
  for (uint32_t i = 0; i < n; i++) {
    rt->workers[i] = agi_alloc_aligned(64, sizeof *rt->workers[i]);
    worker_init(rt, rt->workers[i], i);
    agi_wheel_init(&rt->wheels[i], now);
    rt->procs[i] = &rt->workers[i]->proc;
    if (rt->sched.chooser) rt->workers[i]->rng = agi_rng_from(~seed);
  }
  agi_wheel_init(&rt->leases.wheel, now);
  atomic_init(&rt->islands.due_ns, AGI_ISLANDS_NEVER);
}

// The host's signals are handled by the host's threads.
static bool threads_start(agi_runtime *rt) {
  static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGPROF};
  sigset_t most, before;
  sigfillset(&most);
  for (size_t i = 0; i < sizeof own / sizeof *own; i++) sigdelset(&most, own[i]);
  pthread_sigmask(SIG_SETMASK, &most, &before);
  bool ok = agi_sched_hold(&rt->sched) && agi_sched_start(&rt->sched);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return ok;
}

// What a host drives, or has driven for it, begins now. We may be part of a plugin that is unloaded; threads that have allocated still have
// something of the allocator when they end later.
static ag_status begin(agi_runtime *rt) {
  rt->accepts = rt->drive != AG_DRIVE_PROGRAM;
#if !AGI_SANITIZED
  if (rt->accepts) agi_keep_loaded((void (*)(void))mi_malloc);
#endif
  if (rt->memory) rt->memory->told = on_no_memory;
  if (rt->drive == AG_DRIVE_THREADS && !threads_start(rt)) return AG_ERR_THREAD;
  if (rt->drive != AG_DRIVE_HOST) return AG_OK;
  if (!agi_event_open(&rt->event)) return AG_ERR_THREAD;
  rt->sched.wake_fd = rt->event.set;
  agi_event_set(rt->event.set); // it is called once, and parks
  return AG_OK;
}

ag_status ag_runtime_new(const ag_options *options, ag_runtime **out) {
  static const ag_options defaults = {0};
  const ag_options *o = options ? options : &defaults;
  *out = NULL;
  if (!options_possible(o)) return AG_ERR_INVALID;
  agi_memory *before;
  agi_runtime *rt = runtime_alloc(o->memory, &before);
  rt->began_ticks = agi_ticks();
  rt->began_ns = agi_now_ns();
  pthread_mutex_init(&rt->graph, NULL);
  pthread_mutex_init(&rt->failures, NULL);
  pthread_mutex_init(&rt->supervision, NULL);
  options_keep(rt, o);
  workers_make(rt, o->seed || o->drive == AG_DRIVE_HOST ? 1 : o->workers ? o->workers : agi_cpu_count(), o->seed);
  ag_status status = agi_no_memory(rt) ? AG_ERR_MEMORY : begin(rt);
  bool running = status == AG_OK;
  if (running && agi_no_memory(rt)) status = AG_ERR_MEMORY;
  agi_memory_enter(before);
  if (status == AG_OK) {
    *out = rt;
    return AG_OK;
  }
  if (!running) rt->accepts = false;
  ag_runtime_free(rt);
  return status;
}

ag_status ag_runtime_run(ag_runtime *rt, const ag_agent_type *type, ag_msg *(*first)(ag_cx *cx, void *arg), void *arg,
                         int *exit_status) {
  if (rt->main || rt->drive != AG_DRIVE_PROGRAM) return AG_ERR_INVALID;
  agi_memory *before = agi_memory_enter(rt->memory);
  agi_worker *w = rt->workers[0];
  w->cx.stack_limit = agi_stack_limit(AGI_STACK_MARGIN);
  rt->main = agi_agent_of(ag_spawn(&w->cx, type, first(&w->cx, arg), NULL));
  agi_or_sc(&rt->main->flags, (uint16_t)AGI_MAIN);
  bool ran = agi_sched_run(&rt->sched);
  agi_memory_enter(before);
  if (!ran) return AG_ERR_THREAD;
  agi_output_flush();
  if (exit_status) *exit_status = agi_load_relaxed(&rt->failed) ? 1 : agi_load_relaxed(&rt->exit_code);
  return agi_no_memory(rt) ? AG_ERR_MEMORY : AG_OK;
}

static void cancel_agents(agi_runtime *rt, agi_worker *w) {
  for (uint32_t i = 0; i < rt->count; i++) { // nobody frees itself from here on
    for (agi_agent *a = rt->workers[i]->shard.first; a; a = a->next) agi_or_acq_rel(&a->word, AGI_SCHED);
  }
  for (bool again = true; again;) { // an unwinding agent may still create others
    uint64_t before = agi_load_relaxed(&w->stats.spawned);
    for (uint32_t i = 0; i < rt->count; i++) {
      for (agi_agent *a = rt->workers[i]->shard.first; a; a = a->next) agi_agent_cancel(w, a);
    }
    again = agi_load_relaxed(&w->stats.spawned) != before;
  }
  agi_broadcasts_drop(w);
}

void agi_runtime_cancel(agi_runtime *rt) {
  agi_worker *w = rt->workers[0];
  if (agi_load_relaxed(&rt->ending)) return;
  w->cx.stack_limit = agi_stack_limit(AGI_STACK_MARGIN);
  agi_store_relaxed(&rt->ending, true);
  w->apart = AGI_ENDING;
  agi_timers_drop(w);
  callbacks_sweep(w);
  cancel_agents(rt, w);
}

static void free_agents(agi_runtime *rt, agi_worker *w) {
  agi_islands_drop(w);
  for (uint32_t i = 0; i < rt->count; i++) {
    while (rt->workers[i]->shard.first) agi_agent_free(w, rt->workers[i]->shard.first);
  }
}

void ag_runtime_free(ag_runtime *rt) {
  if (!rt) return;
  (void)ag_runtime_stop(rt, 0); // unless it has been
  agi_memory own = rt->own_memory, *memory = rt->memory, *before = agi_memory_enter(memory);
  agi_worker *w = rt->workers[0];
  agi_runtime_cancel(rt);
  if (rt->callback_hooks) rt->callback_hooks->drop(w);
  free_agents(rt, w);
  agi_constants_drop(&w->cx, &rt->constants);
  agi_modules_leave(rt);
  for (uint32_t i = 0; i < rt->count; i++) agi_pool_fini(&rt->workers[i]->cx.pool);
  agi_guests_free(rt);
  agi_depot_fini(&rt->depot);
  agi_chooser_fini(&rt->chooser);
  for (uint32_t i = 0; i < rt->count; i++) {
    agi_ranks_free(&rt->workers[i]->proc);
    agi_free(rt->workers[i]->unused);
    agi_free(rt->workers[i]);
  }
  if (rt->leases.own) agi_lease_table_free(&rt->leases.backend);
  pthread_mutex_destroy(&rt->supervision);
  pthread_mutex_destroy(&rt->failures);
  pthread_mutex_destroy(&rt->graph);
  agi_event_close(&rt->event);
  agi_free(rt->wheels);
  agi_free((void *)rt->blockers);
  agi_free(rt->workers);
  agi_free(rt->procs);
  if (memory) agi_memory_enter(&own); // the runtime holds its own allocator
  agi_free(rt);
  if (memory && own.reserve) own.free(own.arg, own.reserve);
  agi_memory_enter(before);
}

void agi_block_begin(ag_cx *cx, bool now) {
  agi_worker *w = agi_worker_of(cx);
  if (w->measured_from) w->blocked_from = agi_ticks();
  if (!w->apart) agi_profile_blocks(w);
  agi_seat_leave(&w->proc, now);
}
void agi_block_end(ag_cx *cx) {
  agi_worker *w = agi_worker_of(cx);
  agi_seat_return(&w->proc);
  if (w->measured_from) w->measured_from += agi_ticks() - w->blocked_from; // that was not the agent's own time
}
void ag_blocking_begin(ag_cx *cx) { agi_block_begin(cx, true); }
void ag_blocking_end(ag_cx *cx) { agi_block_end(cx); }

int64_t agi_clock_read(ag_cx *cx) {
  agi_runtime *rt = agi_worker_of(cx)->rt;
  int64_t now = agi_clock(rt);
  if (rt->sched.chooser) agi_store_relaxed(&rt->virtual_ns, now + AGI_GLANCE_NS);
  return now;
}

void ag_constant(ag_cx *cx, void *slot, const ag_type *type) {
  agi_worker *w = agi_worker_of(cx);
  agi_constants_add(w->constants ? w->constants : &w->rt->constants, slot, type);
}

void agi_exit_code_set(ag_cx *cx, int code) { agi_store_relaxed(&agi_worker_of(cx)->rt->exit_code, code); }
