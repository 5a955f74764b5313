// edit.c — reading the text around a place. Owns: nothing. Promises: see edit.h.
#include "diag/edit.h"

#include <ctype.h>
#include <string.h>

static const source *source_at(const diag *d, span at) {
  const source *src = d->sink->sources ? source_of(d->sink->sources, at.file) : NULL;
  return src && at.begin <= at.end && at.end <= src->size ? src : NULL;
}

bool edit_in_program(const diag *d, span at) {
  const source *src = span_is_none(at) ? NULL : source_at(d, at);
  return src && !src->embedded;
}

const char *edit_text(const diag *d, span at) {
  const source *src = source_at(d, at);
  return src ? arena_strndup(d->sink->arena, src->text + at.begin, at.end - at.begin) : NULL;
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
static bool is_word(char c) { return isalnum((unsigned char)c) || c == '_'; }

span edit_before(const diag *d, span at, const char *word) {
  const source *src = source_at(d, at);
  if (!src) return SPAN_NONE;
  uint32_t end = at.begin, size = (uint32_t)strlen(word);
  while (end > 0 && is_blank(src->text[end - 1])) end--;
  if (end < size || memcmp(src->text + end - size, word, size) != 0) return SPAN_NONE;
  if (is_word(word[0]) && end > size && is_word(src->text[end - size - 1])) return SPAN_NONE;
  return (span){at.file, end - size, end};
}

span edit_after(const diag *d, span at, const char *word) {
  const source *src = source_at(d, at);
  if (!src) return SPAN_NONE;
  uint32_t begin = at.end, size = (uint32_t)strlen(word);
  while (begin < src->size && is_blank(src->text[begin])) begin++;
  if (src->size - begin < size || memcmp(src->text + begin, word, size) != 0) return SPAN_NONE;
  if (size > 0 && is_word(word[size - 1]) && begin + size < src->size && is_word(src->text[begin + size]))
    return SPAN_NONE;
  return (span){at.file, begin, begin + size};
}

bool edit_used_later(const diag *d, span at, const char *word) {
  const source *src = source_at(d, at);
  size_t size = strlen(word);
  if (!src) return false;
  for (uint32_t i = at.end; i + size <= src->size; i++) {
    if (src->text[i] == '}' && (i == 0 || src->text[i - 1] == '\n')) return false;
    if (memcmp(src->text + i, word, size) == 0 && !is_word(src->text[i - 1]) && !is_word(src->text[i + size]))
      return true;
  }
  return false;
}

bool edit_twice_on_line(const diag *d, span at, const char *text) {
  const source *src = source_at(d, at);
  if (!src) return false;
  uint32_t size;
  const char *line = source_line(src, source_line_at(src, at.begin), &size);
  const char *copy = arena_strndup(d->sink->arena, line, size), *first = strstr(copy, text);
  return first && strstr(first + 1, text);
}

span edit_whole_line(const diag *d, span at) {
  const source *src = source_at(d, at);
  if (!src) return SPAN_NONE;
  span out = at;
  while (out.begin > 0 && (src->text[out.begin - 1] == ' ' || src->text[out.begin - 1] == '\t')) out.begin--;
  while (out.end < src->size && (src->text[out.end] == ' ' || src->text[out.end] == '\t' || src->text[out.end] == ';'))
    out.end++;
  bool begins = out.begin == 0 || src->text[out.begin - 1] == '\n';
  if (out.end + 1 < src->size && src->text[out.end] == '/' && src->text[out.end + 1] == '/')
    while (out.end < src->size && src->text[out.end] != '\n') out.end++;
  if (out.end < src->size && src->text[out.end] == '\r') out.end++;
  if (!begins || (out.end < src->size && src->text[out.end] != '\n')) return at;
  if (out.end < src->size) out.end++;
  return out;
}

// The capability written at the end of a type, before any `?`; empty where one would be written.
static span capability_of(const diag *d, span at) {
  static const char *const words[] = {"iso", "val", "ref", "box", "tag"};
  const source *src = source_at(d, at);
  if (!src || at.begin == at.end) return SPAN_NONE;
  uint32_t end = at.end;
  while (end > at.begin && (src->text[end - 1] == '?' || is_blank(src->text[end - 1]))) end--;
  span stem = {at.file, end, end};
  for (int i = 0; i < 5; i++) {
    span old = edit_before(d, stem, words[i]);
    if (!span_is_none(old) && old.begin > at.begin) return old;
  }
  return stem;
}

static const char *capability_word(const diag *d, span at, const char *word) {
  return at.begin == at.end ? arena_printf(d->sink->arena, " %s", word) : word;
}

void edit_capability(diag *d, span at, const char *word) {
  span old = capability_of(d, at);
  diag_edit(d, old, capability_word(d, old, word));
}

const char *edit_type_text(const diag *d, span at, const char *word) {
  span old = capability_of(d, at);
  if (span_is_none(old)) return word;
  const char *text = edit_text(d, at);
  return arena_printf(d->sink->arena, "%.*s%s%s", (int)(old.begin - at.begin), text, capability_word(d, old, word),
                      text + (old.end - at.begin));
}

void edit_make_var(diag *d, span name) {
  span let = edit_before(d, name, "let");
  if (span_is_none(let)) diag_edit(d, span_before(name), "var ");
  else diag_edit(d, let, "var");
}

bool edit_is_assigned(const diag *d, span at) {
  static const char *const signs[] = {"+=", "-=", "*=", "/="};
  for (int i = 0; i < 4; i++)
    if (!span_is_none(edit_after(d, at, signs[i]))) return true;
  return !span_is_none(edit_after(d, at, "=")) && span_is_none(edit_after(d, at, "=="));
}

span edit_path_begin(const diag *d, span at) {
  const source *src = source_at(d, at);
  if (!src) return SPAN_NONE;
  uint32_t begin = at.begin;
  while (begin > 0 && (is_word(src->text[begin - 1]) || src->text[begin - 1] == '.')) begin--;
  bool operand = begin > 0 && (src->text[begin - 1] == ')' || src->text[begin - 1] == ']');
  return operand ? SPAN_NONE : (span){at.file, begin, begin};
}

const char *edit_indent(const diag *d, span at) {
  const source *src = source_at(d, at);
  if (!src) return "";
  uint32_t begin = at.begin, end;
  while (begin > 0 && src->text[begin - 1] != '\n') begin--;
  for (end = begin; end < src->size && (src->text[end] == ' ' || src->text[end] == '\t'); end++) {}
  return arena_strndup(d->sink->arena, src->text + begin, end - begin);
}
