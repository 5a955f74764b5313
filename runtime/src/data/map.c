// map.c — Map[K, V] and, with a value type of NULL, Set[T]: insertion-ordered hash tables.
// Owns:     `entries`, in order of insertion: {hash, seq, key, value} of `stride` bytes; `index`, open addressing with
//           linear probing: upper half the entry's hash, lower half its number + 1; 0 is free, 1 was removed.
//           Where keys are strings, a `head` of 16 bytes follows the key's pointer: a short string whole, of a longer one the size and the
//           first bytes. So most lookups do not touch the string itself.
// Promises: an entry's hash has its top bit set while it lives and is 0 when it was removed. `seq` only grows along the
//           entries, also over compactions, so that an iteration finds its place again after any change. The index has
//           a third more slots than there can be entries, so probing ends.
// Does not: show or compare (map_value.c).
#include "data/map.h"

#include "data/hash.h"
#include "mem/heap.h"

enum { KIND_ANY, KIND_I64, KIND_STR };
enum { MIN_SLOTS = 8 };
#define LIVE 0x80000000U
#define REMOVED 1U

// ---- hashing ---------------------------------------------------------------------------------------------------
static inline uint32_t fold(uint64_t h) { return (uint32_t)(h ^ h >> 32) | LIVE; }
static inline uint32_t hash_i64(int64_t key) {
  uint64_t h = (uint64_t)key * UINT64_C(0x9E3779B97F4A7C15);
  return (uint32_t)(h >> 32) | LIVE;
}

static uint32_t hash_key(ag_cx *cx, const ag_map *m, const void *key) {
  if (m->kind == KIND_I64) return hash_i64(*(const int64_t *)key);
  if (m->kind == KIND_STR) return fold(ag_str_hash64(*(ag_str *const *)key));
  return fold(m->key->hash(cx, key));
}

static bool same_key(ag_cx *cx, const ag_map *m, const void *a, const void *b) {
  if (m->kind == KIND_I64) return *(const int64_t *)a == *(const int64_t *)b;
  if (m->kind == KIND_STR) return ag_str_eq(*(ag_str *const *)a, *(ag_str *const *)b);
  return m->key->eq(cx, a, b);
}

// ---- heads of strings ------------------------------------------------------------------------------------------
typedef struct head {
  uint64_t low, high; // the first 8 bytes, the next 7; on top the size, or LONG
} head;
enum { SHORT = 15, LONG = 255 };

static inline uint64_t bytes_at(const char *p, int64_t n) { // n: 1, 2, 4, 8
  uint64_t x = 0;
  memcpy(&x, p, (size_t)n);
  return x;
}

static inline head head_of(const char *p, int64_t n) {
  head h = {0, (uint64_t)n << 56};
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  h = (head){n > SHORT ? (uint64_t)n : 0, n > SHORT ? (uint64_t)LONG << 56 : h.high};
  for (int64_t i = 0; i < n && n <= SHORT; i++)
    *(i < 8 ? &h.low : &h.high) |= (uint64_t)(unsigned char)p[i] << (i % 8 * 8);
#else
  if (n > SHORT) return (head){bytes_at(p, 8), (uint64_t)LONG << 56 | ((uint64_t)n & UINT32_MAX)};
  if (n >= 8) {
    h.low = bytes_at(p, 8);
    if (n > 8) h.high |= bytes_at(p + n - 8, 8) >> (8 * (16 - n));
  } else if (n >= 4) {
    h.low = bytes_at(p, 4) | bytes_at(p + n - 4, 4) << (8 * (n - 4));
  } else if (n >= 2) {
    h.low = bytes_at(p, 2) | bytes_at(p + n - 2, 2) << (8 * (n - 2));
  } else if (n == 1) {
    h.low = bytes_at(p, 1);
  }
#endif
  return h;
}

static inline head *entry_head(agi_entry *e) { return (head *)(void *)((char *)agi_map_key(e) + sizeof(ag_str *)); }

// ---- making and dropping ---------------------------------------------------------------------------------------
static void drop_entries(ag_cx *cx, ag_map *m) {
  bool values = m->value && m->value->drop;
  if (!m->key->drop && !values) return;
  for (int64_t i = 0; i < m->used; i++) {
    agi_entry *e = agi_map_entry(m, i);
    if (!e->hash) continue;
    if (m->key->drop) m->key->drop(cx, agi_map_key(e));
    if (values) m->value->drop(cx, agi_map_value(m, e));
  }
}

static void drop_map(ag_cx *cx, void *obj) {
  ag_map *m = obj;
  drop_entries(cx, m);
  agi_free(m->entries);
  agi_free(m->index);
}

static void each_part(void *obj, void (*visit)(ag_obj *child, void *arg), void *arg) {
  ag_map *m = obj;
  for (int64_t i = 0; i < m->used; i++) {
    agi_entry *e = agi_map_entry(m, i);
    if (!e->hash) continue;
    if (m->key->each) m->key->each(agi_map_key(e), visit, arg);
    if (m->value && m->value->each) m->value->each(agi_map_value(m, e), visit, arg);
  }
}

const ag_class ag_class_map = {.name = "Map", .size = sizeof(ag_map), .drop = drop_map, .each = each_part};

static uint32_t aligned(uint32_t n, uint32_t align) { return (n + align - 1) / align * align; }

ag_map *ag_map_new(ag_cx *cx, const ag_type *key, const ag_type *value) {
  ag_map *m = ag_new(cx, &ag_class_map, 1);
  bool word = key == &ag_type_i64 || key == &ag_type_u64 || key == &ag_type_duration || key == &ag_type_instant;
  m->kind = word ? KIND_I64 : key == &ag_type_str ? KIND_STR : KIND_ANY;
  m->key = key;
  m->value = value;
  m->value_at = (uint32_t)sizeof(agi_entry) + key->size + (m->kind == KIND_STR ? (uint32_t)sizeof(head) : 0);
  if (value) m->value_at = aligned(m->value_at, value->align);
  m->stride = aligned(m->value_at + (value ? value->size : 0), 8);
  m->next_seq = 1;
  return m;
}

ag_map *ag_set_new(ag_cx *cx, const ag_type *key) { return ag_map_new(cx, key, NULL); }

// ---- the index -------------------------------------------------------------------------------------------------
static void index_put(ag_map *m, uint32_t hash, int64_t entry) {
  uint64_t i = hash & m->mask;
  while (m->index[i] > REMOVED) i = (i + 1) & m->mask;
  m->index[i] = (uint64_t)hash << 32 | (uint64_t)(entry + 1);
}

// Closes the gaps that removed entries left, with room for `slots` * 3/4 entries.
static void rebuild(ag_map *m, uint64_t slots) {
  int64_t cap = (int64_t)(slots - slots / 4);
  if (slots > UINT32_MAX || cap > AGI_MAX_BYTES / m->stride) agi_out_of_memory();
  bool renumber = m->next_seq >= UINT32_MAX - UINT32_MAX / 4;
  int64_t n = 0;
  for (int64_t i = 0; i < m->used; i++) {
    agi_entry *e = agi_map_entry(m, i);
    if (!e->hash) continue;
    if (renumber) e->seq = (uint32_t)n + 1;
    if (i != n) memcpy(agi_map_entry(m, n), e, m->stride);
    n++;
  }
  if (renumber) m->next_seq = (uint32_t)n + 1;
  m->used = n;
  if (cap != m->cap) {
    m->entries = agi_realloc(m->entries, cap * m->stride);
    m->cap = cap;
    agi_free(m->index);
    m->index = agi_alloc_zeroed(slots * sizeof *m->index);
    m->mask = slots - 1;
  } else {
    memset(m->index, 0, slots * sizeof *m->index);
  }
  for (int64_t i = 0; i < n; i++) index_put(m, agi_map_entry(m, i)->hash, i);
}

static void make_room(ag_map *m) {
  if (m->used < m->cap) return;
  uint64_t slots = m->cap ? m->mask + 1 : MIN_SLOTS / 2;
  rebuild(m, m->cap && m->size <= m->cap - m->cap / 4 - 1 ? slots : slots * 2);
}

// Slot of the index that names the entry of key, or -1.
static inline int64_t index_find(ag_cx *cx, const ag_map *m, const void *key, uint32_t hash) {
  if (m->size == 0) return -1;
  for (uint64_t i = hash & m->mask;; i = (i + 1) & m->mask) {
    uint64_t slot = m->index[i];
    if (slot == 0) return -1;
    if ((uint32_t)(slot >> 32) != hash) continue;
    if (same_key(cx, m, agi_map_key(agi_map_entry(m, (int64_t)(uint32_t)slot - 1)), key)) return (int64_t)i;
    if (cx && cx->err) return -1; // a user's eq failed
  }
}

// Apart, so that the usual way needs no frame.
static __attribute__((noinline)) bool same_text(agi_entry *e, const char *bytes, int64_t size) {
  const ag_str *key = *(ag_str **)agi_map_key(e);
  return key->size == size && memcmp(key->bytes, bytes, (size_t)size) == 0;
}

static inline agi_entry *find_text(const ag_map *m, const char *bytes, int64_t size, uint32_t hash) {
  if (m->size == 0) return NULL;
  head h = head_of(bytes, size);
  for (uint64_t i = hash & m->mask;; i = (i + 1) & m->mask) {
    uint64_t slot = m->index[i];
    if (slot == 0) return NULL;
    if ((uint32_t)(slot >> 32) != hash) continue;
    agi_entry *e = agi_map_entry(m, (int64_t)(uint32_t)slot - 1);
    const head *x = entry_head(e);
    if (x->low != h.low || x->high != h.high) continue;
    if (size <= SHORT || same_text(e, bytes, size)) return e;
  }
}

static agi_entry *find_str(const ag_map *m, const ag_str *key, uint32_t hash) {
  return find_text(m, key->bytes, key->size, hash);
}

static agi_entry *find_i64(const ag_map *m, int64_t key, uint32_t hash) {
  if (m->size == 0) return NULL;
  for (uint64_t i = hash & m->mask; m->index[i]; i = (i + 1) & m->mask) {
    if ((uint32_t)(m->index[i] >> 32) != hash) continue;
    agi_entry *e = agi_map_entry(m, (int64_t)(uint32_t)m->index[i] - 1);
    if (*(int64_t *)agi_map_key(e) == key) return e;
  }
  return NULL;
}

static agi_entry *find(ag_cx *cx, ag_map *m, const void *key, uint32_t hash) {
  if (m->kind == KIND_STR) return find_str(m, *(ag_str *const *)key, hash);
  int64_t i = index_find(cx, m, key, hash);
  return i < 0 ? NULL : agi_map_entry(m, (int64_t)(uint32_t)m->index[i] - 1);
}

void *ag_map_find(ag_cx *cx, ag_map *m, const void *key) {
  agi_entry *e = find(cx, m, key, hash_key(cx, m, key));
  return e ? agi_map_value(m, e) : NULL;
}

void *ag_map_find_i64(ag_map *m, int64_t key) {
  agi_entry *e = find_i64(m, key, hash_i64(key));
  return e ? agi_map_value(m, e) : NULL;
}

void *ag_map_find_str(ag_map *m, ag_str *key) {
  agi_entry *e = find_str(m, key, fold(ag_str_hash64(key)));
  return e ? agi_map_value(m, e) : NULL;
}

void *ag_map_find_text(ag_map *m, const char *bytes, int64_t size) {
  agi_entry *e = find_text(m, bytes, size, fold(agi_hash_bytes(bytes, size)));
  return e ? agi_map_value(m, e) : NULL;
}

// ---- changing --------------------------------------------------------------------------------------------------
// A new entry, its value not yet set. Consumes key, which is in no other entry.
static agi_entry *add_entry(ag_map *m, void *key, uint32_t hash) {
  make_room(m);
  agi_entry *e = agi_map_entry(m, m->used);
  e->hash = hash;
  e->seq = m->next_seq++;
  agi_slot_copy(agi_map_key(e), key, m->key->size);
  if (m->kind == KIND_STR) {
    const ag_str *text = *(ag_str *const *)key;
    *entry_head(e) = head_of(text->bytes, text->size);
  }
  index_put(m, hash, m->used++);
  m->size++;
  return e;
}

// The entry of key, made if it is missing (*made; its value is then not yet set). Consumes key. NULL: a user's hash or
// eq failed.
static agi_entry *obtain(ag_cx *cx, ag_map *m, void *key, bool *made) {
  uint32_t hash = hash_key(cx, m, key);
  agi_entry *e = cx->err ? NULL : find(cx, m, key, hash);
  *made = false;
  if (e || cx->err) {
    if (m->key->drop) m->key->drop(cx, key);
    return e;
  }
  *made = true;
  return add_entry(m, key, hash);
}

static void put_value(ag_cx *cx, ag_map *m, agi_entry *e, bool made, const void *value) {
  if (!made && m->value->drop) m->value->drop(cx, agi_map_value(m, e));
  agi_slot_copy(agi_map_value(m, e), value, m->value->size);
}

void ag_map_set(ag_cx *cx, ag_map *m, void *key, void *value) {
  bool made;
  agi_entry *e = obtain(cx, m, key, &made);
  if (!e) {
    if (m->value->drop) m->value->drop(cx, value);
    return;
  }
  put_value(cx, m, e, made, value);
}

// The entry of a key that stays the caller's.
static agi_entry *obtain_str(ag_map *m, ag_str *key, bool *made) {
  uint32_t hash = fold(ag_str_hash64(key));
  agi_entry *e = find_str(m, key, hash);
  *made = !e;
  if (AG_LIKELY(e)) return e;
  ag_retain(key);
  return add_entry(m, &key, hash);
}

// The same; a new key becomes a string.
static agi_entry *obtain_text(ag_cx *cx, ag_map *m, const char *bytes, int64_t size, bool *made) {
  uint64_t whole = agi_hash_bytes(bytes, size);
  agi_entry *e = find_text(m, bytes, size, fold(whole));
  *made = !e;
  if (AG_LIKELY(e)) return e;
  ag_str *key = ag_str_new(cx, bytes, size);
  if (size) key->hash = whole;
  return add_entry(m, &key, fold(whole));
}

void *ag_map_slot_i64(ag_map *m, int64_t key) {
  uint32_t hash = hash_i64(key);
  agi_entry *e = find_i64(m, key, hash);
  return agi_map_value(m, e ? e : add_entry(m, &key, hash));
}

void *ag_map_slot_str(ag_map *m, ag_str *key) {
  bool made;
  return agi_map_value(m, obtain_str(m, key, &made));
}

void *ag_map_slot_text(ag_cx *cx, ag_map *m, const char *bytes, int64_t size) {
  bool made;
  return agi_map_value(m, obtain_text(cx, m, bytes, size, &made));
}

void ag_map_set_str(ag_cx *cx, ag_map *m, ag_str *key, void *value) {
  bool made;
  agi_entry *e = obtain_str(m, key, &made);
  put_value(cx, m, e, made, value);
}

void ag_map_set_text(ag_cx *cx, ag_map *m, const char *bytes, int64_t size, void *value) {
  bool made;
  agi_entry *e = obtain_text(cx, m, bytes, size, &made);
  put_value(cx, m, e, made, value);
}

bool ag_map_insert(ag_cx *cx, ag_map *m, void *key, void *value, void *out) {
  bool made;
  agi_entry *e = obtain(cx, m, key, &made);
  if (!e) {
    if (m->value->drop) m->value->drop(cx, value);
    return false;
  }
  if (!made) agi_slot_copy(out, agi_map_value(m, e), m->value->size);
  agi_slot_copy(agi_map_value(m, e), value, m->value->size);
  return !made;
}

bool ag_set_add(ag_cx *cx, ag_map *m, void *x) {
  bool made;
  obtain(cx, m, x, &made);
  return made;
}

bool ag_set_add_str(ag_map *m, ag_str *x) {
  bool made;
  obtain_str(m, x, &made);
  return made;
}

bool ag_set_add_text(ag_cx *cx, ag_map *m, const char *bytes, int64_t size) {
  bool made;
  obtain_text(cx, m, bytes, size, &made);
  return made;
}

// Takes the entry of key out; its key is dropped, its value is the caller's. NULL: there is none.
static agi_entry *take_out(ag_cx *cx, ag_map *m, const void *key) {
  int64_t i = index_find(cx, m, key, hash_key(cx, m, key));
  if (i < 0) return NULL;
  agi_entry *e = agi_map_entry(m, (int64_t)(uint32_t)m->index[i] - 1);
  m->index[i] = REMOVED;
  e->hash = 0;
  m->size--;
  if (m->key->drop) m->key->drop(cx, agi_map_key(e));
  return e;
}

bool ag_map_remove(ag_cx *cx, ag_map *m, void *key, void *out) {
  agi_entry *e = take_out(cx, m, key);
  if (e) agi_slot_copy(out, agi_map_value(m, e), m->value->size);
  return e != NULL;
}

bool ag_set_remove(ag_cx *cx, ag_map *m, void *x) { return take_out(cx, m, x) != NULL; }

void ag_map_clear(ag_cx *cx, ag_map *m) {
  int64_t used = m->used;
  drop_entries(cx, m);
  m->size = m->used = 0; // next_seq goes on: an iteration under way sees what comes after
  if (used) memset(m->index, 0, (m->mask + 1) * sizeof *m->index);
}

void ag_set_clear(ag_cx *cx, ag_map *m) { ag_map_clear(cx, m); }

// ---- iteration -------------------------------------------------------------------------------------------------
// *pos: upper half the seq of the entry last given, lower half the number of the next entry.
static int64_t first_after(const ag_map *m, uint32_t seq) {
  int64_t low = 0, high = m->used;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (agi_map_entry(m, middle)->seq > seq) high = middle;
    else low = middle + 1;
  }
  return low;
}

bool ag_map_next(ag_map *m, int64_t *pos, void **key, void **value) {
  int64_t next = (int64_t)((uint64_t)*pos & UINT32_MAX);
  uint32_t last = (uint32_t)((uint64_t)*pos >> 32);
  if (next > 0 && (next > m->used || agi_map_entry(m, next - 1)->seq != last)) next = first_after(m, last);
  for (; next < m->used; next++) {
    agi_entry *e = agi_map_entry(m, next);
    if (!e->hash) continue;
    *pos = (int64_t)((uint64_t)e->seq << 32 | (uint64_t)(next + 1));
    *key = agi_map_key(e);
    *value = agi_map_value(m, e);
    return true;
  }
  return false;
}
