// callback.c — functions that C calls and that signal an agent: closures of libffi.
// Owns:     each function (a trampoline) until it is closed, or the runtime goes; the agent meant, until that stops.
// Promises: any thread of C may call one at any time until it is closed and the call of ag_callback_close has returned. A call never waits:
//           what the agent's mailbox refuses is dropped. A call for an agent that has stopped does nothing, and is counted (rt.late), as
//           are texts that are not UTF-8.
// Does not: look at what C gives but texts.
//   field            written by               read by         ordering
//   rt.trampolines   under rt.modules_lock    likewise
//   to, calls        under lock               likewise        to NULL: inert
//   callback.t       ag_callback_close        any             exchange (acq_rel), acquire
// A letter a parameter: B Bool; a b c d I8 … I64; e f g h U8 … U64; x y F32 F64; s String; v i Bytes val, iso (to C a pointer and a size).
#include <ffi.h>
#include <string.h>

#include "actor/mailbox.h"
#include "actor/message.h"
#include "data/utf8.h"
#include "host/host.h"

typedef struct kind {
  char letter;
  uint8_t size; // in the message, its alignment too
  ffi_type *c;
} kind;

static const kind kinds[] = {
    {'B', sizeof(bool), &ffi_type_sint}, {'a', 1, &ffi_type_sint8},  {'b', 2, &ffi_type_sint16},
    {'c', 4, &ffi_type_sint32},          {'d', 8, &ffi_type_sint64}, {'e', 1, &ffi_type_uint8},
    {'f', 2, &ffi_type_uint16},          {'g', 4, &ffi_type_uint32}, {'h', 8, &ffi_type_uint64},
    {'x', 4, &ffi_type_float},           {'y', 8, &ffi_type_double}, {'s', 8, &ffi_type_pointer},
    {'v', 8, &ffi_type_pointer},         {'i', 8, &ffi_type_pointer}};

static const kind *kind_of(char letter) {
  const kind *k = kinds;
  while (k->letter != letter) k++;
  return k;
}

typedef struct agi_trampoline trampoline;
struct agi_trampoline {
  ffi_cif cif;
  ffi_closure *closure;
  void *code;
  agi_runtime *rt;
  trampoline *next;
  agi_spin lock;
  agi_agent *to;  // held, and with it the run
  uint32_t calls; // under way
  uint32_t behaviour;
  char letters[AGI_CALLBACK_PARAMS + 1];
  ffi_type *types[2 * AGI_CALLBACK_PARAMS];
};

struct ag_callback {
  ag_obj h;
  _Atomic(trampoline *) t;
};
static const ag_class callback_class = {.name = "Callback", .size = sizeof(ag_callback)};

// ---- a call ----------------------------------------------------------------------------------------------------------
static void late(agi_runtime *rt) { agi_add_relaxed(&rt->late, 1); }

static bool texts_valid(const trampoline *t, void **args) {
  for (const char *l = t->letters; *l; l++, args++) {
    if (*l == 's' && !ag_c_text_valid(*(const char **)*args)) return false;
    if (*l == 'v' || *l == 'i') args++;
  }
  return true;
}

static void put(ag_cx *cx, const kind *k, char *at, void **args) {
  bool yes;
  void *made;
  switch (k->letter) {
  case 'B': yes = *(int *)*args != 0, memcpy(at, &yes, sizeof yes); return;
  case 's': made = ag_str_new(cx, *(const char **)args[0], ag_c_size(*(const char **)args[0])); break;
  case 'v':
  case 'i':
    made = ag_c_bytes(cx, *(void **)args[0], *(void **)args[0] ? *(size_t *)args[1] : 0, k->letter == 'v');
    break;
  default: memcpy(at, *args, k->size); return;
  }
  memcpy(at, &made, sizeof made);
}

// Laid out as the message's struct: each argument at a multiple of its size.
static ag_msg *message(ag_cx *cx, const trampoline *t, void **args) {
  const ag_behaviour *b = &agi_type_of(t->to)->behaviours[t->behaviour];
  ag_msg *m = ag_msg_new(cx, b->msg_size, t->behaviour);
  size_t at = sizeof *m;
  for (const char *l = t->letters; *l; l++, args++) {
    const kind *k = kind_of(*l);
    at = (at + k->size - 1) / k->size * k->size;
    put(cx, k, (char *)m + at, args);
    at += k->size;
    if (*l == 'v' || *l == 'i') args++;
  }
  return m;
}

static void called(ffi_cif *cif, void *result, void **args, void *arg) {
  trampoline *t = arg;
  agi_runtime *rt = t->rt;
  (void)cif, (void)result;
  agi_spin_lock(&t->lock);
  bool alive = t->to != NULL;
  if (alive) t->calls++; // keeps `to`, and the run
  agi_spin_unlock(&t->lock);
  if (!alive || agi_is_stopped(t->to) || !texts_valid(t, args)) {
    late(rt);
  } else {
    agi_spin_lock(&rt->guests_lock);
    agi_worker *w = agi_guest_take(rt);
    agi_spin_unlock(&rt->guests_lock);
    w = agi_guest_ready(rt, w);
    agi_send_now(w, t->to, message(&w->cx, t, args));
    agi_guest_leave(w);
    agi_spin_lock(&rt->guests_lock);
    agi_guest_rest(w);
    agi_spin_unlock(&rt->guests_lock);
  }
  if (!alive) return;
  agi_spin_lock(&t->lock);
  t->calls--;
  agi_spin_unlock(&t->lock);
}

// ---- the end -----------------------------------------------------------------------------------------------------------
// From now on calls do nothing; those under way have ended.
static void let_go(agi_worker *w, trampoline *t) {
  agi_spin_lock(&t->lock);
  agi_agent *to = t->to;
  while (to && t->calls) { // they are short, and wait for nobody
    agi_spin_unlock(&t->lock);
    agi_yield();
    agi_spin_lock(&t->lock);
    to = t->to;
  }
  t->to = NULL;
  agi_spin_unlock(&t->lock);
  if (!to) return;
  ag_release(&w->cx, to);
  agi_sched_unhold(&t->rt->sched);
}

static void trampoline_free(trampoline *t) {
  ffi_closure_free(t->closure);
  agi_free(t);
}

// Agents that have stopped are signalled no more.
static void sweep(agi_worker *w) {
  agi_runtime *rt = w->rt;
  for (bool again = true; again;) {
    trampoline *found = NULL;
    agi_spin_lock(&rt->modules_lock);
    for (trampoline *t = rt->trampolines; t && !found; t = t->next) {
      agi_spin_lock(&t->lock);
      if (t->to && (agi_is_stopped(t->to) || agi_ending(w))) found = t;
      agi_spin_unlock(&t->lock);
    }
    agi_spin_unlock(&rt->modules_lock);
    if (found) let_go(w, found); // only workers and `close` free them, and a stopped agent closes nothing any more
    again = found != NULL;
  }
}

static void drop_all(agi_worker *w) {
  agi_runtime *rt = w->rt;
  sweep(w);
  for (trampoline *t = rt->trampolines, *next; t; t = next) {
    next = t->next;
    trampoline_free(t);
  }
  rt->trampolines = NULL;
}

static const agi_callback_hooks hooks = {sweep, drop_all};

// ---- natives -----------------------------------------------------------------------------------------------------------
static bool prepare(trampoline *t, const ag_str *letters) {
  unsigned n = 0;
  for (ag_size i = 0; i < letters->size; i++) {
    char l = letters->bytes[i];
    t->letters[i] = l;
    t->types[n++] = kind_of(l)->c;
    if (l == 'v' || l == 'i') t->types[n++] = &ffi_type_uint64;
  }
  t->closure = ffi_closure_alloc(sizeof *t->closure, &t->code);
  return t->closure && ffi_prep_cif(&t->cif, FFI_DEFAULT_ABI, n, &ffi_type_void, t->types) == FFI_OK &&
         ffi_prep_closure_loc(t->closure, &t->cif, called, t, t->code) == FFI_OK;
}

ag_callback *ag__callback(ag_cx *cx, int64_t behaviour, ag_str *letters) {
  agi_worker *w = agi_worker_of(cx);
  agi_runtime *rt = w->rt;
  trampoline *t = agi_alloc_zeroed(sizeof *t);
  agi_keep_loaded((void (*)(void))ffi_closure_alloc); // memory it has for closures it never gives back
  t->rt = rt;
  t->behaviour = (uint32_t)behaviour;
  if (!prepare(t, letters)) {
    if (t->closure) ffi_closure_free(t->closure);
    agi_free(t);
    ag_raise(cx, &ag_error_OutOfMemory, "no memory that may be run", NULL, 0);
    return NULL;
  }
  ag_callback *c = ag_new(cx, &callback_class, -1);
  atomic_init(&c->t, t);
  if (agi_sched_hold(&rt->sched)) {
    t->to = agi_agent_of(cx->agent);
    ag_retain(t->to);
    agi_or_sc(&t->to->flags, (uint16_t)AGI_HAS_TIMERS); // what comes to it from elsewhere is looked at when it stops
  }
  agi_spin_lock(&rt->modules_lock);
  rt->callback_hooks = &hooks;
  t->next = rt->trampolines;
  rt->trampolines = t;
  agi_spin_unlock(&rt->modules_lock);
  return c;
}

uint64_t ag_callback_address(ag_cx *cx, ag_callback *c) {
  (void)cx;
  trampoline *t = agi_load_acquire(&c->t);
  return t ? (uint64_t)(uintptr_t)t->code : 0;
}

uint64_t ag_callback_user(ag_cx *cx, ag_callback *c) {
  (void)cx;
  return (uint64_t)(uintptr_t)c;
}

void ag_callback_close(ag_cx *cx, ag_callback *c) {
  agi_worker *w = agi_worker_of(cx);
  agi_runtime *rt = w->rt;
  trampoline *t = agi_swap_acq_rel(&c->t, NULL);
  if (!t) return;
  let_go(w, t);
  agi_spin_lock(&rt->modules_lock);
  for (trampoline **p = &rt->trampolines; *p; p = &(*p)->next) {
    if (*p != t) continue;
    *p = t->next;
    break;
  }
  agi_spin_unlock(&rt->modules_lock);
  trampoline_free(t);
}
