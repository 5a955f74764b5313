// lex_literal.c — decoding numbers, durations, characters, texts and formats.
// Owns:     nothing.
// Promises: a literal that cannot be read is reported and stands as a harmless value; its token is there all the same.
#include "syntax/lex.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// ---- numbers ---------------------------------------------------------------------------------------------------

static int digit_value(unsigned char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

typedef enum number_result { NUMBER_OK, NUMBER_EMPTY, NUMBER_BAD_DIGIT, NUMBER_TOO_LARGE } number_result;

static number_result read_digits(const unsigned char *from, const unsigned char *to, uint32_t radix, uint64_t *value) {
  number_result result = NUMBER_EMPTY;
  *value = 0;
  for (; from < to; from++) {
    if (*from == '_') continue;
    uint32_t digit = (uint32_t)digit_value(*from);
    if (digit >= radix) return NUMBER_BAD_DIGIT;
    if (result == NUMBER_EMPTY) result = NUMBER_OK;
    if (*value > (UINT64_MAX - digit) / radix) result = NUMBER_TOO_LARGE;
    *value = *value * radix + digit;
  }
  return result;
}

void lex_push_integer(lexer *lx, const unsigned char *start, uint32_t radix) {
  uint64_t value;
  switch (read_digits(radix == 10 ? start : start + 2, lx->cursor, radix, &value)) {
  case NUMBER_OK: break;
  case NUMBER_EMPTY: lex_error(lx, E0105, start, lx->cursor, "this number has no digits"); break;
  case NUMBER_BAD_DIGIT:
    lex_error(lx, E0105, start, lx->cursor, "this number is not %s", radix == 16 ? "hexadecimal" : "binary");
    value = 0;
    break;
  case NUMBER_TOO_LARGE:
    lex_error(lx, E0106, start, lx->cursor, "this number is too large: the largest integer is 18446744073709551615");
    value = 0;
    break;
  }
  lex_push_value(lx, T_INT, start, (token_value){.integer = {value, radix}});
}

void lex_push_float(lexer *lx, const unsigned char *start) {
  if (lex_last_kind(lx) == T_DOT) { // t.0.1 is (t.0).1
    lx->cursor = start;
    while (digit_value(*lx->cursor) < 10 || *lx->cursor == '_') lx->cursor++;
    lex_push_integer(lx, start, 10);
    return;
  }
  buf_clear(&lx->text);
  for (const unsigned char *c = start; c < lx->cursor; c++) {
    if (*c != '_') buf_addc(&lx->text, (char)*c);
  }
  double value = strtod(buf_text(&lx->text), NULL);
  buf_clear(&lx->text);
  if (isinf(value)) {
    lex_error(lx, E0106, start, lx->cursor, "this number is too large for a float");
    value = 0;
  }
  lex_push_value(lx, T_FLOAT, start, (token_value){.real = value});
}

void lex_push_duration(lexer *lx, const unsigned char *start) {
  const unsigned char *unit = lx->cursor;
  while (unit[-1] >= 'a') unit--;
  size_t size = (size_t)(lx->cursor - unit);
  uint64_t ns = size == 1 ? (*unit == 's'   ? 1000000000U
                             : *unit == 'm' ? 60000000000U
                                            : 3600000000000U)
                          : (*unit == 'n'   ? 1U
                             : *unit == 'u' ? 1000U
                                            : 1000000U);
  uint64_t count;
  if (read_digits(start, unit, 10, &count) != NUMBER_OK || count > (uint64_t)INT64_MAX / ns) {
    lex_error(lx, E0106, start, lx->cursor, "this duration is too long: the longest is about 292 years");
    count = 0;
  }
  lex_push_value(lx, T_DURATION, start, (token_value){.duration_ns = (int64_t)(count * ns)});
}

void lex_bad_number(lexer *lx, const unsigned char *start) {
  const unsigned char *unit = start;
  while (digit_value(*unit) < 10 || *unit == '_' || *unit == '.') unit++;
  int size = (int)(lx->cursor - unit);
  diag *d = lex_error(lx, E0105, start, lx->cursor, "`%.*s` cannot follow a number", size > 40 ? 40 : size, unit);
  if (memchr(start, '.', (size_t)(unit - start))) {
    diag_help(d, "durations are whole numbers: `1500ms`, not `1.5s`");
  } else {
    diag_help(d, "durations end in `ns`, `us`, `ms`, `s`, `m` or `h`; names begin with a letter");
  }
  lex_push_value(lx, T_INT, start, (token_value){.integer = {0, 10}});
}

// ---- escapes and characters ------------------------------------------------------------------------------------

static uint32_t utf8_encode(uint32_t c, char out[4]) {
  if (c < 0x80) {
    out[0] = (char)c;
    return 1;
  }
  uint32_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  for (uint32_t i = n; i-- > 1; c >>= 6) out[i] = (char)(0x80 | (c & 0x3f));
  out[0] = (char)((n == 2 ? 0xc0 : n == 3 ? 0xe0 : 0xf0) | c);
  return n;
}

// Reads \u{…} at the backslash; the byte after it, or NULL when there is no such escape.
static const unsigned char *read_unicode(const unsigned char *s, uint32_t *c) {
  if (s[2] != '{') return NULL;
  const unsigned char *digit = s + 3;
  *c = 0;
  while (digit_value(*digit) < 16 && digit - s < 10) *c = *c * 16 + (uint32_t)digit_value(*digit++);
  bool valid = *digit == '}' && digit > s + 3 && *c <= 0x10ffff && (*c < 0xd800 || *c > 0xdfff);
  return valid ? digit + 1 : NULL;
}

// Decodes one escape at the backslash. The byte after it, or NULL (reported).
static const unsigned char *read_escape(lexer *lx, const unsigned char *s, uint32_t *c) {
  static const char letters[] = "n\nr\rt\t0\0\\\\\"\"''";
  for (size_t i = 0; i + 1 < sizeof letters; i += 2) {
    if (s[1] == (unsigned char)letters[i]) {
      *c = (unsigned char)letters[i + 1];
      return s + 2;
    }
  }
  const unsigned char *end = s[1] == 'u' ? read_unicode(s, c) : NULL;
  if (end) return end;
  if (s[1] == 'u') {
    diag *d = lex_error(lx, E0107, s, s + 2, "`\\u` is followed by a code point in braces");
    diag_help(d, "for example `\\u{e9}` or `\\u{1F600}`; the largest is 10FFFF");
  } else {
    diag *d = s[1] > 0x20 && s[1] < 0x7f ? lex_error(lx, E0107, s, s + 2, "there is no escape `\\%c`", s[1])
                                         : lex_error(lx, E0107, s, s + 1, "a backslash begins an escape");
    if (s[1] == '{' || s[1] == '}') diag_help(d, "braces are doubled in texts: `{{` and `}}`");
    else if (s[1] == 'x') diag_help(d, "write a code point: `\\u{7f}`");
    else diag_help(d, "escapes are \\n \\r \\t \\0 \\\\ \\\" \\' and \\u{…}; a backslash itself is `\\\\`");
  }
  return NULL;
}

void lex_escape(lexer *lx, const unsigned char *backslash) {
  uint32_t c;
  const unsigned char *end = read_escape(lx, backslash, &c);
  if (lx->out.gave_up) return;
  if (!end) { // skip the braces of a faulty \u{…}: they do not begin a value
    const unsigned char *brace = backslash[1] == 'u' && backslash[2] == '{' ? backslash + 3 : NULL;
    while (brace && isalnum(*brace)) brace++;
    if (brace && *brace == '}') lx->cursor = brace + 1;
    return;
  }
  char bytes[4];
  buf_add(&lx->text, bytes, utf8_encode(c, bytes));
  lx->cursor = end;
}

static const unsigned char *utf8_decode(const unsigned char *s, uint32_t *c) {
  int n = *s < 0x80 ? 1 : *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : 4;
  *c = n == 1 ? *s : (uint32_t)(*s & (0xff >> (n + 1)));
  for (int i = 1; i < n; i++) {
    if ((s[i] & 0xc0) != 0x80) { // not UTF-8, which was reported
      *c = 0xfffd;
      return s + 1;
    }
    *c = *c << 6 | (s[i] & 0x3f);
  }
  return s + n;
}

void lex_push_char(lexer *lx, const unsigned char *start) {
  const unsigned char *end = lx->cursor - 1, *next = start + 1;
  uint32_t c = 0;
  if (next == end) {
    lex_error(lx, E0113, start, lx->cursor, "there is no character between the quotes");
  } else {
    next = *next == '\\' ? read_escape(lx, next, &c) : utf8_decode(next, &c);
    if (next && next != end && !lx->out.gave_up) {
      diag *d = lex_error(lx, E0113, start, lx->cursor, "single quotes hold one character");
      diag_fix(d, "texts stand in double quotes: \"…\"");
      bool simple = !memchr(start + 1, '"', (size_t)(end - start - 1)) &&
                    !memchr(start + 1, '{', (size_t)(end - start - 1)) &&
                    !memchr(start + 1, '}', (size_t)(end - start - 1));
      diag_edit(d, simple ? lex_span(lx, start, start + 1) : SPAN_NONE, "\"");
      diag_edit(d, simple ? lex_span(lx, end, end + 1) : SPAN_NONE, "\"");
    }
  }
  lex_push_value(lx, T_CHAR, start, (token_value){.character = c});
}

void lex_lone_quote(lexer *lx, const unsigned char *start) {
  diag *d = lex_error(lx, E0113, start, lx->cursor, "this `'` begins a character that does not end");
  diag_help(d, "a character is written 'a'; texts stand in double quotes");
}

// ---- texts -----------------------------------------------------------------------------------------------------

bool lex_wants_plain_text(const lexer *lx) {
  int last = lex_last_kind(lx);
  return last == T_TEST || last == T_USE || last == T_EXTERN || last == T_LINK;
}

token *lex_push_text(lexer *lx, int kind, const unsigned char *start) {
  const str *text = str_intern(lx->in->names, buf_text(&lx->text), lx->text.size);
  buf_clear(&lx->text);
  return lex_push_value(lx, kind, start, (token_value){.text = text});
}

void lex_push_raw(lexer *lx, const unsigned char *start, const unsigned char *from, const unsigned char *to) {
  if (from < to && *from == '\r') from++;
  if (from < to && *from == '\n') from++;
  for (; from < to; from++) {
    if (!(*from == '\r' && from + 1 < to && from[1] == '\n')) buf_addc(&lx->text, (char)*from);
  }
  lex_push_text(lx, T_STRING, start);
}

// The line ends inside a text. Everything that began in the outermost text on this line ends here too.
void lex_broken_text(lexer *lx, const unsigned char *start, bool continued) {
  const unsigned char *quote = continued ? lx->base + lx->quote : start, *value = NULL;
  for (uint32_t i = lx->depth; i > 0; i--) {
    const lex_frame *f = &lx->frames[i - 1];
    if (f->line != lx->line_begin) break;
    if (f->kind != T_TEXT_BEGIN) continue;
    quote = lx->base + f->quote;
    value = lx->base + f->begin;
  }
  diag *d = lex_error(lx, E0103, quote, quote + 1, "this text has no end: `\"` is missing before the end of the line");
  if (value)
    diag_note(d, lex_span(lx, value, value + 1), "this `{` begins a value inside the text; a brace itself is `{{`");
  else diag_help(d, "a text of several lines stands between `\"\"\"` and `\"\"\"`");
  if (lx->out.gave_up) return;
  lex_push_text(lx, continued ? T_TEXT_END : T_STRING, start)->flags |= TOKEN_SILENT;
  lex_close_broken(lx);
}

// `\` where a value stands: the text is meant to hold a brace, as in "{\"a\": 1}". False: it stands in no text of this line.
bool lex_escape_in_value(lexer *lx, const unsigned char *start) {
  uint32_t i = lx->depth;
  while (i > 0 && lx->frames[i - 1].kind != T_TEXT_BEGIN) i--;
  if (i == 0 || lx->frames[i - 1].line != lx->line_begin) return false;
  const unsigned char *value = lx->base + lx->frames[i - 1].begin;
  diag *d = lex_error(lx, E0102, start, lx->cursor, "a `\\` has no meaning in a value inside a text");
  diag_note(d, lex_span(lx, value, value + 1), "this `{` begins the value; a brace itself is `{{`");
  if (lx->out.gave_up) return true;
  while (lx->cursor < lx->limit && *lx->cursor != '\n') lx->cursor++;
  lex_push_text(lx, T_STRING, start)->flags |= TOKEN_SILENT;
  lex_close_broken(lx);
  return true;
}

void lex_lone_brace(lexer *lx, const unsigned char *at) {
  diag *d = lex_error(lx, E0108, at, at + 1, "a `}` alone in a text");
  diag_help(d, "write `}}` for a brace; `{` … `}` encloses a value");
  diag_edit(d, lex_span(lx, at, at + 1), "}}");
}

// ---- formats ---------------------------------------------------------------------------------------------------

bool lex_at_format(const lexer *lx) {
  // A `:` directly inside the braces, and not in the parameters of a closure: `{|a: Int| …}` makes no sense there.
  return lex_in_value(lx);
}

static const unsigned char *read_small(const unsigned char *s, const unsigned char *end, uint32_t *value) {
  *value = 0;
  for (; s < end && *s >= '0' && *s <= '9'; s++) {
    if (*value < 10000) *value = *value * 10 + (uint32_t)(*s - '0');
  }
  return s;
}

void lex_push_format(lexer *lx, const unsigned char *from, const unsigned char *to) {
  ast_format f = {.span = lex_span(lx, from, to), .precision = -1};
  const unsigned char *s = from;
  bool empty = s == to, blank = s < to && *s == ' ';
  if (s < to && (*s == '<' || *s == '>' || *s == '^')) f.align = (char)*s++;
  if (s < to && *s == '+') {
    f.plus = true;
    s++;
  }
  if (s < to && *s == '0') {
    f.zero = true;
    s++;
  }
  s = read_small(s, to, &f.width);
  if (s < to && *s == '.') {
    uint32_t precision;
    const unsigned char *digits = s + 1;
    s = read_small(digits, to, &precision);
    if (s == digits) empty = true;
    f.precision = (int32_t)precision;
  }
  if (s < to && strchr("xXboe", *s)) f.style = (char)*s++;
  if (s != to || empty || f.width > 1000 || f.precision > 1000) {
    diag *d = lex_error(lx, E0112, from, lx->cursor, "this format cannot be read");
    if (blank) diag_help(d, "no space stands in it; if a brace itself is meant, write `{{`");
    else diag_help(d, "for example `{x:.2}` (two decimals), `{n:04}` (four places, with zeros), `{s:>10}`, `{n:x}`");
    f = (ast_format){.span = f.span, .precision = -1};
  }
  lex_push_value(lx, T_FORMAT, from, (token_value){.format = f});
}
