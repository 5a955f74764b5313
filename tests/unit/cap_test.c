// cap_test.c — the rules of capabilities, derived a second time: by trying out what two agents can do.
// Model:    two agents, an object X, and perhaps an object O with two fields f and g that refer to X. A name is held by an agent. An
//           agent can read or write X through a name of X, or through a name of O and one of its fields. Names that can be sent may
//           go to the other agent (an iso moves, val and tag are copied); who may write O may take a field's value out (through an
//           iso: only what can be sent), and who may read O may share what its val fields refer to.
//           A state is bad if one agent can write X while the other can read or write it. A world is safe if no bad state can be reached.
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "types/cap.h"

enum { A, B, NAMES_MAX = 16 };
static const cap caps[] = {CAP_ISO, CAP_VAL, CAP_REF, CAP_BOX, CAP_TAG};
#define EACH_CAP(c) (cap c##_i = 0, c = CAP_NONE; c##_i < 5 && ((c = caps[c##_i]), true); c##_i++)

// What the language says of each capability; everything else follows.
static bool reads(cap c) { return c != CAP_TAG; }
static bool writes(cap c) { return c == CAP_ISO || c == CAP_REF; }
static bool sends(cap c) { return c == CAP_ISO || c == CAP_VAL || c == CAP_TAG; }

typedef struct name {
  unsigned char agent, of_o, cap; // of_o: a name of O, else of X
  unsigned char pinned;           // in use: an iso stays where it is
} name;
typedef struct world {
  name names[NAMES_MAX];
  unsigned char count, f, g; // fields: CAP_NONE when taken out
  unsigned char f_pinned;    // what is in f is in use
} world;

static bool can(const world *w, int agent, bool write) {
  for (int i = 0; i < w->count; i++) {
    const name *n = &w->names[i];
    if (n->agent != agent) continue;
    bool through = write ? writes((cap)n->cap) : reads((cap)n->cap);
    if (!through) continue;
    if (!n->of_o) return true;
    cap fields[2] = {(cap)w->f, (cap)w->g};
    for (int k = 0; k < 2; k++)
      if (fields[k] != CAP_NONE && (write ? writes(fields[k]) : reads(fields[k]))) return true;
  }
  return false;
}

static bool can_o(const world *w, int agent, bool write) {
  for (int i = 0; i < w->count; i++)
    if (w->names[i].of_o && w->names[i].agent == agent &&
        (write ? writes((cap)w->names[i].cap) : reads((cap)w->names[i].cap)))
      return true;
  return false;
}

static bool bad(const world *w) {
  for (int a = A; a <= B; a++) {
    if (can(w, a, true) && (can(w, !a, true) || can(w, !a, false))) return true;
    if (can_o(w, a, true) && (can_o(w, !a, true) || can_o(w, !a, false))) return true;
  }
  return false;
}

static int by_value(const void *a, const void *b) { return memcmp(a, b, sizeof(name)); }

static void normalise(world *w) {
  qsort(w->names, w->count, sizeof(name), by_value);
  memset(w->names + w->count, 0, sizeof(name) * (size_t)(NAMES_MAX - w->count));
}

static bool has_name(const world *w, name n) {
  for (int i = 0; i < w->count; i++)
    if (!memcmp(&w->names[i], &n, sizeof n)) return true;
  return false;
}

static bool safe_from(world w, world *seen, int *seen_count) {
  normalise(&w);
  for (int i = 0; i < *seen_count; i++)
    if (!memcmp(&seen[i], &w, sizeof w)) return true;
  if (bad(&w)) return false;
  ck_assert_int_lt(*seen_count, 4096);
  seen[(*seen_count)++] = w;
  for (int i = 0; i < w.count; i++) {
    name n = w.names[i];
    if (sends((cap)n.cap) && !(n.pinned && n.cap == CAP_ISO)) {
      world next = w;
      name there = {(unsigned char)!n.agent, n.of_o, n.cap, 0};
      if (n.cap == CAP_ISO) {
        next.names[i] = there;
      } else if (!has_name(&w, there) && w.count < NAMES_MAX) {
        next.names[next.count++] = there;
      }
      if (!safe_from(next, seen, seen_count)) return false;
    }
    for (int k = 0; n.of_o && reads((cap)n.cap) && k < 2; k++) { // a val that can be read can be shared
      name copy = {n.agent, 0, CAP_VAL, 0};
      if ((k ? w.g : w.f) != CAP_VAL || has_name(&w, copy) || w.count == NAMES_MAX) continue;
      world next = w;
      next.names[next.count++] = copy;
      if (!safe_from(next, seen, seen_count)) return false;
    }
    for (int k = 0; n.of_o && writes((cap)n.cap) && k < 2; k++) {
      world next = w;
      unsigned char *field = k ? &next.g : &next.f;
      if (*field == CAP_NONE || next.count == NAMES_MAX || (n.cap == CAP_ISO && !sends((cap)*field))) continue;
      if (!k && w.f_pinned) continue;
      next.names[next.count++] = (name){n.agent, 0, *field, 0};
      *field = CAP_NONE;
      if (!safe_from(next, seen, seen_count)) return false;
    }
  }
  return true;
}

static bool safe(const world *w) {
  static world seen[4096];
  int count = 0;
  return safe_from(*w, seen, &count);
}

static void add(world *w, int agent, bool of_o, cap c) {
  ck_assert_int_lt(w->count, NAMES_MAX);
  w->names[w->count++] = (name){(unsigned char)agent, of_o, (unsigned char)c, 0};
}

// ---- two names -----------------------------------------------------------------------------------------------------------

static bool pair_safe(cap a, cap b, int where_b) {
  world w = {0};
  add(&w, A, false, a);
  add(&w, where_b, false, b);
  return safe(&w);
}

// In every world of up to two further names that is safe with `from`: is it safe with `to` in its stead?
static bool replaceable(cap from, int from_agent, cap to, int to_agent) {
  for
    EACH_CAP(x) {
    for
      EACH_CAP(y) {
        for (int where = 0; where < 4; where++) {
          world with = {0}, instead = {0};
          add(&with, from_agent, false, from);
          add(&instead, to_agent, false, to);
          world *both[] = {&with, &instead};
          for (int i = 0; i < 2; i++) {
            add(both[i], where & 1, false, x);
            add(both[i], where >> 1, false, y);
          }
          if (safe(&with) && !safe(&instead)) return false;
        }
      }
    }
  return true;
}

static bool becomes(cap from, cap to) {
  if ((reads(to) && !reads(from)) || (writes(to) && !writes(from))) return false;
  return replaceable(from, A, to, A);
}

static cap strongest_of(const bool *ok) {
  for
    EACH_CAP(c) {
      bool least = ok[c];
    for
      EACH_CAP(d) least = least && (!ok[d] || becomes(c, d));
    if (least) return c;
    }
  ck_abort_msg("no strongest capability");
  return CAP_NONE;
}

START_TEST(rights_follow) {
  for
    EACH_CAP(c) {
      ck_assert_int_eq(cap_can_read(c), reads(c));
      ck_assert_int_eq(cap_can_write(c), writes(c));
      ck_assert_int_eq(cap_is_sendable(c), sends(c));
      ck_assert_int_eq(cap_is_copyable(c), c != CAP_ISO);
      ck_assert_int_eq(cap_is_shareable(c), c == CAP_VAL || c == CAP_TAG);
    }
}
END_TEST

// A name may be sent if it may stand at the other agent in place of here.
START_TEST(sendable_means_movable) {
  for
    EACH_CAP(c) ck_assert_int_eq(cap_is_sendable(c), replaceable(c, A, c, B));
}
END_TEST

START_TEST(compatible_means_no_race) {
  for
    EACH_CAP(a) {
    for
      EACH_CAP(b) {
        ck_assert_msg(cap_compatible_local(a, b) == pair_safe(a, b, A), "local %s %s", cap_name(a), cap_name(b));
        ck_assert_msg(cap_compatible_global(a, b) == pair_safe(a, b, B), "global %s %s", cap_name(a), cap_name(b));
      }
    }
}
END_TEST

START_TEST(subtype_means_replaceable) {
  for
    EACH_CAP(a) {
    for
      EACH_CAP(b) ck_assert_msg(cap_subtype(a, b) == becomes(a, b), "%s to %s", cap_name(a), cap_name(b));
    }
}
END_TEST

START_TEST(alias_is_strongest_second_name) {
  for
    EACH_CAP(c) {
      bool ok[CAP_COUNT] = {false};
    for
      EACH_CAP(d) ok[d] = becomes(c, d) && pair_safe(c, d, A);
    ck_assert_int_eq(cap_alias(c), strongest_of(ok));
    }
}
END_TEST

START_TEST(join_is_least_common) {
  for
    EACH_CAP(a) {
    for
      EACH_CAP(b) {
        bool ok[CAP_COUNT] = {false};
      for
        EACH_CAP(c) ok[c] = becomes(a, c) && becomes(b, c);
      ck_assert_int_eq(cap_join(a, b), strongest_of(ok));
      }
    }
}
END_TEST

// An iso or val block sees only sendable names: those may be left beside its result.
START_TEST(recover_is_strongest_afterwards) {
  for
    EACH_CAP(c) {
      bool ok[CAP_COUNT] = {false};
    for
      EACH_CAP(k) {
        ok[k] = true;
      for
        EACH_CAP(x) {
          for (int where = A; where <= B; where++) {
            if (!sends(x)) continue;
            world with = {0}, after = {0};
            add(&with, A, false, c);
            add(&with, where, false, x);
            add(&after, A, false, k);
            add(&after, where, false, x);
            if (safe(&with) && !safe(&after)) ok[k] = false;
          }
        }
      if ((reads(k) && !reads(c))) ok[k] = false;
      }
    ck_assert_msg(cap_recover(c) == strongest_of(ok), "recover %s", cap_name(c));
    }
}
END_TEST

// ---- viewpoint ------------------------------------------------------------------------------------------------------------

// Calls `holds` for every safe world in which A has a name o of O, and O.f refers to X. Is it true in all?
typedef bool (*property)(world w, cap f, cap k);
static bool in_all_worlds(cap o, cap f, property holds, cap k) {
  for
    EACH_CAP(g) {                                     // another field of O that refers to X
      for (int g_there = 0; g_there < 2; g_there++) { // … or not
      for
        EACH_CAP(o2) { // another name of O
        for
          EACH_CAP(x) {                               // another name of X
            for (int where = 0; where < 9; where++) { // at A, at B, or not there
              world w = {.f = (unsigned char)f, .g = g_there ? (unsigned char)g : (unsigned char)CAP_NONE};
              if (!g_there && g_i) continue;
              add(&w, A, true, o);
              if (where % 3 < 2) add(&w, where % 3, true, o2);
              if (where / 3 < 2) add(&w, where / 3, false, x);
              if ((g_there && !pair_safe(f, g, A)) || !safe(&w)) continue;
              if (!holds(w, f, k)) return false;
            }
          }
        }
      }
    }
  return true;
}

static bool safe_with_kept(world w, cap f, cap k) {
  (void)f;
  add(&w, A, false, k);
  return safe(&w);
}

// May agent A keep a name k of what O.f refers to, in every safe world where A has a name o of O?
static bool may_keep(cap o, cap f, cap k) {
  if ((reads(k) && !(reads(o) && reads(f))) || (writes(k) && !(writes(o) && writes(f)))) return false;
  return in_all_worlds(o, f, safe_with_kept, k);
}

START_TEST(view_is_strongest_kept_name) {
  for
    EACH_CAP(o) {
      if (o == CAP_TAG) continue; // nothing can be seen through it
    for
      EACH_CAP(f) {
        bool ok[CAP_COUNT] = {false};
      for
        EACH_CAP(k) ok[k] = may_keep(o, f, k);
      ck_assert_msg(cap_view(o, f) == strongest_of(ok), "%s->%s is %s, tried: %s", cap_name(o), cap_name(f),
                    cap_name(cap_view(o, f)), cap_name(strongest_of(ok)));
      }
    }
}
END_TEST

// The table of the language reference.
START_TEST(view_is_what_the_reference_says) {
  static const char *const table[5][6] = {
      // iso   val    ref    box    tag
      {"iso", "tag", "val", "tag", "tag", "tag"}, {"val", "val", "val", "val", "val", "tag"},
      {"ref", "tag", "val", "ref", "box", "tag"}, {"box", "tag", "val", "box", "box", "tag"},
      {"tag", "tag", "tag", "tag", "tag", "tag"},
  };
  for (int o = 0; o < 5; o++) {
    ck_assert_str_eq(cap_name(caps[o]), table[o][0]);
    for (int f = 0; f < 5; f++) ck_assert_str_eq(cap_name(cap_view(caps[o], caps[f])), table[o][f + 1]);
  }
}
END_TEST

// ---- paths ------------------------------------------------------------------------------------------------------------------

// While O.f is in use (a method of it runs, say), its name of O stays where it is, and so does what is in f; meanwhile the one that uses it
// has a name that it cannot send. Nobody else's names stand still.
static bool safe_in_use(world w, cap f, cap k) {
  (void)f;
  w.names[0].pinned = w.f_pinned = 1;
  add(&w, A, false, k);
  w.names[w.count - 1].pinned = 1;
  return safe(&w);
}

// The strongest that O.f may be used as through a path that may do no more than `use`.
static cap strongest_in_use(cap o, cap use, cap f) {
  bool ok[CAP_COUNT] = {false};
  for
    EACH_CAP(k) {
      bool rights = (!reads(k) || (reads(use) && reads(f))) && (!writes(k) || (writes(use) && writes(f)));
      // What an iso is used as need not be one that others may have.
      ok[k] = rights && k != CAP_ISO && in_all_worlds(o, f, safe_in_use, k);
    }
  return strongest_of(ok);
}

// A step of a path gives the strongest that the part can be used as, and is sealed if that is more than could be kept. In one case
// the language grants less than would be safe: a `box` inside of an iso is not read (the table of the reference, "Looking and keeping").
START_TEST(step_is_strongest_in_use) {
  for
    EACH_CAP(o) {
      if (o == CAP_TAG) continue;
      cap_path start = cap_path_start(o);
      ck_assert_int_eq(start.sealed, o == CAP_ISO);
      ck_assert_int_eq(start.cap, o == CAP_ISO ? CAP_REF : o);
    for
      EACH_CAP(f) {
        cap_path step = cap_path_step(start, f);
        cap best = o == CAP_ISO && f == CAP_BOX ? CAP_TAG : strongest_in_use(o, o, f);
        ck_assert_msg(step.cap == best, "%s.%s is %s, tried: %s", cap_name(o), cap_name(f), cap_name(step.cap),
                      cap_name(best));
        ck_assert_int_eq(cap_path_keep(start, f), cap_view(o, f));
        ck_assert_msg(step.sealed == (step.cap != cap_view(o, f)), "%s.%s sealed", cap_name(o), cap_name(f));
      }
    }
}
END_TEST

// A sealed path leads into an iso. So a further step is as one through an iso, only that its rights may be less.
START_TEST(second_step_is_strongest_in_use) {
  for
    EACH_CAP(o) {
    for
      EACH_CAP(f) {
        cap_path start = cap_path_start(o), sealed = cap_path_step(start, f);
        if (!sealed.sealed) continue;
      for
        EACH_CAP(g) {
          cap_path step = cap_path_step(sealed, g);
          cap best = g == CAP_BOX ? CAP_TAG : strongest_in_use(CAP_ISO, sealed.cap, g);
          ck_assert_msg(step.cap == best, "%s.%s.%s is %s, tried: %s", cap_name(o), cap_name(f), cap_name(g),
                        cap_name(step.cap), cap_name(best));
          ck_assert_int_eq(cap_path_keep(sealed, g), cap_view(CAP_ISO, g));
          ck_assert_int_eq(step.sealed, step.cap != cap_view(CAP_ISO, g));
        }
      }
    }
}
END_TEST

// What is stored in an iso that stays: A may have kept another name of it.
static bool may_store(cap stored) {
  for
    EACH_CAP(x) {
      for (int where = A; where <= B; where++) {
        world before = {0}, after = {.f = (unsigned char)stored};
        add(&before, A, false, stored);
        add(&before, where, false, x);
        add(&after, A, true, CAP_ISO);
        add(&after, where, false, x);
        if (safe(&before) && !safe(&after)) return false;
      }
    }
  return true;
}

static bool safe_when_taken(world w, cap f, cap k) {
  w.f = CAP_NONE;
  add(&w, A, false, f == CAP_NONE ? k : f);
  return safe(&w);
}

// … and what is taken out of it: another of its fields may refer to it.
START_TEST(only_sendable_passes_the_border_of_an_iso) {
  for
    EACH_CAP(c) {
      ck_assert_msg(may_store(c) == cap_is_sendable(c), "%s into an iso", cap_name(c));
      ck_assert_msg(in_all_worlds(CAP_ISO, c, safe_when_taken, c) == cap_is_sendable(c), "%s out of an iso",
                    cap_name(c));
    }
}
END_TEST

// A method may be called where a name of what its receiver needs could be made of the path, for the time of the call.
START_TEST(called_is_what_the_path_becomes) {
  for
    EACH_CAP(o) {
      cap_path p = cap_path_start(o);
      ck_assert_int_eq(cap_path_may_read(p), reads(o));
      ck_assert_int_eq(cap_path_may_write(p), writes(o));
    for
      EACH_CAP(receiver) {
        bool may = receiver != CAP_ISO && becomes(o == CAP_ISO ? CAP_REF : o, receiver);
        ck_assert_msg(cap_path_may_call(p, receiver) == may, "fn %s on %s", cap_name(receiver), cap_name(o));
      }
    }
}
END_TEST

// ---- plain values -----------------------------------------------------------------------------------------------------------
// A value without a capability is as immutable as a val, and stays without one.
START_TEST(a_plain_value_is_as_val) {
  ck_assert(cap_can_read(CAP_NONE) && !cap_can_write(CAP_NONE) && cap_is_shareable(CAP_NONE));
  ck_assert_int_eq(cap_alias(CAP_NONE), CAP_NONE);
  ck_assert_int_eq(cap_join(CAP_NONE, CAP_NONE), CAP_NONE);
  ck_assert_int_eq(cap_recover(CAP_NONE), CAP_NONE);
  for
    EACH_CAP(c) {
      cap_path p = cap_path_start(c);
      cap seen = c == CAP_TAG ? CAP_TAG : CAP_NONE;
      ck_assert_int_eq(cap_subtype(CAP_NONE, c), cap_subtype(CAP_VAL, c));
      ck_assert_int_eq(cap_view(c, CAP_NONE), seen);
      ck_assert_int_eq(cap_view(CAP_NONE, c), cap_alias(c));
      ck_assert_int_eq(cap_path_step(p, CAP_NONE).cap, seen);
      ck_assert_int_eq(cap_path_step(p, CAP_NONE).sealed, c == CAP_ISO);
      ck_assert(cap_path_may_call(p, CAP_NONE));
    }
}
END_TEST

int main(void) {
  Suite *suite = suite_create("capabilities");
  TCase *cells = tcase_create("cells");
  tcase_set_timeout(cells, 120);
  suite_add_tcase(suite, cells);
  tcase_add_test(cells, rights_follow);
  tcase_add_test(cells, sendable_means_movable);
  tcase_add_test(cells, compatible_means_no_race);
  tcase_add_test(cells, subtype_means_replaceable);
  tcase_add_test(cells, alias_is_strongest_second_name);
  tcase_add_test(cells, join_is_least_common);
  tcase_add_test(cells, recover_is_strongest_afterwards);
  tcase_add_test(cells, view_is_strongest_kept_name);
  tcase_add_test(cells, view_is_what_the_reference_says);
  tcase_add_test(cells, step_is_strongest_in_use);
  tcase_add_test(cells, second_step_is_strongest_in_use);
  tcase_add_test(cells, only_sendable_passes_the_border_of_an_iso);
  tcase_add_test(cells, called_is_what_the_path_becomes);
  tcase_add_test(cells, a_plain_value_is_as_val);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
