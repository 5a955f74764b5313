// kit_hole.h — an agent that waits for ever where its initialisers should end: what others wait for behind it never comes.
#ifndef RUNTIME_KIT_HOLE_H
#define RUNTIME_KIT_HOLE_H

#include "actor/wait.h"

static bool hole_withdraw(agi_wait *wait, agi_agent *a) {
  (void)wait, (void)a;
  return true; // nobody would wake it
}
static const agi_wait_kind hole_kind = {.withdraw = hole_withdraw};
static agi_wait hole_wait = {.kind = &hole_kind};
static int hole_init(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp) {
  (void)fp;
  if (cx->err) return AG_FAILED;
  agi_agent_of(self)->current = m;
  agi_wait_begin(agi_agent_of(self), &hole_wait);
  return AG_SUSPENDED;
}

#endif
