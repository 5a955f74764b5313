// mandelbrot in C, the same algorithm: a buffer that grows, a byte for eight points.
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static bool point(double cr, double ci) {
  double zr = 0, zi = 0, tr = 0, ti = 0;
  for (long k = 0; k < 50 && tr + ti <= 4.0; k++) {
    zi = 2.0 * zr * zi + ci;
    zr = tr - ti + cr;
    tr = zr * zr;
    ti = zi * zi;
  }
  return tr + ti <= 4.0;
}

typedef struct bytes {
  uint8_t *data;
  size_t size, cap;
} bytes;

static void push(bytes *b, uint8_t x) {
  if (b->size == b->cap) {
    b->cap = b->cap ? b->cap * 2 : 16;
    b->data = realloc(b->data, b->cap);
  }
  b->data[b->size++] = x;
}

static bytes draw(long n) {
  bytes out = {0};
  for (long y = 0; y < n; y++) {
    double ci = 2.0 * (double)y / (double)n - 1.0;
    long bits = 0;
    for (long x = 0; x < n; x++) {
      double cr = 2.0 * (double)x / (double)n - 1.5;
      bits *= 2;
      if (point(cr, ci)) bits++;
      if (x % 8 == 7) {
        push(&out, (uint8_t)bits);
        bits = 0;
      }
    }
    if (n % 8 != 0) {
      for (long k = n % 8; k < 8; k++) bits *= 2;
      push(&out, (uint8_t)bits);
    }
  }
  return out;
}

int main(int argc, char **argv) {
  long n = argc > 1 ? atol(argv[1]) : 1000;
  bytes image = draw(n);
  long points = 0, sum = 0;
  for (size_t i = 0; i < image.size; i++) {
    points += __builtin_popcount(image.data[i]);
    sum = (sum * 31 + image.data[i]) % 1000000007;
  }
  printf("%ld %ld\n", points, sum);
  free(image.data);
}
