// array.c — Array[T], erased: what a slot is, its ag_type says.
// Owns:     `data`, NULL while there is no capacity; the elements in it.
// Promises: elements move by their bytes; only those that are duplicated are retained, only those that end are dropped.
// Does not: know T. Typed access is inlined by generated code (abi_data.h).
#include "data/data.h"
#include "mem/heap.h"

static inline char *at(const ag_array *a, int64_t i) { return (char *)a->data + i * a->elem->size; }

static void drop_slots(ag_cx *cx, ag_array *a, int64_t from) {
  if (!a->elem->drop) return;
  for (int64_t i = from; i < a->size; i++) a->elem->drop(cx, at(a, i));
}

static void drop_array(ag_cx *cx, void *obj) {
  ag_array *a = obj;
  drop_slots(cx, a, 0);
  agi_free(a->data);
}

static void each_element(void *obj, void (*visit)(ag_obj *child, void *arg), void *arg) {
  ag_array *a = obj;
  if (!a->elem->each) return;
  for (int64_t i = 0; i < a->size; i++) a->elem->each(at(a, i), visit, arg);
}

const ag_class ag_class_array = {.name = "Array", .size = sizeof(ag_array), .drop = drop_array, .each = each_element};

ag_array *ag_array_new(ag_cx *cx, int64_t capacity, const ag_type *elem) {
  ag_array *a = agi_alloc(sizeof *a);
  *a = (ag_array){.h = {.cls = &ag_class_array, .rc = 1}, .elem = elem};
  agi_born(&a->h);
  if (capacity > 0) ag_array_grow(cx, a, capacity);
  return a;
}

// Can there be n of them? Raises if not.
static bool possible(ag_cx *cx, int64_t n, const ag_type *elem) {
  if (agi_plausible(n, elem->size)) return true;
  ag_raise(cx, &ag_error_OutOfMemory, NULL, NULL, 0);
  return false;
}

ag_array *ag_array_sized(ag_cx *cx, int64_t capacity, const ag_type *elem) {
  return possible(cx, capacity, elem) ? ag_array_new(cx, capacity, elem) : NULL;
}

void ag_array_reserve(ag_cx *cx, ag_array *a, int64_t more) {
  if (more <= a->cap - a->size) return;
  if (more > AGI_MAX_BYTES) more = AGI_MAX_BYTES; // size + more is a number then, and too many
  if (possible(cx, a->size + more, a->elem)) ag_array_grow(cx, a, more);
}

void ag_array_grow(ag_cx *cx, ag_array *a, int64_t more) {
  (void)cx;
  if (more <= a->cap - a->size) return;
  int64_t cap = a->cap == 0 && more > 1 ? more : agi_grown(a->cap, a->size, more, a->elem->size);
  if (cap > AGI_MAX_BYTES / a->elem->size) agi_out_of_memory();
  a->data = a->data ? agi_realloc(a->data, cap * a->elem->size) : agi_alloc((size_t)(cap * a->elem->size));
  a->cap = cap;
}

ag_array *ag_array_from(ag_cx *cx, const void *items, int64_t n, const ag_type *elem) {
  ag_array *a = ag_array_new(cx, n, elem);
  if (n) memcpy(a->data, items, (size_t)(n * elem->size));
  a->size = n;
  return a;
}

ag_array *ag_filled(ag_cx *cx, int64_t n, void *x, const ag_type *elem) {
  if (n < 0) ag_raise(cx, &ag_error_BadConversion, "the size of an Array is negative", NULL, 0);
  ag_array *a = n < 0 ? NULL : ag_array_sized(cx, n, elem);
  if (n <= 0 || !a) {
    if (elem->drop) elem->drop(cx, x);
    return a;
  }
  for (int64_t i = 0; i < n; i++) {
    agi_slot_copy(at(a, i), x, elem->size);
    if (i && elem->retain) elem->retain(at(a, i));
  }
  a->size = n;
  return a;
}

// ---- ends ------------------------------------------------------------------------------------------------------
void ag_array_push(ag_cx *cx, ag_array *a, void *x) {
  if (a->size == a->cap) ag_array_grow(cx, a, 1);
  agi_slot_copy(at(a, a->size++), x, a->elem->size);
}

bool ag_array_pop(ag_cx *cx, ag_array *a, void *out) {
  (void)cx;
  if (a->size == 0) return false;
  agi_slot_copy(out, at(a, --a->size), a->elem->size);
  return true;
}

bool ag_array_get(ag_cx *cx, ag_array *a, int64_t i, void *out) {
  (void)cx;
  if (ag_array_oob(a, i)) return false;
  agi_slot_copy(out, at(a, i), a->elem->size);
  if (a->elem->retain) a->elem->retain(out);
  return true;
}

bool ag_array_first(ag_cx *cx, ag_array *a, void *out) { return ag_array_get(cx, a, 0, out); }
bool ag_array_last(ag_cx *cx, ag_array *a, void *out) { return ag_array_get(cx, a, a->size - 1, out); }

// ---- middle ----------------------------------------------------------------------------------------------------
static void shift(ag_array *a, int64_t from, int64_t to) {
  memmove(at(a, to), at(a, from), (size_t)((a->size - from) * a->elem->size));
}

void ag_array_insert(ag_cx *cx, ag_array *a, int64_t i, void *x) {
  if (i < 0 || i > a->size) {
    ag_raise_index(cx, i, a->size, NULL, 0);
    if (a->elem->drop) a->elem->drop(cx, x);
    return;
  }
  ag_array_grow(cx, a, 1);
  shift(a, i, i + 1);
  agi_slot_copy(at(a, i), x, a->elem->size);
  a->size++;
}

void ag_array_remove(ag_cx *cx, ag_array *a, int64_t i, void *out) {
  if (ag_array_oob(a, i)) {
    ag_raise_index(cx, i, a->size, NULL, 0);
    return;
  }
  agi_slot_copy(out, at(a, i), a->elem->size);
  shift(a, i + 1, i);
  a->size--;
}

void ag_array_truncate(ag_cx *cx, ag_array *a, int64_t size) {
  if (size < 0) size = 0;
  if (size >= a->size) return;
  drop_slots(cx, a, size);
  a->size = size;
}

void ag_array_clear(ag_cx *cx, ag_array *a) { ag_array_truncate(cx, a, 0); }

static void exchange(char *x, char *y, uint32_t size) {
  for (uint32_t done = 0; done < size;) {
    char part[64];
    uint32_t n = size - done < sizeof part ? size - done : (uint32_t)sizeof part;
    memcpy(part, x + done, n);
    memcpy(x + done, y + done, n);
    memcpy(y + done, part, n);
    done += n;
  }
}

void ag_array_reverse(ag_cx *cx, ag_array *a) {
  (void)cx;
  for (int64_t i = 0, j = a->size - 1; i < j; i++, j--) exchange(at(a, i), at(a, j), a->elem->size);
}

void ag_array_swap_at(ag_cx *cx, ag_array *a, int64_t i, int64_t j) {
  if (ag_array_oob(a, i) || ag_array_oob(a, j)) ag_raise_index(cx, ag_array_oob(a, i) ? i : j, a->size, NULL, 0);
  else if (i != j) exchange(at(a, i), at(a, j), a->elem->size);
}

// ---- the whole -------------------------------------------------------------------------------------------------
bool ag_array_index_of(ag_cx *cx, ag_array *a, void *x, int64_t *out) {
  for (int64_t i = 0; i < a->size; i++) {
    if (a->elem->eq(cx, at(a, i), x)) {
      *out = i;
      return true;
    }
    if (cx->err) break; // a user's eq failed
  }
  return false;
}

bool ag_array_contains(ag_cx *cx, ag_array *a, void *x) {
  int64_t i;
  return ag_array_index_of(cx, a, x, &i);
}

static void append(ag_cx *cx, ag_array *to, const ag_array *from, int64_t first, int64_t n) {
  if (n == 0) return;
  ag_array_grow(cx, to, n);
  memcpy(at(to, to->size), at(from, first), (size_t)(n * to->elem->size));
  if (to->elem->retain) {
    for (int64_t i = 0; i < n; i++) to->elem->retain(at(to, to->size + i));
  }
  to->size += n;
}

void ag_array_extend(ag_cx *cx, ag_array *a, ag_array *more) { append(cx, a, more, 0, more->size); }

ag_array *ag_array_slice(ag_cx *cx, ag_array *a, int64_t from, int64_t to, const ag_type *elem) {
  if (from < 0 || to < from || to > a->size) {
    ag_raise_slice(cx, from, to, a->size);
    from = to = 0;
  }
  ag_array *part = ag_array_new(cx, to - from, elem);
  append(cx, part, a, from, to - from);
  return part;
}

ag_array *ag_array_copy(ag_cx *cx, ag_array *a, const ag_type *elem) { return ag_array_slice(cx, a, 0, a->size, elem); }

ag_array *ag_array_drain(ag_cx *cx, ag_array *a, const ag_type *elem) {
  ag_array *all = ag_array_new(cx, 0, elem);
  all->size = a->size;
  all->cap = a->cap;
  all->data = a->data;
  a->size = a->cap = 0;
  a->data = NULL;
  return all;
}

// ---- as a value ------------------------------------------------------------------------------------------------
static ag_array *of(const void *slot) { return *(ag_array *const *)slot; }

uint64_t ag_array_slot_hash(ag_cx *cx, const void *slot) {
  const ag_array *a = of(slot);
  uint64_t h = (uint64_t)a->size;
  for (int64_t i = 0; i < a->size; i++) h = ag_hash_mix(h, a->elem->hash(cx, at(a, i)));
  return h;
}

bool ag_array_slot_eq(ag_cx *cx, const void *x, const void *y) {
  const ag_array *a = of(x), *b = of(y);
  if (a->size != b->size) return false;
  for (int64_t i = 0; i < a->size; i++) {
    if (!a->elem->eq(cx, at(a, i), at(b, i))) return false;
  }
  return true;
}

int ag_array_slot_cmp(ag_cx *cx, const void *x, const void *y) {
  const ag_array *a = of(x), *b = of(y);
  for (int64_t i = 0; i < a->size && i < b->size; i++) {
    int order = a->elem->cmp(cx, at(a, i), at(b, i));
    if (order) return order;
  }
  return (a->size > b->size) - (a->size < b->size);
}

void ag_array_slot_show(ag_cx *cx, ag_sb *sb, const void *slot) {
  const ag_array *a = of(slot);
  ag_sb_char(sb, '[');
  for (int64_t i = 0; i < a->size; i++) {
    if (i) AG_SB_TEXT(sb, ", ");
    if (a->elem->show) a->elem->show(cx, sb, at(a, i));
    else ag_sb_value(cx, sb, a->elem, at(a, i));
  }
  ag_sb_char(sb, ']');
}

uint64_t ag_array_hash(ag_cx *cx, ag_array *a) { return ag_array_slot_hash(cx, &a); }

ag_str *ag_array_show(ag_cx *cx, ag_array *a) {
  ag_sb sb;
  ag_sb_begin(&sb);
  ag_array_slot_show(cx, &sb, &a);
  return ag_sb_take(cx, &sb);
}

ag_str *ag_array_join(ag_cx *cx, ag_array *a, ag_str *separator) {
  ag_sb sb;
  ag_sb_begin(&sb);
  for (int64_t i = 0; i < a->size; i++) {
    if (i) ag_sb_str(&sb, separator);
    ag_sb_value(cx, &sb, a->elem, at(a, i));
  }
  return ag_sb_take(cx, &sb);
}
