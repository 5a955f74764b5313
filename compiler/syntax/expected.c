// expected.c — words for syntax errors: what was expected, what was found, and what is usually meant.
// Owns:     nothing.
// Promises: one diagnostic for one error, in the words of the language: never the name of a token or of a grammar rule.
#include <stdio.h>
#include <string.h>

#include "syntax/parse.h"
#include "syntax/parser_state.h"

static bool expects(const syntax_error *e, const char *name) {
  for (int i = 0; i < e->count; i++) {
    if (strcmp(e->expected[i], name) == 0) return true;
  }
  return false;
}

// ---- what was expected -----------------------------------------------------------------------------------------

// Things that stand for many tokens. The first that applies is named, and its tokens are not.
typedef enum wanted {
  WANT_NOTHING,
  WANT_DECLARATION,
  WANT_MEMBER,
  WANT_STATEMENT,
  WANT_EXPRESSION,
  WANT_PATTERN,
  WANT_TYPE
} wanted;

static const char *const wanted_text[] = {
    "", "a declaration", "a member (`var`, `let`, `fn` or `on`)", "a statement", "an expression", "a pattern", "a type",
};

static wanted wanted_of(const syntax_error *e) {
  if (expects(e, "topology")) return WANT_DECLARATION;
  if (expects(e, "on")) return WANT_MEMBER;
  if (expects(e, "defer")) return WANT_STATEMENT;
  if (expects(e, "match")) return WANT_EXPRESSION;
  if (expects(e, "a number") && expects(e, "none")) return WANT_PATTERN;
  if (expects(e, "a type's name") && expects(e, "self")) return WANT_TYPE;
  return WANT_NOTHING;
}

static bool in_list(const char *const *list, const char *name) {
  for (; *list; list++) {
    if (strcmp(*list, name) == 0) return true;
  }
  return false;
}

// An expression is complete: what could go on with it need not be listed.
static bool after_expression(const syntax_error *e) { return expects(e, ".") && expects(e, "+"); }

static bool is_worth_naming(const syntax_error *e, wanted want, const char *name) {
  static const char *const continuing[] = {
      ".",     "?.",    "..",     "(",   "[",   "+",   "-",   "*",   "/",  "%",  "+%", "-%",  "*%", "&",    "|",
      "^",     "<<",    ">>",     "==",  "!=",  "<",   "<=",  ">",   ">=", "?",  "is", "and", "or", "else", "within",
      "catch", "where", "fanout", "iso", "val", "ref", "box", "tag", "=",  "+=", "-=", "*=",  "/=", "in",   NULL};
  static const char *const beginning[] = {"(",
                                          "[",
                                          "{",
                                          "|",
                                          "||",
                                          "-",
                                          "~",
                                          "@",
                                          "_",
                                          "fn",
                                          "self",
                                          "a number",
                                          "a float",
                                          "a duration",
                                          "a character",
                                          "a text",
                                          "a text with values",
                                          "a name",
                                          "a type's name",
                                          "the end of the file",
                                          NULL};
  static const char *const ends[] = {";", "the end of the line", "the end of the file", "}", NULL};
  if (strcmp(name, "more text") == 0 || strcmp(name, "a format") == 0) return false;
  if (expects(e, "the end of the line") && in_list(ends, name)) return want == WANT_MEMBER && strcmp(name, "}") == 0;
  if (after_expression(e) && in_list(continuing, name)) return false;
  static const char *const of_types[] = {"?", "iso", "val", "ref", "box", "tag", NULL};
  if (expects(e, "iso") && expects(e, "?") && in_list(of_types, name)) return false;
  if (strcmp(name, ":") == 0 && expects(e, ",")) return false;
  if (want == WANT_NOTHING && expects(e, "a name") && in_list(of_types, name)) return false;
  if (strcmp(name, "a name") == 0 && expects(e, "a type's name")) return false;
  if (want == WANT_NOTHING) return true;
  if (want == WANT_TYPE && strcmp(name, "[") == 0) return true;
  // every reserved word is part of what is named
  return !in_list(beginning, name) && !(name[0] >= 'a' && name[0] <= 'z' && !strchr(name, ' '));
}

// "a name", or `)` in quotes.
static void add_name(buf *out, const char *name) {
  if (strcmp(name, "} of a text") == 0) name = "}";
  if (strchr(name, ' ')) buf_adds(out, strcmp(name, "a type's name") == 0 ? "the name of a type" : name);
  else buf_printf(out, "`%s`", name);
}

// Words that are names outside of their place; where a name may stand they say nothing new.
static bool is_contextual(const char *name) {
  static const char *const words[] = {
#define CONTEXTUAL(word, token) word,
#include "syntax/keywords.def"
      NULL};
  return in_list(words, name);
}

static void add_expected(const syntax_error *e, buf *out) {
  wanted want = wanted_of(e);
  const char *names[8];
  int count = 0, more = 0;
  for (int i = 0; i < e->count; i++) {
    const char *name = e->expected[i];
    if (!is_worth_naming(e, want, name) || (is_contextual(name) && expects(e, "a name"))) continue;
    if (count < 6) names[count++] = name;
    else more++;
  }
  if (more) count = 4;
  bool first = true;
  if (want != WANT_NOTHING && !(after_expression(e) && want != WANT_EXPRESSION)) {
    buf_adds(out, wanted_text[want]);
    first = false;
  }
  for (int i = 0; i < count; i++) {
    if (!first) buf_adds(out, i + 1 == count ? " or " : ", ");
    add_name(out, names[i]);
    first = false;
  }
  if (first) buf_adds(out, "the end of the statement");
}

// ---- what was found --------------------------------------------------------------------------------------------

static void add_token(const parser *p, const token *t, const char *name, buf *out) {
  switch (t->kind) {
  case T_END: buf_adds(out, "the end of the file"); return;
  case T_NEWLINE: buf_adds(out, "the end of the line"); return;
  case T_STRING:
  case T_TEXT_BEGIN: buf_adds(out, "a text"); return;
  case T_TEXT_MID:
  case T_TEXT_END: buf_adds(out, "the `}` that ends the value"); return;
  case T_FORMAT: buf_adds(out, "a format"); return;
  default: break;
  }
  uint32_t size = t->end - t->begin;
  if (size > 40) buf_adds(out, strchr(name, ' ') ? name : "this");
  else buf_printf(out, "`%.*s`", (int)size, p->src->text + t->begin);
}

static bool is_word(const parser *p, const token *t) {
  unsigned char c = (unsigned char)p->src->text[t->begin];
  return t->end > t->begin && (c == '_' || ((c | 32) >= 'a' && (c | 32) <= 'z'));
}

static const str *token_text(const parser *p, const token *t) {
  return str_intern(p->names, p->src->text + t->begin, t->end - t->begin);
}

static bool is_reserved(const token *t) {
  switch (t->kind) {
#define RESERVED(word, token) case T_##token:
#include "syntax/keywords.def"
    return true;
  default: return false;
  }
}

// ---- what is usually meant -------------------------------------------------------------------------------------

const char *syntax_word_help(const char *word) {
  static const struct {
    const char *theirs, *ours;
  } words[] = {
      {"function", "functions begin with `fn`"},
      {"func", "functions begin with `fn`"},
      {"fun", "functions begin with `fn`"},
      {"def", "functions begin with `fn`"},
      {"sub", "functions begin with `fn`"},
      {"elif", "write `else if`"},
      {"elsif", "write `else if`"},
      {"elseif", "write `else if`"},
      {"switch", "write `match x { pattern => value }`"},
      {"case", "an arm of `match` is `pattern => value`"},
      {"default", "the arm that takes all the rest is `_ => value`"},
      {"when", "write `match x { pattern => value }`"},
      {"throw", "errors are raised with `raise`"},
      {"throws", "a function that can raise is marked `!` after its result"},
      {"except", "errors are caught with `e catch { Name => value }`"},
      {"finally", "write `defer` before"},
      {"null", "the absence of a value is `none`"},
      {"nil", "the absence of a value is `none`"},
      {"NULL", "the absence of a value is `none`"},
      {"None", "the absence of a value is `none`"},
      {"undefined", "the absence of a value is `none`"},
      {"this", "the object itself is `self`"},
      {"new", "an object is made by calling its class: `Name(…)`; an agent by `spawn Name(…)`"},
      {"import", "write `use std.time` or `use \"./file.agent\"`"},
      {"include", "write `use std.time` or `use \"./file.agent\"`"},
      {"from", "write `use std.time` or `use \"./file.agent\"`"},
      {"require", "write `use std.time` or `use \"./file.agent\"`"},
      {"public", "names are public unless they begin with `_`"},
      {"pub", "names are public unless they begin with `_`"},
      {"private", "names that begin with `_` are private to their file"},
      {"protected", "names that begin with `_` are private to their file"},
      {"static", "functions that need no object stand outside of classes"},
      {"mut", "what changes is declared with `var`"},
      {"val", "what is fixed is declared with `let`"},
      {"actor", "actors are declared with `agent`"},
      {"trait", "write `interface`"},
      {"protocol", "write `interface`"},
      {"impl", "methods stand inside the braces of their type"},
      {"record", "write `struct`"},
      {"module", "a file is a module: `use \"./file.agent\"`"},
      {"package", "a file is a module: `use \"./file.agent\"`"},
      {"async", "every behaviour is asynchronous; wait with `await`"},
      {"yield", "there are no generators"},
      {"do", "write `loop { … }` or `while c { … }`"},
      {"until", "write `while not c { … }`"},
      {"unless", "write `if not c { … }`"},
      {"foreach", "write `for x in xs { … }`"},
      {"then", "write `if c { … } else { … }`"},
      {"begin", "blocks stand in braces"},
      {"end", "blocks stand in braces"},
      {"True", "write `true`"},
      {"False", "write `false`"},
      {"TRUE", "write `true`"},
      {"FALSE", "write `false`"},
  };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (strcmp(words[i].theirs, word) == 0) return words[i].ours;
  }
  return NULL;
}

// A word of another language at the error or just before it.
static bool help_word(const parser *p, const syntax_error *e, diag *d) {
  const token *candidates[] = {e->found, e->prev};
  for (int i = 0; i < 2; i++) {
    const token *t = candidates[i];
    if (!t || (t->kind != T_NAME && t->kind != T_TYPE_NAME)) continue;
    const char *help = syntax_word_help(token_text(p, t)->text);
    if (help) {
      diag_help(d, "%s", help);
      return true;
    }
  }
  return false;
}

static bool is_comparison(int kind) {
  return kind == T_EQ || kind == T_NE || kind == T_LT || kind == T_LE || kind == T_GT || kind == T_GE;
}

static void help_sign(const syntax_error *e, diag *d) {
  int kind = e->found->kind, prev = e->prev ? e->prev->kind : T_NEWLINE;
  wanted want = wanted_of(e);
  if (want == WANT_DECLARATION && kind != T_LBRACE)
    diag_help(d, "statements stand inside of functions, behaviours and `main`");
  else if (kind == T_LBRACE && prev == T_NEWLINE) diag_help(d, "the `{` of a body stands on the line of its head");
  else if (kind == T_LT && (prev == T_TYPE_NAME || prev == T_NAME))
    diag_help(d, "type arguments stand in brackets: `Array[Int]`");
  else if (kind == T_LBRACKET && want == WANT_TYPE) diag_help(d, "the type of an array is written `Array[Int]`");
  else if (kind == T_TIMES && want == WANT_TYPE) diag_help(d, "there are no pointers: objects are always referred to");
  else if (kind == T_AMPERSAND && want == WANT_TYPE)
    diag_help(d, "there are no references: write a capability after the type");
  else if (kind == T_QUESTION) diag_help(d, "there is no `? :`; write `if c { a } else { b }`");
  else if (kind == T_COLON && prev == T_NAME && expects(e, "=")) diag_help(d, "declare a variable with `let` or `var`");
  else if (kind == T_TEXT_END || kind == T_TEXT_MID)
    diag_help(d, "`{` in a text begins a value; a brace itself is written `{{`");
  else if (kind == T_MINUS && prev == T_MINUS) diag_help(d, "write `x -= 1`");
  else if (kind == T_ELSE && want != WANT_NOTHING)
    diag_help(d, "`else` stands on the line of the `}` before it, or directly after");
  else if (kind == T_LBRACE && want == WANT_EXPRESSION && prev == T_SET)
    diag_help(d, "a map is written `[\"key\": value]`");
  else if (kind == T_FAT_ARROW && (prev == T_RPAREN || prev == T_NAME))
    diag_help(d, "closures are written `|a, b| expression`");
  else if (kind == T_COLON && (prev == T_STRING || prev == T_INT)) diag_help(d, "a map is written `[\"key\": value]`");
  else if (kind == T_LPAREN && prev == T_CATCH) diag_help(d, "write `e catch { Name(field) => value }`");
  else if (prev == T_RBRACE && after_expression(e) && expects(e, "{"))
    diag_help(d, "a condition stands before the `{`");
  else if (kind == T_SET && want == WANT_EXPRESSION) diag_help(d, "compare with `==`");
}

// ---- the message -----------------------------------------------------------------------------------------------

static bool same_line(const token *t) { return !(t->flags & TOKEN_LINE) && t->kind != T_NEWLINE && t->kind != T_END; }

// What is missing is missing after the last token, not at the begin of the next line.
static span found_span(const parser *p, const syntax_error *e) {
  const token *t = e->found;
  span at = {p->src->id, t->begin, t->end};
  if (!e->prev || t->kind == T_NEWLINE || e->prev->kind == T_NEWLINE) return at;
  bool begins = e->prev->kind == T_LBRACE || e->prev->kind == T_SEMICOLON || e->prev->kind == T_COMMA;
  if (t->kind != T_END && (begins || !(t->flags & TOKEN_LINE))) return at;
  return (span){p->src->id, e->prev->end, e->prev->end};
}

// Cases with a code and a sentence of their own. NULL: none of them.
static diag *report_special(parser *p, const syntax_error *e, span at) {
  const token *t = e->found;
  wanted want = wanted_of(e);
  bool names = expects(e, "a name"), types = expects(e, "a type's name");
  const char *text = is_word(p, t) ? token_text(p, t)->text : "";
  if (is_reserved(t) && !(t->flags & TOKEN_LINE) && names && (want == WANT_NOTHING || want == WANT_PATTERN)) {
    diag *d = diag_error(p->sink, E0120, at, "`%s` is a reserved word and cannot be a name here", text);
    diag_help(d, "choose another name, for example `%s_`", text);
    return d;
  }
  if (t->kind == T_TYPE_NAME && names && !types && want == WANT_NOTHING) {
    diag *d = diag_error(p->sink, E0115, at, "expected a name with a small first letter, found `%s`", text);
    diag_help(d, "variables, fields, parameters and functions begin with a small letter; types with a capital");
    return d;
  }
  if (e->prev && e->prev->kind == T_NAME && e->count == 1 && expects(e, ".")) { // `name.Type`, without the rest
    const char *name = token_text(p, e->prev)->text;
    span prev = {p->src->id, e->prev->begin, e->prev->end};
    diag *d = diag_error(p->sink, E0115, prev,
                         "expected the name of a type, which begins with a capital letter, found `%s`", name);
    if (e->prev > p->tokens.items && e->prev[-1].kind == T_VAL) diag_help(d, "a fixed variable is declared with `let`");
    else if (!help_word(p, e, d)) diag_help(d, "types and agents begin with a capital letter");
    return d;
  }
  if (t->kind == T_NAME && types && !names) {
    diag *d = diag_error(p->sink, E0115, at,
                         "expected the name of a type, which begins with a capital letter, found `%s`", text);
    if (!help_word(p, e, d)) diag_help(d, "types, variants, agents, topologies and errors begin with a capital letter");
    return d;
  }
  if (t->kind == T_TEXT_BEGIN && want != WANT_EXPRESSION && expects(e, "a text")) {
    diag *d = diag_error(p->sink, E0121, at, "a text here cannot contain values");
    diag_help(d, "for a brace itself write `{{`; to compare with a computed text, use `==`");
    return d;
  }
  if (is_comparison(t->kind) && after_expression(e) && e->prev && !(e->prev->kind == T_TYPE_NAME && t->kind == T_LT)) {
    diag *d = diag_error(p->sink, E0119, at, "comparisons do not chain");
    diag_help(d, "write `a < b and b < c`");
    return d;
  }
  if (t->kind == T_SET && after_expression(e)) {
    diag *d = diag_error(p->sink, E0118, at, "`=` cannot stand here: assigning is a statement and gives no value");
    diag_help(d, "to compare, write `==`; what is left of `=` is a variable, a field or an element");
    return d;
  }
  if (after_expression(e) && expects(e, "the end of the line") && same_line(t) &&
      (is_word(p, t) || t->kind == T_INT || t->kind == T_STRING)) {
    diag *d = diag_error(p->sink, E0116, at, "expected the end of the statement, found %s",
                         t->kind == T_STRING ? "a text"
                         : text[0]           ? "another word"
                                             : "a number");
    if (!help_word(p, e, d)) diag_help(d, "statements stand on lines of their own, or are separated by `;`");
    return d;
  }
  return NULL;
}

void syntax_error_report(parser *p, const syntax_error *e) {
  span at = found_span(p, e);
  if (report_special(p, e, at)) return;
  buf text = {0};
  buf_adds(&text, "expected ");
  add_expected(e, &text);
  if (e->prev && e->prev->kind != T_NEWLINE && e->prev->kind != T_SEMICOLON && e->prev->kind != T_TEXT_BEGIN &&
      e->prev->kind != T_TEXT_MID && e->prev->end - e->prev->begin <= 20 && !(e->prev->flags & TOKEN_SYNTHETIC)) {
    buf_printf(&text, " after `%.*s`", (int)(e->prev->end - e->prev->begin), p->src->text + e->prev->begin);
  }
  buf_adds(&text, ", found ");
  add_token(p, e->found, e->found_name, &text);
  diag *d = diag_error(p->sink, E0101, at, "%s", buf_text(&text));
  buf_fini(&text);
  if (!help_word(p, e, d)) help_sign(e, d);
}
