// emit_text.c — pieces of strings: where they are (a text: its address and size), or as strings of their own.
// Owns: nothing. Promises: a text is never handed to what wants a String.
#include <string.h>

#include "emit/fn.h"

bool is_text(fn *s, const mir_operand *o) { return mir_is_local(o) && local_of(s, o->local)->kind == MIR_LOCAL_TEXT; }

const char *bytes_of(fn *s, const mir_operand *o) {
  const char *x = operand(s, o);
  return text(s, is_text(s, o) ? "%s.bytes, %s.size" : "%s->bytes, %s->size", x, x);
}

static void piece(fn *s, const mir_inst *in) {
  const mir_operand *of = &in->args[1];
  const char *x = operand(s, of), *from = operand(s, &in->args[2]), *to = operand(s, &in->args[3]);
  bool part = is_text(s, of);
  put_dst(s, in,
          text(s, "ag_str_piece(cx, %s, %s, %s%sbytes + %s, %s - %s)", operand(s, &in->args[0]), part ? "NULL" : x, x,
               part ? "." : "->", from, to, from));
}

static void piece_in_place(fn *s, const mir_inst *in) {
  const mir_operand *of = &in->args[0];
  const char *x = operand(s, of), *from = operand(s, &in->args[1]), *to = operand(s, &in->args[2]);
  bool part = is_text(s, of);
  if (local_of(s, in->dst)->kind == MIR_LOCAL_TEXT)
    put_dst(s, in, text(s, part ? "ag_text_part(%s, %s, %s)" : "ag_text_in(%s, %s, %s)", x, from, to));
  else put_dst(s, in, text(s, "ag_str_new(cx, %s%sbytes + %s, %s - %s)", x, part ? "." : "->", from, to, from));
}

bool inst_text(fn *s, const mir_inst *in) {
  const char *a = in->arg_count > 1 ? operand(s, &in->args[1]) : NULL;
  switch ((int)in->op) {
  case MIR_STR_PIECE: piece(s, in); return true;
  case MIR_STR_TEXT: piece_in_place(s, in); return true;
  case MIR_STR_PIECE_END:
    put_dst(s, in, text(s, "ag_text_end(%s, %s, %s)", bytes_of(s, &in->args[0]), a, operand(s, &in->args[2])));
    return true;
  case MIR_STR_LINE_CUT:
    put_dst(s, in, text(s, "ag_text_line_cut(%s, %s, %s)", bytes_of(s, &in->args[0]), a, operand(s, &in->args[2])));
    return true;
  default: return false;
  }
}
