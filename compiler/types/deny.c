// deny.c — the deny sets. Everything that is known about a capability starts here.
#include "types/deny.h"

deny_set deny_of(cap c) {
  // Read: "who holds an iso denies all others to read and to write, in its own agent and elsewhere".
  static const deny_set sets[] = {
      [CAP_NONE] = {RIGHT_WRITE, RIGHT_WRITE}, // an immutable value: as val
      [CAP_ISO] = {RIGHT_ALL, RIGHT_ALL},      [CAP_VAL] = {RIGHT_WRITE, RIGHT_WRITE},
      [CAP_REF] = {RIGHT_NONE, RIGHT_ALL},     [CAP_BOX] = {RIGHT_NONE, RIGHT_WRITE},
      [CAP_TAG] = {RIGHT_NONE, RIGHT_NONE},
  };
  return sets[c];
}
