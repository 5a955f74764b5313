// binary-trees in C: a malloc and a free for each node.
#include <stdio.h>
#include <stdlib.h>

typedef struct node {
  struct node *left, *right;
} node;

static long count(const node *t) { return t->left && t->right ? 1 + count(t->left) + count(t->right) : 1; }

static node *make(node *left, node *right) {
  node *t = malloc(sizeof *t);
  if (!t) abort();
  t->left = left;
  t->right = right;
  return t;
}

static node *grow(long depth) { return depth == 0 ? make(NULL, NULL) : make(grow(depth - 1), grow(depth - 1)); }

static void drop(node *t) {
  if (t->left) drop(t->left);
  if (t->right) drop(t->right);
  free(t);
}

static long once(long depth) {
  node *t = grow(depth);
  long n = count(t);
  drop(t);
  return n;
}

int main(int argc, char **argv) {
  long n = argc > 1 ? atol(argv[1]) : 10;
  long deepest = n > 6 ? n : 6;
  printf("stretch tree of depth %ld\t check: %ld\n", deepest + 1, once(deepest + 1));
  node *long_lived = grow(deepest);
  long trees = 1;
  for (long i = 4; i < deepest; i++) trees *= 2;
  trees *= 16;
  for (long depth = 4; depth <= deepest; depth += 2) {
    long check = 0;
    for (long i = 0; i < trees; i++) check += once(depth);
    printf("%ld\t trees of depth %ld\t check: %ld\n", trees, depth, check);
    trees /= 4;
  }
  printf("long lived tree of depth %ld\t check: %ld\n", deepest, count(long_lived));
  drop(long_lived);
}
