// hir_c.c — see hir_c.h.
#include "hir/hir_c.h"

#include <string.h>

static bool is_number(const type *t) { return t->kind >= TY_I8 && t->kind <= TY_F64; }

static hir_c_kind class_kind(const type *t) {
  switch (t->decl->builtin) {
  case BUILTIN_STRING: return C_TEXT;
  case BUILTIN_BYTES: return t->cap == CAP_ISO || t->cap == CAP_VAL ? C_BYTES : C_NONE;
  case BUILTIN_ARRAY:
    if (t->cap != CAP_ISO && t->cap != CAP_VAL) return C_NONE;
    return is_number(t->args[0]) ? C_ARRAY : C_NONE;
  case BUILTIN_MAP:
  case BUILTIN_SET:
  case BUILTIN_CHANNEL: return C_NONE;
  case BUILTIN_NO: break;
  }
  return t->decl->exported && (t->cap == CAP_ISO || t->cap == CAP_VAL) ? C_OBJECT : C_NONE;
}

static hir_c_kind plain_kind(const type *t, bool result) {
  if (is_number(t)) return C_NUMBER;
  switch ((int)t->kind) {
  case TY_UNIT: return result ? C_UNIT : C_NONE;
  case TY_BOOL: return C_BOOL;
  case TY_DURATION: return C_DURATION;
  case TY_CLASS: return class_kind(t);
  case TY_AGENT: return t->decl->exported && t->decl->kind == DECL_AGENT ? C_AGENT : C_NONE;
  case TY_ENUM: return t->decl->exported && hir_c_struct(t->decl, NULL) ? C_ENUM : C_NONE;
  case TY_STRUCT: return t->decl->exported && hir_c_struct(t->decl, NULL) ? C_STRUCT : C_NONE;
  default: return C_NONE;
  }
}

bool type_is_handle(const type *t) { return t->kind == TY_CLASS && t->decl->c_drop && t->cap != CAP_TAG; }

bool type_is_out(const type *t) {
  if (t->kind != TY_CLASS || !t->decl->origin || !t->decl->origin->is_prelude ||
      strcmp(t->decl->origin->name, "Out") != 0)
    return false;
  const type *of = t->decl->fields[0].type;
  return t->cap != CAP_TAG && (is_number(of) || of->kind == TY_BOOL || type_is_c_text(of) || type_is_handle(of));
}

bool type_is_c_array(const type *t) {
  if (t->kind != TY_CLASS || t->decl->builtin != BUILTIN_ARRAY || t->cap == CAP_TAG) return false;
  return is_number(t->args[0]) || (t->args[0]->kind == TY_STRUCT && hir_c_plain(t->args[0]->decl));
}

// A struct of numbers, exported or not.
bool hir_c_plain(const hir_decl *d) {
  if (d->kind != DECL_STRUCT || d->tparam_count || d->origin || d->field_count == 0) return false;
  for (uint32_t i = 0; i < d->field_count; i++) {
    const type *t = d->fields[i].type;
    if (is_number(t) || t->kind == TY_BOOL || t->kind == TY_DURATION) continue;
    if (t->kind != TY_STRUCT || !hir_c_plain(t->decl)) return false;
  }
  return true;
}

bool type_is_c_text(const type *t) {
  return t->kind == TY_STRUCT && t->decl->is_prelude && strcmp(t->decl->name, "CStr") == 0;
}

bool type_is_callback(const type *t) {
  return t->kind == TY_CLASS && t->decl->is_prelude && strcmp(t->decl->name, "Callback") == 0;
}

hir_c hir_c_of(const type *t, bool result) {
  hir_c c = {.type = t};
  if (t->kind == TY_OPTIONAL) {
    c.type = t->args[0];
    c.optional = true;
  }
  c.kind = plain_kind(c.type, result);
  bool pointer = c.kind == C_TEXT || c.kind == C_AGENT || c.kind == C_OBJECT;
  if (c.optional && !pointer) c.kind = C_NONE;
  return c;
}

bool hir_c_struct(const hir_decl *d, const hir_field **wrong) {
  const hir_field *none;
  if (!wrong) wrong = &none;
  *wrong = NULL;
  if (d->tparam_count || d->origin || d->recursive) return false;
  for (uint32_t i = 0; i < d->variant_count; i++)
    if (d->variants[i].field_count) return false;
  for (uint32_t i = 0; i < d->field_count && d->kind == DECL_STRUCT; i++) {
    hir_c c = hir_c_of(d->fields[i].type, false);
    bool plain =
        c.kind == C_BOOL || c.kind == C_NUMBER || c.kind == C_DURATION || c.kind == C_ENUM || c.kind == C_STRUCT;
    if (plain) continue;
    *wrong = &d->fields[i];
    return false;
  }
  return true;
}
