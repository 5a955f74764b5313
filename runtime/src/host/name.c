// name.c — agents and behaviours by name. Their values: name_value.c.
// Owns:     nothing; tables are the libraries'.
// Promises: what does not fit is a status before anything is made; any thread.
#include <string.h>

#include "actor/agent.h"
#include "host/name_value.h"

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
                                   .params = b->params,
                                   .count = b->count,
                                   .is_request = b->reply != NULL,
                                   .reply = b->reply ? b->reply->kind : AG_VALUE_NONE,
                                   .result = b->reply};
  }
  return a ? AG_OK : AG_ERR_NAME;
}

static ag_status check_all(const ag_named_behaviour *b, const ag_value *args, uint32_t count) {
  if (count != b->count) return AG_ERR_COUNT;
  if (count && !args) return AG_ERR_INVALID;
  for (uint32_t i = 0; i < count; i++) {
    ag_status status = agi_value_check(&b->params[i], &args[i]);
    if (status != AG_OK) return status;
  }
  return AG_OK;
}

static ag_msg *message(ag_cx *cx, const ag_named_agent *a, const ag_named_behaviour *b, const ag_value *args) {
  ag_msg *m = ag_msg_new(cx, a->type->behaviours[b->index].msg_size, b->index);
  for (uint32_t i = 0; i < b->count; i++) agi_value_put(cx, &b->params[i], m, &args[i]);
  return m;
}

static void keep(agi_runtime *rt, void *object) {
  (void)rt;
  ag_retain(object);
}
static void let_go(agi_runtime *rt, void *object) { ag_c_release(rt, object); }

static void each_given(agi_runtime *rt, const ag_named_behaviour *b, const ag_value *args, agi_given *f) {
  for (uint32_t i = 0; i < b->count; i++) agi_value_each_given(&b->params[i], &args[i], rt, f);
}

// It was not sent: `iso` objects stay the caller's if it may try again.
static void refused(ag_cx *cx, const ag_named_agent *a, const ag_named_behaviour *b, ag_msg *m, const ag_value *args,
                    ag_status status) {
  if (status == AG_ERR_FULL || status == AG_ERR_INVALID) each_given(agi_worker_of(cx)->rt, b, args, keep);
  const ag_behaviour *own = &a->type->behaviours[b->index];
  if (own->drop_args) own->drop_args(cx, m);
  ag_msg_discard(cx, m);
}

// ---- calls -----------------------------------------------------------------------------------------------------------
static ag_status enter(agi_runtime *rt, const ag_named_behaviour *b, const ag_value *args, uint32_t count, ag_cx **cx) {
  ag_status status = b ? check_all(b, args, count) : AG_ERR_NAME;
  if (status != AG_OK) return status;
  status = ag_enter(rt, rt->modules.items[0], cx);
  if (status != AG_OK) each_given(rt, b, args, let_go);
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
  if (status != AG_OK) refused(cx, a, b, m, args, status);
  ag_leave(cx);
  return status;
}

enum { LITTLE = 256 }; // bytes of a reply that need no memory

// Takes what a request has answered.
static ag_status take_reply(agi_runtime *rt, const ag_param_info *p, const ag_type *type, void *raw, ag_value *v) {
  ag_cx *cx = ag_enter_late(rt);
  ag_status status = agi_value_get(rt, p, raw, v);
  if (type->drop) type->drop(cx, raw); // the value keeps what it has of it
  ag_leave(cx);
  return status;
}

ag_status ag_ask_by_name(ag_runtime *rt, void *ref, const char *behaviour, const ag_value *args, uint32_t count,
                         int64_t timeout_ns, ag_value *reply) {
  if (!ref || !reply) return AG_ERR_INVALID;
  const ag_named_agent *a = agent_of(rt, ref);
  const ag_named_behaviour *b = behaviour_named(a, behaviour);
  const ag_type *type = b ? a->type->behaviours[b->index].reply : NULL;
  ag_cx *cx;
  ag_request *request;
  if (b && (!type || (b->reply->kind == AG_VALUE_NONE && type != &ag_type_unit))) return AG_ERR_TYPE;
  ag_status status = enter(rt, b, args, count, &cx);
  if (status != AG_OK) return status;
  ag_msg *m = message(cx, a, b, args);
  status = ag_request_begin(cx, ref, m, type, &request);
  if (status != AG_OK) refused(cx, a, b, m, args, status);
  ag_leave(cx);
  if (status != AG_OK) return status;
  _Alignas(16) char little[LITTLE];
  agi_memory *before = agi_memory_enter(rt->memory);
  void *raw = type->size <= LITTLE ? little : agi_alloc_aligned(16, type->size);
  agi_memory_enter(before);
  status = ag_request_end(rt, request, raw, timeout_ns);
  if (status == AG_OK) status = take_reply(rt, b->reply, type, raw, reply);
  before = agi_memory_enter(rt->memory);
  if (raw != little) agi_free(raw);
  agi_memory_enter(before);
  return status;
}
