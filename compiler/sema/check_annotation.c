// check_annotation.c — `@mailbox(…)` and `@priority(…)` before agents, `spawn`, nodes and groups.
// Promises: numbers are known before the program runs, and low < high <= capacity <= AG_MAILBOX_MAX holds of what is written together
//           with what the agent's own annotation says. Each error has an edit that mends it where there is one.
#include <string.h>

#include "agent/abi.h"
#include "diag/edit.h"
#include "sema/check.h"

static const char *const policies[] = {[AG_FULL_SUSPEND] = "suspend",
                                       [AG_FULL_DROP_OLDEST] = "drop_oldest",
                                       [AG_FULL_DROP_NEWEST] = "drop_newest",
                                       [AG_FULL_RAISE] = "raise"};
static const char *const levels[] = {[AG_PRIORITY_LOW] = "low",
                                     [AG_PRIORITY_NORMAL] = "normal",
                                     [AG_PRIORITY_HIGH] = "high",
                                     [AG_PRIORITY_CRITICAL] = "critical"};
static const char *const options[] = {"capacity", "high", "low", "full"};
enum { CAPACITY, HIGH, LOW, FULL, OPTIONS };

// What one `@mailbox` says, and where.
typedef struct mailbox_note {
  span whole;
  span at[OPTIONS]; // the value; SPAN_NONE: not written
  int64_t number[FULL];
  int policy;
} mailbox_note;

// `one of "a", "b"`; the nearest is offered as an edit.
static void say_words(sema *s, diag *d, const str *name, span at, const char *const *words, int n, const char *lead) {
  suggestion g = name ? suggest_begin(name) : (suggestion){.wanted = ""};
  const char *all = "";
  for (int i = 0; i < n; i++) {
    if (name) suggest_offer(&g, str_intern_cstr(s->names, words[i]));
    all = arena_printf(s->a, "%s%s`%s`", all, i ? ", " : "", words[i]);
  }
  diag_help(d, "%s %s", lead, all);
  if (name) suggest_say(&g, d, at);
}

static int word_of(sema *s, const ast_expr *e, const char *const *words, int n, const char *what) {
  const str *name = e->kind == AST_EXPR_NAME ? e->u.name : NULL;
  for (int i = 0; i < n; i++)
    if (name && str_is(name, words[i])) return i;
  diag *d = error_at(s, E0604, e->span, "this is no %s", what);
  say_words(s, d, name, e->span, words, n, "it is one of");
  return -1;
}

// ---- mailboxes -----------------------------------------------------------------------------------------------------------------
static int64_t number_of(sema *s, const ast_arg *arg, int option) {
  static const int64_t mended_to[] = {[CAPACITY] = 1000, [HIGH] = 800, [LOW] = 0};
  int64_t least = option == LOW ? 0 : 1;
  constancy old = s->cx->constant;
  s->cx->constant = CONSTANT;
  hir_expr *x = check_as(s, arg->value, s->i64, arena_printf(s->a, "`%s`", options[option]));
  s->cx->constant = old;
  if (is_error(x)) return -1;
  if (x->kind != HIR_INT) {
    error_at(s, E0604, arg->value->span, "`%s` is a number known before the program runs", options[option]);
    return -1;
  }
  int64_t n = (int64_t)x->u;
  if (n >= least && n <= AG_MAILBOX_MAX) return n;
  diag *d = n < least ? error_at(s, E0604, arg->value->span, "`%s` is %lld at least, and this is %lld", options[option],
                                 (long long)least, (long long)n)
                      : error_at(s, E0604, arg->value->span, "a mailbox holds %d messages at most, and this is %lld",
                                 AG_MAILBOX_MAX, (long long)n);
  int64_t mended = n < least ? mended_to[option] : AG_MAILBOX_MAX;
  diag_fix(d, "write %lld", (long long)mended);
  diag_edit(d, arg->value->span, arena_printf(s->a, "%lld", (long long)mended));
  return -1;
}

static void mailbox_arg(sema *s, const ast_arg *arg, mailbox_note *note) {
  int option = 0;
  if (!ast_has(arg->name)) {
    diag *d = error_at(s, E0604, arg->value->span, "what `@mailbox` is told has a name");
    diag_fix(d, "if this is how many messages wait at most, write `capacity:` before it");
    diag_edit(d, span_before(arg->value->span), "capacity: ");
    return;
  }
  while (option < OPTIONS && !str_is(arg->name.name, options[option])) option++;
  if (option == OPTIONS) {
    diag *d = error_at(s, E0604, arg->name.span, "`@mailbox` has no such option");
    say_words(s, d, arg->name.name, arg->name.span, options, OPTIONS, "it takes");
    return;
  }
  if (!span_is_none(note->at[option])) {
    diag *d = error_at(s, E0604, arg->name.span, "`%s` is written twice", options[option]);
    diag_note(d, note->at[option], "the first time here");
    return;
  }
  note->at[option] = arg->value->span;
  if (option != FULL) note->number[option] = number_of(s, arg, option);
  else if (arg->value->kind == AST_EXPR_RAISE || arg->value->kind == AST_EXPR_ERROR) note->policy = AG_FULL_RAISE;
  else note->policy = word_of(s, arg->value, policies, AG_FULL_RAISE + 1, "policy for a full mailbox");
}

// A level that does not fit: the edit changes `option`, or if that stands elsewhere the other one.
static void say_level(sema *s, diag *d, const mailbox_note *note, int option, int64_t value, int other,
                      int64_t other_value) {
  bool here = !span_is_none(note->at[option]);
  span at = note->at[here ? option : other];
  if (span_is_none(at)) return;
  long long mended = here ? value : other_value;
  diag_fix(d, "write `%s: %lld`", options[here ? option : other], mended);
  diag_edit(d, at, arena_printf(s->a, "%lld", mended));
}

// Of what holds when `note` is added to what the agent says: `o`.
static void check_levels(sema *s, const mailbox_options *o, const mailbox_note *note) {
  bool wrong = false;
  for (int i = 0; i < FULL; i++) wrong |= !span_is_none(note->at[i]) && note->number[i] < 0;
  if (wrong) return; // said
  int64_t capacity = o->capacity > 0 ? o->capacity : 1000;
  int64_t high = o->high > 0 ? o->high : capacity - capacity / 5;
  span at = !span_is_none(note->at[HIGH]) ? note->at[HIGH] : note->whole;
  if (high > capacity) {
    diag *d = error_at(s, E0604, at, "`high` (%lld) is above `capacity` (%lld)", (long long)high, (long long)capacity);
    diag_help(d, "a mailbox never has more messages than `capacity`, so its senders would never be told to pause");
    say_level(s, d, note, HIGH, capacity, CAPACITY, high);
    return;
  }
  if (o->low < 0 || o->low < high) return;
  at = !span_is_none(note->at[LOW]) ? note->at[LOW] : note->whole;
  diag *d = error_at(s, E0604, at, "`low` (%lld) is not below `high` (%lld)", (long long)o->low, (long long)high);
  diag_help(d, "senders pause when `high` messages wait, and go on when only `low` are left");
  say_level(s, d, note, LOW, high / 4, HIGH, o->low < capacity ? o->low + 1 : capacity);
}

static void check_mailbox(sema *s, const ast_annotation *a, const mailbox_options *agent, mailbox_options *o) {
  mailbox_note note = {a->span, {SPAN_NONE, SPAN_NONE, SPAN_NONE, SPAN_NONE}, {-1, -1, -1}, -1};
  for (uint32_t k = 0; k < a->args.count; k++) mailbox_arg(s, &a->args.items[k], &note);
  o->capacity = note.number[CAPACITY], o->high = note.number[HIGH], o->low = note.number[LOW];
  o->full = note.policy;
  mailbox_options all = *o;
  if (agent) {
    if (all.capacity < 0) all.capacity = agent->capacity;
    if (all.high < 0) all.high = agent->high;
    if (all.low < 0) all.low = agent->low;
  }
  check_levels(s, &all, &note);
}

// ---- all -----------------------------------------------------------------------------------------------------------------------
mailbox_options annotations_over(sema *s, const ast_annotations *list, const mailbox_options *agent) {
  mailbox_options o = {-1, -1, -1, -1, -1};
  for (uint32_t i = 0; i < list->count; i++) {
    const ast_annotation *a = &list->items[i];
    if (!ast_has(a->name)) continue;
    bool twice = false;
    for (uint32_t k = 0; k < i; k++) twice |= list->items[k].name.name == a->name.name;
    if (twice) {
      error_at(s, E0604, a->span, "`@%s` is written twice", a->name.name->text);
    } else if (str_is(a->name.name, "mailbox")) {
      check_mailbox(s, a, agent, &o);
    } else if (str_is(a->name.name, "priority")) {
      if (a->args.count == 1)
        o.priority = word_of(s, a->args.items[0].value, levels, AG_PRIORITY_CRITICAL + 1, "priority");
      else error_at(s, E0604, a->span, "`@priority` takes one word: `@priority(high)`");
    } else {
      diag *d = error_at(s, E0604, a->name.span, "there is no annotation `@%s` here", a->name.name->text);
      diag_help(d, "agents take `@mailbox(…)` and `@priority(…)`");
    }
  }
  return o;
}

mailbox_options check_annotations(sema *s, const ast_annotations *list) { return annotations_over(s, list, NULL); }
