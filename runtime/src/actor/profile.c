// profile.c — see profile.h.
#include "actor/profile.h"

#include "actor/turn.h"

#include <inttypes.h>
#include <stdio.h>

enum { NOTE_NS = 100, SHARE = 100, MOST_TURNS = 4096 }; // what measuring takes; a hundredth of the time for it
enum { TURN_NS = 250000, MOST_MESSAGES = 512 };
enum {
  UNKNOWN_NS = 4 * AGI_HERE_NS,
  LONG_NS = 8 * AGI_HERE_NS
}; // as long as that: the processor was taken away, perhaps
#define CALIBRATE_NS INT64_C(1000000)

// Ticks to ns, in 1/2^32. Known after 1 ms, and more exactly after each time that is 32 times as long as the one before: until it is
// known nobody can tell long turns from short ones.
static uint64_t scale_of(agi_runtime *rt, uint64_t ticks) {
  uint64_t scale = agi_load_relaxed(&rt->tick_scale), since = ticks - rt->began_ticks;
  if (AGI_LIKELY(scale != 0 && since < agi_load_relaxed(&rt->tick_next))) return scale;
  int64_t ns = agi_now_ns() - rt->began_ns;
  if (ns < CALIBRATE_NS || ticks <= rt->began_ticks) return scale;
  if (agi_ticks() - ticks > since / 64) return scale; // off the processor in between
  agi_store_relaxed(&rt->tick_next, 32 * since);
  scale = (uint64_t)((double)ns / (double)since * 4294967296.0);
  agi_store_relaxed(&rt->tick_scale, scale);
  return scale;
}

static uint64_t to_ns(uint64_t scale, uint64_t ticks) {
  return (ticks >> 32) * scale + ((ticks & UINT32_MAX) * scale >> 32);
}

static uint64_t average(uint64_t old, uint64_t now) { return old == 0 ? now : old - old / 4 + now / 4; }
static uint64_t slow_average(uint64_t old, uint64_t now) { return old == 0 ? now : old + now / 16 - old / 16; }

// Moves the average a quarter of the way.
static void move(_Atomic uint64_t *field, uint64_t now) {
  agi_store_relaxed(field, average(agi_load_relaxed(field), now));
}

static void note_agent(agi_agent *a, uint64_t scale, uint64_t turn_ns, uint64_t ticks, uint32_t handled) {
  agi_profile *f = agi_load_relaxed(&a->profile);
  uint32_t taken = agi_load_relaxed(&a->taken);
  if (!f) {
    f = agi_alloc_zeroed(sizeof *f);
    agi_store_release(&a->profile, f);
  } else {
    uint64_t since = to_ns(scale, ticks - agi_load_relaxed(&f->last_ticks));
    uint64_t messages = taken - agi_load_relaxed(&f->last_taken);
    if (since > 1000) move(&f->rate_milli, (uint64_t)((double)messages * 1e12 / (double)since));
  }
  agi_store_relaxed(&f->last_ticks, ticks);
  agi_store_relaxed(&f->last_taken, taken);
  move(&f->message_ns8, (turn_ns << 8) / handled + 1);
  uint64_t most = ((uint64_t)TURN_NS << 8) / agi_load_relaxed(&f->message_ns8);
  if (most < AGI_FIRST_LOOK) agi_or_acq_rel(&a->flags, (uint16_t)AGI_SLOW);
  else if (agi_load_relaxed(&a->flags) & AGI_SLOW) agi_and_acq_rel(&a->flags, (uint16_t)~AGI_SLOW);
  agi_store_relaxed(&f->batch, most < 1 ? 1U : most > MOST_MESSAGES ? (uint32_t)MOST_MESSAGES : (uint32_t)most);
}

// NULL: there are too many.
static agi_type_cost *cost_of(agi_worker *w, const ag_agent_type *type) {
  for (uint32_t n = 0, i = agi_profile_slot(type); n < AGI_TYPES; n++, i++) {
    agi_type_cost *c = &w->types[i % AGI_TYPES];
    const ag_agent_type *there = agi_load_relaxed(&c->type);
    if (there && there != type) continue;
    if (there) return c;
    c->usual_ns = UNKNOWN_NS;
    agi_store_release(&c->type, type);
    return c;
  }
  return NULL;
}

// A sample stands for all turns since the one before.
static void note_type(agi_worker *w, const ag_agent_type *type, uint64_t turn_ns, uint32_t handled) {
  agi_type_cost *c = cost_of(w, type);
  if (!c || handled == 0) return;
  agi_store_relaxed(&c->ns, agi_load_relaxed(&c->ns) + turn_ns * w->sample_turns);
  agi_store_relaxed(&c->messages, agi_load_relaxed(&c->messages) + (uint64_t)handled * w->sample_turns);
  uint64_t each = turn_ns / handled;
  if (c->usual_ns != AGI_BLOCKS) c->usual_ns = average(c->usual_ns, each < LONG_NS ? each + 1 : LONG_NS);
}

void agi_profile_blocks(agi_worker *w) {
  const ag_agent_type *type = agi_load_relaxed(&w->type);
  agi_type_cost *c = type && w->rt->profiles ? cost_of(w, type) : NULL;
  if (c) c->usual_ns = AGI_BLOCKS;
}

// What was run within the turn is its own type's, as far as the one sample tells. Answers what is left for the others.
static uint64_t note_inner(agi_worker *w, uint64_t scale, uint64_t turn_ns) {
  if (AGI_LIKELY(w->inner_count == 0)) return turn_ns;
  uint64_t ns = to_ns(scale, w->inner_ticks) * w->inner_count;
  if (ns > turn_ns) ns = turn_ns;
  note_type(w, w->inner_type, ns, w->inner_count);
  return turn_ns - ns;
}

void agi_profile_note(agi_worker *w, agi_agent *a) {
  uint64_t ticks = agi_ticks(), began = w->measured_from, scale = w->rt->profiles ? scale_of(w->rt, ticks) : 0;
  uint32_t handled = (uint32_t)(agi_load_relaxed(&w->stats.delivered) - w->measured_delivered);
  w->measured_from = 0;
  if (handled == 0) handled = 1; // it went on with one
  if (scale == 0) {
    w->until_sample = w->sample_turns = w->rt->profiles ? MOST_TURNS / 64 : UINT32_MAX;
    return;
  }
  uint64_t turn_ns = to_ns(scale, ticks - began);
  uint64_t own_ns = note_inner(w, scale, turn_ns);
  uint32_t own = handled > w->inner_count ? handled - w->inner_count : 1;
  note_agent(a, scale, own_ns, ticks, own);
  note_type(w, agi_type_of(a), own_ns, own);
  uint64_t usual = slow_average(agi_load_relaxed(&w->proc.turn_ns), turn_ns + 1);
  agi_store_relaxed(&w->proc.turn_ns, usual);
  uint64_t moved = handled + (w->channel_all - w->measured_channel); // an item of a channel is a message, too
  w->turn_messages8 = slow_average(w->turn_messages8, moved << 8);
  agi_store_relaxed(&w->proc.fine, usual << 8 < AGI_FINE_MESSAGE_NS * w->turn_messages8);
  uint64_t turns = (uint64_t)NOTE_NS * SHARE / usual;
  w->until_sample = w->sample_turns = turns < 1 ? 1U : turns > MOST_TURNS ? (uint32_t)MOST_TURNS : (uint32_t)turns;
}

bool ag_agent_profile(ag_agent *agent, ag_profile *out) {
  agi_agent *a = agi_agent_of(agent);
  agi_profile *f = agi_load_acquire(&a->profile);
  *out = (ag_profile){0};
  if (!f) return false;
  out->message_ns = (double)agi_load_relaxed(&f->message_ns8) / 256.0;
  out->rate = (double)agi_load_relaxed(&f->rate_milli) / 1000.0;
  out->load = out->message_ns * out->rate / 1e9;
  if (out->load > 1.0) out->load = 1.0;
  out->mailbox_high = agi_load_relaxed(&f->high);
  return true;
}

// ---- the table of --stats ----------------------------------------------------------------------------------------

typedef struct row {
  const ag_agent_type *type;
  uint64_t ns, messages;
} row;

static int by_cost(const void *a, const void *b) {
  uint64_t x = ((const row *)a)->ns, y = ((const row *)b)->ns;
  return (x < y) - (x > y);
}

static uint32_t gather(ag_runtime *rt, row *rows, uint32_t most) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < rt->count; i++) {
    for (uint32_t k = 0; k < AGI_TYPES; k++) {
      agi_type_cost *c = &rt->workers[i]->types[k];
      const ag_agent_type *type = agi_load_acquire(&c->type);
      if (!type || agi_load_relaxed(&c->messages) == 0) continue;
      uint32_t at = 0;
      while (at < count && rows[at].type != type) at++;
      if (at == most) continue;
      if (at == count) rows[count++] = (row){.type = type};
      rows[at].ns += agi_load_relaxed(&c->ns);
      rows[at].messages += agi_load_relaxed(&c->messages);
    }
  }
  return count;
}

void agi_profile_print(ag_runtime *rt) {
  enum { SHOWN = 8 };
  row rows[2 * AGI_TYPES];
  uint32_t count = gather(rt, rows, 2 * AGI_TYPES);
  uint64_t all = 0;
  if (count == 0) return;
  qsort(rows, count, sizeof *rows, by_cost);
  for (uint32_t i = 0; i < count; i++) all += rows[i].ns;
  fprintf(stderr, "%-20s %12s %12s %8s\n", "agents (estimates)", "messages", "ns each", "time");
  for (uint32_t i = 0; i < count && i < SHOWN; i++) {
    fprintf(stderr, "  %-18s %12" PRIu64 " %12.0f %7.1f%%\n", rows[i].type->cls.name, rows[i].messages,
            rows[i].messages ? (double)rows[i].ns / (double)rows[i].messages : 0.0,
            all ? 100.0 * (double)rows[i].ns / (double)all : 0.0);
  }
}
