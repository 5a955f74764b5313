// format_gap.c — blanks between two pieces on one line.
// Owns:     the table of what each token wants before and behind it.
// Promises: what is not clear from the two tokens (a `|` of a closure, a pattern or of bits; a `(` behind a word) stays as it is, with
//           one blank at most.
#include "syntax/format_gap.h"

typedef enum wish { ANY, NO, ONE } wish;

typedef struct row {
  int kind;
  wish before, behind;
} row;

static const row rows[] = {
    {T_COMMA, NO, ONE},       {T_SEMICOLON, NO, ONE},  {T_COLON, NO, ONE},      {T_DOT, NO, NO},
    {T_QUESTION_DOT, NO, NO}, {T_DOTDOT, NO, NO},      {T_QUESTION, NO, ANY},   {T_BANG, ONE, ANY},
    {T_AT, ANY, NO},          {T_TILDE, ANY, NO},      {T_LPAREN, ANY, NO},     {T_RPAREN, NO, ANY},
    {T_LBRACKET, ANY, NO},    {T_RBRACKET, NO, ANY},   {T_LBRACE, ONE, ONE},    {T_RBRACE, ONE, ONE},
    {T_ARROW, ONE, ONE},      {T_FAT_ARROW, ONE, ONE}, {T_SET, ONE, ONE},       {T_PLUS_SET, ONE, ONE},
    {T_MINUS_SET, ONE, ONE},  {T_STAR_SET, ONE, ONE},  {T_SLASH_SET, ONE, ONE}, {T_EQ, ONE, ONE},
    {T_NE, ONE, ONE},         {T_LT, ONE, ONE},        {T_LE, ONE, ONE},        {T_GT, ONE, ONE},
    {T_GE, ONE, ONE},         {T_PLUS, ONE, ONE},      {T_MINUS, ONE, ONE},     {T_TIMES, ONE, ONE},
    {T_SLASH, ONE, ONE},      {T_PERCENT, ONE, ONE},   {T_PLUS_WRAP, ONE, ONE}, {T_MINUS_WRAP, ONE, ONE},
    {T_STAR_WRAP, ONE, ONE},  {T_AMPERSAND, ONE, ONE}, {T_CARET, ONE, ONE},     {T_SHL, ONE, ONE},
    {T_SHR, ONE, ONE}};

static row row_of(int kind) {
  for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    if (rows[i].kind == kind) return rows[i];
  return (row){kind, ANY, ANY};
}

static bool ends_operand(int kind) {
  switch (kind) {
  case T_NAME:
  case T_TYPE_NAME:
  case T_UNDERSCORE:
  case T_INT:
  case T_FLOAT:
  case T_DURATION:
  case T_CHAR:
  case T_STRING:
  case T_TEXT_BEGIN:
  case T_RPAREN:
  case T_RBRACKET:
  case T_RBRACE:
  case T_SELF:
  case T_NONE:
  case T_TRUE:
  case T_FALSE:
  case T_QUESTION: return true;
  default: return kind >= T_ALL && kind <= T_TREE && kind != T_OF; // words that are names but in one place
  }
}

static int token_before(const format_piece *all, uint32_t i) {
  while (i-- > 0)
    if (!all[i].comment) return all[i].kind;
  return T_END;
}

// Is the token at i a name, though a word: `a.take`, `on stop`, `fn test`?
static bool is_named(const format_piece *all, uint32_t i) {
  int before = token_before(all, i);
  return before == T_DOT || before == T_QUESTION_DOT || before == T_ON || before == T_FN;
}

static bool is_sign(const format_piece *all, uint32_t i) {
  if (all[i].kind == T_MINUS && all[i].separated) return true;
  return all[i].kind == T_MINUS && !ends_operand(token_before(all, i)) && !(i > 0 && is_named(all, i - 1));
}

// Does a `(` or `[` behind the token at i belong to it?
static bool takes_bracket(const format_piece *all, uint32_t i, int bracket) {
  switch (all[i].kind) {
  case T_NAME:
  case T_TYPE_NAME:
  case T_RBRACKET:
  case T_RPAREN: return true;
  case T_FN:
  case T_MAIN: return bracket == T_LPAREN;
  case T_CHANNEL: return bracket == T_LBRACKET;
  case T_ISO:
  case T_VAL:
  case T_REF:
  case T_BOX:
  case T_TAG: return bracket == T_LPAREN && token_before(all, i) == T_FN;
  default: return is_named(all, i);
  }
}

// `node  log = Log()`, `ring  nodes`: under `group` names may stand in one column.
static bool names_part(const format_piece *all, uint32_t i) {
  switch (all[i].kind) {
  case T_NODE:
  case T_RING:
  case T_MESH:
  case T_STAR:
  case T_TREE: return all[i].lines > 0;
  default: return false;
  }
}

uint32_t format_gap(const format_piece *all, uint32_t i) {
  const format_piece *a = &all[i - 1], *b = &all[i];
  uint32_t as_it_is = b->blanks ? 1 : 0;
  if (a->comment || b->comment) return as_it_is;
  if (a->kind == T_LBRACE && b->kind == T_RBRACE) return as_it_is;
  if (a->kind == T_LPAREN || a->kind == T_LBRACKET || b->kind == T_RPAREN || b->kind == T_RBRACKET) return 0;
  if ((b->kind == T_LPAREN || b->kind == T_LBRACKET) && takes_bracket(all, i - 1, b->kind)) return 0;
  if ((a->kind == T_ARROW && token_before(all, i - 1) == T_SELF) || (b->kind == T_ARROW && a->kind == T_SELF))
    return as_it_is;
  if (a->kind == T_BAR || b->kind == T_BAR || (a->kind == T_MINUS && b->kind == T_MINUS)) return as_it_is;
  if (names_part(all, i - 1) && b->blanks > 1) return 2;
  wish behind = is_sign(all, i - 1) ? NO : row_of(a->kind).behind,
       before = is_sign(all, i) ? ANY : row_of(b->kind).before;
  if (before == NO || behind == NO) return 0;
  return before == ONE || behind == ONE ? 1 : as_it_is;
}
