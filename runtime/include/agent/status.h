// status.h — results of the embedding API.
// Owns:     the list of ways a call can end.
// Promises: 0 is success; values keep their meaning.
#ifndef AGENT_STATUS_H
#define AGENT_STATUS_H

typedef enum ag_status {
  AG_OK = 0,
  AG_ERR_INVALID = 1, // an argument that cannot be
  AG_ERR_THREAD = 2,  // no thread could be started
  AG_ERR_CLOSED = 3,  // the channel is closed
  AG_ERR_TIMEOUT = 4, // the time is over
  AG_ERR_MEMORY = 5   // so much memory there is not
} ag_status;

#endif
