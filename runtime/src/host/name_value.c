// name_value.c — see name_value.h.
#include "host/name_value.h"

#include <string.h>

#include "data/utf8.h"

enum { DEEPEST = 64 };

static bool is_whole(ag_value_kind kind) {
  return kind == AG_VALUE_ARRAY || kind == AG_VALUE_STRUCT || kind == AG_VALUE_ENUM;
}

// What v's items are. NULL: v is an array, all are `p->parts`.
static const ag_param_info *fields_of(const ag_param_info *p, const ag_value *v, uint32_t *count) {
  const ag_param_info *whole = p->kind == AG_VALUE_ENUM ? &p->parts[v->number] : p;
  *count = whole->count;
  return p->kind == AG_VALUE_ARRAY ? NULL : whole->parts;
}

static const ag_param_info *part_at(const ag_param_info *p, const ag_value *v, size_t i) {
  uint32_t count;
  const ag_param_info *fields = fields_of(p, v, &count);
  return fields ? &fields[i] : p->parts;
}

// ---- does it fit? ----------------------------------------------------------------------------------------------------
static bool number_fits(const ag_layout *l, int64_t n) {
  if (l->limit) return n >= 0 && n < l->limit;
  if (l->size == 8) return l->is_signed || n >= 0;
  int64_t most = ((int64_t)1 << (l->size * 8 - l->is_signed)) - 1;
  return n <= most && n >= (l->is_signed ? -most - 1 : 0);
}

static ag_status check_ref(const ag_value *v, const void *cls) {
  if (!v->ref) return AG_ERR_INVALID;
  return ((ag_obj *)v->ref)->cls == cls ? AG_OK : AG_ERR_TYPE;
}

static ag_status check(const ag_param_info *p, const ag_value *v, unsigned depth);

static ag_status check_items(const ag_param_info *p, const ag_value *v, unsigned depth) {
  uint32_t count;
  if (depth == DEEPEST) return AG_ERR_INVALID;
  if (p->kind == AG_VALUE_ENUM && (v->number < 0 || v->number >= p->count)) return AG_ERR_TYPE;
  fields_of(p, v, &count);
  if (p->kind != AG_VALUE_ARRAY && v->count != count) return AG_ERR_TYPE;
  if ((v->count && !v->items) || v->count > INT32_MAX) return AG_ERR_INVALID;
  for (size_t i = 0; i < v->count; i++) {
    ag_status status = check(part_at(p, v, i), &v->items[i], depth + 1);
    if (status != AG_OK) return status;
  }
  return AG_OK;
}

static ag_status check(const ag_param_info *p, const ag_value *v, unsigned depth) {
  if (p->kind == AG_VALUE_NONE) return AG_ERR_TYPE;
  if (v->kind == AG_VALUE_NONE) return p->optional ? AG_OK : AG_ERR_TYPE;
  if (v->kind != p->kind) return AG_ERR_TYPE;
  switch (p->kind) {
  case AG_VALUE_INT: return number_fits(p->layout, v->number) ? AG_OK : AG_ERR_TYPE;
  case AG_VALUE_TEXT: return ag_c_text_valid(v->text) ? AG_OK : AG_ERR_INVALID;
  case AG_VALUE_BYTES: return v->bytes.data || !v->bytes.size ? AG_OK : AG_ERR_INVALID;
  case AG_VALUE_AGENT: return check_ref(v, &p->layout->to->cls);
  case AG_VALUE_OBJECT: return check_ref(v, p->layout->cls);
  case AG_VALUE_ARRAY:
  case AG_VALUE_STRUCT:
  case AG_VALUE_ENUM: return check_items(p, v, depth);
  case AG_VALUE_NONE:
  case AG_VALUE_BOOL:
  case AG_VALUE_FLOAT: break;
  }
  return AG_OK;
}

ag_status agi_value_check(const ag_param_info *p, const ag_value *v) { return check(p, v, 0); }

void agi_value_each_given(const ag_param_info *p, const ag_value *v, agi_runtime *rt, agi_given *f) {
  if (v->kind == AG_VALUE_OBJECT && p->layout->is_iso) f(rt, v->ref);
  for (size_t i = 0; is_whole(v->kind) && i < v->count; i++)
    agi_value_each_given(part_at(p, v, i), &v->items[i], rt, f);
}

// ---- into memory -----------------------------------------------------------------------------------------------------
// Little-endian machines only have the low bytes first.
static void put_number(const ag_layout *l, char *at, int64_t n) {
  int8_t n8 = (int8_t)n;
  int16_t n16 = (int16_t)n;
  int32_t n32 = (int32_t)n;
  if (l->limit || l->size == 4) memcpy(at, &n32, 4);
  else if (l->size == 1) memcpy(at, &n8, 1);
  else if (l->size == 2) memcpy(at, &n16, 2);
  else memcpy(at, &n, 8);
}

// Its elements see no more of it than it does itself: what is within `val` is frozen with it.
static ag_array *array_of(ag_cx *cx, const ag_param_info *p, const ag_value *v) {
  const ag_type *elem = p->layout->elem;
  ag_array *a = ag_array_new(cx, (int64_t)v->count, elem);
  for (size_t i = 0; i < v->count; i++) agi_value_put(cx, p->parts, (char *)a->data + i * elem->size, &v->items[i]);
  a->size = (ag_size)v->count;
  if (p->layout->is_val) ag_freeze(&a->h);
  return a;
}

static void *pointer_of(ag_cx *cx, const ag_param_info *p, const ag_value *v) {
  if (v->kind == AG_VALUE_NONE) return NULL;
  if (p->kind == AG_VALUE_TEXT) return ag_str_new(cx, v->text, ag_c_size(v->text));
  if (p->kind == AG_VALUE_BYTES) return ag_c_bytes(cx, v->bytes.data, v->bytes.size, p->layout->is_val);
  if (p->kind == AG_VALUE_ARRAY) return array_of(cx, p, v);
  return p->layout->is_iso ? v->ref : ag_c_keep(v->ref);
}

static void put_plain(ag_cx *cx, const ag_param_info *p, char *at, const ag_value *v) {
  bool yes = v->number != 0;
  float narrow = (float)v->real;
  int32_t tag = (int32_t)v->number;
  void *pointer;
  switch (p->kind) {
  case AG_VALUE_NONE: return;
  case AG_VALUE_BOOL: memcpy(at, &yes, sizeof yes); return;
  case AG_VALUE_INT: put_number(p->layout, at, v->number); return;
  case AG_VALUE_FLOAT:
    if (p->layout->size == sizeof narrow) memcpy(at, &narrow, sizeof narrow);
    else memcpy(at, &v->real, sizeof v->real);
    return;
  case AG_VALUE_ENUM: memcpy(at, &tag, sizeof tag); // fall through
  case AG_VALUE_STRUCT:
    for (size_t i = 0; i < v->count; i++) agi_value_put(cx, part_at(p, v, i), at, &v->items[i]);
    return;
  case AG_VALUE_TEXT:
  case AG_VALUE_BYTES:
  case AG_VALUE_AGENT:
  case AG_VALUE_OBJECT:
  case AG_VALUE_ARRAY: pointer = pointer_of(cx, p, v); memcpy(at, &pointer, sizeof pointer);
  }
}

void agi_value_put(ag_cx *cx, const ag_param_info *p, void *whole, const ag_value *v) {
  const ag_layout *l = p->layout;
  char *at = (char *)whole + l->offset;
  bool has = v->kind != AG_VALUE_NONE;
  if (l->at) memcpy(at + l->has, &has, sizeof has);
  if (!l->at || has) put_plain(cx, p, at + l->at, v);
}

// ---- out of memory ---------------------------------------------------------------------------------------------------
static int64_t get_number(const ag_layout *l, const char *at) {
  uint64_t n = 0;
  unsigned shift = 64 - l->size * 8U;
  memcpy(&n, at, l->size);
  return l->is_signed ? (int64_t)(n << shift) >> shift : (int64_t)n;
}

typedef struct reader {
  unsigned depth;
  bool too_deep; // then nothing more is read
} reader;

static ag_value get(reader *r, const ag_param_info *p, const char *whole);

static void get_items(reader *r, const ag_param_info *p, const char *at, size_t step, ag_value *v) {
  size_t n = v->count;
  v->count = 0;
  if (!n) return;
  if (r->depth == DEEPEST) {
    r->too_deep = true;
    return;
  }
  ag_value *items = agi_alloc(n * sizeof *items);
  r->depth++;
  v->items = items;
  for (; v->count < n && !r->too_deep; v->count++)
    items[v->count] = get(r, part_at(p, v, v->count), at + v->count * step);
  r->depth--;
}

static void get_fields(reader *r, const ag_param_info *p, const char *at, ag_value *v) {
  uint32_t count;
  int32_t tag = 0;
  if (p->kind == AG_VALUE_ENUM) memcpy(&tag, at, sizeof tag);
  v->number = tag;
  fields_of(p, v, &count);
  v->count = count;
  get_items(r, p, at, 0, v);
}

static void get_pointer(reader *r, const ag_param_info *p, const char *at, ag_value *v) {
  void *pointer;
  memcpy(&pointer, at, sizeof pointer);
  if (!pointer) {
    v->kind = AG_VALUE_NONE;
  } else if (p->kind == AG_VALUE_ARRAY) {
    const ag_array *a = pointer;
    v->count = (size_t)a->size;
    get_items(r, p, a->data, p->layout->elem->size, v);
  } else {
    v->ref = ag_c_keep(pointer);
    if (p->kind == AG_VALUE_TEXT) v->text = ((ag_str *)pointer)->bytes;
    else if (p->kind == AG_VALUE_BYTES) v->bytes = ag_c_blob(pointer, false);
  }
}

static void get_float(const ag_layout *l, const char *at, ag_value *v) {
  float narrow;
  if (l->size != sizeof narrow) {
    memcpy(&v->real, at, sizeof v->real);
    return;
  }
  memcpy(&narrow, at, sizeof narrow);
  v->real = (double)narrow;
}

static ag_value get(reader *r, const ag_param_info *p, const char *whole) {
  ag_value v = {.kind = p->kind};
  if (p->kind == AG_VALUE_NONE) return v;
  const char *at = whole + p->layout->offset;
  bool yes = true;
  if (p->layout->at) memcpy(&yes, at + p->layout->has, sizeof yes);
  if (!yes) return (ag_value){.kind = AG_VALUE_NONE};
  at += p->layout->at;
  switch (p->kind) {
  case AG_VALUE_NONE: break;
  case AG_VALUE_BOOL: memcpy(&yes, at, sizeof yes), v.number = yes; break;
  case AG_VALUE_INT: v.number = get_number(p->layout, at); break;
  case AG_VALUE_FLOAT: get_float(p->layout, at, &v); break;
  case AG_VALUE_STRUCT:
  case AG_VALUE_ENUM: get_fields(r, p, at, &v); break;
  case AG_VALUE_TEXT:
  case AG_VALUE_BYTES:
  case AG_VALUE_AGENT:
  case AG_VALUE_OBJECT:
  case AG_VALUE_ARRAY: get_pointer(r, p, at, &v); break;
  }
  return v;
}

ag_status agi_value_get(ag_runtime *rt, const ag_param_info *p, const void *whole, ag_value *v) {
  reader r = {0};
  *v = get(&r, p, whole);
  if (!r.too_deep) return AG_OK;
  ag_value_free(rt, *v);
  *v = (ag_value){0};
  return AG_ERR_INVALID;
}

void ag_value_free(ag_runtime *rt, ag_value value) {
  if (value.kind == AG_VALUE_TEXT) ag_text_free(rt, value.text);
  else if (value.kind == AG_VALUE_BYTES) ag_blob_free(rt, value.bytes);
  else if (value.kind == AG_VALUE_AGENT || value.kind == AG_VALUE_OBJECT) ag_c_release(rt, value.ref);
  if (!is_whole(value.kind)) return;
  for (size_t i = 0; i < value.count; i++) ag_value_free(rt, value.items[i]);
  agi_memory *before = agi_memory_enter(rt->memory);
  agi_free((void *)(uintptr_t)value.items);
  agi_memory_enter(before);
}
