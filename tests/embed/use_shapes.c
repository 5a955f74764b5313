/* use_shapes.c — values of all shapes by name: each comes back as it went, and one that does not fit is a status. C99. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "shapes.h"

/* Under valgrind and sanitizers everything takes longer. */
#ifdef SANITIZED
enum { ROUNDS = 600 };
#else
enum { ROUNDS = 3000 };
#endif

static ag_runtime *rt;
static void *agent;

/* ---- making values ---- */
static ag_value blank(ag_value_kind kind) {
  ag_value v;
  memset(&v, 0, sizeof v);
  v.kind = kind;
  return v;
}
static ag_value number(int64_t n) {
  ag_value v = blank(AG_VALUE_INT);
  v.number = n;
  return v;
}
static ag_value yes(int n) {
  ag_value v = blank(AG_VALUE_BOOL);
  v.number = n;
  return v;
}
static ag_value real(double x) {
  ag_value v = blank(AG_VALUE_FLOAT);
  v.real = x;
  return v;
}
static ag_value text(const char *s) {
  ag_value v = blank(AG_VALUE_TEXT);
  v.text = s;
  return v;
}
static ag_value bytes(const void *data, size_t size) {
  ag_value v = blank(AG_VALUE_BYTES);
  v.bytes.data = data;
  v.bytes.size = size;
  return v;
}
static ag_value ref(ag_value_kind kind, void *p) {
  ag_value v = blank(kind);
  v.ref = p;
  return v;
}
static ag_value whole(ag_value_kind kind, int64_t variant, const ag_value *items, size_t count) {
  ag_value v = blank(kind);
  v.number = variant;
  v.items = items;
  v.count = count;
  return v;
}
static ag_value none(void) { return blank(AG_VALUE_NONE); }

/* ---- comparing them ---- */
static int same(const ag_value *a, const ag_value *b) {
  size_t i;
  if (a->kind != b->kind || a->count != b->count) return 0;
  for (i = 0; i < a->count; i++)
    if (!same(&a->items[i], &b->items[i])) return 0;
  switch (a->kind) {
  case AG_VALUE_BOOL:
  case AG_VALUE_INT:
  case AG_VALUE_ENUM: return a->number == b->number;
  case AG_VALUE_FLOAT: return a->real >= b->real && a->real <= b->real;
  case AG_VALUE_TEXT: return strcmp(a->text, b->text) == 0;
  case AG_VALUE_BYTES:
    return a->bytes.size == b->bytes.size &&
           (a->bytes.size == 0 || memcmp(a->bytes.data, b->bytes.data, a->bytes.size) == 0);
  case AG_VALUE_AGENT:
  case AG_VALUE_OBJECT: return a->ref == b->ref;
  default: return 1;
  }
}

static ag_status ask(const char *behaviour, ag_value arg, ag_value *reply) {
  return ag_ask_by_name(rt, agent, behaviour, &arg, 1, -1, reply);
}
static int comes_back(const char *behaviour, ag_value arg) {
  ag_value reply;
  int ok = ask(behaviour, arg, &reply) == AG_OK && same(&arg, &reply);
  if (ok) ag_value_free(rt, reply);
  return ok;
}
static ag_status refused(const char *behaviour, ag_value arg) {
  ag_value reply;
  ag_status status = ask(behaviour, arg, &reply);
  if (status == AG_OK) ag_value_free(rt, reply);
  return status;
}

/* ---- arrays ---- */
static void arrays(void) {
  ag_value xs[40], rows[3], reply;
  int i;
  for (i = 0; i < 40; i++) xs[i] = number(i - 20);
  CHECK(comes_back("numbers", whole(AG_VALUE_ARRAY, 0, xs, 40)));
  CHECK(comes_back("numbers", whole(AG_VALUE_ARRAY, 0, NULL, 0)));
  rows[0] = whole(AG_VALUE_ARRAY, 0, xs, 3);
  rows[1] = whole(AG_VALUE_ARRAY, 0, NULL, 0);
  rows[2] = whole(AG_VALUE_ARRAY, 0, xs, 40);
  CHECK(comes_back("rows", whole(AG_VALUE_ARRAY, 0, rows, 3)));
  xs[7] = number((int64_t)1 << 40);
  CHECK(refused("numbers", whole(AG_VALUE_ARRAY, 0, xs, 40)) == AG_ERR_TYPE);
  CHECK(comes_back("rows", whole(AG_VALUE_ARRAY, 0, rows, 3)));
  xs[7] = text("seven");
  CHECK(refused("numbers", whole(AG_VALUE_ARRAY, 0, xs, 40)) == AG_ERR_TYPE);
  CHECK(refused("numbers", whole(AG_VALUE_ARRAY, 0, NULL, 3)) == AG_ERR_INVALID);
  CHECK(refused("numbers", whole(AG_VALUE_STRUCT, 0, xs, 3)) == AG_ERR_TYPE);
  CHECK(refused("rows", whole(AG_VALUE_ARRAY, 0, xs, 3)) == AG_ERR_TYPE);
  for (i = 0; i < 5; i++) xs[i] = yes(i & 1);
  CHECK(comes_back("bools", whole(AG_VALUE_ARRAY, 0, xs, 5)));
  for (i = 0; i < 5; i++) xs[i] = text(i & 1 ? "odd" : "even");
  CHECK(comes_back("texts", whole(AG_VALUE_ARRAY, 0, xs, 5)));
  xs[4] = text("\xff");
  CHECK(refused("texts", whole(AG_VALUE_ARRAY, 0, xs, 5)) == AG_ERR_INVALID);
  for (i = 0; i < 5; i++) xs[i] = bytes("abcde", (size_t)i);
  CHECK(comes_back("chunks", whole(AG_VALUE_ARRAY, 0, xs, 5)));
  for (i = 0; i < 5; i++) xs[i] = i & 1 ? none() : number(i);
  CHECK(comes_back("maybe", whole(AG_VALUE_ARRAY, 0, xs, 5)));
  CHECK(refused("numbers", whole(AG_VALUE_ARRAY, 0, xs, 5)) == AG_ERR_TYPE);
  for (i = 0; i < 5; i++) xs[i] = number(250 + i);
  CHECK(comes_back("some", whole(AG_VALUE_ARRAY, 0, xs, 5)) && comes_back("some", none()));
  for (i = 0; i < 4; i++) xs[i] = real(1.5);
  rows[0] = whole(AG_VALUE_ARRAY, 0, xs, 4);
  CHECK(ask("table", whole(AG_VALUE_ARRAY, 0, rows, 1), &reply) == AG_OK && reply.items[0].items[0].real > 2.9);
  ag_value_free(rt, reply);
  for (i = 0; i < 3; i++) xs[i] = ref(AG_VALUE_AGENT, agent);
  CHECK(comes_back("friends", whole(AG_VALUE_ARRAY, 0, xs, 3)) == 1);
  ask("friends", whole(AG_VALUE_ARRAY, 0, xs, 3), &reply);
  ag_value_free(rt, reply);
  xs[1] = none();
  CHECK(refused("friends", whole(AG_VALUE_ARRAY, 0, xs, 3)) == AG_ERR_TYPE);
}

static void objects(void) {
  shapes_Quote *made;
  const shapes_Quote *quote;
  shapes_Order *order;
  ag_value xs[3], reply;
  int i;
  CHECK(shapes_Quote_new(rt, 5, (const shapes_Quote **)&quote) == AG_OK);
  made = (shapes_Quote *)quote;
  for (i = 0; i < 3; i++) xs[i] = ref(AG_VALUE_OBJECT, made);
  CHECK(ask("quotes", whole(AG_VALUE_ARRAY, 0, xs, 3), &reply) == AG_OK && reply.count == 3 &&
        reply.items[2].ref == made);
  ag_value_free(rt, reply);
  for (i = 0; i < 3; i++) {
    CHECK(shapes_Order_new(rt, i, &order) == AG_OK);
    xs[i] = ref(AG_VALUE_OBJECT, order);
  }
  CHECK(ask("orders", whole(AG_VALUE_ARRAY, 0, xs, 3), &reply) == AG_OK && reply.number == 3);
  for (i = 0; i < 2; i++) {
    CHECK(shapes_Order_new(rt, i, &order) == AG_OK);
    xs[i] = ref(AG_VALUE_OBJECT, order);
  }
  xs[2] = ref(AG_VALUE_OBJECT, made); /* no Order: nothing was taken */
  CHECK(ask("orders", whole(AG_VALUE_ARRAY, 0, xs, 3), &reply) == AG_ERR_TYPE);
  for (i = 0; i < 2; i++) shapes_Order_free(rt, xs[i].ref);
  shapes_Quote_free(rt, quote);
}

/* ---- structs, tuples, enums, optionals ---- */
static ag_value point[4], other[4], line[3], pair[2], two[2];

static ag_value a_line(int with_end) {
  point[0] = other[1] = real(1.5);
  point[1] = other[0] = real(-2);
  point[2] = number(shapes_Side_Sell);
  other[2] = number(shapes_Side_Buy);
  point[3] = other[3] = yes(1);
  line[0] = whole(AG_VALUE_STRUCT, 0, point, 4);
  line[1] = with_end ? whole(AG_VALUE_STRUCT, 0, other, 4) : none();
  line[2] = with_end ? text("far") : none();
  return whole(AG_VALUE_STRUCT, 0, line, 3);
}

static ag_value a_shape(int variant) {
  static ag_value dot[1], marks[2], said[3];
  a_line(1);
  dot[0] = line[0];
  marks[0] = number(7);
  marks[1] = number(INT64_MIN);
  said[0] = text("said");
  said[1] = number(-32768);
  said[2] = whole(AG_VALUE_ARRAY, 0, marks, 2);
  pair[0] = text("b");
  pair[1] = yes(0);
  two[0] = variant == 4 ? none() : number(9);
  two[1] = whole(AG_VALUE_STRUCT, 0, pair, 2);
  switch (variant) {
  case 0: return whole(AG_VALUE_ENUM, 0, NULL, 0);
  case 1: return whole(AG_VALUE_ENUM, 1, dot, 1);
  case 2: return whole(AG_VALUE_ENUM, 2, said, 3);
  default: return whole(AG_VALUE_ENUM, 3, two, 2);
  }
}

static void structs(void) {
  ag_value v = a_line(0), shapes[5], xs[2], reply;
  int i;
  CHECK(comes_back("line", v));
  CHECK(comes_back("line", a_line(1)));
  xs[0] = xs[1] = line[0];
  CHECK(comes_back("points", whole(AG_VALUE_ARRAY, 0, xs, 2)));
  line[0].count = 3;
  CHECK(refused("line", v) == AG_ERR_TYPE);
  v = a_line(1);
  point[2] = number(2);
  CHECK(refused("line", v) == AG_ERR_TYPE);
  a_line(1);
  line[0] = none();
  CHECK(refused("line", v) == AG_ERR_TYPE);
  for (i = 0; i < 5; i++) {
    shapes[i] = a_shape(i);
    CHECK(comes_back("shape", shapes[i]));
  }
  CHECK(comes_back("shapes", whole(AG_VALUE_ARRAY, 0, shapes, 4)));
  for (i = -1; i < 6; i++) {
    v = a_shape(2);
    v.number = i;
    CHECK(refused("shape", v) == (i == 2 ? AG_OK : AG_ERR_TYPE));
  }
  xs[0] = number(4);
  xs[1] = text("four");
  CHECK(comes_back("pair", whole(AG_VALUE_STRUCT, 0, xs, 2)));
  CHECK(refused("pair", whole(AG_VALUE_STRUCT, 0, xs, 1)) == AG_ERR_TYPE);
  CHECK(refused("pair", whole(AG_VALUE_STRUCT, 0, NULL, 2)) == AG_ERR_INVALID);
  CHECK(comes_back("side", number(1)) && comes_back("side", none()) && refused("side", number(2)) == AG_ERR_TYPE);
  CHECK(comes_back("wait", number(-5)) && comes_back("wait", none()) && comes_back("count", none()));
  CHECK(ask("count", number(4), &reply) == AG_OK && reply.number == 5);
  CHECK(refused("map", none()) == AG_ERR_TYPE && refused("map", number(1)) == AG_ERR_TYPE);
}

/* ---- types within themselves ---- */
static ag_value tree_of(ag_value *room, int depth) {
  ag_value kids = depth ? whole(AG_VALUE_ARRAY, 0, room + 2, 1) : whole(AG_VALUE_ARRAY, 0, NULL, 0);
  if (depth) room[2] = tree_of(room + 3, depth - 1);
  room[0] = number(1);
  room[1] = kids;
  return whole(AG_VALUE_STRUCT, 0, room, 2);
}

static void trees(void) {
  static ag_value room[300];
  ag_value reply;
  CHECK(ask("tree", tree_of(room, 20), &reply) == AG_OK && reply.number == 21);
  CHECK(ask("grow", number(20), &reply) == AG_OK && reply.items[1].count == 1);
  ag_value_free(rt, reply);
  CHECK(refused("tree", tree_of(room, 60)) == AG_ERR_INVALID && refused("grow", number(60)) == AG_ERR_INVALID);
  room[0] = number(1); /* a value that holds itself */
  room[1] = whole(AG_VALUE_ARRAY, 0, room + 2, 1);
  room[2] = whole(AG_VALUE_STRUCT, 0, room, 2);
  CHECK(refused("tree", room[2]) == AG_ERR_INVALID);
}

/* ---- what is known of them ---- */
static void infos(void) {
  ag_behaviour_info all[32];
  const ag_param_info *p;
  uint32_t count, i;
  CHECK(ag_behaviours(rt, "Shapes", all, 32, &count) == AG_OK && count == 24);
  for (i = 0; i < count; i++) {
    if (strcmp(all[i].name, "line") == 0) {
      p = all[i].params;
      CHECK(p->kind == AG_VALUE_STRUCT && p->count == 3 && strcmp(p->parts[1].name, "to") == 0 && p->parts[1].optional);
      CHECK(p->parts[0].count == 4 && p->parts[0].parts[2].kind == AG_VALUE_INT && all[i].result->count == 3);
    } else if (strcmp(all[i].name, "shape") == 0) {
      p = all[i].params;
      CHECK(p->kind == AG_VALUE_ENUM && p->count == 4 && strcmp(p->parts[2].name, "Text") == 0);
      CHECK(p->parts[2].count == 3 && strcmp(p->parts[2].parts[1].name, "size") == 0);
    } else if (strcmp(all[i].name, "map") == 0) {
      CHECK(all[i].params->kind == AG_VALUE_NONE && all[i].reply == AG_VALUE_NONE);
    } else if (strcmp(all[i].name, "told") == 0) {
      CHECK(!all[i].is_request && !all[i].result);
    }
  }
}

/* ---- values at random: whatever they are, the answer is a status ---- */
static uint32_t seed = 1;
static uint32_t any(uint32_t below) {
  seed = seed * 1664525u + 1013904223u;
  return (seed >> 8) % below;
}

/* Now and then what p asks for, else anything. */
static ag_value random_value(const ag_param_info *p, ag_value **room, int depth) {
  static const int64_t numbers[] = {0, 1, 2, 3, -1, 127, 128, 255, 256, 65535, INT32_MAX, INT64_MAX, INT64_MIN};
  ag_value v = blank(any(12) && p ? p->kind : (ag_value_kind)any(12));
  uint32_t i, n, wanted = p ? p->count : 0;
  if (p && p->optional && any(3) == 0) return none();
  v.number = numbers[any(any(4) ? 4 : sizeof numbers / sizeof *numbers)];
  v.real = (double)v.number;
  v.text = any(30) ? "text" : any(2) ? "\xc3" : NULL;
  v.bytes.data = any(30) ? (const uint8_t *)"bytes" : NULL;
  v.bytes.size = any(6);
  v.ref = v.kind == AG_VALUE_AGENT && any(30) ? agent : NULL;
  if (depth == 0) return v;
  if (p && p->kind == AG_VALUE_ENUM && v.number >= 0 && v.number < (int64_t)p->count) {
    p = &p->parts[v.number];
    wanted = p->count;
  } else if (p && p->kind == AG_VALUE_ARRAY) {
    wanted = any(4);
  }
  n = any(20) ? wanted : any(5);
  v.count = n;
  v.items = n && any(40) ? *room : NULL;
  *room += n;
  for (i = 0; i < n; i++) {
    const ag_param_info *part = p && p->count ? &p->parts[p->kind == AG_VALUE_ARRAY ? 0 : i % p->count] : NULL;
    ag_value made = random_value(part, room, depth - 1);
    if (v.items) ((ag_value *)(size_t)v.items)[i] = made;
  }
  return v;
}

static int fuzz(int rounds) {
  static ag_value room[100000];
  ag_behaviour_info all[32];
  uint32_t count, i;
  int sent = 0;
  CHECK(ag_behaviours(rt, "Shapes", all, 32, &count) == AG_OK);
  while (rounds-- > 0) {
    const ag_behaviour_info *b = &all[1 + any(count - 1)];
    uint32_t n = any(50) ? b->count : any(5);
    ag_value *at = room, args[5], reply;
    ag_status status;
    for (i = 0; i < n; i++) args[i] = random_value(i < b->count ? &b->params[i] : NULL, &at, 5);
    if (b->is_request && any(4)) {
      status = ag_ask_by_name(rt, agent, b->name, args, n, -1, &reply);
      if (status == AG_OK) ag_value_free(rt, reply);
    } else {
      status = ag_send_by_name(rt, agent, b->name, args, n);
    }
    CHECK(status == AG_OK || status == AG_ERR_TYPE || status == AG_ERR_COUNT || status == AG_ERR_INVALID ||
          status == AG_ERR_FULL || status == AG_ERR_FAILED);
    sent += status == AG_OK;
  }
  return sent;
}

int main(void) {
  int i;
  for (i = 0; i < 4; i++) {
    ag_options options;
    memset(&options, 0, sizeof options);
    options.drive = i & 1 ? AG_DRIVE_THREADS : AG_DRIVE_HOST;
    options.workers = 1u << i;
    CHECK(ag_runtime_new(&options, &rt) == AG_OK && shapes_use(rt) == AG_OK);
    CHECK(ag_spawn_by_name(rt, "Shapes", NULL, 0, &agent) == AG_OK);
    infos();
    arrays();
    objects();
    structs();
    trees();
    CHECK(fuzz(ROUNDS) > ROUNDS / 10);
    shapes_Shapes_release(rt, agent);
    CHECK(ag_runtime_stop(rt, -1) == AG_OK);
    ag_runtime_free(rt);
  }
  printf("%d failures\n", failures);
  return failures != 0;
}
