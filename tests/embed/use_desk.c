/* use_desk.c — every kind of parameter, result and object that app.h knows, from C99; with threads of the runtime and driven here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "desk.h"

static ag_runtime *rt;

static void functions(void) {
  int64_t n = 0, prices[] = {1, 2, 3};
  const char *text = NULL;
  ag_blob blob;
  desk_Point p = {1, 2, desk_Side_Buy, 1}, q;
  CHECK(desk_twice(rt, 21, &n) == AG_OK && n == 42);
  CHECK(desk_greet(rt, "h\303\266", 3, &text) == AG_OK && strcmp(text, "h\303\266ah\303\266bh\303\266a") == 0);
  ag_text_free(rt, text);
  CHECK(desk_greet(rt, "\377", 3, &text) == AG_ERR_INVALID);
  CHECK(desk_greet(rt, NULL, 3, &text) == AG_ERR_INVALID);
  CHECK(desk_greet(rt, "x", 3, NULL) == AG_ERR_INVALID);
  CHECK(desk_total(rt, prices, 3, &n) == AG_OK && n == 6);
  CHECK(desk_total(rt, NULL, 0, &n) == AG_OK && n == 0);
  CHECK(desk_total(rt, NULL, 1, &n) == AG_ERR_INVALID);
  CHECK(desk_fail(rt, 3, &n) == AG_OK && n == 3);
  CHECK(desk_fail(rt, 4, &n) == AG_ERR_FAILED && strstr(ag_error_text(), "Broke") != NULL);
  CHECK(desk_mirror(rt, p, &q) == AG_OK && q.x == 2 && q.y == 1 && q.side == desk_Side_Sell && !q.ok);
  p.side = (desk_Side)9;
  CHECK(desk_mirror(rt, p, &q) == AG_ERR_INVALID);
  CHECK(desk_both(rt, "a\0b", 3, &blob) == AG_OK && blob.size == 3 && memcmp(blob.data, "a\0b", 3) == 0);
  ag_blob_free(rt, blob);
  {
    ag_i64_array squares;
    ag_f32_array halved;
    float reals[] = {3, 5};
    CHECK(desk_steps(rt, 4, &squares) == AG_OK && squares.count == 4 && squares.data[3] == 9);
    ag_array_free(rt, squares.owner);
    CHECK(desk_steps(rt, 0, &squares) == AG_OK && squares.count == 0);
    ag_array_free(rt, squares.owner);
    CHECK(desk_halves(rt, reals, 2, &halved) == AG_OK && halved.count == 2 && halved.data[1] == 2.5F && reals[1] == 5);
    ag_array_free(rt, halved.owner);
  }
  CHECK(desk_pause(rt, 1500, &n) == AG_OK && n == 3000);
  CHECK(desk_maybe(rt, NULL, &text) == AG_OK && text == NULL);
  CHECK(desk_maybe(rt, "x", &text) == AG_OK && strcmp(text, "x") == 0);
  ag_text_free(rt, text);
  ag_text_free(rt, NULL);
}

static void objects(void) {
  desk_Order *o = NULL;
  const desk_Order *shared;
  const desk_Quote *quote;
  CHECK(desk_Order_new(rt, "ABC", 100, desk_Side_Sell, &o) == AG_OK);
  CHECK(desk_Order_new(rt, "ABC", 100, (desk_Side)2, &o) == AG_ERR_INVALID);
  CHECK(strcmp(desk_Order_symbol(o), "ABC") == 0 && desk_Order_price(o) == 100 && desk_Order_side(o) == desk_Side_Sell);
  CHECK(desk_Order_filled(o) == 0 && desk_Order_note(o).size == 3 && desk_Order_note(o).data[2] == 'c');
  CHECK(desk_Order_marks(o).count == 2 && desk_Order_marks(o).data[1] == 8);
  CHECK(desk_fill(rt, o, &o) == AG_OK && desk_Order_filled(o) == 100);
  shared = desk_Order_share(o);
  desk_Order_retain(shared);
  desk_Order_free(rt, shared);
  CHECK(desk_Order_price(shared) == 100);
  desk_Order_free(rt, shared);
  CHECK(desk_Quote_new(rt, 5, "x", &quote) == AG_OK && desk_Quote_price(quote) == 5 &&
        strcmp(desk_Quote_of(quote), "x") == 0);
  desk_Quote_free(rt, quote);
  desk_Quote_free(rt, NULL);
}

static void agents(void) {
  desk_Analyzer *a = NULL, *b = NULL, *c = NULL;
  const desk_Quote *quote;
  desk_Order *o;
  desk_Point p = {1, 2, desk_Side_Buy, 1}, q;
  const char *text;
  ag_blob blob;
  ag_i64_array squares;
  int64_t n = 0;
  int i;
  CHECK(desk_Analyzer_spawn(rt, NULL, &a) == AG_ERR_INVALID);
  CHECK(desk_Analyzer_spawn(rt, "first", &a) == AG_OK);
  CHECK(desk_Analyzer_spawn(rt, "second", &b) == AG_OK);
  CHECK(desk_Analyzer_quote(rt, NULL, 1) == AG_ERR_INVALID);
  CHECK(desk_Analyzer_spawn(rt, "none", NULL) == AG_ERR_INVALID);
  CHECK(desk_Analyzer_total_async(rt, a, NULL, NULL) == AG_ERR_INVALID);
  CHECK(desk_Analyzer_total_wait(rt, a, -1, NULL) == AG_ERR_INVALID);
  for (i = 1; i <= 100; i++) CHECK(desk_Analyzer_quote(rt, a, i) == AG_OK);
  CHECK(desk_Quote_new(rt, 50, "x", &quote) == AG_OK);
  CHECK(desk_Analyzer_seen(rt, a, quote, 0) == AG_OK);
  CHECK(desk_Analyzer_seen(rt, b, quote, 1) == AG_OK);
  desk_Quote_free(rt, quote);
  CHECK(desk_Analyzer_total_wait(rt, a, -1, &n) == AG_OK && n == 5100);
  CHECK(desk_Order_new(rt, "ABC", 100, desk_Side_Sell, &o) == AG_OK);
  CHECK(desk_Analyzer_take_wait(rt, a, o, -1, &o) == AG_OK && desk_Order_filled(o) == 7);
  desk_Order_free(rt, o);
  CHECK(desk_Analyzer_named_wait(rt, b, "!", -1, &text) == AG_OK && strcmp(text, "second!") == 0);
  ag_text_free(rt, text);
  CHECK(desk_Analyzer_where_wait(rt, a, p, -1, &q) == AG_OK && q.y == 1);
  CHECK(desk_Analyzer_fails_wait(rt, a, 9, -1, &n) == AG_ERR_FAILED && strstr(ag_error_text(), "Broke") != NULL);
  CHECK(desk_Analyzer_nothing_wait(rt, a, -1) == AG_OK);
  CHECK(desk_Analyzer_next_wait(rt, a, b, -1, &c) == AG_OK && c == b);
  CHECK(desk_Analyzer_many_wait(rt, a, 5, -1, &squares) == AG_OK && squares.count == 5 && squares.data[4] == 16);
  ag_array_free(rt, squares.owner);
  CHECK(desk_Analyzer_bytes_wait(rt, a, "xyz", 3, -1, &blob) == AG_OK && blob.size == 3 && blob.data[0] == 'x');
  ag_blob_free(rt, blob);
  CHECK(desk_Analyzer_done(rt, b) == AG_OK);
  while (desk_Analyzer_quote(rt, b, 1) == AG_OK) (void)desk_Analyzer_total_wait(rt, a, -1, &n);
  CHECK(desk_Analyzer_quote(rt, b, 1) == AG_ERR_STOPPED);
  CHECK(desk_Order_new(rt, "ABC", 100, desk_Side_Sell, &o) == AG_OK);
  CHECK(desk_Analyzer_take_wait(rt, b, o, -1, &o) == AG_ERR_STOPPED); /* and it is gone */
  desk_Analyzer_release(rt, c);
  desk_Analyzer_release(rt, b);
  desk_Analyzer_release(rt, desk_Analyzer_retain(a));
  desk_Analyzer_release(rt, a);
}

/* ---- by name ---- */
static ag_value number_of(int64_t n) {
  ag_value v;
  memset(&v, 0, sizeof v);
  v.kind = AG_VALUE_INT;
  v.number = n;
  return v;
}

static void by_name(void) {
  const char *names[4];
  ag_behaviour_info infos[16];
  ag_value text, n = number_of(5), reply, two[2];
  uint32_t count;
  void *a = NULL;
  desk_Order *o;
  memset(&text, 0, sizeof text);
  text.kind = AG_VALUE_TEXT;
  text.text = "named";
  CHECK(desk_use(rt) == AG_OK && ag_agent_types(rt, names, 4) == 1 && strcmp(names[0], "Analyzer") == 0);
  CHECK(ag_behaviours(rt, "Nobody", infos, 16, &count) == AG_ERR_NAME);
  CHECK(ag_behaviours(rt, "Analyzer", infos, 16, &count) == AG_OK && count == 14);
  CHECK(strcmp(infos[0].name, "init") == 0 && infos[0].count == 1 && infos[0].params[0].kind == AG_VALUE_TEXT);
  CHECK(strcmp(infos[1].params[0].name, "price") == 0 && infos[4].is_request && infos[4].reply == AG_VALUE_INT);
  CHECK(ag_spawn_by_name(rt, "Nobody", &text, 1, &a) == AG_ERR_NAME);
  CHECK(ag_spawn_by_name(rt, "Analyzer", &text, 0, &a) == AG_ERR_COUNT);
  CHECK(ag_spawn_by_name(rt, "Analyzer", &n, 1, &a) == AG_ERR_TYPE);
  CHECK(ag_spawn_by_name(rt, "Analyzer", &text, 1, &a) == AG_OK);
  CHECK(ag_send_by_name(rt, a, "quote", &n, 1) == AG_OK);
  CHECK(ag_send_by_name(rt, a, "init", &text, 1) == AG_ERR_NAME);
  CHECK(ag_send_by_name(rt, a, "qoute", &n, 1) == AG_ERR_NAME);
  CHECK(ag_send_by_name(rt, a, "quote", NULL, 0) == AG_ERR_COUNT);
  CHECK(ag_send_by_name(rt, a, "quote", &text, 1) == AG_ERR_TYPE);
  CHECK(ag_send_by_name(rt, a, "map", &n, 1) == AG_ERR_TYPE);
  CHECK(ag_ask_by_name(rt, a, "total", NULL, 0, -1, &reply) == AG_OK && reply.kind == AG_VALUE_INT &&
        reply.number == 5);
  CHECK(ag_ask_by_name(rt, a, "quote", &n, 1, -1, &reply) == AG_ERR_TYPE);
  CHECK(ag_ask_by_name(rt, a, "where", &n, 1, -1, &reply) == AG_ERR_TYPE);
  CHECK(ag_ask_by_name(rt, a, "many", &n, 1, -1, &reply) == AG_OK && reply.kind == AG_VALUE_ARRAY && reply.count == 5 &&
        reply.items[4].number == 16);
  ag_value_free(rt, reply);
  CHECK(ag_ask_by_name(rt, a, "nothing", NULL, 0, -1, &reply) == AG_OK && reply.kind == AG_VALUE_NONE);
  CHECK(ag_ask_by_name(rt, a, "named", &text, 1, -1, &reply) == AG_OK && strcmp(reply.text, "namednamed") == 0);
  ag_value_free(rt, reply);
  two[0] = number_of(0);
  two[0].kind = AG_VALUE_OBJECT;
  CHECK(desk_Order_new(rt, "ABC", 100, desk_Side_Sell, &o) == AG_OK);
  two[0].ref = o;
  two[1] = n;
  CHECK(ag_send_by_name(rt, a, "seen", two, 2) == AG_ERR_TYPE); /* no Quote */
  CHECK(ag_ask_by_name(rt, a, "take", two, 1, -1, &reply) == AG_OK && desk_Order_filled(reply.ref) == 7);
  ag_value_free(rt, reply);
  two[0].kind = AG_VALUE_AGENT;
  two[0].ref = a;
  CHECK(ag_ask_by_name(rt, a, "next", two, 1, -1, &reply) == AG_OK && reply.ref == a);
  ag_value_free(rt, reply);
  CHECK(ag_ask_by_name(rt, a, "fails", &n, 1, -1, &reply) == AG_ERR_FAILED);
  desk_Analyzer_release(rt, a);
}

/* ---- requests that are under way when the runtime ends ---- */
typedef struct outcome {
  int calls, ok;
} outcome;
static outcome got;
static void on_order(void *user, ag_status status, desk_Order *reply) {
  outcome *o = user;
  o->calls++;
  o->ok += status == AG_OK;
  if (status == AG_OK) CHECK(desk_Order_filled(reply) == 7);
  desk_Order_free(rt, reply);
}
static void on_text(void *user, ag_status status, const char *reply) {
  outcome *o = user;
  o->calls++;
  o->ok += status == AG_OK && strcmp(reply, "first?") == 0;
}
static void on_many(void *user, ag_status status, ag_i64_array reply) {
  outcome *o = user;
  o->calls++;
  o->ok += status == AG_OK && reply.count == 3 && reply.data[2] == 4;
}
static void on_point(void *user, ag_status status, desk_Point reply) {
  outcome *o = user;
  o->calls++;
  o->ok += status == AG_OK && reply.y == 1;
}

static void under_way(int64_t drain_ns) {
  desk_Analyzer *a;
  desk_Order *o;
  desk_Point p = {1, 2, desk_Side_Buy, 1};
  int i, asked = 0;
  memset(&got, 0, sizeof got);
  CHECK(desk_Analyzer_spawn(rt, "first", &a) == AG_OK);
  for (i = 0; i < 100; i++) {
    CHECK(desk_Order_new(rt, "ABC", 100, desk_Side_Sell, &o) == AG_OK);
    asked += desk_Analyzer_take_async(rt, a, o, on_order, &got) == AG_OK;
    asked += desk_Analyzer_named_async(rt, a, "?", on_text, &got) == AG_OK;
    asked += desk_Analyzer_where_async(rt, a, p, on_point, &got) == AG_OK;
    asked += desk_Analyzer_many_async(rt, a, 3, on_many, &got) == AG_OK;
  }
  CHECK(desk_Order_new(rt, "ABC", 100, desk_Side_Sell, &o) == AG_OK);
  CHECK(ag_runtime_stop(rt, drain_ns) == AG_OK);
  CHECK(got.calls == asked && asked == 400 && (drain_ns == 0 || got.ok == asked));
  CHECK(desk_Analyzer_take_async(rt, a, o, on_order, &got) == AG_ERR_STOPPED); /* and it is gone */
  desk_Analyzer_release(rt, a);
}

int main(void) {
  int i;
  for (i = 0; i < 8; i++) {
    ag_options options;
    memset(&options, 0, sizeof options);
    options.drive = i & 1 ? AG_DRIVE_THREADS : AG_DRIVE_HOST;
    options.workers = 1u << (i & 3);
    CHECK(ag_runtime_new(&options, &rt) == AG_OK);
    functions();
    objects();
    agents();
    by_name();
    under_way(i & 4 ? -1 : 0);
    ag_runtime_free(rt);
  }
  printf("%d failures\n", failures);
  return failures != 0;
}
