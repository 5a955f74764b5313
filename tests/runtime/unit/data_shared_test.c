// data_shared_test.c — what several threads do with one object at once; worth most under ThreadSanitizer.
#include <pthread.h>

#include "data_kit.h"

enum { THREADS = 4, ROUNDS = 20000 };

typedef struct node {
  ag_obj h;
  struct node *next;
} node;
static int freed; // changed by whoever releases last, read after all have ended
static void drop_node(ag_cx *c, void *obj) {
  ag_release_opt(c, ((node *)obj)->next);
  freed++;
}
static void each_node(void *obj, void (*visit)(ag_obj *child, void *arg), void *arg) {
  if (((node *)obj)->next) visit(&((node *)obj)->next->h, arg);
}
static const ag_class node_class = {.name = "Node", .size = sizeof(node), .drop = drop_node, .each = each_node};

static void run_all(void *(*f)(void *), void *arg) {
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++) ck_assert_int_eq(pthread_create(&threads[i], NULL, f, arg), 0);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
}

// Each thread owns one reference to the list, and takes and drops others.
static void *use_list(void *list) {
  ag_cx own = {0};
  for (int i = 0; i < ROUNDS; i++) {
    ag_retain(list);
    ag_release(&own, list);
  }
  ag_release(&own, list);
  return NULL;
}

START_TEST(the_last_of_many_holders_frees) {
  node *head = NULL;
  for (int i = 0; i < 1000; i++) {
    node *n = ag_new(cx, &node_class, 1);
    n->next = head;
    head = n;
  }
  ag_freeze(&head->h);
  for (int i = 1; i < THREADS; i++) ag_retain(head);
  run_all(use_list, head);
  ck_assert_int_eq(freed, 1000);
}
END_TEST

static void *use_string(void *arg) {
  ag_cx own = {0};
  ag_str *s = arg;
  uint64_t expected = ag_hash_bytes(s->bytes, s->size);
  for (int i = 0; i < ROUNDS; i++) {
    ck_assert(ag_str_hash64(s) == expected);
    ag_str *all = ag_str_slice(&own, s, 0, s->size), *copy = ag_str_concat(&own, all, s);
    ck_assert_int_eq(copy->size, 2 * s->size);
    ag_release(&own, all);
    ag_release(&own, copy);
  }
  return NULL;
}

START_TEST(strings_and_literals_are_shared) {
  static struct {
    ag_obj h;
    int64_t size;
    uint64_t hash;
    char bytes[4];
  } literal = {{&ag_class_str, 0}, 3, 0, "abc"};
  run_all(use_string, &literal);
  ck_assert_int_eq(literal.h.rc, 0);
  ag_str *s = text("a string");
  run_all(use_string, s);
  ck_assert_int_eq(s->h.rc, -1);
  ag_release(cx, s);
}
END_TEST

static void *use_map(void *arg) {
  ag_cx own = {0};
  ag_map *m = arg;
  for (int64_t i = 0; i < ROUNDS; i++) {
    int64_t *v = ag_map_find_i64(m, i % 100);
    ck_assert(v && *v == i % 100);
  }
  void *key, *value;
  int64_t sum = 0;
  for (int64_t pos = 0; ag_map_next(m, &pos, &key, &value);) sum += *(int64_t *)value;
  ck_assert_int_eq(sum, 4950);
  ag_release(&own, m);
  return NULL;
}

START_TEST(frozen_maps_are_read_by_all) {
  ag_map *m = ag_map_new(cx, &ag_type_i64, &ag_type_i64);
  for (int64_t i = 0; i < 100; i++) {
    int64_t k = i, v = i;
    ag_map_set(cx, m, &k, &v);
  }
  ag_freeze(&m->h);
  for (int i = 1; i < THREADS; i++) ag_retain(m);
  run_all(use_map, m);
}
END_TEST

TESTS("shared", the_last_of_many_holders_frees, strings_and_literals_are_shared, frozen_maps_are_read_by_all)
