// abi.h — what generated code sees of the runtime: the one header emitted C includes.
// Owns:     object header and counts, values, errors, messages, frames, the step protocol.
// Promises: C99; compiles under gcc, clang and TinyCC. TinyCC has neither atomics nor thread-locals: all that
//           needs them is a function there, and an inline fast path elsewhere.
// Does not: serve embedders (agent/agent.h does), nor include any system header in the JIT (AG_JIT).
#ifndef AGENT_ABI_H
#define AGENT_ABI_H

#ifdef AG_JIT
typedef signed char int8_t;
typedef short int16_t;
typedef int int32_t;
typedef long long int64_t;
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long long uint64_t;
typedef unsigned long size_t;
typedef unsigned long uintptr_t;
typedef _Bool bool;
#define true 1
#define false 0
#define NULL ((void *)0)
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#endif

#ifdef __TINYC__
#define AG_UNLIKELY(x) (x)
#define AG_LIKELY(x) (x)
#else
#define AG_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define AG_LIKELY(x) __builtin_expect(!!(x), 1)
#endif

// Of sizes. A 64-bit type that is not int64_t where there are two of them: then a C compiler knows that what is stored in an
// Array[Int] or in a field leaves all sizes as they are, and reads them once before a loop.
#if defined(__TINYC__) || !defined(__SIZEOF_LONG__) || __SIZEOF_LONG__ != 8
typedef int64_t ag_size;
#elif defined(__APPLE__)
typedef long ag_size;
#else
typedef long long ag_size;
#endif

typedef struct ag_cx ag_cx;
typedef struct ag_obj ag_obj;
typedef struct ag_class ag_class;
typedef struct ag_type ag_type;
typedef struct ag_agent ag_agent;
typedef struct ag_msg ag_msg;
typedef struct ag_frame ag_frame;
typedef struct ag_future ag_future;
typedef struct ag_quorum ag_quorum;
typedef struct ag_timer ag_timer;
typedef struct ag_topology_type ag_topology_type;
typedef struct ag_str ag_str;
typedef struct ag_bytes ag_bytes;
typedef struct ag_array ag_array;
typedef struct ag_map ag_map; // Map[K, V]; Set[T] is a map whose value has size 0
typedef struct ag_sb ag_sb;
typedef struct ag_table ag_table; // of an interface's methods; generated, one struct an interface

// ---- context ---------------------------------------------------------------------------------------------------
// One per worker; hidden first parameter of every generated function. After a suspension the function is
// re-entered with the context of whichever worker resumes it, so nothing may cache it in a frame.
// Free blocks of it, by size: 16, 32 … 256 bytes. The runtime fills and empties the lists (runtime/src/actor/pool.h).
enum { AG_POOL_CLASSES = 16 };
typedef struct ag_block {
  struct ag_block *next;
} ag_block;
typedef struct ag_pool {
  struct {
    ag_block *head;
    uint32_t count; // from head on
    ag_block *full; // as many again as there are at most, or NULL
  } lists[AG_POOL_CLASSES];
  struct agi_depot *depot;
} ag_pool;
struct ag_cx {
  ag_obj *err;       // raised and not yet handled (an ag_error); owned; NULL: none
  char *stack_limit; // recursive functions fault below this address
  ag_agent *agent;   // the agent whose behaviour runs; borrowed
  ag_pool pool;
};

// ---- heap objects and counts -----------------------------------------------------------------------------------
// Every heap object starts with this header. The count's sign says how it is kept (after Lean 4):
//   rc > 0  plain: only one agent can see the object        rc < 0  atomic: -rc references, from any thread
//   rc == 0 immortal: static data, never counted or freed
// An object is born with rc 1 (or -1: `val`, strings, agents, errors) and turns atomic once, by ag_freeze, when its
// `iso` becomes `val`; ag_share does so for a single object whose `tag` is kept. References that may read or write keep an
// object; tags only keep its memory (object.c): the last agent that could look into it is the one that takes it apart.
struct ag_obj {
  const ag_class *cls;
  int64_t rc;
#ifdef AG_CHECK
  const void *owner; // the agent that has it; NULL: on its way, or frozen (obs/check.c)
  const char *at_file;
  uint32_t at_line, mark;
#endif
};

// How the object behind a pointer is taken apart. `drop` releases what its fields own (not the memory) and may be
// NULL; `each` calls visit(child, arg) for every counted object a field refers to, directly or inside a value.
struct ag_class {
  const char *name;
  uint32_t size;  // bytes of the object, header included; 0: varies
  uint32_t flags; // AG_CLASS_*
  void (*drop)(ag_cx *cx, void *obj);
  void (*each)(void *obj, void (*visit)(ag_obj *child, void *arg), void *arg);
  const ag_type *type; // value operations of a reference to it; for errors: `show`
};
// PLAIN_INIT, of an agent: its first behaviour only fills its fields: it neither raises, suspends nor looks at anything but its
// arguments. So who spawns the agent may run it.
enum { AG_CLASS_ERROR = 1, AG_CLASS_FAULT = 2, AG_CLASS_AGENT = 4, AG_CLASS_UNCATCHABLE = 8, AG_CLASS_PLAIN_INIT = 16 };

// How a slot that holds a value of a type is treated by erased code (array elements, map keys, futures, show).
// A NULL retain/drop means plain bits. hash/eq/cmp are NULL when the type has none.
struct ag_type {
  const char *name; // as shown to users: "Array[String]"
  uint32_t size;    // bytes of a slot
  uint32_t align;
  void (*retain)(void *slot);
  void (*drop)(ag_cx *cx, void *slot);
  void (*each)(void *slot, void (*visit)(ag_obj *child, void *arg), void *arg);
  uint64_t (*hash)(ag_cx *cx, const void *slot);
  bool (*eq)(ag_cx *cx, const void *a, const void *b);
  int (*cmp)(ag_cx *cx, const void *a, const void *b);
  void (*show)(ag_cx *cx, ag_sb *sb, const void *slot); // as inside a container: strings quoted
  const ag_type *elem;                                  // element (Array, Set, T?), key (Map)
  const ag_type *value;
};

void *ag_new(ag_cx *cx, const ag_class *cls,
             int64_t rc); // zeroed beyond the header; never NULL: on OOM ends the program
void *ag_new_bare(ag_cx *cx, const ag_class *cls,
                  int64_t rc); // the same, not zeroed: the caller sets all fields at once
void ag_retain_shared(ag_obj *o);
void ag_release_shared(ag_cx *cx, ag_obj *o);
// What ag_release_shared does for an object with AG_CLASS_AGENT, before it touches the count: an agent's count never
// reaches zero, since its last reference goes to whoever runs it (runtime/src/actor/agent.h).
void ag_agent_release(ag_cx *cx, ag_obj *agent);
// Likewise what ag_retain_shared does: the agent may have been given its last reference, and that is the caller's then.
void ag_agent_retain(ag_obj *agent);
void ag_free_obj(ag_cx *cx, ag_obj *o); // count reached zero: drop, then free (iteratively: deep graphs do not recurse)
void ag_freeze(ag_obj *o);              // `iso` becomes `val`: everything reachable gets an atomic count
// A reference becomes a tag: this object alone gets an atomic count. Tags are counted apart, by these two (NULL: none).
void ag_share(ag_cx *cx, ag_obj *o);
void ag_retain_tag(void *o);
void ag_release_tag(ag_cx *cx, void *o);

// ---- checks ----------------------------------------------------------------------------------------------------
// A program compiled with AG_CHECK (agentc_checked) looks at each use of an object whether it is its agent's (obs/check.c). It
// needs the library that is compiled so, too.
typedef void ag_each_fn(void *slot, void (*visit)(ag_obj *child, void *arg), void *arg);
void ag_check_enter(ag_cx *cx);
void ag_check_born(ag_obj *o);
void ag_check_count(const void *o);
void ag_check_hold(const void *o, const char *does);
void ag_check_read(ag_cx *cx, const void *o, const char *file, uint32_t line);
void ag_check_write(ag_cx *cx, const void *o, const char *file, uint32_t line);
void ag_check_give(ag_cx *cx, ag_each_fn *each, void *slot, const char *file,
                   uint32_t line); // sent with all it reaches
void ag_check_take(ag_cx *cx, ag_each_fn *each, void *slot, const char *file, uint32_t line); // received
#ifdef AG_CHECK
#define AG_CHECK_COUNT(o) ag_check_count(o)
#else
#define AG_CHECK_COUNT(o) ((void)0)
#endif

#ifdef __TINYC__
#define AG_RC(o) ((o)->rc)
#else
#define AG_RC(o) __atomic_load_n(&(o)->rc, __ATOMIC_RELAXED)
#endif
static inline void ag_retain(void *p) {
  ag_obj *o = (ag_obj *)p;
  int64_t c = AG_RC(o);
  if (c > 0) AG_CHECK_COUNT(o);
  if (c > 0) o->rc = c + 1;
  else if (c < 0) ag_retain_shared(o);
}
static inline void ag_release(ag_cx *cx, void *p) {
  ag_obj *o = (ag_obj *)p;
  int64_t c = AG_RC(o);
  if (c > 0) AG_CHECK_COUNT(o);
  if (c > 1) o->rc = c - 1;
  else if (c == 1) ag_free_obj(cx, o);
  else if (c < 0) ag_release_shared(cx, o);
}
static inline void ag_retain_opt(void *p) {
  if (p) ag_retain(p);
}
static inline void ag_release_opt(ag_cx *cx, void *p) {
  if (p) ag_release(cx, p);
}

// ---- values ----------------------------------------------------------------------------------------------------
typedef uint8_t ag_unit;
typedef struct ag_range {
  int64_t from, to;
} ag_range; // `a..b`, b excluded
struct ag_str {
  ag_obj h;
  ag_size size;
  uint64_t hash;
  char bytes[];
}; // immutable UTF-8, NUL after the last byte; hash 0: not yet known
struct ag_bytes {
  ag_obj h;
  ag_size size, cap;
  uint8_t *data;
};
struct ag_array {
  ag_obj h;
  ag_size size, cap;
  void *data;
  const ag_type *elem;
};
// A value seen as an interface: an object (a struct, enum or number is put into one), and the functions of its type in the order of the
// interface's methods, called as those of an ag_fn.
typedef struct ag_iface {
  void *o;
  const ag_table *t;
} ag_iface;
// A function value: what the closure has captured follows. `code` has the prototype that its call says, of the plain convention or of the
// step protocol; the object itself is the first argument after those of the convention: T code(ag_cx *cx, void *self, args…).
typedef struct ag_fn {
  ag_obj h;
  void (*code)(void);
} ag_fn;
// Array/Map/Set/Bytes objects are made by ag_array_new &c; their class is the runtime's, elem/key/value types drive it.

// ---- errors ----------------------------------------------------------------------------------------------------
// A function that raises stores an owned ag_error in cx->err and returns (any value). Callers test cx->err after each
// call that may raise. Functions that may suspend return AG_FAILED instead of being tested.
typedef struct ag_error {
  ag_obj h;
  const char *file;
  uint32_t line; /* the error's fields follow */
} ag_error;

// Runtime-defined errors, in prelude.agent too; the layout of those with fields:
typedef struct ag_err_QuorumNotReached {
  ag_error e;
  int64_t got, need;
} ag_err_QuorumNotReached;
typedef struct ag_err_Deadlock {
  ag_error e;
  ag_str *cycle;
} ag_err_Deadlock;
typedef struct ag_err_AssertionFailed {
  ag_error e;
  ag_str *condition;
  ag_str *left, *right; // of a comparison, else NULL
} ag_err_AssertionFailed;
// F(Name, words) faults pass through every function; E(Name, words) are errors
// clang-format off
#define AG_ERRORS(F, E)                                                                                           \
  F(Overflow, "integer overflow") F(DivisionByZero, "division by zero") F(IndexOutOfRange, "index out of range")  \
  F(KeyNotFound, "key not found") F(BadConversion, "bad conversion") F(MailboxFull, "mailbox full")               \
  F(Deadlock, "deadlock") F(AgentStopped, "agent stopped") F(StackOverflow, "stack overflow")                     \
  F(OutOfMemory, "out of memory") F(AssertionFailed, "assertion failed") F(Cancelled, "cancelled")                \
  E(Timeout, "timeout") E(QuorumNotReached, "quorum not reached") E(LeaseHeld, "lease held")                      \
  E(ChannelClosed, "channel closed") E(SystemError, "system error")
// clang-format on
#define AG_DECLARE_ERROR(n, w) extern const ag_class ag_error_##n;
AG_ERRORS(AG_DECLARE_ERROR, AG_DECLARE_ERROR)
// Cancelled unwinds the frames of an agent that is dropped while it waits: no `catch`, no `else` sees it.

// Raises a runtime-defined error without fields (detail: extra text shown after the words, or NULL; copied).
void ag_raise(ag_cx *cx, const ag_class *cls, const char *detail, const char *file, uint32_t line);
void ag_raise_errno(ag_cx *cx, const char *file, uint32_t line); // SystemError, with what errno says
void ag_raise_index(ag_cx *cx, int64_t index, int64_t size, const char *file, uint32_t line);

// ---- the step protocol -----------------------------------------------------------------------------------------
// A plain function returns its value:                 T f(ag_cx *cx, args…)
// A function that can suspend returns a step:         int f(ag_cx *cx, ag_frame **fp, T *out, args…)
// Called through a value (ag_fn, method table):        the same, with `void *self` before args…; one of the two for all of a kind
// A behaviour:                                        int b(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp)
// Every suspending operation, runtime or generated, is *called again with the same arguments* when its agent is
// resumed, until it answers AG_DONE or AG_FAILED (cx->err set). On AG_SUSPENDED the caller saves what is live into a
// frame of its own (at *fp), and returns AG_SUSPENDED. No suspension, no frame. A frame whose agent is dropped is
// resumed with cx->err = Cancelled: each operation then answers AG_FAILED at once, so that the normal error path frees all.
enum { AG_DONE = 0, AG_SUSPENDED = 1, AG_FAILED = 2 };
struct ag_frame {
  uint32_t state;
  uint32_t size;
  ag_frame *child; /* saved locals follow */
};
ag_frame *ag_frame_new(ag_cx *cx, uint32_t size);
void ag_frame_free(ag_cx *cx, ag_frame *f); // memory only

// ---- agents and messages ---------------------------------------------------------------------------------------
typedef struct ag_behaviour {
  const char *name; // "quote"; index 0 of an agent type is "init": its initialisers
  int (*run)(ag_cx *cx, ag_agent *self, ag_msg *m, ag_frame **fp); // moves the arguments out of m; does not free m
  void (*drop_args)(ag_cx *cx, ag_msg *m);           // for a message that is never run; NULL: nothing to drop
  void (*copy_args)(ag_msg *dst, const ag_msg *src); // copies and retains; NULL: plain bits (or not shareable)
  // Shows each counted object that the arguments refer to; NULL: there is none (or nobody has said). Of `init`: topologies whose
  // agents are made from such messages again and again are freed only if this shows what those hold.
  void (*each_args)(ag_msg *m, void (*visit)(ag_obj *child, void *arg), void *arg);
  uint32_t msg_size;    // sizeof the message struct
  const ag_type *reply; // NULL: not a request
  const char *file;
  uint32_t line;
  const void *interface; // of an interface (then there is no `run`): which; its own index is looked up in each agent
} ag_behaviour;

// How an agent's behaviours are found through an interface: the message carries the agent's own index.
typedef struct ag_agent_view {
  const void *interface;      // told apart by its address
  const uint32_t *behaviours; // by index in the interface (0 is not used): the agent's
} ag_agent_view;

enum { AG_FULL_SUSPEND, AG_FULL_DROP_OLDEST, AG_FULL_DROP_NEWEST, AG_FULL_RAISE };
enum { AG_PRIORITY_NORMAL, AG_PRIORITY_LOW, AG_PRIORITY_HIGH, AG_PRIORITY_CRITICAL };
#define AG_MAILBOX_MAX 65000         // of capacity: the mailbox counts in 16 bits
#define AG_MAILBOX_EMPTY 0xffffffffu // of low: until none is left
// How many messages an agent accepts, and what happens then. With AG_FULL_SUSPEND senders pause from `high` on and go on at `low`:
// low < high <= capacity; what is not so is brought down to the nearest that is. May be shared by any number of agents.
typedef struct ag_mailbox_options {
  uint32_t capacity, high, low; // 0: 1000 (at most AG_MAILBOX_MAX), 4/5 of capacity, 1/5 of it
  uint8_t full;
  uint8_t priority;
} ag_mailbox_options;

typedef struct ag_agent_type {
  ag_class cls; // name, size of the whole agent struct, drop of its fields, each; flags AG_CLASS_AGENT
  uint32_t behaviour_count;
  const ag_behaviour *behaviours;
  ag_mailbox_options mailbox;
  const char *file;
  uint32_t line;
  uint32_t view_count;
  const ag_agent_view *views; // of the interfaces that agents of this type are seen as
} ag_agent_type;

// Generated agent structs start with the runtime's header, whose layout is private but for its size.
#define AG_AGENT_HEADER_BYTES (128 + sizeof(ag_obj))
struct ag_agent {
  ag_obj h;
  union {
    char opaque[AG_AGENT_HEADER_BYTES - sizeof(ag_obj)];
    void *align;
  } rt;
};

// Generated message structs start with this; arguments follow inline.
struct ag_msg {
  ag_msg *next;
  ag_future *reply;
  uint32_t behaviour;
  uint32_t size;
};

static inline uint32_t ag_behaviour_of(const ag_agent *a, const void *interface, uint32_t index) {
  const ag_agent_type *t = (const ag_agent_type *)a->h.cls;
  const ag_agent_view *v = t->views;
  while (v->interface != interface) v++; // it is there: the agent has been seen as this
  return v->behaviours[index];
}

ag_msg *ag_msg_new(ag_cx *cx, uint32_t size, uint32_t behaviour); // arguments uninitialised
#ifdef __TINYC__
#define ag_msg_new_inline(cx, size, behaviour) ag_msg_new(cx, size, behaviour)
#else
// The same for a `size` that is known when it is compiled.
static inline ag_msg *ag_msg_new_inline(ag_cx *cx, uint32_t size, uint32_t behaviour) {
  uint32_t list = (size - 1) / 16;
  ag_block *b = list < AG_POOL_CLASSES ? cx->pool.lists[list].head : NULL;
  if (AG_UNLIKELY(!b)) return ag_msg_new(cx, size, behaviour);
  cx->pool.lists[list].head = b->next;
  cx->pool.lists[list].count--;
  ag_msg *m = (ag_msg *)(void *)b;
  m->next = NULL;
  m->reply = NULL;
  m->behaviour = behaviour;
  m->size = size;
  return m;
}
#endif
// Creates an agent; init's arguments are its constructor's. Consumes init. opts may be NULL (the type's own) and is not
// copied: static data. Returns a new tag (owned). The agent's fields are zero until init has set them: `drop` may meet that.
ag_agent *ag_spawn(ag_cx *cx, const ag_agent_type *type, ag_msg *init, const ag_mailbox_options *opts);
// Suspending. Sends *m and sets it to NULL once accepted; may suspend before or after acceptance (backpressure). AG_FAILED: MailboxFull; *m dropped.
int ag_send(ag_cx *cx, ag_agent *to, ag_msg **m, const char *file, uint32_t line);
// Suspending, as ag_send, for a request: the first call makes *fut (owned by the caller), whose reply slot has type `reply`.
int ag_ask(ag_cx *cx, ag_agent *to, ag_msg **m, const ag_type *reply, ag_future **fut, const char *file, uint32_t line);
// Suspending. Moves the reply into *out, or fails with the error it carries, Timeout after deadline (ag_deadline; 0: none), Deadlock, AgentStopped.
// Consumes *fut (set to NULL) on AG_DONE and AG_FAILED.
int ag_await(ag_cx *cx, ag_future **fut, void *out, int64_t deadline, const char *file, uint32_t line);
void ag_future_drop(ag_cx *cx, ag_future *fut);   // nobody will await it: the reply is dropped when it comes
int64_t ag_deadline(ag_cx *cx, int64_t after_ns); // monotonic now + after_ns, never 0
// Behaviour of a request: answers with the value at `value` (moved). If nobody asked, drops it.
void ag_reply(ag_cx *cx, ag_msg *m, void *value);
void ag_stop(ag_cx *cx); // `stop`: the running behaviour is this agent's last

// Around a call that may block, on the same thread: the worker's other agents go on elsewhere meanwhile. Nothing of the agent's
// runs in between; ag_blocking_end may wait for a free worker's turn.
void ag_blocking_begin(ag_cx *cx);
void ag_blocking_end(ag_cx *cx);

// ---- quorum, broadcast, shard, timers -------------------------------------------------------------------------------------
enum { AG_TIMER_ONCE = -1 };
enum { AG_QUORUM_MAJORITY = -1, AG_QUORUM_SUPERMAJORITY = -2, AG_QUORUM_ALL = -3 };
// Asks every member at once. Where a full mailbox would pause a sender the question waits for room by itself, until the quorum is
// dropped; by the other policies the member refuses. Consumes proto (copied with copy_args for each member). need: a count, or AG_QUORUM_*; 0: next raises BadConversion and nobody is asked; more
// than there are members, or any of an empty group: next raises QuorumNotReached and nobody is asked. deadline: as in ag_await. Retains
// group. Called by a behaviour, like all of these; the result is owned: ag_quorum_drop.
ag_quorum *ag_quorum_new(ag_cx *cx, ag_array *group, ag_msg *proto, const ag_behaviour *behaviour, int64_t need,
                         int64_t deadline);
// Suspending. AG_DONE with *more: a reply is in *out (owned by the caller, who passes it to ag_quorum_accept); AG_DONE without: reached.
// AG_FAILED: QuorumNotReached (too many refused, or the deadline has passed), BadConversion.
int ag_quorum_next(ag_cx *cx, ag_quorum *q, void *out, bool *more, const char *file, uint32_t line);
void ag_quorum_accept(ag_cx *cx, ag_quorum *q, void *reply, bool yes); // consumes *reply
ag_array *ag_quorum_result(ag_cx *cx, ag_quorum *q);                   // Array[reply] (iso), order of arrival
void ag_quorum_drop(ag_cx *cx, ag_quorum *q);                          // late replies are dropped when they come
// Suspending: until every member's mailbox has accepted the message (or its policy has dropped it). Sends a copy of *m, made with
// copy_args, to each place of `group` (an Array of agents, retained meanwhile; who stands there twice gets it twice), over a tree
// in which each member reached passes it on to `fanout` others (1 at least; the runtime does so, whatever the member does
// meanwhile). `behaviour` is the group's: of the agent, or of the interface. Consumes *m: NULL on AG_DONE and AG_FAILED. To be
// called by a behaviour's own worker, like all of this. AG_FAILED: BadConversion (`fanout` below 1; nobody was reached), MailboxFull
// (after all others were reached: so many members refused it, by their policy `raise` or past 16 times their capacity).
int ag_broadcast(ag_cx *cx, ag_array *group, ag_msg **m, const ag_behaviour *behaviour, int64_t fanout,
                 const char *file, uint32_t line);
ag_agent *ag_shard(ag_cx *cx, uint64_t key_hash, ag_array *group, const char *file,
                   uint32_t line); // retained member; empty group raises IndexOutOfRange
// Consumes m. every_ns: AG_TIMER_ONCE, or after how long it is sent again; less than 1 ms is 1 ms. NULL: BadConversion (after_ns is
// negative, or every_ns neither positive nor AG_TIMER_ONCE). The result is a counted object. By a behaviour's own worker.
ag_timer *ag_timer_start(ag_cx *cx, ag_agent *to, ag_msg *m, int64_t after_ns, int64_t every_ns, const char *file,
                         uint32_t line);
void ag_timer_cancel(ag_cx *cx, ag_timer *t);

// ---- topologies ------------------------------------------------------------------------------------------------
// What the program's handle of a topology begins with; its parameters follow.
typedef struct ag_topology {
  ag_obj h;
  void *core; // the runtime's: who stands where (runtime/src/prim/topology.h)
} ag_topology;
typedef struct ag_part_type { // a node or a group
  const char *name;
  const ag_agent_type *agent; // NULL: it is a topology itself
  const ag_topology_type *topology;
  const ag_mailbox_options *mailbox; // NULL: the agent type's own
  const ag_type *elem;               // of its list of members
  bool is_group;
  uint32_t line;
} ag_part_type;
enum { AG_SHAPE_MESH, AG_SHAPE_RING, AG_SHAPE_STAR, AG_SHAPE_TREE };
typedef struct ag_shape_type {
  uint32_t kind, part; // the part joined; of a star: the spokes
  uint32_t hub;        // a star's: a part
  uint32_t arity;      // a tree's: index of a number
} ag_shape_type;
enum { AG_ONE_FOR_ONE, AG_ONE_FOR_ALL, AG_REST_FOR_ONE };
typedef struct ag_rule_type { // supervise
  uint32_t part, strategy;
  uint32_t max, period; // indices of numbers; the period is in ns
  uint32_t line;
} ag_rule_type;
struct ag_topology_type {
  ag_class cls; // of the handle
  uint32_t part_count, shape_count, rule_count;
  uint32_t number_count; // what shapes and rules are told when the topology is made
  const ag_part_type *parts;
  const ag_shape_type *shapes;
  const ag_rule_type *rules;
  const char *file;
  uint32_t line;
};
// What an agent sees of the topology that it stands in.
enum {
  AG_WORD_NEIGHBORS, // in all its shapes, each agent once
  AG_WORD_MESH_NEIGHBORS,
  AG_WORD_RING_NEIGHBORS,
  AG_WORD_STAR_NEIGHBORS,
  AG_WORD_TREE_NEIGHBORS,
  AG_WORD_NEXT,
  AG_WORD_HUB,
  AG_WORD_SPOKES,
  AG_WORD_PARENT,
  AG_WORD_CHILDREN,
  AG_WORDS
};

// Making one. The handle is zero but for its header (and the program's own part of it): its count is atomic. In this order: begin;
// number for each number; group for each part, in the order of the parts (then all agents exist: node, members); put for each
// topology in it; init for each agent, its first message; start, by whoever has made the outermost one: until then no agent of it
// runs. A handle that is released before is given up: its agents never run. Each on one thread at a time until it has started.
void ag_topology_begin(ag_cx *cx, ag_topology *t, const ag_topology_type *type);
// Raises BadConversion below 1.
void ag_topology_number(ag_cx *cx, ag_topology *t, uint32_t number, int64_t value, const char *file, uint32_t line);
// A node has the index 0 (0..1). Raises IndexOutOfRange: fewer than none, or none where a shape needs one; OutOfMemory.
void ag_topology_group(ag_cx *cx, ag_topology *t, uint32_t part, ag_range indices, const char *file, uint32_t line);
void ag_topology_put(ag_cx *cx, ag_topology *t, uint32_t part, int64_t index, ag_topology *inner); // consumes it
void ag_topology_init(ag_cx *cx, ag_topology *t, uint32_t part, int64_t index, ag_msg *init);      // consumes it
void ag_topology_start(ag_cx *cx, ag_topology *t);
// A topology without parameters, from a table: begun; its handle (owned).
ag_topology *ag_topology_new(ag_cx *cx, const ag_topology_type *type);
void ag_topology_drop(ag_cx *cx, void *t); // what the drop of a handle's class calls, for what is the runtime's in it

// Asking one, on any thread. Results are owned by the caller. A node is an agent, or the handle of a topology.
void *ag_topology_node(ag_cx *cx, ag_topology *t, uint32_t part);
ag_array *ag_topology_members(ag_cx *cx, ag_topology *t, uint32_t part); // as they are now
// What the agent that runs sees: lists; `next`, `hub` and `parent`, which is NULL for the root. Owned by the caller.
ag_array *ag_neighbors(ag_cx *cx, uint32_t word);
ag_agent *ag_neighbor(ag_cx *cx, uint32_t word);

// Changing one that has started, on any thread. New members: grow makes n of them and answers their indices; then put or
// init for each; then add, with which they are members and start. discard gives up what was not added (after an error), and does
// nothing after add. Raises IndexOutOfRange for fewer than none, AgentStopped in a topology that has been stopped, OutOfMemory.
ag_range ag_topology_grow(ag_cx *cx, ag_topology *t, uint32_t part, int64_t n, const char *file, uint32_t line);
void ag_topology_add(ag_cx *cx, ag_topology *t, uint32_t part, ag_range indices);
void ag_topology_discard(ag_cx *cx, ag_topology *t, uint32_t part, ag_range indices);
// One member with a first message of its own (consumed); mailbox NULL: that of the part. Its tag (owned). Raises as grow: NULL.
ag_agent *ag_topology_join(ag_cx *cx, ag_topology *t, uint32_t part, ag_msg *init, const ag_mailbox_options *mailbox,
                           const char *file, uint32_t line);
// The last n members leave, and stop as by `stop`. Raises IndexOutOfRange if there are not so many, or a shape needs one more.
void ag_topology_shrink(ag_cx *cx, ag_topology *t, uint32_t part, int64_t n, const char *file, uint32_t line);

// ---- a program -------------------------------------------------------------------------------------------------
typedef struct ag_program {
  const char *name;               // source file
  const ag_agent_type *main_type; // behaviour 0 "init" takes Array[String] val `args`
  void (*constants)(ag_cx *cx);   // makes what never changes, before anything runs; NULL: there is nothing
} ag_program;
struct ag_main_msg {
  ag_msg h;
  ag_array *args;
};
// What the value at slot reaches is never counted from now on, and goes when the runtime does.
void ag_constant(ag_cx *cx, void *slot, const ag_type *type);
int ag_main(int argc, char **argv, const ag_program *program); // runs to quiescence; returns the exit status

#include "abi_channel.h"
#include "abi_lease.h"
#include "abi_data.h"
#include "abi_callback.h"
#endif
