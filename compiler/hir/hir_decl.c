// hir_decl.c — what types/ may ask about a declaration, which it knows by address only.
#include "hir/hir.h"

const char *hir_decl_name(const struct hir_decl *decl) { return decl->name; }

cap hir_decl_default_cap(const struct hir_decl *decl) {
  return decl->default_cap == CAP_NONE ? CAP_REF : decl->default_cap;
}
