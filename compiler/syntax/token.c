// token.c — properties of tokens, and --emit=tokens. Owns: nothing. Promises: see token.h.
#include "syntax/token.h"

#include <stdlib.h>

#include "parser.h"

void tokens_free(tokens *list) {
  free(list->items);
  free(list->values);
  free(list->docs);
  *list = (tokens){0};
}

const str *tokens_doc(const tokens *list, uint32_t begin) {
  uint32_t low = 0, high = list->doc_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (list->docs[middle].begin < begin) low = middle + 1;
    else high = middle;
  }
  return low < list->doc_count && list->docs[low].begin == begin ? list->docs[low].text : NULL;
}

bool token_ends_statement(int kind) {
  switch (kind) {
  case T_NAME:
  case T_TYPE_NAME:
  case T_UNDERSCORE:
  case T_INT:
  case T_FLOAT:
  case T_DURATION:
  case T_CHAR:
  case T_STRING:
  case T_TEXT_END:
  case T_TRUE:
  case T_FALSE:
  case T_NONE:
  case T_SELF:
  case T_RPAREN:
  case T_RBRACKET:
  case T_RBRACE:
  case T_QUESTION:
  case T_BANG:
  case T_ISO:
  case T_VAL:
  case T_REF:
  case T_BOX:
  case T_TAG:
  case T_RETURN:
  case T_BREAK:
  case T_CONTINUE:
  case T_STOP:
    // ordinary names outside of their place:
#define CONTEXTUAL(word, token) case T_##token:
#include "syntax/keywords.def"
    return true;
  default: return false;
  }
}

bool token_continues_statement(int kind) {
  switch (kind) {
  case T_DOT:
  case T_QUESTION_DOT:
  case T_ELSE:
  case T_CATCH:
  case T_WITHIN:
  case T_WHERE:
  case T_FANOUT:
  case T_AND:
  case T_OR:
  case T_IS:
  case T_ARROW:
  case T_FAT_ARROW:
  case T_SET:
  case T_DOTDOT:
  case T_PLUS_SET:
  case T_MINUS_SET:
  case T_STAR_SET:
  case T_SLASH_SET:
  case T_EQ:
  case T_NE:
  case T_LT:
  case T_LE:
  case T_GT:
  case T_GE:
  case T_PLUS:
  case T_PLUS_WRAP:
  case T_MINUS_WRAP:
  case T_TIMES:
  case T_STAR_WRAP:
  case T_SLASH:
  case T_PERCENT:
  case T_CARET:
  case T_AMPERSAND:
  case T_SHL:
  case T_SHR: return true;
  default: return false;
  }
}

// clang-format off
const char *token_kind_name(int kind) {
  switch (kind) {
  case T_END: return "end";
  case T_NEWLINE: return "newline";
  case T_NAME: return "name";
  case T_TYPE_NAME: return "Name";
  case T_UNDERSCORE: return "_";
  case T_INT: return "int";
  case T_FLOAT: return "float";
  case T_DURATION: return "duration";
  case T_CHAR: return "char";
  case T_STRING: return "text";
  case T_TEXT_BEGIN: return "text {";
  case T_TEXT_MID: return "} text {";
  case T_TEXT_END: return "} text";
  case T_FORMAT: return "format";
#define RESERVED(word, token) case T_##token: return word;
#define CONTEXTUAL(word, token) case T_##token: return word;
#include "syntax/keywords.def"
  default: return "sign";
  }
}
// clang-format on

bool token_begins_declaration(int kind) {
  switch (kind) {
  case T_AGENT:
  case T_CLASS:
  case T_STRUCT:
  case T_ENUM:
  case T_INTERFACE:
  case T_ERROR:
  case T_TOPOLOGY:
  case T_EXTERN:
  case T_TEST:
  case T_MAIN:
  case T_FN:
  case T_USE:
  case T_EXPORT:
  case T_TYPE: return true;
  default: return false;
  }
}

static void dump_value(const tokens *list, const token *t, buf *out) {
  const token_value *v = list->values ? &list->values[t->value] : NULL; // none: no token here has one
  switch (t->kind) {
  case T_INT: buf_printf(out, " = %llu", (unsigned long long)v->integer.value); break;
  case T_FLOAT: buf_printf(out, " = %.17g", v->real); break;
  case T_DURATION: buf_printf(out, " = %lldns", (long long)v->duration_ns); break;
  case T_CHAR: buf_printf(out, " = U+%04X", v->character); break;
  case T_STRING:
  case T_TEXT_BEGIN:
  case T_TEXT_MID:
  case T_TEXT_END:
    buf_adds(out, " = ");
    buf_add_quoted(out, v->text->text, v->text->size);
    break;
  default: break;
  }
}

void tokens_dump(const tokens *list, const source *src, buf *out) {
  source_pos pos = {1, 1};
  uint32_t at = 0; // pos is the position of this offset: counted on, so that long lines take linear time
  for (uint32_t i = 0; i < list->count; i++) {
    const token *t = &list->items[i];
    for (; at < t->begin; at++) {
      if (src->text[at] == '\n') pos = (source_pos){pos.line + 1, 1};
      else pos.column += ((unsigned char)src->text[at] & 0xc0) != 0x80;
    }
    buf_printf(out, "%u:%u %s", pos.line, pos.column, token_kind_name(t->kind));
    if (t->flags & TOKEN_SYNTHETIC) {
      buf_adds(out, " (inserted)");
    } else if (t->end > t->begin && t->kind != T_NEWLINE) {
      buf_addc(out, ' ');
      buf_add_quoted(out, src->text + t->begin, t->end - t->begin);
      dump_value(list, t, out);
    }
    buf_addc(out, '\n');
  }
}
