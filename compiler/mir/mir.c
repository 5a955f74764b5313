// mir.c — the table of operations, and questions about types that lowering, passes and emitter share.
#include "mir/mir.h"

#include <string.h>

const mir_op_info mir_ops[MIR_OP_COUNT] = {
#define MIR_OP(name, text, modes, flags) {text, modes, flags},
#include "mir/ops.def"
#undef MIR_OP
};

bool mir_type_is_pointer(const type *t) {
  switch ((int)t->kind) {
  case TY_CLASS:
  case TY_ERRVAL:
  case TY_AGENT:
  case TY_FN:
  case TY_FUTURE: return true;
  case TY_ENUM: return t->decl->recursive;
  default: return false;
  }
}

// Whether some part of a value of type t (not behind a pointer) answers yes.
static bool any_part(const type *t, bool (*yes)(const type *)) {
  if (yes(t)) return true;
  switch ((int)t->kind) {
  case TY_STRUCT:
    for (uint32_t i = 0; i < t->decl->field_count; i++)
      if (any_part(t->decl->fields[i].type, yes)) return true;
    return false;
  case TY_ENUM:
    if (t->decl->recursive) return false;
    for (uint32_t v = 0; v < t->decl->variant_count; v++)
      for (uint32_t i = 0; i < t->decl->variants[v].field_count; i++)
        if (any_part(t->decl->variants[v].fields[i].type, yes)) return true;
    return false;
  case TY_TUPLE:
  case TY_OPTIONAL:
    for (uint32_t i = 0; i < t->arg_count; i++)
      if (any_part(t->args[i], yes)) return true;
    return false;
  default: return false;
  }
}

// Does a box hold an iso, in itself or in boxes that it holds? `seen` are those being looked at.
typedef struct boxes {
  const hir_decl *decl;
  const struct boxes *outer;
} boxes;

static bool holds_unique(const type *t, const boxes *seen);

static bool box_holds_unique(const type *t, const boxes *seen) {
  for (const boxes *b = seen; b; b = b->outer)
    if (b->decl == t->decl) return false;
  boxes here = {t->decl, seen};
  for (uint32_t v = 0; v < t->decl->variant_count; v++)
    for (uint32_t i = 0; i < t->decl->variants[v].field_count; i++)
      if (holds_unique(t->decl->variants[v].fields[i].type, &here)) return true;
  return false;
}

static bool holds_unique(const type *t, const boxes *seen) {
  if (t->kind == TY_FUTURE || t->cap == CAP_ISO) return true;
  if (t->cap == CAP_VAL || t->cap == CAP_TAG || t->cap == CAP_BOX) return false; // nothing in it is, seen so
  switch ((int)t->kind) {
  case TY_STRUCT:
    for (uint32_t i = 0; i < t->decl->field_count; i++)
      if (holds_unique(t->decl->fields[i].type, seen)) return true;
    return false;
  case TY_ENUM: return box_holds_unique(t, seen);
  case TY_TUPLE:
  case TY_OPTIONAL:
    for (uint32_t i = 0; i < t->arg_count; i++)
      if (holds_unique(t->args[i], seen)) return true;
    return false;
  default: return false;
  }
}

static bool is_counted(const type *t) { return mir_type_is_pointer(t) || t->kind == TY_INTERFACE; }
bool mir_type_counted(const type *t) { return any_part(t, is_counted); }
bool mir_type_holds_iso(const type *t) { return holds_unique(t, NULL); }

static bool is_future(const type *t) { return t->kind == TY_FUTURE; }
bool mir_type_holds_future(const type *t) { return any_part(t, is_future); }

const type *mir_field_type(const type *t, uint32_t index) { return t->decl->fields[index].type; }

// Nothing of a String or a Timer is anybody's to write: they are kept whole.
bool mir_type_is_tag(const type *t) {
  if (t->kind == TY_INTERFACE) return t->cap == CAP_TAG;
  if (t->kind != TY_CLASS || t->cap != CAP_TAG || t->decl->builtin == BUILTIN_STRING) return false;
  return !t->decl->is_prelude || t->decl->builtin != BUILTIN_NO || strcmp(t->decl->name, "Timer") != 0;
}

static bool is_apart(const type *t) {
  if (t->kind == TY_CLASS || t->kind == TY_INTERFACE) return mir_type_is_tag(t);
  return t->cap == CAP_TAG && (t->kind == TY_STRUCT || t->kind == TY_ENUM) && mir_type_counted(t);
}

bool mir_type_tags_differ(const type *a, const type *b) {
  if (a == b || a->kind != b->kind || a->arg_count != b->arg_count) return false;
  if (is_apart(a) != is_apart(b)) return true;
  bool parts = a->kind == TY_OPTIONAL || a->kind == TY_TUPLE;
  for (uint32_t i = 0; parts && i < a->arg_count; i++)
    if (mir_type_tags_differ(a->args[i], b->args[i])) return true;
  return false;
}

bool mir_type_same(const type *a, const type *b) {
  if (a == b) return true;
  if (a->kind != b->kind || a->decl != b->decl || a->arg_count != b->arg_count) return false;
  if (a->kind == TY_PARAM) return a->param_index == b->param_index;
  for (uint32_t i = 0; i < a->arg_count; i++)
    if (!mir_type_same(a->args[i], b->args[i])) return false;
  return true;
}
