// lend_test.c — which arguments may be lent to a call, derived a second time: by trying out what a function can do with them.
// Model:    agent A has an iso name of object X and lends it, as ref or box; the call's other argument is object Y. Each object has a
//           field for the other. The function may store what it was given, send what can be sent, give up what it owns for
//           something weaker, and return a name. When it is done, its own names are gone. Lending is safe if, whatever it did, no agent can
//           come to write what another can use.
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "hir/hir.h"
#include "sema/sendable.h"

enum { A, B, X = 0, Y = 1, NAMES_MAX = 12, SEEN_MAX = 20000 };
static const cap caps[] = {CAP_ISO, CAP_VAL, CAP_REF, CAP_BOX, CAP_TAG};
#define CAPS (sizeof caps / sizeof *caps)

static bool reads(cap c) { return c == CAP_ISO || c == CAP_VAL || c == CAP_REF || c == CAP_BOX; }
static bool writes(cap c) { return c == CAP_ISO || c == CAP_REF; }
static bool sends(cap c) { return c == CAP_ISO || c == CAP_VAL || c == CAP_TAG; }

// `callee`: known to the function only; it is gone afterwards. `stays`: an iso in use, not to be sent, and not owned by the function.
typedef struct name {
  unsigned char agent, object, cap, callee, stays;
} name;
typedef struct world {
  name names[NAMES_MAX];
  unsigned char count;
  unsigned char slot[2]; // slot[X]: the capability of X's field that refers to Y, or CAP_NONE
} world;
typedef struct seen {
  world worlds[SEEN_MAX];
  int count;
} seen;

static bool can(const world *w, int agent, int object, bool write) {
  bool (*right)(cap) = write ? writes : reads;
  for (int i = 0; i < w->count; i++) {
    const name *n = &w->names[i];
    if (n->agent != agent || !right((cap)n->cap)) continue;
    if (n->object == object || (w->slot[n->object] != CAP_NONE && right((cap)w->slot[n->object]))) return true;
  }
  return false;
}

static bool bad(const world *w) {
  for (int object = X; object <= Y; object++)
    for (int a = A; a <= B; a++)
      if (can(w, a, object, true) && can(w, !a, object, false)) return true;
  return false;
}

static int by_value(const void *a, const void *b) { return memcmp(a, b, sizeof(name)); }

// Has this world been looked at? Remembers it.
static bool known(seen *s, world *w) {
  qsort(w->names, w->count, sizeof(name), by_value);
  memset(w->names + w->count, 0, sizeof(name) * (size_t)(NAMES_MAX - w->count));
  for (int i = 0; i < s->count; i++)
    if (!memcmp(&s->worlds[i], w, sizeof *w)) return true;
  ck_assert_int_lt(s->count, SEEN_MAX);
  s->worlds[s->count++] = *w;
  return false;
}

static void add(world *w, name n) {
  for (int i = 0; i < w->count; i++)
    if (!memcmp(&w->names[i], &n, sizeof n)) return;
  ck_assert_int_lt(w->count, NAMES_MAX);
  w->names[w->count++] = n;
}

static void drop(world *w, int i) { w->names[i] = w->names[--w->count]; }

// The world after a name was sent.
static world sent(const world *w, int i) {
  world next = *w;
  name there = w->names[i];
  there.agent = !there.agent;
  there.callee = 0;
  if (there.cap == CAP_ISO) drop(&next, i);
  add(&next, there);
  return next;
}

static bool safe_from(world w, seen *s) {
  if (known(s, &w)) return true;
  if (bad(&w)) return false;
  for (int i = 0; i < w.count; i++) {
    name n = w.names[i];
    cap field = (cap)w.slot[n.object];
    if (sends((cap)n.cap) && !safe_from(sent(&w, i), s)) return false;
    if (field == CAP_NONE) continue;
    name part = {n.agent, !n.object, (unsigned char)field, 0, 0};
    world next = w;
    add(&next, part);
    if (reads((cap)n.cap) && field == CAP_VAL && !safe_from(next, s)) return false;
    next.slot[n.object] = CAP_NONE; // taken out
    if (writes((cap)n.cap) && (n.cap != CAP_ISO || sends(field)) && !safe_from(next, s)) return false;
  }
  return true;
}

// The function has returned `result` (callee names: all gone), and nothing is in use any more.
static bool safe_after(world w, const name *result) {
  static seen s;
  s.count = 0;
  for (int i = w.count - 1; i >= 0; i--)
    if (w.names[i].callee) drop(&w, i);
  for (int i = 0; i < w.count; i++) w.names[i].stays = 0;
  if (result) add(&w, *result);
  return safe_from(w, &s);
}

// Whatever the function does from here on: is it safe after its return, when its result has capability r (CAP_NONE: it has none)?
static bool call_safe(world w, cap r, seen *s) {
  if (known(s, &w)) return true;
  if (!safe_after(w, NULL)) return false;
  for (int i = 0; i < w.count; i++) {
    name n = w.names[i];
    if (!n.callee) continue;
    cap second = n.stays ? (cap)n.cap : cap_alias((cap)n.cap); // what is lent as ref has no other name meanwhile
    name result = {A, n.object, (unsigned char)r, 0, 0};
    if (r != CAP_NONE && cap_subtype(second, r) && !safe_after(w, &result)) return false;
    if (sends((cap)n.cap) && !call_safe(sent(&w, i), r, s)) return false;
    for (size_t k = 0; k < CAPS; k++) {
      world next = w;
      if (!n.stays && caps[k] != n.cap && cap_subtype((cap)n.cap, caps[k])) { // given up for something weaker
        next.names[i].cap = (unsigned char)caps[k];
        if (!call_safe(next, r, s)) return false;
      }
      if (!n.stays && r != CAP_NONE && cap_subtype((cap)n.cap, r)) { // or returned
        drop(&next, i);
        if (!safe_after(next, &result)) return false;
      }
      for (int o = 0; o < w.count; o++) { // stored in the other object
        name owner = w.names[o];
        if (!owner.callee || owner.object == n.object || !writes((cap)owner.cap)) continue;
        if (!cap_subtype(second, caps[k]) || (owner.cap == CAP_ISO && !sends(caps[k]))) continue;
        next = w;
        next.slot[owner.object] = (unsigned char)caps[k];
        if (!call_safe(next, r, s)) return false;
      }
    }
  }
  return true;
}

// How Y is given: as something of which the caller keeps a name, as something it gives away, or lent as X is.
typedef enum giving { KEPT, MOVED, LENT } giving;

// `other`: one more name of Y, at some agent, or none.
static bool safe_beside(cap lent_as, giving how, cap own, cap param, cap result, int where, cap other) {
  static seen s;
  s.count = 0;
  world w = {0};
  add(&w, (name){A, X, CAP_ISO, 0, 1});
  add(&w, (name){A, Y, (unsigned char)own, 0, how == LENT});
  if (other != CAP_NONE) add(&w, (name){(unsigned char)where, Y, (unsigned char)other, 0, 0});
  if (!safe_after(w, NULL)) return true; // nobody can come to this
  if (how == MOVED) {
    int i = 0;
    while (w.names[i].object != Y || w.names[i].cap != own) i++;
    drop(&w, i);
  }
  add(&w, (name){A, X, (unsigned char)lent_as, 1, 1});
  add(&w, (name){A, Y, (unsigned char)param, 1, how == LENT});
  return call_safe(w, result, &s);
}

static bool lending_safe(cap lent_as, giving how, cap own, cap param, cap result) {
  for (int where = A; where <= B; where++)
    for (size_t k = 0; k <= CAPS; k++)
      if (!safe_beside(lent_as, how, own, param, result, where, k < CAPS ? caps[k] : CAP_NONE)) return false;
  return true;
}

static const type *object_type(type_table *t, const hir_decl *d, cap c) {
  return c == CAP_NONE ? type_simple(t, TY_I64) : type_nominal(t, TY_CLASS, d, NULL, 0, c);
}

static int combinations, allowed;

static void compare(type_table *t, const hir_decl *d, cap lent_as, giving how, cap own, cap param, cap result) {
  lend_arg args[2] = {{.param = object_type(t, d, lent_as), .given = object_type(t, d, CAP_ISO), .place = true},
                      {.param = object_type(t, d, param), .given = object_type(t, d, own)}};
  args[1].place = how != MOVED;
  args[1].unique = how == MOVED;
  uint32_t blame = 9;
  lend_reason answer = lend_decide(t, object_type(t, d, result), args, 2, &blame);
  bool safe = lending_safe(lent_as, how, own, param, result);
  combinations++;
  allowed += answer == LEND_OK;
  const char *const hows[] = {"kept", "moved", "lent"};
  // The rule is stricter than it must be in two ways, to be simple: where nothing can be written, so nothing is left anywhere; and
  // where what is returned is more than what was lent could become.
  bool stricter = (answer == LEND_OTHER && lent_as == CAP_BOX && param == CAP_BOX) ||
                  (answer == LEND_RESULT && lent_as == CAP_BOX && result == CAP_REF);
  ck_assert_msg(safe == (answer == LEND_OK) || (safe && stricter),
                "one lent as %s, the other %s and %s given as %s, result %s: answer %d, safe %d", cap_name(lent_as),
                hows[how], cap_name(own), cap_name(param), cap_name(result), answer, safe);
  ck_assert(args[0].lent == (answer == LEND_OK) && args[1].lent == (answer == LEND_OK && how == LENT));
  if (answer == LEND_OTHER) ck_assert_int_eq(blame, 1);
}

START_TEST(lent_is_what_can_be_left_nowhere) {
  arena a;
  arena_init(&a);
  type_table *t = type_table_new(&a);
  const hir_decl d = {.kind = DECL_CLASS, .name = "Thing", .default_cap = CAP_REF};
  const cap ways[] = {CAP_REF, CAP_BOX};
  for (int lent = 0; lent < 2; lent++)
    for (size_t r = 0; r <= CAPS; r++) {
      cap result = r < CAPS ? caps[r] : CAP_NONE;
      for (int other = 0; other < 2; other++) compare(t, &d, ways[lent], LENT, CAP_ISO, ways[other], result);
      for (size_t p = 0; p < CAPS; p++) {
        compare(t, &d, ways[lent], MOVED, CAP_ISO, caps[p], result);
        for (size_t own = 0; own < CAPS; own++)
          if (cap_subtype(cap_alias(caps[own]), caps[p])) compare(t, &d, ways[lent], KEPT, caps[own], caps[p], result);
      }
    }
  ck_assert_int_gt(combinations, 200);
  ck_assert_int_gt(allowed, 50);
  arena_fini(&a);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("lending");
  TCase *calls = tcase_create("calls");
  tcase_set_timeout(calls, 120);
  suite_add_tcase(suite, calls);
  tcase_add_test(calls, lent_is_what_can_be_left_nowhere);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
