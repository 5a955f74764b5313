// island_walk.h — what islands hold, and who else holds it: the counting that island.h describes.
// Owns:     a walk: its nodes, its hold of the lists of members, the claims of agents.
// Promises: from agi_walk_add on no agent of an island that is not live runs, until agi_walk_end. An island that is not live after
//           agi_walk_judge can be reached from nowhere else, now or later.
//           A walk that meets more than its share of objects finds that all live.
// Does not: free anything.
#ifndef AGI_PRIM_ISLAND_WALK_H
#define AGI_PRIM_ISLAND_WALK_H

#include "actor/worker.h"
#include "prim/topology.h"

typedef enum agi_node_kind { AGI_NODE_OBJECT, AGI_NODE_AGENT, AGI_NODE_CORE } agi_node_kind;

typedef struct agi_node { // something that islands reach
  void *p;                // an ag_obj (handles, too), an agi_agent, an agi_core
  agi_core *core;         // of a handle, an inner topology's
  int64_t within;         // references from within
  uint32_t root;          // the island that it is part of; AGI_NO_ROOT: none
  uint32_t lists;         // of a core: where its lists begin
  uint8_t kind, state;
  bool live;
} agi_node;
#define AGI_NO_ROOT UINT32_MAX

typedef struct agi_island {
  agi_core *core;
  uint32_t from, to; // its members, cores and lists among the nodes
  bool live;
} agi_island;

typedef struct agi_nodes32 { // a growing list of indices
  uint32_t *items;
  int64_t size, room;
} agi_nodes32;

typedef struct agi_walk {
  agi_worker *w;
  agi_node *nodes;
  int64_t node_count, node_room, agent_count;
  uint32_t *table; // by address: index + 1
  int64_t table_size;
  agi_island *islands;
  int64_t island_count, island_room;
  ag_array **lists; // of members, held
  int64_t list_count, list_room;
  agi_nodes32 stack, order;
  int64_t helper_limit; // claims no helper when there are so many agents
  bool failed;          // too much to look at
} agi_walk;

// Looks first whether all seems to be at rest, then claims. A live island costs little if its first members are busy.
void agi_walk_add(agi_walk *k, agi_core *root);
void agi_walk_judge(agi_walk *k);
// Lets all agents run again, and gives up the lists.
void agi_walk_end(agi_walk *k);

#endif
