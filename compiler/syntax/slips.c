// slips.c — help for syntax errors: words and signs of other languages, and common mistakes.
// Owns:     nothing; the knowledge is in words.def and slips.def.
// Promises: at most one help for an error, the most special that is known.
#include <string.h>

#include "syntax/parse.h"
#include "syntax/parser_state.h"

#define ANY (-1)

bool syntax_word_help(diag *d, const char *word, span at) {
  static const struct {
    const char *theirs, *help, *ours;
  } words[] = {
#define W(theirs, help, ours) {theirs, help, ours},
#include "syntax/words.def"
  };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (strcmp(words[i].theirs, word) != 0) continue;
    diag_fix(d, "%s", words[i].help);
    if (words[i].ours) diag_edit(d, at, words[i].ours);
    return true;
  }
  return false;
}

bool syntax_is_comparison(int kind) {
  return kind == T_EQ || kind == T_NE || kind == T_LT || kind == T_LE || kind == T_GT || kind == T_GE;
}

// A word of another language at the error or just before it.
bool syntax_help_word(const parser *p, const syntax_error *e, diag *d) {
  const token *candidates[] = {e->found, e->prev};
  for (int i = 0; i < 2; i++) {
    const token *t = candidates[i];
    if (!t || (t->kind != T_NAME && t->kind != T_TYPE_NAME)) continue;
    const str *word = str_intern(p->names, p->src->text + t->begin, t->end - t->begin);
    if (syntax_word_help(d, word->text, (span){p->src->id, t->begin, t->end})) return true;
  }
  return false;
}

static bool help_sign(const parser *p, const syntax_error *e, diag *d) {
  static const struct {
    int found, before;
    wanted_part wanted;
    const char *expected, *help;
  } slips[] = {
#define SLIP(found, before, wanted, expected, help) {found, before, wanted, expected, help},
#include "syntax/slips.def"
  };
  int found = e->found->kind, before = e->prev ? e->prev->kind : T_NEWLINE;
  wanted_part want = syntax_wanted(e);
  if (want == WANT_MEMBER && found == T_NAME && e->found[1].kind == T_LPAREN) { // found is not the last token
    diag_help(d, "functions begin with `fn`, behaviours of agents with `on`; there are no constructors");
    return true;
  }
  bool third = e->prev && e->prev - p->tokens.items >= 2;
  if (third && found == T_COLON && e->prev[-1].kind == T_LPAREN && e->prev[-2].kind == T_MAIN) {
    diag_help(d, "write `main(args)`, without a type: `args` is an `Array[String]`");
    return true;
  }
  for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
    if (slips[i].found != ANY && slips[i].found != found) continue;
    if (slips[i].before != ANY && slips[i].before != before) continue;
    if (slips[i].wanted != WANT_ANY && slips[i].wanted != want) continue;
    if (slips[i].expected && !syntax_expects(e, slips[i].expected)) continue;
    if (slips[i].help) diag_help(d, "%s", slips[i].help);
    return slips[i].help != NULL;
  }
  return false;
}

bool syntax_help(const parser *p, const syntax_error *e, diag *d) {
  return syntax_help_word(p, e, d) || help_sign(p, e, d);
}
