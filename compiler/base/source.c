// source.c — tables of line starts, positions. Owns: nothing. Promises: see source.h.
#include "base/source.h"

#include <assert.h>
#include <string.h>

void source_set_init(source_set *set, arena *a) { *set = (source_set){.arena = a}; }

static void source_find_lines(source *src, arena *a) {
  uint32_t count = 1;
  for (uint32_t i = 0; i < src->size; i++) count += src->text[i] == '\n';
  uint32_t *lines = ARENA_ARRAY(a, uint32_t, count);
  uint32_t n = 1;
  for (uint32_t i = 0; i < src->size; i++) {
    if (src->text[i] == '\n') lines[n++] = i + 1;
  }
  src->lines = lines;
  src->line_count = count;
}

const source *source_add(source_set *set, const char *path, const char *name, const char *text, size_t size) {
  assert(size < SOURCE_MAX_SIZE && text[size] == 0);
  source *src = ARENA_NEW(set->arena, source);
  src->id = set->files.count + 1;
  src->path = arena_strdup(set->arena, path);
  src->name = arena_strdup(set->arena, name);
  src->text = text;
  src->size = (uint32_t)size;
  source_find_lines(src, set->arena);
  VEC_PUSH(set->arena, &set->files, src);
  return src;
}

const source *source_of(const source_set *set, uint32_t id) {
  return id >= 1 && id <= set->files.count ? set->files.items[id - 1] : NULL;
}

uint32_t source_line_at(const source *src, uint32_t offset) {
  if (offset > src->size) offset = src->size;
  uint32_t low = 0, high = src->line_count; // lines[low] <= offset < lines[high]
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (src->lines[middle] <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}

source_pos source_position(const source *src, uint32_t offset) {
  if (offset > src->size) offset = src->size;
  uint32_t line = source_line_at(src, offset), column = 1;
  for (uint32_t i = src->lines[line - 1]; i < offset; i++) column += ((unsigned char)src->text[i] & 0xc0) != 0x80;
  return (source_pos){line, column};
}

const char *source_line(const source *src, uint32_t line, uint32_t *size) {
  uint32_t begin = src->lines[line - 1];
  uint32_t end = line < src->line_count ? src->lines[line] - 1 : src->size;
  if (end > begin && src->text[end - 1] == '\r') end--;
  *size = end - begin;
  return src->text + begin;
}

const char *source_where(const source_set *set, span at, arena *a) {
  const source *src = source_of(set, at.file);
  if (!src) return "agentc";
  source_pos pos = source_position(src, at.begin);
  return arena_printf(a, "%s:%u:%u", src->name, pos.line, pos.column);
}
