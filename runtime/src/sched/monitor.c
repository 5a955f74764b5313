// monitor.c — see monitor.h.
#include "sched/monitor.h"

#include "sched/idle.h"
#include "sched/seat.h"

enum { WORK = 1, HURRY = 2 }; // monitor_word
enum { QUIET_LOOKS = 3 };     // so often in a row nobody has run anything: sleep until woken

// Is there anything that waits for a worker, while none is parked that would see to it?
static bool neglected(agi_proc *p) {
  agi_sched *s = p->sched;
  if (agi_load_relaxed(&s->parked_count) != 0) return false;
  return agi_sched_has_work(p) || agi_load_relaxed(&s->global_size) || agi_load_relaxed(&s->waiting_count) ||
         s->hooks->next(s) == 0;
}

// Less than a tenth of the time on a processor, and asleep now: not merely kept from running by other processes.
static bool asleep(agi_proc *p, int64_t cpu_ns) {
  return cpu_ns - p->seen_cpu_ns < AGI_MONITOR_NS / 10 && agi_thread_sleeps(&p->thread);
}

// p's task was asleep at the last look, and gave up its seat. It is reported if it has slept ever since: who only waits for memory, or for
// a lock of the runtime that somebody has who cannot run, wakes up now and then.
static void look_again(agi_proc *p) {
  bool same = p->suspect && agi_load_relaxed(&p->picks) == p->suspect - 1;
  p->suspect = 0;
  if (same && agi_thread_cpu_ns(&p->thread) == p->seen_cpu_ns && agi_thread_sleeps(&p->thread))
    p->sched->hooks->overran(p);
}

// Answers whether p has done anything since the last look. `at_once`: a call that has just begun gives up its seat, too.
static bool look_at(agi_proc *p, bool at_once) {
  agi_sched *s = p->sched;
  uint64_t picks = agi_load_relaxed(&p->picks);
  uint32_t hold = agi_load_relaxed(&p->hold);
  bool same = picks == p->seen_picks; // one and the same task
  if (p->suspect) look_again(p);
  if (hold == AGI_UNSEATED || agi_load_relaxed(&p->parked)) {
    p->seen_picks = hold == AGI_UNSEATED ? UINT64_MAX : picks;
    return !same && hold != AGI_UNSEATED;
  }
  int64_t cpu_ns = hold == AGI_SEATED ? agi_thread_cpu_ns(&p->thread) : 0;
  if ((same || at_once) && hold == AGI_CALLING) {
    if (agi_load_relaxed(&s->parked_count) == 0) agi_seat_take(p, true);
  } else if (same && picks != 0 && neglected(p)) { // picks is 0: its thread has not come to its first task yet
    bool slept = asleep(p, cpu_ns);
    bool runs = cpu_ns - p->seen_cpu_ns >=
                AGI_MONITOR_NS / 10; // else other processes have the machine: more threads are no help
    if ((slept || runs) && agi_seat_take(p, false) && slept) p->suspect = picks + 1;
  }
  p->seen_picks = picks;
  p->seen_cpu_ns = cpu_ns;
  return true;
}

// All parked for a while: from now on whoever leaves the list of sleepers wakes the monitor.
static bool may_sleep(agi_sched *s) {
  agi_spin_lock(&s->idle_lock);
  bool all = agi_load_relaxed(&s->parked_count) == s->count;
  if (all) agi_store_relaxed(&s->monitor_sleeps, true);
  agi_spin_unlock(&s->idle_lock);
  return all;
}

static void *monitor(void *arg) {
  agi_sched *s = arg;
  unsigned quiet = 0;
  while (!agi_load_acquire(&s->open) && !agi_load_acquire(&s->stop))
    agi_futex_wait(&s->monitor_word, 0, AGI_MONITOR_NS);
  while (!agi_load_acquire(&s->stop)) {
    bool sleeps = quiet >= QUIET_LOOKS && may_sleep(s);
    agi_futex_wait(&s->monitor_word, 0, sleeps ? -1 : AGI_MONITOR_NS);
    bool at_once = (agi_swap_acq_rel(&s->monitor_word, 0U) & HURRY) != 0;
    agi_store_relaxed(&s->monitor_sleeps, false);
    if (agi_load_acquire(&s->stop)) break;
    bool moved = sleeps;
    uint32_t made = agi_load_acquire(&s->made);
    for (uint32_t i = 0; i < made; i++) moved |= look_at(s->procs[i], at_once);
    if (agi_load_relaxed(&s->parked_count) < s->count) agi_sched_relieve_sentinel(s); // see watch_on in idle.c
    quiet = moved ? 0 : quiet + 1;
  }
  return NULL;
}

bool agi_monitor_start(agi_sched *s) { return agi_thread_start(&s->monitor, AGI_MONITOR_STACK, monitor, s); }
void agi_monitor_join(agi_sched *s) { agi_thread_join(&s->monitor); }

static void wake(agi_sched *s, uint32_t why) {
  agi_store_relaxed(&s->monitor_sleeps, false);
  agi_or_acq_rel(&s->monitor_word, why);
  agi_futex_wake(&s->monitor_word);
}
void agi_monitor_wake(agi_sched *s) { wake(s, WORK); }
void agi_monitor_awake(agi_sched *s) {
  if (AGI_UNLIKELY(agi_load_relaxed(&s->monitor_sleeps)) && agi_swap_acq_rel(&s->monitor_sleeps, false)) wake(s, WORK);
}

void agi_monitor_hurry(agi_sched *s) {
  uint32_t made = agi_load_acquire(&s->made);
  bool calls = false;
  for (uint32_t i = 0; i < made; i++) {
    uint32_t hold = agi_load_relaxed(&s->procs[i]->hold);
    if (hold == AGI_SEATED) return; // it comes to that by itself
    calls |= hold == AGI_CALLING;
  }
  if (calls) wake(s, HURRY);
}
