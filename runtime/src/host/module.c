// module.c — the constants of libraries made of .agent. They are variables of the library, so all runtimes of the process share them.
// Owns:     which modules a runtime uses; the objects of a module's constants, from the first runtime that uses it to the last.
// Promises: made once, and seen by whoever has got past agi_module_use. They come from the process's allocator.
//   field             written by                    read by            ordering
//   module.users, kept   under module.lock          likewise
//   rt.modules.items  under modules_lock             anyone             count: release / acquire
#include "host/host.h"

#define MODULES_MAX 64

static void lock(ag_module *m) {
  while (__atomic_exchange_n(&m->lock, 1U, __ATOMIC_ACQUIRE)) agi_yield();
}
static void unlock(ag_module *m) { __atomic_store_n(&m->lock, 0U, __ATOMIC_RELEASE); }

bool agi_module_known(agi_runtime *rt, const ag_module *m) {
  uint32_t n = agi_load_acquire(&rt->modules.count);
  for (uint32_t i = 0; i < n; i++)
    if (rt->modules.items[i] == m) return true;
  return false;
}

// A context of its own: what it allocates outlives the runtime. It stays until the constants go, which takes no memory then.
typedef struct keeper {
  agi_worker worker;
  agi_depot depot;
  agi_constants constants;
} keeper;

static agi_worker *work_for(keeper *k, agi_runtime *rt) {
  agi_worker *w = &k->worker;
  w->rt = rt;
  agi_proc_init(&w->proc, &rt->sched, 0);
  w->cx.stack_limit = agi_stack_limit(AGI_STACK_MARGIN);
  return w;
}

static void make(agi_runtime *rt, ag_module *m) {
  agi_memory *before = agi_memory_enter(NULL);
  keeper *k = agi_alloc_aligned(64, sizeof *k);
  k->worker.apart = AGI_ENDING;
  k->worker.constants = &k->constants;
  agi_pool_init(&k->worker.cx.pool, &k->depot);
  agi_worker *w = work_for(k, rt);
  if (m->constants) m->constants(&w->cx);
  m->kept = k;
  agi_memory_enter(before);
}

static void drop(agi_runtime *rt, ag_module *m) {
  agi_memory *before = agi_memory_enter(NULL);
  keeper *k = m->kept;
  agi_constants_drop(&work_for(k, rt)->cx, &k->constants);
  agi_pool_fini(&k->worker.cx.pool);
  agi_depot_fini(&k->depot);
  agi_free(k);
  m->kept = NULL;
  agi_memory_enter(before);
}

static void add(agi_runtime *rt, ag_module *m) {
  if (!rt->modules.items) rt->modules.items = agi_alloc(MODULES_MAX * sizeof(ag_module *));
  uint32_t n = agi_load_relaxed(&rt->modules.count);
  if (n == MODULES_MAX) agi_die("a runtime uses more than 64 libraries");
  rt->modules.items[n] = m;
  agi_store_release(&rt->modules.count, n + 1);
}

void agi_module_use(agi_runtime *rt, ag_module *m) {
  lock(m); // before the runtime's: making constants takes a while
  if (!agi_module_known(rt, m)) {
    if (m->users++ == 0) make(rt, m);
    agi_spin_lock(&rt->modules_lock);
    add(rt, m);
    agi_spin_unlock(&rt->modules_lock);
  }
  unlock(m);
}

void agi_modules_leave(agi_runtime *rt) {
  uint32_t n = agi_load_acquire(&rt->modules.count);
  for (uint32_t i = 0; i < n; i++) {
    ag_module *m = rt->modules.items[i];
    lock(m);
    if (--m->users == 0) drop(rt, m);
    unlock(m);
  }
  agi_free((void *)rt->modules.items);
  rt->modules.items = NULL;
}
