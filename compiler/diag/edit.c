// edit.c — reading the text around a place. Owns: nothing. Promises: see edit.h.
#include "diag/edit.h"

#include <ctype.h>
#include <string.h>

static const source *source_at(const diag *d, span at) {
  const source *src = d->sink->sources ? source_of(d->sink->sources, at.file) : NULL;
  return src && at.begin <= at.end && at.end <= src->size ? src : NULL;
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
  if (is_word(word[size - 1]) && begin + size < src->size && is_word(src->text[begin + size])) return SPAN_NONE;
  return (span){at.file, begin, begin + size};
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

void edit_capability(diag *d, span at, const char *word) {
  static const char *const words[] = {"iso", "val", "ref", "box", "tag"};
  const source *src = source_at(d, at);
  if (!src || at.begin == at.end) {
    diag_edit(d, SPAN_NONE, word);
    return;
  }
  uint32_t end = at.end;
  while (end > at.begin && (src->text[end - 1] == '?' || is_blank(src->text[end - 1]))) end--;
  span stem = {at.file, end, end};
  for (int i = 0; i < 5; i++) {
    span old = edit_before(d, stem, words[i]);
    if (span_is_none(old) || old.begin <= at.begin) continue;
    diag_edit(d, old, word);
    return;
  }
  diag_edit(d, stem, arena_printf(d->sink->arena, " %s", word));
}

const char *edit_indent(const diag *d, span at) {
  const source *src = source_at(d, at);
  if (!src) return "";
  uint32_t begin = at.begin, end;
  while (begin > 0 && src->text[begin - 1] != '\n') begin--;
  for (end = begin; end < src->size && (src->text[end] == ' ' || src->text[end] == '\t'); end++) {}
  return arena_strndup(d->sink->arena, src->text + begin, end - begin);
}
