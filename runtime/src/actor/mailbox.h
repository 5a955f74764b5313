// mailbox.h — the two hot operations on agi_agent.word, inline. agent.h has the layout and the access table.
// Owns:     nothing; see agent.h.
// Promises: push is one compare-exchange (a retry only if another sender, or the agent itself, came in between).
//           Flags are kept by both operations.
#ifndef AGI_ACTOR_MAILBOX_H
#define AGI_ACTOR_MAILBOX_H

#include "actor/agent.h"

// *word is the word that belongs to the length answered.
static inline uint32_t agi_mailbox_size(agi_agent *a, uint64_t *word) {
  uint32_t taken = agi_load_acquire(&a->taken);
  *word = agi_load_relaxed(&a->word);
  return (uint16_t)(agi_word_count(*word) - taken);
}

// Pushes if the length would stay below `limit`. Answers the word before the push, with *pushed. The caller schedules the
// agent if SCHED was not set.
static inline uint64_t agi_mailbox_push(agi_agent *to, ag_msg *m, uint32_t limit, bool *pushed) {
  for (;;) {
    uint64_t word;
    if (AGI_UNLIKELY(agi_mailbox_size(to, &word) + 1 >= limit)) {
      *pushed = false;
      return word;
    }
    m->next = agi_word_msg(word);
    uint64_t next =
        (word - (uint64_t)(uintptr_t)m->next + (uint64_t)(uintptr_t)m + ((uint64_t)1 << 48)) | AGI_SCHED; // wraps
    if (agi_cas_weak_acq_rel(&to->word, &word, next)) {
      *pushed = true;
      return word;
    }
  }
}

// How many messages it takes at least until agi_limits_of(a->options).low are left or fewer; 0: that is so.
static inline uint32_t agi_mailbox_above_low(agi_agent *a) {
  uint64_t word;
  uint32_t low = a->options->low, capacity = a->options->capacity, size = agi_mailbox_size(a, &word);
  if (low == AG_MAILBOX_EMPTY) low = 0;
  else if (low == 0) low = (capacity ? capacity : AGI_CAPACITY_USUAL) / 5;
  return size > low ? size - low : 0;
}

// By the agent, whose batch is empty: how many have come since.
static inline uint32_t agi_mailbox_come(const agi_agent *a, uint64_t word) {
  return (uint16_t)(agi_word_count(word) - agi_load_relaxed(&a->taken));
}

// The agent takes the n newest, which are all that have come, oldest first, into its empty batch. word: acquired.
static inline void agi_mailbox_take(agi_agent *a, uint64_t word, uint32_t n) {
  ag_msg *m = agi_word_msg(word), *oldest = NULL;
  for (; n > 0; n--) {
    ag_msg *next = m->next;
    m->next = oldest;
    oldest = m;
    m = next;
  }
  a->batch = oldest;
}

// Sends without ever pausing (from outside). Consumes m; false: the mailbox refused it.
bool agi_send_now(agi_worker *w, agi_agent *to, ag_msg *m);

// The running agent enters `to`'s list of paused senders; its operation then returns AG_SUSPENDED. False: the signal has to go
// through instead, since to pause would close a cycle.
bool agi_pause_on(agi_worker *w, agi_agent *self, agi_agent *to);

// What came of one try to send. HELD: m is still the sender's, who is to pause on `to` first; PAUSE: accepted, then pause;
// REFUSED: MailboxFull. In all cases but HELD m is consumed.
typedef enum agi_sent { AGI_SENT, AGI_HELD, AGI_PAUSE, AGI_REFUSED } agi_sent;
// One try on behalf of `from`, which need not run here; `forced`: the policy `suspend` lets it past the capacity.
agi_sent agi_send_try(agi_worker *w, agi_agent *from, agi_agent *to, ag_msg *m, bool forced);

// Mailboxes with drop_oldest (flag AGI_LOCKED_MAILBOX): `batch` is the oldest message, word's the newest, linked forwards, and its
// count their number; a lock bit in `flags` lets senders take the oldest away.
void agi_locked_push(agi_agent *to, ag_msg *m, uint32_t capacity, uint64_t *word, ag_msg **dropped);
ag_msg *agi_locked_pop(agi_agent *a);
// Puts messages of the control lane (a chain, newest first) in front of all but earlier ones of their kind.
void agi_control_take(agi_agent *a);
// The message that an agent begins with goes in front of all; no policy drops it, and it takes nobody's place. By the agent,
// or before it starts.
void agi_mailbox_first(agi_agent *a, ag_msg *init);
// By the agent, before it is made anew. False: its first message still waits, it has not begun.
bool agi_mailbox_begun(agi_agent *a);
void agi_mailbox_drop_own(agi_worker *w, agi_agent *a); // the messages of timers that it has started
// Never full, never behind the others: timers.
void agi_control_push(agi_worker *w, agi_agent *to, ag_msg *m);

#endif
