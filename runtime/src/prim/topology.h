// topology.h — topologies while they run: who stands where, and the tables of neighbours that follow from it.
// Owns:     a core: a list of members for each part (a node is a list of one), the numbers of its shapes and rules.
// Promises: lists are immutable arrays that are replaced when a group grows or shrinks; who has one keeps it. A member's own
//           tables are made when it asks for the first time, and again after its topology has changed.
// Does not: say what happens when a member fails (prim/supervise.c reads cores, and writes `ward` and `supervisor`).
//
// A core lives as long as its handle (the object the program has, ag_topology) or the place of one of its members. When the
// handle goes, the list of loose ones keeps what it held (prim/island.h).
//   field                    written by                       read by          ordering
//   core: type, numbers, …   who makes it, before it starts   any              by the messages that start it
//   core: parent             whose part it is; who lets it go  under lock
//   core: growths            under lock                       under lock
//   core: parts[].members    under lock                       under lock
//   core: parts[].starting   who makes it                     who makes it
//   core: version            under lock                       any              release / acquire
//   core: stopped            under lock                       any              relaxed; again under lock before members are added
//   core: gone, loose_next   island.c                         island.c         (island.h)
//   core: gave_up            under lock                       under lock
//   place: index             who adds it, before it starts    any
//   place: tables            its agent                        its agent
//   place: ward              supervise.c                      supervise.c
#ifndef AGI_PRIM_TOPOLOGY_H
#define AGI_PRIM_TOPOLOGY_H

#include "actor/worker.h"
#include "base/spin.h"

typedef struct agi_core agi_core;
typedef struct agi_growth agi_growth;         // members that are being made
typedef struct agi_ward agi_ward;             // of a supervised agent: what supervise.c keeps of it
typedef struct agi_supervisor agi_supervisor; // of a core: what supervise.c keeps of it

// One node or group. `members` is an Array of agents, or of handles where the part is a topology itself.
typedef struct agi_part {
  ag_array *members;
  ag_array *starting;  // those that whoever made it will start: the group may change as soon as it is seen
  int64_t first, next; // the index of the first member, and that of the next one to be made
} agi_part;

struct agi_core {
  _Atomic int64_t holders; // its handle, and the places of its members
  const ag_topology_type *type;
  agi_spin lock;
  _Atomic uint32_t version; // counts changes of the lists
  _Atomic bool stopped;     // its members have been told to stop: it takes no more
  bool started, gone;       // gone: is being freed with its members
  bool gave_up;             // stopped because of a failure: it may be restarted
  agi_core *loose_next;
  agi_core *parent;     // that it is part of, or NULL: agi_core_parent
  uint32_t part, index; // where in the parent
  agi_growth *growths;
  agi_supervisor *supervisor;
  int64_t *numbers; // as many as type->number_count: arities; max and period (ns) of rules
  agi_part parts[];
};

struct agi_place {
  agi_core *core;       // held
  uint32_t part, index; // its part, and its position among the members
  uint32_t version;     // of the core, when the tables were made
  ag_obj **tables;      // AG_WORDS of them: an array, or an agent; NULL: not asked for yet
  agi_ward *ward;
};

static inline agi_core *agi_core_of(const ag_topology *t) { return t->core; }
void agi_core_release(agi_worker *w, agi_core *core);
// The topology that it is part of: held, the caller releases it. NULL: none, or it has left that.
agi_core *agi_core_parent(agi_core *core);
// The members of a part as they are now; the caller releases it.
ag_array *agi_part_members(agi_core *core, uint32_t part);
// Of a member that will not run again: what its place holds but for the core goes.
void agi_place_clear(agi_worker *w, agi_agent *a);
// The lists of one that nobody can ask any more become empty.
void agi_core_clear(agi_worker *w, agi_core *core);
// Every agent of the core is told to stop as by `stop`, those of the topologies in it too: what it handles at the time it
// finishes. From then on nothing can be added. `failed`: because of a failure (agi_agent_stop).
void agi_core_stop(agi_worker *w, agi_core *core, bool failed);
// Those that have stopped because of a failure may take members again. False: it has been stopped otherwise.
bool agi_core_reopen(agi_core *core);

#endif
