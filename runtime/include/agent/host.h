/* host.h — agents inside a program written in C or C++: the runtime as a library.
 * Owns:     the runtime object: its workers, agents, timers; nothing of the process.
 * Promises: C89 and C++. Nothing is global: any number of runtimes, at once or one after another. No call ends the process (memory: see
 *           ag_options), installs a signal handler or writes anything that was not asked for (what a program prints is asked for).
 *           Errors are answered.
 * Does not: know what agents there are: `agentc app.agent -o app.c` writes app.h, with functions for each exported one.
 *
 * Threads. Unless it says otherwise, a function may be called from any thread, at any time between ag_runtime_new and ag_runtime_free;
 * which itself is called when no other thread is in a call. What is a callback runs on a worker, or in ag_runtime_poll or
 * ag_runtime_stop: it may call what does not wait, and should be short, since an agent is kept waiting.
 *
 * fork. The child has no workers: it may do nothing with a runtime of its parent, or with what that gave, but forget it (exec, _exit), and
 * may make its own. As of all locks: no other thread may be in a call while one forks. What agents have printed is written when 64 KB
 * have come together, and by ag_runtime_stop: both have what had not been.
 *
 * Memory. What a call gives is the caller's, and freed by the function that its comment names, before ag_runtime_free. */
#ifndef AGENT_HOST_H
#define AGENT_HOST_H

#include <agent/status.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ag_runtime ag_runtime;

/* A behaviour that raised, which nobody asked and nothing caught. Texts are borrowed, and NULL where there is none. */
typedef struct ag_failure {
  const char *behaviour; /* "Risk.propose", "main" */
  const char *error;     /* its class: "AssertionFailed" */
  const char *text;      /* as it is shown */
  const char *file;
  uint32_t line;
  const char *action;       /* what is done about it: lines of text */
  const char *left, *right; /* AssertionFailed: the two values compared */
} ag_failure;

/* Where memory comes from. `alloc` answers a block aligned for any type, or NULL; both are called on any thread. When it answers NULL,
 * the runtime ends as by ag_runtime_stop without draining, in order, with memory of the process, or of 64 KB that it has asked for when
 * it was made, for what that needs; every call answers AG_ERR_MEMORY from then on. */
typedef struct ag_allocator {
  void *(*alloc)(void *arg, size_t size);
  void (*free)(void *arg, void *block);
  void *arg;
} ag_allocator;

/* Who runs the agents. */
typedef enum ag_drive {
  AG_DRIVE_THREADS, /* threads of its own, from ag_runtime_new to ag_runtime_stop */
  /* Whoever calls ag_runtime_poll: one worker, and no thread besides. What blocks a behaviour (a `blocking` function of C, reading a
   * file) blocks that call, however short its timeout is. A host that must not be held up has such agents in a second runtime, with
   * threads. */
  AG_DRIVE_HOST,
  AG_DRIVE_PROGRAM /* ag_runtime_run, until nothing is left to do: what a program's own main does */
} ag_drive;

typedef enum ag_profiling { AG_PROFILE_ON, AG_PROFILE_OFF } ag_profiling;

struct ag_lease_backend; /* agent.h */

/* All zero: the defaults. */
typedef struct ag_options {
  uint32_t workers; /* 0: as many as there are processors this process may use; at most 1024 */
  /* Called for each failure, on any worker, one at a time; NULL: it goes to `log`, or, in a program, to standard error. */
  void (*failed)(void *arg, const ag_failure *failure);
  void *failed_arg;
  /* Not 0: a run that can be repeated (AG_DRIVE_PROGRAM only). One worker, whatever `workers` says, takes what is ready in an order that
   * the seed decides, and has a clock of its own that jumps to the next timer when nothing is ready. The same program with the same
   * seed and input does the same. */
  uint64_t seed;
  /* Agents are measured (ag_agent_profile), and how long their turns are and from which worker others steal follows that; or not.
   * In a seeded run they never are. */
  ag_profiling profile;
  const struct ag_lease_backend *leases; /* copied; NULL: a table in this process */
  ag_drive drive;
  /* Copied. NULL: the runtime's own allocator, and when the system has no memory left the process ends, as it does in most programs: a
   * host that wants a status gives one, malloc and free will do. */
  const ag_allocator *memory;
  /* What is worth a line: failures, behaviours that block. `text` ends in a newline and is borrowed. On any thread of the runtime, one
   * at a time. NULL: nothing is written, or, in a program, standard error is. */
  void (*log)(void *arg, const char *text);
  void *log_arg;
} ag_options;

typedef struct ag_metrics {
  uint64_t spawned, alive;    /* agents */
  uint64_t sent, delivered;   /* messages */
  uint64_t dead_letters;      /* messages nobody ran */
  uint64_t cancelled;         /* requests that were still queued when nobody waited for the reply any more */
  uint64_t failures;          /* behaviours that raised, which nobody asked and nothing caught */
  uint64_t restarts;          /* agents made anew by their supervisors */
  uint64_t suspended, exempt; /* sends that paused their sender; sends let past a full mailbox */
  uint64_t steals, parks;     /* of the scheduler */
  uint64_t mailbox_high;      /* the longest queue an agent found */
  uint64_t broadcasts;        /* begun */
  uint64_t broadcast_rounds;  /* the most that one of them took: about log_fanout(members) */
  uint32_t workers;           /* that run agents at the same time */
  uint32_t threads;           /* made so far: these, and those for workers that block */
  uint64_t handed_over;       /* so often the agents of a worker that blocked went on elsewhere */
  uint64_t late;              /* callbacks from C that came when their agent had stopped */
} ag_metrics;

/* options may be NULL. AG_ERR_INVALID: options that cannot be; AG_ERR_MEMORY; AG_ERR_THREAD. *out is freed by ag_runtime_free; on an
 * error there is none. */
ag_status ag_runtime_new(const ag_options *options, ag_runtime **out);

/* AG_DRIVE_HOST: runs agents on the calling thread, at most `budget` turns of them; if none is ready, waits for one, at most timeout_ns
 * (0: not at all, below 0: without limit). One thread at a time, not always the same. AG_OK: something was run, perhaps not all.
 * AG_ERR_TIMEOUT: nothing was. AG_ERR_STOPPED. AG_ERR_INVALID: another thread is in it, or it is called from inside, or threads of
 * its own drive the runtime. */
ag_status ag_runtime_poll(ag_runtime *rt, uint32_t budget, int64_t timeout_ns);
/* AG_DRIVE_HOST: a descriptor that is readable (epoll, poll, select, libuv, GLib) when ag_runtime_poll has something to do, timers
 * included. It is the runtime's: it is not to be read or closed. -1: threads of its own drive the runtime. */
int ag_runtime_fd(const ag_runtime *rt);

/* Ends it. From now on all calls from outside answer AG_ERR_STOPPED. drain_ns 0: agents end after the behaviours that they run; below 0:
 * when all that has been sent is done, with what follows from it; above 0: the same, for at most so many ns. Timers do not fire
 * meanwhile. What still waits then is cancelled; each callback of a request that has no reply is called now, with AG_ERR_STOPPED. When it
 * returns no thread of the runtime is left. AG_OK; AG_ERR_TIMEOUT: drain_ns was too short; AG_ERR_STOPPED: it has been stopped before;
 * AG_ERR_MEMORY: the allocator had answered NULL; AG_ERR_INVALID: called from a callback, or in a program. */
ag_status ag_runtime_stop(ag_runtime *rt, int64_t drain_ns);
/* Stops it without draining, if it has not been stopped, and gives all back. rt may be NULL. Not from a callback. */
void ag_runtime_free(ag_runtime *rt);
void ag_runtime_metrics(ag_runtime *rt, ag_metrics *out); /* exact after it has stopped */

/* What a status says, in English; static. */
const char *ag_status_text(ag_status status);
/* What was raised, where the calling thread's last call answered AG_ERR_FAILED, and, in a callback that was given it, there: "Broke: need
 * 3". Until the thread's next call. */
const char *ag_error_text(void);
/* A String that a call has given is UTF-8 and ends in a NUL. text may be NULL. */
void ag_text_free(ag_runtime *rt, const char *text);
/* Bytes that a call has given. */
typedef struct ag_blob {
  const uint8_t *data;
  size_t size;
  void *owner; /* the runtime's */
} ag_blob;
void ag_blob_free(ag_runtime *rt, ag_blob blob); /* all zero: nothing */

/* An Array of numbers that a call has given: `count` of them. */
#define AG_ARRAY_OF(name, type) \
  typedef struct name {         \
    const type *data;           \
    size_t count;               \
    void *owner;                \
  } name
AG_ARRAY_OF(ag_i8_array, int8_t);
AG_ARRAY_OF(ag_i16_array, int16_t);
AG_ARRAY_OF(ag_i32_array, int32_t);
AG_ARRAY_OF(ag_i64_array, int64_t);
AG_ARRAY_OF(ag_u8_array, uint8_t);
AG_ARRAY_OF(ag_u16_array, uint16_t);
AG_ARRAY_OF(ag_u32_array, uint32_t);
AG_ARRAY_OF(ag_u64_array, uint64_t);
AG_ARRAY_OF(ag_f32_array, float);
AG_ARRAY_OF(ag_f64_array, double);
#undef AG_ARRAY_OF
void ag_array_free(ag_runtime *rt, void *owner); /* the `owner` of one of these; NULL: nothing */

/* ---- by name ------------------------------------------------------------------------------------------------------
 * For hosts that learn when they run what they send: scripts, tests. They know exported agents of the libraries that the runtime uses
 * (app_use(rt), or any earlier call of app.h with rt). */
typedef enum ag_value_kind {
  AG_VALUE_NONE, /* no reply; of what is optional: none */
  AG_VALUE_BOOL, /* number */
  AG_VALUE_INT, /* number: of all widths, which must hold it; Duration in ns; the index of the variant of an enum without payload */
  AG_VALUE_FLOAT,  /* real */
  AG_VALUE_TEXT,   /* text: UTF-8, ending in a NUL */
  AG_VALUE_BYTES,  /* bytes */
  AG_VALUE_AGENT,  /* ref: as app_Name */
  AG_VALUE_OBJECT, /* ref: likewise, of a class */
  AG_VALUE_ARRAY,  /* items, count: its elements */
  AG_VALUE_STRUCT, /* items, count: the fields of a struct, the parts of a tuple */
  AG_VALUE_ENUM    /* number: the index of the variant; items, count: what that carries */
} ag_value_kind;
/* Given: as in app.h; texts, bytes and items are copied, agents and `val` objects shared, `iso` objects given away, each once, unless the
 * answer is AG_ERR_INVALID, _NAME, _COUNT, _TYPE or _FULL. Got: the caller's, items included (ag_value_free). */
typedef struct ag_value {
  ag_value_kind kind;
  int64_t number;
  double real;
  const char *text;
  ag_blob bytes;
  void *ref;
  const struct ag_value *items;
  size_t count;
} ag_value;
void ag_value_free(ag_runtime *rt, ag_value value);

/* What a parameter, a field, a variant, an element, a reply is. */
typedef struct ag_param_info {
  const char *name;   /* NULL: it has none */
  ag_value_kind kind; /* AG_VALUE_NONE: what has no kind, and cannot be given or got by name */
  int optional;
  uint32_t count; /* ARRAY: 1, its elements; STRUCT: fields; ENUM: variants, each a STRUCT of what it carries */
  const struct ag_param_info *parts;
  const struct ag_layout *layout; /* the runtime's */
} ag_param_info;
/* One behaviour; "init" stands for what an agent is made with. All is static data of the library. */
typedef struct ag_behaviour_info {
  const char *name;
  const ag_param_info *params;
  uint32_t count;
  int is_request;
  ag_value_kind reply;
  const ag_param_info *result; /* the same, whole; NULL: it is no request */
} ag_behaviour_info;
/* Writes the names of up to `max` agents, and answers how many there are. */
uint32_t ag_agent_types(ag_runtime *rt, const char **names, uint32_t max);
/* AG_ERR_NAME. infos has room for `max`; *count: how many there are, "init" first. */
ag_status ag_behaviours(ag_runtime *rt, const char *agent, ag_behaviour_info *infos, uint32_t max, uint32_t *count);
/* What is wrong is a status: AG_ERR_NAME (agent or behaviour; NULL, too), AG_ERR_COUNT (of arguments), AG_ERR_TYPE (also of a part, and
 * the number of parts; what is asked is no request), AG_ERR_INVALID (another NULL, what is not UTF-8, more than 64 values within each other); else as in app.h. *out is released by
 * ag_value_free or app_Name_release. */
ag_status ag_spawn_by_name(ag_runtime *rt, const char *agent, const ag_value *args, uint32_t count, void **out);
ag_status ag_send_by_name(ag_runtime *rt, void *agent, const char *behaviour, const ag_value *args, uint32_t count);
/* Blocks the calling thread, as ..._wait; after AG_ERR_TIMEOUT, too. *reply is AG_VALUE_NONE where there is none. */
ag_status ag_ask_by_name(ag_runtime *rt, void *agent, const char *behaviour, const ag_value *args, uint32_t count,
                         int64_t timeout_ns, ag_value *reply);

#ifdef __cplusplus
}
#endif
#endif
