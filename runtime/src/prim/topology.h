// topology.h — topologies while they run: who stands where, and the tables of neighbours that follow from it.
// Owns:     a core: a list of members for each part (a node is a list of one), the numbers of its shapes and rules.
// Promises: lists are immutable arrays that are replaced when a group grows or shrinks; who has one keeps it. A member's own
//           tables are made when it asks for the first time, and again after its topology has changed.
// Does not: say what happens when a member fails (prim/supervise.c reads cores, and writes `ward` and `supervisor`).
//
// A core lives as long as its handle (the object the program has, ag_topology) or the place of one of its members.
//   field                    written by                       read by          ordering
//   core: type, parent, …    who makes it, before it starts   any              by the messages that start it
//   core: parts[].members    under lock                       under lock
//   core: version            under lock                       any              release / acquire
//   core: stopped            under lock                       any              relaxed; again under lock before members are added
//   place: index             who adds it, before it starts    any
//   place: tables            its agent                        its agent
//   place: ward              supervise.c                      supervise.c
#ifndef AGI_PRIM_TOPOLOGY_H
#define AGI_PRIM_TOPOLOGY_H

#include "actor/worker.h"
#include "base/spin.h"

typedef struct agi_core agi_core;
typedef struct agi_ward agi_ward;             // of a supervised agent: what supervise.c keeps of it
typedef struct agi_supervisor agi_supervisor; // of a core: what supervise.c keeps of it

// One node or group. `members` is an Array of agents, or of handles where the part is a topology itself.
typedef struct agi_part {
  ag_array *members;
  uint32_t reserved; // indices given out: those of `members`, and of members that are being made
} agi_part;

struct agi_core {
  _Atomic int64_t holders; // its handle, and the places of its members
  const ag_topology_type *type;
  agi_spin lock;
  _Atomic uint32_t version; // counts changes of the lists
  _Atomic bool stopped;     // its members have been told to stop: it takes no more
  bool started;
  agi_core *parent;     // that it is part of, or NULL; held
  uint32_t part, index; // where in the parent
  agi_supervisor *supervisor;
  int64_t *numbers; // ag_topology_type.numbers of them: arities, and max and period (ns) of rules
  agi_part parts[];
};

enum { AGI_TABLES = 10 }; // one for each AG_WORD_*

struct agi_place {
  agi_core *core;             // held
  uint32_t part, index;       // its part, and its position in it
  uint32_t version;           // of the core, when the tables were made
  ag_obj *tables[AGI_TABLES]; // an array, or an agent; NULL: not asked for yet
  agi_ward *ward;
};

// The members of a part as they are now; the caller releases it.
ag_array *agi_part_members(agi_core *core, uint32_t part);
// Every agent of the core is told to stop as by `stop`, those of the topologies in it too. What it handles at the time it
// finishes. From then on nothing can be added.
void agi_core_stop(agi_worker *w, agi_core *core);
// From another agent: `a` ends after the behaviour that it runs, or at once.
void agi_agent_stop(agi_worker *w, agi_agent *a);
// Before the agent is freed, and at the end of the runtime for all.
void agi_place_drop(agi_worker *w, agi_agent *a);

#endif
