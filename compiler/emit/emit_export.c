// emit_export.c — functions that C calls: for exported agents, functions and classes. Written against agent/abi_host.h.
// Owns:     their bodies in app.c; their prototypes go to app.h (export.h).
// Promises: arguments are looked at before anything is done with them; what a call has made is released when it is refused, what the
//           caller was to give away is not.
#include <string.h>

#include "emit/export.h"

typedef struct call { // one function under construction
  exporter *x;
  export_arg *args;
  uint32_t count;
  const type *const *types;
  buf proto, own; // as app.h and as app.c has it: there parameters have names that nothing else has
} call;

static void put(exporter *x, const char *text) { buf_adds(&x->e->code, text); }
#define PUT(x, ...) buf_printf(&(x)->e->code, __VA_ARGS__)

static bool is_iso(hir_c c) { return c.type->cap == CAP_ISO; }
// The caller gives the object away, unless the call could not be, or may be tried again.
static bool is_given(const export_arg *a) { return a->c.kind == C_OBJECT && is_iso(a->c); }

// ---- structs -------------------------------------------------------------------------------------------------------
// take_NAME(from, to): false if it cannot be; give_NAME(from).
static void convert_struct(exporter *x, const hir_decl *d, const type *t) {
  if (map_has(&x->converted, d)) return;
  map_put(&x->converted, d, (void *)(uintptr_t)d);
  ctype *ct = ctype_of(x->e, t);
  ctype_need_body(x->e, ct);
  const char *name = export_type_name(x, d);
  buf take = {0}, give = {0};
  for (uint32_t i = 0; i < d->field_count; i++) {
    const type *ft = d->fields[i].type;
    hir_c c = hir_c_of(ft, false);
    const char *f = field_name(x->e, d, i), *g = export_arg_of(x, ft, d->fields[i].name).name;
    if (c.kind == C_STRUCT) {
      convert_struct(x, c.type->decl, c.type);
      const char *inner = export_type_name(x, c.type->decl);
      buf_printf(&take, "  if (!take_%s(&from->%s, &to->%s)) return false;\n", inner, g, f);
      buf_printf(&give, "  to.%s = give_%s(&from->%s);\n", g, inner, f);
    } else if (c.kind == C_ENUM) {
      buf_printf(&take, "  if ((unsigned)from->%s >= %uU) return false;\n  to->%s.tag = (int32_t)from->%s;\n", g,
                 c.type->decl->variant_count, f, g);
      buf_printf(&give, "  to.%s = (%s)from->%s.tag;\n", g, export_type_name(x, c.type->decl), f);
    } else {
      buf_printf(&take, "  to->%s = from->%s%s;\n", f, g, c.kind == C_BOOL ? " != 0" : "");
      buf_printf(&give, "  to.%s = from->%s;\n", g, f);
    }
  }
  const char *none = d->field_count ? "" : "  to->none = 0;\n  (void)from;\n";
  PUT(x, "AG_UNUSED static inline bool take_%s(const %s *from, %s *to) {\n%s%s  return true;\n}\n", name, name, ct->c,
      buf_text(&take), none);
  none = d->field_count ? "" : "  to.none = 0;\n  (void)from;\n";
  PUT(x, "AG_UNUSED static inline %s give_%s(const %s *from) {\n  %s to;\n%s%s  return to;\n}\n", name, name, ct->c,
      name, buf_text(&give), none);
  buf_fini(&take);
  buf_fini(&give);
}

static void need_conversions(exporter *x, const type *t, bool result) {
  hir_c c = hir_c_of(t, result);
  if (c.kind == C_STRUCT) convert_struct(x, c.type->decl, c.type);
}

// ---- arguments -----------------------------------------------------------------------------------------------------
static void call_begin(call *k, exporter *x, const type *const *types, const char *const *names, uint32_t count) {
  *k = (call){.x = x, .types = types, .count = count};
  k->args = ARENA_ARRAY(x->e->arena, export_arg, count + 1);
  for (uint32_t i = 0; i < count; i++) {
    k->args[i] = export_arg_of(x, types[i], names[i]);
    k->args[i].in_c = emit_f(x->e, "arg%u", i);
    need_conversions(x, types[i], false);
    for (uint32_t j = 0; j < i; j++) // names that only differ in what C cannot have
      if (strcmp(k->args[i].name, k->args[j].name) == 0) k->args[i].name = emit_f(x->e, "%s%u", k->args[i].name, i);
  }
}

static void both(call *k, const char *text) {
  buf_adds(&k->proto, text);
  buf_adds(&k->own, text);
}

static void call_params(call *k) {
  for (uint32_t i = 0; i < k->count; i++) {
    export_param(k->x, &k->proto, &k->args[i], k->args[i].name);
    export_param(k->x, &k->own, &k->args[i], k->args[i].in_c);
  }
}

// app.h gets the prototype, app.c the head of the body.
static void call_open(call *k, const char *doc, const char *more) {
  exporter *x = k->x;
  buf_addc(&x->functions, '\n');
  export_doc(&x->functions, doc, more);
  buf_printf(&x->functions, "%s);\n", buf_text(&k->proto));
  PUT(x, "%s) {\n", buf_text(&k->own));
  buf_fini(&k->proto);
  buf_fini(&k->own);
}

static void check_arg(call *k, uint32_t i) {
  exporter *x = k->x;
  const export_arg *a = &k->args[i];
  const char *refuse = "return AG_ERR_INVALID;\n";
  switch (a->c.kind) {
  case C_TEXT:
    PUT(x, "  if (%s%s!ag_c_text_valid(%s)) %s", a->c.optional ? a->in_c : "", a->c.optional ? " && " : "", a->in_c,
        refuse);
    return;
  case C_AGENT:
  case C_OBJECT:
    if (!a->c.optional) PUT(x, "  if (!%s) %s", a->in_c, refuse);
    return;
  case C_BYTES:
    PUT(x, "  if ((!%s && %s_size) || %s_size > (size_t)INT64_MAX / 16) %s", a->in_c, a->in_c, a->in_c, refuse);
    return;
  case C_ARRAY:
    PUT(x, "  if ((!%s && %s_count) || %s_count > (size_t)INT64_MAX / 16) %s", a->in_c, a->in_c, a->in_c, refuse);
    return;
  case C_ENUM: PUT(x, "  if ((unsigned)%s >= %uU) %s", a->in_c, a->c.type->decl->variant_count, refuse); return;
  case C_STRUCT:
    PUT(x, "  %s;\n", c_decl(x->e, ctype_of(x->e, a->c.type), emit_f(x->e, "taken%u", i)));
    PUT(x, "  if (!take_%s(&%s, &taken%u)) %s", export_type_name(x, a->c.type->decl), a->in_c, i, refuse);
    return;
  case C_NONE:
  case C_UNIT:
  case C_BOOL:
  case C_NUMBER:
  case C_DURATION: return;
  }
}

// `to` is the agent meant, or NULL; `needs` another pointer that must be there, or NULL.
static void call_enter(call *k, const char *to, const char *needs) {
  put(k->x, "  ag_cx *cx;\n  ag_status status;\n");
  if (to) PUT(k->x, "  if (!%s) return AG_ERR_INVALID;\n", to);
  if (needs) PUT(k->x, "  if (!%s) return AG_ERR_INVALID;\n", needs);
  for (uint32_t i = 0; i < k->count; i++) check_arg(k, i);
  put(k->x, "  status = ag_enter(rt, &library, &cx);\n");
  bool gives = false;
  for (uint32_t i = 0; i < k->count; i++) gives |= is_given(&k->args[i]);
  if (!gives) {
    put(k->x, "  if (status != AG_OK) return status;\n");
    return;
  }
  put(k->x, "  if (status != AG_OK) {\n");
  for (uint32_t i = 0; i < k->count; i++)
    if (is_given(&k->args[i])) PUT(k->x, "  ag_c_release(rt, %s);\n", k->args[i].in_c);
  put(k->x, "  return status;\n  }\n");
}

// What the language has of it; owned by whoever gets it.
static const char *arg_value(call *k, uint32_t i) {
  emitter *e = k->x->e;
  const export_arg *a = &k->args[i];
  ctype *ct = ctype_of(e, k->types[i]);
  switch (a->c.kind) {
  case C_TEXT: {
    const char *made = emit_f(e, "ag_str_new(cx, %s, ag_c_size(%s))", a->in_c, a->in_c);
    return a->c.optional ? emit_f(e, "%s ? %s : NULL", a->in_c, made) : made;
  }
  case C_BYTES: return emit_f(e, "ag_c_bytes(cx, %s, %s_size, %s)", a->in_c, a->in_c, is_iso(a->c) ? "false" : "true");
  case C_ARRAY:
    return emit_f(e, "ag_c_array(cx, %s, %s_count, %s, %s)", a->in_c, a->in_c,
                  type_desc(e, ctype_of(e, a->c.type->args[0]), false), is_iso(a->c) ? "false" : "true");
  case C_AGENT: return emit_f(e, "(ag_agent *)ag_c_keep(%s)", a->in_c);
  case C_OBJECT:
    return is_iso(a->c) ? emit_f(e, "(%s)%s", ct->c, a->in_c) : emit_f(e, "(%s)ag_c_keep(%s)", ct->c, a->in_c);
  case C_BOOL: return emit_f(e, "%s != 0", a->in_c);
  case C_ENUM: return emit_f(e, "(%s){(int32_t)%s}", ct->c, a->in_c);
  case C_STRUCT: return emit_f(e, "taken%u", i);
  case C_NONE:
  case C_UNIT:
  case C_NUMBER:
  case C_DURATION: return a->in_c;
  }
  return a->in_c;
}

static void drop_arg(call *k, uint32_t i, const char *at) {
  const export_arg *a = &k->args[i];
  ctype *ct = ctype_of(k->x->e, k->types[i]);
  if (!ct->counted) return;
  if (is_given(a)) put(k->x, "  if (status != AG_ERR_FULL && status != AG_ERR_INVALID)\n");
  op_drop(k->x->e, &k->x->e->code, ct, at, true);
}

static void message(call *k, const char *c_struct, uint32_t index) {
  exporter *x = k->x;
  PUT(x, "  %s *m = (%s *)ag_msg_new(cx, sizeof(%s), %u);\n", c_struct, c_struct, c_struct, index);
  for (uint32_t i = 0; i < k->count; i++) PUT(x, "  m->a%u = %s;\n", i, arg_value(k, i));
}

static void message_refused(call *k) {
  put(k->x, "  if (status != AG_OK) {\n");
  for (uint32_t i = 0; i < k->count; i++) drop_arg(k, i, emit_f(k->x->e, "m->a%u", i));
  put(k->x, "  ag_msg_discard(cx, &m->h);\n  }\n");
}

// ---- results -------------------------------------------------------------------------------------------------------
// `lent`: the owner of bytes stays where it is.
static const char *result_value(exporter *x, hir_c c, const char *v, bool lent) {
  emitter *e = x->e;
  switch (c.kind) {
  case C_TEXT: return c.optional ? emit_f(e, "%s ? %s->bytes : NULL", v, v) : emit_f(e, "%s->bytes", v);
  case C_BYTES: return emit_f(e, "ag_c_blob(%s, %s)", v, lent ? "true" : "false");
  case C_AGENT:
  case C_OBJECT: return emit_f(e, "(%s)%s", export_c_type(x, c), v);
  case C_ARRAY:
    return emit_f(e, "(%s){(const %s *)%s->data, (size_t)%s->size, %s}", export_result_type(x, c), export_c_type(x, c),
                  v, v, lent ? "NULL" : v);
  case C_ENUM: return emit_f(e, "(%s)%s.tag", export_type_name(x, c.type->decl), v);
  case C_STRUCT: return emit_f(e, "give_%s(&%s)", export_type_name(x, c.type->decl), v);
  case C_NONE:
  case C_UNIT:
  case C_BOOL:
  case C_NUMBER:
  case C_DURATION: return v;
  }
  return v;
}

static const char *spaced(exporter *x, hir_c c, const char *name) {
  const char *t = export_result_type(x, c);
  return emit_f(x->e, "%s%s%s", t, t[strlen(t) - 1] == '*' ? "" : " ", name);
}

static bool is_struct(hir_c c) { return c.kind == C_STRUCT || c.kind == C_BYTES || c.kind == C_ARRAY; }
static const char *zero_of(hir_c c, const char *name) { return is_struct(c) ? name : "0"; }

// ---- agents --------------------------------------------------------------------------------------------------------
static bool fits(const type *const *types, uint32_t count, const type *result) {
  for (uint32_t i = 0; i < count; i++)
    if (hir_c_of(types[i], false).kind == C_NONE) return false;
  return !result || hir_c_of(result, true).kind != C_NONE;
}

static void spawn(exporter *x, const hir_decl *d) {
  emitter *e = x->e;
  const type **types = ARENA_ARRAY(e->arena, const type *, d->header_count + 1);
  const char **names = ARENA_ARRAY(e->arena, const char *, d->header_count + 1);
  for (uint32_t i = 0; i < d->header_count; i++) types[i] = d->fields[i].type, names[i] = d->fields[i].name;
  call k;
  call_begin(&k, x, types, names, d->header_count);
  const char *own = export_type_name(x, d);
  both(&k, emit_f(x->e, "ag_status %s(ag_runtime *rt", export_name(x, d->name, "spawn", NULL)));
  call_params(&k);
  both(&k, emit_f(x->e, ", %s **out", own));
  call_open(&k, d->doc, NULL);
  call_enter(&k, NULL, "out");
  message(&k, message_struct(e, NULL, d), 0);
  PUT(x, "  *out = (%s *)ag_spawn(cx, &%s, &m->h, NULL);\n  ag_leave(cx);\n  return AG_OK;\n}\n", own,
      agent_desc(e, d));
  const char *keep = export_name(x, d->name, "retain", NULL), *release = export_name(x, d->name, "release", NULL);
  buf_printf(&x->functions, "%s *%s(%s *of);\n", own, keep, own);
  PUT(x, "%s *%s(%s *of) { return (%s *)ag_c_keep(of); }\n", own, keep, own, own);
  buf_printf(&x->functions, "void %s(ag_runtime *rt, %s *of);\n", release, own);
  PUT(x, "void %s(ag_runtime *rt, %s *of) { ag_c_release(rt, of); }\n", release, own);
}

static const char *left_out(exporter *x, const hir_fn *f) {
  return emit_f(x->e, "`%s` is left out: it has types that C cannot have.", f->name);
}

static void behaviour_head(call *k, exporter *x, const hir_fn *f, const char *suffix) {
  const type **types = ARENA_ARRAY(x->e->arena, const type *, f->param_count + 1);
  const char **names = ARENA_ARRAY(x->e->arena, const char *, f->param_count + 1);
  for (uint32_t i = 0; i < f->param_count; i++) types[i] = f->params[i]->type, names[i] = f->params[i]->name;
  call_begin(k, x, types, names, f->param_count);
  both(k, emit_f(x->e, "ag_status %s(ag_runtime *rt, %s *to", export_name(x, f->owner->name, f->name, suffix),
                 export_type_name(x, f->owner)));
  call_params(k);
}

static void signal_function(exporter *x, const hir_fn *f) {
  call k;
  behaviour_head(&k, x, f, NULL);
  call_open(&k, f->doc, NULL);
  call_enter(&k, "to", NULL);
  message(&k, message_struct(x->e, f, NULL), f->index);
  put(x, "  status = ag_send_outside(cx, (ag_agent *)to, &m->h);\n");
  message_refused(&k);
  put(x, "  ag_leave(cx);\n  return status;\n}\n");
}

// The type of callbacks, and the function that calls one.
static const char *deliver(exporter *x, const hir_fn *f, const char **done) {
  emitter *e = x->e;
  hir_c c = hir_c_of(f->result, true);
  bool unit = c.kind == C_UNIT;
  *done = export_name(x, f->owner->name, f->name, "done");
  buf_printf(&x->functions, "\ntypedef void %s(void *user, ag_status status%s%s);\n", *done, unit ? "" : ", ",
             unit ? "" : spaced(x, c, "reply"));
  const char *name = emit_f(e, "deliver_%s", *done);
  PUT(x,
      "static void %s(ag_cx *cx, ag_status status, void *value, void (*callback)(void), void *user) {\n  (void)cx;\n",
      name);
  PUT(x, "  %s *done = (%s *)callback;\n", *done, *done);
  if (unit) {
    put(x, "  (void)value;\n  done(user, status);\n}\n");
    return name;
  }
  ctype *ct = ctype_of(e, f->result);
  PUT(x, "  %s;\n", c_decl(e, ct, "reply"));
  if (is_struct(c)) PUT(x, "  static const %s;\n", spaced(x, c, "none"));
  PUT(x, "  if (!value) {\n  done(user, status, %s%s);\n  return;\n  }\n",
      c.kind == C_ENUM ? emit_f(e, "(%s)", export_c_type(x, c)) : "", zero_of(c, "none"));
  PUT(x, "  reply = *(%s *)value;\n  done(user, status, %s);\n", ct->c, result_value(x, c, "reply", true));
  if (c.kind == C_TEXT || c.kind == C_BYTES || c.kind == C_ARRAY) op_drop(e, &e->code, ct, "reply", true);
  put(x, "}\n");
  return name;
}

static void request_functions(exporter *x, const hir_fn *f) {
  emitter *e = x->e;
  hir_c c = hir_c_of(f->result, true);
  need_conversions(x, f->result, true);
  const char *done, *deliverer = deliver(x, f, &done), *reply = type_desc(e, ctype_of(e, f->result), false);
  call k;
  behaviour_head(&k, x, f, "async");
  both(&k, emit_f(x->e, ", %s *callback, void *user", done));
  call_open(&k, f->doc, NULL);
  call_enter(&k, "to", "callback");
  message(&k, message_struct(e, f, NULL), f->index);
  PUT(x, "  status = ag_ask_outside(cx, (ag_agent *)to, &m->h, %s, %s, (void (*)(void))callback, user);\n", reply,
      deliverer);
  message_refused(&k);
  put(x, "  ag_leave(cx);\n  return status;\n}\n");

  behaviour_head(&k, x, f, "wait");
  both(&k, emit_f(x->e, ", int64_t timeout_ns%s%s", c.kind == C_UNIT ? "" : ", ",
                  c.kind == C_UNIT ? "" : spaced(x, c, "*out")));
  call_open(&k, NULL, NULL);
  PUT(x, "  %s;\n  ag_request *request;\n", c_decl(e, ctype_of(e, f->result), "value"));
  call_enter(&k, "to", c.kind == C_UNIT ? NULL : "out");
  message(&k, message_struct(e, f, NULL), f->index);
  PUT(x, "  status = ag_request_begin(cx, (ag_agent *)to, &m->h, %s, &request);\n", reply);
  message_refused(&k);
  put(x,
      "  ag_leave(cx);\n  if (status != AG_OK) return status;\n  status = ag_request_end(rt, request, &value, "
      "timeout_ns);\n");
  if (c.kind != C_UNIT) PUT(x, "  if (status == AG_OK) *out = %s;\n", result_value(x, c, "value", false));
  put(x, "  return status;\n}\n");
}

static void export_agent(exporter *x, const hir_decl *d) {
  spawn(x, d);
  for (uint32_t i = 0; i < d->behaviour_count; i++) {
    const hir_fn *f = d->behaviours[i];
    const type **types = ARENA_ARRAY(x->e->arena, const type *, f->param_count + 1);
    for (uint32_t p = 0; p < f->param_count; p++) types[p] = f->params[p]->type;
    if (!fits(types, f->param_count, f->is_request ? f->result : NULL)) export_doc(&x->functions, NULL, left_out(x, f));
    else if (f->is_request) request_functions(x, f);
    else signal_function(x, f);
  }
}

// ---- functions -----------------------------------------------------------------------------------------------------
static void export_function(exporter *x, const hir_fn *f) {
  emitter *e = x->e;
  const type **types = ARENA_ARRAY(e->arena, const type *, f->param_count + 1);
  const char **names = ARENA_ARRAY(e->arena, const char *, f->param_count + 1);
  for (uint32_t i = 0; i < f->param_count; i++) types[i] = f->params[i]->type, names[i] = f->params[i]->name;
  call k;
  hir_c c = hir_c_of(f->result, true);
  need_conversions(x, f->result, true);
  call_begin(&k, x, types, names, f->param_count);
  both(&k, emit_f(x->e, "ag_status %s(ag_runtime *rt", export_name(x, f->name, NULL, NULL)));
  call_params(&k);
  if (c.kind != C_UNIT) both(&k, emit_f(x->e, ", %s", spaced(x, c, "*out")));
  call_open(&k, f->doc, NULL);
  call_enter(&k, NULL, c.kind == C_UNIT ? NULL : "out");
  buf args = {0};
  for (uint32_t i = 0; i < f->param_count; i++) {
    PUT(x, "  %s = %s;\n", c_decl(e, ctype_of(e, types[i]), emit_f(e, "a%u", i)), arg_value(&k, i));
    buf_printf(&args, ", a%u", i);
  }
  const char *call_text = emit_f(e, "%s(cx%s)", name_fn(e, map_get(&e->program->by_fn, f)), buf_text(&args));
  buf_fini(&args);
  if (c.kind == C_UNIT) PUT(x, "  (void)%s;\n", call_text);
  else PUT(x, "  %s = %s;\n", c_decl(e, ctype_of(e, f->result), "value"), call_text);
  for (uint32_t i = 0; i < f->param_count; i++) // borrowed, but for what holds an iso
    if (!mir_type_holds_iso(types[i])) drop_arg(&k, i, emit_f(e, "a%u", i));
  put(x, "  status = ag_raised(cx);\n");
  if (c.kind != C_UNIT) PUT(x, "  if (status == AG_OK) *out = %s;\n", result_value(x, c, "value", false));
  put(x, "  ag_leave(cx);\n  return status;\n}\n");
}

// ---- classes -------------------------------------------------------------------------------------------------------
static void object_new(exporter *x, const hir_decl *d, const type *t) {
  emitter *e = x->e;
  const mir_fn *maker = map_get(&e->program->by_decl, d);
  const type **types = ARENA_ARRAY(e->arena, const type *, d->header_count + 1);
  const char **names = ARENA_ARRAY(e->arena, const char *, d->header_count + 1);
  for (uint32_t i = 0; i < d->header_count; i++) types[i] = d->fields[i].type, names[i] = d->fields[i].name;
  if (!fits(types, d->header_count, NULL) || (maker && maker->suspends)) {
    export_doc(&x->functions, NULL, "There is no function to make one: it needs what C cannot have.");
    return;
  }
  bool val = d->default_cap == CAP_VAL;
  const char *own = export_type_name(x, d), *c_struct = class_struct(e, d);
  call k;
  call_begin(&k, x, types, names, d->header_count);
  both(&k, emit_f(x->e, "ag_status %s(ag_runtime *rt", export_name(x, d->name, "new", NULL)));
  call_params(&k);
  both(&k, emit_f(x->e, ", %s%s **out", val ? "const " : "", own));
  call_open(&k, d->doc, NULL);
  call_enter(&k, NULL, "out");
  if (maker) {
    PUT(x, "  %s *value = %s(cx", c_struct, name_fn(e, maker));
    for (uint32_t i = 0; i < d->header_count; i++) PUT(x, ", %s", arg_value(&k, i));
    put(x, ");\n  status = ag_raised(cx);\n");
  } else {
    PUT(x, "  %s *value = (%s *)ag_new(cx, &%s, 1);\n", c_struct, c_struct, class_desc(e, d, t));
    for (uint32_t i = 0; i < d->header_count; i++) PUT(x, "  value->%s = %s;\n", field_name(e, d, i), arg_value(&k, i));
  }
  if (val) put(x, "  if (status == AG_OK) ag_freeze(&value->h);\n");
  PUT(x, "  if (status == AG_OK) *out = (%s%s *)value;\n  ag_leave(cx);\n  return status;\n}\n", val ? "const " : "",
      own);
}

static void object_fields(exporter *x, const hir_decl *d) {
  emitter *e = x->e;
  const char *own = export_type_name(x, d), *c_struct = class_struct(e, d);
  for (uint32_t i = 0; i < d->field_count; i++) {
    const type *t = d->fields[i].type;
    if (d->fields[i].gone || d->fields[i].name[0] == '_') continue;
    hir_c c = hir_c_of(t, true);
    if (c.kind == C_NONE || c.kind == C_UNIT) {
      export_doc(&x->functions, NULL, emit_f(e, "`%s` is left out: C cannot have it.", d->fields[i].name));
      continue;
    }
    need_conversions(x, t, true);
    if (c.kind == C_OBJECT) c.type = type_with_cap(e->program->types, c.type, CAP_VAL);
    const char *suffix = c.kind == C_DURATION ? "ns" : NULL;
    const char *proto = emit_f(
        e, "%s", spaced(x, c, emit_f(e, "%s(const %s *of)", export_name(x, d->name, d->fields[i].name, suffix), own)));
    export_doc(&x->functions, d->fields[i].doc, NULL);
    buf_printf(&x->functions, "%s;\n", proto);
    const char *v = emit_f(e, "((const %s *)of)->%s", c_struct, field_name(e, d, i));
    PUT(x, "%s { return %s; }\n", proto, result_value(x, c, v, true));
  }
}

static void export_class(exporter *x, const hir_decl *d, const type *t) {
  const char *own = export_type_name(x, d);
  class_struct(x->e, d);
  object_new(x, d, t);
  const char *share = export_name(x, d->name, "share", NULL), *keep = export_name(x, d->name, "retain", NULL);
  if (d->default_cap != CAP_VAL) {
    buf_printf(&x->functions, "const %s *%s(%s *take_it);\n", own, share, own);
    PUT(x, "const %s *%s(%s *take_it) {\n  ag_freeze((ag_obj *)(void *)take_it);\n  return take_it;\n}\n", own, share,
        own);
  }
  buf_printf(&x->functions, "const %s *%s(const %s *of);\n", own, keep, own);
  PUT(x, "const %s *%s(const %s *of) { return (const %s *)ag_c_keep(of); }\n", own, keep, own, own);
  const char *gone = export_name(x, d->name, "free", NULL);
  buf_printf(&x->functions, "void %s(ag_runtime *rt, const %s *take_it);\n", gone, own);
  PUT(x, "void %s(ag_runtime *rt, const %s *take_it) { ag_c_release(rt, take_it); }\n", gone, own);
  object_fields(x, d);
}

// ---- all -----------------------------------------------------------------------------------------------------------
void emit_exports(emitter *e, const char *prefix, buf *header) {
  const hir_program *hir = e->program->hir;
  exporter x = {.e = e, .prefix = prefix};
  intern_init(&x.names, e->arena);
  map_init(&x.declared, e->arena);
  map_init(&x.converted, e->arena);
  buf_adds(&e->protos, "static ag_module library;\n");
  for (uint32_t i = 0; i < hir->export_count; i++)
    if (hir->exports[i].decl) export_type_name(&x, hir->exports[i].decl); // before any function
  for (uint32_t i = 0; i < hir->export_count; i++)
    if (hir->exports[i].decl) export_declare(&x, hir->exports[i].decl);
  for (uint32_t i = 0; i < hir->export_count; i++) {
    const hir_decl *d = hir->exports[i].decl;
    if (!d) export_function(&x, hir->exports[i].fn);
    else if (d->kind == DECL_AGENT) export_agent(&x, d);
    else if (d->kind == DECL_CLASS) export_class(&x, d, type_nominal(e->program->types, TY_CLASS, d, NULL, 0, CAP_REF));
  }
  const char *use = export_name(&x, "use", NULL, NULL);
  buf_printf(&x.functions,
             "\n/* The runtime knows the agents by name from now on (agent/host.h); any other call does so, too. */\n");
  buf_printf(&x.functions, "ag_status %s(ag_runtime *rt);\n", use);
  PUT(&x, "ag_status %s(ag_runtime *rt) {\n  ag_cx *cx;\n  ag_status status = ag_enter(rt, &library, &cx);\n", use);
  put(&x, "  if (status == AG_OK) ag_leave(cx);\n  return status;\n}\n");
  export_header(&x, header);
  intern_fini(&x.names);
  buf_fini(&x.types);
  buf_fini(&x.functions);
}
