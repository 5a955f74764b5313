// status.h — results of the embedding API.
// Owns:     the list of ways a call can end.
// Promises: 0 is success; values keep their meaning.
#ifndef AGENT_STATUS_H
#define AGENT_STATUS_H

typedef enum ag_status {
  AG_OK = 0,
  AG_ERR_INVALID = 1, // an argument that cannot be
  AG_ERR_THREAD = 2   // no thread could be started
} ag_status;

#endif
