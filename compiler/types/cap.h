// cap.h — the rules of capabilities, all derived from the deny sets (deny.h).
// Owns:     nothing: pure functions over five capabilities.
// Promises: agrees with language.md section 4; tests/unit derives each cell again by brute force over two agents.
//           CAP_NONE (a plain value) behaves as `val` everywhere, and stays CAP_NONE where it can.
// Does not: know types; a value that holds an iso is type-level knowledge (sema/sendable.h).
#ifndef TYPES_CAP_H
#define TYPES_CAP_H

#include "types/deny.h"

#define CAP_COUNT 6 // CAP_NONE included

const char *cap_name(cap c); // "iso"; "" for CAP_NONE

rights cap_rights(cap c); // what this name may do itself
bool cap_can_read(cap c);
bool cap_can_write(cap c);
bool cap_is_sendable(cap c);  // denies the same locally and globally
bool cap_is_copyable(cap c);  // a second name of the same capability may stand beside the first: all but iso
bool cap_is_shareable(cap c); // sendable and copyable

bool cap_compatible_local(cap a, cap b);  // may two names of one object have these, in one agent?
bool cap_compatible_global(cap a, cap b); // … in two agents?

bool cap_subtype(cap from, cap to); // may a name with `from` that is given up become one with `to`?
cap cap_alias(cap c);               // the strongest capability of a second name: iso gives tag
cap cap_join(cap a, cap b);         // the strongest that both may become (least common capability)

// Viewpoint: the capability of a name kept of field f read through o. CAP_NONE as origin: f is seen as it is (aliased).
// CAP_TAG as origin: nothing can be read; the result is CAP_TAG.
cap cap_view(cap o, cap f);

// A path in use, o.f.g: it keeps no name. `sealed`: lies inside an iso that stays where it is, so only sendable values may
// go in or come out.
typedef struct cap_path {
  cap cap; // what may be done at this step: ref, box, val or tag (an iso in use counts as a sealed ref)
  bool sealed;
} cap_path;
cap_path cap_path_start(cap c);            // a local, self or a temporary
cap_path cap_path_step(cap_path o, cap f); // … its field, declared (or substituted) with capability f
cap cap_path_keep(cap_path o, cap f);      // the capability of a name kept of the field
bool cap_path_may_write(cap_path o);       // its fields; if sealed, sendable values only
bool cap_path_may_read(cap_path o);
// May a method that needs `receiver` be called on it? If the path is sealed and the receiver is ref or box, arguments and
// result must be sendable. iso and val receivers are conversions of a unique or val value, not of a path.
bool cap_path_may_call(cap_path o, cap receiver);

// What the result of an iso/val block may be, when the block itself made it with capability c: what c may become once no name
// that is not sendable is left outside. ref and iso may become all; val and box become val; tag stays.
cap cap_recover(cap c);

#endif
