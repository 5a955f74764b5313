// flow.h — checks that follow the order in which a program runs: moves, initialisation, what is reachable.
// Owns:     nothing after a call; its working memory is an arena of its own.
// Promises: reports E0401 … and E0503 … with all places; linear in the size of a function (loops: at most three rounds).
//           HIR_ERROR nodes and TY_ERROR types are passed over in silence.
// Does not: change HIR. Reads `use` of each local: MOVE empties it, COPY and LOOK need it full.
#ifndef SEMA_FLOW_H
#define SEMA_FLOW_H

#include "hir/hir.h"

struct diag_sink;

typedef struct flow_env {
  struct diag_sink *diag;
  type_table *types;
} flow_env;

// One function with a body; `main` is one too.
void flow_check_fn(const flow_env *env, const hir_fn *fn);
// The initialisers of a class, struct or agent, and uses of fields whose parameter an initialiser has moved.
void flow_check_decl(const flow_env *env, const hir_decl *decl);

#endif
