// abi_host.h — what the functions that C calls are made of: for `export`ed agents, functions and classes, written by emit/emit_export.c.
// Owns:     contexts of calls from outside; requests whose askers are no agents.
// Promises: C99, C11 and C++ have no part in it. Any thread. Nothing waits but ag_request_end.
// Does not: serve programs: host.h and the app.h of a program do.
#ifndef AGENT_ABI_HOST_H
#define AGENT_ABI_HOST_H

#include <agent/abi.h>
#include <agent/host.h>

// Of functions that app.c may have no use for.
#ifdef __GNUC__
#define AG_UNUSED __attribute__((unused))
#else
#define AG_UNUSED
#endif

// How a parameter (in the message), a part (in the whole) or a reply lies in memory, for calls by name; what it is to C is its ag_param_info.
typedef struct ag_layout {
  bool is_iso, is_val, is_signed;
  uint8_t size;            // of a number
  uint32_t offset, limit;  // limit: of an enum without payload, its variants; else 0
  uint32_t has, at;        // of an optional that is no pointer: a flag, and what it is about; else both 0
  const ag_class *cls;     // of an object
  const ag_agent_type *to; // of an agent
  const ag_type *elem;     // of an array
} ag_layout;
typedef struct ag_named_behaviour {
  const char *name;
  uint32_t index, count;
  const ag_param_info *params;
  const ag_param_info *reply; // NULL: it is no request
} ag_named_behaviour;
typedef struct ag_named_agent {
  const char *name;
  const ag_agent_type *type;
  uint32_t count;
  const ag_named_behaviour *behaviours; // "init" first
} ag_named_agent;

// What a library made of .agent shares among all runtimes of the process: static, zero but for the first four.
typedef struct ag_module {
  const char *name;
  void (*constants)(ag_cx *cx); // makes them; NULL: there are none
  const ag_named_agent *agents; // those exported
  uint32_t agent_count;
  // The runtime's: how many runtimes use it; their constants go with the last.
  uint32_t lock, users;
  void *kept;
} ag_module;

// A context for the calling thread, for one call; the module's constants are there. AG_ERR_STOPPED, AG_ERR_MEMORY: none.
ag_status ag_enter(ag_runtime *rt, ag_module *module, ag_cx **cx);
void ag_leave(ag_cx *cx); // cx is gone, and what it raised
// As ag_enter, to give something back: also when the runtime has stopped. Never fails.
ag_cx *ag_enter_late(ag_runtime *rt);
ag_status ag_raised(
    ag_cx *cx); // AG_OK, or takes what was raised: ag_error_text, and AG_ERR_FAILED or what the error means
int64_t ag_c_size(const char *s);          // strlen
bool ag_c_text_valid(const char *s);       // it is there, and UTF-8
void ag_msg_discard(ag_cx *cx, ag_msg *m); // memory only: its arguments have been taken out

// Copies of what C has; owned. `val`: frozen. elem: a number's.
ag_bytes *ag_c_bytes(ag_cx *cx, const void *p, size_t size, bool val);
ag_array *ag_c_array(ag_cx *cx, const void *p, size_t count, const ag_type *elem, bool val);
ag_blob ag_c_blob(const ag_bytes *b, bool lent); // lent: without an owner
// Objects and agents, or NULL. Without a context: retained, and answered; released, also when the runtime has stopped.
void *ag_c_keep(const void *o);
void ag_c_release(ag_runtime *rt, const void *o);

// From outside. AG_OK: m is the agent's. AG_ERR_FULL, AG_ERR_STOPPED: it is still the caller's.
ag_status ag_send_outside(ag_cx *cx, ag_agent *to, ag_msg *m);
// A request whose reply goes to a callback. AG_OK: `deliver` is called once, on a worker or by ag_runtime_stop, perhaps before this
// returns; with AG_OK and the reply, which it takes out of `value`; else value is NULL.
typedef void ag_deliver(ag_cx *cx, ag_status status, void *value, void (*callback)(void), void *user);
ag_status ag_ask_outside(ag_cx *cx, ag_agent *to, ag_msg *m, const ag_type *reply, ag_deliver *deliver,
                         void (*callback)(void), void *user);
// A request that a thread waits for, between _begin and _end without a context. AG_ERR_INVALID: on a thread that runs agents of rt. _end
// moves the reply into *out, or answers AG_ERR_TIMEOUT (below 0: no limit; a request that has not begun never will), AG_ERR_STOPPED, AG_ERR_FULL, AG_ERR_FAILED. r is gone.
typedef struct ag_request ag_request;
ag_status ag_request_begin(ag_cx *cx, ag_agent *to, ag_msg *m, const ag_type *reply, ag_request **r);
ag_status ag_request_end(ag_runtime *rt, ag_request *r, void *out, int64_t timeout_ns);

#endif
