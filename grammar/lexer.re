// lexer.re — text to tokens, with re2c. No recursion: brackets, texts and interpolations are a stack of frames.
// Owns:     the cursor over one source while it runs.
// Promises: reads every byte once and never past the NUL that ends the source; any input gives a balanced token list.
//           What is wrong is reported and read as what was probably meant, so that the parser need not stumble over it.
// Does not: know the grammar, but for five contexts: words after `.`, `on`, `fn` and `quorum`, texts that do not
//           interpolate, and where a newline separates statements (lex_push in compiler/syntax/lex.c).
#include "syntax/lex.h"

#include <string.h>

/*!re2c
  re2c:define:YYCTYPE  = "unsigned char";
  re2c:define:YYCURSOR = "lx->cursor";
  re2c:define:YYMARKER = "lx->marker";
  re2c:define:YYLIMIT  = "lx->limit";
  re2c:yyfill:enable   = 0;
  re2c:eof             = 0;

  digit    = [0-9];
  digits   = digit [0-9_]*;
  hex      = [0-9a-fA-F];
  exponent = [eE] [+-]? digits;
  word     = [A-Za-z_] [A-Za-z0-9_]*;
  continuation = [\x80-\xbf];
  utf8     = [\xc2-\xdf] continuation
           | [\xe0-\xef] continuation continuation
           | [\xf0-\xf4] continuation continuation continuation;
  nul      = "\x00";
  other    = [^] \ nul;
  in_text  = other \ ["{}\\\n];
*/

// The end of a comment whose `/*` has just been read. Comments nest.
static void lex_block_comment(lexer *lx, const unsigned char *start) {
  uint32_t depth = 1;
  while (depth > 0) {
    /*!re2c
      "/*"   { depth++; continue; }
      "*" "/" { depth--; continue; }
      "\n"   { lex_newline(lx); continue; }
      $      { lex_error(lx, E0104, start, start + 2, "this comment has no end: `*" "/` is missing");
               lx->endless = true; return; }
      *      { continue; }
    */
  }
}

// """ … """
static void lex_raw_text(lexer *lx, const unsigned char *start) {
  const unsigned char *from = lx->cursor;
  for (;;) {
    /*!re2c
      "\n"     { lx->line_begin = (uint32_t)(lx->cursor - lx->base); continue; }
      "\"\"\"" { lex_push_raw(lx, start, from, lx->cursor - 3); return; }
      $        { lex_error(lx, E0103, start, start + 3, "this text has no end: `\"\"\"` is missing");
                 lx->endless = true; lex_push_raw(lx, start, from, lx->cursor); return; }
      *        { continue; }
    */
  }
}

// A text that does not interpolate: the opening quote has been read.
static void lex_plain_text(lexer *lx, const unsigned char *start) {
  for (;;) {
    const unsigned char *at = lx->cursor;
    /*!re2c
      "\""           { lex_push_text(lx, T_STRING, start); return; }
      "\\" other     { if (at[1] == '\n') lx->cursor--; else lex_escape(lx, at); continue; }
      "\n"           { lx->cursor--; lex_broken_text(lx, start, false); return; }
      $              { lex_broken_text(lx, start, false); return; }
      nul            { lex_bad_bytes(lx, at); continue; }
      *              { buf_add(&lx->text, at, (size_t)(lx->cursor - at)); continue; }
    */
  }
}

// The text of a string up to its end or to the next `{`. `start` is where this piece began: the quote, or the `}` of
// the interpolation before it.
void lex_text(lexer *lx, const unsigned char *start) {
  bool continued = *start == '}';
  for (;;) {
    const unsigned char *at = lx->cursor;
    /*!re2c
      "\""       { lex_push_text(lx, continued ? T_TEXT_END : T_STRING, start); return; }
      "{{"       { buf_addc(&lx->text, '{'); continue; }
      "}}"       { buf_addc(&lx->text, '}'); continue; }
      "{"        { lex_push_text(lx, continued ? T_TEXT_MID : T_TEXT_BEGIN, start);
                   lex_enter_value(lx, start); return; }
      "}"        { lex_lone_brace(lx, at); buf_addc(&lx->text, '}'); continue; }
      "\\" other { if (at[1] == '\n') lx->cursor--; else lex_escape(lx, at); continue; }
      "\n"       { lx->cursor--; lex_broken_text(lx, start, continued); return; }
      $          { lex_broken_text(lx, start, continued); return; }
      nul        { lex_bad_bytes(lx, at); continue; }
      in_text+   { buf_add(&lx->text, at, (size_t)(lx->cursor - at)); continue; }
      *          { buf_add(&lx->text, at, (size_t)(lx->cursor - at)); continue; }
    */
  }
}

// What stands between the `:` of an interpolation and its `}`.
static void lex_format(lexer *lx) {
  const unsigned char *start = lx->cursor;
  /*!re2c
    [^}"\n\x00]+ { lex_push_format(lx, start, lx->cursor); return; }
    $            { lex_push_format(lx, start, lx->cursor); return; }
    *            { lx->cursor = start; lex_push_format(lx, start, start); return; }
  */
}

// One token, or white space. False at the end.
bool lex_step(lexer *lx) {
  const unsigned char *s = lx->cursor;
  /*!re2c
    $               { return false; }
    [ \t\r\f\v]+    { return true; }
    "\n"            { lex_newline(lx); return true; }
    "////" [^\n\x00]* { return true; }
    "///" [^\n\x00]* { lex_add_doc(lx, s + 3, lx->cursor); return true; }
    "//" [^\n\x00]* { return true; }
    "/*"            { lex_block_comment(lx, s); return true; }

    word            { lex_push_word(lx, s); return true; }

    digits          { lex_push_integer(lx, s, 10); return true; }
    "0" [xX] [0-9a-zA-Z_]* { lex_push_integer(lx, s, 16); return true; }
    "0" [bB] [0-9a-zA-Z_]* { lex_push_integer(lx, s, 2); return true; }
    digits "." digits exponent? | digits exponent { lex_push_float(lx, s); return true; }
    digits ("ns" | "us" | "ms" | "s" | "m" | "h") { lex_push_duration(lx, s); return true; }
    digits ("." digits)? word { lex_bad_number(lx, s); return true; }

    "'" ([^'\\\n\x00] | "\\" [^\n\x00] | "\\u{" [^}'\n\x00]* "}")* "'" { lex_push_char(lx, s); return true; }
    "'"             { lex_lone_quote(lx, s); return true; }
    "\"\"\""        { lex_raw_text(lx, s); return true; }
    "\""            { if (lex_wants_plain_text(lx)) lex_plain_text(lx, s); else lex_text(lx, s); return true; }

    "("             { lex_open(lx, s, T_LPAREN); return true; }
    "["             { lex_open(lx, s, T_LBRACKET); return true; }
    "{"             { lex_open(lx, s, T_LBRACE); return true; }
    ")"             { lex_close(lx, s, T_RPAREN); return true; }
    "]"             { lex_close(lx, s, T_RBRACKET); return true; }
    "}"             { lex_close_brace(lx, s); return true; }

    "->"            { lex_push(lx, T_ARROW, s); return true; }
    "=>"            { lex_push(lx, T_FAT_ARROW, s); return true; }
    "=="            { lex_push(lx, T_EQ, s); return true; }
    "!="            { lex_push(lx, T_NE, s); return true; }
    "<="            { lex_push(lx, T_LE, s); return true; }
    ">="            { lex_push(lx, T_GE, s); return true; }
    "<<"            { lex_push(lx, T_SHL, s); return true; }
    ">>"            { lex_push(lx, T_SHR, s); return true; }
    "+="            { lex_push(lx, T_PLUS_SET, s); return true; }
    "-="            { lex_push(lx, T_MINUS_SET, s); return true; }
    "*="            { lex_push(lx, T_STAR_SET, s); return true; }
    "/="            { lex_push(lx, T_SLASH_SET, s); return true; }
    "+%"            { lex_push(lx, T_PLUS_WRAP, s); return true; }
    "-%"            { lex_push(lx, T_MINUS_WRAP, s); return true; }
    "*%"            { lex_push(lx, T_STAR_WRAP, s); return true; }
    ".."            { lex_push(lx, T_DOTDOT, s); return true; }
    "?."            { lex_push(lx, T_QUESTION_DOT, s); return true; }
    ":"             { if (lex_at_format(lx)) lex_format(lx); else lex_push(lx, T_COLON, s); return true; }
    "."             { lex_push(lx, T_DOT, s); return true; }
    ","             { lex_push(lx, T_COMMA, s); return true; }
    ";"             { lex_push(lx, T_SEMICOLON, s); return true; }
    "="             { lex_push(lx, T_SET, s); return true; }
    "+"             { lex_push(lx, T_PLUS, s); return true; }
    "-"             { lex_push(lx, T_MINUS, s); return true; }
    "*"             { lex_push(lx, T_TIMES, s); return true; }
    "/"             { lex_push(lx, T_SLASH, s); return true; }
    "%"             { lex_push(lx, T_PERCENT, s); return true; }
    "&"             { lex_push(lx, T_AMPERSAND, s); return true; }
    "|"             { lex_push(lx, T_BAR, s); return true; }
    "^"             { lex_push(lx, T_CARET, s); return true; }
    "~"             { lex_push(lx, T_TILDE, s); return true; }
    "<"             { lex_push(lx, T_LT, s); return true; }
    ">"             { lex_push(lx, T_GT, s); return true; }
    "?"             { lex_push(lx, T_QUESTION, s); return true; }
    "@"             { lex_push(lx, T_AT, s); return true; }
    "!"             { lex_bang(lx, s); return true; }
    "||"            { lex_bar_bar(lx, s); return true; }

    "..."           { lex_dots(lx, s); return true; }
    "&&" | "===" | "!==" | "<>" | "++" | "**" | ":=" | "::" | "..=" | "%=" | "|=" | "&=" | "^="
                    { lex_foreign(lx, s); return true; }
    "#" "!" [^\n\x00]* { if (s != lx->base) lex_bad_bytes(lx, s); return true; }
    utf8+           { lex_bad_bytes(lx, s); return true; }
    *               { lex_bad_bytes(lx, s); return true; }
  */
}
