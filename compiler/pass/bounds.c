// bounds.c — intervals and difference rules. Questions follow chains of rules; there are few, so they are kept in a list.
#include "pass/bounds.h"

#include <string.h>

enum { CHAIN = 6, STEPPING = 8 }; // rules in a row that a question follows; numbers in step that are looked for

void bounds_space_init(bounds_space *s, arena *a, uint32_t count) {
  s->count = count;
  s->least = ARENA_ARRAY(a, int64_t, count + 1);
  s->most = ARENA_ARRAY(a, int64_t, count + 1);
  s->far = ARENA_ARRAY(a, int64_t, count + 1);
  s->seen = ARENA_ARRAY(a, bool, count + 1);
  s->list = ARENA_ARRAY(a, uint32_t, count + 1);
  s->listed = 0;
}

bounds *bounds_new(const bounds_space *s, arena *a) {
  bounds *b = ARENA_NEW(a, bounds);
  b->low = ARENA_ARRAY(a, int64_t, s->count + 1);
  b->high = ARENA_ARRAY(a, int64_t, s->count + 1);
  return b;
}

void bounds_copy(const bounds_space *s, bounds *to, const bounds *from) {
  memcpy(to->low, from->low, sizeof *to->low * s->count);
  memcpy(to->high, from->high, sizeof *to->high * s->count);
  memcpy(to->rules, from->rules, sizeof *to->rules * from->rule_count);
  to->rule_count = from->rule_count;
  to->reached = from->reached;
}

// ---- chains ----------------------------------------------------------------------------------------------------------------
static void begin(bounds_space *s, uint32_t v) {
  for (uint32_t i = 0; i < s->listed; i++) s->seen[s->list[i]] = false;
  s->list[0] = v;
  s->listed = 1;
  s->seen[v] = true;
  s->far[v] = 0;
}

static bool reach(bounds_space *s, uint32_t v, int64_t far) {
  if (s->seen[v] && s->far[v] <= far) return false;
  if (!s->seen[v]) s->list[s->listed++] = v;
  s->seen[v] = true;
  s->far[v] = far;
  return true;
}

// Afterwards v <= x + far[x] for all x in the list (up), or x <= v + far[x] (down).
static void follow(bounds_space *s, const bounds *b, uint32_t v, bool up) {
  begin(s, v);
  bool more = b->rule_count > 0;
  for (int round = 0; more && round < CHAIN; round++) {
    more = false;
    for (uint32_t i = 0; i < b->rule_count; i++) {
      const bounds_rule *r = &b->rules[i];
      uint32_t from = up ? r->a : r->b, to = up ? r->b : r->a;
      if (s->seen[from]) more = reach(s, to, bounds_add(s->far[from], r->c)) || more;
    }
  }
}

int64_t bounds_high(bounds_space *s, const bounds *b, uint32_t v) {
  follow(s, b, v, true);
  int64_t best = b->high[v];
  for (uint32_t i = 0; i < s->listed; i++) {
    int64_t x = bounds_add(b->high[s->list[i]], s->far[s->list[i]]);
    if (x < best) best = x;
  }
  return best;
}

int64_t bounds_low(bounds_space *s, const bounds *b, uint32_t v) {
  follow(s, b, v, false);
  int64_t best = b->low[v];
  for (uint32_t i = 0; i < s->listed; i++) {
    int64_t x = bounds_sub(b->low[s->list[i]], s->far[s->list[i]]);
    if (x > best) best = x;
  }
  return best;
}

int64_t bounds_apart(bounds_space *s, const bounds *b, uint32_t x, uint32_t y) {
  if (x == y) return 0;
  int64_t low = bounds_low(s, b, y);
  follow(s, b, x, true);
  int64_t best = s->seen[y] ? s->far[y] : INT64_MAX;
  for (uint32_t i = 0; i < s->listed; i++) {
    int64_t c = bounds_sub(bounds_add(b->high[s->list[i]], s->far[s->list[i]]), low);
    if (b->high[s->list[i]] != INT64_MAX && c < best) best = c;
  }
  return best;
}

// ---- changes ---------------------------------------------------------------------------------------------------------------
static void remove_rule(bounds *b, uint32_t i) { b->rules[i] = b->rules[--b->rule_count]; }

void bounds_forget(bounds *b, uint32_t v, int64_t low, int64_t high) {
  for (uint32_t i = b->rule_count; i-- > 0;)
    if (b->rules[i].a == v || b->rules[i].b == v) remove_rule(b, i);
  b->low[v] = low;
  b->high[v] = high;
}

void bounds_move(bounds *b, uint32_t v, int64_t low, int64_t high) {
  for (uint32_t i = b->rule_count; i-- > 0;) {
    bounds_rule *r = &b->rules[i];
    if (r->a != v && r->b != v) continue;
    bool lost = r->a == v ? high == INT64_MAX || __builtin_add_overflow(r->c, high, &r->c)
                          : low == INT64_MIN || __builtin_sub_overflow(r->c, low, &r->c);
    if (lost) remove_rule(b, i);
  }
  b->low[v] = bounds_add(b->low[v], low);
  b->high[v] = bounds_add(b->high[v], high);
}

void bounds_rule_add(bounds *b, uint32_t x, uint32_t y, int64_t c) {
  if (x == y || c == INT64_MAX || c == INT64_MIN) return;
  for (uint32_t i = 0; i < b->rule_count; i++) {
    bounds_rule *r = &b->rules[i];
    if (r->a != x || r->b != y) continue;
    if (c < r->c) r->c = c;
    return;
  }
  if (b->rule_count < BOUNDS_RULES) b->rules[b->rule_count++] = (bounds_rule){x, y, c};
}

// ---- joining ---------------------------------------------------------------------------------------------------------------
// Where a bound that keeps moving goes: a few steps, then all the way.
static int64_t lower(int64_t now, int64_t least) {
  int64_t step = now >= 0 ? 0 : now >= -1 ? -1 : INT64_MIN;
  return step > least ? step : least;
}

static bool join_intervals(const bounds_space *s, bounds *to, const bounds *from, bool widen) {
  bool changed = false;
  for (uint32_t v = 0; v < s->count; v++) {
    if (from->low[v] < to->low[v]) {
      to->low[v] = widen ? lower(from->low[v], s->least[v]) : from->low[v];
      changed = true;
    }
    if (from->high[v] > to->high[v]) {
      to->high[v] = widen ? s->most[v] : from->high[v];
      changed = true;
    }
  }
  return changed;
}

// Each rule of `to` as weak as `from` has it.
static bool weaken(bounds_space *s, bounds *to, const bounds *from, bool widen) {
  bool changed = false;
  for (uint32_t i = to->rule_count; i-- > 0;) {
    bounds_rule *r = &to->rules[i];
    int64_t c = bounds_apart(s, from, r->a, r->b);
    if (c <= r->c) continue;
    changed = true;
    if (widen || c == INT64_MAX) remove_rule(to, i);
    else r->c = c;
  }
  return changed;
}

// Numbers that have moved by the same step stay as far apart as they are: counters of one loop.
static void keep_in_step(bounds_space *s, bounds *to, const bounds *from) {
  uint32_t list[STEPPING], n = 0;
  for (uint32_t v = 0; v < s->count && n < STEPPING; v++)
    if (to->low[v] == to->high[v] && from->low[v] == from->high[v] && to->low[v] != from->low[v]) list[n++] = v;
  for (uint32_t i = 0; i + 1 < n; i++) {
    for (uint32_t k = i + 1; k < n; k++) {
      uint32_t a = list[i], b = list[k];
      int64_t apart = bounds_sub(to->low[a], to->low[b]), then = bounds_sub(from->low[a], from->low[b]);
      if (apart != then || apart == INT64_MAX || apart == INT64_MIN) continue;
      bounds_rule_add(to, a, b, apart);
      bounds_rule_add(to, b, a, -apart);
      break;
    }
  }
}

bool bounds_join(bounds_space *s, bounds *to, const bounds *from, bool widen) {
  if (!from->reached) return false;
  if (!to->reached) {
    bounds_copy(s, to, from);
    return true;
  }
  if (!widen) keep_in_step(s, to, from);
  bounds_rule extra[BOUNDS_RULES]; // those of `from` that follow in `to` from its intervals
  uint32_t n = 0;
  for (uint32_t i = 0; !widen && i < from->rule_count; i++) {
    bounds_rule r = from->rules[i];
    int64_t c = bounds_apart(s, to, r.a, r.b);
    if (c == INT64_MAX) continue;
    r.c = c > r.c ? c : r.c;
    extra[n++] = r;
  }
  bool changed = weaken(s, to, from, widen);
  changed = join_intervals(s, to, from, widen) || changed;
  for (uint32_t i = 0; changed && i < n; i++) bounds_rule_add(to, extra[i].a, extra[i].b, extra[i].c);
  return changed;
}
