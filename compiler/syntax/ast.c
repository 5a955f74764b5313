// ast.c — the written form of operators. Owns: nothing. Promises: see ast.h.
#include "syntax/ast.h"

const char *ast_unary_text(ast_unary op) {
  static const char *const text[] = {"-", "not", "~"};
  return text[op];
}

const char *ast_binary_text(ast_binary op) {
  static const char *const text[] = {"or", "and", "==", "!=", "<", "<=", ">",  ">=", "..", "|", "^",
                                     "&",  "<<",  ">>", "+",  "-", "+%", "-%", "*",  "/",  "%", "*%"};
  return text[op];
}

const char *ast_cap_text(ast_cap cap) {
  static const char *const text[] = {"", "iso", "val", "ref", "box", "tag"};
  return text[cap];
}

const char *ast_assign_text(ast_assign op) {
  static const char *const text[] = {"=", "+=", "-=", "*=", "/="};
  return text[op];
}
