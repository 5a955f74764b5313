// lex.c — pushing tokens: the newline rule, words, doc comments, and signs of other languages.
// Owns:     the token list while it is built.
// Promises: the list ends with T_END; T_NEWLINE stands exactly where a newline separates (language reference, "Newlines").
// Does not: scan characters (grammar/lexer.re) or decode literals (lex_literal.c).
#include "syntax/lex.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

span lex_span(const lexer *lx, const unsigned char *from, const unsigned char *to) {
  return (span){lx->in->src->id, (uint32_t)(from - lx->base), (uint32_t)(to - lx->base)};
}

static void lex_give_up(lexer *lx) {
  lx->out.gave_up = true;
  lx->cursor = lx->limit;
}

diag *lex_error(lexer *lx, diag_code code, const unsigned char *from, const unsigned char *to, const char *format,
                ...) {
  va_list args;
  va_start(args, format);
  diag *d = diag_error(lx->in->sink, code, lex_span(lx, from, to), "%s", arena_vprintf(lx->in->arena, format, args));
  va_end(args);
  if (++lx->errors >= LEX_MAX_ERRORS || code == E0110) lex_give_up(lx);
  return d;
}

void lex_newline(lexer *lx) {
  lx->newline = true;
  lx->line_begin = (uint32_t)(lx->cursor - lx->base);
}

int lex_last_kind(const lexer *lx) { return lx->out.count ? lx->out.items[lx->out.count - 1].kind : T_NEWLINE; }

// ---- the list --------------------------------------------------------------------------------------------------

static void *lex_bigger(void *items, uint32_t *capacity, size_t item_size) {
  *capacity = *capacity ? *capacity * 2 : 256;
  void *result = realloc(items, *capacity * item_size);
  if (!result) arena_out_of_memory();
  return result;
}

static token *lex_append(lexer *lx, token t) {
  tokens *out = &lx->out;
  if (out->count == out->capacity) out->items = lex_bigger(out->items, &out->capacity, sizeof *out->items);
  out->items[out->count] = t;
  return &out->items[out->count++];
}

static void lex_attach_doc(lexer *lx, token *t) {
  tokens *out = &lx->out;
  if (out->doc_count == out->doc_capacity) out->docs = lex_bigger(out->docs, &out->doc_capacity, sizeof *out->docs);
  const str *text = str_intern(lx->in->names, buf_text(&lx->doc), lx->doc.size);
  out->docs[out->doc_count++] = (token_doc){t->begin, text};
  t->flags |= TOKEN_DOC;
  buf_clear(&lx->doc);
}

// Whether a newline before a token of this kind separates, by the innermost bracket, the last token and this one.
static bool lex_separates(const lexer *lx, int kind) {
  if (lx->depth > 0 && lx->frames[lx->depth - 1].kind != T_LBRACE) return false;
  return token_ends_statement(lex_last_kind(lx)) && !token_continues_statement(kind);
}

static void lex_separate(lexer *lx) {
  uint32_t end = lx->out.items[lx->out.count - 1].end;
  lex_append(lx, (token){.begin = end, .end = end, .kind = T_NEWLINE});
}

token *lex_push(lexer *lx, int kind, const unsigned char *start) {
  uint16_t flags = 0;
  if (lx->newline) {
    uint32_t begin = (uint32_t)(start - lx->base);
    lx->indent = begin > lx->line_begin ? begin - lx->line_begin : 0;
    if (lx->by_layout) lex_layout(lx, kind);
    lex_value_layout(lx, kind, start);
    if (lex_separates(lx, kind)) lex_separate(lx);
    lx->newline = false;
    flags = TOKEN_LINE;
  }
  span at = lex_span(lx, start, lx->cursor);
  token *t = lex_append(lx, (token){.begin = at.begin, .end = at.end, .kind = (uint16_t)kind, .flags = flags});
  if (lx->doc.size) lex_attach_doc(lx, t);
  return t;
}

token *lex_push_value(lexer *lx, int kind, const unsigned char *start, token_value value) {
  tokens *out = &lx->out;
  if (out->value_count == out->value_capacity) {
    out->values = lex_bigger(out->values, &out->value_capacity, sizeof *out->values);
  }
  uint32_t index = out->value_count++; // before pushing, which may insert tokens with values of their own
  out->values[index] = value;
  token *t = lex_push(lx, kind, start);
  t->value = index;
  return t;
}

void lex_add_doc(lexer *lx, const unsigned char *from, const unsigned char *to) {
  if (from < to && *from == ' ') from++;
  while (to > from && (to[-1] == '\r' || to[-1] == ' ')) to--;
  if (lx->doc.size) buf_addc(&lx->doc, '\n');
  buf_add(&lx->doc, from, (size_t)(to - from));
}

// ---- words -----------------------------------------------------------------------------------------------------

static void lex_load_keywords(lexer *lx) {
  static const struct {
    const char *word;
    int kind;
  } words[] = {
#define RESERVED(word, token) {word, T_##token},
#define CONTEXTUAL(word, token) {word, T_##token},
#include "syntax/keywords.def"
  };
  map_init(&lx->keywords, lx->in->arena);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    map_put(&lx->keywords, str_intern_cstr(lx->in->names, words[i].word), (void *)(intptr_t)words[i].kind);
  }
}

static bool is_cap(int kind) {
  return kind == T_ISO || kind == T_VAL || kind == T_REF || kind == T_BOX || kind == T_TAG;
}

// A reserved word is an ordinary name after `.`, after `on`, and (except the capabilities) after `fn`; `test` before `.`,
// where no test block can be meant: the module std.test is named so.
static bool lex_wants_name(const lexer *lx, int kind) {
  int last = lex_last_kind(lx);
  if (kind == T_TEST && *lx->cursor == '.') return true;
  if (lx->newline) return false;
  if (last == T_DOT || last == T_QUESTION_DOT || last == T_ON) return true;
  if (last == T_FN) return !is_cap(kind);
  return is_cap(last) && lx->out.count >= 2 && lx->out.items[lx->out.count - 2].kind == T_FN;
}

// A word that the file takes for a name, and behind it what can stand behind a name and hardly behind the word.
static bool lex_is_misnamed(const lexer *lx, int kind) {
  bool listed = false;
  for (uint32_t i = 0; i < lx->in->misnamed_count; i++) listed |= lx->in->misnamed[i] == kind;
  if (!listed) return false;
  const unsigned char *next = lx->cursor;
  while (next < lx->limit && *next == ' ') next++;
  if (*next == '{') return kind != T_LOOP && kind != T_ELSE && kind != T_CATCH;
  bool in = strncmp((const char *)next, "in ", 3) == 0;
  return next >= lx->limit || strchr(":,.)]}=+-*/%<>|&!;\r\n", *next) || in;
}

static int lex_word_kind(const lexer *lx, const str *word) {
  const char *letter = word->text;
  while (*letter == '_') letter++;
  if (letter != word->text && !*letter) return word->size == 1 ? T_UNDERSCORE : T_NAME;
  if (*letter >= 'A' && *letter <= 'Z') return T_TYPE_NAME;
  int kind = (int)(intptr_t)map_get(&lx->keywords, word);
  if (!kind || lex_wants_name(lx, kind) || lex_is_misnamed(lx, kind)) return T_NAME;
  bool of_quorum = kind == T_ALL || kind == T_MAJORITY || kind == T_SUPERMAJORITY;
  return of_quorum && lex_last_kind(lx) != T_QUORUM ? T_NAME : kind;
}

void lex_push_word(lexer *lx, const unsigned char *start) {
  const str *word = str_intern(lx->in->names, (const char *)start, (size_t)(lx->cursor - start));
  lex_push_value(lx, lex_word_kind(lx, word), start, (token_value){.text = word});
}

// ---- signs of other languages ----------------------------------------------------------------------------------

static bool lex_after_operand(const lexer *lx) {
  int last = lex_last_kind(lx);
  if (lx->newline) return false;
  return token_ends_statement(last) && !is_cap(last) && last != T_RETURN && last != T_BREAK && last != T_CONTINUE &&
         last != T_STOP;
}

void lex_bang(lexer *lx, const unsigned char *start) {
  int last = lex_last_kind(lx);
  if (!lx->newline && token_ends_statement(last) && last != T_RETURN) {
    lex_push(lx, T_BANG, start);
    return;
  }
  diag *d = lex_error(lx, E0114, start, lx->cursor, "`!` does not negate here: the word is `not`");
  diag_help(d, "write `not` in place of `!`");
  diag_edit(d, lex_span(lx, start, lx->cursor), "not ");
  lex_push(lx, T_NOT, start);
}

void lex_bar_bar(lexer *lx, const unsigned char *start) {
  if (!lex_after_operand(lx)) {
    lex_push(lx, T_BAR_BAR, start);
    return;
  }
  diag *d = lex_error(lx, E0114, start, lx->cursor, "`||` is written `or`");
  diag_edit(d, lex_span(lx, start, lx->cursor), "or");
  lex_push(lx, T_OR, start);
}

// The edit for a sign of another language: `a++` is `a += 1`, `a := 1` is `let a = 1`.
static void fix_foreign(lexer *lx, diag *d, const unsigned char *start, const char *sign, const char *instead) {
  span at = lex_span(lx, start, lx->cursor);
  const unsigned char *name = start;
  while (name > lx->base && (name[-1] == ' ' || isalnum(name[-1]) || name[-1] == '_' || name[-1] == '.')) name--;
  while (*name == ' ') name++;
  if (strcmp(sign, ":=") == 0) {
    bool plain = name < start && !memchr(name, '.', (size_t)(start - name)) && memcmp(name, "let ", 4) != 0 &&
                 memcmp(name, "var ", 4) != 0;
    if (plain) diag_edit(d, lex_span(lx, name, name), "let ");
    diag_edit(d, at, "=");
  } else if (strcmp(sign, "++") == 0) {
    diag_edit(d, name < start ? at : SPAN_NONE, " += 1");
  } else if (sign[1] == '=' && sign[2] == 0 && !instead) { // x %= y
    const char *left = arena_strndup(lx->in->arena, (const char *)name, (size_t)(start - name));
    diag_edit(d, name < start ? at : SPAN_NONE, arena_printf(lx->in->arena, "= %s%c", left, sign[0]));
  } else if (instead && strcmp(sign, "..=") != 0) {
    diag_edit(d, at, instead);
  }
}

void lex_foreign(lexer *lx, const unsigned char *start) {
  static const struct {
    const char *sign, *instead, *help;
    int kind; // what it is read as; 0: nothing
  } signs[] = {
      {"&&", "and", NULL, T_AND},
      {"===", "==", "`==` compares values, `same(a, b)` compares identity", T_EQ},
      {"!==", "!=", NULL, T_NE},
      {"<>", "!=", NULL, T_NE},
      {"++", NULL, "write `x += 1`", 0},
      {"**", NULL, "there is no operator for powers; `std.math` has `pow`", T_TIMES},
      {":=", "=", "a new name begins with `let` (fixed) or `var`", T_SET},
      {"::", ".", NULL, T_DOT},
      {"...", "..", "`a..b` goes from a to b, b excluded", T_DOTDOT},
      {"..=", "..", "`a..b` leaves b out: write `a..b + 1`", T_DOTDOT},
      {"%=", NULL, "write `x = x % y`", T_SET},
      {"|=", NULL, "write `x = x | y`", T_SET},
      {"&=", NULL, "write `x = x & y`", T_SET},
      {"^=", NULL, "write `x = x ^ y`", T_SET},
  };
  size_t size = (size_t)(lx->cursor - start);
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
    if (strlen(signs[i].sign) != size || memcmp(signs[i].sign, start, size) != 0) continue;
    const char *instead = signs[i].instead;
    diag *d = instead ? lex_error(lx, E0114, start, lx->cursor, "`%s` is written `%s`", signs[i].sign, instead)
                      : lex_error(lx, E0114, start, lx->cursor, "there is no operator `%s`", signs[i].sign);
    if (signs[i].help) diag_help(d, "%s", signs[i].help);
    fix_foreign(lx, d, start, signs[i].sign, instead);
    if (signs[i].kind) lex_push(lx, signs[i].kind, start)->flags |= TOKEN_SILENT;
    return;
  }
}

// `, ...)` is the end of what a function of C takes.
void lex_dots(lexer *lx, const unsigned char *start) {
  const unsigned char *next = lx->cursor;
  while (next < lx->limit && (*next == ' ' || *next == '\t' || *next == '\n' || *next == '\r')) next++;
  if (lex_last_kind(lx) == T_COMMA && next < lx->limit && *next == ')') lex_push(lx, T_ELLIPSIS, start);
  else lex_foreign(lx, start);
}

// A word with letters that names do not have is read as a name.
static void lex_foreign_word(lexer *lx, const unsigned char *start) {
  while (lx->cursor < lx->limit && (*lx->cursor >= 0x80 || isalnum(*lx->cursor) || *lx->cursor == '_')) lx->cursor++;
  const str *word = str_intern(lx->in->names, (const char *)start, (size_t)(lx->cursor - start));
  lex_push_value(lx, T_NAME, start, (token_value){.text = word})->flags |= TOKEN_SILENT;
}

void lex_bad_bytes(lexer *lx, const unsigned char *start) {
  unsigned char c = *start;
  if (c == 0) {
    lex_error(lx, E0102, start, lx->cursor, "a NUL byte: this is not a text file");
  } else if (c >= 0x80) {
    diag *d = lex_error(lx, E0102, start, lx->cursor, "this character has no meaning outside texts and comments");
    diag_help(d, "names are written with the letters A to Z, a to z, digits and `_`");
  } else if (c < 0x20 || c == 0x7f) {
    lex_error(lx, E0102, start, lx->cursor, "a control character (byte 0x%02x) has no meaning here", c);
  } else if (c != '\\' || !lex_escape_in_value(lx, start)) {
    diag *d =
        lex_error(lx, E0102, start, lx->cursor,
                  c == '`' ? "a backquote has no meaning in the language" : "`%c` has no meaning in the language", c);
    if (c == '`') {
      diag_help(d, "texts stand in double quotes: \"…\"");
      const unsigned char *end = lx->cursor;
      while (end < lx->limit && *end != '`' && *end != '\n') end++;
      if (end < lx->limit && *end == '`') {
        lx->cursor = end + 1;
        if (!lx->out.gave_up) lex_push_text(lx, T_STRING, start)->flags |= TOKEN_SILENT;
      }
    }
    if (c == '#') {
      diag_help(d, "comments begin with `//`");
      bool comment = lx->newline || token_ends_statement(lex_last_kind(lx));
      while (comment && lx->cursor < lx->limit && *lx->cursor != '\n') lx->cursor++;
    }
  }
  if (c >= 0x80 && !lx->out.gave_up) lex_foreign_word(lx, start);
}

// ---- a whole source --------------------------------------------------------------------------------------------

// The first byte that is not UTF-8, or NULL.
static const unsigned char *find_bad_utf8(const unsigned char *s, const unsigned char *end) {
  while (s < end) {
    if (*s < 0x80) {
      s++;
      continue;
    }
    long n = *s >= 0xc2 && *s <= 0xdf ? 2 : *s >= 0xe0 && *s <= 0xef ? 3 : *s >= 0xf0 && *s <= 0xf4 ? 4 : 0;
    if (!n || end - s < n) return s;
    for (long i = 1; i < n; i++) {
      if ((s[i] & 0xc0) != 0x80) return s;
    }
    bool overlong = (*s == 0xe0 && s[1] < 0xa0) || (*s == 0xf0 && s[1] < 0x90);
    bool outside = (*s == 0xed && s[1] >= 0xa0) || (*s == 0xf4 && s[1] >= 0x90);
    if (overlong || outside) return s;
    s += n;
  }
  return NULL;
}

static void lex_begin(lexer *lx, const lex_input *in, bool by_layout) {
  *lx = (lexer){.in = in, .by_layout = by_layout};
  lx->base = (const unsigned char *)in->src->text;
  lx->cursor = lx->base;
  lx->limit = lx->base + in->src->size;
  lx->newline = true;
  lex_load_keywords(lx);
  const unsigned char *bad = find_bad_utf8(lx->cursor, lx->limit);
  if (bad) lex_error(lx, E0111, bad, bad + 1, "byte 0x%02x is not UTF-8: source files are UTF-8 text", *bad);
  if (in->src->size >= 3 && memcmp(lx->base, "\xef\xbb\xbf", 3) == 0) {
    lx->cursor += 3; // a byte order mark
    lx->line_begin = 3;
  }
}

static void lex_end(lexer *lx) {
  lx->newline = false;
  if (!lx->out.gave_up) lex_close_rest(lx);
  if (lx->out.count && token_ends_statement(lex_last_kind(lx))) lex_separate(lx);
  uint32_t size = lx->in->src->size;
  lex_append(lx, (token){.begin = size, .end = size, .kind = T_END});
  buf_fini(&lx->text);
  buf_fini(&lx->doc);
}

static bool lex_has_open_brace(const lexer *lx) {
  for (uint32_t i = 0; i < lx->depth; i++) {
    if (lx->frames[i].kind == T_LBRACE) return !lx->out.gave_up && !lx->endless;
  }
  return false;
}

tokens tokens_lex(const lex_input *in) {
  lexer lx;
  diag_mark mark = diag_save(in->sink);
  lex_begin(&lx, in, false);
  while (lex_step(&lx)) continue;
  if (lex_has_open_brace(&lx)) {
    // Read again: a `{` lacks its `}`, and only the indentation can say which.
    lx.out.gave_up = true;
    lex_end(&lx);
    tokens_free(&lx.out);
    diag_rewind(in->sink, mark);
    lex_begin(&lx, in, true);
    while (lex_step(&lx)) continue;
  }
  lex_end(&lx);
  return lx.out;
}
