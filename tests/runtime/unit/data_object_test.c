// data_object_test.c — counts, freezing, and taking deep graphs apart.
#include "data_kit.h"

typedef struct node {
  ag_obj h;
  struct node *next, *other;
} node;
static int64_t alive;

static void drop_node(ag_cx *c, void *obj) {
  node *n = obj;
  ag_release_opt(c, n->next);
  ag_release_opt(c, n->other);
  alive--;
}
static void each_node(void *obj, void (*visit)(ag_obj *child, void *arg), void *arg) {
  node *n = obj;
  if (n->next) visit(&n->next->h, arg);
  if (n->other) visit(&n->other->h, arg);
}
static const ag_class node_class = {.name = "Node", .size = sizeof(node), .drop = drop_node, .each = each_node};

static node *make(node *next, node *other) {
  node *n = ag_new(cx, &node_class, 1);
  n->next = next;
  n->other = other;
  alive++;
  return n;
}

static node *list(int64_t n) {
  node *head = NULL;
  while (n--) head = make(head, NULL);
  return head;
}

static node *tree(int depth) { return depth ? make(tree(depth - 1), tree(depth - 1)) : NULL; }

START_TEST(deep_graphs_are_freed_without_recursion) {
  ag_release(cx, list(1000000));
  ck_assert_int_eq(alive, 0);
  ag_release(cx, tree(16));
  ck_assert_int_eq(alive, 0);
}
END_TEST

START_TEST(shared_objects_are_freed_once) {
  node *shared = make(NULL, NULL);
  ag_retain(shared);
  node *a = make(shared, shared);
  ck_assert_int_eq(shared->h.rc, 2);
  ag_release(cx, a);
  ck_assert_int_eq(alive, 0);
}
END_TEST

START_TEST(freezing_turns_all_counts_atomic) {
  node *end = make(NULL, NULL);
  ag_retain(end);
  node *head = make(list(100000), end);
  node *last = head;
  while (last->next) last = last->next;
  last->next = end;
  ag_freeze(&head->h);
  for (node *n = head; n; n = n->next) ck_assert_int_eq(n->h.rc, n == end ? -2 : -1);
  ag_retain(head);
  ck_assert_int_eq(head->h.rc, -2);
  ag_release(cx, head);
  ag_release(cx, head);
  ck_assert_int_eq(alive, 0);
}
END_TEST

START_TEST(freezing_stops_at_what_is_frozen_or_immortal) {
  static node immortal = {.h = {&node_class, 0}};
  node *frozen = make(NULL, NULL);
  ag_freeze(&frozen->h);
  node *head = make(frozen, &immortal);
  ag_freeze(&head->h);
  ck_assert_int_eq(frozen->h.rc, -1);
  ck_assert_int_eq(immortal.h.rc, 0);
  ag_release(cx, head);
  ck_assert_int_eq(immortal.h.rc, 0);
  ck_assert_int_eq(alive, 0);
}
END_TEST

START_TEST(a_tag_keeps_memory_and_nothing_else) {
  node *inner = make(NULL, NULL), *outer = make(inner, NULL), *root = make(outer, NULL);
  ag_retain(outer); // becomes a tag
  ag_share(cx, &outer->h);
  ck_assert_int_lt(outer->h.rc, 0);
  ck_assert_int_eq(inner->h.rc, 1);
  ag_retain_tag(outer); // the receiver's
  ag_freeze(&root->h);
  ck_assert_int_eq(inner->h.rc, -1);
  ag_retain(outer);
  ag_release(cx, outer);
  ck_assert_int_eq(alive, 3);
  ag_release(cx, root);
  ck_assert_int_eq(alive, 0); // all are taken apart
  ag_release_tag(cx, outer);
  ag_release_tag(cx, outer);
}
END_TEST

START_TEST(the_last_reference_may_become_a_tag) {
  node *inner = make(NULL, NULL), *alone = make(inner, NULL);
  ag_retain(inner);
  ag_share(cx, &alone->h);
  ck_assert_int_eq(inner->h.rc, 1);
  ag_retain_tag(alone);
  ag_release_tag(cx, alone);
  ag_release_tag(cx, alone);
  ag_release(cx, inner);
  ck_assert_int_eq(alive, 0);
  static node immortal = {.h = {&node_class, 0}};
  ag_share(cx, &immortal.h);
  ag_retain_tag(&immortal);
  ag_release_tag(cx, &immortal);
  ag_retain_tag(NULL);
  ag_release_tag(cx, NULL);
  ck_assert_int_eq(immortal.h.rc, 0);
}
END_TEST

START_TEST(tags_of_what_is_frozen) {
  node *inner = make(NULL, NULL), *frozen = make(inner, NULL);
  ag_freeze(&frozen->h);
  ag_retain(frozen);
  ag_share(cx, &frozen->h);
  ag_retain(frozen);
  ag_release(cx, frozen);
  ck_assert_int_eq(alive, 2);
  ag_release(cx, frozen);
  ck_assert_int_eq(alive, 0);
  ag_release_tag(cx, frozen);
}
END_TEST

START_TEST(tagged_graphs_are_taken_apart_without_recursion) {
  node *head = list(300000);
  for (node *n = head; n; n = n->next) {
    ag_retain(n);
    ag_share(cx, &n->h);
  }
  node **all = malloc(300000 * sizeof *all);
  int64_t count = 0;
  for (node *n = head; n; n = n->next) all[count++] = n;
  ag_release(cx, head);
  for (int64_t i = 0; i < count; i++) ag_release_tag(cx, all[i]);
  free(all);
  ck_assert_int_eq(alive, 0);
}
END_TEST

TESTS("object", deep_graphs_are_freed_without_recursion, shared_objects_are_freed_once,
      freezing_turns_all_counts_atomic, freezing_stops_at_what_is_frozen_or_immortal,
      a_tag_keeps_memory_and_nothing_else, the_last_reference_may_become_a_tag, tags_of_what_is_frozen,
      tagged_graphs_are_taken_apart_without_recursion)
