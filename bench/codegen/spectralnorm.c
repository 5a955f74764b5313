// spectral-norm in C, the same algorithm with 64-bit indices.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static double eval_a(long i, long j) { return 1.0 / (double)((i + j) * (i + j + 1) / 2 + i + 1); }

static void times(const double *v, double *out, long n) {
  for (long i = 0; i < n; i++) {
    double sum = 0;
    for (long j = 0; j < n; j++) sum += eval_a(i, j) * v[j];
    out[i] = sum;
  }
}

static void times_transposed(const double *v, double *out, long n) {
  for (long i = 0; i < n; i++) {
    double sum = 0;
    for (long j = 0; j < n; j++) sum += eval_a(j, i) * v[j];
    out[i] = sum;
  }
}

static void times_both(const double *v, double *out, double *between, long n) {
  times(v, between, n);
  times_transposed(between, out, n);
}

int main(int argc, char **argv) {
  long n = argc > 1 ? atol(argv[1]) : 500;
  double *u = malloc(sizeof *u * (size_t)n), *v = calloc((size_t)n, sizeof *v), *between = calloc((size_t)n, sizeof *v);
  for (long i = 0; i < n; i++) u[i] = 1;
  for (int i = 0; i < 10; i++) {
    times_both(u, v, between, n);
    times_both(v, u, between, n);
  }
  double uv = 0, vv = 0;
  for (long i = 0; i < n; i++) {
    uv += u[i] * v[i];
    vv += v[i] * v[i];
  }
  printf("%.9f\n", sqrt(uv / vv));
}
