// closures in C, the same algorithm: a function pointer at the begin of what it has captured.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct fn {
  void (*code)(void);
  int64_t a, b;
} fn;
typedef int64_t (*one)(const fn *, int64_t);
typedef int64_t (*two)(const fn *, int64_t, int64_t);

typedef struct array {
  int64_t *data;
  size_t size, cap;
} array;

static void push(array *xs, int64_t x) {
  if (xs->size == xs->cap) {
    xs->cap = xs->cap ? xs->cap * 2 : 8;
    xs->data = realloc(xs->data, xs->cap * sizeof *xs->data);
  }
  xs->data[xs->size++] = x;
}

static fn *make(void (*code)(void), int64_t a, int64_t b) {
  fn *f = malloc(sizeof *f);
  *f = (fn){code, a, b};
  return f;
}

__attribute__((noinline)) static array map(const array *xs, const fn *f) {
  array out = {0};
  for (size_t i = 0; i < xs->size; i++) push(&out, ((one)f->code)(f, xs->data[i]));
  return out;
}

__attribute__((noinline)) static array filter(const array *xs, const fn *f) {
  array out = {0};
  for (size_t i = 0; i < xs->size; i++)
    if (((one)f->code)(f, xs->data[i])) push(&out, xs->data[i]);
  return out;
}

__attribute__((noinline)) static int64_t fold(const array *xs, int64_t start, const fn *f) {
  for (size_t i = 0; i < xs->size; i++) start = ((two)f->code)(f, start, xs->data[i]);
  return start;
}

static int64_t scale(const fn *f, int64_t x) { return x * f->a; }
static int64_t keep(const fn *f, int64_t x) { return x % 3 != f->a % 3; }
static int64_t add(const fn *f, int64_t a, int64_t x) {
  (void)f;
  return a + x;
}
static int64_t step0(const fn *f, int64_t x) { return x + f->a; }
static int64_t step1(const fn *f, int64_t x) { return x ^ f->a; }
static int64_t step2(const fn *f, int64_t x) { return x % (1000003 + f->a); }

int main(int argc, char **argv) {
  int64_t n = argc > 1 ? atol(argv[1]) : 1000, sum = 0;
  array xs = {0};
  for (int64_t i = 0; i < 1000; i++) push(&xs, i);
  fn *chain[30];
  for (int64_t i = 0; i < 30; i++)
    chain[i] = make(i % 3 == 0   ? (void (*)(void))step0
                    : i % 3 == 1 ? (void (*)(void))step1
                                 : (void (*)(void))step2,
                    i, 0);
  for (int64_t round = 0; round < n; round++) {
    fn *f = make((void (*)(void))scale, round % 7 + 1, 0), *g = make((void (*)(void))keep, round, 0);
    fn h = {(void (*)(void))add, 0, 0};
    array scaled = map(&xs, f), some = filter(&scaled, g);
    sum = (sum + fold(&some, 0, &h)) % 1000000007;
    int64_t y = round;
    for (int i = 0; i < 30; i++) y = ((one)chain[i]->code)(chain[i], y);
    sum += y;
    free(scaled.data);
    free(some.data);
    free(f);
    free(g);
  }
  printf("%lld\n", (long long)sum);
}
