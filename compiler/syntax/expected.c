// expected.c — words for syntax errors: what was expected, what was found, and what is usually meant.
// Owns:     nothing.
// Promises: one diagnostic for one error, in the words of the language: never the name of a token or of a grammar rule.
#include <stdio.h>
#include <string.h>

#include "syntax/parse.h"
#include "syntax/parser_state.h"

bool syntax_expects(const syntax_error *e, const char *name) {
  for (int i = 0; i < e->count; i++) {
    if (strcmp(e->expected[i], name) == 0) return true;
  }
  return false;
}

// ---- what was expected -----------------------------------------------------------------------------------------

static const char *const wanted_text[] = {
    "",          "",       "a declaration", "a member (`var`, `let`, `fn` or `on`)", "a statement", "an expression",
    "a pattern", "a type",
};

wanted_part syntax_wanted(const syntax_error *e) {
  if (syntax_expects(e, "topology")) return WANT_DECLARATION;
  if (syntax_expects(e, "on")) return WANT_MEMBER;
  if (syntax_expects(e, "defer")) return WANT_STATEMENT;
  if (syntax_expects(e, "match")) return WANT_EXPRESSION;
  if (syntax_expects(e, "a number") && syntax_expects(e, "none")) return WANT_PATTERN;
  if (syntax_expects(e, "a type's name") && syntax_expects(e, "self")) return WANT_TYPE;
  return WANT_NOTHING;
}

static bool in_list(const char *const *list, const char *name) {
  for (; *list; list++) {
    if (strcmp(*list, name) == 0) return true;
  }
  return false;
}

// An expression is complete: what could go on with it need not be listed.
bool syntax_after_expression(const syntax_error *e) { return syntax_expects(e, "or") && syntax_expects(e, "+"); }

static bool is_worth_naming(const syntax_error *e, wanted_part want, const char *name) {
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
  static const char *const hidden_before_arrow[] = {"->", ".", "(", NULL};
  static const char *const ends[] = {";", "the end of the line", "the end of the file", "}", NULL};
  if (strcmp(name, "more text") == 0 || strcmp(name, "a format") == 0) return false;
  if (syntax_expects(e, "the end of the line") && in_list(ends, name))
    return want == WANT_MEMBER && strcmp(name, "}") == 0;
  if (syntax_after_expression(e) && in_list(continuing, name)) return false;
  if (in_list(hidden_before_arrow, name) && syntax_expects(e, "=>")) return false;
  static const char *const of_types[] = {"?", "iso", "val", "ref", "box", "tag", NULL};
  if (syntax_expects(e, "iso") && syntax_expects(e, "?") && in_list(of_types, name)) return false;
  if (strcmp(name, ":") == 0 && syntax_expects(e, ",")) return false;
  bool pattern =
      syntax_expects(e, "|") && (syntax_expects(e, "=") || syntax_expects(e, "in") || syntax_expects(e, ","));
  if (pattern && (strcmp(name, ".") == 0 || strcmp(name, "|") == 0)) return false;
  if (want == WANT_NOTHING && syntax_expects(e, "a name") && in_list(of_types, name)) return false;
  if (strcmp(name, "a name") == 0 && syntax_expects(e, "a type's name")) return false;
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
  wanted_part want = syntax_wanted(e);
  const char *names[8];
  int count = 0, more = 0;
  for (int i = 0; i < e->count; i++) {
    const char *name = e->expected[i];
    if (!is_worth_naming(e, want, name) || (is_contextual(name) && syntax_expects(e, "a name"))) continue;
    if (count < 6) names[count++] = name;
    else more++;
  }
  if (more) count = 4;
  bool first = true;
  if (want != WANT_NOTHING && !(syntax_after_expression(e) && want != WANT_EXPRESSION)) {
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

// `fn a() -> Int fn b()`: signatures without a body end with their line.
static diag *report_joined(parser *p, const syntax_error *e, span at) {
  const token *t = e->found;
  bool member = t->kind == T_FN || t->kind == T_ON || t->kind == T_LET || t->kind == T_VAR;
  if (!member || !same_line(t) || !syntax_expects(e, "the end of the line")) return NULL;
  diag *d = diag_error(p->sink, E0116, at, "expected the end of the line before `%s`", token_text(p, t)->text);
  diag_fix(d, "what has no body in braces stands on a line of its own, or is separated by `;`");
  diag_edit(d, (span){p->src->id, e->prev->end, e->prev->end}, ";");
  return d;
}

// `iso xs.map(…)`: a module's type could have followed the dot.
static bool help_path_after_build(const parser *p, const syntax_error *e, diag *d) {
  const token *prev = e->prev;
  if (!prev || prev->kind != T_DOT || prev - p->tokens.items < 2 || prev[-1].kind != T_NAME) return false;
  if (prev[-2].kind != T_VAL && prev[-2].kind != T_ISO) return false;
  diag_help(d, "what a call has made needs no `%s` if nobody else can know it: `let x: T %s = %s.%s`",
            token_text(p, &prev[-2])->text, token_text(p, &prev[-2])->text, token_text(p, &prev[-1])->text,
            token_text(p, e->found)->text);
  return true;
}

// Cases with a code and a sentence of their own. NULL: none of them.
static int depth_step(int kind) {
  bool opens = kind == T_LPAREN || kind == T_LBRACKET || kind == T_LBRACE;
  return opens ? 1 : kind == T_RPAREN || kind == T_RBRACKET || kind == T_RBRACE ? -1 : 0;
}

// The first token of the place in `pattern => place = value`; NULL: it is no arm that assigns.
static const token *arm_place(const parser *p, const token *sign) {
  const token *first = sign;
  while (first > p->tokens.items && (first[-1].kind == T_NAME || first[-1].kind == T_DOT || first[-1].kind == T_SELF))
    first--;
  return first > p->tokens.items && first < sign && first[-1].kind == T_FAT_ARROW ? first : NULL;
}

// An arm is an expression, and so is a block.
static void help_arm_assigns(parser *p, const token *first, const token *sign, diag *d) {
  const token *end = p->tokens.items + p->tokens.count, *last = sign;
  int depth = 0;
  for (const token *t = sign + 1; t < end; t++) {
    bool stops = t->kind == T_NEWLINE || t->kind == T_COMMA || t->kind == T_SEMICOLON || t->kind == T_RBRACE;
    if (depth == 0 && stops) break;
    depth += depth_step(t->kind);
    last = t;
  }
  diag_fix(d, "an arm that assigns is a block: `=> { … }`");
  diag_edit(d, (span){p->src->id, first->begin, first->begin}, "{ ");
  diag_edit(d, (span){p->src->id, last->end, last->end}, " }");
}

static bool assigns(int kind) {
  return kind == T_SET || kind == T_PLUS_SET || kind == T_MINUS_SET || kind == T_STAR_SET || kind == T_SLASH_SET;
}

static diag *report_special(parser *p, const syntax_error *e, span at) {
  const token *t = e->found;
  wanted_part want = syntax_wanted(e);
  bool names = syntax_expects(e, "a name"), types = syntax_expects(e, "a type's name");
  const char *text = is_word(p, t) ? token_text(p, t)->text : "";
  if (is_reserved(t) && !(t->flags & TOKEN_LINE) && names && (want == WANT_NOTHING || want == WANT_PATTERN)) {
    diag *d = diag_error(p->sink, E0120, at, "`%s` is a reserved word and cannot be a name here", text);
    if (syntax_help(p, e, d)) return d;
    diag_help(d, "choose another name, for example `%s_`", text);
    if (!p->misnamed && !token_ends_statement(t->kind)) {
      p->misnamed = t->kind;
      p->after_it = diag_save(p->sink);
    }
    return d;
  }
  if (t->kind == T_TYPE_NAME && names && !types && want == WANT_NOTHING) {
    diag *d = diag_error(p->sink, E0115, at, "expected a name with a small first letter, found `%s`", text);
    if (!syntax_help(p, e, d))
      diag_help(d, "variables, fields, parameters and functions begin with a small letter; types with a capital");
    return d;
  }
  if (e->prev && e->prev->kind == T_NAME && e->count == 1 && syntax_expects(e, ".")) { // `name.Type`, without the rest
    const char *name = token_text(p, e->prev)->text;
    span prev = {p->src->id, e->prev->begin, e->prev->end};
    diag *d = diag_error(p->sink, E0115, prev,
                         "expected the name of a type, which begins with a capital letter, found `%s`", name);
    int build = e->prev > p->tokens.items ? e->prev[-1].kind : T_END;
    bool declares = build == T_VAL && (t->kind == T_SET || t->kind == T_COLON);
    if (declares) diag_help(d, "a fixed variable is declared with `let`");
    else if ((build == T_VAL || build == T_ISO) && t->kind == T_LPAREN)
      diag_help(d, "what a call has made needs no `%s` if nobody else can know it; else write `%s { %s(…) }`",
                build == T_VAL ? "val" : "iso", build == T_VAL ? "val" : "iso", name);
    else if (build == T_VAL || build == T_ISO)
      diag_help(d,
                "`%s` stands before a constructor, a literal or a block; what is there already is copied: "
                "`%s.copy()`",
                build == T_VAL ? "val" : "iso", name);
    else if (!syntax_help(p, e, d)) diag_help(d, "types and agents begin with a capital letter");
    return d;
  }
  if (t->kind == T_NAME && types && !names) {
    diag *d = diag_error(p->sink, E0115, at,
                         "expected the name of a type, which begins with a capital letter, found `%s`", text);
    if (!help_path_after_build(p, e, d) && !syntax_help_word(p, e, d))
      diag_help(d, "types, variants, agents, topologies and errors begin with a capital letter");
    return d;
  }
  if (t->kind == T_TEXT_BEGIN && want != WANT_EXPRESSION && syntax_expects(e, "a text")) {
    diag *d = diag_error(p->sink, E0121, at, "a text here cannot contain values");
    diag_help(d, "for a brace itself write `{{`; to compare with a computed text, use `==`");
    return d;
  }
  if (syntax_is_comparison(t->kind) && syntax_after_expression(e) && e->prev &&
      !(e->prev->kind == T_TYPE_NAME && t->kind == T_LT)) {
    diag *d = diag_error(p->sink, E0119, at, "comparisons do not chain");
    if (t->kind == T_GT) diag_help(d, "write `a < b and b < c`; type arguments stand in brackets: `f[Int](x)`");
    else diag_help(d, "write `a < b and b < c`");
    return d;
  }
  const token *arm = assigns(t->kind) ? arm_place(p, t) : NULL;
  if ((arm || t->kind == T_SET) && syntax_after_expression(e)) {
    diag *d = diag_error(p->sink, E0118, at, "`%s` cannot stand here: assigning is a statement and gives no value",
                         arena_printf(p->arena, "%.*s", (int)(t->end - t->begin), p->src->text + t->begin));
    if (arm) {
      help_arm_assigns(p, arm, t, d);
      return d;
    }
    if (syntax_expects(e, ",")) diag_help(d, "an argument is named with `:`, as in `f(name: value)`");
    diag_help(d, "to compare, write `==`; what is left of `=` is a variable, a field or an element");
    return d;
  }
  bool complete = syntax_after_expression(e) || (e->prev && e->prev->kind == T_RBRACE);
  if (complete && syntax_expects(e, "the end of the line") && same_line(t) &&
      (is_word(p, t) || t->kind == T_INT || t->kind == T_STRING)) {
    const char *word = t->kind == T_STRING || !text[0] ? "another value" : arena_printf(p->arena, "`%s`", text);
    diag *d = diag_error(p->sink, E0116, at, "expected the end of the statement, found %s", word);
    if (syntax_expects(e, ",") && e->prev->kind == T_RBRACE) {
      diag_fix(d, "arms stand on lines of their own, or are separated by `,`");
      diag_edit(d, (span){p->src->id, e->prev->end, e->prev->end}, ",");
    } else if (!syntax_help(p, e, d)) {
      diag_help(d, "statements stand on lines of their own, or are separated by `;`");
    }
    return d;
  }
  return report_joined(p, e, at);
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
  syntax_help(p, e, d);
}
