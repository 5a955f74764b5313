// vec.h — a growable array in an arena, for any element type.
// Owns:     nothing; the items live in the arena that VEC_PUSH is given, always the same one for a vector.
// Promises: pushing is amortised O(1); an all-zero vector is empty and ready.
// Usage:    typedef VEC(int) ints;  ints v = {0};  VEC_PUSH(a, &v, 42);  v.items[0];
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define VEC(T)         \
  struct {             \
    T *items;          \
    uint32_t count;    \
    uint32_t capacity; \
  }

// Gives room for one more item: the items, perhaps at a new place.
void *vec_grow(arena *a, void *items, uint32_t count, uint32_t *capacity, size_t item_size);

#define VEC_PUSH(a, v, ...)                                                                      \
  ((v)->items = (v)->count < (v)->capacity                                                       \
                    ? (v)->items                                                                 \
                    : vec_grow((a), (v)->items, (v)->count, &(v)->capacity, sizeof *(v)->items), \
   (v)->items[(v)->count++] = (__VA_ARGS__))
#define VEC_LAST(v) ((v)->items[(v)->count - 1])
#define VEC_POP(v) ((v)->items[--(v)->count])

#endif
