// hir_graph.h — the wiring that a program declares, as a graph for Graphviz.
// Promises: deterministic DOT; `dot` draws it without overlaps: topologies and groups are clusters, agents boxes, shapes edges, dashed
//           edges who is given whom. What is supervised says so.
#ifndef HIR_HIR_GRAPH_H
#define HIR_HIR_GRAPH_H

#include "base/buf.h"
#include "base/source.h"
#include "hir/hir.h"

// False: the program has no topology, and nothing is written.
bool hir_graph(buf *out, const hir_program *p, const source_set *sources);

#endif
