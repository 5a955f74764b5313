// cmd_explain.c — `agentc explain`: the page of a code or of a capability, or a list of all.
// Owns: nothing. Promises: as cmd.h; what is not known gets a suggestion: the nearest code, or the titles with that word.
#include <ctype.h>
#include <string.h>

#include "driver/cmd.h"
#include "base/suggest.h"

static const char *const capabilities[] = {"iso", "val", "ref", "box", "tag"};
enum { CAPABILITIES = sizeof capabilities / sizeof *capabilities };

static const char *section_of(const char *code) {
  static const char *const sections[] = {"",
                                         "syntax",
                                         "names and modules",
                                         "types",
                                         "capabilities and moves",
                                         "control flow, patterns and errors",
                                         "agents and topologies",
                                         "C interface"};
  size_t n = (size_t)(code[2] - '0');
  return n < sizeof sections / sizeof *sections ? sections[n] : "";
}

static int list_all(session *s) {
  buf text = {0};
  char section = 0;
  for (int i = 1; i < DIAG_CODE_COUNT; i++) {
    const char *name = diag_code_name((diag_code)i);
    if (name[2] != section) buf_printf(&text, "%s%.3sxx %s\n", section ? "\n" : "", name, section_of(name));
    section = name[2];
    buf_printf(&text, "  %s  %s\n", name, diag_code_title((diag_code)i));
  }
  buf_adds(&text,
           "\nwhat a name may do with an object: iso val ref box tag\n"
           "\n`agentc explain E0401` and `agentc explain iso` say more, with examples\n");
  int status = cmd_print(s, text.data, text.size);
  buf_fini(&text);
  return status;
}

static bool has_word(const char *title, const char *word) {
  size_t size = strlen(word);
  if (size < 3) return false;
  for (; *title; title++) {
    size_t i = 0;
    while (i < size && tolower((unsigned char)title[i]) == tolower((unsigned char)word[i])) i++;
    if (i == size) return true;
  }
  return false;
}

static int unknown(session *s, const char *name) {
  const char *names[DIAG_CODE_COUNT + CAPABILITIES];
  size_t count = 0;
  buf with_word = {0};
  for (int i = 1; i < DIAG_CODE_COUNT; i++) {
    names[count++] = diag_code_name((diag_code)i);
    if (has_word(diag_code_title((diag_code)i), name))
      buf_printf(&with_word, "\n  %s  %s", diag_code_name((diag_code)i), diag_code_title((diag_code)i));
  }
  for (int i = 0; i < CAPABILITIES; i++) names[count++] = capabilities[i];
  const char *near = suggest(name, names, count);
  int status;
  if (with_word.size) {
    status = cmd_fail("there is no page '%s'; these speak of it:%s", name, buf_text(&with_word));
  } else if (near) {
    status = cmd_fail("there is no page '%s'; did you mean '%s'? (`agentc explain` lists all)", name, near);
  } else {
    status = cmd_fail("there is no page '%s' (`agentc explain` lists all codes)", name);
  }
  buf_fini(&with_word);
  (void)s;
  return status;
}

int cmd_explain(session *s) {
  const char *name = s->options.name;
  if (!name) return list_all(s);
  for (int i = 0; i < CAPABILITIES; i++)
    if (strcmp(name, capabilities[i]) == 0) return cmd_print(s, diag_page(name), strlen(diag_page(name)));
  diag_code code = diag_code_find(name);
  const diag_retired *retired = diag_retired_find(name);
  const char *text = code ? diag_page(diag_code_name(code)) : NULL;
  if (retired) {
    text = arena_printf(&s->arena, "# %s: %s\n\nThis code is no longer reported: %s.\n", retired->name, retired->title,
                        retired->instead);
  }
  return text ? cmd_print(s, text, strlen(text)) : unknown(s, name);
}
