/* status.h — how a call of the embedding API has ended.
 * Owns:     the list.
 * Promises: 0 is success; values keep their meaning. */
#ifndef AGENT_STATUS_H
#define AGENT_STATUS_H

typedef enum ag_status {
  AG_OK = 0,
  AG_ERR_INVALID = 1, /* an argument that cannot be, or a call that may not be made here */
  AG_ERR_THREAD = 2,  /* no thread could be started */
  AG_ERR_CLOSED = 3,  /* the channel is closed */
  AG_ERR_TIMEOUT = 4, /* the time is over */
  AG_ERR_MEMORY = 5,  /* so much memory there is not */
  AG_ERR_FULL = 6, /* the mailbox is full: an agent that sent would be suspended. Nothing was sent; try again later */
  AG_ERR_STOPPED = 7, /* the agent, or the runtime, has stopped */
  AG_ERR_FAILED = 8,  /* an error was raised: ag_error_text() */
  AG_ERR_NAME = 9,    /* there is none of that name */
  AG_ERR_COUNT = 10,  /* too many arguments, or too few */
  AG_ERR_TYPE = 11    /* an argument, or the place for a reply, has another type */
} ag_status;

#endif
