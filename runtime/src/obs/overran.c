// overran.c — see overran.h.
#include "obs/overran.h"

#include <stdio.h>

#include "actor/worker.h"

static bool first_time(agi_runtime *rt, const ag_behaviour *b) {
  for (uint32_t i = 0; i < rt->blocker_count; i++) {
    if (rt->blockers[i] == b) return false;
  }
  const void **more = agi_alloc((rt->blocker_count + 1) * sizeof *more);
  for (uint32_t i = 0; i < rt->blocker_count; i++) more[i] = rt->blockers[i];
  agi_free((void *)rt->blockers);
  more[rt->blocker_count++] = b;
  rt->blockers = more;
  return true;
}

void agi_overran(agi_proc *p) {
  agi_worker *w = agi_worker_of_proc(p);
  const ag_agent_type *type = agi_load_relaxed(&w->type);
  const ag_behaviour *b = agi_load_relaxed(&w->behaviour);
  agi_memory_enter(w->rt->memory); // the monitor's thread does nothing else
  if (!type || !b || !first_time(w->rt, b)) return;
  bool in_main = w->rt->main && type == agi_type_of(w->rt->main);
  char text[512];
  int n = snprintf(text, sizeof text,
                   "%s%s%s blocked its worker for more than 10 ms while others waited\n"
                   "  at %s:%u\n"
                   "  they were handed to another thread; a C function that may block is declared `blocking fn`\n",
                   type->cls.name, in_main ? "" : ".", in_main ? "" : b->name, b->file ? b->file : "?", b->line);
  if (n > 0) agi_log(w->rt, text, n < (int)sizeof text ? n : (int)sizeof text - 1);
}
