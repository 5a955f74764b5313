// cap.c — the rules of capabilities, computed from the deny sets.
// Method: each rule says which capabilities are admissible as its answer, in terms of rights and denials, and takes the
// strongest of them. Six capabilities are few enough to do so at each question; nothing is stored.
#include "types/cap.h"

// Each before those that it may become.
static const cap all_caps[] = {CAP_ISO, CAP_VAL, CAP_REF, CAP_BOX, CAP_TAG};
#define ALL_CAPS (sizeof all_caps / sizeof *all_caps)

const char *cap_name(cap c) {
  static const char *const names[] = {"", "iso", "val", "ref", "box", "tag"};
  return names[c];
}

// A name may read what no other agent may write, and write what no other agent may touch.
rights cap_rights(cap c) {
  rights denied = deny_of(c).global;
  if (denied == RIGHT_ALL) return RIGHT_ALL;
  return denied & RIGHT_WRITE ? RIGHT_READ : RIGHT_NONE;
}

bool cap_can_read(cap c) { return cap_rights(c) & RIGHT_READ; }
bool cap_can_write(cap c) { return cap_rights(c) & RIGHT_WRITE; }

// A name may go to another agent if it means the same there: what is local here is global there and the other way round.
bool cap_is_sendable(cap c) { return deny_of(c).local == deny_of(c).global; }
bool cap_is_copyable(cap c) { return cap_compatible_local(c, c); }
bool cap_is_shareable(cap c) { return cap_is_sendable(c) && cap_is_copyable(c); }

bool cap_compatible_local(cap a, cap b) {
  return !(cap_rights(a) & deny_of(b).local) && !(cap_rights(b) & deny_of(a).local);
}

bool cap_compatible_global(cap a, cap b) {
  return !(cap_rights(a) & deny_of(b).global) && !(cap_rights(b) & deny_of(a).global);
}

// Who gives up denials can only weaken what others must respect.
bool cap_subtype(cap from, cap to) {
  deny_set f = deny_of(from), t = deny_of(to);
  return !(t.local & ~f.local) && !(t.global & ~f.global);
}

// Of the admissible capabilities there is always one that may become all others (cap_test.c): it is the first. tag denies nothing and
// is always admissible.
static cap strongest(const bool admissible[CAP_COUNT]) {
  size_t i = 0;
  while (!admissible[all_caps[i]]) i++;
  return all_caps[i];
}

cap cap_alias(cap c) {
  if (c == CAP_NONE) return CAP_NONE;
  bool ok[CAP_COUNT] = {false};
  for (size_t i = 0; i < ALL_CAPS; i++)
    ok[all_caps[i]] = cap_subtype(c, all_caps[i]) && cap_compatible_local(c, all_caps[i]);
  return strongest(ok);
}

cap cap_join(cap a, cap b) {
  if (a == b) return a;
  bool ok[CAP_COUNT] = {false};
  for (size_t i = 0; i < ALL_CAPS; i++) ok[all_caps[i]] = cap_subtype(a, all_caps[i]) && cap_subtype(b, all_caps[i]);
  return strongest(ok);
}

static rights not_denied(rights denied) { return RIGHT_ALL & ~denied; }

// May a name k be kept of what field f (capability f) of an object refers to, when the object is seen through o?
// k stands beside the field. So all who may reach the object by other ways than k must respect what k denies, and k must
// respect what they rely on:
// - through the object, one gets at it with f, or with another field that f tolerates, as far as the rights of o, and of
//   the names of the object that o tolerates, go. If o can be sent, what is local may be elsewhere tomorrow.
// - outside of the object there are the names that f tolerates. Those in this agent are no concern: what k denies them, it denies
//   those elsewhere, too.
// - if somebody here may write the object, the field can be taken out of it and be used to the full: k must not hurt what f denies.
//   (Who elsewhere may write it is denied what k could hurt already.)
static bool view_admits(cap o, cap f, cap k) {
  deny_set dk = deny_of(k), df = deny_of(f), dobj = deny_of(o);
  rights via_field = cap_rights(f) | not_denied(df.local);
  rights here = cap_rights(o) | not_denied(dobj.local);
  rights there = not_denied(dobj.global) | (cap_is_sendable(o) ? cap_rights(o) : RIGHT_NONE);
  if ((dk.local & via_field & here) || (dk.global & via_field & there)) return false;
  if (dk.global & not_denied(df.global)) return false;
  return !((here & RIGHT_WRITE) && (cap_rights(k) & df.local));
}

cap cap_view(cap o, cap f) {
  if (o == CAP_TAG) return CAP_TAG;
  if (f == CAP_NONE) return CAP_NONE;
  if (o == CAP_NONE) return cap_alias(f);
  bool ok[CAP_COUNT] = {false};
  for (size_t i = 0; i < ALL_CAPS; i++) ok[all_caps[i]] = view_admits(o, f, all_caps[i]);
  return strongest(ok);
}

cap_path cap_path_start(cap c) {
  if (cap_is_copyable(c)) return (cap_path){c, false};
  return (cap_path){CAP_REF, true}; // an iso in use
}

cap cap_path_keep(cap_path o, cap f) { return cap_view(o.sealed ? CAP_ISO : o.cap, f); }

cap_path cap_path_step(cap_path o, cap f) {
  if (!cap_can_read(o.cap)) return (cap_path){CAP_TAG, false};
  if (f == CAP_NONE) return (cap_path){CAP_NONE, o.sealed};
  // No name is kept, so what the field would deny to a second name does not matter: an iso is used in place like the ref that
  // it may become, only that nothing which is not sendable may pass its border.
  bool enters = !cap_is_copyable(f);
  if (enters || (o.sealed && f == CAP_REF)) {
    cap seen = cap_view(o.cap, CAP_REF);
    return (cap_path){seen, !cap_is_sendable(seen)};
  }
  return (cap_path){cap_path_keep(o, f), false};
}

bool cap_path_may_read(cap_path o) { return cap_can_read(o.cap); }
bool cap_path_may_write(cap_path o) { return cap_can_write(o.cap); }

bool cap_path_may_call(cap_path o, cap receiver) {
  return receiver == CAP_NONE || cap_subtype(o.cap, receiver); // a path is never an iso: see cap_path_start
}

cap cap_recover(cap c) {
  if (c == CAP_NONE) return CAP_NONE;
  // Names from outside that the block could see are sendable; those that tolerate c may have been left beside it.
  bool ok[CAP_COUNT] = {false};
  for (size_t i = 0; i < ALL_CAPS; i++) {
    ok[all_caps[i]] = true;
    for (size_t j = 0; j < ALL_CAPS; j++) {
      if (!cap_is_sendable(all_caps[j]) || !cap_compatible_local(c, all_caps[j])) continue;
      ok[all_caps[i]] &=
          cap_compatible_local(all_caps[i], all_caps[j]) && cap_compatible_global(all_caps[i], all_caps[j]);
    }
  }
  return strongest(ok);
}
