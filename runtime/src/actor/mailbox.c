// mailbox.c — the rare ways in and out of a mailbox: drop_oldest, and the control lane.
// Owns:     nothing; agent.h has the layout.
#include "actor/mailbox.h"

#include "actor/message.h"

static void lock(agi_agent *a) {
  for (unsigned n = 0; agi_or_acq_rel(&a->flags, (uint16_t)AGI_MAILBOX_LOCK) & AGI_MAILBOX_LOCK; n++) {
    if (n < 64) agi_pause();
    else agi_yield();
  }
}
static void unlock(agi_agent *a) { agi_and_acq_rel(&a->flags, (uint16_t)~AGI_MAILBOX_LOCK); }

// Replaces message and count in the word, keeping flags that others set meanwhile; `set` is added.
static uint64_t locked_update(agi_agent *a, ag_msg *newest, uint32_t count, uint64_t set) {
  uint64_t word = agi_load_relaxed(&a->word), next;
  do next = (uint64_t)(uintptr_t)newest | (uint64_t)count << 48 | (word & AGI_WORD_FLAGS) | set;
  while (!agi_cas_acq_rel(&a->word, &word, next));
  return word;
}

// Under the lock: takes out the oldest message, or with `droppable` the oldest that did not come through the control lane.
static ag_msg *unlink_oldest(agi_agent *a, bool droppable) {
  ag_msg **link = &a->batch, *before = NULL;
  while (*link && droppable && (*link)->size & AGI_MSG_CONTROL) {
    before = *link;
    link = &before->next;
  }
  ag_msg *m = *link;
  if (!m) return NULL;
  uint64_t word = agi_load_relaxed(&a->word);
  *link = m->next;
  locked_update(a, m->next ? agi_word_msg(word) : before, agi_word_count(word) - agi_msg_weight(m), 0);
  return m;
}

void agi_locked_push(agi_agent *to, ag_msg *m, uint32_t capacity, uint64_t *word, ag_msg **dropped) {
  *dropped = NULL;
  lock(to);
  if (agi_word_count(agi_load_relaxed(&to->word)) >= capacity) *dropped = unlink_oldest(to, true);
  uint64_t now = agi_load_relaxed(&to->word);
  ag_msg *newest = agi_word_msg(now);
  m->next = NULL;
  if (newest) newest->next = m;
  else to->batch = m;
  *word = locked_update(to, m, agi_word_count(now) + 1, AGI_SCHED);
  unlock(to);
}

ag_msg *agi_locked_pop(agi_agent *a) {
  lock(a);
  ag_msg *m = unlink_oldest(a, false);
  unlock(a);
  return m;
}

void agi_mailbox_first(agi_agent *a, ag_msg *init) {
  bool locked = (agi_load_relaxed(&a->flags) & AGI_LOCKED_MAILBOX) != 0;
  init->size |= AGI_MSG_CONTROL;
  if (locked) lock(a);
  init->next = a->batch;
  a->batch = init;
  if (locked && !init->next) locked_update(a, init, 0, 0);
  if (locked) unlock(a);
}

// What has come through the control lane, and a first message, stand in front of all others.
bool agi_mailbox_begun(agi_agent *a) {
  bool locked = (agi_load_relaxed(&a->flags) & AGI_LOCKED_MAILBOX) != 0, begun = true;
  if (agi_load_relaxed(&a->control) != NULL) agi_control_take(a);
  if (locked) lock(a);
  for (ag_msg *m = a->batch; m && m->size & AGI_MSG_CONTROL; m = m->next) begun &= m->behaviour != 0;
  if (locked) unlock(a);
  return begun;
}

// Takes them out, linked.
static ag_msg *unlink_own(agi_agent *a) {
  ag_msg *own = NULL, *before = NULL;
  for (ag_msg **link = &a->batch, *m; (m = *link) && m->size & AGI_MSG_CONTROL;) {
    if (m->size & AGI_MSG_OWN) {
      *link = m->next;
      m->next = own;
      own = m;
    } else {
      before = m;
      link = &m->next;
    }
  }
  if (agi_load_relaxed(&a->flags) & AGI_LOCKED_MAILBOX && own) {
    uint64_t word = agi_load_relaxed(&a->word);
    locked_update(a, before && !before->next ? before : a->batch ? agi_word_msg(word) : NULL, agi_word_count(word), 0);
  }
  return own;
}

void agi_mailbox_drop_own(agi_worker *w, agi_agent *a) {
  bool locked = (agi_load_relaxed(&a->flags) & AGI_LOCKED_MAILBOX) != 0;
  if (agi_load_relaxed(&a->control) != NULL) agi_control_take(a);
  if (locked) lock(a);
  ag_msg *own = unlink_own(a);
  if (locked) unlock(a);
  for (ag_msg *next; own; own = next) {
    next = own->next;
    if (own->size & AGI_MSG_TICK) agi_tick_taken(w, own);
    agi_msg_drop(w, agi_type_of(a), own, &ag_error_AgentStopped);
  }
}

void agi_control_push(agi_worker *w, agi_agent *to, ag_msg *m) {
  m->size |= AGI_MSG_CONTROL;
  ag_msg *head = agi_load_relaxed(&to->control);
  do m->next = head;
  while (!agi_cas_acq_rel(&to->control, &head, m));
  uint64_t old = agi_or_acq_rel(&to->word, AGI_CONTROL | AGI_SCHED);
  if (!(old & AGI_SCHED)) agi_agent_ready(w, to);
}

void agi_control_take(agi_agent *a) {
  agi_and_acq_rel(&a->word, ~AGI_CONTROL);
  ag_msg *m = agi_swap_acq_rel(&a->control, NULL), *oldest = NULL, *last = m;
  while (m) {
    ag_msg *next = m->next;
    m->next = oldest;
    oldest = m;
    m = next;
  }
  if (!oldest) return;
  bool locked = (agi_load_relaxed(&a->flags) & AGI_LOCKED_MAILBOX) != 0;
  if (locked) lock(a);
  ag_msg **link = &a->batch;
  while (*link && (*link)->size & AGI_MSG_CONTROL) link = &(*link)->next;
  last->next = *link;
  *link = oldest;
  if (locked) {
    uint64_t word = agi_load_relaxed(&a->word);
    locked_update(a, last->next ? agi_word_msg(word) : last, agi_word_count(word), 0);
    unlock(a);
  }
}
