// error.c — the errors and faults that the runtime itself raises.
// Owns:     their classes and their words.
// Promises: the first error raised stays: what fails while it is on its way does not replace it.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "data/data.h"

// ---- showing ---------------------------------------------------------------------------------------------------
static const struct {
  const ag_class *cls;
  const char *words;
} words[] = {
#define WORDS(n, w) {&ag_error_##n, w},
    AG_ERRORS(WORDS, WORDS)
#undef WORDS
};

static void show_values(ag_sb *sb, const ag_err_AssertionFailed *e) {
  if (!e->left) return;
  if (e->right) {
    AG_SB_TEXT(sb, "\n    left:  ");
    ag_sb_str(sb, e->left);
    AG_SB_TEXT(sb, "\n    right: ");
    ag_sb_str(sb, e->right);
  } else {
    AG_SB_TEXT(sb, "\n    value: ");
    ag_sb_str(sb, e->left);
  }
}

static void show_error(ag_cx *cx, ag_sb *sb, const void *slot) {
  (void)cx;
  const agi_error *e = *(agi_error *const *)slot;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (words[i].cls == e->e.h.cls) ag_sb_bytes(sb, words[i].words, (int64_t)strlen(words[i].words));
  }
  if (e->e.h.cls == &ag_error_QuorumNotReached) {
    const ag_err_QuorumNotReached *q = *(ag_err_QuorumNotReached *const *)slot;
    AG_SB_TEXT(sb, ": ");
    ag_sb_i64(sb, q->got);
    AG_SB_TEXT(sb, " of ");
    ag_sb_i64(sb, q->need);
  } else if (e->detail) {
    AG_SB_TEXT(sb, ": ");
    ag_sb_str(sb, e->detail);
  }
  if (e->e.h.cls == &ag_error_AssertionFailed) show_values(sb, *(ag_err_AssertionFailed *const *)slot);
}

void ag_error_show(ag_cx *cx, ag_sb *sb, ag_obj *err) {
  const ag_type *type = err->cls->type;
  if (type && type->show) type->show(cx, sb, &err);
  else ag_sb_bytes(sb, err->cls->name, (int64_t)strlen(err->cls->name));
}

// ---- classes ---------------------------------------------------------------------------------------------------
// Deadlock's `cycle` and LeaseHeld's `holder` lie where the others have their detail.
_Static_assert(offsetof(ag_err_Deadlock, cycle) == offsetof(agi_error, detail), "Deadlock is shown as a detail");
_Static_assert(offsetof(ag_err_AssertionFailed, condition) == offsetof(agi_error, detail), "so is a condition");

static void drop_detail(ag_cx *cx, void *obj) {
  const agi_error *e = obj;
  if (e->e.h.cls != &ag_error_QuorumNotReached) ag_release_opt(cx, e->detail);
  if (e->e.h.cls != &ag_error_AssertionFailed) return;
  ag_release_opt(cx, ((const ag_err_AssertionFailed *)obj)->left);
  ag_release_opt(cx, ((const ag_err_AssertionFailed *)obj)->right);
}

// The largest of the layouts serves all.
typedef union any_error {
  agi_error plain;
  ag_err_QuorumNotReached quorum;
  ag_err_AssertionFailed assertion;
} any_error;

// No `catch`, no `else` sees Cancelled.
enum {
  EXTRA_Overflow,
  EXTRA_DivisionByZero = 0,
  EXTRA_IndexOutOfRange = 0,
  EXTRA_KeyNotFound = 0,
  EXTRA_BadConversion = 0,
  EXTRA_MailboxFull = 0,
  EXTRA_Deadlock = 0,
  EXTRA_AgentStopped = 0,
  EXTRA_StackOverflow = 0,
  EXTRA_OutOfMemory = 0,
  EXTRA_AssertionFailed = 0,
  EXTRA_Cancelled = AG_CLASS_UNCATCHABLE
};
enum { IS_FAULT = AG_CLASS_ERROR | AG_CLASS_FAULT, IS_ERROR = AG_CLASS_ERROR };
#define DEFINE_CLASS(n, flags)                                                                                    \
  static const ag_type type_##n = {#n,   sizeof(void *), sizeof(void *), ag_ref_retain, ag_ref_drop, ag_ref_each, \
                                   NULL, ag_ref_same,    NULL,           show_error,    NULL,        NULL};       \
  const ag_class ag_error_##n = {#n, sizeof(any_error), flags, drop_detail, NULL, &type_##n};
#define DEFINE_FAULT(n, w) DEFINE_CLASS(n, IS_FAULT | EXTRA_##n)
#define DEFINE_ERROR(n, w) DEFINE_CLASS(n, IS_ERROR)
AG_ERRORS(DEFINE_FAULT, DEFINE_ERROR)

// ---- raising ---------------------------------------------------------------------------------------------------
static void raise_error(ag_cx *cx, ag_obj *error) {
  if (cx->err) ag_release(cx, error);
  else cx->err = error;
}

static void *new_error(ag_cx *cx, const ag_class *cls, const char *file, uint32_t line) {
  ag_error *e = ag_new(cx, cls, -1);
  e->file = file;
  e->line = line;
  return e;
}

ag_obj *agi_error_new(ag_cx *cx, const ag_class *cls, const char *detail, const char *file, uint32_t line) {
  agi_error *e = new_error(cx, cls, file, line);
  if (detail) e->detail = agi_str_from(cx, detail);
  return &e->e.h;
}

void ag_raise(ag_cx *cx, const ag_class *cls, const char *detail, const char *file, uint32_t line) {
  raise_error(cx, agi_error_new(cx, cls, detail, file, line));
}

void ag_raise_errno(ag_cx *cx, const char *file, uint32_t line) {
  char room[200];
  ag_raise(cx, &ag_error_SystemError, strerror_r(errno, room, sizeof room), file, line);
}

void ag_raise_index(ag_cx *cx, int64_t index, int64_t size, const char *file, uint32_t line) {
  char text[60];
  snprintf(text, sizeof text, "%lld of %lld", (long long)index, (long long)size);
  ag_raise(cx, &ag_error_IndexOutOfRange, text, file, line);
}

void ag_raise_slice(ag_cx *cx, int64_t from, int64_t to, int64_t size) {
  char text[120];
  bool inside = from >= 0 && from <= to && to <= size;
  snprintf(text, sizeof text, inside ? "%lld..%lld cuts a character" : "%lld..%lld of %lld", (long long)from,
           (long long)to, (long long)size);
  ag_raise(cx, &ag_error_IndexOutOfRange, text, NULL, 0);
}

void ag_raise_key(ag_cx *cx, ag_map *m, const void *key, const char *file, uint32_t line) {
  ag_sb sb;
  ag_sb_begin(&sb);
  if (m->key->show) m->key->show(cx, &sb, key);
  agi_error *e = new_error(cx, &ag_error_KeyNotFound, file, line);
  e->detail = ag_sb_take(cx, &sb);
  raise_error(cx, &e->e.h);
}

void ag_raise_deadlock(ag_cx *cx, ag_str *cycle, const char *file, uint32_t line) {
  ag_err_Deadlock *e = new_error(cx, &ag_error_Deadlock, file, line);
  e->cycle = cycle;
  raise_error(cx, &e->e.h);
}

void ag_raise_quorum(ag_cx *cx, int64_t got, int64_t need, const char *file, uint32_t line) {
  ag_err_QuorumNotReached *e = new_error(cx, &ag_error_QuorumNotReached, file, line);
  e->got = got;
  e->need = need;
  raise_error(cx, &e->e.h);
}

void ag_object_show(ag_cx *cx, ag_sb *sb, ag_obj *o, bool bare) {
  const ag_class *cls = o->cls;
  if (cls->flags & AG_CLASS_ERROR) ag_error_show(cx, sb, o);
  else if (bare && cls == &ag_class_str) ag_sb_str(sb, (ag_str *)o);
  else if (!(cls->flags & AG_CLASS_AGENT) && cls->type && cls->type->show) cls->type->show(cx, sb, &o);
  else ag_sb_bytes(sb, cls->name, (int64_t)strlen(cls->name));
}

void ag_error_at(ag_cx *cx, const char *file, uint32_t line) {
  ag_error *e = (ag_error *)cx->err;
  if (!e || e->file) return;
  e->file = file;
  e->line = line;
}
