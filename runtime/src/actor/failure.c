// failure.c — see failure.h.
#include "actor/failure.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "actor/future.h"
#include "actor/order.h"
#include "data/output.h"

static void text(ag_sb *sb, const char *s) { ag_sb_bytes(sb, s, (int64_t)strlen(s)); }

static void place(ag_sb *sb, const char *file, uint32_t line) {
  char number[16];
  snprintf(number, sizeof number, ":%u", line);
  text(sb, file ? file : "?");
  text(sb, number);
}

static void name(ag_sb *sb, agi_agent *a, const ag_behaviour *b) {
  if (agi_load_relaxed(&a->flags) & AGI_MAIN) {
    text(sb, agi_type_of(a)->cls.name); // main, or a test
    return;
  }
  text(sb, agi_type_of(a)->cls.name);
  ag_sb_char(sb, '.');
  text(sb, b->name);
}

// The bytes so far, as a C string that lives as long as sb is not written to.
static const char *terminated(ag_sb *sb) {
  ag_sb_char(sb, 0);
  return sb->data;
}

// For whoever wants to know of failures: a program that holds the runtime, `agentc test`.
static void tell(agi_worker *w, agi_agent *a, const ag_behaviour *b, ag_obj *err, ag_sb *action) {
  const ag_error *e = (const ag_error *)(void *)err;
  ag_sb who, what;
  ag_sb_begin(&who);
  ag_sb_begin(&what);
  name(&who, a, b);
  ag_error_show(&w->cx, &what, err);
  ag_failure f = {.behaviour = terminated(&who),
                  .error = err->cls->name,
                  .text = terminated(&what),
                  .action = terminated(action),
                  .file = e->file ? e->file : b->file,
                  .line = e->file ? e->line : b->line};
  if (err->cls == &ag_error_AssertionFailed) {
    const ag_err_AssertionFailed *values = (const ag_err_AssertionFailed *)(void *)err;
    f.left = values->left ? values->left->bytes : NULL;
    f.right = values->right ? values->right->bytes : NULL;
  }
  pthread_mutex_lock(&w->rt->failures);
  w->rt->failed_hook(w->rt->failed_arg, &f);
  pthread_mutex_unlock(&w->rt->failures);
  ag_sb_drop(&who);
  ag_sb_drop(&what);
}

static void report(agi_worker *w, agi_agent *a, const ag_behaviour *b, ag_obj *err, ag_sb *action) {
  if (w->rt->failed_hook) {
    tell(w, a, b, err, action);
    return;
  }
  const ag_error *e = (const ag_error *)(void *)err;
  ag_sb sb;
  ag_sb_begin(&sb);
  text(&sb, "failure in ");
  name(&sb, a, b);
  text(&sb, ": ");
  ag_error_show(&w->cx, &sb, err);
  text(&sb, "\n  at ");
  if (e->file) place(&sb, e->file, e->line);
  else place(&sb, b->file, b->line);
  text(&sb, "\n");
  ag_sb_bytes(&sb, action->data, action->size);
  int64_t size = sb.size;
  agi_log(w->rt, terminated(&sb), size);
  ag_sb_drop(&sb);
}

void agi_log(agi_runtime *rt, const char *line, int64_t size) {
  if (rt->log_hook) {
    pthread_mutex_lock(&rt->failures);
    rt->log_hook(rt->log_arg, line);
    pthread_mutex_unlock(&rt->failures);
  } else if (rt->drive == AG_DRIVE_PROGRAM) {
    agi_output_flush();
    agi_write_all(STDERR_FILENO, line, size);
  }
}

void agi_behaviour_failed(agi_worker *w, agi_agent *a, ag_msg *m) {
  ag_obj *err = w->cx.err;
  w->cx.err = NULL;
  if (!err) agi_die("a behaviour failed without an error");
  if (err->cls == &ag_error_Cancelled) {
    w->cx.err = err;
    agi_order_cancelled(w, m);
    return;
  }
  if (m->reply) {
    ag_future *f = m->reply;
    m->reply = NULL;
    agi_future_fail(w, f, err);
    return;
  }
  agi_verdict v = {.counts = true};
  ag_sb action;
  ag_sb_begin(&action);
  AGI_STAT_ADD(w, failures);
  if (a->place) v = agi_failure_judge(w, a, &action);
  else text(&action, agi_load_relaxed(&a->flags) & AGI_MAIN ? "  main ends; exit status 1\n" : "  agent stopped\n");
  report(w, a, agi_behaviour_of(a, m), err, &action);
  ag_sb_drop(&action);
  ag_release(&w->cx, err);
  if (v.counts) agi_store_relaxed(&w->rt->failed, true);
  if (!v.rule) agi_agent_mark_stopped(a, true);
  if (a->place) agi_failure_act(w, a, &v);
}

void agi_raise_stuck(agi_worker *w) {
  static const char why[] = "main waits, and nothing can run or arrive any more";
  ag_sb sb;
  ag_sb_begin(&sb);
  text(&sb, why);
  ag_raise_deadlock(&w->cx, ag_sb_take(&w->cx, &sb), NULL, 0); // the `await` knows its place
}
