// map_value.c — maps and sets as wholes: reading, copying, comparing, showing. See map.c.
// Promises: order counts for showing and iterating, not for equality and hash.
#include "data/map.h"

static void duplicate(void *to, const void *from, const ag_type *type) {
  agi_slot_copy(to, from, type->size);
  if (type->retain) type->retain(to);
}

bool ag_map_get(ag_cx *cx, ag_map *m, void *key, void *out) {
  void *value = ag_map_find(cx, m, key);
  if (value) duplicate(out, value, m->value);
  return value != NULL;
}

bool ag_map_contains(ag_cx *cx, ag_map *m, void *key) { return ag_map_find(cx, m, key) != NULL; }
bool ag_set_contains(ag_cx *cx, ag_map *m, void *x) { return ag_map_find(cx, m, x) != NULL; }

ag_array *ag_map_keys(ag_cx *cx, ag_map *m, const ag_type *elem) {
  ag_array *keys = ag_array_new(cx, m->size, elem);
  void *key, *value;
  for (int64_t pos = 0; ag_map_next(m, &pos, &key, &value);) {
    duplicate((char *)keys->data + keys->size++ * elem->size, key, elem);
  }
  return keys;
}

ag_array *ag_map_values(ag_cx *cx, ag_map *m, const ag_type *elem) {
  ag_array *values = ag_array_new(cx, m->size, elem);
  void *key, *value;
  for (int64_t pos = 0; ag_map_next(m, &pos, &key, &value);) {
    duplicate((char *)values->data + values->size++ * elem->size, value, elem);
  }
  return values;
}

ag_array *ag_set_values(ag_cx *cx, ag_map *m, const ag_type *elem) { return ag_map_keys(cx, m, elem); }

// Adds copies of all entries of `from` to `to`.
static void add_all(ag_cx *cx, ag_map *to, ag_map *from) {
  void *key, *value;
  for (int64_t pos = 0; !cx->err && ag_map_next(from, &pos, &key, &value);) {
    if (to->key->retain) to->key->retain(key);
    if (to->value && to->value->retain) to->value->retain(value);
    if (to->value) ag_map_set(cx, to, key, value);
    else ag_set_add(cx, to, key);
  }
}

ag_map *ag_map_copy(ag_cx *cx, ag_map *m, const ag_type *key, const ag_type *value) {
  ag_map *copy = ag_map_new(cx, key, value);
  add_all(cx, copy, m);
  return copy;
}

ag_map *ag_set_copy(ag_cx *cx, ag_map *m, const ag_type *elem) { return ag_map_copy(cx, m, elem, NULL); }

void ag_set_extend(ag_cx *cx, ag_map *m, ag_map *more) {
  if (m != more) add_all(cx, m, more);
}

// ---- as a value ------------------------------------------------------------------------------------------------
static ag_map *of(const void *slot) { return *(ag_map *const *)slot; }

uint64_t ag_map_slot_hash(ag_cx *cx, const void *slot) {
  ag_map *m = of(slot);
  uint64_t sum = 0;
  void *key, *value;
  for (int64_t pos = 0; ag_map_next(m, &pos, &key, &value);) {
    uint64_t h = m->key->hash(cx, key);
    sum += m->value ? ag_hash_mix(h, m->value->hash(cx, value)) : h;
  }
  return ag_hash_mix((uint64_t)m->size, sum);
}

bool ag_map_slot_eq(ag_cx *cx, const void *x, const void *y) {
  ag_map *a = of(x), *b = of(y);
  if (a->size != b->size) return false;
  void *key, *value;
  for (int64_t pos = 0; ag_map_next(a, &pos, &key, &value);) {
    void *other = ag_map_find(cx, b, key);
    if (!other || (a->value && !a->value->eq(cx, value, other))) return false;
  }
  return true;
}

static void show_part(ag_cx *cx, ag_sb *sb, const ag_type *type, const void *slot) {
  if (type->show) type->show(cx, sb, slot);
  else ag_sb_value(cx, sb, type, slot);
}

void ag_map_slot_show(ag_cx *cx, ag_sb *sb, const void *slot) {
  ag_map *m = of(slot);
  if (m->size == 0) {
    AG_SB_TEXT(sb, "[:]");
    return;
  }
  const char *before = "[";
  void *key, *value;
  for (int64_t pos = 0; ag_map_next(m, &pos, &key, &value); before = ", ") {
    ag_sb_bytes(sb, before, (int64_t)strlen(before));
    show_part(cx, sb, m->key, key);
    AG_SB_TEXT(sb, ": ");
    show_part(cx, sb, m->value, value);
  }
  ag_sb_char(sb, ']');
}

void ag_set_slot_show(ag_cx *cx, ag_sb *sb, const void *slot) {
  ag_map *m = of(slot);
  ag_sb_char(sb, '{');
  const char *before = "";
  void *key, *value;
  for (int64_t pos = 0; ag_map_next(m, &pos, &key, &value); before = ", ") {
    ag_sb_bytes(sb, before, (int64_t)strlen(before));
    show_part(cx, sb, m->key, key);
  }
  ag_sb_char(sb, '}');
}

ag_str *ag_map_show(ag_cx *cx, ag_map *m) {
  ag_sb sb;
  ag_sb_begin(&sb);
  ag_map_slot_show(cx, &sb, &m);
  return ag_sb_take(cx, &sb);
}

ag_str *ag_set_show(ag_cx *cx, ag_map *m) {
  ag_sb sb;
  ag_sb_begin(&sb);
  ag_set_slot_show(cx, &sb, &m);
  return ag_sb_take(cx, &sb);
}
