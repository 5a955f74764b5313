/* check.h — what the hosts of this folder check, and how often it was not so. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>

static int failures;
#define CHECK(c)                                         \
  do {                                                   \
    if (!(c)) {                                          \
      printf("%s:%d: not %s\n", __FILE__, __LINE__, #c); \
      failures++;                                        \
    }                                                    \
  } while (0)

#endif
