// fannkuch-redux in C, the same algorithm with 64-bit elements.
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  long n = argc > 1 ? atol(argv[1]) : 9;
  long *perm1 = malloc(sizeof(long) * (size_t)n), *perm = calloc((size_t)n, sizeof(long)),
       *count = calloc((size_t)n, sizeof(long));
  for (long i = 0; i < n; i++) perm1[i] = i;
  long max_flips = 0, checksum = 0, r = n, nth = 0;
  for (;; nth++) {
    for (; r != 1; r--) count[r - 1] = r;
    for (long i = 0; i < n; i++) perm[i] = perm1[i];
    long flips = 0;
    for (long k = perm[0]; k != 0; k = perm[0]) {
      for (long i = 0, j = k; i < j; i++, j--) {
        long t = perm[i];
        perm[i] = perm[j];
        perm[j] = t;
      }
      flips++;
    }
    if (flips > max_flips) max_flips = flips;
    checksum += nth % 2 == 0 ? flips : -flips;
    for (;;) {
      if (r == n) {
        printf("%ld\nPfannkuchen(%ld) = %ld\n", checksum, n, max_flips);
        return 0;
      }
      long first = perm1[0];
      for (long i = 0; i < r; i++) perm1[i] = perm1[i + 1];
      perm1[r] = first;
      if (--count[r] > 0) break;
      r++;
    }
  }
}
