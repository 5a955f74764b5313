// sort.c — Array.sort: a stable merge sort.
// Promises: n log n comparisons; elements move by their bytes, so that a failing comparison loses none; numbers are
//           compared inline. NaN sorts behind all numbers.
#include "data/data.h"
#include "mem/heap.h"

enum { RUN = 8 }; // runs of this length are sorted by insertion

// LESS(x, y): must *x come before *y? One copy of the algorithm per element type that is worth it.
#define DEFINE_SORT(NAME, T, LESS)                                                            \
  static void NAME##_runs(T *v, int64_t n) {                                                  \
    for (int64_t start = 0; start < n; start += RUN) {                                        \
      int64_t end = start + RUN < n ? start + RUN : n;                                        \
      for (int64_t i = start + 1; i < end; i++) {                                             \
        T x = v[i];                                                                           \
        int64_t j = i;                                                                        \
        for (; j > start && LESS(x, v[j - 1]); j--) v[j] = v[j - 1];                          \
        v[j] = x;                                                                             \
      }                                                                                       \
    }                                                                                         \
  }                                                                                           \
  static void NAME##_merge(const T *from, T *to, int64_t low, int64_t middle, int64_t high) { \
    int64_t a = low, b = middle;                                                              \
    for (int64_t k = low; k < high; k++) {                                                    \
      if (a < middle && (b >= high || !LESS(from[b], from[a]))) to[k] = from[a++];            \
      else to[k] = from[b++];                                                                 \
    }                                                                                         \
  }                                                                                           \
  static void NAME(T *v, int64_t n) {                                                         \
    NAME##_runs(v, n);                                                                        \
    if (n <= RUN) return;                                                                     \
    T *other = agi_alloc((size_t)n * sizeof(T)), *from = v, *to = other;                      \
    for (int64_t width = RUN; width < n; width *= 2) {                                        \
      for (int64_t low = 0; low < n; low += 2 * width) {                                      \
        int64_t middle = low + width < n ? low + width : n;                                   \
        NAME##_merge(from, to, low, middle, low + 2 * width < n ? low + 2 * width : n);       \
      }                                                                                       \
      T *swap = from;                                                                         \
      from = to;                                                                              \
      to = swap;                                                                              \
    }                                                                                         \
    if (from != v) memcpy(v, from, (size_t)n * sizeof(T));                                    \
    agi_free(other);                                                                          \
  }
#define LESS_NUMBER(x, y) ((x) < (y))
#define LESS_FLOAT(x, y) ((x) < (y) || ((y) != (y) && (x) == (x)))
#define LESS_TEXT(x, y) (ag_str_cmp((x), (y)) < 0)
typedef ag_str *text;
DEFINE_SORT(sort_i64, int64_t, LESS_NUMBER)
DEFINE_SORT(sort_f64, double, LESS_FLOAT)
DEFINE_SORT(sort_str, text, LESS_TEXT)

// The same for any type: pointers to the slots are sorted, then the slots brought into their order.
typedef struct sorted_slot {
  ag_cx *cx;
  const ag_type *type;
  char *at;
} sorted_slot;
#define LESS_SLOT(x, y) ((x).type->cmp((x).cx, (x).at, (y).at) < 0)
DEFINE_SORT(sort_slots, sorted_slot, LESS_SLOT)

static void sort_any(ag_cx *cx, ag_array *a) {
  size_t size = a->elem->size;
  sorted_slot *slots = agi_alloc((size_t)a->size * sizeof *slots);
  for (int64_t i = 0; i < a->size; i++) { slots[i] = (sorted_slot){cx, a->elem, (char *)a->data + (size_t)i * size}; }
  sort_slots(slots, a->size);
  char *ordered = agi_alloc((size_t)a->cap * size);
  for (int64_t i = 0; i < a->size; i++) memcpy(ordered + (size_t)i * size, slots[i].at, size);
  agi_free(a->data);
  a->data = ordered;
  agi_free(slots);
}

void ag_array_sort(ag_cx *cx, ag_array *a) {
  if (a->size < 2) return;
  if (a->elem == &ag_type_i64 || a->elem == &ag_type_duration || a->elem == &ag_type_instant)
    sort_i64(a->data, a->size);
  else if (a->elem == &ag_type_f64) sort_f64(a->data, a->size);
  else if (a->elem == &ag_type_str) sort_str(a->data, a->size);
  else sort_any(cx, a);
}
