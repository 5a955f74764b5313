// hir.c — names of the kinds of the typed tree.
#include "hir/hir.h"

const char *hir_kind_name(hir_kind k) {
  static const char *const names[] = {
      [HIR_ERROR] = "error",     [HIR_INT] = "int",         [HIR_FLOAT] = "float",
      [HIR_BOOL] = "bool",       [HIR_STR] = "str",         [HIR_NONE] = "none",
      [HIR_UNIT] = "()",         [HIR_LOCAL] = "local",     [HIR_FIELD] = "field",
      [HIR_ELEM] = "elem",       [HIR_INDEX] = "index",     [HIR_UNARY] = "unary",
      [HIR_BINARY] = "binary",   [HIR_CALL] = "call",       [HIR_NEW] = "new",
      [HIR_VARIANT] = "variant", [HIR_TUPLE] = "tuple",     [HIR_ARRAY] = "array",
      [HIR_MAP] = "map",         [HIR_SOME] = "some",       [HIR_FREEZE] = "freeze",
      [HIR_SHARE] = "share",     [HIR_CONVERT] = "convert", [HIR_INTERP] = "interp",
      [HIR_PRINT] = "print",     [HIR_SAME] = "same",       [HIR_ASSIGN] = "assign",
      [HIR_SWAP] = "swap",       [HIR_TAKE] = "take",       [HIR_LET] = "let",
      [HIR_BLOCK] = "block",     [HIR_IF] = "if",           [HIR_IS] = "is",
      [HIR_MATCH] = "match",     [HIR_WHILE] = "while",     [HIR_LOOP] = "loop",
      [HIR_FOR] = "for",         [HIR_BREAK] = "break",     [HIR_CONTINUE] = "continue",
      [HIR_STOP] = "stop",       [HIR_RETURN] = "return",   [HIR_RAISE] = "raise",
      [HIR_DEFER] = "defer",     [HIR_ELSE] = "else",       [HIR_CATCH] = "catch",
      [HIR_OPT_CHAIN] = "chain", [HIR_SPAWN] = "spawn",     [HIR_SIGNAL] = "signal",
      [HIR_ASK] = "ask",         [HIR_AWAIT] = "await",     [HIR_QUORUM] = "quorum",
      [HIR_SHARD] = "shard",     [HIR_TIMER] = "timer",     [HIR_TIMER_CANCEL] = "cancel",
      [HIR_CLOSURE] = "closure", [HIR_CALL_VALUE] = "call",
  };
  return names[k];
}
