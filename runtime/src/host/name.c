// name.c — agents and behaviours by name, values whose types are known when the program runs.
// Owns:     nothing; tables are the libraries'.
// Promises: what does not fit is a status before anything is made; any thread.
#include <string.h>

#include "actor/agent.h"
#include "data/utf8.h"
#include "host/host.h"

// ---- finding -------------------------------------------------------------------------------------------------------
static const ag_named_agent *agent_at(agi_runtime *rt, uint32_t index) {
  uint32_t n = agi_load_acquire(&rt->modules.count);
  for (uint32_t i = 0; i < n; i++) {
    const ag_module *m = rt->modules.items[i];
    if (index < m->agent_count) return &m->agents[index];
    index -= m->agent_count;
  }
  return NULL;
}

static const ag_named_agent *agent_named(agi_runtime *rt, const char *name) {
  const ag_named_agent *a;
  for (uint32_t i = 0; name && (a = agent_at(rt, i)); i++)
    if (strcmp(a->name, name) == 0) return a;
  return NULL;
}

static const ag_named_agent *agent_of(agi_runtime *rt, const ag_agent *ref) {
  const ag_named_agent *a;
  for (uint32_t i = 0; (a = agent_at(rt, i)); i++)
    if (&a->type->cls == ref->h.cls) return a;
  return NULL;
}

static const ag_named_behaviour *behaviour_named(const ag_named_agent *a, const char *name) {
  for (uint32_t i = 1; a && name && i < a->count; i++)
    if (strcmp(a->behaviours[i].name, name) == 0) return &a->behaviours[i];
  return NULL;
}

uint32_t ag_agent_types(ag_runtime *rt, const char **names, uint32_t max) {
  const ag_named_agent *a;
  uint32_t n = 0;
  for (; (a = agent_at(rt, n)); n++)
    if (n < max) names[n] = a->name;
  return n;
}

ag_status ag_behaviours(ag_runtime *rt, const char *agent, ag_behaviour_info *infos, uint32_t max, uint32_t *count) {
  const ag_named_agent *a = agent_named(rt, agent);
  *count = a ? a->count : 0;
  for (uint32_t i = 0; i < *count && i < max; i++) {
    const ag_named_behaviour *b = &a->behaviours[i];
    infos[i] = (ag_behaviour_info){.name = b->name,
                                   .params = b->infos,
                                   .count = b->count,
                                   .is_request = a->type->behaviours[b->index].reply != NULL,
                                   .reply = b->reply.kind};
  }
  return a ? AG_OK : AG_ERR_NAME;
}

// ---- values into messages -------------------------------------------------------------------------------------------
static bool number_fits(const ag_named_param *p, int64_t n) {
  if (p->limit) return n >= 0 && n < p->limit;
  if (p->size == 8) return p->is_signed || n >= 0;
  int64_t most = ((int64_t)1 << (p->size * 8 - p->is_signed)) - 1;
  return n <= most && n >= (p->is_signed ? -most - 1 : 0);
}

static ag_status check(const ag_named_param *p, const ag_value *v) {
  if (p->kind == AG_VALUE_NONE) return AG_ERR_TYPE;
  if (v->kind == AG_VALUE_NONE) return p->optional ? AG_OK : AG_ERR_TYPE;
  if (v->kind != p->kind) return AG_ERR_TYPE;
  switch (p->kind) {
  case AG_VALUE_INT: return number_fits(p, v->number) ? AG_OK : AG_ERR_TYPE;
  case AG_VALUE_TEXT: return ag_c_text_valid(v->text) ? AG_OK : AG_ERR_INVALID;
  case AG_VALUE_BYTES: return v->bytes.data || !v->bytes.size ? AG_OK : AG_ERR_INVALID;
  case AG_VALUE_AGENT:
    if (!v->ref) return AG_ERR_INVALID;
    return ((ag_obj *)v->ref)->cls == &p->to->cls ? AG_OK : AG_ERR_TYPE;
  case AG_VALUE_OBJECT:
    if (!v->ref) return AG_ERR_INVALID;
    return ((ag_obj *)v->ref)->cls == p->cls ? AG_OK : AG_ERR_TYPE;
  case AG_VALUE_NONE:
  case AG_VALUE_BOOL:
  case AG_VALUE_FLOAT: break;
  }
  return AG_OK;
}

// Little-endian machines only have the low bytes first.
static void put_number(const ag_named_param *p, char *at, int64_t n) {
  int8_t n8 = (int8_t)n;
  int16_t n16 = (int16_t)n;
  int32_t n32 = (int32_t)n;
  if (p->size == 1) memcpy(at, &n8, 1);
  else if (p->size == 2) memcpy(at, &n16, 2);
  else if (p->size == 4) memcpy(at, &n32, 4);
  else memcpy(at, &n, 8);
}

static void *pointer_of(ag_cx *cx, const ag_named_param *p, const ag_value *v) {
  if (v->kind == AG_VALUE_NONE) return NULL;
  if (p->kind == AG_VALUE_TEXT) return ag_str_new(cx, v->text, ag_c_size(v->text));
  if (p->kind == AG_VALUE_BYTES) return ag_c_bytes(cx, v->bytes.data, v->bytes.size, !p->is_iso);
  return p->is_iso ? v->ref : ag_c_keep(v->ref);
}

static void put(ag_cx *cx, const ag_named_param *p, char *at, const ag_value *v) {
  bool yes = v->number != 0;
  float narrow = (float)v->real;
  void *pointer;
  switch (p->kind) {
  case AG_VALUE_NONE: return;
  case AG_VALUE_BOOL: memcpy(at, &yes, sizeof yes); return;
  case AG_VALUE_INT: put_number(p, at, v->number); return;
  case AG_VALUE_FLOAT:
    if (p->size == sizeof narrow) memcpy(at, &narrow, sizeof narrow);
    else memcpy(at, &v->real, sizeof v->real);
    return;
  case AG_VALUE_TEXT:
  case AG_VALUE_BYTES:
  case AG_VALUE_AGENT:
  case AG_VALUE_OBJECT: pointer = pointer_of(cx, p, v); memcpy(at, &pointer, sizeof pointer);
  }
}

static ag_status check_all(const ag_named_behaviour *b, const ag_value *args, uint32_t count) {
  if (count != b->count) return AG_ERR_COUNT;
  for (uint32_t i = 0; i < count; i++) {
    ag_status status = check(&b->params[i], &args[i]);
    if (status != AG_OK) return status;
  }
  return AG_OK;
}

static ag_msg *message(ag_cx *cx, const ag_named_agent *a, const ag_named_behaviour *b, const ag_value *args) {
  ag_msg *m = ag_msg_new(cx, a->type->behaviours[b->index].msg_size, b->index);
  for (uint32_t i = 0; i < b->count; i++) put(cx, &b->params[i], (char *)m + b->params[i].offset, &args[i]);
  return m;
}

// It was not sent: `iso` objects stay the caller's if it may try again.
static void refused(ag_cx *cx, const ag_named_agent *a, const ag_named_behaviour *b, ag_msg *m, ag_status status) {
  bool keeps = status == AG_ERR_FULL || status == AG_ERR_INVALID;
  for (uint32_t i = 0; i < b->count && keeps; i++) {
    if (b->params[i].kind == AG_VALUE_OBJECT && b->params[i].is_iso)
      ag_retain(*(void **)(void *)((char *)m + b->params[i].offset));
  }
  const ag_behaviour *own = &a->type->behaviours[b->index];
  if (own->drop_args) own->drop_args(cx, m);
  ag_msg_discard(cx, m);
}

static void give_up(agi_runtime *rt, const ag_named_behaviour *b, const ag_value *args) {
  for (uint32_t i = 0; i < b->count; i++)
    if (b->params[i].kind == AG_VALUE_OBJECT && b->params[i].is_iso) ag_c_release(rt, args[i].ref);
}

// ---- calls -----------------------------------------------------------------------------------------------------------
static ag_status enter(agi_runtime *rt, const ag_named_behaviour *b, const ag_value *args, uint32_t count, ag_cx **cx) {
  ag_status status = b ? check_all(b, args, count) : AG_ERR_NAME;
  if (status != AG_OK) return status;
  status = ag_enter(rt, rt->modules.items[0], cx);
  if (status != AG_OK) give_up(rt, b, args);
  return status;
}

ag_status ag_spawn_by_name(ag_runtime *rt, const char *agent, const ag_value *args, uint32_t count, void **out) {
  if (!out) return AG_ERR_INVALID;
  const ag_named_agent *a = agent_named(rt, agent);
  ag_cx *cx;
  ag_status status = enter(rt, a ? &a->behaviours[0] : NULL, args, count, &cx);
  if (status != AG_OK) return status;
  *out = ag_spawn(cx, a->type, message(cx, a, &a->behaviours[0], args), NULL);
  ag_leave(cx);
  return AG_OK;
}

ag_status ag_send_by_name(ag_runtime *rt, void *ref, const char *behaviour, const ag_value *args, uint32_t count) {
  if (!ref) return AG_ERR_INVALID;
  const ag_named_agent *a = agent_of(rt, ref);
  const ag_named_behaviour *b = behaviour_named(a, behaviour);
  ag_cx *cx;
  ag_status status = enter(rt, b, args, count, &cx);
  if (status != AG_OK) return status;
  ag_msg *m = message(cx, a, b, args);
  status = ag_send_outside(cx, ref, m);
  if (status != AG_OK) refused(cx, a, b, m, status);
  ag_leave(cx);
  return status;
}

static int64_t get_number(const ag_named_param *p, const void *at) {
  uint64_t n = 0;
  unsigned shift = 64 - p->size * 8U;
  memcpy(&n, at, p->size);
  return p->is_signed ? (int64_t)(n << shift) >> shift : (int64_t)n;
}

static ag_value value_of(const ag_named_param *p, const void *at) {
  ag_value v = {.kind = p->kind};
  float narrow;
  bool yes;
  switch (p->kind) {
  case AG_VALUE_NONE: return v;
  case AG_VALUE_BOOL: memcpy(&yes, at, sizeof yes), v.number = yes; return v;
  case AG_VALUE_INT: v.number = get_number(p, at); return v;
  case AG_VALUE_FLOAT:
    if (p->size == sizeof narrow) memcpy(&narrow, at, sizeof narrow), v.real = (double)narrow;
    else memcpy(&v.real, at, sizeof v.real);
    return v;
  case AG_VALUE_TEXT:
  case AG_VALUE_BYTES:
  case AG_VALUE_AGENT:
  case AG_VALUE_OBJECT: memcpy(&v.ref, at, sizeof v.ref); break;
  }
  if (!v.ref) v.kind = AG_VALUE_NONE;
  else if (p->kind == AG_VALUE_TEXT) v.text = ((ag_str *)v.ref)->bytes;
  else if (p->kind == AG_VALUE_BYTES) v.bytes = ag_c_blob(v.ref, false);
  return v;
}

ag_status ag_ask_by_name(ag_runtime *rt, void *ref, const char *behaviour, const ag_value *args, uint32_t count,
                         int64_t timeout_ns, ag_value *reply) {
  if (!ref || !reply) return AG_ERR_INVALID;
  const ag_named_agent *a = agent_of(rt, ref);
  const ag_named_behaviour *b = behaviour_named(a, behaviour);
  const ag_type *type = b ? a->type->behaviours[b->index].reply : NULL;
  ag_cx *cx;
  ag_request *request;
  union {
    int64_t number;
    void *pointer;
  } raw;
  if (b && (!type || type->size > sizeof raw || (b->reply.kind == AG_VALUE_NONE && type != &ag_type_unit)))
    return AG_ERR_TYPE;
  ag_status status = enter(rt, b, args, count, &cx);
  if (status != AG_OK) return status;
  ag_msg *m = message(cx, a, b, args);
  status = ag_request_begin(cx, ref, m, type, &request);
  if (status != AG_OK) refused(cx, a, b, m, status);
  ag_leave(cx);
  if (status == AG_OK) status = ag_request_end(rt, request, &raw, timeout_ns);
  if (status == AG_OK) *reply = value_of(&b->reply, &raw);
  return status;
}

void ag_value_free(ag_runtime *rt, ag_value value) {
  if (value.kind == AG_VALUE_TEXT) ag_text_free(rt, value.text);
  else if (value.kind == AG_VALUE_BYTES) ag_blob_free(rt, value.bytes);
  else if (value.kind == AG_VALUE_AGENT || value.kind == AG_VALUE_OBJECT) ag_c_release(rt, value.ref);
}
